/* detective.h - what watches an account, and what else in it signs people in: CloudTrail trails
 * with their alarms and buckets, Cognito user pools, directories. Part of the model
 * (model/model.h): what account->detective points to, never NULL from when the model is laid out
 * until model_release().
 *
 * Everything here is regional. Trails, pools and directories are known for the regions of the
 * model alone; a trail of one region outside them is not seen, a multi-region trail is, whatever
 * its home. */
#ifndef MODEL_DETECTIVE_H
#define MODEL_DETECTIVE_H

#include <stdbool.h>
#include <stddef.h>

#include "model/model.h"

/* What one region answered. */
struct region_state {
    const char *region;
    struct data_status status;
};

/* A trail as DescribeTrails tells it. Seen from a member account, the organisation's trail is one
 * of another account. */
struct trail {
    const char *arn, *name, *home_region;
    const char *account; /* its owner, by the ARN */
    const char *bucket;
    const char *log_group_arn; /* NULL: it does not write to CloudWatch Logs */
    bool multi_region, organization, global_events, log_validation;
    struct source source;

    struct data_status status; /* of GetTrailStatus, in its home region */
    bool logging;
    const char *delivery_error, *logs_delivery_error; /* latest ones, to S3 and Logs; NULL: none */
    struct source status_source;

    struct data_status selectors; /* of GetEventSelectors */
    bool logs_reads, logs_writes; /* management events that it records */
    bool narrowed;                /* some of those are left out: by source, name or caller */
    bool narrowed_more;           /* ... others than those of AWS KMS and the RDS Data API */
    struct source selectors_source;
};

/* A public key by which CloudTrail's digest files of a region are verified. */
struct public_key {
    const char *region, *fingerprint; /* AWS's own word for it: digest files name it */
    const char *der;                  /* PKCS#1 */
    size_t der_len;
    struct source source;
};

struct metric_filter {
    const char *name, *pattern;
    const char *metric_namespace, *metric_name; /* what a match is counted in */
    struct source source;
};

/* A log group of this account that a trail writes to, with its metric filters. */
struct log_group {
    const char *arn, *name, *region;
    struct data_status status; /* of DescribeMetricFilters */
    bool missing;              /* there is no such log group */
    struct metric_filter *filters;
    size_t filter_count;
    struct source source; /* the list of filters: evidence also when it is empty */
};

struct alarm_metric {
    const char *metric_namespace, *name;
};

/* Asked for where a log group has metric filters. */
struct alarm {
    const char *arn, *name, *region;
    const char *state; /* "OK", "ALARM", "INSUFFICIENT_DATA" */
    const char *rule;  /* of a composite alarm; NULL: a metric alarm */
    bool actions_enabled;
    const char **actions; /* ARNs of what it calls when it goes off */
    size_t action_count;
    struct alarm_metric *metrics; /* that it watches, also within an expression */
    size_t metric_count;
    struct source source;
};

enum versioning { VERSIONING_NEVER, VERSIONING_ENABLED, VERSIONING_SUSPENDED };

/* A bucket that trails write to. */
struct trail_bucket {
    const char *name;
    const char *region; /* NULL: not known */
    bool foreign;       /* only trails of other accounts write to it: likely another's bucket */
    bool missing;       /* there is no such bucket */

    struct data_status status; /* of GetBucketLocation, then of GetBucketVersioning */
    enum versioning versioning;
    bool mfa_delete;
    struct source source;

    struct data_status lock_status; /* of GetObjectLockConfiguration */
    bool object_lock;
    const char *lock_mode; /* of the default retention, "COMPLIANCE"; NULL: there is none */
    struct source lock_source;
};

enum pool_mfa { POOL_MFA_OFF, POOL_MFA_OPTIONAL, POOL_MFA_ON };

struct user_pool {
    const char *id, *name, *region;
    struct source source;

    struct data_status status; /* of GetUserPoolMfaConfig */
    enum pool_mfa mfa;
    bool sms, totp, email, webauthn; /* methods that are set up */
    struct source mfa_source;
};

/* RADIUS is how a directory asks for a second factor: only ADConnector and MicrosoftAD can. */
struct directory {
    const char *id, *name, *region;
    const char *type;          /* "SimpleAD", "ADConnector", "MicrosoftAD", "SharedMicrosoftAD" */
    const char *stage;         /* "Active", ... */
    const char *owner;         /* account of a shared directory's owner; NULL: this account's own */
    bool radius;               /* servers are set up, for a shared one at its owner's */
    const char *radius_status; /* "Completed", "Creating", "Failed"; NULL: none */
    const char *radius_protocol; /* "PAP", "CHAP", "MS-CHAPv1", "MS-CHAPv2"; NULL: none */
    bool sso;
    struct source source;
};

struct detective {
    struct trail *trails; /* by ARN */
    size_t trail_count;
    struct log_group *log_groups; /* by ARN */
    size_t log_group_count;
    struct alarm *alarms; /* by ARN */
    size_t alarm_count;
    struct trail_bucket *buckets; /* by name */
    size_t bucket_count;
    struct user_pool *pools; /* by id */
    size_t pool_count;
    struct directory *directories; /* by id */
    size_t directory_count;
    struct public_key *keys; /* asked for where there are digest files; by region, fingerprint */
    size_t key_count;

    /* Per region that was asked, in the model's order; alarms: where there are metric filters. */
    struct region_state *trail_regions, *alarm_regions, *pool_regions, *directory_regions;
    size_t trail_region_count, alarm_region_count, pool_region_count, directory_region_count;
    struct region_state *key_regions; /* regions that have digest files */
    size_t key_region_count;
};

/* Sort every list and drop doubles. Collectors call it after they have filled a list. */
void detective_sort(struct detective *d);

#endif
