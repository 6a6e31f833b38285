/* root.c - checks on the root user of an account.
 *
 * Told by GetAccountSummary, whose Account* keys speak of root, not by the credential report,
 * which may be hours old and in some partitions has no root row. */
#include <string.h>

#include "checks/check.h"

static const struct summary_value *summary(const struct checking *c, enum summary_key key)
{
    return &c->account->summary[key];
}

/* Does root have any credential? yes: a count above 0; no: all three known and 0. */
enum presence { ABSENT, PRESENT, UNSURE };

static enum presence root_credentials(const struct checking *c)
{
    static const enum summary_key keys[] = {SUMMARY_ROOT_PASSWORD, SUMMARY_ROOT_KEYS,
                                            SUMMARY_ROOT_CERTIFICATES};
    enum presence presence = ABSENT;

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (summary(c, keys[i])->known && summary(c, keys[i])->value > 0)
            return PRESENT;
        if (!summary(c, keys[i])->known)
            presence = UNSURE;
    }
    return presence;
}

static struct finding *root_verdict(struct checking *c, enum status status, const char *detail)
{
    return verdict(c, status, c->account->root_arn, "root", "%s", detail);
}

static void cite_summary(struct checking *c, struct finding *f, enum summary_key key)
{
    if (summary(c, key)->known)
        cite(c, f, summary(c, key)->source);
}

static void observe_root(struct checking *c, struct finding *f)
{
    static const enum summary_key keys[] = {SUMMARY_ROOT_MFA, SUMMARY_ROOT_PASSWORD,
                                            SUMMARY_ROOT_KEYS, SUMMARY_ROOT_CERTIFICATES};
    const char *text = "";

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const struct summary_value *v = summary(c, keys[i]);
        const char *comma = i ? ", " : "";
        struct arena *arena = &c->out->arena;

        text = v->known
                   ? arena_printf(arena, "%s%s%s=%ld", text, comma, summary_key_name(keys[i]),
                                  v->value)
                   : arena_printf(arena, "%s%s%s absent", text, comma, summary_key_name(keys[i]));
        cite_summary(c, f, keys[i]);
    }
    observed(c, f, "%s", text);
}

/* Central root management closes e-mail recovery for the members of an organisation only: the
 * account's row in the organisation's list when it is such a member, else NULL. */
static const struct listed_account *managed_member(const struct checking *c)
{
    const struct model *m = c->model;

    if (!m->root_credentials_management || !m->management_id ||
        strcmp(m->management_id, c->account->id) == 0)
        return NULL;
    return model_listed(m, c->account->id);
}

/* Nothing to protect; and whether it stays so. */
static void judge_root_without_credentials(struct checking *c)
{
    const struct listed_account *member = managed_member(c);
    struct finding *f = root_verdict(
        c, STATUS_NOT_APPLICABLE,
        member ? "root has no credentials at all: password, keys, certificates and MFA are absent, "
                 "and central root management keeps e-mail recovery closed"
               : "root has no credentials at all: password, keys, certificates and MFA are absent; "
                 "whether e-mail recovery is closed is not known here");

    observe_root(c, f);
    if (!member)
        return;
    cite(c, f, c->model->features_source);
    cite(c, f, c->model->management_source);
    cite(c, f, member->source);
}

/* What follows from «no device»: shared by both device checks. */
static void judge_root_without_device(struct checking *c, const char *failing)
{
    switch (root_credentials(c)) {
    case ABSENT:
        judge_root_without_credentials(c);
        break;
    case PRESENT:
        observe_root(c, root_verdict(c, STATUS_FAIL, failing));
        break;
    case UNSURE:
        observe_root(c, root_verdict(c, STATUS_UNKNOWN,
                                     "root has no MFA device, and the account summary does not "
                                     "say whether it has credentials"));
        break;
    }
}

static void root_mfa_enabled(struct checking *c)
{
    const struct summary_value *mfa = summary(c, SUMMARY_ROOT_MFA);

    if (!mfa->known)
        observe_root(
            c, root_verdict(c, STATUS_UNKNOWN, "AccountMFAEnabled is not in the account summary"));
    else if (mfa->value > 0)
        observe_root(c, root_verdict(c, STATUS_PASS, "root has an MFA device"));
    else
        judge_root_without_device(c, "root can sign in and has no MFA device");
}

/* A virtual device whose owner is not named could be root's. */
static const struct device *device_of_unknown_owner(const struct account *a)
{
    for (size_t i = 0; i < a->virtual_device_count; i++)
        if (a->virtual_devices[i].owner_arn && !*a->virtual_devices[i].owner_arn)
            return &a->virtual_devices[i];
    return NULL;
}

/* A virtual device whose owner is root: by the owner's ARN, whatever the device is called. */
static const struct device *root_virtual_device(const struct account *a)
{
    for (size_t i = 0; i < a->virtual_device_count; i++)
        if (a->virtual_devices[i].owner_arn &&
            strcmp(a->virtual_devices[i].owner_arn, a->root_arn) == 0)
            return &a->virtual_devices[i];
    return NULL;
}

static void judge_known_virtual(struct checking *c, const struct device *virtual)
{
    struct finding *f = verdict(c, STATUS_FAIL, c->account->root_arn, "root",
                                "known: root's device %s is virtual; a hardware device beside it "
                                "would not help",
                                virtual->serial);

    observe_root(c, f);
    cite(c, f, virtual->source);
}

/* Root has a device and none of the listed virtual ones is known to be root's. */
static void judge_unlisted_device(struct checking *c)
{
    const struct device *unclear = device_of_unknown_owner(c->account);
    struct finding *f;

    if (!data_complete(c->account, DATA_VIRTUAL_DEVICES)) {
        unknown_because(c, c->account->root_arn, "root", &c->account->data[DATA_VIRTUAL_DEVICES]);
        return;
    }
    if (unclear) {
        f = verdict(c, STATUS_UNKNOWN, c->account->root_arn, "root",
                    "the virtual device %s has an owner who is not named; it may be root",
                    unclear->serial);
        cite(c, f, unclear->source);
    } else {
        f = root_verdict(c, STATUS_PASS,
                         "known: root has a device and no virtual device of the account is "
                         "root's; inferred: a hardware token or a passkey, which cannot be told "
                         "apart from here");
        cite(c, f, c->account->virtual_devices_source);
    }
    observe_root(c, f);
}

static void root_mfa_hardware(struct checking *c)
{
    const struct summary_value *mfa = summary(c, SUMMARY_ROOT_MFA);
    const struct device *virtual = root_virtual_device(c->account);

    if (virtual)
        judge_known_virtual(c, virtual);
    else if (!mfa->known)
        observe_root(
            c, root_verdict(c, STATUS_UNKNOWN, "AccountMFAEnabled is not in the account summary"));
    else if (mfa->value > 0)
        judge_unlisted_device(c);
    else
        judge_root_without_device(c, "root can sign in and has no MFA device of any kind");
}

static void root_access_keys_absent(struct checking *c)
{
    const struct summary_value *keys = summary(c, SUMMARY_ROOT_KEYS);
    struct finding *f;

    if (!keys->known)
        f = root_verdict(c, STATUS_UNKNOWN,
                         "AccountAccessKeysPresent is not in the account summary");
    else if (keys->value == 0)
        f = root_verdict(c, STATUS_PASS, "root has no access key");
    else
        f = root_verdict(c, STATUS_FAIL,
                         "root has an access key: it works without MFA and cannot be limited");
    observe_root(c, f);
}

static const struct check rows[] = {
    {
        .id = "iam.root_mfa_enabled",
        .title = "Root user has MFA",
        .severity = SEVERITY_CRITICAL,
        .tier = TIER_ROOT,
        .layer = LAYER_POPULATION,
        .core = true,
        .subject = SUBJECT_ROOT,
        .needs = DATA_BIT(DATA_SUMMARY),
        .passes_when = "root has an MFA device, or no credentials at all",
        .why = "Root can do everything in the account and no policy of the account limits it. "
               "Without a second factor one leaked password is the whole account.",
        .action = "Register an MFA device for",
        .noun = "root user",
        .nouns = "root users",
        .run = root_mfa_enabled,
    },
    {
        .id = "iam.root_mfa_hardware",
        .title = "Root user has no virtual MFA device",
        .severity = SEVERITY_HIGH,
        .tier = TIER_ROOT,
        .layer = LAYER_POPULATION,
        .subject = SUBJECT_ROOT,
        .needs = DATA_BIT(DATA_CALLER) | DATA_BIT(DATA_SUMMARY) | DATA_BIT(DATA_VIRTUAL_DEVICES),
        .handles = DATA_BIT(DATA_VIRTUAL_DEVICES),
        .passes_when = "root has at least one MFA device and none of them is virtual",
        .why = "The secret of a virtual device lies on a phone or in a password manager and can be "
               "copied. A security key or hardware token cannot.",
        .action = "Replace the virtual MFA device of",
        .noun = "root user",
        .nouns = "root users",
        .run = root_mfa_hardware,
    },
    {
        .id = "iam.root_access_keys_absent",
        .title = "Root user has no access keys",
        .severity = SEVERITY_CRITICAL,
        .tier = TIER_ROOT,
        .layer = LAYER_POPULATION,
        .core = true,
        .subject = SUBJECT_ROOT,
        .needs = DATA_BIT(DATA_SUMMARY),
        .passes_when = "AccountAccessKeysPresent is 0",
        .why = "A root access key signs any request without MFA, and no policy of the account can "
               "take its power away.",
        .action = "Delete the access keys of",
        .noun = "root user",
        .nouns = "root users",
        .run = root_access_keys_absent,
    },
};
const struct check_list root_checks = {rows, sizeof rows / sizeof *rows};
