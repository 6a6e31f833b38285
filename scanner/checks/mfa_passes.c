/* mfa_passes.c - what a statement that tests MFA lets through. */
#include <stdint.h>
#include <string.h>

#include "base/limits.h"
#include "base/lookup.h"
#include "base/strbuf.h"
#include "checks/mfa_statements.h"
#include "policy/glob.h"

static bool has_text(const char *const *list, size_t count, const char *text)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i], text) == 0)
            return true;
    return false;
}

static bool has_all(const char *const *list, size_t count, const char *const *texts, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!has_text(list, count, texts[i]))
            return false;
    return true;
}

/* Does one of the patterns match all that `pattern` does, for sure? */
static bool one_covers(const char *const *list, size_t count, const char *pattern)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i], pattern) == 0 ||
            (!strpbrk(list[i], "?$") && glob_match(list[i], pattern)))
            return true;
    return false;
}

/* Lists of patterns with what they say of them: these, or all others. */
struct part {
    const char *const *at;
    size_t count;
    bool negated;
};

static bool part_covers(const struct part *wide, const struct part *narrow)
{
    if (wide->negated)
        return narrow->negated && has_all(narrow->at, narrow->count, wide->at, wide->count);
    if (narrow->negated || narrow->count == 0)
        return has_text(wide->at, wide->count, "*");
    for (size_t i = 0; i < narrow->count; i++)
        if (!one_covers(wide->at, wide->count, narrow->at[i]))
            return false;
    return true;
}

bool denial_covers(const struct statement *deny, const struct statement *s)
{
    struct part actions = {deny->actions, deny->action_count, deny->not_action};
    struct part of_s = {s->actions, s->action_count, s->not_action};
    struct part resources = {deny->resources, deny->resource_count, deny->not_resource};
    struct part on_s = {s->resources, s->resource_count, s->not_resource};

    return !deny->allow && part_covers(&actions, &of_s) && part_covers(&resources, &on_s);
}

/* "iam:List*MFADevices" matches nothing but two actions of enrolment. To add one: a row. */
bool exempts_enrolment_only(const char *action)
{
    static const char *const patterns[] = {"iam:list*mfadevices"};

    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++)
        if (strcmp(patterns[i], action) == 0)
            return true;
    return is_enrolment_action(action);
}

/* "arn:*" leaves out the requests that name no resource. */
bool is_about_all(const struct statement *s)
{
    for (size_t i = 0; !s->not_resource && i < s->resource_count; i++)
        if (strspn(s->resources[i], "*") == strlen(s->resources[i]) && *s->resources[i])
            return true;
    return s->not_resource && s->resource_count == 0;
}

/* --- Denials side by side -----------------------------------------------------------------------
 */

static void add_counted(struct strbuf *out, const char *text)
{
    strbuf_addf(out, "%zu:%s", strlen(text), text);
}

/* The same for two statements just when their conditions stand there alike. */
static const char *conditions_text(const struct statement *s, struct arena *arena)
{
    cleanup_strbuf struct strbuf out = STRBUF_INIT(LIMIT_POLICY_BYTES * 8);

    for (size_t i = 0; i < s->condition_count; i++) {
        const struct condition *c = &s->conditions[i];

        add_counted(&out, c->operator_name);
        add_counted(&out, c->key);
        strbuf_addf(&out, "%zu;", c->value_count);
        for (size_t k = 0; k < c->value_count; k++)
            add_counted(&out, c->values[k]);
    }
    return arena_strdup(arena, out.buf);
}

static size_t group_of(struct denials *d, struct lookup *known, const struct statement *s,
                       struct arena *arena)
{
    const char *text = conditions_text(s, arena);
    void **number = lookup_at(known, text, strlen(text)); /* plus 1 */

    if (!*number) {
        *arena_push(arena, d->groups, d->count) = (struct denial_group){NULL, 0};
        *number = (void *)(uintptr_t)d->count;
    }
    return (size_t)(uintptr_t)*number - 1;
}

struct denials denials_of(const struct policy *p, struct arena *arena)
{
    struct denials d = {.group_of = arena_new(arena, size_t, p->count)};
    struct lookup known = {.arena = arena};

    for (size_t i = 0; i < p->count; i++) {
        const struct statement *s = &p->statements[i];
        struct denial_group *g;

        d.group_of[i] = SIZE_MAX;
        if (s->allow)
            continue;
        d.group_of[i] = group_of(&d, &known, s, arena);
        g = &d.groups[d.group_of[i]];
        *arena_push(arena, g->at, g->count) = s;
        if (tests_mfa(s) && is_about_all(s))
            *arena_push(arena, d.wide, d.wide_count) = s;
    }
    return d;
}

const struct statement *covering_denial(const struct mfa_statement *m)
{
    for (size_t i = 0; i < m->denials->wide_count; i++)
        if (m->denials->wide[i] != m->s && denial_covers(m->denials->wide[i], m->s))
            return m->denials->wide[i];
    return NULL;
}

static const struct statement *covering_of(const struct denial_group *g, const struct statement *s)
{
    for (size_t i = 0; i < g->count; i++)
        if (denial_covers(g->at[i], s))
            return g->at[i];
    return NULL;
}

/* The statement with its conditions alone: about everything. */
static struct statement widened(const struct statement *s)
{
    static const char *everything[] = {"*"};
    struct statement out = *s;

    out.not_action = out.not_resource = out.not_principal = false;
    out.has_resource = true;
    out.actions = out.resources = everything;
    out.action_count = out.resource_count = 1;
    out.principals = NULL;
    out.principal_count = 0;
    return out;
}

static void add_widened(struct policy *p, const struct statement *s, struct arena *arena)
{
    *arena_push(arena, p->statements, p->count) = widened(s);
}

static const struct policy *alone(const struct mfa_statement *m, bool others, struct arena *arena)
{
    static const struct statement all = {.allow = true};
    struct policy *p = arena_new(arena, struct policy, 1);
    size_t own = m->denials->group_of[m->s - m->policy->statements];

    *p = *m->policy;
    p->statements = NULL;
    p->count = 0;
    if (!m->s->allow)
        add_widened(p, &all, arena);
    add_widened(p, m->s, arena);
    for (size_t i = 0; others && i < m->denials->count; i++) {
        const struct statement *s = i == own ? NULL : covering_of(&m->denials->groups[i], m->s);

        if (s)
            add_widened(p, s, arena);
    }
    return p;
}

/* Of nobody in particular nothing is certain but the circumstance. A session of a role calls by
 * itself: what a service does on its behalf is another request. */
static void keep_certain(struct request *r, bool of_somebody, struct arena *arena)
{
    static const char *const no = "false";
    struct request_key *keys = arena_new(arena, struct request_key, r->key_count + 1);
    size_t count = 0;

    for (size_t i = 0; i < r->key_count; i++)
        if (of_somebody || strncmp(r->keys[i].name, MFA_KEYS, sizeof MFA_KEYS - 1) == 0)
            keys[count++] = r->keys[i];
    if (of_somebody)
        keys[count++] = (struct request_key){"aws:viaawsservice", &no, 1};
    r->keys = keys;
    r->key_count = count;
}

struct decided statement_passes(const struct mfa_statement *m, enum circumstance c,
                                const struct identity *of, bool others, struct arena *arena)
{
    static const struct identity anybody = {.who = NULL};
    struct policy_use *use = arena_new(arena, struct policy_use, 1);
    struct request request = {.action = "a:b", .resource = "*"};
    struct policies policies = {.identity = {use, 1}};

    *use = (struct policy_use){alone(m, others, arena), m->resource, m->source};
    circumstance_keys(of ? of : &anybody, c, arena, &request);
    keep_certain(&request, of != NULL, arena);
    return decide(&policies, &request, arena);
}
