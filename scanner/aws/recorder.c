/* recorder.c - raw answers under first names, and the journal of queries that are whole. */
#include "aws/recorder.h"

#include <stdlib.h>
#include <string.h>

#include "aws/endpoint.h"
#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"

static const char *path_of(struct arena *arena, const char *run, const char *account,
                           const char *ending)
{
    return arena_printf(arena, "%s/" RECORDER_DIR "/%s.%s", run, account, ending);
}

/* Are all files of the query there, and as recorded? */
static bool has_files(struct recorder *r, const struct query *q)
{
    for (size_t i = 0; i < q->page_count; i++) {
        const struct page *p = &q->pages[i];
        struct error ignored = {0};
        char hex[DIGEST_HEX];
        size_t size = 0;

        if (digest_file(file_join(&r->arena, r->run, p->file), LIMIT_ANSWER_BYTES, hex, &size,
                        &ignored) ||
            size != p->size || strcmp(hex, p->sha256) != 0)
            return false;
    }
    return true;
}

static bool is_answered(const struct query *q)
{
    return q->complete || (q->error_code && strcmp(q->error_code, QUERY_STOPPED) == 0);
}

/* One line of the journal; one that cannot be read was cut off when the program was killed. */
static void read_line(struct recorder *r, const char *line, size_t len)
{
    struct error ignored = {0};
    cleanup_json cJSON *row = json_parse(r->journal, line, len, &ignored);
    const cJSON *settled;
    struct query q = {0};

    if (cJSON_IsObject(json_find(row, "note"))) {
        (void)cJSON_AddItemToArray(r->notes, cJSON_DetachItemFromObject(row, "note"));
        return;
    }
    settled = json_find(row, "settled");
    if (!row || snapshot_read_query(&r->earlier, settled ? settled : row, &q, &ignored) ||
        strcmp(q.account, r->account) != 0 || (!settled && !is_answered(&q)) || !has_files(r, &q))
        return;
    *arena_push(&r->earlier.arena, r->earlier.queries, r->earlier.query_count) = q;
}

static int add_row(struct recorder *r, const cJSON *row, struct strbuf *out, struct error *err)
{
    if (json_canonical(row, out, err))
        return fail_in(err, "%s", r->journal);
    strbuf_addch(out, '\n');
    return 0;
}

static int add_line(struct recorder *r, const struct query *q, struct strbuf *out,
                    struct error *err)
{
    cleanup_json cJSON *row = snapshot_query_json(q);

    return add_row(r, row, out, err);
}

static int add_note(struct recorder *r, const cJSON *note, struct strbuf *out, struct error *err)
{
    cleanup_json cJSON *row = cJSON_CreateObject();

    cJSON_AddItemToObject(row, "note", cJSON_Duplicate(note, true));
    return add_row(r, row, out, err);
}

static int add_settled(struct recorder *r, const struct query *q, struct strbuf *out,
                       struct error *err)
{
    cleanup_json cJSON *row = cJSON_CreateObject();

    cJSON_AddItemToObject(row, "settled", snapshot_query_json(q));
    return add_row(r, row, out, err);
}

/* Write the journal anew with what is believed of it, so that new lines follow whole ones. */
int recorder_renew_journal(struct recorder *r, struct error *err)
{
    cleanup_strbuf struct strbuf text = STRBUF_INIT(LIMIT_SNAPSHOT_BYTES);

    for (const cJSON *note = json_first(r->notes); note; note = note->next)
        if (add_note(r, note, &text, err))
            return -1;
    for (size_t i = 0; i < r->earlier.query_count; i++)
        if ((is_answered(&r->earlier.queries[i]) ? add_line : add_settled)(
                r, &r->earlier.queries[i], &text, err))
            return -1;
    if (strbuf_finish(&text, r->journal, err))
        return -1;
    return file_write(r->journal, text.buf, text.len, 0600, err);
}

static int read_journal(struct recorder *r, struct error *err)
{
    cleanup_strbuf struct strbuf text = STRBUF_INIT(LIMIT_SNAPSHOT_BYTES);
    struct snapshot *s = &r->earlier;
    size_t kept = 0;

    if (file_read(r->journal, LIMIT_SNAPSHOT_BYTES, &text, err))
        return -1;
    for (const char *line = text.buf, *end; *line; line = end + 1) {
        end = strchr(line, '\n');
        if (!end)
            break;
        read_line(r, line, (size_t)(end - line));
    }
    if (s->query_count > 1)
        qsort(s->queries, s->query_count, sizeof *s->queries, query_order);
    for (size_t i = 0; i < s->query_count; i++)
        if (kept == 0 || query_compare(&s->queries[kept - 1], &s->queries[i]) != 0)
            s->queries[kept++] = s->queries[i];
    s->query_count = kept;
    return recorder_renew_journal(r, err);
}

int recorder_open(struct recorder *r, const char *run, const char *account, struct error *err)
{
    *r = (struct recorder){.run = run, .account = account, .notes = cJSON_CreateArray()};
    r->journal = path_of(&r->arena, run, account, "journal");
    if (file_make_dirs(arena_printf(&r->arena, "%s/raw/%s", run, account), 0700, err) ||
        file_make_dirs(file_join(&r->arena, run, RECORDER_DIR), 0700, err))
        return -1;
    return file_exists(r->journal) ? read_journal(r, err) : 0;
}

void recorder_close(struct recorder *r)
{
    snapshot_close(&r->earlier);
    cJSON_Delete(r->notes);
    arena_free(&r->arena);
}

const struct query *recorder_find(const struct recorder *r, const struct query *wanted)
{
    if (r->earlier.query_count == 0)
        return NULL;
    return bsearch(wanted, r->earlier.queries, r->earlier.query_count, sizeof *r->earlier.queries,
                   query_order);
}

struct query *recorder_begin(struct recorder *r, const struct query *q)
{
    struct query *kept = arena_new(&r->arena, struct query, 1);

    *kept = (struct query){.account = arena_strdup(&r->arena, q->account),
                           .region = arena_strdup(&r->arena, q->region),
                           .service = arena_strdup(&r->arena, q->service),
                           .operation = arena_strdup(&r->arena, q->operation),
                           .parameters = arena_strdup(&r->arena, q->parameters),
                           .as_root = q->as_root,
                           .endpoint_host = arena_strdup(&r->arena, q->endpoint_host)};
    return kept;
}

const char *recorder_file(struct recorder *r, const struct query *q)
{
    struct arena scratch = {0};
    const char *question = arena_printf(&scratch, "%s\n%s\n%s\n%s%s", q->service, q->region,
                                        q->operation, q->parameters, q->as_root ? "\nroot" : "");
    char hex[DIGEST_HEX];
    const char *file;

    (void)digest_bytes(question, strlen(question), hex);
    file = arena_printf(&r->arena, "raw/%s/%s-%.16s-%05zu.part", r->account, q->operation, hex,
                        q->page_count + 1);
    arena_free(&scratch);
    return file;
}

int recorder_page(struct recorder *r, struct query *q, struct page page, const struct strbuf *body,
                  struct error *err)
{
    struct arena *arena = &r->arena;
    char hex[DIGEST_HEX];

    page.file = recorder_file(r, q);
    if (file_put(file_join(arena, r->run, page.file), body->buf, body->len, 0600, err))
        return -1;
    page.size = body->len;
    page.sha256 = arena_strdup(arena, digest_bytes(body->buf, body->len, hex));
    page.request_id = arena_strdup(arena, page.request_id);
    page.sent_at = arena_strdup(arena, page.sent_at);
    page.received_at = arena_strdup(arena, page.received_at);
    page.server_date = arena_strdup(arena, page.server_date);
    page.token = page.token ? arena_strdup(arena, page.token) : NULL;
    *arena_push(arena, q->pages, q->page_count) = page;
    return 0;
}

int recorder_note(struct recorder *r, const cJSON *note, struct error *err)
{
    cleanup_strbuf struct strbuf line = STRBUF_INIT(LIMIT_SNAPSHOT_BYTES);

    (void)cJSON_AddItemToArray(r->notes, cJSON_Duplicate(note, true));
    if (add_note(r, note, &line, err) || strbuf_finish(&line, r->journal, err))
        return -1;
    return file_append(r->journal, line.buf, line.len, 0600, err);
}

int recorder_end(struct recorder *r, struct query *q, struct error *err)
{
    cleanup_strbuf struct strbuf line = STRBUF_INIT(LIMIT_SNAPSHOT_BYTES);

    *arena_push(&r->arena, r->finished, r->finished_count) = q;
    if (add_line(r, q, &line, err) || strbuf_finish(&line, r->journal, err))
        return -1;
    return file_append(r->journal, line.buf, line.len, 0600, err);
}
