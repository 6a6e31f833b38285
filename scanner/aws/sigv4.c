/* sigv4.c - AWS Signature Version 4: canonical request, string to sign, signature. */
#include "aws/sigv4.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/secret.h"

#define ALGORITHM "AWS4-HMAC-SHA256"
#define HEADERS_MAX 64
#define CANONICAL_MAX ((size_t)65536)
#define PARAMETERS_MAX 256

/* A header as the signature sees it; `order` keeps equal names as they came. */
struct signed_header {
    char name[128]; /* lower case */
    const char *value;
    size_t order;
};

/* A query parameter, both parts encoded, in one buffer. */
struct parameter {
    const char *name, *value;
};

void sigv4_clear(struct sigv4_result *r)
{
    secret_free(&r->canonical);
    secret_free(&r->to_sign);
}

static bool is_unreserved(unsigned char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == '~';
}

static void add_encoded(struct strbuf *out, unsigned char c, bool keep_slash)
{
    if (is_unreserved(c) || (keep_slash && c == '/'))
        strbuf_addch(out, (char)c);
    else
        strbuf_addf(out, "%%%02X", (unsigned)c);
}

/* --- Path ------------------------------------------------------------------------------------ */

/* Start of the last segment of out->buf[from..], which is where ".." cuts. */
static size_t last_segment(const struct strbuf *out, size_t from)
{
    size_t at = out->len;

    while (at > from && out->buf[at - 1] != '/')
        at--;
    return at > from ? at - 1 : from;
}

/* RFC 3986 section 5.2.4, and "//" is "/". A slash at the end stays. */
static void add_normal_path(struct strbuf *out, const char *path)
{
    size_t from = out->len;
    bool open = true; /* the path ends in a directory: a slash belongs at its end */

    while (*path) {
        path += strspn(path, "/");

        size_t len = strcspn(path, "/");

        open = path[len] == '/' || len == 0;
        if (len == 2 && memcmp(path, "..", 2) == 0) {
            strbuf_truncate(out, last_segment(out, from));
            open = true;
        } else if (len == 1 && *path == '.') {
            open = true;
        } else if (len > 0) {
            strbuf_addch(out, '/');
            strbuf_add(out, path, len);
        }
        path += len;
    }
    if (open || out->len == from)
        strbuf_addch(out, '/');
}

static void add_path(struct strbuf *out, const struct sigv4_request *rq)
{
    const char *sent = rq->path && *rq->path ? rq->path : "/";
    cleanup_strbuf struct strbuf path = STRBUF_INIT(CANONICAL_MAX);

    if (rq->keep_path)
        strbuf_addstr(&path, sent);
    else
        add_normal_path(&path, sent);
    out->overflowed |= path.overflowed;
    for (size_t i = 0; i < path.len; i++) {
        if (rq->path_encoded_once)
            strbuf_addch(out, path.buf[i]);
        else
            add_encoded(out, (unsigned char)path.buf[i], true);
    }
}

/* --- Query ----------------------------------------------------------------------------------- */

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Encode text[0..len) the canonical way, whatever of it is encoded already; a NUL after it. */
static void add_part(struct strbuf *out, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        int high = text[i] == '%' && len - i > 2 ? hex_digit(text[i + 1]) : -1;
        int low = high >= 0 ? hex_digit(text[i + 2]) : -1;

        if (low >= 0)
            i += 2;
        add_encoded(out, low >= 0 ? (unsigned char)(high * 16 + low) : (unsigned char)text[i],
                    false);
    }
    strbuf_addch(out, '\0');
}

static int by_name_and_value(const void *a, const void *b)
{
    const struct parameter *p = a;
    const struct parameter *q = b;
    int order = strcmp(p->name, q->name);

    return order ? order : strcmp(p->value, q->value);
}

/* The parts of the query into `parts`, name and value by turns. Their number; more than
 * PARAMETERS_MAX marks the buffer as overflowed. */
static size_t split_query(const char *query, struct strbuf *parts)
{
    size_t count = 0;

    while (*query) {
        size_t len = strcspn(query, "&");
        const char *equals = memchr(query, '=', len);
        size_t name_len = equals ? (size_t)(equals - query) : len;

        if (len > 0) {
            add_part(parts, query, name_len);
            add_part(parts, query + name_len + (equals ? 1 : 0), equals ? len - name_len - 1 : 0);
            count++;
        }
        query += len + (query[len] == '&');
    }
    if (count > PARAMETERS_MAX)
        parts->overflowed = true;
    return count;
}

static void add_query(struct strbuf *out, const char *query)
{
    cleanup_strbuf struct strbuf parts = STRBUF_INIT(CANONICAL_MAX);
    struct parameter parameters[PARAMETERS_MAX];
    size_t count = split_query(query, &parts);
    const char *at = parts.buf;

    out->overflowed |= parts.overflowed;
    if (parts.overflowed)
        return;
    for (size_t i = 0; i < count; i++) {
        parameters[i].name = at;
        at += strlen(at) + 1;
        parameters[i].value = at;
        at += strlen(at) + 1;
    }
    qsort(parameters, count, sizeof *parameters, by_name_and_value);
    for (size_t i = 0; i < count; i++)
        strbuf_addf(out, "%s%s=%s", i ? "&" : "", parameters[i].name, parameters[i].value);
}

/* --- Headers --------------------------------------------------------------------------------- */

static int by_name_and_order(const void *a, const void *b)
{
    const struct signed_header *p = a;
    const struct signed_header *q = b;
    int order = strcmp(p->name, q->name);

    return order ? order : (p->order > q->order) - (p->order < q->order);
}

struct header_list {
    struct signed_header at[HEADERS_MAX];
    size_t count;
    bool full;
};

static void add_header(struct header_list *list, const char *name, const char *value)
{
    struct signed_header *h = &list->at[list->count];
    size_t len = strlen(name);

    if (list->count == HEADERS_MAX || len >= sizeof h->name) {
        list->full = true;
        return;
    }
    for (size_t i = 0; i <= len; i++)
        h->name[i] = name[i] >= 'A' && name[i] <= 'Z' ? (char)(name[i] - 'A' + 'a') : name[i];
    h->value = value;
    h->order = list->count++;
}

static bool has_header(const struct header_list *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->at[i].name, name) == 0)
            return true;
    return false;
}

/* Without white space at both ends, and one blank for every run of it inside. */
static void add_trimmed(struct strbuf *out, const char *value)
{
    static const char blanks[] = " \t\r\n";

    value += strspn(value, blanks);
    while (*value) {
        size_t len = strcspn(value, blanks);

        strbuf_add(out, value, len);
        value += len;
        value += strspn(value, blanks);
        if (*value)
            strbuf_addch(out, ' ');
    }
}

/* "name:value\n" of each, equal names joined by commas; then a line of the names. */
static void add_headers(struct strbuf *out, const struct header_list *list, struct strbuf *names)
{
    for (size_t i = 0; i < list->count; i++) {
        bool again = i > 0 && strcmp(list->at[i].name, list->at[i - 1].name) == 0;
        bool more = i + 1 < list->count && strcmp(list->at[i].name, list->at[i + 1].name) == 0;

        if (!again) {
            strbuf_addf(out, "%s:", list->at[i].name);
            strbuf_addf(names, "%s%s", i ? ";" : "", list->at[i].name);
        }
        add_trimmed(out, list->at[i].value);
        strbuf_addch(out, more ? ',' : '\n');
    }
    strbuf_addf(out, "\n%s\n", names->buf);
}

static void gather_headers(struct header_list *list, const struct sigv4_request *rq,
                           const struct credentials *c, const struct sigv4_result *out)
{
    for (size_t i = 0; i < rq->header_count; i++)
        add_header(list, rq->headers[i].name, rq->headers[i].value);
    if (!has_header(list, "x-amz-date"))
        add_header(list, "x-amz-date", out->amz_date);
    if (*c->session_token && !rq->token_unsigned && !has_header(list, "x-amz-security-token"))
        add_header(list, "x-amz-security-token", c->session_token);
    if (rq->content_sha256 && !has_header(list, "x-amz-content-sha256"))
        add_header(list, "x-amz-content-sha256", out->content_sha256);
    qsort(list->at, list->count, sizeof *list->at, by_name_and_order);
}

/* --- Signature ------------------------------------------------------------------------------- */

/* "20150830T123600Z" */
static void format_date(time_t now, char out[17])
{
    char text[CLOCK_TEXT];
    size_t n = 0;

    clock_format(now, text);
    for (const char *s = text; *s && n < 16; s++)
        if (*s != '-' && *s != ':')
            out[n++] = *s;
    out[n] = '\0';
}

/* The key for this day, region and service, and with it the signature in hex. */
static void sign_text(const struct credentials *c, const struct sigv4_scope *scope,
                      struct sigv4_result *out)
{
    static const char letters[] = "0123456789abcdef";
    unsigned char key[DIGEST_BYTES], next[DIGEST_BYTES];
    char first[4 + sizeof c->secret_access_key];
    int len = snprintf(first, sizeof first, "AWS4%s", c->secret_access_key);

    digest_hmac(first, (size_t)len, out->amz_date, 8, key);
    digest_hmac(key, sizeof key, scope->region, strlen(scope->region), next);
    digest_hmac(next, sizeof next, scope->service, strlen(scope->service), key);
    digest_hmac(key, sizeof key, "aws4_request", 12, next);
    digest_hmac(next, sizeof next, out->to_sign.buf, out->to_sign.len, key);
    for (size_t i = 0; i < sizeof key; i++) {
        out->signature[2 * i] = letters[key[i] >> 4];
        out->signature[2 * i + 1] = letters[key[i] & 15];
    }
    out->signature[2 * sizeof key] = '\0';
    secret_wipe(first, sizeof first);
    secret_wipe(key, sizeof key);
    secret_wipe(next, sizeof next);
}

static int canonical_request(const struct sigv4_request *rq, const struct credentials *c,
                             struct sigv4_result *out, struct strbuf *names, struct error *err)
{
    struct header_list list = {.count = 0};

    gather_headers(&list, rq, c, out);
    if (!has_header(&list, "host"))
        return fail(err, ERR_CONFIG, "signing: the request has no Host header");
    if (list.full)
        return fail(err, ERR_LIMIT, "signing: more than %d headers, or too long a name",
                    HEADERS_MAX);
    strbuf_addf(&out->canonical, "%s\n", rq->method);
    add_path(&out->canonical, rq);
    strbuf_addch(&out->canonical, '\n');
    add_query(&out->canonical, rq->query ? rq->query : "");
    strbuf_addch(&out->canonical, '\n');
    add_headers(&out->canonical, &list, names);
    strbuf_addstr(&out->canonical, out->content_sha256);
    if (names->overflowed)
        out->canonical.overflowed = true;
    return strbuf_finish(&out->canonical, "signing: canonical request", err);
}

static int start(const struct sigv4_request *rq, const struct credentials *c,
                 const struct sigv4_scope *scope, struct sigv4_result *out, struct error *err)
{
    memset(out, 0, sizeof *out);
    out->canonical = (struct strbuf)STRBUF_INIT(CANONICAL_MAX);
    out->to_sign = (struct strbuf)STRBUF_INIT(1024);
    if (!*c->access_key_id || !*c->secret_access_key)
        return fail(err, ERR_CONFIG, "signing: credentials without a key");
    if (strlen(c->access_key_id) + strlen(scope->region) + strlen(scope->service) > 512)
        return fail(err, ERR_LIMIT, "signing: key id, region or service too long");
    secret_reserve(&out->canonical);
    format_date(scope->now, out->amz_date);
    if (rq->body_sha256)
        (void)snprintf(out->content_sha256, sizeof out->content_sha256, "%s", rq->body_sha256);
    else
        digest_bytes(rq->body ? rq->body : "", rq->body ? rq->body_len : 0, out->content_sha256);
    return 0;
}

int sigv4_sign(const struct sigv4_request *rq, const struct credentials *c,
               const struct sigv4_scope *scope, struct sigv4_result *out, struct error *err)
{
    cleanup_strbuf struct strbuf names = STRBUF_INIT(sizeof out->authorization - 768);
    char hash[DIGEST_HEX], credential[600];

    if (start(rq, c, scope, out, err) || canonical_request(rq, c, out, &names, err))
        return -1;
    (void)snprintf(credential, sizeof credential, "%.8s/%s/%s/aws4_request", out->amz_date,
                   scope->region, scope->service);
    strbuf_addf(&out->to_sign, "%s\n%s\n%s\n%s", ALGORITHM, out->amz_date, credential,
                digest_bytes(out->canonical.buf, out->canonical.len, hash));
    if (strbuf_finish(&out->to_sign, "signing: string to sign", err))
        return -1;
    sign_text(c, scope, out);
    (void)snprintf(out->authorization, sizeof out->authorization,
                   "%s Credential=%s/%s, SignedHeaders=%s, Signature=%s", ALGORITHM,
                   c->access_key_id, credential, names.buf, out->signature);
    return 0;
}
