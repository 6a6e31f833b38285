/* gunzip.c - unpacking gzip in pieces. */
#include "base/gunzip.h"

#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <zlib.h>

#include "base/arena.h"

#define GZIP_ONLY (16 + MAX_WBITS)

/* One unpacking under way. */
struct unpacking {
    z_stream z;
    size_t len; /* bytes given to zlib and still to be given */
    size_t made, max;
    const struct gunzip_sink *sink;
};

static int refuse(const struct unpacking *u, int status, struct error *err)
{
    if (status == Z_MEM_ERROR)
        memory_exhausted();
    if (status == Z_BUF_ERROR)
        return fail(err, ERR_FORMAT, "gzip: cut off");
    return fail(err, ERR_FORMAT, "gzip: %s", u->z.msg ? u->z.msg : "damaged");
}

static int hand_on(struct unpacking *u, const unsigned char *piece, size_t len, struct error *err)
{
    if (len > u->max - u->made)
        return fail(err, ERR_LIMIT, "larger than %zu bytes unpacked", u->max);
    u->made += len;
    return len ? u->sink->take(u->sink->context, (const char *)piece, len, err) : 0;
}

/* Input goes to zlib in pieces that its counter holds. */
static void feed(struct unpacking *u)
{
    size_t piece = u->len > UINT_MAX ? UINT_MAX : u->len;

    if (u->z.avail_in == 0) {
        u->z.avail_in = (uInt)piece;
        u->len -= piece;
    }
}

static int unpack_all(struct unpacking *u, struct error *err)
{
    unsigned char piece[65536];

    for (;;) {
        int status;

        feed(u);
        u->z.next_out = piece;
        u->z.avail_out = sizeof piece;
        status = inflate(&u->z, Z_NO_FLUSH);
        if (status != Z_OK && status != Z_STREAM_END)
            return refuse(u, status, err);
        if (hand_on(u, piece, sizeof piece - u->z.avail_out, err))
            return -1;
        if (status != Z_STREAM_END)
            continue;
        if (u->z.avail_in == 0 && u->len == 0)
            return 0;
        status = inflateReset(&u->z);
        if (status != Z_OK)
            return refuse(u, status, err);
    }
}

int gunzip(const void *bytes, size_t len, size_t max, const struct gunzip_sink *sink,
           struct error *err)
{
    struct unpacking u = {.len = len, .max = max, .sink = sink};
    int status;

    /* zlib does not write through next_in, and takes it const only since 1.2.5.2's z_const. */
    u.z.next_in = (z_const Bytef *)bytes;
    status = inflateInit2(&u.z, GZIP_ONLY);
    if (status != Z_OK)
        return refuse(&u, status, err);
    status = unpack_all(&u, err);
    (void)inflateEnd(&u.z);
    return status;
}
