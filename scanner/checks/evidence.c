/* evidence.c - is what was judged fresh? At the snapshot's own time: how long before its end the
 * credential report was made, and how long the scan itself took. Whoever reads a report later sees
 * its date; that a scan was resumed after weeks, or rests on a report of yesterday, is seen here.
 */
#include <string.h>

#include "base/clock.h"
#include "checks/age.h"
#include "checks/check.h"
#include "checks/thresholds.h"
#include "model/credentials.h"

static void judge_report(struct checking *c)
{
    struct arena *arena = &c->out->arena;
    const struct data_status *status = &c->account->data[DATA_CREDENTIAL_REPORT];
    const char *name = data_set_name(DATA_CREDENTIAL_REPORT);
    long age = report_age(c->model, c->account), most = c->inputs->settings->report_age_hours;
    const char *text = report_text(c->model, c->account, arena);
    struct finding *f;

    if (status->state != STATE_COMPLETE) {
        unknown_because(c, name, name, status);
        return;
    }
    if (age < 0)
        f = verdict(c, STATUS_UNKNOWN, name, name, "of what age %s is is not known", text);
    else
        f = verdict(c, age <= most * 3600 ? STATUS_PASS : STATUS_FAIL, name, name,
                    "%s; at most %ld h", text, most);
    observed(c, f, "GeneratedTime: %s",
             c->account->report_info->generated_at ? c->account->report_info->generated_at
                                                   : "none");
    cite(c, f, c->account->report_info->content);
}

#define SCAN "scan"

/* An answer of the scan, of which the query log has the times; NULL: nothing was read of the
 * account, and there is nothing that could be fresh. */
static const char *an_answer(const struct account *a)
{
    for (int set = 0; set < DATA_COUNT; set++)
        if (data_complete(a, (enum data_set)set) && a->data[set].file)
            return a->data[set].file;
    return NULL;
}

static bool is_json(const char *file)
{
    size_t len = strlen(file);

    return len > 5 && strcmp(file + len - 5, ".json") == 0;
}

static void judge_scan(struct checking *c, const char *file)
{
    struct arena *arena = &c->out->arena;
    time_t from = c->model->started_at, to = c->model->taken_at;
    char begun[CLOCK_TEXT], ended[CLOCK_TEXT];
    long took = to > from ? (long)(to - from) : 0;
    long most = c->inputs->settings->scan_age_days;
    bool fresh = took <= most * SECONDS_PER_DAY;
    struct finding *f;

    if (!from || !to) {
        f = verdict(c, STATUS_UNKNOWN, SCAN, SCAN, "when the scan began is not known");
    } else {
        f = verdict(c, fresh ? STATUS_PASS : STATUS_FAIL, SCAN, SCAN,
                    "the scan began %s before it ended; at most %ld days",
                    report_age_text(took, arena), most);
        observed(c, f, "began %s, ended %s", clock_format(from, begun), clock_format(to, ended));
    }
    cite(c, f, (struct source){file, is_json(file) ? "" : "/*", NULL});
}

static void evidence_fresh(struct checking *c)
{
    const char *file = an_answer(c->account);

    judge_report(c);
    if (file)
        judge_scan(c, file);
}

static const struct check rows[] = {
    {
        .id = "governance.evidence_fresh",
        .title = "The evidence is fresh",
        .severity = SEVERITY_LOW,
        .tier = TIER_DETECTIVE,
        .layer = LAYER_DESIGN,
        .weightless = true,
        .subject = SUBJECT_DATA_SET,
        .needs = DATA_BIT(DATA_CREDENTIAL_REPORT),
        .handles = DATA_BIT(DATA_CREDENTIAL_REPORT),
        .passes_when = "the credential report was at most 4 hours old when the scan ended, and the "
                       "scan began at most 7 days before, or as old as is set",
        .why = "A verdict is as old as what it rests on. AWS makes a credential report anew after "
               "four hours at the earliest, and an interrupted scan can be resumed long after.",
        .action = "Scan again:",
        .noun = "data set",
        .nouns = "data sets",
        .run = evidence_fresh,
    },
};
const struct check_list evidence_checks = {rows, sizeof rows / sizeof *rows};
