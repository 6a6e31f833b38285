/* cloudformation.c - the policies of a CloudFormation template.
 *
 * Source: CloudFormation's resource reference of AWS::IAM, AWS::Organizations::Policy and
 * AWS::SSO::PermissionSet. Macros and nested stacks are not followed, and said to be unread. */
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "lint/template.h"

const struct tree *template_resolved(const struct template *t, const struct tree *map,
                                     const char *key)
{
    const struct tree *member = tree_find(map, key);

    return member ? intrinsic_resolve(&t->in, member) : NULL;
}

int template_unread(struct template *t, const struct paper *as, size_t line, const char *why)
{
    return paper_add_unread(t->papers, as, line, why, t->err);
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
        for (const struct tree *one =
                 tree_first(template_resolved(t, t->properties, holders[i].list));
             one; one = one->next)
            if (one->kind == TREE_TEXT)
                paper_grant(t->papers, holders[i].owner, one->text, t->resource->key);
}

/* One whose ARN is not known stays in the list: who is granted it may do anything. */
static void grant_listed(const struct template *t, enum paper_owner owner)
{
    const struct tree *list = template_resolved(t, t->properties, "ManagedPolicyArns");

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
    const struct tree *document = template_resolved(t, map, key);

    as.label = t->resource->key;
    as.pointer = tree_pointer(t->papers->arena, pointer, key);
    if (document)
        return paper_add(t->papers, &as, document, t->err);
    return paper_add_unread(t->papers, &as, map ? map->line : t->resource->line,
                            arena_printf(t->papers->arena, "there is no %s", key), t->err);
}

int template_each(struct template *t, enum paper_owner owner, const char *label, const char *key,
                  template_element each)
{
    struct arena *arena = t->papers->arena;
    const struct tree *list = tree_find(t->properties, key), *one;
    bool as_it_stands = list && list->kind == TREE_LIST;
    struct paper as = {.kind = PAPER_IDENTITY,
                       .owner = owner,
                       .label = label,
                       .name = key,
                       .pointer = tree_pointer(arena, t->pointer, key)};
    const char *pointer = as.pointer;
    size_t i = 0;

    if (list && !as_it_stands)
        list = intrinsic_resolve(&t->in, list);
    if (list && list->kind != TREE_LIST)
        return each(t, &as, list);
    for (one = tree_first(list); one; one = one->next, i++) {
        const struct tree *known = as_it_stands ? intrinsic_resolve(&t->in, one) : one;

        as.name = arena_printf(arena, "%zu", i);
        as.pointer = arena_printf(arena, "%s/%zu", pointer, i);
        if (known && each(t, &as, known))
            return -1;
    }
    return 0;
}

/* One of the list Policies. */
static int add_one_inline(struct template *t, const struct paper *as, const struct tree *one)
{
    const struct tree *name = tree_find(one, "PolicyName");
    const struct tree *document = tree_find(one, "PolicyDocument");
    struct paper named = *as;

    if (one->kind == TREE_OPEN)
        return template_unread(
            t, as, one->line,
            arena_printf(t->papers->arena, "not known before deployment: %s", one->open));
    if (name && *name->text)
        named.name = name->text;
    named.pointer = tree_pointer(t->papers->arena, as->pointer, "PolicyDocument");
    return document ? paper_add(t->papers, &named, document, t->err)
                    : template_unread(t, &named, one->line, "there is no PolicyDocument");
}

/* The list Policies of a user, group or role. */
static int add_inline(struct template *t, enum paper_owner owner)
{
    return template_each(t, owner, t->resource->key, "Policies", add_one_inline);
}

static int add_role(struct template *t)
{
    const struct tree *name = template_resolved(t, t->properties, "RoleName");

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
        const struct tree *name = template_resolved(t, t->properties, names[i]);

        if (name && name->kind == TREE_TEXT)
            paper_grant(t->papers, holders[i].owner, name->text, t->resource->key);
    }
    return add_policy(t);
}

static int add_of_organization(struct template *t)
{
    const struct tree *type = template_resolved(t, t->properties, "Type");
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
    if (!template_resolved(t, t->properties, "InlinePolicy"))
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
    {"AWS::Serverless::Function", template_add_function},
    {"AWS::Serverless::StateMachine", template_add_function},
    {"AWS::Serverless::Application", template_add_nested},
    {"AWS::CloudFormation::Stack", template_add_nested},
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

/* The resource of a type of the table, by the condition that it has. */
static int add_known(struct template *t, const struct tree *resource,
                     int (*add)(struct template *t))
{
    const char *condition = tree_text(resource, "Condition");
    enum holds holds = condition ? condition_holds(&t->in, condition) : HOLDS;
    const struct tree *properties = tree_find(resource, "Properties");
    struct paper as = {.kind = PAPER_IDENTITY,
                       .owner = OWNER_MANAGED,
                       .label = resource->key,
                       .name = "",
                       .pointer = t->pointer};

    t->resource = resource;
    t->properties = properties;
    if (holds == HOLDS_NOT)
        return 0;
    if (holds == HOLDS_UNKNOWN)
        return template_unread(
            t, &as, resource->line,
            arena_printf(t->papers->arena, "whether condition «%s» holds is not known", condition));
    if (tree_find(resource, "Fn::Transform") || tree_find(properties, "Fn::Transform"))
        return template_unread(t, &as, resource->line,
                               "its properties are made by Fn::Transform at deployment");
    return add(t);
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
            t->pointer =
                tree_pointer(t->papers->arena,
                             tree_pointer(t->papers->arena, pointer, resource->key), "Properties");
            return add_known(t, resource, types[i].add);
        }
    return 0;
}

/* Macros that are told what they do; any other may change every policy. To add one: a row. */
static const char *const macros[] = {"AWS::Serverless-2016-10-31", "AWS::LanguageExtensions",
                                     "AWS::CodeDeployBlueGreen", "AWS::SecretsManager-2020-07-23",
                                     "AWS::SecretsManager-2024-09-16"};

static bool is_told(const struct tree *macro)
{
    for (size_t i = 0; macro->kind == TREE_TEXT && i < sizeof macros / sizeof *macros; i++)
        if (strcmp(macro->text, macros[i]) == 0)
            return true;
    return false;
}

static int add_macro(struct template *t, const struct tree *macro)
{
    const char *name = tree_text(macro, "Name");
    struct paper as = {.kind = PAPER_IDENTITY,
                       .owner = OWNER_MANAGED,
                       .label = "Transform",
                       .name = "",
                       .pointer = "/Transform"};

    name = name ? name : *macro->text ? macro->text : "a macro";
    as.label = arena_printf(t->papers->arena, "Transform %s", name);
    return template_unread(t, &as, macro->line,
                           arena_printf(t->papers->arena,
                                        "%s may change any policy of the template at deployment",
                                        name));
}

/* The first stands for all. */
static int add_macros(struct template *t)
{
    const struct tree *transform = tree_find(t->root, "Transform");
    const struct tree *m = transform && transform->kind == TREE_LIST ? transform->child : transform;

    for (; m; m = transform->kind == TREE_LIST ? m->next : NULL)
        if (!is_told(m))
            return add_macro(t, m);
    return 0;
}

static bool has_more(const struct tree *map)
{
    size_t count = 0;

    for (const struct tree *m = tree_first(map); m; m = m->next)
        count++;
    return count > LIMIT_TEMPLATE_RESOURCES;
}

int papers_of_cloudformation(struct papers *p, const struct tree *root,
                             const struct parameters *given, struct error *err)
{
    const struct tree *resources = tree_find(root, "Resources");
    struct lookup evaluated = {.arena = p->arena};
    size_t made = 0;
    struct template t = {.papers = p,
                         .in = {.arena = p->arena,
                                .account = p->account,
                                .account_known = p->account_known,
                                .resources = resources,
                                .parameters = tree_find(root, "Parameters"),
                                .mappings = tree_find(root, "Mappings"),
                                .conditions = tree_find(root, "Conditions"),
                                .branches = p->branches,
                                .evaluated = &evaluated,
                                .made = &made,
                                .given = given},
                         .root = root,
                         .err = err};

    if (has_more(resources) || has_more(t.in.conditions))
        return fail(err, ERR_LIMIT, "%s: more than %d resources or conditions", p->file,
                    LIMIT_TEMPLATE_RESOURCES);
    for (const struct tree *r = resources->child; r; r = r->next)
        if (add_resource(&t, r, "/Resources"))
            return -1;
    return add_macros(&t);
}
