/* callers.c - users and roles by what their policies say on sts:AssumeRole. */
#include "checks/callers.h"

#include <string.h>

#include "base/text.h"
#include "checks/identity.h"
#include "model/credentials.h"
#include "policy/arn.h"

static enum calling calling_of(struct callers *c, const struct principal *user, const char **why)
{
    struct known password = known_password(c->a, user);
    struct known key = known_active_key(c->a, user);
    const struct data_status *unread = NULL;

    if (identity_activity(c->a, user) == ACTIVITY_IDLE)
        return CALLING_IDLE;
    if (identity_machine_evidence(c->inputs, c->a, user, c->arena))
        return CALLING_MACHINE;
    *why = "it is not in the credential report";
    if (password.word == WORD_UNKNOWN && (password.why || !user->report))
        unread = password.why;
    else if (password.word == WORD_NO && key.word == WORD_UNKNOWN && key.why)
        unread = key.why;
    else
        return CALLING_PERSON;
    if (unread && unread->reason)
        *why = unread->reason;
    return CALLING_DOUBTFUL;
}

const struct principal *callers_role(const struct callers *c, const char *arn)
{
    const struct principal *roles = c->a->roles;
    const char *slash = strrchr(arn, '/');
    size_t low = 0, high = c->a->role_count;

    while (slash && low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(roles[middle].name, slash + 1);

        if (order == 0)
            return strcmp(roles[middle].arn, arn) == 0 ? &roles[middle] : NULL;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

const struct caller_user *callers_user(const struct callers *c, const struct principal *user)
{
    return &c->of_user[user - c->a->users];
}

static void add_kind(struct callers *c, struct kind_list *list, struct kind *k)
{
    if (list->count == 0 || list->at[list->count - 1] != k)
        *arena_push(c->arena, list->at, list->count) = k;
}

static void note_resource(struct callers *c, struct kinds *kinds, struct kind *k,
                          const char *pattern)
{
    const struct principal *role;

    if (strchr(pattern, '$'))
        k->goes_anywhere = true;
    else if (strpbrk(pattern, "*?"))
        *arena_push(c->arena, k->patterns, k->pattern_count) = pattern;
    else if ((role = callers_role(c, pattern)) != NULL) {
        add_kind(c, &kinds->exact[role - c->a->roles], k);
        *arena_push(c->arena, k->reach, k->reach_count) = (size_t)(role - c->a->roles);
    }
}

/* Where an Allow of the kind's own lets it assume roles. */
static bool note_reach(struct callers *c, struct kinds *kinds, struct kind *k,
                       const struct statement *s)
{
    if (!s->allow || !statement_has_action(s, ASSUME_ROLE))
        return false;
    k->goes_anywhere = k->goes_anywhere || s->not_resource || !s->has_resource;
    for (size_t r = 0; !s->not_resource && r < s->resource_count; r++)
        note_resource(c, kinds, k, s->resources[r]);
    return true;
}

static unsigned calls_of(const struct identity *of)
{
    struct arena scratch = {0};
    struct ability ability = {
        .action = ASSUME_ROLE,
        .resource = arena_printf(&scratch, "arn:%s:iam::%s:role/*", of->partition, of->account)};
    struct outcome o = ability_of(of, &ability, WITHOUT_MFA | WITH_MFA, &scratch);
    unsigned calls = 0;

    for (int i = 0; i < CIRCUMSTANCES; i++)
        calls |= o.by[i].decision >= DECISION_UNSURE ? CIRCUMSTANCE_BIT(i) : 0;
    arena_free(&scratch);
    return calls;
}

static void open_kind(struct callers *c, struct kinds *kinds, struct kind *k)
{
    const struct policy_list *own = &k->identity.policies->identity;
    bool reaches = false;

    for (size_t i = 0; i < own->count; i++)
        for (size_t s = 0; s < own->at[i].policy->count; s++)
            reaches = note_reach(c, kinds, k, &own->at[i].policy->statements[s]) || reaches;
    if (k->goes_anywhere || k->pattern_count > 0)
        add_kind(c, &kinds->wide, k);
    k->calls = reaches ? calls_of(&k->identity) : 0;
    *arena_push(c->arena, kinds->all.at, kinds->all.count) = k;
}

static struct kind *kind_of(struct callers *c, struct kinds *kinds, const struct privileges *p)
{
    const struct policies **key = arena_new(c->arena, const struct policies *, 1);
    void **place;
    struct kind *k;

    *key = p->decided_with;
    place = lookup_at(&kinds->known, key, sizeof *key);
    k = *place;
    if (k)
        return k;
    *place = k = arena_new(c->arena, struct kind, 1);
    k->identity = p->identity;
    open_kind(c, kinds, k);
    return k;
}

struct kind *callers_role_kind(struct callers *c, const struct principal *role)
{
    return kind_of(c, &c->roles, privileges_of(c->enforcement, role));
}

static void add_user(struct callers *c, struct caller_user *u, const struct principal *user)
{
    const struct privileges *p = privileges_of(c->enforcement, user);
    struct kind *k = kind_of(c, &c->users, p);

    *u = (struct caller_user){.user = user, .identity = p->identity};
    u->calling = calling_of(c, user, &u->why);
    *arena_push(c->arena, k->members, k->member_count) = u;
    if (!k->first[u->calling])
        k->first[u->calling] = u;
}

void callers_open(struct callers *c, const struct checking *checking, struct arena *arena)
{
    const struct account *a = checking->account;

    *c = (struct callers){.inputs = checking->inputs,
                          .a = a,
                          .enforcement = checking->enforcement,
                          .arena = arena,
                          .of_user = arena_new(arena, struct caller_user, a->user_count)};
    c->users.known.arena = c->roles.known.arena = arena;
    c->users.exact = arena_new(arena, struct kind_list, a->role_count);
    c->roles.exact = arena_new(arena, struct kind_list, a->role_count);
    for (size_t i = 0; i < a->user_count; i++)
        add_user(c, &c->of_user[i], &a->users[i]);
}

bool kind_may_reach(const struct kind *k, const char *role)
{
    if (k->goes_anywhere)
        return true;
    for (size_t i = 0; i < k->pattern_count; i++)
        if (arn_may_match(k->patterns[i], role))
            return true;
    return false;
}

/* The user's value of a key that is certain of every user, NULL: of none, or another key. */
static const char *value_of(const struct principal *user, const char *key)
{
    static const char tag[] = "aws:principaltag/";

    if (strcmp(key, "aws:username") == 0)
        return user->name;
    if (strcmp(key, "aws:userid") == 0)
        return user->id;
    if (strcmp(key, "aws:principalarn") == 0)
        return user->arn;
    if (strncmp(key, tag, sizeof tag - 1) != 0)
        return NULL;
    for (size_t i = 0; i < user->tag_count; i++)
        if (user->tags[i].key && text_icmp(user->tags[i].key, key + sizeof tag - 1) == 0)
            return user->tags[i].value;
    return NULL;
}

/* A plain comparison that the user's value does not pass, for sure. */
static bool keeps_out(const struct condition *c, const struct principal *user)
{
    const char *value;

    if (c->negated || c->comparison == COMPARE_UNKNOWN || c->comparison == COMPARE_UNREADABLE ||
        c->comparison == COMPARE_NULL || c->value_count == 0)
        return false;
    value = value_of(user, c->key);
    for (size_t i = 0; value && i < c->value_count; i++)
        if (strchr(c->values[i], '$') || !condition_understands(c, c->values[i]) ||
            condition_compares(c, value, c->values[i]))
            return false;
    return value != NULL;
}

bool trust_may_take(const struct policy *trust, const struct principal *user)
{
    for (size_t i = 0; i < trust->count; i++) {
        const struct statement *s = &trust->statements[i];
        bool out = !s->allow;

        for (size_t k = 0; !out && k < s->condition_count; k++)
            out = keeps_out(&s->conditions[k], user);
        if (!out)
            return true;
    }
    return false;
}
