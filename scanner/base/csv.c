/* csv.c - rows of a header-led CSV file out of libcsv. */
#include "base/csv.h"

#include <csv.h>
#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/strbuf.h"
#include "base/text.h"

/* libcsv's callbacks cannot stop it, so it gets the file in pieces of this size. */
#define PIECE_BYTES ((size_t)65536)

struct csv_row {
    const char *headers[LIMIT_CSV_COLUMNS];
    size_t columns;                   /* of the header row, 0 before it was read */
    size_t fields[LIMIT_CSV_COLUMNS]; /* offsets in text */
    size_t count;                     /* of fields in this row so far */
    size_t number;                    /* of this row */
    struct strbuf text;               /* the fields, a NUL after each */
};

struct reader {
    struct csv_row row;
    const char *name;
    csv_handler *handler;
    void *context;
    struct error *err;
    bool failed;
    bool after_return;    /* the last row ended with a carriage return */
    size_t empty_row;     /* number of an empty row that nothing has followed, or 0 */
    struct arena headers; /* texts of the header row */
};

static void refuse(struct reader *r, enum error_code code, const char *what)
{
    if (r->failed)
        return;
    r->failed = true;
    (void)fail(r->err, code, "%s:row %zu: %s", r->name, r->row.number, what);
}

/* A field or row follows: what may only stand at a line end or at the end of the file has not. */
static void check_before(struct reader *r)
{
    if (r->after_return) {
        r->row.number--;
        refuse(r, ERR_FORMAT, "carriage return without a line feed");
    } else if (r->empty_row) {
        r->row.number = r->empty_row;
        refuse(r, ERR_FORMAT, "empty line");
    }
}

static void on_field(void *bytes, size_t len, void *data)
{
    struct reader *r = data;
    struct csv_row *row = &r->row;

    if (r->failed)
        return;
    check_before(r);
    if (row->count == LIMIT_CSV_COLUMNS)
        refuse(r, ERR_LIMIT, "too many columns");
    else if (row->columns > 0 && row->count == row->columns)
        refuse(r, ERR_FORMAT, "more fields than the header has");
    else if (len > 0 && memchr(bytes, '\0', len))
        refuse(r, ERR_FORMAT, "NUL byte");
    else if (!text_is_utf8(bytes, len))
        refuse(r, ERR_FORMAT, "not UTF-8");
    if (r->failed)
        return;
    row->fields[row->count++] = row->text.len;
    strbuf_add(&row->text, bytes, len);
    strbuf_addch(&row->text, '\0');
}

static void take_header(struct reader *r)
{
    struct csv_row *row = &r->row;

    for (size_t i = 0; i < row->count; i++) {
        const char *header = arena_strdup(&r->headers, row->text.buf + row->fields[i]);

        if (csv_column(row, header) != 0) {
            refuse(r, ERR_FORMAT, "two columns of one name");
            return;
        }
        row->headers[row->columns++] = header;
    }
}

static void end_row(struct reader *r)
{
    struct csv_row *row = &r->row;

    if (row->columns == 0) {
        take_header(r);
    } else if (row->count < row->columns) {
        refuse(r, ERR_FORMAT, "fewer fields than the header has");
    } else if (row->number > LIMIT_CSV_ROWS) {
        refuse(r, ERR_LIMIT, "too many rows");
    } else if (r->handler(r->context, row, r->err) < 0) {
        r->failed = true;
        (void)fail_in(r->err, "%s:row %zu", r->name, row->number);
    }
}

/* `terminator` is the character that ended the row, -1 at the end of the file. The line feed of
 * CRLF arrives as a row of its own. */
static void on_row(int terminator, void *data)
{
    struct reader *r = data;

    if (r->failed)
        return;
    if (r->after_return && terminator == '\n' && r->row.count == 0) {
        r->after_return = false;
        return;
    }
    if (r->row.count > 0)
        end_row(r);
    else if (r->after_return)
        check_before(r);
    else if (r->row.columns == 0)
        refuse(r, ERR_FORMAT, "no header");
    else if (r->empty_row == 0)
        r->empty_row = r->row.number;
    if (r->failed)
        return;
    r->after_return = terminator == '\r';
    r->row.number++;
    r->row.count = 0;
    strbuf_clear(&r->row.text);
}

/* No character is dropped around fields. */
static int is_space(unsigned char c)
{
    (void)c;
    return 0;
}

static int feed(struct reader *r, struct csv_parser *parser, const char *bytes, size_t len)
{
    while (len > 0 && !r->failed) {
        size_t piece = len < PIECE_BYTES ? len : PIECE_BYTES;

        if (csv_parse(parser, bytes, piece, on_field, on_row, r) != piece)
            refuse(r, ERR_FORMAT, "misplaced quote");
        bytes += piece;
        len -= piece;
    }
    if (!r->failed && csv_fini(parser, on_field, on_row, r) != 0)
        refuse(r, ERR_FORMAT, "quote without an end");
    if (!r->failed && r->after_return) {
        r->row.number--;
        refuse(r, ERR_FORMAT, "carriage return without a line feed");
    }
    if (!r->failed && r->row.columns == 0)
        refuse(r, ERR_FORMAT, "no header");
    return r->failed ? -1 : 0;
}

int csv_each(const char *name, const char *bytes, size_t len, csv_handler *handler, void *context,
             struct error *err)
{
    static const char mark[] = "\xEF\xBB\xBF";
    struct csv_parser parser;
    struct reader r = {.name = name, .handler = handler, .context = context, .err = err};

    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL) != 0)
        return fail(err, ERR_IO, "%s: the CSV reader could not be started", name);
    csv_set_realloc_func(&parser, memory_realloc);
    csv_set_space_func(&parser, is_space);
    r.row.number = 1;
    r.row.text = (struct strbuf)STRBUF_INIT(len + LIMIT_CSV_COLUMNS);
    if (len >= sizeof mark - 1 && memcmp(bytes, mark, sizeof mark - 1) == 0) {
        bytes += sizeof mark - 1;
        len -= sizeof mark - 1;
    }

    int result = feed(&r, &parser, bytes, len);

    csv_free(&parser);
    strbuf_free(&r.row.text);
    arena_free(&r.headers);
    return result;
}

size_t csv_row_number(const struct csv_row *row)
{
    return row->number;
}

const char *csv_field(const struct csv_row *row, const char *column)
{
    size_t number = csv_column(row, column);

    return number > 0 && number <= row->count ? row->text.buf + row->fields[number - 1] : NULL;
}

size_t csv_column(const struct csv_row *row, const char *column)
{
    for (size_t i = 0; i < row->columns; i++)
        if (strcmp(row->headers[i], column) == 0)
            return i + 1;
    return 0;
}
