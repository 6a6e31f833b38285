/* saml_metadata.h - what a SAML identity provider's metadata says of it. */
#ifndef COLLECT_SAML_METADATA_H
#define COLLECT_SAML_METADATA_H

#include <stddef.h>

#include "base/error.h"
#include "model/federation.h"

/* Read a metadata document (OASIS saml-metadata-2.0-os, an EntityDescriptor with an
 * IDPSSODescriptor) into *out, its texts into the arena. Nothing of it is fetched or verified.
 * Errors: ERR_FORMAT, ERR_LIMIT; *out is then unchanged. A certificate that cannot be read is no
 * error, only unknown. */
int saml_metadata_read(struct arena *arena, const char *text, size_t len, struct saml_metadata *out,
                       struct error *err);

#endif
