/* terminal.c - a line from /dev/tty that is not shown. */
#include "base/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/secret.h"

enum key {
    KEY_ENTER = '\n',
    KEY_RETURN = '\r',
    KEY_BREAK = 3,
    KEY_END = 4,
    KEY_ERASE = 8,
    KEY_DELETE = 127
};

static void show(int fd, const char *text)
{
    ssize_t written = write(fd, text, strlen(text));

    (void)written; /* a prompt that is not seen is waited for in vain, and that ends in time */
}

/* One key, or -1 at the deadline and when the terminal is gone. */
static int read_key(int fd, long long deadline)
{
    for (;;) {
        long long left = deadline - clock_ticks_ms();
        struct pollfd p = {fd, POLLIN, 0};
        unsigned char c;

        if (left <= 0)
            return -1;

        int ready = poll(&p, 1, (int)left);

        if (ready < 0 && errno == EINTR)
            continue;
        if (ready <= 0)
            return -1;
        return read(fd, &c, 1) == 1 ? c : -1;
    }
}

static int read_line(int fd, long long deadline, char *out, size_t size, struct error *err)
{
    size_t len = 0;

    for (;;) {
        int key = read_key(fd, deadline);

        if (key < 0)
            return fail(err, ERR_AUTH, "nothing was typed in time");
        if (key == KEY_BREAK || key == KEY_END)
            return fail(err, ERR_AUTH, "broken off at the terminal");
        if (key == KEY_ENTER || key == KEY_RETURN)
            break;
        if (key == KEY_ERASE || key == KEY_DELETE)
            len -= len > 0;
        else if (len + 1 < size)
            out[len++] = (char)key;
        else
            return fail(err, ERR_LIMIT, "more than %zu characters were typed", size - 1);
    }
    out[len] = '\0';
    return 0;
}

/* Keys come one by one, are not shown and send no signals, so that the terminal is always put back
 * as it was. */
int terminal_ask(const char *prompt, long timeout_ms, char *out, size_t size, struct error *err)
{
    struct termios before, quiet;
    int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);

    if (fd < 0)
        return fail(err, ERR_AUTH, "no terminal to ask at");
    /* In the background, changing the terminal would stop this process without a word. */
    if (tcgetpgrp(fd) != getpgrp() || tcgetattr(fd, &before) < 0) {
        (void)close(fd);
        return fail(err, ERR_AUTH, "no terminal to ask at");
    }
    quiet = before;
    quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG);
    quiet.c_cc[VMIN] = 1;
    quiet.c_cc[VTIME] = 0;

    int result = -1;

    if (tcsetattr(fd, TCSAFLUSH, &quiet) < 0) {
        (void)fail_errno(err, ERR_AUTH, "the terminal cannot be made to hide what is typed");
    } else {
        show(fd, prompt);
        result = read_line(fd, clock_ticks_ms() + timeout_ms, out, size, err);
        show(fd, "\n");
        (void)tcsetattr(fd, TCSAFLUSH, &before);
    }
    (void)close(fd);
    if (result < 0)
        secret_wipe(out, size);
    return result;
}
