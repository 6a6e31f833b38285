/* verify.h - is this pack what the holder of a key signed, all of it and nothing else?
 *
 * Opens no network, no configuration and no template. Files are hashed in pieces; what is held in
 * memory is the statement and either snapshot.json or findings.json and report.json. */
#ifndef EVIDENCE_VERIFY_H
#define EVIDENCE_VERIFY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/error.h"
#include "evidence/key.h"

enum verify_state { VERIFY_NOT_REACHED, VERIFY_OK, VERIFY_REFUSED };

struct verify_step {
    const char *id;     /* "signature" */
    const char *title;  /* "signature by that key" */
    const char *detail; /* what was seen, or the reason for refusing; "" when not reached */
    enum verify_state state;
};

#define VERIFY_STEPS_MAX 16

/* What was found, step by step; filled also when the answer is no. Start with {0}. */
struct verify_result {
    struct arena arena;
    struct verify_step steps[VERIFY_STEPS_MAX];
    size_t step_count;
    bool first_use;          /* the key came out of the pack itself */
    char key_id[DIGEST_HEX]; /* of the key that was trusted; "" before that */
    const char *algorithm;
    /* From the signed statement; NULL unless every step was good. */
    const char *bundle_id, *edition, *producer, *scanned, *verdict, *score;
    size_t subjects;
    size_t unsigned_files; /* that evaluate wrote beside them; nobody vouches for their content */
};

void verify_clear(struct verify_result *result);
#define cleanup_verify CLEANUP(verify_clear)

/* Check the pack at `path` against `pinned`; NULL trusts the key inside the pack. 0 when all of it
 * is good. Errors: ERR_VERIFY with the first reason for refusing, whatever was damaged, missing or
 * unreadable inside; ERR_MISSING or ERR_IO only when `path` itself cannot be opened. */
int verify_pack(const char *path, const struct key *pinned, struct verify_result *result,
                struct error *err);

#endif
