/* env.c - the only reader of environment variables that choose behaviour. */
#include "base/env.h"

#include <stdlib.h>
#include <string.h>

#undef getenv /* this is its home: base/banned.h */

const char *env_get(const char *name)
{
    const char *value = getenv(name);

    return value && *value ? value : NULL;
}

char *env_data_path(struct arena *arena, const char *name, struct error *err)
{
    const char *data = env_get("XDG_DATA_HOME");
    const char *home = env_get("HOME");

    if (data && *data == '/')
        return arena_printf(arena, "%s/%s", data, name);
    if (!home || *home != '/') {
        (void)fail(err, ERR_CONFIG, "neither XDG_DATA_HOME nor HOME names a folder for %s", name);
        return NULL;
    }
    return arena_printf(arena, "%s/.local/share/%s", home, name);
}

char *env_config_path(struct arena *arena, const char *name)
{
    const char *config = env_get("XDG_CONFIG_HOME");

    if (config && *config == '/')
        return arena_printf(arena, "%s/%s", config, name);
    return env_home_path(arena, arena_printf(arena, ".config/%s", name));
}

char *env_home_path(struct arena *arena, const char *name)
{
    const char *home = env_get("HOME");

    return home && *home == '/' ? arena_printf(arena, "%s/%s", home, name) : NULL;
}

char *env_expand_path(struct arena *arena, const char *path)
{
    char *below = strncmp(path, "~/", 2) == 0 ? env_home_path(arena, path + 2) : NULL;

    return below ? below : arena_strdup(arena, path);
}
