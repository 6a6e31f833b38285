/* test_trial.c - the live test's plan: what is asked for, and when a refusal is evidence. */
#include "checks_scene.h"

#include "base/clock.h"
#include "model/organization.h"
#include "trial/trial.h"

#define ALICE SCENE_ARN "user/alice"
#define TARGET SCENE_ARN "role/target"
#define BY(principal) \
    "{'Effect':'Allow','Principal':{'AWS':'" principal "'},'Action':'sts:AssumeRole'}"
#define DENY_NO_MFA DENY_IF("'BoolIfExists':{" PRESENT ":'false'}")

/* Alice, who has `own`, calls; the administrator role «target» has `trust`. */
static void begin(struct scene *s, struct trial *t, const char *own, const char *trust)
{
    scene_begin(s);
    s->model.taken_at = clock_now();
    s->account.data[DATA_AUTHORIZATION].state = STATE_COMPLETE;
    scene_inline(s, scene_person(s, "alice"), own);
    scene_trusting(s, "target", trust, A);
    *t = (struct trial){.account = SCENE_ID,
                        .caller_arn = ALICE,
                        .caller_id = "ID-alice",
                        .partition = "aws",
                        .region = "eu-central-1"};
}

/* The role passed, whatever the check says of it here. */
static int plan(struct scene *s, struct trial *t, size_t max, struct error *err)
{
    static struct finding passed;
    struct findings found = {.at = &passed, .count = 1};

    passed = (struct finding){.id = "f-0123456789abcdef",
                              .check = TRIAL_CHECK,
                              .resource = TARGET,
                              .status = STATUS_PASS};
    return trial_plan(t, &s->model, &s->account, &found, max, err);
}

static void end(struct scene *s, struct trial *t)
{
    trial_close(t);
    scene_end(s);
}

static const struct trial_test *test_of(const struct trial *t, const char *operation)
{
    for (size_t i = 0; i < t->count; i++)
        if (strcmp(t->tests[i].operation, operation) == 0)
            return &t->tests[i];
    complain("no test of %s", operation);
    return NULL;
}

TEST(when_a_refusal_is_evidence)
{
    static const struct {
        const char *own, *trust;
        bool ask, telling;
        const char *why;
    } rows[] = {
        {MAY, TRUST(ROOT, MFA), true, true, "with MFA by statement /Statement/0"},
        {A "," DENY_NO_MFA, BY(ROOT), true, true, "without it by statement /Statement/1"},
        {MAY_NOT, TRUST(ALICE, MFA), true, true, "with MFA by statement"},
        /* who may not enter at all is refused in the same words */
        {MAY_NOT, TRUST(ROOT, MFA), true, false, "refused with MFA too"},
        {MAY, TRUST(OTHER, MFA), true, false, "refused with MFA too"},
        /* something else may be missing */
        {MAY, TRUST(ROOT, MFA ",'StringEquals':{'sts:ExternalId':'x'}"), true, false,
         "only under further conditions (sts:externalid)"},
        {MAY, TRUST(ROOT, MFA ",'IpAddress':{'aws:SourceIp':'192.0.2.0/24'}"), true, false,
         "only under further conditions (aws:sourceip)"},
        {A "," DENY_IF("'Null':{'aws:TokenIssueTime':'true'}"), BY(ROOT), true, false,
         "only under further conditions (aws:tokenissuetime)"},
        {A "," DENY_IF("'Null':{" PRESENT ":'true'}"), BY(ROOT), true, false,
         "a session without MFA may be let in"},
        {MAY, TRUST(ROOT, MFA ",'DateSometime':{'aws:CurrentTime':'2026'}"), true, false,
         "not understood"},
        /* of what is certain in our requests nothing is missing */
        {MAY, TRUST(ROOT, "'Bool':{" PRESENT ":'true','aws:SecureTransport':'true'}"), true, true,
         "with MFA"},
        {MAY, TRUST(ROOT, MFA ",'StringEquals':{'aws:RequestedRegion':'eu-central-1'}"), true, true,
         "with MFA"},
        /* let in as things stand: nobody is asked for a session that would be given */
        {MAY, BY(ROOT), false, false, "let this caller in without MFA"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct error err = {0};
        struct scene s;
        struct trial t;
        const struct trial_test *test;

        begin(&s, &t, rows[i].own, rows[i].trust);
        if (plan(&s, &t, TRIAL_MAX, &err))
            complain("row %zu: %s", i, err.msg);
        test = test_of(&t, "AssumeRole");
        if (test->ask != rows[i].ask || test->judged.telling != rows[i].telling ||
            !strstr(test->judged.why, rows[i].why))
            complain("row %zu: ask %d, telling %d: %s", i, test->ask, test->judged.telling,
                     test->judged.why);
        assert_int_equal(test->status, test->ask ? STATUS_UNKNOWN : STATUS_NOT_APPLICABLE);
        end(&s, &t);
    }
}

TEST(sessions_are_asked_for_without_power)
{
    struct error err = {0};
    struct scene s;
    struct trial t;
    const struct trial_test *test;

    begin(&s, &t, MAY, TRUST(ROOT, MFA));
    assert_int_equal(plan(&s, &t, TRIAL_MAX, &err), 0);
    test = test_of(&t, "AssumeRole");
    assert_string_equal(test->parameters,
                        "{\"DurationSeconds\":\"900\",\"Policy\":\"{\\\"Statement\\\":[{"
                        "\\\"Action\\\":\\\"*\\\",\\\"Effect\\\":\\\"Deny\\\",\\\"Resource\\\":"
                        "\\\"*\\\"}],\\\"Version\\\":\\\"2012-10-17\\\"}\",\"RoleArn\":\"" TARGET
                        "\",\"RoleSessionName\":\"" TRIAL_SESSION "\"}");
    for (size_t i = 1; i < t.count; i++) {
        assert_string_equal(t.tests[i].service, "ec2");
        assert_non_null(strstr(t.tests[i].parameters, "\"DryRun\":\"true\""));
    }
    end(&s, &t);
}

TEST(what_was_not_seen_or_is_old_proves_nothing)
{
    struct error err = {0};
    struct scene s;
    struct trial t;

    begin(&s, &t, MAY, TRUST(ROOT, MFA));
    s.account.data[DATA_ORGANIZATION].state = STATE_FAILED;
    assert_int_equal(plan(&s, &t, TRIAL_MAX, &err), 0);
    assert_false(test_of(&t, "AssumeRole")->judged.telling);
    assert_non_null(strstr(test_of(&t, "AssumeRole")->judged.why, "policy of the organisation"));
    end(&s, &t);

    begin(&s, &t, MAY, TRUST(ROOT, MFA));
    s.model.taken_at = clock_now() - TRIAL_FRESH - 3600;
    assert_int_equal(plan(&s, &t, TRIAL_MAX, &err), 0);
    assert_false(test_of(&t, "AssumeRole")->judged.telling);
    assert_non_null(strstr(test_of(&t, "AssumeRole")->judged.why, "25 hours ago"));
    end(&s, &t);
}

TEST(who_is_not_known_is_not_tested)
{
    struct error err = {0};
    struct scene s;
    struct trial t;

    begin(&s, &t, MAY, TRUST(ROOT, MFA));
    t.caller_arn = SCENE_ARN "user/bob";
    assert_int_equal(plan(&s, &t, TRIAL_MAX, &err), -1);
    assert_int_equal(err.code, ERR_USAGE);
    end(&s, &t);

    begin(&s, &t, MAY, TRUST(ROOT, MFA));
    t.caller_id = "ID-another-alice";
    assert_int_equal(plan(&s, &t, TRIAL_MAX, &err), -1);
    assert_non_null(strstr(err.msg, "made anew since the scan"));
    end(&s, &t);

    begin(&s, &t, MAY, TRUST(ROOT, MFA));
    s.account.data[DATA_AUTHORIZATION].state = STATE_DENIED;
    assert_int_equal(plan(&s, &t, TRIAL_MAX, &err), -1);
    assert_non_null(strstr(err.msg, "was not read whole"));
    end(&s, &t);
}

TEST(nothing_to_test)
{
    struct error err = {0};
    struct scene s;
    struct trial t;

    begin(&s, &t, A, BY(ROOT));
    assert_int_equal(plan(&s, &t, TRIAL_MAX, &err), -1);
    assert_int_equal(err.code, ERR_MISSING);
    end(&s, &t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(when_a_refusal_is_evidence),
        cmocka_unit_test(sessions_are_asked_for_without_power),
        cmocka_unit_test(what_was_not_seen_or_is_old_proves_nothing),
        cmocka_unit_test(who_is_not_known_is_not_tested),
        cmocka_unit_test(nothing_to_test),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
