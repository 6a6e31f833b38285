/* wire.c - the bodies and headers of AWS's query and JSON 1.1 protocols. */
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
} tokens[] = {{"iam", "Marker"}};

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
    if (service->protocol == PROTOCOL_QUERY)
        write_query(service, call->operation, parameters, out);
    else if (service->protocol != PROTOCOL_JSON11)
        return fail(err, ERR_CONFIG, "%s: its protocol is not spoken here", call->service);
    else if (json_canonical(parameters, out, err))
        return -1;
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

/* Sign, and write all headers but Host, which libcurl makes of the address. */
static int write_headers(const struct wire_request *rq, const struct credentials *c,
                         struct headers *h, struct error *err)
{
    const struct service *service = rq->endpoint->service;
    bool query = service->protocol == PROTOCOL_QUERY;
    char target[256];
    struct sigv4_header signed_headers[3] = {
        {"Host", rq->endpoint->host},
        {"Content-Type",
         query ? "application/x-www-form-urlencoded; charset=utf-8" : "application/x-amz-json-1.1"},
        {"X-Amz-Target", target}};
    struct sigv4_request request = {.method = "POST",
                                    .path = rq->endpoint->path,
                                    .headers = signed_headers,
                                    .header_count = query ? 2 : 3,
                                    .body = rq->body->buf,
                                    .body_len = rq->body->len};
    struct sigv4_scope scope = {rq->endpoint->region, rq->endpoint->signing_name, rq->now};
    cleanup_sigv4 struct sigv4_result result = {0};

    (void)snprintf(target, sizeof target, "%s.%s", query ? "" : service->version, rq->operation);
    if (sigv4_sign(&request, c, &scope, &result, err))
        return -1;
    for (size_t i = 1; i < request.header_count; i++)
        if (add_header(h, signed_headers[i].name, signed_headers[i].value, err))
            return -1;
    if (add_header(h, "X-Amz-Date", result.amz_date, err) ||
        add_header(h, "Authorization", result.authorization, err))
        return -1;
    return *c->session_token ? add_header(h, "X-Amz-Security-Token", c->session_token, err) : 0;
}

int wire_send(struct http_pool *pool, const struct wire_request *rq, const struct credentials *c,
              struct http_response *rs, void *user, struct error *err)
{
    struct headers h = {.count = 0};
    int status = write_headers(rq, c, &h, err);
    struct http_request request = {.method = "POST",
                                   .url = rq->endpoint->url,
                                   .headers = h.at,
                                   .header_count = h.count,
                                   .body = rq->body->buf,
                                   .body_len = rq->body->len,
                                   .timeout_ms = rq->timeout_ms,
                                   .want_leaf = rq->want_leaf};

    if (status == 0)
        status = http_pool_add(pool, &request, rs, user, err);
    secret_wipe(&h, sizeof h);
    return status;
}

bool wire_is_whole(const struct service *service, const struct strbuf *body)
{
    static const struct xml_handler nothing = {NULL, NULL};
    struct error ignored = {0};

    if (service->protocol == PROTOCOL_QUERY)
        return xml_parse("answer", body->buf, body->len, &nothing, NULL, &ignored) == 0;

    cleanup_json cJSON *tree = json_parse("answer", body->buf, body->len, &ignored);

    return tree != NULL;
}
