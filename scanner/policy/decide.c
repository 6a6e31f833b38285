/* decide.c - the order of evaluation, and the search for an assignment that is allowed. */
#include "policy/decide.h"

#include <string.h>

#include "base/text.h"
#include "policy/private.h"

const char *decision_name(enum decision decision)
{
    static const char *const names[] = {"implicitDeny", "explicitDeny", "unsure", "allowed"};

    return names[decision];
}

/* --- Under one assignment -----------------------------------------------------------------------
 */

/* Whether a Deny of the list matches; the first that surely does is the ruling's. */
static enum truth denied_by(struct asking *q, const struct policy_list *list, bool of_resource,
                            struct ruling *out)
{
    enum truth any = NO;

    for (size_t i = 0; i < list->count; i++)
        for (size_t k = 0; k < list->at[i].policy->count; k++) {
            const struct statement *s = &list->at[i].policy->statements[k];
            enum naming naming;
            enum truth one;

            if (s->allow || !statement_is_about(s, q->request))
                continue;
            one = statement_matches(q, list->at[i].policy, s, of_resource ? &naming : NULL);
            if (one == YES) {
                *out = (struct ruling){NO, &list->at[i], s};
                return YES;
            }
            any = truth_or(any, one);
        }
    return any;
}

/* Whether an Allow of the list matches. `grants` gets the same by how the caller is named; NULL:
 * the policies are none of a resource. */
static enum truth allowed_by(struct asking *q, const struct policy_list *list, enum truth *grants,
                             struct ruling *out)
{
    enum truth any = NO;

    for (size_t i = 0; i < list->count; i++)
        for (size_t k = 0; k < list->at[i].policy->count; k++) {
            const struct statement *s = &list->at[i].policy->statements[k];
            enum naming naming = NAMES_CALLER;
            enum truth one;

            if (!s->allow || !statement_is_about(s, q->request))
                continue;
            one = statement_matches(q, list->at[i].policy, s, grants ? &naming : NULL);
            if (one != NO && (!out->by || one == YES))
                *out = (struct ruling){YES, &list->at[i], s};
            any = truth_or(any, one);
            if (grants)
                grants[naming] = truth_or(grants[naming], one);
            if (one == YES && naming == NAMES_CALLER)
                return YES;
        }
    return any;
}

static enum truth denied(struct asking *q, struct ruling *out)
{
    const struct policies *p = q->policies;
    enum truth any = NO;

    for (size_t i = 0; i < p->rcp_levels && any != YES; i++)
        any = truth_or(any, denied_by(q, &p->rcps[i], false, out));
    for (size_t i = 0; i < p->scp_levels && any != YES; i++)
        any = truth_or(any, denied_by(q, &p->scps[i], false, out));
    if (p->has_resource_policy && any != YES)
        any = truth_or(any, denied_by(q, &p->resource, true, out));
    if (any != YES)
        any = truth_or(any, denied_by(q, &p->identity, false, out));
    if (p->has_boundary && any != YES)
        any = truth_or(any, denied_by(q, &p->boundary, false, out));
    if (p->has_session && any != YES)
        any = truth_or(any, denied_by(q, &p->session, false, out));
    return any;
}

static enum truth levels_allow(struct asking *q, const struct policy_list *levels, size_t count)
{
    enum truth all = YES;

    for (size_t i = 0; i < count && all != NO; i++) {
        struct ruling ignored = {NO, NULL, NULL};

        all = truth_and(all, allowed_by(q, &levels[i], NULL, &ignored));
    }
    return all;
}

/* The boundary and the session's policies, where there are any. */
static enum truth limits_allow(struct asking *q)
{
    const struct policies *p = q->policies;
    struct ruling ignored = {NO, NULL, NULL};
    enum truth all = YES;

    if (p->has_boundary)
        all = allowed_by(q, &p->boundary, NULL, &ignored);
    if (p->has_session)
        all = truth_and(all, allowed_by(q, &p->session, NULL, &ignored));
    return all;
}

/* The caller's own side: an identity-based policy, within the limits. */
static enum truth identity_allows(struct asking *q, struct ruling *out)
{
    const struct policies *p = q->policies;
    enum truth own = p->identity_unknown ? YES : allowed_by(q, &p->identity, NULL, out);

    return own == NO ? NO : truth_and(own, limits_allow(q));
}

static enum truth allowed(struct asking *q, struct ruling *out)
{
    const struct policies *p = q->policies;
    const char *account = q->request->caller.account;
    struct ruling own = {NO, NULL, NULL};
    enum truth grants[NAMINGS] = {NO, NO, NO}, any, identity, to_role;

    if (!p->has_resource_policy)
        return identity_allows(q, out);
    any = allowed_by(q, &p->resource, grants, out);
    identity = identity_allows(q, &own);
    if (p->resource_account && account && strcmp(p->resource_account, account) != 0)
        return truth_and(any, identity);
    to_role = truth_and(grants[NAMES_ROLE], limits_allow(q));
    return truth_or(truth_or(grants[NAMES_CALLER], to_role), truth_and(any, identity));
}

struct ruling rule(struct asking *q)
{
    struct ruling by_deny = {NO, NULL, NULL}, by_allow = {YES, NULL, NULL};
    enum truth deny, allow;

    q->open_key = q->unsure_value = NULL;
    q->unsure = NULL;
    deny = denied(q, &by_deny);
    if (deny == YES)
        return by_deny;
    allow = levels_allow(q, q->policies->scps, q->policies->scp_levels);
    allow = truth_and(allow, levels_allow(q, q->policies->rcps, q->policies->rcp_levels));
    if (allow != NO)
        allow = truth_and(allow, allowed(q, &by_allow));
    by_allow.allowed = truth_and(truth_not(deny), allow);
    if (by_allow.allowed == NO)
        by_allow = (struct ruling){NO, NULL, NULL};
    return by_allow;
}

/* --- Over all assignments -----------------------------------------------------------------------
 */

struct search {
    struct asking q;
    struct arena scratch;
    struct arena *arena; /* the caller's */
    size_t tries;
    bool saw_deny;
    struct ruling first_deny;
    struct decided found;
};

static void unsure(struct search *s, const char *why)
{
    if (s->found.decision != DECISION_UNSURE)
        s->found = (struct decided){.decision = DECISION_UNSURE, .why = why};
}

const struct request_key *request_keys_keep(struct arena *arena, const struct request_key *keys,
                                            size_t count)
{
    struct request_key *out = count ? arena_new(arena, struct request_key, count) : NULL;

    for (size_t i = 0; i < count; i++) {
        const char **values = arena_new(arena, const char *, keys[i].count);

        for (size_t v = 0; v < keys[i].count; v++)
            values[v] = arena_strdup(arena, keys[i].values[v]);
        out[i] = (struct request_key){arena_strdup(arena, keys[i].name), values, keys[i].count};
    }
    return out;
}

static const char *why_unsure(struct search *s)
{
    const struct condition *c = s->q.unsure;

    if (c->comparison == COMPARE_UNREADABLE)
        return arena_strdup(s->arena, c->operator_name);
    if (c->comparison == COMPARE_UNKNOWN)
        return arena_printf(s->arena, "the condition operator %s is not known",
                            text_shown(s->arena, c->operator_name));
    if (!s->q.unsure_value)
        return arena_printf(s->arena, "the condition %s on %s has no values", c->operator_name,
                            text_shown(s->arena, c->key));
    return arena_printf(s->arena, "the condition %s on %s has a value that it cannot compare: %s",
                        c->operator_name, text_shown(s->arena, c->key),
                        text_shown(s->arena, s->q.unsure_value));
}

static bool settle(struct search *s, const struct ruling *r)
{
    if (r->allowed == YES) {
        s->found = (struct decided){
            .decision = DECISION_ALLOWED,
            .by = r->by,
            .statement = r->statement,
            .witness = request_keys_keep(s->arena, s->q.assigned, s->q.assigned_count),
            .witness_count = s->q.assigned_count};
        return true;
    }
    if (r->allowed == UNSURE)
        unsure(s, why_unsure(s));
    else if (r->statement && !s->saw_deny) {
        s->first_deny = *r;
        s->saw_deny = true;
    }
    return false;
}

/* Try the assignments of the key that the last ruling depended on. true: one is allowed. */
static bool try_values(struct search *s, const char *name);

static bool look(struct search *s)
{
    struct ruling r;

    if (++s->tries > DECIDE_TRIES) {
        unsure(s, "its conditions can be met in too many ways");
        return false;
    }
    r = rule(&s->q);
    if (r.allowed != OPEN)
        return settle(s, &r);
    return try_values(s, s->q.open_key);
}

static bool try_values(struct search *s, const char *name)
{
    struct key_values values = {NULL, 0};
    struct error err = {0};

    if (s->q.assigned_count == DECIDE_KEYS ||
        key_candidates(&s->q, name, &s->scratch, &values, &err)) {
        unsure(s, "its conditions can be met in too many ways");
        return false;
    }
    for (size_t i = 0; i < values.count; i++) {
        s->q.assigned[s->q.assigned_count++] = values.at[i];
        if (look(s))
            return true;
        s->q.assigned_count--;
    }
    return false;
}

struct decided decide(const struct policies *p, const struct request *request, struct arena *arena)
{
    struct search s = {.q = {.policies = p, .request = request}, .arena = arena};

    s.q.scratch = &s.scratch;
    if (!look(&s) && s.found.decision != DECISION_UNSURE && s.saw_deny)
        s.found = (struct decided){.decision = DECISION_EXPLICIT_DENY,
                                   .by = s.first_deny.by,
                                   .statement = s.first_deny.statement};
    arena_free(&s.scratch);
    return s.found;
}
