/* http.c - one request over libcurl: what it is told, and what it tells. */
#include "base/http.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/http_private.h"
#include "base/limits.h"
#include "base/secret.h"
#include "base/text.h"

#define HEADER_BYTES_MAX ((size_t)65536)

const char *http_failure_name(enum http_failure failure)
{
    static const char *const names[] = {
#define X(code, text) text,
        HTTP_FAILURES(X)
#undef X
    };

    return names[failure];
}

void http_response_clear(struct http_response *rs)
{
    if (rs->secret)
        secret_free(&rs->body);
    else
        strbuf_free(&rs->body);
}

/* --- What libcurl tells ---------------------------------------------------------------------- */

static size_t on_body(char *bytes, size_t size, size_t count, void *data)
{
    struct http_transfer *t = data;
    size_t len = size * count;

    strbuf_add(&t->rs->body, bytes, len);
    if (!t->rs->body.overflowed)
        return len;
    t->too_large = true;
    return 0;
}

/* The value of "name: value", without blanks at its ends, when the line is of that name. */
static void take_header(const char *line, size_t len, const char *name, char *out, size_t size)
{
    size_t name_len = strlen(name);
    char head[64];

    if (len <= name_len || name_len >= sizeof head || line[name_len] != ':')
        return;
    memcpy(head, line, name_len);
    head[name_len] = '\0';
    if (text_icmp(head, name) != 0)
        return;
    line += name_len + 1;
    len -= name_len + 1;
    while (len > 0 && (*line == ' ' || *line == '\t')) {
        line++;
        len--;
    }
    while (len > 0 && strchr(" \t\r\n", line[len - 1]))
        len--;
    (void)snprintf(out, size, "%.*s", (int)len, line);
}

static size_t on_header(char *line, size_t size, size_t count, void *data)
{
    struct http_transfer *t = data;
    struct http_response *rs = t->rs;
    size_t len = size * count;

    t->header_bytes += len;
    if (t->header_bytes > HEADER_BYTES_MAX) {
        t->too_large = true;
        return 0;
    }
    take_header(line, len, "date", rs->date, sizeof rs->date);
    take_header(line, len, "retry-after", rs->retry_after, sizeof rs->retry_after);
    take_header(line, len, "x-amz-request-id", rs->request_id, sizeof rs->request_id);
    take_header(line, len, "x-amzn-requestid", rs->request_id, sizeof rs->request_id);
    take_header(line, len, "x-amzn-errortype", rs->error_type, sizeof rs->error_type);
    return len;
}

static enum http_failure failure_of(const struct http_transfer *t, CURLcode rc)
{
    if (t->too_large)
        return HTTP_TOO_LARGE;
    switch (rc) {
    case CURLE_OK:
        return HTTP_OK;
    case CURLE_OPERATION_TIMEDOUT:
        return HTTP_TIMEOUT;
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
        return HTTP_CONNECT;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
        return HTTP_TLS;
    case CURLE_URL_MALFORMAT:
        return HTTP_REFUSED_URL;
    case CURLE_UNSUPPORTED_PROTOCOL: /* of the answer, which is not HTTP */
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
        return HTTP_BROKEN;
    case CURLE_OUT_OF_MEMORY:
        memory_exhausted();
    default:
        return HTTP_OTHER;
    }
}

/* SHA-256 of the first certificate of the chain, which libcurl gives as PEM. */
static void take_leaf(const struct http_transfer *t)
{
    struct curl_certinfo *info = NULL;
    const char *begin = NULL;
    cleanup_strbuf struct strbuf text = STRBUF_INIT(65536);
    cleanup_strbuf struct strbuf der = STRBUF_INIT(65536);
    struct error ignored = {0};

    if (curl_easy_getinfo(t->easy, CURLINFO_CERTINFO, &info) != CURLE_OK || !info ||
        info->num_of_certs < 1)
        return;
    for (struct curl_slist *s = info->certinfo[0]; s && !begin; s = s->next)
        if (strncmp(s->data, "Cert:", 5) == 0)
            begin = strstr(s->data, "-----BEGIN CERTIFICATE-----");
    if (!begin)
        return;
    for (begin += 27; *begin && *begin != '-'; begin++)
        if (*begin != '\n' && *begin != '\r')
            strbuf_addch(&text, *begin);
    if (base64_decode(&der, text.buf, text.len, &ignored) == 0)
        digest_bytes(der.buf, der.len, t->rs->tls_leaf_sha256);
}

void http_conclude(struct http_transfer *t, CURLcode rc)
{
    struct http_response *rs = t->rs;
    long status = 0;

    (void)curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
    rs->status = (int)status;
    rs->failure = failure_of(t, rc);
    if (rs->failure == HTTP_OK && status >= 300 && status < 400 && status != 304)
        rs->failure = HTTP_REFUSED_REDIRECT;
    if (rs->failure == HTTP_OK && (status < 200 || status > 599))
        rs->failure = HTTP_BROKEN;
    if (rs->failure == HTTP_TOO_LARGE)
        (void)snprintf(rs->failure_text, sizeof rs->failure_text, "more than %zu bytes",
                       rs->body.overflowed ? rs->body.max : HEADER_BYTES_MAX);
    else if (rs->failure != HTTP_OK && rc != CURLE_OK)
        (void)snprintf(rs->failure_text, sizeof rs->failure_text, "%s",
                       *t->error_text ? t->error_text : curl_easy_strerror(rc));
    else if (rs->failure != HTTP_OK)
        (void)snprintf(rs->failure_text, sizeof rs->failure_text, "HTTP status %ld", status);
    take_leaf(t);
}

/* --- What libcurl is told -------------------------------------------------------------------- */

/* Once per process, before the first handle: memory of libcurl is wiped when it is released. */
int http_start(struct error *err)
{
    static bool started;

    if (started)
        return 0;
    if (curl_global_init_mem(CURL_GLOBAL_DEFAULT, secret_alloc, secret_release, secret_realloc,
                             secret_strdup, secret_calloc) != CURLE_OK)
        return fail(err, ERR_NET, "libcurl does not start");
    started = true;
    return 0;
}

static void set_method(CURL *easy, const struct http_request *rq)
{
    if (rq->body || strcmp(rq->method, "POST") == 0) {
        (void)curl_easy_setopt(easy, CURLOPT_POSTFIELDS, rq->body ? rq->body : "");
        (void)curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                               (curl_off_t)(rq->body ? rq->body_len : 0));
    } else {
        (void)curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
    }
    (void)curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, rq->method);
}

/* Returns false when memory for the headers was not there. */
static bool set_headers(struct http_transfer *t, const struct http_request *rq)
{
    static const char *const not_sent[] = {"Expect:", "Accept:"};

    for (size_t i = 0; i < rq->header_count + 2; i++) {
        const char *line = i < rq->header_count ? rq->headers[i] : not_sent[i - rq->header_count];
        struct curl_slist *longer = curl_slist_append(t->headers, line);

        if (!longer)
            return false;
        t->headers = longer;
    }
    return curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, t->headers) == CURLE_OK;
}

static void set_limits(CURL *easy, const struct http_request *rq)
{
    long timeout = rq->timeout_ms > 0 ? rq->timeout_ms : HTTP_TIMEOUT_MS;
    long connect = rq->connect_timeout_ms > 0 ? rq->connect_timeout_ms : HTTP_CONNECT_TIMEOUT_MS;

    (void)curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, timeout);
    (void)curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, connect < timeout ? connect : timeout);
    (void)curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    (void)curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    (void)curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L); /* what was signed is what is sent */
    (void)curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    (void)curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    (void)curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
}

/* Each of these matters for safety, so each must be taken. */
static bool set_safety(CURL *easy, const struct http_settings *settings,
                       const struct http_request *rq, const struct http_url *url)
{
    bool direct = rq->no_proxy || http_host_is_loopback(url->host);

    return curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, url->tls ? "https" : "http") == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK &&
           (!settings->ca_bundle ||
            (curl_easy_setopt(easy, CURLOPT_CAINFO, settings->ca_bundle) == CURLE_OK &&
             curl_easy_setopt(easy, CURLOPT_CAPATH, NULL) == CURLE_OK)) &&
           (!direct || (curl_easy_setopt(easy, CURLOPT_PROXY, "") == CURLE_OK &&
                        curl_easy_setopt(easy, CURLOPT_NOPROXY, "*") == CURLE_OK));
}

static void set_answer(struct http_transfer *t, const struct http_settings *settings,
                       const struct http_request *rq)
{
    const char *agent = settings->user_agent ? settings->user_agent : "reportgen";

    (void)curl_easy_setopt(t->easy, CURLOPT_USERAGENT, agent);
    (void)curl_easy_setopt(t->easy, CURLOPT_ERRORBUFFER, t->error_text);
    (void)curl_easy_setopt(t->easy, CURLOPT_WRITEFUNCTION, on_body);
    (void)curl_easy_setopt(t->easy, CURLOPT_WRITEDATA, t);
    (void)curl_easy_setopt(t->easy, CURLOPT_HEADERFUNCTION, on_header);
    (void)curl_easy_setopt(t->easy, CURLOPT_HEADERDATA, t);
    (void)curl_easy_setopt(t->easy, CURLOPT_PRIVATE, t);
    if (rq->want_leaf) {
        (void)curl_easy_setopt(t->easy, CURLOPT_CERTINFO, 1L);
        (void)curl_easy_setopt(t->easy, CURLOPT_FRESH_CONNECT, 1L);
    }
}

static void response_init(struct http_response *rs, const struct http_request *rq)
{
    memset(rs, 0, sizeof *rs);
    rs->body = (struct strbuf)STRBUF_INIT(rq->max_bytes ? rq->max_bytes : LIMIT_ANSWER_BYTES);
    rs->secret = rq->secret;
    if (rq->secret)
        secret_reserve(&rs->body);
}

static bool is_one_line(const char *text)
{
    return strpbrk(text, "\r\n") == NULL;
}

int http_prepare(struct http_transfer *t, const struct http_settings *settings,
                 const struct http_request *rq, struct error *err)
{
    struct http_url url;

    response_init(t->rs, rq);
    t->rs->failure = HTTP_REFUSED_URL;
    if (!http_url_split(rq->url, &url))
        return fail(err, ERR_CONFIG, "not an address of the form https://host/path");
    if (!http_may_be_asked(rq, &url))
        return fail(err, ERR_CONFIG, "%s: only loopback may be asked without TLS", url.authority);
    for (size_t i = 0; i < rq->header_count; i++)
        if (!is_one_line(rq->headers[i]) || !strchr(rq->headers[i], ':'))
            return fail(err, ERR_CONFIG, "%s: a header is not one line", url.authority);
    if (settings->user_agent && !is_one_line(settings->user_agent))
        return fail(err, ERR_CONFIG, "%s: the user agent is not one line", url.authority);
    set_method(t->easy, rq);
    set_limits(t->easy, rq);
    set_answer(t, settings, rq);
    if (curl_easy_setopt(t->easy, CURLOPT_URL, rq->url) != CURLE_OK || !set_headers(t, rq) ||
        !set_safety(t->easy, settings, rq, &url))
        return fail(err, ERR_CONFIG, "%s: libcurl refuses the request", url.authority);
    t->rs->failure = HTTP_OK;
    return 0;
}

void http_transfer_reset(struct http_transfer *t)
{
    curl_easy_reset(t->easy);
    curl_slist_free_all(t->headers);
    *t = (struct http_transfer){.easy = t->easy};
}

/* --- One request ----------------------------------------------------------------------------- */

static int report(const struct http_request *rq, const struct http_response *rs, struct error *err)
{
    struct http_url url;
    enum error_code code = rs->failure == HTTP_TOO_LARGE ? ERR_LIMIT : ERR_NET;

    if (rs->failure == HTTP_OK)
        return 0;
    (void)http_url_split(rq->url, &url);
    return fail(err, code, "%s: %s: %s", url.authority, http_failure_name(rs->failure),
                rs->failure_text);
}

int http_send(const struct http_settings *settings, const struct http_request *rq,
              struct http_response *rs, struct error *err)
{
    struct http_transfer t = {.rs = rs};

    if (http_start(err)) {
        memset(rs, 0, sizeof *rs);
        rs->body = (struct strbuf)STRBUF_INIT(0);
        rs->failure = HTTP_OTHER;
        return -1;
    }
    t.easy = curl_easy_init();
    if (!t.easy)
        memory_exhausted();

    int result = http_prepare(&t, settings, rq, err);

    if (result == 0)
        http_conclude(&t, curl_easy_perform(t.easy));
    curl_slist_free_all(t.headers);
    curl_easy_cleanup(t.easy);
    return result ? result : report(rq, rs, err);
}
