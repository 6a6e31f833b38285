/* test_events.c - LookupEvents: which questions are asked, what becomes of events, and what of the
 * period is known when something is cut off, refused or cannot be read. */
#include "base/clock.h"
#include "collected.h"
#include "model/events.h"

#define FROM 1787637600LL /* 2026-08-25T06:00:00Z, the period of run_dir.h */
#define TO 1795413600LL   /* 2026-11-23T06:00:00Z */
#define NOON 1795348800LL /* 2026-11-22T12:00:00Z */
#define CONSOLE "EventName=ConsoleLogin"

/* The question of a region; `what` is "EventName=ConsoleLogin". */
static cJSON *question(struct run *r, const char *region, const char *what)
{
    size_t attribute = strcspn(what, "=");
    cJSON *query =
        run_query(r, HOME_ID, "LookupEvents",
                  arena_printf(&r->arena,
                               "{\"EndTime\":%lld,\"LookupAttributes\":[{\"AttributeKey\":\"%.*s\","
                               "\"AttributeValue\":\"%s\"}],\"MaxResults\":50,\"StartTime\":%lld}",
                               TO, (int)attribute, what, what + attribute + 1, FROM));

    run_set(query, "service", cJSON_CreateString("cloudtrail"));
    run_set(query, "region", cJSON_CreateString(region));
    return query;
}

static bool was_asked(struct run *r, const cJSON *query)
{
    for (const cJSON *q = r->queries->child; q != query; q = q->next)
        if (strcmp(json_str(q, "region"), json_str(query, "region")) == 0 &&
            cJSON_Compare(json_find(q, "parameters"), json_find(query, "parameters"), true))
            return true;
    return false;
}

static void quiet(struct run *r, const char *region, const char *what)
{
    cJSON *query = question(r, region, what);

    if (was_asked(r, query))
        cJSON_Delete(cJSON_DetachItemViaPointer(r->queries, query));
    else
        (void)run_page(r, query, NULL, "{\"Events\":[]}");
}

/* Nothing happened, as far as no question was told otherwise before. */
static void all_quiet(struct run *r)
{
    static const char *const names[] = {"DeactivateMFADevice", "EnableMFADevice",
                                        "CreateAccessKey",     "CreateLoginProfile",
                                        "AttachUserPolicy",    "UpdateAssumeRolePolicy"};
    static const char *const regions[] = {"ap-southeast-2", "eu-north-1", "us-east-1", "us-east-2"};

    for (size_t i = 0; i < sizeof regions / sizeof *regions; i++)
        quiet(r, regions[i], CONSOLE);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        quiet(r, "us-east-1", arena_printf(&r->arena, "EventName=%s", names[i]));
    quiet(r, "us-east-1", "Username=root");
}

/* A row of LookupEvents around a record: `more` are further members of the record. */
static const char *row(struct run *r, const char *id, long long time, const char *name,
                       const char *more)
{
    cleanup_strbuf struct strbuf quoted = STRBUF_INIT(MIB);
    char when[CLOCK_TEXT];

    json_quote(&quoted,
               arena_printf(&r->arena,
                            "{\"eventVersion\":\"1.08\",\"eventTime\":\"%s\",\"eventID\":\"%s\","
                            "\"eventName\":\"%s\",\"eventSource\":\"signin.amazonaws.com\","
                            "\"awsRegion\":\"us-east-1\",%s}",
                            clock_format((time_t)time, when), id, name, more));
    return arena_printf(&r->arena,
                        "{\"EventId\":\"%s\",\"EventName\":\"%s\",\"EventTime\":%lld.0,"
                        "\"CloudTrailEvent\":%s}",
                        id, name, time, quoted.buf);
}

#define BY_USER                                                                        \
    "\"userIdentity\":{\"type\":\"IAMUser\",\"arn\":\"arn:aws:iam::111122223333:user/" \
    "u\",\"accountId\":\"111122223333\",\"userName\":\"u\"},"
#define SIGNED_IN(used)                                                                      \
    BY_USER "\"responseElements\":{\"ConsoleLogin\":\"Success\"},"                           \
            "\"additionalEventData\":{\"MFAUsed\":\"" used "\",\"LoginTo\":\"https://x/\"}," \
            "\"recipientAccountId\":\"111122223333\""

static const char *events_json(struct run *r, const char *rows, const char *token)
{
    return arena_printf(&r->arena, "{\"Events\":[%s]%s%s%s}", rows,
                        token ? ",\"NextToken\":\"" : "", token ? token : "", token ? "\"" : "");
}

static void open_events(struct collected *c)
{
    open_run(c);
    run_account(&c->run, HOME_ID, NULL);
    run_collects(&c->run, "cloudtrail");
}

/* One answer to ConsoleLogin in us-east-1, all else quiet. */
static struct account *collect_sign_ins(struct collected *c, const char *rows)
{
    (void)run_page(&c->run, question(&c->run, "us-east-1", CONSOLE), NULL,
                   events_json(&c->run, rows, NULL));
    all_quiet(&c->run);
    return collect_run(c);
}

static bool known(struct collected *c, const char *region, const char *what, time_t from, time_t to,
                  const char *reason)
{
    const struct account *a = model_account(&c->model, HOME_ID);
    const char *why = NULL;
    bool is = events_known(a->events, region, what, from, to, &c->run.arena, &why);

    if (reason)
        expect_holds(why, reason);
    return is;
}

TEST(an_account_without_events_costs_eleven_questions)
{
    struct collected c;
    const struct account *a;

    open_events(&c);
    all_quiet(&c.run);
    assert_int_equal(cJSON_GetArraySize(c.run.queries), 11);
    a = collect_run(&c);
    expect_state(a, DATA_EVENTS, STATE_COMPLETE, NULL);
    assert_int_equal(a->events->count, 0);
    assert_int_equal(a->events->reading_count, 11);
    assert_true(known(&c, "eu-north-1", CONSOLE, FROM, TO, NULL));
    assert_false(known(&c, "eu-west-3", CONSOLE, FROM, TO, "was not read: not asked"));
    assert_false(known(&c, "us-east-1", CONSOLE, FROM - 1, TO, "2026-08-25T05:59:59Z"));
    close_run(&c);
}

TEST(nothing_is_known_without_a_scan_of_events)
{
    struct arena arena = {0};
    const char *why = NULL;

    assert_false(events_known(NULL, "us-east-1", CONSOLE, FROM, TO, &arena, &why));
    expect_holds(why, "not asked");
    arena_free(&arena);
}

TEST(a_sign_in_is_read_whole)
{
    struct collected c;
    const struct account *a;
    const struct event *e;

    open_events(&c);
    a = collect_sign_ins(&c, row(&c.run, "e-1", NOON, "ConsoleLogin", SIGNED_IN("YES")));
    expect_state(a, DATA_EVENTS, STATE_COMPLETE, NULL);
    assert_int_equal(a->events->count, 1);
    e = &a->events->at[0];
    assert_int_equal(e->time, NOON);
    assert_int_equal(e->mfa_used, SAID_YES);
    assert_string_equal(e->by.user, "u");
    assert_string_equal(e->outcome, "Success");
    assert_string_equal(e->login_to, "https://x/");
    assert_string_equal(e->where.pointer, "/Events/0/CloudTrailEvent");
    assert_false(e->by.has_session);
    assert_null(e->by.access_key);
    close_run(&c);
}

TEST(yes_and_no_have_no_case)
{
    static const struct {
        const char *text;
        enum said said;
    } words[] = {{"Yes", SAID_YES},  {"YES", SAID_YES},   {"true", SAID_YES},
                 {"No", SAID_NO},    {"FALSE", SAID_NO},  {"maybe", SAID_UNCLEAR},
                 {"", SAID_UNCLEAR}, {NULL, SAID_NOTHING}};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        assert_int_equal(said_of(words[i].text), words[i].said);
}

TEST(a_session_tells_its_issuer_and_its_factor)
{
    struct collected c;
    const struct event *e;

    open_events(&c);
    e = &collect_sign_ins(
             &c, row(&c.run, "e-1", NOON, "ConsoleLogin",
                     "\"userIdentity\":{\"type\":\"AssumedRole\",\"accessKeyId\":\"\","
                     "\"invokedBy\":\"x.amazonaws.com\",\"onBehalfOf\":{\"userId\":\"c-1\"},"
                     "\"sessionContext\":{\"attributes\":{\"mfaAuthenticated\":\"true\"},"
                     "\"sessionIssuer\":{\"type\":\"Role\",\"arn\":\"arn:r\"}}},"
                     "\"additionalEventData\":null,\"errorCode\":\"AccessDenied\","
                     "\"requestParameters\":{\"userName\":\"v\",\"serialNumber\":7},"
                     "\"responseElements\":{\"credentials\":{\"accessKeyId\":\"ASIAX\"}}"))
             ->events->at[0];
    assert_true(e->by.has_session);
    assert_int_equal(e->by.mfa, SAID_YES);
    assert_string_equal(e->by.issuer_arn, "arn:r");
    assert_string_equal(e->by.center_user, "c-1");
    assert_string_equal(e->error_code, "AccessDenied");
    assert_string_equal(e->target_user, "v");
    assert_string_equal(e->issued_key, "ASIAX");
    assert_null(e->serial);
    assert_null(e->by.access_key);
    close_run(&c);
}

/* Each makes its event unknown, and with it the day; the other event and the rest stay. */
TEST(an_event_that_cannot_be_read_makes_its_day_unknown)
{
    static const struct {
        const char *event, *reason;
    } bad[] = {
        {"\"not json\"", "event:1:"},
        {"\"[]\"", "a record that is no object"},
        {"\"{}\"", "eventTime: expected text"},
        {"7", "CloudTrailEvent: expected text"},
        {"\"{\\\"eventTime\\\":\\\"yesterday\\\"}\"", "eventTime: expected a time"},
    };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct collected c;
        const struct account *a;

        open_events(&c);
        a = collect_sign_ins(
            &c, arena_printf(&c.run.arena,
                             "%s,{\"EventId\":\"e-0\",\"EventName\":\"ConsoleLogin\",\"EventTime\":"
                             "%lld,\"CloudTrailEvent\":%s}",
                             row(&c.run, "e-1", NOON, "ConsoleLogin", SIGNED_IN("Yes")),
                             NOON - 2 * 86400, bad[i].event));
        expect_state(a, DATA_EVENTS, STATE_COMPLETE, NULL);
        assert_int_equal(a->events->count, 1);
        assert_int_equal(a->events->gap_count, 1);
        assert_true(known(&c, "us-east-1", CONSOLE, NOON - 86400, TO, NULL));
        assert_false(known(&c, "us-east-1", CONSOLE, NOON - 2 * 86400 - 43200,
                           NOON - 2 * 86400 - 43200, bad[i].reason));
        assert_false(known(&c, "us-east-1", CONSOLE, FROM, TO, "event e-0 cannot be read"));
        assert_true(known(&c, "us-east-1", "Username=root", FROM, TO, NULL));
        close_run(&c);
    }
}

TEST(a_row_that_disagrees_with_its_event_is_a_gap)
{
    struct collected c;
    const char *good, *at;
    const struct account *a;

    open_events(&c);
    good = row(&c.run, "e-1", NOON, "ConsoleLogin", SIGNED_IN("Yes"));
    at = strstr(good, "\"CloudTrailEvent\"");
    a = collect_sign_ins(&c, arena_printf(&c.run.arena,
                                          "{\"EventId\":\"e-2\",\"EventName\":\"ConsoleLogin\","
                                          "\"EventTime\":%lld,%s",
                                          NOON, at));
    assert_int_equal(a->events->count, 0);
    assert_int_equal(a->events->gap_count, 1);
    expect_holds(a->events->gaps[0].reason, "is not that of its row");
    close_run(&c);
}

/* Answers that are no answers to the question fail it whole: nothing of it is known. */
TEST(a_page_that_is_no_answer_fails_its_question)
{
    static const struct {
        const char *body, *reason;
    } bad[] = {
        {"{}", "Events: expected an array"},
        {"{\"Events\":[7]}", "Events[0]"},
        {"{\"Events\":[{\"EventId\":\"x\",\"EventName\":\"ConsoleLogin\",\"EventTime\":\"now\"}]}",
         "EventTime: expected seconds"},
        {"{\"Events\":[{\"EventId\":\"x\",\"EventName\":\"GetUser\",\"EventTime\":1}]}",
         "not the one that was asked for"},
        {"{\"Events\":[],\"NextToken\":\"\"}", "empty paging token"},
        {"{\"Events\":[{\"EventId\":\"e\",\"EventName\":\"ConsoleLogin\",\"EventTime\":1,"
         "\"CloudTrailEvent\":\"{\\\"eventTime\\\":\\\"2026-11-22T12:00:00Z\\\",\\\"eventID\\\":"
         "\\\"e\\\",\\\"eventName\\\":\\\"ConsoleLogin\\\",\\\"eventSource\\\":\\\"s\\\","
         "\\\"awsRegion\\\":\\\"us-east-1\\\",\\\"recipientAccountId\\\":\\\"999900001111\\\"}\"}]"
         "}",
         "an event of account 999900001111"},
    };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct collected c;
        const struct account *a;

        open_events(&c);
        (void)run_page(&c.run, question(&c.run, "us-east-1", CONSOLE), NULL, bad[i].body);
        all_quiet(&c.run);
        a = collect_run(&c);
        expect_state(a, DATA_EVENTS, STATE_FAILED, bad[i].reason);
        expect_holds(a->data[DATA_EVENTS].reason, "(EventName=ConsoleLogin in us-east-1)");
        assert_false(known(&c, "us-east-1", CONSOLE, TO, TO, bad[i].reason));
        assert_true(known(&c, "us-east-2", CONSOLE, FROM, TO, NULL));
        close_run(&c);
    }
}

TEST(a_refused_question_is_named_and_the_others_stand)
{
    struct collected c;
    const struct account *a;

    open_events(&c);
    run_error(&c.run, question(&c.run, "eu-north-1", CONSOLE), NULL, 400,
              "{\"__type\":\"AccessDeniedException\",\"message\":\"not you\"}");
    run_error(&c.run, question(&c.run, "us-east-2", CONSOLE), NULL, 400,
              "{\"__type\":\"AccessDeniedException\",\"message\":\"not you\"}");
    all_quiet(&c.run);
    a = collect_run(&c);
    expect_state(a, DATA_EVENTS, STATE_DENIED,
                 "cloudtrail:LookupEvents: AccessDeniedException (EventName=ConsoleLogin in");
    expect_holds(a->data[DATA_EVENTS].reason, "of 11 questions 2 were not answered whole");
    assert_false(known(&c, "eu-north-1", CONSOLE, TO, TO, "AccessDeniedException"));
    assert_true(known(&c, "ap-southeast-2", CONSOLE, FROM, TO, NULL));
    close_run(&c);
}

/* The newest page is there, the rest is not: from the last second seen on backwards all is open. */
TEST(what_was_cut_off_is_unknown_backwards)
{
    struct collected c;
    const struct account *a;
    cJSON *query;

    open_events(&c);
    query = question(&c.run, "us-east-1", CONSOLE);
    (void)run_page(
        &c.run, query, NULL,
        events_json(&c.run,
                    arena_printf(&c.run.arena, "%s,%s",
                                 row(&c.run, "e-2", NOON, "ConsoleLogin", SIGNED_IN("Yes")),
                                 row(&c.run, "e-1", NOON - 3600, "ConsoleLogin", SIGNED_IN("No"))),
                    "more"));
    all_quiet(&c.run);
    a = collect_run(&c);
    expect_state(a, DATA_EVENTS, STATE_INCOMPLETE, "more follow");
    assert_int_equal(a->events->count, 2);
    assert_true(known(&c, "us-east-1", CONSOLE, NOON - 3599, TO, NULL));
    assert_false(known(&c, "us-east-1", CONSOLE, NOON - 3600, TO, "more follow"));
    close_run(&c);
}

/* When AWS does not keep its order, a cut could lie anywhere. */
TEST(a_cut_in_disordered_answers_leaves_nothing_known)
{
    struct collected c;

    open_events(&c);
    (void)run_page(
        &c.run, question(&c.run, "us-east-1", CONSOLE), NULL,
        events_json(&c.run,
                    arena_printf(&c.run.arena, "%s,%s",
                                 row(&c.run, "e-1", NOON - 3600, "ConsoleLogin", SIGNED_IN("Yes")),
                                 row(&c.run, "e-2", NOON, "ConsoleLogin", SIGNED_IN("Yes"))),
                    "more"));
    all_quiet(&c.run);
    (void)collect_run(&c);
    assert_false(known(&c, "us-east-1", CONSOLE, TO, TO, "more follow"));
    close_run(&c);
}

/* 200 pages are read although the log has 201. */
TEST(reading_stops_after_two_hundred_pages)
{
    struct collected c;
    const struct account *a;
    cJSON *query;

    open_events(&c);
    query = question(&c.run, "us-east-1", CONSOLE);
    for (int i = 0; i <= 200; i++)
        (void)run_page(&c.run, query, i ? arena_printf(&c.run.arena, "t%d", i) : NULL,
                       events_json(&c.run,
                                   row(&c.run, arena_printf(&c.run.arena, "e-%d", i), NOON - i,
                                       "ConsoleLogin", SIGNED_IN("Yes")),
                                   i < 200 ? arena_printf(&c.run.arena, "t%d", i + 1) : NULL));
    all_quiet(&c.run);
    a = collect_run(&c);
    expect_state(a, DATA_EVENTS, STATE_INCOMPLETE, "not read on after 200 pages");
    assert_int_equal(a->events->count, 200);
    assert_true(known(&c, "us-east-1", CONSOLE, NOON - 198, TO, NULL));
    assert_false(known(&c, "us-east-1", CONSOLE, NOON - 199, TO, "200 pages"));
    close_run(&c);
}

TEST(an_event_of_two_answers_is_there_once_and_in_order)
{
    struct collected c;
    const struct account *a;
    const char *rows;

    open_events(&c);
    rows = arena_printf(&c.run.arena, "%s,%s",
                        row(&c.run, "b", NOON, "ConsoleLogin", SIGNED_IN("Yes")),
                        row(&c.run, "z", NOON - 60, "ConsoleLogin", SIGNED_IN("Yes")));
    (void)run_page(&c.run, question(&c.run, "us-east-1", "Username=root"), NULL,
                   events_json(&c.run, rows, NULL));
    a = collect_sign_ins(&c, rows);
    assert_int_equal(a->events->count, 2);
    assert_string_equal(a->events->at[0].id, "z");
    assert_string_equal(a->events->at[1].id, "b");
    assert_int_equal(a->events->gap_count, 0);
    close_run(&c);
}

TEST(two_versions_of_one_event_are_a_gap)
{
    struct collected c;
    const struct account *a;

    open_events(&c);
    (void)run_page(
        &c.run, question(&c.run, "us-east-1", "Username=root"), NULL,
        events_json(&c.run, row(&c.run, "b", NOON, "ConsoleLogin", SIGNED_IN("No")), NULL));
    a = collect_sign_ins(&c, row(&c.run, "b", NOON, "ConsoleLogin", SIGNED_IN("Yes")));
    assert_int_equal(a->events->count, 1);
    assert_false(known(&c, "us-east-1", CONSOLE, NOON, NOON, "event b is there twice"));
    close_run(&c);
}

#define BY_ROLE                                                                \
    "\"userIdentity\":{\"type\":\"AssumedRole\",\"accessKeyId\":\"ASIAKEY1\"," \
    "\"sessionContext\":{\"attributes\":{\"mfaAuthenticated\":\"false\"},"     \
    "\"sessionIssuer\":{\"type\":\"Role\",\"arn\":\"arn:aws:iam::111122223333:role/%s\"}}}"

/* The AssumeRole that issued a role session's key is asked for; one of Identity Center is not. */
TEST(issuers_of_role_sessions_are_asked_for)
{
    struct collected c;
    const struct account *a;

    open_events(&c);
    (void)run_page(&c.run, question(&c.run, "us-east-1", "EventName=CreateAccessKey"), NULL,
                   events_json(&c.run,
                               row(&c.run, "k", NOON, "CreateAccessKey",
                                   arena_printf(&c.run.arena, BY_ROLE, "admin")),
                               NULL));
    (void)run_page(&c.run, question(&c.run, "us-east-1", "ResourceName=ASIAKEY1"), NULL,
                   events_json(&c.run,
                               row(&c.run, "a", NOON - 9, "AssumeRole",
                                   BY_USER "\"responseElements\":{\"credentials\":{\"accessKeyId\":"
                                           "\"ASIAKEY1\"}}"),
                               NULL));
    all_quiet(&c.run);
    a = collect_run(&c);
    expect_state(a, DATA_EVENTS, STATE_COMPLETE, NULL);
    assert_int_equal(a->events->reading_count, 12);
    assert_string_equal(a->events->at[0].issued_key, "ASIAKEY1");
    close_run(&c);
}

TEST(sessions_of_identity_center_need_no_issuer)
{
    struct collected c;
    const struct account *a;

    open_events(&c);
    (void)run_page(
        &c.run, question(&c.run, "us-east-1", "EventName=CreateAccessKey"), NULL,
        events_json(&c.run,
                    row(&c.run, "k", NOON, "CreateAccessKey",
                        arena_printf(&c.run.arena, BY_ROLE,
                                     "aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0")),
                    NULL));
    all_quiet(&c.run);
    a = collect_run(&c);
    expect_state(a, DATA_EVENTS, STATE_COMPLETE, NULL);
    assert_int_equal(a->events->reading_count, 11);
    close_run(&c);
}

/* Identity Center is asked about at home, and its factors only where somebody signed in. */
TEST(workflows_are_asked_where_somebody_signed_in)
{
    struct collected c;
    const struct account *a;

    open_events(&c);
    cJSON_AddItemToArray(cJSON_GetObjectItem(run_scope(&c.run), "regions"),
                         cJSON_CreateString("us-east-1"));
    (void)run_page(&c.run, question(&c.run, "us-east-1", "EventName=UserAuthentication"), NULL,
                   events_json(&c.run,
                               row(&c.run, "w", NOON, "UserAuthentication",
                                   BY_USER "\"serviceEventDetails\":{\"UserAuthentication\":"
                                           "\"Success\"},\"additionalEventData\":{"
                                           "\"AuthWorkflowID\":\"f-1\",\"CredentialType\":"
                                           "\"PASSWORD\"}"),
                               NULL));
    (void)run_page(&c.run, question(&c.run, "us-east-1", "EventName=CredentialVerification"), NULL,
                   "{\"Events\":[]}");
    all_quiet(&c.run);
    a = collect_run(&c);
    expect_state(a, DATA_EVENTS, STATE_COMPLETE, NULL);
    assert_int_equal(a->events->reading_count, 13);
    assert_string_equal(a->events->at[0].workflow, "f-1");
    assert_string_equal(a->events->at[0].credential_type, "PASSWORD");
    assert_string_equal(a->events->at[0].outcome, "Success");
    close_run(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_account_without_events_costs_eleven_questions),
        cmocka_unit_test(nothing_is_known_without_a_scan_of_events),
        cmocka_unit_test(a_sign_in_is_read_whole),
        cmocka_unit_test(yes_and_no_have_no_case),
        cmocka_unit_test(a_session_tells_its_issuer_and_its_factor),
        cmocka_unit_test(an_event_that_cannot_be_read_makes_its_day_unknown),
        cmocka_unit_test(a_row_that_disagrees_with_its_event_is_a_gap),
        cmocka_unit_test(a_page_that_is_no_answer_fails_its_question),
        cmocka_unit_test(a_refused_question_is_named_and_the_others_stand),
        cmocka_unit_test(what_was_cut_off_is_unknown_backwards),
        cmocka_unit_test(a_cut_in_disordered_answers_leaves_nothing_known),
        cmocka_unit_test(reading_stops_after_two_hundred_pages),
        cmocka_unit_test(an_event_of_two_answers_is_there_once_and_in_order),
        cmocka_unit_test(two_versions_of_one_event_are_a_gap),
        cmocka_unit_test(issuers_of_role_sessions_are_asked_for),
        cmocka_unit_test(sessions_of_identity_center_need_no_issuer),
        cmocka_unit_test(workflows_are_asked_where_somebody_signed_in),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
