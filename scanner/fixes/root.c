/* root.c - fixes about root users.
 *
 * AWS: «Multi-factor authentication for the root user» is set up in the console alone, by root. Of
 * member accounts an administrator of the management account can delete root's credentials (IAM
 * User Guide, "Perform a privileged task on an AWS Organizations member account"). */
#include <string.h>

#include "fixes/fixing.h"
#include "model/root.h"

static bool is_member(const struct fixing *x)
{
    const struct model *m = x->c->model;

    return m->organization_id && m->management_id &&
           strcmp(m->management_id, x->c->account->id) != 0;
}

/* Become the member's root user for 15 minutes, to delete what it has. */
static void assume_root(struct fixing *x)
{
    fix_cli(x,
            "From the management account, or the one that IAM was delegated to, with a current AWS "
            "CLI; export the credentials it prints and run the commands below with them.",
            "aws sts assume-root --target-principal {} --task-policy-arn arn={} "
            "--duration-seconds 900",
            x->c->account->id,
            arena_printf(x->scratch,
                         "arn:%s:iam::aws:policy/root-task/IAMDeleteRootUserCredentials",
                         x->c->account->partition),
            NULL);
}

static void look_up_event(struct fixing *x)
{
    const char *region = strcmp(x->c->account->partition, "aws-us-gov") == 0 ? "us-gov-west-1"
                         : strcmp(x->c->account->partition, "aws-cn") == 0   ? "cn-north-1"
                                                                             : "us-east-1";

    if (*fix_tail(x))
        fix_cli(x, "Shows the event; it may lie in another region.",
                "aws cloudtrail lookup-events --region {} --lookup-attributes "
                "AttributeKey=EventId,AttributeValue={}",
                region, fix_tail(x), NULL);
    else
        fix_cli(x, "Shows what root did: when, from where, and how it was signed in.",
                "aws cloudtrail lookup-events --region {} --lookup-attributes "
                "AttributeKey=Username,AttributeValue=root",
                region, NULL);
}

static void take_away(struct fixing *x)
{
    if (is_member(x))
        fix_steps(x,
                  "Or, as {} is a member account, take root's credentials away altogether: see "
                  "iam.root_credentials_centralized.",
                  x->c->account->id, NULL);
}

static void root_device(struct fixing *x)
{
    fix_steps(x,
              "AWS has no command for this. Sign in to the console of account {} as the root user, "
              "open «Security credentials» in the account menu, «Assign MFA device», and choose a "
              "passkey or security key; then a second one, kept elsewhere.",
              x->c->account->id, NULL);
    take_away(x);
}

static void root_hardware(struct fixing *x)
{
    fix_steps(x,
              "AWS has no command for this. Sign in to the console of account {} as the root user, "
              "open «Security credentials» in the account menu, assign a security key or hardware "
              "token first, try it, and then remove every virtual device.",
              x->c->account->id, NULL);
    take_away(x);
}

static void root_keys(struct fixing *x)
{
    const char *about = "As that root user: names the keys, then deletes one. Nothing brings it "
                        "back.";

    if (is_member(x)) {
        assume_root(x);
    } else {
        fix_steps(x,
                  "Only the root user itself can delete its keys. Sign in to the console of "
                  "account {} as the root user, open «Security credentials» in the account menu, "
                  "deactivate each access key, wait until nothing breaks, and delete it.",
                  x->c->account->id, NULL);
        about = "Run with the root user's key that is to go, and with no other.";
    }
    fix_cli(x, about,
            "aws iam list-access-keys\n"
            "aws iam delete-access-key --access-key-id <ACCESS-KEY-ID>",
            NULL);
}

static void root_certificates(struct fixing *x)
{
    if (is_member(x))
        assume_root(x);
    else
        fix_steps(
            x,
            "Only the root user itself can delete its certificates. Sign in to the console of "
            "account {} as the root user, open «Security credentials» in the account menu, "
            "and delete each X.509 signing certificate.",
            x->c->account->id, NULL);
    fix_cli(x, "As that root user: names the certificates, then deletes one.",
            "aws iam list-signing-certificates\n"
            "aws iam delete-signing-certificate --certificate-id <CERTIFICATE-ID>",
            NULL);
}

static void root_usage(struct fixing *x)
{
    fix_steps(x,
              "What happened cannot be undone: find out who used the root user of account {} and "
              "for what, and give that task a role. The finding passes when no use lies in the "
              "period any more.",
              x->c->account->id, NULL);
    look_up_event(x);
}

static void root_sign_in(struct fixing *x)
{
    fix_steps(x,
              "What happened cannot be undone: find out who signed in as the root user of account "
              "{}, change its password, and give it a device (iam.root_mfa_enabled). The finding "
              "goes when the sign-in lies before the period.",
              x->c->account->id, NULL);
    look_up_event(x);
}

/* --- iam.root_credentials_centralized -----------------------------------------------------------
 */

static void enable_central_root(struct fixing *x)
{
    fix_cli(x,
            "In the management account. Deletes nothing yet; the members' findings say what is "
            "left.",
            "aws organizations enable-aws-service-access --service-principal iam.amazonaws.com\n"
            "aws iam enable-organizations-root-credentials-management",
            NULL);
    fix_terraform(x, "In the management account; needs version 5.81 or newer of the AWS provider.",
                  "resource \"aws_iam_organizations_features\" {} {\n"
                  "  enabled_features = [\"RootCredentialsManagement\"]\n"
                  "}",
                  x->f->id, NULL);
}

static void delete_devices(struct fixing *x)
{
    const struct root_credentials *root = x->c->account->root;

    for (size_t i = 0; root && i < root->device_count; i++)
        fix_cli(x, "As that root user: its device.",
                "aws iam deactivate-mfa-device --serial-number {}", root->devices[i].serial, NULL);
}

static bool has_part(const struct fixing *x, enum root_part part)
{
    const struct root_credentials *root = x->c->account->root;

    return !root || root->parts[part].count > 0;
}

static void root_central(struct fixing *x)
{
    if (strcmp(x->f->resource, x->c->account->root_arn) != 0) {
        enable_central_root(x);
        return;
    }
    assume_root(x);
    if (has_part(x, ROOT_PASSWORD))
        fix_cli(x, "As that root user: its password.", "aws iam delete-login-profile", NULL);
    if (has_part(x, ROOT_KEYS))
        fix_cli(x, "As that root user: its access keys, one by one.",
                "aws iam list-access-keys\n"
                "aws iam delete-access-key --access-key-id <ACCESS-KEY-ID>",
                NULL);
    if (has_part(x, ROOT_CERTIFICATES))
        fix_cli(x, "As that root user: its certificates, one by one.",
                "aws iam list-signing-certificates\n"
                "aws iam delete-signing-certificate --certificate-id <CERTIFICATE-ID>",
                NULL);
    delete_devices(x);
}

static const struct fix rows[] = {
    {"iam.root_mfa_enabled", root_device},
    {"iam.root_mfa_hardware", root_hardware},
    {"iam.root_access_keys_absent", root_keys},
    {"iam.root_signing_certificates_absent", root_certificates},
    {"iam.root_usage_absent", root_usage},
    {"iam.root_credentials_centralized", root_central},
    {"iam.root_sign_in_with_mfa", root_sign_in},
};
const struct fix_list root_fixes = {rows, sizeof rows / sizeof *rows};
