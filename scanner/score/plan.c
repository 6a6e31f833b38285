/* plan.c - the order of work: which check to fix next, and what that does to the score. */
#include <stdint.h>
#include <string.h>

#include "score/view.h"

/* The order of work. */
struct plan {
    struct view view; /* fixed = what is done so far */
    bool *fixed;
    size_t *rows; /* scratch, one per check */
    struct score *score;
    struct arena *arena;
    BN_CTX *ctx;
    size_t group;
};

/* Sum of the accounts' ceilings if `row` were done next. Sums compare as their means do: the count
 * never changes. */
static unsigned long ceiling_with(struct plan *p, size_t row)
{
    bool before = p->fixed[row];
    unsigned long sum;

    p->fixed[row] = true;
    sum = view_ceiling(&p->view).sum;
    p->fixed[row] = before;
    return sum;
}

static int value_with(struct plan *p, size_t row)
{
    bool before = p->fixed[row];
    int value;

    p->fixed[row] = true;
    value = view_value(&p->view, p->ctx);
    p->fixed[row] = before;
    return value;
}

static void do_fix(struct plan *p, size_t row)
{
    struct fix *f = arena_push(p->arena, p->score->fixes, p->score->fix_count);
    struct view alone = {.in = p->view.in};
    bool *only = arena_new(p->arena, bool, p->view.in->checks);
    struct mean m;

    only[row] = true;
    f->row = row;
    f->count = view_pooled(&(struct view){.in = p->view.in}, row).open;
    alone.fixed = only;
    f->gain = view_value(&alone, p->ctx) - p->score->value;
    p->fixed[row] = true;
    m = view_ceiling(&p->view);
    f->score_after = view_value(&p->view, p->ctx);
    f->ceiling_after = (int)(m.sum / m.count);
    f->group = p->group;
}

static bool is_to_do(const struct plan *p, size_t row)
{
    return view_weight(check_at(row)) > 0 && !p->fixed[row] && view_pooled(&p->view, row).open > 0;
}

/* A step that could come next, and what it would bring. */
struct step {
    size_t row;
    unsigned long ceiling; /* sum over the accounts */
    int value;
};

static bool is_better(const struct step *a, const struct step *b)
{
    const struct check *x = check_at(a->row), *y;

    if (b->row == SIZE_MAX)
        return true;
    y = check_at(b->row);
    if (a->ceiling != b->ceiling)
        return a->ceiling > b->ceiling;
    if (a->value != b->value)
        return a->value > b->value;
    if (x->severity != y->severity)
        return x->severity > y->severity;
    return strcmp(x->id, y->id) < 0;
}

/* The best single step; SIZE_MAX when nothing is left. *ceiling gets what it leaves. */
static size_t best_single(struct plan *p, unsigned long *ceiling)
{
    struct step best = {.row = SIZE_MAX};

    for (size_t row = 0; row < p->view.in->checks; row++) {
        struct step step = {.row = row};

        if (!is_to_do(p, row))
            continue;
        step.ceiling = ceiling_with(p, row);
        step.value = value_with(p, row);
        if (is_better(&step, &best))
            best = step;
    }
    *ceiling = best.ceiling;
    return best.row;
}

/* The fix of a tier that leaves an account the fewest open resources; SIZE_MAX: none is left. */
static size_t largest_holder(const struct plan *p, size_t account, enum tier tier)
{
    size_t best = SIZE_MAX, most = 0;

    for (size_t row = 0; row < p->view.in->checks; row++) {
        const struct check *check = check_at(row);
        size_t open;

        if (!check->core || check->tier != tier || p->fixed[row])
            continue;
        open = view_tally(&p->view, account, row).open;
        if (open > most) {
            most = open;
            best = row;
        }
    }
    return best;
}

/* The fixes that lift the ceiling of an account together, none of which can be spared: of each tier
 * that holds it the largest first, until the tier does not hold it any more. Returns their count.
 */
static size_t group_of(struct plan *p, size_t account, size_t *rows)
{
    int held = view_account_ceiling(&p->view, account);
    size_t count = 0;

    for (int tier = 0; tier < TIER_COUNT; tier++)
        while (view_tier_ceiling(&p->view, account, (enum tier)tier) == held) {
            size_t row = largest_holder(p, account, (enum tier)tier);

            if (row == SIZE_MAX)
                break;
            p->fixed[row] = true;
            rows[count++] = row;
        }
    for (size_t i = 0; i < count; i++)
        p->fixed[rows[i]] = false;
    return count;
}

/* The account whose ceiling is held by the fewest checks; SIZE_MAX when all stand at 100. */
static size_t easiest_account(struct plan *p)
{
    size_t best = SIZE_MAX, fewest = SIZE_MAX;

    for (size_t a = 0; a < p->view.in->accounts; a++) {
        size_t holders;

        if (view_account_ceiling(&p->view, a) == 100)
            continue;
        holders = group_of(p, a, p->rows);
        if (holders < fewest) {
            fewest = holders;
            best = a;
        }
    }
    return best;
}

static void do_group(struct plan *p, size_t account)
{
    size_t count = group_of(p, account, p->rows);

    for (size_t i = 0; i < count; i++)
        do_fix(p, p->rows[i]);
}

/* Do the next fix, or the next group of fixes; false when nothing is left. */
static bool next_step(struct plan *p)
{
    unsigned long now = view_ceiling(&p->view).sum, lifted = 0;
    size_t row = best_single(p, &lifted), account = easiest_account(p);

    if (row == SIZE_MAX)
        return false;
    if (lifted <= now && account != SIZE_MAX)
        do_group(p, account);
    else
        do_fix(p, row);
    return true;
}

void score_plan(const struct score_input *in, struct score *s, struct arena *arena)
{
    struct plan p = {.view = {.in = in}, .score = s, .arena = arena, .ctx = ratio_scratch()};

    p.fixed = arena_new(arena, bool, in->checks);
    p.rows = arena_new(arena, size_t, in->checks);
    p.view.fixed = p.fixed;
    while (next_step(&p))
        p.group++;
    BN_CTX_free(p.ctx);
}
