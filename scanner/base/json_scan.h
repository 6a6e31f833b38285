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

#endif
