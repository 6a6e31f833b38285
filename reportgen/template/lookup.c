/* lookup.c - finding a name in the context stack, and the nearest one when it is not there. */
#include "template/lookup.h"

#include <string.h>

#define NAME_COMPARED 48 /* longer keys are not suggested */

/* The innermost context that has `part`; its value, or NULL. */
static const cJSON *find_outwards(const struct contexts *in, const char *part)
{
    for (size_t i = in->count; i-- > 0;) {
        const cJSON *found = json_find(in->values[i], part);

        if (found)
            return found;
    }
    return NULL;
}

/* Follow the name as far as it goes; *broken is the part that was not there. */
static const cJSON *follow(const struct contexts *in, const struct node_name *name,
                           const cJSON **last, const char **broken)
{
    const char *part = name->parts;
    const cJSON *at = find_outwards(in, part);

    *last = NULL;
    for (size_t i = 1; at && i < name->count && !cJSON_IsNull(at); i++) {
        part += strlen(part) + 1;
        *last = at;
        at = json_find(at, part);
    }
    *broken = part;
    return at;
}

const cJSON *lookup(const struct contexts *in, const struct node_name *name)
{
    const cJSON *last;
    const char *broken;

    if (name->count == 0)
        return in->values[in->count - 1];
    return follow(in, name, &last, &broken);
}

static size_t smallest(size_t a, size_t b, size_t c)
{
    size_t least = a < b ? a : b;

    return least < c ? least : c;
}

/* Edit distance (insert, delete, replace); at least `limit` when a word is too long to compare. */
static size_t distance(const char *a, const char *b, size_t limit)
{
    size_t n = strlen(a), m = strlen(b);
    size_t row[NAME_COMPARED + 1];

    if (n > NAME_COMPARED || m > NAME_COMPARED || n > m + limit || m > n + limit)
        return limit;
    for (size_t j = 0; j <= m; j++)
        row[j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t above = row[j];

            row[j] = smallest(above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1]));
            diagonal = above;
        }
    }
    return row[m];
}

struct nearest {
    const char *key;
    size_t distance;
};

static void nearest_in(const cJSON *object, const char *part, struct nearest *best)
{
    if (!cJSON_IsObject(object))
        return;
    for (const cJSON *e = json_first(object); e; e = e->next) {
        size_t d = distance(part, e->string, best->distance);

        if (d < best->distance)
            *best = (struct nearest){e->string, d};
    }
}

/* The same key one level down ("gradeShown" that is "score.gradeShown"). */
static const char *one_level_down(const struct contexts *in, const char *part, struct arena *arena)
{
    for (size_t i = in->count; i-- > 0;) {
        if (!cJSON_IsObject(in->values[i]))
            continue;
        for (const cJSON *e = json_first(in->values[i]); e; e = e->next)
            if (json_find(e, part))
                return arena_printf(arena, "%s.%s", e->string, part);
    }
    return NULL;
}

const char *lookup_nearest(const struct contexts *in, const struct node_name *name,
                           struct arena *arena)
{
    const cJSON *last;
    const char *broken;

    if (name->count == 0)
        return NULL;
    follow(in, name, &last, &broken);

    struct nearest best = {NULL, strlen(broken) / 3 + 2};

    if (last)
        nearest_in(last, broken, &best);
    for (size_t i = last ? 0 : in->count; i-- > 0;)
        nearest_in(in->values[i], broken, &best);
    if (!best.key)
        return last ? NULL : one_level_down(in, broken, arena);

    size_t head = (size_t)(broken - name->parts);
    size_t tail = head + strlen(broken);

    return arena_printf(arena, "%.*s%s%s", (int)head, name->whole, best.key, name->whole + tail);
}
