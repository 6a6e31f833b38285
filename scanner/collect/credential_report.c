/* credential_report.c - iam:GetCredentialReport, after iam:GenerateCredentialReport: a CSV, base64
 * in XML, at most four hours old.
 *
 * Columns are found by header name: AWS has added some over time. The root row is kept apart; it
 * may be absent (China regions). */
#include <string.h>

#include "base/clock.h"
#include "base/csv.h"
#include "base/digest.h"
#include "base/limits.h"
#include "collect/collect.h"
#include "collect/fields.h"
#include "model/credentials.h"

#define ASK_STATE_EVERY_MS 1000

struct reader {
    const struct snapshot *scope;
    struct model *model;
    struct account *account;
    const char *file;
    struct strbuf content; /* base64 */
    bool is_csv;
    struct report_row last; /* the row before: much in a column is the same */
};

static int report_end(void *context, const struct xml_at *at, const char *text, size_t len,
                      struct error *err)
{
    struct reader *r = context;
    const char *path = field_path(at);

    if (!path)
        return 0;
    if (strcmp(path, "Content") == 0) {
        strbuf_add(&r->content, text, len);
        r->account->report_info->content = field_source(r->model, r->file, at);
    }
    if (strcmp(path, "ReportFormat") == 0)
        r->is_csv = len == 8 && memcmp(text, "text/csv", 8) == 0;
    if (strcmp(path, "GeneratedTime") == 0)
        return collect_text(r->model, text, len, &r->account->report_info->generated_at, err);
    return 0;
}

static void add_row(struct reader *r, const struct report_row *row)
{
    struct arena *arena = &r->model->arena;
    struct report_row *root;

    if (strcmp(row->text[REPORT_USER], "<root_account>") != 0) {
        *arena_push(arena, r->account->report, r->account->report_count) = *row;
        return;
    }
    root = arena_new(arena, struct report_row, 1);
    *root = *row;
    r->account->report_root = root;
}

/* Keep a cell's text, once for neighbours that say the same. */
static int keep_cell(struct reader *r, const char *text, const char **out, struct error *err)
{
    if (!*out || strcmp(*out, text) != 0)
        return collect_text(r->model, text, strlen(text), out, err);
    return 0;
}

static bool is_required(enum report_column column)
{
    return column == REPORT_USER || column == REPORT_ARN || column == REPORT_PASSWORD ||
           column == REPORT_MFA;
}

static int report_row(void *context, const struct csv_row *row, struct error *err)
{
    struct reader *r = context;
    struct report_row *out = &r->last;

    out->number = csv_row_number(row);
    for (int i = 0; i < REPORT_COLUMN_COUNT; i++) {
        enum report_column column = (enum report_column)i;
        const char *text = csv_field(row, report_column_name(column));

        if (!text && is_required(column))
            return fail(err, ERR_FORMAT,
                        "column user, arn, password_enabled or mfa_active is missing");
        if (text && keep_cell(r, text, &out->text[column], err))
            return -1;
        r->account->report_info->column[column] = csv_column(row, report_column_name(column));
    }
    add_row(r, out);
    return 0;
}

/* A report that was days old when the scan began, or not made yet when it ended, says nothing about
 * now. The age is counted from the beginning, which a live scan knows as well as a replay: both
 * must ask the same users (freshness.h). */
static int check_age(const struct reader *r, struct error *err)
{
    struct report *info = r->account->report_info;
    const char *text = info->generated_at;
    const char *started = r->scope->started_at;
    time_t generated, begun = 0, now = r->model->taken_at;

    if (started && !clock_parse(started, &begun))
        begun = 0;
    if (!text || !clock_parse(text, &generated))
        return fail(err, ERR_FORMAT, "no GeneratedTime");
    if (begun && generated < begun - LIMIT_REPORT_AGE)
        return fail(err, ERR_FORMAT, "the report was generated at %s, too old to rely on", text);
    if (now && generated > now + LIMIT_REPORT_AHEAD)
        return fail(err, ERR_FORMAT, "the report was generated at %s, after the scan", text);
    info->generated = generated;
    return 0;
}

static int read_csv(struct reader *r, struct error *err)
{
    cleanup_strbuf struct strbuf csv = STRBUF_INIT(LIMIT_ANSWER_BYTES);

    if (!r->account->report_info->content.file)
        return fail(err, ERR_FORMAT, "no Content");
    if (!r->is_csv)
        return fail(err, ERR_FORMAT, "ReportFormat is not text/csv");
    if (check_age(r, err))
        return -1;
    if (strbuf_finish(&r->content, "Content", err) ||
        base64_decode(&csv, r->content.buf, r->content.len, err))
        return fail_in(err, "Content");
    return csv_each("credential report", csv.buf, csv.len, report_row, r, err);
}

static int receive(struct call *call, const struct answer *answer, struct error *err)
{
    static const struct xml_handler handler = {.end = report_end};
    struct reader *r = call->context;

    r->file = answer->page->file;
    if (answer_read(call, answer, &handler, r, err))
        return -1;
    if (read_csv(r, err))
        return fail_in(err, "%s", r->file);
    return 0;
}

/* A name can be given anew: the row of a deleted user says nothing about the next one. */
static bool is_of_same_user(const struct report_row *row, const struct principal *user)
{
    const char *created = row->text[REPORT_CREATED];
    time_t reported, listed;

    if (!created || !user->created || !clock_parse(created, &reported) ||
        !clock_parse(user->created, &listed))
        return true;
    return reported == listed;
}

/* Give every user the row of the same ARN (the list is sorted by ARN). */
static void join_users(struct account *a)
{
    for (size_t i = 0; i < a->report_count; i++) {
        const struct principal *user = model_user_by_arn(a, a->report[i].text[REPORT_ARN]);

        if (user && is_of_same_user(&a->report[i], user))
            ((struct principal *)user)->report = &a->report[i];
    }
}

/* Sorting keeps one row of each user. Which of two to believe cannot be known here. */
static void refuse_doubles(struct account *a, enum data_set fills, struct model *m)
{
    struct data_status *status = &a->data[fills];

    if (status->state != STATE_COMPLETE)
        return;
    status->state = STATE_FAILED;
    status->reason =
        arena_printf(&m->arena, "iam:GetCredentialReport: %s: two rows of one user", status->file);
}

/* STARTED, INPROGRESS, COMPLETE: asked again until it is the last. */
static int state_end(void *context, const struct xml_at *at, const char *text, size_t len,
                     struct error *err)
{
    struct call *call = context;
    const char *path = field_path(at);

    (void)err;
    if (path && strcmp(path, "State") == 0)
        call->again_ms = len == 8 && memcmp(text, "COMPLETE", 8) == 0 ? 0 : ASK_STATE_EVERY_MS;
    return 0;
}

static int receive_state(struct call *call, const struct answer *answer, struct error *err)
{
    static const struct xml_handler handler = {.end = state_end};

    return answer_read(call, answer, &handler, call, err);
}

/* Have the report made. Nothing is lost when that is refused, when the last one is too young, or
 * when it was not asked in an older scan: then the one that is there is read, if any. */
static int generate(struct collection *c, struct error *err)
{
    struct call call = {.account = c->account->id,
                        .service = "iam",
                        .operation = "GenerateCredentialReport",
                        .parameters = "{}",
                        .receive = receive_state};

    return transport_run(c->transport, &call, 1, err);
}

static int collect_report(struct collection *c, enum data_set fills, struct error *err)
{
    struct reader r = {.scope = c->scope,
                       .model = c->model,
                       .account = c->account,
                       .content = STRBUF_INIT(LIMIT_XML_TEXT)};
    struct call call = {.service = "iam",
                        .operation = "GetCredentialReport",
                        .parameters = "{}",
                        .receive = receive,
                        .context = &r};
    int status = generate(c, err);
    size_t rows;

    if (status == 0)
        status = collect_one(c, fills, &call, err);
    rows = c->account->report_count;
    strbuf_free(&r.content);
    model_sort(c->account);
    join_users(c->account);
    if (c->account->report_count != rows)
        refuse_doubles(c->account, fills, c->model);
    return status;
}

static const struct collector rows[] = {
    {DATA_CREDENTIAL_REPORT, "iam", "iam:GenerateCredentialReport iam:GetCredentialReport",
     EVERY_ACCOUNT, collect_report},
};
const struct collector_list credential_report_collectors = {rows, sizeof rows / sizeof *rows};
