/* json_write.c - the one writer: canonical JSON (RFC 8785) and its indented twin. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/json_list.h"
#include "base/json_number.h"
#include "base/limits.h"
#include "base/text.h"

DEFINE_CLEANUP(cleanup_items_, const cJSON **, free)

struct writer {
    struct strbuf *out;
    bool pretty;
    size_t depth;
    struct file_writer *file; /* where `out` goes whenever it has grown; NULL: nowhere */
    struct error *err;
};

#define PIECE_BYTES ((size_t)65536)

static int write_value(struct writer *w, const cJSON *item);

/* Characters that are escaped, and NUL: what JSON does not take as it is. */
static const bool special[256] = {
    [0x00] = true, [0x01] = true, [0x02] = true, [0x03] = true, [0x04] = true, [0x05] = true,
    [0x06] = true, [0x07] = true, [0x08] = true, [0x09] = true, [0x0A] = true, [0x0B] = true,
    [0x0C] = true, [0x0D] = true, [0x0E] = true, [0x0F] = true, [0x10] = true, [0x11] = true,
    [0x12] = true, [0x13] = true, [0x14] = true, [0x15] = true, [0x16] = true, [0x17] = true,
    [0x18] = true, [0x19] = true, [0x1A] = true, [0x1B] = true, [0x1C] = true, [0x1D] = true,
    [0x1E] = true, [0x1F] = true, ['"'] = true,  ['\\'] = true,
};

void json_quote(struct strbuf *out, const char *s)
{
    static const char letters[] = "\b\t\n\f\r\"\\";
    static const char escapes[] = "btnfr\"\\";
    const char *start = s;

    strbuf_addch(out, '"');
    for (;; s++) {
        unsigned char c = (unsigned char)*s;

        if (!special[c])
            continue;
        if (c == '\0')
            break;
        strbuf_add(out, start, (size_t)(s - start));
        start = s + 1;

        const char *letter = strchr(letters, c);

        if (letter)
            strbuf_addf(out, "\\%c", escapes[letter - letters]);
        else
            strbuf_addf(out, "\\u%04x", (unsigned)c);
    }
    strbuf_add(out, start, (size_t)(s - start));
    strbuf_addch(out, '"');
}

static int write_text(struct writer *w, const char *text)
{
    if (!text || !text_is_utf8(text, strlen(text)))
        return fail(w->err, ERR_FORMAT, "text that is not UTF-8");
    json_quote(w->out, text);
    return 0;
}

static int write_number(struct writer *w, double number)
{
    char text[JSON_NUMBER_TEXT];

    if (!isfinite(number))
        return fail(w->err, ERR_FORMAT, "number that is not finite");
    strbuf_addstr(w->out, json_number_text(number, text));
    return 0;
}

static void new_line(struct writer *w)
{
    static const char blanks[] = "\n                                ";
    size_t indent = 2 * w->depth, most = sizeof blanks - 2;

    if (!w->pretty)
        return;
    strbuf_add(w->out, blanks, 1 + (indent < most ? indent : most));
    for (; indent > most; indent -= most)
        strbuf_add(w->out, blanks + 1, indent - most < most ? indent - most : most);
}

/* UTF-8 bytes sort by code point, UTF-16 units put U+10000 and above before U+E000..U+FFFF. The
 * two differ only in lead bytes, where EE and EF must come after F0..F4. */
static int unit_rank(unsigned char c)
{
    return c == 0xEE || c == 0xEF ? c + 0x10 : c;
}

static int compare_keys(const char *a, const char *b)
{
    while (*a && *a == *b) {
        a++;
        b++;
    }
    return unit_rank((unsigned char)*a) - unit_rank((unsigned char)*b);
}

static int by_key(const void *a, const void *b)
{
    const cJSON *const *x = a;
    const cJSON *const *y = b;

    return compare_keys((*x)->string, (*y)->string);
}

static int write_member(struct writer *w, const cJSON *item)
{
    if (write_text(w, item->string) < 0)
        return -1;
    strbuf_addstr(w->out, w->pretty ? ": " : ":");
    return write_value(w, item);
}

static int write_object(struct writer *w, const cJSON *object)
{
    size_t count = json_count(object), n = 0;
    const cJSON *few[32]; /* nearly all objects are small */
    CLEANUP(cleanup_items_)
    const cJSON **many =
        count > sizeof few / sizeof *few ? memory_alloc(count * sizeof *many) : NULL;
    const cJSON **items = many ? many : few;

    for (const cJSON *e = json_first(object); e; e = e->next) {
        if (!e->string)
            return fail(w->err, ERR_FORMAT, "member without a name");
        items[n++] = e;
    }
    qsort(items, n, sizeof *items, by_key);
    w->depth++;
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && strcmp(items[i]->string, items[i - 1]->string) == 0)
            return fail(w->err, ERR_FORMAT, "member \"%.100s\" given twice", items[i]->string);
        if (i > 0)
            strbuf_addch(w->out, ',');
        new_line(w);
        if (write_member(w, items[i]) < 0)
            return -1;
    }
    w->depth--;
    return 0;
}

static int write_array(struct writer *w, const cJSON *array)
{
    w->depth++;
    for (const cJSON *e = json_first(array); e; e = e->next) {
        new_line(w);
        if (write_value(w, e) < 0)
            return -1;
        if (e->next)
            strbuf_addch(w->out, ',');
    }
    w->depth--;
    return 0;
}

/* Hand over what has been written so far. */
static int hand_over(struct writer *w, size_t least)
{
    if (!w->file || w->out->len < least)
        return 0;
    if (file_writer_add(w->file, w->out->buf, w->out->len, w->err))
        return -1;
    strbuf_truncate(w->out, 0);
    return 0;
}

/* The next element of a list that is made while it is written. */
static int write_element(struct writer *w, cJSON *element, bool first)
{
    int status;

    if (!first)
        strbuf_addch(w->out, ',');
    new_line(w);
    status = write_value(w, element);
    cJSON_Delete(element);
    return status ? status : hand_over(w, PIECE_BYTES);
}

static int write_list(struct writer *w, struct json_list *list)
{
    cJSON *element;
    bool first = true;

    if (w->depth == LIMIT_JSON_DEPTH)
        return fail(w->err, ERR_LIMIT, "nested deeper than %d", LIMIT_JSON_DEPTH);
    strbuf_addch(w->out, '[');
    w->depth++;
    for (; (element = list->next(list)); first = false)
        if (write_element(w, element, first) < 0)
            return -1;
    w->depth--;
    if (!first)
        new_line(w);
    strbuf_addch(w->out, ']');
    return 0;
}

static int write_container(struct writer *w, const cJSON *item)
{
    bool object = cJSON_IsObject(item);

    if (w->depth == LIMIT_JSON_DEPTH)
        return fail(w->err, ERR_LIMIT, "nested deeper than %d", LIMIT_JSON_DEPTH);
    strbuf_addch(w->out, object ? '{' : '[');
    if ((object ? write_object(w, item) : write_array(w, item)) < 0)
        return -1;
    if (item->child)
        new_line(w);
    strbuf_addch(w->out, object ? '}' : ']');
    return 0;
}

static int write_value(struct writer *w, const cJSON *item)
{
    struct json_list *list = json_list_of(item);

    if (list)
        return write_list(w, list);
    switch (item->type & 0xFF) {
    case cJSON_Object:
    case cJSON_Array:
        return write_container(w, item);
    case cJSON_String:
        return write_text(w, item->valuestring);
    case cJSON_Number:
        return write_number(w, item->valuedouble);
    case cJSON_True:
        strbuf_addstr(w->out, "true");
        return 0;
    case cJSON_False:
        strbuf_addstr(w->out, "false");
        return 0;
    case cJSON_NULL:
        strbuf_addstr(w->out, "null");
        return 0;
    default:
        return fail(w->err, ERR_FORMAT, "value of no JSON type");
    }
}

int json_canonical(const cJSON *tree, struct strbuf *out, struct error *err)
{
    struct writer w = {.out = out, .err = err};

    return write_value(&w, tree);
}

int json_pretty(const cJSON *tree, struct strbuf *out, struct error *err)
{
    struct writer w = {.out = out, .pretty = true, .err = err};

    if (write_value(&w, tree) < 0)
        return -1;
    strbuf_addch(out, '\n');
    return 0;
}

int json_pretty_draft(const cJSON *tree, struct file_draft *d, const char *path, size_t max,
                      struct error *err)
{
    cleanup_strbuf struct strbuf piece = STRBUF_INIT(max);
    cleanup_file_writer struct file_writer file = FILE_WRITER_INIT;
    struct writer w = {.out = &piece, .pretty = true, .file = &file, .err = err};

    if (file_writer_open(&file, d, path, max, 0600, err) || write_value(&w, tree) < 0)
        return -1;
    strbuf_addch(&piece, '\n');
    if (strbuf_finish(&piece, path, err) || hand_over(&w, 0))
        return -1;
    return file_writer_close(&file, err);
}
