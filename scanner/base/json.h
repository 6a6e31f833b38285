/* json.h - strict reading of JSON over cJSON, and the one writer.
 *
 * cJSON alone is too kind for evidence: it takes duplicate keys, text after the value, raw
 * invalid UTF-8, "\u0000" (and cuts the string there), 012, 1. and numbers that it then prints
 * differently. json_parse() refuses all of these (RFC 8259, I-JSON RFC 7493 section 2). Only
 * base/json.c may call cJSON's parser and getters; building trees with cJSON_Create and
 * cJSON_Add is free for all. json_init() makes allocation in cJSON end the program instead of
 * returning NULL, so results of cJSON_Create and cJSON_Add need no check. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/strbuf.h"

DEFINE_CLEANUP(cleanup_json_, cJSON *, cJSON_Delete)
#define cleanup_json CLEANUP(cleanup_json_)

/* Set cJSON's allocator; call once before anything else (main and every test do). */
void json_init(void);

/* Parse text[0..len) as one JSON value. `name` (a file name) and the place, "name:line:column",
 * begin the message. Errors: ERR_FORMAT; ERR_LIMIT deeper than LIMIT_JSON_DEPTH. The caller owns
 * the tree. */
cJSON *json_parse(const char *name, const char *text, size_t len, struct error *err);

/* Read and parse the file at `path`, at most `max` bytes. Adds ERR_IO, ERR_MISSING, ERR_LIMIT. */
cJSON *json_read(const char *path, size_t max, struct error *err);

/* Member `key` of an object, case-sensitive; NULL when it is not there or `obj` is no object. */
const cJSON *json_find(const cJSON *obj, const char *key);

/* Typed members. A missing or differently typed member is ERR_FORMAT: "key: expected text".
 * Results are borrowed from the tree. */
const char *json_text(const cJSON *obj, const char *key, struct error *err);
const cJSON *json_object(const cJSON *obj, const char *key, struct error *err);
const cJSON *json_array(const cJSON *obj, const char *key, struct error *err);
int json_bool(const cJSON *obj, const char *key, bool *out, struct error *err);
/* An integer within [min, max]. */
int json_integer(const cJSON *obj, const char *key, long long min, long long max, long long *out,
                 struct error *err);
/* Text, or NULL when the member is JSON null or absent; another type is ERR_FORMAT. */
int json_text_or_null(const cJSON *obj, const char *key, const char **out, struct error *err);

/* Walk the elements of an array or the members of an object: for (e = json_first(a); e; e =
 * e->next) */
static inline const cJSON *json_first(const cJSON *container)
{
    return container ? container->child : NULL;
}

/* Lenient helpers for trees we built ourselves (report JSON): text or "" / number or 0 / truth. */
const char *json_str(const cJSON *obj, const char *key);
double json_num(const cJSON *obj, const char *key);
bool json_true(const cJSON *obj, const char *key);
size_t json_count(const cJSON *container);

/* Write `tree` in canonical form (RFC 8785, JCS): keys by UTF-16 code unit, ES6 numbers, no white
 * space. Same tree, same bytes. ERR_FORMAT on NaN, infinity, text that is not UTF-8 or a member
 * given twice; ERR_LIMIT deeper than LIMIT_JSON_DEPTH. */
int json_canonical(const cJSON *tree, struct strbuf *out, struct error *err);

/* The same order and values, indented by two spaces and ended by a newline: for files people
 * open. */
int json_pretty(const cJSON *tree, struct strbuf *out, struct error *err);

/* Append s as a JSON string with quotes. s must be UTF-8. */
void json_quote(struct strbuf *out, const char *s);

#endif
