/* test_score_known.c - score/1: results known beforehand, worked out by hand from the rule. Weights
 * of severities: critical 8, high 4, medium 2, low 1; of tiers: root 30, privileged 30, standard
 * 20, federated 10, machine 5, detective 5. */
#include "score_scene.h"

TEST(perfect_is_100)
{
    for (size_t accounts = 1; accounts <= MOST_ACCOUNTS; accounts++) {
        const struct score *s;

        perfect(&org, accounts);
        s = score_of(&org);
        assert_true(s->assessed);
        assert_int_equal(s->value, 100);
        assert_int_equal(s->ceiling, 100);
        assert_int_equal(s->raw, 10000);
        assert_int_equal(s->with_exceptions, 100);
        assert_int_equal(s->fix_count, 0);
        assert_int_equal(s->ceiling_points, 0);
        assert_int_equal(s->rounding_points, 0);
    }
}

TEST(nothing_is_not_assessed)
{
    const struct score *s;

    start(&org, 2);
    s = score_of(&org);
    assert_false(s->assessed);
    assert_false(s->assessed_with_exceptions);
    assert_int_equal(s->fix_count, 0);
    for (size_t row = 0; row < check_count(); row++)
        add(&org, 0, row, STATUS_NOT_APPLICABLE, 3);
    assert_false(score_of(&org)->assessed);
    start(&org, 0);
    assert_false(score_of(&org)->assessed);
}

/* The composite weighs nothing: alone it makes no score, and failing it costs none. */
TEST(the_composite_weighs_nothing)
{
    start(&org, 1);
    add_to(&org, 0, "iam.mfa_enforcement_strategy", 0, 1);
    assert_false(score_of(&org)->assessed);
    perfect(&org, 1);
    add_to(&org, 0, "iam.mfa_enforcement_strategy", 0, 5);
    assert_int_equal(score_of(&org)->value, 100);
    assert_int_equal(org.score.fix_count, 0);
}

/* Of the root tier 8 (the keys) of 8 + 4 + 8 is proven, 2/5; there is no other tier. The ceiling of
 * an open core check of root is 49: 49 * 2/5 = 19.6. */
TEST(a_root_without_mfa_alone_stays_under_30)
{
    start(&org, 1);
    add_to(&org, 0, ROOT, 0, 1);
    add_to(&org, 0, HARDWARE, 0, 1);
    add_to(&org, 0, KEYS, 1, 0);
    assert_int_equal(score_of(&org)->raw, 4000);
    assert_int_equal(org.score.ceiling, 49);
    assert_int_equal(org.score.value, 19);
}

/* What the checks find in an account of which nothing but IAM is read: by these alone, so that
 * further checks change nothing, root has 8 + 2 of 8 + 4 + 8 + 2, 5/11, and standard 0 of 1. raw =
 * (30 * 5/11 + 20 * 0) / (30 + 20) = 3/11, 27.27 %; 49 * 3/11 = 13.36. What was not read is open:
 * the whole account has less. */
TEST(an_account_that_is_only_such_a_root_stays_under_30)
{
    static const struct {
        const char *check;
        enum status status;
    } settled[] = {
        {ROOT, STATUS_FAIL},
        {HARDWARE, STATUS_FAIL},
        {KEYS, STATUS_PASS},
        {"iam.root_signing_certificates_absent", STATUS_PASS},
        {"iam.password_policy_strong", STATUS_FAIL},
    };
    struct assessment a = {0};
    struct run r;

    run_open(&r);
    run_story(&r, &(struct account_story){.root_mfa = "0"});
    run_standalone(&r);
    run_assess(&r, &a);
    start(&org, 1);
    org.accounts[0].id = HOME_ID;
    for (size_t i = 0; i < sizeof settled / sizeof *settled; i++) {
        assert_int_equal(count_of(&a.findings, settled[i].check, settled[i].status), 1);
        add(&org, 0, row_of(settled[i].check), settled[i].status, 1);
    }
    assert_int_equal(score_of(&org)->raw, 2727);
    assert_int_equal(org.score.value, 13);
    assert_true(a.score.value <= 13);
    assert_int_equal(a.score.ceiling, 49);
    assert_int_equal(a.account_scores[0].value, a.score.value);
    assessment_close(&a);
    run_close(&r);
}

TEST(everything_waived_is_0_and_not_assessed_without)
{
    const struct score *s;

    start(&org, 1);
    for (size_t row = 0; row < check_count(); row++)
        add(&org, 0, row, STATUS_FAIL, 2);
    for (size_t i = 0; i < org.findings.count; i++)
        org.at[i].waiver = &valid;
    s = score_of(&org);
    assert_true(s->assessed);
    assert_int_equal(s->value, 0);
    assert_false(s->assessed_with_exceptions);
}

TEST(ceilings_stand_at_their_steps)
{
    static const struct {
        const char *check;
        size_t proven, open;
        int ceiling;
    } rows[] = {
        {ROOT, 9, 1, 49},        {KEYS, 99, 1, 49},      {HARDWARE, 0, 9, 100},
        {ADMINS, 99, 1, 69},     {ADMINS, 0, 1, 69},     {USERS, 10, 0, 100},
        {USERS, 10, 1, 89},      {USERS, 9, 1, 89}, /* exactly 1/10 */
        {USERS, 8, 1, 79},       {USERS, 89, 11, 79},    {USERS, 90, 10, 89},
        {USERS, 1, 1, 79}, /* exactly 1/2 */
        {USERS, 50, 50, 79},     {USERS, 49, 51, 59},    {USERS, 0, 1, 59},
        {RESISTANT, 0, 50, 100}, {ORPHANED, 0, 50, 100},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct score *s;

        start(&org, 1);
        add_to(&org, 0, rows[i].check, rows[i].proven, rows[i].open);
        s = score_of(&org);
        if (s->ceiling != rows[i].ceiling)
            print_error("%s %zu of %zu\n", rows[i].check, rows[i].open,
                        rows[i].open + rows[i].proven);
        assert_int_equal(s->ceiling, rows[i].ceiling);
        assert_int_equal(s->value, rows[i].proven * (size_t)rows[i].ceiling /
                                       (rows[i].proven + rows[i].open));
        if (s->ceiling < 100)
            assert_string_equal(check_at(s->ceiling_row)->id, rows[i].check);
    }
}

TEST(the_lowest_ceiling_counts)
{
    perfect(&org, 1);
    add_to(&org, 0, USERS, 0, 1);
    assert_int_equal(score_of(&org)->ceiling, 89);
    add_to(&org, 0, ADMINS, 0, 1);
    assert_int_equal(score_of(&org)->ceiling, 69);
    add_to(&org, 0, KEYS, 0, 1);
    assert_int_equal(score_of(&org)->ceiling, 49);
    assert_string_equal(check_at(org.score.ceiling_row)->id, KEYS);
}

/* 2/3 of 69 is 46, not 45.99: only whole numbers are rounded. */
TEST(fractions_are_exact)
{
    struct tally table[64] = {{0}};
    struct score_input in = {table, table, 1, check_count()};
    struct arena arena = {0};
    size_t row = row_of(ADMINS);

    start(&org, 1);
    add_to(&org, 0, ADMINS, 2, 1);
    assert_int_equal(score_of(&org)->value, 46);
    assert_int_equal(org.score.raw, 6666);

    table[row] = (struct tally){2000000000000000U, 1000000000000000U, 0};
    assert_int_equal(score_compute(&in, &arena).value, 46);
    table[row] = (struct tally){1999999999999999U, 1000000000000001U, 0};
    assert_int_equal(score_compute(&in, &arena).value, 45);
    arena_free(&arena);
}

/* --- Organisations ---------------------------------------------------------------------------- */

/* `bad` of 200 accounts have a root without MFA, all else is well: of five checks, so that further
 * ones change nothing. */
static struct score of_200(size_t bad, struct arena *arena)
{
    static const char *const well[] = {ROOT, HARDWARE, KEYS, ADMINS, USERS};
    size_t checks = check_count();
    struct tally *table = arena_new(arena, struct tally, 200 * checks);
    struct tally *pooled = arena_new(arena, struct tally, checks);
    struct score_input in = {table, pooled, 200, checks};
    struct score s;

    for (size_t a = 0; a < 200; a++)
        for (size_t i = 0; i < sizeof well / sizeof *well; i++)
            table[a * checks + row_of(well[i])].proven = 1;
    for (size_t a = 0; a < bad; a++)
        table[a * checks + row_of(ROOT)] = (struct tally){0, 1, 0};
    for (size_t i = 0; i < 200 * checks; i++) {
        pooled[i % checks].proven += table[i].proven;
        pooled[i % checks].open += table[i].open;
    }
    s = score_compute(&in, arena);
    score_plan(&in, &s, arena);
    return s;
}

/* Of the root tier 8 of 8 + 4 + 8 is open in a bad account: its rate is 1 - 2/5 * bad/200, and with
 * privileged and standard at 1, raw = (30 * rate + 30 + 20) / 80 = (4000 - 3 * bad) / 4000. The
 * ceiling is the mean of 49 and 100, (20000 - 51 * bad) / 200, at most 89 while any is below 100.
 */
TEST(one_bad_root_in_200_costs_the_a_and_200_cost_everything)
{
    struct arena arena = {0};

    assert_int_equal(of_200(0, &arena).value, 100);
    assert_int_equal(of_200(1, &arena).raw, 9992); /* 3999/4000 */
    assert_int_equal(of_200(1, &arena).ceiling, 89);
    assert_int_equal(of_200(1, &arena).value, 88); /* 88.93 */
    assert_string_equal(score_grade(true, of_200(1, &arena).value), "B");
    assert_int_equal(of_200(43, &arena).value, 86);  /* 89 (the mean is 89.035) * 0.96775 = 86.13 */
    assert_int_equal(of_200(100, &arena).value, 68); /* 74.5 * 0.925 = 68.91 */
    assert_int_equal(of_200(200, &arena).raw, 8500);
    assert_int_equal(of_200(200, &arena).ceiling, 49);
    assert_int_equal(of_200(200, &arena).value, 41); /* 41.65 */
    for (size_t bad = 0; bad <= 200; bad += 10) {
        struct score s = of_200(bad, &arena);
        size_t mean = bad == 0 ? 20000 : bad <= 43 ? 89 * 200 : 20000 - 51 * bad; /* / 200 */

        assert_int_equal(s.ceiling, mean / 200);
        assert_int_equal(s.value, (4000 - 3 * bad) * mean / (4000 * 200));
        expect_explained(&s);
    }
    arena_free(&arena);
}

/* Counts are pooled: a small account does not weigh as much as a large one. */
TEST(raw_is_pooled_not_averaged)
{
    start(&org, 2);
    add_to(&org, 0, RESISTANT, 1, 0);
    add_to(&org, 1, RESISTANT, 0, 9);
    assert_int_equal(score_of(&org)->raw, 1000);
    assert_int_equal(org.score.value, 10);
}

TEST(at_most_89_while_any_account_is_below_100)
{
    perfect(&org, 4);
    add_to(&org, 2, USERS, 0, 1);
    assert_int_equal(score_of(&org)->ceiling, 89); /* the mean is 97 */
    add_to(&org, 1, ADMINS, 0, 1);
    assert_int_equal(score_of(&org)->ceiling, 89); /* 89.5 */
    add_to(&org, 0, ADMINS, 0, 1);
    assert_int_equal(score_of(&org)->ceiling, 81); /* 81.75 */
}

/* --- Grade and coverage ----------------------------------------------------------------------- */

TEST(grades_have_their_bounds)
{
    static const struct {
        int value;
        const char *grade;
    } rows[] = {{100, "A"}, {90, "A"}, {89, "B"}, {80, "B"}, {79, "C"},
                {70, "C"},  {69, "D"}, {60, "D"}, {59, "F"}, {0, "F"}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(score_grade(true, rows[i].value), rows[i].grade);
    assert_string_equal(score_grade(false, 100), "not assessed");
}

static long coverage_of(struct organisation *o)
{
    (void)score_of(o);
    return score_coverage(&o->findings);
}

TEST(coverage_is_rounded_down)
{
    start(&org, 1);
    assert_int_equal(coverage_of(&org), -1);
    add(&org, 0, 0, STATUS_NOT_APPLICABLE, 5);
    assert_int_equal(coverage_of(&org), -1);
    add(&org, 0, 0, STATUS_UNKNOWN, 1);
    assert_int_equal(coverage_of(&org), 0);
    add(&org, 0, 0, STATUS_PASS, 1);
    add(&org, 0, 0, STATUS_FAIL, 1);
    assert_int_equal(coverage_of(&org), 666);
    add(&org, 0, 0, STATUS_MANUAL, 1);
    assert_int_equal(coverage_of(&org), 500);
    org.findings.count -= 1;
    add(&org, 0, 0, STATUS_PASS, 400);
    assert_int_equal(coverage_of(&org), 997);
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
        cmocka_unit_test(perfect_is_100),
        cmocka_unit_test(nothing_is_not_assessed),
        cmocka_unit_test(the_composite_weighs_nothing),
        cmocka_unit_test(a_root_without_mfa_alone_stays_under_30),
        cmocka_unit_test(an_account_that_is_only_such_a_root_stays_under_30),
        cmocka_unit_test(everything_waived_is_0_and_not_assessed_without),
        cmocka_unit_test(ceilings_stand_at_their_steps),
        cmocka_unit_test(the_lowest_ceiling_counts),
        cmocka_unit_test(fractions_are_exact),
        cmocka_unit_test(one_bad_root_in_200_costs_the_a_and_200_cost_everything),
        cmocka_unit_test(raw_is_pooled_not_averaged),
        cmocka_unit_test(at_most_89_while_any_account_is_below_100),
        cmocka_unit_test(grades_have_their_bounds),
        cmocka_unit_test(coverage_is_rounded_down),
    };

    return RUN_TESTS(tests, NULL, tidy_up);
}
