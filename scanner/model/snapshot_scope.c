/* snapshot_scope.c - what the scope of a snapshot says. */
#include <string.h>

#include "model/snapshot.h"

static const char *const freshness_names[] = {"report", "confirm", "live"};

const char *freshness_name(enum freshness freshness)
{
    return freshness_names[freshness];
}

bool freshness_parse(const char *name, enum freshness *out)
{
    for (int i = 0; i <= FRESHNESS_LIVE; i++)
        if (strcmp(name, freshness_names[i]) == 0) {
            *out = (enum freshness)i;
            return true;
        }
    return false;
}

bool snapshot_collects(const struct snapshot *s, const char *service)
{
    for (size_t i = 0; i < s->collect_count; i++)
        if (strcmp(s->collect[i], service) == 0)
            return true;
    return false;
}

bool snapshot_overridden(const struct snapshot *s, const char *kind)
{
    for (size_t i = 0; i < s->override_count; i++)
        if (strcmp(s->overrides[i].kind, kind) == 0)
            return true;
    return false;
}
