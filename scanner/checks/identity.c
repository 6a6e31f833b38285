/* identity.c - idle or active, person or machine. */
#include "checks/identity.h"

#include <string.h>

#include "base/strbuf.h"
#include "base/text.h"

enum activity identity_activity(const struct principal *user)
{
    const struct report_row *row = user->report;

    if (!row)
        return ACTIVITY_UNKNOWN;
    if (row->password_enabled == CELL_TRUE || row->key1_active == CELL_TRUE ||
        row->key2_active == CELL_TRUE)
        return ACTIVITY_ACTIVE;
    if (row->password_enabled == CELL_FALSE && row->key1_active == CELL_FALSE &&
        row->key2_active == CELL_FALSE)
        return ACTIVITY_IDLE;
    return ACTIVITY_UNKNOWN;
}

static bool is_one_of(const char *word, const char *const *words)
{
    for (; *words; words++)
        if (text_icmp(word, *words) == 0)
            return true;
    return false;
}

/* What the kind tags say: 'm' machine, 'p' person, 0 nothing. AWS promises no order of tags, so a
 * tag that says person wins over one that says machine. */
static char kind_by_tag(const struct principal *user, const struct tag **which)
{
    static const char *const keys[] = {"type", "kind", "identity-type", NULL};
    static const char *const machines[] = {"service", "machine", NULL};
    static const char *const people[] = {"human", "person", "user", NULL};
    char kind = 0;

    for (size_t i = 0; i < user->tag_count; i++) {
        const struct tag *tag = &user->tags[i];

        if (!is_one_of(tag->key, keys))
            continue;
        if (is_one_of(tag->value, people))
            return 'p';
        if (!kind && is_one_of(tag->value, machines)) {
            kind = 'm';
            *which = tag;
        }
    }
    return kind;
}

/* The first part of the name, between separators, that names a machine; NULL when none does. */
static const char *machine_token(const char *name, struct arena *arena)
{
    static const char *const tokens[] = {
        "svc",        "service", "bot",    "ci",     "cd",     "deploy",
        "terraform",  "jenkins", "github", "gitlab", "backup", "sa",
        "monitoring", "monitor", "smtp",   "api",    NULL,
    };

    while (*name) {
        size_t len = strcspn(name, "-_.+@=,/");
        const char *part = arena_strndup(arena, name, len);

        if (is_one_of(part, tokens))
            return part;
        name += len + (name[len] != '\0');
    }
    return NULL;
}

const char *identity_machine_evidence(const struct principal *user, struct arena *arena)
{
    static const char *const paths[] = {"/service/", "/system/", "/bots/", NULL};
    const struct tag *tag = NULL;
    const char *token;
    char kind = kind_by_tag(user, &tag);

    if (!user->report || user->report->password_enabled != CELL_FALSE || kind == 'p')
        return NULL;
    if (kind == 'm')
        return arena_printf(arena, "tag %s=%s", text_shown(arena, tag->key),
                            text_shown(arena, tag->value));
    if (user->path && is_one_of(user->path, paths))
        return arena_printf(arena, "path %s", user->path);
    token = machine_token(user->name, arena);
    return token ? arena_printf(arena, "«%s» in its name", token) : NULL;
}

const char *identity_devices_text(const struct principal *user, struct arena *arena)
{
    cleanup_strbuf struct strbuf sb = STRBUF_INIT(4096);

    if (user->device_count == 0)
        return "no device";
    strbuf_addf(&sb, "%zu device%s:", user->device_count, user->device_count == 1 ? "" : "s");
    for (size_t i = 0; i < user->device_count; i++)
        strbuf_addf(&sb, "%s %s", i ? "," : "", device_kind_name(user->devices[i].kind));
    return arena_strdup(arena, sb.buf);
}
