/* mfa_statements.h - the customer's policy statements that test whether there was MFA: where they
 * stand, what they are called, whom they bear on, and what they do alone.
 *
 * Of an account: its managed policies in their default version, inline policies of users, groups
 * and roles, its roles' trust policies, and the organisation's policies over it. AWS's own managed
 * policies are not the customer's. A document that cannot be read, and may hold such a statement,
 * stands in the list with a reason in place of a statement. */
#ifndef CHECKS_MFA_STATEMENTS_H
#define CHECKS_MFA_STATEMENTS_H

#include "base/arena.h"
#include "checks/check.h"

enum home { HOME_IDENTITY, HOME_TRUST, HOME_ORGANIZATION };

/* Whom an identity-based policy is attached to, or given to as a boundary. */
struct holders {
    size_t users, groups;
    const struct principal **roles;
    size_t role_count;
};

/* Denials of one policy. Those with the same conditions let the same through: where one of them
 * covers a statement, the others add nothing. */
struct denial_group {
    const struct statement **at;
    size_t count;
};
struct denials {
    struct denial_group *groups;
    size_t count;
    size_t *group_of; /* of each statement of the policy, in `groups`; an Allow: none */
    const struct statement **wide; /* those that test MFA, on every resource */
    size_t wide_count;
};
struct denials denials_of(const struct policy *p, struct arena *arena);

struct mfa_statement {
    enum home home;
    /* "<ARN of the policy, of its holder/inline name, or of the role>#<Sid, or sha256: and 12
     * digits>": the digest is of the statement in canonical JSON (RFC 8785), where it has no Sid of
     * its own. Of a document that cannot be read the part before '#'. */
    const char *resource, *name;
    const char *unread; /* NULL, or why there is no statement */
    const struct policy *policy;
    const struct statement *s;
    const struct denials *denials; /* of `policy` */
    const struct holders *holders; /* of HOME_IDENTITY */
    const struct principal *role;  /* of HOME_TRUST */
    struct source source;
};

struct mfa_statements {
    struct mfa_statement *at;
    size_t count;
};

/* All of the account. In the arena; the texts of the resources too. */
struct mfa_statements mfa_statements_of(const struct checking *c, struct arena *arena);

#define MFA_KEYS "aws:multifactorauth" /* how the two keys begin */
bool tests_mfa(const struct statement *s);

/* Is the Deny, its conditions aside, about all that the other statement is about? */
bool denial_covers(const struct statement *deny, const struct statement *s);

/* Does the action of a NotAction, in lower case, exempt nothing but enrolment? */
bool exempts_enrolment_only(const char *action);
/* Is the statement about every resource? */
bool is_about_all(const struct statement *s);
/* Another denial without MFA of the same policy that covers it on every resource; NULL: none. */
const struct statement *covering_denial(const struct mfa_statement *m);

/* What the conditions of a statement do, whatever its actions and resources are, in requests of
 * which only `certain` and the circumstance are known. Of an Allow: is it passed? Of a Deny: is
 * everything but it passed? `others`: denials of the same policy that cover at least as much count
 * as well. */
struct decided statement_passes(const struct mfa_statement *m, enum circumstance c,
                                const struct identity *of, bool others, struct arena *arena);

#endif
