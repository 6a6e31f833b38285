/* fields.h - XML answers as tables: which element's text goes to which field of which struct.
 *
 * A table maps paths, relative to the answer's <OpResult> element, to a target (one of the
 * structs the collector is filling at the moment) and an offset. */
#ifndef COLLECT_FIELDS_H
#define COLLECT_FIELDS_H

#include <stddef.h>

#include "base/error.h"
#include "base/xml.h"
#include "model/model.h"

struct field {
    const char *path; /* "UserDetailList/member/UserName" */
    int target;       /* index into the collector's own array of targets */
    size_t offset;    /* of a `const char *` in that target */
};

/* The part of at->path below "<Op>Response/<Op>Result/", or NULL when the element is not below. */
const char *field_path(const struct xml_at *at);

/* The row of `path`, or NULL. */
const struct field *field_find(const struct field *table, size_t count, const char *path);

/* Store text for `row` in targets[row->target] (nothing happens while that target is NULL).
 * ERR_LIMIT as collect_text(). */
int field_store(struct model *m, const struct field *row, void *const *targets, const char *text,
                size_t len, struct error *err);

/* The place of the current element in `file`, kept in the model. */
struct source field_source(struct model *m, const char *file, const struct xml_at *at);

#endif
