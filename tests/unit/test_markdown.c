/* test_markdown.c - the Markdown report and the escaping it stands on. */
#include "expect.h"

#include "base/json.h"
#include "base/limits.h"
#include "markdown_oracle.h"
#include "render/render.h"

#define REPORT "tests/vectors/markdown/report.json"

/* To add one: a line; it must be read as its own text at every place. */
static const char *const hostile[] = {
    /* clang-format off */
    "jane_doe", "_jane_", "a__b__c", "*x*", "**x**", "a*b*c", "***", "---", "- - -", "___", "* * *",
    "===", "=", "-", "--", "+", "+ a", "- a", "* a", "1. a", "1) a", "123456789. a", "1.", "1",
    "# a", "#", "a #", "a ##", "## a ##", "#12", "GH-12 #3", "> a", ">", "    code", "\tcode",
    " a ", "a  ", "a\\", "\\", "\\\\", "\\*", "a\\|b", "|", "||", "a|b", "| a | b |\n|---|---|",
    ":-:", ":--", "---|---", "`", "``", "`a`", "```", "~~~", "~~a~~", "~a~", "```c\nx\n```",
    "<b>x</b>", "<", ">", "<script>alert(1)</script>", "</td></tr></table>", "<!-- x", "-->",
    "<?php ?>", "<![CDATA[x]]>", "]]>", "<a href=\"javascript:alert(1)\">x</a>",
    "<http://evil.example>", "<a@b.example>", "[x](javascript:alert(1))",
    "[x]: http://evil.example", "[x][y]", "[x]", "![x](y)", "!", "a!", "[^1]", "[^1]: x", "- [ ] a",
    "[ ] a", "[x] a", "](x)", "(x)", "javascript:alert(1)", "http://evil.example",
    "https://evil.example/?a=1&b=2", "ftp://x", "www.evil.example", "WWW.evil.example",
    "a@b.example", "mailto:a@b.example", "@sam", "a @sam", "@", "a@", "&", "&amp;", "&#35;",
    "&lt;b&gt;", "a & b", "&nbsp;", "& ", "$x$", "$$x$$", "$", "\\(x\\)", "{{x}}", "{%x%}",
    "{code}x{code}", "{: .x}", ":tada:", "a :+1: b", ":100:", "::", ":", "arn:aws:iam::1:user/a_b",
    "a\nb", "a\n\nb", "a\r\nb", "a\r\rb", "\n", "\n\n# a", "a\n===", "a\n---", "a\n- b", "a\n1. b",
    "\x07\x1b[31mred\x1b[0m", "\x7f", "\xc2\x85", "\xe2\x80\xa8", "\xe2\x80\xaetxt.exe",
    "\xe2\x81\xa6x\xe2\x81\xa9", "\xef\xbb\xbfx", "\xe2\x80\x8bx", "\xff\xfe", "\xc3",
    "\xed\xa0\x80", "\xf3\xa0\x81\x81", "\xc2\xad", "\xc2\xa0x\xc2\xa0", "\xf0\x9f\x94\x91 key",
    "\"x\" 'y'", "a--b", "a...b", "%", "^x^", "x^2", "H~2~O", "==x==", "++x++", "\\u{202E}", "%PDF",
    "---\ntitle: x\n---", "Setext\n=", "\f", "\v", "a\vb", " ", "  ", "   x", "(", ")", ".", "..",
    "a.", "1.5", "98.4 %", "-5",
    /* clang-format on */
};
#define HOSTILE (sizeof hostile / sizeof hostile[0])

TEST(hostile_values_are_text)
{
    for (size_t i = 0; i < HOSTILE; i++) {
        if (!oracle_value_is_text(hostile[i]))
            print_message("# value %zu: %s\n", i, hostile[i]);
        assert_true(oracle_value_is_text(hostile[i]));
    }
}

/* Two values side by side make nothing that neither is alone. */
TEST(neighbours_are_text)
{
    cleanup_strbuf struct strbuf text = STRBUF_INIT(MIB), expected = STRBUF_INIT(MIB);

    for (size_t i = 0; i < HOSTILE * HOSTILE; i++) {
        const char *a = hostile[i / HOSTILE], *b = hostile[i % HOSTILE];

        strbuf_clear(&text);
        strbuf_clear(&expected);
        escape_add(ESCAPE_MARKDOWN, &text, a);
        escape_add(ESCAPE_MARKDOWN, &text, b);
        oracle_expected(&expected, a);
        oracle_expected(&expected, b);
        if (!oracle_reads(text.buf, "<p>", expected.buf, "</p>\n"))
            print_message("# %s and %s: %s\n", a, b, text.buf);
        assert_true(oracle_reads(text.buf, "<p>", expected.buf, "</p>\n"));
    }
}

TEST(long_values_take_linear_room)
{
    cleanup_strbuf struct strbuf value = STRBUF_INIT(2 * MIB), text = STRBUF_INIT(32 * MIB);

    while (value.len < MIB)
        strbuf_addstr(&value, ":@*");
    escape_add(ESCAPE_MARKDOWN, &text, value.buf);
    assert_false(text.overflowed);
    assert_true(text.len < 8 * value.len);
}

/* ---- the report ---- */

static cJSON *read_report(void)
{
    struct error err = {0};
    cJSON *report = json_read(REPORT, MIB, &err);

    assert_string_equal(err.msg, "");
    return report;
}

static void render(const cJSON *report, struct strbuf *out)
{
    struct error err = {0};
    int rc = render_markdown.render(report, out, &err);

    assert_string_equal(err.msg, "");
    assert_int_equal(rc, 0);
}

static size_t bars(const char *line, size_t len)
{
    size_t count = 0;

    for (size_t i = 0; i < len; i++)
        count += line[i] == '|';
    return count;
}

/* Every table's rows have as many cells as its head, and no bar is anything but a cell's border. */
static void check_tables(const char *text)
{
    size_t columns = 0, tables = 0;

    for (const char *line = text; *line;) {
        size_t len = strcspn(line, "\n");

        if (len > 0 && line[0] == '|') {
            tables += columns == 0;
            columns = columns ? columns : bars(line, len);
            assert_int_equal(bars(line, len), columns);
            assert_int_equal(line[len - 1], '|');
        } else {
            columns = 0;
            assert_int_equal(bars(line, len), 0);
        }
        assert_true(len == 0 || line[len - 1] != ' ');
        line += len + (line[len] == '\n');
    }
    assert_true(tables > 5);
}

/* Tags that our own Markdown makes; cmark knows no tables, so they stay paragraphs. */
static bool is_our_tag(const char *tag)
{
    static const char *const ours[] = {"h1>",   "h2>",         "h3>",       "h4>", "p>",
                                       "ul>",   "ol>",         "ol start=", "li>", "strong>",
                                       "code>", "blockquote>", "hr />"};

    if (tag[0] == '/')
        tag++;
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
        if (strncmp(tag, ours[i], strlen(ours[i])) == 0)
            return true;
    return false;
}

static void check_tags(const char *markdown)
{
    char *html = cmark_markdown_to_html(markdown, strlen(markdown), CMARK_OPT_DEFAULT);

    for (const char *tag = strchr(html, '<'); tag; tag = strchr(tag + 1, '<')) {
        if (!is_our_tag(tag + 1))
            print_message("# %.60s\n", tag);
        assert_true(is_our_tag(tag + 1));
    }
    free(html);
}

TEST(report_is_whole)
{
    cleanup_json cJSON *report = read_report();
    cleanup_strbuf struct strbuf out = STRBUF_INIT(LIMIT_DOCUMENT_BYTES);
    /* To add one: a line that this report must have. */
    static const char *const lines[] = {
        "# MFA posture report: Example Corp (sample)\n",
        "\n> **SAMPLE.** All names and figures are made up.\n",
        "\n## Fail · Incomplete\n",
        "\n| **41** of 100 | not graded | 41 (no valid waivers) | 98.4 % (2 unknown · 0 manual) | "
        "21 |\n",
        "\n| 3 (-2) | 5 | 2 | 10 | 61, 2 attested |\n",
        "\n**What we ask you to decide:** Accept the exception of team-a until the end of the "
        "year\n",
        "; owner team-a\n",
        "\n#### Console users have MFA: FAIL\n",
        "| &lt;b&gt;x&lt;/b&gt; | sample-management (111122223333) | FAIL |",
        "; waived until 2026-12-31 by team-b: migrating |",
        "; 12 not applicable.\n",
        "\\[1\\], cell=7,4 |\n",
        "\nNo check of this tier was run.\n",
        "| left out: credential report: AccessDenied |",
        "| -1, **not explained** |\n",
        "\n## Appendix: evidence\n",
    };

    render(report, &out);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        if (!strstr(out.buf, lines[i]))
            print_message("# missing: %s\n", lines[i]);
        assert_non_null(strstr(out.buf, lines[i]));
    }
    check_tables(out.buf);
    check_tags(out.buf);
}

TEST(appendix_is_for_auditors)
{
    cleanup_json cJSON *report = read_report();
    cleanup_strbuf struct strbuf out = STRBUF_INIT(LIMIT_DOCUMENT_BYTES);

    for (cJSON *e = report->child; e; e = e->next)
        for (cJSON *m = strcmp(e->string, "edition") == 0 ? e->child : NULL; m; m = m->next)
            if (strcmp(m->string, "appendix") == 0)
                m->type = cJSON_False;
    render(report, &out);
    assert_null(strstr(out.buf, "Appendix"));
}

/* Put `value` in the place of every text of the report. */
static void poison(cJSON *tree, const char *value)
{
    for (cJSON *e = tree->child; e; e = e->next) {
        if (cJSON_IsString(e))
            cJSON_SetValuestring(e, value);
        poison(e, value);
    }
}

/* Whatever AWS names hold, wherever they turn up: no tag, no link, no broken row. */
TEST(nothing_breaks_out)
{
    cleanup_json cJSON *report = read_report();
    cleanup_strbuf struct strbuf out = STRBUF_INIT(LIMIT_DOCUMENT_BYTES);

    for (size_t i = 0; i < HOSTILE; i++) {
        poison(report, hostile[i]);
        strbuf_clear(&out);
        render(report, &out);
        check_tables(out.buf);
        check_tags(out.buf);
    }
}

/* ---- the list of renderers ---- */

TEST(renderers_are_found_by_name)
{
    size_t count = 0;

    for (; renderers[count]; count++) {
        assert_ptr_equal(renderer_find(renderers[count]->name), renderers[count]);
        assert_non_null(strchr(renderers[count]->media_type, '/'));
        assert_null(strchr(renderers[count]->extension, '.'));
    }
    assert_true(count >= 3);
    assert_null(renderer_find("PDF"));
    assert_null(renderer_find(""));
}

TEST(json_is_the_report)
{
    struct error err = {0};
    cleanup_json cJSON *report = read_report();
    cleanup_strbuf struct strbuf out = STRBUF_INIT(LIMIT_DOCUMENT_BYTES);
    cleanup_json cJSON *again = NULL;

    expect_ok(renderer_find("json")->render(report, &out, &err), err);
    again = json_parse("again", out.buf, out.len, &err);
    assert_true(cJSON_Compare(report, again, true));
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
        cmocka_unit_test(hostile_values_are_text),      cmocka_unit_test(neighbours_are_text),
        cmocka_unit_test(long_values_take_linear_room), cmocka_unit_test(report_is_whole),
        cmocka_unit_test(appendix_is_for_auditors),     cmocka_unit_test(nothing_breaks_out),
        cmocka_unit_test(renderers_are_found_by_name),  cmocka_unit_test(json_is_the_report),
    };

    return RUN_TESTS(tests, setup, NULL);
}
