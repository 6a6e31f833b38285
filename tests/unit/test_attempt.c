/* test_attempt.c - what a failed answer is, when it is asked again, and a clock that is wrong. */
#include "expect.h"

#include "aws/attempt.h"
#include "base/clock.h"

static const struct attempt_limits limits = {0, 300000};

static struct http_response answer(int status)
{
    return (struct http_response){.status = status, .body = STRBUF_INIT(1000)};
}

static struct http_response no_answer(enum http_failure failure)
{
    return (struct http_response){.failure = failure, .body = STRBUF_INIT(1000)};
}

TEST(kinds_of_failures)
{
    static const struct {
        struct http_response rs;
        const char *code;
        bool aws;
        enum failure kind;
    } rows[] = {
        {{.status = 200}, "", true, FAILURE_FINAL},
        {{.status = 400}, "Throttling", true, FAILURE_THROTTLED},
        {{.status = 429}, "", false, FAILURE_THROTTLED},
        {{.status = 503}, "", false, FAILURE_SERVER},
        {{.status = 403}, "AccessDenied", true, FAILURE_FINAL},
        {{.status = 404}, "", true, FAILURE_GARBLED}, /* AWS gives a reason */
        {{.status = 404}, "", false, FAILURE_FINAL},  /* the instance has no role */
        {{.failure = HTTP_CONNECT}, "", true, FAILURE_NETWORK},
        {{.failure = HTTP_TIMEOUT}, "", false, FAILURE_TIMEOUT},
        {{.failure = HTTP_TLS}, "", false, FAILURE_TIMEOUT},
        {{.failure = HTTP_REFUSED_REDIRECT}, "", true, FAILURE_FINAL},
        {{.failure = HTTP_TOO_LARGE}, "", true, FAILURE_FINAL},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(attempt_failure(&rows[i].rs, rows[i].code, rows[i].aws), rows[i].kind);
}

static bool may_pass(const char *code, int status, bool complete)
{
    struct page page = {.http_status = status};
    struct query q = {.complete = complete, .error_code = code, .pages = &page, .page_count = 1};

    return attempt_may_pass(&q);
}

TEST(failures_that_may_pass)
{
    static const char *const passing[] = {
        "TimedOut",   "NoConnection",   "ConnectionBroken",     "TLSFailed",
        "Throttling", "RequestTimeout", CREDENTIALS_UNAVAILABLE};
    static const char *const final[] = {
        "AccessDenied",  "Redirected",    "AnswerTooLarge", "NoSuchEntity",
        "RepeatedToken", "NoCredentials", QUERY_STOPPED,    ""};

    for (size_t i = 0; i < sizeof passing / sizeof *passing; i++)
        assert_true(may_pass(passing[i], 0, false));
    for (size_t i = 0; i < sizeof final / sizeof *final; i++)
        assert_false(may_pass(final[i], 400, false));
    assert_true(may_pass("InternalFailure", 500, false));
    assert_true(may_pass("HTTP 503", 503, false));
    assert_false(may_pass("Malformed", 200, false));
    assert_false(may_pass(NULL, 503, false));
    assert_false(may_pass("Throttling", 400, true));
}

TEST(errors_are_read_from_every_shape)
{
    static const struct {
        const char *body, *type, *code, *message;
    } rows[] = {
        {"<ErrorResponse><Error><Code>A</Code><Message>b</Message></Error></ErrorResponse>", "",
         "A", "b"},
        {"{\"__type\":\"x#A:http://y\",\"Message\":\"b\"}", "Z", "A", "b"},
        {"{\"message\":\"b\"}", "A:http://x", "A", "b"},
        {"{\"code\":\"NoRole\",\"message\":\"none here\"}", "", "NoRole", "none here"},
        {"{\"error\":\"invalid_grant\",\"error_description\":\"no\"}", "", "invalid_grant", "no"},
        {"<html>", "", "", ""},
        {"", "", "", ""},
    };
    struct arena arena = {0};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct http_response rs = answer(400);
        struct answer_error e;

        strbuf_addstr(&rs.body, rows[i].body);
        (void)snprintf(rs.error_type, sizeof rs.error_type, "%s", rows[i].type);
        e = attempt_error(&rs, &arena);
        assert_string_equal(e.code, rows[i].code);
        assert_string_equal(e.message, rows[i].message);
        strbuf_free(&rs.body);
    }
    arena_free(&arena);
}

TEST(the_server_says_when)
{
    static const struct {
        const char *header;
        long least, most;
    } rows[] = {{"7", 7000, 7000}, {"9999", 60000, 60000}, {"soon", 0, 1000}, {"-1", 0, 1000}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct retry_budget budget = {RETRY_BUDGET};
        struct attempt a = {.retry = {1, 0}, .since = clock_ticks_ms()};
        struct http_response rs = answer(503);
        long delay;

        (void)snprintf(rs.retry_after, sizeof rs.retry_after, "%s", rows[i].header);
        delay = attempt_delay(&a, &budget, FAILURE_SERVER, &rs, &limits);
        assert_in_range(delay, rows[i].least, rows[i].most);
    }
}

TEST(attempts_end)
{
    struct retry_budget budget = {RETRY_BUDGET};
    struct http_response rs = answer(503);
    struct http_response none = no_answer(HTTP_TIMEOUT);
    struct attempt a = {.retry = {2, 0}, .since = clock_ticks_ms()};
    struct attempt_limits two = {2, 300000};

    assert_true(attempt_delay(&a, &budget, FAILURE_SERVER, &rs, &limits) >= 0);
    assert_int_equal(attempt_delay(&a, &budget, FAILURE_SERVER, &rs, &two), -1);
    a.since -= 400000;
    assert_int_equal(attempt_delay(&a, &budget, FAILURE_SERVER, &rs, &limits), -1);
    a = (struct attempt){.retry = {3, 0}, .since = clock_ticks_ms()};
    assert_int_equal(attempt_delay(&a, &budget, FAILURE_TIMEOUT, &none, &limits), -1);
}

TEST(a_clock_is_corrected_once)
{
    struct attempt a = {.retry = {1, 0}, .since = clock_ticks_ms()};
    struct http_response rs = answer(403);
    long offset = 0;

    (void)snprintf(rs.date, sizeof rs.date, "Fri, 24 Nov 2056 06:14:00 GMT");
    assert_false(attempt_corrects_clock(&a, &rs, "AccessDenied", &offset));
    assert_true(attempt_corrects_clock(&a, &rs, "RequestExpired", &offset));
    assert_true(offset > 900000000L);
    assert_int_equal(a.retry.attempts, 0);
    offset = 0;
    assert_false(attempt_corrects_clock(&a, &rs, "RequestExpired", &offset));
    a.tried_clock = false;
    rs.date[0] = '\0';
    assert_false(attempt_corrects_clock(&a, &rs, "RequestExpired", &offset));
    assert_int_equal(offset, 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds_of_failures),
        cmocka_unit_test(failures_that_may_pass),
        cmocka_unit_test(errors_are_read_from_every_shape),
        cmocka_unit_test(the_server_says_when),
        cmocka_unit_test(attempts_end),
        cmocka_unit_test(a_clock_is_corrected_once),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
