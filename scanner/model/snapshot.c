/* snapshot.c - the query log: reading snapshot.json strictly. */
#include "model/snapshot.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/json_rows.h"
#include "base/limits.h"
#include "base/text.h"

static const char *keep(struct snapshot *s, const char *text)
{
    return text ? arena_strdup(&s->arena, text) : NULL;
}

/* Member `key` of obj as text kept in the arena; -1 when it is missing or no text. */
static int take(struct snapshot *s, const cJSON *obj, const char *key, const char **out,
                struct error *err)
{
    const char *text = json_text(obj, key, err);

    if (!text)
        return -1;
    if (strlen(text) > LIMIT_NAME_BYTES)
        return fail(err, ERR_LIMIT, "%s: longer than %d bytes", key, LIMIT_NAME_BYTES);
    *out = keep(s, text);
    return 0;
}

static int take_or_null(struct snapshot *s, const cJSON *obj, const char *key, const char **out,
                        struct error *err)
{
    const char *text = NULL;

    if (json_text_or_null(obj, key, &text, err))
        return -1;
    *out = keep(s, text);
    return 0;
}

static int take_time(struct snapshot *s, const cJSON *obj, const char *key, const char **out,
                     struct error *err)
{
    time_t ignored;

    if (take(s, obj, key, out, err))
        return -1;
    if (!clock_parse(*out, &ignored))
        return fail(err, ERR_FORMAT, "%s: expected a time like 2026-11-24T06:14:00Z", key);
    return 0;
}

bool snapshot_is_account_id(const char *id)
{
    return strlen(id) == 12 && strspn(id, "0123456789") == 12;
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

/* Where a file lies and what it should be. */
static int read_file(struct snapshot *s, const cJSON *obj, struct page *page, struct error *err)
{
    long long number = 0;

    if (take(s, obj, "file", &page->file, err) || take(s, obj, "sha256", &page->sha256, err))
        return -1;
    if (!snapshot_is_raw_path(page->file))
        return fail(err, ERR_FORMAT, "file: not a plain path below raw/");
    if (!digest_is_hex(page->sha256))
        return fail(err, ERR_FORMAT, "sha256: expected 64 lower-case hex digits");
    if (json_integer(obj, "size", 0, (long long)1 << 40, &number, err))
        return -1;
    page->size = (size_t)number;
    return 0;
}

static int read_page(struct snapshot *s, const cJSON *obj, struct page *page, struct error *err)
{
    long long number = 0;

    if (read_file(s, obj, page, err) || take(s, obj, "requestId", &page->request_id, err) ||
        take_time(s, obj, "sentAt", &page->sent_at, err) ||
        take_time(s, obj, "receivedAt", &page->received_at, err) ||
        take_time(s, obj, "serverDate", &page->server_date, err) ||
        take_or_null(s, obj, "token", &page->token, err))
        return -1;
    if (json_integer(obj, "httpStatus", 100, 599, &number, err))
        return -1;
    page->http_status = (int)number;
    return 0;
}

static int read_pages(struct snapshot *s, const cJSON *obj, struct query *q, struct error *err)
{
    const cJSON *pages = json_array(obj, "pages", err);

    if (!pages)
        return -1;
    q->page_count = json_count(pages);
    if (q->page_count > LIMIT_PAGES)
        return fail(err, ERR_LIMIT, "pages: more than %d", LIMIT_PAGES);
    q->pages = arena_new(&s->arena, struct page, q->page_count);

    size_t i = 0;

    for (const cJSON *p = json_first(pages); p; p = p->next, i++)
        if (read_page(s, p, &q->pages[i], err))
            return fail_in(err, "pages[%zu]", i);
    return 0;
}

static int read_parameters(struct snapshot *s, const cJSON *obj, struct query *q, struct error *err)
{
    const cJSON *parameters = json_object(obj, "parameters", err);
    cleanup_strbuf struct strbuf text = STRBUF_INIT(LIMIT_NAME_BYTES);

    if (!parameters || json_canonical(parameters, &text, err) ||
        strbuf_finish(&text, "parameters", err))
        return -1;
    q->parameters = keep(s, text.buf);
    return 0;
}

static int read_error(struct snapshot *s, const cJSON *obj, struct query *q, struct error *err)
{
    const cJSON *error = json_find(obj, "error");

    if (!error)
        return fail(err, ERR_FORMAT, "error: expected an object or null");
    if (error->type == cJSON_NULL)
        return 0;
    if (take(s, error, "code", &q->error_code, err) ||
        take(s, error, "message", &q->error_message, err))
        return fail_in(err, "error");
    return 0;
}

/* "session" is only there when the question was not asked as the account's ordinary reader. */
static int read_session(const cJSON *obj, struct query *q, struct error *err)
{
    const cJSON *session = json_find(obj, "session");

    if (session && strcmp(json_str(obj, "session"), "root") != 0)
        return fail(err, ERR_FORMAT, "session: not \"root\"");
    q->as_root = session != NULL;
    return 0;
}

int snapshot_read_query(struct snapshot *s, const cJSON *obj, struct query *q, struct error *err)
{
    if (take(s, obj, "account", &q->account, err) || take(s, obj, "region", &q->region, err) ||
        take(s, obj, "service", &q->service, err) ||
        take(s, obj, "operation", &q->operation, err) ||
        take(s, obj, "endpointHost", &q->endpoint_host, err) ||
        json_bool(obj, "complete", &q->complete, err))
        return -1;
    if (!snapshot_is_account_id(q->account))
        return fail(err, ERR_FORMAT, "account: expected 12 digits");
    if (read_session(obj, q, err) || read_parameters(s, obj, q, err) || read_error(s, obj, q, err))
        return -1;
    if (q->complete && q->error_code)
        return fail(err, ERR_FORMAT, "error: a complete query has none");
    return read_pages(s, obj, q, err);
}

static int compare_rows(const void *a, const void *b)
{
    return query_compare(a, b);
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
    qsort(s->queries, s->query_count, sizeof *s->queries, compare_rows);
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

        if (take(s, row, "account", &f->account, err) || read_file(s, row, &f->page, err))
            return fail_in(err, "trailFiles[%zu]", s->trail_count);
        s->trail_count++;
    }
    if (s->trail_count > 1)
        qsort(s->trail, s->trail_count, sizeof *s->trail, compare_trail);
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
    if (take(s, obj, "id", &account->id, err) ||
        json_bool(obj, "included", &account->included, err) ||
        take_or_null(s, obj, "reason", &account->reason, err))
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

static int read_texts(struct snapshot *s, const cJSON *scope, const char *key, const char ***out,
                      size_t *count, struct error *err)
{
    const cJSON *list = json_array(scope, key, err);

    if (!list)
        return -1;
    *out = arena_new(&s->arena, const char *, json_count(list));
    for (const cJSON *e = json_first(list); e; e = e->next) {
        if (!cJSON_IsString(e))
            return fail(err, ERR_FORMAT, "%s[%zu]: expected text", key, *count);
        (*out)[(*count)++] = keep(s, e->valuestring);
    }
    return 0;
}

static int read_regions(struct snapshot *s, const cJSON *scope, struct error *err)
{
    if (read_texts(s, scope, "regions", &s->regions, &s->region_count, err))
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

static int read_period(struct snapshot *s, const cJSON *scope, struct error *err)
{
    const cJSON *period = json_object(scope, "period", err);
    time_t from = 0, to = 0;

    if (!period)
        return -1;
    if (take_time(s, period, "from", &s->period_from, err) ||
        take_time(s, period, "to", &s->period_to, err))
        return fail_in(err, "period");
    (void)clock_parse(s->period_from, &from); /* take_time has tried them */
    (void)clock_parse(s->period_to, &to);
    if (from > to)
        return fail(err, ERR_FORMAT, "period: ends before it begins");
    return 0;
}

static int read_mode(struct snapshot *s, const cJSON *scope, struct error *err)
{
    if (take(s, scope, "mode", &s->mode, err))
        return -1;
    if (strcmp(s->mode, "organization") != 0 && strcmp(s->mode, "accounts") != 0)
        return fail(err, ERR_FORMAT, "mode: neither organization nor accounts");
    return 0;
}

static int read_home(struct snapshot *s, const cJSON *scope, struct error *err)
{
    if (take(s, scope, "home", &s->home, err))
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
        read_texts(s, scope, "collect", &s->collect, &s->collect_count, err) ||
        read_freshness(s, scope, err) || read_regions(s, scope, err) ||
        read_period(s, scope, err) || read_assume_root(s, scope, err) ||
        read_accounts(s, scope, err) || check_home(s, err))
        return fail_in(err, "scope");
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

        if (take(s, row, "kind", &o->kind, err) || take(s, row, "detail", &o->detail, err))
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
    if (!producer || take(s, producer, "name", &s->producer_name, err) ||
        take(s, producer, "version", &s->producer_version, err) ||
        take_time(s, root, "startedAt", &s->started_at, err) ||
        take_time(s, root, "finishedAt", &s->finished_at, err))
        return -1;
    (void)clock_parse(s->finished_at, &s->taken_at); /* take_time has tried it */
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
    if (read_head(s, root, err) || read_scope(s, root, err) || read_overrides(s, root, err) ||
        read_queries(s, root, &rows, err) || read_trail(s, root, err) || check_accounts(s, err) ||
        index_files(s, err))
        return fail_in(err, "%s", path);
    return 0;
}

void snapshot_close(struct snapshot *s)
{
    arena_free(&s->arena);
}
