/* gzipped.h - gzip files for tests. */
#ifndef TESTS_UNIT_GZIPPED_H
#define TESTS_UNIT_GZIPPED_H

#include <zlib.h>

#include "expect.h"

/* One gzip member, appended to `out`. */
static inline void gzip_add(struct strbuf *out, const void *bytes, size_t len)
{
    z_stream z = {.next_in = (z_const Bytef *)(uintptr_t)bytes, .avail_in = (uInt)len};
    unsigned char piece[4096];
    int status;

    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
    do {
        z.next_out = piece;
        z.avail_out = sizeof piece;
        status = deflate(&z, Z_FINISH);
        strbuf_add(out, piece, sizeof piece - z.avail_out);
    } while (status == Z_OK);
    assert_int_equal(status, Z_STREAM_END);
    (void)deflateEnd(&z);
}

#endif
