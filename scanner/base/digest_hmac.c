/* digest_hmac.c - HMAC-SHA-256, and SHA-1 for names that others made with it. */
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/arena.h"
#include "base/digest.h"

void digest_hmac(const void *key, size_t key_len, const void *bytes, size_t len,
                 unsigned char out[DIGEST_BYTES])
{
    unsigned out_len = 0;

    if (!HMAC(EVP_sha256(), key, (int)key_len, bytes, len, out, &out_len) ||
        out_len != DIGEST_BYTES)
        memory_exhausted(); /* the only way it fails; no signature must come of it */
}

const char *digest_sha1(const void *bytes, size_t len, char hex[DIGEST_SHA1_HEX])
{
    static const char letters[] = "0123456789abcdef";
    unsigned char sum[20];

    if (!EVP_Digest(bytes, len, sum, NULL, EVP_sha1(), NULL))
        memory_exhausted();
    for (size_t i = 0; i < sizeof sum; i++) {
        hex[2 * i] = letters[sum[i] >> 4];
        hex[2 * i + 1] = letters[sum[i] & 15];
    }
    hex[DIGEST_SHA1_HEX - 1] = '\0';
    return hex;
}
