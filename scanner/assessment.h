/* assessment.h - a run directory read and judged: snapshot -> model -> findings -> score.
 *
 * Account by account: each is read, judged and given up before the next, so that memory follows the
 * largest account and not their number. */
#ifndef ASSESSMENT_H
#define ASSESSMENT_H

#include "base/file.h"
#include "base/json.h"
#include "model/findings.h"
#include "model/inputs.h"
#include "model/live_tests.h"
#include "model/model.h"
#include "model/snapshot.h"
#include "score/score.h"

struct check;

#define FINDINGS_SCHEMA "reportgen-findings/1"
#define FINDINGS_FILE "findings.json"

struct assessment {
    struct snapshot snapshot;
    struct inputs inputs;       /* settings, exceptions, attestations, people */
    struct exception_use *uses; /* one per exception, in the inputs' arena */
    struct live_tests tests;    /* in the model's arena */
    struct model model;         /* whole for the home account; of the others, the outline */
    struct findings findings;   /* put aside */
    struct score score;
    struct score *account_scores; /* one per model account, in the findings' arena */
};

/* The inputs are those that the caller has read into a->inputs, with config/load.h; when he has
 * not, those of dir/inputs; when that is not there, defaults.
 * What the live tests in dir/live-test proved is held against the verdicts.
 * Read dir's snapshot, replay it through the collectors, run every check and score. *a is zeroed
 * by the caller and released by assessment_close(), also after a failure. Errors: those of
 * snapshot_open() and collect(); what AWS refused or answered badly is no error but UNKNOWN. */
int assess(struct assessment *a, const char *dir, struct error *err);
void assessment_close(struct assessment *a);
#define cleanup_assessment CLEANUP(assessment_close)

/* One account of it alone, judged by the same checks: *found gets its findings (zeroed by the
 * caller, released by findings_free()), *account the account, whole, in a->model; what is not the
 * home account's lies in *arena, empty before and to be given up after assessment_close(). Nothing
 * is scored. Errors: those of assess(); ERR_USAGE the account is not in the scope. */
int assess_account(struct assessment *a, const char *dir, const char *id, struct arena *arena,
                   struct account **account, struct findings *found, struct error *err);

/* The verdict's two halves. `fails`: a FAIL without a valid waiver. `complete`: no query failed,
 * populations agree, no account left out, nothing overridden. */
bool assessment_fails(const struct assessment *a);
bool assessment_complete(const struct assessment *a);
/* The first half in words: "Fail"; "Pass", which only a complete run is called; "No fail found". */
const char *assessment_result(const struct assessment *a);

/* Severity of a check as it is shown: the person's word, else the catalogue's. */
enum severity assessment_severity(const struct assessment *a, const struct check *check);

/* findings.json (assets/schemas/findings.schema.json). The caller deletes it. */
cJSON *assessment_json(const struct assessment *a);

/* Draft it for `path`, same bytes, without holding it in memory. Errors: ERR_IO. */
int assessment_draft(const struct assessment *a, struct file_draft *d, const char *path,
                     struct error *err);

/* Pieces of it that the report shows too. The caller deletes them. A finding's evidence (without
 * the places that were cited before), what to do about it, its exception or null, its attestation
 * or null; one row of the populations. */
cJSON *assessment_evidence_json(const struct assessment *a, const struct finding *f);
cJSON *assessment_source_json(const struct assessment *a, const struct source *source);
cJSON *assessment_fixes_json(const struct finding *f);
cJSON *assessment_waiver_json(const struct waiver *w);
cJSON *assessment_attestation_json(const struct attestation *a);
cJSON *assessment_population_json(const struct population *p);
/* The second opinion; null when the scan was not told to ask for one. */
cJSON *assessment_opinions_json(const struct assessment *a);
/* {"generatedAt", "ageSeconds"} of the account's credential report, by its outline; null: none was
 * read. */
cJSON *assessment_report_json(const struct account *account);

#endif
