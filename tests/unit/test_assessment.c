/* test_assessment.c - the sample organisation from snapshot to findings.json; and what happens when
 * any one of its requests fails. Run from the top directory. */
#include "run_dir.h"

#include "base/clock.h"
#include "checks/catalogue.h"
#include "config/load.h"

#define SAMPLE "assets/sample"

static void assess_sample(struct assessment *a)
{
    struct error err = {0};

    json_init();
    log_setup(LOG_ERROR, false);
    expect_ok(assess(a, SAMPLE, &err), err);
    findings_bring_back(&a->findings);
}

/* Every verdict of the story, and none besides. */
TEST(the_sample_says_what_its_story_says)
{
    struct assessment a = {0};
    struct error err = {0};
    cleanup_json cJSON *story = json_read("tests/golden/sample/expected.json", MIB, &err);
    const cJSON *accounts = json_find(story, "accounts");
    size_t told = 0;

    assert_non_null(story);
    assess_sample(&a);
    for (const cJSON *account = json_first(accounts); account; account = account->next)
        for (const cJSON *check = json_first(account); check; check = check->next)
            told += json_count(check);
    assert_int_equal(told, a.findings.count);
    for (size_t i = 0; i < a.findings.count; i++) {
        const struct finding *f = &a.findings.at[i];
        const char *status =
            json_str(json_find(json_find(accounts, f->account), f->check), f->resource);

        if (strcmp(status, status_name(f->status)) != 0)
            print_error("%s %s: %s, story says %s\n", f->check, f->resource, status_name(f->status),
                        status);
        assert_string_equal(status, status_name(f->status));
    }
    assessment_close(&a);
}

TEST(the_samples_verdict_is_fail_and_incomplete)
{
    struct assessment a = {0};

    assess_sample(&a);
    assert_true(assessment_fails(&a));
    assert_false(assessment_complete(&a));
    assert_true(a.findings.query_failed);
    assert_true(a.score.assessed);
    for (size_t i = 0; i < a.findings.population_count; i++)
        assert_int_equal(a.findings.populations[i].expected, a.findings.populations[i].listed);
    assessment_close(&a);
}

/* Members are given up once they are judged: what is left is their outline, and reading findings
 * and accounts to the end touches nothing else (under ASan: no memory of theirs). */
TEST(a_member_is_released_but_for_its_outline)
{
    struct assessment a = {0};
    struct error err = {0};
    struct file_draft draft;
    char *dir = expect_dir();
    struct arena arena = {0};

    json_init();
    log_setup(LOG_ERROR, false);
    expect_ok(assess(&a, SAMPLE, &err), err);
    assert_int_equal(a.model.account_count, 3);
    for (size_t i = 0; i < a.model.account_count; i++) {
        const struct account *account = &a.model.accounts[i];
        bool home = strcmp(account->id, a.model.home) == 0;

        assert_int_equal(account->report_info != NULL, home);
        assert_int_equal(account->detective != NULL, home);
        assert_int_equal(account->user_count > 0, home);
        assert_null(home ? NULL : account->users);
        assert_true(account->outline.users > 0);
        assert_non_null(account->outline.report_made);
        assert_true(account->outline.report_age > 0);
    }
    expect_ok(assessment_draft(&a, &draft, file_join(&arena, dir, "findings.json"), &err), err);
    expect_ok(file_publish(&draft, 1, &err), err);

    cleanup_json cJSON *found = json_read(file_join(&arena, dir, "findings.json"), 64 * MIB, &err);
    const cJSON *member = cJSON_GetArrayItem(json_find(found, "accounts"), 1);
    const cJSON *report = json_find(member, "credentialReport");

    assert_string_equal(json_str(report, "generatedAt"), "2026-11-23T01:47:12Z");
    assert_true(json_num(report, "ageSeconds") == (double)a.model.accounts[1].outline.report_age);
    assessment_close(&a);
    expect_ok(file_remove_tree(dir, &err), err);
    arena_free(&arena);
}

/* --- Every request fails once ----------------------------------------------------------------- */

enum mode { DENIED, HALF_BODY, EMPTY_BODY, OTHER_XML, OTHER_JSON, CUT_CHAIN, MODES };

/* The recorded transport, but for its n-th call. */
struct failing {
    struct transport transport;
    struct recorded recorded;
    enum mode mode;
    size_t nth, seen;
    /* the call that fails */
    int (*receive)(struct call *call, const struct answer *answer, struct error *err);
    void *context;
    size_t pages;
};

static int pass_on(struct failing *f, struct call *call, const char *body, size_t len,
                   const struct answer *answer, struct error *err)
{
    int result;

    call->context = f->context;
    result = f->receive(call, &(struct answer){body, len, answer->page}, err);
    call->context = f;
    return result;
}

static int receive_badly(struct call *call, const struct answer *answer, struct error *err)
{
    static const char xml[] = "<html><body>Sign in to the network first</body></html>";
    struct failing *f = call->context;

    switch (f->mode) {
    case HALF_BODY:
        return pass_on(f, call, answer->body, answer->len / 2, answer, err);
    case EMPTY_BODY:
        return pass_on(f, call, "", 0, answer, err);
    case OTHER_XML:
        return pass_on(f, call, xml, sizeof xml - 1, answer, err);
    case OTHER_JSON:
        return pass_on(f, call, "{}", 2, answer, err);
    default: /* the first page arrives, the others do not */
        return f->pages++ == 0 ? pass_on(f, call, answer->body, answer->len, answer, err)
                               : fail(err, ERR_NET, "connection closed");
    }
}

static int run_badly(struct failing *f, struct call *call, struct error *err)
{
    int result;

    if (f->mode == DENIED) {
        call->status = (struct data_status){STATE_DENIED, "x:Y: AccessDenied", NULL};
        call->error_code = "AccessDenied";
        return 0;
    }
    f->receive = call->receive;
    f->context = call->context;
    f->pages = 0;
    call->receive = receive_badly;
    call->context = f;
    result = transport_run(&f->recorded.transport, call, 1, err);
    call->receive = f->receive;
    call->context = f->context;
    if (f->mode == CUT_CHAIN && call->status.state == STATE_COMPLETE)
        call->status = (struct data_status){STATE_INCOMPLETE, "x:Y: more follow", NULL};
    return result;
}

static int failing_run(struct transport *t, struct call *calls, size_t count, struct error *err)
{
    struct failing *f = (struct failing *)t;

    for (size_t i = 0; i < count; i++) {
        bool now = ++f->seen == f->nth;

        if (now ? run_badly(f, &calls[i], err)
                : transport_run(&f->recorded.transport, &calls[i], 1, err))
            return -1;
    }
    return 0;
}

/* What one evaluation gave. */
struct judgement {
    struct inputs inputs; /* the sample's own */
    struct model model;
    struct findings findings;
    struct score score;
    long coverage;
};

static size_t evaluate_failing(const struct snapshot *s, enum mode mode, size_t nth,
                               struct judgement *out)
{
    struct failing f = {.mode = mode, .nth = nth};
    struct error err = {0};
    struct score_input in;

    *out = (struct judgement){0};
    expect_ok(inputs_load(&out->inputs, inputs_of_run(SAMPLE, &out->model.arena), &err), err);
    exceptions_judge(&out->inputs.exceptions, out->inputs.settings, s->taken_at);
    out->model.inputs = &out->inputs;
    recorded_open(&f.recorded, s, &out->model.arena);
    f.transport = (struct transport){.run = failing_run, .arena = &out->model.arena};
    expect_ok(collect(s, &f.transport, &out->model, &err), err);
    evaluate(s, &out->model, &out->findings);
    in = score_tally(&out->findings, &out->findings.arena);
    out->score = score_compute(&in, &out->findings.arena);
    out->coverage = score_coverage(&out->findings);
    return f.seen;
}

static void close_judgement(struct judgement *o)
{
    findings_free(&o->findings);
    model_free(&o->model);
    inputs_close(&o->inputs);
}

/* What was denied by an SCP, and nothing else, is allowed when it was not seen; and a sign-in of
 * which the credential report does not know yet is known by events alone. */
static bool may_become(const char *check, enum status was, enum status is)
{
    bool narrows =
        check_find(check)->narrows != 0 || strcmp(check, "iam.console_access_unused") == 0;

    return is == was || is == STATUS_UNKNOWN ||
           (narrows && was == STATUS_PASS && is == STATUS_FAIL);
}

/* Of the same check on the same resource in the same account: a bucket may be judged in several. */
static const struct finding *same_finding(const struct findings *f, const struct finding *as)
{
    for (size_t i = 0; i < f->count; i++)
        if (strcmp(f->at[i].id, as->id) == 0)
            return &f->at[i];
    return NULL;
}

static size_t open_of(const struct findings *f, const char *check)
{
    return count_of(f, check, STATUS_UNKNOWN) + count_of(f, check, STATUS_FAIL);
}

/* What only its own list names cannot be counted when that is lost: statements, credentials. Then
 * one UNKNOWN stands for all that the account had, and nothing of it passes. */
static bool stands_for_all(const struct findings *good, const struct findings *bad,
                           const char *check)
{
    bool found = false;

    for (size_t i = 0; i < bad->count; i++) {
        const struct finding *is = &bad->at[i];
        bool is_new = strcmp(is->check, check) == 0 && !same_finding(good, is);

        for (size_t j = 0; is_new && j < bad->count; j++)
            if (strcmp(bad->at[j].check, check) == 0 && bad->at[j].status == STATUS_PASS &&
                strcmp(bad->at[j].account, is->account) == 0)
                return false;
        found = found || is_new;
    }
    return found;
}

/* The sandbox's virtual devices cannot be listed. Without its summary they cannot be counted
 * either, and those in no list are lost; root's checks then cost more than they did. */
static bool lacks_summary(const struct model *m)
{
    return !data_complete(model_account(m, "333344445555"), DATA_SUMMARY);
}

/* No verdict gets better: each is as it was, or UNKNOWN, or (in a list that was lost) gone and
 * made up for by one that is not listed. */
static void expect_no_better(const struct judgement *good, const struct judgement *bad)
{
    for (size_t i = 0; i < bad->findings.count; i++) {
        const struct finding *is = &bad->findings.at[i];
        const struct finding *was = same_finding(&good->findings, is);

        if (was ? !may_become(is->check, was->status, is->status) : is->status != STATUS_UNKNOWN)
            print_error("%s %s: %s (%s), was %s\n", is->check, is->resource,
                        status_name(is->status), is->detail,
                        was ? status_name(was->status) : "nothing");
        assert_true(was ? may_become(is->check, was->status, is->status)
                        : is->status == STATUS_UNKNOWN);
    }
    for (size_t row = 0; row < check_count(); row++) {
        const char *check = check_at(row)->id;
        size_t before = open_of(&good->findings, check), after = open_of(&bad->findings, check);

        bool is_lost =
            lacks_summary(&bad->model) || stands_for_all(&good->findings, &bad->findings, check);

        if (after < before && !is_lost)
            print_error("%s: %zu open, before %zu\n", check, after, before);
        assert_true(after >= before || is_lost);
    }
    if (bad->score.raw > good->score.raw)
        print_error("raw %ld, before %ld\n", bad->score.raw, good->score.raw);
    assert_true(bad->score.value <= good->score.value);
    assert_true(bad->score.raw <= good->score.raw);
    assert_true(bad->score.ceiling <= good->score.ceiling);
    assert_true(bad->coverage <= good->coverage);
    assert_true(bad->findings.query_failed);
}

/* Every request is denied once; of the other five modes each request fails in one. The sanitizer,
 * twenty times slower, looks at an eighth of them. */
#ifdef __SANITIZE_ADDRESS__
#define SPARED 8
#else
#define SPARED 1
#endif

static void fail_every_request(enum mode mode)
{
    struct snapshot s = {0};
    struct judgement good, bad;
    struct error err = {0};
    size_t calls, stride = (mode == DENIED ? 1 : MODES - 1) * SPARED;

    json_init();
    log_setup(LOG_ERROR, false);
    expect_ok(snapshot_open(&s, SAMPLE, &err), err);
    calls = evaluate_failing(&s, mode, 0, &good);
    assert_true(calls > 60);
    for (size_t n = 1 + (size_t)mode % stride; n <= calls; n += stride) {
        (void)evaluate_failing(&s, mode, n, &bad);
        expect_no_better(&good, &bad);
        close_judgement(&bad);
    }
    close_judgement(&good);
    snapshot_close(&s);
}

TEST(every_request_denied_once)
{
    fail_every_request(DENIED);
}

TEST(every_answer_cut_in_half_once)
{
    fail_every_request(HALF_BODY);
}

TEST(every_answer_empty_once)
{
    fail_every_request(EMPTY_BODY);
}

TEST(every_answer_another_page_once)
{
    fail_every_request(OTHER_XML);
}

TEST(every_answer_empty_json_once)
{
    fail_every_request(OTHER_JSON);
}

TEST(every_chain_of_pages_cut_once)
{
    fail_every_request(CUT_CHAIN);
}

/* --- Ids and JSON ----------------------------------------------------------------------------- */

/* By another program: printf 'a\0b\0c' | sha256sum */
TEST(ids_are_stable)
{
    struct arena arena = {0};
    char hex[DIGEST_HEX];

    assert_string_equal(
        finding_id(&arena, "iam.root_mfa_enabled", HOME_ID, "arn:aws:iam::111122223333:root"),
        "f-37c2bb539b9b0f8f");
    assert_string_equal(finding_id(&arena, "a", "b", "c"), "f-8badde10c760e9b7");
    assert_string_equal(finding_id(&arena, "x", "y", "z"),
                        arena_printf(&arena, "f-%.16s", digest_bytes("x\0y\0z", 5, hex)));
    assert_string_not_equal(finding_id(&arena, "ab", "c", "d"), finding_id(&arena, "a", "bc", "d"));
    arena_free(&arena);
}

TEST(findings_json_holds_what_was_found)
{
    struct assessment a = {0};
    cleanup_json cJSON *root = NULL;
    cleanup_strbuf struct strbuf text = STRBUF_INIT(16 * MIB);
    struct error err = {0};
    const cJSON *score, *verdict, *counts;
    double points = 0;
    size_t i = 0;

    assess_sample(&a);
    root = assessment_json(&a);
    expect_ok(json_pretty(root, &text, &err), err);
    assert_string_equal(json_str(root, "schema"), "reportgen-findings/1");
    assert_string_equal(json_str(json_find(root, "snapshot"), "sha256"), a.snapshot.sha256);
    score = json_find(root, "score");
    assert_string_equal(json_str(score, "version"), "score/1");
    assert_int_equal(json_num(score, "value"), a.score.value);
    for (const cJSON *e = json_first(json_find(score, "explain")); e; e = e->next)
        points += 100 * json_num(e, "points");
    assert_int_equal((long)(points + 0.5), 100L * (100 - a.score.value));
    verdict = json_find(root, "verdict");
    assert_string_equal(json_str(verdict, "result"), "fail");
    assert_false(json_true(verdict, "complete"));
    assert_true(json_count(json_find(verdict, "reasons")) >= 2); /* a refused query, sample data */
    counts = json_find(root, "counts");
    for (int s = 0; s < STATUS_COUNT; s++)
        assert_int_equal(json_num(counts, status_name((enum status)s)),
                         count_of(&a.findings, NULL, (enum status)s));
    assert_int_equal(json_count(json_find(root, "accounts")), 3);
    assert_int_equal(json_count(json_find(root, "findings")), a.findings.count);
    for (const cJSON *f = json_first(json_find(root, "findings")); f; f = f->next, i++) {
        assert_string_equal(json_str(f, "id"), a.findings.at[i].id);
        assert_string_equal(json_str(f, "status"), status_name(a.findings.at[i].status));
        for (const cJSON *e = json_first(json_find(f, "evidence")); e; e = e->next) {
            const struct page *page = snapshot_page(&a.snapshot, json_str(e, "file"));

            assert_non_null(page);
            assert_string_equal(json_str(e, "sha256"), page->sha256);
            assert_true(json_find(e, "xpath") || json_find(e, "pointer"));
            for (const cJSON *other = json_first(json_find(f, "evidence")); other != e;
                 other = other->next)
                assert_false(cJSON_Compare(other, e, true));
        }
    }
    assessment_close(&a);
}

TEST(without_a_score_findings_json_says_null)
{
    struct assessment a = {0};
    cleanup_json cJSON *root = NULL;
    const cJSON *score;

    json_init();
    /* A snapshot of no account is refused; an evaluation of none is not scored. */
    a.snapshot.started_at = a.snapshot.finished_at = "2026-11-23T06:00:00Z";
    a.score = score_compute(&(struct score_input){.checks = 0}, &a.findings.arena);
    root = assessment_json(&a);
    score = json_find(root, "score");
    assert_true(cJSON_IsNull(json_find(score, "value")));
    assert_true(cJSON_IsNull(json_find(score, "raw")));
    assert_true(cJSON_IsNull(json_find(score, "withExceptions")));
    assert_string_equal(json_str(score, "grade"), "not assessed");
    assert_int_equal(json_count(json_find(score, "explain")), 0);
    assert_true(cJSON_IsNull(json_find(root, "coverage")));
    assessment_close(&a);
}

/* A valid waiver takes a FAIL out of the verdict; an expired one does not. */
TEST(waived_failures_do_not_fail_the_verdict)
{
    struct waiver waiver = {.id = "w", .valid = true};
    struct assessment a = {0};

    assess_sample(&a);
    for (size_t i = 0; i < a.findings.count; i++)
        if (a.findings.at[i].status == STATUS_FAIL)
            a.findings.at[i].waiver = &waiver;
    findings_count(&a.findings, &a.model, a.findings.checks);
    assert_false(assessment_fails(&a));
    waiver.valid = false;
    findings_count(&a.findings, &a.model, a.findings.checks);
    assert_true(assessment_fails(&a));
    assessment_close(&a);
}

/* Account by account, put aside and read again, is the same as all at once. */
TEST(findings_put_aside_are_the_findings)
{
    struct assessment a = {0}, whole = {0};
    struct recorded recorded;
    struct error err = {0};
    cleanup_strbuf struct strbuf one = STRBUF_INIT(64 * MIB), other = STRBUF_INIT(64 * MIB);
    cleanup_json cJSON *told = NULL, *told_whole = NULL;

    json_init();
    log_setup(LOG_ERROR, false);
    expect_ok(assess(&a, SAMPLE, &err), err);
    assert_int_equal(a.findings.count, 0);
    assert_true(a.model.accounts[a.model.account_count - 1].users == NULL);
    expect_ok(snapshot_open(&whole.snapshot, SAMPLE, &err), err);
    expect_ok(inputs_load(&whole.inputs, inputs_of_run(SAMPLE, &whole.model.arena), &err), err);
    exceptions_judge(&whole.inputs.exceptions, whole.inputs.settings, whole.snapshot.taken_at);
    whole.model.inputs = &whole.inputs;
    recorded_open(&recorded, &whole.snapshot, &whole.model.arena);
    expect_ok(collect(&whole.snapshot, &recorded.transport, &whole.model, &err), err);
    evaluate(&whole.snapshot, &whole.model, &whole.findings);
    for (size_t i = 0; i < whole.model.account_count; i++)
        model_outline(&whole.model, &whole.model.accounts[i]);
    whole.score = a.score;
    whole.account_scores = a.account_scores;
    told = assessment_json(&a);
    told_whole = assessment_json(&whole);
    expect_ok(json_canonical(told, &one, &err), err);
    expect_ok(json_canonical(told_whole, &other, &err), err);
    assert_string_equal(one.buf, other.buf);
    assessment_close(&a);
    assessment_close(&whole);
}

TEST(a_changed_raw_answer_ends_the_assessment)
{
    static const struct user_story users[] = {{.name = "u", .password = "true"}, {0}};
    struct assessment a = {0};
    struct error err = {0};
    struct run r;

    run_open(&r);
    run_story(&r, &(struct account_story){.users = users});
    run_write(&r);
    expect_ok(
        file_write(file_join(&r.arena, r.dir, "raw/111122223333/0004-iam-GetAccountSummary.xml"),
                   "x", 1, 0600, &err),
        err);
    assert_int_equal(assess(&a, r.dir, &err), -1);
    expect_error(err, ERR_INTEGRITY, "account 111122223333: ");
    assessment_close(&a);
    run_close(&r);
}

TEST(the_catalogue_is_told_as_json)
{
    cleanup_json cJSON *list = NULL;
    char one[DIGEST_HEX], two[DIGEST_HEX];
    size_t row = 0;

    json_init();
    list = catalogue_json();
    assert_int_equal(json_count(list), check_count());
    for (const cJSON *c = json_first(list); c; c = c->next, row++) {
        assert_string_equal(json_str(c, "id"), check_at(row)->id);
        assert_true(*json_str(c, "title") && *json_str(c, "severity") && *json_str(c, "tier"));
        assert_true(cJSON_IsArray(json_find(c, "needs")));
        assert_true(cJSON_IsArray(json_find(c, "frameworks")));
    }
    assert_string_equal(ruleset_sha256(one), ruleset_sha256(two));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sample_says_what_its_story_says),
        cmocka_unit_test(a_member_is_released_but_for_its_outline),
        cmocka_unit_test(the_samples_verdict_is_fail_and_incomplete),
        cmocka_unit_test(every_request_denied_once),
        cmocka_unit_test(every_answer_cut_in_half_once),
        cmocka_unit_test(every_answer_empty_once),
        cmocka_unit_test(every_answer_another_page_once),
        cmocka_unit_test(every_answer_empty_json_once),
        cmocka_unit_test(every_chain_of_pages_cut_once),
        cmocka_unit_test(ids_are_stable),
        cmocka_unit_test(findings_json_holds_what_was_found),
        cmocka_unit_test(without_a_score_findings_json_says_null),
        cmocka_unit_test(waived_failures_do_not_fail_the_verdict),
        cmocka_unit_test(findings_put_aside_are_the_findings),
        cmocka_unit_test(a_changed_raw_answer_ends_the_assessment),
        cmocka_unit_test(the_catalogue_is_told_as_json),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
