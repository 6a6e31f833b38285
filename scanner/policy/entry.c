/* entry.c - who may assume a role: its trust policy held against the caller's policies. */
#include <string.h>

#include "policy/enforcement.h"
#include "policy/private.h"

/* Of the trust policy, in the caller's policies, only the Allow at `statement` and every Deny. */
static void keep_statement(struct policies *policies, size_t statement, struct arena *arena)
{
    struct policy_use *use = (struct policy_use *)policies->resource.at;
    struct policy *kept = arena_new(arena, struct policy, 1);

    *kept = *use->policy;
    kept->statements = arena_new(arena, struct statement, use->policy->count);
    kept->count = 0;
    for (size_t i = 0; i < use->policy->count; i++)
        if (!use->policy->statements[i].allow || use->policy->statements[i].index == statement)
            kept->statements[kept->count++] = use->policy->statements[i];
    use->policy = kept;
}

#define ANY_STATEMENT SIZE_MAX

static struct decided enter(struct enforcement *e, const struct entrant *from,
                            const struct principal *role, size_t statement, enum circumstance c,
                            struct arena *arena)
{
    struct policies policies = {.identity_unknown = true};
    struct identity of = {.account = from->caller.account};
    struct request request = {.action = "sts:assumerole", .resource = role->arn};

    if (from->who) {
        of = *from->who;
        policies = *of.policies;
    }
    in_force_enter(enforcement_in_force(e), role, arena, &policies);
    if (statement != ANY_STATEMENT)
        keep_statement(&policies, statement, arena);
    circumstance_keys(&of, c, arena, &request);
    if (!from->who)
        request.caller = from->caller;
    return decide(&policies, &request, arena);
}

struct decided may_enter(struct enforcement *e, const struct entrant *from,
                         const struct principal *role, enum circumstance c, struct arena *arena)
{
    return enter(e, from, role, ANY_STATEMENT, c, arena);
}

struct decided may_enter_by(struct enforcement *e, const struct entrant *from,
                            const struct principal *role, size_t statement, enum circumstance c,
                            struct arena *arena)
{
    return enter(e, from, role, statement, c, arena);
}

const struct policy *enforcement_trust(struct enforcement *e, const struct principal *role,
                                       const char **why)
{
    return in_force_trust(enforcement_in_force(e), role, why);
}

/* Keys of an identity by which those with the same policies differ. To add one: a row. */
static bool is_personal_key(const char *name)
{
    static const char *const keys[] = {"aws:username", "aws:userid", "aws:principalarn"};
    static const char tag[] = "aws:principaltag/";

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcmp(name, keys[i]) == 0)
            return true;
    return strncmp(name, tag, sizeof tag - 1) == 0;
}

static bool is_personal(const struct policy *p)
{
    for (size_t i = 0; i < p->name_count; i++)
        if (is_personal_key(p->names[i]))
            return true;
    for (size_t i = 0; i < p->count; i++) {
        const struct statement *s = &p->statements[i];

        if (s->not_principal)
            return true;
        for (size_t k = 0; !s->allow && k < s->principal_count; k++)
            if (s->principals[k].kind != PRINCIPAL_ANYBODY)
                return true;
    }
    return false;
}

bool entry_is_personal(struct enforcement *e, const struct principal *role)
{
    const struct limits *rcps = &enforcement_in_force(e)->limits[POLICY_RESOURCE_CONTROL];
    const char *why = NULL;
    const struct policy *trust = in_force_trust(enforcement_in_force(e), role, &why);

    if (!trust || is_personal(trust))
        return true;
    for (size_t i = 0; i < rcps->count; i++)
        for (size_t k = 0; k < rcps->levels[i].count; k++)
            if (is_personal(rcps->levels[i].at[k].policy))
                return true;
    return false;
}
