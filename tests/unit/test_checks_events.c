/* test_checks_events.c - the checks on what people did: sign-ins, use of root, privileged calls. */
#include "watched_scene.h"

#define ROOT_SIGN_IN "iam.root_sign_in_with_mfa"
#define SIGN_IN "iam.console_sign_in_with_mfa"
#define ROOT_USE "iam.root_usage_absent"
#define CALLS "iam.privileged_calls_with_mfa"

/* The scene of every case: all was read. */
static void begin(struct watched *w)
{
    watched_begin(w);
    read_all(w);
}

/* --- Sign-ins --------------------------------------------------------------------------------- */

static struct event *add_login(struct watched *w, const char *type, enum said used)
{
    struct event *e = add_event(w, "ConsoleLogin", type);

    e->source = "signin.amazonaws.com";
    e->outcome = "Success";
    e->mfa_used = used;
    e->by.arn = strcmp(type, "Root") == 0 ? ROOT : MINE "user/u";
    return e;
}

TEST(each_sign_in_is_judged_by_its_own_word)
{
    static const struct {
        enum said used;
        enum status status;
        const char *detail;
    } cases[] = {{SAID_YES, STATUS_PASS, "in us-east-1 with MFA; event e0"},
                 {SAID_NO, STATUS_FAIL, "without MFA"},
                 {SAID_NOTHING, STATUS_UNKNOWN, "MFAUsed is not there"},
                 {SAID_UNCLEAR, STATUS_UNKNOWN, "MFAUsed is unclear"}};
    struct watched w;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        begin(&w);
        (void)add_login(&w, "Root", cases[i].used);
        (void)add_login(&w, "IAMUser", cases[i].used);
        assert_true(
            has_evidence(judged(&w, ROOT_SIGN_IN, ROOT "#e0", cases[i].status, cases[i].detail),
                         "raw/1/0003-event.json"));
        (void)judged(&w, SIGN_IN, MINE "user/u#e1", cases[i].status, "");
        assert_int_equal(count_of(&w.findings, SIGN_IN, cases[i].status), 1);
        watched_end(&w);
    }
}

/* Mistake: a wrong password counted as a sign-in without MFA. */
TEST(a_sign_in_that_failed_is_none)
{
    struct watched w;

    begin(&w);
    add_login(&w, "IAMUser", SAID_NO)->outcome = "Failure";
    add_login(&w, "Root", SAID_NO)->outcome = "Failure";
    (void)judged(&w, SIGN_IN, HOME_ID, STATUS_NOT_APPLICABLE, "no IAM user signed in");
    (void)judged(&w, ROOT_SIGN_IN, "root", STATUS_NOT_APPLICABLE, "root did not sign in");
    (void)judged(&w, ROOT_USE, "root", STATUS_PASS, "no use of root");
    watched_end(&w);
}

TEST(a_sign_in_without_outcome_or_identity_is_unknown)
{
    struct watched w;
    struct event *e;

    begin(&w);
    add_login(&w, "IAMUser", SAID_YES)->outcome = NULL;
    e = add_login(&w, "IAMUser", SAID_YES);
    e->by = (struct event_identity){.type = NULL};
    (void)judged(&w, SIGN_IN, MINE "user/u#e0", STATUS_UNKNOWN, "whether the sign-in succeeded");
    (void)judged(&w, SIGN_IN, HOME_ID "#e1", STATUS_UNKNOWN, "who signed in");
    (void)judged(&w, ROOT_SIGN_IN, HOME_ID "#e1", STATUS_UNKNOWN, "who signed in");
    watched_end(&w);
}

/* Mistake (alarms that ring for SSO): MFAUsed «No» of a federated sign-in means nothing. */
TEST(federated_sign_ins_are_judged_elsewhere)
{
    struct watched w;

    begin(&w);
    (void)add_login(&w, "AssumedRole", SAID_NO);
    (void)judged(&w, SIGN_IN, HOME_ID, STATUS_NOT_APPLICABLE, "no IAM user signed in");
    watched_end(&w);
}

/* --- Days that were not read ------------------------------------------------------------------ */

TEST(days_that_were_not_read_are_named)
{
    const time_t day = 86400, whole = 1789257600; /* 2026-09-13T00:00:00Z */
    struct event_reading *r;
    struct watched w;
    const struct finding *f;

    watched_begin(&w);
    (void)read_span(&w, GLOBAL, "EventName=ConsoleLogin", FROM, whole - 1);
    r = read_span(&w, GLOBAL, "EventName=ConsoleLogin", whole + 2 * day, TO - 1);
    r->status = (struct data_status){STATE_INCOMPLETE, "Rate exceeded", "raw/1/0009-cut.json"};
    f = judged(&w, SIGN_IN, HOME_ID "#2026-09-13", STATUS_UNKNOWN,
               "of 2026-09-13 are not known in us-east-1: ");
    expect_holds(f->detail, "Rate exceeded");
    assert_true(has_evidence(f, "raw/1/0009-cut.json"));
    (void)judged(&w, SIGN_IN, HOME_ID "#2026-09-14", STATUS_UNKNOWN, "");
    (void)judged(&w, SIGN_IN, HOME_ID "#2026-11-23", STATUS_UNKNOWN, "");
    assert_int_equal(count_of(&w.findings, SIGN_IN, STATUS_UNKNOWN), 3);
    assert_int_equal(count_of(&w.findings, SIGN_IN, STATUS_NOT_APPLICABLE), 0);
    watched_end(&w);
}

/* What is known of some days stands. */
TEST(a_sign_in_fails_whatever_else_was_not_read)
{
    struct watched w;

    watched_begin(&w);
    (void)read_span(&w, GLOBAL, "EventName=ConsoleLogin", NOON - 10, TO);
    (void)add_login(&w, "IAMUser", SAID_NO);
    (void)judged(&w, SIGN_IN, MINE "user/u#e0", STATUS_FAIL, "without MFA");
    (void)judged(&w, SIGN_IN, HOME_ID "#2026-11-22", STATUS_UNKNOWN, "in us-east-1");
    watched_end(&w);
}

TEST(an_event_that_cannot_be_read_makes_its_day_unknown)
{
    struct watched w;

    begin(&w);
    events_add_gap(&w.events, &w.model.arena,
                   (struct event_gap){.region = GLOBAL,
                                      .what = "Username=root",
                                      .reason = "event x cannot be read",
                                      .where = {"raw/1/0004-gap.json", "/Events/1", NULL}},
                   NOON);
    (void)judged(&w, ROOT_USE, "root", STATUS_UNKNOWN, "event x cannot be read");
    /* The other question tells root's sign-ins too. */
    (void)judged(&w, ROOT_SIGN_IN, "root", STATUS_NOT_APPLICABLE, "did not sign in");
    w.events.gaps[0].what = EVENTS_ALL;
    assert_true(has_evidence(
        judged(&w, ROOT_SIGN_IN, HOME_ID "#2026-11-22", STATUS_UNKNOWN, "in us-east-1: event x"),
        "raw/1/0004-gap.json"));
    watched_end(&w);
}

/* Of ConsoleLogin one busy region was cut; what is asked under the name root is whole. */
TEST(root_is_known_by_either_question)
{
    struct watched w;

    watched_begin(&w);
    (void)read_span(&w, GLOBAL, "EventName=ConsoleLogin", NOON, TO);
    (void)read_span(&w, GLOBAL, "Username=root", FROM, TO);
    (void)judged(&w, ROOT_SIGN_IN, "root", STATUS_NOT_APPLICABLE, "did not sign in");
    (void)judged(&w, SIGN_IN, HOME_ID "#2026-11-22", STATUS_UNKNOWN, "in us-east-1");
    watched_end(&w);
}

TEST(events_that_were_not_asked_for_are_unknown)
{
    static const char *const checks[] = {ROOT_SIGN_IN, SIGN_IN, CALLS};
    struct watched w;

    begin(&w);
    w.account->events = NULL;
    refused(&w, DATA_EVENTS);
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
        (void)judged(&w, checks[i], HOME_ID, STATUS_UNKNOWN, "AccessDenied");
    (void)judged(&w, ROOT_USE, "root", STATUS_UNKNOWN, "AccessDenied");
    w.account->events = &w.events;
    w.events.reading_count = 0;
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
        (void)judged(&w, checks[i], HOME_ID, STATUS_UNKNOWN, "AccessDenied");
    (void)judged(&w, ROOT_USE, "root", STATUS_UNKNOWN, "asked in no region");
    watched_end(&w);
}

/* --- Use of root ------------------------------------------------------------------------------ */

/* Mistake (prowler): the first time that is there read, and not the newest of three. */
TEST(the_newest_use_of_root_decides)
{
    static const enum report_column columns[] = {REPORT_PASSWORD_USED, REPORT_KEY1_USED,
                                                 REPORT_KEY2_USED};
    struct watched w;

    for (size_t i = 0; i < 3; i++) {
        begin(&w);
        w.root.text[REPORT_PASSWORD_USED] = "2025-01-01T00:00:00+00:00";
        w.root.text[columns[i]] = "2026-11-01T10:00:00+00:00";
        expect_holds(judged(&w, ROOT_USE, "root", STATUS_FAIL, "on 1 Nov 2026 10:00 UTC")->detail,
                     report_column_name(columns[i]));
        watched_end(&w);
    }
}

/* Mistake (steampipe): the comparison of keys the wrong way round. */
TEST(use_before_the_period_is_no_use)
{
    struct watched w;

    begin(&w);
    w.root.text[REPORT_PASSWORD_USED] = "2026-08-25T05:59:59Z";
    w.root.text[REPORT_KEY1_USED] = "2026-01-01T00:00:00Z";
    (void)judged(&w, ROOT_USE, "root", STATUS_PASS, "2026-11-23T05:00:00Z");
    w.root.text[REPORT_KEY1_USED] = "2026-08-25T06:00:00Z";
    (void)judged(&w, ROOT_USE, "root", STATUS_FAIL, "25 Aug 2026 06:00");
    watched_end(&w);
}

TEST(an_event_of_root_is_use)
{
    struct watched w;

    begin(&w);
    add_event(&w, "CreateUser", "Root")->by.arn = ROOT;
    (void)judged(&w, ROOT_USE, "root", STATUS_FAIL, "CreateUser in us-east-1, event e0");
    refused(&w, DATA_CREDENTIAL_REPORT);
    (void)judged(&w, ROOT_USE, "root", STATUS_FAIL, "CreateUser");
    watched_end(&w);
}

TEST(what_others_do_for_root_is_no_use)
{
    struct watched w;

    begin(&w);
    add_event(&w, "CreateBucket", "Root")->by.invoked_by = "cloudtrail.amazonaws.com";
    add_event(&w, "ListMFADevices", "Root")->by.assumed_root = true;
    (void)add_event(&w, "PasswordRecoveryRequested", "Root");
    (void)add_event(&w, "CreateUser", "IAMUser");
    (void)judged(&w, ROOT_USE, "root", STATUS_PASS, "no use of root");
    watched_end(&w);
}

TEST(a_report_that_does_not_tell_is_unknown)
{
    struct watched w;

    begin(&w);
    w.root.text[REPORT_KEY2_USED] = "not_supported";
    (void)judged(&w, ROOT_USE, "root", STATUS_UNKNOWN, "access_key_2_last_used_date");
    w.root.text[REPORT_KEY2_USED] = NULL;
    (void)judged(&w, ROOT_USE, "root", STATUS_UNKNOWN, "access_key_2_last_used_date");
    w.account->report_root = NULL;
    (void)judged(&w, ROOT_USE, "root", STATUS_UNKNOWN, "no row for root");
    refused(&w, DATA_CREDENTIAL_REPORT);
    (void)judged(&w, ROOT_USE, "root", STATUS_UNKNOWN, "AccessDenied");
    watched_end(&w);
}

/* --- Privileged calls ------------------------------------------------------------------------- */

#define USER MINE "user/u"

static struct event *add_call(struct watched *w, const char *name, const char *type)
{
    struct event *e = add_event(w, name, type);

    e->target_user = "victim";
    e->by.user = "u";
    e->by.arn = USER;
    e->by.access_key = "AKIAX";
    return e;
}

/* A call in a session of role r, with this key. */
static struct event *add_role_call(struct watched *w, const char *key)
{
    struct event *e = add_call(w, "AttachUserPolicy", "AssumedRole");

    e->by = (struct event_identity){.type = "AssumedRole",
                                    .arn = USER,
                                    .has_session = true,
                                    .mfa = SAID_YES, /* means nothing in a role */
                                    .access_key = key,
                                    .issuer_arn = MINE "role/r"};
    return e;
}

static struct event *add_issuer(struct watched *w, const char *type, const char *key)
{
    struct event *e = add_call(w, "AssumeRole", type);

    e->source = "sts.amazonaws.com";
    e->issued_key = key;
    return e;
}

TEST(users_are_judged_by_their_session)
{
    static const struct {
        bool session;
        enum said mfa;
        const char *key;
        enum status status;
        const char *detail;
    } cases[] = {
        {true, SAID_YES, "ASIAX", STATUS_PASS, "in a session with MFA"},
        {true, SAID_NO, "ASIAX", STATUS_FAIL, "in a session without MFA"},
        {true, SAID_NOTHING, "ASIAX", STATUS_UNKNOWN, "does not say"},
        {true, SAID_UNCLEAR, "ASIAX", STATUS_UNKNOWN, "does not say"},
        {false, SAID_NOTHING, "AKIAX", STATUS_FAIL, "long-term access key"},
        {false, SAID_NOTHING, "ASIAX", STATUS_UNKNOWN, "does not say"},
    };
    struct watched w;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct event *e;

        begin(&w);
        (void)add_user(&w, "u");
        e = add_call(&w, "CreateAccessKey", "IAMUser");
        e->by.has_session = cases[i].session;
        e->by.mfa = cases[i].mfa;
        e->by.access_key = cases[i].key;
        (void)judged(&w, CALLS, USER "#e0", cases[i].status, cases[i].detail);
        watched_end(&w);
    }
}

/* Taking a device away is never care of one's own; the device's serial in the request is no code.
 */
TEST(deactivating_a_device_needs_mfa_on_oneself_too)
{
    struct watched w;
    struct event *e;

    begin(&w);
    (void)add_user(&w, "u");
    e = add_call(&w, "DeactivateMFADevice", "IAMUser");
    e->target_user = "u";
    e->serial = MINE "mfa/u";
    (void)judged(&w, CALLS, USER "#e0", STATUS_FAIL, "long-term access key");
    watched_end(&w);
}

TEST(enrolment_and_own_keys_are_not_privileged)
{
    static const char *const names[] = {"EnableMFADevice", "CreateAccessKey", "CreateLoginProfile"};
    struct watched w;

    begin(&w);
    for (size_t i = 0; i < 3; i++)
        add_call(&w, names[i], "IAMUser")->target_user = i == 1 ? NULL : "u";
    add_call(&w, "AttachUserPolicy", "IAMUser")->error_code = "AccessDenied";
    (void)add_call(&w, "ListUsers", "IAMUser");
    add_call(&w, "AttachUserPolicy", "IAMUser")->source = "other.amazonaws.com";
    (void)judged(&w, CALLS, HOME_ID, STATUS_NOT_APPLICABLE, "none of the calls");
    watched_end(&w);
}

TEST(enrolling_somebody_else_is_privileged)
{
    struct watched w;

    begin(&w);
    (void)add_user(&w, "u");
    (void)add_call(&w, "EnableMFADevice", "IAMUser");
    (void)judged(&w, CALLS, USER "#e0", STATUS_FAIL, "EnableMFADevice on victim");
    watched_end(&w);
}

TEST(programs_are_not_asked_and_unread_users_are_unknown)
{
    static const struct tag tag = {"type", "service"};
    struct watched w;

    begin(&w);
    add_user(&w, "u")->tags = (struct tag *)(void *)&tag;
    w.users[0].tag_count = 1;
    (void)add_call(&w, "AttachUserPolicy", "IAMUser");
    (void)judged(&w, CALLS, USER "#e0", STATUS_NOT_APPLICABLE, "tag type=service");
    w.credentials[0].login_status.state = STATE_DENIED;
    (void)judged(&w, CALLS, USER "#e0", STATUS_UNKNOWN, "whether there is a password");
    w.account->user_count = 0; /* deleted since: nothing says program */
    (void)judged(&w, CALLS, USER "#e0", STATUS_FAIL, "long-term access key");
    refused(&w, DATA_AUTHORIZATION);
    (void)judged(&w, CALLS, USER "#e0", STATUS_UNKNOWN, "whether a person or a program");
    watched_end(&w);
}

/* Mistake: a session's mfaAuthenticated taken for the role's; who entered it decides. */
TEST(role_sessions_are_joined_to_their_entry)
{
    struct watched w;
    struct event *issuer;

    begin(&w);
    (void)add_user(&w, "u");
    (void)add_role_call(&w, "ASIA1");
    (void)judged(&w, CALLS, USER "#e0", STATUS_UNKNOWN, "was not found");
    issuer = add_issuer(&w, "IAMUser", "ASIA1");
    (void)judged(&w, CALLS, USER "#e0", STATUS_FAIL, "u entered by AssumeRole, event e1");
    issuer->serial = MINE "mfa/u";
    (void)judged(&w, CALLS, USER "#e0", STATUS_PASS, "with a code of the MFA device");
    issuer->serial = NULL;
    issuer->by.has_session = true;
    issuer->by.mfa = SAID_YES;
    (void)judged(&w, CALLS, USER "#e0", STATUS_PASS, "in a session with MFA");
    issuer->error_code = "AccessDenied"; /* it issued nothing */
    (void)judged(&w, CALLS, USER "#e0", STATUS_UNKNOWN, "was not found");
    watched_end(&w);
}

TEST(a_chain_is_followed_to_its_entry)
{
    struct watched w;
    struct event *hop;

    begin(&w);
    (void)add_user(&w, "u");
    (void)add_role_call(&w, "ASIA2");
    hop = add_issuer(&w, "AssumedRole", "ASIA2");
    hop->by = (struct event_identity){
        .type = "AssumedRole", .has_session = true, .mfa = SAID_YES, .access_key = "ASIA1"};
    (void)add_issuer(&w, "IAMUser", "ASIA1");
    (void)judged(&w, CALLS, USER "#e0", STATUS_FAIL, "event e2; event e0");
    hop = &w.events.at[1];
    hop->by.access_key = "ASIA2"; /* a circle */
    (void)judged(&w, CALLS, USER "#e0", STATUS_UNKNOWN, "more roles than are followed");
    watched_end(&w);
}

TEST(who_else_can_call)
{
    static const struct {
        const char *type, *principal, *serial;
        enum status status;
        const char *detail;
    } cases[] = {
        {"AWSService", NULL, NULL, STATUS_NOT_APPLICABLE, "service of AWS"},
        {"SAMLUser", NULL, NULL, STATUS_MANUAL, "identity provider"},
        {"IdentityCenterUser", NULL, NULL, STATUS_MANUAL, "identity provider"},
        {"WebIdentityUser", "accounts.google.com:x:y", NULL, STATUS_MANUAL, "OpenID Connect"},
        {"WebIdentityUser", MINE "oidc-provider/token.actions.githubusercontent.com:a:repo", NULL,
         STATUS_NOT_APPLICABLE, "CI system"},
        {"AWSAccount", NULL, NULL, STATUS_UNKNOWN, "another account"},
        {"AWSAccount", NULL, "GAHT1", STATUS_PASS, "from another account, with a code"},
        {"Directory", NULL, NULL, STATUS_UNKNOWN, "kind that is not known"},
        {NULL, NULL, NULL, STATUS_UNKNOWN, "kind that is not known"},
    };
    struct watched w;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct event *issuer;

        begin(&w);
        (void)add_role_call(&w, "ASIA1");
        issuer = add_issuer(&w, cases[i].type, "ASIA1");
        issuer->by.principal = cases[i].principal;
        issuer->serial = cases[i].serial;
        (void)judged(&w, CALLS, USER "#e0", cases[i].status, cases[i].detail);
        watched_end(&w);
    }
}

TEST(federated_and_service_roles)
{
    struct watched w;
    struct event *e;

    begin(&w);
    e = add_role_call(&w, "ASIA1");
    e->by.issuer_arn = MINE "role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_x_1a2b";
    (void)judged(&w, CALLS, USER "#e0", STATUS_MANUAL, "Identity Center");
    e->by.issuer_arn = MINE "role/r";
    (void)add_role(&w, "r",
                   "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\","
                   "\"Principal\":{\"Service\":\"lambda.amazonaws.com\"}}}");
    (void)judged(&w, CALLS, USER "#e0", STATUS_NOT_APPLICABLE, "only services may assume");
    w.roles[0].trust.text = "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\","
                            "\"Principal\":{\"Service\":\"lambda.amazonaws.com\",\"AWS\":\"*\"}}}";
    w.roles[0].trust.len = strlen(w.roles[0].trust.text);
    (void)judged(&w, CALLS, USER "#e0", STATUS_UNKNOWN, "was not found");
    watched_end(&w);
}

TEST(root_and_forwarded_calls)
{
    struct watched w;
    struct event *e;

    begin(&w);
    e = add_call(&w, "AttachUserPolicy", "Root");
    e->by.has_session = true;
    e->by.mfa = SAID_YES;
    (void)judged(&w, CALLS, USER "#e0", STATUS_PASS, "by root with MFA");
    e->by.mfa = SAID_NO;
    (void)judged(&w, CALLS, USER "#e0", STATUS_FAIL, "by root without MFA");
    e->by.mfa = SAID_UNCLEAR;
    (void)judged(&w, CALLS, USER "#e0", STATUS_UNKNOWN, "by root");
    e->by.has_session = false;
    (void)judged(&w, CALLS, USER "#e0", STATUS_FAIL, "access key of root");
    e->by.assumed_root = true;
    (void)judged(&w, CALLS, USER "#e0", STATUS_UNKNOWN, "sts:AssumeRoot");
    e->by = (struct event_identity){.type = "IAMUser",
                                    .arn = USER,
                                    .has_session = true,
                                    .mfa = SAID_NO,
                                    .invoked_by = "cloudformation.amazonaws.com"};
    (void)judged(&w, CALLS, USER "#e0", STATUS_UNKNOWN, "on somebody's behalf");
    e->by.mfa = SAID_YES;
    (void)judged(&w, CALLS, USER "#e0", STATUS_PASS, "with MFA");
    watched_end(&w);
}

/* Any of the questions unread leaves its days open; a PASS stands beside it. */
TEST(calls_of_unread_days_are_unknown)
{
    struct watched w;
    struct event *e;

    begin(&w);
    for (size_t i = 0; i < w.events.reading_count; i++)
        if (strcmp(w.events.readings[i].what, "EventName=CreateLoginProfile") == 0)
            w.events.readings[i].from = NOON;
    e = add_call(&w, "AttachUserPolicy", "IAMUser");
    e->by.has_session = true;
    e->by.mfa = SAID_YES;
    (void)judged(&w, CALLS, USER "#e0", STATUS_PASS, "");
    (void)judged(&w, CALLS, HOME_ID "#2026-11-22", STATUS_UNKNOWN, "in us-east-1");
    watched_end(&w);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_sign_in_is_judged_by_its_own_word),
        cmocka_unit_test(a_sign_in_that_failed_is_none),
        cmocka_unit_test(a_sign_in_without_outcome_or_identity_is_unknown),
        cmocka_unit_test(federated_sign_ins_are_judged_elsewhere),
        cmocka_unit_test(days_that_were_not_read_are_named),
        cmocka_unit_test(a_sign_in_fails_whatever_else_was_not_read),
        cmocka_unit_test(an_event_that_cannot_be_read_makes_its_day_unknown),
        cmocka_unit_test(root_is_known_by_either_question),
        cmocka_unit_test(events_that_were_not_asked_for_are_unknown),
        cmocka_unit_test(the_newest_use_of_root_decides),
        cmocka_unit_test(use_before_the_period_is_no_use),
        cmocka_unit_test(an_event_of_root_is_use),
        cmocka_unit_test(what_others_do_for_root_is_no_use),
        cmocka_unit_test(a_report_that_does_not_tell_is_unknown),
        cmocka_unit_test(users_are_judged_by_their_session),
        cmocka_unit_test(deactivating_a_device_needs_mfa_on_oneself_too),
        cmocka_unit_test(enrolment_and_own_keys_are_not_privileged),
        cmocka_unit_test(enrolling_somebody_else_is_privileged),
        cmocka_unit_test(programs_are_not_asked_and_unread_users_are_unknown),
        cmocka_unit_test(role_sessions_are_joined_to_their_entry),
        cmocka_unit_test(a_chain_is_followed_to_its_entry),
        cmocka_unit_test(who_else_can_call),
        cmocka_unit_test(federated_and_service_roles),
        cmocka_unit_test(root_and_forwarded_calls),
        cmocka_unit_test(calls_of_unread_days_are_unknown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
