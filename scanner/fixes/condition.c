/* condition.c - editing the Condition of a statement. */
#include <string.h>

#include "base/json_edit.h"
#include "base/text.h"
#include "fixes/policy.h"

#define PRESENT "aws:MultiFactorAuthPresent"
#define AGE "aws:MultiFactorAuthAge"

static cJSON *object_at(cJSON *parent, const char *key)
{
    cJSON *child = json_edit(parent, key);

    return cJSON_IsObject(child) ? child : cJSON_AddObjectToObject(parent, key);
}

void fix_condition(cJSON *statement, const char *op, const char *key, cJSON *value)
{
    cJSON *test = object_at(object_at(statement, "Condition"), op);

    cJSON_DeleteItemFromObject(test, key); /* also in other case: keys of conditions have none */
    cJSON_AddItemToObject(test, key, value);
}

/* A whole number of seconds, as a text or a number. */
static const char *bound_of(struct arena *arena, const cJSON *value)
{
    if (cJSON_IsString(value) && *value->valuestring &&
        strspn(value->valuestring, "0123456789") == strlen(value->valuestring))
        return arena_strdup(arena, value->valuestring);
    if (cJSON_IsNumber(value) && value->valuedouble >= 0 && value->valuedouble < 1e9)
        return arena_printf(arena, "%ld", (long)value->valuedouble);
    return NULL;
}

static void unask_one(struct arena *arena, cJSON *test, const char **age)
{
    for (cJSON *item = test->child, *next; item; item = next) {
        const char *bound = text_icmp(item->string, AGE) == 0 ? bound_of(arena, item) : NULL;

        next = item->next;
        if (text_icmp(item->string, PRESENT) != 0 && text_icmp(item->string, AGE) != 0)
            continue;
        if (bound)
            *age = bound;
        cJSON_Delete(cJSON_DetachItemViaPointer(test, item));
    }
}

const char *fix_unask(struct arena *arena, cJSON *statement)
{
    cJSON *condition = json_edit(statement, "Condition");
    const char *age = NULL;

    for (cJSON *test = condition ? condition->child : NULL, *next; test; test = next) {
        next = test->next;
        unask_one(arena, test, &age);
        if (!test->child)
            cJSON_Delete(cJSON_DetachItemViaPointer(condition, test));
    }
    if (condition && !condition->child)
        cJSON_Delete(cJSON_DetachItemViaPointer(statement, condition));
    return age;
}

void fix_ask(struct arena *arena, cJSON *statement, bool allow)
{
    const char *age = fix_unask(arena, statement);

    if (age)
        fix_condition(statement, allow ? "NumericLessThan" : "NumericGreaterThanIfExists", AGE,
                      cJSON_CreateString(age));
    else
        fix_condition(statement, allow ? "Bool" : "BoolIfExists", PRESENT,
                      cJSON_CreateString(allow ? "true" : "false"));
}
