/* scope.c - who is asking, and which accounts are to be read. */
#include <stdlib.h>
#include <string.h>

#include "aws/region.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/text.h"
#include "collect/collect.h"
#include "collect/fields.h"
#include "scan/private.h"

struct identity {
    struct arena *arena;
    const char *account, *arn;
};

static int identity_end(void *context, const struct xml_at *at, const char *text, size_t len,
                        struct error *err)
{
    struct identity *id = context;
    const char *path = field_path(at);

    (void)err;
    if (path && strcmp(path, "Account") == 0)
        id->account = arena_strndup(id->arena, text, len);
    if (path && strcmp(path, "Arn") == 0)
        id->arn = arena_strndup(id->arena, text, len);
    return 0;
}

static int receive_identity(struct call *call, const struct answer *answer, struct error *err)
{
    static const struct xml_handler handler = {.end = identity_end};
    struct identity *id = call->context;

    if (xml_parse("answer", answer->body, answer->len, &handler, id, err))
        return -1;
    if (!id->account || !snapshot_is_account_id(id->account) || !id->arn ||
        strncmp(id->arn, "arn:", 4) != 0)
        return fail(err, ERR_FORMAT, "no Account or no Arn");
    return 0;
}

/* The code of an error that ends the scan before it has begun. */
static enum error_code code_of(const struct data_status *status)
{
    return status->state == STATE_DENIED ? ERR_DENIED : ERR_NET;
}

int scope_identify(struct scanning *s, struct live *l, struct error *err)
{
    struct arena *arena = &s->scope.arena;
    struct identity id = {.arena = arena};
    struct call call = {.service = "sts",
                        .operation = "GetCallerIdentity",
                        .parameters = "{}",
                        .receive = receive_identity,
                        .context = &id};

    if (l->own.missing.code != ERR_NONE) {
        *err = l->own.missing;
        return -1;
    }
    if (transport_run(&l->transport, &call, 1, err))
        return -1;
    if (call.status.state != STATE_COMPLETE) {
        const char *message = call.query ? call.query->error_message : NULL;
        bool answered = call.query && call.query->page_count > 0;

        return fail(err, answered ? ERR_AUTH : ERR_NET, "%s%s%s", call.status.reason,
                    answered && message ? ": " : "", answered && message ? message : "");
    }
    s->partition = arena_strndup(arena, id.arn + 4, strcspn(id.arn + 4, ":"));
    if (!partition_find(s->partition))
        return fail(err, ERR_FORMAT, "sts:GetCallerIdentity: the partition of %s is not known",
                    text_shown(arena, id.arn));
    if (s->scope.home && strcmp(s->scope.home, id.account) != 0)
        return fail(err, ERR_USAGE, "%s: was begun with credentials of account %s, these are of %s",
                    s->settings->run, s->scope.home, id.account);
    s->scope.home = id.account;
    return 0;
}

/* Ask the organisation through the collectors: the home account's organizations rows. */
static int ask_organization(struct scanning *s, struct live *l, struct model *m, struct error *err)
{
    const char *organizations = "organizations";
    struct scope_account home = {s->scope.home, true, NULL};
    struct snapshot scope = {.home = s->scope.home,
                             .collect = &organizations,
                             .collect_count = 1,
                             .accounts = &home,
                             .account_count = 1};

    l->transport.arena = &m->arena;
    return collect(&scope, &l->transport, m, err);
}

static int check_listed(const struct model *m, struct error *err)
{
    const struct data_status *listed = &m->accounts[0].data[DATA_ACCOUNTS];

    if (listed->state != STATE_COMPLETE)
        return fail(err, code_of(listed),
                    "%s; --accounts FILE names accounts without asking the organisation",
                    listed->reason);
    if (m->listed_count == 0)
        return fail(err, ERR_CONFIG, "account %s is in no organisation", m->home);
    return 0;
}

static struct scope_account *find_account(struct snapshot *scope, const char *id)
{
    for (size_t i = 0; i < scope->account_count; i++)
        if (strcmp(scope->accounts[i].id, id) == 0)
            return &scope->accounts[i];
    return NULL;
}

static struct scope_account *add_account(struct snapshot *scope, const char *id, const char *reason)
{
    struct scope_account *a = arena_push(&scope->arena, scope->accounts, scope->account_count);

    *a = (struct scope_account){arena_strdup(&scope->arena, id), reason == NULL, reason};
    return a;
}

int scope_name_organization(struct scanning *s, struct live *l, const char **id, struct error *err)
{
    struct model m = {.home = NULL};
    struct arena *arena = l->transport.arena;
    int status = ask_organization(s, l, &m, err);

    if (status == 0 && m.organization_id)
        *id = arena_strdup(&s->scope.arena, m.organization_id);
    model_free(&m);
    l->transport.arena = arena;
    return status;
}

static int add_members(struct scanning *s, struct live *l, struct error *err)
{
    struct model m = {.home = NULL};
    struct arena *arena = l->transport.arena;
    int status = ask_organization(s, l, &m, err);

    if (status == 0)
        status = check_listed(&m, err);
    for (size_t i = 0; status == 0 && i < m.listed_count; i++) {
        const struct listed_account *a = &m.listed[i];
        bool active = strcmp(a->state, "ACTIVE") == 0;

        if (!snapshot_is_account_id(a->id))
            status = fail(err, ERR_FORMAT, "organizations:ListAccounts: %s is no account id",
                          text_shown(&m.arena, a->id));
        else if (!find_account(&s->scope, a->id))
            add_account(&s->scope, a->id,
                        active ? NULL
                               : arena_printf(&s->scope.arena, "%s in the organisation",
                                              text_shown(&s->scope.arena, a->state)));
    }
    if (status == 0 && !find_account(&s->scope, s->scope.home))
        add_account(&s->scope, s->scope.home, "not in the organisation's list");
    model_free(&m);
    l->transport.arena = arena;
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
    if (len > 0 && !find_account(&s->scope, id))
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
    if (!find_account(&s->scope, s->scope.home))
        add_account(&s->scope, s->scope.home, "not in the list of accounts");
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
        const char *list = s->settings->exclude[i];

        for (; *list; list += strcspn(list, ","), list += *list == ',')
            if (exclude_one(s, arena_strndup(&s->scope.arena, list, strcspn(list, ",")), err))
                return -1;
    }
    for (size_t i = 0; i < s->scope.account_count; i++)
        if (s->scope.accounts[i].included)
            return 0;
    return fail(err, ERR_USAGE, "no account is left to scan");
}

static int by_id(const void *a, const void *b)
{
    return strcmp(((const struct scope_account *)a)->id, ((const struct scope_account *)b)->id);
}

static void add_service(struct snapshot *scope, const char *service)
{
    if (!snapshot_collects(scope, service))
        *arena_push(&scope->arena, scope->collect, scope->collect_count) = service;
}

/* Every service that a collector reads. */
static void add_all_services(struct snapshot *scope)
{
    size_t count;
    const struct collector_list *const *lists = collector_lists(&count);

    for (size_t l = 0; l < count; l++)
        for (size_t i = 0; i < lists[l]->count; i++)
            add_service(scope, lists[l]->rows[i].service);
    qsort(scope->collect, scope->collect_count, sizeof *scope->collect, text_order);
}

/* The services to read. sts always is: it says who asked. */
static int lay_out_collect(struct scanning *s, struct error *err)
{
    struct snapshot all = {.dir = NULL};
    const char *list = s->settings->collect;
    int status = 0;

    add_all_services(&all);
    if (!list)
        add_all_services(&s->scope);
    for (; status == 0 && list && *list; list += strcspn(list, ","), list += *list == ',') {
        const char *name = arena_strndup(&s->scope.arena, list, strcspn(list, ","));

        if (snapshot_collects(&all, name))
            add_service(&s->scope, name);
        else
            status = fail(err, ERR_USAGE, "--collect: nothing is read from \"%s\"",
                          text_shown(&all.arena, name));
    }
    add_service(&s->scope, "sts");
    qsort(s->scope.collect, s->scope.collect_count, sizeof *s->scope.collect, text_order);
    snapshot_close(&all);
    return status;
}

static void add_region(struct snapshot *scope, const char *region)
{
    for (size_t i = 0; i < scope->region_count; i++)
        if (strcmp(scope->regions[i], region) == 0)
            return;
    *arena_push(&scope->arena, scope->regions, scope->region_count) =
        arena_strdup(&scope->arena, region);
}

static int add_regions(struct scanning *s, const char *list, struct error *err)
{
    for (; *list; list += strcspn(list, ","), list += *list == ',') {
        const char *name = arena_strndup(&s->scope.arena, list, strcspn(list, ","));

        if (!config_is_region(name) || strcmp(partition_of_region(name)->name, s->partition) != 0)
            return fail(err, ERR_USAGE, "--regions: \"%s\" is no region of partition %s",
                        text_shown(&s->scope.arena, name), s->partition);
        if (s->scope.region_count == LIMIT_REGIONS)
            return fail(err, ERR_USAGE, "--regions: more than %d", LIMIT_REGIONS);
        add_region(&s->scope, name);
    }
    return s->scope.region_count ? 0 : fail(err, ERR_USAGE, "--regions: names no region");
}

static void add_usual_regions(struct scanning *s)
{
    for (size_t i = 0; region_of_sign_in(s->partition, i); i++)
        add_region(&s->scope, region_of_sign_in(s->partition, i));
    if (s->region && strcmp(partition_of_region(s->region)->name, s->partition) == 0)
        add_region(&s->scope, s->region);
}

static int lay_out_regions(struct scanning *s, struct error *err)
{
    if (!s->settings->regions)
        add_usual_regions(s);
    else if (add_regions(s, s->settings->regions, err))
        return -1;
    qsort(s->scope.regions, s->scope.region_count, sizeof *s->scope.regions, text_order);
    return 0;
}

/* The period ends when the scan begins. */
static void lay_out_period(struct scanning *s)
{
    char text[CLOCK_TEXT];
    time_t begun = 0;

    (void)clock_parse(s->scope.started_at, &begun);
    s->scope.period_to = s->scope.started_at;
    s->scope.period_from = arena_strdup(
        &s->scope.arena, clock_format(begun - (time_t)s->settings->period_days * 86400, text));
}

/* Asked for, it must not silently do nothing. */
static int lay_out_root(struct scanning *s, struct error *err)
{
    bool member = false;

    s->scope.assume_root = s->settings->assume_root;
    for (size_t i = 0; i < s->scope.account_count; i++)
        member = member || (s->scope.accounts[i].included &&
                            strcmp(s->scope.accounts[i].id, s->scope.home) != 0);
    if (s->scope.assume_root && !member)
        return fail(err, ERR_USAGE,
                    "--assume-root looks at the root users of member accounts; no member is to be "
                    "scanned (--organization and --accounts name them)");
    if (s->scope.assume_root && !snapshot_collects(&s->scope, "iam"))
        return fail(err, ERR_USAGE, "--assume-root asks iam, which --collect leaves out");
    return 0;
}

int scope_lay_out(struct scanning *s, struct live *l, struct error *err)
{
    int status = lay_out_collect(s, err) || lay_out_regions(s, err) ? -1 : 0;

    s->scope.freshness = s->settings->freshness;
    lay_out_period(s);

    s->scope.mode = s->settings->organization ? "organization" : "accounts";
    if (status == 0 && s->settings->organization)
        status = add_members(s, l, err);
    else if (status == 0 && s->settings->accounts_file)
        status = add_file(s, err);
    else if (status == 0)
        add_account(&s->scope, s->scope.home, NULL);
    if (status || exclude(s, err) || lay_out_root(s, err))
        return -1;
    qsort(s->scope.accounts, s->scope.account_count, sizeof *s->scope.accounts, by_id);
    return 0;
}
