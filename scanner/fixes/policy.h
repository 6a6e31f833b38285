/* policy.h - corrected policies: where a document stands, and the commands that put another in
 * its place. */
#ifndef FIXES_POLICY_H
#define FIXES_POLICY_H

#include "checks/mfa_statements.h"
#include "fixes/fixing.h"

enum fix_place {
    PLACE_MANAGED,
    PLACE_USER, /* inline */
    PLACE_GROUP,
    PLACE_ROLE,
    PLACE_TRUST,
    PLACE_ORGANIZATION,
};

/* A policy of the account or its organisation. */
struct fix_home {
    enum fix_place place;
    const char *arn;                /* MANAGED, ORGANIZATION (or its id) */
    const char *name;               /* of an inline policy */
    const struct principal *holder; /* of an inline policy; the role of TRUST */
    const struct document *document;
};

/* By the resource of a finding on a statement or a role, "<owner>#<Sid>": its policy. */
bool fix_home_of(const struct fixing *x, struct fix_home *out);
struct fix_home fix_trust_of(const struct principal *role);

/* The document as a tree, or NULL when it cannot be read. The caller deletes it. */
cJSON *fix_read(const struct document *d);
/* Its statement `index`, also where Statement is one object. */
cJSON *fix_statement(cJSON *document, size_t index);

/* Say the corrected document, and how to put it in force. Takes the tree. `about`: what was
 * changed. One that is too large is given as its statement `index` alone. */
void fix_put(struct fixing *x, const struct fix_home *home, const char *about, const char *blanks,
             cJSON *document, size_t index);

/* A further inline policy of the user, under a name it does not have yet. Takes the tree. */
void fix_put_user(struct fixing *x, const struct principal *user, const char *name,
                  const char *about, const char *blanks, cJSON *document);

/* The actions by which one enrols, as AWS writes them; ends with NULL. */
extern const char *const fix_enrolment[];

/* Has the check a FAIL on the resource in this account? */
bool fix_fails(const struct fixing *x, const char *check, const char *resource);

/* All statements of the account that test MFA, made at the first call. */
const struct mfa_statements *fix_mfa_statements(struct fixing *x);

/* Ask for MFA rightly: of a Deny «unless there was MFA», of an Allow «when there was». What else
 * the condition asks for stays; of an age the bound does. */
void fix_ask(struct arena *arena, cJSON *statement, bool allow);
/* Take the MFA keys out of the condition, and return the bound on the age, or NULL; in the arena.
 */
const char *fix_unask(struct arena *arena, cJSON *statement);
/* Let the statement be about IAM users and root alone. */
void fix_only_users(struct fixing *x, cJSON *statement);
/* Condition[op][key] = value, made where it is missing. */
void fix_condition(cJSON *statement, const char *op, const char *key, cJSON *value);

/* The trust policy of the role of the finding put right, and said. */
void fix_trust(struct fixing *x);

/* MFA before anything but enrolment. `enrolled`: also before enrolling a further device. The caller
 * deletes it. */
cJSON *fix_guard(const struct account *a, bool enrolled);

/* The pattern by which cloudwatch.* is put right. */
const char *fix_watch_pattern(const char *check);

#endif
