/* users.c - fixes about passwords and devices of IAM users.
 *
 * The AWS CLI can make and enable virtual devices; passkeys and security keys are registered in the
 * console alone, by the person (IAM User Guide, "Assign a passkey or security key in the console").
 */
#include <string.h>

#include "fixes/fixing.h"
#include "model/credentials.h"

/* --- Devices ------------------------------------------------------------------------------------
 */

static bool is_taken(const struct account *a, const char *serial)
{
    for (size_t i = 0; i < a->virtual_device_count; i++)
        if (strcmp(a->virtual_devices[i].serial, serial) == 0)
            return true;
    return false;
}

static const char *serial_of(struct fixing *x, const char *name)
{
    return arena_printf(x->scratch, "arn:%s:iam::%s:mfa/%s", x->c->account->partition,
                        x->c->account->id, name);
}

/* A name for a virtual device that the account does not have yet. */
static const char *device_name(struct fixing *x, const struct principal *user)
{
    const char *name = user->name;

    for (size_t i = 2; is_taken(x->c->account, serial_of(x, name)); i++)
        name = arena_printf(x->scratch, "%s-%zu", user->name, i);
    return name;
}

static void enable_virtual(struct fixing *x, const struct principal *user)
{
    const char *name = device_name(x, user);

    fix_cli(x,
            "A virtual device: the person scans qr.png and reads two codes, one after the other. "
            "Delete the file then: it holds the secret.",
            "aws iam create-virtual-mfa-device --virtual-mfa-device-name {} "
            "--bootstrap-method QRCodePNG --outfile qr.png\n"
            "aws iam enable-mfa-device --user-name {} --serial-number {} "
            "--authentication-code1 <CODE-1> --authentication-code2 <CODE-2>",
            name, user->name, serial_of(x, name), NULL);
}

static void register_key(struct fixing *x, const struct principal *user)
{
    fix_steps(x,
              "Passkeys and security keys cannot be registered by command: {} signs in to the "
              "console, opens «Security credentials» in the account menu and chooses «Assign MFA "
              "device».",
              user->name, NULL);
}

static void delete_password(struct fixing *x, const struct principal *user, const char *about)
{
    fix_cli(x, about, "aws iam delete-login-profile --user-name {}", user->name, NULL);
}

static void enrol(struct fixing *x)
{
    const struct principal *user = fix_user(x);

    if (!user)
        return;
    register_key(x, user);
    enable_virtual(x, user);
    delete_password(x, user, "Or, where nobody signs in with it: take the password away.");
}

static void enrol_administrator(struct fixing *x)
{
    const struct principal *user = fix_user(x);

    if (!user)
        return;
    register_key(x, user);
    enable_virtual(x, user);
}

static void enrol_again(struct fixing *x)
{
    const struct principal *user = fix_user(x);

    if (!user)
        return;
    if (known_device(x->c->account, user).word == WORD_YES)
        fix_steps(
            x,
            "{} has a device now; that it came late cannot be undone. Have the next new user "
            "enrol on the first day. The finding goes when the user is older than the period.",
            user->name, NULL);
    else
        enrol(x);
}

static void signed_in(struct fixing *x)
{
    const struct principal *user = fix_user(x);

    if (user && known_device(x->c->account, user).word == WORD_YES)
        fix_steps(x,
                  "{} has a device now; the sign-in stays in the trail until the period has moved "
                  "on. Make sure that it was the person's own.",
                  user->name, NULL);
    fix_cli(x, "Shows the event: from where, and with what; run it in the event's region.",
            "aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventId,"
            "AttributeValue={}",
            fix_tail(x), NULL);
    if (user && known_device(x->c->account, user).word != WORD_YES)
        enrol(x);
}

static void second_device(struct fixing *x)
{
    const struct principal *user = fix_user(x);

    if (!user)
        return;
    register_key(x, user);
    enable_virtual(x, user);
}

/* --- Weak devices -------------------------------------------------------------------------------
 */

static void remove_device(struct fixing *x, const struct principal *user, const struct device *d,
                          const char *about)
{
    if (d->kind == DEVICE_VIRTUAL)
        fix_cli(x, about,
                "aws iam deactivate-mfa-device --user-name {} --serial-number {}\n"
                "aws iam delete-virtual-mfa-device --serial-number {}",
                user->name, d->serial, d->serial, NULL);
    else
        fix_cli(x, about, "aws iam deactivate-mfa-device --user-name {} --serial-number {}",
                user->name, d->serial, NULL);
}

static void remove_weak(struct fixing *x)
{
    const struct principal *user = fix_user(x);

    if (!user)
        return;
    register_key(x, user);
    for (size_t i = 0; i < known_device_count(user); i++)
        if (known_device_at(user, i)->kind != DEVICE_FIDO)
            remove_device(x, user, known_device_at(user, i),
                          "Only after the new device was tried: removes the weaker one.");
    if (known_device_count(user) == 0)
        fix_cli(x, "Only after the new device was tried: names the devices, then removes one.",
                "aws iam list-mfa-devices --user-name {}\n"
                "aws iam deactivate-mfa-device --user-name {} --serial-number <SERIAL-NUMBER>",
                user->name, user->name, NULL);
}

static void remove_sms(struct fixing *x)
{
    const struct principal *user = fix_user(x);

    if (!user)
        return;
    register_key(x, user);
    for (size_t i = 0; i < known_device_count(user); i++)
        if (known_device_at(user, i)->kind == DEVICE_SMS)
            remove_device(x, user, known_device_at(user, i),
                          "Only after the new device was tried: removes the retired one.");
}

static const char *name_of_owner(const struct fixing *x, const struct device *d)
{
    const struct principal *user =
        d->owner_arn && *d->owner_arn ? model_user_by_arn(x->c->account, d->owner_arn) : NULL;

    return user ? user->name : NULL;
}

static void delete_orphan(struct fixing *x)
{
    const struct account *a = x->c->account;

    for (size_t i = 0; i < a->virtual_device_count; i++) {
        const struct device *d = &a->virtual_devices[i];
        const char *owner = name_of_owner(x, d);

        if (strcmp(d->serial, x->f->resource) != 0)
            continue;
        if (owner)
            fix_cli(x, "",
                    "aws iam deactivate-mfa-device --user-name {} --serial-number {}\n"
                    "aws iam delete-virtual-mfa-device --serial-number {}",
                    owner, d->serial, d->serial, NULL);
        else if (d->owner_arn)
            fix_steps(x,
                      "The device belongs to the root user: only root can remove it, in the "
                      "console, under «Security credentials».",
                      NULL);
        else
            fix_cli(x, "", "aws iam delete-virtual-mfa-device --serial-number {}", d->serial, NULL);
        return;
    }
}

/* --- Passwords ----------------------------------------------------------------------------------
 */

static void unused_password(struct fixing *x)
{
    const struct principal *user = fix_user(x);

    if (user)
        delete_password(x, user, "Takes the console password away; keys and permissions stay.");
}

static void machine_password(struct fixing *x)
{
    const struct principal *user = fix_user(x);

    if (user)
        delete_password(x, user, "A program needs none; its keys go on working.");
}

/* UpdateAccountPasswordPolicy replaces the whole policy: what is not named goes back to AWS's
 * default. So what stands is repeated. */
static void password_policy(struct fixing *x)
{
    static const struct password_policy unset = {.users_may_change = true};
    const struct password_policy *p = x->c->account->password_policy;
    const char *length, *reuse;
    cleanup_strbuf struct strbuf cli = STRBUF_INIT(4096), hcl = STRBUF_INIT(4096);

    p = p && p->exists ? p : &unset;
    length = arena_printf(x->scratch, "%ld", p->minimum_length > 14 ? p->minimum_length : 14);
    reuse = arena_printf(x->scratch, "%d", 24);
    strbuf_addf(&cli,
                "aws iam update-account-password-policy --minimum-password-length %s "
                "--password-reuse-prevention %s",
                length, reuse);
    strbuf_addf(&hcl,
                "resource \"aws_iam_account_password_policy\" {} {\n"
                "  minimum_password_length        = %s\n"
                "  password_reuse_prevention      = %s\n",
                length, reuse);
    const struct {
        const char *option, *no_option, *argument;
        bool on;
    } flags[] = {
        {" --require-symbols", "", "require_symbols               ", p->symbols},
        {" --require-numbers", "", "require_numbers               ", p->numbers},
        {" --require-uppercase-characters", "", "require_uppercase_characters  ", p->uppercase},
        {" --require-lowercase-characters", "", "require_lowercase_characters  ", p->lowercase},
        {" --allow-users-to-change-password", " --no-allow-users-to-change-password",
         "allow_users_to_change_password", p->users_may_change},
        {" --hard-expiry", "", "hard_expiry                   ", p->hard_expiry},
    };

    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        strbuf_addstr(&cli, flags[i].on ? flags[i].option : flags[i].no_option);
        strbuf_addf(&hcl, "  %s = %s\n", flags[i].argument, flags[i].on ? "true" : "false");
    }
    if (p->expires && p->max_age > 0) {
        strbuf_addf(&cli, " --max-password-age %ld", p->max_age);
        strbuf_addf(&hcl, "  max_password_age               = %ld\n", p->max_age);
    }
    strbuf_addstr(&hcl, "}");
    fix_cli(x, "What is set today is kept: the command replaces the whole policy.", cli.buf, NULL);
    fix_terraform(x, "", hcl.buf, x->f->id, NULL);
}

static const struct fix user_rows[] = {
    {"iam.admin_users_mfa", enrol_administrator},
    {"iam.users_without_mfa", enrol},
    {"iam.users_onboarding_mfa", enrol_again},
    {"iam.console_sign_in_with_mfa", signed_in},
    {"iam.console_access_unused", unused_password},
    {"machine.no_console_password", machine_password},
    {"iam.password_policy_strong", password_policy},
};
const struct fix_list user_fixes = {user_rows, sizeof user_rows / sizeof *user_rows};

static const struct fix device_rows[] = {
    {"iam.admin_users_mfa_phishing_resistant", remove_weak},
    {"iam.users_mfa_phishing_resistant", remove_weak},
    {"iam.users_mfa_no_sms", remove_sms},
    {"iam.user_single_mfa_device", second_device},
    {"iam.mfa_devices_orphaned", delete_orphan},
};
const struct fix_list device_fixes = {device_rows, sizeof device_rows / sizeof *device_rows};
