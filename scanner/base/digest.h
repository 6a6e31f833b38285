/* digest.h - SHA-256, hexadecimal and base64 over OpenSSL. */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/strbuf.h"

#define DIGEST_HEX 65 /* 64 lower-case digits and a NUL */

/* SHA-256 of bytes[0..len) as lower-case hex. */
const char *digest_bytes(const void *bytes, size_t len, char hex[DIGEST_HEX]);

/* Is this how a SHA-256 is written: 64 lower-case hexadecimal digits and nothing else? */
bool digest_is_hex(const char *text);

/* SHA-256 of a regular file, read in pieces; *size gets its length (may be NULL). Errors:
 * ERR_MISSING, ERR_IO, ERR_LIMIT over `max` bytes. */
int digest_file(const char *path, size_t max, char hex[DIGEST_HEX], size_t *size,
                struct error *err);

/* SHA-256 of bytes that come in pieces. digest_end() also releases it; so does digest_drop(). */
struct digest_stream {
    struct evp_md_ctx_st *md;
};
void digest_begin(struct digest_stream *s);
void digest_feed(struct digest_stream *s, const void *bytes, size_t len);
const char *digest_end(struct digest_stream *s, char hex[DIGEST_HEX]);
void digest_drop(struct digest_stream *s);

/* HMAC-SHA-256 (RFC 2104); the caller wipes what was secret. */
#define DIGEST_BYTES 32
void digest_hmac(const void *key, size_t key_len, const void *bytes, size_t len,
                 unsigned char out[DIGEST_BYTES]);

/* SHA-1 as lower-case hex: for file names that other programs make of it, never for integrity. */
#define DIGEST_SHA1_HEX 41
const char *digest_sha1(const void *bytes, size_t len, char hex[DIGEST_SHA1_HEX]);

/* Standard base64 (RFC 4648 section 4), no line breaks. Decoding is strict: alphabet, padding and
 * unused bits are checked; white space is refused, and so is the URL alphabet. ERR_FORMAT. */
void base64_encode(struct strbuf *out, const void *bytes, size_t len);
int base64_decode(struct strbuf *out, const char *text, size_t len, struct error *err);

#endif
