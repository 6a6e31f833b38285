/* pdf_parts.c - the small pieces every page is made of: type scale, colours, pills, marks, bars. */
#include "render/pdf_parts.h"

#include <math.h>
#include <string.h>

const struct pdf_type pdf_type = {
    .band_title = {FACE_BOLD, 25, WHITE, 0},
    .band_text = {FACE_REGULAR, 9, BAND_SOFT, 0},
    .page_title = {FACE_BOLD, 19, INK, 0},
    .page_number = {FACE_BOLD, 19, BRAND, 0},
    .heading = {FACE_BOLD, 11.5, INK, 0},
    .card_title = {FACE_BOLD, 11.5, INK, 0},
    .body = {FACE_REGULAR, 8.8, INK, 0},
    .lead = {FACE_REGULAR, 9.2, MUTED, 0},
    .cell = {FACE_REGULAR, 8.3, INK, 0},
    .cell_bold = {FACE_SEMIBOLD, 8.3, INK, 0},
    .head = {FACE_SEMIBOLD, 7.6, WHITE, 0},
    .note = {FACE_REGULAR, 7.6, MUTED, 0},
    .label = {FACE_BOLD, 6.6, MUTED, 0.55},
    .mono = {FACE_MONO, 7.1, INK, 0},
    .mono_id = {FACE_MONO, 7.1, BRAND_TEXT, 0},
    .hash = {FACE_MONO, 6.4, MUTED, 0},
    .big = {FACE_BOLD, 11, INK, 0},
    .score = {FACE_BOLD, 36, INK, 0},
    .tile = {FACE_BOLD, 19, INK, 0},
    .value = {FACE_SEMIBOLD, 8.8, INK, 0},
};

/* To add a tone: one row, before the last. */
const struct pdf_tone *pdf_tone(const char *name)
{
    static const struct pdf_tone tones[] = {
        {"critical", 0xC42B3B, 0xA8202F, 0xFBE7E9, 4}, {"high", 0xE4692B, 0xA3410E, 0xFDEDE4, 3},
        {"medium", 0xE0A100, 0x775300, 0xFCF3D9, 2},   {"low", 0x4C86E0, 0x2459AE, 0xE7EFFC, 1},
        {"good", 0x1E9E6A, 0x0D6B44, 0xE2F4EB, 0},     {"none", QUIET, MUTED, PANEL, 0},
    };
    size_t i = 0;

    while (i + 1 < sizeof tones / sizeof *tones && strcmp(tones[i].name, name) != 0)
        i++;
    return &tones[i];
}

struct pdf_style pdf_in(const struct pdf_style *style, uint32_t rgb)
{
    struct pdf_style out = *style;

    out.rgb = rgb;
    return out;
}

double pdf_text_width(struct pdf *pdf, const struct pdf_style *style, const char *s)
{
    const char *shown = pdf_printable(pdf, s);

    return pdf_width(pdf, style, shown, strlen(shown));
}

double pdf_text(struct pdf *pdf, struct pdf_point at, const struct pdf_style *style, const char *s)
{
    const char *shown = pdf_printable(pdf, s);

    return pdf_show(pdf, at, style, shown, strlen(shown));
}

double pdf_text_right(struct pdf *pdf, struct pdf_point at, const struct pdf_style *style,
                      const char *s)
{
    at.x -= pdf_text_width(pdf, style, s) - style->tracking;
    return pdf_text(pdf, at, style, s);
}

double pdf_text_centre(struct pdf *pdf, struct pdf_point at, const struct pdf_style *style,
                       const char *s)
{
    at.x -= (pdf_text_width(pdf, style, s) - style->tracking) / 2;
    return pdf_text(pdf, at, style, s);
}

struct styled {
    struct pdf *pdf;
    const struct pdf_style *style;
};

static double measure(void *context, const char *s, size_t len)
{
    const struct styled *styled = context;

    return pdf_width(styled->pdf, styled->style, s, len);
}

struct pdf_lines pdf_wrap_block(struct pdf *pdf, struct arena *arena,
                                const struct pdf_text_block *block, double width)
{
    struct styled styled = {pdf, block->style};
    struct pdf_measure by = {measure, &styled};

    return pdf_wrap(arena, &by, pdf_printable(pdf, block->text), width, block->breaks);
}

void pdf_show_lines(struct pdf *pdf, struct pdf_point at, const struct pdf_style *style,
                    const struct pdf_lines *lines, double leading)
{
    for (size_t i = 0; i < lines->count; i++)
        pdf_show(pdf, (struct pdf_point){at.x, at.y + leading * (double)i}, style,
                 lines->line[i].text, lines->line[i].len);
}

void pdf_fill_box(struct pdf *pdf, struct pdf_box box, double radius, uint32_t rgb)
{
    pdf_box_path(pdf, box, radius);
    pdf_fill(pdf, rgb);
}

void pdf_stroke_box(struct pdf *pdf, struct pdf_box box, double radius, uint32_t rgb)
{
    pdf_box_path(pdf, box, radius);
    pdf_stroke(pdf, rgb, 0.8);
}

void pdf_rule(struct pdf *pdf, struct pdf_point from, double to_x, double width, uint32_t rgb)
{
    pdf_move(pdf, from.x, from.y);
    pdf_to(pdf, to_x, from.y);
    pdf_stroke(pdf, rgb, width);
}

void pdf_stripe(struct pdf *pdf, struct pdf_box box, double radius, double width, uint32_t rgb)
{
    pdf_push(pdf);
    pdf_box_path(pdf, box, radius);
    pdf_clip(pdf);
    pdf_fill_box(pdf, (struct pdf_box){box.x, box.y, width, box.h}, 0, rgb);
    pdf_pop(pdf);
}

static void tick(struct pdf *pdf, struct pdf_point at, double r, uint32_t rgb)
{
    pdf_round_caps(pdf, true);
    pdf_move(pdf, at.x - 0.45 * r, at.y + 0.03 * r);
    pdf_to(pdf, at.x - 0.12 * r, at.y + 0.37 * r);
    pdf_to(pdf, at.x + 0.47 * r, at.y - 0.34 * r);
    pdf_stroke(pdf, rgb, 0.28 * r);
    pdf_round_caps(pdf, false);
}

static void cross(struct pdf *pdf, struct pdf_point at, double r, uint32_t rgb)
{
    pdf_round_caps(pdf, true);
    pdf_move(pdf, at.x - 0.34 * r, at.y - 0.34 * r);
    pdf_to(pdf, at.x + 0.34 * r, at.y + 0.34 * r);
    pdf_move(pdf, at.x + 0.34 * r, at.y - 0.34 * r);
    pdf_to(pdf, at.x - 0.34 * r, at.y + 0.34 * r);
    pdf_stroke(pdf, rgb, 0.28 * r);
    pdf_round_caps(pdf, false);
}

void pdf_logo(struct pdf *pdf, struct pdf_box box, double radius, uint32_t ground, uint32_t mark)
{
    double r = box.w * 0.46;

    pdf_fill_box(pdf, box, radius, ground);
    tick(pdf, (struct pdf_point){box.x + box.w / 2, box.y + box.h / 2}, r * 1.25, mark);
}

double pdf_pill_width(struct pdf *pdf, const struct pdf_pill *pill)
{
    return pdf_text_width(pdf, &pill->style, pill->text) - pill->style.tracking + 2 * pill->padding;
}

double pdf_pill(struct pdf *pdf, struct pdf_point at, const struct pdf_pill *pill)
{
    double w = pdf_pill_width(pdf, pill);
    struct pdf_box box = {at.x, at.y - pill->height / 2, w, pill->height};

    if (pill->ground)
        pdf_fill_box(pdf, box, pill->height / 2, pill->ground);
    if (pill->outline)
        pdf_stroke_box(pdf, box, pill->height / 2, pill->outline);
    /* Lato's capitals are 0.72 of the size high. */
    pdf_text(pdf, (struct pdf_point){at.x + pill->padding, at.y + pill->style.size * 0.36},
             &pill->style, pill->text);
    return w;
}

enum { SEVERITY_BARS = 4 };
#define SEVERITY_HEIGHT 13.5
#define BARS_WIDTH 14.5 /* the four bars and the gap after them */

static const struct pdf_style severity_word = {FACE_SEMIBOLD, 7.2, INK, 0};

double pdf_severity_width(struct pdf *pdf, const char *word)
{
    return 7 + BARS_WIDTH + pdf_text_width(pdf, &severity_word, word) + 7;
}

double pdf_severity(struct pdf *pdf, struct pdf_point at, const char *level, const char *word)
{
    const struct pdf_tone *tone = pdf_tone(level);
    struct pdf_style style = pdf_in(&severity_word, tone->text);
    double w = pdf_severity_width(pdf, word), base = at.y + 3.2;

    pdf_fill_box(pdf, (struct pdf_box){at.x, at.y - SEVERITY_HEIGHT / 2, w, SEVERITY_HEIGHT},
                 SEVERITY_HEIGHT / 2, tone->tint);
    for (int i = 0; i < SEVERITY_BARS; i++) {
        double h = 2.4 + 1.5 * i;

        pdf_fill_box(pdf, (struct pdf_box){at.x + 7.5 + 2.7 * i, base - h, 1.7, h}, 0.4,
                     i < tone->bars ? tone->fill : RULE_STRONG);
    }
    pdf_text(pdf, (struct pdf_point){at.x + 7 + BARS_WIDTH, at.y + 2.6}, &style, word);
    return w;
}

/* To add a status: one row, before the last. `letter` NULL: the mark is drawn. */
static const struct status_look {
    const char *status, *letter;
    uint32_t ring, text;
    bool filled, dashed;
} looks[] = {
    {"PASS", NULL, 0x1E9E6A, 0x0D6B44, true, false},
    {"FAIL", NULL, 0xC42B3B, 0xA8202F, true, false},
    {"WAIVED", NULL, 0xC42B3B, 0xA8202F, false, false},
    {"UNKNOWN", "?", MUTED, MUTED, false, true},
    {"MANUAL", "M", MUTED, MUTED, false, false},
    {"NOT_APPLICABLE", NULL, QUIET, MUTED, false, false},
};

static const struct status_look *look_of(const char *status)
{
    size_t i = 0;

    while (i + 1 < sizeof looks / sizeof *looks && strcmp(looks[i].status, status) != 0)
        i++;
    return &looks[i];
}

uint32_t pdf_status_text(const char *status)
{
    return look_of(status)->text;
}

void pdf_status(struct pdf *pdf, struct pdf_point at, double radius, const char *status)
{
    const struct status_look *look = look_of(status);
    struct pdf_style letter = {FACE_BOLD, radius * 1.45, look->text, 0};
    uint32_t mark = look->filled ? WHITE : look->ring;

    pdf_arc(pdf, at, look->filled ? radius : radius - 0.45, 0, 360);
    pdf_shut(pdf);
    if (look->filled) {
        pdf_fill(pdf, look->ring);
    } else {
        if (look->dashed)
            pdf_dash(pdf, 2, 1);
        pdf_stroke(pdf, look->ring, 0.9);
        pdf_dash(pdf, 0, 0);
    }
    if (look->letter)
        pdf_text_centre(pdf, (struct pdf_point){at.x, at.y + letter.size * 0.36}, &letter,
                        look->letter);
    else if (strcmp(look->status, "PASS") == 0)
        tick(pdf, at, radius, mark);
    else if (strcmp(look->status, "NOT_APPLICABLE") == 0)
        pdf_rule(pdf, (struct pdf_point){at.x - 0.45 * radius, at.y}, at.x + 0.45 * radius, 0.9,
                 mark);
    else
        cross(pdf, at, radius, mark);
}

double pdf_chip(struct pdf *pdf, struct pdf_point at, const char *text)
{
    static const struct pdf_style style = {FACE_MEDIUM, 7.2, INK, 0};
    double w = pdf_text_width(pdf, &style, text) + 12;

    pdf_stroke_box(pdf, (struct pdf_box){at.x, at.y - 7, w, 14}, 3, RULE_STRONG);
    pdf_text(pdf, (struct pdf_point){at.x + 6, at.y + 2.6}, &style, text);
    return w;
}

void pdf_triangle(struct pdf *pdf, struct pdf_point at, double size, bool up, uint32_t rgb)
{
    double half = size / 2, high = up ? -half : half;

    pdf_move(pdf, at.x - half, at.y - high * 0.85);
    pdf_to(pdf, at.x + half, at.y - high * 0.85);
    pdf_to(pdf, at.x, at.y + high * 0.85);
    pdf_shut(pdf);
    pdf_fill(pdf, rgb);
}

#define HATCH_PITCH 4.0

void pdf_hatch(struct pdf *pdf, struct pdf_box box, double radius)
{
    pdf_push(pdf);
    pdf_box_path(pdf, box, radius);
    pdf_clip(pdf);
    for (int i = 0; HATCH_PITCH * i < box.w + box.h; i++) {
        double x = box.x - box.h + HATCH_PITCH * i;

        pdf_move(pdf, x, box.y + box.h);
        pdf_to(pdf, x + box.h, box.y);
    }
    pdf_stroke(pdf, HATCH, 0.8);
    pdf_pop(pdf);
}

void pdf_bar(struct pdf *pdf, struct pdf_box box, double share, uint32_t rgb)
{
    double radius = box.h / 2;

    pdf_fill_box(pdf, box, radius, TRACK);
    if (share < 0)
        pdf_hatch(pdf, box, radius);
    if (share > 0)
        pdf_fill_box(pdf,
                     (struct pdf_box){box.x, box.y, fmax(box.h, box.w * fmin(share, 1)), box.h},
                     radius, rgb);
}

void pdf_leader(struct pdf *pdf, struct pdf_point from, double to_x)
{
    pdf_round_caps(pdf, true);
    pdf_move(pdf, from.x, from.y);
    pdf_to(pdf, to_x, from.y);
    pdf_push(pdf);
    pdf_dash(pdf, 1, 3);
    pdf_stroke(pdf, QUIET, 0.6);
    pdf_pop(pdf);
    pdf_round_caps(pdf, false);
}

const char *pdf_count(struct arena *arena, double count)
{
    const char *digits = arena_printf(arena, "%.0f", count);
    size_t len = strlen(digits);
    char *out = arena_alloc(arena, len + len / 3 + 1, 1);

    for (size_t i = 0, n = 0; i < len; i++) {
        out[n++] = digits[i];
        if ((len - i) % 3 == 1 && i + 1 < len)
            out[n++] = ',';
    }
    return out;
}
