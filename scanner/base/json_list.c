/* json_list.c - lists in JSON trees that are made while they are written. */
#include "base/json_list.h"

#include <string.h>

/* No parser makes an item of this type, and cJSON_Delete() leaves the text of a reference alone. */
#define LIST_TYPE (cJSON_Raw | cJSON_IsReference)

void json_add_list(cJSON *obj, const char *key, struct json_list *list)
{
    cJSON *item = cJSON_CreateNull();

    item->type = LIST_TYPE;
    item->valuestring = (char *)list;
    (void)cJSON_AddItemToObject(obj, key, item);
}

struct json_list *json_list_of(const cJSON *item)
{
    struct json_list *list = NULL;

    if ((item->type & (0xFF | cJSON_IsReference)) == LIST_TYPE) {
        list = (struct json_list *)(void *)item->valuestring;
        memset(list->at, 0, sizeof list->at);
    }
    return list;
}

static void fill_list(cJSON *item, struct json_list *list)
{
    cJSON *element;

    item->type = cJSON_Array | (item->type & cJSON_StringIsConst);
    item->valuestring = NULL;
    while ((element = list->next(list)))
        (void)cJSON_AddItemToArray(item, element);
}

void json_fill(cJSON *tree)
{
    struct json_list *list = json_list_of(tree);

    if (list)
        fill_list(tree, list);
    for (cJSON *e = tree->child; e; e = e->next)
        json_fill(e);
}
