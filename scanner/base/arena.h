/* arena.h - memory that dies together.
 *
 * Whoever holds the arena owns everything allocated from it; nobody frees a single object.
 * Start with `struct arena a = {0};`. Running out of memory ends the program with a message, so
 * no function here returns NULL. Secrets never enter an arena: it is not wiped. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

struct arena_block;
struct arena {
    struct arena_block *top;
};

/* `count` objects of `size` bytes each, zeroed, aligned for any type. */
void *arena_alloc(struct arena *a, size_t count, size_t size);
char *arena_strdup(struct arena *a, const char *s);
/* Copy of s[0..len), with a NUL added. */
char *arena_strndup(struct arena *a, const char *s, size_t len);
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Release everything; the arena is empty and usable again. */
void arena_free(struct arena *a);

#define arena_new(a, type, count) ((type *)arena_alloc((a), (count), sizeof(type)))

/* Room for one more element at the end of a growing array of *count elements: returns the array,
 * perhaps moved, with capacity for *count + 1. Capacity is the next power of two, so the caller
 * stores only the count. The old copy stays in the arena (at most as much again). */
void *arena_grow(struct arena *a, void *array, size_t count, size_t size);

#define arena_push(a, array, count) \
    ((array) = arena_grow((a), (array), (count), sizeof *(array)), &(array)[(count)++])

/* The program's only malloc and realloc: never NULL, exit 3 with a message when memory is out. */
void *memory_alloc(size_t size);
void *memory_realloc(void *p, size_t size);

/* That end of the program, for libraries that report the lack themselves. */
_Noreturn void memory_exhausted(void);

/* The same for what was put aside on a disk and cannot be read again: base/spool.h. */
_Noreturn void memory_lost(void);

#endif
