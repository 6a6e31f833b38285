/* arena.c - blocks of memory that are released together, and the program's only malloc. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"

#undef malloc /* this is their home: base/banned.h */
#undef realloc

/* Under AddressSanitizer every object has a block of its own, so that an overrun is seen. */
#if defined(__SANITIZE_ADDRESS__)
#define FIRST_BLOCK ((size_t)0)
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define FIRST_BLOCK ((size_t)0)
#endif
#endif
#ifndef FIRST_BLOCK
#define FIRST_BLOCK ((size_t)4096)
#endif
#define LARGEST_BLOCK ((size_t)1 << 20)

struct arena_block {
    struct arena_block *next;
    size_t used;
    size_t size;
    max_align_t data[];
};

static _Noreturn void end_program(const char *message)
{
    ssize_t written = write(STDERR_FILENO, message, strlen(message));

    (void)written;
    _exit(error_exit_status(ERR_IO)); /* not exit(): half a product must not be flushed */
}

_Noreturn void memory_exhausted(void)
{
    end_program("reportgen: error: out of memory\n");
}

_Noreturn void memory_lost(void)
{
    end_program("reportgen: error: a temporary file cannot be read again\n");
}

void *memory_alloc(size_t size)
{
    void *p = malloc(size ? size : 1);

    if (!p)
        memory_exhausted();
    return p;
}

void *memory_realloc(void *p, size_t size)
{
    void *q = realloc(p, size ? size : 1);

    if (!q)
        memory_exhausted();
    return q;
}

static struct arena_block *block_new(size_t size)
{
    if (size > SIZE_MAX - sizeof(struct arena_block))
        memory_exhausted();

    struct arena_block *b = memory_alloc(sizeof *b + size);

    b->next = NULL;
    b->used = 0;
    b->size = size;
    return b;
}

/* A block with room for `size` more bytes at the given alignment, at the top or just below it. */
static struct arena_block *block_for(struct arena *a, size_t size)
{
    size_t usual = FIRST_BLOCK;

    if (a->top)
        usual = a->top->size < LARGEST_BLOCK / 2 ? a->top->size * 2 : LARGEST_BLOCK;
    if (FIRST_BLOCK == 0)
        usual = 0;

    struct arena_block *b = block_new(size > usual / 4 ? size : usual);

    if (a->top && b->size == size) {
        /* A large object goes below the top, whose free room stays in use. */
        b->next = a->top->next;
        a->top->next = b;
    } else {
        b->next = a->top;
        a->top = b;
    }
    return b;
}

static void *bump(struct arena *a, size_t size, size_t align)
{
    struct arena_block *b = a->top;
    size_t start = b ? (b->used + align - 1) & ~(align - 1) : 0;

    if (!b || start > b->size || size > b->size - start) {
        b = block_for(a, size);
        start = 0;
    }
    b->used = start + size;
    return (char *)b->data + start;
}

void *arena_alloc(struct arena *a, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / 2 / size)
        memory_exhausted();

    size_t total = count * size;
    void *p = bump(a, total ? total : 1, alignof(max_align_t));

    memset(p, 0, total);
    return p;
}

char *arena_strndup(struct arena *a, const char *s, size_t len)
{
    if (len >= SIZE_MAX / 2)
        memory_exhausted();

    char *copy = bump(a, len + 1, 1);

    if (len > 0)
        memcpy(copy, s, len);
    copy[len] = '\0';
    return copy;
}

char *arena_strdup(struct arena *a, const char *s)
{
    return arena_strndup(a, s, strlen(s));
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    int len = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    if (len < 0)
        memory_exhausted(); /* longer than INT_MAX: the only way these formats fail */

    char *text = bump(a, (size_t)len + 1, 1);

    va_start(args, fmt);
    (void)vsnprintf(text, (size_t)len + 1, fmt, args);
    va_end(args);
    return text;
}

void arena_free(struct arena *a)
{
    struct arena_block *b = a->top;

    while (b) {
        struct arena_block *next = b->next;

        free(b);
        b = next;
    }
    a->top = NULL;
}

void *arena_grow(struct arena *a, void *array, size_t count, size_t size)
{
    if (count == 0)
        return arena_alloc(a, 1, size);
    if ((count & (count - 1)) != 0)
        return array;
    if (count > SIZE_MAX / 2)
        memory_exhausted();

    void *larger = arena_alloc(a, count * 2, size);

    memcpy(larger, array, count * size);
    return larger;
}
