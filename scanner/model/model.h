/* model.h - the accounts as they stood at the scan: what the collectors read and the checks judge.
 * Data only. Built anew from the raw answers every time; never saved. */
#ifndef MODEL_MODEL_H
#define MODEL_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "base/arena.h"
#include "model/snapshot.h"

/* A place in a raw answer. `pointer` is an XPath over local names (XML) or a JSON Pointer (RFC
 * 6901); `cell` is a CSV fragment (RFC 7111, "cell=5,8") inside the decoded text found there. */
struct source {
    const char *file;
    const char *pointer;
    const char *cell; /* NULL: not a CSV */
};

/* The data sets. To add one: a row here, and the collector that fills it. */
#define DATA_SETS(X)                                               \
    X(DATA_CALLER, "sts:GetCallerIdentity")                        \
    X(DATA_AUTHORIZATION, "iam:GetAccountAuthorizationDetails")    \
    X(DATA_CREDENTIAL_REPORT, "iam:GetCredentialReport")           \
    X(DATA_SUMMARY, "iam:GetAccountSummary")                       \
    X(DATA_VIRTUAL_DEVICES, "iam:ListVirtualMFADevices")           \
    X(DATA_USER_DEVICES, "iam:ListMFADevices")                     \
    X(DATA_ALIASES, "iam:ListAccountAliases")                      \
    X(DATA_ORGANIZATION, "organizations:DescribeOrganization")     \
    X(DATA_ACCOUNTS, "organizations:ListAccounts")                 \
    X(DATA_ORGANIZATION_FEATURES, "iam:ListOrganizationsFeatures") \
    X(DATA_TRAILS, "cloudtrail:DescribeTrails")                    \
    X(DATA_TRAIL_STATUS, "cloudtrail:GetTrailStatus")              \
    X(DATA_EVENT_SELECTORS, "cloudtrail:GetEventSelectors")        \
    X(DATA_METRIC_FILTERS, "logs:DescribeMetricFilters")           \
    X(DATA_ALARMS, "cloudwatch:DescribeAlarms")                    \
    X(DATA_TRAIL_BUCKETS, "s3:GetBucketVersioning")                \
    X(DATA_OBJECT_LOCK, "s3:GetObjectLockConfiguration")           \
    X(DATA_USER_POOLS, "cognito-idp:ListUserPools")                \
    X(DATA_POOL_MFA, "cognito-idp:GetUserPoolMfaConfig")           \
    X(DATA_DIRECTORIES, "ds:DescribeDirectories")                  \
    X(DATA_EVENTS, "cloudtrail:LookupEvents")                      \
    X(DATA_TRAIL_KEYS, "cloudtrail:ListPublicKeys")

enum data_set {
#define X(id, name) id,
    DATA_SETS(X)
#undef X
        DATA_COUNT
};
#define DATA_BIT(set) (UINT64_C(1) << (set))

/* "iam:GetAccountSummary" for DATA_SUMMARY. */
const char *data_set_name(enum data_set set);

enum data_state {
    STATE_NOT_COLLECTED, /* never asked */
    STATE_COMPLETE,
    STATE_DENIED,     /* AWS refused */
    STATE_FAILED,     /* another error, or an answer that cannot be read */
    STATE_INCOMPLETE, /* pages are missing */
};
struct data_status {
    enum data_state state;
    const char *reason; /* one line, "iam:GetCredentialReport: AccessDenied"; NULL when complete */
    const char *file;   /* the raw answer that settled it; NULL: there is none */
};

struct tag {
    const char *key, *value;
};

struct attached_policy {
    const char *name, *arn;
};

/* A policy document. `text` is NULL when it could not be percent-decoded or was too large. */
struct document {
    const char *name; /* inline policy name; managed: "" */
    const char *text;
    size_t len;
    struct source source;
};

enum device_kind { DEVICE_VIRTUAL, DEVICE_FIDO, DEVICE_HARDWARE, DEVICE_SMS };

/* "virtual", "FIDO", "hardware TOTP", "SMS". */
const char *device_kind_name(enum device_kind kind);
/* Kind by the form of the serial number (AWS: ListMFADevices, "SerialNumber"): an ARN whose
 * resource begins mfa/, u2f/ or sms-mfa/; anything without "arn:" is a hardware token. An ARN of
 * another form counts as virtual: the weakest kind that is still in use. */
enum device_kind device_kind_of(const char *serial);

struct device {
    const char *serial;
    enum device_kind kind;
    const char *enabled_at; /* NULL: never */
    const char *owner_arn;  /* NULL: not assigned to anybody; "": to somebody AWS does not name */
    struct source source;
};

/* A cell of the credential report; the values AWS documents are kept apart. */
enum cell {
    CELL_NO_COLUMN, /* the report has no such column */
    CELL_TRUE,
    CELL_FALSE,
    CELL_NOT_SUPPORTED,
    CELL_NO_INFORMATION,
    CELL_NOT_APPLICABLE, /* "N/A" */
    CELL_OTHER,          /* anything else: never read as true or false */
};
enum cell cell_of(const char *text);

struct report_row {
    const char *user, *arn;
    enum cell password_enabled, mfa_active, key1_active, key2_active;
    const char *password_text; /* the cell as written */
    const char *created;       /* user_creation_time; NULL: no such column */
    struct source row, password, mfa, key1, key2;
};

/* An IAM user, group or role of GetAccountAuthorizationDetails. Groups have no path-only fields
 * of their own: what does not apply stays empty. */
struct principal {
    const char *name, *id, *arn, *path, *created;
    const char **groups; /* names; users only */
    size_t group_count;
    struct attached_policy *attached;
    size_t attached_count;
    struct document *inline_policies;
    size_t inline_count;
    const char *boundary_arn; /* NULL: none */
    struct tag *tags;
    size_t tag_count;
    struct document trust; /* roles only */
    struct source source;

    /* Users only. */
    const struct report_row *report;   /* NULL: not in the credential report */
    struct data_status devices_status; /* of ListMFADevices for this user */
    struct device *devices;
    size_t device_count;
    struct source devices_source; /* the list itself: evidence also when it is empty */
};

/* A managed policy, default version only. */
struct managed_policy {
    const char *name, *arn;
    const char *default_version;
    struct document document; /* of the default version */
    struct source source;
};

/* GetAccountSummary, the keys that are used. To add one: a row. */
#define SUMMARY_KEYS(X)                                \
    X(SUMMARY_USERS, "Users")                          \
    X(SUMMARY_GROUPS, "Groups")                        \
    X(SUMMARY_ROLES, "Roles")                          \
    X(SUMMARY_POLICIES, "Policies")                    \
    X(SUMMARY_MFA_DEVICES, "MFADevices")               \
    X(SUMMARY_ROOT_MFA, "AccountMFAEnabled")           \
    X(SUMMARY_ROOT_KEYS, "AccountAccessKeysPresent")   \
    X(SUMMARY_ROOT_PASSWORD, "AccountPasswordPresent") \
    X(SUMMARY_ROOT_CERTIFICATES, "AccountSigningCertificatesPresent")
enum summary_key {
#define X(id, name) id,
    SUMMARY_KEYS(X)
#undef X
        SUMMARY_COUNT
};
const char *summary_key_name(enum summary_key key);

struct summary_value {
    bool known; /* a key that is absent is unknown, never 0 */
    long value;
    struct source source;
};

struct events;

struct account {
    const char *id;
    const char *partition; /* "aws", from the caller's own ARN; NULL: not known */
    const char *name;      /* in Organizations; NULL */
    const char *alias;     /* first account alias; NULL */
    const char *root_arn;  /* arn:P:iam::ID:root; P is "aws" until the caller is known */
    bool included;         /* in the scan; otherwise `reason` says why not */
    const char *reason;
    struct data_status data[DATA_COUNT];

    struct principal *users, *groups, *roles;
    size_t user_count, group_count, role_count;
    struct managed_policy *policies;
    size_t policy_count;
    struct device *virtual_devices;
    size_t virtual_device_count;
    struct report_row *report; /* without the root row */
    size_t report_count;
    const struct report_row *report_root;
    const char *report_generated_at; /* RFC 3339 */
    struct summary_value summary[SUMMARY_COUNT];
    const char *contradiction; /* ARN of an entity that is listed twice, and differently; NULL */
    struct source virtual_devices_source; /* first page of the list */
    struct detective *detective;          /* trails, alarms, buckets, pools: model/detective.h */
    struct events *events;                /* model/events.h; NULL: not asked for */
};

struct listed_account {
    const char *id, *name, *state;
    struct source source;
};

struct model {
    struct arena arena; /* owns everything below */
    time_t taken_at;    /* the only time a check may read */
    const char *home;
    enum freshness freshness;
    const char **regions; /* where regional services are asked; sorted */
    size_t region_count;
    time_t period_from, period_to; /* the events that are asked for */
    struct account *accounts;      /* sorted by id */
    size_t account_count;

    const char *organization_id; /* NULL: none, or not visible */
    const char *management_id;
    struct source management_source; /* of management_id */
    struct listed_account *listed;   /* organizations:ListAccounts; sorted by id */
    size_t listed_count;
    bool root_credentials_management; /* ListOrganizationsFeatures */
    struct source features_source;    /* of that feature; without a file: not enabled */
};

void model_free(struct model *m);
#define cleanup_model CLEANUP(model_free)

/* By id; NULL when there is none. Binary search. */
struct account *model_account(const struct model *m, const char *id);
const struct listed_account *model_listed(const struct model *m, const char *id);
/* By name (users, groups) or ARN (policies); NULL when there is none. Binary search: valid after
 * model_sort(). */
const struct principal *model_user(const struct account *a, const char *name);
const struct principal *model_group(const struct account *a, const char *name);
const struct managed_policy *model_policy(const struct account *a, const char *arn);
const struct principal *model_user_by_arn(const struct account *a, const char *arn);

/* Sort every list (principals by name, policies by ARN, devices by serial), so that order does not
 * depend on arrival, and drop doubles: AWS's pages are not atomic, an entity can stand on two.
 * Where two differ, a->contradiction names one.
 * Collectors call it after they have filled a list. */
void model_sort(struct account *a);

/* State of a data set for an account; organisation-wide sets are kept at the home account. */
static inline bool data_complete(const struct account *a, enum data_set set)
{
    return a->data[set].state == STATE_COMPLETE;
}

#endif
