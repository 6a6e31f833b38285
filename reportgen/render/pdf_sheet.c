/* pdf_sheet.c - the pages of one report as they fill: chrome, cursor, sections, cards, paragraphs.
 */
#include "render/pdf_sheet.h"

#include <math.h>
#include <string.h>

#define FOOTER_RULE 797.89
#define FOOTER_BASE 810.89
#define CHROME_NAME_WIDTH 190.0 /* a longer name would not fit beside the rest */
#define CARD_FOOT 12.0
#define ENDLESS 1e9 /* the length of a page on which things are only measured */

static const char *chrome_name(struct sheet *sheet)
{
    const cJSON *organization = json_find(sheet->report, "organization");
    const char *name = json_str(organization, "name"), *id = json_str(organization, "id");

    if (pdf_text_width(sheet->pdf, &pdf_type.note, name) <= CHROME_NAME_WIDTH)
        return name;
    return pdf_text_width(sheet->pdf, &pdf_type.note, id) <= CHROME_NAME_WIDTH ? id : "";
}

void sheet_init(struct sheet *sheet, struct pdf *pdf, struct arena *arena, const cJSON *report)
{
    *sheet = (struct sheet){
        .pdf = pdf, .arena = arena, .report = report, .section = "", .bottom = SHEET_BOTTOM};
    sheet->organization = chrome_name(sheet);
}

void sheet_page_bare(struct sheet *sheet)
{
    pdf_page_add(sheet->pdf);
    sheet->y = 0;
}

/* Texts parted by middle dots; returns where they end. */
static double dotted(struct sheet *sheet, struct pdf_point at, const struct pdf_style *styles,
                     const char *const texts[], size_t count)
{
    bool first = true;

    for (size_t i = 0; i < count; i++) {
        if (!*texts[i])
            continue;
        if (!first)
            at.x += pdf_text(sheet->pdf, at, &pdf_type.note, "  ·  ");
        at.x += pdf_text(sheet->pdf, at, &styles[i], texts[i]);
        first = false;
    }
    return at.x;
}

static void draw_header(struct sheet *sheet)
{
    static const struct pdf_gradient gradient = {BAND_FROM, BAND_TO, 0};
    struct pdf *pdf = sheet->pdf;
    struct pdf_style styles[] = {pdf_in(&pdf_type.note, INK), pdf_type.note};
    const char *texts[] = {json_str(sheet->report, "title"), sheet->organization};
    double x = SHEET_RIGHT;

    styles[0].face = FACE_SEMIBOLD;
    pdf_shade(pdf, (struct pdf_box){0, 0, PDF_PAGE_WIDTH, 7}, &gradient);
    pdf_logo(pdf, (struct pdf_box){SHEET_LEFT, 23.8, 13.4, 13.4}, 3.4, BRAND, WHITE);
    dotted(sheet, (struct pdf_point){67.4, 33.4}, styles, texts, 2);
    pdf_text_right(pdf, (struct pdf_point){x, 33.4}, &pdf_type.note, sheet->section);
    x -= pdf_text_width(pdf, &pdf_type.note, sheet->section) + 8;
    if (json_true(sheet->report, "sample")) {
        struct pdf_pill pill = {"SAMPLE", {FACE_BOLD, 6.2, MUTED, 0.6}, 12.5, 8, 0, RULE_STRONG};

        pdf_pill(pdf, (struct pdf_point){x - pdf_pill_width(pdf, &pill), 30.8}, &pill);
    }
    pdf_rule(pdf, (struct pdf_point){SHEET_LEFT, 44}, SHEET_RIGHT, 0.6, RULE);
}

/* The card's border on this page; `last`: it ends here. */
static void frame_card(struct sheet *sheet, bool last)
{
    struct sheet_card *card = &sheet->card;
    double low = last ? sheet->y : fmax(sheet->y, card->top + 24);
    struct pdf_box box = {SHEET_LEFT, card->top, SHEET_WIDTH, low - card->top};

    pdf_stripe(sheet->pdf, box, 8, 4, pdf_tone(card->tone)->fill);
    pdf_stroke_box(sheet->pdf, box, 8, RULE);
}

static void resume_card(struct sheet *sheet)
{
    struct pdf_text_block block = {sheet->card.title, &pdf_type.cell_bold, BREAK_WORDS};
    struct pdf_lines lines =
        pdf_wrap_block(sheet->pdf, sheet->arena, &block, CARD_RIGHT - CARD_LEFT - 60);

    sheet->card.top = sheet->y;
    sheet->y += 18;
    pdf_text_right(sheet->pdf, (struct pdf_point){CARD_RIGHT, sheet->y}, &pdf_type.note,
                   "continued");
    pdf_show_lines(sheet->pdf, (struct pdf_point){CARD_LEFT, sheet->y}, &pdf_type.cell_bold, &lines,
                   11);
    sheet->y += 11 * (double)(lines.count - 1) + 10;
}

void sheet_page(struct sheet *sheet)
{
    if (sheet->card.open) {
        sheet->y = fmin(sheet->y, sheet->bottom) + 4;
        frame_card(sheet, false);
    }
    sheet_page_bare(sheet);
    draw_header(sheet);
    sheet->y = SHEET_TOP;
    if (sheet->card.open)
        resume_card(sheet);
}

bool sheet_need(struct sheet *sheet, double height)
{
    bool full = sheet->y + height > sheet->bottom;

    if (full)
        sheet_page(sheet);
    return full;
}

void sheet_section(struct sheet *sheet, const char *title)
{
    struct sheet_section *section = &sheet->sections[sheet->section_count];

    if (sheet->section_count == SHEET_SECTIONS)
        return;
    *section = (struct sheet_section){title, (unsigned)++sheet->section_count,
                                      pdf_page_count(sheet->pdf) - 1, fmax(0, sheet->y - 12)};
    pdf_bookmark(sheet->pdf, 0, title, section->page, section->y);
}

void sheet_title(struct sheet *sheet, const char *title)
{
    sheet_need(sheet, 120);
    sheet_section(sheet, title);
    sheet->y += 22;

    struct pdf_point at = {SHEET_LEFT, sheet->y};

    const char *number = arena_printf(sheet->arena, "%zu", sheet->section_count);

    at.x += pdf_text(sheet->pdf, at, &pdf_type.page_number, number) + 10;
    pdf_text(sheet->pdf, at, &pdf_type.page_title, title);
    sheet->y += 14;
}

void sheet_heading(struct sheet *sheet, const char *title, const char *note, double below)
{
    sheet_need(sheet, 24 + below);
    sheet->y += 22;
    pdf_text(sheet->pdf, (struct pdf_point){SHEET_LEFT, sheet->y}, &pdf_type.heading, title);
    pdf_text_right(sheet->pdf, (struct pdf_point){SHEET_RIGHT, sheet->y}, &pdf_type.note, note);
    sheet->y += 8;
}

void sheet_paragraph(struct sheet *sheet, const struct pdf_text_block *block,
                     const struct sheet_column *column)
{
    struct pdf_lines lines = pdf_wrap_block(sheet->pdf, sheet->arena, block, column->width);
    size_t full = pdf_lines_in(SHEET_BOTTOM - SHEET_TOP - 40, column->leading);

    bool fresh = false;

    for (size_t done = 0; done < lines.count;) {
        size_t left = lines.count - done;
        size_t now = pdf_lines_now(left, pdf_lines_in(sheet->bottom - sheet->y, column->leading),
                                   fresh ? 0 : full);

        if (now == 0) {
            sheet_page(sheet);
            fresh = true;
            continue;
        }

        struct pdf_lines part = {lines.line + done, now};

        if (done == 0 && column->label)
            pdf_text(sheet->pdf,
                     (struct pdf_point){column->label_x, sheet->y + column->leading * 0.7},
                     &pdf_type.label, column->label);

        pdf_show_lines(sheet->pdf, (struct pdf_point){column->x, sheet->y + column->leading * 0.72},
                       block->style, &part, column->leading);
        sheet->y += column->leading * (double)now;
        done += now;
        fresh = false;
    }
}

double sheet_measure(struct sheet *sheet, sheet_draw *draw, const cJSON *data)
{
    struct sheet probe = *sheet;

    probe.y = 0;
    probe.bottom = ENDLESS;
    pdf_mute(sheet->pdf, true);
    draw(&probe, data);
    pdf_mute(sheet->pdf, false);
    return probe.y;
}

void sheet_card_open(struct sheet *sheet, const char *title, const char *tone)
{
    sheet->card = (struct sheet_card){title, tone, sheet->y, true};
}

void sheet_card_close(struct sheet *sheet)
{
    sheet->y += CARD_FOOT;
    frame_card(sheet, true);
    sheet->card.open = false;
    sheet->y += 12;
}

/* The lines of one column of a callout, and which of them begin a text. */
struct callout_lines {
    struct pdf_line *line;
    bool *first;
    size_t count, marks;
};

enum { CALLOUT_COLUMNS = 2 };
#define CALLOUT_INSET 15.0
#define CALLOUT_LEADING 12.6
#define BULLET_INDENT 8.0

static void add_text(struct sheet *sheet, struct callout_lines *to, const char *text, double width)
{
    struct pdf_text_block block = {text, &pdf_type.cell, BREAK_WORDS};
    struct pdf_lines lines = pdf_wrap_block(sheet->pdf, sheet->arena, &block, width);

    for (size_t i = 0; i < lines.count; i++) {
        *arena_push(sheet->arena, to->line, to->count) = lines.line[i];
        *arena_push(sheet->arena, to->first, to->marks) = i == 0;
    }
}

/* Lines [from, from + count) of every column, in a box of their height. */
static void draw_callout(struct sheet *sheet, const struct sheet_callout *callout,
                         const struct callout_lines columns[], size_t from, size_t count)
{
    const struct pdf_tone *tone = pdf_tone(callout->tone);
    bool brand = strcmp(callout->tone, "brand") == 0;
    double head = from == 0 ? 24 : 12, width = SHEET_WIDTH / CALLOUT_COLUMNS;
    struct pdf_box box = {SHEET_LEFT, sheet->y, SHEET_WIDTH,
                          head + CALLOUT_LEADING * (double)count + 6};
    struct pdf_style label = pdf_in(&pdf_type.label, brand ? BRAND_TEXT : tone->text);

    pdf_fill_box(sheet->pdf, box, 5, brand ? BRAND_TINT : tone->tint);
    pdf_stripe(sheet->pdf, box, 5, 3.5, brand ? BRAND : tone->fill);
    if (from == 0)
        pdf_text(sheet->pdf, (struct pdf_point){SHEET_LEFT + CALLOUT_INSET, box.y + 15}, &label,
                 callout->label);
    for (size_t c = 0; c < CALLOUT_COLUMNS; c++) {
        double x = SHEET_LEFT + CALLOUT_INSET + (double)c * (width - 8);

        for (size_t i = from; i < from + count && i < columns[c].count; i++) {
            double y = box.y + head + CALLOUT_LEADING * ((double)(i - from) + 0.68);

            if (callout->bullets && columns[c].first[i])
                pdf_fill_box(sheet->pdf, (struct pdf_box){x, y - 4.2, 3, 3}, 0, label.rgb);
            pdf_show(sheet->pdf, (struct pdf_point){x + (callout->bullets ? BULLET_INDENT : 0), y},
                     &pdf_type.cell, columns[c].line[i].text, columns[c].line[i].len);
        }
    }
    sheet->y += box.h;
}

void sheet_callout(struct sheet *sheet, const struct sheet_callout *callout)
{
    struct callout_lines columns[CALLOUT_COLUMNS] = {{NULL, NULL, 0, 0}, {NULL, NULL, 0, 0}};
    struct callout_lines all = {NULL, NULL, 0, 0};
    double half = SHEET_WIDTH / CALLOUT_COLUMNS - CALLOUT_INSET - BULLET_INDENT - 8;
    double whole = SHEET_WIDTH - 2 * CALLOUT_INSET;
    size_t full = pdf_lines_in(SHEET_BOTTOM - SHEET_TOP - 30, CALLOUT_LEADING), total = 0;

    for (size_t i = 0; i < callout->count; i++)
        add_text(sheet, &all, callout->texts[i], callout->bullets ? half : whole);
    for (size_t i = 0; i < callout->count; i++) {
        bool right = callout->bullets && 2 * columns[0].count >= all.count;

        add_text(sheet, &columns[right], callout->texts[i], callout->bullets ? half : whole);
    }
    total = columns[0].count > columns[1].count ? columns[0].count : columns[1].count;
    bool fresh = false;

    for (size_t done = 0; done < total;) {
        size_t now = pdf_lines_now(total - done,
                                   pdf_lines_in(sheet->bottom - sheet->y - 30, CALLOUT_LEADING),
                                   fresh ? 0 : full);

        if (now == 0) {
            sheet_page(sheet);
            fresh = true;
            continue;
        }
        draw_callout(sheet, callout, columns, done, now);
        done += now;
        fresh = false;
    }
}

static void draw_footer(struct sheet *sheet, size_t page)
{
    struct pdf *pdf = sheet->pdf;
    const cJSON *document = json_find(sheet->report, "document");
    const cJSON *edition = json_find(sheet->report, "edition");
    struct pdf_style styles[] = {pdf_type.note, pdf_type.note, pdf_type.note, pdf_type.note};
    const char *marking = arena_printf(sheet->arena, "%s · %s", json_str(edition, "classification"),
                                       json_str(edition, "label"));
    const char *texts[] = {sheet->organization, json_str(sheet->report, "title"),
                           json_str(document, "dateText"), marking};
    struct pdf_style number = pdf_in(&pdf_type.note, INK);

    styles[3] = number;
    styles[3].face = number.face = FACE_SEMIBOLD;
    for (size_t i = 0; i < 4; i++)
        styles[i].size = 7.2;
    pdf_rule(pdf, (struct pdf_point){SHEET_LEFT, FOOTER_RULE}, SHEET_RIGHT, 0.6, RULE);
    dotted(sheet, (struct pdf_point){SHEET_LEFT, FOOTER_BASE}, styles, texts, 4);
    number.size = 7.2;
    pdf_text_right(pdf, (struct pdf_point){SHEET_RIGHT, FOOTER_BASE}, &number,
                   arena_printf(sheet->arena, "Page %zu of %zu", page + 1, pdf_page_count(pdf)));
}

void sheet_finish(struct sheet *sheet)
{
    static const char note[] =
        "Characters that the fonts of this document do not have, that are "
        "invisible or that run from right to left are shown by their number, "
        "as <U+05D0>.";
    struct pdf_text_block block = {note, &pdf_type.note, BREAK_WORDS};

    if (pdf_replaced(sheet->pdf)) {
        sheet->y += 8;
        sheet_paragraph(
            sheet, &block,
            &(struct sheet_column){.x = SHEET_LEFT, .width = SHEET_WIDTH, .leading = 11});
    }
    for (size_t i = 0; i < pdf_page_count(sheet->pdf); i++) {
        pdf_page_select(sheet->pdf, i);
        draw_footer(sheet, i);
    }
}
