/* tree.c - building trees from cJSON's and libyaml's, and writing them as JSON. */
#include "lint/tree.h"

#include <string.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/yaml.h"

struct tree *tree_node(struct arena *arena, enum tree_kind kind, const char *key, const char *text,
                       size_t line)
{
    struct tree *t = arena_new(arena, struct tree, 1);

    t->kind = kind;
    t->key = key;
    t->text = text;
    t->line = line;
    return t;
}

const struct tree *tree_find(const struct tree *map, const char *key)
{
    for (const struct tree *m = map && map->kind == TREE_MAP ? map->child : NULL; m; m = m->next)
        if (strcmp(m->key, key) == 0)
            return m;
    return NULL;
}

const char *tree_text(const struct tree *map, const char *key)
{
    const struct tree *t = tree_find(map, key);

    return t && t->kind == TREE_TEXT && !t->open ? t->text : NULL;
}

/* --- JSON ---------------------------------------------------------------------------------------
 *
 * cJSON keeps no places. Its tree has the order of the text, which is known to be well-formed, so
 * both are walked side by side. */

struct walk {
    const char *at, *end;
    size_t line;
    struct arena *arena;
};

/* Past white space and what stands between values. */
static void skip_between(struct walk *w)
{
    for (; w->at < w->end && strchr(" \t\r\n,:", *w->at); w->at++)
        w->line += *w->at == '\n';
}

static void skip_string(struct walk *w)
{
    w->at++;
    while (w->at < w->end && *w->at != '"')
        w->at += *w->at == '\\' ? 2 : 1;
    w->at++;
}

static void skip_bare(struct walk *w)
{
    while (w->at < w->end && !strchr(" \t\r\n,]}", *w->at))
        w->at++;
}

static struct tree *walk_value(struct walk *w, const cJSON *value, size_t key_line);

static void walk_children(struct walk *w, const cJSON *value, struct tree *into)
{
    struct tree **last = &into->child;

    w->at++;
    for (const cJSON *c = json_first(value); c; c = c->next) {
        size_t line;

        skip_between(w);
        line = w->line;
        if (c->string)
            skip_string(w);
        *last = walk_value(w, c, c->string ? line : 0);
        last = &(*last)->next;
    }
    skip_between(w);
    w->at++;
}

static struct tree *walk_value(struct walk *w, const cJSON *value, size_t key_line)
{
    const char *key = value->string ? arena_strdup(w->arena, value->string) : NULL;
    const char *start;
    struct tree *t;

    skip_between(w);
    t = tree_node(w->arena, TREE_BARE, key, "", key_line ? key_line : w->line);
    start = w->at;
    if (cJSON_IsObject(value) || cJSON_IsArray(value)) {
        t->kind = cJSON_IsObject(value) ? TREE_MAP : TREE_LIST;
        walk_children(w, value, t);
    } else if (cJSON_IsString(value)) {
        t->kind = TREE_TEXT;
        t->text = arena_strdup(w->arena, value->valuestring);
        skip_string(w);
    } else {
        skip_bare(w);
        t->kind = cJSON_IsNull(value) ? TREE_NULL : TREE_BARE;
        t->text = arena_strndup(w->arena, start, (size_t)(w->at - start));
    }
    return t;
}

int tree_of_json(const char *name, const char *text, size_t len, struct arena *arena,
                 struct tree **out, struct error *err)
{
    cleanup_json cJSON *root = json_parse(name, text, len, err);
    struct walk w = {text, text + len, 1, arena};

    if (!root)
        return -1;
    *out = walk_value(&w, root, 0);
    return 0;
}

/* --- YAML ---------------------------------------------------------------------------------------
 */

static struct tree *of_yaml(const struct yaml *y, struct arena *arena);

static void add_children(const struct yaml *y, struct tree *into, struct arena *arena)
{
    struct tree **last = &into->child;

    for (const struct yaml *c = y->child; c; c = c->next) {
        *last = of_yaml(c, arena);
        last = &(*last)->next;
    }
}

/* "!Ref" -> "Ref", "!GetAtt" -> "Fn::GetAtt". */
static const char *long_form(const char *tag, struct arena *arena)
{
    if (strcmp(tag, "!Ref") == 0 || strcmp(tag, "!Condition") == 0)
        return arena_strdup(arena, tag + 1);
    return arena_printf(arena, "Fn::%s", tag + 1);
}

static struct tree *of_yaml(const struct yaml *y, struct arena *arena)
{
    static const enum tree_kind kinds[] = {
        [YAML_TEXT] = TREE_TEXT, [YAML_LIST] = TREE_LIST, [YAML_MAP] = TREE_MAP};
    struct tree *t = tree_node(arena, kinds[y->kind], y->key, y->text, y->line), *around;

    add_children(y, t, arena);
    if (!y->tag || !y->tag[1])
        return t;
    around = tree_node(arena, TREE_MAP, y->key, "", y->line);
    t->key = long_form(y->tag, arena);
    around->child = t;
    return around;
}

int tree_of_yaml(const char *name, const char *text, size_t len, struct arena *arena,
                 struct tree **out, struct error *err)
{
    struct yaml *root = NULL;

    if (yaml_read_tagged(name, text, len, arena, &root, err))
        return -1;
    if (!root)
        return fail(err, ERR_FORMAT, "%s: empty", name);
    *out = of_yaml(root, arena);
    return 0;
}

/* --- Out again ----------------------------------------------------------------------------------
 */

static void add_container(const struct tree *t, struct strbuf *out)
{
    bool is_map = t->kind == TREE_MAP;

    strbuf_addch(out, is_map ? '{' : '[');
    for (const struct tree *c = t->child; c; c = c->next) {
        if (is_map) {
            json_quote(out, c->key);
            strbuf_addch(out, ':');
        }
        tree_add_json(c, out);
        if (c->next)
            strbuf_addch(out, ',');
    }
    strbuf_addch(out, is_map ? '}' : ']');
}

void tree_add_json(const struct tree *t, struct strbuf *out)
{
    if (t->kind == TREE_LIST || t->kind == TREE_MAP)
        add_container(t, out);
    else if (t->kind == TREE_BARE || t->kind == TREE_NULL)
        strbuf_addstr(out, t->text);
    else
        json_quote(out, t->text);
}

const char *tree_pointer(struct arena *arena, const char *pointer, const char *key)
{
    cleanup_strbuf struct strbuf out = STRBUF_INIT(LIMIT_POINTER_BYTES);

    strbuf_addstr(&out, pointer);
    strbuf_addch(&out, '/');
    for (; *key; key++)
        if (*key == '~' || *key == '/')
            strbuf_addstr(&out, *key == '~' ? "~0" : "~1");
        else
            strbuf_addch(&out, *key);
    return arena_strdup(arena, out.buf);
}
