/* predicate.c - the part of the statement that tells how the evidence came about. */
#include "evidence/predicate.h"

#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "checks/catalogue.h"
#include "evidence/uuid.h"

/* Copy member `key` of `from`, under the same name; an absent one or null is left out. */
static void copy_member(cJSON *to, const cJSON *from, const char *key)
{
    const cJSON *value = json_find(from, key);

    if (value && !cJSON_IsNull(value))
        cJSON_AddItemToObject(to, key, cJSON_Duplicate(value, true));
}

/* The same for a list of names that ends with NULL. */
static void copy_members(cJSON *to, const cJSON *from, const char *const *keys)
{
    for (; *keys; keys++)
        copy_member(to, from, *keys);
}

/* Texts that are "" in the report mean «not known» and are left out. */
static void copy_text(cJSON *to, const char *name, const cJSON *from, const char *key)
{
    if (*json_str(from, key))
        cJSON_AddStringToObject(to, name, json_str(from, key));
}

/* --- Blocks of the predicate ------------------------------------------------------------------ */

static int add_bundle(const struct statement_source *s, cJSON *out, struct error *err)
{
    const struct pack_file *snapshot = pack_find(s->subjects, PACK_SNAPSHOT);
    struct arena scratch = {0};
    char id[UUID_TEXT];
    const char *name = arena_printf(
        &scratch, "%s#%s/%s/%s/%s", PACK_PREDICATE_TYPE, snapshot ? snapshot->sha256 : "",
        json_str(json_find(s->findings, "ruleset"), "sha256"), s->edition, s->document_date);
    int status = uuid_from_name(name, id, err);

    arena_free(&scratch);
    if (status)
        return -1;
    cJSON_AddStringToObject(out, "id", id);
    copy_text(out, "title", s->report, "title");
    cJSON_AddStringToObject(out, "edition", s->edition);
    cJSON_AddStringToObject(out, "documentDate", s->document_date);
    copy_text(out, "classification", json_find(s->report, "edition"), "classification");
    return 0;
}

static int add_producer(const struct statement_source *s, cJSON *out, struct error *err)
{
    const cJSON *ruleset = json_object(s->findings, "ruleset", err);

    if (!ruleset)
        return fail_in(err, "%s", PACK_FINDINGS);
    cJSON_AddStringToObject(out, "name", "reportgen");
    cJSON_AddStringToObject(out, "version", VERSION);
    copy_text(out, "rulesetVersion", ruleset, "version");
    copy_text(out, "rulesetSha256", ruleset, "sha256");
    return 0;
}

/* Calls `visit` for every page of every query. */
static void each_page(const cJSON *snapshot,
                      void (*visit)(const cJSON *query, const cJSON *page, void *context),
                      void *context)
{
    const cJSON *queries = json_find(snapshot, "queries");

    for (const cJSON *q = json_first(queries); q; q = q->next)
        for (const cJSON *p = json_first(json_find(q, "pages")); p; p = p->next)
            visit(q, p, context);
}

struct span {
    const cJSON *first, *last; /* page answered first and last */
    size_t dated;              /* answers with a Date header */
    double offset;             /* largest distance between AWS's clock and ours, seconds */
};

static void widen_span(const cJSON *query, const cJSON *page, void *context)
{
    struct span *span = context;
    const char *at = json_str(page, "receivedAt");
    time_t ours, theirs;

    (void)query;
    if (!span->first || strcmp(at, json_str(span->first, "receivedAt")) < 0)
        span->first = page;
    if (!span->last || strcmp(at, json_str(span->last, "receivedAt")) > 0)
        span->last = page;
    if (!clock_parse(at, &ours) || !clock_parse(json_str(page, "serverDate"), &theirs))
        return;
    span->dated++;
    double distance = difftime(theirs, ours);

    if (distance < 0)
        distance = -distance;
    if (distance > span->offset)
        span->offset = distance;
}

/* Request ids of the first and last answer are in CloudTrail too: an auditor can find them. */
static int add_run(const struct statement_source *s, cJSON *out, struct error *err)
{
    static const char *const times[] = {"startedAt", "finishedAt", "challenge", NULL};
    static const char *const marks[] = {"file", "requestId", "serverDate", "receivedAt", NULL};
    struct span span = {0};

    each_page(s->snapshot, widen_span, &span);
    if (!span.first)
        return fail(err, ERR_MISSING, "%s: lists no answer; there is nothing to sign",
                    PACK_SNAPSHOT);
    copy_members(out, s->snapshot, times);
    copy_members(cJSON_AddObjectToObject(out, "firstAnswer"), span.first, marks);
    copy_members(cJSON_AddObjectToObject(out, "lastAnswer"), span.last, marks);

    cJSON *clock = cJSON_AddObjectToObject(out, "clock");

    cJSON_AddStringToObject(clock, "source", "Date header of each answer");
    cJSON_AddNumberToObject(clock, "answers", (double)span.dated);
    if (span.dated)
        cJSON_AddNumberToObject(clock, "largestOffsetSeconds", span.offset);
    return 0;
}

/* The report knows names and aliases, the snapshot what was in scope. */
static int add_scope(const struct statement_source *s, cJSON *out, struct error *err)
{
    static const char *const keys[] = {"mode", "home", "collect", "regions", NULL};
    const cJSON *scope = json_object(s->snapshot, "scope", err);
    const cJSON *known = json_find(json_find(s->report, "scope"), "accounts");

    if (!scope)
        return fail_in(err, "%s", PACK_SNAPSHOT);
    copy_text(out, "organizationId", json_find(s->report, "organization"), "id");
    copy_members(out, scope, keys);

    cJSON *accounts = cJSON_AddArrayToObject(out, "accounts");

    for (const cJSON *a = json_first(json_find(scope, "accounts")); a; a = a->next) {
        static const char *const fields[] = {"id", "included", "reason", NULL};
        cJSON *row = cJSON_CreateObject();

        copy_members(row, a, fields);
        for (const cJSON *k = json_first(known); k; k = k->next)
            if (!strcmp(json_str(k, "id"), json_str(a, "id")))
                copy_text(row, "alias", k, "alias");
        cJSON_AddItemToArray(accounts, row);
    }
    return 0;
}

static int add_queries(const struct statement_source *s, cJSON *out, struct error *err)
{
    static const char *const fields[] = {
        "account",      "region",   "service", "operation", "parameters", "session",
        "endpointHost", "complete", "error",   "redacted",  NULL};

    (void)err;
    for (const cJSON *q = json_first(json_find(s->snapshot, "queries")); q; q = q->next) {
        cJSON *row = cJSON_CreateObject();

        copy_members(row, q, fields);

        cJSON *ids = cJSON_AddArrayToObject(row, "requestIds");
        cJSON *files = cJSON_AddArrayToObject(row, "evidence");

        for (const cJSON *p = json_first(json_find(q, "pages")); p; p = p->next) {
            cJSON_AddItemToArray(ids, cJSON_CreateString(json_str(p, "requestId")));
            cJSON_AddItemToArray(files, cJSON_CreateString(json_str(p, "file")));
        }
        cJSON_AddItemToArray(out, row);
    }
    return 0;
}

static void add_page(const cJSON *query, const cJSON *page, void *context)
{
    static const char *const fields[] = {"sha256",     "size",       "httpStatus",
                                         "receivedAt", "serverDate", NULL};
    cJSON *row = cJSON_CreateObject();
    const char *file = json_str(page, "file");
    const char *dot = strrchr(file, '.');

    cJSON_AddStringToObject(row, "path", file);
    cJSON_AddStringToObject(row, "mediaType",
                            dot && !strcmp(dot, ".json") ? "application/json" : "application/xml");
    copy_members(row, page, fields);
    cJSON_AddBoolToObject(row, "transformed", json_find(query, "redacted") != NULL);
    cJSON_AddItemToArray(context, row);
}

/* A log file of CloudTrail: nobody was asked for it. */
static void add_trail_file(const cJSON *file, cJSON *out)
{
    static const char *const fields[] = {"sha256", "size", NULL};
    cJSON *row = cJSON_CreateObject();

    cJSON_AddStringToObject(row, "path", json_str(file, "file"));
    cJSON_AddStringToObject(row, "mediaType", "application/gzip");
    copy_members(row, file, fields);
    cJSON_AddBoolToObject(row, "transformed", false);
    cJSON_AddItemToArray(out, row);
}

static int add_evidence(const struct statement_source *s, cJSON *out, struct error *err)
{
    (void)err;
    each_page(s->snapshot, add_page, out);
    for (const cJSON *f = json_first(json_find(s->snapshot, "trailFiles")); f; f = f->next)
        add_trail_file(f, out);
    return 0;
}

static int add_documents(const struct statement_source *s, cJSON *out, struct error *err)
{
    (void)err;
    for (size_t i = 0; i < s->subjects->count; i++) {
        const struct pack_file *f = &s->subjects->at[i];

        if (!*f->media_type)
            continue;

        cJSON *row = cJSON_CreateObject();

        cJSON_AddStringToObject(row, "path", f->name);
        cJSON_AddStringToObject(row, "mediaType", f->media_type);
        cJSON_AddItemToArray(out, row);
    }
    return 0;
}

static int add_criteria(const struct statement_source *s, cJSON *out, struct error *err)
{
    static const char *const fields[] = {"title", "severity", "frameworks", NULL};
    cleanup_json cJSON *catalogue = catalogue_json();

    (void)s;
    (void)err;
    for (const cJSON *c = json_first(catalogue); c; c = c->next) {
        cJSON *row = cJSON_CreateObject();

        copy_text(row, "check", c, "id");
        copy_text(row, "passWhen", c, "passesWhen");
        copy_members(row, c, fields);
        cJSON_AddItemToArray(out, row);
    }
    return 0;
}

static int add_population(const struct statement_source *s, cJSON *out, struct error *err)
{
    (void)err;
    for (const cJSON *p = json_first(json_find(s->findings, "populations")); p; p = p->next)
        cJSON_AddItemToArray(out, cJSON_Duplicate(p, true));
    return 0;
}

static int add_findings(const struct statement_source *s, cJSON *out, struct error *err)
{
    const cJSON *counts = json_object(s->findings, "counts", err);

    if (!counts)
        return fail_in(err, "%s", PACK_FINDINGS);
    cJSON_AddStringToObject(out, "file", PACK_FINDINGS);
    copy_member(out, s->findings, "counts");
    return 0;
}

/* null is said, not left out: no value is never read as a good one. */
static int add_score(const struct statement_source *s, cJSON *out, struct error *err)
{
    static const char *const fields[] = {"version", "value", "grade", "withExceptions", NULL};
    const cJSON *score = json_object(s->findings, "score", err);

    if (!score)
        return fail_in(err, "%s", PACK_FINDINGS);
    for (const char *const *key = fields; *key; key++) {
        const cJSON *value = json_find(score, *key);

        cJSON_AddItemToObject(out, *key, value ? cJSON_Duplicate(value, true) : cJSON_CreateNull());
    }

    const cJSON *coverage = json_find(s->findings, "coverage");

    cJSON_AddItemToObject(out, "coverage",
                          coverage ? cJSON_Duplicate(coverage, true) : cJSON_CreateNull());
    return 0;
}

static int add_verdict(const struct statement_source *s, cJSON *out, struct error *err)
{
    static const char *const fields[] = {"result", "complete", "reasons", NULL};
    const cJSON *verdict = json_object(s->findings, "verdict", err);
    bool complete;

    if (!verdict || !json_text(verdict, "result", err) ||
        json_bool(verdict, "complete", &complete, err))
        return fail_in(err, "%s", PACK_FINDINGS);
    copy_members(out, verdict, fields);
    cJSON_AddStringToObject(out, "rule",
                            "fail when a FAIL has no valid waiver; not complete when a query "
                            "failed, populations differ or anything was overridden");
    return 0;
}

static int add_overrides(const struct statement_source *s, cJSON *out, struct error *err)
{
    (void)err;
    for (const cJSON *o = json_first(json_find(s->snapshot, "overrides")); o; o = o->next)
        cJSON_AddItemToArray(out, cJSON_Duplicate(o, true));
    return 0;
}

static int add_limitations(const struct statement_source *s, cJSON *out, struct error *err)
{
    static const char *const always[] = {
        "The audited party signs. It could have left out or changed answers before it signed.",
        "AWS signed none of its answers.",
        "The signature says which key signed which bytes, not when.",
    };

    (void)err;
    for (size_t i = 0; i < sizeof always / sizeof always[0]; i++)
        cJSON_AddItemToArray(out, cJSON_CreateString(always[i]));
    for (const cJSON *l = json_first(json_find(s->report, "limits")); l; l = l->next)
        cJSON_AddItemToArray(out, cJSON_Duplicate(l, true));
    return 0;
}

static int add_reproduce(const struct statement_source *s, cJSON *out, struct error *err)
{
    (void)s;
    (void)err;
    cJSON_AddStringToObject(out, "command",
                            "mkdir ../again && cp -R snapshot.json raw inputs ../again; "
                            "reportgen evaluate ../again; "
                            "cmp findings.json ../again/findings.json");
    cJSON_AddStringToObject(
        out, "notes",
        "Run inside the pack with the same version of reportgen; it needs no "
        "network, and judges at the time of the scan with the inputs of the scan.");
    return 0;
}

static int add_signer(const struct statement_source *s, cJSON *out, struct error *err)
{
    (void)err;
    cJSON_AddStringToObject(out, "keyId", s->key->id);
    cJSON_AddStringToObject(out, "algorithm", key_algorithm(s->key));
    return 0;
}

/* To add one: write its function, add its row, and the property in statement.schema.json. */
static const struct block {
    const char *name;
    bool is_array;
    int (*fill)(const struct statement_source *s, cJSON *out, struct error *err);
} blocks[] = {
    {"bundle", false, add_bundle},
    {"producer", false, add_producer},
    {"run", false, add_run},
    {"scope", false, add_scope},
    {"queries", true, add_queries},
    {"evidence", true, add_evidence},
    {"documents", true, add_documents},
    {"population", true, add_population},
    {"criteria", true, add_criteria},
    {"findings", false, add_findings},
    {"score", false, add_score},
    {"verdict", false, add_verdict},
    {"overrides", true, add_overrides},
    {"limitations", true, add_limitations},
    {"reproduce", false, add_reproduce},
    {"signer", false, add_signer},
};

int predicate_fill(const struct statement_source *source, cJSON *predicate, struct error *err)
{
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++) {
        cJSON *block = blocks[i].is_array ? cJSON_AddArrayToObject(predicate, blocks[i].name)
                                          : cJSON_AddObjectToObject(predicate, blocks[i].name);

        if (blocks[i].fill(source, block, err))
            return -1;
    }
    return 0;
}
