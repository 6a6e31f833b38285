/* test_pacer_shared.c - one rate for several processes, also when one of them is killed. */
#include "expect.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "aws/pacer_shared.h"
#include "base/clock.h"

static struct pacer_shared *open_at(double most, double least)
{
    struct error err = {0};
    struct pacer_shared *p = pacer_shared_open(most, least, 1000, &err);

    assert_non_null(p);
    return p;
}

TEST(turns_are_given_in_order)
{
    struct pacer_shared *p = open_at(10, 1);

    assert_int_equal(pacer_shared_take(p, 1000), 0);
    assert_in_range(pacer_shared_take(p, 1000), 95, 105);
    assert_in_range(pacer_shared_take(p, 1000), 195, 205);
    assert_in_range(pacer_shared_take(p, 1300), 0, 5);
    pacer_shared_close(p);
}

TEST(throttling_slows_down_to_the_least)
{
    struct pacer_shared *p = open_at(100, 2);
    long long now = 1000;

    for (int i = 0; i < 20; i++)
        pacer_shared_tell(p, PACER_THROTTLED, now += 1500);
    (void)pacer_shared_take(p, now);
    (void)pacer_shared_take(p, now);
    assert_in_range(pacer_shared_take(p, now), 490, 1010);
    pacer_shared_close(p);
}

TEST(trouble_begins_and_ends)
{
    struct pacer_shared *p = open_at(100, 1);

    assert_int_equal(pacer_shared_trouble(p, 5000), 0);
    pacer_shared_tell(p, PACER_FAILED, 5000);
    pacer_shared_tell(p, PACER_THROTTLED, 7000);
    assert_int_equal(pacer_shared_trouble(p, 9000), 4000);
    pacer_shared_tell(p, PACER_ANSWERED, 9500);
    assert_int_equal(pacer_shared_trouble(p, 9999), 0);
    pacer_shared_close(p);
}

/* Workers that take turns until they are killed, at any moment, hold up nobody. */
TEST(workers_share_it_and_may_be_killed)
{
    struct pacer_shared *p = open_at(1000, 1);

    for (int i = 0; i < 40; i++) {
        pid_t pid = fork();

        assert_true(pid >= 0);
        if (pid == 0)
            for (;;)
                (void)pacer_shared_take(p, 1000);
        clock_sleep_ms(1);
        (void)kill(pid, SIGKILL);
        assert_int_equal(waitpid(pid, NULL, 0), pid);
        (void)pacer_shared_take(p, 1000);
    }
    assert_true(pacer_shared_take(p, 1000) > 40);
    pacer_shared_close(p);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(turns_are_given_in_order),
        cmocka_unit_test(throttling_slows_down_to_the_least),
        cmocka_unit_test(trouble_begins_and_ends),
        cmocka_unit_test(workers_share_it_and_may_be_killed),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
