/* assessment.c - the straight line from a run directory to findings and score. */
#include "assessment.h"

#include <string.h>

#include "aws/transport.h"
#include "collect/collect.h"
#include "evaluate.h"

int assess(struct assessment *a, const char *dir, struct error *err)
{
    struct recorded recorded;
    struct score_input in;

    if (snapshot_open(&a->snapshot, dir, err))
        return -1;
    recorded_open(&recorded, &a->snapshot, &a->model.arena);
    if (collect(&a->snapshot, &recorded.transport, &a->model, err))
        return -1;
    evaluate(&a->snapshot, &a->model, &a->findings);

    in = score_tally(&a->findings, &a->model, &a->findings.arena);
    a->score = score_compute(&in, &a->findings.arena);
    if (a->score.assessed)
        score_plan(&in, &a->score, &a->findings.arena);
    a->account_scores = arena_new(&a->findings.arena, struct score, in.accounts);
    for (size_t i = 0; i < in.accounts; i++) {
        struct score_input one = score_account(&in, i);

        a->account_scores[i] = score_compute(&one, &a->findings.arena);
    }
    return 0;
}

void assessment_close(struct assessment *a)
{
    findings_free(&a->findings);
    model_free(&a->model);
    snapshot_close(&a->snapshot);
}

bool assessment_fails(const struct assessment *a)
{
    for (size_t i = 0; i < a->findings.count; i++)
        if (a->findings.at[i].status == STATUS_FAIL && !finding_is_waived(&a->findings.at[i]))
            return true;
    return false;
}

bool assessment_complete(const struct assessment *a)
{
    return a->findings.incomplete_count == 0;
}
