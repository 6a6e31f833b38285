/* test_checks_peers.c - mistakes of other scanners that no other test is about. tests/PEERS.md
 * lists them all, with their tests. */
#include "checks_scene.h"
#include "run_dir.h"

#define USERS_MFA "iam.users_without_mfa"
#define PRIVILEGED "iam.privileged_actions_require_mfa"
#define TRUST_MFA "iam.role_trust_requires_mfa"
#define ACROSS "iam.cross_account_role_trust"
#define CONTROL "iam.mfa_control_actions_guarded"

#define ARN "arn:aws:iam::" HOME_ID ":"
#define EVERYTHING "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}]}"
#define BY(principal) \
    "{'Effect':'Allow','Principal':{'AWS':'" principal "'},'Action':'sts:AssumeRole'}"

/* A story told, and one expected verdict. */
static void expect_verdict(const struct account_story *story, const char *check, const char *name,
                           enum status status, const char *detail)
{
    struct assessment a = {0};
    struct run r;

    run_open(&r);
    run_story(&r, story);
    run_assess(&r, &a);
    expect_holds(expect_status(&a.findings, check, name, status)->detail, detail);
    assessment_close(&a);
    run_close(&r);
}

/* --- Users ------------------------------------------------------------------------------------ */

/* Mistake: keys that were switched off counted as a way in, and the password with its device not.
 */
TEST(an_inactive_key_is_no_way_in)
{
    static const struct user_story users[] = {{.name = "off",
                                               .password = "true",
                                               .devices = ARN "u2f/user/off/k-A",
                                               .key1 = "false",
                                               .key2 = "false",
                                               .inline_policy = EVERYTHING},
                                              {.name = "on",
                                               .password = "true",
                                               .devices = ARN "u2f/user/on/k-A",
                                               .key1 = "false",
                                               .key2 = "true",
                                               .inline_policy = EVERYTHING},
                                              {0}};
    const struct account_story story = {.users = users};

    expect_verdict(&story, PRIVILEGED, "off", STATUS_PASS, "a console password with a device");
    expect_verdict(&story, PRIVILEGED, "on", STATUS_FAIL, "with an access key");
}

/* Mistake: whatever goes wrong with the login profile read as «no password». */
TEST(a_refused_login_profile_is_not_no_password)
{
    static const char *const checks[] = {USERS_MFA, "iam.hybrid_users", "iam.console_access_unused",
                                         "iam.users_onboarding_mfa"};
    static struct report none;

    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        struct scene s;
        struct principal *alice;

        scene_begin(&s);
        alice = scene_person(&s, "alice");
        alice->credentials->has_login = false;
        alice->credentials->login_status =
            (struct data_status){STATE_DENIED, "iam:GetLoginProfile: AccessDenied", NULL};
        s.account.report_info = &none;
        scene_expect(&s, checks[i], "user/alice", STATUS_UNKNOWN, "AccessDenied");
        scene_end(&s);
    }
}

/* Mistake: rows taken apart at every comma. IAM allows commas in names: the cells behind one then
 * are those of other columns. */
TEST(a_name_with_a_comma_moves_no_cell)
{
    static const char csv[] = REPORT_HEADER
        "\n\"x,true,false,true\",\"" ARN "user/x,true,false,true\",t,true,n,false,false,false\n"
        "\"y,t,false,n,true\"," ARN "user/none,t,false,n,true,false,false\n";
    struct assessment a = {0};
    struct run r;

    run_open(&r);
    run_set(run_scope(&r), "freshness", cJSON_CreateString("report"));
    run_account(&r, HOME_ID, NULL);
    run_answer(&r, HOME_ID, "GetAccountAuthorizationDetails", "{\"MaxItems\":\"1000\"}",
               "<IsTruncated>false</IsTruncated><UserDetailList><member><Path>/</Path><UserName>"
               "x,true,false,true</UserName><Arn>" ARN "user/x,true,false,true</Arn></member>"
               "</UserDetailList><GroupDetailList/><RoleDetailList/><Policies/>");
    run_answer(&r, HOME_ID, "ListVirtualMFADevices",
               "{\"AssignmentStatus\":\"Any\",\"MaxItems\":\"1000\"}",
               "<IsTruncated>false</IsTruncated><VirtualMFADevices/>");
    run_report(&r, HOME_ID, csv);
    run_assess(&r, &a);
    (void)expect_status(&a.findings, USERS_MFA, "x,true,false,true", STATUS_FAIL);
    assessment_close(&a);
    run_close(&r);
}

/* Mistake: only a list of ten actions, on every resource at once, is asked for. */
TEST(a_policy_for_one_resource_may_be_enough)
{
    static const char *const statements[] = {
        "{'Effect':'Allow','Action':'iam:DeactivateMFADevice','Resource':'" SCENE_ARN "user/bob'}",
        "{'Effect':'Allow','Action':'iam:Deact*','Resource':'*'}",
        "{'Effect':'Allow','Action':'iam:?eactivateMFADevice','Resource':'*'}",
        "{'Effect':'Allow','NotAction':'s3:*','Resource':'" SCENE_ARN "user/*'}",
    };
    static struct report none;

    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++) {
        struct scene s;

        scene_begin(&s);
        s.account.report_info = &none;
        scene_inline(&s, scene_person(&s, "alice"), statements[i]);
        scene_expect(&s, CONTROL, "user/alice", STATUS_FAIL, "iam:deactivatemfadevice");
        scene_expect(&s, PRIVILEGED, "user/alice", STATUS_FAIL, "are allowed");
        scene_end(&s);
    }
}

/* --- Trust ------------------------------------------------------------------------------------ */

struct trust_row {
    const char *trust, *check;
    enum status status;
    const char *text;
};

static void expect_trusts(const char *partition, const struct trust_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct scene s;

        scene_begin(&s);
        s.account.partition = partition;
        scene_inline(&s, scene_person(&s, "alice"), MAY_NOT);
        s.users[0].arn = arena_printf(&s.arena, "arn:%s:iam::" SCENE_ID ":user/alice", partition);
        scene_trusting(&s, "target", rows[i].trust, A);
        scene_expect(&s, rows[i].check, "role/target", rows[i].status, rows[i].text);
        scene_end(&s);
    }
}
#define EXPECT_TRUSTS(partition, rows) expect_trusts(partition, rows, sizeof(rows) / sizeof *(rows))

/* Mistake: the name of the key is enough, whatever operator and value stand beside it. */
TEST(a_trust_that_only_names_the_key_is_open)
{
    static const char *const conditions[] = {
        "'Bool':{" PRESENT ":'false'}",
        "'BoolIfExists':{" PRESENT ":'true'}",
        "'BoolIfExists':{" PRESENT ":'false'}",
        "'Bool':{" PRESENT ":['true','false']}",
        "'Null':{" PRESENT ":'false'}",
        "'Null':{" PRESENT ":'true'}",
        "'Null':{" AGE ":'true'}",
        "'StringNotEquals':{" PRESENT ":'true'}",
        "'StringLike':{" PRESENT ":'*'}",
        "'ForAllValues:Bool':{" PRESENT ":'true'}",
        "'NumericLessThanIfExists':{" AGE ":'3600'}",
        "'NumericGreaterThanIfExists':{" AGE ":'3600'}",
    };

    for (size_t i = 0; i < sizeof conditions / sizeof *conditions; i++) {
        struct arena arena = {0};
        const char *other = arena_printf(&arena, TRUST(OTHER, "%s"), conditions[i]);
        const char *own = arena_printf(&arena, TRUST(USER, "%s"), conditions[i]);
        const struct trust_row rows[] = {
            {other, ACROSS, STATUS_FAIL, "444455556666"},
            {other, TRUST_MFA, STATUS_FAIL, "account 444455556666"},
            {own, TRUST_MFA, STATUS_FAIL, "user alice"},
        };

        EXPECT_TRUSTS("aws", rows);
        arena_free(&arena);
    }
}

/* Mistake: ARNs of other accounts sought as «arn:aws:» and nothing else. */
TEST(other_accounts_are_found_in_every_partition)
{
    static const char *const partitions[] = {"aws", "aws-cn", "aws-us-gov"};

    for (size_t i = 0; i < 3; i++) {
        struct arena arena = {0};
        const char *p = partitions[i];
        const char *other = arena_printf(&arena, BY("arn:%s:iam::444455556666:root"), p);
        const char *own = arena_printf(&arena, BY("arn:%s:iam::" SCENE_ID ":root"), p);
        const char *user = arena_printf(&arena, BY("arn:%s:iam::" SCENE_ID ":user/alice"), p);
        const struct trust_row rows[] = {
            {other, ACROSS, STATUS_FAIL, "444455556666"},
            {other, TRUST_MFA, STATUS_FAIL, "account 444455556666"},
            {own, ACROSS, STATUS_NOT_APPLICABLE, "no statement admits another account"},
            {user, TRUST_MFA, STATUS_FAIL, "user alice"},
        };

        EXPECT_TRUSTS(p, rows);
        arena_free(&arena);
    }
}

/* Mistake: the account's own id sought anywhere in the principal. */
TEST(an_account_id_in_a_name_is_a_name)
{
    static const struct trust_row rows[] = {
        {BY("arn:aws:iam::444455556666:user/for-" SCENE_ID), ACROSS, STATUS_FAIL, "444455556666"},
        {BY("arn:aws:iam::444455556666:user/" SCENE_ID "/x"), TRUST_MFA, STATUS_FAIL, "4444"},
        {BY("arn:aws:iam::444455556666:role/" SCENE_ID), ACROSS, STATUS_FAIL, "444455556666"},
        {BY(SCENE_ARN "user/444455556666"), ACROSS, STATUS_NOT_APPLICABLE, "no statement"},
    };

    EXPECT_TRUSTS("aws", rows);
}

/* Mistake: any value called an ExternalId. What the request itself says is agreed on by nobody. */
TEST(a_variable_is_no_external_id)
{
    static const char *const values[] = {"'${sts:ExternalId}'", "['x','${sts:ExternalId}']",
                                         "'x${sts:ExternalId}'", "'${aws:PrincipalAccount}'",
                                         "'${aws:PrincipalTag/id}'"};

    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        struct arena arena = {0};
        const char *trust =
            arena_printf(&arena, TRUST(OTHER, "'StringEquals':{'sts:ExternalId':%s}"), values[i]);
        const struct trust_row rows[] = {
            {trust, ACROSS, STATUS_FAIL, "444455556666"},
            {trust, TRUST_MFA, STATUS_FAIL, "account 444455556666"},
        };

        EXPECT_TRUSTS("aws", rows);
        arena_free(&arena);
    }
}

/* Mistake: roles of Identity Center told by the beginning of their names, which anybody may give.
 */
TEST(a_name_makes_no_role_of_identity_center)
{
    static const struct trust_row rows[] = {
        {BY("arn:aws:iam::444455556666:role/AWSReservedSSO_Admin_0123456789abcdef"), TRUST_MFA,
         STATUS_UNKNOWN, "no chain of roles"},
    };
    struct scene s;

    EXPECT_TRUSTS("aws", rows);
    scene_begin(&s);
    scene_inline(&s, scene_person(&s, "alice"), MAY);
    scene_trusting(&s, "AWSReservedSSO_Admin_0123456789abcdef", BY(ROOT), A);
    scene_expect(&s, TRUST_MFA, "role/AWSReservedSSO_Admin_0123456789abcdef", STATUS_FAIL,
                 "user alice may assume it");
    scene_end(&s);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_inactive_key_is_no_way_in),
        cmocka_unit_test(a_refused_login_profile_is_not_no_password),
        cmocka_unit_test(a_name_with_a_comma_moves_no_cell),
        cmocka_unit_test(a_policy_for_one_resource_may_be_enough),
        cmocka_unit_test(a_trust_that_only_names_the_key_is_open),
        cmocka_unit_test(other_accounts_are_found_in_every_partition),
        cmocka_unit_test(an_account_id_in_a_name_is_a_name),
        cmocka_unit_test(a_variable_is_no_external_id),
        cmocka_unit_test(a_name_makes_no_role_of_identity_center),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
