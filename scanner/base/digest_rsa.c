/* digest_rsa.c - RSA signatures over SHA-256, by OpenSSL. */
#include "base/digest_rsa.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/digest_context.h"

#define BITS_LEAST 2048
#define BITS_MOST 8192 /* a larger one only costs time */

static int refuse(struct rsa_key *key, const char *why, struct error *err)
{
    ERR_clear_error();
    rsa_key_free(key);
    return fail(err, ERR_FORMAT, "%s", why);
}

int rsa_key_read(struct rsa_key *out, const void *der, size_t len, struct error *err)
{
    const unsigned char *at = der, *end = at + len;

    out->pkey = len > 0 && len <= 65536 ? d2i_PublicKey(EVP_PKEY_RSA, NULL, &at, (long)len) : NULL;
    if (!out->pkey || at != end)
        return refuse(out, "not an RSA public key in DER, PKCS#1", err);
    if (EVP_PKEY_get_bits(out->pkey) < BITS_LEAST || EVP_PKEY_get_bits(out->pkey) > BITS_MOST)
        return refuse(out, "an RSA key of fewer than 2048 bits, or more than 8192", err);
    return 0;
}

void rsa_key_free(struct rsa_key *key)
{
    EVP_PKEY_free(key->pkey);
    key->pkey = NULL;
}

bool rsa_verify(const struct rsa_key *key, const void *bytes, size_t len, const void *signature,
                size_t signature_len)
{
    cleanup_md EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool good = ctx && EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, key->pkey) == 1 &&
                EVP_DigestVerify(ctx, signature, signature_len, bytes, len) == 1;

    ERR_clear_error();
    return good;
}
