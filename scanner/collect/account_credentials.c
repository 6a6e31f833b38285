/* account_credentials.c - credentials and their rules, of the account as a whole:
 * iam:ListServiceSpecificCredentials with AllUsers, iam:GetAccountPasswordPolicy.
 *
 * Service-specific credentials (CodeCommit, Keyspaces, long-term keys of Bedrock and CloudWatch)
 * stand in no credential report. GetAccountPasswordPolicy answers NoSuchEntity when none was set.
 */
#include <stdlib.h>
#include <string.h>

#include "collect/collect.h"
#include "collect/fields.h"
#include "model/credentials.h"

struct reader {
    struct model *model;
    struct account *account;
    struct call *call;
    const char *file;
    struct service_credential row;
    bool truncated, seen_list;
};

#define LIST "ServiceSpecificCredentials"
#define FIELD(element, field)                                                  \
    {                                                                          \
        LIST "/member/" element, 0, offsetof(struct service_credential, field) \
    }
static const struct field credential_fields[] = {
    FIELD("UserName", user),       FIELD("ServiceSpecificCredentialId", id),
    FIELD("ServiceName", service), FIELD("Status", status),
    FIELD("CreateDate", created),  FIELD("ExpirationDate", expires),
};

static int credential_start(void *context, const struct xml_at *at, struct error *err)
{
    struct reader *r = context;
    const char *path = field_path(at);

    (void)err;
    r->seen_list = r->seen_list || (path && strcmp(path, LIST) == 0);
    if (path && strcmp(path, LIST "/member") == 0)
        r->row = (struct service_credential){.source = field_source(r->model, r->file, at)};
    return 0;
}

static int add_credential(struct reader *r, struct error *err)
{
    struct account *a = r->account;

    if (!r->row.user || !r->row.id || !r->row.status || !r->row.service)
        return fail(err, ERR_FORMAT,
                    "a credential without UserName, ServiceSpecificCredentialId, ServiceName or "
                    "Status");
    *arena_push(&r->model->arena, a->service_credentials, a->service_credential_count) = r->row;
    return 0;
}

static int credential_end(void *context, const struct xml_at *at, const char *text, size_t len,
                          struct error *err)
{
    struct reader *r = context;
    const char *path = field_path(at);
    const struct field *row;
    void *target = &r->row;

    if (!path)
        return 0;
    if (strcmp(path, "IsTruncated") == 0)
        return field_boolean(text, len, &r->truncated, err);
    if (strcmp(path, "Marker") == 0)
        return collect_next(r->model, r->call, text, len, err);
    if (strcmp(path, LIST "/member") == 0)
        return add_credential(r, err);
    row = field_find(credential_fields, sizeof credential_fields / sizeof *credential_fields, path);
    return row ? field_store(r->model, row, &target, text, len, err) : 0;
}

static int receive_credentials(struct call *call, const struct answer *answer, struct error *err)
{
    static const struct xml_handler handler = {credential_start, credential_end};
    struct reader *r = call->context;

    r->call = call;
    r->file = answer->page->file;
    r->truncated = r->seen_list = false;
    if (answer_read(call, answer, &handler, r, err))
        return -1;
    if (!r->seen_list)
        return fail(err, ERR_FORMAT, "%s: no list of credentials", r->file);
    if (r->truncated != (call->next != NULL))
        return fail(err, ERR_FORMAT, "%s: IsTruncated and Marker disagree", r->file);
    return 0;
}

static int by_user(const void *a, const void *b)
{
    const struct service_credential *x = a, *y = b;
    int order = strcmp(x->user, y->user);

    return order ? order : strcmp(x->id, y->id);
}

/* The same one may stand on two pages; where they differ, neither is believed. */
static void sort_credentials(struct account *a)
{
    struct service_credential *list = a->service_credentials;
    size_t kept = 0;

    if (a->service_credential_count < 2)
        return;
    qsort(list, a->service_credential_count, sizeof *list, by_user);
    for (size_t i = 1; i < a->service_credential_count; i++) {
        if (by_user(&list[kept], &list[i]) != 0)
            list[++kept] = list[i];
        else if (strcmp(list[kept].status, list[i].status) != 0)
            a->contradiction = list[i].id;
    }
    a->service_credential_count = kept + 1;
}

static int collect_credentials(struct collection *c, enum data_set fills, struct error *err)
{
    struct reader r = {.model = c->model, .account = c->account};
    struct call call = {.service = "iam",
                        .operation = "ListServiceSpecificCredentials",
                        .parameters = "{\"AllUsers\":\"true\",\"MaxItems\":\"1000\"}",
                        .receive = receive_credentials,
                        .context = &r};
    int status = collect_one(c, fills, &call, err);

    sort_credentials(c->account);
    collect_note_contradiction(c, fills);
    return status;
}

/* Rules of the password policy, by element. To add one: a row. */
static const struct {
    const char *path;
    size_t offset;
} switches[] =
    {
        {"PasswordPolicy/RequireSymbols", offsetof(struct password_policy, symbols)},
        {"PasswordPolicy/RequireNumbers", offsetof(struct password_policy, numbers)},
        {"PasswordPolicy/RequireUppercaseCharacters", offsetof(struct password_policy, uppercase)},
        {"PasswordPolicy/RequireLowercaseCharacters", offsetof(struct password_policy, lowercase)},
        {"PasswordPolicy/AllowUsersToChangePassword",
         offsetof(struct password_policy, users_may_change)},
        {"PasswordPolicy/ExpirePasswords", offsetof(struct password_policy, expires)},
        {"PasswordPolicy/HardExpiry", offsetof(struct password_policy, hard_expiry)},
},
  counts[] = {
      {"PasswordPolicy/MinimumPasswordLength", offsetof(struct password_policy, minimum_length)},
      {"PasswordPolicy/MaxPasswordAge", offsetof(struct password_policy, max_age)},
      {"PasswordPolicy/PasswordReusePrevention",
       offsetof(struct password_policy, reuse_prevention)},
};

static int policy_end(void *context, const struct xml_at *at, const char *text, size_t len,
                      struct error *err)
{
    struct reader *r = context;
    const char *path = field_path(at);
    char *policy = (char *)r->account->password_policy;

    if (!path)
        return 0;
    for (size_t i = 0; i < sizeof switches / sizeof *switches; i++)
        if (strcmp(path, switches[i].path) == 0)
            return field_boolean(text, len, (bool *)(policy + switches[i].offset), err);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        if (strcmp(path, counts[i].path) == 0)
            return field_number(text, len, (long *)(void *)(policy + counts[i].offset), err);
    if (strcmp(path, "PasswordPolicy") == 0) {
        r->account->password_policy->exists = true;
        r->account->password_policy->source = field_source(r->model, r->file, at);
    }
    return 0;
}

static int receive_policy(struct call *call, const struct answer *answer, struct error *err)
{
    static const struct xml_handler handler = {.end = policy_end};
    struct reader *r = call->context;

    r->file = answer->page->file;
    if (answer_read(call, answer, &handler, r, err))
        return -1;
    if (!r->account->password_policy->exists)
        return fail(err, ERR_FORMAT, "%s: no PasswordPolicy", r->file);
    return 0;
}

static int collect_policy(struct collection *c, enum data_set fills, struct error *err)
{
    struct reader r = {.model = c->model, .account = c->account};
    struct call call = {.service = "iam",
                        .operation = "GetAccountPasswordPolicy",
                        .parameters = "{}",
                        .benign_errors = "NoSuchEntity",
                        .receive = receive_policy,
                        .context = &r};
    struct password_policy *policy = arena_new(&c->model->arena, struct password_policy, 1);
    int status;

    policy->minimum_length = policy->max_age = policy->reuse_prevention = -1;
    c->account->password_policy = policy;
    status = collect_one(c, fills, &call, err);
    if (!data_complete(c->account, fills))
        c->account->password_policy = NULL;
    else if (!policy->exists)
        policy->source = (struct source){c->account->data[fills].file, "/*", NULL};
    return status;
}

static const struct collector rows[] = {
    {DATA_SERVICE_CREDENTIALS, "iam", "iam:ListServiceSpecificCredentials", EVERY_ACCOUNT,
     collect_credentials},
    {DATA_PASSWORD_POLICY, "iam", "iam:GetAccountPasswordPolicy", EVERY_ACCOUNT, collect_policy},
};
const struct collector_list account_credential_collectors = {rows, sizeof rows / sizeof *rows};
