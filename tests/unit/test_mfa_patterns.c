/* test_mfa_patterns.c - what people write to demand MFA, and what it demands: every row of the
 * project's table of 27 statements, of the table of trust policies, and what goes wrong beside
 * them.
 *
 * "DDAA": denied or allowed (or Unsure) with an access key, without MFA, with MFA, with MFA of two
 * hours ago. */
#include "policy_world.h"

struct pattern {
    const char *name, *statements, *expected;
    const char *action, *resource; /* NULL: iam:createuser on a user */
};

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
    {"root principal and Bool true", TRUST(ROOT, MFA), MAY, "DDAA", NULL},
    {"root principal, the user may not", TRUST(ROOT, MFA), MAY_NOT, "DDDD", NULL},
    {"user ARN, no identity permission", TRUST(USER, MFA), MAY_NOT, "DDAA", NULL},
    {"root and BoolIfExists true", TRUST(ROOT, "'BoolIfExists':{" PRESENT ":'true'}"), MAY, "ADAA",
     NULL},
    {"root, Deny BoolIfExists false", UNCONDITIONAL(ROOT) "," GUARD("BoolIfExists"), MAY, "DDAA",
     NULL},
    {"root, Deny Bool false", UNCONDITIONAL(ROOT) "," GUARD("Bool"), MAY, "ADAA", NULL},
    {"root with MFA, and the user without", TRUST(ROOT, MFA) "," UNCONDITIONAL(USER), MAY, "AAAA",
     NULL},
    {"root of another account", TRUST(OTHER, MFA), MAY, "DDAA", FROM_OTHER},
    {"user of another account who may not", TRUST("arn:aws:iam::444455556666:user/alice", MFA),
     MAY_NOT, "DDDD", FROM_OTHER},
    {"anybody with MFA",
     "{'Effect':'Allow','Principal':'*','Action':'sts:AssumeRole','Condition':{" MFA "}}", MAY,
     "DDAA", NULL},
    {"sts:* as the action",
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
    {"SCP Deny BoolIfExists false", A "," DENY_IF("'BoolIfExists':{" PRESENT ":'false'}"), NULL,
     NULL, "DDAA"},
    {"SCP Deny Bool false", A "," DENY_IF("'Bool':{" PRESENT ":'false'}"), NULL, NULL, "ADAA"},
    {"boundary Allow if Bool true", NULL, ALLOW_IF(MFA), NULL, "DDAA"},
    {"SCP level whose only Allow has Bool true", ALLOW_IF(MFA), NULL, NULL, "DDAA"},
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

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(statements_demand_what_the_table_says),
        cmocka_unit_test(trust_policies_demand_what_the_table_says),
        cmocka_unit_test(guard_rails_demand_what_the_table_says),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
