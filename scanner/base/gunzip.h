/* gunzip.h - unpacking gzip in pieces (RFC 1952, zlib). */
#ifndef BASE_GUNZIP_H
#define BASE_GUNZIP_H

#include <stddef.h>

#include "base/error.h"

/* Where unpacked bytes go, piece after piece; -1 with *err ends the unpacking. */
struct gunzip_sink {
    int (*take)(void *context, const char *bytes, size_t len, struct error *err);
    void *context;
};

/* Unpack bytes[0..len), one gzip member or several, never more than `max` bytes: what a small file
 * may grow to is the caller's to say, not the file's. Errors: ERR_FORMAT not gzip, damaged, cut
 * off, or followed by something else; ERR_LIMIT larger than `max`; those of the sink. */
int gunzip(const void *bytes, size_t len, size_t max, const struct gunzip_sink *sink,
           struct error *err);

#endif
