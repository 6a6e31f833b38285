/* trail.h - CloudTrail's log files, for periods longer than LookupEvents reaches back.
 *
 * The files lie in the snapshot as AWS delivered them (raw/<account>/trail/, listed in
 * snapshot.json), and are read when it is evaluated. Nearly all they hold is of no interest; what
 * is: sign-ins, everything root does, changes of who needs MFA or holds which rights (trail.c), and
 * AssumeRole by people.
 *
 * Their events count. But that none is missing cannot be told from the files themselves, so they
 * make no day known: events_known() stays with what LookupEvents read. Which days have files is
 * in events->days. */
#ifndef COLLECT_TRAIL_H
#define COLLECT_TRAIL_H

#include "collect/collect.h"

/* What a file's name tells: "111122223333_CloudTrail_us-east-1_20261101T0005Z_x.json.gz" of a log
 * file; of a digest file "111122223333_CloudTrail-Digest_us-east-1_TRAIL_us-east-1_20261101T000000Z
 * .json.gz". Digest files, by which AWS signs what it delivered, are kept beside the log files for
 * whoever verifies them (`aws cloudtrail validate-logs` does, in the bucket); they are not read
 * here. */
struct trail_name {
    char account[13], region[64];
    bool is_digest;
    time_t delivered; /* log files: the events happened before, most of them within 15 minutes */
};
/* `path` may have folders in front. False: the name of neither. */
bool trail_name_parse(const char *path, struct trail_name *out);

/* Read the log files of c->account that the snapshot lists into account->events. One that cannot
 * be read whole makes DATA_EVENTS incomplete, if it was asked for, and its day a gap. Errors:
 * ERR_INTEGRITY a file that is not as listed, ERR_MISSING, ERR_IO. */
int trail_read(struct collection *c, struct error *err);

#endif
