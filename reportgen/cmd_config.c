/* cmd_config.c - `reportgen config`: the settings in force, and where each comes from. */
#include <stdio.h>
#include <string.h>

#include "base/json_build.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"
#include "commands.h"
#include "config/settings.h"

struct config_args {
    struct cli_words words;
    const char *config, *format;
};

static const struct option_row options[] = {
    {"config", 0, "DIR", OPT_TEXT, offsetof(struct config_args, config),
     "directory with reportgen.yaml and the other inputs (default: reportgen in $XDG_CONFIG_HOME "
     "or ~/.config, when it is there)"},
    {"format", 'f', "text|json", OPT_CHOICE, offsetof(struct config_args, format),
     "how to print them (default: text)"},
    {0},
};

static int print_json(const struct inputs *in, struct error *err)
{
    cleanup_json cJSON *root = cJSON_CreateObject();
    cleanup_strbuf struct strbuf text = STRBUF_INIT(LIMIT_JSON_BYTES);

    json_add_text(root, "directory", in->dir);
    cJSON_AddItemToObject(root, "settings", settings_json(in));
    cJSON_AddItemToObject(root, "files", input_files_json(in));
    json_add_count(root, "exceptions", in->exceptions.count);
    json_add_count(root, "attestations", in->attestation_count);
    json_add_count(root, "people", in->people_count);
    if (json_pretty(root, &text, err) || strbuf_finish(&text, "config", err))
        return EXIT_OF_ERROR;
    fwrite(text.buf, 1, text.len, stdout);
    return 0;
}

static int print_text(const struct inputs *in, struct error *err)
{
    cleanup_strbuf struct strbuf text = STRBUF_INIT(LIMIT_JSON_BYTES);
    struct arena arena = {0};

    if (in->dir)
        strbuf_addf(&text, "# from %s\n", text_shown(&arena, in->dir));
    else
        strbuf_addstr(&text, "# no directory of settings: all are defaults\n");
    arena_free(&arena);
    settings_text(in, &text);
    if (strbuf_finish(&text, "config", err))
        return EXIT_OF_ERROR;
    fwrite(text.buf, 1, text.len, stdout);
    log_info("%zu exceptions, %zu attestations, %zu rows of people", in->exceptions.count,
             in->attestation_count, in->people_count);
    return 0;
}

static int run_config(const void *p, struct error *err)
{
    const struct config_args *args = p;
    cleanup_assessment struct assessment a = {0};

    if (run_inputs(&a, args->config, NULL, err))
        return EXIT_OF_ERROR;
    if (args->format && strcmp(args->format, "json") == 0)
        return print_json(&a.inputs, err);
    return print_text(&a.inputs, err);
}

const struct command cmd_config = {
    .name = "config",
    .arguments = "",
    .min_words = 0,
    .max_words = 0,
    .summary = "print the settings in force, and where each comes from",
    .details = "Reads reportgen.yaml, exceptions.yaml, attestations.yaml and people.csv, as scan "
               "does, and stops at the first mistake with its file and line. The text is one that "
               "reportgen.yaml may hold. Nothing is ever read from the working directory.",
    .options = options,
    .args_size = sizeof(struct config_args),
    .run = run_config,
};
