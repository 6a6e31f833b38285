/* sigv4.h - AWS Signature Version 4 in the Authorization header. Pure: no clock, no network.
 *
 * Rule: "AWS Signature Version 4 for API requests", IAM user guide; tested with vectors in
 * tests/vectors/sigv4. */
#ifndef AWS_SIGV4_H
#define AWS_SIGV4_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "aws/credentials.h"
#include "base/error.h"
#include "base/strbuf.h"

struct sigv4_header {
    const char *name, *value;
};

/* What will be sent. Must name Host (with the port when it is not the default one); x-amz-date and
 * x-amz-security-token are added here. */
struct sigv4_request {
    const char *method;
    const char *path;  /* as it will be sent, "" means "/" */
    const char *query; /* as it will be sent, without "?"; NULL or "": none */
    const struct sigv4_header *headers;
    size_t header_count;
    const void *body;
    size_t body_len;
    const char *body_sha256; /* hex, instead of the body; NULL: of the body */
    bool keep_path;          /* leave ".", ".." and "//" in the path */
    bool path_encoded_once;  /* S3: the path goes in as it is sent, others encode it again */
    bool content_sha256;     /* sign and return x-amz-content-sha256 (S3) */
    bool token_unsigned;     /* x-amz-security-token is sent but not signed */
};

/* What to send: headers Authorization and X-Amz-Date, X-Amz-Security-Token when the credentials
 * have one, X-Amz-Content-Sha256 when it was asked for. The stages are for tests and messages
 * about them; they hold the session token. Release with sigv4_clear(), which wipes. */
struct sigv4_result {
    char authorization[2048];
    char amz_date[17];
    char signature[65];
    char content_sha256[65];
    struct strbuf canonical; /* the canonical request */
    struct strbuf to_sign;   /* the string to sign */
};
void sigv4_clear(struct sigv4_result *r);
#define cleanup_sigv4 CLEANUP(sigv4_clear)

struct sigv4_scope {
    const char *region, *service; /* to sign for: endpoint.region, endpoint.signing_name */
    time_t now;
};

/* Errors: ERR_CONFIG no Host header, or credentials without key; ERR_LIMIT more than 64 headers or
 * 64 KiB of canonical request; ERR_CRYPTO. *out is to be cleared in any case. */
int sigv4_sign(const struct sigv4_request *rq, const struct credentials *c,
               const struct sigv4_scope *scope, struct sigv4_result *out, struct error *err);

#endif
