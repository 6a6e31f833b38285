/* pdf_table.h - a table that runs over pages: wrapped cells, header repeated, rows cut only when
 * one alone is longer than a page. */
#ifndef RENDER_PDF_TABLE_H
#define RENDER_PDF_TABLE_H

#include "render/pdf_sheet.h"

enum { TABLE_COLUMNS = 8 };

struct table_column {
    const char *title;
    double width; /* its left edge follows from the columns before it */
    bool right;   /* figures */
};

enum cell_kind {
    CELL_TEXT,
    CELL_SEVERITY, /* text in a severity pill, `level` its tone */
    CELL_STATUS    /* text after a status mark, `level` the status */
};

struct table_cell {
    const char *text;
    enum pdf_breaks breaks;
    const struct pdf_style *style; /* NULL: the table's own */
    const char *note;              /* further lines below, in note_style; NULL or "": none */
    enum pdf_breaks note_breaks;
    const struct pdf_style *note_style; /* NULL: muted text */
    enum cell_kind kind;
    const char *level;
};

struct table {
    struct sheet *sheet;
    const struct table_column *columns;
    size_t count;
    double x, width;
    bool in_card;                          /* light header, rows parted by rules instead of zebra */
    double row_padding;                    /* above and below a row's text */
    size_t row;                            /* since the last header or group */
    const char *group_strong, *group_text; /* of the last group: repeated on a new page */
};

/* Draw the header; keeps room for a row below it. */
void table_begin(struct table *table);
void table_row(struct table *table, const struct table_cell *cells);
/* A tinted row across all columns: `strong` in bold (short), then `text`. Both must outlive the
 * table. */
void table_group(struct table *table, const char *strong, const char *text);
/* A bold row above a strong rule. */
void table_total(struct table *table, const struct table_cell *cells);
void table_end(struct table *table);

#endif
