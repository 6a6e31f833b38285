/* age.c - times of raw answers against the time of the scan. */
#include "checks/age.h"

#include "base/clock.h"
#include "base/limits.h"
#include "checks/thresholds.h"

struct age age_at_scan(const struct model *m, const char *text)
{
    struct age age = {.known = text && m->taken_at && clock_parse(text, &age.at)};

    if (age.known && age.at > m->taken_at + LIMIT_REPORT_AHEAD)
        age.known = false;
    if (age.known && age.at < m->taken_at)
        age.seconds = (long)(m->taken_at - age.at);
    return age;
}

bool age_within(struct age age, long days)
{
    return age.seconds <= days * SECONDS_PER_DAY;
}

const char *age_text(struct age age, struct arena *arena)
{
    long days = age.seconds / SECONDS_PER_DAY;

    if (days == 0)
        return "less than a day";
    return arena_printf(arena, "%ld day%s", days, days == 1 ? "" : "s");
}

const char *age_day(struct age age, struct arena *arena)
{
    char text[CLOCK_TEXT];

    return arena_strndup(arena, clock_format(age.at, text), 10);
}
