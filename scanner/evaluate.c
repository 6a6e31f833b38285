/* evaluate.c - runs the checks; missing data becomes UNKNOWN here, but for what a check says it
 * handles itself. */
#include "evaluate.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "checks/check.h"
#include "checks/live.h"
#include "checks/privileged.h"
#include "checks/second_opinion.h"
#include "collect/collect.h"
#include "fixes/fixes.h"
#include "model/credentials.h"
#include "permissions.h"

/* The first data set that the check cannot do without and that is not complete, or NULL. */
static const struct data_status *lacking(const struct account *a, uint64_t needs)
{
    for (int set = 0; set < DATA_COUNT; set++) {
        if (needs & DATA_BIT(set) && a->data[set].state != STATE_COMPLETE)
            return &a->data[set];
    }
    return NULL;
}

static int by_resource(const void *a, const void *b)
{
    return strcmp(((const struct finding *)a)->resource, ((const struct finding *)b)->resource);
}

/* The state of an account that the organisation lists as anything but active (suspended, being
 * closed), and that was left out: it cannot be read, and there is nothing in it to judge. Else
 * NULL. */
static const char *inactive_state(const struct model *m, const struct account *a)
{
    const struct listed_account *listed = a->included ? NULL : model_listed(m, a->id);

    return listed && strcmp(listed->state, "ACTIVE") != 0 ? listed->state : NULL;
}

/* What a check says of an account that has nothing for it. */
static const char *nothing_text(const struct checking *c)
{
    const char *state = inactive_state(c->model, c->account);

    return state ? arena_printf(&c->out->arena, "the account is %s in the organisation",
                                text_shown(&c->out->arena, state))
                 : subject_nothing(c->check->subject);
}

static void run_on_account(struct checking *c)
{
    c->check->run(c);
    if (!data_complete(c->account, DATA_AUTHORIZATION)) /* the check has said so of all */
        return;
    if (c->check->subject == SUBJECT_USER || c->check->subject == SUBJECT_ACCESS_KEY)
        unknown_for_missing_users(c);
}

static void run_check(struct checking *c)
{
    const struct data_status *why = lacking(c->account, c->check->needs & ~c->check->handles);
    const char *excuse = c->check->excuse ? c->check->excuse(c) : NULL;
    struct data_status left_out = {STATE_NOT_COLLECTED, c->account->reason, NULL};
    size_t before = c->out->count;

    if (excuse)
        (void)verdict(c, STATUS_NOT_APPLICABLE, c->account->id, c->account->id, "%s", excuse);
    else if (!c->account->included && !inactive_state(c->model, c->account))
        unknown_for_all(c, &left_out);
    else if (c->account->included && why)
        unknown_for_all(c, why);
    else if (c->account->included)
        run_on_account(c);
    if (c->out->count == before)
        (void)verdict(c, STATUS_NOT_APPLICABLE, c->account->id, c->account->id, "%s",
                      nothing_text(c));
    qsort(c->out->at + before, c->out->count - before, sizeof *c->out->at, by_resource);
}

static const char *fix_of(struct findings *out, const struct check *check, const struct finding *f)
{
    if (f->status == STATUS_FAIL)
        return arena_printf(&out->arena, "%s %s", check->action, f->name);
    if (f->status == STATUS_UNKNOWN)
        return arena_printf(&out->arena, "Make it readable and scan again: %s", f->detail);
    return NULL;
}

/* Exceptions are laid over each check before the next one runs: the composite and the check of the
 * exceptions themselves read what came before. */
static void judge(const struct model *m, const struct account *a, struct findings *out)
{
    struct arena scratch = {0};
    struct enforcement *enforcement = enforcement_open(m, a, &scratch);
    struct administrator *administrators = administrators_in_effect(enforcement, a, &scratch);
    size_t before;
    struct checking c = {.model = m,
                         .inputs = m->inputs ? m->inputs : &inputs_default,
                         .account = a,
                         .administrators = administrators,
                         .enforcement = enforcement,
                         .out = out,
                         .first = out->count};

    administrators_by_settings(c.inputs, a, administrators, &scratch);
    second_opinion_compare(&c);
    for (c.row = 0; c.row < check_count(); c.row++) {
        c.check = check_at(c.row);
        before = out->count;
        run_check(&c);
        live_tests_apply(&c, before);
        exceptions_apply(&c.inputs->exceptions, a, out, before);
    }
    for (size_t i = c.first; i < out->count; i++)
        out->at[i].fix = fix_of(out, check_at(out->at[i].row), &out->at[i]);
    fixes_add(&c, c.first);
    permissions_add(&c, c.first);
    arena_free(&scratch);
}

/* Reasons why a run is not complete. */
static void incomplete(struct findings *out, const char *code, const char *text)
{
    struct incomplete *row = arena_push(&out->arena, out->incomplete, out->incomplete_count);

    *row = (struct incomplete){code, text};
}

static bool was_asked_for(const struct snapshot *s, enum data_set set)
{
    const char *name = data_set_name(set);

    for (size_t i = 0; i < s->collect_count; i++)
        if (strncmp(name, s->collect[i], strcspn(name, ":")) == 0 &&
            strlen(s->collect[i]) == strcspn(name, ":"))
            return true;
    return false;
}

/* Not asked for is no failure; asked for and missing in the log is one. A second opinion that is
 * missing is none either: whom to ask depends on what the evaluator thinks of them, and a later one
 * may think otherwise of an older snapshot. The opinion itself says that it is not known. */
static bool is_missing_by_right(const struct snapshot *s, const struct account *a,
                                enum data_set set)
{
    return a->data[set].state == STATE_NOT_COLLECTED &&
           (set == DATA_SIMULATIONS || !was_asked_for(s, set));
}

/* Is the data set none of this account's? What tells of the organisation is asked at home, also
 * when that account is left out; root users are asked about themselves when the scan was told to,
 * and never that of the home account; a second opinion is asked for when it was told to. */
static bool is_of_nobody(const struct snapshot *s, const struct account *a, bool is_home,
                         enum data_set set)
{
    if (collect_at_home(set))
        return !is_home;
    if (set == DATA_SIMULATIONS && !s->simulate)
        return true;
    return !a->included || (set == DATA_ROOT_CREDENTIALS && (is_home || !s->assume_root));
}

/* What has one cause has one text, the same (collect.c): it is said of the first data set. */
static bool was_said(const struct account *a, int set)
{
    for (int i = 0; i < set; i++)
        if (a->data[i].reason && a->data[i].reason == a->data[set].reason)
            return true;
    return false;
}

static void note_queries(const struct snapshot *s, const struct account *a, bool is_home,
                         struct findings *out)
{
    for (int set = 0; set < DATA_COUNT; set++) {
        const struct data_status *status = &a->data[set];

        if (is_of_nobody(s, a, is_home, (enum data_set)set))
            continue;
        if (status->state == STATE_COMPLETE || is_missing_by_right(s, a, (enum data_set)set))
            continue;
        out->query_failed = true;
        if (!was_said(a, set))
            incomplete(out, "query",
                       arena_printf(&out->arena, "%s, account %s", status->reason, a->id));
    }
}

/* By a check that is for the home account at all. */
static bool is_needed(const struct model *m, enum data_set set)
{
    const struct checking c = {.model = m,
                               .inputs = m->inputs ? m->inputs : &inputs_default,
                               .account = model_account(m, m->home)};

    for (size_t row = 0; row < check_count(); row++)
        if (check_at(row)->needs & DATA_BIT(set) &&
            !(check_at(row)->excuse && check_at(row)->excuse(&c)))
            return true;
    return false;
}

/* What a check needs and the scan was not asked to read: nobody's failure, and no complete
 * answer. */
static void note_collect(const struct snapshot *s, const struct model *m, struct findings *out)
{
    for (int set = 0; set < DATA_COUNT; set++)
        if (is_needed(m, (enum data_set)set) && !was_asked_for(s, (enum data_set)set))
            incomplete(
                out, "not-collected",
                arena_printf(&out->arena, "%s: not collected", data_set_name((enum data_set)set)));
}

static void note_account(const struct snapshot *s, const struct model *m, const struct account *a,
                         struct findings *out)
{
    note_queries(s, a, strcmp(a->id, m->home) == 0, out);
    if (!a->included && !inactive_state(m, a))
        incomplete(out, "account",
                   arena_printf(&out->arena, "account %s was left out: %s", a->id, a->reason));
}

static void note_overrides(const struct snapshot *s, struct findings *out)
{
    for (size_t i = 0; i < s->override_count; i++)
        incomplete(
            out, "override",
            arena_printf(&out->arena, "%s: %s", s->overrides[i].kind, s->overrides[i].detail));
}

/* Asked for, and not there: also where the services read do not need it. */
static void note_unread(const struct snapshot *s, struct findings *out)
{
    const struct trail_unread *u = s->trail_unread;

    if (s->trail_unread_count == 0)
        return;
    incomplete(out, "query",
               arena_printf(&out->arena,
                            "--trail-logs: %zu files and folders were not read, %s: %s",
                            s->trail_unread_count, text_shown(&out->arena, u->file),
                            text_shown(&out->arena, u->reason)));
    out->query_failed = true;
}

/* Where two sources differ. Said after all other reasons. */
static void differs(struct findings *out, const char *text)
{
    *arena_push(&out->arena, out->apart, out->apart_count) =
        (struct incomplete){"population", text};
    out->query_failed = true;
}

static void population(struct findings *out, struct population p)
{
    struct population *row = arena_push(&out->arena, out->populations, out->population_count);

    *row = p;
    row->account = arena_strdup(&out->arena, p.account);
    if (p.expected != p.listed)
        differs(out,
                arena_printf(&out->arena, "%s of account %s: %ld by %s, %ld by %s", p.kind,
                             p.account, p.expected, p.expected_source, p.listed, p.listed_source));
}

static bool is_active(const struct model *m, const char *id)
{
    const struct listed_account *listed = model_listed(m, id);

    return listed && strcmp(listed->state, "ACTIVE") == 0;
}

/* Equal counts may still be different things: what stands on one side only is named. */
static void name_accounts_apart(const struct model *m, struct findings *out)
{
    for (size_t i = 0; i < m->listed_count; i++)
        if (strcmp(m->listed[i].state, "ACTIVE") == 0 && !model_account(m, m->listed[i].id))
            differs(out,
                    arena_printf(&out->arena,
                                 "account %s is active in the organisation and not in the scope",
                                 text_shown(&out->arena, m->listed[i].id)));
    for (size_t i = 0; i < m->account_count; i++)
        if (m->accounts[i].included && !is_active(m, m->accounts[i].id))
            differs(out,
                    arena_printf(&out->arena,
                                 "account %s is in the scope and not active in the organisation",
                                 m->accounts[i].id));
}

static void name_users_apart(const struct account *a, struct findings *out)
{
    for (size_t i = 0; i < a->report_count; i++)
        if (!model_user_by_arn(a, a->report[i].text[REPORT_ARN]))
            differs(out, arena_printf(&out->arena, "%s is in the credential report only",
                                      text_shown(&out->arena, a->report[i].text[REPORT_ARN])));
    for (size_t i = 0; i < a->user_count; i++)
        if (!a->users[i].report && !report_is_older(a, &a->users[i]))
            differs(out, arena_printf(&out->arena, "%s is not in the credential report",
                                      text_shown(&out->arena, a->users[i].arn)));
}

/* GetAccountSummary counts customer managed policies only; attached AWS ones are listed too. */
static long own_policies(const struct account *a)
{
    long count = 0;

    for (size_t i = 0; i < a->policy_count; i++)
        count += strstr(a->policies[i].arn, "::aws:policy/") == NULL;
    return count;
}

/* Users who were there when the credential report was made. */
static long reported_users(const struct account *a)
{
    long count = 0;

    for (size_t i = 0; i < a->user_count; i++)
        count += a->users[i].report || !report_is_older(a, &a->users[i]);
    return count;
}

static void reconcile_account(const struct account *a, struct findings *out)
{
    static const char listed[] = "iam:GetAccountAuthorizationDetails";
    const struct {
        const char *kind, *source;
        enum summary_key key;
        long listed;
    } rows[] = {
        {"users", "iam:GetAccountSummary Users", SUMMARY_USERS, (long)a->user_count},
        {"groups", "iam:GetAccountSummary Groups", SUMMARY_GROUPS, (long)a->group_count},
        {"roles", "iam:GetAccountSummary Roles", SUMMARY_ROLES, (long)a->role_count},
        {"policies", "iam:GetAccountSummary Policies", SUMMARY_POLICIES, own_policies(a)},
    };

    if (!data_complete(a, DATA_AUTHORIZATION))
        return;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (data_complete(a, DATA_SUMMARY) && a->summary[rows[i].key].known)
            population(out, (struct population){a->id, rows[i].kind, a->summary[rows[i].key].value,
                                                rows[i].source, rows[i].listed, listed});
    if (data_complete(a, DATA_CREDENTIAL_REPORT))
        population(out,
                   (struct population){a->id, "users", (long)a->report_count,
                                       "iam:GetCredentialReport rows", reported_users(a), listed});
    if (data_complete(a, DATA_CREDENTIAL_REPORT))
        name_users_apart(a, out);
}

/* Accounts that Organizations lists as active against those of the scope. */
static void reconcile_accounts(const struct snapshot *s, const struct model *m,
                               struct findings *out)
{
    const struct account *home = model_account(m, m->home);
    long active = 0, scanned = 0;

    if (!home || !data_complete(home, DATA_ACCOUNTS) || strcmp(s->mode, "organization") != 0)
        return;
    for (size_t i = 0; i < m->listed_count; i++)
        active += strcmp(m->listed[i].state, "ACTIVE") == 0;
    for (size_t i = 0; i < m->account_count; i++)
        scanned += inactive_state(m, &m->accounts[i]) == NULL;
    population(out,
               (struct population){m->home, "accounts", active, "organizations:ListAccounts ACTIVE",
                                   scanned, "accounts in scope"});
    name_accounts_apart(m, out);
}

void evaluate_account(const struct snapshot *s, const struct model *m, const struct account *a,
                      struct findings *out)
{
    judge(m, a, out);
    note_account(s, m, a, out);
    if (a->included)
        reconcile_account(a, out);
}

void evaluate_scope(const struct snapshot *s, const struct model *m, struct findings *out)
{
    note_overrides(s, out);
    note_unread(s, out);
    note_collect(s, m, out);
    reconcile_accounts(s, m, out);
    for (size_t i = 0; i < out->apart_count; i++)
        incomplete(out, out->apart[i].code, out->apart[i].text);
    out->apart_count = 0;
}

void evaluate(const struct snapshot *s, const struct model *m, struct findings *out)
{
    for (size_t i = 0; i < m->account_count; i++)
        evaluate_account(s, m, &m->accounts[i], out);
    evaluate_scope(s, m, out);
    findings_count(out, m, check_count());
}
