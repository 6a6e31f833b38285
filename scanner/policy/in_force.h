/* in_force.h - which policies are in force for the principals of an account.
 *
 * Identity-based: a user's inline and attached policies and those of its groups, a role's own; of
 * managed policies the default version only (IAM User Guide, "Versioning IAM policies"). Groups do
 * not nest. A document that cannot be read, and a policy or group that is attached but was not
 * listed, stand in as statements that may or may not allow or deny everything, so that nothing
 * rests on what is not known.
 *
 * Of the organisation: the SCPs of every level from the root down to the account (model/
 * organization.h says whom they limit), and the RCPs, which bear on the account's own resources:
 * here on its roles. They can only deny. What of them was not seen therefore limits nobody here,
 * and `unseen` says so: whoever finds an action allowed states it, a denial stands. */
#ifndef POLICY_IN_FORCE_H
#define POLICY_IN_FORCE_H

#include "base/arena.h"
#include "base/lookup.h"
#include "model/model.h"
#include "model/organization.h"
#include "policy/decide.h"

/* The policies of one kind of the organisation that limit the account. */
struct limits {
    const struct policy_list *levels; /* from the root down */
    size_t count;
    const char *unseen; /* one line; NULL: all were seen, or there are none */
};

struct in_force {
    struct arena *arena; /* owns all that follows; the caller's */
    const struct account *account;
    const char *const *marks; /* every policy is marked with: document.h, policy_mark() */
    size_t mark_count;
    struct lookup texts;        /* every text is parsed once */
    struct policy_use *managed; /* of account->policies, in their order */
    struct policy_list *groups; /* of account->groups, in their order */
    struct limits limits[POLICY_KINDS];
};

/* Parse what many share: managed policies, groups, the organisation's. Model and account must
 * outlive it. */
void in_force_open(struct in_force *f, const struct model *m, const struct account *a,
                   const char *const *marks, size_t mark_count, struct arena *arena);

/* The policies of a user or role of that account: identity, boundary and SCPs. */
struct policies in_force_of(struct in_force *f, const struct principal *p);

/* Add a role's trust policy and the RCPs that bear on it to the caller's policies: what decides
 * sts:AssumeRole of that role. Only the text's policy is kept, the rest lies in the arena. */
void in_force_enter(struct in_force *f, const struct principal *role, struct arena *arena,
                    struct policies *out);

/* A role's trust policy, or NULL with the reason. It lives with the texts. */
const struct policy *in_force_trust(struct in_force *f, const struct principal *role,
                                    const char **why);

/* A role under /aws-service-role/: linked to a service, no SCP limits it. */
bool is_service_linked(const struct principal *p);

#endif
