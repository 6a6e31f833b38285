/* trails.c - CloudTrail's trails: DescribeTrails in every region of the model, then GetTrailStatus
 * and GetEventSelectors of each trail, by ARN, in its home region.
 *
 * Relied on (service model of CloudTrail, 2013-11-01, protocol JSON 1.1, and its API reference):
 * DescribeTrails is not paged. With includeShadowTrails it lists the region's own trails, the
 * multi-region trails of other regions, and in a member account the organisation's trails, whose
 * ARN names the account that made them. Status and selectors are those of the region that is asked,
 * so of the home region; a shadow trail must be named by ARN.
 *
 * Which management events are recorded (API reference, EventSelector, AdvancedFieldSelector): a
 * basic selector with IncludeManagementEvents takes those of its ReadWriteType, but for the sources
 * of ExcludeManagementEventSources; an advanced one those with eventCategory "Management", of the
 * kind that readOnly says, fewer where any other field is selected by. */
#include <string.h>

#include "aws/config.h"
#include "base/json.h"
#include "base/text.h"
#include "collect/batch.h"
#include "collect/fields.h"
#include "collect/json_list.h"
#include "collect/regional.h"

/* --- The list --------------------------------------------------------------------------------- */

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_trail(const struct trail *a, const struct trail *b)
{
    return strcmp(a->bucket, b->bucket) == 0 && same_text(a->log_group_arn, b->log_group_arn) &&
           a->multi_region == b->multi_region && a->organization == b->organization &&
           a->global_events == b->global_events && a->log_validation == b->log_validation;
}

/* A multi-region trail is listed in every region. */
static void add_trail(struct collection *c, const struct trail *t)
{
    struct detective *d = c->account->detective;

    for (size_t i = 0; i < d->trail_count; i++)
        if (strcmp(d->trails[i].arn, t->arn) == 0) {
            if (!same_trail(&d->trails[i], t))
                c->account->contradiction = t->arn;
            return;
        }
    *arena_push(&c->model->arena, d->trails, d->trail_count) = *t;
}

/* Its ARN must be that of a trail of that name and home, of this account or, for an organisation's,
 * of another. */
static int check_trail(struct collection *c, struct trail *t, struct error *err)
{
    struct arena *arena = &c->model->arena;
    const char *resource = arena_printf(arena, "trail/%s", t->name);

    t->account = field_arn_part(arena, t->arn, 4);
    if (!config_is_region(t->home_region) ||
        !field_arn_is(arena, t->arn, "cloudtrail", t->home_region, NULL) ||
        strcmp(field_arn_part(arena, t->arn, 5), resource) != 0)
        return fail(err, ERR_FORMAT, "TrailARN is not that of the trail");
    if (strcmp(t->account, c->account->id) != 0 && !t->organization)
        return fail(err, ERR_FORMAT, "a trail of another account");
    return 0;
}

static int read_trail(struct collection *c, const cJSON *obj, struct trail *t, struct error *err)
{
    struct model *m = c->model;

    if (json_keep(m, obj, "TrailARN", &t->arn, err) || json_keep(m, obj, "Name", &t->name, err) ||
        json_keep(m, obj, "HomeRegion", &t->home_region, err) ||
        json_keep(m, obj, "S3BucketName", &t->bucket, err) ||
        json_keep_or_null(m, obj, "CloudWatchLogsLogGroupArn", &t->log_group_arn, err) ||
        json_keep_flag(obj, "IsMultiRegionTrail", &t->multi_region, err) ||
        json_keep_flag(obj, "IsOrganizationTrail", &t->organization, err) ||
        json_keep_flag(obj, "IncludeGlobalServiceEvents", &t->global_events, err) ||
        json_keep_flag(obj, "LogFileValidationEnabled", &t->log_validation, err))
        return -1;
    if (t->log_group_arn && !*t->log_group_arn)
        t->log_group_arn = NULL;
    return check_trail(c, t, err);
}

static int receive_trails(struct call *call, const struct answer *answer, struct error *err)
{
    struct region_reader *r = call->context;
    const char *file = answer->page->file;
    cleanup_json cJSON *root = json_parse(file, answer->body, answer->len, err);
    const cJSON *list = root ? json_array(root, "trailList", err) : NULL;
    size_t i = 0;

    if (!root)
        return -1;
    if (!list)
        return fail_in(err, "%s", file);
    for (const cJSON *obj = json_first(list); obj; obj = obj->next, i++) {
        struct trail t = {.source = json_source(r->collection->model, file, "trailList", i)};

        if (read_trail(r->collection, obj, &t, err))
            return fail_in(err, "%s: trailList[%zu]", file, i);
        add_trail(r->collection, &t);
    }
    return 0;
}

static int collect_trails(struct collection *c, enum data_set fills, struct error *err)
{
    struct detective *d = c->account->detective;
    struct regional q = {.service = "cloudtrail",
                         .operation = "DescribeTrails",
                         .parameters = "{\"includeShadowTrails\":true}",
                         .receive = receive_trails,
                         .regions = c->model->regions,
                         .region_count = c->model->region_count};

    if (regional_run(c, fills, &q, &d->trail_regions, &d->trail_region_count, err))
        return -1;
    detective_sort(d);
    collect_note_contradiction(c, fills);
    return 0;
}

/* --- Of each trail ---------------------------------------------------------------------------- */

struct trail_reader {
    struct model *model;
    struct trail *trail;
};

/* The text of a member that AWS leaves out or empty when there is nothing to say. */
static int keep_trouble(struct model *m, const cJSON *obj, const char *key, const char **out,
                        struct error *err)
{
    if (json_keep_or_null(m, obj, key, out, err))
        return -1;
    if (*out && !**out)
        *out = NULL;
    return 0;
}

static int receive_status(struct call *call, const struct answer *answer, struct error *err)
{
    struct trail_reader *r = call->context;
    struct trail *t = r->trail;
    const char *file = answer->page->file;
    cleanup_json cJSON *root = json_parse(file, answer->body, answer->len, err);

    if (!root)
        return -1;
    if (json_bool(root, "IsLogging", &t->logging, err) ||
        keep_trouble(r->model, root, "LatestDeliveryError", &t->delivery_error, err) ||
        keep_trouble(r->model, root, "LatestCloudWatchLogsDeliveryError", &t->logs_delivery_error,
                     err))
        return fail_in(err, "%s", file);
    t->status_source = (struct source){arena_strdup(&r->model->arena, file), "/IsLogging", NULL};
    return 0;
}

/* ReadWriteType; absent it is "All" (API reference, EventSelector). */
static int add_kind(struct trail *t, const char *kind, struct error *err)
{
    bool all = !kind || strcmp(kind, "All") == 0;
    bool reads = all || strcmp(kind, "ReadOnly") == 0;
    bool writes = all || strcmp(kind, "WriteOnly") == 0;

    if (!reads && !writes)
        return fail(err, ERR_FORMAT, "ReadWriteType: none of All, ReadOnly and WriteOnly");
    t->logs_reads |= reads;
    t->logs_writes |= writes;
    return 0;
}

/* Sources that people leave out because they are so many, and the only ones that a basic selector
 * can: the AWS KMS and the RDS Data API. Nobody signs in there. */
static bool are_loud(const cJSON *sources)
{
    for (const cJSON *s = json_first(sources); s; s = s->next)
        if (!cJSON_IsString(s) || (strcmp(s->valuestring, "kms.amazonaws.com") != 0 &&
                                   strcmp(s->valuestring, "rdsdata.amazonaws.com") != 0))
            return false;
    return true;
}

/* Absent, IncludeManagementEvents is true (API reference, EventSelector). */
static int read_basic(const cJSON *selector, struct trail *t, struct error *err)
{
    const cJSON *included = json_find(selector, "IncludeManagementEvents");
    const cJSON *excluded = json_find(selector, "ExcludeManagementEventSources");
    bool includes = true;
    const char *kind = NULL;

    if (included && json_bool(selector, "IncludeManagementEvents", &includes, err))
        return -1;
    if (!includes)
        return 0;
    t->narrowed |= json_count(excluded) > 0;
    t->narrowed_more |= !are_loud(excluded);
    if (json_text_or_null(selector, "ReadWriteType", &kind, err))
        return -1;
    return add_kind(t, kind, err);
}

/* The one value that a field must equal; NULL when it is selected by in another way. */
static const char *equals(const cJSON *field)
{
    const cJSON *values = json_find(field, "Equals");
    const cJSON *value = json_first(values);

    return json_count(values) == 1 && cJSON_IsString(value) ? value->valuestring : NULL;
}

/* A field by which nothing but loud sources are left out. */
static bool leaves_out_loud(const cJSON *field, const char *name)
{
    const cJSON *sources = json_find(field, "NotEquals");

    return strcmp(name, "eventSource") == 0 && json_count(sources) > 0 && are_loud(sources) &&
           json_count(field) == 2;
}

static int read_advanced(const cJSON *selector, struct trail *t, struct error *err)
{
    const cJSON *fields = json_array(selector, "FieldSelectors", err);
    bool management = false, narrowed = false, more = false;
    const char *kind = NULL;

    if (!fields)
        return -1;
    for (const cJSON *f = json_first(fields); f; f = f->next) {
        const char *name = json_text(f, "Field", err), *value = equals(f);

        if (!name)
            return -1;
        if (strcmp(name, "eventCategory") == 0)
            management = value && strcmp(value, "Management") == 0;
        else if (strcmp(name, "readOnly") == 0 && value)
            kind = strcmp(value, "false") == 0 ? "WriteOnly" : "ReadOnly";
        else {
            narrowed = true;
            more = more || !leaves_out_loud(f, name);
        }
    }
    if (!management)
        return 0;
    t->narrowed |= narrowed;
    t->narrowed_more |= more;
    return add_kind(t, kind, err);
}

static int read_selectors(const cJSON *root, const char *list, struct trail *t,
                          int (*read)(const cJSON *, struct trail *, struct error *),
                          struct error *err)
{
    const cJSON *selectors = json_find(root, list);

    if (!selectors || cJSON_IsNull(selectors))
        return 0;
    if (!json_array(root, list, err))
        return -1;
    for (const cJSON *s = json_first(selectors); s; s = s->next)
        if (read(s, t, err))
            return fail_in(err, "%s", list);
    return 0;
}

static int receive_selectors(struct call *call, const struct answer *answer, struct error *err)
{
    struct trail_reader *r = call->context;
    struct trail *t = r->trail;
    const char *file = answer->page->file, *arn;
    cleanup_json cJSON *root = json_parse(file, answer->body, answer->len, err);

    if (!root)
        return -1;
    arn = json_text(root, "TrailARN", err);
    if (!arn)
        return fail_in(err, "%s", file);
    if (strcmp(arn, t->arn) != 0)
        return fail(err, ERR_FORMAT, "%s: selectors of another trail", file);
    if (!json_find(root, "EventSelectors") && !json_find(root, "AdvancedEventSelectors"))
        return fail(err, ERR_FORMAT, "%s: no selectors", file);
    if (read_selectors(root, "EventSelectors", t, read_basic, err) ||
        read_selectors(root, "AdvancedEventSelectors", t, read_advanced, err))
        return fail_in(err, "%s", file);
    t->selectors_source = (struct source){arena_strdup(&r->model->arena, file), "", NULL};
    return 0;
}

/* One question of each trail. */
struct trail_question {
    enum data_set fills;
    const char *operation, *key; /* the ARN goes into parameter `key` */
    int (*receive)(struct call *call, const struct answer *answer, struct error *err);
    bool of_others; /* also of trails of other accounts */
    size_t outcome; /* offset in struct trail of the data_status that it settles */
};

static bool is_own(const struct collection *c, const struct trail *t)
{
    return strcmp(t->account, c->account->id) == 0;
}

/* What is asked of the trail's owner only is no fault of the member's data. What members may ask
 * (CloudTrail user guide, "Creating a trail for an organization": they see the trail) and were
 * refused is, as any other refusal. */
static void settle_trail(struct collection *c, const struct trail_question *q, struct trail *t,
                         const struct data_status *outcome)
{
    *(struct data_status *)(void *)((char *)t + q->outcome) = *outcome;
    if (is_own(c, t) || q->of_others)
        collect_fold(&c->account->data[q->fills], outcome);
}

static int ask_trails(struct collection *c, const struct trail_question *q, struct error *err)
{
    struct detective *d = c->account->detective;
    struct arena scratch = {0};
    struct call *calls = arena_new(&scratch, struct call, d->trail_count);
    struct trail_reader *readers = arena_new(&scratch, struct trail_reader, d->trail_count);
    size_t count = 0;
    int status = 0;

    for (size_t i = 0; i < d->trail_count; i++) {
        if (!q->of_others && !is_own(c, &d->trails[i])) {
            settle_trail(c, q, &d->trails[i],
                         &(struct data_status){STATE_NOT_COLLECTED, "asked of its owner", NULL});
            continue;
        }
        readers[count] = (struct trail_reader){c->model, &d->trails[i]};
        calls[count] = (struct call){
            .account = c->account->id,
            .service = "cloudtrail",
            .operation = q->operation,
            .region = d->trails[i].home_region,
            .parameters = json_parameter(&scratch, q->key, d->trails[i].arn),
            .receive = q->receive,
            .context = &readers[count],
        };
        count++;
    }
    if (regional_wanted(c, q->fills, DATA_TRAILS)) {
        status = count > 0 ? transport_run(c->transport, calls, count, err) : 0;
        for (size_t i = 0; status == 0 && i < count; i++)
            settle_trail(c, q, readers[i].trail, &calls[i].status);
        regional_lower_by(c, q->fills, DATA_TRAILS);
    }
    arena_free(&scratch);
    return status;
}

static int collect_status(struct collection *c, enum data_set fills, struct error *err)
{
    return ask_trails(c,
                      &(struct trail_question){fills, "GetTrailStatus", "Name", receive_status,
                                               true, offsetof(struct trail, status)},
                      err);
}

static int collect_selectors(struct collection *c, enum data_set fills, struct error *err)
{
    return ask_trails(c,
                      &(struct trail_question){fills, "GetEventSelectors", "TrailName",
                                               receive_selectors, false,
                                               offsetof(struct trail, selectors)},
                      err);
}

static const struct collector rows[] = {
    {DATA_TRAILS, "cloudtrail", "cloudtrail:DescribeTrails", EVERY_ACCOUNT, collect_trails},
    {DATA_TRAIL_STATUS, "cloudtrail", "cloudtrail:GetTrailStatus", EVERY_ACCOUNT, collect_status},
    {DATA_EVENT_SELECTORS, "cloudtrail", "cloudtrail:GetEventSelectors", EVERY_ACCOUNT,
     collect_selectors},
};
const struct collector_list trail_collectors = {rows, sizeof rows / sizeof *rows};
