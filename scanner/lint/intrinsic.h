/* intrinsic.h - CloudFormation's functions, as far as they can be told before deployment.
 *
 * Ref, Fn::GetAtt, Fn::Sub, Fn::Join, Fn::Select, Fn::Split and Fn::FindInMap of parameters whose
 * values are given, of the account and its partition, and of IAM's resources in the template are
 * known, and so is Fn::If in one branch at a time (branch.h); everything else is OPEN (tree.h). A
 * parameter's default is not what it will be, and does not count.
 * (CloudFormation User Guide, "Intrinsic function reference".) */
#ifndef LINT_INTRINSIC_H
#define LINT_INTRINSIC_H

#include "base/lookup.h"
#include "lint/paper.h"

#define LINT_PARTITION "aws"

struct branches;
struct intrinsics {
    struct arena *arena;
    const char *account;
    bool account_known; /* false: it stands for one that nobody named */
    const struct tree *resources, *parameters, *mappings, *conditions; /* maps of the template */
    struct branches *branches;
    struct lookup *evaluated; /* conditions, in the present branch */
    const struct parameters *given;
    size_t *made; /* bytes that functions gave so far */
};

/* A copy in which every function is its value, or OPEN. NULL: AWS::NoValue, which removes what it
 * stands for; in lists and maps it is removed. */
struct tree *intrinsic_resolve(const struct intrinsics *in, const struct tree *t);

/* The ARN by which the account of lint knows an entity: "arn:aws:iam::ACCOUNT:TYPE/LABEL", the
 * label without what would mean something in an ARN or a pattern. */
const char *lint_arn(struct arena *arena, const char *account, const char *type, const char *label);
/* The label as it stands in it. */
const char *lint_label(struct arena *arena, const char *label);

#endif
