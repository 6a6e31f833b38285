/* day.h - days of a person's inputs, for tests. */
#ifndef TESTS_UNIT_DAY_H
#define TESTS_UNIT_DAY_H

#include "expect.h"

#include "base/clock.h"
#include "model/exceptions.h"

/* "2026-11-24"; NULL: none was given. */
static inline struct day day_of(const char *text)
{
    struct day day = {text, 0};
    char at[32];

    if (text) {
        (void)snprintf(at, sizeof at, "%sT00:00:00Z", text);
        assert_true(clock_parse(at, &day.at));
    }
    return day;
}

#endif
