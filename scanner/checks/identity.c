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

/* Does people.csv name it? Then it is somebody's, whatever it is called. */
static bool is_somebodys(const struct inputs *in, const struct principal *user)
{
    size_t count = 0;

    return people_of(in, user->arn, &count) || (user->id && people_of(in, user->id, &count));
}

/* AWS promises no order of tags, so a rule for people wins over one for machines. */
const char *identity_machine_mark(const struct inputs *in, const struct principal *user,
                                  struct arena *arena)
{
    const struct settings *s = in->settings;

    if (is_somebodys(in, user) || rule_set_match(&s->humans, user, arena))
        return NULL;
    return rule_set_match(&s->machines, user, arena);
}

const char *identity_machine_evidence(const struct inputs *in, const struct account *a,
                                      const struct principal *user, struct arena *arena)
{
    return known_password(a, user).word == WORD_NO ? identity_machine_mark(in, user, arena) : NULL;
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
