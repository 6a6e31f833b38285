/* branch.c - evaluating conditions, and taking forks. */
#include "lint/branch.h"

#include <stdint.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"

/* --- Forks --------------------------------------------------------------------------------------
 */

bool branch_is_possible(const struct branches *b, unsigned branch)
{
    for (size_t i = 0; i < b->count; i++)
        for (size_t k = 0; k < i; k++)
            if ((branch >> i & 1) && (branch >> k & 1) && b->forks[i].known && b->forks[k].known &&
                strcmp(b->forks[i].open, b->forks[k].open) == 0 &&
                strcmp(b->forks[i].known, b->forks[k].known) != 0)
                return false;
    return true;
}

static bool is_same_fork(const struct fork *a, const struct fork *b)
{
    return strcmp(a->open, b->open) == 0 && !a->known == !b->known &&
           (!a->known || strcmp(a->known, b->known) == 0);
}

static enum holds take(const struct intrinsics *in, const struct fork *f)
{
    struct branches *b = in->branches;
    size_t i = 0;

    while (i < b->count && !is_same_fork(&b->forks[i], f))
        i++;
    if (i == LINT_FORKS)
        return HOLDS_UNKNOWN;
    if (i == b->count)
        b->forks[b->count++] = (struct fork){
            .name = text_shown(b->arena, f->name),
            .open = arena_strdup(b->arena, f->open),
            .known = f->known ? arena_strdup(b->arena, f->known) : NULL,
        };
    return b->branch >> i & 1 ? HOLDS : HOLDS_NOT;
}

/* --- Functions of conditions --------------------------------------------------------------------
 */

static enum holds evaluate(const struct intrinsics *in, const char *name, const struct tree *t);

static bool is_known(const struct intrinsics *in, const struct tree *t)
{
    return t && (t->kind == TREE_TEXT || t->kind == TREE_BARE) && !t->open &&
           (in->account_known || !strstr(t->text, in->account));
}

static const char *as_json(const struct intrinsics *in, const struct tree *t)
{
    cleanup_strbuf struct strbuf out = STRBUF_INIT(LIMIT_MADE_TEXT);

    tree_add_json(t, &out);
    return arena_strdup(in->arena, out.buf);
}

/* `name`: of the condition that is nothing but this; NULL: there is none. */
static enum holds equals(const struct intrinsics *in, const char *name, const struct tree *list)
{
    const struct tree *a = tree_first(list), *b = a ? a->next : NULL, *swap;
    const struct tree *left, *right;
    struct fork f;

    if (!b || b->next)
        return HOLDS_UNKNOWN;
    left = intrinsic_resolve(in, a);
    right = intrinsic_resolve(in, b);
    if (is_known(in, left) && is_known(in, right))
        return strcmp(left->text, right->text) == 0 ? HOLDS : HOLDS_NOT;
    if (is_known(in, left)) {
        swap = a;
        a = b;
        b = swap;
        right = left;
    }
    f.open = as_json(in, a);
    f.known = is_known(in, right) ? right->text : NULL;
    if (!f.known)
        f.open = arena_printf(in->arena, "%s = %s", f.open, as_json(in, b));
    f.name = name ? name
                  : arena_printf(in->arena, f.known ? "%s = «%s»" : "%s%s", f.open,
                                 f.known ? f.known : "");
    return take(in, &f);
}

/* Fn::And stops at what holds not, Fn::Or at what holds. */
static enum holds until(const struct intrinsics *in, const struct tree *list, enum holds end)
{
    enum holds out = end == HOLDS ? HOLDS_NOT : HOLDS;

    if (!tree_first(list))
        return HOLDS_UNKNOWN;
    for (const struct tree *c = tree_first(list); c; c = c->next) {
        enum holds one = evaluate(in, NULL, c);

        if (one == end)
            return end;
        if (one == HOLDS_UNKNOWN)
            out = HOLDS_UNKNOWN;
    }
    return out;
}

static enum holds evaluate(const struct intrinsics *in, const char *name, const struct tree *t)
{
    const struct tree *f = t->kind == TREE_MAP ? t->child : NULL;

    if (!f || f->next)
        return HOLDS_UNKNOWN;
    if (strcmp(f->key, "Condition") == 0 && f->kind == TREE_TEXT)
        return condition_holds(in, f->text);
    if (strcmp(f->key, "Fn::Equals") == 0)
        return equals(in, name, f);
    if (strcmp(f->key, "Fn::And") == 0)
        return until(in, f, HOLDS_NOT);
    if (strcmp(f->key, "Fn::Or") == 0)
        return until(in, f, HOLDS);
    if (strcmp(f->key, "Fn::Not") == 0 && tree_first(f)) {
        enum holds one = evaluate(in, NULL, tree_first(f));

        return one == HOLDS_UNKNOWN ? one : one == HOLDS ? HOLDS_NOT : HOLDS;
    }
    return HOLDS_UNKNOWN;
}

enum holds condition_holds(const struct intrinsics *in, const char *name)
{
    const struct tree *defined = tree_find(in->conditions, name);
    void **known = lookup_at(in->evaluated, name, strlen(name)); /* plus 1 */
    enum holds holds;

    if (*known)
        return (enum holds)((uintptr_t)*known - 1);
    *known = (void *)(uintptr_t)(HOLDS_UNKNOWN + 1); /* while it is asked: it may name itself */
    holds = defined
                ? evaluate(in, name, defined)
                : take(in, &(struct fork){.name = name,
                                          .open = arena_printf(in->arena, "condition %s", name)});
    *lookup_at(in->evaluated, name, strlen(name)) = (void *)(uintptr_t)(holds + 1);
    return holds;
}
