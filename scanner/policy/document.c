/* document.c - parsing IAM policy documents. */
#include "policy/document.h"

#include <string.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"
#include "policy/glob.h"

/* A text or a list of texts. */
static int read_list(struct arena *arena, const cJSON *node, const char ***out, size_t *count,
                     struct error *err)
{
    if (cJSON_IsString(node)) {
        *out = arena_new(arena, const char *, 1);
        (*out)[0] = arena_strdup(arena, node->valuestring);
        *count = 1;
        return 0;
    }
    if (!cJSON_IsArray(node))
        return fail(err, ERR_FORMAT, "expected text or a list of texts");
    *out = arena_new(arena, const char *, json_count(node));
    for (const cJSON *e = json_first(node); e; e = e->next) {
        if (!cJSON_IsString(e))
            return fail(err, ERR_FORMAT, "[%zu]: expected text", *count);
        (*out)[(*count)++] = arena_strdup(arena, e->valuestring);
    }
    return 0;
}

/* A pair of words of which a statement has one: Action or NotAction. */
struct pair {
    const char *plain, *negated;
    bool needed;
};

/* Whichever is there, as a list; *negated says which. Both is an error, neither only when needed.
 */
static int read_pair(struct arena *arena, const cJSON *obj, const struct pair *pair, bool *negated,
                     const char ***list, size_t *count, struct error *err)
{
    const cJSON *plain = json_find(obj, pair->plain), *not = json_find(obj, pair->negated);

    if (plain && not )
        return fail(err, ERR_FORMAT, "%s and %s", pair->plain, pair->negated);
    if (!plain && !not )
        return pair->needed ? fail(err, ERR_FORMAT, "neither %s nor %s", pair->plain, pair->negated)
                            : 0;
    *negated = not != NULL;
    if (read_list(arena, plain ? plain : not, list, count, err))
        return fail_in(err, "%s", plain ? pair->plain : pair->negated);
    return 0;
}

static int read_effect(const cJSON *obj, bool *allow, struct error *err)
{
    const char *effect = json_text(obj, "Effect", err);

    if (!effect)
        return -1;
    *allow = strcmp(effect, "Allow") == 0;
    if (!*allow && strcmp(effect, "Deny") != 0)
        return fail(err, ERR_FORMAT, "Effect: neither Allow nor Deny");
    return 0;
}

/* Actions are compared without regard to case. */
static void lower_actions(struct arena *arena, const char **list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char *copy = text_lower(arena, list[i]);

        for (char *p = copy; (p = strchr(p, ACTION_UNNAMED)) != NULL;)
            *p = ACTION_UNNAMED + 1; /* in no name of an action either */
        list[i] = copy;
    }
}

static enum principal_kind kind_of(const char *type, const char *value)
{
    static const struct {
        const char *type;
        enum principal_kind kind;
    } kinds[] = {
        {"AWS", PRINCIPAL_AWS}, {"Service", PRINCIPAL_SERVICE}, {"Federated", PRINCIPAL_FEDERATED}};

    if (strcmp(type, "AWS") == 0 && strcmp(value, "*") == 0)
        return PRINCIPAL_ANYBODY;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].type, type) == 0)
            return kinds[i].kind;
    return PRINCIPAL_OTHER;
}

static int read_principals(struct arena *arena, const cJSON *node, struct statement *s,
                           struct error *err)
{
    if (cJSON_IsString(node) && strcmp(node->valuestring, "*") == 0) {
        *arena_push(arena, s->principals, s->principal_count) =
            (struct statement_principal){PRINCIPAL_ANYBODY, "*"};
        return 0;
    }
    if (!cJSON_IsObject(node))
        return fail(err, ERR_FORMAT, "expected \"*\" or an object");
    for (const cJSON *type = json_first(node); type; type = type->next) {
        const char **values = NULL;
        size_t count = 0;

        if (read_list(arena, type, &values, &count, err))
            return fail_in(err, "%s", type->string);
        for (size_t i = 0; i < count; i++)
            *arena_push(arena, s->principals, s->principal_count) =
                (struct statement_principal){kind_of(type->string, values[i]), values[i]};
    }
    return 0;
}

static int read_principal(struct arena *arena, const cJSON *obj, struct statement *s,
                          struct error *err)
{
    const cJSON *plain = json_find(obj, "Principal"), *not = json_find(obj, "NotPrincipal");

    if (plain && not )
        return fail(err, ERR_FORMAT, "Principal and NotPrincipal");
    s->not_principal = not != NULL;
    if ((plain || not ) && read_principals(arena, plain ? plain : not, s, err))
        return fail_in(err, "%s", plain ? "Principal" : "NotPrincipal");
    return 0;
}

/* Every element must be one of these. What is not, is none that AWS takes today, and nobody knows
 * what it made of an old one: "statement" beside "Statement" may have been read. */
static int check_elements(const cJSON *obj, const char *const *known, struct error *err)
{
    for (const cJSON *e = json_first(obj); e; e = e->next) {
        size_t i = 0;

        while (known[i] && strcmp(known[i], e->string) != 0)
            i++;
        if (!known[i])
            return fail(err, ERR_FORMAT, "\"%.50s\": no element of a policy", e->string);
    }
    return 0;
}

static int read_statement(struct arena *arena, const cJSON *obj, struct statement *s,
                          struct error *err)
{
    static const struct pair action = {"Action", "NotAction", true};
    static const struct pair resource = {"Resource", "NotResource", false};
    static const char *const known[] = {"Sid",       "Effect",    "Principal", "NotPrincipal",
                                        "Action",    "NotAction", "Resource",  "NotResource",
                                        "Condition", NULL};
    const char *sid = NULL;

    if (!cJSON_IsObject(obj))
        return fail(err, ERR_FORMAT, "expected an object");
    if (check_elements(obj, known, err) || json_text_or_null(obj, "Sid", &sid, err) ||
        read_effect(obj, &s->allow, err) ||
        read_pair(arena, obj, &action, &s->not_action, &s->actions, &s->action_count, err) ||
        read_pair(arena, obj, &resource, &s->not_resource, &s->resources, &s->resource_count,
                  err) ||
        read_principal(arena, obj, s, err) ||
        condition_parse(arena, json_find(obj, "Condition"), &s->conditions, &s->condition_count,
                        err))
        return -1;
    s->sid = sid ? arena_strdup(arena, sid) : NULL;
    s->has_resource = json_find(obj, "Resource") || json_find(obj, "NotResource");
    lower_actions(arena, s->actions, s->action_count);
    return 0;
}

static int read_statements(struct arena *arena, const cJSON *root, struct policy *out,
                           struct error *err)
{
    const cJSON *list = json_find(root, "Statement");
    bool single = cJSON_IsObject(list);
    size_t i = 0;

    if (!single && !cJSON_IsArray(list))
        return fail(err, ERR_FORMAT, "Statement: expected an object or a list");
    out->count = single ? 1 : json_count(list);
    out->statements = arena_new(arena, struct statement, out->count);
    for (const cJSON *s = single ? list : json_first(list); s; s = single ? NULL : s->next, i++) {
        out->statements[i].index = i;
        if (read_statement(arena, s, &out->statements[i], err))
            return fail_in(err, "Statement[%zu]", i);
    }
    return 0;
}

/* Without a Version it is the first (IAM User Guide, "IAM JSON policy elements: Version"). */
static int read_version(const cJSON *root, struct policy *out, struct error *err)
{
    static const char *const known[] = {"Version", "Id", "Statement", NULL};
    const char *version = json_str(root, "Version");

    if (cJSON_IsObject(root) && check_elements(root, known, err))
        return -1;
    out->has_variables = strcmp(version, "2012-10-17") == 0;
    if (json_find(root, "Version") && !out->has_variables && strcmp(version, "2008-10-17") != 0)
        return fail(err, ERR_FORMAT, "Version: neither 2012-10-17 nor 2008-10-17");
    return 0;
}

int policy_parse(struct arena *arena, const char *name, const char *text, size_t len,
                 struct policy *out, struct error *err)
{
    if (len > LIMIT_POLICY_BYTES)
        return fail(err, ERR_LIMIT, "%s: larger than %zu bytes", name, LIMIT_POLICY_BYTES);

    cleanup_json cJSON *root = json_parse(name, text, len, err);

    *out = (struct policy){0};
    if (!root)
        return -1;
    if (read_version(root, out, err) || read_statements(arena, root, out, err))
        return fail_in(err, "%s", name);
    return 0;
}

bool statement_has_action(const struct statement *s, const char *action)
{
    if (s->action_count == 0)
        return s->allow && s->not_action;
    for (size_t i = 0; i < s->action_count; i++) {
        const char *pattern = s->actions[i];

        if (*pattern != *action && glob_is_plain(*pattern))
            continue; /* most are of another service */
        if (glob_match(pattern, action))
            return !s->not_action;
    }
    return s->not_action;
}

void policy_mark(struct policy *p, const char *const *actions, size_t count)
{
    for (size_t i = 0; i < p->count; i++)
        for (size_t k = 0; k < count; k++)
            if (statement_has_action(&p->statements[i], actions[k]))
                action_set_add(&p->statements[i].marks, k);
}
