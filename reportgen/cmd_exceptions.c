/* cmd_exceptions.c - `reportgen exceptions`: lint the register, print what is due for review. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"
#include "commands.h"
#include "exceptions.h"
#include "template/template.h"

struct exceptions_args {
    struct cli_words words;
    const char *config, *quarter, *format;
};

static const struct option_row options[] = {
    {"config", 0, "DIR", OPT_TEXT, offsetof(struct exceptions_args, config),
     "directory with exceptions.yaml (default: as in reportgen config)"},
    {"quarter", 0, "2026Q4", OPT_TEXT, offsetof(struct exceptions_args, quarter),
     "due: the quarter to review (default: the one of the documents' date)"},
    {"format", 'f', "text|md|json", OPT_CHOICE, offsetof(struct exceptions_args, format),
     "how to print (default: text for check, md for due)"},
    {0},
};

static int print_json(const cJSON *tree, struct error *err)
{
    cleanup_strbuf struct strbuf text = STRBUF_INIT(LIMIT_JSON_BYTES);

    if (json_pretty(tree, &text, err) || strbuf_finish(&text, "exceptions", err))
        return EXIT_OF_ERROR;
    fwrite(text.buf, 1, text.len, stdout);
    return 0;
}

/* Like a compiler: file:line: what. Returns how many are faults. */
static size_t print_problems(const cJSON *rows, bool print)
{
    struct arena arena = {0};
    size_t faults = 0;

    for (const cJSON *row = json_first(rows); row; row = row->next)
        for (const cJSON *p = json_first(json_find(row, "problems")); p; p = p->next) {
            bool fault = json_true(p, "fault");

            faults += fault;
            if (print)
                printf("%s:%.0f: %s: %s%s: %s\n", json_str(row, "file"), json_num(row, "line"),
                       text_shown(&arena, json_str(row, "id")),
                       fault ? "" : "note: ", json_str(p, "word"),
                       text_shown(&arena, json_str(p, "text")));
        }
    arena_free(&arena);
    return faults;
}

static int check(const struct exceptions_args *args, const struct assessment *a, bool judged,
                 struct error *err)
{
    bool as_json = args->format && strcmp(args->format, "json") == 0;
    time_t now;

    if (args->quarter)
        return fail(err, ERR_USAGE, "exceptions check: --quarter belongs to exceptions due");
    if (clock_document(&now, err))
        return EXIT_OF_ERROR;

    cleanup_json cJSON *rows = exceptions_problems_json(a, now, judged);
    size_t faults = print_problems(rows, !as_json);

    if (as_json && print_json(rows, err))
        return EXIT_OF_ERROR;
    log_info("%zu exceptions, %zu faults%s", a->inputs.exceptions.count, faults,
             judged ? "" : "; name a RUN to learn which are unused");
    return faults > 0;
}

static int due(const struct exceptions_args *args, const struct assessment *a, bool judged,
               struct error *err)
{
    cleanup_strbuf struct strbuf text = STRBUF_INIT(LIMIT_DOCUMENT_BYTES);
    struct quarter quarter;
    time_t now;

    if (clock_document(&now, err))
        return EXIT_OF_ERROR;
    quarter_of(now, &quarter);
    if (args->quarter && !quarter_parse(args->quarter, &quarter))
        return fail(err, ERR_USAGE, "--quarter %s: expected a quarter, as 2026Q4", args->quarter);

    cleanup_json cJSON *sheet = exceptions_sheet_json(a, &quarter, now, judged);

    if (args->format && strcmp(args->format, "json") == 0)
        return print_json(sheet, err);
    if (template_render(&template_embedded, "exceptions-due.md", sheet, &text, err) ||
        strbuf_finish(&text, "exceptions-due.md", err))
        return EXIT_OF_ERROR;
    fwrite(text.buf, 1, text.len, stdout);
    return 0;
}

static int run_exceptions(const void *p, struct error *err)
{
    const struct exceptions_args *args = p;
    const char *verb = args->words.at[0], *run = args->words.count > 1 ? args->words.at[1] : NULL;
    cleanup_assessment struct assessment a = {0};

    if (strcmp(verb, "check") != 0 && strcmp(verb, "due") != 0)
        return fail(err, ERR_USAGE, "exceptions %s: expected check or due", verb);
    if (run_inputs(&a, args->config, NULL, err) || (run && assess(&a, run, err)))
        return EXIT_OF_ERROR;
    return strcmp(verb, "check") == 0 ? check(args, &a, run != NULL, err)
                                      : due(args, &a, run != NULL, err);
}

const struct command cmd_exceptions = {
    .name = "exceptions",
    .arguments = "check|due [RUN]",
    .min_words = 1,
    .max_words = 2,
    .summary = "lint the register of exceptions, or print what is due for review",
    .details = "check names what is expired, ended, self-approved, too long, over-broad, overdue "
               "for review or of no known check, and with RUN what is unused, covers too many or "
               "is bound to no id; exit 1 when there is any fault. due prints the review sheet of "
               "a quarter: every exception in force in it, those not yet reviewed first. Both "
               "judge at the documents' date (--now).",
    .options = options,
    .args_size = sizeof(struct exceptions_args),
    .run = run_exceptions,
};
