/* spool.h - bytes put aside to be read again: in memory while they are few, in a file without a
 * name (file_nameless()) when they are many. `struct spool s = {0};` is an empty one. */
#ifndef BASE_SPOOL_H
#define BASE_SPOOL_H

#include <stddef.h>

#include "base/cleanup.h"
#include "base/error.h"

#define SPOOL_HELD ((size_t)4 << 20) /* bytes held in memory at most */

struct spool {
    char *held; /* what is not in the file yet */
    size_t held_len, held_room;
    int file; /* descriptor + 1; 0: no file yet */
    size_t written;
};

/* Put bytes aside; *place gets where they are. Errors: ERR_IO. */
int spool_add(struct spool *s, const void *bytes, size_t len, size_t *place, struct error *err);

/* Read what was put aside at `place`. Our own file cannot fail us but by a broken disk; as with
 * memory that is out, that ends the program. */
void spool_read(const struct spool *s, size_t place, void *out, size_t len);

void spool_free(struct spool *s);
#define cleanup_spool CLEANUP(spool_free)

#endif
