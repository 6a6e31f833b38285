/* batch.c - many questions of one kind at once. */
#include "collect/batch.h"

#include "base/json.h"
#include "base/limits.h"

const char *batch_parameters(struct batch *b, const char *key, const char *value, const char *key2,
                             const char *value2)
{
    cleanup_strbuf struct strbuf sb = STRBUF_INIT(16 * LIMIT_NAME_BYTES);

    strbuf_addf(&sb, "{\"%s\":", key);
    json_quote(&sb, value);
    if (key2) {
        strbuf_addf(&sb, ",\"%s\":", key2);
        json_quote(&sb, value2);
    }
    strbuf_addch(&sb, '}');
    return arena_strdup(&b->arena, sb.buf);
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
        if (all->state == STATE_COMPLETE && b->calls[i].status.state != STATE_COMPLETE)
            *all = b->calls[i].status;
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
