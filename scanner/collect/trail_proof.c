/* trail_proof.c - digest files verified, and followed from one to the next. */
#include "collect/trail_proof.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static struct arena *texts(const struct trail_proof *p)
{
    return &p->c->model->arena;
}

/* --- Log files -------------------------------------------------------------------------------- */

/* What the log files must be, by all digest files that count. */
static void expect_hashes(struct trail_proof *p)
{
    for (size_t i = 0; i < p->digest_count; i++) {
        const struct digest_file *d = &p->digests[i];

        for (size_t k = 0; d->is_signed && k < d->entry_count; k++) {
            struct trail_mark *mark = &p->marks[d->entries[k].file];

            if (mark->hash && strcmp(mark->hash, d->entries[k].hash) != 0)
                mark->contradicted = true;
            mark->hash = d->entries[k].hash;
        }
    }
}

bool trail_proof_check(struct trail_proof *p, size_t file, const char *sha256)
{
    struct trail_mark *mark = &p->marks[file];
    bool good = !mark->hash || (!mark->contradicted && strcmp(mark->hash, sha256) == 0);

    mark->state = good ? LOG_GOOD : LOG_WRONG;
    p->unnamed += !mark->hash;
    return good;
}

/* Are all log files of a digest file that counts there, and right? */
static void judge_logs(struct trail_proof *p, struct digest_file *d)
{
    const char *trouble = NULL;

    if (d->missing)
        trouble = arena_printf(texts(p), "%s is not there, which %s names", d->missing, d->path);
    for (size_t i = 0; i < d->entry_count; i++) {
        const struct digest_entry *e = &d->entries[i];
        enum log_state state = p->marks[e->file].state;

        if (state == LOG_GOOD)
            continue;
        if (e->oldest < d->doubt_from)
            d->doubt_from = e->oldest;
        if (!trouble)
            trouble = arena_printf(texts(p),
                                   state == LOG_WRONG ? "%s is not the file that %s names"
                                                      : "%s cannot be read, which %s names",
                                   p->c->scope->trail[e->file].page.file, d->path);
    }
    d->trouble = trouble;
}

/* --- From one to the next --------------------------------------------------------------------- */

static int by_chain(const void *a, const void *b)
{
    const struct digest_file *x = a, *y = b;
    int order = strcmp(x->region, y->region);

    if (order == 0)
        order = strcmp(x->trail, y->trail);
    if (order == 0)
        order = strcmp(x->home, y->home);
    if (order == 0)
        order = (int)x->is_backfill - (int)y->is_backfill;
    if (order == 0 && x->end != y->end)
        return x->end < y->end ? -1 : 1;
    return order ? order : strcmp(x->path, y->path);
}

static bool same_trail(const struct digest_file *a, const struct digest_file *b)
{
    return strcmp(a->region, b->region) == 0 && strcmp(a->trail, b->trail) == 0 &&
           strcmp(a->home, b->home) == 0;
}

static void add_doubt(struct trail_proof *p, const struct digest_file *d, time_t from, time_t to,
                      const char *reason)
{
    struct events *e = p->c->account->events;

    if (from <= to)
        *arena_push(texts(p), e->doubts, e->doubt_count) =
            (struct event_doubt){d->region, reason, from, to, {d->path, "", NULL}};
}

/* Is digests[i] of the chain that goes on from digests[i - 1]? */
static bool follows(const struct trail_proof *p, size_t i)
{
    const struct digest_file *d = &p->digests[i], *before = &p->digests[i - 1];

    return !d->trouble && !before->trouble && d->previous == i - 1 && d->start == before->end &&
           strcmp(d->previous_hash, before->sha256) == 0;
}

/* What lies between two digest files of a trail that do not follow each other. */
static void doubt_between(struct trail_proof *p, const struct digest_file *before,
                          const struct digest_file *d)
{
    const char *reason;

    if (!before->is_read || !d->is_read || (d->previous != NO_DIGEST && d->start == before->end))
        return;
    if (!d->previous_object)
        reason = arena_printf(texts(p), "a new chain of digest files begins with %s", d->path);
    else
        reason = arena_printf(texts(p), "the digest file is not there that %s follows", d->path);
    add_doubt(p, d, before->end - LATEST_DELIVERY, d->start, reason);
}

/* The first digest file of a chain: index from `first` on whose end is after `when`. */
static size_t first_after(const struct trail_proof *p, size_t first, size_t end, time_t when)
{
    while (first < end) {
        size_t middle = first + (end - first) / 2;

        if (p->digests[middle].end <= when)
            first = middle + 1;
        else
            end = middle;
    }
    return first;
}

/* Log files that came late stand in backfill digest files, digests[middle..end); one of those that
 * proves nothing leaves the time it speaks of unproved. */
static void spoil_by_backfills(struct trail_proof *p, size_t first, size_t middle, size_t end)
{
    long long *change = arena_new(&p->arena, long long, middle - first + 2), open = 0;
    const struct digest_file *last = NULL;

    for (size_t i = middle; i < end; i++) {
        const struct digest_file *d = &p->digests[i];
        size_t from = first_after(p, first, middle, d->start);
        size_t to = first_after(p, first, middle, d->end - 1); /* the one in which it ends, too */

        if (!d->trouble)
            continue;
        add_doubt(p, d, d->doubt_from, d->end, d->trouble);
        change[from - first]++;
        change[(to < middle ? to + 1 : middle) - first]--;
        last = d;
    }
    for (size_t i = first; last && i < middle; i++) {
        open += change[i - first];
        if (open > 0 && !p->digests[i].trouble)
            p->digests[i].trouble = arena_printf(
                texts(p), "a backfill digest file that speaks of the time of %s proves nothing",
                p->digests[i].path);
    }
}

/* --- Settings of the trail -------------------------------------------------------------------- */

/* Its owner's word: the account's own, or, of an organisation's trail, that of the home account. No
 * other account's is waited for, so that accounts can be read one by one. */
static const struct trail *settings_of(const struct trail_proof *p, const struct trail *seen)
{
    const struct account *a = p->c->account, *owner = NULL;

    if (strcmp(seen->account, a->id) == 0)
        owner = a;
    else if (strcmp(seen->account, p->c->model->home) == 0)
        owner = model_account(p->c->model, seen->account);

    for (size_t i = 0; owner && i < owner->detective->trail_count; i++)
        if (strcmp(owner->detective->trails[i].arn, seen->arn) == 0)
            return &owner->detective->trails[i];
    return NULL;
}

/* Why a trail's log files need not hold every management event; NULL: they do. */
static const char *settings_trouble(const struct trail_proof *p, const struct trail *seen)
{
    const struct trail *t = settings_of(p, seen);

    if (!t || t->selectors.state != STATE_COMPLETE)
        return arena_printf(texts(p), "which events trail %s records is not known: %s", seen->name,
                            t ? t->selectors.reason
                              : "its owner is neither this account nor the home account");
    if (!t->logs_reads || !t->logs_writes || t->narrowed || !t->global_events)
        return arena_printf(texts(p), "trail %s does not record every management event",
                            seen->name);
    return NULL;
}

/* The same of the trail that a digest file is of, found by name, home and bucket. */
static const char *trail_trouble(const struct trail_proof *p, const struct digest_file *d)
{
    const struct account *a = p->c->account;
    const struct detective *all = a->detective;
    const char *trouble = arena_printf(
        texts(p), "trail %s, whose log files these are, is not among those that AWS lists%s%s",
        d->trail, data_complete(a, DATA_TRAILS) ? "" : ": ",
        data_complete(a, DATA_TRAILS) ? "" : a->data[DATA_TRAILS].reason);

    for (size_t i = 0; i < all->trail_count; i++) {
        const struct trail *t = &all->trails[i];

        if (strcmp(t->name, d->trail) != 0 || strcmp(t->home_region, d->home) != 0 ||
            strcmp(t->bucket, d->bucket) != 0)
            continue;
        trouble = settings_trouble(p, t);
        if (trouble)
            break;
    }
    return trouble;
}

static bool changes_settings(const struct event *e)
{
    static const char *const names[] = {TRAIL_SETTINGS_EVENTS};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(e->name, names[i]) == 0)
            return true;
    return false;
}

/* When settings of trails were changed last: before that, they may have been others. */
static const struct event *last_change(const struct trail_proof *p)
{
    const struct events *e = p->c->account->events;
    const struct event *last = NULL;

    for (size_t i = 0; i < e->count; i++)
        if (changes_settings(&e->at[i]) && !e->at[i].error_code &&
            (!last || e->at[i].time > last->time))
            last = &e->at[i];
    return last;
}

/* --- Proofs ----------------------------------------------------------------------------------- */

/* One run of digest files without a hole, and what of its time stays unproved all the same. */
static void add_proof(struct trail_proof *p, const struct digest_file *d, time_t from, time_t to,
                      const struct event *change)
{
    struct events *e = p->c->account->events;
    const char *trouble = trail_trouble(p, d);

    if (trouble) {
        add_doubt(p, d, from, to, trouble);
        return;
    }
    if (change && change->time >= from) {
        time_t until = change->time + LATEST_DELIVERY;

        add_doubt(p, d, from, until < to ? until : to,
                  arena_printf(texts(p), "what trails record was changed by %s, event %s",
                               text_shown(texts(p), change->name),
                               text_shown(texts(p), change->id)));
        from = until + 1;
    }
    if (from <= to)
        *arena_push(texts(p), e->proofs, e->proof_count) =
            (struct event_proof){d->region, from, to};
}

/* The chain digests[first..end), newest first: what a later digest file leaves in doubt cuts the
 * proofs of earlier ones. */
static void settle_chain(struct trail_proof *p, size_t first, size_t end,
                         const struct event *change)
{
    time_t cut = 0;
    bool is_cut = false;
    size_t last = end; /* of the run at hand */

    for (size_t i = end; i-- > first;) {
        const struct digest_file *d = &p->digests[i];
        time_t to;

        if (i > first && !follows(p, i))
            doubt_between(p, &p->digests[i - 1], d);
        if (d->trouble) {
            add_doubt(p, d, d->doubt_from, d->end, d->trouble);
            cut = is_cut && cut < d->doubt_from ? cut : d->doubt_from;
            is_cut = true;
            last = i;
            continue;
        }
        if (i > first && follows(p, i))
            continue;
        to = p->digests[last - 1].end - LATEST_DELIVERY;
        add_proof(p, d, d->start, is_cut && cut - 1 < to ? cut - 1 : to, change);
        last = i;
    }
}

void trail_proof_settle(struct trail_proof *p)
{
    const struct event *change = p->digest_count > 0 ? last_change(p) : NULL;
    size_t first = 0;

    for (size_t i = 0; i < p->digest_count; i++)
        if (p->digests[i].is_signed)
            judge_logs(p, &p->digests[i]);
    while (first < p->digest_count) {
        size_t middle, end;

        for (middle = first; middle < p->digest_count && !p->digests[middle].is_backfill &&
                             same_trail(&p->digests[first], &p->digests[middle]);)
            middle++;
        for (end = middle;
             end < p->digest_count && same_trail(&p->digests[first], &p->digests[end]);)
            end++;
        spoil_by_backfills(p, first, middle, end);
        settle_chain(p, first, middle, change);
        first = end;
    }
}

/* --- All of it -------------------------------------------------------------------------------- */

void trail_proof_begin(struct trail_proof *p, struct collection *c)
{
    *p = (struct trail_proof){.c = c};
    p->reader = (struct digest_reader){c->scope, c->account->id, &c->model->arena, &p->arena, 0};
    p->marks = arena_new(&p->arena, struct trail_mark, c->scope->trail_count);
    for (size_t i = 0; i < c->scope->trail_count; i++)
        p->marks[i].digest = NO_DIGEST;
}

struct digest_file *trail_proof_add(struct trail_proof *p)
{
    return arena_push(&p->arena, p->digests, p->digest_count);
}

void trail_proof_judge(struct trail_proof *p)
{
    if (p->digest_count > 1)
        qsort(p->digests, p->digest_count, sizeof *p->digests, by_chain);
    for (size_t i = 0; i < p->digest_count; i++)
        p->marks[p->digests[i].file].digest = i;
    trail_proof_signatures(p);
    expect_hashes(p);
}

int trail_proof_open(struct trail_proof *p, struct collection *c, struct error *err)
{
    trail_proof_begin(p, c);
    for (size_t i = 0; i < c->scope->trail_count; i++) {
        struct trail_name name;

        if (strcmp(c->scope->trail[i].account, c->account->id) != 0 ||
            !trail_name_parse(c->scope->trail[i].page.file, &name) || !name.is_digest)
            continue;
        if (digest_file_read(&p->reader, i, &name, trail_proof_add(p), err))
            return -1;
    }
    trail_proof_judge(p);
    return 0;
}

void trail_proof_close(struct trail_proof *p)
{
    arena_free(&p->arena);
}
