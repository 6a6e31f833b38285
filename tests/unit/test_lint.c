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
        cmocka_unit_test(a_role_with_what_is_not_known_may_be_privileged),
        cmocka_unit_test(trees_know_their_lines),
        cmocka_unit_test(a_resource_may_not_stand_there_twice),
    };

    json_init();
    return RUN_TESTS(tests, NULL, NULL);
}
