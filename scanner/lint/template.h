/* template.h - what the readers of CloudFormation's and of SAM's resources share. */
#ifndef LINT_TEMPLATE_H
#define LINT_TEMPLATE_H

#include "lint/branch.h"
#include "lint/intrinsic.h"
#include "lint/paper.h"

struct template
{
    struct papers *papers;
    struct intrinsics in;
    const struct tree *root;
    const struct tree *resource; /* its key is the logical id */
    const struct tree *properties;
    const char *pointer; /* of the properties */
    struct error *err;
};

/* The member, resolved; NULL when it is not there, or removed by AWS::NoValue. */
const struct tree *template_resolved(const struct template *t, const struct tree *map,
                                     const char *key);
/* Something of the present resource that cannot be judged. */
int template_unread(struct template *t, const struct paper *as, size_t line, const char *why);
/* An element of a list of policies, resolved; which it is, `as` says. */
typedef int (*template_element)(struct template *t, const struct paper *as, const struct tree *one);
/* Each element of the list that the present resource has by that name; what is no list is its one
 * element. Elements that AWS::NoValue removes are none, and keep their number. */
int template_each(struct template *t, enum paper_owner owner, const char *label, const char *key,
                  template_element each);

/* Resources of the Serverless Application Model. */
int template_add_function(struct template *t);
int template_add_nested(struct template *t);

#endif
