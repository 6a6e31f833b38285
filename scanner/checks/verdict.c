/* verdict.c - how checks speak: one verdict per resource. */
#include <stdarg.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/text.h"
#include "checks/check.h"

static const char *format(struct arena *arena, const char *fmt, va_list args)
{
    va_list again;
    int len;

    va_copy(again, args);
    len = vsnprintf(NULL, 0, fmt, again);
    va_end(again);
    if (len < 0)
        return "";

    char *text = arena_alloc(arena, (size_t)len + 1, 1);

    (void)vsnprintf(text, (size_t)len + 1, fmt, args);
    return text;
}

struct finding *verdict(struct checking *c, enum status status, const char *resource,
                        const char *name, const char *fmt, ...)
{
    struct findings *out = c->out;
    struct finding *f = arena_push(&out->arena, out->at, out->count);
    va_list args;

    *f = (struct finding){
        .id = finding_id(&out->arena, c->check->id, c->account->id, resource),
        .row = c->row,
        .check = c->check->id,
        .severity = inputs_severity(c->inputs, c->check->id, c->check->severity),
        .tier = c->check->tier,
        .layer = c->check->layer,
        .account = c->account->id,
        .resource = arena_strdup(&out->arena, resource),
        .name = arena_strdup(&out->arena, name),
        .status = status,
        .expected = c->check->passes_when,
        .observed = "",
    };
    va_start(args, fmt);
    f->detail = format(&out->arena, fmt, args);
    va_end(args);
    return f;
}

void observed(struct checking *c, struct finding *f, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    f->observed = format(&c->out->arena, fmt, args);
    va_end(args);
}

void cite(struct checking *c, struct finding *f, struct source source)
{
    struct arena *arena = &c->out->arena;
    struct source *copy;

    if (!source.file)
        return;
    copy = arena_push(arena, f->evidence, f->evidence_count);
    *copy = (struct source){
        .file = arena_strdup(arena, source.file),
        .pointer = arena_strdup(arena, source.pointer),
        .cell = source.cell ? arena_strdup(arena, source.cell) : NULL,
    };
}

void attest(struct finding *f, const struct attestation *a)
{
    f->attested = true;
    f->attestation = a;
}

/* The caller of the home account ran the scan; in the others a role of the scan's asked. */
static const char *caller_of(const struct checking *c)
{
    const struct account *home = model_account(c->model, c->model->home);

    return home && home->caller_arn ? home->caller_arn : c->account->caller_arn;
}

/* Why the attestation is not of what is there now; NULL: it is. */
static const char *is_of_another(const struct attestation *a, const char *made, struct arena *arena)
{
    time_t at;

    if (!clock_parse(made, &at))
        return arena_printf(arena, "when it was made is not known, so that %s may be of another",
                            text_shown(arena, a->id));
    if (at < a->attested.at + DAY_SECONDS)
        return NULL;
    return arena_printf(arena, "%s is of %s, and what is there now was made later",
                        text_shown(arena, a->id), a->attested.text);
}

const struct attestation *vouched_for(const struct checking *c, const char *resource,
                                      const char *made, const char **why)
{
    struct arena *arena = &c->out->arena;
    const struct attestation_question q = {c->check->id, resource, caller_of(c),
                                           c->model->taken_at};
    const struct attestation *a = attestation_of(c->inputs, &q, arena, why);

    if (!a && !*why)
        *why = "nobody has attested it";
    if (a && made)
        *why = is_of_another(a, made, arena);
    return a && !*why ? a : NULL;
}

const char *vouched_text(const struct checking *c, const struct attestation *a)
{
    struct arena *arena = &c->out->arena;

    return arena_printf(arena, "%s attested on %s, until %s (%s): «%s»", text_shown(arena, a->by),
                        a->attested.text, a->expires.text, text_shown(arena, a->id),
                        text_shown(arena, a->statement));
}
