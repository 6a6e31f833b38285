/* age.h - how old something was at the scan. */
#ifndef CHECKS_AGE_H
#define CHECKS_AGE_H

#include "checks/check.h"

/* A time that a raw answer names, RFC 3339, set against the scan's. What lies after the scan, by
 * more than clocks differ, is no time to rely on. */
struct age {
    bool known;
    time_t at;
    long seconds; /* never below 0 */
};
struct age age_at_scan(const struct model *m, const char *text);

/* Is that so many days old at the most? A day more counts from its first second. */
bool age_within(struct age age, long days);

/* "less than a day", "1 day", "47 days": whole days. */
const char *age_text(struct age age, struct arena *arena);

/* "2026-11-23": the day of it, in UTC. */
const char *age_day(struct age age, struct arena *arena);

#endif
