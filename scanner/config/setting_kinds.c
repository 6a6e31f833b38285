/* setting_kinds.c - kinds of settings: how each is read from YAML and shown as JSON. */
#include <ctype.h>
#include <string.h>

#include "base/text.h"
#include "checks/check.h"
#include "config/field.h"
#include "config/setting.h"

#define CHECKS_MAX 256

static int read_number(const struct setting *s, const struct yaml *v, void *into,
                       struct arena *arena, struct error *err)
{
    size_t len = strlen(v->text);
    long value = 0;

    (void)arena;
    for (size_t i = 0; i < len && len < 10; i++)
        value = isdigit((unsigned char)v->text[i]) ? 10 * value + (v->text[i] - '0') : -1000000000L;
    if (v->kind != YAML_TEXT || len == 0 || len >= 10 || value < s->least || value > s->most)
        return yaml_fail(v, err, "%s: expected a whole number from %ld to %ld", s->name, s->least,
                         s->most);
    *(long *)into = value;
    return 0;
}

static cJSON *number_json(const void *value)
{
    return cJSON_CreateNumber((double)*(const long *)value);
}

static int read_truth(const struct setting *s, const struct yaml *v, void *into,
                      struct arena *arena, struct error *err)
{
    (void)arena;
    if (v->kind != YAML_TEXT || (strcmp(v->text, "true") != 0 && strcmp(v->text, "false") != 0))
        return yaml_fail(v, err, "%s: expected true or false", s->name);
    *(bool *)into = strcmp(v->text, "true") == 0;
    return 0;
}

static cJSON *truth_json(const void *value)
{
    return cJSON_CreateBool(*(const bool *)value);
}

static int read_texts(const struct setting *s, const struct yaml *v, void *into,
                      struct arena *arena, struct error *err)
{
    (void)s;
    return field_texts(v, into, arena, err);
}

static cJSON *texts_json(const void *value)
{
    const struct texts *list = value;
    cJSON *array = cJSON_CreateArray();

    for (size_t i = 0; i < list->count; i++)
        cJSON_AddItemToArray(array, cJSON_CreateString(list->at[i]));
    return array;
}

static int read_each(const struct setting *s, const struct yaml *v, void *into, struct arena *arena,
                     bool (*good)(const char *text), const char *wanted, struct error *err)
{
    if (read_texts(s, v, into, arena, err))
        return -1;
    for (const struct yaml *e = v->child; e; e = e->next)
        if (!good(e->text))
            return yaml_fail(e, err, "%s: \"%s\": expected %s", s->name, text_shown(arena, e->text),
                             wanted);
    return 0;
}

static bool is_path(const char *text)
{
    return text[0] == '/' && text[strlen(text) - 1] == '/';
}

static int read_paths(const struct setting *s, const struct yaml *v, void *into,
                      struct arena *arena, struct error *err)
{
    return read_each(s, v, into, arena, is_path, "a path that begins and ends with /", err);
}

static bool is_tag(const char *text)
{
    const char *equals = strchr(text, '=');

    return equals && equals > text;
}

static int read_tags(const struct setting *s, const struct yaml *v, void *into, struct arena *arena,
                     struct error *err)
{
    return read_each(s, v, into, arena, is_tag, "key=value", err);
}

static bool is_permission(const char *text)
{
    const char *colon = strchr(text, ':');

    return colon && colon > text && colon[1] && !strpbrk(text, "*?");
}

static int read_permissions(const struct setting *s, const struct yaml *v, void *into,
                            struct arena *arena, struct error *err)
{
    const struct texts *list = into;

    if (read_each(s, v, into, arena, is_permission, "service:Action, without * and ?", err))
        return -1;
    if (list->count > PERMISSIONS_MOST)
        return yaml_fail(v, err, "%s: more than %d actions", v->key, PERMISSIONS_MOST);
    return 0;
}

/* Every framework that any check is mapped to, once, in the order of the catalogue. */
static size_t framework_names(const char *names[WORDS_MAX])
{
    size_t count = 0;

    for (size_t row = 0; row < check_count(); row++) {
        size_t of;
        const struct framework_row *rows = framework_rows(check_at(row)->id, &of);

        for (size_t i = 0; i < of; i++) {
            struct texts so_far = {names, count};

            if (!texts_have(&so_far, rows[i].framework) && count + 1 < WORDS_MAX)
                names[count++] = rows[i].framework;
        }
    }
    names[count] = NULL;
    return count;
}

static int read_frameworks(const struct setting *s, const struct yaml *v, void *into,
                           struct arena *arena, struct error *err)
{
    const char *names[WORDS_MAX];
    struct texts known = {names, framework_names(names)};

    if (read_texts(s, v, into, arena, err))
        return -1;
    for (const struct yaml *e = v->child; e; e = e->next)
        if (!texts_have(&known, e->text))
            return field_unknown(e, "framework", e->text, names, err);
    return 0;
}

static int unknown_check(const struct yaml *at, struct error *err)
{
    const char *ids[CHECKS_MAX + 1];
    size_t count = 0;

    for (; count < check_count() && count < CHECKS_MAX; count++)
        ids[count] = check_at(count)->id;
    ids[count] = NULL;
    return field_unknown(at, "check", at->key, ids, err);
}

static int read_severity(const struct yaml *v, struct severity_override *out, struct error *err)
{
    static const char *const words[] = {
#define X(id, name, title, weight) [id] = name,
        SEVERITIES(X)
#undef X
            NULL,
    };

    if (!check_find(v->key))
        return unknown_check(v, err);
    out->check = v->key;
    for (int s = 0; s < SEVERITY_COUNT; s++)
        if (v->kind == YAML_TEXT && strcmp(v->text, words[s]) == 0) {
            out->severity = (enum severity)s;
            return 0;
        }
    return field_unknown(v, "severity", v->text, words, err);
}

static int read_severities(const struct setting *s, const struct yaml *v, void *into,
                           struct arena *arena, struct error *err)
{
    struct severity_override *at = arena_new(arena, struct severity_override, v->count + 1);
    size_t count = 0;

    if (v->kind != YAML_MAP)
        return yaml_fail(v, err, "%s: expected check ids with a severity each", s->name);
    for (const struct yaml *m = v->child; m; m = m->next)
        if (read_severity(m, &at[count++], err))
            return -1;
    *(struct severities *)into = (struct severities){at, count};
    return 0;
}

static cJSON *severities_json(const void *value)
{
    const struct severities *list = value;
    cJSON *obj = cJSON_CreateObject();

    for (size_t i = 0; i < list->count; i++)
        cJSON_AddStringToObject(obj, list->at[i].check, severity_name(list->at[i].severity));
    return obj;
}

const struct setting_kind kind_number = {read_number, number_json};
const struct setting_kind kind_truth = {read_truth, truth_json};
const struct setting_kind kind_texts = {read_texts, texts_json};
const struct setting_kind kind_paths = {read_paths, texts_json};
const struct setting_kind kind_tags = {read_tags, texts_json};
const struct setting_kind kind_permissions = {read_permissions, texts_json};
const struct setting_kind kind_frameworks = {read_frameworks, texts_json};
const struct setting_kind kind_severities = {read_severities, severities_json};
