/* sign_in.c - checks on how people signed in to the console in the period, and on the use of root.
 *
 * CloudTrail's ConsoleLogin says in additionalEventData.MFAUsed whether MFA was used. Of federated
 * sign-ins (AssumedRole) it always says No, since AWS never sees the other side's factors: they are
 * not judged here. A sign-in that failed let nobody in. */
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "checks/period.h"
#include "model/credentials.h"

static const char *const console_logins[] = {"EventName=ConsoleLogin"};
static const struct questions console = {console_logins, 1, false};

/* Root's sign-ins are found under both. */
static const char *const root_logins[] = {"EventName=ConsoleLogin", "Username=root"};
static const struct questions root_console = {root_logins, 2, true};

static const char *const roots_events[] = {"Username=root"};
static const struct questions all_of_root = {roots_events, 1, false};

/* --- Sign-ins --------------------------------------------------------------------------------- */

static bool has_outcome(const struct event *e, const char *outcome)
{
    return e->outcome && text_icmp(e->outcome, outcome) == 0;
}

static const char *device_text(struct checking *c, const struct event *e)
{
    return e->mfa_identifier ? arena_printf(&c->out->arena, " (%s)",
                                            text_shown(&c->out->arena, e->mfa_identifier))
                             : "";
}

static void judge_sign_in(struct checking *c, const struct event *e)
{
    static const char *const words[] = {[SAID_NOTHING] = "not there",
                                        [SAID_NO] = "No",
                                        [SAID_YES] = "Yes",
                                        [SAID_UNCLEAR] = "unclear"};
    struct arena *arena = &c->out->arena;
    const char *region = text_shown(arena, e->region);
    struct finding *f;

    if (!e->by.type)
        f = event_verdict(c, e, STATUS_UNKNOWN, "the event does not say who signed in");
    else if (!has_outcome(e, "Success"))
        f = event_verdict(c, e, STATUS_UNKNOWN,
                          "the event does not say whether the sign-in succeeded");
    else if (e->mfa_used == SAID_YES)
        f = event_verdict(c, e, STATUS_PASS,
                          arena_printf(arena, "signed in to the console in %s with MFA%s", region,
                                       device_text(c, e)));
    else if (e->mfa_used == SAID_NO)
        f = event_verdict(
            c, e, STATUS_FAIL,
            arena_printf(arena, "signed in to the console in %s without MFA", region));
    else
        f = event_verdict(c, e, STATUS_UNKNOWN,
                          arena_printf(arena, "signed in to the console in %s, and MFAUsed is %s",
                                       region, words[e->mfa_used]));
    observed(c, f, "ConsoleLogin=%s, MFAUsed=%s",
             e->outcome ? text_shown(arena, e->outcome) : "not there", words[e->mfa_used]);
}

/* Every sign-in of this kind of identity, and the days of which none is known. */
static size_t judge_sign_ins(struct checking *c, const char *type, const struct questions *q)
{
    const struct events *events = c->account->events;
    size_t before = c->out->count;

    for (size_t i = 0; events && i < events->count; i++) {
        const struct event *e = &events->at[i];

        if (strcmp(e->name, "ConsoleLogin") == 0 && (!e->by.type || event_is_by(e, type)) &&
            !has_outcome(e, "Failure"))
            judge_sign_in(c, e);
    }
    (void)period_unread(c, q, "console sign-ins");
    return c->out->count - before;
}

static void root_sign_in_with_mfa(struct checking *c)
{
    struct finding *f;

    if (judge_sign_ins(c, "Root", &root_console) > 0)
        return;
    f = verdict(c, STATUS_NOT_APPLICABLE, c->account->root_arn, "root",
                "root did not sign in to the console %s", period_text(c));
    period_cite(c, f, &root_console);
}

static void console_sign_in_with_mfa(struct checking *c)
{
    struct finding *f;

    if (judge_sign_ins(c, "IAMUser", &console) > 0)
        return;
    f = verdict(c, STATUS_NOT_APPLICABLE, c->account->id, c->account->id,
                "no IAM user signed in to the console %s", period_text(c));
    period_cite(c, f, &console);
}

/* --- Use of root ------------------------------------------------------------------------------ */

/* Did somebody act with root's own credentials? Not what AWS did on its behalf, not a session of
 * sts:AssumeRoot, which needs none, not a sign-in that failed, and not a request for a new
 * password, which anybody can make who knows the e-mail address. */
static bool is_use_of_root(const struct event *e)
{
    return event_is_by(e, "Root") && !e->by.invoked_by && !e->by.assumed_root &&
           !has_outcome(e, "Failure") && strcmp(e->name, "PasswordRecoveryRequested") != 0;
}

/* When root was used last, and who says so. */
struct use {
    time_t when; /* 0: never, as far as is known */
    const char *what;
    struct source source;
    bool in_report;
    const char *unclear; /* name of a column that says neither a time nor never */
};

static void note_event(struct checking *c, struct use *u)
{
    const struct events *events = c->account->events;

    for (size_t i = 0; events && i < events->count; i++) {
        const struct event *e = &events->at[i];

        if (!is_use_of_root(e) || e->time < u->when)
            continue;
        *u = (struct use){.when = e->time,
                          .what = arena_printf(&c->out->arena, "%s in %s, event %s",
                                               text_shown(&c->out->arena, e->name),
                                               text_shown(&c->out->arena, e->region),
                                               text_shown(&c->out->arena, e->id)),
                          .source = e->where,
                          .unclear = u->unclear};
    }
}

/* The newest of root's three times, and not the first that is there. */
static void note_report(struct checking *c, struct use *u)
{
    static const enum report_column columns[] = {REPORT_PASSWORD_USED, REPORT_KEY1_USED,
                                                 REPORT_KEY2_USED};
    const struct account *a = c->account;

    for (size_t i = 0; a->report_root && i < sizeof columns / sizeof *columns; i++) {
        enum cell cell = report_cell(a->report_root, columns[i]);
        time_t when = 0;

        if (cell == CELL_NO_INFORMATION || cell == CELL_NOT_APPLICABLE)
            continue;
        if (cell != CELL_OTHER || !clock_parse(a->report_root->text[columns[i]], &when)) {
            u->unclear = report_column_name(columns[i]);
            continue;
        }
        if (when <= u->when)
            continue;
        u->when = when;
        u->in_report = true;
        u->what = arena_printf(&c->out->arena, "%s of %s", report_column_name(columns[i]),
                               report_text(c->model, a, &c->out->arena));
        u->source = report_source(a, a->report_root, columns[i], &c->out->arena);
    }
}

/* What is missing for a PASS; true: UNKNOWN was spoken. */
static bool root_use_is_unknown(struct checking *c, const struct use *u)
{
    const struct account *a = c->account;
    struct arena *arena = &c->out->arena;
    const char *why = NULL;
    struct finding *f;

    if (!data_complete(a, DATA_CREDENTIAL_REPORT)) {
        unknown_because(c, a->root_arn, "root", &a->data[DATA_CREDENTIAL_REPORT]);
        return true;
    }
    if (!a->events) {
        unknown_because(c, a->root_arn, "root", &a->data[DATA_EVENTS]);
        return true;
    }
    if (!a->report_root)
        why = "the credential report has no row for root";
    else if (u->unclear)
        why = arena_printf(arena, "%s of the credential report says neither when nor never",
                           u->unclear);
    else if (events_known_everywhere(a->events, roots_events[0], c->model->period_from,
                                     c->model->period_to, arena, &why))
        return false;
    f = verdict(c, STATUS_UNKNOWN, a->root_arn, "root", "%s", why);
    if (a->report_root)
        cite(c, f, report_source(a, a->report_root, REPORT_USER, arena));
    for (size_t i = 0; i < a->events->gap_count; i++)
        if (strcmp(a->events->gaps[i].what, roots_events[0]) == 0)
            cite(c, f, a->events->gaps[i].where);
    return true;
}

static void root_usage_absent(struct checking *c)
{
    struct use u = {.when = 0};
    char when[CLOCK_TEXT];
    struct finding *f;

    note_event(c, &u);
    note_report(c, &u);
    if (u.when >= c->model->period_from && u.when > 0) {
        f = verdict(c, STATUS_FAIL, c->account->root_arn, "root", "root was used on %s: %s",
                    clock_format_minute(u.when, when), u.what);
        cite(c, f, u.source);
        observed(c, f, "last use: %s", clock_format(u.when, when));
        return;
    }
    if (root_use_is_unknown(c, &u))
        return;
    f = verdict(c, STATUS_PASS, c->account->root_arn, "root",
                "no use of root %s, by CloudTrail and by %s", period_text(c),
                report_text(c->model, c->account, &c->out->arena));
    period_cite(c, f, &all_of_root);
    cite(c, f,
         report_source(c->account, c->account->report_root, REPORT_PASSWORD_USED, &c->out->arena));
    observed(c, f, "last use: %s", u.when ? clock_format(u.when, when) : "none known");
}

static const struct check rows[] = {
    {
        .id = "iam.root_usage_absent",
        .title = "Root was not used",
        .severity = SEVERITY_HIGH,
        .tier = TIER_ROOT,
        .layer = LAYER_OPERATION,
        .subject = SUBJECT_ROOT,
        .needs = DATA_BIT(DATA_EVENTS) | DATA_BIT(DATA_CREDENTIAL_REPORT),
        .handles = DATA_BIT(DATA_EVENTS) | DATA_BIT(DATA_CREDENTIAL_REPORT),
        .passes_when = "neither CloudTrail nor the credential report knows of a use of root in the "
                       "period",
        .why = "What root does no policy of the account can stop, and no person can be told by it. "
               "Where it is in everyday use, its misuse does not stand out.",
        .action = "Do by a role what was done by",
        .noun = "root user",
        .nouns = "root users",
        .run = root_usage_absent,
    },
    {
        .id = "iam.root_sign_in_with_mfa",
        .title = "Root signed in with MFA only",
        .severity = SEVERITY_CRITICAL,
        .tier = TIER_ROOT,
        .layer = LAYER_OPERATION,
        .subject = SUBJECT_EVENT,
        .needs = DATA_BIT(DATA_EVENTS),
        .handles = DATA_BIT(DATA_EVENTS),
        .passes_when = "every console sign-in of root in the period used MFA",
        .why = "A device that is registered today says nothing about last month. The sign-ins of "
               "the period show whether the account ever stood open.",
        .action = "Find out who was behind",
        .noun = "sign-in of root",
        .nouns = "sign-ins of root",
        .run = root_sign_in_with_mfa,
    },
    {
        .id = "iam.console_sign_in_with_mfa",
        .title = "IAM users signed in to the console with MFA only",
        .severity = SEVERITY_HIGH,
        .tier = TIER_STANDARD,
        .layer = LAYER_OPERATION,
        .subject = SUBJECT_EVENT,
        .needs = DATA_BIT(DATA_EVENTS),
        .handles = DATA_BIT(DATA_EVENTS),
        .passes_when = "every console sign-in of an IAM user in the period used MFA",
        .why = "Each sign-in without MFA was let in by a password alone, and so would have been "
               "anybody else who knew it.",
        .action = "Look into, and enrol who did it:",
        .noun = "sign-in",
        .nouns = "sign-ins",
        .run = console_sign_in_with_mfa,
    },
};
const struct check_list sign_in_checks = {rows, sizeof rows / sizeof *rows};
