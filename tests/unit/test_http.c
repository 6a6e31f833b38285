/* test_http.c - requests over libcurl: addresses, answers, limits, failures, many at a time. */
#include "http_stub.h"

#include "base/clock.h"
#include "base/http.h"

static struct arena arena;
static const char *dir;
static struct stub server;

static const struct stub_rule rules[] = {
    {"GET /plain ", 200,
     "Date: Tue, 24 Nov 2026 06:14:00 GMT\r\nx-amzn-RequestId: r-1\r\nRetry-After:  7 \r\n"
     "x-amzn-ErrorType: Nothing:http://x\r\n",
     "hello", 0, NULL, 0},
    {"POST /echo ", 403, NULL, "{\"__type\":\"AccessDenied\"}", 0, NULL, 0},
    {"PUT /token ", 200, NULL, "token", 0, NULL, 0},
    {"GET /moved ", 302, "Location: http://127.0.0.1:1/\r\n", "", 0, NULL, 0},
    {"GET /large ", 200, NULL, "0123456789012345678901234567890123456789", 0, NULL, 0},
    {"GET /broken ", 0, NULL, NULL, 0, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", 0},
    {"GET /nothing ", 0, NULL, NULL, 0, "", 0},
    {"GET /noise ", 0, NULL, NULL, 0, "this is no HTTP at all\r\n\r\n", 0},
    {"GET /slow ", 200, NULL, "late", 0, NULL, 1500},
    {"GET /many", 200, NULL, "one of many", 0, NULL, 0},
    {0},
};

static const char *at(const char *path)
{
    return arena_printf(&arena, "http://127.0.0.1:%d%s", server.port, path);
}

static const struct http_settings plain = {NULL, "reportgen-test/1"};

TEST(an_answer_with_its_headers)
{
    static const char *const headers[] = {"X-Test: 1"};
    struct http_request rq = {
        .method = "GET", .url = at("/plain"), .headers = headers, .header_count = 1};
    cleanup_response struct http_response rs = {.body = STRBUF_INIT(0)};
    struct error err = {0};

    expect_ok(http_send(&plain, &rq, &rs, &err), err);
    assert_int_equal(rs.status, 200);
    assert_string_equal(rs.body.buf, "hello");
    assert_string_equal(rs.date, "Tue, 24 Nov 2026 06:14:00 GMT");
    assert_string_equal(rs.request_id, "r-1");
    assert_string_equal(rs.retry_after, "7");
    assert_string_equal(rs.error_type, "Nothing:http://x");

    const char *log = stub_log(&server, &arena);

    expect_in(log, "X-Test: 1\r\n");
    expect_in(log, "User-Agent: reportgen-test/1\r\n");
    expect_in(log, arena_printf(&arena, "Host: 127.0.0.1:%d\r\n", server.port));
    expect_not_in(log, "Expect:");
    expect_not_in(log, "Accept:");
}

TEST(an_error_status_is_an_answer)
{
    struct http_request rq = {.method = "POST",
                              .url = at("/echo"),
                              .body = "a=b",
                              .body_len = 3,
                              .secret = true,
                              .max_bytes = 1000};
    cleanup_response struct http_response rs = {.body = STRBUF_INIT(0)};
    struct error err = {0};

    expect_ok(http_send(&plain, &rq, &rs, &err), err);
    assert_int_equal(rs.status, 403);
    expect_in(rs.body.buf, "AccessDenied");
    expect_in(stub_log(&server, &arena), "\r\n\r\na=b\n");
}

TEST(a_put_without_a_body)
{
    struct http_request rq = {.method = "PUT", .url = at("/token"), .no_proxy = true};
    cleanup_response struct http_response rs = {.body = STRBUF_INIT(0)};
    struct error err = {0};

    expect_ok(http_send(&plain, &rq, &rs, &err), err);
    assert_string_equal(rs.body.buf, "token");
}

static void refused(const struct http_request *rq, enum http_failure failure, enum error_code code,
                    const char *message)
{
    cleanup_response struct http_response rs = {.body = STRBUF_INIT(0)};
    struct error err = {0};

    assert_int_equal(http_send(&plain, rq, &rs, &err), -1);
    assert_int_equal(rs.failure, failure);
    expect_error(err, code, message);
}

TEST(failures_have_a_kind)
{
    const char *here = arena_printf(&arena, "127.0.0.1:%d: ", server.port);
    struct http_request rq = {.method = "GET", .url = at("/moved")};

    refused(&rq, HTTP_REFUSED_REDIRECT, ERR_NET,
            arena_printf(&arena, "%sthe answer is a redirect: HTTP status 302", here));
    rq.url = at("/broken");
    refused(&rq, HTTP_BROKEN, ERR_NET, here);
    rq.url = at("/nothing");
    refused(&rq, HTTP_BROKEN, ERR_NET, here);
    rq.url = at("/noise");
    refused(&rq, HTTP_BROKEN, ERR_NET, here);
    rq.url = at("/large");
    rq.max_bytes = 39;
    refused(&rq, HTTP_TOO_LARGE, ERR_LIMIT,
            arena_printf(&arena, "%sthe answer is too large: more than 39 bytes", here));
    rq.url = at("/slow");
    rq.timeout_ms = 300;
    refused(&rq, HTTP_TIMEOUT, ERR_NET, arena_printf(&arena, "%stimed out", here));
    rq.url = "http://127.0.0.1:1/";
    refused(&rq, HTTP_CONNECT, ERR_NET, "127.0.0.1:1: no connection");
    rq.url = arena_printf(&arena, "https://127.0.0.1:%d/plain", server.port);
    rq.timeout_ms = 2000;
    refused(&rq, HTTP_TLS, ERR_NET, arena_printf(&arena, "%sTLS failed", here));
}

TEST(an_answer_of_just_the_size_is_taken)
{
    struct http_request rq = {.method = "GET", .url = at("/large"), .max_bytes = 40};
    cleanup_response struct http_response rs = {.body = STRBUF_INIT(0)};
    struct error err = {0};

    expect_ok(http_send(&plain, &rq, &rs, &err), err);
    assert_int_equal(rs.body.len, 40);
}

TEST(addresses_that_are_refused)
{
    static const char *const bad[] = {
        "http://iam.amazonaws.com/",
        "http://127.0.0.1.example.com/",
        "http://10.0.0.1/",
        "http://169.254.169.254/",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "127.0.0.1",
        "https://user:pass@127.0.0.1/",
        "https://host/#x",
        "https://host\r\nX: y/",
        "",
        "https://",
        "https://host/a b",
    };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct http_request rq = {.method = "GET", .url = bad[i]};

        refused(&rq, HTTP_REFUSED_URL, ERR_CONFIG, "");
    }
}

TEST(a_header_with_a_line_break_is_refused)
{
    static const char *const headers[] = {"X-A: b\r\nX-C: d"};
    struct http_request rq = {
        .method = "GET", .url = at("/plain"), .headers = headers, .header_count = 1};

    refused(&rq, HTTP_REFUSED_URL, ERR_CONFIG,
            arena_printf(&arena, "127.0.0.1:%d: a header is not one line", server.port));
}

TEST(a_user_agent_with_a_line_break_is_refused)
{
    struct http_settings settings = {NULL, "reportgen\r\nX-Evil: 1"};
    struct http_request rq = {.method = "GET", .url = at("/plain")};
    cleanup_response struct http_response rs = {.body = STRBUF_INIT(0)};
    struct error err = {0};

    assert_int_equal(http_send(&settings, &rq, &rs, &err), -1);
    expect_error(err, ERR_CONFIG,
                 arena_printf(&arena, "127.0.0.1:%d: the user agent is not one line", server.port));
}

TEST(a_path_is_sent_as_it_stands)
{
    struct http_request rq = {.method = "GET", .url = at("/many/../x//y")};
    cleanup_response struct http_response rs = {.body = STRBUF_INIT(0)};
    struct error err = {0};

    expect_ok(http_send(&plain, &rq, &rs, &err), err);
    expect_in(stub_log(&server, &arena), "GET /many/../x//y HTTP/1.1\r\n");
}

TEST(a_ca_bundle_that_is_not_there)
{
    struct http_settings settings = {"/nonexistent/ca.pem", NULL};
    struct http_request rq = {.method = "GET", .url = "https://127.0.0.1:1/"};
    cleanup_response struct http_response rs = {.body = STRBUF_INIT(0)};
    struct error err = {0};

    assert_int_equal(http_send(&settings, &rq, &rs, &err), -1);
    assert_true(rs.failure == HTTP_TLS || rs.failure == HTTP_CONNECT);
}

TEST(parts_of_an_address)
{
    struct http_url u;

    assert_true(http_url_split("https://iam.amazonaws.com", &u));
    assert_true(u.tls);
    assert_string_equal(u.host, "iam.amazonaws.com");
    assert_string_equal(u.authority, "iam.amazonaws.com");
    assert_string_equal(u.path, "/");
    assert_string_equal(u.query, "");
    assert_true(http_url_split("https://h:443/a/b?c=d&e", &u));
    assert_string_equal(u.authority, "h");
    assert_string_equal(u.path, "/a/b");
    assert_string_equal(u.query, "c=d&e");
    assert_true(http_url_split("http://[fd00:ec2::254]:8080/x", &u));
    assert_false(u.tls);
    assert_string_equal(u.host, "fd00:ec2::254");
    assert_string_equal(u.authority, "[fd00:ec2::254]:8080");
    assert_true(http_host_is_loopback("127.3.4.5"));
    assert_true(http_host_is_loopback("LOCALHOST"));
    assert_true(http_host_is_loopback("::1"));
    assert_false(http_host_is_loopback("127.0.0.1.example.com"));
    assert_false(http_host_is_loopback("128.0.0.1"));
}

TEST(percent_encoding)
{
    cleanup_strbuf struct strbuf out = STRBUF_INIT(100);

    http_encode(&out, "a-_.~Z9 +/:=ë");
    assert_string_equal(out.buf, "a-_.~Z9%20%2B%2F%3A%3D%C3%AB");
}

/* --- TLS ------------------------------------------------------------------------------------- */

/* A server with a certificate of its own making: prints its port, ends by itself. */
static const char tls_server[] =
    "import http.server, ssl, sys, threading\n"
    "class H(http.server.SimpleHTTPRequestHandler):\n"
    "    def log_message(self, *a): pass\n"
    "    def do_GET(self):\n"
    "        self.send_response(200); self.end_headers(); self.wfile.write(b'over TLS')\n"
    "s = http.server.HTTPServer(('127.0.0.1', 0), H)\n"
    "c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)\n"
    "c.load_cert_chain(sys.argv[1] + '/cert.pem', sys.argv[1] + '/key.pem')\n"
    "s.socket = c.wrap_socket(s.socket, server_side=True)\n"
    "threading.Timer(60, s.shutdown).start()\n"
    "print(s.server_port, flush=True)\n"
    "s.serve_forever()\n";

/* Its port; 0 when it did not start. */
static int tls_start(pid_t *pid)
{
    int ends[2];
    char text[16] = "";

    assert_int_equal(pipe(ends), 0);
    *pid = fork();
    assert_true(*pid >= 0);
    if (*pid == 0) {
        (void)alarm(60);
        (void)dup2(ends[1], STDOUT_FILENO);
        (void)execlp("/usr/bin/python3", "python3", "-c", tls_server, dir, (char *)NULL);
        _exit(127);
    }
    (void)close(ends[1]);

    ssize_t n = read(ends[0], text, sizeof text - 1);

    (void)close(ends[0]);
    return n > 0 ? (int)strtol(text, NULL, 10) : 0;
}

TEST(certificates_are_verified)
{
    const char *made = arena_printf(
        &arena,
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "
        "/CN=test "
        "-addext subjectAltName=IP:127.0.0.1 -keyout %s/key.pem -out %s/cert.pem 2> %s/openssl.log",
        dir, dir, dir);
    struct http_settings trusting = {file_join(&arena, dir, "cert.pem"), NULL};
    pid_t pid;

    assert_int_equal(system(made), 0);

    int port = tls_start(&pid);
    struct http_request rq = {.method = "GET",
                              .url = arena_printf(&arena, "https://127.0.0.1:%d/", port),
                              .want_leaf = true};
    struct http_request by_name = {.method = "GET",
                                   .url = arena_printf(&arena, "https://localhost:%d/", port)};
    struct http_response stranger, other_name;
    cleanup_response struct http_response known = {.body = STRBUF_INIT(0)};
    struct error err = {0};
    int first = http_send(&plain, &rq, &stranger, &err);
    int second = http_send(&trusting, &by_name, &other_name, &err);
    int third = http_send(&trusting, &rq, &known, &err);

    (void)kill(pid, SIGKILL);
    (void)waitpid(pid, NULL, 0);
    assert_int_equal(first, -1);
    assert_int_equal(stranger.failure, HTTP_TLS);
    assert_int_equal(second, -1);
    assert_int_equal(other_name.failure, HTTP_TLS);
    http_response_clear(&stranger);
    http_response_clear(&other_name);
    assert_int_equal(third, 0);
    assert_string_equal(known.body.buf, "over TLS");
    assert_int_equal(strlen(known.tls_leaf_sha256), 64);
}

/* --- Many ------------------------------------------------------------------------------------ */

#define MANY 40

/* Waits for one; false when none came within the time. */
static bool wait_for_one(struct http_pool *pool, void **user)
{
    struct error err = {0};

    for (int i = 0; i < 200; i++) {
        int got = http_pool_wait(pool, 50, user, &err);

        assert_true(got >= 0);
        if (got == 1)
            return true;
    }
    return false;
}

TEST(many_at_a_time_over_kept_connections)
{
    struct error err = {0};
    struct http_pool *pool = http_pool_open(&plain, 1, &err);
    static struct http_response rs[MANY];
    bool seen[MANY] = {false};
    void *user;

    assert_non_null(pool);
    for (size_t i = 0; i < MANY; i++) {
        struct http_request rq = {.method = "GET", .url = at(arena_printf(&arena, "/many/%zu", i))};

        expect_ok(http_pool_add(pool, &rq, &rs[i], &rs[i], &err), err);
    }
    assert_int_equal(http_pool_pending(pool), MANY);
    for (size_t i = 0; i < MANY; i++) {
        assert_true(wait_for_one(pool, &user));

        size_t which = (size_t)((struct http_response *)user - rs);

        assert_true(which < MANY && !seen[which]);
        seen[which] = true;
        assert_int_equal(rs[which].failure, HTTP_OK);
        assert_string_equal(rs[which].body.buf, "one of many");
        http_response_clear(&rs[which]);
    }
    assert_int_equal(http_pool_pending(pool), 0);
    assert_int_equal(http_pool_wait(pool, 1000, &user, &err), 0);
    http_pool_close(pool);
}

TEST(a_pool_reports_failures_and_goes_on)
{
    struct error err = {0};
    struct http_pool *pool = http_pool_open(&plain, 2, &err);
    struct http_request bad = {.method = "GET", .url = "http://example.com/"};
    struct http_request closed = {.method = "GET", .url = "http://127.0.0.1:1/"};
    struct http_request good = {.method = "GET", .url = at("/plain")};
    struct http_response rs = {.body = STRBUF_INIT(0)};
    void *user;

    assert_int_equal(http_pool_add(pool, &bad, &rs, &rs, &err), -1);
    expect_error(err, ERR_CONFIG, "example.com: only loopback may be asked without TLS");
    http_response_clear(&rs);
    expect_ok(http_pool_add(pool, &closed, &rs, &rs, &err), err);
    assert_true(wait_for_one(pool, &user));
    assert_int_equal(rs.failure, HTTP_CONNECT);
    http_response_clear(&rs);
    expect_ok(http_pool_add(pool, &good, &rs, &rs, &err), err);
    assert_true(wait_for_one(pool, &user));
    assert_int_equal(rs.status, 200);
    http_response_clear(&rs);
    http_pool_close(pool);
}

TEST(a_pool_may_be_closed_in_the_middle)
{
    struct error err = {0};
    struct http_pool *pool = http_pool_open(&plain, 4, &err);
    struct http_request rq = {.method = "GET", .url = at("/slow")};
    struct http_response rs[3];
    void *user;

    for (size_t i = 0; i < 3; i++)
        expect_ok(http_pool_add(pool, &rq, &rs[i], NULL, &err), err);
    assert_int_equal(http_pool_wait(pool, 100, &user, &err), 0);
    http_pool_close(pool);
    for (size_t i = 0; i < 3; i++)
        http_response_clear(&rs[i]);
    http_pool_close(NULL);
}

static int start(void **state __attribute__((unused)))
{
    dir = arena_strdup(&arena, expect_dir());
    stub_start(&server, dir, rules);
    return 0;
}

static int end(void **state __attribute__((unused)))
{
    struct error err = {0};

    stub_stop(&server);
    (void)file_remove_tree(dir, &err);
    arena_free(&arena);
    return 0;
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_with_its_headers),
        cmocka_unit_test(an_error_status_is_an_answer),
        cmocka_unit_test(a_put_without_a_body),
        cmocka_unit_test(failures_have_a_kind),
        cmocka_unit_test(an_answer_of_just_the_size_is_taken),
        cmocka_unit_test(addresses_that_are_refused),
        cmocka_unit_test(a_header_with_a_line_break_is_refused),
        cmocka_unit_test(a_user_agent_with_a_line_break_is_refused),
        cmocka_unit_test(a_path_is_sent_as_it_stands),
        cmocka_unit_test(a_ca_bundle_that_is_not_there),
        cmocka_unit_test(parts_of_an_address),
        cmocka_unit_test(percent_encoding),
        cmocka_unit_test(certificates_are_verified),
        cmocka_unit_test(many_at_a_time_over_kept_connections),
        cmocka_unit_test(a_pool_reports_failures_and_goes_on),
        cmocka_unit_test(a_pool_may_be_closed_in_the_middle),
    };

    return RUN_TESTS(tests, start, end);
}
