/* administrator.c - the routes by which a user becomes an administrator. */
#include "policy/administrator.h"

#include <string.h>

#include "base/text.h"
#include "policy/document.h"

struct judge {
    const struct account *account;
    struct arena *arena;
    struct administrator *managed; /* verdict of each managed policy, in their order */
};

/* What one document alone gives; `route` is left to the caller. */
static struct administrator judge_document(struct arena *arena, const struct document *d,
                                           const char *name)
{
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
    } else if (policy_allows_everything(&policy) >= 0) {
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

        weigh(best, judge_document(j->arena, d, d->name),
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
        j.managed[i] = judge_document(arena, &a->policies[i].document, a->policies[i].arn);
    for (size_t i = 0; i < a->user_count; i++) {
        weigh_principal(&j, &a->users[i], "", &out[i]);
        weigh_groups(&j, &a->users[i], &out[i]);
    }
    return out;
}
