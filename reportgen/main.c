/* main.c - the program: find the subcommand, run it, print the error, check stdout. */
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/log.h"
#include "commands.h"

/* To add a subcommand: its row here, in the order of help. */
const struct command *const commands[] = {
    &cmd_demo,   &cmd_scan,       &cmd_evaluate,   &cmd_test,
    &cmd_report, &cmd_bundle,     &cmd_verify,     &cmd_key,
    &cmd_checks, &cmd_exceptions, &cmd_config,     &cmd_policy,
    &cmd_lint,   &cmd_help,       &cmd_completion, NULL,
};

struct common_args {
    bool help, quiet;
    int verbose; /* a second -v is taken and says no more */
    const char *log_format, *now;
};

const struct option_row common_options[] = {
    {"help", 'h', NULL, OPT_FLAG, offsetof(struct common_args, help), "this text"},
    {"quiet", 'q', NULL, OPT_FLAG, offsetof(struct common_args, quiet),
     "say nothing but errors on stderr"},
    {"verbose", 'v', NULL, OPT_COUNT, offsetof(struct common_args, verbose), "say more on stderr"},
    {"log-format", 0, "text|json", OPT_CHOICE, offsetof(struct common_args, log_format),
     "how to talk on stderr (default: text)"},
    {"now", 0, "TIME", OPT_TEXT, offsetof(struct common_args, now),
     "date of documents, as 2026-11-24T06:14:00Z or @SECONDS (default: SOURCE_DATE_EPOCH, else "
     "now)"},
    {0},
};

/* Keys pass through this process: no core dumps, no debugger of the same user. */
static void protect_memory(void)
{
    struct rlimit none = {0, 0};

    (void)setrlimit(RLIMIT_CORE, &none);
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

static enum log_level level_of(const struct common_args *common)
{
    if (common->quiet)
        return LOG_ERROR;
    return common->verbose > 0 ? LOG_DEBUG : LOG_INFO;
}

static int run_command(const struct command *cmd, int argc, char **argv, void *args,
                       struct error *err)
{
    struct common_args common = {0};
    int parsed = cli_parse(cmd, common_options, &common, argc, argv, args, err);

    if (common.help) {
        cleanup_strbuf struct strbuf out = STRBUF_INIT(MIB);

        cli_help(cmd, common_options, &out);
        fwrite(out.buf, 1, out.len, stdout);
        return 0;
    }
    if (parsed || (common.now && clock_set_document(common.now, err)))
        return EXIT_OF_ERROR;
    log_setup(level_of(&common), common.log_format && strcmp(common.log_format, "json") == 0);
    return cmd->run(args, err);
}

/* Output that did not reach its reader is an error, also when the command went well. */
static int close_stdout(int status, struct error *err)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    if (err->code == ERR_NONE)
        (void)fail_errno(err, ERR_IO, "standard output");
    return EXIT_OF_ERROR;
}

static const char *command_word(int argc, char **argv)
{
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return "help";
    return argv[1];
}

static int run_program(int argc, char **argv, struct arena *arena, struct error *err)
{
    const struct command *cmd;

    if (argc == 2 && strcmp(argv[1], "--version") == 0)
        return printf("reportgen %s\n", VERSION) < 0 ? EXIT_OF_ERROR : 0;
    cmd = command_find(command_word(argc, argv), err);
    if (!cmd)
        return EXIT_OF_ERROR;
    return run_command(cmd, argc > 2 ? argc - 2 : 0, argv + (argc > 2 ? 2 : argc),
                       arena_alloc(arena, 1, cmd->args_size), err);
}

int main(int argc, char **argv)
{
    struct error err = {0};
    struct arena arena = {0};
    int status;

    file_hold_descriptors();
    protect_memory();
    file_clean_on_signals();
    (void)setlocale(LC_ALL, "C");
    (void)umask(077);
    json_init();
    status = close_stdout(run_program(argc, argv, &arena, &err), &err);
    arena_free(&arena);
    if (status != EXIT_OF_ERROR)
        return argc < 2 ? 2 : status;
    log_error("%s", err.msg);
    return error_exit_status(err.code);
}
