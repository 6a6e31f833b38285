/* test_snapshot.c - reading snapshot.json: what it refuses, with which code, naming which place. */
#include "run_dir.h"

/* A small good snapshot of two queries. */
static void make(struct run *r)
{
    run_open(r);
    run_account(r, OTHER_ID, NULL);
    run_account(r, HOME_ID, NULL);
    run_answer(r, HOME_ID, "GetAccountSummary", "{}", "<SummaryMap/>");
    run_answer(r, HOME_ID, "ListMFADevices", "{\"UserName\":\"b\"}", "<MFADevices/>");
    run_answer(r, HOME_ID, "ListMFADevices", "{\"UserName\":\"a\"}", "<MFADevices/>");
}

static cJSON *query_at(struct run *r, int index)
{
    return cJSON_GetArrayItem(r->queries, index);
}

static cJSON *page_at(struct run *r, int query)
{
    return cJSON_GetArrayItem(cJSON_GetObjectItem(query_at(r, query), "pages"), 0);
}

/* Opening fails with `code`; the message names the file and then says `rest`. */
static void expect_refused(struct run *r, enum error_code code, const char *rest)
{
    cleanup_snapshot struct snapshot s = {0};
    struct error err = {0};

    run_write(r);
    if (snapshot_open(&s, r->dir, &err) == 0) {
        print_error("opened, though it should say: %s\n", rest);
        _fail(__FILE__, __LINE__);
    }
    expect_error(err, code, arena_printf(&r->arena, "%s/%s: %s", r->dir, SNAPSHOT_FILE, rest));
    run_close(r);
}

TEST(a_good_one_opens)
{
    cleanup_snapshot struct snapshot s = {0};
    struct query wanted = {.account = HOME_ID,
                           .service = "iam",
                           .operation = "ListMFADevices",
                           .parameters = "{\"UserName\":\"b\"}"};
    struct error err = {0};
    const struct query *found;
    struct run r;

    make(&r);
    run_write(&r);
    expect_ok(snapshot_open(&s, r.dir, &err), err);
    assert_int_equal(s.account_count, 2);
    assert_string_equal(s.accounts[0].id, HOME_ID); /* sorted */
    assert_int_equal(s.query_count, 3);
    assert_int_equal(s.file_count, 3);
    assert_int_equal(s.taken_at, 1795413672);
    assert_string_equal(s.queries[1].parameters, "{\"UserName\":\"a\"}");
    found = snapshot_find(&s, &wanted);
    assert_non_null(found);
    assert_string_equal(found->parameters, wanted.parameters);
    wanted.region = "eu-west-1";
    assert_null(snapshot_find(&s, &wanted));
    wanted.region = "us-east-1";
    assert_non_null(snapshot_find(&s, &wanted));
    assert_ptr_equal(snapshot_page(&s, found->pages[0].file), &found->pages[0]);
    assert_null(snapshot_page(&s, "raw/111122223333/9999-iam-GetUser.xml"));
    assert_true(snapshot_collects(&s, "iam"));
    assert_false(snapshot_collects(&s, "ia"));
    assert_false(snapshot_overridden(&s, "sample-data"));
    run_close(&r);
}

TEST(none_is_missing)
{
    cleanup_snapshot struct snapshot s = {0};
    struct error err = {0};

    json_init();
    assert_int_equal(snapshot_open(&s, "/tmp/reportgen-no-such-run", &err), -1);
    expect_error(err, ERR_MISSING, "/tmp/reportgen-no-such-run/snapshot.json");
}

TEST(malformed_json_names_the_place)
{
    cleanup_snapshot struct snapshot s = {0};
    struct error err = {0};
    struct run r;

    run_open(&r);
    expect_ok(
        file_write(file_join(&r.arena, r.dir, SNAPSHOT_FILE), "{\n  \"schema\": x", 15, 0600, &err),
        err);
    assert_int_equal(snapshot_open(&s, r.dir, &err), -1);
    expect_error(err, ERR_FORMAT, arena_printf(&r.arena, "%s/snapshot.json:2:13", r.dir));
    run_close(&r);
}

TEST(a_member_given_twice_is_refused)
{
    static const char text[] = "{\"schema\":\"reportgen-snapshot/1\",\"schema\":\"x\"}";
    cleanup_snapshot struct snapshot s = {0};
    struct error err = {0};
    struct run r;

    run_open(&r);
    expect_ok(
        file_write(file_join(&r.arena, r.dir, SNAPSHOT_FILE), text, sizeof text - 1, 0600, &err),
        err);
    assert_int_equal(snapshot_open(&s, r.dir, &err), -1);
    assert_int_equal(err.code, ERR_FORMAT);
    run_close(&r);
}

TEST(an_unknown_schema_version_is_refused)
{
    struct run r;

    make(&r);
    run_set(r.snapshot, "schema", cJSON_CreateString("reportgen-snapshot/2"));
    expect_refused(&r, ERR_FORMAT,
                   "schema: this program reads reportgen-snapshot/1, not "
                   "reportgen-snapshot/2");
}

/* Every member in turn of another type, and then absent. */
TEST(every_member_has_its_type)
{
    static const struct {
        const char *in, *key, *place;
        bool may_be_absent; /* text or null */
    } rows[] = {
        {"root", "schema", "schema: ", false},
        {"root", "producer", "producer: ", false},
        {"root", "startedAt", "startedAt: ", false},
        {"root", "finishedAt", "finishedAt: ", false},
        {"root", "scope", "scope: ", false},
        {"root", "overrides", "overrides: ", false},
        {"root", "queries", "queries: ", false},
        {"scope", "mode", "scope: mode: ", false},
        {"scope", "home", "scope: home: ", false},
        {"scope", "collect", "scope: collect: ", false},
        {"scope", "accounts", "scope: accounts: ", false},
        {"account", "id", "scope: accounts[1]: id: ", false},
        {"account", "included", "scope: accounts[1]: included: ", false},
        {"account", "reason", "scope: accounts[1]: reason: ", true},
        {"query", "account", "queries[1]: account: ", false},
        {"query", "region", "queries[1]: region: ", false},
        {"query", "service", "queries[1]: service: ", false},
        {"query", "operation", "queries[1]: operation: ", false},
        {"query", "parameters", "queries[1]: parameters: ", false},
        {"query", "endpointHost", "queries[1]: endpointHost: ", false},
        {"query", "complete", "queries[1]: complete: ", false},
        {"query", "error", "queries[1]: error: ", false},
        {"query", "pages", "queries[1]: pages: ", false},
        {"page", "file", "queries[1]: pages[0]: file: ", false},
        {"page", "sha256", "queries[1]: pages[0]: sha256: ", false},
        {"page", "size", "queries[1]: pages[0]: size: ", false},
        {"page", "httpStatus", "queries[1]: pages[0]: httpStatus: ", false},
        {"page", "requestId", "queries[1]: pages[0]: requestId: ", false},
        {"page", "sentAt", "queries[1]: pages[0]: sentAt: ", false},
        {"page", "receivedAt", "queries[1]: pages[0]: receivedAt: ", false},
        {"page", "serverDate", "queries[1]: pages[0]: serverDate: ", false},
        {"page", "token", "queries[1]: pages[0]: token: ", true},
    };

    for (size_t i = 0; i < 2 * (sizeof rows / sizeof *rows); i++) {
        const char *in = rows[i / 2].in;
        struct run r;
        cJSON *object;

        if (i % 2 && rows[i / 2].may_be_absent)
            continue;
        make(&r);
        object = strcmp(in, "root") == 0      ? r.snapshot
                 : strcmp(in, "scope") == 0   ? run_scope(&r)
                 : strcmp(in, "account") == 0 ? cJSON_GetArrayItem(r.accounts, 1)
                 : strcmp(in, "query") == 0   ? query_at(&r, 1)
                                              : page_at(&r, 1);
        cJSON_DeleteItemFromObject(object, rows[i / 2].key);
        if (i % 2 == 0)
            cJSON_AddNumberToObject(object, rows[i / 2].key, 1.5);
        expect_refused(&r, ERR_FORMAT, rows[i / 2].place);
    }
}

/* Beside a query whose answer held secrets; a list of names, or not there. */
TEST(what_was_removed_is_named)
{
    static const struct {
        const char *value;
        const char *refused; /* NULL: taken */
    } rows[] = {
        {"[\"SharedSecret\",\"Other\"]", NULL},
        {"[]", "queries[1]: redacted: names no member"},
        {"\"SharedSecret\"", "queries[1]: redacted: "},
        {"[\"SharedSecret\",1]", "queries[1]: redacted[1]: expected text"},
        {"null", "queries[1]: redacted: "},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct run r;
        struct error err = {0};

        make(&r);
        cJSON_AddItemToObject(query_at(&r, 1), "redacted",
                              json_parse("value", rows[i].value, strlen(rows[i].value), &err));
        if (rows[i].refused) {
            expect_refused(&r, ERR_FORMAT, rows[i].refused);
            continue;
        }

        cleanup_snapshot struct snapshot s = {0};

        run_write(&r);
        expect_ok(snapshot_open(&s, r.dir, &err), err);
        for (size_t q = 0; q < s.query_count; q++) { /* sorted: UserName b is the last now */
            cleanup_json cJSON *row = snapshot_query_json(&s.queries[q]);

            assert_int_equal(s.queries[q].redacted_count, q == 2 ? 2 : 0);
            assert_int_equal(json_count(json_find(row, "redacted")), q == 2 ? 2 : 0);
        }
        run_close(&r);
    }
}

/* The auditor's word, and its two forms. */
TEST(a_challenge_and_its_forms_agree)
{
    static const char whole[] = "123456789012345678901234567890123456789012345678901234";
    static const struct {
        const char *text, *session, *agent;
        bool good;
    } rows[] = {
        {"audit-7", "reportgen-audit-7", "challenge/audit-7", true},
        {"_+=,.@-aZ9", "reportgen-_+=,.@-aZ9", "challenge/_+=,.@-aZ9", true},
        {"audit-7", "reportgen-audit-8", "challenge/audit-7", false},
        {"audit-7", "reportgen-audit-7", "challenge/audit-8", false},
        {"", "reportgen-", "challenge/", false},
        {"a b", "reportgen-a b", "challenge/a b", false},
        {"a\nb", "reportgen-a\nb", "challenge/a\nb", false},
    };

    assert_true(snapshot_is_challenge(whole));
    assert_false(snapshot_is_challenge("1234567890123456789012345678901234567890123456789012345"));
    assert_false(snapshot_is_challenge("n\xc3\xb6nce"));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct run r;
        struct error err = {0};
        cJSON *challenge;

        make(&r);
        challenge = cJSON_AddObjectToObject(r.snapshot, "challenge");
        cJSON_AddStringToObject(challenge, "text", rows[i].text);
        cJSON_AddStringToObject(challenge, "roleSessionName", rows[i].session);
        cJSON_AddStringToObject(challenge, "userAgent", rows[i].agent);
        if (!rows[i].good) {
            expect_refused(&r, ERR_FORMAT, "challenge: ");
            continue;
        }

        cleanup_snapshot struct snapshot s = {0};

        run_write(&r);
        expect_ok(snapshot_open(&s, r.dir, &err), err);
        assert_string_equal(s.challenge, rows[i].text);
        run_close(&r);
    }
}

/* The file names a raw answer: plain, and below raw/. */
TEST(files_stay_below_raw)
{
    static const char *const bad[] = {
        "",
        "raw",
        "raw/",
        "/etc/passwd",
        "raw/../snapshot.json",
        "raw/1/../../x.xml",
        "raw/..",
        "raw/./x.xml",
        "raw//x.xml",
        "raw/1//x.xml",
        "raw/1/",
        "raw/1/.hidden",
        "snapshot.json",
        "Raw/1/x.xml",
        "rawx/1.xml",
        "raw/1/x y.xml",
        "raw/1\\x.xml",
        "raw/1/x.xml\n",
        "raw/%2e%2e/x",
        "raw/\xC3\xA4.xml",
        "./raw/1.xml",
        "file:///raw/1.xml",
    };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct run r;

        make(&r);
        run_set(page_at(&r, 1), "file", cJSON_CreateString(bad[i]));
        expect_refused(&r, ERR_FORMAT, "queries[1]: pages[0]: file: not a plain path below raw/");
    }
}

TEST(hashes_have_one_form)
{
    static const char *const bad[] = {
        "",
        "abc",
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde",
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0",
        "0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF",
        "g123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct run r;

        make(&r);
        run_set(page_at(&r, 0), "sha256", cJSON_CreateString(bad[i]));
        expect_refused(&r, ERR_FORMAT,
                       "queries[0]: pages[0]: sha256: expected 64 lower-case hex digits");
    }
}

TEST(numbers_have_bounds)
{
    static const struct {
        const char *key;
        double value;
    } bad[] = {{"size", -1},       {"size", 1.5},       {"size", 1e18},
               {"httpStatus", 99}, {"httpStatus", 600}, {"httpStatus", 200.5}};

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct run r;

        make(&r);
        run_set(page_at(&r, 2), bad[i].key, cJSON_CreateNumber(bad[i].value));
        expect_refused(&r, ERR_FORMAT,
                       arena_printf(&r.arena, "queries[2]: pages[0]: %s: ", bad[i].key));
    }
}

TEST(times_are_times)
{
    struct run r;

    make(&r);
    run_set(r.snapshot, "finishedAt", cJSON_CreateString("yesterday"));
    expect_refused(&r, ERR_FORMAT, "finishedAt: expected a time");
    make(&r);
    run_set(page_at(&r, 0), "sentAt", cJSON_CreateString("2026-13-01T00:00:00Z"));
    expect_refused(&r, ERR_FORMAT, "queries[0]: pages[0]: sentAt: expected a time");
}

TEST(a_query_is_asked_once)
{
    struct run r;

    make(&r);
    run_answer(&r, HOME_ID, "ListMFADevices", "{\"UserName\":\"a\"}", "<MFADevices/>");
    expect_refused(&r, ERR_FORMAT,
                   "queries: 111122223333 ListMFADevices {\"UserName\":\"a\"} is listed twice");
}

/* Parameters are compared as values, not as they are written. */
TEST(a_query_is_asked_once_whatever_the_order_of_its_parameters)
{
    struct run r;

    make(&r);
    run_answer(&r, HOME_ID, "GetUser", "{\"a\":\"1\",\"b\":\"2\"}", "");
    run_answer(&r, HOME_ID, "GetUser", "{ \"b\":\"2\", \"a\":\"1\" }", "");
    expect_refused(&r, ERR_FORMAT,
                   "queries: 111122223333 GetUser {\"a\":\"1\",\"b\":\"2\"} is "
                   "listed twice");
}

TEST(a_file_belongs_to_one_page)
{
    struct run r;

    make(&r);
    run_set(page_at(&r, 1), "file",
            cJSON_Duplicate(cJSON_GetObjectItem(page_at(&r, 0), "file"), 1));
    expect_refused(&r, ERR_FORMAT,
                   "file raw/111122223333/0001-iam-GetAccountSummary.xml "
                   "is listed twice");
}

TEST(accounts_are_twelve_digits_and_listed_once)
{
    struct run r;

    make(&r);
    run_account(&r, HOME_ID, NULL);
    expect_refused(&r, ERR_FORMAT, "scope: accounts: 111122223333 is listed twice");
    make(&r);
    run_account(&r, "11112222333", NULL);
    expect_refused(&r, ERR_FORMAT, "scope: accounts[2]: id: expected 12 digits");
    make(&r);
    run_set(query_at(&r, 0), "account", cJSON_CreateString("../../../etc"));
    expect_refused(&r, ERR_FORMAT, "queries[0]: account: expected 12 digits");
    make(&r);
    run_set(run_scope(&r), "home", cJSON_CreateString("home"));
    expect_refused(&r, ERR_FORMAT, "scope: home: expected 12 digits");
}

/* Nothing to judge would be neither good nor bad news. */
TEST(a_scope_without_accounts_is_refused)
{
    struct run r;

    run_open(&r);
    expect_refused(&r, ERR_FORMAT, "scope: accounts: ");
}

/* An unknown mode would skip the comparison with the accounts of the organisation. */
TEST(an_unknown_mode_is_refused)
{
    struct run r;

    make(&r);
    run_set(run_scope(&r), "mode", cJSON_CreateString("Organization"));
    expect_refused(&r, ERR_FORMAT, "scope: mode: ");
}

TEST(what_is_left_out_has_a_reason)
{
    struct run r;

    make(&r);
    run_set(cJSON_GetArrayItem(r.accounts, 0), "included", cJSON_CreateBool(false));
    expect_refused(&r, ERR_FORMAT, "scope: accounts[0]: reason: an excluded account needs one");
}

/* Whoever takes an account out of the scope must not leave its answers behind, nor its home. */
TEST(scope_and_queries_belong_together)
{
    struct run r;

    make(&r);
    run_answer(&r, "333344445555", "GetAccountSummary", "{}", "<SummaryMap/>");
    expect_refused(&r, ERR_FORMAT, "queries: account 333344445555 is not in the scope");
    make(&r);
    run_set(run_scope(&r), "home", cJSON_CreateString("333344445555"));
    expect_refused(&r, ERR_FORMAT, "scope: home: 333344445555 is not among the accounts");
}

TEST(errors_have_code_and_message)
{
    struct run r;

    make(&r);
    run_set(query_at(&r, 0), "error", cJSON_CreateObject());
    expect_refused(&r, ERR_FORMAT, "queries[0]: error: code: ");
}

TEST(names_are_bounded)
{
    struct run r;
    char *name;

    make(&r);
    name = arena_alloc(&r.arena, LIMIT_NAME_BYTES + 2, 1);
    memset(name, 'x', LIMIT_NAME_BYTES + 1);
    run_set(query_at(&r, 0), "operation", cJSON_CreateString(name));
    expect_refused(&r, ERR_LIMIT, "queries[0]: operation: longer than 4096 bytes");
}

/* The same question to root is another question. */
TEST(who_asked_tells_queries_apart)
{
    cleanup_snapshot struct snapshot s = {0};
    struct query wanted = {.account = HOME_ID,
                           .service = "iam",
                           .operation = "ListAccessKeys",
                           .parameters = "{}",
                           .as_root = true};
    struct error err = {0};
    struct run r;

    make(&r);
    run_answer(&r, HOME_ID, "ListAccessKeys", "{}", "<AccessKeyMetadata/>");
    json_add_text(run_answer(&r, HOME_ID, "ListAccessKeys", "{}", "<AccessKeyMetadata/>"),
                  "session", "root");
    run_write(&r);
    expect_ok(snapshot_open(&s, r.dir, &err), err);
    assert_true(snapshot_find(&s, &wanted)->as_root);
    wanted.as_root = false;
    assert_false(snapshot_find(&s, &wanted)->as_root);
    cJSON_DeleteItemFromObject(query_at(&r, 3), "session");
    cJSON_DeleteItemFromObject(query_at(&r, 4), "session");
    expect_refused(&r, ERR_FORMAT, "queries: ");
}

TEST(sessions_and_roots_are_asked_for_in_one_form)
{
    static const char *const wrong[] = {"", "ROOT", "user"};
    struct run r;

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        make(&r);
        json_add_text(query_at(&r, 0), "session", wrong[i]);
        expect_refused(&r, ERR_FORMAT, "queries[0]: session: not \"root\"");
    }
    make(&r);
    cJSON_AddNullToObject(query_at(&r, 0), "session");
    expect_refused(&r, ERR_FORMAT, "queries[0]: session: not \"root\"");
    make(&r);
    json_add_text(run_scope(&r), "assumeRoot", "yes");
    expect_refused(&r, ERR_FORMAT, "scope: assumeRoot: ");
}

TEST(overrides_are_read)
{
    cleanup_snapshot struct snapshot s = {0};
    struct error err = {0};
    struct run r;
    cJSON *row;

    make(&r);
    row = json_append_object(cJSON_GetObjectItem(r.snapshot, "overrides"));
    json_add_text(row, "kind", "sample-data");
    json_add_text(row, "detail", "made up");
    run_write(&r);
    expect_ok(snapshot_open(&s, r.dir, &err), err);
    assert_true(snapshot_overridden(&s, "sample-data"));
    assert_false(snapshot_overridden(&s, "clock"));
    cJSON_DeleteItemFromObject(row, "detail");
    expect_refused(&r, ERR_FORMAT, "overrides[0]: detail: ");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_one_opens),
        cmocka_unit_test(none_is_missing),
        cmocka_unit_test(malformed_json_names_the_place),
        cmocka_unit_test(a_member_given_twice_is_refused),
        cmocka_unit_test(an_unknown_schema_version_is_refused),
        cmocka_unit_test(every_member_has_its_type),
        cmocka_unit_test(files_stay_below_raw),
        cmocka_unit_test(hashes_have_one_form),
        cmocka_unit_test(numbers_have_bounds),
        cmocka_unit_test(times_are_times),
        cmocka_unit_test(a_query_is_asked_once),
        cmocka_unit_test(a_query_is_asked_once_whatever_the_order_of_its_parameters),
        cmocka_unit_test(a_file_belongs_to_one_page),
        cmocka_unit_test(accounts_are_twelve_digits_and_listed_once),
        cmocka_unit_test(a_scope_without_accounts_is_refused),
        cmocka_unit_test(an_unknown_mode_is_refused),
        cmocka_unit_test(what_is_left_out_has_a_reason),
        cmocka_unit_test(scope_and_queries_belong_together),
        cmocka_unit_test(errors_have_code_and_message),
        cmocka_unit_test(names_are_bounded),
        cmocka_unit_test(who_asked_tells_queries_apart),
        cmocka_unit_test(sessions_and_roots_are_asked_for_in_one_form),
        cmocka_unit_test(overrides_are_read),
        cmocka_unit_test(what_was_removed_is_named),
        cmocka_unit_test(a_challenge_and_its_forms_agree),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
