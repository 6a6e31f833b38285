/* json_list.c - one page of a list of a JSON service. */
#include "collect/json_list.h"

#include <string.h>

#include "collect/collect.h"

int json_keep(struct model *m, const cJSON *obj, const char *key, const char **out,
              struct error *err)
{
    const char *text = json_text(obj, key, err);

    return text ? collect_text(m, text, strlen(text), out, err) : -1;
}

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
    const char *file = answer->page->file, *token = NULL;
    cleanup_json cJSON *root = json_parse(file, answer->body, answer->len, err);
    const cJSON *list = root ? json_array(root, name, err) : NULL;

    if (!root)
        return -1;
    if (!list || read_rows(m, call, list, file, name, row, err) ||
        json_text_or_null(root, "NextToken", &token, err) ||
        (token && collect_next(m, call, token, strlen(token), err)))
        return fail_in(err, "%s", file);
    return 0;
}
