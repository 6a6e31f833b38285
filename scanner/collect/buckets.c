/* buckets.c - the buckets that trails write to (S3): where they are, whether their versions can be
 * deleted without MFA, whether they are locked.
 *
 * Relied on (service model of S3, 2006-03-01, protocol rest-xml, and the Amazon S3 API reference):
 * GetBucketLocation is answered in any region of the partition, for buckets of regions that are
 * always enabled; elsewhere it must be asked in the region itself, which for a trail's bucket is
 * most often the trail's. <LocationConstraint/> without text is the partition's first region,
 * us-east-1; "EU" is eu-west-1. Outside of a bucket's region its policy does not count, so another
 * account's bucket is denied there, and asked for in the trail's region too.
 * <VersioningConfiguration/> without Status: never versioned; MfaDelete is there once it was ever
 * set. A bucket without object lock answers ObjectLockConfigurationNotFoundError, 404. Only the
 * owner may read versioning, unless the bucket's policy lets others. */
#include <string.h>

#include "aws/config.h"
#include "aws/endpoint.h"
#include "base/text.h"
#include "collect/batch.h"
#include "collect/fields.h"
#include "collect/json_list.h"
#include "collect/regional.h"

struct bucket_reader {
    struct collection *collection;
    struct trail_bucket *bucket;
    const char *file;
};

/* Text of AWS's: Enabled or the word for the other state. */
static int read_switch(const char *text, const char *off, bool *out, struct error *err)
{
    *out = strcmp(text, "Enabled") == 0;
    return *out || strcmp(text, off) == 0 ? 0
                                          : fail(err, ERR_FORMAT, "neither Enabled nor %s", off);
}

/* --- Where it is ------------------------------------------------------------------------------ */

static const char *first_region(const struct collection *c)
{
    const char *name = c->account->partition;
    const struct partition *p = name ? partition_find(name) : NULL;

    return p ? p->implied : partition_find("aws")->implied;
}

static int location_end(void *context, const struct xml_at *at, const char *text, size_t len,
                        struct error *err)
{
    static const char blanks[] = " \t\r\n"; /* servers may lay out their XML */
    struct bucket_reader *r = context;
    const char *start = text + strspn(text, blanks);
    const char *word = arena_strndup(&r->collection->model->arena, start, strcspn(start, blanks));
    const char *region = !*word                    ? first_region(r->collection)
                         : strcmp(word, "EU") == 0 ? "eu-west-1"
                                                   : word;

    if (at->depth != 1)
        return 0;
    if (strlen(text) != len || !config_is_region(region) ||
        start[strlen(word) + strspn(start + strlen(word), blanks)])
        return fail(err, ERR_FORMAT, "LocationConstraint: no region");
    r->bucket->region = region;
    return 0;
}

static int receive_location(struct call *call, const struct answer *answer, struct error *err)
{
    static const struct xml_handler handler = {.end = location_end};

    return answer_read_root(call, "LocationConstraint", answer, &handler, call->context, err);
}

/* The path below the root, whatever its name; "" for the root itself. */
static const char *below_root(const struct xml_at *at)
{
    const char *slash = strchr(at->path, '/');

    return slash ? slash + 1 : "";
}

/* --- Versioning and lock ---------------------------------------------------------------------- */

static int versioning_end(void *context, const struct xml_at *at, const char *text, size_t len,
                          struct error *err)
{
    struct bucket_reader *r = context;
    struct trail_bucket *b = r->bucket;
    bool enabled = false;

    (void)len;
    if (at->depth == 1)
        b->source = field_source(r->collection->model, r->file, at);
    if (strcmp(below_root(at), "MfaDelete") == 0)
        return read_switch(text, "Disabled", &b->mfa_delete, err);
    if (strcmp(below_root(at), "Status") != 0)
        return 0;
    if (read_switch(text, "Suspended", &enabled, err))
        return -1;
    b->versioning = enabled ? VERSIONING_ENABLED : VERSIONING_SUSPENDED;
    return 0;
}

static int receive_versioning(struct call *call, const struct answer *answer, struct error *err)
{
    static const struct xml_handler handler = {.end = versioning_end};
    struct bucket_reader *r = call->context;

    r->file = answer->page->file;
    return answer_read_root(call, "VersioningConfiguration", answer, &handler, r, err);
}

static int lock_end(void *context, const struct xml_at *at, const char *text, size_t len,
                    struct error *err)
{
    struct bucket_reader *r = context;
    struct trail_bucket *b = r->bucket;

    if (at->depth == 1)
        b->lock_source = field_source(r->collection->model, r->file, at);
    if (strcmp(below_root(at), "ObjectLockEnabled") == 0) {
        b->object_lock = strcmp(text, "Enabled") == 0;
        return b->object_lock ? 0 : fail(err, ERR_FORMAT, "ObjectLockEnabled: not Enabled");
    }
    if (strcmp(below_root(at), "Rule/DefaultRetention/Mode") == 0)
        return collect_text(r->collection->model, text, len, &b->lock_mode, err);
    return 0;
}

static int receive_lock(struct call *call, const struct answer *answer, struct error *err)
{
    static const struct xml_handler handler = {.end = lock_end};
    struct bucket_reader *r = call->context;

    r->file = answer->page->file;
    return answer_read_root(call, "ObjectLockConfiguration", answer, &handler, r, err);
}

/* --- Asking ----------------------------------------------------------------------------------- */

/* Every bucket of a trail, once; foreign unless one of its trails is the account's own. */
static void list_buckets(struct collection *c)
{
    struct detective *d = c->account->detective;

    for (size_t i = 0; i < d->trail_count; i++) {
        const struct trail *t = &d->trails[i];
        bool foreign = strcmp(t->account, c->account->id) != 0;
        struct trail_bucket *found = NULL;

        for (size_t k = 0; k < d->bucket_count; k++)
            if (strcmp(d->buckets[k].name, t->bucket) == 0)
                found = &d->buckets[k];
        if (!found) {
            found = arena_push(&c->model->arena, d->buckets, d->bucket_count);
            *found = (struct trail_bucket){.name = t->bucket, .foreign = true};
        }
        found->foreign = found->foreign && foreign;
    }
    detective_sort(d);
}

/* Home of the first own trail that writes to the bucket. */
static const char *home_of(const struct collection *c, const struct trail_bucket *b)
{
    const struct detective *d = c->account->detective;

    for (size_t i = 0; i < d->trail_count; i++)
        if (strcmp(d->trails[i].bucket, b->name) == 0 &&
            strcmp(d->trails[i].account, c->account->id) == 0)
            return d->trails[i].home_region;
    return NULL;
}

/* One question to buckets that `region` names one for; outcomes go to `outcome` of each. */
struct bucket_question {
    const char *operation, *benign;
    int (*receive)(struct call *call, const struct answer *answer, struct error *err);
    const char *(*region)(const struct collection *c, const struct trail_bucket *b);
    size_t outcome; /* offset in struct trail_bucket of the data_status that it settles */
};

/* The outcome, with the bucket named in its reason. */
static struct data_status named(struct collection *c, const struct trail_bucket *b,
                                struct data_status status)
{
    struct arena *arena = &c->model->arena;

    if (status.reason)
        status.reason =
            arena_printf(arena, "bucket %s: %s", text_shown(arena, b->name), status.reason);
    return status;
}

static int ask_buckets(struct collection *c, const struct bucket_question *q, struct error *err)
{
    struct detective *d = c->account->detective;
    struct arena scratch = {0};
    struct call *calls = arena_new(&scratch, struct call, d->bucket_count);
    struct bucket_reader *readers = arena_new(&scratch, struct bucket_reader, d->bucket_count);
    size_t count = 0;
    int status = 0;

    for (size_t i = 0; i < d->bucket_count; i++) {
        const char *region = q->region(c, &d->buckets[i]);

        if (!region)
            continue;
        readers[count] = (struct bucket_reader){.collection = c, .bucket = &d->buckets[i]};
        calls[count] =
            (struct call){.account = c->account->id,
                          .service = "s3",
                          .operation = q->operation,
                          .region = region,
                          .parameters = json_parameter(&scratch, "Bucket", d->buckets[i].name),
                          .benign_errors = q->benign,
                          .receive = q->receive,
                          .context = &readers[count]};
        count++;
    }
    if (count > 0)
        status = transport_run(c->transport, calls, count, err);
    for (size_t i = 0; status == 0 && i < count; i++) {
        struct trail_bucket *b = readers[i].bucket;

        *(struct data_status *)(void *)((char *)b + q->outcome) = named(c, b, calls[i].status);
        b->missing =
            b->missing || (calls[i].error_code && strcmp(calls[i].error_code, "NoSuchBucket") == 0);
    }
    arena_free(&scratch);
    return status;
}

static const char *in_first_region(const struct collection *c, const struct trail_bucket *b)
{
    (void)b;
    return first_region(c);
}

/* The second try: an own trail's bucket that could not be found from the first region. */
static const char *in_home_region(const struct collection *c, const struct trail_bucket *b)
{
    const char *home = home_of(c, b);
    bool again = home && !b->region && !b->missing && strcmp(home, first_region(c)) != 0;

    return again ? home : NULL;
}

static const char *in_its_region(const struct collection *c, const struct trail_bucket *b)
{
    (void)c;
    return b->missing ? NULL : b->region;
}

/* What a trail's owner does not let a member see is no fault of the member's data. */
static void settle_buckets(struct collection *c, enum data_set fills)
{
    struct detective *d = c->account->detective;

    for (size_t i = 0; i < d->bucket_count; i++) {
        struct trail_bucket *b = &d->buckets[i];
        struct data_status *s = fills == DATA_OBJECT_LOCK ? &b->lock_status : &b->status;

        if (!(b->foreign && s->state == STATE_DENIED))
            collect_fold(&c->account->data[fills], s);
    }
    regional_lower_by(c, fills, DATA_TRAILS);
}

static int collect_buckets(struct collection *c, enum data_set fills, struct error *err)
{
    struct bucket_question location = {"GetBucketLocation", "NoSuchBucket", receive_location,
                                       in_first_region, offsetof(struct trail_bucket, status)};
    struct bucket_question again = location;
    struct bucket_question versioning = {"GetBucketVersioning", "NoSuchBucket", receive_versioning,
                                         in_its_region, offsetof(struct trail_bucket, status)};

    again.region = in_home_region;
    if (!regional_wanted(c, fills, DATA_TRAILS))
        return 0;
    list_buckets(c);
    if (ask_buckets(c, &location, err) || ask_buckets(c, &again, err) ||
        ask_buckets(c, &versioning, err))
        return -1;
    settle_buckets(c, fills);
    return 0;
}

/* Where the bucket's place is not known, nor is its lock; of one that is gone there is none. */
static struct data_status not_asked(struct collection *c, enum data_set fills,
                                    struct data_status status)
{
    if (status.reason)
        status.reason = arena_printf(&c->model->arena, "%s: not asked: %s", data_set_name(fills),
                                     status.reason);
    return status;
}

static int collect_locks(struct collection *c, enum data_set fills, struct error *err)
{
    struct detective *d = c->account->detective;
    struct bucket_question lock = {
        "GetObjectLockConfiguration", "ObjectLockConfigurationNotFoundError|NoSuchBucket",
        receive_lock, in_its_region, offsetof(struct trail_bucket, lock_status)};

    if (!regional_wanted(c, fills, DATA_TRAIL_BUCKETS))
        return 0;
    for (size_t i = 0; i < d->bucket_count; i++)
        d->buckets[i].lock_status = not_asked(c, fills, d->buckets[i].status);
    if (ask_buckets(c, &lock, err))
        return -1;
    settle_buckets(c, fills);
    return 0;
}

static const struct collector rows[] = {
    {DATA_TRAIL_BUCKETS, "s3", "s3:GetBucketLocation s3:GetBucketVersioning", EVERY_ACCOUNT,
     collect_buckets},
    {DATA_OBJECT_LOCK, "s3", "s3:GetBucketObjectLockConfiguration", EVERY_ACCOUNT, collect_locks},
};
const struct collector_list bucket_collectors = {rows, sizeof rows / sizeof *rows};
