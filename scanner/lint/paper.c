/* paper.c - policy documents out of trees. */
#include "lint/paper.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "policy/document.h"

static struct paper *new_paper(struct papers *p, const struct paper *as, size_t line,
                               struct error *err)
{
    struct paper *paper;

    if (p->count == LIMIT_LINT_PAPERS) {
        (void)fail(err, ERR_LIMIT, "%s: more than %d policies", p->file, LIMIT_LINT_PAPERS);
        return NULL;
    }
    paper = arena_push(p->arena, p->at, p->count);
    *paper = *as;
    paper->line = line;
    return paper;
}

int paper_add_unread(struct papers *p, const struct paper *as, size_t line, const char *why,
                     struct error *err)
{
    struct paper *paper = new_paper(p, as, line, err);

    if (!paper)
        return -1;
    paper->unread = text_shown(p->arena, why);
    return 0;
}

void paper_grant(struct papers *p, enum paper_owner owner, const char *label, const char *policy)
{
    *arena_push(p->arena, p->grants, p->grant_count) = (struct grant){owner, label, policy};
}

/* Two that may do anything, or nothing: what a statement that cannot hold a test of MFA may be. */
static struct tree *may_be(const struct tree *open, const char *effect, struct arena *arena)
{
    struct tree *s = tree_node(arena, TREE_MAP, NULL, "", open->line);

    s->child = tree_node(arena, TREE_TEXT, "Effect", effect, open->line);
    s->child->next = tree_node(arena, TREE_TEXT, "Action", "*", open->line);
    s->child->next->next = tree_node(arena, TREE_TEXT, "Resource", "*", open->line);
    s->child->next->next->open = open->open;
    return s;
}

/* What may deny goes to the end, so that statements keep their numbers. */
static const char *settle_one(struct tree **link, bool is_trust, struct arena *arena)
{
    struct tree *s = *link, **last = link;

    if (s->kind != TREE_OPEN)
        return statement_settle(s, is_trust, arena);
    if (is_trust || tree_may_test_mfa(s))
        return arena_printf(arena, "a statement is not known before deployment: %s", s->open);
    *link = may_be(s, "Allow", arena);
    (*link)->next = s->next;
    while (*last)
        last = &(*last)->next;
    *last = may_be(s, "Deny", arena);
    return statement_settle(*link, false, arena);
}

/* Statements as far as they are known; why the document cannot be judged, or NULL. */
static const char *settle(struct tree *root, bool is_trust, struct arena *arena)
{
    struct tree *list = (struct tree *)tree_find(root, "Statement");
    const char *why = NULL;

    if (list && list->kind == TREE_OPEN) {
        struct tree *inner = arena_new(arena, struct tree, 1);

        *inner = *list;
        inner->next = NULL;
        *list = (struct tree){.kind = TREE_LIST,
                              .key = list->key,
                              .text = "",
                              .line = list->line,
                              .child = inner,
                              .next = list->next};
    }
    if (list && list->kind == TREE_MAP)
        return statement_settle(list, is_trust, arena);
    for (struct tree **link = list ? &list->child : NULL; link && *link && !why;
         link = &(*link)->next)
        why = settle_one(link, is_trust, arena);
    return why;
}

static void note_lines(struct paper *paper, const struct tree *root, bool in_text,
                       struct arena *arena)
{
    const struct tree *list = tree_find(root, "Statement");
    size_t count = 0, *lines;

    for (const struct tree *s = list && list->kind == TREE_LIST ? list->child : list; s;
         s = list->kind == TREE_LIST ? s->next : NULL)
        count++;
    lines = arena_new(arena, size_t, count);
    for (const struct tree *s = list && list->kind == TREE_LIST ? list->child : list; s;
         s = list->kind == TREE_LIST ? s->next : NULL)
        lines[paper->line_count++] = in_text ? paper->line : s->line;
    paper->lines = lines;
}

/* AWS would not take one that is no policy, and no check would look at it. */
static int write_text(struct paper *paper, const struct tree *root, struct arena *arena,
                      struct error *err)
{
    cleanup_strbuf struct strbuf out = STRBUF_INIT(LIMIT_POLICY_BYTES);
    struct policy policy;

    tree_add_json(root, &out);
    if (strbuf_finish(&out, "the policy", err) ||
        policy_parse(arena, "policy", out.buf, out.len, &policy, err))
        return -1;
    if (paper->kind == PAPER_TRUST && out.len > LIMIT_TRUST_BYTES)
        return fail(err, ERR_LIMIT, "larger than any trust policy");
    paper->text = arena_strdup(arena, out.buf);
    paper->len = out.len;
    return 0;
}

/* The document, of which a text is read as JSON. NULL with a reason. */
static struct tree *document_of(const struct tree *t, struct arena *arena, const char **why)
{
    struct tree *root = NULL;
    struct error err = {0};

    if (t->open) {
        *why = arena_printf(arena, "not known before deployment: %s", t->open);
        return NULL;
    }
    if (t->kind == TREE_MAP)
        return (struct tree *)t;
    if (t->kind != TREE_TEXT) {
        *why = "neither a policy nor a text with one";
        return NULL;
    }
    if (strlen(t->text) > LIMIT_POLICY_BYTES)
        *why = "larger than any policy";
    else if (tree_of_json("policy", t->text, strlen(t->text), arena, &root, &err))
        *why = arena_strdup(arena, err.msg);
    return *why ? NULL : root;
}

int paper_add(struct papers *p, const struct paper *as, const struct tree *t, struct error *err)
{
    const char *why = NULL;
    struct tree *root = document_of(t, p->arena, &why);
    struct paper *paper = new_paper(p, as, t->line, err);
    struct error invalid = {0};

    if (!paper)
        return -1;
    paper->is_text = t->kind == TREE_TEXT;
    if (root)
        why = settle(root, paper->kind == PAPER_TRUST, p->arena);
    if (root)
        note_lines(paper, root, paper->is_text, p->arena);
    if (root && !why && write_text(paper, root, p->arena, &invalid))
        why = invalid.msg;
    paper->unread = why ? text_shown(p->arena, why) : NULL;
    return 0;
}
