/* fastclock.c - for LD_PRELOAD: waiting goes FASTCLOCK times faster, so that limits of minutes can
 * be tested in seconds. The time of day stays as it is; what others take to answer seems longer. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#define NEXT(name)                 \
    static __typeof__(name) *next; \
    if (!next)                     \
    *(void **)&next = dlsym(RTLD_NEXT, #name)

static long factor = 1;
static struct timespec begun[16];

__attribute__((constructor)) static void begin(void)
{
    const char *text = getenv("FASTCLOCK");
    const long number = text ? strtol(text, NULL, 10) : 1;

    for (clockid_t c = 0; c < 16; c++)
        (void)clock_gettime(c, &begun[c]);
    factor = number > 0 ? number : 1;
}

static bool is_running(clockid_t clock)
{
    return clock == CLOCK_MONOTONIC || clock == CLOCK_MONOTONIC_RAW ||
           clock == CLOCK_MONOTONIC_COARSE;
}

int clock_gettime(clockid_t clock, struct timespec *out)
{
    NEXT(clock_gettime);

    int status = next(clock, out);

    if (status == 0 && factor > 1 && is_running(clock)) {
        const struct timespec *b = &begun[clock];
        long long passed = (out->tv_sec - b->tv_sec) * 1000000000LL + (out->tv_nsec - b->tv_nsec);
        long long at = b->tv_nsec + passed * factor;

        out->tv_sec = b->tv_sec + (time_t)(at / 1000000000LL);
        out->tv_nsec = (long)(at % 1000000000LL);
    }
    return status;
}

static int shorter(int ms)
{
    return ms <= 0 ? ms : ms / factor > 0 ? (int)(ms / factor) : 1;
}

int poll(struct pollfd *fds, nfds_t count, int timeout)
{
    NEXT(poll);
    return next(fds, count, shorter(timeout));
}

int nanosleep(const struct timespec *wanted, struct timespec *left)
{
    NEXT(nanosleep);

    long long ns = (wanted->tv_sec * 1000000000LL + wanted->tv_nsec) / factor;
    struct timespec less = {(time_t)(ns / 1000000000LL), (long)(ns % 1000000000LL)};

    return next(&less, left);
}
