/* test_collect_credentials.c - what is asked of users one by one, and the account's own
 * credentials: login profiles, access keys, FIDO certificates, service-specific credentials,
 * password policy. */
#include "collected.h"

#define ARN "arn:aws:iam::" HOME_ID ":"
#define FIDO ARN "u2f/user/u/key-A"
#define ONE_USER "{\"UserName\":\"u\"}"

/* A user «u» who is not in the report, so that everything is asked; with a FIDO key. */
static void tell_user(struct collected *c)
{
    open_run(c);
    run_account(&c->run, HOME_ID, NULL);
    run_answer(&c->run, HOME_ID, GAAD, GAAD_PARAMETERS,
               arena_printf(&c->run.arena, LAST "<UserDetailList>%s</UserDetailList>",
                            user_xml(c, "u", "")));
    run_report(&c->run, HOME_ID, REPORT_HEADER "\n");
    run_answer(&c->run, HOME_ID, "ListMFADevices", ONE_USER,
               LAST "<MFADevices><member><UserName>u</UserName><SerialNumber>" FIDO
                    "</SerialNumber><EnableDate>2026-01-01T00:00:00Z</EnableDate></member>"
                    "</MFADevices>");
}

static const struct credentials *credentials_of(const struct account *a)
{
    assert_int_equal(a->user_count, 1);
    return a->users[0].credentials;
}

#define PROFILE(name)                                                             \
    "<LoginProfile><UserName>" name "</UserName><CreateDate>2026-01-02T03:04:05Z" \
    "</CreateDate><PasswordResetRequired>false</PasswordResetRequired></LoginProfile>"

TEST(a_login_profile_is_a_password)
{
    struct collected c;
    const struct account *a;

    tell_user(&c);
    run_answer(&c.run, HOME_ID, "GetLoginProfile", ONE_USER, PROFILE("u"));
    a = collect_run(&c);
    expect_state(a, DATA_LOGIN_PROFILES, STATE_COMPLETE, NULL);
    assert_int_equal(known_password(a, &a->users[0]).word, WORD_YES);
    assert_int_equal(known_password(a, &a->users[0]).basis, BASIS_LIVE);
    assert_string_equal(credentials_of(a)->login_created, "2026-01-02T03:04:05Z");
    expect_holds(credentials_of(a)->login_source.pointer, "LoginProfile");
    close_run(&c);
}

TEST(no_login_profile_is_an_answer)
{
    struct collected c;
    const struct account *a;

    tell_user(&c);
    run_none(&c.run, run_query(&c.run, HOME_ID, "GetLoginProfile", ONE_USER));
    a = collect_run(&c);
    expect_state(a, DATA_LOGIN_PROFILES, STATE_COMPLETE, NULL);
    assert_int_equal(known_password(a, &a->users[0]).word, WORD_NO);
    expect_holds(credentials_of(a)->login_source.file, "GetLoginProfile");
    close_run(&c);
}

static void expect_broken(const char *operation, const char *parameters, const char *inside,
                          enum data_set set, const char *reason)
{
    struct collected c;

    tell_user(&c);
    if (set == DATA_KEY_USE)
        run_answer(&c.run, HOME_ID, "ListAccessKeys", ONE_USER,
                   LAST "<AccessKeyMetadata><member><UserName>u</UserName><AccessKeyId>AKIA1"
                        "</AccessKeyId><Status>Active</Status></member></AccessKeyMetadata>");
    run_answer(&c.run, HOME_ID, operation, parameters, inside);
    expect_state(collect_run(&c), set, STATE_FAILED, reason);
    close_run(&c);
}

TEST(broken_answers_about_a_user_are_refused)
{
    static const struct {
        const char *operation, *parameters, *inside;
        enum data_set set;
        const char *reason;
    } rows[] = {
        {"GetLoginProfile", ONE_USER, "", DATA_LOGIN_PROFILES, "no LoginProfile"},
        {"GetLoginProfile", ONE_USER, PROFILE("v"), DATA_LOGIN_PROFILES,
         "not about what was asked"},
        {"GetLoginProfile", ONE_USER, "<LoginProfile/>", DATA_LOGIN_PROFILES, "no UserName"},
        {"ListAccessKeys", ONE_USER, LAST, DATA_ACCESS_KEYS, "no AccessKeyMetadata"},
        {"ListAccessKeys", ONE_USER,
         LAST "<AccessKeyMetadata><member><UserName>v</UserName><AccessKeyId>AKIA1</AccessKeyId>"
              "<Status>Active</Status></member></AccessKeyMetadata>",
         DATA_ACCESS_KEYS, "not about what was asked"},
        {"ListAccessKeys", ONE_USER,
         LAST "<AccessKeyMetadata><member><AccessKeyId>AKIA1</AccessKeyId></member>"
              "</AccessKeyMetadata>",
         DATA_ACCESS_KEYS, "a key without AccessKeyId or Status"},
        {"ListAccessKeys", ONE_USER,
         LAST "<AccessKeyMetadata><member><AccessKeyId>AKIA1</AccessKeyId><Status>active</Status>"
              "</member></AccessKeyMetadata>",
         DATA_ACCESS_KEYS, "not one that AWS documents"},
        {"ListAccessKeys", ONE_USER,
         LAST "<AccessKeyMetadata><member><AccessKeyId>AKIA1</AccessKeyId><Status>Active</Status>"
              "</member><member><AccessKeyId>AKIA1</AccessKeyId><Status>Inactive</Status></member>"
              "</AccessKeyMetadata>",
         DATA_ACCESS_KEYS, "listed twice, and differently"},
        {"ListAccessKeys", ONE_USER, "<IsTruncated>true</IsTruncated><AccessKeyMetadata/>",
         DATA_ACCESS_KEYS, "disagree"},
        {"GetAccessKeyLastUsed", "{\"AccessKeyId\":\"AKIA1\"}", "<UserName>u</UserName>",
         DATA_KEY_USE, "no AccessKeyLastUsed"},
        {"GetAccessKeyLastUsed", "{\"AccessKeyId\":\"AKIA1\"}",
         "<UserName>v</UserName><AccessKeyLastUsed/>", DATA_KEY_USE, "not about what was asked"},
        {"GetMFADevice", "{\"SerialNumber\":\"" FIDO "\",\"UserName\":\"u\"}",
         "<UserName>u</UserName>", DATA_FIDO_DEVICES, "no SerialNumber"},
        {"GetMFADevice", "{\"SerialNumber\":\"" FIDO "\",\"UserName\":\"u\"}",
         "<SerialNumber>" FIDO "x</SerialNumber>", DATA_FIDO_DEVICES, "not about what was asked"},
        {"GetMFADevice", "{\"SerialNumber\":\"" FIDO "\",\"UserName\":\"u\"}",
         "<SerialNumber>" FIDO "</SerialNumber><Certifications><entry><key>FIDO</key></entry>"
         "</Certifications>",
         DATA_FIDO_DEVICES, "a certification without key or value"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect_broken(rows[i].operation, rows[i].parameters, rows[i].inside, rows[i].set,
                      rows[i].reason);
}

TEST(keys_are_sorted_and_their_use_is_known)
{
    struct collected c;
    const struct account *a;
    const struct credentials *facts;

    tell_user(&c);
    run_answer(&c.run, HOME_ID, "ListAccessKeys", ONE_USER,
               LAST "<AccessKeyMetadata><member><UserName>u</UserName><AccessKeyId>AKIA2"
                    "</AccessKeyId><Status>Active</Status></member><member><AccessKeyId>AKIA1"
                    "</AccessKeyId><Status>Expired</Status></member></AccessKeyMetadata>");
    run_answer(&c.run, HOME_ID, "GetAccessKeyLastUsed", "{\"AccessKeyId\":\"AKIA2\"}",
               "<UserName>u</UserName><AccessKeyLastUsed><Region>eu-west-1</Region><ServiceName>s3"
               "</ServiceName><LastUsedDate>2026-11-20T10:00:00Z</LastUsedDate>"
               "</AccessKeyLastUsed>");
    a = collect_run(&c);
    facts = credentials_of(a);
    expect_state(a, DATA_ACCESS_KEYS, STATE_COMPLETE, NULL);
    expect_state(a, DATA_KEY_USE, STATE_COMPLETE, NULL);
    assert_int_equal(facts->key_count, 2);
    assert_string_equal(facts->keys[0].id, "AKIA1");
    assert_false(facts->keys[0].active);
    assert_true(facts->keys[1].active);
    assert_string_equal(facts->keys[1].used_region, "eu-west-1");
    assert_string_equal(facts->keys[1].used_service, "s3");
    assert_string_equal(facts->keys[1].used_at, "2026-11-20T10:00:00Z");
    assert_int_equal(known_active_key(a, &a->users[0]).word, WORD_YES);
    close_run(&c);
}

TEST(a_key_that_was_never_used_has_no_date)
{
    struct collected c;
    const struct account *a;

    tell_user(&c);
    run_answer(&c.run, HOME_ID, "ListAccessKeys", ONE_USER,
               LAST "<AccessKeyMetadata><member><UserName>u</UserName><AccessKeyId>AKIA2"
                    "</AccessKeyId><Status>Active</Status></member></AccessKeyMetadata>");
    run_answer(&c.run, HOME_ID, "GetAccessKeyLastUsed", "{\"AccessKeyId\":\"AKIA2\"}",
               "<UserName>u</UserName><AccessKeyLastUsed><Region>N/A</Region><ServiceName>N/A"
               "</ServiceName></AccessKeyLastUsed>");
    a = collect_run(&c);
    assert_null(credentials_of(a)->keys[0].used_at);
    assert_null(credentials_of(a)->keys[0].used_region);
    assert_int_equal(credentials_of(a)->keys[0].use_status.state, STATE_COMPLETE);
    close_run(&c);
}

TEST(certificates_of_fido_devices_are_read)
{
    struct collected c;
    const struct account *a;
    const struct device *d;

    tell_user(&c);
    run_answer(&c.run, HOME_ID, "GetMFADevice",
               "{\"SerialNumber\":\"" FIDO "\",\"UserName\":\"u\"}",
               "<UserName>u</UserName><SerialNumber>" FIDO "</SerialNumber><Certifications>"
               "<entry><key>FIPS-140-2</key><value>L2</value></entry>"
               "<entry><key>FIDO</key><value>L1</value></entry></Certifications>");
    a = collect_run(&c);
    d = &a->users[0].devices[0];
    expect_state(a, DATA_FIDO_DEVICES, STATE_COMPLETE, NULL);
    assert_int_equal(d->certification_count, 2);
    assert_string_equal(d->certifications[0].key, "FIDO");
    assert_string_equal(d->certifications[1].value, "L2");
    expect_holds(d->certified_source.file, "GetMFADevice");
    close_run(&c);
}

/* --- Of the account --------------------------------------------------------------------------- */

#define SSC "ListServiceSpecificCredentials"
#define SSC_PARAMETERS "{\"AllUsers\":\"true\",\"MaxItems\":\"1000\"}"
#define SSC_ROW(user, id, status)                                           \
    "<member><UserName>" user "</UserName><ServiceSpecificCredentialId>" id \
    "</ServiceSpecificCredentialId><ServiceName>codecommit.amazonaws.com</" \
    "ServiceName><Status>" status                                           \
    "</Status><CreateDate>2026-01-01T00:00:00Z</CreateDate></member>"

TEST(service_credentials_of_all_pages_are_sorted)
{
    struct collected c;
    const struct account *a;
    cJSON *query;

    open_run(&c);
    run_account(&c.run, HOME_ID, NULL);
    query = run_query(&c.run, HOME_ID, SSC, SSC_PARAMETERS);
    run_page(&c.run, query, NULL,
             run_xml(&c.run, SSC,
                     "<IsTruncated>true</IsTruncated><Marker>m</Marker>"
                     "<ServiceSpecificCredentials>" SSC_ROW("v", "ACCA1", "Active")
                         SSC_ROW("u", "ACCA3", "Inactive") "</ServiceSpecificCredentials>"));
    run_page(&c.run, query, "m",
             run_xml(&c.run, SSC,
                     LAST "<ServiceSpecificCredentials>" SSC_ROW("u", "ACCA2", "Active")
                         SSC_ROW("v", "ACCA1", "Active") "</ServiceSpecificCredentials>"));
    a = collect_run(&c);
    expect_state(a, DATA_SERVICE_CREDENTIALS, STATE_COMPLETE, NULL);
    assert_int_equal(a->service_credential_count, 3);
    assert_string_equal(a->service_credentials[0].id, "ACCA2");
    assert_string_equal(a->service_credentials[1].status, "Inactive");
    assert_string_equal(a->service_credentials[2].user, "v");
    assert_null(a->service_credentials[0].expires);
    close_run(&c);
}

TEST(broken_service_credentials_are_refused)
{
    static const struct {
        const char *inside;
        enum data_state state;
        const char *reason;
    } rows[] = {
        {LAST, STATE_FAILED, "no list of credentials"},
        {"<IsTruncated>true</IsTruncated><ServiceSpecificCredentials/>", STATE_FAILED, "disagree"},
        {"<IsTruncated>maybe</IsTruncated><ServiceSpecificCredentials/>", STATE_FAILED,
         "neither true nor false"},
        {LAST "<ServiceSpecificCredentials><member><UserName>u</UserName></member>"
              "</ServiceSpecificCredentials>",
         STATE_FAILED, "a credential without"},
        {LAST "<ServiceSpecificCredentials>" SSC_ROW("u", "A", "Active")
             SSC_ROW("u", "A", "Inactive") "</ServiceSpecificCredentials>",
         STATE_INCOMPLETE, "listed twice, and differently"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct collected c;

        open_run(&c);
        run_account(&c.run, HOME_ID, NULL);
        run_answer(&c.run, HOME_ID, SSC, SSC_PARAMETERS, rows[i].inside);
        expect_state(collect_run(&c), DATA_SERVICE_CREDENTIALS, rows[i].state, rows[i].reason);
        close_run(&c);
    }
}

static const struct account *collect_policy_of(struct collected *c, const char *inside)
{
    open_run(c);
    run_account(&c->run, HOME_ID, NULL);
    run_answer(&c->run, HOME_ID, "GetAccountPasswordPolicy", "{}", inside);
    return collect_run(c);
}

TEST(a_password_policy_is_read)
{
    struct collected c;
    const struct account *a = collect_policy_of(
        &c, "<PasswordPolicy><MinimumPasswordLength>14</MinimumPasswordLength><RequireSymbols>true"
            "</RequireSymbols><ExpirePasswords>false</ExpirePasswords><NewRule>x</NewRule>"
            "</PasswordPolicy>");

    expect_state(a, DATA_PASSWORD_POLICY, STATE_COMPLETE, NULL);
    assert_true(a->password_policy->exists);
    assert_int_equal(a->password_policy->minimum_length, 14);
    assert_int_equal(a->password_policy->max_age, -1);
    assert_true(a->password_policy->symbols);
    assert_false(a->password_policy->numbers);
    expect_holds(a->password_policy->source.pointer, "PasswordPolicy");
    close_run(&c);
}

TEST(no_password_policy_is_an_answer)
{
    struct collected c;
    const struct account *a;

    open_run(&c);
    run_account(&c.run, HOME_ID, NULL);
    run_none(&c.run, run_query(&c.run, HOME_ID, "GetAccountPasswordPolicy", "{}"));
    a = collect_run(&c);
    expect_state(a, DATA_PASSWORD_POLICY, STATE_COMPLETE, NULL);
    assert_false(a->password_policy->exists);
    expect_holds(a->password_policy->source.file, "GetAccountPasswordPolicy");
    close_run(&c);
}

TEST(broken_password_policies_are_refused)
{
    static const struct {
        const char *inside, *reason;
    } rows[] = {
        {"", "no PasswordPolicy"},
        {"<PasswordPolicy><RequireSymbols>yes</RequireSymbols></PasswordPolicy>",
         "neither true nor false"},
        {"<PasswordPolicy><MaxPasswordAge>-1</MaxPasswordAge></PasswordPolicy>", "not a number"},
        {"<PasswordPolicy><MaxPasswordAge>99999999999999999999</MaxPasswordAge></PasswordPolicy>",
         "not a number"},
        {"<PasswordPolicy><MaxPasswordAge></MaxPasswordAge></PasswordPolicy>", "not a number"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct collected c;
        const struct account *a = collect_policy_of(&c, rows[i].inside);

        expect_state(a, DATA_PASSWORD_POLICY, STATE_FAILED, rows[i].reason);
        assert_null(a->password_policy);
        close_run(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_login_profile_is_a_password),
        cmocka_unit_test(no_login_profile_is_an_answer),
        cmocka_unit_test(broken_answers_about_a_user_are_refused),
        cmocka_unit_test(keys_are_sorted_and_their_use_is_known),
        cmocka_unit_test(a_key_that_was_never_used_has_no_date),
        cmocka_unit_test(certificates_of_fido_devices_are_read),
        cmocka_unit_test(service_credentials_of_all_pages_are_sorted),
        cmocka_unit_test(broken_service_credentials_are_refused),
        cmocka_unit_test(a_password_policy_is_read),
        cmocka_unit_test(no_password_policy_is_an_answer),
        cmocka_unit_test(broken_password_policies_are_refused),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
