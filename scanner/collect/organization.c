/* organization.c - organizations:DescribeOrganization and ListAccounts (AWS JSON 1.1), asked with
 * the home account's credentials. */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "collect/collect.h"
#include "collect/json_list.h"
#include "model/organization.h"

static int receive_organization(struct call *call, const struct answer *answer, struct error *err)
{
    struct model *m = call->context;
    cleanup_json cJSON *root = json_parse(answer->page->file, answer->body, answer->len, err);
    const cJSON *organization = root ? json_object(root, "Organization", err) : NULL;

    if (!root)
        return -1;
    if (!organization || json_keep(m, organization, "Id", &m->organization_id, err) ||
        json_keep(m, organization, "MasterAccountId", &m->management_id, err))
        return fail_in(err, "%s", answer->page->file);
    m->management_source = (struct source){arena_strdup(&m->arena, answer->page->file),
                                           "/Organization/MasterAccountId", NULL};
    return 0;
}

/* A standalone account answers AWSOrganizationsNotInUseException: an answer, no organisation. */
static int collect_organization(struct collection *c, enum data_set fills, struct error *err)
{
    struct call call = {.service = "organizations",
                        .operation = "DescribeOrganization",
                        .parameters = "{}",
                        .benign_errors = "AWSOrganizationsNotInUseException",
                        .receive = receive_organization,
                        .context = c->model};

    return collect_one(c, fills, &call, err);
}

/* `State` is the newer field; `Status` is used where it is absent. */
static int read_account(void *context, const cJSON *obj, struct source at, struct error *err)
{
    struct model *m = context;
    struct listed_account out = {.source = at};
    const char *state = json_find(obj, "State") ? "State" : "Status";

    if (json_keep(m, obj, "Id", &out.id, err) || json_keep(m, obj, "Name", &out.name, err) ||
        json_keep(m, obj, state, &out.state, err))
        return -1;
    if (node_kind_of(out.id) != NODE_ACCOUNT)
        return fail(err, ERR_FORMAT, "Id: expected 12 digits");
    if (m->listed_count == LIMIT_ACCOUNTS)
        return fail(err, ERR_LIMIT, "more than %d accounts", LIMIT_ACCOUNTS);
    *arena_push(&m->arena, m->listed, m->listed_count) = out;
    return 0;
}

static int receive_accounts(struct call *call, const struct answer *answer, struct error *err)
{
    return json_list(call->context, call, answer, "Accounts", read_account, err);
}

static int by_id(const void *a, const void *b)
{
    return strcmp(((const struct listed_account *)a)->id, ((const struct listed_account *)b)->id);
}

/* Sort, and keep one of those that stand on two pages: AWS's pages are not atomic. Returns the id
 * of one whose rows differ in state, or NULL. */
static const char *sort_listed(struct model *m)
{
    const char *differs = NULL;
    size_t kept = 0;

    if (m->listed_count > 1)
        qsort(m->listed, m->listed_count, sizeof *m->listed, by_id);
    for (size_t i = 0; i < m->listed_count; i++) {
        const struct listed_account *last = kept ? &m->listed[kept - 1] : NULL;

        if (!last || strcmp(last->id, m->listed[i].id) != 0)
            m->listed[kept++] = m->listed[i];
        else if (strcmp(last->state, m->listed[i].state) != 0)
            differs = last->id;
    }
    m->listed_count = kept;
    return differs;
}

static void name_accounts(struct model *m)
{
    for (size_t i = 0; i < m->listed_count; i++) {
        struct account *a = model_account(m, m->listed[i].id);

        if (a)
            a->name = m->listed[i].name;
    }
}

static int collect_accounts(struct collection *c, enum data_set fills, struct error *err)
{
    struct call call = {.service = "organizations",
                        .operation = "ListAccounts",
                        .parameters = "{\"MaxResults\":20}",
                        .benign_errors = "AWSOrganizationsNotInUseException",
                        .receive = receive_accounts,
                        .context = c->model};

    if (collect_one(c, fills, &call, err))
        return -1;
    c->account->contradiction = sort_listed(c->model);
    collect_note_contradiction(c, fills);
    name_accounts(c->model);
    return 0;
}

static const struct collector rows[] = {
    {DATA_ORGANIZATION, "organizations", "organizations:DescribeOrganization", HOME_ACCOUNT,
     collect_organization},
    {DATA_ACCOUNTS, "organizations", "organizations:ListAccounts", HOME_ACCOUNT, collect_accounts},
};
const struct collector_list organization_collectors = {rows, sizeof rows / sizeof *rows};
