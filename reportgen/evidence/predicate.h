/* predicate.h - the part of the statement that tells how the evidence came about. */
#ifndef EVIDENCE_PREDICATE_H
#define EVIDENCE_PREDICATE_H

#include "base/error.h"
#include "base/json.h"
#include "evidence/statement.h"

/* Add every block to the object `predicate`. Errors as statement_write(). */
int predicate_fill(const struct statement_source *source, cJSON *predicate, struct error *err);

#endif
