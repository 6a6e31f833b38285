/* fuzz_trail.c - any bytes as a CloudTrail log file: unpacked, split and read in pieces of any
 * size.
 *
 * Input: one byte, then the file. With 1 set in that byte the file is gzip, else what gzip would
 * unpack to; the rest of it is the size of the pieces. However a text is cut into pieces, the same
 * records come out. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/gunzip.h"
#include "base/limits.h"
#include "collect/event_read.h"
#include "collect/records.h"

#define UNPACKED_MOST ((size_t)64 * 1024)

/* What came out: enough to compare. */
struct outcome {
    struct arena arena;
    size_t records, events, bytes;
};

static int take(void *context, const char *text, size_t len, size_t number, struct error *err)
{
    struct event_reader reader = {NULL, "111122223333"};
    struct outcome *o = context;
    struct event event;
    struct error why = {0};

    (void)err;
    reader.arena = &o->arena;
    if (number != o->records || (text && strlen(text) > len))
        abort();
    o->records++;
    o->bytes += len;
    if (text && event_parse(&reader, "record", text, len, &event, &why) == 0) {
        if (!event.id || !event.name || !event.source || !event.region)
            abort();
        o->events++;
    }
    return 0;
}

static int keep(void *context, const char *bytes, size_t len, struct error *err)
{
    (void)err;
    strbuf_add(context, bytes, len);
    return 0;
}

static int split(const char *text, size_t len, size_t piece, struct outcome *o)
{
    struct records r = {.take = take, .context = o};
    struct error err = {0};
    int status = 0;

    records_open(&r);
    for (size_t i = 0; status == 0 && i < len; i += piece)
        status = records_feed(&r, text + i, len - i < piece ? len - i : piece, &err);
    if (status == 0)
        status = records_end(&r, &err);
    records_close(&r);
    return status;
}

static void compare(const char *text, size_t len, size_t piece)
{
    struct outcome a = {.records = 0}, b = {.records = 0};
    int whole = split(text, len, len + 1, &a), pieces = split(text, len, piece, &b);

    if (whole != pieces || a.records != b.records || a.events != b.events || a.bytes != b.bytes)
        abort();
    arena_free(&a.arena);
    arena_free(&b.arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cleanup_strbuf struct strbuf unpacked = STRBUF_INIT(UNPACKED_MOST);
    struct gunzip_sink sink = {keep, &unpacked};
    struct error err = {0};

    if (size == 0)
        return 0;
    json_init();
    if (data[0] & 1)
        (void)gunzip(data + 1, size - 1, UNPACKED_MOST, &sink, &err);
    else
        strbuf_add(&unpacked, data + 1, size - 1);
    if (unpacked.overflowed)
        abort();
    compare(unpacked.buf, unpacked.len, (data[0] >> 1) + 1u);
    return 0;
}
