/* json_list.h - lists that are made while they are written, so that a long one is never in memory.
 *
 * A tree may hold such lists in place of arrays. json_canonical(), json_pretty() and
 * json_pretty_draft() write them like arrays, same bytes; every other reader of a tree must see it
 * after json_fill() only. */
#ifndef BASE_JSON_LIST_H
#define BASE_JSON_LIST_H

#include <cjson/cJSON.h>
#include <stddef.h>

#include "base/error.h"
#include "base/file.h"

struct json_list {
    /* The next element, which the caller deletes; NULL at the end. It moves list->at[], which says
     * where the list stands; all zero at its beginning. */
    cJSON *(*next)(struct json_list *list);
    void *context;
    size_t number; /* for the maker's use: which of several */
    size_t at[3];
};

/* A list as member `key` of `obj`. It must outlive the tree. */
void json_add_list(cJSON *obj, const char *key, struct json_list *list);

/* The list that an item stands for, at its beginning, or NULL. */
struct json_list *json_list_of(const cJSON *item);

/* Make every list in the tree an ordinary array. */
void json_fill(cJSON *tree);

/* Write the tree as json_pretty() does, into a draft for `path` with mode 0600, without ever
 * holding more of the text than an element of a list. Errors: those of json_pretty() and
 * file_draft(); ERR_LIMIT over `max` bytes. */
int json_pretty_draft(const cJSON *tree, struct file_draft *d, const char *path, size_t max,
                      struct error *err);

#endif
