/* key.h - signing keys: made, read, named, and the only place that signs or checks a signature.
 *
 * Two kinds: ECDSA on P-256 with SHA-256 (the default; the signature is DER) and Ed25519.
 * A key is named by its id, the hex SHA-256 of its DER SubjectPublicKeyInfo (RFC 5280 4.1.2.7):
 *     openssl pkey -pubin -in signer.pub -outform DER | openssl dgst -sha256
 * Private text never enters an arena or a strbuf; it is wiped as soon as OpenSSL has it. */
#ifndef EVIDENCE_KEY_H
#define EVIDENCE_KEY_H

#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/strbuf.h"

/* To add one: its row in key.c. */
enum key_kind { KEY_P256, KEY_ED25519 };

/* Start with `struct key k = {0};`. */
struct key {
    EVP_PKEY *pkey;
    enum key_kind kind;
    char id[DIGEST_HEX];
};

void key_clear(struct key *key);
#define cleanup_key CLEANUP(key_clear)

#define KEY_SIGNATURE_MAX 128 /* bytes; DER of P-256 needs 72 */
struct signature {
    unsigned char bytes[KEY_SIGNATURE_MAX];
    size_t len;
};

/* Where the key made on first use lives. ERR_CONFIG when the environment names no home. */
char *key_default_path(struct arena *arena, struct error *err);

/* Make a P-256 key and write it to `path` as PKCS#8 PEM, mode 0600, missing folders 0700. A file
 * that is there is never overwritten: ERR_IO. ERR_CRYPTO when OpenSSL refuses. */
int key_make(const char *path, struct error *err);

/* Read a private key (PEM). ERR_MISSING, ERR_IO; ERR_AUTH when group or others can read the file
 * or it is a passphrase that is missing; ERR_FORMAT when it is no P-256 or Ed25519 key. */
int key_load(const char *path, struct key *out, struct error *err);

/* The key at key_default_path(), made when it is not there; *made says so. Errors of key_load()
 * and key_make(). */
int key_load_default(struct arena *arena, struct key *out, bool *made, struct error *err);

/* Read a public key (PEM). ERR_MISSING, ERR_IO, ERR_LIMIT, ERR_FORMAT. `name` is for
 * messages; a NUL must follow the text. */
int key_load_public(const char *path, struct key *out, struct error *err);
int key_parse_public(const char *name, const char *pem, size_t len, struct key *out,
                     struct error *err);

/* "ECDSA P-256 with SHA-256", "Ed25519". */
const char *key_algorithm(const struct key *key);

/* Append the public key as PEM. ERR_CRYPTO. */
int key_public_pem(const struct key *key, struct strbuf *out, struct error *err);

/* Sign bytes[0..len). ERR_CRYPTO. P-256 signatures differ from run to run. */
int key_sign(const struct key *key, const void *bytes, size_t len, struct signature *out,
             struct error *err);

/* 0 when `sig` is this key's signature over bytes[0..len); ERR_VERIFY with the reason when it is
 * not; a P-256 signature in the raw r||s form of JOSE is named as such. */
int key_check(const struct key *key, const void *bytes, size_t len, const struct signature *sig,
              struct error *err);

#endif
