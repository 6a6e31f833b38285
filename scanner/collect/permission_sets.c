/* permission_sets.c - sso-admin: the permission sets of each instance of Identity Center, and the
 * documents that say what they grant. */
#include <string.h>

#include "base/json.h"
#include "base/limits.h"
#include "collect/identity_center.h"

/* A reader about one instance, or about one of its sets. */
struct set_reader {
    struct answer_list list;
    struct identity_center *center;
    struct permission_set *set;
};

/* "arn:aws:sso:::instance/ssoins-1" and "arn:aws:sso:::permissionSet/ssoins-1/ps-2" */
static bool is_set_of(const struct identity_center *center, const char *arn)
{
    const char *instance = strstr(center->arn, ":::instance/");
    size_t partition = (size_t)(instance - center->arn);
    const char *id = instance + strlen(":::instance/"), *rest = arn + partition;

    return strncmp(arn, center->arn, partition) == 0 &&
           strncmp(rest, ":::permissionSet/", 17) == 0 && strncmp(rest + 17, id, strlen(id)) == 0 &&
           rest[17 + strlen(id)] == '/';
}

static int take_set(struct answer_list *list, const cJSON *element, struct source source,
                    struct error *err)
{
    struct identity_center *center = ((struct set_reader *)list)->center;
    struct permission_set set = {.source = source};

    if (json_keep_text(list->model, element, &set.arn, err))
        return -1;
    if (!is_set_of(center, set.arn))
        return fail(err, ERR_FORMAT, "not a permission set of this instance");
    *arena_push(&list->model->arena, center->sets, center->set_count) = set;
    return 0;
}

/* --- One set ------------------------------------------------------------------------------------
 */

static int take_description(struct answer_list *list, const cJSON *row, struct source source,
                            struct error *err)
{
    struct permission_set *set = ((struct set_reader *)list)->set;

    set->description_source = source;
    if (json_expect(row, "PermissionSetArn", set->arn, err) ||
        json_keep(list->model, row, "Name", &set->name, err))
        return -1;
    return json_keep_or_null(list->model, row, "SessionDuration", &set->session_duration, err);
}

/* Plain JSON; the empty text when there is none. */
static int take_inline(struct answer_list *list, const cJSON *text, struct source source,
                       struct error *err)
{
    struct permission_set *set = ((struct set_reader *)list)->set;
    struct arena *arena = &list->model->arena;
    size_t len;

    if (!cJSON_IsString(text))
        return fail(err, ERR_FORMAT, "expected text");
    len = strlen(text->valuestring);
    if (len == 0)
        return 0;
    set->inline_policy = arena_new(arena, struct document, 1);
    *set->inline_policy = (struct document){.name = "", .source = source};
    if (len > LIMIT_POLICY_BYTES)
        return 0;
    set->inline_policy->text = arena_strdup(arena, text->valuestring);
    set->inline_policy->len = len;
    return 0;
}

static int take_managed(struct answer_list *list, const cJSON *row, struct source source,
                        struct error *err)
{
    struct permission_set *set = ((struct set_reader *)list)->set;
    struct attached_policy p = {0};

    (void)source;
    if (json_keep(list->model, row, "Arn", &p.arn, err) ||
        json_keep(list->model, row, "Name", &p.name, err))
        return -1;
    *arena_push(&list->model->arena, set->managed, set->managed_count) = p;
    return 0;
}

/* The path is "/" when it is not said (IAM: PermissionSet CustomerManagedPolicyReference). */
static int keep_customer(struct model *m, const cJSON *row, struct customer_policy *out,
                         struct error *err)
{
    if (json_keep(m, row, "Name", &out->name, err) ||
        json_keep_or_null(m, row, "Path", &out->path, err))
        return -1;
    if (!out->path)
        out->path = "/";
    return 0;
}

static int take_customer(struct answer_list *list, const cJSON *row, struct source source,
                         struct error *err)
{
    struct permission_set *set = ((struct set_reader *)list)->set;
    struct customer_policy p = {NULL, NULL};

    (void)source;
    if (keep_customer(list->model, row, &p, err))
        return -1;
    *arena_push(&list->model->arena, set->customer, set->customer_count) = p;
    return 0;
}

/* One of the two forms. */
static int take_boundary(struct answer_list *list, const cJSON *row, struct source source,
                         struct error *err)
{
    struct permission_set *set = ((struct set_reader *)list)->set;
    const cJSON *customer = json_find(row, "CustomerManagedPolicyReference");
    struct customer_policy *out;

    (void)source;
    if (!customer || customer->type == cJSON_NULL)
        return json_keep(list->model, row, "ManagedPolicyArn", &set->boundary_arn, err);
    out = arena_new(&list->model->arena, struct customer_policy, 1);
    if (keep_customer(list->model, customer, out, err))
        return fail_in(err, "CustomerManagedPolicyReference");
    set->boundary = out;
    return 0;
}

/* What is asked about each set. To add a question: a row, and its action in the collector's row. */
static const struct {
    const char *operation, *key;
    bool one;
    const char *benign;
    int (*take)(struct answer_list *list, const cJSON *element, struct source source,
                struct error *err);
} parts[] = {
    {"DescribePermissionSet", "PermissionSet", true, NULL, take_description},
    {"GetInlinePolicyForPermissionSet", "InlinePolicy", true, NULL, take_inline},
    {"ListManagedPoliciesInPermissionSet", "AttachedManagedPolicies", false, NULL, take_managed},
    {"ListCustomerManagedPolicyReferencesInPermissionSet", "CustomerManagedPolicyReferences", false,
     NULL, take_customer},
    {"GetPermissionsBoundaryForPermissionSet", "PermissionsBoundary", true,
     "ResourceNotFoundException", take_boundary},
};
#define PARTS (sizeof parts / sizeof *parts)

static void prepare(struct collection *c, struct set_reader *readers, struct call *calls,
                    struct identity_center *center, struct permission_set *set)
{
    const char *const pairs[] = {"InstanceArn", center->arn, "PermissionSetArn", set->arn, NULL};

    for (size_t p = 0; p < PARTS; p++) {
        readers[p] =
            (struct set_reader){.list = {c->model, parts[p].key, parts[p].one, parts[p].take},
                                .center = center,
                                .set = set};
        calls[p] = (struct call){
            .service = "sso-admin",
            .operation = parts[p].operation,
            .region = center->region,
            .parameters = json_parameters(&c->model->arena, pairs, parts[p].one ? 0 : CENTER_PAGE),
            .benign_errors = parts[p].benign,
            .receive = answer_list_receive,
            .context = &readers[p]};
    }
}

static size_t set_count(const struct model *m)
{
    size_t count = 0;

    for (size_t i = 0; i < m->center_count; i++)
        count += m->centers[i].set_count;
    return count;
}

/* All parts of all sets, in one batch. */
static int ask_parts(struct collection *c, struct data_status *status, struct error *err)
{
    struct model *m = c->model;
    struct arena scratch = {0};
    size_t n = set_count(m) * PARTS, at = 0;
    struct call *calls = arena_new(&scratch, struct call, n);
    struct set_reader *readers = arena_new(&scratch, struct set_reader, n);
    int result;

    for (size_t i = 0; i < m->center_count; i++)
        for (size_t s = 0; s < m->centers[i].set_count; s++, at += PARTS)
            prepare(c, readers + at, calls + at, &m->centers[i], &m->centers[i].sets[s]);
    result = collect_batch(c, calls, n, err);
    for (size_t i = 0; result == 0 && i < n; i++) {
        struct data_status *of_set = &readers[i].set->status;

        if (i % PARTS == 0)
            *of_set = (struct data_status){STATE_COMPLETE, NULL, calls[i].status.file};
        collect_fold(of_set, &calls[i].status);
        collect_fold(status, &calls[i].status);
    }
    arena_free(&scratch);
    return result;
}

static int ask_lists(struct collection *c, struct data_status *status, struct error *err)
{
    struct model *m = c->model;
    struct arena scratch = {0};
    struct call *calls = arena_new(&scratch, struct call, m->center_count);
    struct set_reader *readers = arena_new(&scratch, struct set_reader, m->center_count);
    int result;

    for (size_t i = 0; i < m->center_count; i++) {
        const char *const pairs[] = {"InstanceArn", m->centers[i].arn, NULL};

        readers[i] =
            (struct set_reader){{m, "PermissionSets", false, take_set}, &m->centers[i], NULL};
        calls[i] = (struct call){.service = "sso-admin",
                                 .operation = "ListPermissionSets",
                                 .region = m->centers[i].region,
                                 .parameters = json_parameters(&m->arena, pairs, CENTER_PAGE),
                                 .receive = answer_list_receive,
                                 .context = &readers[i]};
    }
    result = collect_batch(c, calls, m->center_count, err);
    for (size_t i = 0; result == 0 && i < m->center_count; i++) {
        collect_fold(status, &calls[i].status);
        center_sort(&m->centers[i]);
    }
    arena_free(&scratch);
    return result;
}

int collect_permission_sets(struct collection *c, enum data_set fills, struct error *err)
{
    struct data_status status = center_state(c, fills, DATA_IDENTITY_CENTER);

    if (ask_lists(c, &status, err) || ask_parts(c, &status, err))
        return -1;
    for (size_t i = 0; i < c->model->center_count; i++)
        center_sort(&c->model->centers[i]);
    c->account->data[fills] = status;
    return 0;
}
