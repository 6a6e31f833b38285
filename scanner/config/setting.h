/* setting.h - a setting of reportgen.yaml, and the kinds there are. Private to config/. */
#ifndef CONFIG_SETTING_H
#define CONFIG_SETTING_H

#include <cjson/cJSON.h>

#include "base/yaml.h"
#include "model/settings.h"

#define WORDS_MAX 256

struct setting;
/* How a kind of setting is read and shown. To add one: its functions and its name here. */
struct setting_kind {
    int (*read)(const struct setting *s, const struct yaml *v, void *into, struct arena *arena,
                struct error *err);
    cJSON *(*json)(const void *value);
};
extern const struct setting_kind kind_number, kind_truth, kind_texts, kind_paths, kind_tags,
    kind_permissions, kind_frameworks, kind_severities;

/* One setting. `name` is its key, or section and key with a dot between. */
struct setting {
    const char *name;
    const struct setting_kind *kind;
    size_t offset;    /* in struct settings */
    long least, most; /* of a number */
    const char *help;
};

#endif
