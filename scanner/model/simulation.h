/* simulation.h - what AWS's own policy simulator said: a second opinion on some users.
 *
 * iam:SimulatePrincipalPolicy is asked twice about each: without aws:MultiFactorAuthPresent, as a
 * request signed with a long-term access key has none, and with the key false, as in a session
 * without MFA. What it does not see: SCPs with conditions on global keys, RCPs, trust policies and
 * other policies of resources, those of sessions and VPC endpoints (IAM User Guide, "Testing IAM
 * policies with the IAM policy simulator"); keys that it was not told are absent, and it lists
 * them. */
#ifndef MODEL_SIMULATION_H
#define MODEL_SIMULATION_H

#include "model/credentials.h"
#include "model/model.h"

enum simulated_decision {
    SIMULATED_NOTHING, /* no answer */
    SIMULATED_IMPLICIT_DENY,
    SIMULATED_EXPLICIT_DENY,
    SIMULATED_ALLOWED,
};

/* The decision on one action, on resource "*". */
struct simulated {
    enum simulated_decision decision;
    /* Of OrganizationsDecisionDetail and PermissionsBoundaryDecisionDetail; UNKNOWN: not said. */
    enum word by_organization, by_boundary;
    const char **missing; /* MissingContextValues */
    size_t missing_count;
    const char **matched; /* MatchedStatements: SourcePolicyId */
    size_t matched_count;
    struct source source;
};

/* The questions about one user in one context. */
struct simulation {
    const char *arn;
    bool key_is_false; /* else it is absent */
    struct data_status status;
    struct simulated *at; /* one for each action of policy/sample.h, in their order */
};

#endif
