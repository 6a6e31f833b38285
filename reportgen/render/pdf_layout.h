/* pdf_layout.h - where lines break and what fits on a page: arithmetic only, no drawing. */
#ifndef RENDER_PDF_LAYOUT_H
#define RENDER_PDF_LAYOUT_H

#include <stddef.h>

#include "base/arena.h"

/* How wide s[0..len) is. */
struct pdf_measure {
    double (*width)(void *context, const char *s, size_t len);
    void *context;
};

/* Where a line may end, besides spaces. */
enum pdf_breaks {
    BREAK_WORDS, /* nowhere else */
    BREAK_ARN,   /* after / and : */
    BREAK_PATH,  /* after / */
    BREAK_ID     /* after - */
};

struct pdf_line {
    const char *text; /* into the wrapped text */
    size_t len;
    double width;
};

struct pdf_lines {
    struct pdf_line *line;
    size_t count; /* at least 1: empty text is one empty line */
};

/* Cut `text` (UTF-8, which must outlive the result) into lines of at most `width`. Nothing is
 * lost but the spaces at line ends: a piece wider than a whole line is cut after
 * punctuation, and if that does not help, between characters (one per line at the least). */
struct pdf_lines pdf_wrap(struct arena *arena, const struct pdf_measure *measure, const char *text,
                          double width, enum pdf_breaks breaks);

/* Lines of `leading` that fit into `room`, none when it is negative. */
size_t pdf_lines_in(double room, double leading);

/* Where a block of `count` lines goes when the page has room for `here` lines and an empty page
 * for `full`: the number of lines to draw on this page now. 0 = start a new page first. A block
 * that fits on one page is not split; one that does not is split rather than moved, but never
 * with fewer than two lines on this page. On a page just begun pass full = 0: then there is
 * always progress, be it a single line that passes the end. */
size_t pdf_lines_now(size_t count, size_t here, size_t full);

#endif
