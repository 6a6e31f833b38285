/* process.c - running another program and taking what it prints. */
#include "base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/secret.h"

#define LAST_WAIT_MS 20

extern char **environ;

/* Both ends closed in every program that is started meanwhile. */
static int open_pipe(int ends[2], struct error *err)
{
    if (pipe(ends) < 0)
        return fail_errno(err, ERR_IO, "pipe");
    if (fcntl(ends[0], F_SETFD, FD_CLOEXEC) < 0 || fcntl(ends[1], F_SETFD, FD_CLOEXEC) < 0)
        return fail_errno(err, ERR_IO, "pipe");
    return 0;
}

static int spawn(char *const argv[], int output, pid_t *pid, struct error *err)
{
    posix_spawn_file_actions_t actions;
    int rc = posix_spawn_file_actions_init(&actions);

    if (rc == 0) {
        rc = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        if (rc == 0)
            rc = posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
        if (rc == 0)
            rc = posix_spawnp(pid, argv[0], &actions, NULL, argv, environ);
        (void)posix_spawn_file_actions_destroy(&actions);
    }
    if (rc == 0)
        return 0;
    errno = rc;
    return fail_errno(err, ERR_MISSING, "not started");
}

/* Read to the end or to the deadline. */
static int read_all(int fd, long long deadline, struct strbuf *out, struct error *err)
{
    for (;;) {
        long long left = deadline - clock_ticks_ms();
        struct pollfd p = {fd, POLLIN, 0};
        int ready = left > 0 ? poll(&p, 1, (int)left) : 0;

        if (ready < 0 && errno == EINTR)
            continue;
        if (ready < 0)
            return fail_errno(err, ERR_IO, "reading what it prints");
        if (ready == 0)
            return fail(err, ERR_LIMIT, "took too long and was stopped");

        /* One byte more than may come, in the place of the NUL. */
        ssize_t n = read(fd, out->buf + out->len, out->cap - out->len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fail_errno(err, ERR_IO, "reading what it prints");
        if ((size_t)n > out->max - out->len) {
            secret_wipe(out->buf, out->cap);
            out->len = 0;
            return fail(err, ERR_LIMIT, "printed more than %zu bytes", out->max);
        }
        out->len += (size_t)n;
        out->buf[out->len] = '\0';
        if (n == 0)
            return 0;
    }
}

/* Its exit; killed at the deadline. */
static int end_of(pid_t pid, long long deadline, struct error *err)
{
    int status = 0;
    bool killed = false;

    for (;;) {
        pid_t done = waitpid(pid, &status, killed ? 0 : WNOHANG);

        if (done == pid)
            break;
        if (done < 0 && errno != EINTR)
            return fail_errno(err, ERR_IO, "waiting for it");
        if (done == 0 && clock_ticks_ms() >= deadline) {
            (void)kill(pid, SIGKILL);
            killed = true;
        } else if (done == 0) {
            clock_sleep_ms(LAST_WAIT_MS);
        }
    }
    if (killed)
        return fail(err, ERR_LIMIT, "took too long and was stopped");
    if (WIFSIGNALED(status))
        return fail(err, ERR_AUTH, "ended by signal %d", WTERMSIG(status));
    if (WEXITSTATUS(status) != 0)
        return fail(err, ERR_AUTH, "ended with status %d", WEXITSTATUS(status));
    return 0;
}

int process_capture(char *const argv[], long timeout_ms, struct strbuf *out, struct error *err)
{
    int ends[2] = {-1, -1};
    long long deadline = clock_ticks_ms() + timeout_ms;
    pid_t pid = -1;
    int result = open_pipe(ends, err);

    secret_reserve(out);
    if (result == 0)
        result = spawn(argv, ends[1], &pid, err);
    if (ends[1] >= 0)
        (void)close(ends[1]);
    if (result == 0) {
        struct error ignored = {0};

        result = read_all(ends[0], deadline, out, err);
        if (result < 0)
            deadline = 0; /* whatever was wrong: it ends now */
        if (end_of(pid, deadline, result < 0 ? &ignored : err) < 0)
            result = -1;
    }
    if (ends[0] >= 0)
        (void)close(ends[0]);
    return result;
}
