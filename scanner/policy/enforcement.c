/* enforcement.c - the privileges of an account's identities, each kind of identity evaluated once.
 */
#include "policy/enforcement.h"

#include <string.h>

#include "base/strbuf.h"
#include "base/text.h"
#include "model/inputs.h"
#include "policy/arn.h"
#include "policy/glob.h"
#include "policy/private.h"

struct enforcement {
    struct in_force in_force;
    struct arena *arena;
    const char *organization, *stale_age; /* of struct identity */
    const char *marks[ACTION_SET_MOST];
    size_t mark_count;
    struct privilege named[PERMISSIONS_MOST]; /* in the settings, beside the table */
    size_t named_count;
    struct lookup known; /* of kind_of(): struct privileges of the first identity of its kind */
};

/* --- Marks --------------------------------------------------------------------------------------
 */

/* Place of the action of the table in the list of marks, plus 1. A test sees to it that they fit.
 * Mostly it is asked for by the same text again, so the texts themselves are sought first. */
static size_t mark_of(struct enforcement *e, const char *action)
{
    const char *witness = privilege_witness(action);
    size_t i = 0;

    while (i < e->mark_count && e->marks[i] != witness)
        i++;
    if (i < e->mark_count)
        return i + 1;
    i = 0;
    while (i < e->mark_count && strcmp(e->marks[i], witness) != 0)
        i++;
    if (i == e->mark_count)
        e->marks[e->mark_count++] = witness;
    return i + 1;
}

/* Is the action by itself a privilege of the table that always counts? */
static bool is_in_table(const char *action)
{
    for (size_t i = 0; i < privilege_count(); i++)
        if (privilege_at(i)->kind != PRIVILEGE_REUSE && !privilege_at(i)->actions[1] &&
            strcmp(privilege_at(i)->actions[0], action) == 0)
            return true;
    return false;
}

static void add_named(struct enforcement *e, const struct texts *actions)
{
    for (size_t i = 0; i < actions->count && e->named_count < PERMISSIONS_MOST; i++) {
        const char *action = text_lower(e->arena, actions->at[i]);

        if (is_in_table(action))
            continue;
        e->named[e->named_count++] =
            (struct privilege){PRIVILEGE_NAMED, {action}, NULL, false, false};
        (void)mark_of(e, action);
    }
}

struct enforcement *enforcement_open(const struct model *m, const struct account *a,
                                     struct arena *arena)
{
    struct enforcement *e = arena_new(arena, struct enforcement, 1);
    const struct account *home = m->home ? model_account(m, m->home) : NULL;

    e->arena = arena;
    e->known.arena = arena;
    e->organization = m->organization_id;
    if (!e->organization && home && data_complete(home, DATA_ORGANIZATION))
        e->organization = ""; /* in none */
    for (size_t i = 0; i < privilege_count(); i++)
        for (size_t k = 0; k < PRIVILEGE_ACTIONS && privilege_at(i)->actions[k]; k++)
            (void)mark_of(e, privilege_at(i)->actions[k]);
    if (m->inputs && m->inputs->settings->mfa_age_seconds > 0)
        e->stale_age = arena_printf(arena, "%ld", m->inputs->settings->mfa_age_seconds + 1);
    if (m->inputs)
        add_named(e, &m->inputs->settings->privileged.of[RULE_PERMISSION]);
    in_force_open(&e->in_force, m, a, e->marks, e->mark_count, arena);
    return e;
}

struct in_force *enforcement_in_force(struct enforcement *e)
{
    return &e->in_force;
}

const char *enforcement_unseen(const struct enforcement *e, enum policy_kind kind)
{
    return e->in_force.limits[kind].unseen;
}

struct identity enforcement_identity(struct enforcement *e, const struct principal *who)
{
    const struct account *a = e->in_force.account;
    struct policies *policies = arena_new(e->arena, struct policies, 1);

    *policies = in_force_of(&e->in_force, who);
    return (struct identity){.who = who,
                             .is_role = arn_is_of_role(who->arn),
                             .account = a->id,
                             .partition = a->partition ? a->partition : "aws",
                             .organization = e->organization,
                             .stale_age = e->stale_age,
                             .policies = policies};
}

/* --- Kinds of identities ------------------------------------------------------------------------
 */

/* What the policies look at, as bytes. */
struct kind {
    struct arena *arena;
    struct strbuf bytes;
    const struct identity *of;
    struct request certain;
};

/* A letter before each text tells it from what else may stand there. */
static void add_text(struct kind *k, char letter, const char *text)
{
    strbuf_addch(&k->bytes, letter);
    strbuf_add(&k->bytes, text, strlen(text) + 1);
}

/* The values of the keys that the policy names. */
static void add_values(struct kind *k, const struct policy *p)
{
    struct asking q = {.request = &k->certain};

    for (size_t i = 0; i < p->name_count; i++) {
        const struct request_key *key = certain_key(&q, p->names[i]);

        for (size_t v = 0; key && v < key->count; v++)
            add_text(k, 'v', key->values[v]);
        strbuf_addch(&k->bytes, key ? '.' : 'f');
    }
}

/* Does the pattern end in the identity's name? Whatever it says before, of others it says another
 * thing: ability.c, `except`. */
static bool has_name_of(const char *pattern, const char *arn)
{
    const char *last = strrchr(pattern, '/'), *name = strrchr(arn, '/');

    return last && name && strcmp(last, name) == 0;
}

/* Which of its resource patterns match the identity itself. Those with variables go by the values.
 */
static void add_matches(struct kind *k, const struct policy *p)
{
    for (size_t i = 0; i < p->count; i++)
        for (size_t r = 0; r < p->statements[i].resource_count; r++) {
            const char *pattern = p->statements[i].resources[r];

            if (has_name_of(pattern, k->of->who->arn))
                add_text(k, 'i', pattern); /* of this one alone */
            else if (arn_may_match(pattern, k->of->who->arn))
                strbuf_addch(&k->bytes, arn_surely_matches(pattern, k->of->who->arn) ? 's' : 'm');
            else
                strbuf_addch(&k->bytes, 'n');
        }
}

static void add_list(struct kind *k, const struct policy_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct policy *p = list->at[i].policy;

        strbuf_addch(&k->bytes, 'p');
        strbuf_add(&k->bytes, &p, sizeof p);
        add_values(k, p);
        if (!k->of->is_role)
            add_matches(k, p);
    }
    strbuf_addch(&k->bytes, '.');
}

/* Identities of which this is the same have the same privileges. */
static void kind_of(struct kind *k)
{
    const struct policies *p = k->of->policies;

    circumstance_keys(k->of, CIRCUMSTANCE_KEY, k->arena, &k->certain);
    strbuf_addch(&k->bytes, k->of->is_role ? 'r' : 'u');
    strbuf_addch(&k->bytes, p->has_boundary ? 'b' : '-');
    add_list(k, &p->identity);
    add_list(k, &p->boundary);
    for (size_t i = 0; i < p->scp_levels; i++)
        add_list(k, &p->scps[i]);
}

/* --- One kind -----------------------------------------------------------------------------------
 */

/* Privileges that the same statements are about need to be decided once. */
struct column {
    const struct statement **statements;
    size_t count;
    bool unlimited; /* in resources: all of them are about "*" */
};
struct group {
    const struct column *column;
    const char *resource, *except;
    const struct outcome *outcome;
};
struct matrix {
    struct enforcement *e;
    const struct identity *of;
    struct arena scratch;
    struct action_set may; /* marks that an Allow of the identity's own is about */
    struct column *columns[ACTION_SET_MOST];
    struct group *groups;
    size_t group_count;
};

static bool is_unlimited(const struct statement *s)
{
    return s->resource_count == 1 && !s->not_resource && strcmp(s->resources[0], "*") == 0;
}

static void add_to_column(struct matrix *m, struct column *c, size_t mark,
                          const struct policy_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        for (size_t k = 0; k < list->at[i].policy->count; k++) {
            const struct statement *s = &list->at[i].policy->statements[k];

            if (!action_set_has(&s->marks, mark - 1))
                continue;
            *arena_push(&m->scratch, c->statements, c->count) = s;
            c->unlimited = c->unlimited && is_unlimited(s);
        }
}

/* The statements that are about the marked action. */
static const struct column *column_of(struct matrix *m, size_t mark)
{
    const struct policies *p = m->of->policies;
    struct column *c = m->columns[mark - 1];

    if (c)
        return c;
    c = m->columns[mark - 1] = arena_new(&m->scratch, struct column, 1);
    c->unlimited = true;
    add_to_column(m, c, mark, &p->identity);
    add_to_column(m, c, mark, &p->boundary);
    for (size_t i = 0; i < p->scp_levels; i++)
        add_to_column(m, c, mark, &p->scps[i]);
    return c;
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_group(const struct group *g, const struct column *c, const struct ability *a)
{
    return g->column->count == c->count && same_text(g->resource, a->resource) &&
           same_text(g->except, a->except) &&
           (c->count == 0 ||
            memcmp(g->column->statements, c->statements, c->count * sizeof *c->statements) == 0);
}

const char *class_shown(struct arena *arena, const char *pattern)
{
    char *out = arena_strdup(arena, pattern), *to = out;

    for (; *pattern; pattern++)
        if (*pattern == ACTION_UNNAMED && (to == out || to[-1] != '*'))
            *to++ = '*';
        else if (*pattern != ACTION_UNNAMED && *pattern != GLOB_QUOTE)
            *to++ = *pattern;
    *to = '\0';
    return out;
}

/* Out of the scratch arena. */
static const struct outcome *keep(struct enforcement *e, const struct outcome *o)
{
    struct outcome *out = arena_new(e->arena, struct outcome, 1);

    *out = *o;
    for (int c = 0; c < CIRCUMSTANCES; c++) {
        struct decided *d = &out->by[c];

        out->on[c] = o->on[c] ? class_shown(e->arena, o->on[c]) : NULL;
        d->why = d->why ? arena_strdup(e->arena, d->why) : NULL;
        d->witness = request_keys_keep(e->arena, d->witness, d->witness_count);
    }
    return out;
}

static const struct outcome *decide_action(struct matrix *m, struct ability *a)
{
    const struct column *c = column_of(m, a->mark);
    struct outcome o;

    if (c->unlimited)
        a->resource = a->except = NULL;
    for (size_t i = 0; i < m->group_count; i++)
        if (same_group(&m->groups[i], c, a))
            return m->groups[i].outcome;
    o = ability_of(m->of, a, ~0u, &m->scratch);
    *arena_push(&m->scratch, m->groups, m->group_count) =
        (struct group){c, a->resource, a->except, keep(m->e, &o)};
    return m->groups[m->group_count - 1].outcome;
}

/* Where all actions are allowed, or may be. */
static struct held hold(struct matrix *m, const struct privilege *p)
{
    struct held h = {.privilege = p, .allowed = ~0u, .unsure = ~0u};

    for (size_t i = 0; i < PRIVILEGE_ACTIONS && p->actions[i] && h.unsure; i++) {
        size_t mark = mark_of(m->e, p->actions[i]);
        unsigned allowed = 0, may_be = 0;
        struct ability a;

        if (!action_set_has(&m->may, mark - 1)) /* of most privileges, for most identities */
            return (struct held){.privilege = NULL};
        a = ability_of_privilege(m->of, p, i, &m->scratch);
        a.mark = mark;
        h.outcomes[i] = decide_action(m, &a);
        for (int c = 0; c < CIRCUMSTANCES; c++) {
            allowed |= h.outcomes[i]->by[c].decision == DECISION_ALLOWED ? CIRCUMSTANCE_BIT(c) : 0;
            may_be |= h.outcomes[i]->by[c].decision >= DECISION_UNSURE ? CIRCUMSTANCE_BIT(c) : 0;
        }
        h.allowed &= allowed;
        h.unsure &= may_be;
    }
    h.unsure &= ~h.allowed;
    return h;
}

static void note_allows(struct matrix *m)
{
    const struct policy_list *own = &m->of->policies->identity;

    for (size_t i = 0; i < own->count; i++)
        for (size_t k = 0; k < own->at[i].policy->count; k++) {
            const struct statement *s = &own->at[i].policy->statements[k];

            for (size_t w = 0; s->allow && w < sizeof m->may.bits / sizeof *m->may.bits; w++)
                m->may.bits[w] |= s->marks.bits[w];
        }
}

static void evaluate(struct enforcement *e, struct privileges *out)
{
    struct matrix m = {.e = e, .of = &out->identity};
    struct held *held = NULL, *kept;

    note_allows(&m);
    for (size_t i = 0; i < privilege_count() + e->named_count; i++) {
        struct held h =
            hold(&m, i < privilege_count() ? privilege_at(i) : &e->named[i - privilege_count()]);

        if (h.privilege && (h.allowed || h.unsure))
            *arena_push(&m.scratch, held, out->count) = h;
    }
    kept = arena_new(e->arena, struct held, out->count);
    for (size_t i = 0; i < out->count; i++)
        kept[i] = held[i];
    out->held = kept;
    out->decided_with = out->identity.policies;
    arena_free(&m.scratch);
}

const struct privileges *privileges_of(struct enforcement *e, const struct principal *who)
{
    struct privileges *out = arena_new(e->arena, struct privileges, 1);
    struct arena scratch = {0};
    struct kind kind = {&scratch, STRBUF_INIT(SIZE_MAX / 2), &out->identity, {0}};
    const struct privileges *known;
    void **place;

    *out = (struct privileges){.who = who, .identity = enforcement_identity(e, who)};
    kind_of(&kind);
    place = lookup_at(&e->known, arena_strndup(e->arena, kind.bytes.buf, kind.bytes.len),
                      kind.bytes.len);
    known = *place;
    if (known) {
        out->held = known->held;
        out->count = known->count;
        out->decided_with = known->decided_with;
    } else {
        evaluate(e, out);
        *place = out;
    }
    strbuf_free(&kind.bytes);
    arena_free(&scratch);
    return out;
}

/* --- Reading them -------------------------------------------------------------------------------
 */

enum mfa_requirement mfa_required(const struct held *h, unsigned reachable)
{
    if (h->allowed & reachable)
        return MFA_NOT_REQUIRED;
    return h->unsure & reachable ? MFA_UNSURE : MFA_REQUIRED;
}

/* The same place in the other's list, when it is one of the list's. */
static const struct policy_use *moved(const struct policy_use *use, const struct policy_list *from,
                                      const struct policy_list *to)
{
    for (size_t i = 0; i < from->count; i++)
        if (use == &from->at[i])
            return &to->at[i];
    return use;
}

struct decided held_decided(const struct privileges *p, const struct held *h, size_t action,
                            enum circumstance c, const char **on)
{
    struct decided d = h->outcomes[action]->by[c];

    *on = h->outcomes[action]->on[c];
    if (d.by) {
        d.by = moved(d.by, &p->decided_with->identity, &p->identity.policies->identity);
        d.by = moved(d.by, &p->decided_with->boundary, &p->identity.policies->boundary);
    }
    return d;
}
