/* test_template.c - the template engine: the cases in tests/vectors/mustache, and its limits. */
#include "expect.h"

#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"
#include "template/escape.h"
#include "template/template.h"

#define VECTORS "tests/vectors/mustache"

/* One template under its own name, and partials by theirs. */
struct texts {
    const char *name, *text;
    const cJSON *partials;
};

static const char *load(void *ctx, const char *name, size_t *len)
{
    const struct texts *t = ctx;
    const char *found = NULL;

    if (strcmp(name, t->name) == 0)
        found = t->text;
    else if (json_find(t->partials, name))
        found = json_str(t->partials, name);
    if (found)
        *len = strlen(found);
    return found;
}

static int render(const char *text, const cJSON *data, struct strbuf *out, struct error *err)
{
    struct texts t = {"t.txt", text, NULL};
    struct template_source src = {load, &t, false};

    return template_render(&src, "t.txt", data, out, err);
}

static void run_case(const cJSON *c)
{
    const char *file = json_find(c, "file") ? json_str(c, "file") : "t.txt";
    struct texts t = {file, json_str(c, "template"), json_find(c, "partials")};
    struct template_source src = {load, &t, json_true(c, "lax")};
    struct error err = {0};
    cleanup_strbuf struct strbuf out = STRBUF_INIT(MIB);
    int rc = template_render(&src, file, json_find(c, "data"), &out, &err);

    print_message("# %s\n", json_str(c, "name"));
    if (json_find(c, "expected")) {
        assert_string_equal(err.msg, "");
        assert_int_equal(rc, 0);
        assert_string_equal(out.buf, json_str(c, "expected"));
        return;
    }
    assert_int_equal(rc, -1);
    assert_string_equal(err.msg, json_str(c, "message"));
    assert_string_equal(error_name(err.code), json_str(c, "error"));
}

static void run_file(const char *name)
{
    struct error err = {0};
    struct arena arena = {0};
    cleanup_json cJSON *all = json_read(file_join(&arena, VECTORS, name), MIB, &err);
    const cJSON *tests = json_find(all, "tests");

    arena_free(&arena);
    assert_string_equal(err.msg, "");
    assert_true(json_count(tests) > 0);
    for (const cJSON *c = json_first(tests); c; c = c->next)
        run_case(c);
}

TEST(values)
{
    run_file("values.json");
}

TEST(sections)
{
    run_file("sections.json");
}

TEST(partials)
{
    run_file("partials.json");
}

TEST(delimiters)
{
    run_file("delimiters.json");
}

TEST(strict_errors)
{
    run_file("strict.json");
}

TEST(escaping)
{
    run_file("escaping.json");
}

TEST(missing_template)
{
    struct texts t = {"a.md", "", NULL};
    struct template_source src = {load, &t, true};
    struct error err = {0};
    cleanup_strbuf struct strbuf out = STRBUF_INIT(MIB);

    assert_int_equal(template_render(&src, "b.md", NULL, &out, &err), -1);
    assert_int_equal(err.code, ERR_MISSING);
    assert_int_equal(template_render(&src, "../a.md", NULL, &out, &err), -1);
    assert_int_equal(err.code, ERR_FORMAT);
}

TEST(output_is_bounded)
{
    struct error err = {0};
    cleanup_json cJSON *data = cJSON_CreateObject();
    cleanup_strbuf struct strbuf out = STRBUF_INIT(10);

    cJSON_AddStringToObject(data, "a", "12345");
    assert_int_equal(render("{{a}}{{a}}", data, &out, &err), 0);
    assert_string_equal(out.buf, "1234512345");
    strbuf_clear(&out);
    assert_int_equal(render("{{a}}\n{{a}}", data, &out, &err), -1);
    assert_int_equal(err.code, ERR_LIMIT);
    assert_string_equal(err.msg, "t.txt:2: output larger than 10 bytes");
}

/* Nested sections over a list that print nothing: 10^9 rounds, ended by the bound on steps. */
TEST(work_is_bounded)
{
    static const char nine[] = "{{#l}}{{#l}}{{#l}}{{#l}}{{#l}}{{#l}}{{#l}}{{#l}}{{#l}}"
                               "{{/l}}{{/l}}{{/l}}{{/l}}{{/l}}{{/l}}{{/l}}{{/l}}{{/l}}";
    struct error err = {0};
    cleanup_json cJSON *data = cJSON_CreateObject();
    cleanup_strbuf struct strbuf out = STRBUF_INIT(MIB);
    cJSON *list = cJSON_AddArrayToObject(data, "l");

    for (int i = 0; i < 10; i++)
        cJSON_AddItemToArray(list, cJSON_CreateObject());
    assert_int_equal(render(nine, data, &out, &err), -1);
    assert_int_equal(err.code, ERR_LIMIT);
}

TEST(template_is_bounded)
{
    struct error err = {0};
    cleanup_strbuf struct strbuf text = STRBUF_INIT(2 * LIMIT_TEMPLATE_BYTES);
    cleanup_strbuf struct strbuf out = STRBUF_INIT(2 * LIMIT_TEMPLATE_BYTES);

    while (text.len <= LIMIT_TEMPLATE_BYTES)
        strbuf_addstr(&text, "0123456789abcdef");
    assert_int_equal(render(text.buf, NULL, &out, &err), -1);
    assert_int_equal(err.code, ERR_LIMIT);
    assert_int_equal(render("\xff", NULL, &out, &err), -1);
    assert_int_equal(err.code, ERR_FORMAT);
}

/* Long names, wide objects and many keys: a message that ends, without reading past anything. */
TEST(hostile_names)
{
    struct error err = {0};
    cleanup_json cJSON *data = cJSON_CreateObject();
    cleanup_strbuf struct strbuf text = STRBUF_INIT(MIB);
    cleanup_strbuf struct strbuf out = STRBUF_INIT(MIB);

    for (int i = 0; i < 1000; i++)
        strbuf_addstr(&text, "long");
    cJSON_AddStringToObject(data, text.buf, "x");
    cJSON_AddStringToObject(data, "", "x");
    strbuf_clear(&text);
    strbuf_addstr(&text, "{{");
    for (int i = 0; i < 1000; i++)
        strbuf_addstr(&text, "wide");
    strbuf_addstr(&text, "}}");
    assert_int_equal(render(text.buf, data, &out, &err), -1);
    assert_int_equal(err.code, ERR_FORMAT);
    assert_int_equal(render("{{\x1b[31m}}", data, &out, &err), -1);
    assert_null(strchr(err.msg, '\x1b'));
}

/* Documents and terminals are spared the same characters: there is one list. */
TEST(unsafe_characters_are_those_of_the_terminal)
{
    static const enum escape forms[] = {ESCAPE_MARKDOWN, ESCAPE_HTML};

    for (uint32_t cp = 0x80; cp <= 0x10FFFF; cp = cp == 0xD7FF ? 0xE000 : cp + 1)
        for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
            char text[8] = "";
            cleanup_strbuf struct strbuf one = STRBUF_INIT(8), out = STRBUF_INIT(64);

            text_add(&one, cp);
            memcpy(text, one.buf, one.len);
            escape_add(forms[i], &out, text);
            assert_int_equal(strcmp(out.buf, text) != 0, text_is_unsafe(cp));
        }
}

TEST(extension_decides)
{
    assert_int_equal(escape_for("report.md"), ESCAPE_MARKDOWN);
    assert_int_equal(escape_for("a/b.markdown"), ESCAPE_MARKDOWN);
    assert_int_equal(escape_for("x.html"), ESCAPE_HTML);
    assert_int_equal(escape_for("x.htm.mustache"), ESCAPE_HTML);
    assert_int_equal(escape_for("x.txt"), ESCAPE_NONE);
    assert_int_equal(escape_for(".md"), ESCAPE_NONE);
    assert_int_equal(escape_for(""), ESCAPE_NONE);
}

static int setup(void **state)
{
    (void)state;
    json_init();
    return 0;
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(values),
        cmocka_unit_test(sections),
        cmocka_unit_test(partials),
        cmocka_unit_test(delimiters),
        cmocka_unit_test(strict_errors),
        cmocka_unit_test(escaping),
        cmocka_unit_test(missing_template),
        cmocka_unit_test(output_is_bounded),
        cmocka_unit_test(work_is_bounded),
        cmocka_unit_test(template_is_bounded),
        cmocka_unit_test(hostile_names),
        cmocka_unit_test(unsafe_characters_are_those_of_the_terminal),
        cmocka_unit_test(extension_decides),
    };

    return RUN_TESTS(tests, setup, NULL);
}
