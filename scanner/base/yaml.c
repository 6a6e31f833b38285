/* yaml.c - from libyaml's events to a tree with line numbers. */
#include "base/yaml.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

#include "base/limits.h"
#include "base/text.h"

struct reader {
    const char *name;
    struct arena *arena;
    yaml_parser_t parser;
    size_t nodes;
    bool tagged;      /* tags are taken */
    size_t depth_max; /* at most LIMIT_TAGGED_DEPTH */
    struct error *err;
    /* The open lists and maps, outermost first, and the last child of each. */
    struct {
        struct yaml *node, *last;
    } open[LIMIT_TAGGED_DEPTH];
    size_t depth;
    const char *key; /* read, and waiting for its value; NULL: a key comes next */
    size_t key_line;
    struct yaml *root;
    size_t documents;
};

static int refuse(struct reader *r, const yaml_event_t *e, enum error_code code, const char *what)
{
    return fail(r->err, code, "%s:%zu: %s", r->name, e->start_mark.line + 1, what);
}

/* Nothing that makes one value stand for another, or gives it a type that nobody asked for. */
static int check_plain(struct reader *r, const yaml_event_t *e, const yaml_char_t *anchor,
                       const yaml_char_t *tag)
{
    if (anchor)
        return refuse(r, e, ERR_CONFIG,
                      "an anchor (&name): not taken here; write the value out where it is used");
    if (tag && !r->tagged)
        return refuse(r, e, ERR_CONFIG, "a tag (!name): not taken here; leave it out");
    if (tag && tag[0] != '!')
        return refuse(r, e, ERR_CONFIG, "a tag (!!name) that makes a type: not taken here");
    return 0;
}

static struct yaml *make(struct reader *r, const yaml_event_t *e, enum yaml_kind kind,
                         const yaml_char_t *tag)
{
    struct yaml *node = arena_new(r->arena, struct yaml, 1);

    node->kind = kind;
    node->text = "";
    node->tag = tag ? arena_strdup(r->arena, (const char *)tag) : NULL;
    node->file = r->name;
    node->line = r->key ? r->key_line : e->start_mark.line + 1;
    node->key = r->key;
    r->key = NULL;
    return node;
}

static bool expects_key(const struct reader *r)
{
    return r->depth > 0 && r->open[r->depth - 1].node->kind == YAML_MAP && !r->key;
}

/* Into the list or map that is open; the root when none is. */
static int put(struct reader *r, const yaml_event_t *e, struct yaml *node)
{
    if (++r->nodes > LIMIT_YAML_NODES)
        return refuse(r, e, ERR_LIMIT, "more values than a file of this kind may hold");
    if (r->depth == 0) {
        r->root = node;
        return 0;
    }

    struct yaml *into = r->open[r->depth - 1].node, *last = r->open[r->depth - 1].last;

    if (last)
        last->next = node;
    else
        into->child = node;
    r->open[r->depth - 1].last = node;
    into->count++;
    return 0;
}

static int open_node(struct reader *r, const yaml_event_t *e, enum yaml_kind kind,
                     const yaml_char_t *tag)
{
    struct yaml *node;

    if (expects_key(r))
        return refuse(r, e, ERR_CONFIG, "a list or map as a key: a key is a word");
    node = make(r, e, kind, tag);
    if (put(r, e, node))
        return -1;
    if (r->depth == r->depth_max)
        return refuse(r, e, ERR_LIMIT, "nested too deeply");
    r->open[r->depth].node = node;
    r->open[r->depth].last = NULL;
    r->depth++;
    return 0;
}

static int take_key(struct reader *r, const yaml_event_t *e, const char *key)
{
    const struct yaml *map = r->open[r->depth - 1].node;
    const struct yaml *before = yaml_find(map, key);

    if (map->count == LIMIT_YAML_KEYS)
        return refuse(r, e, ERR_LIMIT, "more keys than a map may hold");
    if (before)
        return fail(r->err, ERR_CONFIG,
                    "%s:%zu: %s: stands there twice, first in line %zu; remove "
                    "one",
                    r->name, e->start_mark.line + 1, text_shown(r->arena, key), before->line);
    r->key = key;
    r->key_line = e->start_mark.line + 1;
    return 0;
}

static int take_scalar(struct reader *r, const yaml_event_t *e)
{
    size_t len = e->data.scalar.length;
    const char *text = (const char *)e->data.scalar.value;
    struct yaml *node;

    if (check_plain(r, e, e->data.scalar.anchor, e->data.scalar.tag))
        return -1;
    if (len > LIMIT_YAML_TEXT)
        return refuse(r, e, ERR_LIMIT, "a text longer than any may be");
    if (strlen(text) != len)
        return refuse(r, e, ERR_CONFIG, "a NUL in a text");
    text = arena_strndup(r->arena, text, len);
    if (expects_key(r))
        return take_key(r, e, text);
    node = make(r, e, YAML_TEXT, e->data.scalar.tag);
    node->text = text;
    return put(r, e, node);
}

static int take(struct reader *r, const yaml_event_t *e)
{
    switch (e->type) {
    case YAML_DOCUMENT_START_EVENT:
        if (++r->documents > 1)
            return refuse(r, e, ERR_CONFIG, "a second document (---): a file has one");
        return 0;
    case YAML_ALIAS_EVENT:
        return refuse(r, e, ERR_CONFIG,
                      "an alias (*name): not taken here; write the value out, in quotes if it "
                      "begins with *");
    case YAML_SCALAR_EVENT:
        return take_scalar(r, e);
    case YAML_SEQUENCE_START_EVENT:
        return check_plain(r, e, e->data.sequence_start.anchor, e->data.sequence_start.tag) ||
                       open_node(r, e, YAML_LIST, e->data.sequence_start.tag)
                   ? -1
                   : 0;
    case YAML_MAPPING_START_EVENT:
        return check_plain(r, e, e->data.mapping_start.anchor, e->data.mapping_start.tag) ||
                       open_node(r, e, YAML_MAP, e->data.mapping_start.tag)
                   ? -1
                   : 0;
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        r->depth--;
        return 0;
    default:
        return 0;
    }
}

static int no_yaml(struct reader *r)
{
    const yaml_parser_t *p = &r->parser;
    bool in_text = p->error != YAML_READER_ERROR && p->error != YAML_MEMORY_ERROR;

    if (p->error == YAML_MEMORY_ERROR)
        memory_exhausted();
    return fail(r->err, ERR_CONFIG, "%s:%zu: no YAML: %s%s%s", r->name,
                (in_text ? p->problem_mark.line : p->mark.line) + 1,
                p->problem ? p->problem : "it cannot be read", p->context ? ", " : "",
                p->context ? p->context : "");
}

static int run(struct reader *r)
{
    for (bool ended = false; !ended;) {
        yaml_event_t e;
        int status;

        if (!yaml_parser_parse(&r->parser, &e))
            return no_yaml(r);
        ended = e.type == YAML_STREAM_END_EVENT;
        status = take(r, &e);
        yaml_event_delete(&e);
        if (status)
            return -1;
    }
    return 0;
}

static int read_all(struct reader *r, const char *text, size_t len, struct yaml **out)
{
    int status;

    if (len > LIMIT_YAML_BYTES)
        return fail(r->err, ERR_LIMIT, "%s: larger than %zu bytes", r->name, LIMIT_YAML_BYTES);
    if (!yaml_parser_initialize(&r->parser))
        memory_exhausted();
    yaml_parser_set_encoding(&r->parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r->parser, (const unsigned char *)text, len);
    status = run(r);
    yaml_parser_delete(&r->parser);
    if (status == 0)
        *out = r->root;
    return status;
}

int yaml_read(const char *name, const char *text, size_t len, struct arena *arena,
              struct yaml **out, struct error *err)
{
    struct reader r = {.name = name, .arena = arena, .depth_max = LIMIT_YAML_DEPTH, .err = err};

    return read_all(&r, text, len, out);
}

int yaml_read_tagged(const char *name, const char *text, size_t len, struct arena *arena,
                     struct yaml **out, struct error *err)
{
    struct reader r = {
        .name = name, .arena = arena, .tagged = true, .depth_max = LIMIT_TAGGED_DEPTH, .err = err};

    return read_all(&r, text, len, out);
}

const struct yaml *yaml_find(const struct yaml *map, const char *key)
{
    for (const struct yaml *m = map && map->kind == YAML_MAP ? map->child : NULL; m; m = m->next)
        if (strcmp(m->key, key) == 0)
            return m;
    return NULL;
}

int yaml_fail(const struct yaml *at, struct error *err, const char *fmt, ...)
{
    char text[sizeof err->msg];
    va_list args;

    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    return fail(err, ERR_CONFIG, "%s:%zu: %s", at->file, at->line, text);
}
