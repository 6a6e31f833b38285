/* test_checks.c - the checks over whole accounts. Most cases are mistakes that other scanners have
 * made; each says of which kind. */
#include "run_dir.h"

#include "checks/identity.h"
#include "model/credentials.h"

#define ROOT_MFA "iam.root_mfa_enabled"
#define ROOT_HARDWARE "iam.root_mfa_hardware"
#define ROOT_KEYS "iam.root_access_keys_absent"
#define USERS_MFA "iam.users_without_mfa"
#define ADMINS_MFA "iam.admin_users_mfa"
#define RESISTANT "iam.users_mfa_phishing_resistant"
#define ORPHANED "iam.mfa_devices_orphaned"
#define STRATEGY "iam.mfa_enforcement_strategy"

#define ARN "arn:aws:iam::" HOME_ID ":"
#define ROOT_ARN ARN "root"
#define MFA(name) ARN "mfa/" name
#define FIDO(user) ARN "u2f/user/" user "/key-ABCDEFGH"
#define SMS(name) ARN "sms-mfa/" name
#define ADMINISTRATOR_ACCESS "arn:aws:iam::aws:policy/AdministratorAccess"

#define DEVICE_OF(serial, owner)                                  \
    "<member><SerialNumber>" serial "</SerialNumber><EnableDate>" \
    "2026-01-01T00:00:00Z</EnableDate><User><Arn>" owner "</Arn></User></member>"

/* One account judged. */
struct judged {
    struct run run;
    struct assessment assessment;
    const struct findings *findings;
};

static void judge(struct judged *j, const struct account_story *story)
{
    *j = (struct judged){0};
    run_open(&j->run);
    run_story(&j->run, story);
    run_assess(&j->run, &j->assessment);
    j->findings = &j->assessment.findings;
}

static void done(struct judged *j)
{
    assessment_close(&j->assessment);
    run_close(&j->run);
}

/* A story with one expected verdict, part of its detail, on root or a user. */
static void expect_verdict(const struct account_story *story, const char *check, const char *name,
                           enum status status, const char *detail)
{
    struct judged j;

    judge(&j, story);
    expect_holds(expect_status(j.findings, check, name, status)->detail, detail);
    done(&j);
}

/* --- Root ------------------------------------------------------------------------------------- */

TEST(root_with_a_device_passes)
{
    const struct account_story story = {.root_mfa = "1"};

    expect_verdict(&story, ROOT_MFA, "root", STATUS_PASS, "root has an MFA device");
    expect_verdict(&story, ROOT_HARDWARE, "root", STATUS_PASS, "inferred");
    expect_verdict(&story, ROOT_KEYS, "root", STATUS_PASS, "no access key");
}

TEST(root_without_a_device_fails)
{
    const struct account_story story = {.root_mfa = "0"};

    expect_verdict(&story, ROOT_MFA, "root", STATUS_FAIL, "no MFA device");
    expect_verdict(&story, ROOT_HARDWARE, "root", STATUS_FAIL, "no MFA device of any kind");
}

/* Mistake: centrally removed root credentials called a failure, or passed over in silence. */
TEST(root_without_credentials_is_not_applicable)
{
    const struct account_story story = {.root_mfa = "0", .root_password = "0"};

    expect_verdict(&story, ROOT_MFA, "root", STATUS_NOT_APPLICABLE, "no credentials at all");
    expect_verdict(&story, ROOT_HARDWARE, "root", STATUS_NOT_APPLICABLE, "no credentials at all");
    expect_verdict(&story, ROOT_KEYS, "root", STATUS_PASS, "no access key");
}

static bool cites(const struct finding *f, const char *operation, const char *pointer)
{
    for (size_t e = 0; e < f->evidence_count; e++)
        if (strstr(f->evidence[e].file, operation) && strcmp(f->evidence[e].pointer, pointer) == 0)
            return true;
    return false;
}

/* Mistake: «closed centrally» said, and the answers that say so not shown. */
TEST(a_root_closed_centrally_cites_what_closes_it)
{
    static const char *const checks[] = {ROOT_MFA, ROOT_HARDWARE};
    const struct account_story story = {.root_mfa = "0",
                                        .root_password = "0",
                                        .features = "RootSessions RootCredentialsManagement"};
    struct judged j = {0};

    run_open(&j.run);
    run_collects(&j.run, "organizations");
    run_story(&j.run, &story);
    run_page(&j.run, run_query(&j.run, HOME_ID, "DescribeOrganization", "{}"), NULL,
             "{\"Organization\":{\"Id\":\"o-sample00001\",\"MasterAccountId\":\"" OTHER_ID "\"}}");
    run_page(&j.run, run_query(&j.run, HOME_ID, "ListAccounts", MOST_20), NULL,
             "{\"Accounts\":[{\"Id\":\"" HOME_ID "\",\"Name\":\"a\",\"State\":\"ACTIVE\"}]}");
    run_assess(&j.run, &j.assessment);
    for (size_t i = 0; i < 2; i++) {
        const struct finding *f =
            expect_status(&j.assessment.findings, checks[i], "root", STATUS_NOT_APPLICABLE);

        expect_holds(f->detail, "central root management keeps e-mail recovery closed");
        assert_true(cites(f, "ListOrganizationsFeatures",
                          "/*[local-name()='ListOrganizationsFeaturesResponse']"
                          "/*[local-name()='ListOrganizationsFeaturesResult'][1]"
                          "/*[local-name()='EnabledFeatures'][1]"
                          "/*[local-name()='member'][2]"));
        assert_true(cites(f, "DescribeOrganization", "/Organization/MasterAccountId"));
        assert_true(cites(f, "ListAccounts", "/Accounts/0"));
    }
    done(&j);
}

/* Mistake: root judged by its password alone; keys and certificates are credentials too. */
TEST(root_with_any_credential_and_no_device_fails)
{
    const struct account_story key = {.root_mfa = "0", .root_password = "0", .root_keys = "1"};
    const struct account_story certificate = {
        .root_mfa = "0", .root_password = "0", .root_certificates = "1"};

    expect_verdict(&key, ROOT_MFA, "root", STATUS_FAIL, "no MFA device");
    expect_verdict(&certificate, ROOT_MFA, "root", STATUS_FAIL, "no MFA device");
    expect_verdict(&certificate, ROOT_HARDWARE, "root", STATUS_FAIL, "no MFA device");
}

/* Mistake: a key that is absent from the summary read as 0. */
TEST(absent_summary_keys_are_unknown)
{
    const struct account_story mfa = {.root_mfa = "-"};
    const struct account_story password = {.root_mfa = "0", .root_password = "-"};
    const struct account_story certificates = {
        .root_mfa = "0", .root_password = "0", .root_certificates = "-"};
    const struct account_story keys = {.root_keys = "-"};
    const struct account_story all = {
        .root_mfa = "-", .root_password = "-", .root_keys = "-", .root_certificates = "-"};

    expect_verdict(&mfa, ROOT_MFA, "root", STATUS_UNKNOWN, "not in the account summary");
    expect_verdict(&mfa, ROOT_HARDWARE, "root", STATUS_UNKNOWN, "not in the account summary");
    expect_verdict(&password, ROOT_MFA, "root", STATUS_UNKNOWN, "does not say whether");
    expect_verdict(&certificates, ROOT_MFA, "root", STATUS_UNKNOWN, "does not say whether");
    expect_verdict(&keys, ROOT_KEYS, "root", STATUS_UNKNOWN, "not in the account summary");
    expect_verdict(&keys, ROOT_MFA, "root", STATUS_PASS, "");
    expect_verdict(&all, ROOT_MFA, "root", STATUS_UNKNOWN, "");
    expect_verdict(&all, ROOT_KEYS, "root", STATUS_UNKNOWN, "");
}

TEST(an_unknown_part_does_not_hide_a_credential)
{
    const struct account_story story = {
        .root_mfa = "0", .root_password = "-", .root_keys = "2", .root_certificates = "-"};

    expect_verdict(&story, ROOT_MFA, "root", STATUS_FAIL, "no MFA device");
    expect_verdict(&story, ROOT_KEYS, "root", STATUS_FAIL, "has an access key");
}

TEST(root_keys_fail_whatever_the_device)
{
    const struct account_story story = {.root_mfa = "1", .root_keys = "1"};

    expect_verdict(&story, ROOT_KEYS, "root", STATUS_FAIL, "works without MFA");
}

/* Mistake: root judged by the report's row, hours old, with «not_supported» read as true, as false,
 * or as no finding at all. */
TEST(the_report_row_of_root_does_not_decide)
{
    static const char *const rows[] = {
        NULL,
        "<root_account>," ROOT_ARN ",t,not_supported,no_information,false,false,false",
        "<root_account>," ROOT_ARN ",t,true,no_information,false,true,true",
        "<root_account>," ROOT_ARN ",t,false,N/A,false,false,false",
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct account_story with = {.root_mfa = "1", .report_root = rows[i]};
        const struct account_story without = {.root_mfa = "0", .report_root = rows[i]};

        expect_verdict(&with, ROOT_MFA, "root", STATUS_PASS, "");
        expect_verdict(&with, ROOT_KEYS, "root", STATUS_PASS, "");
        expect_verdict(&without, ROOT_MFA, "root", STATUS_FAIL, "");
    }
}

/* Mistake: the report's root row counted among the users. */
TEST(root_is_no_user)
{
    const struct account_story story = {.report_root = "<root_account>," ROOT_ARN
                                                       ",t,true,no_information,false,true,false"};
    struct judged j;

    judge(&j, &story);
    assert_int_equal(count_of(j.findings, USERS_MFA, STATUS_FAIL), 0);
    expect_status(j.findings, USERS_MFA, HOME_ID, STATUS_NOT_APPLICABLE);
    done(&j);
}

/* Mistake: root's device recognised by the name root-account-mfa-device: one of another name then
 * passes as hardware. */
TEST(a_virtual_root_device_of_any_name_fails)
{
    const struct account_story story = {.virtual_devices =
                                            DEVICE_OF(MFA("office-phone"), ROOT_ARN)};

    expect_verdict(&story, ROOT_HARDWARE, "root", STATUS_FAIL, MFA("office-phone"));
    expect_verdict(&story, ROOT_MFA, "root", STATUS_PASS, "");
}

/* The same mistake the other way: a user's device of that name fails root. */
TEST(a_users_device_named_like_roots_is_the_users)
{
    static const struct user_story users[] = {
        {.name = "u", .password = "true", .devices = MFA("root-account-mfa-device")}, {0}};
    const struct account_story story = {.users = users};

    expect_verdict(&story, ROOT_HARDWARE, "root", STATUS_PASS, "no virtual device");
}

/* Mistake: «root» sought anywhere in the owner's ARN. */
TEST(owners_whose_name_or_path_holds_root_are_users)
{
    static const struct user_story users[] = {
        {.name = "root", .password = "true", .devices = MFA("a")},
        {.name = "chroot-root", .password = "true", .devices = MFA("b")},
        {.name = "x", .path = "/root/", .password = "true", .devices = MFA("c")},
        {.name = "y", .path = "/a:root/", .password = "true", .devices = MFA("d")},
        {0}};
    const struct account_story story = {.users = users};

    expect_verdict(&story, ROOT_HARDWARE, "root", STATUS_PASS, "no virtual device");
    expect_verdict(&story, ORPHANED, "b", STATUS_PASS, "active user");
}

/* Mistake: ARNs built with «arn:aws» in every partition; the root device is then never found. */
TEST(the_partition_is_the_callers)
{
    static const char *const partitions[] = {"aws-cn", "aws-us-gov"};

    for (size_t i = 0; i < 2; i++) {
        struct arena arena = {0};
        const struct account_story story = {
            .partition = partitions[i],
            .virtual_devices = arena_printf(&arena,
                                            "<member><SerialNumber>arn:%s:iam::" HOME_ID
                                            ":mfa/x</SerialNumber><User><Arn>arn:%s:iam::" HOME_ID
                                            ":root</Arn></User></member>",
                                            partitions[i], partitions[i])};

        expect_verdict(&story, ROOT_HARDWARE, "root", STATUS_FAIL, ":mfa/x is virtual");
        arena_free(&arena);
    }
}

/* Mistake: one hardware device among others taken as proof; any virtual one opens the account. */
TEST(the_weakest_root_device_decides)
{
    const struct account_story story = {.root_mfa = "1",
                                        .virtual_devices =
                                            DEVICE_OF(MFA("root-account-mfa-device"), ROOT_ARN)
                                                DEVICE_OF(MFA("second"), ROOT_ARN)};

    expect_verdict(&story, ROOT_HARDWARE, "root", STATUS_FAIL, "would not help");
}

/* Mistake: no device at all called «no virtual device», so hardware. */
TEST(no_device_is_not_hardware)
{
    const struct account_story story = {.root_mfa = "0"};

    expect_verdict(&story, ROOT_HARDWARE, "root", STATUS_FAIL, "no MFA device of any kind");
}

/* Mistake: an owner whose ARN is not told, as root's has no name, taken for nobody. */
TEST(a_device_whose_owner_is_not_named_may_be_roots)
{
    const struct account_story story = {
        .virtual_devices = "<member><SerialNumber>" MFA("x") "</SerialNumber><User><UserId>" HOME_ID
                                                             "</UserId></User></member>"};
    struct judged j;
    const struct finding *f;

    judge(&j, &story);
    f = expect_status(j.findings, ROOT_HARDWARE, "root", STATUS_UNKNOWN);
    expect_holds(f->detail, MFA("x"));
    expect_holds(f->detail, "it may be root");
    assert_true(f->evidence_count > 0);
    f = expect_status(j.findings, ORPHANED, "x", STATUS_UNKNOWN);
    expect_holds(f->observed, "owner: not named");
    done(&j);
}

/* A device that is listed as root's is known, whatever the summary leaves out. */
TEST(a_virtual_root_device_needs_no_summary)
{
    const struct account_story story = {.root_mfa = "-",
                                        .virtual_devices = DEVICE_OF(MFA("r"), ROOT_ARN)};

    expect_verdict(&story, ROOT_HARDWARE, "root", STATUS_FAIL, MFA("r") " is virtual");
    expect_verdict(&story, ROOT_MFA, "root", STATUS_UNKNOWN, "AccountMFAEnabled");
}

/* Mistake: unassigned devices without an owner crash the scan, or count as root's. */
TEST(unassigned_devices_are_nobodys)
{
    const struct account_story story = {
        .virtual_devices = "<member><SerialNumber>" MFA("spare") "</SerialNumber></member>"};

    expect_verdict(&story, ROOT_HARDWARE, "root", STATUS_PASS, "");
    expect_verdict(&story, ORPHANED, "spare", STATUS_FAIL, "not assigned to anybody");
}

/* Mistake: an owner without name and path, as root is listed, breaks the reader. */
TEST(owners_are_known_by_arn_alone)
{
    const struct account_story story = {.virtual_devices = "<member><SerialNumber>" MFA(
                                            "r") "</SerialNumber><User><UserId>" HOME_ID
                                                 "</UserId><Arn>" ROOT_ARN
                                                 "</Arn><CreateDate>2020-01-01T00:00:00Z"
                                                 "</CreateDate></User></member>"};

    expect_verdict(&story, ROOT_HARDWARE, "root", STATUS_FAIL, MFA("r"));
    expect_verdict(&story, ORPHANED, "r", STATUS_PASS, "in use by root");
}

/* --- Users ------------------------------------------------------------------------------------ */

TEST(console_users_need_a_device)
{
    static const struct user_story users[] = {
        {.name = "with", .password = "true", .mfa = "true", .devices = MFA("with")},
        {.name = "without", .password = "true"},
        {.name = "key-only", .key1 = "true"},
        {.name = "capitals", .password = "TRUE"},
        {0}};
    const struct account_story story = {.users = users};

    expect_verdict(&story, USERS_MFA, "with", STATUS_PASS, "1 device: virtual");
    expect_verdict(&story, USERS_MFA, "without", STATUS_FAIL, "no MFA device");
    expect_verdict(&story, USERS_MFA, "key-only", STATUS_NOT_APPLICABLE, "no console password");
    expect_verdict(&story, USERS_MFA, "capitals", STATUS_FAIL, "no MFA device");
}

/* Mistake: «has a password» told by its last use; a password that was never used is one. */
TEST(a_password_that_was_never_used_counts)
{
    static const struct user_story users[] = {{.name = "u", .password = "true"}, {0}};
    struct judged j;

    judge(&j, &(struct account_story){.users = users});
    expect_status(j.findings, USERS_MFA, "u", STATUS_FAIL);
    expect_holds(finding_of(j.findings, USERS_MFA, "u")->observed, "password_enabled=true");
    done(&j);
}

/* Mistake: anything that is not «true» read as «no password». */
TEST(an_unclear_password_cell_is_unknown)
{
    static const char *const cells[] = {"not_supported", "no_information", "N/A", "", "yes"};

    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        const struct user_story users[] = {{.name = "u", .password = cells[i]}, {0}};
        const struct account_story story = {.users = users, .freshness = "report"};
        const struct account_story asked = {.users = users};

        expect_verdict(&story, USERS_MFA, "u", STATUS_UNKNOWN, "neither true nor false");
        expect_verdict(&asked, USERS_MFA, "u", STATUS_NOT_APPLICABLE, "no console password");
    }
}

/* Mistake: the report believed over the live list, in both directions. */
TEST(the_live_list_of_devices_decides)
{
    static const struct user_story users[] = {
        {.name = "new", .password = "true", .mfa = "false", .devices = MFA("new")},
        {.name = "gone", .password = "true", .mfa = "true"},
        {0}};
    const struct account_story story = {.users = users};

    expect_verdict(&story, USERS_MFA, "new", STATUS_PASS, "still says otherwise");
    expect_verdict(&story, USERS_MFA, "gone", STATUS_FAIL,
                   "the credential report of 2026-11-23T05:00:00Z still says otherwise");
}

/* Mistake: users made since the report passed over. */
TEST(a_user_of_whom_nobody_tells_is_unknown)
{
    static const struct user_story users[] = {
        {.name = "new", .not_in_report = true, .devices = MFA("new")},
        {.name = "new-admin", .not_in_report = true, .attached = ADMINISTRATOR_ACCESS},
        {0}};
    const struct account_story story = {.users = users, .freshness = "report"};

    expect_verdict(&story, USERS_MFA, "new", STATUS_UNKNOWN, "not in the credential report");
    expect_verdict(&story, RESISTANT, "new", STATUS_UNKNOWN, "not in the credential report");
    expect_verdict(&story, ADMINS_MFA, "new-admin", STATUS_UNKNOWN, "not in the credential report");
    expect_verdict(&story, ORPHANED, "new", STATUS_UNKNOWN, "owner is active is not known");
}

/* Mistake: an error read as an empty list: «no device», or worse «no virtual device». */
TEST(a_refused_list_of_devices_is_unknown)
{
    static const struct user_story users[] = {
        {.name = "u", .password = "true", .mfa = "true", .devices_denied = true},
        {.name = "a", .password = "true", .attached = ADMINISTRATOR_ACCESS, .devices_denied = true},
        {.name = "k", .key1 = "true", .devices_denied = true},
        {.name = "v", .password = "true", .devices = MFA("v")},
        {0}};
    const struct account_story story = {.users = users};

    expect_verdict(&story, USERS_MFA, "u", STATUS_UNKNOWN, "iam:ListMFADevices: AccessDenied");
    expect_verdict(&story, ADMINS_MFA, "a", STATUS_UNKNOWN, "iam:ListMFADevices: AccessDenied");
    expect_verdict(&story, RESISTANT, "u", STATUS_UNKNOWN, "iam:ListMFADevices: AccessDenied");
    expect_verdict(&story, USERS_MFA, "k", STATUS_NOT_APPLICABLE, "no console password");
    expect_verdict(&story, USERS_MFA, "v", STATUS_PASS, "");
}

/* --- Administrators --------------------------------------------------------------------------- */

#define EVERYTHING "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}]}"
#define GROUP(name, inside) \
    "<member><GroupName>" name "</GroupName><Arn>" ARN "group/" name "</Arn>" inside "</member>"
#define ENCODED_EVERYTHING                                                                \
    "%7B%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22%2A%3A%2A" \
    "%22%2C%22Resource%22%3A%22%2A%22%7D%5D%7D"

static const struct user_story administrators_of_all_kinds[] = {
    {.name = "direct", .password = "true", .attached = ADMINISTRATOR_ACCESS},
    {.name = "inline", .password = "true", .inline_policy = EVERYTHING},
    {.name = "custom", .password = "true", .attached = ARN "policy/custom"},
    {.name = "group", .password = "true", .groups = "admins"},
    {.name = "group-inline", .password = "true", .groups = "staff ops"},
    {.name = "path", .path = "/a/b/", .password = "true", .groups = "admins"},
    {.name = "key-only", .key1 = "true", .attached = ADMINISTRATOR_ACCESS},
    {.name = "enrolled", .password = "true", .devices = MFA("e"), .groups = "admins"},
    {.name = "plain", .password = "true", .groups = "staff"},
    {0}};

/* Mistake: only groups, only direct attachments or only console users looked at. */
TEST(administrators_of_all_routes_are_judged)
{
    const struct account_story story = {
        .users = administrators_of_all_kinds,
        .groups = GROUP("admins", "<AttachedManagedPolicies><member><PolicyName>A</PolicyName>"
                                  "<PolicyArn>" ADMINISTRATOR_ACCESS "</PolicyArn></member>"
                                  "</AttachedManagedPolicies>")
            GROUP("ops", "<GroupPolicyList><member><PolicyName>p</"
                         "PolicyName><PolicyDocument>" ENCODED_EVERYTHING
                         "</PolicyDocument></member></GroupPolicyList>") GROUP("staff", ""),
        .policies = "<member><PolicyName>custom</PolicyName><Arn>" ARN "policy/custom</Arn>"
                    "<PolicyVersionList><member><Document>" ENCODED_EVERYTHING "</Document>"
                    "<IsDefaultVersion>true</IsDefaultVersion></member></PolicyVersionList>"
                    "</member>"};
    static const char *const failing[] = {"direct", "inline",       "custom",  "group",
                                          "path",   "group-inline", "key-only"};
    struct judged j;

    judge(&j, &story);
    for (size_t i = 0; i < sizeof failing / sizeof *failing; i++)
        expect_holds(expect_status(j.findings, ADMINS_MFA, failing[i], STATUS_FAIL)->detail,
                     "no MFA device");
    expect_status(j.findings, ADMINS_MFA, "enrolled", STATUS_PASS);
    expect_status(j.findings, ADMINS_MFA, "plain", STATUS_NOT_APPLICABLE);
    assert_int_equal(count_of(j.findings, ADMINS_MFA, STATUS_FAIL), 7);
    done(&j);
}

/* Mistake: an old version of a policy, or a Deny, read as a grant. */
TEST(harmless_policies_make_no_administrator)
{
    static const struct user_story users[] = {
        {.name = "old", .password = "true", .attached = ARN "policy/custom"},
        {.name = "deny",
         .password = "true",
         .inline_policy =
             "{\"Statement\":{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\"}}"},
        {0}};
    const struct account_story story = {
        .users = users,
        .policies = "<member><PolicyName>custom</PolicyName><Arn>" ARN "policy/custom</Arn>"
                    "<PolicyVersionList><member><Document>" ENCODED_EVERYTHING "</Document>"
                    "<IsDefaultVersion>false</IsDefaultVersion></member><member><Document>"
                    "%7B%22Statement%22%3A%5B%5D%7D</Document><IsDefaultVersion>true"
                    "</IsDefaultVersion></member></PolicyVersionList></member>"};

    expect_verdict(&story, ADMINS_MFA, "old", STATUS_NOT_APPLICABLE,
                   "no policy allows every action");
    expect_verdict(&story, ADMINS_MFA, "deny", STATUS_NOT_APPLICABLE,
                   "no policy allows every action");
}

TEST(an_unreadable_policy_leaves_the_administrator_unknown)
{
    static const struct user_story users[] = {
        {.name = "u", .password = "true", .inline_policy = "{\"Statement\":"},
        {.name = "v", .password = "true", .attached = ARN "policy/gone", .devices = MFA("v")},
        {0}};
    const struct account_story story = {.users = users};

    expect_verdict(&story, ADMINS_MFA, "u", STATUS_UNKNOWN, "not known");
    expect_verdict(&story, ADMINS_MFA, "v", STATUS_UNKNOWN, "was not listed");
}

/* Mistake: every key-only user taken for a machine and exempted in silence. */
TEST(a_privileged_machine_needs_evidence)
{
    static const struct user_story users[] = {
        {.name = "nobody-says", .key1 = "true", .attached = ADMINISTRATOR_ACCESS},
        {.name = "tagged", .key1 = "true", .attached = ADMINISTRATOR_ACCESS, .tag = "Type=Service"},
        {.name = "svc-x", .key2 = "true", .attached = ADMINISTRATOR_ACCESS},
        {.name = "x", .path = "/bots/", .key1 = "true", .attached = ADMINISTRATOR_ACCESS},
        {.name = "svc-human",
         .key1 = "true",
         .attached = ADMINISTRATOR_ACCESS,
         .tag = "type=human"},
        {.name = "svc-console",
         .password = "true",
         .key1 = "true",
         .attached = ADMINISTRATOR_ACCESS,
         .tag = "type=service"},
        {.name = "service-path-is-a-name", .path = "/x/", .key1 = "true"},
        {0}};
    const struct account_story story = {.users = users};

    expect_verdict(&story, ADMINS_MFA, "nobody-says", STATUS_FAIL, "no MFA device");
    expect_verdict(&story, ADMINS_MFA, "tagged", STATUS_NOT_APPLICABLE,
                   "a machine by tag type=service");
    expect_verdict(&story, ADMINS_MFA, "svc-x", STATUS_NOT_APPLICABLE, "word svc");
    expect_verdict(&story, ADMINS_MFA, "x", STATUS_NOT_APPLICABLE, "path /bots/");
    expect_verdict(&story, ADMINS_MFA, "svc-human", STATUS_FAIL, "no MFA device");
    expect_verdict(&story, ADMINS_MFA, "svc-console", STATUS_FAIL, "no MFA device");
    expect_verdict(&story, USERS_MFA, "svc-console", STATUS_FAIL, "no MFA device");
}

/* A part of the name counts, not a piece of a word. */
TEST(words_in_names_are_whole)
{
    static const char *const people[] = {"sarah", "cindy",  "robot",     "apia", "deployer",
                                         "abbot", "bottle", "monitored", "-",    "a--b"};
    static const char *const machines[] = {"ci",   "x-ci",          "ci.x", "x_bot",   "github+x",
                                           "sa@x", "ses-smtp-user", "API",  "jenkins", "a=cd=b"};
    struct report_row row = {.text = {[REPORT_PASSWORD] = "false", [REPORT_KEY1] = "true"}};
    struct credentials none = {0};
    struct account a = {.id = HOME_ID};
    struct arena arena = {0};

    for (size_t i = 0; i < sizeof people / sizeof *people; i++) {
        const struct principal user = {
            .name = people[i], .path = "/", .report = &row, .credentials = &none};

        if (identity_machine_evidence(&inputs_default, &a, &user, &arena))
            print_error("%s\n", people[i]);
        assert_null(identity_machine_evidence(&inputs_default, &a, &user, &arena));
    }
    for (size_t i = 0; i < sizeof machines / sizeof *machines; i++) {
        const struct principal user = {
            .name = machines[i], .path = "/", .report = &row, .credentials = &none};

        if (!identity_machine_evidence(&inputs_default, &a, &user, &arena))
            print_error("%s\n", machines[i]);
        assert_non_null(identity_machine_evidence(&inputs_default, &a, &user, &arena));
    }
    arena_free(&arena);
}

/* Without the report nothing is evidence of a machine. */
TEST(no_report_is_no_evidence)
{
    struct report_row row = {.text = {[REPORT_PASSWORD] = "no_information"}};
    struct credentials none = {0};
    struct principal user = {.name = "svc-x", .path = "/service/", .credentials = &none};
    struct account a = {.id = HOME_ID};
    struct arena arena = {0};

    assert_null(identity_machine_evidence(&inputs_default, &a, &user, &arena));
    user.report = &row;
    assert_null(identity_machine_evidence(&inputs_default, &a, &user, &arena));
    arena_free(&arena);
}

/* Inactive keys are no way in; a report that does not say is not «idle». */
TEST(idle_is_proven)
{
    static const struct {
        const char *password, *key1, *key2;
        enum activity activity;
    } rows[] = {
        {"false", "false", "false", ACTIVITY_IDLE},
        {"true", "false", "false", ACTIVITY_ACTIVE},
        {"false", "true", "false", ACTIVITY_ACTIVE},
        {"false", "false", "true", ACTIVITY_ACTIVE},
        {NULL, NULL, "true", ACTIVITY_ACTIVE},
        {"false", "false", NULL, ACTIVITY_UNKNOWN},
        {"false", "N/A", "false", ACTIVITY_UNKNOWN},
        {"not_supported", "false", "false", ACTIVITY_UNKNOWN},
        {"no_information", "false", "false", ACTIVITY_UNKNOWN},
    };
    struct credentials none = {0};
    struct principal user = {.name = "u", .credentials = &none};
    struct account a = {.id = HOME_ID};

    assert_int_equal(identity_activity(&a, &user), ACTIVITY_UNKNOWN);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct report_row row = {.text = {[REPORT_PASSWORD] = rows[i].password,
                                          [REPORT_KEY1] = rows[i].key1,
                                          [REPORT_KEY2] = rows[i].key2}};

        user.report = &row;
        assert_int_equal(identity_activity(&a, &user), rows[i].activity);
    }
}

TEST(idle_administrators_do_not_count)
{
    static const struct user_story users[] = {{.name = "idle", .attached = ADMINISTRATOR_ACCESS},
                                              {0}};
    const struct account_story story = {.users = users};

    expect_verdict(&story, ADMINS_MFA, "idle", STATUS_NOT_APPLICABLE, "idle");
}

/* Mistake: a user of whom the report does not say that the keys are inactive, taken for idle. */
TEST(unclear_activity_is_no_excuse)
{
    static const struct user_story users[] = {
        {.name = "unclear", .key1 = "N/A", .attached = ADMINISTRATOR_ACCESS},
        {.name = "guarded", .key2 = "N/A", .attached = ADMINISTRATOR_ACCESS, .devices = MFA("g")},
        {0}};
    const struct account_story story = {.users = users};

    expect_verdict(&story, ADMINS_MFA, "unclear", STATUS_FAIL, "and no MFA device");
    expect_verdict(&story, ADMINS_MFA, "guarded", STATUS_PASS, "1 device: virtual");
    expect_verdict(&story, RESISTANT, "guarded", STATUS_FAIL, "not phishing-resistant: virtual");
    expect_verdict(&story, ORPHANED, "g", STATUS_UNKNOWN, "whether its owner is active");
}

/* --- Kinds of devices ------------------------------------------------------------------------- */

/* Mistakes: FIDO keys called virtual because their serial is an ARN; hardware users called «not
 * configured» because only virtual devices were listed; the best device deciding. */
TEST(the_weakest_device_of_a_user_decides)
{
    static const struct user_story users[] = {
        {.name = "fido", .password = "true", .devices = FIDO("fido")},
        {.name = "two", .password = "true", .devices = FIDO("two") " " FIDO("two2")},
        {.name = "mixed", .password = "true", .devices = FIDO("mixed") " " MFA("m")},
        {.name = "token", .password = "true", .devices = "GAHT12345678"},
        {.name = "sms", .password = "true", .devices = SMS("sms")},
        {.name = "none", .password = "true"},
        {.name = "svc-x", .key1 = "true", .devices = MFA("s")},
        {0}};
    const struct account_story story = {.users = users};

    expect_verdict(&story, RESISTANT, "fido", STATUS_PASS, "1 device: FIDO");
    expect_verdict(&story, RESISTANT, "two", STATUS_PASS, "2 devices: FIDO, FIDO");
    expect_verdict(&story, RESISTANT, "mixed", STATUS_FAIL, "not phishing-resistant: virtual");
    expect_verdict(&story, RESISTANT, "token", STATUS_FAIL, "hardware TOTP");
    expect_verdict(&story, RESISTANT, "sms", STATUS_FAIL, "SMS");
    expect_verdict(&story, RESISTANT, "none", STATUS_NOT_APPLICABLE, "no MFA device");
    expect_verdict(&story, RESISTANT, "svc-x", STATUS_NOT_APPLICABLE, "a machine");
    expect_verdict(&story, USERS_MFA, "token", STATUS_PASS, "hardware TOTP");
}

TEST(devices_of_idle_and_unknown_owners)
{
    static const struct user_story users[] = {
        {.name = "idle", .devices = MFA("idle")},
        {.name = "keys", .key1 = "true", .devices = MFA("keys")},
        {.name = "fido", .devices = FIDO("fido")},
        {0}};
    const struct account_story story = {.users = users,
                                        .virtual_devices = DEVICE_OF(MFA("gone"), ARN "user/gone")};
    struct judged j;

    judge(&j, &story);
    expect_status(j.findings, ORPHANED, "idle", STATUS_FAIL);
    expect_status(j.findings, ORPHANED, "keys", STATUS_PASS);
    expect_status(j.findings, ORPHANED, "gone", STATUS_UNKNOWN);
    assert_null(finding_of(j.findings, ORPHANED, FIDO("fido")));
    done(&j);
}

TEST(a_device_of_root_without_credentials_is_orphaned)
{
    const struct account_story gone = {
        .root_mfa = "1", .root_password = "0", .virtual_devices = DEVICE_OF(MFA("r"), ROOT_ARN)};
    const struct account_story unsure = {.root_mfa = "1",
                                         .root_password = "0",
                                         .root_certificates = "-",
                                         .virtual_devices = DEVICE_OF(MFA("r"), ROOT_ARN)};

    /* Each credential alone keeps the device in use. */
    const struct account_story kept[] = {
        {.root_password = "1", .virtual_devices = DEVICE_OF(MFA("r"), ROOT_ARN)},
        {.root_password = "0", .root_keys = "1", .virtual_devices = DEVICE_OF(MFA("r"), ROOT_ARN)},
        {.root_password = "0",
         .root_certificates = "1",
         .virtual_devices = DEVICE_OF(MFA("r"), ROOT_ARN)},
    };

    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        expect_verdict(&kept[i], ORPHANED, "r", STATUS_PASS, "in use by root");
    expect_verdict(&gone, ORPHANED, "r", STATUS_FAIL, "root, which has no credentials");
    expect_verdict(&unsure, ORPHANED, "r", STATUS_UNKNOWN, "is not known");
}

/* --- Evidence and catalogue ------------------------------------------------------------------- */

/* Every verdict on something that was read cites raw answers of the log. */
TEST(verdicts_cite_raw_answers)
{
    const struct account_story story = {.users = administrators_of_all_kinds,
                                        .virtual_devices = DEVICE_OF(MFA("r"), ROOT_ARN)};
    struct judged j;

    judge(&j, &story);
    for (size_t i = 0; i < j.findings->count; i++) {
        const struct finding *f = &j.findings->at[i];

        /* Of what this run does not collect there is no answer. */
        bool is_bare = strcmp(f->resource, HOME_ID) == 0 || strstr(f->detail, "not collected");

        if (!is_bare && f->evidence_count == 0)
            print_error("%s on %s has no evidence\n", f->check, f->resource);
        assert_true(is_bare || f->evidence_count > 0);
        for (size_t e = 0; e < f->evidence_count; e++) {
            assert_non_null(snapshot_page(&j.assessment.snapshot, f->evidence[e].file));
            assert_non_null(f->evidence[e].pointer);
        }
    }
    done(&j);
}

TEST(the_first_checks_are_as_the_catalogue_says)
{
    static const struct {
        const char *id;
        enum severity severity;
        enum tier tier;
        bool core, weightless;
    } rows[] = {
        {ROOT_MFA, SEVERITY_CRITICAL, TIER_ROOT, true, false},
        {ROOT_HARDWARE, SEVERITY_HIGH, TIER_ROOT, false, false},
        {ROOT_KEYS, SEVERITY_CRITICAL, TIER_ROOT, true, false},
        {ADMINS_MFA, SEVERITY_CRITICAL, TIER_PRIVILEGED, true, false},
        {USERS_MFA, SEVERITY_HIGH, TIER_STANDARD, true, false},
        {RESISTANT, SEVERITY_LOW, TIER_STANDARD, false, false},
        {ORPHANED, SEVERITY_LOW, TIER_STANDARD, false, false},
        {STRATEGY, SEVERITY_MEDIUM, TIER_STANDARD, false, true},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct check *check = check_find(rows[i].id);

        assert_non_null(check);
        assert_int_equal(check->severity, rows[i].severity);
        assert_int_equal(check->tier, rows[i].tier);
        assert_int_equal(check->core, rows[i].core);
        assert_int_equal(check->weightless, rows[i].weightless);
        assert_int_equal(check->handles & ~check->needs, 0);
    }
    assert_null(check_find("iam.nothing"));
    assert_string_equal(check_at(check_count() - 1)->id, STRATEGY); /* it reads the others */
    for (size_t row = 1; row < check_count(); row++)
        for (size_t before = 0; before < row; before++)
            assert_string_not_equal(check_at(row)->id, check_at(before)->id);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(root_with_a_device_passes),
        cmocka_unit_test(root_without_a_device_fails),
        cmocka_unit_test(root_without_credentials_is_not_applicable),
        cmocka_unit_test(a_root_closed_centrally_cites_what_closes_it),
        cmocka_unit_test(root_with_any_credential_and_no_device_fails),
        cmocka_unit_test(absent_summary_keys_are_unknown),
        cmocka_unit_test(an_unknown_part_does_not_hide_a_credential),
        cmocka_unit_test(root_keys_fail_whatever_the_device),
        cmocka_unit_test(the_report_row_of_root_does_not_decide),
        cmocka_unit_test(root_is_no_user),
        cmocka_unit_test(a_virtual_root_device_of_any_name_fails),
        cmocka_unit_test(a_users_device_named_like_roots_is_the_users),
        cmocka_unit_test(owners_whose_name_or_path_holds_root_are_users),
        cmocka_unit_test(the_partition_is_the_callers),
        cmocka_unit_test(the_weakest_root_device_decides),
        cmocka_unit_test(no_device_is_not_hardware),
        cmocka_unit_test(a_device_whose_owner_is_not_named_may_be_roots),
        cmocka_unit_test(a_virtual_root_device_needs_no_summary),
        cmocka_unit_test(unassigned_devices_are_nobodys),
        cmocka_unit_test(owners_are_known_by_arn_alone),
        cmocka_unit_test(console_users_need_a_device),
        cmocka_unit_test(a_password_that_was_never_used_counts),
        cmocka_unit_test(an_unclear_password_cell_is_unknown),
        cmocka_unit_test(the_live_list_of_devices_decides),
        cmocka_unit_test(a_user_of_whom_nobody_tells_is_unknown),
        cmocka_unit_test(a_refused_list_of_devices_is_unknown),
        cmocka_unit_test(administrators_of_all_routes_are_judged),
        cmocka_unit_test(harmless_policies_make_no_administrator),
        cmocka_unit_test(an_unreadable_policy_leaves_the_administrator_unknown),
        cmocka_unit_test(a_privileged_machine_needs_evidence),
        cmocka_unit_test(words_in_names_are_whole),
        cmocka_unit_test(no_report_is_no_evidence),
        cmocka_unit_test(idle_is_proven),
        cmocka_unit_test(idle_administrators_do_not_count),
        cmocka_unit_test(unclear_activity_is_no_excuse),
        cmocka_unit_test(the_weakest_device_of_a_user_decides),
        cmocka_unit_test(devices_of_idle_and_unknown_owners),
        cmocka_unit_test(a_device_of_root_without_credentials_is_orphaned),
        cmocka_unit_test(verdicts_cite_raw_answers),
        cmocka_unit_test(the_first_checks_are_as_the_catalogue_says),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
