/* permissions.c - the permission that was missing, as a fix of what is UNKNOWN. */
#include "permissions.h"

#include <string.h>

#include "base/json_build.h"
#include "collect/collect.h"
#include "fixes/fixing.h"

/* Where the data set of the account is asked for. */
static const struct account *asked_in(const struct checking *c, enum data_set set)
{
    return collect_at_home(set) && c->model->home ? model_account(c->model, c->model->home)
                                                  : c->account;
}

static void add_actions(cJSON *list, const char *actions)
{
    while (*actions) {
        size_t len = strcspn(actions, " ");
        cleanup_strbuf struct strbuf action = STRBUF_INIT(256);
        bool listed = false;

        strbuf_add(&action, actions, len);
        for (const cJSON *e = list->child; e; e = e->next)
            listed = listed || strcmp(e->valuestring, action.buf) == 0;
        if (!listed)
            cJSON_AddItemToArray(list, cJSON_CreateString(action.buf));
        actions += len + strspn(actions + len, " ");
    }
}

/* The actions of what was refused, of all that the check needs; *in: the account to allow it in. */
static cJSON *refused(const struct checking *c, uint64_t needs, const struct account **in)
{
    cJSON *list = cJSON_CreateArray();
    size_t lists;
    const struct collector_list *const *all = collector_lists(&lists);

    for (size_t i = 0; i < lists; i++)
        for (size_t k = 0; k < all[i]->count; k++) {
            const struct collector *row = &all[i]->rows[k];
            const struct account *a = asked_in(c, row->fills);

            if (!(needs & DATA_BIT(row->fills)) || !a ||
                a->data[row->fills].state != STATE_DENIED || (*in && *in != a))
                continue;
            *in = a;
            add_actions(list, row->actions);
        }
    return list;
}

static cJSON *allowing(cJSON *actions)
{
    cJSON *root = cJSON_CreateObject(), *s;

    cJSON_AddStringToObject(root, "Version", "2012-10-17");
    s = json_append_object(cJSON_AddArrayToObject(root, "Statement"));
    cJSON_AddStringToObject(s, "Sid", "ReportgenReads");
    cJSON_AddStringToObject(s, "Effect", "Allow");
    cJSON_AddItemToObject(s, "Action", actions);
    cJSON_AddStringToObject(s, "Resource", "*");
    return root;
}

/* "NAME" of "arn:P:sts::ID:assumed-role/NAME/SESSION"; NULL: not a role. */
static const char *role_of(struct fixing *x, const struct account *a)
{
    static const char mark[] = ":assumed-role/";
    const char *at = a->caller_arn ? strstr(a->caller_arn, mark) : NULL;

    return at ? arena_strndup(x->arena, at + strlen(mark), strcspn(at + strlen(mark), "/")) : NULL;
}

static void allow(struct fixing *x)
{
    const struct account *in = NULL;
    cJSON *actions = refused(x->c, x->c->check->needs, &in);
    const char *file, *role;

    if (!in) {
        cJSON_Delete(actions);
        return;
    }
    role = role_of(x, in);
    file = fix_document(x, "what AWS refused to the scan, to be allowed to its role.", "",
                        allowing(actions));
    if (role)
        fix_cli(x, arena_printf(x->arena, "In account %s; then scan again.", in->id),
                "aws iam put-role-policy --role-name {} --policy-name reportgen-{} "
                "--policy-document file://{}",
                role, x->f->id, file, NULL);
    else
        fix_cli(x, arena_printf(x->arena, "In account %s; then scan again.", in->id),
                "aws iam put-role-policy --role-name <SCANNER-ROLE> --policy-name reportgen-{} "
                "--policy-document file://{}",
                x->f->id, file, NULL);
}

void permissions_add(const struct checking *c, size_t first)
{
    struct arena scratch = {0};
    struct checking at = *c;
    struct fixing x = {.c = &at, .arena = &c->out->arena, .scratch = &scratch};

    for (size_t i = first; i < c->out->count; i++) {
        x.f = &c->out->at[i];
        if (x.f->status != STATUS_UNKNOWN)
            continue;
        at.check = check_at(x.f->row);
        x.documents = 0;
        allow(&x);
    }
    arena_free(&scratch);
}
