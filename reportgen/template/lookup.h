/* lookup.h - finding a name in the context stack; used by the template engine only. */
#ifndef TEMPLATE_LOOKUP_H
#define TEMPLATE_LOOKUP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/limits.h"
#include "template/parse.h"

/* The values that the open sections stand on; the innermost last. */
struct contexts {
    const cJSON *values[LIMIT_TEMPLATE_DEPTH + 1];
    size_t count; /* at least 1 */
};

/* The value of a name: its first part is sought from the innermost context outwards, the rest
 * inside what that found, without going back. A null on the way is the answer. NULL: not there. */
const cJSON *lookup(const struct contexts *in, const struct node_name *name);

/* For a name that lookup() did not find: the nearest one that is there, or NULL. */
const char *lookup_nearest(const struct contexts *in, const struct node_name *name,
                           struct arena *arena);

#endif
