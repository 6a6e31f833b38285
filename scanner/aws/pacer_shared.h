/* pacer_shared.h - one pacer for a process and its workers, in memory that they share.
 *
 * All workers of a scan ask the home account's STS for their roles, whose limit is one for all of
 * them. Turns are given in order: who takes one waits for it, however the rate changes meanwhile. A
 * worker that is killed in between does not hold up the others. Times as in pacer.h. */
#ifndef AWS_PACER_SHARED_H
#define AWS_PACER_SHARED_H

#include "base/error.h"

struct pacer_shared;

/* Before the workers are started. `most` and `least` requests per second. NULL with ERR_IO. */
struct pacer_shared *pacer_shared_open(double most, double least, long long now, struct error *err);
void pacer_shared_close(struct pacer_shared *p); /* NULL is fine */

/* Take a turn: milliseconds until the request may be sent, which it must be then. */
long pacer_shared_take(struct pacer_shared *p, long long now);

/* What became of a request: it was throttled; it failed otherwise, without an answer that tells
 * anything; it was answered. */
enum pacer_news { PACER_THROTTLED, PACER_FAILED, PACER_ANSWERED };
void pacer_shared_tell(struct pacer_shared *p, enum pacer_news news, long long now);

/* Milliseconds since the first of the requests that failed and after which nobody was answered; 0
 * when the last one was. */
long long pacer_shared_trouble(struct pacer_shared *p, long long now);

#endif
