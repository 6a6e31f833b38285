/* verify_answer.c - what `reportgen verify` answers, for people and for programs. */
#include "verify_answer.h"

#include <string.h>
#include <unistd.h>

#include "base/env.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"

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

void verify_text(const char *pack, const struct verify_result *r, bool good, struct strbuf *out)
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

int verify_json(const char *pack, const struct verify_result *r, const struct error *reason,
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
