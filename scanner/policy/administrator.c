/* administrator.c - the routes by which a user becomes an administrator. */
#include "policy/administrator.h"

#include <string.h>

#include "base/text.h"
#include "policy/arn.h"
#include "policy/document.h"
#include "policy/privilege.h"

struct judge {
    const struct account *account;
    struct arena *arena;
    struct administrator *managed; /* verdict of each managed policy, in their order */
};

/* A pattern with * for every variable, which may have any value. */
static const char *without_variables(struct arena *arena, const char *pattern)
{
    char *out = arena_strdup(arena, pattern), *to = out;

    while (*pattern)
        if (pattern[0] == '$' && pattern[1] == '{') {
            *to++ = '*';
            pattern += strcspn(pattern, "}");
            pattern += *pattern == '}';
        } else {
            *to++ = *pattern++;
        }
    *to = '\0';
    return out;
}

/* Is the Allow about resources that nobody names, of any service or of IAM? */
static bool is_about_all(struct arena *arena, const struct statement *s, const char *partition)
{
    static const char unnamed[] = {ACTION_UNNAMED, '\0'};
    const char *resource = arena_printf(arena, "arn:%s:iam::%s:%s", partition, unnamed, unnamed);

    for (size_t i = 0; i < s->resource_count; i++)
        if (arn_may_match(without_variables(arena, s->resources[i]), resource))
            return !s->not_resource;
    return s->not_resource;
}

int administrator_route(const struct policy *p, const char *partition)
{
    struct arena scratch = {0};
    int found = -1;

    for (size_t i = 0; i < p->count && found < 0; i++) {
        const struct statement *s = &p->statements[i];

        if (s->allow &&
            (statement_has_action(s, privilege_witness("*:*")) ||
             statement_has_action(s, privilege_witness("iam:*"))) &&
            is_about_all(&scratch, s, partition))
            found = (int)i;
    }
    arena_free(&scratch);
    return found;
}

/* What one document alone gives; `route` is left to the caller. */
static struct administrator judge_document(const struct judge *j, const struct document *d,
                                           const char *name)
{
    const char *partition = j->account->partition ? j->account->partition : "aws";
    struct arena *arena = j->arena;
    struct administrator out = {.source = d->source};
    struct arena scratch = {0};
    struct policy policy;
    struct error err = {0};

    if (!d->text) {
        out.verdict = ADMINISTRATOR_UNKNOWN;
        out.reason = arena_printf(arena, "policy %s: its document is missing or not decodable",
                                  text_shown(arena, name));
    } else if (policy_parse(&scratch, text_shown(arena, name), d->text, d->len, &policy, &err)) {
        out.verdict = ADMINISTRATOR_UNKNOWN;
        out.reason = arena_printf(arena, "policy %s", err.msg);
    } else if (administrator_route(&policy, partition) >= 0) {
        out.verdict = ADMINISTRATOR_YES;
    }
    arena_free(&scratch);
    return out;
}

/* arn:P:iam::aws:policy/AdministratorAccess in any partition. */
static bool is_administrator_access(const char *arn)
{
    static const char tail[] = ":iam::aws:policy/AdministratorAccess";
    size_t len = strlen(arn), tail_len = sizeof tail - 1;

    return strncmp(arn, "arn:", 4) == 0 && len > tail_len &&
           strcmp(arn + len - tail_len, tail) == 0;
}

static struct administrator judge_attached(const struct judge *j, const char *arn)
{
    const struct managed_policy *p;
    struct administrator out = {0};

    if (!arn)
        arn = "";
    p = model_policy(j->account, arn);
    if (is_administrator_access(arn)) {
        out.verdict = ADMINISTRATOR_YES;
        out.source = p ? p->source : (struct source){0};
        return out;
    }
    if (p)
        return j->managed[p - j->account->policies];
    out.verdict = ADMINISTRATOR_UNKNOWN;
    out.reason = arena_printf(j->arena, "policy %s is attached but was not listed",
                              text_shown(j->arena, arn));
    return out;
}

/* YES wins over UNKNOWN, UNKNOWN over NO; the first of equals stays. */
static void weigh(struct administrator *best, struct administrator next, const char *route,
                  struct source holder)
{
    if (next.verdict == ADMINISTRATOR_NO || best->verdict == ADMINISTRATOR_YES ||
        (next.verdict == ADMINISTRATOR_UNKNOWN && best->verdict == ADMINISTRATOR_UNKNOWN))
        return;
    *best = next;
    best->route = route;
    best->holder = holder;
    if (!best->source.file)
        best->source = holder;
}

/* Policies of one principal: the user itself or one of its groups. */
static void weigh_principal(const struct judge *j, const struct principal *holder,
                            const char *of_group, struct administrator *best)
{
    for (size_t i = 0; i < holder->attached_count; i++) {
        const struct attached_policy *p = &holder->attached[i];

        weigh(best, judge_attached(j, p->arn),
              arena_printf(j->arena, "policy %s%s", text_shown(j->arena, p->name ? p->name : "?"),
                           of_group),
              holder->source);
    }
    for (size_t i = 0; i < holder->inline_count; i++) {
        const struct document *d = &holder->inline_policies[i];

        weigh(best, judge_document(j, d, d->name),
              arena_printf(j->arena, "inline policy %s%s", text_shown(j->arena, d->name), of_group),
              holder->source);
    }
}

static void weigh_groups(const struct judge *j, const struct principal *user,
                         struct administrator *best)
{
    for (size_t i = 0; i < user->group_count; i++) {
        const struct principal *group = model_group(j->account, user->groups[i]);
        const char *name = text_shown(j->arena, user->groups[i]);

        if (group) {
            weigh_principal(j, group, arena_printf(j->arena, " of group %s", name), best);
            continue;
        }
        weigh(best,
              (struct administrator){.verdict = ADMINISTRATOR_UNKNOWN,
                                     .reason =
                                         arena_printf(j->arena, "group %s was not listed", name)},
              NULL, user->source);
    }
}

struct administrator *administrators(const struct account *a, struct arena *arena)
{
    struct judge j = {a, arena, arena_new(arena, struct administrator, a->policy_count)};
    struct administrator *out = arena_new(arena, struct administrator, a->user_count);

    for (size_t i = 0; i < a->policy_count; i++)
        j.managed[i] = judge_document(&j, &a->policies[i].document, a->policies[i].arn);
    for (size_t i = 0; i < a->user_count; i++) {
        weigh_principal(&j, &a->users[i], "", &out[i]);
        weigh_groups(&j, &a->users[i], &out[i]);
    }
    return out;
}

/* --- In effect ----------------------------------------------------------------------------------
 */

/* What keeps an identity from every action that nobody names, MFA or not. */
static const char *obstacle(const struct identity *of, struct arena *arena)
{
    static const char *const actions[] = {"iam:*", "*:*"};
    struct arena scratch = {0};
    const char *by = NULL;

    for (size_t i = 0; i < sizeof actions / sizeof *actions && !by; i++) {
        struct ability ask = {.action = privilege_witness(actions[i])};
        struct decided d =
            ability_of(of, &ask, CIRCUMSTANCE_BIT(CIRCUMSTANCE_MFA), &scratch).by[CIRCUMSTANCE_MFA];

        if (d.by)
            by = d.by->name;
    }
    by = by                           ? arena_printf(arena, "denied by %s", text_shown(arena, by))
         : of->policies->has_boundary ? "outside its permissions boundary"
         : of->policies->scp_levels   ? "not allowed by the service control policies"
                                      : "the statement that allows everything never holds";
    arena_free(&scratch);
    return by;
}

static bool is_in_effect(const struct privileges *p)
{
    for (size_t i = 0; i < p->count; i++)
        if (p->held[i].privilege->kind == PRIVILEGE_ADMINISTRATOR)
            return true;
    return false;
}

struct administrator *administrators_in_effect(struct enforcement *e, const struct account *a,
                                               struct arena *arena)
{
    struct administrator *out = administrators(a, arena);

    for (size_t i = 0; i < a->user_count; i++) {
        const struct privileges *p;

        if (out[i].verdict == ADMINISTRATOR_NO)
            continue;
        p = privileges_of(e, &a->users[i]);
        if (is_in_effect(p))
            continue;
        out[i].reason = out[i].verdict == ADMINISTRATOR_YES ? obstacle(&p->identity, arena) : NULL;
        out[i].verdict = ADMINISTRATOR_NO;
    }
    return out;
}
