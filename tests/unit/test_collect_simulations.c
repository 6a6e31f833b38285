/* test_collect_simulations.c - iam:SimulatePrincipalPolicy over recorded answers. */
#include "collected.h"

#include "model/simulation.h"
#include "policy/sample.h"

#define OPERATION "SimulatePrincipalPolicy"
#define ALL SIZE_MAX
#define INVALID_INPUT                                                                     \
    "<ErrorResponse><Error><Type>Sender</Type><Code>InvalidInput</Code><Message>Invalid " \
    "Input Actions: [a] and [b] require different authorization information.</Message>"   \
    "</Error></ErrorResponse>"

/* The parameters as AWS takes them: written anew here. */
static const char *parameters(struct collected *c, size_t action, bool key_is_false)
{
    struct arena *arena = &c->run.arena;
    const char *text = "{", *key = "";
    size_t number = 0;

    for (size_t i = 0; i < sample_action_count(); i++)
        if (action == i || action == ALL)
            text = arena_printf(arena, "%s\"ActionNames.member.%zu\":\"%s\",", text, ++number,
                                sample_actions[i]);
    if (key_is_false)
        key = "\"ContextEntries.member.1.ContextKeyName\":\"aws:MultiFactorAuthPresent\","
              "\"ContextEntries.member.1.ContextKeyType\":\"boolean\","
              "\"ContextEntries.member.1.ContextKeyValues.member.1\":\"false\",";
    return arena_printf(arena,
                        "%s%s\"MaxItems\":\"1000\",\"PolicySourceArn\":\"" U_ARN "\","
                        "\"ResourceArns.member.1\":\"*\"}",
                        text, key);
}

static cJSON *question(struct collected *c, size_t action, bool key_is_false)
{
    return run_query(&c->run, HOME_ID, OPERATION, parameters(c, action, key_is_false));
}

static const char *result(struct collected *c, const char *action, const char *decision,
                          const char *more)
{
    return arena_printf(&c->run.arena,
                        "<member><EvalActionName>%s</EvalActionName><EvalResourceName>*"
                        "</EvalResourceName><EvalDecision>%s</EvalDecision>%s</member>",
                        action, decision, more);
}

/* Decisions on all actions from `first`, up to `last`. */
static const char *results(struct collected *c, size_t first, size_t last)
{
    const char *text = "";

    for (size_t i = first; i < last; i++)
        text = arena_printf(&c->run.arena, "%s%s", text,
                            result(c, sample_actions[i], "implicitDeny", ""));
    return text;
}

static void answer(struct collected *c, cJSON *query, const char *token, const char *members,
                   const char *tail)
{
    (void)run_page(
        &c->run, query, token,
        run_xml(&c->run, OPERATION,
                arena_printf(&c->run.arena, "<EvaluationResults>%s</EvaluationResults>%s", members,
                             tail)));
}

static void answer_whole(struct collected *c, bool key_is_false)
{
    answer(c, question(c, ALL, key_is_false), NULL, results(c, 0, sample_action_count()), LAST);
}

/* One user, u, and a scan that asks for a second opinion on at most `simulate`. */
static void begin(struct collected *c, double simulate)
{
    open_run(c);
    run_account(&c->run, HOME_ID, NULL);
    if (simulate > 0)
        cJSON_AddNumberToObject(run_scope(&c->run), "simulate", simulate);
    run_answer(&c->run, HOME_ID, GAAD, GAAD_PARAMETERS,
               arena_printf(&c->run.arena, LAST "<UserDetailList>%s</UserDetailList>",
                            user_xml(c, "u", "")));
}

TEST(both_contexts_are_read_with_what_the_answers_say)
{
    struct collected c;
    const struct account *a;
    const struct simulated *s;

    begin(&c, 5);
    answer(&c, question(&c, ALL, false), NULL,
           arena_printf(&c.run.arena, "%s%s",
                        result(&c, "CloudTrail:stoplogging", "allowed",
                               "<MatchedStatements><member><SourcePolicyId>all</SourcePolicyId>"
                               "</member></MatchedStatements><MissingContextValues><member>"
                               "aws:SourceIp</member></MissingContextValues>"
                               "<OrganizationsDecisionDetail><AllowedByOrganizations>false"
                               "</AllowedByOrganizations></OrganizationsDecisionDetail>"
                               "<PermissionsBoundaryDecisionDetail>"
                               "<AllowedByPermissionsBoundary>true</AllowedByPermissionsBoundary>"
                               "</PermissionsBoundaryDecisionDetail>"),
                        results(&c, 1, sample_action_count())),
           LAST);
    answer_whole(&c, true);
    a = collect_run(&c);
    expect_state(a, DATA_SIMULATIONS, STATE_COMPLETE, NULL);
    assert_int_equal(a->simulation_count, 2);
    assert_false(a->simulations[0].key_is_false);
    assert_true(a->simulations[1].key_is_false);
    assert_string_equal(a->simulations[0].arn, U_ARN);
    s = &a->simulations[0].at[0];
    assert_int_equal(s->decision, SIMULATED_ALLOWED);
    assert_int_equal(s->by_organization, WORD_NO);
    assert_int_equal(s->by_boundary, WORD_YES);
    assert_int_equal(s->missing_count, 1);
    assert_string_equal(s->missing[0], "aws:SourceIp");
    assert_string_equal(s->matched[0], "all");
    expect_holds(s->source.pointer, "EvaluationResults");
    s = &a->simulations[1].at[1];
    assert_int_equal(s->decision, SIMULATED_IMPLICIT_DENY);
    assert_int_equal(s->by_organization, WORD_UNKNOWN);
    close_run(&c);
}

TEST(nothing_is_asked_unless_the_scope_says_so)
{
    struct collected c;
    const struct account *a;

    begin(&c, 0);
    a = collect_run(&c);
    assert_int_equal(a->data[DATA_SIMULATIONS].state, STATE_NOT_COLLECTED);
    assert_int_equal(a->simulation_count, 0);
    close_run(&c);
}

TEST(pages_are_joined)
{
    struct collected c;
    const struct account *a;
    cJSON *query;

    begin(&c, 1);
    query = question(&c, ALL, false);
    answer(&c, query, NULL, results(&c, 0, 5), "<IsTruncated>true</IsTruncated><Marker>m</Marker>");
    answer(&c, query, "m", results(&c, 5, sample_action_count()), LAST);
    answer_whole(&c, true);
    a = collect_run(&c);
    expect_state(a, DATA_SIMULATIONS, STATE_COMPLETE, NULL);
    for (size_t i = 0; i < sample_action_count(); i++)
        assert_int_equal(a->simulations[0].at[i].decision, SIMULATED_IMPLICIT_DENY);
    close_run(&c);
}

static void refuse_together(struct collected *c, bool key_is_false)
{
    (void)run_page_bytes(&c->run, question(c, ALL, key_is_false), NULL, 400, INVALID_INPUT,
                         strlen(INVALID_INPUT));
}

TEST(what_aws_does_not_weigh_together_is_asked_one_by_one)
{
    struct collected c;
    const struct account *a;

    begin(&c, 1);
    refuse_together(&c, false);
    for (size_t i = 0; i < sample_action_count(); i++)
        answer(&c, question(&c, i, false), NULL, results(&c, i, i + 1), LAST);
    answer_whole(&c, true);
    a = collect_run(&c);
    expect_state(a, DATA_SIMULATIONS, STATE_COMPLETE, NULL);
    assert_int_equal(a->simulations[0].status.state, STATE_COMPLETE);
    assert_int_equal(a->simulations[0].at[7].decision, SIMULATED_IMPLICIT_DENY);
    close_run(&c);
}

/* One that AWS refuses also by itself leaves the rest known. */
TEST(what_aws_refuses_also_by_itself_is_not_known)
{
    struct collected c;
    const struct account *a;

    begin(&c, 1);
    refuse_together(&c, false);
    for (size_t i = 0; i < sample_action_count(); i++)
        if (i == 3)
            run_error(&c.run, question(&c, i, false), NULL, 400, INVALID_INPUT);
        else
            answer(&c, question(&c, i, false), NULL, results(&c, i, i + 1), LAST);
    answer_whole(&c, true);
    a = collect_run(&c);
    expect_state(a, DATA_SIMULATIONS, STATE_FAILED, "iam:SimulatePrincipalPolicy: InvalidInput");
    assert_int_equal(a->simulations[0].status.state, STATE_FAILED);
    assert_int_equal(a->simulations[0].at[2].decision, SIMULATED_IMPLICIT_DENY);
    assert_int_equal(a->simulations[0].at[3].decision, SIMULATED_NOTHING);
    assert_int_equal(a->simulations[1].status.state, STATE_COMPLETE);
    close_run(&c);
}

TEST(denied_is_denied)
{
    struct collected c;
    const struct account *a;

    begin(&c, 1);
    run_error(&c.run, question(&c, ALL, false), NULL, 403, ACCESS_DENIED);
    answer_whole(&c, true);
    a = collect_run(&c);
    expect_state(a, DATA_SIMULATIONS, STATE_DENIED, "iam:SimulatePrincipalPolicy: AccessDenied");
    assert_int_equal(a->simulations[0].status.state, STATE_DENIED);
    close_run(&c);
}

/* What makes the first answer one that cannot be relied on. */
static void expect_refused(struct collected *c, const char *members, const char *tail,
                           const char *reason)
{
    const struct account *a;

    answer(c, question(c, ALL, false), NULL, members, tail);
    answer_whole(c, true);
    a = collect_run(c);
    expect_state(a, DATA_SIMULATIONS, STATE_FAILED, reason);
    assert_int_equal(a->simulations[0].status.state, STATE_FAILED);
    assert_int_equal(a->simulations[0].at[sample_action_count() - 1].decision, SIMULATED_NOTHING);
    close_run(c);
}

TEST(hostile_answers_are_refused)
{
    static const struct {
        const char *action, *decision, *more, *tail, *reason;
    } rows[] = {
        {"iam:CreateUser", "allowed", "", LAST, "not asked about"},
        {"cloudtrail:StopLogging", "maybe", "", LAST, "none of IAM's"},
        {"iam:CreateAccessKey", "allowed", "", LAST, "two decisions on"},
        {"cloudtrail:StopLogging", "allowed", "<EvalResourceName>arn:aws:s3:::b</EvalResourceName>",
         LAST, "a resource that was not"},
        {"cloudtrail:StopLogging", "allowed",
         "<OrganizationsDecisionDetail><AllowedByOrganizations>yes</AllowedByOrganizations>"
         "</OrganizationsDecisionDetail>",
         LAST, "SimulatePrincipalPolicy"},
        {"cloudtrail:StopLogging", "allowed", "", "<IsTruncated>true</IsTruncated>",
         "IsTruncated and Marker disagree"},
        {"cloudtrail:StopLogging", "allowed", "", LAST "<Marker>m</Marker>",
         "IsTruncated and Marker disagree"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct collected c;

        begin(&c, 1);
        expect_refused(&c,
                       arena_printf(&c.run.arena, "%s%s",
                                    result(&c, rows[i].action, rows[i].decision, rows[i].more),
                                    results(&c, 1, sample_action_count())),
                       rows[i].tail, rows[i].reason);
    }
}

TEST(half_an_answer_is_none)
{
    struct collected c;

    begin(&c, 1);
    expect_refused(&c, results(&c, 0, 5), LAST, "no decision on iam:DeactivateMFADevice");
    begin(&c, 1);
    expect_refused(&c,
                   arena_printf(&c.run.arena,
                                "%s<member><EvalActionName>organizations:"
                                "LeaveOrganization</EvalActionName></member>",
                                results(&c, 0, sample_action_count() - 1)),
                   LAST, "a result without EvalDecision");
}

TEST(an_answer_without_a_list_is_none)
{
    struct collected c;
    const struct account *a;

    begin(&c, 1);
    (void)run_page(&c.run, question(&c, ALL, false), NULL, run_xml(&c.run, OPERATION, LAST));
    answer_whole(&c, true);
    a = collect_run(&c);
    expect_state(a, DATA_SIMULATIONS, STATE_FAILED, "no list of decisions");
    close_run(&c);
}

TEST(what_was_not_asked_is_missing)
{
    struct collected c;
    const struct account *a;

    begin(&c, 1);
    answer_whole(&c, true);
    a = collect_run(&c);
    assert_int_not_equal(a->data[DATA_SIMULATIONS].state, STATE_COMPLETE);
    close_run(&c);
}

TEST(the_scope_says_how_many_within_bounds)
{
    static const double bad[] = {0, -1, 101, 1.5};

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct collected c;
        struct error err = {0};

        open_run(&c);
        run_account(&c.run, HOME_ID, NULL);
        cJSON_AddNumberToObject(run_scope(&c.run), "simulate", bad[i]);
        run_write(&c.run);
        assert_int_equal(snapshot_open(&c.snapshot, c.run.dir, &err), -1);
        expect_holds(err.msg, "simulate");
        close_run(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_contexts_are_read_with_what_the_answers_say),
        cmocka_unit_test(nothing_is_asked_unless_the_scope_says_so),
        cmocka_unit_test(pages_are_joined),
        cmocka_unit_test(what_aws_does_not_weigh_together_is_asked_one_by_one),
        cmocka_unit_test(what_aws_refuses_also_by_itself_is_not_known),
        cmocka_unit_test(denied_is_denied),
        cmocka_unit_test(hostile_answers_are_refused),
        cmocka_unit_test(half_an_answer_is_none),
        cmocka_unit_test(an_answer_without_a_list_is_none),
        cmocka_unit_test(what_was_not_asked_is_missing),
        cmocka_unit_test(the_scope_says_how_many_within_bounds),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
