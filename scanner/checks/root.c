/* root.c - checks on the root user of an account.
 *
 * Told by GetAccountSummary, whose Account* keys speak of root, not by the credential report,
 * which may be hours old and in some partitions has no root row; and exactly, by root itself, where
 * the scan asked it (root_known.h). */
#include <string.h>

#include "base/text.h"
#include "checks/check.h"
#include "checks/root_known.h"

/* Does root have any credential? yes: one of any kind; no: none of all three kinds. */
static enum presence root_credentials(const struct checking *c)
{
    static const enum root_part kinds[] = {ROOT_PASSWORD, ROOT_KEYS, ROOT_CERTIFICATES};
    enum presence presence = ABSENT;

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        enum presence one = root_presence(c->account, kinds[i]);

        if (one == PRESENT)
            return PRESENT;
        if (one == UNSURE)
            presence = UNSURE;
    }
    return presence;
}

static struct finding *root_verdict(struct checking *c, enum status status, const char *detail)
{
    return verdict(c, status, c->account->root_arn, "root", "%s", detail);
}

static void judge(struct checking *c, enum status status, const char *detail)
{
    root_observe(c, root_verdict(c, status, detail));
}

/* UNKNOWN where the sources contradict each other about one of the parts. */
static bool is_contradicted(struct checking *c, const enum root_part *asked, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *why = root_contradiction(c, asked[i]);

        if (!why)
            continue;
        judge(c, STATUS_UNKNOWN, why);
        return true;
    }
    return false;
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

    root_observe(c, f);
    if (!member)
        return;
    cite(c, f, c->model->features_source);
    cite(c, f, c->model->management_source);
    cite(c, f, member->source);
}

/* What follows from «no device»: shared by both device checks. */
static void judge_root_without_device(struct checking *c, const char *failing)
{
    static const enum root_part kinds[] = {ROOT_PASSWORD, ROOT_KEYS, ROOT_CERTIFICATES};

    if (is_contradicted(c, kinds, sizeof kinds / sizeof *kinds))
        return;
    switch (root_credentials(c)) {
    case ABSENT:
        judge_root_without_credentials(c);
        break;
    case PRESENT:
        judge(c, STATUS_FAIL, failing);
        break;
    case UNSURE:
        judge(c, STATUS_UNKNOWN,
              "root has no MFA device, and the account summary does not say whether it has "
              "credentials");
        break;
    }
}

static void root_mfa_enabled(struct checking *c)
{
    static const enum root_part devices[] = {ROOT_DEVICES};

    if (is_contradicted(c, devices, 1))
        return;
    switch (root_presence(c->account, ROOT_DEVICES)) {
    case PRESENT:
        judge(c, STATUS_PASS, "root has an MFA device");
        break;
    case ABSENT:
        judge_root_without_device(c, "root can sign in and has no MFA device");
        break;
    case UNSURE:
        root_unknown(c, ROOT_DEVICES);
        break;
    }
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

    root_observe(c, f);
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
    root_observe(c, f);
}

static const struct device *find_device(const struct device *devices, size_t count,
                                        const char *serial)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(devices[i].serial, serial) == 0)
            return &devices[i];
    return NULL;
}

/* A virtual device that one list has as root's and the other has not; NULL: they agree. */
static const struct device *disputed_device(const struct account *a)
{
    const struct root_credentials *root = a->root;

    for (size_t i = 0; i < a->virtual_device_count; i++) {
        const struct device *d = &a->virtual_devices[i];
        bool is_roots = d->owner_arn && strcmp(d->owner_arn, a->root_arn) == 0;

        if (is_roots != (find_device(root->devices, root->device_count, d->serial) != NULL) &&
            (!d->owner_arn || *d->owner_arn))
            return d;
    }
    for (size_t i = 0; i < root->device_count; i++)
        if (root->devices[i].kind == DEVICE_VIRTUAL &&
            !find_device(a->virtual_devices, a->virtual_device_count, root->devices[i].serial))
            return &root->devices[i];
    return NULL;
}

/* "1 hardware TOTP, 2 FIDO" */
static const char *kinds_text(struct checking *c)
{
    const struct root_credentials *root = c->account->root;
    const char *text = "";

    for (int kind = DEVICE_VIRTUAL; kind <= DEVICE_SMS; kind++) {
        size_t count = 0;

        for (size_t i = 0; i < root->device_count; i++)
            count += root->devices[i].kind == (enum device_kind)kind;
        if (count > 0)
            text = arena_printf(&c->out->arena, "%s%s%zu %s", text, *text ? ", " : "", count,
                                device_kind_name((enum device_kind)kind));
    }
    return text;
}

/* Root named its devices. */
static void judge_named_devices(struct checking *c)
{
    const struct root_credentials *root = c->account->root;
    const struct device *weak = NULL;
    const char *kinds = kinds_text(c);
    struct finding *f;

    for (size_t i = 0; i < root->device_count && !weak; i++)
        if (root->devices[i].kind == DEVICE_VIRTUAL || root->devices[i].kind == DEVICE_SMS)
            weak = &root->devices[i];
    if (weak)
        f = verdict(c, STATUS_FAIL, c->account->root_arn, "root",
                    "known from root itself: its devices are %s, and that of weak kind, %s, can be "
                    "used whatever stands beside it",
                    kinds, text_shown(&c->out->arena, weak->serial));
    else
        f = verdict(c, STATUS_PASS, c->account->root_arn, "root",
                    "known from root itself: its devices are %s, and none is virtual", kinds);
    root_observe(c, f);
    for (size_t i = 0; i < root->device_count; i++)
        cite(c, f, root->devices[i].source);
}

/* Root was asked about its devices, and answered. */
static void judge_told_devices(struct checking *c)
{
    static const enum root_part devices[] = {ROOT_DEVICES};
    const struct account *a = c->account;
    const struct device *disputed =
        data_complete(a, DATA_VIRTUAL_DEVICES) ? disputed_device(a) : NULL;

    if (is_contradicted(c, devices, 1))
        return;
    if (disputed) {
        struct finding *f = verdict(c, STATUS_UNKNOWN, a->root_arn, "root",
                                    "iam:ListVirtualMFADevices and root itself do not agree on "
                                    "whether the virtual device %s is root's",
                                    text_shown(&c->out->arena, disputed->serial));

        root_observe(c, f);
        cite(c, f, disputed->source);
    } else if (a->root->device_count > 0) {
        judge_named_devices(c);
    } else {
        judge_root_without_device(c, "root can sign in and has no MFA device of any kind");
    }
}

static void root_mfa_hardware(struct checking *c)
{
    const struct device *virtual = root_virtual_device(c->account);

    if (root_told(c->account, ROOT_DEVICES)) {
        judge_told_devices(c);
        return;
    }
    if (virtual) {
        judge_known_virtual(c, virtual);
        return;
    }
    switch (root_presence(c->account, ROOT_DEVICES)) {
    case PRESENT:
        judge_unlisted_device(c);
        break;
    case ABSENT:
        judge_root_without_device(c, "root can sign in and has no MFA device of any kind");
        break;
    case UNSURE:
        root_unknown(c, ROOT_DEVICES);
        break;
    }
}

static void root_access_keys_absent(struct checking *c)
{
    static const enum root_part keys[] = {ROOT_KEYS};
    const struct root_list *told = root_told(c->account, ROOT_KEYS);

    if (is_contradicted(c, keys, 1))
        return;
    switch (root_presence(c->account, ROOT_KEYS)) {
    case ABSENT:
        judge(c, STATUS_PASS, "root has no access key");
        break;
    case PRESENT:
        judge(c, STATUS_FAIL,
              told && told->active == 0
                  ? "root has an access key, at present inactive: whoever may switch it on can use "
                    "it without MFA"
                  : "root has an access key: it works without MFA and cannot be limited");
        break;
    case UNSURE:
        root_unknown(c, ROOT_KEYS);
        break;
    }
}

static void root_signing_certificates_absent(struct checking *c)
{
    static const enum root_part certificates[] = {ROOT_CERTIFICATES};
    const struct root_list *told = root_told(c->account, ROOT_CERTIFICATES);

    if (is_contradicted(c, certificates, 1))
        return;
    switch (root_presence(c->account, ROOT_CERTIFICATES)) {
    case ABSENT:
        judge(c, STATUS_PASS, "root has no signing certificate");
        break;
    case PRESENT:
        judge(c, STATUS_FAIL,
              told && told->active == 0
                  ? "root has a signing certificate, at present inactive: whoever may switch it on "
                    "can sign with its key, without MFA"
                  : "root has a signing certificate: who holds its private key signs requests as "
                    "root, without MFA");
        break;
    case UNSURE:
        root_unknown(c, ROOT_CERTIFICATES);
        break;
    }
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
    {
        .id = "iam.root_signing_certificates_absent",
        .title = "Root user has no signing certificates",
        .severity = SEVERITY_MEDIUM,
        .tier = TIER_ROOT,
        .layer = LAYER_POPULATION,
        .subject = SUBJECT_ROOT,
        .needs = DATA_BIT(DATA_SUMMARY),
        .passes_when = "AccountSigningCertificatesPresent is 0",
        .why = "An X.509 signing certificate of root signs requests to the services that still "
               "speak SOAP, without MFA. Hardly anybody needs one, and hardly anybody remembers "
               "that it is there.",
        .action = "Delete the signing certificates of",
        .noun = "root user",
        .nouns = "root users",
        .run = root_signing_certificates_absent,
    },
};
const struct check_list root_checks = {rows, sizeof rows / sizeof *rows};
