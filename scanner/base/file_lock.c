/* file_lock.c - a lock on a folder, of which nothing is left behind. */
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"

#define STEP_MS 50

int file_lock(const char *dir, long wait_ms, int *lock, struct error *err)
{
    *lock = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (*lock < 0)
        return 0;
    while (flock(*lock, LOCK_EX | LOCK_NB) < 0) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return 0; /* some network file systems lock no folders */
        if (wait_ms <= 0) {
            file_unlock(*lock);
            *lock = -1;
            return fail(err, ERR_IO, "%s: another process is at work in it", dir);
        }
        clock_sleep_ms(STEP_MS);
        wait_ms -= STEP_MS;
    }
    return 0;
}

void file_unlock(int lock)
{
    if (lock >= 0)
        (void)close(lock);
}
