/* guard.c - fixes that put an identity, or an account, under a denial without MFA.
 *
 * IAM User Guide, "Allows MFA-authenticated IAM users to manage their own credentials": a Deny with
 * NotAction and BoolIfExists. Two things differ: nothing but enrolment is exempt, and enrolling a
 * device is for oneself alone, and for the first device only. */
#include <string.h>

#include "base/json_build.h"
#include "checks/reach.h"
#include "fixes/policy.h"
#include "model/credentials.h"

const char *const fix_enrolment[] = {
    "iam:ChangePassword",
    "iam:CreateVirtualMFADevice",
    "iam:EnableMFADevice",
    "iam:GetAccountPasswordPolicy",
    "iam:GetUser",
    "iam:ListMFADevices",
    "iam:ListVirtualMFADevices",
    "iam:ResyncMFADevice",
    "sts:GetSessionToken",
    NULL,
};

/* By these a device comes to a user. */
static bool adds_device(const char *action)
{
    return strcmp(action, "iam:CreateVirtualMFADevice") == 0 ||
           strcmp(action, "iam:EnableMFADevice") == 0 || strcmp(action, "iam:ResyncMFADevice") == 0;
}

static cJSON *deny(cJSON *statements, const char *sid)
{
    cJSON *s = json_append_object(statements);

    cJSON_AddStringToObject(s, "Sid", sid);
    cJSON_AddStringToObject(s, "Effect", "Deny");
    return s;
}

static void add_text(cJSON *list, const char *text)
{
    cJSON_AddItemToArray(list, cJSON_CreateString(text));
}

static void only_own(const struct account *a, cJSON *s)
{
    cJSON *but = cJSON_AddArrayToObject(s, "NotResource");
    char text[64];

    (void)snprintf(text, sizeof text, "arn:%.16s:iam::*:user/${aws:username}", a->partition);
    add_text(but, text);
    (void)snprintf(text, sizeof text, "arn:%.16s:iam::*:user/*/${aws:username}", a->partition);
    add_text(but, text);
}

static void others_devices(const struct account *a, cJSON *statements)
{
    cJSON *s = deny(statements, "OthersDevicesNeedMFA"), *list;

    list = cJSON_AddArrayToObject(s, "Action");
    add_text(list, "iam:EnableMFADevice");
    add_text(list, "iam:ResyncMFADevice");
    only_own(a, s);
    fix_condition(s, "BoolIfExists", "aws:MultiFactorAuthPresent", cJSON_CreateString("false"));
}

cJSON *fix_guard(const struct account *a, bool enrolled)
{
    cJSON *root = cJSON_CreateObject(), *statements, *s, *list;

    cJSON_AddStringToObject(root, "Version", "2012-10-17");
    statements = cJSON_AddArrayToObject(root, "Statement");
    s = deny(statements, "DenyWithoutMFA");
    list = cJSON_AddArrayToObject(s, "NotAction");
    for (size_t i = 0; fix_enrolment[i]; i++)
        if (!enrolled || !adds_device(fix_enrolment[i]))
            add_text(list, fix_enrolment[i]);
    cJSON_AddStringToObject(s, "Resource", "*");
    fix_condition(s, "BoolIfExists", "aws:MultiFactorAuthPresent", cJSON_CreateString("false"));
    if (!enrolled)
        others_devices(a, statements);
    return root;
}

static void guard_user(struct fixing *x)
{
    const struct principal *user = fix_user(x);
    bool enrolled;

    if (!user) {
        fix_steps(x,
                  "No IAM user of the account is behind this finding: ask for MFA where the "
                  "identity comes from, and in the trust policy of the role that was used.",
                  NULL);
        return;
    }
    enrolled = known_device(x->c->account, user).word == WORD_YES;
    fix_put_user(x, user, "require-mfa",
                 enrolled
                     ? "a further inline policy of the user: nothing without MFA, and no "
                       "further device either. Better, for all people at once, as a policy of "
                       "their group."
                     : "a further inline policy of the user: nothing without MFA but enrolment. "
                       "Better, for all people at once, as a policy of their group.",
                 "", fix_guard(x->c->account, enrolled));
}

static void guard_call(struct fixing *x)
{
    fix_cli(x, "Shows the event; run it in the event's region.",
            "aws cloudtrail lookup-events --lookup-attributes "
            "AttributeKey=EventId,AttributeValue={}",
            fix_tail(x), NULL);
    guard_user(x);
}

/* --- iam.mfa_deny_reaches_everyone --------------------------------------------------------------
 */

#define PEOPLE_MOST 50

static bool is_open(struct fixing *x, const struct principal *user)
{
    struct arena scratch = {0};
    struct reach reach = reach_of(x->c, user);
    bool open = false;

    if (reach.is == USER_PERSON) {
        struct identity who = enforcement_identity(x->c->enforcement, user);
        const char *action, *on;

        for (int i = CIRCUMSTANCE_KEY; !open && i <= CIRCUMSTANCE_CONSOLE; i++)
            open = ability_beyond_enrolment(&who, (enum circumstance)i, &scratch, &action, &on)
                       .decision == DECISION_ALLOWED;
    }
    arena_free(&scratch);
    return open;
}

static const char *free_policy_arn(struct fixing *x, const char **name)
{
    const struct account *a = x->c->account;
    const char *arn;
    size_t i = 1;

    do {
        *name = i == 1 ? "require-mfa" : arena_printf(x->scratch, "require-mfa-%zu", i);
        arn = arena_printf(x->scratch, "arn:%s:iam::%s:policy/%s", a->partition, a->id, *name);
        i++;
    } while (model_policy(a, arn));
    return arn;
}

static void guard_everyone(struct fixing *x)
{
    const struct account *a = x->c->account;
    const char *name, *arn = free_policy_arn(x, &name), *file;
    size_t count = 0;

    file = fix_document(x, "a new managed policy: nothing without MFA but enrolment.", "",
                        fix_guard(a, false));
    fix_cli(x, "", "aws iam create-policy --policy-name {} --policy-document file://{}", name, file,
            NULL);
    fix_cli(x, "For all at once, with a group that holds every person.",
            "aws iam attach-group-policy --group-name <GROUP-NAME> --policy-arn {}", arn, NULL);
    for (size_t i = 0; i < a->user_count && count < PEOPLE_MOST; i++)
        if (is_open(x, &a->users[i])) {
            count++;
            fix_cli(x, "Or one by one.",
                    "aws iam attach-user-policy --user-name {} --policy-arn {}", a->users[i].name,
                    arn, NULL);
        }
    fix_terraform(x, "",
                  arena_printf(x->scratch,
                               "resource \"aws_iam_policy\" {} {\n"
                               "  name   = {}\n"
                               "  policy = file(\"${path.module}/%s\")\n"
                               "}\n"
                               "\n"
                               "resource \"aws_iam_group_policy_attachment\" {} {\n"
                               "  group      = \"<GROUP-NAME>\"\n"
                               "  policy_arn = aws_iam_policy.%s.arn\n"
                               "}",
                               file, x->f->id),
                  x->f->id, name, x->f->id, NULL);
}

/* --- org.scp_mfa_guardrail ----------------------------------------------------------------------
 */

static const char *const controls[] = {
    "iam:DeactivateMFADevice",
    "iam:DeleteVirtualMFADevice",
    "iam:*SAMLProvider*",
    "iam:*OpenIDConnectProvider*",
    "iam:UpdateAccountPasswordPolicy",
    "iam:DisableOrganizationsRoot*",
    "organizations:DetachPolicy",
    "organizations:UpdatePolicy",
    "organizations:DisablePolicyType",
    "organizations:LeaveOrganization",
    "sso:PutMfaDeviceManagementForDirectory",
    "sso-directory:DeleteMfaDeviceForUser",
    "sso:CreateAccountAssignment",
    "sso:PutInlinePolicyToPermissionSet",
    "sso:AttachManagedPolicyToPermissionSet",
    "cloudtrail:StopLogging",
    "cloudtrail:DeleteTrail",
};

/* Of users only: sessions of roles carry no MFA. */
static void of_users(const struct account *a, cJSON *s)
{
    char text[64];

    fix_condition(s, "BoolIfExists", "aws:MultiFactorAuthPresent", cJSON_CreateString("false"));
    (void)snprintf(text, sizeof text, "arn:%.16s:iam::*:user/*", a->partition);
    fix_condition(s, "ArnLike", "aws:PrincipalArn", cJSON_CreateString(text));
}

static cJSON *guardrail(const struct account *a)
{
    cJSON *root = cJSON_CreateObject(), *statements, *s, *list;

    cJSON_AddStringToObject(root, "Version", "2012-10-17");
    statements = cJSON_AddArrayToObject(root, "Statement");
    s = deny(statements, "UsersNeedMFAToControlMFA");
    list = cJSON_AddArrayToObject(s, "Action");
    for (size_t i = 0; i < sizeof controls / sizeof *controls; i++)
        add_text(list, controls[i]);
    cJSON_AddStringToObject(s, "Resource", "*");
    of_users(a, s);
    s = deny(statements, "UsersNeedMFAForOthersDevices");
    list = cJSON_AddArrayToObject(s, "Action");
    add_text(list, "iam:EnableMFADevice");
    add_text(list, "iam:ResyncMFADevice");
    only_own(a, s);
    of_users(a, s);
    return root;
}

static void guard_organization(struct fixing *x)
{
    const char *file =
        fix_document(x, "a new service control policy: IAM users control MFA with MFA only.", "",
                     guardrail(x->c->account));

    if (strstr(x->f->detail, "locked out") || strstr(x->f->detail, "lock role sessions out"))
        fix_steps(x,
                  "An SCP over account {} also locks out sessions of roles: the finding of "
                  "iam.mfa_conditions_satisfiable on it has the correction.",
                  x->c->account->id, NULL);
    fix_cli(x, "In the management account. Try it on an organisational unit of one account first.",
            "aws organizations create-policy --type SERVICE_CONTROL_POLICY --name guard-mfa "
            "--description 'Control of MFA needs MFA' --content file://{}\n"
            "aws organizations attach-policy --policy-id <POLICY-ID> --target-id {}",
            file, x->c->account->id, NULL);
    fix_terraform(x, "In the management account.",
                  arena_printf(x->scratch,
                               "resource \"aws_organizations_policy\" {} {\n"
                               "  name    = \"guard-mfa\"\n"
                               "  content = file(\"${path.module}/%s\")\n"
                               "}\n"
                               "\n"
                               "resource \"aws_organizations_policy_attachment\" {} {\n"
                               "  policy_id = aws_organizations_policy.%s.id\n"
                               "  target_id = {}\n"
                               "}",
                               file, x->f->id),
                  x->f->id, x->f->id, x->c->account->id, NULL);
}

static const struct fix rows[] = {
    {"iam.privileged_actions_require_mfa", guard_user},
    {"iam.mfa_enforcement_latent", guard_user},
    {"iam.mfa_control_actions_guarded", guard_user},
    {"iam.mfa_self_enrolment_guarded", guard_user},
    {"iam.users_mfa_enforced", guard_user},
    {"iam.privileged_calls_with_mfa", guard_call},
    {"iam.mfa_deny_reaches_everyone", guard_everyone},
    {"org.scp_mfa_guardrail", guard_organization},
};
const struct fix_list guard_fixes = {rows, sizeof rows / sizeof *rows};
