/* embedded.h - the files built into the program: templates/, assets/ and the PDF's fonts.
 *
 * Paths are those of the source tree ("templates/report.md", "assets/sample/snapshot.json"); the
 * fonts, which come from the system at build time, stand under "fonts/". */
#ifndef EMBEDDED_H
#define EMBEDDED_H

#include <stddef.h>

struct embedded {
    const char *path;
    const unsigned char *bytes; /* a NUL follows the last byte and is not counted */
    size_t len;
};

/* The file of exactly that path, or NULL. */
const struct embedded *embedded_find(const char *path);

/* All of them, sorted by path. */
const struct embedded *embedded_all(size_t *count);

#endif
