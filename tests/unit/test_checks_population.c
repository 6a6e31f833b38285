/* test_checks_population.c - the checks on root's certificates and central management, on
 * enrolment, console passwords, keys and machines, and on the age of the evidence, over whole
 * accounts. The scan of run_dir.h ends 2026-11-23T06:01:12Z; its report is an hour older. */
#include "organization_run.h"

#include "checks/age.h"
#include "model/credentials.h"
#include "model/events.h"

#define CERTIFICATES "iam.root_signing_certificates_absent"
#define CENTRAL "iam.root_credentials_centralized"
#define NO_SMS "iam.users_mfa_no_sms"
#define SECOND "iam.user_single_mfa_device"
#define ONBOARDING "iam.users_onboarding_mfa"
#define UNUSED "iam.console_access_unused"
#define POLICY "iam.password_policy_strong"
#define HYBRID "iam.hybrid_users"
#define KEY_AGE "iam.access_keys_older_than_90_days"
#define SERVICE "iam.service_specific_credentials_reviewed"
#define NO_KEYS "machine.no_long_term_keys"
#define NO_PASSWORD "machine.no_console_password"
#define BOUND "machine.privileged_keys_constrained"
#define FRESH "governance.evidence_fresh"

#define ARN "arn:aws:iam::" HOME_ID ":"
#define MFA(name) ARN "mfa/" name
#define FIDO(user) ARN "u2f/user/" user "/key-ABCDEFGH"
#define SMS(name) ARN "sms-mfa/" name
#define SECOND_BEFORE_46_DAYS "2026-10-09T06:01:11Z"
#define BEFORE_45_DAYS "2026-10-09T06:01:12Z"
#define BEFORE_90_DAYS "2026-08-25T06:01:12Z"
#define SECOND_BEFORE_91_DAYS "2026-08-25T06:01:11Z"

/* One account, read and judged; events may be put into the model in between. */
struct judged {
    struct run run;
    struct snapshot snapshot;
    struct model model;
    struct findings findings;
};

static void open_judged(struct judged *j)
{
    *j = (struct judged){0};
    run_open(&j->run);
}

static struct account *read_judged(struct judged *j)
{
    struct recorded recorded;
    struct error err = {0};

    run_write(&j->run);
    expect_ok(snapshot_open(&j->snapshot, j->run.dir, &err), err);
    recorded_open(&recorded, &j->snapshot, &j->model.arena);
    expect_ok(collect(&j->snapshot, &recorded.transport, &j->model, &err), err);
    return model_account(&j->model, HOME_ID);
}

static void done(struct judged *j)
{
    findings_free(&j->findings);
    model_free(&j->model);
    snapshot_close(&j->snapshot);
    run_close(&j->run);
}

static void judge(struct judged *j, const struct account_story *story)
{
    open_judged(j);
    run_story(&j->run, story);
    (void)read_judged(j);
    evaluate(&j->snapshot, &j->model, &j->findings);
}

static void expect_verdict(const struct account_story *story, const char *check, const char *name,
                           enum status status, const char *detail)
{
    struct judged j;

    judge(&j, story);
    expect_holds(expect_status(&j.findings, check, name, status)->detail, detail);
    done(&j);
}

/* --- Root ------------------------------------------------------------------------------------- */

TEST(root_certificates_count_whatever_the_device)
{
    const struct account_story none = {.root_mfa = "1"};
    const struct account_story one = {.root_mfa = "1", .root_certificates = "1"};
    const struct account_story absent = {.root_certificates = "-"};

    expect_verdict(&none, CERTIFICATES, "root", STATUS_PASS, "no signing certificate");
    expect_verdict(&one, CERTIFICATES, "root", STATUS_FAIL, "without MFA");
    expect_verdict(&absent, CERTIFICATES, "root", STATUS_UNKNOWN, "not in the account summary");
}

enum organization_case { IN_NONE, MANAGES, IS_MEMBER, REFUSED };

/* An account and what the organisation says to it. `features` NULL: the question was refused. */
static void judge_organization(struct judged *j, enum organization_case as, const char *features,
                               const struct account_story *story)
{
    struct account_story told = *story;

    told.features = features;
    open_judged(j);
    run_collects(&j->run, "organizations");
    if (as == REFUSED)
        run_error(&j->run, run_query(&j->run, HOME_ID, "DescribeOrganization", "{}"), NULL, 400,
                  "{\"__type\":\"AccessDeniedException\"}");
    else if (as == IN_NONE)
        (void)run_page_bytes(&j->run, run_query(&j->run, HOME_ID, "DescribeOrganization", "{}"),
                             NULL, 400, "{\"__type\":\"AWSOrganizationsNotInUseException\"}", 46);
    else
        run_describe(&j->run, as == MANAGES ? HOME_ID : OTHER_ID);
    run_organizations(&j->run, "ListAccounts", MOST_20,
                      "{\"Accounts\":[{\"Id\":\"" HOME_ID
                      "\",\"Name\":\"a\",\"State\":\"ACTIVE\"}]}");
    run_story(&j->run, &told);
    (void)read_judged(j);
    evaluate(&j->snapshot, &j->model, &j->findings);
}

/* Mistake: root checks skipped because the feature is on; turning it on deletes nothing. */
TEST(central_management_is_no_proof_of_absence)
{
    static const char on[] = "RootSessions RootCredentialsManagement";
    struct judged j;

    judge_organization(&j, IS_MEMBER, on, &(struct account_story){.root_password = "0"});
    expect_status(&j.findings, CENTRAL, "o-sample00001", STATUS_PASS);
    expect_holds(expect_status(&j.findings, CENTRAL, "root", STATUS_FAIL)->detail,
                 "still has an MFA device");
    done(&j);
    judge_organization(&j, IS_MEMBER, on,
                       &(struct account_story){.root_mfa = "0", .root_password = "0"});
    expect_status(&j.findings, CENTRAL, "root", STATUS_PASS);
    done(&j);
}

TEST(a_member_without_credentials_is_open_while_the_feature_is_off)
{
    struct judged j;

    judge_organization(&j, IS_MEMBER, "RootSessions",
                       &(struct account_story){.root_mfa = "0", .root_password = "0"});
    expect_holds(expect_status(&j.findings, CENTRAL, "o-sample00001", STATUS_FAIL)->detail,
                 "not managed centrally");
    expect_status(&j.findings, CENTRAL, "root", STATUS_PASS);
    done(&j);
}

TEST(each_credential_of_a_member_counts)
{
    static const struct account_story stories[] = {
        {.root_mfa = "0", .root_password = "1"},
        {.root_mfa = "0", .root_password = "0", .root_keys = "1"},
        {.root_mfa = "0", .root_password = "0", .root_certificates = "1"},
        {.root_mfa = "1", .root_password = "0"},
        {.root_mfa = "0", .root_password = "0", .root_keys = "-"},
    };
    static const enum status wanted[] = {STATUS_FAIL, STATUS_FAIL, STATUS_FAIL, STATUS_FAIL,
                                         STATUS_UNKNOWN};

    for (size_t i = 0; i < 5; i++) {
        struct judged j;

        judge_organization(&j, IS_MEMBER, "RootCredentialsManagement", &stories[i]);
        expect_status(&j.findings, CENTRAL, "root", wanted[i]);
        done(&j);
    }
}

TEST(the_management_account_has_no_member_finding)
{
    struct judged j;

    judge_organization(&j, MANAGES, "RootCredentialsManagement", &(struct account_story){0});
    expect_status(&j.findings, CENTRAL, "o-sample00001", STATUS_PASS);
    assert_null(finding_of(&j.findings, CENTRAL, "root"));
    done(&j);
}

TEST(an_account_in_no_organisation_is_managed_by_nobody)
{
    struct judged j;

    judge_organization(&j, IN_NONE, "", &(struct account_story){0});
    expect_holds(expect_status(&j.findings, CENTRAL, "root", STATUS_NOT_APPLICABLE)->detail,
                 "in no organisation");
    assert_int_equal(count_of(&j.findings, CENTRAL, STATUS_FAIL), 0);
    done(&j);
}

/* The answer about features names the organisation too: that verdict stands. */
TEST(an_organisation_that_is_not_seen_leaves_its_members_open)
{
    struct judged j;

    judge_organization(&j, REFUSED, "", &(struct account_story){0});
    expect_holds(expect_status(&j.findings, CENTRAL, "root", STATUS_UNKNOWN)->detail,
                 "AccessDenied");
    expect_status(&j.findings, CENTRAL, "o-sample00001", STATUS_FAIL);
    assert_int_equal(count_of(&j.findings, CENTRAL, STATUS_FAIL), 1);
    assert_int_equal(count_of(&j.findings, CENTRAL, STATUS_PASS), 0);
    done(&j);
    expect_verdict(&(struct account_story){0}, CENTRAL, "root", STATUS_UNKNOWN, "not collected");
}

/* --- Enrolment -------------------------------------------------------------------------------- */

/* Mistake: a retired SMS device counted as MFA; silence of a list that shows no others taken as
 * proof. */
TEST(sms_devices_are_told_by_the_users_own_list)
{
    static const struct user_story users[] = {
        {.name = "sms", .password = "true", .mfa = "true", .devices = SMS("sms")},
        {.name = "both", .password = "true", .mfa = "true", .devices = MFA("both") " " SMS("x")},
        {.name = "token", .password = "true", .mfa = "true", .devices = "GAHT12345678"},
        {.name = "none", .password = "true"},
        {.name = "idle", .devices = MFA("idle")},
        {.name = "svc-x", .key1 = "true", .devices = SMS("svc-x")},
        {0}};
    const struct account_story live = {.users = users, .freshness = "live"};
    const struct account_story confirm = {.users = users};
    const struct account_story report = {.users = users, .freshness = "report"};

    expect_verdict(&live, NO_SMS, "sms", STATUS_FAIL, "retired");
    expect_verdict(&live, NO_SMS, "both", STATUS_FAIL, SMS("x"));
    expect_verdict(&live, NO_SMS, "token", STATUS_PASS, "hardware TOTP");
    expect_verdict(&live, NO_SMS, "none", STATUS_NOT_APPLICABLE, "no MFA device");
    expect_verdict(&live, NO_SMS, "idle", STATUS_NOT_APPLICABLE, "idle");
    expect_verdict(&live, NO_SMS, "svc-x", STATUS_NOT_APPLICABLE, "a machine");
    expect_verdict(&confirm, NO_SMS, "both", STATUS_UNKNOWN, "list of virtual devices alone");
    expect_verdict(&report, NO_SMS, "sms", STATUS_UNKNOWN, "which devices there are");
}

TEST(a_second_device_may_be_of_a_kind_that_is_not_listed)
{
    static const struct user_story users[] = {
        {.name = "one", .password = "true", .mfa = "true", .devices = FIDO("one")},
        {.name = "two", .password = "true", .mfa = "true", .devices = MFA("a") " " MFA("b")},
        {.name = "virtual", .password = "true", .mfa = "true", .devices = MFA("v")},
        {.name = "mixed", .password = "true", .mfa = "true", .devices = MFA("m") " " FIDO("mixed")},
        {0}};
    const struct account_story confirm = {.users = users};
    const struct account_story live = {.users = users, .freshness = "live"};

    expect_verdict(&confirm, SECOND, "one", STATUS_FAIL, "no second one");
    expect_verdict(&confirm, SECOND, "two", STATUS_PASS, "2 devices");
    expect_verdict(&confirm, SECOND, "virtual", STATUS_UNKNOWN, "shows no others");
    expect_verdict(&confirm, SECOND, "mixed", STATUS_UNKNOWN, "shows no others");
    expect_verdict(&live, SECOND, "virtual", STATUS_FAIL, "no second one");
    expect_verdict(&live, SECOND, "mixed", STATUS_PASS, "virtual, FIDO");
}

#define MADE "2026-09-10T08:00:00Z"
#define MADE_AT 1789027200LL

/* `name` of MADE, with what devices; what CloudTrail tells of us-east-1 is put into the model. */
static void expect_onboarding(const struct user_story *user, const struct events *events,
                              enum status status, const char *detail)
{
    const struct user_story users[] = {*user, {0}};
    struct judged j;

    open_judged(&j);
    run_story(&j.run, &(struct account_story){.users = users, .freshness = "live"});
    read_judged(&j)->events = (struct events *)events;
    evaluate(&j.snapshot, &j.model, &j.findings);
    expect_holds(expect_status(&j.findings, ONBOARDING, user->name, status)->detail, detail);
    done(&j);
}

TEST(new_users_have_seven_days)
{
    const struct user_story in_time = {.name = "u",
                                       .password = "true",
                                       .created = MADE,
                                       .devices = MFA("u"),
                                       .enabled = "2026-09-17T08:00:00Z"};
    const struct user_story none = {.name = "u", .password = "true", .created = MADE};
    const struct user_story fresh = {
        .name = "u", .password = "true", .created = "2026-11-20T08:00:00Z"};
    const struct user_story fresh_with = {.name = "u",
                                          .password = "true",
                                          .created = "2026-11-20T08:00:00Z",
                                          .devices = MFA("u"),
                                          .enabled = "2026-11-21T08:00:00Z"};
    const struct user_story old = {
        .name = "u", .password = "true", .created = "2026-08-25T05:59:59Z"};
    const struct user_story key_only = {.name = "u", .key1 = "true", .created = MADE};
    const struct user_story undated = {.name = "u", .password = "true"};

    expect_onboarding(&in_time, NULL, STATUS_PASS, "enabled on 2026-09-17");
    expect_onboarding(&none, NULL, STATUS_FAIL, "no device after 73 days");
    expect_onboarding(&fresh, NULL, STATUS_NOT_APPLICABLE, "within the grace period");
    expect_onboarding(&fresh_with, NULL, STATUS_PASS, "enabled on 2026-11-21");
    expect_onboarding(&old, NULL, STATUS_NOT_APPLICABLE, "not new");
    expect_onboarding(&key_only, NULL, STATUS_NOT_APPLICABLE, "no console password");
    expect_onboarding(&undated, NULL, STATUS_UNKNOWN, "when the user was made");
}

#define ENABLED "EventName=EnableMFADevice"

/* A device of later may have replaced an earlier one: only events tell. */
TEST(a_late_device_is_late_by_events_alone)
{
    const struct user_story late = {.name = "u",
                                    .password = "true",
                                    .created = MADE,
                                    .devices = MFA("u"),
                                    .enabled = "2026-09-17T08:00:01Z"};
    struct event enabled = {.time = MADE_AT + 7 * 86400LL,
                            .id = "e-1",
                            .name = "EnableMFADevice",
                            .source = "iam.amazonaws.com",
                            .target_user = "u",
                            .where = {"raw/x.json", "/Events/0", NULL}};
    struct event_reading whole = {
        .region = "us-east-1", .what = ENABLED, .from = MADE_AT - 1, .to = MADE_AT + 7 * 86400LL};
    struct event_reading cut = whole;
    struct events nothing = {.readings = &whole, .reading_count = 1};
    struct events something = {.readings = &whole, .reading_count = 1, .at = &enabled, .count = 1};
    struct events unread = {.readings = &cut, .reading_count = 1};

    cut.from = MADE_AT + 1;
    expect_onboarding(&late, NULL, STATUS_UNKNOWN, "asked in no region");
    expect_onboarding(&late, &unread, STATUS_UNKNOWN, "was not read");
    expect_onboarding(&late, &nothing, STATUS_FAIL, "no device was enabled within");
    expect_onboarding(&late, &something, STATUS_PASS, "event e-1");
    enabled.time++;
    expect_onboarding(&late, &something, STATUS_FAIL, "no device was enabled within");
    enabled.time--;
    enabled.error_code = "AccessDenied";
    expect_onboarding(&late, &something, STATUS_FAIL, "no device was enabled within");
    enabled.error_code = NULL;
    enabled.target_user = "v";
    expect_onboarding(&late, &something, STATUS_FAIL, "no device was enabled within");
}

/* --- Console ---------------------------------------------------------------------------------- */

/* Mistake: «never used» read as «not in use», or as «no password»; a day's edge missed. */
TEST(passwords_are_unused_after_45_days)
{
    static const struct user_story users[] = {
        {.name = "edge", .password = "true", .used = BEFORE_45_DAYS},
        {.name = "over", .password = "true", .used = SECOND_BEFORE_46_DAYS},
        {.name = "never-young", .password = "true", .changed = "2026-11-01T00:00:00Z"},
        {.name = "never-old", .password = "true", .changed = "2026-01-05T00:00:00Z"},
        {.name = "changed",
         .password = "true",
         .used = "2026-02-01T00:00:00Z",
         .changed = "2026-11-20T00:00:00Z"},
        {.name = "undated", .password = "true"},
        {.name = "future", .password = "true", .used = "2027-01-01T00:00:00Z"},
        {.name = "odd", .password = "true", .used = "N/A", .changed = "2026-01-05T00:00:00Z"},
        {.name = "key-only", .key1 = "true"},
        {0}};
    const struct account_story story = {.users = users, .freshness = "report"};

    expect_verdict(&story, UNUSED, "edge", STATUS_PASS, "45 days before the scan");
    expect_verdict(&story, UNUSED, "over", STATUS_FAIL, "45 days before the scan");
    expect_verdict(&story, UNUSED, "never-young", STATUS_PASS, "the password is of 2026-11-01");
    expect_verdict(&story, UNUSED, "never-old", STATUS_FAIL, "never used, and the password");
    expect_verdict(&story, UNUSED, "changed", STATUS_FAIL, "last used on 2026-02-01");
    expect_verdict(&story, UNUSED, "undated", STATUS_UNKNOWN, "never used; of what age");
    expect_verdict(&story, UNUSED, "future", STATUS_UNKNOWN, "is not known");
    expect_verdict(&story, UNUSED, "odd", STATUS_UNKNOWN, "used last is not known");
    expect_verdict(&story, UNUSED, "key-only", STATUS_NOT_APPLICABLE, "no console password");
}

/* A login profile that is younger than the use is another password; the report does not tell. */
TEST(a_new_login_profile_starts_anew)
{
    static const struct user_story users[] = {{.name = "anew",
                                               .password = "true",
                                               .used = "2026-02-01T00:00:00Z",
                                               .changed = "2026-11-20T00:00:00Z"},
                                              {.name = "missing",
                                               .password = "true",
                                               .changed = "2026-11-20T00:00:00Z",
                                               .not_in_report = true},
                                              {.name = "missing-old",
                                               .password = "true",
                                               .changed = "2026-02-01T00:00:00Z",
                                               .not_in_report = true},
                                              {0}};
    const struct account_story story = {.users = users, .freshness = "live"};

    expect_verdict(&story, UNUSED, "anew", STATUS_PASS, "the password is of 2026-11-20");
    expect_verdict(&story, UNUSED, "missing", STATUS_PASS, "the password is of 2026-11-20");
    expect_verdict(&story, UNUSED, "missing-old", STATUS_UNKNOWN, "used last is not known");
}

/* CloudTrail may know of a sign-in that the report does not know yet. */
TEST(a_sign_in_by_events_counts)
{
    static const struct user_story users[] = {
        {.name = "u", .password = "true", .used = "2026-02-01T00:00:00Z"}, {0}};
    struct event event = {.time = 1795348800LL,
                          .id = "e-1",
                          .name = "ConsoleLogin",
                          .source = "signin.amazonaws.com",
                          .outcome = "Success",
                          .by = {.type = "IAMUser", .arn = ARN "user/u"},
                          .region = "us-east-1",
                          .where = {"raw/x.json", "/Events/0", NULL}};
    struct events events = {.at = &event, .count = 1};
    static const struct {
        const char *outcome, *arn;
        enum status status;
    } rows[] = {{"Success", ARN "user/u", STATUS_PASS},
                {"Failure", ARN "user/u", STATUS_FAIL},
                {"Success", ARN "user/v", STATUS_FAIL}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct judged j;

        event.outcome = rows[i].outcome;
        event.by.arn = rows[i].arn;
        open_judged(&j);
        run_story(&j.run, &(struct account_story){.users = users, .freshness = "report"});
        read_judged(&j)->events = &events;
        evaluate(&j.snapshot, &j.model, &j.findings);
        expect_status(&j.findings, UNUSED, "u", rows[i].status);
        done(&j);
    }
}

#define LENGTH(n) "<MinimumPasswordLength>" n "</MinimumPasswordLength>"
#define REUSE(n) "<PasswordReusePrevention>" n "</PasswordReusePrevention>"

/* Mistake: a refused question read as AWS's default. */
TEST(password_policies_ask_for_14_and_24)
{
    const struct account_story strong = {.password_policy = LENGTH("14") REUSE("24")};
    const struct account_story weak = {.password_policy = LENGTH("13") REUSE("24")};
    const struct account_story reused = {.password_policy = LENGTH("14") REUSE("23")};
    const struct account_story forgotten = {.password_policy = LENGTH("20")};
    const struct account_story silent = {.password_policy = REUSE("24")};
    const struct account_story none = {0};
    struct judged j;

    expect_verdict(&strong, POLICY, HOME_ID, STATUS_PASS, "14 characters");
    expect_verdict(&weak, POLICY, HOME_ID, STATUS_FAIL, "13 characters");
    expect_verdict(&reused, POLICY, HOME_ID, STATUS_FAIL, "the last 23");
    expect_verdict(&forgotten, POLICY, HOME_ID, STATUS_FAIL, "any may be reused");
    expect_verdict(&silent, POLICY, HOME_ID, STATUS_UNKNOWN, "does not say");
    expect_verdict(&none, POLICY, HOME_ID, STATUS_FAIL, "AWS's default");
    open_judged(&j);
    run_account(&j.run, HOME_ID, NULL);
    run_error(&j.run, run_query(&j.run, HOME_ID, "GetAccountPasswordPolicy", "{}"), NULL, 403,
              ACCESS_DENIED);
    (void)read_judged(&j);
    evaluate(&j.snapshot, &j.model, &j.findings);
    expect_status(&j.findings, POLICY, HOME_ID, STATUS_UNKNOWN);
    done(&j);
}

/* --- Keys ------------------------------------------------------------------------------------- */

#define KEY_OF(user, made) ARN "user/" user "#" made

/* Mistakes: inactive keys counted; the second slot passed over; the day's edge missed. */
TEST(keys_are_old_after_90_days)
{
    static const struct user_story users[] = {
        {.name = "u",
         .key1 = "true",
         .made1 = BEFORE_90_DAYS,
         .key2 = "true",
         .made2 = SECOND_BEFORE_91_DAYS},
        {.name = "off", .key1 = "false", .made1 = "2020-01-01T00:00:00Z"},
        {.name = "undated", .key1 = "true"},
        {.name = "unclear", .key1 = "perhaps", .made1 = "2020-01-02T00:00:00Z"},
        {.name = "none"},
        {0}};
    const struct account_story report = {.users = users, .freshness = "report"};
    struct judged j;

    judge(&j, &report);
    expect_status(&j.findings, KEY_AGE, KEY_OF("u", BEFORE_90_DAYS), STATUS_PASS);
    expect_status(&j.findings, KEY_AGE, KEY_OF("u", SECOND_BEFORE_91_DAYS), STATUS_FAIL);
    expect_status(&j.findings, KEY_AGE, KEY_OF("off", "2020-01-01T00:00:00Z"),
                  STATUS_NOT_APPLICABLE);
    expect_status(&j.findings, KEY_AGE, ARN "user/undated#access_key_1", STATUS_UNKNOWN);
    expect_status(&j.findings, KEY_AGE, KEY_OF("unclear", "2020-01-02T00:00:00Z"), STATUS_UNKNOWN);
    assert_null(finding_of(&j.findings, KEY_AGE, ARN "user/none#access_key_1"));
    assert_int_equal(count_of(&j.findings, KEY_AGE, STATUS_NOT_APPLICABLE), 1);
    done(&j);
}

/* The same key has the same finding, whichever source told it. */
TEST(a_key_is_the_same_live_and_by_the_report)
{
    static const struct user_story users[] = {{.name = "u",
                                               .key1 = "true",
                                               .made1 = "2026-10-01T00:00:00Z",
                                               .key2 = "false",
                                               .made2 = "2025-10-01T00:00:00Z"},
                                              {0}};
    const struct account_story report = {.users = users, .freshness = "report"};
    const struct account_story live = {.users = users, .freshness = "live"};
    struct judged a, b;

    judge(&a, &report);
    judge(&b, &live);
    for (int i = 0; i < 2; i++) {
        const char *name =
            i ? KEY_OF("u", "2026-10-01T00:00:00Z") : KEY_OF("u", "2025-10-01T00:00:00Z");
        enum status status = i ? STATUS_PASS : STATUS_NOT_APPLICABLE;

        assert_string_equal(expect_status(&a.findings, KEY_AGE, name, status)->id,
                            expect_status(&b.findings, KEY_AGE, name, status)->id);
    }
    done(&a);
    done(&b);
}

/* A user whose keys nobody tells has as many as there may be. */
TEST(unread_keys_count_as_two)
{
    static const struct user_story users[] = {
        {.name = "u", .not_in_report = true, .key1 = "true"}, {.name = "v"}, {0}};
    const struct account_story report = {.users = users, .freshness = "report"};
    struct judged j;

    judge(&j, &report);
    expect_status(&j.findings, KEY_AGE, ARN "user/u#access_key_1", STATUS_UNKNOWN);
    expect_status(&j.findings, KEY_AGE, ARN "user/u#access_key_2", STATUS_UNKNOWN);
    assert_int_equal(count_of(&j.findings, KEY_AGE, STATUS_UNKNOWN), 2);
    done(&j);
    open_judged(&j);
    run_account(&j.run, HOME_ID, NULL);
    run_answer(&j.run, HOME_ID, "GetAccountSummary", "{}",
               "<SummaryMap><entry><key>Users</key><value>3</value></entry></SummaryMap>");
    (void)read_judged(&j);
    evaluate(&j.snapshot, &j.model, &j.findings);
    assert_int_equal(count_of(&j.findings, KEY_AGE, STATUS_UNKNOWN), 6);
    done(&j);
}

#define CREDENTIAL(id, status, more)                                                    \
    "<member><UserName>u</UserName><ServiceName>codecommit.amazonaws.com</ServiceName>" \
    "<ServiceSpecificCredentialId>" id "</ServiceSpecificCredentialId><Status>" status  \
    "</Status><CreateDate>2026-01-01T00:00:00Z</CreateDate>" more "</member>"
#define EXPIRES(when) "<ExpirationDate>" when "</ExpirationDate>"

TEST(active_service_credentials_fail)
{
    const struct account_story story = {
        .service_credentials = CREDENTIAL("ACCA1", "Active", "") CREDENTIAL("ACCA2", "Inactive", "")
            CREDENTIAL("ACCA3", "Active", EXPIRES("2026-11-01T00:00:00Z"))
                CREDENTIAL("ACCA4", "Active", EXPIRES("2027-11-01T00:00:00Z"))
                    CREDENTIAL("ACCA5", "Sleeping", "") CREDENTIAL("ACCA6", "Expired", "")};
    const struct account_story none = {0};

    expect_verdict(&story, SERVICE, "ACCA1", STATUS_FAIL, "never expires");
    expect_verdict(&story, SERVICE, "ACCA2", STATUS_PASS, "Inactive");
    expect_verdict(&story, SERVICE, "ACCA3", STATUS_PASS, "expired on 2026-11-01");
    expect_verdict(&story, SERVICE, "ACCA4", STATUS_FAIL, "never carry MFA");
    expect_verdict(&story, SERVICE, "ACCA5", STATUS_UNKNOWN, "Sleeping");
    expect_verdict(&story, SERVICE, "ACCA6", STATUS_PASS, "Expired");
    expect_verdict(&none, SERVICE, HOME_ID, STATUS_NOT_APPLICABLE, "no service-specific");
}

TEST(hybrids_have_a_password_and_a_key)
{
    static const struct user_story users[] = {
        {.name = "both", .password = "true", .key2 = "true"},
        {.name = "person", .password = "true", .key1 = "false"},
        {.name = "program", .key1 = "true"},
        {.name = "idle"},
        {.name = "unclear", .password = "maybe", .key1 = "true"},
        {.name = "unclear-idle", .key1 = "maybe"},
        {0}};
    const struct account_story story = {.users = users, .freshness = "report"};

    expect_verdict(&story, HYBRID, "both", STATUS_FAIL, "both");
    expect_verdict(&story, HYBRID, "person", STATUS_PASS, "no active access key");
    expect_verdict(&story, HYBRID, "program", STATUS_PASS, "no console password");
    expect_verdict(&story, HYBRID, "idle", STATUS_NOT_APPLICABLE, "idle");
    expect_verdict(&story, HYBRID, "unclear", STATUS_UNKNOWN, "neither true nor false");
    expect_verdict(&story, HYBRID, "unclear-idle", STATUS_UNKNOWN, "neither true nor false");
}

/* --- Machines --------------------------------------------------------------------------------- */

/* Mistakes: machines told by the lack of a password alone; a machine with a password overlooked
 * because it then counts as a person. */
TEST(machines_are_told_by_marks)
{
    static const struct user_story users[] = {
        {.name = "tagged", .key1 = "true", .tag = "type=service"},
        {.name = "svc-console", .password = "true", .key1 = "true"},
        {.name = "svc-idle"},
        {.name = "bare", .key1 = "true"},
        {.name = "svc-person", .password = "true", .tag = "kind=human"},
        {.name = "svc-unclear", .password = "perhaps", .key1 = "true"},
        {.name = "svc-keyless", .key1 = "perhaps"},
        {0}};
    const struct account_story story = {.users = users, .freshness = "report"};

    expect_verdict(&story, NO_KEYS, "tagged", STATUS_FAIL, "tag type=service");
    expect_verdict(&story, NO_KEYS, "svc-console", STATUS_NOT_APPLICABLE, "counts as a person");
    expect_verdict(&story, NO_KEYS, "svc-idle", STATUS_NOT_APPLICABLE, "idle");
    expect_verdict(&story, NO_KEYS, "bare", STATUS_NOT_APPLICABLE, "nothing says");
    expect_verdict(&story, NO_KEYS, "svc-unclear", STATUS_UNKNOWN, "neither true nor false");
    expect_verdict(&story, NO_KEYS, "svc-keyless", STATUS_UNKNOWN, "neither true nor false");
    expect_verdict(&story, NO_PASSWORD, "tagged", STATUS_PASS, "without a console password");
    expect_verdict(&story, NO_PASSWORD, "svc-console", STATUS_FAIL, "word svc");
    expect_verdict(&story, NO_PASSWORD, "svc-idle", STATUS_NOT_APPLICABLE, "idle");
    expect_verdict(&story, NO_PASSWORD, "bare", STATUS_NOT_APPLICABLE, "nothing says");
    expect_verdict(&story, NO_PASSWORD, "svc-person", STATUS_NOT_APPLICABLE, "nothing says");
    expect_verdict(&story, NO_PASSWORD, "svc-unclear", STATUS_UNKNOWN, "neither true nor false");
}

#define STATEMENTS(s) "{\"Version\":\"2012-10-17\",\"Statement\":[" s "]}"
#define ALL "{\"Sid\":\"All\",\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}"
#define ALL_IF(c)                                                                                 \
    "{\"Sid\":\"All\",\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{" c \
    "}}"
#define NONE_IF(c)                                                                                 \
    "{\"Sid\":\"Bound\",\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{" c \
    "}}"
#define OURS "\"aws:SourceIp\":[\"198.51.100.0/24\",\"2001:db8:51::/48\"]"

TEST(privileged_keys_are_bound_by_networks_alone)
{
    static const struct {
        const char *document;
        enum status status;
        const char *detail;
    } rows[] = {
        {STATEMENTS(ALL), STATUS_FAIL, "from anywhere by policy"},
        {STATEMENTS(ALL_IF("\"IpAddress\":{" OURS "}")), STATUS_PASS, "denied from elsewhere"},
        {STATEMENTS(ALL_IF("\"IpAddressIfExists\":{" OURS "}")), STATUS_PASS, "denied"},
        {STATEMENTS(ALL "," NONE_IF("\"NotIpAddress\":{" OURS "}")), STATUS_PASS,
         "statement «Bound»"},
        /* AWS's own example: services may act for the caller. */
        {STATEMENTS(ALL "," NONE_IF("\"NotIpAddress\":{" OURS
                                    "},\"Bool\":{\"aws:ViaAWSService\":\"false\"}")),
         STATUS_PASS, "denied from elsewhere"},
        {STATEMENTS(ALL_IF("\"StringEquals\":{\"aws:SourceVpc\":\"vpc-1\"}")), STATUS_PASS, ""},
        {STATEMENTS(ALL_IF("\"StringEquals\":{\"aws:SourceVpce\":[\"vpce-1\"]}")), STATUS_PASS, ""},
        {STATEMENTS(ALL "," NONE_IF("\"StringNotEquals\":{\"aws:SourceVpc\":\"vpc-1\"}")),
         STATUS_PASS, ""},
        /* Everybody's network is none, nor half of it. */
        {STATEMENTS(ALL_IF("\"IpAddress\":{\"aws:SourceIp\":\"0.0.0.0/0\"}")), STATUS_FAIL, ""},
        {STATEMENTS(ALL_IF("\"IpAddress\":{\"aws:SourceIp\":\"::/0\"}")), STATUS_FAIL, ""},
        {STATEMENTS(ALL_IF("\"IpAddress\":{\"aws:SourceIp\":\"0.0.0.0/1\"}")), STATUS_FAIL, ""},
        {STATEMENTS(ALL "," NONE_IF("\"IpAddress\":{" OURS "}")), STATUS_FAIL, ""},
        /* No networks: */
        {STATEMENTS(ALL_IF("\"StringEquals\":{\"aws:RequestedRegion\":\"eu-west-1\"}")),
         STATUS_FAIL, "when aws:requestedregion is «eu-west-1»"},
        {STATEMENTS(ALL_IF("\"Bool\":{\"aws:SecureTransport\":\"true\"}")), STATUS_FAIL, ""},
        {STATEMENTS(ALL_IF("\"StringLike\":{\"aws:UserAgent\":\"ours*\"}")), STATUS_FAIL, ""},
        {STATEMENTS(ALL_IF("\"IpAddressIfExists\":{\"aws:VpcSourceIp\":\"10.0.0.0/8\"}")),
         STATUS_FAIL, ""},
        /* A deny that leaves the powerful out. */
        {STATEMENTS(ALL ",{\"Effect\":\"Deny\",\"NotAction\":\"iam:*\",\"Resource\":\"*\","
                        "\"Condition\":{\"NotIpAddress\":{" OURS "}}}"),
         STATUS_FAIL, "iam"},
        /* With MFA, which a key does not have. */
        {STATEMENTS(ALL_IF("\"Bool\":{\"aws:MultiFactorAuthPresent\":\"true\"}")),
         STATUS_NOT_APPLICABLE, "nothing privileged"},
        {STATEMENTS("{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\"}"),
         STATUS_NOT_APPLICABLE, "nothing privileged"},
        {STATEMENTS(ALL_IF("\"IpAddressWithin\":{" OURS "}")), STATUS_UNKNOWN, "IpAddressWithin"},
        {"{\"Version\":", STATUS_UNKNOWN, "not known"},
        /* Two halves, each bound. */
        {STATEMENTS("{\"Effect\":\"Allow\",\"Action\":\"ec2:RunInstances\",\"Resource\":\"*\"},"
                    "{\"Effect\":\"Allow\",\"Action\":\"iam:PassRole\",\"Resource\":\"*\","
                    "\"Condition\":{\"IpAddress\":{" OURS "}}}"),
         STATUS_PASS, "iam:passrole with ec2:runinstances"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct user_story users[] = {
            {.name = "svc-x", .key1 = "true", .inline_policy = rows[i].document}, {0}};
        const struct account_story story = {.users = users, .freshness = "report"};

        expect_verdict(&story, BOUND, "svc-x", rows[i].status, rows[i].detail);
    }
}

TEST(people_and_idle_machines_are_not_bound)
{
    static const struct user_story users[] = {
        {.name = "bare", .key1 = "true", .inline_policy = STATEMENTS(ALL)},
        {.name = "svc-idle", .inline_policy = STATEMENTS(ALL)},
        {.name = "svc-console",
         .password = "true",
         .key1 = "true",
         .inline_policy = STATEMENTS(ALL)},
        {0}};
    const struct account_story story = {.users = users, .freshness = "report"};

    expect_verdict(&story, BOUND, "bare", STATUS_NOT_APPLICABLE, "nothing says");
    expect_verdict(&story, BOUND, "svc-idle", STATUS_NOT_APPLICABLE, "idle");
    expect_verdict(&story, BOUND, "svc-console", STATUS_NOT_APPLICABLE, "counts as a person");
}

/* --- Age of the evidence ---------------------------------------------------------------------- */

TEST(evidence_is_judged_at_the_scans_own_time)
{
    static const struct {
        const char *began, *ended;
        enum status report, scan;
    } rows[] = {
        {"2026-11-23T05:30:00Z", "2026-11-23T09:00:00Z", STATUS_PASS, STATUS_PASS},
        {"2026-11-23T05:30:00Z", "2026-11-23T09:00:01Z", STATUS_FAIL, STATUS_PASS},
        {"2026-11-23T05:30:00Z", "2026-11-30T05:30:00Z", STATUS_FAIL, STATUS_PASS},
        {"2026-11-23T05:30:00Z", "2026-11-30T05:30:01Z", STATUS_FAIL, STATUS_FAIL},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct judged j;

        open_judged(&j);
        run_set(j.run.snapshot, "startedAt", cJSON_CreateString(rows[i].began));
        run_set(j.run.snapshot, "finishedAt", cJSON_CreateString(rows[i].ended));
        run_story(&j.run, &(struct account_story){0});
        (void)read_judged(&j);
        evaluate(&j.snapshot, &j.model, &j.findings);
        expect_status(&j.findings, FRESH, "iam:GetCredentialReport", rows[i].report);
        expect_status(&j.findings, FRESH, "scan", rows[i].scan);
        done(&j);
    }
}

TEST(without_a_report_its_age_is_unknown)
{
    struct judged j;

    open_judged(&j);
    run_account(&j.run, HOME_ID, NULL);
    run_answer(&j.run, HOME_ID, "GetAccountSummary", "{}", "<SummaryMap></SummaryMap>");
    (void)read_judged(&j);
    evaluate(&j.snapshot, &j.model, &j.findings);
    expect_status(&j.findings, FRESH, "iam:GetCredentialReport", STATUS_UNKNOWN);
    done(&j);
}

/* --- Catalogue -------------------------------------------------------------------------------- */

TEST(these_checks_are_as_the_catalogue_says)
{
    static const struct {
        const char *id;
        enum severity severity;
        enum tier tier;
        unsigned layer;
    } rows[] = {
        {CERTIFICATES, SEVERITY_MEDIUM, TIER_ROOT, LAYER_POPULATION},
        {CENTRAL, SEVERITY_HIGH, TIER_ROOT, LAYER_DESIGN},
        {NO_SMS, SEVERITY_MEDIUM, TIER_STANDARD, LAYER_POPULATION},
        {SECOND, SEVERITY_LOW, TIER_STANDARD, LAYER_POPULATION},
        {ONBOARDING, SEVERITY_MEDIUM, TIER_STANDARD, LAYER_POPULATION},
        {UNUSED, SEVERITY_MEDIUM, TIER_STANDARD, LAYER_POPULATION},
        {POLICY, SEVERITY_LOW, TIER_STANDARD, LAYER_DESIGN},
        {HYBRID, SEVERITY_MEDIUM, TIER_MACHINE, LAYER_POPULATION},
        {KEY_AGE, SEVERITY_MEDIUM, TIER_MACHINE, LAYER_POPULATION},
        {SERVICE, SEVERITY_LOW, TIER_MACHINE, LAYER_POPULATION},
        {NO_KEYS, SEVERITY_MEDIUM, TIER_MACHINE, LAYER_POPULATION},
        {NO_PASSWORD, SEVERITY_HIGH, TIER_MACHINE, LAYER_POPULATION},
        {BOUND, SEVERITY_HIGH, TIER_MACHINE, LAYER_DESIGN},
        {FRESH, SEVERITY_LOW, TIER_DETECTIVE, LAYER_DESIGN},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct check *check = check_find(rows[i].id);

        assert_non_null(check);
        assert_int_equal(check->severity, rows[i].severity);
        assert_int_equal(check->tier, rows[i].tier);
        assert_int_equal(check->layer, rows[i].layer);
        assert_int_equal(check->weightless, strcmp(rows[i].id, FRESH) == 0);
        assert_false(check->core);
        assert_int_equal(check->handles & ~check->needs, 0);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(root_certificates_count_whatever_the_device),
        cmocka_unit_test(central_management_is_no_proof_of_absence),
        cmocka_unit_test(a_member_without_credentials_is_open_while_the_feature_is_off),
        cmocka_unit_test(each_credential_of_a_member_counts),
        cmocka_unit_test(the_management_account_has_no_member_finding),
        cmocka_unit_test(an_account_in_no_organisation_is_managed_by_nobody),
        cmocka_unit_test(an_organisation_that_is_not_seen_leaves_its_members_open),
        cmocka_unit_test(sms_devices_are_told_by_the_users_own_list),
        cmocka_unit_test(a_second_device_may_be_of_a_kind_that_is_not_listed),
        cmocka_unit_test(new_users_have_seven_days),
        cmocka_unit_test(a_late_device_is_late_by_events_alone),
        cmocka_unit_test(passwords_are_unused_after_45_days),
        cmocka_unit_test(a_new_login_profile_starts_anew),
        cmocka_unit_test(a_sign_in_by_events_counts),
        cmocka_unit_test(password_policies_ask_for_14_and_24),
        cmocka_unit_test(keys_are_old_after_90_days),
        cmocka_unit_test(a_key_is_the_same_live_and_by_the_report),
        cmocka_unit_test(unread_keys_count_as_two),
        cmocka_unit_test(active_service_credentials_fail),
        cmocka_unit_test(hybrids_have_a_password_and_a_key),
        cmocka_unit_test(machines_are_told_by_marks),
        cmocka_unit_test(privileged_keys_are_bound_by_networks_alone),
        cmocka_unit_test(people_and_idle_machines_are_not_bound),
        cmocka_unit_test(evidence_is_judged_at_the_scans_own_time),
        cmocka_unit_test(without_a_report_its_age_is_unknown),
        cmocka_unit_test(these_checks_are_as_the_catalogue_says),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
