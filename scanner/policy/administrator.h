/* administrator.h - who is an administrator, by which route, told by which raw answer.
 *
 * An administrator holds the AWS-managed policy AdministratorAccess, or any policy (managed or
 * inline, own or of a group) whose version in force allows every action on every resource. Denies,
 * boundaries and conditions are not weighed: they could only take somebody off the list. */
#ifndef POLICY_ADMINISTRATOR_H
#define POLICY_ADMINISTRATOR_H

#include "base/arena.h"
#include "model/model.h"

enum administrator_verdict { ADMINISTRATOR_NO, ADMINISTRATOR_YES, ADMINISTRATOR_UNKNOWN };

struct administrator {
    enum administrator_verdict verdict;
    const char *route;    /* YES: "inline policy emergency of group sample-admins" */
    const char *reason;   /* UNKNOWN: which document could not be read, and why */
    struct source source; /* the policy or document that decided; file NULL for NO */
    struct source holder; /* the user or group that has it */
};

/* One verdict per user of the account, in the order of a->users. A document that cannot be read
 * makes UNKNOWN unless another route says YES. */
struct administrator *administrators(const struct account *a, struct arena *arena);

#endif
