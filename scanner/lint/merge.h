/* merge.h - what was said of a template in each branch of its conditions, as one list. */
#ifndef LINT_MERGE_H
#define LINT_MERGE_H

#include "base/lookup.h"
#include "lint/branch.h"
#include "lint/lint.h"

struct merged;
struct merging {
    struct arena *arena;
    const struct branches *branches;
    bool taken[LINT_BRANCHES]; /* which of them were judged */
    struct lookup by_id;
    struct merged **at; /* in the order of their first branch */
    size_t count;
};

/* Add what was said in the present branch; copied. */
void merge_add(struct merging *m, const struct lint_judgement *j);

/* One finding for each that any branch has, with its worst status and the conditions on which that
 * rests, into out->at. */
void merge_finish(struct merging *m, struct lint_judgement *out);

#endif
