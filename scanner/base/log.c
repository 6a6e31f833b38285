/* log.c - one line a message on stderr, as text or as a JSON object. */
#include "base/log.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/strbuf.h"
#include "base/text.h"

#define LINE_MAX_BYTES 16384

/* To add a level: one row, and its function below. */
static const struct {
    const char *name;   /* in JSON */
    const char *prefix; /* in text */
} levels[] = {
    [LOG_ERROR] = {"error", "error: "},
    [LOG_WARN] = {"warning", "warning: "},
    [LOG_INFO] = {"info", ""},
    [LOG_DEBUG] = {"debug", "debug: "},
};

static struct {
    enum log_level level;
    bool json;
    bool on_progress; /* the cursor stands behind a progress line */
} settings = {LOG_INFO, false, false};

#define CLEAR_LINE "\r\033[K"

void log_setup(enum log_level level, bool json)
{
    settings.level = level;
    settings.json = json;
}

void log_limit(enum log_level level)
{
    if (level < settings.level)
        settings.level = level;
}

bool log_is_live(void)
{
    return !settings.json && isatty(STDERR_FILENO);
}

/* `time` NULL: none. */
static void add_line(struct strbuf *line, enum log_level level, const char *message,
                     const char *time)
{
    if (!settings.json) {
        strbuf_addf(line, "reportgen: %s%s\n", levels[level].prefix, message);
        return;
    }
    strbuf_addf(line, "{\"level\":\"%s\",\"message\":", levels[level].name);
    json_quote(line, message);
    if (time)
        strbuf_addf(line, ",\"time\":\"%s\"", time);
    strbuf_addstr(line, "}\n");
}

static void print_line(enum log_level level, const char *message)
{
    cleanup_strbuf struct strbuf line = STRBUF_INIT(LINE_MAX_BYTES * 6);
    char now[CLOCK_TEXT];

    if (settings.on_progress)
        strbuf_addstr(&line, CLEAR_LINE);
    settings.on_progress = false;
    add_line(&line, level, message, clock_format(clock_now(), now));
    (void)fputs(line.buf, stderr);
    (void)fflush(stderr);
}

static void __attribute__((format(printf, 2, 0)))
print_message(enum log_level level, const char *fmt, va_list args)
{
    char message[LINE_MAX_BYTES];
    cleanup_strbuf struct strbuf shown = STRBUF_INIT(LINE_MAX_BYTES * 4);

    if (level > settings.level)
        return;

    int len = vsnprintf(message, sizeof message, fmt, args);

    if (len < 0)
        return;
    text_add_shown(&shown, message,
                   (size_t)len < sizeof message ? (size_t)len : sizeof message - 1);
    print_line(level, shown.buf);
}

/* The handler may come at any moment: while the line is changed its length is 0. */
static struct {
    char line[LINE_MAX_BYTES];
    volatile sig_atomic_t len;
    pid_t owner;
} last_words;

void log_last_words(const char *fmt, ...)
{
    char message[LINE_MAX_BYTES / 4];
    cleanup_strbuf struct strbuf shown = STRBUF_INIT(LINE_MAX_BYTES);
    cleanup_strbuf struct strbuf line = STRBUF_INIT(LINE_MAX_BYTES);
    va_list args;
    int len;

    last_words.len = 0;
    if (!fmt)
        return;
    va_start(args, fmt);
    len = vsnprintf(message, sizeof message, fmt, args);
    va_end(args);
    if (len < 0 || (size_t)len >= sizeof message)
        return;
    text_add_shown(&shown, message, (size_t)len);
    add_line(&line, LOG_ERROR, shown.buf, NULL);
    if (line.len >= sizeof last_words.line)
        return;
    memcpy(last_words.line, line.buf, line.len);
    last_words.owner = getpid();
    last_words.len = (sig_atomic_t)line.len;
}

void log_say_last_words(void)
{
    if (last_words.len == 0 || getpid() != last_words.owner)
        return;
    if (settings.on_progress && write(STDERR_FILENO, CLEAR_LINE, sizeof CLEAR_LINE - 1) < 0)
        return;
    if (write(STDERR_FILENO, last_words.line, (size_t)last_words.len) < 0)
        return;
}

void log_error(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    print_message(LOG_ERROR, fmt, args);
    va_end(args);
}

void log_warn(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    print_message(LOG_WARN, fmt, args);
    va_end(args);
}

/* Kinds of warnings that were said so far; further ones are not kept apart, and all said. */
static struct {
    char kind[160]; /* cut off: kinds that begin so far alike are one */
    size_t count;
} kinds[64];
static size_t kind_count;

/* How many of the kind came before. */
static size_t count_alike(const char *kind)
{
    for (size_t i = 0; i < kind_count; i++)
        if (strncmp(kinds[i].kind, kind, sizeof kinds[i].kind - 1) == 0)
            return kinds[i].count++;
    if (kind_count < sizeof kinds / sizeof *kinds) {
        (void)snprintf(kinds[kind_count].kind, sizeof kinds[kind_count].kind, "%s", kind);
        kinds[kind_count++].count = 1;
    }
    return 0;
}

void log_warn_alike(const char *kind, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    print_message(count_alike(kind) < LOG_ALIKE ? LOG_WARN : LOG_DEBUG, fmt, args);
    va_end(args);
}

void log_alike_rest(const char *things)
{
    for (size_t i = 0; i < kind_count; i++)
        if (kinds[i].count > LOG_ALIKE)
            log_warn("... and %zu more %s: %s%s", kinds[i].count - LOG_ALIKE, things, kinds[i].kind,
                     strlen(kinds[i].kind) + 1 == sizeof kinds[i].kind ? "..." : "");
    kind_count = 0;
}

void log_info(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    print_message(LOG_INFO, fmt, args);
    va_end(args);
}

void log_debug(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    print_message(LOG_DEBUG, fmt, args);
    va_end(args);
}

/* Characters that fit on a line that is to be written over: one that breaks could not be. */
static int line_width(void)
{
    struct winsize size;

    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ? size.ws_col - 1 : 79;
}

void log_progress(const char *fmt, ...)
{
    char message[256];
    va_list args;

    va_start(args, fmt);
    if (!log_is_live()) {
        print_message(LOG_INFO, fmt, args);
    } else if (settings.level >= LOG_INFO && vsnprintf(message, sizeof message, fmt, args) >= 0) {
        (void)fprintf(stderr, CLEAR_LINE "%.*s", line_width(), message);
        (void)fflush(stderr);
        settings.on_progress = true;
    }
    va_end(args);
}

void log_progress_end(void)
{
    if (settings.on_progress)
        (void)fputs(CLEAR_LINE, stderr);
    (void)fflush(stderr);
    settings.on_progress = false;
}
