/* assignments.c - sso-admin: who may use which permission set in which account.
 *
 * Asked are the pairs that exist: the accounts that a set is provisioned to. Of these, the accounts
 * of the scan: in a large organisation all others would cost hours and say nothing about what is
 * judged. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "collect/identity_center.h"

struct account_reader {
    struct answer_list list;
    struct permission_set *set;
};

static int take_account(struct answer_list *list, const cJSON *element, struct source source,
                        struct error *err)
{
    struct permission_set *set = ((struct account_reader *)list)->set;
    const char *id = NULL;

    (void)source;
    if (json_keep_text(list->model, element, &id, err))
        return -1;
    if (strlen(id) != 12 || strspn(id, "0123456789") != 12)
        return fail(err, ERR_FORMAT, "not an account id");
    *arena_push(&list->model->arena, set->accounts, set->account_count) = id;
    return 0;
}

/* One instance's sets, in one batch. */
static int ask_provisioned(struct collection *c, struct identity_center *center,
                           struct data_status *status, struct error *err)
{
    struct arena scratch = {0};
    struct call *calls = arena_new(&scratch, struct call, center->set_count);
    struct account_reader *readers = arena_new(&scratch, struct account_reader, center->set_count);
    int result;

    for (size_t i = 0; i < center->set_count; i++) {
        const char *const pairs[] = {"InstanceArn", center->arn, "PermissionSetArn",
                                     center->sets[i].arn, NULL};

        readers[i] = (struct account_reader){{c->model, "AccountIds", false, take_account},
                                             &center->sets[i]};
        calls[i] =
            (struct call){.service = "sso-admin",
                          .operation = "ListAccountsForProvisionedPermissionSet",
                          .region = center->region,
                          .parameters = json_parameters(&c->model->arena, pairs, CENTER_PAGE),
                          .receive = answer_list_receive,
                          .context = &readers[i]};
    }
    result = collect_batch(c, calls, center->set_count, err);
    for (size_t i = 0; result == 0 && i < center->set_count; i++) {
        center->sets[i].provisioned_status = calls[i].status;
        collect_fold(status, &calls[i].status);
    }
    arena_free(&scratch);
    center_sort(center);
    return result;
}

struct pair_reader {
    struct answer_list list;
    struct identity_center *center;
    const char *account, *set;
};

static int take_assignment(struct answer_list *list, const cJSON *row, struct source source,
                           struct error *err)
{
    struct pair_reader *r = (struct pair_reader *)list;
    struct assignment out = {.account = r->account, .permission_set = r->set, .source = source};
    const char *kind = json_text(row, "PrincipalType", err);

    if (!kind || json_expect(row, "AccountId", r->account, err) ||
        json_expect(row, "PermissionSetArn", r->set, err) ||
        json_keep(list->model, row, "PrincipalId", &out.principal, err))
        return -1;
    out.kind = strcmp(kind, "GROUP") == 0 ? STORE_GROUP : STORE_USER;
    if (out.kind == STORE_USER && strcmp(kind, "USER") != 0)
        return fail(err, ERR_FORMAT, "PrincipalType: neither USER nor GROUP");
    *arena_push(&list->model->arena, r->center->assignments, r->center->assignment_count) = out;
    return 0;
}

static int by_id(const void *a, const void *b)
{
    return strcmp(((const struct scope_account *)a)->id, ((const struct scope_account *)b)->id);
}

static bool is_read(const struct snapshot *scope, const char *id)
{
    struct scope_account wanted = {.id = id};
    const struct scope_account *found =
        bsearch(&wanted, scope->accounts, scope->account_count, sizeof *scope->accounts, by_id);

    return found && found->included;
}

struct pairs {
    struct arena scratch;
    struct pair_reader *at;
    size_t count;
};

static void find_pairs(const struct collection *c, struct identity_center *center,
                       struct pairs *out)
{
    for (size_t s = 0; s < center->set_count; s++)
        for (size_t i = 0; i < center->sets[s].account_count; i++)
            if (is_read(c->scope, center->sets[s].accounts[i]))
                *arena_push(&out->scratch, out->at, out->count) =
                    (struct pair_reader){{c->model, "AccountAssignments", false, take_assignment},
                                         center,
                                         center->sets[s].accounts[i],
                                         center->sets[s].arn};
}

static int ask_pairs(struct collection *c, struct pairs *pairs, struct data_status *status,
                     struct error *err)
{
    struct call *calls = arena_new(&pairs->scratch, struct call, pairs->count);

    for (size_t i = 0; i < pairs->count; i++) {
        const struct pair_reader *p = &pairs->at[i];
        const char *const names[] = {"AccountId",        p->account, "InstanceArn", p->center->arn,
                                     "PermissionSetArn", p->set,     NULL};

        calls[i] = (struct call){.service = "sso-admin",
                                 .operation = "ListAccountAssignments",
                                 .region = p->center->region,
                                 .parameters = json_parameters(&pairs->scratch, names, CENTER_PAGE),
                                 .receive = answer_list_receive,
                                 .context = &pairs->at[i]};
    }
    if (collect_batch(c, calls, pairs->count, err))
        return -1;
    for (size_t i = 0; i < pairs->count; i++)
        collect_fold(status, &calls[i].status);
    return 0;
}

int collect_assignments(struct collection *c, enum data_set fills, struct error *err)
{
    struct data_status status = center_state(c, fills, DATA_PERMISSION_SETS);
    struct pairs pairs = {.at = NULL};
    int result = 0;

    for (size_t i = 0; result == 0 && i < c->model->center_count; i++) {
        result = ask_provisioned(c, &c->model->centers[i], &status, err);
        find_pairs(c, &c->model->centers[i], &pairs);
    }
    if (result == 0)
        result = ask_pairs(c, &pairs, &status, err);
    for (size_t i = 0; i < c->model->center_count; i++)
        center_sort(&c->model->centers[i]);
    c->account->data[fills] = status;
    arena_free(&pairs.scratch);
    return result;
}
