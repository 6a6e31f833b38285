/* test_root.c - root users of members, asked about themselves: the collector over recorded
 * answers, and what the checks make of the two sources. */
#include "run_dir.h"

#include "model/root.h"

#define ROOT_MFA "iam.root_mfa_enabled"
#define ROOT_HARDWARE "iam.root_mfa_hardware"
#define ROOT_NO_KEYS "iam.root_access_keys_absent"
#define MEMBER_ROOT "arn:aws:iam::222233334444:root"

#define LAST "<IsTruncated>false</IsTruncated>"
#define DEVICE(serial)                                            \
    "<member><SerialNumber>" serial "</SerialNumber><EnableDate>" \
    "2025-01-01T00:00:00Z</EnableDate></member>"
#define PHONE "arn:aws:iam::222233334444:mfa/phone"
#define PASSKEY "arn:aws:iam::222233334444:u2f/root/key-AAAA"
#define DEVICES(members) "<MFADevices>" members "</MFADevices>" LAST
#define KEY(status)                                                                        \
    "<member><AccessKeyId>AKIASAMPLE</AccessKeyId><Status>" status "</Status><CreateDate>" \
    "2025-01-01T00:00:00Z</CreateDate></member>"
#define KEYS(members) "<AccessKeyMetadata>" members "</AccessKeyMetadata>" LAST
#define CERTIFICATES(members) "<Certificates>" members "</Certificates>" LAST
#define CERTIFICATE "<member><CertificateId>C</CertificateId><Status>Active</Status></member>"
#define PASSWORD "<LoginProfile><CreateDate>2025-01-01T00:00:00Z</CreateDate></LoginProfile>"
#define NOBODY                                                                       \
    "<ErrorResponse><Error><Code>NoSuchEntity</Code><Message>none</Message></Error>" \
    "</ErrorResponse>"

/* What root answers of each part; NULL: the question is not in the log. "denied": AWS refuses it;
 * "none": NoSuchEntity; "no session": AssumeRoot was refused. */
struct root_story {
    const char *devices, *keys, *certificates, *password;
    const char *mfa_counted, *keys_counted, *password_counted; /* NULL: as run_dir.h has it */
    const char *virtual_devices;
};

/* Root has a password and a passkey, and nothing else: the summary's own default. */
static const struct root_story plain = {
    DEVICES(DEVICE(PASSKEY)), KEYS(""), CERTIFICATES(""), PASSWORD, "1", NULL, NULL, NULL};

static void refuse(cJSON *query, const char *code)
{
    cJSON *error = cJSON_CreateObject();

    json_add_text(error, "code", code);
    json_add_text(error, "message", "sts:AssumeRoot: AccessDenied");
    run_set(query, "complete", cJSON_CreateBool(false));
    run_set(query, "error", error);
}

static cJSON *answer_root(struct run *r, const char *operation, const char *inside)
{
    cJSON *query = inside ? run_query(r, OTHER_ID, operation, "{}") : NULL;

    if (!query)
        return NULL;
    json_add_text(query, "session", "root");
    if (strcmp(inside, "no session") == 0) {
        refuse(query, ROOT_SESSION_DENIED);
    } else if (strcmp(inside, "denied") == 0) {
        run_error(r, query, NULL, 403, ACCESS_DENIED);
    } else if (strcmp(inside, "none") == 0) {
        run_error(r, query, NULL, 404, NOBODY);
        refuse(query, "NoSuchEntity");
    } else {
        (void)run_page(r, query, NULL, run_xml(r, operation, inside));
    }
    return query;
}

static void tell(struct run *r, const struct root_story *s)
{
    const struct account_story home = {.id = HOME_ID};
    const struct account_story member = {.id = OTHER_ID,
                                         .root_mfa = s->mfa_counted,
                                         .root_keys = s->keys_counted,
                                         .root_password = s->password_counted,
                                         .virtual_devices = s->virtual_devices};

    run_open(r);
    run_story(r, &home);
    run_story(r, &member);
    cJSON_AddBoolToObject(run_scope(r), "assumeRoot", true);
    answer_root(r, "ListMFADevices", s->devices);
    answer_root(r, "ListAccessKeys", s->keys);
    answer_root(r, "ListSigningCertificates", s->certificates);
    answer_root(r, "GetLoginProfile", s->password);
}

/* What is found, and beside it the whole model: an assessment keeps the home account's only. */
struct judged {
    struct run run;
    struct snapshot snapshot;
    struct model model;
    struct assessment assessment;
    const struct findings *findings;
    const struct account *member;
};

static void judge_run(struct judged *j)
{
    struct recorded recorded;
    struct error err = {0};

    j->assessment = (struct assessment){0};
    j->snapshot = (struct snapshot){0};
    j->model = (struct model){0};
    run_assess(&j->run, &j->assessment);
    expect_ok(snapshot_open(&j->snapshot, j->run.dir, &err), err);
    recorded_open(&recorded, &j->snapshot, &j->model.arena);
    expect_ok(collect(&j->snapshot, &recorded.transport, &j->model, &err), err);
    j->findings = &j->assessment.findings;
    j->member = model_account(&j->model, OTHER_ID);
}

static void judge(struct judged *j, const struct root_story *s)
{
    tell(&j->run, s);
    judge_run(j);
}

static void done(struct judged *j)
{
    model_free(&j->model);
    snapshot_close(&j->snapshot);
    assessment_close(&j->assessment);
    run_close(&j->run);
}

static void expect_verdict(const struct root_story *s, const char *check, enum status status,
                           const char *detail)
{
    struct judged j;

    judge(&j, s);
    expect_holds(expect_status(j.findings, check, MEMBER_ROOT, status)->detail, detail);
    done(&j);
}

TEST(root_is_read_exactly)
{
    struct judged j;
    const struct root_credentials *root;
    const struct finding *f;

    judge(&j, &plain);
    root = j.member->root;
    assert_non_null(root);
    assert_int_equal(j.member->data[DATA_ROOT_CREDENTIALS].state, STATE_COMPLETE);
    assert_int_equal(root->device_count, 1);
    assert_int_equal(root->devices[0].kind, DEVICE_FIDO);
    assert_string_equal(root->devices[0].owner_arn, MEMBER_ROOT);
    assert_int_equal(root->parts[ROOT_KEYS].count, 0);
    assert_int_equal(root->parts[ROOT_PASSWORD].count, 1);
    assert_null(model_account(&j.assessment.model, HOME_ID)->root);
    f = expect_status(j.findings, ROOT_MFA, MEMBER_ROOT, STATUS_PASS);
    expect_holds(f->observed, "root itself: MFA devices: 1, passwords: 1, access keys: 0, signing "
                              "certificates: 0");
    assert_int_equal(f->evidence_count, 8);
    done(&j);
}

/* The kinds that nothing else can tell apart. */
TEST(the_kind_of_device_is_known)
{
    static const struct {
        const char *devices;
        enum status status;
        const char *detail;
    } cases[] = {
        {DEVICES(DEVICE(PASSKEY)), STATUS_PASS, "its devices are 1 FIDO, and none is virtual"},
        {DEVICES(DEVICE("GAHT12345678")), STATUS_PASS, "its devices are 1 hardware TOTP, and"},
        {DEVICES(DEVICE("GAHT12345678") DEVICE(PASSKEY)), STATUS_PASS, "1 FIDO, 1 hardware TOTP"},
        {DEVICES(DEVICE("arn:aws:iam::222233334444:sms-mfa/x")), STATUS_FAIL, "1 SMS"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct root_story s = plain;

        s.devices = cases[i].devices;
        expect_verdict(&s, ROOT_HARDWARE, cases[i].status, cases[i].detail);
    }
}

#define ROOTS_PHONE(owner)                                                           \
    "<member><SerialNumber>" PHONE "</SerialNumber><EnableDate>2026-01-01T00:00:00Z" \
    "</EnableDate><User><Arn>" owner "</Arn></User></member>"

TEST(a_virtual_device_beside_a_strong_one_fails)
{
    struct root_story s = plain;

    s.devices = DEVICES(DEVICE(PASSKEY) DEVICE(PHONE));
    s.virtual_devices = ROOTS_PHONE(MEMBER_ROOT);
    expect_verdict(&s, ROOT_HARDWARE, STATUS_FAIL, PHONE);
    expect_verdict(&s, ROOT_MFA, STATUS_PASS, "root has an MFA device");
}

/* Mistake: the list that suits is believed. */
TEST(lists_that_disagree_about_a_virtual_device_are_unknown)
{
    struct root_story s = plain;

    s.virtual_devices = ROOTS_PHONE(MEMBER_ROOT); /* root itself does not list it */
    expect_verdict(&s, ROOT_HARDWARE, STATUS_UNKNOWN, "do not agree");
    s.devices = DEVICES(DEVICE(PHONE)); /* root's, and another's */
    s.virtual_devices = ROOTS_PHONE("arn:aws:iam::222233334444:user/u");
    expect_verdict(&s, ROOT_HARDWARE, STATUS_UNKNOWN, "do not agree");
    s.virtual_devices = NULL; /* root's, and in no list */
    expect_verdict(&s, ROOT_HARDWARE, STATUS_UNKNOWN, "do not agree");
}

TEST(summary_and_root_must_agree)
{
    static const struct {
        const char *check, *detail;
        struct root_story story;
    } cases[] = {
        {ROOT_MFA,
         "AccountMFAEnabled=0, and root itself lists 1 MFA devices",
         {DEVICES(DEVICE(PASSKEY)), KEYS(""), CERTIFICATES(""), PASSWORD, "0", NULL, NULL, NULL}},
        {ROOT_HARDWARE,
         "AccountMFAEnabled=0, and root itself lists 1 MFA devices",
         {DEVICES(DEVICE(PASSKEY)), KEYS(""), CERTIFICATES(""), PASSWORD, "0", NULL, NULL, NULL}},
        {ROOT_MFA,
         "AccountMFAEnabled=1, and root itself lists 0 MFA devices",
         {DEVICES(""), KEYS(""), CERTIFICATES(""), PASSWORD, "1", NULL, NULL, NULL}},
        {ROOT_HARDWARE,
         "AccountMFAEnabled=1, and root itself lists 0 MFA devices",
         {DEVICES(""), KEYS(""), CERTIFICATES(""), PASSWORD, "1", NULL, NULL, NULL}},
        {ROOT_NO_KEYS,
         "AccountAccessKeysPresent=1, and root itself lists 0 access keys",
         {DEVICES(""), KEYS(""), CERTIFICATES(""), PASSWORD, "0", "1", NULL, NULL}},
        {ROOT_NO_KEYS,
         "AccountAccessKeysPresent=0, and root itself lists 1 access keys",
         {DEVICES(""), KEYS(KEY("Active")), CERTIFICATES(""), PASSWORD, "0", "0", NULL, NULL}},
        {ROOT_MFA,
         "AccountPasswordPresent=1, and root itself lists 0 passwords",
         {DEVICES(""), KEYS(""), CERTIFICATES(""), "none", "0", NULL, "1", NULL}},
        {ROOT_MFA,
         "AccountSigningCertificatesPresent=0, and root itself lists 1 signing",
         {DEVICES(""), KEYS(""), CERTIFICATES(CERTIFICATE), "none", "0", NULL, "0", NULL}},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_verdict(&cases[i].story, cases[i].check, STATUS_UNKNOWN, cases[i].detail);
}

TEST(nothing_at_all_is_proven)
{
    const struct root_story s = {DEVICES(""), KEYS(""), CERTIFICATES(""), "none", "0", NULL,
                                 "0",         NULL};
    struct judged j;

    judge(&j, &s);
    expect_holds(expect_status(j.findings, ROOT_MFA, MEMBER_ROOT, STATUS_NOT_APPLICABLE)->detail,
                 "no credentials at all");
    (void)expect_status(j.findings, ROOT_HARDWARE, MEMBER_ROOT, STATUS_NOT_APPLICABLE);
    (void)expect_status(j.findings, ROOT_NO_KEYS, MEMBER_ROOT, STATUS_PASS);
    assert_false(j.findings->query_failed); /* NoSuchEntity is an answer */
    done(&j);
}

TEST(an_inactive_key_is_a_key)
{
    struct root_story s = plain;

    s.keys = KEYS(KEY("Inactive"));
    expect_verdict(&s, ROOT_NO_KEYS, STATUS_FAIL, "at present inactive");
    s.keys_counted = "1";
    expect_verdict(&s, ROOT_NO_KEYS, STATUS_FAIL, "at present inactive");
    s.keys = KEYS(KEY("Inactive") KEY("Active"));
    expect_verdict(&s, ROOT_NO_KEYS, STATUS_FAIL, "works without MFA");
}

/* What root does not tell is taken from where it was taken before. */
TEST(without_a_session_the_summary_decides)
{
    static const char *const reasons[] = {"no session", "denied", NULL};

    for (size_t i = 0; i < 3; i++) {
        const char *why = reasons[i];
        const struct root_story s = {why, why, why, why, "1", NULL, NULL, NULL};
        struct judged j;
        const struct data_status *status;

        judge(&j, &s);
        status = &j.member->data[DATA_ROOT_CREDENTIALS];
        assert_int_equal(status->state, why ? STATE_DENIED : STATE_NOT_COLLECTED);
        expect_holds(status->reason, i == 0 ? "iam:ListMFADevices: RootSessionDenied: "
                                              "sts:AssumeRoot: AccessDenied"
                                            : "iam:ListMFADevices: ");
        expect_holds(expect_status(j.findings, ROOT_HARDWARE, MEMBER_ROOT, STATUS_PASS)->detail,
                     "inferred");
        (void)expect_status(j.findings, ROOT_NO_KEYS, MEMBER_ROOT, STATUS_PASS);
        assert_true(j.findings->query_failed); /* asked for, and not had */
        done(&j);
    }
}

TEST(a_part_that_is_refused_leaves_the_others)
{
    struct root_story s = plain;

    s.keys = "denied";
    s.keys_counted = "1";
    expect_verdict(&s, ROOT_HARDWARE, STATUS_PASS, "known from root itself");
    expect_verdict(&s, ROOT_NO_KEYS, STATUS_FAIL, "works without MFA");
    s = plain;
    s.devices = "denied";
    expect_verdict(&s, ROOT_HARDWARE, STATUS_PASS, "inferred");
}

/* Mistake: answers that anybody else was given read as root's. */
TEST(only_what_was_asked_as_root_counts)
{
    struct judged j;
    cJSON *query;

    tell(&j.run, &plain);
    cJSON_ArrayForEach(query, j.run.queries) cJSON_DeleteItemFromObject(query, "session");
    judge_run(&j);
    assert_int_equal(j.member->data[DATA_ROOT_CREDENTIALS].state, STATE_NOT_COLLECTED);
    expect_holds(expect_status(j.findings, ROOT_HARDWARE, MEMBER_ROOT, STATUS_PASS)->detail,
                 "inferred");
    done(&j);
}

TEST(nobody_is_asked_unless_the_scope_says_so)
{
    struct judged j;

    tell(&j.run, &plain);
    cJSON_DeleteItemFromObject(run_scope(&j.run), "assumeRoot");
    judge_run(&j);
    assert_null(j.member->root);
    assert_false(j.findings->query_failed);
    done(&j);
}

TEST(answers_that_are_not_roots_are_refused)
{
    static const struct {
        const char *devices, *reason;
    } cases[] = {
        {DEVICES(DEVICE("arn:aws:iam::999999999999:mfa/x")), "a device of another account"},
        {DEVICES(DEVICE("arn:aws:iam::222233334444:u2f/user/u/k")), "a device of a user"},
        {DEVICES(DEVICE("")), "a member without SerialNumber"},
        {DEVICES("<member/>"), "a member without SerialNumber"},
        {DEVICES("<member><SerialNumber>GAHT1</SerialNumber></member>"),
         "a device without EnableDate"},
        {LAST, "no MFADevices"},
        {"<MFADevices/><IsTruncated>true</IsTruncated>", "IsTruncated and Marker disagree"},
        {"<MFADevices/><IsTruncated>maybe</IsTruncated>", "neither true nor false"},
        {"<MFADevices/><IsTruncated>true</IsTruncated><Marker></Marker>", "empty paging token"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct root_story s = plain;
        struct judged j;

        s.devices = cases[i].devices;
        judge(&j, &s);
        assert_int_equal(j.member->data[DATA_ROOT_CREDENTIALS].state, STATE_FAILED);
        expect_holds(j.member->data[DATA_ROOT_CREDENTIALS].reason, cases[i].reason);
        expect_holds(expect_status(j.findings, ROOT_HARDWARE, MEMBER_ROOT, STATUS_PASS)->detail,
                     "inferred");
        done(&j);
    }
}

TEST(keys_and_certificates_have_a_status)
{
    struct root_story s = plain;
    struct judged j;

    s.keys = KEYS("<member><AccessKeyId>AKIA</AccessKeyId></member>");
    judge(&j, &s);
    expect_holds(j.member->data[DATA_ROOT_CREDENTIALS].reason, "a member without Status");
    done(&j);
    s = plain;
    s.password = "<LoginProfile></LoginProfile>";
    judge(&j, &s);
    expect_holds(j.member->data[DATA_ROOT_CREDENTIALS].reason, "a member without CreateDate");
    done(&j);
}

TEST(pages_are_put_together)
{
    struct judged j;
    struct root_story s = plain;
    cJSON *query;

    s.devices = NULL;
    tell(&j.run, &s);
    query = answer_root(
        &j.run, "ListMFADevices",
        "<MFADevices>" DEVICE(PASSKEY) "</MFADevices>"
                                       "<IsTruncated>true</IsTruncated><Marker>m</Marker>");
    (void)run_page(&j.run, query, "m",
                   run_xml(&j.run, "ListMFADevices", DEVICES(DEVICE("GAHT1") DEVICE(PASSKEY))));
    judge_run(&j);
    assert_int_equal(j.member->root->device_count, 2); /* one stood on both pages */
    assert_int_equal(j.member->root->parts[ROOT_DEVICES].count, 2);
    assert_string_equal(j.member->root->devices[0].serial, "GAHT1");
    done(&j);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(root_is_read_exactly),
        cmocka_unit_test(the_kind_of_device_is_known),
        cmocka_unit_test(a_virtual_device_beside_a_strong_one_fails),
        cmocka_unit_test(lists_that_disagree_about_a_virtual_device_are_unknown),
        cmocka_unit_test(summary_and_root_must_agree),
        cmocka_unit_test(nothing_at_all_is_proven),
        cmocka_unit_test(an_inactive_key_is_a_key),
        cmocka_unit_test(without_a_session_the_summary_decides),
        cmocka_unit_test(a_part_that_is_refused_leaves_the_others),
        cmocka_unit_test(only_what_was_asked_as_root_counts),
        cmocka_unit_test(nobody_is_asked_unless_the_scope_says_so),
        cmocka_unit_test(answers_that_are_not_roots_are_refused),
        cmocka_unit_test(keys_and_certificates_have_a_status),
        cmocka_unit_test(pages_are_put_together),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
