/* test_verify.c - a pack that was changed in any way is refused, with the reason. */
#include "pack_fixture.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/ecdsa.h>
#include <openssl/pem.h>

static int setup(void **state)
{
    struct fixture *f;
    struct error err = {0};

    fixture_setup(state);
    f = *state;
    assert_good(make_pack(f, f->pack, &f->key, &err), err);
    return 0;
}

/* A fresh copy of the fixture's pack to damage. */
static const char *copy_pack(struct fixture *f)
{
    const char *copy = key_file(f, "copy");
    struct file_list files = {0};
    struct error err = {0};

    remove_tree(copy);
    assert_good(file_walk(f->pack, 100, &f->arena, &files, &err), err);
    for (size_t i = 0; i < files.count; i++) {
        size_t len;
        const char *bytes = get_text(f, f->pack, files.paths[i], &len);

        put_bytes(f, copy, files.paths[i], bytes, len);
    }
    return copy;
}

static void assert_refused(struct fixture *f, const char *pack, const char *word)
{
    struct error err;

    assert_code(check_pack(pack, &f->key, &err), err, ERR_VERIFY);
    if (!strstr(err.msg, word))
        fail_msg("expected \"%s\" in: %s", word, err.msg);
}

/* Put `statement` into the pack, signed by `key` as `type`, with all that follows from it. */
static void sign_again(struct fixture *f, const char *pack, const struct key *key, const char *type,
                       const char *statement)
{
    cleanup_envelope struct envelope e = ENVELOPE_INIT;
    cleanup_strbuf struct strbuf pae = STRBUF_INIT(MIB), out = STRBUF_INIT(MIB);
    cleanup_strbuf struct strbuf pem = STRBUF_INIT(MIB), sums = STRBUF_INIT(MIB);
    struct file_list files = {0};
    struct pack_files all = {0};
    struct error err = {0};
    char hex[DIGEST_HEX];

    strbuf_addstr(&e.payload, statement);
    memcpy(e.payload_type, type, strlen(type) + 1);
    memcpy(e.key_id, key->id, sizeof e.key_id);
    dsse_pae(&pae, type, statement, strlen(statement));
    assert_good(key_sign(key, pae.buf, pae.len, &e.signature, &err), err);
    assert_good(dsse_write(&e, &out, &err), err);
    assert_good(key_public_pem(key, &pem, &err), err);
    put_text(f, pack, PACK_ENVELOPE, out.buf);
    put_text(f, pack, PACK_STATEMENT, statement);
    put_text(f, pack, PACK_SIGNER, pem.buf);
    assert_int_equal(unlink(file_join(&f->arena, pack, PACK_SUMS)), 0);
    assert_good(file_walk(pack, 100, &f->arena, &files, &err), err);
    for (size_t i = 0; i < files.count; i++) {
        assert_good(digest_file(file_join(&f->arena, pack, files.paths[i]), MIB, hex, NULL, &err),
                    err);
        pack_add(&all, &f->arena, files.paths[i], "", hex);
    }
    assert_good(pack_sort(&all, &err), err);
    pack_write_sums(&all, &sums);
    put_text(f, pack, PACK_SUMS, sums.buf);
}

static char *changed(struct fixture *f, const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);

    if (!at)
        fail_msg("\"%s\" is not there", from);
    return arena_printf(&f->arena, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
}

static char *signed_text(struct fixture *f)
{
    return get_text(f, f->pack, PACK_STATEMENT, NULL);
}

/* Replace a subject's content and its digest in the statement, and sign again. */
static void forge(struct fixture *f, const char *pack, const char *name, const char *text)
{
    const char *old = hash_of(f, get_text(f, pack, name, NULL));

    put_text(f, pack, name, text);
    sign_again(f, pack, &f->key, DSSE_PAYLOAD_TYPE,
               changed(f, get_text(f, pack, PACK_STATEMENT, NULL), old, hash_of(f, text)));
}

/* --- Bytes ---------------------------------------------------------------------------------------
 */

/* Of the fixture's whole pack (250 KB, 3 ms a look) every so many bytes are tried, by each bit of a
 * byte; of the small pack below every single one. Under ASan, which looks for other faults, fewer.
 */
#if defined(__SANITIZE_ADDRESS__)
#define STRIDE_WHOLE 4001
#define STRIDE_SMALL 13
#else
#define STRIDE_WHOLE 509
#define STRIDE_SMALL 1
#endif

static void flip(struct fixture *f, const char *pack, const char *name, off_t stride)
{
    const char *path = file_join(&f->arena, pack, name);
    int fd = open(path, O_RDWR);
    struct stat st;
    unsigned char byte;

    assert_true(fd >= 0);
    assert_int_equal(fstat(fd, &st), 0);
    for (off_t at = 0; at < st.st_size; at += stride) {
        struct error err = {0};

        assert_int_equal(pread(fd, &byte, 1, at), 1);

        unsigned char flipped = (unsigned char)(byte ^ (1u << (at % 8)));

        assert_int_equal(pwrite(fd, &flipped, 1, at), 1);
        if (!check_pack(pack, &f->key, &err) || err.code != ERR_VERIFY)
            fail_msg("%s: byte %ld: %s", name, (long)at, err.code ? err.msg : "not seen");
        assert_int_equal(pwrite(fd, &byte, 1, at), 1);
    }
    close(fd);
}

static void flip_all(struct fixture *f, const char *pack, off_t stride)
{
    struct file_list files = {0};
    struct error err = {0};

    assert_good(check_pack(pack, &f->key, &err), err);
    assert_good(file_walk(pack, 100, &f->arena, &files, &err), err);
    for (size_t i = 0; i < files.count; i++)
        flip(f, pack, files.paths[i], stride);
    assert_good(check_pack(pack, &f->key, &err), err);
}

/* The least that verify takes as a pack: a file of each kind, and what they must agree about. */
#define SMALL_ANSWER "raw/111122223333/0001-sts-GetCallerIdentity.xml"
#define SMALL_VERDICT "\"verdict\":{\"result\":\"fail\",\"complete\":true,\"reasons\":[]}"
#define SMALL_INPUT "inputs/people.csv"
#define SMALL_SCORE "\"score\":{\"version\":\"score/1\",\"value\":45,\"coverage\":100}"

static char *small_snapshot(struct fixture *f, const char *answer)
{
    return arena_printf(&f->arena,
                        "{\"queries\":[{\"pages\":[{\"file\":\"" SMALL_ANSWER
                        "\",\"sha256\":\"%s\",\"size\":%zu}]}]}",
                        hash_of(f, answer), strlen(answer));
}

static char *small_findings(struct fixture *f, const char *snapshot)
{
    return arena_printf(&f->arena,
                        "{\"coverage\":100,\"inputs\":[{\"file\":\"" SMALL_INPUT
                        "\",\"sha256\":\"%s\"}],\"snapshot\":{\"sha256\":\"%s\"}," SMALL_SCORE
                        "," SMALL_VERDICT "}",
                        hash_of(f, "a,b"), hash_of(f, snapshot));
}

static char *small_report(struct fixture *f, const char *snapshot)
{
    return arena_printf(
        &f->arena,
        "{\"scan\":{\"snapshotSha256\":\"%s\"},\"coverage\":{\"percent\":100}," SMALL_SCORE
        "," SMALL_VERDICT "}",
        hash_of(f, snapshot));
}

static const char *small_pack(struct fixture *f)
{
    const char *answer = "<r/>", *snapshot = small_snapshot(f, answer);
    const struct {
        const char *name, *text;
    } files[] = {
        {SMALL_ANSWER, answer},
        {PACK_SNAPSHOT, snapshot},
        {PACK_FINDINGS, small_findings(f, snapshot)},
        {PACK_REPORT, small_report(f, snapshot)},
        {"inputs/evaluation.json", "{}"},
        {SMALL_INPUT, "a,b"},
        {"report-auditor.md", "# r"},
        {"report-auditor.pdf", "%PDF"},
        {"VERIFY.md", "# v"},
    };
    const char *pack = key_file(f, "small");
    cleanup_strbuf struct strbuf text = STRBUF_INIT(MIB);

    strbuf_addf(&text, "{\"_type\":\"%s\",\"predicateType\":\"%s\",\"subject\":[",
                PACK_STATEMENT_TYPE, PACK_PREDICATE_TYPE);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        put_text(f, pack, files[i].name, files[i].text);
        strbuf_addf(&text, "%s{\"name\":\"%s\",\"digest\":{\"sha256\":\"%s\"}}", i ? "," : "",
                    files[i].name, hash_of(f, files[i].text));
    }
    strbuf_addf(&text,
                "],\"predicate\":{\"evidence\":[{\"path\":\"" SMALL_ANSWER
                "\",\"sha256\":\"%s\"}]," SMALL_SCORE "," SMALL_VERDICT "}}",
                hash_of(f, answer));
    put_text(f, pack, PACK_SUMS, "");
    sign_again(f, pack, &f->key, DSSE_PAYLOAD_TYPE, text.buf);
    return pack;
}

static void every_flipped_byte_of_a_small_pack_is_seen(void **state)
{
    flip_all(*state, small_pack(*state), STRIDE_SMALL);
}

static void flipped_bytes_of_a_whole_pack_are_seen(void **state)
{
    struct fixture *f = *state;
    const char *pack = copy_pack(f);
    struct file_list files = {0};
    struct error err = {0};

    assert_good(file_walk(pack, 100, &f->arena, &files, &err), err);
    assert_int_equal(files.count, FIXTURE_ANSWERS + 11);
    flip_all(f, pack, STRIDE_WHOLE);
}

/* --- Files ---------------------------------------------------------------------------------------
 */

static void every_file_removed_or_resized(void **state)
{
    struct fixture *f = *state;
    struct file_list files = {0};
    struct error err = {0};

    assert_good(file_walk(f->pack, 100, &f->arena, &files, &err), err);
    for (size_t i = 0; i < files.count; i++) {
        const char *pack = copy_pack(f);
        const char *name = files.paths[i];
        const char *path = file_join(&f->arena, pack, name);
        size_t len;
        const char *text = get_text(f, f->pack, name, &len);

        assert_int_equal(unlink(path), 0);
        assert_code(check_pack(pack, &f->key, &err), err, ERR_VERIFY);
        put_text(f, pack, name, "");
        assert_code(check_pack(pack, &f->key, &err), err, ERR_VERIFY);
        put_bytes(f, pack, name, text, len - 1);
        assert_code(check_pack(pack, &f->key, &err), err, ERR_VERIFY);
        put_bytes(f, pack, name, text, len + 1); /* a NUL follows */
        assert_code(check_pack(pack, &f->key, &err), err, ERR_VERIFY);
        put_bytes(f, pack, name, text, len);
        assert_int_equal(rename(path, arena_printf(&f->arena, "%s2", path)), 0);
        assert_code(check_pack(pack, &f->key, &err), err, ERR_VERIFY);
        assert_int_equal(rename(arena_printf(&f->arena, "%s2", path), path), 0);
        assert_good(check_pack(pack, &f->key, &err), err);
    }
}

static void strangers_are_refused(void **state)
{
    static const char *const names[] = {
        "extra",
        ".hidden",
        "evidence.tsr",
        "raw/111122223333/0004-x.xml",
        "raw/x",
        "statement.json.bak",
        "a b",
        "\xff\xfe",
        "inputs/deep/er/x",
        "line\nbreak",
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *pack = copy_pack(f);

        put_text(f, pack, names[i], "x");
        assert_refused(f, pack, "");
    }
}

static void only_plain_files_are_read(void **state)
{
    struct fixture *f = *state;
    const char *pack = copy_pack(f);
    const char *path = file_join(&f->arena, pack, "report.json");

    assert_int_equal(unlink(path), 0);
    assert_int_equal(symlink(file_join(&f->arena, f->pack, "report.json"), path), 0);
    assert_refused(f, pack, "report.json");
    pack = copy_pack(f);
    assert_int_equal(unlink(file_join(&f->arena, pack, PACK_ENVELOPE)), 0);
    assert_int_equal(mkfifo(file_join(&f->arena, pack, PACK_ENVELOPE), 0600), 0);
    assert_refused(f, pack, PACK_ENVELOPE);
    pack = copy_pack(f);
    remove_tree(file_join(&f->arena, pack, "raw"));
    assert_int_equal(
        symlink(file_join(&f->arena, f->pack, "raw"), file_join(&f->arena, pack, "raw")), 0);
    assert_refused(f, pack, "raw");
    pack = copy_pack(f);
    assert_int_equal(unlink(file_join(&f->arena, pack, PACK_SUMS)), 0);
    assert_int_equal(mkdir(file_join(&f->arena, pack, PACK_SUMS), 0700), 0);
    assert_refused(f, pack, PACK_SUMS);
}

static void a_file_over_its_limit_is_refused(void **state)
{
    struct fixture *f = *state;
    const char *pack = copy_pack(f);

    assert_int_equal(
        truncate(file_join(&f->arena, pack, "report.json"), (off_t)LIMIT_DOCUMENT_BYTES + 1), 0);
    assert_refused(f, pack, "larger than");
}

static void only_a_path_that_cannot_be_opened_is_no_answer(void **state)
{
    struct fixture *f = *state;
    struct error err;

    assert_code(check_pack(key_file(f, "nowhere"), &f->key, &err), err, ERR_MISSING);
    put_text(f, f->dir, "file", "x");
    assert_refused(f, key_file(f, "file"), "not a pack");
    assert_good(file_make_dirs(key_file(f, "void"), 0700, &err), err);
    assert_refused(f, key_file(f, "void"), "not a pack");
    assert_int_equal(mkfifo(key_file(f, "fifo"), 0600), 0);
    assert_refused(f, key_file(f, "fifo"), "not a pack");
}

/* --- Signatures and statements
 * --------------------------------------------------------------------- */

static void another_key_is_refused(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};
    cleanup_key struct key other = {0};
    const char *pack = copy_pack(f);

    assert_good(key_make(key_file(f, "other.pem"), &err), err);
    assert_good(key_load(key_file(f, "other.pem"), &other, &err), err);
    assert_code(check_pack(pack, &other, &err), err, ERR_VERIFY);
    sign_again(f, pack, &other, DSSE_PAYLOAD_TYPE, signed_text(f));
    assert_refused(f, pack, "not made by key");
    assert_good(check_pack(pack, NULL, &err), err);
    put_text(f, pack, PACK_SIGNER, get_text(f, f->pack, PACK_SIGNER, NULL));
    assert_code(check_pack(pack, NULL, &err), err, ERR_VERIFY);
    pack = copy_pack(f);
    put_text(f, pack, PACK_SIGNER, "-----BEGIN PUBLIC KEY-----\n");
    assert_refused(f, pack, PACK_SIGNER);
    assert_code(check_pack(pack, NULL, &err), err, ERR_VERIFY);
}

static void an_ed25519_pack_is_good(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};
    cleanup_key struct key ed = {0};
    FILE *out = fopen(key_file(f, "ed.pem"), "w");
    EVP_PKEY *pkey = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");

    assert_int_equal(PEM_write_PKCS8PrivateKey(out, pkey, NULL, NULL, 0, NULL, NULL), 1);
    fclose(out);
    EVP_PKEY_free(pkey);
    assert_int_equal(chmod(key_file(f, "ed.pem"), 0600), 0);
    assert_good(key_load(key_file(f, "ed.pem"), &ed, &err), err);
    assert_good(make_pack(f, key_file(f, "ed"), &ed, &err), err);
    assert_good(check_pack(key_file(f, "ed"), &ed, &err), err);
    assert_code(check_pack(key_file(f, "ed"), &f->key, &err), err, ERR_VERIFY);
}

static void a_swapped_statement_is_refused(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};
    const char *pack = copy_pack(f);
    const char *other = key_file(f, "other-run");
    struct fixture second = *f;

    second.run = other;
    make_run_of(other, "bob");
    assert_good(make_pack(&second, key_file(f, "second"), &f->key, &err), err);
    f->arena = second.arena;
    put_text(f, pack, PACK_STATEMENT, get_text(f, f->dir, "second/statement.json", NULL));
    assert_refused(f, pack, PACK_STATEMENT);
    put_text(f, pack, PACK_ENVELOPE, get_text(f, f->dir, "second/evidence.dsse.json", NULL));
    assert_refused(f, pack, PACK_SUMS);
    put_text(f, pack, PACK_SUMS, get_text(f, f->dir, "second/SHA256SUMS", NULL));
    assert_refused(f, pack, PACK_FINDINGS);
}

static void other_types_are_refused(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};
    const char *pack = copy_pack(f);

    sign_again(f, pack, &f->key, "application/json", signed_text(f));
    assert_refused(f, pack, "payloadType");
    sign_again(f, pack, &f->key, DSSE_PAYLOAD_TYPE,
               changed(f, signed_text(f), "Statement/v1", "Statement/v2"));
    assert_refused(f, pack, "_type");
    sign_again(f, pack, &f->key, DSSE_PAYLOAD_TYPE,
               changed(f, signed_text(f), "evidence/v1\"", "evidence/v9\""));
    assert_refused(f, pack, "predicateType");
    sign_again(f, pack, &f->key, DSSE_PAYLOAD_TYPE, "not JSON");
    assert_refused(f, pack, "payload");
    sign_again(f, pack, &f->key, DSSE_PAYLOAD_TYPE, signed_text(f));
    assert_good(check_pack(pack, &f->key, &err), err);
}

/* Not even the holder of the key can sign these. */
static void senseless_statements_are_refused(void **state)
{
    static const struct {
        const char *from, *to, *word;
    } cases[] = {
        {"\"name\": \"report.json\"", "\"name\": \"../report.json\"", "subject"},
        {"\"name\": \"report.json\"", "\"name\": \"/etc/hostname\"", "subject"},
        {"\"name\": \"report.json\"", "\"name\": \"signer.pub\"", "subject"},
        {"\"name\": \"report.json\"", "\"name\": \"evidence.tsr\"", "subject"},
        {"\"name\": \"report.json\"", "\"name\": \"findings.json\"", "named twice"},
        {"\"name\": \"report.json\"", "\"nam\": \"report.json\"", "subject"},
        {"\"name\": \"report.json\"", "\"name\": \"report2.json\"", "SHA256SUMS"},
        {"\"digest\": {\n        \"sha256\": \"", "\"digest\": {\"sha256\": \"A", "SHA-256"},
        {"\"digest\": {\n        \"sha256\": \"", "\"digest\": {\"sha512\": \"", "sha256"},
        {"\"path\": \"raw/111122223333/0001", "\"path\": \"raw/111122223333/0004", "evidence"},
        {"\"evidence\": [\n      {", "\"evidence\": [{},{", "evidence"},
        {"\"subject\": [", "\"subjects\": [", "subject"},
        {"\"result\": \"fail\"", "\"result\": \"pass\"", "verdict.result"},
        {"\"complete\": false", "\"complete\": true", "verdict.complete"},
        {"\"value\": ", "\"value\": 1", "score.value"},
        {"\"coverage\": ", "\"coverage\": 1", "score.coverage"},
        {"\"FAIL\": ", "\"FAIL\": 1", "findings.counts"},
        {"\"rulesetSha256\": \"", "\"rulesetSha256\": \"0", "producer.rulesetSha256"},
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *pack = copy_pack(f);

        sign_again(f, pack, &f->key, DSSE_PAYLOAD_TYPE,
                   changed(f, signed_text(f), cases[i].from, cases[i].to));
        assert_refused(f, pack, cases[i].word);
    }
}

static void snapshot_and_findings_must_agree(void **state)
{
    struct fixture *f = *state;
    const char *pack = copy_pack(f);
    const char *snapshot = get_text(f, f->pack, PACK_SNAPSHOT, NULL);
    const char *findings = get_text(f, f->pack, PACK_FINDINGS, NULL);

    forge(f, pack, PACK_SNAPSHOT,
          changed(f, snapshot, hash_of(f, get_text(f, f->pack, fixture_answers[1], NULL)),
                  hash_of(f, "else")));
    assert_refused(f, pack, "has another SHA-256");
    pack = copy_pack(f);
    forge(f, pack, PACK_SNAPSHOT, changed(f, snapshot, "0002-iam-Get", "0002-iam-Got"));
    assert_refused(f, pack, "0002-iam-G");
    pack = copy_pack(f);
    forge(f, pack, PACK_SNAPSHOT, "{\"queries\":[]}");
    assert_refused(f, pack, "signed, but not listed");
    pack = copy_pack(f);
    forge(f, pack, PACK_SNAPSHOT, changed(f, snapshot, "06:01:12Z", "06:01:13Z"));
    assert_refused(f, pack, PACK_FINDINGS);
    pack = copy_pack(f);
    forge(f, pack, PACK_FINDINGS, changed(f, findings, "\"value\": ", "\"value\": 1"));
    assert_refused(f, pack, "score.value");
    pack = copy_pack(f);
    forge(f, pack, PACK_FINDINGS, "{");
    assert_refused(f, pack, PACK_FINDINGS);
}

/* The inputs that were signed are those that the findings were made with. */
static void inputs_and_findings_must_agree(void **state)
{
    struct fixture *f = *state;
    const char *pack = small_pack(f), *input = hash_of(f, "a,b"), *other = hash_of(f, "a,c");
    const char *findings = get_text(f, pack, PACK_FINDINGS, NULL);
    const char *row =
        arena_printf(&f->arena, "{\"file\":\"" SMALL_INPUT "\",\"sha256\":\"%s\"}", input);
    const struct {
        const char *from, *to, *word;
    } cases[] = {
        {input, other, "is another file"},
        {SMALL_INPUT, "inputs/people.tsv", "is another file"},
        {SMALL_INPUT, "VERIFY.md", "is another file"},
        {row, "", "0 files are named, 1 are signed"},
        {row, arena_printf(&f->arena, "%s,%s", row, row), "is another file"},
        {"inputs", "input", "findings.json: inputs: expected"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        forge(f, pack, PACK_FINDINGS, changed(f, findings, cases[i].from, cases[i].to));
        assert_refused(f, pack, cases[i].word);
    }
}

static void report_and_findings_must_agree(void **state)
{
    static const struct {
        const char *from, *to, *word;
    } cases[] = {
        {"\"value\": ", "\"value\": 1", "report.json: score.value"},
        {"\"grade\": \"", "\"grade\": \"A", "report.json: score.grade"},
        {"\"result\": \"fail\"", "\"result\": \"pass\"", "report.json: verdict.result"},
        {"\"complete\": false", "\"complete\": true", "report.json: verdict.complete"},
        {"\"code\": \"override\"", "\"code\": \"\"", "report.json: verdict.reasons"},
        {"\"percent\": ", "\"percent\": 1", "report.json: coverage.percent"},
        {"\"fail\": ", "\"fail\": 1", "report.json: counts.fail"},
        {"\"manual\": ", "\"manually\": ", "report.json: counts.manual"},
        {"\"snapshotSha256\": \"", "\"snapshotSha256\": \"0", "report.json: scan.snapshot"},
        {"{", "", "report.json"},
    };
    struct fixture *f = *state;
    const char *report = get_text(f, f->pack, PACK_REPORT, NULL);

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *pack = copy_pack(f);

        forge(f, pack, PACK_REPORT, changed(f, report, cases[i].from, cases[i].to));
        assert_refused(f, pack, cases[i].word);
    }
}

/* What evaluate writes into a pack is counted, and any other file refused. */
static void what_is_not_signed_is_counted(void **state)
{
    struct fixture *f = *state;
    const char *pack = copy_pack(f);
    struct error err = {0};
    cleanup_verify struct verify_result good = {0};

    put_text(f, pack, "evaluated-0123abcd/findings.json", "x");
    put_text(f, pack, "evaluated-0123abcd/report.json", "x");
    assert_good(verify_pack(pack, &f->key, &good, &err), err);
    assert_int_equal(good.unsigned_files, 2);
    for (size_t i = 0; i < good.step_count; i++)
        if (!strcmp(good.steps[i].id, "strangers"))
            assert_string_equal(good.steps[i].detail,
                                "2 files not signed in evaluated-…: ignore them");
    put_text(f, pack, "evaluated-0123abcd/report.md", "x");
    assert_refused(f, pack, "not signed");
}

static void the_steps_tell_how_far_it_came(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};
    cleanup_verify struct verify_result good = {0}, bad = {0};
    const char *pack = copy_pack(f);

    assert_good(verify_pack(pack, &f->key, &good, &err), err);
    for (size_t i = 0; i < good.step_count; i++)
        assert_int_equal(good.steps[i].state, VERIFY_OK);
    assert_string_equal(good.verdict, "fail, incomplete");
    assert_non_null(strstr(good.score, " of 100"));
    assert_int_equal(good.unsigned_files, 0);
    put_text(f, pack, "report.json", "x");
    assert_code(verify_pack(pack, &f->key, &bad, &err), err, ERR_VERIFY);
    for (size_t i = 0; i < bad.step_count; i++) {
        bool here = !strcmp(bad.steps[i].id, "subjects");

        if (here)
            assert_string_equal(bad.steps[i].detail, err.msg);
        assert_int_equal(bad.steps[i].state, here    ? VERIFY_REFUSED
                                             : i < 8 ? VERIFY_OK
                                                     : VERIFY_NOT_REACHED);
    }
    assert_null(bad.verdict);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_flipped_byte_of_a_small_pack_is_seen),
        cmocka_unit_test(flipped_bytes_of_a_whole_pack_are_seen),
        cmocka_unit_test(every_file_removed_or_resized),
        cmocka_unit_test(strangers_are_refused),
        cmocka_unit_test(only_plain_files_are_read),
        cmocka_unit_test(a_file_over_its_limit_is_refused),
        cmocka_unit_test(only_a_path_that_cannot_be_opened_is_no_answer),
        cmocka_unit_test(another_key_is_refused),
        cmocka_unit_test(an_ed25519_pack_is_good),
        cmocka_unit_test(a_swapped_statement_is_refused),
        cmocka_unit_test(other_types_are_refused),
        cmocka_unit_test(senseless_statements_are_refused),
        cmocka_unit_test(snapshot_and_findings_must_agree),
        cmocka_unit_test(inputs_and_findings_must_agree),
        cmocka_unit_test(report_and_findings_must_agree),
        cmocka_unit_test(what_is_not_signed_is_counted),
        cmocka_unit_test(the_steps_tell_how_far_it_came),
    };

    return cmocka_run_group_tests(tests, setup, fixture_teardown);
}
