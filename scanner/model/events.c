/* events.c - order of events, and what of a period is known. */
#include "model/events.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"

#define DAY 86400

enum said said_of(const char *text)
{
    if (!text)
        return SAID_NOTHING;
    if (text_icmp(text, "yes") == 0 || text_icmp(text, "true") == 0)
        return SAID_YES;
    return text_icmp(text, "no") == 0 || text_icmp(text, "false") == 0 ? SAID_NO : SAID_UNCLEAR;
}

/* The whole of these days: a gap that begins or ends within a day makes no other day doubtful. */
void events_add_gap(struct events *e, struct arena *arena, struct event_gap gap, time_t when)
{
    gap.from = when - when % DAY;
    gap.to = gap.from + DAY - 1;
    *arena_push(arena, e->gaps, e->gap_count) = gap;
}

static int by_id(const void *a, const void *b)
{
    const struct event *x = a, *y = b;
    int order = strcmp(x->id, y->id);

    if (order)
        return order;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    order = strcmp(x->where.file, y->where.file);
    return order ? order : strcmp(x->where.pointer, y->where.pointer);
}

static int by_time(const void *a, const void *b)
{
    const struct event *x = a, *y = b;

    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    return strcmp(x->id, y->id);
}

static int by_reading(const void *a, const void *b)
{
    const struct event_reading *x = a, *y = b;
    int order = strcmp(x->region, y->region);

    if (order == 0)
        order = strcmp(x->what, y->what);
    if (order || x->from == y->from)
        return order;
    return x->from < y->from ? -1 : 1;
}

static int by_gap(const void *a, const void *b)
{
    const struct event_gap *x = a, *y = b;
    int order = strcmp(x->region, y->region);

    if (order == 0 && x->from != y->from)
        return x->from < y->from ? -1 : 1;
    if (order == 0)
        order = strcmp(x->what, y->what);
    return order ? order : strcmp(x->reason, y->reason);
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* Do two copies agree in what is judged? */
static bool same_event(const struct event *a, const struct event *b)
{
    return a->time == b->time && a->mfa_used == b->mfa_used && a->by.mfa == b->by.mfa &&
           a->by.has_session == b->by.has_session && a->by.assumed_root == b->by.assumed_root &&
           same_text(a->name, b->name) && same_text(a->source, b->source) &&
           same_text(a->region, b->region) && same_text(a->by.type, b->by.type) &&
           same_text(a->by.arn, b->by.arn) && same_text(a->by.access_key, b->by.access_key) &&
           same_text(a->outcome, b->outcome) && same_text(a->credential_type, b->credential_type) &&
           same_text(a->workflow, b->workflow) && same_text(a->error_code, b->error_code) &&
           same_text(a->issued_key, b->issued_key) && same_text(a->serial, b->serial);
}

static int by_days(const void *a, const void *b)
{
    const struct event_days *x = a, *y = b;
    int order = strcmp(x->region, y->region);

    if (order || x->from == y->from)
        return order;
    return x->from < y->from ? -1 : 1;
}

static int by_proof(const void *a, const void *b)
{
    const struct event_proof *x = a, *y = b;
    int order = strcmp(x->region, y->region);

    if (order == 0 && x->from != y->from)
        return x->from < y->from ? -1 : 1;
    return order || x->to == y->to ? order : x->to < y->to ? -1 : 1;
}

static int by_doubt(const void *a, const void *b)
{
    const struct event_doubt *x = a, *y = b;
    int order = strcmp(x->region, y->region);

    if (order == 0 && x->from != y->from)
        return x->from < y->from ? -1 : 1;
    return order ? order : strcmp(x->reason, y->reason);
}

/* Spans that touch become one: two trails may tell the same hours. */
static void join_proofs(struct events *e)
{
    size_t kept = 0;

    for (size_t i = 0; i < e->proof_count; i++) {
        struct event_proof *last = kept ? &e->proofs[kept - 1] : NULL;
        const struct event_proof *next = &e->proofs[i];

        if (!last || strcmp(last->region, next->region) != 0 || next->from > last->to + 1)
            e->proofs[kept++] = *next;
        else if (next->to > last->to)
            last->to = next->to;
    }
    e->proof_count = kept;
}

static void drop_doubles(struct events *e, struct arena *arena)
{
    size_t kept = 0;

    for (size_t i = 0; i < e->count; i++) {
        const struct event *last = kept ? &e->at[kept - 1] : NULL, *next = &e->at[i];

        if (!last || strcmp(last->id, next->id) != 0) {
            e->at[kept++] = *next;
            continue;
        }
        if (!same_event(last, next))
            events_add_gap(e, arena,
                           (struct event_gap){
                               .region = next->region,
                               .what = EVENTS_ALL,
                               .reason = arena_printf(arena, "event %s is there twice, differently",
                                                      text_shown(arena, next->id)),
                               .where = next->where,
                           },
                           next->time);
    }
    e->count = kept;
}

static void sort(void *list, size_t count, size_t size, int (*order)(const void *, const void *))
{
    if (count > 1)
        qsort(list, count, size, order);
}

void events_sort(struct events *e, struct arena *arena)
{
    sort(e->at, e->count, sizeof *e->at, by_id);
    drop_doubles(e, arena);
    sort(e->at, e->count, sizeof *e->at, by_time);
    sort(e->readings, e->reading_count, sizeof *e->readings, by_reading);
    sort(e->gaps, e->gap_count, sizeof *e->gaps, by_gap);
    sort(e->days, e->day_count, sizeof *e->days, by_days);
    sort(e->proofs, e->proof_count, sizeof *e->proofs, by_proof);
    join_proofs(e);
    sort(e->doubts, e->doubt_count, sizeof *e->doubts, by_doubt);
}

static bool concerns(const char *said_what, const char *what)
{
    return strcmp(said_what, what) == 0 || strcmp(said_what, EVENTS_ALL) == 0;
}

/* Can log files answer the question? They are kept by the names of events, and for root. */
static bool is_kept(const struct events *e, const char *what)
{
    static const char by_name[] = "EventName=";

    if (strcmp(what, "Username=root") == 0)
        return true;
    for (const char *const *name = e->kept; name && *name; name++)
        if (strncmp(what, by_name, strlen(by_name)) == 0 &&
            strcmp(what + strlen(by_name), *name) == 0)
            return true;
    return false;
}

/* The end of the reading or proof that reaches furthest over `at`; less than `at`: none does. */
static time_t reach(const struct events *e, const char *region, const char *what, time_t at)
{
    time_t end = at - 1;

    for (size_t i = 0; i < e->reading_count; i++) {
        const struct event_reading *r = &e->readings[i];

        if (strcmp(r->region, region) == 0 && concerns(r->what, what) && r->from <= at &&
            r->to >= at && r->to > end)
            end = r->to;
    }
    for (size_t i = 0; i < e->proof_count; i++) {
        const struct event_proof *p = &e->proofs[i];

        if (p->from <= at && p->to >= at && p->to > end && strcmp(p->region, region) == 0 &&
            is_kept(e, what))
            end = p->to;
    }
    return end;
}

/* Why log files do not tell it either; NULL: there are none. */
static const char *unproved(const struct events *e, const char *region, const char *what, time_t at)
{
    const char *reason = NULL;

    for (size_t i = 0; i < e->day_count && !reason; i++)
        if (strcmp(e->days[i].region, region) == 0 && e->days[i].from <= at && e->days[i].to >= at)
            reason = "no digest file of CloudTrail's says whether the log files of that time are "
                     "all there";
    for (size_t i = 0; i < e->doubt_count; i++)
        if (strcmp(e->doubts[i].region, region) == 0 && e->doubts[i].from <= at &&
            e->doubts[i].to >= at)
            reason = e->doubts[i].reason;
    return reason && !is_kept(e, what) ? "log files are not read for it" : reason;
}

/* Why a moment was not read: the question's own words, if it was asked at all. */
static const char *unread(const struct events *e, const char *region, const char *what, time_t at,
                          struct arena *arena)
{
    const char *reason = "not asked", *files = unproved(e, region, what, at);
    char when[CLOCK_TEXT];

    for (size_t i = 0; i < e->reading_count; i++)
        if (strcmp(e->readings[i].region, region) == 0 && concerns(e->readings[i].what, what) &&
            e->readings[i].status.reason)
            reason = e->readings[i].status.reason;
    return arena_printf(arena, "%s in %s at %s was not read: %s%s%s", what, region,
                        clock_format(at, when), reason, files ? "; " : "", files ? files : "");
}

static const struct event_gap *gap_within(const struct events *e, const char *region,
                                          const char *what, time_t from, time_t to)
{
    for (size_t i = 0; i < e->gap_count; i++) {
        const struct event_gap *g = &e->gaps[i];

        if (strcmp(g->region, region) == 0 && concerns(g->what, what) && g->from <= to &&
            g->to >= from)
            return g;
    }
    return NULL;
}

bool events_known(const struct events *e, const char *region, const char *what, time_t from,
                  time_t to, struct arena *arena, const char **why)
{
    static const struct events nothing = {.count = 0};
    const struct events *read = e ? e : &nothing;
    const struct event_gap *gap = gap_within(read, region, what, from, to);
    const char *ignored;

    if (!why)
        why = &ignored;
    for (time_t at = from; at <= to;) {
        time_t end = reach(read, region, what, at);

        if (end < at) {
            *why = unread(read, region, what, at, arena);
            return false;
        }
        at = end + 1;
    }
    if (gap)
        *why = gap->reason;
    return !gap;
}

bool events_known_everywhere(const struct events *e, const char *what, time_t from, time_t to,
                             struct arena *arena, const char **why)
{
    const char *last = NULL;

    for (size_t i = 0; e && i < e->reading_count; i++) { /* sorted by region */
        const struct event_reading *r = &e->readings[i];

        if (strcmp(r->what, what) != 0 || (last && strcmp(last, r->region) == 0))
            continue;
        last = r->region;
        if (!events_known(e, r->region, what, from, to, arena, why))
            return false;
    }
    if (!last && why)
        *why = arena_printf(arena, "%s was asked in no region", what);
    return last != NULL;
}
