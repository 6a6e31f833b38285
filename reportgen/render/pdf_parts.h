/* pdf_parts.h - the small pieces every page is made of: type scale, colours, pills, marks, bars. */
#ifndef RENDER_PDF_PARTS_H
#define RENDER_PDF_PARTS_H

#include "render/pdf_haru.h"
#include "render/pdf_layout.h"

enum {
    INK = 0x14213D,
    MUTED = 0x56607A,
    BRAND = 0x1F4FD8,
    BRAND_TEXT = 0x173BA6,
    BRAND_TINT = 0xEDF2FE,
    PANEL = 0xF5F7FB,
    RULE = 0xE3E7EE,
    RULE_STRONG = 0xCBD2DE,
    TRACK = 0xE8ECF3,
    QUIET = 0x8A94A8, /* marks only, never text */
    HATCH = 0xB9C2D2,
    ON_INK = 0xC9D4F2,
    WHITE = 0xFFFFFF,
    BAND_FROM = 0x0B1B3F,
    BAND_TO = 0x1C49CB,
    BAND_SOFT = 0xEEF3FF
};

/* The type scale. */
struct pdf_type {
    struct pdf_style band_title, band_text, page_title, page_number, heading, card_title;
    struct pdf_style body, lead, cell, cell_bold, head, note, label;
    struct pdf_style mono, mono_id, hash, big, score, tile, value;
};
extern const struct pdf_type pdf_type;

/* How a severity, a result or a grade looks. */
struct pdf_tone {
    const char *name;
    uint32_t fill, text, tint;
    int bars; /* lit, of four */
};
/* "critical" .. "low", "good", else "none". */
const struct pdf_tone *pdf_tone(const char *name);

/* The style in another colour. */
struct pdf_style pdf_in(const struct pdf_style *style, uint32_t rgb);

/* Text at a baseline; all return its width. `s` is made printable first. */
double pdf_text(struct pdf *pdf, struct pdf_point at, const struct pdf_style *style, const char *s);
double pdf_text_right(struct pdf *pdf, struct pdf_point at, const struct pdf_style *style,
                      const char *s);
double pdf_text_centre(struct pdf *pdf, struct pdf_point at, const struct pdf_style *style,
                       const char *s);
double pdf_text_width(struct pdf *pdf, const struct pdf_style *style, const char *s);

/* Wrap text set in `style` (made printable first); the lines live in the document's arena. */
struct pdf_text_block {
    const char *text;
    const struct pdf_style *style;
    enum pdf_breaks breaks;
};
struct pdf_lines pdf_wrap_block(struct pdf *pdf, struct arena *arena,
                                const struct pdf_text_block *block, double width);
/* Draw the lines with the first baseline at `at`. */
void pdf_show_lines(struct pdf *pdf, struct pdf_point at, const struct pdf_style *style,
                    const struct pdf_lines *lines, double leading);

void pdf_fill_box(struct pdf *pdf, struct pdf_box box, double radius, uint32_t rgb);
void pdf_stroke_box(struct pdf *pdf, struct pdf_box box, double radius, uint32_t rgb);
void pdf_rule(struct pdf *pdf, struct pdf_point from, double to_x, double width, uint32_t rgb);
/* A stripe along the left edge of `box`, clipped to its rounded corners. */
void pdf_stripe(struct pdf *pdf, struct pdf_box box, double radius, double width, uint32_t rgb);

/* The program's mark: a rounded square with a tick. */
void pdf_logo(struct pdf *pdf, struct pdf_box box, double radius, uint32_t ground, uint32_t tick);

/* A fully round label; `at` is its left edge and vertical middle; returns its width. */
struct pdf_pill {
    const char *text;
    struct pdf_style style;
    double height, padding;
    uint32_t ground, outline; /* outline 0: none; ground 0 with an outline: not filled */
};
double pdf_pill(struct pdf *pdf, struct pdf_point at, const struct pdf_pill *pill);
double pdf_pill_width(struct pdf *pdf, const struct pdf_pill *pill);

/* Severity pill with its four little bars, at left edge and vertical middle; returns its width. */
double pdf_severity(struct pdf *pdf, struct pdf_point at, const char *level, const char *word);
double pdf_severity_width(struct pdf *pdf, const char *word);

/* A status as a circle: PASS, FAIL, WAIVED (a FAIL with a waiver), UNKNOWN, MANUAL, else
 * NOT_APPLICABLE. `at` is its centre. */
void pdf_status(struct pdf *pdf, struct pdf_point at, double radius, const char *status);
uint32_t pdf_status_text(const char *status);

/* A chip (outlined small box) at left edge and vertical middle; returns its width. */
double pdf_chip(struct pdf *pdf, struct pdf_point at, const char *text);

/* A small triangle pointing up or down, `at` is the middle of its box. */
void pdf_triangle(struct pdf *pdf, struct pdf_point at, double size, bool up, uint32_t rgb);

/* A horizontal bar filled to share 0..1; share < 0: hatched, nothing is known. */
void pdf_bar(struct pdf *pdf, struct pdf_box box, double share, uint32_t rgb);
void pdf_hatch(struct pdf *pdf, struct pdf_box box, double radius);

/* Dotted leader between two x at a baseline. */
void pdf_leader(struct pdf *pdf, struct pdf_point from, double to_x);

/* Figures with separators: "1,214". */
const char *pdf_count(struct arena *arena, double count);

#endif
