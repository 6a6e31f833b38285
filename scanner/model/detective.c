/* detective.c - orders of the lists in struct detective. */
#include "model/detective.h"

#include <stdlib.h>
#include <string.h>

static int by_trail_arn(const void *a, const void *b)
{
    return strcmp(((const struct trail *)a)->arn, ((const struct trail *)b)->arn);
}

static int by_group_arn(const void *a, const void *b)
{
    return strcmp(((const struct log_group *)a)->arn, ((const struct log_group *)b)->arn);
}

static int by_filter(const void *a, const void *b)
{
    const struct metric_filter *x = a, *y = b;
    int order = strcmp(x->name, y->name);

    if (order == 0)
        order = strcmp(x->metric_namespace, y->metric_namespace);
    return order ? order : strcmp(x->metric_name, y->metric_name);
}

static int by_alarm_arn(const void *a, const void *b)
{
    return strcmp(((const struct alarm *)a)->arn, ((const struct alarm *)b)->arn);
}

static int by_bucket_name(const void *a, const void *b)
{
    return strcmp(((const struct trail_bucket *)a)->name, ((const struct trail_bucket *)b)->name);
}

static int by_pool_id(const void *a, const void *b)
{
    return strcmp(((const struct user_pool *)a)->id, ((const struct user_pool *)b)->id);
}

/* A directory that is replicated has the same id in each of its regions. */
static int by_directory(const void *a, const void *b)
{
    const struct directory *x = a, *y = b;
    int order = strcmp(x->id, y->id);

    return order ? order : strcmp(x->region, y->region);
}

/* Sort, then keep the first of equals; `list` may be NULL when *count is 0. */
static void sort(void *list, size_t *count, size_t size, int (*compare)(const void *, const void *))
{
    char *base = list;
    size_t kept = 0;

    if (*count < 2)
        return;
    qsort(list, *count, size, compare);
    for (size_t i = 1; i < *count; i++) {
        if (compare(base + kept * size, base + i * size) == 0)
            continue;
        kept++;
        if (kept != i)
            memcpy(base + kept * size, base + i * size, size);
    }
    *count = kept + 1;
}

void detective_sort(struct detective *d)
{
    sort(d->trails, &d->trail_count, sizeof *d->trails, by_trail_arn);
    sort(d->log_groups, &d->log_group_count, sizeof *d->log_groups, by_group_arn);
    for (size_t i = 0; i < d->log_group_count; i++)
        sort(d->log_groups[i].filters, &d->log_groups[i].filter_count,
             sizeof *d->log_groups[i].filters, by_filter);
    sort(d->alarms, &d->alarm_count, sizeof *d->alarms, by_alarm_arn);
    sort(d->buckets, &d->bucket_count, sizeof *d->buckets, by_bucket_name);
    sort(d->pools, &d->pool_count, sizeof *d->pools, by_pool_id);
    sort(d->directories, &d->directory_count, sizeof *d->directories, by_directory);
}
