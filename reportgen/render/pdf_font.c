/* pdf_font.c - text of a PDF: faces, fallback, kerning; character codes are glyph numbers. */
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "embedded.h"
#include "render/pdf_private.h"

/* To add a face: one row here and one name in enum pdf_face. */
static const struct {
    const char *name, *plain;
} faces[FACES] = {
    [FACE_REGULAR] = {"Lato-Regular", "Helvetica"},
    [FACE_MEDIUM] = {"Lato-Medium", "Helvetica"},
    [FACE_SEMIBOLD] = {"Lato-Semibold", "Helvetica-Bold"},
    [FACE_BOLD] = {"Lato-Bold", "Helvetica-Bold"},
    [FACE_HEAVY] = {"Lato-Heavy", "Helvetica-Bold"},
    [FACE_MONO] = {"JetBrainsMono-Regular", "Courier"},
    [FACE_MONO_SEMIBOLD] = {"JetBrainsMono-SemiBold", "Courier-Bold"},
};

enum { REPLACEMENT = 0xFFFD };

const char *pdf_face_name(enum pdf_face face)
{
    return faces[face].name;
}

static void open_plain(struct pdf *pdf, struct pdf_font *font, enum pdf_face face)
{
    font->plain = HPDF_GetFont(pdf->doc, faces[face].plain, "WinAnsiEncoding");
    font->open = true;
}

static void open_embedded(struct pdf *pdf, struct pdf_font *font, enum pdf_face face)
{
    const char *path = arena_printf(pdf->arena, "fonts/%s.ttf", faces[face].name);
    const struct embedded *file = embedded_find(path);
    struct error err = {0};

    font->open = true;
    if (!file)
        fail(&err, ERR_MISSING, "%s: not built into this program", path);
    else
        (void)ttf_open(&font->ttf, path, (struct ttf_table){file->bytes, file->len}, &err);
    if (err.code != ERR_NONE) {
        font->ttf.glyphs = 0;
        if (pdf->font_error.code == ERR_NONE)
            pdf->font_error = err;
        return;
    }
    font->used = arena_new(pdf->arena, unsigned char, font->ttf.glyphs);
    font->code_of = arena_new(pdf->arena, uint32_t, font->ttf.glyphs);
    font->glyph_of = arena_new(pdf->arena, uint16_t, CODES_CACHED);
    for (uint32_t code = 0; code < CODES_CACHED; code++)
        font->glyph_of[code] = (uint16_t)ttf_glyph(&font->ttf, code);
}

/* The face, opened at its first use; NULL when it cannot be had (pdf->font_error says why). */
static struct pdf_font *get_font(struct pdf *pdf, enum pdf_face face)
{
    struct pdf_font *font = &pdf->fonts[face];

    if (!font->open && pdf->plain)
        open_plain(pdf, font, face);
    else if (!font->open)
        open_embedded(pdf, font, face);
    return font->plain || font->ttf.glyphs ? font : NULL;
}

static unsigned glyph_in(struct pdf *pdf, enum pdf_face face, uint32_t code)
{
    const struct pdf_font *font = get_font(pdf, face);

    if (!font)
        return 0;
    return code < CODES_CACHED ? font->glyph_of[code] : ttf_glyph(&font->ttf, code);
}

/* The face that has the character: the wanted one, else text, else mono. FACES: none has. */
static enum pdf_face face_for(struct pdf *pdf, enum pdf_face wanted, uint32_t code)
{
    if (glyph_in(pdf, wanted, code))
        return wanted;
    if (glyph_in(pdf, FACE_REGULAR, code))
        return FACE_REGULAR;
    return glyph_in(pdf, FACE_MONO, code) ? FACE_MONO : FACES;
}

/* Windows code page 1252 as far as we use it; 0: not in it. */
static unsigned char winansi(uint32_t code)
{
    static const struct {
        uint32_t code;
        unsigned char byte;
    } others[] = {{0x20AC, 0x80}, {0x2026, 0x85}, {0x2018, 0x91},    {0x2019, 0x92},
                  {0x201C, 0x93}, {0x201D, 0x94}, {0x2022, 0x95},    {0x2013, 0x96},
                  {0x2014, 0x97}, {0x2212, '-'},  {REPLACEMENT, '?'}};

    if ((code >= 0x20 && code < 0x7F) || (code >= 0xA0 && code <= 0xFF))
        return (unsigned char)code;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (others[i].code == code)
            return others[i].byte;
    return 0;
}

/* Right to left, or without a visible shape of its own (Unicode 15, Bidi_Class and
 * Default_Ignorable_Code_Point). Drawn as they come, these would mislead. */
static bool misleading(uint32_t code)
{
    static const struct {
        uint32_t from, to;
    } ranges[] = {{0x0000, 0x001F}, {0x007F, 0x009F}, {0x00AD, 0x00AD}, {0x034F, 0x034F},
                  {0x0590, 0x08FF}, {0x115F, 0x1160}, {0x17B4, 0x17B5}, {0x180B, 0x180F},
                  {0x200B, 0x200F}, {0x2028, 0x202E}, {0x2060, 0x206F}, {0x3164, 0x3164},
                  {0xFB1D, 0xFDFF}, {0xFE00, 0xFE0F}, {0xFE70, 0xFEFF}, {0xFFA0, 0xFFA0},
                  {0xFFF0, 0xFFFB}};

    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (code >= ranges[i].from && code <= ranges[i].to)
            return true;
    return false;
}

static bool showable(struct pdf *pdf, uint32_t code)
{
    if (misleading(code))
        return false;
    return pdf->plain ? winansi(code) != 0 : face_for(pdf, FACE_REGULAR, code) != FACES;
}

static bool is_plain_ascii(const char *s)
{
    while (*s >= 0x20 && *s < 0x7F)
        s++;
    return *s == '\0';
}

const char *pdf_printable(struct pdf *pdf, const char *s)
{
    size_t len = strlen(s);

    if (is_plain_ascii(s))
        return s;

    cleanup_strbuf struct strbuf out = STRBUF_INIT(LIMIT_DOCUMENT_BYTES);

    for (size_t at = 0; at < len;) {
        uint32_t code = 0;
        size_t step = text_next(s + at, len - at, &code);

        if (step == 0)
            code = showable(pdf, REPLACEMENT) ? REPLACEMENT : '?';
        at += step ? step : 1;
        if (code == '\t' || code == '\n' || code == '\r') {
            strbuf_addch(&out, ' ');
        } else if (showable(pdf, code)) {
            text_add(&out, code);
        } else {
            strbuf_addf(&out, "<U+%04lX>", (unsigned long)code);
            pdf->replaced = true;
        }
    }
    return strcmp(out.buf, s) == 0 ? s : arena_strndup(pdf->arena, out.buf, out.len);
}

bool pdf_replaced(const struct pdf *pdf)
{
    return pdf->replaced;
}

static bool is_digit(uint32_t code)
{
    return code >= '0' && code <= '9';
}

/* Kerning in thousandths of the size; none between digits, so that columns of figures align. */
static double kern(const struct pdf_font *font, const unsigned glyph[2], const uint32_t code[2])
{
    if (!glyph[0] || (is_digit(code[0]) && is_digit(code[1])))
        return 0;
    return ttf_kern(&font->ttf, glyph[0], glyph[1]) * 1000.0 / font->ttf.units_per_em;
}

/* A run of glyphs of one face being written as one TJ array. */
struct run {
    enum pdf_face face;
    unsigned glyph[2];
    uint32_t code[2];
};

static double advance(struct pdf *pdf, struct run *run, enum pdf_face face, uint32_t code)
{
    const struct pdf_font *font = get_font(pdf, face);
    double shift = 0;

    if (!font)
        return 0;
    if (font->plain)
        return HPDF_Font_GetUnicodeWidth(font->plain, (HPDF_UNICODE)code);
    run->glyph[0] = run->face == face ? run->glyph[1] : 0;
    run->code[0] = run->code[1];
    run->glyph[1] = glyph_in(pdf, face, code);
    run->code[1] = code;
    run->face = face;
    shift = kern(font, run->glyph, run->code);
    return shift + ttf_advance(&font->ttf, run->glyph[1]) * 1000.0 / font->ttf.units_per_em;
}

double pdf_width(struct pdf *pdf, const struct pdf_style *style, const char *s, size_t len)
{
    struct run run = {style->face, {0, 0}, {0, 0}};
    double sum = 0;
    size_t count = 0;

    for (size_t at = 0; at < len; count++) {
        uint32_t code = 0;
        size_t step = text_next(s + at, len - at, &code);
        enum pdf_face face = pdf->plain ? style->face : face_for(pdf, style->face, code);

        at += step ? step : 1;
        if (face != FACES)
            sum += advance(pdf, &run, face, code);
    }
    return sum * style->size / 1000 + (double)count * style->tracking;
}

static void begin_run(struct pdf *pdf, enum pdf_face face, const struct pdf_style *style)
{
    struct pdf_font *font = get_font(pdf, face);

    if (!font->dict) {
        font->dict = HPDF_Dict_New(pdf->doc->mmgr);
        pdf_note(pdf, HPDF_Xref_Add(pdf->doc->xref, font->dict));
        memcpy(font->name, "F1", 3);
        font->name[1] = (char)('1' + face);
        pdf_note(pdf, HPDF_Dict_Add(pdf->font_resources, font->name, font->dict));
    }
    strbuf_addf(&pdf->raw, "/%s ", font->name);
    pdf_add_number(&pdf->raw, style->size);
    strbuf_addstr(&pdf->raw, " Tf [<");
}

static void add_glyph(struct pdf *pdf, const struct run *run)
{
    struct pdf_font *font = get_font(pdf, run->face);
    double shift = kern(font, run->glyph, run->code);

    if (shift != 0) {
        strbuf_addstr(&pdf->raw, "> ");
        pdf_add_number(&pdf->raw, -shift);
        strbuf_addstr(&pdf->raw, " <");
    }
    strbuf_addf(&pdf->raw, "%04X", run->glyph[1]);
    if (!font->used[run->glyph[1]])
        font->code_of[run->glyph[1]] = run->code[1];
    font->used[run->glyph[1]] = 1;
}

static double show_embedded(struct pdf *pdf, struct pdf_point at, const struct pdf_style *style,
                            struct ttf_table text)
{
    const char *s = (const char *)text.bytes;
    struct run run = {FACES, {0, 0}, {0, 0}};
    double sum = 0;
    size_t count = 0;

    strbuf_clear(&pdf->raw);
    strbuf_addstr(&pdf->raw, "BT 1 0 0 1 ");
    pdf_add_number(&pdf->raw, at.x);
    strbuf_addch(&pdf->raw, ' ');
    pdf_add_number(&pdf->raw, PDF_PAGE_HEIGHT - at.y);
    strbuf_addstr(&pdf->raw, " Tm ");
    pdf_add_number(&pdf->raw, style->tracking);
    strbuf_addstr(&pdf->raw, " Tc ");
    for (size_t i = 0; i < text.len; count++) {
        uint32_t code = 0;
        size_t step = text_next(s + i, text.len - i, &code);
        enum pdf_face face = face_for(pdf, style->face, code), before = run.face;

        i += step ? step : 1;
        if (face == FACES)
            continue;
        if (face != before && before != FACES)
            strbuf_addstr(&pdf->raw, ">] TJ ");
        if (face != before)
            begin_run(pdf, face, style);
        sum += advance(pdf, &run, face, code);
        add_glyph(pdf, &run);
    }
    strbuf_addstr(&pdf->raw, run.face == FACES ? "ET\n" : ">] TJ ET\n");
    pdf_raw(pdf, &pdf->raw);
    return sum * style->size / 1000 + (double)count * style->tracking;
}

static double show_plain(struct pdf *pdf, struct pdf_point at, const struct pdf_style *style,
                         struct ttf_table text)
{
    const char *s = (const char *)text.bytes;
    const struct pdf_font *font = get_font(pdf, style->face);

    if (!font)
        return 0;
    strbuf_clear(&pdf->raw);
    for (size_t i = 0; i < text.len;) {
        uint32_t code = 0;
        size_t step = text_next(s + i, text.len - i, &code);
        unsigned char byte = winansi(code);

        i += step ? step : 1;
        if (byte)
            strbuf_addch(&pdf->raw, (char)byte);
    }
    pdf_note(pdf, HPDF_Page_BeginText(pdf->page));
    pdf_note(pdf, HPDF_Page_SetFontAndSize(pdf->page, font->plain, (float)style->size));
    pdf_note(pdf, HPDF_Page_SetCharSpace(pdf->page, (float)style->tracking));
    pdf_note(pdf, HPDF_Page_TextOut(pdf->page, (float)at.x, (float)(PDF_PAGE_HEIGHT - at.y),
                                    pdf->raw.buf));
    pdf_note(pdf, HPDF_Page_EndText(pdf->page));
    return pdf_width(pdf, style, s, text.len);
}

double pdf_show(struct pdf *pdf, struct pdf_point at, const struct pdf_style *style, const char *s,
                size_t len)
{
    struct ttf_table text = {(const unsigned char *)s, len};

    if (len == 0 || !get_font(pdf, style->face))
        return 0;
    if (pdf->muted)
        return pdf_width(pdf, style, s, len);
    pdf_set_fill(pdf, style->rgb);
    return pdf->plain ? show_plain(pdf, at, style, text) : show_embedded(pdf, at, style, text);
}
