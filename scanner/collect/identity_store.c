/* identity_store.c - identitystore: the users and groups of Identity Center's directory, and who is
 * in the groups that something is assigned to. Nothing here says anything about MFA. */
#include <string.h>

#include "base/json.h"
#include "collect/identity_center.h"

struct store_reader {
    struct answer_list list;
    struct identity_center *center;
    const char *group; /* id; lists of members only */
    const char **members;
    size_t member_count;
};

/* The issuer of the first external id: who made the entry, where not Identity Center did. */
static int keep_issuer(struct model *m, const cJSON *row, const char **out, struct error *err)
{
    const cJSON *first = json_first(json_find(row, "ExternalIds"));

    return first ? json_keep_or_null(m, first, "Issuer", out, err) : 0;
}

static int keep_email(struct model *m, const cJSON *row, const char **out, struct error *err)
{
    const cJSON *emails = json_find(row, "Emails"), *chosen = json_first(emails);

    for (const cJSON *e = chosen; e; e = e->next)
        if (json_true(e, "Primary")) {
            chosen = e;
            break;
        }
    return chosen ? json_keep_or_null(m, chosen, "Value", out, err) : 0;
}

static int take_user(struct answer_list *list, const cJSON *row, struct source source,
                     struct error *err)
{
    struct identity_center *center = ((struct store_reader *)list)->center;
    struct model *m = list->model;
    struct store_user out = {.source = source};

    if (json_expect(row, "IdentityStoreId", center->store_id, err) ||
        json_keep(m, row, "UserId", &out.id, err) ||
        json_keep_or_null(m, row, "UserName", &out.name, err) ||
        json_keep_or_null(m, row, "DisplayName", &out.display_name, err) ||
        json_keep_or_null(m, row, "UserStatus", &out.status, err) ||
        keep_email(m, row, &out.email, err) || keep_issuer(m, row, &out.issuer, err))
        return -1;
    *arena_push(&m->arena, center->users, center->user_count) = out;
    return 0;
}

static const struct data_status not_assigned = {
    STATE_NOT_COLLECTED, "identitystore:ListGroupMemberships: nothing is assigned to the group",
    NULL};

static int take_group(struct answer_list *list, const cJSON *row, struct source source,
                      struct error *err)
{
    struct identity_center *center = ((struct store_reader *)list)->center;
    struct model *m = list->model;
    struct store_group out = {.source = source, .members_status = not_assigned};

    if (json_expect(row, "IdentityStoreId", center->store_id, err) ||
        json_keep(m, row, "GroupId", &out.id, err) ||
        json_keep_or_null(m, row, "DisplayName", &out.name, err) ||
        keep_issuer(m, row, &out.issuer, err))
        return -1;
    *arena_push(&m->arena, center->groups, center->group_count) = out;
    return 0;
}

/* A member is a user; AWS may add other kinds, which must not be passed over. */
static int take_member(struct answer_list *list, const cJSON *row, struct source source,
                       struct error *err)
{
    struct store_reader *r = (struct store_reader *)list;
    const cJSON *member;
    const char *id = NULL;

    (void)source;
    if (json_expect(row, "IdentityStoreId", r->center->store_id, err) ||
        json_expect(row, "GroupId", r->group, err))
        return -1;
    member = json_object(row, "MemberId", err);
    if (!member || json_keep(list->model, member, "UserId", &id, err))
        return -1;
    *arena_push(&list->model->arena, r->members, r->member_count) = id;
    return 0;
}

/* --- Users and groups --------------------------------------------------------------------------
 */

static int ask_stores(struct collection *c, enum data_set fills, const char *operation,
                      const struct answer_list *like, struct error *err)
{
    struct model *m = c->model;
    struct data_status status = center_state(c, fills, DATA_IDENTITY_CENTER);
    struct arena scratch = {0};
    struct call *calls = arena_new(&scratch, struct call, m->center_count);
    struct store_reader *readers = arena_new(&scratch, struct store_reader, m->center_count);
    int result;

    for (size_t i = 0; i < m->center_count; i++) {
        const char *const pairs[] = {"IdentityStoreId", m->centers[i].store_id, NULL};

        readers[i] = (struct store_reader){.list = *like, .center = &m->centers[i]};
        calls[i] = (struct call){.service = "identitystore",
                                 .operation = operation,
                                 .region = m->centers[i].region,
                                 .parameters = json_parameters(&m->arena, pairs, CENTER_PAGE),
                                 .receive = answer_list_receive,
                                 .context = &readers[i]};
    }
    result = collect_batch(c, calls, m->center_count, err);
    for (size_t i = 0; result == 0 && i < m->center_count; i++) {
        collect_fold(&status, &calls[i].status);
        center_sort(&m->centers[i]);
    }
    c->account->data[fills] = status;
    arena_free(&scratch);
    return result;
}

int collect_store_users(struct collection *c, enum data_set fills, struct error *err)
{
    return ask_stores(c, fills, "ListUsers",
                      &(struct answer_list){c->model, "Users", false, take_user}, err);
}

int collect_store_groups(struct collection *c, enum data_set fills, struct error *err)
{
    return ask_stores(c, fills, "ListGroups",
                      &(struct answer_list){c->model, "Groups", false, take_group}, err);
}

/* --- Members -----------------------------------------------------------------------------------
 */

/* Mark the groups that something is assigned to. One that is not on the list, because it was
 * deleted or the list could not be read, gets a row of its own. */
static void mark_assigned(struct model *m, struct identity_center *center)
{
    size_t listed = center->group_count;

    for (size_t i = 0; i < center->assignment_count; i++) {
        const struct assignment *a = &center->assignments[i];
        struct store_group *group =
            a->kind == STORE_GROUP ? center_group(center, a->principal) : NULL;

        if (group)
            group->assigned = true;
    }
    for (size_t i = 0; i < center->assignment_count; i++) {
        const struct assignment *a = &center->assignments[i];
        struct identity_center list = {.groups = center->groups, .group_count = listed};

        if (a->kind == STORE_GROUP && !center_group(&list, a->principal))
            *arena_push(&m->arena, center->groups, center->group_count) =
                (struct store_group){.id = a->principal, .assigned = true, .source = a->source};
    }
    center_sort(center);
}

static size_t assigned_count(const struct model *m)
{
    size_t count = 0;

    for (size_t i = 0; i < m->center_count; i++)
        for (size_t g = 0; g < m->centers[i].group_count; g++)
            count += m->centers[i].groups[g].assigned;
    return count;
}

static void prepare(struct collection *c, struct identity_center *center,
                    const struct store_group *group, struct store_reader *reader, struct call *call)
{
    const char *const pairs[] = {"GroupId", group->id, "IdentityStoreId", center->store_id, NULL};

    *reader = (struct store_reader){.list = {c->model, "GroupMemberships", false, take_member},
                                    .center = center,
                                    .group = group->id};
    *call = (struct call){.service = "identitystore",
                          .operation = "ListGroupMemberships",
                          .region = center->region,
                          .parameters = json_parameters(&c->model->arena, pairs, CENTER_PAGE),
                          .benign_errors = "ResourceNotFoundException", /* deleted: no members */
                          .receive = answer_list_receive,
                          .context = reader};
}

static void take_over(struct store_group *group, const struct store_reader *reader,
                      const struct call *call)
{
    group->members_status = call->status;
    group->members = reader->members;
    group->member_count = reader->member_count;
    group->members_source =
        (struct source){call->status.file, call->error_code ? "" : "/GroupMemberships", NULL};
}

int collect_store_memberships(struct collection *c, enum data_set fills, struct error *err)
{
    struct model *m = c->model;
    struct data_status status = center_state(c, fills, DATA_ASSIGNMENTS);
    struct arena scratch = {0};
    struct call *calls;
    struct store_reader *readers;
    size_t n = 0, count;
    int result;

    for (size_t i = 0; i < m->center_count; i++)
        mark_assigned(m, &m->centers[i]);
    count = assigned_count(m);
    calls = arena_new(&scratch, struct call, count);
    readers = arena_new(&scratch, struct store_reader, count);
    for (size_t i = 0; i < m->center_count; i++)
        for (size_t g = 0; g < m->centers[i].group_count; g++)
            if (m->centers[i].groups[g].assigned) {
                prepare(c, &m->centers[i], &m->centers[i].groups[g], &readers[n], &calls[n]);
                n++;
            }
    result = collect_batch(c, calls, n, err);
    for (size_t k = 0; result == 0 && k < n; k++) {
        collect_fold(&status, &calls[k].status);
        take_over(center_group(readers[k].center, readers[k].group), &readers[k], &calls[k]);
    }
    for (size_t i = 0; i < m->center_count; i++)
        center_sort(&m->centers[i]);
    c->account->data[fills] = status;
    arena_free(&scratch);
    return result;
}
