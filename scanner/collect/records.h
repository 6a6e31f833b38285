/* records.h - a CloudTrail log file, {"Records":[...]}, split into its records as it is unpacked.
 *
 * A log file can be large, and nearly nothing in it is of interest. So no tree of the whole is ever
 * built: the outer structure is checked byte for byte, and each record's text, bounded by
 * LIMIT_EVENT_BYTES, is handed on. What is inside a record is checked by whoever parses it; its
 * brackets and quotes must pair up. */
#ifndef COLLECT_RECORDS_H
#define COLLECT_RECORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/strbuf.h"

struct records {
    /* Given each record: its text, NUL-terminated, or NULL when it is over the limit; its number
     * from 0. -1 with *err ends the reading. */
    int (*take)(void *context, const char *text, size_t len, size_t number, struct error *err);
    void *context;

    /* Private. */
    struct strbuf record;
    size_t count, at, head; /* records so far; bytes so far; bytes of the beginning that matched */
    int depth;              /* brackets open within the record; 0: between records */
    bool in_text, escaped, after_comma, closed, ended;
};

/* Begin; `take` and `context` are set. Close it in any case. */
void records_open(struct records *r);
void records_close(struct records *r);

/* The next bytes of the file. Errors: ERR_FORMAT not of that form, with the offset; those of
 * `take`. */
int records_feed(struct records *r, const char *bytes, size_t len, struct error *err);

/* The file has ended: ERR_FORMAT when it was cut off. */
int records_end(const struct records *r, struct error *err);

#endif
