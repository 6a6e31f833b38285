/* exceptions.h - the register of exceptions, for people: what is wrong with it, and what is due for
 * review. */
#ifndef EXCEPTIONS_H
#define EXCEPTIONS_H

#include <stdbool.h>
#include <time.h>

#include "assessment.h"
#include "base/json.h"

/* A quarter of a year, UTC: its first second and the first one after it. */
struct quarter {
    int year, number; /* 1..4 */
    time_t from, to;
};
/* "2026Q4"; false when it is anything else. */
bool quarter_parse(const char *text, struct quarter *out);
void quarter_of(time_t t, struct quarter *out);

/* Problems of every exception at `now`, those of its use too when `judged`: a row for each
 * exception that has any. [{id, file, line, check, account, resource, valid, failing, unread,
 * problems: [{word, fault, text}]}]. Rows in the order of the file. The caller deletes it. */
cJSON *exceptions_problems_json(const struct assessment *a, time_t now, bool judged);

/* The review sheet of a quarter: {quarter, from, to, printed, rows[], due, reviewed, expiring}, a
 * row for every exception that is in force on any day of it; rows that are due come first, then by
 * expiry. Rendered by templates/exceptions-due.md. The caller deletes it. */
cJSON *exceptions_sheet_json(const struct assessment *a, const struct quarter *q, time_t now,
                             bool judged);

#endif
