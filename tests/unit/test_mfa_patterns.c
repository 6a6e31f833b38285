/* test_mfa_patterns.c - what people write to demand MFA, and what it demands: every row of the
 * project's table of 27 statements, of the table of 14 trust policies and guard rails, and what
 * goes wrong beside them; by the evaluator, and by the checks on top of it.
 *
 * "DDAA": denied or allowed (or Unsure) with an access key, without MFA, with MFA, with MFA of two
 * hours ago. */
#include "checks_scene.h"

struct pattern {
    const char *name, *statements, *expected;
    const char *action, *resource; /* NULL: iam:createuser on a user */
};

/* Each of the rows 1 to `last` of a table of the facts is there, in order. */
static void expect_numbers(const char *const *names, size_t count, int last)
{
    int at = 0;

    for (size_t i = 0; i < count; i++) {
        int number = (int)strtol(names[i], NULL, 10);

        if (number == 0 || number == at)
            continue;
        assert_int_equal(number, at + 1);
        at = number;
    }
    assert_int_equal(at, last);
}

#define LISTED "'iam:EnableMFADevice','iam:ListMFADevices','sts:GetSessionToken'"
#define DENY_BUT(condition)                                                             \
    "{'Effect':'Deny','NotAction':[" LISTED "],'Resource':'*','Condition':{'" condition \
    "':{" PRESENT ":'false'}}}"
#define DENY_ON(element, condition)                                                                \
    "{'Effect':'Deny'," element ",'Condition':{'BoolIfExists':{" PRESENT ":'false'}" condition "}" \
    "}"

static const struct pattern statements[] = {
    {"1 Allow if Bool true", ALLOW_IF(MFA), "DDAA", NULL, NULL},
    {"2 Allow if BoolIfExists true", ALLOW_IF("'BoolIfExists':{" PRESENT ":'true'}"), "ADAA", NULL,
     NULL},
    {"3 Allow if Null false", ALLOW_IF("'Null':{" PRESENT ":'false'}"), "DAAA", NULL, NULL},
    {"4 Deny if Bool false", A "," DENY_IF("'Bool':{" PRESENT ":'false'}"), "ADAA", NULL, NULL},
    {"5 Deny if BoolIfExists false", A "," DENY_IF("'BoolIfExists':{" PRESENT ":'false'}"), "DDAA",
     NULL, NULL},
    {"6 Deny if Null true", A "," DENY_IF("'Null':{" PRESENT ":'true'}"), "DAAA", NULL, NULL},
    {"7 DenyAllExceptListedIfNoMFA", A "," DENY_BUT("BoolIfExists"), "DDAA", NULL, NULL},
    {"7 what it lists", A "," DENY_BUT("BoolIfExists"), "AAAA", "iam:enablemfadevice", NULL},
    {"8 the same with Bool", A "," DENY_BUT("Bool"), "ADAA", NULL, NULL},
    {"9 Allow if Age < 3600", ALLOW_IF("'NumericLessThan':{" AGE ":'3600'}"), "DDAD", NULL, NULL},
    {"10 Allow if Age IfExists < 3600", ALLOW_IF("'NumericLessThanIfExists':{" AGE ":'3600'}"),
     "AAAD", NULL, NULL},
    {"11 Deny if Age > 3600", A "," DENY_IF("'NumericGreaterThan':{" AGE ":'3600'}"), "AAAD", NULL,
     NULL},
    {"12 Deny if Age IfExists > 3600",
     A "," DENY_IF("'NumericGreaterThanIfExists':{" AGE ":'3600'}"), "DDAD", NULL, NULL},
    {"13 Deny if Null Age true", A "," DENY_IF("'Null':{" AGE ":'true'}"), "DDAA", NULL, NULL},
    {"14 Allow if ForAllValues:Bool true", ALLOW_IF("'ForAllValues:Bool':{" PRESENT ":'true'}"),
     "ADAA", NULL, NULL},
    {"15 Allow if ForAnyValue:Bool true", ALLOW_IF("'ForAnyValue:Bool':{" PRESENT ":'true'}"),
     "DDAA", NULL, NULL},
    {"16 Deny if ForAllValues:Bool false",
     A "," DENY_IF("'ForAllValues:Bool':{" PRESENT ":'false'}"), "DDAA", NULL, NULL},
    {"17 Allow if StringEquals true", ALLOW_IF("'StringEquals':{" PRESENT ":'true'}"), "DDAA", NULL,
     NULL},
    {"17 True with a capital never matches", ALLOW_IF("'StringEquals':{" PRESENT ":'True'}"),
     "DDDD", NULL, NULL},
    {"18 Deny if StringNotEquals true", A "," DENY_IF("'StringNotEquals':{" PRESENT ":'true'}"),
     "DDAA", NULL, NULL},
    {"19 Deny if BoolIfExists false and Null false",
     A "," DENY_IF("'BoolIfExists':{" PRESENT ":'false'},'Null':{" PRESENT ":'false'}"), "ADAA",
     NULL, NULL},
    {"20 Allow if Bool [true, false]", ALLOW_IF("'Bool':{" PRESENT ":['true','false']}"), "DAAA",
     NULL, NULL},
    {"21 Deny iam:* if BoolIfExists false", A "," DENY_ON("'Action':'iam:*','Resource':'*'", ""),
     "DDAA", NULL, NULL},
    {"21 elsewhere", A "," DENY_ON("'Action':'iam:*','Resource':'*'", ""), "AAAA", "s3:getobject",
     NULL},
    {"22 Allow if Bool false", ALLOW_IF("'Bool':{" PRESENT ":'false'}"), "DADD", NULL, NULL},
    {"23 Allow, and Allow if Bool true", A "," ALLOW_IF(MFA), "AAAA", NULL, NULL},
    {"24 as 5 with JSON false", A "," DENY_IF("'BoolIfExists':{" PRESENT ":false}"), "DDAA", NULL,
     NULL},
    {"25 the key in lower case",
     A "," DENY_IF("'BoolIfExists':{'aws:multifactorauthpresent':'false'}"), "DDAA", NULL, NULL},
    {"26 as 5 on one bucket", A "," DENY_ON("'Action':'*','Resource':'arn:aws:s3:::b'", ""), "DDAA",
     "s3:deletebucket", "arn:aws:s3:::b"},
    {"26 elsewhere", A "," DENY_ON("'Action':'*','Resource':'arn:aws:s3:::b'", ""), "AAAA",
     "s3:deletebucket", "arn:aws:s3:::c"},
    {"27 Allow NotAction iam:* if Bool true",
     "{'Effect':'Allow','NotAction':'iam:*','Resource':'*','Condition':{" MFA "}}", "DDAA",
     "s3:getobject", NULL},
    {"27 what it does not grant",
     "{'Effect':'Allow','NotAction':'iam:*','Resource':'*','Condition':{" MFA "}}", "DDDD", NULL,
     NULL},
    {"narrowed by ViaAWSService",
     A "," DENY_ON("'Action':'*','Resource':'*'", ",'Bool':{'aws:ViaAWSService':'false'}"), "AAAA",
     NULL, NULL},
    {"narrowed by SourceIp",
     A
     "," DENY_ON("'Action':'*','Resource':'*'", ",'NotIpAddress':{'aws:SourceIp':'192.0.2.0/24'}"),
     "AAAA", NULL, NULL},
    {"narrowed by another's ARN",
     A "," DENY_ON("'Action':'*','Resource':'*'",
                   ",'StringNotLike':{'aws:PrincipalArn':'arn:aws:iam::*:user/bob'}"),
     "AAAA", NULL, NULL},
    {"Allow NotAction iam:*", "{'Effect':'Allow','NotAction':'iam:*','Resource':'*'}", "DDDD", NULL,
     NULL},
    {"Action in other letters", "{'Effect':'Allow','Action':'IAM:Create*','Resource':'*'}", "AAAA",
     NULL, NULL},
    {"an operator nobody knows", A "," DENY_IF("'BoolSometimes':{" PRESENT ":'false'}"), "UUUU",
     NULL, NULL},
};

TEST(statements_demand_what_the_table_says)
{
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++) {
        struct world w = {.action = statements[i].action, .resource = statements[i].resource};

        w.policies.identity = list_of(&w, statements[i].statements);
        if (strcmp(letters(&w), statements[i].expected) != 0)
            complain("%s: expected %s, got %s", statements[i].name, statements[i].expected,
                     letters(&w));
        arena_free(&w.arena);
    }
}

/* --- The checks on top --------------------------------------------------------------------------
 */

/* The status by whether a key, or a password alone, reaches what is allowed in `allowed`, "KC". */
static void expect_privileged(struct scene *s, const char *name, const char *allowed)
{
    static const char check[] = "iam.privileged_actions_require_mfa";
    bool key = strchr(allowed, 'K'), console = strchr(allowed, 'C');
    const char *how = key && console ? "are allowed with an access key and without MFA: "
                      : key          ? "are allowed with an access key: "
                      : console      ? "are allowed without MFA: "
                                     : "each denied with an access key and without MFA";
    static struct report none;

    print_message("# %s\n", name);
    s->account.report_info = &none;
    scene_expect(s, check, "user/alice", *allowed ? STATUS_FAIL : STATUS_PASS, how);
    s->users[0].credentials->key_count = 0;
    s->users[0].credentials->asked |= ASKED_DEVICES;
    s->users[0].devices_status.state = STATE_COMPLETE;
    scene_expect(s, check, "user/alice", console ? STATUS_FAIL : STATUS_PASS,
                 console ? "are allowed without MFA: " : "each denied without MFA");
    s->users[0].credentials->key_count = 1;
}

/* Where each row of the table allows something privileged: its columns «keys / console». */
static const char *const allowed_in[] = {
    [1] = "",   [2] = "K",   [3] = "C",   [4] = "K",  [5] = "",    [6] = "C",  [7] = "",  [8] = "K",
    [9] = "",   [10] = "KC", [11] = "KC", [12] = "",  [13] = "",   [14] = "K", [15] = "", [16] = "",
    [17] = "",  [18] = "",   [19] = "K",  [20] = "C", [21] = "KC", /* elsewhere */
    [22] = "C", [23] = "KC", [24] = "",   [25] = "",  [26] = "KC", /* elsewhere */
    [27] = "",
};

TEST(statements_are_judged_as_the_table_says)
{
    const char *names[sizeof statements / sizeof *statements];
    int before = 0;

    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++) {
        int number = (int)strtol(names[i] = statements[i].name, NULL, 10);
        struct scene s;

        if (number == 0 || number == before)
            continue;
        before = number;
        scene_begin(&s);
        scene_inline(&s, scene_person(&s, "alice"), statements[i].statements);
        expect_privileged(&s, statements[i].name, allowed_in[number]);
        scene_end(&s);
    }
    expect_numbers(names, sizeof names / sizeof *names, 27);
}

/* What the facts add to the table: a Deny that the user is not under denies nothing. */
TEST(a_deny_must_be_in_force_for_the_user)
{
    static const char *const names[] = {"of a group of others", "of a role", "unattached",
                                        "of a group", "attached"};

    for (int i = 0; i < 5; i++) {
        struct scene s;
        const char *arn;

        scene_begin(&s);
        scene_inline(&s, scene_person(&s, "alice"), A);
        arn = scene_managed(&s, "guard", DENY_NO_MFA);
        if (i == 0 || i == 3)
            scene_attach(&s, scene_group(&s, "guarded"), arn);
        if (i == 1)
            scene_attach(&s, scene_role(&s, "ops"), arn);
        if (i == 3)
            scene_join(&s, s.users, "guarded");
        if (i == 4)
            scene_attach(&s, s.users, arn);
        expect_privileged(&s, names[i], i < 3 ? "KC" : "");
        scene_end(&s);
    }
}

#define UNCONDITIONAL(principal) \
    "{'Effect':'Allow','Principal':{'AWS':'" principal "'},'Action':'sts:AssumeRole'}"
#define GUARD(operator)                                                         \
    "{'Effect':'Deny','Principal':'*','Action':'sts:AssumeRole','Condition':{'" \
    operator"':{" PRESENT ":'false'}}}"
#define FROM_OTHER "444455556666"

static const struct {
    const char *name, *trust, *identity, *expected;
    const char *account; /* of the caller; NULL: the role's */
} trusts[] = {
    {"1 root principal and Bool true", TRUST(ROOT, MFA), MAY, "DDAA", NULL},
    {"2 root principal, the user may not", TRUST(ROOT, MFA), MAY_NOT, "DDDD", NULL},
    {"3 user ARN, no identity permission", TRUST(USER, MFA), MAY_NOT, "DDAA", NULL},
    {"4 root and BoolIfExists true", TRUST(ROOT, "'BoolIfExists':{" PRESENT ":'true'}"), MAY,
     "ADAA", NULL},
    {"5 root, Deny BoolIfExists false", UNCONDITIONAL(ROOT) "," GUARD("BoolIfExists"), MAY, "DDAA",
     NULL},
    {"6 root, Deny Bool false", UNCONDITIONAL(ROOT) "," GUARD("Bool"), MAY, "ADAA", NULL},
    {"7 root with MFA, and the user without", TRUST(ROOT, MFA) "," UNCONDITIONAL(USER), MAY, "AAAA",
     NULL},
    {"8 root of another account", TRUST(OTHER, MFA), MAY, "DDAA", FROM_OTHER},
    {"9 user of another account who may not", TRUST("arn:aws:iam::444455556666:user/alice", MFA),
     MAY_NOT, "DDDD", FROM_OTHER},
    {"10 anybody with MFA",
     "{'Effect':'Allow','Principal':'*','Action':'sts:AssumeRole','Condition':{" MFA "}}", MAY,
     "DDAA", NULL},
    {"11 sts:* as the action",
     "{'Effect':'Allow','Principal':{'AWS':'" ROOT "'},'Action':'sts:*','Condition':{" MFA "}}",
     MAY, "DDAA", NULL},
    {"account id instead of its root", TRUST("111122223333", MFA), MAY, "DDAA", NULL},
    {"unique id of the user", UNCONDITIONAL("AIDAEXAMPLE"), MAY_NOT, "AAAA", NULL},
    {"unique id of a user who is gone", UNCONDITIONAL("AIDAOTHER"), MAY, "DDDD", NULL},
    {"only another account", UNCONDITIONAL(OTHER), MAY, "DDDD", NULL},
    {"only a service",
     "{'Effect':'Allow','Principal':{'Service':'ec2.amazonaws.com'},'Action':'sts:AssumeRole'}",
     MAY, "DDDD", NULL},
    {"ExternalId is no MFA",
     "{'Effect':'Allow','Principal':{'AWS':'" OTHER
     "'},'Action':'sts:AssumeRole','Condition':{'StringEquals':{'sts:ExternalId':'x'}}}",
     MAY, "AAAA", FROM_OTHER},
    {"PrincipalOrgID is no MFA",
     "{'Effect':'Allow','Principal':'*','Action':'sts:AssumeRole','Condition':{'StringEquals':{"
     "'aws:PrincipalOrgID':'o-sample0001'}}}",
     MAY, "AAAA", FROM_OTHER},
    {"Deny on another resource",
     UNCONDITIONAL(
         ROOT) ",{'Effect':'Deny','Principal':'*','Action':'*','Resource':'arn:aws:s3:::b'"
               "}",
     MAY, "AAAA", NULL},
    {"NotPrincipal with Allow", "{'Effect':'Allow','NotPrincipal':{'AWS':'" ROOT "'},'Action':'*'}",
     MAY_NOT, "AAAA", NULL},
    {"NotPrincipal with Deny that may leave the user out",
     UNCONDITIONAL(USER) ",{'Effect':'Deny','NotPrincipal':{'AWS':'" ROOT "'},'Action':'*'}", MAY,
     "AAAA", NULL},
    {"NotPrincipal with Deny that names another account",
     UNCONDITIONAL(USER) ",{'Effect':'Deny','NotPrincipal':{'AWS':'" OTHER "'},'Action':'*'}", MAY,
     "DDDD", NULL},
    {"NotPrincipal with Deny that names the user",
     UNCONDITIONAL(USER) ",{'Effect':'Deny','NotPrincipal':{'AWS':'" USER "'},'Action':'*'}", MAY,
     "AAAA", NULL},
};

TEST(trust_policies_demand_what_the_table_says)
{
    for (size_t i = 0; i < sizeof trusts / sizeof *trusts; i++) {
        const char *account = trusts[i].account ? trusts[i].account : "111122223333";
        struct world w = {.action = "sts:assumerole", .resource = ROLE};

        w.caller = (struct caller){arena_printf(&w.arena, "arn:aws:iam::%s:user/alice", account),
                                   "AIDAEXAMPLE", account};
        w.policies.identity = list_of(&w, trusts[i].identity);
        w.policies.has_resource_policy = true;
        w.policies.resource = list_of(&w, trusts[i].trust);
        w.policies.resource_account = "111122223333";
        if (strcmp(letters(&w), trusts[i].expected) != 0)
            complain("%s: expected %s, got %s", trusts[i].name, trusts[i].expected, letters(&w));
        arena_free(&w.arena);
    }
}

static const struct {
    const char *name, *scp, *boundary, *rcp, *expected;
} rails[] = {
    {"12 SCP Deny BoolIfExists false", A "," DENY_IF("'BoolIfExists':{" PRESENT ":'false'}"), NULL,
     NULL, "DDAA"},
    {"13 boundary Allow if Bool true", NULL, ALLOW_IF(MFA), NULL, "DDAA"},
    {"14 SCP level whose only Allow has Bool true", ALLOW_IF(MFA), NULL, NULL, "DDAA"},
    {"SCP Deny Bool false", A "," DENY_IF("'Bool':{" PRESENT ":'false'}"), NULL, NULL, "ADAA"},
    {"SCP level that allows something else", MAY_NOT, NULL, NULL, "DDDD"},
    {"RCP Deny BoolIfExists false", NULL, NULL,
     A "," DENY_IF("'BoolIfExists':{" PRESENT ":'false'}"), "DDAA"},
    {"all of them allow", A, A, A, "AAAA"},
    {"boundary NotAction iam:*", A, "{'Effect':'Allow','NotAction':'iam:*','Resource':'*'}", NULL,
     "DDDD"},
};

TEST(guard_rails_demand_what_the_table_says)
{
    for (size_t i = 0; i < sizeof rails / sizeof *rails; i++) {
        struct world w = {.action = NULL};
        struct policy_list scps[2], rcps[1];

        w.policies.identity = list_of(&w, A);
        scps[0] = list_of(&w, A);
        scps[1] = list_of(&w, rails[i].scp ? rails[i].scp : A);
        w.policies.scps = scps;
        w.policies.scp_levels = 2;
        rcps[0] = list_of(&w, rails[i].rcp ? rails[i].rcp : A);
        w.policies.rcps = rcps;
        w.policies.rcp_levels = 1;
        w.policies.has_boundary = rails[i].boundary != NULL;
        if (rails[i].boundary)
            w.policies.boundary = list_of(&w, rails[i].boundary);
        if (strcmp(letters(&w), rails[i].expected) != 0)
            complain("%s: expected %s, got %s", rails[i].name, rails[i].expected, letters(&w));
        arena_free(&w.arena);
    }
}

/* SCPs and boundaries over a user with every permission, and over its way into a role. */
static void begin_under(struct scene *s, const char *scp, const char *boundary)
{
    scene_begin(s);
    scene_member(s);
    scene_limit(s, POLICY_SERVICE_CONTROL, SCENE_ID, scp);
    scene_limit(s, POLICY_SERVICE_CONTROL, "r-test", A);
    scene_inline(s, scene_person(s, "alice"), A);
    scene_trusting(s, "target", UNCONDITIONAL(ROOT), A);
    if (boundary)
        s->users[0].boundary_arn = scene_managed(s, "boundary", boundary);
}

TEST(guard_rails_are_judged_as_the_table_says)
{
    static const struct {
        const char *name, *scp, *boundary, *allowed;
    } rows[] = {
        {"12 SCP Deny BoolIfExists false", A "," DENY_NO_MFA, NULL, ""},
        {"SCP Deny Bool false", A "," DENY_IF("'Bool':{" PRESENT ":'false'}"), NULL, "K"},
        {"13 boundary Allow if Bool true", A, ALLOW_IF(MFA), ""},
        {"boundary Allow if BoolIfExists true", A, ALLOW_IF("'BoolIfExists':{" PRESENT ":'true'}"),
         "K"},
        {"14 SCP level whose only Allow has Bool true", ALLOW_IF(MFA), NULL, ""},
        {"all of them allow", A, A, "KC"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scene s;

        begin_under(&s, rows[i].scp, rows[i].boundary);
        expect_privileged(&s, rows[i].name, rows[i].allowed);
        scene_expect(&s, "iam.role_trust_requires_mfa", "role/target",
                     *rows[i].allowed ? STATUS_FAIL : STATUS_PASS,
                     *rows[i].allowed ? "user alice may assume it with an access key"
                                      : "only with MFA");
        scene_end(&s);
    }
}

TEST(every_row_of_the_table_of_trust_is_there)
{
    const char *names[sizeof trusts / sizeof *trusts + sizeof rails / sizeof *rails];
    size_t count = 0;

    for (size_t i = 0; i < sizeof trusts / sizeof *trusts; i++)
        names[count++] = trusts[i].name;
    for (size_t i = 0; i < sizeof rails / sizeof *rails; i++)
        names[count++] = rails[i].name;
    expect_numbers(names, count, 14);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(statements_demand_what_the_table_says),
        cmocka_unit_test(trust_policies_demand_what_the_table_says),
        cmocka_unit_test(guard_rails_demand_what_the_table_says),
        cmocka_unit_test(statements_are_judged_as_the_table_says),
        cmocka_unit_test(a_deny_must_be_in_force_for_the_user),
        cmocka_unit_test(guard_rails_are_judged_as_the_table_says),
        cmocka_unit_test(every_row_of_the_table_of_trust_is_there),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
