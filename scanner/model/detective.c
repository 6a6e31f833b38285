/* detective.c - orders of the lists in struct detective. */
#include "model/detective.h"

#include <string.h>

#include "base/sort.h"

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

void detective_sort(struct detective *d)
{
    sort_once(d->trails, &d->trail_count, sizeof *d->trails, by_trail_arn);
    sort_once(d->log_groups, &d->log_group_count, sizeof *d->log_groups, by_group_arn);
    for (size_t i = 0; i < d->log_group_count; i++)
        sort_once(d->log_groups[i].filters, &d->log_groups[i].filter_count,
                  sizeof *d->log_groups[i].filters, by_filter);
    sort_once(d->alarms, &d->alarm_count, sizeof *d->alarms, by_alarm_arn);
    sort_once(d->buckets, &d->bucket_count, sizeof *d->buckets, by_bucket_name);
    sort_once(d->pools, &d->pool_count, sizeof *d->pools, by_pool_id);
    sort_once(d->directories, &d->directory_count, sizeof *d->directories, by_directory);
}
