/* test_collect_detective.c - the collectors of trails, alarms, buckets, user pools and directories
 * over answers in wire format. */
#include "collected.h"

#include "model/detective.h"

#define FIRST "eu-central-1"
#define SECOND "us-east-1"
#define TRAIL_ARN "arn:aws:cloudtrail:" FIRST ":" HOME_ID ":trail/t"
#define OTHERS_ARN "arn:aws:cloudtrail:" FIRST ":" OTHER_ID ":trail/t"
#define GROUP_ARN "arn:aws:logs:" FIRST ":" HOME_ID ":log-group:trail:*"
#define TOPIC "arn:aws:sns:" FIRST ":" HOME_ID ":alerts"

/* --- Telling it ------------------------------------------------------------------------------- */

static const char *const services[] = {"cloudtrail", "logs",        "cloudwatch",
                                       "s3",         "cognito-idp", "ds"};

static void open_regions(struct collected *c)
{
    cJSON *regions;

    open_run(c);
    run_account(&c->run, HOME_ID, NULL);
    for (size_t i = 0; i < sizeof services / sizeof *services; i++)
        run_collects(&c->run, services[i]);
    regions = cJSON_GetObjectItem(run_scope(&c->run), "regions");
    cJSON_AddItemToArray(regions, cJSON_CreateString(FIRST));
    cJSON_AddItemToArray(regions, cJSON_CreateString(SECOND));
}

/* A question to a regional service, "service:Operation". */
static cJSON *ask(struct collected *c, const char *question, const char *region,
                  const char *parameters)
{
    const char *colon = strchr(question, ':');
    cJSON *query = run_query(&c->run, HOME_ID, colon + 1, parameters);

    run_set(query, "service",
            cJSON_CreateString(arena_strndup(&c->run.arena, question, (size_t)(colon - question))));
    run_set(query, "region", cJSON_CreateString(region));
    return query;
}

static void answer(struct collected *c, const char *question, const char *region,
                   const char *parameters, const char *body)
{
    (void)run_page(&c->run, ask(c, question, region, parameters), NULL, body);
}

static void refuse(struct collected *c, const char *question, const char *region,
                   const char *parameters, int status, const char *body)
{
    run_error(&c->run, ask(c, question, region, parameters), NULL, status, body);
}

#define JSON_DENIED "{\"__type\":\"AccessDeniedException\",\"Message\":\"no\"}"
#define S3_ERROR(code) "<Error><Code>" code "</Code><Message>no</Message></Error>"
#define S3_SPACE " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\""

#define ALL_TRAILS "cloudtrail:DescribeTrails", FIRST, "{\"includeShadowTrails\":true}"
#define ALL_TRAILS_2 "cloudtrail:DescribeTrails", SECOND, "{\"includeShadowTrails\":true}"

static const char *trail_json(struct collected *c, const char *arn, const char *more)
{
    return arena_printf(&c->run.arena,
                        "{\"Name\":\"t\",\"TrailARN\":\"%s\",\"HomeRegion\":\"" FIRST
                        "\",\"S3BucketName\":\"logs.bucket\"%s}",
                        arn, more);
}

static void list_trails(struct collected *c, const char *trails)
{
    const char *body = arena_printf(&c->run.arena, "{\"trailList\":[%s]}", trails);

    answer(c, ALL_TRAILS, body);
    answer(c, ALL_TRAILS_2, body);
}

#define WITH_GROUP                                                                  \
    ",\"IsMultiRegionTrail\":true,\"CloudWatchLogsLogGroupArn\":\"" GROUP_ARN "\"," \
    "\"IncludeGlobalServiceEvents\":true,\"LogFileValidationEnabled\":true"

static const char *by_arn(struct collected *c, const char *key, const char *arn)
{
    return arena_printf(&c->run.arena, "{\"%s\":\"%s\"}", key, arn);
}

static void tell_status(struct collected *c, const char *body)
{
    answer(c, "cloudtrail:GetTrailStatus", FIRST, by_arn(c, "Name", TRAIL_ARN), body);
}

static void tell_selectors(struct collected *c, const char *body)
{
    answer(c, "cloudtrail:GetEventSelectors", FIRST, by_arn(c, "TrailName", TRAIL_ARN), body);
}

#define BUCKET "{\"Bucket\":\"logs.bucket\"}"
#define FILTERS "{\"limit\":50,\"logGroupName\":\"trail\"}"
#define ALARMS                                     \
    "{\"AlarmTypes.member.1\":\"CompositeAlarm\"," \
    "\"AlarmTypes.member.2\":\"MetricAlarm\",\"MaxRecords\":\"100\"}"

static const struct detective *collect_detective(struct collected *c)
{
    return collect_run(c)->detective;
}

static void expect_set(struct collected *c, enum data_set set, enum data_state state,
                       const char *reason)
{
    expect_state(model_account(&c->model, HOME_ID), set, state, reason);
}

/* --- Trails ----------------------------------------------------------------------------------- */

TEST(a_trail_is_listed_once_and_asked_in_its_home)
{
    struct collected c;
    const struct detective *d;

    open_regions(&c);
    list_trails(&c, trail_json(&c, TRAIL_ARN, WITH_GROUP));
    tell_status(&c, "{\"IsLogging\":true,\"LatestDeliveryError\":\"\","
                    "\"LatestCloudWatchLogsDeliveryError\":\"AccessDenied\","
                    "\"LatestDeliveryTime\":1.7e9}");
    tell_selectors(&c, "{\"TrailARN\":\"" TRAIL_ARN "\",\"EventSelectors\":[{\"ReadWriteType\":"
                       "\"WriteOnly\",\"IncludeManagementEvents\":true,\"DataResources\":[],"
                       "\"ExcludeManagementEventSources\":[]}]}");
    d = collect_detective(&c);
    expect_set(&c, DATA_TRAILS, STATE_COMPLETE, NULL);
    expect_set(&c, DATA_TRAIL_STATUS, STATE_COMPLETE, NULL);
    expect_set(&c, DATA_EVENT_SELECTORS, STATE_COMPLETE, NULL);
    assert_int_equal(d->trail_count, 1);
    assert_int_equal(d->trail_region_count, 2);
    assert_string_equal(d->trails[0].account, HOME_ID);
    assert_true(d->trails[0].multi_region && d->trails[0].log_validation);
    assert_false(d->trails[0].organization);
    assert_true(d->trails[0].logging);
    assert_null(d->trails[0].delivery_error);
    assert_string_equal(d->trails[0].logs_delivery_error, "AccessDenied");
    assert_true(d->trails[0].logs_writes);
    assert_false(d->trails[0].logs_reads);
    assert_false(d->trails[0].narrowed);
    assert_string_equal(d->trails[0].source.pointer, "/trailList/0");
    assert_string_equal(d->trails[0].status_source.pointer, "/IsLogging");
    close_run(&c);
}

TEST(no_trail_is_an_answer)
{
    struct collected c;
    const struct detective *d;

    open_regions(&c);
    list_trails(&c, "");
    d = collect_detective(&c);
    for (int set = DATA_TRAILS; set <= DATA_OBJECT_LOCK; set++)
        expect_set(&c, (enum data_set)set, STATE_COMPLETE, NULL);
    assert_int_equal(d->trail_count + d->log_group_count + d->bucket_count + d->alarm_count, 0);
    close_run(&c);
}

TEST(a_region_fails_alone)
{
    struct collected c;
    const struct detective *d;

    open_regions(&c);
    answer(&c, ALL_TRAILS, "{\"trailList\":[]}");
    refuse(&c, ALL_TRAILS_2, 400, "{\"__type\":\"UnrecognizedClientException\",\"message\":\"x\"}");
    d = collect_detective(&c);
    expect_set(&c, DATA_TRAILS, STATE_INCOMPLETE,
               "cloudtrail:DescribeTrails in us-east-1: UnrecognizedClientException: the region is "
               "not enabled for this account, or lacks the service");
    expect_set(&c, DATA_TRAIL_STATUS, STATE_INCOMPLETE, "not all are known: cloudtrail:Describe");
    expect_set(&c, DATA_METRIC_FILTERS, STATE_INCOMPLETE, "not all are known");
    assert_int_equal(d->trail_regions[0].status.state, STATE_COMPLETE);
    assert_int_equal(d->trail_regions[1].status.state, STATE_FAILED);
    close_run(&c);
}

TEST(denied_everywhere_is_denied)
{
    struct collected c;

    open_regions(&c);
    refuse(&c, ALL_TRAILS, 400, JSON_DENIED);
    refuse(&c, ALL_TRAILS_2, 400, JSON_DENIED);
    (void)collect_run(&c);
    expect_set(&c, DATA_TRAILS, STATE_DENIED,
               "cloudtrail:DescribeTrails in eu-central-1: AccessDeniedException (2 of 2 regions");
    expect_set(&c, DATA_TRAIL_BUCKETS, STATE_INCOMPLETE, "not all are known");
    close_run(&c);
}

TEST(nothing_is_asked_for_want_of_trails)
{
    struct collected c;

    open_run(&c);
    run_account(&c.run, HOME_ID, NULL);
    run_collects(&c.run, "s3");
    run_collects(&c.run, "logs");
    run_collects(&c.run, "cloudwatch");
    (void)collect_run(&c);
    expect_set(&c, DATA_TRAILS, STATE_NOT_COLLECTED, "not collected");
    expect_set(&c, DATA_TRAIL_BUCKETS, STATE_NOT_COLLECTED,
               "for want of cloudtrail:DescribeTrails");
    expect_set(&c, DATA_OBJECT_LOCK, STATE_NOT_COLLECTED, "for want of s3:GetBucketVersioning");
    expect_set(&c, DATA_ALARMS, STATE_NOT_COLLECTED, "for want of logs:DescribeMetricFilters");
    close_run(&c);
}

TEST(trails_that_are_refused)
{
    static const struct {
        const char *body, *reason;
    } rows[] = {
        {"[]", "expected"},
        {"{}", "trailList: expected"},
        {"{\"trailList\":{}}", "trailList: expected"},
        {"{\"trailList\":[1]}", "trailList[0]"},
        {"{\"trailList\":[{\"Name\":\"t\"}]}", "trailList[0]: TrailARN: expected text"},
        {"{\"trailList\":[{\"Name\":\"t\",\"TrailARN\":\"" TRAIL_ARN "\",\"HomeRegion\":\"" FIRST
         "\"}]}",
         "S3BucketName: expected text"},
        {"{\"trailList\":[{\"Name\":\"u\",\"TrailARN\":\"" TRAIL_ARN "\",\"HomeRegion\":\"" FIRST
         "\",\"S3BucketName\":\"b\"}]}",
         "TrailARN is not that of the trail"},
        {"{\"trailList\":[{\"Name\":\"t\",\"TrailARN\":\"" TRAIL_ARN "\",\"HomeRegion\":\"" SECOND
         "\",\"S3BucketName\":\"b\"}]}",
         "TrailARN is not that of the trail"},
        {"{\"trailList\":[{\"Name\":\"t\",\"TrailARN\":\"" OTHERS_ARN "\",\"HomeRegion\":\"" FIRST
         "\",\"S3BucketName\":\"b\"}]}",
         "a trail of another account"},
        {"{\"trailList\":[{\"Name\":\"t\",\"TrailARN\":\"" TRAIL_ARN "\",\"HomeRegion\":\"" FIRST
         "\",\"S3BucketName\":\"b\",\"IsMultiRegionTrail\":\"true\"}]}",
         "IsMultiRegionTrail"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct collected c;

        open_regions(&c);
        answer(&c, ALL_TRAILS, rows[i].body);
        answer(&c, ALL_TRAILS_2, rows[i].body);
        (void)collect_run(&c);
        expect_set(&c, DATA_TRAILS, STATE_FAILED, rows[i].reason);
        close_run(&c);
    }
}

TEST(two_regions_that_disagree)
{
    struct collected c;

    open_regions(&c);
    answer(&c, ALL_TRAILS,
           arena_printf(&c.run.arena, "{\"trailList\":[%s]}", trail_json(&c, TRAIL_ARN, "")));
    answer(&c, ALL_TRAILS_2,
           arena_printf(&c.run.arena, "{\"trailList\":[%s]}",
                        trail_json(&c, TRAIL_ARN, ",\"IsMultiRegionTrail\":true")));
    (void)collect_run(&c);
    expect_set(&c, DATA_TRAILS, STATE_INCOMPLETE, "is listed twice, and differently");
    close_run(&c);
}

TEST(which_management_events_are_recorded)
{
#define BASIC(text) "{\"TrailARN\":\"" TRAIL_ARN "\",\"EventSelectors\":[" text "]}"
#define ADVANCED(text)                                                       \
    "{\"TrailARN\":\"" TRAIL_ARN "\",\"AdvancedEventSelectors\":[{\"Name\":" \
    "\"n\",\"FieldSelectors\":[" text "]}]}"
#define MANAGEMENT "{\"Field\":\"eventCategory\",\"Equals\":[\"Management\"]}"
    static const struct {
        const char *body;
        bool reads, writes, narrowed;
    } rows[] = {
        {BASIC(""), false, false, false},
        {BASIC("{}"), true, true, false},
        {BASIC("{\"ReadWriteType\":\"All\",\"IncludeManagementEvents\":true}"), true, true, false},
        {BASIC("{\"ReadWriteType\":\"All\",\"IncludeManagementEvents\":false}"), false, false,
         false},
        {BASIC("{\"ReadWriteType\":\"ReadOnly\"},{\"ReadWriteType\":\"WriteOnly\"}"), true, true,
         false},
        {BASIC("{\"ExcludeManagementEventSources\":[\"kms.amazonaws.com\"]}"), true, true, true},
        {ADVANCED(MANAGEMENT), true, true, false},
        {ADVANCED(MANAGEMENT ",{\"Field\":\"readOnly\",\"Equals\":[\"true\"]}"), true, false,
         false},
        {ADVANCED(MANAGEMENT ",{\"Field\":\"readOnly\",\"Equals\":[\"false\"]}"), false, true,
         false},
        {ADVANCED(MANAGEMENT ",{\"Field\":\"eventSource\",\"NotEquals\":[\"kms.amazonaws.com\"]}"),
         true, true, true},
        {ADVANCED("{\"Field\":\"eventCategory\",\"Equals\":[\"Data\"]},{\"Field\":"
                  "\"resources.type\",\"Equals\":[\"AWS::S3::Object\"]}"),
         false, false, false},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct collected c;
        const struct detective *d;

        open_regions(&c);
        list_trails(&c, trail_json(&c, TRAIL_ARN, ""));
        tell_selectors(&c, rows[i].body);
        d = collect_detective(&c);
        expect_set(&c, DATA_EVENT_SELECTORS, STATE_COMPLETE, NULL);
        assert_int_equal(d->trails[0].logs_reads, rows[i].reads);
        assert_int_equal(d->trails[0].logs_writes, rows[i].writes);
        assert_int_equal(d->trails[0].narrowed, rows[i].narrowed);
        close_run(&c);
    }
}

TEST(selectors_and_status_that_are_refused)
{
    static const char *const bad_selectors[] = {
        "{}",
        "{\"TrailARN\":\"" TRAIL_ARN "\"}",
        "{\"TrailARN\":\"" OTHERS_ARN "\",\"EventSelectors\":[]}",
        BASIC("{\"ReadWriteType\":\"Some\"}"),
        BASIC("{\"IncludeManagementEvents\":1}"),
        "{\"TrailARN\":\"" TRAIL_ARN "\",\"EventSelectors\":{}}",
        "{\"TrailARN\":\"" TRAIL_ARN "\",\"AdvancedEventSelectors\":[{}]}",
        "{\"TrailARN\":\"" TRAIL_ARN "\",\"AdvancedEventSelectors\":[{\"FieldSelectors\":[{}]}]}",
    };
    static const char *const bad_status[] = {"{}", "{\"IsLogging\":\"true\"}", "null", "<a/>",
                                             "{\"IsLogging\":true,\"LatestDeliveryError\":1}"};

    for (size_t i = 0; i < sizeof bad_selectors / sizeof *bad_selectors; i++) {
        struct collected c;

        open_regions(&c);
        list_trails(&c, trail_json(&c, TRAIL_ARN, ""));
        tell_selectors(&c, bad_selectors[i]);
        (void)collect_run(&c);
        expect_set(&c, DATA_EVENT_SELECTORS, STATE_FAILED, "cloudtrail:GetEventSelectors");
        close_run(&c);
    }
    for (size_t i = 0; i < sizeof bad_status / sizeof *bad_status; i++) {
        struct collected c;

        open_regions(&c);
        list_trails(&c, trail_json(&c, TRAIL_ARN, ""));
        tell_status(&c, bad_status[i]);
        (void)collect_run(&c);
        expect_set(&c, DATA_TRAIL_STATUS, STATE_FAILED, "cloudtrail:GetTrailStatus");
        close_run(&c);
    }
}

/* A member sees the organisation's trail; what its owner keeps to itself is no gap of the member's.
 */
TEST(the_trail_of_the_organisation)
{
    struct collected c;
    const struct detective *d;

    open_regions(&c);
    list_trails(&c, trail_json(&c, OTHERS_ARN, WITH_GROUP ",\"IsOrganizationTrail\":true"));
    answer(&c, "cloudtrail:GetTrailStatus", FIRST, by_arn(&c, "Name", OTHERS_ARN),
           "{\"IsLogging\":true}");
    refuse(&c, "s3:GetBucketLocation", SECOND, BUCKET, 403, S3_ERROR("AccessDenied"));
    d = collect_detective(&c);
    expect_set(&c, DATA_TRAIL_STATUS, STATE_COMPLETE, NULL);
    expect_set(&c, DATA_EVENT_SELECTORS, STATE_COMPLETE, NULL);
    expect_set(&c, DATA_TRAIL_BUCKETS, STATE_COMPLETE, NULL);
    assert_true(d->trails[0].logging);
    assert_int_equal(d->trails[0].selectors.state, STATE_NOT_COLLECTED);
    assert_int_equal(d->buckets[0].status.state, STATE_DENIED);
    assert_int_equal(d->buckets[0].lock_status.state, STATE_DENIED);
    assert_true(d->buckets[0].foreign);
    close_run(&c);
}

/* --- Alarms ----------------------------------------------------------------------------------- */

#define ROOT_PATTERN "{ $.userIdentity.type = \\\"Root\\\" }"

TEST(filters_and_alarms)
{
    struct collected c;
    const struct detective *d;
    cJSON *filters;

    open_regions(&c);
    list_trails(&c, trail_json(&c, TRAIL_ARN, WITH_GROUP));
    filters = ask(&c, "logs:DescribeMetricFilters", FIRST, FILTERS);
    run_page(&c.run, filters, NULL,
             "{\"metricFilters\":[{\"filterName\":\"root\",\"filterPattern\":\"" ROOT_PATTERN
             "\",\"logGroupName\":\"trail\",\"metricTransformations\":[{\"metricName\":\"Root\","
             "\"metricNamespace\":\"Audit\",\"metricValue\":\"1\"}],\"creationTime\":1}],"
             "\"nextToken\":\"more\"}");
    run_page(&c.run, filters, "more", "{\"metricFilters\":[]}");
    answer(
        &c, "cloudwatch:DescribeAlarms", FIRST, ALARMS,
        "<DescribeAlarmsResponse><DescribeAlarmsResult><MetricAlarms><member><AlarmName>z"
        "</AlarmName><AlarmArn>arn:aws:cloudwatch:" FIRST ":" HOME_ID ":alarm:z</AlarmArn>"
        "<ActionsEnabled>true</ActionsEnabled><AlarmActions><member>" TOPIC "</member>"
        "</AlarmActions><StateValue>OK</StateValue><MetricName>Root</MetricName><Namespace>Audit"
        "</Namespace></member><member><AlarmName>a</AlarmName><AlarmArn>arn:aws:cloudwatch:" FIRST
        ":" HOME_ID ":alarm:a</AlarmArn><ActionsEnabled>false</ActionsEnabled><AlarmActions/>"
        "<Metrics><member><Id>m</Id><MetricStat><Metric><Namespace>Audit</Namespace><MetricName>"
        "Root</MetricName></Metric></MetricStat></member><member><Id>e</Id><Expression>m*2"
        "</Expression></member></Metrics></member></MetricAlarms><CompositeAlarms><member>"
        "<AlarmName>c</AlarmName><AlarmArn>arn:aws:cloudwatch:" FIRST ":" HOME_ID
        ":alarm:c</AlarmArn><ActionsEnabled>true</ActionsEnabled><AlarmRule>ALARM(a)</AlarmRule>"
        "</member></CompositeAlarms></DescribeAlarmsResult></DescribeAlarmsResponse>");
    d = collect_detective(&c);
    expect_set(&c, DATA_METRIC_FILTERS, STATE_COMPLETE, NULL);
    expect_set(&c, DATA_ALARMS, STATE_COMPLETE, NULL);
    assert_int_equal(d->log_group_count, 1);
    assert_string_equal(d->log_groups[0].name, "trail");
    assert_int_equal(d->log_groups[0].filter_count, 1);
    assert_string_equal(d->log_groups[0].filters[0].metric_name, "Root");
    assert_string_equal(d->log_groups[0].source.pointer, "/metricFilters");
    assert_int_equal(d->alarm_count, 3);
    assert_string_equal(d->alarms[0].name, "a");
    assert_int_equal(d->alarms[0].metric_count, 1);
    assert_string_equal(d->alarms[0].metrics[0].name, "Root");
    assert_int_equal(d->alarms[0].action_count, 0);
    assert_string_equal(d->alarms[1].rule, "ALARM(a)");
    assert_int_equal(d->alarms[1].metric_count, 0);
    assert_true(d->alarms[2].actions_enabled);
    assert_string_equal(d->alarms[2].actions[0], TOPIC);
    expect_holds(d->alarms[2].source.pointer, "[local-name()='member'][1]");
    close_run(&c);
}

TEST(a_log_group_that_is_gone)
{
    struct collected c;
    const struct detective *d;

    open_regions(&c);
    list_trails(&c, trail_json(&c, TRAIL_ARN, WITH_GROUP));
    refuse(&c, "logs:DescribeMetricFilters", FIRST, FILTERS, 400,
           "{\"__type\":\"ResourceNotFoundException\",\"message\":\"x\"}");
    d = collect_detective(&c);
    expect_set(&c, DATA_METRIC_FILTERS, STATE_COMPLETE, NULL);
    expect_set(&c, DATA_ALARMS, STATE_COMPLETE, NULL);
    assert_true(d->log_groups[0].missing);
    close_run(&c);
}

static void one_filter(struct collected *c)
{
    list_trails(c, trail_json(c, TRAIL_ARN, WITH_GROUP));
    answer(c, "logs:DescribeMetricFilters", FIRST, FILTERS,
           "{\"metricFilters\":[{\"filterName\":\"f\",\"filterPattern\":\"\","
           "\"metricTransformations\":[{\"metricName\":\"m\",\"metricNamespace\":\"n\"}]}]}");
}

TEST(filters_that_are_refused)
{
    static const char *const bad[] = {
        "{}",
        "{\"metricFilters\":[{}]}",
        "{\"metricFilters\":[{\"filterName\":\"f\",\"metricTransformations\":[]}]}",
        "{\"metricFilters\":[{\"filterName\":\"f\",\"filterPattern\":\"\"}]}",
        "{\"metricFilters\":[{\"filterName\":\"f\",\"filterPattern\":\"\","
        "\"metricTransformations\":[{}]}]}",
        "{\"metricFilters\":[{\"filterName\":\"f\",\"filterPattern\":\"\",\"logGroupName\":"
        "\"other\",\"metricTransformations\":[]}]}",
        "{\"metricFilters\":[],\"nextToken\":1}",
        "{\"metricFilters\":[],\"nextToken\":\"\"}",
    };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct collected c;

        open_regions(&c);
        list_trails(&c, trail_json(&c, TRAIL_ARN, WITH_GROUP));
        answer(&c, "logs:DescribeMetricFilters", FIRST, FILTERS, bad[i]);
        (void)collect_run(&c);
        expect_set(&c, DATA_METRIC_FILTERS, STATE_FAILED, "logs:DescribeMetricFilters");
        expect_set(&c, DATA_ALARMS, STATE_INCOMPLETE, "not all are known");
        close_run(&c);
    }
}

TEST(alarms_that_are_refused)
{
#define ALARM_XML(arn, enabled)                                                        \
    "<DescribeAlarmsResponse><DescribeAlarmsResult><MetricAlarms><member><AlarmName>a" \
    "</AlarmName><AlarmArn>" arn "</AlarmArn>" enabled "</member></MetricAlarms>"      \
    "</DescribeAlarmsResult></DescribeAlarmsResponse>"
#define ENABLED "<ActionsEnabled>true</ActionsEnabled>"
    static const char *const bad[] = {
        "",
        "<DescribeAlarmsResponse/>",
        "<DescribeAlarmsForMetricResponse><DescribeAlarmsResult/></"
        "DescribeAlarmsForMetricResponse>",
        ALARM_XML("arn:aws:cloudwatch:" FIRST ":" OTHER_ID ":alarm:a", ENABLED),
        ALARM_XML("arn:aws:cloudwatch:" SECOND ":" HOME_ID ":alarm:a", ENABLED),
        ALARM_XML("arn:aws:cloudwatch:" FIRST ":" HOME_ID ":alarm:a", ""),
        ALARM_XML("arn:aws:cloudwatch:" FIRST ":" HOME_ID ":alarm:a",
                  "<ActionsEnabled>yes</ActionsEnabled>"),
        "<DescribeAlarmsResponse><DescribeAlarmsResult><NextToken/></DescribeAlarmsResult>"
        "</DescribeAlarmsResponse>",
    };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct collected c;

        open_regions(&c);
        one_filter(&c);
        answer(&c, "cloudwatch:DescribeAlarms", FIRST, ALARMS, bad[i]);
        (void)collect_run(&c);
        expect_set(&c, DATA_ALARMS, STATE_FAILED, "cloudwatch:DescribeAlarms in eu-central-1");
        close_run(&c);
    }
}

/* --- Buckets ---------------------------------------------------------------------------------- */

TEST(a_bucket_in_its_region)
{
    static const struct {
        const char *location, *region;
    } places[] = {
        {"<LocationConstraint" S3_SPACE ">ap-southeast-2</LocationConstraint>", "ap-southeast-2"},
        {"<LocationConstraint" S3_SPACE "/>", "us-east-1"},
        {"<LocationConstraint" S3_SPACE ">EU</LocationConstraint>", "eu-west-1"},
        {"<LocationConstraint>\n  eu-west-1\n</LocationConstraint>", "eu-west-1"},
    };

    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        struct collected c;
        const struct detective *d;

        open_regions(&c);
        list_trails(&c, trail_json(&c, TRAIL_ARN, ""));
        answer(&c, "s3:GetBucketLocation", SECOND, BUCKET, places[i].location);
        answer(&c, "s3:GetBucketVersioning", places[i].region, BUCKET,
               "<VersioningConfiguration" S3_SPACE "><Status>Enabled</Status><MfaDelete>Enabled"
               "</MfaDelete></VersioningConfiguration>");
        answer(&c, "s3:GetObjectLockConfiguration", places[i].region, BUCKET,
               "<ObjectLockConfiguration" S3_SPACE "><ObjectLockEnabled>Enabled</ObjectLockEnabled>"
               "<Rule><DefaultRetention><Mode>COMPLIANCE</Mode><Days>365</Days></DefaultRetention>"
               "</Rule></ObjectLockConfiguration>");
        d = collect_detective(&c);
        expect_set(&c, DATA_TRAIL_BUCKETS, STATE_COMPLETE, NULL);
        expect_set(&c, DATA_OBJECT_LOCK, STATE_COMPLETE, NULL);
        assert_int_equal(d->bucket_count, 1);
        assert_string_equal(d->buckets[0].region, places[i].region);
        assert_int_equal(d->buckets[0].versioning, VERSIONING_ENABLED);
        assert_true(d->buckets[0].mfa_delete && d->buckets[0].object_lock);
        assert_string_equal(d->buckets[0].lock_mode, "COMPLIANCE");
        assert_false(d->buckets[0].foreign || d->buckets[0].missing);
        expect_holds(d->buckets[0].source.pointer, "local-name()='VersioningConfiguration'");
        close_run(&c);
    }
}

TEST(never_versioned_and_not_locked)
{
    struct collected c;
    const struct detective *d;

    open_regions(&c);
    list_trails(&c, trail_json(&c, TRAIL_ARN, ""));
    answer(&c, "s3:GetBucketLocation", SECOND, BUCKET, "<LocationConstraint/>");
    answer(&c, "s3:GetBucketVersioning", SECOND, BUCKET, "<VersioningConfiguration" S3_SPACE "/>");
    refuse(&c, "s3:GetObjectLockConfiguration", SECOND, BUCKET, 404,
           S3_ERROR("ObjectLockConfigurationNotFoundError"));
    d = collect_detective(&c);
    expect_set(&c, DATA_TRAIL_BUCKETS, STATE_COMPLETE, NULL);
    expect_set(&c, DATA_OBJECT_LOCK, STATE_COMPLETE, NULL);
    assert_int_equal(d->buckets[0].versioning, VERSIONING_NEVER);
    assert_false(d->buckets[0].mfa_delete || d->buckets[0].object_lock);
    close_run(&c);
}

TEST(a_bucket_that_is_denied_or_gone)
{
    struct collected c;
    const struct detective *d;

    open_regions(&c);
    list_trails(&c, trail_json(&c, TRAIL_ARN, ""));
    refuse(&c, "s3:GetBucketLocation", SECOND, BUCKET, 403, S3_ERROR("AccessDenied"));
    refuse(&c, "s3:GetBucketLocation", FIRST, BUCKET, 403, S3_ERROR("AccessDenied"));
    d = collect_detective(&c);
    expect_set(&c, DATA_TRAIL_BUCKETS, STATE_DENIED,
               "bucket logs.bucket: s3:GetBucketLocation: AccessDenied");
    expect_set(&c, DATA_OBJECT_LOCK, STATE_DENIED,
               "s3:GetObjectLockConfiguration: not asked: bucket logs.bucket: s3:GetBucketLoc");
    assert_null(d->buckets[0].region);
    close_run(&c);

    open_regions(&c);
    list_trails(&c, trail_json(&c, TRAIL_ARN, ""));
    refuse(&c, "s3:GetBucketLocation", SECOND, BUCKET, 404, S3_ERROR("NoSuchBucket"));
    d = collect_detective(&c);
    expect_set(&c, DATA_TRAIL_BUCKETS, STATE_COMPLETE, NULL);
    expect_set(&c, DATA_OBJECT_LOCK, STATE_COMPLETE, NULL);
    assert_true(d->buckets[0].missing);
    close_run(&c);
}

/* The first region does not know a bucket of a region that must be enabled first. */
TEST(a_bucket_found_from_the_trails_home)
{
    struct collected c;
    const struct detective *d;

    open_regions(&c);
    list_trails(&c, trail_json(&c, TRAIL_ARN, ""));
    refuse(&c, "s3:GetBucketLocation", SECOND, BUCKET, 400,
           S3_ERROR("IllegalLocationConstraintException"));
    answer(&c, "s3:GetBucketLocation", FIRST, BUCKET,
           "<LocationConstraint>" FIRST "</LocationConstraint>");
    answer(&c, "s3:GetBucketVersioning", FIRST, BUCKET,
           "<GetBucketVersioningResponse><Status>Suspended</Status></GetBucketVersioningResponse>");
    refuse(&c, "s3:GetObjectLockConfiguration", FIRST, BUCKET, 403, S3_ERROR("AccessDenied"));
    d = collect_detective(&c);
    expect_set(&c, DATA_TRAIL_BUCKETS, STATE_COMPLETE, NULL);
    expect_set(&c, DATA_OBJECT_LOCK, STATE_DENIED, "s3:GetObjectLockConfiguration: AccessDenied");
    assert_int_equal(d->buckets[0].versioning, VERSIONING_SUSPENDED);
    close_run(&c);
}

TEST(answers_about_buckets_that_are_refused)
{
    static const struct {
        const char *location, *versioning;
    } rows[] = {
        {"<Location/>", NULL},
        {"<LocationConstraint>../x</LocationConstraint>", NULL},
        {"<LocationConstraint>eu-west-1 x</LocationConstraint>", NULL},
        {"", NULL},
        {"<LocationConstraint/>", "<VersioningConfiguration><Status>On</Status>"
                                  "</VersioningConfiguration>"},
        {"<LocationConstraint/>",
         "<VersioningConfiguration><MfaDelete/></VersioningConfiguration>"},
        {"<LocationConstraint/>", "<ObjectLockConfiguration/>"},
        {"<LocationConstraint/>", "<VersioningConfiguration>"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct collected c;

        open_regions(&c);
        list_trails(&c, trail_json(&c, TRAIL_ARN, ""));
        answer(&c, "s3:GetBucketLocation", SECOND, BUCKET, rows[i].location);
        answer(&c, "s3:GetBucketLocation", FIRST, BUCKET, rows[i].location);
        if (rows[i].versioning)
            answer(&c, "s3:GetBucketVersioning", SECOND, BUCKET, rows[i].versioning);
        (void)collect_run(&c);
        expect_set(&c, DATA_TRAIL_BUCKETS, STATE_FAILED, "s3:GetBucket");
        close_run(&c);
    }
}

/* --- User pools ------------------------------------------------------------------------------- */

#define POOLS "cognito-idp:ListUserPools"
#define POOL_PARAMETERS "{\"MaxResults\":60}"

static void one_pool(struct collected *c, const char *mfa)
{
    cJSON *pools = ask(c, POOLS, FIRST, POOL_PARAMETERS);

    run_page(&c->run, pools, NULL, "{\"UserPools\":[],\"NextToken\":\"t\"}");
    run_page(&c->run, pools, "t",
             "{\"UserPools\":[{\"Id\":\"eu-central-1_abc\",\"Name\":\"shop\"}]}");
    answer(c, POOLS, SECOND, POOL_PARAMETERS, "{\"UserPools\":[]}");
    answer(c, "cognito-idp:GetUserPoolMfaConfig", FIRST, "{\"UserPoolId\":\"eu-central-1_abc\"}",
           mfa);
}

TEST(methods_of_a_user_pool)
{
    static const struct {
        const char *body;
        enum pool_mfa mfa;
        bool sms, totp, email, webauthn;
    } rows[] = {
        {"{\"MfaConfiguration\":\"OFF\"}", POOL_MFA_OFF, false, false, false, false},
        {"{\"MfaConfiguration\":\"ON\",\"SoftwareTokenMfaConfiguration\":{\"Enabled\":true}}",
         POOL_MFA_ON, false, true, false, false},
        {"{\"MfaConfiguration\":\"OPTIONAL\",\"SoftwareTokenMfaConfiguration\":{\"Enabled\":false},"
         "\"SmsMfaConfiguration\":{\"SmsConfiguration\":{\"SnsCallerArn\":\"a\"}},"
         "\"EmailMfaConfiguration\":{\"Subject\":\"s\"},"
         "\"WebAuthnConfiguration\":{\"RelyingPartyId\":\"r\"}}",
         POOL_MFA_OPTIONAL, true, false, true, true},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct collected c;
        const struct user_pool *p;

        open_regions(&c);
        one_pool(&c, rows[i].body);
        p = collect_detective(&c)->pools;
        expect_set(&c, DATA_USER_POOLS, STATE_COMPLETE, NULL);
        expect_set(&c, DATA_POOL_MFA, STATE_COMPLETE, NULL);
        assert_string_equal(p->name, "shop");
        assert_string_equal(p->source.pointer, "/UserPools/0");
        assert_int_equal(p->mfa, rows[i].mfa);
        assert_int_equal(p->sms, rows[i].sms);
        assert_int_equal(p->totp, rows[i].totp);
        assert_int_equal(p->email, rows[i].email);
        assert_int_equal(p->webauthn, rows[i].webauthn);
        close_run(&c);
    }
}

TEST(pools_that_are_refused)
{
    static const char *const bad[] = {
        "{}",
        "{\"UserPools\":[{}]}",
        "{\"UserPools\":[{\"Id\":\"us-east-1_abc\",\"Name\":\"n\"}]}",
        "{\"UserPools\":[{\"Id\":\"eu-central-1abc\",\"Name\":\"n\"}]}",
    };
    static const char *const bad_mfa[] = {"{}", "{\"MfaConfiguration\":\"off\"}",
                                          "{\"MfaConfiguration\":true}", "[]"};

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct collected c;

        open_regions(&c);
        answer(&c, POOLS, FIRST, POOL_PARAMETERS, bad[i]);
        answer(&c, POOLS, SECOND, POOL_PARAMETERS, "{\"UserPools\":[]}");
        (void)collect_run(&c);
        expect_set(&c, DATA_USER_POOLS, STATE_INCOMPLETE, "ListUserPools in eu-central-1");
        expect_set(&c, DATA_POOL_MFA, STATE_INCOMPLETE, "not all are known");
        close_run(&c);
    }
    for (size_t i = 0; i < sizeof bad_mfa / sizeof *bad_mfa; i++) {
        struct collected c;

        open_regions(&c);
        one_pool(&c, bad_mfa[i]);
        (void)collect_run(&c);
        expect_set(&c, DATA_POOL_MFA, STATE_FAILED, "cognito-idp:GetUserPoolMfaConfig");
        close_run(&c);
    }
}

/* --- Directories ------------------------------------------------------------------------------ */

#define DIRECTORIES "ds:DescribeDirectories"

TEST(directories_with_and_without_radius)
{
    struct collected c;
    const struct detective *d;

    open_regions(&c);
    answer(
        &c, DIRECTORIES, FIRST, "{}",
        "{\"DirectoryDescriptions\":[{\"DirectoryId\":\"d-9967000002\",\"Name\":\"b.example\","
        "\"Type\":\"SimpleAD\",\"Stage\":\"Active\",\"SsoEnabled\":true},"
        "{\"DirectoryId\":\"d-9967000001\",\"Name\":\"a.example\",\"Type\":\"MicrosoftAD\","
        "\"Stage\":\"Active\",\"RadiusStatus\":\"Completed\",\"RadiusSettings\":{"
        "\"RadiusServers\":[\"10.0.0.5\"],\"AuthenticationProtocol\":\"MS-CHAPv2\","
        "\"SharedSecret\":\"(removed by reportgen)\"}},"
        "{\"DirectoryId\":\"d-9967000003\",\"Name\":\"c.example\",\"Type\":"
        "\"SharedMicrosoftAD\",\"Stage\":\"Active\",\"OwnerDirectoryDescription\":{\"AccountId\":"
        "\"" OTHER_ID "\",\"RadiusStatus\":\"Completed\",\"RadiusSettings\":{\"RadiusServers\":["
        "\"10.1.0.5\"]}}}]}");
    answer(&c, DIRECTORIES, SECOND, "{}", "{\"DirectoryDescriptions\":[]}");
    d = collect_detective(&c);
    expect_set(&c, DATA_DIRECTORIES, STATE_COMPLETE, NULL);
    assert_int_equal(d->directory_count, 3);
    assert_true(d->directories[0].radius);
    assert_string_equal(d->directories[0].radius_protocol, "MS-CHAPv2");
    assert_string_equal(d->directories[0].source.pointer, "/DirectoryDescriptions/1");
    assert_false(d->directories[1].radius);
    assert_null(d->directories[1].radius_status);
    assert_true(d->directories[1].sso);
    assert_string_equal(d->directories[2].owner, OTHER_ID);
    assert_true(d->directories[2].radius);
    close_run(&c);
}

TEST(directories_that_are_refused)
{
    static const char *const bad[] = {
        "{\"DirectoryDescriptions\":[{}]}",
        "{\"DirectoryDescriptions\":[{\"DirectoryId\":\"x\",\"Name\":\"a\",\"Type\":\"SimpleAD\","
        "\"Stage\":\"Active\"}]}",
        "{\"DirectoryDescriptions\":[{\"DirectoryId\":\"d-1\",\"Name\":\"a\",\"Type\":"
        "\"SharedMicrosoftAD\",\"Stage\":\"Active\"}]}",
        "{\"DirectoryDescriptions\":null}",
    };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct collected c;

        open_regions(&c);
        answer(&c, DIRECTORIES, FIRST, "{}", bad[i]);
        answer(&c, DIRECTORIES, SECOND, "{}", bad[i]);
        (void)collect_run(&c);
        expect_set(&c, DATA_DIRECTORIES, STATE_FAILED, "ds:DescribeDirectories in eu-central-1");
        close_run(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_trail_is_listed_once_and_asked_in_its_home),
        cmocka_unit_test(no_trail_is_an_answer),
        cmocka_unit_test(a_region_fails_alone),
        cmocka_unit_test(denied_everywhere_is_denied),
        cmocka_unit_test(nothing_is_asked_for_want_of_trails),
        cmocka_unit_test(trails_that_are_refused),
        cmocka_unit_test(two_regions_that_disagree),
        cmocka_unit_test(which_management_events_are_recorded),
        cmocka_unit_test(selectors_and_status_that_are_refused),
        cmocka_unit_test(the_trail_of_the_organisation),
        cmocka_unit_test(filters_and_alarms),
        cmocka_unit_test(a_log_group_that_is_gone),
        cmocka_unit_test(filters_that_are_refused),
        cmocka_unit_test(alarms_that_are_refused),
        cmocka_unit_test(a_bucket_in_its_region),
        cmocka_unit_test(never_versioned_and_not_locked),
        cmocka_unit_test(a_bucket_that_is_denied_or_gone),
        cmocka_unit_test(a_bucket_found_from_the_trails_home),
        cmocka_unit_test(answers_about_buckets_that_are_refused),
        cmocka_unit_test(methods_of_a_user_pool),
        cmocka_unit_test(pools_that_are_refused),
        cmocka_unit_test(directories_with_and_without_radius),
        cmocka_unit_test(directories_that_are_refused),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
