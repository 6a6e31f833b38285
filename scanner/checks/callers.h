/* callers.h - who of an account may call sts:AssumeRole, by kinds, so that thousands of users need
 * not be held against thousands of roles one by one. */
#ifndef CHECKS_CALLERS_H
#define CHECKS_CALLERS_H

#include "base/arena.h"
#include "base/lookup.h"
#include "checks/check.h"

#define WITHOUT_MFA (CIRCUMSTANCE_BIT(CIRCUMSTANCE_KEY) | CIRCUMSTANCE_BIT(CIRCUMSTANCE_CONSOLE))
#define WITH_MFA CIRCUMSTANCE_BIT(CIRCUMSTANCE_MFA)
#define ASSUME_ROLE "sts:assumerole"

/* What an IAM user is to a role. DOUBTFUL: whether it is a way in could not be read, *why. */
enum calling { CALLING_PERSON, CALLING_DOUBTFUL, CALLING_MACHINE, CALLING_IDLE, CALLINGS };

struct caller_user {
    const struct principal *user;
    struct identity identity;
    enum calling calling;
    const char *why;
};

/* Identities that the policies cannot tell apart (policy/enforcement.h). */
struct kind {
    const struct caller_user **members; /* of users */
    size_t member_count;
    const struct caller_user *first[CALLINGS];
    struct identity identity; /* of the first member */
    unsigned calls; /* CIRCUMSTANCE_BIT()s in which it may assume some role by its own policies */
    bool goes_anywhere;    /* which roles cannot be told from its patterns */
    const char **patterns; /* of the roles' ARNs, that have wildcards */
    size_t pattern_count;
    size_t *reach; /* the roles whose ARNs are written out */
    size_t reach_count;
    bool walked; /* for who walks the graph */
};
struct kind_list {
    struct kind **at;
    size_t count;
};
struct kinds {
    struct lookup known; /* by struct privileges.decided_with */
    struct kind_list all;
    struct kind_list wide;   /* those with patterns, or that go anywhere */
    struct kind_list *exact; /* per role: its ARN is written out */
};

struct callers {
    const struct inputs *inputs;
    const struct account *a;
    struct enforcement *enforcement;
    struct arena *arena;
    struct caller_user *of_user; /* in the account's order */
    struct kinds users, roles;   /* `roles` fills as it is asked */
};

void callers_open(struct callers *c, const struct checking *checking, struct arena *arena);
struct kind *callers_role_kind(struct callers *c, const struct principal *role);
/* The role of the account with that ARN; NULL. */
const struct principal *callers_role(const struct callers *c, const char *arn);
const struct caller_user *callers_user(const struct callers *c, const struct principal *user);

/* Could its own policies let it assume that role? Told by patterns alone: true is no answer. */
bool kind_may_reach(const struct kind *k, const char *role);

/* Could an Allow of the trust policy hold for that user, by the keys of an identity that its
 * conditions compare? true is no answer. */
bool trust_may_take(const struct policy *trust, const struct principal *user);

#endif
