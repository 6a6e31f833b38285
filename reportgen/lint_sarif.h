/* lint_sarif.h - verdicts of lint as SARIF 2.1.0 (OASIS, "Static Analysis Results Interchange
 * Format"), for the code scanning of review pipelines. */
#ifndef LINT_SARIF_H
#define LINT_SARIF_H

#include "base/json.h"
#include "lint/lint.h"

/* One file and what was said of it. */
struct lint_file {
    const char *path;
    struct lint_judgement judgement;
    struct error unread; /* with a code: it could not be read */
};

/* The log. FAIL is a result of kind «fail» with its severity's level; UNKNOWN is of kind «open»;
 * the rest, PASS and NOT_APPLICABLE, is in it with `all` only. A file that could not be read is a
 * notification. The caller owns the tree. */
cJSON *lint_sarif(const struct lint_file *files, size_t count, bool all, int exit_status);

#endif
