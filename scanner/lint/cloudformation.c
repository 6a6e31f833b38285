/* cloudformation.c - the policies of a CloudFormation template.
 *
 * Source: CloudFormation's resource reference of AWS::IAM, AWS::Organizations::Policy and
 * AWS::SSO::PermissionSet. Macros and nested stacks are not followed. */
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "lint/intrinsic.h"
#include "lint/paper.h"

struct template
{
    struct papers *papers;
    struct intrinsics in;
    const struct tree *resource; /* its key is the logical id */
    const struct tree *properties;
    const char *pointer; /* of the properties */
    struct error *err;
};

/* The member, resolved; NULL when it is not there, or removed by AWS::NoValue. */
static const struct tree *resolved(const struct template *t, const struct tree *map,
                                   const char *key)
{
    const struct tree *member = tree_find(map, key);

    return member ? intrinsic_resolve(&t->in, member) : NULL;
}

/* --- Who has it ---------------------------------------------------------------------------------
 */

/* Members of AWS::IAM::Policy and ManagedPolicy. To add one: a row. */
static const struct {
    const char *list;
    enum paper_owner owner;
} holders[] = {{"Users", OWNER_USER}, {"Groups", OWNER_GROUP}, {"Roles", OWNER_ROLE}};

static void grant_to_holders(const struct template *t)
{
    for (size_t i = 0; i < sizeof holders / sizeof *holders; i++)
        for (const struct tree *one = tree_first(resolved(t, t->properties, holders[i].list)); one;
             one = one->next)
            if (one->kind == TREE_TEXT)
                paper_grant(t->papers, holders[i].owner, one->text, t->resource->key);
}

/* One whose ARN is not known stays in the list: who is granted it may do anything. */
static void grant_listed(const struct template *t, enum paper_owner owner)
{
    const struct tree *list = resolved(t, t->properties, "ManagedPolicyArns");

    if (list && list->kind == TREE_OPEN)
        paper_grant(t->papers, owner, t->resource->key, list->text);
    for (const struct tree *one = tree_first(list); one; one = one->next)
        paper_grant(t->papers, owner, t->resource->key, one->text);
}

/* --- Documents ----------------------------------------------------------------------------------
 */

static int add_document(struct template *t, struct paper as, const struct tree *map,
                        const char *key, const char *pointer)
{
    const struct tree *document = resolved(t, map, key);

    as.label = t->resource->key;
    as.pointer = tree_pointer(t->papers->arena, pointer, key);
    if (document)
        return paper_add(t->papers, &as, document, t->err);
    return paper_add_unread(t->papers, &as, map ? map->line : t->resource->line,
                            arena_printf(t->papers->arena, "there is no %s", key), t->err);
}

/* One of the list Policies. */
static int add_one_inline(struct template *t, const struct paper *as, const struct tree *one)
{
    const struct tree *known = intrinsic_resolve(&t->in, one);
    const struct tree *name = resolved(t, one, "PolicyName");
    struct paper named = *as;

    if (!known)
        return 0; /* AWS::NoValue */
    if (known->kind == TREE_OPEN)
        return paper_add_unread(
            t->papers, as, one->line,
            arena_printf(t->papers->arena, "not known before deployment: %s", known->open), t->err);
    if (name && *name->text)
        named.name = name->text;
    return add_document(t, named, one, "PolicyDocument", as->pointer);
}

/* The list Policies of a user, group or role. */
static int add_inline(struct template *t, enum paper_owner owner)
{
    struct arena *arena = t->papers->arena;
    const struct tree *list = tree_find(t->properties, "Policies");
    struct paper as = {.kind = PAPER_IDENTITY,
                       .owner = owner,
                       .label = t->resource->key,
                       .name = "Policies",
                       .pointer = tree_pointer(arena, t->pointer, "Policies")};
    const char *pointer = as.pointer;
    size_t i = 0;

    if (list && list->kind != TREE_LIST)
        return add_one_inline(t, &as, list);
    for (const struct tree *one = tree_first(list); one; one = one->next, i++) {
        as.name = arena_printf(arena, "%zu", i);
        as.pointer = arena_printf(arena, "%s/%zu", pointer, i);
        if (add_one_inline(t, &as, one))
            return -1;
    }
    return 0;
}

static int add_role(struct template *t)
{
    const struct tree *name = resolved(t, t->properties, "RoleName");

    grant_listed(t, OWNER_ROLE);
    return add_document(t,
                        (struct paper){.kind = PAPER_TRUST,
                                       .owner = OWNER_ROLE,
                                       .alias = name ? name->text : NULL,
                                       .name = ""},
                        t->properties, "AssumeRolePolicyDocument", t->pointer) ||
                   add_inline(t, OWNER_ROLE)
               ? -1
               : 0;
}

static int add_user(struct template *t)
{
    return add_inline(t, OWNER_USER);
}

static int add_group(struct template *t)
{
    return add_inline(t, OWNER_GROUP);
}

static int add_policy(struct template *t)
{
    grant_to_holders(t);
    return add_document(t,
                        (struct paper){.kind = PAPER_IDENTITY, .owner = OWNER_MANAGED, .name = ""},
                        t->properties, "PolicyDocument", t->pointer);
}

/* AWS::IAM::RolePolicy and its like: one inline policy as a resource of its own. */
static int add_single(struct template *t)
{
    static const char *const names[] = {"UserName", "GroupName", "RoleName"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct tree *name = resolved(t, t->properties, names[i]);

        if (name && name->kind == TREE_TEXT)
            paper_grant(t->papers, holders[i].owner, name->text, t->resource->key);
    }
    return add_policy(t);
}

static int add_of_organization(struct template *t)
{
    const struct tree *type = resolved(t, t->properties, "Type");
    struct paper as = {.owner = OWNER_MANAGED, .name = ""};

    if (type && strcmp(type->text, "SERVICE_CONTROL_POLICY") == 0)
        as.kind = PAPER_SERVICE_CONTROL;
    else if (type && strcmp(type->text, "RESOURCE_CONTROL_POLICY") == 0)
        as.kind = PAPER_RESOURCE_CONTROL;
    else
        return 0; /* of tags, backups and the like */
    return add_document(t, as, t->properties, "Content", t->pointer);
}

static int add_permission_set(struct template *t)
{
    if (!resolved(t, t->properties, "InlinePolicy"))
        return 0; /* it need not have one */
    return add_document(
        t, (struct paper){.kind = PAPER_IDENTITY, .owner = OWNER_PERMISSION_SET, .name = "inline"},
        t->properties, "InlinePolicy", t->pointer);
}

/* --- The template -------------------------------------------------------------------------------
 */

/* To add a type of resource: a row. */
static const struct {
    const char *type;
    int (*add)(struct template *t);
} types[] = {
    {"AWS::IAM::Role", add_role},
    {"AWS::IAM::User", add_user},
    {"AWS::IAM::Group", add_group},
    {"AWS::IAM::Policy", add_policy},
    {"AWS::IAM::ManagedPolicy", add_policy},
    {"AWS::IAM::UserPolicy", add_single},
    {"AWS::IAM::GroupPolicy", add_single},
    {"AWS::IAM::RolePolicy", add_single},
    {"AWS::Organizations::Policy", add_of_organization},
    {"AWS::SSO::PermissionSet", add_permission_set},
};

/* Fn::ForEach and Fn::Transform make resources: what they may make is not seen. */
static int add_made(struct template *t, const struct tree *maker, const char *pointer)
{
    return paper_add_unread(
        t->papers,
        &(struct paper){.kind = PAPER_IDENTITY,
                        .owner = OWNER_MANAGED,
                        .label = maker->key,
                        .name = "",
                        .pointer = tree_pointer(t->papers->arena, pointer, maker->key)},
        maker->line,
        arena_printf(t->papers->arena, "resources made by %s are not known before deployment",
                     maker->key),
        t->err);
}

static int add_resource(struct template *t, const struct tree *resource, const char *pointer)
{
    const char *type = tree_text(resource, "Type");

    if (strncmp(resource->key, "Fn::", 4) == 0)
        return tree_may_test_mfa(resource) || strncmp(resource->key, "Fn::Transform", 13) == 0
                   ? add_made(t, resource, pointer)
                   : 0;
    for (size_t i = 0; type && i < sizeof types / sizeof *types; i++)
        if (strcmp(type, types[i].type) == 0) {
            t->resource = resource;
            t->properties = tree_find(resource, "Properties");
            t->pointer =
                tree_pointer(t->papers->arena,
                             tree_pointer(t->papers->arena, pointer, resource->key), "Properties");
            return types[i].add(t);
        }
    return 0;
}

int papers_of_cloudformation(struct papers *p, const struct tree *root,
                             const struct parameters *given, struct error *err)
{
    const struct tree *resources = tree_find(root, "Resources");
    struct template t = {.papers = p,
                         .in = {.arena = p->arena,
                                .account = p->account,
                                .resources = resources,
                                .parameters = tree_find(root, "Parameters"),
                                .given = given},
                         .err = err};
    size_t count = 0;

    for (const struct tree *r = resources->child; r; r = r->next)
        if (++count > LIMIT_TEMPLATE_RESOURCES)
            return fail(err, ERR_LIMIT, "%s: more than %d resources", p->file,
                        LIMIT_TEMPLATE_RESOURCES);
    for (const struct tree *r = resources->child; r; r = r->next)
        if (add_resource(&t, r, "/Resources"))
            return -1;
    return 0;
}
