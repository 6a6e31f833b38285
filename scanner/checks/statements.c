/* statements.c - checks on single policy statements that test whether there was MFA.
 *
 * A statement is judged by what its conditions let through in the four circumstances, alone and
 * with the denials beside it in the same policy, never by how it is spelt: "Bool" in a Deny, and
 * "BoolIfExists" in an Allow, are as wrong as facts on the MFA keys say, and odd forms that work
 * pass. Whom the statement reaches is judged by other checks. */
#include <string.h>

#include "base/text.h"
#include "checks/entries.h"
#include "checks/mfa_statements.h"

static const char *place_of(const struct mfa_statement *m, struct arena *arena)
{
    return arena_printf(arena, "%s /Statement/%zu", m->s->allow ? "Allow" : "Deny", m->s->index);
}

static void say(struct checking *c, const struct mfa_statement *m, enum status status,
                const char *detail)
{
    struct arena *arena = &c->out->arena;
    struct finding *f = verdict(c, status, m->resource, m->name, "%s%s%s",
                                m->s ? place_of(m, arena) : "", m->s ? ": " : "", detail);

    f->statement = m->s ? m->s->index + 1 : 0;
    cite(c, f, m->source);
}

static bool is_attached(const struct mfa_statement *m)
{
    return m->holders->users || m->holders->groups || m->holders->role_count;
}

/* What holds of every check on identity-based statements; true: a verdict was spoken. */
static bool settled(struct checking *c, const struct mfa_statement *m)
{
    if (m->unread)
        say(c, m, STATUS_UNKNOWN,
            arena_printf(&c->out->arena, "whether a statement tests MFA is not known: %s",
                         m->unread));
    else if (m->home == HOME_IDENTITY && !is_attached(m))
        say(c, m, STATUS_NOT_APPLICABLE,
            "the policy is attached to nobody, and is nobody's boundary: it is not in force");
    else
        return false;
    return true;
}

typedef void (*judge_statement)(struct checking *c, const struct mfa_statement *m,
                                struct arena *scratch);

/* Over identity-based policies. `picks` NULL: all statements. */
static void judge_identity_based(struct checking *c, bool (*picks)(const struct statement *s),
                                 judge_statement judge)
{
    struct arena arena = {0}, scratch = {0};
    struct mfa_statements all = mfa_statements_of(c, &arena);

    for (size_t i = 0; i < all.count; i++) {
        const struct mfa_statement *m = &all.at[i];

        if (m->home != HOME_IDENTITY || (m->s && picks && !picks(m->s)) || settled(c, m))
            continue;
        judge(c, m, &scratch);
        arena_free(&scratch);
    }
    arena_free(&arena);
}

/* --- iam.mfa_policy_condition_effective ---------------------------------------------------------
 */

static const char *carrying(enum circumstance c)
{
    return c == CIRCUMSTANCE_KEY
               ? "with an access key, whose requests carry no MFA key at all"
               : "from a session without MFA, where aws:MultiFactorAuthPresent is "
                 "false and aws:MultiFactorAuthAge absent";
}

static const char *witness_text(const struct decided *d, struct arena *arena)
{
    const char *text = "";

    for (size_t i = 0; i < d->witness_count; i++) {
        const struct request_key *k = &d->witness[i];

        text = arena_printf(arena, "%s%s%s %s %s", text, i ? " and " : ", when ",
                            text_shown(arena, k->name), k->count ? "is" : "is absent",
                            k->count ? text_shown(arena, k->values[0]) : "");
    }
    return text;
}

static void judge_effect(struct checking *c, const struct mfa_statement *m, struct arena *scratch)
{
    struct arena *arena = &c->out->arena;
    struct decided with_mfa = statement_passes(m, CIRCUMSTANCE_MFA, NULL, false, scratch);
    const char *unsure = with_mfa.decision == DECISION_UNSURE ? with_mfa.why : NULL;
    const char *holes = NULL;

    for (int i = CIRCUMSTANCE_KEY; i <= CIRCUMSTANCE_CONSOLE; i++) {
        struct decided d = statement_passes(m, (enum circumstance)i, NULL, true, scratch);

        if (d.decision == DECISION_UNSURE)
            unsure = d.why;
        if (d.decision == DECISION_ALLOWED)
            holes = arena_printf(arena, "%s%s%s %s%s", holes ? holes : "", holes ? "; " : "",
                                 m->s->allow ? "it allows" : "it does not deny",
                                 carrying((enum circumstance)i), witness_text(&d, arena));
    }
    if (with_mfa.decision < DECISION_UNSURE)
        holes = arena_printf(arena, "%s%s%s", holes ? holes : "", holes ? "; " : "",
                             m->s->allow ? "it never allows with fresh MFA: the test is turned "
                                           "round, or matches nothing"
                                         : "it denies with fresh MFA as well: the test is turned "
                                           "round, or matches always");
    if (holes)
        say(c, m, STATUS_FAIL, holes);
    else if (unsure)
        say(c, m, STATUS_UNKNOWN, arena_strdup(arena, unsure));
    else
        say(c, m, STATUS_PASS,
            m->s->allow ? "allows with MFA only, keys and console alike"
                        : "what it is about is denied without MFA, to keys and console alike");
}

static void mfa_policy_condition_effective(struct checking *c)
{
    judge_identity_based(c, NULL, judge_effect);
}

/* --- iam.mfa_policy_exemptions_minimal ----------------------------------------------------------
 */

static bool exempts_actions(const struct statement *s)
{
    return !s->allow && s->not_action;
}

/* Of a long list the first of them. */
#define LISTED_MOST 20
struct listing {
    const char *text;
    size_t count;
};

static void list_one(struct listing *l, const char *name, struct arena *arena)
{
    if (l->count++ < LISTED_MOST)
        l->text = arena_printf(arena, "%s%s%s", l->text ? l->text : "", l->text ? ", " : "",
                               text_shown(arena, name));
}

/* NULL: nothing is in it. */
static const char *listing_text(const struct listing *l, struct arena *arena)
{
    return l->count > LISTED_MOST
               ? arena_printf(arena, "%s and %zu more", l->text, l->count - LISTED_MOST)
               : l->text;
}

static void judge_exemptions(struct checking *c, const struct mfa_statement *m,
                             struct arena *scratch)
{
    struct arena *arena = &c->out->arena;
    struct listing list = {NULL, 0};
    const char *beyond;

    (void)scratch;
    for (size_t i = 0; i < m->s->action_count; i++)
        if (!exempts_enrolment_only(m->s->actions[i]))
            list_one(&list, m->s->actions[i], arena);
    beyond = listing_text(&list, arena);
    if (beyond)
        say(c, m, STATUS_FAIL,
            arena_printf(arena, "NotAction exempts more than enrolment from MFA: %s", beyond));
    else if (m->s->action_count == 0)
        say(c, m, STATUS_NOT_APPLICABLE, "NotAction is empty: nothing is exempt");
    else
        say(c, m, STATUS_PASS,
            arena_printf(arena, "NotAction exempts enrolment only: %zu action%s",
                         m->s->action_count, m->s->action_count == 1 ? "" : "s"));
}

static void mfa_policy_exemptions_minimal(struct checking *c)
{
    judge_identity_based(c, exempts_actions, judge_exemptions);
}

/* --- iam.mfa_policy_resources_complete ----------------------------------------------------------
 */

static bool denies(const struct statement *s)
{
    return !s->allow;
}

static const char *resources_text(const struct statement *s, struct arena *arena)
{
    struct listing list = {NULL, 0};

    for (size_t i = 0; i < s->resource_count; i++)
        list_one(&list, s->resources[i], arena);
    return list.count ? listing_text(&list, arena) : "";
}

static void judge_resources(struct checking *c, const struct mfa_statement *m,
                            struct arena *scratch)
{
    struct arena *arena = &c->out->arena;
    const struct statement *wide = is_about_all(m->s) ? NULL : covering_denial(m);

    (void)scratch;
    if (!m->s->has_resource)
        say(c, m, STATUS_UNKNOWN, "neither Resource nor NotResource: which it covers is not known");
    else if (is_about_all(m->s))
        say(c, m, STATUS_PASS, "covers every resource of the actions it is about");
    else if (wide)
        say(c, m, STATUS_PASS,
            arena_printf(arena,
                         "limited in resources, but /Statement/%zu beside it covers all of "
                         "them",
                         wide->index));
    else
        say(c, m, STATUS_FAIL,
            arena_printf(arena, "%s %s: %s stays open without MFA",
                         m->s->not_resource ? "leaves out" : "covers only",
                         resources_text(m->s, arena),
                         m->s->not_resource ? "that" : "every other resource"));
}

static void mfa_policy_resources_complete(struct checking *c)
{
    judge_identity_based(c, denies, judge_resources);
}

/* --- iam.mfa_conditions_satisfiable -------------------------------------------------------------
 */

/* Is the session of that role, or NULL for any caller that can never give MFA, kept out by the
 * condition, whichever of the two ways its requests are marked? */
static enum decision least_of(const struct mfa_statement *m, const struct identity *of,
                              struct arena *scratch)
{
    enum decision key = statement_passes(m, CIRCUMSTANCE_KEY, of, false, scratch).decision;
    enum decision console = statement_passes(m, CIRCUMSTANCE_CONSOLE, of, false, scratch).decision;

    return key < console ? key : console;
}

/* The roles that the statement bears on. */
struct roles {
    const struct principal **at;
    size_t count;
};

static void judge_for_roles(struct checking *c, const struct mfa_statement *m,
                            const struct roles *roles, struct arena *scratch)
{
    struct arena *arena = &c->out->arena;
    const struct principal *unsure = NULL;

    for (size_t i = 0; i < roles->count; i++) {
        struct identity of = enforcement_identity(c->enforcement, roles->at[i]);
        enum decision least = least_of(m, &of, scratch);

        if (least == DECISION_UNSURE)
            unsure = roles->at[i];
        if (least >= DECISION_UNSURE)
            continue;
        say(c, m, STATUS_FAIL,
            arena_printf(arena, "%s sessions of role %s for good: they cannot carry MFA",
                         m->s->allow ? "never allows what it is about to" : "denies",
                         text_shown(arena, roles->at[i]->name)));
        return;
    }
    if (unsure)
        say(c, m, STATUS_UNKNOWN,
            arena_printf(arena,
                         "whether it keeps out sessions of role %s is not known: a "
                         "condition is not understood",
                         text_shown(arena, unsure->name)));
    else
        say(c, m, STATUS_PASS,
            roles->count ? "lets sessions of roles through, which cannot carry MFA"
                         : "bears on users only, who can present MFA");
}

/* A principal of a trust policy that can never present MFA to it; NULL: it can. */
static const char *never_presents(const struct statement_principal *p, struct arena *arena)
{
    if (p->kind == PRINCIPAL_SERVICE)
        return arena_printf(arena, "service %s", text_shown(arena, p->value));
    if (p->kind == PRINCIPAL_FEDERATED)
        return arena_printf(arena, "federated sign-in by %s", text_shown(arena, p->value));
    if (p->kind == PRINCIPAL_AWS && outsider_of(p->value, arena).is_role)
        return arena_printf(arena, "role %s, from which a chain cannot carry MFA",
                            text_shown(arena, p->value));
    return NULL;
}

static const char *first_that_never(const struct statement *s, struct arena *arena)
{
    const char *who = NULL;

    for (size_t i = 0; !s->not_principal && !who && i < s->principal_count; i++)
        who = never_presents(&s->principals[i], arena);
    return who;
}

static bool denies_principals_of(const struct statement *deny, const struct statement *allow)
{
    if (deny->not_principal)
        return true;
    for (size_t i = 0; i < deny->principal_count; i++)
        for (size_t k = 0; k < allow->principal_count; k++)
            if (deny->principals[i].kind == PRINCIPAL_ANYBODY ||
                (deny->principals[i].kind == allow->principals[k].kind &&
                 strcmp(deny->principals[i].value, allow->principals[k].value) == 0))
                return true;
    return false;
}

/* Whom, that can never present MFA, a statement of a trust policy is about. */
static const char *trusted_that_never(const struct mfa_statement *m, struct arena *arena)
{
    const char *who = m->s->allow ? first_that_never(m->s, arena) : NULL;

    for (size_t i = 0; !m->s->allow && !who && i < m->policy->count; i++) {
        const struct statement *s = &m->policy->statements[i];

        for (size_t a = 0; s->allow && !who && a < s->action_count; a++)
            if (denies_principals_of(m->s, s) && statement_has_action(m->s, s->actions[a]))
                who = first_that_never(s, arena);
    }
    return who;
}

static void judge_trust(struct checking *c, const struct mfa_statement *m, struct arena *scratch)
{
    struct arena *arena = &c->out->arena;
    const char *who = trusted_that_never(m, arena);
    enum decision least = who ? least_of(m, NULL, scratch) : DECISION_ALLOWED;

    if (!who)
        say(c, m, STATUS_PASS, "asks users and accounts only, who can present MFA");
    else if (least == DECISION_ALLOWED)
        say(c, m, STATUS_PASS, arena_printf(arena, "lets %s through, without MFA", who));
    else if (least == DECISION_UNSURE)
        say(c, m, STATUS_UNKNOWN,
            arena_printf(arena,
                         "whether it keeps out %s is not known: a condition is not "
                         "understood",
                         who));
    else
        say(c, m, STATUS_FAIL, arena_printf(arena, "keeps out for good: %s", who));
}

/* Those whom policies of the organisation limit. */
static struct roles limited_roles(const struct account *a, struct arena *arena)
{
    struct roles out = {arena_new(arena, const struct principal *, a->role_count), 0};

    for (size_t i = 0; i < a->role_count; i++)
        if (!is_service_linked(&a->roles[i]))
            out.at[out.count++] = &a->roles[i];
    return out;
}

static void judge_satisfiable(struct checking *c, const struct mfa_statement *m,
                              const struct roles *limited, struct arena *scratch)
{
    struct roles roles = *limited;

    if (m->home == HOME_TRUST) {
        judge_trust(c, m, scratch);
        return;
    }
    if (m->home == HOME_IDENTITY)
        roles = (struct roles){m->holders->roles, m->holders->role_count};
    if (m->home == HOME_ORGANIZATION && roles.count == 0)
        say(c, m, STATUS_NOT_APPLICABLE, "the account has no role that it limits");
    else
        judge_for_roles(c, m, &roles, scratch);
}

/* Policies of the organisation that were not seen may keep out every role: the account stands for
 * them. */
static void say_unseen(struct checking *c)
{
    const char *why = enforcement_unseen(c->enforcement, POLICY_SERVICE_CONTROL);

    why = why ? why : enforcement_unseen(c->enforcement, POLICY_RESOURCE_CONTROL);
    if (why)
        (void)verdict(c, STATUS_UNKNOWN, c->account->id, c->account->id, "%s", why);
}

static void mfa_conditions_satisfiable(struct checking *c)
{
    struct arena arena = {0}, scratch = {0};
    struct mfa_statements all = mfa_statements_of(c, &arena);
    struct roles limited = limited_roles(c->account, &arena);

    for (size_t i = 0; i < all.count; i++) {
        if (!settled(c, &all.at[i]))
            judge_satisfiable(c, &all.at[i], &limited, &scratch);
        arena_free(&scratch);
    }
    say_unseen(c);
    arena_free(&arena);
}

/* --- The table ----------------------------------------------------------------------------------
 */

static const struct check rows[] = {
    {
        .id = "iam.mfa_conditions_satisfiable",
        .title = "MFA conditions ask only those who can present MFA",
        .severity = SEVERITY_HIGH,
        .tier = TIER_PRIVILEGED,
        .layer = LAYER_DESIGN,
        .subject = SUBJECT_STATEMENT,
        .needs = DATA_BIT(DATA_AUTHORIZATION),
        .passes_when =
            "no MFA condition keeps out a principal that can never present MFA: sessions "
            "of roles, services, federated sign-in",
        .why =
            "A condition that can never be met is either dead or an outage, and the usual repair "
            "under pressure is to take MFA out for everybody.",
        .action = "Exempt roles, services and federation from",
        .noun = "statement",
        .nouns = "statements",
        .run = mfa_conditions_satisfiable,
    },
    {
        .id = "iam.mfa_policy_condition_effective",
        .title = "MFA conditions hold for keys and console",
        .severity = SEVERITY_HIGH,
        .tier = TIER_STANDARD,
        .layer = LAYER_DESIGN,
        .subject = SUBJECT_STATEMENT,
        .needs = DATA_BIT(DATA_AUTHORIZATION),
        .passes_when =
            "the statement stops requests of access keys and of console sessions without "
            "MFA, and lets those with MFA pass",
        .why = "One word in the operator decides whether a missing key counts as «no MFA» or as no "
               "objection; half of the published examples have it wrong for access keys.",
        .action = "Correct the MFA condition of",
        .noun = "statement",
        .nouns = "statements",
        .run = mfa_policy_condition_effective,
    },
    {
        .id = "iam.mfa_policy_exemptions_minimal",
        .title = "MFA policies exempt enrolment only",
        .severity = SEVERITY_HIGH,
        .tier = TIER_STANDARD,
        .layer = LAYER_DESIGN,
        .subject = SUBJECT_STATEMENT,
        .needs = DATA_BIT(DATA_AUTHORIZATION),
        .passes_when = "the NotAction list of the MFA deny holds enrolment actions only",
        .why = "Whatever stands in NotAction works without MFA: one entry too many, and the policy "
               "that should protect the device lets it be removed.",
        .action = "Shorten the NotAction list of",
        .noun = "statement",
        .nouns = "statements",
        .run = mfa_policy_exemptions_minimal,
    },
    {
        .id = "iam.mfa_policy_resources_complete",
        .title = "MFA denials cover every resource",
        .severity = SEVERITY_MEDIUM,
        .tier = TIER_STANDARD,
        .layer = LAYER_DESIGN,
        .subject = SUBJECT_STATEMENT,
        .needs = DATA_BIT(DATA_AUTHORIZATION),
        .passes_when = "the MFA deny is about all resources, by itself or by another beside it",
        .why = "A denial for some resources reads like a rule and protects a corner: everything "
               "else of the same actions needs no MFA.",
        .action = "Widen to all resources:",
        .noun = "statement",
        .nouns = "statements",
        .run = mfa_policy_resources_complete,
    },
};
const struct check_list statement_checks = {rows, sizeof rows / sizeof *rows};
