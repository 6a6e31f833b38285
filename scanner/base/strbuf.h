/* strbuf.h - the only growing text, born with its largest allowed size.
 *
 * `buf` is never NULL and always NUL-terminated; `len` does not count the NUL. When an append
 * would pass `max` bytes it is dropped, and so are all that follow, until strbuf_clear(); the
 * buffer stays marked as overflowed: append in straight lines and ask once, with strbuf_finish(),
 * at the end.
 *
 *     cleanup_strbuf struct strbuf sb = STRBUF_INIT(LIMIT_REPORT_BYTES); */
#ifndef BASE_STRBUF_H
#define BASE_STRBUF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cleanup.h"
#include "base/error.h"

struct strbuf {
    char *buf;
    size_t len;
    size_t cap; /* 0 while `buf` is the shared empty string */
    size_t max; /* bytes, NUL not counted */
    bool overflowed;
};

extern char strbuf_empty[1];
#define STRBUF_INIT(maximum)                 \
    {                                        \
        strbuf_empty, 0, 0, (maximum), false \
    }

void strbuf_add(struct strbuf *sb, const void *bytes, size_t len);
void strbuf_addstr(struct strbuf *sb, const char *s);
void strbuf_addch(struct strbuf *sb, char c);
void strbuf_addf(struct strbuf *sb, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Empty it, keep its memory, forget an overflow. */
void strbuf_clear(struct strbuf *sb);
/* Cut to `len` bytes (no-op when it is shorter). */
void strbuf_truncate(struct strbuf *sb, size_t len);
/* 0, or -1 with ERR_LIMIT "<what>: larger than N bytes" when an append was dropped. */
int strbuf_finish(const struct strbuf *sb, const char *what, struct error *err);
/* Release the memory; usable again afterwards. */
void strbuf_free(struct strbuf *sb);

#define cleanup_strbuf CLEANUP(strbuf_free)

#endif
