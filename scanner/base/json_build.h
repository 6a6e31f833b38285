/* json_build.h - shorthands for building JSON trees, beside cJSON's own. */
#ifndef BASE_JSON_BUILD_H
#define BASE_JSON_BUILD_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

/* Add `key`: the text, or null when it is NULL. */
void json_add_text(cJSON *obj, const char *key, const char *text);
void json_add_count(cJSON *obj, const char *key, size_t n);
/* Add value/unit (a value kept in hundredths has unit 100), or null when it is not known. */
void json_add_fraction(cJSON *obj, const char *key, bool known, long value, double unit);
/* A text made by printf, at most 8 KiB. */
void json_add_format(cJSON *obj, const char *key, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* A new object at the end of `list`. */
cJSON *json_append_object(cJSON *list);

#endif
