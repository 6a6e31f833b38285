/* account.h - the account that the policies of a file would make, for the checks to judge.
 *
 * Beside what the file holds there are, so that documents which stand alone can be judged: a group
 * that every managed policy is attached to; a user whose policies let it assume any role, for those
 * whom a trust policy leaves to the account; users and roles of the account that trust policies
 * name; and, in an account of its own under the organisation's policies, a role that they do not
 * name. A role has the policies that the file gives it, and no others; of AWS's own only
 * AdministratorAccess is known. */
#ifndef LINT_ACCOUNT_H
#define LINT_ACCOUNT_H

#include "lint/lint.h"
#include "lint/paper.h"
#include "model/model.h"
#include "model/organization.h"

struct lint_account {
    struct model model;
    struct account account;
    struct organization organization;
    struct organization_node nodes[2];
};

/* Sources of documents are the papers: their pointers are those of `at`. Everything in p->arena.
 * Errors: ERR_FORMAT, a resource that stands there twice. */
int lint_account_of(struct papers *p, const struct lint_options *options, struct lint_account *out,
                    struct error *err);
/* The one under the organisation's policies of the file. */
void lint_account_limited(struct papers *p, struct lint_account *out);

#endif
