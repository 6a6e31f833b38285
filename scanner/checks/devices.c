/* devices.c - checks on MFA devices themselves. */
#include <string.h>

#include "checks/check.h"
#include "checks/identity.h"
#include "model/credentials.h"

static struct finding *device_verdict(struct checking *c, const struct device *d,
                                      enum status status, const char *detail)
{
    const char *slash = strrchr(d->serial, '/');
    struct finding *f = verdict(c, status, d->serial, slash ? slash + 1 : d->serial, "%s", detail);

    observed(c, f, "owner: %s",
             !d->owner_arn   ? "none"
             : *d->owner_arn ? d->owner_arn
                             : "not named");
    cite(c, f, d->source);
    return f;
}

static bool root_has_credentials(const struct account *a)
{
    return a->summary[SUMMARY_ROOT_PASSWORD].value > 0 || a->summary[SUMMARY_ROOT_KEYS].value > 0 ||
           a->summary[SUMMARY_ROOT_CERTIFICATES].value > 0;
}

static void judge_root_device(struct checking *c, const struct device *d)
{
    const struct account *a = c->account;
    struct finding *f;

    if (root_has_credentials(a))
        f = device_verdict(c, d, STATUS_PASS, "in use by root");
    else if (a->summary[SUMMARY_ROOT_PASSWORD].known && a->summary[SUMMARY_ROOT_KEYS].known &&
             a->summary[SUMMARY_ROOT_CERTIFICATES].known)
        f = device_verdict(c, d, STATUS_FAIL, "belongs to root, which has no credentials");
    else
        f = device_verdict(c, d, STATUS_UNKNOWN,
                           "belongs to root; whether root has credentials is not known");
    if (a->summary[SUMMARY_ROOT_PASSWORD].known)
        cite(c, f, a->summary[SUMMARY_ROOT_PASSWORD].source);
}

static void judge_user_device(struct checking *c, const struct device *d)
{
    const struct principal *user = model_user_by_arn(c->account, d->owner_arn);
    struct finding *f;

    if (!user) {
        (void)device_verdict(c, d, STATUS_UNKNOWN, "its owner is not among the listed users");
        return;
    }
    switch (identity_activity(c->account, user)) {
    case ACTIVITY_ACTIVE:
        f = device_verdict(c, d, STATUS_PASS, "in use by an active user");
        break;
    case ACTIVITY_IDLE:
        f = device_verdict(c, d, STATUS_FAIL,
                           "belongs to an idle user: no console password, no active access key");
        break;
    default:
        f = device_verdict(c, d, STATUS_UNKNOWN, "whether its owner is active is not known");
        break;
    }
    identity_cite_keys(c, f, user);
    if (user->credentials->asked & ASKED_LOGIN)
        cite(c, f, user->credentials->login_source);
}

static void mfa_devices_orphaned(struct checking *c)
{
    const struct account *a = c->account;

    for (size_t i = 0; i < a->virtual_device_count; i++) {
        const struct device *d = &a->virtual_devices[i];

        if (!d->owner_arn)
            (void)device_verdict(c, d, STATUS_FAIL, "not assigned to anybody");
        else if (strcmp(d->owner_arn, a->root_arn) == 0)
            judge_root_device(c, d);
        else
            judge_user_device(c, d);
    }
}

static const struct check rows[] = {
    {
        .id = "iam.mfa_devices_orphaned",
        .title = "No virtual MFA device is orphaned",
        .severity = SEVERITY_LOW,
        .tier = TIER_STANDARD,
        .layer = LAYER_POPULATION,
        .subject = SUBJECT_VIRTUAL_DEVICE,
        .needs = DATA_BIT(DATA_CALLER) | DATA_BIT(DATA_VIRTUAL_DEVICES) |
                 DATA_BIT(DATA_AUTHORIZATION) | DATA_BIT(DATA_CREDENTIAL_REPORT) |
                 DATA_BIT(DATA_SUMMARY) | DATA_BIT(DATA_LOGIN_PROFILES) |
                 DATA_BIT(DATA_ACCESS_KEYS),
        .handles = DATA_BIT(DATA_CREDENTIAL_REPORT) | DATA_BIT(DATA_LOGIN_PROFILES) |
                   DATA_BIT(DATA_ACCESS_KEYS),
        .passes_when = "every virtual device is assigned to an identity that can sign in",
        .why = "A device nobody owns hides in no list of users: its secret may still be on a phone "
               "and can be assigned to a user later.",
        .action = "Delete or reassign",
        .noun = "virtual MFA device",
        .nouns = "virtual MFA devices",
        .run = mfa_devices_orphaned,
    },
};
const struct check_list device_checks = {rows, sizeof rows / sizeof *rows};
