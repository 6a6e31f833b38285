/* strbuf.c - growing text with a largest allowed size. */
#include "base/strbuf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

#define FIRST_CAPACITY ((size_t)64)

char strbuf_empty[1];

/* Room for `extra` more bytes and the NUL. False, and marked, when they would pass the maximum;
 * after that nothing is added any more, so that what is there is a beginning without holes. */
static bool reserve(struct strbuf *sb, size_t extra)
{
    if (sb->overflowed || sb->len > sb->max || extra > sb->max - sb->len) {
        sb->overflowed = true;
        return false;
    }

    size_t need = sb->len + extra + 1;

    if (need <= sb->cap)
        return true;

    size_t cap = sb->cap ? sb->cap : FIRST_CAPACITY;

    while (cap < need && cap <= SIZE_MAX / 2)
        cap *= 2;
    if (cap < need || cap > sb->max)
        cap = sb->max < SIZE_MAX ? sb->max + 1 : SIZE_MAX;
    sb->buf = memory_realloc(sb->cap ? sb->buf : NULL, cap);
    sb->cap = cap;
    return true;
}

void strbuf_add(struct strbuf *sb, const void *bytes, size_t len)
{
    if (len == 0 || !reserve(sb, len))
        return;
    memcpy(sb->buf + sb->len, bytes, len);
    sb->len += len;
    sb->buf[sb->len] = '\0';
}

void strbuf_addstr(struct strbuf *sb, const char *s)
{
    strbuf_add(sb, s, strlen(s));
}

void strbuf_addch(struct strbuf *sb, char c)
{
    strbuf_add(sb, &c, 1);
}

void strbuf_addf(struct strbuf *sb, const char *fmt, ...)
{
    size_t room = sb->cap ? sb->cap - sb->len : 0;
    va_list args;

    va_start(args, fmt);
    int wanted = vsnprintf(room ? sb->buf + sb->len : NULL, room, fmt, args);
    va_end(args);

    bool fits = wanted >= 0 && reserve(sb, (size_t)wanted);

    if (fits && (size_t)wanted >= room && wanted > 0) {
        va_start(args, fmt);
        (void)vsnprintf(sb->buf + sb->len, (size_t)wanted + 1, fmt, args);
        va_end(args);
    }
    if (fits)
        sb->len += (size_t)wanted;
    else
        sb->overflowed = true;
    if (sb->cap)
        sb->buf[sb->len] = '\0';
}

void strbuf_clear(struct strbuf *sb)
{
    strbuf_truncate(sb, 0);
    sb->overflowed = false;
}

void strbuf_truncate(struct strbuf *sb, size_t len)
{
    if (len >= sb->len)
        return;
    sb->len = len;
    sb->buf[len] = '\0';
}

int strbuf_finish(const struct strbuf *sb, const char *what, struct error *err)
{
    if (sb->overflowed)
        return fail(err, ERR_LIMIT, "%s: larger than %zu bytes", what, sb->max);
    return 0;
}

void strbuf_free(struct strbuf *sb)
{
    if (sb->cap)
        free(sb->buf);
    sb->buf = strbuf_empty;
    sb->len = 0;
    sb->cap = 0;
    sb->overflowed = false;
}
