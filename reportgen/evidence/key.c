/* key.c - signing keys: made, read, named, and the only place that signs or checks a signature. */
#include "evidence/key.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest_context.h"
#include "base/env.h"
#include "base/file.h"
#include "base/limits.h"

DEFINE_CLEANUP(cleanup_bio_, BIO *, BIO_free_all)
#define cleanup_bio CLEANUP(cleanup_bio_)
DEFINE_CLEANUP(cleanup_ecdsa_, ECDSA_SIG *, ECDSA_SIG_free)
#define cleanup_ecdsa CLEANUP(cleanup_ecdsa_)

#define RAW_P256_BYTES 64 /* r||s, RFC 7518 section 3.4 */

/* Text of a private key on its way between file and OpenSSL. */
struct secret_text {
    char bytes[LIMIT_KEY_BYTES];
    size_t len;
};

static void secret_clear(struct secret_text *s)
{
    OPENSSL_cleanse(s, sizeof *s);
}
#define cleanup_secret CLEANUP(secret_clear)

/* To add one: a row here and its enum value in key.h. `digest` NULL: the scheme has its own. */
static const struct {
    const char *type;  /* OpenSSL's name of the key type */
    const char *group; /* OpenSSL's name of the curve, or NULL */
    const char *digest;
    const char *algorithm;
} kinds[] = {
    [KEY_P256] = {"EC", "prime256v1", "SHA256", "ECDSA P-256 with SHA-256"},
    [KEY_ED25519] = {"ED25519", NULL, NULL, "Ed25519"},
};

void key_clear(struct key *key)
{
    EVP_PKEY_free(key->pkey);
    *key = (struct key){0};
}

const char *key_algorithm(const struct key *key)
{
    return kinds[key->kind].algorithm;
}

/* ERR_CRYPTO with OpenSSL's own reason, its queue emptied. */
static int fail_crypto(struct error *err, const char *what)
{
    unsigned long code = ERR_peek_last_error();
    const char *reason = code ? ERR_reason_error_string(code) : NULL;

    ERR_clear_error();
    return fail(err, ERR_CRYPTO, "%s: %s", what, reason ? reason : "refused by OpenSSL");
}

char *key_default_path(struct arena *arena, struct error *err)
{
    return env_data_path(arena, "reportgen/keys/default.pem", err);
}

static bool is_kind(const EVP_PKEY *pkey, enum key_kind kind)
{
    char group[64] = "";

    if (!EVP_PKEY_is_a(pkey, kinds[kind].type))
        return false;
    if (!kinds[kind].group)
        return true;
    return EVP_PKEY_get_group_name(pkey, group, sizeof group, NULL) == 1 &&
           strcmp(group, kinds[kind].group) == 0;
}

static int name_key(struct key *key, struct error *err)
{
    unsigned char *der = NULL;
    int len = i2d_PUBKEY(key->pkey, &der);

    if (len <= 0)
        return fail_crypto(err, "public key could not be encoded");
    (void)digest_bytes(der, (size_t)len, key->id);
    OPENSSL_free(der);
    return 0;
}

/* Take over `pkey`; `name` is for messages. */
static int adopt(EVP_PKEY *pkey, const char *name, struct key *out, struct error *err)
{
    struct key key = {.pkey = pkey};
    size_t kind = 0;

    while (kind < sizeof kinds / sizeof kinds[0] && !is_kind(pkey, (enum key_kind)kind))
        kind++;
    if (kind == sizeof kinds / sizeof kinds[0]) {
        key_clear(&key);
        return fail(err, ERR_FORMAT, "%s: neither a P-256 nor an Ed25519 key", name);
    }
    key.kind = (enum key_kind)kind;
    if (name_key(&key, err)) {
        key_clear(&key);
        return fail_in(err, "%s", name);
    }
    *out = key;
    return 0;
}

/* --- Private keys ---------------------------------------------------------------------------- */

static int write_private_pem(EVP_PKEY *pkey, struct secret_text *out, struct error *err)
{
    cleanup_bio BIO *bio = BIO_new(BIO_s_secmem());
    char *bytes = NULL;

    if (!bio || PEM_write_bio_PKCS8PrivateKey(bio, pkey, NULL, NULL, 0, NULL, NULL) != 1)
        return fail_crypto(err, "key could not be written as PEM");

    long len = BIO_get_mem_data(bio, &bytes);

    if (len <= 0 || (size_t)len > sizeof out->bytes)
        return fail(err, ERR_CRYPTO, "key could not be written as PEM");
    memcpy(out->bytes, bytes, (size_t)len);
    out->len = (size_t)len;
    OPENSSL_cleanse(bytes, (size_t)len);
    return 0;
}

static int make_parent(const char *path, struct error *err)
{
    const char *slash = strrchr(path, '/');
    struct arena scratch = {0};
    int status = 0;

    if (slash && slash != path)
        status = file_make_dirs(arena_strndup(&scratch, path, (size_t)(slash - path)), 0700, err);
    arena_free(&scratch);
    return status;
}

int key_make(const char *path, struct error *err)
{
    cleanup_secret struct secret_text text = {.len = 0};
    struct stat st;

    if (!lstat(path, &st))
        return fail(err, ERR_IO, "%s: is there already and is not overwritten", path);

    struct key key = {.pkey = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256")};

    if (!key.pkey)
        return fail_crypto(err, "no P-256 key could be made");

    int status = write_private_pem(key.pkey, &text, err);

    key_clear(&key);
    if (status || make_parent(path, err))
        return -1;
    /* A first-use race must not lose a key that has already signed. */
    return file_write_new(path, text.bytes, text.len, 0600, err);
}

static int read_secret(const char *path, struct secret_text *out, struct error *err)
{
    cleanup_fd int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat st;

    if (fd < 0)
        return fail_errno(err, errno == ENOENT ? ERR_MISSING : ERR_IO, "%s", path);
    if (fstat(fd, &st))
        return fail_errno(err, ERR_IO, "%s", path);
    if (!S_ISREG(st.st_mode))
        return fail(err, ERR_IO, "%s: not a regular file", path);
    if (st.st_mode & 077)
        return fail(err, ERR_AUTH, "%s: others can read this key (mode %03o): chmod 600 it", path,
                    (unsigned)st.st_mode & 0777);
    while (out->len < sizeof out->bytes) {
        ssize_t n = read(fd, out->bytes + out->len, sizeof out->bytes - out->len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fail_errno(err, ERR_IO, "%s", path);
        if (n == 0)
            return 0;
        out->len += (size_t)n;
    }
    return fail(err, ERR_LIMIT, "%s: larger than a key file can be", path);
}

/* Nothing is asked on a terminal: an encrypted key is refused. */
static int no_passphrase(char *buf, int size, int writing, void *asked)
{
    (void)writing;
    if (size > 0)
        *buf = '\0';
    *(bool *)asked = true;
    return -1;
}

int key_load(const char *path, struct key *out, struct error *err)
{
    cleanup_secret struct secret_text text = {.len = 0};
    bool asked = false;

    if (read_secret(path, &text, err))
        return -1;

    cleanup_bio BIO *bio = BIO_new_mem_buf(text.bytes, (int)text.len);
    EVP_PKEY *pkey = bio ? PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, &asked) : NULL;

    ERR_clear_error();
    if (!pkey && asked)
        return fail(err, ERR_AUTH, "%s: has a passphrase, which this version cannot ask for", path);
    if (!pkey)
        return fail(err, ERR_FORMAT, "%s: not a private key in PEM", path);
    return adopt(pkey, path, out, err);
}

int key_load_default(struct arena *arena, struct key *out, bool *made, struct error *err)
{
    const char *path = key_default_path(arena, err);
    struct error missing = {0};

    *made = false;
    if (!path)
        return -1;
    if (!key_load(path, out, &missing))
        return 0;
    if (missing.code != ERR_MISSING) {
        *err = missing;
        return -1;
    }
    *made = !key_make(path, err);
    /* When another process was faster, its key is there now and is ours too. */
    return key_load(path, out, err);
}

/* --- Public keys ----------------------------------------------------------------------------- */

int key_parse_public(const char *name, const char *pem, size_t len, struct key *out,
                     struct error *err)
{
    if (len > LIMIT_KEY_BYTES)
        return fail(err, ERR_LIMIT, "%s: larger than a key file can be", name);

    cleanup_bio BIO *bio = BIO_new_mem_buf(pem, (int)len);
    EVP_PKEY *pkey = bio ? PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL) : NULL;

    ERR_clear_error();
    if (!pkey)
        return fail(err, ERR_FORMAT, "%s: not a public key in PEM%s", name,
                    strstr(pem, "PRIVATE KEY") ? " (it is a private one; see: reportgen key show)"
                                               : "");
    return adopt(pkey, name, out, err);
}

int key_load_public(const char *path, struct key *out, struct error *err)
{
    cleanup_strbuf struct strbuf text = STRBUF_INIT(LIMIT_KEY_BYTES);
    int status = file_read(path, LIMIT_KEY_BYTES, &text, err);

    if (!status)
        status = key_parse_public(path, text.buf, text.len, out, err);
    OPENSSL_cleanse(text.buf, text.len); /* somebody may have named the private one */
    return status;
}

int key_public_pem(const struct key *key, struct strbuf *out, struct error *err)
{
    cleanup_bio BIO *bio = BIO_new(BIO_s_mem());
    char *bytes = NULL;

    if (!bio || PEM_write_bio_PUBKEY(bio, key->pkey) != 1)
        return fail_crypto(err, "public key could not be written as PEM");

    long len = BIO_get_mem_data(bio, &bytes);

    strbuf_add(out, bytes, (size_t)len);
    return strbuf_finish(out, "public key", err);
}

/* --- Signatures ------------------------------------------------------------------------------ */

int key_sign(const struct key *key, const void *bytes, size_t len, struct signature *out,
             struct error *err)
{
    cleanup_md EVP_MD_CTX *ctx = EVP_MD_CTX_new();

    out->len = sizeof out->bytes;
    if (!ctx ||
        EVP_DigestSignInit_ex(ctx, NULL, kinds[key->kind].digest, NULL, NULL, key->pkey, NULL) !=
            1 ||
        EVP_DigestSign(ctx, out->bytes, &out->len, bytes, len) != 1)
        return fail_crypto(err, "signing");
    return 0;
}

/* Whether the bytes are one DER ECDSA signature and nothing else. */
static bool is_der(const struct signature *sig)
{
    const unsigned char *p = sig->bytes;
    cleanup_ecdsa ECDSA_SIG *parsed = d2i_ECDSA_SIG(NULL, &p, (long)sig->len);

    ERR_clear_error();
    return parsed && p == sig->bytes + sig->len;
}

int key_check(const struct key *key, const void *bytes, size_t len, const struct signature *sig,
              struct error *err)
{
    if (key->kind == KEY_P256 && !is_der(sig))
        return fail(err, ERR_VERIFY, "%s",
                    sig->len == RAW_P256_BYTES
                        ? "the signature is raw r||s; P-256 signatures must be DER"
                        : "the signature is not a DER ECDSA signature");

    cleanup_md EVP_MD_CTX *ctx = EVP_MD_CTX_new();

    if (!ctx || EVP_DigestVerifyInit_ex(ctx, NULL, kinds[key->kind].digest, NULL, NULL, key->pkey,
                                        NULL) != 1)
        return fail_crypto(err, "checking a signature");

    int answer = EVP_DigestVerify(ctx, sig->bytes, sig->len, bytes, len);

    ERR_clear_error();
    if (answer != 1)
        return fail(err, ERR_VERIFY, "the signature was not made by key %s over these bytes",
                    key->id);
    return 0;
}
