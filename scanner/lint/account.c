/* account.c - from the papers of a file to an account. */
#include "lint/account.h"

#include <string.h>

#include "base/limits.h"
#include "base/lookup.h"
#include "checks/entries.h"
#include "lint/intrinsic.h"
#include "model/credentials.h"
#include "model/federation.h"

struct building {
    struct papers *papers;
    struct arena *arena;
    struct account *account;
    struct lookup roles;    /* by label and alias: index of the role, plus 1 */
    struct lookup others;   /* groups, and users of the file, likewise */
    struct lookup policies; /* by label: its ARN */
    struct error *err;
};

/* --- Entities -----------------------------------------------------------------------------------
 */

static const char full_access[] = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":"
                                  "\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}]}";
static const char may_assume[] = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\","
                                 "\"Action\":\"sts:AssumeRole\",\"Resource\":\"*\"}]}";

/* A document that no file holds. */
static struct document made_document(const char *name, const char *text)
{
    return (struct document){name, text, strlen(text), {NULL, NULL, NULL}};
}

static struct document document_of(const struct building *b, const struct paper *paper)
{
    return (struct document){
        paper->name, paper->text, paper->len, {b->papers->file, paper->pointer, NULL}};
}

static struct principal *add_principal(struct building *b, struct principal **list, size_t *count,
                                       const char *type, const char *label)
{
    struct principal *p = arena_push(b->arena, *list, *count);

    *p = (struct principal){.name = lint_label(b->arena, label),
                            .id = "",
                            .arn = lint_arn(b->arena, b->account->id, type, label),
                            .path = "/"};
    return p;
}

static struct principal *add_user(struct building *b, const char *name)
{
    struct principal *user =
        add_principal(b, &b->account->users, &b->account->user_count, "user", name);
    struct access_key *key = arena_new(b->arena, struct access_key, 1);

    key->active = true;
    user->credentials = arena_new(b->arena, struct credentials, 1);
    *user->credentials = (struct credentials){.asked = ASKED_LOGIN | ASKED_KEYS,
                                              .login_status.state = STATE_COMPLETE,
                                              .has_login = true,
                                              .keys_status.state = STATE_COMPLETE,
                                              .keys = key,
                                              .key_count = 1};
    *arena_push(b->arena, user->inline_policies, user->inline_count) =
        made_document("entry", may_assume);
    return user;
}

/* The role of that label or alias; it is made when there is none. */
static struct principal *role_of(struct building *b, const char *label, enum paper_owner owner)
{
    void **known = lookup_at(&b->roles, label, strlen(label));
    struct principal *role;

    if (*known)
        return &b->account->roles[(size_t)(uintptr_t)*known - 1];
    role = add_principal(b, &b->account->roles, &b->account->role_count, "role", label);
    if (owner == OWNER_PERMISSION_SET)
        role->path = RESERVED_PATH;
    *known = (void *)(uintptr_t)b->account->role_count;
    return role;
}

static int note_alias(struct building *b, const struct paper *paper)
{
    void **known = lookup_at(&b->roles, paper->label, strlen(paper->label)), *role;

    if (*known)
        return fail(b->err, ERR_FORMAT, "%s: %s: stands there twice", b->papers->file,
                    paper->label);
    (void)role_of(b, paper->label, OWNER_ROLE);
    role = *lookup_at(&b->roles, paper->label, strlen(paper->label));
    if (paper->alias) {
        known = lookup_at(&b->roles, paper->alias, strlen(paper->alias));
        if (!*known)
            *known = role;
    }
    return 0;
}

/* --- Documents ----------------------------------------------------------------------------------
 */

static int add_managed(struct building *b, const struct paper *paper)
{
    void **known = lookup_at(&b->policies, paper->label, strlen(paper->label));
    struct account *a = b->account;
    struct managed_policy *m;

    if (*known)
        return fail(b->err, ERR_FORMAT, "%s: %s: stands there twice", b->papers->file,
                    paper->label);
    m = arena_push(b->arena, a->policies, a->policy_count);
    *m = (struct managed_policy){.name = paper->label,
                                 .arn = lint_arn(b->arena, a->id, "policy", paper->label),
                                 .default_version = "v1",
                                 .document = document_of(b, paper)};
    *known = (void *)(uintptr_t)m->arn;
    return 0;
}

/* Users of the file stand among the groups: whether and how they may sign in, it does not say, so
 * that they are no way into a role. */
static struct principal *other_of(struct building *b, const struct paper *paper)
{
    void **known = lookup_at(&b->others, paper->label, strlen(paper->label));
    struct account *a = b->account;

    if (!*known) {
        (void)add_principal(b, &a->groups, &a->group_count,
                            paper->owner == OWNER_USER ? "user" : "group", paper->label);
        *known = (void *)(uintptr_t)a->group_count;
    }
    return &a->groups[(size_t)(uintptr_t)*known - 1];
}

static void add_inline(struct building *b, const struct paper *paper)
{
    bool of_role = paper->owner == OWNER_ROLE || paper->owner == OWNER_PERMISSION_SET;
    struct principal *p = of_role ? role_of(b, paper->label, paper->owner) : other_of(b, paper);

    *arena_push(b->arena, p->inline_policies, p->inline_count) = document_of(b, paper);
}

static int add_paper(struct building *b, const struct paper *paper)
{
    if (paper->kind == PAPER_TRUST)
        role_of(b, paper->label, OWNER_ROLE)->trust = document_of(b, paper);
    else if (paper->owner == OWNER_MANAGED)
        return add_managed(b, paper);
    else
        add_inline(b, paper);
    return 0;
}

static void attach(struct building *b, struct principal *p, const char *policy)
{
    void *arn = *lookup_at(&b->policies, policy, strlen(policy));

    *arena_push(b->arena, p->attached, p->attached_count) =
        (struct attached_policy){"", arn ? (const char *)arn : policy};
}

static void add_well_known(struct building *b)
{
    struct account *a = b->account;
    struct principal *group =
        add_principal(b, &a->groups, &a->group_count, "group", "(whom it is attached to)");

    for (size_t i = 0; i < a->policy_count; i++)
        *arena_push(b->arena, group->attached, group->attached_count) =
            (struct attached_policy){"", a->policies[i].arn};
    *arena_push(b->arena, a->policies, a->policy_count) =
        (struct managed_policy){.name = "AdministratorAccess",
                                .arn = "arn:" LINT_PARTITION ":iam::aws:policy/AdministratorAccess",
                                .default_version = "v1",
                                .document = made_document("", full_access)};
    (void)add_user(b, "(any whom the account's policies let)");
}

/* --- Whom trust policies name -------------------------------------------------------------------
 */

static bool is_there(const struct principal *list, size_t count, const char *arn)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i].arn, arn) == 0)
            return true;
    return false;
}

/* A user, or a role that nothing is known of: its trust policy is not there to be read. */
static void add_named(struct building *b, const char *arn)
{
    struct account *a = b->account;
    struct outsider o = outsider_of(arn, b->arena);
    const char *name = strrchr(arn, '/');

    if (!name || !o.caller.arn || strcmp(o.caller.account, a->id) != 0)
        return;
    name++;
    if (strstr(arn, ":user/") && !is_there(a->users, a->user_count, arn))
        add_user(b, name)->arn = arn;
    else if (o.is_role && !is_there(a->roles, a->role_count, o.caller.arn))
        add_principal(b, &a->roles, &a->role_count, "role", name)->arn = o.caller.arn;
}

#define NAMED_MOST 1000 /* more of them are judged as if they were gone */

static void add_all_named(struct building *b, const struct paper *paper)
{
    struct policy policy;
    struct error unread = {0};

    if (!paper->text || policy_parse(b->arena, "policy", paper->text, paper->len, &policy, &unread))
        return;
    for (size_t i = 0; i < policy.count; i++)
        for (size_t k = 0; k < policy.statements[i].principal_count; k++)
            if (policy.statements[i].principals[k].kind == PRINCIPAL_AWS &&
                b->account->user_count + b->account->role_count < NAMED_MOST)
                add_named(b, policy.statements[i].principals[k].value);
}

/* --- The account --------------------------------------------------------------------------------
 */

static void begin(struct papers *p, struct lint_account *out)
{
    out->account =
        (struct account){.id = p->account, .partition = LINT_PARTITION, .included = true};
    out->model = (struct model){.accounts = &out->account, .account_count = 1};
}

/* Which accounts belong to the organisation: all of them are known, or nothing is. */
static void know_members(const struct lint_options *options, struct arena *arena,
                         struct lint_account *out)
{
    struct model *m = &out->model;

    if (options->member_count == 0)
        return;
    m->home = out->account.id;
    m->organization_id = "o-lint";
    m->listed = arena_new(arena, struct listed_account, options->member_count);
    for (size_t i = 0; i < options->member_count; i++)
        m->listed[m->listed_count++] =
            (struct listed_account){.id = options->members[i], .name = "", .state = "ACTIVE"};
    out->account.data[DATA_ORGANIZATION].state = STATE_COMPLETE;
    out->account.data[DATA_ACCOUNTS].state = STATE_COMPLETE;
}

int lint_account_of(struct papers *p, const struct lint_options *options, struct lint_account *out,
                    struct error *err)
{
    struct building b = {.papers = p,
                         .arena = p->arena,
                         .account = &out->account,
                         .roles = {.arena = p->arena},
                         .others = {.arena = p->arena},
                         .policies = {.arena = p->arena},
                         .err = err};

    if (p->grant_count > LIMIT_LINT_PAPERS)
        return fail(err, ERR_LIMIT, "%s: more than %d attachments of policies", p->file,
                    LIMIT_LINT_PAPERS);
    begin(p, out);
    know_members(options, p->arena, out);
    for (size_t i = 0; i < p->count; i++)
        if (p->at[i].kind == PAPER_TRUST && note_alias(&b, &p->at[i]))
            return -1;
    for (size_t i = 0; i < p->count; i++)
        if (add_paper(&b, &p->at[i]))
            return -1;
    for (size_t i = 0; i < p->grant_count; i++)
        if (p->grants[i].owner == OWNER_ROLE)
            attach(&b, role_of(&b, p->grants[i].label, OWNER_ROLE), p->grants[i].policy);
    add_well_known(&b);
    for (size_t i = 0; i < p->count; i++)
        if (p->at[i].kind == PAPER_TRUST)
            add_all_named(&b, &p->at[i]);
    model_sort(&out->account);
    return 0;
}

/* --- Under the organisation's policies ----------------------------------------------------------
 */

static void add_limit(struct building *b, struct organization *o, enum policy_kind kind,
                      const struct paper *paper)
{
    struct policy_set *set = &o->sets[kind];
    struct organization_policy *policy = arena_new(b->arena, struct organization_policy, 1);

    policy->id = policy->arn = lint_arn(b->arena, b->account->id, "policy", paper->label);
    policy->document = document_of(b, paper);
    policy->document.name = paper->label;
    set->type = TYPE_ENABLED;
    *arena_push(b->arena, set->attachments, set->attachment_count) =
        (struct attachment){.target = "r-lint", .policy = policy};
}

void lint_account_limited(struct papers *p, struct lint_account *out)
{
    static const enum data_set known[] = {DATA_ORGANIZATION, DATA_ORGANIZATION_TREE,
                                          DATA_SERVICE_CONTROL_POLICIES,
                                          DATA_RESOURCE_CONTROL_POLICIES};
    struct building b = {.papers = p, .arena = p->arena, .account = &out->account};

    begin(p, out);
    out->nodes[0] = (struct organization_node){
        .kind = NODE_ACCOUNT, .id = p->account, .parent = &out->nodes[1]};
    out->nodes[1] = (struct organization_node){.kind = NODE_ROOT, .id = "r-lint"};
    out->organization = (struct organization){.nodes = out->nodes, .node_count = 2};
    out->model.organization = &out->organization;
    out->model.organization_id = "o-lint";
    out->model.home = p->account;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        out->account.data[known[i]].state = STATE_COMPLETE;
    for (int kind = 0; kind < POLICY_KINDS; kind++)
        out->organization.sets[kind].type = TYPE_OFF;
    for (size_t i = 0; i < p->count; i++)
        if (p->at[i].kind == PAPER_SERVICE_CONTROL || p->at[i].kind == PAPER_RESOURCE_CONTROL)
            add_limit(&b, &out->organization,
                      p->at[i].kind == PAPER_SERVICE_CONTROL ? POLICY_SERVICE_CONTROL
                                                             : POLICY_RESOURCE_CONTROL,
                      &p->at[i]);
    (void)add_principal(&b, &out->account.roles, &out->account.role_count, "role",
                        "any-role-that-it-does-not-name");
}
