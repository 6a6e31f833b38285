/* endpoint.h - where a service is reached, and what its requests are signed for.
 *
 * Partitions and services are two tables in endpoint.c, made from the public endpoint rules.
 * Global services have one host and one signing region per partition, whatever region was asked
 * for. An overridden address changes the host only: signing region and name stay. */
#ifndef AWS_ENDPOINT_H
#define AWS_ENDPOINT_H

#include <stdbool.h>
#include <stddef.h>

#include "aws/config.h"
#include "base/error.h"

enum protocol { PROTOCOL_QUERY, PROTOCOL_JSON11, PROTOCOL_REST_JSON, PROTOCOL_REST_XML };

enum reach { REACH_REGION, REACH_IAM, REACH_ORGANIZATIONS }; /* what decides the host */

struct service {
    const char *name;         /* "iam", as in a query log */
    const char *label;        /* first part of the host name, "access-analyzer" */
    const char *signing_name; /* NULL: requests are not signed */
    const char *id;           /* of AWS_ENDPOINT_URL_<ID> */
    enum protocol protocol;
    const char *version; /* PROTOCOL_QUERY: Version=; PROTOCOL_JSON11: prefix of X-Amz-Target */
    enum reach reach;
    bool exception; /* FIPS is "-fips" in every partition; dual stack is not used */
};
/* NULL: not known here. */
const struct service *service_find(const char *name);

struct partition {
    const char *name;    /* "aws", second part of every ARN */
    const char *suffix;  /* "amazonaws.com" */
    const char *implied; /* region to use when none is set */
    const char *regions; /* how its regions begin: "us-gov-"; "" is all others */
    const char *iam_host, *iam_region;
    const char *organizations_region;
    const char *iam_fips, *iam_dual; /* hosts; NULL: refused */
    const char *fips;                /* what follows the label in FIPS hosts; NULL: refused */
    const char *dual_suffix;         /* NULL: refused */
};
/* By name; NULL: not known. */
const struct partition *partition_find(const char *name);
/* By how the region begins; one that nobody knows is in "aws", as in the AWS CLI. */
const struct partition *partition_of_region(const char *region);

struct endpoint {
    char url[512];            /* "https://host[:port]/[path]", ends with a slash */
    char host[272];           /* as the Host header must say: with the port when not the default */
    char path[256];           /* of url, "/" unless overridden */
    char region[64];          /* to sign with */
    const char *signing_name; /* NULL: not signed */
    const struct service *service;
    bool overridden; /* by the environment or the profile: belongs in overrides[] */
};

/* `region` may be NULL for a global service, or where the partition's implied region will do;
 * `partition` is a name, or NULL: that of the region (none: "aws"). `config` may be NULL: no
 * overrides. Errors: ERR_CONFIG an unknown service or partition, a region that is no name, an
 * override that is no address or is clear text to another machine; FIPS or dual stack asked for
 * where the service has none. */
struct endpoint_question {
    const char *service, *region, *partition;
    const struct config *config;
};
int endpoint_resolve(const struct endpoint_question *q, struct endpoint *out, struct error *err);

#endif
