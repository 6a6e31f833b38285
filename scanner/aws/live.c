/* live.c - the transport that asks AWS: which call is sent when. */
#include "aws/live.h"

#include <string.h>

#include "aws/live_private.h"
#include "aws/wire.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/secret.h"

#define RENEW_BEFORE 300 /* seconds before credentials expire */
#define RENEW_EVERY_MS 30000
#define BUSY_EVERY_MS 5000
#define WAIT_MOST 1000 /* milliseconds of one wait for answers */

struct live_session *live_session(struct live *l, const struct call *call)
{
    return call->as_root ? &l->root : &l->own;
}

static int get_credentials(struct live *l, const struct live_session *session,
                           struct credentials *out, struct error *err)
{
    const struct live_settings *s = &l->settings;

    if (session == &l->own)
        return s->renew(s->context, l->clock_offset, out, err);
    if (!s->renew_root)
        return fail(err, ERR_AUTH, "nobody is asked for a session of the root user here");
    return s->renew_root(s->context, l->clock_offset, out, err);
}

bool live_renew(struct live *l, struct live_session *session)
{
    struct credentials fresh = {.expires = 0};
    struct error err = {0};
    int status;

    session->tried = true;
    if (session->busy_since == 0)
        session->busy_since = clock_ticks_ms();
    status = get_credentials(l, session, &fresh, &err);
    session->renew_at =
        clock_ticks_ms() + (status && err.code == ERR_BUSY ? BUSY_EVERY_MS : RENEW_EVERY_MS);
    if (status == 0) {
        session->credentials = fresh;
        session->missing = (struct error){0};
    } else if (!*session->credentials.access_key_id ||
               credentials_expire_within(&session->credentials, clock_now() + l->clock_offset, 0)) {
        session->missing = err;
    }
    if (session->missing.code != ERR_BUSY)
        session->busy_since = 0;
    credentials_clear(&fresh);
    return status == 0;
}

static size_t slots_for(double max_rps)
{
    size_t needed = (size_t)(max_rps / 10) + 1; /* answers take a tenth of a second or less */

    return needed > 256 ? 256 : needed > LIVE_CONCURRENCY ? needed : LIVE_CONCURRENCY;
}

static int live_run(struct transport *t, struct call *calls, size_t count, struct error *err);

int live_open(struct live *l, const struct live_settings *settings, struct arena *arena,
              struct error *err)
{
    *l = (struct live){.transport = {.run = live_run, .arena = arena},
                       .settings = *settings,
                       .budget = {RETRY_BUDGET},
                       .clock_offset = settings->clock_offset,
                       .slots = slots_for(settings->max_rps)};
    pacer_init(&l->pacer, settings->max_rps, clock_ticks_ms());
    l->pool = http_pool_open(&settings->http, l->slots, err);
    if (!l->pool)
        return -1;
    (void)live_renew(l, &l->own);
    return 0;
}

void live_close(struct live *l)
{
    http_pool_close(l->pool);
    credentials_clear(&l->own.credentials);
    credentials_clear(&l->root.credentials);
    arena_free(&l->arena);
}

/* Limits of AWS's own, in requests per second for one account in one region. To add one: a row. */
static const struct {
    const char *service, *operation;
    double rps;
} limits[] = {
    {"cloudtrail", "LookupEvents", 2}, /* AWS CloudTrail API reference */
};

static struct live_address *add_address(struct live *l, const struct endpoint *endpoint)
{
    struct live_address *a = arena_new(&l->arena, struct live_address, 1);

    a->endpoint = *endpoint;
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        if (strcmp(limits[i].service, endpoint->service->name) == 0) {
            a->limited = limits[i].operation;
            pacer_init(&a->pacer, limits[i].rps, clock_ticks_ms());
        }
    *arena_push(&l->arena, l->addresses, l->address_count) = a;
    return a;
}

/* The address of a call, resolved once for each service and region. */
static struct live_address *address_of(struct live *l, const struct call *call, struct error *err)
{
    struct endpoint_question q = {.service = call->service,
                                  .region = call->region ? call->region : l->settings.region,
                                  .partition = l->settings.partition,
                                  .config = l->settings.config};
    struct endpoint found;

    if (endpoint_resolve(&q, &found, err))
        return NULL;
    for (size_t i = 0; i < l->address_count; i++)
        if (l->addresses[i]->endpoint.service == found.service &&
            strcmp(l->addresses[i]->endpoint.region, found.region) == 0)
            return l->addresses[i];
    return add_address(l, &found);
}

/* Was the call answered in an earlier attempt? Then it is replayed. 1: settled; 0: to be asked. */
static int reuse(struct live *l, struct slot *s, const struct query *wanted, struct error *err)
{
    const struct query *found =
        l->settings.recorder ? recorder_find(l->settings.recorder, wanted) : NULL;

    if (!found || strcmp(found->endpoint_host, wanted->endpoint_host) != 0)
        return 0; /* the overrides on record are those of now */
    s->call->query = found;
    if (transport_replay(&l->transport, l->settings.recorder->run, s->call, err))
        return -1;
    l->counts.reused++;
    s->call = NULL;
    return 1;
}

/* A query that nobody keeps lives in the arena. */
static struct query *begin_query(struct live *l, const struct query *q)
{
    struct query *kept;

    if (l->settings.recorder)
        return recorder_begin(l->settings.recorder, q);
    kept = arena_new(&l->arena, struct query, 1);
    *kept = *q;
    return kept;
}

/* Take up a call. 0: the slot holds it, or it is settled already. */
static int take_up(struct live *l, struct slot *s, struct call *call, struct error *err)
{
    struct error why = {0};
    struct query wanted = {.account = l->settings.account,
                           .region = "us-east-1",
                           .service = call->service,
                           .operation = call->operation,
                           .parameters = call->parameters,
                           .as_root = call->as_root,
                           .endpoint_host = "none"};

    *s = (struct slot){.call = call,
                       .body = STRBUF_INIT(MIB),
                       .response.body = STRBUF_INIT(0),
                       .address = address_of(l, call, &why),
                       .attempt.since = clock_ticks_ms()};
    if (s->address && s->address->limited && strcmp(s->address->limited, call->operation) == 0)
        s->own = &s->address->pacer;
    call->next = NULL;
    call->status = (struct data_status){STATE_FAILED, NULL, NULL};
    if (s->address) {
        int settled;

        wanted.region = s->address->endpoint.region;
        wanted.endpoint_host = s->address->endpoint.host;
        settled = reuse(l, s, &wanted, err);
        if (settled)
            return settled < 0 ? -1 : 0;
    }
    s->query = begin_query(l, &wanted);
    call->query = s->query;
    if (!s->address || wire_body(s->address->endpoint.service, call, NULL, &s->body, &why))
        return live_give_up(l, s, "NotAsked", why.msg, err);
    return 0;
}

/* Is a certificate wanted for the records, and not known yet? */
static bool wants_leaf(const struct live *l, const struct slot *s)
{
    if (s->tried_leaf || (!s->address->endpoint.overridden && !l->settings.http.ca_bundle) ||
        strncmp(s->address->endpoint.url, "https:", 6) != 0)
        return false;
    for (size_t i = 0; i < l->leaf_count; i++)
        if (strcmp(l->leaves[i].host, s->address->endpoint.host) == 0)
            return false;
    return true;
}

/* Do the calls wait for credentials that nobody gives for now? */
static bool is_waited_for(const struct live *l, const struct live_session *session)
{
    const struct live_settings *s = &l->settings;

    return session->missing.code == ERR_BUSY && s->may_wait &&
           s->may_wait(s->context, (long)(clock_ticks_ms() - session->busy_since));
}

static bool is_renewal_due(const struct live *l, const struct live_session *session)
{
    if (!session->tried)
        return true;
    if (clock_ticks_ms() < session->renew_at)
        return false;
    if (session->missing.code != ERR_NONE)
        return is_waited_for(l, session);
    return credentials_expire_within(&session->credentials, clock_now() + l->clock_offset,
                                     RENEW_BEFORE);
}

/* Give a call up for lack of credentials, or let it wait for them. */
static int do_without(struct live *l, struct slot *s, const struct live_session *session,
                      struct error *err)
{
    const char *code = session->missing.code == ERR_BUSY ? CREDENTIALS_UNAVAILABLE
                       : s->call->as_root && session->missing.code == ERR_DENIED
                           ? ROOT_SESSION_DENIED
                           : NO_CREDENTIALS;

    if (!is_waited_for(l, session))
        return live_give_up(l, s, code, session->missing.msg, err);
    s->ready_at = session->renew_at;
    s->attempt.since = session->renew_at; /* waiting is not reckoned against the page */
    return 0;
}

/* The credentials for a slot's call, renewed when they are about to end. NULL: there are none, and
 * the call waits or is given up; *status is then that of giving up. */
static const struct credentials *credentials_for(struct live *l, struct slot *s, int *status,
                                                 struct error *err)
{
    struct live_session *session = live_session(l, s->call);

    if (is_renewal_due(l, session))
        (void)live_renew(l, session);
    if (session->missing.code == ERR_NONE)
        return &session->credentials;
    *status = do_without(l, s, session, err);
    return NULL;
}

static int send_with(struct live *l, struct slot *s, const struct credentials *credentials,
                     struct error *err)
{
    struct error why = {0};
    struct wire_request rq = {.endpoint = &s->address->endpoint,
                              .operation = s->call->operation,
                              .body = &s->body,
                              .now = clock_now() + l->clock_offset,
                              .want_leaf = wants_leaf(l, s),
                              .timeout_ms = LIVE_REQUEST_MS};

    s->tried_leaf = s->tried_leaf || rq.want_leaf;
    s->sent_at = clock_now_ms() + l->clock_offset * 1000LL;
    if (wire_send(l->pool, &rq, credentials, &s->response, s, &why))
        return live_give_up(l, s, "NotAsked", why.msg, err);
    s->in_flight = true;
    s->attempt.retry.attempts++;
    l->counts.requests++;
    return 0;
}

static int send_request(struct live *l, struct slot *s, struct error *err)
{
    int status = 0;
    const struct credentials *credentials = credentials_for(l, s, &status, err);

    return credentials ? send_with(l, s, credentials, err) : status;
}

/* Milliseconds until the slot may send: its own time, and the slower of the pacers. */
static long wait_of(struct live *l, const struct slot *s, long long now)
{
    long own = s->own ? pacer_wait(s->own, now) : 0;
    long all = pacer_wait(&l->pacer, now);

    if (s->ready_at > now)
        return (long)(s->ready_at - now);
    return own > all ? own : all;
}

/* Send what is ready as the pacers allow. *wait gets the milliseconds until something will be
 * ready. */
static int send_ready(struct live *l, struct slot *slots, long *wait, struct error *err)
{
    *wait = WAIT_MOST;
    for (size_t i = 0; i < l->slots; i++) {
        struct slot *s = &slots[i];
        long long now = clock_ticks_ms();
        long pause;

        if (!s->call || s->in_flight)
            continue;
        pause = wait_of(l, s, now);
        if (pause > 0) {
            *wait = pause < *wait ? pause : *wait;
            continue;
        }
        if (send_request(l, s, err))
            return -1;
        if (!s->in_flight) {
            *wait = 0; /* given up: the slot is free for another call; or it waits from now on */
            continue;
        }
        pacer_sent(&l->pacer, now);
        if (s->own)
            pacer_sent(s->own, now);
    }
    return 0;
}

/* Wait for an answer and take in all that are there. */
static int take_answers(struct live *l, long wait, struct error *err)
{
    void *user = NULL;
    int done;

    if (http_pool_pending(l->pool) == 0) {
        clock_sleep_ms(wait);
        return 0;
    }
    while ((done = http_pool_wait(l->pool, wait, &user, err)) > 0) {
        struct slot *s = user;

        s->in_flight = false;
        if (live_answer(l, s, err))
            return -1;
        http_response_clear(&s->response);
        if (!s->call)
            strbuf_free(&s->body);
        if (l->settings.news)
            l->settings.news(l->settings.context, &l->counts);
        wait = 0;
    }
    return done;
}

static void release(struct live *l, struct slot *slots)
{
    bool broken_off = http_pool_pending(l->pool) > 0;
    struct error ignored = {0};

    /* Only after a failure: answers still to come point into the slots. */
    if (broken_off) {
        http_pool_close(l->pool);
        l->pool = http_pool_open(&l->settings.http, l->slots, &ignored);
    }
    for (size_t i = 0; i < l->slots; i++) {
        http_response_clear(&slots[i].response);
        strbuf_free(&slots[i].body);
    }
}

static int run_all(struct live *l, struct slot *slots, struct call *calls, size_t count,
                   struct error *err)
{
    size_t next = 0;

    for (;;) {
        bool busy = false;
        long wait;

        for (size_t i = 0; i < l->slots; i++) {
            while (!slots[i].call && next < count)
                if (take_up(l, &slots[i], &calls[next++], err))
                    return -1;
            busy = busy || slots[i].call;
        }
        if (!busy)
            return 0;
        if (send_ready(l, slots, &wait, err) || take_answers(l, wait, err))
            return -1;
    }
}

static int live_run(struct transport *t, struct call *calls, size_t count, struct error *err)
{
    struct live *l = (struct live *)t;
    struct arena scratch = {0};
    struct slot *slots = arena_new(&scratch, struct slot, l->slots);
    int status;

    for (size_t i = 0; i < l->slots; i++)
        slots[i].body = slots[i].response.body = (struct strbuf)STRBUF_INIT(0);
    status = run_all(l, slots, calls, count, err);
    release(l, slots);
    arena_free(&scratch);
    return status;
}
