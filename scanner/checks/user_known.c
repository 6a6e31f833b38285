/* user_known.c - who is judged, what is missing for it, and which source a finding rests on. */
#include "checks/user_known.h"

#include "checks/identity.h"

const char user_idle[] = "idle: no console password and no active access key";

struct finding *user_verdict(struct checking *c, const struct principal *user, enum status status,
                             const char *detail)
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

const char *user_stale_note(struct checking *c, const struct principal *user)
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

const char *user_device_basis(struct checking *c, const struct principal *user)
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

void user_observe(struct checking *c, struct finding *f, const struct principal *user)
{
    const char *reported = c->account->report_info->generated_at;

    observed(c, f, "%s, %s%s%s", password_text(c, user),
             identity_devices_text(c->account, user, &c->out->arena),
             reported ? "; credential report of " : "", reported ? reported : "");
    identity_cite_devices(c, f, user);
    identity_cite_password(c, f, user);
}

void user_observe_credentials(struct checking *c, struct finding *f, const struct principal *user)
{
    static const char *const words[] = {"not known", "no", "yes"};
    const char *reported = c->account->report_info->generated_at;

    observed(c, f, "%s, active access key: %s%s%s", password_text(c, user),
             words[known_active_key(c->account, user).word],
             reported ? "; credential report of " : "", reported ? reported : "");
    identity_cite_password(c, f, user);
    identity_cite_keys(c, f, user);
}

bool user_lacks(struct checking *c, const struct principal *user, struct known known,
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

bool user_lacks_password(struct checking *c, const struct principal *user)
{
    return user_lacks(c, user, known_password(c->account, user), REPORT_PASSWORD,
                      "a console password");
}

bool user_lacks_keys(struct checking *c, const struct principal *user)
{
    return user_lacks(c, user, known_active_key(c->account, user), REPORT_KEY1,
                      "an active access key");
}

bool user_lacks_devices(struct checking *c, const struct principal *user)
{
    return user_lacks(c, user, known_device(c->account, user), REPORT_MFA, "an MFA device");
}

const char *user_exempt(struct checking *c, const struct principal *user)
{
    const char *evidence;

    if (identity_activity(c->account, user) == ACTIVITY_IDLE)
        return user_idle;
    evidence = identity_machine_evidence(c->inputs, c->account, user, &c->out->arena);
    return evidence ? arena_printf(&c->out->arena, "a machine by %s", evidence) : NULL;
}

bool user_lacks_identity(struct checking *c, const struct principal *user)
{
    struct known password = known_password(c->account, user);
    struct known key = known_active_key(c->account, user);

    if (password.word == WORD_UNKNOWN)
        return (password.why || !user->report) && user_lacks_password(c, user);
    return password.word == WORD_NO && key.why && !user_exempt(c, user) &&
           user_lacks(c, user, key, REPORT_KEY1, "an active access key");
}

void user_judge_devices(struct checking *c, const struct principal *user, judge_devices *judge)
{
    const char *excuse = user_exempt(c, user);

    if (!excuse && user_lacks_devices(c, user))
        return;
    if (!excuse && known_device(c->account, user).word == WORD_NO)
        excuse = "no MFA device";
    if (excuse)
        user_observe(c, user_verdict(c, user, STATUS_NOT_APPLICABLE, excuse), user);
    else
        judge(c, user);
}
