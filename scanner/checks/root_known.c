/* root_known.c - the account summary and root's own session, side by side. */
#include "checks/root_known.h"

/* How a part is counted by the summary, and what it is called. */
static const struct {
    enum summary_key key;
    const char *noun;
} parts[ROOT_PART_COUNT] = {
    [ROOT_DEVICES] = {SUMMARY_ROOT_MFA, "MFA devices"},
    [ROOT_KEYS] = {SUMMARY_ROOT_KEYS, "access keys"},
    [ROOT_CERTIFICATES] = {SUMMARY_ROOT_CERTIFICATES, "signing certificates"},
    [ROOT_PASSWORD] = {SUMMARY_ROOT_PASSWORD, "passwords"},
};

const struct root_list *root_told(const struct account *a, enum root_part part)
{
    const struct root_list *list = a->root ? &a->root->parts[part] : NULL;

    return list && list->status.state == STATE_COMPLETE ? list : NULL;
}

const struct summary_value *root_counted(const struct account *a, enum root_part part)
{
    return &a->summary[parts[part].key];
}

enum presence root_presence(const struct account *a, enum root_part part)
{
    const struct root_list *told = root_told(a, part);
    const struct summary_value *counted = root_counted(a, part);

    if (told)
        return told->count > 0 ? PRESENT : ABSENT;
    if (!counted->known)
        return UNSURE;
    return counted->value > 0 ? PRESENT : ABSENT;
}

/* A key or certificate that is inactive may or may not be counted: AWS does not say. */
const char *root_contradiction(struct checking *c, enum root_part part)
{
    const struct root_list *told = root_told(c->account, part);
    const struct summary_value *counted = root_counted(c->account, part);

    if (!told || !counted->known || (counted->value > 0 && told->count > 0) ||
        (counted->value == 0 && told->active == 0))
        return NULL;
    return arena_printf(&c->out->arena,
                        "the account summary says %s=%ld, and root itself lists %zu %s: one of the "
                        "two is not as it should be, or it changed between them",
                        summary_key_name(parts[part].key), counted->value, told->count,
                        parts[part].noun);
}

/* "AccountMFAEnabled=1" */
static const char *counted_text(struct checking *c, struct finding *f, enum root_part part)
{
    const struct summary_value *v = root_counted(c->account, part);
    const char *name = summary_key_name(parts[part].key);

    if (!v->known)
        return arena_printf(&c->out->arena, "%s absent", name);
    cite(c, f, v->source);
    return arena_printf(&c->out->arena, "%s=%ld", name, v->value);
}

/* "MFA devices: 1" */
static const char *told_text(struct checking *c, struct finding *f, enum root_part part)
{
    const struct root_list *list = root_told(c->account, part);

    if (!list)
        return arena_printf(&c->out->arena, "%s: not read", parts[part].noun);
    cite(c, f, list->source);
    return arena_printf(&c->out->arena, "%s: %zu", parts[part].noun, list->count);
}

void root_observe(struct checking *c, struct finding *f)
{
    static const enum root_part order[] = {ROOT_DEVICES, ROOT_PASSWORD, ROOT_KEYS,
                                           ROOT_CERTIFICATES};
    struct arena *arena = &c->out->arena;
    const char *text = "";

    for (size_t i = 0; i < ROOT_PART_COUNT; i++)
        text = arena_printf(arena, "%s%s%s", text, i ? ", " : "", counted_text(c, f, order[i]));
    for (size_t i = 0; c->account->root && i < ROOT_PART_COUNT; i++)
        text = arena_printf(arena, "%s%s%s", text,
                            i ? ", " : "; root itself: ", told_text(c, f, order[i]));
    observed(c, f, "%s", text);
}

void root_unknown(struct checking *c, enum root_part part)
{
    root_observe(c, verdict(c, STATUS_UNKNOWN, c->account->root_arn, "root",
                            "%s is not in the account summary", summary_key_name(parts[part].key)));
}
