/* lookup.c - open addressing, half full at the most. */
#include "base/lookup.h"

#include <string.h>

#include "base/digest.h"

#define FIRST_SIZE 64 /* slots; always a power of two */

static uint64_t hash_of(const void *key, size_t len)
{
    char hex[DIGEST_HEX];
    uint64_t hash = 0;

    digest_bytes(key, len, hex);
    for (int i = 0; i < 16; i++)
        hash = hash << 4 | (uint64_t)(hex[i] <= '9' ? hex[i] - '0' : hex[i] - 'a' + 10);
    return hash;
}

static struct lookup_slot *place(struct lookup *t, const void *key, size_t len, uint64_t hash)
{
    for (size_t i = hash & (t->size - 1);; i = (i + 1) & (t->size - 1)) {
        struct lookup_slot *slot = &t->slots[i];

        if (!slot->key ||
            (slot->hash == hash && slot->len == len && memcmp(slot->key, key, len) == 0))
            return slot;
    }
}

static void grow(struct lookup *t)
{
    struct lookup old = *t;

    t->size = old.size ? 2 * old.size : FIRST_SIZE;
    t->slots = arena_new(t->arena, struct lookup_slot, t->size);
    for (size_t i = 0; i < old.size; i++)
        if (old.slots[i].key)
            *place(t, old.slots[i].key, old.slots[i].len, old.slots[i].hash) = old.slots[i];
}

void **lookup_at(struct lookup *t, const void *key, size_t len)
{
    uint64_t hash = hash_of(key, len);
    struct lookup_slot *slot;

    if (2 * (t->count + 1) > t->size)
        grow(t);
    slot = place(t, key, len, hash);
    if (!slot->key) {
        *slot = (struct lookup_slot){key, len, hash, NULL};
        t->count++;
    }
    return &slot->value;
}
