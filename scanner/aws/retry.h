/* retry.h - is a failure worth asking again, and when: the AWS SDKs' «standard» retry mode.
 *
 * Delay before the i-th retry: a random part of min(2^(i-1), 20) seconds («full jitter»), or what
 * the server asked for when that is longer. All retries of an account draw on one budget of 500: a
 * retry costs 5, after a time-out 10; a success gives back what its retries took, or 1. An empty
 * budget means that retrying has stopped to help, and failures are final until answers come again.
 * Unlike the SDKs' three, a scan makes up to eight attempts: it is in no hurry. */
#ifndef AWS_RETRY_H
#define AWS_RETRY_H

#include <stdbool.h>

enum failure {
    FAILURE_FINAL,     /* an answer that asking again does not change */
    FAILURE_THROTTLED, /* asked too fast */
    FAILURE_SERVER,    /* HTTP 500, 502, 503, 504, and codes that say the same */
    FAILURE_NETWORK,   /* no connection, or one that broke */
    FAILURE_TIMEOUT,   /* no answer in time */
    FAILURE_GARBLED,   /* a body that is not well-formed, or an error without a code */
};

/* What an error answer is: its HTTP status and AWS's error code. IAM's LimitExceeded (409) is a
 * quota, not a throttle: final. */
enum failure retry_kind(int http_status, const char *code);

/* Codes that can mean a clock that is wrong; codes that say that the credentials have expired. */
bool retry_is_skew(const char *code);
bool retry_is_expired(const char *code);

#define RETRY_BUDGET 500
struct retry_budget {
    int left;
};

/* One request's history. */
struct retry_state {
    int attempts; /* so far */
    int taken;    /* from the budget */
};

/* Milliseconds to wait before asking again, and the budget charged; -1: it is final. `chance` is
 * random in [0, 1); `asked_ms` what the server asked for, 0 when nothing (at most a minute is
 * waited for it). */
long retry_delay(struct retry_budget *b, struct retry_state *s, enum failure kind, double chance,
                 long asked_ms);

/* The request was answered. */
void retry_succeeded(struct retry_budget *b, struct retry_state *s);

#endif
