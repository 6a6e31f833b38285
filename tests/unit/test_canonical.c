/* test_canonical.c - canonical JSON by the examples of RFC 8785, and the indented form. */
#include "expect.h"

#include <locale.h>
#include <math.h>

#include "base/json.h"
#include "base/json_number.h"
#include "base/limits.h"

static int start(void **state)
{
    (void)state;
    json_init();
    return 0;
}

static void check_canonical(const char *text, const char *want)
{
    struct error err = {0};
    cleanup_strbuf struct strbuf out = STRBUF_INIT(100000);
    cleanup_json cJSON *tree = json_parse("t", text, strlen(text), &err);

    if (!tree)
        print_error("%s\n", err.msg);
    assert_non_null(tree);
    expect_ok(json_canonical(tree, &out, &err), err);
    assert_string_equal(out.buf, want);
}

/* RFC 8785 appendix B. To add one: bits of the double, and its text. */
static const struct {
    uint64_t bits;
    const char *text;
} numbers[] = {
    {0x0000000000000000, "0"},
    {0x8000000000000000, "0"},
    {0x0000000000000001, "5e-324"},
    {0x8000000000000001, "-5e-324"},
    {0x7fefffffffffffff, "1.7976931348623157e+308"},
    {0xffefffffffffffff, "-1.7976931348623157e+308"},
    {0x4340000000000000, "9007199254740992"},
    {0xc340000000000000, "-9007199254740992"},
    {0x4430000000000000, "295147905179352830000"},
    {0x44b52d02c7e14af5, "9.999999999999997e+22"},
    {0x44b52d02c7e14af6, "1e+23"},
    {0x44b52d02c7e14af7, "1.0000000000000001e+23"},
    {0x444b1ae4d6e2ef4e, "999999999999999700000"},
    {0x444b1ae4d6e2ef4f, "999999999999999900000"},
    {0x444b1ae4d6e2ef50, "1e+21"},
    {0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"},
    {0x3eb0c6f7a0b5ed8d, "0.000001"},
    {0x41b3de4355555553, "333333333.3333332"},
    {0x41b3de4355555554, "333333333.33333325"},
    {0x41b3de4355555555, "333333333.3333333"},
    {0x41b3de4355555556, "333333333.3333334"},
    {0x41b3de4355555557, "333333333.33333343"},
    {0xbecbf647612f3696, "-0.0000033333333333333333"},
    {0x43143ff3c1cb0959, "1424953923781206.2"},
};

static double double_of(uint64_t bits)
{
    double number;

    memcpy(&number, &bits, sizeof number);
    return number;
}

TEST(numbers_of_appendix_b)
{
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        char text[JSON_NUMBER_TEXT];

        assert_string_equal(json_number_text(double_of(numbers[i].bits), text), numbers[i].text);
    }
}

TEST(everyday_numbers)
{
    check_canonical("[1,-1,10,100,1.50,0.5,-0.25,64.0,1e2,1e-7,123456789012,1E21,1e20,93.51,0.1]",
                    "[1,-1,10,100,1.5,0.5,-0.25,64,100,1e-7,123456789012,1e+21,"
                    "100000000000000000000,93.51,0.1]");
    check_canonical("[999999999999999,1000000000000000,-1000000000000000,1.5e15]",
                    "[999999999999999,1000000000000000,-1000000000000000,1500000000000000]");
}

/* Bits from a simple generator (Knuth's MMIX constants). The text must mean the same double, and
 * one digit less must not. */
TEST(number_texts_are_the_shortest_that_mean_the_number)
{
    uint64_t bits = 1;

    for (int i = 0; i < 50000; i++) {
        char text[JSON_NUMBER_TEXT];
        char shorter[64];
        int digits = 0;

        bits = bits * 6364136223846793005u + 1442695040888963407u;

        double number = fabs(double_of(i % 50 ? bits : bits >> 12));

        if (!isfinite(number) || number == 0)
            continue;
        json_number_text(number, text);
        assert_true(strtod(text, NULL) == number);

        const char *p = text + strspn(text, "0.");

        for (; *p && *p != 'e'; p++)
            digits += *p != '.';
        if (digits > 1 && digits <= 17) {
            (void)snprintf(shorter, sizeof shorter, "%.*e", digits - 2, number);
            assert_true(strtod(shorter, NULL) != number || strchr(text, 'e') == NULL);
        }
    }
}

TEST(the_example_of_section_3_2_2)
{
    check_canonical("{\n"
                    "  \"numbers\": [333333333.33333329, 1E30, 4.50,\n"
                    "              2e-3, 0.000000000000000000000000001],\n"
                    "  \"string\": \"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\",\n"
                    "  \"literals\": [null, true, false]\n"
                    "}",
                    "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,"
                    "0.002,1e-27],\"string\":\"\xE2\x82\xAC$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
}

TEST(the_order_of_section_3_2_3)
{
    check_canonical("{\"\\u20ac\":\"Euro Sign\",\"\\r\":\"Carriage Return\",\"\\ufb33\":\"Dalet\","
                    "\"1\":\"One\",\"\\ud83d\\ude00\":\"Grinning Face\",\"\\u0080\":\"Control\","
                    "\"\\u00f6\":\"O With Diaeresis\"}",
                    "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\xC2\x80\":\"Control\","
                    "\"\xC3\xB6\":\"O With Diaeresis\",\"\xE2\x82\xAC\":\"Euro Sign\","
                    "\"\xF0\x9F\x98\x80\":\"Grinning Face\",\"\xEF\xAC\xB3\":\"Dalet\"}");
}

TEST(order_is_by_utf16_unit)
{
    /* U+D7FF < U+10000 < U+10FFFF < U+E000 < U+FFFF */
    check_canonical("{\"\xEF\xBF\xBF\":5,\"\xEE\x80\x80\":4,\"\xF4\x8F\xBF\xBF\":3,"
                    "\"\xF0\x90\x80\x80\":2,\"\xED\x9F\xBF\":1,\"\":0}",
                    "{\"\":0,\"\xED\x9F\xBF\":1,\"\xF0\x90\x80\x80\":2,\"\xF4\x8F\xBF\xBF\":3,"
                    "\"\xEE\x80\x80\":4,\"\xEF\xBF\xBF\":5}");
    check_canonical("{\"aa\":1,\"a\":2,\"B\":3,\"a\xEE\x80\x80\":4,\"a\xF0\x90\x80\x80\":5}",
                    "{\"B\":3,\"a\":2,\"aa\":1,\"a\xF0\x90\x80\x80\":5,\"a\xEE\x80\x80\":4}");
}

TEST(only_what_must_be_is_escaped)
{
    cleanup_strbuf struct strbuf out = STRBUF_INIT(1000);

    json_quote(&out, "\x01\b\t\n\x0B\f\r\x1F \"\\/\x7F<>&'\xE2\x80\xA8");
    assert_string_equal(out.buf, "\"\\u0001\\b\\t\\n\\u000b\\f\\r\\u001f \\\"\\\\/\x7F<>&'"
                                 "\xE2\x80\xA8\"");
    strbuf_clear(&out);
    json_quote(&out, "");
    assert_string_equal(out.buf, "\"\"");
}

TEST(the_pretty_form)
{
    struct error err = {0};
    cleanup_strbuf struct strbuf out = STRBUF_INIT(1000);
    const char *text = "{\"b\":[1,{\"x\":[]},{}],\"a\":\"t\"}";
    cleanup_json cJSON *tree = json_parse("t", text, strlen(text), &err);

    expect_ok(json_pretty(tree, &out, &err), err);
    assert_string_equal(out.buf, "{\n"
                                 "  \"a\": \"t\",\n"
                                 "  \"b\": [\n"
                                 "    1,\n"
                                 "    {\n"
                                 "      \"x\": []\n"
                                 "    },\n"
                                 "    {}\n"
                                 "  ]\n"
                                 "}\n");
}

static void check_refused(cJSON *tree, enum error_code code, const char *message)
{
    struct error err = {0};
    cleanup_strbuf struct strbuf out = STRBUF_INIT(10000);

    assert_int_equal(json_canonical(tree, &out, &err), -1);
    expect_error(err, code, message);
    assert_int_equal(json_pretty(tree, &out, &err), -1);
    expect_error(err, code, message);
    cJSON_Delete(tree);
}

TEST(trees_that_are_no_json_are_refused)
{
    cJSON *twice = cJSON_CreateObject();
    cJSON *nameless = cJSON_CreateObject();
    cJSON *wrong_name = cJSON_CreateObject();

    check_refused(cJSON_CreateNumber(NAN), ERR_FORMAT, "number that is not finite");
    check_refused(cJSON_CreateNumber(-INFINITY), ERR_FORMAT, "number that is not finite");
    check_refused(cJSON_CreateString("a\xFF"), ERR_FORMAT, "text that is not UTF-8");
    check_refused(cJSON_CreateRaw("{}"), ERR_FORMAT, "value of no JSON type");
    (void)cJSON_AddNumberToObject(twice, "a", 1);
    (void)cJSON_AddNumberToObject(twice, "b", 1);
    (void)cJSON_AddNumberToObject(twice, "a", 2);
    check_refused(twice, ERR_FORMAT, "member \"a\" given twice");
    (void)cJSON_AddItemToArray(nameless, cJSON_CreateNull());
    check_refused(nameless, ERR_FORMAT, "member without a name");
    (void)cJSON_AddNullToObject(wrong_name, "\xC3");
    check_refused(wrong_name, ERR_FORMAT, "text that is not UTF-8");
}

TEST(trees_that_could_not_be_read_again_are_refused)
{
    cJSON *tree = cJSON_CreateArray();

    for (int i = 1; i < LIMIT_JSON_DEPTH; i++) {
        cJSON *outer = cJSON_CreateArray();

        (void)cJSON_AddItemToArray(outer, tree);
        tree = outer;
    }

    struct error err = {0};
    cleanup_strbuf struct strbuf out = STRBUF_INIT(10000);

    expect_ok(json_canonical(tree, &out, &err), err);
    assert_int_equal(out.len, 2 * LIMIT_JSON_DEPTH);

    cJSON *outer = cJSON_CreateArray();

    (void)cJSON_AddItemToArray(outer, tree);
    check_refused(outer, ERR_LIMIT, "nested deeper than 64");
}

/* Another decimal point must not reach the text. Where no such locale is installed, the C locale
 * is tried once more. */
TEST(the_locale_does_not_matter)
{
    static const char *const names[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE", "C"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (setlocale(LC_NUMERIC, names[i]))
            break;
    check_canonical("[1.5,333333333.33333329,1e-7,-0.25]", "[1.5,333333333.3333333,1e-7,-0.25]");
    assert_non_null(setlocale(LC_NUMERIC, "C"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_of_appendix_b),
        cmocka_unit_test(everyday_numbers),
        cmocka_unit_test(number_texts_are_the_shortest_that_mean_the_number),
        cmocka_unit_test(the_example_of_section_3_2_2),
        cmocka_unit_test(the_order_of_section_3_2_3),
        cmocka_unit_test(order_is_by_utf16_unit),
        cmocka_unit_test(only_what_must_be_is_escaped),
        cmocka_unit_test(the_pretty_form),
        cmocka_unit_test(trees_that_are_no_json_are_refused),
        cmocka_unit_test(trees_that_could_not_be_read_again_are_refused),
        cmocka_unit_test(the_locale_does_not_matter),
    };

    return RUN_TESTS(tests, start, NULL);
}
