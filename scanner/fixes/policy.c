/* policy.c - where a policy stands, and the commands that replace it. */
#include "fixes/policy.h"

#include <string.h>

#include "base/json_build.h"
#include "base/json_edit.h"
#include "base/limits.h"

/* --- Where --------------------------------------------------------------------------------------
 */

static bool find_inline(const struct principal *list, size_t count, enum fix_place place,
                        const char *owner, struct fix_home *out)
{
    for (size_t i = 0; i < count; i++) {
        size_t len = strlen(list[i].arn);

        if (strncmp(list[i].arn, owner, len) != 0 || owner[len] != '/')
            continue;
        for (size_t k = 0; k < list[i].inline_count; k++)
            if (strcmp(list[i].inline_policies[k].name, owner + len + 1) == 0) {
                *out = (struct fix_home){place, NULL, list[i].inline_policies[k].name, &list[i],
                                         &list[i].inline_policies[k]};
                return true;
            }
    }
    return false;
}

static bool find_of_organization(const struct fixing *x, const char *owner, struct fix_home *out)
{
    const struct organization *o = x->c->model->organization;

    for (int kind = 0; o && kind < POLICY_KINDS; kind++)
        for (size_t i = 0; i < o->sets[kind].policy_count; i++) {
            const struct organization_policy *p = &o->sets[kind].policies[i];

            if (strcmp(p->arn ? p->arn : p->id, owner) != 0)
                continue;
            *out = (struct fix_home){PLACE_ORGANIZATION, p->id, NULL, NULL, &p->document};
            return true;
        }
    return false;
}

struct fix_home fix_trust_of(const struct principal *role)
{
    return (struct fix_home){PLACE_TRUST, NULL, NULL, role, &role->trust};
}

bool fix_home_of(const struct fixing *x, struct fix_home *out)
{
    const struct account *a = x->c->account;
    const char *owner = arena_strndup(x->scratch, x->f->resource, strcspn(x->f->resource, "#"));
    const struct managed_policy *managed = model_policy(a, owner);
    const struct principal *role = fix_role(x);

    if (managed)
        *out = (struct fix_home){PLACE_MANAGED, managed->arn, NULL, NULL, &managed->document};
    else if (role)
        *out = fix_trust_of(role);
    else
        return find_inline(a->users, a->user_count, PLACE_USER, owner, out) ||
               find_inline(a->groups, a->group_count, PLACE_GROUP, owner, out) ||
               find_inline(a->roles, a->role_count, PLACE_ROLE, owner, out) ||
               find_of_organization(x, owner, out);
    return true;
}

/* --- Documents ----------------------------------------------------------------------------------
 */

cJSON *fix_read(const struct document *d)
{
    struct error err = {0};

    return d->text && d->len <= LIMIT_POLICY_BYTES ? json_parse("policy", d->text, d->len, &err)
                                                   : NULL;
}

cJSON *fix_statement(cJSON *document, size_t index)
{
    cJSON *s = json_edit(document, "Statement");

    return cJSON_IsArray(s) ? json_edit_at(s, index) : s;
}

/* --- Putting it in force -------------------------------------------------------------------------
 */

static void put_inline(struct fixing *x, const struct fix_home *home, const char *file)
{
    static const char *const forms[][2] = {
        [PLACE_USER] = {"aws iam put-user-policy --user-name {} --policy-name {} "
                        "--policy-document file://{}",
                        "resource \"aws_iam_user_policy\" {} {\n"
                        "  name   = {}\n"
                        "  user   = {}\n"},
        [PLACE_GROUP] = {"aws iam put-group-policy --group-name {} --policy-name {} "
                         "--policy-document file://{}",
                         "resource \"aws_iam_group_policy\" {} {\n"
                         "  name   = {}\n"
                         "  group  = {}\n"},
        [PLACE_ROLE] = {"aws iam put-role-policy --role-name {} --policy-name {} "
                        "--policy-document file://{}",
                        "resource \"aws_iam_role_policy\" {} {\n"
                        "  name   = {}\n"
                        "  role   = {}\n"},
    };

    fix_cli(x, home->document ? "Replaces the inline policy of that name." : "",
            forms[home->place][0], home->holder->name, home->name, file, NULL);
    fix_terraform(x, "",
                  arena_printf(x->scratch, "%s  policy = file(\"${path.module}/%s\")\n}",
                               forms[home->place][1], file),
                  x->f->id, home->name, home->holder->name, NULL);
}

static const char *last_part(const char *arn)
{
    const char *slash = strrchr(arn, '/');

    return slash ? slash + 1 : arn;
}

/* "/team/" of "arn:P:iam::ID:policy/team/name". */
static const char *path_of(struct fixing *x, const char *arn)
{
    const char *start = strstr(arn, ":policy/");

    return start ? arena_strndup(x->scratch, start + 7, (size_t)(last_part(arn) - (start + 7)))
                 : "/";
}

static void put_managed(struct fixing *x, const struct fix_home *home, const char *file)
{
    fix_cli(x,
            "A new version, in force at once. A policy has five at most: where it has, delete one "
            "that is not the default with «aws iam delete-policy-version» first.",
            "aws iam create-policy-version --policy-arn {} --policy-document file://{} "
            "--set-as-default",
            home->arn, file, NULL);
    fix_terraform(x, "",
                  arena_printf(x->scratch,
                               "resource \"aws_iam_policy\" {} {\n"
                               "  name   = {}\n"
                               "  path   = {}\n"
                               "  policy = file(\"${path.module}/%s\")\n"
                               "}",
                               file),
                  x->f->id, last_part(home->arn), path_of(x, home->arn), NULL);
}

static void put_trust(struct fixing *x, const struct fix_home *home, const char *file)
{
    fix_cli(x, "In force at once: keep the trust policy of today beside it, to go back.",
            "aws iam update-assume-role-policy --role-name {} --policy-document file://{}",
            home->holder->name, file, NULL);
    fix_terraform(x, "Only this argument of the role's resource changes.",
                  arena_printf(x->scratch,
                               "resource \"aws_iam_role\" {} {\n"
                               "  name               = {}\n"
                               "  path               = {}\n"
                               "  assume_role_policy = file(\"${path.module}/%s\")\n"
                               "}",
                               file),
                  x->f->id, home->holder->name, home->holder->path ? home->holder->path : "/",
                  NULL);
}

static void put_organization(struct fixing *x, const struct fix_home *home, const char *file)
{
    fix_cli(x,
            "In the management account; every account below changes at once. Try it in an "
            "organisational unit of one account first.",
            "aws organizations update-policy --policy-id {} --content file://{}", home->arn, file,
            NULL);
    fix_terraform(x, "Only this argument of the policy's resource changes.",
                  arena_printf(x->scratch,
                               "resource \"aws_organizations_policy\" {} {\n"
                               "  name    = {}\n"
                               "  content = file(\"${path.module}/%s\")\n"
                               "}",
                               file),
                  x->f->id, home->document->name ? home->document->name : home->arn, NULL);
}

/* Of a document that is too large to be shown: the one statement. */
static void put_statement_alone(struct fixing *x, const cJSON *statement, const char *about,
                                const char *blanks, size_t index)
{
    const char *where = arena_printf(x->arena,
                                     "only /Statement/%zu is shown, as the document is large; put "
                                     "it in its place there. %s",
                                     index, about);

    if (!fix_document(x, where, blanks, cJSON_Duplicate(statement, true)))
        fix_steps(x,
                  "The document and its statement are too large to be shown here: change "
                  "/Statement/{} of it by hand. {}",
                  arena_printf(x->scratch, "%zu", index), about, NULL);
}

void fix_put(struct fixing *x, const struct fix_home *home, const char *about, const char *blanks,
             cJSON *document, size_t index)
{
    static void (*const put[])(struct fixing *, const struct fix_home *, const char *) = {
        [PLACE_MANAGED] = put_managed, [PLACE_USER] = put_inline,
        [PLACE_GROUP] = put_inline,    [PLACE_ROLE] = put_inline,
        [PLACE_TRUST] = put_trust,     [PLACE_ORGANIZATION] = put_organization,
    };
    cleanup_json cJSON *tree = document;
    const char *file = fix_document(x, about, blanks, cJSON_Duplicate(tree, true));

    if (file)
        put[home->place](x, home, file);
    else
        put_statement_alone(x, fix_statement(tree, index), about, blanks, index);
}

void fix_put_user(struct fixing *x, const struct principal *user, const char *name,
                  const char *about, const char *blanks, cJSON *document)
{
    struct fix_home home = {PLACE_USER, NULL, fix_inline_name(x, user, name), user, NULL};
    const char *file = fix_document(x, about, blanks, document);

    if (file)
        put_inline(x, &home, file);
}
