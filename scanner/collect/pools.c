/* pools.c - Cognito user pools: ListUserPools in every region of the model, GetUserPoolMfaConfig of
 * each pool.
 *
 * Relied on (service model of Amazon Cognito user pools, 2016-04-18, JSON 1.1, and its API
 * reference): ListUserPools takes 60 at a time and pages by NextToken; it names no account. A
 * pool's id begins with its region. A method is set up when its part of the answer is there: SMS
 * with a configuration of how it is sent, e-mail, and software tokens when enabled. */
#include <string.h>

#include "base/json.h"
#include "collect/json_list.h"
#include "collect/regional.h"

static int read_pool(struct region_reader *r, const cJSON *obj, struct user_pool *p,
                     struct error *err)
{
    struct model *m = r->collection->model;
    size_t len = strlen(r->region);

    p->region = r->region;
    if (json_keep(m, obj, "Id", &p->id, err) || json_keep(m, obj, "Name", &p->name, err))
        return -1;
    if (strncmp(p->id, r->region, len) != 0 || p->id[len] != '_')
        return fail(err, ERR_FORMAT, "a user pool of another region");
    return 0;
}

static int receive_pools(struct call *call, const struct answer *answer, struct error *err)
{
    struct region_reader *r = call->context;
    struct model *m = r->collection->model;
    struct detective *d = r->collection->account->detective;
    const char *file = answer->page->file;
    cleanup_json cJSON *root = json_parse(file, answer->body, answer->len, err);
    const cJSON *list = root ? json_array(root, "UserPools", err) : NULL;
    size_t i = 0;

    if (!root)
        return -1;
    if (!list)
        return fail_in(err, "%s", file);
    for (const cJSON *obj = json_first(list); obj; obj = obj->next, i++) {
        struct user_pool p = {.source = json_source(m, file, "UserPools", i)};

        if (read_pool(r, obj, &p, err))
            return fail_in(err, "%s: UserPools[%zu]", file, i);
        *arena_push(&m->arena, d->pools, d->pool_count) = p;
    }
    if (json_keep_token(m, call, root, "NextToken", err))
        return fail_in(err, "%s", file);
    return 0;
}

static int collect_pools(struct collection *c, enum data_set fills, struct error *err)
{
    struct detective *d = c->account->detective;
    struct regional q = {.service = "cognito-idp",
                         .operation = "ListUserPools",
                         .parameters = "{\"MaxResults\":60}",
                         .receive = receive_pools,
                         .regions = c->model->regions,
                         .region_count = c->model->region_count};

    if (regional_run(c, fills, &q, &d->pool_regions, &d->pool_region_count, err))
        return -1;
    detective_sort(d);
    return 0;
}

/* --- MFA of each ------------------------------------------------------------------------------ */

struct pool_reader {
    struct model *model;
    struct user_pool *pool;
};

static int read_mode(const cJSON *root, enum pool_mfa *out, struct error *err)
{
    static const char *const modes[] = {
        [POOL_MFA_OFF] = "OFF", [POOL_MFA_OPTIONAL] = "OPTIONAL", [POOL_MFA_ON] = "ON"};
    const char *text = json_text(root, "MfaConfiguration", err);

    for (size_t i = 0; text && i < sizeof modes / sizeof *modes; i++)
        if (strcmp(text, modes[i]) == 0) {
            *out = (enum pool_mfa)i;
            return 0;
        }
    return text ? fail(err, ERR_FORMAT, "MfaConfiguration: none of OFF, OPTIONAL and ON") : -1;
}

static int receive_mfa(struct call *call, const struct answer *answer, struct error *err)
{
    struct pool_reader *r = call->context;
    struct user_pool *p = r->pool;
    const char *file = answer->page->file;
    cleanup_json cJSON *root = json_parse(file, answer->body, answer->len, err);

    if (!root)
        return -1;
    if (read_mode(root, &p->mfa, err) ||
        json_keep_flag(json_find(root, "SoftwareTokenMfaConfiguration"), "Enabled", &p->totp, err))
        return fail_in(err, "%s", file);
    p->sms = cJSON_IsObject(json_find(json_find(root, "SmsMfaConfiguration"), "SmsConfiguration"));
    p->email = cJSON_IsObject(json_find(root, "EmailMfaConfiguration"));
    p->webauthn = cJSON_IsObject(json_find(root, "WebAuthnConfiguration"));
    p->mfa_source =
        (struct source){arena_strdup(&r->model->arena, file), "/MfaConfiguration", NULL};
    return 0;
}

static int collect_mfa(struct collection *c, enum data_set fills, struct error *err)
{
    struct detective *d = c->account->detective;
    struct arena scratch = {0};
    struct call *calls = arena_new(&scratch, struct call, d->pool_count);
    struct pool_reader *readers = arena_new(&scratch, struct pool_reader, d->pool_count);
    int status;

    for (size_t i = 0; i < d->pool_count; i++) {
        readers[i] = (struct pool_reader){c->model, &d->pools[i]};
        calls[i] =
            (struct call){.service = "cognito-idp",
                          .operation = "GetUserPoolMfaConfig",
                          .region = d->pools[i].region,
                          .parameters = json_parameter(&scratch, "UserPoolId", d->pools[i].id),
                          .receive = receive_mfa,
                          .context = &readers[i]};
    }
    status = regional_batch(c, fills, DATA_USER_POOLS, calls, d->pool_count, err);
    for (size_t i = 0; i < d->pool_count; i++)
        d->pools[i].status = calls[i].status;
    arena_free(&scratch);
    return status;
}

static const struct collector rows[] = {
    {DATA_USER_POOLS, "cognito-idp", "cognito-idp:ListUserPools", EVERY_ACCOUNT, collect_pools},
    {DATA_POOL_MFA, "cognito-idp", "cognito-idp:GetUserPoolMfaConfig", EVERY_ACCOUNT, collect_mfa},
};
const struct collector_list pool_collectors = {rows, sizeof rows / sizeof *rows};
