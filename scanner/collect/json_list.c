/* json_list.c - reading the answers of AWS's JSON services. */
#include "collect/json_list.h"

#include <string.h>

#include "base/json.h"
#include "base/limits.h"

static int read_rows(struct model *m, const struct call *call, const cJSON *list, const char *file,
                     const char *name, json_row *row, struct error *err)
{
    const char *kept = arena_strdup(&m->arena, file);
    size_t i = 0;

    for (const cJSON *e = json_first(list); e; e = e->next, i++) {
        struct source at = {kept, arena_printf(&m->arena, "/%s/%zu", name, i), NULL};

        if (row(call->context, e, at, err))
            return fail_in(err, "%s[%zu]", name, i);
    }
    return 0;
}

int json_list(struct model *m, struct call *call, const struct answer *answer, const char *name,
              json_row *row, struct error *err)
{
    const char *file = answer->page->file;
    cleanup_json cJSON *root = json_parse(file, answer->body, answer->len, err);
    const cJSON *list = root ? json_array(root, name, err) : NULL;

    if (!root)
        return -1;
    if (!list || read_rows(m, call, list, file, name, row, err) ||
        json_keep_token(m, call, root, "NextToken", err))
        return fail_in(err, "%s", file);
    return 0;
}

static int take_row(void *context, const cJSON *row, struct source at, struct error *err)
{
    struct answer_list *l = context;

    return l->take(l, row, at, err);
}

static int take_one(struct answer_list *l, const struct answer *answer, struct error *err)
{
    const char *file = answer->page->file;
    cleanup_json cJSON *root = json_parse(file, answer->body, answer->len, err);
    const cJSON *thing = root ? json_find(root, l->key) : NULL;
    struct source at = {arena_strdup(&l->model->arena, file),
                        arena_printf(&l->model->arena, "/%s", l->key), NULL};

    if (!root)
        return -1;
    if (!thing)
        return fail(err, ERR_FORMAT, "%s: %s: is missing", file, l->key);
    return l->take(l, thing, at, err) ? fail_in(err, "%s: %s", file, l->key) : 0;
}

int answer_list_receive(struct call *call, const struct answer *answer, struct error *err)
{
    struct answer_list *l = call->context;

    return l->one ? take_one(l, answer, err)
                  : json_list(l->model, call, answer, l->key, take_row, err);
}

int json_keep(struct model *m, const cJSON *obj, const char *key, const char **out,
              struct error *err)
{
    const char *text = json_text(obj, key, err);

    if (!text)
        return -1;
    if (!*text)
        return fail(err, ERR_FORMAT, "%s: is empty", key);
    return collect_text(m, text, strlen(text), out, err) ? fail_in(err, "%s", key) : 0;
}

int json_keep_or_null(struct model *m, const cJSON *obj, const char *key, const char **out,
                      struct error *err)
{
    const char *text = NULL;

    *out = NULL;
    if (json_text_or_null(obj, key, &text, err))
        return -1;
    if (text && collect_text(m, text, strlen(text), out, err))
        return fail_in(err, "%s", key);
    return 0;
}

int json_keep_text(struct model *m, const cJSON *element, const char **out, struct error *err)
{
    if (!cJSON_IsString(element) || !*element->valuestring)
        return fail(err, ERR_FORMAT, "expected text");
    return collect_text(m, element->valuestring, strlen(element->valuestring), out, err);
}

int json_expect(const cJSON *obj, const char *key, const char *text, struct error *err)
{
    const char *got = json_text(obj, key, err);

    if (!got)
        return -1;
    return strcmp(got, text) == 0 ? 0 : fail(err, ERR_FORMAT, "%s: not what was asked for", key);
}

int json_keep_flag(const cJSON *obj, const char *key, bool *out, struct error *err)
{
    const cJSON *member = json_find(obj, key);

    *out = false;
    return !member || cJSON_IsNull(member) ? 0 : json_bool(obj, key, out, err);
}

int json_keep_token(struct model *m, struct call *call, const cJSON *root, const char *key,
                    struct error *err)
{
    const char *token = NULL;

    if (json_text_or_null(root, key, &token, err))
        return -1;
    return token ? collect_next(m, call, token, strlen(token), err) : 0;
}

struct source json_source(struct model *m, const char *file, const char *list, size_t index)
{
    return (struct source){arena_strdup(&m->arena, file),
                           arena_printf(&m->arena, "/%s/%zu", list, index), NULL};
}

const char *json_parameter(struct arena *arena, const char *key, const char *text)
{
    cleanup_strbuf struct strbuf sb = STRBUF_INIT(8 * LIMIT_NAME_BYTES);

    strbuf_addf(&sb, "{\"%s\":", key);
    json_quote(&sb, text);
    strbuf_addch(&sb, '}');
    return arena_strdup(arena, sb.buf);
}

const char *json_parameters(struct arena *arena, const char *const *pairs, int page)
{
    cleanup_json cJSON *root = cJSON_CreateObject();
    cleanup_strbuf struct strbuf text = STRBUF_INIT(MIB);
    struct error ignored = {0};

    for (; *pairs; pairs += 2)
        (void)cJSON_AddStringToObject(root, pairs[0], pairs[1]);
    if (page)
        (void)cJSON_AddNumberToObject(root, "MaxResults", page);
    (void)json_canonical(root, &text, &ignored); /* texts of answers, which are UTF-8 */
    return arena_strdup(arena, text.buf);
}
