/* spool.c - bytes put aside, in memory and then in a file without a name. */
#include "base/spool.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"

static int write_out(struct spool *s, const char *bytes, size_t len, struct error *err)
{
    if (s->file == 0) {
        int fd = file_nameless(err);

        if (fd < 0)
            return -1;
        s->file = fd + 1;
    }
    while (len > 0) {
        ssize_t n = pwrite(s->file - 1, bytes, len, (off_t)s->written);

        if (n < 0 && errno != EINTR)
            return fail_errno(err, ERR_IO, "a temporary file (TMPDIR)");
        if (n > 0) {
            bytes += n;
            len -= (size_t)n;
            s->written += (size_t)n;
        }
    }
    return 0;
}

static int make_room(struct spool *s, size_t len, struct error *err)
{
    if (len <= s->held_room - s->held_len)
        return 0;
    if (s->held_room < SPOOL_HELD) {
        s->held_room = s->held_room ? s->held_room * 2 : 4096;
        s->held = memory_realloc(s->held, s->held_room);
        return make_room(s, len, err);
    }
    if (write_out(s, s->held, s->held_len, err))
        return -1;
    s->held_len = 0;
    return 0;
}

int spool_add(struct spool *s, const void *bytes, size_t len, size_t *place, struct error *err)
{
    if (make_room(s, len, err))
        return -1;
    *place = s->written + s->held_len;
    if (len > s->held_room - s->held_len)
        return write_out(s, bytes, len, err);
    if (len > 0)
        memcpy(s->held + s->held_len, bytes, len);
    s->held_len += len;
    return 0;
}

void spool_read(const struct spool *s, size_t place, void *out, size_t len)
{
    char *to = out;

    while (len > 0 && place < s->written) {
        size_t most = len < s->written - place ? len : s->written - place;
        ssize_t n = pread(s->file - 1, to, most, (off_t)place);

        if (n == 0 || (n < 0 && errno != EINTR))
            memory_lost();
        if (n > 0) {
            to += n;
            place += (size_t)n;
            len -= (size_t)n;
        }
    }
    if (len > 0)
        memcpy(to, s->held + (place - s->written), len);
}

void spool_free(struct spool *s)
{
    if (s->file)
        (void)close(s->file - 1);
    free(s->held);
    *s = (struct spool){0};
}
