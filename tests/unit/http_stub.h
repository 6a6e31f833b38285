/* http_stub.h - a web server for tests: a child process on loopback that answers by rules, writes
 * down what it was asked, and ends by itself after a minute. */
#ifndef TESTS_UNIT_HTTP_STUB_H
#define TESTS_UNIT_HTTP_STUB_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/limits.h"
#include "expect.h"

/* The first rule whose `match` occurs in the request (head or body) and that is not used up
 * answers. A list ends with a rule without match. */
struct stub_rule {
    const char *match;
    int status;
    const char *headers; /* "Name: value\r\n"..., or NULL */
    const char *body;
    int times;       /* 0: always */
    const char *raw; /* sent as it is, instead of the above; "" closes without an answer */
    int delay_ms;
};

struct stub {
    pid_t pid;
    int port;
    char log[128];
};

static inline void stub_write(int fd, const char *text, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, text, len);

        if (n <= 0)
            return;
        text += n;
        len -= (size_t)n;
    }
}

/* One request, head and body, NUL-terminated; its length, 0 when the client went away. */
static inline size_t stub_read(int fd, char *out, size_t size)
{
    size_t len = 0;
    size_t want = size;

    while (len < want && len + 1 < size) {
        ssize_t n = read(fd, out + len, size - 1 - len);

        if (n <= 0 || out[0] == 0x16) /* a TLS greeting: there is none here */
            return 0;
        len += (size_t)n;
        out[len] = '\0';

        const char *end = strstr(out, "\r\n\r\n");
        const char *length = strstr(out, "Content-Length: ");

        if (end)
            want = (size_t)(end + 4 - out) +
                   (length && length < end ? strtoul(length + 16, NULL, 10) : 0);
    }
    return len;
}

static inline void stub_answer(int fd, const struct stub_rule *rule)
{
    static char answer[262144];

    if (rule->delay_ms)
        clock_sleep_ms(rule->delay_ms);
    if (rule->raw) {
        stub_write(fd, rule->raw, strlen(rule->raw));
        return;
    }
    /* In one piece: two small ones would wait for each other 40 ms (Nagle, delayed ACK). */
    int len =
        snprintf(answer, sizeof answer, "HTTP/1.1 %d Stub\r\nContent-Length: %zu\r\n%s\r\n%s",
                 rule->status, strlen(rule->body), rule->headers ? rule->headers : "", rule->body);

    stub_write(fd, answer, (size_t)len);
}

static inline void stub_serve(int listener, const struct stub_rule *rules, const char *log)
{
    static char request[262144];
    int used[64] = {0};
    FILE *f = fopen(log, "w");

    for (;;) {
        int fd = accept(listener, NULL, NULL);

        while (fd >= 0 && f) {
            size_t len = stub_read(fd, request, sizeof request);
            size_t i = 0;

            if (len == 0)
                break;
            (void)fprintf(f, "%s\n====\n", request);
            (void)fflush(f);
            while (rules[i].match && (!strstr(request, rules[i].match) ||
                                      (rules[i].times && used[i] >= rules[i].times)))
                i++;
            if (!rules[i].match) {
                static const struct stub_rule none = {"", 404, NULL, "no rule", 0, NULL, 0};

                stub_answer(fd, &none);
                continue;
            }
            used[i]++;
            stub_answer(fd, &rules[i]);
            if (rules[i].raw)
                break;
        }
        if (fd >= 0)
            (void)close(fd);
    }
}

static inline void stub_start(struct stub *s, const char *dir, const struct stub_rule *rules)
{
    struct sockaddr_in at = {.sin_family = AF_INET};
    socklen_t len = sizeof at;
    int listener = socket(AF_INET, SOCK_STREAM, 0);

    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_true(listener >= 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(listener, 16), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&at, &len), 0);
    s->port = ntohs(at.sin_port);
    (void)snprintf(s->log, sizeof s->log, "%s/requests-%d", dir, s->port);
    s->pid = fork();
    assert_true(s->pid >= 0);
    if (s->pid == 0) {
        (void)alarm(60);
        (void)signal(SIGPIPE, SIG_IGN);
        stub_serve(listener, rules, s->log);
    }
    (void)close(listener);
}

static inline void stub_stop(struct stub *s)
{
    if (s->pid > 0) {
        (void)kill(s->pid, SIGKILL);
        (void)waitpid(s->pid, NULL, 0);
    }
    s->pid = 0;
}

/* What was asked so far. */
static inline char *stub_log(const struct stub *s, struct arena *arena)
{
    struct error err = {0};
    size_t len;
    char *text = file_load(s->log, 4 * MIB, arena, &len, &err);

    return text ? text : arena_strdup(arena, "");
}

static inline size_t stub_count(const char *log, const char *what)
{
    size_t n = 0;

    for (const char *s = log; (s = strstr(s, what)); s += strlen(what))
        n++;
    return n;
}

/* The text holds, or does not hold, the part. */
#define expect_in(text, part) expect_in_((text), (part), true, __FILE__, __LINE__)
#define expect_not_in(text, part) expect_in_((text), (part), false, __FILE__, __LINE__)

static inline void expect_in_(const char *text, const char *part, bool there, const char *file,
                              int line)
{
    if ((strstr(text, part) != NULL) == there)
        return;
    print_error("%s: %s:\n%s\n", there ? "not there" : "there", part, text);
    _fail(file, line);
}

#endif
