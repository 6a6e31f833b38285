/* yaml.h - strict reader of YAML 1.1 files that people write, over libyaml.
 *
 * A file is one tree of texts, lists and maps with their lines. Every scalar is the text that
 * stands there: `no` is the text "no", 0123 keeps its zero; who reads a value says what it must be.
 * Refused, with the place: anchors and aliases (no copies that grow), tags, a second document, a
 * key that is no text or stands twice, what is nested or large beyond limits.h, bytes that are not
 * UTF-8. */
#ifndef BASE_YAML_H
#define BASE_YAML_H

#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"

enum yaml_kind { YAML_TEXT, YAML_LIST, YAML_MAP };

struct yaml {
    enum yaml_kind kind;
    const char *key;    /* of the member of a map; NULL: the root, or an element of a list */
    const char *text;   /* of a text; else "" */
    const char *tag;    /* "!Ref"; NULL: none */
    const char *file;   /* as it was named; for messages */
    size_t line;        /* of the key, or of the value where there is no key; from 1 */
    size_t count;       /* members, or elements */
    struct yaml *child; /* the first of them, in the order of the file */
    struct yaml *next;  /* the next of the same list or map; NULL: the last */
};

/* Parse text[0..len) into *out, everything in the arena; `name` begins every message:
 * "name:12: ...". A file without a document (empty, or comments only) gives NULL. Errors:
 * ERR_CONFIG; ERR_LIMIT. */
int yaml_read(const char *name, const char *text, size_t len, struct arena *arena,
              struct yaml **out, struct error *err);

/* The same for files of which tags are a part, as CloudFormation's: local ones, "!Ref", are kept;
 * and they may be nested as deeply as LIMIT_TAGGED_DEPTH. */
int yaml_read_tagged(const char *name, const char *text, size_t len, struct arena *arena,
                     struct yaml **out, struct error *err);

/* Member of a map, NULL when it is not there. */
const struct yaml *yaml_find(const struct yaml *map, const char *key);

/* Begin a message with the place of `at`: "name:12: ". ERR_CONFIG; always -1. */
int yaml_fail(const struct yaml *at, struct error *err, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
