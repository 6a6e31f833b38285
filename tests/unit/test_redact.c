/* test_redact.c - secrets in answers give way before anything is hashed or written. */
#include "expect.h"

#include "aws/redact.h"
#include "base/json.h"

static struct arena arena;

static int set_up(void **state)
{
    (void)state;
    json_init();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static struct query directories(void)
{
    return (struct query){.service = "ds", .operation = "DescribeDirectories"};
}

/* What becomes of a body; its memory is the arena's. NULL: it is not to be kept. */
static const char *redacted(struct query *q, const char *text)
{
    cleanup_strbuf struct strbuf body = STRBUF_INIT(100000);
    struct error err = {0};

    strbuf_addstr(&body, text);
    if (redact_answer(q, &body, &arena, &err)) {
        assert_int_equal(body.len, 0);
        assert_null(strstr(err.msg, "hush"));
        return NULL;
    }
    return arena_strdup(&arena, body.buf);
}

/* Every other byte stays. */
TEST(the_value_alone_gives_way)
{
    static const struct {
        const char *before, *after;
    } rows[] = {
        {"{\"SharedSecret\":\"hush\"}", "{\"SharedSecret\":" REDACT_TEXT "}"},
        {" {\r\n\t\"SharedSecret\" \n:\t \"hush\" ,\"Port\" : 1812.0 }\n",
         " {\r\n\t\"SharedSecret\" \n:\t " REDACT_TEXT " ,\"Port\" : 1812.0 }\n"},
        {"{\"SharedS\\u0065cret\":\"hush\"}", "{\"SharedS\\u0065cret\":" REDACT_TEXT "}"},
        {"{\"\\u0053\\u0068aredSecret\":\"hu\\u0073h\\\"hush\"}",
         "{\"\\u0053\\u0068aredSecret\":" REDACT_TEXT "}"},
        {"{\"DirectoryDescriptions\":[{\"RadiusSettings\":{\"SharedSecret\":\"hush\",\"A\":[1]}},"
         "{\"a\":{},\"OwnerDirectoryDescription\":{\"RadiusSettings\":{\"SharedSecret\":\"hush2\"}}"
         "}"
         "]}",
         "{\"DirectoryDescriptions\":[{\"RadiusSettings\":{\"SharedSecret\":" REDACT_TEXT
         ",\"A\":[1]}},"
         "{\"a\":{},\"OwnerDirectoryDescription\":{\"RadiusSettings\":{"
         "\"SharedSecret\":" REDACT_TEXT "}}}]}"},
        {"{\"SharedSecret\":{\"Value\":\"hush\",\"More\":[\"hush\"]},\"b\":[]}",
         "{\"SharedSecret\":" REDACT_TEXT ",\"b\":[]}"},
        {"{\"SharedSecret\":[{\"SharedSecret\":\"hush\"},{\"SharedSecret\":1}]}",
         "{\"SharedSecret\":" REDACT_TEXT "}"},
        {"[{\"SharedSecret\":-1.5e3},{\"SharedSecret\":null},{\"SharedSecret\":true}]",
         "[{\"SharedSecret\":" REDACT_TEXT "},{\"SharedSecret\":" REDACT_TEXT
         "},{\"SharedSecret\":" REDACT_TEXT "}]"},
        {"{\"SharedSecret\":\"\"}", "{\"SharedSecret\":" REDACT_TEXT "}"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct query q = directories();
        const char *after = redacted(&q, rows[i].before);

        assert_non_null(after);
        assert_string_equal(after, rows[i].after);
        assert_int_equal(q.redacted_count, 1);
        assert_string_equal(q.redacted[0], "SharedSecret");
    }
}

TEST(what_only_looks_like_one_stays)
{
    static const char *const rows[] = {
        "{}",
        "{\"DirectoryDescriptions\":[]}",
        "{\"Name\":\"SharedSecret\",\"SharedSecretName\":\"x\",\"Secret\":\"y\",\"\":\"z\"}",
        "[\"SharedSecret\",\"hush\"]",
        "{\"text\":\"{\\\"SharedSecret\\\":\\\"x\\\"}\"}",
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct query q = directories();
        const char *after = redacted(&q, rows[i]);

        assert_non_null(after);
        assert_string_equal(after, rows[i]);
        assert_int_equal(q.redacted_count, 0);
    }
}

TEST(what_is_no_json_is_not_kept)
{
    static const char *const rows[] = {
        "",
        "hush",
        "{\"SharedSecret\":\"hush\"",
        "{\"SharedSecret\":\"hush\"} hush",
        "{\"SharedSecret\":\"hush\",\"SharedSecret\":\"x\"}",
        "{\"hush\":1,\"hush\":2}",
        "{\"SharedSecret\":\"hush\\u0000\"}",
        "{\"SharedSecret\":'hush'}",
        "<SharedSecret>hush</SharedSecret>",
        "\xef\xbb\xbf{\"SharedSecret\":\"hush\"}",
        "{\"SharedSecret\":\"hush\xff\"}",
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct query q = directories();

        assert_null(redacted(&q, rows[i]));
        assert_int_equal(q.redacted_count, 0);
    }
}

TEST(other_questions_are_let_be)
{
    struct query others[] = {
        {.service = "iam", .operation = "DescribeDirectories"},
        {.service = "ds", .operation = "DescribeTrusts"},
        {.service = "cognito-idp", .operation = "ListUserPools"},
    };

    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        assert_string_equal(redacted(&others[i], "{\"SharedSecret\":\"x\"}"),
                            "{\"SharedSecret\":\"x\"}");
        assert_string_equal(redacted(&others[i], "no JSON"), "no JSON");
        assert_int_equal(others[i].redacted_count, 0);
    }
}

TEST(the_log_names_a_member_once)
{
    struct query q = directories();

    assert_non_null(redacted(&q, "{\"SharedSecret\":\"hush\",\"NextToken\":\"x\"}"));
    assert_non_null(redacted(&q, "{\"SharedSecret\":\"hush\"}"));
    assert_non_null(redacted(&q, "{}"));
    assert_int_equal(q.redacted_count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_value_alone_gives_way),
        cmocka_unit_test(what_only_looks_like_one_stays),
        cmocka_unit_test(what_is_no_json_is_not_kept),
        cmocka_unit_test(other_questions_are_let_be),
        cmocka_unit_test(the_log_names_a_member_once),
    };

    return RUN_TESTS(tests, set_up, tear_down);
}
