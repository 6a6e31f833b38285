/* json_rows.h - reading a JSON object whose one long list is taken element by element. */
#ifndef BASE_JSON_ROWS_H
#define BASE_JSON_ROWS_H

#include <cjson/cJSON.h>
#include <stddef.h>

#include "base/error.h"

/* The elements that were left out of the tree; they point into its text. */
struct json_rows {
    const char *at, *end;
    size_t count; /* of all */
};

/* As json_parse(), with the same errors, but the elements of the array that is member `key` of the
 * outermost object are left out of the tree: json_next_row() reads them from `text`, which ends
 * with a NUL and must stay until then. When there is no such array, the tree has everything and
 * *rows nothing. */
cJSON *json_parse_head(const char *name, const char *text, size_t len, const char *key,
                       struct json_rows *rows, struct error *err);

/* The next element, which the caller deletes; NULL after the last. */
cJSON *json_next_row(struct json_rows *rows);

#endif
