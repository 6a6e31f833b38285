/* test_trail.c - CloudTrail's log files: their names, splitting them, what is kept of them, and
 * what becomes of bad ones. */
#include "collect/records.h"
#include "collect/trail.h"
#include "model/events.h"
#include "trail_files.h"

/* --- Names ------------------------------------------------------------------------------------ */

TEST(names_of_log_files)
{
    struct trail_name name;

    assert_true(trail_name_parse("AWSLogs/o-1/111122223333/CloudTrail/us-gov-west-1/2026/11/22/"
                                 "111122223333_CloudTrail_us-gov-west-1_20261122T1205Z_aB3.json.gz",
                                 &name));
    assert_string_equal(name.account, "111122223333");
    assert_string_equal(name.region, "us-gov-west-1");
    assert_int_equal(name.delivered, 1795349100);
    assert_false(name.is_digest);
    assert_true(trail_name_parse(
        "111122223333_CloudTrail-Digest_eu-west-1_my_trail.x_us-east-1_20261122T120500Z.json.gz",
        &name));
    assert_true(name.is_digest && !name.is_backfill);
    assert_string_equal(name.region, "eu-west-1");
    assert_string_equal(name.trail, "my_trail.x");
    assert_string_equal(name.home, "us-east-1");
    assert_int_equal(name.delivered, 1795349100);
    assert_true(trail_name_parse(
        "x/111122223333_CloudTrail-Digest_eu-west-1_t_us-east-1_20261122T120500Z_backfill.json.gz",
        &name));
    assert_true(name.is_digest && name.is_backfill);
    assert_string_equal(name.trail, "t");
}

TEST(names_of_other_files)
{
    static const char *const bad[] = {
        "",
        "x.json.gz",
        "11112222333_CloudTrail_us-east-1_20261122T1205Z_x.json.gz",
        "1111222233334_CloudTrail_us-east-1_20261122T1205Z_x.json.gz",
        "11112222333x_CloudTrail_us-east-1_20261122T1205Z_x.json.gz",
        "111122223333_CloudTrail-Digest_us/east_x.json.gz",
        "111122223333_CloudTrail-Digest_us-east-1_.json.gz",
        "111122223333_CloudTrail-Digest_us-east-1_x.json",
        "111122223333_CloudTrail-Digest_us-east-1_x.json.gz",
        "111122223333_CloudTrail-Digest_us-east-1_us-east-1_20261122T120500Z.json.gz",
        "111122223333_CloudTrail-Digest_us-east-1__us-east-1_20261122T120500Z.json.gz",
        "111122223333_CloudTrail-Digest_us-east-1_t_He.re_20261122T120500Z.json.gz",
        "111122223333_CloudTrail-Digest_us-east-1_t_us-east-1_20261122T1205Z.json.gz",
        "111122223333_CloudTrail-Digest_us-east-1_t_us-east-1_20261122T126100Z.json.gz",
        "111122223333_CloudTrail-Digest_us-east-1_t_us-east-1_backfill.json.gz",
        "111122223333_CloudTrail-Digest_us-east-1_t_us-east-1_20261122T120500Z_other.json.gz",
        "111122223333_CloudTrail-Insight_us-east-1_20261122T1205Z_x.json.gz",
        "111122223333_CloudTrail_us/east_20261122T1205Z_x.json.gz",
        "111122223333_CloudTrail_us-east-1_20261322T1205Z_x.json.gz",
        "111122223333_CloudTrail_us-east-1_20261122T2505Z_x.json.gz",
        "111122223333_CloudTrail_us-east-1_20261122T12:5Z_x.json.gz",
        "111122223333_CloudTrail_us-east-1_20261122T1205_x.json.gz",
        "111122223333_CloudTrail_us-east-1_20261122T1205Z.json.gz",
        "111122223333_CloudTrail_us-east-1_20261122T1205Z_.json.gz",
        "111122223333_CloudTrail_us-east-1_20261122T1205Z_x.json",
        "111122223333_CloudTrail_us-east-1_20261122T1205Z_x.json.gz.part",
    };
    struct trail_name name;

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (trail_name_parse(bad[i], &name)) {
            print_error("%s\n", bad[i]);
            _fail(__FILE__, __LINE__);
        }
}

/* --- Splitting -------------------------------------------------------------------------------- */

static int note(void *context, const char *text, size_t len, size_t number, struct error *err)
{
    (void)err;
    assert_true(!text || strlen(text) == len);
    strbuf_addf(context, "%zu:%s;", number, text ? text : "(too large)");
    return 0;
}

/* Feeds `text` in pieces of `piece` bytes. */
static int split(const char *text, size_t piece, struct strbuf *out, struct error *err)
{
    struct records r = {.take = note, .context = out};
    size_t len = strlen(text);
    int status = 0;

    records_open(&r);
    for (size_t i = 0; status == 0 && i < len; i += piece)
        status = records_feed(&r, text + i, len - i < piece ? len - i : piece, err);
    if (status == 0)
        status = records_end(&r, err);
    records_close(&r);
    return status;
}

TEST(records_are_split_wherever_the_pieces_end)
{
    static const struct {
        const char *text, *records;
    } rows[] = {
        {"{\"Records\":[]}", ""},
        {" {\n\"Records\" : [ ] } \n", ""},
        {"{\"Records\":[{\"a\":1}]}", "0:{\"a\":1};"},
        {"{\"Records\":[{\"a\":[{}]} ,\n{\"b\":\"}]\\\"{\\\\\"}]}",
         "0:{\"a\":[{}]};1:{\"b\":\"}]\\\"{\\\\\"};"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t piece = 1; piece < 40; piece++) {
            cleanup_strbuf struct strbuf out = STRBUF_INIT(MIB);
            struct error err = {0};

            expect_ok(split(rows[i].text, piece, &out, &err), err);
            assert_string_equal(out.buf, rows[i].records);
        }
}

TEST(what_is_no_log_file_is_refused)
{
    static const struct {
        const char *text, *reason;
    } rows[] = {
        {"", "byte 1: cut off"},
        {"[]", "byte 1: not a CloudTrail log file"},
        {"{\"Rec ords\":[]}", "byte 6: not a CloudTrail log file"},
        {"{ \"records\":[]}", "byte 4: not a"},
        {"{\"Records\":{}}", "byte 12: not a"},
        {"{\"Records\":[7]}", "byte 13: expected a record"},
        {"{\"Records\":[,]}", "byte 13: expected a record"},
        {"{\"Records\":[{},]}", "byte 16: expected a record"},
        {"{\"Records\":[{}{}]}", "byte 15: expected a record"},
        {"{\"Records\":[{},,{}]}", "byte 16: expected a record"},
        {"{\"Records\":[{}", "byte 15: cut off"},
        {"{\"Records\":[{\"a", "byte 16: cut off"},
        {"{\"Records\":[]", "byte 14: cut off"},
        {"{\"Records\":[]}{", "byte 15: something follows"},
        {"{\"Records\":[],\"x\":1}", "byte 14: something follows"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cleanup_strbuf struct strbuf out = STRBUF_INIT(MIB);
        struct error err = {0};

        assert_int_equal(split(rows[i].text, 100, &out, &err), -1);
        expect_error(err, ERR_FORMAT, rows[i].reason);
    }
}

/* Its text is not kept, and the one after it is found. */
TEST(a_record_over_the_limit_is_told_and_passed_over)
{
    cleanup_strbuf struct strbuf text = STRBUF_INIT(8 * MIB), out = STRBUF_INIT(MIB);
    struct error err = {0};

    strbuf_addstr(&text, "{\"Records\":[{\"a\":\"");
    while (text.len < LIMIT_EVENT_BYTES + 100)
        strbuf_addstr(&text, "xxxxxxxxxxxxxxxx");
    strbuf_addstr(&text, "\"},{}]}");
    expect_ok(split(text.buf, 65536, &out, &err), err);
    assert_string_equal(out.buf, "0:(too large);1:{};");
}

/* --- Files ------------------------------------------------------------------------------------ */

#define NAME(time) HOME_ID "_CloudTrail_us-east-1_" time "_x.json.gz"
#define NOON 1795348800LL /* 2026-11-22T12:00:00Z */

static const char *record(struct run *r, const char *id, const char *name, const char *more)
{
    return arena_printf(&r->arena,
                        "{\"eventTime\":\"2026-11-22T12:00:00Z\",\"eventID\":\"%s\",\"eventName\":"
                        "\"%s\",\"eventSource\":\"x.amazonaws.com\",\"awsRegion\":\"us-east-1\","
                        "\"recipientAccountId\":\"" HOME_ID "\",%s}",
                        id, name, more);
}

#define BY(type) "\"userIdentity\":{\"type\":\"" type "\"}"

static void open_trail(struct collected *c)
{
    open_run(c);
    run_account(&c->run, HOME_ID, NULL);
}

TEST(what_is_of_interest_is_kept)
{
    static const struct {
        const char *name, *more;
        bool kept;
    } rows[] = {
        {"ConsoleLogin", BY("IAMUser"), true},
        {"DescribeInstances", BY("Root"), true},
        {"DescribeInstances", BY("IAMUser"), false},
        {"GetObject", BY("IAMUser") ",\"requestParameters\":{\"eventName\":\"ConsoleLogin\"}",
         false},
        {"GetObject", BY("IAMUser") ",\"requestParameters\":{\"x\":\"Root\"}", false},
        {"Console\\u004cogin", BY("IAMUser"), true},
        {"PutUserPolicy", BY("AssumedRole"), true},
        {"StopLogging", BY("IAMUser"), true},
        {"AssumeRole", BY("IAMUser"), true},
        {"AssumeRole", BY("AWSService"), false},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct collected c;
        const struct account *a;

        open_trail(&c);
        trail_add_log(&c.run, NAME("20261122T1205Z"),
                      record(&c.run, "e", rows[i].name, rows[i].more));
        a = collect_run(&c);
        if ((a->events->count == 1) != rows[i].kept)
            print_error("row %zu: %s\n", i, rows[i].name);
        assert_int_equal(a->events->count, rows[i].kept);
        assert_int_equal(a->events->gap_count, 0);
        close_run(&c);
    }
}

TEST(events_say_where_they_stand_and_days_which_files_there_are)
{
    struct collected c;
    const struct events *e;

    open_trail(&c);
    trail_add_log(&c.run, NAME("20261122T1205Z"),
                  arena_printf(&c.run.arena, "%s,%s", record(&c.run, "a", "GetUser", BY("IAMUser")),
                               record(&c.run, "b", "ConsoleLogin", BY("IAMUser"))));
    trail_add_log(&c.run, NAME("20261122T1215Z"),
                  record(&c.run, "b", "ConsoleLogin", BY("IAMUser")));
    trail_add_log(&c.run, NAME("20261123T0010Z"), "");
    trail_add_log(&c.run, NAME("20261125T0010Z"), "");
    e = collect_run(&c)->events;
    assert_int_equal(e->count, 1);
    assert_string_equal(e->at[0].where.file, "raw/" HOME_ID "/trail/" NAME("20261122T1205Z"));
    assert_string_equal(e->at[0].where.pointer, "/Records/1");
    assert_int_equal(e->day_count, 2);
    assert_int_equal(e->days[0].files, 3);
    assert_int_equal(e->days[0].from, NOON - 43200);
    assert_int_equal(e->days[0].to, NOON + 43200 + 86400 - 1);
    assert_int_equal(e->days[1].files, 1);
    close_run(&c);
}

/* Files alone make no day known: nobody can see that one is missing. */
TEST(files_alone_make_no_day_known)
{
    struct collected c;
    const char *why = NULL;

    open_trail(&c);
    trail_add_log(&c.run, NAME("20261122T1205Z"), "");
    assert_false(events_known(collect_run(&c)->events, "us-east-1", "EventName=ConsoleLogin", NOON,
                              NOON, &c.run.arena, &why));
    expect_holds(why, "not asked");
    close_run(&c);
}

TEST(a_bad_record_is_a_gap_and_the_others_stand)
{
    static const char *const bad[] = {
        "{\"eventName\":\"ConsoleLogin\"}",
        "{}",
        "{\"eventName\":7}",
        "{\"eventName\" \"ConsoleLogin\"}",
        "{\"eventName\":\"ConsoleLogin\",\"eventName\":\"GetUser\"}",
    };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct collected c;
        const struct events *e;

        open_trail(&c);
        trail_add_log(&c.run, NAME("20261122T1205Z"),
                      arena_printf(&c.run.arena, "%s,%s", bad[i],
                                   record(&c.run, "b", "ConsoleLogin", BY("IAMUser"))));
        e = collect_run(&c)->events;
        assert_int_equal(e->count, 1);
        assert_int_equal(e->gap_count, 1);
        expect_holds(e->gaps[0].reason, "/Records/0 cannot be read");
        assert_int_equal(e->gaps[0].from, NOON - 43200);
        close_run(&c);
    }
}

TEST(a_record_of_another_account_is_a_gap)
{
    struct collected c;
    const struct events *e;

    open_trail(&c);
    trail_add_log(&c.run, NAME("20261122T0005Z"),
                  "{\"eventTime\":\"2026-11-22T12:00:00Z\",\"eventID\":\"e\",\"eventName\":"
                  "\"ConsoleLogin\",\"eventSource\":\"x\",\"awsRegion\":\"us-east-1\","
                  "\"recipientAccountId\":\"999900001111\",\"userIdentity\":{}}");
    e = collect_run(&c)->events;
    assert_int_equal(e->count, 0);
    assert_int_equal(e->gap_count, 2); /* delivered just after midnight: the day before too */
    expect_holds(e->gaps[0].reason, "an event of account 999900001111");
    close_run(&c);
}

TEST(a_damaged_file_is_named_and_makes_events_incomplete)
{
    struct collected c;
    const struct account *a;
    cleanup_strbuf struct strbuf packed = STRBUF_INIT(MIB);

    open_trail(&c);
    gzip_add(&packed, "{\"Records\":[", 12);
    trail_add_bytes(&c.run, HOME_ID, NAME("20261122T1205Z"), packed.buf, packed.len);
    trail_add_bytes(&c.run, HOME_ID, NAME("20261122T1210Z"), packed.buf, packed.len - 9);
    a = collect_run(&c);
    expect_state(a, DATA_EVENTS, STATE_NOT_COLLECTED, "not collected");
    assert_int_equal(a->events->gap_count, 2);
    expect_holds(a->events->gaps[0].reason, "byte 13: cut off");
    expect_holds(a->events->gaps[1].reason, "gzip: cut off");
    close_run(&c);
}

static void expect_stopped(struct collected *c, enum error_code code, const char *reason)
{
    struct recorded recorded;
    struct error err = {0};

    run_write(&c->run);
    expect_ok(snapshot_open(&c->snapshot, c->run.dir, &err), err);
    recorded_open(&recorded, &c->snapshot, &c->model.arena);
    assert_int_equal(collect(&c->snapshot, &recorded.transport, &c->model, &err), -1);
    assert_int_equal(err.code, code);
    expect_holds(err.msg, reason);
    close_run(c);
}

TEST(a_file_that_is_not_as_listed_stops_everything)
{
    struct collected c;
    cJSON *row;

    open_trail(&c);
    trail_add_log(&c.run, NAME("20261122T1205Z"), "");
    row = cJSON_GetObjectItem(c.run.snapshot, "trailFiles")->child;
    run_set(row, "sha256",
            cJSON_CreateString("0000000000000000000000000000000000000000000000000000000000000000"));
    expect_stopped(&c, ERR_INTEGRITY, "is not the file that snapshot.json lists");
}

TEST(a_listed_file_that_is_no_log_file_stops_everything)
{
    struct collected c;

    open_trail(&c);
    trail_add_bytes(&c.run, HOME_ID, "notes.txt", "x", 1);
    expect_stopped(&c, ERR_FORMAT, "not the name of a CloudTrail log file");
}

TEST(a_snapshot_lists_files_of_its_scope_only)
{
    struct collected c;
    struct error err = {0};

    open_trail(&c);
    trail_add_bytes(&c.run, OTHER_ID, "x", "x", 1);
    run_write(&c.run);
    assert_int_equal(snapshot_open(&c.snapshot, c.run.dir, &err), -1);
    expect_holds(err.msg, "trailFiles: account " OTHER_ID " is not in the scope");
    close_run(&c);
}

TEST(the_list_of_files_is_written_as_it_was_read)
{
    struct collected c;
    struct error err = {0};
    const char *written;
    cJSON *tree;

    open_trail(&c);
    written = file_join(&c.run.arena, c.run.dir, "written.json");
    trail_add_log(&c.run, NAME("20261122T1205Z"), "");
    run_write(&c.run);
    expect_ok(snapshot_open(&c.snapshot, c.run.dir, &err), err);
    assert_int_equal(c.snapshot.trail_count, 1);
    assert_non_null(snapshot_page(&c.snapshot, "raw/" HOME_ID "/trail/" NAME("20261122T1205Z")));
    expect_ok(snapshot_save(&c.snapshot, written, &err), err);
    tree = json_read(written, MIB, &err);
    assert_true(cJSON_Compare(cJSON_GetObjectItem(tree, "trailFiles"),
                              cJSON_GetObjectItem(c.run.snapshot, "trailFiles"), true));
    cJSON_Delete(tree);
    close_run(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_log_files),
        cmocka_unit_test(names_of_other_files),
        cmocka_unit_test(records_are_split_wherever_the_pieces_end),
        cmocka_unit_test(what_is_no_log_file_is_refused),
        cmocka_unit_test(a_record_over_the_limit_is_told_and_passed_over),
        cmocka_unit_test(what_is_of_interest_is_kept),
        cmocka_unit_test(events_say_where_they_stand_and_days_which_files_there_are),
        cmocka_unit_test(files_alone_make_no_day_known),
        cmocka_unit_test(a_bad_record_is_a_gap_and_the_others_stand),
        cmocka_unit_test(a_record_of_another_account_is_a_gap),
        cmocka_unit_test(a_damaged_file_is_named_and_makes_events_incomplete),
        cmocka_unit_test(a_file_that_is_not_as_listed_stops_everything),
        cmocka_unit_test(a_listed_file_that_is_no_log_file_stops_everything),
        cmocka_unit_test(a_snapshot_lists_files_of_its_scope_only),
        cmocka_unit_test(the_list_of_files_is_written_as_it_was_read),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
