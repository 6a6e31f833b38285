/* markdown_oracle.h - is a value, escaped for Markdown, read as its own text and nothing else?
 * Asks libcmark in safe mode; used by the unit test and by the fuzz target. */
#ifndef TESTS_MARKDOWN_ORACLE_H
#define TESTS_MARKDOWN_ORACLE_H

#include <cmark.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "template/escape.h"

/* HTML text to plain text; the zero-width spaces that the escaper adds are left out. */
static inline void oracle_plain(struct strbuf *out, const char *html, size_t len)
{
    static const char *const entities[][2] = {
        {"&lt;", "<"},    {"&gt;", ">"},  {"&amp;", "&"},
        {"&quot;", "\""}, {"&#39;", "'"}, {"\xe2\x80\x8b", ""},
    };

    for (size_t i = 0; i < len;) {
        size_t taken = 0;

        for (size_t e = 0; e < sizeof entities / sizeof entities[0] && taken == 0; e++) {
            size_t n = strlen(entities[e][0]);

            if (len - i >= n && memcmp(html + i, entities[e][0], n) == 0) {
                strbuf_addstr(out, entities[e][1]);
                taken = n;
            }
        }
        if (taken == 0)
            strbuf_addch(out, html[i]);
        i += taken ? taken : 1;
    }
}

/* What a reader has to see: the value on one line, with the unseen made visible. */
static inline void oracle_expected(struct strbuf *out, const char *value)
{
    struct strbuf html = STRBUF_INIT(64 * (size_t)1024 * 1024);
    size_t from = out->len;

    escape_add(ESCAPE_HTML, &html, value);
    oracle_plain(out, html.buf, html.len);
    strbuf_free(&html);

    size_t to = from;

    for (size_t i = from; i < out->len; i++) {
        char c = out->buf[i];

        if (c == '\r' && out->buf[i + 1] == '\n')
            continue;
        out->buf[to++] = c == '\n' || c == '\r' || c == '\t' ? ' ' : c;
    }
    strbuf_truncate(out, to);
}

/* markdown must become before + text + after, where text is plain and reads `expected`. */
static inline bool oracle_reads(const char *markdown, const char *before, const char *expected,
                                const char *after)
{
    char *html = cmark_markdown_to_html(markdown, strlen(markdown), CMARK_OPT_DEFAULT);
    size_t len = strlen(html), head = strlen(before), tail = strlen(after);
    struct strbuf plain = STRBUF_INIT(64 * (size_t)1024 * 1024);
    bool good = len >= head + tail && memcmp(html, before, head) == 0 &&
                memcmp(html + len - tail, after, tail) == 0 &&
                !memchr(html + head, '<', len - head - tail);

    if (good) {
        oracle_plain(&plain, html + head, len - head - tail);
        good = strcmp(plain.buf, expected) == 0;
    }
    strbuf_free(&plain);
    free(html);
    return good;
}

/* The same for a value as a paragraph, after a line of one, in a list and as a heading. */
static inline bool oracle_value_is_text(const char *value)
{
    static const struct {
        const char *markdown, *before, *after;
    } places[] = {
        {"", "<p>", "</p>\n"},
        {"x\n", "<p>x\n", "</p>\n"},
        {"- ", "<ul>\n<li>", "</li>\n</ul>\n"},
        {"## ", "<h2>", "</h2>\n"},
        {"> ", "<blockquote>\n<p>", "</p>\n</blockquote>\n"},
        {"- a\n- ", "<ul>\n<li>a</li>\n<li>", "</li>\n</ul>\n"},
    };
    struct strbuf text = STRBUF_INIT(64 * (size_t)1024 * 1024);
    struct strbuf expected = STRBUF_INIT(64 * (size_t)1024 * 1024);
    bool good = true;

    oracle_expected(&expected, value);
    for (size_t i = 0; i < sizeof places / sizeof places[0] && value[0]; i++) {
        strbuf_clear(&text);
        strbuf_addstr(&text, places[i].markdown);
        escape_add(ESCAPE_MARKDOWN, &text, value);
        good = good && !strpbrk(text.buf + strlen(places[i].markdown), "|`<\n\r\t") &&
               oracle_reads(text.buf, places[i].before, expected.buf, places[i].after);
    }
    strbuf_free(&text);
    strbuf_free(&expected);
    return good;
}

#endif
