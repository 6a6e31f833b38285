/* recorder_part.c - numbering the pages of an account that is done, and its part of the log. */
#include <stdlib.h>
#include <string.h>

#include "aws/endpoint.h"
#include "aws/recorder.h"
#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"

/* Raw files are numbered by operation and parameters; what is alike in both, by service and
 * region. */
static int by_number(const void *a, const void *b)
{
    const struct query *x = a, *y = b;
    int order = strcmp(x->operation, y->operation);

    if (order == 0)
        order = strcmp(x->parameters, y->parameters);
    return order ? order : query_compare(x, y);
}

/* Ending of the raw files of a service. */
static const char *ending_of(const char *service)
{
    const struct service *s = service_find(service);

    return s && (s->protocol == PROTOCOL_JSON11 || s->protocol == PROTOCOL_REST_JSON) ? "json"
                                                                                      : "xml";
}

/* All queries of the account: those of earlier attempts, then this one's. One that was asked again
 * takes the place of the earlier. */
static struct query *gather(const struct recorder *r, struct arena *arena, size_t *count)
{
    struct query *all =
        arena_new(arena, struct query, r->earlier.query_count + r->finished_count + 1);

    *count = 0;
    for (size_t i = 0; i < r->finished_count; i++)
        all[(*count)++] = *r->finished[i];
    qsort(all, *count, sizeof *all, query_order);
    for (size_t i = 0; i < r->earlier.query_count; i++)
        if (!bsearch(&r->earlier.queries[i], all, r->finished_count, sizeof *all, query_order))
            all[(*count)++] = r->earlier.queries[i];
    qsort(all, *count, sizeof *all, by_number);
    return all;
}

/* Give every page its number; *moves gets the first names, row by row with the pages. */
static cJSON *number_pages(const char *account, struct query *all, size_t count,
                           struct arena *arena)
{
    cJSON *moves = cJSON_CreateArray();
    size_t number = 0;

    for (size_t i = 0; i < count; i++) {
        struct page *pages = arena_new(arena, struct page, all[i].page_count);

        for (size_t p = 0; p < all[i].page_count; p++) {
            pages[p] = all[i].pages[p];
            (void)cJSON_AddItemToArray(moves, cJSON_CreateString(pages[p].file));
            pages[p].file =
                arena_printf(arena, "raw/%s/%04zu-%s-%s.%s", account, ++number, all[i].service,
                             all[i].operation, ending_of(all[i].service));
            (void)cJSON_AddItemToArray(moves, cJSON_CreateString(pages[p].file));
        }
        all[i].pages = pages;
    }
    return moves;
}

/* Rename as planned. A first name that is gone was renamed before the program was killed. */
static int carry_out(const char *run, const cJSON *moves, struct error *err)
{
    struct arena scratch = {0};
    int status = 0;

    for (const cJSON *m = json_first(moves); status == 0 && m && m->next; m = m->next->next) {
        const char *from = m->valuestring ? file_join(&scratch, run, m->valuestring) : "";
        const char *to = m->next->valuestring ? file_join(&scratch, run, m->next->valuestring) : "";

        if (file_exists(from))
            status = file_move(from, to, err);
        else if (!file_exists(to))
            status = fail(err, ERR_MISSING, "%s: is gone", from);
    }
    arena_free(&scratch);
    return status;
}

static const char *base_name(const char *path)
{
    const char *slash = path ? strrchr(path, '/') : NULL;

    return slash ? slash + 1 : "";
}

/* Answers that were given up (their query was asked again and answered otherwise) have no row. What
 * stands in folders below, as CloudTrail's files do, is no answer. */
static int remove_rest(const char *run, const char *account, const cJSON *moves, struct error *err)
{
    struct arena scratch = {0};
    struct file_list files = {0};
    const char *dir = arena_printf(&scratch, "%s/raw/%s", run, account);
    const char **named = arena_new(&scratch, const char *, json_count(moves) + 1);
    size_t count = 0;
    int status = file_walk(dir, LIMIT_PACK_FILES, &scratch, &files, err);

    for (const cJSON *m = json_first(moves); m && m->next; m = m->next->next)
        named[count++] = base_name(m->next->valuestring);
    qsort(named, count, sizeof *named, text_order);
    for (size_t i = 0; status == 0 && i < files.count; i++)
        if (!strchr(files.paths[i], '/') &&
            !bsearch(&files.paths[i], named, count, sizeof *named, text_order))
            status = file_delete(file_join(&scratch, dir, files.paths[i]), err);
    arena_free(&scratch);
    return status;
}

static int write_part(const char *path, const cJSON *part, struct error *err)
{
    cleanup_strbuf struct strbuf text = STRBUF_INIT(LIMIT_SNAPSHOT_BYTES);

    if (json_canonical(part, &text, err) || strbuf_finish(&text, path, err))
        return fail_in(err, "%s", path);
    return file_write(path, text.buf, text.len, 0600, err);
}

int recorder_finish(struct recorder *r, struct error *err)
{
    cleanup_json cJSON *part = cJSON_CreateObject();
    size_t count;
    struct query *all = gather(r, &r->arena, &count);
    cJSON *moves = number_pages(r->account, all, count, &r->arena), *rows;

    cJSON_AddItemToObject(part, "notes", cJSON_Duplicate(r->notes, true));
    cJSON_AddItemToObject(part, "moves", moves);
    rows = cJSON_AddArrayToObject(part, "queries");
    qsort(all, count, sizeof *all, query_order);
    for (size_t i = 0; i < count; i++)
        (void)cJSON_AddItemToArray(rows, snapshot_query_json(&all[i]));
    if (write_part(arena_printf(&r->arena, "%s/" RECORDER_DIR "/%s.json", r->run, r->account), part,
                   err) ||
        carry_out(r->run, moves, err))
        return -1;
    return remove_rest(r->run, r->account, moves, err);
}

static int read_rows(const cJSON *part, struct snapshot *s, struct error *err)
{
    const cJSON *rows = json_array(part, "queries", err);

    if (!rows)
        return -1;
    for (const cJSON *row = json_first(rows); row; row = row->next)
        if (snapshot_read_query(s, row, arena_push(&s->arena, s->queries, s->query_count), err))
            return -1;
    return 0;
}

int recorder_part(const char *run, const char *account, struct snapshot *s, cJSON **notes,
                  struct error *err)
{
    struct arena scratch = {0};
    const char *path = arena_printf(&scratch, "%s/" RECORDER_DIR "/%s.json", run, account);
    bool there = file_exists(path);
    cleanup_json cJSON *part = there ? json_read(path, LIMIT_SNAPSHOT_BYTES, err) : NULL;
    int status = part ? 1 : there ? -1 : 0;

    *notes = NULL;
    if (part && (read_rows(part, s, err) || carry_out(run, json_find(part, "moves"), err) ||
                 remove_rest(run, account, json_find(part, "moves"), err)))
        status = fail_in(err, "%s", path);
    if (status > 0)
        *notes = cJSON_Duplicate(json_find(part, "notes"), true);
    arena_free(&scratch);
    return status;
}

/* A row as it stood before its pages were numbered; *moves gets both names of each. */
static struct query unnumbered(struct recorder *r, const struct query *row, cJSON *moves)
{
    struct query q = *row;

    q.pages = arena_new(&r->arena, struct page, row->page_count);
    q.page_count = 0;
    for (size_t p = 0; p < row->page_count; p++) {
        q.pages[p] = row->pages[p];
        q.pages[p].file = recorder_file(r, &q);
        (void)cJSON_AddItemToArray(moves, cJSON_CreateString(q.pages[p].file));
        (void)cJSON_AddItemToArray(moves, cJSON_CreateString(row->pages[p].file));
        q.page_count++;
    }
    return q;
}

int recorder_restore(const char *run, const char *account, const struct query *rows, size_t count,
                     bool (*is_open)(const struct query *q), struct error *err)
{
    struct recorder r = {.run = run, .account = account};
    struct snapshot *kept = &r.earlier;
    cleanup_json cJSON *part = cJSON_CreateObject();
    cJSON *moves = cJSON_AddArrayToObject(part, "moves");
    cJSON *queries = cJSON_AddArrayToObject(part, "queries");
    int status = 0;

    (void)cJSON_AddArrayToObject(part, "notes");
    r.journal = arena_printf(&r.arena, "%s/" RECORDER_DIR "/%s.journal", run, account);
    for (size_t i = 0; i < count; i++) {
        struct query q = unnumbered(&r, &rows[i], moves);

        (void)cJSON_AddItemToArray(queries, snapshot_query_json(&rows[i]));
        if (!is_open(&rows[i]))
            *arena_push(&r.arena, kept->queries, kept->query_count) = q;
    }
    if (kept->query_count < count)
        status = recorder_renew_journal(&r, err);
    if (status == 0)
        status = write_part(arena_printf(&r.arena, "%s/" RECORDER_DIR "/%s.json", run, account),
                            part, err);
    arena_free(&r.arena);
    return status;
}

bool recorder_is_open(const char *run, const char *account)
{
    struct arena scratch = {0};
    bool there =
        file_exists(arena_printf(&scratch, "%s/" RECORDER_DIR "/%s.journal", run, account));

    arena_free(&scratch);
    return there;
}

/* Rename from the second names to the first. */
static int undo(const char *run, const cJSON *moves, struct error *err)
{
    struct arena scratch = {0};
    int status = 0;

    for (const cJSON *m = json_first(moves); status == 0 && m && m->next; m = m->next->next) {
        const char *first = m->valuestring ? file_join(&scratch, run, m->valuestring) : "";
        const char *second =
            m->next->valuestring ? file_join(&scratch, run, m->next->valuestring) : "";

        if (file_exists(second))
            status = file_move(second, first, err);
    }
    arena_free(&scratch);
    return status;
}

/* The journal still has the first names. Until the part is gone, it can be carried out again. */
int recorder_reopen(const char *run, const char *account, struct error *err)
{
    struct arena scratch = {0};
    const char *path = arena_printf(&scratch, "%s/" RECORDER_DIR "/%s.json", run, account);
    cleanup_json cJSON *part = json_read(path, LIMIT_SNAPSHOT_BYTES, err);
    int status = part ? undo(run, json_find(part, "moves"), err) : -1;

    if (status == 0)
        status = file_delete(path, err);
    arena_free(&scratch);
    return status;
}

int recorder_forget(const char *run, const char *account, struct error *err)
{
    struct arena scratch = {0};
    int status = recorder_reopen(run, account, err);

    if (status == 0)
        status = file_delete(arena_printf(&scratch, "%s/" RECORDER_DIR "/%s.journal", run, account),
                             err);
    arena_free(&scratch);
    return status;
}
