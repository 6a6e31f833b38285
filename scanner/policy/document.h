/* document.h - IAM policy documents, parsed.
 *
 * Grammar: IAM User Guide, "Grammar of the IAM JSON policy language". A single value stands for a
 * list of one everywhere (Statement, Action, Resource, Principal, condition values), booleans and
 * numbers may stand without quotes. AWS keeps documents that its grammar of today refuses: what can
 * be understood is, what cannot makes the document unreadable, and never less than it is. */
#ifndef POLICY_DOCUMENT_H
#define POLICY_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "policy/condition.h"

enum principal_kind {
    PRINCIPAL_ANYBODY,   /* "*" and {"AWS":"*"} */
    PRINCIPAL_AWS,       /* ARN, account id or unique id, as written */
    PRINCIPAL_SERVICE,   /* ec2.amazonaws.com */
    PRINCIPAL_FEDERATED, /* ARN of a SAML provider, host of an OIDC issuer */
    PRINCIPAL_OTHER,     /* CanonicalUser and what else there may be */
};
struct statement_principal {
    enum principal_kind kind;
    const char *value;
};

/* Some of up to 128 actions: bit i for the action i of a list. */
#define ACTION_SET_MOST 128
struct action_set {
    uint64_t bits[ACTION_SET_MOST / 64];
};
static inline bool action_set_has(const struct action_set *s, size_t i)
{
    return (s->bits[i / 64] >> (i % 64) & 1) != 0;
}
static inline void action_set_add(struct action_set *s, size_t i)
{
    s->bits[i / 64] |= UINT64_C(1) << (i % 64);
}

struct statement {
    const char *sid; /* NULL: none */
    size_t index;    /* in its document: /Statement/N, also where Statement is one object */
    bool allow;      /* Effect: Allow or Deny */
    bool not_action, not_resource, not_principal;
    bool has_resource;                 /* false: neither Resource nor NotResource */
    const char **actions, **resources; /* patterns of glob.h; actions in lower case */
    size_t action_count, resource_count;
    struct statement_principal *principals; /* of resource policies */
    size_t principal_count;
    struct condition *conditions; /* all must hold */
    size_t condition_count;
    struct action_set marks; /* of policy_mark(): actions that the statement is about */
};

struct policy {
    bool has_variables; /* Version 2012-10-17: ${...} is a variable */
    struct statement *statements;
    size_t count;
    /* Of policy_collect_names(): the keys that its conditions and variables name, each once. */
    const char **names;
    size_t name_count;
};

/* Parse text[0..len) into *out; strings live in the arena. `name` begins messages. Errors:
 * ERR_FORMAT (no JSON, duplicate keys, no Statement, an Effect that is neither word, Action and
 * NotAction both or neither, a Condition that is no object of objects), ERR_LIMIT over
 * LIMIT_POLICY_BYTES. Resource may be missing (trust policies have none), and so may Principal. An
 * operator that is not known is kept as COMPARE_UNKNOWN: only its statement is unsure. */
int policy_parse(struct arena *arena, const char *name, const char *text, size_t len,
                 struct policy *out, struct error *err);

/* Is the statement about the action (in lower case)? Empty lists do not affect a policy (IAM Access
 * Analyzer, "Empty array action"), but nobody says so of NotAction in an Allow: that is read as all
 * actions. */
bool statement_has_action(const struct statement *s, const char *action);

/* Note in every statement which of these it is about, so that a request for one of them need not
 * look at patterns. At most ACTION_SET_MOST. */
void policy_mark(struct policy *p, const char *const *actions, size_t count);

/* Fill p->names. */
void policy_collect_names(struct arena *arena, struct policy *p);

/* A character that no action in a policy has: one of it stands for actions that nobody names. */
#define ACTION_UNNAMED '\002'

#endif
