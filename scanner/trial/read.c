/* read.c - the records of a run's live tests, read back for the checks. */
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "trial/trial.h"

#define CALLS_CHECK "iam.users_mfa_enforced" /* what a call that is let in contradicts */

static bool is_record(const char *path)
{
    const char *slash = strchr(path, '/');

    return slash && strcmp(slash + 1, TRIAL_FILE) == 0;
}

/* The answer of a test; without a place in *out where it proves nothing. */
static int read_test(const cJSON *row, const char *caller, struct live_answer *out,
                     struct arena *arena, struct error *err)
{
    const char *status = json_text(row, "status", err), *service = json_text(row, "service", err);
    const char *operation = json_text(row, "operation", err);
    const char *resource = json_text(row, "resource", err), *id, *at;
    const cJSON *answer = json_find(row, "answer");
    bool enters;

    if (!status || !service || !operation || !resource)
        return -1;
    if (!cJSON_IsObject(answer)) /* not asked */
        return 0;
    if (json_text_or_null(answer, "requestId", &id, err) ||
        json_text_or_null(answer, "receivedAt", &at, err))
        return -1;
    if (strcmp(status, status_name(STATUS_PASS)) == 0)
        out->status = STATUS_PASS;
    else if (strcmp(status, status_name(STATUS_FAIL)) == 0)
        out->status = STATUS_FAIL;
    else
        return 0;
    enters = strcmp(service, "sts") == 0;
    out->check = enters ? TRIAL_CHECK : CALLS_CHECK;
    out->resource = arena_strdup(arena, enters ? resource : caller);
    out->what = arena_printf(arena, "%s:%s", service, operation);
    out->caller = caller;
    out->at = arena_strdup(arena, at ? at : "");
    out->request_id = arena_strdup(arena, id ? id : "");
    return 0;
}

static int read_tests(const cJSON *root, const struct live_record *record, struct arena *arena,
                      struct live_tests *out, struct error *err)
{
    const cJSON *who = json_object(root, "caller", err);
    const cJSON *tests = who ? json_array(root, "tests", err) : NULL;
    const char *arn = tests ? json_text(who, "arn", err) : NULL;
    size_t index = 0;

    if (!arn)
        return -1;
    arn = arena_strdup(arena, arn);
    for (const cJSON *row = json_first(tests); row; row = row->next, index++) {
        struct live_answer answer = {.check = NULL};

        if (read_test(row, arn, &answer, arena, err))
            return fail_in(err, "tests[%zu]", index);
        if (!answer.check)
            continue;
        answer.source =
            (struct source){record->file, arena_printf(arena, "/tests/%zu", index), NULL};
        *arena_push(arena, out->at, out->count) = answer;
    }
    return 0;
}

static int read_record(const char *run, const char *path, const char *snapshot_sha256,
                       struct arena *arena, struct live_tests *out, struct error *err)
{
    cleanup_strbuf struct strbuf text = STRBUF_INIT(LIMIT_JSON_BYTES);
    struct live_record *record = arena_push(arena, out->records, out->record_count);
    const cJSON *snapshot;

    record->file = file_join(arena, TRIAL_FOLDER, path);
    if (file_read(file_join(arena, run, record->file), LIMIT_JSON_BYTES, &text, err))
        return -1;

    cleanup_json cJSON *root = json_parse(record->file, text.buf, text.len, err);

    if (!root)
        return -1;
    (void)digest_bytes(text.buf, text.len, record->sha256);
    snapshot = json_object(root, "snapshot", err);
    if (!snapshot)
        return fail_in(err, "%s", record->file);
    if (strcmp(json_str(root, "schema"), TRIAL_SCHEMA) != 0)
        return fail(err, ERR_FORMAT, "%s: schema: is not " TRIAL_SCHEMA, record->file);
    if (strcmp(json_str(snapshot, "sha256"), snapshot_sha256) != 0)
        return fail(err, ERR_INTEGRITY,
                    "%s: tested what another snapshot says: test again, and move this one away",
                    record->file);
    return read_tests(root, record, arena, out, err) ? fail_in(err, "%s", record->file) : 0;
}

int trial_read(const char *run, const char *snapshot_sha256, struct arena *arena,
               struct live_tests *out, struct error *err)
{
    const char *folder = file_join(arena, run, TRIAL_FOLDER);
    struct file_list present = {0};

    if (!file_exists(folder))
        return 0;
    if (file_walk(folder, LIMIT_PACK_FILES, arena, &present, err))
        return -1;
    for (size_t i = 0; i < present.count; i++)
        if (is_record(present.paths[i]) &&
            read_record(run, present.paths[i], snapshot_sha256, arena, out, err))
            return -1;
    return 0;
}
