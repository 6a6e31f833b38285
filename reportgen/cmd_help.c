/* cmd_help.c - `reportgen help` and `reportgen completion`, both from the option tables. */
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "commands.h"

struct help_args {
    struct cli_words words;
    bool markdown;
};

static const struct option_row help_options[] = {
    {"markdown", 0, NULL, OPT_FLAG, offsetof(struct help_args, markdown),
     "the whole reference as Markdown, as it stands in the README"},
    {0},
};

static const struct {
    int status;
    const char *meaning;
} exit_statuses[] = {
    {0, "done, and nothing that was asked for is missing; what a scan found, its verdict says"},
    {1, "done, and the answer is no: verify refused, --fail-on was met, or test was let in"},
    {2, "the command line is wrong"},
    {3, "could not do it: configuration, credentials, network, disk, broken input"},
    {4, "done, but a query failed or populations differ: something is UNKNOWN"},
};

static void overview(struct strbuf *out)
{
    strbuf_addstr(out, "usage: reportgen COMMAND [options]\n\n"
                       "Finds out who has MFA in AWS accounts, and turns what AWS answered into\n"
                       "documents that people outside can check.\n\n");
    for (size_t i = 0; commands[i]; i++)
        strbuf_addf(out, "  %-12s %s\n", commands[i]->name, commands[i]->summary);
    strbuf_addstr(out, "\nreportgen help COMMAND says more. Exit status:\n");
    for (size_t i = 0; i < sizeof exit_statuses / sizeof *exit_statuses; i++)
        strbuf_addf(out, "  %d  %s\n", exit_statuses[i].status, exit_statuses[i].meaning);
}

const struct command *command_find(const char *name, struct error *err)
{
    const char *names[32];
    size_t n = 0;

    for (; commands[n]; n++) {
        if (strcmp(commands[n]->name, name) == 0)
            return commands[n];
        names[n] = commands[n]->name;
    }
    names[n] = NULL;

    const char *near = cli_nearest(name, names);

    (void)fail(err, ERR_USAGE, "no command \"%s\"%s%s; reportgen help lists them", name,
               near ? ", did you mean " : "", near ? near : "");
    return NULL;
}

static void markdown(struct strbuf *out)
{
    cli_markdown(commands, common_options, out);
    strbuf_addstr(out, "\n### Exit status\n\n");
    for (size_t i = 0; i < sizeof exit_statuses / sizeof *exit_statuses; i++)
        strbuf_addf(out, "- **%d** %s\n", exit_statuses[i].status, exit_statuses[i].meaning);
}

static int print(const struct strbuf *out, struct error *err)
{
    if (strbuf_finish(out, "help", err))
        return EXIT_OF_ERROR;
    fwrite(out->buf, 1, out->len, stdout);
    return 0;
}

static int run_help(const void *p, struct error *err)
{
    const struct help_args *args = p;
    cleanup_strbuf struct strbuf out = STRBUF_INIT(MIB);
    const struct command *cmd = args->words.count ? command_find(args->words.at[0], err) : NULL;

    if (args->words.count && !cmd)
        return EXIT_OF_ERROR;
    if (args->markdown)
        markdown(&out);
    else if (cmd)
        cli_help(cmd, common_options, &out);
    else
        overview(&out);
    return print(&out, err);
}

const struct command cmd_help = {
    .name = "help",
    .arguments = "[COMMAND]",
    .min_words = 0,
    .max_words = 1,
    .summary = "what the commands do, and the exit statuses",
    .details = "",
    .options = help_options,
    .args_size = sizeof(struct help_args),
    .run = run_help,
};

struct completion_args {
    struct cli_words words;
};

static const struct option_row completion_options[] = {{0}};

static int run_completion(const void *p, struct error *err)
{
    const struct completion_args *args = p;
    cleanup_strbuf struct strbuf out = STRBUF_INIT(MIB);

    if (cli_completion(args->words.at[0], commands, common_options, &out, err))
        return EXIT_OF_ERROR;
    return print(&out, err);
}

const struct command cmd_completion = {
    .name = "completion",
    .arguments = "bash|fish",
    .min_words = 1,
    .max_words = 1,
    .summary = "print a completion script for the shell",
    .details = "In bash: eval \"$(reportgen completion bash)\"\n"
               "In fish: reportgen completion fish | source\n",
    .options = completion_options,
    .args_size = sizeof(struct completion_args),
    .run = run_completion,
};
