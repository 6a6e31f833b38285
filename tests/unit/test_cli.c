/* test_cli.c - command lines, help, reference and completion from one table. */
#include "expect.h"

#include "base/cli.h"

struct args {
    struct cli_words words;
    const char *output;
    const char *format;
    bool all;
    struct cli_list to;
};

struct common_args {
    int verbose;
    bool quiet;
    const char *now;
};

static const struct option_row options[] = {
    {"output", 'o', "DIR", OPT_TEXT, offsetof(struct args, output), "where to write"},
    {"format", 'F', "pdf|markdown|json", OPT_CHOICE, offsetof(struct args, format),
     "what to write; a text that is long enough to need a second line in help"},
    {"all", 'a', NULL, OPT_FLAG, offsetof(struct args, all), "everything | all of it"},
    {"to", 0, "URL", OPT_LIST, offsetof(struct args, to), "where to deliver; may be repeated"},
    {NULL, 0, NULL, OPT_FLAG, 0, NULL},
};

static const struct option_row common[] = {
    {"verbose", 'v', NULL, OPT_COUNT, offsetof(struct common_args, verbose), "say more"},
    {"quiet", 'q', NULL, OPT_FLAG, offsetof(struct common_args, quiet), "say less"},
    {"now", 0, "TIME", OPT_TEXT, offsetof(struct common_args, now), "date of documents"},
    {NULL, 0, NULL, OPT_FLAG, 0, NULL},
};

static const struct command bundle = {
    "bundle",
    "RUN [FILE]",
    1,
    2,
    "write a signed evidence pack",
    "First paragraph.\n\n  kept as it is\n",
    options,
    sizeof(struct args),
    NULL,
};

static const struct option_row no_options[] = {{NULL, 0, NULL, OPT_FLAG, 0, NULL}};

static const struct command key = {
    "key", "show|new", 1, 1, "signing keys", "", no_options, sizeof(struct cli_words), NULL,
};

static const struct command *const commands[] = {&bundle, &key, NULL};

/* Parse a command line given as words; the last is NULL. */
static int parse(const char *const *line, struct args *args, struct common_args *common_args,
                 struct error *err)
{
    char *argv[40];
    int argc = 0;

    *args = (struct args){.all = false};
    *common_args = (struct common_args){.verbose = 0};
    for (; line[argc]; argc++)
        argv[argc] = (char *)(uintptr_t)line[argc];
    argv[argc] = NULL;
    return cli_parse(&bundle, common, common_args, argc, argv, args, err);
}

#define LINE(...) ((const char *const[]){__VA_ARGS__, NULL})

TEST(values_come_in_four_spellings)
{
    const char *const *lines[] = {LINE("RUN", "--output", "out"), LINE("RUN", "--output=out"),
                                  LINE("-o", "out", "RUN"), LINE("-oout", "RUN")};

    for (size_t i = 0; i < 4; i++) {
        struct error err = {0};
        struct args args;
        struct common_args c;

        expect_ok(parse(lines[i], &args, &c, &err), err);
        assert_string_equal(args.output, "out");
        assert_int_equal(args.words.count, 1);
        assert_string_equal(args.words.at[0], "RUN");
        assert_null(args.format);
    }
}

TEST(letters_combine)
{
    struct error err = {0};
    struct args args;
    struct common_args c;

    expect_ok(parse(LINE("-avvqo", "out", "RUN"), &args, &c, &err), err);
    assert_true(args.all);
    assert_int_equal(c.verbose, 2);
    assert_true(c.quiet);
    assert_string_equal(args.output, "out");
    expect_ok(parse(LINE("-vaoqv", "RUN", "-v"), &args, &c, &err), err);
    assert_string_equal(args.output, "qv"); /* what follows -o is its value */
    assert_int_equal(c.verbose, 2);
    assert_false(c.quiet);
}

TEST(options_and_words_mix)
{
    struct error err = {0};
    struct args args;
    struct common_args c;

    expect_ok(parse(LINE("RUN", "--all", "FILE", "--now", "@1"), &args, &c, &err), err);
    assert_int_equal(args.words.count, 2);
    assert_string_equal(args.words.at[1], "FILE");
    assert_string_equal(c.now, "@1");
    expect_ok(parse(LINE("--", "--all", "-o"), &args, &c, &err), err);
    assert_false(args.all);
    assert_string_equal(args.words.at[0], "--all");
    assert_string_equal(args.words.at[1], "-o");
    expect_ok(parse(LINE("-", "--"), &args, &c, &err), err);
    assert_string_equal(args.words.at[0], "-");
    expect_ok(parse(LINE("--", "--"), &args, &c, &err), err);
    assert_string_equal(args.words.at[0], "--");
}

TEST(any_word_can_be_a_value)
{
    struct error err = {0};
    struct args args;
    struct common_args c;

    expect_ok(parse(LINE("RUN", "--output", "--all"), &args, &c, &err), err);
    assert_string_equal(args.output, "--all");
    assert_false(args.all);
    expect_ok(parse(LINE("RUN", "--output", "--"), &args, &c, &err), err);
    assert_string_equal(args.output, "--");
    expect_ok(parse(LINE("RUN", "--output="), &args, &c, &err), err);
    assert_string_equal(args.output, "");
    expect_ok(parse(LINE("RUN", "-o", ""), &args, &c, &err), err);
    assert_string_equal(args.output, "");
    expect_ok(parse(LINE("RUN", "--output=a=b"), &args, &c, &err), err);
    assert_string_equal(args.output, "a=b");
    expect_ok(parse(LINE("RUN", "-o=a"), &args, &c, &err), err);
    assert_string_equal(args.output, "=a"); /* as getopt_long() has it */
}

TEST(a_choice_is_one_of_its_words)
{
    static const char *const choices[] = {"pdf", "markdown", "json"};

    for (size_t i = 0; i < 3; i++) {
        struct error err = {0};
        struct args args;
        struct common_args c;

        expect_ok(parse(LINE("RUN", "--format", choices[i]), &args, &c, &err), err);
        assert_string_equal(args.format, choices[i]);
        expect_ok(parse(LINE("RUN", "-F", choices[i]), &args, &c, &err), err);
        assert_string_equal(args.format, choices[i]);
    }
}

TEST(lists_keep_their_order)
{
    struct error err = {0};
    struct args args;
    struct common_args c;

    expect_ok(parse(LINE("RUN", "--to", "a", "--to=b", "--to", "a"), &args, &c, &err), err);
    assert_int_equal(args.to.count, 3);
    assert_string_equal(args.to.at[0], "a");
    assert_string_equal(args.to.at[1], "b");
    assert_string_equal(args.to.at[2], "a");
}

/* One wrong line a row. To add one: the words and how the message begins. */
static const struct {
    const char *line[6];
    const char *message;
} wrong[] = {
    {{"RUN", "--outptu", "x"}, "unknown option --outptu; did you mean --output?"},
    {{"RUN", "--out=x"}, "unknown option --out; did you mean --output?"},
    {{"RUN", "--verbos"}, "unknown option --verbos; did you mean --verbose?"},
    {{"RUN", "--zzzzzzzz"}, "unknown option --zzzzzzzz"},
    {{"RUN", "-x"}, "unknown option -x"},
    {{"RUN", "-ax"}, "unknown option -x"},
    {{"RUN", "-\xC3\xA9"}, "unknown option -\xC3\xA9"},
    {{"RUN", "---all"}, "unknown option ---all; did you mean --all?"},
    {{"RUN", "--=x"}, "unknown option --"},
    {{"RUN", "--output"}, "--output: needs a value, DIR"},
    {{"RUN", "-o"}, "-o: needs a value, DIR"},
    {{"RUN", "--all=yes"}, "--all: takes no value"},
    {{"RUN", "--verbose=2"}, "--verbose: takes no value"},
    {{"RUN", "--all", "--all"}, "--all: given twice"},
    {{"RUN", "-aa"}, "-a: given twice"},
    {{"RUN", "-o", "a", "--output=b"}, "--output: given twice"},
    {{"RUN", "-q", "--quiet"}, "--quiet: given twice"},
    {{"RUN", "--format", "docx"}, "--format: \"docx\" is none of pdf|markdown|json"},
    {{"RUN", "-F", "pdf|markdown"}, "-F: \"pdf|markdown\" is none of"},
    {{"RUN", "-F", "PDF"}, "-F: \"PDF\" is none of"},
    {{"RUN", "-F", "js"}, "-F: \"js\" is none of"},
    {{"RUN", "--format="}, "--format: \"\" is none of"},
    {{"RUN", "FILE", "more"}, "unexpected argument \"more\""},
    {{"--all"}, "missing argument; usage: reportgen bundle RUN [FILE]"},
};

TEST(wrong_lines_are_usage_errors)
{
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct error err = {0};
        struct args args;
        struct common_args c;

        assert_int_equal(parse(wrong[i].line, &args, &c, &err), -1);
        expect_error(err, ERR_USAGE, wrong[i].message);
    }
}

TEST(lists_and_words_are_bounded)
{
    const char *line[2 * CLI_LIST_MAX + 4] = {"RUN"};
    struct error err = {0};
    struct args args;
    struct common_args c;

    for (size_t i = 0; i < CLI_LIST_MAX; i++)
        line[1 + i] = "--to=x";
    expect_ok(parse(line, &args, &c, &err), err);
    assert_int_equal(args.to.count, CLI_LIST_MAX);
    line[1 + CLI_LIST_MAX] = "--to=x";
    assert_int_equal(parse(line, &args, &c, &err), -1);
    expect_error(err, ERR_USAGE, "--to: given more than 16 times");
}

TEST(the_nearest_word_is_found)
{
    static const char *const words[] = {"scan",   "evaluate", "report", "bundle",
                                        "verify", "demo",     NULL};

    assert_string_equal(cli_nearest("scna", words), "scan");
    assert_string_equal(cli_nearest("Scan", words), "scan");
    assert_string_equal(cli_nearest("evalute", words), "evaluate");
    assert_string_equal(cli_nearest("eval", words), "evaluate");
    assert_string_equal(cli_nearest("reprot", words), "report");
    assert_string_equal(cli_nearest("verfy", words), "verify");
    assert_string_equal(cli_nearest("dmeo", words), "demo");
    assert_null(cli_nearest("frobnicate", words));
    assert_null(cli_nearest("x", words));
    assert_null(cli_nearest("", words));
    assert_null(cli_nearest(
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", words));
}

TEST(help_shows_every_option)
{
    cleanup_strbuf struct strbuf out = STRBUF_INIT(10000);

    cli_help(&bundle, common, &out);
    assert_string_equal(
        out.buf, "usage: reportgen bundle [OPTION]... RUN [FILE]\n"
                 "\n"
                 "Write a signed evidence pack.\n"
                 "\n"
                 "First paragraph.\n"
                 "\n"
                 "  kept as it is\n"
                 "\n"
                 "options:\n"
                 "  -o, --output DIR            where to write\n"
                 "  -F, --format pdf|markdown|json\n"
                 "                              what to write; a text that is long enough to need\n"
                 "                              a second line in help\n"
                 "  -a, --all                   everything | all of it\n"
                 "      --to URL                where to deliver; may be repeated\n"
                 "\n"
                 "options of every command:\n"
                 "  -v, --verbose               say more\n"
                 "  -q, --quiet                 say less\n"
                 "      --now TIME              date of documents\n");
    for (const char *line = out.buf; *line; line += strcspn(line, "\n") + 1)
        assert_in_range(strcspn(line, "\n"), 0, 80);
}

TEST(the_reference_is_markdown)
{
    cleanup_strbuf struct strbuf out = STRBUF_INIT(10000);

    cli_markdown(commands, common, &out);
    assert_string_equal(
        out.buf, "| command | does |\n"
                 "|---|---|\n"
                 "| [`reportgen bundle`](#reportgen-bundle) | write a signed evidence pack |\n"
                 "| [`reportgen key`](#reportgen-key) | signing keys |\n"
                 "\n"
                 "### reportgen bundle\n"
                 "\n"
                 "Write a signed evidence pack.\n"
                 "\n"
                 "```\n"
                 "reportgen bundle [OPTION]... RUN [FILE]\n"
                 "```\n"
                 "\n"
                 "First paragraph.\n"
                 "\n"
                 "  kept as it is\n"
                 "\n"
                 "| option | meaning |\n"
                 "|---|---|\n"
                 "| `-o, --output DIR` | where to write |\n"
                 "| `-F, --format pdf\\|markdown\\|json` | what to write; a text that is "
                 "long enough to need a second line in help |\n"
                 "| `-a, --all` | everything \\| all of it |\n"
                 "| `--to URL` | where to deliver; may be repeated |\n"
                 "\n"
                 "### reportgen key\n"
                 "\n"
                 "Signing keys.\n"
                 "\n"
                 "```\n"
                 "reportgen key show|new\n"
                 "```\n"
                 "\n"
                 "### Options of every command\n"
                 "\n"
                 "| option | meaning |\n"
                 "|---|---|\n"
                 "| `-v, --verbose` | say more |\n"
                 "| `-q, --quiet` | say less |\n"
                 "| `--now TIME` | date of documents |\n");
}

/* What bash completes on a line whose last word is being typed. */
static void check_bash(const char *words, const char *want)
{
    struct error err = {0};
    struct arena a = {0};
    cleanup_strbuf struct strbuf script = STRBUF_INIT(20000);
    char got[500];

    expect_ok(cli_completion("bash", commands, common, &script, &err), err);
    strbuf_addf(&script,
                "COMP_WORDS=(reportgen %s); COMP_CWORD=$((${#COMP_WORDS[@]}-1))\n"
                "_reportgen; echo \"${COMPREPLY[@]}\"\n",
                words);
    expect_ok(setenv("SCRIPT", script.buf, 1), err);

    FILE *bash = popen("bash -c \"$SCRIPT\" 2>&1", "r");

    assert_non_null(bash);
    assert_non_null(fgets(got, sizeof got, bash));
    got[strcspn(got, "\n")] = '\0';
    assert_int_equal(pclose(bash), 0);
    assert_string_equal(got, want);
    arena_free(&a);
}

TEST(bash_completes)
{
    check_bash("''", "bundle key");
    check_bash("b", "bundle");
    check_bash("bundle --f", "--format");
    check_bash("bundle --format ''", "pdf markdown json");
    check_bash("bundle -F m", "markdown");
    check_bash("bundle --output ''", "");
    check_bash("bundle --now ''", "");
    check_bash("bundle --", "--output --format --all --to --verbose --quiet --now");
    check_bash("key ''", "show new --verbose -v --quiet -q --now");
    check_bash("key n", "new");
    check_bash("unknown ''", "");
}

TEST(fish_gets_every_option)
{
    struct error err = {0};
    cleanup_strbuf struct strbuf out = STRBUF_INIT(20000);

    expect_ok(cli_completion("fish", commands, common, &out, &err), err);
    assert_non_null(strstr(out.buf,
                           "complete -c reportgen -n __fish_use_subcommand -f -a bundle -d "
                           "'write a signed evidence pack'\n"));
    assert_non_null(strstr(out.buf, "complete -c reportgen -n '__fish_seen_subcommand_from bundle' "
                                    "-l format -s F -x -a 'pdf markdown json' -d 'what"));
    assert_non_null(strstr(out.buf, "-l output -s o -r -d 'where to write'\n"));
    assert_non_null(strstr(out.buf, "'__fish_seen_subcommand_from key' -f -a 'show new'\n"));
    assert_non_null(strstr(out.buf, "complete -c reportgen -l verbose -s v -d 'say more'\n"));
    assert_int_equal(cli_completion("tcsh", commands, common, &out, &err), -1);
    expect_error(err, ERR_USAGE, "\"tcsh\": completion is for bash or fish");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_come_in_four_spellings),
        cmocka_unit_test(letters_combine),
        cmocka_unit_test(options_and_words_mix),
        cmocka_unit_test(any_word_can_be_a_value),
        cmocka_unit_test(a_choice_is_one_of_its_words),
        cmocka_unit_test(lists_keep_their_order),
        cmocka_unit_test(wrong_lines_are_usage_errors),
        cmocka_unit_test(lists_and_words_are_bounded),
        cmocka_unit_test(the_nearest_word_is_found),
        cmocka_unit_test(help_shows_every_option),
        cmocka_unit_test(the_reference_is_markdown),
        cmocka_unit_test(bash_completes),
        cmocka_unit_test(fish_gets_every_option),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
