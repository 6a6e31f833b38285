/* statement.h - what the signature says: an in-toto Statement v1 over every file of the pack.
 *
 * Its form is published in assets/schemas/statement.schema.json. Everything in it is taken from
 * snapshot.json, findings.json, report.json and the catalogue of checks; what those do not hold is
 * left out. */
#ifndef EVIDENCE_STATEMENT_H
#define EVIDENCE_STATEMENT_H

#include "base/arena.h"
#include "base/error.h"
#include "base/json.h"
#include "base/strbuf.h"
#include "evidence/key.h"
#include "evidence/pack.h"

struct statement_source {
    const char *edition;       /* "auditor" */
    const char *document_date; /* RFC 3339 */
    const cJSON *snapshot, *findings, *report;
    const struct pack_files *subjects; /* sorted */
    const struct key *key;             /* that will sign */
};

/* Append the statement, the bytes that are signed, in our pretty form. Same source, same bytes.
 * ERR_FORMAT when snapshot or findings lack something needed; ERR_MISSING when a verdict would be
 * signed without a single answer behind it; ERR_LIMIT. */
int statement_write(const struct statement_source *source, struct strbuf *out, struct error *err);

/* The subjects a statement names, sorted. `tree` is a parsed statement. ERR_FORMAT when one is
 * malformed, named twice or has a name that no pack can hold. */
int statement_subjects(const cJSON *tree, struct arena *arena, struct pack_files *out,
                       struct error *err);

/* ERR_VERIFY when the predicate's evidence[] is not the answers in `listed`, which is sorted. */
int statement_evidence(const cJSON *tree, const struct pack_files *listed, struct error *err);

#endif
