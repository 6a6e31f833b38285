/* lint.c - runs the checks over the account of a file, and says where in the file they spoke. */
#include "lint/lint.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/lookup.h"
#include "base/text.h"
#include "lint/account.h"
#include "lint/branch.h"
#include "lint/intrinsic.h"
#include "lint/merge.h"
#include "lint/paper.h"

#define OF(kind) (1u << (kind))

/* Which checks can judge which documents. Conditions of MFA mean the same in every policy; what an
 * identity-based policy or an SCP should exempt and cover, those of resources need not. A document
 * that cannot be judged is told of by the first row for it. To add a check: a row. */
static const struct {
    const char *check;
    unsigned kinds; /* OF() enum paper_kind */
} rows[] = {
    {"iam.mfa_policy_condition_effective", OF(PAPER_IDENTITY) | OF(PAPER_SERVICE_CONTROL) |
                                               OF(PAPER_RESOURCE_CONTROL) | OF(PAPER_RESOURCE)},
    {"iam.mfa_policy_exemptions_minimal", OF(PAPER_IDENTITY) | OF(PAPER_SERVICE_CONTROL)},
    {"iam.mfa_policy_resources_complete", OF(PAPER_IDENTITY) | OF(PAPER_SERVICE_CONTROL)},
    {"iam.role_trust_requires_mfa", OF(PAPER_TRUST)},
    {"iam.cross_account_role_trust", OF(PAPER_TRUST)},
    {"federation.oidc_trust_restricted", OF(PAPER_TRUST)},
    {"iam.mfa_conditions_satisfiable",
     OF(PAPER_IDENTITY) | OF(PAPER_TRUST) | OF(PAPER_SERVICE_CONTROL) | OF(PAPER_RESOURCE_CONTROL)},
};
#define ROWS (sizeof rows / sizeof *rows)
#define SATISFIABLE (ROWS - 1)

/* What stands for an account that nobody named. */
#define NO_ACCOUNT "999999999999"

const struct check *lint_check(size_t row)
{
    return row < ROWS ? check_find(rows[row].check) : NULL;
}

void lint_judgement_free(struct lint_judgement *j)
{
    findings_free(&j->findings);
    arena_free(&j->arena);
    *j = (struct lint_judgement){0};
}

struct linting {
    struct papers papers;
    struct lookup by_pointer; /* of a paper: itself */
    struct lookup of_roles;   /* label or ARN of policies that the file gives to a role */
    struct lint_judgement *out;
    bool *told; /* by paper: that it cannot be judged was said */
};

/* --- From a finding to its place ----------------------------------------------------------------
 */

static const struct paper *paper_of(struct linting *l, const struct finding *f)
{
    const char *pointer = f->evidence_count ? f->evidence[0].pointer : NULL;

    return pointer ? *lookup_at(&l->by_pointer, pointer, strlen(pointer)) : NULL;
}

static bool is_of_role(struct linting *l, const struct paper *paper)
{
    const char *arn = lint_arn(&l->out->arena, l->papers.account, "policy", paper->label);

    return paper->owner == OWNER_ROLE || paper->owner == OWNER_PERMISSION_SET ||
           *lookup_at(&l->of_roles, paper->label, strlen(paper->label)) ||
           *lookup_at(&l->of_roles, arn, strlen(arn));
}

/* Whether those whom a policy reaches can give MFA is known where it reaches a role of the file, or
 * limits an account. */
static bool can_tell(struct linting *l, size_t row, const struct paper *paper, bool limited)
{
    bool limits = paper->kind == PAPER_SERVICE_CONTROL || paper->kind == PAPER_RESOURCE_CONTROL;

    if (row != SATISFIABLE || paper->kind == PAPER_TRUST)
        return !limited;
    return limits ? limited : !limited && is_of_role(l, paper);
}

/* Another account, or its own? Principals that are everybody are none of it. */
static bool may_be_own(struct linting *l, size_t row, const struct paper *paper,
                       const struct finding *f)
{
    struct policy policy;
    struct error err = {0};
    const struct statement *s;

    if (l->papers.account_known || f->status != STATUS_FAIL || f->statement == 0 ||
        strcmp(rows[row].check, "iam.cross_account_role_trust") != 0 ||
        policy_parse(&l->out->arena, "policy", paper->text, paper->len, &policy, &err) ||
        f->statement > policy.count)
        return false;
    s = &policy.statements[f->statement - 1];
    for (size_t i = 0; i < s->principal_count; i++)
        if (s->principals[i].kind == PRINCIPAL_ANYBODY)
            return false;
    return !s->not_principal;
}

static const char *statement_pointer(struct linting *l, const struct paper *paper,
                                     const struct finding *f)
{
    return f->statement
               ? arena_printf(&l->out->arena, "%s/Statement/%zu", paper->pointer, f->statement - 1)
               : paper->pointer;
}

static void place(struct linting *l, size_t row, const struct paper *paper, const struct finding *f)
{
    struct arena *arena = &l->out->arena;
    struct lint_finding *one;
    bool *told = &l->told[paper - l->papers.at];

    if (paper->unread && *told)
        return;
    *told = true;
    one = arena_push(arena, l->out->at, l->out->count);
    *one = (struct lint_finding){.check = lint_check(row),
                                 .status = f->status,
                                 .severity = f->severity,
                                 .id = f->id,
                                 .name = f->name,
                                 .detail = f->detail,
                                 .label = text_shown(arena, paper->label),
                                 .pointer = statement_pointer(l, paper, f),
                                 .in_text = paper->is_text,
                                 .line = paper->line};
    if (!l->papers.account_known)
        one->detail = text_replace(arena, f->detail, NO_ACCOUNT, "ACCOUNT");
    if (f->statement && f->statement <= paper->line_count)
        one->line = paper->lines[f->statement - 1];
    if (paper->unread) {
        one->status = STATUS_UNKNOWN;
        one->detail = arena_printf(arena, "the policy cannot be judged: %s", paper->unread);
    } else if (may_be_own(l, row, paper, f)) {
        one->status = STATUS_UNKNOWN;
        one->detail = arena_printf(arena,
                                   "%s; whether that is the account of the role itself is not "
                                   "known: say so with --account",
                                   one->detail);
    }
}

/* --- Judging ------------------------------------------------------------------------------------
 */

static void judge(struct linting *l, const struct lint_account *a, bool limited)
{
    struct findings *findings = &l->out->findings;
    struct checking c = {.model = &a->model,
                         .inputs = &inputs_default,
                         .account = &a->account,
                         .enforcement = enforcement_open(&a->model, &a->account, &l->out->arena),
                         .out = findings};

    for (size_t row = limited ? SATISFIABLE : 0; row < ROWS; row++) {
        size_t first = findings->count;

        c.check = lint_check(row);
        c.check->run(&c);
        for (size_t i = first; i < findings->count; i++) {
            const struct paper *paper = paper_of(l, &findings->at[i]);

            if (paper && (rows[row].kinds & OF(paper->kind)) && can_tell(l, row, paper, limited))
                place(l, row, paper, &findings->at[i]);
        }
    }
}

static int by_place(const void *a, const void *b)
{
    const struct lint_finding *x = a, *y = b;
    int order = x->line < y->line ? -1 : x->line > y->line;

    order = order ? order : strcmp(x->pointer, y->pointer);
    order = order ? order : strcmp(x->check->id, y->check->id);
    return order ? order : strcmp(x->id, y->id);
}

/* What the judging looks up. */
static void index_papers(struct linting *l)
{
    struct papers *p = &l->papers;

    for (size_t i = 0; i < p->count; i++)
        *lookup_at(&l->by_pointer, p->at[i].pointer, strlen(p->at[i].pointer)) = &p->at[i];
    for (size_t i = 0; i < p->grant_count; i++)
        if (p->grants[i].owner == OWNER_ROLE)
            *lookup_at(&l->of_roles, p->grants[i].policy, strlen(p->grants[i].policy)) = p;
}

/* In the present branch. */
static int judge_branch(const struct lint_options *options, const struct papers *of,
                        const char *text, size_t len, struct lint_judgement *out, struct error *err)
{
    struct linting l = {.papers = *of,
                        .by_pointer = {.arena = &out->arena},
                        .of_roles = {.arena = &out->arena},
                        .out = out};
    struct lint_account *all = arena_new(&out->arena, struct lint_account, 2);

    l.papers.arena = &out->arena;
    if (papers_read(&l.papers, text, len, &options->parameters, err) ||
        lint_account_of(&l.papers, options, &all[0], err))
        return -1;
    index_papers(&l);
    out->policies = l.papers.count;
    l.told = arena_new(&out->arena, bool, l.papers.count);
    judge(&l, &all[0], false);
    lint_account_limited(&l.papers, &all[1]);
    if (all[1].organization.sets[POLICY_SERVICE_CONTROL].attachment_count ||
        all[1].organization.sets[POLICY_RESOURCE_CONTROL].attachment_count)
        judge(&l, &all[1], true);
    return 0;
}

/* Each branch finds the forks on which it rests; most files have none. */
int lint_judge(const struct lint_options *options, const char *file, const char *text, size_t len,
               struct lint_judgement *out, struct error *err)
{
    struct branches branches = {.arena = &out->arena};
    struct merging merging = {
        .arena = &out->arena, .branches = &branches, .by_id = {.arena = &out->arena}};
    struct papers papers = {.file = file,
                            .account = options->account ? options->account : NO_ACCOUNT,
                            .account_known = options->account != NULL,
                            .branches = &branches};

    for (; branches.branch < 1u << branches.count; branches.branch++) {
        cleanup_lint_judgement struct lint_judgement one = {.count = 0};

        if (!branch_is_possible(&branches, branches.branch))
            continue;
        if (judge_branch(options, &papers, text, len, &one, err))
            return -1;
        out->policies = one.policies > out->policies ? one.policies : out->policies;
        merge_add(&merging, &one);
    }
    merge_finish(&merging, out);
    if (out->count)
        qsort(out->at, out->count, sizeof *out->at, by_place);
    return 0;
}
