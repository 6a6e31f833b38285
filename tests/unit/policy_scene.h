/* policy_scene.h - an account built by hand, of which permissions are asked. */
#ifndef TESTS_UNIT_POLICY_SCENE_H
#define TESTS_UNIT_POLICY_SCENE_H

#include "policy_world.h"

#include "policy/enforcement.h"

#define SCENE_ID "111122223333"
#define SCENE_ARN "arn:aws:iam::" SCENE_ID ":"
#define SCENE_MOST 8 /* of each kind */

struct scene {
    struct arena arena;
    struct model model;
    struct account account;
    struct organization organization;
    struct organization_node nodes[2];
    struct principal users[SCENE_MOST], groups[SCENE_MOST], roles[SCENE_MOST];
    struct managed_policy policies[SCENE_MOST];
    struct enforcement *e; /* of scene_ask() */
};

/* No organisation, and that is known. */
static inline void scene_begin(struct scene *s)
{
    *s = (struct scene){.account = {.id = SCENE_ID, .partition = "aws", .included = true}};
    s->account.users = s->users;
    s->account.groups = s->groups;
    s->account.roles = s->roles;
    s->account.policies = s->policies;
    s->account.data[DATA_ORGANIZATION].state = STATE_COMPLETE;
    s->model.accounts = &s->account;
    s->model.account_count = 1;
    s->model.home = SCENE_ID;
}

static inline void scene_end(struct scene *s)
{
    arena_free(&s->arena);
}

static inline struct principal *scene_add_(struct scene *s, struct principal *list, size_t *count,
                                           const char *kind, const char *name)
{
    struct principal *p = &list[(*count)++];

    assert_true(*count <= SCENE_MOST);
    *p = (struct principal){.name = name,
                            .id = arena_printf(&s->arena, "ID-%s", name),
                            .arn = arena_printf(&s->arena, SCENE_ARN "%s/%s", kind, name),
                            .path = "/",
                            .source = {"raw/a.xml", name, NULL}};
    return p;
}

/* By name in ascending order. */
static inline struct principal *scene_user(struct scene *s, const char *name)
{
    return scene_add_(s, s->users, &s->account.user_count, "user", name);
}

static inline struct principal *scene_group(struct scene *s, const char *name)
{
    return scene_add_(s, s->groups, &s->account.group_count, "group", name);
}

static inline struct principal *scene_role(struct scene *s, const char *name)
{
    return scene_add_(s, s->roles, &s->account.role_count, "role", name);
}

static inline struct document scene_document(struct scene *s, const char *name, const char *text)
{
    char *json = quoted_json(&s->arena, text);

    return (struct document){name, json, strlen(json), {"raw/a.xml", name, NULL}};
}

static inline const char *scene_statements(struct scene *s, const char *statements)
{
    return arena_printf(&s->arena, "{'Version':'2012-10-17','Statement':[%s]}", statements);
}

/* An inline policy; the text as it is. */
static inline void scene_inline_text(struct scene *s, struct principal *p, const char *name,
                                     const char *text)
{
    *arena_push(&s->arena, p->inline_policies, p->inline_count) = scene_document(s, name, text);
}

static inline void scene_inline(struct scene *s, struct principal *p, const char *statements)
{
    scene_inline_text(s, p, "own", scene_statements(s, statements));
}

/* By name in ascending order; its ARN. */
static inline const char *scene_managed(struct scene *s, const char *name, const char *statements)
{
    struct managed_policy *p = &s->policies[s->account.policy_count++];

    p->name = name;
    p->arn = arena_printf(&s->arena, SCENE_ARN "policy/%s", name);
    p->document = scene_document(s, "", scene_statements(s, statements));
    return p->arn;
}

static inline void scene_attach(struct scene *s, struct principal *p, const char *arn)
{
    *arena_push(&s->arena, p->attached, p->attached_count) = (struct attached_policy){"p", arn};
}

static inline void scene_join(struct scene *s, struct principal *user, const char *group)
{
    *arena_push(&s->arena, user->groups, user->group_count) = group;
}

/* In which circumstances a privilege of the kind is held, "KCMS", and may be held, "kcms". */
static inline const char *scene_ask(struct scene *s, const struct principal *who,
                                    enum privilege_kind kind)
{
    static const char letters[] = "KCMSkcms";
    const struct privileges *p;
    unsigned allowed = 0, unsure = 0;
    char out[9] = "";
    size_t n = 0;

    if (!s->e)
        s->e = enforcement_open(&s->model, &s->account, &s->arena);
    p = privileges_of(s->e, who);
    for (size_t i = 0; i < p->count; i++)
        if (p->held[i].privilege->kind == kind) {
            allowed |= p->held[i].allowed;
            unsure |= p->held[i].unsure;
        }
    for (int c = 0; c < CIRCUMSTANCES; c++)
        if (allowed & CIRCUMSTANCE_BIT(c))
            out[n++] = letters[c];
        else if (unsure & CIRCUMSTANCE_BIT(c))
            out[n++] = letters[c + CIRCUMSTANCES];
    return arena_strdup(&s->arena, out);
}

/* The account is a member: a root with it in it; policies come from scene_limit(). */
static inline void scene_member(struct scene *s)
{
    s->model.organization_id = "o-sample0001";
    s->model.management_id = "999999999999";
    s->model.organization = &s->organization;
    s->nodes[0] = (struct organization_node){.kind = NODE_ACCOUNT, .id = SCENE_ID};
    s->nodes[1] = (struct organization_node){.kind = NODE_ROOT, .id = "r-test"};
    s->nodes[0].parent = &s->nodes[1];
    s->organization.nodes = s->nodes;
    s->organization.node_count = 2;
    for (int kind = 0; kind < POLICY_KINDS; kind++)
        s->organization.sets[kind].type = TYPE_OFF;
    s->account.data[DATA_ORGANIZATION_TREE].state = STATE_COMPLETE;
    s->account.data[DATA_SERVICE_CONTROL_POLICIES].state = STATE_COMPLETE;
    s->account.data[DATA_RESOURCE_CONTROL_POLICIES].state = STATE_COMPLETE;
}

/* A policy at a node: account first, then root. */
static inline void scene_limit(struct scene *s, enum policy_kind kind, const char *node,
                               const char *statements)
{
    struct policy_set *set = &s->organization.sets[kind];
    struct organization_policy *p = arena_new(&s->arena, struct organization_policy, 1);

    *p = (struct organization_policy){
        .id = "p-sample01", .document = scene_document(s, "n", scene_statements(s, statements))};
    set->type = TYPE_ENABLED;
    *arena_push(&s->arena, set->attachments, set->attachment_count) =
        (struct attachment){.target = node, .policy = p};
}

#define DENY_NO_MFA DENY_IF("'BoolIfExists':{" PRESENT ":'false'}")

#endif
