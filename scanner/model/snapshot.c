/* snapshot.c - the query log: reading snapshot.json strictly. */
#include "model/snapshot_read.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/json_rows.h"
#include "base/limits.h"
#include "base/text.h"

bool snapshot_is_account_id(const char *id)
{
    return strlen(id) == 12 && strspn(id, "0123456789") == 12;
}

bool snapshot_is_challenge(const char *text)
{
    static const char known[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+=,.@-";
    size_t len = strlen(text);

    return len > 0 && len <= CHALLENGE_MOST && strspn(text, known) == len;
}

bool snapshot_is_raw_path(const char *path)
{
    if (strncmp(path, "raw/", 4) != 0 || path[strlen(path) - 1] == '/')
        return false;
    for (const char *p = path; *p; p++) {
        if (!isalnum((unsigned char)*p) && !strchr("/-_.", *p))
            return false;
        if (*p == '/' && (p[1] == '/' || p[1] == '.'))
            return false;
    }
    return true;
}

static int read_query(struct snapshot *s, const cJSON *row, struct error *err)
{
    if (snapshot_read_query(s, row, &s->queries[s->query_count], err))
        return fail_in(err, "queries[%zu]", s->query_count);
    s->query_count++;
    return 0;
}

/* The rows are read one by one: as a tree they would be ten times their text. */
static int read_queries(struct snapshot *s, const cJSON *root, struct json_rows *more,
                        struct error *err)
{
    const cJSON *rows = json_array(root, "queries", err);

    if (!rows)
        return -1;
    s->queries = arena_new(&s->arena, struct query, json_count(rows) + more->count);
    for (const cJSON *row = json_first(rows); row; row = row->next)
        if (read_query(s, row, err))
            return -1;
    for (;;) {
        cleanup_json cJSON *row = json_next_row(more);

        if (!row)
            break;
        if (read_query(s, row, err))
            return -1;
    }
    qsort(s->queries, s->query_count, sizeof *s->queries, query_order);
    for (size_t i = 1; i < s->query_count; i++)
        if (query_compare(&s->queries[i - 1], &s->queries[i]) == 0)
            return fail(err, ERR_FORMAT, "queries: %s %s %s is listed twice", s->queries[i].account,
                        s->queries[i].operation, s->queries[i].parameters);
    return 0;
}

static int compare_files(const void *a, const void *b)
{
    return strcmp((*(const struct page *const *)a)->file, (*(const struct page *const *)b)->file);
}

static int compare_accounts(const void *a, const void *b)
{
    return strcmp(((const struct scope_account *)a)->id, ((const struct scope_account *)b)->id);
}

/* A query for an account outside the scope: either of the two is not as it was. */
static int check_accounts(const struct snapshot *s, struct error *err)
{
    for (size_t q = 0; q < s->query_count; q++) {
        struct scope_account wanted = {.id = s->queries[q].account};

        if (!bsearch(&wanted, s->accounts, s->account_count, sizeof *s->accounts, compare_accounts))
            return fail(err, ERR_FORMAT, "queries: account %s is not in the scope", wanted.id);
    }
    for (size_t i = 0; i < s->trail_count; i++) {
        struct scope_account wanted = {.id = s->trail[i].account};

        if (!bsearch(&wanted, s->accounts, s->account_count, sizeof *s->accounts, compare_accounts))
            return fail(err, ERR_FORMAT, "trailFiles: account %s is not in the scope", wanted.id);
    }
    return 0;
}

static int compare_trail(const void *a, const void *b)
{
    return strcmp(((const struct trail_file *)a)->page.file,
                  ((const struct trail_file *)b)->page.file);
}

/* Log files of CloudTrail, if any were added. */
static int read_trail(struct snapshot *s, const cJSON *root, struct error *err)
{
    const cJSON *rows = json_find(root, "trailFiles");

    if (rows && !cJSON_IsArray(rows))
        return fail(err, ERR_FORMAT, "trailFiles: expected an array");
    s->trail = arena_new(&s->arena, struct trail_file, json_count(rows));
    for (const cJSON *row = json_first(rows); row; row = row->next) {
        struct trail_file *f = &s->trail[s->trail_count];

        if (read_name(s, row, "account", &f->account, err) || read_file_row(s, row, &f->page, err))
            return fail_in(err, "trailFiles[%zu]", s->trail_count);
        s->trail_count++;
    }
    if (s->trail_count > 1)
        qsort(s->trail, s->trail_count, sizeof *s->trail, compare_trail);
    return 0;
}

static int read_unread_row(struct snapshot *s, const cJSON *row, struct error *err)
{
    struct trail_unread *u = &s->trail_unread[s->trail_unread_count];

    if (read_name_or_null(s, row, "account", &u->account, err) ||
        read_name(s, row, "file", &u->file, err) || read_name(s, row, "reason", &u->reason, err))
        return -1;
    if (u->account && !snapshot_is_account_id(u->account))
        return fail(err, ERR_FORMAT, "account: expected 12 digits");
    return 0;
}

static int read_unread(struct snapshot *s, const cJSON *root, struct error *err)
{
    const cJSON *rows = json_find(root, "trailUnread");

    if (rows && !cJSON_IsArray(rows))
        return fail(err, ERR_FORMAT, "trailUnread: expected an array");
    s->trail_unread = arena_new(&s->arena, struct trail_unread, json_count(rows));
    for (const cJSON *row = json_first(rows); row; row = row->next, s->trail_unread_count++)
        if (read_unread_row(s, row, err))
            return fail_in(err, "trailUnread[%zu]", s->trail_unread_count);
    return 0;
}

static int index_files(struct snapshot *s, struct error *err)
{
    for (size_t i = 0; i < s->trail_count; i++)
        *arena_push(&s->arena, s->files, s->file_count) = &s->trail[i].page;
    for (size_t q = 0; q < s->query_count; q++)
        for (size_t p = 0; p < s->queries[q].page_count; p++)
            *arena_push(&s->arena, s->files, s->file_count) = &s->queries[q].pages[p];
    if (s->file_count > 1)
        qsort(s->files, s->file_count, sizeof *s->files, compare_files);
    for (size_t i = 1; i < s->file_count; i++)
        if (strcmp(s->files[i - 1]->file, s->files[i]->file) == 0)
            return fail(err, ERR_FORMAT, "file %s is listed twice", s->files[i]->file);
    return 0;
}

static int read_scope_account(struct snapshot *s, const cJSON *obj, struct scope_account *account,
                              struct error *err)
{
    if (read_name(s, obj, "id", &account->id, err) ||
        json_bool(obj, "included", &account->included, err) ||
        read_name_or_null(s, obj, "reason", &account->reason, err))
        return -1;
    if (!snapshot_is_account_id(account->id))
        return fail(err, ERR_FORMAT, "id: expected 12 digits");
    if (!account->included && !account->reason)
        return fail(err, ERR_FORMAT, "reason: an excluded account needs one");
    return 0;
}

static int read_accounts(struct snapshot *s, const cJSON *scope, struct error *err)
{
    const cJSON *accounts = json_array(scope, "accounts", err);

    if (!accounts)
        return -1;
    s->account_count = json_count(accounts);
    if (s->account_count == 0)
        return fail(err, ERR_FORMAT, "accounts: expected at least one");
    s->accounts = arena_new(&s->arena, struct scope_account, s->account_count);

    size_t i = 0;

    for (const cJSON *a = json_first(accounts); a; a = a->next, i++)
        if (read_scope_account(s, a, &s->accounts[i], err))
            return fail_in(err, "accounts[%zu]", i);
    qsort(s->accounts, s->account_count, sizeof *s->accounts, compare_accounts);
    for (i = 1; i < s->account_count; i++)
        if (strcmp(s->accounts[i - 1].id, s->accounts[i].id) == 0)
            return fail(err, ERR_FORMAT, "accounts: %s is listed twice", s->accounts[i].id);
    return 0;
}

static int read_regions(struct snapshot *s, const cJSON *scope, struct error *err)
{
    if (read_names(s, scope, "regions", &s->regions, &s->region_count, err))
        return -1;
    qsort(s->regions, s->region_count, sizeof *s->regions, text_order);
    return 0;
}

static int read_freshness(struct snapshot *s, const cJSON *scope, struct error *err)
{
    const char *name = json_text(scope, "freshness", err);

    if (!name)
        return -1;
    if (!freshness_parse(name, &s->freshness))
        return fail(err, ERR_FORMAT, "freshness: neither report, confirm nor live");
    return 0;
}

static int read_assume_root(struct snapshot *s, const cJSON *scope, struct error *err)
{
    s->assume_root = false;
    return json_find(scope, "assumeRoot") ? json_bool(scope, "assumeRoot", &s->assume_root, err)
                                          : 0;
}

static int read_simulate(struct snapshot *s, const cJSON *scope, struct error *err)
{
    long long count = 0;

    if (json_find(scope, "simulate") &&
        json_integer(scope, "simulate", 1, LIMIT_SIMULATED, &count, err))
        return -1;
    s->simulate = (size_t)count;
    return 0;
}

static int read_period(struct snapshot *s, const cJSON *scope, struct error *err)
{
    const cJSON *period = json_object(scope, "period", err);
    time_t from = 0, to = 0;

    if (!period)
        return -1;
    if (read_time(s, period, "from", &s->period_from, err) ||
        read_time(s, period, "to", &s->period_to, err))
        return fail_in(err, "period");
    (void)clock_parse(s->period_from, &from); /* read_time has tried them */
    (void)clock_parse(s->period_to, &to);
    if (from > to)
        return fail(err, ERR_FORMAT, "period: ends before it begins");
    return 0;
}

static int read_mode(struct snapshot *s, const cJSON *scope, struct error *err)
{
    if (read_name(s, scope, "mode", &s->mode, err))
        return -1;
    if (strcmp(s->mode, "organization") != 0 && strcmp(s->mode, "accounts") != 0)
        return fail(err, ERR_FORMAT, "mode: neither organization nor accounts");
    return 0;
}

static int read_home(struct snapshot *s, const cJSON *scope, struct error *err)
{
    if (read_name(s, scope, "home", &s->home, err))
        return -1;
    if (!snapshot_is_account_id(s->home))
        return fail(err, ERR_FORMAT, "home: expected 12 digits");
    return 0;
}

/* The home account is part of the scope, if only as excluded: otherwise nobody would notice that
 * the organisation was never asked. */
static int check_home(const struct snapshot *s, struct error *err)
{
    for (size_t i = 0; i < s->account_count; i++)
        if (strcmp(s->accounts[i].id, s->home) == 0)
            return 0;
    return fail(err, ERR_FORMAT, "home: %s is not among the accounts", s->home);
}

static int read_scope(struct snapshot *s, const cJSON *root, struct error *err)
{
    const cJSON *scope = json_object(root, "scope", err);

    if (!scope)
        return -1;
    if (read_mode(s, scope, err) || read_home(s, scope, err) ||
        read_names(s, scope, "collect", &s->collect, &s->collect_count, err) ||
        read_freshness(s, scope, err) || read_regions(s, scope, err) ||
        read_period(s, scope, err) || read_assume_root(s, scope, err) ||
        read_simulate(s, scope, err) || read_accounts(s, scope, err) || check_home(s, err))
        return fail_in(err, "scope");
    return 0;
}

/* Only there when the scan was given one. Its two forms follow from it. */
static int read_challenge(struct snapshot *s, const cJSON *root, struct error *err)
{
    const cJSON *challenge = json_find(root, "challenge");
    const char *session, *agent;

    if (!challenge)
        return 0;
    if (read_name(s, challenge, "text", &s->challenge, err) ||
        read_name(s, challenge, "roleSessionName", &session, err) ||
        read_name(s, challenge, "userAgent", &agent, err))
        return fail_in(err, "challenge");
    if (!snapshot_is_challenge(s->challenge))
        return fail(err, ERR_FORMAT, "challenge: text: not 1 to %d " CHALLENGE_CHARACTERS,
                    CHALLENGE_MOST);
    if (strcmp(session, arena_printf(&s->arena, CHALLENGE_SESSION "%s", s->challenge)) != 0 ||
        strcmp(agent, arena_printf(&s->arena, CHALLENGE_AGENT "%s", s->challenge)) != 0)
        return fail(err, ERR_FORMAT, "challenge: its forms are not those of its text");
    return 0;
}

static int read_overrides(struct snapshot *s, const cJSON *root, struct error *err)
{
    const cJSON *rows = json_array(root, "overrides", err);

    if (!rows)
        return -1;
    s->overrides = arena_new(&s->arena, struct override, json_count(rows));
    for (const cJSON *row = json_first(rows); row; row = row->next) {
        struct override *o = &s->overrides[s->override_count];

        if (read_name(s, row, "kind", &o->kind, err) ||
            read_name(s, row, "detail", &o->detail, err))
            return fail_in(err, "overrides[%zu]", s->override_count);
        s->override_count++;
    }
    return 0;
}

static int read_head(struct snapshot *s, const cJSON *root, struct error *err)
{
    const char *schema = json_text(root, "schema", err);
    const cJSON *producer;

    if (!schema)
        return -1;
    if (strcmp(schema, SNAPSHOT_SCHEMA) != 0)
        return fail(err, ERR_FORMAT, "schema: this program reads %s, not %s", SNAPSHOT_SCHEMA,
                    text_shown(&s->arena, schema));
    producer = json_object(root, "producer", err);
    if (!producer || read_name(s, producer, "name", &s->producer_name, err) ||
        read_name(s, producer, "version", &s->producer_version, err) ||
        read_time(s, root, "startedAt", &s->started_at, err) ||
        read_time(s, root, "finishedAt", &s->finished_at, err))
        return -1;
    (void)clock_parse(s->finished_at, &s->taken_at); /* read_time has tried it */
    return 0;
}

int snapshot_open(struct snapshot *s, const char *dir, struct error *err)
{
    s->dir = arena_strdup(&s->arena, dir);

    const char *path = file_join(&s->arena, dir, SNAPSHOT_FILE);
    cleanup_strbuf struct strbuf bytes = STRBUF_INIT(LIMIT_SNAPSHOT_BYTES);

    if (file_read(path, LIMIT_SNAPSHOT_BYTES, &bytes, err))
        return -1;
    (void)digest_bytes(bytes.buf, bytes.len, s->sha256);

    struct json_rows rows;
    cleanup_json cJSON *root = json_parse_head(path, bytes.buf, bytes.len, "queries", &rows, err);

    if (!root)
        return -1;
    if (read_head(s, root, err) || read_scope(s, root, err) || read_challenge(s, root, err) ||
        read_overrides(s, root, err) || read_queries(s, root, &rows, err) ||
        read_trail(s, root, err) || read_unread(s, root, err) || check_accounts(s, err) ||
        index_files(s, err))
        return fail_in(err, "%s", path);
    return 0;
}

void snapshot_close(struct snapshot *s)
{
    arena_free(&s->arena);
}
