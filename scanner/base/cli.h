/* cli.h - command lines from tables: parsing, help, the README section and shell completion all
 * come from the same rows.
 *
 * GNU style: --name VALUE, --name=VALUE, -n VALUE, -nVALUE, -abc for flags, "--" ends options.
 * An unknown option is ERR_USAGE with the nearest known name; an option given twice is ERR_USAGE
 * unless its kind is OPT_LIST. */
#ifndef BASE_CLI_H
#define BASE_CLI_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/strbuf.h"

enum option_kind {
    OPT_FLAG,  /* bool: true when given */
    OPT_COUNT, /* int: how often it was given (-vv) */
    OPT_TEXT,  /* const char *: the value, borrowed from argv */
    OPT_LIST,  /* struct cli_list: every value, in order */
    OPT_CHOICE /* const char *: one of the words in `values`, separated by '|' */
};

/* One option. A command's options end with a row whose `name` is NULL. */
struct option_row {
    const char *name;   /* "output" for --output */
    char letter;        /* 'o' for -o, or 0 */
    const char *values; /* shown in help: "DIR"; for OPT_CHOICE "pdf|markdown|json" */
    enum option_kind kind;
    size_t offset; /* of the field in the command's args struct */
    const char *help;
};

#define CLI_LIST_MAX 16
struct cli_list {
    const char *at[CLI_LIST_MAX];
    size_t count;
};

/* Words that are not options. */
#define CLI_WORDS_MAX 1000
struct cli_words {
    const char *at[CLI_WORDS_MAX];
    size_t count;
};

/* One subcommand: a row in main.c's table, defined in its own cmd_*.c. */
struct command {
    const char *name;      /* "bundle" */
    const char *arguments; /* "RUN", "[DIR]", "show|new"; "" for none */
    size_t min_words, max_words;
    const char *summary; /* one line, lower case, no full stop */
    const char *details; /* further help text, or "" */
    const struct option_row *options;
    size_t args_size; /* of the struct that options fill; the first field is struct cli_words */
    /* Returns the exit status; when it fails, fills *err and returns EXIT_OF_ERROR. */
    int (*run)(const void *args, struct error *err);
};

#define EXIT_OF_ERROR (-1)

/* Parse argv[0..argc) (after the command's name) into `args`, zeroed by the caller. `common` are
 * options every command takes, filled into `common_args`. */
int cli_parse(const struct command *cmd, const struct option_row *common, void *common_args,
              int argc, char **argv, void *args, struct error *err);

/* The value of --option as a number from `least` to `most`; `text` NULL: *out stays. ERR_USAGE. */
int cli_number(const char *option, const char *text, double least, double most, double *out,
               struct error *err);

/* Help of one command. */
void cli_help(const struct command *cmd, const struct option_row *common, struct strbuf *out);

/* The whole reference as Markdown: the README's command section. */
void cli_markdown(const struct command *const *commands, const struct option_row *common,
                  struct strbuf *out);

/* Completion script for "bash" (also read by zsh's bashcompinit) or "fish". ERR_USAGE otherwise. */
int cli_completion(const char *shell, const struct command *const *commands,
                   const struct option_row *common, struct strbuf *out, struct error *err);

/* The known word nearest to `word` by edit distance, or NULL when nothing is near. `words` ends
 * with NULL. */
const char *cli_nearest(const char *word, const char *const *words);

#endif
