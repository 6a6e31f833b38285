/* score.c - score/1: tallies, exact fractions, ceilings, explanation, order of work. */
#include "score.h"

#include <openssl/bn.h>
#include <string.h>

#include "checks/check.h"

/* An exact fraction. */
struct ratio {
    BIGNUM *n, *d;
};

static struct ratio ratio_of(unsigned long n, unsigned long d)
{
    struct ratio r = {BN_new(), BN_new()};

    BN_set_word(r.n, n);
    BN_set_word(r.d, d);
    return r;
}

static void ratio_free(struct ratio r)
{
    BN_free(r.n);
    BN_free(r.d);
}

/* a += n/d * weight, consuming nothing. */
static void ratio_add(struct ratio *a, const struct ratio *b, unsigned long weight, BN_CTX *ctx)
{
    BIGNUM *left = BN_new(), *right = BN_new(), *gcd = BN_new();

    BN_mul(left, a->n, b->d, ctx);
    BN_mul(right, b->n, a->d, ctx);
    BN_mul_word(right, weight);
    BN_add(a->n, left, right);
    BN_mul(a->d, a->d, b->d, ctx);
    BN_gcd(gcd, a->n, a->d, ctx);
    if (!BN_is_zero(gcd) && !BN_is_one(gcd)) {
        BN_div(a->n, NULL, a->n, gcd, ctx);
        BN_div(a->d, NULL, a->d, gcd, ctx);
    }
    BN_free(left);
    BN_free(right);
    BN_free(gcd);
}

static void ratio_multiply(struct ratio *a, unsigned long n, unsigned long d)
{
    BN_mul_word(a->n, n);
    BN_mul_word(a->d, d);
}

/* floor(a * scale) */
static long ratio_floor(const struct ratio *a, unsigned long scale, BN_CTX *ctx)
{
    BIGNUM *n = BN_dup(a->n), *q = BN_new();
    long out;

    BN_mul_word(n, scale);
    BN_div(q, NULL, n, a->d, ctx);
    out = (long)BN_get_word(q);
    BN_free(n);
    BN_free(q);
    return out;
}

/* One way of looking at the input: with some checks taken as fixed, with or without waived. */
struct view {
    const struct score_input *in;
    const bool *fixed; /* per check; NULL: none */
    bool without_waived;
};

static struct tally seen(const struct view *v, size_t row, struct tally t)
{
    if (v->fixed && v->fixed[row]) {
        t.proven += t.open;
        t.open = t.waived = 0;
    }
    if (v->without_waived)
        t.open -= t.waived;
    return t;
}

static struct tally tally_of(const struct view *v, size_t account, size_t row)
{
    return seen(v, row, v->in->at[account * v->in->checks + row]);
}

static struct tally pooled(const struct view *v, size_t row)
{
    return seen(v, row, v->in->pooled[row]);
}

static unsigned long weight_of(const struct check *check)
{
    return check->weightless ? 0 : (unsigned long)severity_weight(check->severity);
}

/* Weights of the checks of a tier that have a rate, added up. */
static unsigned long tier_rated_weight(const struct view *v, enum tier tier)
{
    unsigned long sum = 0;

    for (size_t row = 0; row < v->in->checks; row++) {
        struct tally t = pooled(v, row);

        if (check_at(row)->tier == tier && t.proven + t.open > 0)
            sum += weight_of(check_at(row));
    }
    return sum;
}

/* Rate of a tier as a fraction of 1; false when no check of weight has a rate. */
static bool tier_rate(const struct view *v, enum tier tier, struct ratio *out, BN_CTX *ctx)
{
    unsigned long sum = tier_rated_weight(v, tier);

    *out = ratio_of(0, 1);
    if (sum == 0)
        return false;
    for (size_t row = 0; row < v->in->checks; row++) {
        struct tally t = pooled(v, row);
        struct ratio rate;

        if (check_at(row)->tier != tier || t.proven + t.open == 0)
            continue;
        rate = ratio_of(t.proven, t.proven + t.open);
        ratio_add(out, &rate, weight_of(check_at(row)), ctx);
        ratio_free(rate);
    }
    ratio_multiply(out, 1, sum);
    return true;
}

/* Tier weights of the tiers that have a rate, added up. */
static unsigned long rated_tiers_weight(const struct view *v)
{
    unsigned long sum = 0;

    for (int tier = 0; tier < TIER_COUNT; tier++)
        if (tier_rated_weight(v, (enum tier)tier) > 0)
            sum += (unsigned long)tier_weight((enum tier)tier);
    return sum;
}

/* raw as a fraction of 1. */
static bool raw_rate(const struct view *v, struct ratio *out, BN_CTX *ctx)
{
    unsigned long sum = rated_tiers_weight(v);

    *out = ratio_of(0, 1);
    if (sum == 0)
        return false;
    for (int tier = 0; tier < TIER_COUNT; tier++) {
        struct ratio rate;

        if (tier_rate(v, (enum tier)tier, &rate, ctx))
            ratio_add(out, &rate, (unsigned long)tier_weight((enum tier)tier), ctx);
        ratio_free(rate);
    }
    ratio_multiply(out, 1, sum);
    return true;
}

/* Ceiling that a share of open core resources leaves. */
static int ceiling_by_share(enum tier tier, size_t open, size_t all)
{
    if (open == 0)
        return 100;
    switch (tier) {
    case TIER_ROOT:
        return 49;
    case TIER_PRIVILEGED:
        return 69;
    case TIER_STANDARD:
        return 2 * open > all ? 59 : 10 * open > all ? 79 : 89;
    case TIER_FEDERATED:
        return 10 * open > all ? 79 : 89;
    default:
        return 100;
    }
}

static int tier_ceiling(const struct view *v, size_t account, enum tier tier)
{
    size_t open = 0, all = 0;

    for (size_t row = 0; row < v->in->checks; row++) {
        struct tally t = tally_of(v, account, row);

        if (!check_at(row)->core || check_at(row)->tier != tier)
            continue;
        open += t.open;
        all += t.open + t.proven;
    }
    return ceiling_by_share(tier, open, all);
}

static int account_ceiling(const struct view *v, size_t account)
{
    int lowest = 100;

    for (int tier = 0; tier < TIER_COUNT; tier++) {
        int ceiling = tier_ceiling(v, account, (enum tier)tier);

        lowest = ceiling < lowest ? ceiling : lowest;
    }
    return lowest;
}

/* Mean of the accounts' ceilings, at most 89 while any is below 100: sum / count. */
struct mean {
    unsigned long sum, count;
};

static struct mean mean_ceiling(const struct view *v)
{
    struct mean m = {0, v->in->accounts};
    bool below = false;

    for (size_t a = 0; a < v->in->accounts; a++) {
        int ceiling = account_ceiling(v, a);

        below = below || ceiling < 100;
        m.sum += (unsigned long)ceiling;
    }
    if (m.count == 0)
        return (struct mean){100, 1};
    if (below && m.sum > 89 * m.count)
        m.sum = 89 * m.count;
    return m;
}

/* Score of a view; -1 when there is no rate. */
static int value_of(const struct view *v, BN_CTX *ctx)
{
    struct mean ceiling = mean_ceiling(v);
    struct ratio raw;
    int value = -1;

    if (raw_rate(v, &raw, ctx)) {
        ratio_multiply(&raw, ceiling.sum, ceiling.count);
        value = (int)ratio_floor(&raw, 1, ctx);
    }
    ratio_free(raw);
    return value;
}

struct score_input score_tally(const struct findings *f, const struct model *m,
                               struct arena *arena)
{
    struct score_input in = {.accounts = m->account_count, .checks = check_count()};
    struct tally *table = arena_new(arena, struct tally, in.accounts * in.checks);
    struct tally *sums = arena_new(arena, struct tally, in.checks);

    for (size_t i = 0; i < f->count; i++) {
        const struct account *a = model_account(m, f->at[i].account);
        struct tally *t = &table[(size_t)(a - m->accounts) * in.checks + f->at[i].row];

        t->proven += f->at[i].status == STATUS_PASS;
        t->open += finding_is_open(&f->at[i]);
        t->waived += finding_is_waived(&f->at[i]);
    }
    for (size_t i = 0; i < in.accounts * in.checks; i++) {
        sums[i % in.checks].proven += table[i].proven;
        sums[i % in.checks].open += table[i].open;
        sums[i % in.checks].waived += table[i].waived;
    }
    in.at = table;
    in.pooled = sums;
    return in;
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

        tier->assessed = tier_rate(v, (enum tier)t, &rate, ctx);
        tier->rate = ratio_floor(&rate, 10000, ctx);
        ratio_free(rate);
        tier->ceiling = 100;
        for (size_t a = 0; a < v->in->accounts; a++) {
            int ceiling = tier_ceiling(v, a, (enum tier)t);

            tier->ceiling = ceiling < tier->ceiling ? ceiling : tier->ceiling;
        }
        for (size_t row = 0; row < v->in->checks; row++)
            tier->open += check_at(row)->tier == (enum tier)t ? pooled(v, row).open : 0;
    }
}

/* Points of raw, in hundredths, that the open resources of one check cost. */
static long points_lost(const struct view *v, size_t row, struct tally t, BN_CTX *ctx)
{
    enum tier tier = check_at(row)->tier;
    unsigned long weight = tier_rated_weight(v, tier);
    struct ratio lost;
    long points;

    if (weight == 0)
        return 0;
    lost = ratio_of(t.open, t.open + t.proven);
    ratio_multiply(&lost, weight_of(check_at(row)), weight);
    ratio_multiply(&lost, (unsigned long)tier_weight(tier), rated_tiers_weight(v));
    points = ratio_floor(&lost, 10000, ctx);
    ratio_free(lost);
    return points;
}

static void explain(const struct view *v, struct score *s, struct arena *arena, BN_CTX *ctx)
{
    struct mean ceiling = mean_ceiling(v);
    struct ratio raw;
    long sum = 0;

    for (size_t row = 0; row < v->in->checks; row++) {
        struct tally t = pooled(v, row);
        struct explain_row *e;

        if (t.proven + t.open == 0)
            continue;
        e = arena_push(arena, s->explain, s->explain_count);
        *e = (struct explain_row){row, points_lost(v, row, t, ctx)};
        sum += e->points;
    }
    (void)raw_rate(v, &raw, ctx);
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
            int ceiling = tier_ceiling(v, a, check_at(row)->tier);

            if (check_at(row)->core && tally_of(v, a, row).open > 0 && ceiling < lowest) {
                lowest = ceiling;
                holder = row;
            }
        }
    return holder;
}

/* The order of work. */
struct plan {
    struct view view; /* fixed = what is done so far */
    bool *fixed;
    struct score *score;
    struct arena *arena;
    BN_CTX *ctx;
    size_t group;
};

/* Ceiling in hundredths if `row` were done next. */
static unsigned long ceiling_with(struct plan *p, size_t row)
{
    bool before = p->fixed[row];
    struct mean m;

    p->fixed[row] = true;
    m = mean_ceiling(&p->view);
    p->fixed[row] = before;
    return m.sum * 100 / m.count;
}

static int value_with(struct plan *p, size_t row)
{
    bool before = p->fixed[row];
    int value;

    p->fixed[row] = true;
    value = value_of(&p->view, p->ctx);
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
    f->count = pooled(&(struct view){.in = p->view.in}, row).open;
    alone.fixed = only;
    f->gain = value_of(&alone, p->ctx) - p->score->value;
    p->fixed[row] = true;
    m = mean_ceiling(&p->view);
    f->score_after = value_of(&p->view, p->ctx);
    f->ceiling_after = (int)(m.sum / m.count);
    f->group = p->group;
}

static bool is_to_do(const struct plan *p, size_t row)
{
    return weight_of(check_at(row)) > 0 && !p->fixed[row] && pooled(&p->view, row).open > 0;
}

/* The next single step: what lifts the ceiling most, then the score; registry order breaks ties,
 * severity before it. SIZE_MAX when nothing is left. */
static size_t best_single(struct plan *p, unsigned long *ceiling)
{
    size_t best = SIZE_MAX;
    int best_value = -1;

    for (size_t row = 0; row < p->view.in->checks; row++) {
        unsigned long c;
        int value;
        bool better;

        if (!is_to_do(p, row))
            continue;
        c = ceiling_with(p, row);
        value = value_with(p, row);
        better = best == SIZE_MAX || c > *ceiling || (c == *ceiling && value > best_value) ||
                 (c == *ceiling && value == best_value &&
                  check_at(row)->severity > check_at(best)->severity);
        if (better) {
            best = row;
            best_value = value;
            *ceiling = c;
        }
    }
    return best;
}

/* Does `row` hold the ceiling of `account` down, alone or with others? */
static bool holds(const struct plan *p, size_t account, size_t row)
{
    const struct check *check = check_at(row);

    return check->core && !p->fixed[row] && tally_of(&p->view, account, row).open > 0 &&
           tier_ceiling(&p->view, account, check->tier) == account_ceiling(&p->view, account);
}

/* The account whose ceiling is held by the fewest checks; SIZE_MAX when all stand at 100. */
static size_t easiest_account(const struct plan *p)
{
    size_t best = SIZE_MAX, fewest = SIZE_MAX;

    for (size_t a = 0; a < p->view.in->accounts; a++) {
        size_t holders = 0;

        if (account_ceiling(&p->view, a) == 100)
            continue;
        for (size_t row = 0; row < p->view.in->checks; row++)
            holders += holds(p, a, row);
        if (holders < fewest) {
            fewest = holders;
            best = a;
        }
    }
    return best;
}

static void do_group(struct plan *p, size_t account)
{
    bool *members = arena_new(p->arena, bool, p->view.in->checks);

    for (size_t row = 0; row < p->view.in->checks; row++)
        members[row] = holds(p, account, row);
    for (size_t row = 0; row < p->view.in->checks; row++)
        if (members[row])
            do_fix(p, row);
}

static void plan_work(struct score *s, const struct score_input *in, struct arena *arena,
                      BN_CTX *ctx)
{
    struct plan p = {.view = {.in = in}, .score = s, .arena = arena, .ctx = ctx};

    p.fixed = arena_new(arena, bool, in->checks);
    p.view.fixed = p.fixed;
    for (;; p.group++) {
        struct mean now = mean_ceiling(&p.view);
        unsigned long lifted = 0;
        size_t row = best_single(&p, &lifted), account = easiest_account(&p);

        if (row == SIZE_MAX)
            return;
        if (lifted <= now.sum * 100 / now.count && account != SIZE_MAX)
            do_group(&p, account);
        else
            do_fix(&p, row);
    }
}

struct score score_compute(const struct score_input *in, struct arena *arena)
{
    struct view plain = {.in = in}, without = {.in = in, .without_waived = true};
    BN_CTX *ctx = BN_CTX_new();
    struct mean ceiling = mean_ceiling(&plain);
    struct score s = {.value = value_of(&plain, ctx)};

    s.assessed = s.value >= 0;
    s.with_exceptions = value_of(&without, ctx);
    s.assessed_with_exceptions = s.with_exceptions >= 0;
    s.ceiling = (int)(ceiling.sum / ceiling.count);
    s.ceiling_row = holder_of_lowest(&plain);
    fill_tiers(&plain, &s, ctx);
    if (s.assessed) {
        explain(&plain, &s, arena, ctx);
        plan_work(&s, in, arena, ctx);
    }
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
    long assessed = 0, missing = 0;

    for (size_t i = 0; i < f->count; i++) {
        enum status s = f->at[i].status;

        assessed += s == STATUS_PASS || s == STATUS_FAIL;
        missing += s == STATUS_UNKNOWN || s == STATUS_MANUAL;
    }
    return assessed + missing ? 1000 * assessed / (assessed + missing) : -1;
}
