/* private.h - what the files of the evaluation share. */
#ifndef POLICY_PRIVATE_H
#define POLICY_PRIVATE_H

#include "policy/decide.h"

struct enforcement;
struct in_force *enforcement_in_force(struct enforcement *e);

/* OPEN: depends on a free key. UNSURE: depends on what this program does not understand. */
enum truth { NO, YES, OPEN, UNSURE };

static inline enum truth truth_and(enum truth a, enum truth b)
{
    if (a == NO || b == NO)
        return NO;
    return a == OPEN || b == OPEN ? OPEN : a == UNSURE || b == UNSURE ? UNSURE : YES;
}

static inline enum truth truth_or(enum truth a, enum truth b)
{
    if (a == YES || b == YES)
        return YES;
    return a == OPEN || b == OPEN ? OPEN : a == UNSURE || b == UNSURE ? UNSURE : NO;
}

static inline enum truth truth_not(enum truth a)
{
    return a == YES ? NO : a == NO ? YES : a;
}

/* One question under one assignment of free keys. */
struct asking {
    const struct policies *policies;
    const struct request *request;
    struct request_key assigned[DECIDE_KEYS];
    size_t assigned_count;
    struct arena *scratch;          /* for expanded variables */
    const char *open_key;           /* the first that something depended on; NULL: nothing did */
    const struct condition *unsure; /* that is not understood; NULL */
    const char *unsure_value;       /* the value of it, or NULL: the operator, or no values */
};

/* NULL: the key is free. */
const struct request_key *asking_key(const struct asking *q, const char *name);
/* The same without what is assigned. Variables go by this: one value stands for a class that the
 * conditions do not tell apart, but what a variable is put into may. */
const struct request_key *certain_key(const struct asking *q, const char *name);

enum expansion { EXPANDED, EXPANDED_FREE, EXPANDED_NOTHING };
/* Put the values of policy variables in place of ${...}. `as_pattern` quotes what would be a
 * wildcard in them. FREE: a variable's key is free or has several values; NOTHING: it is absent and
 * has no default. */
enum expansion expand(const struct asking *q, const char *text, bool as_pattern, const char **out);

/* How a policy of a resource names a caller. A role's ARN leaves its boundary in force, a user's
 * does not; an account only delegates (IAM User Guide, "Policy evaluation logic"). */
enum naming { NAMES_CALLER, NAMES_ROLE, NAMES_ACCOUNT, NAMINGS };

/* Does the statement, which is about the action, match the question in all else? `naming` NULL: the
 * policy is none of a resource, principals do not count. */
enum truth statement_matches(struct asking *q, const struct policy *p, const struct statement *s,
                             enum naming *naming);
/* The action alone. Inline, since most statements end here. */
static inline bool statement_is_about(const struct statement *s, const struct request *r)
{
    return r->mark ? action_set_has(&s->marks, r->mark - 1) : statement_has_action(s, r->action);
}

/* A copy of the keys and their values in the arena. */
const struct request_key *request_keys_keep(struct arena *arena, const struct request_key *keys,
                                            size_t count);

/* Decide under the assignment: YES allowed, NO denied. *by and *statement as in struct decided. */
struct ruling {
    enum truth allowed;
    const struct policy_use *by;
    const struct statement *statement;
};
struct ruling rule(struct asking *q);

/* The assignments of a free key that the policies tell apart; ERR_LIMIT when there are too many. */
struct key_values {
    struct request_key *at;
    size_t count;
};
int key_candidates(const struct asking *q, const char *name, struct arena *arena,
                   struct key_values *out, struct error *err);

#endif
