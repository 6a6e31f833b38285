/* fuzz_template.c - any template over any data: an error or an output within its bounds. And any
 * value, escaped for Markdown, is read by libcmark as its own text and nothing else.
 *
 * Input: one byte of options (1 lax, 2 HTML, 4 Markdown), the template up to a NUL, JSON. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "markdown_oracle.h"
#include "template/template.h"

#define OUTPUT_BYTES 65536

struct input {
    const char *name, *text;
    size_t len;
};

/* The template is its own only partial, as "p". */
static const char *load(void *ctx, const char *name, size_t *len)
{
    const struct input *in = ctx;

    if (strcmp(name, in->name) != 0 && strcmp(name, "p") != 0)
        return NULL;
    *len = in->len;
    return in->text;
}

static void check_values(const cJSON *tree)
{
    for (const cJSON *e = json_first(tree); e; e = e->next) {
        if (cJSON_IsString(e) && !oracle_value_is_text(e->valuestring))
            abort();
        check_values(e);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;

    static const char *const names[] = {"t.txt", "t.html", "t.md", "t.html.mustache"};
    const char *text = (const char *)data + 1;
    const char *end = memchr(text, '\0', size - 1);
    struct input in = {names[data[0] >> 1 & 3], text, end ? (size_t)(end - text) : size - 1};
    struct template_source src = {load, &in, data[0] & 1};
    struct error err = {0};
    const char *json = end ? end + 1 : "{}";
    size_t json_len = end ? size - 2 - in.len : 2;

    json_init();

    cleanup_json cJSON *tree = json_parse("fuzz", json, json_len, &err);
    cleanup_strbuf struct strbuf out = STRBUF_INIT(OUTPUT_BYTES);

    if (!tree)
        return 0;
    if (template_render(&src, in.name, tree, &out, &err) == 0 && out.len > OUTPUT_BYTES)
        abort();
    check_values(tree);
    return 0;
}
