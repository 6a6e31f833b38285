/* cmd_checks.c - `reportgen checks`: the catalogue, and the guide of each check. */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/limits.h"
#include "checks/catalogue.h"
#include "checks/check.h"
#include "commands.h"
#include "embedded.h"

struct checks_args {
    struct cli_words words;
    const char *format;
};

static const struct option_row options[] = {
    {"format", 'f', "text|json", OPT_CHOICE, offsetof(struct checks_args, format),
     "how to print the list (default: text)"},
    {0},
};

static void print_row(size_t width, const char *id, const char *severity, const char *tier,
                      const char *layer, const char *title)
{
    printf("%-*s  %-8s  %-10s  %-5s  %s\n", (int)width, id, severity, tier, layer, title);
}

static void list_text(void)
{
    size_t width = 0;

    for (size_t row = 0; row < check_count(); row++)
        if (strlen(check_at(row)->id) > width)
            width = strlen(check_at(row)->id);
    print_row(width, "ID", "SEVERITY", "TIER", "LAYER", "TITLE");
    for (size_t row = 0; row < check_count(); row++) {
        const struct check *c = check_at(row);

        print_row(width, c->id, severity_name(c->severity), tier_name(c->tier),
                  layer_name(c->layer), c->title);
    }
}

static int list_json(struct error *err)
{
    cleanup_json cJSON *catalogue = catalogue_json();
    cleanup_strbuf struct strbuf text = STRBUF_INIT(16 * MIB);

    if (json_pretty(catalogue, &text, err) || strbuf_finish(&text, "catalogue", err))
        return EXIT_OF_ERROR;
    fwrite(text.buf, 1, text.len, stdout);
    return 0;
}

static const char *nearest_check(const char *word)
{
    const char *ids[256];
    size_t n = 0;

    for (; n < check_count() && n < 255; n++)
        ids[n] = check_at(n)->id;
    ids[n] = NULL;
    return cli_nearest(word, ids);
}

static int show(const char *id, struct error *err)
{
    char path[256];
    const struct embedded *guide;

    if (!check_find(id)) {
        const char *near = nearest_check(id);

        (void)fail(err, ERR_USAGE, "no check \"%s\"%s%s", id, near ? "; did you mean " : "",
                   near ? near : "");
        return EXIT_OF_ERROR;
    }
    (void)snprintf(path, sizeof path, "templates/guides/%s.md", id);
    guide = embedded_find(path);
    if (!guide) {
        (void)fail(err, ERR_MISSING, "%s: not built into the program", path);
        return EXIT_OF_ERROR;
    }
    fwrite(guide->bytes, 1, guide->len, stdout);
    return 0;
}

static int run_checks(const void *p, struct error *err)
{
    const struct checks_args *args = p;

    if (args->words.count == 2 && strcmp(args->words.at[0], "show") == 0)
        return show(args->words.at[1], err);
    if (args->words.count > 0) {
        (void)fail(err, ERR_USAGE, "checks: expected nothing, or: show ID");
        return EXIT_OF_ERROR;
    }
    if (args->format && strcmp(args->format, "json") == 0)
        return list_json(err);
    list_text();
    return 0;
}

const struct command cmd_checks = {
    .name = "checks",
    .arguments = "[show ID]",
    .min_words = 0,
    .max_words = 2,
    .summary = "list the checks, or show the guide of one",
    .details = "",
    .options = options,
    .args_size = sizeof(struct checks_args),
    .run = run_checks,
};
