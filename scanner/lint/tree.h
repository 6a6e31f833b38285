/* tree.h - a JSON or YAML text as one tree that knows its lines, and what of it is not known yet.
 *
 * Of YAML every scalar is a text; CloudFormation's short forms are written out: `!Ref x` is the
 * map {"Ref": "x"}. Strings are UTF-8 without NUL. */
#ifndef LINT_TREE_H
#define LINT_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/strbuf.h"

enum tree_kind {
    TREE_TEXT,
    TREE_BARE, /* true, false or a number of JSON: `text` as it stands there */
    TREE_NULL,
    TREE_LIST,
    TREE_MAP,
    TREE_OPEN, /* not known before it is deployed: the first child is what stood there */
};

struct tree {
    enum tree_kind kind;
    const char *key;  /* of the member of a map; else NULL */
    const char *text; /* of a text or a bare value; of OPEN, and of a text that is known in part,
                         with names in angle brackets for what is not; else "" */
    size_t line;      /* of the key, or of the value where there is no key; from 1 */
    const char *open; /* what of the text is not known: "parameter X"; NULL: nothing */
    bool is_named;    /* OPEN: a name or ARN that AWS gives, and no pattern */
    struct tree *child, *next; /* the first member or element; the next beside it */
};

/* Parse; everything in the arena. Errors: ERR_FORMAT, ERR_CONFIG, ERR_LIMIT, as base/json.h and
 * base/yaml.h have them. */
int tree_of_json(const char *name, const char *text, size_t len, struct arena *arena,
                 struct tree **out, struct error *err);
int tree_of_yaml(const char *name, const char *text, size_t len, struct arena *arena,
                 struct tree **out, struct error *err);

/* NULL is fine as `map`, and so is one that is no map: there is nothing in it. */
const struct tree *tree_find(const struct tree *map, const char *key);
const char *tree_text(const struct tree *map, const char *key); /* NULL: no known text */
static inline const struct tree *tree_first(const struct tree *container)
{
    return container && container->kind != TREE_OPEN ? container->child : NULL;
}

/* A copy of the node alone, without children. */
struct tree *tree_node(struct arena *arena, enum tree_kind kind, const char *key, const char *text,
                       size_t line);

/* Append as JSON; what is OPEN as its text. */
void tree_add_json(const struct tree *t, struct strbuf *out);

/* "POINTER/KEY", a JSON Pointer (RFC 6901). */
const char *tree_pointer(struct arena *arena, const char *pointer, const char *key);

#endif
