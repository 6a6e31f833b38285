/* period.c - days that were not read, and verdicts on events. */
#include "checks/period.h"

#include <string.h>

#include "base/clock.h"
#include "base/strbuf.h"
#include "base/text.h"

#define DAY 86400
#define CITED_MOST 8

static bool asks(const struct questions *q, const char *what)
{
    for (size_t i = 0; i < q->count; i++)
        if (strcmp(q->what[i], what) == 0)
            return true;
    return false;
}

/* Is a span of one region told, by any or by all of the questions? *why when it is not. */
static bool is_told(const struct events *e, const struct questions *q, const char *region,
                    time_t from, time_t to, struct arena *arena, const char **why)
{
    const char *first = NULL;

    for (size_t i = 0; i < q->count; i++) {
        bool known = events_known(e, region, q->what[i], from, to, arena, why);

        if (known == q->any)
            return known;
        first = first ? first : *why;
    }
    *why = first;
    return !q->any;
}

/* Of one day: the regions in which it is not known. */
struct unread {
    struct strbuf regions; /* "eu-north-1, us-east-1" */
    size_t count;
    const char *why; /* of the first */
};

/* What says that a region's part of the day is not known. */
static void cite_unread(struct checking *c, struct finding *f, const struct questions *q,
                        const char *region, time_t from, time_t to)
{
    const struct events *e = c->account->events;

    for (size_t i = 0; i < e->reading_count; i++) {
        const struct event_reading *r = &e->readings[i];

        if (strcmp(r->region, region) == 0 && asks(q, r->what) && r->status.file &&
            r->status.state != STATE_COMPLETE && f->evidence_count < CITED_MOST)
            cite(c, f, (struct source){r->status.file, "", NULL});
    }
    for (size_t i = 0; i < e->gap_count && f->evidence_count < CITED_MOST; i++) {
        const struct event_gap *g = &e->gaps[i];

        if (strcmp(g->region, region) == 0 && g->from <= to && g->to >= from &&
            (asks(q, g->what) || strcmp(g->what, EVENTS_ALL) == 0))
            cite(c, f, g->where);
    }
}

/* The next region in which a question was asked; NULL at the end. *at stands in the readings, which
 * are sorted by region. */
static const char *next_region(const struct events *e, const struct questions *q, size_t *at)
{
    const char *last = *at > 0 ? e->readings[*at - 1].region : NULL;

    for (; e && *at < e->reading_count; ++*at) {
        const struct event_reading *r = &e->readings[*at];

        if ((!last || strcmp(last, r->region) != 0) && asks(q, r->what))
            return e->readings[(*at)++].region;
    }
    return NULL;
}

static void speak_unread(struct checking *c, const struct questions *q, const struct unread *u,
                         const char *noun, time_t from, time_t to)
{
    const struct events *e = c->account->events;
    struct arena *arena = &c->out->arena, scratch = {0};
    const char *region, *why;
    struct finding *f;
    char day[CLOCK_TEXT];

    (void)clock_format(from, day);
    f = verdict(c, STATUS_UNKNOWN, arena_printf(arena, "%s#%.10s", c->account->id, day),
                arena_printf(arena, "%s of %.10s", noun, day),
                "the %s of %.10s are not known in %s: %s", noun, day, u->regions.buf, u->why);
    for (size_t at = 0; (region = next_region(e, q, &at)) != NULL;)
        if (!is_told(e, q, region, from, to, &scratch, &why))
            cite_unread(c, f, q, region, from, to);
    observed(c, f, "regions not read: %s", u->regions.buf);
    arena_free(&scratch);
}

static bool is_unread(struct checking *c, const struct questions *q, const char *noun, time_t from,
                      time_t to)
{
    const struct events *e = c->account->events;
    struct unread u = {.regions = STRBUF_INIT(4096)};
    struct arena scratch = {0};
    const char *region;

    for (size_t at = 0; (region = next_region(e, q, &at)) != NULL;) {
        const char *why = "not read";

        if (is_told(e, q, region, from, to, &scratch, &why))
            continue;
        strbuf_addf(&u.regions, "%s%s", u.count++ ? ", " : "", region);
        u.why = u.why ? u.why : why;
    }
    if (u.count > 0)
        speak_unread(c, q, &u, noun, from, to);
    strbuf_free(&u.regions);
    arena_free(&scratch);
    return u.count > 0;
}

size_t period_unread(struct checking *c, const struct questions *q, const char *noun)
{
    const struct model *m = c->model;
    size_t count = 0, at = 0;

    if (!c->account->events || !next_region(c->account->events, q, &at)) {
        unknown_because(c, c->account->id, c->account->id, &c->account->data[DATA_EVENTS]);
        return 1;
    }
    for (time_t from = m->period_from; from <= m->period_to; from += DAY - from % DAY) {
        time_t to = from - from % DAY + DAY - 1;

        count += is_unread(c, q, noun, from, to < m->period_to ? to : m->period_to);
    }
    return count;
}

const char *period_text(struct checking *c)
{
    char from[CLOCK_TEXT], to[CLOCK_TEXT];

    return arena_printf(&c->out->arena, "from %s to %s",
                        clock_format_day(c->model->period_from, from),
                        clock_format_day(c->model->period_to, to));
}

void period_cite(struct checking *c, struct finding *f, const struct questions *q)
{
    const struct events *e = c->account->events;

    for (size_t i = 0; i < e->reading_count && f->evidence_count < CITED_MOST; i++)
        if (asks(q, e->readings[i].what) && e->readings[i].status.file)
            cite(c, f, (struct source){e->readings[i].status.file, "", NULL});
}

bool event_is_by(const struct event *e, const char *type)
{
    return e->by.type && strcmp(e->by.type, type) == 0;
}

const char *event_actor(struct checking *c, const struct event *e)
{
    const char *arn = e->by.arn, *colon = arn ? strrchr(arn, ':') : NULL;
    const char *name = event_is_by(e, "Root") ? "root"
                       : e->by.user           ? e->by.user
                       : colon                ? colon + 1
                       : e->by.principal      ? e->by.principal
                                              : "somebody";

    return text_shown(&c->out->arena, name);
}

struct finding *event_verdict(struct checking *c, const struct event *e, enum status status,
                              const char *detail)
{
    struct arena *arena = &c->out->arena;
    const char *who = e->by.arn ? e->by.arn : c->account->id;
    char when[CLOCK_TEXT];
    struct finding *f;

    f = verdict(
        c, status, arena_printf(arena, "%s#%s", who, e->id),
        arena_printf(arena, "%s, %s", event_actor(c, e), clock_format_minute(e->time, when)),
        "%s; event %s", detail, text_shown(arena, e->id));
    cite(c, f, e->where);
    return f;
}
