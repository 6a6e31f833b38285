/* transport.c - what all transports share: the entry, and reading AWS's error bodies. */
#include "aws/transport.h"

#include <string.h>

#include "base/json.h"
#include "base/xml.h"

int transport_run(struct transport *t, struct call *calls, size_t count, struct error *err)
{
    return t->run(t, calls, count, err);
}

struct error_reader {
    struct arena *arena;
    const char *code;
};

/* Query-protocol services answer <ErrorResponse><Error><Code>, older ones
 * <Response><Errors><Error><Code>. */
static int error_end(void *context, const struct xml_at *at, const char *text, size_t len,
                     struct error *err)
{
    struct error_reader *r = context;

    (void)err;
    if (!r->code && (strcmp(at->path, "ErrorResponse/Error/Code") == 0 ||
                     strcmp(at->path, "Response/Errors/Error/Code") == 0))
        r->code = arena_strndup(r->arena, text, len);
    return 0;
}

static const char *xml_error_code(const char *body, size_t len, struct arena *arena)
{
    static const struct xml_handler handler = {.end = error_end};
    struct error_reader reader = {.arena = arena};
    struct error ignored = {0};

    (void)xml_parse("error answer", body, len, &handler, &reader, &ignored);
    return reader.code ? reader.code : "";
}

/* "prefix#Code:http://..." -> "Code" (AWS JSON 1.1 protocol, operation errors). */
static const char *json_error_code(const char *body, size_t len, struct arena *arena)
{
    struct error ignored = {0};
    cleanup_json cJSON *root = json_parse("error answer", body, len, &ignored);
    const char *type = json_str(root, "__type");
    const char *hash = strchr(type, '#');

    if (hash)
        type = hash + 1;
    return arena_strndup(arena, type, strcspn(type, ":"));
}

const char *transport_error_code(const char *body, size_t len, struct arena *arena)
{
    size_t start = 0;

    while (start < len && strchr(" \t\r\n", body[start]))
        start++;
    if (start == len)
        return "";
    return body[start] == '{' ? json_error_code(body, len, arena)
                              : xml_error_code(body, len, arena);
}
