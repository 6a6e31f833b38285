/* settings.c - the defaults, and how rules look at principals. */
#include "model/settings.h"

#include <ctype.h>
#include <string.h>

#include "base/pattern.h"
#include "base/text.h"

#define TEXTS(list)                           \
    {                                         \
        (list), sizeof(list) / sizeof *(list) \
    }

static const char *const machine_words[] = {
    "svc",    "service", "bot",    "ci",         "cd",      "deploy", "terraform", "jenkins",
    "github", "gitlab",  "backup", "monitoring", "monitor", "sa",     "smtp",      "api",
};
static const char *const machine_paths[] = {"/service/", "/system/", "/bots/"};
static const char *const machine_tags[] = {
    "type=service", "type=machine",          "kind=service",
    "kind=machine", "identity-type=service", "identity-type=machine",
};
static const char *const human_tags[] = {
    "type=human",          "type=person",          "type=user", "kind=human", "kind=person",
    "identity-type=human", "identity-type=person",
};

/* The catalogue's defaults. */
const struct settings settings_default = {
    .period_days = 90,
    .unused_days = 45,
    .grace_days = 7,
    .report_age_hours = 4,
    .scan_age_days = 7,
    .administrators_max = 5,
    .administrators_percent = 10,
    .exception_days = 365,
    .exception_review_days = 92,
    .exception_resources = 10,
    .attestation_days = 365,
    .machines.of = {[RULE_WORD] = TEXTS(machine_words),
                    [RULE_PATH] = TEXTS(machine_paths),
                    [RULE_TAG] = TEXTS(machine_tags)},
    .humans.of = {[RULE_TAG] = TEXTS(human_tags)},
};

static bool meets_name(const char *pattern, const struct principal *p)
{
    return pattern_match(pattern, p->name, "");
}

static bool same_letters(const char *a, const char *b, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (tolower((unsigned char)a[i]) != tolower((unsigned char)b[i]))
            return false;
    return true;
}

static bool meets_word(const char *word, const struct principal *p)
{
    size_t len = strlen(word), of = strlen(p->name);

    for (size_t i = 0; len > 0 && i + len <= of; i++)
        if ((i == 0 || !isalnum((unsigned char)p->name[i - 1])) &&
            !isalnum((unsigned char)p->name[i + len]) && same_letters(p->name + i, word, len))
            return true;
    return false;
}

static bool meets_path(const char *path, const struct principal *p)
{
    return p->path && strncmp(p->path, path, strlen(path)) == 0;
}

static bool meets_tag(const char *tag, const struct principal *p)
{
    size_t key = strcspn(tag, "=");

    for (size_t i = 0; tag[key] && i < p->tag_count; i++)
        if (strlen(p->tags[i].key) == key && same_letters(p->tags[i].key, tag, key) &&
            text_icmp(p->tags[i].value, tag + key + 1) == 0)
            return true;
    return false;
}

/* To add a kind: its id in settings.h, its function, its row here and in config/settings.c. */
static const struct {
    const char *word;
    bool (*meets)(const char *pattern, const struct principal *p); /* NULL: not looked at here */
} kinds[RULE_KINDS] = {
    [RULE_NAME] = {"name", meets_name},       [RULE_WORD] = {"word", meets_word},
    [RULE_PATH] = {"path", meets_path},       [RULE_TAG] = {"tag", meets_tag},
    [RULE_PERMISSION] = {"permission", NULL},
};

const char *rule_set_match(const struct rule_set *set, const struct principal *p,
                           struct arena *arena)
{
    for (int kind = 0; kind < RULE_KINDS; kind++)
        for (size_t i = 0; kinds[kind].meets && i < set->of[kind].count; i++)
            if (kinds[kind].meets(set->of[kind].at[i], p))
                return arena_printf(arena, "%s %s", kinds[kind].word, set->of[kind].at[i]);
    return NULL;
}

bool texts_have(const struct texts *list, const char *text)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->at[i], text) == 0)
            return true;
    return false;
}
