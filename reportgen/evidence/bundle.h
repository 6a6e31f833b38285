/* bundle.h - from a run directory to a signed evidence pack. */
#ifndef EVIDENCE_BUNDLE_H
#define EVIDENCE_BUNDLE_H

#include <stdbool.h>
#include <stddef.h>

#include "assessment.h"
#include "base/arena.h"
#include "base/error.h"
#include "evidence/key.h"
#include "evidence/pack.h"
#include "report.h"

struct bundle_request {
    const struct assessment *assessment; /* of the run; it is packed as it was judged */
    const char *pack; /* directory to make; one of our packs, or an empty one, is replaced */
    const struct edition *edition; /* whose documents go in */
    const struct key *key;         /* NULL: the default one, made on first use */
};

/* What was made. Start with {0}; release the arena. */
struct bundle_result {
    struct arena arena;
    struct pack_files files; /* the subjects, sorted */
    char signer[DIGEST_HEX]; /* the key that signed */
    bool key_made;           /* it is a new one */
    size_t let_in;           /* questions of live tests that AWS let in without MFA */
};

/* Make the pack: copy snapshot and answers, each checked against what was judged, and the live
 * tests of that snapshot; write findings, report and every document of the edition anew from the
 * assessment; sign, verify the result, and only then put it in place. A key is only made when there
 * is something to sign. Nothing that was rendered is copied from the run, so no document can
 * contradict the findings. On failure nothing is left behind and an older pack stays. Errors:
 * ERR_MISSING, also when findings.json has yet to be made; ERR_INTEGRITY when an answer does not
 * belong to the snapshot, or findings.json is not what this program finds in it; ERR_USAGE when
 * `pack` exists and is none of ours, or holds a file that does not belong to it; ERR_FORMAT,
 * ERR_IO, ERR_LIMIT, ERR_CRYPTO. */
int bundle_make(const struct bundle_request *request, struct bundle_result *result,
                struct error *err);

#endif
