/* test_yaml.c - files in YAML: the tree with its lines, and all that is refused. */
#include "expect.h"

#include "base/limits.h"
#include "base/yaml.h"

static struct yaml *parse(struct arena *arena, const char *text)
{
    struct yaml *root = NULL;
    struct error err = {0};

    expect_ok(yaml_read("a.yaml", text, strlen(text), arena, &root, &err), err);
    return root;
}

TEST(a_tree_knows_its_lines)
{
    struct arena arena = {0};
    const struct yaml *root = parse(&arena, "# a comment\n"
                                            "one: 1\n"
                                            "two:\n"
                                            "  - first\n"
                                            "  - {x: y}\n"
                                            "three: >\n"
                                            "  folded\n"
                                            "  text\n");
    const struct yaml *two = yaml_find(root, "two");

    assert_int_equal(root->kind, YAML_MAP);
    assert_int_equal(root->count, 3);
    assert_string_equal(yaml_find(root, "one")->text, "1");
    assert_int_equal(yaml_find(root, "one")->line, 2);
    assert_int_equal(two->kind, YAML_LIST);
    assert_int_equal(two->line, 3);
    assert_int_equal(two->count, 2);
    assert_null(two->child->key);
    assert_int_equal(two->child->line, 4);
    assert_string_equal(yaml_find(two->child->next, "x")->text, "y");
    assert_int_equal(two->child->next->line, 5);
    assert_string_equal(yaml_find(root, "three")->text, "folded text\n");
    assert_null(yaml_find(root, "four"));
    assert_null(yaml_find(two, "x"));
    arena_free(&arena);
}

/* YAML 1.1 would make a truth, an octal number, nothing and a date of these. */
TEST(a_scalar_is_the_text_that_stands_there)
{
    struct arena arena = {0};
    const struct yaml *root =
        parse(&arena, "a: no\nb: 012345678901\nc: ~\nd: 2026-11-24\ne: 1e3\nf:\n");

    assert_string_equal(yaml_find(root, "a")->text, "no");
    assert_string_equal(yaml_find(root, "b")->text, "012345678901");
    assert_string_equal(yaml_find(root, "c")->text, "~");
    assert_string_equal(yaml_find(root, "d")->text, "2026-11-24");
    assert_string_equal(yaml_find(root, "e")->text, "1e3");
    assert_string_equal(yaml_find(root, "f")->text, "");
    arena_free(&arena);
}

TEST(nothing_is_no_document)
{
    static const char *const texts[] = {"", "\n\n", "# only a comment\n", "\xEF\xBB\xBF"};
    struct arena arena = {0};

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_null(parse(&arena, texts[i]));
    arena_free(&arena);
}

TEST(what_is_refused_names_its_line)
{
    static const struct {
        const char *text, *start;
    } rows[] = {
        {"a: 1\nb: 2\na: 3\n", "a.yaml:3: a: stands there twice, first in line 1"},
        {"x:\n  a: 1\n  a: 1\n", "a.yaml:3: a: stands there twice"},
        {"a: &name 1\n", "a.yaml:1: an anchor"},
        {"a: 1\nb: &n [1]\n", "a.yaml:2: an anchor"},
        {"a: &n {b: c}\n", "a.yaml:1: an anchor"},
        {"a: 1\nb: *name\n", "a.yaml:2: an alias"},
        {"*name : 1\n", "a.yaml:1: an alias"},
        {"a: !!int 1\n", "a.yaml:1: a tag"},
        {"a: !ruby/object {}\n", "a.yaml:1: a tag"},
        {"a: 1\n---\nb: 2\n", "a.yaml:2: a second document"},
        {"? [a]\n: 1\n", "a.yaml:1: a list or map as a key"},
        {"a: [1\n", "a.yaml:2: no YAML: "},
        {"a: 1\n b: 2\n", "a.yaml:2: no YAML: "},
        {"a:\tb\n\tc: d\n", "a.yaml:2: no YAML: "},
        {"a: \"x\\0y\"\n", "a.yaml:1: a NUL"},
        {"a: \xff\n", "a.yaml:1: no YAML: "},
        {"a: \x01\n", "a.yaml:1: no YAML: "},
    };
    struct arena arena = {0};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct yaml *root = NULL;
        struct error err = {0};

        assert_int_equal(
            yaml_read("a.yaml", rows[i].text, strlen(rows[i].text), &arena, &root, &err), -1);
        expect_error(err, ERR_CONFIG, rows[i].start);
        assert_null(root);
    }
    arena_free(&arena);
}

/* `before`, and then `count` times `unit`, in a map with a number behind it to tell keys apart. */
static void expect_limit(const char *before, const char *unit, size_t count, const char *start)
{
    struct strbuf text = STRBUF_INIT(64 * MIB);
    struct arena arena = {0};
    struct yaml *root = NULL;
    struct error err = {0};

    strbuf_addstr(&text, before);
    for (size_t i = 0; i < count; i++) {
        strbuf_addstr(&text, unit);
        if (strcmp(unit, "key") == 0)
            strbuf_addf(&text, "%zu: 1\n", i);
    }
    assert_int_equal(yaml_read("a.yaml", text.buf, text.len, &arena, &root, &err), -1);
    expect_error(err, ERR_LIMIT, start);
    strbuf_free(&text);
    arena_free(&arena);
}

TEST(what_is_too_large_is_refused)
{
    expect_limit("", "[", LIMIT_YAML_DEPTH + 1, "a.yaml:1: nested too deeply");
    expect_limit("", "[", 1000000, "a.yaml:1: nested too deeply");
    expect_limit("a: ", "x", LIMIT_YAML_TEXT + 1, "a.yaml:1: a text longer");
    expect_limit("", "key", LIMIT_YAML_KEYS + 1, "a.yaml:513: more keys");
    expect_limit("", "- 1\n", LIMIT_YAML_NODES + 1, "a.yaml:200000: more values");
    expect_limit("", "# a comment that fills the file\n", 200000, "a.yaml: larger than");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tree_knows_its_lines),
        cmocka_unit_test(a_scalar_is_the_text_that_stands_there),
        cmocka_unit_test(nothing_is_no_document),
        cmocka_unit_test(what_is_refused_names_its_line),
        cmocka_unit_test(what_is_too_large_is_refused),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
