/* users.c - checks on IAM users. */
#include <string.h>

#include "checks/check.h"
#include "checks/identity.h"

static struct finding *user_verdict(struct checking *c, const struct principal *user,
                                    enum status status, const char *detail)
{
    return verdict(c, status, user->arn, user->name, "%s", detail);
}

static void observe_user(struct checking *c, struct finding *f, const struct principal *user)
{
    struct arena *arena = &c->out->arena;
    const char *devices = identity_devices_text(user, arena);

    if (user->report)
        observed(c, f, "password_enabled=%s, %s; credential report of %s",
                 user->report->password_text, devices, c->account->report_generated_at);
    else
        observed(c, f, "%s", devices);
    cite(c, f, user->devices_source);
    for (size_t i = 0; i < user->device_count; i++)
        cite(c, f, user->devices[i].source);
    if (user->report)
        cite(c, f, user->report->password);
}

/* Users made after the report, or in it under another ARN, have no row. */
static bool lacks_report(struct checking *c, const struct principal *user)
{
    if (user->report)
        return false;
    cite(c,
         verdict(c, STATUS_UNKNOWN, user->arn, user->name,
                 "not in the credential report of %s: whether there is a console password is not "
                 "known",
                 c->account->report_generated_at),
         user->source);
    return true;
}

static bool lacks_devices(struct checking *c, const struct principal *user)
{
    if (user->devices_status.state == STATE_COMPLETE)
        return false;
    unknown_because(c, user->arn, user->name, &user->devices_status);
    return true;
}

/* The report may be hours older than the list of devices: the list decides, the text says so. */
static const char *stale_note(struct checking *c, const struct principal *user)
{
    bool listed = user->device_count > 0;
    enum cell reported = user->report->mfa_active;

    if ((listed && reported == CELL_FALSE) || (!listed && reported == CELL_TRUE))
        return arena_printf(&c->out->arena,
                            "; the credential report of %s still says otherwise, the live list "
                            "decides",
                            c->account->report_generated_at);
    return "";
}

static void judge_console_user(struct checking *c, const struct principal *user)
{
    struct arena *arena = &c->out->arena;
    const char *devices = identity_devices_text(user, arena);
    struct finding *f;

    if (user->device_count > 0)
        f = user_verdict(
            c, user, STATUS_PASS,
            arena_printf(arena, "console password and %s%s", devices, stale_note(c, user)));
    else
        f = user_verdict(
            c, user, STATUS_FAIL,
            arena_printf(arena, "console password and no MFA device%s", stale_note(c, user)));
    observe_user(c, f, user);
}

static void users_without_mfa_one(struct checking *c, const struct principal *user)
{
    struct finding *f;

    if (lacks_report(c, user))
        return;
    switch (user->report->password_enabled) {
    case CELL_FALSE:
        f = user_verdict(c, user, STATUS_NOT_APPLICABLE, "no console password");
        observe_user(c, f, user);
        break;
    case CELL_TRUE:
        if (!lacks_devices(c, user))
            judge_console_user(c, user);
        break;
    default:
        f = verdict(c, STATUS_UNKNOWN, user->arn, user->name,
                    "password_enabled is «%s»: neither true nor false",
                    user->report->password_text);
        cite(c, f, user->report->password);
        break;
    }
}

static void users_without_mfa(struct checking *c)
{
    for (size_t i = 0; i < c->account->user_count; i++)
        users_without_mfa_one(c, &c->account->users[i]);
}

/* Why a check on people does not apply to an active or idle user; NULL: it applies. */
static const char *exempt(struct checking *c, const struct principal *user)
{
    const char *evidence;

    if (identity_activity(user) == ACTIVITY_IDLE)
        return "idle: no console password and no active access key";
    evidence = identity_machine_evidence(user, &c->out->arena);
    return evidence ? arena_printf(&c->out->arena, "a machine by %s", evidence) : NULL;
}

static void judge_administrator(struct checking *c, const struct principal *user,
                                const struct administrator *admin)
{
    struct arena *arena = &c->out->arena;
    const char *excuse = exempt(c, user);
    struct finding *f;

    if (excuse)
        f = user_verdict(c, user, STATUS_NOT_APPLICABLE,
                         arena_printf(arena, "administrator by %s, but %s", admin->route, excuse));
    else if (user->device_count > 0)
        f = user_verdict(c, user, STATUS_PASS,
                         arena_printf(arena, "administrator by %s; %s", admin->route,
                                      identity_devices_text(user, arena)));
    else
        f = user_verdict(
            c, user, STATUS_FAIL,
            arena_printf(arena, "administrator by %s, and no MFA device", admin->route));
    observe_user(c, f, user);
    cite(c, f, user->source);
    cite(c, f, admin->holder);
    cite(c, f, admin->source);
    cite(c, f, user->report->row);
}

static void admin_users_mfa_one(struct checking *c, const struct principal *user,
                                const struct administrator *admin)
{
    struct finding *f;

    switch (admin->verdict) {
    case ADMINISTRATOR_NO:
        f = user_verdict(c, user, STATUS_NOT_APPLICABLE,
                         "no policy allows every action on every resource; other ways to "
                         "privilege are not judged by this version");
        cite(c, f, user->source);
        break;
    case ADMINISTRATOR_UNKNOWN:
        f = user_verdict(c, user, STATUS_UNKNOWN,
                         arena_printf(&c->out->arena,
                                      "whether this is an administrator is not known: %s",
                                      admin->reason));
        cite(c, f, admin->source);
        break;
    case ADMINISTRATOR_YES:
        if (!lacks_report(c, user) && !lacks_devices(c, user))
            judge_administrator(c, user, admin);
        break;
    }
}

static void admin_users_mfa(struct checking *c)
{
    for (size_t i = 0; i < c->account->user_count; i++)
        admin_users_mfa_one(c, &c->account->users[i], &c->administrators[i]);
}

/* Kinds of the devices that are not FIDO, "virtual, SMS"; NULL when there is none. */
static const char *weak_text(const struct principal *user, struct arena *arena)
{
    const char *text = NULL;

    for (size_t i = 0; i < user->device_count; i++) {
        const char *kind = device_kind_name(user->devices[i].kind);

        if (user->devices[i].kind != DEVICE_FIDO)
            text = text ? arena_printf(arena, "%s, %s", text, kind) : kind;
    }
    return text;
}

static void phishing_resistant_one(struct checking *c, const struct principal *user)
{
    struct arena *arena = &c->out->arena;
    const char *excuse;
    struct finding *f;

    if (lacks_report(c, user) || lacks_devices(c, user))
        return;
    excuse = exempt(c, user);
    if (!excuse && user->device_count == 0)
        excuse = "no MFA device";
    if (excuse)
        f = user_verdict(c, user, STATUS_NOT_APPLICABLE, excuse);
    else if (!weak_text(user, arena))
        f = user_verdict(c, user, STATUS_PASS, identity_devices_text(user, arena));
    else
        f = user_verdict(c, user, STATUS_FAIL,
                         arena_printf(arena, "not phishing-resistant: %s", weak_text(user, arena)));
    observe_user(c, f, user);
}

static void users_mfa_phishing_resistant(struct checking *c)
{
    for (size_t i = 0; i < c->account->user_count; i++)
        phishing_resistant_one(c, &c->account->users[i]);
}

#define NEEDS_USERS (DATA_BIT(DATA_AUTHORIZATION) | DATA_BIT(DATA_CREDENTIAL_REPORT))

static const struct check rows[] = {
    {
        .id = "iam.admin_users_mfa",
        .title = "Administrators have an MFA device",
        .severity = SEVERITY_CRITICAL,
        .tier = TIER_PRIVILEGED,
        .layer = LAYER_POPULATION,
        .core = true,
        .subject = SUBJECT_USER,
        .needs = NEEDS_USERS | DATA_BIT(DATA_USER_DEVICES),
        .handles = DATA_BIT(DATA_USER_DEVICES),
        .passes_when = "an administrator has at least one MFA device",
        .why = "An administrator without a device is one phished password or leaked key away from "
               "the whole account, MFA settings of everybody else included.",
        .action = "Register an MFA device for",
        .noun = "administrator",
        .nouns = "administrators",
        .run = admin_users_mfa,
    },
    {
        .id = "iam.users_without_mfa",
        .title = "Console users have an MFA device",
        .severity = SEVERITY_HIGH,
        .tier = TIER_STANDARD,
        .layer = LAYER_POPULATION,
        .core = true,
        .subject = SUBJECT_USER,
        .needs = NEEDS_USERS | DATA_BIT(DATA_USER_DEVICES),
        .handles = DATA_BIT(DATA_USER_DEVICES),
        .passes_when = "every user with a console password has at least one MFA device",
        .why = "A console password alone opens the account from anywhere. AWS asks for a second "
               "factor at sign-in only of users who have registered one.",
        .action = "Register an MFA device for",
        .noun = "console user",
        .nouns = "console users",
        .run = users_without_mfa,
    },
    {
        .id = "iam.users_mfa_phishing_resistant",
        .title = "Users have phishing-resistant devices only",
        .severity = SEVERITY_LOW,
        .tier = TIER_STANDARD,
        .layer = LAYER_POPULATION,
        .subject = SUBJECT_USER,
        .needs = NEEDS_USERS | DATA_BIT(DATA_USER_DEVICES),
        .handles = DATA_BIT(DATA_USER_DEVICES),
        .passes_when = "every MFA device of the user is a passkey or security key (FIDO)",
        .why = "A six-digit code can be typed into a false sign-in page; a FIDO key answers only "
               "the true one. The weakest registered device decides.",
        .action = "Move to passkeys or security keys:",
        .noun = "user",
        .nouns = "users",
        .run = users_mfa_phishing_resistant,
    },
};
const struct check_list user_checks = {rows, sizeof rows / sizeof *rows};
