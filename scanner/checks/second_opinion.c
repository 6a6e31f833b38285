/* second_opinion.c - comparing decisions, and explaining differences by evidence. */
#include "checks/second_opinion.h"

#include <string.h>

#include "base/strbuf.h"
#include "base/text.h"
#include "checks/quote.h"
#include "model/simulation.h"
#include "policy/sample.h"

#define NAMES_SHOWN 3

/* One request, as both decide it. */
struct bout {
    struct checking *c;
    const struct simulation *simulation;
    const struct simulated *aws;
    const char *action; /* in lower case */
    struct identity identity;
    struct decided ours;
    struct arena scratch;
};

static const char *simulated_name(enum simulated_decision d)
{
    static const char *const names[] = {"", "implicitDeny", "explicitDeny", "allowed"};

    return names[d];
}

/* `told` only: every key but the one of MFA is absent; else those are free. */
static struct decided decide_on(struct bout *b, const struct policies *p, bool told)
{
    static const char *const no[] = {"false"};
    struct request_key keys[] = {
        {"aws:multifactorauthpresent", no, b->simulation->key_is_false},
        {"aws:multifactorauthage", NULL, 0},
    };
    const struct request request = {
        .action = b->action,
        .resource = "*",
        .caller = {b->identity.who->arn, b->identity.who->id, b->identity.account},
        .keys = keys,
        .key_count = sizeof keys / sizeof *keys,
        .complete_prefix = told ? "" : NULL};

    return decide(p, &request, &b->scratch);
}

/* --- Why they differ ----------------------------------------------------------------------------
 */

static bool is_mfa_key(const char *key)
{
    return text_icmp(key, "aws:MultiFactorAuthPresent") == 0 ||
           text_icmp(key, "aws:MultiFactorAuthAge") == 0;
}

static bool is_missing(const struct bout *b, const char *key)
{
    for (size_t i = 0; i < b->aws->missing_count; i++)
        if (!is_mfa_key(key) && text_icmp(b->aws->missing[i], key) == 0)
            return true;
    return false;
}

/* Keys that AWS was not told, MFA's own aside; "": none. */
static const char *missing_keys(const struct bout *b)
{
    struct arena *arena = &b->c->out->arena;
    cleanup_strbuf struct strbuf out = STRBUF_INIT(65536);
    size_t count = 0;

    for (size_t i = 0; i < b->aws->missing_count; i++)
        if (!is_mfa_key(b->aws->missing[i]) && count++ < NAMES_SHOWN)
            strbuf_addf(&out, "%s%s", count > 1 ? ", " : "", text_shown(arena, b->aws->missing[i]));
    if (count > NAMES_SHOWN)
        strbuf_addf(&out, " and %zu more", count - NAMES_SHOWN);
    return arena_strdup(arena, out.buf);
}

static bool has_global_key(const struct statement *s)
{
    for (size_t i = 0; i < s->condition_count; i++)
        if (strncmp(s->conditions[i].key, "aws:", 4) == 0)
            return true;
    return false;
}

static bool is_of(const struct policy_list *list, const struct policy_use *use)
{
    for (size_t i = 0; i < list->count; i++)
        if (&list->at[i] == use)
            return true;
    return false;
}

/* An SCP that would let it through, and has such a condition. */
static bool allows_on_condition(const struct policy_list *level, const char *action)
{
    for (size_t i = 0; i < level->count; i++)
        for (size_t k = 0; k < level->at[i].policy->count; k++) {
            const struct statement *s = &level->at[i].policy->statements[k];

            if (s->allow && has_global_key(s) && statement_has_action(s, action))
                return true;
        }
    return false;
}

static bool is_decided_by_conditional_scp(const struct bout *b)
{
    const struct policies *p = b->identity.policies;

    for (size_t i = 0; i < p->scp_levels; i++)
        if (b->ours.statement ? is_of(&p->scps[i], b->ours.by) && has_global_key(b->ours.statement)
                              : allows_on_condition(&p->scps[i], b->action))
            return true;
    return false;
}

static bool is_allowed_without_scps(struct bout *b)
{
    struct policies own = *b->identity.policies;

    own.scp_levels = 0;
    return decide_on(b, &own, true).decision == DECISION_ALLOWED;
}

/* Would what AWS says it was not told, and nothing else, make it allowed? */
static bool is_allowed_by_missing(struct bout *b)
{
    struct decided d = decide_on(b, b->identity.policies, false);

    if (d.decision != DECISION_ALLOWED || d.witness_count == 0)
        return false;
    for (size_t i = 0; i < d.witness_count; i++)
        if (!is_missing(b, d.witness[i].name))
            return false;
    return true;
}

static enum explanation why_aws_allows(struct bout *b, const char **because)
{
    if (is_decided_by_conditional_scp(b) && is_allowed_without_scps(b))
        return EXPLAINED_BY_SCP;
    *because = missing_keys(b);
    return is_allowed_by_missing(b) ? EXPLAINED_BY_CONTEXT : EXPLAINED_BY_NOTHING;
}

static enum explanation why_aws_denies(struct bout *b, const char **because)
{
    const char *unseen = enforcement_unseen(b->c->enforcement, POLICY_SERVICE_CONTROL);

    if (b->aws->by_organization == WORD_NO && unseen) {
        *because = arena_strdup(&b->c->out->arena, unseen);
        return EXPLAINED_BY_UNSEEN;
    }
    *because = missing_keys(b);
    return **because ? EXPLAINED_BY_CONTEXT : EXPLAINED_BY_NOTHING;
}

/* --- One request --------------------------------------------------------------------------------
 */

static const char *matched_text(const struct bout *b)
{
    struct arena *arena = &b->c->out->arena;
    cleanup_strbuf struct strbuf out = STRBUF_INIT(65536);

    for (size_t i = 0; i < b->aws->matched_count && i < NAMES_SHOWN; i++)
        strbuf_addf(&out, "%s%s", i ? ", " : "", text_shown(arena, b->aws->matched[i]));
    if (b->aws->matched_count > NAMES_SHOWN)
        strbuf_addf(&out, " and %zu more", b->aws->matched_count - NAMES_SHOWN);
    return arena_strdup(arena, out.buf);
}

static void disagree(struct bout *b, const char *action)
{
    struct findings *out = b->c->out;
    bool allows = b->aws->decision == SIMULATED_ALLOWED;
    struct disagreement *d = arena_push(&out->arena, out->opinions.at, out->opinions.count);

    *d = (struct disagreement){.account = b->c->account->id,
                               .resource = b->identity.who->arn,
                               .action = action,
                               .key_is_false = b->simulation->key_is_false,
                               .aws = simulated_name(b->aws->decision),
                               .ours = decision_name(b->ours.decision),
                               .decided_by = quote_decision(&out->arena, &b->ours),
                               .matched = matched_text(b),
                               .because = "",
                               .simulated = b->aws->source};
    if (b->ours.by)
        d->decided = b->ours.by->source;
    d->explanation = allows ? why_aws_allows(b, &d->because) : why_aws_denies(b, &d->because);
    if (d->explanation == EXPLAINED_BY_NOTHING)
        d->because = "";
    d->doubts = allows && d->explanation == EXPLAINED_BY_NOTHING;
}

static void compare_action(struct bout *b, struct opinion *o, size_t i)
{
    struct arena *arena = &b->scratch;

    b->aws = &b->simulation->at[i];
    if (b->aws->decision == SIMULATED_NOTHING)
        return;
    b->action = text_lower(arena, sample_actions[i]);
    b->ours = decide_on(b, b->identity.policies, true);
    o->decisions++;
    if (b->ours.decision == DECISION_UNSURE) {
        o->undecided++;
    } else if ((b->ours.decision == DECISION_ALLOWED) == (b->aws->decision == SIMULATED_ALLOWED)) {
        o->agreements++;
    } else {
        o->disagreements++;
        disagree(b, sample_actions[i]);
    }
}

/* Both contexts of a user follow each other. */
static struct opinion *opinion_of(struct checking *c, const struct principal *user)
{
    struct opinions *all = &c->out->opinions;
    struct opinion *o;

    if (all->user_count > 0 && strcmp(all->users[all->user_count - 1].resource, user->arn) == 0)
        return &all->users[all->user_count - 1];
    o = arena_push(&c->out->arena, all->users, all->user_count);
    *o = (struct opinion){.account = c->account->id, .resource = user->arn};
    return o;
}

static void compare_simulation(struct checking *c, const struct simulation *s)
{
    const struct principal *user = model_user_by_arn(c->account, s->arn);
    struct opinion *o = user ? opinion_of(c, user) : NULL;
    struct bout b = {.c = c, .simulation = s};

    if (!user)
        return;
    if (s->status.state != STATE_COMPLETE && !o->unknown)
        o->unknown = s->status.reason;
    b.identity = enforcement_identity(c->enforcement, user);
    for (size_t i = 0; i < sample_action_count(); i++)
        compare_action(&b, o, i);
    arena_free(&b.scratch);
}

void second_opinion_compare(struct checking *c)
{
    for (size_t i = 0; i < c->account->simulation_count; i++)
        compare_simulation(c, &c->account->simulations[i]);
}

const struct disagreement *second_opinion_doubts(const struct checking *c,
                                                 const struct principal *user)
{
    const struct opinions *all = &c->out->opinions;

    for (size_t i = 0; i < all->count; i++)
        if (all->at[i].doubts && strcmp(all->at[i].resource, user->arn) == 0)
            return &all->at[i];
    return NULL;
}

const char *second_opinion_text(struct arena *arena, const struct disagreement *d)
{
    return arena_printf(
        arena,
        "AWS's policy simulator allows %s %s, which is unexplained: one of the two "
        "is wrong",
        d->action, circumstance_name(d->key_is_false ? CIRCUMSTANCE_CONSOLE : CIRCUMSTANCE_KEY));
}
