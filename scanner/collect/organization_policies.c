/* organization_policies.c - service and resource control policies: ListPolicies, then
 * DescribePolicy and ListTargetsForPolicy of each in one batch; and ListDelegatedAdministrators.
 *
 * ListTargetsForPolicy per policy needs far fewer calls than ListPoliciesForTarget per account.
 * RCPFullAWSAccess is not asked for its targets: AWS attaches it to every node and lets nobody
 * detach it (AWS Organizations guide, "RCPFullAWSAccess"). */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/sort.h"
#include "base/text.h"
#include "collect/fields.h"
#include "collect/organization_private.h"

#define RCP_EVERYWHERE "p-RCPFullAWSAccess"

/* The reader of one kind's list. */
struct gathering {
    struct collection *collection;
    struct policy_set *set;
    enum policy_kind kind;
};

/* The reader of one policy's content and targets. */
struct inquiry {
    struct gathering *gathering;
    struct organization_policy *policy;
};

static struct model *model_of(const struct gathering *g)
{
    return g->collection->model;
}

static bool is_policy_id(const char *id)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    size_t len = strncmp(id, "p-", 2) == 0 ? strspn(id + 2, allowed) : 0;

    return len >= 8 && len <= 128 && !id[2 + len];
}

/* A PolicySummary: of this kind, this organisation. */
static int read_summary(struct gathering *g, const cJSON *row, struct organization_policy *p,
                        struct error *err)
{
    const char *type = json_text(row, "Type", err);
    bool aws_managed = false;

    if (!type || json_keep(model_of(g), row, "Id", &p->id, err) ||
        json_keep(model_of(g), row, "Arn", &p->arn, err) ||
        json_keep(model_of(g), row, "Name", &p->document.name, err) ||
        json_bool(row, "AwsManaged", &aws_managed, err))
        return -1;
    if (!is_policy_id(p->id))
        return fail(err, ERR_FORMAT, "Id: no policy id");
    if (strcmp(type, policy_kind_name(g->kind)) != 0)
        return fail(err, ERR_FORMAT, "Type: another was asked for");
    if (aws_managed != field_arn_is_of(p->arn, "aws"))
        return fail(err, ERR_FORMAT, "Arn and AwsManaged disagree");
    p->everywhere =
        aws_managed && g->kind == POLICY_RESOURCE_CONTROL && strcmp(p->id, RCP_EVERYWHERE) == 0;
    return organization_owns(model_of(g), p->arn, err);
}

static int read_policy(void *context, const cJSON *row, struct source at, struct error *err)
{
    struct gathering *g = context;
    struct organization_policy p = {.source = at};

    if (read_summary(g, row, &p, err))
        return -1;
    if (g->set->policy_count == LIMIT_ORGANIZATION_POLICIES)
        return fail(err, ERR_LIMIT, "more than %d policies", LIMIT_ORGANIZATION_POLICIES);
    *arena_push(&model_of(g)->arena, g->set->policies, g->set->policy_count) = p;
    return 0;
}

static int receive_policies(struct call *call, const struct answer *answer, struct error *err)
{
    struct gathering *g = call->context;

    return json_list(model_of(g), call, answer, "Policies", read_policy, err);
}

static int read_content(struct inquiry *q, const cJSON *root, const char *file, struct error *err)
{
    struct model *m = model_of(q->gathering);
    struct organization_policy again = {0};
    const cJSON *policy = json_object(root, "Policy", err);
    const cJSON *summary = policy ? json_object(policy, "PolicySummary", err) : NULL;
    const char *content = summary ? json_text(policy, "Content", err) : NULL;

    if (!content || read_summary(q->gathering, summary, &again, err))
        return -1;
    if (strcmp(again.id, q->policy->id) != 0)
        return fail(err, ERR_FORMAT, "another policy than was asked for");
    if (strlen(content) > LIMIT_POLICY_BYTES)
        return fail(err, ERR_LIMIT, "Content: longer than %zu bytes", LIMIT_POLICY_BYTES);
    q->policy->document.text = arena_strdup(&m->arena, content);
    q->policy->document.len = strlen(content);
    q->policy->document.source =
        (struct source){arena_strdup(&m->arena, file), "/Policy/Content", NULL};
    return 0;
}

static int receive_content(struct call *call, const struct answer *answer, struct error *err)
{
    const char *file = answer->page->file;
    cleanup_json cJSON *root = json_parse(file, answer->body, answer->len, err);

    if (!root)
        return -1;
    return read_content(call->context, root, file, err) ? fail_in(err, "%s", file) : 0;
}

static int read_target(void *context, const cJSON *row, struct source at, struct error *err)
{
    struct inquiry *q = context;
    struct gathering *g = q->gathering;
    struct attachment a = {.policy = q->policy, .source = at};

    if (json_keep(model_of(g), row, "TargetId", &a.target, err))
        return -1;
    if (node_kind_of(a.target) == NODE_NONE)
        return fail(err, ERR_FORMAT, "TargetId: neither root nor unit nor account");
    if (g->set->attachment_count == LIMIT_ATTACHMENTS)
        return fail(err, ERR_LIMIT, "more than %d targets", LIMIT_ATTACHMENTS);
    *arena_push(&model_of(g)->arena, g->set->attachments, g->set->attachment_count) = a;
    return 0;
}

static int receive_targets(struct call *call, const struct answer *answer, struct error *err)
{
    struct inquiry *q = call->context;

    return json_list(model_of(q->gathering), call, answer, "Targets", read_target, err);
}

static int by_policy_id(const void *a, const void *b)
{
    return strcmp(((const struct organization_policy *)a)->id,
                  ((const struct organization_policy *)b)->id);
}

static int by_target(const void *a, const void *b)
{
    const struct attachment *x = a, *y = b;
    int order = strcmp(x->target, y->target);

    return order ? order : strcmp(x->policy->id, y->policy->id);
}

static struct call call_about(struct inquiry *q, const char *operation, const char *before)
{
    struct gathering *g = q->gathering;

    return (struct call){.account = g->collection->account->id,
                         .service = "organizations",
                         .operation = operation,
                         .parameters = arena_printf(&model_of(g)->arena, "{%s\"PolicyId\":\"%s\"}",
                                                    before, q->policy->id),
                         .context = q};
}

/* Content and targets of every policy, in one batch. What one call failed with is what the data
 * set is: one policy that cannot be read leaves all accounts below unknown. */
static int ask_policies(struct gathering *g, struct data_status *status, struct error *err)
{
    struct arena scratch = {0};
    size_t policies = g->set->policy_count, count = 0;
    struct inquiry *inquiries = arena_new(&scratch, struct inquiry, policies);
    struct call *calls = arena_new(&scratch, struct call, 2 * policies);
    int result;

    for (size_t i = 0; i < policies; i++) {
        inquiries[i] = (struct inquiry){g, &g->set->policies[i]};
        calls[count] = call_about(&inquiries[i], "DescribePolicy", "");
        calls[count++].receive = receive_content;
        if (g->set->policies[i].everywhere)
            continue;
        calls[count] = call_about(&inquiries[i], "ListTargetsForPolicy", "\"MaxResults\":20,");
        calls[count++].receive = receive_targets;
    }
    result = transport_run(g->collection->transport, calls, count, err);
    for (size_t i = 0; result == 0 && i < count && status->state == STATE_COMPLETE; i++)
        if (calls[i].status.state != STATE_COMPLETE)
            *status = calls[i].status;
    sort_once(g->set->attachments, &g->set->attachment_count, sizeof *g->set->attachments,
              by_target);
    arena_free(&scratch);
    return result;
}

/* AWS lets nobody detach the last SCP of a node; a node that seems to have none would seem to allow
 * nothing, so something was not read. */
static void check_coverage(struct gathering *g, struct data_status *status)
{
    const struct organization *o = model_of(g)->organization;
    bool known = g->kind == POLICY_SERVICE_CONTROL && g->set->type == TYPE_ENABLED &&
                 data_complete(g->collection->account, DATA_ORGANIZATION_TREE);
    size_t count;

    for (size_t i = 0; known && i < o->node_count && status->state == STATE_COMPLETE; i++)
        if (!organization_attached(o, g->kind, o->nodes[i].id, &count))
            *status = (struct data_status){
                STATE_INCOMPLETE,
                arena_printf(&model_of(g)->arena,
                             "organizations:ListTargetsForPolicy: no SCP is attached to %s, though "
                             "AWS keeps one at every node",
                             o->nodes[i].id),
                status->file};
}

static int gather(struct gathering *g, enum data_set fills, struct error *err)
{
    struct data_status *status = &g->collection->account->data[fills];
    struct call call = {.service = "organizations",
                        .operation = "ListPolicies",
                        .parameters = arena_printf(&model_of(g)->arena,
                                                   "{\"Filter\":\"%s\",\"MaxResults\":20}",
                                                   policy_kind_name(g->kind)),
                        .benign_errors = NOT_IN_USE,
                        .receive = receive_policies,
                        .context = g};

    if (collect_one(g->collection, fills, &call, err))
        return -1;
    sort_once(g->set->policies, &g->set->policy_count, sizeof *g->set->policies, by_policy_id);
    if (status->state != STATE_COMPLETE || call.error_code)
        return 0;
    if (ask_policies(g, status, err))
        return -1;
    check_coverage(g, status);
    return 0;
}

static int collect_kind(struct collection *c, enum data_set fills, enum policy_kind kind,
                        struct error *err)
{
    struct organization *o = organization_of(c, fills);
    struct gathering g = {c, o ? &o->sets[kind] : NULL, kind};

    if (!o)
        return 0;
    if (o->sets[kind].type == TYPE_OFF) { /* said by ListRoots: such policies limit nobody */
        c->account->data[fills] =
            (struct data_status){STATE_COMPLETE, NULL, o->sets[kind].type_source.file};
        return 0;
    }
    return gather(&g, fills, err);
}

static int collect_scps(struct collection *c, enum data_set fills, struct error *err)
{
    return collect_kind(c, fills, POLICY_SERVICE_CONTROL, err);
}

static int collect_rcps(struct collection *c, enum data_set fills, struct error *err)
{
    return collect_kind(c, fills, POLICY_RESOURCE_CONTROL, err);
}

static int read_administrator(void *context, const cJSON *row, struct source at, struct error *err)
{
    struct model *m = context;
    struct organization *o = m->organization;
    struct delegated_administrator d = {.source = at};
    const char *arn;

    if (json_keep(m, row, "Id", &d.id, err) || json_keep(m, row, "Arn", &arn, err))
        return -1;
    if (node_kind_of(d.id) != NODE_ACCOUNT)
        return fail(err, ERR_FORMAT, "Id: expected 12 digits");
    if (organization_owns(m, arn, err))
        return -1;
    if (o->administrator_count == LIMIT_ACCOUNTS)
        return fail(err, ERR_LIMIT, "more than %d administrators", LIMIT_ACCOUNTS);
    *arena_push(&m->arena, o->administrators, o->administrator_count) = d;
    return 0;
}

static int receive_administrators(struct call *call, const struct answer *answer, struct error *err)
{
    return json_list(call->context, call, answer, "DelegatedAdministrators", read_administrator,
                     err);
}

static int by_administrator(const void *a, const void *b)
{
    return strcmp(((const struct delegated_administrator *)a)->id,
                  ((const struct delegated_administrator *)b)->id);
}

static int collect_administrators(struct collection *c, enum data_set fills, struct error *err)
{
    struct organization *o = organization_of(c, fills);
    struct call call = {.service = "organizations",
                        .operation = "ListDelegatedAdministrators",
                        .parameters = "{\"MaxResults\":20}",
                        .benign_errors = NOT_IN_USE,
                        .receive = receive_administrators,
                        .context = c->model};

    if (!o)
        return 0;
    if (collect_one(c, fills, &call, err))
        return -1;
    sort_once(o->administrators, &o->administrator_count, sizeof *o->administrators,
              by_administrator);
    return 0;
}

static const struct collector rows[] = {
    {DATA_SERVICE_CONTROL_POLICIES, "organizations",
     "organizations:ListPolicies organizations:DescribePolicy organizations:ListTargetsForPolicy",
     HOME_ACCOUNT, collect_scps},
    {DATA_RESOURCE_CONTROL_POLICIES, "organizations",
     "organizations:ListPolicies organizations:DescribePolicy organizations:ListTargetsForPolicy",
     HOME_ACCOUNT, collect_rcps},
    {DATA_DELEGATED_ADMINISTRATORS, "organizations", "organizations:ListDelegatedAdministrators",
     HOME_ACCOUNT, collect_administrators},
};
const struct collector_list organization_policy_collectors = {rows, sizeof rows / sizeof *rows};
