/* alarms.c - who is told: the metric filters of the trails' log groups (CloudWatch Logs), and the
 * alarms of the regions where there are any (CloudWatch).
 *
 * Relied on (service models of CloudWatch Logs, 2014-03-28, JSON 1.1, and CloudWatch, 2010-08-01,
 * whose query protocol is spoken here, and their API references): DescribeMetricFilters takes 50 at
 * a time and pages by "nextToken". DescribeAlarms takes 100 and pages by "NextToken"; composite
 * alarms, which act on the state of metric alarms, are listed only when AlarmTypes names them.
 * A log group of another account, which an organisation's trail may write to, is not asked for. */
#include <string.h>

#include "aws/config.h"
#include "base/json.h"
#include "collect/fields.h"
#include "collect/json_list.h"
#include "collect/regional.h"

/* --- Metric filters --------------------------------------------------------------------------- */

struct group_reader {
    struct model *model;
    struct log_group *group;
};

static int read_filter(struct model *m, const cJSON *obj, const struct log_group *g,
                       struct metric_filter *f, struct error *err)
{
    const char *group;

    if (json_keep(m, obj, "filterName", &f->name, err) ||
        json_keep_or_null(m, obj, "filterPattern", &f->pattern, err) ||
        json_keep_or_null(m, obj, "logGroupName", &group, err))
        return -1;
    if (group && strcmp(group, g->name) != 0)
        return fail(err, ERR_FORMAT, "a filter of another log group");
    return f->pattern ? 0 : fail(err, ERR_FORMAT, "filterPattern: expected text");
}

/* One row for each metric that the filter counts in. */
static int add_filter(struct model *m, const cJSON *obj, struct log_group *g,
                      struct metric_filter f, struct error *err)
{
    const cJSON *metrics = json_array(obj, "metricTransformations", err);

    if (!metrics)
        return -1;
    for (const cJSON *t = json_first(metrics); t; t = t->next) {
        if (json_keep(m, t, "metricNamespace", &f.metric_namespace, err) ||
            json_keep(m, t, "metricName", &f.metric_name, err))
            return -1;
        *arena_push(&m->arena, g->filters, g->filter_count) = f;
    }
    return 0;
}

static int receive_filters(struct call *call, const struct answer *answer, struct error *err)
{
    struct group_reader *r = call->context;
    const char *file = answer->page->file;
    cleanup_json cJSON *root = json_parse(file, answer->body, answer->len, err);
    const cJSON *list = root ? json_array(root, "metricFilters", err) : NULL;
    size_t i = 0;

    if (!root)
        return -1;
    if (!list)
        return fail_in(err, "%s", file);
    if (!r->group->source.file)
        r->group->source =
            (struct source){arena_strdup(&r->model->arena, file), "/metricFilters", NULL};
    for (const cJSON *obj = json_first(list); obj; obj = obj->next, i++) {
        struct metric_filter f = {.source = json_source(r->model, file, "metricFilters", i)};

        if (read_filter(r->model, obj, r->group, &f, err) ||
            add_filter(r->model, obj, r->group, f, err))
            return fail_in(err, "%s: metricFilters[%zu]", file, i);
    }
    if (json_keep_token(r->model, call, root, "nextToken", err))
        return fail_in(err, "%s", file);
    return 0;
}

/* "arn:P:logs:REGION:ACCOUNT:log-group:NAME:*" */
static bool read_group(struct collection *c, const char *arn, struct log_group *out)
{
    struct arena *arena = &c->model->arena;
    const char *resource = field_arn_part(arena, arn, 5);

    *out = (struct log_group){.arn = arn, .region = field_arn_part(arena, arn, 3)};
    if (!field_arn_is(arena, arn, "logs", NULL, c->account->id) || !config_is_region(out->region) ||
        strncmp(resource, "log-group:", 10) != 0)
        return false;
    out->name = field_arn_part(arena, resource, 1);
    out->name = arena_strndup(arena, out->name, strcspn(out->name, ":"));
    return *out->name != '\0';
}

/* The log groups of this account that trails write to. */
static void list_groups(struct collection *c)
{
    struct detective *d = c->account->detective;

    for (size_t i = 0; i < d->trail_count; i++) {
        const char *arn = d->trails[i].log_group_arn;
        struct log_group g;

        if (arn && read_group(c, arn, &g))
            *arena_push(&c->model->arena, d->log_groups, d->log_group_count) = g;
    }
    detective_sort(d);
}

/* {"limit":50,"logGroupName":"..."} in canonical form. */
static const char *group_parameters(struct arena *arena, const char *name)
{
    return arena_printf(arena, "{\"limit\":50,%s", json_parameter(arena, "logGroupName", name) + 1);
}

/* A log group that is gone answers ResourceNotFoundException: the trail's events reach nobody. */
static int collect_filters(struct collection *c, enum data_set fills, struct error *err)
{
    struct detective *d = c->account->detective;
    struct arena scratch = {0};
    struct call *calls;
    struct group_reader *readers;
    int status;

    list_groups(c);
    calls = arena_new(&scratch, struct call, d->log_group_count);
    readers = arena_new(&scratch, struct group_reader, d->log_group_count);
    for (size_t i = 0; i < d->log_group_count; i++) {
        readers[i] = (struct group_reader){c->model, &d->log_groups[i]};
        calls[i] = (struct call){.service = "logs",
                                 .operation = "DescribeMetricFilters",
                                 .region = d->log_groups[i].region,
                                 .parameters = group_parameters(&scratch, d->log_groups[i].name),
                                 .benign_errors = "ResourceNotFoundException",
                                 .receive = receive_filters,
                                 .context = &readers[i]};
    }
    status = regional_batch(c, fills, DATA_TRAILS, calls, d->log_group_count, err);
    for (size_t i = 0; i < d->log_group_count; i++) {
        d->log_groups[i].status = calls[i].status;
        d->log_groups[i].missing =
            calls[i].status.state == STATE_COMPLETE && calls[i].error_code != NULL;
    }
    detective_sort(d);
    arena_free(&scratch);
    return status;
}

/* --- Alarms ----------------------------------------------------------------------------------- */

struct alarm_reader {
    struct region_reader *region;
    struct call *call;
    const char *file;
    struct alarm alarm;
    struct alarm_metric metric;  /* of the alarm itself */
    struct alarm_metric of_math; /* of the part of an expression at hand */
    bool says_enabled, seen_result;
};

enum { ALARM, METRIC, OF_MATH };

/* Where an element's text goes, below the list's <member>. */
static const struct field alarm_fields[] = {
    {"AlarmName", ALARM, offsetof(struct alarm, name)},
    {"AlarmArn", ALARM, offsetof(struct alarm, arn)},
    {"StateValue", ALARM, offsetof(struct alarm, state)},
    {"AlarmRule", ALARM, offsetof(struct alarm, rule)},
    {"Namespace", METRIC, offsetof(struct alarm_metric, metric_namespace)},
    {"MetricName", METRIC, offsetof(struct alarm_metric, name)},
    {"Metrics/member/MetricStat/Metric/Namespace", OF_MATH,
     offsetof(struct alarm_metric, metric_namespace)},
    {"Metrics/member/MetricStat/Metric/MetricName", OF_MATH, offsetof(struct alarm_metric, name)},
};

/* The part of the path below the member of either list; "" for the member itself, NULL outside. */
static const char *below_member(const struct xml_at *at)
{
    static const char *const lists[] = {"MetricAlarms/member", "CompositeAlarms/member"};
    const char *path = field_path(at);

    for (size_t i = 0; path && i < sizeof lists / sizeof *lists; i++) {
        size_t len = strlen(lists[i]);

        if (strncmp(path, lists[i], len) == 0 && (path[len] == '/' || path[len] == '\0'))
            return path[len] ? path + len + 1 : path + len;
    }
    return NULL;
}

static int alarm_start(void *context, const struct xml_at *at, struct error *err)
{
    struct alarm_reader *r = context;
    const char *part = below_member(at);

    (void)err;
    if (at->depth == 2 && strcmp(at->name, "DescribeAlarmsResult") == 0)
        r->seen_result = true;
    if (part && !*part) {
        r->alarm =
            (struct alarm){.region = r->region->region,
                           .source = field_source(r->region->collection->model, r->file, at)};
        r->metric = (struct alarm_metric){NULL, NULL};
        r->says_enabled = false;
    }
    if (part && strcmp(part, "Metrics/member") == 0)
        r->of_math = (struct alarm_metric){NULL, NULL};
    return 0;
}

static void add_metric(struct alarm_reader *r, const struct alarm_metric *metric)
{
    if (metric->metric_namespace && metric->name)
        *arena_push(&r->region->collection->model->arena, r->alarm.metrics, r->alarm.metric_count) =
            *metric;
}

static int add_alarm(struct alarm_reader *r, struct error *err)
{
    struct collection *c = r->region->collection;
    struct detective *d = c->account->detective;

    if (!r->alarm.name || !r->alarm.arn || !r->says_enabled)
        return fail(err, ERR_FORMAT, "an alarm without AlarmName, AlarmArn or ActionsEnabled");
    if (!field_arn_is(&c->model->arena, r->alarm.arn, "cloudwatch", r->region->region,
                      c->account->id))
        return fail(err, ERR_FORMAT, "an alarm of another account or region");
    add_metric(r, &r->metric);
    *arena_push(&c->model->arena, d->alarms, d->alarm_count) = r->alarm;
    return 0;
}

/* An element below a member. */
static int alarm_part(struct alarm_reader *r, const char *part, const char *text, size_t len,
                      struct error *err)
{
    struct model *m = r->region->collection->model;
    void *targets[] = {&r->alarm, &r->metric, &r->of_math};
    const struct field *row;

    if (!*part)
        return add_alarm(r, err);
    if (strcmp(part, "ActionsEnabled") == 0) {
        r->says_enabled = true;
        return field_boolean(text, len, &r->alarm.actions_enabled, err);
    }
    if (strcmp(part, "AlarmActions/member") == 0)
        return collect_text(m, text, len,
                            arena_push(&m->arena, r->alarm.actions, r->alarm.action_count), err);
    if (strcmp(part, "Metrics/member") == 0)
        add_metric(r, &r->of_math);
    row = field_find(alarm_fields, sizeof alarm_fields / sizeof *alarm_fields, part);
    return row ? field_store(m, row, targets, text, len, err) : 0;
}

static int alarm_end(void *context, const struct xml_at *at, const char *text, size_t len,
                     struct error *err)
{
    struct alarm_reader *r = context;
    const char *path = field_path(at), *part = below_member(at);

    if (part)
        return alarm_part(r, part, text, len, err);
    if (path && strcmp(path, "NextToken") == 0)
        return collect_next(r->region->collection->model, r->call, text, len, err);
    return 0;
}

static int receive_alarms(struct call *call, const struct answer *answer, struct error *err)
{
    static const struct xml_handler handler = {alarm_start, alarm_end};
    struct alarm_reader r = {.region = call->context, .call = call, .file = answer->page->file};

    if (answer_read(call, answer, &handler, &r, err))
        return -1;
    return r.seen_result ? 0 : fail(err, ERR_FORMAT, "%s: no result", r.file);
}

/* The regions in which a log group has metric filters, each once. */
static size_t filter_regions(const struct detective *d, const char **out)
{
    size_t count = 0;

    for (size_t i = 0; i < d->log_group_count; i++) {
        bool known = d->log_groups[i].filter_count == 0;

        for (size_t k = 0; k < count; k++)
            known = known || strcmp(out[k], d->log_groups[i].region) == 0;
        if (!known)
            out[count++] = d->log_groups[i].region;
    }
    return count;
}

/* Without metric filters no alarm has anything to watch, and none is asked for. */
static int collect_alarms(struct collection *c, enum data_set fills, struct error *err)
{
    struct detective *d = c->account->detective;
    const char **regions = arena_new(&c->model->arena, const char *, d->log_group_count);
    struct regional q = {.service = "cloudwatch",
                         .operation = "DescribeAlarms",
                         .parameters = "{\"AlarmTypes.member.1\":\"CompositeAlarm\","
                                       "\"AlarmTypes.member.2\":\"MetricAlarm\","
                                       "\"MaxRecords\":\"100\"}",
                         .receive = receive_alarms,
                         .regions = regions,
                         .region_count = filter_regions(d, regions)};

    if (!regional_wanted(c, fills, DATA_METRIC_FILTERS))
        return 0;
    if (regional_run(c, fills, &q, &d->alarm_regions, &d->alarm_region_count, err))
        return -1;
    regional_lower_by(c, fills, DATA_METRIC_FILTERS);
    detective_sort(d);
    return 0;
}

static const struct collector rows[] = {
    {DATA_METRIC_FILTERS, "logs", "logs:DescribeMetricFilters", EVERY_ACCOUNT, collect_filters},
    {DATA_ALARMS, "cloudwatch", "cloudwatch:DescribeAlarms", EVERY_ACCOUNT, collect_alarms},
};
const struct collector_list alarm_collectors = {rows, sizeof rows / sizeof *rows};
