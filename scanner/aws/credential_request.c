/* credential_request.c - asking STS, SSO, container and instance for credentials. */
#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>

#include "aws/credential_private.h"
#include "aws/retry.h"
#include "aws/sigv4.h"
#include "aws/transport.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/secret.h"
#include "base/text.h"
#include "base/xml.h"

#define HEADERS_MAX 12
#define SKEW_SECONDS 240 /* a clock that differs by less is not what was wrong */

time_t credential_now(const struct credential_settings *s)
{
    return clock_now() + s->clock_offset;
}

void credential_parameter(struct strbuf *body, const char *name, const char *value)
{
    if (!value)
        return;
    strbuf_addf(body, "&%s=", name);
    http_encode(body, value);
}

/* --- Signing --------------------------------------------------------------------------------- */

/* Lines that the signature adds, in one buffer that is wiped. */
static int sign(const struct ask *a, time_t now, struct strbuf *lines, struct error *err)
{
    struct sigv4_header headers[] = {
        {"Host", a->endpoint->host},
        {"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"},
    };
    struct sigv4_request rq = {.method = a->method,
                               .path = a->endpoint->path,
                               .headers = headers,
                               .header_count = sizeof headers / sizeof *headers,
                               .body = a->body->buf,
                               .body_len = a->body->len};
    struct sigv4_scope scope = {a->endpoint->region, a->endpoint->signing_name, now};
    cleanup_sigv4 struct sigv4_result result = {.canonical = STRBUF_INIT(1),
                                                .to_sign = STRBUF_INIT(1)};

    if (sigv4_sign(&rq, a->sign_with, &scope, &result, err))
        return -1;
    strbuf_addf(lines, "X-Amz-Date: %s", result.amz_date);
    strbuf_addch(lines, '\0');
    strbuf_addf(lines, "Authorization: %s", result.authorization);
    strbuf_addch(lines, '\0');
    if (*a->sign_with->session_token) {
        strbuf_addf(lines, "X-Amz-Security-Token: %s", a->sign_with->session_token);
        strbuf_addch(lines, '\0');
    }
    return strbuf_finish(lines, "headers", err);
}

static int send_once(const struct credential_settings *s, const struct ask *a, time_t now,
                     struct http_response *rs, struct error *err)
{
    const char *headers[HEADERS_MAX];
    cleanup_secret struct strbuf lines = STRBUF_INIT(CREDENTIAL_ANSWER_BYTES);
    struct http_request rq = {.method = a->method,
                              .url = a->url,
                              .headers = headers,
                              .body = a->body ? a->body->buf : NULL,
                              .body_len = a->body ? a->body->len : 0,
                              .timeout_ms = a->timeout_ms,
                              .max_bytes = CREDENTIAL_ANSWER_BYTES,
                              .no_proxy = a->no_proxy,
                              .secret = true};

    for (; rq.header_count < a->header_count && rq.header_count < HEADERS_MAX - 3;
         rq.header_count++)
        headers[rq.header_count] = a->headers[rq.header_count];
    secret_reserve(&lines);
    if (a->sign_with && sign(a, now, &lines, err)) {
        *rs = (struct http_response){.body = STRBUF_INIT(0), .failure = HTTP_OTHER};
        return -1;
    }
    for (const char *line = lines.buf; line < lines.buf + lines.len; line += strlen(line) + 1)
        headers[rq.header_count++] = line;
    return http_send(&s->http, &rq, rs, err);
}

/* --- Again ----------------------------------------------------------------------------------- */

static enum failure kind_of(const struct http_response *rs, const char *code)
{
    switch (rs->failure) {
    case HTTP_OK:
        return rs->status / 100 == 2 ? FAILURE_FINAL : retry_kind(rs->status, code);
    case HTTP_TIMEOUT:
        return FAILURE_TIMEOUT;
    case HTTP_CONNECT:
    case HTTP_BROKEN:
        return FAILURE_NETWORK;
    default:
        return FAILURE_FINAL;
    }
}

static double chance(void)
{
    unsigned char bytes[2] = {0, 0};

    (void)RAND_bytes(bytes, sizeof bytes);
    return (bytes[0] * 256 + bytes[1]) / 65536.0;
}

/* The server refused the time of the signature, and its clock says another: by how much. */
static bool is_clock_wrong(const struct http_response *rs, const char *code, long *offset)
{
    time_t theirs;

    if (rs->failure != HTTP_OK || !retry_is_skew(code) || !clock_parse_http(rs->date, &theirs))
        return false;

    long found = (long)(theirs - clock_now());

    if (labs(found - *offset) < SKEW_SECONDS)
        return false;
    *offset = found;
    return true;
}

int credential_ask(const struct credential_settings *s, const struct ask *a, long *offset,
                   struct http_response *rs, struct error *err)
{
    struct retry_budget budget = {RETRY_BUDGET};
    struct retry_state state = {.attempts = 0};
    long own = s->clock_offset;
    long *clock = offset ? offset : &own;
    bool moved = false;

    for (;;) {
        struct error failed = {0};
        struct arena arena = {0};
        int sent = send_once(s, a, clock_now() + *clock, rs, &failed);
        const char *code = sent == 0 && rs->status / 100 != 2
                               ? transport_error_code(rs->body.buf, rs->body.len, &arena)
                               : "";
        bool again = a->sign_with && !moved && is_clock_wrong(rs, code, clock);
        long delay = again ? 0 : -1;

        moved = moved || again;
        if (!again && kind_of(rs, code) != FAILURE_FINAL && ++state.attempts < a->attempts)
            delay = retry_delay(&budget, &state, kind_of(rs, code), chance(), 0);
        arena_free(&arena);
        if (delay < 0 && sent == 0)
            return 0;
        http_response_clear(rs);
        if (delay < 0) {
            *err = failed;
            return fail_in(err, "%s", a->what);
        }
        clock_sleep_ms(delay);
    }
}

/* --- Refusals -------------------------------------------------------------------------------- */

struct message {
    char text[400];
};

static int on_message(void *context, const struct xml_at *at, const char *text, size_t len,
                      struct error *err)
{
    struct message *m = context;

    (void)err;
    (void)len;
    if (strcmp(at->name, "Message") == 0)
        (void)snprintf(m->text, sizeof m->text, "%s", text);
    return 0;
}

static void find_message(const struct http_response *rs, struct message *m)
{
    static const struct xml_handler handler = {NULL, on_message};
    static const char *const members[] = {"message", "Message", "error_description"};
    struct error ignored = {0};
    const char *start = rs->body.buf + strspn(rs->body.buf, " \t\r\n");

    m->text[0] = '\0';
    if (*start == '<') {
        (void)xml_parse("answer", rs->body.buf, rs->body.len, &handler, m, &ignored);
        return;
    }

    cleanup_secret_json cJSON *tree = json_parse("answer", rs->body.buf, rs->body.len, &ignored);

    for (size_t i = 0; i < sizeof members / sizeof *members && !m->text[0]; i++)
        (void)snprintf(m->text, sizeof m->text, "%s", json_str(tree, members[i]));
}

static const char *code_of(const struct http_response *rs, struct arena *arena)
{
    const char *code = transport_error_code(rs->body.buf, rs->body.len, arena);
    struct error ignored = {0};

    if (*code)
        return code;
    if (*rs->error_type)
        return arena_strndup(arena, rs->error_type, strcspn(rs->error_type, ":"));

    cleanup_secret_json cJSON *tree = json_parse("answer", rs->body.buf, rs->body.len, &ignored);

    if (*json_str(tree, "error"))
        return arena_strdup(arena, json_str(tree, "error"));
    return *json_str(tree, "code") ? arena_strdup(arena, json_str(tree, "code"))
                                   : arena_printf(arena, "HTTP status %d", rs->status);
}

int credential_refused(const char *what, const struct http_response *rs, struct error *err)
{
    struct arena arena = {0};
    struct message m;
    const char *code = text_shown(&arena, code_of(rs, &arena));
    enum error_code kind = rs->status >= 500 || rs->status == 429 ? ERR_NET : ERR_AUTH;

    if (strncmp(code, "AccessDenied", 12) == 0 || strncmp(code, "Forbidden", 9) == 0 ||
        strcmp(code, "HTTP status 403") == 0)
        kind = ERR_DENIED;
    find_message(rs, &m);
    (void)fail(err, kind, "%s: %s%s%s", what, code, m.text[0] ? ": " : "",
               text_shown(&arena, m.text));
    arena_free(&arena);
    return -1;
}
