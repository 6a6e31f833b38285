/* test_recorded.c - the transport that replays a snapshot: what it takes as a whole answer, what it
 * calls a failed one, and what makes it give up. */
#include <unistd.h>

#include "run_dir.h"

/* A call whose bodies are "text" or "text>TOKEN": the token of the page that follows. */
struct probe {
    struct run run;
    struct snapshot snapshot;
    struct arena arena;
    struct call call;
    char text[256]; /* bodies received */
};

static int receive(struct call *call, const struct answer *answer, struct error *err)
{
    struct probe *p = call->context;
    const char *arrow = memchr(answer->body, '>', answer->len);
    size_t len = strlen(p->text);

    assert_null(call->next);
    (void)snprintf(p->text + len, sizeof p->text - len, "[%.*s]", (int)answer->len, answer->body);
    if (arrow)
        call->next = arena_strdup(&p->arena, arrow + 1);
    if (memchr(answer->body, '.', answer->len))
        call->stop = "enough";
    if (memchr(answer->body, '!', answer->len))
        return fail(err, ERR_FORMAT, "%s: not understood", answer->page->file);
    return 0;
}

static cJSON *open_probe(struct probe *p)
{
    *p = (struct probe){0};
    run_open(&p->run);
    run_account(&p->run, HOME_ID, NULL);
    return run_query(&p->run, HOME_ID, "GetAccountSummary", "{}");
}

static int replay(struct probe *p, const char *benign, struct error *err)
{
    struct recorded recorded;

    run_write(&p->run);
    expect_ok(snapshot_open(&p->snapshot, p->run.dir, err), *err);
    recorded_open(&recorded, &p->snapshot, &p->arena);
    p->call = (struct call){.account = HOME_ID,
                            .service = "iam",
                            .operation = "GetAccountSummary",
                            .parameters = "{}",
                            .benign_errors = benign,
                            .receive = receive,
                            .context = p};
    return transport_run(&recorded.transport, &p->call, 1, err);
}

static void close_probe(struct probe *p)
{
    snapshot_close(&p->snapshot);
    arena_free(&p->arena);
    run_close(&p->run);
}

/* Replays: the call ends in `state`, its reason is `reason`, and it received `text`. */
static void expect_outcome(struct probe *p, const char *benign, enum data_state state,
                           const char *reason, const char *text)
{
    struct error err = {0};

    expect_ok(replay(p, benign, &err), err);
    if (p->call.status.state != state)
        print_error("reason: %s\n", word_or(p->call.status.reason, "(none)"));
    assert_int_equal(p->call.status.state, state);
    assert_string_equal(word_or(p->call.status.reason, ""), reason);
    assert_string_equal(p->text, text);
    close_probe(p);
}

TEST(one_page_is_a_whole_answer)
{
    struct probe p;

    (void)run_page(&p.run, open_probe(&p), NULL, "a");
    expect_outcome(&p, NULL, STATE_COMPLETE, "", "[a]");
}

TEST(pages_come_in_order)
{
    struct probe p;
    cJSON *query = open_probe(&p);

    (void)run_page(&p.run, query, NULL, "a>1");
    (void)run_page(&p.run, query, "1", "b>2");
    (void)run_page(&p.run, query, "2", "c");
    expect_outcome(&p, NULL, STATE_COMPLETE, "", "[a>1][b>2][c]");
}

TEST(an_empty_page_with_a_token_goes_on)
{
    struct probe p;
    cJSON *query = open_probe(&p);

    (void)run_page(&p.run, query, NULL, ">1");
    (void)run_page(&p.run, query, "1", "b");
    expect_outcome(&p, NULL, STATE_COMPLETE, "", "[>1][b]");
}

TEST(what_was_not_asked_is_not_collected)
{
    struct probe p;
    cJSON *query = open_probe(&p);

    (void)run_page(&p.run, query, NULL, "a");
    run_set(query, "operation", cJSON_CreateString("GetAccountAuthorizationDetails"));
    expect_outcome(&p, NULL, STATE_NOT_COLLECTED, "iam:GetAccountSummary: not collected", "");
}

TEST(other_parameters_are_another_question)
{
    struct probe p;
    cJSON *query = open_probe(&p), *parameters = cJSON_GetObjectItem(query, "parameters");

    (void)run_page(&p.run, query, NULL, "a");
    json_add_text(parameters, "UserName", "x");
    expect_outcome(&p, NULL, STATE_NOT_COLLECTED, "iam:GetAccountSummary: not collected", "");
}

TEST(a_missing_middle_page_is_noticed)
{
    struct probe p;
    cJSON *query = open_probe(&p);

    (void)run_page(&p.run, query, NULL, "a>1");
    (void)run_page(&p.run, query, "2", "c");
    expect_outcome(&p, NULL, STATE_INCOMPLETE,
                   "iam:GetAccountSummary: a page is missing before "
                   "raw/111122223333/0002-iam-GetAccountSummary.xml",
                   "[a>1]");
}

TEST(a_missing_first_page_is_noticed)
{
    struct probe p;

    (void)run_page(&p.run, open_probe(&p), "1", "b");
    expect_outcome(&p, NULL, STATE_INCOMPLETE,
                   "iam:GetAccountSummary: a page is missing before "
                   "raw/111122223333/0001-iam-GetAccountSummary.xml",
                   "");
}

TEST(a_missing_last_page_is_noticed)
{
    struct probe p;
    cJSON *query = open_probe(&p);

    (void)run_page(&p.run, query, NULL, "a>1");
    (void)run_page(&p.run, query, "1", "b>2");
    expect_outcome(&p, NULL, STATE_INCOMPLETE,
                   "iam:GetAccountSummary: the last page says that more follow", "[a>1][b>2]");
}

/* Pages in a wrong order, or of another chain. */
TEST(pages_out_of_order_are_noticed)
{
    struct probe p;
    cJSON *query = open_probe(&p);

    (void)run_page(&p.run, query, NULL, "a>1");
    (void)run_page(&p.run, query, "2", "c");
    (void)run_page(&p.run, query, "1", "b>2");
    expect_outcome(&p, NULL, STATE_INCOMPLETE,
                   "iam:GetAccountSummary: a page is missing before "
                   "raw/111122223333/0002-iam-GetAccountSummary.xml",
                   "[a>1]");
}

TEST(a_page_after_the_last_is_noticed)
{
    struct probe p;
    cJSON *query = open_probe(&p);

    (void)run_page(&p.run, query, NULL, "a");
    (void)run_page(&p.run, query, "1", "b");
    expect_outcome(&p, NULL, STATE_INCOMPLETE,
                   "iam:GetAccountSummary: the page before "
                   "raw/111122223333/0002-iam-GetAccountSummary.xml says that it is the last",
                   "[a]");
}

/* A second first page, from another scan perhaps, must not be added to the first. */
TEST(a_second_first_page_is_noticed)
{
    struct probe p;
    cJSON *query = open_probe(&p);

    (void)run_page(&p.run, query, NULL, "a");
    (void)run_page(&p.run, query, NULL, "b");
    expect_outcome(&p, NULL, STATE_INCOMPLETE,
                   "iam:GetAccountSummary: the page before "
                   "raw/111122223333/0002-iam-GetAccountSummary.xml says that it is the last",
                   "[a]");
}

TEST(no_page_is_no_answer)
{
    struct probe p;

    (void)open_probe(&p);
    expect_outcome(&p, NULL, STATE_FAILED, "iam:GetAccountSummary: no answer was recorded", "");
}

/* The connection failed, or the scan gave up: there is a code and no page, or not the last one. */
TEST(the_log_tells_why_an_answer_is_missing)
{
    static const struct {
        const char *code, *shown;
        enum data_state without, after_one;
    } rows[] = {
        {"RequestTimeout", "RequestTimeout", STATE_FAILED, STATE_INCOMPLETE},
        {"AccessDenied", "AccessDenied", STATE_DENIED, STATE_INCOMPLETE},
        {"a\x1b[31mb", "a\\x1b[31mb", STATE_FAILED, STATE_INCOMPLETE},
    };

    for (size_t i = 0; i < 2 * (sizeof rows / sizeof *rows); i++) {
        struct probe p;
        cJSON *query = open_probe(&p), *error = cJSON_CreateObject();
        const char *reason =
            arena_printf(&p.run.arena, "iam:GetAccountSummary: %s%s", rows[i / 2].shown,
                         i % 2 ? "" : ": the message"); /* no page says why: the log does */

        json_add_text(error, "code", rows[i / 2].code);
        json_add_text(error, "message", "the message");
        run_set(query, "error", error);
        run_set(query, "complete", cJSON_CreateBool(false));
        if (i % 2)
            (void)run_page(&p.run, query, NULL, "a>1");
        expect_outcome(&p, NULL, i % 2 ? rows[i / 2].after_one : rows[i / 2].without, reason,
                       i % 2 ? "[a>1]" : "");
    }
}

/* The log says it was cut short, though the chain looks whole. */
TEST(what_the_scan_marked_incomplete_stays_so)
{
    struct probe p;
    cJSON *query = open_probe(&p);

    (void)run_page(&p.run, query, NULL, "a");
    run_set(query, "complete", cJSON_CreateBool(false));
    expect_outcome(&p, NULL, STATE_INCOMPLETE,
                   "iam:GetAccountSummary: the scan marked it incomplete", "[a]");
}

/* The chain decides, whatever the log says. */
TEST(complete_in_the_log_is_not_believed)
{
    struct probe p;

    (void)run_page(&p.run, open_probe(&p), NULL, "a>1");
    expect_outcome(&p, NULL, STATE_INCOMPLETE,
                   "iam:GetAccountSummary: the last page says that more follow", "[a>1]");
}

TEST(an_answer_that_is_not_understood_fails_the_call)
{
    struct probe p;

    (void)run_page(&p.run, open_probe(&p), NULL, "!");
    expect_outcome(&p, NULL, STATE_FAILED,
                   "iam:GetAccountSummary: raw/111122223333/0001-iam-GetAccountSummary.xml: not "
                   "understood",
                   "[!]");
}

TEST(denials_are_known_by_their_code)
{
    static const struct {
        int status;
        const char *body;
        enum data_state state;
        const char *reason;
    } rows[] = {
        {403, ACCESS_DENIED, STATE_DENIED, "AccessDenied"},
        {403,
         "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error><Code>"
         "UnauthorizedOperation</Code><Message>m</Message></Error></Errors><RequestID>r"
         "</RequestID></Response>",
         STATE_DENIED, "UnauthorizedOperation"},
        {400, "{\"__type\":\"AccessDeniedException\",\"Message\":\"m\"}", STATE_DENIED,
         "AccessDeniedException"},
        {400,
         "{\"__type\":\"com.amazonaws.organizations.v20161128#AccessDeniedException:"
         "http://internal.amazon.com/\",\"Message\":\"m\"}",
         STATE_DENIED, "AccessDeniedException"},
        {400, "<ErrorResponse><Error><Code>Throttling</Code></Error></ErrorResponse>", STATE_FAILED,
         "Throttling"},
        {403, "", STATE_FAILED, "HTTP 403"},
        {502, "<html><body>Bad Gateway</body></html>", STATE_FAILED, "HTTP 502"},
        {500, "<ErrorResponse><Error><Code>Service", STATE_FAILED, "HTTP 500"},
        {400, "{\"__type\":17}", STATE_FAILED, "HTTP 400"},
        {400, "{\"__type\":", STATE_FAILED, "HTTP 400"},
        {301, "x", STATE_FAILED, "HTTP 301"},
        {403, "<ErrorResponse><Error><Code>Access\x1b[31mDenied</Code></Error></ErrorResponse>",
         STATE_FAILED, "HTTP 403"},
        {403,
         "<ErrorResponse><Error><Code>A\xC2\x9B"
         "B</Code></Error></ErrorResponse>",
         STATE_FAILED, "A\\u{9b}B"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct probe p;
        cJSON *query = open_probe(&p);
        const char *reason =
            arena_printf(&p.run.arena, "iam:GetAccountSummary: %s", rows[i].reason);

        run_error(&p.run, query, NULL, rows[i].status, rows[i].body);
        expect_outcome(&p, NULL, rows[i].state, reason, "");
    }
}

/* An error page counts as one, even where the log calls the query complete. */
TEST(an_error_page_cannot_be_called_complete)
{
    struct probe p;
    cJSON *query = open_probe(&p);

    run_error(&p.run, query, NULL, 403, ACCESS_DENIED);
    run_set(query, "complete", cJSON_CreateBool(true));
    run_set(query, "error", cJSON_CreateNull());
    expect_outcome(&p, NULL, STATE_DENIED, "iam:GetAccountSummary: AccessDenied", "");
}

TEST(some_errors_are_answers)
{
    static const struct {
        const char *benign, *code;
        enum data_state state;
    } rows[] = {
        {"NotThere", "NotThere", STATE_COMPLETE},
        {"A|NotThere", "NotThere", STATE_COMPLETE},
        {"NotThere|B", "NotThere", STATE_COMPLETE},
        {"A|NotThere|B", "NotThere", STATE_COMPLETE},
        {"NotThereAtAll", "NotThere", STATE_FAILED},
        {"Not|There", "NotThere", STATE_FAILED},
        {"XNotThere", "NotThere", STATE_FAILED},
        {"NotThere", "", STATE_FAILED},
        {"", "NotThere", STATE_FAILED},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct error err = {0};
        struct probe p;
        cJSON *query = open_probe(&p);

        run_error(&p.run, query, NULL, 404,
                  arena_printf(&p.run.arena,
                               "<ErrorResponse><Error><Code>%s</Code></Error></ErrorResponse>",
                               rows[i].code));
        expect_ok(replay(&p, rows[i].benign, &err), err);
        assert_int_equal(p.call.status.state, rows[i].state);
        assert_string_equal(p.call.error_code, rows[i].code);
        close_probe(&p);
    }
}

/* Half a list and then «there is none»: the list is not whole. */
TEST(an_error_that_is_an_answer_is_none_after_the_first_page)
{
    struct probe p;
    cJSON *query = open_probe(&p);

    (void)run_page(&p.run, query, NULL, "a>1");
    run_error(&p.run, query, "1", 400,
              "<ErrorResponse><Error><Code>NotThere</Code></Error></ErrorResponse>");
    expect_outcome(&p, "NotThere", STATE_FAILED, "iam:GetAccountSummary: NotThere", "[a>1]");
}

TEST(a_refused_second_page_fails_the_call)
{
    struct probe p;
    cJSON *query = open_probe(&p);

    (void)run_page(&p.run, query, NULL, "a>1");
    run_error(&p.run, query, "1", 403, ACCESS_DENIED);
    expect_outcome(&p, NULL, STATE_DENIED, "iam:GetAccountSummary: AccessDenied", "[a>1]");
}

/* The reader decides: what follows in the log is not read, and the call is no whole list. */
TEST(a_reader_that_has_enough_ends_the_call)
{
    struct probe p;
    cJSON *query = open_probe(&p);

    (void)run_page(&p.run, query, NULL, "a>1");
    (void)run_page(&p.run, query, "1", "b.>2");
    (void)run_page(&p.run, query, "2", "c");
    expect_outcome(&p, NULL, STATE_INCOMPLETE, "iam:GetAccountSummary: enough", "[a>1][b.>2]");
}

/* As the live transport leaves it: the last page has a token, the log an error of ours. */
TEST(a_call_that_was_stopped_live_ends_so_again)
{
    struct error err = {0};
    struct probe p;
    cJSON *query = open_probe(&p), *error = cJSON_CreateObject();

    (void)run_page(&p.run, query, NULL, "a.>1");
    json_add_text(error, "code", QUERY_STOPPED);
    json_add_text(error, "message", "enough");
    run_set(query, "complete", cJSON_CreateBool(false));
    run_set(query, "error", error);
    expect_ok(replay(&p, NULL, &err), err);
    assert_int_equal(p.call.status.state, STATE_INCOMPLETE);
    assert_string_equal(p.call.error_code, QUERY_STOPPED);
    close_probe(&p);
}

TEST(enough_on_the_last_page_is_everything)
{
    struct probe p;

    (void)run_page(&p.run, open_probe(&p), NULL, "a.");
    expect_outcome(&p, NULL, STATE_COMPLETE, "", "[a.]");
}

static void expect_given_up(struct probe *p, enum error_code code, const char *rest)
{
    struct error err = {0};

    assert_int_equal(replay(p, NULL, &err), -1);
    expect_error(err, code,
                 arena_printf(&p->arena, "%s/raw/111122223333/0001-iam-GetAccountSummary.xml%s",
                              p->run.dir, rest));
    assert_string_equal(p->text, "");
    close_probe(p);
}

TEST(a_changed_answer_ends_the_replay)
{
    struct probe p;
    cJSON *page = run_page(&p.run, open_probe(&p), NULL, "a");

    run_set(page, "sha256",
            cJSON_CreateString("0000000000000000000000000000000000000000000000000000000000000000"));
    expect_given_up(&p, ERR_INTEGRITY, ": SHA-256 is ca978112");
}

TEST(another_size_ends_the_replay)
{
    struct probe p;
    cJSON *page = run_page(&p.run, open_probe(&p), NULL, "abc");

    run_set(page, "size", cJSON_CreateNumber(4));
    expect_given_up(&p, ERR_INTEGRITY, ": 3 bytes, but snapshot.json says 4");
}

TEST(a_missing_file_ends_the_replay)
{
    struct probe p;
    cJSON *page = run_page(&p.run, open_probe(&p), NULL, "abc");

    assert_int_equal(unlink(file_join(&p.run.arena, p.run.dir, json_str(page, "file"))), 0);
    expect_given_up(&p, ERR_MISSING, "");
}

TEST(a_directory_in_place_of_an_answer_ends_the_replay)
{
    struct probe p;
    cJSON *page = run_page(&p.run, open_probe(&p), NULL, "abc");
    const char *path = file_join(&p.run.arena, p.run.dir, json_str(page, "file"));
    struct error err = {0};

    assert_int_equal(unlink(path), 0);
    expect_ok(file_make_dirs(path, 0700, &err), err);
    expect_given_up(&p, ERR_IO, "");
}

/* An answer larger than is read: the call has failed, the rest of the snapshot is good. */
TEST(an_answer_of_65_mb_fails_its_call_only)
{
    size_t len = 65 * MIB;
    char *body = memory_alloc(len);
    struct probe p;
    cJSON *query = open_probe(&p);

    memset(body, ' ', len);
    (void)run_page_bytes(&p.run, query, NULL, 200, body, len);
    free(body);
    expect_outcome(&p, NULL, STATE_FAILED,
                   "iam:GetAccountSummary: raw/111122223333/0001-iam-GetAccountSummary.xml: "
                   "larger than 67108864 bytes",
                   "");
}

/* The log understates the size of a file that is too large: the file is not what was recorded. */
TEST(a_file_grown_over_the_limit_ends_the_replay)
{
    size_t len = 65 * MIB;
    char *body = memory_alloc(len);
    struct probe p;
    cJSON *page;

    memset(body, ' ', len);
    page = run_page_bytes(&p.run, open_probe(&p), NULL, 200, "abc", 3);
    {
        struct error err = {0};

        expect_ok(file_write(file_join(&p.run.arena, p.run.dir, json_str(page, "file")), body, len,
                             0600, &err),
                  err);
    }
    free(body);
    expect_given_up(&p, ERR_INTEGRITY, "");
}

/* Calls of a batch do not depend on each other. */
TEST(a_failed_call_leaves_the_others_alone)
{
    struct recorded recorded;
    struct error err = {0};
    struct probe p;
    struct call calls[2];

    run_error(&p.run, open_probe(&p), NULL, 403, ACCESS_DENIED);
    (void)run_page(&p.run, run_query(&p.run, HOME_ID, "ListUsers", "{}"), NULL, "u");
    run_write(&p.run);
    expect_ok(snapshot_open(&p.snapshot, p.run.dir, &err), err);
    recorded_open(&recorded, &p.snapshot, &p.arena);
    for (size_t i = 0; i < 2; i++)
        calls[i] = (struct call){.account = HOME_ID,
                                 .service = "iam",
                                 .operation = i ? "ListUsers" : "GetAccountSummary",
                                 .parameters = "{}",
                                 .receive = receive,
                                 .context = &p};
    expect_ok(transport_run(&recorded.transport, calls, 2, &err), err);
    assert_int_equal(calls[0].status.state, STATE_DENIED);
    assert_string_equal(calls[0].status.file, "raw/111122223333/0001-iam-GetAccountSummary.xml");
    assert_int_equal(calls[1].status.state, STATE_COMPLETE);
    assert_null(calls[1].status.reason);
    close_probe(&p);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_page_is_a_whole_answer),
        cmocka_unit_test(pages_come_in_order),
        cmocka_unit_test(an_empty_page_with_a_token_goes_on),
        cmocka_unit_test(what_was_not_asked_is_not_collected),
        cmocka_unit_test(other_parameters_are_another_question),
        cmocka_unit_test(a_missing_middle_page_is_noticed),
        cmocka_unit_test(a_missing_first_page_is_noticed),
        cmocka_unit_test(a_missing_last_page_is_noticed),
        cmocka_unit_test(pages_out_of_order_are_noticed),
        cmocka_unit_test(a_page_after_the_last_is_noticed),
        cmocka_unit_test(a_second_first_page_is_noticed),
        cmocka_unit_test(no_page_is_no_answer),
        cmocka_unit_test(the_log_tells_why_an_answer_is_missing),
        cmocka_unit_test(what_the_scan_marked_incomplete_stays_so),
        cmocka_unit_test(complete_in_the_log_is_not_believed),
        cmocka_unit_test(an_answer_that_is_not_understood_fails_the_call),
        cmocka_unit_test(denials_are_known_by_their_code),
        cmocka_unit_test(an_error_page_cannot_be_called_complete),
        cmocka_unit_test(some_errors_are_answers),
        cmocka_unit_test(an_error_that_is_an_answer_is_none_after_the_first_page),
        cmocka_unit_test(a_refused_second_page_fails_the_call),
        cmocka_unit_test(a_reader_that_has_enough_ends_the_call),
        cmocka_unit_test(a_call_that_was_stopped_live_ends_so_again),
        cmocka_unit_test(enough_on_the_last_page_is_everything),
        cmocka_unit_test(a_changed_answer_ends_the_replay),
        cmocka_unit_test(another_size_ends_the_replay),
        cmocka_unit_test(a_missing_file_ends_the_replay),
        cmocka_unit_test(a_directory_in_place_of_an_answer_ends_the_replay),
        cmocka_unit_test(an_answer_of_65_mb_fails_its_call_only),
        cmocka_unit_test(a_file_grown_over_the_limit_ends_the_replay),
        cmocka_unit_test(a_failed_call_leaves_the_others_alone),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
