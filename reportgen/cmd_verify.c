/* cmd_verify.c - `reportgen verify`: is a pack what the holder of a key signed? */
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/env.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"
#include "evidence/verify.h"

struct verify_args {
    struct cli_words words;
    const char *key, *format;
    bool first_use;
};

static const struct option_row options[] = {
    {"key", 0, "PUB.pem", OPT_TEXT, offsetof(struct verify_args, key),
     "the public key you trust, received another way than the pack"},
    {"trust-on-first-use", 0, NULL, OPT_FLAG, offsetof(struct verify_args, first_use),
     "trust the key inside the pack, and say so"},
    {"format", 0, "text|json", OPT_CHOICE, offsetof(struct verify_args, format),
     "how to print the answer (default: text)"},
    {0},
};

/* How a state is shown to people and to programs. */
static const struct {
    const char *text, *json;
} states[] = {
    [VERIFY_NOT_REACHED] = {"not reached", "notReached"},
    [VERIFY_OK] = {"ok", "ok"},
    [VERIFY_REFUSED] = {"REFUSED", "refused"},
};

/* --- Text ----------------------------------------------------------------------------------------
 */

#define GREEN "\033[32m"
#define RED "\033[1;31m"
#define YELLOW "\033[33m"

static bool wants_colour(void)
{
    return isatty(STDOUT_FILENO) && !env_get("NO_COLOR");
}

static void add_coloured(struct strbuf *out, const char *colour, const char *text, size_t width)
{
    bool on = wants_colour();

    strbuf_addf(out, "%s%-*s%s", on ? colour : "", (int)width, text, on ? "\033[0m" : "");
}

static void add_fact(struct strbuf *out, const char *name, const char *value)
{
    if (!value || !*value)
        return;
    strbuf_addf(out, "%-9s ", name);
    text_add_shown(out, value, strlen(value));
    strbuf_addch(out, '\n');
}

static void add_step(struct strbuf *out, const struct verify_step *step)
{
    static const char *const colours[] = {
        [VERIFY_NOT_REACHED] = YELLOW, [VERIFY_OK] = GREEN, [VERIFY_REFUSED] = RED};

    strbuf_addstr(out, "  ");
    add_coloured(out, colours[step->state], states[step->state].text, 12);
    strbuf_addf(out, "%-31s ", step->title);
    text_add_shown(out, step->detail, strlen(step->detail));
    while (out->len && out->buf[out->len - 1] == ' ')
        strbuf_truncate(out, out->len - 1);
    strbuf_addch(out, '\n');
}

static void add_steps(struct strbuf *out, const struct verify_result *r)
{
    for (size_t i = 0; i < r->step_count; i++)
        add_step(out, &r->steps[i]);
    strbuf_addch(out, '\n');
}

static void write_text(const char *pack, const struct verify_result *r, bool good,
                       struct strbuf *out)
{
    add_fact(out, "Pack", pack);
    add_fact(out, "Key", r->key_id);
    add_fact(out, "Made by", r->producer);
    add_fact(out, "Edition", r->edition);
    add_fact(out, "Scanned", r->scanned);
    add_fact(out, "Verdict", r->verdict);
    add_fact(out, "Score", r->score);
    strbuf_addch(out, '\n');
    if (r->steps[0].state != VERIFY_NOT_REACHED)
        add_steps(out, r);
    if (r->first_use && *r->key_id) {
        add_coloured(out, YELLOW, "THE KEY CAME FROM THE PACK ITSELF.", 0);
        strbuf_addstr(out, " Whoever made the pack chose it. Compare its fingerprint,\n"
                           "shown above, with one you received another way.\n\n");
    }
    add_coloured(out, good ? GREEN : RED, good ? "GOOD" : "REFUSED", 0);
    if (good)
        strbuf_addstr(out, ": signed by that key, complete and unchanged");
    if (good && r->unsigned_files)
        strbuf_addf(out, "; %zu unsigned files beside it", r->unsigned_files);
    strbuf_addch(out, '\n');
}

/* --- JSON ----------------------------------------------------------------------------------------
 */

/* Names of files in a hostile pack need not be UTF-8. */
static void add_text(cJSON *to, const char *name, const char *value)
{
    cleanup_strbuf struct strbuf shown = STRBUF_INIT(LIMIT_DOCUMENT_BYTES);

    text_add_shown(&shown, value ? value : "", value ? strlen(value) : 0);
    if (shown.len)
        cJSON_AddStringToObject(to, name, shown.buf);
    else
        cJSON_AddNullToObject(to, name);
}

static int write_json(const char *pack, const struct verify_result *r, const struct error *reason,
                      struct strbuf *out, struct error *err)
{
    cleanup_json cJSON *tree = cJSON_CreateObject();
    bool good = reason->code == ERR_NONE;

    cJSON_AddStringToObject(tree, "schema", "reportgen-verify/1");
    add_text(tree, "pack", pack);
    cJSON_AddStringToObject(tree, "result", good ? "good" : "refused");
    add_text(tree, "reason", reason->msg);
    cJSON_AddStringToObject(tree, "trust", r->first_use ? "first-use" : "pinned");
    add_text(tree, "keyId", r->key_id);
    add_text(tree, "algorithm", r->algorithm);
    add_text(tree, "bundleId", r->bundle_id);
    add_text(tree, "edition", r->edition);
    add_text(tree, "producer", r->producer);
    add_text(tree, "scanned", r->scanned);
    add_text(tree, "verdict", r->verdict);
    add_text(tree, "score", r->score);
    cJSON_AddNumberToObject(tree, "unsignedFiles", (double)r->unsigned_files);

    cJSON *steps = cJSON_AddArrayToObject(tree, "steps");

    for (size_t i = 0; i < r->step_count; i++) {
        cJSON *row = cJSON_CreateObject();

        cJSON_AddStringToObject(row, "id", r->steps[i].id);
        cJSON_AddStringToObject(row, "title", r->steps[i].title);
        cJSON_AddStringToObject(row, "state", states[r->steps[i].state].json);
        add_text(row, "detail", r->steps[i].detail);
        cJSON_AddItemToArray(steps, row);
    }
    return json_pretty(tree, out, err);
}

/* --- The command
 * ----------------------------------------------------------------------------------- */

static int answer(const struct verify_args *args, const struct key *pinned, struct error *err)
{
    cleanup_verify struct verify_result result = {0};
    cleanup_strbuf struct strbuf out = STRBUF_INIT(LIMIT_DOCUMENT_BYTES);
    struct error reason = {0};
    const char *pack = args->words.at[0];

    if (verify_pack(pack, pinned, &result, &reason) && reason.code != ERR_VERIFY) {
        *err = reason;
        return EXIT_OF_ERROR;
    }
    if (args->format && !strcmp(args->format, "json")) {
        if (write_json(pack, &result, &reason, &out, err))
            return EXIT_OF_ERROR;
    } else {
        write_text(pack, &result, reason.code == ERR_NONE, &out);
    }
    if (strbuf_finish(&out, pack, err))
        return EXIT_OF_ERROR;
    fwrite(out.buf, 1, out.len, stdout);
    if (reason.code == ERR_NONE)
        return 0;
    *err = reason;
    return EXIT_OF_ERROR;
}

static int run_verify(const void *p, struct error *err)
{
    const struct verify_args *args = p;
    cleanup_key struct key key = {0};

    if (args->key && args->first_use)
        return fail(err, ERR_USAGE, "verify: --key and --trust-on-first-use exclude each other");
    if (!args->key && !args->first_use)
        return fail(err, ERR_USAGE,
                    "verify: name the key you trust with --key PUB.pem; it must have come another "
                    "way than the pack (--trust-on-first-use takes the one in the pack)");
    if (args->key && key_load_public(args->key, &key, err)) {
        if (err->code == ERR_FORMAT || err->code == ERR_LIMIT)
            err->code = ERR_VERIFY; /* nothing verifies against something that is no key */
        return EXIT_OF_ERROR;
    }
    return answer(args, args->key ? &key : NULL, err);
}

const struct command cmd_verify = {
    .name = "verify",
    .arguments = "PACK",
    .min_words = 1,
    .max_words = 1,
    .summary = "check that a pack is what the holder of a key signed",
    .details = "Works offline. Checks, in this order: the key, the envelope and its signature,\n"
               "the types, every signed file, that no other file is there, that the answers are\n"
               "those of the query log, and that verdict and score are those of the findings.\n"
               "Ends with 0 when all of it is good, 1 when the pack is refused.\n",
    .options = options,
    .args_size = sizeof(struct verify_args),
    .run = run_verify,
};
