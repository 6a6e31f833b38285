/* fixes.h - how to put findings right, each for its own resource: commands of the AWS CLI, the
 * corrected policy, Terraform. */
#ifndef FIXES_FIXES_H
#define FIXES_FIXES_H

#include "checks/check.h"

/* Remedies for every FAIL of the account from `first` on. */
void fixes_add(const struct checking *c, size_t first);

#endif
