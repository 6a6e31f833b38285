/* account.c - one account, asked by a worker: credentials, collectors, recorder. */
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "collect/collect.h"
#include "scan/private.h"

#define RENEW_BEFORE 300       /* seconds: in the middle of an account */
#define RENEW_FOR_WORKERS 600L /* seconds: before an account is begun */
#define RENEW_EVERY_MS 60000
#define ROUND_MS 20000L      /* of asking for credentials */
#define BUSY_MOST_MS 300000L /* how long a worker waits for credentials that nobody gives */
#define BUSY_LEAST_MS 30000L /* the same, when nobody has got any for BUSY_MOST_MS */
#define NEWS_EVERY_MS 200
#define LAST_WORD_MS 600000L /* the process that listens may be asking for an MFA code */

/* What a worker works on; the context of its transport. */
struct errand {
    struct scanning *s;
    size_t account;
    const char *refused;
    struct model *model;              /* as far as it is filled */
    const struct live_counts *counts; /* of its transport */
    struct credential_traffic traffic;
    long long told_at;
};

/* Do they last at least `seconds`? */
static bool home_lasts(const struct scanning *s, long clock_offset, long seconds)
{
    return *s->home.access_key_id &&
           !credentials_expire_within(&s->home, clock_now() + clock_offset, seconds);
}

/* Asking takes one round at most where other work waits: in a worker, and while there are
 * credentials that serve. `traffic` NULL: it is not counted. */
static struct credential_settings settings_for(struct scanning *s, long clock_offset,
                                               struct credential_traffic *traffic)
{
    struct credential_settings settings = s->settings->credentials;

    settings.clock_offset = clock_offset;
    settings.traffic = traffic;
    settings.unattended = s->unattended;
    settings.most_ms = s->unattended || home_lasts(s, clock_offset, 0) ? ROUND_MS : 0;
    return settings;
}

static int resolve_home(struct scanning *s, long clock_offset, struct credential_traffic *traffic,
                        struct error *err)
{
    struct credential_settings settings = settings_for(s, clock_offset, traffic);
    struct credentials fresh = {.expires = 0};

    if (credentials_resolve(&settings, &fresh, err))
        return -1;
    s->home = fresh;
    credentials_clear(&fresh);
    return 0;
}

/* What a worker cannot renew serves until it has expired. */
static int home_credentials(struct scanning *s, long clock_offset,
                            struct credential_traffic *traffic, struct error *err)
{
    if (home_lasts(s, clock_offset, RENEW_BEFORE) ||
        resolve_home(s, clock_offset, traffic, err) == 0)
        return 0;
    return home_lasts(s, clock_offset, 0) ? 0 : -1;
}

/* Renewing that failed is not tried before every account: somebody may sit at the terminal. */
int account_renew_home(struct scanning *s, struct error *err)
{
    bool lasts = home_lasts(s, s->clock_offset, 0);
    struct error why = {0};

    if (home_lasts(s, s->clock_offset, RENEW_FOR_WORKERS) ||
        (lasts && clock_ticks_ms() < s->home_renew_at))
        return 0;
    s->home_renew_at = clock_ticks_ms() + RENEW_EVERY_MS;
    if (resolve_home(s, s->clock_offset, NULL, &why) == 0)
        return 0;
    if (lasts) {
        log_warn("the home account's credentials end soon: %s", why.msg);
        return 0;
    }
    *err = why;
    return fail_in(err, "the home account's credentials have expired");
}

/* Of the home account, for the process that starts the workers. AWS may end credentials before
 * they say so: asked a second time, they are looked for anew. */
static int renew_home(void *context, long clock_offset, struct credentials *out, struct error *err)
{
    struct scanning *s = context;

    credentials_clear(&s->home);
    if (home_credentials(s, clock_offset, NULL, err))
        return -1;
    *out = s->home;
    return 0;
}

struct live_settings account_live_settings(struct scanning *s, struct recorder *recorder)
{
    return (struct live_settings){.account = s->scope.home ? s->scope.home : "",
                                  .region = s->region,
                                  .partition = s->partition,
                                  .config = s->settings->credentials.config,
                                  .http = s->settings->credentials.http,
                                  .max_rps = s->settings->max_rps,
                                  .max_attempts = s->max_attempts,
                                  .clock_offset = s->clock_offset,
                                  .recorder = recorder,
                                  .renew = renew_home,
                                  .context = s};
}

/* Of the account at hand: the home account's own, or its role. */
static int renew(void *context, long clock_offset, struct credentials *out, struct error *err)
{
    struct errand *e = context;
    struct scanning *s = e->s;
    struct credential_settings settings = settings_for(s, clock_offset, &e->traffic);
    const char *id = s->scope.accounts[e->account].id;
    char role_arn[512];
    struct assume_role role = {.role_arn = role_arn,
                               .session_name = settings.session_name,
                               .external_id = settings.external_id,
                               .region = s->region};

    if (e->refused)
        return fail(err, ERR_BUSY, "%s", e->refused);
    if (home_credentials(s, clock_offset, &e->traffic, err))
        return -1;
    if (strcmp(id, s->scope.home) == 0) {
        *out = s->home;
        /* Should they be refused all the same, the next call looks for new ones. */
        s->home.expires = 1;
        return 0;
    }
    (void)snprintf(role_arn, sizeof role_arn, "arn:%s:iam::%s:role/%s", s->partition, id,
                   s->settings->role_name);
    return credentials_assume_role(&settings, &s->home, &role, out, err);
}

/* Of the account's root user. The home credentials ask for it; they are the management account's,
 * or those of a delegated administrator. */
static int renew_root(void *context, long clock_offset, struct credentials *out, struct error *err)
{
    struct errand *e = context;
    struct scanning *s = e->s;
    struct credential_settings settings = settings_for(s, clock_offset, &e->traffic);

    if (e->refused)
        return fail(err, ERR_BUSY, "%s", e->refused);
    if (home_credentials(s, clock_offset, &e->traffic, err))
        return -1;
    return credentials_assume_root(&settings, &s->home, s->scope.accounts[e->account].id,
                                   s->partition, s->region, out, err);
}

/* Calls, and what asking for credentials met with. */
static struct live_counts counts_of(const struct errand *e)
{
    struct live_counts all = *e->counts;

    all.throttled += e->traffic.throttled;
    all.retried += e->traffic.retried;
    return all;
}

static void tell_counts(void *context)
{
    struct errand *e = context;
    long long now = clock_ticks_ms();
    struct news n = {.account = e->account, .counts = counts_of(e)};

    if (now - e->told_at < NEWS_EVERY_MS)
        return;
    e->told_at = now;
    if (e->model && e->model->account_count > 0)
        (void)collect_progress(&e->s->scope, e->model, &e->model->accounts[0], &n.progress);
    worker_send(&e->s->news, &n, 0);
}

static void hear_counts(void *context, const struct live_counts *counts)
{
    (void)counts;
    tell_counts(context);
}

/* STS throttles for minutes at times, and comes back. Where nobody has been answered for long, each
 * further account is given up sooner, so that a scan of hundreds ends. */
static bool may_wait(void *context, long waited_ms)
{
    const struct errand *e = context;
    bool long_since = pacer_shared_trouble(e->s->sts, clock_ticks_ms()) > BUSY_MOST_MS;

    return !e->refused && waited_ms < (long_since ? BUSY_LEAST_MS : BUSY_MOST_MS);
}

/* Was any query answered? And what went wrong first? */
static void sum_up(const struct recorder *r, const struct account *a, struct news *n)
{
    n->unread = true;
    for (size_t i = 0; i < r->earlier.query_count && n->unread; i++)
        n->unread = r->earlier.queries[i].page_count == 0;
    for (size_t i = 0; i < r->finished_count && n->unread; i++)
        n->unread = r->finished[i]->page_count == 0;
    for (int set = 0; set < DATA_COUNT && !*n->text; set++)
        if (a->data[set].state != STATE_COMPLETE && a->data[set].state != STATE_NOT_COLLECTED)
            (void)snprintf(n->text, sizeof n->text, "%.255s", a->data[set].reason);
}

/* Ask everything of the account and finish its part. */
static int read_account(struct errand *e, struct recorder *r, struct news *n, struct error *err)
{
    struct scanning *s = e->s;
    const char *id = s->scope.accounts[e->account].id;
    struct live_settings settings = account_live_settings(s, r);
    struct model m = {.home = NULL};
    struct live l;
    int status;

    settings.account = id;
    settings.renew = renew;
    settings.renew_root = renew_root;
    settings.may_wait = may_wait;
    settings.news = hear_counts;
    settings.context = e;
    e->model = &m;
    e->counts = &l.counts;
    e->traffic = (struct credential_traffic){s->sts, 0, 0, tell_counts, e};
    if (live_open(&l, &settings, &m.arena, err))
        return -1;
    status = collect_account(&s->scope, id, &l.transport, &m, err);
    if (status == 0) {
        sum_up(r, &m.accounts[0], n);
        status = recorder_finish(r, err);
    }
    e->model = NULL;
    n->counts = counts_of(e);
    live_close(&l);
    model_free(&m);
    return status;
}

int account_scan(struct scanning *s, size_t account, const char *refused)
{
    struct errand e = {.s = s, .account = account, .refused = refused};
    struct news n = {.account = account};
    struct error err = {0};
    struct recorder r;
    int status;

    s->unattended = true;
    log_limit(LOG_ERROR); /* evaluating says it all again, in order */
    status = recorder_open(&r, s->run, s->scope.accounts[account].id, &err);
    if (status == 0)
        status = read_account(&e, &r, &n, &err);
    recorder_close(&r);
    credentials_clear(&s->home);
    n.done = status == 0;
    n.broken = status != 0;
    if (n.broken)
        (void)snprintf(n.text, sizeof n.text, "%.255s", err.msg);
    worker_send(&s->news, &n, LAST_WORD_MS);
    return status ? 1 : 0;
}
