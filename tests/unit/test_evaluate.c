/* test_evaluate.c - missing data becomes UNKNOWN and never PASS; populations; the composite. */
#include "organization_run.h"

#include "model/credentials.h"

#define STRATEGY "iam.mfa_enforcement_strategy"
#define ARN "arn:aws:iam::" HOME_ID ":"

/* A run directory collected, and evaluated as often as a test likes. */
struct bench {
    struct run run;
    struct snapshot snapshot;
    struct model model;
    struct findings findings;
};

static void open_bench(struct bench *b)
{
    *b = (struct bench){0};
    run_open(&b->run);
}

static struct account *collect_bench(struct bench *b)
{
    struct recorded recorded;
    struct error err = {0};

    run_write(&b->run);
    expect_ok(snapshot_open(&b->snapshot, b->run.dir, &err), err);
    recorded_open(&recorded, &b->snapshot, &b->model.arena);
    expect_ok(collect(&b->snapshot, &recorded.transport, &b->model, &err), err);
    return &b->model.accounts[0];
}

static const struct findings *evaluate_whole(struct bench *b)
{
    findings_free(&b->findings);
    b->findings = (struct findings){0};
    evaluate(&b->snapshot, &b->model, &b->findings);
    return &b->findings;
}

/* The same, without what these small runs do not collect and checks need. */
static const struct findings *evaluate_bench(struct bench *b)
{
    struct findings *f = &b->findings;
    size_t kept = 0;

    (void)evaluate_whole(b);
    for (size_t i = 0; i < f->incomplete_count; i++)
        if (strcmp(f->incomplete[i].code, "not-collected") != 0)
            f->incomplete[kept++] = f->incomplete[i];
    f->incomplete_count = kept;
    return f;
}

static void close_bench(struct bench *b)
{
    findings_free(&b->findings);
    model_free(&b->model);
    snapshot_close(&b->snapshot);
    run_close(&b->run);
}

/* Everything in order, as far as these look. */
static const char *const in_order[] = {
    "iam.root_mfa_enabled",
    "iam.root_mfa_hardware",
    "iam.root_access_keys_absent",
    "iam.admin_users_mfa",
    "iam.users_without_mfa",
    "iam.mfa_devices_orphaned",
    "iam.hybrid_users",
    "machine.no_console_password",
    "governance.evidence_fresh",
    "iam.users_mfa_no_sms",
    "iam.root_signing_certificates_absent",
    "iam.privileged_actions_require_mfa",
    "iam.users_mfa_enforced",
    "iam.mfa_control_actions_guarded",
    "iam.mfa_enforcement_latent",
    "iam.mfa_self_enrolment_guarded",
    "iam.mfa_deny_reaches_everyone",
    "iam.admin_users_mfa_phishing_resistant",
    "iam.admin_users_excessive",
};

static const struct user_story good_users[] = {
    {.name = "admin",
     .password = "true",
     .devices = ARN "u2f/user/admin/key-A",
     .inline_policy = "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"},"
                      "{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{"
                      "\"BoolIfExists\":{\"aws:MultiFactorAuthPresent\":\"false\"}}}]}"},
    {.name = "user", .path = "/a/", .password = "true", .devices = ARN "mfa/user"},
    {.name = "idle"},
    {.name = "svc-keys", .key1 = "true"},
    {0}};
static const struct account_story good = {.users = good_users,
                                          .summary = "MFADevices=3 Groups=0 Roles=0 Policies=0"};

TEST(the_good_account_passes)
{
    struct bench b;
    const struct findings *f;

    open_bench(&b);
    run_story(&b.run, &good);
    run_standalone(&b.run);
    (void)collect_bench(&b);
    f = evaluate_bench(&b);
    for (size_t i = 0; i < sizeof in_order / sizeof *in_order; i++) {
        assert_true(count_of(f, in_order[i], STATUS_PASS) > 0);
        assert_int_equal(count_of(f, in_order[i], STATUS_FAIL), 0);
        assert_int_equal(count_of(f, in_order[i], STATUS_UNKNOWN), 0);
    }
    assert_int_equal(count_of(f, "iam.users_mfa_phishing_resistant", STATUS_FAIL), 1); /* TOTP */
    assert_int_equal(f->incomplete_count, 0);
    assert_false(f->query_failed);
    close_bench(&b);
}

static void deny_user(struct principal *user, enum data_set set, const struct data_status *status)
{
    struct credentials *c = user->credentials;

    if (set == DATA_USER_DEVICES)
        user->devices_status = *status;
    if (set == DATA_LOGIN_PROFILES)
        c->login_status = *status;
    if (set == DATA_ACCESS_KEYS)
        c->keys_status = *status;
    if (set == DATA_CREDENTIAL_REPORT)
        user->report = NULL;
    if (set == DATA_VIRTUAL_DEVICES)
        c->virtual_count = 0;
}

static void deny(struct account *a, enum data_set set, enum data_state state)
{
    a->data[set] = (struct data_status){state, "iam:Something: AccessDenied", "raw/x.xml"};
    for (size_t i = 0; i < a->user_count; i++)
        deny_user(&a->users[i], set, &a->data[set]);
}

/* Does a verdict cite an answer of this data set? */
static bool rests_on(const struct finding *f, enum data_set set)
{
    const char *operation = strchr(data_set_name(set), ':') + 1;

    for (size_t i = 0; i < f->evidence_count; i++) {
        const char *found = strstr(f->evidence[i].file, operation);

        if (found && found[-1] == '-' && found[strlen(operation)] == '.')
            return true;
    }
    return false;
}

/* A verdict that does not need the data set stays; so may one that is no PASS; and one on what
 * policies require, when they suffice without it. */
static bool may_stay(const struct finding *was, const struct finding *is, enum data_set lost)
{
    const struct finding *needs = is->layer == LAYER_DESIGN ? is : was;

    return is->status == was->status && (is->status != STATUS_PASS || !rests_on(needs, lost));
}

/* What only its own list names can be asked for no longer when that is lost: then the policies as
 * a whole, the users whose credentials they would be, or the account are UNKNOWN. */
static bool may_go(const struct findings *now, const struct check *check)
{
    return (check->subject == SUBJECT_STATEMENT || check->subject == SUBJECT_CREDENTIAL) &&
           count_of(now, check->id, STATUS_UNKNOWN) > 0;
}

/* Every resource that was judged before is judged now, and UNKNOWN. */
static void expect_all_unknown(const struct findings *before, const struct findings *now,
                               const struct check *check, enum data_set lost, bool handled)
{
    size_t judged = 0;

    for (size_t i = 0; i < before->count; i++) {
        const struct finding *was = &before->at[i];
        const struct finding *is;

        if (strcmp(was->check, check->id) != 0)
            continue;
        judged++;
        is = finding_of(now, check->id, was->resource);
        if (!is && may_go(now, check))
            continue;
        if (!is || (is->status != STATUS_UNKNOWN && !(handled && may_stay(was, is, lost))))
            print_error("%s without %s: %s was %s, is %s\n", check->id, data_set_name(lost),
                        was->resource, status_name(was->status),
                        is ? status_name(is->status) : "missing");
        assert_non_null(is);
        assert_true(is->status == STATUS_UNKNOWN || (handled && may_stay(was, is, lost)));
        if (is->status == STATUS_UNKNOWN)
            assert_non_null(is->fix);
    }
    assert_true(judged > 0);
    assert_true(handled || count_of(now, check->id, STATUS_PASS) == 0);
}

TEST(without_a_data_set_that_it_needs_a_check_is_unknown)
{
    static const enum data_state states[] = {STATE_NOT_COLLECTED, STATE_DENIED, STATE_FAILED,
                                             STATE_INCOMPLETE};
    const struct inputs nobody = {.settings = &settings_default, .has_people = true};
    size_t tried = 0;

    for (size_t row = 0; row < check_count(); row++)
        for (int set = 0; set < DATA_COUNT; set++)
            for (size_t s = 0; s < 4; s++) {
                const struct check *check = check_at(row);
                struct findings before = {0};
                struct bench b;

                if (!(check->needs & DATA_BIT(set)))
                    continue;
                open_bench(&b);
                run_story(&b.run, &good);
                (void)collect_bench(&b);
                b.model.inputs = &nobody;
                evaluate(&b.snapshot, &b.model, &before);
                deny(&b.model.accounts[0], (enum data_set)set, states[s]);
                expect_all_unknown(&before, evaluate_bench(&b), check, (enum data_set)set,
                                   (check->handles & DATA_BIT(set)) != 0);
                findings_free(&before);
                close_bench(&b);
                tried++;
            }
    assert_true(tried >= 4 * (size_t)19);
}

/* The lists are gone, the summary still counts: as many UNKNOWN as there are subjects. */
TEST(subjects_that_are_counted_but_not_listed_are_unknown)
{
    struct bench b;
    struct account *a;
    const struct findings *f;

    open_bench(&b);
    run_account(&b.run, HOME_ID, NULL);
    run_answer(&b.run, HOME_ID, "GetAccountSummary", "{}",
               "<SummaryMap><entry><key>Users</key><value>5</value></entry>"
               "<entry><key>MFADevices</key><value>3</value></entry></SummaryMap>");
    run_report(&b.run, HOME_ID,
               REPORT_HEADER "\nu," ARN "user/u,t,true,N/A,true,false,false\n"
                             "v," ARN "user/v,t,true,N/A,true,false,false\n");
    a = collect_bench(&b);
    assert_int_equal(a->user_count, 0);
    f = evaluate_bench(&b);
    assert_int_equal(count_of(f, "iam.users_without_mfa", STATUS_UNKNOWN), 5);
    assert_int_equal(count_of(f, "iam.admin_users_mfa", STATUS_UNKNOWN), 5);
    assert_int_equal(count_of(f, "iam.mfa_devices_orphaned", STATUS_UNKNOWN), 3);
    expect_status(f, "iam.users_without_mfa", ARN "user/v", STATUS_UNKNOWN);
    expect_status(f, "iam.users_without_mfa", HOME_ID "/[user 5 of 5, not listed]", STATUS_UNKNOWN);
    expect_status(f, STRATEGY, HOME_ID, STATUS_UNKNOWN);
    close_bench(&b);
}

/* A false count must not fill the memory. */
TEST(what_is_only_counted_is_bounded)
{
    struct bench b;
    const struct findings *f;

    open_bench(&b);
    run_account(&b.run, HOME_ID, NULL);
    run_answer(&b.run, HOME_ID, "GetAccountSummary", "{}",
               "<SummaryMap><entry><key>Users</key><value>999999999999</value></entry>"
               "</SummaryMap>");
    (void)collect_bench(&b);
    f = evaluate_bench(&b);
    assert_int_equal(count_of(f, "iam.users_without_mfa", STATUS_UNKNOWN), 50000);
    close_bench(&b);
}

/* What needs a person's inputs is for no account here, whatever was read. */
static size_t checks_for_all(void)
{
    size_t count = 0;

    for (size_t row = 0; row < check_count(); row++)
        count += !check_at(row)->excuse;
    assert_true(count < check_count());
    return count;
}

/* Nothing at all is known: still one UNKNOWN for each check. */
TEST(an_account_of_which_nothing_is_known_is_unknown)
{
    struct bench b;
    const struct findings *f;
    size_t asked = 0; /* of the services of this run */

    for (int set = 0; set < DATA_COUNT; set++)
        asked += strncmp(data_set_name((enum data_set)set), "iam:", 4) == 0 || set == DATA_CALLER;
    asked--; /* a second opinion (DATA_SIMULATIONS) is asked for on demand only */
    open_bench(&b);
    run_account(&b.run, HOME_ID, NULL);
    (void)collect_bench(&b);
    f = evaluate_bench(&b);
    for (size_t row = 0; row < check_count(); row++)
        assert_int_equal(count_of(f, check_at(row)->id, STATUS_UNKNOWN), !check_at(row)->excuse);
    assert_int_equal(f->count, check_count());
    assert_int_equal(f->incomplete_count, asked); /* asked for and not there */
    assert_true(f->query_failed);
    close_bench(&b);
}

TEST(an_account_that_was_left_out_is_unknown)
{
    struct bench b;
    const struct findings *f;
    size_t left_out = 0;

    open_bench(&b);
    run_story(&b.run, &good);
    run_account(&b.run, OTHER_ID, "excluded by the caller");
    (void)collect_bench(&b);
    f = evaluate_bench(&b);
    for (size_t i = 0; i < f->count; i++) {
        if (strcmp(f->at[i].account, OTHER_ID) != 0 || check_at(f->at[i].row)->excuse)
            continue;
        assert_int_equal(f->at[i].status, STATUS_UNKNOWN);
        assert_string_equal(f->at[i].detail, "excluded by the caller");
        left_out++;
    }
    assert_int_equal(left_out, checks_for_all());
    assert_int_equal(f->incomplete_count, 1);
    assert_string_equal(f->incomplete[0].text,
                        "account 222233334444 was left out: excluded by the caller");
    assert_false(f->query_failed);
    close_bench(&b);
}

/* «All» over nobody is never PASS. */
TEST(no_users_is_not_applicable)
{
    static const char *const checks[] = {"iam.users_without_mfa", "iam.admin_users_mfa",
                                         "iam.users_mfa_phishing_resistant",
                                         "iam.mfa_devices_orphaned"};
    struct bench b;
    const struct findings *f;

    open_bench(&b);
    run_story(&b.run, &(struct account_story){0});
    (void)collect_bench(&b);
    f = evaluate_bench(&b);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(count_of(f, checks[i], STATUS_NOT_APPLICABLE), 1);
        assert_int_equal(count_of(f, checks[i], STATUS_PASS), 0);
        assert_null(finding_of(f, checks[i], HOME_ID)->fix);
    }
    close_bench(&b);
}

/* What was not to be collected is UNKNOWN and makes the run incomplete, but no query failed. */
TEST(what_was_not_to_be_collected_is_no_failure)
{
    struct bench b;
    const struct findings *f;

    open_bench(&b);
    run_set(run_scope(&b.run), "collect", cJSON_CreateArray());
    run_story(&b.run, &good);
    (void)collect_bench(&b);
    f = evaluate_whole(&b);
    assert_int_equal(count_of(f, NULL, STATUS_PASS), 0);
    assert_int_equal(count_of(f, NULL, STATUS_UNKNOWN), checks_for_all());
    assert_true(f->incomplete_count > 0);
    assert_string_equal(f->incomplete[0].code, "not-collected");
    assert_false(f->query_failed);
    close_bench(&b);
}

TEST(overrides_make_a_run_incomplete_but_no_failure)
{
    struct bench b;
    const struct findings *f;
    cJSON *row;

    open_bench(&b);
    run_story(&b.run, &good);
    row = json_append_object(cJSON_GetObjectItem(b.run.snapshot, "overrides"));
    json_add_text(row, "kind", "clock");
    json_add_text(row, "detail", "set by hand");
    (void)collect_bench(&b);
    f = evaluate_bench(&b);
    assert_int_equal(f->incomplete_count, 1);
    assert_string_equal(f->incomplete[0].text, "clock: set by hand");
    assert_false(f->query_failed);
    close_bench(&b);
}

TEST(populations_that_differ_are_named)
{
    static const struct {
        const char *summary, *text;
    } rows[] = {
        {"Groups=1", "groups of account " HOME_ID ": 1 by iam:GetAccountSummary Groups, 0 by "
                     "iam:GetAccountAuthorizationDetails"},
        {"Roles=2", "roles of account " HOME_ID ": 2 by iam:GetAccountSummary Roles, 0 by "
                    "iam:GetAccountAuthorizationDetails"},
        {"Policies=3", "policies of account " HOME_ID ": 3 by iam:GetAccountSummary Policies, 0 by "
                       "iam:GetAccountAuthorizationDetails"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bench b;
        const struct findings *f;

        open_bench(&b);
        run_story(&b.run, &(struct account_story){.users = good_users, .summary = rows[i].summary});
        (void)collect_bench(&b);
        f = evaluate_bench(&b);
        assert_int_equal(f->incomplete_count, 1);
        assert_string_equal(f->incomplete[0].text, rows[i].text);
        assert_true(f->query_failed);
        close_bench(&b);
    }
}

TEST(users_are_counted_against_summary_and_report)
{
    static const struct user_story users[] = {
        {.name = "a", .password = "false"}, {.name = "b", .not_in_report = true}, {0}};
    struct bench b;
    struct account *a;
    const struct findings *f;

    open_bench(&b);
    run_story(&b.run, &(struct account_story){.users = users});
    a = collect_bench(&b);
    f = evaluate_bench(&b);
    assert_int_equal(f->incomplete_count, 2);
    assert_string_equal(f->incomplete[0].text,
                        "users of account " HOME_ID ": 1 by iam:GetCredentialReport rows, 2 by "
                        "iam:GetAccountAuthorizationDetails");
    assert_string_equal(f->incomplete[1].text,
                        "arn:aws:iam::" HOME_ID ":user/b is not in the credential report");
    a->summary[SUMMARY_USERS].value = 3;
    f = evaluate_bench(&b);
    assert_int_equal(f->incomplete_count, 3);
    /* An unknown count is not compared. */
    a->summary[SUMMARY_USERS].known = false;
    f = evaluate_bench(&b);
    assert_int_equal(f->incomplete_count, 2);
    close_bench(&b);
}

/* AWS's own policies are listed when attached, and not counted by the summary. */
TEST(policies_of_aws_are_not_counted)
{
    struct bench b;
    const struct findings *f;

    open_bench(&b);
    run_story(&b.run,
              &(struct account_story){
                  .summary = "Policies=1",
                  .policies = "<member><Arn>arn:aws:iam::aws:policy/ReadOnlyAccess</Arn></member>"
                              "<member><Arn>" ARN "policy/own</Arn></member>"});
    (void)collect_bench(&b);
    f = evaluate_bench(&b);
    assert_int_equal(f->incomplete_count, 0);
    close_bench(&b);
}

TEST(accounts_of_the_organisation_are_counted_against_the_scope)
{
    static const struct {
        const char *mode, *state;
        size_t incomplete;
    } rows[] = {
        {"organization", "ACTIVE", 2}, {"organization", "SUSPENDED", 0}, {"accounts", "ACTIVE", 0}};

    for (size_t i = 0; i < 3; i++) {
        struct bench b;
        const struct findings *f;

        open_bench(&b);
        run_set(run_scope(&b.run), "mode", cJSON_CreateString(rows[i].mode));
        run_collects(&b.run, "organizations");
        run_story(&b.run, &good);
        run_describe(&b.run, HOME_ID);
        run_flat_tree(&b.run, MEMBER(HOME_ID) "," MEMBER(OTHER_ID));
        run_page(&b.run, run_query(&b.run, HOME_ID, "ListAccounts", MOST_20), NULL,
                 arena_printf(&b.run.arena,
                              "{\"Accounts\":[{\"Id\":\"" HOME_ID "\",\"Name\":\"a\",\"State\":"
                              "\"ACTIVE\"},{\"Id\":\"" OTHER_ID "\",\"Name\":\"b\",\"State\":"
                              "\"%s\"}]}",
                              rows[i].state));
        (void)collect_bench(&b);
        f = evaluate_bench(&b);
        assert_int_equal(f->incomplete_count, rows[i].incomplete);
        if (rows[i].incomplete) {
            expect_holds(f->incomplete[0].text, "2 by organizations:ListAccounts ACTIVE");
            expect_holds(f->incomplete[1].text, "account " OTHER_ID " is active in the");
        }
        close_bench(&b);
    }
}

/* One account closed and another never scanned: the counts agree, the accounts do not. */
TEST(accounts_are_compared_by_id_not_by_count)
{
    struct bench b;
    const struct findings *f;

    open_bench(&b);
    run_set(run_scope(&b.run), "mode", cJSON_CreateString("organization"));
    run_collects(&b.run, "organizations");
    run_story(&b.run, &good);
    run_describe(&b.run, HOME_ID);
    run_flat_tree(&b.run, MEMBER(OTHER_ID));
    run_page(&b.run, run_query(&b.run, HOME_ID, "ListAccounts", MOST_20), NULL,
             "{\"Accounts\":[{\"Id\":\"" OTHER_ID "\",\"Name\":\"b\",\"State\":\"ACTIVE\"}]}");
    (void)collect_bench(&b);
    f = evaluate_bench(&b);
    assert_int_equal(f->incomplete_count, 2);
    expect_holds(f->incomplete[0].text, "account " OTHER_ID " is active");
    expect_holds(f->incomplete[1].text, "account " HOME_ID " is in the scope and not active");
    assert_true(f->query_failed);
    close_bench(&b);
}

/* Users that AWS counts and does not list are UNKNOWN, by name where the report has one. */
TEST(users_that_are_only_counted_are_unknown)
{
    static const struct user_story users[] = {
        {.name = "a", .password = "true", .devices = "GAHT12345678"}, {0}};
    struct bench b;
    struct account *a;
    const struct findings *f;

    open_bench(&b);
    run_story(&b.run, &(struct account_story){.users = users});
    a = collect_bench(&b);
    a->summary[SUMMARY_USERS].value = 3;
    f = evaluate_bench(&b);
    assert_int_equal(count_of(f, "iam.users_without_mfa", STATUS_PASS), 1);
    assert_int_equal(count_of(f, "iam.users_without_mfa", STATUS_UNKNOWN), 2);
    a->user_count = 0;
    f = evaluate_bench(&b);
    assert_int_equal(count_of(f, "iam.users_without_mfa", STATUS_NOT_APPLICABLE), 0);
    assert_int_equal(count_of(f, "iam.users_without_mfa", STATUS_UNKNOWN), 3);
    assert_true(f->query_failed);
    close_bench(&b);
}

/* Order: account, check, resource; ids are all different. */
TEST(findings_are_in_order)
{
    static const struct user_story users[] = {{.name = "a", .path = "/z/", .password = "true"},
                                              {.name = "b", .path = "/y/", .password = "true"},
                                              {.name = "c", .password = "true"},
                                              {0}};
    struct bench b;
    const struct findings *f;

    open_bench(&b);
    run_story(&b.run, &(struct account_story){.id = OTHER_ID, .users = users});
    run_story(&b.run, &good);
    (void)collect_bench(&b);
    f = evaluate_bench(&b);
    for (size_t i = 1; i < f->count; i++) {
        const struct finding *x = &f->at[i - 1], *y = &f->at[i];
        int order = strcmp(x->account, y->account);

        if (order == 0)
            order = x->row < y->row ? -1 : x->row > y->row;
        if (order == 0)
            order = strcmp(x->resource, y->resource);
        if (order >= 0)
            print_error("%s %s before %s %s\n", x->check, x->resource, y->check, y->resource);
        assert_true(order < 0);
        for (size_t before = 0; before < i; before++)
            assert_string_not_equal(f->at[before].id, y->id);
    }
    close_bench(&b);
}

/* --- The composite ---------------------------------------------------------------------------- */

struct part_story {
    const char *check;
    enum status status;
};

/* Judges hand-made findings of an account. */
static void expect_composite(const struct part_story *parts, size_t count, enum status status,
                             const char *detail)
{
    const struct check *check = check_find(STRATEGY);
    const struct account account = {.id = HOME_ID};
    struct findings out = {0};
    struct checking c = {
        .check = check, .inputs = &inputs_default, .account = &account, .out = &out};
    const struct finding *f;

    for (size_t i = 0; i < count; i++) {
        const struct check part = {.id = parts[i].check};

        c.check = &part;
        (void)verdict(&c, parts[i].status, "resource", "name", "detail %zu", i);
    }
    c.check = check;
    check->run(&c);
    assert_int_equal(out.count, count + 1);
    f = &out.at[count];
    if (f->status != status)
        print_error("%s\n", f->detail);
    assert_int_equal(f->status, status);
    expect_holds(arena_printf(&out.arena, "%s | %s", f->observed, f->detail), detail);
    findings_free(&out);
}

#define ROOT "iam.root_mfa_enabled"
#define KEYS "iam.root_access_keys_absent"
#define USERS "iam.users_without_mfa"

TEST(the_composite_is_its_worst_part)
{
    static const struct {
        struct part_story parts[3];
        enum status status;
        const char *detail;
    } rows[] = {
        {{{ROOT, STATUS_PASS}, {KEYS, STATUS_PASS}, {USERS, STATUS_PASS}},
         STATUS_PASS,
         ROOT " PASS"},
        {{{ROOT, STATUS_PASS}, {KEYS, STATUS_MANUAL}, {USERS, STATUS_PASS}},
         STATUS_MANUAL,
         KEYS " MANUAL (1 of 1)"},
        {{{ROOT, STATUS_MANUAL}, {KEYS, STATUS_UNKNOWN}, {USERS, STATUS_PASS}},
         STATUS_UNKNOWN,
         KEYS " UNKNOWN (1 of 1)"},
        {{{ROOT, STATUS_UNKNOWN}, {KEYS, STATUS_MANUAL}, {USERS, STATUS_FAIL}},
         STATUS_FAIL,
         USERS " FAIL (1 of 1)"},
        {{{USERS, STATUS_PASS}, {USERS, STATUS_FAIL}, {USERS, STATUS_UNKNOWN}},
         STATUS_FAIL,
         USERS " FAIL (1 of 3)"},
        {{{USERS, STATUS_PASS}, {USERS, STATUS_NOT_APPLICABLE}, {ROOT, STATUS_NOT_APPLICABLE}},
         STATUS_PASS,
         USERS " PASS"},
        {{{ROOT, STATUS_NOT_APPLICABLE},
          {KEYS, STATUS_NOT_APPLICABLE},
          {USERS, STATUS_NOT_APPLICABLE}},
         STATUS_NOT_APPLICABLE,
         "no part has a resource"},
        {{{"iam.root_mfa_hardware", STATUS_FAIL},
          {"iam.mfa_devices_orphaned", STATUS_FAIL},
          {ROOT, STATUS_PASS}},
         STATUS_PASS,
         ROOT " PASS"}, /* not parts of it */
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect_composite(rows[i].parts, 3, rows[i].status, rows[i].detail);
    expect_composite(NULL, 0, STATUS_NOT_APPLICABLE, "no part has a resource");
}

/* Root before administrators, administrators before everybody; what is waived is no next step. */
TEST(the_composite_names_what_comes_next)
{
    static const struct part_story late[] = {
        {"iam.leavers_removed", STATUS_FAIL}, {USERS, STATUS_MANUAL}, {ROOT, STATUS_PASS}};
    static const struct part_story early[] = {{"iam.admin_users_mfa", STATUS_UNKNOWN},
                                              {"iam.root_sign_in_with_mfa", STATUS_FAIL},
                                              {USERS, STATUS_FAIL}};

    expect_composite(
        late, 3, STATUS_FAIL,
        "| First root and administrators: 1 of 1 part passes. Then everybody who signs in: 0 of 1 "
        "part passes; open: «Console users have an MFA device» MANUAL for 1 of 1: name. And "
        "that it stays so: 0 of 1 part passes; open: «Every identity is that of "
        "somebody who is here» FAIL for 1 of 1: name. Next in order: «Console users have an MFA "
        "device» "
        "(" USERS ")");
    expect_composite(early, 3, STATUS_FAIL, "(iam.root_sign_in_with_mfa)");
    expect_composite(early, 3, STATUS_FAIL,
                     "iam.root_sign_in_with_mfa FAIL (1 of 1); iam.admin_users_mfa UNKNOWN");
}

/* Three of what is open are named, by resource where there is no name, and the others counted. */
TEST(the_composite_names_some_of_what_is_open)
{
    static const struct part_story many[] = {
        {USERS, STATUS_FAIL}, {USERS, STATUS_PASS}, {USERS, STATUS_FAIL}, {USERS, STATUS_FAIL},
        {ROOT, STATUS_FAIL},  {USERS, STATUS_FAIL}, {USERS, STATUS_FAIL}};

    expect_composite(many, 7, STATUS_FAIL, "FAIL for 5 of 6: name, name, name and 2 more.");
    expect_composite(many, 3, STATUS_FAIL, "FAIL for 2 of 3: name, name.");
    expect_composite(many, 3, STATUS_FAIL, "First root and administrators: nothing to judge.");
}

TEST(every_part_of_the_composite_is_a_check)
{
    static const char *const parts[] = {
        "iam.root_mfa_enabled",         "iam.root_access_keys_absent",
        "iam.admin_users_mfa",          "iam.privileged_actions_require_mfa",
        "iam.role_trust_requires_mfa",  "iam.mfa_control_actions_guarded",
        "iam.users_without_mfa",        "iam.users_mfa_enforced",
        "federation.saml_mfa_attested", "federation.identity_center_mfa",
        "iam.root_sign_in_with_mfa",    "iam.users_onboarding_mfa",
        "iam.leavers_removed",          "governance.exceptions_current"};

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const struct part_story one = {parts[i], STATUS_PASS};

        assert_non_null(check_find(parts[i]));
        expect_composite(&one, 1, STATUS_PASS, parts[i]);
    }
}

/* Another account's findings do not count. */
TEST(the_composite_judges_its_own_account)
{
    struct bench b;
    const struct findings *f;

    open_bench(&b);
    run_story(&b.run, &(struct account_story){.root_mfa = "0"});
    run_story(&b.run, &(struct account_story){.id = OTHER_ID});
    (void)collect_bench(&b);
    f = evaluate_bench(&b);
    expect_status(f, STRATEGY, HOME_ID, STATUS_FAIL);
    assert_true(finding_of(f, STRATEGY, OTHER_ID)->status != STATUS_FAIL);
    assert_true(finding_of(f, STRATEGY, HOME_ID)->evidence_count > 0);
    close_bench(&b);
}

/* --- Exceptions ------------------------------------------------------------------------------- */

/* Everybody has a device but these two. */
static const struct user_story lax_users[] = {
    {.name = "admin",
     .password = "true",
     .attached = "arn:aws:iam::aws:policy/AdministratorAccess"},
    {.name = "user", .password = "true"},
    {0}};
static const struct account_story lax = {.users = lax_users,
                                         .summary = "MFADevices=0 Groups=0 Roles=0 Policies=0"};

#define WAIVES(name, of_check, until)                                                           \
    {                                                                                           \
        .waiver = {.id = name, .owner = "o", .approver = "a", .expires = until, .valid = true}, \
        .check = of_check, .account = HOME_ID, .resource = ARN "user/" name,                    \
        .approved = {"2030-01-01", 1893456000}, .expires = {until, 1893456000}, .file = "x"     \
    }

/* Laid over each check before the composite reads it; no status changes. */
TEST(the_composite_is_waived_when_all_that_fails_is)
{
    struct exception list[] = {WAIVES("admin", "iam.admin_users_mfa", "2031-02-01"),
                               WAIVES("admin", USERS, "2031-01-01"),
                               WAIVES("user", USERS, "2031-03-01")};
    struct inputs in = {.settings = &settings_default};
    struct account *a;
    struct bench b;

    open_bench(&b);
    run_story(&b.run, &lax);
    a = collect_bench(&b);
    for (size_t i = 0; i < a->user_count; i++)
        a->users[i].created = "2020-01-01T00:00:00Z";
    in.exceptions = (struct exceptions){list, 3};
    b.model.inputs = &in;
    for (size_t count = 0; count <= 3; count++) {
        const struct findings *f;
        const struct finding *whole;

        in.exceptions.count = count;
        f = evaluate_bench(&b);
        whole = finding_of(f, STRATEGY, HOME_ID);
        assert_int_equal(count_of(f, USERS, STATUS_FAIL), 2);
        assert_int_equal(count_of(f, "iam.admin_users_mfa", STATUS_FAIL), 1);
        assert_int_equal(whole->status, STATUS_FAIL);
        assert_true(finding_is_waived(whole) == (count == 3));
        assert_true(finding_is_waived(finding_of(f, "iam.admin_users_mfa", ARN "user/admin")) ==
                    (count > 0));
        if (count == 3) {
            assert_string_equal(whole->waiver->expires, "2031-01-01");
            expect_holds(whole->observed, USERS " FAIL (2 of 2, waived)");
            expect_holds(whole->detail, "FAIL for 2 of 2, waived: admin, user");
        }
    }
    list[2].waiver.valid = false;
    assert_false(finding_is_waived(finding_of(evaluate_bench(&b), STRATEGY, HOME_ID)));
    close_bench(&b);
}

/* The severity a person sets is shown; everything else stays. */
TEST(a_severity_is_shown_as_set)
{
    static const struct severity_override set[] = {{USERS, SEVERITY_LOW}};
    struct settings settings = settings_default;
    struct inputs in = {.settings = &settings};
    struct bench b;
    const struct findings *f;

    open_bench(&b);
    run_story(&b.run, &lax);
    (void)collect_bench(&b);
    settings.severities = (struct severities){set, 1};
    b.model.inputs = &in;
    f = evaluate_bench(&b);
    assert_int_equal(finding_of(f, USERS, ARN "user/user")->severity, SEVERITY_LOW);
    assert_int_equal(finding_of(f, "iam.admin_users_mfa", ARN "user/admin")->severity,
                     SEVERITY_CRITICAL);
    close_bench(&b);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_good_account_passes),
        cmocka_unit_test(without_a_data_set_that_it_needs_a_check_is_unknown),
        cmocka_unit_test(subjects_that_are_counted_but_not_listed_are_unknown),
        cmocka_unit_test(what_is_only_counted_is_bounded),
        cmocka_unit_test(an_account_of_which_nothing_is_known_is_unknown),
        cmocka_unit_test(an_account_that_was_left_out_is_unknown),
        cmocka_unit_test(no_users_is_not_applicable),
        cmocka_unit_test(what_was_not_to_be_collected_is_no_failure),
        cmocka_unit_test(overrides_make_a_run_incomplete_but_no_failure),
        cmocka_unit_test(populations_that_differ_are_named),
        cmocka_unit_test(users_are_counted_against_summary_and_report),
        cmocka_unit_test(policies_of_aws_are_not_counted),
        cmocka_unit_test(accounts_of_the_organisation_are_counted_against_the_scope),
        cmocka_unit_test(accounts_are_compared_by_id_not_by_count),
        cmocka_unit_test(users_that_are_only_counted_are_unknown),
        cmocka_unit_test(findings_are_in_order),
        cmocka_unit_test(the_composite_is_its_worst_part),
        cmocka_unit_test(the_composite_names_what_comes_next),
        cmocka_unit_test(the_composite_names_some_of_what_is_open),
        cmocka_unit_test(every_part_of_the_composite_is_a_check),
        cmocka_unit_test(the_composite_judges_its_own_account),
        cmocka_unit_test(the_composite_is_waived_when_all_that_fails_is),
        cmocka_unit_test(a_severity_is_shown_as_set),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
