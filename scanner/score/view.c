/* view.c - rates, raw, ceilings and value of one view of the tallies. */
#include "score/view.h"

/* Nothing but a lack of memory makes these calls fail: no divisor here is 0. */
static void must(int done)
{
    if (!done)
        memory_exhausted();
}

static BIGNUM *number(unsigned long word)
{
    BIGNUM *n = BN_new();

    if (!n)
        memory_exhausted();
    must(BN_set_word(n, word));
    return n;
}

BN_CTX *ratio_scratch(void)
{
    BN_CTX *ctx = BN_CTX_new();

    if (!ctx)
        memory_exhausted();
    return ctx;
}

struct ratio ratio_of(unsigned long n, unsigned long d)
{
    return (struct ratio){number(n), number(d)};
}

void ratio_free(struct ratio r)
{
    BN_free(r.n);
    BN_free(r.d);
}

/* a += n/d * weight, consuming nothing. Not reduced: the denominator is at most the product of one
 * count per check, some thousand bits, and BN_gcd takes a hundred times what it saves. */
static void ratio_add(struct ratio *a, const struct ratio *b, unsigned long weight, BN_CTX *ctx)
{
    BIGNUM *left = number(0), *right = number(0);

    must(BN_mul(left, a->n, b->d, ctx));
    must(BN_mul(right, b->n, a->d, ctx));
    must(BN_mul_word(right, weight));
    must(BN_add(a->n, left, right));
    must(BN_mul(a->d, a->d, b->d, ctx));
    BN_free(left);
    BN_free(right);
}

void ratio_multiply(struct ratio *a, unsigned long n, unsigned long d)
{
    must(BN_mul_word(a->n, n));
    must(BN_mul_word(a->d, d));
}

/* floor(a * scale) */
long ratio_floor(const struct ratio *a, unsigned long scale, BN_CTX *ctx)
{
    BIGNUM *n = number(0), *q = number(0);
    long out;

    must(BN_copy(n, a->n) != NULL);
    must(BN_mul_word(n, scale));
    must(BN_div(q, NULL, n, a->d, ctx));
    out = (long)BN_get_word(q);
    BN_free(n);
    BN_free(q);
    return out;
}

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

struct tally view_tally(const struct view *v, size_t account, size_t row)
{
    return seen(v, row, v->in->at[account * v->in->checks + row]);
}

struct tally view_pooled(const struct view *v, size_t row)
{
    return seen(v, row, v->in->pooled[row]);
}

unsigned long view_weight(const struct check *check)
{
    return check->weightless ? 0 : (unsigned long)severity_weight(check->severity);
}

/* Weights of the checks of a tier that have a rate, added up. */
unsigned long view_tier_weight(const struct view *v, enum tier tier)
{
    unsigned long sum = 0;

    for (size_t row = 0; row < v->in->checks; row++) {
        struct tally t = view_pooled(v, row);

        if (check_at(row)->tier == tier && t.proven + t.open > 0)
            sum += view_weight(check_at(row));
    }
    return sum;
}

/* Multiply by every count of resources of the tier, which is 0 for no row that has a rate. */
static void multiply_by_counts(const struct view *v, enum tier tier, BIGNUM *n)
{
    for (size_t row = 0; row < v->in->checks; row++) {
        struct tally t = view_pooled(v, row);

        if (check_at(row)->tier == tier && t.proven + t.open > 0)
            must(BN_mul_word(n, t.proven + t.open));
    }
}

/* Rate of a tier as a fraction of 1; false when no check of weight has a rate. All rates are put on
 * one denominator, the product of the counts: exact, and no greatest common divisor is needed. */
bool view_tier_rate(const struct view *v, enum tier tier, struct ratio *out)
{
    unsigned long sum = view_tier_weight(v, tier);
    BIGNUM *part;

    *out = ratio_of(0, 1);
    if (sum == 0)
        return false;
    part = number(0);
    multiply_by_counts(v, tier, out->d);
    for (size_t row = 0; row < v->in->checks; row++) {
        struct tally t = view_pooled(v, row);

        if (check_at(row)->tier != tier || t.proven + t.open == 0)
            continue;
        must(BN_copy(part, out->d) != NULL);
        must(BN_div_word(part, t.proven + t.open) == 0); /* a factor: without rest */
        must(BN_mul_word(part, t.proven));
        must(BN_mul_word(part, view_weight(check_at(row))));
        must(BN_add(out->n, out->n, part));
    }
    BN_free(part);
    ratio_multiply(out, 1, sum);
    return true;
}

/* Tier weights of the tiers that have a rate, added up. */
unsigned long view_weight_of_tiers(const struct view *v)
{
    unsigned long sum = 0;

    for (int tier = 0; tier < TIER_COUNT; tier++)
        if (view_tier_weight(v, (enum tier)tier) > 0)
            sum += (unsigned long)tier_weight((enum tier)tier);
    return sum;
}

/* raw as a fraction of 1. */
bool view_raw(const struct view *v, struct ratio *out, BN_CTX *ctx)
{
    unsigned long sum = view_weight_of_tiers(v);

    *out = ratio_of(0, 1);
    if (sum == 0)
        return false;
    for (int tier = 0; tier < TIER_COUNT; tier++) {
        struct ratio rate;

        if (view_tier_rate(v, (enum tier)tier, &rate))
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

/* Ceilings that each tier leaves an account, in one pass: plans ask this thousands of times. */
static void tier_ceilings(const struct view *v, size_t account, int out[TIER_COUNT])
{
    size_t open[TIER_COUNT] = {0}, all[TIER_COUNT] = {0}, count;
    const size_t *cores = check_cores(&count);

    for (size_t i = 0; i < count && cores[i] < v->in->checks; i++) {
        enum tier tier = check_at(cores[i])->tier;
        struct tally t = view_tally(v, account, cores[i]);

        open[tier] += t.open;
        all[tier] += t.open + t.proven;
    }
    for (int tier = 0; tier < TIER_COUNT; tier++)
        out[tier] = ceiling_by_share((enum tier)tier, open[tier], all[tier]);
}

int view_tier_ceiling(const struct view *v, size_t account, enum tier tier)
{
    int ceilings[TIER_COUNT];

    tier_ceilings(v, account, ceilings);
    return ceilings[tier];
}

int view_account_ceiling(const struct view *v, size_t account)
{
    int ceilings[TIER_COUNT], lowest = 100;

    tier_ceilings(v, account, ceilings);
    for (int tier = 0; tier < TIER_COUNT; tier++)
        lowest = ceilings[tier] < lowest ? ceilings[tier] : lowest;
    return lowest;
}

struct mean view_ceiling(const struct view *v)
{
    struct mean m = {0, v->in->accounts};
    bool below = false;

    for (size_t a = 0; a < v->in->accounts; a++) {
        int ceiling = view_account_ceiling(v, a);

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
int view_value(const struct view *v, BN_CTX *ctx)
{
    struct mean ceiling = view_ceiling(v);
    struct ratio raw;
    int value = -1;

    if (view_raw(v, &raw, ctx)) {
        ratio_multiply(&raw, ceiling.sum, ceiling.count);
        value = (int)ratio_floor(&raw, 1, ctx);
    }
    ratio_free(raw);
    return value;
}
