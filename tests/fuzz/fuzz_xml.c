/* fuzz_xml.c - XML: starts and ends pair up, paths and pointers fit the depth. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "base/xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
    if (!truth)
        abort();
}

static size_t count(const char *text, char c)
{
    size_t n = 0;

    for (; *text; text++)
        n += *text == c;
    return n;
}

static void check_place(const struct xml_at *at)
{
    cleanup_strbuf struct strbuf pointer = STRBUF_INIT(MIB);
    const char *slash = strrchr(at->path, '/');

    must(at->depth >= 1 && at->depth <= LIMIT_XML_DEPTH);
    must(count(at->path, '/') == at->depth - 1);
    must(strcmp(at->name, slash ? slash + 1 : at->path) == 0);
    must(at->name[0] != '\0' && strlen(at->name) <= LIMIT_XML_NAME);
    xml_pointer(at, &pointer);
    must(!pointer.overflowed && count(pointer.buf, '/') == at->depth);
}

static int on_start(void *context, const struct xml_at *at, struct error *err)
{
    size_t *open = context;

    (void)err;
    check_place(at);
    must(at->depth == ++*open);
    return 0;
}

static int on_end(void *context, const struct xml_at *at, const char *text, size_t len,
                  struct error *err)
{
    size_t *open = context;

    check_place(at);
    must(at->depth == (*open)--);
    must(strlen(text) == len && text_is_utf8(text, len));
    if (strcmp(text, "stop") == 0)
        return fail(err, ERR_MISSING, "stopped");
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct xml_handler handler = {on_start, on_end};
    struct error err = {0};
    size_t open = 0;

    if (xml_parse("input", (const char *)data, size, &handler, &open, &err) == 0)
        must(open == 0);
    else
        must(err.code != ERR_NONE && strncmp(err.msg, "input:", 6) == 0);
    return 0;
}
