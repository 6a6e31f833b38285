/* test_findings.c - words and order of statuses and layers, and how findings.json and the report
 * show the same finding. Run from the top directory. */
#include "run_dir.h"

#include "report.h"

TEST(the_worst_status_counts)
{
    static const enum status order[] = {STATUS_FAIL, STATUS_UNKNOWN, STATUS_MANUAL, STATUS_PASS,
                                        STATUS_NOT_APPLICABLE};
    size_t by_status[STATUS_COUNT] = {0};

    assert_int_equal(status_worst(by_status), STATUS_NOT_APPLICABLE);
    for (size_t i = sizeof order / sizeof *order; i-- > 0;) {
        assert_int_equal(status_rank(order[i]), i);
        by_status[order[i]] = i + 1;
        assert_int_equal(status_worst(by_status), order[i]);
    }
}

TEST(layers_are_named_for_what_they_hold)
{
    static const char *const titles[] = {
        "",
        "design",
        "population",
        "design and population",
        "operation",
        "design and operation",
        "population and operation",
        "design, population, operation",
    };

    assert_string_equal(layer_title(LAYER_DESIGN | LAYER_POPULATION), "design and population");
    for (unsigned layers = 0; layers < 8; layers++)
        assert_string_equal(layer_title(layers), titles[layers]);
}

/* --- The same finding in both documents ------------------------------------------------------- */

static const struct waiver_review reviews[] = {
    {"2026-03-31", "Sample Owner", "keep", "migration runs until autumn"},
    {"2026-06-30", "Sample Owner", "keep", NULL},
};
static const struct waiver reviewed = {
    .id = "EX-1",
    .owner = "Sample Owner",
    .reason = "migrating",
    .expires = "2026-12-31",
    .reviews = reviews,
    .review_count = 2,
    .valid = true,
};
static const struct waiver fresh = {.id = "EX-2", .valid = true};

/* The sample without its inputs, with exceptions for the first two failures of `check`. */
static void assess_with_waivers(struct assessment *a, const char *check)
{
    const struct waiver *next = &reviewed;
    struct error err = {0};

    json_init();
    log_setup(LOG_ERROR, false);
    a->inputs.settings = &settings_default;
    expect_ok(assess(a, "assets/sample", &err), err);
    findings_bring_back(&a->findings);
    for (size_t i = 0; i < a->findings.count && next; i++) {
        struct finding *f = &a->findings.at[i];

        if (strcmp(f->check, check) != 0 || f->status != STATUS_FAIL)
            continue;
        f->waiver = next;
        next = next == &reviewed ? &fresh : NULL;
    }
    assert_null(next);
    findings_count(&a->findings, &a->model, a->findings.checks);
}

static const cJSON *check_of(const cJSON *report, const char *id)
{
    const cJSON *tiers = json_find(report, "tiers");

    for (const cJSON *tier = json_first(tiers); tier; tier = tier->next)
        for (const cJSON *c = json_first(json_find(tier, "checks")); c; c = c->next)
            if (strcmp(json_str(c, "id"), id) == 0)
                return c;
    return NULL;
}

static const cJSON *by_id(const cJSON *list, const char *id)
{
    for (const cJSON *row = json_first(list); row; row = row->next)
        if (strcmp(json_str(row, "id"), id) == 0)
            return row;
    return NULL;
}

TEST(reviews_of_an_exception_are_told)
{
    struct assessment a = {0};
    cleanup_json cJSON *root = NULL;
    size_t waived = 0;

    assess_with_waivers(&a, "iam.users_without_mfa");
    root = assessment_json(&a);
    for (const cJSON *f = json_first(json_find(root, "findings")); f; f = f->next) {
        const cJSON *waiver = json_find(f, "waiver");
        const cJSON *list = json_find(waiver, "reviews");

        if (!cJSON_IsObject(waiver))
            continue;
        waived++;
        assert_true(cJSON_IsArray(list));
        if (strcmp(json_str(waiver, "id"), "EX-2") == 0) {
            assert_int_equal(json_count(list), 0);
            continue;
        }
        assert_int_equal(json_count(list), 2);
        assert_string_equal(json_str(json_first(list), "date"), "2026-03-31");
        assert_string_equal(json_str(json_first(list), "by"), "Sample Owner");
        assert_string_equal(json_str(json_first(list), "decision"), "keep");
        assert_string_equal(json_str(json_first(list), "note"), "migration runs until autumn");
        assert_true(cJSON_IsNull(json_find(json_first(list)->next, "note")));
    }
    assert_int_equal(waived, 2);
    assessment_close(&a);
}

static void expect_same_fixes(const cJSON *told, const cJSON *shown)
{
    static const char *const same[] = {"kind", "about", "text", "blanks"};
    const cJSON *s = json_first(shown);

    assert_int_equal(json_count(told), json_count(shown));
    for (const cJSON *t = json_first(told); t; t = t->next, s = s->next)
        for (size_t i = 0; i < sizeof same / sizeof *same; i++)
            assert_true(cJSON_Compare(json_find(t, same[i]), json_find(s, same[i]), true));
}

TEST(the_report_shows_what_findings_say)
{
    static const char *const same[] = {"account",  "resource", "status", "detail",
                                       "observed", "expected", "waiver"};
    struct assessment a = {0};
    cleanup_json cJSON *root = NULL, *report = NULL;
    size_t seen = 0;

    assess_with_waivers(&a, "iam.users_without_mfa");
    root = assessment_json(&a);
    report = report_build(&a, 0);
    for (const cJSON *f = json_first(json_find(root, "findings")); f; f = f->next) {
        const cJSON *check = check_of(report, json_str(f, "check"));
        const cJSON *shown = by_id(json_find(check, "findings"), json_str(f, "id"));
        const cJSON *open = by_id(json_find(check, "openFindings"), json_str(f, "id"));

        assert_non_null(shown);
        for (size_t i = 0; i < sizeof same / sizeof *same; i++)
            assert_true(cJSON_Compare(json_find(f, same[i]), json_find(shown, same[i]), true));
        /* of what failed; of the others they are in findings.json */
        assert_int_equal(json_true(shown, "hasRemedies"),
                         strcmp(json_str(f, "status"), "FAIL") == 0);
        if (json_true(shown, "hasRemedies"))
            expect_same_fixes(json_find(f, "fixes"), json_find(shown, "fixes"));
        else
            assert_int_equal(json_count(json_find(shown, "fixes")), 0);
        assert_int_equal(json_count(json_find(f, "evidence")),
                         json_count(json_find(shown, "evidence")));
        assert_int_equal(open != NULL, json_true(shown, "open"));
        assert_true(!open || cJSON_Compare(open, shown, true));
        seen++;
    }
    assert_int_equal(seen, a.findings.count);
    for (const cJSON *p = json_first(json_find(report, "populations")); p; p = p->next)
        assert_int_equal(json_true(p, "explained"), json_num(p, "difference") == 0);
    assert_int_equal(json_count(json_find(report, "populations")), a.findings.population_count);
    assessment_close(&a);
}

/* FAIL, UNKNOWN, MANUAL, then what is waived, then PASS and NOT_APPLICABLE. */
TEST(what_is_waived_is_read_after_what_is_open)
{
    static const char *const order[] = {"FAIL",         "UNKNOWN", "MANUAL",
                                        "FAIL, waived", "PASS",    "NOT APPLICABLE"};
    struct assessment a = {0};
    cleanup_json cJSON *report = NULL;
    size_t at = 0, waived = 0;

    assess_with_waivers(&a, "iam.users_without_mfa");
    report = report_build(&a, 0);
    for (const cJSON *f =
             json_first(json_find(check_of(report, "iam.users_without_mfa"), "findings"));
         f; f = f->next) {
        while (at < sizeof order / sizeof *order &&
               strcmp(json_str(f, "statusText"), order[at]) != 0)
            at++;
        assert_true(at < sizeof order / sizeof *order);
        waived += at == 3;
    }
    assert_int_equal(waived, 2);
    assessment_close(&a);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_worst_status_counts),
        cmocka_unit_test(layers_are_named_for_what_they_hold),
        cmocka_unit_test(reviews_of_an_exception_are_told),
        cmocka_unit_test(the_report_shows_what_findings_say),
        cmocka_unit_test(what_is_waived_is_read_after_what_is_open),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
