/* inputs.c - asking the person's inputs: attestations, people, severities. */
#include "model/inputs.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

const struct inputs inputs_default = {.settings = &settings_default};

void inputs_close(struct inputs *in)
{
    arena_free(&in->arena);
}

const struct people_row *people_of(const struct inputs *in, const char *identity, size_t *count)
{
    size_t low = 0, high = in->people_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (strcmp(in->people[middle].identity, identity) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *count = 0;
    while (low + *count < in->people_count &&
           strcmp(in->people[low + *count].identity, identity) == 0)
        ++*count;
    return *count ? &in->people[low] : NULL;
}

static int by_identity(const void *a, const void *b)
{
    const struct people_row *x = a, *y = b;
    int order = strcmp(x->identity, y->identity);

    return order ? order : (x->row > y->row) - (x->row < y->row);
}

static int by_person(const void *a, const void *b)
{
    const struct people_row *x = *(const struct people_row *const *)a;
    const struct people_row *y = *(const struct people_row *const *)b;
    int order = text_icmp(x->person, y->person);

    return order ? order : (x->row > y->row) - (x->row < y->row);
}

void people_sort(struct inputs *in)
{
    in->persons = arena_new(&in->arena, const struct people_row *, in->people_count);
    if (in->people_count > 1)
        qsort(in->people, in->people_count, sizeof *in->people, by_identity);
    for (size_t i = 0; i < in->people_count; i++)
        in->persons[i] = &in->people[i];
    if (in->people_count > 1)
        qsort(in->persons, in->people_count, sizeof *in->persons, by_person);
}

/* Place of the first row of that person or, where there is none, of whoever comes next. */
static size_t first_of(const struct inputs *in, const char *person)
{
    size_t low = 0, high = in->people_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (text_icmp(in->persons[middle]->person, person) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool has_left(const struct people_row *row, time_t now)
{
    return row->left.text && now >= row->left.at + DAY_SECONDS;
}

const struct people_row *person_left(const struct inputs *in, const char *person, time_t now)
{
    const struct people_row *last = NULL, *row;
    size_t first = first_of(in, person);

    for (size_t i = first; i < in->people_count; i++) {
        row = in->persons[i];
        if (text_icmp(row->person, person) != 0)
            break;
        if (has_left(row, now) && (!last || row->left.at > last->left.at))
            last = row;
    }
    for (size_t i = first; last && i < in->people_count; i++) {
        row = in->persons[i];
        if (text_icmp(row->person, person) != 0)
            break;
        if (!has_left(row, now) && row->joined.text && row->joined.at <= now &&
            row->joined.at >= last->left.at)
            return NULL;
    }
    return last;
}

/* The person behind an identity; the text itself when people.csv does not know it. */
static const char *person_behind(const struct inputs *in, const char *identity)
{
    size_t count;
    const struct people_row *rows = people_of(in, identity, &count);

    return rows ? rows->person : identity;
}

/* "arn:aws:sts::1:assumed-role/Auditor/jane@example.com" -> "jane@example.com" */
static const char *last_word(const char *arn)
{
    const char *slash = strrchr(arn, '/');

    return slash ? slash + 1 : arn;
}

bool inputs_same_person(const struct inputs *in, const char *a, const char *b)
{
    return text_icmp(a, b) == 0 || text_icmp(person_behind(in, a), person_behind(in, b)) == 0;
}

static bool is_of_caller(const struct inputs *in, const struct attestation *a, const char *caller)
{
    return caller && (inputs_same_person(in, a->by, caller) ||
                      inputs_same_person(in, a->by, last_word(caller)));
}

/* What is wrong with one; NULL: it is good. */
static const char *fault_of(const struct inputs *in, const struct attestation *a,
                            const struct attestation_question *q, struct arena *arena)
{
    if (q->now < a->attested.at)
        return arena_printf(arena, "%s is dated %s, which has not come", a->id, a->attested.text);
    if (q->now >= a->expires.at + DAY_SECONDS)
        return arena_printf(arena, "%s expired on %s", a->id, a->expires.text);
    if (a->expires.at - a->attested.at > in->settings->attestation_days * DAY_SECONDS)
        return arena_printf(arena, "%s runs from %s to %s, longer than %ld days", a->id,
                            a->attested.text, a->expires.text, in->settings->attestation_days);
    if (is_of_caller(in, a, q->caller_arn))
        return arena_printf(arena, "%s is by %s, who also ran the scan", a->id, a->by);
    return NULL;
}

const struct attestation *attestation_of(const struct inputs *in,
                                         const struct attestation_question *q, struct arena *arena,
                                         const char **why)
{
    const struct attestation *good = NULL, *newest = NULL;

    *why = NULL;
    for (size_t i = 0; i < in->attestation_count; i++) {
        const struct attestation *a = &in->attestations[i];

        if (strcmp(a->check, q->check) != 0 || strcmp(a->resource, q->resource) != 0)
            continue;
        if (!newest || a->attested.at > newest->attested.at)
            newest = a;
        if (!fault_of(in, a, q, arena) && (!good || a->expires.at > good->expires.at))
            good = a;
    }
    if (!good && newest)
        *why = fault_of(in, newest, q, arena);
    return good;
}

enum severity inputs_severity(const struct inputs *in, const char *check, enum severity own)
{
    const struct severities *list = &in->settings->severities;

    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->at[i].check, check) == 0)
            return list->at[i].severity;
    return own;
}
