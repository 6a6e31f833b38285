/* identity.c - idle or active, person or machine. */
#include "checks/identity.h"

#include <string.h>

#include "base/strbuf.h"
#include "base/text.h"
#include "model/credentials.h"

enum activity identity_activity(const struct account *a, const struct principal *user)
{
    struct known password = known_password(a, user), key = known_active_key(a, user);

    if (password.word == WORD_YES || key.word == WORD_YES)
        return ACTIVITY_ACTIVE;
    if (password.word == WORD_NO && key.word == WORD_NO)
        return ACTIVITY_IDLE;
    return ACTIVITY_UNKNOWN;
}

void identity_cite_keys(struct checking *c, struct finding *f, const struct principal *user)
{
    if (user->credentials->asked & ASKED_KEYS)
        cite(c, f, user->credentials->keys_source);
    else if (user->report)
        cite(c, f, report_source(c->account, user->report, REPORT_USER, &c->out->arena));
}

void identity_cite_password(struct checking *c, struct finding *f, const struct principal *user)
{
    if (known_password(c->account, user).basis == BASIS_LIVE)
        cite(c, f, user->credentials->login_source);
    if (user->report)
        cite(c, f, report_source(c->account, user->report, REPORT_PASSWORD, &c->out->arena));
}

void identity_cite_devices(struct checking *c, struct finding *f, const struct principal *user)
{
    struct known device = known_device(c->account, user);

    if (device.word == WORD_UNKNOWN)
        return; /* what there is of a list that was not read whole is no evidence */
    if (device.basis == BASIS_LIVE)
        cite(c, f, user->devices_source);
    for (size_t i = 0; i < known_device_count(user); i++)
        cite(c, f, known_device_at(user, i)->source);
    if (device.basis == BASIS_REPORT)
        cite(c, f, report_source(c->account, user->report, REPORT_MFA, &c->out->arena));
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

const char *identity_machine_mark(const struct principal *user, struct arena *arena)
{
    static const char *const paths[] = {"/service/", "/system/", "/bots/", NULL};
    const struct tag *tag = NULL;
    const char *token;
    char kind = kind_by_tag(user, &tag);

    if (kind == 'p')
        return NULL;
    if (kind == 'm')
        return arena_printf(arena, "tag %s=%s", text_shown(arena, tag->key),
                            text_shown(arena, tag->value));
    if (user->path && is_one_of(user->path, paths))
        return arena_printf(arena, "path %s", user->path);
    token = machine_token(user->name, arena);
    return token ? arena_printf(arena, "«%s» in its name", token) : NULL;
}

const char *identity_machine_evidence(const struct account *a, const struct principal *user,
                                      struct arena *arena)
{
    return known_password(a, user).word == WORD_NO ? identity_machine_mark(user, arena) : NULL;
}

const char *identity_devices_text(const struct account *a, const struct principal *user,
                                  struct arena *arena)
{
    cleanup_strbuf struct strbuf sb = STRBUF_INIT(4096);
    struct known device = known_device(a, user);
    size_t count = known_device_count(user);

    if (device.word == WORD_UNKNOWN)
        return "devices not known";
    if (device.word == WORD_NO)
        return "no device";
    if (device.basis == BASIS_REPORT)
        return "a device of unknown kind";
    strbuf_addf(&sb, "%s%zu device%s:", device.basis == BASIS_VIRTUAL_LIST ? "at least " : "",
                count, count == 1 ? "" : "s");
    for (size_t i = 0; i < count; i++)
        strbuf_addf(&sb, "%s %s", i ? "," : "", device_kind_name(known_device_at(user, i)->kind));
    return arena_strdup(arena, sb.buf);
}
