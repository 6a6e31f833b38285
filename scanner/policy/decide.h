/* decide.h - may this caller do that, in these circumstances? The evaluation of IAM policies.
 *
 * Order of evaluation: IAM User Guide, "Policy evaluation logic": an explicit Deny anywhere wins;
 * then every level of resource and service control policies must allow, and, in the caller's own
 * account, either the resource's policy names the caller, or an identity-based policy allows and
 * the permission boundary and the session's policies do too (and the resource's policy, where there
 * is one that delegates to the account); across accounts both sides must allow.
 *
 * What a request carries is known in part only. A key that `keys` does not speak of is free: the
 * caller, or chance, may give it any value, or none. A decision is then about all requests at once:
 * ALLOWED says that some assignment of the free keys is allowed, with that assignment as the
 * witness; a denial says that none is. Free keys are tried by one value of each class that the
 * policies tell apart (glob.h), never by guess.
 *
 * UNSURE stands for conditions that are not understood: an unknown operator, no values at all, a
 * value that is none of the operator's kind (condition.h). Where AWS leaves a reading open
 * (resource patterns: arn.h; variables whose key is free or has several values; negated operators
 * with a variable that has no value; NotPrincipal that lists the caller's account) an Allow is read
 * wide and a Deny narrow: a denial can be relied on. */
#ifndef POLICY_DECIDE_H
#define POLICY_DECIDE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "model/model.h"
#include "policy/document.h"

/* A key of the request and its values; without any it is absent. Names in lower case. */
struct request_key {
    const char *name;
    const char *const *values;
    size_t count;
};

/* Who asks, as principals in resource policies are compared with: ARN, unique id, account id. For a
 * role session `arn` is the role's. NULL: not compared. */
struct caller {
    const char *arn, *id, *account;
};

struct request {
    const char *action; /* in lower case, "iam:createuser" */
    size_t mark;        /* its place in the list that all policies are marked with, plus 1; 0: none.
                           document.h, policy_mark() */
    const char *resource; /* ARN; "*" for actions that have none */
    struct caller caller;
    const struct request_key *keys; /* what is certain */
    size_t key_count;
    /* Keys that begin so are absent unless listed: "aws:principaltag/". NULL: none. */
    const char *complete_prefix;
};

/* A policy in force, and where it came from. */
struct policy_use {
    const struct policy *policy;
    const char *name; /* ARN of a managed policy, "holder/name" of an inline one */
    struct source source;
};
struct policy_list {
    const struct policy_use *at;
    size_t count;
};

struct policies {
    struct policy_list identity; /* the caller's own, and its groups' */
    bool identity_unknown;       /* of another account: taken as allowing */
    bool has_boundary;
    struct policy_list boundary;
    bool has_session; /* policies given to a session when it was made; they limit like a boundary */
    struct policy_list session;
    const struct policy_list *scps, *rcps; /* from the organisation's root down; each must allow */
    size_t scp_levels, rcp_levels;
    bool has_resource_policy; /* a role's trust policy; the resource is in `resource_account` */
    struct policy_list resource;
    const char *resource_account; /* NULL: the caller's own */
};

/* In the order of what must be reckoned with. */
enum decision { DECISION_IMPLICIT_DENY, DECISION_EXPLICIT_DENY, DECISION_UNSURE, DECISION_ALLOWED };
/* "implicitDeny", "explicitDeny", "unsure", "allowed": AWS's words in SimulatePrincipalPolicy. */
const char *decision_name(enum decision decision);

#define DECIDE_KEYS 16      /* free keys that one decision may depend on */
#define DECIDE_TRIES 100000 /* assignments looked at for one decision */

struct decided {
    enum decision decision;
    /* The Allow or the Deny that decided; NULL for an implicit deny. */
    const struct policy_use *by;
    const struct statement *statement;
    /* ALLOWED: what the free keys must be for it; empty: whatever they are. */
    const struct request_key *witness;
    size_t witness_count;
    const char *why; /* UNSURE: one line */
};

/* Decide. Witness and `why` live in the arena. Pure; cannot fail. */
struct decided decide(const struct policies *p, const struct request *request, struct arena *arena);

#endif
