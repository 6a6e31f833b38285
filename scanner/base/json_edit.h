/* json_edit.h - places in a tree that is to be changed: what json_find() and json_first() are for
 * reading. */
#ifndef BASE_JSON_EDIT_H
#define BASE_JSON_EDIT_H

#include <cjson/cJSON.h>
#include <stddef.h>

/* Member `key` of an object, element `index` of an array; NULL when there is none, or it is no
 * object, no array. */
cJSON *json_edit(cJSON *obj, const char *key);
cJSON *json_edit_at(cJSON *list, size_t index);

#endif
