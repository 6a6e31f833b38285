/* cmd_report.c - `reportgen report`: render a run's report. */
#include <stdio.h>
#include <string.h>

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
     "what to write; several with commas (default: pdf,markdown)"},
    {"edition", 'e', "internal|auditor", OPT_CHOICE, offsetof(struct report_args, edition),
     "for whom (default: internal)"},
    {0},
};

/* The formats in order, each once however often it was named. */
struct wanted {
    const struct renderer *at[CLI_LIST_MAX];
    size_t count;
};

static int want(struct wanted *w, const char *name, size_t len, struct error *err)
{
    char word[32] = "";
    const struct renderer *renderer;

    (void)snprintf(word, sizeof word, "%.*s", (int)len, name);
    renderer = renderer_find(word);
    if (!renderer)
        return fail(err, ERR_USAGE, "--format: \"%s\" is none of pdf, markdown, json", word);
    for (size_t i = 0; i < w->count; i++)
        if (w->at[i] == renderer)
            return 0;
    w->at[w->count++] = renderer;
    return 0;
}

/* Read every word before anything is written: "--format pdf,json --format markdown". */
static int read_formats(const struct cli_list *formats, struct wanted *w, struct error *err)
{
    static const struct cli_list usual = {{"pdf,markdown"}, 1};
    const struct cli_list *list = formats->count ? formats : &usual;

    for (size_t i = 0; i < list->count; i++) {
        for (const char *name = list->at[i]; name;) {
            size_t len = strcspn(name, ",");

            if (want(w, name, len, err))
                return -1;
            name = name[len] ? name + len + 1 : NULL;
        }
    }
    return 0;
}

static int render_all(const cJSON *report, const struct wanted *w, const char *run,
                      struct arena *arena, struct error *err)
{
    for (size_t i = 0; i < w->count; i++) {
        const char *path;

        if (run_render(report, w->at[i], run, arena, &path, err))
            return EXIT_OF_ERROR;
        printf("%s\n", path);
    }
    return 0;
}

static int run_report(const void *p, struct error *err)
{
    const struct report_args *args = p;
    const struct edition *edition = edition_find(args->edition ? args->edition : "internal");
    struct wanted wanted = {0};
    struct arena arena = {0};
    time_t document;
    int status;

    if (read_formats(&args->formats, &wanted, err) || clock_document(&document, err) ||
        run_refuse_pack(args->words.at[0], err))
        return EXIT_OF_ERROR;

    cleanup_json cJSON *report = report_load(args->words.at[0], err);

    if (!report) {
        if (err->code == ERR_MISSING)
            (void)fail_in(err, "first run: reportgen evaluate %s", args->words.at[0]);
        return EXIT_OF_ERROR;
    }
    report_set_edition(report, edition);
    report_set_date(report, document);
    status = render_all(report, &wanted, args->words.at[0], &arena, err);
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
