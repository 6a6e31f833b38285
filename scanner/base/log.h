/* log.h - what the program says about its work, on stderr, one line each.
 *
 * Only reportgen's main.c, run.c and cmd_*.c and the stage runners (collect/collect.c, scan/) log;
 * everything below returns errors. Text from outside goes through text_shown() here, so callers
 * need not escape. There is no function that can print a credential. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

/* -q: LOG_ERROR, default LOG_INFO, -v LOG_DEBUG. `json`: one JSON object a line. */
void log_setup(enum log_level level, bool json);

/* Say less from here on: nothing above `level`. */
void log_limit(enum log_level level);

/* How far the work has come, in ASCII. On a terminal one line, cut off at its width, that is
 * written over by the next message of any kind; elsewhere (and as JSON) an ordinary line, as
 * log_info(). */
void log_progress(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Clear that line: something else than a message is about to be printed. */
void log_progress_end(void);
/* Is stderr a terminal on which log_progress() writes over its line? */
bool log_is_live(void);

/* What is said, as an error, should a signal end this process from now on
 * (file_clean_on_signals()); NULL: nothing. Not said by its workers. As JSON it has no time. */
void log_last_words(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_say_last_words(void); /* for the handler of signals: write(2) only */

void log_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* A warning that may come of many things alike, each in other words: `kind` is what they have in
 * common. The first LOG_ALIKE of a kind are said, all others only with -v; then log_alike_rest()
 * says of each kind how many it were: "... and 24 more `things`: KIND", and begins anew. */
#define LOG_ALIKE 2
void log_warn_alike(const char *kind, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void log_alike_rest(const char *things);
void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
