/* test_checks_detective.c - the checks on alarms, buckets of trails, user pools, directories and
 * federation. */
#include "watched_scene.h"

#include "checks/detective.h"

#define SIGN_IN "cloudwatch.sign_in_without_mfa_alarm"
#define ROOT_USE "cloudwatch.root_usage_alarm"
#define BUCKET "s3.trail_bucket_mfa_delete"
#define POOL "cognito.user_pool_mfa"
#define DIRECTORY "ds.radius_mfa"
#define SAML "federation.saml_mfa_attested"
#define CENTER "federation.identity_center_mfa"
#define ENTRIES "federation.entry_points_inventoried"

#define GROUP "arn:aws:logs:" REGION ":" HOME_ID ":log-group:g:*"
#define TRAIL(account) "arn:aws:cloudtrail:" REGION ":" account ":trail/t"
#define CIS_SIGN_IN                                                                     \
    "{ ($.eventName = \"ConsoleLogin\") && ($.additionalEventData.MFAUsed != \"Yes\") " \
    "&& ($.userIdentity.type = \"IAMUser\") && ($.responseElements.ConsoleLogin = "     \
    "\"Success\") }"
#define CIS_ROOT                                                                  \
    "{ $.userIdentity.type = \"Root\" && $.userIdentity.invokedBy NOT EXISTS && " \
    "$.eventType != \"AwsServiceEvent\" }"

/* A trail, group, filter and alarm that hold together. */
struct chain {
    struct watched w;
    struct trail trails[2];
    struct log_group group;
    struct metric_filter filters[2];
    struct alarm alarms[2];
    struct alarm_metric metric;
    struct region_state region;
    const char *action;
};

static void begin(struct chain *k, const char *pattern)
{
    static const struct data_status read = {STATE_COMPLETE, NULL, NULL};
    struct detective *d = &k->w.detective;

    *k = (struct chain){.action = "arn:aws:sns:eu-central-1:111122223333:topic"};
    watched_begin(&k->w);
    k->trails[0] = (struct trail){.arn = TRAIL(HOME_ID),
                                  .name = "t",
                                  .home_region = REGION,
                                  .account = HOME_ID,
                                  .bucket = "b",
                                  .log_group_arn = GROUP,
                                  .multi_region = true,
                                  .status = read,
                                  .logging = true,
                                  .selectors = read,
                                  .logs_reads = true,
                                  .logs_writes = true,
                                  .source = {"raw/1/trail.json", "/trailList/0", NULL}};
    k->filters[0] = (struct metric_filter){"f", pattern, "ns", "m", {"raw/1/f.json", "/0", NULL}};
    k->group = (struct log_group){.arn = GROUP,
                                  .name = "g",
                                  .region = REGION,
                                  .status = read,
                                  .filters = k->filters,
                                  .filter_count = 1};
    k->metric = (struct alarm_metric){"ns", "m"};
    k->alarms[0] = (struct alarm){.arn = "arn:alarm:a",
                                  .name = "a",
                                  .region = REGION,
                                  .actions_enabled = true,
                                  .actions = &k->action,
                                  .action_count = 1,
                                  .metrics = &k->metric,
                                  .metric_count = 1,
                                  .source = {"raw/1/alarm.xml", "/a", NULL}};
    k->region = (struct region_state){REGION, read};
    *d = (struct detective){.trails = k->trails,
                            .trail_count = 1,
                            .log_groups = &k->group,
                            .log_group_count = 1,
                            .alarms = k->alarms,
                            .alarm_count = 1,
                            .alarm_regions = &k->region,
                            .alarm_region_count = 1};
}

static void expect_alarm(struct chain *k, enum status status, const char *detail)
{
    (void)judged(&k->w, SIGN_IN, HOME_ID, status, detail);
    watched_end(&k->w);
}

/* --- Alarms ----------------------------------------------------------------------------------- */

TEST(a_whole_chain_passes)
{
    struct chain k;
    const struct finding *f;

    begin(&k, CIS_SIGN_IN);
    f = judged(&k.w, SIGN_IN, HOME_ID, STATUS_PASS, "alarm a, which acts");
    assert_true(has_evidence(f, "raw/1/trail.json") && has_evidence(f, "raw/1/f.json") &&
                has_evidence(f, "raw/1/alarm.xml"));
    (void)judged(&k.w, ROOT_USE, HOME_ID, STATUS_FAIL, "no metric filter for use of root");
    watched_end(&k.w);
    begin(&k, CIS_ROOT);
    (void)judged(&k.w, ROOT_USE, HOME_ID, STATUS_PASS, "of every use of root");
    expect_alarm(&k, STATUS_FAIL, "no metric filter for console sign-in without MFA");
}

/* Mistakes: exact text asked for (ScoutSuite); any filter that names both words taken (Prowler). */
TEST(the_pattern_decides_and_not_its_wording)
{
    static const struct {
        const char *pattern;
        enum status status;
        const char *detail;
    } cases[] = {
        {"{($.additionalEventData.MFAUsed!=Yes)&&($.eventName=ConsoleLogin)}", STATUS_PASS, ""},
        {"{ $.eventName = \"ConsoleLogin\" && $.additionalEventData.MFAUsed = \"No\" }",
         STATUS_PASS, ""},
        {"{ $.eventName = \"ConsoleLogin\" && $.additionalEventData.MFAUsed = \"Yes\" }",
         STATUS_FAIL, "no metric filter"},
        {"{ $.eventName = \"ConsoleLogin\" && $.additionalEventData.MFAUsed != \"Yes\" && "
         "$.userIdentity.type = \"Root\" }",
         STATUS_FAIL, "no metric filter"},
        {"{ $.eventName = \"ConsoleLogin\" && $.additionalEventData.MFAUsed != \"Yes\" && "
         "$.responseElements.ConsoleLogin = \"Failure\" }",
         STATUS_FAIL, "no metric filter"},
        {"{ $.eventName = \"ConsoleLogin\" && $.additionalEventData.MFAUsed != \"Yes\" && "
         "$.sourceIPAddress != \"10.0.0.1\" }",
         STATUS_FAIL, "hangs on $.sourceIPAddress"},
        {"{ $.eventName = \"ConsoleLogin\" }", STATUS_FAIL, "no metric filter"},
        {"{ $.eventName = \"ConsoleLogin\" || $.additionalEventData.MFAUsed = \"No\" }",
         STATUS_FAIL, "other sign-ins"},
        {"ERROR", STATUS_FAIL, "no metric filter"},
        {"\"ConsoleLogin\" \"MFAUsed\"", STATUS_UNKNOWN, "metric filter f: a pattern that is not"},
        {"{ $.eventName = %Login% && $.additionalEventData.MFAUsed = \"No\" }", STATUS_UNKNOWN,
         "regular expression"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct chain k;

        begin(&k, cases[i].pattern);
        expect_alarm(&k, cases[i].status, cases[i].detail);
    }
}

/* A pattern that names people is tried on those the account has. */
TEST(people_who_are_left_out_are_found)
{
    struct chain k;

    begin(&k, "{ $.eventName = ConsoleLogin && $.additionalEventData.MFAUsed != Yes && "
              "$.userIdentity.arn != \"*assumed-role*\" }");
    (void)judged(&k.w, SIGN_IN, HOME_ID, STATUS_FAIL, "$.userIdentity.arn");
    (void)add_user(&k.w, "ann");
    (void)add_user(&k.w, "bob");
    (void)judged(&k.w, SIGN_IN, HOME_ID, STATUS_PASS, "");
    k.filters[0].pattern = "{ $.eventName = ConsoleLogin && $.additionalEventData.MFAUsed != Yes "
                           "&& $.userIdentity.userName != \"bob\" }";
    expect_alarm(&k, STATUS_FAIL, "not user bob");
}

TEST(root_must_be_caught_in_all_it_does)
{
    static const struct {
        const char *pattern;
        enum status status;
    } cases[] = {
        {"{ $.userIdentity.type = \"Root\" }", STATUS_PASS},
        {"{ $.userIdentity.arn = \"*:root\" && $.userIdentity.type = Root }", STATUS_PASS},
        {"{ $.userIdentity.type = \"Root\" && $.eventName = \"ConsoleLogin\" }", STATUS_FAIL},
        {"{ $.userIdentity.type = \"Root\" && $.eventType = \"AwsApiCall\" }", STATUS_FAIL},
        {"{ $.userIdentity.type = \"root\" }", STATUS_FAIL},
        {"{ $.userIdentity.type = %Root% }", STATUS_UNKNOWN},
        {"{ $.userIdentity.invokedBy NOT EXISTS }", STATUS_FAIL},
        {"", STATUS_FAIL},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct chain k;

        begin(&k, cases[i].pattern);
        (void)judged(&k.w, ROOT_USE, HOME_ID, cases[i].status, "");
        watched_end(&k.w);
    }
}

/* Mistake (peers): any alarm on the metric taken, though it tells nobody. */
TEST(the_alarm_must_act)
{
    struct chain k;

    begin(&k, CIS_SIGN_IN);
    k.alarms[0].actions_enabled = false;
    expect_alarm(&k, STATUS_FAIL, "without an enabled action: a");
    begin(&k, CIS_SIGN_IN);
    k.alarms[0].action_count = 0;
    expect_alarm(&k, STATUS_FAIL, "without an enabled action: a");
    begin(&k, CIS_SIGN_IN);
    k.metric.name = "other";
    expect_alarm(&k, STATUS_FAIL, "no alarm on the metric of its filter f");
    begin(&k, CIS_SIGN_IN);
    k.metric.metric_namespace = "other";
    expect_alarm(&k, STATUS_FAIL, "no alarm on the metric");
    begin(&k, CIS_SIGN_IN);
    k.alarms[0].region = GLOBAL;
    expect_alarm(&k, STATUS_FAIL, "no alarm on the metric");
    begin(&k, CIS_SIGN_IN);
    k.w.detective.alarm_count = 0;
    expect_alarm(&k, STATUS_FAIL, "no alarm on the metric");
}

TEST(a_composite_alarm_may_act_for_it)
{
    static const struct {
        const char *rule;
        enum status status;
    } rules[] = {{"ALARM(a) OR ALARM(b)", STATUS_PASS},
                 {"ALARM(\"arn:alarm:a\")", STATUS_PASS},
                 {"ALARM(a) AND ALARM(b)", STATUS_FAIL},
                 {"NOT ALARM(a)", STATUS_FAIL},
                 {"ALARM(a)\nAND\nALARM(b)", STATUS_FAIL},
                 {"ALARM(a)AND(ALARM(b))", STATUS_FAIL},
                 {"ALARM(a) OR (ALARM(b) AND TRUE)", STATUS_FAIL},
                 {"(ALARM('a')\tOR\nALARM(b))", STATUS_PASS},
                 {"ALARM(a", STATUS_FAIL},
                 {"ALARM(ab)", STATUS_FAIL},
                 {"OK(a)", STATUS_FAIL}};

    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        struct chain k;

        begin(&k, CIS_SIGN_IN);
        k.alarms[1] = k.alarms[0];
        k.alarms[1].name = "c";
        k.alarms[1].rule = rules[i].rule;
        k.alarms[1].metric_count = 0;
        k.alarms[0].action_count = 0;
        k.w.detective.alarm_count = 2;
        expect_alarm(&k, rules[i].status, rules[i].status == STATUS_PASS ? "alarm c" : "");
    }
}

TEST(the_trail_must_be_fit)
{
    struct chain k;

    begin(&k, CIS_SIGN_IN);
    k.trails[0].logging = false;
    expect_alarm(&k, STATUS_FAIL, "is switched off");
    begin(&k, CIS_SIGN_IN);
    k.trails[0].multi_region = false;
    expect_alarm(&k, STATUS_FAIL, "one region only");
    begin(&k, CIS_SIGN_IN);
    k.trails[0].log_group_arn = NULL;
    expect_alarm(&k, STATUS_FAIL, "does not write to CloudWatch Logs");
    begin(&k, CIS_SIGN_IN);
    k.trails[0].logs_delivery_error = "AccessDenied";
    expect_alarm(&k, STATUS_FAIL, "does not reach its log group: CloudTrail reports AccessDenied");
    begin(&k, CIS_SIGN_IN);
    k.trails[0].logs_writes = false;
    expect_alarm(&k, STATUS_FAIL, "leaves out management events");
    begin(&k, CIS_ROOT);
    k.trails[0].logs_reads = false;
    (void)judged(&k.w, ROOT_USE, HOME_ID, STATUS_FAIL, "leaves out management events");
    watched_end(&k.w);
    begin(&k, CIS_SIGN_IN);
    k.trails[0].narrowed = true; /* AWS KMS is left out: nobody signs in there */
    (void)judged(&k.w, SIGN_IN, HOME_ID, STATUS_PASS, "");
    k.trails[0].narrowed_more = true;
    expect_alarm(&k, STATUS_UNKNOWN, "leave some management events out");
    begin(&k, CIS_SIGN_IN);
    k.group.missing = true;
    expect_alarm(&k, STATUS_FAIL, "log group that does not exist: g");
    begin(&k, CIS_SIGN_IN);
    k.w.detective.trail_count = 0;
    expect_alarm(&k, STATUS_FAIL, "no trail of the account");
}

/* Nothing that was not read makes a PASS; what is known to break the chain makes a FAIL still. */
TEST(a_link_that_was_not_read_is_unknown)
{
    static const struct data_status denied = {STATE_DENIED, "denied here", "raw/1/d.json"};
    struct chain k;

    begin(&k, CIS_SIGN_IN);
    refused(&k.w, DATA_TRAILS);
    (void)judged(&k.w, SIGN_IN, HOME_ID, STATUS_PASS, "");
    k.w.detective.trail_count = 0;
    expect_alarm(&k, STATUS_UNKNOWN, "AccessDenied");
    begin(&k, CIS_SIGN_IN);
    k.trails[0].status = denied;
    expect_alarm(&k, STATUS_UNKNOWN, "denied here");
    begin(&k, CIS_SIGN_IN);
    k.trails[0].selectors = denied;
    (void)judged(&k.w, SIGN_IN, HOME_ID, STATUS_UNKNOWN, "denied here");
    k.filters[0].pattern = CIS_ROOT;
    expect_alarm(&k, STATUS_FAIL, "no metric filter");
    begin(&k, CIS_SIGN_IN);
    k.group.status = denied;
    k.group.filter_count = 0;
    expect_alarm(&k, STATUS_UNKNOWN, "denied here");
    begin(&k, CIS_SIGN_IN);
    k.region.status = denied;
    k.w.detective.alarm_count = 0;
    expect_alarm(&k, STATUS_UNKNOWN, "denied here");
    begin(&k, CIS_SIGN_IN);
    k.w.detective.alarm_region_count = 0;
    k.w.detective.alarm_count = 0;
    refused(&k.w, DATA_ALARMS);
    expect_alarm(&k, STATUS_UNKNOWN, "AccessDenied");
    begin(&k, CIS_SIGN_IN);
    k.w.detective.log_group_count = 0;
    refused(&k.w, DATA_METRIC_FILTERS);
    expect_alarm(&k, STATUS_UNKNOWN, "AccessDenied");
}

TEST(an_organisations_trail_is_judged_at_its_owner)
{
    struct chain k;

    begin(&k, CIS_SIGN_IN);
    k.trails[0].arn = TRAIL(OTHER_ID);
    k.trails[0].account = OTHER_ID;
    k.trails[0].organization = true;
    k.trails[0].log_group_arn = "arn:aws:logs:" REGION ":" OTHER_ID ":log-group:g:*";
    k.trails[0].selectors = (struct data_status){STATE_NOT_COLLECTED, "asked of its owner", NULL};
    (void)judged(&k.w, SIGN_IN, HOME_ID, STATUS_UNKNOWN, OTHER_ID ", which is not in this scan");
    k.w.model.account_count = 2;
    (void)judged(&k.w, SIGN_IN, HOME_ID, STATUS_UNKNOWN, "which is not in this scan");
    k.w.accounts[1].included = true;
    k.w.accounts[1].detective = &(struct detective){.trail_count = 0};
    k.w.accounts[1].report_info = &k.w.report;
    (void)judged(&k.w, SIGN_IN, HOME_ID, STATUS_NOT_APPLICABLE, "are judged");
    k.trails[0].logging = false;
    expect_alarm(&k, STATUS_FAIL, "no trail of the account");
}

/* --- Buckets ---------------------------------------------------------------------------------- */

#define B "arn:aws:s3:::b"

static void expect_bucket(struct trail_bucket bucket, enum status status, const char *detail)
{
    struct chain k;

    begin(&k, "");
    bucket.name = "b";
    k.w.detective.buckets = &bucket;
    k.w.detective.bucket_count = 1;
    if (bucket.foreign)
        k.trails[0].account = OTHER_ID;
    (void)judged(&k.w, BUCKET, B, status, detail);
    watched_end(&k.w);
}

TEST(buckets_keep_log_files_or_not)
{
    static const struct data_status read = {STATE_COMPLETE, NULL, NULL};
    static const struct data_status denied = {STATE_DENIED, "AccessDenied", NULL};
    struct trail_bucket b = {.status = read, .lock_status = read};

    expect_bucket(b, STATUS_FAIL, "MFA delete is off, and it has no Object Lock");
    b.mfa_delete = true;
    b.versioning = VERSIONING_SUSPENDED;
    expect_bucket(b, STATUS_FAIL, "versioning is suspended");
    b.versioning = VERSIONING_ENABLED;
    expect_bucket(b, STATUS_PASS, "with MFA only");
    b.lock_status = denied;
    expect_bucket(b, STATUS_PASS, "with MFA only");
    b.mfa_delete = false;
    expect_bucket(b, STATUS_UNKNOWN, "Object Lock is not known: AccessDenied");
    b.lock_status = read;
    b.object_lock = true;
    expect_bucket(b, STATUS_FAIL, "no default retention");
    b.lock_mode = "COMPLIANCE";
    expect_bucket(b, STATUS_PASS, "COMPLIANCE: a log file cannot be deleted before its time");
    b.lock_mode = "GOVERNANCE";
    expect_bucket(b, STATUS_PASS, "s3:BypassGovernanceRetention");
    b.foreign = true; /* the log archive sees the organisation's trail, and owns the bucket */
    expect_bucket(b, STATUS_PASS, "GOVERNANCE");
}

TEST(buckets_of_others)
{
    static const struct data_status denied = {STATE_DENIED, "AccessDenied", NULL};
    static const struct data_status failed = {STATE_FAILED, "no answer", NULL};

    expect_bucket((struct trail_bucket){.status = denied, .foreign = true}, STATUS_NOT_APPLICABLE,
                  "only a trail of account " OTHER_ID);
    expect_bucket((struct trail_bucket){.status = failed, .foreign = true}, STATUS_UNKNOWN,
                  "no answer");
    expect_bucket((struct trail_bucket){.status = denied}, STATUS_UNKNOWN, "a log archive");
    expect_bucket((struct trail_bucket){.missing = true}, STATUS_FAIL, "does not exist");
    expect_bucket((struct trail_bucket){.missing = true, .foreign = true}, STATUS_NOT_APPLICABLE,
                  "does not exist");
}

TEST(buckets_that_were_not_listed)
{
    struct chain k;

    begin(&k, "");
    k.w.detective.trail_count = 0;
    (void)judged(&k.w, BUCKET, HOME_ID, STATUS_NOT_APPLICABLE, "no trail writes");
    refused(&k.w, DATA_TRAILS);
    (void)judged(&k.w, BUCKET, HOME_ID, STATUS_UNKNOWN, "AccessDenied");
    watched_end(&k.w);
    begin(&k, "");
    refused(&k.w, DATA_TRAIL_BUCKETS);
    (void)judged(&k.w, BUCKET, HOME_ID, STATUS_UNKNOWN, "AccessDenied");
    watched_end(&k.w);
}

/* --- User pools and directories --------------------------------------------------------------- */

/* A judge of one resource, called as its check would. */
/* Settings that name one pool or directory. */
static void set_one(struct watched *w, struct settings *settings, struct inputs *in)
{
    *in = (struct inputs){.settings = settings};
    w->model.inputs = in;
}

/* Mistake: OPTIONAL called «disabled», or ON without a method taken for MFA. */
TEST(user_pools_of_the_workforce)
{
    static const char *const names[] = {"eu-central-1_X"};
    static const char *const arns[] = {"arn:aws:cognito-idp:" REGION ":" HOME_ID
                                       ":userpool/eu-central-1_X"};
    struct user_pool p = {.id = "eu-central-1_X",
                          .name = "p",
                          .region = REGION,
                          .status = {STATE_COMPLETE, NULL, NULL},
                          .mfa = POOL_MFA_ON,
                          .totp = true};
    struct settings settings = settings_default;
    struct inputs in;
    struct watched w;

    watched_begin(&w);
    set_one(&w, &settings, &in);
    w.detective.pools = &p;
    w.detective.pool_count = 1;
    (void)judged(&w, POOL, "p", STATUS_NOT_APPLICABLE, "not marked");
    settings.workforce_pools = (struct texts){arns, 1};
    (void)judged(&w, POOL, "p", STATUS_PASS, "MFA is ON: TOTP");
    settings.workforce_pools = (struct texts){names, 1};
    (void)judged(&w, POOL, "p", STATUS_PASS, "MFA is ON: TOTP");
    p.totp = false;
    p.webauthn = true;
    (void)judged(&w, POOL, "p", STATUS_FAIL, "no method");
    p.sms = true;
    (void)judged(&w, POOL, "p", STATUS_PASS, "SMS only");
    p.mfa = POOL_MFA_OPTIONAL;
    (void)judged(&w, POOL, "p", STATUS_FAIL, "OPTIONAL");
    p.mfa = POOL_MFA_OFF;
    (void)judged(&w, POOL, "p", STATUS_FAIL, "OFF");
    p.status = (struct data_status){STATE_DENIED, "denied here", NULL};
    (void)judged(&w, POOL, "p", STATUS_UNKNOWN, "denied here");
    refused(&w, DATA_USER_POOLS);
    (void)judged(&w, POOL, "p", STATUS_UNKNOWN, "denied here");
    (void)judged(&w, POOL, HOME_ID, STATUS_UNKNOWN, "AccessDenied");
    watched_end(&w);
}

/* Mistake (prowler): a directory without RADIUS gives no finding at all. */
TEST(directories_are_never_passed_over)
{
    struct directory d = {
        .id = "d-1", .name = "n", .region = REGION, .type = "MicrosoftAD", .stage = "Active"};
    struct watched w;

    watched_begin(&w);
    w.detective.directories = &d;
    w.detective.directory_count = 1;
    (void)judged(&w, DIRECTORY, "n", STATUS_FAIL, "no RADIUS server");
    d.radius = true;
    (void)judged(&w, DIRECTORY, "n", STATUS_FAIL, "their status is none");
    d.radius_status = "Failed";
    (void)judged(&w, DIRECTORY, "n", STATUS_FAIL, "their status is Failed");
    d.radius_status = "Completed";
    (void)judged(&w, DIRECTORY, "n", STATUS_PASS, "asks a RADIUS server");
    d.type = "SharedMicrosoftAD";
    d.owner = OTHER_ID;
    (void)judged(&w, DIRECTORY, "n", STATUS_PASS, "settings of its owner");
    d.type = "NewKind";
    (void)judged(&w, DIRECTORY, "n", STATUS_UNKNOWN, "type NewKind");
    d.type = "SimpleAD";
    (void)judged(&w, DIRECTORY, "n", STATUS_NOT_APPLICABLE, "Simple AD");
    d.type = "ADConnector";
    d.stage = "Deleted";
    (void)judged(&w, DIRECTORY, "n", STATUS_NOT_APPLICABLE, "being deleted");
    w.detective.directory_count = 0;
    (void)judged(&w, DIRECTORY, HOME_ID, STATUS_NOT_APPLICABLE, "no directory");
    refused(&w, DATA_DIRECTORIES);
    (void)judged(&w, DIRECTORY, HOME_ID, STATUS_UNKNOWN, "AccessDenied");
    watched_end(&w);
}

TEST(a_directory_for_machines_alone)
{
    struct directory d = {
        .id = "d-1", .name = "n", .region = REGION, .type = "MicrosoftAD", .stage = "Active"};
    static const char *const names[] = {"d-1"};
    struct settings settings = settings_default;
    struct inputs in;
    struct watched w;

    watched_begin(&w);
    set_one(&w, &settings, &in);
    w.detective.directories = &d;
    w.detective.directory_count = 1;
    (void)judged(&w, DIRECTORY, "n", STATUS_FAIL, "no RADIUS server");
    settings.join_only_directories = (struct texts){names, 1};
    (void)judged(&w, DIRECTORY, "n", STATUS_NOT_APPLICABLE, "only machines join it");
    watched_end(&w);
}

/* --- Federation ------------------------------------------------------------------------------- */

#define IDP MINE "saml-provider/idp"
#define PORTAL "portal.sso.eu-central-1.amazonaws.com"

static struct identity_center center = {.arn = "arn:aws:sso:::instance/ssoins-1",
                                        .region = REGION,
                                        .source = {"raw/1/center.json", "/Instances/0", NULL}};

static void add_saml(struct watched *w, struct saml_provider *p, const char **host)
{
    *p = (struct saml_provider){.arn = IDP,
                                .name = "idp",
                                .metadata_status = {STATE_COMPLETE, NULL, NULL},
                                .metadata = {.hosts = host, .host_count = 1},
                                .source = {"raw/1/saml.xml", "/p", NULL}};
    w->federation = (struct federation){.saml = p, .saml_count = 1};
}

/* Mistake (prowler): that there is a provider taken for MFA. */
TEST(saml_providers_need_an_attestation)
{
    struct watched w;
    struct saml_provider p;
    const char *host = "idp.example.com";

    watched_begin(&w);
    add_saml(&w, &p, &host);
    (void)judged(&w, SAML, IDP, STATUS_MANUAL, "identity provider idp.example.com");
    p.metadata_status = (struct data_status){STATE_DENIED, "denied here", NULL};
    p.metadata.host_count = 0;
    (void)judged(&w, SAML, IDP, STATUS_MANUAL, "its metadata is not known: denied here");
    w.federation.saml_count = 0;
    (void)judged(&w, SAML, HOME_ID, STATUS_NOT_APPLICABLE, "no identity provider");
    refused(&w, DATA_SAML_PROVIDERS);
    (void)judged(&w, SAML, HOME_ID, STATUS_UNKNOWN, "AccessDenied");
    watched_end(&w);
}

/* The name alone does not make a provider Identity Center's. */
TEST(the_provider_of_identity_center)
{
    struct watched w;
    struct saml_provider p;
    const char *host = PORTAL;

    watched_begin(&w);
    add_saml(&w, &p, &host);
    p.of_identity_center = true;
    (void)judged(&w, SAML, IDP, STATUS_MANUAL, "of which no instance is seen");
    refused(&w, DATA_IDENTITY_CENTER);
    (void)judged(&w, SAML, IDP, STATUS_UNKNOWN, "could not be listed");
    w.account->data[DATA_IDENTITY_CENTER].state = STATE_COMPLETE;
    w.model.centers = &center;
    w.model.center_count = 1;
    (void)judged(&w, SAML, IDP, STATUS_NOT_APPLICABLE, "judged by itself");
    host = PORTAL ".evil.example";
    (void)judged(&w, SAML, IDP, STATUS_MANUAL, "evil.example");
    host = "portal.sso.evilamazonaws.com";
    (void)judged(&w, SAML, IDP, STATUS_MANUAL, "evilamazonaws.com");
    host = "idp.evil.example";
    (void)judged(&w, SAML, IDP, STATUS_MANUAL, "idp.evil.example");
    p.metadata_status = (struct data_status){STATE_DENIED, "denied here", NULL};
    (void)judged(&w, SAML, IDP, STATUS_UNKNOWN, "denied here");
    watched_end(&w);
}

static struct event *add_factor(struct watched *w, const char *name, const char *types,
                                const char *workflow)
{
    struct event *e = add_event(w, name, "IdentityCenterUser");

    e->region = REGION;
    e->credential_type = types;
    e->workflow = workflow;
    e->outcome = "Success";
    return e;
}

static void begin_center(struct watched *w)
{
    watched_begin(w);
    read_all(w);
    w->model.centers = &center;
    w->model.center_count = 1;
}

TEST(identity_center_is_contradicted_by_a_password_alone)
{
    struct watched w;
    struct event *e;

    begin_center(&w);
    (void)judged(&w, CENTER, center.arn, STATUS_MANUAL, "none of 0 sign-ins");
    (void)add_factor(&w, "CredentialVerification", "PASSWORD", "a");
    (void)add_factor(&w, "UserAuthentication", "PASSWORD", "a");
    assert_true(has_evidence(judged(&w, CENTER, center.arn, STATUS_FAIL, "1 of 1 sign-ins"),
                             "raw/1/0003-event.json"));
    e = add_factor(&w, "CredentialVerification", "TOTP", "a");
    (void)judged(&w, CENTER, center.arn, STATUS_MANUAL, "none of 1 sign-ins");
    e->outcome = "Failure"; /* a code that was wrong */
    (void)judged(&w, CENTER, center.arn, STATUS_FAIL, "password alone");
    e->outcome = "Success";
    e->workflow = "b"; /* somebody else's */
    (void)judged(&w, CENTER, center.arn, STATUS_FAIL, "password alone");
    w.events.at[1].outcome = "Failure";
    (void)judged(&w, CENTER, center.arn, STATUS_MANUAL, "none of 0 sign-ins");
    watched_end(&w);
}

TEST(other_factors_are_no_contradiction)
{
    static const char *const types[] = {"PASSWORD,TOTP", "WEBAUTHN", "EXTERNAL_IDP",
                                        "PASSWORD, EMAIL_OTP"};
    struct watched w;

    begin_center(&w);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        (void)add_factor(&w, "UserAuthentication", types[i], "x");
    add_factor(&w, "UserAuthentication", "PASSWORD", "y")->region = GLOBAL; /* another instance's */
    (void)judged(&w, CENTER, center.arn, STATUS_MANUAL, "none of 4 sign-ins");
    watched_end(&w);
}

TEST(identity_center_whose_sign_ins_are_not_known)
{
    struct watched w;
    struct event *e;

    begin_center(&w);
    e = add_factor(&w, "UserAuthentication", "PASSWORD", NULL);
    (void)judged(&w, CENTER, center.arn, STATUS_UNKNOWN, "names no workflow");
    e->workflow = "a";
    e->credential_type = NULL;
    (void)judged(&w, CENTER, center.arn, STATUS_UNKNOWN, "by which factors");
    e->credential_type = "PASSWORD";
    w.events.readings[1].from = NOON + 10; /* CredentialVerification */
    (void)judged(&w, CENTER, center.arn, STATUS_UNKNOWN, "CredentialVerification in " REGION);
    w.events.count = 0;
    (void)judged(&w, CENTER, center.arn, STATUS_MANUAL, "");
    w.events.readings[2].from = NOON; /* UserAuthentication */
    (void)judged(&w, CENTER, center.arn, STATUS_UNKNOWN, "UserAuthentication in " REGION);
    w.account->events = NULL;
    refused(&w, DATA_EVENTS);
    (void)judged(&w, CENTER, center.arn, STATUS_UNKNOWN, "UserAuthentication");
    watched_end(&w);
}

TEST(identity_center_is_judged_at_home)
{
    struct watched w;

    begin_center(&w);
    w.model.home = OTHER_ID;
    (void)judged(&w, CENTER, HOME_ID, STATUS_NOT_APPLICABLE, "is judged in account " OTHER_ID);
    w.model.home = HOME_ID;
    w.model.center_count = 0;
    (void)judged(&w, CENTER, HOME_ID, STATUS_NOT_APPLICABLE, "no instance");
    add_role(&w, "AWSReservedSSO_x_0123456789abcdef", "{}")->path = RESERVED_PATH;
    (void)judged(&w, CENTER, HOME_ID, STATUS_UNKNOWN, "AWSReservedSSO_x");
    w.account->role_count = 0;
    refused(&w, DATA_IDENTITY_CENTER);
    (void)judged(&w, CENTER, HOME_ID, STATUS_UNKNOWN, "AccessDenied");
    watched_end(&w);
}

#define TRUST(provider)                                                           \
    "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRoleWithSAML\"," \
    "\"Principal\":{\"Federated\":\"" provider "\"}}}"

TEST(entries_are_listed_and_owned)
{
    struct watched w;
    struct saml_provider p;
    const char *host = "idp.example.com";

    watched_begin(&w);
    (void)judged(&w, ENTRIES, HOME_ID, STATUS_NOT_APPLICABLE, "no federated entry");
    (void)add_role(&w, "pool", TRUST("cognito-identity.amazonaws.com"));
    (void)judged(&w, ENTRIES, HOME_ID, STATUS_MANUAL, "cognito-identity.amazonaws.com");
    add_saml(&w, &p, &host);
    (void)add_role(&w, "saml", TRUST(IDP));
    (void)judged(&w, ENTRIES, HOME_ID, STATUS_MANUAL, "2 federated entries");
    (void)add_role(&w, "unreadable", "{");
    (void)judged(&w, ENTRIES, HOME_ID, STATUS_UNKNOWN, "role unreadable");
    (void)add_role(&w, "gone", TRUST(MINE "oidc-provider/gone.example"));
    assert_true(has_evidence(judged(&w, ENTRIES, HOME_ID, STATUS_FAIL, "gone.example by role gone"),
                             "raw/role.xml"));
    refused(&w, DATA_OIDC_PROVIDERS);
    (void)judged(&w, ENTRIES, HOME_ID, STATUS_UNKNOWN, "AccessDenied");
    watched_end(&w);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_chain_passes),
        cmocka_unit_test(the_pattern_decides_and_not_its_wording),
        cmocka_unit_test(people_who_are_left_out_are_found),
        cmocka_unit_test(root_must_be_caught_in_all_it_does),
        cmocka_unit_test(the_alarm_must_act),
        cmocka_unit_test(a_composite_alarm_may_act_for_it),
        cmocka_unit_test(the_trail_must_be_fit),
        cmocka_unit_test(a_link_that_was_not_read_is_unknown),
        cmocka_unit_test(an_organisations_trail_is_judged_at_its_owner),
        cmocka_unit_test(buckets_keep_log_files_or_not),
        cmocka_unit_test(buckets_of_others),
        cmocka_unit_test(buckets_that_were_not_listed),
        cmocka_unit_test(user_pools_of_the_workforce),
        cmocka_unit_test(directories_are_never_passed_over),
        cmocka_unit_test(a_directory_for_machines_alone),
        cmocka_unit_test(saml_providers_need_an_attestation),
        cmocka_unit_test(the_provider_of_identity_center),
        cmocka_unit_test(identity_center_is_contradicted_by_a_password_alone),
        cmocka_unit_test(other_factors_are_no_contradiction),
        cmocka_unit_test(identity_center_whose_sign_ins_are_not_known),
        cmocka_unit_test(identity_center_is_judged_at_home),
        cmocka_unit_test(entries_are_listed_and_owned),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
