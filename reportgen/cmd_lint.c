/* cmd_lint.c - `reportgen lint`: the checks of policies on files that are not deployed yet. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"
#include "commands.h"
#include "lint_sarif.h"

struct lint_args {
    struct cli_words words;
    const char *format, *account, *members;
    struct cli_list parameters;
    bool all;
};

static const struct option_row option_rows[] = {
    {"format", 'f', "text|sarif", OPT_CHOICE, offsetof(struct lint_args, format),
     "how to print (default: text)"},
    {"all", 'a', NULL, OPT_FLAG, offsetof(struct lint_args, all),
     "print PASS and NOT_APPLICABLE too"},
    {"account", 0, "ID", OPT_TEXT, offsetof(struct lint_args, account),
     "the account that the policies are for (default: as data.aws_caller_identity of a plan says)"},
    {"members", 0, "ID,ID,...", OPT_TEXT, offsetof(struct lint_args, members),
     "all accounts of the organisation: any other is outside, and may enter with an ExternalId"},
    {"parameter", 0, "NAME=VALUE", OPT_LIST, offsetof(struct lint_args, parameters),
     "a parameter of a CloudFormation template; its default does not count"},
    {0},
};

/* --- Options ------------------------------------------------------------------------------------
 */

static bool is_account(const char *id)
{
    return strlen(id) == 12 && strspn(id, "0123456789") == 12;
}

static int read_members(const char *list, struct arena *arena, struct lint_options *out,
                        struct error *err)
{
    const char **ids = NULL, *id;
    size_t count = 0;

    while (list && (id = text_next_word(arena, &list)) != NULL) {
        if (!is_account(id))
            return fail(err, ERR_USAGE, "--members %s: expected account ids of 12 digits", id);
        *arena_push(arena, ids, count) = id;
    }
    if (count)
        qsort(ids, count, sizeof *ids, text_order);
    out->members = ids;
    out->member_count = count;
    return 0;
}

static int read_options(const struct lint_args *args, struct arena *arena, struct lint_options *out,
                        struct error *err)
{
    struct parameter *list = arena_new(arena, struct parameter, args->parameters.count);

    if (args->account && !is_account(args->account))
        return fail(err, ERR_USAGE, "--account %s: expected 12 digits", args->account);
    for (size_t i = 0; i < args->parameters.count; i++) {
        const char *text = args->parameters.at[i], *equals = strchr(text, '=');

        if (!equals || equals == text)
            return fail(err, ERR_USAGE, "--parameter %s: expected NAME=VALUE", text);
        list[i] =
            (struct parameter){arena_strndup(arena, text, (size_t)(equals - text)), equals + 1};
    }
    out->account = args->account;
    out->parameters = (struct parameters){list, args->parameters.count};
    return read_members(args->members, arena, out, err);
}

/* --- Files --------------------------------------------------------------------------------------
 */

static const char *const standard_input = "-";

static bool is_standard_input(const char *path)
{
    return strcmp(path, standard_input) == 0;
}

/* There is one, and it can be read once. */
static int check_words(const struct cli_words *words, struct error *err)
{
    size_t count = 0;

    for (size_t i = 0; i < words->count; i++)
        count += is_standard_input(words->at[i]);
    return count > 1 ? fail(err, ERR_USAGE, "-: standard input can be read once") : 0;
}

/* One that cannot be read is told of, and the others are judged all the same. */
static void judge_file(const struct lint_options *options, struct lint_file *file)
{
    cleanup_strbuf struct strbuf text = STRBUF_INIT(LIMIT_LINT_BYTES);
    int bad = is_standard_input(file->path)
                  ? file_read_all(STDIN_FILENO, file->path, LIMIT_LINT_BYTES, &text, &file->unread)
                  : file_read(file->path, LIMIT_LINT_BYTES, &text, &file->unread);

    if (!bad)
        (void)lint_judge(options, file->path, text.buf, text.len, &file->judgement, &file->unread);
    if (file->unread.code != ERR_NONE) {
        log_error("%s", file->unread.msg);
        lint_judgement_free(&file->judgement);
    } else if (file->judgement.policies == 0) {
        log_warn("%s: no policy in it", file->path);
    }
}

/* Like a compiler: file:line: what. */
static void print_text(const struct lint_file *file, bool all)
{
    struct arena arena = {0};

    for (size_t i = 0; i < file->judgement.count; i++) {
        const struct lint_finding *f = &file->judgement.at[i];

        if (all || finding_status_is_open(f->status))
            printf("%s:%zu: %s: %s (%s): %s: %s\n", text_shown(&arena, file->path), f->line,
                   status_name(f->status), f->check->id, severity_name(f->severity), f->name,
                   f->detail);
    }
    arena_free(&arena);
}

static int print_sarif(const struct lint_file *files, size_t count, bool all, int status,
                       struct error *err)
{
    cleanup_strbuf struct strbuf text = STRBUF_INIT(LIMIT_JSON_BYTES);
    cleanup_json cJSON *log = lint_sarif(files, count, all, status);

    if (json_pretty(log, &text, err) || strbuf_finish(&text, "SARIF", err))
        return -1;
    fwrite(text.buf, 1, text.len, stdout);
    return 0;
}

/* What could not be read comes first, then a FAIL, then an UNKNOWN. */
static int exit_status(const struct lint_file *files, size_t count)
{
    size_t by_status[STATUS_COUNT] = {0}, policies = 0, unread = 0;

    for (size_t i = 0; i < count; i++) {
        unread += files[i].unread.code != ERR_NONE;
        policies += files[i].judgement.policies;
        for (size_t k = 0; k < files[i].judgement.count; k++)
            by_status[files[i].judgement.at[k].status]++;
    }
    log_info("%zu files, %zu not readable; %zu policies: %zu FAIL, %zu UNKNOWN, %zu PASS", count,
             unread, policies, by_status[STATUS_FAIL], by_status[STATUS_UNKNOWN],
             by_status[STATUS_PASS]);
    return unread ? 3 : by_status[STATUS_FAIL] ? 1 : by_status[STATUS_UNKNOWN] ? 4 : 0;
}

static int run_lint(const void *p, struct error *err)
{
    const struct lint_args *args = p;
    size_t count = args->words.count;
    struct arena arena = {0};
    struct lint_options opts = {0};
    struct lint_file *files = arena_new(&arena, struct lint_file, count);
    int status = EXIT_OF_ERROR;

    if (read_options(args, &arena, &opts, err) == 0 && check_words(&args->words, err) == 0) {
        for (size_t i = 0; i < count; i++) {
            files[i].path = args->words.at[i];
            judge_file(&opts, &files[i]);
        }
        status = exit_status(files, count);
        if (args->format && strcmp(args->format, "sarif") == 0) {
            if (print_sarif(files, count, args->all, status, err))
                status = EXIT_OF_ERROR;
        } else {
            for (size_t i = 0; i < count; i++)
                print_text(&files[i], args->all);
        }
    }
    for (size_t i = 0; i < count; i++)
        lint_judgement_free(&files[i].judgement);
    arena_free(&arena);
    return status;
}

const struct command cmd_lint = {
    .name = "lint",
    .arguments = "FILE...",
    .min_words = 1,
    .max_words = CLI_WORDS_MAX,
    .summary = "check the MFA conditions of policies before they are deployed",
    .details =
        "Each file is a policy (JSON or YAML), a CloudFormation or SAM template (JSON or YAML) or "
        "what terraform show -json prints; its content says which. One FILE may be -, standard "
        "input. The verdicts are those that a scan would speak, as far as one file can tell: what "
        "MFA conditions do, what they exempt and cover, whom they keep out for good, and whom "
        "trust policies let in without MFA. A role is judged by the policies that the file gives "
        "it. Where conditions of a template rest on what is not known, both branches are judged, "
        "and the worse verdict names its own. What else is not known before deployment "
        "(parameters without --parameter, functions that cannot be resolved, macros, nested "
        "stacks, values known after apply) is UNKNOWN where the verdict rests on it. Exit 1 on a "
        "FAIL, 4 when there is none but an UNKNOWN, 0 when there is neither; 3 when a file cannot "
        "be read, whatever the others say.",
    .options = option_rows,
    .args_size = sizeof(struct lint_args),
    .run = run_lint,
};
