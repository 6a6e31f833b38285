/* fields.h - XML answers as tables: which element's text goes to which field of which struct.
 *
 * A table maps paths, relative to the answer's <OpResult> element, to a target (one of the
 * structs the collector is filling at the moment) and an offset. */
#ifndef COLLECT_FIELDS_H
#define COLLECT_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/error.h"
#include "base/xml.h"
#include "model/model.h"

struct field {
    const char *path; /* "UserDetailList/member/UserName" */
    int target;       /* index into the collector's own array of targets */
    size_t offset;    /* of a `const char *` in that target */
};

/* xml_parse() of one page, for an answer to this very operation: ERR_FORMAT also when the root is
 * not <OperationResponse>. */
struct call;
struct answer;
int answer_read(const struct call *call, const struct answer *answer,
                const struct xml_handler *handler, void *context, struct error *err);

/* The same where the root is another, as in S3's answers; <OperationResponse>, as servers that
 * stand in for S3 have it, is taken too. */
int answer_read_root(const struct call *call, const char *root, const struct answer *answer,
                     const struct xml_handler *handler, void *context, struct error *err);

/* "true" or "false" of an answer; ERR_FORMAT for anything else: what is neither must not read as
 * «no more pages». */
int field_boolean(const char *text, size_t len, bool *out, struct error *err);

/* A number of at most nine digits; ERR_FORMAT for anything else. */
int field_number(const char *text, size_t len, long *out, struct error *err);

/* Is the text this word? */
bool field_is(const char *text, size_t len, const char *word);

/* Does the ARN name this account? "arn:P:service:region:ACCOUNT:..." */
bool field_arn_is_of(const char *arn, const char *account);
/* Part `number` of an ARN, from 0 ("arn"), in the arena; the last, 5, has all the rest. NULL when
 * there is none. */
const char *field_arn_part(struct arena *arena, const char *arn, int number);
/* Is it an ARN of that service, region (NULL: any) and account, and not of an empty resource? */
bool field_arn_is(struct arena *arena, const char *arn, const char *service, const char *region,
                  const char *account);

/* The part of at->path below "<Op>Response/<Op>Result/", or NULL when the element is not below. */
const char *field_path(const struct xml_at *at);

/* Is this the path? Each element is held against many, and most differ in their first letter. */
static inline bool field_is_path(const char *row, const char *path)
{
    return *row == *path && strcmp(row, path) == 0;
}

/* The row of `path`, or NULL. */
const struct field *field_find(const struct field *table, size_t count, const char *path);

/* Store text for `row` in targets[row->target] (nothing happens while that target is NULL).
 * ERR_LIMIT as collect_text(). */
int field_store(struct model *m, const struct field *row, void *const *targets, const char *text,
                size_t len, struct error *err);

/* The place of the current element in `file`, kept in the model. */
struct source field_source(struct model *m, const char *file, const struct xml_at *at);

#endif
