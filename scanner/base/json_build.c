/* json_build.c - shorthands for building JSON trees. */
#include "base/json_build.h"

#include <stdarg.h>
#include <stdio.h>

void json_add_text(cJSON *obj, const char *key, const char *text)
{
    if (text)
        cJSON_AddStringToObject(obj, key, text);
    else
        cJSON_AddNullToObject(obj, key);
}

void json_add_count(cJSON *obj, const char *key, size_t n)
{
    cJSON_AddNumberToObject(obj, key, (double)n);
}

void json_add_fraction(cJSON *obj, const char *key, bool known, long value, double unit)
{
    if (known)
        cJSON_AddNumberToObject(obj, key, (double)value / unit);
    else
        cJSON_AddNullToObject(obj, key);
}

void json_add_format(cJSON *obj, const char *key, const char *fmt, ...)
{
    char text[8192];
    va_list args;

    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    cJSON_AddStringToObject(obj, key, text);
}

cJSON *json_append_object(cJSON *list)
{
    cJSON *obj = cJSON_CreateObject();

    cJSON_AddItemToArray(list, obj);
    return obj;
}
