/* scope_accounts.c - which accounts are to be read, and why the others are not. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/text.h"
#include "collect/collect.h"
#include "model/organization.h"
#include "scan/private.h"

/* Ask the organisation through the collectors, the home account's, for these data sets only. */
static int ask_organization(struct scanning *s, struct live *l, uint64_t sets, struct model *m,
                            struct error *err)
{
    const char *organizations = "organizations";
    struct scope_account home = {s->scope.home, true, NULL};
    struct snapshot scope = {.home = s->scope.home,
                             .collect = &organizations,
                             .collect_count = 1,
                             .accounts = &home,
                             .account_count = 1};
    struct arena *arena = l->transport.arena;
    int status;

    l->transport.arena = &m->arena;
    status = collect_some(&scope, &l->transport, sets, m, err);
    l->transport.arena = arena;
    return status;
}

int scope_name_organization(struct scanning *s, struct live *l, const char **id, struct error *err)
{
    struct model m = {.home = NULL};
    int status = ask_organization(s, l, DATA_BIT(DATA_ORGANIZATION), &m, err);

    if (status == 0 && m.organization_id)
        *id = arena_strdup(&s->scope.arena, m.organization_id);
    model_free(&m);
    return status;
}

static int by_id(const void *a, const void *b)
{
    return strcmp(((const struct scope_account *)a)->id, ((const struct scope_account *)b)->id);
}

/* Sort by id, and keep the first of each. */
static void sort_accounts(struct snapshot *scope)
{
    size_t kept = 0;

    if (scope->account_count > 1)
        qsort(scope->accounts, scope->account_count, sizeof *scope->accounts, by_id);
    for (size_t i = 0; i < scope->account_count; i++)
        if (kept == 0 || strcmp(scope->accounts[kept - 1].id, scope->accounts[i].id) != 0)
            scope->accounts[kept++] = scope->accounts[i];
    scope->account_count = kept;
}

/* Valid after sort_accounts(). */
static struct scope_account *find_account(struct snapshot *scope, const char *id)
{
    struct scope_account wanted = {.id = id};

    return scope->account_count ? bsearch(&wanted, scope->accounts, scope->account_count,
                                          sizeof *scope->accounts, by_id)
                                : NULL;
}

static void add_account(struct snapshot *scope, const char *id, const char *reason)
{
    *arena_push(&scope->arena, scope->accounts, scope->account_count) =
        (struct scope_account){arena_strdup(&scope->arena, id), reason == NULL, reason};
}

/* The home account is part of every scope, if only as left out: the organisation is asked with its
 * credentials. */
static void sort_with_home(struct scanning *s, const char *reason)
{
    sort_accounts(&s->scope);
    if (!find_account(&s->scope, s->scope.home))
        add_account(&s->scope, s->scope.home, reason);
    sort_accounts(&s->scope);
}

/* The error that ends a scan before it has begun, because a data set was not read. */
static int fail_for(const struct data_status *status, const char *why, struct error *err)
{
    return fail(err, status->state == STATE_DENIED ? ERR_DENIED : ERR_NET, "%s; %s", status->reason,
                why);
}

static int check_listed(const struct scanning *s, const struct model *m, struct error *err)
{
    const struct account *home = &m->accounts[0];

    if (!data_complete(home, DATA_ACCOUNTS))
        return fail_for(&home->data[DATA_ACCOUNTS],
                        "--accounts FILE names accounts without asking the organisation", err);
    if (m->listed_count == 0)
        return fail(err, ERR_CONFIG, "account %s is in no organisation", m->home);
    if (s->settings->unit_count > 0 && !data_complete(home, DATA_ORGANIZATION_TREE))
        return fail_for(&home->data[DATA_ORGANIZATION_TREE],
                        "--ou needs to know which accounts stand below a unit", err);
    return 0;
}

typedef int with_unit(struct scanning *s, const struct model *m, const char *id, struct error *err);

static int each_unit(struct scanning *s, const struct model *m, with_unit *visit, struct error *err)
{
    for (size_t i = 0; i < s->settings->unit_count; i++) {
        const char *list = s->settings->units[i], *id;

        while ((id = text_next_word(&s->scope.arena, &list)))
            if (visit(s, m, id, err))
                return -1;
    }
    return 0;
}

static int check_unit_form(struct scanning *s, const struct model *m, const char *id,
                           struct error *err)
{
    enum node_kind kind = node_kind_of(id);

    (void)m;
    if (kind != NODE_UNIT && kind != NODE_ROOT)
        return fail(err, ERR_USAGE, "--ou %s: no id of a unit (ou-…) or of the root (r-…)",
                    text_shown(&s->scope.arena, id));
    return 0;
}

static int check_unit(struct scanning *s, const struct model *m, const char *id, struct error *err)
{
    (void)s;
    if (!organization_node(m->organization, id))
        return fail(err, ERR_USAGE, "--ou %s: there is no such unit in the organisation", id);
    return 0;
}

/* Is the account in the tree below one of the units named? */
static bool is_below_units(struct scanning *s, const struct model *m, const char *account)
{
    const struct organization_node *node = organization_node(m->organization, account);

    for (size_t i = 0; i < s->settings->unit_count; i++) {
        const char *list = s->settings->units[i], *id;

        while ((id = text_next_word(&s->scope.arena, &list)))
            if (organization_is_below(node, id))
                return true;
    }
    return s->settings->unit_count == 0;
}

static const char *units_text(struct scanning *s)
{
    const char *text = "not below ";

    for (size_t i = 0; i < s->settings->unit_count; i++)
        text = arena_printf(&s->scope.arena, "%s%s%s", text, i ? "," : "", s->settings->units[i]);
    return text;
}

static int add_member(struct scanning *s, const struct model *m, const struct listed_account *a,
                      const char *outside, struct error *err)
{
    struct arena *arena = &s->scope.arena;
    const char *reason = NULL;

    if (!snapshot_is_account_id(a->id))
        return fail(err, ERR_FORMAT, "organizations:ListAccounts: %s is no account id",
                    text_shown(arena, a->id));
    if (strcmp(a->state, "ACTIVE") != 0)
        reason = arena_printf(arena, "%s in the organisation", text_shown(arena, a->state));
    else if (!is_below_units(s, m, a->id))
        reason = outside;
    add_account(&s->scope, a->id, reason);
    return 0;
}

static int add_members(struct scanning *s, struct live *l, struct error *err)
{
    uint64_t sets = DATA_BIT(DATA_ORGANIZATION) | DATA_BIT(DATA_ACCOUNTS) |
                    (s->settings->unit_count > 0 ? DATA_BIT(DATA_ORGANIZATION_TREE) : 0);
    struct model m = {.home = NULL};
    const char *outside = units_text(s);
    int status = each_unit(s, NULL, check_unit_form, err);

    if (status == 0)
        status = ask_organization(s, l, sets, &m, err) || check_listed(s, &m, err) ||
                         each_unit(s, &m, check_unit, err)
                     ? -1
                     : 0;
    for (size_t i = 0; status == 0 && i < m.listed_count; i++)
        status = add_member(s, &m, &m.listed[i], outside, err);
    sort_with_home(s, "not in the organisation's list");
    model_free(&m);
    return status;
}

/* One line of the file of accounts. */
static int add_line(struct scanning *s, const char *line, size_t number, struct error *err)
{
    struct arena *arena = &s->scope.arena;
    size_t start = strspn(line, " \t"), len = strcspn(line + start, "#\r\n \t");
    size_t rest = start + len + strspn(line + start + len, " \t\r");
    const char *id = arena_strndup(arena, line + start, len);

    if (len > 0 && (!snapshot_is_account_id(id) || !strchr("#\n", line[rest])))
        return fail(err, ERR_FORMAT, "%s:%zu: \"%s\" is no account id (12 digits)",
                    s->settings->accounts_file, number, text_shown(arena, id));
    if (len > 0)
        add_account(&s->scope, id, NULL);
    return 0;
}

static int add_file(struct scanning *s, struct error *err)
{
    cleanup_strbuf struct strbuf text = STRBUF_INIT(MIB);
    size_t number = 1;

    if (file_read(s->settings->accounts_file, MIB, &text, err))
        return -1;
    for (const char *line = text.buf; *line; number++) {
        if (add_line(s, line, number, err))
            return -1;
        line += strcspn(line, "\n");
        line += *line == '\n';
    }
    if (s->scope.account_count == 0)
        return fail(err, ERR_FORMAT, "%s: names no account", s->settings->accounts_file);
    sort_with_home(s, "not in the list of accounts");
    return 0;
}

static int exclude_one(struct scanning *s, const char *id, struct error *err)
{
    struct scope_account *a = find_account(&s->scope, id);

    if (!a)
        return fail(err, ERR_USAGE, "--exclude %s: not among the accounts to scan",
                    text_shown(&s->scope.arena, id));
    if (a->included)
        *a = (struct scope_account){a->id, false, "excluded by the person who scanned"};
    return 0;
}

static int exclude(struct scanning *s, struct error *err)
{
    for (size_t i = 0; i < s->settings->exclude_count; i++) {
        const char *list = s->settings->exclude[i], *id;

        while ((id = text_next_word(&s->scope.arena, &list)))
            if (exclude_one(s, id, err))
                return -1;
    }
    for (size_t i = 0; i < s->scope.account_count; i++)
        if (s->scope.accounts[i].included)
            return 0;
    return fail(err, ERR_USAGE, "no account is left to scan");
}

int scope_lay_out_accounts(struct scanning *s, struct live *l, struct error *err)
{
    int status = 0;

    s->scope.mode = s->settings->organization ? "organization" : "accounts";
    if (s->settings->organization)
        status = add_members(s, l, err);
    else if (s->settings->accounts_file)
        status = add_file(s, err);
    else
        add_account(&s->scope, s->scope.home, NULL);
    return status ? -1 : exclude(s, err);
}
