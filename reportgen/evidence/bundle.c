/* bundle.c - from a run directory to a signed evidence pack. */
#include "evidence/bundle.h"

#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"
#include "config/load.h"
#include "embedded.h"
#include "evidence/dsse.h"
#include "evidence/live_test.h"
#include "evidence/statement.h"
#include "evidence/verify.h"
#include "render/render.h"
#include "trial/trial.h"

#define GUIDE_SOURCE "templates/VERIFY.md"

/* What the stages below share. */
struct builder {
    const struct bundle_request *request;
    const struct assessment *assessment;
    const char *run;
    struct arena *arena;
    struct pack_files *files;
    struct file_stage stage;
    time_t date; /* of the documents */
    cJSON *snapshot, *findings, *report;
    struct key own;        /* the default key, when the request names none */
    const struct key *key; /* that signs; NULL until it is needed */
};

static void builder_clear(struct builder *b)
{
    if (*b->stage.path)
        file_stage_abandon(&b->stage);
    key_clear(&b->own);
    cJSON_Delete(b->snapshot);
    cJSON_Delete(b->findings);
    cJSON_Delete(b->report);
}
#define cleanup_builder CLEANUP(builder_clear)

static char *in_run(struct builder *b, const char *name)
{
    return file_join(b->arena, b->run, name);
}

/* --- Writing into the staged pack ----------------------------------------------------------------
 */

static int put(struct builder *b, const char *name, const void *bytes, size_t len,
               struct error *err)
{
    const char *path = file_join(b->arena, b->stage.path, name);
    const char *slash = strrchr(name, '/');

    if (slash) {
        const char *dir = arena_strndup(b->arena, name, (size_t)(slash - name));

        if (file_make_dirs(file_join(b->arena, b->stage.path, dir), 0700, err))
            return -1;
    }
    return file_write(path, bytes, len, 0600, err);
}

static int put_subject(struct builder *b, const char *name, const char *media_type,
                       const struct strbuf *bytes, struct error *err)
{
    char hex[DIGEST_HEX];

    pack_add(b->files, b->arena, name, media_type, digest_bytes(bytes->buf, bytes->len, hex));
    return put(b, name, bytes->buf, bytes->len, err);
}

/* --- What the run holds --------------------------------------------------------------------------
 */

static int take_snapshot(struct builder *b, struct error *err)
{
    cleanup_strbuf struct strbuf text = STRBUF_INIT(LIMIT_SNAPSHOT_BYTES);
    const char *path = in_run(b, PACK_SNAPSHOT);
    char hex[DIGEST_HEX];

    if (file_read(path, LIMIT_SNAPSHOT_BYTES, &text, err))
        return -1;
    if (strcmp(digest_bytes(text.buf, text.len, hex), b->assessment->snapshot.sha256))
        return fail(err, ERR_INTEGRITY, "%s: was changed after it was judged", path);
    b->snapshot = json_parse(path, text.buf, text.len, err);
    if (!b->snapshot)
        return -1;
    return put_subject(b, PACK_SNAPSHOT, "", &text, err);
}

/* `log`: the file that records it. */
static int take_answer(struct builder *b, const struct pack_file *answer, const char *log,
                       struct error *err)
{
    cleanup_strbuf struct strbuf bytes = STRBUF_INIT(PACK_FILE_MAX);
    const char *path = in_run(b, answer->name);
    char hex[DIGEST_HEX];

    if (file_read(path, PACK_FILE_MAX, &bytes, err))
        return -1;
    if (strcmp(digest_bytes(bytes.buf, bytes.len, hex), answer->sha256))
        return fail(err, ERR_INTEGRITY, "%s: has SHA-256 %s, %s records %s", path, hex, log,
                    answer->sha256);
    return put_subject(b, answer->name, "", &bytes, err);
}

static int take_answers(struct builder *b, struct error *err)
{
    struct pack_files answers = {0};
    struct file_list present = {0};

    if (pack_answers(b->snapshot, b->arena, &answers, err))
        return fail_in(err, "%s", in_run(b, PACK_SNAPSHOT));
    for (size_t i = 0; i < answers.count; i++)
        if (take_answer(b, &answers.at[i], PACK_SNAPSHOT, err))
            return -1;
    if (file_walk(in_run(b, PACK_RAW), LIMIT_PACK_FILES, b->arena, &present, err))
        return -1;
    for (size_t i = 0; i < present.count; i++) {
        const char *name = file_join(b->arena, PACK_RAW, present.paths[i]);

        if (!pack_find(&answers, name))
            return fail(err, ERR_INTEGRITY, "%s: not in %s", in_run(b, name), PACK_SNAPSHOT);
    }
    return 0;
}

/* --- What this program finds in it ---------------------------------------------------------------
 */

/* What people were shown must be what is signed. */
static int compare_findings(struct builder *b, const struct strbuf *found, struct error *err)
{
    cleanup_strbuf struct strbuf text = STRBUF_INIT(LIMIT_JSON_BYTES);
    const char *path = in_run(b, PACK_FINDINGS);

    if (file_read(path, LIMIT_JSON_BYTES, &text, err)) {
        if (err->code == ERR_MISSING)
            (void)fail(err, ERR_MISSING, "%s: not there; first run: reportgen evaluate %s", path,
                       b->run);
        return -1;
    }
    if (text.len != found->len || memcmp(text.buf, found->buf, text.len))
        return fail(err, ERR_INTEGRITY,
                    "%s: is not what this program finds in the snapshot; run: reportgen evaluate "
                    "%s",
                    path, b->run);
    return 0;
}

static int put_findings(struct builder *b, struct error *err)
{
    cleanup_strbuf struct strbuf text = STRBUF_INIT(LIMIT_JSON_BYTES);

    b->findings = assessment_json(b->assessment);
    if (json_pretty(b->findings, &text, err) || strbuf_finish(&text, PACK_FINDINGS, err) ||
        compare_findings(b, &text, err))
        return -1;
    return put_subject(b, PACK_FINDINGS, "", &text, err);
}

/* Every document of the edition; the report itself has one name in all of them. */
static int put_documents(struct builder *b, struct error *err)
{
    const struct edition *edition = b->request->edition;

    b->report = report_build(b->assessment, b->date);
    report_set_edition(b->report, edition);
    for (const struct renderer *const *r = renderers; *r; r++) {
        const char *name = *r == &render_json
                               ? PACK_REPORT
                               : report_file_name(b->arena, edition->id, (*r)->extension);
        cleanup_strbuf struct strbuf bytes = STRBUF_INIT(LIMIT_DOCUMENT_BYTES);

        if ((*r)->render(b->report, &bytes, err) || strbuf_finish(&bytes, name, err))
            return fail_in(err, "%s", (*r)->name);
        if (put_subject(b, name, (*r)->media_type, &bytes, err))
            return -1;
    }
    return 0;
}

/* Everything else that decides what evaluation says, so that it can be repeated. */
static int put_inputs(struct builder *b, struct error *err)
{
    const struct inputs *in = &b->assessment->inputs;
    cleanup_strbuf struct strbuf text = STRBUF_INIT(LIMIT_DOCUMENT_BYTES);
    cleanup_json cJSON *record = inputs_record_json(in, b->assessment->snapshot.finished_at);

    if (json_pretty(record, &text, err) || put_subject(b, INPUTS_EVALUATION, "", &text, err))
        return -1;
    for (size_t i = 0; i < in->file_count; i++) {
        const char *name = file_join(b->arena, INPUTS_FOLDER, in->files[i].name);

        if (input_file_bytes(in, &in->files[i], &text, err) || put_subject(b, name, "", &text, err))
            return -1;
    }
    return 0;
}

/* --- Live tests ----------------------------------------------------------------------------------
 */

static int take_live_test(struct builder *b, const char *name, struct pack_files *answers,
                          size_t *let_in, struct error *err)
{
    cleanup_strbuf struct strbuf text = STRBUF_INIT(LIMIT_JSON_BYTES);
    const char *path = in_run(b, name);

    if (file_read(path, LIMIT_JSON_BYTES, &text, err))
        return -1;

    cleanup_json cJSON *record = json_parse(path, text.buf, text.len, err);

    if (!record)
        return -1;
    if (live_test_answers(record, name, b->assessment->snapshot.sha256, b->arena, answers, err))
        return fail_in(err, "%s", path);
    *let_in += live_test_let_in(record);
    return put_subject(b, name, "", &text, err);
}

/* The live tests that were made of the run, with their answers and nothing else. */
static int take_live_tests(struct builder *b, size_t *let_in, struct error *err)
{
    struct pack_files answers = {0};
    struct file_list present = {0};
    const char *folder = in_run(b, TRIAL_FOLDER);

    if (!file_exists(folder))
        return 0;
    if (file_walk(folder, LIMIT_PACK_FILES, b->arena, &present, err))
        return -1;
    for (size_t i = 0; i < present.count; i++) {
        present.paths[i] = file_join(b->arena, TRIAL_FOLDER, present.paths[i]);
        if (live_test_is_record(present.paths[i]) &&
            take_live_test(b, present.paths[i], &answers, let_in, err))
            return -1;
    }
    if (pack_sort(&answers, err))
        return fail_in(err, "%s", folder);
    for (size_t i = 0; i < answers.count; i++)
        if (take_answer(b, &answers.at[i], TRIAL_FILE, err))
            return -1;
    for (size_t i = 0; i < present.count; i++)
        if (!live_test_is_record(present.paths[i]) && !pack_find(&answers, present.paths[i]))
            return fail(err, ERR_INTEGRITY, "%s: not in any %s", in_run(b, present.paths[i]),
                        TRIAL_FILE);
    return 0;
}

static int put_guide(struct builder *b, struct error *err)
{
    const struct embedded *guide = embedded_find(GUIDE_SOURCE);
    cleanup_strbuf struct strbuf text = STRBUF_INIT(LIMIT_TEMPLATE_BYTES);

    if (!guide)
        return fail(err, ERR_MISSING, "%s: not built into this program", GUIDE_SOURCE);
    strbuf_add(&text, guide->bytes, guide->len);
    return put_subject(b, PACK_GUIDE, "", &text, err);
}

/* --- Signing
 * --------------------------------------------------------------------------------------- */

/* A file of our own making that is no subject; it joins `all` for SHA256SUMS. */
static int put_seal(struct builder *b, const char *name, const struct strbuf *bytes,
                    struct pack_files *all, struct error *err)
{
    char hex[DIGEST_HEX];

    pack_add(all, b->arena, name, "", digest_bytes(bytes->buf, bytes->len, hex));
    return put(b, name, bytes->buf, bytes->len, err);
}

static int put_sums(struct builder *b, struct pack_files *all, struct error *err)
{
    cleanup_strbuf struct strbuf sums = STRBUF_INIT(LIMIT_DOCUMENT_BYTES);

    for (size_t i = 0; i < b->files->count; i++)
        pack_add(all, b->arena, b->files->at[i].name, "", b->files->at[i].sha256);
    if (pack_sort(all, err))
        return -1;
    pack_write_sums(all, &sums);
    if (strbuf_finish(&sums, PACK_SUMS, err))
        return -1;
    return put(b, PACK_SUMS, sums.buf, sums.len, err);
}

/* Everything to be signed is there: the first bundle that gets so far makes the key. */
static int take_key(struct builder *b, struct bundle_result *result, struct error *err)
{
    b->key = b->request->key;
    if (!b->key) {
        if (key_load_default(b->arena, &b->own, &result->key_made, err))
            return -1;
        b->key = &b->own;
    }
    memcpy(result->signer, b->key->id, sizeof result->signer);
    return 0;
}

static int seal(struct builder *b, struct error *err)
{
    const struct key *key = b->key;
    char date[CLOCK_TEXT];
    const struct statement_source source = {
        .edition = b->request->edition->id,
        .document_date = clock_format(b->date, date),
        .snapshot = b->snapshot,
        .findings = b->findings,
        .report = b->report,
        .subjects = b->files,
        .key = key,
    };
    cleanup_strbuf struct strbuf statement = STRBUF_INIT(LIMIT_ENVELOPE_BYTES / 2);
    cleanup_strbuf struct strbuf envelope = STRBUF_INIT(LIMIT_ENVELOPE_BYTES);
    cleanup_strbuf struct strbuf pem = STRBUF_INIT(LIMIT_KEY_BYTES);
    struct pack_files all = {0};

    if (pack_sort(b->files, err) || statement_write(&source, &statement, err) ||
        dsse_sign(key, statement.buf, statement.len, &envelope, err) ||
        key_public_pem(key, &pem, err))
        return -1;
    if (put_seal(b, PACK_STATEMENT, &statement, &all, err) ||
        put_seal(b, PACK_ENVELOPE, &envelope, &all, err) ||
        put_seal(b, PACK_SIGNER, &pem, &all, err))
        return -1;
    return put_sums(b, &all, err);
}

/* --- The whole
 * --------------------------------------------------------------------------------------- */

/* Is `name` a file of the pack whose statement this is? */
static bool is_of_pack(const cJSON *statement, const char *name)
{
    if (!pack_is_subject(name) || pack_is_evaluation(name))
        return true;
    for (const cJSON *s = json_first(json_find(statement, "subject")); s; s = s->next)
        if (strcmp(json_str(s, "name"), name) == 0)
            return true;
    return false;
}

/* All that is in the folder belongs to the pack that it holds. */
static int check_old_pack(const char *pack, const struct file_list *files, struct arena *arena,
                          struct error *err)
{
    struct error ignored = {0};
    cleanup_json cJSON *statement =
        json_read(file_join(arena, pack, PACK_STATEMENT), LIMIT_ENVELOPE_BYTES, &ignored);

    if (strcmp(json_str(statement, "predicateType"), PACK_PREDICATE_TYPE) != 0)
        return fail(err, ERR_USAGE,
                    "%s: is there already and is no evidence pack; it is left alone", pack);
    for (size_t i = 0; i < files->count; i++)
        if (!is_of_pack(statement, files->paths[i]))
            return fail(err, ERR_USAGE,
                        "%s: holds %s, which is not of the pack; move it away, or name another "
                        "directory with -o",
                        pack, text_shown(arena, files->paths[i]));
    return 0;
}

/* Something of somebody else's is never replaced: neither a folder that is no pack, nor a pack into
 * which a person has put something. */
static int may_replace(const char *pack, struct error *err)
{
    struct arena scratch = {0};
    struct file_list files = {0};
    int status = 0;

    if (file_exists(pack)) {
        status = file_walk(pack, LIMIT_PACK_FILES, &scratch, &files, err);
        if (status)
            err->code = ERR_USAGE;
        else if (files.count > 0)
            status = check_old_pack(pack, &files, &scratch, err);
    }
    arena_free(&scratch);
    return status;
}

/* The program trusts what it made no more than anybody else's. */
static int check_result(struct builder *b, struct error *err)
{
    cleanup_verify struct verify_result result = {0};

    if (verify_pack(b->stage.path, b->key, &result, err))
        return fail_in(err, "the pack just made does not verify");
    return 0;
}

int bundle_make(const struct bundle_request *request, struct bundle_result *result,
                struct error *err)
{
    cleanup_builder struct builder b = {
        .request = request,
        .assessment = request->assessment,
        .run = request->assessment->snapshot.dir,
        .arena = &result->arena,
        .files = &result->files,
    };

    if (clock_document(&b.date, err) || may_replace(request->pack, err))
        return -1;
    if (file_stage_open(&b.stage, request->pack, 0700, err))
        return -1;
    if (take_snapshot(&b, err) || take_answers(&b, err) || put_findings(&b, err) ||
        put_documents(&b, err) || put_inputs(&b, err) ||
        take_live_tests(&b, &result->let_in, err) || put_guide(&b, err) ||
        take_key(&b, result, err) || seal(&b, err) || check_result(&b, err))
        return -1;
    if (file_stage_commit(&b.stage, true, err))
        return -1;
    *b.stage.path = '\0'; /* it is the pack now */
    return 0;
}
