/* test_config.c - ~/.aws files, the choice of the profile, and settings of the environment. */
#include <unistd.h>

#include "aws/config.h"
#include "base/file.h"
#include "expect.h"

static struct arena arena;
static const char *dir;

static const char *const variables[] = {
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_CA_BUNDLE",
    "AWS_MAX_ATTEMPTS",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_IAM",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
};

static int fresh(void **state __attribute__((unused)))
{
    struct error err = {0};

    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        (void)unsetenv(variables[i]);
    (void)setenv("HOME", dir, 1);
    (void)file_remove_tree(file_join(&arena, dir, ".aws"), &err);
    return 0;
}

static void parse(struct config *c, const char *config, const char *credentials)
{
    struct error err = {0};

    expect_ok(config_parse(c, config, credentials, &err), err);
}

static void expect_setting(const struct config *c, const char *profile, const char *key,
                           const char *want)
{
    const char *got = config_get(c, CONFIG_PROFILE, profile, key);

    if (want)
        assert_string_equal(got ? got : "(absent)", want);
    else
        assert_null(got);
}

/* --- Reading ---------------------------------------------------------------------------------- */

TEST(kinds_of_sections)
{
    cleanup_config struct config c;

    parse(
        &c,
        "[default]\nregion = eu-west-1\n[profile plain]\nregion=eu-west-2\n"
        "[profile \"a b\"]\nregion = eu-west-3\n[profile 'c d']\nregion: eu-north-1\n"
        "[  profile   spaced  ]\nregion = eu-south-1\n[sso-session corp]\nsso_region = us-east-2\n"
        "[services s]\n[preview]\nregion = no\n[plain]\nregion = no\n[profile too many words]\n"
        "region = no\n",
        NULL);
    expect_setting(&c, "default", "region", "eu-west-1");
    expect_setting(&c, "plain", "region", "eu-west-2");
    expect_setting(&c, "a b", "region", "eu-west-3");
    expect_setting(&c, "c d", "region", "eu-north-1");
    expect_setting(&c, "spaced", "region", "eu-south-1");
    assert_string_equal(config_get(&c, CONFIG_SSO_SESSION, "corp", "sso_region"), "us-east-2");
    assert_true(config_has(&c, CONFIG_SERVICES, "s"));
    assert_false(config_has(&c, CONFIG_PROFILE, "preview"));
    assert_false(config_has(&c, CONFIG_PROFILE, "corp"));
    assert_false(config_has(&c, CONFIG_PROFILE, "too"));
}

TEST(comments_blanks_and_line_ends)
{
    cleanup_config struct config c;

    parse(&c,
          "\xEF\xBB\xBF# first\r\n[default]\r\n; note\r\n  # indented note\r\nregion = x # kept ; "
          "kept\r\n\r\noutput=\r\nequals = a=b=c\r\ncolon : d\r\nlast = 1",
          NULL);
    expect_setting(&c, "default", "region", "x # kept ; kept");
    expect_setting(&c, "default", "output", NULL);
    expect_setting(&c, "default", "equals", "a=b=c");
    expect_setting(&c, "default", "colon", "d");
    expect_setting(&c, "default", "last", "1");
    expect_setting(&c, "default", "LAST", "1");
}

TEST(indented_blocks)
{
    cleanup_config struct config c;

    parse(&c,
          "[profile a]\nregion = one\ns3 =\n    max_concurrent_requests = 20\n    # note\n\n"
          "    region = of the block\noutput = json\n[services s]\niam =\n  endpoint_url = "
          "http://127.0.0.1:1\nsts=\n\tendpoint_url=http://127.0.0.1:2\n",
          NULL);
    expect_setting(&c, "a", "region", "one");
    expect_setting(&c, "a", "output", "json");
    expect_setting(&c, "a", "s3", NULL);
    expect_setting(&c, "a", "max_concurrent_requests", NULL);
    assert_string_equal(config_get_nested(&c, CONFIG_PROFILE, "a", "s3", "max_concurrent_requests"),
                        "20");
    assert_string_equal(config_get_nested(&c, CONFIG_SERVICES, "s", "IAM", "endpoint_url"),
                        "http://127.0.0.1:1");
    assert_string_equal(config_get_nested(&c, CONFIG_SERVICES, "s", "sts", "endpoint_url"),
                        "http://127.0.0.1:2");
}

TEST(indentation_of_whole_sections)
{
    cleanup_config struct config c;

    parse(&c,
          "[default]\n  region = one\n  output = json\n    deeper = dropped\n  last = 1\n"
          "  [profile b]\n  region = two\n",
          NULL);
    expect_setting(&c, "default", "region", "one");
    expect_setting(&c, "default", "output", "json");
    expect_setting(&c, "default", "deeper", NULL);
    expect_setting(&c, "default", "last", "1");
}

TEST(the_credentials_file_wins)
{
    cleanup_config struct config c;

    parse(&c,
          "[profile a]\nregion = of config\nk = config\n[profile default]\nk = named\n[default]\n"
          "k = bare\nl = bare\n",
          "[a]\nk = credentials\n[profile a]\nk = another profile\n");
    expect_setting(&c, "a", "region", "of config");
    expect_setting(&c, "a", "k", "credentials");
    expect_setting(&c, "default", "k", "named");
    expect_setting(&c, "default", "l", "bare");
    expect_setting(&c, "profile a", "k", "another profile");
    assert_string_equal(config_get_from(&c, CONFIG_FROM_CONFIG, "a", "k"), "config");
    assert_string_equal(config_get_from(&c, CONFIG_FROM_CREDENTIALS, "a", "k"), "credentials");
    assert_null(config_get_from(&c, CONFIG_FROM_CREDENTIALS, "a", "region"));
    assert_string_equal(config_get_from(&c, CONFIG_FROM_CONFIG, "default", "l"), "bare");
}

TEST(what_is_said_twice_counts_as_said_last)
{
    cleanup_config struct config c;

    parse(&c, "[profile a]\nk = 1\nk = 2\n[profile b]\n[profile a]\nk = 3\n", NULL);
    expect_setting(&c, "a", "k", "3");
}

TEST(long_names_and_values)
{
    cleanup_config struct config c;
    char *token = arena_alloc(&arena, 1, 9001);
    const char *name = "a-profile-name-that-is-much-longer-than-fifty-bytes-and-ends-in-one";
    const char *twin = "a-profile-name-that-is-much-longer-than-fifty-bytes-and-ends-in-two";

    memset(token, 't', 9000);
    parse(&c,
          arena_printf(&arena, "[profile %s]\nk = 1\n[profile %s]\nk = 2\naws_session_token = %s\n",
                       name, twin, token),
          NULL);
    expect_setting(&c, name, "k", "1");
    expect_setting(&c, twin, "k", "2");
    expect_setting(&c, twin, "aws_session_token", token);
}

static void refused(const char *config, enum error_code code, const char *message)
{
    struct config c;
    struct error err = {0};

    assert_int_equal(config_parse(&c, config, NULL, &err), -1);
    expect_error(err, code, message);
    config_close(&c);
}

TEST(files_that_are_refused)
{
    char *longest = arena_alloc(&arena, 1, 20001);

    memset(longest, 'x', 20000);
    refused("[default\n", ERR_FORMAT, "config:1: a section without its closing bracket");
    refused("[default]\nregion eu-west-1\n", ERR_FORMAT, "config:2: neither a section nor a sett");
    refused("\n\n[profile \"a]\n", ERR_CONFIG, "config:3: a quote is not closed");
    refused(arena_printf(&arena, "[default]\nk = %s\n", longest), ERR_LIMIT,
            "config:2: line too long");
}

/* --- The profile -------------------------------------------------------------------------------
 */

static void write_file(const char *name, const char *text)
{
    struct error err = {0};

    expect_ok(file_make_dirs(file_join(&arena, dir, ".aws"), 0700, &err), err);
    expect_ok(file_write(file_join(&arena, dir, name), text, strlen(text), 0600, &err), err);
}

TEST(which_profile)
{
    struct error err = {0};
    struct config c;

    write_file(".aws/config", "[profile audit]\n[profile prod]\n");
    write_file(".aws/credentials", "[other]\n");
    expect_ok(config_open(&c, NULL, &err), err); /* "default" need not exist */
    assert_string_equal(c.profile, "default");
    config_close(&c);
    (void)setenv("AWS_DEFAULT_PROFILE", "other", 1);
    expect_ok(config_open(&c, NULL, &err), err);
    assert_string_equal(c.profile, "other");
    config_close(&c);
    (void)setenv("AWS_PROFILE", "prod", 1);
    expect_ok(config_open(&c, NULL, &err), err);
    assert_string_equal(c.profile, "prod");
    assert_false(c.profile_explicit);
    config_close(&c);
    expect_ok(config_open(&c, "audit", &err), err);
    assert_string_equal(c.profile, "audit");
    assert_true(c.profile_explicit);
    config_close(&c);
}

TEST(a_profile_that_is_not_there)
{
    struct error err = {0};
    struct config c;

    write_file(".aws/config", "[profile audit]\n[profile prod]\n");
    assert_int_equal(config_open(&c, "audti", &err), -1);
    expect_error(err, ERR_CONFIG,
                 arena_printf(&arena,
                              "no profile \"audti\" (did you mean \"audit\"?) in %s/.aws/config or "
                              "%s/.aws/credentials",
                              dir, dir));
    config_close(&c);
    (void)setenv("AWS_PROFILE", "something-else", 1);
    assert_int_equal(config_open(&c, NULL, &err), -1);
    expect_error(err, ERR_CONFIG, "no profile \"something-else\" in ");
    config_close(&c);
}

TEST(files_elsewhere)
{
    struct error err = {0};
    struct config c;

    write_file("my-config", "[profile a]\nregion = eu-west-1\n");
    write_file("my-keys", "[a]\nk = v\n");
    (void)setenv("AWS_CONFIG_FILE", "~/my-config", 1);
    (void)setenv("AWS_SHARED_CREDENTIALS_FILE", file_join(&arena, dir, "my-keys"), 1);
    expect_ok(config_open(&c, "a", &err), err);
    assert_string_equal(config_value(&c, "region"), "eu-west-1");
    assert_string_equal(config_value(&c, "k"), "v");
    config_close(&c);
    (void)setenv("AWS_CONFIG_FILE", dir, 1);
    assert_int_equal(config_open(&c, "a", &err), -1);
    expect_error(err, ERR_IO, arena_printf(&arena, "%s: is a directory", dir));
    config_close(&c);
    (void)unsetenv("HOME");
    (void)unsetenv("AWS_CONFIG_FILE");
    (void)unsetenv("AWS_SHARED_CREDENTIALS_FILE");
    expect_ok(config_open(&c, NULL, &err), err);
    config_close(&c);
}

/* As in the AWS CLI: the null device, also behind a link, is how people say «no file». */
TEST(the_null_device_is_an_empty_file)
{
    const char *link = file_join(&arena, dir, "nothing");
    struct error err = {0};
    struct config c;

    write_file(".aws/config", "[default]\nregion = eu-west-1\n");
    (void)unlink(link);
    assert_int_equal(symlink("/dev/null", link), 0);
    (void)setenv("AWS_CONFIG_FILE", "/dev/null", 1);
    (void)setenv("AWS_SHARED_CREDENTIALS_FILE", link, 1);
    expect_ok(config_open(&c, NULL, &err), err);
    assert_null(config_value(&c, "region"));
    config_close(&c);
    (void)setenv("AWS_CONFIG_FILE", "/dev/zero", 1);
    assert_int_equal(config_open(&c, NULL, &err), -1);
    expect_error(err, ERR_IO, "/dev/zero: not a regular file");
    config_close(&c);
}

/* --- Settings ----------------------------------------------------------------------------------
 */

TEST(region_in_its_order)
{
    cleanup_config struct config c;
    struct error err = {0};
    const char *region;

    parse(&c, "[default]\nregion = of-profile\n", NULL);
    expect_ok(config_region(&c, NULL, &region, &err), err);
    assert_string_equal(region, "of-profile");
    (void)setenv("AWS_DEFAULT_REGION", "of-default", 1);
    expect_ok(config_region(&c, NULL, &region, &err), err);
    assert_string_equal(region, "of-default");
    (void)setenv("AWS_REGION", "of-region", 1);
    expect_ok(config_region(&c, NULL, &region, &err), err);
    assert_string_equal(region, "of-region");
    expect_ok(config_region(&c, "of-caller", &region, &err), err);
    assert_string_equal(region, "of-caller");
    assert_int_equal(config_region(&c, "evil.example.com/", &region, &err), -1);
    expect_error(err, ERR_CONFIG, "the region is not a name");
    assert_int_equal(config_region(&c, "-x", &region, &err), -1);
    expect_error(err, ERR_CONFIG, "the region is not a name");
}

TEST(other_settings)
{
    cleanup_config struct config c;
    struct error err = {0};
    int attempts;

    parse(&c, "[default]\nca_bundle = /ca\nmax_attempts = 5\nuse_fips_endpoint = TRUE\n", NULL);
    assert_string_equal(config_ca_bundle(&c), "/ca");
    (void)setenv("AWS_CA_BUNDLE", "/other", 1);
    assert_string_equal(config_ca_bundle(&c), "/other");
    expect_ok(config_max_attempts(&c, 8, &attempts, &err), err);
    assert_int_equal(attempts, 5);
    (void)setenv("AWS_MAX_ATTEMPTS", "0", 1);
    assert_int_equal(config_max_attempts(&c, 8, &attempts, &err), -1);
    expect_error(err, ERR_CONFIG, "AWS_MAX_ATTEMPTS: not a number from 1 to 100");
    (void)setenv("AWS_MAX_ATTEMPTS", "3x", 1);
    assert_int_equal(config_max_attempts(&c, 8, &attempts, &err), -1);
    expect_error(err, ERR_CONFIG, "AWS_MAX_ATTEMPTS: not a number from 1 to 100");
    assert_true(config_use_fips(&c));
    assert_false(config_use_dualstack(&c));
    (void)setenv("AWS_USE_FIPS_ENDPOINT", "false", 1);
    assert_false(config_use_fips(&c));
}

static void expect_url(const struct config *c, const char *want)
{
    const char *url = config_endpoint_url(c, "IAM");

    assert_string_equal(url ? url : "(none)", want);
}

TEST(endpoint_addresses_in_their_order)
{
    cleanup_config struct config c;
    cleanup_config struct config off;

    parse(&c,
          "[default]\nendpoint_url = https://profile\nservices = s\n[services s]\niam =\n"
          "  endpoint_url = https://services\n",
          NULL);
    expect_url(&c, "https://services");
    assert_string_equal(config_endpoint_url(&c, "STS"), "https://profile");
    (void)setenv("AWS_ENDPOINT_URL", "https://all", 1);
    expect_url(&c, "https://all");
    (void)setenv("AWS_ENDPOINT_URL_IAM", "https://iam", 1);
    expect_url(&c, "https://iam");
    assert_string_equal(config_endpoint_url(&c, "STS"), "https://all");
    (void)setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true", 1);
    expect_url(&c, "(none)");
    (void)unsetenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");
    parse(&off, "[default]\nignore_configured_endpoint_urls = true\nendpoint_url = https://x\n",
          NULL);
    expect_url(&off, "(none)");
}

/* --- Words -------------------------------------------------------------------------------------
 */

TEST(words_of_a_command)
{
    static const struct {
        const char *text, *words; /* joined by '|' */
    } cases[] = {
        {"", ""},
        {"  \t ", ""},
        {"a b  c", "a|b|c"},
        {"'a b' \"c d\"", "a b|c d"},
        {"a\\ b c\\\\d", "a b|c\\d"},
        {"\"a\\\"b\\\\c\\d\"", "a\"b\\c\\d"},
        {"'a\\b'", "a\\b"},
        {"a'b'\"c\"d", "abcd"},
        {"'' \"\"", "|"},
        {"$HOME `id` $(id) *;&", "$HOME|`id`|$(id)|*;&"},
        {"end\\", "end\\"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cleanup_strbuf struct strbuf words = STRBUF_INIT(100);
        cleanup_strbuf struct strbuf joined = STRBUF_INIT(100);
        struct error err = {0};
        size_t count;
        const char *at;

        expect_ok(config_split_words(cases[i].text, &words, &count, &err), err);
        at = words.buf;
        for (size_t k = 0; k < count; k++) {
            strbuf_addf(&joined, "%s%s", k ? "|" : "", at);
            at += strlen(at) + 1;
        }
        assert_string_equal(joined.buf, cases[i].words);
    }
}

TEST(an_open_quote)
{
    cleanup_strbuf struct strbuf words = STRBUF_INIT(100);
    struct error err = {0};
    size_t count;

    assert_int_equal(config_split_words("a 'b", &words, &count, &err), -1);
    expect_error(err, ERR_CONFIG, "a quote is not closed");
    assert_int_equal(config_split_words("a \"b\\\"", &words, &count, &err), -1);
    expect_error(err, ERR_CONFIG, "a quote is not closed");
}

static int start(void **state __attribute__((unused)))
{
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

#define CASE(name) cmocka_unit_test_setup(name, fresh)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        CASE(kinds_of_sections),
        CASE(comments_blanks_and_line_ends),
        CASE(indented_blocks),
        CASE(indentation_of_whole_sections),
        CASE(the_credentials_file_wins),
        CASE(what_is_said_twice_counts_as_said_last),
        CASE(long_names_and_values),
        CASE(files_that_are_refused),
        CASE(which_profile),
        CASE(a_profile_that_is_not_there),
        CASE(files_elsewhere),
        CASE(the_null_device_is_an_empty_file),
        CASE(region_in_its_order),
        CASE(other_settings),
        CASE(endpoint_addresses_in_their_order),
        CASE(words_of_a_command),
        CASE(an_open_quote),
    };

    return RUN_TESTS(tests, start, end);
}
