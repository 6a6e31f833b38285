/* test_bundle.c - packs: what goes in, what stops one from being made, and that none is half made.
 */
#include "pack_fixture.h"

#include <sys/stat.h>
#include <unistd.h>

static void assert_absent(struct fixture *f, const char *name)
{
    struct file_list files = {0};
    struct error err = {0};

    assert_false(file_exists(key_file(f, name)));
    assert_good(file_walk(f->dir, 1000, &f->arena, &files, &err), err);
    for (size_t i = 0; i < files.count; i++)
        if (strstr(files.paths[i], ".tmp"))
            fail_msg("%s was left behind", files.paths[i]);
}

static void a_pack_holds_what_it_should(void **state)
{
    static const char *const before[] = {"SHA256SUMS", "VERIFY.md", "evidence.dsse.json",
                                         "findings.json", "inputs/evaluation.json"};
    static const char *const after[] = {"report-auditor.md", "report-auditor.pdf",
                                        "report.json",       "signer.pub",
                                        "snapshot.json",     "statement.json"};
    const char
        *expected[sizeof before / sizeof *before + FIXTURE_ANSWERS + sizeof after / sizeof *after];
    struct fixture *f = *state;
    struct error err = {0};
    struct file_list files = {0};
    struct stat st;

    memcpy(expected, before, sizeof before);
    memcpy(expected + sizeof before / sizeof *before, fixture_answers, sizeof fixture_answers);
    memcpy(expected + sizeof before / sizeof *before + FIXTURE_ANSWERS, after, sizeof after);
    assert_good(make_pack(f, f->pack, &f->key, &err), err);
    assert_good(file_walk(f->pack, 100, &f->arena, &files, &err), err);
    assert_int_equal(files.count, sizeof expected / sizeof expected[0]);
    for (size_t i = 0; i < files.count; i++) {
        assert_string_equal(files.paths[i], expected[i]);
        assert_int_equal(stat(file_join(&f->arena, f->pack, expected[i]), &st), 0);
        assert_int_equal(st.st_mode & 07777, 0600);
    }
    assert_int_equal(stat(file_join(&f->arena, f->pack, "raw/111122223333"), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0700);
    assert_good(check_pack(f->pack, &f->key, &err), err);
    assert_good(check_pack(f->pack, NULL, &err), err);
}

static void the_statement_is_the_same_each_time(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};

    assert_good(make_pack(f, f->pack, &f->key, &err), err);
    assert_good(make_pack(f, key_file(f, "again"), &f->key, &err), err);
    assert_string_equal(get_text(f, f->pack, "statement.json", NULL),
                        get_text(f, f->dir, "again/statement.json", NULL));
}

static void the_predicate_says_what_happened(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};

    assert_good(make_pack(f, f->pack, &f->key, &err), err);

    cleanup_json cJSON *tree =
        json_read(file_join(&f->arena, f->pack, "statement.json"), MIB, &err);
    const cJSON *p = json_find(tree, "predicate");

    assert_int_equal(json_count(json_find(tree, "subject")), FIXTURE_ANSWERS + 7);
    assert_int_equal(json_count(json_find(p, "queries")), FIXTURE_ANSWERS);
    assert_int_equal(json_count(json_find(p, "evidence")), FIXTURE_ANSWERS);
    assert_int_equal(json_count(json_find(p, "documents")), 3);
    assert_int_equal(json_count(json_find(p, "criteria")), check_count());
    assert_string_equal(json_str(json_find(json_find(p, "run"), "firstAnswer"), "requestId"), "r1");
    assert_string_equal(json_str(json_find(json_find(p, "run"), "lastAnswer"), "requestId"), "r14");
    assert_int_equal(json_num(json_find(json_find(p, "run"), "clock"), "largestOffsetSeconds"), 12);
    assert_string_equal(json_str(json_find(p, "verdict"), "result"), "fail");
    assert_false(json_true(json_find(p, "verdict"), "complete"));
    assert_string_equal(json_str(json_find(p, "bundle"), "classification"), "Confidential");
    assert_string_equal(json_str(json_first(json_find(p, "overrides")), "kind"), "sample-data");
    assert_string_equal(json_str(json_find(p, "signer"), "keyId"), f->key.id);
    assert_non_null(
        strstr(get_text(f, f->pack, "statement.json", NULL), "AWS signed none of its answers."));
}

static void an_older_pack_is_replaced(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};

    assert_good(make_pack(f, f->pack, &f->key, &err), err);
    put_text(f, f->pack, "evaluated-01234567/findings.json", "{}");
    assert_good(make_pack(f, f->pack, &f->key, &err), err);
    assert_false(file_exists(file_join(&f->arena, f->pack, "evaluated-01234567")));
    assert_good(file_make_dirs(key_file(f, "empty"), 0700, &err), err);
    assert_good(make_pack(f, key_file(f, "empty"), &f->key, &err), err);
}

/* Whoever put a note into a pack wants to find it there again. */
static void what_was_put_into_a_pack_is_left_alone(void **state)
{
    static const char *const strangers[] = {"note.txt", "raw/note.txt",
                                            "evaluated-01234567/note.txt"};
    struct fixture *f = *state;
    struct error err = {0};

    assert_good(make_pack(f, key_file(f, "noted"), &f->key, &err), err);
    for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++) {
        const char *before = get_text(f, f->dir, "noted/SHA256SUMS", NULL);
        const char *path = file_join(&f->arena, "noted", strangers[i]);

        put_text(f, f->dir, path, "x");
        assert_code(make_pack(f, key_file(f, "noted"), &f->key, &err), err, ERR_USAGE);
        assert_non_null(strstr(err.msg, strangers[i]));
        assert_string_equal(get_text(f, f->dir, path, NULL), "x");
        assert_string_equal(get_text(f, f->dir, "noted/SHA256SUMS", NULL), before);
        assert_good(file_delete(key_file(f, path), &err), err);
    }
    assert_good(make_pack(f, key_file(f, "noted"), &f->key, &err), err);
}

/* The first bundle of all makes a key, but not before there is something to sign. */
static void no_key_is_made_for_nothing(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};
    const char *key = key_file(f, "home/reportgen/keys/default.pem");

    assert_int_equal(setenv("XDG_DATA_HOME", key_file(f, "home"), 1), 0);
    make_run(f->run);
    put_text(f, f->run, "findings.json", "{}");
    assert_code(make_pack(f, key_file(f, "none"), NULL, &err), err, ERR_INTEGRITY);
    assert_false(file_exists(key));
    make_run(f->run);
    assert_good(make_pack(f, key_file(f, "first"), NULL, &err), err);
    assert_true(file_exists(key));
}

static void what_is_not_ours_is_left_alone(void **state)
{
    struct fixture *f = *state;
    struct error err;

    put_text(f, f->dir, "theirs/statement.json", "{\"predicateType\":\"other\"}");
    assert_code(make_pack(f, key_file(f, "theirs"), &f->key, &err), err, ERR_USAGE);
    assert_true(file_exists(key_file(f, "theirs/statement.json")));
    put_text(f, f->dir, "file", "x");
    assert_code(make_pack(f, key_file(f, "file"), &f->key, &err), err, ERR_USAGE);
    assert_code(make_pack(f, f->run, &f->key, &err), err, ERR_USAGE);
}

/* One change to the run, the error it must give, and a word of its message. */
struct damage {
    const char *file, *text; /* text NULL: removed */
    enum error_code code;
    const char *word;
};

static void a_damaged_run_makes_no_pack(void **state)
{
    static const struct damage cases[] = {
        {"raw/111122223333/0001-sts-GetCallerIdentity.xml", "<B/>", ERR_INTEGRITY, "0001-sts"},
        {"raw/111122223333/0011-iam-ListAccountAliases.xml", NULL, ERR_MISSING, "0011-iam"},
        {"raw/111122223333/0015-iam-Extra.xml", "<C/>", ERR_INTEGRITY, "0015-iam"},
        {"snapshot.json", NULL, ERR_MISSING, "snapshot.json"},
        {"snapshot.json", "{", ERR_FORMAT, "snapshot.json"},
        {"snapshot.json", "{}\n", ERR_FORMAT, "snapshot.json"},
        {"findings.json", NULL, ERR_MISSING, "first run: reportgen evaluate"},
        {"findings.json", "", ERR_INTEGRITY, "run: reportgen evaluate"},
        {"findings.json", "{}\n", ERR_INTEGRITY, "findings.json"},
    };
    struct fixture *f = *state;
    struct error err;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (cases[i].text)
            put_text(f, f->run, cases[i].file, cases[i].text);
        else
            assert_int_equal(unlink(file_join(&f->arena, f->run, cases[i].file)), 0);
        assert_code(make_pack(f, key_file(f, "none"), &f->key, &err), err, cases[i].code);
        if (!strstr(err.msg, cases[i].word))
            fail_msg("case %zu: %s", i, err.msg);
        assert_absent(f, "none");
        make_run(f->run);
    }
}

/* Findings that anybody edited, however little, are not what is signed. */
static void findings_must_be_those_of_the_snapshot(void **state)
{
    static const char *const edits[][2] = {
        {"\"FAIL\"", "\"PASS\""},
        {"\"result\": \"fail\"", "\"result\": \"pass\""},
        {"\n", "\n\n"},
        {"\"coverage\": ", "\"coverage\": 1"},
    };
    struct fixture *f = *state;
    struct error err;

    for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) {
        char *text = get_text(f, f->run, "findings.json", NULL);
        char *at = strstr(text, edits[i][0]);

        assert_non_null(at);
        put_text(f, f->run, "findings.json",
                 arena_printf(&f->arena, "%.*s%s%s", (int)(at - text), text, edits[i][1],
                              at + strlen(edits[i][0])));
        assert_code(make_pack(f, key_file(f, "none"), &f->key, &err), err, ERR_INTEGRITY);
        assert_non_null(strstr(err.msg, "is not what this program finds in the snapshot; run: "
                                        "reportgen evaluate"));
        assert_absent(f, "none");
        make_run(f->run);
    }
}

/* Nothing that was rendered is taken from the run: it may be of another day, or forged. */
static void documents_are_rendered_anew(void **state)
{
    static const char *const names[] = {"report.json", "report-auditor.md", "report-auditor.pdf",
                                        "report-auditor.json"};
    struct fixture *f = *state;
    struct error err = {0};
    cleanup_json cJSON *report = NULL;

    make_run(f->run);
    assert_good(make_pack(f, f->pack, &f->key, &err), err);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        put_text(f, f->run, names[i], "forged");
    assert_good(make_pack(f, key_file(f, "again"), &f->key, &err), err);
    assert_string_equal(get_text(f, f->pack, "statement.json", NULL),
                        get_text(f, f->dir, "again/statement.json", NULL));
    report = json_read(key_file(f, "again/report.json"), MIB, &err);
    assert_string_equal(json_str(json_find(report, "edition"), "id"), "auditor");
    make_run(f->run);
}

/* The run changed between judging and packing. */
static void what_was_judged_is_what_is_packed(void **state)
{
    struct fixture *f = *state;
    cleanup_assessment struct assessment a = {0};
    struct bundle_result result = {0};
    struct error err = {0};

    assert_good(assess(&a, f->run, &err), err);
    make_run_of(f->run, "bob");
    assert_code(bundle_make(&(struct bundle_request){.assessment = &a,
                                                     .pack = key_file(f, "none"),
                                                     .edition = edition_find("auditor"),
                                                     .key = &f->key},
                            &result, &err),
                err, ERR_INTEGRITY);
    assert_non_null(strstr(err.msg, "was changed after it was judged"));
    assert_absent(f, "none");
    arena_free(&result.arena);
    make_run(f->run);
}

/* Put another body into the run's only page of that name, and tell the log. */
static void replace_answer(struct fixture *f, const char *name, size_t size)
{
    const char *path = file_join(&f->arena, f->run, name);
    struct error err = {0};
    char hex[DIGEST_HEX];
    cleanup_json cJSON *tree = json_read(file_join(&f->arena, f->run, "snapshot.json"), MIB, &err);
    cleanup_strbuf struct strbuf text = STRBUF_INIT(MIB);

    assert_int_equal(truncate(path, (off_t)size), 0);
    assert_good(digest_file(path, 2 * size, hex, NULL, &err), err);
    for (const cJSON *q = json_first(json_find(tree, "queries")); q; q = q->next) {
        cJSON *page = json_find(q, "pages")->child;

        if (strcmp(json_str(page, "file"), name) != 0)
            continue;
        run_set(page, "sha256", cJSON_CreateString(hex));
        run_set(page, "size", cJSON_CreateNumber((double)size));
    }
    assert_good(json_pretty(tree, &text, &err), err);
    put_text(f, f->run, "snapshot.json", text.buf);
}

/* It is evidence all the same: what it holds is UNKNOWN, and the pack says so. */
static void an_answer_too_large_to_judge_is_packed(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};

    replace_answer(f, fixture_answers[3], LIMIT_ANSWER_BYTES + 1);
    evaluate_run(f->run);
    assert_good(make_pack(f, key_file(f, "large"), &f->key, &err), err);
    assert_good(check_pack(key_file(f, "large"), &f->key, &err), err);
    remove_tree(key_file(f, "large"));
    make_run(f->run);
}

/* A snapshot is input from outside; it must not make us read elsewhere. */
static void hostile_names_are_refused(void **state)
{
    static const char *const names[] = {
        "../key.pem", "raw/../../key.pem", "/etc/passwd", "raw",          "raw/",     "raw//x",
        "raw/./x",    "snapshot.json",     "raw/a b",     "raw/\xc3\xa9", "raw/a\\b", "",
    };
    struct fixture *f = *state;
    struct error err;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *snapshot = get_text(f, f->run, "snapshot.json", NULL);
        const char *at = strstr(snapshot, fixture_answers[1]);
        const char *name = strcmp(names[i], "raw/a\\b") ? names[i] : "raw/a\\\\b";

        assert_non_null(at);
        put_text(f, f->run, "snapshot.json",
                 arena_printf(&f->arena, "%.*s%s%s", (int)(at - snapshot), snapshot, name,
                              at + strlen(fixture_answers[1])));
        assert_code(make_pack(f, key_file(f, "none"), &f->key, &err), err, ERR_FORMAT);
        assert_absent(f, "none");
        make_run(f->run);
    }
}

static void no_verdict_without_answers(void **state)
{
    struct fixture *f = *state;
    struct error err;
    struct run r;

    remove_tree(f->run);
    run_open(&r);
    run_account(&r, HOME_ID, NULL);
    run_write(&r);
    assert_int_equal(rename(r.dir, f->run), 0);
    cJSON_Delete(r.snapshot);
    arena_free(&r.arena);
    assert_good(file_make_dirs(file_join(&f->arena, f->run, "raw"), 0700, &err), err);
    evaluate_run(f->run);
    assert_code(make_pack(f, key_file(f, "none"), &f->key, &err), err, ERR_MISSING);
    assert_non_null(strstr(err.msg, "nothing to sign"));
    assert_absent(f, "none");
    make_run(f->run);
}

static void names_a_pack_can_hold(void **state)
{
    (void)state;
    assert_true(pack_name_ok("a"));
    assert_true(pack_name_ok("raw/1/..x.xml"));
    assert_false(pack_name_ok("raw/1/"));
    assert_false(pack_name_ok(".."));
    assert_false(pack_name_ok("a/.."));
    assert_false(pack_name_ok("a\n"));
    assert_true(pack_is_subject("snapshot.json"));
    assert_true(pack_is_subject("raw/evidence.xml"));
    assert_false(pack_is_subject("evidence.tsr"));
    assert_false(pack_is_subject("SHA256SUMS"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pack_holds_what_it_should),
        cmocka_unit_test(the_statement_is_the_same_each_time),
        cmocka_unit_test(the_predicate_says_what_happened),
        cmocka_unit_test(an_older_pack_is_replaced),
        cmocka_unit_test(what_was_put_into_a_pack_is_left_alone),
        cmocka_unit_test(no_key_is_made_for_nothing),
        cmocka_unit_test(what_is_not_ours_is_left_alone),
        cmocka_unit_test(a_damaged_run_makes_no_pack),
        cmocka_unit_test(findings_must_be_those_of_the_snapshot),
        cmocka_unit_test(documents_are_rendered_anew),
        cmocka_unit_test(what_was_judged_is_what_is_packed),
        cmocka_unit_test(an_answer_too_large_to_judge_is_packed),
        cmocka_unit_test(hostile_names_are_refused),
        cmocka_unit_test(no_verdict_without_answers),
        cmocka_unit_test(names_a_pack_can_hold),
    };

    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
