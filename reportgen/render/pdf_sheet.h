/* pdf_sheet.h - the pages of one report as they fill: chrome, cursor, sections, cards, paragraphs.
 *
 * Content is drawn from the top of a page downwards at sheet->y. Whoever draws a block asks for
 * room first; when there is none a new page begins, and an open card goes on there. */
#ifndef RENDER_PDF_SHEET_H
#define RENDER_PDF_SHEET_H

#include "base/json.h"
#include "render/pdf_parts.h"

#define SHEET_LEFT 48.0
#define SHEET_WIDTH 499.28
#define SHEET_RIGHT (SHEET_LEFT + SHEET_WIDTH)
#define SHEET_BOTTOM 782.0 /* content ends here; the footer's rule is at 797.9 */
#define SHEET_TOP 56.0     /* content of inner pages begins here */
#define CARD_LEFT 66.0     /* text inside a card */
#define CARD_RIGHT (SHEET_RIGHT - 18)

enum { SHEET_SECTIONS = 8 };

struct sheet_section {
    const char *title;
    unsigned number;
    size_t page;
    double y;
};

struct sheet_card {
    const char *title, *tone;
    double top; /* of its part on this page */
    bool open;
};

struct sheet {
    struct pdf *pdf;
    struct arena *arena;
    const cJSON *report;
    const char *organization; /* short enough for headers and footers, or "" */
    const char *section;      /* what the header of pages to come says */
    double y, bottom;         /* the cursor, and where a page is full */
    struct sheet_card card;
    struct sheet_section sections[SHEET_SECTIONS];
    size_t section_count;
};

void sheet_init(struct sheet *sheet, struct pdf *pdf, struct arena *arena, const cJSON *report);

/* Begin a page without chrome (the first one), or an inner page. */
void sheet_page_bare(struct sheet *sheet);
void sheet_page(struct sheet *sheet);
/* Begin a new page unless `height` fits on this one. True when it did begin one. */
bool sheet_need(struct sheet *sheet, double height);

/* Remember a section for the contents list, here, and bookmark it. `title` must outlive the sheet.
 */
void sheet_section(struct sheet *sheet, const char *title);
/* The section's title in large type, numbered; begins a page when too little room is left. */
void sheet_title(struct sheet *sheet, const char *title);
/* A block heading with an optional note at the right; keeps `below` points with it. */
void sheet_heading(struct sheet *sheet, const char *title, const char *note, double below);

/* Wrapped text in a column, from sheet->y on and over further pages as needed; leaves sheet->y
 * below its last line. */
struct sheet_column {
    double x, width, leading;
    const char *label; /* small capitals in front of the first line, or NULL */
    double label_x;
};
void sheet_paragraph(struct sheet *sheet, const struct pdf_text_block *block,
                     const struct sheet_column *column);

/* A tinted box with a stripe around a small heading and paragraphs. */
struct sheet_callout {
    const char *label, *tone; /* "brand" or one of pdf_tone() */
    const char *const *texts;
    size_t count;
    bool bullets;
};
void sheet_callout(struct sheet *sheet, const struct sheet_callout *callout);

/* How tall it is what `draw` draws; nothing is drawn. */
typedef void sheet_draw(struct sheet *sheet, const cJSON *data);
double sheet_measure(struct sheet *sheet, sheet_draw *draw, const cJSON *data);

/* Everything drawn between the two stands in a bordered card with a stripe in `tone`. */
void sheet_card_open(struct sheet *sheet, const char *title, const char *tone);
void sheet_card_close(struct sheet *sheet);

/* A note when some text had to be shown by number, then the footers: all pages are there. */
void sheet_finish(struct sheet *sheet);

#endif
