/* test_text.c - UTF-8 by the table of RFC 3629, and harmless display. */
#include "expect.h"

#include "base/limits.h"
#include "base/text.h"

TEST(every_code_point_goes_there_and_back)
{
    for (uint32_t cp = 0; cp <= 0x10FFFF; cp++) {
        cleanup_strbuf struct strbuf sb = STRBUF_INIT(8);
        uint32_t back = 0;

        if (cp >= 0xD800 && cp <= 0xDFFF)
            continue;
        text_add(&sb, cp);
        assert_int_equal(text_next(sb.buf, sb.len, &back), sb.len);
        assert_int_equal(back, cp);
        for (size_t cut = 0; cut < sb.len; cut++)
            assert_int_equal(text_next(sb.buf, cut, &back), 0);
    }
}

TEST(malformed_bytes_are_seen)
{
    static const char *const bad[] = {
        "\x80",             /* continuation alone */
        "\xC0\x80",         /* overlong NUL */
        "\xC1\xBF",         /* overlong */
        "\xE0\x9F\xBF",     /* overlong */
        "\xED\xA0\x80",     /* surrogate */
        "\xED\xBF\xBF",     /* surrogate */
        "\xF0\x8F\xBF\xBF", /* overlong */
        "\xF4\x90\x80\x80", /* above U+10FFFF */
        "\xF5\x80\x80\x80",
        "\xFF\xFE",
        "\xC3(",
        "\xE2\x82",
        "\xE2(\xA1",
        "\xF0\x9F\x98",
        "abc\xFF",
    };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(text_is_utf8(bad[i], strlen(bad[i])));
    assert_true(text_is_utf8("", 0));
    assert_true(text_is_utf8("a\0b", 3));
    assert_true(text_is_utf8("\xED\x9F\xBF\xEE\x80\x80\xF4\x8F\xBF\xBF", 10));
}

static void check_shown(const char *text, const char *want)
{
    cleanup_strbuf struct strbuf sb = STRBUF_INIT(1000);

    text_add_shown(&sb, text, strlen(text));
    assert_string_equal(sb.buf, want);
}

TEST(what_steers_a_terminal_is_escaped)
{
    check_shown("plain \xC3\xA9 \xF0\x9F\x98\x80", "plain \xC3\xA9 \xF0\x9F\x98\x80");
    check_shown("\x1b[31mred\r\n\t\x7f", "\\x1b[31mred\\x0d\\x0a\\x09\\x7f");
    check_shown("\xC2\x9B"
                "31m",
                "\\u{9b}31m");
    check_shown("a\xE2\x80\xAEz", "a\\u{202e}z");
    check_shown("\xE2\x81\xA6\xD8\x9C\xE2\x80\xA8", "\\u{2066}\\u{61c}\\u{2028}");
    check_shown("\xC2\xAD\xE1\xA0\x8E\xE2\x80\x8B\xE2\x81\xA0",
                "\\u{ad}\\u{180e}\\u{200b}\\u{2060}");
    check_shown("\xE2\x80\x8C\xE2\x80\x8D", "\xE2\x80\x8C\xE2\x80\x8D"); /* joiners */
    check_shown("\xFF\xC3", "\\xff\\xc3");
    check_shown("", "");
}

TEST(shown_values_are_cut)
{
    struct arena a = {0};
    char text[LIMIT_VALUE_SHOWN + 2];

    memset(text, 'x', sizeof text);
    text[LIMIT_VALUE_SHOWN] = '\0';
    assert_int_equal(strlen(text_shown(&a, text)), LIMIT_VALUE_SHOWN);
    text[LIMIT_VALUE_SHOWN] = 'x';
    text[LIMIT_VALUE_SHOWN + 1] = '\0';

    const char *cut = text_shown(&a, text);

    assert_int_equal(strlen(cut), LIMIT_VALUE_SHOWN + 3);
    assert_string_equal(cut + LIMIT_VALUE_SHOWN, "...");
    memcpy(text + LIMIT_VALUE_SHOWN - 2, "\x1b", 2); /* an escape that does not fit */
    cut = text_shown(&a, text);
    assert_string_equal(cut + LIMIT_VALUE_SHOWN - 2, "...");
    arena_free(&a);
}

TEST(ascii_case_does_not_matter)
{
    assert_int_equal(text_icmp("UTF-8", "utf-8"), 0);
    assert_true(text_icmp("a", "B") < 0);
    assert_true(text_icmp("ab", "a") > 0);
    assert_true(text_icmp("a", "ab") < 0);
    assert_true(text_icmp("[", "a") != 0);
    assert_true(text_icmp("\xC3\x89", "\xC3\xA9") != 0);
}

TEST(only_ascii_letters_become_small)
{
    struct arena a = {0};

    assert_string_equal(text_lower(&a, "iam:CreateUser@[Z]"), "iam:createuser@[z]");
    assert_string_equal(text_lower(&a, "\xC3\x89"), "\xC3\x89");
    assert_string_equal(text_lower(&a, ""), "");
    arena_free(&a);
}

TEST(words_stand_between_commas)
{
    static const char *const words[] = {"iam", "", "sts"};
    struct arena a = {0};
    const char *list = "iam,,sts,";

    for (size_t i = 0; i < 3; i++)
        assert_string_equal(text_next_word(&a, &list), words[i]);
    assert_null(text_next_word(&a, &list));
    assert_null(text_next_word(&a, &list));
    arena_free(&a);
}

TEST(words_are_replaced)
{
    struct arena a = {0};

    assert_string_equal(text_replace(&a, "role of 12: 12", "12", "(id)"), "role of (id): (id)");
    assert_string_equal(text_replace(&a, "aaa", "aa", ""), "a");
    assert_string_equal(text_replace(&a, "", "12", "x"), "");
    arena_free(&a);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_point_goes_there_and_back),
        cmocka_unit_test(malformed_bytes_are_seen),
        cmocka_unit_test(what_steers_a_terminal_is_escaped),
        cmocka_unit_test(shown_values_are_cut),
        cmocka_unit_test(ascii_case_does_not_matter),
        cmocka_unit_test(only_ascii_letters_become_small),
        cmocka_unit_test(words_stand_between_commas),
        cmocka_unit_test(words_are_replaced),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
