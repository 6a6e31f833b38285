/* test_second_opinion.c - who is asked about, and what a difference between AWS's policy simulator
 * and this program is put down to. */
#include "checks_scene.h"

#include "base/text.h"
#include "checks/second_opinion.h"
#include "model/simulation.h"
#include "policy/sample.h"

#define ADMINISTRATOR "{'Effect':'Allow','Action':'*','Resource':'*'}"
#define READER "{'Effect':'Allow','Action':'s3:Get*','Resource':'*'}"
#define GUARDED ADMINISTRATOR "," DENY_NO_MFA
#define FULL_ACCESS ADMINISTRATOR
#define PRIVILEGED "iam.privileged_actions_require_mfa"

/* --- The sample ---------------------------------------------------------------------------------
 */

static void expect_sample(struct scene *s, size_t most, const char *names)
{
    size_t count;
    const struct principal **users = sample_users(&s->account, most, &s->arena, &count);
    const char *got = "";

    for (size_t i = 0; i < count; i++)
        got = arena_printf(&s->arena, "%s%s%s", got, i ? " " : "", users[i]->name);
    assert_string_equal(got, names);
}

TEST(privileged_kinds_come_first_and_each_kind_once_a_round)
{
    struct scene s;
    const char *all;

    scene_begin(&s);
    all = scene_managed(&s, "all", ADMINISTRATOR);
    scene_attach(&s, scene_user(&s, "a1"), all);
    scene_attach(&s, scene_user(&s, "a2"), all);
    scene_inline(&s, scene_user(&s, "b1"), READER);
    scene_inline(&s, scene_user(&s, "c1"),
                 "{'Effect':'Allow','Action':'iam:DeactivateMFADevice','Resource':'*'}");
    scene_inline(&s, scene_user(&s, "d1"),
                 "{'Effect':'Allow','Action':'iam:PutUserPolicy','Resource':'*'}");
    expect_sample(&s, 100, "a1 d1 c1 b1 a2");
    expect_sample(&s, 3, "a1 d1 c1");
    scene_end(&s);
}

TEST(nobody_is_asked_about_where_there_is_nobody)
{
    struct scene s;

    scene_begin(&s);
    scene_inline(&s, scene_role(&s, "r"), ADMINISTRATOR);
    expect_sample(&s, 5, "");
    scene_end(&s);
}

/* A scan of one member does not know the organisation, and must ask what its replay asks. */
TEST(the_sample_does_not_depend_on_the_organisation)
{
    struct scene s;

    scene_begin(&s);
    scene_inline(&s, scene_user(&s, "a"), READER);
    scene_inline(&s, scene_user(&s, "b"), ADMINISTRATOR);
    expect_sample(&s, 5, "b a");
    scene_member(&s);
    scene_limit(&s, POLICY_SERVICE_CONTROL, "r-test",
                "{'Effect':'Deny','Action':'*','Resource':'*'}");
    expect_sample(&s, 5, "b a");
    scene_end(&s);
}

TEST(every_action_is_one_of_a_privilege)
{
    struct arena arena = {0};

    for (size_t i = 0; i < sample_action_count(); i++) {
        const char *action = text_lower(&arena, sample_actions[i]);
        bool found = false;

        for (size_t p = 0; p < privilege_count(); p++)
            for (size_t k = 0; k < PRIVILEGE_ACTIONS && privilege_at(p)->actions[k]; k++)
                found = found || strcmp(privilege_at(p)->actions[k], action) == 0;
        if (!found)
            complain("%s: no privilege has it", sample_actions[i]);
    }
    arena_free(&arena);
}

/* --- Comparing ----------------------------------------------------------------------------------
 */

/* One user, and what AWS says of iam:CreateAccessKey, sent with a long-term key. */
struct said {
    enum simulated_decision decision;
    enum word by_organization;
    const char *missing;
};

#define ACTION 2 /* iam:CreateAccessKey */

static void simulate(struct scene *s, const struct said *said)
{
    struct simulation *one = arena_new(&s->arena, struct simulation, 1);
    const char **missing = arena_new(&s->arena, const char *, 1);

    missing[0] = said->missing;
    *one = (struct simulation){.arn = s->users[0].arn,
                               .status.state = STATE_COMPLETE,
                               .at = arena_new(&s->arena, struct simulated, sample_action_count())};
    one->at[ACTION] = (struct simulated){.decision = said->decision,
                                         .by_organization = said->by_organization,
                                         .missing = missing,
                                         .missing_count = said->missing ? 1 : 0,
                                         .source = {"raw/b.xml", "/*", NULL}};
    s->account.simulations = one;
    s->account.simulation_count = 1;
}

static struct findings compare(struct scene *s)
{
    struct findings out = {0};
    struct checking c = {.inputs = &inputs_default,
                         .model = &s->model,
                         .account = &s->account,
                         .enforcement = enforcement_open(&s->model, &s->account, &s->arena),
                         .out = &out};

    second_opinion_compare(&c);
    return out;
}

/* The only difference there is; NULL as `word`: there is none. */
static void expect_opinion(struct scene *s, const struct said *said, const char *word, bool doubts)
{
    struct findings f;

    simulate(s, said);
    f = compare(s);
    assert_int_equal(f.opinions.user_count, 1);
    assert_int_equal(f.opinions.users[0].decisions, 1);
    assert_int_equal(f.opinions.count, word ? 1 : 0);
    if (word) {
        assert_string_equal(f.opinions.at[0].action, "iam:CreateAccessKey");
        assert_string_equal(explanation_name(f.opinions.at[0].explanation), word);
        assert_int_equal(f.opinions.at[0].doubts, doubts);
        assert_string_equal(f.opinions.at[0].simulated.file, "raw/b.xml");
    }
    arena_free(&f.arena);
}

static const struct said allowed = {SIMULATED_ALLOWED, WORD_UNKNOWN, NULL};
static const struct said denied = {SIMULATED_EXPLICIT_DENY, WORD_UNKNOWN, NULL};

/* A user with these statements; and, when there is one, an SCP at the root beside full access. */
static void user_under(struct scene *s, const char *statements, const char *scp)
{
    static struct report report;

    scene_begin(s);
    scene_inline(s, scene_person(s, "u"), statements);
    s->account.report_info = &report;
    s->model.inputs = &inputs_default;
    if (!scp)
        return;
    scene_member(s);
    scene_limit(s, POLICY_SERVICE_CONTROL, SCENE_ID, FULL_ACCESS);
    scene_limit(s, POLICY_SERVICE_CONTROL, "r-test",
                arena_printf(&s->arena, FULL_ACCESS ",%s", scp));
}

TEST(any_denial_agrees_with_any_denial)
{
    struct scene s;

    user_under(&s, READER, NULL);
    expect_opinion(&s, &denied, NULL, false);
    scene_end(&s);
    user_under(&s, ADMINISTRATOR, NULL);
    expect_opinion(&s, &allowed, NULL, false);
    scene_end(&s);
}

TEST(what_aws_allows_and_we_deny_is_a_doubt)
{
    struct scene s;

    user_under(&s, GUARDED, NULL);
    expect_opinion(&s, &allowed, "unexplained", true);
    scene_end(&s);
}

TEST(what_aws_denies_and_we_allow_is_told_and_doubts_nothing)
{
    struct scene s;

    user_under(&s, ADMINISTRATOR, NULL);
    expect_opinion(&s, &denied, "unexplained", false);
    scene_end(&s);
}

TEST(a_conditional_scp_that_decides_is_the_known_blind_spot)
{
    struct scene s;

    user_under(&s, ADMINISTRATOR, DENY_NO_MFA);
    expect_opinion(&s, &allowed, "scp-conditions", false);
    scene_end(&s);
}

/* The simulator sees SCPs without conditions: they explain nothing. */
TEST(an_scp_without_a_condition_explains_nothing)
{
    struct scene s;

    user_under(&s, ADMINISTRATOR,
               "{'Effect':'Deny','Action':'iam:CreateAccessKey','Resource':'*'}");
    expect_opinion(&s, &allowed, "unexplained", true);
    scene_end(&s);
}

/* ... nor does one with a condition on the service's own key. */
TEST(a_condition_on_a_key_of_the_service_explains_nothing)
{
    struct scene s;

    user_under(&s, ADMINISTRATOR,
               "{'Effect':'Deny','Action':'iam:*','Resource':'*','Condition':{'Null':{"
               "'iam:PermissionsBoundary':'true'}}}");
    expect_opinion(&s, &allowed, "unexplained", true);
    scene_end(&s);
}

/* The SCP would deny, but the user's own policies deny as well. */
TEST(a_conditional_scp_does_not_excuse_the_users_own_policies)
{
    struct scene s;

    user_under(&s, READER, DENY_NO_MFA);
    expect_opinion(&s, &allowed, "unexplained", true);
    scene_end(&s);
}

TEST(an_allow_of_an_scp_with_a_condition_is_not_seen_either)
{
    struct scene s;

    scene_begin(&s);
    scene_inline(&s, scene_person(&s, "u"), ADMINISTRATOR);
    scene_member(&s);
    scene_limit(&s, POLICY_SERVICE_CONTROL, SCENE_ID, FULL_ACCESS);
    scene_limit(&s, POLICY_SERVICE_CONTROL, "r-test",
                "{'Effect':'Allow','Action':'*','Resource':'*','Condition':{'Bool':{"
                "'aws:MultiFactorAuthPresent':'true'}}}");
    expect_opinion(&s, &allowed, "scp-conditions", false);
    scene_end(&s);
}

TEST(scps_that_were_not_seen_explain_a_denial_by_the_organisation)
{
    struct scene s;
    const struct said by_organization = {SIMULATED_IMPLICIT_DENY, WORD_NO, NULL};
    const struct said not_by_it = {SIMULATED_IMPLICIT_DENY, WORD_YES, NULL};

    user_under(&s, ADMINISTRATOR, NULL);
    expect_opinion(&s, &by_organization, "unexplained", false); /* it is in no organisation */
    s.account.data[DATA_ORGANIZATION].state = STATE_DENIED;
    expect_opinion(&s, &by_organization, "scp-unseen", false);
    expect_opinion(&s, &not_by_it, "unexplained", false);
    scene_end(&s);
}

#define ON_TAG(key)                                                                   \
    "{'Effect':'Allow','Action':'iam:*','Resource':'*','Condition':{'StringEquals':{" \
    "'" key "':'x'}}}"

TEST(missing_keys_explain_what_they_alone_decide)
{
    struct scene s;
    const struct said named = {SIMULATED_ALLOWED, WORD_UNKNOWN, "aws:ResourceTag/team"};
    const struct said other = {SIMULATED_ALLOWED, WORD_UNKNOWN, "aws:SourceIp"};
    const struct said mfa = {SIMULATED_ALLOWED, WORD_UNKNOWN, "aws:MultiFactorAuthPresent"};
    const struct said lacking = {SIMULATED_IMPLICIT_DENY, WORD_UNKNOWN, "aws:SourceIp"};

    user_under(&s, ON_TAG("aws:ResourceTag/team"), NULL);
    expect_opinion(&s, &named, "missing-context", false);
    expect_opinion(&s, &other, "unexplained", true);
    scene_end(&s);
    user_under(&s, GUARDED, NULL);
    expect_opinion(&s, &named, "unexplained", true);
    expect_opinion(&s, &mfa, "unexplained", true);
    scene_end(&s);
    user_under(&s, ADMINISTRATOR, NULL);
    expect_opinion(&s, &lacking, "missing-context", false);
    scene_end(&s);
}

TEST(what_is_not_understood_is_undecided)
{
    struct scene s;
    struct findings f;

    user_under(&s,
               "{'Effect':'Allow','Action':'iam:*','Resource':'*','Condition':{'Odd':{"
               "'aws:SourceIp':'x'}}}",
               NULL);
    simulate(&s, &allowed);
    f = compare(&s);
    assert_int_equal(f.opinions.users[0].undecided, 1);
    assert_int_equal(f.opinions.count, 0);
    arena_free(&f.arena);
    scene_end(&s);
}

/* The key is sent, and false: what asks for absence alone is allowed, and AWS agrees. */
TEST(a_key_that_is_false_is_compared_as_false)
{
    struct scene s;
    struct findings f;

    user_under(&s,
               ADMINISTRATOR ",{'Effect':'Deny','Action':'*','Resource':'*','Condition':{'Null':{"
                             "'aws:MultiFactorAuthPresent':'true'}}}",
               NULL);
    expect_opinion(&s, &denied, NULL, false);
    simulate(&s, &allowed);
    s.account.simulations[0].key_is_false = true;
    f = compare(&s);
    assert_int_equal(f.opinions.users[0].agreements, 1);
    arena_free(&f.arena);
    scene_end(&s);
}

/* --- What it does to verdicts -------------------------------------------------------------------
 */

static struct findings judge_with_opinion(struct scene *s, const char *check)
{
    struct findings out = compare(s);
    struct checking c = {.check = check_find(check),
                         .inputs = &inputs_default,
                         .model = &s->model,
                         .account = &s->account,
                         .enforcement = enforcement_open(&s->model, &s->account, &s->arena),
                         .out = &out};

    c.check->run(&c);
    return out;
}

static void expect_verdict(struct scene *s, const char *check, enum status status)
{
    struct findings f = judge_with_opinion(s, check);

    assert_int_equal(f.count, 1);
    if (f.at[0].status != status)
        complain("%s: %s, %s", check, status_name(f.at[0].status), f.at[0].detail);
    if (status == STATUS_UNKNOWN) {
        assert_non_null(strstr(f.at[0].detail, "AWS's policy simulator allows iam:CreateAccessKey "
                                               "with an access key, which is unexplained"));
        assert_true(f.at[0].evidence_count > 0);
    }
    arena_free(&f.arena);
}

TEST(a_doubt_takes_the_pass_away)
{
    static const char *const checks[] = {PRIVILEGED, "iam.mfa_control_actions_guarded",
                                         "iam.mfa_deny_reaches_everyone"};
    struct scene s;

    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        user_under(&s, GUARDED, NULL);
        simulate(&s, &denied);
        expect_verdict(&s, checks[i], STATUS_PASS);
        simulate(&s, &allowed);
        expect_verdict(&s, checks[i], STATUS_UNKNOWN);
        scene_end(&s);
    }
}

TEST(a_doubt_is_not_answered_by_holding_nothing)
{
    struct scene s;

    user_under(&s, READER, NULL);
    simulate(&s, &denied);
    expect_verdict(&s, PRIVILEGED, STATUS_NOT_APPLICABLE);
    simulate(&s, &allowed);
    expect_verdict(&s, PRIVILEGED, STATUS_UNKNOWN);
    scene_end(&s);
}

TEST(an_explained_difference_changes_no_verdict)
{
    struct scene s;

    user_under(&s, ADMINISTRATOR, DENY_NO_MFA);
    simulate(&s, &allowed);
    expect_verdict(&s, PRIVILEGED, STATUS_PASS);
    scene_end(&s);
}

/* What AWS denies does not make a PASS of what we hold to be allowed. */
TEST(a_fail_stays_a_fail)
{
    struct scene s;

    user_under(&s, ADMINISTRATOR, NULL);
    simulate(&s, &denied);
    expect_verdict(&s, PRIVILEGED, STATUS_FAIL);
    scene_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(privileged_kinds_come_first_and_each_kind_once_a_round),
        cmocka_unit_test(nobody_is_asked_about_where_there_is_nobody),
        cmocka_unit_test(the_sample_does_not_depend_on_the_organisation),
        cmocka_unit_test(every_action_is_one_of_a_privilege),
        cmocka_unit_test(any_denial_agrees_with_any_denial),
        cmocka_unit_test(what_aws_allows_and_we_deny_is_a_doubt),
        cmocka_unit_test(what_aws_denies_and_we_allow_is_told_and_doubts_nothing),
        cmocka_unit_test(a_conditional_scp_that_decides_is_the_known_blind_spot),
        cmocka_unit_test(an_scp_without_a_condition_explains_nothing),
        cmocka_unit_test(a_condition_on_a_key_of_the_service_explains_nothing),
        cmocka_unit_test(a_conditional_scp_does_not_excuse_the_users_own_policies),
        cmocka_unit_test(an_allow_of_an_scp_with_a_condition_is_not_seen_either),
        cmocka_unit_test(scps_that_were_not_seen_explain_a_denial_by_the_organisation),
        cmocka_unit_test(missing_keys_explain_what_they_alone_decide),
        cmocka_unit_test(what_is_not_understood_is_undecided),
        cmocka_unit_test(a_key_that_is_false_is_compared_as_false),
        cmocka_unit_test(a_doubt_takes_the_pass_away),
        cmocka_unit_test(a_doubt_is_not_answered_by_holding_nothing),
        cmocka_unit_test(an_explained_difference_changes_no_verdict),
        cmocka_unit_test(a_fail_stays_a_fail),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
