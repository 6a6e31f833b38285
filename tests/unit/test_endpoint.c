/* test_endpoint.c - hosts, signing regions and signing names; overrides, FIPS and dual stack. */
#include "aws/endpoint.h"
#include "aws/region.h"
#include "expect.h"

static struct arena arena;

static int fresh(void **state __attribute__((unused)))
{
    static const char *const variables[] = {
        "AWS_PROFILE",
        "AWS_USE_FIPS_ENDPOINT",
        "AWS_USE_DUALSTACK_ENDPOINT",
        "AWS_ENDPOINT_URL",
        "AWS_ENDPOINT_URL_IAM",
        "AWS_ENDPOINT_URL_SSO_ADMIN",
        "AWS_ENDPOINT_URL_STS",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    };

    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        (void)unsetenv(variables[i]);
    return 0;
}

static int at_end(void **state __attribute__((unused)))
{
    arena_free(&arena);
    return 0;
}

/* What the public endpoint rules give; resolved by another implementation of them. */
static const struct {
    const char *service, *region, *host, *signing_region, *signing_name;
} known[] = {
    {"iam", "us-east-1", "iam.amazonaws.com", "us-east-1", "iam"},
    {"iam", "eu-central-1", "iam.amazonaws.com", "us-east-1", "iam"},
    {"iam", NULL, "iam.amazonaws.com", "us-east-1", "iam"},
    {"iam", "us-gov-east-1", "iam.us-gov.amazonaws.com", "us-gov-west-1", "iam"},
    {"iam", "cn-northwest-1", "iam.cn-north-1.amazonaws.com.cn", "cn-north-1", "iam"},
    {"iam", "us-iso-west-1", "iam.us-iso-east-1.c2s.ic.gov", "us-iso-east-1", "iam"},
    {"iam", "us-isob-east-1", "iam.us-isob-east-1.sc2s.sgov.gov", "us-isob-east-1", "iam"},
    {"iam", "eu-isoe-west-1", "iam.eu-isoe-west-1.cloud.adc-e.uk", "eu-isoe-west-1", "iam"},
    {"iam", "us-isof-south-1", "iam.us-isof-south-1.csp.hci.ic.gov", "us-isof-south-1", "iam"},
    {"iam", "eusc-de-east-1", "iam.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1", "iam"},
    {"organizations", "ap-south-1", "organizations.us-east-1.amazonaws.com", "us-east-1",
     "organizations"},
    {"organizations", "us-gov-east-1", "organizations.us-gov-west-1.amazonaws.com", "us-gov-west-1",
     "organizations"},
    {"organizations", "cn-north-1", "organizations.cn-northwest-1.amazonaws.com.cn",
     "cn-northwest-1", "organizations"},
    {"organizations", "eusc-de-east-1", "organizations.eusc-de-east-1.amazonaws.eu",
     "eusc-de-east-1", "organizations"},
    {"sts", "eu-central-1", "sts.eu-central-1.amazonaws.com", "eu-central-1", "sts"},
    {"sts", NULL, "sts.us-east-1.amazonaws.com", "us-east-1", "sts"},
    {"sts", "cn-north-1", "sts.cn-north-1.amazonaws.com.cn", "cn-north-1", "sts"},
    {"sts", "mx-central-1", "sts.mx-central-1.amazonaws.com", "mx-central-1", "sts"},
    {"sso-admin", "eu-west-1", "sso.eu-west-1.amazonaws.com", "eu-west-1", "sso"},
    {"identitystore", "eu-west-1", "identitystore.eu-west-1.amazonaws.com", "eu-west-1",
     "identitystore"},
    {"cloudtrail", "us-iso-east-1", "cloudtrail.us-iso-east-1.c2s.ic.gov", "us-iso-east-1",
     "cloudtrail"},
    {"accessanalyzer", "il-central-1", "access-analyzer.il-central-1.amazonaws.com", "il-central-1",
     "access-analyzer"},
    {"account", "eu-west-1", "account.us-east-1.amazonaws.com", "us-east-1", "account"},
    {"cloudwatch", "eu-west-1", "monitoring.eu-west-1.amazonaws.com", "eu-west-1", "monitoring"},
    {"logs", "eu-west-1", "logs.eu-west-1.amazonaws.com", "eu-west-1", "logs"},
    {"ec2", "eu-west-1", "ec2.eu-west-1.amazonaws.com", "eu-west-1", "ec2"},
    {"s3", "us-east-1", "s3.us-east-1.amazonaws.com", "us-east-1", "s3"},
    {"cognito-idp", "eu-west-1", "cognito-idp.eu-west-1.amazonaws.com", "eu-west-1", "cognito-idp"},
    {"ds", "eu-west-1", "ds.eu-west-1.amazonaws.com", "eu-west-1", "ds"},
    {"sso", "eu-west-1", "portal.sso.eu-west-1.amazonaws.com", "eu-west-1", NULL},
    {"sso-oidc", "cn-north-1", "oidc.cn-north-1.amazonaws.com.cn", "cn-north-1", NULL},
};

TEST(what_is_known_of_services_and_regions)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct endpoint_question q = {.service = known[i].service, .region = known[i].region};
        struct endpoint e;
        struct error err = {0};

        expect_ok(endpoint_resolve(&q, &e, &err), err);
        assert_string_equal(e.host, known[i].host);
        assert_string_equal(e.region, known[i].signing_region);
        assert_string_equal(e.url, arena_printf(&arena, "https://%s/", known[i].host));
        assert_string_equal(e.path, "/");
        assert_false(e.overridden);
        if (known[i].signing_name)
            assert_string_equal(e.signing_name, known[i].signing_name);
        else
            assert_null(e.signing_name);
    }
}

TEST(a_partition_without_a_region)
{
    struct endpoint_question q = {.service = "sts", .partition = "aws-cn"};
    struct endpoint e;
    struct error err = {0};

    expect_ok(endpoint_resolve(&q, &e, &err), err);
    assert_string_equal(e.host, "sts.cn-northwest-1.amazonaws.com.cn");
    q.service = "iam";
    q.region = "eu-west-1"; /* the partition decides for a global service */
    expect_ok(endpoint_resolve(&q, &e, &err), err);
    assert_string_equal(e.host, "iam.cn-north-1.amazonaws.com.cn");
    assert_string_equal(partition_of_region("us-isob-east-1")->name, "aws-iso-b");
    assert_string_equal(partition_of_region("xx-new-1")->name, "aws");
    assert_string_equal(partition_find("aws-us-gov")->implied, "us-gov-west-1");
    assert_null(partition_find("aws-moon"));
}

TEST(questions_that_make_no_sense)
{
    struct endpoint_question service = {.service = "moon"};
    struct endpoint_question partition = {.service = "iam", .partition = "aws-moon"};
    struct endpoint_question region = {.service = "sts", .region = "evil.example.com#"};
    struct endpoint e;
    struct error err = {0};

    assert_int_equal(endpoint_resolve(&service, &e, &err), -1);
    expect_error(err, ERR_CONFIG, "no endpoint is known for the service moon");
    assert_int_equal(endpoint_resolve(&partition, &e, &err), -1);
    expect_error(err, ERR_CONFIG, "no such partition: aws-moon");
    assert_int_equal(endpoint_resolve(&region, &e, &err), -1);
    expect_error(err, ERR_CONFIG, "the region is not a name such as eu-central-1");
}

TEST(protocols)
{
    assert_int_equal(service_find("iam")->protocol, PROTOCOL_QUERY);
    assert_string_equal(service_find("iam")->version, "2010-05-08");
    assert_string_equal(service_find("sts")->version, "2011-06-15");
    assert_int_equal(service_find("organizations")->protocol, PROTOCOL_JSON11);
    assert_string_equal(service_find("organizations")->version, "AWSOrganizationsV20161128");
    assert_string_equal(service_find("sso-admin")->version, "SWBExternalService");
    assert_null(service_find("lambda"));
}

static struct endpoint resolve(const char *service, const struct config *c)
{
    struct endpoint_question q = {.service = service, .region = "eu-central-1", .config = c};
    struct endpoint e = {0};
    struct error err = {0};

    expect_ok(endpoint_resolve(&q, &e, &err), err);
    return e;
}

static void refused(const char *service, const char *region, const struct config *c,
                    const char *message)
{
    struct endpoint_question q = {.service = service, .region = region, .config = c};
    struct endpoint e;
    struct error err = {0};

    assert_int_equal(endpoint_resolve(&q, &e, &err), -1);
    expect_error(err, ERR_CONFIG, message);
}

TEST(an_override_changes_the_host_only)
{
    cleanup_config struct config c;
    struct error err = {0};

    expect_ok(config_parse(&c, "[default]\n", NULL, &err), err);
    (void)setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:5000", 1);
    (void)setenv("AWS_ENDPOINT_URL_SSO_ADMIN", "https://mock.example.com/base/path", 1);

    struct endpoint e = resolve("iam", &c);

    assert_true(e.overridden);
    assert_string_equal(e.url, "http://127.0.0.1:5000/");
    assert_string_equal(e.host, "127.0.0.1:5000");
    assert_string_equal(e.region, "us-east-1");
    assert_string_equal(e.signing_name, "iam");
    e = resolve("sso-admin", &c);
    assert_string_equal(e.url, "https://mock.example.com/base/path/");
    assert_string_equal(e.host, "mock.example.com");
    assert_string_equal(e.path, "/base/path/");
    assert_string_equal(e.region, "eu-central-1");
    assert_string_equal(e.signing_name, "sso");
}

TEST(overrides_that_are_refused)
{
    cleanup_config struct config c;
    struct error err = {0};

    expect_ok(config_parse(&c, "[default]\n", NULL, &err), err);
    (void)setenv("AWS_ENDPOINT_URL_IAM", "http://mock.example.com/", 1);
    refused("iam", NULL, &c, "endpoint of IAM: http:// to another machine; use https://");
    (void)setenv("AWS_ENDPOINT_URL_IAM", "mock.example.com", 1);
    refused("iam", NULL, &c, "endpoint of IAM: not an address of the form https://host/");
    (void)setenv("AWS_ENDPOINT_URL_IAM", "https://mock.example.com/?q=1", 1);
    refused("iam", NULL, &c, "endpoint of IAM: not an address of the form https://host/");
    (void)setenv("AWS_ENDPOINT_URL_IAM", arena_printf(&arena, "https://mock.example.com/%0300d", 1),
                 1);
    refused("iam", NULL, &c, "endpoint of IAM: address too long");
}

TEST(fips_and_dual_stack)
{
    cleanup_config struct config c;
    struct error err = {0};

    expect_ok(config_parse(&c, "[default]\n", NULL, &err), err);
    (void)setenv("AWS_USE_FIPS_ENDPOINT", "true", 1);
    assert_string_equal(resolve("iam", &c).host, "iam-fips.amazonaws.com");
    assert_string_equal(resolve("sts", &c).host, "sts-fips.eu-central-1.amazonaws.com");
    refused("sts", "cn-north-1", &c, "no FIPS endpoints are known in partition aws-cn");

    struct endpoint_question gov = {.service = "sts", .region = "us-gov-east-1", .config = &c};
    struct endpoint e;

    expect_ok(endpoint_resolve(&gov, &e, &err), err);
    assert_string_equal(e.host, "sts.us-gov-east-1.amazonaws.com");
    gov.service = "s3";
    expect_ok(endpoint_resolve(&gov, &e, &err), err);
    assert_string_equal(e.host, "s3-fips.us-gov-east-1.amazonaws.com");
    (void)setenv("AWS_USE_DUALSTACK_ENDPOINT", "true", 1);
    refused("iam", NULL, &c, "FIPS and dual stack together are not supported");
    (void)unsetenv("AWS_USE_FIPS_ENDPOINT");
    assert_string_equal(resolve("iam", &c).host, "iam.global.api.aws");
    assert_string_equal(resolve("organizations", &c).host, "organizations.us-east-1.api.aws");
    assert_string_equal(resolve("s3", &c).host, "s3.eu-central-1.amazonaws.com");
    refused("sts", "cn-north-1", &c, "no dual-stack endpoints are known in partition aws-cn");
}

#define CASE(name) cmocka_unit_test_setup(name, fresh)

TEST(names_of_regions)
{
    static const char *const good[] = {"us-east-1",      "ap-southeast-7", "us-gov-west-1",
                                       "eusc-de-east-1", "us-isob-east-1", "xx-east-10"};
    static const char *const bad[] = {"",           "xx",          "us",         "us-east",
                                      "us-east-",   "us-1",        "us--east-1", "us-east-100",
                                      "us-east-1a", "global-st-1", "-east-1",    "us-east-1-x"};

    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(region_has_form(good[i]));
        assert_int_equal(region_is_familiar(good[i]), good[i][0] != 'x');
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(region_has_form(bad[i]));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        CASE(what_is_known_of_services_and_regions),
        CASE(a_partition_without_a_region),
        CASE(questions_that_make_no_sense),
        CASE(protocols),
        CASE(an_override_changes_the_host_only),
        CASE(overrides_that_are_refused),
        CASE(fips_and_dual_stack),
        cmocka_unit_test(names_of_regions),
    };

    return RUN_TESTS(tests, NULL, at_end);
}
