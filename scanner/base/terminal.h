/* terminal.h - asking the person at the terminal. */
#ifndef BASE_TERMINAL_H
#define BASE_TERMINAL_H

#include <stddef.h>

#include "base/error.h"

/* Print `prompt` on the controlling terminal (/dev/tty), read one line without showing it. At most
 * size - 1 characters; the wait ends after timeout_ms. What was typed is wiped on error. Errors:
 * ERR_AUTH no terminal, nothing typed in time, or broken off with ^C or ^D; ERR_LIMIT too long. */
int terminal_ask(const char *prompt, long timeout_ms, char *out, size_t size, struct error *err);

#endif
