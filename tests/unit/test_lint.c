/* test_lint.c - files that are not deployed yet: places, functions, and what is not known. */
#include "policy_world.h"

#include "lint/lint.h"
#include "lint/tree.h"

/* Texts are written with ' for ". The first verdict of that check on a resource that begins so. */
static void expect_verdict(const char *text, const char *check, const char *name,
                           enum status status, const char *detail, const char *pointer)
{
    static const struct lint_options options = {.account = "111122223333"};
    struct arena a = {0};
    const char *json = quoted_json(&a, text);
    struct lint_judgement j = {.count = 0};
    const struct lint_finding *f = NULL;
    struct error err = {0};

    expect_ok(lint_judge(&options, "f", json, strlen(json), &j, &err), err);
    for (size_t i = 0; !f && i < j.count; i++)
        if (strcmp(j.at[i].check->id, check) == 0 && strncmp(j.at[i].name, name, strlen(name)) == 0)
            f = &j.at[i];
    if (!f)
        complain("%s: nothing said of %s", check, name);
    else if (f->status != status || !strstr(f->detail, detail) || strcmp(f->pointer, pointer) != 0)
        complain("%s of %s: %s, \"%s\", %s", check, name, status_name(f->status), f->detail,
                 f->pointer);
    lint_judgement_free(&j);
    arena_free(&a);
}

#define NOT_KEYS "with an access key"
#define EFFECTIVE "iam.mfa_policy_condition_effective"
#define PLACE "/Resources/P/Properties/PolicyDocument"
#define MANAGED(statements)                                                  \
    "{'Resources':{'B':{'Type':'AWS::S3::Bucket'},'P':{'Type':'AWS::IAM::"   \
    "ManagedPolicy','Properties':{'PolicyDocument':{'Version':'2012-10-17'," \
    "'Statement':[" statements "]}}}}}"
#define NO_MFA(more) \
    "{'Effect':'Deny','Action':'*'," more ",'Condition':{'BoolIfExists':{" PRESENT ":'false'}}}"

TEST(statements_keep_their_numbers)
{
    expect_verdict(MANAGED("{'Fn::If':['C'," A "," A "]}," NO_MFA("'Resource':'*'")), EFFECTIVE,
                   "P#", STATUS_PASS, "denied without MFA", PLACE "/Statement/1");
}

TEST(a_denial_of_a_named_resource_is_no_denial_of_all)
{
    static const char check[] = "iam.mfa_policy_resources_complete";

    expect_verdict(MANAGED(NO_MFA("'Resource':{'Fn::GetAtt':['B','Arn']}")), check, "P#",
                   STATUS_FAIL, "covers only <B.Arn>", PLACE "/Statement/0");
    expect_verdict(MANAGED(NO_MFA("'Resource':{'Ref':'Unknown'}")), EFFECTIVE, "P", STATUS_UNKNOWN,
                   "resource «Unknown»", PLACE);
}

TEST(a_text_that_is_compared_whole_need_not_be_known)
{
    static const char known[] =
        MANAGED("{'Effect':'Deny','Action':'*','Resource':'*','Condition':{'StringNotEquals':{"
                "'aws:PrincipalOrgID':{'Ref':'B'}},'BoolIfExists':{" PRESENT ":'false'}}}");
    static const char pattern[] =
        MANAGED("{'Effect':'Deny','Action':'*','Resource':'*','Condition':{'StringNotLike':{"
                "'aws:PrincipalArn':{'Ref':'B'}},'BoolIfExists':{" PRESENT ":'false'}}}");

    expect_verdict(known, EFFECTIVE, "P#", STATUS_FAIL, "aws:principalorgid", PLACE "/Statement/0");
    expect_verdict(pattern, EFFECTIVE, "P#", STATUS_UNKNOWN, "StringNotLike with resource «B»",
                   PLACE "/Statement/0");
}

/* Of an MFA key it matters what the text is, also where it is compared whole. */
TEST(a_text_that_an_mfa_key_is_compared_with_must_be_known)
{
    static const char *const operators[] = {"StringEquals", "StringNotEqualsIfExists",
                                            "StringEqualsIgnoreCase"};

    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
        struct arena a = {0};
        const char *text = arena_printf(
            &a,
            MANAGED("{'Effect':'Deny','Action':'*','Resource':'*','Condition':{'%s':{" PRESENT
                    ":{'Ref':'B'}}}}"),
            operators[i]);

        expect_verdict(text, EFFECTIVE, "P#", STATUS_UNKNOWN,
                       arena_printf(&a, "%s with resource «B»", operators[i]),
                       PLACE "/Statement/0");
        arena_free(&a);
    }
}

/* --- functions and conditions ---- */

#define POLICY(document) \
    "'P':{'Type':'AWS::IAM::ManagedPolicy','Properties':{'PolicyDocument':" document "}}"
#define DENY_WHEN(condition)                                                                     \
    "{'Statement':{'Sid':'S','Effect':'Deny','Action':'*','Resource':'*','Condition':" condition \
    "}}"
#define GOOD "{'BoolIfExists':{" PRESENT ":'false'}}"
#define WEAK "{'Bool':{" PRESENT ":'false'}}"
#define MFA_IS(value) "{'BoolIfExists':{" PRESENT ":" value "}}"
#define NO_VALUE "{'Ref':'AWS::NoValue'}"
#define EQUALS(a, b) "{'Fn::Equals':[" a "," b "]}"
#define ENV "{'Ref':'Env'}"

struct template_row {
    const char *sections; /* before Resources */
    const char *policy;
    enum status status;
    const char *detail;
};

static void expect_templates(const struct template_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct arena a = {0};

        expect_verdict(arena_printf(&a, "{%s'Resources':{%s}}", rows[i].sections, rows[i].policy),
                       EFFECTIVE, "P", rows[i].status, rows[i].detail,
                       strstr(rows[i].detail, "be judged") ? PLACE : PLACE "/Statement/0");
        arena_free(&a);
    }
}
#define EXPECT_TEMPLATES(rows) expect_templates(rows, sizeof(rows) / sizeof *(rows))

#define STAGE "'Mappings':{'Stage':{'a':{'Mfa':'false'},'b':{'Mfa':'true','L':['true','false']}}},"
#define FROM(top) MFA_IS("{'Fn::FindInMap':['Stage'," top ",'Mfa']}")

TEST(functions_are_resolved)
{
    static const struct template_row rows[] = {
        {STAGE, POLICY(DENY_WHEN(FROM("'a'"))), STATUS_PASS, ""},
        {STAGE, POLICY(DENY_WHEN(FROM("'b'"))), STATUS_FAIL, "with fresh MFA as well"},
        {STAGE, POLICY(DENY_WHEN(FROM("'c'"))), STATUS_UNKNOWN, "Fn::FindInMap"},
        {STAGE, POLICY(DENY_WHEN(FROM(ENV))), STATUS_UNKNOWN, "«Env»"},
        {STAGE,
         POLICY(
             DENY_WHEN(MFA_IS("{'Fn::FindInMap':['Stage','c','Mfa',{'DefaultValue':'false'}]}"))),
         STATUS_PASS, ""},
        {STAGE,
         POLICY(DENY_WHEN(MFA_IS("{'Fn::Select':['1',{'Fn::FindInMap':['Stage','b','L']}]}"))),
         STATUS_PASS, ""},
        {"", POLICY(DENY_WHEN(MFA_IS("{'Fn::Select':[0,['true','false']]}"))), STATUS_FAIL,
         "fresh"},
        {"", POLICY(DENY_WHEN(MFA_IS("{'Fn::Select':[2,['true','false']]}"))), STATUS_UNKNOWN,
         "Fn::Select"},
        {"", POLICY(DENY_WHEN(MFA_IS("{'Fn::Select':[1,{'Fn::Split':['--','true--false']}]}"))),
         STATUS_PASS, ""},
        {"", POLICY(DENY_WHEN(MFA_IS("{'Fn::Select':[1,{'Fn::Split':['-'," ENV "]}]}"))),
         STATUS_UNKNOWN, "Fn::Select with Fn::Split"},
        {"", POLICY(DENY_WHEN("{'Fn::Transform':{'Name':'M'},'Bool':{'a:b':'c'}}")), STATUS_UNKNOWN,
         "cannot be judged: not known before deployment: Fn::Transform"},
    };

    EXPECT_TEMPLATES(rows);
}

#define CONDITIONS(list) "'Conditions':{" list "},"
#define IF(yes, no) "{'Fn::If':['C'," yes "," no "]}"

TEST(conditions_choose)
{
    static const struct template_row rows[] = {
        {CONDITIONS("'C':" EQUALS("'a'", "'a'")), POLICY(DENY_WHEN(IF(GOOD, WEAK))), STATUS_PASS,
         ""},
        {CONDITIONS("'C':" EQUALS("'a'", "'b'")), POLICY(DENY_WHEN(IF(GOOD, WEAK))), STATUS_FAIL,
         NOT_KEYS},
        {CONDITIONS("'C':{'Fn::Not':[" EQUALS("'a'", "'b'") "]}"),
         POLICY(DENY_WHEN(IF(GOOD, WEAK))), STATUS_PASS, ""},
        {CONDITIONS("'C':{'Fn::And':[{'Condition':'D'}," EQUALS("'a'", "'a'") "]},'D':" EQUALS(
             "'a'", "'b'")),
         POLICY(DENY_WHEN(IF(WEAK, GOOD))), STATUS_PASS, ""},
        {CONDITIONS("'C':{'Fn::Or':[{'Condition':'D'}," EQUALS("'a'", "'a'") "]},'D':" EQUALS(
             "'a'", "'b'")),
         POLICY(DENY_WHEN(IF(GOOD, WEAK))), STATUS_PASS, ""},
        /* what is known of one side decides */
        {CONDITIONS("'C':{'Fn::And':[" EQUALS(ENV, "'a'") "," EQUALS("'a'", "'b'") "]}"),
         POLICY(DENY_WHEN(IF(WEAK, GOOD))), STATUS_PASS, "alike"},
        /* both branches */
        {CONDITIONS("'C':" EQUALS(ENV, "'a'")), POLICY(DENY_WHEN(IF(GOOD, WEAK))), STATUS_FAIL,
         "; where C is false"},
        {CONDITIONS("'C':" EQUALS(ENV, "'a'")), POLICY(DENY_WHEN(IF(WEAK, GOOD))), STATUS_FAIL,
         "; where C is true"},
        {CONDITIONS("'C':" EQUALS(ENV, "'a'")), POLICY(DENY_WHEN(IF(GOOD, GOOD))), STATUS_PASS,
         "alike"},
        {"", POLICY(DENY_WHEN(IF(GOOD, WEAK))), STATUS_FAIL, "; where C is false"},
        {CONDITIONS("'C':{'Fn::Not':[" EQUALS(ENV, "'a'") "]}"), POLICY(DENY_WHEN(IF(GOOD, WEAK))),
         STATUS_FAIL, "where {\"Ref\":\"Env\"} = «a» is true"},
        {CONDITIONS("'C':" EQUALS(ENV, "'a'")), POLICY(DENY_WHEN(IF(NO_VALUE, GOOD))), STATUS_PASS,
         "where C is false"},
        /* one value is not two: of the three branches none is weak */
        {CONDITIONS("'C':" EQUALS(ENV, "'a'") ",'D':" EQUALS("'b'", ENV)),
         POLICY(DENY_WHEN(IF("{'Fn::If':['D'," WEAK "," GOOD "]}", GOOD))), STATUS_PASS, "alike"},
        /* a branch that changes nothing is not named */
        {CONDITIONS("'C':" EQUALS(ENV, "'a'") ",'D':" EQUALS("'b'", "{'Ref':'Other'}")),
         POLICY("{'Fn::If':['D'," DENY_WHEN(IF(GOOD, WEAK)) "," DENY_WHEN(IF(GOOD, WEAK)) "]}"),
         STATUS_FAIL, "no MFA key at all; where C is false"},
        /* a condition that rests on itself, or is none */
        {CONDITIONS("'C':{'Condition':'C'}"), POLICY(DENY_WHEN(IF(GOOD, GOOD))), STATUS_UNKNOWN,
         "cannot be judged: not known before deployment: Fn::If"},
        {CONDITIONS("'C':{'Fn::Or':[{'Fn::Xor':[]}," EQUALS("'a'", "'b'") "]}"),
         POLICY(DENY_WHEN(IF(GOOD, GOOD))), STATUS_UNKNOWN, "cannot be judged: not known"},
        {CONDITIONS("'C':{'Fn::And':[{'Fn::Xor':[]}," EQUALS("'a'", "'a'") "]}"),
         POLICY(DENY_WHEN(IF(GOOD, GOOD))), STATUS_UNKNOWN, "cannot be judged: not known"},
        {CONDITIONS("'C':{'Fn::Or':[{'Fn::Xor':[]}," EQUALS("'a'", "'a'") "]}"),
         POLICY(DENY_WHEN(IF(GOOD, WEAK))), STATUS_PASS, ""},
        {CONDITIONS("'C':{'Fn::Xor':[]}"), POLICY(DENY_WHEN(IF(GOOD, GOOD))), STATUS_UNKNOWN,
         "cannot be judged: not known before deployment: Fn::If"},
    };

    EXPECT_TEMPLATES(rows);
}

/* Of more conditions than are taken both ways, nothing is taken. */
TEST(too_many_conditions_are_not_known)
{
    cleanup_strbuf struct strbuf text = STRBUF_INIT(100000);

    strbuf_addstr(&text, "{'Resources':{'P':{'Type':'AWS::IAM::ManagedPolicy','Properties':{"
                         "'PolicyDocument':{'Statement':[");
    for (int i = 0; i < 8; i++)
        strbuf_addf(&text,
                    "%s{'Sid':'S%d','Effect':'Deny','Action':'a:%d','Resource':'*',"
                    "'Condition':{'Fn::If':['C%d'," GOOD "," GOOD "]}}",
                    i ? "," : "", i, i, i);
    strbuf_addstr(&text, "]}}}}}");
    expect_verdict(text.buf, EFFECTIVE, "P", STATUS_UNKNOWN, "Fn::If", PLACE);
}

TEST(a_resource_has_a_condition)
{
    static const char text[] = "{'Conditions':{'C':" EQUALS(ENV, "'a'") ",'Never':" EQUALS(
        "'a'", "'b'") "},'Resources':{"
                      "'P':{'Type':'AWS::IAM::ManagedPolicy','Condition':'C','Properties':{'"
                      "PolicyDocument':" DENY_WHEN(
                          WEAK) "}},'Q':{'Type':'AWS::IAM::ManagedPolicy','Condition':'Never',"
                                "'Properties':{'PolicyDocument':" DENY_WHEN(WEAK) "}}}}";
    static const struct lint_options options = {.account = NULL};
    struct arena a = {0};
    const char *json = quoted_json(&a, text);
    struct lint_judgement j = {.count = 0};
    struct error err = {0};

    expect_verdict(text, EFFECTIVE, "P#S", STATUS_FAIL, "where C is true", PLACE "/Statement/0");
    expect_ok(lint_judge(&options, "f", json, strlen(json), &j, &err), err);
    for (size_t i = 0; i < j.count; i++)
        assert_int_equal(j.at[i].name[0], 'P');
    assert_int_equal(j.policies, 1);
    lint_judgement_free(&j);
    arena_free(&a);
}

TEST(a_role_with_what_is_not_known_may_be_privileged)
{
    static const char role[] =
        "{'Resources':{'R':{'Type':'AWS::IAM::Role','Properties':{'AssumeRolePolicyDocument':{"
        "'Statement':{'Effect':'Allow','Principal':{'AWS':{'Fn::Sub':'${AWS::AccountId}'}},"
        "'Action':'sts:AssumeRole'}},'Policies':[{'PolicyName':'p','PolicyDocument':{'Statement':"
        "{'Effect':'Allow','Action':'iam:*','Resource':{'Ref':'Unknown'}}}}]}}}}";

    expect_verdict(role, "iam.role_trust_requires_mfa", "R", STATUS_UNKNOWN, "perhaps",
                   "/Resources/R/Properties/AssumeRolePolicyDocument");
}

TEST(trees_know_their_lines)
{
    static const char json[] = "{\n \"a\": [1,\n \"x\\\"\", {\n\"b\": null}],\n \"c\": true}";
    static const char yaml[] = "a: !Sub x\nb:\n  - !GetAtt [y, z]\n";
    cleanup_strbuf struct strbuf out = STRBUF_INIT(1000);
    struct arena a = {0};
    struct error err = {0};
    struct tree *t = NULL;

    expect_ok(tree_of_json("j", json, strlen(json), &a, &t, &err), err);
    tree_add_json(t, &out);
    assert_string_equal(out.buf, "{\"a\":[1,\"x\\\"\",{\"b\":null}],\"c\":true}");
    assert_int_equal(tree_find(t, "a")->child->next->line, 3);
    assert_int_equal(tree_find(t, "a")->child->next->next->child->line, 4);
    assert_int_equal(tree_find(t, "c")->line, 5);
    strbuf_clear(&out);
    expect_ok(tree_of_yaml("y", yaml, strlen(yaml), &a, &t, &err), err);
    tree_add_json(t, &out);
    assert_string_equal(out.buf,
                        "{\"a\":{\"Fn::Sub\":\"x\"},\"b\":[{\"Fn::GetAtt\":[\"y\",\"z\"]}]}");
    assert_int_equal(tree_find(t, "b")->child->line, 3);
    assert_string_equal(tree_pointer(&a, "/x", "a/b~c"), "/x/a~1b~0c");
    arena_free(&a);
}

TEST(a_resource_may_not_stand_there_twice)
{
    static const struct lint_options options = {.account = NULL};
    struct arena a = {0};
    const char *plan =
        quoted_json(&a, "{'format_version':'1','planned_values':{'root_module':{'resources':["
                        "{'address':'p','mode':'managed','type':'aws_iam_policy','values':{}},"
                        "{'address':'p','mode':'managed','type':'aws_iam_policy','values':{}}]}}}");
    struct lint_judgement j = {.count = 0};
    struct error err = {0};

    assert_int_equal(lint_judge(&options, "f", plan, strlen(plan), &j, &err), -1);
    expect_error(err, ERR_FORMAT, "f: p: stands there twice");
    lint_judgement_free(&j);
    arena_free(&a);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(statements_keep_their_numbers),
        cmocka_unit_test(a_denial_of_a_named_resource_is_no_denial_of_all),
        cmocka_unit_test(a_text_that_is_compared_whole_need_not_be_known),
        cmocka_unit_test(a_text_that_an_mfa_key_is_compared_with_must_be_known),
        cmocka_unit_test(functions_are_resolved),
        cmocka_unit_test(conditions_choose),
        cmocka_unit_test(too_many_conditions_are_not_known),
        cmocka_unit_test(a_resource_has_a_condition),
        cmocka_unit_test(a_role_with_what_is_not_known_may_be_privileged),
        cmocka_unit_test(trees_know_their_lines),
        cmocka_unit_test(a_resource_may_not_stand_there_twice),
    };

    json_init();
    return RUN_TESTS(tests, NULL, NULL);
}
