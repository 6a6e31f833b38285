/* administrator.h - who is an administrator, by which route, told by which raw answer.
 *
 * A route is the AWS-managed policy AdministratorAccess, or any policy (managed or inline, own or
 * of a group) whose version in force allows, on every resource, every action, every action but some
 * (NotAction), or every action of IAM. Two questions:
 *
 *   administrators()             who has a route. Denies, boundaries, conditions and SCPs are not
 *                                weighed: they can only take somebody off the list. A pure function
 *                                of the account: collectors ask with it whose devices to confirm.
 *   administrators_in_effect()   whose route is in effect, in whatever circumstance. That is who an
 *                                administrator is for the checks. */
#ifndef POLICY_ADMINISTRATOR_H
#define POLICY_ADMINISTRATOR_H

#include "base/arena.h"
#include "model/model.h"
#include "policy/enforcement.h"

enum administrator_verdict { ADMINISTRATOR_NO, ADMINISTRATOR_YES, ADMINISTRATOR_UNKNOWN };

struct administrator {
    enum administrator_verdict verdict;
    bool by_settings;  /* YES, by a rule of the settings alone: for the checks, not for counting */
    const char *route; /* YES: "inline policy emergency of group sample-admins" */
    /* UNKNOWN: which document could not be read, and why. NO, with a route that is not in effect:
     * what takes it away; else NULL. */
    const char *reason;
    struct source source; /* the policy or document that decided; file NULL for NO */
    struct source holder; /* the user or group that has it */
};

/* Index of the first statement that is a route, or -1. */
int administrator_route(const struct policy *p, const char *partition);

/* One verdict per user of the account, in the order of a->users. A document that cannot be read
 * makes UNKNOWN unless another route says YES. */
struct administrator *administrators(const struct account *a, struct arena *arena);
/* The same less those whom a deny, a boundary or an SCP keeps from it in every circumstance; `e` is
 * of the same account. What is not understood takes nobody off. */
struct administrator *administrators_in_effect(struct enforcement *e, const struct account *a,
                                               struct arena *arena);

#endif
