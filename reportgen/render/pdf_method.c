/* pdf_method.c - how the score is computed, worked out with the figures of this run. */
#include <math.h>
#include <string.h>

#include "render/pdf_pages.h"
#include "render/pdf_table.h"

#define STEPS_WIDTH 212.0
#define PANEL_X 284.0
#define PANEL_WIDTH (SHEET_RIGHT - PANEL_X)
#define ROW 11.6

/* To change the words of score/1, change design and scanner/model/score.c with them. */
static const struct {
    const char *head, *text;
} steps[] = {
    {"Per check:", "proven ÷ (proven + open). Open means failed, waived, unknown or manual."},
    {"Per tier:", "the mean of its checks, weighted critical 8, high 4, medium 2, low 1."},
    {"Raw:", "the mean of the assessed tiers by their weights."},
    {"Ceiling:",
     "the lowest that an open core check sets; over several accounts the mean of theirs, "
     "at most 89 while any is below 100."},
    {"Score:", "raw × ceiling ÷ 100, rounded down."},
};

enum { STEPS = sizeof steps / sizeof *steps };

static const struct pdf_style step_style = {FACE_REGULAR, 8.3, INK, 0};

/* Head and text as one, wrapped with room to spare: the head is drawn in a wider face. */
static struct pdf_lines step_lines(struct sheet *sheet, size_t i)
{
    struct pdf_text_block block = {
        arena_printf(sheet->arena, "%s %s", steps[i].head, steps[i].text), &step_style,
        BREAK_WORDS};

    return pdf_wrap_block(sheet->pdf, sheet->arena, &block, STEPS_WIDTH - 26);
}

static double step_height(const struct pdf_lines *lines)
{
    return ROW * (double)lines->count + 5;
}

/* A number in a disc, the head in bold, the text after it and below. Returns the height. */
static double draw_step(struct sheet *sheet, size_t i, double y)
{
    static const struct pdf_style digit = {FACE_BOLD, 7.4, BRAND_TEXT, 0};
    struct pdf *pdf = sheet->pdf;
    struct pdf_lines lines = step_lines(sheet, i), rest = {lines.line + 1, lines.count - 1};
    struct pdf_point disc = {SHEET_LEFT + 6.4, y + 5.6}, at = {SHEET_LEFT + 20, y + 8.6};
    size_t head = strlen(steps[i].head);

    pdf_arc(pdf, disc, 6.4, 0, 360);
    pdf_shut(pdf);
    pdf_fill(pdf, BRAND_TINT);
    pdf_text_centre(pdf, (struct pdf_point){disc.x, disc.y + 2.7}, &digit,
                    arena_printf(sheet->arena, "%zu", i + 1));
    pdf_show_lines(pdf, (struct pdf_point){at.x, at.y + ROW}, &step_style, &rest, ROW);
    at.x += pdf_text(pdf, at, &pdf_type.cell_bold, steps[i].head);
    pdf_show(pdf, at, &step_style, lines.line[0].text + head, lines.line[0].len - head);
    return step_height(&lines);
}

/* Right-aligned figures of one line of the panel. */
static void draw_figures(struct sheet *sheet, double y, const struct pdf_style *style,
                         const char *const texts[4])
{
    static const double rights[] = {0, 110, 172, PANEL_WIDTH - 14};

    pdf_text(sheet->pdf, (struct pdf_point){PANEL_X + 14, y}, style, texts[0]);
    for (size_t i = 1; i < 4; i++)
        pdf_text_right(sheet->pdf, (struct pdf_point){PANEL_X + rights[i], y}, style, texts[i]);
}

static void draw_panel(struct sheet *sheet, double height)
{
    const cJSON *tiers = json_find(sheet->report, "tiers");
    const cJSON *score = json_find(sheet->report, "score");
    struct arena *a = sheet->arena;
    bool assessed = json_true(score, "assessed");
    double y = sheet->y + 16, weights = 0;

    for (const cJSON *tier = json_first(tiers); tier; tier = tier->next)
        weights += json_true(tier, "assessed") ? json_num(tier, "weight") : 0;
    pdf_fill_box(sheet->pdf, (struct pdf_box){PANEL_X, sheet->y, PANEL_WIDTH, height}, 6, PANEL);
    pdf_text(sheet->pdf, (struct pdf_point){PANEL_X + 14, y}, &pdf_type.label,
             "WORKED OUT: THIS RUN");
    pdf_text_right(sheet->pdf, (struct pdf_point){SHEET_RIGHT - 14, y}, &pdf_type.note,
                   "exact fractions, shown rounded");
    draw_figures(sheet, y += 14, &pdf_type.note,
                 (const char *const[]){"Tier", "Weight", "Rate", "Points"});
    pdf_rule(sheet->pdf, (struct pdf_point){PANEL_X + 14, y + 4}, SHEET_RIGHT - 14, 0.6,
             RULE_STRONG);
    y += 2;
    for (const cJSON *tier = json_first(tiers); tier; tier = tier->next) {
        bool has = json_true(tier, "assessed");
        double weight = json_num(tier, "weight"), rate = json_num(tier, "rate");

        draw_figures(
            sheet, y += ROW, &pdf_type.cell,
            (const char *const[]){json_str(tier, "title"), arena_printf(a, "%.0f", weight),
                                  json_str(tier, "rateText"),
                                  has ? arena_printf(a, "%.2f", weight * rate / weights) : "–"});
    }
    pdf_rule(sheet->pdf, (struct pdf_point){PANEL_X + 14, y + 4.4}, SHEET_RIGHT - 14, 0.6,
             RULE_STRONG);
    draw_figures(
        sheet, y += ROW + 4, &pdf_type.cell_bold,
        (const char *const[]){"Raw", arena_printf(a, "%.0f", weights), "",
                              assessed ? arena_printf(a, "%.2f", json_num(score, "raw")) : "–"});
    draw_figures(sheet, y += ROW, &pdf_type.cell,
                 (const char *const[]){"Ceiling", "", "",
                                       arena_printf(a, "%.0f", json_num(score, "ceiling"))});
    draw_figures(sheet, y + ROW, &pdf_type.cell_bold,
                 (const char *const[]){"Score", "", "", json_str(score, "valueText")});
}

static void draw_explain(struct sheet *sheet)
{
    static const struct table_column columns[] = {
        {"Where the points went", 240, false}, {"Check", 179.28, false}, {"Points", 80, true}};
    const cJSON *score = json_find(sheet->report, "score");
    struct table table = {.sheet = sheet,
                          .columns = columns,
                          .count = 3,
                          .x = SHEET_LEFT,
                          .width = SHEET_WIDTH,
                          .row_padding = 2.4};
    size_t without = 0;

    sheet->y += 14;
    table_begin(&table);
    for (const cJSON *row = json_first(json_find(score, "explain")); row; row = row->next) {
        const struct table_cell cells[] = {
            {.text = json_str(row, "label")},
            {.text = json_str(row, "check"), .style = &pdf_type.mono_id},
            {.text = arena_printf(sheet->arena, "−%s", json_str(row, "pointsText"))},
        };

        if (json_num(row, "points") > 0)
            table_row(&table, cells);
        else
            without++;
    }

    const struct table_cell total[] = {
        {.text = "Lost",
         .style = &pdf_type.cell_bold,
         .note = without
                     ? arena_printf(sheet->arena, "%zu rows without a loss are not shown", without)
                     : ""},
        {.text = ""},
        {.text = arena_printf(sheet->arena, "−%.2f", 100 - json_num(score, "value")),
         .style = &pdf_type.cell_bold},
    };

    table_total(&table, total);
}

void pdf_method(struct sheet *sheet)
{
    double left = 0, right = 16 + 14 + 2 + 4 + 8;

    for (size_t i = 0; i < STEPS; i++)
        left += step_height(&(struct pdf_lines){NULL, step_lines(sheet, i).count});
    right += ROW * (double)(json_count(json_find(sheet->report, "tiers")) + 3);
    sheet_heading(sheet, "How the score is computed", "", fmax(left, right));

    double y = sheet->y + 6;

    draw_panel(sheet, fmax(left, right));
    for (size_t i = 0; i < STEPS; i++)
        y += draw_step(sheet, i, y);
    sheet->y += fmax(left, right);
    if (json_true(json_find(sheet->report, "score"), "assessed"))
        draw_explain(sheet);
}
