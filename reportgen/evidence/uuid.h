/* uuid.h - identifiers that are the same for the same input (RFC 9562 section 5.5, version 5). */
#ifndef EVIDENCE_UUID_H
#define EVIDENCE_UUID_H

#include "base/error.h"

#define UUID_TEXT 37 /* 36 characters and a NUL */

/* Version 5 of `name` in the URL namespace of RFC 9562, what Python gives for
 * uuid.uuid5(uuid.NAMESPACE_URL, name). ERR_CRYPTO when SHA-1 is not available. */
int uuid_from_name(const char *name, char out[UUID_TEXT], struct error *err);

#endif
