/* json_list.h - answers of AWS's JSON services: one page of a list, and the texts in its rows. */
#ifndef COLLECT_JSON_LIST_H
#define COLLECT_JSON_LIST_H

#include "aws/transport.h"
#include "base/error.h"
#include "base/json.h"
#include "model/model.h"

/* Called for every element of the list, with call->context and the element's place. */
typedef int json_row(void *context, const cJSON *row, struct source at, struct error *err);

/* Read one page: {"<name>":[...],"NextToken":"..."}. Sets call->next; only the token says whether
 * more follow, a page may be empty. Errors: ERR_FORMAT, ERR_LIMIT, those of `row`; each with file
 * and place. */
int json_list(struct model *m, struct call *call, const struct answer *answer, const char *name,
              json_row *row, struct error *err);

/* Member `key` of a row, a copy in the model: ERR_FORMAT when it is no text, ERR_LIMIT. */
int json_keep(struct model *m, const cJSON *obj, const char *key, const char **out,
              struct error *err);

#endif
