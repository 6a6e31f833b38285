/* pdf_table.c - a table that runs over pages: wrapped cells, header repeated, rows cut only when
 * one alone is longer than a page. */
#include "render/pdf_table.h"

#include <math.h>
#include <string.h>

#define INSET 10.0
#define MIN_WIDTH 14.0 /* of a cell's text: a rank of two digits */
#define LEADING 10.2
#define STATUS_INDENT 13.0 /* of the word after a status mark */
#define HEADER 18.0
#define CARD_HEADER 16.0

/* A cell's lines with the style of each. */
struct laid {
    struct pdf_line *line;
    const struct pdf_style **style;
    size_t count, styled;
};

static const struct pdf_style card_head = {FACE_SEMIBOLD, 7.6, INK, 0};

static void draw_head(struct table *table, bool continued)
{
    struct pdf *pdf = table->sheet->pdf;
    const struct pdf_style *style = table->in_card ? &card_head : &pdf_type.head;
    struct pdf_box box = {table->x, table->sheet->y, table->width,
                          table->in_card ? CARD_HEADER : HEADER};
    double x = table->x;

    if (table->in_card) {
        pdf_fill_box(pdf, box, 3, TRACK);
    } else {
        pdf_push(pdf);
        pdf_box_path(pdf, box, 0);
        pdf_clip(pdf);
        pdf_fill_box(pdf, (struct pdf_box){box.x, box.y, box.w, box.h + 8}, 4, INK);
        pdf_pop(pdf);
    }
    for (size_t i = 0; i < table->count; i++) {
        const struct table_column *column = &table->columns[i];
        struct pdf_point at = {x + INSET, box.y + box.h / 2 + style->size * 0.36};

        x += column->width;
        if (column->right)
            pdf_text_right(pdf, (struct pdf_point){x - INSET, at.y}, style, column->title);
        else
            at.x += pdf_text(pdf, at, style, column->title);
        if (i == 0 && continued) {
            struct pdf_style soft = {FACE_REGULAR, 7.2, table->in_card ? MUTED : ON_INK, 0};

            pdf_text(pdf, (struct pdf_point){at.x + 5, at.y}, &soft, "continued");
        }
    }
    table->sheet->y += box.h;
    table->row = 0;
}

void table_begin(struct table *table)
{
    sheet_need(table->sheet, HEADER + 2 * LEADING + 2 * table->row_padding);
    draw_head(table, false);
}

static void draw_group(struct table *table);

static void next_page(struct table *table)
{
    if (!table->in_card)
        pdf_rule(table->sheet->pdf, (struct pdf_point){table->x, table->sheet->y},
                 table->x + table->width, 0.6, RULE_STRONG);
    sheet_page(table->sheet);
    draw_head(table, true);
    if (table->group_strong)
        draw_group(table);
}

static void lay_text(struct table *table, struct laid *laid, const struct pdf_text_block *block,
                     double width)
{
    struct pdf_lines lines = pdf_wrap_block(table->sheet->pdf, table->sheet->arena, block, width);

    for (size_t i = 0; i < lines.count; i++) {
        *arena_push(table->sheet->arena, laid->line, laid->count) = lines.line[i];
        *arena_push(table->sheet->arena, laid->style, laid->styled) = block->style;
    }
}

static struct laid lay_cell(struct table *table, const struct table_cell *cell, double width)
{
    struct laid laid = {NULL, NULL, 0, 0};
    const struct pdf_style *style = cell->style ? cell->style : &pdf_type.cell;
    double inner = width - (cell->kind == CELL_STATUS ? STATUS_INDENT : 0);

    if (cell->kind == CELL_SEVERITY) {
        struct pdf_line pill = {cell->text, 0, 0};

        *arena_push(table->sheet->arena, laid.line, laid.count) = pill;
        *arena_push(table->sheet->arena, laid.style, laid.styled) = style;
    } else {
        lay_text(table, &laid, &(struct pdf_text_block){cell->text, style, cell->breaks}, inner);
    }
    if (cell->note && *cell->note)
        lay_text(table, &laid,
                 &(struct pdf_text_block){cell->note,
                                          cell->note_style ? cell->note_style : &pdf_type.note,
                                          cell->note_breaks},
                 inner);
    return laid;
}

/* The part of a row that is drawn now: lines [from, from + count). */
struct part {
    size_t from, count;
    double top; /* of its first line */
};

static void draw_cell(struct table *table, size_t column, const struct table_cell *cell,
                      const struct laid *laid, const struct part *part)
{
    struct pdf *pdf = table->sheet->pdf;
    bool right = table->columns[column].right;
    double x = table->x + (right ? table->columns[column].width - INSET : INSET);
    /* One line stands in the middle of a row of two. */
    double y = part->top + (laid->count == 1 && part->count == 2 ? LEADING / 2 : 0);

    for (size_t i = 0; i < column; i++)
        x += table->columns[i].width;
    for (size_t i = part->from; i < part->from + part->count && i < laid->count; i++) {
        const struct pdf_line *line = &laid->line[i];
        struct pdf_point at = {x, y + LEADING * ((double)(i - part->from) + 0.74)};

        if (i == 0 && cell->kind == CELL_SEVERITY)
            pdf_severity(pdf, (struct pdf_point){at.x, at.y - 2.8}, cell->level, cell->text);
        if (i == 0 && cell->kind == CELL_STATUS)
            pdf_status(pdf, (struct pdf_point){at.x + 4, at.y - 2.9}, 4, cell->level);
        at.x += right ? -line->width : cell->kind == CELL_STATUS ? STATUS_INDENT : 0;
        pdf_show(pdf, at, laid->style[i], line->text, line->len);
    }
}
static void draw_part(struct table *table, const struct table_cell *cells, const struct laid *laid,
                      struct part part)
{
    struct pdf *pdf = table->sheet->pdf;
    struct pdf_box box = {table->x, table->sheet->y, table->width,
                          LEADING * (double)part.count + 2 * table->row_padding};

    part.top = box.y + table->row_padding;
    if (table->in_card)
        pdf_rule(pdf, (struct pdf_point){box.x, box.y + box.h}, box.x + box.w, 0.6, RULE);
    else if (table->row % 2 == 1)
        pdf_fill_box(pdf, box, 0, PANEL);
    for (size_t i = 0; i < table->count; i++)
        draw_cell(table, i, &cells[i], &laid[i], &part);
    table->sheet->y += box.h;
}

void table_row(struct table *table, const struct table_cell *cells)
{
    struct laid laid[TABLE_COLUMNS];
    double pad = 2 * table->row_padding;
    size_t total = 1, full = pdf_lines_in(SHEET_BOTTOM - SHEET_TOP - 60 - pad, LEADING);

    for (size_t i = 0; i < table->count; i++) {
        laid[i] =
            lay_cell(table, &cells[i], fmax(table->columns[i].width - 2 * INSET + 4, MIN_WIDTH));
        total = laid[i].count > total ? laid[i].count : total;
    }
    bool fresh = false;

    for (size_t done = 0; done < total;) {
        double room = table->sheet->bottom - table->sheet->y - pad;
        size_t now = pdf_lines_now(total - done, pdf_lines_in(room, LEADING), fresh ? 0 : full);

        if (now == 0) {
            next_page(table);
            fresh = true;
            continue;
        }
        draw_part(table, cells, laid, (struct part){done, now, 0});
        done += now;
        fresh = false;
    }
    table->row++;
}

void table_total(struct table *table, const struct table_cell *cells)
{
    pdf_rule(table->sheet->pdf, (struct pdf_point){table->x, table->sheet->y},
             table->x + table->width, 0.8, RULE_STRONG);
    table->row = 0;
    table_row(table, cells);
}

static void draw_group(struct table *table)
{
    static const struct pdf_style bold = {FACE_BOLD, 7.8, BRAND_TEXT, 0};
    static const struct pdf_style plain = {FACE_REGULAR, 7.8, BRAND_TEXT, 0};
    struct pdf *pdf = table->sheet->pdf;
    double indent = pdf_text_width(pdf, &bold, table->group_strong) + 5;
    struct pdf_text_block block = {table->group_text, &plain, BREAK_WORDS};
    struct pdf_lines lines =
        pdf_wrap_block(pdf, table->sheet->arena, &block, table->width - 2 * INSET - indent);
    struct pdf_box box = {table->x, table->sheet->y, table->width,
                          7.4 + LEADING * (double)lines.count};

    pdf_fill_box(pdf, box, 0, BRAND_TINT);
    pdf_fill_box(pdf, (struct pdf_box){box.x, box.y, 3, box.h}, 0, BRAND);
    pdf_text(pdf, (struct pdf_point){box.x + INSET, box.y + 11.4}, &bold, table->group_strong);
    pdf_show_lines(pdf, (struct pdf_point){box.x + INSET + indent, box.y + 11.4}, &plain, &lines,
                   LEADING);
    table->sheet->y += box.h;
    table->row = 0;
}

void table_group(struct table *table, const char *strong, const char *text)
{
    table->group_strong = strong;
    table->group_text = text;
    if (table->sheet->y + 4 * LEADING + 2 * table->row_padding > table->sheet->bottom)
        next_page(table);
    else
        draw_group(table);
}

void table_end(struct table *table)
{
    if (!table->in_card)
        pdf_rule(table->sheet->pdf, (struct pdf_point){table->x, table->sheet->y},
                 table->x + table->width, 0.6, RULE_STRONG);
}
