/* settings.h - what a person may set, and the rules that say what kind of principal one is. */
#ifndef MODEL_SETTINGS_H
#define MODEL_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "model/findings.h"

struct texts {
    const char *const *at;
    size_t count;
};

/* How a rule looks at a principal (see rule_set_match()). */
enum rule_kind {
    RULE_NAME,       /* the whole name; * stands for any run of characters, ? for one */
    RULE_WORD,       /* a word of the name, between its ends and what is no letter or digit */
    RULE_PATH,       /* what its path begins with: "/service/" */
    RULE_TAG,        /* "key=value", both whole and without regard to case */
    RULE_PERMISSION, /* an action that it is allowed: "s3:DeleteBucket", no pattern */
    RULE_KINDS
};
/* Permissions that may be named: there is room for so many beside the evaluator's own. */
#define PERMISSIONS_MOST 16
struct rule_set {
    struct texts of[RULE_KINDS];
};

struct severity_override {
    const char *check;
    enum severity severity;
};
struct severities {
    const struct severity_override *at;
    size_t count;
};

/* Every value is set: as the person wrote it, else the default. The lists live in the
 * inputs' arena. To add one: a member here, its default in settings.c, its row in
 * config/settings.c. */
struct settings {
    long period_days; /* of events that a scan asks for, unless it is told otherwise */
    long unused_days; /* after so many a console password counts as unused */
    long grace_days;  /* for a new user to enrol */
    long report_age_hours, scan_age_days;
    long administrators_max, administrators_percent; /* the larger of both is allowed */
    long mfa_age_seconds;                            /* contexts S; 0: no age is asked for */
    long exception_days;                             /* from approval to expiry at most */
    long exception_review_days;                      /* between two reviews at most */
    long exception_resources; /* that one exception may cover in its account */
    long attestation_days;    /* from attestation to expiry at most */
    struct rule_set privileged, machines, humans;
    bool compute_reuse;           /* «reuse of existing compute» counts as privileged */
    struct texts workforce_pools; /* ids or ARNs of Cognito user pools in which staff sign in */
    struct texts join_only_directories; /* ids or ARNs: machines join them, nobody signs in */
    struct texts frameworks;            /* shown in reports; none: all */
    struct severities severities;
};
extern const struct settings settings_default;

/* The first rule that the principal meets, as a reason to print: "name svc-*", "word svc",
 * "path /service/", "tag type=service"; NULL: none. Permissions are not looked at: that is the
 * policy evaluator's work, on of[RULE_PERMISSION]. A word may be several with what separates them
 * between ("on-call"); "ci" is no word of "cindy". */
const char *rule_set_match(const struct rule_set *set, const struct principal *p,
                           struct arena *arena);

/* Is there a text that equals `text`? */
bool texts_have(const struct texts *list, const char *text);

#endif
