/* statement.c - statements of which something is not known before deployment.
 *
 * The evaluator knows how to doubt: a condition whose operator it does not know makes its statement
 * unsure, and only where that matters the verdict. What is OPEN becomes such a condition, so that
 * no rule is written twice. Where even that would say too much, the whole document is unread. */
#include <string.h>

#include "base/text.h"
#include "lint/paper.h"

/* --- Looking ------------------------------------------------------------------------------------
 */

static bool names_mfa(const char *text)
{
    static const char word[] = "multifactorauth";

    for (; *text; text++) {
        size_t i = 0;

        while (word[i] && (text[i] | 0x20) == word[i])
            i++;
        if (!word[i])
            return true;
    }
    return false;
}

static bool mentions_mfa(const struct tree *t)
{
    if (names_mfa(t->text) || (t->key && names_mfa(t->key)))
        return true;
    for (const struct tree *c = t->child; c; c = c->next)
        if (mentions_mfa(c))
            return true;
    return false;
}

/* The branches of Fn::If stand there to be seen; what Ref, Fn::ImportValue and the like stand for
 * does not, nor what a macro adds. */
static bool hides(const struct tree *function)
{
    const struct tree *f = function->kind == TREE_MAP ? function->child : NULL;
    const struct tree *branch;

    if (tree_find(function, "Fn::Transform"))
        return true;
    if (!f || f->next || (strcmp(f->key, "Ref") != 0 && strncmp(f->key, "Fn::", 4) != 0))
        return false;
    if (strcmp(f->key, "Ref") == 0)
        return f->kind != TREE_TEXT || strcmp(f->text, "AWS::NoValue") != 0;
    if (strcmp(f->key, "Fn::If") != 0)
        return true;
    branch = f->kind == TREE_LIST && f->child ? f->child->next : NULL;
    if (!branch)
        return true;
    for (; branch; branch = branch->next)
        if (hides(branch))
            return true;
    return false;
}

bool tree_may_test_mfa(const struct tree *t)
{
    return mentions_mfa(t) || (t->kind == TREE_OPEN && (!t->child || hides(t->child)));
}

/* The first that is not known, in it or below. */
static const struct tree *first_open(const struct tree *t)
{
    if (t->open)
        return t;
    for (const struct tree *c = t->child; c; c = c->next) {
        const struct tree *open = first_open(c);

        if (open)
            return open;
    }
    return NULL;
}

/* --- Writing ------------------------------------------------------------------------------------
 */

static struct tree *member(const struct tree *map, const char *key)
{
    return (struct tree *)tree_find(map, key);
}

static void add_member(struct tree *map, struct tree *one)
{
    struct tree **last = &map->child;

    while (*last)
        last = &(*last)->next;
    *last = one;
}

static void become(struct tree *t, enum tree_kind kind, const char *text, struct tree *child)
{
    t->kind = kind;
    t->text = text;
    t->open = NULL;
    t->child = child;
}

/* A condition that is not understood, for the reason. */
static void doubt(struct tree *s, const char *why, struct arena *arena)
{
    struct tree *condition = member(s, "Condition");
    struct tree *operator_map;

    if (!condition) {
        condition = tree_node(arena, TREE_MAP, "Condition", "", s->line);
        add_member(s, condition);
    }
    if (condition->kind != TREE_MAP || tree_find(condition, why))
        return;
    operator_map = tree_node(arena, TREE_MAP, why, "", s->line);
    operator_map->child = tree_node(arena, TREE_TEXT, "unknown", "unknown", s->line);
    add_member(condition, operator_map);
}

static void widen(struct tree *s, const char *plain, const char *negated)
{
    struct tree *t = member(s, plain) ? member(s, plain) : member(s, negated);

    t->key = plain;
    become(t, TREE_TEXT, "*", NULL);
}

static const char *not_known(const struct tree *t, struct arena *arena)
{
    return arena_printf(arena, "not known before deployment: %s", t->open);
}

/* --- Conditions ---------------------------------------------------------------------------------
 */

/* Texts that are compared whole: any that is named nowhere else does as well as the one that it
 * will be. */
static bool compares_whole(const char *operator_name, struct arena *arena)
{
    static const char *const names[] = {"stringequals", "stringnotequals", "stringequalsignorecase",
                                        "stringnotequalsignorecase"};
    const char *colon = strchr(operator_name, ':');
    char *name = text_lower(arena, colon ? colon + 1 : operator_name);
    size_t len = strlen(name);

    if (len > 8 && strcmp(name + len - 8, "ifexists") == 0)
        name[len - 8] = '\0';
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

/* One operator with its keys. Those that cannot be judged move to an operator that nobody knows. */
static void settle_operator(struct tree *condition, struct tree *op, struct arena *arena)
{
    struct tree **link = &op->child;

    while (*link) {
        struct tree *key = *link, *moved;
        const struct tree *open = first_open(key);
        const char *why;

        if (!open || (compares_whole(op->key, arena) && !names_mfa(key->key))) {
            link = &key->next;
            continue;
        }
        *link = key->next;
        key->next = NULL;
        why = arena_printf(arena, "%s with %s", op->key, open->open);
        moved = member(condition, why);
        if (!moved) {
            moved = tree_node(arena, TREE_MAP, why, "", key->line);
            add_member(condition, moved);
        }
        become(key, TREE_TEXT, "unknown", NULL);
        if (!tree_find(moved, key->key))
            add_member(moved, key);
    }
}

static const char *settle_condition(struct tree *s, struct arena *arena)
{
    struct tree *condition = member(s, "Condition"), *next;
    const struct tree *open;

    if (!condition)
        return NULL;
    open = condition->kind == TREE_OPEN ? condition : NULL;
    for (struct tree *op = condition->child; !open && op; op = op->next)
        open = op->kind == TREE_OPEN ? op : NULL;
    if (open && tree_may_test_mfa(open))
        return not_known(open, arena);
    if (open) {
        become(condition, TREE_MAP, "", NULL);
        doubt(s, open->open, arena);
        return NULL;
    }
    for (struct tree *op = condition->child; condition->kind == TREE_MAP && op; op = next) {
        next = op->next;
        if (op->kind == TREE_MAP && first_open(op))
            settle_operator(condition, op, arena);
    }
    return NULL;
}

/* --- Resources and actions ----------------------------------------------------------------------
 */

static const struct tree *open_in(const struct tree *s, const char *plain, const char *negated)
{
    const struct tree *t = tree_find(s, plain) ? tree_find(s, plain) : tree_find(s, negated);

    return t ? first_open(t) : NULL;
}

static const char *settle_resources(struct tree *s, bool mfa, struct arena *arena)
{
    const struct tree *open = open_in(s, "Resource", "NotResource");
    const char *effect = tree_text(s, "Effect");
    bool allows = effect && strcmp(effect, "Allow") == 0;

    if (!open)
        return NULL;
    if (mfa && !allows) /* names are no «*», whatever they will be */
        return open->kind == TREE_OPEN && !open->is_named ? not_known(open, arena) : NULL;
    if (!mfa)
        doubt(s, open->open, arena);
    widen(s, "Resource", "NotResource");
    return NULL;
}

const char *statement_settle(struct tree *s, bool is_trust, struct arena *arena)
{
    static const char *const plain[] = {"Effect", "Principal", "NotPrincipal"};
    bool mfa = mentions_mfa(s);
    const struct tree *open = open_in(s, "Action", "NotAction");
    const char *why;

    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (tree_find(s, plain[i]) && first_open(tree_find(s, plain[i])))
            return not_known(first_open(tree_find(s, plain[i])), arena);
    if (open && (mfa || is_trust))
        return not_known(open, arena);
    why = settle_condition(s, arena);
    if (why)
        return why;
    if (open) {
        doubt(s, open->open, arena);
        widen(s, "Action", "NotAction");
    }
    return settle_resources(s, mfa, arena);
}
