/* terraform.c - the policies of a plan or state, as `terraform show -json` prints it.
 *
 * Source: Terraform, "JSON Output Format", format versions 0 and 1: planned_values of a plan and
 * values of a state have the same form, and leave out what is known only after apply. Policies are
 * texts with JSON in them. */
#include <string.h>

#include "base/limits.h"
#include "lint/paper.h"

struct plan {
    struct papers *papers;
    const struct tree *resource, *values;
    const char *label;   /* its address */
    const char *pointer; /* of the values */
    struct error *err;
};

static const char *const after_apply = "not known before it is applied";

/* --- Resources ----------------------------------------------------------------------------------
 */

/* An attribute that must be there: what is not, is known after apply. */
static int add_document(struct plan *p, struct paper as, const char *key)
{
    const struct tree *t = tree_find(p->values, key);

    as.label = p->label;
    as.name = as.name ? as.name : "";
    as.pointer = tree_pointer(p->papers->arena, p->pointer, key);
    if (!t || t->kind == TREE_NULL)
        return paper_add_unread(p->papers, &as, p->resource->line, after_apply, p->err);
    return paper_add(p->papers, &as, t, p->err);
}

static int add_identity(struct plan *p)
{
    return add_document(p, (struct paper){.kind = PAPER_IDENTITY, .owner = OWNER_MANAGED},
                        "policy");
}

/* An inline policy as a resource of its own: the holder is named, if that is known. */
static int add_held(struct plan *p, enum paper_owner owner, const char *holder)
{
    const char *name = tree_text(p->values, holder);

    if (name)
        paper_grant(p->papers, owner, name, p->label);
    return add_identity(p);
}

static int add_role_policy(struct plan *p)
{
    return add_held(p, OWNER_ROLE, "role");
}

static int add_user_policy(struct plan *p)
{
    return add_held(p, OWNER_USER, "user");
}

static int add_group_policy(struct plan *p)
{
    return add_held(p, OWNER_GROUP, "group");
}

static int add_inline(struct plan *p, const struct tree *list)
{
    struct arena *arena = p->papers->arena;
    const char *pointer = p->pointer;
    const struct tree *values = p->values;
    size_t i = 0;
    int status = 0;

    for (const struct tree *one = tree_first(list); one && !status; one = one->next, i++) {
        const char *name = tree_text(one, "name");

        if (one->kind != TREE_MAP || !one->child)
            continue; /* the provider's way to say «none» */
        p->values = one;
        p->pointer = tree_pointer(arena, tree_pointer(arena, pointer, "inline_policy"),
                                  arena_printf(arena, "%zu", i));
        status = add_document(p,
                              (struct paper){.kind = PAPER_IDENTITY,
                                             .owner = OWNER_ROLE,
                                             .name = name ? name : arena_printf(arena, "%zu", i)},
                              "policy");
    }
    p->values = values;
    p->pointer = pointer;
    return status;
}

static int add_role(struct plan *p)
{
    for (const struct tree *one = tree_first(tree_find(p->values, "managed_policy_arns")); one;
         one = one->next)
        paper_grant(p->papers, OWNER_ROLE, p->label, one->text);
    return add_document(p,
                        (struct paper){.kind = PAPER_TRUST,
                                       .owner = OWNER_ROLE,
                                       .alias = tree_text(p->values, "name")},
                        "assume_role_policy") ||
                   add_inline(p, tree_find(p->values, "inline_policy"))
               ? -1
               : 0;
}

/* The role may have a policy whose ARN is not known yet: then it may do anything. */
static int add_attachment(struct plan *p)
{
    const char *role = tree_text(p->values, "role"), *arn = tree_text(p->values, "policy_arn");

    if (role)
        paper_grant(p->papers, OWNER_ROLE, role, arn ? arn : p->label);
    for (const struct tree *one = tree_first(tree_find(p->values, "roles")); one; one = one->next)
        if (one->kind == TREE_TEXT)
            paper_grant(p->papers, OWNER_ROLE, one->text, arn ? arn : p->label);
    return 0;
}

static int add_of_organization(struct plan *p)
{
    const char *type = tree_text(p->values, "type");
    struct paper as = {.kind = PAPER_SERVICE_CONTROL, .owner = OWNER_MANAGED};

    if (type && strcmp(type, "RESOURCE_CONTROL_POLICY") == 0)
        as.kind = PAPER_RESOURCE_CONTROL;
    else if (type && strcmp(type, "SERVICE_CONTROL_POLICY") != 0)
        return 0; /* of tags, backups and the like */
    return add_document(p, as, "content");
}

static int add_permission_set(struct plan *p)
{
    return add_document(
        p, (struct paper){.kind = PAPER_IDENTITY, .owner = OWNER_PERMISSION_SET, .name = "inline"},
        "inline_policy");
}

/* To add a type of resource: a row. */
static const struct {
    const char *type;
    int (*add)(struct plan *p);
} types[] = {
    {"aws_iam_policy", add_identity},
    {"aws_iam_role", add_role},
    {"aws_iam_role_policy", add_role_policy},
    {"aws_iam_user_policy", add_user_policy},
    {"aws_iam_group_policy", add_group_policy},
    {"aws_iam_role_policy_attachment", add_attachment},
    {"aws_iam_policy_attachment", add_attachment},
    {"aws_organizations_policy", add_of_organization},
    {"aws_ssoadmin_permission_set_inline_policy", add_permission_set},
};

static int add_resource(struct plan *p, const struct tree *resource, const char *pointer)
{
    const char *type = tree_text(resource, "type"), *mode = tree_text(resource, "mode");

    if (!type || !mode || strcmp(mode, "managed") != 0)
        return 0;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(type, types[i].type) == 0) {
            const char *address = tree_text(resource, "address");

            p->resource = resource;
            p->values = tree_find(resource, "values");
            p->label = address ? address : type;
            p->pointer = tree_pointer(p->papers->arena, pointer, "values");
            return types[i].add(p);
        }
    return 0;
}

/* --- Modules ------------------------------------------------------------------------------------
 */

typedef int (*visit_fn)(struct plan *p, const struct tree *resource, const char *pointer);

/* A module and those in it; nested as deeply as JSON may be. */
static int visit(struct plan *p, const struct tree *module, const char *pointer, visit_fn each)
{
    static const char *const lists[] = {"resources", "child_modules"};
    struct arena *arena = p->papers->arena;

    for (size_t k = 0; k < 2; k++) {
        const char *list = tree_pointer(arena, pointer, lists[k]);
        size_t i = 0;

        for (const struct tree *one = tree_first(tree_find(module, lists[k])); one;
             one = one->next, i++) {
            const char *at = arena_printf(arena, "%s/%zu", list, i);

            if (k == 0 ? each(p, one, at) : visit(p, one, at, each))
                return -1;
        }
    }
    return 0;
}

/* data "aws_caller_identity" tells whose account it is. */
static int note_account(struct plan *p, const struct tree *resource, const char *pointer)
{
    const char *type = tree_text(resource, "type");
    const char *id = tree_text(tree_find(resource, "values"), "account_id");

    (void)pointer;
    if (!p->papers->account_known && id && type && strcmp(type, "aws_caller_identity") == 0 &&
        strlen(id) == 12 && strspn(id, "0123456789") == 12) {
        p->papers->account = id;
        p->papers->account_known = true;
    }
    return 0;
}

int papers_of_terraform(struct papers *papers, const struct tree *root, struct error *err)
{
    struct plan p = {.papers = papers, .err = err};
    const struct tree *planned = tree_find(root, "planned_values");
    const struct tree *values = planned ? planned : tree_find(root, "values");
    const struct tree *before = tree_find(tree_find(root, "prior_state"), "values");

    if (!values)
        return fail(err, ERR_FORMAT,
                    "%s: neither planned_values nor values: print the plan with «terraform show "
                    "-json»",
                    papers->file);
    (void)visit(&p, tree_find(before, "root_module"), "", note_account);
    (void)visit(&p, tree_find(values, "root_module"), "", note_account);
    return visit(&p, tree_find(values, "root_module"),
                 planned ? "/planned_values/root_module" : "/values/root_module", add_resource);
}
