/* in_force.c - parsing the policies of an account and putting together those of one principal. */
#include "policy/in_force.h"

#include <string.h>

#include "base/text.h"

/* --- One document -------------------------------------------------------------------------------
 */

/* What stands in for a policy that cannot be read: statements that may allow and may deny, for the
 * reason `why`; NULL: one that allows everything. */
static const struct policy *stand_in(struct in_force *f, const char *why)
{
    static const char *everything[] = {"*"};
    static struct statement_principal anybody = {PRINCIPAL_ANYBODY, "*"};
    struct policy *p = arena_new(f->arena, struct policy, 1);
    struct condition *unknown = arena_new(f->arena, struct condition, 1);

    *unknown =
        (struct condition){.comparison = COMPARE_UNREADABLE, .operator_name = why, .key = ""};
    p->count = why ? 2 : 1;
    p->statements = arena_new(f->arena, struct statement, p->count);
    for (size_t i = 0; i < p->count; i++)
        p->statements[i] = (struct statement){.index = i,
                                              .allow = i == 0,
                                              .actions = everything,
                                              .action_count = 1,
                                              .has_resource = true,
                                              .resources = everything,
                                              .resource_count = 1,
                                              .principals = &anybody,
                                              .principal_count = 1,
                                              .conditions = unknown,
                                              .condition_count = why ? 1 : 0};
    policy_mark(p, f->marks, f->mark_count);
    return p;
}

/* The policy of the text, which is parsed the first time; or NULL with the reason. `name` begins
 * messages: of a text that cannot be read, the name of who has it first. */
static const struct policy *parsed(struct in_force *f, const struct document *d, const char *name,
                                   const char **why)
{
    struct error err = {0};
    struct policy *p;
    void **kept;

    if (!d->text) {
        *why = arena_printf(f->arena, "policy %s: its document is missing or not decodable",
                            text_shown(f->arena, name));
        return NULL;
    }
    kept = lookup_at(&f->texts, d->text, d->len);
    if (*kept)
        return *kept;
    p = arena_new(f->arena, struct policy, 1);
    if (policy_parse(f->arena, text_shown(f->arena, name), d->text, d->len, p, &err)) {
        *why = arena_printf(f->arena, "policy %s", err.msg);
        return NULL;
    }
    policy_mark(p, f->marks, f->mark_count);
    policy_collect_names(f->arena, p);
    *kept = p;
    return p;
}

static struct policy_use use_of(struct in_force *f, const struct document *d, const char *name)
{
    const char *why = NULL;
    const struct policy *p = parsed(f, d, name, &why);

    return (struct policy_use){p ? p : stand_in(f, why), name, d->source};
}

/* --- A principal's own --------------------------------------------------------------------------
 */

static struct policy_use attached(struct in_force *f, const char *arn, struct source holder)
{
    const struct managed_policy *p = arn ? model_policy(f->account, arn) : NULL;
    const char *name = text_shown(f->arena, arn ? arn : "?");

    if (p)
        return f->managed[p - f->account->policies];
    return (struct policy_use){
        stand_in(f, arena_printf(f->arena, "policy %s is attached but was not listed", name)), name,
        holder};
}

/* The policies that a user, role or group has itself. */
static struct policy_list own(struct in_force *f, const struct principal *p)
{
    struct policy_use *at =
        arena_new(f->arena, struct policy_use, p->attached_count + p->inline_count);
    size_t count = 0;

    for (size_t i = 0; i < p->attached_count; i++)
        at[count++] = attached(f, p->attached[i].arn, p->source);
    for (size_t i = 0; i < p->inline_count; i++)
        at[count++] = use_of(f, &p->inline_policies[i],
                             arena_printf(f->arena, "%s/%s", p->arn, p->inline_policies[i].name));
    return (struct policy_list){at, count};
}

static struct policy_list of_group(struct in_force *f, const char *name, struct source holder)
{
    const struct principal *group = model_group(f->account, name);
    struct policy_use *use;

    if (group)
        return f->groups[group - f->account->groups];
    use = arena_new(f->arena, struct policy_use, 1);
    *use = (struct policy_use){
        stand_in(f, arena_printf(f->arena, "group %s was not listed", text_shown(f->arena, name))),
        name, holder};
    return (struct policy_list){use, 1};
}

/* Its own policies, then those of its groups in their order. */
static struct policy_list identity_based(struct in_force *f, const struct principal *p)
{
    struct policy_list *lists = arena_new(f->arena, struct policy_list, p->group_count + 1);
    size_t total, count = 0;
    struct policy_use *at;

    if (p->group_count == 0)
        return own(f, p);
    lists[0] = own(f, p);
    total = lists[0].count;
    for (size_t i = 0; i < p->group_count; i++) {
        lists[i + 1] = of_group(f, p->groups[i], p->source);
        total += lists[i + 1].count;
    }
    at = arena_new(f->arena, struct policy_use, total);
    for (size_t i = 0; i <= p->group_count; i++)
        for (size_t k = 0; k < lists[i].count; k++)
            at[count++] = lists[i].at[k];
    return (struct policy_list){at, count};
}

bool is_service_linked(const struct principal *p)
{
    static const char path[] = "/aws-service-role/";

    return p->path && strncmp(p->path, path, sizeof path - 1) == 0;
}

struct policies in_force_of(struct in_force *f, const struct principal *p)
{
    const struct limits *scps = &f->limits[POLICY_SERVICE_CONTROL];
    struct policies out = {.identity = identity_based(f, p), .has_boundary = p->boundary_arn};
    struct policy_use *boundary;

    if (out.has_boundary) {
        boundary = arena_new(f->arena, struct policy_use, 1);
        *boundary = attached(f, p->boundary_arn, p->source);
        out.boundary = (struct policy_list){boundary, 1};
    }
    if (!is_service_linked(p)) {
        out.scps = scps->levels;
        out.scp_levels = scps->count;
    }
    return out;
}

void in_force_enter(struct in_force *f, const struct principal *role, struct arena *arena,
                    struct policies *out)
{
    const struct limits *rcps = &f->limits[POLICY_RESOURCE_CONTROL];
    struct policy_use *use = arena_new(arena, struct policy_use, 1);

    *use = use_of(f, &role->trust, arena_printf(arena, "%s (trust policy)", role->arn));
    out->has_resource_policy = true;
    out->resource = (struct policy_list){use, 1};
    out->resource_account = f->account->id;
    out->rcps = rcps->levels;
    out->rcp_levels = rcps->count;
}

const struct policy *in_force_trust(struct in_force *f, const struct principal *role,
                                    const char **why)
{
    return parsed(f, &role->trust, arena_printf(f->arena, "%s (trust policy)", role->arn), why);
}

/* --- The organisation's -------------------------------------------------------------------------
 */

static const char *const kind_names[POLICY_KINDS] = {"service control policies",
                                                     "resource control policies"};
static const enum data_set kind_sets[POLICY_KINDS] = {DATA_SERVICE_CONTROL_POLICIES,
                                                      DATA_RESOURCE_CONTROL_POLICIES};

/* What keeps the policies of that kind from being seen, or NULL. */
static const char *not_seen(struct in_force *f, const struct model *m, enum policy_kind kind)
{
    static const enum data_set needed[] = {DATA_ORGANIZATION, DATA_ORGANIZATION_TREE};
    const struct account *home = m->home ? model_account(m, m->home) : NULL;
    enum data_set sets[] = {needed[0], needed[1], kind_sets[kind]};

    if (!home)
        return arena_printf(f->arena, "%s were not asked for", kind_names[kind]);
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        const struct data_status *s = &home->data[sets[i]];

        if (s->state == STATE_COMPLETE && i == 0 && !m->organization_id)
            return NULL; /* no organisation, no policies of it */
        if (s->state != STATE_COMPLETE)
            return arena_printf(f->arena, "%s were not seen: %s", kind_names[kind],
                                s->reason ? s->reason : data_set_name(sets[i]));
    }
    if (m->organization && m->organization->sets[kind].type == TYPE_PENDING)
        return arena_printf(f->arena, "%s are being enabled or disabled", kind_names[kind]);
    if (!m->organization || m->organization->sets[kind].type == TYPE_UNKNOWN)
        return arena_printf(f->arena, "%s were not asked for", kind_names[kind]);
    return NULL;
}

/* One of them at a node. One that cannot be read limits nobody, and is said to be unseen. */
static void add_limit(struct in_force *f, const struct organization_policy *p, const char *node,
                      struct policy_list *level, struct limits *out)
{
    const char *why = NULL;
    struct policy_use *at = (struct policy_use *)level->at;
    const struct policy *policy = parsed(f, &p->document, p->id, &why);

    if (!policy)
        out->unseen = why;
    at[level->count++] = (struct policy_use){
        policy ? policy : stand_in(f, NULL),
        arena_printf(f->arena, "%s (%s) at %s", p->document.name, p->id, node), p->document.source};
}

static struct policy_list level_of(struct in_force *f, const struct organization *o,
                                   enum policy_kind kind, const struct organization_node *node,
                                   struct limits *out)
{
    const struct policy_set *set = &o->sets[kind];
    size_t count;
    const struct attachment *at = organization_attached(o, kind, node->id, &count);
    struct policy_list level = {
        arena_new(f->arena, struct policy_use, count + set->policy_count + 1), 0};

    for (size_t i = 0; i < set->policy_count; i++)
        if (set->policies[i].everywhere)
            add_limit(f, &set->policies[i], node->id, &level, out);
    for (size_t i = 0; i < count; i++)
        add_limit(f, at[i].policy, node->id, &level, out);
    return level;
}

/* AWS leaves no node without a policy while the kind is enabled: one that has none was not read
 * whole. */
static struct limits limits_of(struct in_force *f, const struct model *m, enum policy_kind kind)
{
    const struct organization_node *path[ORGANIZATION_LEVELS];
    const struct organization *o = m->organization;
    struct limits out = {NULL, 0, NULL};
    struct policy_list *levels;
    size_t depth;

    if (m->management_id && strcmp(m->management_id, f->account->id) == 0)
        return out; /* none of them applies to it */
    out.unseen = not_seen(f, m, kind);
    if (out.unseen || !o || o->sets[kind].type != TYPE_ENABLED)
        return out;
    depth = organization_path(o, f->account->id, path);
    if (depth == 0)
        out.unseen = arena_printf(f->arena, "%s were not seen: account %s is not in the tree",
                                  kind_names[kind], f->account->id);
    levels = arena_new(f->arena, struct policy_list, depth);
    while (depth-- > 0) {
        levels[out.count] = level_of(f, o, kind, path[depth], &out);
        if (levels[out.count].count > 0)
            out.count++;
        else
            out.unseen = arena_printf(f->arena, "none of the %s at %s was seen", kind_names[kind],
                                      text_shown(f->arena, path[depth]->id));
    }
    out.levels = levels;
    return out;
}

void in_force_open(struct in_force *f, const struct model *m, const struct account *a,
                   const char *const *marks, size_t mark_count, struct arena *arena)
{
    *f = (struct in_force){.arena = arena,
                           .account = a,
                           .marks = marks,
                           .mark_count = mark_count,
                           .texts = {.arena = arena},
                           .managed = arena_new(arena, struct policy_use, a->policy_count),
                           .groups = arena_new(arena, struct policy_list, a->group_count)};
    for (size_t i = 0; i < a->policy_count; i++)
        f->managed[i] = use_of(f, &a->policies[i].document, a->policies[i].arn);
    for (size_t i = 0; i < a->group_count; i++)
        f->groups[i] = own(f, &a->groups[i]);
    for (int kind = 0; kind < POLICY_KINDS; kind++)
        f->limits[kind] = limits_of(f, m, (enum policy_kind)kind);
}
