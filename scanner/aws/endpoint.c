/* endpoint.c - the tables of partitions and services, and the address of a service. */
#include "aws/endpoint.h"

#include <stdio.h>
#include <string.h>

#include "aws/config_private.h"
#include "base/http.h"

/* To add one: a row, before any whose prefixes begin the same; then a row in test_endpoint.c. */
static const struct partition partitions[] = {
    {"aws-us-gov", "amazonaws.com", "us-gov-west-1", "us-gov-", "iam.us-gov.amazonaws.com",
     "us-gov-west-1", "us-gov-west-1", "iam.us-gov.amazonaws.com", "iam.us-gov.api.aws", "",
     "api.aws"},
    {"aws-cn", "amazonaws.com.cn", "cn-northwest-1", "cn-", "iam.cn-north-1.amazonaws.com.cn",
     "cn-north-1", "cn-northwest-1", NULL, NULL, NULL, NULL},
    {"aws-iso", "c2s.ic.gov", "us-iso-east-1", "us-iso-", "iam.us-iso-east-1.c2s.ic.gov",
     "us-iso-east-1", "us-iso-east-1", NULL, NULL, NULL, NULL},
    {"aws-iso-b", "sc2s.sgov.gov", "us-isob-east-1", "us-isob-", "iam.us-isob-east-1.sc2s.sgov.gov",
     "us-isob-east-1", "us-isob-east-1", NULL, NULL, NULL, NULL},
    {"aws-iso-e", "cloud.adc-e.uk", "eu-isoe-west-1", "eu-isoe-",
     "iam.eu-isoe-west-1.cloud.adc-e.uk", "eu-isoe-west-1", "eu-isoe-west-1", NULL, NULL, NULL,
     NULL},
    {"aws-iso-f", "csp.hci.ic.gov", "us-isof-south-1", "us-isof-",
     "iam.us-isof-south-1.csp.hci.ic.gov", "us-isof-south-1", "us-isof-south-1", NULL, NULL, NULL,
     NULL},
    {"aws-eusc", "amazonaws.eu", "eusc-de-east-1", "eusc-", "iam.eusc-de-east-1.amazonaws.eu",
     "eusc-de-east-1", "eusc-de-east-1", NULL, NULL, NULL, NULL},
    {"aws", "amazonaws.com", "us-east-1", "", "iam.amazonaws.com", "us-east-1", "us-east-1",
     "iam-fips.amazonaws.com", "iam.global.api.aws", "-fips", "api.aws"},
};

/* To add one: a row. */
static const struct service services[] = {
    {"iam", "iam", "iam", "IAM", PROTOCOL_QUERY, "2010-05-08", REACH_IAM, false},
    {"sts", "sts", "sts", "STS", PROTOCOL_QUERY, "2011-06-15", REACH_REGION, false},
    {"organizations", "organizations", "organizations", "ORGANIZATIONS", PROTOCOL_JSON11,
     "AWSOrganizationsV20161128", REACH_ORGANIZATIONS, false},
    {"account", "account", "account", "ACCOUNT", PROTOCOL_REST_JSON, NULL, REACH_ORGANIZATIONS,
     false},
    {"sso-admin", "sso", "sso", "SSO_ADMIN", PROTOCOL_JSON11, "SWBExternalService", REACH_REGION,
     false},
    {"identitystore", "identitystore", "identitystore", "IDENTITYSTORE", PROTOCOL_JSON11,
     "AWSIdentityStore", REACH_REGION, false},
    {"cloudtrail", "cloudtrail", "cloudtrail", "CLOUDTRAIL", PROTOCOL_JSON11,
     "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101", REACH_REGION, false},
    {"accessanalyzer", "access-analyzer", "access-analyzer", "ACCESSANALYZER", PROTOCOL_REST_JSON,
     NULL, REACH_REGION, false},
    {"cloudwatch", "monitoring", "monitoring", "CLOUDWATCH", PROTOCOL_QUERY, "2010-08-01",
     REACH_REGION, false},
    {"logs", "logs", "logs", "CLOUDWATCH_LOGS", PROTOCOL_JSON11, "Logs_20140328", REACH_REGION,
     false},
    {"ec2", "ec2", "ec2", "EC2", PROTOCOL_QUERY, "2016-11-15", REACH_REGION, false},
    {"s3", "s3", "s3", "S3", PROTOCOL_REST_XML, NULL, REACH_REGION, true},
    {"cognito-idp", "cognito-idp", "cognito-idp", "COGNITO_IDENTITY_PROVIDER", PROTOCOL_JSON11,
     "AWSCognitoIdentityProviderService", REACH_REGION, true},
    {"ds", "ds", "ds", "DIRECTORY_SERVICE", PROTOCOL_JSON11, "DirectoryService_20150416",
     REACH_REGION, false},
    {"sso", "portal.sso", NULL, "SSO", PROTOCOL_REST_JSON, NULL, REACH_REGION, false},
    {"sso-oidc", "oidc", NULL, "SSO_OIDC", PROTOCOL_REST_JSON, NULL, REACH_REGION, false},
};

const struct service *service_find(const char *name)
{
    for (size_t i = 0; i < sizeof services / sizeof *services; i++)
        if (strcmp(services[i].name, name) == 0)
            return &services[i];
    return NULL;
}

const struct partition *partition_find(const char *name)
{
    for (size_t i = 0; i < sizeof partitions / sizeof *partitions; i++)
        if (strcmp(partitions[i].name, name) == 0)
            return &partitions[i];
    return NULL;
}

const struct partition *partition_of_region(const char *region)
{
    size_t last = sizeof partitions / sizeof *partitions - 1;

    for (size_t i = 0; i < last; i++)
        if (strncmp(region, partitions[i].regions, strlen(partitions[i].regions)) == 0)
            return &partitions[i];
    return &partitions[last];
}

static void write_url(struct endpoint *out)
{
    (void)snprintf(out->url, sizeof out->url, "https://%s/", out->host);
    (void)snprintf(out->path, sizeof out->path, "/");
}

static void write_host(struct endpoint *out, const char *after_label, const char *suffix)
{
    (void)snprintf(out->host, sizeof out->host, "%s%s.%s.%s", out->service->label, after_label,
                   out->region, suffix);
}

/* The address by the public rules. `p` is the partition, out->region is set. */
static int usual_address(const struct partition *p, const struct config *config,
                         struct endpoint *out, struct error *err)
{
    bool fips = config && config_use_fips(config);
    bool dual = config && config_use_dualstack(config) && !out->service->exception;
    bool iam = out->service->reach == REACH_IAM;

    if (fips && dual)
        return fail(err, ERR_CONFIG, "FIPS and dual stack together are not supported; unset one");
    if (fips && !p->fips)
        return fail(err, ERR_CONFIG, "no FIPS endpoints are known in partition %s", p->name);
    if (dual && !p->dual_suffix)
        return fail(err, ERR_CONFIG, "no dual-stack endpoints are known in partition %s", p->name);
    if (iam)
        (void)snprintf(out->host, sizeof out->host, "%s",
                       fips   ? p->iam_fips
                       : dual ? p->iam_dual
                              : p->iam_host);
    else
        write_host(out,
                   !fips                     ? ""
                   : out->service->exception ? "-fips"
                                             : p->fips,
                   dual ? p->dual_suffix : p->suffix);
    write_url(out);
    return 0;
}

static int overridden_address(const char *url, struct endpoint *out, struct error *err)
{
    struct http_url parts;
    const char *id = out->service->id;

    if (!http_url_split(url, &parts) || *parts.query)
        return fail(err, ERR_CONFIG, "endpoint of %s: not an address of the form https://host/",
                    id);
    if (!parts.tls && !http_host_is_loopback(parts.host))
        return fail(err, ERR_CONFIG, "endpoint of %s: http:// to another machine; use https://",
                    id);

    const char *slash = parts.path[strlen(parts.path) - 1] == '/' ? "" : "/";
    int path = snprintf(out->path, sizeof out->path, "%s%s", parts.path, slash);
    int host = snprintf(out->host, sizeof out->host, "%s", parts.authority);
    int url_len = snprintf(out->url, sizeof out->url, "%s://%s%s", parts.tls ? "https" : "http",
                           out->host, out->path);

    if (path < 0 || (size_t)path >= sizeof out->path || host < 0 ||
        (size_t)host >= sizeof out->host || url_len < 0 || (size_t)url_len >= sizeof out->url)
        return fail(err, ERR_CONFIG, "endpoint of %s: address too long", id);
    out->overridden = true;
    return 0;
}

static const char *signing_region(const struct service *s, const struct partition *p,
                                  const char *region)
{
    if (s->reach == REACH_IAM)
        return p->iam_region;
    if (s->reach == REACH_ORGANIZATIONS)
        return p->organizations_region;
    return region ? region : p->implied;
}

int endpoint_resolve(const struct endpoint_question *q, struct endpoint *out, struct error *err)
{
    const struct service *s = service_find(q->service);
    const struct partition *p = q->partition ? partition_find(q->partition)
                                             : partition_of_region(q->region ? q->region : "");
    struct endpoint made = {.service = s};

    if (!s)
        return fail(err, ERR_CONFIG, "no endpoint is known for the service %.64s", q->service);
    if (!p)
        return fail(err, ERR_CONFIG, "no such partition: %.64s", q->partition);
    if (q->region && !config_is_region(q->region))
        return fail(err, ERR_CONFIG, "the region is not a name such as eu-central-1");
    made.signing_name = s->signing_name;
    (void)snprintf(made.region, sizeof made.region, "%s", signing_region(s, p, q->region));

    const char *override = q->config ? config_endpoint_url(q->config, s->id) : NULL;

    if (override ? overridden_address(override, &made, err)
                 : usual_address(p, q->config, &made, err))
        return -1;
    *out = made;
    return 0;
}
