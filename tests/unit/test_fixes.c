/* test_fixes.c - what findings say to do: quoting that no name breaks, a fix for every check, and
 * corrected statements that pass. */
#include "checks_scene.h"

#include "base/process.h"
#include "base/text.h"
#include "checks/watch.h"
#include "fixes/fixes.h"
#include "fixes/fixing.h"
#include "fixes/policy.h"

/* ---- quoting ---- */

static struct fix_filled fill(struct arena *arena, enum fix_language language, const char *form,
                              ...)
{
    struct fix_filled filled;
    va_list values;

    va_start(values, form);
    filled = fix_fill(arena, language, form, values);
    va_end(values);
    return filled;
}

static const char *const hostile[] = {
    "jane.doe",
    "it's",
    "''",
    "'; touch /tmp/nobody; '",
    "$(touch /tmp/nobody)",
    "`touch /tmp/nobody`",
    "${HOME}",
    "%{ if true }",
    "a b  c",
    "\\",
    "a\\'b",
    "\"",
    "#x",
    "=ls",
    "~root",
    "*",
    "!!",
    "a\\nb",
    "|&;<>(){}[]?",
    "-rf",
    "--profile",
    "<CODE-1>",
    "{}",
    "",
    "\303\251\360\237\230\200",
};
#define HOSTILE (sizeof hostile / sizeof *hostile)

/* What sh makes of `echo VALUE`, the value being one word: printf takes it as it is. */
static void expect_word(const char *value)
{
    struct arena arena = {0};
    cleanup_strbuf struct strbuf out = STRBUF_INIT(4096);
    struct error err = {0};
    struct fix_filled f = fill(&arena, FIX_SHELL, "printf '[%s]' --user-name {} x", value);
    char *argv[] = {(char[]){"sh"}, (char[]){"-c"}, arena_strdup(&arena, f.text), NULL};
    const char *expected = *value == '-' ? arena_printf(&arena, "[--user-name=%s][x]", value)
                                         : arena_printf(&arena, "[--user-name][%s][x]", value);

    expect_ok(process_capture(argv, 10000, &out, &err), err);
    assert_string_equal(out.buf, expected);
    assert_string_equal(f.blanks, "");
    arena_free(&arena);
}

TEST(a_shell_reads_each_name_as_one_word)
{
    for (size_t i = 0; i < HOSTILE; i++)
        expect_word(hostile[i]);
    for (int c = ' '; c <= '~'; c++) {
        expect_word((char[]){(char)c, 'H', 'O', 'M', 'E', '\0'});
        expect_word((char[]){'a', (char)c, '\0'});
    }
}

TEST(terraform_reads_each_name_as_text)
{
    static const struct {
        const char *value, *written;
    } rows[] = {
        {"jane.doe", "\"jane.doe\""},
        {"a\"b", "\"a\\\"b\""},
        {"a\\b", "\"a\\\\b\""},
        {"${path.module}", "\"$${path.module}\""},
        {"%{ if true }", "\"%%{ if true }\""},
        {"$${x}", "\"$$${x}\""},
        {"$x %y {z}", "\"$x %y {z}\""},
        {"", "\"\""},
    };
    struct arena arena = {0};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(fill(&arena, FIX_HCL, "x = {}", rows[i].value).text,
                            arena_printf(&arena, "x = %s", rows[i].written));
    arena_free(&arena);
}

TEST(blanks_are_quoted_and_listed)
{
    struct arena arena = {0};
    struct fix_filled f =
        fill(&arena, FIX_SHELL, "aws x --a <CODE-1> --b <CODE-2> --c <CODE-1> --d {}", "<NOT-ONE>");

    assert_string_equal(f.text, "aws x --a '<CODE-1>' --b '<CODE-2>' --c '<CODE-1>' --d "
                                "'<NOT-ONE>'");
    assert_string_equal(f.blanks, "<CODE-1> <CODE-2>");
    assert_string_equal(fill(&arena, FIX_PLAIN, "a < b, <b>, {}", "c").text, "a < b, <b>, c");
    arena_free(&arena);
}

TEST(what_cannot_be_seen_is_not_written)
{
    static const char *const bad[] = {
        "a\nb",  "a\tb",          "\033[31m",  "\342\200\256x", "\342\200\213x",
        "\303(", "file:///etc/x", "fileb://x", "http://x",      "https://x",
    };
    struct arena arena = {0};

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(fix_is_plain(bad[i]));
        assert_null(fill(&arena, FIX_SHELL, "aws {}", bad[i]).text);
        assert_null(fill(&arena, FIX_HCL, "x = {}", bad[i]).text);
    }
    arena_free(&arena);
}

TEST(json_hides_nothing)
{
    struct arena arena = {0};
    cleanup_json cJSON *tree = cJSON_CreateObject();

    cJSON_AddStringToObject(tree, "Sid", "a\"\\\n\342\200\256\363\240\201\201");
    assert_string_equal(fix_json(&arena, tree, 4096),
                        "{\n  \"Sid\": \"a\\\"\\\\\\n\\u202e\\udb40\\udc41\"\n}");
    assert_null(fix_json(&arena, tree, 16));
    arena_free(&arena);
}

/* ---- every check ---- */

TEST(every_check_has_a_fix)
{
    for (size_t row = 0; row < check_count(); row++) {
        if (!fix_find(check_at(row)->id))
            print_error("%s has no fix\n", check_at(row)->id);
        assert_non_null(fix_find(check_at(row)->id));
    }
}

TEST(enrolment_is_what_the_checks_take_for_it)
{
    struct arena arena = {0};
    size_t count = 0;

    for (; fix_enrolment[count]; count++)
        assert_true(is_enrolment_action(text_lower(&arena, fix_enrolment[count])));
    while (enrolment_actions[count])
        count++;
    assert_null(fix_enrolment[count]);
    arena_free(&arena);
}

TEST(metric_filters_catch_what_the_alarms_watch)
{
    struct scene s;
    struct arena scratch = {0};
    const char *why = "";

    scene_begin(&s);
    struct checking c = {.model = &s.model, .account = &s.account};
    struct watch sign_in = watch_sign_in(&c), root = watch_root(&c);

    assert_int_equal(watch_match(&c, &sign_in,
                                 fix_watch_pattern("cloudwatch.sign_in_without_mfa_alarm"),
                                 &scratch, &why),
                     FILTER_ALWAYS);
    assert_int_equal(
        watch_match(&c, &root, fix_watch_pattern("cloudwatch.root_usage_alarm"), &scratch, &why),
        FILTER_ALWAYS);
    arena_free(&scratch);
    scene_end(&s);
}

/* ---- corrected statements ---- */

static void add_fixes(struct scene *s, const char *check, struct findings *out)
{
    struct checking c = {.check = check_find(check),
                         .model = &s->model,
                         .account = &s->account,
                         .enforcement = enforcement_open(&s->model, &s->account, &s->arena),
                         .out = out};

    fixes_add(&c, 0);
}

static const struct remedy *remedy_of(const struct finding *f, enum remedy_kind kind)
{
    for (size_t i = 0; i < f->remedy_count; i++)
        if (f->remedies[i].kind == kind)
            return &f->remedies[i];
    return NULL;
}

static const struct finding *failing(const struct findings *f)
{
    for (size_t i = 0; i < f->count; i++)
        if (f->at[i].status == STATUS_FAIL)
            return &f->at[i];
    return NULL;
}

/* The statements FAIL, and their correction, put in their place, does not. */
static void expect_corrected(const char *check, const char *statements)
{
    struct scene s;
    struct findings before, after;
    const struct remedy *r;

    scene_begin(&s);
    struct principal *alice = scene_person(&s, "alice");

    scene_inline(&s, alice, statements);
    before = scene_judge(&s, check);
    add_fixes(&s, check, &before);
    assert_non_null(failing(&before));
    r = remedy_of(failing(&before), REMEDY_POLICY);
    if (!r)
        print_error("%s: no corrected policy for %s\n", check, statements);
    assert_non_null(r);
    alice->inline_policies[0].text = r->text;
    alice->inline_policies[0].len = strlen(r->text);
    after = scene_judge(&s, check);
    assert_true(after.count > 0);
    if (failing(&after))
        print_error("%s: %s\n%s\n", check, failing(&after)->detail, r->text);
    assert_null(failing(&after));
    arena_free(&before.arena);
    arena_free(&after.arena);
    scene_end(&s);
}

#define ABOUT(effect, what, condition) \
    A ",{'Sid':'S','Effect':'" effect "'," what ",'Condition':{" condition "}}"
#define EVERYTHING "'Action':'*','Resource':'*'"

TEST(conditions_that_do_not_hold_are_corrected)
{
    static const char *const rows[] = {
        ABOUT("Allow", EVERYTHING, "'BoolIfExists':{" PRESENT ":'true'}"),
        ABOUT("Allow", EVERYTHING, "'Null':{" PRESENT ":'false'}"),
        ABOUT("Allow", EVERYTHING, "'Bool':{" PRESENT ":'false'}"),
        ABOUT("Allow", EVERYTHING, "'Bool':{" PRESENT ":['true','false']}"),
        ABOUT("Allow", EVERYTHING, "'NumericLessThanIfExists':{" AGE ":'3600'}"),
        ABOUT("Allow", EVERYTHING, "'ForAllValues:Bool':{" PRESENT ":'true'}"),
        ABOUT("Deny", EVERYTHING, "'Bool':{" PRESENT ":'false'}"),
        ABOUT("Deny", EVERYTHING, "'Null':{" PRESENT ":'true'}"),
        ABOUT("Deny", EVERYTHING, "'NumericGreaterThan':{" AGE ":'3600'}"),
        ABOUT("Deny", EVERYTHING,
              "'BoolIfExists':{" PRESENT ":'false'},'Null':{" PRESENT ":'false'}"),
        ABOUT("Deny", EVERYTHING, "'Bool':{'aws:multifactorauthpresent':false}"),
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect_corrected("iam.mfa_policy_condition_effective", rows[i]);
}

#define NO_MFA "'BoolIfExists':{" PRESENT ":'false'}"

TEST(exemptions_and_resources_are_corrected)
{
    static const char *const exempting[] = {
        ABOUT("Deny", "'NotAction':['iam:*','sts:GetSessionToken'],'Resource':'*'", NO_MFA),
        ABOUT("Deny", "'NotAction':'iam:DeactivateMFADevice','Resource':'*'", NO_MFA),
        ABOUT("Deny", "'NotAction':['IAM:enablemfadevice','s3:*','iam:List*'],'Resource':'*'",
              NO_MFA),
    };
    static const char *const narrow[] = {
        ABOUT("Deny", "'Action':'*','Resource':['arn:aws:s3:::b','arn:aws:s3:::b/*']", NO_MFA),
        ABOUT("Deny", "'Action':'*','NotResource':'arn:aws:s3:::b'", NO_MFA),
    };

    for (size_t i = 0; i < sizeof exempting / sizeof *exempting; i++)
        expect_corrected("iam.mfa_policy_exemptions_minimal", exempting[i]);
    for (size_t i = 0; i < sizeof narrow / sizeof *narrow; i++)
        expect_corrected("iam.mfa_policy_resources_complete", narrow[i]);
}

/* What asks for more than MFA is not mended by changing the test: steps say so, and no document. */
TEST(nothing_is_said_that_would_not_pass)
{
    struct scene s;
    struct findings f;

    scene_begin(&s);
    scene_inline(
        &s, scene_person(&s, "alice"),
        ABOUT("Deny", EVERYTHING, NO_MFA ",'NotIpAddress':{'aws:SourceIp':'192.0.2.0/24'}"));
    f = scene_judge(&s, "iam.mfa_policy_condition_effective");
    add_fixes(&s, "iam.mfa_policy_condition_effective", &f);
    assert_non_null(failing(&f));
    assert_null(remedy_of(failing(&f), REMEDY_POLICY));
    assert_non_null(strstr(remedy_of(failing(&f), REMEDY_STEPS)->text, "a Deny of its own"));
    arena_free(&f.arena);
    scene_end(&s);
}

/* Of a document that is too large, the one statement; of one whose statement is, its place. */
static void expect_of_large(const char *filler, bool shown)
{
    struct scene s;
    struct findings f;
    cleanup_strbuf struct strbuf text = STRBUF_INIT(LIMIT_POLICY_BYTES);

    scene_begin(&s);
    strbuf_addstr(&text, filler);
    for (int i = 0; i < 4000; i++)
        strbuf_addf(&text, "%s's3:GetSomethingNumber%04d'", i ? "," : "", i);
    strbuf_addstr(&text, shown ? "]},{'Sid':'S','Effect':'Deny'," EVERYTHING
                                 ",'Condition':{'Bool':{" PRESENT ":'false'}}}"
                               : "],'Condition':{'Bool':{" PRESENT ":'false'}}}");
    scene_inline(&s, scene_person(&s, "alice"), text.buf);
    f = scene_judge(&s, "iam.mfa_policy_condition_effective");
    add_fixes(&s, "iam.mfa_policy_condition_effective", &f);
    assert_non_null(failing(&f));
    assert_int_equal(remedy_of(failing(&f), REMEDY_POLICY) != NULL, shown);
    if (shown)
        assert_non_null(
            strstr(remedy_of(failing(&f), REMEDY_POLICY)->about, "only /Statement/1 is shown"));
    else
        assert_non_null(strstr(remedy_of(failing(&f), REMEDY_STEPS)->text, "/Statement/0"));
    assert_null(remedy_of(failing(&f), REMEDY_CLI));
    arena_free(&f.arena);
    scene_end(&s);
}

TEST(large_documents_are_named_not_shown)
{
    expect_of_large("{'Effect':'Allow','Resource':'*','Action':[", true);
    expect_of_large("{'Sid':'S','Effect':'Deny','Resource':'*','Action':[", false);
}

/* ---- corrected trust policies ---- */

/* The corrected trust policy of the role's FAIL, put in its place, fails no more; it holds `text`
 * and, of the others, none. */
static void expect_trust(const char *check, const char *trust, const char *const texts[])
{
    struct scene s;
    struct findings before, after;
    const struct remedy *r;

    scene_begin(&s);
    struct principal *role = scene_trusting(&s, "admin", trust, A);

    before = scene_judge(&s, check);
    add_fixes(&s, check, &before);
    assert_non_null(failing(&before));
    r = remedy_of(failing(&before), REMEDY_POLICY);
    assert_non_null(r);
    for (size_t i = 0; texts[i]; i++) {
        if (!strstr(r->text, texts[i]))
            print_error("no %s in %s\n", texts[i], r->text);
        assert_non_null(strstr(r->text, texts[i]));
    }
    role->trust.text = r->text;
    role->trust.len = strlen(r->text);
    after = scene_judge(&s, check);
    if (failing(&after))
        print_error("%s: %s\n%s\n", check, failing(&after)->detail, r->text);
    assert_null(failing(&after));
    arena_free(&before.arena);
    arena_free(&after.arena);
    scene_end(&s);
}

#define ADMITS(principal, rest) \
    "{'Sid':'T','Effect':'Allow','Action':'sts:AssumeRole','Principal':" principal rest "}"
#define OUTSIDE "'arn:aws:iam::999988887777:root'"

TEST(trust_of_other_accounts_is_corrected)
{
    static const char *const id[] = {"\"sts:ExternalId\": \"<EXTERNAL-ID>\"", NULL};
    static const char *const named[] = {"arn:aws:iam::<TRUSTED-ACCOUNT-ID>:root",
                                        "\"aws:MultiFactorAuthPresent\": \"true\"", NULL};
    static const char *const split[] = {"\"Service\": \"ec2.amazonaws.com\"", "\"sts:ExternalId\"",
                                        NULL};

    expect_trust("iam.cross_account_role_trust", ADMITS("{'AWS':" OUTSIDE "}", ""), id);
    expect_trust("iam.cross_account_role_trust", ADMITS("{'AWS':'*'}", ""), named);
    expect_trust("iam.cross_account_role_trust", ADMITS("'*'", ""), named);
    expect_trust("iam.cross_account_role_trust",
                 ADMITS("{'AWS':" OUTSIDE ",'Service':'ec2.amazonaws.com'}", ""), split);
}

TEST(oidc_trust_is_corrected)
{
    static const char *const github[] = {"\"token.actions.githubusercontent.com:sub\": "
                                         "\"repo:<ORGANISATION>/<REPOSITORY>:",
                                         NULL};

    expect_trust("federation.oidc_trust_restricted",
                 "{'Effect':'Allow','Action':'sts:AssumeRoleWithWebIdentity','Principal':{"
                 "'Federated':'" SCENE_ARN "oidc-provider/token.actions.githubusercontent.com'}}",
                 github);
}

static int setup(void **state)
{
    (void)state;
    json_init();
    return 0;
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_shell_reads_each_name_as_one_word),
        cmocka_unit_test(terraform_reads_each_name_as_text),
        cmocka_unit_test(blanks_are_quoted_and_listed),
        cmocka_unit_test(what_cannot_be_seen_is_not_written),
        cmocka_unit_test(json_hides_nothing),
        cmocka_unit_test(every_check_has_a_fix),
        cmocka_unit_test(enrolment_is_what_the_checks_take_for_it),
        cmocka_unit_test(metric_filters_catch_what_the_alarms_watch),
        cmocka_unit_test(conditions_that_do_not_hold_are_corrected),
        cmocka_unit_test(exemptions_and_resources_are_corrected),
        cmocka_unit_test(nothing_is_said_that_would_not_pass),
        cmocka_unit_test(large_documents_are_named_not_shown),
        cmocka_unit_test(trust_of_other_accounts_is_corrected),
        cmocka_unit_test(oidc_trust_is_corrected),
    };

    return RUN_TESTS(tests, setup, NULL);
}
