/* text.c - quoting for sh, HCL and JSON.
 *
 * sh: POSIX.1-2017, Shell Command Language, 2.2.2 «Single-Quotes». HCL: HCL Native Syntax
 * Specification, «Quoted Template Expressions»: escapes, and $${ and %%{ for what would begin a
 * template. JSON: RFC 8259, 7. */
#include "fixes/text.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"

#define TEXT_BYTES ((size_t)64 * 1024) /* of one command or snippet */

static bool is_one_of(char c, const char *set)
{
    return c && strchr(set, c) != NULL;
}

static bool is_word_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           is_one_of(c, "_./:@,-");
}

bool fix_is_plain(const char *value)
{
    static const char *const files[] = {"file://", "fileb://", "http://", "https://"};
    size_t len = strlen(value), step;
    uint32_t cp;

    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (strncmp(value, files[i], strlen(files[i])) == 0)
            return false;
    for (size_t i = 0; i < len; i += step) {
        step = text_next(value + i, len - i, &cp);
        if (step == 0 || text_is_unsafe(cp))
            return false;
    }
    return len <= LIMIT_NAME_BYTES;
}

/* Bare where no shell sees anything in it. A value that begins with a hyphen would be read as an
 * option: it is joined to its own, --user-name='-x'. */
static void add_word(struct strbuf *out, const char *value)
{
    bool bare = *value != '\0' && *value != '-';

    for (const char *p = value; *p; p++)
        bare = bare && is_word_char(*p);
    if (*value == '-' && out->len > 0 && out->buf[out->len - 1] == ' ') {
        strbuf_truncate(out, out->len - 1);
        strbuf_addch(out, '=');
    }
    if (bare) {
        strbuf_addstr(out, value);
        return;
    }
    strbuf_addch(out, '\'');
    for (const char *p = value; *p; p++) {
        if (*p == '\'')
            strbuf_addstr(out, "'\\''");
        else
            strbuf_addch(out, *p);
    }
    strbuf_addch(out, '\'');
}

static void add_string(struct strbuf *out, const char *value)
{
    strbuf_addch(out, '"');
    for (const char *p = value; *p; p++) {
        if (*p == '"' || *p == '\\')
            strbuf_addch(out, '\\');
        else if ((*p == '$' || *p == '%') && p[1] == '{')
            strbuf_addch(out, *p);
        strbuf_addch(out, *p);
    }
    strbuf_addch(out, '"');
}

static void add_value(struct strbuf *out, enum fix_language language, const char *value)
{
    if (language == FIX_SHELL)
        add_word(out, value);
    else if (language == FIX_HCL)
        add_string(out, value);
    else
        strbuf_addstr(out, value);
}

/* Length of the blank that begins here; 0: none does. */
static size_t blank_at(const char *form)
{
    size_t len = *form == '<' ? 1 + strspn(form + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") : 0;

    return len > 1 && form[len] == '>' ? len + 1 : 0;
}

static void list_blank(struct arena *arena, const char **blanks, const char *blank)
{
    const char *at = strstr(*blanks, blank);

    if (!at)
        *blanks = arena_printf(arena, "%s%s%s", *blanks, **blanks ? " " : "", blank);
}

struct fix_filled fix_fill(struct arena *arena, enum fix_language language, const char *form,
                           va_list values)
{
    cleanup_strbuf struct strbuf out = STRBUF_INIT(TEXT_BYTES);
    struct fix_filled filled = {NULL, ""};
    bool safe = true;

    while (*form) {
        size_t len = blank_at(form);

        if (len > 0) {
            const char *blank = arena_strndup(arena, form, len);

            list_blank(arena, &filled.blanks, blank);
            add_value(&out, language == FIX_SHELL ? FIX_SHELL : FIX_PLAIN, blank);
            form += len;
        } else if (form[0] == '{' && form[1] == '}') {
            const char *value = va_arg(values, const char *);

            safe = safe && fix_is_plain(value);
            add_value(&out, language, value);
            form += 2;
        } else {
            strbuf_addch(&out, *form++);
        }
    }
    if (safe && !out.overflowed)
        filled.text = arena_strdup(arena, out.buf);
    return filled;
}

static void add_escape(struct strbuf *out, uint32_t cp)
{
    if (cp >= 0x10000) {
        strbuf_addf(out, "\\u%04x", 0xd800U + (unsigned)((cp - 0x10000) >> 10));
        cp = 0xdc00 + ((cp - 0x10000) & 0x3ff);
    }
    strbuf_addf(out, "\\u%04x", (unsigned)cp);
}

const char *fix_json(struct arena *arena, const cJSON *tree, size_t most)
{
    cleanup_strbuf struct strbuf pretty = STRBUF_INIT(most), out = STRBUF_INIT(most);
    struct error err = {0};
    uint32_t cp;
    size_t step;

    if (json_pretty(tree, &pretty, &err) || pretty.overflowed)
        return NULL;
    for (size_t i = 0; i < pretty.len; i += step) {
        step = text_next(pretty.buf + i, pretty.len - i, &cp);
        if (step == 0)
            return NULL;
        if (cp != '\n' && text_is_unsafe(cp))
            add_escape(&out, cp);
        else
            strbuf_add(&out, pretty.buf + i, step);
    }
    while (out.len > 0 && out.buf[out.len - 1] == '\n')
        strbuf_truncate(&out, out.len - 1);
    return out.overflowed ? NULL : arena_strdup(arena, out.buf);
}
