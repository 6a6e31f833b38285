/* snapshot_read.h - what the readers of snapshot.json share. Texts go into the arena of *s; a
 * member that is missing or of another type is ERR_FORMAT, "key: expected text". */
#ifndef MODEL_SNAPSHOT_READ_H
#define MODEL_SNAPSHOT_READ_H

#include "base/json.h"
#include "model/snapshot.h"

/* A copy in the arena; NULL of NULL. */
const char *read_keep(struct snapshot *s, const char *text);

/* A text of at most LIMIT_NAME_BYTES (ERR_LIMIT); a text or null; a time like
 * 2026-11-24T06:14:00Z; an array of texts, whose count begins at *count == 0. */
int read_name(struct snapshot *s, const cJSON *obj, const char *key, const char **out,
              struct error *err);
int read_name_or_null(struct snapshot *s, const cJSON *obj, const char *key, const char **out,
                      struct error *err);
int read_time(struct snapshot *s, const cJSON *obj, const char *key, const char **out,
              struct error *err);
int read_names(struct snapshot *s, const cJSON *obj, const char *key, const char ***out,
               size_t *count, struct error *err);

/* Where a file lies, and what it should be: file, sha256, size. */
int read_file_row(struct snapshot *s, const cJSON *obj, struct page *page, struct error *err);

#endif
