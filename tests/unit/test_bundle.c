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
    static const char *const expected[] = {
        "SHA256SUMS",
        "VERIFY.md",
        "evidence.dsse.json",
        "findings.json",
        "inputs/evaluation.json",
        "raw/111122223333/0001-sts-GetCallerIdentity.xml",
        "raw/111122223333/0002-iam-ListAccountAliases.xml",
        "raw/111122223333/0003-organizations-ListAccounts.json",
        "report-auditor.md",
        "report.json",
        "signer.pub",
        "snapshot.json",
        "statement.json",
    };
    struct fixture *f = *state;
    struct error err = {0};
    struct file_list files = {0};
    struct stat st;

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

    assert_int_equal(json_count(json_find(tree, "subject")), 9);
    assert_int_equal(json_count(json_find(p, "queries")), 3);
    assert_int_equal(json_count(json_find(p, "evidence")), 3);
    assert_string_equal(json_str(json_find(json_find(p, "run"), "firstAnswer"), "requestId"), "r0");
    assert_string_equal(json_str(json_find(json_find(p, "run"), "lastAnswer"), "requestId"), "r2");
    assert_int_equal(json_num(json_find(json_find(p, "run"), "clock"), "largestOffsetSeconds"), 1);
    assert_string_equal(json_str(json_find(p, "verdict"), "result"), "fail");
    assert_false(json_true(json_find(p, "verdict"), "complete"));
    assert_int_equal(json_num(json_find(p, "score"), "value"), 64);
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
    put_text(f, f->pack, "stranger", "x");
    assert_good(make_pack(f, f->pack, &f->key, &err), err);
    assert_false(file_exists(file_join(&f->arena, f->pack, "stranger")));
    assert_good(file_make_dirs(key_file(f, "empty"), 0700, &err), err);
    assert_good(make_pack(f, key_file(f, "empty"), &f->key, &err), err);
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
        {"raw/111122223333/0002-iam-ListAccountAliases.xml", NULL, ERR_MISSING, "0002-iam"},
        {"raw/111122223333/0009-iam-Extra.xml", "<C/>", ERR_INTEGRITY, "0009-iam"},
        {"snapshot.json", NULL, ERR_MISSING, "snapshot.json"},
        {"snapshot.json", "{", ERR_FORMAT, "snapshot.json"},
        {"snapshot.json", "{}\n", ERR_INTEGRITY, "findings.json"},
        {"findings.json", NULL, ERR_MISSING, "reportgen evaluate"},
        {"findings.json", "{}\n", ERR_FORMAT, "findings.json"},
        {"findings.json", "{\"snapshot\":{\"sha256\":\"0\"}}\n", ERR_INTEGRITY, "findings.json"},
        {"report.json", NULL, ERR_MISSING, "reportgen evaluate"},
        {"report.json", "{\"scan\":{\"snapshotSha256\":\"0\"}}", ERR_INTEGRITY, "report.json"},
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
        remove_tree(f->run);
        make_run(f, f->run);
    }
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
        const char *snapshot = arena_printf(
            &f->arena, "{\"queries\":[{\"pages\":[{\"file\":\"%s\",\"sha256\":\"%064d\"}]}]}\n",
            strcmp(names[i], "raw/a\\b") ? names[i] : "raw/a\\\\b", 0);

        put_text(f, f->run, "snapshot.json", snapshot);
        put_text(f, f->run, "findings.json", findings_text(f, hash_of(f, snapshot), 64));
        put_text(f, f->run, "report.json",
                 quoted(f, arena_printf(&f->arena, "{'scan':{'snapshotSha256':'%s'}}",
                                        hash_of(f, snapshot))));
        assert_code(make_pack(f, key_file(f, "none"), &f->key, &err), err, ERR_FORMAT);
        assert_absent(f, "none");
    }
    remove_tree(f->run);
    make_run(f, f->run);
}

static void no_verdict_without_answers(void **state)
{
    struct fixture *f = *state;
    struct error err;
    const char *snapshot = "{\"finishedAt\":\"2026-11-23T06:01:12Z\",\"queries\":[]}\n";

    remove_tree(f->run);
    make_run(f, f->run);
    remove_tree(file_join(&f->arena, f->run, "raw"));
    assert_good(file_make_dirs(file_join(&f->arena, f->run, "raw"), 0700, &err), err);
    put_text(f, f->run, "snapshot.json", snapshot);
    put_text(f, f->run, "findings.json", findings_text(f, hash_of(f, snapshot), 64));
    put_text(f, f->run, "report.json",
             quoted(f, arena_printf(&f->arena, "{'scan':{'snapshotSha256':'%s'}}",
                                    hash_of(f, snapshot))));
    assert_code(make_pack(f, key_file(f, "none"), &f->key, &err), err, ERR_MISSING);
    assert_non_null(strstr(err.msg, "nothing to sign"));
    assert_absent(f, "none");
    remove_tree(f->run);
    make_run(f, f->run);
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
        cmocka_unit_test(what_is_not_ours_is_left_alone),
        cmocka_unit_test(a_damaged_run_makes_no_pack),
        cmocka_unit_test(hostile_names_are_refused),
        cmocka_unit_test(no_verdict_without_answers),
        cmocka_unit_test(names_a_pack_can_hold),
    };

    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
