/* entries.c - the graph of who may assume which role of an account.
 *
 * What a trust policy names is looked at first, so that only roles that leave the choice to the
 * account are held against its identities; these are taken by kinds (policy/enforcement.h), and
 * only those that may call sts:AssumeRole at all, on that role. */
#include "checks/entries.h"

#include <string.h>

#include "base/text.h"
#include "checks/callers.h"
#include "model/federation.h"
#include "policy/arn.h"

/* What the trust policy of a role says. */
struct way {
    bool delegates; /* to the account's own policies */
    bool anybody;
    bool personal;
    const struct principal **users; /* named */
    size_t user_count;
    size_t *named_in; /* roles that name this one */
    size_t named_in_count;
    size_t origin; /* of a chain: the role that is entered directly */
};

struct walk {
    const struct checking *c;
    const struct account *a;
    struct arena *arena;
    struct arena *texts;
    struct arena scratch; /* of one role */
    struct callers callers;
    struct way *ways;
    struct role_entry *entries;
};

/* --- One hop ------------------------------------------------------------------------------------
 */

struct passage {
    enum entry_state state;
    struct decided decided;
    enum circumstance circumstance;
};

/* In the circumstances that are asked about, the weakest first. `statement` NULL: the whole trust
 * policy. */
static struct passage passage_of(struct walk *w, const struct entrant *from, size_t role,
                                 const struct statement *statement, unsigned circumstances)
{
    struct passage best = {.state = ENTRY_NONE};

    for (int c = CIRCUMSTANCE_KEY; c <= CIRCUMSTANCE_MFA && best.state < ENTRY_OPEN; c++) {
        enum entry_state state = ENTRY_NONE;
        struct decided d;

        if (!(circumstances & CIRCUMSTANCE_BIT(c)) || (c == CIRCUMSTANCE_MFA && best.state))
            continue;
        d = statement ? may_enter_by(w->c->enforcement, from, &w->a->roles[role], statement->index,
                                     (enum circumstance)c, &w->scratch)
                      : may_enter(w->c->enforcement, from, &w->a->roles[role], (enum circumstance)c,
                                  &w->scratch);
        if (d.decision >= DECISION_UNSURE)
            state = c == CIRCUMSTANCE_MFA            ? ENTRY_MFA
                    : d.decision == DECISION_ALLOWED ? ENTRY_OPEN
                                                     : ENTRY_UNSURE;
        if (state > best.state)
            best = (struct passage){state, d, (enum circumstance)c};
    }
    return best;
}

static const char *passage_text(struct walk *w, const struct passage *p)
{
    if (p->state == ENTRY_UNSURE)
        return arena_printf(w->texts, "%s: %s", circumstance_name(p->circumstance),
                            p->decided.why ? p->decided.why : "not understood");
    return arena_printf(w->texts, "%s, %s",
                        p->state == ENTRY_MFA ? "only with MFA"
                                              : circumstance_name(p->circumstance),
                        decided_text(&p->decided, w->texts));
}

/* Is this way in weaker than what is known of the role? */
static bool is_weaker(const struct walk *w, size_t role, enum entry_state state)
{
    return state > w->entries[role].state;
}

static void let_in(struct walk *w, size_t role, const struct passage *p, const char *who)
{
    struct role_entry *e = &w->entries[role];

    e->state = p->state;
    e->source = p->decided.by ? p->decided.by->source : (struct source){NULL, NULL, NULL};
    e->detail = arena_printf(w->texts, "%s %s assume it %s", who,
                             p->state == ENTRY_UNSURE ? "perhaps may" : "may", passage_text(w, p));
    e->user = e->via = NULL;
    w->ways[role].origin = role;
}

static void user_let_in(struct walk *w, size_t role, struct passage p, const struct caller_user *u)
{
    static const unsigned aside[CALLINGS] = {
        [CALLING_MACHINE] = ASIDE_MACHINE, [CALLING_IDLE] = ASIDE_IDLE};

    if (p.state == ENTRY_NONE)
        return;
    if (u->calling == CALLING_DOUBTFUL && p.state == ENTRY_OPEN) {
        p.state = ENTRY_UNSURE;
        p.decided.why = arena_printf(w->texts, "whether it can sign in was not read, %s", u->why);
    }
    w->entries[role].aside |= aside[u->calling];
    if (aside[u->calling] || !is_weaker(w, role, p.state))
        return;
    let_in(w, role, &p, arena_printf(w->texts, "user %s", text_shown(w->texts, u->user->name)));
    w->entries[role].user = u->user;
}

/* --- Users of the account -----------------------------------------------------------------------
 */

/* What is asked of many, and when an answer is bad enough to stop. */
struct round {
    unsigned circumstances;
    enum entry_state enough;
};

static void user_enters(struct walk *w, size_t role, const struct caller_user *u,
                        unsigned circumstances)
{
    struct entrant from = {.who = &u->identity};

    if (!w->ways[role].personal || trust_may_take(w->entries[role].trust, u->user))
        user_let_in(w, role, passage_of(w, &from, role, NULL, circumstances), u);
    arena_free(&w->scratch);
}

static void kind_enters(struct walk *w, size_t role, const struct kind *k, const struct round *r)
{
    struct entrant from = {.who = &k->identity};
    struct passage p;

    if (w->ways[role].personal) {
        for (size_t i = 0; i < k->member_count && w->entries[role].state < r->enough; i++)
            user_enters(w, role, k->members[i], r->circumstances);
        return;
    }
    p = passage_of(w, &from, role, NULL, r->circumstances);
    for (int i = 0; p.state && i < CALLINGS; i++)
        if (k->first[i])
            user_let_in(w, role, p, k->first[i]);
}

static void kinds_enter(struct walk *w, size_t role, const struct kind_list *list, bool by_pattern,
                        const struct round *r)
{
    const char *arn = w->a->roles[role].arn;

    for (size_t i = 0; i < list->count && w->entries[role].state < r->enough; i++)
        if (w->ways[role].anybody || ((list->at[i]->calls & r->circumstances) &&
                                      (!by_pattern || kind_may_reach(list->at[i], arn))))
            kind_enters(w, role, list->at[i], r);
}

/* Somebody of the account of whom nothing is known, and whose policies allow: what is denied to him
 * is denied to all whom the trust policy does not name. */
static bool may_somebody(struct walk *w, size_t role)
{
    struct entrant from = {.caller = {NULL, NULL, w->a->id}};

    return passage_of(w, &from, role, NULL, WITHOUT_MFA).state != ENTRY_NONE;
}

static void users_enter(struct walk *w, size_t role)
{
    static const struct round rounds[] = {{WITHOUT_MFA, ENTRY_OPEN}, {WITH_MFA, ENTRY_MFA}};
    const struct way *way = &w->ways[role];
    const struct kinds *kinds = &w->callers.users;

    for (size_t i = 0; i < way->user_count; i++)
        user_enters(w, role, callers_user(&w->callers, way->users[i]), WITHOUT_MFA | WITH_MFA);
    if (!way->delegates && !way->anybody)
        return;
    for (size_t i = may_somebody(w, role) ? 0 : 1; i < 2; i++) {
        if (way->anybody) {
            kinds_enter(w, role, &kinds->all, false, &rounds[i]);
            continue;
        }
        kinds_enter(w, role, &kinds->wide, true, &rounds[i]);
        kinds_enter(w, role, &kinds->exact[role], false, &rounds[i]);
    }
}

/* --- Others ------------------------------------------------------------------------------------
 */

static void outsider_enters(struct walk *w, size_t role, const struct statement *s,
                            const struct outsider *o, const char *who)
{
    struct entrant from = {.caller = o->caller};
    struct passage p = passage_of(w, &from, role, s, o->is_role ? WITHOUT_MFA : ~0u);

    if (p.state == ENTRY_NONE)
        return;
    if (asks_for_external_id(s)) {
        w->entries[role].aside |= ASIDE_THIRD_PARTY;
        return;
    }
    if (o->is_reserved) {
        w->entries[role].aside |= ASIDE_FEDERATION;
        return;
    }
    if (o->is_role) {
        p.state = ENTRY_UNSURE;
        p.decided.why = "no chain of roles carries MFA, and who enters that role first is decided "
                        "in its account";
    }
    if (is_weaker(w, role, p.state))
        let_in(w, role, &p, who);
}

/* Any account: a stranger's, and those that the statement's conditions name. */
static void anybody_enters(struct walk *w, size_t role, const struct statement *s)
{
    static const struct outsider stranger = {.caller = {NULL, NULL, "000000000000"}};

    w->ways[role].anybody = true;
    outsider_enters(w, role, s, &stranger, "anybody, in any AWS account,");
    for (size_t i = 0; i < s->condition_count; i++)
        for (size_t v = 0; v < s->conditions[i].value_count; v++) {
            struct outsider o = outsider_of(s->conditions[i].values[v], &w->scratch);

            if (o.caller.account && strcmp(o.caller.account, w->a->id) != 0)
                outsider_enters(w, role, s, &o,
                                arena_printf(w->texts, "anybody in account %s",
                                             text_shown(w->texts, o.caller.account)));
        }
}

static const struct principal *by_id(const struct principal *list, size_t count, const char *id)
{
    for (size_t i = 0; i < count; i++)
        if (list[i].id && strcmp(list[i].id, id) == 0)
            return &list[i];
    return NULL;
}

static const struct principal *by_session(const struct account *a, const char *session)
{
    for (size_t i = 0; strstr(session, ":assumed-role/") && i < a->role_count; i++)
        if (arn_is_session_of(session, a->roles[i].arn))
            return &a->roles[i];
    return NULL;
}

/* A user or role of this account by ARN, session or unique id, which stands for one deleted since,
 * unless there is one that has it. */
static void insider_named(struct walk *w, size_t role, const char *principal, bool is_id)
{
    const struct account *a = w->a;
    struct way *way = &w->ways[role];
    const struct principal *user =
        is_id ? by_id(a->users, a->user_count, principal) : model_user_by_arn(a, principal);
    const struct principal *other =
        is_id ? by_id(a->roles, a->role_count, principal) : callers_role(&w->callers, principal);

    if (!user && !other && !is_id)
        other = by_session(a, principal);
    if (user)
        *arena_push(w->arena, way->users, way->user_count) = user;
    else if (!other)
        w->entries[role].aside |= ASIDE_DELETED;
    if (other) {
        struct way *from = &w->ways[other - w->a->roles];

        *arena_push(w->arena, from->named_in, from->named_in_count) = role;
        w->entries[role].aside |= ASIDE_ROLES;
    }
}

static void principal_named(struct walk *w, size_t role, const struct statement *s,
                            const char *principal)
{
    struct outsider o = outsider_of(principal, w->arena);

    if (!o.caller.account)
        insider_named(w, role, principal, true);
    else if (strcmp(o.caller.account, w->a->id) != 0)
        outsider_enters(
            w, role, s, &o,
            arena_printf(w->texts, "%s %s", o.is_whole_account ? "account" : "principal",
                         text_shown(w->texts, o.is_whole_account ? o.caller.account : principal)));
    else if (o.is_whole_account)
        w->ways[role].delegates = true;
    else
        insider_named(w, role, principal, false);
}

/* Issuers whose identities are programs. To add one: a row. */
static bool is_pipeline(const char *provider)
{
    static const char *const issuers[] = {"token.actions.githubusercontent.com",
                                          "gitlab.com",
                                          "app.terraform.io",
                                          "oidc.eks.",
                                          "oidc.circleci.com",
                                          "vstoken.dev.azure.com"};
    const char *slash = strchr(provider, '/'), *host = slash ? slash + 1 : provider;

    for (size_t i = 0; i < sizeof issuers / sizeof *issuers; i++)
        if (strncmp(host, issuers[i], strlen(issuers[i])) == 0)
            return true;
    return false;
}

static void look_at(struct walk *w, size_t role, const struct statement *s)
{
    bool assumes = statement_has_action(s, ASSUME_ROLE);
    unsigned *aside = &w->entries[role].aside;

    if (s->allow && assumes && s->not_principal)
        anybody_enters(w, role, s);
    for (size_t i = 0; s->allow && !s->not_principal && i < s->principal_count; i++) {
        const struct statement_principal *p = &s->principals[i];

        if (p->kind == PRINCIPAL_SERVICE)
            *aside |= ASIDE_SERVICE;
        else if (p->kind == PRINCIPAL_FEDERATED)
            *aside |= is_pipeline(p->value) ? ASIDE_PIPELINE : ASIDE_FEDERATION;
        else if (assumes && p->kind == PRINCIPAL_ANYBODY)
            anybody_enters(w, role, s);
        else if (assumes && p->kind == PRINCIPAL_AWS)
            principal_named(w, role, s, p->value);
    }
}

static void enter_directly(struct walk *w, size_t role)
{
    struct role_entry *e = &w->entries[role];
    const char *why = "not read";

    e->detail = "";
    w->ways[role].origin = role;
    if (is_service_linked(&w->a->roles[role])) {
        e->aside = ASIDE_SERVICE;
        return;
    }
    e->trust = enforcement_trust(w->c->enforcement, &w->a->roles[role], &why);
    if (!e->trust) {
        e->state = ENTRY_UNSURE;
        e->detail = arena_strdup(w->texts, why);
        return;
    }
    w->ways[role].personal = entry_is_personal(w->c->enforcement, &w->a->roles[role]);
    for (size_t i = 0; i < e->trust->count; i++)
        look_at(w, role, &e->trust->statements[i]);
    users_enter(w, role);
    arena_free(&w->scratch);
}

/* --- Chains -------------------------------------------------------------------------------------
 */

struct queue {
    size_t *at;
    size_t count;
};

/* From role `from`, which is entered as weakly as `state`, to `to`; the identity may be that of
 * another of its kind. */
static void chain(struct walk *w, struct queue *q, size_t from, size_t to,
                  const struct identity *identity, enum entry_state state)
{
    struct entrant entrant = {.who = identity};
    size_t origin = w->ways[from].origin;
    const struct principal *roles = w->a->roles;
    struct passage p;

    if (from == to || !is_weaker(w, to, state) || !w->entries[to].trust)
        return;
    p = passage_of(w, &entrant, to, NULL, WITHOUT_MFA);
    if (p.state == ENTRY_OPEN)
        p.state = state;
    else if (p.state == ENTRY_UNSURE && state == ENTRY_MFA)
        p.state = ENTRY_MFA;
    if (p.state != ENTRY_NONE && is_weaker(w, to, p.state)) {
        struct role_entry *e = &w->entries[to];

        e->state = p.state;
        e->source = p.decided.by ? p.decided.by->source : (struct source){NULL, NULL, NULL};
        e->detail = arena_printf(
            w->texts,
            "role %s may assume it, %s; MFA cannot be carried on, so the entry %s%s "
            "decides: %s",
            text_shown(w->texts, roles[from].name),
            p.decided.why ? p.decided.why : decided_text(&p.decided, w->texts),
            origin == from ? "into that role" : "at the beginning of the chain, into role ",
            origin == from ? "" : text_shown(w->texts, roles[origin].name),
            w->entries[origin].detail);
        e->user = w->entries[origin].user;
        e->via = &roles[from];
        w->ways[to].origin = origin;
        if (p.state == state)
            *arena_push(w->arena, q->at, q->count) = to;
    }
    arena_free(&w->scratch);
}

/* From a role by what the account's policies say. Another of its kind may have been here. */
static void chain_by_policy(struct walk *w, struct queue *q, size_t from, size_t to,
                            const struct kind *k, enum entry_state state)
{
    const struct way *way = &w->ways[to];
    struct identity own;

    if (!is_weaker(w, to, state) || (k->walked && !way->personal) ||
        (!way->anybody && !(way->delegates && (k->calls & WITHOUT_MFA))))
        return;
    own = way->personal ? enforcement_identity(w->c->enforcement, &w->a->roles[from]) : k->identity;
    chain(w, q, from, to, &own, state);
}

/* To all roles that may be assumed from that one. */
static void chains_from(struct walk *w, struct queue *q, size_t from, enum entry_state state)
{
    struct kind *k = callers_role_kind(&w->callers, &w->a->roles[from]);
    struct identity own = enforcement_identity(w->c->enforcement, &w->a->roles[from]);

    for (size_t i = 0; i < w->ways[from].named_in_count; i++)
        chain(w, q, from, w->ways[from].named_in[i], &own, state);
    for (size_t to = 0; to < w->a->role_count; to++)
        if (w->ways[to].anybody ||
            (is_weaker(w, to, state) && kind_may_reach(k, w->a->roles[to].arn)))
            chain_by_policy(w, q, from, to, k, state);
    for (size_t i = 0; i < k->reach_count; i++)
        chain_by_policy(w, q, from, k->reach[i], k, state);
    k->walked = true;
}

/* The weakest first, so that each role is reached by its weakest chain. */
static void follow_chains(struct walk *w)
{
    for (enum entry_state state = ENTRY_OPEN; state > ENTRY_NONE; state--) {
        struct queue q = {NULL, 0};

        for (size_t i = 0; i < w->callers.roles.all.count; i++)
            w->callers.roles.all.at[i]->walked = false;
        for (size_t i = 0; i < w->a->role_count; i++)
            if (w->entries[i].state == state)
                *arena_push(w->arena, q.at, q.count) = i;
        for (size_t i = 0; i < q.count; i++)
            chains_from(w, &q, q.at[i], state);
    }
}

const struct role_entry *role_entries(const struct checking *c, struct arena *arena)
{
    struct walk w = {.c = c,
                     .a = c->account,
                     .arena = arena,
                     .texts = &c->out->arena,
                     .ways = arena_new(arena, struct way, c->account->role_count),
                     .entries = arena_new(arena, struct role_entry, c->account->role_count)};

    callers_open(&w.callers, c, arena);
    for (size_t i = 0; i < w.a->role_count; i++)
        enter_directly(&w, i);
    follow_chains(&w);
    arena_free(&w.scratch);
    return w.entries;
}
