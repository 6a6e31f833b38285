/* score.c - score/1: tallies, exact fractions, ceilings, explanation, grade, coverage. */
#include "score/score.h"

#include <string.h>

#include "score/view.h"

/* Open is what is not proven, whatever the reason. */
static struct tally tally_of(const struct finding_counts *n)
{
    return (struct tally){.proven = n->by_status[STATUS_PASS],
                          .open = n->by_status[STATUS_FAIL] + n->by_status[STATUS_UNKNOWN] +
                                  n->by_status[STATUS_MANUAL],
                          .waived = n->waived};
}

struct score_input score_tally(const struct findings *f, struct arena *arena)
{
    struct tally *table = arena_new(arena, struct tally, f->accounts * f->checks);
    struct tally *sums = arena_new(arena, struct tally, f->checks);

    for (size_t i = 0; i < f->accounts * f->checks; i++) {
        table[i] = tally_of(&f->parts[i].counts);
        sums[i % f->checks].proven += table[i].proven;
        sums[i % f->checks].open += table[i].open;
        sums[i % f->checks].waived += table[i].waived;
    }
    return (struct score_input){table, sums, f->accounts, f->checks};
}

struct score_input score_account(const struct score_input *in, size_t account)
{
    const struct tally *at = in->at + account * in->checks;

    return (struct score_input){at, at, 1, in->checks};
}

static void fill_tiers(const struct view *v, struct score *s, BN_CTX *ctx)
{
    for (int t = 0; t < TIER_COUNT; t++) {
        struct tier_score *tier = &s->tiers[t];
        struct ratio rate;

        tier->assessed = view_tier_rate(v, (enum tier)t, &rate);
        tier->rate = ratio_floor(&rate, 10000, ctx);
        ratio_free(rate);
        tier->ceiling = 100;
        for (size_t a = 0; a < v->in->accounts; a++) {
            int ceiling = view_tier_ceiling(v, a, (enum tier)t);

            tier->ceiling = ceiling < tier->ceiling ? ceiling : tier->ceiling;
        }
        for (size_t row = 0; row < v->in->checks; row++)
            tier->open += check_at(row)->tier == (enum tier)t ? view_pooled(v, row).open : 0;
    }
}

/* Points of raw, in hundredths, that the open resources of one check cost. */
static long points_lost(const struct view *v, size_t row, struct tally t, BN_CTX *ctx)
{
    enum tier tier = check_at(row)->tier;
    unsigned long weight = view_tier_weight(v, tier);
    struct ratio lost;
    long points;

    if (weight == 0)
        return 0;
    lost = ratio_of(t.open, t.open + t.proven);
    ratio_multiply(&lost, view_weight(check_at(row)), weight);
    ratio_multiply(&lost, (unsigned long)tier_weight(tier), view_weight_of_tiers(v));
    points = ratio_floor(&lost, 10000, ctx);
    ratio_free(lost);
    return points;
}

static void explain(const struct view *v, struct score *s, struct arena *arena, BN_CTX *ctx)
{
    struct mean ceiling = view_ceiling(v);
    struct ratio raw;
    long sum = 0;

    for (size_t row = 0; row < v->in->checks; row++) {
        struct tally t = view_pooled(v, row);
        struct explain_row *e;

        if (t.proven + t.open == 0)
            continue;
        e = arena_push(arena, s->explain, s->explain_count);
        *e = (struct explain_row){row, points_lost(v, row, t, ctx)};
        sum += e->points;
    }
    (void)view_raw(v, &raw, ctx);
    s->raw = ratio_floor(&raw, 10000, ctx);
    ratio_multiply(&raw, 100 * ceiling.count - ceiling.sum, 100 * ceiling.count);
    s->ceiling_points = ratio_floor(&raw, 10000, ctx);
    s->rounding_points = 100L * (100 - s->value) - sum - s->ceiling_points;
    ratio_free(raw);
}

static size_t holder_of_lowest(const struct view *v)
{
    int lowest = 101;
    size_t holder = 0;

    for (size_t a = 0; a < v->in->accounts; a++)
        for (size_t row = 0; row < v->in->checks; row++) {
            int ceiling = view_tier_ceiling(v, a, check_at(row)->tier);

            if (check_at(row)->core && view_tally(v, a, row).open > 0 && ceiling < lowest) {
                lowest = ceiling;
                holder = row;
            }
        }
    return holder;
}

struct score score_compute(const struct score_input *in, struct arena *arena)
{
    struct view plain = {.in = in}, without = {.in = in, .without_waived = true};
    BN_CTX *ctx = ratio_scratch();
    struct mean ceiling = view_ceiling(&plain);
    struct score s = {.value = view_value(&plain, ctx)};

    s.assessed = s.value >= 0;
    s.with_exceptions = view_value(&without, ctx);
    s.assessed_with_exceptions = s.with_exceptions >= 0;
    s.ceiling = (int)(ceiling.sum / ceiling.count);
    s.ceiling_row = holder_of_lowest(&plain);
    fill_tiers(&plain, &s, ctx);
    if (s.assessed)
        explain(&plain, &s, arena, ctx);
    BN_CTX_free(ctx);
    return s;
}

const char *score_grade(bool assessed, int value)
{
    if (!assessed)
        return "not assessed";
    return value >= 90 ? "A" : value >= 80 ? "B" : value >= 70 ? "C" : value >= 60 ? "D" : "F";
}

long score_coverage(const struct findings *f)
{
    struct finding_counts n = findings_of_all(f);
    size_t assessed = n.by_status[STATUS_PASS] + n.by_status[STATUS_FAIL];
    size_t missing = n.by_status[STATUS_UNKNOWN] + n.by_status[STATUS_MANUAL];

    return assessed + missing ? (long)(1000 * assessed / (assessed + missing)) : -1;
}
