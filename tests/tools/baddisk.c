/* baddisk.c - for LD_PRELOAD: a disk that fails once, at the n-th call that changes it.
 *
 * BADDISK_UNDER  only files below this directory count
 * BADDISK_CALL   write, fsync, close, rename or mkdir
 * BADDISK_NTH    which call fails, from 1; 0: none fails
 * BADDISK_SIGNAL instead of failing, the call sends this signal to the program and goes on
 * BADDISK_COUNT  file that gets the number of such calls when the program ends (optional)
 *
 * The failing write takes half of its bytes and every later one gives ENOSPC, as on a full disk;
 * the others fail once and then work again. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static long seen;

/* The next definition of a function, after ours. POSIX has no other way to write this cast. */
#define NEXT(name)                 \
    static __typeof__(name) *next; \
    if (!next)                     \
    *(void **)&next = dlsym(RTLD_NEXT, #name)

static bool is_under(const char *path)
{
    const char *under = getenv("BADDISK_UNDER");

    return under && path && strncmp(path, under, strlen(under)) == 0;
}

static bool fd_is_under(int fd)
{
    char link[64], path[PATH_MAX];

    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);

    ssize_t len = readlink(link, path, sizeof path - 1);

    if (len < 0)
        return false;
    path[len] = '\0';
    return is_under(path);
}

static bool at_is_under(int dir, const char *path)
{
    char joined[PATH_MAX];

    if (path[0] == '/')
        return is_under(path);
    if (dir != AT_FDCWD)
        return fd_is_under(dir);
    if (!getcwd(joined, sizeof joined / 2))
        return false;
    strncat(joined, "/", 2);
    strncat(joined, path, sizeof joined - strlen(joined) - 1);
    return is_under(joined);
}

static long number_in(const char *variable)
{
    const char *text = getenv(variable);

    return text ? strtol(text, NULL, 10) : 0;
}

/* Count a call that matters: 0 it succeeds, 1 it is the one that fails, 2 it comes after that. */
static int fate(const char *call)
{
    const char *wanted = getenv("BADDISK_CALL");
    long n = number_in("BADDISK_NTH");

    if (!wanted || strcmp(call, wanted) != 0)
        return 0;
    seen++;
    if (n == 0 || seen < n)
        return 0;
    if (number_in("BADDISK_SIGNAL") > 0) {
        if (seen == n)
            raise((int)number_in("BADDISK_SIGNAL"));
        return 0;
    }
    return seen == n ? 1 : 2;
}

__attribute__((destructor)) static void report(void)
{
    const char *path = getenv("BADDISK_COUNT");
    FILE *f = path ? fopen(path, "w") : NULL;

    if (f) {
        fprintf(f, "%ld\n", seen);
        fclose(f);
    }
}

ssize_t write(int fd, const void *bytes, size_t len)
{
    NEXT(write);

    int bad = fd_is_under(fd) ? fate("write") : 0;

    if (bad == 1 && len > 1)
        return next(fd, bytes, len / 2);
    if (bad) {
        errno = ENOSPC;
        return -1;
    }
    return next(fd, bytes, len);
}

int fsync(int fd)
{
    NEXT(fsync);
    if (fd_is_under(fd) && fate("fsync") == 1) {
        errno = EIO;
        return -1;
    }
    return next(fd);
}

/* Only a descriptor that can write; it is gone after a failed close, as on Linux. */
int close(int fd)
{
    NEXT(close);

    bool writes = (fcntl(fd, F_GETFL) & O_ACCMODE) != O_RDONLY;
    bool bad = writes && fd_is_under(fd) && fate("close") == 1;
    int status = next(fd);

    if (bad) {
        errno = EIO;
        return -1;
    }
    return status;
}

int rename(const char *from, const char *to)
{
    NEXT(rename);
    if (at_is_under(AT_FDCWD, to) && fate("rename") == 1) {
        errno = EIO;
        return -1;
    }
    return next(from, to);
}

int renameat(int from_dir, const char *from, int to_dir, const char *to)
{
    NEXT(renameat);
    if (at_is_under(to_dir, to) && fate("rename") == 1) {
        errno = EIO;
        return -1;
    }
    return next(from_dir, from, to_dir, to);
}

int mkdir(const char *path, mode_t mode)
{
    NEXT(mkdir);
    if (at_is_under(AT_FDCWD, path) && fate("mkdir") == 1) {
        errno = ENOSPC;
        return -1;
    }
    return next(path, mode);
}
