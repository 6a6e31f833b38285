/* snapshot_query.c - one row of the query log, and the members that rows are made of, read
 * strictly.
 */
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "model/snapshot_read.h"

const char *read_keep(struct snapshot *s, const char *text)
{
    return text ? arena_strdup(&s->arena, text) : NULL;
}

int read_name(struct snapshot *s, const cJSON *obj, const char *key, const char **out,
              struct error *err)
{
    const char *text = json_text(obj, key, err);

    if (!text)
        return -1;
    if (strlen(text) > LIMIT_NAME_BYTES)
        return fail(err, ERR_LIMIT, "%s: longer than %d bytes", key, LIMIT_NAME_BYTES);
    *out = read_keep(s, text);
    return 0;
}

int read_name_or_null(struct snapshot *s, const cJSON *obj, const char *key, const char **out,
                      struct error *err)
{
    const char *text = NULL;

    if (json_text_or_null(obj, key, &text, err))
        return -1;
    *out = read_keep(s, text);
    return 0;
}

int read_time(struct snapshot *s, const cJSON *obj, const char *key, const char **out,
              struct error *err)
{
    time_t ignored;

    if (read_name(s, obj, key, out, err))
        return -1;
    if (!clock_parse(*out, &ignored))
        return fail(err, ERR_FORMAT, "%s: expected a time like 2026-11-24T06:14:00Z", key);
    return 0;
}

int read_file_row(struct snapshot *s, const cJSON *obj, struct page *page, struct error *err)
{
    long long number = 0;

    if (read_name(s, obj, "file", &page->file, err) ||
        read_name(s, obj, "sha256", &page->sha256, err))
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

int read_names(struct snapshot *s, const cJSON *scope, const char *key, const char ***out,
               size_t *count, struct error *err)
{
    const cJSON *list = json_array(scope, key, err);

    if (!list)
        return -1;
    *out = arena_new(&s->arena, const char *, json_count(list));
    for (const cJSON *e = json_first(list); e; e = e->next) {
        if (!cJSON_IsString(e))
            return fail(err, ERR_FORMAT, "%s[%zu]: expected text", key, *count);
        (*out)[(*count)++] = read_keep(s, e->valuestring);
    }
    return 0;
}

static int read_page(struct snapshot *s, const cJSON *obj, struct page *page, struct error *err)
{
    long long number = 0;

    if (read_file_row(s, obj, page, err) ||
        read_name(s, obj, "requestId", &page->request_id, err) ||
        read_time(s, obj, "sentAt", &page->sent_at, err) ||
        read_time(s, obj, "receivedAt", &page->received_at, err) ||
        read_time(s, obj, "serverDate", &page->server_date, err) ||
        read_name_or_null(s, obj, "token", &page->token, err))
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
    q->parameters = read_keep(s, text.buf);
    return 0;
}

static int read_error(struct snapshot *s, const cJSON *obj, struct query *q, struct error *err)
{
    const cJSON *error = json_find(obj, "error");

    if (!error)
        return fail(err, ERR_FORMAT, "error: expected an object or null");
    if (error->type == cJSON_NULL)
        return 0;
    if (read_name(s, error, "code", &q->error_code, err) ||
        read_name(s, error, "message", &q->error_message, err))
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

/* "redacted" is only there when something was replaced, and then names it. */
static int read_redacted(struct snapshot *s, const cJSON *obj, struct query *q, struct error *err)
{
    if (!json_find(obj, "redacted"))
        return 0;
    if (read_names(s, obj, "redacted", &q->redacted, &q->redacted_count, err))
        return -1;
    if (q->redacted_count == 0)
        return fail(err, ERR_FORMAT, "redacted: names no member");
    return 0;
}

int snapshot_read_query(struct snapshot *s, const cJSON *obj, struct query *q, struct error *err)
{
    if (read_name(s, obj, "account", &q->account, err) ||
        read_name(s, obj, "region", &q->region, err) ||
        read_name(s, obj, "service", &q->service, err) ||
        read_name(s, obj, "operation", &q->operation, err) ||
        read_name(s, obj, "endpointHost", &q->endpoint_host, err) ||
        json_bool(obj, "complete", &q->complete, err))
        return -1;
    if (!snapshot_is_account_id(q->account))
        return fail(err, ERR_FORMAT, "account: expected 12 digits");
    if (read_session(obj, q, err) || read_parameters(s, obj, q, err) ||
        read_error(s, obj, q, err) || read_redacted(s, obj, q, err))
        return -1;
    if (q->complete && q->error_code)
        return fail(err, ERR_FORMAT, "error: a complete query has none");
    return read_pages(s, obj, q, err);
}
