/* region.h - what a region's name looks like, and which regions matter to sign-ins. */
#ifndef AWS_REGION_H
#define AWS_REGION_H

#include <stdbool.h>
#include <stddef.h>

/* Is it made as a region's name is, "ap-southeast-2"? Few letters, words of letters, a number. */
bool region_has_form(const char *name);

/* Does it begin as a region of a known partition and part of the world does? New ones come. */
bool region_is_familiar(const char *name);

/* Regions in which a person's sign-in to the console can be recorded whatever region the account
 * works in: at the global sign-in address, or in one of those that it leads to (AWS CloudTrail
 * guide, "AWS Management Console sign-in events"). The number `index` of a partition, NULL after
 * the last; an unknown partition has none. */
const char *region_of_sign_in(const char *partition, size_t index);

#endif
