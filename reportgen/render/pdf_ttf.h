/* pdf_ttf.h - a TrueType font in memory: look up glyphs, and cut it down to those in use.
 *
 * Formats: OpenType 1.9, tables cmap (format 4), hmtx, kern (format 0), glyf, loca. Fonts are
 * built into the program, yet every offset is checked when the font is opened. */
#ifndef RENDER_PDF_TTF_H
#define RENDER_PDF_TTF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/strbuf.h"

struct ttf_table {
    const unsigned char *bytes; /* NULL: the font has no such table */
    size_t len;
};

/* Lengths are in font units; 1 em = units_per_em. */
struct ttf {
    struct ttf_table cmap, cvt, fpgm, glyf, head, hhea, hmtx, kern, loca, maxp, os2, prep;
    unsigned units_per_em, glyphs, metrics;
    int ascent, descent, cap_height, box[4], weight;
    bool long_loca;
    const unsigned char *segments; /* the format 4 subtable of cmap */
    size_t segment_count;
    const unsigned char *pairs; /* of kern: left, right, value */
    size_t pair_count;
};

/* Borrow bytes[0..len), which must outlive *font. ERR_FORMAT "<name>: ..." when a table that is
 * needed is missing or does not fit. */
int ttf_open(struct ttf *font, const char *name, struct ttf_table file, struct error *err);

/* Glyph of a code point; 0 when the font has none (always for code points above U+FFFF). */
unsigned ttf_glyph(const struct ttf *font, uint32_t code);
unsigned ttf_advance(const struct ttf *font, unsigned glyph);
/* What to add to the advance of `left` before `right`; mostly 0. */
int ttf_kern(const struct ttf *font, unsigned left, unsigned right);

/* Mark in used[0..font->glyphs) the parts of every composite glyph marked there, at any depth. */
void ttf_close(const struct ttf *font, unsigned char *used);

/* Write a font with the outlines of the marked glyphs only; glyph numbers stay. ERR_LIMIT. */
int ttf_subset(const struct ttf *font, const unsigned char *used, struct strbuf *out,
               struct error *err);

#endif
