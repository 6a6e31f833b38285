/* verify.c - is this pack what the holder of a key signed, all of it and nothing else? */
#include "evidence/verify.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "evidence/agree.h"
#include "evidence/dsse.h"
#include "evidence/live_test.h"
#include "evidence/pack.h"
#include "evidence/statement.h"

/* What the steps hand on to each other. */
struct verifier {
    const char *pack;
    struct arena *arena; /* the result's */
    const char *detail;  /* of the step that runs */
    size_t unsigned_files;

    struct file_list present;
    struct key trusted; /* owned only on first use, else a copy of the pinned one */
    bool first_use;
    struct strbuf envelope_text;
    struct envelope envelope;
    cJSON *statement;
    struct pack_files subjects;
};

void verify_clear(struct verify_result *result)
{
    arena_free(&result->arena);
    *result = (struct verify_result){0};
}

static void verifier_clear(struct verifier *v)
{
    if (v->first_use)
        key_clear(&v->trusted);
    strbuf_free(&v->envelope_text);
    envelope_clear(&v->envelope);
    cJSON_Delete(v->statement);
}
#define cleanup_verifier CLEANUP(verifier_clear)

/* --- Small helpers ---------------------------------------------------------------------------- */

static int read_file(struct verifier *v, const char *name, size_t max, struct strbuf *out,
                     struct error *err)
{
    return file_read(file_join(v->arena, v->pack, name), max, out, err);
}

/* A file that is no subject must hold exactly the bytes we would write. */
static int holds(struct verifier *v, const char *name, const struct strbuf *expected,
                 struct error *err)
{
    cleanup_strbuf struct strbuf text = STRBUF_INIT(PACK_FILE_MAX);

    if (read_file(v, name, PACK_FILE_MAX, &text, err))
        return -1;
    if (text.len != expected->len || memcmp(text.buf, expected->buf, text.len))
        return fail(err, ERR_VERIFY, "%s: is not what the signature says it must be", name);
    return 0;
}

static int wrong_digest(const struct pack_file *file, const char *hex, struct error *err)
{
    return fail(err, ERR_VERIFY, "%s: has SHA-256 %s, signed was %s", file->name, hex,
                file->sha256);
}

/* The bytes that are parsed are the bytes that were hashed. */
static cJSON *read_subject(struct verifier *v, const char *name, size_t max, struct error *err)
{
    cleanup_strbuf struct strbuf text = STRBUF_INIT(max);
    const struct pack_file *file = pack_find(&v->subjects, name);
    char hex[DIGEST_HEX];

    if (!file) {
        (void)fail(err, ERR_VERIFY, "%s: is not among the signed files", name);
        return NULL;
    }
    if (read_file(v, name, max, &text, err))
        return NULL;
    if (strcmp(digest_bytes(text.buf, text.len, hex), file->sha256)) {
        (void)wrong_digest(file, hex, err);
        return NULL;
    }
    return json_parse(name, text.buf, text.len, err);
}

static int expect_text(const cJSON *obj, const char *key, const char *expected, struct error *err)
{
    const char *text = json_text(obj, key, err);

    if (!text)
        return -1;
    if (strcmp(text, expected))
        return fail(err, ERR_VERIFY, "%s is \"%.200s\", not %s", key, text, expected);
    return 0;
}

/* --- The steps, in the order of trust -----------------------------------------------------------
 */

static int check_layout(struct verifier *v, struct error *err)
{
    if (file_walk(v->pack, LIMIT_PACK_FILES, v->arena, &v->present, err))
        return -1;
    for (size_t i = 0; i < v->present.count; i++)
        if (!pack_name_ok(v->present.paths[i]))
            return fail(err, ERR_VERIFY, "\"%.200s\": not a name a pack can hold",
                        v->present.paths[i]);
    if (!file_exists(file_join(v->arena, v->pack, PACK_ENVELOPE)))
        return fail(err, ERR_VERIFY, "not a pack: there is no %s", PACK_ENVELOPE);
    v->detail = arena_printf(v->arena, "%zu plain files", v->present.count);
    return 0;
}

static int check_key(struct verifier *v, struct error *err)
{
    cleanup_strbuf struct strbuf pem = STRBUF_INIT(LIMIT_KEY_BYTES);

    if (v->first_use) {
        if (read_file(v, PACK_SIGNER, LIMIT_KEY_BYTES, &pem, err) ||
            key_parse_public(PACK_SIGNER, pem.buf, pem.len, &v->trusted, err))
            return -1;
        v->detail = "TAKEN FROM THE PACK: compare its fingerprint before you rely on it";
        return 0;
    }
    v->detail = "the one you named";
    return 0;
}

static int check_envelope(struct verifier *v, struct error *err)
{
    if (read_file(v, PACK_ENVELOPE, LIMIT_ENVELOPE_BYTES, &v->envelope_text, err) ||
        dsse_parse(PACK_ENVELOPE, v->envelope_text.buf, v->envelope_text.len, &v->envelope, err))
        return -1;
    v->detail = "one signature, canonical form";
    return 0;
}

static int check_signature(struct verifier *v, struct error *err)
{
    if (dsse_check(&v->envelope, &v->trusted, err))
        return fail_in(err, "%s", PACK_ENVELOPE);
    v->detail = key_algorithm(&v->trusted);
    return 0;
}

static int check_types(struct verifier *v, struct error *err)
{
    if (strcmp(v->envelope.payload_type, DSSE_PAYLOAD_TYPE))
        return fail(err, ERR_VERIFY, "payloadType is \"%s\", not %s", v->envelope.payload_type,
                    DSSE_PAYLOAD_TYPE);
    v->statement = json_parse("payload", v->envelope.payload.buf, v->envelope.payload.len, err);
    if (!v->statement || expect_text(v->statement, "_type", PACK_STATEMENT_TYPE, err) ||
        expect_text(v->statement, "predicateType", PACK_PREDICATE_TYPE, err))
        return -1;
    if (statement_subjects(v->statement, v->arena, &v->subjects, err))
        return -1;
    v->detail = PACK_PREDICATE_TYPE;
    return 0;
}

static int check_statement(struct verifier *v, struct error *err)
{
    v->detail = "equals the payload";
    return holds(v, PACK_STATEMENT, &v->envelope.payload, err);
}

static int check_signer(struct verifier *v, struct error *err)
{
    cleanup_strbuf struct strbuf pem = STRBUF_INIT(LIMIT_KEY_BYTES);

    v->detail = "equals the trusted key";
    if (key_public_pem(&v->trusted, &pem, err))
        return -1;
    return holds(v, PACK_SIGNER, &pem, err);
}

/* The list is rebuilt from what is signed or already compared, never read for trust. */
static int check_sums(struct verifier *v, struct error *err)
{
    cleanup_strbuf struct strbuf text = STRBUF_INIT(PACK_FILE_MAX);
    cleanup_strbuf struct strbuf pem = STRBUF_INIT(LIMIT_KEY_BYTES);
    struct pack_files all = {0};
    char hex[DIGEST_HEX];

    if (key_public_pem(&v->trusted, &pem, err))
        return -1;
    for (size_t i = 0; i < v->subjects.count; i++)
        pack_add(&all, v->arena, v->subjects.at[i].name, "", v->subjects.at[i].sha256);
    pack_add(&all, v->arena, PACK_SIGNER, "", digest_bytes(pem.buf, pem.len, hex));
    pack_add(&all, v->arena, PACK_STATEMENT, "",
             digest_bytes(v->envelope.payload.buf, v->envelope.payload.len, hex));
    pack_add(&all, v->arena, PACK_ENVELOPE, "",
             digest_bytes(v->envelope_text.buf, v->envelope_text.len, hex));
    if (pack_sort(&all, err))
        return -1;
    pack_write_sums(&all, &text);
    v->detail = "lists every file";
    if (strbuf_finish(&text, PACK_SUMS, err))
        return -1;
    return holds(v, PACK_SUMS, &text, err);
}

static int check_subjects(struct verifier *v, struct error *err)
{
    size_t bytes = 0;

    for (size_t i = 0; i < v->subjects.count; i++) {
        const struct pack_file *file = &v->subjects.at[i];
        const char *path = file_join(v->arena, v->pack, file->name);
        char hex[DIGEST_HEX];
        size_t size;

        if (digest_file(path, PACK_FILE_MAX, hex, &size, err)) {
            if (err->code == ERR_MISSING)
                return fail(err, ERR_VERIFY, "%s: signed, but not in the pack", file->name);
            return -1;
        }
        if (strcmp(hex, file->sha256))
            return wrong_digest(file, hex, err);
        bytes += size;
    }
    v->detail = arena_printf(v->arena, "%zu files, %zu bytes", v->subjects.count, bytes);
    return 0;
}

static bool belongs(const struct verifier *v, const char *name)
{
    static const char *const others[] = {PACK_ENVELOPE, PACK_STATEMENT, PACK_SIGNER, PACK_SUMS};

    for (size_t k = 0; k < sizeof others / sizeof others[0]; k++)
        if (!strcmp(name, others[k]))
            return true;
    return pack_find(&v->subjects, name) != NULL;
}

static int check_strangers(struct verifier *v, struct error *err)
{
    for (size_t i = 0; i < v->present.count; i++) {
        const char *name = v->present.paths[i];

        if (belongs(v, name))
            continue;
        if (!pack_is_evaluation(name))
            return fail(err, ERR_VERIFY, "%s: in the pack, but not signed", name);
        v->unsigned_files++;
    }
    v->detail = "none";
    if (v->unsigned_files)
        v->detail = arena_printf(v->arena, "%zu files not signed in evaluated-…: ignore them",
                                 v->unsigned_files);
    return 0;
}

static int answer_error(const char *name, const char *how, struct error *err)
{
    return fail(err, ERR_VERIFY, "%s: %s in %s", name, how, PACK_SNAPSHOT);
}

/* Both lists are sorted; below raw/ they must be the same. */
static int same_answers(const struct pack_files *listed, const struct pack_files *subjects,
                        struct error *err)
{
    size_t at = 0;

    for (size_t i = 0; i < subjects->count; i++) {
        const struct pack_file *s = &subjects->at[i];

        if (strncmp(s->name, PACK_RAW "/", sizeof PACK_RAW))
            continue;

        int order = at < listed->count ? strcmp(listed->at[at].name, s->name) : 1;

        if (order > 0)
            return answer_error(s->name, "signed, but not listed", err);
        if (order < 0)
            return answer_error(listed->at[at].name, "not signed, but listed", err);
        if (strcmp(listed->at[at].sha256, s->sha256))
            return answer_error(s->name, "has another SHA-256", err);
        at++;
    }
    if (at < listed->count)
        return answer_error(listed->at[at].name, "not signed, but listed", err);
    return 0;
}

static int check_answers(struct verifier *v, struct error *err)
{
    cleanup_json cJSON *snapshot = read_subject(v, PACK_SNAPSHOT, LIMIT_SNAPSHOT_BYTES, err);
    struct pack_files listed = {0};

    if (!snapshot)
        return -1;
    if (pack_answers(snapshot, v->arena, &listed, err))
        return fail_in(err, "%s", PACK_SNAPSHOT);
    v->detail = arena_printf(v->arena, "%zu answers", listed.count);
    if (same_answers(&listed, &v->subjects, err))
        return -1;
    return statement_evidence(v->statement, &listed, err);
}

/* The answers that the live tests name, against those that were signed. */
static int check_live_test(struct verifier *v, const char *name, struct pack_files *answers,
                           struct error *err)
{
    const struct pack_file *snapshot = pack_find(&v->subjects, PACK_SNAPSHOT);
    cleanup_json cJSON *record = read_subject(v, name, LIMIT_JSON_BYTES, err);

    if (!record)
        return -1;
    return live_test_answers(record, name, snapshot ? snapshot->sha256 : "", v->arena, answers, err)
               ? fail_in(err, "%s", name)
               : 0;
}

static int check_live_tests(struct verifier *v, struct error *err)
{
    struct pack_files listed = {0};
    size_t records = 0, files = 0;

    for (size_t i = 0; i < v->subjects.count; i++) {
        const char *name = v->subjects.at[i].name;

        files += live_test_is_name(name);
        if (!live_test_is_record(name))
            continue;
        records++;
        if (check_live_test(v, name, &listed, err))
            return -1;
    }
    if (pack_sort(&listed, err))
        return -1;
    for (size_t i = 0; i < listed.count; i++) {
        const struct pack_file *s = pack_find(&v->subjects, listed.at[i].name);

        if (!s || strcmp(s->sha256, listed.at[i].sha256) != 0)
            return fail(err, ERR_VERIFY, "%s: is not as its live test says", listed.at[i].name);
    }
    if (files != records + listed.count)
        return fail(err, ERR_VERIFY, "a file among the live tests is named by none of them");
    v->detail =
        records ? arena_printf(v->arena, "%zu, with %zu answers", records, listed.count) : "none";
    return 0;
}

static int check_verdict(struct verifier *v, struct error *err)
{
    cleanup_json cJSON *findings = read_subject(v, PACK_FINDINGS, LIMIT_JSON_BYTES, err);
    const struct pack_file *snapshot = pack_find(&v->subjects, PACK_SNAPSHOT);

    if (!findings)
        return -1;

    cleanup_json cJSON *report = read_subject(v, PACK_REPORT, LIMIT_JSON_BYTES, err);

    if (!report)
        return -1;

    const cJSON *of = json_object(findings, "snapshot", err);

    if (!of || !snapshot || expect_text(of, "sha256", snapshot->sha256, err))
        return fail_in(err, "%s: snapshot", PACK_FINDINGS);
    v->detail = "in statement and report, equal to findings.json";
    if (agree_statement(v->statement, findings, err) || agree_inputs(&v->subjects, findings, err))
        return -1;
    return agree_report(report, findings, err);
}

/* In this order each step rests only on the ones before it.
 * To add one: write the function, add the row. */
static const struct {
    const char *id, *title;
    int (*run)(struct verifier *v, struct error *err);
} steps[] = {
    {"layout", "plain files, no links", check_layout},
    {"key", "trusted key", check_key},
    {"envelope", "envelope", check_envelope},
    {"signature", "signature by that key", check_signature},
    {"types", "types of payload and statement", check_types},
    {"statement", "statement.json", check_statement},
    {"signer", "signer.pub", check_signer},
    {"sums", "SHA256SUMS", check_sums},
    {"subjects", "signed files, unchanged", check_subjects},
    {"strangers", "files not signed", check_strangers},
    {"answers", "raw answers and query log", check_answers},
    {"live-tests", "live tests and their answers", check_live_tests},
    {"verdict", "verdict and score", check_verdict},
};

#define STEP_COUNT (sizeof steps / sizeof steps[0])
_Static_assert(STEP_COUNT <= VERIFY_STEPS_MAX, "VERIFY_STEPS_MAX is too small");

/* --- The whole ---------------------------------------------------------------------------------
 */

/* Only a directory is a pack; 0 when `path` is one that can be opened. */
static int open_pack(const char *path, struct error *err)
{
    struct stat st;

    if (stat(path, &st))
        return fail_errno(err, errno == ENOENT ? ERR_MISSING : ERR_IO, "%s", path);
    if (S_ISDIR(st.st_mode) || S_ISREG(st.st_mode)) {
        cleanup_file FILE *readable = fopen(path, "rb"); /* opens directories, too */

        if (!readable)
            return fail_errno(err, ERR_IO, "%s", path);
    }
    if (!S_ISDIR(st.st_mode))
        return fail(err, ERR_VERIFY, "%s: not a pack: it is no directory", path);
    return 0;
}

static const char *score_text(struct arena *arena, const cJSON *predicate)
{
    const cJSON *value = json_find(json_find(predicate, "score"), "value");

    return cJSON_IsNumber(value) ? arena_printf(arena, "%.0f of 100", value->valuedouble)
                                 : "not assessed";
}

static void describe(const struct verifier *v, struct verify_result *result)
{
    struct arena *arena = &result->arena;
    const cJSON *p = json_find(v->statement, "predicate");
    const cJSON *producer = json_find(p, "producer");
    const cJSON *verdict = json_find(p, "verdict");
    const cJSON *bundle = json_find(p, "bundle");

    result->bundle_id = arena_strdup(arena, json_str(bundle, "id"));
    result->edition = arena_strdup(arena, json_str(bundle, "edition"));
    result->producer =
        arena_printf(arena, "%s %s", json_str(producer, "name"), json_str(producer, "version"));
    result->scanned = arena_strdup(arena, json_str(json_find(p, "run"), "finishedAt"));
    result->verdict = arena_printf(arena, "%s, %s", json_str(verdict, "result"),
                                   json_true(verdict, "complete") ? "complete" : "incomplete");
    result->score = score_text(arena, p);
    result->subjects = v->subjects.count;
    result->unsigned_files = v->unsigned_files;
}

static int run_steps(struct verifier *v, struct verify_result *result, struct error *err)
{
    for (size_t i = 0; i < STEP_COUNT; i++) {
        struct verify_step *step = &result->steps[i];

        v->detail = "";
        if (steps[i].run(v, err)) {
            err->code = ERR_VERIFY; /* damage that makes something unreadable is still damage */
            step->state = VERIFY_REFUSED;
            step->detail = arena_strdup(v->arena, err->msg);
            return -1;
        }
        step->state = VERIFY_OK;
        step->detail = v->detail;
        if (v->trusted.pkey && !*result->key_id) {
            memcpy(result->key_id, v->trusted.id, sizeof result->key_id);
            result->algorithm = key_algorithm(&v->trusted);
        }
    }
    return 0;
}

int verify_pack(const char *path, const struct key *pinned, struct verify_result *result,
                struct error *err)
{
    cleanup_verifier struct verifier v = {
        .pack = path,
        .arena = &result->arena,
        .first_use = !pinned,
        .envelope_text = STRBUF_INIT(LIMIT_ENVELOPE_BYTES),
        .envelope = ENVELOPE_INIT,
    };

    if (pinned)
        v.trusted = *pinned;
    result->first_use = !pinned;
    result->step_count = STEP_COUNT;
    for (size_t i = 0; i < STEP_COUNT; i++)
        result->steps[i] =
            (struct verify_step){steps[i].id, steps[i].title, "", VERIFY_NOT_REACHED};
    if (open_pack(path, err) || run_steps(&v, result, err))
        return -1;
    describe(&v, result);
    return 0;
}
