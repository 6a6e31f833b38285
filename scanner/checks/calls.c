/* calls.c - check on privileged calls that people made in the period: did they have MFA behind
 * them?
 *
 * Privileged is what policy/privilege.h calls so by one action. A person's enrolment and care of
 * own credentials is not: it must be possible before there is MFA. A call that was refused did
 * nothing.
 *
 * Sessions of roles do not carry MFA. So a call in one is judged by the event that issued its key,
 * through all roles of a chain, to who entered it: with a code or from an MFA session, or without.
 * Of a code the event shows the serial number in its request, and AWS had checked it. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "checks/identity.h"
#include "checks/period.h"
#include "model/credentials.h"
#include "policy/document.h"
#include "policy/privilege.h"

/* Role sessions that follow each other; AWS sets no end, people do not chain more than a few. */
#define HOPS_MOST 8

/* LookupEvents is asked for these (collect/events.c); log files have more. */
static const char *const names[] = {
    "EventName=DeactivateMFADevice", "EventName=EnableMFADevice",
    "EventName=CreateAccessKey",     "EventName=CreateLoginProfile",
    "EventName=AttachUserPolicy",    "EventName=UpdateAssumeRolePolicy",
};
static const struct questions lookups = {names, sizeof names / sizeof *names, false};

/* Issuers of OpenID Connect tokens for programs (facts: CI systems, Kubernetes of EKS). */
static const char *const program_issuers[] = {
    "token.actions.githubusercontent.com",
    "gitlab.com",
    "app.terraform.io",
    "oidc.eks.",
};

/* How a call was judged, and by which events. */
struct judgement {
    enum status status;
    const char *why;
    const struct event *entry; /* the event that decided, beside the call; NULL: the call itself */
};

struct court {
    struct checking *c;
    const struct event **issued; /* events that issued a key, by that key */
    size_t issued_count;
};

static struct judgement is(enum status status, const char *why)
{
    return (struct judgement){status, why, NULL};
}

/* --- Which calls ------------------------------------------------------------------------------ */

/* "iam:attachuserpolicy" of iam.amazonaws.com and AttachUserPolicy */
static const char *action_of(const struct event *e, struct arena *arena)
{
    return text_lower(
        arena, arena_printf(arena, "%.*s:%s", (int)strcspn(e->source, "."), e->source, e->name));
}

static bool is_on_own(const struct event *e)
{
    return event_is_by(e, "IAMUser") &&
           (!e->target_user || (e->by.user && strcmp(e->target_user, e->by.user) == 0));
}

static bool is_privileged(const struct event *e, struct arena *arena)
{
    const char *action = action_of(e, arena);

    for (size_t i = 0; i < privilege_count(); i++) {
        const struct privilege *p = privilege_at(i);

        if ((p->kind == PRIVILEGE_ESCALATION || p->kind == PRIVILEGE_MFA_CONTROL) &&
            !p->actions[1] && !p->on_all && strcmp(p->actions[0], action) == 0)
            return !(p->on_others && is_on_own(e));
    }
    return false;
}

/* --- Who made it ------------------------------------------------------------------------------ */

static bool is_session_key(const struct event *e)
{
    return e->by.access_key && strncmp(e->by.access_key, "ASIA", 4) == 0;
}

/* The user who signed the request, or for whom a federated session was made; NULL: not in the
 * account any more. */
static const struct principal *user_behind(const struct court *k, const struct event *e)
{
    const char *arn = event_is_by(e, "FederatedUser") ? e->by.issuer_arn : e->by.arn;

    return arn ? model_user_by_arn(k->c->account, arn) : NULL;
}

/* A user whose call had no MFA: a person fails, a program is not asked for it. */
static struct judgement judge_without(const struct court *k, const struct event *e, const char *how)
{
    const struct account *a = k->c->account;
    struct arena *arena = &k->c->out->arena;
    const struct principal *user = user_behind(k, e);
    const char *machine = user ? identity_machine_evidence(k->c->inputs, a, user, arena) : NULL;
    static const enum data_set tell[] = {DATA_AUTHORIZATION, DATA_CREDENTIAL_REPORT};

    if (user && known_password(a, user).word == WORD_UNKNOWN)
        return is(STATUS_UNKNOWN,
                  arena_printf(arena,
                               "%s; whether a person or a program is not known, since it is "
                               "not known whether there is a password",
                               how));
    if (machine)
        return is(STATUS_NOT_APPLICABLE,
                  arena_printf(arena, "%s; a program by %s, never asked for MFA", how, machine));
    for (size_t i = 0; i < 2; i++)
        if (!data_complete(a, tell[i]))
            return is(STATUS_UNKNOWN,
                      arena_printf(arena, "%s; whether a person or a program is not known: %s", how,
                                   a->data[tell[i]].reason ? a->data[tell[i]].reason
                                                           : data_set_name(tell[i])));
    return is(STATUS_FAIL, how);
}

static struct judgement judge_user(const struct court *k, const struct event *e)
{
    struct arena *arena = &k->c->out->arena;

    if (e->issued_key && e->serial)
        return is(STATUS_PASS, arena_printf(arena, "with a code of the MFA device %s",
                                            text_shown(arena, e->serial)));
    if (e->by.mfa == SAID_YES)
        return is(STATUS_PASS, "in a session with MFA");
    if (e->by.has_session && e->by.mfa == SAID_NO)
        return judge_without(k, e, "in a session without MFA");
    if (e->by.has_session || is_session_key(e))
        return is(STATUS_UNKNOWN,
                  "in a session of which the event does not say whether it has MFA");
    return judge_without(k, e, "with a long-term access key, which cannot carry MFA");
}

static struct judgement judge_root(const struct event *e)
{
    if (e->by.assumed_root)
        return is(STATUS_UNKNOWN, "in a session of sts:AssumeRoot, which the management account "
                                  "records");
    if (e->by.mfa == SAID_YES)
        return is(STATUS_PASS, "by root with MFA");
    if (e->by.has_session && e->by.mfa != SAID_NO)
        return is(STATUS_UNKNOWN, "by root, and the event does not say whether with MFA");
    return is(STATUS_FAIL, e->by.has_session
                               ? "by root without MFA"
                               : "with an access key of root, which cannot carry MFA");
}

/* --- Sessions of roles ------------------------------------------------------------------------ */

static int by_issued_key(const void *a, const void *b)
{
    const struct event *const *x = a, *const *y = b;

    return strcmp((*x)->issued_key, (*y)->issued_key);
}

static void open_court(struct court *k, struct checking *c, struct arena *arena)
{
    const struct events *events = c->account->events;

    *k = (struct court){.c = c, .issued = arena_new(arena, const struct event *, events->count)};
    for (size_t i = 0; i < events->count; i++)
        if (events->at[i].issued_key && !events->at[i].error_code)
            k->issued[k->issued_count++] = &events->at[i];
    if (k->issued_count > 1)
        qsort(k->issued, k->issued_count, sizeof *k->issued, by_issued_key);
}

static const struct event *issuer_of(const struct court *k, const char *key)
{
    const struct event wanted = {.issued_key = key}, *pointer = &wanted;
    const struct event *const *found =
        key && k->issued_count > 0
            ? bsearch(&pointer, k->issued, k->issued_count, sizeof *k->issued, by_issued_key)
            : NULL;

    return found ? *found : NULL;
}

/* A role of the account that nothing but AWS's services may assume. */
static bool is_for_services(const struct court *k, const char *role_arn)
{
    const struct account *a = k->c->account;
    struct arena scratch = {0};
    struct policy policy = {.count = 0};
    struct error ignored = {0};
    size_t services = 0, others = 0;

    for (size_t i = 0; role_arn && i < a->role_count; i++) {
        const struct document *trust = &a->roles[i].trust;

        if (strcmp(a->roles[i].arn, role_arn) != 0 || !trust->text ||
            policy_parse(&scratch, "trust", trust->text, trust->len, &policy, &ignored))
            continue;
        for (size_t s = 0; s < policy.count; s++)
            for (size_t p = 0;
                 policy.statements[s].allow && p < policy.statements[s].principal_count; p++) {
                bool is_service = policy.statements[s].principals[p].kind == PRINCIPAL_SERVICE;

                services += is_service;
                others += !is_service || policy.statements[s].not_principal;
            }
    }
    arena_free(&scratch);
    return services > 0 && others == 0;
}

static bool is_of_identity_center(const struct event *e)
{
    return e->by.issuer_arn && strstr(e->by.issuer_arn, ":role/aws-reserved/sso.amazonaws.com/");
}

static bool is_program_token(const struct event *e)
{
    for (size_t i = 0; e->by.principal && i < sizeof program_issuers / sizeof *program_issuers; i++)
        if (strstr(e->by.principal, program_issuers[i]))
            return true;
    return false;
}

static struct judgement judge_caller(const struct court *k, const struct event *e, int hops);

static struct judgement judge_role(const struct court *k, const struct event *e, int hops)
{
    const struct event *issuer = issuer_of(k, e->by.access_key);
    struct judgement j;

    if (is_of_identity_center(e))
        return is(STATUS_MANUAL,
                  "by a person of IAM Identity Center, whose factors this event does "
                  "not tell");
    if (!issuer && is_for_services(k, e->by.issuer_arn))
        return is(STATUS_NOT_APPLICABLE, "by a role that only services may assume");
    if (!issuer)
        return is(STATUS_UNKNOWN, "in a session of a role, and the event that issued its key was "
                                  "not found");
    if (hops == HOPS_MOST)
        return is(STATUS_UNKNOWN, "through more roles than are followed");
    j = judge_caller(k, issuer, hops + 1);
    j.entry = j.entry ? j.entry : issuer;
    return j;
}

/* --- Everybody -------------------------------------------------------------------------------- */

static struct judgement judge_web_identity(const struct event *e)
{
    if (is_program_token(e))
        return is(STATUS_NOT_APPLICABLE,
                  "by a program that signs in with a token of its CI system");
    return is(STATUS_MANUAL, "by somebody whom an OpenID Connect provider let in: its factors are "
                             "not seen here");
}

static struct judgement judge_other_account(const struct court *k, const struct event *e)
{
    if (e->issued_key && e->serial)
        return is(STATUS_PASS, arena_printf(&k->c->out->arena,
                                            "from another account, with a code of the MFA "
                                            "device %s",
                                            text_shown(&k->c->out->arena, e->serial)));
    return is(STATUS_UNKNOWN, "from another account, which alone records whether with MFA");
}

static struct judgement judge_caller(const struct court *k, const struct event *e, int hops)
{
    if (event_is_by(e, "AWSService"))
        return is(STATUS_NOT_APPLICABLE, "by a service of AWS");
    if (e->by.invoked_by && e->by.mfa != SAID_YES)
        return is(STATUS_UNKNOWN,
                  "by a service on somebody's behalf, whose own request is not seen "
                  "here");
    if (event_is_by(e, "IAMUser") || event_is_by(e, "FederatedUser"))
        return judge_user(k, e);
    if (event_is_by(e, "Root"))
        return judge_root(e);
    if (event_is_by(e, "AssumedRole"))
        return judge_role(k, e, hops);
    if (event_is_by(e, "WebIdentityUser"))
        return judge_web_identity(e);
    if (event_is_by(e, "SAMLUser") || event_is_by(e, "IdentityCenterUser"))
        return is(STATUS_MANUAL,
                  "by somebody whom an identity provider let in: its factors are not "
                  "seen here");
    if (event_is_by(e, "AWSAccount"))
        return judge_other_account(k, e);
    return is(STATUS_UNKNOWN, "by an identity of a kind that is not known");
}

static void judge_call(const struct court *k, const struct event *e)
{
    static const char *const words[] = {[SAID_NOTHING] = "not there",
                                        [SAID_NO] = "false",
                                        [SAID_YES] = "true",
                                        [SAID_UNCLEAR] = "unclear"};
    struct checking *c = k->c;
    struct arena *arena = &c->out->arena;
    struct judgement j = judge_caller(k, e, 0);
    const char *entered =
        j.entry ? arena_printf(arena, ": %s entered by %s, event %s", event_actor(c, j.entry),
                               text_shown(arena, j.entry->name), text_shown(arena, j.entry->id))
                : "";
    struct finding *f = event_verdict(
        c, e, j.status,
        arena_printf(arena, "called %s%s%s %s%s", text_shown(arena, e->name),
                     e->target_user ? " on " : "",
                     e->target_user ? text_shown(arena, e->target_user) : "", j.why, entered));

    if (j.entry)
        cite(c, f, j.entry->where);
    observed(c, f, "userIdentity.type=%s, mfaAuthenticated=%s",
             e->by.type ? text_shown(arena, e->by.type) : "not there", words[e->by.mfa]);
}

static void privileged_calls_with_mfa(struct checking *c)
{
    const struct events *events = c->account->events;
    struct arena scratch = {0};
    size_t before = c->out->count;
    struct finding *f;
    struct court k;

    if (!events) {
        unknown_because(c, c->account->id, c->account->id, &c->account->data[DATA_EVENTS]);
        return;
    }
    open_court(&k, c, &scratch);
    for (size_t i = 0; i < events->count; i++)
        if (!events->at[i].error_code && is_privileged(&events->at[i], &scratch))
            judge_call(&k, &events->at[i]);
    arena_free(&scratch);
    (void)period_unread(c, &lookups, "privileged calls");
    if (c->out->count > before)
        return;
    f = verdict(c, STATUS_NOT_APPLICABLE, c->account->id, c->account->id,
                "none of the calls that are asked for was made %s", period_text(c));
    period_cite(c, f, &lookups);
}

static const struct check rows[] = {
    {
        .id = "iam.privileged_calls_with_mfa",
        .title = "Privileged calls had MFA behind them",
        .severity = SEVERITY_HIGH,
        .tier = TIER_DETECTIVE,
        .layer = LAYER_OPERATION,
        .subject = SUBJECT_EVENT,
        .needs =
            DATA_BIT(DATA_EVENTS) | DATA_BIT(DATA_AUTHORIZATION) | DATA_BIT(DATA_CREDENTIAL_REPORT),
        .handles =
            DATA_BIT(DATA_EVENTS) | DATA_BIT(DATA_AUTHORIZATION) | DATA_BIT(DATA_CREDENTIAL_REPORT),
        .passes_when = "whoever made the call, or entered the role that made it, had used MFA",
        .why = "A policy says what ought to happen. That somebody gave out rights or took a device "
               "away without a second factor shows that it did not.",
        .action = "Find the way in without MFA behind",
        .noun = "privileged call",
        .nouns = "privileged calls",
        .run = privileged_calls_with_mfa,
    },
};
const struct check_list call_checks = {rows, sizeof rows / sizeof *rows};
