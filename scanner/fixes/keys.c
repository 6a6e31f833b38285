/* keys.c - fixes about long-term credentials of IAM users. */
#include <string.h>

#include "base/clock.h"
#include "fixes/fixing.h"
#include "fixes/policy.h"
#include "model/credentials.h"

/* --- Access keys --------------------------------------------------------------------------------
 */

static void list_keys(struct fixing *x, const struct principal *user)
{
    fix_cli(x, "Which keys there are was not listed: names them, then switches one off.",
            "aws iam list-access-keys --user-name {}\n"
            "aws iam update-access-key --user-name {} --access-key-id <ACCESS-KEY-ID> "
            "--status Inactive",
            user->name, user->name, NULL);
}

static void switch_off(struct fixing *x, const struct principal *user, const char *about)
{
    const struct credentials *has = user->credentials;

    if (has->keys_status.state != STATE_COMPLETE) {
        list_keys(x, user);
        return;
    }
    for (size_t i = 0; i < has->key_count; i++)
        if (has->keys[i].active)
            fix_cli(x, about,
                    "aws iam update-access-key --user-name {} --access-key-id {} --status Inactive",
                    user->name, has->keys[i].id, NULL);
}

static bool was_made(const struct access_key *k, const char *when)
{
    time_t made;
    char text[CLOCK_TEXT];

    return k->created && clock_parse(k->created, &made) &&
           strcmp(clock_format(made, text), when) == 0;
}

static void rotate_key(struct fixing *x)
{
    const struct principal *user = fix_user(x);
    const struct credentials *has = user ? user->credentials : NULL;

    if (!user)
        return;
    for (size_t i = 0; i < has->key_count; i++)
        if (was_made(&has->keys[i], fix_tail(x))) {
            fix_cli(x,
                    "Makes the new key (two at most: the old one stays until its users have "
                    "changed over), switches the old one off, and deletes it a while later.",
                    "aws iam create-access-key --user-name {}\n"
                    "aws iam update-access-key --user-name {} --access-key-id {} "
                    "--status Inactive\n"
                    "aws iam delete-access-key --user-name {} --access-key-id {}",
                    user->name, user->name, has->keys[i].id, user->name, has->keys[i].id, NULL);
            return;
        }
    list_keys(x, user);
}

static void machine_key(struct fixing *x)
{
    const struct principal *user = fix_user(x);

    if (!user)
        return;
    fix_steps(
        x,
        "First give the program a role: an instance profile, a task or function role, OIDC of "
        "its pipeline, or IAM Roles Anywhere outside AWS.",
        NULL);
    switch_off(x, user, "Only when the program runs with the role.");
}

static void split_hybrid(struct fixing *x)
{
    const struct principal *user = fix_user(x);

    if (!user)
        return;
    switch_off(x, user, "When it is a person: sign in by «aws login» or a role, without the key.");
    fix_cli(x, "Or, when it is a program: take the password away.",
            "aws iam delete-login-profile --user-name {}", user->name, NULL);
}

static void remove_leaver(struct fixing *x)
{
    const struct principal *user = fix_user(x);

    if (!user) {
        fix_steps(x,
                  "AWS has no command for this: no IAM user of the account is behind it. End the "
                  "person's access where "
                  "the identity is kept, or correct people.csv.",
                  NULL);
        return;
    }
    fix_steps(
        x,
        "When the person is here: name the user and the person in people.csv, and leave it at "
        "that. Else:",
        NULL);
    fix_cli(x, "Takes the console password away.", "aws iam delete-login-profile --user-name {}",
            user->name, NULL);
    switch_off(x, user, "Takes the access key away.");
    for (size_t i = 0; i < known_device_count(user); i++)
        fix_cli(x, "Takes the device away.",
                "aws iam deactivate-mfa-device --user-name {} --serial-number {}", user->name,
                known_device_at(user, i)->serial, NULL);
}

/* --- Other credentials --------------------------------------------------------------------------
 */

static void service_credential(struct fixing *x)
{
    const struct account *a = x->c->account;

    for (size_t i = 0; i < a->service_credential_count; i++) {
        const struct service_credential *s = &a->service_credentials[i];

        if (strcmp(s->id, x->f->resource) != 0)
            continue;
        fix_cli(x, "Switches it off; the second command, a while later, deletes it.",
                "aws iam update-service-specific-credential --user-name {} "
                "--service-specific-credential-id {} --status Inactive\n"
                "aws iam delete-service-specific-credential --user-name {} "
                "--service-specific-credential-id {}",
                s->user, s->id, s->user, s->id, NULL);
        return;
    }
}

/* A Deny for every address but one's own; services that act on the key's behalf come from theirs
 * (IAM User Guide, "AWS: Denies access to AWS based on the source IP"). */
static void constrain_key(struct fixing *x)
{
    static const char form[] =
        "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"OwnNetworkOnly\","
        "\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{"
        "\"NotIpAddress\":{\"aws:SourceIp\":[\"<CIDR-OF-OWN-NETWORK>\"]},"
        "\"BoolIfExists\":{\"aws:ViaAWSService\":\"false\"}}}]}";
    const struct principal *user = fix_user(x);
    struct error err = {0};

    if (user)
        fix_put_user(x, user, "own-network-only", "a further inline policy of the user.",
                     "<CIDR-OF-OWN-NETWORK>", json_parse("policy", form, sizeof form - 1, &err));
}

static const struct fix rows[] = {
    {"iam.access_keys_older_than_90_days", rotate_key},
    {"machine.no_long_term_keys", machine_key},
    {"iam.hybrid_users", split_hybrid},
    {"iam.leavers_removed", remove_leaver},
    {"iam.service_specific_credentials_reviewed", service_credential},
    {"machine.privileged_keys_constrained", constrain_key},
};
const struct fix_list key_fixes = {rows, sizeof rows / sizeof *rows};
