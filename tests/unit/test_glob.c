/* test_glob.c - wildcards, and that glob_classes() leaves no class without a witness. */
#include "expect.h"

#include <string.h>

#include "policy/glob.h"

#define complain(...) (print_error(__VA_ARGS__), print_error("\n"), _fail(__FILE__, __LINE__))

TEST(wildcards)
{
    static const struct {
        const char *pattern, *text;
        bool expected;
    } rows[] = {
        {"", "", true},          {"", "a", false},        {"*", "", true},
        {"?", "", false},        {"?*", "a", true},       {"a*b*c", "aXbXbc", true},
        {"a*b*c", "aXc", false}, {"\001*", "*", true},    {"\001*", "x", false},
        {"\001?a", "?a", true},  {"*\001**", "x", false}, {"*\001**", "a*b", true},
        {"***a", "a", true},     {"a?", "a", false},      {"*aab", "aaab", true},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (glob_match(rows[i].pattern, rows[i].text) != rows[i].expected)
            complain("%s and %s", rows[i].pattern, rows[i].text);
}

/* --- Random patterns ----------------------------------------------------------------------------
 */

#define PATTERNS 6
#define LONGEST 6 /* of the words that are looked at */

struct dice {
    unsigned long long state;
};

static unsigned roll(struct dice *d, unsigned sides)
{
    d->state = d->state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (unsigned)(d->state >> 33) % sides;
}

static void make_pattern(struct dice *d, char out[6])
{
    static const char letters[] = "aabbc**??";
    size_t len = roll(d, 6);

    for (size_t i = 0; i < len; i++)
        out[i] = letters[roll(d, sizeof letters - 1)];
    out[len] = '\0';
}

/* By the definition: no cleverness. */
static bool matches(const char *pattern, const char *text)
{
    if (*pattern == '*')
        return matches(pattern + 1, text) || (*text && matches(pattern, text + 1));
    if (!*pattern || !*text)
        return *pattern == *text;
    return (*pattern == '?' || *pattern == *text) && matches(pattern + 1, text + 1);
}

/* Which of the patterns match, as bits. */
static unsigned class_of(const char *const *patterns, size_t count, const char *text)
{
    unsigned bits = 0;

    for (size_t i = 0; i < count; i++)
        bits |= (unsigned)matches(patterns[i], text) << i;
    return bits;
}

/* The next word over a, b and c, shorter ones first; false after the last. */
static bool next_word(char word[LONGEST + 1])
{
    size_t len = strlen(word), i = len;

    while (i > 0 && word[i - 1] == 'c')
        word[--i] = 'a';
    if (i > 0)
        word[i - 1]++;
    else if (len < LONGEST)
        word[len] = 'a';
    else
        return false;
    return true;
}

static void check_classes(const char *within, const char *const *patterns, size_t count)
{
    bool has[1 << PATTERNS] = {false};
    char word[LONGEST + 1] = "";
    struct arena arena = {0};
    struct error err = {0};
    struct glob_classes classes;

    if (within)
        expect_ok(glob_classes_within(&arena, within, patterns, count, &classes, &err), err);
    else
        expect_ok(glob_classes(&arena, patterns, count, &classes, &err), err);
    for (size_t i = 0; i < classes.count; i++) {
        unsigned bits = class_of(patterns, count, classes.at[i].witness);

        has[bits] = true;
        if (!matches(classes.at[i].pattern, classes.at[i].witness) || (!within && bits == 0) ||
            (within && !matches(within, classes.at[i].witness)))
            complain("%s is no witness of %s", classes.at[i].witness, classes.at[i].pattern);
    }
    do {
        unsigned bits = class_of(patterns, count, word);

        if ((within ? matches(within, word) : bits != 0) && !has[bits]) {
            for (size_t i = 0; i < count; i++)
                print_error("%s ", patterns[i]);
            complain("within %s: nothing like %s", within ? within : "all", word);
        }
    } while (next_word(word));
    arena_free(&arena);
}

TEST(every_class_has_a_witness)
{
    struct dice dice = {20261124};

    for (int round = 0; round < 1500; round++) {
        char text[PATTERNS + 1][6];
        const char *patterns[PATTERNS];
        size_t count = 1 + roll(&dice, PATTERNS);

        for (size_t i = 0; i <= PATTERNS; i++)
            make_pattern(&dice, text[i]);
        for (size_t i = 0; i < PATTERNS; i++)
            patterns[i] = text[i];
        check_classes(round % 3 ? NULL : text[PATTERNS], patterns, count);
    }
}

/* What a pattern matches within another has a witness of its own, if there is any. */
static void check_parts(const char *within, const char *const *patterns, size_t count)
{
    struct arena arena = {0};
    struct error err = {0};
    struct glob_classes parts;
    bool has[PATTERNS] = {false};
    char word[LONGEST + 1] = {0};

    expect_ok(glob_parts_within(&arena, within, patterns, count, &parts, &err), err);
    for (size_t i = 0; i < parts.count; i++) {
        if (!matches(within, parts.at[i].witness))
            complain("%s is not within %s", parts.at[i].witness, within);
        for (size_t k = 0; k < count; k++)
            has[k] = has[k] || matches(patterns[k], parts.at[i].witness);
    }
    do {
        for (size_t k = 0; k < count; k++)
            if (!has[k] && matches(within, word) && matches(patterns[k], word))
                complain("%s within %s: nothing like %s", patterns[k], within, word);
    } while (next_word(word));
    arena_free(&arena);
}

TEST(every_part_has_a_witness)
{
    struct dice dice = {20261125};

    for (int round = 0; round < 1500; round++) {
        char text[PATTERNS + 1][6];
        const char *patterns[PATTERNS];

        for (size_t i = 0; i <= PATTERNS; i++)
            make_pattern(&dice, text[i]);
        for (size_t i = 0; i < PATTERNS; i++)
            patterns[i] = text[i];
        check_parts(text[PATTERNS], patterns, PATTERNS);
    }
}

TEST(matching_is_as_defined)
{
    struct dice dice = {7};
    char pattern[6], word[LONGEST + 1];

    for (int round = 0; round < 500; round++) {
        make_pattern(&dice, pattern);
        memset(word, 0, sizeof word);
        do {
            if (glob_match(pattern, word) != matches(pattern, word))
                complain("%s and %s", pattern, word);
        } while (next_word(word));
    }
}

static void expect_limit(const char *const *patterns, size_t count)
{
    struct arena arena = {0};
    struct error err = {0};
    struct glob_classes classes;

    assert_int_equal(glob_classes(&arena, patterns, count, &classes, &err), -1);
    assert_int_equal(err.code, ERR_LIMIT);
    assert_int_equal(classes.count, 0);
    arena_free(&arena);
}

TEST(intricate_patterns_are_refused)
{
    static const char *const many[] = {"*a*", "*b*", "*c*", "*d*", "*e*", "*f*", "*g*",
                                       "*h*", "*i*", "*j*", "*k*", "*l*", "*m*"};
    static const char *const deep[] = {"*a*a*a*a*a*a*a*a*a*a*a*a*", "*b*b*b*b*b*b*b*b*b*b*b*b*"};

    static const char *const wide[] = {
        "?????????????????????????????????????????????????????????????????"}; /* 65 */
    static const char *numerous[GLOB_PATTERNS + 1];

    for (size_t i = 0; i <= GLOB_PATTERNS; i++)
        numerous[i] = "x";
    expect_limit(wide, 1);
    expect_limit(numerous, GLOB_PATTERNS + 1);
    expect_limit(many, sizeof many / sizeof *many);
    expect_limit(deep, sizeof deep / sizeof *deep);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(wildcards),
        cmocka_unit_test(matching_is_as_defined),
        cmocka_unit_test(every_class_has_a_witness),
        cmocka_unit_test(every_part_has_a_witness),
        cmocka_unit_test(intricate_patterns_are_refused),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
