/* test_wire.c - how calls are written: the query protocol, JSON 1.1 and REST-XML; HTTP dates. */
#include "expect.h"

#include "aws/wire.h"
#include "base/clock.h"
#include "base/json.h"

static void expect_body(const char *service, const char *operation, const char *parameters,
                        const char *token, const char *expected)
{
    cleanup_strbuf struct strbuf out = STRBUF_INIT(10000);
    struct call call = {.service = service, .operation = operation, .parameters = parameters};
    struct error err = {0};

    expect_ok(wire_body(service_find(service), &call, token, &out, &err), err);
    assert_string_equal(out.buf, expected);
}

TEST(query_bodies)
{
    expect_body("sts", "GetCallerIdentity", "{}", NULL,
                "Action=GetCallerIdentity&Version=2011-06-15");
    expect_body("iam", "GetAccountAuthorizationDetails", "{\"MaxItems\":\"1000\"}", "a+b/c=",
                "Action=GetAccountAuthorizationDetails&Version=2010-05-08&MaxItems=1000&"
                "Marker=a%2Bb%2Fc%3D");
    expect_body("iam", "ListMFADevices", "{\"UserName\":\"J\\u00f6rg & co@x.y\"}", NULL,
                "Action=ListMFADevices&Version=2010-05-08&UserName=J%C3%B6rg%20%26%20co%40x.y");
    expect_body("iam", "X", "{\"Filter.member.1\":\"User\",\"Filter.member.2\":\"Role\"}", NULL,
                "Action=X&Version=2010-05-08&Filter.member.1=User&Filter.member.2=Role");
}

TEST(json_bodies)
{
    expect_body("organizations", "DescribeOrganization", "{}", NULL, "{}");
    expect_body("organizations", "ListAccounts", "{}", "t\"1", "{\"NextToken\":\"t\\\"1\"}");
}

/* The token of CloudWatch Logs begins in lower case. */
TEST(token_of_logs)
{
    expect_body("logs", "DescribeMetricFilters", "{\"logGroupName\":\"g\"}", "t",
                "{\"logGroupName\":\"g\",\"nextToken\":\"t\"}");
}

TEST(rest_targets)
{
    expect_body("s3", "GetBucketLocation", "{\"Bucket\":\"a.b-c\"}", NULL, "/a.b-c?location");
    expect_body("s3", "GetBucketVersioning", "{\"Bucket\":\"a/b?c %\"}", NULL,
                "/a%2Fb%3Fc%20%25?versioning");
    expect_body("s3", "GetObjectLockConfiguration", "{\"Bucket\":\"B\"}", NULL, "/B?object-lock");
}

TEST(rest_targets_that_are_refused)
{
    static const struct {
        const char *operation, *parameters, *token;
        enum error_code code;
    } rows[] = {
        {"GetBucketLocation", "{}", NULL, ERR_FORMAT},
        {"GetBucketLocation", "{\"Bucket\":\"\"}", NULL, ERR_FORMAT},
        {"GetBucketLocation", "{\"Bucket\":\".\"}", NULL, ERR_FORMAT},
        {"GetBucketLocation", "{\"Bucket\":\"..\"}", NULL, ERR_FORMAT},
        {"GetBucketLocation", "{\"Bucket\":\"b\",\"Key\":\"k\"}", NULL, ERR_FORMAT},
        {"GetBucketLocation", "{\"Bucket\":\"b\"}", "token", ERR_CONFIG},
        {"DeleteBucket", "{\"Bucket\":\"b\"}", NULL, ERR_CONFIG},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cleanup_strbuf struct strbuf out = STRBUF_INIT(10000);
        struct call call = {
            .service = "s3", .operation = rows[i].operation, .parameters = rows[i].parameters};
        struct error err = {0};

        assert_int_equal(wire_body(service_find("s3"), &call, rows[i].token, &out, &err), -1);
        assert_int_equal(err.code, rows[i].code);
    }
}

TEST(parameters_that_are_no_texts_are_refused)
{
    static const char *const bad[] = {"",          "{",          "[\"a\"]",
                                      "{\"a\":1}", "{\"a\":{}}", "{\"a\":null}"};

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        cleanup_strbuf struct strbuf out = STRBUF_INIT(10000);
        struct call call = {.service = "iam", .operation = "X", .parameters = bad[i]};
        struct error err = {0};

        assert_int_equal(wire_body(service_find("iam"), &call, NULL, &out, &err), -1);
        assert_int_equal(err.code, ERR_FORMAT);
    }
}

TEST(whole_bodies)
{
    static const struct {
        const char *service, *text;
        bool whole;
    } rows[] = {
        {"iam", "<a><b/></a>", true},
        {"iam", "<a><b/>", false},
        {"iam", "", false},
        {"iam", "{}", false},
        {"s3", "<VersioningConfiguration/>", true},
        {"s3", "<Error>", false},
        {"organizations", "{}", true},
        {"organizations", "{\"a\":", false},
        {"organizations", "<a/>", false},
        {"organizations", "", false},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cleanup_strbuf struct strbuf body = STRBUF_INIT(100);

        strbuf_addstr(&body, rows[i].text);
        assert_int_equal(wire_is_whole(service_find(rows[i].service), &body), rows[i].whole);
    }
}

TEST(dates_of_http)
{
    static const char *const bad[] = {
        "",
        "Tue, 24 Nov 2026 06:14:00 UTC",
        "Tuesday, 24-Nov-26 06:14:00 GMT",
        "Tue Nov 24 06:14:00 2026",
        "Tue, 24 Xxx 2026 06:14:00 GMT",
        "Tue, 31 Feb 2026 06:14:00 GMT",
        "Tue, 24 Nov 2026 25:14:00 GMT",
        "Tue, 24 Nov 2026 06:14:00 GMT ",
        "Tue, 24 nov 2026 06:14:00 GMT",
    };
    char text[CLOCK_TEXT];
    time_t at = 0;

    assert_true(clock_parse_http("Tue, 24 Nov 2026 06:14:00 GMT", &at));
    assert_string_equal(clock_format(at, text), "2026-11-24T06:14:00Z");
    assert_string_equal(clock_format_ms((long long)at * 1000 + 7, text),
                        "2026-11-24T06:14:00.007Z");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(clock_parse_http(bad[i], &at));
}

static int set_up(void **state)
{
    (void)state;
    json_init();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(query_bodies),
        cmocka_unit_test(json_bodies),
        cmocka_unit_test(token_of_logs),
        cmocka_unit_test(rest_targets),
        cmocka_unit_test(rest_targets_that_are_refused),
        cmocka_unit_test(parameters_that_are_no_texts_are_refused),
        cmocka_unit_test(whole_bodies),
        cmocka_unit_test(dates_of_http),
    };

    return RUN_TESTS(tests, set_up, NULL);
}
