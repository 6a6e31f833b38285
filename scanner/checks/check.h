/* check.h - what a check is, the list of them, and how a check speaks its verdicts. */
#ifndef CHECKS_CHECK_H
#define CHECKS_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "model/findings.h"
#include "model/inputs.h"
#include "model/model.h"
#include "policy/administrator.h"
#include "policy/enforcement.h"

/* What a check's findings are about; when a needed data set cannot be read, every known one of
 * these becomes UNKNOWN. */
enum subject {
    SUBJECT_ROOT,
    SUBJECT_ACCOUNT,
    SUBJECT_USER,
    SUBJECT_ROLE,
    SUBJECT_VIRTUAL_DEVICE,
    SUBJECT_STATEMENT,
    SUBJECT_ACCESS_KEY,
    SUBJECT_CREDENTIAL,
    SUBJECT_PROVIDER,
    SUBJECT_INSTANCE,
    SUBJECT_EVENT,
    SUBJECT_TRAIL,
    SUBJECT_BUCKET,
    SUBJECT_USER_POOL,
    SUBJECT_DIRECTORY,
    SUBJECT_EXCEPTION,
    SUBJECT_DATA_SET,
};
/* What a check says of an account in which there is none: "the account has no IAM users". */
const char *subject_nothing(enum subject subject);

/* One account under judgement. */
struct checking {
    const struct check *check;
    size_t row; /* of the check in the registry */
    const struct model *model;
    const struct inputs *inputs; /* settings, exceptions, attestations, people; never NULL */
    const struct account *account;
    const struct administrator *administrators; /* one per user, in their order */
    struct enforcement *enforcement;            /* the account's policies in force: policy/ */
    size_t first;                               /* of this account's findings in out->at */
    struct findings *out;
};

/* A check is a pure function of the model: no I/O, no clock, no globals. `run` judges one account
 * and is called only when every data set in `needs`, those in `handles` apart, is complete;
 * otherwise evaluate() records UNKNOWN with the reason. It must speak one verdict per subject. */
struct check {
    const char *id; /* never reused; states the wanted condition */
    const char *title;
    enum severity severity;
    enum tier tier;
    unsigned layer;
    bool core;       /* sets a ceiling of score/1 while open */
    bool weightless; /* counts 0 in the score: the composite, governance.* */
    enum subject subject;
    uint64_t needs;   /* DATA_BIT()s: without one of them, UNKNOWN */
    uint64_t handles; /* of these, the ones whose absence `run` itself turns into UNKNOWN,
                         because some subjects can be judged without them */
    uint64_t narrows; /* what can only deny (SCPs, RCPs): without it a PASS stands, and a FAIL says
                         that it was not seen */
    /* Why the check is not for this account, whatever was read of it, or NULL; no function: it is
     * for every account. */
    const char *(*excuse)(const struct checking *c);
    const char *passes_when;
    const char *why;    /* what is at stake, one or two sentences */
    const char *action; /* "Register an MFA device for": followed by a count and a noun */
    const char *noun, *nouns;
    void (*run)(struct checking *c);
};

/* To add a check: write the function, add the row to its file's table, write its guide
 * templates/guides/<id>.md and its rows in frameworks.c. A new file: its table here and in
 * registry.c. */
struct check_list {
    const struct check *rows;
    size_t count;
};
extern const struct check_list root_checks, root_central_checks, user_checks, enrolment_checks,
    console_checks, device_checks, machine_checks, key_checks, evidence_checks, people_checks,
    exception_checks, strategy_checks;
extern const struct check_list enforcement_checks, enforcement_all_checks,
    enforcement_account_checks;
extern const struct check_list sign_in_checks, call_checks, alarm_checks, detective_checks;
extern const struct check_list federation_checks, inventory_checks;
extern const struct check_list trust_checks, statement_checks;

size_t check_count(void);
/* The rows of the core checks, in ascending order. */
const size_t *check_cores(size_t *count);
/* Row 0..check_count()-1, in catalogue order. */
const struct check *check_at(size_t row);
const struct check *check_find(const char *id);

/* Speak a verdict on `resource`; `name` is its short form. The detail says why, one sentence,
 * lower case, no full stop. The result can be added to until the next verdict. */
struct finding *verdict(struct checking *c, enum status status, const char *resource,
                        const char *name, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
/* What was seen, in data terms: "password_enabled=true, MFA devices: 0". */
void observed(struct checking *c, struct finding *f, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* A raw answer that bears the verdict out; a source without a file is ignored. */
void cite(struct checking *c, struct finding *f, struct source source);

/* The answer that settled a data set; NULL is ignored. */
void cite_status(struct checking *c, struct finding *f, const struct data_status *why);

/* Make the verdict, PASS, one by attestation: it is counted apart, and says by whom. */
void attest(struct finding *f, const struct attestation *a);

/* The attestation of the resource for this check that is good at the scan. `made`: when the
 * resource was made, RFC 3339; what was made after the day of the attestation, or is of no known
 * time, is not what somebody looked at. NULL as `made`: no time is asked for. NULL: there is none,
 * and *why says so, "nobody has attested it" or "AT-1 expired on 2026-10-01". */
const struct attestation *vouched_for(const struct checking *c, const char *resource,
                                      const char *made, const char **why);
/* "Ann attested on 2026-10-05, until 2027-09-30 (AT-1): «Everybody is asked»" */
const char *vouched_text(const struct checking *c, const struct attestation *a);

/* UNKNOWN for every subject of the check that any source names, and for those that are only
 * counted (GetAccountSummary), so that an unreadable list never improves a rate. */
void unknown_for_all(struct checking *c, const struct data_status *why);
/* UNKNOWN for the users that GetAccountSummary counts and the list of users lacks, by name where
 * the credential report has one. A name that only the report has is a user deleted since, as long
 * as list and summary agree. For checks on users and their keys, after `run`. */
void unknown_for_missing_users(struct checking *c);

/* How many users unknown_for_missing_users() would speak of: counted, and not in the list. For
 * checks on the account. */
size_t unlisted_users(const struct account *a);

/* UNKNOWN on one resource because of `why`, with the answer that says so as evidence. */
void unknown_because(struct checking *c, const char *resource, const char *name,
                     const struct data_status *why);

/* Frameworks: which requirement of which catalogue a check supports. */
struct framework_row {
    const char *check, *framework, *id;
};
/* Rows of one check, or NULL with *count 0: unmapped is allowed, invented is not. */
const struct framework_row *framework_rows(const char *check, size_t *count);

#endif
