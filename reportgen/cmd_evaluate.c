/* cmd_evaluate.c - `reportgen evaluate`: judge a saved snapshot with today's checks, offline. */
#include <stdio.h>

#include "base/clock.h"
#include "base/file.h"
#include "checks/catalogue.h"
#include "commands.h"

struct evaluate_args {
    struct cli_words words;
    const char *config, *fail_on;
};

static const struct option_row options[] = {
    {"config", 0, "DIR", OPT_TEXT, offsetof(struct evaluate_args, config),
     "settings, exceptions and attestations to judge with (default: those kept in RUN, else as in "
     "reportgen config)"},
    {"fail-on", 0, "low|medium|high|critical", OPT_CHOICE, offsetof(struct evaluate_args, fail_on),
     RUN_FAIL_ON},
    {0},
};

/* A pack names findings.json and report.json as signed subjects: they are not written over. */
static const char *output_dir(const char *run, struct arena *arena, struct error *err)
{
    char hex[DIGEST_HEX];
    const char *dir;

    if (!run_is_pack(run))
        return run;
    dir = file_join(arena, run, arena_printf(arena, "evaluated-%.8s", ruleset_sha256(hex)));
    return file_make_dirs(dir, 0700, err) ? NULL : dir;
}

static int evaluate_run(const struct evaluate_args *args, struct arena *arena, struct error *err)
{
    cleanup_assessment struct assessment a = {0};
    time_t document;
    const char *run = args->words.at[0], *dir;

    if (clock_document(&document, err) || run_inputs(&a, args->config, run, err) ||
        assess(&a, run, err))
        return EXIT_OF_ERROR;
    dir = output_dir(run, arena, err);
    if (!dir || (dir == run && run_keep_inputs(&a, run, err)) || run_save(&a, dir, document, err))
        return EXIT_OF_ERROR;
    printf("%s/%s\n%s/%s\n", dir, FINDINGS_FILE, dir, REPORT_FILE);
    return run_verdict(&a, args->fail_on);
}

static int run_evaluate(const void *p, struct error *err)
{
    struct arena arena = {0};
    int status = evaluate_run(p, &arena, err);

    arena_free(&arena);
    return status;
}

const struct command cmd_evaluate = {
    .name = "evaluate",
    .arguments = "RUN",
    .min_words = 1,
    .max_words = 1,
    .summary = "judge a saved snapshot with today's checks, offline",
    .details = "Reads RUN/snapshot.json and the raw answers, writes findings.json and report.json "
               "into RUN, or, when RUN is a pack, into RUN/evaluated-RULESET. Judges at the time "
               "of the snapshot, and with the inputs that were kept with it in RUN/inputs.",
    .options = options,
    .args_size = sizeof(struct evaluate_args),
    .run = run_evaluate,
};
