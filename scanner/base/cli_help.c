/* cli_help.c - help, the README's command section and shell completion from the option rows. */
#include <string.h>

#include "base/cli.h"

#define HELP_WIDTH 80
#define HELP_COLUMN 30 /* where the description of an option begins */

static bool takes_value(const struct option_row *row)
{
    return row->kind != OPT_FLAG && row->kind != OPT_COUNT;
}

static void add_spaces(struct strbuf *out, size_t count)
{
    for (size_t i = 0; i < count; i++)
        strbuf_addch(out, ' ');
}

/* Append text in lines of at most HELP_WIDTH; the first starts at column `at`, further ones are
 * indented to `indent`. */
static void add_wrapped(struct strbuf *out, const char *text, size_t at, size_t indent)
{
    while (*text) {
        size_t len = strcspn(text, " ");

        if (at > indent && at + 1 + len > HELP_WIDTH) {
            strbuf_addch(out, '\n');
            add_spaces(out, indent);
            at = indent;
        }
        if (at > indent) {
            strbuf_addch(out, ' ');
            at++;
        }
        strbuf_add(out, text, len);
        at += len;
        text += len;
        text += strspn(text, " ");
    }
    strbuf_addch(out, '\n');
}

/* "-o, --output DIR" */
static void add_names(struct strbuf *out, const struct option_row *row)
{
    if (row->letter)
        strbuf_addf(out, "-%c, ", row->letter);
    strbuf_addf(out, "--%s", row->name);
    if (takes_value(row))
        strbuf_addf(out, " %s", row->values);
}

static void add_option_help(struct strbuf *out, const struct option_row *row)
{
    size_t start = out->len;

    strbuf_addstr(out, row->letter ? "  " : "      ");
    add_names(out, row);

    size_t used = out->len - start;

    if (used + 2 > HELP_COLUMN) {
        strbuf_addch(out, '\n');
        used = 0;
    }
    add_spaces(out, HELP_COLUMN - used);
    add_wrapped(out, row->help, HELP_COLUMN, HELP_COLUMN);
}

static void add_options_help(struct strbuf *out, const char *title, const struct option_row *rows)
{
    if (!rows || !rows->name)
        return;
    strbuf_addf(out, "\n%s:\n", title);
    for (; rows->name; rows++)
        add_option_help(out, rows);
}

/* "reportgen bundle [OPTION]... RUN" */
static void add_usage(struct strbuf *out, const struct command *cmd)
{
    strbuf_addf(out, "reportgen %s", cmd->name);
    if (cmd->options && cmd->options->name)
        strbuf_addstr(out, " [OPTION]...");
    if (cmd->arguments[0])
        strbuf_addf(out, " %s", cmd->arguments);
}

/* A summary as a sentence: capital letter, full stop. */
static void add_sentence(struct strbuf *out, const char *text)
{
    char first = text[0];

    if (first >= 'a' && first <= 'z')
        first = (char)(first - 'a' + 'A');
    if (first)
        strbuf_addf(out, "%c%s.", first, text + 1);
}

/* Details are paragraphs, separated by empty lines; lines that start with a space stay as they
 * are. */
static void add_details(struct strbuf *out, const char *text)
{
    while (*text) {
        size_t len = strcspn(text, "\n");
        cleanup_strbuf struct strbuf line = STRBUF_INIT(4096);

        strbuf_add(&line, text, len);
        if (line.buf[0] == ' ' || line.len == 0)
            strbuf_addf(out, "%s\n", line.buf);
        else
            add_wrapped(out, line.buf, 0, 0);
        text += len;
        text += *text == '\n';
    }
}

void cli_help(const struct command *cmd, const struct option_row *common, struct strbuf *out)
{
    strbuf_addstr(out, "usage: ");
    add_usage(out, cmd);
    strbuf_addstr(out, "\n\n");

    cleanup_strbuf struct strbuf summary = STRBUF_INIT(1024);

    add_sentence(&summary, cmd->summary);
    add_wrapped(out, summary.buf, 0, 0);
    if (cmd->details[0]) {
        strbuf_addch(out, '\n');
        add_details(out, cmd->details);
    }
    add_options_help(out, "options", cmd->options);
    add_options_help(out, "options of every command", common);
}

/* Text inside a cell of a Markdown table, where '|' ends the cell. */
static void add_cell(struct strbuf *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '|')
            strbuf_addch(out, '\\');
        strbuf_addch(out, *text);
    }
}

static void add_option_table(struct strbuf *out, const struct option_row *rows)
{
    if (!rows || !rows->name)
        return;
    strbuf_addstr(out, "\n| option | meaning |\n|---|---|\n");
    for (; rows->name; rows++) {
        cleanup_strbuf struct strbuf names = STRBUF_INIT(1024);

        add_names(&names, rows);
        strbuf_addstr(out, "| `");
        add_cell(out, names.buf);
        strbuf_addstr(out, "` | ");
        add_cell(out, rows->help);
        strbuf_addstr(out, " |\n");
    }
}

void cli_markdown(const struct command *const *commands, const struct option_row *common,
                  struct strbuf *out)
{
    strbuf_addstr(out, "| command | does |\n|---|---|\n");
    for (size_t i = 0; commands[i]; i++) {
        strbuf_addf(out, "| [`reportgen %s`](#reportgen-%s) | ", commands[i]->name,
                    commands[i]->name);
        add_cell(out, commands[i]->summary);
        strbuf_addstr(out, " |\n");
    }
    for (size_t i = 0; commands[i]; i++) {
        strbuf_addf(out, "\n### reportgen %s\n\n", commands[i]->name);
        add_sentence(out, commands[i]->summary);
        strbuf_addstr(out, "\n\n```\n");
        add_usage(out, commands[i]);
        strbuf_addstr(out, "\n```\n");
        if (commands[i]->details[0]) {
            strbuf_addch(out, '\n');
            add_details(out, commands[i]->details);
        }
        add_option_table(out, commands[i]->options);
    }
    if (common && common->name) {
        strbuf_addstr(out, "\n### Options of every command\n");
        add_option_table(out, common);
    }
}

/* The words of "pdf|markdown|json" with blanks between them. */
static void add_choices(struct strbuf *out, const char *values)
{
    for (; *values; values++)
        strbuf_addch(out, *values == '|' ? ' ' : *values);
}

static void add_bash_options(struct strbuf *out, const struct option_row *rows)
{
    for (; rows && rows->name; rows++) {
        strbuf_addf(out, " --%s", rows->name);
        if (rows->letter)
            strbuf_addf(out, " -%c", rows->letter);
    }
}

/* Cases of `command:option` whose value is a word of a list, or a file (which has no words). */
static void add_bash_values(struct strbuf *out, const char *command, const struct option_row *rows)
{
    for (; rows && rows->name; rows++) {
        if (!takes_value(rows))
            continue;
        strbuf_addf(out, "    %s:--%s", command, rows->name);
        if (rows->letter)
            strbuf_addf(out, "|%s:-%c", command, rows->letter);
        strbuf_addstr(out, ") words=\"");
        if (rows->kind == OPT_CHOICE)
            add_choices(out, rows->values);
        strbuf_addstr(out, "\" ;;\n");
    }
}

/* Arguments that are a choice ("show|new") complete to its words, all others to file names. */
static bool is_word_choice(const char *arguments)
{
    return strchr(arguments, '|') && !strpbrk(arguments, " []");
}

static void completion_bash(const struct command *const *commands, const struct option_row *common,
                            struct strbuf *out)
{
    strbuf_addstr(out, "# Completion of reportgen for bash, and for zsh after bashcompinit.\n"
                       "_reportgen()\n{\n"
                       "    local cur=${COMP_WORDS[COMP_CWORD]} words=\n"
                       "    local command=${COMP_WORDS[1]} last=${COMP_WORDS[COMP_CWORD-1]}\n\n"
                       "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n        words=\"");
    for (size_t i = 0; commands[i]; i++)
        strbuf_addf(out, "%s%s", i ? " " : "", commands[i]->name);
    strbuf_addstr(out, "\"\n    else\n    case $command:$last in\n");
    for (size_t i = 0; commands[i]; i++)
        add_bash_values(out, commands[i]->name, commands[i]->options);
    add_bash_values(out, "*", common);
    for (size_t i = 0; commands[i]; i++) {
        strbuf_addf(out, "    %s:*) words=\"", commands[i]->name);
        if (is_word_choice(commands[i]->arguments))
            add_choices(out, commands[i]->arguments);
        add_bash_options(out, commands[i]->options);
        add_bash_options(out, common);
        strbuf_addstr(out, "\" ;;\n");
    }
    strbuf_addstr(out, "    esac\n    fi\n"
                       "    COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n}\n"
                       "complete -o default -F _reportgen reportgen\n");
}

/* Text in single quotes for fish. */
static void add_fish_quoted(struct strbuf *out, const char *text)
{
    strbuf_addch(out, '\'');
    for (; *text; text++) {
        if (*text == '\'' || *text == '\\')
            strbuf_addch(out, '\\');
        strbuf_addch(out, *text);
    }
    strbuf_addch(out, '\'');
}

static void add_fish_options(struct strbuf *out, const char *condition,
                             const struct option_row *rows)
{
    for (; rows && rows->name; rows++) {
        strbuf_addf(out, "complete -c reportgen%s -l %s", condition, rows->name);
        if (rows->letter)
            strbuf_addf(out, " -s %c", rows->letter);
        if (rows->kind == OPT_CHOICE) {
            strbuf_addstr(out, " -x -a '");
            add_choices(out, rows->values);
            strbuf_addch(out, '\'');
        } else if (takes_value(rows)) {
            strbuf_addstr(out, " -r");
        }
        strbuf_addstr(out, " -d ");
        add_fish_quoted(out, rows->help);
        strbuf_addch(out, '\n');
    }
}

static void completion_fish(const struct command *const *commands, const struct option_row *common,
                            struct strbuf *out)
{
    strbuf_addstr(out, "# Completion of reportgen for fish.\n");
    for (size_t i = 0; commands[i]; i++) {
        cleanup_strbuf struct strbuf condition = STRBUF_INIT(256);

        strbuf_addf(out, "complete -c reportgen -n __fish_use_subcommand -f -a %s -d ",
                    commands[i]->name);
        add_fish_quoted(out, commands[i]->summary);
        strbuf_addch(out, '\n');
        strbuf_addf(&condition, " -n '__fish_seen_subcommand_from %s'", commands[i]->name);
        if (is_word_choice(commands[i]->arguments)) {
            strbuf_addf(out, "complete -c reportgen%s -f -a '", condition.buf);
            add_choices(out, commands[i]->arguments);
            strbuf_addstr(out, "'\n");
        }
        add_fish_options(out, condition.buf, commands[i]->options);
    }
    add_fish_options(out, "", common);
}

int cli_completion(const char *shell, const struct command *const *commands,
                   const struct option_row *common, struct strbuf *out, struct error *err)
{
    if (strcmp(shell, "bash") == 0)
        completion_bash(commands, common, out);
    else if (strcmp(shell, "fish") == 0)
        completion_fish(commands, common, out);
    else
        return fail(err, ERR_USAGE, "\"%.100s\": completion is for bash or fish", shell);
    return 0;
}
