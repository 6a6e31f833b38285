/* process.h - running a program that the user's own configuration names, without a shell. */
#ifndef BASE_PROCESS_H
#define BASE_PROCESS_H

#include "base/error.h"
#include "base/strbuf.h"

/* Run argv[0] (looked up in PATH) with the arguments up to NULL, standard input empty, standard
 * error ours, and take what it prints, at most out->max bytes, into *out, which is made a buffer
 * for secrets (base/secret.h). It is killed when it takes longer than timeout_ms. 0 when it ended
 * with status 0. Errors, none of which tells what it printed: ERR_MISSING it could not be started;
 * ERR_AUTH "ended with status N" or by a signal; ERR_LIMIT too much or too long; ERR_IO. */
int process_capture(char *const argv[], long timeout_ms, struct strbuf *out, struct error *err);

#endif
