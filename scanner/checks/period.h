/* period.h - what people did in the period, and the days of it that nobody read. */
#ifndef CHECKS_PERIOD_H
#define CHECKS_PERIOD_H

#include "checks/check.h"
#include "model/events.h"

/* Questions of model/events.h, "EventName=ConsoleLogin", that together tell something. */
struct questions {
    const char *const *what;
    size_t count;
    bool any; /* each of them tells all of it; else all are needed */
};

/* One UNKNOWN for each day of the period that is not known in every region where the questions were
 * asked: it names the regions and the first reason. One for the account where nothing was asked at
 * all. What the day may hold is `noun`, "console sign-ins". Days and not one for the period, so
 * that what was refused does not count less than what it hides. Returns their number. */
size_t period_unread(struct checking *c, const struct questions *q, const char *noun);

/* "from 25 Aug 2026 to 23 Nov 2026" */
const char *period_text(struct checking *c);
/* Cite the answers to the questions: evidence that something is not in them. */
void period_cite(struct checking *c, struct finding *f, const struct questions *q);

/* A verdict on an event: the resource is who did it, '#', the event's id. */
struct finding *event_verdict(struct checking *c, const struct event *e, enum status status,
                              const char *detail);
/* "sample-user-01", "sample-role/session", "root": who did it, for people. */
const char *event_actor(struct checking *c, const struct event *e);

/* Is by.type this one? */
bool event_is_by(const struct event *e, const char *type);

#endif
