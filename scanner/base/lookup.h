/* lookup.h - a table from bytes to a pointer.
 *
 * Places are found by SHA-256, so that nobody outside can choose keys that fall together. There is
 * no order in it and no removal. Start with {.arena = a}: the arena owns the table. Keys are not
 * copied and must outlive it. */
#ifndef BASE_LOOKUP_H
#define BASE_LOOKUP_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct lookup_slot {
    const void *key; /* NULL: free */
    size_t len;
    uint64_t hash;
    void *value;
};
struct lookup {
    struct arena *arena;
    struct lookup_slot *slots;
    size_t size, count;
};

/* Where the value of key[0..len) is kept, NULL until the caller sets it. Valid until the next call.
 */
void **lookup_at(struct lookup *t, const void *key, size_t len);

#endif
