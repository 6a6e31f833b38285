/* test_error.c - filling, wrapping and cutting errors. */
#include "expect.h"

#include <errno.h>

#include "base/text.h"

TEST(fail_fills_and_returns_minus_one)
{
    struct error err = {0};

    assert_int_equal(fail(&err, ERR_NET, "timeout after %d s", 5), -1);
    assert_int_equal(err.code, ERR_NET);
    assert_string_equal(err.msg, "timeout after 5 s");
}

TEST(context_is_prepended)
{
    struct error err = {0};

    (void)fail(&err, ERR_NET, "timeout");
    assert_int_equal(fail_in(&err, "iam:%s", "ListUsers"), -1);
    assert_int_equal(err.code, ERR_NET);
    assert_string_equal(err.msg, "iam:ListUsers: timeout");
}

TEST(errno_is_named)
{
    struct error err = {0};

    errno = ENOENT;
    assert_int_equal(fail_errno(&err, ERR_IO, "%s", "a/b"), -1);
    assert_string_equal(err.msg, "a/b: No such file or directory");
}

TEST(arguments_may_point_into_the_error)
{
    struct error err = {0};

    (void)fail(&err, ERR_IO, "inner");
    (void)fail(&err, ERR_FORMAT, "outer, %s", err.msg);
    expect_error(err, ERR_FORMAT, "outer, inner");
    (void)fail(&err, ERR_IO, "inner");
    (void)fail_in(&err, "<%s>", err.msg);
    expect_error(err, ERR_IO, "<inner>: inner");
}

TEST(long_messages_are_cut)
{
    struct error err = {0};
    char longer[3000];

    memset(longer, 'x', sizeof longer);
    longer[sizeof longer - 1] = '\0';
    (void)fail(&err, ERR_FORMAT, "%s", longer);
    assert_int_equal(strlen(err.msg), sizeof err.msg - 1);
    for (int i = 0; i < 200; i++)
        (void)fail_in(&err, "level %d", i);
    assert_int_equal(strlen(err.msg), sizeof err.msg - 1);
    assert_memory_equal(err.msg, "level 199: level 198: ", 22);
    (void)fail_errno(&err, ERR_IO, "%s", longer);
    assert_int_equal(strlen(err.msg), sizeof err.msg - 1);
}

/* Characters of one to four bytes, moved over the cut byte by byte. */
TEST(the_cut_is_between_characters)
{
    static const char *const characters[] = {"a", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"};
    struct error err = {0};

    for (size_t c = 0; c < 4; c++) {
        for (size_t shift = 0; shift < 4; shift++) {
            char text[2400] = "";
            size_t len = shift;

            memset(text, '.', shift);
            while (len + 4 < sizeof text) {
                memcpy(text + len, characters[c], strlen(characters[c]) + 1);
                len += strlen(characters[c]);
            }
            (void)fail(&err, ERR_FORMAT, "%s", text);
            assert_true(text_is_utf8(err.msg, strlen(err.msg)));
            assert_in_range(strlen(err.msg), sizeof err.msg - 4, sizeof err.msg - 1);
            (void)fail_in(&err, "x");
            assert_true(text_is_utf8(err.msg, strlen(err.msg)));
            assert_in_range(strlen(err.msg), sizeof err.msg - 4, sizeof err.msg - 1);
        }
    }
}

TEST(codes_have_names_and_exit_statuses)
{
    assert_int_equal(error_exit_status(ERR_NONE), 0);
    assert_int_equal(error_exit_status(ERR_USAGE), 2);
    assert_int_equal(error_exit_status(ERR_DENIED), 3);
    assert_int_equal(error_exit_status(ERR_IO), 3);
    assert_int_equal(error_exit_status(ERR_VERIFY), 1);
    assert_string_equal(error_name(ERR_LIMIT), "input larger than its limit");
    assert_int_equal(error_exit_status((enum error_code)999), 3);
    assert_string_equal(error_name((enum error_code)999), "unknown error");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(fail_fills_and_returns_minus_one),
        cmocka_unit_test(context_is_prepended),
        cmocka_unit_test(errno_is_named),
        cmocka_unit_test(arguments_may_point_into_the_error),
        cmocka_unit_test(long_messages_are_cut),
        cmocka_unit_test(the_cut_is_between_characters),
        cmocka_unit_test(codes_have_names_and_exit_statuses),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
