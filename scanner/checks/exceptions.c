/* exceptions.c - is the register of exceptions in order? What is wrong with one by itself, and what
 * shows when it is laid over the findings of its account (model/exceptions.h). */
#include <string.h>

#include "base/text.h"
#include "checks/check.h"

/* Is the exception to be judged here: in its own account or, where that is not in the scan, at
 * home? */
static bool is_of(const struct checking *c, const struct exception *x)
{
    if (strcmp(x->account, c->account->id) == 0)
        return true;
    return strcmp(c->account->id, c->model->home) == 0 && !model_account(c->model, x->account);
}

static const char *without_exceptions(const struct checking *c)
{
    const struct exceptions *list = &c->inputs->exceptions;

    for (size_t i = 0; i < list->count; i++)
        if (is_of(c, &list->at[i]))
            return NULL;
    return list->count > 0 ? "no exception is for this account" : "there are no exceptions";
}

/* "expired (fix what it covers, or have it approved anew), unused (…)" */
static const char *faults_text(struct arena *arena, unsigned bits)
{
    const char *text = "";

    for (int p = 0; p < EXCEPTION_PROBLEM_COUNT; p++)
        if (bits & EXCEPTION_FAULTS & EXCEPTION_BIT(p))
            text = arena_printf(arena, "%s%s%s (%s)", text, *text ? ", " : "",
                                exception_problem_word((enum exception_problem)p),
                                exception_problem_advice((enum exception_problem)p));
    return text;
}

static const char *use_text(struct arena *arena, const struct exception_use *use)
{
    return use->unread > 0 ? arena_printf(arena, "it covers %zu failing, and %zu not known",
                                          use->failing, use->unread)
                           : arena_printf(arena, "it covers %zu failing", use->failing);
}

/* It covers nothing that is open. Is that known? What it is for may be among what was not read:
 * then there is no finding on it at all, and some of the check are UNKNOWN. */
static bool may_be_lost(const struct checking *c, const struct exception *x)
{
    bool unknown = false;

    for (size_t i = c->first; i < c->out->count; i++) {
        const struct finding *f = &c->out->at[i];

        if (strcmp(f->check, x->check) != 0)
            continue;
        if (exception_covers(x, c->account, f->resource))
            return false;
        unknown = unknown || f->status == STATUS_UNKNOWN;
    }
    return unknown;
}

/* What it covers is the evidence of how it is used. */
static void cite_use(struct checking *c, struct finding *f, const struct exception *x)
{
    const struct findings *out = c->out;

    for (size_t i = c->first; i < out->count; i++) {
        const struct finding *covered = &out->at[i];

        if (finding_is_open(covered) && strcmp(covered->check, x->check) == 0 &&
            exception_covers(x, c->account, covered->resource))
            for (size_t e = 0; e < covered->evidence_count; e++)
                cite(c, f, covered->evidence[e]);
    }
}

static struct finding *speak(struct checking *c, const struct exception *x, enum status status,
                             const char *detail)
{
    const char *id = text_shown(&c->out->arena, x->waiver.id);

    return verdict(c, status, x->waiver.id, id, "%s", detail);
}

/* Its account was not scanned, so that only the register tells of it. */
static void judge_far(struct checking *c, const struct exception *x)
{
    struct arena *arena = &c->out->arena;
    unsigned faults = x->problems & EXCEPTION_FAULTS;
    const char *where = arena_printf(arena, "its account %s is not in this scan", x->account);

    (void)speak(c, x, faults ? STATUS_FAIL : STATUS_NOT_APPLICABLE,
                faults ? arena_printf(arena, "%s; %s", faults_text(arena, faults), where) : where);
}

static void judge_near(struct checking *c, const struct exception *x)
{
    struct arena *arena = &c->out->arena;
    struct exception_use use = exception_use(x, c->account, c->out, c->first);
    unsigned bits = x->problems | exception_use_problems(x, c->inputs->settings, &use);
    const char *used = use_text(arena, &use);
    struct finding *f;

    if (bits & EXCEPTION_BIT(EXCEPTION_UNUSED) && may_be_lost(c, x)) {
        bits &= ~EXCEPTION_BIT(EXCEPTION_UNUSED);
        used = "what it is for was not found among what was read";
    }
    if (bits & EXCEPTION_FAULTS)
        f = speak(c, x, STATUS_FAIL, faults_text(arena, bits));
    else if (use.failing == 0)
        f = speak(c, x, STATUS_UNKNOWN,
                  arena_printf(arena, "whether it is still needed is not known: %s", used));
    else
        f = speak(c, x, STATUS_PASS,
                  arena_printf(arena, "approved by %s until %s; %s",
                               text_shown(arena, x->waiver.approver), x->expires.text, used));
    cite_use(c, f, x);
}

static void exceptions_current(struct checking *c)
{
    const struct exceptions *list = &c->inputs->exceptions;

    for (size_t i = 0; i < list->count; i++) {
        const struct exception *x = &list->at[i];
        struct arena *arena = &c->out->arena;
        size_t before = c->out->count;

        if (!is_of(c, x))
            continue;
        if (strcmp(x->account, c->account->id) == 0)
            judge_near(c, x);
        else
            judge_far(c, x);
        observed(c, &c->out->at[before], "%s:%zu: %s of %s by %s, approved %s, expires %s", x->file,
                 x->line, x->check, text_shown(arena, x->resource),
                 text_shown(arena, x->waiver.owner), x->approved.text, x->expires.text);
    }
}

static const struct check rows[] = {
    {
        .id = "governance.exceptions_current",
        .title = "Exceptions are in force, needed and reviewed",
        .severity = SEVERITY_MEDIUM,
        .tier = TIER_PRIVILEGED,
        .layer = LAYER_DESIGN,
        .weightless = true,
        .subject = SUBJECT_EXCEPTION,
        .excuse = without_exceptions,
        .passes_when = "it has not expired, covers what fails and no more, was approved by "
                       "somebody other than its owner, and reviewed by such a one in the quarter",
        .why = "An exception is a risk that somebody took. When it runs out, covers everything or "
               "was signed by its owner alone, nobody has taken it, and it hides a finding.",
        .action = "Set right or remove the exception",
        .noun = "exception",
        .nouns = "exceptions",
        .run = exceptions_current,
    },
};
const struct check_list exception_checks = {rows, sizeof rows / sizeof *rows};
