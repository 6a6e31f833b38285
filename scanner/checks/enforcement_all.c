/* enforcement_all.c - is MFA required for everything? Checks over all actions that the policies in
 * force tell apart, those by which one enrols aside (policy/privilege.h, enrolment_actions). */
#include <string.h>

#include "base/strbuf.h"
#include "base/text.h"
#include "checks/identity.h"
#include "checks/quote.h"
#include "checks/reach.h"
#include "checks/second_opinion.h"

/* What a user may do without MFA, beyond enrolment; texts live in the findings' arena. */
struct beyond {
    enum decision decision;
    const char *says; /* ALLOWED: which action, by what; a denial: by what; UNSURE: why */
    struct source source;
    unsigned in; /* the circumstance that decided */
};

static struct beyond in_words(struct checking *c, const struct decided *d, enum circumstance in,
                              const char *action, const char *on)
{
    struct arena *arena = &c->out->arena;
    struct beyond out = {.decision = d->decision, .in = CIRCUMSTANCE_BIT(in)};

    if (d->by)
        out.source = d->by->source;
    if (d->decision == DECISION_ALLOWED)
        out.says = arena_printf(
            arena, "%s on %s is allowed %s, %s%s", text_shown(arena, class_shown(arena, action)),
            text_shown(arena, class_shown(arena, on ? on : "*")), circumstance_name(in),
            quote_decision(arena, d), quote_witness(arena, d));
    else if (d->decision == DECISION_UNSURE)
        out.says = arena_strdup(arena, d->why ? d->why : "a policy is not understood");
    else
        out.says = quote_decision(arena, d);
    return out;
}

static struct beyond ask(struct checking *c, const struct identity *of, enum circumstance in)
{
    struct arena scratch = {0};
    const char *action = "*", *on = NULL;
    struct decided d = ability_beyond_enrolment(of, in, &scratch, &action, &on);
    struct beyond out = in_words(c, &d, in, action, on);

    arena_free(&scratch);
    return out;
}

/* Of these circumstances, the worst; of equals the first. */
static struct beyond beyond_enrolment(struct checking *c, const struct principal *user,
                                      unsigned where)
{
    struct identity identity = enforcement_identity(c->enforcement, user);
    struct beyond worst = {.decision = DECISION_IMPLICIT_DENY, .says = ""};
    bool any = false;

    for (int in = CIRCUMSTANCE_KEY; in <= CIRCUMSTANCE_MFA; in++) {
        struct beyond next;

        if (!(where & CIRCUMSTANCE_BIT(in)))
            continue;
        next = ask(c, &identity, (enum circumstance)in);
        if (!any || next.decision > worst.decision)
            worst = next;
        any = true;
    }
    return worst;
}

static bool may_do_anything(struct checking *c, const struct principal *user)
{
    return beyond_enrolment(c, user, CIRCUMSTANCE_BIT(CIRCUMSTANCE_MFA)).decision >=
           DECISION_UNSURE;
}

static struct finding *answer(struct checking *c, const struct principal *user,
                              const struct reach *reach, enum status status, const char *detail)
{
    struct finding *f = verdict(c, status, user->arn, user->name, "%s", detail);

    reach_observe(c, f, user, reach);
    cite(c, f, user->source);
    return f;
}

/* Where a denial is doubted by AWS's own simulator, that is what decides, and is not known. */
static struct beyond second_thoughts(struct checking *c, const struct principal *user,
                                     struct beyond first)
{
    const struct disagreement *d =
        first.decision < DECISION_UNSURE ? second_opinion_doubts(c, user) : NULL;

    if (!d)
        return first;
    return (struct beyond){.decision = DECISION_UNSURE,
                           .says = second_opinion_text(&c->out->arena, d),
                           .source = d->simulated,
                           .in = first.in};
}

/* --- iam.users_mfa_enforced ---------------------------------------------------------------------
 */

static void judge_enforced(struct checking *c, const struct principal *user,
                           const struct reach *reach)
{
    struct arena *arena = &c->out->arena;
    struct beyond open = second_thoughts(c, user, beyond_enrolment(c, user, reach->possible));
    struct beyond sure =
        reach->certain == reach->possible ? open : beyond_enrolment(c, user, reach->certain);
    enum status status = STATUS_PASS;
    const char *detail;

    if (sure.decision == DECISION_ALLOWED) {
        status = STATUS_FAIL;
        detail = arena_printf(arena, "%s%s", sure.says, quote_assumption(c, arena));
    } else if (open.decision == DECISION_ALLOWED) {
        reach_unknown(c, user, reach, arena_printf(arena, "%s, and ", open.says));
        return;
    } else if (open.decision == DECISION_UNSURE) {
        status = STATUS_UNKNOWN;
        detail = arena_printf(arena, "whether everything needs MFA is not known: %s", open.says);
    } else if (!may_do_anything(c, user)) {
        status = STATUS_NOT_APPLICABLE;
        detail = "may do nothing but enrol, with MFA or without";
    } else {
        detail = arena_printf(arena, "every action but enrolment is denied %s, %s",
                              reach_names(reach->possible), open.says);
    }
    cite(c, answer(c, user, reach, status, detail), open.source);
}

static void users_mfa_enforced_one(struct checking *c, const struct principal *user)
{
    struct reach reach = reach_of(c, user);
    enum word password = known_password(c->account, user).word,
              device = known_device(c->account, user).word;

    if (reach.kind)
        (void)reach_excuses(c, user, &reach);
    else if (password == WORD_NO)
        (void)answer(c, user, &reach, STATUS_NOT_APPLICABLE, "no console password");
    else if (device == WORD_NO)
        (void)answer(c, user, &reach, STATUS_NOT_APPLICABLE,
                     "no MFA device: judged by iam.users_without_mfa");
    else if (reach_excuses(c, user, &reach))
        return;
    else if (device == WORD_UNKNOWN)
        reach_unknown(c, user, &reach, "");
    else if (reach.possible == 0)
        (void)answer(c, user, &reach, STATUS_PASS,
                     "the only way in is a console password with a device, which sign-in asks for");
    else
        judge_enforced(c, user, &reach);
}

static void users_mfa_enforced(struct checking *c)
{
    for (size_t i = 0; i < c->account->user_count; i++)
        users_mfa_enforced_one(c, &c->account->users[i]);
}

/* --- iam.mfa_self_enrolment_guarded -------------------------------------------------------------
 */

static const char enabling[] = "iam:enablemfadevice";

/* EnableMFADevice on the user itself: what it takes to add a hardware token or a passkey; for a
 * virtual device CreateVirtualMFADevice comes before, which does not add it. */
static struct beyond self_enrolment(struct checking *c, const struct principal *user)
{
    struct identity identity = enforcement_identity(c->enforcement, user);
    struct ability own = {.action = enabling, .resource = user->arn};
    struct arena scratch = {0};
    struct outcome o = ability_of(&identity, &own, WITHOUT_MFA, &scratch);
    enum circumstance in = o.by[CIRCUMSTANCE_CONSOLE].decision > o.by[CIRCUMSTANCE_KEY].decision
                               ? CIRCUMSTANCE_CONSOLE
                               : CIRCUMSTANCE_KEY;
    struct beyond out = in_words(c, &o.by[in], in, enabling, user->arn);
    arena_free(&scratch);
    return out;
}

/* With a device, only a key is a first factor that signs anything. */
static void judge_self_enrolment(struct checking *c, const struct principal *user,
                                 const struct reach *reach)
{
    struct arena *arena = &c->out->arena;
    struct beyond own = self_enrolment(c, user);
    enum status status = STATUS_PASS;
    const char *detail;

    if (own.decision == DECISION_ALLOWED && reach->certain != reach->possible) {
        reach_unknown(c, user, reach, arena_printf(arena, "%s, and ", own.says));
        return;
    }
    if (own.decision == DECISION_ALLOWED) {
        status = STATUS_FAIL;
        detail = arena_printf(arena, "has a device, and can add another without it: %s%s", own.says,
                              quote_assumption(c, arena));
    } else if (own.decision == DECISION_UNSURE) {
        status = STATUS_UNKNOWN;
        detail =
            arena_printf(arena, "whether adding a device needs MFA is not known: %s", own.says);
    } else {
        detail = arena_printf(arena, "%s is denied %s, %s", enabling, reach_names(reach->possible),
                              own.says);
    }
    cite(c, answer(c, user, reach, status, detail), own.source);
}

static void self_enrolment_one(struct checking *c, const struct principal *user)
{
    struct reach reach = reach_of(c, user);
    enum word device = known_device(c->account, user).word;

    if (reach.kind)
        (void)reach_excuses(c, user, &reach);
    else if (device == WORD_NO)
        (void)answer(c, user, &reach, STATUS_NOT_APPLICABLE,
                     "no MFA device yet: enrolling the first cannot ask for one");
    else if (reach_excuses(c, user, &reach))
        return;
    else if (device == WORD_UNKNOWN)
        reach_unknown(c, user, &reach, "");
    else if (reach.possible == 0)
        (void)answer(c, user, &reach, STATUS_PASS,
                     "the only way in is a console password with a device, so that the password "
                     "alone adds nothing");
    else
        judge_self_enrolment(c, user, &reach);
}

static void mfa_self_enrolment_guarded(struct checking *c)
{
    for (size_t i = 0; i < c->account->user_count; i++)
        self_enrolment_one(c, &c->account->users[i]);
}

/* --- iam.mfa_deny_reaches_everyone --------------------------------------------------------------
 */

#define USERS_SHOWN 3

/* People of whom the same is to be said. */
struct group {
    size_t count;
    struct strbuf names; /* of the first */
    const char *says;    /* of the first */
    struct source sources[USERS_SHOWN];
};

/* The people of an account by what they may do without MFA, whether or not it is in reach today. */
struct roll {
    struct group open, held; /* people who are allowed something, and who are not */
    struct group doubtful;   /* of whom it is not known, or not whether they are people */
    size_t perhaps;          /* users of whom nobody knows whether they are people */
    size_t unlisted;         /* users who are counted only */
};

static void add_user(struct checking *c, struct group *g, const struct principal *user,
                     const char *says, struct source source)
{
    if (g->count == 0)
        g->says = says;
    if (g->count < USERS_SHOWN) {
        strbuf_addf(&g->names, "%s%s", g->count ? ", " : "",
                    text_shown(&c->out->arena, user->name));
        g->sources[g->count] = source;
    }
    g->count++;
}

static void count_user(struct checking *c, struct roll *r, const struct principal *user)
{
    struct reach reach = reach_of(c, user);
    bool is_person = reach.is == USER_PERSON;
    struct beyond b;

    if (reach.kind)
        return;
    b = second_thoughts(c, user, beyond_enrolment(c, user, WITHOUT_MFA));
    r->perhaps += !is_person;
    if (b.decision < DECISION_UNSURE && is_person)
        add_user(c, &r->held, user, b.says, b.source);
    else if (b.decision == DECISION_ALLOWED && is_person)
        add_user(c, &r->open, user, b.says, b.source);
    else if (b.decision >= DECISION_UNSURE)
        add_user(c, &r->doubtful, user, is_person ? b.says : reach.open, b.source);
}

static void cite_group(struct checking *c, struct finding *f, const struct group *g)
{
    for (size_t i = 0; i < g->count && i < USERS_SHOWN; i++)
        if (i == 0 || g->sources[i].pointer != g->sources[i - 1].pointer)
            cite(c, f, g->sources[i]);
}

static const char *names_of(struct checking *c, const struct group *g)
{
    if (g->count <= USERS_SHOWN)
        return g->names.buf;
    return arena_printf(&c->out->arena, "%s and %zu more", g->names.buf, g->count - USERS_SHOWN);
}

static void speak_of(struct checking *c, const struct roll *r)
{
    struct arena *arena = &c->out->arena;
    const char *id = c->account->id;
    struct finding *f;

    if (r->open.count > 0)
        f = verdict(c, STATUS_FAIL, id, id,
                    "%zu of %zu people are under no deny without MFA: %s; %s%s", r->open.count,
                    r->open.count + r->held.count, names_of(c, &r->open), r->open.says,
                    quote_assumption(c, arena));
    else if (r->doubtful.count > 0)
        f = verdict(c, STATUS_UNKNOWN, id, id,
                    "whether %zu users are under a deny without MFA is not known: %s; %s",
                    r->doubtful.count, names_of(c, &r->doubtful), r->doubtful.says);
    else if (r->unlisted > 0)
        f = verdict(c, STATUS_UNKNOWN, id, id, "%zu users are counted and not listed", r->unlisted);
    else if (r->held.count > 0)
        f = verdict(c, STATUS_PASS, id, id,
                    "%zu people, each under a deny without MFA or allowed nothing but enrolment: "
                    "the first %s",
                    r->held.count, r->held.says);
    else if (r->perhaps > 0)
        f = verdict(c, STATUS_UNKNOWN, id, id, "whether any of %zu users is a person is not known",
                    r->perhaps);
    else
        f = verdict(c, STATUS_NOT_APPLICABLE, id, id, "no IAM user is an active person");
    observed(c, f, "people under a deny: %zu, under none: %zu, not known: %zu", r->held.count,
             r->open.count, r->doubtful.count + r->unlisted);
    cite_group(c, f, r->open.count > 0 ? &r->open : &r->held);
    cite_group(c, f, &r->doubtful);
}

static void mfa_deny_reaches_everyone(struct checking *c)
{
    struct roll r = {.open.names = STRBUF_INIT(65536),
                     .held.names = STRBUF_INIT(65536),
                     .doubtful.names = STRBUF_INIT(65536),
                     .unlisted = unlisted_users(c->account)};

    for (size_t i = 0; i < c->account->user_count; i++)
        count_user(c, &r, &c->account->users[i]);
    speak_of(c, &r);
    strbuf_free(&r.open.names);
    strbuf_free(&r.held.names);
    strbuf_free(&r.doubtful.names);
}

static const struct check rows[] = {
    {
        .id = "iam.users_mfa_enforced",
        .title = "Enrolled users can do nothing without MFA",
        .severity = SEVERITY_HIGH,
        .tier = TIER_STANDARD,
        .layer = LAYER_DESIGN,
        .core = true,
        .subject = SUBJECT_USER,
        .needs = REACH_NEEDS,
        .handles = REACH_HANDLES,
        .narrows = REACH_NARROWS,
        .passes_when = "every allowed action but enrolment is denied in each way to sign requests "
                       "without MFA that is open to a user with a password and a device",
        .why = "A registered device makes people feel safe, while the access key on the same "
               "laptop works without it. Only a policy makes the device count for keys.",
        .action = "Deny everything but enrolment without MFA to",
        .noun = "enrolled user",
        .nouns = "enrolled users",
        .run = users_mfa_enforced,
    },
    {
        .id = "iam.mfa_self_enrolment_guarded",
        .title = "A further device cannot be added without MFA",
        .severity = SEVERITY_MEDIUM,
        .tier = TIER_STANDARD,
        .layer = LAYER_DESIGN,
        .subject = SUBJECT_USER,
        .needs = REACH_NEEDS,
        .handles = REACH_HANDLES,
        .narrows = REACH_NARROWS,
        .passes_when = "a user who has a device cannot enable another with a first factor alone",
        .why = "A user may hold eight devices. Whoever steals an access key and may enable one "
               "more signs in with MFA from then on, and every policy that asks for it is content.",
        .action = "Ask for MFA before a further device is enabled by",
        .noun = "user",
        .nouns = "users",
        .run = mfa_self_enrolment_guarded,
    },
    {
        .id = "iam.mfa_deny_reaches_everyone",
        .title = "Every person is under a deny without MFA",
        .severity = SEVERITY_MEDIUM,
        .tier = TIER_STANDARD,
        .layer = LAYER_DESIGN,
        .subject = SUBJECT_ACCOUNT,
        .needs = REACH_NEEDS,
        .handles = REACH_HANDLES,
        .narrows = REACH_NARROWS,
        .passes_when = "no person is allowed anything but enrolment without MFA",
        .why = "The deny is usually written once and attached to one group. People who were added "
               "elsewhere, or left the group, are outside it, and nothing looks wrong.",
        .action = "Put every person under the deny in",
        .noun = "account",
        .nouns = "accounts",
        .run = mfa_deny_reaches_everyone,
    },
};
const struct check_list enforcement_all_checks = {rows, sizeof rows / sizeof *rows};
