/* bundle.h - from a run directory to a signed evidence pack. */
#ifndef EVIDENCE_BUNDLE_H
#define EVIDENCE_BUNDLE_H

#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "evidence/key.h"
#include "evidence/pack.h"
#include "report.h"

struct bundle_request {
    const char *run;
    const char *pack; /* directory to make; one of our packs, or an empty one, is replaced */
    const struct edition *edition; /* whose documents go in */
    const struct key *key;
};

/* What was made. Start with {0}; release the arena. */
struct bundle_result {
    struct arena arena;
    struct pack_files files; /* the subjects, sorted */
    size_t documents;        /* rendered documents among them */
};

/* Make the pack: check the answers against snapshot.json, copy, sign, verify the result, and only
 * then put it in place. On failure nothing is left behind and an older pack stays.
 * Errors: ERR_MISSING, also when findings.json or report.json have yet to be made; ERR_INTEGRITY
 * when an answer, findings or report do not belong to the snapshot; ERR_USAGE when `pack` exists
 * and is none of ours; ERR_FORMAT, ERR_IO, ERR_LIMIT, ERR_CRYPTO. */
int bundle_make(const struct bundle_request *request, struct bundle_result *result,
                struct error *err);

#endif
