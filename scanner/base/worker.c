/* worker.c - forked workers and the pipe that they report through. */
#include "base/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define SEND_STEP_MS 100

/* The starting process may have died before the worker asked to be told: then its parent is
 * another one by now. */
static _Noreturn void work(int (*task)(void *context), void *context, pid_t parent)
{
    int status = 1;

    (void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (getppid() == parent)
        status = task(context);
    (void)fflush(NULL);
    _exit(status);
}

int worker_start(int (*task)(void *context), void *context, pid_t *pid, struct error *err)
{
    pid_t parent = getpid();

    (void)fflush(NULL); /* what is buffered must not be written twice */
    *pid = fork();
    if (*pid < 0)
        return fail_errno(err, ERR_IO, "cannot start a worker");
    if (*pid == 0)
        work(task, context, parent);
    return 0;
}

enum worker_state worker_state(pid_t pid, int *status)
{
    int how = 0;
    pid_t ended = waitpid(pid, &how, WNOHANG);

    if (ended == 0 || (ended < 0 && errno == EINTR))
        return WORKER_RUNNING;
    if (ended == pid && WIFEXITED(how)) {
        *status = WEXITSTATUS(how);
        return WORKER_ENDED;
    }
    *status = ended == pid && WIFSIGNALED(how) ? WTERMSIG(how) : 0;
    return WORKER_KILLED;
}

void worker_kill(pid_t pid)
{
    (void)kill(pid, SIGKILL);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        continue;
}

/* Reading never blocks; writing does not either, so that a worker cannot hang on a full pipe. */
int worker_channel_open(struct worker_channel *c, size_t size, struct error *err)
{
    int fds[2];

    if (pipe(fds) < 0)
        return fail_errno(err, ERR_IO, "cannot open a pipe");
    for (int i = 0; i < 2; i++) {
        (void)fcntl(fds[i], F_SETFD, FD_CLOEXEC);
        (void)fcntl(fds[i], F_SETFL, O_NONBLOCK);
    }
    *c = (struct worker_channel){fds[0], fds[1], size};
    return 0;
}

void worker_channel_close(struct worker_channel *c)
{
    (void)close(c->read_fd);
    (void)close(c->write_fd);
}

void worker_send(const struct worker_channel *c, const void *message, long wait_ms)
{
    struct pollfd room = {.fd = c->write_fd, .events = POLLOUT};

    for (;; wait_ms -= SEND_STEP_MS) {
        ssize_t sent = write(c->write_fd, message, c->size);

        if (sent >= 0 || (errno != EAGAIN && errno != EINTR) || wait_ms <= 0)
            return;
        (void)poll(&room, 1, SEND_STEP_MS);
    }
}

int worker_receive(const struct worker_channel *c, void *message, int wait_ms)
{
    struct pollfd ready = {.fd = c->read_fd, .events = POLLIN};

    if (poll(&ready, 1, wait_ms) <= 0)
        return 0;
    return read(c->read_fd, message, c->size) == (ssize_t)c->size;
}
