/* json_scan.h - whether a text is JSON that all readers understand alike. */
#ifndef BASE_JSON_SCAN_H
#define BASE_JSON_SCAN_H

#include <stddef.h>

#include "base/error.h"

/* Check text[0..len) as one JSON value: grammar of RFC 8259, UTF-8, no byte order mark, no
 * "\u0000", no half surrogate pairs, no member twice in one object, numbers that a double holds
 * (RFC 7493 section 2). Errors begin with "name:line:column", both from 1, columns in characters:
 * ERR_FORMAT; ERR_LIMIT deeper than LIMIT_JSON_DEPTH. */
int json_scan(const char *name, const char *text, size_t len, struct error *err);

/* The same; `member` is told of every member of every object at any depth, once its value has been
 * read: inner ones before the one that they lie in. `key` is decoded and not NUL-terminated; the
 * value is text[from..to). What it was told holds only when 0 is returned. */
typedef void json_member_fn(void *context, const char *key, size_t key_len, size_t from, size_t to);
int json_scan_members(const char *name, const char *text, size_t len, json_member_fn *member,
                      void *context, struct error *err);

#endif
