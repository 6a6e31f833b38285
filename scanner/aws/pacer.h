/* pacer.h - how fast one account may be asked.
 *
 * IAM's limits are per account, unpublished, and shared with everybody who works in the account.
 * So requests are spread evenly below a rate; when AWS throttles, the rate is halved (at most once
 * a second: many answers tell of the same event), and every success lets it creep up again, in
 * about ten seconds of steady work from half to whole. Times are milliseconds of a clock that never
 * goes back; the pacer itself reads no clock. */
#ifndef AWS_PACER_H
#define AWS_PACER_H

struct pacer {
    double most;      /* requests per second, as asked for */
    double rate;      /* requests per second, now */
    double saved;     /* requests that may be sent at once */
    long long at;     /* when `saved` was reckoned */
    long long slowed; /* when the rate was last halved */
};

/* `most` requests per second, at least 0.1. */
void pacer_init(struct pacer *p, double most, long long now);

/* Milliseconds until the next request may be sent; 0: now. */
long pacer_wait(struct pacer *p, long long now);

/* A request is being sent. */
void pacer_sent(struct pacer *p, long long now);

/* AWS throttled a request; or answered one. */
void pacer_throttled(struct pacer *p, long long now);
void pacer_answered(struct pacer *p);

#endif
