/* collect.c - runs the collectors over the accounts of the scope. */
#include "collect/collect.h"

#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"
#include "collect/trail.h"
#include "model/detective.h"

/* To add a file of collectors: its list here. */
static const struct collector_list *const lists[] = {
    &sts_collectors,           &account_collectors,
    &authorization_collectors, &credential_report_collectors,
    &device_collectors,        &organization_collectors,
    &trail_collectors,         &alarm_collectors,
    &bucket_collectors,        &pool_collectors,
    &directory_collectors,     &event_collectors,
    &trail_key_collectors,
};

const struct collector_list *const *collector_lists(size_t *count)
{
    *count = sizeof lists / sizeof *lists;
    return lists;
}

static void lay_out_scope(const struct snapshot *s, struct model *m)
{
    m->taken_at = s->taken_at;
    m->home = arena_strdup(&m->arena, s->home);
    m->freshness = s->freshness;
    m->region_count = s->region_count;
    m->regions = arena_new(&m->arena, const char *, s->region_count);
    for (size_t i = 0; i < s->region_count; i++)
        m->regions[i] = arena_strdup(&m->arena, s->regions[i]);
    if (s->period_from && s->period_to) {
        (void)clock_parse(s->period_from, &m->period_from); /* snapshot_open() has tried them */
        (void)clock_parse(s->period_to, &m->period_to);
    }
}

static void lay_out_account(const struct scope_account *of, struct model *m)
{
    struct account *a = arena_push(&m->arena, m->accounts, m->account_count);

    *a = (struct account){.id = arena_strdup(&m->arena, of->id),
                          .root_arn = arena_printf(&m->arena, "arn:aws:iam::%s:root", of->id),
                          .detective = arena_new(&m->arena, struct detective, 1),
                          .included = of->included,
                          .reason = of->included ? NULL : arena_strdup(&m->arena, of->reason)};
    for (int set = 0; set < DATA_COUNT; set++)
        a->data[set] = (struct data_status){
            STATE_NOT_COLLECTED,
            arena_printf(&m->arena, "%s: not collected", data_set_name((enum data_set)set)), NULL};
}

static void report_outcome(const struct account *a, const struct collector *row)
{
    const struct data_status *status = &a->data[row->fills];

    if (status->state == STATE_COMPLETE)
        log_debug("%s %s: complete", a->id, data_set_name(row->fills));
    else if (status->state != STATE_NOT_COLLECTED)
        log_warn("%s %s", a->id, status->reason);
}

static int run_row(struct collection *c, const struct collector *row, struct error *err)
{
    bool here = row->reach == EVERY_ACCOUNT || strcmp(c->account->id, c->model->home) == 0;

    if (!here || !snapshot_collects(c->scope, row->service))
        return 0;
    if (row->run(c, row->fills, err))
        return fail_in(err, "account %s", c->account->id);
    report_outcome(c->account, row);
    return 0;
}

static int run_rows(struct collection *c, struct error *err)
{
    for (size_t l = 0; l < sizeof lists / sizeof *lists; l++)
        for (size_t i = 0; i < lists[l]->count; i++)
            if (run_row(c, &lists[l]->rows[i], err))
                return -1;
    return 0;
}

int collect_account(const struct snapshot *snapshot, const char *id, struct transport *transport,
                    struct model *model, struct error *err)
{
    lay_out_scope(snapshot, model);
    for (size_t i = 0; i < snapshot->account_count; i++)
        if (!id || strcmp(snapshot->accounts[i].id, id) == 0)
            lay_out_account(&snapshot->accounts[i], model);
    for (size_t i = 0; i < model->account_count; i++) {
        struct collection c = {snapshot, transport, model, &model->accounts[i]};

        if (c.account->included && run_rows(&c, err))
            return -1;
    }
    return 0;
}

int collect(const struct snapshot *snapshot, struct transport *transport, struct model *model,
            struct error *err)
{
    if (collect_account(snapshot, NULL, transport, model, err))
        return -1;
    for (size_t i = 0; i < model->account_count; i++) {
        struct collection c = {snapshot, transport, model, &model->accounts[i]};

        if (c.account->included && trail_read(&c, err))
            return -1;
    }
    return 0;
}

bool collect_at_home(enum data_set set)
{
    for (size_t l = 0; l < sizeof lists / sizeof *lists; l++)
        for (size_t i = 0; i < lists[l]->count; i++)
            if (lists[l]->rows[i].fills == set)
                return lists[l]->rows[i].reach == HOME_ACCOUNT;
    return false;
}

void collect_note_contradiction(struct collection *c, enum data_set fills)
{
    struct account *a = c->account;

    if (a->contradiction && data_complete(a, fills))
        a->data[fills] = (struct data_status){
            STATE_INCOMPLETE,
            arena_printf(&c->model->arena, "%s: %s is listed twice, and differently",
                         data_set_name(fills), text_shown(&c->model->arena, a->contradiction)),
            a->data[fills].file};
    a->contradiction = NULL;
}

int collect_one(struct collection *c, enum data_set fills, struct call *call, struct error *err)
{
    call->account = c->account->id;
    if (transport_run(c->transport, call, 1, err))
        return -1;
    c->account->data[fills] = call->status;
    return 0;
}

int collect_next(struct model *m, struct call *call, const char *token, size_t len,
                 struct error *err)
{
    if (len == 0)
        return fail(err, ERR_FORMAT, "empty paging token");
    return collect_text(m, token, len, &call->next, err);
}

int collect_text(struct model *m, const char *text, size_t len, const char **out, struct error *err)
{
    if (len > LIMIT_NAME_BYTES)
        return fail(err, ERR_LIMIT, "text longer than %d bytes", LIMIT_NAME_BYTES);
    *out = arena_strndup(&m->arena, text, len);
    return 0;
}
