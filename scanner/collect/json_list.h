/* json_list.h - answers of AWS's JSON services: lists with pages, questions about one thing, and
 * the texts in their rows. */
#ifndef COLLECT_JSON_LIST_H
#define COLLECT_JSON_LIST_H

#include "aws/transport.h"
#include "base/error.h"
#include "base/json.h"
#include "collect/collect.h"
#include "model/model.h"

/* Called for every element of the list, with call->context and the element's place. */
typedef int json_row(void *context, const cJSON *row, struct source at, struct error *err);

/* Read one page: {"<name>":[...],"NextToken":"..."}. Sets call->next; only the token says whether
 * more follow, a page may be empty. Errors: ERR_FORMAT, ERR_LIMIT, those of `row`; each with file
 * and place. */
int json_list(struct model *m, struct call *call, const struct answer *answer, const char *name,
              json_row *row, struct error *err);

/* Context of a call whose answers are read by answer_list_receive(); the first member of whatever a
 * collector keeps besides. */
struct answer_list {
    struct model *model;
    const char *key; /* member of the answer that holds the list; or, for `one`, the thing */
    bool one;        /* the answer is about one thing, and has no pages */
    /* Take an element of the list, or the thing. -1 with *err when it is not as it must be. */
    int (*take)(struct answer_list *list, const cJSON *element, struct source source,
                struct error *err);
};

/* A call's `receive`: json_list() for the list that is its context, or the one thing. */
int answer_list_receive(struct call *call, const struct answer *answer, struct error *err);

/* Member `key` of an object, kept in the model: it must be there and not be empty; or it may be
 * absent or null, and *out is NULL then. ERR_FORMAT, ERR_LIMIT over LIMIT_NAME_BYTES. */
int json_keep(struct model *m, const cJSON *obj, const char *key, const char **out,
              struct error *err);
int json_keep_or_null(struct model *m, const cJSON *obj, const char *key, const char **out,
                      struct error *err);
/* An element that is a text itself. */
int json_keep_text(struct model *m, const cJSON *element, const char **out, struct error *err);
/* True or false; false when absent or null. */
int json_keep_flag(const cJSON *obj, const char *key, bool *out, struct error *err);
/* Set call->next by the token in member `key`; absent or null: the last page. */
int json_keep_token(struct model *m, struct call *call, const cJSON *root, const char *key,
                    struct error *err);
/* "/list/index" in `file`. */
struct source json_source(struct model *m, const char *file, const char *list, size_t index);
/* ERR_FORMAT unless member `key` is this very text. */
int json_expect(const cJSON *obj, const char *key, const char *text, struct error *err);

/* {"KEY":"text"} in canonical form. */
const char *json_parameter(struct arena *arena, const char *key, const char *text);
/* Parameters in canonical form: {"A":"x","MaxResults":100}. `pairs` are names and values, ended by
 * NULL; `page` is left out when it is 0. */
const char *json_parameters(struct arena *arena, const char *const *pairs, int page);

#endif
