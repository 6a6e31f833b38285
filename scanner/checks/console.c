/* console.c - checks on console passwords: are they used, and what must they be like? */
#include <string.h>

#include "checks/age.h"
#include "checks/check.h"
#include "checks/identity.h"
#include "checks/thresholds.h"
#include "checks/user_known.h"
#include "model/events.h"

/* --- Use ----------------------------------------------------------------------------------------
 */

/* The newest sign-in of a user at the console that went through, as CloudTrail tells; NULL: none is
 * known. It can be newer than the report. */
static const struct event *last_sign_in(const struct checking *c, const struct principal *user)
{
    const struct events *e = c->account->events;

    for (size_t i = e ? e->count : 0; i > 0; i--) {
        const struct event *event = &e->at[i - 1];

        if (strcmp(event->name, "ConsoleLogin") == 0 && event->outcome &&
            strcmp(event->outcome, "Success") == 0 && event->by.type &&
            strcmp(event->by.type, "IAMUser") == 0 && event->by.arn &&
            strcmp(event->by.arn, user->arn) == 0)
            return event;
    }
    return NULL;
}

/* What is known of a password. Ages that are not known are of no use. */
struct password {
    struct age used; /* last, by the report */
    bool never_used; /* by the report, or made after what it tells */
    struct age made; /* changed, by the report, or the login profile's date */
    const struct event *sign_in;
};

static struct password password_of(const struct checking *c, const struct principal *user)
{
    const struct report_row *row = user->report;
    const struct credentials *live = user->credentials;
    struct password p = {.sign_in = last_sign_in(c, user)};
    struct age profile = {.known = false};

    if (live->asked & ASKED_LOGIN && live->login_status.state == STATE_COMPLETE)
        profile = age_at_scan(c->model, live->login_created);
    p.used = age_at_scan(c->model, row ? row->text[REPORT_PASSWORD_USED] : NULL);
    p.made = age_at_scan(c->model, row ? row->text[REPORT_PASSWORD_CHANGED] : NULL);
    p.never_used = report_cell(row, REPORT_PASSWORD_USED) == CELL_NO_INFORMATION;
    if (profile.known && (!p.made.known || profile.at > p.made.at))
        p.made = profile;
    if (profile.known && p.used.known && profile.at > p.used.at) { /* another password since */
        p.used.known = false;
        p.never_used = true;
    }
    return p;
}

static struct finding *console_verdict(struct checking *c, const struct principal *user,
                                       enum status status, const char *detail)
{
    struct finding *f = user_verdict(c, user, status, detail);

    user_observe_credentials(c, f, user);
    if (user->report)
        cite(c, f, report_source(c->account, user->report, REPORT_PASSWORD_USED, &c->out->arena));
    if (user->report)
        cite(c, f,
             report_source(c->account, user->report, REPORT_PASSWORD_CHANGED, &c->out->arena));
    return f;
}

static void judge_event(struct checking *c, const struct principal *user, const struct event *event)
{
    struct arena *arena = &c->out->arena;
    struct age age = {true, event->time, 0};

    cite(c,
         console_verdict(c, user, STATUS_PASS,
                         arena_printf(arena, "signed in at the console on %s: event %s",
                                      age_day(age, arena), event->id)),
         event->where);
}

/* So many days ago at the most a password must have been used, or made. */
static long unused_days(const struct checking *c)
{
    return c->inputs->settings->unused_days;
}

static bool is_recent(const struct checking *c, const struct event *event)
{
    return event && event->time >= c->model->taken_at - unused_days(c) * SECONDS_PER_DAY;
}

static void judge_used(struct checking *c, const struct principal *user, const struct password *p)
{
    struct arena *arena = &c->out->arena;
    bool recent = age_within(p->used, unused_days(c));

    (void)console_verdict(c, user, recent ? STATUS_PASS : STATUS_FAIL,
                          arena_printf(arena, "password last used on %s, %s before the scan, by %s",
                                       age_day(p->used, arena), age_text(p->used, arena),
                                       report_text(c->model, c->account, arena)));
}

/* Whether it was used is not known, or it never was: then its own age counts. A young one could not
 * be unused for long, whatever the rest. */
static void judge_unused(struct checking *c, const struct principal *user, const struct password *p)
{
    struct arena *arena = &c->out->arena;
    const char *made = p->made.known
                           ? arena_printf(arena, "the password is of %s, %s before the scan",
                                          age_day(p->made, arena), age_text(p->made, arena))
                           : "of what age the password is is not known";

    if (p->made.known && age_within(p->made, unused_days(c)))
        (void)console_verdict(c, user, STATUS_PASS, made);
    else if (p->made.known && p->never_used)
        (void)console_verdict(c, user, STATUS_FAIL,
                              arena_printf(arena, "never used, and %s", made));
    else
        (void)console_verdict(c, user, STATUS_UNKNOWN,
                              arena_printf(arena, "%s; %s",
                                           p->never_used
                                               ? "never used"
                                               : "when the password was used last is not known",
                                           made));
}

static void console_access_unused_one(struct checking *c, const struct principal *user)
{
    struct password p;

    if (user_lacks_password(c, user))
        return;
    if (known_password(c->account, user).word == WORD_NO) {
        user_observe_credentials(
            c, user_verdict(c, user, STATUS_NOT_APPLICABLE, "no console password"), user);
        return;
    }
    p = password_of(c, user);
    if (is_recent(c, p.sign_in) && !(p.used.known && age_within(p.used, unused_days(c))))
        judge_event(c, user, p.sign_in);
    else if (p.used.known)
        judge_used(c, user, &p);
    else
        judge_unused(c, user, &p);
}

static void console_access_unused(struct checking *c)
{
    for (size_t i = 0; i < c->account->user_count; i++)
        console_access_unused_one(c, &c->account->users[i]);
}

/* --- Rules --------------------------------------------------------------------------------------
 */

#define DEFAULT_LENGTH 8L /* IAM User Guide, "Default password policy" */

static struct finding *policy_verdict(struct checking *c, enum status status, const char *detail)
{
    const struct password_policy *p = c->account->password_policy;
    struct finding *f = verdict(c, status, c->account->id, c->account->id, "%s", detail);

    cite(c, f, p->source);
    if (p->exists)
        observed(c, f, "MinimumPasswordLength=%ld, PasswordReusePrevention=%s", p->minimum_length,
                 p->reuse_prevention < 0
                     ? "none"
                     : arena_printf(&c->out->arena, "%ld", p->reuse_prevention));
    else
        observed(c, f, "no password policy");
    return f;
}

static const char *reuse_text(const struct password_policy *p, struct arena *arena)
{
    return p->reuse_prevention > 0
               ? arena_printf(arena, "the last %ld may not be reused", p->reuse_prevention)
               : "any may be reused";
}

static void password_policy_strong(struct checking *c)
{
    struct arena *arena = &c->out->arena;
    const struct password_policy *p = c->account->password_policy;
    bool strong;

    if (!p->exists) {
        (void)policy_verdict(c, STATUS_FAIL,
                             arena_printf(arena,
                                          "the account has set no password policy: AWS's default "
                                          "asks for %ld characters and lets any be reused",
                                          DEFAULT_LENGTH));
        return;
    }
    if (p->minimum_length < 0) {
        (void)policy_verdict(c, STATUS_UNKNOWN,
                             "the password policy does not say how long a password must be");
        return;
    }
    strong =
        p->minimum_length >= PASSWORD_LENGTH_LEAST && p->reuse_prevention >= PASSWORD_REUSE_LEAST;
    (void)policy_verdict(c, strong ? STATUS_PASS : STATUS_FAIL,
                         arena_printf(arena,
                                      "%ld characters at least, and %s; expected %ld and %ld",
                                      p->minimum_length, reuse_text(p, arena),
                                      PASSWORD_LENGTH_LEAST, PASSWORD_REUSE_LEAST));
}

static const struct check rows[] = {
    {
        .id = "iam.console_access_unused",
        .title = "Console passwords are in use",
        .severity = SEVERITY_MEDIUM,
        .tier = TIER_STANDARD,
        .layer = LAYER_POPULATION,
        .subject = SUBJECT_USER,
        .needs = DATA_BIT(DATA_AUTHORIZATION) | DATA_BIT(DATA_CREDENTIAL_REPORT) |
                 DATA_BIT(DATA_LOGIN_PROFILES),
        .handles = DATA_BIT(DATA_CREDENTIAL_REPORT) | DATA_BIT(DATA_LOGIN_PROFILES),
        .passes_when = "the console password was used, or made, within 45 days, or as many as are "
                       "set",
        .why = "A password that nobody uses is one that nobody misses: its owner does not notice "
               "when somebody else signs in with it, and often has left.",
        .action = "Delete the unused console password of",
        .noun = "console user",
        .nouns = "console users",
        .run = console_access_unused,
    },
    {
        .id = "iam.password_policy_strong",
        .title = "The password policy asks for long passwords that are not reused",
        .severity = SEVERITY_LOW,
        .tier = TIER_STANDARD,
        .layer = LAYER_DESIGN,
        .subject = SUBJECT_ACCOUNT,
        .needs = DATA_BIT(DATA_PASSWORD_POLICY),
        .passes_when = "at least 14 characters, and the last 24 passwords may not be reused",
        .why = "The password is one of the two factors. AWS's default lets eight characters pass, "
               "and the same password again after every change.",
        .action = "Set a stronger password policy in",
        .noun = "account",
        .nouns = "accounts",
        .run = password_policy_strong,
    },
};
const struct check_list console_checks = {rows, sizeof rows / sizeof *rows};
