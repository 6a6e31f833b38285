/* join.c - the accounts' parts joined into snapshot.json, and what was not as in a plain scan. */
#include <stdlib.h>
#include <string.h>

#include "aws/attempt.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "scan/private.h"

/* Was the question asked without any answer coming that counts? That a root session was refused is
 * one. */
static bool was_in_vain(const struct query *q)
{
    return attempt_may_pass(q) ||
           (q->page_count == 0 &&
            !(q->error_code && strcmp(q->error_code, ROOT_SESSION_DENIED) == 0));
}

/* Was it asked at another address than it would be now? What is on record as overridden is what is
 * overridden now. */
static bool is_from_elsewhere(const struct scanning *s, const struct query *q)
{
    struct endpoint_question question = {q->service, q->region, s->partition,
                                         s->settings->credentials.config};
    struct error ignored = {0};
    struct endpoint e;

    return endpoint_resolve(&question, &e, &ignored) || strcmp(e.host, q->endpoint_host) != 0;
}

int join_has_part(struct scanning *s, size_t account, struct error *err)
{
    const char *id = s->scope.accounts[account].id;
    struct snapshot part = {.dir = NULL};
    cJSON *notes = NULL;
    int has = recorder_part(s->run, id, &part, &notes, err);
    bool lacking = false, foreign = false;

    for (size_t i = 0; has > 0 && i < part.query_count; i++) {
        lacking = lacking || was_in_vain(&part.queries[i]);
        foreign = foreign || is_from_elsewhere(s, &part.queries[i]);
    }
    cJSON_Delete(notes);
    snapshot_close(&part);
    if (has > 0 && !recorder_is_open(s->run, id))
        return 1; /* of a scan that had ended, and nothing in it is left to ask */
    if (foreign)
        return recorder_forget(s->run, id, err) ? -1 : 0;
    if (lacking)
        return recorder_reopen(s->run, id, err) ? -1 : 0;
    return has;
}

/* What the parts' notes say, put together. */
struct notes {
    long clock_offset; /* the largest, either way */
    cJSON *leaves;     /* host: SHA-256 */
};

static void take_note(struct notes *all, const cJSON *notes)
{
    long offset = (long)json_num(notes, "clockOffset");
    long size = offset < 0 ? -offset : offset;

    if (size > (all->clock_offset < 0 ? -all->clock_offset : all->clock_offset))
        all->clock_offset = offset;
    for (const cJSON *l = json_first(json_find(notes, "leaves")); l; l = l->next)
        if (!json_find(all->leaves, l->string) && cJSON_IsString(l))
            (void)cJSON_AddStringToObject(all->leaves, l->string, l->valuestring);
}

static void take_notes(struct notes *all, const cJSON *notes)
{
    for (const cJSON *note = json_first(notes); note; note = note->next)
        take_note(all, note);
}

static void override(struct snapshot *s, const char *kind, const char *detail)
{
    *arena_push(&s->arena, s->overrides, s->override_count) = (struct override){kind, detail};
}

/* One whose detail is, or goes on from, this one: what a CA file checked is told behind it. */
static bool has_override(const struct snapshot *s, const char *kind, const char *detail)
{
    size_t len = strlen(detail);

    for (size_t i = 0; i < s->override_count; i++) {
        const struct override *o = &s->overrides[i];

        if (strcmp(o->kind, kind) == 0 && strncmp(o->detail, detail, len) == 0 &&
            (o->detail[len] == '\0' || o->detail[len] == ';'))
            return true;
    }
    return false;
}

/* Once: a scan that is resumed finds those of before. */
static void note_once(struct snapshot *s, const char *kind, const char *detail)
{
    if (!has_override(s, kind, detail))
        override(s, kind, detail);
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
        note_once(scope, "endpoint",
                  arena_printf(&scope->arena, "%s was asked at %s%s%s", scope->collect[i], e.url,
                               *leaf ? ", which showed the TLS certificate SHA-256 " : "", leaf));
    }
}

/* Answers of before the scan was resumed that nobody asked for again, from other addresses than
 * those of now. */
static void note_former_endpoints(struct scanning *s, const struct notes *notes)
{
    struct snapshot *scope = &s->scope;

    for (size_t i = 0; i < scope->query_count; i++) {
        const struct query *q = &scope->queries[i];
        const char *leaf = json_str(notes->leaves, q->endpoint_host), *detail;

        if (q->page_count == 0 || !is_from_elsewhere(s, q))
            continue;
        detail = arena_printf(&scope->arena, "%s was asked at %s before the scan was resumed%s%s",
                              q->service, q->endpoint_host,
                              *leaf ? ", which showed the TLS certificate SHA-256 " : "", leaf);
        note_once(scope, "endpoint", detail);
    }
}

int join_note_ca(struct scanning *s, bool *added, struct error *err)
{
    const char *file = s->settings->credentials.http.ca_bundle, *detail;
    char hex[DIGEST_HEX];

    *added = false;
    if (!file)
        return 0;
    if (digest_file(file, 64 * MIB, hex, NULL, err))
        return -1;
    detail =
        arena_printf(&s->scope.arena,
                     "certificates were checked against a CA file of the user's, SHA-256 %s", hex);
    if (has_override(&s->scope, "ca", detail))
        return 0;
    override(&s->scope, "ca", detail);
    *added = true;
    return 0;
}

#define DETAIL_FULL (LIMIT_NAME_BYTES - 512) /* the next host may be 256 bytes long */

static struct override *last_ca(struct snapshot *scope)
{
    size_t i = scope->override_count - 1;

    while (i > 0 && strcmp(scope->overrides[i].kind, "ca") != 0)
        i--;
    return &scope->overrides[i];
}

static bool is_shown(const struct snapshot *scope, const char *shown)
{
    for (size_t i = 0; i < scope->override_count; i++)
        if (strcmp(scope->overrides[i].kind, "ca") == 0 &&
            strstr(scope->overrides[i].detail, shown))
            return true;
    return false;
}

/* Which certificates were shown, whichever of the CA files they were checked against. */
static void note_leaves(struct scanning *s, const struct notes *notes)
{
    struct snapshot *scope = &s->scope;

    if (!snapshot_overridden(scope, "ca"))
        return;
    for (const cJSON *l = json_first(notes->leaves); l; l = l->next) {
        struct override *last = last_ca(scope);
        const char *shown =
            arena_printf(&scope->arena, "; %s showed %s", l->string, l->valuestring);

        if (is_shown(scope, shown))
            continue;
        last->detail = arena_printf(&scope->arena, "%s%s", last->detail, shown);
        if (strlen(last->detail) > DETAIL_FULL && l->next) /* dozens of regions have a host each */
            override(scope, "ca", "under the same CA file");
    }
}

static void note_clock(struct scanning *s, const struct notes *notes)
{
    long offset = notes->clock_offset;

    if (offset != 0)
        note_once(&s->scope, "clock",
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
        if (has == 0 && is_asked(s, i))
            return fail(err, ERR_MISSING, "%s/" RECORDER_DIR "/%s.json: is gone", s->run, a->id);
    }
    return 0;
}

static int write_log(struct scanning *s, struct error *err)
{
    struct snapshot *scope = &s->scope;
    const char *path = file_join(&scope->arena, s->run, SNAPSHOT_FILE);
    char now[CLOCK_TEXT];

    if (scope->query_count > 1)
        qsort(scope->queries, scope->query_count, sizeof *scope->queries, query_order);
    scope->finished_at =
        arena_strdup(&scope->arena, clock_format(clock_now() + (time_t)s->clock_offset, now));
    file_sync(); /* the answers first: the log says that they are there */
    return snapshot_save(scope, path, err);
}

int join_parts(struct scanning *s, struct error *err)
{
    struct notes all = {.leaves = cJSON_CreateObject()};
    int status = gather(s, &all, err);

    if (status == 0) {
        note_leaves(s, &all);
        note_endpoints(s, &all);
        if (s->settings->resume)
            note_former_endpoints(s, &all);
        note_clock(s, &all);
    }
    if (status == 0)
        status = write_log(s, err);
    cJSON_Delete(all.leaves);
    if (status)
        return -1;
    return file_remove_tree(file_join(&s->scope.arena, s->run, RECORDER_DIR), err);
}
