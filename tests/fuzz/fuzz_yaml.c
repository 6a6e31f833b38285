/* fuzz_yaml.c - YAML of people: a tree is what it says it is, and bounded. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
    if (!truth)
        abort();
}

static size_t check(const struct yaml *v, size_t depth)
{
    size_t count = 0, nodes = 1;

    must(depth <= LIMIT_YAML_DEPTH && v->line > 0 && strlen(v->text) <= LIMIT_YAML_TEXT);
    must(v->kind != YAML_TEXT || !v->child);
    for (const struct yaml *c = v->child; c; c = c->next) {
        must((c->key != NULL) == (v->kind == YAML_MAP));
        must(!c->key || yaml_find(v, c->key) == c);
        nodes += check(c, depth + 1);
        count++;
    }
    must(count == v->count);
    return nodes;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct yaml *root = NULL;
    struct error err = {0};

    if (yaml_read("f", (const char *)data, size, &arena, &root, &err))
        must(err.code == ERR_CONFIG || err.code == ERR_LIMIT);
    else if (root)
        must(check(root, 0) <= LIMIT_YAML_NODES);
    arena_free(&arena);
    return 0;
}
