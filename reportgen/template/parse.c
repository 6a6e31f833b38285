/* parse.c - a template's text into a tree of nodes. */
#include "template/parse.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"

#define DELIMITER_BYTES 16 /* longest delimiter that a template may set */

struct delimiter {
    char text[DELIMITER_BYTES];
    size_t len;
};

/* The section being filled, and where its next child goes. */
struct level {
    struct node *section; /* NULL: the template itself */
    struct node **tail;
};

struct parser {
    const char *file;
    const char *text;
    size_t len, pos;
    int line;       /* of `pos` */
    bool line_open; /* something was put out since the line began */
    struct delimiter open, close;
    struct level levels[LIMIT_TEMPLATE_DEPTH + 1];
    size_t depth;
    struct arena *arena;
    struct error *err;
};

/* A tag as read: text[start..end) with its delimiters. */
struct tag {
    char sigil; /* one of # ^ / > ! = & {, or 0 for a plain variable */
    size_t start, end;
    int line;
    const char *content; /* between sigil and closing delimiter, blanks trimmed */
    size_t len;
};

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static int fail_at(const struct parser *p, int line, const char *what)
{
    return fail(p->err, ERR_FORMAT, "%s:%d: %s", p->file, line, what);
}

/* First occurrence of `needle` in text[from..len), or len. */
static size_t seek(const struct parser *p, size_t from, const char *needle, size_t needle_len)
{
    while (from + needle_len <= p->len) {
        const char *hit = memchr(p->text + from, needle[0], p->len - from - needle_len + 1);

        if (!hit)
            return p->len;
        from = (size_t)(hit - p->text);
        if (memcmp(hit, needle, needle_len) == 0)
            return from;
        from++;
    }
    return p->len;
}

/* Go on to `pos`, counting lines. */
static void advance(struct parser *p, size_t pos)
{
    while (p->pos < pos)
        if (p->text[p->pos++] == '\n')
            p->line++;
}

static struct node *add_node(struct parser *p, enum node_kind kind, int line)
{
    struct node *n = arena_new(p->arena, struct node, 1);
    struct level *top = &p->levels[p->depth];

    n->kind = kind;
    n->line = line;
    *top->tail = n;
    top->tail = &n->next;
    return n;
}

/* Something is about to be put out: mark the line's beginning if this is it. */
static void open_line(struct parser *p, int line)
{
    if (!p->line_open)
        add_node(p, NODE_LINE, line);
    p->line_open = true;
}

/* The text from..to, which begins on `line`. */
static void add_text(struct parser *p, size_t from, size_t to, int line)
{
    const char *s = p->text + from;
    size_t len = to - from;

    if (len == 0)
        return;

    bool empty_line = s[0] == '\n' || (s[0] == '\r' && len > 1 && s[1] == '\n');

    if (!empty_line)
        open_line(p, line);

    struct node *n = add_node(p, NODE_TEXT, line);

    n->text = s;
    n->len = len;
    p->line_open = s[len - 1] != '\n';
}

static void trim(struct tag *t)
{
    while (t->len > 0 && is_space(t->content[0])) {
        t->content++;
        t->len--;
    }
    while (t->len > 0 && is_space(t->content[t->len - 1]))
        t->len--;
}

/* Read the tag whose opening delimiter stands at p->pos. */
static int read_tag(struct parser *p, struct tag *t)
{
    size_t at = p->pos + p->open.len;
    char ending[DELIMITER_BYTES + 1];
    size_t ending_len = p->close.len;

    while (at < p->len && is_space(p->text[at]))
        at++;
    *t = (struct tag){.start = p->pos, .line = p->line};
    if (at < p->len && strchr("#^/>!=&{", p->text[at]) && p->text[at] != '\0')
        t->sigil = p->text[at++];
    memcpy(ending, p->close.text, p->close.len);
    if (t->sigil == '{' || t->sigil == '=') {
        ending[0] = t->sigil == '{' ? '}' : '=';
        memcpy(ending + 1, p->close.text, p->close.len);
        ending_len++;
    }

    size_t stop = seek(p, at, ending, ending_len);

    if (stop == p->len)
        return fail_at(p, p->line, "tag is never closed");
    t->content = p->text + at;
    t->len = stop - at;
    t->end = stop + ending_len;
    trim(t);
    return 0;
}

/* Where the line that holds only this tag begins and where the next one does; false when there is
 * something beside it, or the tag is one that puts out text. */
static bool is_standalone(const struct parser *p, const struct tag *t, size_t *from, size_t *to)
{
    size_t start = t->start, end = t->end;

    if (t->sigil == 0 || t->sigil == '&' || t->sigil == '{')
        return false;
    while (start > 0 && (p->text[start - 1] == ' ' || p->text[start - 1] == '\t'))
        start--;
    while (end < p->len && (p->text[end] == ' ' || p->text[end] == '\t'))
        end++;
    if (start > 0 && p->text[start - 1] != '\n')
        return false;
    if (end + 1 < p->len && p->text[end] == '\r' && p->text[end + 1] == '\n')
        end++;
    if (end < p->len && p->text[end] != '\n')
        return false;
    *from = start;
    *to = end < p->len ? end + 1 : end;
    return true;
}

static int set_delimiter(const struct parser *p, const struct tag *t, const char *s, size_t len,
                         struct delimiter *out)
{
    if (len == 0 || len > DELIMITER_BYTES || memchr(s, '=', len))
        return fail_at(p, t->line, "delimiters are two words of at most 16 bytes without '='");
    memcpy(out->text, s, len);
    out->len = len;
    return 0;
}

static int set_delimiters(struct parser *p, const struct tag *t)
{
    size_t first = 0;
    struct delimiter open = {.len = 0}, close = {.len = 0};

    while (first < t->len && !is_space(t->content[first]))
        first++;

    size_t second = first;

    while (second < t->len && is_space(t->content[second]))
        second++;
    for (size_t i = second; i < t->len; i++)
        if (is_space(t->content[i]))
            return fail_at(p, t->line, "more than two delimiters");
    if (set_delimiter(p, t, t->content, first, &open) != 0 ||
        set_delimiter(p, t, t->content + second, t->len - second, &close) != 0)
        return -1;
    p->open = open;
    p->close = close;
    return 0;
}

/* The name in a tag. Partials are named by file, so their dots do not divide. */
static int read_name(struct parser *p, const struct tag *t, struct node_name *out)
{
    if (t->len == 0)
        return fail_at(p, t->line, "tag without a name");
    for (size_t i = 0; i < t->len; i++)
        if ((unsigned char)t->content[i] <= ' ')
            return fail_at(p, t->line, "white space inside a name");
    if (t->len > LIMIT_NAME_BYTES)
        return fail_at(p, t->line, "name too long");
    if (strchr("<$*", t->content[0]))
        return fail_at(p, t->line, "inheritance and dynamic names are not supported");
    out->whole = arena_strndup(p->arena, t->content, t->len);
    if (t->sigil == '>' || (t->len == 1 && t->content[0] == '.'))
        return 0;

    char *parts = arena_strndup(p->arena, t->content, t->len);

    out->parts = parts;
    out->count = 1;
    for (size_t i = 0; i < t->len; i++) {
        if (parts[i] != '.')
            continue;
        if (i == 0 || i + 1 == t->len || parts[i - 1] == '\0')
            return fail_at(p, t->line, "empty part in a dotted name");
        parts[i] = '\0';
        out->count++;
    }
    return 0;
}

static int open_section(struct parser *p, struct node *section)
{
    if (p->depth == LIMIT_TEMPLATE_DEPTH)
        return fail(p->err, ERR_LIMIT, "%s:%d: sections nested deeper than %d", p->file,
                    section->line, LIMIT_TEMPLATE_DEPTH);
    p->depth++;
    p->levels[p->depth] = (struct level){section, &section->children};
    return 0;
}

static int close_section(struct parser *p, const struct tag *t)
{
    const struct node *section = p->levels[p->depth].section;

    if (!section)
        return fail(p->err, ERR_FORMAT, "%s:%d: '%s' is closed but was never opened", p->file,
                    t->line, text_shown(p->arena, arena_strndup(p->arena, t->content, t->len)));
    if (strlen(section->name.whole) != t->len ||
        memcmp(section->name.whole, t->content, t->len) != 0)
        return fail(p->err, ERR_FORMAT, "%s:%d: '%s' is closed where '%s' of line %d is open",
                    p->file, t->line,
                    text_shown(p->arena, arena_strndup(p->arena, t->content, t->len)),
                    text_shown(p->arena, section->name.whole), section->line);
    p->depth--;
    return 0;
}

/* A tag that becomes a node. text[from..t->start) is the indentation of a standalone one. */
static int add_tag(struct parser *p, const struct tag *t, bool standalone, size_t from)
{
    enum node_kind kind = t->sigil == '#'   ? NODE_SECTION
                          : t->sigil == '^' ? NODE_INVERTED
                          : t->sigil == '>' ? NODE_PARTIAL
                          : t->sigil == 0   ? NODE_VALUE
                                            : NODE_RAW;

    if (!standalone)
        open_line(p, t->line);

    struct node *n = add_node(p, kind, t->line);

    if (standalone && kind == NODE_PARTIAL) {
        n->text = p->text + from;
        n->len = t->start - from;
    }
    if (read_name(p, t, &n->name) != 0)
        return -1;
    if (kind == NODE_SECTION || kind == NODE_INVERTED)
        return open_section(p, n);
    return 0;
}

static int parse_tag(struct parser *p, size_t text_from, size_t at)
{
    struct tag t;
    size_t from = at, to = 0;
    int text_line = p->line;

    advance(p, at);
    if (read_tag(p, &t) != 0)
        return -1;

    bool standalone = is_standalone(p, &t, &from, &to);

    if (!standalone) {
        from = t.start;
        to = t.end;
    }
    add_text(p, text_from, from, text_line);
    advance(p, to);
    if (t.sigil == '!' || t.sigil == '=' || t.sigil == '/') {
        if (!standalone)
            open_line(p, t.line);
        if (t.sigil == '!')
            return 0;
        return t.sigil == '=' ? set_delimiters(p, &t) : close_section(p, &t);
    }
    return add_tag(p, &t, standalone, from);
}

struct parsed *template_parse(const char *file, const char *text, size_t len, struct arena *arena,
                              struct error *err)
{
    struct parsed *out = arena_new(arena, struct parsed, 1);
    struct parser p = {.file = file,
                       .text = text,
                       .len = len,
                       .line = 1,
                       .arena = arena,
                       .err = err,
                       .open = {"{{", 2},
                       .close = {"}}", 2}};

    if (len > LIMIT_TEMPLATE_BYTES) {
        fail(err, ERR_LIMIT, "%s: larger than %zu bytes", file, LIMIT_TEMPLATE_BYTES);
        return NULL;
    }
    if (!text_is_utf8(text, len)) {
        fail(err, ERR_FORMAT, "%s: not UTF-8", file);
        return NULL;
    }
    out->file = file;
    p.levels[0].tail = &out->nodes;
    while (p.pos < len) {
        size_t at = seek(&p, p.pos, p.open.text, p.open.len);

        if (at == len) {
            add_text(&p, p.pos, len, p.line);
            break;
        }
        if (parse_tag(&p, p.pos, at) != 0)
            return NULL;
    }
    if (p.depth > 0) {
        const struct node *section = p.levels[p.depth].section;

        fail(err, ERR_FORMAT, "%s:%d: section '%s' is never closed", file, section->line,
             text_shown(arena, section->name.whole));
        return NULL;
    }
    return out;
}
