/* live_test.c - which answers a live test names, and where they lie. */
#include "evidence/live_test.h"

#include <string.h>

#include "trial/trial.h"

static const char folder[] = TRIAL_FOLDER "/", record_name[] = "/" TRIAL_FILE;

bool live_test_is_name(const char *name)
{
    return strncmp(name, folder, strlen(folder)) == 0;
}

bool live_test_is_record(const char *name)
{
    const char *slash = live_test_is_name(name) ? strchr(name + strlen(folder), '/') : NULL;

    return slash && strcmp(slash, record_name) == 0;
}

/* The answer of a test, or of the caller's identity; one that was not kept has no file. */
static int add_answer(const cJSON *of, const char *name, struct arena *arena,
                      struct pack_files *out, struct error *err)
{
    const cJSON *answer = json_find(of, "answer");
    const char *file, *hash;

    if (!answer)
        return fail(err, ERR_FORMAT, "answer: is missing");
    if (cJSON_IsNull(answer))
        return 0;
    if (json_text_or_null(answer, "file", &file, err) ||
        json_text_or_null(answer, "sha256", &hash, err))
        return -1;
    if (!file && !hash)
        return 0;
    if (!file || !hash || strchr(file, '/') || !pack_name_ok(file) || !digest_is_hex(hash))
        return fail(err, ERR_FORMAT, "answer: file and sha256 are not those of a file beside it");
    pack_add(out, arena,
             arena_printf(arena, "%.*s/%s", (int)(strrchr(name, '/') - name), name, file), "",
             hash);
    return 0;
}

int live_test_answers(const cJSON *record, const char *name, const char *snapshot_sha256,
                      struct arena *arena, struct pack_files *out, struct error *err)
{
    const cJSON *caller = json_object(record, "caller", err);
    const cJSON *tests = caller ? json_array(record, "tests", err) : NULL;
    const cJSON *snapshot = tests ? json_object(record, "snapshot", err) : NULL;

    if (!snapshot)
        return -1;
    if (strcmp(json_str(record, "schema"), TRIAL_SCHEMA) != 0)
        return fail(err, ERR_FORMAT, "schema: is not " TRIAL_SCHEMA);
    if (strcmp(json_str(snapshot, "sha256"), snapshot_sha256) != 0)
        return fail(err, ERR_INTEGRITY,
                    "tested what another snapshot says: test again, and move this one away");
    if (add_answer(caller, name, arena, out, err))
        return fail_in(err, "caller");
    for (const cJSON *t = json_first(tests); t; t = t->next)
        if (add_answer(t, name, arena, out, err))
            return fail_in(err, "tests");
    return 0;
}

size_t live_test_let_in(const cJSON *record)
{
    size_t count = 0;

    for (const cJSON *t = json_first(json_find(record, "tests")); t; t = t->next)
        count += strcmp(json_str(t, "status"), status_name(STATUS_FAIL)) == 0;
    return count;
}
