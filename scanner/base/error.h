/* error.h - one error object: passed down, filled once, wrapped on the way up, printed once.
 *
 * A function that can fail takes `struct error *err` as its last parameter and returns 0, or -1
 * with *err filled (a function that returns a pointer: NULL with *err filled). `err` is never
 * NULL. On success *err is left alone. There is nothing to free: the text is a fixed buffer, and
 * what does not fit is cut at a UTF-8 boundary.
 *
 * Shape of a message: where, then what was wrong, lower case, no full stop, no secrets:
 *     raw/111122223333/0004-iam-GetAccountSummary.xml:3:12: mismatched tag */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

/* To add a code: one row. The exit status is what `reportgen` ends with when the error reaches
 * main; decisions are made on the code, never on the text. */
#define ERROR_CODES(X)                                               \
    X(ERR_NONE, 0, "ok")                                             \
    X(ERR_USAGE, 2, "bad command line")                              \
    X(ERR_CONFIG, 3, "bad configuration")                            \
    X(ERR_AUTH, 3, "no usable credentials")                          \
    X(ERR_DENIED, 3, "permission denied by the service")             \
    X(ERR_NET, 3, "network failure")                                 \
    X(ERR_BUSY, 3, "no answer for now: asking later may help")       \
    X(ERR_FORMAT, 3, "malformed input")                              \
    X(ERR_LIMIT, 3, "input larger than its limit")                   \
    X(ERR_INTEGRITY, 3, "stored evidence does not match its record") \
    X(ERR_MISSING, 3, "something needed is not there")               \
    X(ERR_IO, 3, "file could not be read or written")                \
    X(ERR_CRYPTO, 3, "cryptographic operation failed")               \
    X(ERR_VERIFY, 1, "verification failed")

enum error_code {
#define X(code, status, text) code,
    ERROR_CODES(X)
#undef X
};

struct error {
    enum error_code code;
    char msg[1024]; /* NUL-terminated UTF-8 */
};

/* Fill code and message. Always -1, so that callers write `return fail(err, ...)`. */
int fail(struct error *err, enum error_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* The same with ": " and the text of errno appended. */
int fail_errno(struct error *err, enum error_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* What errno says of opening or making a file: ERR_MISSING when it, or a folder above it, is not
 * there, else ERR_IO. */
enum error_code error_of_errno(void);

/* Put "context: " in front of the message that is already there. Always -1. */
int fail_in(struct error *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Exit status that belongs to a code (0..4), and its short English name. */
int error_exit_status(enum error_code code);
const char *error_name(enum error_code code);

#endif
