/* privileged.h - who counts as privileged by a rule of the settings, whatever its policies say. */
#ifndef CHECKS_PRIVILEGED_H
#define CHECKS_PRIVILEGED_H

#include "checks/check.h"

/* "the settings (name ops-*)"; NULL: no rule. By name, word, path or tag; permissions that the
 * settings name are among the privileges of policy/enforcement.h. */
const char *privileged_by_settings(const struct inputs *in, const struct principal *who,
                                   struct arena *arena);

/* Make administrators of the users whom a rule meets; one per user, in their order. */
void administrators_by_settings(const struct inputs *in, const struct account *a,
                                struct administrator *administrators, struct arena *arena);

#endif
