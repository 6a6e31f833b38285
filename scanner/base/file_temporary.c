/* file_temporary.c - removing temporary files and folders when a signal ends the program.
 *
 * What runs in the handler are system calls only: no memory, no streams, no readdir(). */
#include "base/file_temporary.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/log.h"

long syscall(long number, ...); /* unistd.h shows it to GNU sources only */

#define NOTED_MAX 8
#define DEPTH_MAX 16

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};

static struct {
    volatile sig_atomic_t used;
    char path[LIMIT_PATH];
} noted[NOTED_MAX];
static sigset_t before_hold;

/* As the kernel writes it: linux_dirent64 of getdents(2). */
struct entry {
    uint64_t inode;
    int64_t offset;
    uint16_t size;
    uint8_t type;
    char name[];
};

static void remove_at(int dir, const char *name, int depth);

/* Remove what is in the folder. Removing while reading may hide entries: read until a round finds
 * none. */
static void empty_folder(int fd, int depth)
{
    _Alignas(struct entry) char buffer[4096];
    bool found = true;

    while (found) {
        long len;

        found = false;
        (void)lseek(fd, 0, SEEK_SET);
        while ((len = syscall(SYS_getdents64, fd, buffer, sizeof buffer)) > 0) {
            for (long at = 0; at < len;) {
                const struct entry *e = (const void *)(buffer + at);

                at += e->size;
                if (strcmp(e->name, ".") == 0 || strcmp(e->name, "..") == 0)
                    continue;
                remove_at(fd, e->name, depth);
                found = found || faccessat(fd, e->name, F_OK, AT_SYMLINK_NOFOLLOW) != 0;
            }
        }
    }
}

static void remove_at(int dir, const char *name, int depth)
{
    int fd;

    if (unlinkat(dir, name, 0) == 0 || depth == 0)
        return;
    fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return;
    empty_folder(fd, depth - 1);
    (void)close(fd);
    (void)unlinkat(dir, name, AT_REMOVEDIR);
}

/* The signal was reset to what it does by default: sent once more, it ends the program as if nobody
 * had listened. */
static void clean_up(int number)
{
    for (size_t i = 0; i < NOTED_MAX; i++)
        if (noted[i].used)
            remove_at(AT_FDCWD, noted[i].path, DEPTH_MAX);
    log_say_last_words();
    (void)raise(number);
}

/* A signal that is ignored (nohup, a background job) stays so. */
void file_clean_on_signals(void)
{
    struct sigaction now, wanted = {.sa_handler = clean_up, .sa_flags = (int)SA_RESETHAND};

    (void)sigemptyset(&wanted.sa_mask);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        (void)sigaddset(&wanted.sa_mask, signals[i]);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        if (sigaction(signals[i], NULL, &now) == 0 && now.sa_handler == SIG_DFL)
            (void)sigaction(signals[i], &wanted, NULL);
}

void temporary_hold(void)
{
    sigset_t set;

    (void)sigemptyset(&set);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        (void)sigaddset(&set, signals[i]);
    (void)sigprocmask(SIG_BLOCK, &set, &before_hold);
}

void temporary_release(void)
{
    (void)sigprocmask(SIG_SETMASK, &before_hold, NULL);
}

void temporary_note(const char *path)
{
    size_t len = strlen(path);

    for (size_t i = 0; i < NOTED_MAX && len < LIMIT_PATH; i++) {
        if (noted[i].used)
            continue;
        memcpy(noted[i].path, path, len + 1);
        noted[i].used = 1;
        return;
    }
}

void temporary_forget(const char *path)
{
    for (size_t i = 0; i < NOTED_MAX; i++)
        if (noted[i].used && strcmp(noted[i].path, path) == 0)
            noted[i].used = 0;
}
