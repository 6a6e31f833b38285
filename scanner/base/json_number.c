/* json_number.c - numbers between JSON text and double, the ECMAScript way. */
#include "base/json_number.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LITERAL_MAX 63 /* what cJSON 1.7 reads of a number */
#define DIGITS_MAX 17  /* enough for any double */

/* The significant decimal digits of a positive double, the fewest that mean it, without zeros at
 * the end; returns how many, and in *point how many stand before the decimal point (may be
 * negative or larger than the count). */
static int shortest_digits(double number, char digits[DIGITS_MAX + 1], int *point)
{
    char text[64];
    int count = 0;

    /* A text of up to 15 digits is what 15 digits give without zeros at the end; not so for the
     * few bits of doubles below the normal range. */
    int first = number < DBL_MIN ? 0 : DBL_DIG - 1;

    for (int precision = first; precision < DIGITS_MAX; precision++) {
        (void)snprintf(text, sizeof text, "%.*e", precision, number);
        if (strtod(text, NULL) == number)
            break;
    }

    const char *p = text;

    /* Whatever the locale has as decimal point is no digit. */
    for (; *p != 'e'; p++)
        if (*p >= '0' && *p <= '9' && count < DIGITS_MAX)
            digits[count++] = *p;
    *point = (int)strtol(p + 1, NULL, 10) + 1;
    while (count > 1 && digits[count - 1] == '0')
        count--;
    digits[count] = '\0';
    return count;
}

/* Lay the digits out as ECMAScript Number::toString does. */
static void lay_out(const char *digits, int count, int point, char out[JSON_NUMBER_TEXT])
{
    size_t room = JSON_NUMBER_TEXT;

    if (point > 21 || point < -5) {
        const char *dot = count > 1 ? "." : "";

        (void)snprintf(out, room, "%c%s%se%+d", digits[0], dot, digits + 1, point - 1);
    } else if (point <= 0) {
        (void)snprintf(out, room, "0.%.*s%s", -point, "00000", digits);
    } else if (count > point) {
        (void)snprintf(out, room, "%.*s.%s", point, digits, digits + point);
    } else {
        (void)snprintf(out, room, "%s%.*s", digits, point - count, "00000000000000000000");
    }
}

const char *json_number_text(double number, char out[JSON_NUMBER_TEXT])
{
    char digits[DIGITS_MAX + 1];
    int point;

    if (number == floor(number) && fabs(number) < 1e15) {
        (void)snprintf(out, JSON_NUMBER_TEXT, "%lld", (long long)number);
        return out;
    }

    int count = shortest_digits(fabs(number), digits, &point);

    if (number < 0) {
        char positive[JSON_NUMBER_TEXT];

        lay_out(digits, count, point, positive);
        (void)snprintf(out, JSON_NUMBER_TEXT, "-%.30s", positive);
    } else {
        lay_out(digits, count, point, out);
    }
    return out;
}

/* The literal as a double, whatever decimal point the locale wants. */
static double value_of(const char *literal, size_t len)
{
    const char *point = localeconv()->decimal_point;
    char text[LITERAL_MAX + 16];
    size_t used = 0;

    for (size_t i = 0; i < len; i++) {
        if (literal[i] != '.') {
            text[used++] = literal[i];
            continue;
        }
        for (const char *p = point; *p && used < LITERAL_MAX + 8; p++)
            text[used++] = *p;
    }
    text[used] = '\0';
    return strtod(text, NULL);
}

static bool has_nonzero_digit(const char *literal, size_t len)
{
    for (size_t i = 0; i < len && literal[i] != 'e' && literal[i] != 'E'; i++)
        if (literal[i] >= '1' && literal[i] <= '9')
            return true;
    return false;
}

static bool equals(const char *text, const char *literal, size_t len)
{
    return strlen(text) == len && memcmp(text, literal, len) == 0;
}

bool json_number_survives(const char *literal, size_t len)
{
    char exact[LITERAL_MAX + 2];
    char shortest[JSON_NUMBER_TEXT];

    if (len > LITERAL_MAX)
        return false;

    double number = value_of(literal, len);

    if (!isfinite(number) || (number == 0 && has_nonzero_digit(literal, len)))
        return false;
    if (memchr(literal, '.', len) || memchr(literal, 'e', len) || memchr(literal, 'E', len))
        return true;
    (void)snprintf(exact, sizeof exact, "%.0f", number);
    return equals(exact, literal, len) || equals(json_number_text(number, shortest), literal, len);
}
