/* region.h - which regions matter to sign-ins, by partition. */
#ifndef AWS_REGION_H
#define AWS_REGION_H

#include <stddef.h>

/* Regions in which a person's sign-in to the console can be recorded whatever region the account
 * works in: at the global sign-in address, or in one of those that it leads to (AWS CloudTrail
 * guide, "AWS Management Console sign-in events"). The number `index` of a partition, NULL after
 * the last; an unknown partition has none. */
const char *region_of_sign_in(const char *partition, size_t index);

#endif
