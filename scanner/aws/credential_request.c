/* credential_request.c - asking STS, SSO, container and instance for credentials. */
#include <stdio.h>
#include <string.h>

#include "aws/attempt.h"
#include "aws/credential_private.h"
#include "aws/pacer_shared.h"
#include "aws/sigv4.h"
#include "base/clock.h"
#include "base/secret.h"
#include "base/text.h"

#define HEADERS_MAX 12

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

/* A question under way. */
struct asking {
    const struct credential_settings *s;
    const struct ask *ask;
    struct retry_budget budget;
    struct attempt attempt;
};

/* STS is asked by all workers of a scan: each waits for its turn. */
static void wait_for_turn(const struct asking *q)
{
    struct credential_traffic *t = q->s->traffic;

    if (t && t->pacer && q->ask->endpoint)
        clock_sleep_ms(pacer_shared_take(t->pacer, clock_ticks_ms()));
}

static void tell_traffic(const struct asking *q, enum failure kind)
{
    struct credential_traffic *t = q->s->traffic;

    if (!t)
        return;
    t->throttled += kind == FAILURE_THROTTLED;
    t->retried += q->attempt.retry.attempts > 1;
    if (t->pacer && q->ask->endpoint)
        pacer_shared_tell(t->pacer,
                          kind == FAILURE_THROTTLED ? PACER_THROTTLED
                          : kind == FAILURE_FINAL   ? PACER_ANSWERED
                                                    : PACER_FAILED,
                          clock_ticks_ms());
    if (t->news)
        t->news(t->context);
}

/* How an attempt went. */
struct outcome {
    enum failure kind;
    bool clock_moved;
};

static struct outcome attempt_once(struct asking *q, long *clock, struct http_response *rs,
                                   struct error *err)
{
    struct arena arena = {0};
    struct outcome o = {FAILURE_FINAL, false};
    const char *code = "";

    wait_for_turn(q);
    if (send_once(q->s, q->ask, clock_now() + *clock, rs, err) == 0 && rs->status / 100 != 2)
        code = attempt_error(rs, &arena).code;
    q->attempt.retry.attempts++;
    if (err->code == ERR_NONE || err->code == ERR_NET)
        o.kind = attempt_failure(rs, code, q->ask->endpoint);
    tell_traffic(q, o.kind);
    o.clock_moved = q->ask->sign_with && attempt_corrects_clock(&q->attempt, rs, code, clock);
    arena_free(&arena);
    return o;
}

int credential_ask(const struct credential_settings *s, const struct ask *a, long *offset,
                   struct http_response *rs, struct error *err)
{
    const struct attempt_limits limits = {a->attempts,
                                          s->most_ms > 0 ? s->most_ms : CREDENTIAL_MOST_MS};
    struct asking q = {s, a, {RETRY_BUDGET}, {.since = clock_ticks_ms()}};
    long own = s->clock_offset;

    for (;;) {
        struct error failed = {0};
        struct outcome o = attempt_once(&q, offset ? offset : &own, rs, &failed);
        long delay = o.clock_moved ? 0
                     : o.kind == FAILURE_FINAL
                         ? -1
                         : attempt_delay(&q.attempt, &q.budget, o.kind, rs, &limits);

        if (delay < 0 && failed.code == ERR_NONE)
            return 0;
        if (failed.code == ERR_NET && o.kind != FAILURE_FINAL && rs->failure != HTTP_TLS)
            failed.code = ERR_BUSY;
        http_response_clear(rs);
        if (delay < 0) {
            *err = failed;
            return fail_in(err, "%s", a->what);
        }
        clock_sleep_ms(delay);
    }
}

/* --- Refusals -------------------------------------------------------------------------------- */

int credential_refused(const char *what, const struct http_response *rs, struct error *err)
{
    struct arena arena = {0};
    struct answer_error e = attempt_error(rs, &arena);
    const char *code =
        text_shown(&arena, *e.code ? e.code : arena_printf(&arena, "HTTP status %d", rs->status));
    enum error_code kind = retry_kind(rs->status, e.code) != FAILURE_FINAL ? ERR_BUSY : ERR_AUTH;

    if (strncmp(code, "AccessDenied", 12) == 0 || strncmp(code, "Forbidden", 9) == 0 ||
        strcmp(code, "HTTP status 403") == 0)
        kind = ERR_DENIED;
    (void)fail(err, kind, "%s: %s%s%.400s", what, code, *e.message ? ": " : "",
               text_shown(&arena, e.message));
    arena_free(&arena);
    return -1;
}
