/* organization_tree.c - the tree of the organisation: ListRoots, then level by level
 * ListOrganizationalUnitsForParent and ListAccountsForParent, one batch each.
 *
 * The lists are not one moment's picture: what is moved meanwhile can stand at two places or at
 * none. Both make the tree incomplete; the accounts are held against ListAccounts for that. */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/sort.h"
#include "base/text.h"
#include "collect/fields.h"
#include "collect/organization_private.h"

struct organization *organization_of(struct collection *c, enum data_set fills)
{
    struct model *m = c->model;

    if (data_complete(c->account, DATA_ORGANIZATION) && !m->organization_id) {
        c->account->data[fills] = c->account->data[DATA_ORGANIZATION];
        return NULL;
    }
    if (!m->organization)
        m->organization = arena_new(&m->arena, struct organization, 1);
    return m->organization;
}

int organization_owns(const struct model *m, const char *arn, struct error *err)
{
    if (field_arn_is_of(arn, "aws"))
        return 0;
    if (strncmp(arn, "arn:", 4) != 0 ||
        (m->management_id && !field_arn_is_of(arn, m->management_id)))
        return fail(err, ERR_FORMAT, "Arn: of another organisation");
    return 0;
}

struct walk {
    struct collection *collection;
    struct organization *organization;
    struct data_status status; /* of the first call that failed; complete while none has */
    size_t units;
    const char **asked; /* ids of the nodes whose children were asked for */
    size_t asked_count;
};

/* One list of a node's children. */
struct branch {
    struct walk *walk;
    const char *parent;
    enum node_kind kind; /* of the children */
};

static struct model *model_of(const struct walk *w)
{
    return w->collection->model;
}

static int add_node(struct walk *w, const struct organization_node *node, struct error *err)
{
    struct organization *o = w->organization;

    if (o->node_count >= LIMIT_UNITS + LIMIT_ACCOUNTS)
        return fail(err, ERR_LIMIT, "more than %d accounts and units",
                    LIMIT_UNITS + LIMIT_ACCOUNTS);
    *arena_push(&model_of(w)->arena, o->nodes, o->node_count) = *node;
    return 0;
}

/* What rows of all three lists have: an id of the right form, in this organisation. */
static int read_node(struct walk *w, const cJSON *row, struct organization_node *node,
                     struct error *err)
{
    const char *arn;

    if (json_keep(model_of(w), row, "Id", &node->id, err) ||
        json_keep(model_of(w), row, "Arn", &arn, err))
        return -1;
    if (node_kind_of(node->id) != node->kind)
        return fail(err, ERR_FORMAT, "Id: not of this kind of node");
    return organization_owns(model_of(w), arn, err);
}

/* PolicyTypes names what is in use or about to be; a type that is not named is off. */
static int read_type(struct organization *o, const cJSON *row, struct source at, struct error *err)
{
    const char *type = json_text(row, "Type", err);
    const char *status = type ? json_text(row, "Status", err) : NULL;

    if (!status)
        return -1;
    for (int kind = 0; kind < POLICY_KINDS; kind++)
        if (strcmp(type, policy_kind_name((enum policy_kind)kind)) == 0) {
            o->sets[kind].type = strcmp(status, "ENABLED") == 0 ? TYPE_ENABLED : TYPE_PENDING;
            o->sets[kind].type_source = at;
        }
    return 0;
}

static int read_types(struct walk *w, const cJSON *root, struct source at, struct error *err)
{
    const cJSON *types = json_array(root, "PolicyTypes", err);
    struct organization *o = w->organization;
    size_t i = 0;

    if (!types)
        return -1;
    for (int kind = 0; kind < POLICY_KINDS; kind++) {
        o->sets[kind].type = TYPE_OFF;
        o->sets[kind].type_source = at;
    }
    for (const cJSON *t = json_first(types); t; t = t->next, i++) {
        struct source place = {
            at.file, arena_printf(&model_of(w)->arena, "%s/PolicyTypes/%zu", at.pointer, i), NULL};

        if (read_type(o, t, place, err))
            return fail_in(err, "PolicyTypes[%zu]", i);
    }
    return 0;
}

static int read_root(void *context, const cJSON *row, struct source at, struct error *err)
{
    struct walk *w = context;
    struct organization_node root = {.kind = NODE_ROOT, .name = "", .source = at};

    if (w->organization->node_count > 0)
        return fail(err, ERR_FORMAT, "more than one root");
    if (read_node(w, row, &root, err) || json_keep(model_of(w), row, "Name", &root.name, err) ||
        read_types(w, row, at, err))
        return -1;
    return add_node(w, &root, err);
}

static int receive_roots(struct call *call, const struct answer *answer, struct error *err)
{
    struct walk *w = call->context;

    if (json_list(model_of(w), call, answer, "Roots", read_root, err))
        return -1;
    if (!call->next && w->organization->node_count == 0)
        return fail(err, ERR_FORMAT, "%s: no root", answer->page->file);
    return 0;
}

static int read_child(void *context, const cJSON *row, struct source at, struct error *err)
{
    struct branch *b = context;
    struct walk *w = b->walk;
    struct organization_node child = {
        .kind = b->kind, .name = "", .parent_id = b->parent, .source = at};

    if (read_node(w, row, &child, err))
        return -1;
    if (b->kind == NODE_UNIT && json_keep(model_of(w), row, "Name", &child.name, err))
        return -1;
    if (b->kind == NODE_UNIT && ++w->units > LIMIT_UNITS)
        return fail(err, ERR_LIMIT, "more than %d units", LIMIT_UNITS);
    return add_node(w, &child, err);
}

static int receive_children(struct call *call, const struct answer *answer, struct error *err)
{
    struct branch *b = call->context;

    return json_list(model_of(b->walk), call, answer,
                     b->kind == NODE_UNIT ? "OrganizationalUnits" : "Accounts", read_child, err);
}

static void note(struct walk *w, const struct data_status *status)
{
    if (w->status.state == STATE_COMPLETE && status->state != STATE_COMPLETE)
        w->status = *status;
}

static void note_incomplete(struct walk *w, const char *why)
{
    struct data_status status = {
        STATE_INCOMPLETE, arena_printf(&model_of(w)->arena, "organizations:ListRoots: %s", why),
        w->status.file};

    note(w, &status);
}

/* The calls for the children of a node: its units, its accounts. */
static void prepare(struct walk *w, const char *parent, struct branch branches[2],
                    struct call calls[2])
{
    static const struct {
        enum node_kind kind;
        const char *operation;
    } lists[2] = {{NODE_UNIT, "ListOrganizationalUnitsForParent"},
                  {NODE_ACCOUNT, "ListAccountsForParent"}};

    for (int i = 0; i < 2; i++) {
        branches[i] = (struct branch){w, parent, lists[i].kind};
        calls[i] = (struct call){
            .account = w->collection->account->id,
            .service = "organizations",
            .operation = lists[i].operation,
            .parameters = arena_printf(&model_of(w)->arena,
                                       "{\"MaxResults\":20,\"ParentId\":\"%s\"}", parent),
            .receive = receive_children,
            .context = &branches[i]};
    }
}

/* The children of all these nodes, in one batch. */
static int ask_level(struct walk *w, const char *const *parents, size_t count, struct error *err)
{
    struct arena scratch = {0};
    struct call *calls = arena_new(&scratch, struct call, 2 * count);
    struct branch *branches = arena_new(&scratch, struct branch, 2 * count);
    int status;

    for (size_t i = 0; i < count; i++)
        prepare(w, parents[i], &branches[2 * i], &calls[2 * i]);
    status = transport_run(w->collection->transport, calls, 2 * count, err);
    for (size_t i = 0; status == 0 && i < 2 * count; i++)
        note(w, &calls[i].status);
    arena_free(&scratch);
    return status;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool was_asked(const struct walk *w, size_t count, const char *id)
{
    return count > 0 && bsearch(&id, w->asked, count, sizeof *w->asked, by_text);
}

/* The units among the nodes from `first` on that were not asked yet, each once: they go to the end
 * of w->asked, sorted. Returns how many. A unit that is its own ancestor is not asked again. */
static size_t next_level(struct walk *w, size_t first)
{
    const struct organization *o = w->organization;
    size_t before = w->asked_count, count;

    qsort(w->asked, before, sizeof *w->asked, by_text);
    for (size_t i = first; i < o->node_count; i++)
        if (o->nodes[i].kind == NODE_UNIT && !was_asked(w, before, o->nodes[i].id))
            *arena_push(&model_of(w)->arena, w->asked, w->asked_count) = o->nodes[i].id;
    count = w->asked_count - before;
    sort_once(w->asked + before, &count, sizeof *w->asked, by_text);
    w->asked_count = before + count;
    return count;
}

static int walk_down(struct walk *w, struct error *err)
{
    size_t count = 1, seen = 0;

    *arena_push(&model_of(w)->arena, w->asked, w->asked_count) = w->organization->nodes[0].id;
    for (int depth = 0; count > 0; depth++) {
        if (depth > ORGANIZATION_UNIT_DEPTH) {
            note_incomplete(w, "units are deeper than five below the root");
            return 0;
        }
        seen = w->organization->node_count;
        if (ask_level(w, w->asked + w->asked_count - count, count, err))
            return -1;
        count = next_level(w, seen);
    }
    return 0;
}

static int by_id_and_parent(const void *a, const void *b)
{
    const struct organization_node *x = a, *y = b;
    int order = strcmp(x->id, y->id);

    if (order || !x->parent_id || !y->parent_id)
        return order;
    return strcmp(x->parent_id, y->parent_id);
}

/* Sort the nodes, one entry each, and join them to their parents. */
static void link_nodes(struct walk *w)
{
    struct organization *o = w->organization;
    size_t kept = 0;

    sort_once(o->nodes, &o->node_count, sizeof *o->nodes, by_id_and_parent);
    for (size_t i = 0; i < o->node_count; i++) {
        if (kept == 0 || strcmp(o->nodes[kept - 1].id, o->nodes[i].id) != 0)
            o->nodes[kept++] = o->nodes[i];
        else
            note_incomplete(w, arena_printf(&model_of(w)->arena,
                                            "%s stands below two parents, it was moved meanwhile",
                                            o->nodes[i].id));
    }
    o->node_count = kept;
    for (size_t i = 0; i < kept; i++)
        o->nodes[i].parent =
            o->nodes[i].parent_id ? organization_node(o, o->nodes[i].parent_id) : NULL;
}

/* Every active account of the list stands in the tree, and every account of the tree in the list.
 */
static void compare_with_list(struct walk *w)
{
    const struct model *m = model_of(w);
    const struct organization *o = w->organization;

    if (!data_complete(w->collection->account, DATA_ACCOUNTS))
        return;
    for (size_t i = 0; i < m->listed_count; i++)
        if (strcmp(m->listed[i].state, "ACTIVE") == 0 && !organization_node(o, m->listed[i].id))
            note_incomplete(w, arena_printf(&model_of(w)->arena,
                                            "account %s is in organizations:ListAccounts and not "
                                            "in the tree",
                                            m->listed[i].id));
    for (size_t i = 0; i < o->node_count; i++)
        if (o->nodes[i].kind == NODE_ACCOUNT && !model_listed(m, o->nodes[i].id))
            note_incomplete(w, arena_printf(&model_of(w)->arena,
                                            "account %s is in the tree and not in "
                                            "organizations:ListAccounts",
                                            o->nodes[i].id));
}

static int collect_tree(struct collection *c, enum data_set fills, struct error *err)
{
    struct walk w = {.collection = c, .organization = organization_of(c, fills)};
    struct call call = {.service = "organizations",
                        .operation = "ListRoots",
                        .parameters = "{\"MaxResults\":20}",
                        .benign_errors = NOT_IN_USE,
                        .receive = receive_roots,
                        .context = &w};

    if (!w.organization)
        return 0;
    if (collect_one(c, fills, &call, err))
        return -1;
    w.status = c->account->data[fills];
    if (w.status.state == STATE_COMPLETE && w.organization->node_count > 0) {
        if (walk_down(&w, err))
            return -1;
        link_nodes(&w);
        compare_with_list(&w);
    }
    c->account->data[fills] = w.status;
    return 0;
}

static const struct collector rows[] = {
    {DATA_ORGANIZATION_TREE, "organizations",
     "organizations:ListRoots organizations:ListOrganizationalUnitsForParent "
     "organizations:ListAccountsForParent",
     HOME_ACCOUNT, collect_tree},
};
const struct collector_list organization_tree_collectors = {rows, sizeof rows / sizeof *rows};
