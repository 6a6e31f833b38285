/* test_collect_devices.c - the collectors of devices, account and organisation over answers in wire
 * format. */
#include "collected.h"

/* --- Devices -----------------------------------------------------------------------------------
 */

TEST(the_kind_of_a_device_is_told_by_its_serial)
{
    static const struct {
        const char *serial;
        enum device_kind kind;
    } rows[] = {
        {"arn:aws:iam::111122223333:mfa/name", DEVICE_VIRTUAL},
        {"arn:aws:iam::111122223333:mfa/path/to/name", DEVICE_VIRTUAL},
        {"arn:aws:iam::111122223333:mfa/u2f/name", DEVICE_VIRTUAL},
        {"arn:aws:iam::111122223333:mfa/root-account-mfa-device", DEVICE_VIRTUAL},
        {"arn:aws-cn:iam::111122223333:mfa/name", DEVICE_VIRTUAL},
        {"arn:aws:iam::111122223333:u2f/user/name/key-ABC", DEVICE_FIDO},
        {"arn:aws-us-gov:iam::111122223333:u2f/user/name/key-ABC", DEVICE_FIDO},
        {"arn:aws:iam::111122223333:sms-mfa/name", DEVICE_SMS},
        {"arn:aws:iam::111122223333:something-new/name", DEVICE_VIRTUAL},
        {"arn:aws:iam:u2f/x", DEVICE_VIRTUAL},
        {"arn:", DEVICE_VIRTUAL},
        {"GAHT12345678", DEVICE_HARDWARE},
        {"u2f/user/name", DEVICE_HARDWARE},
        {"ARN:aws:iam::111122223333:mfa/name", DEVICE_HARDWARE},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(device_kind_of(rows[i].serial), rows[i].kind);
}

#define VIRTUAL_PARAMETERS "{\"AssignmentStatus\":\"Any\",\"MaxItems\":\"1000\"}"

TEST(virtual_devices_keep_owner_and_place)
{
    struct collected c;
    const struct account *a;

    open_run(&c);
    run_account(&c.run, HOME_ID, NULL);
    run_answer(&c.run, HOME_ID, "ListVirtualMFADevices", VIRTUAL_PARAMETERS,
               LAST "<VirtualMFADevices>"
                    "<member><SerialNumber>arn:aws:iam::111122223333:mfa/b</SerialNumber></member>"
                    "<member><SerialNumber>arn:aws:iam::111122223333:mfa/a</SerialNumber>"
                    "<EnableDate>2026-01-01T00:00:00Z</EnableDate><User><UserId>111122223333"
                    "</UserId><Arn>arn:aws:iam::111122223333:root</Arn></User></member>"
                    "</VirtualMFADevices>");
    a = collect_run(&c);
    expect_state(a, DATA_VIRTUAL_DEVICES, STATE_COMPLETE, NULL);
    assert_int_equal(a->virtual_device_count, 2);
    assert_string_equal(a->virtual_devices[0].owner_arn, "arn:aws:iam::111122223333:root");
    assert_string_equal(a->virtual_devices[0].enabled_at, "2026-01-01T00:00:00Z");
    assert_null(a->virtual_devices[1].owner_arn);
    assert_null(a->virtual_devices[1].enabled_at);
    expect_holds(a->virtual_devices[0].source.pointer, "[local-name()='member'][2]");
    expect_holds(a->virtual_devices_source.pointer, "[local-name()='VirtualMFADevices']");
    close_run(&c);
}

/* A second page that is no list of devices: a proxy's page, say. */
TEST(every_page_of_devices_is_a_list)
{
    struct collected c;
    cJSON *query;

    open_run(&c);
    run_account(&c.run, HOME_ID, NULL);
    query = run_query(&c.run, HOME_ID, "ListVirtualMFADevices", VIRTUAL_PARAMETERS);
    run_page(&c.run, query, NULL,
             run_xml(&c.run, "ListVirtualMFADevices",
                     "<IsTruncated>true</IsTruncated><Marker>1</Marker><VirtualMFADevices/>"));
    run_page(&c.run, query, "1",
             run_xml(&c.run, "ListVirtualMFADevices", "<IsTruncated>false</IsTruncated>"));
    expect_state(collect_run(&c), DATA_VIRTUAL_DEVICES, STATE_FAILED, "no list of devices");
    close_run(&c);
}

/* The answer to another question is no answer, however well it is made. */
TEST(answers_to_other_operations_are_refused)
{
    static const char *const bodies[] = {
        "<html><body>sign in first</body></html>",
        "<ListUsersResponse><ListUsersResult><SummaryMap><entry><key>Users</key><value>1</value>"
        "</entry></SummaryMap></ListUsersResult></ListUsersResponse>",
    };

    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        struct collected c;

        open_run(&c);
        run_account(&c.run, HOME_ID, NULL);
        run_page(&c.run, run_query(&c.run, HOME_ID, "GetAccountSummary", "{}"), NULL, bodies[i]);
        expect_state(collect_run(&c), DATA_SUMMARY, STATE_FAILED,
                     "not an answer to GetAccountSummary");
        close_run(&c);
    }
}

#define NEVER "<IsTruncated>false</IsTruncated>"
#define PHONE "arn:aws:iam::111122223333:mfa/phone"
#define IN_USE(serial, owner)                                                         \
    "<member><SerialNumber>" serial "</SerialNumber><EnableDate>2026-01-01T00:00:00Z" \
    "</EnableDate><User><Arn>" owner "</Arn></User></member>"

/* «True» is not «true»: what is neither must not read as the last page. */
TEST(devices_that_cannot_be_are_refused)
{
    static const struct {
        const char *body, *reason;
    } rows[] = {
        {"<IsTruncated>True</IsTruncated><VirtualMFADevices/>", "neither true nor false"},
        {"<IsTruncated></IsTruncated><VirtualMFADevices/>", "neither true nor false"},
        {NEVER "<VirtualMFADevices>" IN_USE(
             "", "arn:aws:iam::111122223333:user/u") "</VirtualMFADevices>",
         "without SerialNumber"},
        {NEVER
         "<VirtualMFADevices>" IN_USE("arn:aws:iam::222233334444:mfa/x",
                                      "arn:aws:iam::222233334444:root") "</VirtualMFADevices>",
         "of another account"},
        {NEVER "<VirtualMFADevices>" IN_USE(
             PHONE, "arn:aws:iam::222233334444:user/u") "</VirtualMFADevices>",
         "of another account"},
        {NEVER "<VirtualMFADevices>" IN_USE(PHONE, "arn:aws:iam::111122223333:user/u")
             IN_USE(PHONE, "arn:aws:iam::111122223333:root") "</VirtualMFADevices>",
         "listed twice, and differently"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct collected c;
        const struct account *a;

        open_run(&c);
        run_account(&c.run, HOME_ID, NULL);
        run_answer(&c.run, HOME_ID, "ListVirtualMFADevices", VIRTUAL_PARAMETERS, rows[i].body);
        a = collect_run(&c);
        assert_int_not_equal(a->data[DATA_VIRTUAL_DEVICES].state, STATE_COMPLETE);
        expect_holds(a->data[DATA_VIRTUAL_DEVICES].reason, rows[i].reason);
        close_run(&c);
    }
}

/* A user's own list and the account's list must agree about virtual devices. */
TEST(lists_of_devices_are_held_against_each_other)
{
    static const char *const listed[] = {"", IN_USE(PHONE, "arn:aws:iam::111122223333:user/v"),
                                         "<member><SerialNumber>" PHONE "</SerialNumber></member>"};

    for (size_t i = 0; i < sizeof listed / sizeof *listed; i++) {
        struct collected c;
        const struct account *a;

        open_run(&c);
        run_account(&c.run, HOME_ID, NULL);
        run_answer(&c.run, HOME_ID, GAAD, GAAD_PARAMETERS,
                   arena_printf(&c.run.arena, LAST "<UserDetailList>%s</UserDetailList>",
                                user_xml(&c, "u", "")));
        run_answer(&c.run, HOME_ID, "ListVirtualMFADevices", VIRTUAL_PARAMETERS,
                   arena_printf(&c.run.arena, NEVER "<VirtualMFADevices>%s</VirtualMFADevices>",
                                listed[i]));
        run_answer(&c.run, HOME_ID, "ListMFADevices", "{\"UserName\":\"u\"}",
                   NEVER "<MFADevices><member><UserName>u</UserName><SerialNumber>" PHONE
                         "</SerialNumber><EnableDate>2026-01-01T00:00:00Z</EnableDate></member>"
                         "</MFADevices>");
        a = collect_run(&c);
        if (i == 0)
            assert_int_equal(a->data[DATA_VIRTUAL_DEVICES].state, STATE_INCOMPLETE);
        else
            assert_int_equal(a->users[0].devices_status.state, STATE_FAILED);
        close_run(&c);
    }
}

/* Two pages that tell differently of one user: neither is believed. */
TEST(a_user_listed_twice_and_differently_is_incomplete)
{
    struct collected c;
    const char *plain, *grouped;

    open_run(&c);
    run_account(&c.run, HOME_ID, NULL);
    plain = user_xml(&c, "u", "");
    grouped = user_xml(&c, "u", "<GroupList><member>g</member></GroupList>");
    run_answer(
        &c.run, HOME_ID, GAAD, GAAD_PARAMETERS,
        arena_printf(&c.run.arena, LAST "<UserDetailList>%s%s</UserDetailList>", plain, grouped));
    expect_state(collect_run(&c), DATA_AUTHORIZATION, STATE_INCOMPLETE,
                 "user/u is listed twice, and differently");
    close_run(&c);
}

TEST(broken_device_lists_fail)
{
    static const char *const bad[] = {
        ("<VirtualMFADevices><member><EnableDate>2026-01-01T00:00:00Z</EnableDate></member>"
         "</VirtualMFADevices>"),
        "<IsTruncated>true</IsTruncated><VirtualMFADevices/>",
        "",
    };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct collected c;

        open_run(&c);
        run_account(&c.run, HOME_ID, NULL);
        run_answer(&c.run, HOME_ID, "ListVirtualMFADevices", VIRTUAL_PARAMETERS, bad[i]);
        expect_state(collect_run(&c), DATA_VIRTUAL_DEVICES, STATE_FAILED,
                     "iam:ListVirtualMFADevices: raw/");
        close_run(&c);
    }
}

TEST(user_devices_are_sorted_and_doubles_dropped)
{
    static const char serials[] = "arn:aws:iam::111122223333:mfa/u "
                                  "arn:aws:iam::111122223333:mfa/u GAHT12345678";
    static const struct user_story users[] = {{.name = "u", .devices = serials}, {0}};
    struct collected c;
    const struct account *a;

    open_run(&c);
    run_story(&c.run, &(struct account_story){.users = users, .freshness = "live"});
    a = collect_run(&c);
    assert_int_equal(a->users[0].device_count, 2);
    assert_int_equal(a->users[0].devices[0].kind, DEVICE_HARDWARE);
    assert_int_equal(a->users[0].devices[1].kind, DEVICE_VIRTUAL);
    assert_string_equal(a->users[0].devices[0].owner_arn, U_ARN);
    close_run(&c);
}

TEST(one_refused_list_of_devices_makes_one_user_unknown)
{
    static const struct user_story users[] = {
        {.name = "a"}, {.name = "b", .devices_denied = true}, {.name = "c"}, {0}};
    struct collected c;
    const struct account *a;

    open_run(&c);
    run_story(&c.run, &(struct account_story){.users = users, .freshness = "live"});
    a = collect_run(&c);
    expect_state(a, DATA_USER_DEVICES, STATE_DENIED, "iam:ListMFADevices: AccessDenied");
    assert_int_equal(a->users[0].devices_status.state, STATE_COMPLETE);
    assert_int_equal(a->users[1].devices_status.state, STATE_DENIED);
    assert_int_equal(a->users[2].devices_status.state, STATE_COMPLETE);
    close_run(&c);
}

/* --- Account and organisation ------------------------------------------------------------------
 */

static const struct account *collect_summary(struct collected *c, const char *entries)
{
    open_run(c);
    run_account(&c->run, HOME_ID, NULL);
    run_answer(&c->run, HOME_ID, "GetAccountSummary", "{}",
               arena_printf(&c->run.arena, "<SummaryMap>%s</SummaryMap>", entries));
    return collect_run(c);
}

TEST(a_summary_key_that_is_absent_is_unknown)
{
    struct collected c;
    const struct account *a =
        collect_summary(&c, "<entry><key>Users</key><value>12</value></entry>"
                            "<entry><key>AccountMFAEnabled</key><value>0</value></entry>"
                            "<entry><key>Brand New Key</key><value>many</value></entry>");

    expect_state(a, DATA_SUMMARY, STATE_COMPLETE, NULL);
    assert_true(a->summary[SUMMARY_USERS].known);
    assert_int_equal(a->summary[SUMMARY_USERS].value, 12);
    assert_true(a->summary[SUMMARY_ROOT_MFA].known);
    assert_int_equal(a->summary[SUMMARY_ROOT_MFA].value, 0);
    assert_false(a->summary[SUMMARY_ROOT_KEYS].known);
    assert_false(a->summary[SUMMARY_ROOT_PASSWORD].known);
    expect_holds(a->summary[SUMMARY_ROOT_MFA].source.pointer, "[local-name()='entry'][2]");
    close_run(&c);
}

/* The order within an entry is not promised; a value must never go to another key. */
TEST(a_summary_value_belongs_to_its_own_key)
{
    struct collected c;
    const struct account *a =
        collect_summary(&c, "<entry><value>1</value><key>AccountAccessKeysPresent</key></entry>"
                            "<entry><value>0</value><key>AccountMFAEnabled</key></entry>");

    expect_state(a, DATA_SUMMARY, STATE_COMPLETE, NULL);
    assert_int_equal(a->summary[SUMMARY_ROOT_KEYS].value, 1);
    assert_int_equal(a->summary[SUMMARY_ROOT_MFA].value, 0);
    close_run(&c);
}

TEST(broken_summaries_fail)
{
    static const char *const bad[] = {
        "<entry><key>Users</key><value>twelve</value></entry>",
        "<entry><key>Users</key><value>-1</value></entry>",
        "<entry><key>Users</key><value>+1</value></entry>",
        "<entry><key>Users</key><value> 1</value></entry>",
        "<entry><key>Users</key><value>1.5</value></entry>",
        "<entry><key>Users</key><value></value></entry>",
        "<entry><key>Users</key><value>99999999999999999999999</value></entry>",
        ("<entry><key>Users</key><value>1</value></entry>"
         "<entry><key>Users</key><value>2</value></entry>"),
        "<entry><key>Users</key></entry>",
        "",
    };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct collected c;

        expect_state(collect_summary(&c, bad[i]), DATA_SUMMARY, STATE_FAILED,
                     "iam:GetAccountSummary: raw/");
        close_run(&c);
    }
}

/* The caller's partition makes root's ARN; an answer for another account is not taken. */
TEST(the_caller_tells_the_partition)
{
    struct collected c;
    const struct account *a;

    open_run(&c);
    run_account(&c.run, HOME_ID, NULL);
    run_answer(&c.run, HOME_ID, "GetCallerIdentity", "{}",
               "<Arn>arn:aws-us-gov:iam::111122223333:user/x</Arn><Account>111122223333</Account>");
    a = collect_run(&c);
    assert_string_equal(a->root_arn, "arn:aws-us-gov:iam::111122223333:root");
    close_run(&c);

    open_run(&c);
    run_account(&c.run, HOME_ID, NULL);
    run_answer(&c.run, HOME_ID, "GetCallerIdentity", "{}",
               "<Arn>arn:aws-cn:iam::222233334444:user/x</Arn><Account>222233334444</Account>");
    a = collect_run(&c);
    expect_state(a, DATA_CALLER, STATE_FAILED, "not an answer for account 111122223333");
    assert_string_equal(a->root_arn, "arn:aws:iam::111122223333:root");
    close_run(&c);
}

/* Nor does an account that says nothing stand in another partition than the rest. */
TEST(the_scope_tells_the_partition_until_the_caller_does)
{
    struct collected c;

    open_run(&c);
    run_account(&c.run, HOME_ID, NULL);
    run_account(&c.run, "222233334444", NULL);
    run_set(run_scope(&c.run), "regions", cJSON_Parse("[\"cn-northwest-1\"]"));
    (void)collect_run(&c);
    for (size_t i = 0; i < c.model.account_count; i++) {
        assert_string_equal(c.model.accounts[i].partition, "aws-cn");
        expect_holds(c.model.accounts[i].root_arn, "arn:aws-cn:iam::");
    }
    close_run(&c);
}

static void open_organization(struct collected *c)
{
    open_run(c);
    run_account(&c->run, HOME_ID, NULL);
    run_account(&c->run, OTHER_ID, NULL);
    run_collects(&c->run, "organizations");
}

TEST(accounts_are_named_by_state_or_status)
{
    struct collected c;
    cJSON *query;

    open_organization(&c);
    query = run_query(&c.run, HOME_ID, "ListAccounts", MOST_20);
    run_page(&c.run, query, NULL,
             "{\"Accounts\":[{\"Id\":\"222233334444\",\"Name\":\"n\",\"Status\":\"ACTIVE\","
             "\"State\":\"SUSPENDED\"}],\"NextToken\":\"t\"}");
    run_page(&c.run, query, "t", "{\"Accounts\":[],\"NextToken\":\"u\"}");
    run_page(&c.run, query, "u",
             "{\"Accounts\":[{\"Id\":\"111122223333\",\"Name\":\"m\",\"Status\":\"ACTIVE\"}],"
             "\"NextToken\":null}");
    expect_state(collect_run(&c), DATA_ACCOUNTS, STATE_COMPLETE, NULL);
    assert_int_equal(c.model.listed_count, 2);
    assert_string_equal(model_listed(&c.model, OTHER_ID)->state, "SUSPENDED");
    assert_string_equal(model_listed(&c.model, HOME_ID)->state, "ACTIVE");
    assert_null(model_listed(&c.model, "333344445555"));
    assert_string_equal(model_account(&c.model, OTHER_ID)->name, "n");
    assert_string_equal(model_listed(&c.model, OTHER_ID)->source.pointer, "/Accounts/0");
    close_run(&c);
}

#define LISTED(id, state) "{\"Id\":\"" id "\",\"Name\":\"n\",\"State\":\"" state "\"}"

/* The list changed between two pages: an account that is on both counts once. */
TEST(an_account_that_is_listed_twice_counts_once)
{
    static const struct {
        const char *state, *reason;
    } rows[] = {{"ACTIVE", NULL}, {"SUSPENDED", "222233334444 is listed twice, and differently"}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct collected c;
        cJSON *query;

        open_organization(&c);
        query = run_query(&c.run, HOME_ID, "ListAccounts", MOST_20);
        run_page(&c.run, query, NULL,
                 "{\"Accounts\":[" LISTED(OTHER_ID, "ACTIVE") "],\"NextToken\":\"t\"}");
        run_page(&c.run, query, "t",
                 arena_printf(
                     &c.run.arena,
                     "{\"Accounts\":[" LISTED(OTHER_ID, "%s") "," LISTED(HOME_ID, "ACTIVE") "]}",
                     rows[i].state));
        expect_state(collect_run(&c), DATA_ACCOUNTS,
                     rows[i].reason ? STATE_INCOMPLETE : STATE_COMPLETE, rows[i].reason);
        assert_int_equal(c.model.listed_count, 2);
        close_run(&c);
    }
}

TEST(broken_account_lists_fail)
{
    static const char *const bad[] = {
        "{\"Accounts\":[{\"Id\":\"222233334444\",\"Name\":\"n\"}]}",
        "{\"Accounts\":[{\"Name\":\"n\",\"State\":\"ACTIVE\"}]}",
        "{\"Accounts\":[{\"Id\":\"1\",\"Name\":\"n\",\"State\":\"ACTIVE\"},{}]}",
        "{\"Accounts\":[7]}",
        "{\"Accounts\":{}}",
        "{\"Accounts\":[],\"NextToken\":\"\"}",
        "{\"Accounts\":[],\"NextToken\":5}",
        "{\"Accounts\":[]",
        "{}",
        "[]",
        "<a/>",
        "",
    };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct collected c;

        open_organization(&c);
        run_page(&c.run, run_query(&c.run, HOME_ID, "ListAccounts", MOST_20), NULL, bad[i]);
        expect_state(collect_run(&c), DATA_ACCOUNTS, STATE_FAILED, "organizations:ListAccounts: ");
        for (size_t l = 0; l < c.model.listed_count; l++)
            assert_non_null(c.model.listed[l].state);
        close_run(&c);
    }
}

TEST(no_organisation_is_an_answer)
{
    static const char body[] = "{\"__type\":\"AWSOrganizationsNotInUseException\","
                               "\"Message\":\"not a member\"}";
    struct collected c;
    const struct account *a;

    open_organization(&c);
    run_error(&c.run, run_query(&c.run, HOME_ID, "ListAccounts", MOST_20), NULL, 400, body);
    run_error(&c.run, run_query(&c.run, HOME_ID, "DescribeOrganization", "{}"), NULL, 400, body);
    a = collect_run(&c);
    expect_state(a, DATA_ACCOUNTS, STATE_COMPLETE, NULL);
    expect_state(a, DATA_ORGANIZATION, STATE_COMPLETE, NULL);
    assert_null(c.model.organization_id);
    close_run(&c);
}

TEST(only_the_whole_word_is_the_feature)
{
    static const struct {
        const char *inside;
        bool enabled;
    } rows[] = {
        {"<EnabledFeatures><member>RootSessions</member><member>RootCredentialsManagement</member>"
         "</EnabledFeatures>",
         true},
        {"<EnabledFeatures><member>RootCredentialsManagementX</member></EnabledFeatures>", false},
        {"<EnabledFeatures/>", false},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct collected c;

        open_run(&c);
        run_account(&c.run, HOME_ID, NULL);
        run_answer(&c.run, HOME_ID, "ListOrganizationsFeatures", "{}", rows[i].inside);
        expect_state(collect_run(&c), DATA_ORGANIZATION_FEATURES, STATE_COMPLETE, NULL);
        assert_int_equal(c.model.root_credentials_management, rows[i].enabled);
        close_run(&c);
    }
}

/* The organisation is asked at home only; what was not to be collected is not asked at all. */
TEST(scope_and_collection_are_kept_to)
{
    struct collected c;

    open_run(&c);
    run_account(&c.run, HOME_ID, NULL);
    run_account(&c.run, OTHER_ID, "excluded by the caller");
    run_page(&c.run, run_query(&c.run, HOME_ID, "ListAccounts", MOST_20), NULL,
             "{\"Accounts\":[]}");
    run_answer(&c.run, OTHER_ID, "ListAccountAliases", "{}",
               "<AccountAliases><member>other</member></AccountAliases>");
    expect_state(collect_run(&c), DATA_ACCOUNTS, STATE_NOT_COLLECTED,
                 "organizations:ListAccounts: not collected");
    assert_null(model_account(&c.model, OTHER_ID)->alias);
    close_run(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_kind_of_a_device_is_told_by_its_serial),
        cmocka_unit_test(virtual_devices_keep_owner_and_place),
        cmocka_unit_test(every_page_of_devices_is_a_list),
        cmocka_unit_test(answers_to_other_operations_are_refused),
        cmocka_unit_test(devices_that_cannot_be_are_refused),
        cmocka_unit_test(lists_of_devices_are_held_against_each_other),
        cmocka_unit_test(a_user_listed_twice_and_differently_is_incomplete),
        cmocka_unit_test(broken_device_lists_fail),
        cmocka_unit_test(user_devices_are_sorted_and_doubles_dropped),
        cmocka_unit_test(one_refused_list_of_devices_makes_one_user_unknown),
        cmocka_unit_test(a_summary_key_that_is_absent_is_unknown),
        cmocka_unit_test(a_summary_value_belongs_to_its_own_key),
        cmocka_unit_test(broken_summaries_fail),
        cmocka_unit_test(the_caller_tells_the_partition),
        cmocka_unit_test(the_scope_tells_the_partition_until_the_caller_does),
        cmocka_unit_test(accounts_are_named_by_state_or_status),
        cmocka_unit_test(an_account_that_is_listed_twice_counts_once),
        cmocka_unit_test(broken_account_lists_fail),
        cmocka_unit_test(no_organisation_is_an_answer),
        cmocka_unit_test(only_the_whole_word_is_the_feature),
        cmocka_unit_test(scope_and_collection_are_kept_to),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
