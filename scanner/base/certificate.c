/* certificate.c - reading X.509 certificates. */
#include "base/certificate.h"

#include <limits.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <stdio.h>

#include "base/cleanup.h"

DEFINE_CLEANUP(cleanup_x509_, X509 *, X509_free)
#define cleanup_x509 CLEANUP(cleanup_x509_)

/* A certificate's time has no fraction and no offset (RFC 5280 section 4.1.2.5). */
static int write_time(const ASN1_TIME *time, char out[CLOCK_TEXT])
{
    struct tm tm = {0};

    if (!time || !ASN1_TIME_to_tm(time, &tm))
        return -1;
    (void)snprintf(out, CLOCK_TEXT, "%04d-%02d-%02dT%02d:%02d:%02dZ", (tm.tm_year + 1900) % 10000,
                   tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
    return 0;
}

int certificate_read(const void *der, size_t len, struct certificate *out, struct error *err)
{
    const unsigned char *at = der, *end = at + len;
    cleanup_x509 X509 *x = len <= LONG_MAX ? d2i_X509(NULL, &at, (long)len) : NULL;

    ERR_clear_error();
    if (!x || at != end || write_time(X509_get0_notAfter(x), out->not_after))
        return fail(err, ERR_FORMAT, "no X.509 certificate");
    (void)digest_bytes(der, len, out->sha256);
    return 0;
}
