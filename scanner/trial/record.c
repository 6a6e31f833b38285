/* record.c - live-test.json and the answers beside it. */
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/json.h"
#include "base/json_build.h"
#include "base/limits.h"
#include "trial/trial.h"

static void add_judged(cJSON *row, const struct trial_judged *j)
{
    cJSON *judged = cJSON_AddObjectToObject(row, "judged");

    json_add_text(judged, "withoutMfa", decision_name(j->with_key));
    json_add_text(judged, "withMfa", decision_name(j->with_mfa));
    (void)cJSON_AddBoolToObject(judged, "telling", j->telling);
    json_add_text(judged, "why", j->why);
}

static void add_question(cJSON *row, const struct trial_test *test)
{
    const char *parameters = test->parameters;
    struct error ignored = {0};

    json_add_text(row, "service", test->service);
    json_add_text(row, "operation", test->operation);
    cJSON_AddItemToObject(row, "parameters",
                          json_parse("parameters", parameters, strlen(parameters), &ignored));
}

/* The answer to what was asked; null for what was not. */
static void add_answer(cJSON *row, const struct trial_test *test)
{
    bool success = test->page.http_status / 100 == 2;
    cJSON *answer;

    if (!test->host) {
        (void)cJSON_AddNullToObject(row, "answer");
        return;
    }
    answer = cJSON_AddObjectToObject(row, "answer");
    json_add_text(answer, "region", test->region);
    json_add_text(answer, "endpointHost", test->host);
    json_add_text(answer, "sentAt", test->page.sent_at);
    json_add_text(answer, "receivedAt", test->page.received_at);
    json_add_text(answer, "serverDate", test->page.server_date);
    json_add_text(answer, "requestId", test->page.request_id);
    json_add_count(answer, "httpStatus", (size_t)test->page.http_status);
    json_add_text(answer, "errorCode", success ? NULL : test->code);
    json_add_text(answer, "errorMessage", success ? NULL : test->message);
    json_add_text(answer, "file", test->page.file);
    json_add_text(answer, "sha256", test->page.sha256);
}

static void add_test(cJSON *rows, const struct trial_test *test)
{
    cJSON *row = json_append_object(rows);

    add_question(row, test);
    json_add_text(row, "resource", test->resource);
    json_add_text(row, "finding", test->finding);
    add_judged(row, &test->judged);
    json_add_text(row, "status", status_name(test->status));
    json_add_text(row, "severity",
                  test->status == STATUS_FAIL ? severity_name(SEVERITY_CRITICAL) : NULL);
    json_add_text(row, "detail", test->detail);
    add_answer(row, test);
}

static void add_counts(cJSON *root, const struct trial *t)
{
    struct trial_counts n = trial_count(t);
    cJSON *counts = cJSON_AddObjectToObject(root, "counts");

    json_add_count(counts, "pass", n.by_status[STATUS_PASS]);
    json_add_count(counts, "fail", n.by_status[STATUS_FAIL]);
    json_add_count(counts, "unknown", n.by_status[STATUS_UNKNOWN]);
    json_add_count(counts, "failed", n.failed);
    json_add_count(counts, "notAsked", n.by_status[STATUS_NOT_APPLICABLE]);
    json_add_count(counts, "leftOut", t->left_out);
}

/* Names for the answers that are kept, and their digests. */
static void name_answer(struct trial *t, struct trial_test *test, size_t number)
{
    char hex[DIGEST_HEX];

    if (test->answer.len == 0)
        return;
    test->page.file =
        arena_printf(&t->arena, "%04zu-%s-%s.xml", number, test->service, test->operation);
    test->page.sha256 =
        arena_strdup(&t->arena, digest_bytes(test->answer.buf, test->answer.len, hex));
}

cJSON *trial_json(struct trial *t, const char *snapshot_sha256)
{
    cJSON *root = cJSON_CreateObject(), *part, *rows;

    name_answer(t, &t->identity, 1);
    for (size_t i = 0; i < t->count; i++)
        name_answer(t, &t->tests[i], i + 2);
    json_add_text(root, "schema", TRIAL_SCHEMA);
    part = cJSON_AddObjectToObject(root, "producer");
    json_add_text(part, "name", "reportgen");
    json_add_text(part, "version", VERSION);
    part = cJSON_AddObjectToObject(root, "snapshot");
    json_add_text(part, "sha256", snapshot_sha256);
    json_add_text(part, "takenAt", t->taken_at);
    json_add_text(root, "startedAt", t->started_at);
    json_add_text(root, "finishedAt", t->finished_at);
    part = cJSON_AddObjectToObject(root, "caller");
    json_add_text(part, "account", t->account);
    json_add_text(part, "arn", t->caller_arn);
    json_add_text(part, "userId", t->caller_id);
    json_add_text(part, "credentials", "long-term access key");
    add_question(part, &t->identity);
    add_answer(part, &t->identity);
    add_counts(root, t);
    rows = cJSON_AddArrayToObject(root, "tests");
    for (size_t i = 0; i < t->count; i++)
        add_test(rows, &t->tests[i]);
    return root;
}

static int write_answer(const char *dir, const struct trial_test *test, struct error *err)
{
    struct arena arena = {0};
    int status = 0;

    if (test->page.file)
        status = file_write(file_join(&arena, dir, test->page.file), test->answer.buf,
                            test->answer.len, 0600, err);
    arena_free(&arena);
    return status;
}

static int fill(const struct trial *t, const struct cJSON *record, const char *dir,
                struct error *err)
{
    cleanup_strbuf struct strbuf text = STRBUF_INIT(LIMIT_JSON_BYTES);
    struct arena arena = {0};
    int status = json_pretty(record, &text, err) || strbuf_finish(&text, TRIAL_FILE, err) ? -1 : 0;

    if (status == 0)
        status = file_write(file_join(&arena, dir, TRIAL_FILE), text.buf, text.len, 0600, err);
    if (status == 0)
        status = write_answer(dir, &t->identity, err);
    for (size_t i = 0; status == 0 && i < t->count; i++)
        status = write_answer(dir, &t->tests[i], err);
    arena_free(&arena);
    return status;
}

/* "live-test/20261124T062900Z", and a number behind it when that is there. */
static const char *folder_for(struct trial *t, const char *run)
{
    char compact[CLOCK_TEXT] = "";
    size_t n = 0;

    for (const char *c = t->started_at; *c && n + 1 < sizeof compact; c++)
        if (*c != '-' && *c != ':')
            compact[n++] = *c;
    for (size_t i = 1;; i++) {
        const char *dir =
            i == 1 ? arena_printf(&t->arena, "%s/" TRIAL_FOLDER "/%s", run, compact)
                   : arena_printf(&t->arena, "%s/" TRIAL_FOLDER "/%s-%zu", run, compact, i);

        if (!file_exists(dir))
            return dir;
    }
}

int trial_save(struct trial *t, const struct cJSON *record, const char *run, const char **dir,
               struct error *err)
{
    struct file_stage stage = {.path = ""};

    *dir = folder_for(t, run);
    if (file_make_dirs(file_join(&t->arena, run, TRIAL_FOLDER), 0700, err) ||
        file_stage_open(&stage, *dir, 0700, err))
        return -1;
    if (fill(t, record, stage.path, err) || file_stage_commit(&stage, false, err)) {
        file_stage_abandon(&stage);
        return -1;
    }
    return 0;
}
