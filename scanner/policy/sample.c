/* sample.c - a few users that stand for many. */
#include "policy/sample.h"

#include <stdlib.h>
#include <string.h>

#include "policy/enforcement.h"

const char *const sample_actions[] = {
    "cloudtrail:StopLogging",     "iam:AttachUserPolicy",    "iam:CreateAccessKey",
    "iam:CreateLoginProfile",     "iam:CreatePolicyVersion", "iam:DeactivateMFADevice",
    "iam:DeleteVirtualMFADevice", "iam:PutRolePolicy",       "iam:UpdateAccountPasswordPolicy",
    "iam:UpdateAssumeRolePolicy", "lambda:CreateFunction",   "organizations:LeaveOrganization",
};

size_t sample_action_count(void)
{
    return sizeof sample_actions / sizeof *sample_actions;
}

/* The privileges that one evaluation found: those of all users of the kind. */
struct kind {
    const struct policies *decided_with;
    size_t users;
};
struct candidate {
    const struct principal *user;
    size_t round; /* how many users of the kind come before */
    int rank;
};

#define HOLDS_NOTHING (PRIVILEGE_NAMED + 1)

static int rank_of(const struct privileges *p)
{
    int rank = HOLDS_NOTHING;

    for (size_t i = 0; i < p->count; i++)
        if ((int)p->held[i].privilege->kind < rank)
            rank = (int)p->held[i].privilege->kind;
    return rank;
}

static int by_arn(const void *a, const void *b)
{
    return strcmp(((const struct candidate *)a)->user->arn,
                  ((const struct candidate *)b)->user->arn);
}

static int by_turn(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;

    if (x->round != y->round)
        return x->round < y->round ? -1 : 1;
    return x->rank != y->rank ? x->rank - y->rank : by_arn(a, b);
}

static struct kind *kind_of(struct kind *kinds, size_t *count, const struct policies *with)
{
    size_t i = 0;

    while (i < *count && kinds[i].decided_with != with)
        i++;
    if (i == *count)
        kinds[(*count)++].decided_with = with;
    return &kinds[i];
}

/* `all` is sorted by ARN. */
static void take_turns(const struct account *a, struct candidate *all, struct arena *scratch)
{
    const struct model nobody = {.home = NULL}; /* neither organisation nor settings */
    struct enforcement *e = enforcement_open(&nobody, a, scratch);
    struct kind *kinds = arena_new(scratch, struct kind, a->user_count);
    size_t kind_count = 0;

    for (size_t i = 0; i < a->user_count; i++) {
        const struct privileges *p = privileges_of(e, all[i].user);

        all[i].rank = rank_of(p);
        all[i].round = kind_of(kinds, &kind_count, p->decided_with)->users++;
    }
}

const struct principal **sample_users(const struct account *a, size_t most, struct arena *arena,
                                      size_t *count)
{
    struct arena scratch = {0};
    struct candidate *all = arena_new(&scratch, struct candidate, a->user_count);
    const struct principal **out;

    *count = most < a->user_count ? most : a->user_count;
    out = arena_new(arena, const struct principal *, *count);
    for (size_t i = 0; i < a->user_count; i++)
        all[i].user = &a->users[i];
    if (a->user_count > 0) {
        qsort(all, a->user_count, sizeof *all, by_arn);
        take_turns(a, all, &scratch);
        qsort(all, a->user_count, sizeof *all, by_turn);
    }
    for (size_t i = 0; i < *count; i++)
        out[i] = all[i].user;
    arena_free(&scratch);
    return out;
}
