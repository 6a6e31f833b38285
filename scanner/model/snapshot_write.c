/* snapshot_write.c - the query log as JSON. */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/json_build.h"
#include "base/json_list.h"
#include "base/limits.h"
#include "model/snapshot.h"

static void add_page(cJSON *pages, const struct page *p)
{
    cJSON *row = json_append_object(pages);

    json_add_text(row, "file", p->file);
    json_add_text(row, "sha256", p->sha256);
    json_add_count(row, "size", p->size);
    json_add_count(row, "httpStatus", (size_t)p->http_status);
    json_add_text(row, "requestId", p->request_id);
    json_add_text(row, "sentAt", p->sent_at);
    json_add_text(row, "receivedAt", p->received_at);
    json_add_text(row, "serverDate", p->server_date);
    json_add_text(row, "token", p->token);
}

static void add_error(cJSON *row, const struct query *q)
{
    cJSON *error;

    if (!q->error_code) {
        json_add_text(row, "error", NULL);
        return;
    }
    error = cJSON_AddObjectToObject(row, "error");
    json_add_text(error, "code", q->error_code);
    json_add_text(error, "message", q->error_message ? q->error_message : "");
}

static void add_texts(cJSON *obj, const char *key, const char *const *texts, size_t count)
{
    cJSON *list = cJSON_AddArrayToObject(obj, key);

    for (size_t i = 0; i < count; i++)
        (void)cJSON_AddItemToArray(list, cJSON_CreateString(texts[i]));
}

cJSON *snapshot_query_json(const struct query *q)
{
    struct error ignored = {0};
    cJSON *row = cJSON_CreateObject(), *pages;

    json_add_text(row, "account", q->account);
    json_add_text(row, "region", q->region);
    json_add_text(row, "service", q->service);
    json_add_text(row, "operation", q->operation);
    cJSON_AddItemToObject(row, "parameters",
                          json_parse("parameters", q->parameters, strlen(q->parameters), &ignored));
    if (q->as_root)
        json_add_text(row, "session", "root");
    json_add_text(row, "endpointHost", q->endpoint_host);
    (void)cJSON_AddBoolToObject(row, "complete", q->complete);
    add_error(row, q);
    if (q->redacted_count)
        add_texts(row, "redacted", q->redacted, q->redacted_count);
    pages = cJSON_AddArrayToObject(row, "pages");
    for (size_t i = 0; i < q->page_count; i++)
        add_page(pages, &q->pages[i]);
    return row;
}

static void add_scope(cJSON *root, const struct snapshot *s)
{
    cJSON *scope = cJSON_AddObjectToObject(root, "scope"), *period, *list;

    json_add_text(scope, "mode", s->mode);
    json_add_text(scope, "home", s->home);
    json_add_text(scope, "freshness", freshness_name(s->freshness));
    add_texts(scope, "regions", s->regions, s->region_count);
    add_texts(scope, "collect", s->collect, s->collect_count);
    period = cJSON_AddObjectToObject(scope, "period");
    json_add_text(period, "from", s->period_from);
    json_add_text(period, "to", s->period_to);
    if (s->assume_root)
        (void)cJSON_AddBoolToObject(scope, "assumeRoot", true);
    if (s->simulate)
        json_add_count(scope, "simulate", s->simulate);
    list = cJSON_AddArrayToObject(scope, "accounts");
    for (size_t i = 0; i < s->account_count; i++) {
        cJSON *row = json_append_object(list);

        json_add_text(row, "id", s->accounts[i].id);
        (void)cJSON_AddBoolToObject(row, "included", s->accounts[i].included);
        json_add_text(row, "reason", s->accounts[i].reason);
    }
}

static void add_challenge(cJSON *root, const char *text)
{
    cJSON *challenge = cJSON_AddObjectToObject(root, "challenge");
    char form[CHALLENGE_MOST + 32];

    json_add_text(challenge, "text", text);
    (void)snprintf(form, sizeof form, CHALLENGE_SESSION "%s", text);
    json_add_text(challenge, "roleSessionName", form);
    (void)snprintf(form, sizeof form, CHALLENGE_AGENT "%s", text);
    json_add_text(challenge, "userAgent", form);
}

static void add_head(cJSON *root, const struct snapshot *s)
{
    cJSON *producer = cJSON_AddObjectToObject(root, "producer"), *overrides;

    json_add_text(producer, "name", s->producer_name);
    json_add_text(producer, "version", s->producer_version);
    json_add_text(root, "schema", SNAPSHOT_SCHEMA);
    json_add_text(root, "startedAt", s->started_at);
    json_add_text(root, "finishedAt", s->finished_at);
    if (s->challenge)
        add_challenge(root, s->challenge);
    overrides = cJSON_AddArrayToObject(root, "overrides");
    for (size_t i = 0; i < s->override_count; i++) {
        cJSON *row = json_append_object(overrides);

        json_add_text(row, "kind", s->overrides[i].kind);
        json_add_text(row, "detail", s->overrides[i].detail);
    }
}

static void add_unread(cJSON *root, const struct snapshot *s)
{
    cJSON *rows = s->trail_unread_count ? cJSON_AddArrayToObject(root, "trailUnread") : NULL;

    for (size_t i = 0; i < s->trail_unread_count; i++) {
        cJSON *row = json_append_object(rows);

        json_add_text(row, "account", s->trail_unread[i].account);
        json_add_text(row, "file", s->trail_unread[i].file);
        json_add_text(row, "reason", s->trail_unread[i].reason);
    }
}

/* Only where there are any. */
static void add_trail(cJSON *root, const struct snapshot *s)
{
    cJSON *rows = s->trail_count ? cJSON_AddArrayToObject(root, "trailFiles") : NULL;

    for (size_t i = 0; i < s->trail_count; i++) {
        cJSON *row = json_append_object(rows);

        json_add_text(row, "account", s->trail[i].account);
        json_add_text(row, "file", s->trail[i].page.file);
        json_add_text(row, "sha256", s->trail[i].page.sha256);
        json_add_count(row, "size", s->trail[i].page.size);
    }
}

/* What a list of queries is made from. */
struct log {
    const struct snapshot *of;
};

static cJSON *next_query(struct json_list *list)
{
    const struct snapshot *s = ((const struct log *)list->context)->of;

    return list->at[0] < s->query_count ? snapshot_query_json(&s->queries[list->at[0]++]) : NULL;
}

int snapshot_save(const struct snapshot *s, const char *path, struct error *err)
{
    struct log log = {s};
    struct json_list queries = {.next = next_query, .context = &log};
    cleanup_json cJSON *root = cJSON_CreateObject();
    struct file_draft draft;

    add_head(root, s);
    add_scope(root, s);
    json_add_list(root, "queries", &queries);
    add_trail(root, s);
    add_unread(root, s);
    if (json_pretty_draft(root, &draft, path, LIMIT_SNAPSHOT_BYTES, err))
        return -1;
    return file_publish(&draft, 1, err);
}
