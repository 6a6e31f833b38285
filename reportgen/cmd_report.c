/* cmd_report.c - `reportgen report`: render a run's report. */
#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"
#include "commands.h"
#include "render/render.h"

struct report_args {
    struct cli_words words;
    struct cli_list formats;
    const char *edition;
};

static const struct option_row options[] = {
    {"format", 'f', "pdf|markdown|json", OPT_LIST, offsetof(struct report_args, formats),
     "what to write; may be given more than once (default: pdf and markdown)"},
    {"edition", 'e', "internal|auditor", OPT_CHOICE, offsetof(struct report_args, edition),
     "for whom (default: internal)"},
    {0},
};

/* Check every word before anything is written. */
static int check_formats(const struct cli_list *formats, struct error *err)
{
    for (size_t i = 0; i < formats->count; i++)
        if (!renderer_find(formats->at[i]))
            return fail(err, ERR_USAGE, "--format: \"%s\" is none of pdf, markdown, json",
                        formats->at[i]);
    return 0;
}

static int render_all(const cJSON *report, const struct report_args *args, struct arena *arena,
                      struct error *err)
{
    static const struct cli_list usual = {{"pdf", "markdown"}, 2};
    const struct cli_list *formats = args->formats.count ? &args->formats : &usual;

    for (size_t i = 0; i < formats->count; i++) {
        const char *path;

        if (run_render(report, renderer_find(formats->at[i]), args->words.at[0], arena, &path, err))
            return EXIT_OF_ERROR;
        printf("%s\n", path);
    }
    return 0;
}

static int run_report(const void *p, struct error *err)
{
    const struct report_args *args = p;
    const struct edition *edition = edition_find(args->edition ? args->edition : "internal");
    struct arena arena = {0};
    time_t document;
    int status;

    if (check_formats(&args->formats, err) || clock_document(&document, err))
        return EXIT_OF_ERROR;

    cleanup_json cJSON *report = report_load(args->words.at[0], err);

    if (!report) {
        if (err->code == ERR_MISSING)
            (void)fail_in(err, "first run: reportgen evaluate %s", args->words.at[0]);
        return EXIT_OF_ERROR;
    }
    report_set_edition(report, edition);
    report_set_date(report, document);
    status = render_all(report, args, &arena, err);
    arena_free(&arena);
    return status;
}

const struct command cmd_report = {
    .name = "report",
    .arguments = "RUN",
    .min_words = 1,
    .max_words = 1,
    .summary = "render a run's report as PDF, Markdown or JSON",
    .details = "Reads RUN/report.json, writes RUN/report.pdf, RUN/report.md and so on; the auditor "
               "edition adds the evidence appendix and is called report-auditor.",
    .options = options,
    .args_size = sizeof(struct report_args),
    .run = run_report,
};
