/* regional.h - help for collectors of regional services: one question in many regions, and one
 * question for each of a list of things, in batches whose parts fail alone. */
#ifndef COLLECT_REGIONAL_H
#define COLLECT_REGIONAL_H

#include <stdbool.h>
#include <stddef.h>

#include "collect/collect.h"
#include "model/detective.h"

/* A question without paging token, asked in each of `regions`. */
struct regional {
    const char *service, *operation, *parameters;
    int (*receive)(struct call *call, const struct answer *answer, struct error *err);
    const char **regions;
    size_t region_count;
};

/* What a reader of such a question gets as its context. */
struct region_reader {
    struct collection *collection;
    const char *region;
};

/* Ask, and settle data[fills] by all of the regions: complete when every one is, else by the first
 * of the worst, its region named in the reason. *states gets every region's outcome. A region that
 * is not enabled for the account refuses its credentials: the reason says so; of a host that cannot
 * be reached, that this may be why. Without any region the set stays not collected. */
int regional_run(struct collection *c, enum data_set fills, const struct regional *q,
                 struct region_state **states, size_t *count, struct error *err);

/* Ask about each thing that `before` lists: `calls` lack only the account. data[fills] is complete
 * when every call is, and `before` was; else it says why the first of the worst was not. When
 * `before` was never asked, nor is this. */
int regional_batch(struct collection *c, enum data_set fills, enum data_set before,
                   struct call *calls, size_t count, struct error *err);
/* The parts of regional_batch(), for who goes other ways between them. First: was `before` asked?
 * If not, data[fills] says so; else it is complete for now. */
bool regional_wanted(struct collection *c, enum data_set fills, enum data_set before);
/* Then collect_fold() with every outcome. Last: it is not complete when `before` is not. */
void regional_lower_by(struct collection *c, enum data_set fills, enum data_set before);

#endif
