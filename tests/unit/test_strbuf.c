/* test_strbuf.c - growing text and its largest allowed size. */
#include "expect.h"

TEST(an_empty_buffer_is_text)
{
    struct strbuf sb = STRBUF_INIT(10);
    struct error err = {0};

    assert_string_equal(sb.buf, "");
    strbuf_truncate(&sb, 0);
    strbuf_clear(&sb);
    strbuf_add(&sb, "", 0);
    assert_string_equal(sb.buf, "");
    expect_ok(strbuf_finish(&sb, "it", &err), err);
    strbuf_free(&sb);
    strbuf_free(&sb);
}

TEST(appends_add_up)
{
    cleanup_strbuf struct strbuf sb = STRBUF_INIT(1000000);

    strbuf_addstr(&sb, "one");
    strbuf_addch(&sb, ' ');
    strbuf_addf(&sb, "%s %d", "two", 3);
    strbuf_add(&sb, "\0x", 2);
    assert_int_equal(sb.len, 11);
    assert_memory_equal(sb.buf, "one two 3\0x", 12);
    for (int i = 0; i < 10000; i++)
        strbuf_addf(&sb, "%05d", i);
    assert_int_equal(sb.len, 11 + 50000);
    assert_string_equal(sb.buf + sb.len - 10, "0999809999");
}

TEST(truncate_and_clear_keep_it_usable)
{
    cleanup_strbuf struct strbuf sb = STRBUF_INIT(100);

    strbuf_addstr(&sb, "abcdef");
    strbuf_truncate(&sb, 100);
    assert_string_equal(sb.buf, "abcdef");
    strbuf_truncate(&sb, 2);
    strbuf_addstr(&sb, "X");
    assert_string_equal(sb.buf, "abX");
    strbuf_clear(&sb);
    assert_string_equal(sb.buf, "");
    strbuf_addstr(&sb, "again");
    assert_string_equal(sb.buf, "again");
}

TEST(the_maximum_is_exact)
{
    struct error err = {0};

    for (size_t max = 0; max < 200; max++) {
        cleanup_strbuf struct strbuf sb = STRBUF_INIT(max);

        for (size_t i = 0; i < max; i++)
            strbuf_addch(&sb, 'x');
        expect_ok(strbuf_finish(&sb, "it", &err), err);
        assert_int_equal(sb.len, max);
        strbuf_addch(&sb, 'y');
        assert_int_equal(strbuf_finish(&sb, "it", &err), -1);
        expect_error(err, ERR_LIMIT, "it: larger than ");
        assert_int_equal(strlen(sb.buf), max);
    }
}

TEST(nothing_is_added_after_an_overflow)
{
    cleanup_strbuf struct strbuf sb = STRBUF_INIT(8);
    struct error err = {0};

    strbuf_addstr(&sb, "12345");
    strbuf_addf(&sb, "%s", "6789");
    assert_string_equal(sb.buf, "12345");
    strbuf_addch(&sb, '6');
    assert_string_equal(sb.buf, "12345");
    assert_int_equal(strbuf_finish(&sb, "out.md", &err), -1);
    expect_error(err, ERR_LIMIT, "out.md: larger than 8 bytes");
    strbuf_clear(&sb);
    strbuf_addf(&sb, "%08d", 7);
    assert_string_equal(sb.buf, "00000007");
    expect_ok(strbuf_finish(&sb, "out.md", &err), err);
}

TEST(a_format_may_be_longer_than_the_room)
{
    cleanup_strbuf struct strbuf sb = STRBUF_INIT(100000);

    strbuf_addstr(&sb, "a");
    strbuf_addf(&sb, "%0*d", 5000, 1);
    assert_int_equal(sb.len, 5001);
    assert_int_equal(sb.buf[5000], '1');
    strbuf_addf(&sb, "%s", "");
    assert_int_equal(sb.len, 5001);
}

TEST(an_unlimited_buffer_can_be_asked_for)
{
    cleanup_strbuf struct strbuf sb = STRBUF_INIT(SIZE_MAX);

    strbuf_addstr(&sb, "x");
    assert_string_equal(sb.buf, "x");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_buffer_is_text),
        cmocka_unit_test(appends_add_up),
        cmocka_unit_test(truncate_and_clear_keep_it_usable),
        cmocka_unit_test(the_maximum_is_exact),
        cmocka_unit_test(nothing_is_added_after_an_overflow),
        cmocka_unit_test(a_format_may_be_longer_than_the_room),
        cmocka_unit_test(an_unlimited_buffer_can_be_asked_for),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
