/* attempt.h - the attempts at one question: what its failure is, whether to ask once more and when,
 * and a clock that the answer shows to be wrong. Serves the calls of a scan (live.c) and requests
 * for credentials alike. Pure but for the clock and the dice. */
#ifndef AWS_ATTEMPT_H
#define AWS_ATTEMPT_H

#include "aws/retry.h"
#include "aws/transport.h"
#include "base/http.h"

/* One question's history. Count `retry.attempts` up with each request that is sent. */
struct attempt {
    struct retry_state retry;
    long long since;  /* ticks: when it was first asked */
    bool tried_clock; /* the clock was corrected once, which does not help a second time */
};

/* How long it is worth asking. */
struct attempt_limits {
    int most;     /* attempts, where fewer than retry.h's; 0: those */
    long most_ms; /* from the first on */
};

/* AWS's error: of the body, else the code of the header (up to ':'). */
struct answer_error attempt_error(const struct http_response *rs, struct arena *arena);

/* What is wrong with an answer that is none, or no success; FAILURE_FINAL also for a success.
 * `code` as attempt_error() found it. AWS always gives a reason: where it is asked (`aws`), a
 * refusal without a code is damaged; a metadata service may give none. A TLS handshake that fails
 * counts as a time-out: it may have been cut off, and a certificate that does not verify costs two
 * retries more. */
enum failure attempt_failure(const struct http_response *rs, const char *code, bool aws);

/* The code that a question without an answer gets in the log: "TimedOut". */
const char *attempt_no_answer(enum http_failure failure);

/* Did a query of the log fail for a reason that may have passed since: no connection, no answer in
 * time, throttling, a server out of order, nobody to give credentials? */
bool attempt_may_pass(const struct query *q);

/* Milliseconds until the next attempt, with what the server asked for reckoned in; -1: it is
 * final, or would take too long. */
long attempt_delay(struct attempt *a, struct retry_budget *b, enum failure kind,
                   const struct http_response *rs, const struct attempt_limits *limits);

/* The server refused the time of the signature, and its clock says another: `*offset` (seconds to
 * add to this machine's) gets that, and the attempts begin anew. */
bool attempt_corrects_clock(struct attempt *a, const struct http_response *rs, const char *code,
                            long *offset);

#endif
