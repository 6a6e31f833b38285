/* sort.h - lists in order, without doubles. */
#ifndef BASE_SORT_H
#define BASE_SORT_H

#include <stddef.h>

/* Sort *count elements of `size` bytes by a comparison that is 0 for the same thing, and keep the
 * first of equals; *count becomes how many are left. `list` may be NULL when *count is 0. */
void sort_once(void *list, size_t *count, size_t size, int (*compare)(const void *, const void *));

#endif
