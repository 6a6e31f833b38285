/* text.c - UTF-8 checking and harmless display of outside text. */
#include "base/text.h"

#include <string.h>

#include "base/limits.h"

/* Well-formed byte sequences, Unicode table 3-7: the range of the second byte depends on the
 * first, all further ones are 80..BF. To add one: there are no others. */
struct utf8_row {
    unsigned char first, last; /* of the lead byte */
    unsigned char length;
    unsigned char low, high; /* of the second byte */
};

static const struct utf8_row utf8_rows[] = {
    {0xC2, 0xDF, 2, 0x80, 0xBF}, {0xE0, 0xE0, 3, 0xA0, 0xBF}, {0xE1, 0xEC, 3, 0x80, 0xBF},
    {0xED, 0xED, 3, 0x80, 0x9F}, {0xEE, 0xEF, 3, 0x80, 0xBF}, {0xF0, 0xF0, 4, 0x90, 0xBF},
    {0xF1, 0xF3, 4, 0x80, 0xBF}, {0xF4, 0xF4, 4, 0x80, 0x8F},
};

static const struct utf8_row *row_of(unsigned char lead)
{
    for (size_t i = 0; i < sizeof utf8_rows / sizeof *utf8_rows; i++)
        if (lead >= utf8_rows[i].first && lead <= utf8_rows[i].last)
            return &utf8_rows[i];
    return NULL;
}

size_t text_next(const char *s, size_t len, uint32_t *cp)
{
    const unsigned char *b = (const unsigned char *)s;

    if (len == 0)
        return 0;
    if (b[0] < 0x80) {
        *cp = b[0];
        return 1;
    }

    const struct utf8_row *row = row_of(b[0]);

    if (!row || len < row->length || b[1] < row->low || b[1] > row->high)
        return 0;

    uint32_t value = b[0] & (0x7Fu >> row->length);

    for (size_t i = 1; i < row->length; i++) {
        if ((b[i] & 0xC0) != 0x80)
            return 0;
        value = value << 6 | (b[i] & 0x3Fu);
    }
    *cp = value;
    return row->length;
}

/* Length of the ASCII at the start, in steps of a word: nearly all text is nothing else. */
static size_t ascii_prefix(const char *s, size_t len)
{
    size_t n = 0;

    while (len - n >= sizeof(uint64_t)) {
        uint64_t word;

        memcpy(&word, s + n, sizeof word);
        if (word & UINT64_C(0x8080808080808080))
            break;
        n += sizeof word;
    }
    return n;
}

bool text_is_utf8(const char *s, size_t len)
{
    size_t i = ascii_prefix(s, len);

    while (i < len) {
        uint32_t cp;
        size_t n = (unsigned char)s[i] < 0x80 ? 1 : text_next(s + i, len - i, &cp);

        if (n == 0)
            return false;
        i += n;
    }
    return true;
}

void text_add(struct strbuf *out, uint32_t cp)
{
    char b[4];
    size_t n = 0;

    if (cp < 0x80) {
        b[n++] = (char)cp;
    } else if (cp < 0x800) {
        b[n++] = (char)(0xC0 | cp >> 6);
        b[n++] = (char)(0x80 | (cp & 0x3F));
    } else if (cp < 0x10000) {
        b[n++] = (char)(0xE0 | cp >> 12);
        b[n++] = (char)(0x80 | (cp >> 6 & 0x3F));
        b[n++] = (char)(0x80 | (cp & 0x3F));
    } else {
        b[n++] = (char)(0xF0 | (cp >> 18 & 0x07));
        b[n++] = (char)(0x80 | (cp >> 12 & 0x3F));
        b[n++] = (char)(0x80 | (cp >> 6 & 0x3F));
        b[n++] = (char)(0x80 | (cp & 0x3F));
    }
    strbuf_add(out, b, n);
}

bool text_is_unsafe(uint32_t cp)
{
    /* To add one: a row, ascending. */
    static const struct {
        uint32_t first, last;
    } ranges[] = {
        {0x0000, 0x001F},   /* C0 controls */
        {0x007F, 0x009F},   /* delete, C1 controls */
        {0x00AD, 0x00AD},   /* soft hyphen */
        {0x061C, 0x061C},   /* Arabic letter mark */
        {0x180E, 0x180E},   /* Mongolian vowel separator */
        {0x200B, 0x200B},   /* zero-width space */
        {0x200E, 0x200F},   /* left-to-right and right-to-left mark */
        {0x2028, 0x202E},   /* line and paragraph separator, embeddings, overrides */
        {0x2060, 0x206F},   /* word joiner, invisible operators, isolates */
        {0xFEFF, 0xFEFF},   /* byte order mark */
        {0xFFF9, 0xFFFB},   /* interlinear annotation */
        {0xE0000, 0xE007F}, /* tags */
    };

    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (cp >= ranges[i].first && cp <= ranges[i].last)
            return true;
    return false;
}

/* Append the first character (or bad byte) of s[0..len), made safe. Returns the bytes it took. */
static size_t add_shown_one(struct strbuf *out, const char *s, size_t len)
{
    uint32_t cp;
    size_t n = text_next(s, len, &cp);

    if (n == 0) {
        strbuf_addf(out, "\\x%02x", (unsigned)(unsigned char)s[0]);
        return 1;
    }
    if (!text_is_unsafe(cp))
        strbuf_add(out, s, n);
    else if (cp < 0x80)
        strbuf_addf(out, "\\x%02x", (unsigned)cp);
    else
        strbuf_addf(out, "\\u{%x}", (unsigned)cp);
    return n;
}

void text_add_shown(struct strbuf *out, const char *s, size_t len)
{
    size_t i = 0;

    while (i < len)
        i += add_shown_one(out, s + i, len - i);
}

const char *text_shown(struct arena *arena, const char *s)
{
    cleanup_strbuf struct strbuf sb = STRBUF_INIT(LIMIT_VALUE_SHOWN + 16);
    size_t len = strlen(s);
    size_t i = 0;

    while (i < len) {
        size_t before = sb.len;

        i += add_shown_one(&sb, s + i, len - i);
        if (sb.len > LIMIT_VALUE_SHOWN) {
            strbuf_truncate(&sb, before);
            strbuf_addstr(&sb, "...");
            break;
        }
    }
    return arena_strndup(arena, sb.buf, sb.len);
}

const char *text_next_word(struct arena *arena, const char **list)
{
    const char *start = *list;
    size_t len = strcspn(start, ",");

    if (!*start)
        return NULL;
    *list += len + (start[len] == ',');
    return arena_strndup(arena, start, len);
}

const char *text_replace(struct arena *arena, const char *text, const char *word, const char *by)
{
    const char *found = strstr(text, word), *out = "";

    for (; found; text = found + strlen(word), found = strstr(text, word))
        out = arena_printf(arena, "%s%.*s%s", out, (int)(found - text), text, by);
    return arena_printf(arena, "%s%s", out, text);
}

static int lower(char c)
{
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : (unsigned char)c;
}

int text_icmp(const char *a, const char *b)
{
    while (*a && lower(*a) == lower(*b)) {
        a++;
        b++;
    }
    return lower(*a) - lower(*b);
}

char *text_lower(struct arena *arena, const char *s)
{
    char *copy = arena_strdup(arena, s);

    for (char *p = copy; *p; p++)
        *p = (char)lower(*p);
    return copy;
}

int text_order(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}
