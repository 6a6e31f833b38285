/* collect.c - runs the collectors over the accounts of the scope. */
#include "collect/collect.h"

#include <string.h>

#include "aws/endpoint.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"
#include "collect/trail.h"
#include "model/credentials.h"
#include "model/detective.h"

/* To add a file of collectors: its list here. */
static const struct collector_list *const lists[] = {
    &sts_collectors,
    &account_collectors,
    &authorization_collectors,
    &credential_report_collectors,
    &device_collectors,
    &credential_collectors,
    &account_credential_collectors,
    &organization_collectors,
    &organization_tree_collectors,
    &organization_policy_collectors,
    &trail_collectors,
    &alarm_collectors,
    &bucket_collectors,
    &pool_collectors,
    &directory_collectors,
    &event_collectors,
    &provider_collectors,
    &identity_center_collectors,
    &root_collectors,
    &trail_key_collectors,
    &simulation_collectors,
};

const struct collector_list *const *collector_lists(size_t *count)
{
    *count = sizeof lists / sizeof *lists;
    return lists;
}

static void lay_out_scope(const struct snapshot *s, struct model *m)
{
    m->taken_at = s->taken_at;
    if (s->started_at && !clock_parse(s->started_at, &m->started_at))
        m->started_at = 0;
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

static const char *not_collected(enum data_set set)
{
    static const char *const texts[] = {
#define X(id, name) [id] = name ": not collected",
        DATA_SETS(X)
#undef X
    };

    return texts[set];
}

/* Of the caller, whose regions alone are asked: what an account is told by that did not say it
 * itself. Scanning and judging have the same of the scope. */
static const char *partition_of(const struct snapshot *s)
{
    const char *region = s->region_count > 0  ? s->regions[0]
                         : s->query_count > 0 ? s->queries[0].region
                                              : NULL;

    return partition_of_region(region ? region : "")->name;
}

static void lay_out_account(const struct snapshot *s, const struct scope_account *of,
                            struct model *m)
{
    const char *partition = partition_of(s);
    struct account *a = arena_push(&m->arena, m->accounts, m->account_count);

    *a = (struct account){.id = arena_strdup(&m->arena, of->id),
                          .partition = partition,
                          .root_arn =
                              arena_printf(&m->arena, "arn:%s:iam::%s:root", partition, of->id),
                          .detective = arena_new(&m->arena, struct detective, 1),
                          .included = of->included,
                          .report_info = arena_new(&m->arena, struct report, 1),
                          .reason = of->included ? NULL : arena_strdup(&m->arena, of->reason)};
    for (int set = 0; set < DATA_COUNT; set++)
        a->data[set] =
            (struct data_status){STATE_NOT_COLLECTED, not_collected((enum data_set)set), NULL};
}

static void lay_out(const struct snapshot *s, const char *id, struct model *m)
{
    lay_out_scope(s, m);
    for (size_t i = 0; i < s->account_count; i++)
        if (!id || strcmp(s->accounts[i].id, id) == 0)
            lay_out_account(s, &s->accounts[i], m);
}

/* Each reason of an account is said once, and what many accounts have alike not for each. */
static void report_outcome(const struct account *a, const struct collector *row, const char **said)
{
    const struct data_status *status = &a->data[row->fills];
    struct arena scratch = {0};

    if (status->state == STATE_COMPLETE)
        log_debug("%s %s: complete", a->id, data_set_name(row->fills));
    else if (status->state != STATE_NOT_COLLECTED && status->reason != *said)
        log_warn_alike(text_replace(&scratch, status->reason, a->id, "(account)"), "%s %s", a->id,
                       status->reason);
    if (status->state != STATE_COMPLETE)
        *said = status->reason;
    arena_free(&scratch);
}

/* What is asked at home tells of the organisation: also when that account is left out. */
static bool is_within_reach(const struct collection *c, enum collector_reach reach)
{
    bool home = strcmp(c->account->id, c->model->home) == 0;

    if (reach == HOME_ACCOUNT)
        return home;
    if (reach == MEMBER_ROOTS)
        return c->scope->assume_root && c->account->included && !home;
    if (reach == WHEN_SIMULATING && !c->scope->simulate)
        return false;
    return c->account->included;
}

static bool is_wanted(const struct collection *c, const struct collector *row)
{
    return is_within_reach(c, row->reach) && c->sets & DATA_BIT(row->fills) &&
           snapshot_collects(c->scope, row->service);
}

static int run_row(struct collection *c, const struct collector *row, struct error *err)
{
    if (!is_wanted(c, row))
        return 0;
    if (row->run(c, row->fills, err))
        return fail_in(err, "account %s", c->account->id);
    return 0;
}

/* Was any data set read with the account's own credentials? */
static bool is_any_read(const struct collection *c)
{
    for (size_t l = 0; l < sizeof lists / sizeof *lists; l++)
        for (size_t i = 0; i < lists[l]->count; i++)
            if (lists[l]->rows[i].reach != MEMBER_ROOTS &&
                data_complete(c->account, lists[l]->rows[i].fills))
                return true;
    return false;
}

/* An account without credentials is one failure, not as many as there are data sets: all that is
 * not there for want of them has one reason, the same text. */
static void fold_refusal(struct collection *c)
{
    const char *why = c->transport->refused, *reason;
    bool all = why && !is_any_read(c);

    if (!why)
        return;
    reason = arena_printf(&c->model->arena, "no credentials: %s", why);
    for (size_t l = 0; l < sizeof lists / sizeof *lists; l++)
        for (size_t i = 0; i < lists[l]->count; i++) {
            const struct collector *row = &lists[l]->rows[i];
            struct data_status *status = &c->account->data[row->fills];

            if (is_wanted(c, row) && status->state != STATE_COMPLETE &&
                ((all && row->reach != MEMBER_ROOTS) || strstr(status->reason, why)))
                status->reason = reason;
        }
}

static int run_rows(struct collection *c, struct error *err)
{
    const char *said = NULL;

    c->transport->refused = NULL;
    for (size_t l = 0; l < sizeof lists / sizeof *lists; l++)
        for (size_t i = 0; i < lists[l]->count; i++)
            if (run_row(c, &lists[l]->rows[i], err))
                return -1;
    fold_refusal(c);
    for (size_t l = 0; l < sizeof lists / sizeof *lists; l++)
        for (size_t i = 0; i < lists[l]->count; i++)
            if (is_wanted(c, &lists[l]->rows[i]))
                report_outcome(c->account, &lists[l]->rows[i], &said);
    return 0;
}

/* And the log files: when a snapshot is judged, not while AWS is asked. */
static int run_rows_and_files(struct collection *c, struct error *err)
{
    if (run_rows(c, err))
        return -1;
    return c->account->included ? trail_read(c, err) : 0;
}

bool collect_progress(const struct snapshot *snapshot, struct model *model, struct account *account,
                      struct collect_progress *out)
{
    struct collection c = {snapshot, NULL, model, account, UINT64_MAX};
    bool found = false;

    *out = (struct collect_progress){0};
    for (size_t l = 0; l < sizeof lists / sizeof *lists; l++)
        for (size_t i = 0; i < lists[l]->count; i++) {
            const struct collector *row = &lists[l]->rows[i];
            bool done = account->data[row->fills].state != STATE_NOT_COLLECTED;

            if (!is_wanted(&c, row))
                continue;
            out->all++;
            out->done += done;
            if (!done && !found)
                out->now = row->fills;
            found = found || !done;
        }
    return found;
}

/* `id` NULL: every account. */
static int run_accounts(const struct collection *template, const char *id, struct error *err)
{
    struct model *m = template->model;

    lay_out(template->scope, id, m);
    for (size_t i = 0; i < m->account_count; i++) {
        struct collection c = *template;

        c.account = &m->accounts[i];
        if (run_rows(&c, err))
            return -1;
    }
    return 0;
}

int collect_account(const struct snapshot *snapshot, const char *id, struct transport *transport,
                    struct model *model, struct error *err)
{
    struct collection c = {snapshot, transport, model, NULL, UINT64_MAX};

    return run_accounts(&c, id, err);
}

int collect_some(const struct snapshot *snapshot, struct transport *transport, uint64_t sets,
                 struct model *model, struct error *err)
{
    struct collection c = {snapshot, transport, model, NULL, sets};

    return run_accounts(&c, NULL, err);
}

int collect(const struct snapshot *snapshot, struct transport *transport, struct model *model,
            struct error *err)
{
    if (collect_account(snapshot, NULL, transport, model, err))
        return -1;
    for (size_t i = 0; i < model->account_count; i++) {
        struct collection c = {snapshot, transport, model, &model->accounts[i], UINT64_MAX};

        if (c.account->included && trail_read(&c, err))
            return -1;
    }
    return 0;
}

int collect_home(const struct snapshot *snapshot, struct transport *transport, struct model *model,
                 struct error *err)
{
    struct collection c = {snapshot, transport, model, NULL, UINT64_MAX};

    lay_out(snapshot, NULL, model);
    c.account = model_account(model, model->home);
    return c.account ? run_rows_and_files(&c, err) : 0;
}

/* The collectors see a model whose arena is the account's, and all the rest the common one's. */
int collect_member(const struct snapshot *snapshot, struct transport *transport,
                   const struct model *model, struct account *account, struct arena *arena,
                   struct error *err)
{
    struct arena *before = transport->arena;
    struct model own = *model;
    struct collection c = {snapshot, transport, &own, account, UINT64_MAX};
    int status;

    own.arena = *arena;
    transport->arena = &own.arena;
    status = run_rows_and_files(&c, err);
    transport->arena = before;
    *arena = own.arena;
    return status;
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
