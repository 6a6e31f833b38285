/* other.c - fixes about federation, governance, and the account as a whole. */
#include <string.h>

#include "fixes/fixing.h"
#include "fixes/policy.h"

/* --- Federation ---------------------------------------------------------------------------------
 */

/* The settings of Identity Center's own sign-in have no public operation. */
static void identity_center(struct fixing *x)
{
    fix_steps(
        x,
        "AWS has no command for this. In the console of IAM Identity Center, under «Settings», "
        "«Authentication», «Configure multi-factor authentication»: prompt «Every time they "
        "sign in (always-on)», and for users without a device «Require them to register an "
        "MFA device at sign in».",
        NULL);
    fix_cli(x, "Shows who signed in, and with which credentials; run it in the instance's region.",
            "aws cloudtrail lookup-events --lookup-attributes "
            "AttributeKey=EventName,AttributeValue=UserAuthentication",
            NULL);
}

static void saml_provider(struct fixing *x)
{
    fix_steps(x,
              "AWS has no command for this: the identity provider behind {} asks for MFA, or does "
              "not. Set it there for every person, and attest it anew in attestations.yaml.",
              x->f->resource, NULL);
}

static void entry_points(struct fixing *x)
{
    fix_steps(x,
              "No command does this: name an owner of each federated entry, and attest the list in "
              "attestations.yaml.",
              NULL);
}

/* --- Governance ---------------------------------------------------------------------------------
 */

static void evidence(struct fixing *x)
{
    if (strcmp(x->f->resource, "iam:GetCredentialReport") == 0)
        fix_cli(x,
                "AWS makes a new report four hours after the last one; the scan takes live answers "
                "beside it.",
                "aws iam generate-credential-report\n"
                "reportgen scan --freshness live",
                NULL);
    else
        fix_cli(x, "A scan of its own, instead of one that was resumed.", "reportgen scan", NULL);
}

static void exceptions(struct fixing *x)
{
    fix_steps(
        x,
        "No AWS command: correct exception {} in exceptions.yaml, or delete it and fix what it "
        "covers.",
        x->f->resource, NULL);
    fix_cli(x, "Shows what is wrong in the register, with lines.", "reportgen exceptions check",
            NULL);
}

static void strategy(struct fixing *x)
{
    fix_steps(
        x,
        "No command of its own: this finding passes when its parts do. Root and administrators "
        "first, then every person who signs in; the findings of the parts in account {} hold "
        "the commands.",
        x->c->account->id, NULL);
}

/* --- iam.admin_users_excessive ------------------------------------------------------------------
 */

#define ADMINISTRATORS_SHOWN 20

static void too_many_administrators(struct fixing *x)
{
    const struct account *a = x->c->account;
    const char *list = "";
    size_t shown = 0, count = 0;

    for (size_t i = 0; i < a->user_count; i++) {
        const struct administrator *is = &x->c->administrators[i];

        if (is->verdict != ADMINISTRATOR_YES || ++count > ADMINISTRATORS_SHOWN)
            continue;
        if (fix_is_plain(a->users[i].name) && fix_is_plain(is->route))
            list = arena_printf(x->scratch, "%s%s%s (%s)", list, shown++ ? "; " : "",
                                a->users[i].name, is->route);
    }
    if (*list)
        fix_steps(x, "Decide who of these stays: {}{}", list,
                  count > ADMINISTRATORS_SHOWN ? "; and more." : ".", NULL);
    fix_cli(x, "Whom a group makes an administrator; the second, whom a policy of the user's own.",
            "aws iam remove-user-from-group --user-name <USER-NAME> --group-name <GROUP-NAME>\n"
            "aws iam detach-user-policy --user-name <USER-NAME> --policy-arn <POLICY-ARN>",
            NULL);
}

static const struct fix rows[] = {
    {"federation.identity_center_mfa", identity_center},
    {"federation.saml_mfa_attested", saml_provider},
    {"federation.entry_points_inventoried", entry_points},
    {"governance.evidence_fresh", evidence},
    {"governance.exceptions_current", exceptions},
    {"iam.admin_users_excessive", too_many_administrators},
    {"iam.mfa_enforcement_strategy", strategy},
};
const struct fix_list other_fixes = {rows, sizeof rows / sizeof *rows};
