/* error.c - filling and wrapping the one error object. */
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Bytes of s[0..len) that remain when an unfinished UTF-8 character at the end is dropped. */
static size_t whole_characters(const char *s, size_t len)
{
    size_t lead = len;
    size_t need = 1;

    while (lead > 0 && len - lead < 3 && ((unsigned char)s[lead - 1] & 0xC0) == 0x80)
        lead--;
    if (lead == 0)
        return len;

    unsigned char c = (unsigned char)s[lead - 1];

    if (c >= 0xF0)
        need = 4;
    else if (c >= 0xE0)
        need = 3;
    else if (c >= 0xC0)
        need = 2;
    return len - lead + 1 < need ? lead - 1 : len;
}

/* Format into text[0..size); a text that is too long is cut. Returns its length. */
static size_t format_cut(char *text, size_t size, const char *fmt, va_list args)
{
    int wanted = vsnprintf(text, size, fmt, args);

    if (wanted < 0) {
        text[0] = '\0';
        return 0;
    }
    if ((size_t)wanted < size)
        return (size_t)wanted;

    size_t len = whole_characters(text, size - 1);

    text[len] = '\0';
    return len;
}

/* Append `more` to the text of `len` bytes in text[0..size), cut where it does not fit. */
static void append_cut(char *text, size_t size, size_t len, const char *more)
{
    size_t room = size - 1 - len;
    size_t want = strlen(more);
    size_t take = want <= room ? want : whole_characters(more, room);

    memcpy(text + len, more, take);
    text[len + take] = '\0';
}

/* Every message is built beside err->msg, because an argument may point into it. */
int fail(struct error *err, enum error_code code, const char *fmt, ...)
{
    char text[sizeof err->msg];
    va_list args;

    va_start(args, fmt);
    size_t len = format_cut(text, sizeof text, fmt, args);
    va_end(args);
    err->code = code;
    memcpy(err->msg, text, len + 1);
    return -1;
}

int fail_errno(struct error *err, enum error_code code, const char *fmt, ...)
{
    int number = errno;
    char text[sizeof err->msg];
    va_list args;

    va_start(args, fmt);
    size_t len = format_cut(text, sizeof text, fmt, args);
    va_end(args);
    append_cut(text, sizeof text, len, ": ");
    append_cut(text, sizeof text, strlen(text), strerror(number));
    err->code = code;
    memcpy(err->msg, text, strlen(text) + 1);
    return -1;
}

int fail_in(struct error *err, const char *fmt, ...)
{
    char text[sizeof err->msg];
    va_list args;

    va_start(args, fmt);
    size_t len = format_cut(text, sizeof text, fmt, args);
    va_end(args);
    append_cut(text, sizeof text, len, ": ");
    append_cut(text, sizeof text, strlen(text), err->msg);
    memcpy(err->msg, text, strlen(text) + 1);
    return -1;
}

enum error_code error_of_errno(void)
{
    return errno == ENOENT || errno == ENOTDIR ? ERR_MISSING : ERR_IO;
}

int error_exit_status(enum error_code code)
{
    static const int statuses[] = {
#define X(name, status, text) status,
        ERROR_CODES(X)
#undef X
    };

    return (size_t)code < sizeof statuses / sizeof *statuses ? statuses[code] : 3;
}

const char *error_name(enum error_code code)
{
    static const char *const names[] = {
#define X(name, status, text) text,
        ERROR_CODES(X)
#undef X
    };

    return (size_t)code < sizeof names / sizeof *names ? names[code] : "unknown error";
}
