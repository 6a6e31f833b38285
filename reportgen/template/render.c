/* render.c - writing a parsed template with its data. */
#include <string.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/text.h"
#include "embedded.h"
#include "template/escape.h"
#include "template/lookup.h"
#include "template/parse.h"
#include "template/template.h"

#define LIMIT_INDENT_BYTES 4096 /* of nested standalone partials together */

struct rendering {
    const struct template_source *src;
    const char *extension; /* of the template asked for, with its dot; "" when it has none */
    enum escape escape;
    struct contexts contexts;
    struct parsed *templates; /* every file read so far */
    size_t template_count;
    const struct parsed *current; /* the file being rendered, for messages */
    size_t nesting;               /* open sections and partials */
    size_t steps;
    struct strbuf indent; /* put before each line of the current partial */
    struct strbuf *out;
    struct arena *arena;
    struct error *err;
};

static int render_nodes(struct rendering *r, struct node *first);

/* ---- finding files ---- */

/* A name that stays below the source's root. */
static bool is_safe_name(const char *name)
{
    size_t len = strlen(name);

    if (len == 0 || len > 255 || name[0] == '/' || strstr(name, "..") || strchr(name, '\\'))
        return false;
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)name[i] < ' ')
            return false;
    return true;
}

static const char *extension_of(const char *file)
{
    const char *dot = strrchr(file, '.');
    const char *slash = strrchr(file, '/');

    return dot && dot > file && (!slash || dot > slash + 1) ? dot : "";
}

static struct parsed *known(const struct rendering *r, const char *file)
{
    for (struct parsed *t = r->templates; t; t = t->next)
        if (strcmp(t->file, file) == 0)
            return t;
    return NULL;
}

/* The template of exactly that name, parsed once; *out NULL when the source has none. */
static int open_file(struct rendering *r, const char *file, struct parsed **out)
{
    size_t len = 0;

    *out = known(r, file);
    if (*out)
        return 0;

    const char *text = r->src->load(r->src->ctx, file, &len);

    if (!text)
        return 0;
    if (r->template_count == LIMIT_TEMPLATE_PARTIALS)
        return fail(r->err, ERR_LIMIT, "%s: more than %d partials", file, LIMIT_TEMPLATE_PARTIALS);
    *out = template_parse(arena_strdup(r->arena, file), text, len, r->arena, r->err);
    if (!*out)
        return -1;
    (*out)->next = r->templates;
    r->templates = *out;
    r->template_count++;
    return 0;
}

static int open_partial(struct rendering *r, struct node *n)
{
    const char *endings[] = {"", r->extension, ".md", ".html", ".mustache"};
    struct parsed *found = NULL;
    const char *name = n->name.whole;

    if (!is_safe_name(name))
        return fail(r->err, ERR_FORMAT, "%s:%d: '%s' is not a name for a partial", r->current->file,
                    n->line, text_shown(r->arena, name));
    for (size_t i = 0; i < sizeof endings / sizeof endings[0] && !found; i++)
        if (open_file(r, arena_printf(r->arena, "%s%s", name, endings[i]), &found) != 0)
            return -1;
    if (!found && !r->src->lax)
        return fail(r->err, ERR_MISSING, "%s:%d: no partial '%s'", r->current->file, n->line,
                    text_shown(r->arena, name));
    n->partial = found;
    n->sought = true;
    return 0;
}

/* ---- values ---- */

static int find(struct rendering *r, const struct node *n, const cJSON **out)
{
    *out = lookup(&r->contexts, &n->name);
    if (*out || r->src->lax)
        return 0;

    const char *nearest = lookup_nearest(&r->contexts, &n->name, r->arena);
    const char *shown = text_shown(r->arena, n->name.whole);

    if (!nearest)
        return fail(r->err, ERR_FORMAT, "%s:%d: no such value '%s'", r->current->file, n->line,
                    shown);
    return fail(r->err, ERR_FORMAT, "%s:%d: no such value '%s', did you mean '%s'",
                r->current->file, n->line, shown, text_shown(r->arena, nearest));
}

static int render_value(struct rendering *r, const struct node *n)
{
    const cJSON *value;

    if (find(r, n, &value) != 0)
        return -1;
    if (!value || cJSON_IsNull(value))
        return 0;
    if (cJSON_IsString(value)) {
        escape_add(n->kind == NODE_RAW ? ESCAPE_NONE : r->escape, r->out, value->valuestring);
        return 0;
    }
    if (!cJSON_IsObject(value) && !cJSON_IsArray(value))
        return json_canonical(value, r->out, r->err);
    if (r->src->lax)
        return 0;
    return fail(r->err, ERR_FORMAT, "%s:%d: '%s' is %s and cannot be printed", r->current->file,
                n->line, text_shown(r->arena, n->name.whole),
                cJSON_IsArray(value) ? "a list" : "an object");
}

static bool is_empty(const cJSON *value)
{
    if (!value || cJSON_IsNull(value) || cJSON_IsFalse(value))
        return true;
    if (cJSON_IsArray(value))
        return !json_first(value);
    if (cJSON_IsString(value))
        return value->valuestring[0] == '\0';
    return cJSON_IsNumber(value) && !(value->valuedouble < 0) && !(value->valuedouble > 0);
}

/* ---- nodes ---- */

static int enter(struct rendering *r, const struct node *n)
{
    if (r->nesting == LIMIT_TEMPLATE_DEPTH)
        return fail(r->err, ERR_LIMIT, "%s:%d: sections and partials nested deeper than %d",
                    r->current->file, n->line, LIMIT_TEMPLATE_DEPTH);
    r->nesting++;
    return 0;
}

static int render_with(struct rendering *r, const struct node *n, const cJSON *context)
{
    r->contexts.values[r->contexts.count++] = context;

    int rc = render_nodes(r, n->children);

    r->contexts.count--;
    return rc;
}

static int render_section(struct rendering *r, const struct node *n)
{
    const cJSON *value;
    int rc = 0;

    if (find(r, n, &value) != 0)
        return -1;
    if (is_empty(value) != (n->kind == NODE_INVERTED))
        return 0;
    if (enter(r, n) != 0)
        return -1;
    if (n->kind == NODE_INVERTED)
        rc = render_nodes(r, n->children);
    else if (!cJSON_IsArray(value))
        rc = render_with(r, n, value);
    else
        for (const cJSON *e = json_first(value); e && rc == 0; e = e->next)
            rc = render_with(r, n, e);
    r->nesting--;
    return rc;
}

static int render_partial(struct rendering *r, struct node *n)
{
    if (!n->sought && open_partial(r, n) != 0)
        return -1;
    if (!n->partial)
        return 0;
    if (enter(r, n) != 0)
        return -1;

    const struct parsed *caller = r->current;
    size_t indent = r->indent.len;

    strbuf_add(&r->indent, n->text, n->len);
    if (strbuf_finish(&r->indent, "indentation of partials", r->err) != 0)
        return fail_in(r->err, "%s:%d", caller->file, n->line);
    r->current = n->partial;

    int rc = render_nodes(r, n->partial->nodes);

    r->current = caller;
    strbuf_truncate(&r->indent, indent);
    r->nesting--;
    return rc;
}

/* Literal text; each line in it that begins with content gets the indentation. */
static void render_text(struct rendering *r, const char *s, size_t len)
{
    const char *end = s + len;

    while (r->indent.len > 0 && s < end) {
        const char *newline = memchr(s, '\n', (size_t)(end - s));

        if (!newline)
            break;
        strbuf_add(r->out, s, (size_t)(newline + 1 - s));
        s = newline + 1;
        if (s < end && s[0] != '\n' && !(s[0] == '\r' && s + 1 < end && s[1] == '\n'))
            strbuf_add(r->out, r->indent.buf, r->indent.len);
    }
    strbuf_add(r->out, s, (size_t)(end - s));
}

static int render_node(struct rendering *r, struct node *n)
{
    switch (n->kind) {
    case NODE_TEXT:
        render_text(r, n->text, n->len);
        return 0;
    case NODE_LINE:
        strbuf_add(r->out, r->indent.buf, r->indent.len);
        return 0;
    case NODE_VALUE:
    case NODE_RAW:
        return render_value(r, n);
    case NODE_SECTION:
    case NODE_INVERTED:
        return render_section(r, n);
    case NODE_PARTIAL:
        return render_partial(r, n);
    }
    return 0;
}

/* Runs over a list of nodes, and stops as soon as the output is full or too much was done. */
static int render_nodes(struct rendering *r, struct node *first)
{
    for (struct node *n = first; n; n = n->next) {
        if (++r->steps > LIMIT_TEMPLATE_STEPS)
            return fail(r->err, ERR_LIMIT, "%s:%d: more than %d steps", r->current->file, n->line,
                        LIMIT_TEMPLATE_STEPS);
        if (render_node(r, n) != 0)
            return -1;
        if (r->out->overflowed)
            return fail(r->err, ERR_LIMIT, "%s:%d: output larger than %zu bytes", r->current->file,
                        n->line, r->out->max);
    }
    return 0;
}

static int render_all(struct rendering *r, const char *name, const cJSON *data)
{
    struct parsed *top = NULL;

    if (!is_safe_name(name))
        return fail(r->err, ERR_FORMAT, "'%s' is not a name for a template",
                    text_shown(r->arena, name));
    if (open_file(r, name, &top) != 0)
        return -1;
    if (!top)
        return fail(r->err, ERR_MISSING, "%s: no such template", name);
    r->current = top;
    r->contexts.values[0] = data;
    r->contexts.count = 1;
    return render_nodes(r, top->nodes);
}

int template_render(const struct template_source *src, const char *name, const cJSON *data,
                    struct strbuf *out, struct error *err)
{
    struct arena arena = {0};
    struct rendering r = {.src = src,
                          .extension = extension_of(name),
                          .escape = escape_for(name),
                          .indent = STRBUF_INIT(LIMIT_INDENT_BYTES),
                          .out = out,
                          .arena = &arena,
                          .err = err};
    int rc = render_all(&r, name, data);

    strbuf_free(&r.indent);
    arena_free(&arena);
    return rc;
}

/* ---- the built-in templates ---- */

static const char *load_embedded(void *ctx, const char *name, size_t *len)
{
    struct arena arena = {0};
    const struct embedded *file = embedded_find(arena_printf(&arena, "templates/%s", name));

    (void)ctx;
    arena_free(&arena);
    if (!file)
        return NULL;
    *len = file->len;
    return (const char *)file->bytes;
}

const struct template_source template_embedded = {load_embedded, NULL, false};
