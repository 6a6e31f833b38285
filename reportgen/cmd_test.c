/* cmd_test.c - `reportgen test`: ask AWS, without MFA, for what was judged to need MFA. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"
#include "commands.h"
#include "trial/signer.h"

struct test_args {
    struct cli_words words;
    const char *as, *region, *max, *max_rps, *format;
};

static const struct option_row options[] = {
    {"as", 0, "PROFILE", OPT_TEXT, offsetof(struct test_args, as),
     "profile with the access key of an IAM user whom RUN knows; needed, never chosen by itself"},
    {"region", 0, "REGION", OPT_TEXT, offsetof(struct test_args, region),
     "region of STS and EC2 (default: the profile's)"},
    {"max", 0, "N", OPT_TEXT, offsetof(struct test_args, max),
     "ask for so many roles at most (default: 20)"},
    {"max-rps", 0, "N", OPT_TEXT, offsetof(struct test_args, max_rps),
     "requests per second at most (default: 2)"},
    {"format", 'f', "text|json", OPT_CHOICE, offsetof(struct test_args, format),
     "how to print what came out (default: text)"},
    {0},
};

/* What the parts of one command hold. */
struct testing {
    struct config config;
    struct assessment assessment;
    struct arena account_arena;
    struct findings found;
    struct trial_signer signer;
    struct trial trial;
    time_t document;
};

static void testing_clear(struct testing *x)
{
    trial_signer_clear(&x->signer);
    trial_close(&x->trial);
    findings_free(&x->found);
    assessment_close(&x->assessment);
    arena_free(&x->account_arena);
    config_close(&x->config);
}
#define cleanup_testing CLEANUP(testing_clear)

static void tell(const struct trial_test *test)
{
    if (test->status == STATUS_FAIL)
        log_error("%s:%s on %s, without MFA: %s", test->service, test->operation, test->resource,
                  test->detail);
    else
        log_debug("%s:%s on %s: %s", test->service, test->operation, test->resource, test->detail);
}

/* One test a paragraph: status, question, resource; below the request's id and the reason. */
static void add_row(struct strbuf *out, const struct trial_test *test, struct arena *arena)
{
    strbuf_addf(out, "%-14s  %-25s  %s\n", status_name(test->status),
                arena_printf(arena, "%s:%s", test->service, test->operation),
                text_shown(arena, test->resource));
    if (test->status == STATUS_FAIL)
        strbuf_addf(out, "%16scritical\n", "");
    if (test->host)
        strbuf_addf(out, "%16s%s%s%s\n", "",
                    *test->code && test->page.http_status / 100 != 2 ? test->code : "success",
                    test->page.request_id && *test->page.request_id ? ", request " : "",
                    test->page.request_id ? test->page.request_id : "");
    strbuf_addf(out, "%16s%s\n", "", test->detail);
}

static int print_text(const struct trial *t, const char *dir, struct error *err)
{
    cleanup_strbuf struct strbuf text = STRBUF_INIT(LIMIT_DOCUMENT_BYTES);
    struct arena arena = {0};

    for (size_t i = 0; i < t->count; i++)
        add_row(&text, &t->tests[i], &arena);
    strbuf_addf(&text, "%s/%s\n", dir, TRIAL_FILE);
    arena_free(&arena);
    if (strbuf_finish(&text, "test", err))
        return -1;
    fwrite(text.buf, 1, text.len, stdout);
    return 0;
}

static int print_json(const cJSON *record, struct error *err)
{
    cleanup_strbuf struct strbuf text = STRBUF_INIT(LIMIT_JSON_BYTES);

    if (json_pretty(record, &text, err) || strbuf_finish(&text, "test", err))
        return -1;
    fwrite(text.buf, 1, text.len, stdout);
    return 0;
}

static int conclude(const struct trial *t)
{
    struct trial_counts n = trial_count(t);

    log_info("%zu asked: %zu refused as judged (PASS), %zu let in (FAIL), %zu prove nothing "
             "(UNKNOWN), of these %zu failed",
             n.asked, n.by_status[STATUS_PASS], n.by_status[STATUS_FAIL],
             n.by_status[STATUS_UNKNOWN], n.failed);
    if (t->left_out > 0)
        log_warn("%zu roles were left out; --max N takes more", t->left_out);
    return n.by_status[STATUS_FAIL] > 0 ? 1 : n.failed > 0 ? 4 : 0;
}

/* What was proved is held against the verdicts: judge the run again, as evaluate does. */
static int judge_again(const char *run, time_t document, struct error *err)
{
    cleanup_assessment struct assessment a = {0};

    return run_inputs(&a, NULL, run, err) || assess(&a, run, err) ||
                   run_save(&a, run, document, err)
               ? -1
               : 0;
}

static int finish(struct testing *x, const struct test_args *args, struct error *err)
{
    cleanup_json cJSON *record = trial_json(&x->trial, x->assessment.snapshot.sha256);
    const char *dir, *run = args->words.at[0];
    bool as_json = args->format && strcmp(args->format, "json") == 0;

    if (trial_save(&x->trial, record, run, &dir, err) || judge_again(run, x->document, err) ||
        (as_json ? print_json(record, err) : print_text(&x->trial, dir, err)))
        return EXIT_OF_ERROR;
    return conclude(&x->trial);
}

static int run_test(const void *p, struct error *err)
{
    const struct test_args *args = p;
    cleanup_testing struct testing x = {.found.at = NULL};
    const char *run = args->words.at[0];
    double max = TRIAL_MAX, rps = TRIAL_RPS;
    struct account *account;

    if (!args->as)
        return fail(err, ERR_USAGE, "test: name whose access key is used with --as PROFILE");
    if (clock_document(&x.document, err) || cli_number("max", args->max, 1, 1000, &max, err) ||
        cli_number("max-rps", args->max_rps, 0.1, 100, &rps, err) || run_refuse_pack(run, err) ||
        config_open(&x.config, args->as, err))
        return EXIT_OF_ERROR;
    x.signer.settings = (struct credential_settings){
        .config = &x.config,
        .region = args->region,
        .http = {.ca_bundle = config_ca_bundle(&x.config), .user_agent = "reportgen/" VERSION}};
    if (trial_identify(&x.trial, &x.signer, err) || run_inputs(&x.assessment, NULL, run, err) ||
        assess_account(&x.assessment, run, x.trial.account, &x.account_arena, &account, &x.found,
                       err))
        return EXIT_OF_ERROR;
    x.trial.taken_at = x.assessment.snapshot.finished_at;
    if (trial_plan(&x.trial, &x.assessment.model, account, &x.found, (size_t)max, err) ||
        trial_ask(&x.trial, &x.signer, rps, tell, err))
        return EXIT_OF_ERROR;
    return finish(&x, args, err);
}

const struct command cmd_test = {
    .name = "test",
    .arguments = "RUN",
    .min_words = 1,
    .max_words = 1,
    .summary = "ask AWS, without MFA, for what was judged to need MFA",
    .details =
        "With the access key of an IAM user of a scanned account, asks for a session of every role "
        "of that account that iam.role_trust_requires_mfa passed, without an MFA code, and for a "
        "few EC2 calls with DryRun. AccessDenied is expected. It is a PASS only when by the "
        "policies of a snapshot of the last 24 hours that user would be let in with MFA, and not "
        "without: AWS refuses in the same words whoever may not enter at all, and roles that are "
        "not there. Every other refusal or error is UNKNOWN with its reason. A success is a "
        "critical FAIL and exit 1; the session can do nothing (it is asked for with a policy that "
        "denies everything) and is dropped at once. What was proved is held against the verdicts "
        "in "
        "RUN/findings.json and report.json, which are written anew. Record and answers are kept in "
        "RUN/live-test, and packed by bundle. The attempts show in CloudTrail, and may raise "
        "alarms.",
    .options = options,
    .args_size = sizeof(struct test_args),
    .run = run_test,
};
