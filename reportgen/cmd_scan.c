/* cmd_scan.c - `reportgen scan`: read AWS, keep what it said, judge it. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "commands.h"
#include "scan/scan.h"

struct scan_args {
    struct cli_words words;
    const char *profile, *region, *role_arn, *external_id;
    bool organization;
    const char *accounts, *role_name, *collect;
    struct cli_list exclude, units;
    const char *freshness, *regions, *period, *trail_logs;
    bool assume_root;
    const char *simulate;
    const char *max_rps, *concurrency;
    const char *output, *resume, *challenge, *config, *fail_on;
};

static const struct option_row options[] = {
    {"profile", 'p', "NAME", OPT_TEXT, offsetof(struct scan_args, profile),
     "profile of ~/.aws/config and ~/.aws/credentials (default: as the AWS CLI chooses)"},
    {"region", 0, "REGION", OPT_TEXT, offsetof(struct scan_args, region),
     "region of STS, and of the partition that is asked"},
    {"role-arn", 0, "ARN", OPT_TEXT, offsetof(struct scan_args, role_arn),
     "a role to assume first; its account is the home account"},
    {"external-id", 0, "TEXT", OPT_TEXT, offsetof(struct scan_args, external_id),
     "ExternalId of every role that is assumed"},
    {"organization", 0, NULL, OPT_FLAG, offsetof(struct scan_args, organization),
     "read all active accounts of the organisation"},
    {"accounts", 0, "FILE", OPT_TEXT, offsetof(struct scan_args, accounts),
     "read the accounts named in FILE: an id a line, # begins a comment"},
    {"ou", 0, "IDS", OPT_LIST, offsetof(struct scan_args, units),
     "of the organisation only the accounts below these units; several with commas, or repeated; "
     "the others count as not read"},
    {"exclude", 0, "IDS", OPT_LIST, offsetof(struct scan_args, exclude),
     "leave accounts out; several with commas, or repeated"},
    {"role-name", 0, "NAME", OPT_TEXT, offsetof(struct scan_args, role_name),
     "role to assume in every other account (default: " SCAN_ROLE_NAME ")"},
    {"collect", 0, "LIST", OPT_TEXT, offsetof(struct scan_args, collect),
     "services to read, separated by commas: cloudtrail, cloudwatch, cognito-idp, ds, iam, "
     "identitystore, logs, organizations, s3, sso-admin (default: all); sts always is"},
    {"freshness", 0, "report|confirm|live", OPT_CHOICE, offsetof(struct scan_args, freshness),
     "how fresh what is known of users must be: as the credential report says (up to 4 hours old), "
     "asked again where it matters, or asked for everybody (default: confirm)"},
    {"regions", 0, "LIST", OPT_TEXT, offsetof(struct scan_args, regions),
     "regions in which regional services are asked, separated by commas (default: the configured "
     "one and those in which AWS records sign-ins: in partition aws us-east-1, us-east-2, "
     "eu-north-1 and ap-southeast-2)"},
    {"period", 0, "DAYS", OPT_TEXT, offsetof(struct scan_args, period),
     "days of events to read, 1 to 90 (default: thresholds.periodDays of reportgen.yaml, or 90)"},
    {"trail-logs", 0, "DIR", OPT_TEXT, offsetof(struct scan_args, trail_logs),
     "keep and read CloudTrail's log files (*.json.gz) of the accounts too, as far back as they "
     "go; the digest files (CloudTrail-Digest) in it prove which hours are whole"},
    {"assume-root", 0, NULL, OPT_FLAG, offsetof(struct scan_args, assume_root),
     "look at the root users of member accounts with sts:AssumeRoot, a privileged act that may "
     "raise alarms; without it they are known by counts only"},
    {"simulate", 0, "N", OPT_TEXT, offsetof(struct scan_args, simulate),
     "ask AWS's policy simulator about N users of each account, 1 to 100, privileged ones first, "
     "as a second opinion; needs iam:SimulatePrincipalPolicy (reportgen policy --simulate)"},
    {"max-rps", 0, "N", OPT_TEXT, offsetof(struct scan_args, max_rps),
     "requests per second in each account at most (default: 15)"},
    {"concurrency", 0, "N", OPT_TEXT, offsetof(struct scan_args, concurrency),
     "accounts at a time at most (default: 16)"},
    {"output", 'o', "RUN", OPT_TEXT, offsetof(struct scan_args, output),
     "directory to write (default: ./reportgen-ACCOUNT-TIME or ./reportgen-ORGANISATION-TIME)"},
    {"resume", 0, "RUN", OPT_TEXT, offsetof(struct scan_args, resume),
     "go on with a scan that was cut off, or ask again in one that has ended what got no answer "
     "(throttled, timed out, no connection); what it has is not asked again"},
    {"challenge", 0, "TEXT", OPT_TEXT, offsetof(struct scan_args, challenge),
     "an auditor's word, put into RoleSessionName and User-Agent as it is, for CloudTrail to show: "
     "at most 54 " CHALLENGE_CHARACTERS "; --resume keeps that of the beginning"},
    {"config", 0, "DIR", OPT_TEXT, offsetof(struct scan_args, config),
     "settings, exceptions and attestations to judge with, kept in RUN/inputs (default: as in "
     "reportgen config)"},
    {"fail-on", 0, "low|medium|high|critical", OPT_CHOICE, offsetof(struct scan_args, fail_on),
     RUN_FAIL_ON},
    {0},
};

static int check_args(const struct scan_args *a, struct error *err)
{
    if ((a->organization || a->units.count > 0) && a->accounts)
        return fail(err, ERR_USAGE, "--%s and --accounts exclude each other",
                    a->organization ? "organization" : "ou");
    if (a->resume && (a->output || a->organization || a->accounts || a->exclude.count > 0 ||
                      a->units.count > 0 || a->collect || a->freshness || a->regions || a->period ||
                      a->assume_root || a->simulate || a->trail_logs))
        return fail(
            err, ERR_USAGE,
            "--resume goes on with the scope and in the directory of the scan that was begun: "
            "no -o and no option that chooses what to read beside it");
    return 0;
}

/* A word that AWS would not show as it was given is of no use to the auditor who looks for it. */
static int check_challenge(const char *word, struct error *err)
{
    if (!word || snapshot_is_challenge(word))
        return 0;
    if (strlen(word) > CHALLENGE_MOST)
        return fail(err, ERR_USAGE,
                    "--challenge: %zu bytes, and a role session's name has room for %d beside "
                    "\"" CHALLENGE_SESSION "\"",
                    strlen(word), CHALLENGE_MOST);
    return fail(err, ERR_USAGE,
                "--challenge: %s; a role session's name takes " CHALLENGE_CHARACTERS " only, and "
                "nothing is changed or cut, so that it is found again in CloudTrail",
                *word ? "holds other characters" : "is empty");
}

/* Settings of one scan, and what they point to. */
struct prepared {
    struct config config;
    struct scan_settings scan;
};

static int prepare(const struct scan_args *a, struct prepared *p, struct error *err)
{
    double rps = SCAN_MAX_RPS, concurrency = SCAN_CONCURRENCY, days = SCAN_PERIOD_DAYS,
           simulate = 0;
    enum freshness freshness = FRESHNESS_CONFIRM;

    if (check_args(a, err) || check_challenge(a->challenge, err) ||
        cli_number("max-rps", a->max_rps, 0.1, 1000, &rps, err) ||
        cli_number("concurrency", a->concurrency, 1, 64, &concurrency, err) ||
        cli_number("period", a->period, 1, SCAN_PERIOD_DAYS, &days, err) ||
        cli_number("simulate", a->simulate, 1, LIMIT_SIMULATED, &simulate, err) ||
        config_open(&p->config, a->profile, err))
        return -1;
    if (days != (unsigned)days)
        return fail(err, ERR_USAGE, "--period %s: expected whole days", a->period);
    if (simulate != (unsigned)simulate)
        return fail(err, ERR_USAGE, "--simulate %s: expected a whole number", a->simulate);
    if (a->freshness)
        (void)freshness_parse(a->freshness, &freshness); /* one of the option's choices */
    p->scan = (struct scan_settings){
        .credentials = {.config = &p->config,
                        .region = a->region,
                        .role_arn = a->role_arn,
                        .external_id = a->external_id,
                        .http = {.ca_bundle = config_ca_bundle(&p->config)}},
        .challenge = a->challenge,
        .organization = a->organization || a->units.count > 0,
        .units = a->units.at,
        .unit_count = a->units.count,
        .accounts_file = a->accounts,
        .exclude = a->exclude.at,
        .exclude_count = a->exclude.count,
        .role_name = a->role_name ? a->role_name : SCAN_ROLE_NAME,
        .collect = a->collect,
        .freshness = freshness,
        .assume_root = a->assume_root,
        .simulate = (size_t)simulate,
        .regions = a->regions,
        .period_days = (unsigned)days,
        .trail_logs = a->trail_logs,
        .max_rps = rps,
        .concurrency = (size_t)concurrency,
        .run = a->resume ? a->resume : a->output,
        .resume = a->resume != NULL,
    };
    return 0;
}

/* Evaluate what was scanned, as `reportgen evaluate` does. */
static int judge(struct assessment *a, const char *run, const char *fail_on, struct error *err)
{
    time_t document;
    int status;

    log_last_words("%s: is read, but not judged: reportgen evaluate %s", run, run);
    if (log_is_live())
        log_progress("judging what was read");
    if (clock_document(&document, err) || assess(a, run, err) || run_keep_inputs(a, run, err) ||
        run_save(a, run, document, err))
        return EXIT_OF_ERROR;
    log_progress_end();
    printf("%s\n", run);
    status = run_verdict(a, fail_on);
    log_info("next: reportgen report %s; reportgen bundle %s", run, run);
    return status;
}

static int run_scan(const void *p, struct error *err)
{
    const struct scan_args *args = p;
    cleanup_assessment struct assessment a = {0};
    struct prepared prepared = {.scan = {.run = NULL}};
    struct arena arena = {0};
    const char *run = NULL;
    int status = prepare(args, &prepared, err);

    /* Before AWS is asked: what is wrong with the inputs is told at once. */
    if (status == 0)
        status = run_inputs(&a, args->config, NULL, err);
    if (status == 0 && !args->period)
        prepared.scan.period_days = (unsigned)a.inputs.settings->period_days;
    if (status == 0)
        status = scan(&prepared.scan, &arena, &run, err);
    status = status ? EXIT_OF_ERROR : judge(&a, run, args->fail_on, err);
    config_close(&prepared.config);
    arena_free(&arena);
    return status;
}

const struct command cmd_scan = {
    .name = "scan",
    .arguments = "",
    .min_words = 0,
    .max_words = 0,
    .summary = "read AWS, keep every answer, judge it",
    .details =
        "Reads only. Credentials are found as the AWS CLI finds them; reportgen policy prints "
        "the role that is needed. Writes snapshot.json, the raw answers, findings.json and "
        "report.json into RUN and prints its name. What AWS refuses is UNKNOWN with the "
        "reason, and ends with exit 4. Throttling is waited for, that of roles for five minutes; "
        "what got no answer all the same is asked again by --resume RUN.",
    .options = options,
    .args_size = sizeof(struct scan_args),
    .run = run_scan,
};
