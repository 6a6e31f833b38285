/* test_inputs.c - a person's own files: settings, exceptions, attestations, people. */
#include "expect.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/pattern.h"
#include "config/load.h"
#include "config/settings.h"

static char *dir;

static void put(const char *name, const char *text)
{
    struct arena arena = {0};
    struct error err = {0};
    const char *path = file_join(&arena, dir, name);

    expect_ok(file_make_dirs(file_join(&arena, dir, "evidence"), 0700, &err), err);
    expect_ok(file_write(path, text, strlen(text), 0600, &err), err);
    arena_free(&arena);
}

static int clear(void **state)
{
    struct error err = {0};

    (void)state;
    expect_ok(file_remove_tree(dir, &err), err);
    expect_ok(file_make_dirs(dir, 0700, &err), err);
    return 0;
}

static int begin(void **state)
{
    (void)state;
    json_init();
    dir = expect_dir();
    return 0;
}

static int end(void **state)
{
    struct error err = {0};

    (void)state;
    return file_remove_tree(dir, &err);
}

static void load(struct inputs *in)
{
    struct error err = {0};

    *in = (struct inputs){.dir = NULL};
    expect_ok(inputs_load(in, dir, &err), err);
}

/* Say which row of a table did not come out. */
#define wrong(...) (print_error(__VA_ARGS__), print_error("\n"), _fail(__FILE__, __LINE__))

/* The message begins with the directory, then what is expected. */
static void expect_refused(const char *name, const char *text, enum error_code code,
                           const char *message)
{
    struct inputs in = {.dir = NULL};
    struct error err = {0};
    char start[512];

    put(name, text);
    (void)snprintf(start, sizeof start, "%s/%s", dir, message);
    assert_int_equal(inputs_load(&in, dir, &err), -1);
    expect_error(err, code, start);
    inputs_close(&in);
}

/* --- Patterns --------------------------------------------------------------------------------- */

TEST(a_star_stays_in_its_part)
{
    static const struct {
        const char *pattern, *text;
        bool match;
    } rows[] = {
        {"a", "a", true},
        {"a", "A", false},
        {"a", "ab", false},
        {"b", "ab", false},
        {"", "", true},
        {"*", "", true},
        {"*", "abc", true},
        {"*", "a/b", false},
        {"a*c", "abbbc", true},
        {"a*c", "abbbcd", false},
        {"*a*b*", "xxaxxbxx", true},
        {"*aab", "aaaab", true},
        {"?", "", false},
        {"a?c", "abc", true},
        {"a?c", "a/c", false},
        {"**", "ab", true},
        {"arn:aws:iam::1:user/*", "arn:aws:iam::1:user/x", true},
        {"arn:aws:iam::1:user/*", "arn:aws:iam::1:user/ops/x", false},
        {"arn:aws:iam::1:user/*/x", "arn:aws:iam::1:user/ops/x", true},
        {"arn:aws:iam::1:policy/Pow*", "arn:aws:iam::1:policy/Power#Sid", false},
        {"arn:aws:iam::1:policy/Pow*#*", "arn:aws:iam::1:policy/Power#Sid", true},
        {"arn:aws:iam::1:*", "arn:aws:iam::1:user/x", false},
        {"*a/b", "aa/c", false},
        {"*a/*b", "aa/aab", true},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (pattern_match(rows[i].pattern, rows[i].text, "/:#") != rows[i].match)
            wrong("%s on %s", rows[i].pattern, rows[i].text);
}

/* Time is bounded: no pattern is tried in exponentially many ways. */
TEST(a_pattern_of_stars_ends)
{
    char pattern[200], text[4096];

    memset(text, 'a', sizeof text);
    text[sizeof text - 1] = '\0';
    for (size_t i = 0; i + 1 < sizeof pattern; i++)
        pattern[i] = i % 2 ? 'a' : '*';
    pattern[sizeof pattern - 1] = '\0';
    pattern[sizeof pattern - 2] = 'b';
    assert_false(pattern_match(pattern, text, "/"));
}

/* --- Settings --------------------------------------------------------------------------------- */

TEST(defaults_are_the_catalogues)
{
    struct inputs in;
    const struct settings *s;

    (void)clear(NULL);
    load(&in);
    s = in.settings;
    assert_int_equal(s->period_days, 90);
    assert_int_equal(s->unused_days, 45);
    assert_int_equal(s->grace_days, 7);
    assert_int_equal(s->report_age_hours, 4);
    assert_int_equal(s->scan_age_days, 7);
    assert_int_equal(s->administrators_max, 5);
    assert_int_equal(s->administrators_percent, 10);
    assert_int_equal(s->mfa_age_seconds, 0);
    assert_false(s->compute_reuse);
    assert_false(in.has_people);
    assert_int_equal(in.file_count, 0);
    inputs_close(&in);
}

TEST(a_setting_is_read_with_its_place)
{
    struct inputs in;
    struct strbuf text = STRBUF_INIT(MIB);

    (void)clear(NULL);
    put("reportgen.yaml", "# ours\n"
                          "thresholds:\n"
                          "  unusedDays: 30\n"
                          "privileged:\n"
                          "  permissions: ['s3:GetObject']\n"
                          "  computeReuse: true\n"
                          "machines:\n"
                          "  words: [robot]\n"
                          "humans:\n"
                          "severities:\n"
                          "  iam.users_without_mfa: critical\n"
                          "report: {frameworks: [SOC 2]}\n");
    load(&in);
    assert_int_equal(in.settings->unused_days, 30);
    assert_int_equal(in.settings->grace_days, 7);
    assert_true(in.settings->compute_reuse);
    assert_string_equal(in.settings->privileged.of[RULE_PERMISSION].at[0], "s3:GetObject");
    assert_int_equal(in.settings->machines.of[RULE_WORD].count, 1);
    assert_int_equal(in.settings->machines.of[RULE_PATH].count, 3);
    assert_int_equal(inputs_severity(&in, "iam.users_without_mfa", SEVERITY_HIGH),
                     SEVERITY_CRITICAL);
    assert_int_equal(inputs_severity(&in, "iam.root_mfa_enabled", SEVERITY_HIGH), SEVERITY_HIGH);
    settings_text(&in, &text);
    assert_non_null(strstr(text.buf, "  unusedDays: 30  # reportgen.yaml:3\n"));
    assert_non_null(strstr(text.buf, "  graceDays: 7  # default\n"));
    assert_non_null(strstr(text.buf, "  words: [\"robot\"]  # reportgen.yaml:8\n"));
    assert_non_null(strstr(text.buf, "\nseverities: {\"iam.users_without_mfa\":\"critical\"}  # "
                                     "reportgen.yaml:10\n"));
    strbuf_free(&text);
    inputs_close(&in);
}

/* What config prints is a reportgen.yaml that means the same. */
TEST(what_is_printed_can_be_read)
{
    struct inputs in, again;
    struct strbuf text = STRBUF_INIT(MIB);

    (void)clear(NULL);
    put("reportgen.yaml", "thresholds: {mfaAgeSeconds: 3600}\nmachines: {tags: ['a=b c: #d']}\n");
    load(&in);
    settings_text(&in, &text);
    put("reportgen.yaml", text.buf);
    load(&again);

    cleanup_json cJSON *x = settings_json(&in), *y = settings_json(&again);

    for (const cJSON *a = json_first(x), *b = json_first(y); a || b; a = a->next, b = b->next)
        assert_true(cJSON_Compare(json_find(a, "value"), json_find(b, "value"), true));
    assert_int_equal(again.settings->mfa_age_seconds, 3600);
    assert_string_equal(again.settings->machines.of[RULE_TAG].at[0], "a=b c: #d");
    strbuf_free(&text);
    inputs_close(&in);
    inputs_close(&again);
}

TEST(a_wrong_setting_names_line_and_remedy)
{
    static const struct {
        const char *text, *message;
    } rows[] = {
        {"threshold: {}\n",
         "reportgen.yaml:1: unknown key \"threshold\"; did you mean thresholds?"},
        {"\nthresholds:\n  unusedDay: 1\n",
         "reportgen.yaml:3: unknown key \"unusedDay\"; did you mean unusedDays?"},
        {"cognito: {zzzzzzzzzzzzzzz: 1}\n",
         "reportgen.yaml:1: unknown key \"zzzzzzzzzzzzzzz\"; known: workforcePools"},
        {"severities: {iam.users_without_mf: low}\n",
         "reportgen.yaml:1: unknown check \"iam.users_without_mf\"; did you mean "
         "iam.users_without_mfa?"},
        {"severities: {iam.users_without_mfa: hgih}\n",
         "reportgen.yaml:1: unknown severity \"hgih\"; did you mean high?"},
        {"severities: [a]\n", "reportgen.yaml:1: severities: expected check ids"},
        {"thresholds: {unusedDays: 0}\n",
         "reportgen.yaml:1: thresholds.unusedDays: expected a whole number from 1 to 3650"},
        {"thresholds: {unusedDays: 1.5}\n", "reportgen.yaml:1: thresholds.unusedDays: expected"},
        {"thresholds: {unusedDays: -1}\n", "reportgen.yaml:1: thresholds.unusedDays: expected"},
        {"thresholds: {unusedDays: 99999999999999999999}\n",
         "reportgen.yaml:1: thresholds.unusedDays: expected"},
        {"thresholds: {unusedDays: }\n", "reportgen.yaml:1: thresholds.unusedDays: expected"},
        {"thresholds: {unusedDays: [1]}\n", "reportgen.yaml:1: thresholds.unusedDays: expected"},
        {"thresholds: 3\n", "reportgen.yaml:1: thresholds: expected keys"},
        {"privileged: {computeReuse: yes}\n",
         "reportgen.yaml:1: privileged.computeReuse: expected true or false"},
        {"machines: {paths: [service]}\n",
         "reportgen.yaml:1: machines.paths: \"service\": expected a path"},
        {"machines: {tags: [service]}\n", "reportgen.yaml:1: machines.tags: \"service\": expected"},
        {"machines: {words: [[a]]}\n", "reportgen.yaml:1: the value: expected a text"},
        {"machines: {words: ['']}\n", "reportgen.yaml:1: the value: is empty"},
        {"machines: {words: [\"a\\u202Eb\"]}\n",
         "reportgen.yaml:1: the value: has a character that does not show"},
        {"privileged: {permissions: [iam]}\n",
         "reportgen.yaml:1: privileged.permissions: \"iam\": expected service:Action"},
        {"report: {frameworks: [SOC 3]}\n",
         "reportgen.yaml:1: unknown framework \"SOC 3\"; did you mean SOC 2?"},
        {"- a\n", "reportgen.yaml:1: expected keys"},
        {"a: *b\n", "reportgen.yaml:1: an alias"},
    };

    (void)clear(NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect_refused("reportgen.yaml", rows[i].text, ERR_CONFIG, rows[i].message);
}

TEST(rules_look_at_whole_words)
{
    static const struct {
        const char *name, *path, *key, *value, *reason;
    } rows[] = {
        {"svc-backup", "/", "", "", "word svc"},
        {"cindy", "/", "", "", NULL},
        {"CI", "/", "", "", "word ci"},
        {"team.ci", "/", "", "", "word ci"},
        {"ci2", "/", "", "", NULL},
        {"x", "/service/", "", "", "path /service/"},
        {"x", "/service/a/", "", "", "path /service/"},
        {"x", "/services/", "", "", NULL},
        {"x", "/a/service/", "", "", NULL},
        {"x", "/", "Type", "Service", "tag type=service"},
        {"x", "/", "type", "service-account", NULL},
    };
    struct arena arena = {0};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct tag tag = {rows[i].key, rows[i].value};
        struct principal p = {
            .name = rows[i].name, .path = rows[i].path, .tags = &tag, .tag_count = 1};
        const char *reason = rule_set_match(&settings_default.machines, &p, &arena);

        if (rows[i].reason)
            assert_string_equal(reason ? reason : "none", rows[i].reason);
        else
            assert_null(reason);
    }
    arena_free(&arena);
}

/* --- Exceptions ------------------------------------------------------------------------------- */

#define USER "arn:aws:iam::111122223333:user/"
#define EXCEPTION(id, resource, more)                                                    \
    "- {id: " id ", check: iam.users_without_mfa, scope: {account: '111122223333', "     \
    "resource: '" resource "'" more "}, reason: r, compensatingControl: c, owner: Ann, " \
    "approver: Bob, approved: 2026-10-01, expires: 2026-12-31}\n"

static time_t at(const char *day)
{
    char text[CLOCK_TEXT];
    time_t t = 0;

    (void)snprintf(text, sizeof text, "%sT12:00:00Z", day);
    assert_true(clock_parse(text, &t));
    return t;
}

TEST(an_exception_is_read)
{
    struct inputs in;
    const struct exception *x;

    (void)clear(NULL);
    put("exceptions.yaml",
        "exceptions:\n"
        "  - id: EX-1\n"
        "    check: iam.users_without_mfa\n"
        "    scope:\n"
        "      account: \"111122223333\"\n"
        "      resource: " USER "ann\n"
        "      ids: [AIDAEXAMPLE000000001]\n"
        "    reason: >\n"
        "      broken\n"
        "      thumb\n"
        "    compensatingControl: sits beside the guard\n"
        "    owner: Ann\n"
        "    approver: Bob\n"
        "    approved: 2026-10-01\n"
        "    expires: 2026-12-31\n"
        "    ticket: OPS-7\n"
        "    reviews:\n"
        "      - {date: 2026-11-01, by: Eve, decision: keep, note: still broken}\n");
    load(&in);
    x = in.exceptions.at;
    assert_int_equal(in.exceptions.count, 1);
    assert_string_equal(x->waiver.reason, "broken thumb");
    assert_string_equal(x->waiver.expires, "2026-12-31");
    assert_string_equal(x->waiver.reviews[0].by, "Eve");
    assert_string_equal(x->waiver.reviews[0].date, "2026-11-01");
    assert_string_equal(x->ids.at[0], "AIDAEXAMPLE000000001");
    assert_int_equal(x->line, 2);
    assert_true(x->check_known);
    assert_string_equal(exception_last_review(x, at("2026-10-15")).text, "2026-10-01");
    assert_string_equal(exception_last_review(x, at("2026-11-15")).text, "2026-11-01");
    inputs_close(&in);
}

TEST(a_wrong_register_names_line_and_remedy)
{
    static const struct {
        const char *text, *message;
    } rows[] = {
        {"exception: []\n",
         "exceptions.yaml:1: unknown key \"exception\"; did you mean exceptions?"},
        {"exceptions: {}\n", "exceptions.yaml:1: exceptions: expected a list"},
        {"exceptions:\n  - id: x\n    chek: y\n",
         "exceptions.yaml:3: unknown key \"chek\"; did you mean check?"},
        {"exceptions:\n  - id: x\n", "exceptions.yaml:2: check is missing"},
        {"exceptions:\n- {scope: {account: '1', resource: r}}\n",
         "exceptions.yaml:2: account: expected the 12 digits"},
        {"exceptions:\n- {scope: {account: '*', resource: r}}\n",
         "exceptions.yaml:2: account: expected the 12 digits"},
        {"exceptions:\n- {scope: {account: '111122223333', resource: r, ids: [AKIAX]}}\n",
         "exceptions.yaml:2: ids: \"AKIAX\": expected unique ids"},
        {"exceptions:\n- {scope: {resource: r}}\n", "exceptions.yaml:2: account is missing"},
        {"exceptions:\n- {check: iam.mfa_enforcement_strategy}\n",
         "exceptions.yaml:2: check: iam.mfa_enforcement_strategy has no exceptions"},
        {"exceptions:\n- {approved: 2026-13-01}\n", "exceptions.yaml:2: approved: expected a day"},
        {"exceptions:\n- {approved: 2026-1-1}\n", "exceptions.yaml:2: approved: expected a day"},
        {"exceptions:\n- {reviews: [{date: 2026-01-01, by: a, decision: kep}]}\n",
         "exceptions.yaml:2: unknown decision \"kep\"; did you mean keep?"},
        {"exceptions:\n" EXCEPTION("A", USER "a", "") EXCEPTION("A", USER "b", ""),
         "exceptions.yaml:3: id \"A\" stands in line 2 too"},
    };

    (void)clear(NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct inputs in = {.dir = NULL};
        struct error err = {0};

        put("exceptions.yaml", rows[i].text);
        assert_int_equal(inputs_load(&in, dir, &err), -1);
        assert_int_equal(err.code, ERR_CONFIG);
        if (!strstr(err.msg, rows[i].message))
            wrong("got: %s\nwant: %s", err.msg, rows[i].message);
        inputs_close(&in);
    }
}

/* One exception over a day: what is wrong with it. */
static unsigned problems_at(const char *fields, const char *day)
{
    struct inputs in;
    char text[2048];
    unsigned bits;

    (void)snprintf(text, sizeof text,
                   "exceptions:\n- {id: X, reason: r, compensatingControl: c, %s}\n", fields);
    put("exceptions.yaml", text);
    load(&in);
    exceptions_judge(&in.exceptions, in.settings, at(day));
    bits = in.exceptions.at[0].problems;
    assert_true(in.exceptions.at[0].waiver.valid == !in.exceptions.at[0].waiver.fault);
    inputs_close(&in);
    return bits;
}

#define WHO "check: iam.users_without_mfa, owner: Ann, approver: Bob"
#define WHERE "scope: {account: '111122223333', resource: '" USER "ann'}"
#define WHEN "approved: 2026-10-01, expires: 2026-12-31"

TEST(what_is_wrong_with_an_exception)
{
    static const struct {
        const char *fields, *day;
        unsigned bits;
    } rows[] = {
        {WHO ", " WHERE ", " WHEN, "2026-11-24", 0},
        {WHO ", " WHERE ", " WHEN, "2026-10-01", 0},
        {WHO ", " WHERE ", " WHEN, "2026-12-31", 0},
        {WHO ", " WHERE ", " WHEN, "2027-01-01", EXCEPTION_BIT(EXCEPTION_EXPIRED)},
        {WHO ", " WHERE ", " WHEN, "2026-09-30", EXCEPTION_BIT(EXCEPTION_EARLY)},
        {WHO ", " WHERE ", approved: 2026-01-01, expires: 2027-01-01", "2026-02-01", 0},
        {WHO ", " WHERE ", approved: 2026-01-01, expires: 2027-01-02", "2026-02-01",
         EXCEPTION_BIT(EXCEPTION_TOO_LONG)},
        {WHO ", " WHERE ", approved: 2026-01-01, expires: 2026-12-31", "2026-04-03", 0},
        {WHO ", " WHERE ", approved: 2026-01-01, expires: 2026-12-31", "2026-04-04",
         EXCEPTION_BIT(EXCEPTION_UNREVIEWED)},
        {WHO ", " WHERE ", approved: 2026-01-01, expires: 2026-12-31, reviews: [{date: "
             "2026-04-01, by: Eve, decision: keep}]",
         "2026-04-04", 0},
        {WHO ", " WHERE ", approved: 2026-01-01, expires: 2026-12-31, reviews: [{date: "
             "2026-04-01, by: ann, decision: keep}]",
         "2026-04-04", EXCEPTION_BIT(EXCEPTION_UNREVIEWED)},
        {WHO ", " WHERE ", " WHEN ", reviews: [{date: 2026-11-01, by: Eve, decision: end}]",
         "2026-11-24", EXCEPTION_BIT(EXCEPTION_ENDED)},
        {WHO ", " WHERE ", " WHEN ", reviews: [{date: 2026-11-25, by: Eve, decision: end}]",
         "2026-11-24", 0},
        {"check: iam.users_without_mfa, owner: Ann, approver: ANN, " WHERE ", " WHEN, "2026-11-24",
         EXCEPTION_BIT(EXCEPTION_SELF_APPROVED)},
        {"check: iam.no_such, owner: Ann, approver: Bob, " WHERE ", " WHEN, "2026-11-24",
         EXCEPTION_BIT(EXCEPTION_UNKNOWN_CHECK)},
        {WHO ", scope: {account: '111122223333', resource: '" USER "*'}, " WHEN, "2026-11-24",
         EXCEPTION_BIT(EXCEPTION_OVER_BROAD)},
        {WHO ", scope: {account: '111122223333', resource: '" USER "ab*'}, " WHEN, "2026-11-24",
         EXCEPTION_BIT(EXCEPTION_OVER_BROAD)},
        {WHO ", scope: {account: '111122223333', resource: '" USER "abc*'}, " WHEN, "2026-11-24",
         0},
        {WHO ", scope: {account: '111122223333', resource: '" USER "*/abc'}, " WHEN, "2026-11-24",
         EXCEPTION_BIT(EXCEPTION_OVER_BROAD)},
        {WHO ", scope: {account: '111122223333', resource: '*'}, " WHEN, "2026-11-24",
         EXCEPTION_BIT(EXCEPTION_OVER_BROAD)},
    };

    (void)clear(NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        unsigned bits = problems_at(rows[i].fields, rows[i].day);

        if (bits != rows[i].bits)
            wrong("%s on %s: %#x", rows[i].fields, rows[i].day, bits);
    }
}

/* Under two names, by people.csv, it is still one person. */
TEST(people_know_who_approves_himself)
{
    (void)clear(NULL);
    put("people.csv", "person,identity,joined,left\nAnn,b.ann@example.com,,\n");
    assert_int_equal(problems_at("check: iam.users_without_mfa, owner: ann, approver: "
                                 "b.ann@example.com, " WHERE ", " WHEN,
                                 "2026-11-24"),
                     EXCEPTION_BIT(EXCEPTION_SELF_APPROVED));
}

/* An account of three principals, and what exceptions cover of it. */
static struct principal users[] = {
    {.name = "ann",
     .arn = USER "ann",
     .id = "AIDAEXAMPLE000000001",
     .created = "2026-09-30T00:00:00Z"},
    {.name = "ann2",
     .arn = USER "ann2",
     .id = "AIDAEXAMPLE000000002",
     .created = "2026-10-02T00:00:00Z"},
};
static struct principal roles[] = {
    {.name = "ann",
     .arn = "arn:aws:iam::111122223333:role/x/ann",
     .id = "AROAEXAMPLE000000001",
     .created = "2026-10-01T23:00:00Z"},
};
static const struct account account = {
    .id = "111122223333", .users = users, .user_count = 2, .roles = roles, .role_count = 1};

TEST(who_is_made_anew_inherits_nothing)
{
    static const struct {
        const char *resource, *id, *of;
        bool covered;
    } rows[] = {
        {USER "ann", NULL, USER "ann", true},
        {USER "ann", NULL, USER "ann2", false},
        {USER "ann*", NULL, USER "ann", true},
        {USER "ann*", NULL, USER "ann2", false}, /* created after the approval */
        {USER "ann2", "AIDAEXAMPLE000000002", USER "ann2", true},
        {USER "ann", "AIDAEXAMPLE000000009", USER "ann", false},
        {USER "ann*", "AIDAEXAMPLE000000001", USER "ann", true},
        {USER "ann*", "AIDAEXAMPLE000000001", USER "ann2", false},
        {"arn:aws:iam::111122223333:role/x/ann", NULL, "arn:aws:iam::111122223333:role/x/ann",
         true}, /* on the day of approval */
        {"arn:aws:iam::111122223333:role/x/ann", "AROAEXAMPLE000000001",
         "arn:aws:iam::111122223333:role/x/ann", true},
        {"arn:aws:iam::111122223333:root", NULL, "arn:aws:iam::111122223333:root", true},
        {"arn:aws:iam::111122223333:root", "AIDAEXAMPLE000000001", "arn:aws:iam::111122223333:root",
         false},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct exception x = {.resource = rows[i].resource,
                              .ids = {&rows[i].id, rows[i].id ? 1 : 0}};

        assert_true(clock_parse("2026-10-01T00:00:00Z", &x.approved.at));
        if (exception_covers(&x, &account, rows[i].of) != rows[i].covered)
            wrong("%s (%s) on %s", rows[i].resource, rows[i].id ? rows[i].id : "no id", rows[i].of);
    }
}

TEST(the_best_exception_is_taken)
{
    struct inputs in;
    struct finding found[] = {
        {.check = "iam.users_without_mfa", .resource = USER "ann", .status = STATUS_FAIL},
        {.check = "iam.users_without_mfa", .resource = USER "ann", .status = STATUS_UNKNOWN},
        {.check = "iam.users_without_mfa", .resource = USER "bob", .status = STATUS_FAIL},
        {.check = "iam.users_without_mfa", .resource = USER "ann", .status = STATUS_PASS},
    };
    static const enum status before[] = {STATUS_FAIL, STATUS_UNKNOWN, STATUS_FAIL, STATUS_PASS};
    struct findings f = {.at = found, .count = 4};
    struct exception_use use;

    (void)clear(NULL);
    put("exceptions.yaml", "exceptions:\n" EXCEPTION("A", USER "*", "")
                               EXCEPTION("B", USER "ann", "") EXCEPTION("C", USER "ann", ""));
    load(&in);
    exceptions_judge(&in.exceptions, in.settings, at("2026-11-24"));
    exceptions_apply(&in.exceptions, &account, &f, 0);
    assert_string_equal(found[0].waiver->id, "B");
    assert_true(finding_is_waived(&found[0]));
    assert_null(found[1].waiver);
    assert_string_equal(found[2].waiver->id, "A"); /* shown, and not valid */
    assert_false(finding_is_waived(&found[2]));
    assert_string_equal(found[2].waiver->fault, "over-broad");
    assert_null(found[3].waiver);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(found[i].status, before[i]);

    use = exception_use(&in.exceptions.at[1], &account, &f, 0);
    assert_int_equal(use.failing, 1);
    assert_int_equal(use.unread, 1);
    assert_string_equal(use.id, "AIDAEXAMPLE000000001");
    assert_int_equal(exception_use_problems(&in.exceptions.at[1], in.settings, &use),
                     EXCEPTION_BIT(EXCEPTION_UNBOUND));
    use = exception_use(&in.exceptions.at[1], &account, &f, 3);
    assert_int_equal(exception_use_problems(&in.exceptions.at[1], in.settings, &use),
                     EXCEPTION_BIT(EXCEPTION_UNUSED));
    inputs_close(&in);
}

/* --- Attestations ----------------------------------------------------------------------------- */

#define PROVIDER "arn:aws:iam::111122223333:saml-provider/okta"
/* SHA-256 of "proof\n". */
#define PROOF "c13b1dbd62bb16e0bc10c0b1e6b4e3a1e7be0f6c8d0a6a8d9b0ad3a4a3a0fa0c"

static void put_attestation(const char *sha256, const char *more)
{
    char text[2048];

    put("evidence/okta.txt", "proof\n");
    (void)snprintf(text, sizeof text,
                   "attestations:\n- {id: AT-1, check: federation.saml_mfa_attested, resource: "
                   "'" PROVIDER "', statement: all sign in with keys, by: Ann, attested: "
                   "2026-10-01, expires: 2027-09-30, evidence: {file: evidence/okta.txt, sha256: "
                   "%s}%s}\n",
                   sha256, more);
    put("attestations.yaml", text);
}

static const char *proof(void)
{
    static char hex[DIGEST_HEX];

    return digest_bytes("proof\n", 6, hex);
}

TEST(an_attestation_is_good_for_its_time)
{
    static const struct {
        const char *resource, *caller, *day, *why;
    } rows[] = {
        {PROVIDER, NULL, "2026-11-24", ""},
        {PROVIDER, "arn:aws:sts::1:assumed-role/Auditor/bob", "2026-11-24", ""},
        {PROVIDER "2", NULL, "2026-11-24", NULL},
        {PROVIDER, NULL, "2027-10-01", "AT-1 expired on 2027-09-30"},
        {PROVIDER, NULL, "2026-09-30", "AT-1 is dated 2026-10-01, which has not come"},
        {PROVIDER, "arn:aws:iam::111122223333:user/ann", "2026-11-24",
         "AT-1 is by Ann, who also ran the scan"},
        {PROVIDER, "arn:aws:sts::1:assumed-role/Auditor/ann@example.com", "2026-11-24",
         "AT-1 is by Ann, who also ran the scan"},
    };
    struct inputs in;

    (void)clear(NULL);
    put("people.csv", "person,identity,joined,left\nAnn,ann@example.com,2020-01-01,\n");
    put_attestation(proof(), "");
    load(&in);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct attestation_question q = {"federation.saml_mfa_attested", rows[i].resource,
                                         rows[i].caller, at(rows[i].day)};
        const char *why;
        const struct attestation *a = attestation_of(&in, &q, &in.arena, &why);

        assert_true((a != NULL) == (rows[i].why && !*rows[i].why));
        if (rows[i].why && *rows[i].why)
            assert_string_equal(why ? why : "no reason", rows[i].why);
        else
            assert_null(why);
    }
    inputs_close(&in);
}

TEST(evidence_must_be_what_was_attested)
{
    struct inputs in = {.dir = NULL};
    struct error err = {0};

    (void)clear(NULL);
    put_attestation(PROOF, "");
    assert_int_equal(inputs_load(&in, dir, &err), -1);
    assert_int_equal(err.code, ERR_INTEGRITY);
    assert_non_null(
        strstr(err.msg, "attestations.yaml:2: evidence: evidence/okta.txt has SHA-256"));
    inputs_close(&in);

    in = (struct inputs){.dir = NULL};
    err = (struct error){0};
    put_attestation(proof(), "");
    assert_int_equal(unlink(file_join(&in.arena, dir, "evidence/okta.txt")), 0);
    assert_int_equal(inputs_load(&in, dir, &err), -1);
    assert_int_equal(err.code, ERR_MISSING);
    inputs_close(&in);
}

TEST(evidence_lies_in_its_folder)
{
    static const char *const names[] = {"../x",         "/etc/passwd",      "evidence/../x",
                                        "evidence/",    "evidence/.hidden", "evidence/a b",
                                        "evidence/a/b", "other/x",          "evidence"};

    (void)clear(NULL);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char text[512];

        (void)snprintf(text, sizeof text, "attestations:\n- {evidence: {file: '%s'}}\n", names[i]);
        expect_refused("attestations.yaml", text, ERR_CONFIG,
                       "attestations.yaml:2: file: expected evidence/NAME");
    }
}

/* --- People ----------------------------------------------------------------------------------- */

TEST(people_are_found_by_identity)
{
    struct inputs in;
    size_t count;

    (void)clear(NULL);
    put("people.csv", "identity,person,left,joined\n"
                      "z,Zoe,,2020-01-01\n"
                      "a,Ann,2026-01-01,2020-01-01\n"
                      "a,Anna,,\n");
    load(&in);
    assert_true(in.has_people);
    assert_string_equal(people_of(&in, "a", &count)->person, "Ann");
    assert_int_equal(count, 2);
    assert_string_equal(people_of(&in, "a", &count)->left.text, "2026-01-01");
    assert_string_equal(people_of(&in, "z", &count)->joined.text, "2020-01-01");
    assert_null(people_of(&in, "z", &count)->left.text);
    assert_null(people_of(&in, "m", &count));
    assert_int_equal(count, 0);
    inputs_close(&in);
}

TEST(a_wrong_row_is_named)
{
    (void)clear(NULL);
    expect_refused("people.csv", "person,identity\na,b\n", ERR_CONFIG,
                   "people.csv:row 2: the first row must name the columns");
    expect_refused("people.csv", "person,identity,joined,left\na,b,yesterday,\n", ERR_CONFIG,
                   "people.csv:row 2: joined: expected a day");
    expect_refused("people.csv", "person,identity,joined,left\na,,,\n", ERR_CONFIG,
                   "people.csv:row 2: person and identity must not be empty");
    expect_refused("people.csv", "person,identity,joined,left\na,b,2026-01-02,2026-01-01\n",
                   ERR_CONFIG, "people.csv:row 2: left is before joined");
    expect_refused("people.csv", "", ERR_CONFIG, "people.csv");
}

/* --- The directory ---------------------------------------------------------------------------- */

TEST(inputs_are_kept_and_read_again)
{
    struct inputs in, again = {.dir = NULL};
    struct strbuf record = STRBUF_INIT(64);
    struct error err = {0};
    struct arena arena = {0};
    const char *run;

    (void)clear(NULL);
    put("reportgen.yaml", "thresholds: {graceDays: 3}\n");
    put("exceptions.yaml", "exceptions:\n" EXCEPTION("A", USER "a", ""));
    put_attestation(proof(), "");
    put("notes.txt", "not ours\n");
    load(&in);
    assert_int_equal(in.file_count, 4);
    run = file_join(&arena, dir, "run");
    assert_null(inputs_of_run(run, &arena));
    strbuf_addstr(&record, "{}");
    expect_ok(inputs_save(&in, run, &record, &err), err);
    expect_ok(inputs_save(&in, run, &record, &err), err);
    expect_ok(inputs_load(&again, inputs_of_run(run, &arena), &err), err);
    assert_int_equal(again.file_count, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal(in.files[i].name, again.files[i].name);
        assert_string_equal(in.files[i].sha256, again.files[i].sha256);
    }
    assert_int_equal(again.settings->grace_days, 3);
    assert_true(file_exists(file_join(&arena, run, INPUTS_EVALUATION)));
    assert_false(file_exists(file_join(&arena, run, "inputs/notes.txt")));
    put("evidence/okta.txt", "other\n");
    assert_int_equal(inputs_save(&in, run, &record, &err), -1);
    assert_int_equal(err.code, ERR_INTEGRITY);
    assert_true(file_exists(file_join(&arena, run, "inputs/evidence/okta.txt")));
    strbuf_free(&record);
    inputs_close(&in);
    inputs_close(&again);
    arena_free(&arena);
}

TEST(a_named_directory_must_be_there)
{
    struct arena arena = {0};
    struct error err = {0};
    const char *out;

    (void)clear(NULL);
    put("file", "");
    assert_int_equal(inputs_choose(file_join(&arena, dir, "none"), &arena, &out, &err), -1);
    expect_error(err, ERR_MISSING, "--config ");
    assert_int_equal(inputs_choose(file_join(&arena, dir, "file"), &arena, &out, &err), -1);
    expect_error(err, ERR_USAGE, "--config ");
    expect_ok(inputs_choose(dir, &arena, &out, &err), err);
    assert_string_equal(out, dir);
    assert_int_equal(setenv("XDG_CONFIG_HOME", dir, 1), 0);
    expect_ok(inputs_choose(NULL, &arena, &out, &err), err);
    assert_null(out);
    expect_ok(file_make_dirs(file_join(&arena, dir, "reportgen"), 0700, &err), err);
    expect_ok(inputs_choose(NULL, &arena, &out, &err), err);
    assert_string_equal(out, file_join(&arena, dir, "reportgen"));
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_star_stays_in_its_part),
        cmocka_unit_test(a_pattern_of_stars_ends),
        cmocka_unit_test(defaults_are_the_catalogues),
        cmocka_unit_test(a_setting_is_read_with_its_place),
        cmocka_unit_test(what_is_printed_can_be_read),
        cmocka_unit_test(a_wrong_setting_names_line_and_remedy),
        cmocka_unit_test(rules_look_at_whole_words),
        cmocka_unit_test(an_exception_is_read),
        cmocka_unit_test(a_wrong_register_names_line_and_remedy),
        cmocka_unit_test(what_is_wrong_with_an_exception),
        cmocka_unit_test(people_know_who_approves_himself),
        cmocka_unit_test(who_is_made_anew_inherits_nothing),
        cmocka_unit_test(the_best_exception_is_taken),
        cmocka_unit_test(an_attestation_is_good_for_its_time),
        cmocka_unit_test(evidence_must_be_what_was_attested),
        cmocka_unit_test(evidence_lies_in_its_folder),
        cmocka_unit_test(people_are_found_by_identity),
        cmocka_unit_test(a_wrong_row_is_named),
        cmocka_unit_test(inputs_are_kept_and_read_again),
        cmocka_unit_test(a_named_directory_must_be_there),
    };

    return RUN_TESTS(tests, begin, end);
}
