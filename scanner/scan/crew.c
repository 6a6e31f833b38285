/* crew.c - workers for the accounts that are left, and how far they have come. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "scan/private.h"

#define LINE_EVERY_MS 250   /* on a terminal */
#define SIGN_EVERY_MS 30000 /* elsewhere, while nothing else is said */

/* A worker and its errand. */
struct hand {
    pid_t pid; /* 0: free */
    size_t account;
    const char *refused;
    bool heard; /* its last news has come */
};

struct crew {
    struct scanning *s;
    struct hand *hands;
    size_t hand_count, busy;
    size_t *left; /* accounts not begun, in order */
    size_t left_count, next;
    size_t total, before, done, unread, incomplete; /* before: done by an earlier attempt */
    struct live_counts *counts;                     /* per account */
    struct collect_progress progress;               /* as heard last: shown of a single one */
    long long started, told_at;
};

/* The errand that a fork carries over. */
struct task {
    struct scanning *s;
    const struct hand *hand;
};

static int work(void *context)
{
    struct task *t = context;

    return account_scan(t->s, t->hand->account, t->hand->refused);
}

static const char *id_of(const struct crew *c, size_t account)
{
    return c->s->scope.accounts[account].id;
}

static int begin(struct crew *c, struct hand *h, size_t account, const char *refused,
                 struct error *err)
{
    struct task task = {c->s, h};

    *h = (struct hand){.account = account, .refused = refused};
    if (account_renew_home(c->s, err) || worker_start(work, &task, &h->pid, err))
        return -1;
    c->busy++;
    return 0;
}

static struct live_counts sum(const struct crew *c)
{
    struct live_counts all = {0};

    for (size_t i = 0; i < c->s->scope.account_count; i++) {
        all.requests += c->counts[i].requests;
        all.throttled += c->counts[i].throttled;
        all.retried += c->counts[i].retried;
    }
    return all;
}

/* "about 4 min", or "" while nothing is known. */
static const char *time_left(const struct crew *c, char out[48])
{
    long long took = clock_ticks_ms() - c->started, left = 0;

    out[0] = '\0';
    if (c->done > c->before && c->done < c->total)
        left = took / (long long)(c->done - c->before) * (long long)(c->total - c->done) / 1000 + 1;
    if (left > 90)
        (void)snprintf(out, 48, ", about %lld min", (left + 30) / 60);
    else if (left > 0)
        (void)snprintf(out, 48, ", about %lld s", left);
    return out;
}

/* One account: how far it is, at which rate, and what is being read; that may be cut off. */
static void show_only_account(const struct crew *c)
{
    struct live_counts all = sum(c);
    long long took = clock_ticks_ms() - c->started + 1;
    char throttled[48] = "";

    if (all.throttled > 0)
        (void)snprintf(throttled, sizeof throttled, ", %zu throttled", all.throttled);
    log_progress("%zu of %zu data sets; %zu requests, %lld/s%s; %s", c->progress.done,
                 c->progress.all, all.requests, (long long)all.requests * 1000 / took, throttled,
                 data_set_name(c->progress.now));
}

static void show_progress(struct crew *c)
{
    struct live_counts all = sum(c);
    char left[48];

    c->told_at = clock_ticks_ms();
    if (c->total == 1 && c->progress.all > 0)
        show_only_account(c);
    else
        log_progress("accounts: %zu done, %zu failed, %zu left%s; %zu requests, %zu throttled",
                     c->done - c->unread, c->unread, c->total - c->done, time_left(c, left),
                     all.requests, all.throttled);
}

static void show_account(struct crew *c, const struct news *n)
{
    char left[48];
    const char *when = time_left(c, left);

    c->told_at = clock_ticks_ms();
    if (n->unread)
        log_warn_alike(text_replace(&c->s->scope.arena, n->text, id_of(c, n->account), "(account)"),
                       "account %s: not readable: %s (%zu of %zu%s)", id_of(c, n->account), n->text,
                       c->done, c->total, when);
    else if (!log_is_live() || c->total == 1)
        log_info("account %s: read, %zu requests%s (%zu of %zu%s)", id_of(c, n->account),
                 n->counts.requests, *n->text ? ", not everything" : "", c->done, c->total, when);
}

static struct hand *hand_of(struct crew *c, size_t account)
{
    for (size_t i = 0; i < c->hand_count; i++)
        if (c->hands[i].pid && c->hands[i].account == account)
            return &c->hands[i];
    return NULL;
}

static int hear(struct crew *c, const struct news *n, struct error *err)
{
    struct hand *h = n->account < c->s->scope.account_count ? hand_of(c, n->account) : NULL;

    if (!h)
        return 0;
    c->counts[n->account] = n->counts;
    if (c->s->scope.accounts[n->account].included)
        c->progress = n->progress;
    if (n->broken)
        return fail(err, ERR_IO, "%.255s", n->text);
    if (!n->done || h->heard)
        return 0;
    h->heard = true;
    if (!c->s->scope.accounts[n->account].included)
        return 0; /* asked about the organisation only */
    c->done++;
    c->unread += n->unread;
    c->incomplete += *n->text != '\0';
    show_account(c, n);
    return 0;
}

/* A worker that ended without a word, or by a signal: its account is recorded as failed, by another
 * worker that asks nobody. When that one ends so too, something is wrong with this machine. */
static int replace(struct crew *c, struct hand *h, enum worker_state state, int number,
                   struct error *err)
{
    const char *id = id_of(c, h->account);
    const char *why = arena_printf(&c->s->scope.arena, "the worker that read it ended with %s %d",
                                   state == WORKER_KILLED ? "signal" : "status", number);

    if (h->refused)
        return fail(err, ERR_IO, "account %s: %s", id, why);
    log_warn("account %s: %s", id, why);
    return begin(c, h, h->account, why, err);
}

static int hear_all(struct crew *c, int wait_ms, struct error *err)
{
    struct news n;

    while (worker_receive(&c->s->news, &n, wait_ms)) {
        if (hear(c, &n, err))
            return -1;
        wait_ms = 0;
    }
    return 0;
}

static int look_after(struct crew *c, struct hand *h, struct error *err)
{
    int number = 0;
    enum worker_state state = worker_state(h->pid, &number);

    if (state == WORKER_RUNNING)
        return 0;
    c->busy--;
    if (hear_all(c, 0, err)) /* its last words may still be in the pipe */
        return -1;
    if (!h->heard)
        return replace(c, h, state, number, err);
    h->pid = 0;
    return 0;
}

static int rounds(struct crew *c, struct error *err)
{
    while (c->busy > 0 || c->next < c->left_count) {
        long long now;

        for (size_t i = 0; i < c->hand_count && c->next < c->left_count; i++)
            if (!c->hands[i].pid && begin(c, &c->hands[i], c->left[c->next++], NULL, err))
                return -1;
        if (hear_all(c, 50, err))
            return -1;
        for (size_t i = 0; i < c->hand_count; i++)
            if (c->hands[i].pid && look_after(c, &c->hands[i], err))
                return -1;
        now = clock_ticks_ms();
        if (now - c->told_at >= (log_is_live() ? LINE_EVERY_MS : SIGN_EVERY_MS))
            show_progress(c);
    }
    return 0;
}

/* Accounts of the scope that have no part yet. */
static int find_left(struct crew *c, struct error *err)
{
    for (size_t i = 0; i < c->s->scope.account_count; i++) {
        int has = is_asked(c->s, i) ? join_has_part(c->s, i, err) : 1;

        if (has < 0)
            return -1;
        c->total += c->s->scope.accounts[i].included;
        c->done += has && c->s->scope.accounts[i].included;
        if (!has)
            c->left[c->left_count++] = i;
    }
    c->before = c->done;
    if (c->before > 0)
        log_info("%zu of %zu accounts were read before", c->done, c->total);
    return 0;
}

static void dismiss(struct crew *c)
{
    for (size_t i = 0; i < c->hand_count; i++)
        if (c->hands[i].pid > 0)
            worker_kill(c->hands[i].pid);
}

static void tell(const struct crew *c)
{
    struct live_counts all = sum(c);

    log_alike_rest("accounts");
    if (c->unread > 0)
        log_info("of accounts that could not be read: --role-name and --external-id choose the "
                 "role, reportgen policy prints one that may read");
    if (c->total > 1)
        log_info("%zu accounts: %zu read whole, %zu in part, %zu not at all; %zu requests, "
                 "%zu throttled",
                 c->total, c->total - c->incomplete, c->incomplete - c->unread, c->unread,
                 all.requests, all.throttled);
}

int crew_run(struct scanning *s, struct error *err)
{
    struct arena arena = {0};
    size_t accounts = s->scope.account_count;
    struct crew c = {.s = s,
                     .hands = arena_new(&arena, struct hand, s->settings->concurrency),
                     .hand_count = s->settings->concurrency,
                     .left = arena_new(&arena, size_t, accounts),
                     .counts = arena_new(&arena, struct live_counts, accounts),
                     .started = clock_ticks_ms(),
                     .told_at = clock_ticks_ms()};
    int status = worker_channel_open(&s->news, sizeof(struct news), err);

    if (status == 0) {
        status = find_left(&c, err);
        if (status == 0)
            status = rounds(&c, err);
        dismiss(&c);
        worker_channel_close(&s->news);
    }
    if (status == 0)
        tell(&c);
    arena_free(&arena);
    return status;
}
