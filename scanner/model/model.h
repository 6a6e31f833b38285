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
#define DATA_SETS(X)                                                                        \
    X(DATA_CALLER, "sts:GetCallerIdentity")                                                 \
    X(DATA_AUTHORIZATION, "iam:GetAccountAuthorizationDetails")                             \
    X(DATA_CREDENTIAL_REPORT, "iam:GetCredentialReport")                                    \
    X(DATA_SUMMARY, "iam:GetAccountSummary")                                                \
    X(DATA_VIRTUAL_DEVICES, "iam:ListVirtualMFADevices")                                    \
    X(DATA_USER_DEVICES, "iam:ListMFADevices")                                              \
    X(DATA_LOGIN_PROFILES, "iam:GetLoginProfile")                                           \
    X(DATA_ACCESS_KEYS, "iam:ListAccessKeys")                                               \
    X(DATA_KEY_USE, "iam:GetAccessKeyLastUsed")                                             \
    X(DATA_FIDO_DEVICES, "iam:GetMFADevice")                                                \
    X(DATA_SERVICE_CREDENTIALS, "iam:ListServiceSpecificCredentials")                       \
    X(DATA_PASSWORD_POLICY, "iam:GetAccountPasswordPolicy")                                 \
    X(DATA_ALIASES, "iam:ListAccountAliases")                                               \
    X(DATA_ORGANIZATION, "organizations:DescribeOrganization")                              \
    X(DATA_ACCOUNTS, "organizations:ListAccounts")                                          \
    X(DATA_ORGANIZATION_TREE, "organizations:ListRoots")                                    \
    X(DATA_SERVICE_CONTROL_POLICIES, "organizations:ListPolicies SERVICE_CONTROL_POLICY")   \
    X(DATA_RESOURCE_CONTROL_POLICIES, "organizations:ListPolicies RESOURCE_CONTROL_POLICY") \
    X(DATA_DELEGATED_ADMINISTRATORS, "organizations:ListDelegatedAdministrators")           \
    X(DATA_ORGANIZATION_FEATURES, "iam:ListOrganizationsFeatures")                          \
    X(DATA_TRAILS, "cloudtrail:DescribeTrails")                                             \
    X(DATA_TRAIL_STATUS, "cloudtrail:GetTrailStatus")                                       \
    X(DATA_EVENT_SELECTORS, "cloudtrail:GetEventSelectors")                                 \
    X(DATA_METRIC_FILTERS, "logs:DescribeMetricFilters")                                    \
    X(DATA_ALARMS, "cloudwatch:DescribeAlarms")                                             \
    X(DATA_TRAIL_BUCKETS, "s3:GetBucketVersioning")                                         \
    X(DATA_OBJECT_LOCK, "s3:GetObjectLockConfiguration")                                    \
    X(DATA_USER_POOLS, "cognito-idp:ListUserPools")                                         \
    X(DATA_POOL_MFA, "cognito-idp:GetUserPoolMfaConfig")                                    \
    X(DATA_DIRECTORIES, "ds:DescribeDirectories")                                           \
    X(DATA_EVENTS, "cloudtrail:LookupEvents")                                               \
    X(DATA_SAML_PROVIDERS, "iam:ListSAMLProviders")                                         \
    X(DATA_SAML_METADATA, "iam:GetSAMLProvider")                                            \
    X(DATA_OIDC_PROVIDERS, "iam:ListOpenIDConnectProviders")                                \
    X(DATA_OIDC_DETAILS, "iam:GetOpenIDConnectProvider")                                    \
    X(DATA_IDENTITY_CENTER, "sso-admin:ListInstances")                                      \
    X(DATA_PERMISSION_SETS, "sso-admin:ListPermissionSets")                                 \
    X(DATA_ASSIGNMENTS, "sso-admin:ListAccountAssignments")                                 \
    X(DATA_STORE_USERS, "identitystore:ListUsers")                                          \
    X(DATA_STORE_GROUPS, "identitystore:ListGroups")                                        \
    X(DATA_STORE_MEMBERSHIPS, "identitystore:ListGroupMemberships")                         \
    X(DATA_ROOT_CREDENTIALS, "sts:AssumeRoot")                                              \
    X(DATA_TRAIL_KEYS, "cloudtrail:ListPublicKeys")                                         \
    X(DATA_SIMULATIONS, "iam:SimulatePrincipalPolicy")

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
    /* GetMFADevice, of FIDO devices in users' lists: what the FIDO metadata service certifies.
     * An empty list does not prove a synced passkey. */
    struct data_status certified_status;
    struct tag *certifications; /* "FIDO" "L1", "FIPS-140-2" "L2"; sorted by key */
    size_t certification_count;
    struct source certified_source;
};

/* model/credentials.h */
struct report_row;
struct report;
struct credentials;
struct service_credential;
struct password_policy;

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
    struct credentials *credentials;   /* what else is known; never NULL for a user */
    const struct report_row *report;   /* NULL: not in the credential report */
    struct data_status devices_status; /* of ListMFADevices for this user, if it was asked */
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
struct root_credentials;
struct simulation;
/* What is kept of an account when it has been judged and the rest is released: small, and of the
 * same size for every account. What reaches from one account into another (which of its roles may
 * be assumed from where, for paths to administration over accounts) has its place here too: in a
 * first round over the accounts it would be filled, in a second one read. */
struct account_outline {
    size_t users, roles, console_users;
    /* The credential report: when it was made, RFC 3339 (NULL: none was read), and its age at the
     * scan in seconds, never below 0 (-1: not known). */
    const char *report_made;
    long report_age;
};

struct account {
    const char *id;
    const char *partition;  /* "aws", from the caller's own ARN; until it is known, the scope's */
    const char *caller_arn; /* who asked: sts:GetCallerIdentity; NULL: not known */
    const char *name;       /* in Organizations; NULL */
    const char *alias;      /* first account alias; NULL */
    const char *root_arn;   /* arn:P:iam::ID:root */
    bool included;          /* in the scan; otherwise `reason` says why not */
    const char *reason;
    struct data_status data[DATA_COUNT];
    struct account_outline outline; /* model_outline() fills it */

    struct principal *users, *groups, *roles;
    size_t user_count, group_count, role_count;
    struct managed_policy *policies;
    size_t policy_count;
    struct device *virtual_devices;
    size_t virtual_device_count;
    struct report_row *report; /* without the root row; sorted by ARN */
    size_t report_count;
    const struct report_row *report_root;
    struct report *report_info;                     /* never NULL before model_release() */
    struct service_credential *service_credentials; /* sorted by user, id */
    size_t service_credential_count;
    struct password_policy *password_policy; /* NULL: not read */
    struct summary_value summary[SUMMARY_COUNT];
    struct federation *federation; /* model/federation.h; federation_of() reads it */
    const char *contradiction; /* ARN of an entity that is listed twice, and differently; NULL */
    struct source virtual_devices_source; /* first page of the list */
    /* Trails, alarms, buckets, pools: model/detective.h; never NULL before model_release(). */
    struct detective *detective;
    struct events *events;          /* model/events.h; NULL: not asked for */
    struct root_credentials *root;  /* model/root.h; NULL: root was not asked about itself */
    struct simulation *simulations; /* model/simulation.h; in the order they were asked */
    size_t simulation_count;
};

struct listed_account {
    const char *id, *name, *state;
    struct source source;
};

struct inputs;
struct model {
    struct arena arena;          /* owns everything below */
    const struct inputs *inputs; /* model/inputs.h, lent by the assessment; NULL: defaults */
    const struct live_tests *live_tests; /* model/live_tests.h, lent likewise; NULL: none */
    const char *last_file;               /* of the source made last: thousands lie in one file */
    time_t started_at;                   /* when the scan began, also one resumed; 0: not known */
    time_t taken_at; /* when it ended: the only time against which a check judges */
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
    struct organization *organization; /* model/organization.h; NULL: none, or not asked */
    bool root_credentials_management;  /* ListOrganizationsFeatures */
    const char *features_of;           /* the organisation's id that it names; NULL: none seen */
    struct source features_source;     /* of that feature; without a file: not enabled */

    struct identity_center *centers; /* instances of IAM Identity Center: model/federation.h */
    size_t center_count;
};

void model_free(struct model *m);
#define cleanup_model CLEANUP(model_free)

/* Fill a->outline. After it, model_release() takes from the account everything but id, names,
 * partition, state and outline; these then lie in m->arena, every list is empty and every other
 * pointer NULL, also those that are never NULL before. */
void model_outline(const struct model *m, struct account *a);
void model_release(struct model *m, struct account *a);

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
