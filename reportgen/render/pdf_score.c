/* pdf_score.c - the score card: gauge, verdict, coverage, why it is incomplete or what was lost. */
#include <string.h>

#include "render/pdf_pages.h"

enum { TOP_LOSSES = 5 };
#define SIDE_X 372.0 /* the card's third column */
#define SIDE_WIDTH (SHEET_RIGHT - 16 - SIDE_X)

/* A mark and a word; returns the x after it. */
static double draw_result(struct sheet *sheet, struct pdf_point at, const char *status,
                          const char *word)
{
    struct pdf_style style = pdf_in(&pdf_type.big, pdf_status_text(status));

    pdf_status(sheet->pdf, (struct pdf_point){at.x + 5, at.y - 3.9}, 5, status);
    return at.x + 14 + pdf_text(sheet->pdf, (struct pdf_point){at.x + 14, at.y}, &style, word);
}

static void draw_verdict(struct sheet *sheet, double x, double top)
{
    struct pdf *pdf = sheet->pdf;
    const cJSON *verdict = json_find(sheet->report, "verdict");
    const cJSON *coverage = json_find(sheet->report, "coverage");
    const cJSON *score = json_find(sheet->report, "score");
    const cJSON *percent = json_find(coverage, "percent");
    const char *of = arena_printf(sheet->arena, "%s of %s",
                                  pdf_count(sheet->arena, json_num(coverage, "assessed")),
                                  pdf_count(sheet->arena, json_num(coverage, "total")));
    double at = x;

    pdf_text(pdf, (struct pdf_point){x, top + 40}, &pdf_type.label, "VERDICT");
    at = draw_result(sheet, (struct pdf_point){x, top + 56},
                     !json_true(verdict, "pass")      ? "FAIL"
                     : json_true(verdict, "complete") ? "PASS"
                                                      : "UNKNOWN",
                     json_str(verdict, "resultText"));
    at += pdf_text(pdf, (struct pdf_point){at, top + 56}, &pdf_type.big, "  ·  ");
    draw_result(sheet, (struct pdf_point){at, top + 56},
                json_true(verdict, "complete") ? "PASS" : "UNKNOWN",
                json_str(verdict, "completeText"));
    pdf_text(pdf, (struct pdf_point){x, top + 75}, &pdf_type.label, "COVERAGE");
    at = x +
         pdf_text(pdf, (struct pdf_point){x, top + 89}, &pdf_type.big, json_str(coverage, "text"));
    pdf_text(pdf, (struct pdf_point){at + 6, top + 89}, &pdf_type.note, of);
    pdf_bar(pdf, (struct pdf_box){x, top + 95, 118, 4.6},
            cJSON_IsNumber(percent) ? json_num(coverage, "percent") / 100 : -1, BRAND);
    pdf_text(pdf, (struct pdf_point){x, top + 108.6}, &pdf_type.note,
             json_str(coverage, "detailText"));
    pdf_text(pdf, (struct pdf_point){x, top + 126}, &pdf_type.label, "WITH EXCEPTIONS");
    at = x + pdf_text(pdf, (struct pdf_point){x, top + 140}, &pdf_type.big,
                      json_str(score, "withExceptionsText"));
    pdf_text(pdf, (struct pdf_point){at + 6, top + 140}, &pdf_type.note,
             json_str(score, "waiversText"));
}

/* Why the run is not complete, as far as the room allows. */
static void draw_reasons(struct sheet *sheet, double top)
{
    const cJSON *reasons = json_find(json_find(sheet->report, "verdict"), "reasons");
    double y = top + 54, low = top + 144;
    size_t shown = 0, all = json_count(reasons);

    pdf_text(sheet->pdf, (struct pdf_point){SIDE_X, top + 40}, &pdf_type.label, "WHY INCOMPLETE");
    for (const cJSON *reason = json_first(reasons); reason; reason = reason->next) {
        struct pdf_text_block block = {json_str(reason, "text"), &pdf_type.note, BREAK_WORDS};
        struct pdf_lines lines = pdf_wrap_block(sheet->pdf, sheet->arena, &block, SIDE_WIDTH - 8);

        if (y + 10.2 * (double)lines.count > low)
            break;
        pdf_fill_box(sheet->pdf, (struct pdf_box){SIDE_X, y - 4, 3, 3}, 0, MUTED);
        pdf_show_lines(sheet->pdf, (struct pdf_point){SIDE_X + 8, y}, &pdf_type.note, &lines, 10.2);
        y += 10.2 * (double)lines.count + 3;
        shown++;
    }
    if (shown < all)
        pdf_text(sheet->pdf, (struct pdf_point){SIDE_X + 8, y}, &pdf_type.note,
                 arena_printf(sheet->arena, "%s%zu %s, in section 2", shown ? "and " : "",
                              all - shown,
                              shown      ? "more"
                              : all == 1 ? "reason"
                                         : "reasons"));
}

/* The largest losses of a complete run. */
static void draw_losses(struct sheet *sheet, double top)
{
    const cJSON *explain = json_find(json_find(sheet->report, "score"), "explain");
    const cJSON *chosen[TOP_LOSSES] = {NULL};
    size_t count = 0;
    double y = top + 55;

    for (const cJSON *row = json_first(explain); row; row = row->next) {
        size_t i = count;

        if (json_num(row, "points") < 0.005)
            continue;
        for (; i > 0 && json_num(chosen[i - 1], "points") < json_num(row, "points"); i--)
            if (i < TOP_LOSSES)
                chosen[i] = chosen[i - 1];
        if (i < TOP_LOSSES)
            chosen[i] = row;
        count += count < TOP_LOSSES;
    }
    pdf_text(sheet->pdf, (struct pdf_point){SIDE_X, top + 40}, &pdf_type.label,
             count ? "WHERE POINTS WERE LOST" : "POINTS LOST");
    if (count == 0)
        pdf_text(sheet->pdf, (struct pdf_point){SIDE_X, y}, &pdf_type.note, "none");
    for (size_t i = 0; i < count; i++) {
        struct pdf_text_block block = {json_str(chosen[i], "label"), &pdf_type.note, BREAK_WORDS};
        struct pdf_lines lines = pdf_wrap_block(sheet->pdf, sheet->arena, &block, SIDE_WIDTH - 36);

        if (y + 10.2 * (double)lines.count > top + 152)
            return;
        pdf_show_lines(sheet->pdf, (struct pdf_point){SIDE_X, y}, &pdf_type.note, &lines, 10.2);
        pdf_text_right(sheet->pdf, (struct pdf_point){SIDE_X + SIDE_WIDTH, y}, &pdf_type.cell_bold,
                       arena_printf(sheet->arena, "−%s", json_str(chosen[i], "pointsText")));
        y += 10.2 * (double)lines.count + 5;
    }
}

static void draw_cap_mark(struct pdf *pdf, struct pdf_point at, uint32_t rgb)
{
    pdf_rule(pdf, (struct pdf_point){at.x - 5.4, at.y - 5}, at.x + 5.4, 1.6, rgb);
    pdf_triangle(pdf, (struct pdf_point){at.x, at.y - 0.6}, 6.4, true, rgb);
    pdf_fill_box(pdf, (struct pdf_box){at.x - 0.9, at.y + 1, 1.8, 5}, 0, rgb);
}

/* The ceiling and what holds it: the words up to the colon in bold. Returns its height. */
static double draw_cap(struct sheet *sheet, double y, const char *text, double ceiling)
{
    const struct pdf_tone *tone = pdf_ceiling_tone(ceiling);
    struct pdf_style bold = {FACE_BOLD, 8.2, tone->text, 0},
                     plain = {FACE_REGULAR, 8.2, tone->text, 0};
    const char *colon = strchr(text, ':');
    const char *head = colon ? arena_strndup(sheet->arena, text, (size_t)(colon + 1 - text)) : "";
    double x = SHEET_LEFT + 34, indent = pdf_text_width(sheet->pdf, &bold, head) + (colon ? 3 : 0);
    struct pdf_text_block block = {colon ? colon + 1 + strspn(colon + 1, " ") : text, &plain,
                                   BREAK_WORDS};
    struct pdf_lines lines =
        pdf_wrap_block(sheet->pdf, sheet->arena, &block, SHEET_RIGHT - 20 - x - indent);
    double height = 12 + 11 * (double)lines.count;

    pdf_fill_box(sheet->pdf, (struct pdf_box){SHEET_LEFT + 8, y, SHEET_WIDTH - 16, height}, 5,
                 tone->tint);
    draw_cap_mark(sheet->pdf, (struct pdf_point){SHEET_LEFT + 22, y + 11.5}, tone->text);
    pdf_text(sheet->pdf, (struct pdf_point){x, y + 14.4}, &bold, head);
    pdf_show_lines(sheet->pdf, (struct pdf_point){x + indent, y + 14.4}, &plain, &lines, 11);
    return height;
}

void pdf_score(struct sheet *sheet)
{
    const cJSON *score = json_find(sheet->report, "score");
    const char *cap = json_str(score, "ceilingText");
    bool assessed = json_true(score, "assessed"), graded = json_true(score, "graded");
    bool complete = json_true(json_find(sheet->report, "verdict"), "complete");
    struct gauge gauge = {assessed ? json_num(score, "value") : -1,
                          json_num(score, "ceiling"),
                          json_str(score, "valueText"),
                          json_str(score, "grade"),
                          json_str(score, "gradeShown"),
                          graded};
    double top = sheet->y, x = SHEET_LEFT + 14;

    x += pdf_text(sheet->pdf, (struct pdf_point){x, top + 20}, &pdf_type.heading, "Score") + 6;
    pdf_text(sheet->pdf, (struct pdf_point){x, top + 20}, &pdf_type.note,
             arena_printf(sheet->arena, "formula %s", json_str(score, "version")));
    pdf_gauge(sheet->pdf, (struct pdf_point){138, top + 93}, &gauge);
    draw_verdict(sheet, 232, top);
    if (!complete)
        draw_reasons(sheet, top);
    else
        draw_losses(sheet, top);
    sheet->y = top + 157;
    if (*cap)
        sheet->y += draw_cap(sheet, sheet->y, cap, json_num(score, "ceiling")) + 8;
    pdf_stroke_box(sheet->pdf, (struct pdf_box){SHEET_LEFT, top, SHEET_WIDTH, sheet->y - top}, 8,
                   RULE);
    sheet->y += 12;
}
