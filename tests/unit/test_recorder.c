/* test_recorder.c - raw answers under first names, the journal, numbering, going on. */
#include "expect.h"

#include <sys/stat.h>
#include <unistd.h>

#include "aws/recorder.h"
#include "base/file.h"
#include "base/json.h"

#define ACCOUNT "111122223333"

static char *run;
static struct arena arena;

static int make_run(void **state)
{
    (void)state;
    json_init();
    run = expect_dir();
    return 0;
}

static int remove_run(void **state)
{
    struct error err = {0};

    (void)state;
    arena_free(&arena);
    return file_remove_tree(run, &err);
}

static const char *in_run(const char *name)
{
    return file_join(&arena, run, name);
}

static struct query question(const char *operation, const char *parameters)
{
    return (struct query){.account = ACCOUNT,
                          .region = "us-east-1",
                          .service = "iam",
                          .operation = operation,
                          .parameters = parameters,
                          .endpoint_host = "iam.amazonaws.com"};
}

static void keep_page(struct recorder *r, struct query *q, const char *text, const char *token)
{
    cleanup_strbuf struct strbuf body = STRBUF_INIT(100000);
    struct page page = {.http_status = 200,
                        .request_id = "id",
                        .sent_at = "2026-11-24T06:00:00.001Z",
                        .received_at = "2026-11-24T06:00:00.052Z",
                        .server_date = "2026-11-24T06:00:00Z",
                        .token = token};
    struct error err = {0};

    strbuf_addstr(&body, text);
    expect_ok(recorder_page(r, q, page, &body, &err), err);
}

/* A query of one page, or two, or an error. */
static void keep(struct recorder *r, struct query q, const char *first, const char *second)
{
    struct query *kept = recorder_begin(r, &q);
    struct error err = {0};

    keep_page(r, kept, first, NULL);
    if (second)
        keep_page(r, kept, second, "token");
    kept->complete = true;
    expect_ok(recorder_end(r, kept, &err), err);
}

static void note(struct recorder *r, const char *name, int value)
{
    cleanup_json cJSON *text = cJSON_CreateObject();
    struct error err = {0};

    (void)cJSON_AddNumberToObject(text, name, value);
    expect_ok(recorder_note(r, text, &err), err);
}

static const char *text_of(const char *file)
{
    struct error err = {0};
    size_t len;
    const char *text = file_load(in_run(file), 100000, &arena, &len, &err);

    return text ? text : "(none)";
}

TEST(pages_are_numbered_by_question_not_by_arrival)
{
    struct recorder r;
    struct error err = {0};
    struct snapshot s = {.dir = NULL};
    cJSON *notes;
    struct stat st;

    expect_ok(recorder_open(&r, run, ACCOUNT, &err), err);
    keep(&r, question("ListMFADevices", "{\"UserName\":\"z\"}"), "z", NULL);
    keep(&r, question("ListMFADevices", "{\"UserName\":\"a\"}"), "a1", "a2");
    keep(&r, question("GetAccountSummary", "{}"), "summary", NULL);
    expect_ok(recorder_finish(&r, &err), err);
    recorder_close(&r);

    assert_string_equal(text_of("raw/" ACCOUNT "/0001-iam-GetAccountSummary.xml"), "summary");
    assert_string_equal(text_of("raw/" ACCOUNT "/0002-iam-ListMFADevices.xml"), "a1");
    assert_string_equal(text_of("raw/" ACCOUNT "/0003-iam-ListMFADevices.xml"), "a2");
    assert_string_equal(text_of("raw/" ACCOUNT "/0004-iam-ListMFADevices.xml"), "z");
    assert_int_equal(stat(in_run("raw/" ACCOUNT "/0001-iam-GetAccountSummary.xml"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);

    assert_int_equal(recorder_part(run, ACCOUNT, &s, &notes, &err), 1);
    assert_int_equal(s.query_count, 3);
    assert_string_equal(s.queries[0].operation, "GetAccountSummary");
    assert_string_equal(s.queries[1].pages[1].token, "token");
    assert_string_equal(s.queries[1].pages[1].file, "raw/" ACCOUNT "/0003-iam-ListMFADevices.xml");
    assert_int_equal(s.queries[1].pages[1].size, 2);
    cJSON_Delete(notes);
    snapshot_close(&s);
}

TEST(what_was_whole_is_known_again_and_the_rest_is_not)
{
    struct recorder r;
    struct error err = {0};
    struct query wanted = question("GetAccountSummary", "{}");
    struct query other = question("ListAccountAliases", "{}");
    struct query broken = question("ListVirtualMFADevices", "{}");
    struct query *half;

    expect_ok(recorder_open(&r, run, ACCOUNT, &err), err);
    keep(&r, wanted, "summary", NULL);
    keep(&r, broken, "as recorded", NULL);
    expect_ok(file_write(in_run(r.finished[1]->pages[0].file), "damaged", 7, 0600, &err), err);
    half = recorder_begin(&r, &other);
    keep_page(&r, half, "page one of two", NULL);
    recorder_close(&r); /* killed here */

    expect_ok(recorder_open(&r, run, ACCOUNT, &err), err);
    assert_non_null(recorder_find(&r, &wanted));
    assert_null(recorder_find(&r, &other));
    assert_null(recorder_find(&r, &broken));
    keep(&r, other, "aliases", NULL);
    expect_ok(recorder_finish(&r, &err), err);
    recorder_close(&r);
    assert_string_equal(text_of("raw/" ACCOUNT "/0001-iam-GetAccountSummary.xml"), "summary");
    assert_string_equal(text_of("raw/" ACCOUNT "/0002-iam-ListAccountAliases.xml"), "aliases");
    assert_string_equal(text_of("raw/" ACCOUNT "/0003-iam-ListVirtualMFADevices.xml"), "(none)");
}

/* Nothing is known of the account any more. */
static void forget(void)
{
    struct error err = {0};

    expect_ok(file_delete(in_run(RECORDER_DIR "/" ACCOUNT ".json"), &err), err);
    expect_ok(file_delete(in_run(RECORDER_DIR "/" ACCOUNT ".journal"), &err), err);
}

/* An account that lacked an answer: the others come back, under their first names, and finishing
 * once more numbers them anew. */
TEST(a_part_that_is_reopened_keeps_its_answers)
{
    struct recorder r;
    struct error err = {0};
    struct query kept = question("ListAccountAliases", "{}");
    struct query lacking = question("GetAccountSummary", "{}");
    struct query *q;

    forget();
    expect_ok(recorder_open(&r, run, ACCOUNT, &err), err);
    keep(&r, kept, "aliases", NULL);
    q = recorder_begin(&r, &lacking);
    q->error_code = "TimedOut";
    q->error_message = "";
    expect_ok(recorder_end(&r, q, &err), err);
    expect_ok(recorder_finish(&r, &err), err);
    recorder_close(&r);
    assert_string_equal(text_of("raw/" ACCOUNT "/0001-iam-ListAccountAliases.xml"), "aliases");

    expect_ok(recorder_reopen(run, ACCOUNT, &err), err);
    assert_string_equal(text_of("raw/" ACCOUNT "/0001-iam-ListAccountAliases.xml"), "(none)");
    expect_ok(recorder_open(&r, run, ACCOUNT, &err), err);
    assert_non_null(recorder_find(&r, &kept));
    assert_null(recorder_find(&r, &lacking));
    keep(&r, lacking, "summary", NULL);
    expect_ok(recorder_finish(&r, &err), err);
    recorder_close(&r);
    assert_string_equal(text_of("raw/" ACCOUNT "/0001-iam-GetAccountSummary.xml"), "summary");
    assert_string_equal(text_of("raw/" ACCOUNT "/0002-iam-ListAccountAliases.xml"), "aliases");
    forget();
}

/* One whose reader wanted no more is as whole as it will ever be. */
TEST(what_was_stopped_on_purpose_is_not_asked_again)
{
    static const char *const codes[] = {QUERY_STOPPED, "TimedOut"};
    struct query wanted = question("GetAccountSummary", "{}");

    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        struct recorder r;
        struct error err = {0};
        struct query *q;

        forget();
        expect_ok(recorder_open(&r, run, ACCOUNT, &err), err);
        q = recorder_begin(&r, &wanted);
        keep_page(&r, q, "page one of many", NULL);
        q->error_code = codes[i];
        q->error_message = "";
        expect_ok(recorder_end(&r, q, &err), err);
        recorder_close(&r);

        expect_ok(recorder_open(&r, run, ACCOUNT, &err), err);
        assert_int_equal(recorder_find(&r, &wanted) != NULL, i == 0);
        recorder_close(&r);
    }
    forget();
}

/* A journal that was cut within a line, at every byte. */
TEST(a_cut_journal_is_read_as_far_as_it_is_whole)
{
    struct recorder r;
    struct error err = {0};
    struct query first = question("GetAccountSummary", "{}");
    struct query second = question("ListAccountAliases", "{}");
    const char *journal = in_run(RECORDER_DIR "/" ACCOUNT ".journal"), *text;
    size_t len, line;

    expect_ok(recorder_open(&r, run, ACCOUNT, &err), err);
    keep(&r, first, "summary", NULL);
    keep(&r, second, "aliases", NULL);
    recorder_close(&r);
    text = file_load(journal, 100000, &arena, &len, &err);
    assert_non_null(text);
    line = strcspn(text, "\n") + 1;
    for (size_t cut = 0; cut <= len; cut++) {
        expect_ok(file_write(journal, text, cut, 0600, &err), err);
        expect_ok(recorder_open(&r, run, ACCOUNT, &err), err);
        assert_int_equal(recorder_find(&r, &first) != NULL, cut >= line);
        assert_int_equal(recorder_find(&r, &second) != NULL, cut == len);
        recorder_close(&r);
    }
}

/* Killed between writing the part and renaming: the first names are still there. */
TEST(renaming_that_was_cut_short_is_finished)
{
    struct recorder r;
    struct error err = {0};
    struct snapshot s = {.dir = NULL};
    const char *first;
    cJSON *notes;

    expect_ok(recorder_open(&r, run, ACCOUNT, &err), err);
    note(&r, "clockOffset", 7);
    keep(&r, question("GetAccountSummary", "{}"), "summary", NULL);
    first = arena_strdup(&arena, r.finished[0]->pages[0].file);
    expect_ok(recorder_finish(&r, &err), err);
    recorder_close(&r);
    expect_ok(
        file_move(in_run("raw/" ACCOUNT "/0001-iam-GetAccountSummary.xml"), in_run(first), &err),
        err);
    assert_int_equal(recorder_part(run, ACCOUNT, &s, &notes, &err), 1);
    assert_true(json_num(json_first(notes), "clockOffset") == 7);
    assert_string_equal(text_of("raw/" ACCOUNT "/0001-iam-GetAccountSummary.xml"), "summary");
    cJSON_Delete(notes);
    snapshot_close(&s);
    s = (struct snapshot){.dir = NULL};

    expect_ok(file_delete(in_run("raw/" ACCOUNT "/0001-iam-GetAccountSummary.xml"), &err), err);
    assert_int_equal(recorder_part(run, ACCOUNT, &s, &notes, &err), -1);
    assert_int_equal(err.code, ERR_MISSING);
    snapshot_close(&s);
}

/* Answers of three attempts, and under which circumstances they came: nothing of it is forgotten,
 * also when the part is taken back. */
TEST(what_was_noted_outlives_being_cut_off)
{
    static const char *const operations[] = {"GetAccountSummary", "ListAccountAliases",
                                             "ListUsers"};
    struct error err = {0};
    struct snapshot s = {.dir = NULL};
    struct recorder r;
    cJSON *notes;

    for (int i = 0; i < 3; i++) {
        expect_ok(recorder_open(&r, run, ACCOUNT, &err), err);
        assert_int_equal(r.earlier.query_count, i);
        assert_int_equal(json_count(r.notes), i);
        note(&r, "attempt", i);
        keep(&r, question(operations[i], "{}"), "x", NULL);
        if (i == 1) { /* killed at the very end: the part is there, and is taken back */
            expect_ok(recorder_finish(&r, &err), err);
            expect_ok(recorder_reopen(run, ACCOUNT, &err), err);
        }
        if (i == 2)
            expect_ok(recorder_finish(&r, &err), err);
        recorder_close(&r);
    }
    assert_int_equal(recorder_part(run, ACCOUNT, &s, &notes, &err), 1);
    assert_int_equal(s.query_count, 3);
    assert_int_equal(json_count(notes), 3);
    for (int i = 0; i < 3; i++)
        assert_true(json_num(cJSON_GetArrayItem(notes, i), "attempt") == i);
    cJSON_Delete(notes);
    snapshot_close(&s);

    expect_ok(recorder_forget(run, ACCOUNT, &err), err);
    expect_ok(recorder_open(&r, run, ACCOUNT, &err), err);
    assert_int_equal(json_count(r.notes), 0);
    recorder_close(&r);
}

TEST(a_dropped_answer_is_written_over)
{
    struct recorder r;
    struct error err = {0};
    struct query q = question("GenerateCredentialReport", "{}");
    struct query *kept;

    expect_ok(recorder_open(&r, run, ACCOUNT, &err), err);
    kept = recorder_begin(&r, &q);
    keep_page(&r, kept, "STARTED", NULL);
    kept->page_count--;
    keep_page(&r, kept, "COMPLETE", NULL);
    kept->complete = true;
    expect_ok(recorder_end(&r, kept, &err), err);
    expect_ok(recorder_finish(&r, &err), err);
    recorder_close(&r);
    assert_string_equal(text_of("raw/" ACCOUNT "/0001-iam-GenerateCredentialReport.xml"),
                        "COMPLETE");
}

TEST(a_full_or_missing_folder_is_an_error)
{
    struct recorder r;
    struct error err = {0};
    struct query q = question("GetAccountSummary", "{}");
    struct query *kept;
    struct strbuf body = STRBUF_INIT(1);

    expect_ok(recorder_open(&r, run, ACCOUNT, &err), err);
    kept = recorder_begin(&r, &q);
    expect_ok(file_remove_tree(in_run("raw"), &err), err);
    assert_int_equal(
        recorder_page(
            &r, kept,
            (struct page){.request_id = "", .sent_at = "", .received_at = "", .server_date = ""},
            &body, &err),
        -1);
    recorder_close(&r);
}

#define T(name) cmocka_unit_test_setup_teardown(name, make_run, remove_run)

static bool is_throttled(const struct query *q)
{
    return q->error_code && strcmp(q->error_code, "Throttling") == 0;
}

static void fail_query(struct recorder *r, const char *operation, const char *code)
{
    struct query q = question(operation, "{}");
    struct query *kept = recorder_begin(r, &q);
    struct error err = {0};

    kept->error_code = code;
    kept->error_message = "";
    expect_ok(recorder_end(r, kept, &err), err);
}

/* Of a run that has ended nothing is left in unfinished/: it is built again from the rows. */
TEST(an_account_that_was_joined_is_restored)
{
    struct recorder r;
    struct error err = {0};
    struct snapshot s = {.dir = NULL}, again = {.dir = NULL};
    struct query wanted = question("ListUsers", "{}");
    cJSON *notes;

    expect_ok(recorder_open(&r, run, ACCOUNT, &err), err);
    keep(&r, question("GetAccountSummary", "{}"), "summary", "more");
    fail_query(&r, "ListUsers", "AccessDenied");
    fail_query(&r, "ListRoles", "Throttling");
    expect_ok(recorder_finish(&r, &err), err);
    recorder_close(&r);
    assert_int_equal(recorder_part(run, ACCOUNT, &s, &notes, &err), 1);
    cJSON_Delete(notes);
    expect_ok(file_remove_tree(in_run(RECORDER_DIR), &err), err);
    expect_ok(file_make_dirs(in_run(RECORDER_DIR), 0700, &err), err);

    expect_ok(recorder_restore(run, ACCOUNT, s.queries, s.query_count, is_throttled, &err), err);
    assert_true(recorder_is_open(run, ACCOUNT));
    expect_ok(recorder_reopen(run, ACCOUNT, &err), err);
    expect_ok(recorder_open(&r, run, ACCOUNT, &err), err);
    assert_int_equal(r.earlier.query_count, 2); /* what was refused stays so */
    assert_non_null(recorder_find(&r, &wanted));
    wanted.operation = "ListRoles";
    assert_null(recorder_find(&r, &wanted));
    recorder_close(&r);

    /* Cut off and opened a second time, it is all the same; then the last answer comes. */
    expect_ok(recorder_open(&r, run, ACCOUNT, &err), err);
    assert_int_equal(r.earlier.query_count, 2);
    keep(&r, question("ListRoles", "{}"), "roles", NULL);
    expect_ok(recorder_finish(&r, &err), err);
    recorder_close(&r);
    assert_int_equal(recorder_part(run, ACCOUNT, &again, &notes, &err), 1);
    cJSON_Delete(notes);
    assert_int_equal(again.query_count, 3);
    assert_string_equal(again.queries[2].error_code, "AccessDenied");
    assert_string_equal(text_of("raw/" ACCOUNT "/0002-iam-GetAccountSummary.xml"), "more");
    assert_string_equal(text_of("raw/" ACCOUNT "/0003-iam-ListRoles.xml"), "roles");
    snapshot_close(&s);
    snapshot_close(&again);
}

TEST(an_account_that_lacks_nothing_is_restored_without_a_journal)
{
    struct error err = {0};
    struct query q = question("ListUsers", "{}");
    struct snapshot s = {.dir = NULL};
    cJSON *notes;

    q.error_code = "AccessDenied";
    q.error_message = "";
    expect_ok(file_make_dirs(in_run(RECORDER_DIR), 0700, &err), err);
    expect_ok(file_make_dirs(in_run("raw/" ACCOUNT), 0700, &err), err);
    expect_ok(recorder_restore(run, ACCOUNT, &q, 1, is_throttled, &err), err);
    assert_false(recorder_is_open(run, ACCOUNT));
    assert_int_equal(recorder_part(run, ACCOUNT, &s, &notes, &err), 1);
    cJSON_Delete(notes);
    assert_int_equal(s.query_count, 1);
    snapshot_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(pages_are_numbered_by_question_not_by_arrival),
        T(what_was_whole_is_known_again_and_the_rest_is_not),
        T(what_was_stopped_on_purpose_is_not_asked_again),
        T(a_part_that_is_reopened_keeps_its_answers),
        T(a_cut_journal_is_read_as_far_as_it_is_whole),
        T(renaming_that_was_cut_short_is_finished),
        T(what_was_noted_outlives_being_cut_off),
        T(an_account_that_was_joined_is_restored),
        T(an_account_that_lacks_nothing_is_restored_without_a_journal),
        T(a_dropped_answer_is_written_over),
        T(a_full_or_missing_folder_is_an_error),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
