/* test_statuses.c - every status that a check can have is had by some account: of the sample
 * organisation, whose verdicts a second implementation knows too (tests/tools/sample_verdicts.py),
 * or of the few small ones below. Run from the top directory.
 *
 * A new check: its row in `statuses`. The test names what no account shows, and what an account
 * shows that the row lacks. */
#include "watched_scene.h"

#include "day.h"
#include "model/inputs.h"

/* Of accounts in scope that are open. P PASS, F FAIL, U UNKNOWN, M MANUAL, N NOT_APPLICABLE. */
static const struct {
    const char *check, *letters;
} statuses[] = {
    {"iam.root_mfa_enabled", "PFUN"},
    {"iam.root_mfa_hardware", "PFUN"},
    {"iam.root_access_keys_absent", "PFU"},
    {"iam.root_signing_certificates_absent", "PFU"},
    {"iam.root_credentials_centralized", "PFUN"},
    {"iam.admin_users_mfa", "PFUN"},
    {"iam.admin_users_mfa_phishing_resistant", "PFUN"},
    {"iam.users_without_mfa", "PFUN"},
    {"iam.users_mfa_phishing_resistant", "PFUN"},
    {"iam.users_mfa_no_sms", "PFUN"},
    {"iam.user_single_mfa_device", "PFUN"},
    {"iam.users_onboarding_mfa", "PFUN"},
    {"iam.console_access_unused", "PFUN"},
    {"iam.password_policy_strong", "PFU"},
    {"iam.mfa_devices_orphaned", "PFUN"},
    {"machine.no_long_term_keys", "FUN"}, /* without a key there is no machine among the users */
    {"machine.no_console_password", "PFUN"},
    {"machine.privileged_keys_constrained", "PFUN"},
    {"iam.access_keys_older_than_90_days", "PFUN"},
    {"iam.service_specific_credentials_reviewed", "PFUN"},
    {"iam.hybrid_users", "PFUN"},
    {"iam.privileged_actions_require_mfa", "PFUN"},
    {"iam.mfa_enforcement_latent", "PFUN"},
    {"iam.mfa_control_actions_guarded", "PFUN"},
    {"iam.users_mfa_enforced", "PFUN"},
    {"iam.mfa_self_enrolment_guarded", "PFUN"},
    {"iam.mfa_deny_reaches_everyone", "PFUN"},
    {"iam.admin_users_excessive", "PFUN"},
    {"org.scp_mfa_guardrail", "PFUN"},
    {"iam.root_usage_absent", "PFU"},
    {"iam.root_sign_in_with_mfa", "PFUN"},
    {"iam.console_sign_in_with_mfa", "PFUN"},
    {"iam.privileged_calls_with_mfa", "PFUMN"},
    {"cloudwatch.sign_in_without_mfa_alarm", "PFUN"},
    {"cloudwatch.root_usage_alarm", "PFUN"},
    {"s3.trail_bucket_mfa_delete", "PFUN"},
    {"cognito.user_pool_mfa", "PFUN"},
    {"ds.radius_mfa", "PFUN"},
    {"federation.saml_mfa_attested", "PUMN"}, /* no event contradicts it */
    {"federation.identity_center_mfa", "PFUMN"},
    {"federation.entry_points_inventoried", "PFUMN"},
    {"iam.role_trust_requires_mfa", "PFUN"},
    {"iam.cross_account_role_trust", "PFUN"},
    {"federation.oidc_trust_restricted", "PFUN"},
    {"iam.mfa_conditions_satisfiable", "PFUN"},
    {"iam.mfa_policy_condition_effective", "PFUN"},
    {"iam.mfa_policy_exemptions_minimal", "PFUN"},
    {"iam.mfa_policy_resources_complete", "PFUN"},
    {"iam.leavers_removed", "PFUN"},
    {"governance.evidence_fresh", "PFU"},
    {"governance.exceptions_current", "PFUN"},
    {"iam.mfa_enforcement_strategy", "PFUM"}, /* root's keys always have a say */
};

static const char letters[STATUS_COUNT] = {[STATUS_PASS] = 'P',
                                           [STATUS_FAIL] = 'F',
                                           [STATUS_UNKNOWN] = 'U',
                                           [STATUS_MANUAL] = 'M',
                                           [STATUS_NOT_APPLICABLE] = 'N'};

/* By row of the registry: bits of the statuses seen. */
static unsigned seen[256];

static void see(const struct findings *f, const struct model *m)
{
    for (size_t i = 0; i < f->count; i++)
        if (model_account(m, f->at[i].account)->included)
            seen[f->at[i].row] |= 1U << f->at[i].status;
}

static void see_run(struct run *r)
{
    struct assessment a = {0};

    run_assess(r, &a);
    see(&a.findings, &a.model);
    assessment_close(&a);
    run_close(r);
}

static void see_sample(void)
{
    struct assessment a = {0};
    struct error err = {0};

    json_init();
    log_setup(LOG_ERROR, false);
    expect_ok(assess(&a, "assets/sample", &err), err);
    findings_bring_back(&a.findings);
    see(&a.findings, &a.model);
    assessment_close(&a);
}

/* Nothing in it; nothing read of it; nothing in order. */
static void see_stories(void)
{
    static const struct user_story users[] = {{.name = "svc-x", .password = "true", .key1 = "true"},
                                              {0}};
    struct run r;

    run_open(&r);
    run_story(&r, &(struct account_story){.root_mfa = "0", .root_password = "0"});
    run_standalone(&r);
    see_run(&r);
    run_open(&r);
    run_account(&r, HOME_ID, NULL);
    see_run(&r);
    run_open(&r);
    run_story(&r, &(struct account_story){.root_mfa = "0", .root_keys = "1", .users = users});
    see_run(&r);
}

static void see_watched(struct watched *w)
{
    w->findings = (struct findings){0};
    evaluate(&w->snapshot, &w->model, &w->findings);
    see(&w->findings, &w->model);
    findings_free(&w->findings);
}

/* Root has an MFA device and no keys. */
static void begin(struct watched *w)
{
    watched_begin(w);
    read_all(w);
    for (int key = 0; key < SUMMARY_COUNT; key++)
        w->account->summary[key] = (struct summary_value){.known = true};
    w->account->summary[SUMMARY_ROOT_MFA].value = 1;
    w->account->summary[SUMMARY_ROOT_PASSWORD].value = 1;
}

/* No trail, a pool without MFA, a role that trusts a provider that is not there; and somebody who
 * left, in an account whose users were not listed. */
static void see_neglect(void)
{
    static const char trust[] =
        "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRoleWithSAML\",\"Principal\":"
        "{\"Federated\":\"" MINE "saml-provider/gone\"}}}";
    static const char *const pools[] = {"eu-central-1_X"};
    struct settings settings = settings_default;
    struct people_row ann = {
        .person = "Ann", .identity = MINE "user/ann", .left = day_of("2026-10-01")};
    const struct people_row *persons[] = {&ann};
    struct inputs in = {.settings = &settings,
                        .has_people = true,
                        .people = &ann,
                        .persons = persons,
                        .people_count = 1};
    struct user_pool pool = {.id = pools[0],
                             .name = "p",
                             .region = REGION,
                             .status = {STATE_COMPLETE, NULL, NULL},
                             .mfa = POOL_MFA_OFF};
    struct watched w;

    begin(&w);
    settings.workforce_pools = (struct texts){pools, 1};
    w.model.inputs = &in;
    w.detective.pools = &pool;
    w.detective.pool_count = 1;
    (void)add_role(&w, "r", trust);
    see_watched(&w);
    refused(&w, DATA_AUTHORIZATION);
    see_watched(&w);
    watched_end(&w);
}

/* Identity Center and a provider of which nobody says anything, and then somebody does. */
static void see_words(void)
{
    struct attestation word = {.id = "AT-1",
                               .check = "federation.identity_center_mfa",
                               .resource = "arn:aws:sso:::instance/ssoins-1",
                               .statement = "everybody is asked",
                               .by = "Ann",
                               .attested = day_of("2026-10-01"),
                               .expires = day_of("2027-09-30")};
    struct inputs in = {.settings = &settings_default};
    struct saml_provider saml = {.arn = MINE "saml-provider/idp",
                                 .name = "idp",
                                 .metadata_status = {STATE_COMPLETE, NULL, NULL},
                                 .source = {"raw/1/saml.xml", "/p", NULL}};
    struct identity_center center = {.arn = word.resource,
                                     .region = REGION,
                                     .source = {"raw/1/center.json", "/Instances/0", NULL}};
    struct watched w;

    begin(&w);
    w.model.inputs = &in;
    w.model.centers = &center;
    w.model.center_count = 1;
    w.federation = (struct federation){.saml = &saml, .saml_count = 1};
    see_watched(&w);
    in.attestations = &word;
    in.attestation_count = 1;
    see_watched(&w);
    watched_end(&w);
}

/* All is well: every use of root rings somebody. */
static void see_order(void)
{
    static const struct data_status read = {STATE_COMPLETE, NULL, NULL};
    const char *topic = "arn:aws:sns:" REGION ":" HOME_ID ":t";
    struct trail trail = {.arn = "arn:aws:cloudtrail:" REGION ":" HOME_ID ":trail/t",
                          .name = "t",
                          .home_region = REGION,
                          .account = HOME_ID,
                          .bucket = "b",
                          .log_group_arn = "arn:aws:logs:" REGION ":" HOME_ID ":log-group:g:*",
                          .multi_region = true,
                          .status = read,
                          .logging = true,
                          .selectors = read,
                          .logs_reads = true,
                          .logs_writes = true};
    struct metric_filter filter = {.name = "f",
                                   .pattern = "{ $.userIdentity.type = \"Root\" }",
                                   .metric_namespace = "ns",
                                   .metric_name = "m"};
    struct log_group group = {.arn = trail.log_group_arn,
                              .name = "g",
                              .region = REGION,
                              .status = read,
                              .filters = &filter,
                              .filter_count = 1};
    struct alarm_metric metric = {"ns", "m"};
    struct alarm alarm = {.arn = "arn:alarm:a",
                          .name = "a",
                          .region = REGION,
                          .actions_enabled = true,
                          .actions = &topic,
                          .action_count = 1,
                          .metrics = &metric,
                          .metric_count = 1};
    struct region_state region = {REGION, read};
    struct watched w;

    begin(&w);
    w.detective = (struct detective){.trails = &trail,
                                     .trail_count = 1,
                                     .log_groups = &group,
                                     .log_group_count = 1,
                                     .alarms = &alarm,
                                     .alarm_count = 1,
                                     .alarm_regions = &region,
                                     .alarm_region_count = 1};
    see_watched(&w);
    watched_end(&w);
}

static const char *letters_of(const char *check)
{
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
        if (strcmp(statuses[i].check, check) == 0)
            return statuses[i].letters;
    return "";
}

TEST(every_status_of_every_check_is_shown)
{
    bool all = true;

    see_sample();
    see_stories();
    see_neglect();
    see_words();
    see_order();
    assert_int_equal(sizeof statuses / sizeof *statuses, check_count());
    for (size_t row = 0; row < check_count(); row++)
        for (int status = 0; status < STATUS_COUNT; status++) {
            const char *check = check_at(row)->id;
            bool can = strchr(letters_of(check), letters[status]);
            bool is = seen[row] & 1U << status;

            if (can != is)
                print_error("%s: %s is %s\n", check, status_name((enum status)status),
                            can ? "shown by no account" : "not in its row");
            all = all && can == is;
        }
    assert_true(all);
}

/* Of accounts that are not read every check says so, whatever it is about. */
TEST(every_check_speaks_of_accounts_that_are_left_out)
{
    struct listed_account listed[] = {{.id = HOME_ID, .state = "ACTIVE"},
                                      {.id = OTHER_ID, .state = "ACTIVE"}};
    static const struct {
        const char *state;
        enum status status;
    } rows[] = {{"ACTIVE", STATUS_UNKNOWN}, {"SUSPENDED", STATUS_NOT_APPLICABLE}};

    for (size_t i = 0; i < 2; i++) {
        struct watched w;
        size_t said = 0;

        begin(&w);
        w.model.account_count = 2;
        w.accounts[1].report_info = &w.report;
        w.model.listed = listed;
        w.model.listed_count = 2;
        listed[1].state = rows[i].state;
        evaluate(&w.snapshot, &w.model, &w.findings);
        for (size_t f = 0; f < w.findings.count; f++) {
            const struct finding *found = &w.findings.at[f];

            if (strcmp(found->account, OTHER_ID) != 0)
                continue;
            said++;
            if (found->status != rows[i].status)
                print_error("%s of an account that is %s: %s, %s\n", found->check, rows[i].state,
                            status_name(found->status), found->detail);
        }
        assert_int_equal(said, check_count());
        watched_end(&w);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_status_of_every_check_is_shown),
        cmocka_unit_test(every_check_speaks_of_accounts_that_are_left_out),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
