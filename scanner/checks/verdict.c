/* verdict.c - how checks speak: one verdict per resource. */
#include <stdarg.h>
#include <stdio.h>

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
