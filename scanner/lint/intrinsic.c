/* intrinsic.c - resolving CloudFormation's functions. */
#include "lint/intrinsic.h"

#include <ctype.h>
#include <string.h>

#include "base/limits.h"
#include "lint/branch.h"

/* Escaped, so that different labels stay different. */
const char *lint_label(struct arena *arena, const char *label)
{
    cleanup_strbuf struct strbuf out = STRBUF_INIT(3 * LIMIT_MADE_TEXT);

    for (const char *c = label; *c; c++)
        if (strchr("/*?$:{}%", *c))
            strbuf_addf(&out, "%%%02X", (unsigned)(unsigned char)*c);
        else
            strbuf_addch(&out, *c);
    return arena_strdup(arena, out.buf);
}

const char *lint_arn(struct arena *arena, const char *account, const char *type, const char *label)
{
    return arena_printf(arena, "arn:" LINT_PARTITION ":iam::%s:%s/%s", account, type,
                        lint_label(arena, label));
}

/* --- Values that are not known ------------------------------------------------------------------
 */

/* "<Bucket.Arn>": what stands in a text for what is not known. Nothing in it means anything in a
 * pattern or as a variable. */
static const char *stand_in(struct arena *arena, const char *name)
{
    char *out = arena_printf(arena, "<%.200s>", name);

    for (char *c = out + 1; c[0] && c[1]; c++)
        if (!isalnum((unsigned char)*c) && !strchr("._-:", *c))
            *c = '_';
    return out;
}

static struct tree *open_tree(struct arena *arena, const struct tree *at, const char *name,
                              const char *why)
{
    struct tree *t = tree_node(arena, TREE_OPEN, at->key, stand_in(arena, name), at->line);

    t->open = why;
    t->child = tree_node(arena, at->kind, NULL, at->text, at->line);
    t->child->child = at->child;
    return t;
}

static struct tree *text_tree(struct arena *arena, const struct tree *at, const char *text)
{
    return tree_node(arena, TREE_TEXT, at->key, text, at->line);
}

/* --- Ref and Fn::GetAtt -------------------------------------------------------------------------
 */

static const char *const no_value = "AWS::NoValue";

static const char *pseudo_parameter(const struct intrinsics *in, const char *name)
{
    if (strcmp(name, "AWS::AccountId") == 0)
        return in->account;
    if (strcmp(name, "AWS::Partition") == 0)
        return LINT_PARTITION;
    return strcmp(name, "AWS::URLSuffix") == 0 ? "amazonaws.com" : NULL;
}

static const char *given_value(const struct intrinsics *in, const char *name)
{
    for (size_t i = 0; in->given && i < in->given->count; i++)
        if (strcmp(in->given->at[i].name, name) == 0)
            return in->given->at[i].value;
    return NULL;
}

static bool is_list_parameter(const struct intrinsics *in, const char *name)
{
    const char *type = tree_text(tree_find(in->parameters, name), "Type");

    return type && (strcmp(type, "CommaDelimitedList") == 0 || strncmp(type, "List<", 5) == 0);
}

static struct tree *list_tree(const struct intrinsics *in, const struct tree *at, const char *value)
{
    struct tree *list = tree_node(in->arena, TREE_LIST, at->key, "", at->line);
    struct tree **last = &list->child;

    for (const char *p = value; p; p = strchr(p, ',') ? strchr(p, ',') + 1 : NULL) {
        size_t len = strcspn(p, ",");

        while (len && *p == ' ')
            p++, len--;
        *last = tree_node(in->arena, TREE_TEXT, NULL, arena_strndup(in->arena, p, len), at->line);
        last = &(*last)->next;
    }
    return list;
}

/* What Ref and GetAtt give of IAM's resources. To add one: a row. */
static const struct {
    const char *type, *attribute; /* "": of Ref */
    const char *arn;              /* the type in the ARN; NULL: its name */
} values[] = {
    {"AWS::IAM::ManagedPolicy", "", "policy"},
    {"AWS::IAM::ManagedPolicy", "PolicyArn", "policy"},
    {"AWS::IAM::Role", "", NULL},
    {"AWS::IAM::Role", "Arn", "role"},
    {"AWS::IAM::User", "", NULL},
    {"AWS::IAM::User", "Arn", "user"},
    {"AWS::IAM::Group", "", NULL},
    {"AWS::IAM::Group", "Arn", "group"},
};

/* The provider's ARN is made of its issuer's address. */
static const char *provider_arn(const struct intrinsics *in, const struct tree *resource)
{
    static const char https[] = "https://";
    const char *url = tree_text(tree_find(resource, "Properties"), "Url");

    if (!url || strncmp(url, https, sizeof https - 1) != 0)
        return NULL;
    return arena_printf(in->arena, "arn:" LINT_PARTITION ":iam::%s:oidc-provider/%s", in->account,
                        url + sizeof https - 1);
}

static const char *resource_value(const struct intrinsics *in, const struct tree *resource,
                                  const char *attribute)
{
    const char *type = tree_text(resource, "Type");

    for (size_t i = 0; type && i < sizeof values / sizeof *values; i++)
        if (strcmp(type, values[i].type) == 0 && strcmp(attribute, values[i].attribute) == 0)
            return values[i].arn ? lint_arn(in->arena, in->account, values[i].arn, resource->key)
                                 : lint_label(in->arena, resource->key);
    if (type && strcmp(type, "AWS::IAM::OIDCProvider") == 0 &&
        (!*attribute || strcmp(attribute, "Arn") == 0))
        return provider_arn(in, resource);
    return NULL;
}

/* Of a resource, or an attribute of it: "Name" or "Name.Attribute". */
static struct tree *attribute_tree(const struct intrinsics *in, const struct tree *at,
                                   const char *name)
{
    size_t len = strcspn(name, ".");
    const char *attribute = name[len] ? name + len + 1 : "";
    const struct tree *resource = tree_find(in->resources, arena_strndup(in->arena, name, len));
    const char *value = resource ? resource_value(in, resource, attribute) : NULL;
    struct tree *t;

    if (value)
        return text_tree(in->arena, at, value);
    t = open_tree(in->arena, at, name,
                  arena_printf(in->arena, "%s «%s»", *attribute ? "attribute" : "resource", name));
    t->is_named = resource != NULL;
    return t;
}

static struct tree *ref_tree(const struct intrinsics *in, const struct tree *at, const char *name)
{
    const char *value = pseudo_parameter(in, name);
    const char *given = value ? NULL : given_value(in, name);

    if (value)
        return text_tree(in->arena, at, value);
    if (given)
        return is_list_parameter(in, name) ? list_tree(in, at, given)
                                           : text_tree(in->arena, at, given);
    if (strncmp(name, "AWS::", 5) == 0 || tree_find(in->parameters, name))
        return open_tree(in->arena, at, name, arena_printf(in->arena, "parameter «%s»", name));
    return attribute_tree(in, at, name);
}

static struct tree *get_att(const struct intrinsics *in, const struct tree *at,
                            const struct tree *of)
{
    const struct tree *name = of->kind == TREE_LIST ? of->child : NULL;

    if (of->kind == TREE_TEXT)
        return attribute_tree(in, at, of->text);
    if (name && name->kind == TREE_TEXT && name->next && name->next->kind == TREE_TEXT)
        return attribute_tree(in, at,
                              arena_printf(in->arena, "%s.%s", name->text, name->next->text));
    return open_tree(in->arena, at, "Fn::GetAtt", "Fn::GetAtt");
}

/* --- Texts made of parts ------------------------------------------------------------------------
 */

struct made {
    struct strbuf text;
    const char *open; /* the first that is not known */
};

static void add_part(struct made *m, const struct tree *part)
{
    if (!part)
        return;
    if (part->kind == TREE_LIST || part->kind == TREE_MAP)
        m->open = m->open ? m->open : "a list or map in a text";
    if (!m->open)
        m->open = part->open;
    strbuf_addstr(&m->text, part->text);
}

/* Is there room for so many bytes more? A short text may be used again and again. */
static bool may_make(const struct intrinsics *in, size_t bytes)
{
    *in->made += bytes;
    return *in->made <= LIMIT_MADE_TEXTS;
}

static struct tree *too_large(const struct intrinsics *in, const struct tree *at)
{
    return open_tree(in->arena, at, "too large", "a text that is too large");
}

static struct tree *made_tree(const struct intrinsics *in, const struct tree *at, struct made *m)
{
    struct tree *t;

    if (m->text.overflowed || !may_make(in, m->text.len)) {
        t = too_large(in, at);
    } else {
        t = text_tree(in->arena, at, arena_strdup(in->arena, m->text.buf));
        t->open = m->open;
    }
    strbuf_free(&m->text);
    return t;
}

/* The value of ${NAME}: of the function's own map, else as Ref or GetAtt. */
static const struct tree *variable(const struct intrinsics *in, const struct tree *at,
                                   const struct tree *own, const char *name)
{
    const struct tree *t = tree_find(own, name);

    if (t)
        return t;
    return strchr(name, '.') ? attribute_tree(in, at, name) : ref_tree(in, at, name);
}

static struct tree *sub(const struct intrinsics *in, const struct tree *at, const struct tree *of)
{
    const struct tree *format = of->kind == TREE_LIST ? of->child : of;
    const struct tree *own = of->kind == TREE_LIST && format ? format->next : NULL;
    struct made m = {STRBUF_INIT(LIMIT_MADE_TEXT), NULL};
    const char *p;

    if (!format || format->kind != TREE_TEXT)
        return open_tree(in->arena, at, "Fn::Sub", "Fn::Sub");
    for (p = format->text; *p;) {
        const char *end = p[0] == '$' && p[1] == '{' ? strchr(p, '}') : NULL;
        size_t plain = strcspn(p + 1, "$") + 1;

        if (end && p[2] == '!') { /* ${!x} is ${x} itself */
            strbuf_addstr(&m.text, "${");
            strbuf_add(&m.text, p + 3, (size_t)(end - p) - 2);
        } else if (end) {
            add_part(&m,
                     variable(in, at, own, arena_strndup(in->arena, p + 2, (size_t)(end - p) - 2)));
        } else {
            strbuf_add(&m.text, p, plain);
        }
        p = end ? end + 1 : p + plain;
    }
    return made_tree(in, at, &m);
}

static struct tree *join(const struct intrinsics *in, const struct tree *at, const struct tree *of)
{
    const struct tree *between = of->kind == TREE_LIST ? of->child : NULL;
    const struct tree *parts = between ? between->next : NULL;
    struct made m = {STRBUF_INIT(LIMIT_MADE_TEXT), NULL};

    if (!parts || between->kind != TREE_TEXT || parts->kind != TREE_LIST)
        return open_tree(in->arena, at, "Fn::Join", "Fn::Join");
    for (const struct tree *p = parts->child; p; p = p->next) {
        add_part(&m, p);
        if (p->next)
            strbuf_addstr(&m.text, between->text);
    }
    return made_tree(in, at, &m);
}

/* --- Picking out --------------------------------------------------------------------------------
 */

/* As the value of `at`. */
static struct tree *in_place_of(const struct intrinsics *in, const struct tree *at,
                                const struct tree *value)
{
    struct tree *t = arena_new(in->arena, struct tree, 1);

    *t = *value;
    t->key = at->key;
    t->next = NULL;
    return t;
}

static struct tree *not_this(const struct intrinsics *in, const struct tree *at, const char *name,
                             const struct tree *of)
{
    const char *why = name;

    for (const struct tree *a = of->kind == TREE_LIST ? of->child : NULL; a; a = a->next)
        if (a->open)
            why = arena_printf(in->arena, "%s with %s", name, a->open);
    return open_tree(in->arena, at, name, why);
}

static bool is_known_text(const struct tree *t)
{
    return t && (t->kind == TREE_TEXT || t->kind == TREE_BARE) && !t->open;
}

/* An account that nobody named has no entry. */
static const struct tree *find_in(const struct intrinsics *in, const struct tree *map,
                                  const struct tree *key)
{
    return is_known_text(key) && (in->account_known || strcmp(key->text, in->account) != 0)
               ? tree_find(map, key->text)
               : NULL;
}

/* A text, or a list of them: there are no functions in it. */
static bool is_mapped(const struct tree *value)
{
    if (is_known_text(value))
        return true;
    if (!value || value->kind != TREE_LIST)
        return false;
    for (const struct tree *one = value->child; one; one = one->next)
        if (!is_known_text(one))
            return false;
    return true;
}

static struct tree *find_in_map(const struct intrinsics *in, const struct tree *at,
                                const struct tree *of)
{
    const struct tree *map = of->kind == TREE_LIST ? of->child : NULL;
    const struct tree *top = map ? map->next : NULL, *second = top ? top->next : NULL;
    const struct tree *value =
        find_in(in, find_in(in, find_in(in, in->mappings, map), top), second);

    if (is_mapped(value)) {
        struct tree *known = in_place_of(in, at, value);

        known->line = at->line;
        return known;
    }
    if (is_known_text(map) && is_known_text(top) && is_known_text(second) && second->next &&
        tree_find(second->next, "DefaultValue"))
        return in_place_of(in, at, tree_find(second->next, "DefaultValue"));
    return not_this(in, at, "Fn::FindInMap", of);
}

static struct tree *select_one(const struct intrinsics *in, const struct tree *at,
                               const struct tree *of)
{
    const struct tree *index = of->kind == TREE_LIST ? of->child : NULL;
    const struct tree *list = index ? index->next : NULL;
    const struct tree *one = list && list->kind == TREE_LIST ? list->child : NULL;
    size_t at_index = 0;

    if (!is_known_text(index) || !*index->text || strlen(index->text) > 6 ||
        strspn(index->text, "0123456789") != strlen(index->text))
        return not_this(in, at, "Fn::Select", of);
    for (const char *c = index->text; *c; c++)
        at_index = at_index * 10 + (size_t)(*c - '0');
    while (one && at_index-- > 0)
        one = one->next;
    return one ? in_place_of(in, at, one) : not_this(in, at, "Fn::Select", of);
}

static struct tree *split(const struct intrinsics *in, const struct tree *at, const struct tree *of)
{
    const struct tree *by = of->kind == TREE_LIST ? of->child : NULL;
    const struct tree *text = by ? by->next : NULL;
    struct tree *list, **last;

    if (!is_known_text(by) || !*by->text || !is_known_text(text))
        return not_this(in, at, "Fn::Split", of);
    list = tree_node(in->arena, TREE_LIST, at->key, "", at->line);
    last = &list->child;
    for (const char *p = text->text, *end; p; p = end ? end + strlen(by->text) : NULL) {
        end = strstr(p, by->text);
        if (!may_make(in, sizeof *list + strlen(by->text) + (end ? (size_t)(end - p) : strlen(p))))
            return too_large(in, at);
        *last =
            tree_node(in->arena, TREE_TEXT, NULL,
                      arena_strndup(in->arena, p, end ? (size_t)(end - p) : strlen(p)), at->line);
        last = &(*last)->next;
    }
    return list;
}

/* The branch that is taken is all that there is of it. */
static struct tree *choose(const struct intrinsics *in, const struct tree *at,
                           const struct tree *list)
{
    const struct tree *name = tree_first(list), *yes = name ? name->next : NULL;
    const struct tree *no = yes ? yes->next : NULL;
    enum holds holds = no && !no->next && name->kind == TREE_TEXT ? condition_holds(in, name->text)
                                                                  : HOLDS_UNKNOWN;
    struct tree *t;

    if (holds == HOLDS_UNKNOWN)
        return open_tree(in->arena, at, "Fn::If", "Fn::If");
    t = intrinsic_resolve(in, holds == HOLDS ? yes : no);
    if (t)
        t->key = at->key;
    return t;
}

/* --- All of it ----------------------------------------------------------------------------------
 */

/* To add a function: a row. */
static const struct {
    const char *name;
    struct tree *(*call)(const struct intrinsics *in, const struct tree *at, const struct tree *of);
} functions[] = {
    {"Fn::GetAtt", get_att},        {"Fn::Sub", sub},           {"Fn::Join", join},
    {"Fn::FindInMap", find_in_map}, {"Fn::Select", select_one}, {"Fn::Split", split},
};

static struct tree *call(const struct intrinsics *in, const struct tree *at, const struct tree *f,
                         const struct tree *argument)
{
    if (strcmp(f->key, "Ref") == 0 && argument && argument->kind == TREE_TEXT)
        return strcmp(argument->text, no_value) == 0 ? NULL : ref_tree(in, at, argument->text);
    for (size_t i = 0; argument && i < sizeof functions / sizeof *functions; i++)
        if (strcmp(f->key, functions[i].name) == 0)
            return functions[i].call(in, at, argument);
    return open_tree(in->arena, at, f->key, f->key);
}

static struct tree *resolve_children(const struct intrinsics *in, const struct tree *t)
{
    struct tree *copy = tree_node(in->arena, t->kind, t->key, t->text, t->line);
    struct tree **last = &copy->child;

    copy->open = t->open;
    for (const struct tree *c = t->child; c; c = c->next) {
        struct tree *one = intrinsic_resolve(in, c);

        if (one) {
            *last = one;
            last = &one->next;
        }
    }
    return copy;
}

struct tree *intrinsic_resolve(const struct intrinsics *in, const struct tree *t)
{
    const struct tree *f = t->kind == TREE_MAP ? t->child : NULL;

    if (f && !f->next && strcmp(f->key, "Fn::If") == 0)
        return choose(in, t, f);
    if (f && !f->next && (strcmp(f->key, "Ref") == 0 || strncmp(f->key, "Fn::", 4) == 0))
        return call(in, t, f, intrinsic_resolve(in, f));
    if (tree_find(t, "Fn::Transform")) /* what stands beside it may be changed, or more be added */
        return open_tree(in->arena, t, "Fn::Transform", "Fn::Transform");
    return resolve_children(in, t);
}
