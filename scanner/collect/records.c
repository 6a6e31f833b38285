/* records.c - splitting a log file into records. */
#include "collect/records.h"

#include <string.h>

#include "base/limits.h"

static const char head[] = "{\"Records\":[";
#define NAME_FROM 1 /* the member's name in it: no white space may stand inside */
#define NAME_TO 9

void records_open(struct records *r)
{
    r->record = (struct strbuf)STRBUF_INIT(LIMIT_EVENT_BYTES);
}

void records_close(struct records *r)
{
    strbuf_free(&r->record);
}

static int refuse(const struct records *r, const char *what, struct error *err)
{
    return fail(err, ERR_FORMAT, "byte %zu: %s", r->at + 1, what);
}

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static int begin_record(struct records *r, char c)
{
    strbuf_clear(&r->record);
    strbuf_addch(&r->record, c);
    r->depth = 1;
    r->after_comma = false;
    return 0;
}

/* A byte outside of all records. */
static int between(struct records *r, char c, struct error *err)
{
    bool in_name = r->head > NAME_FROM && r->head <= NAME_TO;

    if (is_space(c) && !in_name)
        return 0;
    if (r->head < sizeof head - 1) {
        if (c != head[r->head])
            return refuse(r, "not a CloudTrail log file", err);
        r->head++;
        return 0;
    }
    if (r->closed) {
        if (r->ended || c != '}')
            return refuse(r, "something follows the records", err);
        r->ended = true;
        return 0;
    }
    if (c == '{' && (r->count == 0 || r->after_comma))
        return begin_record(r, c);
    if (c == ',' && r->count > 0 && !r->after_comma) {
        r->after_comma = true;
        return 0;
    }
    if (c == ']' && !r->after_comma) {
        r->closed = true;
        return 0;
    }
    return refuse(r, "expected a record", err);
}

static int end_record(struct records *r, struct error *err)
{
    bool whole = !r->record.overflowed;

    return r->take(r->context, whole ? r->record.buf : NULL, whole ? r->record.len : 0, r->count++,
                   err);
}

/* How many of the bytes belong to the record at hand; brackets and texts are followed. */
static size_t inside(struct records *r, const char *bytes, size_t len)
{
    size_t i = 0;

    for (; i < len && r->depth > 0; i++) {
        char c = bytes[i];

        if (r->in_text) {
            if (r->escaped)
                r->escaped = false;
            else if (c == '\\')
                r->escaped = true;
            else if (c == '"')
                r->in_text = false;
        } else if (c == '"') {
            r->in_text = true;
        } else if (c == '{' || c == '[') {
            r->depth++;
        } else if (c == '}' || c == ']') {
            r->depth--;
        }
    }
    return i;
}

int records_feed(struct records *r, const char *bytes, size_t len, struct error *err)
{
    for (size_t i = 0; i < len;) {
        if (r->depth > 0) {
            size_t piece = inside(r, bytes + i, len - i);

            strbuf_add(&r->record, bytes + i, piece);
            r->at += piece;
            i += piece;
            if (r->depth == 0 && end_record(r, err))
                return -1;
        } else if (between(r, bytes[i], err)) {
            return -1;
        } else {
            r->at++;
            i++;
        }
    }
    return 0;
}

int records_end(const struct records *r, struct error *err)
{
    return r->ended ? 0 : refuse(r, "cut off", err);
}
