/* ability.c - classes of resources and of actions, and deciding one witness of each. */
#include "policy/ability.h"

#include <string.h>

#include "policy/arn.h"
#include "policy/glob.h"
#include "policy/private.h"

/* --- Patterns of the policies in force ----------------------------------------------------------
 */

struct patterns {
    struct arena *arena;
    const char **at;
    size_t count;
};

static void add_pattern(struct patterns *p, const char *pattern)
{
    for (size_t i = 0; i < p->count; i++)
        if (strcmp(p->at[i], pattern) == 0)
            return;
    *arena_push(p->arena, p->at, p->count) = pattern;
}

typedef void visit(struct patterns *p, struct asking *q, const struct policy *policy,
                   const struct statement *s);

static void each_statement(const struct policy_list *list, visit *f, struct patterns *p,
                           struct asking *q)
{
    for (size_t i = 0; i < list->count; i++)
        for (size_t k = 0; k < list->at[i].policy->count; k++)
            f(p, q, list->at[i].policy, &list->at[i].policy->statements[k]);
}

static void each_layer(const struct policies *of, visit *f, struct patterns *p, struct asking *q)
{
    each_statement(&of->identity, f, p, q);
    if (of->has_boundary)
        each_statement(&of->boundary, f, p, q);
    if (of->has_session)
        each_statement(&of->session, f, p, q);
    for (size_t i = 0; i < of->scp_levels; i++)
        each_statement(&of->scps[i], f, p, q);
}

static void visit_resources(struct patterns *p, struct asking *q, const struct policy *policy,
                            const struct statement *s)
{
    if (!statement_is_about(s, q->request))
        return;
    for (size_t i = 0; i < s->resource_count; i++) {
        const char *pattern = s->resources[i];

        if (!policy->has_variables || expand(q, pattern, true, &pattern) != EXPANDED_NOTHING)
            add_pattern(p, pattern);
    }
}

static void visit_actions(struct patterns *p, struct asking *q, const struct policy *policy,
                          const struct statement *s)
{
    (void)q;
    (void)policy;
    for (size_t i = 0; i < s->action_count; i++)
        add_pattern(p, s->actions[i]);
}

static const char too_intricate[] = "its policies overlap in too many ways";

/* --- One action ---------------------------------------------------------------------------------
 */

static bool is_limited(const struct statement *s)
{
    return s->not_resource || s->resource_count != 1 || strcmp(s->resources[0], "*") != 0;
}

/* Does a statement of the layer limit resources? *crossing: by taking some away. */
static bool layer_limits(const struct policy_list *list, const struct request *r, bool *crossing)
{
    bool any = false;

    for (size_t i = 0; i < list->count; i++)
        for (size_t k = 0; k < list->at[i].policy->count; k++) {
            const struct statement *s = &list->at[i].policy->statements[k];

            if (!statement_is_about(s, r) || !is_limited(s))
                continue;
            any = true;
            *crossing = *crossing || !s->allow || s->not_resource;
        }
    return any;
}

/* Can it matter that a resource matches two patterns at once? Not while one layer alone has
 * patterns, and all of them allow: of them one is enough. */
static bool patterns_cross(const struct policies *of, const struct request *r)
{
    bool crossing = false;
    int limited = layer_limits(&of->identity, r, &crossing);

    if (of->has_boundary)
        limited += layer_limits(&of->boundary, r, &crossing);
    if (of->has_session)
        limited += layer_limits(&of->session, r, &crossing);
    for (size_t i = 0; i < of->scp_levels; i++)
        limited += layer_limits(&of->scps[i], r, &crossing);
    return crossing || limited > 1;
}

/* The classes of resources that the policies tell apart for the action. */
static int resource_classes(const struct identity *of, const struct ability *a, struct arena *arena,
                            struct glob_classes *out)
{
    struct request request = {.action = a->action, .mark = a->mark, .resource = "*"};
    struct asking q = {.policies = of->policies, .request = &request, .scratch = arena};
    struct patterns p = {.arena = arena};
    struct error ignored = {0};
    const char *within = a->resource ? a->resource : "*";

    circumstance_keys(of, CIRCUMSTANCE_KEY, arena, &request); /* variables are the same in each */
    if (a->except)
        add_pattern(&p, a->except);
    each_layer(of->policies, visit_resources, &p, &q);
    if (!patterns_cross(of->policies, &request))
        return glob_parts_within(arena, within, p.at, p.count, out, &ignored);
    return glob_classes_within(arena, within, p.at, p.count, out, &ignored);
}

static struct decided decide_classes(const struct identity *of, const struct ability *a,
                                     const struct glob_classes *classes, enum circumstance c,
                                     struct arena *arena, const char **on)
{
    struct request request = {.action = a->action, .mark = a->mark};
    struct decided best = {.decision = DECISION_IMPLICIT_DENY};

    circumstance_keys(of, c, arena, &request);
    for (size_t i = 0; i < classes->count && best.decision != DECISION_ALLOWED; i++) {
        struct decided d;

        request.resource = classes->at[i].witness;
        if (a->except && arn_is_of_user(request.resource, a->except))
            continue;
        d = decide(of->policies, &request, arena);
        if (d.decision > best.decision) {
            best = d;
            *on = d.decision >= DECISION_UNSURE ? classes->at[i].pattern : NULL;
        }
    }
    return best;
}

struct outcome ability_of(const struct identity *of, const struct ability *a,
                          unsigned circumstances, struct arena *arena)
{
    struct outcome out = {.on = {NULL}};
    struct glob_classes classes;
    bool fits = resource_classes(of, a, arena, &classes) == 0;

    for (int c = 0; c < CIRCUMSTANCES; c++) {
        if (!(circumstances & CIRCUMSTANCE_BIT(c)))
            continue;
        if (fits)
            out.by[c] = decide_classes(of, a, &classes, (enum circumstance)c, arena, &out.on[c]);
        else
            out.by[c] = (struct decided){.decision = DECISION_UNSURE, .why = too_intricate};
    }
    return out;
}

/* A resource of any service that no policy names: all of them, or a partition's, match it. */
static const char *unnamed_resource(struct arena *arena, const char *partition)
{
    return arena_printf(arena, "arn:%s:%c:%c:%c:%c", partition, ACTION_UNNAMED, ACTION_UNNAMED,
                        ACTION_UNNAMED, ACTION_UNNAMED);
}

/* The pattern of "*" itself: a star that is no wildcard. */
static const char no_resource[] = {GLOB_QUOTE, '*', '\0'};

/* What the action acts on, as a pattern of ARNs: of the first the table's resource, else anything
 * of its service, so that a grant on a bucket is none over organizations. Of what is held only on
 * all, one resource of that kind that no policy names; a single action of the kind acts on no
 * resource at all, which AWS writes "*": "arn:aws:*" neither grants nor denies it. */
static const char *privilege_resource(const struct identity *of, const struct privilege *p,
                                      size_t i, struct arena *arena)
{
    const char *resource = i == 0 ? p->resource : NULL, *partition = of->partition;

    if (!resource && p->on_all)
        return strchr(p->actions[i], '*') ? unnamed_resource(arena, partition) : no_resource;
    if (!resource)
        return arena_printf(arena, "arn:%s:%.*s:*", partition, (int)strcspn(p->actions[i], ":"),
                            p->actions[i]);
    if (p->on_all)
        resource = arena_printf(arena, "%.*s%c%c", (int)strcspn(resource, "*"), resource,
                                ACTION_UNNAMED, ACTION_UNNAMED);
    return arena_printf(arena, "arn:%s:iam::%s:%s", partition, of->account, resource);
}

struct ability ability_of_privilege(const struct identity *of, const struct privilege *p, size_t i,
                                    struct arena *arena)
{
    struct ability a = {.action = privilege_witness(p->actions[i]),
                        .resource = privilege_resource(of, p, i, arena)};

    if (i == 0 && p->on_others && !of->is_role)
        a.except = of->who->arn;
    return a;
}

/* --- All actions --------------------------------------------------------------------------------
 */

/* A search for an action that is allowed. */
struct search {
    const struct identity *of;
    enum circumstance circumstance;
    struct arena *arena;
    struct patterns patterns; /* of actions, those of enrolment too */
    struct decided best;
    const char *action, *on;
};

/* true: allowed. */
static bool try_action(struct search *s, const char *witness, const char *pattern)
{
    struct ability a = {.action = witness};
    struct outcome o;
    const struct decided *d;

    if (is_enrolment_action(witness))
        return false;
    o = ability_of(s->of, &a, CIRCUMSTANCE_BIT(s->circumstance), s->arena);
    d = &o.by[s->circumstance];
    if (d->decision > s->best.decision) {
        s->best = *d;
        s->action = pattern;
        s->on = o.on[s->circumstance];
    }
    return d->decision == DECISION_ALLOWED;
}

/* The patterns of actions: mostly a typical action tells, and nobody asks for them. */
static const struct patterns *patterns_of(struct search *s)
{
    if (s->patterns.count > 0)
        return &s->patterns;
    each_layer(s->of->policies, visit_actions, &s->patterns, NULL);
    for (size_t i = 0; enrolment_actions[i]; i++)
        add_pattern(&s->patterns, enrolment_actions[i]);
    return &s->patterns;
}

static bool try_within(struct search *s, const char *within)
{
    const struct patterns *patterns = patterns_of(s);
    struct glob_classes classes;
    struct error ignored = {0};

    if (glob_classes_within(s->arena, within, patterns->at, patterns->count, &classes, &ignored)) {
        if (s->best.decision < DECISION_UNSURE)
            s->best = (struct decided){.decision = DECISION_UNSURE, .why = too_intricate};
        return false;
    }
    for (size_t i = 0; i < classes.count; i++)
        if (try_action(s, classes.at[i].witness, classes.at[i].pattern))
            return true;
    return false;
}

/* An action of the pattern that no other pattern is likely to match. */
static const char *typical(struct arena *arena, const char *pattern)
{
    char *out = arena_strdup(arena, pattern);

    for (char *p = out; *p; p++)
        *p = *p == '*' || *p == '?' ? ACTION_UNNAMED : *p;
    return out;
}

/* What the identity's own policies allow, one typical action of each pattern: where anything is
 * allowed, one of these mostly is. */
static bool try_typical(struct search *s)
{
    const struct policy_list *own = &s->of->policies->identity;

    for (size_t i = 0; i < own->count; i++)
        for (size_t k = 0; k < own->at[i].policy->count; k++) {
            const struct statement *st = &own->at[i].policy->statements[k];

            for (size_t a = 0; st->allow && !st->not_action && a < st->action_count; a++)
                if (try_action(s, typical(s->arena, st->actions[a]), st->actions[a]))
                    return true;
        }
    return false;
}

/* A Deny that surely holds, on every resource, for all actions but those it lists. */
struct shield {
    const struct policy_use *use;
    const struct statement *statement;
};

static bool covers_all_but_its_list(const struct statement *s)
{
    if (s->not_action)
        return s->action_count > 0;
    for (size_t i = 0; i < s->action_count; i++)
        if (strcmp(s->actions[i], "*") == 0 || strcmp(s->actions[i], "*:*") == 0)
            return true;
    return false;
}

static void find_shield(const struct policy_list *list, struct asking *q, struct shield *out)
{
    for (size_t i = 0; i < list->count && !out->statement; i++)
        for (size_t k = 0; k < list->at[i].policy->count; k++) {
            const struct statement *s = &list->at[i].policy->statements[k];

            if (!s->allow && !is_limited(s) && covers_all_but_its_list(s) &&
                statement_matches(q, list->at[i].policy, s, NULL) == YES)
                *out = (struct shield){&list->at[i], s};
        }
}

static struct shield shield_of(const struct search *s)
{
    const struct policies *p = s->of->policies;
    struct request request = {.action = "", .resource = "*"};
    struct asking q = {.policies = p, .request = &request, .scratch = s->arena};
    struct shield out = {NULL, NULL};

    circumstance_keys(s->of, s->circumstance, s->arena, &request);
    find_shield(&p->identity, &q, &out);
    if (p->has_boundary)
        find_shield(&p->boundary, &q, &out);
    if (p->has_session)
        find_shield(&p->session, &q, &out);
    for (size_t i = 0; i < p->scp_levels; i++)
        find_shield(&p->scps[i], &q, &out);
    return out;
}

/* Behind a shield only what it lists can be allowed. */
static void search_behind(struct search *s, const struct shield *shield)
{
    const struct statement *d = shield->statement;

    s->best = (struct decided){
        .decision = DECISION_EXPLICIT_DENY, .by = shield->use, .statement = shield->statement};
    for (size_t i = 0; d->not_action && i < d->action_count; i++)
        if (try_within(s, d->actions[i]))
            return;
}

struct decided ability_beyond_enrolment(const struct identity *of, enum circumstance c,
                                        struct arena *arena, const char **action, const char **on)
{
    struct search s = {.of = of, .circumstance = c, .arena = arena, .patterns = {.arena = arena}};
    struct shield shield = shield_of(&s);

    if (shield.statement)
        search_behind(&s, &shield);
    else if (!try_typical(&s))
        (void)try_within(&s, "*");
    if (s.best.decision >= DECISION_UNSURE && s.action) {
        *action = s.action;
        *on = s.on;
    }
    return s.best;
}
