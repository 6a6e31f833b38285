/* fuzz_ini.c - ~/.aws files: what is read can be asked for, and nothing else comes out.
 *
 * The first byte says which file the rest is: 'k' the credentials file, else the config file. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "aws/config.h"
#include "aws/config_private.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
    if (!truth)
        abort();
}

/* Every value is within the store, and a lookup finds a value of that name. */
static void check_section(const struct config *c, const struct config_section *s)
{
    must(config_has(c, s->kind, s->name));
    for (size_t i = 0; i < s->count && i < 100; i++) {
        const struct config_setting *x = &s->settings[i];
        const char *found = config_get_nested(c, s->kind, s->name, x->block, x->key);

        must(x->value >= c->values.buf && x->value < c->values.buf + c->values.len);
        must(!found || *found);
    }
}

static void split_all(const struct config *c)
{
    for (size_t i = 0; i < c->section_count; i++) {
        const char *command =
            config_get(c, c->sections[i].kind, c->sections[i].name, "credential_process");
        struct strbuf words = STRBUF_INIT(65536);
        struct error err = {0};
        size_t count = 0;

        if (command && config_split_words(command, &words, &count, &err) == 0) {
            size_t ends = 0;

            for (size_t k = 0; k < words.len; k++)
                ends += words.buf[k] == '\0';
            must(ends == count);
        }
        strbuf_free(&words);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct config c;
    struct error err = {0};
    bool keys = size > 0 && data[0] == 'k';
    size_t len = size > 0 ? size - 1 : 0;
    char *text = malloc(len + 1);

    must(text != NULL);
    if (len > 0)
        memcpy(text, data + 1, len);
    text[len] = '\0';
    if (config_parse(&c, keys ? NULL : text, keys ? text : NULL, &err) == 0) {
        for (size_t i = 0; i < c.section_count; i++)
            check_section(&c, &c.sections[i]);
        split_all(&c);
        (void)config_endpoint_url(&c, "IAM");
    } else {
        must(err.code != ERR_NONE);
    }
    config_close(&c);
    free(text);
    return 0;
}
