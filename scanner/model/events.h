/* events.h - what people did in an account, as CloudTrail tells it, and how much of the period was
 * read. Filled by collect/events.c (LookupEvents) and collect/trail.c (log files).
 *
 * An event that is not in `at` did not happen only where events_known() says so for its region and
 * question: what was cut off, refused or could not be parsed is never an empty list that looks
 * complete. Missing texts are NULL. CloudTrail delivers an event some minutes after it happened
 * (AWS: usually within 5, at times 15): the last minutes of a period may lack some. */
#ifndef MODEL_EVENTS_H
#define MODEL_EVENTS_H

#include "model/model.h"

/* A yes or no in an event. AWS writes "Yes", "No", "YES", "true", "false": case does not matter. */
enum said { SAID_NOTHING, SAID_NO, SAID_YES, SAID_UNCLEAR };
enum said said_of(const char *text); /* NULL: nothing */

/* userIdentity. */
struct event_identity {
    const char *type; /* "Root", "IAMUser", "AssumedRole", "IdentityCenterUser", "AWSService"... */
    const char *arn, *principal, *account, *user;
    const char *access_key;  /* NULL: console sign-in, or none was named */
    const char *invoked_by;  /* a service that called on the identity's behalf */
    const char *center_user; /* onBehalfOf.userId: of Identity Center */
    /* sessionContext; a long-term key has none. */
    bool has_session;
    enum said mfa;     /* attributes.mfaAuthenticated */
    bool assumed_root; /* of type Root by sts:AssumeRoot: no credential of root's was used */
    const char *issuer_type, *issuer_arn;
};

struct event {
    time_t time;
    const char *id, *name, *source; /* "ConsoleLogin", "signin.amazonaws.com" */
    const char *region;
    struct event_identity by;

    /* additionalEventData. */
    enum said mfa_used;
    const char *mfa_identifier, *mfa_type;  /* serial or ARN; CheckMfa: "Virtual MFA" */
    const char *login_to;                   /* as text_shown() */
    const char *credential_type, *workflow; /* Identity Center: "PASSWORD", AuthWorkflowID */

    const char *outcome; /* "Success", "Failure": responseElements or serviceEventDetails */
    const char *error_code;
    const char *target_user, *serial; /* requestParameters: userName, serialNumber */
    const char *issued_key; /* AssumeRole and its like: access key of the session that it made */
    struct source where;
};

/* One question about a region, and the span of time whose answer was read whole: both ends belong
 * to it; from > to: none. LookupEvents answers newest first, so what was cut off lies before
 * `from`. */
#define EVENTS_ALL "all events" /* `what` of a gap that concerns every question */
struct event_reading {
    const char *region, *what; /* "EventName=ConsoleLogin" */
    struct data_status status;
    time_t from, to;
};

/* Within what was read: a span in which something is not known, an event that cannot be parsed for
 * one. `from` and `to` belong to it; `what` as above. */
struct event_gap {
    const char *region, *what, *reason;
    time_t from, to;
    struct source where;
};

/* Events of a span of time, both ends belonging to it, that a region's log files tell whole: the
 * digest files of that time, which AWS signed, follow each other without a hole, and every log file
 * they name is there and as they say. */
struct event_proof {
    const char *region;
    time_t from, to;
};

/* A span whose log files are not proved whole, and why not. It makes nothing unknown that is known
 * otherwise. */
struct event_doubt {
    const char *region, *reason;
    time_t from, to;
    struct source where; /* the digest file */
};

/* Days, one after the other, of which a region has log files: that no file of them is missing
 * cannot be seen from the files, but from their digests alone. */
struct event_days {
    const char *region;
    time_t from, to;    /* whole UTC days, by the time of delivery */
    size_t files, kept; /* events of interest in them */
};

struct events {
    struct event *at; /* sorted by time, then id; each once */
    size_t count;
    struct event_reading *readings; /* sorted by region, what, from */
    size_t reading_count;
    struct event_gap *gaps; /* sorted by region, from */
    size_t gap_count;
    struct event_days *days; /* sorted by region, from */
    size_t day_count;
    struct event_proof *proofs; /* sorted by region, from; none touches another */
    size_t proof_count;
    struct event_doubt *doubts; /* sorted by region, from */
    size_t doubt_count;
    const char *const *kept; /* names of events that are kept of log files, NULL at the end: the
                              * proofs speak of these, and of all that root did */
};

/* Are all events of a question known in a region from `from` to `to`, by what LookupEvents read, by
 * log files that are proved whole, or by one here and the other there? If not, *why (may be NULL)
 * gets the first reason, one line in the arena. `e` may be NULL: nothing was read. */
bool events_known(const struct events *e, const char *region, const char *what, time_t from,
                  time_t to, struct arena *arena, const char **why);

/* The same in every region in which the question was asked, answered or not; a sign-in can be
 * recorded in any of them. False when it was asked in none. */
bool events_known_everywhere(const struct events *e, const char *what, time_t from, time_t to,
                             struct arena *arena, const char **why);

/* Sort all lists and drop doubles: an event can be an answer to several questions. Of two that
 * differ under one id the second makes a gap of its day. */
void events_sort(struct events *e, struct arena *arena);

/* Something of the UTC day of `when` is not known. */
void events_add_gap(struct events *e, struct arena *arena, struct event_gap gap, time_t when);

#endif
