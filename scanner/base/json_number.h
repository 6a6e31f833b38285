/* json_number.h - JSON numbers as text: which ones are read, and how one is written. */
#ifndef BASE_JSON_NUMBER_H
#define BASE_JSON_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

#define JSON_NUMBER_TEXT 32
/* A finite number as ECMAScript prints it (RFC 8785 section 3.2.2.3): the fewest digits that give
 * the same double again; -0 is "0". Independent of the locale. */
const char *json_number_text(double number, char out[JSON_NUMBER_TEXT]);

/* Whether literal[0..len), a number by the grammar of RFC 8259, keeps its value as a double: not
 * infinite, not zero unless it says so, and for an integer (no fraction, no exponent) exactly it
 * or its shortest text. Literals longer than 63 bytes do not: cJSON cuts them. */
bool json_number_survives(const char *literal, size_t len);

#endif
