/* users.c - checks on IAM users.
 *
 * What is known of a user's password, devices and keys comes from model/credentials.h: live answers
 * where they were asked for, else the credential report, which is up to four hours old. Every
 * verdict says which it rests on. */
#include <string.h>

#include "checks/check.h"
#include "checks/identity.h"
#include "checks/user_known.h"
#include "model/credentials.h"

static bool has_device(struct checking *c, const struct principal *user)
{
    return known_device(c->account, user).word == WORD_YES;
}

static void judge_console_user(struct checking *c, const struct principal *user)
{
    struct arena *arena = &c->out->arena;
    bool has = has_device(c, user);
    const char *devices = has ? identity_devices_text(c->account, user, arena) : "no MFA device";

    user_observe(c,
                 user_verdict(c, user, has ? STATUS_PASS : STATUS_FAIL,
                              arena_printf(arena, "console password and %s%s%s", devices,
                                           user_device_basis(c, user), user_stale_note(c, user))),
                 user);
}

static void users_without_mfa_one(struct checking *c, const struct principal *user)
{
    if (user_lacks_password(c, user))
        return;
    if (known_password(c->account, user).word == WORD_NO)
        user_observe(c,
                     user_verdict(c, user, STATUS_NOT_APPLICABLE,
                                  arena_printf(&c->out->arena, "no console password%s",
                                               user_stale_note(c, user))),
                     user);
    else if (!user_lacks_devices(c, user))
        judge_console_user(c, user);
}

static void users_without_mfa(struct checking *c)
{
    for (size_t i = 0; i < c->account->user_count; i++)
        users_without_mfa_one(c, &c->account->users[i]);
}

static const char *judge_device(struct checking *c, const struct principal *user, bool has)
{
    struct arena *arena = &c->out->arena;

    return arena_printf(arena, "%s%s%s",
                        has ? identity_devices_text(c->account, user, arena) : "and no MFA device",
                        user_device_basis(c, user), user_stale_note(c, user));
}

static void judge_administrator(struct checking *c, const struct principal *user,
                                const struct administrator *admin)
{
    struct arena *arena = &c->out->arena;
    const char *excuse = user_exempt(c, user);
    bool has = has_device(c, user);
    struct finding *f;

    if (excuse)
        f = user_verdict(c, user, STATUS_NOT_APPLICABLE,
                         arena_printf(arena, "administrator by %s, but %s", admin->route, excuse));
    else
        f = user_verdict(c, user, has ? STATUS_PASS : STATUS_FAIL,
                         arena_printf(arena, "administrator by %s%s %s", admin->route,
                                      has ? ";" : ",", judge_device(c, user, has)));
    user_observe(c, f, user);
    cite(c, f, user->source);
    cite(c, f, admin->holder);
    cite(c, f, admin->source);
    identity_cite_keys(c, f, user);
}

/* Speak for a user who is no administrator, or of whom it is not known; false: an administrator. */
static bool excuses_administrator(struct checking *c, const struct principal *user,
                                  const struct administrator *admin)
{
    struct arena *arena = &c->out->arena;
    struct finding *f;

    switch (admin->verdict) {
    case ADMINISTRATOR_NO:
        f = user_verdict(c, user, STATUS_NOT_APPLICABLE,
                         admin->reason ? arena_printf(arena, "administrator by %s, but %s",
                                                      admin->route, admin->reason)
                                       : "no policy allows every action on every "
                                         "resource");
        cite(c, f, user->source);
        cite(c, f, admin->source);
        return true;
    case ADMINISTRATOR_UNKNOWN:
        f = user_verdict(c, user, STATUS_UNKNOWN,
                         arena_printf(arena, "whether this is an administrator is not known: %s",
                                      admin->reason));
        cite(c, f, admin->source);
        return true;
    case ADMINISTRATOR_YES:
        break;
    }
    return false;
}

static void admin_users_mfa_one(struct checking *c, const struct principal *user,
                                const struct administrator *admin)
{
    if (!excuses_administrator(c, user, admin) && !user_lacks_identity(c, user) &&
        (user_exempt(c, user) || !user_lacks_devices(c, user)))
        judge_administrator(c, user, admin);
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

    for (size_t i = 0; i < known_device_count(user); i++) {
        const struct device *d = known_device_at(user, i);
        const char *kind = device_kind_name(d->kind);

        if (d->kind != DEVICE_FIDO)
            text = text ? arena_printf(arena, "%s, %s", text, kind) : kind;
    }
    return text;
}

/* A device that only the report tells of could be of any kind. */
static void judge_kinds(struct checking *c, const struct principal *user)
{
    struct arena *arena = &c->out->arena;
    const char *weak = weak_text(user, arena);
    struct finding *f;

    if (known_device(c->account, user).basis == BASIS_REPORT)
        f = user_verdict(c, user, STATUS_UNKNOWN,
                         arena_printf(arena,
                                      "mfa_active is true; of which kind the device is cannot be "
                                      "told%s",
                                      user_device_basis(c, user)));
    else if (!weak)
        f = user_verdict(c, user, STATUS_PASS, identity_devices_text(c->account, user, arena));
    else
        f = user_verdict(
            c, user, STATUS_FAIL,
            arena_printf(arena, "not phishing-resistant: %s%s", weak, user_device_basis(c, user)));
    user_observe(c, f, user);
}

static void phishing_resistant_one(struct checking *c, const struct principal *user)
{
    bool none = known_device(c->account, user).word == WORD_NO;

    if (none || !user_lacks_identity(c, user))
        user_judge_devices(c, user, judge_kinds);
}

static void users_mfa_phishing_resistant(struct checking *c)
{
    for (size_t i = 0; i < c->account->user_count; i++)
        phishing_resistant_one(c, &c->account->users[i]);
}

static void admin_users_mfa_phishing_resistant(struct checking *c)
{
    for (size_t i = 0; i < c->account->user_count; i++)
        if (!excuses_administrator(c, &c->account->users[i], &c->administrators[i]))
            phishing_resistant_one(c, &c->account->users[i]);
}

static const struct check rows[] = {
    {
        .id = "iam.admin_users_mfa",
        .title = "Administrators have an MFA device",
        .severity = SEVERITY_CRITICAL,
        .tier = TIER_PRIVILEGED,
        .layer = LAYER_POPULATION,
        .core = true,
        .subject = SUBJECT_USER,
        .needs = NEEDS_USERS,
        .handles = HANDLES_USERS,
        .passes_when = "an administrator has at least one MFA device",
        .why = "An administrator without a device is one phished password or leaked key away from "
               "the whole account, MFA settings of everybody else included.",
        .action = "Register an MFA device for",
        .noun = "administrator",
        .nouns = "administrators",
        .run = admin_users_mfa,
    },
    {
        .id = "iam.admin_users_mfa_phishing_resistant",
        .title = "Administrators have phishing-resistant devices only",
        .severity = SEVERITY_MEDIUM,
        .tier = TIER_PRIVILEGED,
        .layer = LAYER_POPULATION,
        .subject = SUBJECT_USER,
        .needs = NEEDS_USERS,
        .handles = HANDLES_USERS,
        .passes_when = "every MFA device of an administrator is a passkey or security key (FIDO)",
        .why = "Administrators are who gets the well-made false sign-in page, and a six-digit code "
               "typed into it is good for half a minute. A FIDO key does not answer there.",
        .action = "Replace codes by passkeys or security keys for",
        .noun = "administrator",
        .nouns = "administrators",
        .run = admin_users_mfa_phishing_resistant,
    },
    {
        .id = "iam.users_without_mfa",
        .title = "Console users have an MFA device",
        .severity = SEVERITY_HIGH,
        .tier = TIER_STANDARD,
        .layer = LAYER_POPULATION,
        .core = true,
        .subject = SUBJECT_USER,
        .needs = NEEDS_USERS,
        .handles = HANDLES_USERS,
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
        .needs = NEEDS_USERS,
        .handles = HANDLES_USERS,
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
