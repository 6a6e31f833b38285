/* test_score.c - score/1: properties over thousands of random organisations, against a second
 * implementation that shares nothing but the catalogue. */
#include "score_scene.h"

#define ROUNDS 200

/* --- Chance, the same every time (xorshift64) --------------------------------------------------
 */

static uint64_t chance = 88172645463325252U;

static size_t below(size_t n)
{
    chance ^= chance << 13;
    chance ^= chance >> 7;
    chance ^= chance << 17;
    return (size_t)(chance >> 11) % n;
}

/* Mostly well or mostly ill, so that ceilings of all heights come up. */
static void random_organisation(struct organisation *o)
{
    static const size_t illness[] = {0, 5, 15, 50, 90};
    size_t accounts = 1 + below(MOST_ACCOUNTS), ill = illness[below(5)];

    start(o, accounts);
    for (size_t a = 0; a < accounts; a++)
        for (size_t row = 0; row < check_count(); row++)
            for (size_t n = below(7); n > 0; n--) {
                static const enum status bad[] = {STATUS_FAIL, STATUS_FAIL, STATUS_UNKNOWN,
                                                  STATUS_MANUAL};
                struct finding *f;

                add(o, a, row,
                    below(100) < ill  ? bad[below(4)]
                    : below(100) < 20 ? STATUS_NOT_APPLICABLE
                                      : STATUS_PASS,
                    1);
                f = &o->at[o->findings.count - 1];
                if (f->status == STATUS_FAIL && below(3) == 0)
                    f->waiver = below(2) ? &valid : &expired;
            }
}

/* Any finding of that status, or NULL. */
static struct finding *any(struct organisation *o, enum status status)
{
    size_t start_at = o->findings.count ? below(o->findings.count) : 0;

    for (size_t i = 0; i < o->findings.count; i++) {
        struct finding *f = &o->at[(start_at + i) % o->findings.count];

        if (f->status == status)
            return f;
    }
    return NULL;
}

/* --- The formula a second time -----------------------------------------------------------------
 */

/* n/d, reduced; everything here is small enough for 64 bits. */
struct fraction {
    uint64_t n, d;
};

static struct fraction reduced(uint64_t n, uint64_t d)
{
    uint64_t a = n, b = d;

    while (b) {
        uint64_t rest = a % b;

        a = b;
        b = rest;
    }
    return (struct fraction){n / a, d / a};
}

static struct fraction plus(struct fraction x, struct fraction y)
{
    return reduced(x.n * y.d + y.n * x.d, x.d * y.d);
}

static struct fraction times(struct fraction x, uint64_t n, uint64_t d)
{
    struct fraction left = reduced(x.n, d), right = reduced(n, x.d);

    return (struct fraction){left.n * right.n, left.d * right.d};
}

/* What the reference takes as fixed: a bit per check; and whether waived ones are left out. */
struct look {
    const struct score_input *in;
    uint64_t fixed;
    bool without_waived;
};

static void counts(const struct look *l, size_t account, size_t row, uint64_t *proven,
                   uint64_t *open)
{
    const struct tally *t = &l->in->at[account * l->in->checks + row];
    bool fixed = l->fixed >> row & 1;

    *proven += t->proven + (fixed ? t->open : 0);
    *open += fixed ? 0 : t->open - (l->without_waived ? t->waived : 0);
}

static const uint64_t severity_weights[] = {1, 2, 4, 8};
static const uint64_t tier_weights[] = {30, 30, 20, 10, 5, 5};

static bool reference_tier(const struct look *l, enum tier tier, struct fraction *out)
{
    struct fraction sum = {0, 1};
    uint64_t weights = 0;

    for (size_t row = 0; row < l->in->checks; row++) {
        uint64_t weight = check_at(row)->weightless ? 0 : severity_weights[check_at(row)->severity];
        uint64_t proven = 0, open = 0;

        for (size_t a = 0; a < l->in->accounts; a++)
            counts(l, a, row, &proven, &open);
        if (check_at(row)->tier != tier || weight == 0 || proven + open == 0)
            continue;
        sum = plus(sum, times((struct fraction){proven, proven + open}, weight, 1));
        weights += weight;
    }
    *out = weights ? times(sum, 1, weights) : sum;
    return weights > 0;
}

static bool reference_raw(const struct look *l, struct fraction *out)
{
    struct fraction sum = {0, 1};
    uint64_t weights = 0;

    for (int tier = 0; tier < 6; tier++) {
        struct fraction rate;

        if (!reference_tier(l, (enum tier)tier, &rate))
            continue;
        sum = plus(sum, times(rate, tier_weights[tier], 1));
        weights += tier_weights[tier];
    }
    *out = weights ? times(sum, 1, weights) : sum;
    return weights > 0;
}

static int reference_tier_ceiling(const struct look *l, size_t account, enum tier tier)
{
    uint64_t proven = 0, open = 0;
    double share;

    for (size_t row = 0; row < l->in->checks; row++)
        if (check_at(row)->core && check_at(row)->tier == tier)
            counts(l, account, row, &proven, &open);
    if (open == 0 || tier == TIER_MACHINE || tier == TIER_DETECTIVE)
        return 100;
    if (tier == TIER_ROOT || tier == TIER_PRIVILEGED)
        return tier == TIER_ROOT ? 49 : 69;
    share = (double)open / (double)(open + proven); /* small numbers: 1/2 and 1/10 are safe */
    if (tier == TIER_STANDARD && share > 0.5)
        return 59;
    return share > 0.1 ? 79 : 89;
}

static int reference_account_ceiling(const struct look *l, size_t account)
{
    int lowest = 100;

    for (int tier = 0; tier < 6; tier++) {
        int ceiling = reference_tier_ceiling(l, account, (enum tier)tier);

        lowest = ceiling < lowest ? ceiling : lowest;
    }
    return lowest;
}

/* The mean as a fraction. */
static struct fraction reference_ceiling(const struct look *l)
{
    uint64_t sum = 0, worse = 0, n = l->in->accounts;

    for (size_t a = 0; a < n; a++) {
        int ceiling = reference_account_ceiling(l, a);

        sum += (uint64_t)ceiling;
        worse += ceiling < 100;
    }
    return worse && sum > 89 * n ? (struct fraction){89, 1} : reduced(sum, n);
}

/* -1: no score. */
static int reference_value(const struct look *l)
{
    struct fraction ceiling = reference_ceiling(l), raw;

    if (!reference_raw(l, &raw))
        return -1;
    raw = times(raw, ceiling.n, ceiling.d);
    return (int)(raw.n / raw.d);
}

/* --- The same by both ------------------------------------------------------------------------- */

static void expect_tiers(const struct organisation *o, const struct look *plain)
{
    for (int t = 0; t < TIER_COUNT; t++) {
        const struct tier_score *tier = &o->score.tiers[t];
        struct fraction rate;
        int lowest = 100;

        assert_int_equal(tier->assessed, reference_tier(plain, (enum tier)t, &rate));
        if (tier->assessed)
            assert_int_equal(tier->rate, rate.n * 10000 / rate.d);
        for (size_t a = 0; a < o->input.accounts; a++) {
            int ceiling = reference_tier_ceiling(plain, a, (enum tier)t);

            lowest = ceiling < lowest ? ceiling : lowest;
        }
        assert_int_equal(tier->ceiling, lowest);
    }
}

TEST(both_implementations_agree)
{
    for (int round = 0; round < ROUNDS; round++) {
        struct look plain = {.in = &org.input},
                    without = {.in = &org.input, .without_waived = true};
        const struct score *s;
        struct fraction raw, ceiling;
        int value;

        random_organisation(&org);
        s = score_of(&org);
        value = reference_value(&plain);
        assert_int_equal(s->assessed, value >= 0);
        ceiling = reference_ceiling(&plain);
        assert_int_equal(s->ceiling, ceiling.n / ceiling.d);
        expect_tiers(&org, &plain);
        assert_int_equal(s->assessed_with_exceptions, reference_value(&without) >= 0);
        if (s->assessed_with_exceptions)
            assert_int_equal(s->with_exceptions, reference_value(&without));
        if (!s->assessed)
            continue;
        assert_int_equal(s->value, value);
        assert_true(s->value >= 0 && s->value <= 100);
        assert_true(reference_raw(&plain, &raw));
        assert_int_equal(s->raw, raw.n * 10000 / raw.d);
        expect_explained(s);
        if (s->ceiling < 100) {
            assert_true(check_at(s->ceiling_row)->core);
            assert_true(org.input.pooled[s->ceiling_row].open > 0);
        }
    }
}

/* Every account's own score is that of an organisation of its own. */
TEST(accounts_are_scored_alone)
{
    for (int round = 0; round < ROUNDS / 10; round++) {
        random_organisation(&org);
        (void)score_of(&org);
        for (size_t a = 0; a < org.input.accounts; a++) {
            struct score_input one = score_account(&org.input, a);
            struct look look = {.in = &one};
            struct score s = score_compute(&one, &org.arena);

            assert_int_equal(s.assessed ? s.value : -1, reference_value(&look));
            assert_int_equal(s.ceiling, reference_account_ceiling(&look, 0));
        }
    }
}

/* --- Properties ------------------------------------------------------------------------------- */

struct figures {
    int value, with_exceptions, ceiling;
    long raw;
};

/* -1 for what is not assessed. */
static struct figures figures_of(struct organisation *o)
{
    const struct score *s = score_of(o);

    return (struct figures){s->assessed ? s->value : -1,
                            s->assessed_with_exceptions ? s->with_exceptions : -1, s->ceiling,
                            s->assessed ? s->raw : -1};
}

TEST(fail_to_unknown_changes_nothing)
{
    for (int round = 0; round < ROUNDS; round++) {
        struct figures before, after;
        struct finding *f;

        random_organisation(&org);
        before = figures_of(&org);
        f = any(&org, STATUS_FAIL);
        if (!f)
            continue;
        f->status = below(2) ? STATUS_UNKNOWN : STATUS_MANUAL;
        after = figures_of(&org);
        assert_int_equal(after.value, before.value);
        assert_int_equal(after.raw, before.raw);
        assert_int_equal(after.ceiling, before.ceiling);
        assert_true(after.with_exceptions <= before.with_exceptions ||
                    before.with_exceptions == -1);
    }
}

TEST(a_waiver_never_raises_the_score)
{
    for (int round = 0; round < ROUNDS; round++) {
        struct figures before, after;
        struct finding *f;

        random_organisation(&org);
        before = figures_of(&org);
        f = any(&org, STATUS_FAIL);
        if (!f)
            continue;
        f->waiver = &valid;
        after = figures_of(&org);
        assert_int_equal(after.value, before.value);
        assert_true(after.with_exceptions >= before.with_exceptions || after.with_exceptions == -1);
        assert_true(after.with_exceptions >= after.value || after.with_exceptions == -1);
    }
}

/* A waiver on anything but a FAIL takes nothing out. */
TEST(only_failures_can_be_waived)
{
    struct figures before;

    start(&org, 1);
    add(&org, 0, row_of(ADMINS), STATUS_UNKNOWN, 1);
    add(&org, 0, row_of(ADMINS), STATUS_PASS, 1);
    before = figures_of(&org);
    org.at[0].waiver = org.at[1].waiver = &valid;
    assert_int_equal(figures_of(&org).with_exceptions, before.value);
    org.at[0].status = STATUS_FAIL;
    org.at[0].waiver = &expired;
    assert_int_equal(figures_of(&org).with_exceptions, before.value);
    org.at[0].waiver = &valid;
    assert_int_equal(figures_of(&org).with_exceptions, 100);
}

TEST(a_repair_never_lowers_the_score)
{
    static const enum status bad[] = {STATUS_FAIL, STATUS_UNKNOWN, STATUS_MANUAL};
    for (int round = 0; round < ROUNDS; round++) {
        struct figures before, after;
        struct finding *f;

        random_organisation(&org);
        before = figures_of(&org);
        f = any(&org, bad[below(3)]);
        if (!f)
            continue;
        f->status = STATUS_PASS;
        after = figures_of(&org);
        assert_true(after.value >= before.value);
        assert_true(after.raw >= before.raw);
        assert_true(after.ceiling >= before.ceiling);
        assert_true(after.with_exceptions >= before.with_exceptions);
    }
}

/* Some checks of an account can no longer be judged: UNKNOWN for all subjects, at least as many. */
TEST(a_denied_data_set_never_raises_the_score)
{
    for (int round = 0; round < ROUNDS; round++) {
        uint64_t denied = 1 + below(255);
        struct figures before, after;
        size_t account;

        random_organisation(&org);
        before = figures_of(&org);
        account = below(org.model.account_count);
        for (size_t i = 0; i < org.findings.count; i++)
            if (org.at[i].account == org.accounts[account].id && denied >> org.at[i].row & 1)
                org.at[i].status = STATUS_UNKNOWN;
        for (size_t row = 0; row < check_count(); row++)
            if (denied >> row & 1)
                add(&org, account, row, STATUS_UNKNOWN, below(3));
        after = figures_of(&org);
        assert_true(after.value <= before.value || before.value == -1);
        assert_true(after.raw <= before.raw || before.raw == -1);
        assert_true(after.ceiling <= before.ceiling);
        assert_true(after.with_exceptions <= before.with_exceptions ||
                    before.with_exceptions == -1);
    }
}

/* One UNKNOWN for each check of an account that was left out. Never better for its own ceiling and
 * score; nor for the whole where it had one subject for each check (score.h names the limit). */
TEST(an_account_left_out_never_gains)
{
    for (int round = 0; round < ROUNDS; round++) {
        struct figures before, after;
        size_t account, kept = 0;

        random_organisation(&org);
        account = below(org.model.account_count);
        for (size_t i = 0; i < org.findings.count; i++)
            if (org.at[i].account != org.accounts[account].id)
                org.at[kept++] = org.at[i];
        org.findings.count = kept;
        for (size_t row = 0; row < check_count(); row++)
            add(&org, account, row, below(2) ? STATUS_PASS : STATUS_FAIL, 1);
        before = figures_of(&org);
        for (size_t i = kept; i < org.findings.count; i++)
            org.at[i].status = STATUS_UNKNOWN;
        after = figures_of(&org);
        assert_true(after.value <= before.value);
        assert_true(after.ceiling <= before.ceiling);
        {
            struct score_input one = score_account(&org.input, account);

            assert_int_equal(score_compute(&one, &org.arena).value, 0);
        }
    }
}

/* --- The order of work ------------------------------------------------------------------------ */

static double ceiling_with(const struct score_input *in, uint64_t fixed)
{
    struct look l = {.in = in, .fixed = fixed};
    struct fraction c = reference_ceiling(&l);

    return (double)c.n / (double)c.d;
}

/* A group of several lifts the ceiling only when all of it is done: no single fix can be spared. */
static void expect_group(const struct organisation *o, size_t first, size_t size, uint64_t done)
{
    double before = ceiling_with(&o->input, done);

    for (size_t spared = 0; spared <= size; spared++) {
        uint64_t fixed = done;
        double after;

        for (size_t i = 0; i < size; i++)
            if (i != spared)
                fixed |= (uint64_t)1 << o->score.fixes[first + i].row;
        after = ceiling_with(&o->input, fixed);
        if (spared < size)
            assert_true(after <= before);
        else
            assert_true(o->input.accounts > 1 ? after >= before : after > before);
    }
}

static void expect_plan(const struct organisation *o)
{
    uint64_t done = 0;
    int last = o->score.value;
    size_t group = 0;

    for (size_t i = 0; i < o->score.fix_count; i++) {
        const struct fix *f = &o->score.fixes[i];
        struct look alone = {.in = &o->input, .fixed = (uint64_t)1 << f->row};
        struct look so_far = {.in = &o->input};
        struct fraction ceiling;
        size_t size = 1;

        assert_true(f->group == group || (i > 0 && f->group == ++group));
        if (i == 0 || o->score.fixes[i - 1].group != f->group) {
            while (i + size < o->score.fix_count && o->score.fixes[i + size].group == f->group)
                size++;
            if (size > 1)
                expect_group(o, i, size, done);
        }
        assert_false(done >> f->row & 1);
        assert_int_equal(f->count, o->input.pooled[f->row].open);
        assert_true(f->count > 0);
        done |= alone.fixed;
        so_far.fixed = done;
        assert_int_equal(f->gain, reference_value(&alone) - o->score.value);
        assert_true(f->gain >= 0);
        assert_int_equal(f->score_after, reference_value(&so_far));
        assert_true(f->score_after >= last);
        last = f->score_after;
        ceiling = reference_ceiling(&so_far);
        assert_int_equal(f->ceiling_after, ceiling.n / ceiling.d);
    }
    assert_int_equal(last, 100); /* all done */
    for (size_t row = 0; row < check_count(); row++)
        assert_int_equal(done >> row & 1,
                         !check_at(row)->weightless && o->input.pooled[row].open > 0);
}

TEST(the_order_of_work_leads_to_100)
{
    for (int round = 0; round < ROUNDS / 4; round++) {
        random_organisation(&org);
        if (score_of(&org)->assessed)
            expect_plan(&org);
    }
}

TEST(what_holds_a_ceiling_together_is_one_group)
{
    const struct score *s;

    perfect(&org, 1);
    add_to(&org, 0, ROOT, 0, 1);
    add_to(&org, 0, KEYS, 0, 1);
    add_to(&org, 0, RESISTANT, 0, 30);
    s = score_of(&org);
    assert_int_equal(s->fix_count, 3);
    assert_int_equal(s->fixes[0].group, 0);
    assert_int_equal(s->fixes[1].group, 0);
    assert_int_equal(s->fixes[2].group, 1);
    assert_string_equal(check_at(s->fixes[0].row)->id, ROOT);
    assert_string_equal(check_at(s->fixes[1].row)->id, KEYS);
    assert_int_equal(s->fixes[0].ceiling_after, 49);
    assert_int_equal(s->fixes[1].ceiling_after, 100);
}

/* While the mean is capped no single step lifts it: the account with the fewest holders first. */
TEST(the_easiest_account_comes_first)
{
    struct arena arena = {0};
    size_t checks = check_count();
    struct tally *table = arena_new(&arena, struct tally, 20 * checks);
    struct tally *pooled = arena_new(&arena, struct tally, checks);
    struct score_input in = {table, pooled, 20, checks};
    struct score s;

    for (size_t i = 0; i < 20 * checks; i++)
        table[i].proven = 10;
    table[row_of(ROOT)] = table[row_of(KEYS)] = (struct tally){9, 1, 0};
    table[checks + row_of(USERS)] = (struct tally){9, 1, 0};
    for (size_t i = 0; i < 20 * checks; i++) {
        pooled[i % checks].proven += table[i].proven;
        pooled[i % checks].open += table[i].open;
    }
    s = score_compute(&in, &arena);
    score_plan(&in, &s, &arena);
    assert_int_equal(s.fix_count, 3);
    assert_string_equal(check_at(s.fixes[0].row)->id, USERS);
    assert_int_equal(s.fixes[0].ceiling_after, 89);
    assert_int_equal(s.fixes[1].group, s.fixes[2].group);
    assert_int_equal(s.fixes[2].ceiling_after, 100);
    arena_free(&arena);
}

/* Among thousands of accounts one more lifts the mean by less than a hundredth; it counts. */
TEST(small_lifts_of_the_mean_count)
{
    enum { ACCOUNTS = 5000 };
    struct arena arena = {0};
    size_t checks = check_count();
    struct tally *table = arena_new(&arena, struct tally, ACCOUNTS * checks);
    struct tally *pooled = arena_new(&arena, struct tally, checks);
    struct score_input in = {table, pooled, ACCOUNTS, checks};
    struct score s;

    for (size_t i = 0; i < ACCOUNTS * checks; i++)
        table[i].proven = 20;
    table[row_of(USERS)] = (struct tally){19, 1, 0};           /* 89 */
    table[checks + row_of(ADMINS)] = (struct tally){19, 1, 0}; /* 69 */
    for (size_t a = 2; a < ACCOUNTS; a++)                      /* 49, held by two */
        table[a * checks + row_of(ROOT)] = table[a * checks + row_of(KEYS)] =
            (struct tally){0, 1, 0};
    for (size_t i = 0; i < ACCOUNTS * checks; i++) {
        pooled[i % checks].proven += table[i].proven;
        pooled[i % checks].open += table[i].open;
    }
    s = score_compute(&in, &arena);
    score_plan(&in, &s, &arena);
    assert_int_equal(s.fix_count, 4);
    assert_string_equal(check_at(s.fixes[0].row)->id, ADMINS);
    assert_string_equal(check_at(s.fixes[1].row)->id, USERS);
    assert_int_equal(s.fixes[1].group, 1);
    arena_free(&arena);
}

/* What lifts the ceiling comes before what weighs more. */
TEST(the_ceiling_comes_first)
{
    const struct score *s;

    perfect(&org, 1);
    add_to(&org, 0, USERS, 0, 1);
    add_to(&org, 0, HARDWARE, 0, 400);
    s = score_of(&org);
    assert_int_equal(s->fix_count, 2);
    assert_string_equal(check_at(s->fixes[0].row)->id, USERS);
    assert_int_equal(s->fixes[0].ceiling_after, 100);
}

static int tidy_up(void **state)
{
    (void)state;
    arena_free(&org.arena);
    findings_free(&org.findings);
    return 0;
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_implementations_agree),
        cmocka_unit_test(accounts_are_scored_alone),
        cmocka_unit_test(fail_to_unknown_changes_nothing),
        cmocka_unit_test(a_waiver_never_raises_the_score),
        cmocka_unit_test(only_failures_can_be_waived),
        cmocka_unit_test(a_repair_never_lowers_the_score),
        cmocka_unit_test(a_denied_data_set_never_raises_the_score),
        cmocka_unit_test(an_account_left_out_never_gains),
        cmocka_unit_test(the_order_of_work_leads_to_100),
        cmocka_unit_test(what_holds_a_ceiling_together_is_one_group),
        cmocka_unit_test(the_easiest_account_comes_first),
        cmocka_unit_test(small_lifts_of_the_mean_count),
        cmocka_unit_test(the_ceiling_comes_first),
    };

    return RUN_TESTS(tests, NULL, tidy_up);
}
