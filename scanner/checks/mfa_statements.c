/* mfa_statements.c - finding the statements that test MFA. */
#include "checks/mfa_statements.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "base/digest.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/lookup.h"
#include "base/text.h"

/* A text with policies of one owner, on its way into the list. */
struct place {
    enum home home;
    const char *owner; /* before the '#' */
    const char *name;  /* for people */
    const struct document *document;
    const struct holders *holders;
    const struct principal *role;
};
struct gathering {
    const struct checking *c;
    struct arena *arena;
    struct mfa_statements out;
    struct holders *managed; /* of the account's policies, in their order */
};

bool tests_mfa(const struct statement *s)
{
    for (size_t i = 0; i < s->condition_count; i++)
        if (strcmp(s->conditions[i].key, "aws:multifactorauthpresent") == 0 ||
            strcmp(s->conditions[i].key, "aws:multifactorauthage") == 0)
            return true;
    return false;
}

/* Can the text name an MFA key at all? Saves parsing most of them. Escapes may hide it. */
static bool may_name_mfa(const char *text, size_t len)
{
    static const char word[] = "multifactorauth";
    size_t at = 0;

    for (size_t i = 0; i < len; i++) {
        if (text[i] == '\\' && i + 1 < len && text[i + 1] == 'u')
            return true;
        at = tolower((unsigned char)text[i]) == word[at]  ? at + 1
             : tolower((unsigned char)text[i]) == word[0] ? 1
                                                          : 0;
        if (!word[at])
            return true;
    }
    return false;
}

/* --- Names --------------------------------------------------------------------------------------
 */

/* What names the statements of one document. */
struct naming {
    struct arena *arena;
    struct lookup sids;      /* of how many statements it is */
    struct lookup resources; /* those that are in the list */
    cJSON *root;
    const cJSON *next; /* of the statements: the one numbered `at` */
    size_t at;
};

static void **count_of(struct naming *n, const char *sid)
{
    return lookup_at(&n->sids, sid, strlen(sid));
}

static struct naming begin_naming(const struct policy *p, const struct document *d,
                                  struct arena *arena)
{
    struct error err = {0};
    struct naming n = {.arena = arena,
                       .sids = {.arena = arena},
                       .resources = {.arena = arena},
                       .root = json_parse("policy", d->text, d->len, &err)};
    const cJSON *list = json_find(n.root, "Statement");

    n.next = cJSON_IsArray(list) ? json_first(list) : list;
    for (size_t i = 0; i < p->count; i++)
        if (p->statements[i].sid) {
            void **count = count_of(&n, p->statements[i].sid);

            *count = (void *)((uintptr_t)*count + 1);
        }
    return n;
}

/* The Sid, where it is the statement's own in the policy. */
static const char *own_sid(struct naming *n, const struct statement *s)
{
    return s->sid && *s->sid && (uintptr_t)*count_of(n, s->sid) == 1 ? s->sid : NULL;
}

/* The statement's digest, which does not change when others are added or moved. Statements are
 * asked for in their order. */
static const char *digest_of(struct naming *n, const struct statement *s)
{
    struct error err = {0};
    cleanup_strbuf struct strbuf sb = STRBUF_INIT(LIMIT_POLICY_BYTES * 8);
    char hex[DIGEST_HEX];

    for (; n->next && n->at < s->index; n->at++)
        n->next = n->next->next;
    if (!n->next || json_canonical(n->next, &sb, &err))
        return arena_printf(n->arena, "%zu", s->index);
    return arena_printf(n->arena, "sha256:%.12s", digest_bytes(sb.buf, sb.len, hex));
}

static void add_statement(struct gathering *g, const struct place *at, struct naming *n,
                          const struct mfa_statement *m)
{
    const char *sid = own_sid(n, m->s), *tail = sid ? sid : digest_of(n, m->s);
    const char *resource = arena_printf(g->arena, "%s#%s", at->owner, tail);
    void **listed = lookup_at(&n->resources, resource, strlen(resource));
    struct mfa_statement *out;

    if (*listed) /* the same statement twice: said once */
        return;
    *listed = n;
    out = arena_push(g->arena, g->out.at, g->out.count);
    *out = *m;
    out->resource = resource;
    out->name = text_shown(g->arena,
                           arena_printf(g->arena, "%s#%s", at->name ? at->name : at->owner, tail));
}

static void add_statements(struct gathering *g, const struct place *at, const struct policy *p)
{
    struct denials *denials = arena_new(g->arena, struct denials, 1);
    struct naming n = begin_naming(p, at->document, g->arena);

    *denials = denials_of(p, g->arena);
    for (size_t i = 0; i < p->count; i++)
        if (tests_mfa(&p->statements[i]))
            add_statement(g, at, &n,
                          &(struct mfa_statement){.home = at->home,
                                                  .policy = p,
                                                  .s = &p->statements[i],
                                                  .denials = denials,
                                                  .holders = at->holders,
                                                  .role = at->role,
                                                  .source = at->document->source});
    cJSON_Delete(n.root);
}

static void look_into(struct gathering *g, const struct place *at)
{
    const struct document *d = at->document;
    struct policy *p;
    struct error err = {0};
    const char *unread = d->text ? NULL : "its document is missing or not decodable";
    const char *name = at->name ? at->name : at->owner;

    if (d->text && !may_name_mfa(d->text, d->len))
        return;
    p = arena_new(g->arena, struct policy, 1);
    if (d->text && policy_parse(g->arena, "policy", d->text, d->len, p, &err))
        unread = arena_strdup(g->arena, err.msg);
    if (unread)
        *arena_push(g->arena, g->out.at, g->out.count) =
            (struct mfa_statement){.home = at->home,
                                   .resource = at->owner,
                                   .name = text_shown(g->arena, name),
                                   .unread = unread,
                                   .holders = at->holders,
                                   .role = at->role,
                                   .source = d->source};
    else
        add_statements(g, at, p);
}

/* --- Whose ---------------------------------------------------------------------------------------
 */

enum holder { HOLDER_USER, HOLDER_GROUP, HOLDER_ROLE };

static void hold(struct gathering *g, struct holders *h, const struct principal *p,
                 enum holder holder)
{
    h->users += holder == HOLDER_USER;
    h->groups += holder == HOLDER_GROUP;
    if (holder == HOLDER_ROLE)
        *arena_push(g->arena, h->roles, h->role_count) = p;
}

static void hold_managed(struct gathering *g, const char *arn, const struct principal *p,
                         enum holder holder)
{
    const struct managed_policy *m = arn ? model_policy(g->c->account, arn) : NULL;

    if (m)
        hold(g, &g->managed[m - g->c->account->policies], p, holder);
}

static void look_at_inline(struct gathering *g, const struct principal *p, enum holder holder)
{
    struct holders *h = arena_new(g->arena, struct holders, 1);

    hold(g, h, p, holder);
    for (size_t i = 0; i < p->inline_count; i++) {
        const struct document *d = &p->inline_policies[i];

        look_into(g,
                  &(struct place){HOME_IDENTITY, arena_printf(g->arena, "%s/%s", p->arn, d->name),
                                  arena_printf(g->arena, "%s/%s", p->name, d->name), d, h, NULL});
    }
}

static void look_at_principals(struct gathering *g, const struct principal *list, size_t count,
                               enum holder holder)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < list[i].attached_count; k++)
            hold_managed(g, list[i].attached[k].arn, &list[i], holder);
        hold_managed(g, list[i].boundary_arn, &list[i], holder);
        look_at_inline(g, &list[i], holder);
        if (holder == HOLDER_ROLE)
            look_into(g, &(struct place){HOME_TRUST, list[i].arn,
                                         arena_printf(g->arena, "%s (trust policy)", list[i].name),
                                         &list[i].trust, NULL, &list[i]});
    }
}

/* "arn:P:iam::aws:policy/..." */
static bool is_of_aws(const char *arn)
{
    return strstr(arn, ":iam::aws:policy/") != NULL;
}

static void look_at_managed(struct gathering *g)
{
    const struct account *a = g->c->account;

    for (size_t i = 0; i < a->policy_count; i++)
        if (!is_of_aws(a->policies[i].arn))
            look_into(g, &(struct place){HOME_IDENTITY, a->policies[i].arn, a->policies[i].name,
                                         &a->policies[i].document, &g->managed[i], NULL});
}

/* --- The organisation's -------------------------------------------------------------------------
 */

static bool is_listed(const struct gathering *g, const char *owner)
{
    size_t len = strlen(owner);

    for (size_t i = 0; i < g->out.count; i++)
        if (strncmp(g->out.at[i].resource, owner, len) == 0 &&
            (g->out.at[i].resource[len] == '#' || !g->out.at[i].resource[len]))
            return true;
    return false;
}

static void look_at_attached(struct gathering *g, enum policy_kind kind, const char *node)
{
    size_t count;
    const struct attachment *at =
        organization_attached(g->c->model->organization, kind, node, &count);

    for (size_t i = 0; i < count; i++) {
        const struct organization_policy *p = at[i].policy;
        const char *owner = p->arn ? p->arn : p->id;

        if (!is_listed(g, owner))
            look_into(g, &(struct place){HOME_ORGANIZATION, owner, p->document.name, &p->document,
                                         NULL, NULL});
    }
}

static void look_at_organization(struct gathering *g, enum policy_kind kind)
{
    const struct organization_node *path[ORGANIZATION_LEVELS];
    const struct organization *o = g->c->model->organization;
    size_t depth;

    if (!organization_limits(g->c->model, g->c->account->id) || o->sets[kind].type != TYPE_ENABLED)
        return;
    depth = organization_path(o, g->c->account->id, path);
    while (depth-- > 0)
        look_at_attached(g, kind, path[depth]->id);
}

struct mfa_statements mfa_statements_of(const struct checking *c, struct arena *arena)
{
    const struct account *a = c->account;
    struct gathering g = {
        .c = c, .arena = arena, .managed = arena_new(arena, struct holders, a->policy_count)};

    look_at_principals(&g, a->users, a->user_count, HOLDER_USER);
    look_at_principals(&g, a->groups, a->group_count, HOLDER_GROUP);
    look_at_principals(&g, a->roles, a->role_count, HOLDER_ROLE);
    look_at_managed(&g);
    for (int kind = 0; kind < POLICY_KINDS; kind++)
        look_at_organization(&g, (enum policy_kind)kind);
    return g.out;
}
