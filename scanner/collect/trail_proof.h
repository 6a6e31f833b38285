/* trail_proof.h - do CloudTrail's digest files prove that log files are all there, and as AWS wrote
 * them?
 *
 * A digest file counts when a later one carries its signature, and that is AWS's, by a key of
 * ListPublicKeys. Digest files that count and follow each other without a hole, whose log files are
 * all there with the right hashes, prove the events of their time, but for the last 15 minutes,
 * which may be delivered later. That the trail records every management event is taken from its
 * settings as they stand (trails.c); a change of them that its log files tell ends what is proved
 * before it.
 *
 * Not proved: that no event was delivered later than that and put into a backfill digest file which
 * is not there; a change of settings before the first log file. */
#ifndef COLLECT_TRAIL_PROOF_H
#define COLLECT_TRAIL_PROOF_H

#include "collect/trail_digest.h"
#include "model/detective.h"
#include "model/events.h"

/* Events that change what a trail records. */
#define TRAIL_SETTINGS_EVENTS "PutEventSelectors", "UpdateTrail"

enum log_state { LOG_UNREAD, LOG_GOOD, LOG_WRONG };

/* What is known of a file of the snapshot. */
struct trail_mark {
    const char *hash;  /* a log file: what a digest file that counts says; NULL: none names it */
    bool contradicted; /* another says otherwise */
    enum log_state state;
    size_t digest; /* a digest file: its place in `digests`; else NO_DIGEST */
};

struct trail_proof {
    struct collection *c;
    struct arena arena; /* all that is not kept */
    struct digest_reader reader;
    size_t unnamed;              /* log files that no digest file which counts names */
    struct digest_file *digests; /* sorted by trail, kind, end */
    size_t digest_count;
    struct trail_mark *marks; /* for each of scope->trail */
};

/* Read the account's digest files and check their signatures. Close it in any case. Errors: those
 * of digest_file_read(). */
int trail_proof_open(struct trail_proof *p, struct collection *c, struct error *err);
/* Its parts: begin, add what was read of each digest file, judge. */
void trail_proof_begin(struct trail_proof *p, struct collection *c);
struct digest_file *trail_proof_add(struct trail_proof *p);
void trail_proof_judge(struct trail_proof *p);
void trail_proof_close(struct trail_proof *p);

/* For trail_proof_judge(): each digest file that was read is signed, or has its trouble. */
void trail_proof_signatures(struct trail_proof *p);

/* A log file was read whole, and its unpacked content has that SHA-256. False: a digest file that
 * counts says otherwise. */
bool trail_proof_check(struct trail_proof *p, size_t file, const char *sha256);

/* When all log files were read: add proofs and doubts to the account's events. */
void trail_proof_settle(struct trail_proof *p);

#endif
