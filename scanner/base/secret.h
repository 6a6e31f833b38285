/* secret.h - memory that held a secret is wiped before it is given back.
 *
 * A strbuf for a secret is reserved at its full size, so that growing never leaves a copy behind,
 * and is released by secret_free(). Arenas and plain strbufs are not for secrets. */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/strbuf.h"

/* Overwrite with zeros, in a way that the compiler does not leave out. */
void secret_wipe(void *p, size_t len);

/* An empty buffer with memory for all of its `max` bytes. */
void secret_reserve(struct strbuf *sb);
void secret_free(struct strbuf *sb);
#define cleanup_secret CLEANUP(secret_free)

/* Copy text into a fixed array; false, with "" in it, when it does not fit. */
bool secret_copy(char *out, size_t size, const char *text);

/* file_read() into a buffer of this kind; out->max is set to `max`, what was in it is wiped. */
int secret_read(const char *path, size_t max, struct strbuf *out, struct error *err);

/* cJSON_Delete() that wipes every text of the tree first. */
void secret_json_delete(cJSON *tree);
DEFINE_CLEANUP(cleanup_secret_json_, cJSON *, secret_json_delete)
#define cleanup_secret_json CLEANUP(cleanup_secret_json_)

/* malloc and friends that know the size of what they gave and wipe it on release: for libraries
 * that take an allocator. Never NULL, except realloc to 0 bytes and calloc overflow: memory out
 * ends the program. A block of theirs must come back to secret_release(). */
void *secret_alloc(size_t size);
void *secret_calloc(size_t count, size_t size);
void *secret_realloc(void *p, size_t size);
char *secret_strdup(const char *s);
void secret_release(void *p);

#endif
