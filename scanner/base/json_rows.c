/* json_rows.c - finding the elements of a long list in JSON text that has been checked. */
#include "base/json_rows.h"

#include <string.h>

#include "base/json.h"
#include "base/json_scan.h"
#include "base/strbuf.h"

/* Everything here has been through json_scan(): each bracket and quote has its other one. */

static const char *skip_space(const char *p)
{
    return p + strspn(p, " \t\r\n");
}

/* From an opening quote to behind the closing one. */
static const char *skip_text(const char *p)
{
    for (p++; *p != '"'; p++)
        if (*p == '\\')
            p++;
    return p + 1;
}

/* From the first byte of a value to behind its last. */
static const char *skip_value(const char *p)
{
    size_t depth = 0;

    do {
        if (*p == '"') {
            p = skip_text(p);
            continue;
        }
        depth += *p == '{' || *p == '[';
        depth -= *p == '}' || *p == ']';
        p++;
    } while (depth > 0);
    if (p[-1] != '"' && p[-1] != '}' && p[-1] != ']')
        p += strcspn(p, ",]} \t\r\n");
    return p;
}

/* The value of a member of the outermost object, or NULL. A name that is written with escapes is
 * not found. */
static const char *find_member(const char *text, const char *key)
{
    const char *p = skip_space(text);
    size_t len = strlen(key);

    if (*p != '{')
        return NULL;
    p = skip_space(p + 1);
    while (*p == '"') {
        const char *name = p + 1, *value;

        p = skip_text(p);
        value = skip_space(skip_space(p) + 1);
        if ((size_t)(p - 1 - name) == len && memcmp(name, key, len) == 0)
            return value;
        p = skip_space(skip_value(value));
        if (*p == ',')
            p = skip_space(p + 1);
    }
    return NULL;
}

/* Take an array, from its opening bracket on, as the rows. Returns its closing bracket. */
static const char *take_rows(const char *array, struct json_rows *rows)
{
    const char *p = skip_space(array + 1);

    *rows = (struct json_rows){p, p, 0};
    while (*p != ']') {
        p = skip_space(skip_value(p));
        rows->count++;
        if (*p == ',')
            p = skip_space(p + 1);
    }
    rows->end = p;
    return p;
}

cJSON *json_parse_head(const char *name, const char *text, size_t len, const char *key,
                       struct json_rows *rows, struct error *err)
{
    cleanup_strbuf struct strbuf head = STRBUF_INIT(len);
    const char *array;

    *rows = (struct json_rows){NULL, NULL, 0};
    if (json_scan(name, text, len, err) < 0)
        return NULL;
    array = find_member(text, key);
    if (!array || *array != '[')
        return json_parse(name, text, len, err);
    strbuf_add(&head, text, (size_t)(array + 1 - text));
    strbuf_addstr(&head, take_rows(array, rows));
    return json_parse(name, head.buf, head.len, err);
}

cJSON *json_next_row(struct json_rows *rows)
{
    const char *from = rows->at;
    const char *to = from < rows->end ? skip_value(from) : NULL;

    if (!to)
        return NULL;
    rows->at = skip_space(to);
    if (*rows->at == ',')
        rows->at = skip_space(rows->at + 1);
    return cJSON_ParseWithLength(from, (size_t)(to - from));
}
