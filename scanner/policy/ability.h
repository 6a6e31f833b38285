/* ability.h - may an identity do an action to any resource, in each circumstance?
 *
 * What may be done to which resource is told apart by all patterns in force, one witness for each
 * class (glob.h); so are actions, where all of them are asked about. */
#ifndef POLICY_ABILITY_H
#define POLICY_ABILITY_H

#include "policy/circumstance.h"
#include "policy/privilege.h"

struct ability {
    const char *action;   /* in lower case */
    size_t mark;          /* as of struct request */
    const char *resource; /* a pattern that the resource matches; NULL: any */
    const char *except;   /* ARN of a user left out, under whatever path; NULL: none */
};

/* Action `i` of the privilege, as the identity would have it; without a mark. */
struct ability ability_of_privilege(const struct identity *of, const struct privilege *p, size_t i,
                                    struct arena *arena);

/* Of all classes the one that is allowed, else the first that is unsure, else a denial. */
struct outcome {
    struct decided by[CIRCUMSTANCES];
    const char *on[CIRCUMSTANCES]; /* the class of resources, as a pattern; NULL with a denial */
};

/* Decide in every circumstance that `circumstances` has the CIRCUMSTANCE_BIT() of; the others stay
 * denials. In the arena. */
struct outcome ability_of(const struct identity *of, const struct ability *a,
                          unsigned circumstances, struct arena *arena);

/* The first action, enrolment aside (privilege.h), that is allowed in that circumstance on any
 * resource, over all classes of actions that the policies tell apart: *action is the class as a
 * pattern, *on that of the resources. Both stay as they are with a denial, and where the policies
 * overlap in too many ways, which is unsure. */
struct decided ability_beyond_enrolment(const struct identity *of, enum circumstance c,
                                        struct arena *arena, const char **action, const char **on);

#endif
