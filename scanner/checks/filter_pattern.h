/* filter_pattern.h - does a metric filter of CloudWatch Logs catch a certain kind of event? */
#ifndef CHECKS_FILTER_PATTERN_H
#define CHECKS_FILTER_PATTERN_H

#include <stddef.h>

#include "base/arena.h"

/* A field of which every event of the kind has this value; NULL: no event of the kind has the
 * field, nor any below it. Every other field may be there or not, with any value. */
struct log_field {
    const char *path, *value; /* "userIdentity.type", "Root" */
};

enum filter_match {
    FILTER_NEVER,     /* it catches no event of the kind */
    FILTER_ALWAYS,    /* it catches every one */
    FILTER_SOMETIMES, /* it hangs on a field that is free: *why names it */
    FILTER_UNCLEAR,   /* it cannot be told: *why says what is not understood */
};

/* Evaluate a pattern for events in JSON (CloudWatch Logs user guide, "Filter pattern syntax"):
 * `{ ($.a = "x*") && ($.b NOT EXISTS || $.c != 1) }`. An empty pattern catches everything. Patterns
 * of terms or of columns, regular expressions, and what the guide does not say (whether != holds
 * for a field that is not there) are unclear. *why lies in the arena; untouched unless SOMETIMES or
 * UNCLEAR. */
enum filter_match filter_match(const char *pattern, const struct log_field *fields, size_t count,
                               struct arena *arena, const char **why);

#endif
