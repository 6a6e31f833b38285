/* live.h - the transport that asks AWS, for one account.
 *
 * A batch of calls goes out over kept-alive connections, several at a time, at the rate of a pacer;
 * failures that may pass are asked again (aws/retry.h); a wrong clock is found by the Date header
 * and reckoned with; credentials that expire are renewed. Every answer that counts goes to the
 * recorder before the call's reader sees it; before the answer, what is to be known of it:
 * {"clockOffset": seconds, "leaves": {host: SHA-256 of its certificate}}. Whatever happens, a page
 * is settled within LIVE_PAGE_MS and a request in flight, once there are credentials, which are
 * waited for as long as the settings' may_wait() says. */
#ifndef AWS_LIVE_H
#define AWS_LIVE_H

#include "aws/credentials.h"
#include "aws/endpoint.h"
#include "aws/pacer.h"
#include "aws/recorder.h"
#include "aws/retry.h"
#include "aws/transport.h"
#include "base/http.h"

#define LIVE_REQUEST_MS 60000L /* one request */
#define LIVE_PAGE_MS 300000L   /* one page with all its attempts */
#define LIVE_CONCURRENCY 8     /* requests in flight, unless the rate needs more */

/* What was done so far. */
struct live_counts {
    size_t requests, throttled, retried;
    size_t reused; /* queries that an earlier attempt had answered */
};

/* The certificate that an overridden address, or any address under a CA of the user's, showed. */
struct live_leaf {
    char host[272];
    char sha256[65]; /* of the DER certificate */
};

/* An address in use. Where AWS limits an operation in each region more tightly than --max-rps
 * (live.c), its requests wait for both pacers, and its throttling slows nobody else. */
struct live_address {
    struct endpoint endpoint;
    const char *limited; /* the operation; NULL: none */
    struct pacer pacer;  /* of that operation */
};

struct live_settings {
    const char *account; /* whose answers these are, in the log; "" while it is not known */
    const char *region, *partition; /* as in struct endpoint_question */
    const struct config *config;
    struct http_settings http;
    double max_rps;
    int max_attempts;          /* of one request, where fewer than retry.h's; 0: those */
    long clock_offset;         /* known beforehand, seconds to add to this machine's clock */
    struct recorder *recorder; /* NULL: answers are not kept */

    /* Get credentials, now and again when they expire. `clock_offset` as above. `renew_root` gets
     * those of the account's root user, when a call first asks for it; NULL: there are none. */
    int (*renew)(void *context, long clock_offset, struct credentials *out, struct error *err);
    int (*renew_root)(void *context, long clock_offset, struct credentials *out, struct error *err);
    /* Nobody gives credentials for now (ERR_BUSY), since so many milliseconds: shall the calls wait
     * for them? NULL: no. */
    bool (*may_wait)(void *context, long waited_ms);
    /* Told after every answer; may be NULL. */
    void (*news)(void *context, const struct live_counts *counts);
    void *context;
};

/* Credentials, and whether there are any. */
struct live_session {
    struct credentials credentials;
    struct error missing; /* why there are none; code ERR_NONE: there are */
    bool tried;
    long long renew_at;   /* ticks: not to be tried again before */
    long long busy_since; /* ticks: when `missing` became ERR_BUSY; 0: it is not */
};

struct live {
    struct transport transport;
    struct live_settings settings;
    struct http_pool *pool;
    struct pacer pacer;
    struct retry_budget budget;
    struct live_session own, root; /* the account's reader, and its root user */
    long clock_offset;             /* in force */
    size_t slots;                  /* requests in flight at most */
    struct live_counts counts;
    struct live_leaf *leaves; /* one for each such host */
    size_t leaf_count;
    size_t noted_leaves; /* so many, and this offset, have been told to the recorder */
    long noted_offset;
    struct live_address **addresses; /* resolved so far */
    size_t address_count;
    struct arena arena; /* of the above */
};

/* Open the connections' pool and get credentials. When there are none to be had, opening still
 * succeeds: every call is then settled with that reason, and so recorded. Errors: ERR_NET,
 * ERR_CONFIG from the pool. `arena` is the model's. Close it in any case. */
int live_open(struct live *l, const struct live_settings *settings, struct arena *arena,
              struct error *err);
void live_close(struct live *l); /* wipes the credentials */

#endif
