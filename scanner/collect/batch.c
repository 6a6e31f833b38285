/* batch.c - many questions of one kind at once. */
#include "collect/batch.h"

int collect_batch(struct collection *c, struct call *calls, size_t count, struct error *err)
{
    for (size_t i = 0; i < count; i++)
        calls[i].account = c->account->id;
    return transport_run(c->transport, calls, count, err);
}

static int badness(enum data_state state)
{
    static const int rank[] = {
        [STATE_COMPLETE] = 0, [STATE_NOT_COLLECTED] = 1, [STATE_INCOMPLETE] = 2,
        [STATE_FAILED] = 3,   [STATE_DENIED] = 4,
    };

    return rank[state];
}

void collect_fold(struct data_status *whole, const struct data_status *part)
{
    if (badness(part->state) > badness(whole->state))
        *whole = *part;
}

void batch_add(struct batch *b, const struct call *call, struct data_status *outcome)
{
    size_t outcomes = b->count;
    struct call *kept = arena_push(&b->arena, b->calls, b->count);

    *kept = *call;
    kept->account = b->collection->account->id;
    kept->service = "iam";
    *outcome = (struct data_status){STATE_NOT_COLLECTED, "not asked", NULL};
    *arena_push(&b->arena, b->outcomes, outcomes) = outcome;
}

int batch_run(struct batch *b, enum data_set fills, struct error *err)
{
    struct account *a = b->collection->account;
    struct data_status *all = &a->data[fills];
    int status = transport_run(b->collection->transport, b->calls, b->count, err);

    *all = (struct data_status){STATE_COMPLETE, NULL, NULL};
    for (size_t i = 0; status == 0 && i < b->count; i++) {
        *b->outcomes[i] = b->calls[i].status;
        collect_fold(all, &b->calls[i].status);
    }
    if (!data_complete(a, DATA_AUTHORIZATION))
        *all = (struct data_status){STATE_INCOMPLETE,
                                    arena_printf(&b->collection->model->arena,
                                                 "%s: the list of users is not known",
                                                 data_set_name(fills)),
                                    NULL};
    arena_free(&b->arena);
    b->count = 0;
    return status;
}
