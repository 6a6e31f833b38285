/* test_checks_enforcement.c - is MFA required? The checks on enforcement over whole accounts: each
 * status, what is missing, and what other scanners get wrong. */
#include "organization_run.h"

#include "checks/check.h"

#define PRIVILEGED "iam.privileged_actions_require_mfa"
#define LATENT "iam.mfa_enforcement_latent"
#define CONTROL "iam.mfa_control_actions_guarded"
#define ENFORCED "iam.users_mfa_enforced"
#define ENROLMENT "iam.mfa_self_enrolment_guarded"
#define EVERYONE "iam.mfa_deny_reaches_everyone"
#define GUARDRAIL "org.scp_mfa_guardrail"
#define EXCESSIVE "iam.admin_users_excessive"
#define ADMINS "iam.admin_users_mfa"
#define RESISTANT "iam.admin_users_mfa_phishing_resistant"

#define ARN "arn:aws:iam::" HOME_ID ":"
#define FIDO(user) ARN "u2f/user/" user "/key-ABCDEFGH"
#define VIRTUAL(name) ARN "mfa/" name

#define POLICY(statements) "{\"Version\":\"2012-10-17\",\"Statement\":[" statements "]}"
#define ALLOW(action, resource) \
    "{\"Sid\":\"May\",\"Effect\":\"Allow\",\"Action\":\"" action "\",\"Resource\":\"" resource "\"}"
#define ALL ALLOW("*", "*")
#define UNLESS(operator) \
    "\"Condition\":{\"" operator"\":{\"aws:MultiFactorAuthPresent\":\"false\"}}"
#define DENY(operator) \
    "{\"Sid\":\"No\",\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\"," UNLESS(operator) "}"
#define DENY_BUT(list)                                         \
    "{\"Sid\":\"No\",\"Effect\":\"Deny\",\"NotAction\":[" list \
    "],\"Resource\":\"*\"," UNLESS("BoolIfExists") "}"
#define ENROLLING                                                                                 \
    "\"iam:CreateVirtualMFADevice\",\"iam:EnableMFADevice\",\"iam:GetUser\",\"iam:ListMFADevices" \
    "\",\"iam:ListVirtualMFADevices\",\"iam:ResyncMFADevice\",\"sts:GetSessionToken\""
#define ODD                                                                                      \
    "{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{\"DateLessThan\":" \
    "{\"aws:CurrentTime\":\"soon\"}}}"

/* One account judged; SCPs are not seen unless a test lays out an organisation. */
struct judged {
    struct run run;
    struct assessment assessment;
};

static const struct findings *judge(struct judged *j, const struct account_story *story,
                                    bool standalone)
{
    *j = (struct judged){0};
    run_open(&j->run);
    run_story(&j->run, story);
    if (standalone)
        run_standalone(&j->run);
    run_assess(&j->run, &j->assessment);
    return &j->assessment.findings;
}

static void done(struct judged *j)
{
    assessment_close(&j->assessment);
    run_close(&j->run);
}

/* What one user is judged to be. */
struct row {
    struct user_story user;
    const char *check;
    enum status status;
    const char *detail;
};

static void expect_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct user_story users[] = {rows[i].user, {0}};
        const struct account_story story = {.users = users};
        struct judged j;
        const struct finding *f = expect_status(judge(&j, &story, true), rows[i].check,
                                                rows[i].user.name, rows[i].status);

        expect_holds(f->detail, rows[i].detail);
        assert_true(f->evidence_count > 0);
        done(&j);
    }
}
#define EXPECT(rows) expect_rows(rows, sizeof(rows) / sizeof *(rows))

/* Mistake: a registered device taken for enforcement; «Bool» taken for «BoolIfExists». */
TEST(privileged_actions_by_what_is_in_reach)
{
    static const struct row rows[] = {
        {{.name = "u", .password = "true", .devices = FIDO("u"), .inline_policy = POLICY(ALL)},
         PRIVILEGED,
         STATUS_PASS,
         "only way in is a console password with a device"},
        {{.name = "u", .password = "true", .inline_policy = POLICY(ALL)},
         PRIVILEGED,
         STATUS_FAIL,
         "are allowed without MFA: actions of any service (*:*), iam:*, "},
        {{.name = "u",
          .password = "true",
          .devices = FIDO("u"),
          .key2 = "true",
          .inline_policy = POLICY(ALL)},
         PRIVILEGED,
         STATUS_FAIL,
         "allowed with an access key and without MFA: actions of any service (*:*), iam:*, "
         "iam:createpolicyversion and "},
        {{.name = "u", .key1 = "true", .inline_policy = POLICY(ALL "," DENY("Bool"))},
         PRIVILEGED,
         STATUS_FAIL,
         "allowed with an access key: "},
        {{.name = "u", .key1 = "true", .inline_policy = POLICY(ALL "," DENY("BoolIfExists"))},
         PRIVILEGED,
         STATUS_PASS,
         "each denied with an access key and without MFA; the first by policy " ARN
         "user/u/own, statement «No» (/Statement/1)"},
        {{.name = "u", .password = "true", .inline_policy = POLICY(ALL "," DENY("Bool"))},
         PRIVILEGED,
         STATUS_PASS,
         "each denied without MFA"},
        {{.name = "u",
          .key1 = "true",
          .inline_policy = POLICY(ALL "," DENY_BUT(ENROLLING ",\"sts:AssumeRole\""))},
         PRIVILEGED,
         STATUS_FAIL,
         "1 of "},
        {{.name = "u", .key1 = "true", .inline_policy = POLICY(ALL "," DENY_BUT(ENROLLING))},
         PRIVILEGED,
         STATUS_PASS,
         "each denied"},
        {{.name = "u", .key1 = "true", .inline_policy = POLICY(ODD)},
         PRIVILEGED,
         STATUS_UNKNOWN,
         "has a value that it cannot compare: soon"},
        {{.name = "u", .key1 = "true", .inline_policy = POLICY(ALLOW("s3:*", "*"))},
         PRIVILEGED,
         STATUS_NOT_APPLICABLE,
         "holds no privileged actions"},
        {{.name = "u", .key1 = "true", .inline_policy = POLICY(ALLOW("*", "arn:aws:s3:::b/*"))},
         PRIVILEGED,
         STATUS_NOT_APPLICABLE,
         "holds no privileged actions"},
        {{.name = "u", .inline_policy = POLICY(ALL)}, PRIVILEGED, STATUS_NOT_APPLICABLE, "idle"},
        {{.name = "svc-u", .key1 = "true", .inline_policy = POLICY(ALL)},
         PRIVILEGED,
         STATUS_NOT_APPLICABLE,
         "a machine by word svc"},
        {{.name = "u", .key1 = "true", .inline_policy = "{\"Statement\":"},
         PRIVILEGED,
         STATUS_UNKNOWN,
         "policy"},
        {{.name = "u",
          .key1 = "true",
          .inline_policy =
              POLICY("{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{"
                     "\"IpAddress\":{\"aws:SourceIp\":\"192.0.2.0/24\"}}}")},
         PRIVILEGED,
         STATUS_FAIL,
         "when aws:sourceip is «192.0.2."},
    };

    EXPECT(rows);
}

TEST(what_is_out_of_reach_today_is_latent)
{
    static const struct row rows[] = {
        {{.name = "u", .password = "true", .devices = FIDO("u"), .inline_policy = POLICY(ALL)},
         LATENT,
         STATUS_FAIL,
         "allowed with an access key and without MFA, which nothing but the present credentials "
         "prevents: "},
        {{.name = "u",
          .password = "true",
          .devices = FIDO("u"),
          .inline_policy = POLICY(ALL "," DENY("BoolIfExists"))},
         LATENT,
         STATUS_PASS,
         "each denied"},
        {{.name = "u",
          .password = "true",
          .devices = FIDO("u"),
          .inline_policy = POLICY(ALL "," DENY("Bool"))},
         LATENT,
         STATUS_FAIL,
         "allowed with an access key, which"},
        {{.name = "u", .password = "true", .inline_policy = POLICY(ALL "," DENY("Bool"))},
         LATENT,
         STATUS_FAIL,
         "allowed with an access key, which"},
        {{.name = "u", .key1 = "true", .inline_policy = POLICY(ALL)},
         LATENT,
         STATUS_NOT_APPLICABLE,
         "within reach today"},
        {{.name = "u", .password = "true", .devices = FIDO("u"), .inline_policy = POLICY(ODD)},
         LATENT,
         STATUS_UNKNOWN,
         "cannot compare"},
        {{.name = "u", .password = "true", .devices = FIDO("u")},
         LATENT,
         STATUS_NOT_APPLICABLE,
         "holds no privileged actions"},
        {{.name = "u", .inline_policy = POLICY(ALL)}, LATENT, STATUS_NOT_APPLICABLE, "idle"},
    };

    EXPECT(rows);
}

/* Mistake: DeactivateMFADevice among the exceptions, as AWS's own sample had it. */
TEST(what_controls_mfa_needs_mfa)
{
    static const struct row rows[] = {
        {{.name = "u", .key1 = "true", .inline_policy = POLICY(ALL "," DENY_BUT(ENROLLING))},
         CONTROL,
         STATUS_FAIL,
         "2 of "},
        {{.name = "u", .key1 = "true", .inline_policy = POLICY(ALL "," DENY_BUT(ENROLLING))},
         CONTROL,
         STATUS_FAIL,
         "iam:enablemfadevice of others, iam:resyncmfadevice of others; by"},
        {{.name = "u",
          .key1 = "true",
          .inline_policy = POLICY(ALLOW("iam:*", ARN "user/${aws:username}") "," DENY_BUT(
              ENROLLING ",\"iam:DeactivateMFADevice\""))},
         CONTROL,
         STATUS_FAIL,
         "1 of 1 MFA-control actions are allowed with an access key and "
         "without MFA: iam:deactivatemfadevice; by policy"},
        {{.name = "u", .key1 = "true", .inline_policy = POLICY(ALL "," DENY("BoolIfExists"))},
         CONTROL,
         STATUS_PASS,
         "each denied"},
        {{.name = "u",
          .key1 = "true",
          .inline_policy = POLICY(ALLOW("iam:UpdateAccountPasswordPolicy",
                                        "*") ","
                                             "{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":"
                                             "\"arn:aws:*\"," UNLESS("BoolIfExists") "}")},
         CONTROL,
         STATUS_FAIL,
         "1 of 1 MFA-control actions are allowed"}, /* it acts on no resource */
        {{.name = "u",
          .key1 = "true",
          .inline_policy = POLICY(ALLOW("iam:UpdateAccountPasswordPolicy", "arn:aws:*"))},
         CONTROL,
         STATUS_NOT_APPLICABLE,
         "holds no MFA-control actions"},
        {{.name = "u", .key1 = "true", .inline_policy = POLICY(ODD)},
         CONTROL,
         STATUS_UNKNOWN,
         "cannot compare"},
        {{.name = "u", .key1 = "true", .inline_policy = POLICY(ALLOW("s3:*", "*"))},
         CONTROL,
         STATUS_NOT_APPLICABLE,
         "holds no MFA-control actions"},
    };

    EXPECT(rows);
}

/* Mistake: only dangerous actions looked at, or only those of a list. */
TEST(enrolled_users_and_all_their_actions)
{
    static const struct row rows[] = {
        {{.name = "u",
          .password = "true",
          .devices = VIRTUAL("u"),
          .key1 = "true",
          .inline_policy = POLICY(ALLOW("dynamodb:Scan", "arn:aws:dynamodb:*:*:table/t"))},
         ENFORCED,
         STATUS_FAIL,
         "dynamodb:scan on arn:aws:dynamodb:*:*:table/t is allowed with an access key, by policy"},
        {{.name = "u",
          .password = "true",
          .devices = VIRTUAL("u"),
          .key1 = "true",
          .inline_policy = POLICY(ALLOW("s3:*", "*") "," DENY_BUT(ENROLLING))},
         ENFORCED,
         STATUS_PASS,
         "every action but enrolment is denied with an access key and"},
        {{.name = "u", .password = "true", .devices = VIRTUAL("u"), .inline_policy = POLICY(ALL)},
         ENFORCED,
         STATUS_PASS,
         "only way in"},
        {{.name = "u", .password = "true", .key1 = "true", .inline_policy = POLICY(ALL)},
         ENFORCED,
         STATUS_NOT_APPLICABLE,
         "no MFA device"},
        {{.name = "u", .key1 = "true", .devices = VIRTUAL("u"), .inline_policy = POLICY(ALL)},
         ENFORCED,
         STATUS_NOT_APPLICABLE,
         "no console password"},
        {{.name = "u",
          .password = "true",
          .devices = VIRTUAL("u"),
          .key1 = "true",
          .inline_policy = POLICY(ALLOW("iam:GetUser", "*"))},
         ENFORCED,
         STATUS_NOT_APPLICABLE,
         "nothing but enrol"},
        {{.name = "u",
          .password = "true",
          .devices = VIRTUAL("u"),
          .key1 = "true",
          .inline_policy = POLICY(ODD)},
         ENFORCED,
         STATUS_UNKNOWN,
         "cannot compare"},
        {{.name = "u", .password = "true", .mfa = "true", .devices_denied = true},
         ENFORCED,
         STATUS_UNKNOWN,
         "whether there is an MFA device is not known"},
    };

    EXPECT(rows);
}

TEST(a_key_adds_no_further_device)
{
    static const struct row rows[] = {
        {{.name = "u",
          .password = "true",
          .devices = VIRTUAL("u"),
          .key1 = "true",
          .inline_policy = POLICY(
              ALLOW("iam:EnableMFADevice", ARN "user/${aws:username}") "," DENY_BUT(ENROLLING))},
         ENROLMENT,
         STATUS_FAIL,
         "has a device, and can add another without it"},
        {{.name = "u",
          .password = "true",
          .devices = VIRTUAL("u"),
          .key1 = "true",
          .inline_policy = POLICY(ALLOW("iam:CreateVirtualMFADevice", "*"))},
         ENROLMENT,
         STATUS_PASS,
         "as no policy allows it"},
        {{.name = "u",
          .password = "true",
          .devices = VIRTUAL("u"),
          .key1 = "true",
          .inline_policy = POLICY(ALL "," DENY("BoolIfExists"))},
         ENROLMENT,
         STATUS_PASS,
         "is denied with an access key and without MFA, by policy"},
        {{.name = "u", .password = "true", .devices = VIRTUAL("u"), .inline_policy = POLICY(ALL)},
         ENROLMENT,
         STATUS_PASS,
         "the password alone adds nothing"},
        {{.name = "u", .password = "true", .inline_policy = POLICY(ALL)},
         ENROLMENT,
         STATUS_NOT_APPLICABLE,
         "no MFA device yet"},
        {{.name = "u",
          .password = "true",
          .devices = VIRTUAL("u"),
          .key1 = "true",
          .inline_policy = POLICY(ODD)},
         ENROLMENT,
         STATUS_UNKNOWN,
         "cannot compare"},
    };

    EXPECT(rows);
}

/* What is not known of a user's credentials is UNKNOWN where it decides, and nowhere else. */
TEST(credentials_that_are_not_known)
{
    static const struct row rows[] = {
        {{.name = "u", .password = "true", .key1 = "?", .inline_policy = POLICY(ALL)},
         PRIVILEGED,
         STATUS_FAIL,
         "allowed without MFA"},
        {{.name = "u",
          .password = "true",
          .devices = FIDO("u"),
          .key1 = "?",
          .inline_policy = POLICY(ALL)},
         PRIVILEGED,
         STATUS_UNKNOWN,
         "and whether there is an active access key is not known"},
        {{.name = "u",
          .password = "true",
          .devices = FIDO("u"),
          .key1 = "?",
          .inline_policy = POLICY(ALL "," DENY("BoolIfExists"))},
         PRIVILEGED,
         STATUS_PASS,
         "each denied"},
        {{.name = "u", .key1 = "?", .inline_policy = POLICY(ALL)},
         PRIVILEGED,
         STATUS_UNKNOWN,
         "whether there is an active access key is not known"},
        {{.name = "u", .key1 = "?", .inline_policy = POLICY(ALLOW("s3:*", "*"))},
         PRIVILEGED,
         STATUS_NOT_APPLICABLE,
         "holds no privileged actions"},
        {{.name = "u",
          .password = "true",
          .mfa = "true",
          .devices_denied = true,
          .inline_policy = POLICY(ALL)},
         PRIVILEGED,
         STATUS_UNKNOWN,
         "whether there is an MFA device is not known"},
        {{.name = "u",
          .password = "true",
          .devices = FIDO("u"),
          .key1 = "?",
          .inline_policy = POLICY(ALL)},
         LATENT,
         STATUS_UNKNOWN,
         "and whether there is an active access key is not known"},
    };

    EXPECT(rows);
}

/* --- The account --------------------------------------------------------------------------------
 */

static void expect_account(const struct user_story *users, const char *check, enum status status,
                           const char *detail)
{
    const struct account_story story = {.users = users};
    struct judged j;

    expect_holds(expect_status(judge(&j, &story, true), check, HOME_ID, status)->detail, detail);
    done(&j);
}

/* Mistake: the policy read and found good, and nobody asked whom it misses. */
TEST(the_deny_reaches_everyone_or_not)
{
    static const struct user_story open[] = {
        {.name = "a", .password = "true", .inline_policy = POLICY(ALL "," DENY("BoolIfExists"))},
        {.name = "b", .password = "true", .devices = FIDO("b"), .inline_policy = POLICY(ALL)},
        {.name = "svc-c", .key1 = "true", .inline_policy = POLICY(ALL)},
        {0}};
    static const struct user_story held[] = {
        {.name = "a", .password = "true", .inline_policy = POLICY(ALL "," DENY("BoolIfExists"))},
        {.name = "d", .password = "true"},
        {.name = "idle", .inline_policy = POLICY(ALL)},
        {0}};
    static const struct user_story doubtful[] = {
        {.name = "a", .key1 = "?", .inline_policy = POLICY(ALL)}, {0}};
    static const struct user_story odd[] = {
        {.name = "a", .password = "true", .inline_policy = POLICY(ODD)}, {0}};
    static const struct user_story nobody[] = {{.name = "idle"}, {0}};

    expect_account(open, EVERYONE, STATUS_FAIL, "1 of 2 people are under no deny without MFA: b; ");
    expect_account(held, EVERYONE, STATUS_PASS, "2 people");
    expect_account(doubtful, EVERYONE, STATUS_UNKNOWN, "whether there is an active access key");
    expect_account(odd, EVERYONE, STATUS_UNKNOWN, "cannot compare");
    expect_account(nobody, EVERYONE, STATUS_NOT_APPLICABLE, "no IAM user is an active person");
}

TEST(administrators_are_few)
{
    struct user_story users[8] = {{0}};
    static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g"};

    for (size_t i = 0; i < 7; i++)
        users[i] = (struct user_story){.name = names[i], .inline_policy = POLICY(ALL)};
    expect_account(users, EXCESSIVE, STATUS_FAIL, "7 administrators (at most 5, or 10 % of 7");
    users[6].inline_policy = POLICY(ALLOW("*", "arn:aws:s3:::b"));
    users[5].inline_policy =
        POLICY(ALL ",{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\"}");
    expect_account(users, EXCESSIVE, STATUS_PASS, "5 administrators");
    users[5].inline_policy = "{";
    expect_account(users, EXCESSIVE, STATUS_UNKNOWN, "of 1 users more it is not known");
    users[0] = (struct user_story){.name = "a"};
    users[1] = (struct user_story){0};
    expect_account(users, EXCESSIVE, STATUS_NOT_APPLICABLE, "no IAM user is an administrator");
}

/* Mistake: a denied or bounded administrator counted as one, or iam:* not. */
TEST(administrators_are_so_in_effect)
{
    static const struct row rows[] = {
        {{.name = "u",
          .password = "true",
          .inline_policy =
              POLICY(ALL ",{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\"}")},
         ADMINS,
         STATUS_NOT_APPLICABLE,
         "administrator by inline policy own, but denied by " ARN},
        {{.name = "u", .password = "true", .inline_policy = POLICY(ALL "," DENY("BoolIfExists"))},
         ADMINS,
         STATUS_FAIL,
         "administrator by inline policy own, and no MFA device"},
        {{.name = "u", .password = "true", .inline_policy = POLICY(ALLOW("iam:*", "*"))},
         ADMINS,
         STATUS_FAIL,
         "administrator by inline policy own"},
        {{.name = "u", .password = "true", .devices = FIDO("u"), .inline_policy = POLICY(ALL)},
         RESISTANT,
         STATUS_PASS,
         "1 device: FIDO"},
        {{.name = "u", .password = "true", .devices = "GAHT12345678", .inline_policy = POLICY(ALL)},
         RESISTANT,
         STATUS_FAIL,
         "not phishing-resistant: hardware TOTP"},
        {{.name = "u", .password = "true", .devices = VIRTUAL("u")},
         RESISTANT,
         STATUS_NOT_APPLICABLE,
         "no policy allows every action"},
        {{.name = "u", .password = "true", .inline_policy = POLICY(ALL)},
         RESISTANT,
         STATUS_NOT_APPLICABLE,
         "no MFA device"},
        {{.name = "u", .password = "true", .devices = VIRTUAL("u"), .inline_policy = "{"},
         RESISTANT,
         STATUS_UNKNOWN,
         "is not known"},
    };

    EXPECT(rows);
}

/* Without the organisation's answers a FAIL says what it assumes, and SCPs are not judged. */
TEST(unseen_scps_are_said)
{
    static const struct user_story users[] = {
        {.name = "u", .key1 = "true", .inline_policy = POLICY(ALL)}, {0}};
    const struct account_story story = {.users = users};
    struct judged j;
    const struct findings *f = judge(&j, &story, false);

    expect_holds(expect_status(f, PRIVILEGED, "u", STATUS_FAIL)->detail,
                 "; assuming that no SCP denies it: service control policies");
    expect_holds(expect_status(f, EVERYONE, HOME_ID, STATUS_FAIL)->detail, "assuming that no SCP");
    expect_holds(expect_status(f, GUARDRAIL, HOME_ID, STATUS_UNKNOWN)->detail,
                 "service control policies");
    done(&j);
    f = judge(&j, &story, true);
    assert_null(strstr(expect_status(f, PRIVILEGED, "u", STATUS_FAIL)->detail, "assuming"));
    expect_holds(expect_status(f, GUARDRAIL, HOME_ID, STATUS_NOT_APPLICABLE)->detail,
                 "in no organisation");
    done(&j);
}

/* --- SCPs ---------------------------------------------------------------------------------------
 */

#define OF_USERS(list)                                                                         \
    "\"Condition\":{\"BoolIfExists\":{\"aws:MultiFactorAuthPresent\":\"false\"},\"ArnLike\":{" \
    "\"aws:PrincipalArn\":\"arn:aws:iam::*:user/*\"" list "}}"
#define GUARD(more)                                                                              \
    "{\"Effect\":\"Deny\",\"Action\":[\"iam:*\",\"organizations:*\",\"sso:*\",\"sso-directory:*" \
    "\",\"cloudtrail:*\"],\"Resource\":\"*\"," OF_USERS("") more "}"
#define LISTED(id)                                                                            \
    "{\"Policies\":[{\"Arn\":\"" ORG_ARN "policy/o-sample00001/service_control_policy/" id    \
    "\",\"AwsManaged\":false,\"Description\":\"\",\"Id\":\"" id "\",\"Name\":\"n\",\"Type\":" \
    "\"SERVICE_CONTROL_POLICY\"}]}"

/* A member account, one SCP at the root and at the account itself; home is the management account
 * and left out. */
static void lay_out(struct run *r, const struct account_story *story, const char *scp)
{
    const char *content;
    cJSON *text = cJSON_CreateString(scp);
    char *quoted = cJSON_PrintUnformatted(text);

    run_open(r);
    run_collects(r, "organizations");
    run_account(r, HOME_ID, "left out");
    run_story(r, story);
    run_describe(r, HOME_ID);
    run_organizations(r, "ListAccounts", MOST_20,
                      "{\"Accounts\":[{\"Id\":\"" OTHER_ID
                      "\",\"Name\":\"a\",\"State\":\"ACTIVE\"}]}");
    run_organizations(r, "ListRoots", MOST_20, ROOTS(TYPE("SERVICE", "ENABLED")));
    run_children(r, ROOT_ID, "", MEMBER(OTHER_ID));
    run_organizations(r, "ListPolicies", POLICIES("SERVICE"), LISTED("p-test0001"));
    content = arena_printf(
        &r->arena,
        "{\"Policy\":{\"Content\":%s,\"PolicySummary\":{\"Arn\":\"" ORG_ARN
        "policy/o-sample00001/service_control_policy/p-test0001\",\"AwsManaged\":false,"
        "\"Description\":\"\",\"Id\":\"p-test0001\",\"Name\":\"n\",\"Type\":"
        "\"SERVICE_CONTROL_POLICY\"}}}",
        quoted);
    run_organizations(r, "DescribePolicy", "{\"PolicyId\":\"p-test0001\"}", content);
    run_organizations(r, "ListTargetsForPolicy", "{\"MaxResults\":20,\"PolicyId\":\"p-test0001\"}",
                      "{\"Targets\":[{\"Arn\":\"" ORG_ARN "root/o-sample00001/" ROOT_ID
                      "\",\"Name\":\"Root\",\"TargetId\":\"" ROOT_ID
                      "\",\"Type\":\"ROOT\"},{\"Arn\":\"" ORG_ARN "account/o-sample00001/" OTHER_ID
                      "\",\"Name\":\"a\",\"TargetId\":\"" OTHER_ID "\",\"Type\":\"ACCOUNT\"}]}");
    run_no_administrators(r);
    cJSON_free(quoted);
    cJSON_Delete(text);
}

TEST(scps_alone_guard_what_controls_mfa)
{
    static const struct user_story users[] = {
        {.name = "u", .key1 = "true", .inline_policy = POLICY(ALL)}, {.name = "glass"}, {0}};
    static const struct account_story story = {.id = OTHER_ID, .users = users};
    static const struct {
        const char *scp;
        enum status status;
        const char *detail;
        enum status control; /* of the user, by all its policies */
    } rows[] = {
        {POLICY(ALL "," GUARD("")), STATUS_PASS, "the SCPs alone deny", STATUS_PASS},
        {POLICY(ALL), STATUS_FAIL, "no SCP denies iam:deactivatemfadevice, ", STATUS_FAIL},
        {POLICY(ALL "," DENY("BoolIfExists")), STATUS_FAIL,
         "lock role sessions out of iam:deactivatemfadevice", STATUS_PASS},
        {POLICY(ALL "," DENY("Bool")), STATUS_FAIL, "to any IAM user with an access key",
         STATUS_FAIL},
        {POLICY(ALL "," DENY_BUT(ENROLLING)), STATUS_FAIL,
         "no SCP denies iam:enablemfadevice, iam:resyncmfadevice to any IAM user", STATUS_FAIL},
        {POLICY(ALL ",{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\"}"), STATUS_PASS,
         "the SCPs alone deny", STATUS_NOT_APPLICABLE},
        {POLICY(ALL ",{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{"
                    "\"BoolIfExists\":{\"aws:MultiFactorAuthPresent\":\"false\"},\"ArnLike\":{"
                    "\"aws:PrincipalArn\":\"arn:aws:iam::*:user/*\"},\"StringNotEquals\":{"
                    "\"aws:username\":\"glass\"}}}"),
         STATUS_FAIL, " and 19 more to glass with an access key and without MFA", STATUS_PASS},
        {POLICY(ODD), STATUS_UNKNOWN, "cannot compare", STATUS_UNKNOWN},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct judged j = {0};
        const struct finding *f;

        lay_out(&j.run, &story, rows[i].scp);
        run_assess(&j.run, &j.assessment);
        f = expect_status(&j.assessment.findings, GUARDRAIL, OTHER_ID, rows[i].status);
        expect_holds(f->detail, rows[i].detail);
        assert_true(f->evidence_count > 3);
        (void)expect_status(&j.assessment.findings, CONTROL, "u", rows[i].control);
        done(&j);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(privileged_actions_by_what_is_in_reach),
        cmocka_unit_test(what_is_out_of_reach_today_is_latent),
        cmocka_unit_test(what_controls_mfa_needs_mfa),
        cmocka_unit_test(enrolled_users_and_all_their_actions),
        cmocka_unit_test(a_key_adds_no_further_device),
        cmocka_unit_test(credentials_that_are_not_known),
        cmocka_unit_test(the_deny_reaches_everyone_or_not),
        cmocka_unit_test(administrators_are_few),
        cmocka_unit_test(administrators_are_so_in_effect),
        cmocka_unit_test(unseen_scps_are_said),
        cmocka_unit_test(scps_alone_guard_what_controls_mfa),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
