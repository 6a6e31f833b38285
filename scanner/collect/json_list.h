/* json_list.h - answers of AWS JSON services: lists with pages, and questions about one thing. */
#ifndef COLLECT_JSON_LIST_H
#define COLLECT_JSON_LIST_H

#include <cjson/cJSON.h>

#include "aws/transport.h"
#include "collect/collect.h"
#include "model/model.h"

/* Context of a call whose answers are read by json_list_receive(); the first member of whatever a
 * collector keeps besides. */
struct json_list {
    struct model *model;
    const char *key; /* member of the answer that holds the list; or, for `one`, the thing */
    bool one;        /* the answer is about one thing, and has no pages */
    /* Take an element of the list, or the thing. -1 with *err when it is not as it must be. */
    int (*take)(struct json_list *list, const cJSON *element, struct source source,
                struct error *err);
};

/* A call's `receive`. An empty page with a NextToken is legal: only the token counts. Errors begin
 * with file and place. */
int json_list_receive(struct call *call, const struct answer *answer, struct error *err);

/* Member `key` of an object, kept in the model: it must be there and not be empty; or it may be
 * absent, and *out is NULL then. */
int json_keep(struct model *m, const cJSON *obj, const char *key, const char **out,
              struct error *err);
int json_keep_or_null(struct model *m, const cJSON *obj, const char *key, const char **out,
                      struct error *err);
/* An element that is a text itself. */
int json_keep_text(struct model *m, const cJSON *element, const char **out, struct error *err);
/* ERR_FORMAT unless member `key` is this very text. */
int json_expect(const cJSON *obj, const char *key, const char *text, struct error *err);

/* Parameters in canonical form: {"A":"x","MaxResults":100}. `pairs` are names and values, ended by
 * NULL; `page` is left out when it is 0. */
const char *json_parameters(struct arena *arena, const char *const *pairs, int page);

/* Run calls of the account at hand. */
int collect_batch(struct collection *c, struct call *calls, size_t count, struct error *err);
/* A whole is as complete as its parts: *whole becomes the first part that is not. */
void collect_fold(struct data_status *whole, const struct data_status *part);

#endif
