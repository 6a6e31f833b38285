/* credentials.h - who we are for AWS: the provider chain of the AWS CLI, and AssumeRole.
 *
 * Order: environment, role of the profile, web identity, SSO, shared credentials file, aws login
 * (refused by name), credential_process, config file, container, instance metadata. The first that
 * is configured decides: when it fails, the chain ends with its error. The environment is passed
 * over when the profile was named by the caller, not when AWS_PROFILE names it.
 *
 * Secrets stand in the fixed arrays of struct credentials and nowhere else; there is no function
 * that prints one. */
#ifndef AWS_CREDENTIALS_H
#define AWS_CREDENTIALS_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "aws/config.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/http.h"

#define CREDENTIAL_MOST_MS 300000L

struct credentials {
    char access_key_id[160];
    char secret_access_key[160];
    char session_token[8192]; /* "": none */
    time_t expires;           /* 0: never */
    char source[160];         /* "environment", "profile audit": for people, never a secret */
    char region[64];          /* the region in force, "": none; see credential_settings.region */
    long clock_offset; /* seconds to add to this machine's clock, as the STS that gave them showed;
                          credential_settings.clock_offset unless it was found to be wrong */
};
void credentials_clear(struct credentials *c); /* wipes */
#define cleanup_credentials CLEANUP(credentials_clear)

/* True when they end within `margin` seconds from `now`. */
bool credentials_expire_within(const struct credentials *c, time_t now, long margin);

/* What a scan knows of its requests for credentials. */
struct credential_traffic {
    struct pacer_shared *pacer;  /* of STS, for the scan and all its workers; NULL: none */
    size_t throttled, retried;   /* requests so far */
    void (*news)(void *context); /* told after every attempt; may be NULL */
    void *context;
};

struct credential_settings {
    const struct config *config; /* opened with the profile; must outlive the call */
    const char *region;          /* --region; NULL: environment, profile, instance metadata */
    /* A role to assume with what the chain found; NULL: none. */
    const char *role_arn, *external_id;
    const char *session_name; /* RoleSessionName of every role assumed here; NULL: the profile's
                                 role_session_name, else "reportgen" */
    struct http_settings http;
    long clock_offset; /* seconds to add to this machine's clock when signing */
    bool unattended;   /* nobody is asked for an MFA code: ERR_AUTH instead */
    long most_ms;      /* for one question with all its attempts; 0: CREDENTIAL_MOST_MS */
    struct credential_traffic *traffic; /* counted up by asking; NULL: nobody wants to know */
};

/* Find credentials. Errors: ERR_AUTH none found, expired, refused or incomplete; ERR_CONFIG a
 * profile that makes no sense; ERR_BUSY, ERR_NET, ERR_DENIED from STS and SSO; ERR_FORMAT,
 * ERR_LIMIT, ERR_IO of files and answers. *out is only written on success. Asks for an MFA code on
 * /dev/tty when the profile has mfa_serial. Call it again to renew credentials that expire. */
int credentials_resolve(const struct credential_settings *s, struct credentials *out,
                        struct error *err);

/* STS AssumeRole, signed with `with`. */
struct assume_role {
    const char *role_arn;
    const char *session_name; /* NULL: "reportgen"; characters that STS refuses become '-' */
    const char *external_id;  /* NULL: none */
    const char *mfa_serial;   /* NULL: none; else the code is asked for */
    long duration;            /* seconds; 0: STS's own default */
    const char *region; /* of the STS endpoint; NULL: the implied one of the role's partition */
};
int credentials_assume_role(const struct credential_settings *s, const struct credentials *with,
                            const struct assume_role *role, struct credentials *out,
                            struct error *err);

/* STS AssumeRoot, signed with `with`: a session of the root user of the member account `account`
 * that may look at its own credentials and do nothing else (AWS's policy
 * IAMAuditRootUserCredentials), for as long as AWS allows, 15 minutes. Only the management account
 * and a delegated administrator of IAM get one, and only at a regional endpoint; `region` NULL: the
 * implied one of the partition. */
int credentials_assume_root(const struct credential_settings *s, const struct credentials *with,
                            const char *account, const char *partition, const char *region,
                            struct credentials *out, struct error *err);

#endif
