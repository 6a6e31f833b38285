/* csv.h - strict reader of comma-separated values with a header row, over libcsv.
 *
 * RFC 4180 with LF or CRLF at line ends, UTF-8 (a byte order mark at the start is passed over).
 * White space belongs to its field. Refused: quotes inside an unquoted field and other bytes after
 * a closing quote, an unfinished quote, rows with another number of fields than the header, two
 * columns of one name, NUL bytes, a carriage return alone, empty lines except at the end. */
#ifndef BASE_CSV_H
#define BASE_CSV_H

#include <stddef.h>

#include "base/error.h"

/* One row of fields; valid during the handler's call. */
struct csv_row;

/* Called for every row after the header, with the error given to csv_each: returns 0, or -1 with
 * *err filled to stop. */
typedef int csv_handler(void *context, const struct csv_row *row, struct error *err);

/* Read bytes[0..len) (csv_parse is a name of libcsv's). "name:row N: " begins every message, also
 * of errors that the handler made. A file without a header row is refused. Errors: ERR_FORMAT;
 * ERR_LIMIT over LIMIT_CSV_ROWS or LIMIT_CSV_COLUMNS; the handler's own. */
int csv_each(const char *name, const char *bytes, size_t len, csv_handler *handler, void *context,
             struct error *err);

/* Number of the row in the file as RFC 7111 counts: the header is row 1. */
size_t csv_row_number(const struct csv_row *row);

/* Field of the column with that header, or NULL when there is no such column. */
const char *csv_field(const struct csv_row *row, const char *column);

/* Number of the column with that header, from 1 (RFC 7111), or 0. */
size_t csv_column(const struct csv_row *row, const char *column);

#endif
