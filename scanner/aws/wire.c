/* wire.c - the bodies, targets and headers of AWS's query, JSON 1.1 and REST-XML protocols. */
#include "aws/wire.h"

#include <string.h>

#include "aws/sigv4.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/secret.h"
#include "base/xml.h"

/* Name of the parameter that asks for the page after a token. To add a service with another one:
 * a row. */
static const struct {
    const char *service, *name;
} tokens[] = {{"iam", "Marker"}, {"logs", "nextToken"}};

static const char *token_name(const char *service)
{
    for (size_t i = 0; i < sizeof tokens / sizeof *tokens; i++)
        if (strcmp(tokens[i].service, service) == 0)
            return tokens[i].name;
    return "NextToken";
}

static void add_pair(struct strbuf *out, const char *name, const char *value)
{
    if (out->len > 0)
        strbuf_addch(out, '&');
    http_encode(out, name);
    strbuf_addch(out, '=');
    http_encode(out, value);
}

static void write_query(const struct service *service, const char *operation,
                        const cJSON *parameters, struct strbuf *out)
{
    add_pair(out, "Action", operation);
    add_pair(out, "Version", service->version);
    for (const cJSON *p = json_first(parameters); p; p = p->next)
        add_pair(out, p->string, p->valuestring);
}

/* REST operations that are asked here: GETs, without a body. Every parameter has its place in the
 * path. To add one: a row. */
static const struct rest_operation {
    const char *service, *name, *path, *query;
} rest_operations[] = {
    {"s3", "GetBucketLocation", "/{Bucket}", "location"},
    {"s3", "GetBucketVersioning", "/{Bucket}", "versioning"},
    {"s3", "GetObjectLockConfiguration", "/{Bucket}", "object-lock"},
};

/* A parameter takes one segment of the path: never an empty one, "." or "..". */
static bool is_segment(const cJSON *value)
{
    return cJSON_IsString(value) && *value->valuestring && strcmp(value->valuestring, ".") != 0 &&
           strcmp(value->valuestring, "..") != 0;
}

/* Path and query of the operation, with the parameters in their places. */
static int write_target(const struct rest_operation *row, const cJSON *parameters,
                        struct strbuf *out, struct error *err)
{
    size_t used = 0;

    for (const char *at = row->path; *at;) {
        size_t len = strcspn(at, "{"), name_len = strcspn(at + len, "}");
        char name[64];

        strbuf_add(out, at, len);
        at += len;
        if (!*at)
            break;
        (void)snprintf(name, sizeof name, "%.*s", (int)name_len - 1, at + 1);
        if (!is_segment(json_find(parameters, name)))
            return fail(err, ERR_FORMAT, "%s: parameter %s is no part of a path", row->name, name);
        http_encode(out, json_str(parameters, name));
        at += name_len + 1;
        used++;
    }
    strbuf_addf(out, "?%s", row->query);
    if (used != json_count(parameters))
        return fail(err, ERR_FORMAT, "%s: a parameter that has no place", row->name);
    return 0;
}

static int write_rest(const struct call *call, const cJSON *parameters, const char *token,
                      struct strbuf *out, struct error *err)
{
    size_t count = sizeof rest_operations / sizeof *rest_operations;

    if (token)
        return fail(err, ERR_CONFIG, "%s:%s: has no pages", call->service, call->operation);
    for (size_t i = 0; i < count; i++)
        if (strcmp(rest_operations[i].service, call->service) == 0 &&
            strcmp(rest_operations[i].name, call->operation) == 0)
            return write_target(&rest_operations[i], parameters, out, err);
    return fail(err, ERR_CONFIG, "%s:%s: is not spoken here", call->service, call->operation);
}

static int check_parameters(const struct call *call, const cJSON *parameters, bool query,
                            struct error *err)
{
    if (!parameters)
        return fail_in(err, "%s:%s", call->service, call->operation);
    if (!cJSON_IsObject(parameters))
        return fail(err, ERR_FORMAT, "%s:%s: parameters are no object", call->service,
                    call->operation);
    for (const cJSON *p = json_first(parameters); query && p; p = p->next)
        if (!cJSON_IsString(p))
            return fail(err, ERR_FORMAT, "%s:%s: parameters are no object of texts", call->service,
                        call->operation);
    return 0;
}

int wire_body(const struct service *service, const struct call *call, const char *token,
              struct strbuf *out, struct error *err)
{
    cleanup_json cJSON *parameters =
        json_parse("parameters", call->parameters, strlen(call->parameters), err);

    strbuf_clear(out);
    if (check_parameters(call, parameters, service->protocol == PROTOCOL_QUERY, err))
        return -1;
    if (token)
        (void)cJSON_AddStringToObject(parameters, token_name(call->service), token);
    switch (service->protocol) {
    case PROTOCOL_QUERY:
        write_query(service, call->operation, parameters, out);
        break;
    case PROTOCOL_REST_XML:
        if (write_rest(call, parameters, token, out, err))
            return -1;
        break;
    case PROTOCOL_JSON11:
        if (json_canonical(parameters, out, err))
            return -1;
        break;
    default:
        return fail(err, ERR_CONFIG, "%s: its protocol is not spoken here", call->service);
    }
    return strbuf_finish(out, call->operation, err);
}

#define HEADERS_MAX 6

/* The request's headers as text; one buffer, wiped after use: it holds the session token. */
struct headers {
    char text[16384];
    size_t used;
    const char *at[HEADERS_MAX];
    size_t count;
};

static int add_header(struct headers *h, const char *name, const char *value, struct error *err)
{
    size_t room = sizeof h->text - h->used;
    int len = snprintf(h->text + h->used, room, "%s: %s", name, value);

    if (len < 0 || (size_t)len >= room || h->count == HEADERS_MAX)
        return fail(err, ERR_LIMIT, "header %s: too long", name);
    h->at[h->count++] = h->text + h->used;
    h->used += (size_t)len + 1;
    return 0;
}

/* What is sent: to which address, with or without a body. */
struct message {
    char url[2048], path[2048];
    const char *query;
    const char *method;
    const struct strbuf *body; /* NULL: none */
};

static int write_message(const struct wire_request *rq, struct message *out, struct error *err)
{
    const struct endpoint *e = rq->endpoint;
    bool rest = e->service->protocol == PROTOCOL_REST_XML;
    const char *target = rest ? rq->body->buf + 1 : ""; /* both addresses end with a slash */
    int url = snprintf(out->url, sizeof out->url, "%s%s", e->url, target);
    int path = snprintf(out->path, sizeof out->path, "%s%s", e->path, target);
    char *query = strchr(out->path, '?');

    if (url < 0 || (size_t)url >= sizeof out->url || path < 0 || (size_t)path >= sizeof out->path)
        return fail(err, ERR_LIMIT, "%s: address too long", rq->operation);
    if (query)
        *query++ = '\0';
    out->query = query;
    out->method = rest ? "GET" : "POST";
    out->body = rest ? NULL : rq->body;
    return 0;
}

/* S3's rules (Amazon S3 API reference, "Authenticating requests (AWS Signature Version 4)"): the
 * path is encoded once and taken as it is, and the body's hash is a header. */
static void shape_request(const struct wire_request *rq, const struct message *m,
                          struct sigv4_request *out)
{
    bool rest = rq->endpoint->service->protocol == PROTOCOL_REST_XML;

    out->method = m->method;
    out->path = m->path;
    out->query = m->query;
    out->body = m->body ? m->body->buf : NULL;
    out->body_len = m->body ? m->body->len : 0;
    out->keep_path = out->path_encoded_once = out->content_sha256 = rest;
}

static int add_signature(const struct sigv4_request *request, const struct sigv4_result *result,
                         const struct credentials *c, struct headers *h, struct error *err)
{
    if (request->content_sha256 &&
        add_header(h, "X-Amz-Content-Sha256", result->content_sha256, err))
        return -1;
    if (add_header(h, "X-Amz-Date", result->amz_date, err) ||
        add_header(h, "Authorization", result->authorization, err))
        return -1;
    return *c->session_token ? add_header(h, "X-Amz-Security-Token", c->session_token, err) : 0;
}

/* How many of the headers Host, Content-Type and X-Amz-Target a protocol has. */
static size_t headers_of(enum protocol protocol)
{
    return protocol == PROTOCOL_REST_XML ? 1 : protocol == PROTOCOL_QUERY ? 2 : 3;
}

/* Sign, and write all headers but Host, which libcurl makes of the address. */
static int write_headers(const struct wire_request *rq, const struct message *m,
                         const struct credentials *c, struct headers *h, struct error *err)
{
    const struct service *service = rq->endpoint->service;
    bool query = service->protocol == PROTOCOL_QUERY;
    char target[256];
    struct sigv4_header signed_headers[3] = {
        {"Host", rq->endpoint->host},
        {"Content-Type",
         query ? "application/x-www-form-urlencoded; charset=utf-8" : "application/x-amz-json-1.1"},
        {"X-Amz-Target", target}};
    struct sigv4_request request = {.headers = signed_headers,
                                    .header_count = headers_of(service->protocol)};
    struct sigv4_scope scope = {rq->endpoint->region, rq->endpoint->signing_name, rq->now};
    cleanup_sigv4 struct sigv4_result result = {0};

    (void)snprintf(target, sizeof target, "%s.%s", service->version ? service->version : "",
                   rq->operation);
    shape_request(rq, m, &request);
    if (sigv4_sign(&request, c, &scope, &result, err))
        return -1;
    for (size_t i = 1; i < request.header_count; i++)
        if (add_header(h, signed_headers[i].name, signed_headers[i].value, err))
            return -1;
    return add_signature(&request, &result, c, h, err);
}

int wire_send(struct http_pool *pool, const struct wire_request *rq, const struct credentials *c,
              struct http_response *rs, void *user, struct error *err)
{
    struct headers h = {.count = 0};
    struct message m;
    int status = write_message(rq, &m, err);
    struct http_request request = {
        .url = m.url, .timeout_ms = rq->timeout_ms, .want_leaf = rq->want_leaf};

    if (status == 0)
        status = write_headers(rq, &m, c, &h, err);
    if (status == 0) {
        request.method = m.method;
        request.headers = h.at;
        request.header_count = h.count;
        request.body = m.body ? m.body->buf : NULL;
        request.body_len = m.body ? m.body->len : 0;
        status = http_pool_add(pool, &request, rs, user, err);
    }
    secret_wipe(&h, sizeof h);
    return status;
}

bool wire_is_whole(const struct service *service, const struct strbuf *body)
{
    static const struct xml_handler nothing = {NULL, NULL};
    struct error ignored = {0};

    if (service->protocol == PROTOCOL_QUERY || service->protocol == PROTOCOL_REST_XML)
        return xml_parse("answer", body->buf, body->len, &nothing, NULL, &ignored) == 0;

    cleanup_json cJSON *tree = json_parse("answer", body->buf, body->len, &ignored);

    return tree != NULL;
}
