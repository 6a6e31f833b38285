/* trail_keys.c - cloudtrail:ListPublicKeys: the keys by which digest files are verified. They come
 * from AWS alone, never from the folder that the files came from.
 *
 * Asked in the regions of which the account has digest files, for the time of these: AWS signs with
 * a key of the region (API reference, ListPublicKeys). The names of the files say both, so that it
 * is asked alike whenever a snapshot is read. Two hours are added at both ends: a key that was
 * changed at an hour's end is left out otherwise (aws-cli, pull request 10072); and one, for the
 * hour before its end that a digest file tells. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/limits.h"
#include "collect/json_list.h"
#include "collect/regional.h"
#include "collect/trail.h"

#define AROUND 7200
#define HOUR 3600

/* What the digest files' names tell. */
struct span {
    const char *regions[LIMIT_REGIONS];
    size_t region_count;
    time_t from, to;
    bool too_many;
};

static void add_region(struct span *s, const char *region, struct arena *arena)
{
    for (size_t i = 0; i < s->region_count; i++)
        if (strcmp(s->regions[i], region) == 0)
            return;
    s->too_many = s->region_count == LIMIT_REGIONS;
    if (!s->too_many)
        s->regions[s->region_count++] = arena_strdup(arena, region);
}

/* Files are sorted by name, and so are their regions. */
static void read_names(const struct collection *c, struct span *s)
{
    for (size_t i = 0; i < c->scope->trail_count && !s->too_many; i++) {
        const struct trail_file *file = &c->scope->trail[i];
        struct trail_name name;

        if (strcmp(file->account, c->account->id) != 0 ||
            !trail_name_parse(file->page.file, &name) || !name.is_digest)
            continue;
        if (s->region_count == 0 || name.delivered < s->from)
            s->from = name.delivered;
        if (s->region_count == 0 || name.delivered > s->to)
            s->to = name.delivered;
        add_region(s, name.region, &c->model->arena);
    }
}

static int read_key(struct region_reader *r, const cJSON *obj, struct public_key *key,
                    struct error *err)
{
    struct model *m = r->collection->model;
    cleanup_strbuf struct strbuf der = STRBUF_INIT(LIMIT_KEY_BYTES);
    const char *value;

    if (json_keep(m, obj, "Fingerprint", &key->fingerprint, err) ||
        !(value = json_text(obj, "Value", err)))
        return -1;
    if (strlen(value) > LIMIT_KEY_BYTES)
        return fail(err, ERR_LIMIT, "Value: larger than %d bytes", LIMIT_KEY_BYTES);
    if (base64_decode(&der, value, strlen(value), err))
        return fail_in(err, "Value");
    key->region = r->region;
    key->der = arena_strndup(&m->arena, der.buf, der.len);
    key->der_len = der.len;
    return 0;
}

static int receive_keys(struct call *call, const struct answer *answer, struct error *err)
{
    struct region_reader *r = call->context;
    struct model *m = r->collection->model;
    struct detective *d = r->collection->account->detective;
    const char *file = answer->page->file;
    cleanup_json cJSON *root = json_parse(file, answer->body, answer->len, err);
    const cJSON *list = root ? json_array(root, "PublicKeyList", err) : NULL;
    size_t i = 0;

    if (!root)
        return -1;
    if (!list || json_keep_token(m, call, root, "NextToken", err))
        return fail_in(err, "%s", file);
    for (const cJSON *obj = json_first(list); obj; obj = obj->next, i++) {
        struct public_key key = {.source = json_source(m, file, "PublicKeyList", i)};

        if (d->key_count == LIMIT_PUBLIC_KEYS)
            return fail(err, ERR_LIMIT, "%s: more than %d public keys", file, LIMIT_PUBLIC_KEYS);
        if (read_key(r, obj, &key, err))
            return fail_in(err, "%s: PublicKeyList[%zu]", file, i);
        *arena_push(&m->arena, d->keys, d->key_count) = key;
    }
    return 0;
}

static int by_fingerprint(const void *a, const void *b)
{
    const struct public_key *x = a, *y = b;
    int order = strcmp(x->region, y->region);

    if (order == 0)
        order = strcmp(x->fingerprint, y->fingerprint);
    if (order == 0)
        order = strcmp(x->source.file, y->source.file);
    return order ? order : strcmp(x->source.pointer, y->source.pointer);
}

static int collect_keys(struct collection *c, enum data_set fills, struct error *err)
{
    struct detective *d = c->account->detective;
    struct span span = {.from = 0};
    struct regional q = {.service = "cloudtrail",
                         .operation = "ListPublicKeys",
                         .receive = receive_keys,
                         .regions = span.regions};

    read_names(c, &span);
    q.region_count = span.region_count;
    q.parameters = arena_printf(
        &c->model->arena, "{\"EndTime\":%lld,\"StartTime\":%lld}", (long long)span.to + AROUND,
        (long long)(span.from > HOUR + AROUND ? span.from - HOUR - AROUND : 0));
    if (span.region_count == 0) /* no digest file, nothing to know */
        c->account->data[fills] = (struct data_status){STATE_COMPLETE, NULL, NULL};
    else if (regional_run(c, fills, &q, &d->key_regions, &d->key_region_count, err))
        return -1;
    if (span.too_many && data_complete(c->account, fills))
        c->account->data[fills] = (struct data_status){
            STATE_INCOMPLETE,
            arena_printf(&c->model->arena, "%s: digest files of more than %d regions",
                         data_set_name(fills), LIMIT_REGIONS),
            NULL};
    if (d->key_count > 1)
        qsort(d->keys, d->key_count, sizeof *d->keys, by_fingerprint);
    return 0;
}

static const struct collector rows[] = {
    {DATA_TRAIL_KEYS, "cloudtrail", "cloudtrail:ListPublicKeys", EVERY_ACCOUNT, collect_keys},
};
const struct collector_list trail_key_collectors = {rows, sizeof rows / sizeof *rows};
