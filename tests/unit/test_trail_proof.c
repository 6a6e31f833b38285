/* test_trail_proof.c - CloudTrail's digest files: what whole chains prove, and that each fault
 * leaves its hours unknown and is named. Signed by keys that are made here, as AWS signs. */
#include "base/digest_rsa.h"
#include "model/detective.h"
#include "model/events.h"
#include "trail_files.h"

#define DAY0 1795132800LL /* 2026-11-20T00:00:00Z */
#define CONSOLE "EventName=ConsoleLogin"
#define LAST_MINUTES 900

static EVP_PKEY *aws_key, *other_key;

static int make_keys(void **state)
{
    (void)state;
    aws_key = EVP_RSA_gen(2048);
    other_key = EVP_RSA_gen(2048);
    return aws_key && other_key ? 0 : -1;
}

static int free_keys(void **state)
{
    (void)state;
    EVP_PKEY_free(aws_key);
    EVP_PKEY_free(other_key);
    return 0;
}

/* --- A run with digest files ------------------------------------------------------------------ */

static time_t hour(int h)
{
    return DAY0 + 3600 * (time_t)h;
}

/* A chain of one digest file an hour with one log file each. Hours count from 1; 0: none. */
struct plan {
    int hours;
    int no_digest, no_log;      /* this hour's file is not there */
    int wrong_log, cut_log;     /* it is another than AWS wrote; it is cut off */
    int changed;                /* the digest file was changed after it was signed */
    int forged;                 /* its signature, as the next one carries it, was changed */
    int restart;                /* CloudTrail begins a new chain */
    int late;                   /* its log file holds an event that is five hours old */
    int hole;                   /* it follows the one before, and begins a minute later */
    int extra;                  /* log file named twice, with another hash the second time */
    const char *from, *to;      /* in every digest file's text, replace ... */
    const char *keys;           /* inside of ListPublicKeys; NULL: the key that signs */
    const char *trail, *select; /* DescribeTrails' and GetEventSelectors' answers; NULL: good */
    bool keys_denied;
};

static const char *log_name(struct run *r, int h)
{
    const char *stamp = chain_stamp(r, hour(h) - 1800);

    return arena_printf(&r->arena, HOME_ID "_CloudTrail_us-east-1_%.13sZ_x.json.gz", stamp);
}

static const char *sign_in(struct run *r, time_t when, const char *name)
{
    char text[CLOCK_TEXT];

    return arena_printf(&r->arena,
                        "{\"eventTime\":\"%s\",\"eventID\":\"e%lld\",\"eventName\":\"%s\","
                        "\"eventSource\":\"signin.amazonaws.com\",\"awsRegion\":\"us-east-1\","
                        "\"recipientAccountId\":\"" HOME_ID "\",\"userIdentity\":{}}",
                        clock_format(when, text), (long long)when, name);
}

static const char *replaced(struct run *r, const char *text, const char *from, const char *to)
{
    const char *at = from ? strstr(text, from) : NULL;

    return at ? arena_printf(&r->arena, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from))
              : text;
}

/* The log file of an hour, and the row that names it. */
static const char *write_log(struct run *r, const struct plan *p, int h)
{
    time_t when = h == p->late ? hour(h) - 5 * 3600 : hour(h) - 2700;
    const char *text =
        arena_printf(&r->arena, "{\"Records\":[%s]}", sign_in(r, when, "ConsoleLogin"));
    const char *name = log_name(r, h), *row = chain_log(r, name, text, when);

    if (h == p->cut_log) {
        trail_add_packed(r, name, "{\"Records\":[");
        return chain_log(r, name, "{\"Records\":[", when);
    }
    if (h == p->wrong_log)
        text = replaced(r, text, "ConsoleLogin", "ConsoleLogix");
    if (h != p->no_log)
        trail_add_packed(r, name, text);
    return h == p->extra ? arena_printf(&r->arena, "%s,%s", row, chain_log(r, name, "other", when))
                         : row;
}

static void write_hour(struct chain *c, const struct plan *p, int h)
{
    struct run *r = c->run;
    const char *name = chain_name(c, hour(h), ""), *logs = write_log(r, p, h), *text;

    if (h == p->restart)
        c->object = c->sha256 = c->signature = NULL;
    text = chain_text(c, hour(h - 1) + (h == p->hole ? 60 : 0), hour(h), name, logs);
    text = replaced(r, text, p->from, p->to);
    chain_follow(c, text, hour(h), name);
    if (h != p->no_digest)
        trail_add_packed(r, name, h == p->changed ? arena_printf(&r->arena, "%s ", text) : text);
    if (h == p->forged)
        c->signature = replaced(r, c->signature, arena_strndup(&r->arena, c->signature, 1),
                                c->signature[0] == 'a' ? "b" : "a");
}

static cJSON *question(struct run *r, const char *operation, const char *parameters)
{
    cJSON *query = run_query(r, HOME_ID, operation, parameters);

    run_set(query, "service", cJSON_CreateString("cloudtrail"));
    return query;
}

#define TRAIL(name, more)                                                                 \
    "{\"trailList\":[{\"Name\":\"" name "\",\"TrailARN\":\"arn:aws:cloudtrail:us-east-1:" \
    "" HOME_ID ":trail/" name "\",\"HomeRegion\":\"us-east-1\",\"S3BucketName\":"         \
    "\"" TRAIL_BUCKET "\",\"IsMultiRegionTrail\":true" more "}]}"
#define GLOBAL ",\"IncludeGlobalServiceEvents\":true"
#define SELECTORS(more) \
    "{\"TrailARN\":\"arn:aws:cloudtrail:us-east-1:" HOME_ID ":trail/watch\"," more "}"
#define EVERYTHING \
    "\"EventSelectors\":[{\"ReadWriteType\":\"All\",\"IncludeManagementEvents\":true}]"

static const char *parameter_text_of(struct run *r, const char *key, const char *text)
{
    return arena_printf(&r->arena, "{\"%s\":\"%s\"}", key, text);
}

static void answer_settings(struct run *r, const struct plan *p)
{
    static const char arn[] = "arn:aws:cloudtrail:us-east-1:" HOME_ID ":trail/watch";

    cJSON_AddItemToArray(cJSON_GetObjectItem(run_scope(r), "regions"),
                         cJSON_CreateString("us-east-1"));
    (void)run_page(r, question(r, "DescribeTrails", "{\"includeShadowTrails\":true}"), NULL,
                   word_or(p->trail, TRAIL("watch", GLOBAL)));
    (void)run_page(r, question(r, "GetTrailStatus", parameter_text_of(r, "Name", arn)), NULL,
                   "{\"IsLogging\":true}");
    (void)run_page(r, question(r, "GetEventSelectors", parameter_text_of(r, "TrailName", arn)),
                   NULL, word_or(p->select, SELECTORS(EVERYTHING)));
}

static const char *key_row(struct run *r, const char *fingerprint, const char *value)
{
    return arena_printf(&r->arena,
                        "{\"Fingerprint\":\"%s\",\"ValidityStartTime\":1.0,\"ValidityEndTime\":2.5,"
                        "\"Value\":\"%s\"}",
                        fingerprint, value);
}

static void answer_keys(struct run *r, const struct plan *p, int first, int last)
{
    cJSON *query =
        question(r, "ListPublicKeys",
                 arena_printf(&r->arena, "{\"EndTime\":%lld,\"StartTime\":%lld}",
                              (long long)hour(last) + 7200, (long long)hour(first) - 10800));

    if (p->keys_denied)
        run_error(r, query, NULL, 400, "{\"__type\":\"AccessDeniedException\",\"Message\":\"no\"}");
    else
        (void)run_page(r, query, NULL,
                       arena_printf(&r->arena, "{\"PublicKeyList\":[%s]}",
                                    word_or(p->keys, key_row(r, "f1", chain_key(r, aws_key)))));
}

static struct chain open_chain(struct collected *c, const char *trail)
{
    return (struct chain){&c->run, aws_key, "us-east-1", trail, "us-east-1",
                          "f1",    NULL,    NULL,        NULL};
}

static void open_trail(struct collected *c)
{
    open_run(c);
    run_account(&c->run, HOME_ID, NULL);
    run_collects(&c->run, "cloudtrail");
}

/* All that the plan says, without collecting it yet; returns the chain, for more of it. */
static struct chain begin(struct collected *c, const struct plan *p)
{
    struct chain chain;

    open_trail(c);
    chain = open_chain(c, "watch");
    for (int h = 1; h <= p->hours; h++)
        write_hour(&chain, p, h);
    answer_settings(&c->run, p);
    answer_keys(&c->run, p, p->no_digest == 1 ? 2 : 1,
                p->no_digest == p->hours ? p->hours - 1 : p->hours);
    return chain;
}

/* Snapshots list files by name. */
static int by_file(const void *a, const void *b)
{
    const cJSON *const *x = a, *const *y = b;

    return strcmp(json_str(*x, "file"), json_str(*y, "file"));
}

static struct account *finish(struct collected *c)
{
    cJSON *rows = cJSON_GetObjectItem(c->run.snapshot, "trailFiles");
    cJSON *all[200];
    size_t count = 0;

    while (rows->child) {
        assert_true(count < 200);
        all[count++] = cJSON_DetachItemFromArray(rows, 0);
    }
    qsort(all, count, sizeof *all, by_file);
    for (size_t i = 0; i < count; i++)
        cJSON_AddItemToArray(rows, all[i]);
    return collect_run(c);
}

static bool known(struct collected *c, time_t from, time_t to, const char *reason)
{
    const struct account *a = model_account(&c->model, HOME_ID);
    const char *why = NULL;
    bool is = events_known(a->events, "us-east-1", CONSOLE, from, to, &c->run.arena, &why);

    if (reason && !is)
        expect_holds(why, reason);
    return is;
}

/* Which hours of the plan are known, as "111011": hour 1 first. */
static const char *hours_known(struct collected *c, int hours)
{
    char *out = arena_alloc(&c->run.arena, (size_t)hours + 1, 1);

    for (int h = 1; h <= hours; h++)
        out[h - 1] = known(c, hour(h - 1), hour(h) - 1, NULL) ? '1' : '0';
    return out;
}

/* One plan, from beginning to end. An hour's last minutes are known when the next hour is whole, so
 * an hour before a fault is not. */
static void expect_hours_(const struct plan *p, const char *wanted, const char *reason, int line)
{
    struct collected c;
    const char *got;
    bool is_named = !reason;

    (void)begin(&c, p);
    (void)finish(&c);
    got = hours_known(&c, p->hours);
    for (size_t i = 0; reason && i < c.model.accounts[0].events->doubt_count; i++)
        is_named = is_named || strstr(c.model.accounts[0].events->doubts[i].reason, reason);
    if (strcmp(got, wanted) != 0 || !is_named) {
        print_error("got %s, want %s, for «%s»\n", got, wanted, word_or(reason, ""));
        for (size_t i = 0; i < c.model.accounts[0].events->doubt_count; i++)
            print_error("  %s\n", c.model.accounts[0].events->doubts[i].reason);
        _fail(__FILE__, line);
    }
    close_run(&c);
}
#define expect_hours(plan, wanted, reason) expect_hours_((plan), (wanted), (reason), __LINE__)

/* --- What is whole ---------------------------------------------------------------------------- */

TEST(a_chain_proves_its_hours_but_for_the_newest)
{
    struct collected c;
    const struct account *a;
    const struct events *e;

    (void)begin(&c, &(struct plan){.hours = 6});
    a = finish(&c);
    e = a->events;
    expect_state(a, DATA_TRAIL_KEYS, STATE_COMPLETE, NULL);
    assert_int_equal(e->count, 6);
    assert_int_equal(e->gap_count, 0);
    assert_int_equal(e->proof_count, 1);
    assert_string_equal(e->proofs[0].region, "us-east-1");
    assert_int_equal(e->proofs[0].from, DAY0);
    assert_int_equal(e->proofs[0].to, hour(5) - LAST_MINUTES - 1);
    assert_int_equal(e->doubt_count, 1);
    assert_int_equal(e->doubts[0].from, hour(5) - LAST_MINUTES);
    assert_int_equal(e->doubts[0].to, hour(6));
    assert_true(known(&c, DAY0, hour(5) - LAST_MINUTES - 1, NULL));
    assert_false(known(&c, DAY0 - 1, hour(1), "was not read"));
    assert_false(known(&c, DAY0, hour(5) - LAST_MINUTES,
                       "no digest file that follows it is there to carry its signature"));
    close_run(&c);
}

/* A question that log files are not read for stays unknown. */
TEST(proofs_speak_of_the_events_that_are_kept)
{
    struct collected c;
    const struct events *e;
    const char *why = NULL;
    static const char *const asked[] = {"Username=root", "EventName=DeactivateMFADevice",
                                        "EventName=UserAuthentication",
                                        "EventName=UpdateAssumeRolePolicy"};

    (void)begin(&c, &(struct plan){.hours = 3});
    e = finish(&c)->events;
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++)
        assert_true(events_known(e, "us-east-1", asked[i], DAY0, DAY0 + 60, &c.run.arena, NULL));
    assert_false(
        events_known(e, "us-east-1", "EventName=AssumeRole", DAY0, DAY0 + 60, &c.run.arena, NULL));
    assert_false(
        events_known(e, "us-east-1", "EventName=GetObject", DAY0, hour(3), &c.run.arena, &why));
    assert_false(events_known(e, "eu-north-1", CONSOLE, DAY0, DAY0 + 60, &c.run.arena, NULL));
    close_run(&c);
}

/* LookupEvents read the evening, log files tell the morning. */
TEST(readings_and_proofs_add_up)
{
    static struct event_reading reading = {"r", CONSOLE, {STATE_COMPLETE, NULL, NULL}, 1000, 2000};
    static struct event_proof proofs[] = {
        {"r", 500, 700}, {"r", 100, 600}, {"s", 0, 9000}, {"r", 701, 999}};
    static const char *const kept[] = {"ConsoleLogin", NULL};
    struct events e = {
        .readings = &reading, .reading_count = 1, .proofs = proofs, .proof_count = 4, .kept = kept};
    struct arena arena = {0};

    events_sort(&e, &arena);
    assert_int_equal(e.proof_count, 2); /* those that touch are one */
    assert_int_equal(e.proofs[0].from, 100);
    assert_int_equal(e.proofs[0].to, 999);
    assert_true(events_known(&e, "r", CONSOLE, 100, 2000, &arena, NULL));
    assert_false(events_known(&e, "r", CONSOLE, 99, 2000, &arena, NULL));
    assert_false(events_known(&e, "r", CONSOLE, 100, 2001, &arena, NULL));
    e.proofs[0].to = 998;
    assert_false(events_known(&e, "r", CONSOLE, 100, 2000, &arena, NULL));
    arena_free(&arena);
}

/* A sign-in may be recorded in any region that was asked. */
TEST(a_day_is_known_when_it_is_in_every_region)
{
    static struct event_reading readings[] = {
        {"r", CONSOLE, {STATE_COMPLETE, NULL, NULL}, 1000, 2000},
        {"s", CONSOLE, {STATE_DENIED, "refused", NULL}, 2001, 2000},
        {"t", "Username=root", {STATE_DENIED, "refused", NULL}, 2001, 2000},
    };
    static struct event_proof proof = {"s", 0, 1500};
    static const char *const kept[] = {"ConsoleLogin", NULL};
    struct events e = {
        .readings = readings, .reading_count = 3, .proofs = &proof, .proof_count = 1, .kept = kept};
    struct arena arena = {0};
    const char *why = NULL;

    assert_true(events_known_everywhere(&e, CONSOLE, 1000, 1500, &arena, NULL));
    assert_false(events_known_everywhere(&e, CONSOLE, 999, 1500, &arena, &why));
    assert_false(events_known_everywhere(&e, CONSOLE, 1000, 1501, &arena, &why));
    expect_holds(why, "in s at 1970-01-01T00:25:01Z was not read: refused");
    assert_false(events_known_everywhere(&e, "EventName=StopLogging", 1000, 1500, &arena, &why));
    expect_holds(why, "was asked in no region");
    assert_false(events_known_everywhere(NULL, CONSOLE, 1000, 1500, &arena, &why));
    arena_free(&arena);
}

TEST(what_one_trail_lacks_another_may_tell)
{
    struct collected c;
    struct plan p = {.hours = 6, .changed = 3};
    struct chain second;

    (void)begin(&c, &p);
    second = open_chain(&c, "watch_us-east-1"); /* its name is no trap */
    for (int h = 1; h <= 6; h++) {
        const char *name = chain_name(&second, hour(h), "");
        const char *text = chain_text(&second, hour(h - 1), hour(h), name, "");

        chain_follow(&second, text, hour(h), name);
        trail_add_packed(&c.run, name, text);
    }
    run_set(cJSON_GetArrayItem(c.run.queries, 0), "pages", cJSON_CreateArray());
    (void)run_page(
        &c.run, cJSON_GetArrayItem(c.run.queries, 0), NULL,
        "{\"trailList\":[{\"Name\":\"watch\",\"TrailARN\":\"arn:aws:cloudtrail:us-east-1:" HOME_ID
        ":trail/watch\",\"HomeRegion\":\"us-east-1\",\"S3BucketName\":\"" TRAIL_BUCKET "\"" GLOBAL
        "},{\"Name\":\"watch_us-east-1\",\"TrailARN\":\""
        "arn:aws:cloudtrail:us-east-1:" HOME_ID ":trail/watch_us-east-1\","
        "\"HomeRegion\":\"us-east-1\",\"S3BucketName\":\"" TRAIL_BUCKET "\"" GLOBAL "}]}");
    (void)run_page(&c.run,
                   question(&c.run, "GetTrailStatus",
                            parameter_text_of(&c.run, "Name",
                                              "arn:aws:cloudtrail:us-east-1:" HOME_ID
                                              ":trail/watch_us-east-1")),
                   NULL, "{\"IsLogging\":true}");
    (void)run_page(&c.run,
                   question(&c.run, "GetEventSelectors",
                            parameter_text_of(&c.run, "TrailName",
                                              "arn:aws:cloudtrail:us-east-1:" HOME_ID
                                              ":trail/watch_us-east-1")),
                   NULL,
                   "{\"TrailARN\":\"arn:aws:cloudtrail:us-east-1:" HOME_ID
                   ":trail/watch_us-east-1\"," EVERYTHING "}");
    (void)finish(&c);
    assert_string_equal(hours_known(&c, 6), "111100");
    close_run(&c);
}

/* --- Faults ----------------------------------------------------------------------------------- */

TEST(faults_leave_their_hours_unknown_and_are_named)
{
    expect_hours((&(struct plan){.hours = 8}), "11111100", "carry its signature");
    expect_hours((&(struct plan){.hours = 8, .no_log = 4}), "11001100",
                 "_x.json.gz is not there, which raw/");
    expect_hours((&(struct plan){.hours = 8, .changed = 4}), "11001100", "is not AWS's");
    expect_hours((&(struct plan){.hours = 8, .forged = 4}), "11001100", "is not AWS's");
    expect_hours((&(struct plan){.hours = 8, .no_digest = 4}), "10001100",
                 "the digest file is not there that");
    expect_hours((&(struct plan){.hours = 8, .restart = 4}), "10011100",
                 "a new chain of digest files begins with");
    expect_hours((&(struct plan){.hours = 8, .no_digest = 8}), "11111000", "carry its signature");
    expect_hours((&(struct plan){.hours = 8, .no_digest = 1}), "01111100", NULL);
    expect_hours((&(struct plan){.hours = 8, .hole = 4}), "11001100", "digest file is not there");
    expect_hours((&(struct plan){.hours = 8, .late = 6}), "11111100", NULL);
    expect_hours((&(struct plan){.hours = 8, .late = 6, .no_log = 6}), "10000000", "is not there");
}

/* A log file that is not as AWS wrote it is worse than one that is missing: nothing of it counts,
 * and no other source makes its day known. */
TEST(a_log_file_that_was_changed)
{
    struct collected c;
    const struct account *a;

    (void)begin(&c, &(struct plan){.hours = 6, .wrong_log = 3});
    a = finish(&c);
    assert_int_equal(a->events->count, 5);
    assert_int_equal(a->events->gap_count, 1);
    expect_holds(a->events->gaps[0].reason, "it was changed after AWS wrote it");
    assert_int_equal(a->events->gaps[0].from, DAY0);
    assert_string_equal(hours_known(&c, 6), "000000");
    close_run(&c);
}

TEST(a_log_file_that_is_as_signed_and_still_no_log_file)
{
    struct collected c;
    const struct account *a;

    (void)begin(&c, &(struct plan){.hours = 6, .cut_log = 3});
    a = finish(&c);
    assert_int_equal(a->events->gap_count, 1);
    expect_holds(a->events->gaps[0].reason, "byte 13: cut off");
    assert_int_equal(a->events->doubt_count, 2);
    expect_holds(a->events->doubts[0].reason, "cannot be read, which raw/");
    close_run(&c);
}

TEST(a_log_file_that_is_named_twice_differently)
{
    struct collected c;

    (void)begin(&c, &(struct plan){.hours = 6, .extra = 3});
    assert_int_equal(finish(&c)->events->gap_count, 1);
    assert_string_equal(hours_known(&c, 6), "000000");
    close_run(&c);
}

/* --- Keys ------------------------------------------------------------------------------------- */

TEST(keys_come_from_aws_alone)
{
    struct arena arena = {0};
    struct run r = {.arena = arena};
    const char *other = key_row(&r, "f1", chain_key(&r, other_key));
    const char *good = key_row(&r, "f1", chain_key(&r, aws_key));
    const char *stranger = key_row(&r, "f2", chain_key(&r, aws_key));
    const char *broken = key_row(&r, "f1", "AAAA");

    expect_hours((&(struct plan){.hours = 4, .keys = ""}), "0000",
                 "signed by key f1, which is not among those that AWS lists for us-east-1");
    expect_hours((&(struct plan){.hours = 4, .keys = stranger}), "0000", "signed by key f1");
    expect_hours((&(struct plan){.hours = 4, .keys = other}), "0000", "is not AWS's");
    expect_hours((&(struct plan){.hours = 4, .keys = broken}), "0000", "is not AWS's");
    expect_hours((&(struct plan){
                     .hours = 4,
                     .keys = arena_printf(&r.arena, "%s,%s,%s,%s", broken, other, stranger, good)}),
                 "1100", NULL);
    expect_hours((&(struct plan){.hours = 4, .keys_denied = true}), "0000",
                 "cloudtrail:ListPublicKeys in us-east-1: AccessDenied");
    arena_free(&r.arena);
}

TEST(answers_about_keys_that_cannot_be_read)
{
    static const char *const bad[] = {
        "7",
        "{}",
        "{\"Fingerprint\":\"f1\"}",
        "{\"Fingerprint\":7,\"Value\":\"AAAA\"}",
        "{\"Fingerprint\":\"\",\"Value\":\"AAAA\"}",
        "{\"Fingerprint\":\"f1\",\"Value\":\"AAA\"}",
        "{\"Fingerprint\":\"f1\",\"Value\":[]}",
    };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct collected c;

        (void)begin(&c, &(struct plan){.hours = 3, .keys = bad[i]});
        expect_state(finish(&c), DATA_TRAIL_KEYS, STATE_FAILED, "PublicKeyList[0]");
        assert_string_equal(hours_known(&c, 3), "000");
        close_run(&c);
    }
}

TEST(without_digest_files_no_key_is_asked_for)
{
    struct collected c;
    const struct account *a;

    open_trail(&c);
    trail_add_log(&c.run, log_name(&c.run, 1), sign_in(&c.run, hour(1) - 2700, "ConsoleLogin"));
    a = finish(&c);
    expect_state(a, DATA_TRAIL_KEYS, STATE_COMPLETE, NULL);
    assert_int_equal(a->detective->key_region_count, 0);
    assert_false(known(&c, DAY0, hour(1), "no digest file of CloudTrail's says"));
    close_run(&c);
}

TEST(keys_that_are_not_to_be_trusted)
{
    struct rsa_key key = {NULL};
    struct error err = {0};
    EVP_PKEY *weak = EVP_RSA_gen(1024);
    unsigned char der[2048], *at = der;
    int len = i2d_PublicKey(weak, &at);

    assert_int_equal(rsa_key_read(&key, der, (size_t)len, &err), -1);
    expect_error(err, ERR_FORMAT, "an RSA key of fewer than 2048 bits");
    at = der;
    len = i2d_PublicKey(aws_key, &at);
    assert_int_equal(rsa_key_read(&key, der, (size_t)len + 1, &err), -1);
    expect_error(err, ERR_FORMAT, "not an RSA public key in DER, PKCS#1");
    assert_int_equal(rsa_key_read(&key, der, 0, &err), -1);
    assert_int_equal(rsa_key_read(&key, der, (size_t)len, &err), 0);
    assert_false(rsa_verify(&key, "x", 1, "y", 1));
    rsa_key_free(&key);
    EVP_PKEY_free(weak);
}

/* --- Digest files that say something else ----------------------------------------------------- */

TEST(digest_files_that_cannot_be_read)
{
    static const struct {
        const char *from, *to, *reason;
    } rows[] = {
        {"\"awsAccountId\":\"1", "\"awsAccountId\":\"2", "awsAccountId: not"},
        {"\"awsAccountId\":\"" HOME_ID "\"", "\"awsAccountId\":7", "awsAccountId: expected text"},
        {"digestStartTime\":\"2026", "digestStartTime\":\"2027", "not those of its name"},
        {"digestEndTime\":\"2026-11", "digestEndTime\":\"2026-12", "not those of its name"},
        {"digestEndTime\":\"2026", "digestEndTime\":\"x", "digestEndTime: expected a time"},
        {"CloudTrail-Digest_us", "CloudTrail-Digest_eu", "digestS3Object: another file's name"},
        {"SHA256withRSA", "MD5", "digestSignatureAlgorithm: not SHA256withRSA"},
        {"\"previousDigestHashAlgorithm\":", "\"previousDigestHashAlgorithm\":7,\"x\":",
         "previousDigest"},
        {"\"digestS3Bucket\":\"audit-bucket\"", "\"digestS3Bucket\":\"\"", "digestS3Bucket: empty"},
        {"\"digestPublicKeyFingerprint\":\"f1\"", "\"digestPublicKeyFingerprint\":null",
         "digestPublicKeyFingerprint: expected text"},
        {"\"logFiles\":[", "\"logFiles\":7,\"x\":[", "logFiles: expected"},
        {"\"logFiles\":[", "\"logFiles\":[7,", "logFiles[0]"},
        {"\"logFiles\":[", "\"logFiles\":[{},", "logFiles[0]: s3Object"},
        {"\"hashValue\":\"", "\"hashValue\":\"z", "logFiles[0]: hashValue: not a SHA-256"},
        {"\"hashAlgorithm\":\"SHA-256\"", "\"hashAlgorithm\":\"SHA-1\"", "hashAlgorithm: not"},
        {"CloudTrail_us-east-1", "CloudTrail_eu-west-1", "s3Object: not a log file of account"},
        {"/" HOME_ID "_CloudTrail_us", "/999900001111_CloudTrail_us", "s3Object: not a log file"},
        {"/2026/11/20/" HOME_ID "_CloudTrail_us", "/../../../etc/x_CloudTrail_us",
         "s3Object: not a log file"},
        {"\"oldestEventTime\":\"2026", "\"oldestEventTime\":\"",
         "oldestEventTime: expected a time"},
        {"{\"aws", "[{\"aws", "digest:1"},
        {"\"logFiles\"", "\"logFiles\":[],\"logFiles\"", "digest:1"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect_hours((&(struct plan){.hours = 3, .from = rows[i].from, .to = rows[i].to}), "000",
                     rows[i].reason);
}

/* A name is looked for among the files of the account; where the key says that it lies is not. */
TEST(keys_of_objects_are_no_paths)
{
    expect_hours((&(struct plan){.hours = 3,
                                 .from = "AWSLogs/" HOME_ID "/CloudTrail/us-east-1/2026/11/20/",
                                 .to = "../../../../etc/"}),
                 "100", NULL);
}

/* Files of another kind are not ours to have. */
TEST(insight_files_are_passed_over)
{
    expect_hours((&(struct plan){
                     .hours = 3,
                     .from = "\"logFiles\":[",
                     .to = "\"logFiles\":[{\"s3Bucket\":\"b\",\"s3Object\":\"AWSLogs/" HOME_ID
                           "/CloudTrail-Insight/us-east-1/2026/11/20/" HOME_ID
                           "_CloudTrail-Insight_us-east-1_20261120T0030Z_x.json.gz\","
                           "\"hashValue\":\"00000000000000000000000000000000"
                           "00000000000000000000000000000000\",\"hashAlgorithm\":\"SHA-256\"},"}),
                 "100", NULL);
}

TEST(digest_files_that_are_no_gzip_or_a_bomb)
{
    cleanup_strbuf struct strbuf packed = STRBUF_INIT(MIB);
    struct collected c;
    const struct events *e;
    struct chain chain;
    char *zeros = memory_alloc(LIMIT_TRAIL_DIGEST + 1);

    memset(zeros, ' ', LIMIT_TRAIL_DIGEST + 1);
    gzip_add(&packed, zeros, LIMIT_TRAIL_DIGEST + 1);
    free(zeros);
    chain = begin(&c, &(struct plan){.hours = 2});
    trail_add_bytes(&c.run, HOME_ID, chain_name(&chain, hour(3), ""), packed.buf, packed.len);
    trail_add_bytes(&c.run, HOME_ID, chain_name(&chain, hour(4), ""), "x", 1);
    e = finish(&c)->events;
    assert_int_equal(e->doubt_count, 4);
    assert_int_equal(e->proof_count, 0); /* their keys were asked for another time */
    close_run(&c);
}

/* --- Backfills -------------------------------------------------------------------------------- */

/* Two backfill digest files about hour 3; the first is signed by what the second carries. */
static void backfill(struct collected *c, const char *logs, bool with_log)
{
    struct chain b = open_chain(c, "watch");

    for (int i = 0; i < 2; i++) {
        const char *name = chain_name(&b, hour(i ? 40 : 3), "_backfill");
        const char *text = chain_text(&b, hour(i ? 39 : 2), hour(i ? 40 : 3), name, i ? "" : logs);

        chain_follow(&b, text, hour(i ? 40 : 3), name);
        trail_add_packed(&c->run, name, text);
    }
    if (with_log)
        trail_add_packed(&c->run, HOME_ID "_CloudTrail_us-east-1_20261120T0255Z_b.json.gz",
                         "{\"Records\":[]}");
    cJSON_Delete(cJSON_DetachItemFromArray(c->run.queries, 3)); /* keys until then */
    answer_keys(&c->run, &(struct plan){0}, 1, 40);
}

TEST(a_backfill_must_be_whole_too)
{
    for (int with_log = 0; with_log < 2; with_log++) {
        struct collected c;

        (void)begin(&c, &(struct plan){.hours = 9});
        backfill(&c,
                 chain_log(&c.run, HOME_ID "_CloudTrail_us-east-1_20261120T0255Z_b.json.gz",
                           "{\"Records\":[]}", hour(2) + 60),
                 with_log == 1);
        (void)finish(&c);
        if (with_log)
            assert_string_equal(hours_known(&c, 7), "1111111");
        else
            assert_string_equal(hours_known(&c, 7), "1001111");
        close_run(&c);
    }
}

TEST(a_backfill_that_nobody_signed_spoils_its_hours)
{
    struct collected c;
    struct chain b;
    const char *name;

    (void)begin(&c, &(struct plan){.hours = 9});
    b = open_chain(&c, "watch");
    name = chain_name(&b, hour(3), "_backfill");
    trail_add_packed(&c.run, name, chain_text(&b, hour(2), hour(3), name, ""));
    (void)finish(&c);
    assert_string_equal(hours_known(&c, 7), "1001111");
    close_run(&c);
}

/* --- What the trail records ------------------------------------------------------------------- */

TEST(a_trail_that_does_not_record_everything)
{
    expect_hours((&(struct plan){.hours = 3, .trail = "{\"trailList\":[]}"}), "000",
                 "trail watch, whose log files these are, is not among those that AWS lists");
    expect_hours((&(struct plan){.hours = 3, .trail = TRAIL("other", GLOBAL)}), "000",
                 "is not among those");
    expect_hours((&(struct plan){.hours = 3, .trail = TRAIL("watch", "")}), "000",
                 "does not record every management event");
    expect_hours((&(struct plan){.hours = 3,
                                 .select = SELECTORS("\"EventSelectors\":[{\"ReadWriteType\":"
                                                     "\"ReadOnly\",\"IncludeManagementEvents\":"
                                                     "true}]")}),
                 "000", "does not record every management event");
    expect_hours(
        (&(struct plan){.hours = 3,
                        .select = SELECTORS("\"EventSelectors\":[{\"ReadWriteType\":"
                                            "\"All\",\"IncludeManagementEvents\":false}]")}),
        "000", "does not record every management event");
    expect_hours((&(struct plan){.hours = 3, .select = "{}"}), "000",
                 "which events trail watch records is not known");
}

/* What a trail recorded before its settings were changed nobody knows. */
TEST(a_change_of_settings_ends_what_is_proved_before)
{
    struct collected c;
    struct chain chain;
    const char *text, *name, *log;

    chain = begin(&c, &(struct plan){.hours = 6});
    cJSON_Delete(cJSON_DetachItemFromArray(c.run.queries, 3));
    for (int h = 7; h <= 9; h++) {
        log = h == 7 ? arena_printf(&c.run.arena, "{\"Records\":[%s]}",
                                    sign_in(&c.run, hour(6) + 60, "PutEventSelectors"))
                     : "{\"Records\":[]}";
        trail_add_packed(&c.run, log_name(&c.run, h), log);
        name = chain_name(&chain, hour(h), "");
        text = chain_text(&chain, hour(h - 1), hour(h), name,
                          chain_log(&c.run, log_name(&c.run, h), log, hour(h) - 2000));
        chain_follow(&chain, text, hour(h), name);
        trail_add_packed(&c.run, name, text);
    }
    answer_keys(&c.run, &(struct plan){0}, 1, 9);
    (void)finish(&c);
    assert_string_equal(hours_known(&c, 9), "000000000");
    assert_true(known(&c, hour(6) + 60 + LAST_MINUTES + 1, hour(8) - LAST_MINUTES - 1, NULL));
    assert_false(known(&c, hour(2), hour(3), "was changed by PutEventSelectors"));
    close_run(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_chain_proves_its_hours_but_for_the_newest),
        cmocka_unit_test(proofs_speak_of_the_events_that_are_kept),
        cmocka_unit_test(readings_and_proofs_add_up),
        cmocka_unit_test(a_day_is_known_when_it_is_in_every_region),
        cmocka_unit_test(what_one_trail_lacks_another_may_tell),
        cmocka_unit_test(faults_leave_their_hours_unknown_and_are_named),
        cmocka_unit_test(a_log_file_that_was_changed),
        cmocka_unit_test(a_log_file_that_is_as_signed_and_still_no_log_file),
        cmocka_unit_test(a_log_file_that_is_named_twice_differently),
        cmocka_unit_test(keys_come_from_aws_alone),
        cmocka_unit_test(answers_about_keys_that_cannot_be_read),
        cmocka_unit_test(without_digest_files_no_key_is_asked_for),
        cmocka_unit_test(keys_that_are_not_to_be_trusted),
        cmocka_unit_test(digest_files_that_cannot_be_read),
        cmocka_unit_test(keys_of_objects_are_no_paths),
        cmocka_unit_test(insight_files_are_passed_over),
        cmocka_unit_test(digest_files_that_are_no_gzip_or_a_bomb),
        cmocka_unit_test(a_backfill_must_be_whole_too),
        cmocka_unit_test(a_backfill_that_nobody_signed_spoils_its_hours),
        cmocka_unit_test(a_trail_that_does_not_record_everything),
        cmocka_unit_test(a_change_of_settings_ends_what_is_proved_before),
    };

    return RUN_TESTS(tests, make_keys, free_keys);
}
