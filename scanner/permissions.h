/* permissions.h - what to allow the scanner, so that an UNKNOWN becomes a verdict. */
#ifndef PERMISSIONS_H
#define PERMISSIONS_H

#include "checks/check.h"

/* For every UNKNOWN of the account from `first` on whose check needs a data set that AWS refused:
 * a policy with the actions of that data set's collector, and the command that gives it to the role
 * the scan ran as. */
void permissions_add(const struct checking *c, size_t first);

#endif
