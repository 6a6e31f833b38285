/* retry.c - the table of failures that are worth asking again, and the wait before it. */
#include "aws/retry.h"

#include <stddef.h>
#include <string.h>

#define ASKED_MOST_MS 60000
#define STEP_MOST 20 /* seconds */

/* Per kind: attempts in all, and what a retry costs. A connection that cannot be made is given up
 * sooner: it fails at once, and most often for good. */
static const struct {
    int attempts, cost;
} kinds[] = {
    [FAILURE_FINAL] = {1, 0},    [FAILURE_THROTTLED] = {8, 5}, [FAILURE_SERVER] = {8, 5},
    [FAILURE_NETWORK] = {5, 10}, [FAILURE_TIMEOUT] = {3, 10},  [FAILURE_GARBLED] = {4, 5},
};

/* Codes of the SDKs' standard mode. To add one: its word. */
static const char *const throttles[] = {
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottledException",
    "TooManyRequestsException",
    "ProvisionedThroughputExceededException",
    "TransactionInProgressException",
    "RequestLimitExceeded",
    "BandwidthLimitExceeded",
    "LimitExceededException",
    "RequestThrottled",
    "SlowDown",
    "EC2ThrottledException",
    NULL,
};
static const char *const passing[] = {
    "RequestTimeout",
    "RequestTimeoutException",
    "PriorRequestNotComplete",
    "IDPCommunicationError",
    NULL,
};
static const char *const skewed[] = {
    "RequestTimeTooSkewed",
    "RequestExpired",
    "RequestInTheFuture",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    "AuthFailure",
    NULL,
};
static const char *const expired[] = {
    "ExpiredToken",
    "ExpiredTokenException",
    "RequestExpired",
    NULL,
};

static bool is_one_of(const char *const *words, const char *word)
{
    for (; *words; words++)
        if (strcmp(*words, word) == 0)
            return true;
    return false;
}

enum failure retry_kind(int http_status, const char *code)
{
    if (is_one_of(throttles, code) || http_status == 429 || http_status == 509)
        return FAILURE_THROTTLED;
    if (is_one_of(passing, code) || http_status == 500 || http_status == 502 ||
        http_status == 503 || http_status == 504)
        return FAILURE_SERVER;
    return FAILURE_FINAL;
}

bool retry_is_skew(const char *code)
{
    return is_one_of(skewed, code);
}

bool retry_is_expired(const char *code)
{
    return is_one_of(expired, code);
}

long retry_delay(struct retry_budget *b, struct retry_state *s, enum failure kind, double chance,
                 long asked_ms)
{
    int step = s->attempts < 6 ? 1 << (s->attempts > 0 ? s->attempts - 1 : 0) : STEP_MOST;
    long delay = (long)(chance * 1000 * (step < STEP_MOST ? step : STEP_MOST));

    if (s->attempts >= kinds[kind].attempts || b->left < kinds[kind].cost)
        return -1;
    b->left -= kinds[kind].cost;
    s->taken += kinds[kind].cost;
    if (asked_ms > ASKED_MOST_MS)
        asked_ms = ASKED_MOST_MS;
    return delay > asked_ms ? delay : asked_ms;
}

void retry_succeeded(struct retry_budget *b, struct retry_state *s)
{
    b->left += s->taken > 0 ? s->taken : 1;
    if (b->left > RETRY_BUDGET)
        b->left = RETRY_BUDGET;
    s->taken = 0;
}
