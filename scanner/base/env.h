/* env.h - the only reader of environment variables that choose behaviour. */
#ifndef BASE_ENV_H
#define BASE_ENV_H

#include "base/arena.h"
#include "base/error.h"

/* Value of the variable, or NULL when it is not set or empty. Borrowed from the environment. */
const char *env_get(const char *name);

/* `name` below the user's data folder: $XDG_DATA_HOME, or ~/.local/share when that is not set (XDG
 * Base Directory Specification 0.8: a value that is not an absolute path is ignored). NULL with
 * ERR_CONFIG when HOME is needed and not set. */
char *env_data_path(struct arena *arena, const char *name, struct error *err);

/* `name` below the user's folder of settings, $XDG_CONFIG_HOME or ~/.config by the same rule; NULL
 * when HOME is needed and not set. */
char *env_config_path(struct arena *arena, const char *name);

/* `name` below the user's home directory, $HOME; NULL when that is not an absolute path. A text
 * that begins with "~/" is one such name too, others are taken as they are. */
char *env_home_path(struct arena *arena, const char *name);
char *env_expand_path(struct arena *arena, const char *path);

#endif
