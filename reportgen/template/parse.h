/* parse.h - a template as a tree; used by the template engine only. */
#ifndef TEMPLATE_PARSE_H
#define TEMPLATE_PARSE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"

enum node_kind {
    NODE_TEXT,     /* literal bytes */
    NODE_LINE,     /* a line with content begins here: where a partial's indentation goes */
    NODE_VALUE,    /* {{x}} */
    NODE_RAW,      /* {{{x}}} and {{&x}} */
    NODE_SECTION,  /* {{#x}} */
    NODE_INVERTED, /* {{^x}} */
    NODE_PARTIAL   /* {{>x}} */
};

/* "a.b.c": the whole, for messages, and its parts one after the other, each ended by a NUL. No
 * parts: the implicit iterator ".". */
struct node_name {
    const char *whole;
    const char *parts;
    size_t count;
};

struct parsed;

struct node {
    enum node_kind kind;
    int line; /* of the tag in its file, from 1 */
    const char *text;
    size_t len;            /* of `text`; for a standalone partial that is its indentation */
    struct node_name name; /* all but TEXT and LINE */
    struct node *next;
    struct node *children;        /* SECTION, INVERTED */
    const struct parsed *partial; /* PARTIAL, filled when it is first rendered; NULL: none */
    bool sought;                  /* PARTIAL: `partial` has been filled */
};

struct parsed {
    const char *file; /* for messages: "partials/fixes.md" */
    struct node *nodes;
    struct parsed *next;
};

/* Parse text[0..len) of `file`. The tree lives in `arena` and borrows `text`. Errors, "file:line:
 * ...": ERR_FORMAT syntax, or text that is not UTF-8; ERR_LIMIT sections nested deeper than
 * LIMIT_TEMPLATE_DEPTH, a file over LIMIT_TEMPLATE_BYTES. NULL then. */
struct parsed *template_parse(const char *file, const char *text, size_t len, struct arena *arena,
                              struct error *err);

#endif
