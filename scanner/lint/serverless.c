/* serverless.c - resources that stand for a role, and for another template.
 *
 * Source: AWS SAM, "AWS::Serverless::Function" and "AWS::Serverless::StateMachine", properties
 * Role, Policies and AssumeRolePolicyDocument, and "Globals section"; CloudFormation User Guide,
 * "Embed stacks within other stacks". */
#include <string.h>

#include "lint/template.h"

/* The property, or what Globals say for all functions. */
static const struct tree *property(const struct template *t, const char *key)
{
    const struct tree *own = template_resolved(t, t->properties, key);
    const char *type = tree_text(t->resource, "Type");

    return own || !type || strcmp(type, "AWS::Serverless::Function") != 0
               ? own
               : template_resolved(t, tree_find(tree_find(t->root, "Globals"), "Function"), key);
}

/* A name that is no ARN is that of a policy of AWS. */
static void grant_named(const struct template *t, const struct paper *as, const char *name)
{
    paper_grant(
        t->papers, as->owner, as->label,
        strchr(name, ':')
            ? name
            : arena_printf(t->papers->arena, "arn:" LINT_PARTITION ":iam::aws:policy/%s", name));
}

/* A statement alone is a document of one. */
static int add_statement(struct template *t, const struct paper *as, const struct tree *one)
{
    struct tree *document = tree_node(t->papers->arena, TREE_MAP, NULL, "", one->line);
    struct tree *statement = tree_node(t->papers->arena, TREE_MAP, "Statement", "", one->line);

    statement->child = one->child;
    document->child = statement;
    return paper_add(t->papers, as, document, t->err);
}

/* What a policy template of SAM allows is not known here: who has it may do anything. None denies.
 */
static int add_template(struct template *t, const struct paper *as, const struct tree *one)
{
    struct arena *arena = t->papers->arena;
    struct tree *s = tree_node(arena, TREE_MAP, NULL, "", one->line);

    s->child = tree_node(arena, TREE_TEXT, "Effect", "Allow", one->line);
    s->child->next = tree_node(arena, TREE_TEXT, "Resource", "*", one->line);
    s->child->next->next = tree_node(arena, TREE_TEXT, "Action", "*", one->line);
    s->child->next->next->open = arena_printf(arena, "policy template «%s»", one->child->key);
    return add_statement(t, as, s);
}

static int add_element(struct template *t, const struct paper *as, const struct tree *one)
{
    if (one->kind == TREE_OPEN || one->kind == TREE_TEXT) {
        grant_named(t, as, one->text);
        return 0;
    }
    if (tree_find(one, "Statement"))
        return paper_add(t->papers, as, one, t->err);
    if (tree_find(one, "Effect"))
        return add_statement(t, as, one);
    if (one->kind != TREE_MAP || !one->child || one->child->next)
        return template_unread(t, as, one->line,
                               "neither a policy, nor the name of one, nor a template of one");
    return add_template(t, as, one);
}

/* Its role is called after it, and is made by SAM where none is named. */
int template_add_function(struct template *t)
{
    struct arena *arena = t->papers->arena;
    struct paper trust = {.kind = PAPER_TRUST,
                          .owner = OWNER_ROLE,
                          .label = arena_printf(arena, "%sRole", t->resource->key),
                          .name = "",
                          .pointer = tree_pointer(arena, t->pointer, "AssumeRolePolicyDocument")};
    const struct tree *document = property(t, "AssumeRolePolicyDocument");

    if (property(t, "Role"))
        return 0; /* SAM leaves the rest aside then */
    if (document && paper_add(t->papers, &trust, document, t->err))
        return -1;
    return template_each(t, OWNER_ROLE, trust.label, "Policies", add_element);
}

int template_add_nested(struct template *t)
{
    static const char *const places[] = {"TemplateURL", "Location"};
    const struct tree *place = NULL;
    struct paper as = {.kind = PAPER_IDENTITY,
                       .owner = OWNER_MANAGED,
                       .label = t->resource->key,
                       .name = "",
                       .pointer = t->pointer};

    for (size_t i = 0; !place && i < sizeof places / sizeof *places; i++)
        place = template_resolved(t, t->properties, places[i]);
    return template_unread(
        t, &as, t->resource->line,
        arena_printf(t->papers->arena,
                     "they stand in a nested template%s%s, which is to be linted by itself",
                     place && *place->text ? ", " : "", place ? place->text : ""));
}
