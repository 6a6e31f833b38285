/* trial.h - the live test: does AWS refuse, without MFA, what was judged to need MFA?
 *
 *   trial_identify()  (trial/signer.h) who the credentials belong to: the long-term key of an IAM
 * user of the run, or nothing is tested at all trial_plan()      the account's roles that
 * iam.role_trust_requires_mfa passed, and a few EC2 calls with DryRun; of each, what the evaluator
 * says of this very caller trial_ask()       (trial/signer.h) AWS, one after the other; sorts the
 * answers trial_save()      keeps record and answers in the run, for the pack
 *
 * A refusal proves something only when nothing but MFA was missing: when the policies read refuse
 * the caller with an access key and let the same caller in with MFA, whatever the keys of the
 * request are that we do not choose. Such a test is «telling». AWS says AccessDenied also to whom
 * it would let in nowhere, for roles that are not there, and for want of an ExternalId: those
 * refusals, and every other error, are UNKNOWN with the reason. A success is a FAIL, critical,
 * whatever was expected.
 *
 * What is asked for does no harm: sessions are asked for with a session policy that denies
 * everything, for the shortest time; a session that is given all the same is dropped unread, and
 * its answer is never kept. EC2 is asked with DryRun only, and for nothing that would matter if it
 * were done. */
#ifndef TRIAL_TRIAL_H
#define TRIAL_TRIAL_H

#include <time.h>

#include "model/findings.h"
#include "model/live_tests.h"
#include "policy/decide.h"

#define TRIAL_SCHEMA "reportgen-live-test/1"
#define TRIAL_FOLDER "live-test"    /* of a run; one folder in it for each test */
#define TRIAL_FILE "live-test.json" /* of a test, beside the answers */
#define TRIAL_CHECK "iam.role_trust_requires_mfa"
#define TRIAL_MAX 20      /* roles */
#define TRIAL_RPS 2       /* questions a second */
#define TRIAL_FRESH 86400 /* seconds: what older policies say of today proves nothing */
#define TRIAL_SESSION "reportgen-live-test"

/* What the policies of the snapshot say of the caller. */
struct trial_judged {
    enum decision with_key, with_mfa;
    bool telling;
    const char *why; /* not telling, or not to be asked: the reason; telling: what denies */
};

/* One question: planned, then perhaps asked. */
struct trial_test {
    const char *service, *operation;
    const char *parameters; /* canonical JSON object of texts */
    const char *resource;   /* ARN of the role; "*" of EC2's calls */
    const char *finding;    /* id of the finding that passed the role; NULL for EC2 */
    struct trial_judged judged;
    bool ask; /* else NOT_APPLICABLE: the policies let the caller in without MFA */

    enum status status; /* PASS, FAIL, UNKNOWN, NOT_APPLICABLE */
    bool failed;        /* UNKNOWN because of an error that is no refusal */
    const char *detail;
    const char *code, *message; /* AWS's; NULL: none */
    const char *host, *region;  /* NULL: not asked */
    struct page page;           /* `file` NULL: the answer was not kept */
    struct strbuf answer;       /* of those that are kept; never one with credentials */
};

struct trial {
    struct arena arena; /* owns everything below */
    long clock_offset;  /* seconds to add to this machine's clock, as AWS's answers show */
    const char *region, *partition; /* that are asked; NULL: not known yet */
    const char *account, *caller_arn, *caller_id;
    const struct principal *user; /* in the account's model */
    const char *taken_at;         /* of the snapshot */
    const char *started_at, *finished_at;
    struct trial_test identity; /* sts:GetCallerIdentity: its answer is kept */
    struct trial_test *tests;
    size_t count;
    size_t left_out; /* roles beyond the most that were wanted */
};
void trial_close(struct trial *t);

/* Plan for the caller, at most `max` roles, the telling ones first. `found`: what was found in the
 * account. Errors: ERR_USAGE the caller is not among the users that were read, or what it may do
 * was not: then no denial could be told from another; ERR_MISSING there is nothing to test. */
int trial_plan(struct trial *t, const struct model *m, const struct account *a,
               const struct findings *found, size_t max, struct error *err);

/* What came out, in numbers. */
struct trial_counts {
    size_t by_status[STATUS_COUNT], failed, asked;
};
struct trial_counts trial_count(const struct trial *t);

/* live-test.json (assets/schemas/live-test.schema.json); gives the answers that are kept their
 * names and digests. The caller deletes it. */
struct cJSON;
struct cJSON *trial_json(struct trial *t, const char *snapshot_sha256);

/* Write record and answers into a folder of their own below RUN/live-test; *dir gets its path, in
 * the arena. Whole or not at all. Errors: ERR_IO, ERR_LIMIT. */
int trial_save(struct trial *t, const struct cJSON *record, const char *run, const char **dir,
               struct error *err);

/* Read the records of a run back: what was proved is added to *out, in the arena, in the order of
 * the records' names; nothing where there are none. Errors: ERR_FORMAT, ERR_IO, ERR_LIMIT;
 * ERR_INTEGRITY a record of another snapshot. */
int trial_read(const char *run, const char *snapshot_sha256, struct arena *arena,
               struct live_tests *out, struct error *err);

#endif
