/* test_checks_statements.c - statements that test MFA: do they hold, what do they leave out, whom
 * do they keep out. Rows 1 to 27 of the facts' table of patterns, and what other scanners miss. */
#include "checks_scene.h"

#define EFFECTIVE "iam.mfa_policy_condition_effective"
#define EXEMPTIONS "iam.mfa_policy_exemptions_minimal"
#define RESOURCES "iam.mfa_policy_resources_complete"
#define SATISFIABLE "iam.mfa_conditions_satisfiable"

#define SID(sid, rest) "{'Sid':'" sid "'," rest "}"
#define ALLOWED(condition) \
    SID("S", "'Effect':'Allow','Action':'*','Resource':'*','Condition':{" condition "}")
#define DENIED(condition) \
    SID("S", "'Effect':'Deny','Action':'*','Resource':'*','Condition':{" condition "}")
#define BUT(list, condition) \
    SID("S", "'Effect':'Deny','NotAction':[" list "],'Resource':'*','Condition':{" condition "}")
#define FALSE5 "'BoolIfExists':{" PRESENT ":'false'}"
#define ENROLMENT                                                                            \
    "'iam:CreateVirtualMFADevice','iam:EnableMFADevice','iam:GetUser','iam:ListMFADevices'," \
    "'iam:ListVirtualMFADevices','iam:ResyncMFADevice','sts:GetSessionToken',"               \
    "'iam:ChangePassword','iam:GetAccountPasswordPolicy'"

/* One verdict on the statement «S» of an inline policy of user alice. */
struct row {
    const char *statements;
    enum status status;
    const char *text;
};

static void expect_rows(const char *check, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct scene s;

        scene_begin(&s);
        scene_inline(&s, scene_person(&s, "alice"), rows[i].statements);
        scene_expect(&s, check, "user/alice/own#S", rows[i].status, rows[i].text);
        scene_end(&s);
    }
}
#define EXPECT_ROWS(check, rows) expect_rows(check, rows, sizeof(rows) / sizeof *(rows))

#define NOT_KEYS "with an access key"
#define NOT_CONSOLE "from a session without MFA"

TEST(conditions_by_the_table_of_patterns)
{
    static const struct row rows[] = {
        /* 1 to 27 */
        {ALLOWED("'Bool':{" PRESENT ":'true'}"), STATUS_PASS, "keys and console alike"},
        {ALLOWED("'BoolIfExists':{" PRESENT ":'true'}"), STATUS_FAIL, "it allows " NOT_KEYS},
        {ALLOWED("'Null':{" PRESENT ":'false'}"), STATUS_FAIL, "it allows " NOT_CONSOLE},
        {A "," DENIED("'Bool':{" PRESENT ":'false'}"), STATUS_FAIL, "it does not deny " NOT_KEYS},
        {A "," DENIED(FALSE5), STATUS_PASS, "denied without MFA"},
        {A "," DENIED("'Null':{" PRESENT ":'true'}"), STATUS_FAIL, "not deny " NOT_CONSOLE},
        {A "," BUT(ENROLMENT, FALSE5), STATUS_PASS, ""},
        {A "," BUT(ENROLMENT, "'Bool':{" PRESENT ":'false'}"), STATUS_FAIL, NOT_KEYS},
        {ALLOWED("'NumericLessThan':{" AGE ":'3600'}"), STATUS_PASS, ""},
        {ALLOWED("'NumericLessThanIfExists':{" AGE ":'3600'}"), STATUS_FAIL, NOT_CONSOLE},
        {A "," DENIED("'NumericGreaterThan':{" AGE ":'3600'}"), STATUS_FAIL, NOT_KEYS},
        {A "," DENIED("'NumericGreaterThanIfExists':{" AGE ":'3600'}"), STATUS_PASS, ""},
        {A "," DENIED("'Null':{" AGE ":'true'}"), STATUS_PASS, ""},
        {ALLOWED("'ForAllValues:Bool':{" PRESENT ":'true'}"), STATUS_FAIL, NOT_KEYS},
        {ALLOWED("'ForAnyValue:Bool':{" PRESENT ":'true'}"), STATUS_PASS, ""},
        {A "," DENIED("'ForAllValues:Bool':{" PRESENT ":'false'}"), STATUS_PASS, ""},
        {ALLOWED("'StringEquals':{" PRESENT ":'true'}"), STATUS_PASS, ""},
        {A "," DENIED("'StringNotEquals':{" PRESENT ":'true'}"), STATUS_PASS, ""},
        {A "," DENIED(FALSE5 ",'Null':{" PRESENT ":'false'}"), STATUS_FAIL, NOT_KEYS},
        {ALLOWED("'Bool':{" PRESENT ":['true','false']}"), STATUS_FAIL, NOT_CONSOLE},
        {A "," SID("S", "'Effect':'Deny','Action':'iam:*','Resource':'*','Condition':{" FALSE5 "}"),
         STATUS_PASS, ""}, /* of its actions it holds */
        {ALLOWED("'Bool':{" PRESENT ":'false'}"), STATUS_FAIL, "turned round"},
        {A "," ALLOWED("'Bool':{" PRESENT ":'true'}"), STATUS_PASS,
         ""}, /* who is reached: elsewhere */
        {A "," DENIED("'BoolIfExists':{" PRESENT ":false}"), STATUS_PASS, ""},
        {ALLOWED("'Bool':{'aws:multifactorauthpresent':'true'}"), STATUS_PASS, ""},
        {A "," SID("S",
                   "'Effect':'Deny','Action':'*','Resource':'arn:aws:s3:::b','Condition':{" FALSE5
                   "}"),
         STATUS_PASS, ""},
        {SID("S",
             "'Effect':'Allow','NotAction':'iam:*','Resource':'*','Condition':{'Bool':{" PRESENT
             ":'true'}}"),
         STATUS_PASS, ""},
        /* more */
        {ALLOWED("'StringEquals':{" PRESENT ":'True'}"), STATUS_FAIL, "matches nothing"},
        {A "," DENIED("'StringNotEquals':{" PRESENT ":'True'}"), STATUS_FAIL, "matches always"},
        {A "," DENIED(FALSE5 ",'Bool':{'aws:ViaAWSService':'false'}"), STATUS_FAIL,
         "when aws:viaawsservice is true"}, /* a hole shaped like the condition */
        {A "," DENIED(FALSE5 ",'NotIpAddress':{'aws:SourceIp':'10.0.0.0/8'}"), STATUS_FAIL,
         "when aws:sourceip is 10."},
        {ALLOWED("'Bool':{" PRESENT ":'true'},'IpAddress':{'aws:SourceIp':'10.0.0.0/8'}"),
         STATUS_PASS, ""}, /* an Allow is only narrowed */
        {ALLOWED("'BoolMagic':{" PRESENT ":'true'}"), STATUS_UNKNOWN, "BoolMagic"},
    };

    EXPECT_ROWS(EFFECTIVE, rows);
}

/* Mistake: statements are read one at a time. Two denials of the same may close each other's holes,
 * one for something else does not. */
TEST(denials_beside_it_count)
{
    static const struct row rows[] = {
        {A "," DENIED("'Bool':{" PRESENT ":'false'}") "," DENY_IF("'Null':{" PRESENT ":'true'}"),
         STATUS_PASS, ""},
        {A "," DENIED("'NumericGreaterThan':{" AGE ":'3600'}") "," DENY_NO_MFA, STATUS_PASS, ""},
        {A "," DENIED("'Bool':{" PRESENT ":'false'}") ",{'Effect':'Deny','Action':'s3:*','Resource'"
                                                      ":'*','Condition':{'Null':{" PRESENT
                                                      ":'true'}}}",
         STATUS_FAIL, NOT_KEYS},
        {A "," DENIED("'Bool':{" PRESENT ":'false'}") ",{'Effect':'Deny','NotAction':'iam:GetUser',"
                                                      "'Resource':'*','Condition':{'Null':{" PRESENT
                                                      ":'true'}}}",
         STATUS_FAIL, NOT_KEYS},
        {A "," BUT("'iam:GetUser','iam:ListUsers'",
                   "'Bool':{" PRESENT ":'false'}") ",{'Effect':'Deny','NotAction':'iam:GetUser','"
                                                   "Resource':'*','Condition':{'Null':{" PRESENT
                                                   ":'true'}}}",
         STATUS_PASS, ""},
        {SID("S",
             "'Effect':'Allow','Action':['iam:Get*','iam:ListUsers'],'Resource':'*',"
             "'Condition':{'BoolIfExists':{" PRESENT
             ":'true'}}") ",{'Effect':'Deny','Action':'iam:*','Resource':'*','Condition':{" FALSE5
                          "}}",
         STATUS_PASS, ""},
        {SID("S",
             "'Effect':'Allow','Action':'s3:*','Resource':'*',"
             "'Condition':{'BoolIfExists':{" PRESENT
             ":'true'}}") ",{'Effect':'Deny','Action':'iam:*','Resource':'*','Condition':{" FALSE5
                          "}}",
         STATUS_FAIL, NOT_KEYS},
        {A "," BUT("'iam:GetUser'",
                   "'Bool':{" PRESENT ":'false'}") ",{'Effect':'Deny','Action':'iam:*',"
                                                   "'Resource':'*','Condition':{'Null':{" PRESENT
                                                   ":'true'}}}",
         STATUS_FAIL, NOT_KEYS}, /* of what is left out, nothing else */
        /* of several with the same conditions, any that covers it */
        {A "," DENIED("'Bool':{" PRESENT ":'false'}") ",{'Effect':'Deny','Action':'s3:*','Resource'"
                                                      ":'*','Condition':{'Null':{" PRESENT
                                                      ":'true'}}}," DENY_IF("'Null':{" PRESENT
                                                                            ":'true'}"),
         STATUS_PASS, ""},
        /* conditions that differ in their value alone are others */
        {A "," DENIED("'Bool':{" PRESENT ":'true'}") "," DENY_IF("'Bool':{" PRESENT ":'false'}"),
         STATUS_FAIL, "no MFA key at all; it denies with fresh MFA"},
    };

    EXPECT_ROWS(EFFECTIVE, rows);
}

TEST(exemptions)
{
    static const struct row rows[] = {
        {BUT(ENROLMENT, FALSE5), STATUS_PASS, "9 actions"},
        {BUT("'IAM:GetUser','iam:List*MFADevices'", FALSE5), STATUS_PASS, "2 actions"},
        {BUT(ENROLMENT ",'iam:DeactivateMFADevice'", FALSE5), STATUS_FAIL,
         "more than enrolment from MFA: iam:deactivatemfadevice"},
        {BUT(ENROLMENT ",'iam:DeleteVirtualMFADevice','sts:AssumeRole'", FALSE5), STATUS_FAIL,
         "iam:deletevirtualmfadevice, sts:assumerole"},
        {BUT("'iam:*'", FALSE5), STATUS_FAIL, "iam:*"},
        {BUT("'*'", FALSE5), STATUS_FAIL, "from MFA: *"},
        {BUT("'iam:Get*'", FALSE5), STATUS_FAIL, "iam:get*"},
        {BUT("", FALSE5), STATUS_NOT_APPLICABLE, "NotAction is empty"},
        {BUT("'a:1','a:2','a:3','a:4','a:5','a:6','a:7','a:8','a:9','a:10','a:11','a:12','a:13',"
             "'a:14','a:15','a:16','a:17','a:18','a:19','a:20','a:21','a:22'",
             FALSE5),
         STATUS_FAIL, "a:19, a:20 and 2 more"},
        /* which condition it is does not matter to the list */
        {BUT("'iam:ListUsers'", "'Bool':{" PRESENT ":'false'}"), STATUS_FAIL, "iam:listusers"},
    };
    struct scene s;
    struct findings f;

    EXPECT_ROWS(EXEMPTIONS, rows);
    scene_begin(&s); /* an Allow with NotAction, a Deny with Action: no list of exemptions */
    scene_inline(&s, scene_person(&s, "alice"),
                 DENY_NO_MFA
                 ",{'Effect':'Allow','NotAction':'iam:*','Resource':'*','Condition':{" MFA
                 "}},{'Effect':'Deny','NotAction':'s3:*','Resource':'*'}");
    f = scene_judge(&s, EXEMPTIONS);
    assert_int_equal(f.count, 0);
    arena_free(&f.arena);
    scene_end(&s);
}

TEST(resources)
{
    static const struct row rows[] = {
        {DENIED(FALSE5), STATUS_PASS, "every resource"},
        {SID("S", "'Effect':'Deny','Action':'iam:*','Resource':['*'],'Condition':{" FALSE5 "}"),
         STATUS_PASS, "of the actions it is about"},
        {SID("S",
             "'Effect':'Deny','Action':'*','Resource':'arn:aws:s3:::b','Condition':{" FALSE5 "}"),
         STATUS_FAIL, "covers only arn:aws:s3:::b"},
        {SID("S", "'Effect':'Deny','Action':'*','Resource':'arn:aws:*','Condition':{" FALSE5 "}"),
         STATUS_FAIL, "covers only arn:aws:*"}, /* not requests that name none */
        {SID("S", "'Effect':'Deny','Action':'*','NotResource':'arn:aws:s3:::b','Condition':{" FALSE5
                  "}"),
         STATUS_FAIL, "leaves out arn:aws:s3:::b"},
        {SID("S", "'Effect':'Deny','Action':'*','Condition':{" FALSE5 "}"), STATUS_UNKNOWN, ""},
        {SID("S", "'Effect':'Deny','Action':'s3:*','Resource':'arn:aws:s3:::b','Condition':{" FALSE5
                  "}") "," DENY_NO_MFA,
         STATUS_PASS, "/Statement/1 beside it"},
        {SID("S", "'Effect':'Deny','Action':'s3:*','Resource':'arn:aws:s3:::b','Condition':{" FALSE5
                  "}") ",{'Effect':'Deny','Action':'iam:*','Resource':'*','Condition':{" FALSE5
                       "}}",
         STATUS_FAIL, "covers only"},
    };

    EXPECT_ROWS(RESOURCES, rows);
}

/* A statement's name stays when others come and go. */
TEST(names_of_statements)
{
    static const char plain[] = DENY_NO_MFA;
    const char *arn;
    struct scene s;
    struct findings f, again;

    scene_begin(&s);
    scene_inline(&s, scene_person(&s, "alice"), plain);
    f = scene_judge(&s, EFFECTIVE);
    assert_int_equal(f.count, 1);
    assert_non_null(strstr(f.at[0].resource, "user/alice/own#sha256:"));
    assert_int_equal(strlen(strchr(f.at[0].resource, '#')), 1 + 7 + 12);
    s.users[0].inline_count = 0;
    scene_inline(&s, s.users, A "," A "," DENY_NO_MFA);
    again = scene_judge(&s, EFFECTIVE);
    assert_string_equal(again.at[0].resource, f.at[0].resource);
    assert_non_null(strstr(again.at[0].detail, "/Statement/2"));
    arena_free(&f.arena);
    arena_free(&again.arena);
    /* the same twice is said once; a Sid that two have is nobody's */
    s.users[0].inline_count = 0;
    scene_inline(&s, s.users, DENIED(FALSE5) "," ALLOWED(MFA) "," DENY_NO_MFA "," DENY_NO_MFA);
    f = scene_judge(&s, EFFECTIVE);
    assert_int_equal(f.count, 3);
    arena_free(&f.arena);
    scene_end(&s);

    scene_begin(&s); /* managed: by ARN, once, and only the customer's own */
    arn = scene_managed(&s, "guard", DENIED(FALSE5));
    scene_attach(&s, scene_person(&s, "alice"), arn);
    scene_attach(&s, scene_group(&s, "staff"), arn);
    scene_managed(&s, "unused", DENIED(FALSE5));
    scene_managed(&s, "theirs", DENIED(FALSE5));
    s.policies[2].arn = "arn:aws:iam::aws:policy/theirs";
    scene_attach(&s, s.users, s.policies[2].arn);
    f = scene_judge(&s, EFFECTIVE);
    assert_int_equal(f.count, 2);
    arena_free(&f.arena);
    scene_expect(&s, EFFECTIVE, SCENE_ARN "policy/guard#S", STATUS_PASS, "");
    scene_expect(&s, EFFECTIVE, SCENE_ARN "policy/unused#S", STATUS_NOT_APPLICABLE,
                 "attached to nobody");
    scene_expect(&s, SATISFIABLE, SCENE_ARN "policy/unused#S", STATUS_NOT_APPLICABLE,
                 "not in force");
    s.users[0].boundary_arn = SCENE_ARN "policy/unused"; /* a boundary is in force */
    scene_expect(&s, EFFECTIVE, SCENE_ARN "policy/unused#S", STATUS_PASS, "");
    scene_end(&s);
}

/* What cannot be read may hold anything, where it names the key at all. */
TEST(unreadable_policies)
{
    struct scene s;
    struct findings f;

    scene_begin(&s);
    scene_inline(&s, scene_person(&s, "alice"),
                 SID("S", "'Effect':'Maybe','Condition':{" FALSE5 "}"));
    scene_expect(&s, EFFECTIVE, "user/alice/own", STATUS_UNKNOWN, "neither Allow nor Deny");
    scene_expect(&s, EXEMPTIONS, "user/alice/own", STATUS_UNKNOWN, "neither Allow nor Deny");
    scene_expect(&s, SATISFIABLE, "user/alice/own", STATUS_UNKNOWN, "neither Allow nor Deny");
    s.users[0].inline_count = 0;
    scene_inline(&s, s.users, "{'Effect':'Maybe'}");
    f = scene_judge(&s, EFFECTIVE);
    assert_int_equal(f.count, 0);
    arena_free(&f.arena);
    s.users[0].inline_policies[0].text = NULL;
    scene_expect(&s, RESOURCES, "user/alice/own", STATUS_UNKNOWN, "not decodable");
    s.users[0].inline_count = 0; /* the key in escapes */
    scene_inline(&s, s.users,
                 DENIED("'BoolIfExists':{'aws:\\u004dultiFactorAuthPresent':'false'}"));
    scene_expect(&s, EFFECTIVE, "user/alice/own#S", STATUS_PASS, "");
    scene_end(&s);
}

static void role_with(struct scene *s, const char *statements)
{
    scene_begin(s);
    scene_trusting(s, "ops", "{'Effect':'Allow','Principal':{'AWS':'" ROOT "'},'Action':'sts:*'}",
                   statements);
}

TEST(conditions_on_roles)
{
    static const struct row rows[] = {
        {DENIED(FALSE5), STATUS_FAIL, "denies sessions of role ops for good"},
        {DENIED("'Bool':{" PRESENT ":'false'}"), STATUS_FAIL, "denies"},
        {DENIED("'Null':{" AGE ":'true'}"), STATUS_FAIL, "denies"},
        {ALLOWED(MFA), STATUS_FAIL, "never allows"},
        {DENIED("'Bool':{" PRESENT ":'true'}"), STATUS_PASS, "lets sessions of roles through"},
        {DENIED(FALSE5 ",'StringEquals':{'aws:PrincipalType':'User'}"), STATUS_PASS, ""},
        {DENIED(FALSE5 ",'ArnNotLike':{'aws:PrincipalArn':'arn:aws:iam::*:role/*'}"), STATUS_PASS,
         ""},
        {DENIED(FALSE5 ",'ArnNotLike':{'aws:PrincipalArn':'arn:aws:iam::*:role/x*'}"), STATUS_FAIL,
         ""},
        {DENIED(FALSE5 ",'Bool':{'aws:ViaAWSService':'false'}"), STATUS_FAIL, ""},
        {DENIED(FALSE5 ",'NotIpAddress':{'aws:SourceIp':'10.0.0.0/8'}"), STATUS_PASS, ""},
        {DENIED("'BoolMagic':{" PRESENT ":'false'}"), STATUS_UNKNOWN, "not understood"},
    };
    const char *arn;
    struct scene s;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        role_with(&s, rows[i].statements);
        scene_expect(&s, SATISFIABLE, "role/ops/own#S", rows[i].status, rows[i].text);
        scene_end(&s);
    }
    scene_begin(&s); /* the same on a user asks somebody who can */
    scene_inline(&s, scene_person(&s, "alice"), DENIED(FALSE5));
    scene_expect(&s, SATISFIABLE, "user/alice/own#S", STATUS_PASS, "users only");
    arn = scene_managed(&s, "guard", DENIED(FALSE5));
    scene_attach(&s, s.users, arn);
    scene_expect(&s, SATISFIABLE, "policy/guard#S", STATUS_PASS, "users only");
    scene_attach(&s, scene_role(&s, "ops"), arn);
    scene_expect(&s, SATISFIABLE, "policy/guard#S", STATUS_FAIL, "role ops");
    scene_end(&s);
}

#define SAML "'Federated':'" SCENE_ARN "saml-provider/idp'"
#define ENTRY(principal, action, condition)                                   \
    SID("S", "'Effect':'Allow','Principal':{" principal "},'Action':'" action \
             "','Condition':{" condition "}")
#define OUT(principal) \
    SID("S", "'Effect':'Deny','Principal':" principal ",'Action':'*','Condition':{" FALSE5 "}")
#define PLAIN(principal, action) \
    "{'Effect':'Allow','Principal':{" principal "},'Action':'" action "'}"

TEST(conditions_in_trust_policies)
{
    static const struct row rows[] = {
        {ENTRY("'AWS':'" ROOT "'", "sts:AssumeRole", MFA), STATUS_PASS, "users and accounts only"},
        {ENTRY(SAML, "sts:AssumeRoleWithSAML", MFA), STATUS_FAIL, "federated sign-in by"},
        {ENTRY("'Service':'ec2.amazonaws.com'", "sts:AssumeRole", MFA), STATUS_FAIL, "service ec2"},
        {ENTRY("'AWS':'" ROLE "'", "sts:AssumeRole", MFA), STATUS_FAIL, "a chain cannot carry MFA"},
        {ENTRY(SAML, "sts:AssumeRoleWithSAML", "'Bool':{" PRESENT ":['true','false']}"),
         STATUS_FAIL, ""}, /* absent at AssumeRoleWithSAML */
        {OUT("'*'") "," PLAIN("'AWS':'" ROOT "'", "sts:AssumeRole"), STATUS_PASS, "users"},
        {OUT("'*'") "," PLAIN(SAML, "sts:AssumeRoleWithSAML"), STATUS_FAIL, "federated sign-in"},
        {OUT("{'AWS':'" ROOT "'}") "," PLAIN(SAML, "sts:AssumeRoleWithSAML"), STATUS_PASS, "users"},
        /* a denial of others, or of another action, keeps nobody of them out */
        {OUT("{'Federated':'arn:aws:iam::111122223333:saml-provider/other'}") "," PLAIN(
             SAML, "sts:AssumeRoleWithSAML"),
         STATUS_PASS, "users"},
        {OUT("{" SAML "}") "," PLAIN(SAML, "sts:AssumeRoleWithSAML"), STATUS_FAIL, "federated"},
        {SID("S", "'Effect':'Deny','Principal':'*','Action':'sts:AssumeRole','Condition':{" FALSE5
                  "}") "," PLAIN(SAML, "sts:AssumeRoleWithSAML"),
         STATUS_PASS, "users"},
        {SID("S", "'Effect':'Deny','NotPrincipal':{'AWS':'" ROOT
                  "'},'Action':'sts:*','Condition':{" FALSE5
                  "}") "," PLAIN(SAML, "sts:AssumeRoleWithSAML"),
         STATUS_FAIL, "federated"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scene s;

        scene_begin(&s);
        scene_trusting(&s, "ops", rows[i].statements, NULL);
        scene_expect(&s, SATISFIABLE, "role/ops#S", rows[i].status, rows[i].text);
        scene_end(&s);
    }
}

/* A blanket denial in an SCP locks every role out. */
TEST(conditions_of_the_organisation)
{
    static const struct row rows[] = {
        {A "," DENIED(FALSE5), STATUS_FAIL, "denies sessions of role ops"},
        {A "," DENIED(FALSE5 ",'ArnNotLike':{'aws:PrincipalArn':'arn:aws:iam::*:role/*'}"),
         STATUS_PASS, "lets sessions"},
    };
    struct scene s;
    struct findings f;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        role_with(&s, MAY);
        scene_member(&s);
        scene_limit(&s, POLICY_SERVICE_CONTROL, SCENE_ID, rows[i].statements);
        scene_limit(&s, POLICY_SERVICE_CONTROL, "r-test", rows[i].statements); /* said once */
        scene_expect(&s, SATISFIABLE, "p-sample01#S", rows[i].status, rows[i].text);
        f = scene_judge(&s, SATISFIABLE);
        assert_int_equal(f.count, 1);
        arena_free(&f.arena);
        s.roles[0].path = "/aws-service-role/x/";
        scene_expect(&s, SATISFIABLE, "p-sample01#S", STATUS_NOT_APPLICABLE, "no role");
        s.model.management_id = SCENE_ID; /* which none limits */
        f = scene_judge(&s, SATISFIABLE);
        assert_int_equal(f.count, 0);
        arena_free(&f.arena);
        scene_end(&s);
    }
    role_with(&s, MAY);
    scene_member(&s);
    s.account.data[DATA_SERVICE_CONTROL_POLICIES] =
        (struct data_status){STATE_DENIED, "organizations:ListPolicies: AccessDenied", NULL};
    scene_expect(&s, SATISFIABLE, SCENE_ID, STATUS_UNKNOWN,
                 "organizations:ListPolicies: AccessDenied");
    scene_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conditions_by_the_table_of_patterns),
        cmocka_unit_test(denials_beside_it_count),
        cmocka_unit_test(exemptions),
        cmocka_unit_test(resources),
        cmocka_unit_test(names_of_statements),
        cmocka_unit_test(unreadable_policies),
        cmocka_unit_test(conditions_on_roles),
        cmocka_unit_test(conditions_in_trust_policies),
        cmocka_unit_test(conditions_of_the_organisation),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
