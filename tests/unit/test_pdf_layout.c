/* test_pdf_layout.c - where lines break and what fits on a page; every byte is one point wide. */
#include "expect.h"

#include "render/pdf_layout.h"

static double one_per_byte(void *context, const char *s, size_t len)
{
    (void)context;
    (void)s;
    return (double)len;
}

static const struct pdf_measure measure = {one_per_byte, NULL};

/* The lines joined by '|'. */
static const char *wrapped(struct arena *arena, const char *text, double width,
                           enum pdf_breaks breaks)
{
    struct pdf_lines lines = pdf_wrap(arena, &measure, text, width, breaks);
    const char *out = "";

    for (size_t i = 0; i < lines.count; i++) {
        assert_true(lines.line[i].width == (double)lines.line[i].len);
        out = arena_printf(arena, "%s%s%.*s", out, i ? "|" : "", (int)lines.line[i].len,
                           lines.line[i].text);
    }
    return out;
}

TEST(words_break_at_spaces)
{
    struct arena a = {0};

    assert_string_equal(wrapped(&a, "", 10, BREAK_WORDS), "");
    assert_string_equal(wrapped(&a, "one", 10, BREAK_WORDS), "one");
    assert_string_equal(wrapped(&a, "one two three", 7, BREAK_WORDS), "one two|three");
    assert_string_equal(wrapped(&a, "one  two", 4, BREAK_WORDS), "one|two");
    assert_string_equal(wrapped(&a, "a/b c", 3, BREAK_WORDS), "a/b|c");
    arena_free(&a);
}

TEST(names_break_after_their_marks)
{
    struct arena a = {0};

    assert_string_equal(wrapped(&a, "arn:aws:iam::1:user/x/name", 20, BREAK_ARN),
                        "arn:aws:iam::1:user/|x/name");
    assert_string_equal(wrapped(&a, "raw/1/0004-a.xml", 12, BREAK_PATH), "raw/1/|0004-a.xml");
    assert_string_equal(wrapped(&a, "1111-2222-3333", 10, BREAK_ID), "1111-2222-|3333");
    arena_free(&a);
}

TEST(a_piece_wider_than_the_line_loses_nothing)
{
    struct arena a = {0};

    assert_string_equal(wrapped(&a, "abcdefghij", 4, BREAK_WORDS), "abcd|efgh|ij");
    assert_string_equal(wrapped(&a, "x abcdefghij y", 4, BREAK_WORDS), "x|abcd|efgh|ij y");
    assert_string_equal(wrapped(&a, "aa/bb/cc", 4, BREAK_WORDS), "aa/|bb/|cc");
    assert_string_equal(wrapped(&a, "abc", 0, BREAK_WORDS), "a|b|c");
    /* Two bytes each, never cut in the middle. */
    assert_string_equal(wrapped(&a, "éééé", 5, BREAK_WORDS), "éé|éé");
    arena_free(&a);
}

TEST(very_long_names_stay_inside)
{
    struct arena a = {0};
    char name[4097];

    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';

    struct pdf_lines lines = pdf_wrap(&a, &measure, name, 48, BREAK_ARN);
    size_t sum = 0;

    for (size_t i = 0; i < lines.count; i++) {
        assert_true(lines.line[i].width <= 48);
        sum += lines.line[i].len;
    }
    assert_int_equal(sum, sizeof name - 1);
    arena_free(&a);
}

TEST(lines_that_fit)
{
    assert_int_equal(pdf_lines_in(-1, 10), 0);
    assert_int_equal(pdf_lines_in(9.9, 10), 0);
    assert_int_equal(pdf_lines_in(30, 10), 3);
}

TEST(blocks_are_split_only_when_a_page_cannot_hold_them)
{
    assert_int_equal(pdf_lines_now(5, 5, 40), 5);
    assert_int_equal(pdf_lines_now(5, 4, 40), 0);
    assert_int_equal(pdf_lines_now(90, 30, 40), 30);
    assert_int_equal(pdf_lines_now(90, 1, 40), 0);
    /* On a page just begun there is always progress. */
    assert_int_equal(pdf_lines_now(5, 3, 0), 3);
    assert_int_equal(pdf_lines_now(5, 0, 0), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_break_at_spaces),
        cmocka_unit_test(names_break_after_their_marks),
        cmocka_unit_test(a_piece_wider_than_the_line_loses_nothing),
        cmocka_unit_test(very_long_names_stay_inside),
        cmocka_unit_test(lines_that_fit),
        cmocka_unit_test(blocks_are_split_only_when_a_page_cannot_hold_them),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
