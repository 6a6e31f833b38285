/* test_worker.c - workers: their exit status, their end, and what they report. */
#include "expect.h"

#include <signal.h>

#include "base/clock.h"
#include "base/worker.h"

struct message {
    int from, number;
    char text[200];
};

static struct worker_channel channel;

static int answer_seven(void *context)
{
    (void)context;
    return 7;
}

static int wait_long(void *context)
{
    (void)context;
    clock_sleep_ms(60000);
    return 0;
}

static int die(void *context)
{
    (void)context;
    return raise(SIGKILL);
}

static int report(void *context)
{
    struct message m = {.from = *(int *)context};

    for (m.number = 0; m.number < 500; m.number++)
        worker_send(&channel, &m, 10000);
    return 0;
}

static enum worker_state state_at_end(pid_t pid, int *status)
{
    enum worker_state state = WORKER_RUNNING;

    for (int i = 0; i < 1000 && state == WORKER_RUNNING; i++) {
        state = worker_state(pid, status);
        clock_sleep_ms(5);
    }
    return state;
}

TEST(a_worker_ends_with_its_task)
{
    struct error err = {0};
    int status = 0;
    pid_t pid;

    expect_ok(worker_start(answer_seven, NULL, &pid, &err), err);
    assert_int_equal(state_at_end(pid, &status), WORKER_ENDED);
    assert_int_equal(status, 7);
}

TEST(a_worker_that_is_killed_is_known_by_the_signal)
{
    struct error err = {0};
    int status = 0;
    pid_t pid;

    expect_ok(worker_start(die, NULL, &pid, &err), err);
    assert_int_equal(state_at_end(pid, &status), WORKER_KILLED);
    assert_int_equal(status, SIGKILL);
}

TEST(a_worker_can_be_ended)
{
    struct error err = {0};
    int status = 0;
    pid_t pid;

    expect_ok(worker_start(wait_long, NULL, &pid, &err), err);
    assert_int_equal(worker_state(pid, &status), WORKER_RUNNING);
    worker_kill(pid);
    assert_int_equal(worker_state(pid, &status), WORKER_KILLED); /* nobody of that number */
}

/* More than a pipe holds, from several at once: all arrive, each whole and in its order. */
TEST(messages_arrive_whole_and_none_is_lost)
{
    enum { WORKERS = 4, EACH = 500 };
    struct error err = {0};
    int numbers[WORKERS] = {0, 1, 2, 3}, next[WORKERS] = {0}, status = 0;
    pid_t pids[WORKERS];
    struct message m;

    expect_ok(worker_channel_open(&channel, sizeof m, &err), err);
    assert_int_equal(worker_receive(&channel, &m, 0), 0);
    for (int i = 0; i < WORKERS; i++)
        expect_ok(worker_start(report, &numbers[i], &pids[i], &err), err);
    for (int i = 0; i < WORKERS * EACH; i++) {
        assert_int_equal(worker_receive(&channel, &m, 5000), 1);
        assert_in_range(m.from, 0, WORKERS - 1);
        assert_int_equal(m.number, next[m.from]++);
    }
    for (int i = 0; i < WORKERS; i++)
        assert_int_equal(state_at_end(pids[i], &status), WORKER_ENDED);
    worker_channel_close(&channel);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_worker_ends_with_its_task),
        cmocka_unit_test(a_worker_that_is_killed_is_known_by_the_signal),
        cmocka_unit_test(a_worker_can_be_ended),
        cmocka_unit_test(messages_arrive_whole_and_none_is_lost),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
