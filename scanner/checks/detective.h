/* detective.h - what the checks of detective.c and alarms.c have in common. */
#ifndef CHECKS_DETECTIVE_H
#define CHECKS_DETECTIVE_H

#include "checks/check.h"
#include "model/detective.h"

/* An account of the scan that is judged too, apart from the one at hand. */
bool is_judged_elsewhere(const struct checking *c, const char *account);

#endif
