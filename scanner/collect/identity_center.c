/* identity_center.c - sso-admin:ListInstances: where IAM Identity Center lives.
 *
 * An instance lives in one region, and shows there only. Asked are the regions that roles made by
 * Identity Center in the home account name in their paths, and the scan's regions. No instance in
 * any of them is an answer. */
#include "collect/identity_center.h"

#include <stdlib.h>
#include <string.h>

#include "aws/endpoint.h"
#include "base/json.h"
#include "base/limits.h"

struct regions {
    const char *at[LIMIT_REGIONS];
    size_t count;
};

/* Texts of answers become parts of host names: names of regions of the caller's partition only. */
static void add_region(struct regions *r, const char *region, const char *partition)
{
    if (!region || r->count == LIMIT_REGIONS || !config_is_region(region) ||
        strcmp(partition_of_region(region)->name, partition) != 0)
        return;
    for (size_t i = 0; i < r->count; i++)
        if (strcmp(r->at[i], region) == 0)
            return;
    r->at[r->count++] = region;
}

/* Of the roles' regions first: an instance that shows in several is asked in the first of them. */
static void candidates(const struct collection *c, struct regions *out)
{
    const struct account *a = c->account;
    const char *name = a->partition;
    const struct partition *partition = partition_find(name);

    *out = (struct regions){.count = 0};
    for (size_t i = 0; i < a->role_count; i++) {
        const char *region;

        if (!role_is_reserved(&a->roles[i]))
            continue;
        region = role_reserved_region(&a->roles[i], &c->model->arena);
        add_region(out, region || !partition ? region : partition->implied, name);
    }
    for (size_t i = 0; i < c->model->region_count; i++)
        add_region(out, c->model->regions[i], name);
}

/* What one region answers. */
struct instance_reader {
    struct answer_list list;
    const char *region, *partition;
    struct identity_center *found;
    size_t count;
};

static int take_instance(struct answer_list *list, const cJSON *row, struct source source,
                         struct error *err)
{
    struct instance_reader *r = (struct instance_reader *)list;
    struct model *m = list->model;
    struct identity_center out = {.region = r->region, .source = source};
    const char *prefix = arena_printf(&m->arena, "arn:%s:sso:::instance/", r->partition);

    if (json_keep(m, row, "InstanceArn", &out.arn, err) ||
        json_keep(m, row, "IdentityStoreId", &out.store_id, err) ||
        json_keep_or_null(m, row, "Name", &out.name, err) ||
        json_keep_or_null(m, row, "OwnerAccountId", &out.owner, err) ||
        json_keep_or_null(m, row, "Status", &out.status, err))
        return -1;
    if (strncmp(out.arn, prefix, strlen(prefix)) != 0 || !out.arn[strlen(prefix)])
        return fail(err, ERR_FORMAT, "InstanceArn: not of an instance in this partition");
    *arena_push(&m->arena, r->found, r->count) = out;
    return 0;
}

static bool is_known(const struct model *m, const char *arn)
{
    for (size_t i = 0; i < m->center_count; i++)
        if (strcmp(m->centers[i].arn, arn) == 0)
            return true;
    return false;
}

static int by_arn(const void *a, const void *b)
{
    return strcmp(((const struct identity_center *)a)->arn,
                  ((const struct identity_center *)b)->arn);
}

static void take_over(struct collection *c, const struct instance_reader *readers,
                      const struct call *calls, size_t count, struct data_status *status)
{
    struct model *m = c->model;

    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < readers[i].count; k++)
            if (!is_known(m, readers[i].found[k].arn))
                *arena_push(&m->arena, m->centers, m->center_count) = readers[i].found[k];
        if (calls[i].status.state != STATE_COMPLETE && status->state == STATE_COMPLETE)
            *status = (struct data_status){
                calls[i].status.state,
                arena_printf(&m->arena, "%s, in %s", calls[i].status.reason, readers[i].region),
                calls[i].status.file};
    }
    if (m->center_count > 1)
        qsort(m->centers, m->center_count, sizeof *m->centers, by_arn);
}

static int collect_instances(struct collection *c, enum data_set fills, struct error *err)
{
    struct data_status *status = &c->account->data[fills];
    const char *const none[] = {NULL};
    struct regions regions;
    struct instance_reader readers[LIMIT_REGIONS];
    struct call calls[LIMIT_REGIONS];

    candidates(c, &regions);
    for (size_t i = 0; i < regions.count; i++) {
        readers[i] = (struct instance_reader){
            .list = {.model = c->model, .key = "Instances", .take = take_instance},
            .region = regions.at[i],
            .partition = c->account->partition};
        calls[i] = (struct call){.service = "sso-admin",
                                 .operation = "ListInstances",
                                 .region = regions.at[i],
                                 .parameters = json_parameters(&c->model->arena, none, CENTER_PAGE),
                                 .receive = answer_list_receive,
                                 .context = &readers[i]};
    }
    if (collect_batch(c, calls, regions.count, err))
        return -1;
    *status =
        (struct data_status){STATE_COMPLETE, NULL, regions.count ? calls[0].status.file : NULL};
    if (regions.count == 0)
        *status = (struct data_status){
            STATE_INCOMPLETE, "sso-admin:ListInstances: there is no region to ask in", NULL};
    take_over(c, readers, calls, regions.count, status);
    return 0;
}

struct data_status center_state(const struct collection *c, enum data_set fills,
                                enum data_set rests_on)
{
    const struct data_status *below = &c->account->data[rests_on];

    if (below->state == STATE_COMPLETE)
        return (struct data_status){STATE_COMPLETE, NULL, below->file};
    return (struct data_status){below->state == STATE_NOT_COLLECTED ? STATE_INCOMPLETE
                                                                    : below->state,
                                arena_printf(&c->model->arena, "%s: not known without %s",
                                             data_set_name(fills), below->reason),
                                below->file};
}

static const struct collector rows[] = {
    {DATA_IDENTITY_CENTER, "sso-admin", "sso:ListInstances", HOME_ACCOUNT, collect_instances},
    {DATA_PERMISSION_SETS, "sso-admin",
     "sso:ListPermissionSets sso:DescribePermissionSet sso:GetInlinePolicyForPermissionSet "
     "sso:ListManagedPoliciesInPermissionSet "
     "sso:ListCustomerManagedPolicyReferencesInPermissionSet "
     "sso:GetPermissionsBoundaryForPermissionSet",
     HOME_ACCOUNT, collect_permission_sets},
    {DATA_ASSIGNMENTS, "sso-admin",
     "sso:ListAccountsForProvisionedPermissionSet sso:ListAccountAssignments", HOME_ACCOUNT,
     collect_assignments},
    {DATA_STORE_USERS, "identitystore", "identitystore:ListUsers", HOME_ACCOUNT,
     collect_store_users},
    {DATA_STORE_GROUPS, "identitystore", "identitystore:ListGroups", HOME_ACCOUNT,
     collect_store_groups},
    {DATA_STORE_MEMBERSHIPS, "identitystore", "identitystore:ListGroupMemberships", HOME_ACCOUNT,
     collect_store_memberships},
};
const struct collector_list identity_center_collectors = {rows, sizeof rows / sizeof *rows};
