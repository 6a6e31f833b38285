/* organization.h - the tree of an AWS organisation, and which policies stand at which node.
 *
 * Asked at the home account only; model->organization is NULL when that was not done, or when the
 * account is in no organisation. What is here may be relied on as far as these data sets of the
 * home account are complete:
 *   DATA_ORGANIZATION_TREE           nodes, types
 *   DATA_SERVICE_CONTROL_POLICIES    policies and attachments of POLICY_SERVICE_CONTROL
 *   DATA_RESOURCE_CONTROL_POLICIES   the same of POLICY_RESOURCE_CONTROL
 *   DATA_DELEGATED_ADMINISTRATORS    administrators
 * Complete and empty is an answer: no organisation, or a policy type that is not in use.
 *
 * How to read it (AWS Organizations guide, "SCP evaluation" and "RCP evaluation"): a request needs
 * an Allow of the policies at every level, the root, each unit and the account, and no Deny at any.
 * Only what is attached to a node stands at it; inheriting is walking up. Neither kind applies to
 * the management account, which stands in the tree all the same, nor to service-linked roles; SCPs
 * limit a member's root user too. RCPs bear on the resources of a member, whoever asks. A type
 * that is not TYPE_ENABLED limits nobody; while it is TYPE_PENDING either may be the case. */
#ifndef MODEL_ORGANIZATION_H
#define MODEL_ORGANIZATION_H

#include "model/model.h"

/* A root, units up to five deep, an account (AWS quota "OU maximum depth"). */
#define ORGANIZATION_UNIT_DEPTH 5
#define ORGANIZATION_LEVELS (ORGANIZATION_UNIT_DEPTH + 2)

enum node_kind { NODE_NONE, NODE_ROOT, NODE_UNIT, NODE_ACCOUNT };
/* Kind by the form of the id: r-…, ou-…, 12 digits; NODE_NONE: none of them. */
enum node_kind node_kind_of(const char *id);

struct organization_node {
    enum node_kind kind;
    const char *id;
    const char *name;      /* accounts: "", model_listed() knows it */
    const char *parent_id; /* NULL: the root */
    const struct organization_node *parent;
    struct source source; /* its row in the parent's list: also says which node the parent is */
};

enum policy_kind { POLICY_SERVICE_CONTROL, POLICY_RESOURCE_CONTROL, POLICY_KINDS };
/* "SERVICE_CONTROL_POLICY", as AWS writes it. */
const char *policy_kind_name(enum policy_kind kind);

/* As ListRoots tells it; TYPE_UNKNOWN: not read. */
enum policy_type { TYPE_UNKNOWN, TYPE_OFF, TYPE_PENDING, TYPE_ENABLED };

struct organization_policy {
    const char *id, *arn;
    bool everywhere;          /* attached to every node, by rule of AWS: RCPFullAWSAccess */
    struct document document; /* name; JSON text, NULL: not read */
    struct source source;     /* its row in the list */
};

/* A policy at a node. */
struct attachment {
    const char *target; /* id of a node */
    const struct organization_policy *policy;
    struct source source;
};

/* The policies of one kind. */
struct policy_set {
    enum policy_type type;
    struct source type_source;
    struct organization_policy *policies; /* sorted by id */
    size_t policy_count;
    struct attachment *attachments; /* sorted by target, then policy; without `everywhere` */
    size_t attachment_count;
};

/* An account that may administer a service for the whole organisation. */
struct delegated_administrator {
    const char *id;
    struct source source;
};

struct organization {
    struct organization_node *nodes; /* sorted by id */
    size_t node_count;
    struct policy_set sets[POLICY_KINDS];
    struct delegated_administrator *administrators; /* sorted by id */
    size_t administrator_count;
};

/* Binary searches: valid after the collectors have run. `o` may be NULL: then there is nothing. */
const struct organization_node *organization_node(const struct organization *o, const char *id);

/* The way from an account up to the root, both included, into `path`; returns how many nodes. 0:
 * the account is not in the tree. */
size_t organization_path(const struct organization *o, const char *account,
                         const struct organization_node *path[ORGANIZATION_LEVELS]);

/* Does `node` lie below the node `above`, or is it that one? */
bool organization_is_below(const struct organization_node *node, const char *above);

/* The policies of a kind directly at a node: *count of them, side by side; those `everywhere` are
 * not among them. */
const struct attachment *organization_attached(const struct organization *o, enum policy_kind kind,
                                               const char *target, size_t *count);

/* May policies of the organisation limit this account at all? Not the management account, and
 * none that is not in the tree. */
bool organization_limits(const struct model *m, const char *account);

#endif
