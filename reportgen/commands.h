/* commands.h - the subcommands, and what several of them share. */
#ifndef COMMANDS_H
#define COMMANDS_H

#include "assessment.h"
#include "base/cli.h"
#include "base/json.h"
#include "report.h"

/* To add a subcommand: its cmd_<name>.c, a line here and a row in main.c. */
extern const struct command cmd_demo, cmd_scan, cmd_evaluate, cmd_test, cmd_report, cmd_bundle,
    cmd_verify, cmd_checks, cmd_policy, cmd_config, cmd_exceptions, cmd_key, cmd_lint, cmd_help,
    cmd_completion;

/* All of them, ending with NULL, and the options that every one takes. */
extern const struct command *const commands[];
/* The command of that name; NULL with ERR_USAGE naming the nearest one. */
const struct command *command_find(const char *name, struct error *err);
extern const struct option_row common_options[];

/* Write findings.json and report.json (internal edition) of an assessment into `dir`, atomically,
 * mode 0600. Errors: ERR_IO, ERR_LIMIT. */
int run_save(const struct assessment *a, const char *dir, time_t document, struct error *err);

/* Read a person's inputs into the assessment, before it is made: those of `config` (--config),
 * else, when `run` is not NULL and has been judged before, those kept in it, else those of the XDG
 * directory, else none. Errors: ERR_CONFIG with file and line; ERR_MISSING, ERR_USAGE, ERR_IO. */
int run_inputs(struct assessment *a, const char *config, const char *run, struct error *err);

/* Keep the inputs of an assessment in its run directory, beside what they were used for. */
int run_keep_inputs(const struct assessment *a, const char *run, struct error *err);

/* Whether `run` is a signed pack: nothing in it is ever written over, nor added to it but by
 * evaluate, in a folder of its own. */
bool run_is_pack(const char *run);

/* ERR_USAGE when it is one or lies in one, for commands that would write there. */
int run_refuse_pack(const char *run, struct error *err);

/* What --fail-on says of itself. */
#define RUN_FAIL_ON                                                                               \
    "exit 1 on a FAIL of that severity or above that no exception covers; UNKNOWN is none: what " \
    "could not be read ends with exit 4, what was left out on purpose with exit 0"

/* Say score and verdict on stderr, and why the run is not complete. The exit status: 1 when a FAIL
 * without waiver is of severity `fail_on` (NULL: off) or above, else 4 when a query failed or
 * populations differ, else 0. */
int run_verdict(const struct assessment *a, const char *fail_on);

/* Render `report` in one format and write it to dir under its edition's name; `*path` gets the
 * file, in the arena. Errors: the renderer's, ERR_IO. */
struct renderer;
int run_render(const cJSON *report, const struct renderer *renderer, const char *dir,
               struct arena *arena, const char **path, struct error *err);

#endif
