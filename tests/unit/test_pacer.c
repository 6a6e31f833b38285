/* test_pacer.c - the rate of requests: evenness, halving, creeping up. */
#include "expect.h"

#include "aws/pacer.h"

/* Requests sent within `ms`, when each is sent as soon as it may be and each answered with
 * success. */
static int sent_within(struct pacer *p, long long from, long ms)
{
    long long now = from;
    int sent = 0;

    for (;;) {
        long wait = pacer_wait(p, now);

        now += wait;
        if (now >= from + ms)
            return sent;
        if (wait == 0) {
            pacer_sent(p, now);
            sent++;
        }
    }
}

TEST(the_rate_is_kept_and_reached)
{
    static const double rates[] = {0.1, 1, 15, 100, 1000};

    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        struct pacer p;
        int sent;

        pacer_init(&p, rates[i], 5000);
        sent = sent_within(&p, 5000, 60000);
        assert_true(sent >= (int)(rates[i] * 60 * 0.97));
        assert_true(sent <= (int)(rates[i] * 60 + rates[i] * 0.05 + 2));
    }
}

TEST(the_first_may_go_at_once_and_a_burst_may_not)
{
    struct pacer p;

    pacer_init(&p, 10, 0);
    assert_int_equal(pacer_wait(&p, 0), 0);
    pacer_sent(&p, 0);
    assert_in_range(pacer_wait(&p, 0), 100, 101);
    assert_int_equal(pacer_wait(&p, 101), 0);
    /* An hour of rest saves no more than one and a half requests. */
    pacer_sent(&p, 3600000);
    assert_true(pacer_wait(&p, 3600000) > 0);
}

TEST(throttling_halves_the_rate_once_a_second)
{
    struct pacer p;

    pacer_init(&p, 16, 0);
    pacer_throttled(&p, 10);
    pacer_throttled(&p, 20);
    pacer_throttled(&p, 999);
    assert_true(p.rate == 8);
    pacer_throttled(&p, 1010);
    assert_true(p.rate == 4);
    for (long long now = 2010; now < 100000; now += 1000)
        pacer_throttled(&p, now);
    assert_true(p.rate >= 0.1);
    assert_true(pacer_wait(&p, 100000) <= 10001);
}

TEST(success_lets_the_rate_creep_up_again)
{
    struct pacer p;
    int answers = 0;

    pacer_init(&p, 20, 0);
    pacer_throttled(&p, 0);
    while (p.rate < 20) {
        pacer_answered(&p);
        answers++;
    }
    /* From 10 to 20 a second in about ten seconds, so after about 150 answers. */
    assert_in_range(answers, 100, 200);
    pacer_answered(&p);
    assert_true(p.rate <= 20);
}

TEST(a_clock_that_stands_still_or_goes_back_is_survived)
{
    struct pacer p;

    pacer_init(&p, 10, 1000);
    pacer_sent(&p, 1000);
    assert_in_range(pacer_wait(&p, 500), 1, 200);
    assert_in_range(pacer_wait(&p, 500), 1, 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rate_is_kept_and_reached),
        cmocka_unit_test(the_first_may_go_at_once_and_a_burst_may_not),
        cmocka_unit_test(throttling_halves_the_rate_once_a_second),
        cmocka_unit_test(success_lets_the_rate_creep_up_again),
        cmocka_unit_test(a_clock_that_stands_still_or_goes_back_is_survived),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
