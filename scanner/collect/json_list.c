/* json_list.c - reading the answers of AWS JSON services. */
#include "collect/json_list.h"

#include <string.h>

#include "base/json.h"
#include "base/limits.h"

static struct source place(struct model *m, const char *file, const char *key, size_t index,
                           bool one)
{
    return (struct source){arena_strdup(&m->arena, file),
                           one ? arena_printf(&m->arena, "/%s", key)
                               : arena_printf(&m->arena, "/%s/%zu", key, index),
                           NULL};
}

static int take_all(struct json_list *l, const cJSON *root, const char *file, struct error *err)
{
    const cJSON *list = json_array(root, l->key, err);
    size_t i = 0;

    if (!list)
        return -1;
    for (const cJSON *e = json_first(list); e; e = e->next, i++)
        if (l->take(l, e, place(l->model, file, l->key, i, false), err))
            return fail_in(err, "%s[%zu]", l->key, i);
    return 0;
}

static int take_one(struct json_list *l, const cJSON *root, const char *file, struct error *err)
{
    const cJSON *thing = json_find(root, l->key);

    if (!thing)
        return fail(err, ERR_FORMAT, "%s: is missing", l->key);
    if (l->take(l, thing, place(l->model, file, l->key, 0, true), err))
        return fail_in(err, "%s", l->key);
    return 0;
}

static int take_token(struct json_list *l, struct call *call, const cJSON *root, struct error *err)
{
    const char *token = NULL;

    if (json_text_or_null(root, "NextToken", &token, err))
        return -1;
    return token ? collect_next(l->model, call, token, strlen(token), err) : 0;
}

int json_list_receive(struct call *call, const struct answer *answer, struct error *err)
{
    struct json_list *l = call->context;
    const char *file = answer->page->file;
    cleanup_json cJSON *root = json_parse(file, answer->body, answer->len, err);

    if (!root)
        return -1;
    if (l->one ? take_one(l, root, file, err)
               : take_all(l, root, file, err) || take_token(l, call, root, err))
        return fail_in(err, "%s", file);
    return 0;
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

int collect_batch(struct collection *c, struct call *calls, size_t count, struct error *err)
{
    for (size_t i = 0; i < count; i++)
        calls[i].account = c->account->id;
    return transport_run(c->transport, calls, count, err);
}

void collect_fold(struct data_status *whole, const struct data_status *part)
{
    if (whole->state == STATE_COMPLETE && part->state != STATE_COMPLETE)
        *whole = *part;
}
