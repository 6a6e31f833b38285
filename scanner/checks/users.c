/* users.c - checks on IAM users.
 *
 * What is known of a user's password, devices and keys comes from model/credentials.h: live answers
 * where they were asked for, else the credential report, which is up to four hours old. Every
 * verdict says which it rests on. */
#include <string.h>

#include "checks/check.h"
#include "checks/identity.h"
#include "model/credentials.h"

static struct finding *user_verdict(struct checking *c, const struct principal *user,
                                    enum status status, const char *detail)
{
    return verdict(c, status, user->arn, user->name, "%s", detail);
}

/* A fact whose word differs from the report's, which may be hours older: the live answer decides,
 * and the text says so. */
static bool contradicts_report(const struct known *known, enum cell reported)
{
    return known->basis > BASIS_REPORT && (reported == CELL_TRUE || reported == CELL_FALSE) &&
           (known->word == WORD_YES) != (reported == CELL_TRUE);
}

static const char *stale_note(struct checking *c, const struct principal *user)
{
    struct known device = known_device(c->account, user);
    struct known password = known_password(c->account, user);

    if (contradicts_report(&device, report_cell(user->report, REPORT_MFA)) ||
        contradicts_report(&password, report_cell(user->report, REPORT_PASSWORD)))
        return arena_printf(&c->out->arena,
                            "; the credential report of %s still says otherwise, the live answer "
                            "decides",
                            c->account->report_info->generated_at);
    return "";
}

/* Where the device that is known, or the lack of one, is told: part of every verdict on it. */
static const char *device_basis(struct checking *c, const struct principal *user)
{
    struct known device = known_device(c->account, user);

    if (device.basis == BASIS_REPORT)
        return arena_printf(&c->out->arena, ", by %s; not asked live",
                            report_text(c->model, c->account, &c->out->arena));
    return device.basis == BASIS_VIRTUAL_LIST ? ", by the live list of virtual devices" : "";
}

/* "password_enabled=true, login profile: none": what each source says that was asked. */
static const char *password_text(struct checking *c, const struct principal *user)
{
    static const char *const profiles[] = {"not known", "none", "yes"};
    const char *profile = profiles[known_password(c->account, user).word];
    bool asked = user->credentials->asked & ASKED_LOGIN;

    if (!user->report)
        return arena_printf(&c->out->arena, "login profile: %s", asked ? profile : "not asked");
    return arena_printf(&c->out->arena, "password_enabled=%s%s%s",
                        user->report->text[REPORT_PASSWORD], asked ? ", login profile: " : "",
                        asked ? profile : "");
}

static void observe_user(struct checking *c, struct finding *f, const struct principal *user)
{
    const char *reported = c->account->report_info->generated_at;

    observed(c, f, "%s, %s%s%s", password_text(c, user),
             identity_devices_text(c->account, user, &c->out->arena),
             reported ? "; credential report of " : "", reported ? reported : "");
    identity_cite_devices(c, f, user);
    identity_cite_password(c, f, user);
}

/* Speak UNKNOWN when a fact is. `column` is the report's word on it, `what` the same in English. */
static bool lacks(struct checking *c, const struct principal *user, struct known known,
                  enum report_column column, const char *what)
{
    struct arena *arena = &c->out->arena;

    if (known.word != WORD_UNKNOWN)
        return false;
    if (known.why)
        unknown_because(c, user->arn, user->name, known.why);
    else if (!user->report)
        cite(c,
             verdict(c, STATUS_UNKNOWN, user->arn, user->name,
                     "not in the credential report of %s: whether there is %s is not known",
                     c->account->report_info->generated_at, what),
             user->source);
    else
        cite(c,
             verdict(c, STATUS_UNKNOWN, user->arn, user->name, "%s is «%s»: neither true nor false",
                     report_column_name(column),
                     user->report->text[column] ? user->report->text[column] : ""),
             report_source(c->account, user->report, column, arena));
    return true;
}

static bool lacks_password(struct checking *c, const struct principal *user)
{
    return lacks(c, user, known_password(c->account, user), REPORT_PASSWORD, "a console password");
}

static bool lacks_devices(struct checking *c, const struct principal *user)
{
    return lacks(c, user, known_device(c->account, user), REPORT_MFA, "an MFA device");
}

static bool has_device(struct checking *c, const struct principal *user)
{
    return known_device(c->account, user).word == WORD_YES;
}

static void judge_console_user(struct checking *c, const struct principal *user)
{
    struct arena *arena = &c->out->arena;
    bool has = has_device(c, user);
    const char *devices = has ? identity_devices_text(c->account, user, arena) : "no MFA device";

    observe_user(c,
                 user_verdict(c, user, has ? STATUS_PASS : STATUS_FAIL,
                              arena_printf(arena, "console password and %s%s%s", devices,
                                           device_basis(c, user), stale_note(c, user))),
                 user);
}

static void users_without_mfa_one(struct checking *c, const struct principal *user)
{
    if (lacks_password(c, user))
        return;
    if (known_password(c->account, user).word == WORD_NO)
        observe_user(c,
                     user_verdict(c, user, STATUS_NOT_APPLICABLE,
                                  arena_printf(&c->out->arena, "no console password%s",
                                               stale_note(c, user))),
                     user);
    else if (!lacks_devices(c, user))
        judge_console_user(c, user);
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

    if (identity_activity(c->account, user) == ACTIVITY_IDLE)
        return "idle: no console password and no active access key";
    evidence = identity_machine_evidence(c->account, user, &c->out->arena);
    return evidence ? arena_printf(&c->out->arena, "a machine by %s", evidence) : NULL;
}

/* Whether a user is a person, and has a way in, rests on the password, and without one on the keys:
 * when they could not be read, or nobody tells of them, nothing is known. A cell of the report that
 * is unclear makes nobody a machine, nor idle. */
static bool lacks_identity(struct checking *c, const struct principal *user)
{
    struct known password = known_password(c->account, user);
    struct known key = known_active_key(c->account, user);

    if (password.word == WORD_UNKNOWN)
        return (password.why || !user->report) && lacks_password(c, user);
    return password.word == WORD_NO && key.why && !exempt(c, user) &&
           lacks(c, user, key, REPORT_KEY1, "an active access key");
}

static const char *judge_device(struct checking *c, const struct principal *user, bool has)
{
    struct arena *arena = &c->out->arena;

    return arena_printf(arena, "%s%s%s",
                        has ? identity_devices_text(c->account, user, arena) : "and no MFA device",
                        device_basis(c, user), stale_note(c, user));
}

static void judge_administrator(struct checking *c, const struct principal *user,
                                const struct administrator *admin)
{
    struct arena *arena = &c->out->arena;
    const char *excuse = exempt(c, user);
    bool has = has_device(c, user);
    struct finding *f;

    if (excuse)
        f = user_verdict(c, user, STATUS_NOT_APPLICABLE,
                         arena_printf(arena, "administrator by %s, but %s", admin->route, excuse));
    else
        f = user_verdict(c, user, has ? STATUS_PASS : STATUS_FAIL,
                         arena_printf(arena, "administrator by %s%s %s", admin->route,
                                      has ? ";" : ",", judge_device(c, user, has)));
    observe_user(c, f, user);
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
    if (!excuses_administrator(c, user, admin) && !lacks_identity(c, user) &&
        (exempt(c, user) || !lacks_devices(c, user)))
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
                                      device_basis(c, user)));
    else if (!weak)
        f = user_verdict(c, user, STATUS_PASS, identity_devices_text(c->account, user, arena));
    else
        f = user_verdict(
            c, user, STATUS_FAIL,
            arena_printf(arena, "not phishing-resistant: %s%s", weak, device_basis(c, user)));
    observe_user(c, f, user);
}

static void phishing_resistant_one(struct checking *c, const struct principal *user)
{
    bool none = known_device(c->account, user).word == WORD_NO;
    const char *excuse;

    if (!none && lacks_identity(c, user))
        return;
    excuse = exempt(c, user);
    if (!excuse && lacks_devices(c, user))
        return;
    if (!excuse && none)
        excuse = "no MFA device";
    if (excuse)
        observe_user(c, user_verdict(c, user, STATUS_NOT_APPLICABLE, excuse), user);
    else
        judge_kinds(c, user);
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

/* Each of these may speak of a user, or none of them: known_device() and its kin tell which. */
#define HANDLES_USERS                                                    \
    (DATA_BIT(DATA_CREDENTIAL_REPORT) | DATA_BIT(DATA_VIRTUAL_DEVICES) | \
     DATA_BIT(DATA_USER_DEVICES) | DATA_BIT(DATA_LOGIN_PROFILES) | DATA_BIT(DATA_ACCESS_KEYS))
#define NEEDS_USERS (DATA_BIT(DATA_AUTHORIZATION) | HANDLES_USERS)

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
