/* snapshot_find.c - finding a query or a file in the log. */
#include <stdlib.h>
#include <string.h>

#include "model/snapshot.h"

int query_compare(const struct query *a, const struct query *b)
{
    int order = strcmp(a->account, b->account);

    if (order == 0)
        order = strcmp(a->service, b->service);
    if (order == 0)
        order = strcmp(a->operation, b->operation);
    if (order == 0)
        order = strcmp(a->parameters, b->parameters);
    if (order == 0)
        order = (int)a->as_root - (int)b->as_root;
    if (order || !a->region || !b->region)
        return order;
    return strcmp(a->region, b->region);
}

int query_order(const void *a, const void *b)
{
    return query_compare(a, b);
}

static int by_file(const void *a, const void *b)
{
    return strcmp((*(const struct page *const *)a)->file, (*(const struct page *const *)b)->file);
}

const struct query *snapshot_find(const struct snapshot *s, const struct query *wanted)
{
    return bsearch(wanted, s->queries, s->query_count, sizeof *s->queries, query_order);
}

const struct page *snapshot_page(const struct snapshot *s, const char *file)
{
    struct page wanted = {.file = file};
    const struct page *key = &wanted, **found;

    if (s->file_count == 0)
        return NULL;
    found = bsearch(&key, s->files, s->file_count, sizeof *s->files, by_file);
    return found ? *found : NULL;
}
