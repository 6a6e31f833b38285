/* exceptions.c - the register of exceptions: its problems, and the quarterly review sheet. */
#include "exceptions.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cli.h"
#include "base/clock.h"
#include "base/json_build.h"
#include "checks/check.h"

#define CHECKS_MAX 256

/* --- In the order of the file ----------------------------------------------------------------- */

/* An exception, and how it is used. */
struct entry {
    const struct exception *x;
    const struct exception_use *use;
    bool due; /* of a sheet */
};

static int by_line(const void *a, const void *b)
{
    size_t x = ((const struct entry *)a)->x->line, y = ((const struct entry *)b)->x->line;

    return (x > y) - (x < y);
}

static struct entry *entries_of(const struct assessment *a, struct arena *arena)
{
    const struct exceptions *list = &a->inputs.exceptions;
    struct entry *out = arena_new(arena, struct entry, list->count + 1);

    for (size_t i = 0; i < list->count; i++)
        out[i] = (struct entry){&list->at[i], a->uses ? &a->uses[i] : NULL, false};
    if (list->count > 1)
        qsort(out, list->count, sizeof *out, by_line);
    return out;
}

/* --- Problems --------------------------------------------------------------------------------- */

static const char *nearest_check(const char *id)
{
    const char *ids[CHECKS_MAX + 1];
    size_t count = 0;

    for (; count < check_count() && count < CHECKS_MAX; count++)
        ids[count] = check_at(count)->id;
    ids[count] = NULL;
    return cli_nearest(id, ids);
}

static void add_advice(cJSON *row, const struct entry *e, enum exception_problem p)
{
    const char *near = p == EXCEPTION_UNKNOWN_CHECK ? nearest_check(e->x->check) : NULL;

    if (near)
        json_add_format(row, "text", "%s; did you mean %s?", exception_problem_advice(p), near);
    else if (p == EXCEPTION_UNBOUND && e->use)
        json_add_format(row, "text", "%s: %s is %s", exception_problem_advice(p), e->use->resource,
                        e->use->id);
    else
        cJSON_AddStringToObject(row, "text", exception_problem_advice(p));
}

static void add_problem(cJSON *list, const struct entry *e, enum exception_problem p)
{
    cJSON *row = json_append_object(list);

    cJSON_AddStringToObject(row, "word", exception_problem_word(p));
    cJSON_AddBoolToObject(row, "fault", (EXCEPTION_FAULTS & EXCEPTION_BIT(p)) != 0);
    add_advice(row, e, p);
}

static void add_scope(cJSON *row, const struct exception *x)
{
    cJSON_AddStringToObject(row, "id", x->waiver.id);
    cJSON_AddStringToObject(row, "check", x->check);
    cJSON_AddStringToObject(row, "account", x->account);
    cJSON_AddStringToObject(row, "resource", x->resource);
}

static void add_use(cJSON *row, const struct exception_use *use, bool judged)
{
    json_add_fraction(row, "failing", judged, judged ? (long)use->failing : 0, 1);
    json_add_fraction(row, "unread", judged, judged ? (long)use->unread : 0, 1);
}

cJSON *exceptions_problems_json(const struct assessment *a, time_t now, bool judged)
{
    const struct settings *settings = a->inputs.settings;
    cJSON *list = cJSON_CreateArray();
    struct arena arena = {0};
    const struct entry *entries = entries_of(a, &arena);

    for (size_t i = 0; i < a->inputs.exceptions.count; i++) {
        const struct entry *e = &entries[i];
        unsigned bits = exception_problems(e->x, settings, now);
        cJSON *row, *problems;

        bits |= judged ? exception_use_problems(e->x, settings, e->use) : 0;
        if (!bits)
            continue;
        row = json_append_object(list);
        add_scope(row, e->x);
        cJSON_AddStringToObject(row, "file", e->x->file);
        json_add_count(row, "line", e->x->line);
        add_use(row, e->use, judged);
        problems = cJSON_AddArrayToObject(row, "problems");
        for (int p = 0; p < EXCEPTION_PROBLEM_COUNT; p++)
            if (bits & EXCEPTION_BIT(p))
                add_problem(problems, e, (enum exception_problem)p);
    }
    arena_free(&arena);
    return list;
}

/* --- Quarters --------------------------------------------------------------------------------- */

static time_t month_start(int year, int month)
{
    char text[CLOCK_TEXT];
    time_t t = 0;

    (void)snprintf(text, sizeof text, "%04d-%02d-01T00:00:00Z", year % 10000, month);
    (void)clock_parse(text, &t);
    return t;
}

static void fill(struct quarter *q, int year, int number)
{
    *q = (struct quarter){year, number, month_start(year, 3 * number - 2),
                          number == 4 ? month_start(year + 1, 1)
                                      : month_start(year, 3 * number + 1)};
}

bool quarter_parse(const char *text, struct quarter *out)
{
    int year = 0;

    if (strlen(text) != 6 || text[4] != 'Q' || text[5] < '1' || text[5] > '4')
        return false;
    for (int i = 0; i < 4; i++) {
        if (!isdigit((unsigned char)text[i]))
            return false;
        year = 10 * year + (text[i] - '0');
    }
    if (year < 1970 || year > 9998)
        return false;
    fill(out, year, text[5] - '0');
    return true;
}

void quarter_of(time_t t, struct quarter *out)
{
    char text[CLOCK_TEXT];
    int year, month;

    (void)clock_format(t, text);
    year = (int)strtol(text, NULL, 10);
    month = (int)strtol(text + 5, NULL, 10);
    fill(out, year, (month + 2) / 3);
}

/* --- The sheet -------------------------------------------------------------------------------- */

/* In force on any day of the quarter; what a review ended before it began is not. */
static bool is_in_force(const struct exception *x, const struct quarter *q, time_t now,
                        const struct settings *settings)
{
    time_t began = q->from < now ? q->from : now;

    return x->approved.at < q->to && x->expires.at >= q->from &&
           !(exception_problems(x, settings, began - 1) & EXCEPTION_BIT(EXCEPTION_ENDED));
}

/* The review, or the approval, of this quarter by somebody other than the owner. */
static bool is_reviewed(const struct exception *x, const struct quarter *q, time_t now)
{
    struct day last = exception_last_review(x, now < q->to ? now : q->to - 1);

    return last.at >= q->from;
}

static int by_work(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;

    if (x->due != y->due)
        return x->due ? -1 : 1;
    if (x->x->expires.at != y->x->expires.at)
        return x->x->expires.at < y->x->expires.at ? -1 : 1;
    return by_line(a, b);
}

static void add_row(cJSON *list, const struct entry *e, const struct quarter *q, time_t now)
{
    const struct waiver *w = &e->x->waiver;
    bool expiring = e->x->expires.at < q->to;
    cJSON *row = json_append_object(list);

    add_scope(row, e->x);
    cJSON_AddStringToObject(row, "reason", w->reason);
    cJSON_AddStringToObject(row, "compensatingControl", w->compensating_control);
    cJSON_AddStringToObject(row, "owner", w->owner);
    cJSON_AddStringToObject(row, "approver", w->approver);
    cJSON_AddStringToObject(row, "approved", e->x->approved.text);
    cJSON_AddStringToObject(row, "expires", e->x->expires.text);
    cJSON_AddStringToObject(row, "ticket", w->ticket ? w->ticket : "");
    cJSON_AddStringToObject(row, "lastReview", exception_last_review(e->x, now).text);
    cJSON_AddBoolToObject(row, "due", e->due);
    cJSON_AddBoolToObject(row, "expiring", expiring);
    cJSON_AddStringToObject(row, "stateText",
                            e->due     ? "due"
                            : expiring ? "reviewed, expires this quarter"
                                       : "reviewed");
    add_use(row, e->use, e->use != NULL);
    if (e->use)
        json_add_format(row, "coversText", "%zu failing, %zu not read", e->use->failing,
                        e->use->unread);
    else
        cJSON_AddStringToObject(row, "coversText", "not looked at");
}

static void add_head(cJSON *root, const struct quarter *q, time_t now)
{
    char text[CLOCK_TEXT];

    json_add_format(root, "quarter", "%04dQ%d", q->year, q->number);
    cJSON_AddStringToObject(root, "from", clock_format(q->from, text));
    cJSON_AddStringToObject(root, "fromText", clock_format_day(q->from, text));
    cJSON_AddStringToObject(root, "to", clock_format(q->to - 1, text));
    cJSON_AddStringToObject(root, "toText", clock_format_day(q->to - 1, text));
    cJSON_AddStringToObject(root, "printed", clock_format(now, text));
    cJSON_AddStringToObject(root, "printedText", clock_format_day(now, text));
}

cJSON *exceptions_sheet_json(const struct assessment *a, const struct quarter *q, time_t now,
                             bool judged)
{
    cJSON *root = cJSON_CreateObject(), *rows;
    struct arena arena = {0};
    struct entry *entries = entries_of(a, &arena);
    size_t count = 0, due = 0, expiring = 0;

    for (size_t i = 0; i < a->inputs.exceptions.count; i++) {
        struct entry e = entries[i];

        if (!is_in_force(e.x, q, now, a->inputs.settings))
            continue;
        e.due = !is_reviewed(e.x, q, now);
        e.use = judged ? e.use : NULL;
        due += e.due;
        expiring += e.x->expires.at < q->to;
        entries[count++] = e;
    }
    if (count > 1)
        qsort(entries, count, sizeof *entries, by_work);
    add_head(root, q, now);
    json_add_count(root, "due", due);
    json_add_count(root, "reviewed", count - due);
    json_add_count(root, "expiring", expiring);
    rows = cJSON_AddArrayToObject(root, "rows");
    for (size_t i = 0; i < count; i++)
        add_row(rows, &entries[i], q, now);
    arena_free(&arena);
    return root;
}
