/* bundle.c - from a run directory to a signed evidence pack. */
#include "evidence/bundle.h"

#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "embedded.h"
#include "evidence/dsse.h"
#include "evidence/statement.h"
#include "evidence/verify.h"
#include "render/render.h"

#define GUIDE_SOURCE "templates/VERIFY.md"

/* What the stages below share. */
struct builder {
    const struct bundle_request *request;
    struct arena *arena;
    struct pack_files *files;
    struct file_stage stage;
    cJSON *snapshot, *findings, *report;
    char snapshot_hash[DIGEST_HEX];
    char document_date[CLOCK_TEXT];
    size_t documents;
};

static void builder_clear(struct builder *b)
{
    if (*b->stage.path)
        file_stage_abandon(&b->stage);
    cJSON_Delete(b->snapshot);
    cJSON_Delete(b->findings);
    cJSON_Delete(b->report);
}
#define cleanup_builder CLEANUP(builder_clear)

static char *in_run(struct builder *b, const char *name)
{
    return file_join(b->arena, b->request->run, name);
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

/* --- Reading the run
 * ------------------------------------------------------------------------------ */

static int check_hash(const cJSON *tree, const char *block, const char *key, const char *expected,
                      struct error *err)
{
    const cJSON *obj = json_object(tree, block, err);
    const char *hash = obj ? json_text(obj, key, err) : NULL;

    if (!hash)
        return -1;
    if (strcmp(hash, expected))
        return fail(err, ERR_INTEGRITY,
                    "made from another snapshot (SHA-256 %.64s); run: reportgen evaluate", hash);
    return 0;
}

/* Copy one of the run's JSON files and keep its tree. */
static cJSON *take_json(struct builder *b, const char *name, size_t max, struct error *err)
{
    cleanup_strbuf struct strbuf text = STRBUF_INIT(max);

    if (file_read(in_run(b, name), max, &text, err)) {
        if (err->code == ERR_MISSING && strcmp(name, PACK_SNAPSHOT))
            (void)fail(err, ERR_MISSING, "%s: not there; first run: reportgen evaluate %s",
                       in_run(b, name), b->request->run);
        return NULL;
    }
    if (!strcmp(name, PACK_SNAPSHOT))
        (void)digest_bytes(text.buf, text.len, b->snapshot_hash);
    if (put_subject(b, name, "", &text, err))
        return NULL;
    return json_parse(in_run(b, name), text.buf, text.len, err);
}

static int take_results(struct builder *b, struct error *err)
{
    b->snapshot = take_json(b, PACK_SNAPSHOT, LIMIT_SNAPSHOT_BYTES, err);
    if (!b->snapshot)
        return -1;
    b->findings = take_json(b, PACK_FINDINGS, LIMIT_JSON_BYTES, err);
    if (!b->findings)
        return -1;
    if (check_hash(b->findings, "snapshot", "sha256", b->snapshot_hash, err))
        return fail_in(err, "%s", in_run(b, PACK_FINDINGS));
    b->report = take_json(b, PACK_REPORT, LIMIT_JSON_BYTES, err);
    if (!b->report)
        return -1;
    if (check_hash(b->report, "scan", "snapshotSha256", b->snapshot_hash, err))
        return fail_in(err, "%s", in_run(b, PACK_REPORT));
    return 0;
}

static int take_answer(struct builder *b, const struct pack_file *answer, struct error *err)
{
    cleanup_strbuf struct strbuf bytes = STRBUF_INIT(LIMIT_ANSWER_BYTES);
    const char *path = in_run(b, answer->name);
    char hex[DIGEST_HEX];

    if (file_read(path, LIMIT_ANSWER_BYTES, &bytes, err))
        return -1;
    if (strcmp(digest_bytes(bytes.buf, bytes.len, hex), answer->sha256))
        return fail(err, ERR_INTEGRITY, "%s: has SHA-256 %s, %s records %s", path, hex,
                    PACK_SNAPSHOT, answer->sha256);
    return put_subject(b, answer->name, "", &bytes, err);
}

static int take_answers(struct builder *b, struct error *err)
{
    struct pack_files answers = {0};
    struct file_list present = {0};

    if (pack_answers(b->snapshot, b->arena, &answers, err))
        return fail_in(err, "%s", in_run(b, PACK_SNAPSHOT));
    for (size_t i = 0; i < answers.count; i++)
        if (take_answer(b, &answers.at[i], err))
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

/* Documents of the edition that were rendered; those that were not are no error. */
static int take_documents(struct builder *b, struct error *err)
{
    for (const struct renderer *const *r = renderers; *r; r++) {
        const char *name = report_file_name(b->arena, b->request->edition->id, (*r)->extension);
        cleanup_strbuf struct strbuf bytes = STRBUF_INIT(LIMIT_DOCUMENT_BYTES);

        if (!strcmp(name, PACK_REPORT) || !file_exists(in_run(b, name)))
            continue;
        if (file_read(in_run(b, name), LIMIT_DOCUMENT_BYTES, &bytes, err) ||
            put_subject(b, name, (*r)->media_type, &bytes, err))
            return -1;
        b->documents++;
    }
    return 0;
}

/* Everything else that decides what evaluation says, so that it can be repeated. */
static int put_inputs(struct builder *b, struct error *err)
{
    cleanup_strbuf struct strbuf text = STRBUF_INIT(LIMIT_JSON_BYTES);
    cleanup_json cJSON *tree = cJSON_CreateObject();
    const cJSON *ruleset = json_object(b->findings, "ruleset", err);
    const char *now = ruleset ? json_text(b->snapshot, "finishedAt", err) : NULL;

    if (!now)
        return fail_in(err, "%s", b->request->run);
    cJSON_AddStringToObject(tree, "now", now);
    cJSON_AddItemToObject(tree, "ruleset", cJSON_Duplicate(ruleset, true));
    if (json_pretty(tree, &text, err))
        return -1;
    return put_subject(b, PACK_EVALUATION, "", &text, err);
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

static int seal(struct builder *b, struct error *err)
{
    const struct key *key = b->request->key;
    const struct statement_source source = {
        .edition = b->request->edition->id,
        .document_date = b->document_date,
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

/* Something of somebody else's is never replaced. */
static int may_replace(const char *pack, struct error *err)
{
    struct arena scratch = {0};
    struct file_list files = {0};
    bool ours = !file_exists(pack);

    if (!ours && file_is_directory(pack)) {
        struct error ignored = {0};
        cleanup_json cJSON *tree =
            json_read(file_join(&scratch, pack, PACK_STATEMENT), LIMIT_ENVELOPE_BYTES, &ignored);

        ours = !strcmp(json_str(tree, "predicateType"), PACK_PREDICATE_TYPE) ||
               (!file_walk(pack, 1, &scratch, &files, &ignored) && files.count == 0);
    }
    arena_free(&scratch);
    if (!ours)
        return fail(err, ERR_USAGE,
                    "%s: is there already and is no evidence pack; it is left alone", pack);
    return 0;
}

/* The program trusts what it made no more than anybody else's. */
static int check_result(struct builder *b, struct error *err)
{
    cleanup_verify struct verify_result result = {0};

    if (verify_pack(b->stage.path, b->request->key, &result, err))
        return fail_in(err, "the pack just made does not verify");
    return 0;
}

int bundle_make(const struct bundle_request *request, struct bundle_result *result,
                struct error *err)
{
    cleanup_builder struct builder b = {
        .request = request,
        .arena = &result->arena,
        .files = &result->files,
    };
    time_t date;

    if (clock_document(&date, err) || may_replace(request->pack, err))
        return -1;
    (void)clock_format(date, b.document_date);
    if (file_stage_open(&b.stage, request->pack, 0700, err))
        return -1;
    if (take_results(&b, err) || take_answers(&b, err) || take_documents(&b, err) ||
        put_inputs(&b, err) || put_guide(&b, err) || seal(&b, err) || check_result(&b, err))
        return -1;
    if (file_stage_commit(&b.stage, true, err))
        return -1;
    *b.stage.path = '\0'; /* it is the pack now */
    result->documents = b.documents;
    return 0;
}
