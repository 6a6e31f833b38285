/* live_private.h - what live.c and live_answer.c share: a call under way. */
#ifndef AWS_LIVE_PRIVATE_H
#define AWS_LIVE_PRIVATE_H

#include "aws/attempt.h"
#include "aws/live.h"

/* A call under way, and the request for its page at hand. */
struct slot {
    struct call *call; /* NULL: the slot is free */
    struct query *query;
    struct live_address *address;
    struct pacer *own; /* of its operation in its region; NULL: it has none */
    const char *token; /* of the page at hand, NULL: the first */
    struct strbuf body;
    struct http_response response;
    bool in_flight;
    long long ready_at;     /* ticks: not to be sent before */
    long long again_until;  /* ticks: 0 unless the reader asked for the same again */
    long long sent_at;      /* milliseconds since 1970, by AWS's clock */
    struct attempt attempt; /* at the page at hand */
    bool tried_credentials, tried_leaf;
};

/* Take in the answer of a slot: schedule another attempt, go on to the next page, or settle the
 * call and free the slot. -1 with *err only when the answer could not be kept. */
int live_answer(struct live *l, struct slot *s, struct error *err);

/* Settle a call for a reason of our own, and free the slot. */
int live_give_up(struct live *l, struct slot *s, const char *code, const char *message,
                 struct error *err);

/* The credentials that a call is asked with. */
struct live_session *live_session(struct live *l, const struct call *call);

/* Get new credentials for a session of `l`; false when there are none any more. */
bool live_renew(struct live *l, struct live_session *session);

#endif
