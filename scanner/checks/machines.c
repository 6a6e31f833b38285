/* machines.c - checks on identities of programs. They cannot do MFA and are never asked for it:
 * what can be asked of them is that they have no password, no long-term keys, and that a key with
 * power is bound to a network. That a user is a program is told by stated evidence (identity.h). */
#include <string.h>

#include "base/text.h"
#include "checks/check.h"
#include "checks/identity.h"
#include "checks/quote.h"
#include "checks/reach.h"
#include "checks/user_known.h"

static void machine_verdict(struct checking *c, const struct principal *user, enum status status,
                            const char *detail)
{
    struct finding *f = user_verdict(c, user, status, detail);

    user_observe_credentials(c, f, user);
    cite(c, f, user->source);
}

/* The evidence that makes an active user a machine; NULL, with a verdict spoken: it is none, it is
 * idle, or what decides it is not known. */
static const char *machine_by(struct checking *c, const struct principal *user)
{
    const char *mark = identity_machine_mark(c->inputs, user, &c->out->arena);

    if (!mark) {
        machine_verdict(c, user, STATUS_NOT_APPLICABLE, "nothing says that this is a machine");
        return NULL;
    }
    if (user_lacks_password(c, user))
        return NULL;
    if (known_password(c->account, user).word == WORD_YES) {
        machine_verdict(c, user, STATUS_NOT_APPLICABLE,
                        arena_printf(&c->out->arena,
                                     "has a console password, and so counts as a person, although "
                                     "a machine by %s",
                                     mark));
        return NULL;
    }
    if (user_lacks_keys(c, user))
        return NULL;
    if (known_active_key(c->account, user).word == WORD_NO) {
        machine_verdict(c, user, STATUS_NOT_APPLICABLE, user_idle);
        return NULL;
    }
    return mark;
}

/* --- Long-term keys -----------------------------------------------------------------------------
 */

static void no_long_term_keys(struct checking *c)
{
    for (size_t i = 0; i < c->account->user_count; i++) {
        const struct principal *user = &c->account->users[i];
        const char *mark = machine_by(c, user);

        if (mark)
            machine_verdict(c, user, STATUS_FAIL,
                            arena_printf(&c->out->arena,
                                         "a machine by %s, with an active long-term access key "
                                         "instead of a role's credentials",
                                         mark));
    }
}

/* --- Console passwords --------------------------------------------------------------------------
 */

static void judge_password(struct checking *c, const struct principal *user, const char *mark)
{
    struct arena *arena = &c->out->arena;

    if (known_password(c->account, user).word == WORD_YES)
        machine_verdict(c, user, STATUS_FAIL,
                        arena_printf(arena, "a machine by %s, and has a console password", mark));
    else if (user_lacks_keys(c, user))
        return;
    else if (known_active_key(c->account, user).word == WORD_NO)
        machine_verdict(c, user, STATUS_NOT_APPLICABLE, user_idle);
    else
        machine_verdict(c, user, STATUS_PASS,
                        arena_printf(arena, "a machine by %s, without a console password", mark));
}

static void no_console_password(struct checking *c)
{
    for (size_t i = 0; i < c->account->user_count; i++) {
        const struct principal *user = &c->account->users[i];
        const char *mark = identity_machine_mark(c->inputs, user, &c->out->arena);

        if (!mark)
            machine_verdict(c, user, STATUS_NOT_APPLICABLE, "nothing says that this is a machine");
        else if (!user_lacks_password(c, user))
            judge_password(c, user, mark);
    }
}

/* --- Bound keys ---------------------------------------------------------------------------------
 */

/* What an access key reaches: requests of its own, and of a session it gets without MFA. */
#define WITH_A_KEY WITHOUT_MFA

/* No reuse of compute unless the settings say so, and no enrolment actions, which every list of
 * exceptions has. */
static bool counts(const struct checking *c, const struct privilege *p)
{
    return (c->inputs->settings->compute_reuse || p->kind != PRIVILEGE_REUSE) &&
           !(p->on_others && is_enrolment_action(p->actions[0]));
}

/* "iam:PassRole" as the table has it: "iam:passrole with ec2:runinstances". */
static const char *privilege_text(const struct privilege *p, struct arena *arena)
{
    const char *text = p->actions[0];

    for (size_t i = 1; i < PRIVILEGE_ACTIONS && p->actions[i]; i++)
        text = arena_printf(arena, "%s with %s", text, p->actions[i]);
    return arena_printf(arena, "%s (%s)", text, privilege_kind_name(p->kind));
}

/* Of what a machine may do with its key, the worst. */
struct worst {
    size_t held; /* privileges */
    const struct held *of;
    struct decided decided;
    enum circumstance in;
};

static void judge_privileges(const struct checking *c, const struct privileges *p,
                             struct arena *scratch, struct worst *out)
{
    for (size_t i = 0; i < p->count && out->decided.decision != DECISION_ALLOWED; i++) {
        const struct held *h = &p->held[i];
        enum circumstance in = CIRCUMSTANCE_KEY;
        struct decided d;

        if (!counts(c, h->privilege) || !((h->allowed | h->unsure) & WITH_A_KEY))
            continue;
        out->held++;
        d = held_from_anywhere(p, h, WITH_A_KEY, scratch, &in);
        if (!out->of || d.decision > out->decided.decision) {
            out->of = h;
            out->decided = d;
            out->in = in;
        }
    }
}

static void tell_worst(struct checking *c, const struct principal *user, const char *mark,
                       const struct worst *worst)
{
    struct arena *arena = &c->out->arena;
    const struct decided *d = &worst->decided;
    const char *privilege = privilege_text(worst->of->privilege, arena);
    struct finding *f;

    if (d->decision == DECISION_ALLOWED)
        f = user_verdict(
            c, user, STATUS_FAIL,
            arena_printf(arena, "a machine by %s: %s is allowed %s from anywhere %s%s%s", mark,
                         privilege, circumstance_name(worst->in), quote_decision(arena, d),
                         quote_witness(arena, d), quote_assumption(c, arena)));
    else if (d->decision == DECISION_UNSURE)
        f = user_verdict(c, user, STATUS_UNKNOWN,
                         arena_printf(arena,
                                      "a machine by %s: whether %s is bound to a network is "
                                      "not known: %s",
                                      mark, privilege, d->why ? d->why : "not understood"));
    else
        f = user_verdict(c, user, STATUS_PASS,
                         arena_printf(arena,
                                      "a machine by %s: what its key allows (privileges: %zu) is "
                                      "denied from elsewhere; %s %s",
                                      mark, worst->held, privilege, quote_decision(arena, d)));
    user_observe_credentials(c, f, user);
    cite(c, f, user->source);
    cite_decision(c, f, d);
}

static void judge_machine(struct checking *c, const struct principal *user, const char *mark)
{
    struct arena scratch = {0};
    struct worst worst = {.of = NULL};

    judge_privileges(c, privileges_of(c->enforcement, user), &scratch, &worst);
    if (worst.of)
        tell_worst(c, user, mark, &worst);
    else
        machine_verdict(c, user, STATUS_NOT_APPLICABLE,
                        arena_printf(&c->out->arena,
                                     "a machine by %s, whose key allows nothing privileged", mark));
    arena_free(&scratch);
}

static void privileged_keys_constrained(struct checking *c)
{
    for (size_t i = 0; i < c->account->user_count; i++) {
        const struct principal *user = &c->account->users[i];
        const char *mark = machine_by(c, user);

        if (mark)
            judge_machine(c, user, mark);
    }
}

static const struct check rows[] = {
    {
        .id = "machine.no_long_term_keys",
        .title = "Machines use role credentials, not long-term keys",
        .severity = SEVERITY_MEDIUM,
        .tier = TIER_MACHINE,
        .layer = LAYER_POPULATION,
        .subject = SUBJECT_USER,
        .needs = NEEDS_CREDENTIALS,
        .handles = HANDLES_CREDENTIALS,
        .passes_when = "no machine has an active long-term access key",
        .why = "A program cannot answer an MFA prompt, and a key in its settings works for whoever "
               "reads them. Credentials of a role last hours and need not be kept anywhere.",
        .action = "Give a role instead of access keys to",
        .noun = "machine",
        .nouns = "machines",
        .run = no_long_term_keys,
    },
    {
        .id = "machine.no_console_password",
        .title = "Machines have no console password",
        .severity = SEVERITY_HIGH,
        .tier = TIER_MACHINE,
        .layer = LAYER_POPULATION,
        .subject = SUBJECT_USER,
        .needs = NEEDS_CREDENTIALS,
        .handles = HANDLES_CREDENTIALS,
        .passes_when = "a user that is marked as a program has no console password",
        .why = "A program never signs in at the console; a password on its user is for people, who "
               "share it, have no device for it and leave no name in the log.",
        .action = "Delete the console password of",
        .noun = "machine",
        .nouns = "machines",
        .run = no_console_password,
    },
    {
        .id = "machine.privileged_keys_constrained",
        .title = "Privileged machine keys are bound to a network",
        .severity = SEVERITY_HIGH,
        .tier = TIER_MACHINE,
        .layer = LAYER_DESIGN,
        .subject = SUBJECT_USER,
        .needs = NEEDS_CREDENTIALS,
        .handles = HANDLES_CREDENTIALS,
        .narrows = REACH_NARROWS,
        .passes_when = "what is privileged is denied outside the networks that policies name",
        .why = "MFA cannot stand behind a program's key. If the key has power and leaks, the only "
               "thing left between it and the account is where requests may come from.",
        .action = "Bind to its networks, or take the privileges from,",
        .noun = "machine",
        .nouns = "machines",
        .run = privileged_keys_constrained,
    },
};
const struct check_list machine_checks = {rows, sizeof rows / sizeof *rows};
