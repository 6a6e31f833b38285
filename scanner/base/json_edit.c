/* json_edit.c - places in a tree that is to be changed. */
#include "base/json_edit.h"

#include <limits.h>

cJSON *json_edit(cJSON *obj, const char *key)
{
    return cJSON_IsObject(obj) ? cJSON_GetObjectItemCaseSensitive(obj, key) : NULL;
}

cJSON *json_edit_at(cJSON *list, size_t index)
{
    return cJSON_IsArray(list) && index < INT_MAX ? cJSON_GetArrayItem(list, (int)index) : NULL;
}
