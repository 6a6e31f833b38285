/* organization.c - lookups in the tree of an organisation. */
#include "model/organization.h"

#include <stdlib.h>
#include <string.h>

#define LOWER_OR_DIGIT "abcdefghijklmnopqrstuvwxyz0123456789"

const char *policy_kind_name(enum policy_kind kind)
{
    static const char *const names[] = {
        [POLICY_SERVICE_CONTROL] = "SERVICE_CONTROL_POLICY",
        [POLICY_RESOURCE_CONTROL] = "RESOURCE_CONTROL_POLICY",
    };

    return names[kind];
}

/* A run of lower-case letters and digits, of a length between the two; returns what follows it, or
 * NULL. */
static const char *skip_word(const char *text, size_t least, size_t most)
{
    size_t len = strspn(text, LOWER_OR_DIGIT);

    return len >= least && len <= most ? text + len : NULL;
}

/* AWS Organizations API reference: r-[0-9a-z]{4,32}, ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}. */
enum node_kind node_kind_of(const char *id)
{
    const char *rest;

    if (strlen(id) == 12 && strspn(id, "0123456789") == 12)
        return NODE_ACCOUNT;
    if (strncmp(id, "r-", 2) == 0) {
        rest = skip_word(id + 2, 4, 32);
        return rest && !*rest ? NODE_ROOT : NODE_NONE;
    }
    if (strncmp(id, "ou-", 3) != 0)
        return NODE_NONE;
    rest = skip_word(id + 3, 4, 32);
    rest = rest && *rest == '-' ? skip_word(rest + 1, 8, 32) : NULL;
    return rest && !*rest ? NODE_UNIT : NODE_NONE;
}

static int node_against(const void *key, const void *element)
{
    return strcmp(key, ((const struct organization_node *)element)->id);
}

const struct organization_node *organization_node(const struct organization *o, const char *id)
{
    return o && o->node_count ? bsearch(id, o->nodes, o->node_count, sizeof *o->nodes, node_against)
                              : NULL;
}

size_t organization_path(const struct organization *o, const char *account,
                         const struct organization_node *path[ORGANIZATION_LEVELS])
{
    const struct organization_node *node = organization_node(o, account);
    size_t count = 0;

    for (; node && count < ORGANIZATION_LEVELS; node = node->parent)
        path[count++] = node;
    return count > 0 && path[count - 1]->kind == NODE_ROOT ? count : 0;
}

bool organization_is_below(const struct organization_node *node, const char *above)
{
    for (int level = 0; node && level < ORGANIZATION_LEVELS; node = node->parent, level++)
        if (strcmp(node->id, above) == 0)
            return true;
    return false;
}

static int target_against(const void *key, const void *element)
{
    return strcmp(key, ((const struct attachment *)element)->target);
}

const struct attachment *organization_attached(const struct organization *o, enum policy_kind kind,
                                               const char *target, size_t *count)
{
    const struct policy_set *set = o ? &o->sets[kind] : NULL;
    const struct attachment *first, *end;

    *count = 0;
    if (!set || set->attachment_count == 0)
        return NULL;
    first = bsearch(target, set->attachments, set->attachment_count, sizeof *first, target_against);
    if (!first)
        return NULL;
    end = first + 1;
    while (first > set->attachments && strcmp(first[-1].target, target) == 0)
        first--;
    while (end < set->attachments + set->attachment_count && strcmp(end->target, target) == 0)
        end++;
    *count = (size_t)(end - first);
    return first;
}

bool organization_limits(const struct model *m, const char *account)
{
    const struct organization_node *path[ORGANIZATION_LEVELS];

    if (m->management_id && strcmp(m->management_id, account) == 0)
        return false;
    return organization_path(m->organization, account, path) > 0;
}
