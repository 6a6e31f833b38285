/* federation.h - entries for people and programs that sign in elsewhere: the SAML and OIDC
 * providers of an account, and IAM Identity Center with its permission sets, assignments and
 * directory. Filled by collect/providers.c, identity_center.c, permission_sets.c, assignments.c and
 * identity_store.c. Data only; every list is sorted and free of doubles.
 *
 * What is not here because no public API of AWS tells it: whether an identity provider asked for
 * MFA; the MFA settings of Identity Center (when people are asked, which kinds they may use, what
 * happens to who has none); the MFA devices of its users. Their absence says nothing: whether these
 * entries need MFA is attested by people, and contradicted by events. */
#ifndef MODEL_FEDERATION_H
#define MODEL_FEDERATION_H

#include "model/model.h"

/* --- Providers of an account -------------------------------------------------------------------
 */

struct saml_certificate {
    const char *use;       /* "signing", "encryption"; "": both */
    const char *sha256;    /* of its DER form; NULL: it cannot be read */
    const char *not_after; /* RFC 3339; NULL: it cannot be read */
};

/* What an identity provider says of itself (SAML 2.0 metadata, IDPSSODescriptor). */
struct saml_metadata {
    const char *entity_id;
    const char **hosts; /* of its sign-in addresses, in lower case */
    size_t host_count;
    struct saml_certificate *certificates; /* in the order of the document */
    size_t certificate_count;
};

struct saml_provider {
    const char *arn, *name;
    const char *created, *valid_until; /* as AWS writes them; NULL: not said */
    bool of_identity_center;           /* by its name, AWSSSO_..._DO_NOT_DELETE */
    struct source source;              /* its row in the list */

    /* GetSAMLProvider. When it is not complete, because it was refused, the provider was deleted
     * since or its document cannot be read, the rest is empty and unknown. */
    struct data_status metadata_status;
    struct saml_metadata metadata;
    const char *encryption; /* AssertionEncryptionMode, "Required" or "Allowed"; NULL: not said */
    struct source metadata_source;
};

struct oidc_provider {
    const char *arn;
    struct source source; /* its row in the list */

    /* GetOpenIDConnectProvider. When it is not complete the rest is empty and unknown. */
    struct data_status details_status;
    const char *url; /* without "https://" */
    const char *created;
    const char **clients, **thumbprints;
    size_t client_count, thumbprint_count;
    struct source details_source;
};

struct federation {
    struct saml_provider *saml; /* by ARN */
    size_t saml_count;
    struct oidc_provider *oidc; /* by ARN */
    size_t oidc_count;
};

/* The account's providers; none when nothing was read: account->data says whether that is known. */
const struct federation *federation_of(const struct account *a);
const struct saml_provider *federation_saml(const struct account *a, const char *arn);
const struct oidc_provider *federation_oidc(const struct account *a, const char *arn);

/* --- Identity Center ---------------------------------------------------------------------------
 */

/* A policy of the account that a permission set is provisioned to, by name. */
struct customer_policy {
    const char *name, *path;
};

struct permission_set {
    const char *arn, *name;
    const char *session_duration; /* ISO 8601, "PT8H"; NULL: not said */
    struct source source;         /* its row in the list */
    /* Of all that follows up to the boundary: what is not complete may lack documents. */
    struct data_status status;
    struct source description_source;
    struct document *inline_policy;  /* NULL: none */
    struct attached_policy *managed; /* AWS managed, by ARN */
    size_t managed_count;
    struct customer_policy *customer; /* by name and path */
    size_t customer_count;
    const char *boundary_arn;               /* NULL: none, or the following */
    const struct customer_policy *boundary; /* NULL: none, or the above */

    struct data_status provisioned_status; /* of ListAccountsForProvisionedPermissionSet */
    const char **accounts;                 /* it is provisioned to; sorted */
    size_t account_count;
};

enum store_kind { STORE_USER, STORE_GROUP };

/* Who may use a permission set in an account. */
struct assignment {
    const char *account, *permission_set; /* id, ARN */
    enum store_kind kind;
    const char *principal; /* id of a user or group of the identity store */
    struct source source;
};

struct store_user {
    const char *id;
    const char *name, *display_name; /* NULL: not said */
    const char *email;               /* the primary one, else the first; NULL: none */
    const char *status;              /* "ENABLED", "DISABLED"; NULL: not said */
    const char *issuer; /* of the first external id: made by another directory; NULL: made here */
    struct source source;
};

/* A group that something is assigned to may be missing in the list, deleted since; `name` is then
 * NULL. */
struct store_group {
    const char *id, *name;
    const char *issuer; /* as above */
    struct source source;
    bool assigned; /* something is assigned to it: its members are asked for */
    struct data_status members_status;
    const char **members; /* ids of users; sorted */
    size_t member_count;
    struct source members_source;
};

/* An instance of Identity Center. */
struct identity_center {
    const char *arn, *store_id;
    const char *name, *owner, *status; /* account id, "ACTIVE"; NULL: not said */
    const char *region;                /* where it lives, and is asked */
    struct source source;
    struct permission_set *sets; /* by ARN */
    size_t set_count;
    /* For accounts of the scan's scope only, by account, permission set, kind and principal. */
    struct assignment *assignments;
    size_t assignment_count;
    struct store_user *users; /* by id */
    size_t user_count;
    struct store_group *groups; /* by id */
    size_t group_count;
};

/* By id or ARN; NULL when there is none. Binary search: valid after the lists are sorted. */
const struct permission_set *center_set(const struct identity_center *c, const char *arn);
const struct store_user *center_user(const struct identity_center *c, const char *id);
struct store_group *center_group(const struct identity_center *c, const char *id);

#define RESERVED_PATH "/aws-reserved/sso.amazonaws.com/"

/* Is this a role that Identity Center made in an account? Its path says so. */
bool role_is_reserved(const struct principal *role);
/* The region in such a role's path, into the arena; NULL when the path names none, which means the
 * partition's first region. */
const char *role_reserved_region(const struct principal *role, struct arena *arena);
/* The permission set that such a role, AWSReservedSSO_<name>_<16 hex digits>, was made from; NULL
 * when it is none, no set has that name or sets of two instances have. */
const struct permission_set *role_permission_set(const struct model *m,
                                                 const struct principal *role);

/* Sort the lists and keep the first of equals. True when a provider was listed twice. */
bool federation_sort(struct federation *f);
void center_sort(struct identity_center *c);
/* The same for texts. */
void texts_sort(const char **texts, size_t *count);

#endif
