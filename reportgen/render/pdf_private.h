/* pdf_private.h - what pdf_haru.c, pdf_haru_draw.c, pdf_font.c and pdf_embed.c share; nobody else
 * includes it.
 *
 * Beside libharu's public calls they use its object model (HPDF_Dict, HPDF_Xref), which Debian
 * installs but upstream does not promise: see pdf_open(). */
#ifndef RENDER_PDF_PRIVATE_H
#define RENDER_PDF_PRIVATE_H

#include <hpdf.h>
#include <hpdf_doc.h>
#include <hpdf_objects.h>
#include <hpdf_pages.h>

#include "render/pdf_haru.h"
#include "render/pdf_ttf.h"

enum { SHADES = 16, BOOKMARK_LEVELS = 3, CODES_CACHED = 0x180, PATH_STEPS = 256 };

/* A path is collected first, since PDF wants its colour before it begins. */
struct pdf_step {
    enum { STEP_MOVE, STEP_LINE, STEP_CURVE, STEP_SHUT } kind;
    struct pdf_point p[3];
};

struct pdf_font {
    bool open;
    char name[8]; /* in the page's resources */
    struct ttf ttf;
    uint16_t *glyph_of;  /* of code points below CODES_CACHED */
    unsigned char *used; /* per glyph: drawn at least once */
    uint32_t *code_of;   /* per used glyph: the first code point it stood for */
    HPDF_Dict dict;
    HPDF_Font plain; /* instead of all the above in a plain document */
};

struct pdf {
    HPDF_Doc doc;
    HPDF_Page page;
    HPDF_Page *pages;
    size_t page_count;
    HPDF_STATUS status; /* the first error */
    bool plain, replaced, muted;
    struct arena *arena;
    struct error font_error; /* the first one of opening a face */
    struct pdf_font fonts[FACES];
    HPDF_Dict font_resources, shade_resources;
    struct pdf_shade {
        struct pdf_box box;
        struct pdf_gradient gradient;
    } shades[SHADES];
    size_t shade_count;
    HPDF_Outline bookmarks[BOOKMARK_LEVELS];
    struct pdf_step path[PATH_STEPS];
    size_t steps;
    struct strbuf raw; /* operators on their way to the page */
};

/* pdf_embed.c: write the font objects of all faces in use. */
int pdf_fonts_finish(struct pdf *pdf, struct error *err);
/* The PostScript name of a face. */
const char *pdf_face_name(enum pdf_face face);

/* Our y, measured from the top, as PDF counts it. */
static inline float pdf_flip(double y)
{
    return (float)(PDF_PAGE_HEIGHT - y);
}

/* Append a number with at most three decimals, without the locale. */
void pdf_add_number(struct strbuf *out, double v);
/* Write raw operators into the selected page. */
void pdf_raw(struct pdf *pdf, const struct strbuf *operators);
/* Remember libharu's status when it is the first bad one. */
void pdf_note(struct pdf *pdf, HPDF_STATUS status);
void pdf_set_fill(struct pdf *pdf, uint32_t rgb);

#endif
