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
        if (field_is_path(table[i].path, path))
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
    if (!m->last_file || strcmp(m->last_file, file) != 0)
        m->last_file = arena_strdup(&m->arena, file);
    return (struct source){m->last_file, arena_strdup(&m->arena, pointer.buf), NULL};
}

/* A handler with a look at the root element in front of it. */
struct guard {
    const struct xml_handler *handler;
    void *context;
    const char *root, *operation; /* root: NULL, there is none besides <OperationResponse> */
};

static int guard_start(void *context, const struct xml_at *at, struct error *err)
{
    struct guard *g = context;
    size_t len = strlen(g->operation);
    bool usual =
        strncmp(at->name, g->operation, len) == 0 && strcmp(at->name + len, "Response") == 0;

    if (at->depth == 1 && !usual && (!g->root || strcmp(at->name, g->root) != 0))
        return fail(err, ERR_FORMAT, "not an answer to %s", g->operation);
    return g->handler->start ? g->handler->start(g->context, at, err) : 0;
}

static int guard_end(void *context, const struct xml_at *at, const char *text, size_t len,
                     struct error *err)
{
    struct guard *g = context;

    return g->handler->end ? g->handler->end(g->context, at, text, len, err) : 0;
}

int answer_read_root(const struct call *call, const char *root, const struct answer *answer,
                     const struct xml_handler *handler, void *context, struct error *err)
{
    static const struct xml_handler guarded = {guard_start, guard_end};
    struct guard guard = {handler, context, root, call->operation};

    return xml_parse(answer->page->file, answer->body, answer->len, &guarded, &guard, err);
}

int answer_read(const struct call *call, const struct answer *answer,
                const struct xml_handler *handler, void *context, struct error *err)
{
    return answer_read_root(call, NULL, answer, handler, context, err);
}

int field_boolean(const char *text, size_t len, bool *out, struct error *err)
{
    *out = len == 4 && memcmp(text, "true", 4) == 0;
    if (!*out && !(len == 5 && memcmp(text, "false", 5) == 0))
        return fail(err, ERR_FORMAT, "neither true nor false");
    return 0;
}

int field_number(const char *text, size_t len, long *out, struct error *err)
{
    long value = 0;

    if (len == 0 || len > 9)
        return fail(err, ERR_FORMAT, "not a number");
    for (size_t i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '9')
            return fail(err, ERR_FORMAT, "not a number");
        value = value * 10 + (text[i] - '0');
    }
    *out = value;
    return 0;
}

bool field_is(const char *text, size_t len, const char *word)
{
    return strlen(word) == len && memcmp(text, word, len) == 0;
}

bool field_arn_is_of(const char *arn, const char *account)
{
    size_t len = strlen(account);

    if (strncmp(arn, "arn:", 4) != 0)
        return false;
    for (int colons = 0; colons < 4 && arn; colons++) {
        arn = strchr(arn, ':');
        arn = arn ? arn + 1 : NULL;
    }
    return arn && strncmp(arn, account, len) == 0 && arn[len] == ':';
}

const char *field_arn_part(struct arena *arena, const char *arn, int number)
{
    for (int i = 0; i < number; i++) {
        arn = strchr(arn, ':');
        if (!arn)
            return NULL;
        arn++;
    }
    return arena_strndup(arena, arn, number < 5 ? strcspn(arn, ":") : strlen(arn));
}

bool field_arn_is(struct arena *arena, const char *arn, const char *service, const char *region,
                  const char *account)
{
    const char *wanted[] = {"arn", NULL, service, region, account};
    const char *resource = field_arn_part(arena, arn, 5);

    for (int i = 0; i < 5; i++) {
        const char *part = field_arn_part(arena, arn, i);

        if (!part || (wanted[i] && strcmp(part, wanted[i]) != 0))
            return false;
    }
    return resource && *resource;
}
