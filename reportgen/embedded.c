/* embedded.c - finds a built-in file in the table that embed.sh made. */
#include "embedded.h"

#include <stdlib.h>
#include <string.h>

extern const struct embedded embedded_files[];
extern const size_t embedded_count;

static int compare_path(const void *key, const void *row)
{
    return strcmp(key, ((const struct embedded *)row)->path);
}

const struct embedded *embedded_find(const char *path)
{
    return bsearch(path, embedded_files, embedded_count, sizeof *embedded_files, compare_path);
}

const struct embedded *embedded_all(size_t *count)
{
    *count = embedded_count;
    return embedded_files;
}
