/* branch.h - whether a template's conditions hold: what is known of them, and where nothing is,
 * both ways one after the other.
 *
 * A template is read once for each combination of what its conditions rest on and nobody knows: a
 * comparison, or a condition that the template does not define. Each is one fork. Only forks that
 * policies depend on are taken; where there are more than LINT_FORKS, the rest is not known.
 * (CloudFormation User Guide, "Condition functions".) */
#ifndef LINT_BRANCH_H
#define LINT_BRANCH_H

#include "lint/intrinsic.h"

#define LINT_FORKS 5
#define LINT_BRANCHES (1u << LINT_FORKS)

struct fork {
    const char *name;         /* for people: the condition's, or the comparison */
    const char *open, *known; /* of a comparison with a known text; else `known` is NULL */
};
struct branches {
    struct arena *arena; /* of the forks: it outlives each reading */
    struct fork forks[LINT_FORKS];
    size_t count;
    unsigned branch; /* bit i: fork i holds */
};

/* Can it be: not where one value equals two texts. */
bool branch_is_possible(const struct branches *b, unsigned branch);

enum holds { HOLDS_NOT, HOLDS, HOLDS_UNKNOWN };

/* Does the template's condition of that name hold, in the present branch? */
enum holds condition_holds(const struct intrinsics *in, const char *name);

#endif
