/* live.c - verdicts held against what AWS did. */
#include "checks/live.h"

#include <string.h>

#include "base/text.h"
#include "model/live_tests.h"

static bool is_on(const struct live_answer *a, enum status status, const struct finding *f)
{
    return a->status == status && strcmp(a->check, f->check) == 0 &&
           strcmp(a->resource, f->resource) == 0;
}

/* "a live test of sts:AssumeRole at 2026-11-24T06:29:00Z, request 1a2b" */
static const char *answer_text(const struct live_answer *a, struct arena *arena)
{
    return arena_printf(arena, "a live test of %s at %s%s%s", text_shown(arena, a->what),
                        text_shown(arena, a->at), *a->request_id ? ", request " : "",
                        text_shown(arena, a->request_id));
}

static void let_in(struct checking *c, struct finding *f, const struct live_answer *a)
{
    struct arena *arena = &c->out->arena;

    f->detail = arena_printf(arena, "AWS let %s in without MFA: %s. By the policies %s: %s",
                             text_shown(arena, a->caller), answer_text(a, arena),
                             status_name(f->status), f->detail);
    f->status = STATUS_FAIL;
    f->severity = SEVERITY_CRITICAL;
    f->attested = false;
    f->attestation = NULL;
}

static void refused(struct checking *c, struct finding *f, const struct live_answer *a)
{
    struct arena *arena = &c->out->arena;

    f->detail =
        arena_printf(arena, "%s; %s, without MFA, was refused", f->detail, answer_text(a, arena));
}

/* The first answer of that status speaks, all are cited. */
static bool apply(struct checking *c, struct finding *f, enum status status,
                  void (*tell)(struct checking *, struct finding *, const struct live_answer *))
{
    const struct live_tests *tests = c->model->live_tests;
    bool told = false;

    for (size_t i = 0; i < tests->count; i++) {
        if (!is_on(&tests->at[i], status, f))
            continue;
        if (!told)
            tell(c, f, &tests->at[i]);
        told = true;
        cite(c, f, tests->at[i].source);
    }
    return told;
}

void live_tests_apply(struct checking *c, size_t first)
{
    const struct live_tests *tests = c->model->live_tests;

    for (size_t i = first; tests && tests->count > 0 && i < c->out->count; i++) {
        struct finding *f = &c->out->at[i];

        if (f->status != STATUS_NOT_APPLICABLE && !apply(c, f, STATUS_FAIL, let_in) &&
            f->status == STATUS_PASS)
            (void)apply(c, f, STATUS_PASS, refused);
    }
}
