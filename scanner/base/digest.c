/* digest.c - SHA-256 and base64 over OpenSSL. */
#include "base/digest.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/digest_context.h"
#include "base/file.h"

#define SHA256_BYTES 32
#define LINE_BYTES 48 /* encoded at a time; a multiple of 3 */

static void to_hex(const unsigned char bytes[SHA256_BYTES], char hex[DIGEST_HEX])
{
    static const char letters[] = "0123456789abcdef";

    for (size_t i = 0; i < SHA256_BYTES; i++) {
        hex[2 * i] = letters[bytes[i] >> 4];
        hex[2 * i + 1] = letters[bytes[i] & 15];
    }
    hex[DIGEST_HEX - 1] = '\0';
}

const char *digest_bytes(const void *bytes, size_t len, char hex[DIGEST_HEX])
{
    unsigned char sum[SHA256_BYTES];

    if (!EVP_Digest(bytes, len, sum, NULL, EVP_sha256(), NULL))
        memory_exhausted(); /* the only way it fails; no digest must come of it */
    to_hex(sum, hex);
    return hex;
}

/* These fail only for want of memory; no digest must come of it. */
void digest_begin(struct digest_stream *s)
{
    s->md = EVP_MD_CTX_new();
    if (!s->md || !EVP_DigestInit_ex(s->md, EVP_sha256(), NULL))
        memory_exhausted();
}

void digest_feed(struct digest_stream *s, const void *bytes, size_t len)
{
    if (!EVP_DigestUpdate(s->md, bytes, len))
        memory_exhausted();
}

const char *digest_end(struct digest_stream *s, char hex[DIGEST_HEX])
{
    unsigned char sum[SHA256_BYTES];

    if (!EVP_DigestFinal_ex(s->md, sum, NULL))
        memory_exhausted();
    digest_drop(s);
    to_hex(sum, hex);
    return hex;
}

void digest_drop(struct digest_stream *s)
{
    EVP_MD_CTX_free(s->md);
    s->md = NULL;
}

/* Feed the rest of an open file; its length in *size. */
static int digest_fd(int fd, EVP_MD_CTX *md, size_t max, size_t *size, struct error *err)
{
    unsigned char piece[65536];

    for (;;) {
        ssize_t n = read(fd, piece, sizeof piece);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fail_errno(err, ERR_IO, "reading");
        if (n == 0)
            return 0;
        if ((size_t)n > max - *size)
            return fail(err, ERR_LIMIT, "larger than %zu bytes", max);
        *size += (size_t)n;
        if (!EVP_DigestUpdate(md, piece, (size_t)n))
            return fail(err, ERR_CRYPTO, "SHA-256 failed");
    }
}

int digest_file(const char *path, size_t max, char hex[DIGEST_HEX], size_t *size, struct error *err)
{
    unsigned char sum[SHA256_BYTES];
    size_t len = 0;
    int fd = file_open(path, max, err);

    if (fd < 0)
        return -1;

    cleanup_md EVP_MD_CTX *md = EVP_MD_CTX_new();
    int result = md && EVP_DigestInit_ex(md, EVP_sha256(), NULL)
                     ? digest_fd(fd, md, max, &len, err)
                     : fail(err, ERR_CRYPTO, "SHA-256 is not available");

    (void)close(fd);
    if (result < 0)
        return fail_in(err, "%s", path);
    if (!EVP_DigestFinal_ex(md, sum, NULL))
        return fail(err, ERR_CRYPTO, "%s: SHA-256 failed", path);
    to_hex(sum, hex);
    if (size)
        *size = len;
    return 0;
}

bool digest_is_hex(const char *text)
{
    return strlen(text) == DIGEST_HEX - 1 && strspn(text, "0123456789abcdef") == DIGEST_HEX - 1;
}

void base64_encode(struct strbuf *out, const void *bytes, size_t len)
{
    const unsigned char *b = bytes;
    unsigned char text[LINE_BYTES / 3 * 4 + 1];

    for (size_t i = 0; i < len; i += LINE_BYTES) {
        size_t n = len - i < LINE_BYTES ? len - i : LINE_BYTES;
        int made = EVP_EncodeBlock(text, b + i, (int)n);

        strbuf_add(out, text, (size_t)made);
    }
}

/* Value of a letter of the base64 alphabet, -1 for any other. */
static int letter_value(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == '+')
        return 62;
    return c == '/' ? 63 : -1;
}

/* Decode four letters, of which the last `pad` are '='. False on a wrong letter or when bits that
 * no byte uses are set. */
static bool decode_group(const char letters[4], int pad, struct strbuf *out)
{
    unsigned bits = 0;

    for (int i = 0; i < 4; i++) {
        int value = i < 4 - pad ? letter_value(letters[i]) : 0;

        if (value < 0)
            return false;
        bits = bits << 6 | (unsigned)value;
    }
    if ((bits & ((1u << (8 * pad)) - 1)) != 0)
        return false;

    char bytes[3] = {(char)(bits >> 16), (char)(bits >> 8), (char)bits};

    strbuf_add(out, bytes, (size_t)(3 - pad));
    return true;
}

int base64_decode(struct strbuf *out, const char *text, size_t len, struct error *err)
{
    size_t before = out->len;
    int pad = 0;

    if (len % 4 != 0)
        return fail(err, ERR_FORMAT, "base64: length is no multiple of four");
    if (len > 0 && text[len - 1] == '=')
        pad = text[len - 2] == '=' ? 2 : 1;
    for (size_t i = 0; i < len; i += 4) {
        if (!decode_group(text + i, i + 4 == len ? pad : 0, out)) {
            strbuf_truncate(out, before);
            return fail(err, ERR_FORMAT, "base64: wrong letter or padding in bytes %zu to %zu",
                        i + 1, i + 4);
        }
    }
    return 0;
}
