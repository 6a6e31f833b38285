/* json_scan.c - the strict look at JSON text before cJSON reads it. */
#include "base/json_scan.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/json_number.h"
#include "base/limits.h"
#include "base/strbuf.h"
#include "base/text.h"

/* A member name met in an object that is still open: without escapes it lies in the text itself,
 * otherwise in the arena. */
struct key {
    const char *text;
    size_t len;
    size_t at; /* offset of its opening quote */
};

struct scan {
    const char *name;
    const char *text;
    size_t len;
    size_t at; /* offset of the next byte to look at; where an error is reported */
    size_t depth;
    struct key *keys; /* of all open objects, the innermost object's last */
    size_t key_count, key_room;
    struct arena decoded;
    json_member_fn *member; /* NULL: nobody wants to know */
    void *context;
    struct error *err;
};

static int scan_value(struct scan *s);

/* Fill the error with the place of s->at: line and character from 1. */
static int refuse(struct scan *s, enum error_code code, const char *what)
{
    size_t line = 1;
    size_t column = 1;

    for (size_t i = 0; i < s->at; i++) {
        if (s->text[i] == '\n') {
            line++;
            column = 1;
        } else if (((unsigned char)s->text[i] & 0xC0) != 0x80) {
            column++;
        }
    }
    return fail(s->err, code, "%s:%zu:%zu: %s", s->name, line, column, what);
}

static int refuse_here(struct scan *s, const char *what)
{
    return refuse(s, ERR_FORMAT, s->at < s->len ? what : "unexpected end");
}

/* The next byte, or -1 at the end. */
static int peek(const struct scan *s)
{
    return s->at < s->len ? (unsigned char)s->text[s->at] : -1;
}

static void skip_space(struct scan *s)
{
    while (s->at < s->len && (s->text[s->at] == ' ' || s->text[s->at] == '\n' ||
                              s->text[s->at] == '\r' || s->text[s->at] == '\t'))
        s->at++;
}

static size_t skip_digits(struct scan *s)
{
    size_t start = s->at;

    while (s->at < s->len && s->text[s->at] >= '0' && s->text[s->at] <= '9')
        s->at++;
    return s->at - start;
}

static int scan_number(struct scan *s)
{
    size_t start = s->at;

    if (peek(s) == '-')
        s->at++;
    if (peek(s) == '0')
        s->at++;
    else if (skip_digits(s) == 0)
        return refuse_here(s, "expected a digit");
    if (peek(s) == '.') {
        s->at++;
        if (skip_digits(s) == 0)
            return refuse_here(s, "expected a digit");
    }
    if (peek(s) == 'e' || peek(s) == 'E') {
        s->at++;
        if (peek(s) == '+' || peek(s) == '-')
            s->at++;
        if (skip_digits(s) == 0)
            return refuse_here(s, "expected a digit");
    }
    if (peek(s) >= '0' && peek(s) <= '9')
        return refuse_here(s, "number with a leading zero");

    size_t end = s->at;

    s->at = start;
    if (!json_number_survives(s->text + start, end - start))
        return refuse(s, ERR_FORMAT, "number that a double cannot hold");
    s->at = end;
    return 0;
}

/* Value of four hexadecimal digits at s->at, which moves past them; -1 with the error filled. */
static int32_t scan_hex4(struct scan *s)
{
    int32_t value = 0;

    for (int i = 0; i < 4; i++) {
        int c = peek(s);

        if (c >= '0' && c <= '9')
            value = value * 16 + (c - '0');
        else if (c >= 'a' && c <= 'f')
            value = value * 16 + (c - 'a' + 10);
        else if (c >= 'A' && c <= 'F')
            value = value * 16 + (c - 'A' + 10);
        else
            return refuse_here(s, "expected four hexadecimal digits");
        s->at++;
    }
    return value;
}

/* After "\u": the code point, with the second half of a pair; -1 with the error filled. */
static int32_t scan_unicode_escape(struct scan *s)
{
    size_t start = s->at - 2;
    int32_t high = scan_hex4(s);

    if (high < 0)
        return -1;
    if (high > 0 && (high < 0xD800 || high > 0xDFFF))
        return high;

    int32_t low = -1;

    if (high >= 0xD800 && high < 0xDC00 && s->len - s->at >= 2 &&
        memcmp(s->text + s->at, "\\u", 2) == 0) {
        s->at += 2;
        low = scan_hex4(s);
        if (low < 0)
            return -1;
    }
    if (low >= 0xDC00 && low <= 0xDFFF)
        return 0x10000 + (high - 0xD800) * 0x400 + (low - 0xDC00);
    s->at = start;
    return refuse(s, ERR_FORMAT, high == 0 ? "\\u0000 in a string" : "half of a surrogate pair");
}

/* An escape at the backslash; its character is appended to `out` unless that is NULL. */
static int scan_escape(struct scan *s, struct strbuf *out)
{
    static const char letters[] = "\"\\/bfnrt";
    static const char meanings[] = "\"\\/\b\f\n\r\t";

    s->at++;

    int c = peek(s);

    if (c == 'u') {
        s->at++;

        int32_t cp = scan_unicode_escape(s);

        if (cp < 0)
            return -1;
        if (out)
            text_add(out, (uint32_t)cp);
        return 0;
    }

    const char *letter = c > 0 ? strchr(letters, c) : NULL;

    if (!letter)
        return refuse_here(s, "unknown escape");
    if (out)
        strbuf_addch(out, meanings[letter - letters]);
    s->at++;
    return 0;
}

/* Move over characters that stand for themselves, up to a quote or backslash. */
static int scan_plain(struct scan *s)
{
    while (s->at < s->len) {
        unsigned char c = (unsigned char)s->text[s->at];
        uint32_t cp;
        size_t n = 1;

        if (c == '"' || c == '\\')
            return 0;
        if (c < 0x20)
            return refuse(s, ERR_FORMAT, "control character in a string");
        if (c >= 0x80)
            n = text_next(s->text + s->at, s->len - s->at, &cp);
        if (n == 0)
            return refuse(s, ERR_FORMAT, "not UTF-8");
        s->at += n;
    }
    return refuse(s, ERR_FORMAT, "unexpected end");
}

/* A string at its opening quote. With `out`, its decoded text is appended there. */
static int scan_string(struct scan *s, struct strbuf *out)
{
    s->at++;
    for (;;) {
        size_t start = s->at;

        if (scan_plain(s) < 0)
            return -1;
        if (out)
            strbuf_add(out, s->text + start, s->at - start);
        if (s->text[s->at] == '"')
            break;
        if (scan_escape(s, out) < 0)
            return -1;
    }
    s->at++;
    return 0;
}

/* A member name, kept until its object ends. */
static int scan_key(struct scan *s)
{
    struct key key = {NULL, 0, s->at};

    if (peek(s) != '"')
        return refuse_here(s, "expected a member name in quotes");
    if (scan_string(s, NULL) < 0)
        return -1;
    key.text = s->text + key.at + 1;
    key.len = s->at - key.at - 2;
    if (memchr(key.text, '\\', key.len)) {
        cleanup_strbuf struct strbuf sb = STRBUF_INIT(s->len);
        size_t end = s->at;

        s->at = key.at;
        if (scan_string(s, &sb) < 0)
            return -1;
        s->at = end;
        key.text = arena_strndup(&s->decoded, sb.buf, sb.len);
        key.len = sb.len;
    }
    if (s->key_count == s->key_room) {
        s->key_room = s->key_room ? s->key_room * 2 : 64;
        s->keys = memory_realloc(s->keys, s->key_room * sizeof *s->keys);
    }
    s->keys[s->key_count++] = key;
    return 0;
}

static int by_text(const void *a, const void *b)
{
    const struct key *x = a;
    const struct key *y = b;
    int order = memcmp(x->text, y->text, x->len < y->len ? x->len : y->len);

    if (order != 0)
        return order;
    if (x->len != y->len)
        return x->len < y->len ? -1 : 1;
    return x->at < y->at ? -1 : x->at > y->at;
}

/* No two of the keys from index `first` on are equal. Sorting keeps hostile objects cheap. */
static int check_keys(struct scan *s, size_t first)
{
    struct key *keys = s->keys + first;
    size_t count = s->key_count - first;

    if (count > 1)
        qsort(keys, count, sizeof *keys, by_text);
    for (size_t i = 1; i < count; i++) {
        if (keys[i].len != keys[i - 1].len || memcmp(keys[i].text, keys[i - 1].text, keys[i].len))
            continue;

        const char *key = arena_strndup(&s->decoded, keys[i].text, keys[i].len);

        s->at = keys[i].at;
        return refuse(
            s, ERR_FORMAT,
            arena_printf(&s->decoded, "member \"%s\" given twice", text_shown(&s->decoded, key)));
    }
    return 0;
}

/* Key, colon and value. */
static int scan_member(struct scan *s)
{
    size_t from;

    if (scan_key(s) < 0)
        return -1;
    skip_space(s);
    if (peek(s) != ':')
        return refuse_here(s, "expected ':'");
    s->at++;
    skip_space(s);
    from = s->at;
    if (scan_value(s) < 0)
        return -1;
    if (s->member) {
        const struct key *key = &s->keys[s->key_count - 1]; /* those of the value are gone */

        s->member(s->context, key->text, key->len, from, s->at);
    }
    return 0;
}

static int scan_members(struct scan *s)
{
    for (;;) {
        skip_space(s);
        if (scan_member(s) < 0)
            return -1;
        skip_space(s);
        if (peek(s) == '}')
            return 0;
        if (peek(s) != ',')
            return refuse_here(s, "expected ',' or '}'");
        s->at++;
    }
}

static int scan_object(struct scan *s)
{
    size_t first = s->key_count;

    s->at++;
    skip_space(s);
    if (peek(s) != '}' && scan_members(s) < 0)
        return -1;

    size_t end = s->at + 1;

    if (s->key_count > first && check_keys(s, first) < 0)
        return -1;
    s->key_count = first;
    s->at = end;
    return 0;
}

static int scan_array(struct scan *s)
{
    s->at++;
    skip_space(s);
    while (peek(s) != ']') {
        if (scan_value(s) < 0)
            return -1;
        skip_space(s);
        if (peek(s) == ']')
            break;
        if (peek(s) != ',')
            return refuse_here(s, "expected ',' or ']'");
        s->at++;
        skip_space(s);
        if (peek(s) == ']')
            return refuse(s, ERR_FORMAT, "comma before ']'");
    }
    s->at++;
    return 0;
}

static int scan_word(struct scan *s, const char *word)
{
    size_t len = strlen(word);

    if (s->len - s->at < len || memcmp(s->text + s->at, word, len) != 0)
        return refuse(s, ERR_FORMAT, "unknown word");
    s->at += len;
    return 0;
}

static int scan_container(struct scan *s, int bracket)
{
    if (s->depth == LIMIT_JSON_DEPTH)
        return refuse(s, ERR_LIMIT, "nested too deeply");
    s->depth++;
    if ((bracket == '{' ? scan_object(s) : scan_array(s)) < 0)
        return -1;
    s->depth--;
    return 0;
}

static int scan_value(struct scan *s)
{
    skip_space(s);

    int c = peek(s);

    if (c == '{' || c == '[')
        return scan_container(s, c);
    if (c == '"')
        return scan_string(s, NULL);
    if (c == '-' || (c >= '0' && c <= '9'))
        return scan_number(s);
    if (c == 't')
        return scan_word(s, "true");
    if (c == 'f')
        return scan_word(s, "false");
    if (c == 'n')
        return scan_word(s, "null");
    return refuse_here(s, "expected a value");
}

static int scan_document(struct scan *s)
{
    if (scan_value(s) < 0)
        return -1;
    skip_space(s);
    if (s->at < s->len)
        return refuse(s, ERR_FORMAT, "text after the value");
    return 0;
}

int json_scan(const char *name, const char *text, size_t len, struct error *err)
{
    return json_scan_members(name, text, len, NULL, NULL, err);
}

int json_scan_members(const char *name, const char *text, size_t len, json_member_fn *member,
                      void *context, struct error *err)
{
    struct scan s = {
        .name = name, .text = text, .len = len, .member = member, .context = context, .err = err};
    int result = scan_document(&s);

    free(s.keys);
    arena_free(&s.decoded);
    return result;
}
