/* worker.h - workers: copies of this process that do one task each, apart from each other.
 *
 * A worker shares nothing with the process that started it but open files and what lay in memory
 * at the start. It ends when its task returns, and is ended when the starting process dies. */
#ifndef BASE_WORKER_H
#define BASE_WORKER_H

#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"

/* Run `task(context)` in a worker; *pid gets its number. The task's result, 0..255, is the exit
 * status. ERR_IO when none could be started. */
int worker_start(int (*task)(void *context), void *context, pid_t *pid, struct error *err);

/* How a worker stands. */
enum worker_state { WORKER_RUNNING, WORKER_ENDED, WORKER_KILLED };

/* Ask after a worker without waiting. *status gets the exit status (WORKER_ENDED) or the signal
 * that killed it (WORKER_KILLED); then the pid is free for others and must be forgotten. */
enum worker_state worker_state(pid_t pid, int *status);

/* End a worker at once and wait until it is gone. */
void worker_kill(pid_t pid);

/* A channel from many workers to the process that opened it: messages of a fixed size, at most
 * 512 bytes, each arriving whole. */
struct worker_channel {
    int read_fd, write_fd;
    size_t size; /* of one message */
};
int worker_channel_open(struct worker_channel *c, size_t size, struct error *err);
void worker_channel_close(struct worker_channel *c);
/* From a worker; waits at most `wait_ms` for room, then the message is lost. */
void worker_send(const struct worker_channel *c, const void *message, long wait_ms);
/* Wait at most `wait_ms` for a message; 1 when *message was filled, 0 when none came. */
int worker_receive(const struct worker_channel *c, void *message, int wait_ms);

#endif
