/* trust.c - fixes of trust policies: MFA or an ExternalId at the entry, and whom it admits.
 *
 * All that fails in a role's trust policy is put right in one document, so that the fixes of two
 * findings do not undo each other. Who can never present MFA (services, federation, roles) is kept
 * in a statement of its own, without the question. */
#include <string.h>

#include "base/json_build.h"
#include "base/json_edit.h"
#include "fixes/policy.h"

#define ANY_ACCOUNT "<TRUSTED-ACCOUNT-ID>"

/* What is asked of whom. */
enum demand { DEMAND_NOTHING, DEMAND_MFA, DEMAND_EXTERNAL_ID, DEMANDS };

/* A trust policy being put right. */
struct mending {
    struct fixing *x;
    const struct principal *role;
    bool own, foreign, oidc; /* what fails: entries of the own account, of others, of OIDC */
    struct policy policy;    /* as it stands */
    cJSON *document;
    const char *about, *blanks;
    bool changed, dead_end; /* a role of another account, which no condition mends */
};

static void note(struct mending *t, const char *what)
{
    t->changed = true;
    if (!strstr(t->about, what))
        t->about = arena_printf(t->x->arena, "%s%s%s", t->about, *t->about ? "; " : "", what);
}

static void add_blank(struct mending *t, const char *blank)
{
    if (!strstr(t->blanks, blank))
        t->blanks = arena_printf(t->x->arena, "%s%s%s", t->blanks, *t->blanks ? " " : "", blank);
}

/* --- Who asks, and what is asked of them --------------------------------------------------------
 */

static bool is_of_organization(const struct model *m, const char *account)
{
    return m->organization_id && ((m->management_id && strcmp(account, m->management_id) == 0) ||
                                  model_listed(m, account));
}

/* Does the statement ask somebody for MFA who can never present it? */
static bool keeps_out(struct mending *t, const struct statement *s)
{
    const struct mfa_statements *all = fix_mfa_statements(t->x);

    for (size_t i = 0; i < all->count; i++)
        if (all->at[i].home == HOME_TRUST && all->at[i].role == t->role && all->at[i].s &&
            all->at[i].s->index == s->index &&
            fix_fails(t->x, "iam.mfa_conditions_satisfiable", all->at[i].resource))
            return true;
    return false;
}

static enum demand demand_of(struct mending *t, const struct statement *s, const char *principal)
{
    const struct account *a = t->x->c->account;
    struct outsider who = outsider_of(principal, t->x->scratch);
    bool is_own = !who.caller.account || strcmp(who.caller.account, a->id) == 0;

    if (!who.is_role && tests_mfa(s) && keeps_out(t, s))
        return DEMAND_MFA;
    if (is_own)
        return t->own && !who.is_role ? DEMAND_MFA : DEMAND_NOTHING;
    if (!t->foreign)
        return DEMAND_NOTHING;
    if (who.is_role) {
        t->dead_end = true;
        return DEMAND_NOTHING;
    }
    if (is_of_organization(t->x->c->model, who.caller.account))
        return DEMAND_MFA;
    return asks_for_external_id(s) ? DEMAND_NOTHING : DEMAND_EXTERNAL_ID;
}

/* The statement's principals of AWS by what is asked of them, and whether there are others. */
struct parts {
    cJSON *of[DEMANDS]; /* lists of texts */
    bool others;        /* services, providers */
};

static void sort_principal(struct mending *t, const struct statement *s, const cJSON *value,
                           struct parts *parts)
{
    enum demand demand = DEMAND_NOTHING;

    if (!cJSON_IsString(value))
        return;
    if (strcmp(value->valuestring, "*") != 0)
        demand = demand_of(t, s, value->valuestring);
    else if (t->foreign || t->own) {
        add_blank(t, ANY_ACCOUNT);
        note(t, "the accounts that may enter are named instead of «*»");
        cJSON_AddItemToArray(parts->of[DEMAND_MFA], cJSON_CreateString(arena_printf(
                                                        t->x->scratch, "arn:%s:iam::%s:root",
                                                        t->x->c->account->partition, ANY_ACCOUNT)));
        return;
    }
    cJSON_AddItemToArray(parts->of[demand], cJSON_CreateString(value->valuestring));
}

static void sort_principals(struct mending *t, const struct statement *s, const cJSON *statement,
                            struct parts *parts)
{
    char star[] = "*";
    const cJSON anybody = {.type = cJSON_String, .valuestring = star};
    const cJSON *principal = json_find(statement, "Principal");
    const cJSON *aws = cJSON_IsObject(principal) ? json_find(principal, "AWS") : principal;

    if (s->not_principal)
        aws = &anybody;
    for (const cJSON *e = cJSON_IsObject(principal) ? principal->child : NULL; e; e = e->next)
        parts->others = parts->others || strcmp(e->string, "AWS") != 0;
    if (!cJSON_IsArray(aws))
        sort_principal(t, s, aws, parts);
    for (const cJSON *e = cJSON_IsArray(aws) ? aws->child : NULL; e; e = e->next)
        sort_principal(t, s, e, parts);
}

/* --- Statements ---------------------------------------------------------------------------------
 */

static void ask(struct mending *t, cJSON *statement, enum demand demand)
{
    if (demand == DEMAND_MFA) {
        fix_ask(t->x->scratch, statement, true);
        note(t, "MFA is asked for at the entry; sessions of roles carry none, so give each role or "
                "pipeline that enters by an account a statement of its own first");
    } else if (demand == DEMAND_EXTERNAL_ID) {
        fix_condition(statement, "StringEquals", "sts:ExternalId",
                      cJSON_CreateString(FIX_EXTERNAL_ID));
        add_blank(t, FIX_EXTERNAL_ID);
        note(t, "an ExternalId is asked of the account outside the organisation");
    }
}

/* The statement for these principals alone; the list is taken. */
static cJSON *statement_for(const cJSON *statement, cJSON *principals)
{
    cJSON *s = cJSON_Duplicate(statement, true), *principal = cJSON_CreateObject();

    cJSON_DeleteItemFromObjectCaseSensitive(s, "Principal");
    cJSON_DeleteItemFromObjectCaseSensitive(s, "NotPrincipal");
    cJSON_AddItemToObject(principal, "AWS", principals);
    cJSON_AddItemToObject(s, "Principal", principal);
    return s;
}

/* What is left of the statement: services, providers, and those of whom nothing is asked. */
static cJSON *rest_of(struct mending *t, const struct statement *s, const cJSON *statement,
                      struct parts *parts)
{
    bool any = parts->of[DEMAND_NOTHING]->child != NULL;
    cJSON *rest, *principal;

    if (!any && !parts->others)
        return NULL;
    rest = cJSON_Duplicate(statement, true);
    principal = json_edit(rest, "Principal");
    if (cJSON_IsObject(principal)) {
        cJSON_DeleteItemFromObjectCaseSensitive(principal, "AWS");
        if (any)
            cJSON_AddItemToObject(principal, "AWS",
                                  cJSON_Duplicate(parts->of[DEMAND_NOTHING], true));
    }
    if (tests_mfa(s) && keeps_out(t, s)) {
        (void)fix_unask(t->x->scratch, rest);
        note(t, "those who can never present MFA are not asked for it");
    }
    return rest;
}

/* Put the statements in the place of one; those after the first lose its Sid, which must be one
 * statement's own. */
static void replace(cJSON *list, int index, cJSON *const parts[], size_t count)
{
    cJSON_DeleteItemFromArray(list, index);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            cJSON_DeleteItemFromObjectCaseSensitive(parts[i], "Sid");
        cJSON_InsertItemInArray(list, index + (int)i, parts[i]);
    }
}

/* Can it present MFA, and is it asked for it already? Then it stays as it is. */
static void mend_assuming(struct mending *t, const struct statement *s, cJSON *list, int index)
{
    const cJSON *statement = json_edit_at(list, (size_t)index);
    struct parts parts = {.others = false};
    cJSON *out[DEMANDS];
    size_t count = 0;

    for (int d = 0; d < DEMANDS; d++)
        parts.of[d] = cJSON_CreateArray();
    sort_principals(t, s, statement, &parts);
    out[0] = rest_of(t, s, statement, &parts);
    count = out[0] != NULL;
    for (int d = DEMAND_MFA; d < DEMANDS; d++)
        if (parts.of[d]->child) {
            out[count] = statement_for(statement, cJSON_Duplicate(parts.of[d], true));
            ask(t, out[count++], (enum demand)d);
        }
    for (int d = 0; d < DEMANDS; d++)
        cJSON_Delete(parts.of[d]);
    if (count > 0)
        replace(list, index, out, count);
}

/* --- OIDC ---------------------------------------------------------------------------------------
 */

/* What issuers call their claims, and the subject that names one's own; from the issuers'
 * documents, as in oidc.c. `host` is how it begins. */
struct issuer {
    const char *host, *audience, *subject, *audience_value, *subject_value, *blanks;
};
static const struct issuer issuers[] = {
    {"token.actions.githubusercontent.com", "aud", "sub", "sts.amazonaws.com",
     "repo:<ORGANISATION>/<REPOSITORY>:ref:refs/heads/<BRANCH>",
     "<ORGANISATION> <REPOSITORY> <BRANCH>"},
    {"gitlab.com", "aud", "sub", "<AUDIENCE>",
     "project_path:<GROUP>/<PROJECT>:ref_type:branch:ref:<BRANCH>",
     "<AUDIENCE> <GROUP> <PROJECT> <BRANCH>"},
    {"app.terraform.io", "aud", "sub", "aws.workload.identity",
     "organization:<ORGANISATION>:project:<PROJECT>:workspace:<WORKSPACE>:run_phase:<RUN-PHASE>",
     "<ORGANISATION> <PROJECT> <WORKSPACE> <RUN-PHASE>"},
    {"oidc.eks.", "aud", "sub", "sts.amazonaws.com",
     "system:serviceaccount:<NAMESPACE>:<SERVICE-ACCOUNT>", "<NAMESPACE> <SERVICE-ACCOUNT>"},
    {"www.amazon.com", "app_id", "user_id", "<APP-ID>", "<USER-ID>", "<APP-ID> <USER-ID>"},
    {"graph.facebook.com", "app_id", "id", "<APP-ID>", "<USER-ID>", "<APP-ID> <USER-ID>"},
    {"", "aud", "sub", "<AUDIENCE>", "<SUBJECT>", "<AUDIENCE> <SUBJECT>"},
};

static const struct issuer *issuer_of(const char *host)
{
    size_t i = 0;

    while (strncmp(host, issuers[i].host, strlen(issuers[i].host)) != 0)
        i++;
    return &issuers[i];
}

static void drop_key(cJSON *statement, const char *key)
{
    cJSON *condition = json_edit(statement, "Condition");

    for (cJSON *test = condition ? condition->child : NULL, *next; test; test = next) {
        next = test->next;
        cJSON_DeleteItemFromObject(test, key);
        if (!test->child)
            cJSON_Delete(cJSON_DetachItemViaPointer(condition, test));
    }
}

static void restrict_claim(struct mending *t, cJSON *statement, const char *host, const char *claim,
                           const char *value)
{
    const char *key = arena_printf(t->x->scratch, "%s:%s", host, claim);

    drop_key(statement, key);
    fix_condition(statement, "StringEquals", key, cJSON_CreateString(value));
}

/* The host of an issuer, with its path: behind "oidc-provider/" of the ARN, or as it stands. */
static const char *host_of(const char *provider)
{
    const char *at = strstr(provider, ":oidc-provider/");

    return at ? at + 15 : provider;
}

static void mend_web_identity(struct mending *t, const struct statement *s, cJSON *statement)
{
    for (size_t i = 0; i < s->principal_count; i++) {
        const char *host = host_of(s->principals[i].value);
        const struct issuer *issuer = issuer_of(host);

        if (s->principals[i].kind != PRINCIPAL_FEDERATED ||
            strstr(s->principals[i].value, ":saml-provider/") ||
            strcmp(host, "cognito-identity.amazonaws.com") == 0)
            continue;
        restrict_claim(t, statement, host, issuer->audience, issuer->audience_value);
        restrict_claim(t, statement, host, issuer->subject, issuer->subject_value);
        for (const char *list = issuer->blanks; *list; list += strspn(list, " ")) {
            size_t len = strcspn(list, " ");

            add_blank(t, arena_strndup(t->x->scratch, list, len));
            list += len;
        }
        note(t, "aud and sub of the token are one's own, by name");
    }
}

/* --- The whole ----------------------------------------------------------------------------------
 */

/* Make Statement a list, as statements may be split. */
static cJSON *statements_of(cJSON *document)
{
    cJSON *s = json_edit(document, "Statement"), *list;

    if (!cJSON_IsObject(s))
        return s;
    list = cJSON_CreateArray();
    cJSON_AddItemToArray(list, cJSON_DetachItemFromObjectCaseSensitive(document, "Statement"));
    cJSON_AddItemToObject(document, "Statement", list);
    return list;
}

static void mend(struct mending *t)
{
    cJSON *list = statements_of(t->document);

    /* From the end, so that statements which are split move none that is yet to come. */
    for (size_t i = t->policy.count; i-- > 0;) {
        const struct statement *s = &t->policy.statements[i];

        if (!s->allow && tests_mfa(s) && keeps_out(t, s)) {
            fix_only_users(t->x, json_edit_at(list, i));
            note(t, "the Deny is about users and root only, who can present MFA");
        }
        if (!s->allow)
            continue;
        if (statement_has_action(s, "sts:assumerole"))
            mend_assuming(t, s, list, (int)i);
        else if (t->oidc && statement_has_action(s, "sts:assumerolewithwebidentity"))
            mend_web_identity(t, s, json_edit_at(list, i));
    }
}

/* Put the role's trust policy right and say it; false: nothing in it was to change. */
static bool mend_role(struct mending *t)
{
    struct fix_home home = fix_trust_of(t->role);
    struct error err = {0};

    t->about = t->blanks = "";
    if (!home.document->text || policy_parse(t->x->scratch, "policy", home.document->text,
                                             home.document->len, &t->policy, &err))
        return false;
    t->document = fix_read(home.document);
    if (!t->document)
        return false;
    mend(t);
    if (t->changed)
        fix_put(t->x, &home,
                arena_printf(t->x->arena, "trust policy of role %s; %s", t->role->name, t->about),
                t->blanks, t->document, 0);
    else
        cJSON_Delete(t->document);
    return t->changed;
}

/* Where the chain of roles that leads here begins. */
static const struct principal *origin_of(struct fixing *x, const struct principal *role)
{
    const struct account *a = x->c->account;
    const struct role_entry *entries = fix_entries(x);
    size_t steps = 0;

    while (entries[role - a->roles].via && steps++ < a->role_count)
        role = entries[role - a->roles].via;
    return role;
}

static void mend_origin(struct fixing *x, const struct principal *role)
{
    const struct principal *origin = origin_of(x, role);
    struct mending t = {.x = x, .role = origin, .own = true, .foreign = true};

    if (origin == role)
        return;
    fix_steps(x,
              "The way into {} begins at role {}: MFA cannot be carried from role to role, so that "
              "its trust policy has to ask.",
              role->name, origin->name, NULL);
    (void)mend_role(&t);
}

void fix_trust(struct fixing *x)
{
    const struct principal *role = fix_role(x);
    struct mending t = {.x = x, .role = role};

    if (!role || !fix_is_plain(role->name))
        return;
    t.own = fix_fails(x, "iam.role_trust_requires_mfa", role->arn);
    t.foreign = t.own || fix_fails(x, "iam.cross_account_role_trust", role->arn);
    t.oidc = fix_fails(x, "federation.oidc_trust_restricted", role->arn);
    if (strcmp(x->f->check, "iam.role_trust_requires_mfa") == 0)
        mend_origin(x, role);
    if (!mend_role(&t) && x->f->remedy_count == 0)
        fix_steps(x,
                  "No change of a condition mends the trust policy of role {}: take out whom it "
                  "need not admit, with «aws iam update-assume-role-policy».",
                  role->name, NULL);
    if (t.dead_end)
        fix_steps(x,
                  "The trust policy of {} also names a role of another account, whose sessions "
                  "carry no MFA: name that account's users instead, or have an exception approved.",
                  role->name, NULL);
}

static const struct fix rows[] = {
    {"iam.role_trust_requires_mfa", fix_trust},
    {"iam.cross_account_role_trust", fix_trust},
    {"federation.oidc_trust_restricted", fix_trust},
};
const struct fix_list trust_fixes = {rows, sizeof rows / sizeof *rows};
