/* trail.h - CloudTrail's log files, for periods longer than LookupEvents reaches back, and its
 * digest files, which say whether all of them are there.
 *
 * The files lie in the snapshot as AWS delivered them (raw/<account>/trail/, listed in
 * snapshot.json), and are read when it is evaluated. Nearly all they hold is of no interest; what
 * is: sign-ins, everything root does, changes of who needs MFA or holds which rights (trail.c), and
 * AssumeRole by people.
 *
 * Their events count. That none is missing cannot be told from the log files, but from digest files
 * that are verified (trail_proof.h): events->proofs says which time is whole, events->doubts what
 * is wrong with the rest. Which days have files is in events->days. */
#ifndef COLLECT_TRAIL_H
#define COLLECT_TRAIL_H

#include "collect/collect.h"

/* What a file's name tells: "111122223333_CloudTrail_us-east-1_20261101T0005Z_x.json.gz" of a log
 * file; of a digest file "111122223333_CloudTrail-Digest_us-east-1_TRAIL_us-east-1_20261101T000000Z
 * .json.gz", where the second region is the trail's home. Log files that a digest file should have
 * named and did not stand in one more, "..._20261101T000000Z_backfill.json.gz" (CloudTrail user
 * guide, "CloudTrail digest file structure"). */
struct trail_name {
    char account[13], region[64];
    bool is_digest, is_backfill;
    char trail[129], home[64]; /* digest files: the trail; AWS allows names of 128 letters */
    time_t delivered; /* log files: the events happened before, most of them within 15 minutes;
                       * digest files: the end of what they tell of */
};
/* `path` may have folders in front. False: the name of neither. */
bool trail_name_parse(const char *path, struct trail_name *out);

/* Read the log files of c->account that the snapshot lists into account->events, and its digest
 * files with the keys of account->detective. A log file that cannot be read whole, or is not as a
 * verified digest file says, makes DATA_EVENTS incomplete, if it was asked for, and its day a gap;
 * events of the latter do not count. Nor is it complete when the scan could not take what may be a
 * log file of the account. Errors: ERR_INTEGRITY a file that is not as listed,
 * ERR_MISSING, ERR_IO. */
int trail_read(struct collection *c, struct error *err);

#endif
