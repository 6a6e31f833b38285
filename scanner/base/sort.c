/* sort.c - lists in order, without doubles. */
#include "base/sort.h"

#include <stdlib.h>
#include <string.h>

void sort_once(void *list, size_t *count, size_t size, int (*compare)(const void *, const void *))
{
    char *base = list;
    size_t kept = 0;

    if (*count < 2)
        return;
    qsort(list, *count, size, compare);
    for (size_t i = 1; i < *count; i++) {
        if (compare(base + kept * size, base + i * size) == 0)
            continue;
        kept++;
        if (kept != i)
            memcpy(base + kept * size, base + i * size, size);
    }
    *count = kept + 1;
}
