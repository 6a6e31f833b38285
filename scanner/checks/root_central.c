/* root_central.c - are the root users of an organisation's members taken away, and kept so?
 *
 * Two things are judged. The organisation, once, where the home account is: does it manage root
 * credentials centrally (iam:ListOrganizationsFeatures)? Only then is recovery by e-mail closed.
 * And every member: has its root user nothing to sign in with? Turning the feature on deletes
 * nothing, so neither stands for the other. */
#include <string.h>

#include "base/text.h"
#include "checks/check.h"
#include "checks/root_known.h"

static const struct account *home_of(const struct checking *c)
{
    return model_account(c->model, c->model->home);
}

/* --- The organisation ---------------------------------------------------------------------------
 */

/* By DescribeOrganization, or else by the answer about its features; NULL: neither names it. */
static const char *organization_id(const struct checking *c)
{
    return c->model->organization_id ? c->model->organization_id : c->model->features_of;
}

static struct finding *organization_verdict(struct checking *c, enum status status,
                                            const char *detail)
{
    const char *id = organization_id(c);
    struct finding *f = verdict(c, status, id, id, "%s", detail);

    cite(c, f, c->model->management_source);
    return f;
}

static void judge_features(struct checking *c)
{
    const char *file = c->account->data[DATA_ORGANIZATION_FEATURES].file;
    struct finding *f;

    if (c->model->root_credentials_management) {
        f = organization_verdict(c, STATUS_PASS,
                                 "root credentials of members are managed centrally: recovery of a "
                                 "member's root user by e-mail is closed");
        observed(c, f, "EnabledFeatures: RootCredentialsManagement");
        cite(c, f, c->model->features_source);
    } else {
        f = organization_verdict(c, STATUS_FAIL,
                                 "root credentials of members are not managed centrally: whoever "
                                 "reads the mail of a member's root user can give it a password");
        observed(c, f, "RootCredentialsManagement is not among the enabled features");
        cite(c, f, (struct source){file, "/*", NULL});
    }
}

static void judge_organization(struct checking *c)
{
    const struct data_status *features = &c->account->data[DATA_ORGANIZATION_FEATURES];
    const char *id = organization_id(c);

    if (id && (c->model->root_credentials_management ||
               data_complete(c->account, DATA_ORGANIZATION_FEATURES)))
        judge_features(c);
    else if (id)
        unknown_because(c, id, id, features);
    /* else whether there is an organisation is not known: said of the account's root */
}

/* --- Members ------------------------------------------------------------------------------------
 */

/* What root has of the four, "a password, access keys"; *unsure: of one of them nothing is known.
 */
static const char *root_has(const struct checking *c, enum root_part *unsure, bool *is_unsure)
{
    static const struct {
        enum root_part part;
        const char *text;
    } rows[] = {{ROOT_PASSWORD, "a password"},
                {ROOT_KEYS, "access keys"},
                {ROOT_CERTIFICATES, "signing certificates"},
                {ROOT_DEVICES, "an MFA device"}};
    const char *text = NULL;

    *is_unsure = false;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        enum presence presence = root_presence(c->account, rows[i].part);

        if (presence == PRESENT)
            text = text ? arena_printf(&c->out->arena, "%s, %s", text, rows[i].text) : rows[i].text;
        if (presence == UNSURE) {
            *unsure = rows[i].part;
            *is_unsure = true;
        }
    }
    return text;
}

static const char *member_contradiction(struct checking *c)
{
    for (int part = 0; part < ROOT_PART_COUNT; part++) {
        const char *why = root_contradiction(c, (enum root_part)part);

        if (why)
            return why;
    }
    return NULL;
}

static void judge_member(struct checking *c)
{
    const char *root = c->account->root_arn, *why = member_contradiction(c);
    enum root_part unsure = ROOT_DEVICES;
    bool is_unsure;
    const char *has = root_has(c, &unsure, &is_unsure);
    struct finding *f;

    if (!data_complete(c->account, DATA_SUMMARY)) {
        unknown_because(c, root, "root", &c->account->data[DATA_SUMMARY]);
        return;
    }
    if (!why && !has && is_unsure) {
        root_unknown(c, unsure);
        return;
    }
    if (why)
        f = verdict(c, STATUS_UNKNOWN, root, "root", "%s", why);
    else if (has)
        f = verdict(c, STATUS_FAIL, root, "root", "the member's root user still has %s", has);
    else
        f = verdict(c, STATUS_PASS, root, "root",
                    "the member's root user has no password, access keys, signing certificates or "
                    "MFA device");
    root_observe(c, f);
    cite(c, f, c->model->management_source);
    if (model_listed(c->model, c->account->id))
        cite(c, f, model_listed(c->model, c->account->id)->source);
}

/* Said once of the management account: by the organisation's finding where it is the home account.
 */
static void judge_management(struct checking *c)
{
    if (c->account != home_of(c))
        cite(c,
             verdict(c, STATUS_NOT_APPLICABLE, c->account->id, c->account->id,
                     "the management account: its root user cannot be managed centrally"),
             c->model->management_source);
}

/* What tells whether the account is a member was not read. */
static void unknown_member(struct checking *c, const struct data_status *why)
{
    struct finding *f = verdict(c, STATUS_UNKNOWN, c->account->root_arn, "root", "%s",
                                why->reason ? why->reason : "not read");

    root_observe(c, f);
    if (why->file)
        cite(c, f, (struct source){why->file, "", NULL});
}

/* Whether an account is a member is told by the home account: of itself by DescribeOrganization, of
 * others by the list of accounts. */
static void judge_account(struct checking *c)
{
    const struct account *a = c->account, *home = home_of(c);
    const struct data_status *organization = &home->data[DATA_ORGANIZATION];
    const struct data_status *accounts = &home->data[DATA_ACCOUNTS];
    struct finding *f;

    if (organization->state != STATE_COMPLETE) {
        unknown_member(c, organization);
    } else if (!c->model->management_id && a == home) {
        f = verdict(c, STATUS_NOT_APPLICABLE, a->root_arn, "root",
                    "the account is in no organisation: nobody else can manage its root user");
        cite(c, f, (struct source){organization->file, "", NULL});
    } else if (c->model->management_id && strcmp(c->model->management_id, a->id) == 0) {
        judge_management(c);
    } else if (a == home || model_listed(c->model, a->id)) {
        judge_member(c);
    } else if (c->model->management_id && accounts->state != STATE_COMPLETE) {
        unknown_member(c, accounts);
    } else {
        (void)verdict(c, STATUS_UNKNOWN, a->root_arn, "root",
                      "not an account of the home account's organisation: whether it is in "
                      "another one, and what that one manages, is not known here");
    }
}

static void root_credentials_centralized(struct checking *c)
{
    const struct account *home = home_of(c);
    bool standalone = home && data_complete(home, DATA_ORGANIZATION) && !c->model->management_id;

    if (!home) {
        (void)verdict(c, STATUS_UNKNOWN, c->account->root_arn, "root",
                      "the account that tells of the organisation is not among those of the scan");
        return;
    }
    if (c->account == home && !standalone)
        judge_organization(c);
    judge_account(c);
}

/* Home-only data: every other account has none of it, so `run` looks at the home account's. */
#define HOME_DATA \
    (DATA_BIT(DATA_ORGANIZATION) | DATA_BIT(DATA_ACCOUNTS) | DATA_BIT(DATA_ORGANIZATION_FEATURES))

static const struct check rows[] = {
    {
        .id = "iam.root_credentials_centralized",
        .title = "Root credentials of members are managed centrally, and absent",
        .severity = SEVERITY_HIGH,
        .tier = TIER_ROOT,
        .layer = LAYER_DESIGN,
        .subject = SUBJECT_ROOT,
        .needs = DATA_BIT(DATA_SUMMARY) | HOME_DATA,
        .handles = DATA_BIT(DATA_SUMMARY) | HOME_DATA,
        .passes_when = "the organisation has RootCredentialsManagement on; a member's root user "
                       "has no password, access keys, certificates or MFA device",
        .why = "A root user that has no credentials cannot be phished, and needs no device that "
               "somebody must keep. But as long as the organisation does not manage root "
               "credentials, an e-mail is enough to give it a password again.",
        .action = "Manage centrally, and delete what is left of,",
        .noun = "root user",
        .nouns = "root users",
        .run = root_credentials_centralized,
    },
};
const struct check_list root_central_checks = {rows, sizeof rows / sizeof *rows};
