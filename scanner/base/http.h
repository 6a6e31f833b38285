/* http.h - HTTP over libcurl; the only user of libcurl.
 *
 * HTTPS with verified certificates. Clear text only to hosts where it cannot leave the machine or
 * its host: loopback (127.0.0.0/8, ::1, localhost) and, for requests marked `no_proxy`, the
 * link-local metadata addresses of AWS (169.254.169.254, 169.254.170.2, 169.254.170.23,
 * fd00:ec2::23, fd00:ec2::254). Redirects are never followed. Headers and bodies are bounded, and
 * every wait has a limit. Proxies come from HTTPS_PROXY and NO_PROXY, as libcurl reads them.
 * What libcurl kept in memory is wiped when it is released.
 *
 * After fork() a child opens a pool of its own and leaves the parent's alone. */
#ifndef BASE_HTTP_H
#define BASE_HTTP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/strbuf.h"

#define HTTP_TIMEOUT_MS 60000L
#define HTTP_CONNECT_TIMEOUT_MS 10000L

struct http_settings {
    const char *ca_bundle;  /* PEM file instead of the system's, or NULL */
    const char *user_agent; /* NULL: "reportgen" */
};

struct http_request {
    const char *method, *url;
    const char *const *headers; /* "Name: value"; Host and Content-Length are libcurl's */
    size_t header_count;
    const void *body; /* borrowed until the answer is there; NULL: none */
    size_t body_len;
    long timeout_ms, connect_timeout_ms; /* 0: the ones above */
    size_t max_bytes;                    /* of the answer's body; 0: LIMIT_ANSWER_BYTES */
    bool no_proxy;                       /* straight to the host */
    bool secret;    /* the answer holds credentials: its buffer never moves and is wiped; then
                       max_bytes should be small, it is reserved at once */
    bool want_leaf; /* open a new connection and note the certificate in tls_leaf_sha256 */
};

/* To add one: a row; http_failure_name() gives the text. */
#define HTTP_FAILURES(X)                                         \
    X(HTTP_OK, "ok")                                             \
    X(HTTP_CONNECT, "no connection")                             \
    X(HTTP_TIMEOUT, "timed out")                                 \
    X(HTTP_TLS, "TLS failed")                                    \
    X(HTTP_TOO_LARGE, "the answer is too large")                 \
    X(HTTP_REFUSED_REDIRECT, "the answer is a redirect")         \
    X(HTTP_REFUSED_URL, "the address is not HTTPS or loopback")  \
    X(HTTP_BROKEN, "the connection broke off within the answer") \
    X(HTTP_OTHER, "the request failed")

enum http_failure {
#define X(code, text) code,
    HTTP_FAILURES(X)
#undef X
};

/* An answer. With HTTP_OK: whatever status the server gave except a redirect. Otherwise `status`
 * is 0, or what had been read of it, and failure_text says more, in libcurl's words. Headers that
 * are absent are "". Release with http_response_clear(). */
struct http_response {
    int status;
    struct strbuf body;
    char date[64], retry_after[32], request_id[128], error_type[256];
    enum http_failure failure;
    char failure_text[256];
    char tls_leaf_sha256[65]; /* of the DER certificate; "" unless wanted */
    bool secret;
};
void http_response_clear(struct http_response *rs);
#define cleanup_response CLEANUP(http_response_clear)

const char *http_failure_name(enum http_failure failure);

/* One request, waiting for its answer. 0 when rs->failure is HTTP_OK; else -1 with *err: ERR_NET
 * "host: why", ERR_LIMIT too large, ERR_CONFIG a refused or unreadable address or CA file. *rs is
 * filled in both cases and to be cleared in both. */
int http_send(const struct http_settings *settings, const struct http_request *rq,
              struct http_response *rs, struct error *err);

/* Many requests at a time over kept-alive connections. `connections` bounds how many are open;
 * what is added beyond that waits its turn inside, and that
 * waiting counts against its time. */
struct http_pool;
struct http_pool *http_pool_open(const struct http_settings *settings, size_t connections,
                                 struct error *err);

/* Start a request. Everything but the body is copied; `rs` is the caller's, filled and owned by
 * him as above, and must stay in place until it is done; `user` comes back with it. -1 with
 * ERR_CONFIG for an address that is refused: then nothing was started. */
int http_pool_add(struct http_pool *pool, const struct http_request *rq, struct http_response *rs,
                  void *user, struct error *err);

/* Wait until a request is done, at most timeout_ms (0: look only). 1: *user is that of the one that
 * is done; 0: none yet, or none under way; -1: ERR_NET, libcurl itself is in trouble. */
int http_pool_wait(struct http_pool *pool, long timeout_ms, void **user, struct error *err);

/* Requests under way, those that wait their turn included. */
size_t http_pool_pending(const struct http_pool *pool);

/* Break off what is under way and close the connections; NULL is fine. */
void http_pool_close(struct http_pool *pool);

/* The parts of an absolute http or https address. false when it is none, or carries a user name,
 * a password or a fragment. `authority` is what the Host header says: the port only when it is not
 * the default one; IPv6 addresses stand in brackets there and without in `host`. `path` has at
 * least "/"; `query` is without "?", "" when there is none. */
struct http_url {
    bool tls;
    char host[256], authority[272];
    char path[1024], query[2048];
};
bool http_url_split(const char *url, struct http_url *out);
bool http_host_is_loopback(const char *host);

/* Append text percent-encoded: all but A-Z a-z 0-9 - _ . ~ (RFC 3986 section 2.3). */
void http_encode(struct strbuf *out, const char *text);

#endif
