/* join.c - the accounts' parts joined into snapshot.json, and what was not as in a plain scan. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "scan/private.h"

int join_has_part(struct scanning *s, size_t account, struct error *err)
{
    const char *id = s->scope.accounts[account].id;
    struct snapshot part = {.dir = NULL};
    cJSON *notes = NULL;
    int has = recorder_part(s->run, id, &part, &notes, err);
    bool useless = false;

    for (size_t i = 0; has > 0 && i < part.query_count; i++)
        useless = useless || part.queries[i].page_count == 0; /* asked in vain: no answer came */
    cJSON_Delete(notes);
    snapshot_close(&part);
    if (useless)
        return recorder_forget(s->run, id, err) ? -1 : 0;
    return has;
}

/* What the parts' notes say, put together. */
struct notes {
    long clock_offset; /* the largest, either way */
    cJSON *leaves;     /* host: SHA-256 */
};

static void take_notes(struct notes *all, const cJSON *notes)
{
    long offset = (long)json_num(notes, "clockOffset");
    long size = offset < 0 ? -offset : offset;

    if (size > (all->clock_offset < 0 ? -all->clock_offset : all->clock_offset))
        all->clock_offset = offset;
    for (const cJSON *l = json_first(json_find(notes, "leaves")); l; l = l->next)
        if (!json_find(all->leaves, l->string) && cJSON_IsString(l))
            (void)cJSON_AddStringToObject(all->leaves, l->string, l->valuestring);
}

static void override(struct snapshot *s, const char *kind, const char *detail)
{
    *arena_push(&s->arena, s->overrides, s->override_count) = (struct override){kind, detail};
}

/* Services whose address is not AWS's own. */
static void note_endpoints(struct scanning *s, const struct notes *notes)
{
    struct snapshot *scope = &s->scope;

    for (size_t i = 0; i < scope->collect_count; i++) {
        struct endpoint_question q = {scope->collect[i], s->region, s->partition,
                                      s->settings->credentials.config};
        struct error ignored = {0};
        struct endpoint e;
        const char *leaf;

        if (endpoint_resolve(&q, &e, &ignored) || !e.overridden)
            continue;
        leaf = json_str(notes->leaves, e.host);
        override(scope, "endpoint",
                 arena_printf(&scope->arena, "%s was asked at %s%s%s", scope->collect[i], e.url,
                              *leaf ? ", which showed the TLS certificate SHA-256 " : "", leaf));
    }
}

static int note_ca(struct scanning *s, const struct notes *notes, struct error *err)
{
    const char *file = s->settings->credentials.http.ca_bundle;
    struct snapshot *scope = &s->scope;
    const char *detail;
    char hex[DIGEST_HEX];

    if (!file)
        return 0;
    if (digest_file(file, 64 * MIB, hex, NULL, err))
        return -1;
    detail =
        arena_printf(&scope->arena,
                     "certificates were checked against a CA file of the user's, SHA-256 %s", hex);
    for (const cJSON *l = json_first(notes->leaves); l; l = l->next)
        detail = arena_printf(&scope->arena, "%s; %s showed %s", detail, l->string, l->valuestring);
    override(scope, "ca", detail);
    return 0;
}

static void note_clock(struct scanning *s, const struct notes *notes)
{
    long offset = notes->clock_offset;

    if (offset != 0)
        override(&s->scope, "clock",
                 arena_printf(&s->scope.arena, "this machine's clock was %ld seconds %s AWS's",
                              offset < 0 ? -offset : offset, offset < 0 ? "ahead of" : "behind"));
}

static int gather(struct scanning *s, struct notes *all, struct error *err)
{
    for (size_t i = 0; i < s->scope.account_count; i++) {
        const struct scope_account *a = &s->scope.accounts[i];
        cJSON *notes = NULL;
        int has = recorder_part(s->run, a->id, &s->scope, &notes, err);

        take_notes(all, notes);
        cJSON_Delete(notes);
        if (has < 0)
            return -1;
        if (has == 0 && a->included)
            return fail(err, ERR_MISSING, "%s/" RECORDER_DIR "/%s.json: is gone", s->run, a->id);
    }
    return 0;
}

static int by_question(const void *a, const void *b)
{
    return query_compare(a, b);
}

static int write_log(struct scanning *s, struct error *err)
{
    struct snapshot *scope = &s->scope;
    cleanup_strbuf struct strbuf text = STRBUF_INIT(LIMIT_SNAPSHOT_BYTES);
    const char *path = file_join(&scope->arena, s->run, SNAPSHOT_FILE);
    char now[CLOCK_TEXT];

    if (scope->query_count > 1)
        qsort(scope->queries, scope->query_count, sizeof *scope->queries, by_question);
    scope->finished_at =
        arena_strdup(&scope->arena, clock_format(clock_now() + (time_t)s->clock_offset, now));

    cleanup_json cJSON *tree = snapshot_json(scope);

    if (json_pretty(tree, &text, err) || strbuf_finish(&text, path, err))
        return fail_in(err, "%s", path);
    file_sync(); /* the answers first: the log says that they are there */
    return file_write(path, text.buf, text.len, 0600, err);
}

int join_parts(struct scanning *s, struct error *err)
{
    struct notes all = {.leaves = cJSON_CreateObject()};
    int status = gather(s, &all, err);

    if (status == 0) {
        note_endpoints(s, &all);
        status = note_ca(s, &all, err);
        note_clock(s, &all);
    }
    if (status == 0)
        status = write_log(s, err);
    cJSON_Delete(all.leaves);
    if (status)
        return -1;
    return file_remove_tree(file_join(&s->scope.arena, s->run, RECORDER_DIR), err);
}
