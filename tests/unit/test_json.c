/* test_json.c - which JSON is read, where errors are, and the typed getters. */
#include "expect.h"

#include <math.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"

static int start(void **state)
{
    (void)state;
    json_init();
    return 0;
}

/* Parse from memory of exactly the text's size, so that a read past its end is seen. */
static cJSON *parse_exact(const char *text, size_t len, struct error *err)
{
    char *exact = memory_alloc(len);

    memcpy(exact, text, len);

    cJSON *tree = json_parse("t", exact, len, err);

    free(exact);
    return tree;
}

static cJSON *parse(const char *text, struct error *err)
{
    return parse_exact(text, strlen(text), err);
}

/* One refused text a row. To add one: text, code and how the message begins. */
static const struct {
    const char *text;
    enum error_code code;
    const char *message;
} refused[] = {
    {"", ERR_FORMAT, "t:1:1: unexpected end"},
    {" \n ", ERR_FORMAT, "t:2:2: unexpected end"},
    {"\xEF\xBB\xBF{}", ERR_FORMAT, "t:1:1: expected a value"},
    {"{} x", ERR_FORMAT, "t:1:4: text after the value"},
    {"{}{}", ERR_FORMAT, "t:1:3: text after the value"},
    {"nul", ERR_FORMAT, "t:1:1: unknown word"},
    {"nulll", ERR_FORMAT, "t:1:5: text after the value"},
    {"True", ERR_FORMAT, "t:1:1: expected a value"},
    {"NaN", ERR_FORMAT, "t:1:1: expected a value"},
    {"'a'", ERR_FORMAT, "t:1:1: expected a value"},
    {"// c\n1", ERR_FORMAT, "t:1:1: expected a value"},
    /* structure */
    {"[1,]", ERR_FORMAT, "t:1:4: comma before ']'"},
    {"[,1]", ERR_FORMAT, "t:1:2: expected a value"},
    {"[1 2]", ERR_FORMAT, "t:1:4: expected ',' or ']'"},
    {"[1", ERR_FORMAT, "t:1:3: unexpected end"},
    {"[", ERR_FORMAT, "t:1:2: unexpected end"},
    {"{", ERR_FORMAT, "t:1:2: unexpected end"},
    {"{\"a\"", ERR_FORMAT, "t:1:5: unexpected end"},
    {"{\"a\":", ERR_FORMAT, "t:1:6: unexpected end"},
    {"{\"a\":1", ERR_FORMAT, "t:1:7: unexpected end"},
    {"{\"a\":1,}", ERR_FORMAT, "t:1:8: expected a member name in quotes"},
    {"{a:1}", ERR_FORMAT, "t:1:2: expected a member name in quotes"},
    {"{\"a\" 1}", ERR_FORMAT, "t:1:6: expected ':'"},
    {"{\"a\":1;}", ERR_FORMAT, "t:1:7: expected ',' or '}'"},
    {"[1}", ERR_FORMAT, "t:1:3: expected ',' or ']'"},
    {"\x0C[]", ERR_FORMAT, "t:1:1: expected a value"},
    {"[1,\xC2\xA0"
     "2]",
     ERR_FORMAT, "t:1:4: expected a value"},
    /* members given twice */
    {"{\"a\":1,\"a\":2}", ERR_FORMAT, "t:1:8: member \"a\" given twice"},
    {"{\n  \"a\": 1,\n  \"b\": 2,\n  \"\\u0061\": 3\n}", ERR_FORMAT,
     "t:4:3: member \"a\" given twice"},
    {"[{\"x\":{\"\":0,\"\":1}}]", ERR_FORMAT, "t:1:13: member \"\" given twice"},
    {"{\"\\ud83d\\ude00\":1,\"\xF0\x9F\x98\x80\":2}", ERR_FORMAT, "t:1:19: member "},
    {"{\"a\\n\":1,\"a\\u000a\":2}", ERR_FORMAT, "t:1:10: member \"a\\x0a\" given twice"},
    /* text */
    {"\"abc", ERR_FORMAT, "t:1:5: unexpected end"},
    {"\"abc\\", ERR_FORMAT, "t:1:6: unexpected end"},
    {"\"a\nb\"", ERR_FORMAT, "t:1:3: control character"},
    {"\"a\tb\"", ERR_FORMAT, "t:1:3: control character"},
    {"\"\\x41\"", ERR_FORMAT, "t:1:3: unknown escape"},
    {"\"\\'\"", ERR_FORMAT, "t:1:3: unknown escape"},
    {"\"\\u12\"", ERR_FORMAT, "t:1:6: expected four hexadecimal digits"},
    {"\"\\u12g4\"", ERR_FORMAT, "t:1:6: expected four hexadecimal digits"},
    {"\"\\u+123\"", ERR_FORMAT, "t:1:4: expected four hexadecimal digits"},
    {"\"\\u\"", ERR_FORMAT, "t:1:4: expected four hexadecimal digits"},
    {"\"\\u123", ERR_FORMAT, "t:1:7: unexpected end"},
    {"\"ab\\u0000cd\"", ERR_FORMAT, "t:1:4: \\u0000 in a string"},
    {"{\"\\u0000\":1}", ERR_FORMAT, "t:1:3: \\u0000 in a string"},
    {"\"\\ud800\"", ERR_FORMAT, "t:1:2: half of a surrogate pair"},
    {"\"\\udc00\"", ERR_FORMAT, "t:1:2: half of a surrogate pair"},
    {"\"\\ud800\\ud800\"", ERR_FORMAT, "t:1:2: half of a surrogate pair"},
    {"\"\\ud800\\u0041\"", ERR_FORMAT, "t:1:2: half of a surrogate pair"},
    {"\"\\ud800\\n\"", ERR_FORMAT, "t:1:2: half of a surrogate pair"},
    {"\"\\ud800\\u12\"", ERR_FORMAT, "t:1:12: expected four hexadecimal digits"},
    {"\"\\ude00\\ud83d\"", ERR_FORMAT, "t:1:2: half of a surrogate pair"},
    {"\"\xFF\xFE\"", ERR_FORMAT, "t:1:2: not UTF-8"},
    {"\"\xED\xA0\x80\"", ERR_FORMAT, "t:1:2: not UTF-8"},
    {"\"\xC0\x80\"", ERR_FORMAT, "t:1:2: not UTF-8"},
    {"\"\xC3\xA9\xC3\"", ERR_FORMAT, "t:1:3: not UTF-8"},
    {"{\"a\xFF\":1}", ERR_FORMAT, "t:1:4: not UTF-8"},
    /* numbers */
    {"012", ERR_FORMAT, "t:1:2: number with a leading zero"},
    {"-012", ERR_FORMAT, "t:1:3: number with a leading zero"},
    {"1.", ERR_FORMAT, "t:1:3: unexpected end"},
    {"[1.]", ERR_FORMAT, "t:1:4: expected a digit"},
    {".5", ERR_FORMAT, "t:1:1: expected a value"},
    {"+1", ERR_FORMAT, "t:1:1: expected a value"},
    {"-", ERR_FORMAT, "t:1:2: unexpected end"},
    {"[-a]", ERR_FORMAT, "t:1:3: expected a digit"},
    {"1e", ERR_FORMAT, "t:1:3: unexpected end"},
    {"[1e+]", ERR_FORMAT, "t:1:5: expected a digit"},
    {"1e5.5", ERR_FORMAT, "t:1:4: text after the value"},
    {"0x10", ERR_FORMAT, "t:1:2: text after the value"},
    {"-Infinity", ERR_FORMAT, "t:1:2: expected a digit"},
    {"[0, 1e400]", ERR_FORMAT, "t:1:5: number that a double cannot hold"},
    {"-1e400", ERR_FORMAT, "t:1:1: number that a double cannot hold"},
    {"1e-400", ERR_FORMAT, "t:1:1: number that a double cannot hold"},
    {"0.1e-999999999999999999", ERR_FORMAT, "t:1:1: number that a double cannot hold"},
    {"9007199254740993", ERR_FORMAT, "t:1:1: number that a double cannot hold"},
    {"123456789012345678", ERR_FORMAT, "t:1:1: number that a double cannot hold"},
    {"-36028797018963969", ERR_FORMAT, "t:1:1: number that a double cannot hold"},
    {"0.1234567890123456789012345678901234567890123456789012345678901234", ERR_FORMAT,
     "t:1:1: number that a double cannot hold"},
};

TEST(loose_texts_are_refused_with_the_place)
{
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct error err = {0};
        cJSON *tree = parse(refused[i].text, &err);

        if (tree)
            print_error("accepted: %s\n", refused[i].text);
        assert_null(tree);
        expect_error(err, refused[i].code, refused[i].message);
    }
}

TEST(nul_bytes_are_refused)
{
    struct error err = {0};

    assert_null(parse_exact("\"a\0b\"", 5, &err));
    expect_error(err, ERR_FORMAT, "t:1:3: control character");
    assert_null(parse_exact("{}\0", 3, &err));
    expect_error(err, ERR_FORMAT, "t:1:3: text after the value");
    assert_null(parse_exact("\"\\\0\"", 4, &err));
    expect_error(err, ERR_FORMAT, "t:1:3: unknown escape");
}

TEST(every_cut_of_a_document_is_refused)
{
    static const char text[] =
        "{\"a\": [1.5e+3, -0, true, false, null, \"\\ud83d\\ude00\xE2\x82\xAC\"],"
        " \"b\": {\"c\": {}}, \"d\": []}";
    struct error err = {0};
    cleanup_json cJSON *whole = parse(text, &err);

    assert_non_null(whole);
    for (size_t len = 0; len < sizeof text - 1; len++) {
        assert_null(parse_exact(text, len, &err));
        expect_error(err, ERR_FORMAT, "t:1:");
    }
}

TEST(numbers_that_survive_are_read)
{
    static const struct {
        const char *text;
        double value;
    } good[] = {
        {"0", 0},
        {"-0", 0},
        {"0e5", 0},
        {"0.000e-999", 0},
        {"1E5", 1e5},
        {"1e+05", 1e5},
        {"0.1", 0.1},
        {"0.1000000000000000055511151231257827021181583404541015625", 0.1},
        {"9007199254740992", 9007199254740992.0},
        {"9007199254740994", 9007199254740994.0},
        {"147573952589676412928", 147573952589676412928.0}, /* 2^67 */
        {"147573952589676410000", 147573952589676412928.0}, /* its shortest text */
        {"1.7976931348623157e308", 1.7976931348623157e308},
        {"5e-324", 5e-324},
        {"4.94065645841247e-324", 5e-324},
        {"1e23", 1e23},
    };

    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct error err = {0};
        cleanup_json cJSON *tree = parse(good[i].text, &err);

        double value = tree ? tree->valuedouble : NAN;

        if (!tree)
            print_error("%s: %s\n", good[i].text, err.msg);
        assert_true(value == good[i].value);
    }
}

TEST(text_is_decoded)
{
    struct error err = {0};
    cleanup_json cJSON *tree = parse(
        " {\"k\\u0065y\" : \"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u20AC\\uD83D\\uDE00\xC3\xA9\x7F\"}\r\n",
        &err);

    assert_non_null(tree);
    assert_string_equal(json_text(tree, "key", &err),
                        "\"\\/\b\f\n\r\t\xE2\x82\xAC\xF0\x9F\x98\x80\xC3\xA9\x7F");
}

static cJSON *parse_nested(size_t depth, char open, char close, struct error *err)
{
    char *text = memory_alloc(2 * depth + 1);

    memset(text, open, depth);
    memset(text + depth, close, depth);

    cJSON *tree = json_parse("deep", text, 2 * depth, err);

    free(text);
    return tree;
}

TEST(depth_is_bounded)
{
    struct error err = {0};
    cleanup_json cJSON *deepest = parse_nested(LIMIT_JSON_DEPTH, '[', ']', &err);

    assert_non_null(deepest);
    assert_null(parse_nested(LIMIT_JSON_DEPTH + 1, '[', ']', &err));
    expect_error(err, ERR_LIMIT, "deep:1:65: nested too deeply");
    assert_null(parse_nested(10000, '[', ']', &err));
    expect_error(err, ERR_LIMIT, "deep:1:65: nested too deeply");
    assert_null(parse_nested(1000000, '[', ']', &err));
    expect_error(err, ERR_LIMIT, "deep:1:65: nested too deeply");
}

TEST(siblings_do_not_add_to_the_depth)
{
    cleanup_strbuf struct strbuf text = STRBUF_INIT(10000);
    struct error err = {0};

    strbuf_addstr(&text, "[[]");
    for (int i = 0; i < 1000; i++)
        strbuf_addstr(&text, ",{}");
    strbuf_addstr(&text, "]");

    cleanup_json cJSON *tree = parse_exact(text.buf, text.len, &err);

    assert_int_equal(json_count(tree), 1001);
}

/* A quarter of a million members, all with one long beginning, none equal but the last. */
TEST(many_members_are_checked_quickly)
{
    cleanup_strbuf struct strbuf text = STRBUF_INIT(64 * MIB);
    struct error err = {0};
    time_t before = clock_now();

    strbuf_addch(&text, '{');
    for (int i = 0; i < 250000; i++)
        strbuf_addf(&text, "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa%d\":0,\n", i);
    strbuf_addstr(&text, "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa7\":0}");
    assert_null(json_parse("many", text.buf, text.len, &err));
    expect_error(err, ERR_FORMAT, "many:250001:1: member \"aaaa");
    assert_in_range(clock_now() - before, 0, 20);
}

TEST(same_names_in_different_objects_are_fine)
{
    struct error err = {0};
    cleanup_json cJSON *tree = parse(
        "{\"a\":{\"a\":[{\"a\":1},{\"a\":2}],\"b\":0},\"b\":{\"a\":0},\"aa\":1,\"A\":2}", &err);

    assert_non_null(tree);
    assert_true(json_num(tree, "A") == 2);
}

TEST(files_are_read)
{
    struct arena a = {0};
    struct error err = {0};
    char *dir = expect_dir();
    char *path = file_join(&a, dir, "f.json");
    cleanup_strbuf struct strbuf place = STRBUF_INIT(1000);

    expect_ok(file_write(path, "{\"a\": 01}", 9, 0600, &err), err);
    assert_null(json_read(path, 100, &err));
    strbuf_addf(&place, "%s:1:8: number with a leading zero", path);
    expect_error(err, ERR_FORMAT, place.buf);
    assert_null(json_read(path, 8, &err));
    expect_error(err, ERR_LIMIT, path);
    expect_ok(file_write(path, "[7]", 3, 0600, &err), err);

    cleanup_json cJSON *tree = json_read(path, 3, &err);

    assert_int_equal(json_count(tree), 1);
    assert_null(json_read(dir, 100, &err));
    expect_error(err, ERR_IO, dir);
    assert_null(json_read(file_join(&a, dir, "none"), 100, &err));
    expect_error(err, ERR_MISSING, dir);
    expect_ok(file_remove_tree(dir, &err), err);
    arena_free(&a);
}

TEST(getters_are_strict)
{
    struct error err = {0};
    cleanup_json cJSON *tree =
        parse("{\"t\":\"x\",\"n\":7,\"b\":true,\"z\":null,\"o\":{},\"a\":[],\"f\":1.5}", &err);
    const char *text = "";
    bool flag = false;

    assert_string_equal(json_text(tree, "t", &err), "x");
    assert_null(json_text(tree, "T", &err));
    expect_error(err, ERR_FORMAT, "T: expected text");
    assert_null(json_text(tree, "n", &err));
    expect_error(err, ERR_FORMAT, "n: expected text");
    assert_null(json_text(tree, "z", &err));
    expect_error(err, ERR_FORMAT, "z: expected text");
    assert_ptr_equal(json_object(tree, "o", &err), json_find(tree, "o"));
    assert_null(json_object(tree, "a", &err));
    expect_error(err, ERR_FORMAT, "a: expected an object");
    assert_non_null(json_array(tree, "a", &err));
    assert_null(json_array(tree, "o", &err));
    expect_error(err, ERR_FORMAT, "o: expected an array");
    expect_ok(json_bool(tree, "b", &flag, &err), err);
    assert_true(flag);
    assert_int_equal(json_bool(tree, "n", &flag, &err), -1);
    expect_error(err, ERR_FORMAT, "n: expected true or false");
    expect_ok(json_text_or_null(tree, "t", &text, &err), err);
    assert_string_equal(text, "x");
    expect_ok(json_text_or_null(tree, "z", &text, &err), err);
    assert_null(text);
    expect_ok(json_text_or_null(tree, "none", &text, &err), err);
    assert_null(text);
    assert_int_equal(json_text_or_null(tree, "n", &text, &err), -1);
    expect_error(err, ERR_FORMAT, "n: expected text or null");
}

TEST(integers_are_whole_and_within_bounds)
{
    struct error err = {0};
    cleanup_json cJSON *tree =
        parse("{\"n\":7,\"f\":1.5,\"e\":1e2,\"m\":-3,\"s\":\"7\",\"h\":1e300,"
              "\"t\":9007199254740992}",
              &err);
    long long n = 0;

    expect_ok(json_integer(tree, "n", 7, 7, &n, &err), err);
    assert_int_equal(n, 7);
    expect_ok(json_integer(tree, "e", 0, 100, &n, &err), err);
    assert_int_equal(n, 100);
    expect_ok(json_integer(tree, "m", -10, 0, &n, &err), err);
    assert_int_equal(n, -3);
    expect_ok(json_integer(tree, "t", 0, 1LL << 53, &n, &err), err);
    assert_int_equal(n, 1LL << 53);
    assert_int_equal(json_integer(tree, "n", 8, 9, &n, &err), -1);
    expect_error(err, ERR_FORMAT, "n: expected an integer from 8 to 9");
    assert_int_equal(json_integer(tree, "n", 0, 6, &n, &err), -1);
    assert_int_equal(json_integer(tree, "f", 0, 9, &n, &err), -1);
    assert_int_equal(json_integer(tree, "s", 0, 9, &n, &err), -1);
    assert_int_equal(json_integer(tree, "h", 0, 9223372036854775807LL, &n, &err), -1);
    assert_int_equal(json_integer(tree, "none", 0, 9, &n, &err), -1);
    expect_error(err, ERR_FORMAT, "none: expected an integer from 0 to 9");
}

TEST(lenient_helpers_never_fail)
{
    struct error err = {0};
    cleanup_json cJSON *tree = parse("{\"t\":\"x\",\"n\":2.5,\"b\":true,\"l\":[1,2,3]}", &err);
    double sum = 0;

    assert_string_equal(json_str(tree, "t"), "x");
    assert_string_equal(json_str(tree, "n"), "");
    assert_string_equal(json_str(NULL, "n"), "");
    assert_true(json_num(tree, "n") == 2.5);
    assert_true(json_num(tree, "t") == 0);
    assert_true(json_true(tree, "b"));
    assert_false(json_true(tree, "t"));
    assert_false(json_true(NULL, "t"));
    for (const cJSON *e = json_first(json_find(tree, "l")); e; e = e->next)
        sum += e->valuedouble;
    assert_true(sum == 6);
    assert_int_equal(json_count(json_find(tree, "l")), 3);
    assert_int_equal(json_count(NULL), 0);
    assert_null(json_find(json_find(tree, "l"), "t"));
    assert_null(json_find(NULL, "t"));
    assert_null(json_first(NULL));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(loose_texts_are_refused_with_the_place),
        cmocka_unit_test(nul_bytes_are_refused),
        cmocka_unit_test(every_cut_of_a_document_is_refused),
        cmocka_unit_test(numbers_that_survive_are_read),
        cmocka_unit_test(text_is_decoded),
        cmocka_unit_test(depth_is_bounded),
        cmocka_unit_test(siblings_do_not_add_to_the_depth),
        cmocka_unit_test(many_members_are_checked_quickly),
        cmocka_unit_test(same_names_in_different_objects_are_fine),
        cmocka_unit_test(files_are_read),
        cmocka_unit_test(getters_are_strict),
        cmocka_unit_test(integers_are_whole_and_within_bounds),
        cmocka_unit_test(lenient_helpers_never_fail),
    };

    return RUN_TESTS(tests, start, NULL);
}
