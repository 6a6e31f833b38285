/* findings.h - verdicts: what a finding is, and the set of them that one evaluation gives. */
#ifndef MODEL_FINDINGS_H
#define MODEL_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/spool.h"
#include "model/model.h"
#include "model/opinions.h"

/* Outcome of a check on a resource. UNKNOWN: could not be read or parsed. MANUAL: cannot be known
 * from AWS, needs an attestation. */
#define STATUSES(X)              \
    X(STATUS_PASS, "PASS")       \
    X(STATUS_FAIL, "FAIL")       \
    X(STATUS_UNKNOWN, "UNKNOWN") \
    X(STATUS_MANUAL, "MANUAL")   \
    X(STATUS_NOT_APPLICABLE, "NOT_APPLICABLE")

/* Rows: id, word, weight in score/1, pill bars lit of four. */
#define SEVERITIES(X)                         \
    X(SEVERITY_LOW, "low", "Low", 1)          \
    X(SEVERITY_MEDIUM, "medium", "Medium", 2) \
    X(SEVERITY_HIGH, "high", "High", 4)       \
    X(SEVERITY_CRITICAL, "critical", "Critical", 8)

/* Rows: id, word, title, weight in score/1, who is in it. */
#define TIERS(X)                                                                                 \
    X(TIER_ROOT, "root", "Root", 30, "The root user of each account")                            \
    X(TIER_PRIVILEGED, "privileged", "Privileged", 30,                                           \
      "Identities that are administrators, can become one, or control MFA")                      \
    X(TIER_STANDARD, "standard", "Standard", 20, "The other people who sign in")                 \
    X(TIER_FEDERATED, "federated", "Federated", 10, "SAML, OIDC and Identity Center entries")    \
    X(TIER_MACHINE, "machine", "Machine", 5, "Identities used by programs, never asked for MFA") \
    X(TIER_DETECTIVE, "detective", "Detective", 5, "Logging, alarms, and what people did")

enum status {
#define X(id, word) id,
    STATUSES(X)
#undef X
        STATUS_COUNT
};
enum severity {
#define X(id, word, title, weight) id,
    SEVERITIES(X)
#undef X
        SEVERITY_COUNT
};
enum tier {
#define X(id, word, title, weight, about) id,
    TIERS(X)
#undef X
        TIER_COUNT
};
/* Layer of proof: what policy requires, who is enrolled, what people did. May be combined. */
enum layer { LAYER_DESIGN = 1, LAYER_POPULATION = 2, LAYER_OPERATION = 4 };

const char *status_name(enum status s); /* "NOT_APPLICABLE" */
/* Place among the statuses, worst first: FAIL 0, UNKNOWN, MANUAL, PASS, NOT_APPLICABLE. */
int status_rank(enum status s);
/* The worst status that is counted at all; NOT_APPLICABLE when none is. */
enum status status_worst(const size_t by_status[STATUS_COUNT]);
const char *severity_name(enum severity s); /* "critical" */
const char *severity_title(enum severity s);
int severity_weight(enum severity s);
const char *tier_name(enum tier t); /* "root" */
const char *tier_title(enum tier t);
const char *tier_about(enum tier t);
int tier_weight(enum tier t);
const char *layer_name(unsigned layers);  /* "D", "P", "D+O" */
const char *layer_title(unsigned layers); /* "design", "population", "design and operation" */

/* One review of an exception: who looked at it again, when, and what came of it. */
struct waiver_review {
    const char *date, *by, *decision, *note;
};

/* An exception that covers a finding. It never changes the status. */
struct waiver {
    const char *id, *owner, *approver, *reason, *compensating_control;
    const char *approved, *expires, *ticket;
    const struct waiver_review *reviews; /* in the order of the register */
    size_t review_count;
    bool valid;        /* in force at the snapshot's time */
    const char *fault; /* why it is not: "expired"; NULL when it is */
};

/* Ways to put a finding right. Rows: id, word in fixes[]. STEPS: what a person does by hand, where
 * there is no command for it. */
#define REMEDIES(X)            \
    X(REMEDY_STEPS, "steps")   \
    X(REMEDY_CLI, "cli")       \
    X(REMEDY_POLICY, "policy") \
    X(REMEDY_TERRAFORM, "terraform")
enum remedy_kind {
#define X(id, word) id,
    REMEDIES(X)
#undef X
        REMEDY_COUNT
};
const char *remedy_name(enum remedy_kind kind); /* "cli" */

/* One way, for this very resource: fixes/fixes.h. */
struct remedy {
    enum remedy_kind kind;
    const char *about;  /* what it does, or what to beware of; "" */
    const char *text;   /* may have several lines */
    const char *blanks; /* what a person has to fill in, as it stands in the text: "<CODE-1>
                           <CODE-2>"; "" */
};

struct finding {
    const char
        *id;    /* "f-" and 16 hex digits of SHA-256 over check, account, resource, NUL between */
    size_t row; /* of the check in the registry */
    const char *check;
    enum severity severity;
    enum tier tier;
    unsigned layer;
    const char *account;
    const char *resource; /* ARN, serial number or account id */
    const char *name;     /* short form for people */
    enum status status;
    bool attested;                         /* PASS by attestation */
    const struct attestation *attestation; /* which one: model/inputs.h; NULL: none */
    const char *detail, *observed, *expected;
    size_t statement; /* of the policy cited first that it is about: its index plus 1; 0: of none */
    struct source *evidence;
    size_t evidence_count;
    const struct waiver *waiver; /* NULL: none */
    const char *fix;             /* what to do about it; NULL unless FAIL or UNKNOWN */
    struct remedy *remedies;     /* how, in the order to try them */
    size_t remedy_count;
};

/* «Open» in design terms: not proven, whatever the reason. */
static inline bool finding_status_is_open(enum status s)
{
    return s == STATUS_FAIL || s == STATUS_UNKNOWN || s == STATUS_MANUAL;
}
static inline bool finding_is_open(const struct finding *f)
{
    return finding_status_is_open(f->status);
}
static inline bool finding_is_waived(const struct finding *f)
{
    return f->status == STATUS_FAIL && f->waiver && f->waiver->valid;
}

/* Two sources that count the same things. */
struct population {
    const char *account, *kind; /* "users" */
    long expected;
    const char *expected_source; /* "iam:GetAccountSummary Users" */
    long listed;
    const char *listed_source;
};

/* Why a run is not complete. */
struct incomplete {
    const char *code; /* "query", "population", "override", "account", "not-collected" */
    const char *text;
};

/* How findings came out. */
struct finding_counts {
    size_t by_status[STATUS_COUNT];
    size_t waived, attested; /* of the FAIL ones by a valid waiver; of the PASS ones */
};

/* The findings of one check in one account. */
struct finding_part {
    struct finding_counts counts;
    size_t count;
    size_t place, len; /* put aside: where, and bytes there; else at[place] is the first, len 0 */
};

/* The findings of a run, by account, registry row, resource. Those of many accounts take much room
 * and are read rarely, so each account's are put aside once they are counted; at[] holds only what
 * was not. */
struct findings {
    struct arena arena; /* owns everything below */
    struct finding *at;
    size_t count;
    struct finding_part *parts; /* [account * checks + row], accounts as in the model */
    size_t accounts, checks;
    struct spool aside;
    struct population *populations;
    size_t population_count;
    struct opinions opinions; /* the second opinion; empty: none was asked for */
    struct incomplete *incomplete;
    size_t incomplete_count;
    struct incomplete *apart; /* while accounts are judged: what comes last in `incomplete` */
    size_t apart_count;
    bool query_failed; /* a query failed or populations differ: exit status 4 */
};

void findings_free(struct findings *f);
#define cleanup_findings CLEANUP(findings_free)

/* Count what stands in f->at into f->parts, anew; for a registry of so many checks. */
void findings_count(struct findings *f, const struct model *m, size_t checks);

/* Lay out f->parts for so many accounts and checks. Then, account by account: take over what was
 * found there, *one, and put its findings aside. Texts that do not belong to `one` (of accounts and
 * of the registry) must outlive *f. Errors: ERR_IO. */
void findings_lay_out(struct findings *f, size_t accounts, size_t checks);
int findings_take(struct findings *f, const struct findings *one, size_t account,
                  struct error *err);

/* Bring everything back into f->at: for runs that are known to be small. */
void findings_bring_back(struct findings *f);

/* Sums of the parts: of one check, of one account, of all. */
struct finding_counts findings_of_check(const struct findings *f, size_t row);
struct finding_counts findings_of_account(const struct findings *f, size_t account);
struct finding_counts findings_of_all(const struct findings *f);

/* Reads findings one by one, and holds one part at a time. What it gives lasts until it is asked
 * for another part. */
struct finding_reader {
    const struct findings *from;
    struct arena arena;
    const struct finding_part *part; /* at hand; NULL: none */
    const struct finding *at;
};
/* Number `index` of a part; NULL past its end. */
const struct finding *finding_read(struct finding_reader *r, size_t account, size_t row,
                                   size_t index);
void finding_reader_close(struct finding_reader *r);
#define cleanup_finding_reader CLEANUP(finding_reader_close)

/* The stable id of a finding, into the arena. */
const char *finding_id(struct arena *arena, const char *check, const char *account,
                       const char *resource);

#endif
