/* enrolment.c - how well people are enrolled: kinds and number of their devices, and how soon.
 *
 * ListVirtualMFADevices knows of no other kinds. A user of whom only it was read has the devices it
 * shows, and perhaps more: what another device would change is UNKNOWN. */
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "checks/age.h"
#include "checks/check.h"
#include "checks/identity.h"
#include "checks/thresholds.h"
#include "checks/user_known.h"
#include "model/events.h"

/* Is the list of devices that known_device_at() gives whole? */
static bool list_is_whole(const struct checking *c, const struct principal *user)
{
    return known_device(c->account, user).basis == BASIS_LIVE;
}

static const char *not_whole(struct checking *c, const struct principal *user)
{
    if (known_device(c->account, user).basis == BASIS_REPORT)
        return arena_printf(&c->out->arena,
                            "mfa_active is true%s: which devices there are is not "
                            "known",
                            user_device_basis(c, user));
    return "the list of virtual devices alone was read, which shows no others; --freshness live "
           "asks for the user's own list";
}

/* Judge every person who is not idle and has a device; the others do not apply, or are UNKNOWN. */
static void each_enrolled(struct checking *c, judge_devices *judge)
{
    for (size_t i = 0; i < c->account->user_count; i++)
        if (!user_lacks_identity(c, &c->account->users[i]))
            user_judge_devices(c, &c->account->users[i], judge);
}

static const struct device *sms_device(const struct principal *user)
{
    for (size_t i = 0; i < known_device_count(user); i++)
        if (known_device_at(user, i)->kind == DEVICE_SMS)
            return known_device_at(user, i);
    return NULL;
}

static void judge_sms(struct checking *c, const struct principal *user)
{
    struct arena *arena = &c->out->arena;
    const struct device *sms = sms_device(user);
    const char *devices = identity_devices_text(c->account, user, arena);
    struct finding *f;

    if (sms)
        f = user_verdict(c, user, STATUS_FAIL,
                         arena_printf(arena,
                                      "has the SMS device %s, of a kind that AWS has retired",
                                      text_shown(arena, sms->serial)));
    else if (list_is_whole(c, user))
        f = user_verdict(c, user, STATUS_PASS, arena_printf(arena, "no SMS device; %s", devices));
    else
        f = user_verdict(c, user, STATUS_UNKNOWN,
                         arena_printf(arena, "%s: %s", devices, not_whole(c, user)));
    user_observe(c, f, user);
}

static void users_mfa_no_sms(struct checking *c)
{
    each_enrolled(c, judge_sms);
}

static void judge_second(struct checking *c, const struct principal *user)
{
    struct arena *arena = &c->out->arena;
    const char *devices = identity_devices_text(c->account, user, arena);
    struct finding *f;

    if (known_device_count(user) >= 2)
        f = user_verdict(c, user, STATUS_PASS, devices);
    else if (list_is_whole(c, user))
        f = user_verdict(c, user, STATUS_FAIL,
                         arena_printf(arena, "%s, and no second one to recover with", devices));
    else
        f = user_verdict(c, user, STATUS_UNKNOWN,
                         arena_printf(arena, "%s: %s", devices, not_whole(c, user)));
    user_observe(c, f, user);
}

static void user_single_mfa_device(struct checking *c)
{
    each_enrolled(c, judge_second);
}

/* --- Onboarding ---------------------------------------------------------------------------------
 */

#define ENABLED "EventName=EnableMFADevice"

/* A user made in the period, and what is known of the first device. */
struct joiner {
    const struct principal *user;
    struct age created;
    time_t until;                /* end of the grace period */
    const struct device *oldest; /* of those listed that have a date; NULL: none */
    time_t enabled;              /* of `oldest` */
};

static void find_oldest(const struct checking *c, struct joiner *j)
{
    for (size_t i = 0; i < known_device_count(j->user); i++) {
        const struct device *d = known_device_at(j->user, i);
        struct age enabled = age_at_scan(c->model, d->enabled_at);

        if (!enabled.known || (j->oldest && enabled.at >= j->enabled))
            continue;
        j->oldest = d;
        j->enabled = enabled.at;
    }
}

static long grace_days(const struct checking *c)
{
    return c->inputs->settings->grace_days;
}

/* A device that was enabled for the user in time, as CloudTrail recorded it. */
static const struct event *enabled_in_time(const struct checking *c, const struct joiner *j)
{
    const struct events *e = c->account->events;

    for (size_t i = 0; e && i < e->count; i++) {
        const struct event *event = &e->at[i];

        if (strcmp(event->name, "EnableMFADevice") == 0 && !event->error_code &&
            event->target_user && strcmp(event->target_user, j->user->name) == 0 &&
            event->time >= j->created.at && event->time <= j->until)
            return event;
    }
    return NULL;
}

static struct finding *joiner_verdict(struct checking *c, const struct joiner *j,
                                      enum status status, const char *detail)
{
    struct arena *arena = &c->out->arena;
    struct finding *f = user_verdict(
        c, j->user, status, arena_printf(arena, "made %s, %s", age_day(j->created, arena), detail));

    user_observe(c, f, j->user);
    cite(c, f, j->user->source);
    return f;
}

/* What devices there are came after the grace period, or have no date: the first may have been
 * replaced since. Where CloudTrail tells of no device in that time, there was none. */
static void judge_late(struct checking *c, const struct joiner *j)
{
    struct arena *arena = &c->out->arena;
    const char *why = "", *oldest = "of its devices no date is known";
    bool known =
        events_known_everywhere(c->account->events, ENABLED, j->created.at, j->until, arena, &why);

    if (j->oldest)
        oldest = arena_printf(arena, "the oldest device is of %s",
                              age_day(age_at_scan(c->model, j->oldest->enabled_at), arena));
    if (known)
        (void)joiner_verdict(c, j, STATUS_FAIL,
                             arena_printf(arena,
                                          "and no device was enabled within the grace period of "
                                          "%ld days by CloudTrail; %s",
                                          grace_days(c), oldest));
    else
        (void)joiner_verdict(c, j, STATUS_UNKNOWN,
                             arena_printf(arena,
                                          "and %s: whether it replaces one that was enabled within "
                                          "%ld days is not known: %s",
                                          oldest, grace_days(c), why));
}

static void judge_joiner(struct checking *c, const struct joiner *j)
{
    struct arena *arena = &c->out->arena;
    const struct event *event = enabled_in_time(c, j);
    bool none = known_device(c->account, j->user).word == WORD_NO;

    if (j->oldest && j->enabled <= j->until)
        (void)joiner_verdict(
            c, j, STATUS_PASS,
            arena_printf(arena, "device %s enabled on %s", text_shown(arena, j->oldest->serial),
                         age_day(age_at_scan(c->model, j->oldest->enabled_at), arena)));
    else if (!none && c->model->taken_at <= j->until)
        (void)joiner_verdict(c, j, STATUS_PASS, "and has a device already");
    else if (none && c->model->taken_at <= j->until)
        (void)joiner_verdict(c, j, STATUS_NOT_APPLICABLE,
                             arena_printf(arena,
                                          "has no device yet, and is within the grace period of "
                                          "%ld days",
                                          grace_days(c)));
    else if (none)
        (void)joiner_verdict(c, j, STATUS_FAIL,
                             arena_printf(arena,
                                          "and has no device after %s; the grace period is %ld "
                                          "days",
                                          age_text(j->created, arena), grace_days(c)));
    else if (event)
        cite(c,
             joiner_verdict(c, j, STATUS_PASS,
                            arena_printf(arena,
                                         "event %s: a device was enabled in time, and "
                                         "another has taken its place",
                                         event->id)),
             event->where);
    else
        judge_late(c, j);
}

static void onboard(struct checking *c, const struct principal *user)
{
    struct arena *arena = &c->out->arena;
    struct joiner j = {.user = user, .created = age_at_scan(c->model, user->created)};
    const char *excuse = user_exempt(c, user);

    if (excuse) {
        user_observe(c, user_verdict(c, user, STATUS_NOT_APPLICABLE, excuse), user);
    } else if (!j.created.known) {
        cite(c, user_verdict(c, user, STATUS_UNKNOWN, "when the user was made is not known"),
             user->source);
    } else if (j.created.at < c->model->period_from) {
        cite(c,
             user_verdict(c, user, STATUS_NOT_APPLICABLE,
                          arena_printf(arena, "not new: made %s, before the period",
                                       age_day(j.created, arena))),
             user->source);
    } else if (!user_lacks_devices(c, user)) {
        j.until = j.created.at + grace_days(c) * SECONDS_PER_DAY;
        find_oldest(c, &j);
        judge_joiner(c, &j);
    }
}

static void users_onboarding_mfa(struct checking *c)
{
    for (size_t i = 0; i < c->account->user_count; i++) {
        const struct principal *user = &c->account->users[i];

        if (user_lacks_identity(c, user) || user_lacks_password(c, user))
            continue;
        if (known_password(c->account, user).word == WORD_NO && !user_exempt(c, user))
            user_observe(c,
                         user_verdict(c, user, STATUS_NOT_APPLICABLE,
                                      "no console password, at which enrolment would be asked for"),
                         user);
        else
            onboard(c, user);
    }
}

static const struct check rows[] = {
    {
        .id = "iam.users_mfa_no_sms",
        .title = "No user has an SMS device",
        .severity = SEVERITY_MEDIUM,
        .tier = TIER_STANDARD,
        .layer = LAYER_POPULATION,
        .subject = SUBJECT_USER,
        .needs = NEEDS_USERS,
        .handles = HANDLES_USERS,
        .passes_when = "none of the user's MFA devices is an SMS device",
        .why = "AWS has retired codes by text message: the device is still listed, and counts as "
               "enrolled, but protects nothing that can be relied on. A telephone number can be "
               "taken over.",
        .action = "Replace the SMS device of",
        .noun = "user",
        .nouns = "users",
        .run = users_mfa_no_sms,
    },
    {
        .id = "iam.user_single_mfa_device",
        .title = "Users have a second MFA device",
        .severity = SEVERITY_LOW,
        .tier = TIER_STANDARD,
        .layer = LAYER_POPULATION,
        .subject = SUBJECT_USER,
        .needs = NEEDS_USERS,
        .handles = HANDLES_USERS,
        .passes_when = "the user has at least two MFA devices",
        .why = "Who loses the only device needs an administrator to take MFA off, at the worst "
               "moment and on the word of a caller. A second device makes recovery a matter of a "
               "drawer.",
        .action = "Register a second MFA device for",
        .noun = "user",
        .nouns = "users",
        .run = user_single_mfa_device,
    },
    {
        .id = "iam.users_onboarding_mfa",
        .title = "New users enrol within the grace period",
        .severity = SEVERITY_MEDIUM,
        .tier = TIER_STANDARD,
        .layer = LAYER_POPULATION,
        .subject = SUBJECT_USER,
        .needs = NEEDS_USERS | DATA_BIT(DATA_EVENTS),
        .handles = HANDLES_USERS | DATA_BIT(DATA_EVENTS),
        .passes_when = "a user made in the period has had an MFA device within seven days, "
                       "or as many as are set",
        .why = "The first password of a new user is known to whoever set it, and often lies in a "
               "mail. Until a device is registered it is all that is needed.",
        .action = "Have enrolled, and find out why it took so long:",
        .noun = "new user",
        .nouns = "new users",
        .run = users_onboarding_mfa,
    },
};
const struct check_list enrolment_checks = {rows, sizeof rows / sizeof *rows};
