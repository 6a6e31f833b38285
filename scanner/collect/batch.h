/* batch.h - many questions to one account in one transport_run().
 *
 * Each thing keeps an own outcome: one refused call makes one thing unknown. */
#ifndef COLLECT_BATCH_H
#define COLLECT_BATCH_H

#include "collect/collect.h"

/* Run calls of the account at hand. */
int collect_batch(struct collection *c, struct call *calls, size_t count, struct error *err);
/* A whole is as complete as its parts: *whole becomes *part when that is worse. So of several the
 * worst stays (denied, then failed, then incomplete, then not collected), of equals the first. */
void collect_fold(struct data_status *whole, const struct data_status *part);

/* One question about each of many things. */
struct batch {
    struct collection *collection;
    struct arena arena; /* parameters and contexts of the calls; freed by batch_run() */
    struct call *calls;
    struct data_status **outcomes; /* where each call's status goes */
    size_t count;
};

/* Add a question of iam: operation, parameters, receive, context and benign_errors of `call` are
 * the caller's. *outcome gets its status, at once STATE_NOT_COLLECTED. */
void batch_add(struct batch *b, const struct call *call, struct data_status *outcome);

/* Ask, hand out the outcomes, free the batch. account->data[fills] becomes complete, or the
 * worst outcome; incomplete too where the list of users is not known. */
int batch_run(struct batch *b, enum data_set fills, struct error *err);

#endif
