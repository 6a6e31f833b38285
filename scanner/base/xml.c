/* xml.c - elements and their text out of expat, with the path to each. */
#include "base/xml.h"

#include <expat.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/secret.h"
#include "base/text.h"

#define SEPARATOR '\n' /* between namespace and local name; no name contains it */
#define PIECE_MAX ((size_t)1 << 30)
#define TEXT_KEPT 16384 /* no secret is longer: its text lies in one place, and is wiped there */

DEFINE_CLEANUP(cleanup_parser_, XML_Parser, XML_ParserFree)
#define cleanup_parser CLEANUP(cleanup_parser_)

/* One name among the children of an element, and how many of it there were so far. */
struct kind {
    size_t at, len; /* in the level's names */
    size_t count;
};

/* An open element; level 0 is the document. Memory is kept for the next element at this depth. */
struct level {
    size_t path_len;   /* of the path up to its parent */
    size_t text_start; /* of its text in the reader's text */
    size_t number;     /* among the siblings of its name, from 1 */
    struct kind *kinds;
    size_t kind_count, kind_room;
    size_t recent; /* index of the kind of the last child */
    struct strbuf names;
};

struct xml_reader {
    XML_Parser parser;
    const char *name;
    const struct xml_handler *handler;
    void *context;
    struct error *err;
    bool failed;
    struct strbuf path;
    struct strbuf text; /* of all open elements, the innermost one's last */
    struct level levels[LIMIT_XML_DEPTH + 1];
    size_t depth;
    const XML_Char **attributes; /* of the element that begins: name, value, ... NULL; else NULL */
};

/* Stop reading; the error is filled, and gets the place in front. Expat may still call a handler
 * once after this, which `failed` makes harmless. */
static void stop(struct xml_reader *r)
{
    if (r->failed)
        return;
    (void)fail_in(r->err, "%s:%lu:%lu", r->name, (unsigned long)XML_GetCurrentLineNumber(r->parser),
                  (unsigned long)XML_GetCurrentColumnNumber(r->parser) + 1);
    r->failed = true;
    (void)XML_StopParser(r->parser, XML_FALSE);
}

static void refuse(struct xml_reader *r, enum error_code code, const char *what)
{
    (void)fail(r->err, code, "%s", what);
    stop(r);
}

/* Number of this child among those of its name. Siblings come in turns, so the kind after the
 * last one is looked at first. 0 with the error filled when there are too many kinds. */
static size_t count_child(struct xml_reader *r, struct level *parent, const char *name, size_t len)
{
    for (size_t i = 0; i < parent->kind_count; i++) {
        size_t at = (parent->recent + 1 + i) % parent->kind_count;
        struct kind *kind = &parent->kinds[at];

        if (kind->len == len && memcmp(parent->names.buf + kind->at, name, len) == 0) {
            parent->recent = at;
            return ++kind->count;
        }
    }
    if (parent->kind_count == LIMIT_XML_KINDS) {
        refuse(r, ERR_LIMIT, "too many different names in one element");
        return 0;
    }
    if (parent->kind_count == parent->kind_room) {
        parent->kind_room = parent->kind_room ? parent->kind_room * 2 : 8;
        parent->kinds = memory_realloc(parent->kinds, parent->kind_room * sizeof *parent->kinds);
    }
    parent->recent = parent->kind_count;
    parent->kinds[parent->kind_count++] = (struct kind){parent->names.len, len, 1};
    strbuf_add(&parent->names, name, len);
    return 1;
}

static void open_level(struct xml_reader *r, const char *name, size_t len, size_t number)
{
    struct level *level = &r->levels[++r->depth];

    level->path_len = r->path.len;
    level->text_start = r->text.len;
    level->number = number;
    level->kind_count = 0;
    level->recent = 0;
    strbuf_clear(&level->names);
    if (r->depth > 1)
        strbuf_addch(&r->path, '/');
    strbuf_add(&r->path, name, len);
}

static struct xml_at current(const struct xml_reader *r)
{
    size_t start = r->levels[r->depth].path_len + (r->depth > 1 ? 1 : 0);

    return (struct xml_at){r->path.buf, r->path.buf + start, r->depth, r};
}

static void XMLCALL on_start(void *data, const XML_Char *qualified, const XML_Char **attributes)
{
    struct xml_reader *r = data;
    const char *separator = strrchr(qualified, SEPARATOR);
    const char *name = separator ? separator + 1 : qualified;
    size_t len = strlen(name);

    if (r->failed)
        return;
    if (r->depth == LIMIT_XML_DEPTH) {
        refuse(r, ERR_LIMIT, "nested too deeply");
        return;
    }
    if (len > LIMIT_XML_NAME) {
        refuse(r, ERR_LIMIT, "element name too long");
        return;
    }

    size_t number = count_child(r, &r->levels[r->depth], name, len);

    if (number == 0)
        return;
    open_level(r, name, len, number);

    struct xml_at at = current(r);

    r->attributes = attributes;
    if (r->handler->start && r->handler->start(r->context, &at, r->err) < 0)
        stop(r);
    r->attributes = NULL;
}

static void XMLCALL on_end(void *data, const XML_Char *qualified)
{
    struct xml_reader *r = data;
    struct level *level = &r->levels[r->depth];

    (void)qualified;
    if (r->failed)
        return;

    struct xml_at at = current(r);
    const char *text = r->text.buf + level->text_start;
    size_t len = r->text.len - level->text_start;

    if (r->handler->end && r->handler->end(r->context, &at, text, len, r->err) < 0)
        stop(r);
    strbuf_truncate(&r->text, level->text_start);
    strbuf_truncate(&r->path, level->path_len);
    r->depth--;
}

static void XMLCALL on_text(void *data, const XML_Char *text, int len)
{
    struct xml_reader *r = data;

    if (r->failed)
        return;
    strbuf_add(&r->text, text, (size_t)len);
    if (r->text.overflowed)
        refuse(r, ERR_LIMIT, "text too long");
}

static void XMLCALL on_doctype(void *data, const XML_Char *name, const XML_Char *system_id,
                               const XML_Char *public_id, int has_internal_subset)
{
    (void)name;
    (void)system_id;
    (void)public_id;
    (void)has_internal_subset;
    refuse(data, ERR_FORMAT, "document type declaration");
}

/* The parser is told that all is UTF-8; a declaration of something else would make other readers
 * see other text. */
static void XMLCALL on_declaration(void *data, const XML_Char *version, const XML_Char *encoding,
                                   int standalone)
{
    (void)version;
    (void)standalone;
    if (encoding && text_icmp(encoding, "UTF-8") != 0)
        refuse(data, ERR_FORMAT, "encoding is not UTF-8");
}

static void set_handlers(struct xml_reader *r)
{
    XML_SetUserData(r->parser, r);
    XML_SetElementHandler(r->parser, on_start, on_end);
    XML_SetCharacterDataHandler(r->parser, on_text);
    XML_SetStartDoctypeDeclHandler(r->parser, on_doctype);
    XML_SetXmlDeclHandler(r->parser, on_declaration);
}

static int feed(struct xml_reader *r, const char *bytes, size_t len)
{
    bool last = false;

    while (!last) {
        size_t piece = len < PIECE_MAX ? len : PIECE_MAX;

        last = piece == len;
        if (XML_Parse(r->parser, bytes, (int)piece, last) != XML_STATUS_OK) {
            if (!r->failed)
                refuse(r, ERR_FORMAT, XML_ErrorString(XML_GetErrorCode(r->parser)));
            return -1;
        }
        bytes += piece;
        len -= piece;
    }
    return 0;
}

static void reader_init(struct xml_reader *r)
{
    size_t path_max = (size_t)LIMIT_XML_DEPTH * (LIMIT_XML_NAME + 1);
    size_t names_max = (size_t)LIMIT_XML_KINDS * LIMIT_XML_NAME;

    r->path = (struct strbuf)STRBUF_INIT(path_max);
    r->text = (struct strbuf)STRBUF_INIT(TEXT_KEPT);
    secret_reserve(&r->text);
    r->text.max = LIMIT_XML_TEXT;
    for (size_t i = 0; i <= LIMIT_XML_DEPTH; i++)
        r->levels[i].names = (struct strbuf)STRBUF_INIT(names_max);
}

static void reader_clear(struct xml_reader *r)
{
    strbuf_free(&r->path);
    secret_free(&r->text);
    for (size_t i = 0; i <= LIMIT_XML_DEPTH; i++) {
        strbuf_free(&r->levels[i].names);
        free(r->levels[i].kinds);
    }
}

/* Expat goes by the first two bytes, whatever encoding it was told. */
static bool starts_as_utf16(const char *bytes, size_t len)
{
    return len >= 2 && (memcmp(bytes, "\xFF\xFE", 2) == 0 || memcmp(bytes, "\xFE\xFF", 2) == 0 ||
                        bytes[0] == '\0' || bytes[1] == '\0');
}

int xml_parse(const char *name, const char *bytes, size_t len, const struct xml_handler *handler,
              void *context, struct error *err)
{
    static const XML_Memory_Handling_Suite memory = {secret_alloc, secret_realloc, secret_release};
    static const XML_Char separator[] = {SEPARATOR, '\0'};
    cleanup_parser XML_Parser parser = XML_ParserCreate_MM("UTF-8", &memory, separator);
    struct xml_reader r = {
        .parser = parser, .name = name, .handler = handler, .context = context, .err = err};

    if (starts_as_utf16(bytes, len))
        return fail(err, ERR_FORMAT, "%s:1:1: not UTF-8", name);
    if (!parser)
        return fail(err, ERR_IO, "%s: the XML reader could not be started", name);
    reader_init(&r);
    set_handlers(&r);

    int result = feed(&r, bytes, len);

    reader_clear(&r);
    return result;
}

const char *xml_attribute(const struct xml_at *at, const char *name)
{
    for (const XML_Char **a = at->reader->attributes; a && *a; a += 2)
        if (strcmp(a[0], name) == 0)
            return a[1];
    return NULL;
}

void xml_pointer(const struct xml_at *at, struct strbuf *out)
{
    const char *name = at->path;

    for (size_t i = 1; i <= at->depth; i++) {
        size_t len = strcspn(name, "/");

        strbuf_addf(out, "/*[local-name()='%.*s']", (int)len, name);
        if (i > 1)
            strbuf_addf(out, "[%zu]", at->reader->levels[i].number);
        name += len + 1;
    }
}
