/* attempt.c - the one judgement on failures, for calls and for credentials. */
#include "aws/attempt.h"

#include <openssl/rand.h>
#include <string.h>

#include "base/clock.h"

#define SKEW_LEAST 240 /* seconds: AWS takes about five minutes */

/* What a request that got no answer is: its kind, and the code it has in the log. To add one: a
 * row. */
static const struct {
    enum failure kind;
    const char *code;
} no_answers[] = {
    [HTTP_OK] = {FAILURE_FINAL, "NoAnswer"},
    [HTTP_CONNECT] = {FAILURE_NETWORK, "NoConnection"},
    [HTTP_TIMEOUT] = {FAILURE_TIMEOUT, "TimedOut"},
    [HTTP_TLS] = {FAILURE_TIMEOUT, "TLSFailed"},
    [HTTP_TOO_LARGE] = {FAILURE_FINAL, "AnswerTooLarge"},
    [HTTP_REFUSED_REDIRECT] = {FAILURE_FINAL, "Redirected"},
    [HTTP_REFUSED_URL] = {FAILURE_FINAL, "RefusedAddress"},
    [HTTP_BROKEN] = {FAILURE_NETWORK, "ConnectionBroken"},
    [HTTP_OTHER] = {FAILURE_NETWORK, "RequestFailed"},
};

static double chance(void)
{
    unsigned char bytes[2] = {0, 0};

    (void)RAND_bytes(bytes, sizeof bytes);
    return (bytes[0] * 256 + bytes[1]) / 65536.0;
}

/* Retry-After in seconds; its other form, a date, is passed over. */
static long asked_delay(const struct http_response *rs)
{
    size_t digits = strspn(rs->retry_after, "0123456789");
    long seconds = 0;

    if (rs->failure != HTTP_OK || digits == 0 || digits > 4 || rs->retry_after[digits])
        return 0;
    for (size_t i = 0; i < digits; i++)
        seconds = seconds * 10 + (rs->retry_after[i] - '0');
    return seconds * 1000;
}

struct answer_error attempt_error(const struct http_response *rs, struct arena *arena)
{
    struct answer_error e = transport_read_error(rs->body.buf, rs->body.len, arena);

    if (!*e.code)
        e.code = arena_strndup(arena, rs->error_type, strcspn(rs->error_type, ":"));
    return e;
}

enum failure attempt_failure(const struct http_response *rs, const char *code, bool aws)
{
    enum failure kind;

    if (rs->failure != HTTP_OK)
        return no_answers[rs->failure].kind;
    if (rs->status / 100 == 2)
        return FAILURE_FINAL;
    kind = retry_kind(rs->status, code);
    return kind == FAILURE_FINAL && aws && !*code && rs->status / 100 == 4 ? FAILURE_GARBLED : kind;
}

const char *attempt_no_answer(enum http_failure failure)
{
    return no_answers[failure].code;
}

bool attempt_may_pass(const struct query *q)
{
    int status = q->page_count > 0 ? q->pages[q->page_count - 1].http_status : 0;

    if (q->complete || !q->error_code)
        return false;
    if (strcmp(q->error_code, CREDENTIALS_UNAVAILABLE) == 0)
        return true;
    for (size_t i = 0; i < sizeof no_answers / sizeof *no_answers; i++)
        if (strcmp(no_answers[i].code, q->error_code) == 0)
            return no_answers[i].kind != FAILURE_FINAL;
    return retry_kind(status, q->error_code) != FAILURE_FINAL;
}

long attempt_delay(struct attempt *a, struct retry_budget *b, enum failure kind,
                   const struct http_response *rs, const struct attempt_limits *limits)
{
    long long now = clock_ticks_ms();
    bool spent = limits->most > 0 && a->retry.attempts >= limits->most;
    long delay = spent ? -1 : retry_delay(b, &a->retry, kind, chance(), asked_delay(rs));

    return now + delay - a->since > limits->most_ms ? -1 : delay;
}

bool attempt_corrects_clock(struct attempt *a, const struct http_response *rs, const char *code,
                            long *offset)
{
    time_t theirs, ours = clock_now();
    long found;

    if (rs->failure != HTTP_OK || a->tried_clock || !retry_is_skew(code) ||
        !clock_parse_http(rs->date, &theirs))
        return false;
    found = (long)(theirs - ours);
    if (found - *offset < SKEW_LEAST && *offset - found < SKEW_LEAST)
        return false;
    a->tried_clock = true;
    a->retry.attempts = 0;
    *offset = found;
    return true;
}
