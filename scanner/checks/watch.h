/* watch.h - what an alarm must tell of, and whether a metric filter catches it. */
#ifndef CHECKS_WATCH_H
#define CHECKS_WATCH_H

#include "checks/check.h"
#include "checks/filter_pattern.h"

/* A kind of event that a filter must catch, or must not: the fields that all of them have. */
#define FIELDS_MOST 24
struct event_kind {
    struct log_field fields[FIELDS_MOST];
    size_t count;
};

/* What is watched for. */
struct watch {
    const char *what;    /* "console sign-in without MFA" */
    const char *telling; /* a word that no pattern for it can do without */
    bool reads;          /* read-only calls are among it */
    bool of_users;       /* the events are IAM users' */
    struct event_kind is[2];
    size_t is_count;
    struct event_kind is_not; /* events that look alike */
};

struct watch watch_sign_in(const struct checking *c);
struct watch watch_root(const struct checking *c);

/* Does the pattern catch every event of every kind that it must, and not all that look alike? *why
 * as for filter_match(). */
enum filter_match watch_match(const struct checking *c, const struct watch *w, const char *pattern,
                              struct arena *scratch, const char **why);

#endif
