/* redact.h - secrets in answers: replaced before anything is read, hashed or written.
 *
 * Nothing here needs them, and a run directory is handed to others. Where AWS does not promise that
 * a member is masked, its value gives way to REDACT_TEXT, whatever it was; every other byte of the
 * answer stays as it came. The query's row in the log names the members ("redacted"). */
#ifndef AWS_REDACT_H
#define AWS_REDACT_H

#include "base/error.h"
#include "base/strbuf.h"
#include "model/snapshot.h"

/* What stands in the place of a value: a JSON text. */
#define REDACT_TEXT "\"(removed by reportgen)\""

/* The error code in the log of a question whose answer could not be looked through. */
#define NOT_KEPT "NotKept"

/* Replace the secrets in one page of the query's answer, whatever its status, and add the names of
 * members to q->redacted, in `arena`. ERR_FORMAT, ERR_LIMIT: an answer that may hold a secret and
 * is not JSON as base/json.h reads it, or too large; then *body is wiped and empty, and nothing of
 * it may be kept. *err quotes nothing of it. */
int redact_answer(struct query *q, struct strbuf *body, struct arena *arena, struct error *err);

#endif
