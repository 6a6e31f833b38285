/* test_retry.c - which failures are asked again, when, and for how long. */
#include "expect.h"

#include "aws/retry.h"

TEST(kinds_of_error_answers)
{
    static const struct {
        int status;
        const char *code;
        enum failure kind;
    } rows[] = {
        {400, "Throttling", FAILURE_THROTTLED},
        {400, "ThrottlingException", FAILURE_THROTTLED},
        {400, "TooManyRequestsException", FAILURE_THROTTLED},
        {503, "SlowDown", FAILURE_THROTTLED},
        {400, "LimitExceededException", FAILURE_THROTTLED},
        {429, "", FAILURE_THROTTLED},
        {409, "LimitExceeded", FAILURE_FINAL}, /* IAM: a quota */
        {500, "ServiceFailure", FAILURE_SERVER},
        {500, "", FAILURE_SERVER},
        {502, "", FAILURE_SERVER},
        {503, "ServiceUnavailable", FAILURE_SERVER},
        {504, "", FAILURE_SERVER},
        {400, "RequestTimeout", FAILURE_SERVER},
        {400, "IDPCommunicationError", FAILURE_SERVER},
        {501, "", FAILURE_FINAL},
        {403, "AccessDenied", FAILURE_FINAL},
        {404, "NoSuchEntity", FAILURE_FINAL},
        {410, "ReportNotPresent", FAILURE_FINAL},
        {400, "throttling", FAILURE_FINAL},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(retry_kind(rows[i].status, rows[i].code), rows[i].kind);
}

TEST(words_for_a_wrong_clock_and_for_old_credentials)
{
    assert_true(retry_is_skew("SignatureDoesNotMatch"));
    assert_true(retry_is_skew("RequestTimeTooSkewed"));
    assert_false(retry_is_skew("AccessDenied"));
    assert_true(retry_is_expired("ExpiredToken"));
    assert_true(retry_is_expired("ExpiredTokenException"));
    assert_false(retry_is_expired("InvalidClientTokenId"));
}

TEST(delays_double_up_to_twenty_seconds)
{
    static const long most[] = {1000, 2000, 4000, 8000, 16000, 20000, 20000};
    struct retry_budget b = {RETRY_BUDGET};
    struct retry_state s = {0, 0};

    for (int i = 0; i < 7; i++) {
        struct retry_budget other = {RETRY_BUDGET};
        struct retry_state same = s;

        s.attempts = i + 1;
        same.attempts = i + 1;
        assert_int_equal(retry_delay(&other, &same, FAILURE_SERVER, 0, 0), 0);
        assert_in_range(retry_delay(&b, &s, FAILURE_SERVER, 0.9999999, 0), most[i] - 1, most[i]);
    }
    s.attempts = 8;
    assert_int_equal(retry_delay(&b, &s, FAILURE_SERVER, 0.5, 0), -1);
}

TEST(what_the_server_asked_for_is_waited_up_to_a_minute)
{
    struct retry_budget b = {RETRY_BUDGET};
    struct retry_state s = {1, 0};

    assert_int_equal(retry_delay(&b, &s, FAILURE_THROTTLED, 0, 7000), 7000);
    assert_int_equal(retry_delay(&b, &s, FAILURE_THROTTLED, 0.5, 100), 500);
    assert_int_equal(retry_delay(&b, &s, FAILURE_THROTTLED, 0, 9999000), 60000);
}

TEST(a_final_failure_is_not_asked_again)
{
    struct retry_budget b = {RETRY_BUDGET};
    struct retry_state s = {1, 0};

    assert_int_equal(retry_delay(&b, &s, FAILURE_FINAL, 0, 0), -1);
    assert_int_equal(b.left, RETRY_BUDGET);
}

TEST(the_budget_is_spent_and_given_back)
{
    struct retry_budget b = {RETRY_BUDGET};
    struct retry_state s = {1, 0};

    assert_true(retry_delay(&b, &s, FAILURE_THROTTLED, 0, 0) >= 0);
    assert_int_equal(b.left, RETRY_BUDGET - 5);
    s.attempts++;
    assert_true(retry_delay(&b, &s, FAILURE_TIMEOUT, 0, 0) >= 0);
    assert_int_equal(b.left, RETRY_BUDGET - 15);
    retry_succeeded(&b, &s);
    assert_int_equal(b.left, RETRY_BUDGET);

    for (int i = 0; i < RETRY_BUDGET / 5; i++) {
        struct retry_state other = {1, 0};

        assert_true(retry_delay(&b, &other, FAILURE_THROTTLED, 0, 0) >= 0);
    }
    s = (struct retry_state){1, 0};
    assert_int_equal(retry_delay(&b, &s, FAILURE_THROTTLED, 0, 0), -1);
    for (int i = 0; i < 5; i++)
        retry_succeeded(&b, &(struct retry_state){1, 0});
    assert_true(retry_delay(&b, &s, FAILURE_THROTTLED, 0, 0) >= 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds_of_error_answers),
        cmocka_unit_test(words_for_a_wrong_clock_and_for_old_credentials),
        cmocka_unit_test(delays_double_up_to_twenty_seconds),
        cmocka_unit_test(what_the_server_asked_for_is_waited_up_to_a_minute),
        cmocka_unit_test(a_final_failure_is_not_asked_again),
        cmocka_unit_test(the_budget_is_spent_and_given_back),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
