/* fields.c - looking up and storing the fields of XML answers. */
#include "collect/fields.h"

#include <string.h>

#include "base/limits.h"
#include "collect/collect.h"

const char *field_path(const struct xml_at *at)
{
    const char *slash = strchr(at->path, '/');

    slash = slash ? strchr(slash + 1, '/') : NULL;
    return slash ? slash + 1 : NULL;
}

const struct field *field_find(const struct field *table, size_t count, const char *path)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(table[i].path, path) == 0)
            return &table[i];
    return NULL;
}

int field_store(struct model *m, const struct field *row, void *const *targets, const char *text,
                size_t len, struct error *err)
{
    char *target = targets[row->target];

    if (!target)
        return 0;
    if (collect_text(m, text, len, (const char **)(void *)(target + row->offset), err))
        return fail_in(err, "%s", row->path);
    return 0;
}

struct source field_source(struct model *m, const char *file, const struct xml_at *at)
{
    cleanup_strbuf struct strbuf pointer = STRBUF_INIT(LIMIT_PATH);

    xml_pointer(at, &pointer);
    return (struct source){arena_strdup(&m->arena, file), arena_strdup(&m->arena, pointer.buf),
                           NULL};
}
