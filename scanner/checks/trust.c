/* trust.c - checks on the trust policies of roles: who may enter, and whether that takes MFA.
 *
 * Rules: facts on trust policies and IAM's «Grant access to an external account» (ExternalId),
 * «Create a role for OpenID Connect federation» (aud, sub). The graph of entries is entries.h's. */
#include <string.h>

#include "base/text.h"
#include "checks/entries.h"
#include "checks/oidc.h"
#include "checks/privileged.h"
#include "model/federation.h"

static struct finding *role_verdict(struct checking *c, const struct principal *role,
                                    enum status status, const char *detail)
{
    struct finding *f =
        verdict(c, status, role->arn, text_shown(&c->out->arena, role->name), "%s", detail);

    cite(c, f, role->trust.source);
    return f;
}

/* --- iam.role_trust_requires_mfa ----------------------------------------------------------------
 */

/* What makes the role privileged. Whether its policies ask for MFA does not matter: a session of a
 * role cannot be relied on to carry it. Reuse of existing compute counts when configured. */
struct rank {
    const char *rule;        /* of the settings: nothing is held for sure, and `held` is NULL */
    const struct held *held; /* the first that is held for sure, else the first that may be */
    bool sure;
};

static struct rank rank_of(const struct checking *c, const struct privileges *p)
{
    struct rank rank = {.held = NULL};
    const char *rule;

    for (size_t i = 0; i < p->count && !rank.sure; i++) {
        const struct held *h = &p->held[i];

        if ((h->privilege->kind == PRIVILEGE_REUSE && !c->inputs->settings->compute_reuse) ||
            (!h->allowed && rank.held))
            continue;
        rank.held = h;
        rank.sure = h->allowed != 0;
    }
    rule = rank.sure ? NULL : privileged_by_settings(c->inputs, p->who, &c->out->arena);
    return rule ? (struct rank){rule, NULL, true} : rank;
}

static const char *rank_text(const struct rank *rank, struct arena *arena)
{
    const struct privilege *p = rank->held ? rank->held->privilege : NULL;

    if (!p)
        return arena_printf(arena, "privileged by %s", rank->rule);
    return arena_printf(arena, "%s (%s%s%s)", privilege_kind_name(p->kind),
                        rank->sure ? "" : "perhaps; ", p->actions[0],
                        p->actions[1] ? " and more" : "");
}

static void judge_unentered(struct checking *c, const struct principal *role,
                            const struct role_entry *e)
{
    struct arena *arena = &c->out->arena;
    const char *aside = entry_aside_text(e->aside, arena);

    role_verdict(
        c, role, STATUS_NOT_APPLICABLE,
        aside
            ? arena_printf(arena, "privileged, but no IAM user may enter it; entered by: %s", aside)
            : "privileged, but no IAM user or account may assume it as things stand");
}

static void judge_entry(struct checking *c, const struct principal *role,
                        const struct privileges *p, const struct role_entry *e)
{
    static const enum status by_state[] = {[ENTRY_NONE] = STATUS_NOT_APPLICABLE,
                                           [ENTRY_MFA] = STATUS_PASS,
                                           [ENTRY_UNSURE] = STATUS_UNKNOWN,
                                           [ENTRY_OPEN] = STATUS_FAIL};
    struct arena *arena = &c->out->arena;
    struct rank rank = rank_of(c, p);
    enum status status = by_state[e->state];
    const char *aside = entry_aside_text(e->aside & ~(unsigned)ASIDE_ROLES, arena);
    const char *on = NULL;
    struct decided why;
    struct finding *f;

    if (status == STATUS_FAIL && !rank.sure)
        status = STATUS_UNKNOWN;
    f = role_verdict(c, role, status,
                     arena_printf(arena, "%s; its weakest way in: %s%s%s%s",
                                  rank_text(&rank, arena), e->detail, aside ? "; apart from: " : "",
                                  aside ? aside : "",
                                  status == STATUS_FAIL ? unseen_text(c, e->user != NULL) : ""));
    cite(c, f, e->source);
    if (e->user)
        cite(c, f, e->user->source);
    if (e->via)
        cite(c, f, e->via->trust.source);
    why = rank.held ? held_decided(p, rank.held, 0, CIRCUMSTANCE_MFA, &on) : (struct decided){0};
    if (why.by)
        cite(c, f, why.by->source);
}

static void judge_role(struct checking *c, const struct principal *role, const struct role_entry *e)
{
    const struct privileges *p;
    struct rank rank;

    if (is_service_linked(role)) {
        role_verdict(c, role, STATUS_NOT_APPLICABLE,
                     "linked to a service of AWS, which alone may assume it");
        return;
    }
    p = privileges_of(c->enforcement, role);
    rank = rank_of(c, p);
    if (!rank.held && !rank.rule)
        cite(c,
             role_verdict(c, role, STATUS_NOT_APPLICABLE,
                          "no privileged permission: neither administrator, escalation, control of "
                          "MFA nor passing of roles"),
             role->source);
    else if (!e->trust)
        role_verdict(c, role, STATUS_UNKNOWN, e->detail);
    else if (e->state == ENTRY_NONE)
        judge_unentered(c, role, e);
    else
        judge_entry(c, role, p, e);
}

static void role_trust_requires_mfa(struct checking *c)
{
    struct arena scratch = {0};
    const struct role_entry *entries = role_entries(c, &scratch);

    for (size_t i = 0; i < c->account->role_count; i++)
        judge_role(c, &c->account->roles[i], &entries[i]);
    arena_free(&scratch);
}

/* --- iam.cross_account_role_trust ---------------------------------------------------------------
 */

enum belonging { OUTSIDE, MEMBER, NOT_KNOWN };

/* Does the account belong to the organisation of the scan? *why: of NOT_KNOWN. */
static enum belonging belonging_of(const struct checking *c, const char *id,
                                   const struct data_status **why)
{
    const struct model *m = c->model;
    const struct account *home = m->home ? model_account(m, m->home) : NULL;
    static const struct data_status not_asked = {
        STATE_NOT_COLLECTED, "organizations:DescribeOrganization: not collected", NULL};

    *why = &not_asked;
    if (m->organization_id &&
        ((m->management_id && strcmp(id, m->management_id) == 0) || model_listed(m, id)))
        return MEMBER;
    if (!home)
        return NOT_KNOWN;
    *why = &home->data[DATA_ORGANIZATION];
    if (!data_complete(home, DATA_ORGANIZATION))
        return NOT_KNOWN;
    *why = &home->data[DATA_ACCOUNTS];
    return !m->organization_id || data_complete(home, DATA_ACCOUNTS) ? OUTSIDE : NOT_KNOWN;
}

/* The verdicts on the statements of one role, joined: the worst decides, the first of it speaks. */
struct joined {
    bool any;
    enum status status;
    const char *detail;
    const struct statement *of; /* which statement it is */
};

static void join(struct joined *j, const struct statement *of, enum status status,
                 const char *detail)
{
    static const int rank[STATUS_COUNT] = {
        [STATUS_FAIL] = 3, [STATUS_UNKNOWN] = 2, [STATUS_PASS] = 1};

    if (j->any && rank[status] <= rank[j->status])
        return;
    *j = (struct joined){true, status, detail, of};
}

static const char *statement_name(const struct statement *s, struct arena *arena)
{
    return s->sid && *s->sid ? arena_printf(arena, "statement «%s» (/Statement/%zu)",
                                            text_shown(arena, s->sid), s->index)
                             : arena_printf(arena, "/Statement/%zu", s->index);
}

/* Who of another account, or all of them, is let in without MFA by that statement? */
static struct decided weakest_of(struct checking *c, const struct principal *role,
                                 const struct statement *s, const struct outsider *o,
                                 struct arena *scratch, enum circumstance *circumstance)
{
    struct entrant from = {.caller = o->caller};
    struct decided worst = {.decision = DECISION_IMPLICIT_DENY};

    for (int i = CIRCUMSTANCE_KEY; i <= CIRCUMSTANCE_CONSOLE; i++) {
        struct decided d =
            may_enter_by(c->enforcement, &from, role, s->index, (enum circumstance)i, scratch);

        if (d.decision <= worst.decision)
            continue;
        worst = d;
        *circumstance = (enum circumstance)i;
    }
    return worst;
}

/* Of a member of the organisation, or of whom it is not known, an ExternalId is no MFA. */
static void judge_open(struct checking *c, const struct statement *s, const struct outsider *o,
                       const char *who, const char *how, struct joined *out)
{
    struct arena *arena = &c->out->arena;
    const char *place = statement_name(s, arena);
    const struct data_status *why = NULL;
    enum belonging belonging = belonging_of(c, o->caller.account, &why);
    bool asks = asks_for_external_id(s);

    if (belonging == OUTSIDE && asks)
        join(out, s, STATUS_PASS,
             arena_printf(arena, "%s admits %s, outside the organisation, with an ExternalId",
                          place, who));
    else if (belonging == NOT_KNOWN && asks)
        join(out, s, STATUS_UNKNOWN,
             arena_printf(arena,
                          "%s admits %s with an ExternalId and without MFA: enough for a "
                          "third party, not for an account of the own organisation, and "
                          "which it is was not read (%s)",
                          place, who, why->reason ? why->reason : data_set_name(DATA_ACCOUNTS)));
    else
        join(out, s, STATUS_FAIL,
             arena_printf(arena, "%s admits %s, %s, %s%s%s", place, who,
                          belonging == MEMBER    ? "of the own organisation"
                          : belonging == OUTSIDE ? "outside the organisation"
                                                 : "of which the organisation is not known",
                          how, asks ? "; an ExternalId is no MFA" : "", unseen_text(c, false)));
}

static void judge_foreign(struct checking *c, const struct principal *role,
                          const struct statement *s, const char *principal, struct joined *out)
{
    struct arena scratch = {0}, *arena = &c->out->arena;
    struct outsider o = outsider_of(principal, &scratch);
    enum circumstance at = CIRCUMSTANCE_KEY;
    const char *who, *place = statement_name(s, arena);
    struct decided d;

    if (o.caller.account && strcmp(o.caller.account, c->account->id) != 0) {
        d = weakest_of(c, role, s, &o, &scratch, &at);
        who = arena_printf(arena, "%s %s", o.is_whole_account ? "account" : "principal",
                           text_shown(arena, o.is_whole_account ? o.caller.account : principal));
        if (d.decision == DECISION_ALLOWED)
            judge_open(
                c, s, &o, who,
                arena_printf(arena, "%s, %s", circumstance_name(at), decided_text(&d, arena)), out);
        else if (d.decision == DECISION_UNSURE)
            join(out, s, STATUS_UNKNOWN,
                 arena_printf(arena, "%s admits %s, and whether MFA is asked for is not known: %s",
                              place, who, d.why ? d.why : "not understood"));
        else
            join(out, s, STATUS_PASS,
                 arena_printf(arena,
                              "%s admits %s only with MFA, of which that account's own "
                              "administrators decide who has a device",
                              place, who));
    }
    arena_free(&scratch);
}

static void judge_statement(struct checking *c, const struct principal *role,
                            const struct statement *s, struct joined *out)
{
    struct arena *arena = &c->out->arena;

    if (!s->allow || !statement_has_action(s, "sts:assumerole"))
        return;
    if (s->not_principal)
        join(out, s, STATUS_FAIL,
             arena_printf(arena, "%s admits every account but those it lists (NotPrincipal)",
                          statement_name(s, arena)));
    for (size_t i = 0; !s->not_principal && i < s->principal_count; i++) {
        if (s->principals[i].kind == PRINCIPAL_ANYBODY)
            join(out, s, STATUS_FAIL,
                 arena_printf(arena, "%s admits Principal «*», every AWS account there is; its %s",
                              statement_name(s, arena),
                              s->condition_count ? "conditions narrow that, and are one edit away "
                                                   "from being gone"
                                                 : "lack of conditions leaves it at that"));
        else if (s->principals[i].kind == PRINCIPAL_AWS)
            judge_foreign(c, role, s, s->principals[i].value, out);
    }
}

static void cross_account_one(struct checking *c, const struct principal *role)
{
    const char *why = "not read";
    const struct policy *trust = enforcement_trust(c->enforcement, role, &why);
    struct joined j = {false, STATUS_NOT_APPLICABLE, "no statement admits another account", NULL};
    struct finding *f;

    for (size_t i = 0; trust && i < trust->count; i++)
        judge_statement(c, role, &trust->statements[i], &j);
    if (trust)
        f = role_verdict(c, role, j.status, j.detail);
    else
        f = role_verdict(c, role, STATUS_UNKNOWN, why);
    f->statement = j.of ? j.of->index + 1 : 0;
    if (j.status == STATUS_FAIL)
        cite(c, f, c->model->management_source);
}

static void cross_account_role_trust(struct checking *c)
{
    for (size_t i = 0; i < c->account->role_count; i++)
        cross_account_one(c, &c->account->roles[i]);
}

/* --- federation.oidc_trust_restricted -----------------------------------------------------------
 */

static void oidc_one(struct checking *c, const struct principal *role)
{
    struct arena *arena = &c->out->arena;
    const char *why = "not read";
    const struct policy *trust = enforcement_trust(c->enforcement, role, &why);
    struct joined j = {false, STATUS_NOT_APPLICABLE, "no statement admits an OIDC provider", NULL};
    struct finding *f;

    for (size_t i = 0; trust && i < trust->count; i++) {
        const struct statement *s = &trust->statements[i];

        for (size_t k = 0; oidc_is_entry(s) && k < s->principal_count; k++) {
            struct oidc_verdict v;

            if (!oidc_is_provider(&s->principals[k]))
                continue;
            v = oidc_judge(trust, s, s->principals[k].value, arena);
            join(&j, s, v.status,
                 arena_printf(arena, "%s: %s", statement_name(s, arena), v.detail));
        }
    }
    f = role_verdict(c, role, trust ? j.status : STATUS_UNKNOWN, trust ? j.detail : why);
    f->statement = j.of ? j.of->index + 1 : 0;
}

static void oidc_trust_restricted(struct checking *c)
{
    for (size_t i = 0; i < c->account->role_count; i++)
        oidc_one(c, &c->account->roles[i]);
}

/* --- The table ----------------------------------------------------------------------------------
 */

#define LIMITS (DATA_BIT(DATA_SERVICE_CONTROL_POLICIES) | DATA_BIT(DATA_RESOURCE_CONTROL_POLICIES))

static const struct check rows[] = {
    {
        .id = "iam.role_trust_requires_mfa",
        .title = "Privileged roles are entered with MFA only",
        .severity = SEVERITY_HIGH,
        .tier = TIER_PRIVILEGED,
        .layer = LAYER_DESIGN,
        .core = true,
        .subject = SUBJECT_ROLE,
        .needs = DATA_BIT(DATA_AUTHORIZATION),
        .narrows = LIMITS,
        .passes_when = "no person can assume the privileged role without MFA, by any user, account "
                       "or chain of roles",
        .why = "A role that anybody in the account may assume carries its rights past every MFA "
               "rule on users: one leaked access key is enough to become it.",
        .action = "Require MFA at every entry into",
        .noun = "privileged role",
        .nouns = "privileged roles",
        .run = role_trust_requires_mfa,
    },
    {
        .id = "iam.cross_account_role_trust",
        .title = "Roles admit other accounts only with MFA or an ExternalId",
        .severity = SEVERITY_HIGH,
        .tier = TIER_PRIVILEGED,
        .layer = LAYER_DESIGN,
        .subject = SUBJECT_ROLE,
        .needs = DATA_BIT(DATA_AUTHORIZATION),
        .narrows = DATA_BIT(DATA_RESOURCE_CONTROL_POLICIES),
        .passes_when = "every statement that admits another account names it, and asks for MFA, or "
                       "of an account outside the organisation for an ExternalId",
        .why = "Whoever takes over the other account, or tricks a vendor that serves many "
               "customers, enters this one by the role, and no setting here would notice.",
        .action = "Restrict the trust of",
        .noun = "role",
        .nouns = "roles",
        .run = cross_account_role_trust,
    },
    {
        .id = "federation.oidc_trust_restricted",
        .title = "OIDC trusts name their audience and subject",
        .severity = SEVERITY_HIGH,
        .tier = TIER_FEDERATED,
        .layer = LAYER_DESIGN,
        .subject = SUBJECT_ROLE,
        .needs = DATA_BIT(DATA_AUTHORIZATION),
        .passes_when =
            "every statement that admits an OIDC provider restricts aud and sub to one's "
            "own",
        .why = "A public issuer signs tokens for all of its customers. A role that does not say "
               "whose token it wants is open to every one of them.",
        .action = "Restrict aud and sub in the trust of",
        .noun = "role",
        .nouns = "roles",
        .run = oidc_trust_restricted,
    },
};
const struct check_list trust_checks = {rows, sizeof rows / sizeof *rows};
