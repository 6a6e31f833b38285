/* cli.c - command lines parsed by the rows of a command's options. */
#include "base/cli.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

#define OPTIONS_MAX 64
#define WORD_MAX 64 /* longer words are near to nothing */

/* One of the two tables an option may come from, and what it fills. */
struct table {
    const struct option_row *rows;
    char *args;
    bool seen[OPTIONS_MAX];
};

struct parse {
    struct table tables[2]; /* the command's own options first */
    int argc, at;
    char **argv;
    struct error *err;
};

/* An option found, with the words of the command line that name it. */
struct found {
    struct table *table;
    const struct option_row *row;
    size_t index;
    const char *shown; /* "--output" or "-o" */
};

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Insertions, deletions, replacements and swaps of neighbours that turn a into b (optimal string
 * alignment). Both are shorter than WORD_MAX. */
static size_t edit_distance(const char *a, const char *b)
{
    size_t rows[3][WORD_MAX + 1];
    size_t a_len = strlen(a);
    size_t b_len = strlen(b);
    size_t *before = rows[0];
    size_t *last = rows[1];
    size_t *now = rows[2];

    for (size_t j = 0; j <= b_len; j++)
        before[j] = last[j] = j;
    for (size_t i = 1; i <= a_len; i++) {
        now[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            now[j] = least(least(last[j], now[j - 1]) + 1, last[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                now[j] = least(now[j], before[j - 2] + 1);
        }

        size_t *oldest = before;

        before = last;
        last = now;
        now = oldest;
    }
    return last[b_len];
}

const char *cli_nearest(const char *word, const char *const *words)
{
    const char *best = NULL;
    size_t len = strlen(word);
    size_t best_distance = 1 + (len + 1) / 3; /* this far away is not near */

    if (len == 0 || len >= WORD_MAX)
        return NULL;
    for (size_t i = 0; words[i]; i++) {
        if (strlen(words[i]) >= WORD_MAX)
            continue;

        size_t distance = edit_distance(word, words[i]);

        if (len >= 2 && strncmp(word, words[i], len) == 0)
            distance = least(distance, 1); /* a beginning of it */
        if (distance < best_distance && distance < strlen(words[i])) {
            best = words[i];
            best_distance = distance;
        }
    }
    return best;
}

static int unknown_option(struct parse *p, const char *name, size_t len)
{
    const char *words[2 * OPTIONS_MAX + 1];
    char typed[WORD_MAX];
    size_t count = 0;

    for (size_t t = 0; t < 2; t++)
        for (const struct option_row *row = p->tables[t].rows; row && row->name; row++)
            if (count < 2 * OPTIONS_MAX)
                words[count++] = row->name;
    words[count] = NULL;
    (void)snprintf(typed, sizeof typed, "%.*s", (int)least(len, WORD_MAX), name);

    const char *near = cli_nearest(typed, words);

    if (near)
        return fail(p->err, ERR_USAGE, "unknown option --%.*s; did you mean --%s?",
                    (int)least(len, LIMIT_VALUE_SHOWN), name, near);
    return fail(p->err, ERR_USAGE, "unknown option --%.*s", (int)least(len, LIMIT_VALUE_SHOWN),
                name);
}

/* The option of that long name (or letter, when `name` is NULL) in either table. */
static bool find_option(struct parse *p, const char *name, size_t len, char letter,
                        struct found *out)
{
    for (size_t t = 0; t < 2; t++) {
        const struct option_row *rows = p->tables[t].rows;

        for (size_t i = 0; rows && rows[i].name && i < OPTIONS_MAX; i++) {
            bool same = name ? strlen(rows[i].name) == len && memcmp(rows[i].name, name, len) == 0
                             : rows[i].letter == letter;

            if (same) {
                *out = (struct found){&p->tables[t], &rows[i], i, NULL};
                return true;
            }
        }
    }
    return false;
}

static bool takes_value(const struct option_row *row)
{
    return row->kind != OPT_FLAG && row->kind != OPT_COUNT;
}

/* Whether `value` is one of the words of `values`, which are separated by '|'. */
static bool is_choice(const char *values, const char *value)
{
    size_t len = strlen(value);

    while (len > 0 && values) {
        const char *end = strchr(values, '|');
        size_t word = end ? (size_t)(end - values) : strlen(values);

        if (word == len && memcmp(values, value, len) == 0)
            return true;
        values = end ? end + 1 : NULL;
    }
    return false;
}

static int set_list(struct parse *p, const struct found *f, void *field, const char *value)
{
    struct cli_list *list = field;

    if (list->count == CLI_LIST_MAX)
        return fail(p->err, ERR_USAGE, "%s: given more than %d times", f->shown, CLI_LIST_MAX);
    list->at[list->count++] = value;
    return 0;
}

/* Store one occurrence of an option. */
static int set_option(struct parse *p, const struct found *f, const char *value)
{
    void *field = f->table->args + f->row->offset;
    bool many = f->row->kind == OPT_LIST || f->row->kind == OPT_COUNT;

    if (f->table->seen[f->index] && !many)
        return fail(p->err, ERR_USAGE, "%s: given twice", f->shown);
    f->table->seen[f->index] = true;
    switch (f->row->kind) {
    case OPT_FLAG:
        *(bool *)field = true;
        return 0;
    case OPT_COUNT:
        *(int *)field += 1;
        return 0;
    case OPT_LIST:
        return set_list(p, f, field, value);
    case OPT_CHOICE:
        if (!is_choice(f->row->values, value))
            return fail(p->err, ERR_USAGE, "%s: \"%.100s\" is none of %s", f->shown, value,
                        f->row->values);
        *(const char **)field = value;
        return 0;
    case OPT_TEXT:
        *(const char **)field = value;
        return 0;
    }
    return 0;
}

/* Store an option whose value, if it takes one, is `attached` or the next word. */
static int take_option(struct parse *p, const struct found *f, const char *attached)
{
    const char *value = attached;

    if (takes_value(f->row) && !value) {
        if (p->at == p->argc)
            return fail(p->err, ERR_USAGE, "%s: needs a value, %s", f->shown, f->row->values);
        value = p->argv[p->at++];
    }
    return set_option(p, f, value);
}

/* "--name", "--name=value". */
static int parse_long(struct parse *p, const char *word)
{
    const char *name = word + 2;
    const char *equals = strchr(name, '=');
    size_t len = equals ? (size_t)(equals - name) : strlen(name);
    char shown[WORD_MAX + 4];
    struct found f;

    if (!find_option(p, name, len, 0, &f))
        return unknown_option(p, name, len);
    (void)snprintf(shown, sizeof shown, "--%.*s", (int)least(len, WORD_MAX), name);
    f.shown = shown;
    if (equals && !takes_value(f.row))
        return fail(p->err, ERR_USAGE, "%s: takes no value", shown);
    return take_option(p, &f, equals ? equals + 1 : NULL);
}

/* "-n", "-nVALUE", "-abc". */
static int parse_letters(struct parse *p, const char *word)
{
    for (const char *letter = word + 1; *letter; letter++) {
        char shown[] = {'-', *letter, '\0'};
        struct found f;

        if (!find_option(p, NULL, 0, *letter, &f)) {
            bool plain = *letter > ' ' && *letter < 0x7F;

            return fail(p->err, ERR_USAGE, "unknown option %s", plain ? shown : word);
        }
        f.shown = shown;

        const char *rest = takes_value(f.row) && letter[1] ? letter + 1 : NULL;

        if (take_option(p, &f, rest) < 0)
            return -1;
        if (takes_value(f.row))
            break;
    }
    return 0;
}

static int add_word(struct parse *p, const struct command *cmd, struct cli_words *words,
                    const char *word)
{
    if (words->count >= cmd->max_words || words->count == CLI_WORDS_MAX)
        return fail(p->err, ERR_USAGE, "unexpected argument \"%.*s\"", LIMIT_VALUE_SHOWN, word);
    words->at[words->count++] = word;
    return 0;
}

int cli_parse(const struct command *cmd, const struct option_row *common, void *common_args,
              int argc, char **argv, void *args, struct error *err)
{
    struct parse p = {
        .tables = {{.rows = cmd->options, .args = args}, {.rows = common, .args = common_args}},
        .argc = argc,
        .argv = argv,
        .err = err,
    };
    struct cli_words *words = args;
    bool options_ended = false;

    while (p.at < argc) {
        const char *word = argv[p.at++];
        int result = 0;

        if (options_ended || word[0] != '-' || word[1] == '\0')
            result = add_word(&p, cmd, words, word);
        else if (strcmp(word, "--") == 0)
            options_ended = true;
        else
            result = word[1] == '-' ? parse_long(&p, word) : parse_letters(&p, word);
        if (result < 0)
            return -1;
    }
    if (words->count < cmd->min_words)
        return fail(err, ERR_USAGE, "missing argument; usage: reportgen %s %s", cmd->name,
                    cmd->arguments);
    return 0;
}

int cli_number(const char *option, const char *text, double least, double most, double *out,
               struct error *err)
{
    char *end;
    double value;

    if (!text)
        return 0;
    value = strtod(text, &end);
    if (!isdigit((unsigned char)*text) || *end || value < least || value > most)
        return fail(err, ERR_USAGE, "--%s %s: expected a number from %g to %g", option, text, least,
                    most);
    *out = value;
    return 0;
}
