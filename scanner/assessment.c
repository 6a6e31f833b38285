/* assessment.c - the straight line from a run directory to findings and score. */
#include "assessment.h"

#include <string.h>

#include "aws/transport.h"
#include "checks/check.h"
#include "collect/collect.h"
#include "config/load.h"
#include "evaluate.h"
#include "trial/trial.h"

/* How the exceptions of an account are used in it; what is kept outlives the account. */
static void note_uses(struct assessment *a, const struct account *account,
                      const struct findings *found)
{
    const struct exceptions *list = &a->inputs.exceptions;

    for (size_t i = 0; i < list->count; i++) {
        struct exception_use *use = &a->uses[i];

        if (strcmp(list->at[i].account, account->id) != 0)
            continue;
        *use = exception_use(&list->at[i], account, found, 0);
        if (use->id)
            use->id = arena_strdup(&a->inputs.arena, use->id);
        if (use->resource)
            use->resource = arena_strdup(&a->inputs.arena, use->resource);
    }
}

/* Judge one account and put aside what was found. */
static int judge(struct assessment *a, struct account *account, struct error *err)
{
    cleanup_findings struct findings found = {.at = NULL};

    evaluate_account(&a->snapshot, &a->model, account, &found);
    note_uses(a, account, &found);
    model_outline(&a->model, account);
    return findings_take(&a->findings, &found, (size_t)(account - a->model.accounts), err);
}

/* Read one account, judge it, and give it up. The home account has been read, and stays. */
static int take_account(struct assessment *a, struct account *account, struct transport *t,
                        struct error *err)
{
    struct arena arena = {0};
    int status;

    if (strcmp(account->id, a->model.home) == 0)
        return judge(a, account, err);
    status = collect_member(&a->snapshot, t, &a->model, account, &arena, err);
    if (status == 0)
        status = judge(a, account, err);
    model_release(&a->model, account);
    arena_free(&arena);
    return status;
}

static void score(struct assessment *a)
{
    struct arena *arena = &a->findings.arena;
    struct score_input in = score_tally(&a->findings, arena);

    a->score = score_compute(&in, arena);
    if (a->score.assessed)
        score_plan(&in, &a->score, arena);
    a->account_scores = arena_new(arena, struct score, in.accounts);
    for (size_t i = 0; i < in.accounts; i++) {
        struct score_input one = score_account(&in, i);

        a->account_scores[i] = score_compute(&one, arena);
    }
}

/* Exceptions are judged at the time of the scan, as everything is. */
static int take_inputs(struct assessment *a, const char *dir, struct error *err)
{
    struct arena arena = {0};
    int status = 0;

    if (!a->inputs.settings)
        status = inputs_load(&a->inputs, inputs_of_run(dir, &arena), err);
    arena_free(&arena);
    if (status)
        return -1;
    exceptions_judge(&a->inputs.exceptions, a->inputs.settings, a->snapshot.taken_at);
    a->uses = arena_new(&a->inputs.arena, struct exception_use, a->inputs.exceptions.count + 1);
    a->model.inputs = &a->inputs;
    return 0;
}

/* Read what was asked, with what it is judged, and the home account. */
static int begin(struct assessment *a, const char *dir, struct recorded *recorded,
                 struct error *err)
{
    if (snapshot_open(&a->snapshot, dir, err) || take_inputs(a, dir, err))
        return -1;
    if (trial_read(dir, a->snapshot.sha256, &a->model.arena, &a->tests, err))
        return -1;
    a->model.live_tests = &a->tests;
    recorded_open(recorded, &a->snapshot, &a->model.arena);
    return collect_home(&a->snapshot, &recorded->transport, &a->model, err);
}

int assess_account(struct assessment *a, const char *dir, const char *id, struct arena *arena,
                   struct account **account, struct findings *found, struct error *err)
{
    struct recorded recorded;

    *account = NULL;
    if (begin(a, dir, &recorded, err))
        return -1;
    for (size_t i = 0; i < a->model.account_count; i++)
        if (strcmp(a->model.accounts[i].id, id) == 0 && a->model.accounts[i].included)
            *account = &a->model.accounts[i];
    if (!*account)
        return fail(err, ERR_USAGE, "account %s: is not among those that %s reports on", id, dir);
    if (strcmp(id, a->model.home) != 0 &&
        collect_member(&a->snapshot, &recorded.transport, &a->model, *account, arena, err))
        return -1;
    evaluate_account(&a->snapshot, &a->model, *account, found);
    return 0;
}

int assess(struct assessment *a, const char *dir, struct error *err)
{
    struct recorded recorded;

    if (begin(a, dir, &recorded, err))
        return -1;
    findings_lay_out(&a->findings, a->model.account_count, check_count());
    for (size_t i = 0; i < a->model.account_count; i++)
        if (take_account(a, &a->model.accounts[i], &recorded.transport, err))
            return -1;
    evaluate_scope(&a->snapshot, &a->model, &a->findings);
    score(a);
    return 0;
}

void assessment_close(struct assessment *a)
{
    findings_free(&a->findings);
    model_free(&a->model);
    snapshot_close(&a->snapshot);
    inputs_close(&a->inputs);
}

enum severity assessment_severity(const struct assessment *a, const struct check *check)
{
    return inputs_severity(&a->inputs, check->id, check->severity);
}

bool assessment_fails(const struct assessment *a)
{
    struct finding_counts n = findings_of_all(&a->findings);

    return n.by_status[STATUS_FAIL] > n.waived;
}

bool assessment_complete(const struct assessment *a)
{
    return a->findings.incomplete_count == 0;
}

const char *assessment_result(const struct assessment *a)
{
    if (assessment_fails(a))
        return "Fail";
    return assessment_complete(a) ? "Pass" : "No fail found";
}
