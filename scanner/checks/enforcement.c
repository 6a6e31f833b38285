/* enforcement.c - is MFA required for what is privileged? Checks on users over the table of
 * policy/privilege.h.
 *
 * Privileged here is all of the table but reuse of compute, which counts only when the settings say
 * so. EnableMFADevice and ResyncMFADevice on other users
 * belong to iam.mfa_control_actions_guarded alone. */
#include <string.h>

#include "base/strbuf.h"
#include "checks/quote.h"
#include "checks/reach.h"
#include "checks/second_opinion.h"

#define NAMES_SHOWN 3

static bool is_enrolment(const struct privilege *p)
{
    return p->on_others && is_enrolment_action(p->actions[0]);
}

static bool is_privileged(const struct checking *c, const struct privilege *p)
{
    return !is_enrolment(p) && (c->inputs->settings->compute_reuse || p->kind != PRIVILEGE_REUSE);
}

static bool is_mfa_control(const struct checking *c, const struct privilege *p)
{
    (void)c;
    return p->kind == PRIVILEGE_MFA_CONTROL;
}

/* --- One user -----------------------------------------------------------------------------------
 */

/* What is asked of one user. */
struct question {
    struct checking *c;
    const struct principal *user;
    struct reach reach;
    const struct privileges *privileges;
    bool (*counts)(const struct checking *c, const struct privilege *p);
    const char *what; /* "privileged actions" */
};

static size_t count_held(const struct question *q)
{
    size_t count = 0;

    for (size_t i = 0; i < q->privileges->count; i++)
        count += q->counts(q->c, q->privileges->held[i].privilege);
    return count;
}

static void add_name(struct strbuf *out, const struct privilege *p)
{
    if (strcmp(p->actions[0], "*:*") == 0) {
        strbuf_addstr(out, "actions of any service (*:*)");
        return;
    }
    strbuf_addf(out, "%s%s", p->actions[0], is_enrolment(p) ? " of others" : "");
    for (size_t i = 1; i < PRIVILEGE_ACTIONS && p->actions[i]; i++)
        strbuf_addf(out, " with %s", p->actions[i]);
}

/* Those allowed, or unsure, in some of the circumstances. */
struct tally {
    size_t count;
    unsigned in; /* which of them */
    const struct held *first;
    const char *names;
};

static struct tally tally(const struct question *q, unsigned where, bool unsure)
{
    cleanup_strbuf struct strbuf names = STRBUF_INIT(65536);
    struct tally out = {0};

    for (size_t i = 0; i < q->privileges->count; i++) {
        const struct held *h = &q->privileges->held[i];
        unsigned in = (unsure ? h->unsure : h->allowed) & where;

        if (!in || !q->counts(q->c, h->privilege))
            continue;
        out.in |= in;
        if (out.count++ == 0)
            out.first = h;
        if (out.count > NAMES_SHOWN)
            continue;
        strbuf_addstr(&names, out.count > 1 ? ", " : "");
        add_name(&names, h->privilege);
    }
    if (out.count > NAMES_SHOWN)
        strbuf_addf(&names, " and %zu more", out.count - NAMES_SHOWN);
    out.names = arena_strdup(&q->c->out->arena, names.buf);
    return out;
}

static enum circumstance first_of(unsigned circumstances)
{
    return circumstances & CIRCUMSTANCE_BIT(CIRCUMSTANCE_KEY)       ? CIRCUMSTANCE_KEY
           : circumstances & CIRCUMSTANCE_BIT(CIRCUMSTANCE_CONSOLE) ? CIRCUMSTANCE_CONSOLE
                                                                    : CIRCUMSTANCE_STALE;
}

/* The action of a privilege that tells, in that circumstance: the one that is not allowed, else the
 * first. */
static struct decided decision_of(const struct question *q, const struct held *h,
                                  enum circumstance c)
{
    const char *on;

    for (size_t i = 0; i < PRIVILEGE_ACTIONS && h->privilege->actions[i]; i++) {
        struct decided d = held_decided(q->privileges, h, i, c, &on);

        if (d.decision != DECISION_ALLOWED)
            return d;
    }
    return held_decided(q->privileges, h, 0, c, &on);
}

static struct finding *answer(const struct question *q, enum status status, const char *detail)
{
    struct finding *f = verdict(q->c, status, q->user->arn, q->user->name, "%s", detail);

    reach_observe(q->c, f, q->user, &q->reach);
    cite(q->c, f, q->user->source);
    return f;
}

/* FAIL: they are allowed; `out_of_reach`: why they are not used today, or "". */
static void answer_allowed(const struct question *q, const struct tally *t,
                           const char *out_of_reach)
{
    struct arena *arena = &q->c->out->arena;
    struct decided d = decision_of(q, t->first, first_of(t->first->allowed & t->in));

    cite_decision(q->c,
                  answer(q, STATUS_FAIL,
                         arena_printf(arena, "%zu of %zu %s are allowed %s%s: %s; %s%s%s", t->count,
                                      count_held(q), q->what, reach_names(t->in), out_of_reach,
                                      t->names, quote_decision(arena, &d), quote_witness(arena, &d),
                                      quote_assumption(q->c, arena))),
                  &d);
}

/* UNKNOWN: a policy is not understood, and it decides. */
static void answer_unsure(const struct question *q, const struct tally *t)
{
    struct arena *arena = &q->c->out->arena;
    struct decided d = decision_of(q, t->first, first_of(t->first->unsure & t->in));

    cite_decision(q->c,
                  answer(q, STATUS_UNKNOWN,
                         arena_printf(arena, "whether %zu of %zu %s need MFA is not known (%s): %s",
                                      t->count, count_held(q), q->what, t->names,
                                      d.why ? d.why : "a policy is not understood")),
                  &d);
}

/* What is denied is doubted: AWS's own simulator allows some of it. */
static bool answer_doubted(const struct question *q, const char *detail)
{
    const struct disagreement *d = second_opinion_doubts(q->c, q->user);
    struct arena *arena = &q->c->out->arena;

    if (!d)
        return false;
    cite(q->c,
         answer(q, STATUS_UNKNOWN,
                arena_printf(arena, "%s; but %s", detail, second_opinion_text(arena, d))),
         d->simulated);
    return true;
}

/* PASS: all are denied in these circumstances. Quotes the first. */
static void answer_denied(const struct question *q, unsigned where)
{
    struct arena *arena = &q->c->out->arena;
    size_t i = 0;
    struct decided d;
    const char *detail;

    while (!q->counts(q->c, q->privileges->held[i].privilege))
        i++;
    d = decision_of(q, &q->privileges->held[i], first_of(where));
    detail = arena_printf(arena, "%zu %s, each denied %s; the first %s", count_held(q), q->what,
                          reach_names(where), quote_decision(arena, &d));
    if (!answer_doubted(q, detail))
        cite_decision(q->c, answer(q, STATUS_PASS, detail), &d);
}

/* Ways in that are not known to be there, and would be a hole. */
static bool open_perhaps(const struct question *q, unsigned where)
{
    struct tally t = tally(q, where, false);

    if (t.count == 0)
        return false;
    reach_unknown(q->c, q->user, &q->reach,
                  arena_printf(&q->c->out->arena, "%zu of %zu %s are allowed %s (%s), and ",
                               t.count, count_held(q), q->what, reach_names(t.in), t.names));
    return true;
}

static void judge_reachable(const struct question *q)
{
    const struct reach *r = &q->reach;
    struct tally open = tally(q, r->certain, false), unsure = tally(q, r->possible, true);

    if (open.count > 0)
        answer_allowed(q, &open, "");
    else if (open_perhaps(q, r->possible & ~r->certain))
        return;
    else if (unsure.count > 0)
        answer_unsure(q, &unsure);
    else if (r->possible == 0)
        (void)answer(q, STATUS_PASS,
                     "the only way in is a console password with a device, which sign-in asks for; "
                     "what policies require is judged by iam.mfa_enforcement_latent");
    else
        answer_denied(q, r->possible);
}

static void judge_latent(const struct question *q)
{
    const struct reach *r = &q->reach;
    unsigned latent = WITHOUT_MFA & ~r->certain;
    struct tally open = tally(q, WITHOUT_MFA & ~r->possible, false),
                 unsure = tally(q, latent, true);

    if (latent == 0)
        (void)answer(q, STATUS_NOT_APPLICABLE,
                     "whatever is allowed without MFA is within reach today, with an active access "
                     "key");
    else if (open.count > 0)
        answer_allowed(q, &open, ", which nothing but the present credentials prevents");
    else if (open_perhaps(q, r->possible & ~r->certain))
        return;
    else if (unsure.count > 0)
        answer_unsure(q, &unsure);
    else
        answer_denied(q, latent);
}

static void answer_nothing(const struct question *q)
{
    const char *detail =
        arena_printf(&q->c->out->arena, "holds no %s, with MFA or without", q->what);

    if (!answer_doubted(q, detail))
        (void)answer(q, STATUS_NOT_APPLICABLE, detail);
}

/* Ask every user of the account. Who holds nothing of the kind has nothing to protect, whatever is
 * known of his credentials. */
static void ask_users(struct checking *c,
                      bool (*counts)(const struct checking *c, const struct privilege *p),
                      const char *what, void (*judge)(const struct question *q))
{
    for (size_t i = 0; i < c->account->user_count; i++) {
        const struct principal *user = &c->account->users[i];
        struct question q = {c,      user, reach_of(c, user), privileges_of(c->enforcement, user),
                             counts, what};

        if (!q.reach.kind && count_held(&q) == 0)
            answer_nothing(&q);
        else if (!reach_excuses(c, user, &q.reach))
            judge(&q);
    }
}

/* Where an age is set, MFA must be fresh, too. */
static void judge_privileged(const struct question *q)
{
    struct question aged = *q;

    if (q->c->inputs->settings->mfa_age_seconds > 0)
        reach_add_stale(q->c, q->user, &aged.reach);
    judge_reachable(&aged);
}

static void privileged_actions_require_mfa(struct checking *c)
{
    ask_users(c, is_privileged, "privileged actions", judge_privileged);
}

static void mfa_enforcement_latent(struct checking *c)
{
    ask_users(c, is_privileged, "privileged actions", judge_latent);
}

static void mfa_control_actions_guarded(struct checking *c)
{
    ask_users(c, is_mfa_control, "MFA-control actions", judge_reachable);
}

static const struct check rows[] = {
    {
        .id = "iam.privileged_actions_require_mfa",
        .title = "Privileged actions require MFA",
        .severity = SEVERITY_CRITICAL,
        .tier = TIER_PRIVILEGED,
        .layer = LAYER_DESIGN,
        .core = true,
        .subject = SUBJECT_USER,
        .needs = REACH_NEEDS,
        .handles = REACH_HANDLES,
        .narrows = REACH_NARROWS,
        .passes_when = "every privileged action the user has is denied in each way to sign "
                       "requests without MFA that is open to the user",
        .why = "A device protects the sign-in page only. Whoever finds an access key is asked for "
               "nothing, unless a policy denies what was not signed with MFA.",
        .action = "Deny privileged actions without MFA to",
        .noun = "user",
        .nouns = "users",
        .run = privileged_actions_require_mfa,
    },
    {
        .id = "iam.mfa_enforcement_latent",
        .title = "MFA is required also where it cannot be left out today",
        .severity = SEVERITY_MEDIUM,
        .tier = TIER_PRIVILEGED,
        .layer = LAYER_DESIGN,
        .subject = SUBJECT_USER,
        .needs = REACH_NEEDS,
        .handles = REACH_HANDLES,
        .narrows = REACH_NARROWS,
        .passes_when = "nothing privileged is allowed without MFA in ways that are not open to the "
                       "user today",
        .why = "A user whose password is only as good as the registered device is one new access "
               "key or one lost device away from full rights without MFA, and nobody will notice.",
        .action = "Deny privileged actions without MFA, before a key is made, to",
        .noun = "user",
        .nouns = "users",
        .run = mfa_enforcement_latent,
    },
    {
        .id = "iam.mfa_control_actions_guarded",
        .title = "Actions that control MFA require MFA",
        .severity = SEVERITY_CRITICAL,
        .tier = TIER_PRIVILEGED,
        .layer = LAYER_DESIGN,
        .core = true,
        .subject = SUBJECT_USER,
        .needs = REACH_NEEDS,
        .handles = REACH_HANDLES,
        .narrows = REACH_NARROWS,
        .passes_when = "every action by which the user can remove devices, or change what demands "
                       "MFA, is denied in each way to sign without MFA that is open to the user",
        .why = "Who can deactivate a device, enrol one for somebody else or add an identity "
               "provider without MFA can switch MFA off for the others first.",
        .action = "Deny MFA-control actions without MFA to",
        .noun = "user",
        .nouns = "users",
        .run = mfa_control_actions_guarded,
    },
};
const struct check_list enforcement_checks = {rows, sizeof rows / sizeof *rows};
