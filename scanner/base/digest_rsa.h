/* digest_rsa.h - RSA signatures over SHA-256 (RSASSA-PKCS1-v1_5, RFC 8017 section 8.2): checking
 * only. */
#ifndef BASE_DIGEST_RSA_H
#define BASE_DIGEST_RSA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct rsa_key {
    struct evp_pkey_st *pkey; /* OpenSSL's EVP_PKEY; NULL: none */
};

/* Read a public key in DER, PKCS#1 (RFC 8017, A.1.1). Errors: ERR_FORMAT anything else, bytes
 * behind it, a modulus under 2048 or over 8192 bits. Release with rsa_key_free(), also after a
 * failure. */
int rsa_key_read(struct rsa_key *out, const void *der, size_t len, struct error *err);
void rsa_key_free(struct rsa_key *key);

/* Was `signature` made over bytes[0..len) by that key's other half? */
bool rsa_verify(const struct rsa_key *key, const void *bytes, size_t len, const void *signature,
                size_t signature_len);

#endif
