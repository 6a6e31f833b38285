/* trail_digest.h - one digest file of CloudTrail: what it says, and the text that AWS signed.
 *
 * Settled by the CloudTrail user guide, "CloudTrail digest file structure" and "Custom
 * implementations of CloudTrail log file integrity validation", and by aws-cli's validate-logs:
 * - signed is, in SHA-256 with RSA (PKCS#1 v1.5), the text
 *     digestEndTime \n digestS3Bucket/digestS3Object \n SHA-256 of the file, unpacked, in hex \n
 *     previousDigestSignature, or the word null
 *   each as it stands in the file; the signature, in hex, is the object's metadata in S3
 *   (x-amz-meta-signature). What was copied out of the bucket has lost it: but the digest file that
 *   follows carries it as previousDigestSignature. So the newest file of a chain proves nothing;
 * - digestStartTime to digestEndTime is when the log files were delivered, not when their events
 *   happened; a file begins where the one before it ends;
 * - hashValue of a log file is the SHA-256 of its unpacked content, in hex;
 * - the first file of a chain has null for all that it says of a previous one. */
#ifndef COLLECT_TRAIL_DIGEST_H
#define COLLECT_TRAIL_DIGEST_H

#include "base/digest.h"
#include "base/strbuf.h"
#include "collect/trail.h"

#define LATEST_DELIVERY                                                        \
    900 /* seconds from an event to its log file: AWS says 5 minutes, at times \
         * 15 */

/* A log file that a digest file names. */
struct digest_entry {
    size_t file; /* index into scope->trail */
    char hash[DIGEST_HEX];
    time_t oldest; /* of its events */
};

struct digest_file {
    size_t file; /* index into scope->trail */
    const char *path, *region, *trail, *home;
    bool is_backfill;
    time_t start, end;   /* of deliveries, both to the second */
    const char *trouble; /* why it proves nothing; NULL: nothing is wrong so far */
    time_t doubt_from;   /* events from then on may be missing, if it does not */

    /* What follows is there when it could be read. */
    bool is_read;
    const char *end_text, *bucket, *object, *fingerprint;
    char sha256[DIGEST_HEX];                                       /* of its content */
    const char *previous_bucket, *previous_object, *previous_hash; /* NULL: it is the first */
    const char *previous_signature;
    struct digest_entry *entries; /* of log files that are there */
    size_t entry_count;
    const char *missing; /* one that is not */

    /* For who verifies it. */
    bool is_signed;         /* a signature of AWS's is known */
    const char *bad_signer; /* the file that carries a signature which is not */
    size_t previous;        /* the file before it, an index; NO_DIGEST */
};
#define NO_DIGEST ((size_t)-1)

struct digest_reader {
    const struct snapshot *scope;
    const char *account;
    struct arena *texts, *arena; /* reasons: the model's arena; all else */
    size_t named;                /* log files that were named so far */
};

/* Read a digest file that the snapshot lists. One that cannot be understood gets a `trouble` and is
 * no error. Errors: ERR_INTEGRITY it is not as listed, ERR_MISSING, ERR_IO. */
int digest_file_read(struct digest_reader *r, size_t file, const struct trail_name *name,
                     struct digest_file *out, struct error *err);

/* The same of the content, unpacked. */
void digest_file_parse(struct digest_reader *r, size_t file, const struct trail_name *name,
                       const char *text, size_t len, struct digest_file *out);

/* The text that AWS signed. */
const char *digest_file_text(const struct digest_file *d, struct arena *arena);

/* The file of that account that is called as the last part of an S3 key; never a path from it.
 * scope->trail_count: there is none. */
size_t trail_file_called(const struct snapshot *scope, const char *account, const char *key);

/* The bytes of a file that the snapshot lists: ERR_INTEGRITY when they are others. */
int trail_load(const struct snapshot *scope, const struct page *page, struct strbuf *out,
               struct error *err);

#endif
