/* directories.c - AWS Directory Service: DescribeDirectories in every region of the model.
 *
 * Relied on (service model of Directory Service, 2015-04-16, JSON 1.1, and its API reference):
 * paged by NextToken, Limit left to the service. A shared directory is described twice, to its
 * owner, and to the account it is shared with: there RADIUS stands in OwnerDirectoryDescription.
 * RadiusSettings is there once RADIUS was ever set up, and has at least one server while it is;
 * RadiusStatus says whether the servers were reached. Its SharedSecret is replaced before anybody
 * sees it (aws/redact.c). */
#include <string.h>

#include "base/json.h"
#include "collect/json_list.h"
#include "collect/regional.h"

static int read_radius(struct model *m, const cJSON *obj, struct directory *out, struct error *err)
{
    const cJSON *settings = json_find(obj, "RadiusSettings");

    out->radius = json_count(json_find(settings, "RadiusServers")) > 0 ||
                  json_count(json_find(settings, "RadiusServersIpv6")) > 0;
    if (json_keep_or_null(m, obj, "RadiusStatus", &out->radius_status, err))
        return -1;
    return settings ? json_keep_or_null(m, settings, "AuthenticationProtocol",
                                        &out->radius_protocol, err)
                    : 0;
}

/* One that is described as shared with this account says whose it is. */
static int read_owner(struct collection *c, const cJSON *obj, struct directory *out,
                      struct error *err)
{
    const cJSON *owner = json_find(obj, "OwnerDirectoryDescription");
    bool shared = strcmp(out->type, "SharedMicrosoftAD") == 0;

    if (!owner || cJSON_IsNull(owner))
        return shared ? fail(err, ERR_FORMAT, "a shared directory without its owner") : 0;
    if (json_keep(c->model, owner, "AccountId", &out->owner, err))
        return -1;
    if (strcmp(out->owner, c->account->id) == 0)
        out->owner = NULL;
    return shared ? read_radius(c->model, owner, out, err) : 0;
}

static int read_directory(struct region_reader *r, const cJSON *obj, struct directory *out,
                          struct error *err)
{
    struct model *m = r->collection->model;

    out->region = r->region;
    if (json_keep(m, obj, "DirectoryId", &out->id, err) ||
        json_keep(m, obj, "Name", &out->name, err) || json_keep(m, obj, "Type", &out->type, err) ||
        json_keep(m, obj, "Stage", &out->stage, err) ||
        json_keep_flag(obj, "SsoEnabled", &out->sso, err))
        return -1;
    if (strncmp(out->id, "d-", 2) != 0)
        return fail(err, ERR_FORMAT, "DirectoryId: not of a directory");
    return read_radius(m, obj, out, err) || read_owner(r->collection, obj, out, err) ? -1 : 0;
}

static int receive(struct call *call, const struct answer *answer, struct error *err)
{
    struct region_reader *r = call->context;
    struct model *m = r->collection->model;
    struct detective *d = r->collection->account->detective;
    const char *file = answer->page->file;
    cleanup_json cJSON *root = json_parse(file, answer->body, answer->len, err);
    const cJSON *list = root ? json_array(root, "DirectoryDescriptions", err) : NULL;
    size_t i = 0;

    if (!root)
        return -1;
    if (!list)
        return fail_in(err, "%s", file);
    for (const cJSON *obj = json_first(list); obj; obj = obj->next, i++) {
        struct directory out = {.source = json_source(m, file, "DirectoryDescriptions", i)};

        if (read_directory(r, obj, &out, err))
            return fail_in(err, "%s: DirectoryDescriptions[%zu]", file, i);
        *arena_push(&m->arena, d->directories, d->directory_count) = out;
    }
    if (json_keep_token(m, call, root, "NextToken", err))
        return fail_in(err, "%s", file);
    return 0;
}

static int collect_directories(struct collection *c, enum data_set fills, struct error *err)
{
    struct detective *d = c->account->detective;
    struct regional q = {.service = "ds",
                         .operation = "DescribeDirectories",
                         .parameters = "{}",
                         .receive = receive,
                         .regions = c->model->regions,
                         .region_count = c->model->region_count};

    if (regional_run(c, fills, &q, &d->directory_regions, &d->directory_region_count, err))
        return -1;
    detective_sort(d);
    return 0;
}

static const struct collector rows[] = {
    {DATA_DIRECTORIES, "ds", "ds:DescribeDirectories", EVERY_ACCOUNT, collect_directories},
};
const struct collector_list directory_collectors = {rows, sizeof rows / sizeof *rows};
