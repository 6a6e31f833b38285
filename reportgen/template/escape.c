/* escape.c - making outside text harmless in the document it is put into. */
#include "template/escape.h"

#include <stdint.h>
#include <string.h>

#include "base/text.h"

enum escape escape_for(const char *file)
{
    /* To add a document form: one row. */
    static const struct {
        const char *extension;
        enum escape how;
    } forms[] = {
        {".md", ESCAPE_MARKDOWN},
        {".markdown", ESCAPE_MARKDOWN},
        {".html", ESCAPE_HTML},
        {".htm", ESCAPE_HTML},
    };
    static const char wrapper[] = ".mustache";
    size_t len = strlen(file);

    if (len > sizeof wrapper - 1 && strcmp(file + len - (sizeof wrapper - 1), wrapper) == 0)
        len -= sizeof wrapper - 1;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        size_t n = strlen(forms[i].extension);

        if (len > n && memcmp(file + len - n, forms[i].extension, n) == 0)
            return forms[i].how;
    }
    return ESCAPE_NONE;
}

static bool is_alnum(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_visible(char c)
{
    return c != '\0' && c != ' ';
}

static bool is_word(char c)
{
    return is_alnum(c) || c == '_';
}

/* A value being escaped: all of it, and where we are. */
struct value {
    const char *s;
    size_t len, pos;
    bool in_arn;        /* inside a word that begins with "arn:" */
    bool digits_so_far; /* everything before pos is a digit */
};

/* The neighbours of the current character; NUL at either end. */
static char before(const struct value *v)
{
    return v->pos > 0 ? v->s[v->pos - 1] : '\0';
}

static char after(const struct value *v)
{
    return v->pos + 1 < v->len ? v->s[v->pos + 1] : '\0';
}

static bool begins(const struct value *v, const char *text)
{
    size_t n = strlen(text);

    return v->len - v->pos >= n && memcmp(v->s + v->pos, text, n) == 0;
}

/* ":word:" as GitHub's emoji names are formed, in lower case; a time of day or an action is none.
 */
static bool begins_emoji(const struct value *v)
{
    bool letter = false;

    if (begins(v, ":100:") || begins(v, ":1234:"))
        return true;
    for (size_t i = v->pos + 1; i < v->len && i - v->pos <= 64; i++) {
        char c = v->s[i];

        if (c == ':')
            return letter;
        if (!is_word(c) && c != '-' && c != '+')
            return false;
        if (c >= 'A' && c <= 'Z')
            return false;
        letter = letter || !is_digit(c);
    }
    return false;
}

static const char zero_width[] = "&#8203;";

/* The colon: URL schemes and emoji. */
static void add_colon(struct strbuf *out, const struct value *v)
{
    if (begins(v, "://"))
        strbuf_addstr(out, "&#58;");
    else if (v->pos == 0)
        strbuf_addstr(out, "\\:");
    else
        strbuf_addch(out, ':');
    if (!v->in_arn && begins_emoji(v))
        strbuf_addstr(out, zero_width);
}

static bool ends_www(const struct value *v)
{
    return v->pos >= 3 && (v->s[v->pos - 1] | 32) == 'w' && (v->s[v->pos - 2] | 32) == 'w' &&
           (v->s[v->pos - 3] | 32) == 'w' && (v->pos == 3 || !is_word(v->s[v->pos - 4]));
}

/* A character that needs care only at some places; false: it is an ordinary one. */
static bool add_by_place(struct strbuf *out, const struct value *v)
{
    char c = v->s[v->pos];
    bool first = v->pos == 0;

    switch (c) {
    case '&':
        strbuf_addstr(out, after(v) == ' ' ? "&" : "&amp;");
        return true;
    case '_':
        strbuf_addstr(out, is_alnum(before(v)) && is_alnum(after(v)) ? "_" : "\\_");
        return true;
    case '-':
    case '+':
        strbuf_addstr(out, first && !is_alnum(after(v)) ? "\\" : "");
        strbuf_addch(out, c);
        return true;
    case '=':
    case '(':
        strbuf_addstr(out, first ? "\\" : "");
        strbuf_addch(out, c);
        return true;
    case '.':
        if (ends_www(v)) {
            strbuf_addstr(out, "&#46;");
            return true;
        }
        /* fall through */
    case ')':
        strbuf_addstr(out, v->digits_so_far && !is_visible(after(v)) ? "\\" : "");
        strbuf_addch(out, c);
        return true;
    case ':':
        add_colon(out, v);
        return true;
    case '@':
        strbuf_addch(out, '@');
        strbuf_addstr(out, !is_word(before(v)) && is_alnum(after(v)) ? zero_width : "");
        return true;
    case '#':
        strbuf_addstr(out, "\\#");
        strbuf_addstr(out, is_digit(after(v)) ? zero_width : "");
        return true;
    case ' ':
        strbuf_addstr(out, first || v->pos + 1 == v->len ? "&#32;" : " ");
        return true;
    default:
        return false;
    }
}

/* What a character becomes wherever it stands; NULL: nothing of the kind. */
static const char *markdown_always(char c)
{
    /* To add one: a row, and its reason in the header. */
    static const char *const forms[128] = {
        ['<'] = "&lt;",  ['>'] = "&gt;", ['\\'] = "&#92;", ['|'] = "&#124;", ['`'] = "&#96;",
        ['$'] = "&#36;", ['*'] = "\\*",  ['['] = "\\[",    [']'] = "\\]",    ['{'] = "\\{",
        ['}'] = "\\}",   ['!'] = "\\!",  ['~'] = "\\~",
    };

    return (unsigned char)c < 128 ? forms[(unsigned char)c] : NULL;
}

static const char *html_always(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

/* A character that must not reach the page as it is: \u{202E}, or \xNN for a stray byte. */
static void add_shown(enum escape how, struct strbuf *out, uint32_t cp, bool stray)
{
    bool markdown = how == ESCAPE_MARKDOWN;

    strbuf_addstr(out, markdown ? "&#92;" : "\\");
    if (stray)
        strbuf_addf(out, "x%02X", (unsigned)cp);
    else
        strbuf_addf(out, markdown ? "u\\{%04X\\}" : "u{%04X}", (unsigned)cp);
}

/* Everything outside printable ASCII; returns the bytes taken, 0 when it is printable ASCII. */
static size_t add_other(enum escape how, struct strbuf *out, const char *s, size_t len)
{
    uint32_t cp = 0;

    if (s[0] >= ' ' && s[0] <= '~')
        return 0;

    size_t n = text_next(s, len, &cp);

    if (n == 0) {
        add_shown(how, out, (unsigned char)s[0], true);
        return 1;
    }
    if (how == ESCAPE_HTML && (cp == '\n' || cp == '\t' || cp == '\r'))
        return 0;
    if (text_is_unsafe(cp)) {
        add_shown(how, out, cp, false);
        return n;
    }
    strbuf_add(out, s, n);
    return n;
}

static void add_html(struct strbuf *out, const char *s)
{
    size_t len = strlen(s);

    for (size_t pos = 0; pos < len;) {
        size_t n = add_other(ESCAPE_HTML, out, s + pos, len - pos);

        if (n == 0) {
            const char *form = html_always(s[pos]);

            if (form)
                strbuf_addstr(out, form);
            else
                strbuf_addch(out, s[pos]);
            n = 1;
        }
        pos += n;
    }
}

static void add_markdown_ascii(struct strbuf *out, const struct value *v)
{
    const char *form = markdown_always(v->s[v->pos]);

    if (form)
        strbuf_addstr(out, form);
    else if (!add_by_place(out, v))
        strbuf_addch(out, v->s[v->pos]);
}

/* s[0..len) holds no line ends and no tabs any more. */
static void add_markdown_line(struct strbuf *out, const char *s, size_t len)
{
    struct value v = {.s = s, .len = len, .digits_so_far = true};

    while (v.pos < len) {
        bool new_word = v.pos == 0 || s[v.pos - 1] == ' ';

        if (new_word || s[v.pos] == ' ')
            v.in_arn = begins(&v, "arn:");

        size_t n = add_other(ESCAPE_MARKDOWN, out, s + v.pos, len - v.pos);

        if (n == 0) {
            add_markdown_ascii(out, &v);
            n = 1;
        }
        v.digits_so_far = v.digits_so_far && is_digit(s[v.pos]);
        v.pos += n;
    }
}

static void add_markdown(struct strbuf *out, const char *s)
{
    cleanup_strbuf struct strbuf line = STRBUF_INIT(out->max);

    for (; *s; s++) {
        bool blank = *s == '\n' || *s == '\t' || *s == '\r';

        if (*s == '\r' && s[1] == '\n')
            continue;
        strbuf_addch(&line, blank ? ' ' : *s);
    }
    add_markdown_line(out, line.buf, line.len);
    out->overflowed = out->overflowed || line.overflowed;
}

void escape_add(enum escape how, struct strbuf *out, const char *s)
{
    switch (how) {
    case ESCAPE_NONE:
        strbuf_addstr(out, s);
        return;
    case ESCAPE_HTML:
        add_html(out, s);
        return;
    case ESCAPE_MARKDOWN:
        add_markdown(out, s);
        return;
    }
}
