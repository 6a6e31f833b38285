/* test_credentials.c - the chain of providers, against files and a server on loopback. */
#include "http_stub.h"

#include "aws/credentials.h"
#include "aws/pacer_shared.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/json.h"
#include "base/strbuf.h"

#define SECRET "SECRETSECRETsecretsecret0123456789abcdef"
#define KEYS(id) "aws_access_key_id = " id "\naws_secret_access_key = " SECRET "\n"
#define ROLE "arn:aws:iam::111122223333:role/audit"

static struct arena arena;
static const char *dir;
static struct stub server;

/* --- A home of one's own ---------------------------------------------------------------------- */

static const char *const variables[] = {
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_SESSION_NAME",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_STS",
    "AWS_ENDPOINT_URL_SSO",
    "AWS_ENDPOINT_URL_SSO_OIDC",
    "AWS_MAX_ATTEMPTS",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT",
    "AWS_CA_BUNDLE",
    "https_proxy",
    "HTTPS_PROXY",
    "http_proxy",
};

static void write_file(const char *name, const char *text)
{
    struct error err = {0};

    expect_ok(file_write(file_join(&arena, dir, name), text, strlen(text), 0600, &err), err);
}

/* What each test begins with: nothing set, no files, no instance. */
static int fresh(void **state __attribute__((unused)))
{
    struct error err = {0};

    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        (void)unsetenv(variables[i]);
    (void)setenv("AWS_EC2_METADATA_DISABLED", "true", 1);
    (void)setenv("HOME", dir, 1);
    (void)file_remove_tree(file_join(&arena, dir, ".aws"), &err);
    err = (struct error){0};
    expect_ok(file_make_dirs(file_join(&arena, dir, ".aws/sso/cache"), 0700, &err), err);
    return 0;
}

static int stop(void **state __attribute__((unused)))
{
    stub_stop(&server);
    return 0;
}

static void serve(const struct stub_rule *rules, const char *variable, const char *path)
{
    stub_start(&server, dir, rules);
    (void)setenv(variable, arena_printf(&arena, "http://127.0.0.1:%d%s", server.port, path), 1);
}

struct outcome {
    int result;
    struct credentials c;
    struct error err;
};

static struct outcome resolve_with(const char *profile, struct credential_settings s)
{
    struct outcome o = {0};
    cleanup_config struct config config;

    o.result = config_open(&config, profile, &o.err);
    s.config = &config;
    if (o.result == 0)
        o.result = credentials_resolve(&s, &o.c, &o.err);
    if (o.result < 0)
        expect_not_in(o.err.msg, SECRET);
    return o;
}

static struct outcome resolve(const char *profile)
{
    return resolve_with(profile, (struct credential_settings){0});
}

static void expect_key(const struct outcome *o, const char *id, const char *source)
{
    if (o->result < 0)
        print_error("%s: %s\n", error_name(o->err.code), o->err.msg);
    assert_int_equal(o->result, 0);
    assert_string_equal(o->c.access_key_id, id);
    assert_string_equal(o->c.secret_access_key, SECRET);
    assert_string_equal(o->c.source, source);
}

static void expect_failure(struct outcome o, enum error_code code, const char *start)
{
    assert_int_equal(o.result, -1);
    expect_error(o.err, code, start);
}

/* --- Environment and files ------------------------------------------------------------------- */

TEST(the_environment_comes_first)
{
    write_file(".aws/credentials", "[default]\n" KEYS("AKIDFILE"));
    (void)setenv("AWS_ACCESS_KEY_ID", "AKIDENV", 1);
    (void)setenv("AWS_SECRET_ACCESS_KEY", SECRET, 1);
    (void)setenv("AWS_SESSION_TOKEN", "tok", 1);
    (void)setenv("AWS_REGION", "eu-central-1", 1);

    struct outcome o = resolve(NULL);

    expect_key(&o, "AKIDENV", "environment");
    assert_string_equal(o.c.session_token, "tok");
    assert_string_equal(o.c.region, "eu-central-1");
    assert_int_equal(o.c.expires, 0);
    (void)setenv("AWS_SECURITY_TOKEN", "old", 1);
    o = resolve(NULL);
    assert_string_equal(o.c.session_token, "old");
}

TEST(a_profile_named_by_the_caller_passes_over_the_environment)
{
    write_file(".aws/credentials", "[audit]\n" KEYS("AKIDFILE"));
    (void)setenv("AWS_ACCESS_KEY_ID", "AKIDENV", 1);
    (void)setenv("AWS_SECRET_ACCESS_KEY", SECRET, 1);

    struct outcome o = resolve("audit");

    expect_key(&o, "AKIDFILE", "profile audit");
    (void)setenv("AWS_PROFILE", "audit", 1);
    o = resolve(NULL);
    expect_key(&o, "AKIDENV", "environment");
}

TEST(half_a_key_is_an_error)
{
    (void)setenv("AWS_ACCESS_KEY_ID", "AKIDENV", 1);
    expect_failure(resolve(NULL), ERR_AUTH,
                   "AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not");
    (void)unsetenv("AWS_ACCESS_KEY_ID");
    write_file(".aws/credentials", "[default]\naws_access_key_id = AKIDFILE\n");
    expect_failure(resolve(NULL), ERR_AUTH,
                   arena_printf(&arena,
                                "%s/.aws/credentials: profile default has "
                                "aws_access_key_id, but no aws_secret_access_key",
                                dir));
}

TEST(keys_that_cannot_be_keys_are_refused)
{
    (void)setenv("AWS_ACCESS_KEY_ID", "AKID\r\nX: y", 1);
    (void)setenv("AWS_SECRET_ACCESS_KEY", SECRET, 1);
    expect_failure(resolve(NULL), ERR_AUTH, "environment: a key or token with a character");
    (void)setenv("AWS_ACCESS_KEY_ID", "AKIDENV", 1);
    (void)setenv("AWS_CREDENTIAL_EXPIRATION", "2020-01-01T00:00:00Z", 1);
    expect_failure(resolve(NULL), ERR_AUTH, "the credentials in the environment have expired");
    (void)setenv("AWS_CREDENTIAL_EXPIRATION", "soon", 1);
    expect_failure(resolve(NULL), ERR_CONFIG, "AWS_CREDENTIAL_EXPIRATION: not a time");
}

TEST(the_credentials_file_wins_over_the_config_file)
{
    write_file(".aws/config", "[profile a]\nregion = eu-west-1\n" KEYS("AKIDCONFIG"));

    struct outcome o = resolve("a");

    expect_key(&o, "AKIDCONFIG", "profile a");
    assert_string_equal(o.c.region, "eu-west-1");
    write_file(".aws/credentials", "[a]\n" KEYS("AKIDFILE"));
    o = resolve("a");
    expect_key(&o, "AKIDFILE", "profile a");
}

TEST(nothing_at_all)
{
    expect_failure(resolve(NULL), ERR_AUTH, "no credentials found: set AWS_ACCESS_KEY_ID");
}

TEST(what_is_not_supported_is_named)
{
    write_file(".aws/config", "[profile a]\nlogin_session = arn:aws:iam::1:user/x\n");
    expect_failure(resolve("a"), ERR_AUTH,
                   "profile a uses login_session (aws login), which is not supported here; put "
                   "credential_process = aws configure export-credentials");
}

/* --- Roles ------------------------------------------------------------------------------------ */

#define STS(action, id)                                                                        \
    "<" action "Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><" action         \
    "Result><Credentials><AccessKeyId>" id "</AccessKeyId><SecretAccessKey>" SECRET            \
    "</SecretAccessKey><SessionToken>tok+en/==</SessionToken><Expiration>2099-01-01T00:00:00Z" \
    "</Expiration></Credentials></" action "Result></" action "Response>"

static const struct stub_rule role_rules[] = {
    {"Action=AssumeRoleWithWebIdentity", 200, NULL, STS("AssumeRoleWithWebIdentity", "ASIAWEB"), 0,
     NULL, 0},
    {"role%2Faudit", 200, NULL, STS("AssumeRole", "ASIAAUDIT"), 0, NULL, 0},
    {"role%2Fhop", 200, NULL, STS("AssumeRole", "ASIAHOP"), 0, NULL, 0},
    {"role%2Fdenied", 403, NULL,
     "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not "
     "today</Message></Error></ErrorResponse>",
     0, NULL, 0},
    {"role%2Fbusy", 503, NULL, "<x/>", 2, NULL, 0},
    {"role%2Fbusy", 200, NULL, STS("AssumeRole", "ASIABUSY"), 0, NULL, 0},
    {"role%2Fskew", 403, "Date: Fri, 24 Nov 2056 06:14:00 GMT\r\n",
     "<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>Signature expired"
     "</Message></Error></ErrorResponse>",
     1, NULL, 0},
    {"role%2Fskew", 200, NULL, STS("AssumeRole", "ASIASKEW"), 0, NULL, 0},
    {"role%2Fgarbled", 200, NULL, "<AssumeRoleResponse><Cred", 1, NULL, 0},
    {"role%2Fgarbled", 200, NULL, STS("AssumeRole", "ASIAGARBLED"), 0, NULL, 0},
    {"role%2Flater", 400, "Retry-After: 2\r\n",
     "<ErrorResponse><Error><Code>Throttling</Code></Error></ErrorResponse>", 2, NULL, 0},
    {"role%2Flater", 200, NULL, STS("AssumeRole", "ASIALATER"), 0, NULL, 0},
    {"role%2Fthrottled", 400, NULL,
     "<ErrorResponse><Error><Code>Throttling</Code></Error></ErrorResponse>", 0, NULL, 0},
    {"role%2Fhollow", 200, NULL, "<AssumeRoleResponse/>", 0, NULL, 0},
    {"role%2Ftorn", 200, NULL, "<AssumeRoleResponse><Credentials><SecretAccessKey>" SECRET, 0, NULL,
     0},
    {0},
};

TEST(a_role_with_its_source_profile)
{
    serve(role_rules, "AWS_ENDPOINT_URL_STS", "");
    write_file(".aws/credentials", "[base]\n" KEYS("AKIDBASE"));
    write_file(".aws/config", "[profile audit]\nrole_arn = " ROLE
                              "\nsource_profile = base\nexternal_id = an id\nduration_seconds = "
                              "900\nrole_session_name = who am/I\nregion = eu-central-1\n");

    struct outcome o = resolve("audit");
    const char *log = stub_log(&server, &arena);

    expect_key(&o, "ASIAAUDIT", "profile audit");
    assert_string_equal(o.c.session_token, "tok+en/==");
    assert_true(o.c.expires > 4000000000LL);
    expect_in(log,
              "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%"
              "3Arole%2Faudit&RoleSessionName=who-am-I&ExternalId=an%20id&DurationSeconds=900");
    expect_in(log, "Credential=AKIDBASE/");
    expect_in(log, "/eu-central-1/sts/aws4_request, SignedHeaders=content-type;host;x-amz-date, ");
    expect_not_in(log, SECRET);
}

TEST(roles_through_roles)
{
    serve(role_rules, "AWS_ENDPOINT_URL_STS", "");
    write_file(
        ".aws/config",
        "[profile base]\n" KEYS("AKIDBASE") "[profile hop]\nrole_arn = "
                                            "arn:aws:iam::111122223333:role/hop\nsource_profile = "
                                            "base\n[profile audit]\nrole_arn = " ROLE
                                            "\nsource_profile = hop\n");

    struct outcome o = resolve("audit");
    const char *log = stub_log(&server, &arena);

    expect_key(&o, "ASIAAUDIT", "profile audit");
    expect_in(log, "Credential=AKIDBASE/");
    expect_in(log, "Credential=ASIAHOP/");
    expect_in(log, "X-Amz-Security-Token: tok+en/==\r\n");
}

TEST(circles_of_profiles)
{
    write_file(".aws/config",
               "[profile a]\nrole_arn = " ROLE "\nsource_profile = b\n[profile b]\nrole_arn = " ROLE
               "\nsource_profile = a\n[profile self]\nrole_arn = " ROLE
               "\nsource_profile = self\n[profile lost]\nrole_arn = " ROLE
               "\nsource_profile = nobody\n[profile both]\nrole_arn = " ROLE
               "\nsource_profile = a\ncredential_source = Environment\n[profile none]\nrole_arn "
               "= " ROLE "\n[profile odd]\nrole_arn = " ROLE "\ncredential_source = Moon\n"
               "[profile empty]\nregion = eu-west-1\n[profile onempty]\nrole_arn = " ROLE
               "\nsource_profile = empty\n[profile long]\nduration_seconds = 60\nrole_arn = " ROLE
               "\nsource_profile = keys\n[profile keys]\n" KEYS("AKIDKEYS"));
    expect_failure(resolve("a"), ERR_CONFIG, "profile b: source_profile a leads in a circle");
    expect_failure(resolve("self"), ERR_CONFIG,
                   "profile self: source_profile self leads in a circle");
    expect_failure(resolve("lost"), ERR_CONFIG,
                   "profile lost: its source_profile nobody does not exist");
    expect_failure(resolve("both"), ERR_CONFIG,
                   "profile both has role_arn and both source_profile and credential_source");
    expect_failure(resolve("none"), ERR_CONFIG,
                   "profile none has role_arn and neither source_profile nor credential_source");
    expect_failure(resolve("odd"), ERR_CONFIG,
                   "profile odd: credential_source is not one of Environment");
    expect_failure(resolve("onempty"), ERR_AUTH,
                   "profile onempty: its source_profile empty has no credentials");
    expect_failure(resolve("long"), ERR_CONFIG, "profile long: duration_seconds: not 900 to 43200");
}

TEST(a_profile_may_be_its_own_source_when_it_has_keys)
{
    serve(role_rules, "AWS_ENDPOINT_URL_STS", "");
    write_file(".aws/config",
               "[profile self]\nrole_arn = " ROLE "\nsource_profile = self\n" KEYS("AKIDSELF"));

    struct outcome o = resolve("self");

    expect_key(&o, "ASIAAUDIT", "profile self");
    expect_in(stub_log(&server, &arena), "Credential=AKIDSELF/");
}

TEST(a_role_with_the_environment_as_source)
{
    serve(role_rules, "AWS_ENDPOINT_URL_STS", "");
    write_file(".aws/config",
               "[profile env]\nrole_arn = " ROLE "\ncredential_source = Environment\n");
    expect_failure(resolve("env"), ERR_AUTH,
                   "profile env: its credential_source Environment has none");
    (void)setenv("AWS_ACCESS_KEY_ID", "AKIDENV", 1);
    (void)setenv("AWS_SECRET_ACCESS_KEY", SECRET, 1);

    struct outcome o = resolve("env");

    expect_key(&o, "ASIAAUDIT", "profile env");
    expect_in(stub_log(&server, &arena), "Credential=AKIDENV/");
}

TEST(a_role_on_top_of_everything)
{
    serve(role_rules, "AWS_ENDPOINT_URL_STS", "");
    (void)setenv("AWS_ACCESS_KEY_ID", "AKIDENV", 1);
    (void)setenv("AWS_SECRET_ACCESS_KEY", SECRET, 1);

    struct credential_settings s = {.role_arn = "arn:aws-cn:iam::111122223333:role/audit",
                                    .external_id = "x&y",
                                    .session_name = "nonce 42"};
    struct outcome o = resolve_with(NULL, s);
    const char *log = stub_log(&server, &arena);

    expect_key(&o, "ASIAAUDIT", "role arn:aws-cn:iam::111122223333:role/audit");
    expect_in(log, "RoleSessionName=nonce-42&ExternalId=x%26y");
    expect_in(log, "/cn-northwest-1/sts/aws4_request"); /* the implied region of its partition */
}

static struct outcome role_named(const char *name)
{
    struct credential_settings s = {
        .role_arn = arena_printf(&arena, "arn:aws:iam::111122223333:role/%s", name)};

    return resolve_with(NULL, s);
}

TEST(refusals_and_second_tries)
{
    serve(role_rules, "AWS_ENDPOINT_URL_STS", "");
    (void)setenv("AWS_ACCESS_KEY_ID", "AKIDENV", 1);
    (void)setenv("AWS_SECRET_ACCESS_KEY", SECRET, 1);
    expect_failure(
        role_named("denied"), ERR_DENIED,
        "arn:aws:iam::111122223333:role/denied: sts:AssumeRole: AccessDenied: not today");
    expect_failure(role_named("hollow"), ERR_FORMAT,
                   "arn:aws:iam::111122223333:role/hollow: sts:AssumeRole: the answer holds no");
    expect_failure(role_named("torn"), ERR_FORMAT,
                   "arn:aws:iam::111122223333:role/torn: sts:AssumeRole:1:");

    struct outcome o = role_named("busy");

    expect_key(&o, "ASIABUSY", "role arn:aws:iam::111122223333:role/busy");
    o = role_named("skew");
    expect_key(&o, "ASIASKEW", "role arn:aws:iam::111122223333:role/skew");
    assert_true(o.c.clock_offset > 900000000L);
    expect_in(stub_log(&server, &arena), "X-Amz-Date: 2056112");
    o = role_named("garbled");
    expect_key(&o, "ASIAGARBLED", "role arn:aws:iam::111122223333:role/garbled");
    assert_int_equal(o.c.clock_offset, 0);
}

TEST(no_server_and_no_terminal)
{
    (void)setenv("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:1", 1);
    (void)setenv("AWS_MAX_ATTEMPTS", "1", 1);
    (void)setenv("AWS_ACCESS_KEY_ID", "AKIDENV", 1);
    (void)setenv("AWS_SECRET_ACCESS_KEY", SECRET, 1);
    expect_failure(role_named("audit"), ERR_BUSY, ROLE ": sts:AssumeRole: 127.0.0.1:1: no conn");
    (void)setenv("AWS_ENDPOINT_URL_STS", "http://sts.example.com", 1);
    expect_failure(role_named("audit"), ERR_CONFIG,
                   ROLE ": sts:AssumeRole: endpoint of STS: http:// to another machine");
}

/* Two refusals, each with two seconds to wait. */
TEST(throttling_that_says_when)
{
    struct error err = {0};
    struct credential_traffic traffic = {pacer_shared_open(100, 1, clock_ticks_ms(), &err), 0, 0,
                                         NULL, NULL};
    struct credential_settings s = {.role_arn = "arn:aws:iam::111122223333:role/later",
                                    .traffic = &traffic};
    long long begun = clock_ticks_ms();
    struct outcome o;

    serve(role_rules, "AWS_ENDPOINT_URL_STS", "");
    (void)setenv("AWS_ACCESS_KEY_ID", "AKIDENV", 1);
    (void)setenv("AWS_SECRET_ACCESS_KEY", SECRET, 1);
    o = resolve_with(NULL, s);
    expect_key(&o, "ASIALATER", "role arn:aws:iam::111122223333:role/later");
    assert_true(clock_ticks_ms() - begun >= 4000);
    assert_int_equal(traffic.throttled, 2);
    assert_int_equal(traffic.retried, 2);
    assert_int_equal(pacer_shared_trouble(traffic.pacer, clock_ticks_ms()), 0);

    s.role_arn = "arn:aws:iam::111122223333:role/throttled";
    s.most_ms = 1500;
    expect_failure(resolve_with(NULL, s), ERR_BUSY, "arn:aws:iam::111122223333:role/throttled: ");
    assert_true(pacer_shared_trouble(traffic.pacer, clock_ticks_ms() + 1) > 0);
    pacer_shared_close(traffic.pacer);
}

/* In a session of its own there is no terminal, whoever runs the tests. */
TEST(an_mfa_code_without_a_terminal)
{
    write_file(
        ".aws/config",
        "[profile keys]\n" KEYS(
            "AKIDKEYS") "[profile mfa]\nrole_arn = " ROLE
                        "\nsource_profile = keys\nmfa_serial = arn:aws:iam::111122223333:mfa/me\n");

    pid_t pid = fork();

    assert_true(pid >= 0);
    if (pid == 0) {
        (void)alarm(20);
        (void)setsid();

        struct outcome o = resolve("mfa");

        _exit(o.result == -1 && o.err.code == ERR_AUTH &&
                      strcmp(o.err.msg, "profile mfa: " ROLE ": the role wants an MFA code "
                                        "(mfa_serial): no terminal to ask at") == 0
                  ? 0
                  : 1);
    }

    int status = -1;

    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

/* --- Web identity ------------------------------------------------------------------------------
 */

TEST(web_identity)
{
    serve(role_rules, "AWS_ENDPOINT_URL_STS", "/base");
    write_file("token", "header.payload.signature\n");
    (void)setenv("AWS_WEB_IDENTITY_TOKEN_FILE", file_join(&arena, dir, "token"), 1);
    expect_failure(resolve(NULL), ERR_CONFIG, "web identity: a token file is named, but no role");
    (void)setenv("AWS_ROLE_ARN", ROLE, 1);
    (void)setenv("AWS_ROLE_SESSION_NAME", "pod", 1);

    struct outcome o = resolve(NULL);
    const char *log = stub_log(&server, &arena);

    expect_key(&o, "ASIAWEB", "web identity, role " ROLE);
    expect_in(log, "POST /base/ HTTP/1.1\r\n");
    expect_in(log, "RoleSessionName=pod&WebIdentityToken=header.payload.signature\n");
    expect_not_in(log, "Authorization:");

    /* of the profile, and the environment's not for a profile that the caller named */
    write_file("token2", "other.token");
    write_file(".aws/config",
               arena_printf(&arena, "[profile web]\nweb_identity_token_file = ~/token2\nrole_arn "
                                    "= " ROLE "\n"));
    o = resolve("web");
    expect_key(&o, "ASIAWEB", "web identity, role " ROLE);
    expect_in(stub_log(&server, &arena), "WebIdentityToken=other.token\n");
    write_file("token", " \n");
    expect_failure(resolve(NULL), ERR_AUTH, "web identity: ");
}

/* --- SSO ---------------------------------------------------------------------------------------
 */

#define SSO_KEYS                                                                      \
    "{\"roleCredentials\":{\"accessKeyId\":\"ASIASSO\",\"secretAccessKey\":\"" SECRET \
    "\",\"sessionToken\":\"sso-token\",\"expiration\":4070908800000}}"

static const struct stub_rule sso_rules[] = {
    {"GET /sso/federation/credentials?role_name=Audit%20Role&account_id=111122223333 ", 200, NULL,
     SSO_KEYS, 0, NULL, 0},
    {"GET /sso/federation/credentials?role_name=Revoked", 401, NULL,
     "{\"message\":\"Session token not found or invalid\"}", 0, NULL, 0},
    {"GET /sso/federation/credentials?role_name=Forbidden", 403,
     "x-amzn-ErrorType: ForbiddenException:\r\n", "{\"message\":\"No access\"}", 0, NULL, 0},
    {"GET /sso/federation/credentials?role_name=Broken", 200, NULL,
     "{\"roleCredentials\":{\"accessKeyId\":\"ASIASSO\",\"secretAccessKey\":7}}", 0, NULL, 0},
    {"POST /sso/token ", 200, NULL,
     "{\"accessToken\":\"renewed-token\",\"expiresIn\":3600,\"refreshToken\":\"next-refresh\","
     "\"tokenType\":\"Bearer\"}",
     1, NULL, 0},
    {"POST /sso/token ", 400, NULL,
     "{\"error\":\"invalid_grant\",\"error_description\":\"Invalid refresh token\"}", 0, NULL, 0},
    {0},
};

#define SSO_PROFILE(name, role)                                                                    \
    "[profile " name "]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = " role \
    "\n"

static const char *cache_of(const char *key)
{
    char hex[DIGEST_SHA1_HEX];

    digest_sha1(key, strlen(key), hex);
    return arena_printf(&arena, ".aws/sso/cache/%s.json", hex);
}

static void sso_home(void)
{
    write_file(
        ".aws/config",
        SSO_PROFILE("audit", "Audit Role") SSO_PROFILE("revoked", "Revoked")
            SSO_PROFILE("forbidden", "Forbidden") SSO_PROFILE(
                "broken",
                "Broken") "[sso-session corp]\nsso_region = eu-west-1\nsso_start_url = "
                          "https://corp.example.com/start\n"
                          "[profile old]\nsso_start_url = "
                          "https://old.example.com/start\nsso_region = "
                          "eu-west-1\nsso_account_id = 111122223333\nsso_role_name = Audit Role\n"
                          "[profile lone]\nsso_account_id = 111122223333\n"
                          "[profile gone]\nsso_session = nowhere\nsso_role_name = X\n"
                          "[profile differs]\nsso_session = corp\nsso_role_name = X\n"
                          "sso_account_id = 1\nsso_region = us-east-1\n");
}

static void sso_serve(void)
{
    serve(sso_rules, "AWS_ENDPOINT_URL_SSO", "/sso");
    (void)setenv("AWS_ENDPOINT_URL_SSO_OIDC", getenv("AWS_ENDPOINT_URL_SSO"), 1);
    sso_home();
}

static void sso_token(const char *key, time_t expires, bool renewable)
{
    char until[CLOCK_TEXT];

    clock_format(expires, until);
    write_file(cache_of(key),
               arena_printf(&arena, "{\"accessToken\":\"cached-token\",\"expiresAt\":\"%s\"%s}",
                            until,
                            renewable ? ",\"refreshToken\":\"my-refresh\",\"clientId\":\"me\","
                                        "\"clientSecret\":\"client-secret\","
                                        "\"registrationExpiresAt\":\"2099-01-01T00:00:00Z\","
                                        "\"region\":\"eu-west-1\""
                                      : ""));
}

TEST(sso_with_a_cached_token)
{
    sso_serve();
    sso_token("corp", clock_now() + 3600, true);

    struct outcome o = resolve("audit");
    const char *log = stub_log(&server, &arena);

    expect_key(&o, "ASIASSO", "SSO profile audit");
    assert_string_equal(o.c.session_token, "sso-token");
    assert_int_equal(o.c.expires, 4070908800LL);
    expect_in(log, "x-amz-sso_bearer_token: cached-token\r\n");
    expect_not_in(log, "/sso/token");
    expect_failure(resolve("revoked"), ERR_AUTH,
                   "profile revoked: the SSO session is not valid any more; run aws sso login "
                   "--sso-session corp");
    expect_failure(resolve("forbidden"), ERR_DENIED,
                   "sso:GetRoleCredentials: ForbiddenException: No access");
    expect_failure(resolve("broken"), ERR_FORMAT,
                   "sso:GetRoleCredentials: secretAccessKey: expected text");
    sso_token("https://old.example.com/start", clock_now() + 3600, false);
    o = resolve("old");
    expect_key(&o, "ASIASSO", "SSO profile old");
}

TEST(sso_renews_a_token_that_ends_soon)
{
    struct error err = {0};

    sso_serve();
    sso_token("corp", clock_now() + 300, true);

    struct outcome o = resolve("audit");
    const char *log = stub_log(&server, &arena);

    expect_key(&o, "ASIASSO", "SSO profile audit");
    expect_in(log, "{\"grantType\":\"refresh_token\",\"clientId\":\"me\",\"clientSecret\":\"client-"
                   "secret\",\"refreshToken\":\"my-refresh\"}");
    expect_in(log, "x-amz-sso_bearer_token: renewed-token\r\n");

    cleanup_json cJSON *cache = json_read(file_join(&arena, dir, cache_of("corp")), MIB, &err);

    assert_string_equal(json_str(cache, "accessToken"), "renewed-token");
    assert_string_equal(json_str(cache, "refreshToken"), "next-refresh");
    assert_string_equal(json_str(cache, "clientId"), "me");

    /* The second time the service refuses: the old token is used while it lasts. */
    sso_token("corp", clock_now() + 300, true);
    o = resolve("audit");
    expect_key(&o, "ASIASSO", "SSO profile audit");
    sso_token("corp", clock_now() - 300, true);
    expect_failure(resolve("audit"), ERR_AUTH,
                   "profile audit: sso-oidc:CreateToken: invalid_grant: Invalid refresh token; run "
                   "aws sso login --sso-session corp");
}

TEST(sso_that_needs_a_person)
{
    sso_home();
    expect_failure(resolve("audit"), ERR_AUTH,
                   "profile audit: not signed in to SSO; run aws sso login --sso-session corp");
    expect_failure(resolve("old"), ERR_AUTH,
                   "profile old: not signed in to SSO; run aws sso login --profile old");
    sso_token("corp", clock_now() - 10, false);
    expect_failure(resolve("audit"), ERR_AUTH, "profile audit: the SSO session has expired; run");
    expect_failure(resolve("lone"), ERR_CONFIG, "profile lone: SSO needs sso_start_url");
    expect_failure(resolve("gone"), ERR_CONFIG, "profile gone: no [sso-session nowhere] is there");
    expect_failure(resolve("differs"), ERR_CONFIG,
                   "profile differs: sso_region differs from that of sso-session corp");
    write_file(cache_of("corp"), "{\"accessToken\":\"" SECRET);
    expect_failure(resolve("audit"), ERR_FORMAT, dir);
}

/* --- credential_process ------------------------------------------------------------------------
 */

static void program(const char *script, const char *arguments)
{
    struct error err = {0};
    const char *path = file_join(&arena, dir, "a program");

    expect_ok(file_write(path, script, strlen(script), 0700, &err), err);
    write_file(".aws/config", arena_printf(&arena, "[profile p]\ncredential_process = \"%s\" %s\n",
                                           path, arguments));
}

TEST(credential_process)
{
    program("#!/bin/sh\ntest \"$1\" = 'x y' && test \"$2\" = '$HOME;z' || exit 9\n"
            "printf '{\"Version\":1,\"AccessKeyId\":\"AKIDPROC\",\"SecretAccessKey\":\"" SECRET
            "\",\"SessionToken\":\"t\",\"Expiration\":\"2099-01-01T00:00:00+00:00\"}'\n",
            "'x y' $HOME\\;z");

    struct outcome o = resolve("p");

    expect_key(&o, "AKIDPROC", "credential_process of profile p");
    assert_int_equal(o.c.expires, 4070908800LL);
}

TEST(credential_process_that_fails)
{
    program("#!/bin/sh\necho " SECRET "\nexit 3\n", "");
    expect_failure(resolve("p"), ERR_AUTH, "profile p: credential_process: ended with status 3");
    program("#!/bin/sh\necho " SECRET "\n", "");
    expect_failure(resolve("p"), ERR_FORMAT, "profile p: credential_process:1:1: ");
    program("#!/bin/sh\nkill -9 $$\n", "");
    expect_failure(resolve("p"), ERR_AUTH, "profile p: credential_process: ended by signal 9");
    program("#!/bin/sh\necho '{\"Version\":2}'\n", "");
    expect_failure(resolve("p"), ERR_FORMAT, "profile p: credential_process: Version: expected");
    program("#!/bin/sh\nyes " SECRET "\n", "");
    expect_failure(resolve("p"), ERR_LIMIT, "profile p: credential_process: printed more than");
    program("#!/bin/sh\n", "'open");
    expect_failure(resolve("p"), ERR_CONFIG, "profile p: credential_process: a quote is not");
    program("#!/bin/sh\necho '{\"Version\":1,\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"" SECRET
            "\",\"Expiration\":\"2001-01-01T00:00:00Z\"}'\n",
            "");
    expect_failure(resolve("p"), ERR_AUTH, "profile p: credential_process gave expired");
    write_file(".aws/config", "[profile p]\ncredential_process = /nonexistent/program\n");
    expect_failure(resolve("p"), ERR_MISSING, "profile p: credential_process: not started");
}

/* --- Container and instance --------------------------------------------------------------------
 */

#define MACHINE_KEYS                                                                      \
    "{\"Code\":\"Success\",\"AccessKeyId\":\"ASIAMACHINE\",\"SecretAccessKey\":\"" SECRET \
    "\",\"Token\":\"mt\",\"Expiration\":\"2099-01-01T00:00:00Z\"}"

static const struct stub_rule machine_rules[] = {
    {"GET /container?x=1 ", 200, NULL, MACHINE_KEYS, 0, NULL, 0},
    {"GET /busy ", 500, NULL, "", 2, NULL, 0},
    {"GET /busy ", 200, NULL, MACHINE_KEYS, 0, NULL, 0},
    {"GET /refused ", 403, NULL, "{\"code\":\"NoRole\",\"message\":\"none here\"}", 0, NULL, 0},
    {"PUT /latest/api/token ", 200, NULL, "metadata-token==", 0, NULL, 0},
    {"GET /latest/meta-data/iam/security-credentials/ ", 200, NULL, "the-role\n", 0, NULL, 0},
    {"GET /latest/meta-data/iam/security-credentials/the-role ", 200, NULL, MACHINE_KEYS, 0, NULL,
     0},
    {"GET /latest/meta-data/placement/region ", 200, NULL, "eu-north-1", 0, NULL, 0},
    {"PUT /bare/latest/api/token ", 200, NULL, "t", 0, NULL, 0},
    {"PUT /no/latest/api/token ", 403, NULL, "", 0, NULL, 0},
    {"PUT /failed/latest/api/token ", 200, NULL, "t", 0, NULL, 0},
    {"GET /failed/latest/meta-data/iam/security-credentials/ ", 200, NULL, "r", 0, NULL, 0},
    {"GET /failed/latest/meta-data/iam/security-credentials/r ", 200, NULL,
     "{\"Code\":\"AssumeRoleUnauthorizedAccess\",\"Message\":\"x\"}", 0, NULL, 0},
    {0},
};

TEST(container)
{
    serve(machine_rules, "AWS_CONTAINER_CREDENTIALS_FULL_URI", "/container?x=1");
    write_file("auth", "file-token");
    (void)setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN", "plain-token", 1);

    struct outcome o = resolve(NULL);

    expect_key(&o, "ASIAMACHINE", "container");
    assert_string_equal(o.c.session_token, "mt");
    expect_in(stub_log(&server, &arena), "Authorization: plain-token\r\n");
    (void)setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", file_join(&arena, dir, "auth"), 1);
    o = resolve(NULL);
    expect_key(&o, "ASIAMACHINE", "container");
    expect_in(stub_log(&server, &arena), "Authorization: file-token\r\n");
    write_file("auth", "file-token\r\nX-Evil: 1");
    expect_failure(resolve(NULL), ERR_AUTH,
                   "the container's authorization token holds a line break");
    (void)unsetenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");

    const char *here = arena_printf(&arena, "http://127.0.0.1:%d", server.port);

    (void)setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", arena_printf(&arena, "%s/busy", here), 1);
    o = resolve(NULL);
    expect_key(&o, "ASIAMACHINE", "container");
    (void)setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", arena_printf(&arena, "%s/refused", here), 1);
    expect_failure(resolve(NULL), ERR_AUTH, "container credentials: NoRole: none here");
}

TEST(containers_elsewhere_are_refused)
{
    (void)setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://credentials.example.com/x", 1);
    expect_failure(resolve(NULL), ERR_CONFIG,
                   "AWS_CONTAINER_CREDENTIALS_FULL_URI: http:// only to loopback");
    (void)setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.169.254/x", 1);
    expect_failure(resolve(NULL), ERR_CONFIG,
                   "AWS_CONTAINER_CREDENTIALS_FULL_URI: http:// only to loopback");
    (void)setenv("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "@evil.example.com/", 1);
    expect_failure(resolve(NULL), ERR_CONFIG,
                   "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: must begin with /");
}

static void instance_at(const char *path)
{
    (void)setenv("AWS_EC2_METADATA_DISABLED", "false", 1);
    (void)setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT",
                 arena_printf(&arena, "http://127.0.0.1:%d%s", server.port, path), 1);
}

TEST(instance)
{
    stub_start(&server, dir, machine_rules);
    instance_at("");

    struct outcome o = resolve(NULL);
    const char *log = stub_log(&server, &arena);

    expect_key(&o, "ASIAMACHINE", "instance role the-role");
    assert_string_equal(o.c.region, "eu-north-1");
    expect_in(log, "PUT /latest/api/token HTTP/1.1\r\n");
    expect_in(log, "x-aws-ec2-metadata-token-ttl-seconds: 21600\r\n");
    assert_int_equal(stub_count(log, "x-aws-ec2-metadata-token: metadata-token==\r\n"), 3);
    (void)setenv("AWS_REGION", "us-west-2", 1);
    o = resolve(NULL);
    assert_string_equal(o.c.region, "us-west-2");
    instance_at("/bare/"); /* no role is attached */
    expect_failure(resolve(NULL), ERR_AUTH, "no credentials found");
    instance_at("/no"); /* IMDSv2 is turned off */
    expect_failure(resolve(NULL), ERR_AUTH, "no credentials found");
    instance_at("/failed");
    expect_failure(resolve(NULL), ERR_AUTH, "instance metadata: AssumeRoleUnauthorizedAccess");
}

TEST(no_instance)
{
    (void)setenv("AWS_EC2_METADATA_DISABLED", "false", 1);
    (void)setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:1", 1);
    expect_failure(resolve(NULL), ERR_AUTH, "no credentials found");
    (void)setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", "not an address", 1);
    expect_failure(resolve(NULL), ERR_CONFIG, "AWS_EC2_METADATA_SERVICE_ENDPOINT: not an address");
}

TEST(wiping)
{
    struct credentials c = {.access_key_id = "AKID", .secret_access_key = SECRET, .expires = 1000};
    static const struct credentials zero;

    assert_true(credentials_expire_within(&c, 1000, 0));
    assert_true(credentials_expire_within(&c, 700, 300));
    assert_false(credentials_expire_within(&c, 699, 300));
    credentials_clear(&c);
    assert_memory_equal(&c, &zero, sizeof c);
    assert_false(credentials_expire_within(&c, 1000, 300));
}

static int start(void **state __attribute__((unused)))
{
    json_init();
    dir = arena_strdup(&arena, expect_dir());
    return 0;
}

static int end(void **state __attribute__((unused)))
{
    struct error err = {0};

    (void)file_remove_tree(dir, &err);
    arena_free(&arena);
    return 0;
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, fresh, stop)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        CASE(the_environment_comes_first),
        CASE(a_profile_named_by_the_caller_passes_over_the_environment),
        CASE(half_a_key_is_an_error),
        CASE(keys_that_cannot_be_keys_are_refused),
        CASE(the_credentials_file_wins_over_the_config_file),
        CASE(nothing_at_all),
        CASE(what_is_not_supported_is_named),
        CASE(a_role_with_its_source_profile),
        CASE(roles_through_roles),
        CASE(circles_of_profiles),
        CASE(a_profile_may_be_its_own_source_when_it_has_keys),
        CASE(a_role_with_the_environment_as_source),
        CASE(a_role_on_top_of_everything),
        CASE(refusals_and_second_tries),
        CASE(throttling_that_says_when),
        CASE(no_server_and_no_terminal),
        CASE(an_mfa_code_without_a_terminal),
        CASE(web_identity),
        CASE(sso_with_a_cached_token),
        CASE(sso_renews_a_token_that_ends_soon),
        CASE(sso_that_needs_a_person),
        CASE(credential_process),
        CASE(credential_process_that_fails),
        CASE(container),
        CASE(containers_elsewhere_are_refused),
        CASE(instance),
        CASE(no_instance),
        CASE(wiping),
    };

    return RUN_TESTS(tests, start, end);
}
