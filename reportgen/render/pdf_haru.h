/* pdf_haru.h - one PDF document in memory: pages, text in embedded fonts, paths, links.
 *
 * The only door to libharu. Lengths are points, y is measured from the top of the page, angles
 * are degrees counterclockwise from east. Drawing functions return nothing: the first error of
 * libharu is kept and reported by pdf_save(). Nothing here reads a clock or a file, so the same
 * calls give the same bytes. */
#ifndef RENDER_PDF_HARU_H
#define RENDER_PDF_HARU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/strbuf.h"

#define PDF_PAGE_WIDTH 595.28 /* A4 */
#define PDF_PAGE_HEIGHT 841.89

enum pdf_face {
    FACE_REGULAR,
    FACE_MEDIUM,
    FACE_SEMIBOLD,
    FACE_BOLD,
    FACE_HEAVY,
    FACE_MONO,
    FACE_MONO_SEMIBOLD,
    FACES
};

struct pdf_point {
    double x, y;
};

/* x and y are the top left corner. */
struct pdf_box {
    double x, y, w, h;
};

struct pdf_style {
    enum pdf_face face;
    double size;
    uint32_t rgb;
    double tracking; /* added after every character */
};

struct pdf_meta {
    const char *title, *author, *subject, *creator; /* UTF-8 */
    const char *date;                               /* RFC 3339, printed as the file's dates */
    const char *digest;                             /* 32 hex digits or more: the file's /ID */
    bool plain; /* use libharu's public interface and the standard fonts only */
};

struct pdf;

/* A new document without pages, allocated from `arena`. `plain` is forced when the libharu that
 * runs is not the version this file was built against. ERR_FORMAT (a bad date or font),
 * ERR_MISSING (a font not built in). */
struct pdf *pdf_open(struct arena *arena, const struct pdf_meta *meta, struct error *err);
void pdf_close(struct pdf *pdf);
DEFINE_CLEANUP(cleanup_pdf_, struct pdf *, pdf_close)
#define cleanup_pdf CLEANUP(cleanup_pdf_)

/* Finish the fonts and append the file's bytes. ERR_LIMIT; ERR_FORMAT with libharu's code. */
int pdf_save(struct pdf *pdf, struct strbuf *out, struct error *err);

/* Pages count from 0. Adding one also selects it; everything is drawn on the selected page. */
size_t pdf_page_add(struct pdf *pdf);
void pdf_page_select(struct pdf *pdf, size_t page);
size_t pdf_page_count(const struct pdf *pdf);

/* A copy of `s` that holds only what the fonts can show: white space becomes a space; what has
 * no shape, is invisible or runs right to left becomes "<U+05D0>"; broken UTF-8 becomes U+FFFD.
 * `s` itself when nothing changes. Applying it twice changes nothing more. */
const char *pdf_printable(struct pdf *pdf, const char *s);
/* True once pdf_printable() had to show a character by its number. */
bool pdf_replaced(const struct pdf *pdf);

double pdf_width(struct pdf *pdf, const struct pdf_style *style, const char *s, size_t len);
/* Draw printable text with its baseline at `at`; returns its width. */
double pdf_show(struct pdf *pdf, struct pdf_point at, const struct pdf_style *style, const char *s,
                size_t len);

/* While muted nothing is drawn; widths are as always. */
void pdf_mute(struct pdf *pdf, bool muted);

/* Path building; a path ends with one of the painting calls. */
void pdf_move(struct pdf *pdf, double x, double y);
void pdf_to(struct pdf *pdf, double x, double y);
void pdf_curve(struct pdf *pdf, struct pdf_point a, struct pdf_point b, struct pdf_point end);
/* An arc from angle `from` to `to`, joined to the path by a line unless it starts one. */
void pdf_arc(struct pdf *pdf, struct pdf_point centre, double radius, double from, double to);
void pdf_box_path(struct pdf *pdf, struct pdf_box box, double radius);
void pdf_shut(struct pdf *pdf);
void pdf_fill(struct pdf *pdf, uint32_t rgb);
void pdf_stroke(struct pdf *pdf, uint32_t rgb, double width);
void pdf_clip(struct pdf *pdf); /* inside pdf_push() and pdf_pop() */

void pdf_push(struct pdf *pdf);
void pdf_pop(struct pdf *pdf);
void pdf_alpha(struct pdf *pdf, double alpha); /* inside pdf_push() and pdf_pop() */
void pdf_dash(struct pdf *pdf, double on, double off);
void pdf_round_caps(struct pdf *pdf, bool round);

/* Paint `box` with colours that run from `from` to `to` along its diagonal, which is tilted from
 * the horizontal by the box's height times `tilt` (0: level). */
struct pdf_gradient {
    uint32_t from, to;
    double tilt;
};
void pdf_shade(struct pdf *pdf, struct pdf_box box, const struct pdf_gradient *gradient);

/* A bookmark to (page, y) under the last one of a lower level (0 = top). */
void pdf_bookmark(struct pdf *pdf, unsigned level, const char *title, size_t page, double y);
/* Make `box` on the selected page a link to (page, y). */
void pdf_link(struct pdf *pdf, struct pdf_box box, size_t page, double y);

#endif
