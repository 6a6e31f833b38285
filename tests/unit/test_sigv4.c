/* test_sigv4.c - request signing: every stage of the cases in tests/vectors/sigv4, and limits. */
#include "aws/sigv4.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "expect.h"

#ifndef VECTORS
#define VECTORS "tests/vectors/sigv4"
#endif
#define HEADERS 80

static struct arena arena;

/* Names the case and the stage that differs. */
static void same(const char *path, const char *stage, const char *got, const char *want)
{
    if (strcmp(got, want) == 0)
        return;
    print_error("%s: %s\ngot:\n%s\nwant:\n%s\n", path, stage, got, want);
    _fail(__FILE__, __LINE__);
}

static struct sigv4_request request_of(const cJSON *c, struct sigv4_header headers[HEADERS])
{
    struct sigv4_request rq = {.method = json_str(c, "method"),
                               .path = json_str(c, "path"),
                               .query = json_str(c, "query"),
                               .headers = headers,
                               .body = json_str(c, "body"),
                               .body_len = strlen(json_str(c, "body")),
                               .keep_path = json_true(c, "keepPath"),
                               .path_encoded_once = json_true(c, "pathEncodedOnce"),
                               .content_sha256 = json_true(c, "contentSha256"),
                               .token_unsigned = json_true(c, "tokenUnsigned")};

    for (const cJSON *h = json_first(json_find(c, "headers")); h; h = h->next)
        headers[rq.header_count++] =
            (struct sigv4_header){json_str(h, "name"), json_str(h, "value")};
    return rq;
}

static void run_case(const char *path)
{
    struct error err = {0};
    cleanup_json cJSON *c = json_read(path, MIB, &err);
    struct sigv4_header headers[HEADERS];
    struct credentials who = {0};
    cleanup_sigv4 struct sigv4_result out = {.canonical = STRBUF_INIT(1),
                                             .to_sign = STRBUF_INIT(1)};
    struct sigv4_scope scope = {json_str(c, "region"), json_str(c, "service"), 0};

    assert_non_null(c);
    assert_true(clock_parse(json_str(c, "time"), &scope.now));
    (void)snprintf(who.access_key_id, sizeof who.access_key_id, "%s", json_str(c, "accessKeyId"));
    (void)snprintf(who.secret_access_key, sizeof who.secret_access_key, "%s",
                   json_str(c, "secretAccessKey"));
    (void)snprintf(who.session_token, sizeof who.session_token, "%s", json_str(c, "sessionToken"));

    struct sigv4_request rq = request_of(c, headers);

    expect_ok(sigv4_sign(&rq, &who, &scope, &out, &err), err);
    same(path, "canonical request", out.canonical.buf, json_str(c, "canonicalRequest"));
    same(path, "string to sign", out.to_sign.buf, json_str(c, "stringToSign"));
    same(path, "signature", out.signature, json_str(c, "signature"));
    same(path, "Authorization", out.authorization, json_str(c, "authorization"));
}

TEST(every_stage_of_every_vector)
{
    struct file_list list;
    struct error err = {0};

    expect_ok(file_walk(VECTORS, 1000, &arena, &list, &err), err);
    assert_true(list.count >= 20);
    for (size_t i = 0; i < list.count; i++)
        if (strstr(list.paths[i], ".json"))
            run_case(file_join(&arena, VECTORS, list.paths[i]));
    print_message("%zu vectors\n", list.count);
}

static const struct credentials nobody = {.access_key_id = "AKIDEXAMPLE",
                                          .secret_access_key = "secret-of-a-test"};
static const struct sigv4_scope anywhere = {"us-east-1", "iam", 1440938160};

#define EMPTY                                                  \
    {                                                          \
        .canonical = STRBUF_INIT(1), .to_sign = STRBUF_INIT(1) \
    }

TEST(a_request_without_host_is_refused)
{
    cleanup_sigv4 struct sigv4_result out = EMPTY;
    struct sigv4_request rq = {.method = "GET", .path = "/"};
    struct error err = {0};

    assert_int_equal(sigv4_sign(&rq, &nobody, &anywhere, &out, &err), -1);
    expect_error(err, ERR_CONFIG, "signing: the request has no Host header");
}

TEST(credentials_without_a_key_are_refused)
{
    cleanup_sigv4 struct sigv4_result out = EMPTY;
    struct sigv4_header host = {"Host", "iam.amazonaws.com"};
    struct sigv4_request rq = {.method = "GET", .headers = &host, .header_count = 1};
    struct credentials none = {.access_key_id = "AKIDEXAMPLE"};
    struct error err = {0};

    assert_int_equal(sigv4_sign(&rq, &none, &anywhere, &out, &err), -1);
    expect_error(err, ERR_CONFIG, "signing: credentials without a key");
}

TEST(too_much_is_refused)
{
    struct sigv4_header headers[HEADERS] = {{"Host", "iam.amazonaws.com"}};
    struct sigv4_request rq = {.method = "GET", .headers = headers, .header_count = HEADERS};
    cleanup_sigv4 struct sigv4_result out = EMPTY;
    cleanup_sigv4 struct sigv4_result again = EMPTY;
    char *path = arena_alloc(&arena, 1, 70001);
    struct error err = {0};

    for (size_t i = 1; i < HEADERS; i++)
        headers[i] = (struct sigv4_header){arena_printf(&arena, "X-Header-%zu", i), "value"};
    assert_int_equal(sigv4_sign(&rq, &nobody, &anywhere, &out, &err), -1);
    expect_error(err, ERR_LIMIT, "signing: more than 64 headers");
    memset(path, 'a', 70000);
    rq.header_count = 1;
    rq.path = path;
    assert_int_equal(sigv4_sign(&rq, &nobody, &anywhere, &again, &err), -1);
    expect_error(err, ERR_LIMIT, "signing: canonical request: larger than 65536 bytes");
}

TEST(a_given_hash_stands_for_the_body)
{
    struct sigv4_header host = {"Host", "iam.amazonaws.com"};
    struct sigv4_request rq = {
        .method = "POST", .headers = &host, .header_count = 1, .body = "abc", .body_len = 3};
    struct sigv4_request hashed = rq;
    cleanup_sigv4 struct sigv4_result one = EMPTY;
    cleanup_sigv4 struct sigv4_result two = EMPTY;
    struct error err = {0};

    hashed.body = NULL;
    hashed.body_sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    expect_ok(sigv4_sign(&rq, &nobody, &anywhere, &one, &err), err);
    expect_ok(sigv4_sign(&hashed, &nobody, &anywhere, &two, &err), err);
    assert_string_equal(one.signature, two.signature);
    assert_null(strstr(one.authorization, nobody.secret_access_key));
}

static int start(void **state __attribute__((unused)))
{
    json_init();
    return 0;
}

static int end(void **state __attribute__((unused)))
{
    arena_free(&arena);
    return 0;
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_stage_of_every_vector),
        cmocka_unit_test(a_request_without_host_is_refused),
        cmocka_unit_test(credentials_without_a_key_are_refused),
        cmocka_unit_test(too_much_is_refused),
        cmocka_unit_test(a_given_hash_stands_for_the_body),
    };

    return RUN_TESTS(tests, start, end);
}
