/* merge.c - joining findings of branches. */
#include "lint/merge.h"

#include <string.h>

struct merged {
    struct lint_finding worst;
    unsigned branch;                    /* the first with the worst status */
    const char *details[LINT_BRANCHES]; /* NULL: not said there */
    enum status statuses[LINT_BRANCHES];
};

static int badness(enum status status)
{
    static const int order[STATUS_COUNT] = {
        [STATUS_FAIL] = 4, [STATUS_UNKNOWN] = 3, [STATUS_MANUAL] = 2, [STATUS_PASS] = 1};

    return order[status];
}

static struct lint_finding copy_of(struct arena *arena, const struct lint_finding *f)
{
    struct lint_finding out = *f;

    out.id = arena_strdup(arena, f->id);
    out.name = arena_strdup(arena, f->name);
    out.detail = arena_strdup(arena, f->detail);
    out.label = arena_strdup(arena, f->label);
    out.pointer = arena_strdup(arena, f->pointer);
    return out;
}

static struct merged *new_merged(struct merging *m)
{
    struct merged *f = arena_new(m->arena, struct merged, 1);

    *arena_push(m->arena, m->at, m->count) = f;
    return f;
}

void merge_add(struct merging *m, const struct lint_judgement *j)
{
    unsigned branch = m->branches->branch;

    m->taken[branch] = true;
    for (size_t i = 0; i < j->count; i++) {
        const struct lint_finding *f = &j->at[i];
        const char *id = arena_strdup(m->arena, f->id);
        struct merged *known = *lookup_at(&m->by_id, id, strlen(id));
        bool is_new = !known || known->details[branch]; /* said of two in one branch: both stay */

        if (is_new)
            known = new_merged(m);
        if (is_new || badness(f->status) > badness(known->worst.status)) {
            known->worst = copy_of(m->arena, f);
            known->branch = branch;
        }
        if (is_new)
            *lookup_at(&m->by_id, id, strlen(id)) = known;
        known->statuses[branch] = f->status;
        known->details[branch] = arena_strdup(m->arena, f->detail);
    }
}

static bool is_said_alike(const struct merged *f, unsigned a, unsigned b)
{
    return f->details[a] && f->details[b] && f->statuses[a] == f->statuses[b] &&
           strcmp(f->details[a], f->details[b]) == 0;
}

/* Does it rest on the fork: is something else said, or nothing, where only that is otherwise? */
static bool rests_on(const struct merging *m, const struct merged *f, size_t fork)
{
    unsigned other = f->branch ^ (1u << fork);

    return m->taken[other] && !is_said_alike(f, f->branch, other);
}

static bool is_said_everywhere(const struct merging *m, const struct merged *f)
{
    for (unsigned b = 0; b < LINT_BRANCHES; b++)
        if (m->taken[b] && !is_said_alike(f, f->branch, b))
            return false;
    return true;
}

/* "where IsProd is true and ..."; forks on which it does not rest are left out, unless it rests on
 * none of them alone. */
static const char *where(const struct merging *m, const struct merged *f)
{
    const char *text = "";
    bool any = false;

    for (size_t i = 0; i < m->branches->count; i++)
        any = any || rests_on(m, f, i);
    for (size_t i = 0; i < m->branches->count; i++)
        if (!any || rests_on(m, f, i))
            text = arena_printf(m->arena, "%s%s%s is %s", text, *text ? " and " : "where ",
                                m->branches->forks[i].name, f->branch >> i & 1 ? "true" : "false");
    return text;
}

void merge_finish(struct merging *m, struct lint_judgement *out)
{
    for (size_t i = 0; i < m->count; i++) {
        struct merged *f = m->at[i];

        if (!is_said_everywhere(m, f))
            f->worst.detail = arena_printf(m->arena, "%s; %s", f->worst.detail, where(m, f));
        *arena_push(m->arena, out->at, out->count) = f->worst;
    }
}
