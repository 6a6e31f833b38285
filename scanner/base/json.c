/* json.c - JSON reading: a strict scan, then cJSON's tree, and typed getters. */
#include "base/json.h"

#include <math.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/json_scan.h"

void json_init(void)
{
    cJSON_Hooks hooks = {memory_alloc, free};

    cJSON_InitHooks(&hooks);
}

cJSON *json_parse(const char *name, const char *text, size_t len, struct error *err)
{
    if (json_scan(name, text, len, err) < 0)
        return NULL;

    cJSON *tree = cJSON_ParseWithLength(text, len);

    if (!tree)
        (void)fail(err, ERR_FORMAT, "%s: not readable as JSON", name);
    return tree;
}

cJSON *json_read(const char *path, size_t max, struct error *err)
{
    cleanup_strbuf struct strbuf text = STRBUF_INIT(max);

    if (file_read(path, max, &text, err) < 0)
        return NULL;
    return json_parse(path, text.buf, text.len, err);
}

const cJSON *json_find(const cJSON *obj, const char *key)
{
    return cJSON_IsObject(obj) ? cJSON_GetObjectItemCaseSensitive(obj, key) : NULL;
}

const char *json_text(const cJSON *obj, const char *key, struct error *err)
{
    const cJSON *item = json_find(obj, key);

    if (cJSON_IsString(item) && item->valuestring)
        return item->valuestring;
    (void)fail(err, ERR_FORMAT, "%s: expected text", key);
    return NULL;
}

const cJSON *json_object(const cJSON *obj, const char *key, struct error *err)
{
    const cJSON *item = json_find(obj, key);

    if (cJSON_IsObject(item))
        return item;
    (void)fail(err, ERR_FORMAT, "%s: expected an object", key);
    return NULL;
}

const cJSON *json_array(const cJSON *obj, const char *key, struct error *err)
{
    const cJSON *item = json_find(obj, key);

    if (cJSON_IsArray(item))
        return item;
    (void)fail(err, ERR_FORMAT, "%s: expected an array", key);
    return NULL;
}

int json_bool(const cJSON *obj, const char *key, bool *out, struct error *err)
{
    const cJSON *item = json_find(obj, key);

    if (!cJSON_IsBool(item))
        return fail(err, ERR_FORMAT, "%s: expected true or false", key);
    *out = cJSON_IsTrue(item);
    return 0;
}

int json_integer(const cJSON *obj, const char *key, long long min, long long max, long long *out,
                 struct error *err)
{
    const cJSON *item = json_find(obj, key);
    double d = cJSON_IsNumber(item) ? item->valuedouble : NAN;

    /* Beyond 2^53 neighbours look alike. */
    if (!(d >= -9007199254740992.0 && d <= 9007199254740992.0) || d != floor(d) ||
        (long long)d < min || (long long)d > max)
        return fail(err, ERR_FORMAT, "%s: expected an integer from %lld to %lld", key, min, max);
    *out = (long long)d;
    return 0;
}

int json_text_or_null(const cJSON *obj, const char *key, const char **out, struct error *err)
{
    const cJSON *item = json_find(obj, key);

    if (item && !cJSON_IsNull(item) && !cJSON_IsString(item))
        return fail(err, ERR_FORMAT, "%s: expected text or null", key);
    *out = item && cJSON_IsString(item) ? item->valuestring : NULL;
    return 0;
}

const char *json_str(const cJSON *obj, const char *key)
{
    const cJSON *item = json_find(obj, key);

    return cJSON_IsString(item) && item->valuestring ? item->valuestring : "";
}

double json_num(const cJSON *obj, const char *key)
{
    const cJSON *item = json_find(obj, key);

    return cJSON_IsNumber(item) ? item->valuedouble : 0;
}

bool json_true(const cJSON *obj, const char *key)
{
    return cJSON_IsTrue(json_find(obj, key));
}

size_t json_count(const cJSON *container)
{
    size_t count = 0;

    for (const cJSON *e = json_first(container); e; e = e->next)
        count++;
    return count;
}
