/* field.h - maps of a person's YAML file, read by tables: a row a key. Private to config/. */
#ifndef CONFIG_FIELD_H
#define CONFIG_FIELD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/yaml.h"

/* One key of a map. A table ends with a row whose name is NULL. To add a key: a row. */
struct field {
    const char *name;
    bool required;
    size_t offset; /* of the member of the target */
    /* Read the value into the member; texts are borrowed from the tree. Errors: ERR_CONFIG with the
     * place. */
    int (*read)(const struct yaml *v, void *into, struct arena *arena, struct error *err);
};

/* Read `map` into *target, by the rows. Errors: a value that is no map; an unknown key, with the
 * nearest name; a required one that is missing. */
int fields_read(const struct field *rows, const struct yaml *map, void *target, struct arena *arena,
                struct error *err);

/* Kinds of values. Each takes a const char * / struct day / struct texts. A text is one line and
 * not empty; prose may have several, which become one; a day is 2026-11-24. */
int field_text(const struct yaml *v, void *into, struct arena *arena, struct error *err);
int field_prose(const struct yaml *v, void *into, struct arena *arena, struct error *err);
int field_day(const struct yaml *v, void *into, struct arena *arena, struct error *err);
int field_texts(const struct yaml *v, void *into, struct arena *arena, struct error *err);
int field_sha256(const struct yaml *v, void *into, struct arena *arena, struct error *err);

/* Walk a list of maps under the one key `name` of a file: the list's first element in *first, NULL
 * when the file is empty or the list is. Errors: anything else at the top of the file. */
int field_list_of(const struct yaml *root, const char *name, const struct yaml **first,
                  struct error *err);

/* An unknown word where one of `words` (ends with NULL) must stand. Always -1. */
int field_unknown(const struct yaml *at, const char *what, const char *word,
                  const char *const *words, struct error *err);

/* "2026-11-24"? */
struct day;
bool field_parse_day(const char *text, struct day *out);

#endif
