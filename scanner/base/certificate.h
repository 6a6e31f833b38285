/* certificate.h - an X.509 certificate, as far as its fingerprint and its end; over OpenSSL. */
#ifndef BASE_CERTIFICATE_H
#define BASE_CERTIFICATE_H

#include <stddef.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/error.h"

struct certificate {
    char sha256[DIGEST_HEX];    /* of the DER form */
    char not_after[CLOCK_TEXT]; /* RFC 3339 */
};

/* Read one certificate in DER form; nothing about it is verified. Errors: ERR_FORMAT. */
int certificate_read(const void *der, size_t len, struct certificate *out, struct error *err);

#endif
