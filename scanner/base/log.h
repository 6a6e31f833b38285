/* log.h - what the program says about its work, on stderr, one line each.
 *
 * Only main.c, cmd_*.c and the stage runners (collect.c, evaluate.c) log; everything below
 * returns errors. Text from outside goes through text_shown() here, so callers need not escape.
 * There is no function that can print a credential. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG, LOG_TRACE };

/* -q: LOG_ERROR, default LOG_INFO, -v LOG_DEBUG, -vv LOG_TRACE. `json`: one JSON object a line. */
void log_setup(enum log_level level, bool json);

void log_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
