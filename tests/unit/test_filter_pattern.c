/* test_filter_pattern.c - what metric filters catch. */
#include "expect.h"

#include "checks/filter_pattern.h"

static const struct log_field fields[] = {
    {"eventName", "ConsoleLogin"},    {"userIdentity.type", "IAMUser"}, {"data.MFAUsed", "No"},
    {"userIdentity.invokedBy", NULL}, {"requestParameters", NULL},      {"readOnly", "false"},
};

static void expect_match(const char *pattern, enum filter_match match, const char *why)
{
    struct arena arena = {0};
    const char *told = "";
    enum filter_match found =
        filter_match(pattern, fields, sizeof fields / sizeof *fields, &arena, &told);

    if (found != match || !strstr(told, why))
        print_error("%s: got %d (%s), want %d (%s)\n", pattern, (int)found, told, (int)match, why);
    assert_int_equal(found, match);
    assert_non_null(strstr(told, why));
    arena_free(&arena);
}

TEST(comparisons_of_known_fields)
{
    expect_match("{ $.eventName = \"ConsoleLogin\" }", FILTER_ALWAYS, "");
    expect_match("{$.eventName=ConsoleLogin}", FILTER_ALWAYS, "");
    expect_match("{ $.eventName = consolelogin }", FILTER_NEVER, "");
    expect_match("{ $.eventName != \"ConsoleLogin\" }", FILTER_NEVER, "");
    expect_match("{ $.data.MFAUsed != \"Yes\" }", FILTER_ALWAYS, "");
    expect_match("{ $.eventName = \"Console*\" }", FILTER_ALWAYS, "");
    expect_match("{ $.eventName = *Login }", FILTER_ALWAYS, "");
    expect_match("{ $.eventName = \"ConsoleLogi?\" }", FILTER_NEVER, "");
    expect_match("{ $.eventName = \"Console\\Login\" }", FILTER_ALWAYS, "");
    expect_match("{ $.readOnly IS FALSE }", FILTER_ALWAYS, "");
    expect_match("{ $.readOnly IS TRUE }", FILTER_NEVER, "");
    expect_match("{ $.eventName > 5 }", FILTER_NEVER, "");
    expect_match("", FILTER_ALWAYS, "");
}

TEST(fields_that_are_not_there)
{
    expect_match("{ $.userIdentity.invokedBy NOT EXISTS }", FILTER_ALWAYS, "");
    expect_match("{ $.userIdentity.invokedBy EXISTS }", FILTER_NEVER, "");
    expect_match("{ $.requestParameters.roleName NOT EXISTS }", FILTER_ALWAYS, "");
    expect_match("{ $.userIdentity.type NOT EXISTS }", FILTER_NEVER, "");
    expect_match("{ $.userIdentity.invokedBy = \"x\" }", FILTER_NEVER, "");
    expect_match("{ $.userIdentity.invokedBy != \"x\" }", FILTER_UNCLEAR, "is not there");
    expect_match("{ $.userIdentity.invokedBy IS NULL }", FILTER_UNCLEAR, "IS NULL");
}

TEST(a_free_field_catches_some_events)
{
    expect_match("{ $.sourceIPAddress != \"10.*\" }", FILTER_SOMETIMES, "$.sourceIPAddress");
    expect_match("{ $.eventName = ConsoleLogin && $.awsRegion = x }", FILTER_SOMETIMES,
                 "$.awsRegion");
    expect_match("{ $.eventName = Other && $.awsRegion = x }", FILTER_NEVER, "");
    expect_match("{ $.eventName = ConsoleLogin || $.awsRegion = x }", FILTER_ALWAYS, "");
    expect_match("{ $.eventName = Other || $.awsRegion = x }", FILTER_SOMETIMES, "$.awsRegion");
    expect_match("{ $.requestParametersOther NOT EXISTS }", FILTER_SOMETIMES, "requestParametersO");
}

TEST(and_binds_before_or)
{
    expect_match("{ $.eventName = ConsoleLogin || $.eventName = x && $.eventName = y }",
                 FILTER_ALWAYS, "");
    expect_match("{ ($.eventName = ConsoleLogin || $.eventName = x) && $.eventName = y }",
                 FILTER_NEVER, "");
    expect_match("{ (($.eventName = \"ConsoleLogin\")) && ( $.data.MFAUsed = \"No\" ) }",
                 FILTER_ALWAYS, "");
}

TEST(what_is_not_understood_is_unclear)
{
    expect_match("ConsoleLogin", FILTER_UNCLEAR, "not of JSON fields");
    expect_match("[a, b = \"x\"]", FILTER_UNCLEAR, "not of JSON fields");
    expect_match("{ $.eventName = %Console|Other% }", FILTER_UNCLEAR, "regular expression");
    expect_match("{ $.eventName = %a% && $.userIdentity.type = Root }", FILTER_NEVER, "");
    expect_match("{ $.eventName = \"ConsoleLogin", FILTER_UNCLEAR, "expected");
    expect_match("{ $.eventName = \"ConsoleLogin\"", FILTER_UNCLEAR, "expected");
    expect_match("{ $.eventName \"ConsoleLogin\" }", FILTER_UNCLEAR, "a comparison expected");
    expect_match("{ eventName = ConsoleLogin }", FILTER_UNCLEAR, "a selector expected");
    expect_match("{ $. = x }", FILTER_UNCLEAR, "expected");
    expect_match("{ $.eventName = ConsoleLogin } x", FILTER_UNCLEAR, "the end expected");
    expect_match("{ $.eventName NOT x }", FILTER_UNCLEAR, "EXISTS expected");
    expect_match("{ $.eventName IS x }", FILTER_UNCLEAR, "expected");
    expect_match("{", FILTER_UNCLEAR, "expected");
    expect_match("{ $.eventName = ConsoleLogin && }", FILTER_UNCLEAR, "expected");
}

TEST(nesting_has_an_end)
{
    char pattern[2000] = "{ ";
    size_t len = strlen(pattern);

    memset(pattern + len, '(', sizeof pattern - len - 1);
    expect_match(pattern, FILTER_UNCLEAR, "fewer brackets");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(comparisons_of_known_fields),
        cmocka_unit_test(fields_that_are_not_there),
        cmocka_unit_test(a_free_field_catches_some_events),
        cmocka_unit_test(and_binds_before_or),
        cmocka_unit_test(what_is_not_understood_is_unclear),
        cmocka_unit_test(nesting_has_an_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
