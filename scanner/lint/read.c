/* read.c - which of the known forms a file has. */
#include <string.h>

#include "base/limits.h"
#include "lint/paper.h"

/* Principals make it a policy of a resource; sts:AssumeRole and its like, a trust policy. */
static enum paper_kind kind_of(const struct tree *statement)
{
    static const char assume[] = "sts:Assume";
    const struct tree *action = tree_find(statement, "Action");

    if (!tree_find(statement, "Principal") && !tree_find(statement, "NotPrincipal"))
        return PAPER_IDENTITY;
    for (const struct tree *a = action && action->kind == TREE_LIST ? action->child : action; a;
         a = action->kind == TREE_LIST ? a->next : NULL)
        if (strncmp(a->text, assume, sizeof assume - 1) == 0 || strcmp(a->text, "sts:*") == 0)
            return PAPER_TRUST;
    return PAPER_RESOURCE;
}

/* A policy that stands alone: of a role its policies are not known. */
static int read_policy(struct papers *p, const struct tree *root, struct error *err)
{
    const struct tree *list = tree_find(root, "Statement");
    struct paper as = {
        .kind = PAPER_IDENTITY, .owner = OWNER_MANAGED, .label = "policy", .name = ""};

    as.pointer = "";
    for (const struct tree *s = list->kind == TREE_LIST ? list->child : list; s;
         s = list->kind == TREE_LIST ? s->next : NULL)
        if (as.kind == PAPER_IDENTITY)
            as.kind = kind_of(s);
    if (as.kind == PAPER_TRUST) {
        as.owner = OWNER_ROLE;
        as.label = "role";
        paper_grant(p, OWNER_ROLE, as.label, "policies that the file does not show");
    }
    return paper_add(p, &as, root, err);
}

static bool begins_json(const char *text, size_t len)
{
    size_t i = 0;

    while (i < len && strchr(" \t\r\n", text[i]) && text[i])
        i++;
    return i < len && (text[i] == '{' || text[i] == '[');
}

int papers_read(struct papers *p, const char *text, size_t len, const struct parameters *given,
                struct error *err)
{
    bool json = begins_json(text, len);
    const struct tree *resources;
    struct tree *root = NULL;

    if (json ? tree_of_json(p->file, text, len, p->arena, &root, err)
             : tree_of_yaml(p->file, text, len, p->arena, &root, err))
        return -1;
    resources = tree_find(root, "Resources");
    if (resources && resources->kind == TREE_MAP)
        return len > LIMIT_YAML_BYTES
                   ? fail(err, ERR_LIMIT, "%s: larger than any template", p->file)
                   : papers_of_cloudformation(p, root, given, err);
    if (tree_find(root, "format_version"))
        return papers_of_terraform(p, root, err);
    if (tree_find(root, "Statement"))
        return read_policy(p, root, err);
    return fail(err, ERR_FORMAT,
                "%s: neither a policy (Statement), nor a CloudFormation template (Resources), nor "
                "a plan of «terraform show -json» (format_version)",
                p->file);
}
