/* regional.c - questions in many regions, and for many things. */
#include "collect/regional.h"

#include <string.h>

#include "collect/batch.h"

/* By these a region says that it is not enabled for the account, or that it does not have the
 * service (AWS General Reference, "AWS security credentials errors"; Account management guide,
 * "Enable or disable AWS Regions"). A host that cannot be reached may be one that is not there; or
 * the network is not. To add one: a row. */
#define NOT_ENABLED ": the region is not enabled for this account, or lacks the service"
static const struct {
    const char *code, *meaning;
} meanings[] = {
    {"UnrecognizedClientException", NOT_ENABLED},
    {"InvalidClientTokenId", NOT_ENABLED},
    {"OptInRequired", NOT_ENABLED},
    {"AuthFailure", NOT_ENABLED},
    {"NoConnection", "; perhaps the region lacks the service, or its name is wrong"},
};

static const char *meaning_of(const char *code)
{
    for (size_t i = 0; code && i < sizeof meanings / sizeof *meanings; i++)
        if (strcmp(code, meanings[i].code) == 0)
            return meanings[i].meaning;
    return "";
}

/* The call's outcome with its region named: "ds:DescribeDirectories in eu-north-1: Code". */
static struct data_status regional_status(struct arena *arena, const struct call *call)
{
    struct data_status status = call->status;
    const char *head = arena_printf(arena, "%s:%s: ", call->service, call->operation);
    const char *why = status.reason;

    if (!why)
        return status;
    if (strncmp(why, head, strlen(head)) == 0)
        why += strlen(head);
    status.reason = arena_printf(arena, "%s:%s in %s: %s%s", call->service, call->operation,
                                 call->region, why, meaning_of(call->error_code));
    return status;
}

void regional_lower_by(struct collection *c, enum data_set fills, enum data_set before)
{
    const struct data_status *listed = &c->account->data[before];
    struct data_status *set = &c->account->data[fills];

    if (set->state == STATE_COMPLETE && listed->state != STATE_COMPLETE)
        *set = (struct data_status){STATE_INCOMPLETE,
                                    arena_printf(&c->model->arena, "%s: not all are known: %s",
                                                 data_set_name(fills), listed->reason),
                                    listed->file};
}

bool regional_wanted(struct collection *c, enum data_set fills, enum data_set before)
{
    struct data_status *set = &c->account->data[fills];

    if (c->account->data[before].state != STATE_NOT_COLLECTED) {
        *set = (struct data_status){STATE_COMPLETE, NULL, NULL};
        return true;
    }
    set->reason = arena_printf(&c->model->arena, "%s: not collected, for want of %s",
                               data_set_name(fills), data_set_name(before));
    return false;
}

int regional_batch(struct collection *c, enum data_set fills, enum data_set before,
                   struct call *calls, size_t count, struct error *err)
{
    if (!regional_wanted(c, fills, before))
        return 0;
    for (size_t i = 0; i < count; i++)
        calls[i].account = c->account->id;
    if (count > 0 && transport_run(c->transport, calls, count, err))
        return -1;
    for (size_t i = 0; i < count; i++)
        collect_fold(&c->account->data[fills], &calls[i].status);
    regional_lower_by(c, fills, before);
    return 0;
}

/* The data set, when several regions failed alike: the first speaks for all. */
static void settle_regions(struct collection *c, enum data_set fills,
                           const struct region_state *states, size_t count)
{
    size_t failed = 0;

    for (size_t i = 0; i < count; i++) {
        collect_fold(&c->account->data[fills], &states[i].status);
        failed += states[i].status.state != STATE_COMPLETE;
    }
    if (failed > 1)
        c->account->data[fills].reason =
            arena_printf(&c->model->arena, "%s (%zu of %zu regions could not be read)",
                         c->account->data[fills].reason, failed, count);
    if (failed > 0 && failed < count)
        c->account->data[fills].state = STATE_INCOMPLETE;
}

int regional_run(struct collection *c, enum data_set fills, const struct regional *q,
                 struct region_state **states, size_t *count, struct error *err)
{
    struct arena *arena = &c->model->arena;
    struct arena scratch = {0};
    struct call *calls = arena_new(&scratch, struct call, q->region_count);
    struct region_reader *readers = arena_new(&scratch, struct region_reader, q->region_count);
    int status = 0;

    *states = arena_new(arena, struct region_state, q->region_count);
    *count = q->region_count;
    for (size_t i = 0; i < q->region_count; i++) {
        readers[i] = (struct region_reader){c, q->regions[i]};
        calls[i] = (struct call){.account = c->account->id,
                                 .service = q->service,
                                 .operation = q->operation,
                                 .region = q->regions[i],
                                 .parameters = q->parameters,
                                 .receive = q->receive,
                                 .context = &readers[i]};
    }
    if (q->region_count > 0) {
        status = transport_run(c->transport, calls, q->region_count, err);
        c->account->data[fills] = (struct data_status){STATE_COMPLETE, NULL, NULL};
        for (size_t i = 0; status == 0 && i < q->region_count; i++)
            (*states)[i] = (struct region_state){q->regions[i], regional_status(arena, &calls[i])};
        if (status == 0)
            settle_regions(c, fills, *states, *count);
    }
    arena_free(&scratch);
    return status;
}
