/* watch.c - fixes about what watches people: alarms, trails' buckets, pools, directories. */
#include <string.h>

#include "fixes/fixing.h"
#include "fixes/policy.h"
#include "model/detective.h"

/* --- Alarms -------------------------------------------------------------------------------------
 */

struct watched {
    const char *check, *name, *metric, *pattern;
};
/* Patterns: CIS AWS Foundations Benchmark, "Monitoring". */
static const struct watched watches[] = {
    {"cloudwatch.root_usage_alarm", "root-usage", "RootUsage",
     "{ $.userIdentity.type = \"Root\" && $.userIdentity.invokedBy NOT EXISTS && "
     "$.eventType != \"AwsServiceEvent\" }"},
    {"cloudwatch.sign_in_without_mfa_alarm", "sign-in-without-mfa", "SignInWithoutMFA",
     "{ ($.eventName = \"ConsoleLogin\") && ($.additionalEventData.MFAUsed != \"Yes\") && "
     "($.userIdentity.type = \"IAMUser\") && ($.responseElements.ConsoleLogin = \"Success\") }"},
};

static const struct watched *watched_by(const char *check)
{
    size_t i = 0;

    while (strcmp(watches[i].check, check) != 0)
        i++;
    return &watches[i];
}

const char *fix_watch_pattern(const char *check)
{
    return watched_by(check)->pattern;
}

/* A log group of the account that one of its trails writes to, all regions' first. */
static const struct log_group *group_of(const struct account *a)
{
    const struct detective *d = a->detective;
    const struct log_group *found = NULL;

    for (size_t i = 0; i < d->log_group_count; i++)
        for (size_t k = 0; k < d->trail_count; k++)
            if (d->trails[k].log_group_arn && !d->log_groups[i].missing &&
                strcmp(d->trails[k].log_group_arn, d->log_groups[i].arn) == 0 &&
                (!found || d->trails[k].multi_region))
                found = &d->log_groups[i];
    return found;
}

static void write_to_group(struct fixing *x)
{
    const struct detective *d = x->c->account->detective;
    static const char about[] =
        "First a trail of all regions must write to a log group, with a role "
        "that may.";

    for (size_t i = 0; i < d->trail_count; i++)
        if (strcmp(d->trails[i].account, x->c->account->id) == 0) {
            fix_cli(x, about,
                    "aws cloudtrail update-trail --region {} --name {} --is-multi-region-trail "
                    "--cloud-watch-logs-log-group-arn <LOG-GROUP-ARN> "
                    "--cloud-watch-logs-role-arn <ROLE-ARN>",
                    d->trails[i].home_region ? d->trails[i].home_region : "us-east-1",
                    d->trails[i].arn, NULL);
            return;
        }
    fix_cli(x, about,
            "aws cloudtrail create-trail --name all-regions --s3-bucket-name <BUCKET-NAME> "
            "--is-multi-region-trail --cloud-watch-logs-log-group-arn <LOG-GROUP-ARN> "
            "--cloud-watch-logs-role-arn <ROLE-ARN>\n"
            "aws cloudtrail start-logging --name all-regions",
            NULL);
}

static void alarm_snippet(struct fixing *x, const struct watched *w, const char *group)
{
    fix_terraform(x, "In the region of the log group.",
                  "resource \"aws_cloudwatch_log_metric_filter\" {} {\n"
                  "  name           = {}\n"
                  "  log_group_name = {}\n"
                  "  pattern        = {}\n"
                  "\n"
                  "  metric_transformation {\n"
                  "    name      = {}\n"
                  "    namespace = \"MFA\"\n"
                  "    value     = \"1\"\n"
                  "  }\n"
                  "}\n"
                  "\n"
                  "resource \"aws_cloudwatch_metric_alarm\" {} {\n"
                  "  alarm_name          = {}\n"
                  "  namespace           = \"MFA\"\n"
                  "  metric_name         = {}\n"
                  "  statistic           = \"Sum\"\n"
                  "  period              = 300\n"
                  "  evaluation_periods  = 1\n"
                  "  threshold           = 1\n"
                  "  comparison_operator = \"GreaterThanOrEqualToThreshold\"\n"
                  "  treat_missing_data  = \"notBreaching\"\n"
                  "  alarm_actions       = [\"<SNS-TOPIC-ARN>\"]\n"
                  "}",
                  x->f->id, w->name, group, w->pattern, w->metric, x->f->id, w->name, w->metric,
                  NULL);
}

static void alarm_on(struct fixing *x)
{
    const struct watched *w = watched_by(x->f->check);
    const struct log_group *g = group_of(x->c->account);

    if (!g) {
        write_to_group(x);
        return;
    }
    fix_cli(x, "The filter, and an alarm that calls somebody. Both may replace those of that name.",
            "aws logs put-metric-filter --region {} --log-group-name {} --filter-name {} "
            "--filter-pattern {} "
            "--metric-transformations metricName={},metricNamespace=MFA,metricValue=1\n"
            "aws cloudwatch put-metric-alarm --region {} --alarm-name {} --namespace MFA "
            "--metric-name {} --statistic Sum --period 300 --evaluation-periods 1 --threshold 1 "
            "--comparison-operator GreaterThanOrEqualToThreshold --treat-missing-data notBreaching "
            "--alarm-actions <SNS-TOPIC-ARN>",
            g->region, g->name, w->name, w->pattern, w->metric, g->region, w->name, w->metric,
            NULL);
    alarm_snippet(x, w, g->name);
}

/* --- Buckets of trails --------------------------------------------------------------------------
 */

static const struct trail_bucket *bucket_of(const struct fixing *x, const char *name)
{
    const struct detective *d = x->c->account->detective;

    for (size_t i = 0; i < d->bucket_count; i++)
        if (strcmp(d->buckets[i].name, name) == 0)
            return &d->buckets[i];
    return NULL;
}

/* MFA delete can be switched on by root alone, with an access key (Amazon S3 User Guide,
 * "Configuring MFA delete"): another finding. */
static void lock_bucket(struct fixing *x)
{
    const char *colon = strrchr(x->f->resource, ':'), *name = colon ? colon + 1 : x->f->resource;
    const struct trail_bucket *b = bucket_of(x, name);

    if (b && b->missing) {
        fix_steps(x,
                  "The bucket {} does not exist: make it anew with a bucket policy for CloudTrail, "
                  "or let the trail write to another, and look at who deleted it.",
                  name, NULL);
        return;
    }
    fix_cli(x,
            "Object Lock does the same without a key of root, which MFA delete would need. Nobody "
            "can delete log files for that long then; choose the days before.",
            "aws s3api put-bucket-versioning --bucket {} --versioning-configuration "
            "Status=Enabled\n"
            "aws s3api put-object-lock-configuration --bucket {} --object-lock-configuration {}",
            name, name,
            "{\"ObjectLockEnabled\":\"Enabled\",\"Rule\":{\"DefaultRetention\":{\"Mode\":"
            "\"GOVERNANCE\",\"Days\":365}}}",
            NULL);
    fix_terraform(x, "",
                  "resource \"aws_s3_bucket_versioning\" {} {\n"
                  "  bucket = {}\n"
                  "\n"
                  "  versioning_configuration {\n"
                  "    status = \"Enabled\"\n"
                  "  }\n"
                  "}\n"
                  "\n"
                  "resource \"aws_s3_bucket_object_lock_configuration\" {} {\n"
                  "  bucket = {}\n"
                  "\n"
                  "  rule {\n"
                  "    default_retention {\n"
                  "      mode = \"GOVERNANCE\"\n"
                  "      days = 365\n"
                  "    }\n"
                  "  }\n"
                  "}",
                  x->f->id, name, x->f->id, name, NULL);
}

/* --- Pools and directories ----------------------------------------------------------------------
 */

static void pool(struct fixing *x)
{
    const struct detective *d = x->c->account->detective;
    const char *slash = strrchr(x->f->resource, '/'), *id = slash ? slash + 1 : x->f->resource;

    for (size_t i = 0; i < d->pool_count; i++) {
        if (strcmp(d->pools[i].id, id) != 0)
            continue;
        fix_cli(
            x,
            "Every user is asked at the next sign-in. The command replaces the pool's whole MFA "
            "configuration: name other methods that are in use as well.",
            "aws cognito-idp set-user-pool-mfa-config --region {} --user-pool-id {} "
            "--mfa-configuration ON --software-token-mfa-configuration Enabled=true",
            d->pools[i].region, id, NULL);
        fix_terraform(x, "Into the aws_cognito_user_pool of this pool.",
                      "  mfa_configuration = \"ON\"\n"
                      "\n"
                      "  software_token_mfa_configuration {\n"
                      "    enabled = true\n"
                      "  }",
                      NULL);
    }
}

static void directory(struct fixing *x)
{
    const struct detective *d = x->c->account->detective;
    const char *slash = strrchr(x->f->resource, '/'), *id = slash ? slash + 1 : x->f->resource;

    for (size_t i = 0; i < d->directory_count; i++) {
        if (strcmp(d->directories[i].id, id) != 0)
            continue;
        fix_cli(x,
                "Needs a RADIUS server that asks for the second factor. The shared secret stays in "
                "the shell's history: give the settings by file:// where that matters. A directory "
                "that is shared is set up in its owner's account.",
                d->directories[i].radius
                    ? "aws ds update-radius --region {} --directory-id {} --radius-settings "
                      "RadiusServers=<RADIUS-SERVER>,RadiusPort=1812,RadiusTimeout=30,"
                      "RadiusRetries=3,AuthenticationProtocol=MS-CHAPv2,DisplayLabel=MFA,"
                      "UseSameUsername=true,SharedSecret=<SHARED-SECRET>"
                    : "aws ds enable-radius --region {} --directory-id {} --radius-settings "
                      "RadiusServers=<RADIUS-SERVER>,RadiusPort=1812,RadiusTimeout=30,"
                      "RadiusRetries=3,AuthenticationProtocol=MS-CHAPv2,DisplayLabel=MFA,"
                      "UseSameUsername=true,SharedSecret=<SHARED-SECRET>",
                d->directories[i].region, id, NULL);
    }
}

static const struct fix rows[] = {
    {"cloudwatch.root_usage_alarm", alarm_on},
    {"cloudwatch.sign_in_without_mfa_alarm", alarm_on},
    {"s3.trail_bucket_mfa_delete", lock_bucket},
    {"cognito.user_pool_mfa", pool},
    {"ds.radius_mfa", directory},
};
const struct fix_list watch_fixes = {rows, sizeof rows / sizeof *rows};
