/* assessment_json.c - findings.json. */
#include <string.h>

#include "assessment.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/json_build.h"
#include "base/json_list.h"
#include "base/limits.h"
#include "checks/catalogue.h"
#include "checks/check.h"
#include "config/load.h"

static const char *sha256_of(const struct assessment *a, const char *file)
{
    const struct page *page = snapshot_page(&a->snapshot, file);

    for (size_t i = 0; !page && i < a->tests.record_count; i++)
        if (strcmp(a->tests.records[i].file, file) == 0)
            return a->tests.records[i].sha256;
    return page ? page->sha256 : "";
}

cJSON *assessment_source_json(const struct assessment *a, const struct source *source)
{
    cJSON *row = cJSON_CreateObject();
    size_t len = strlen(source->file);
    bool is_json = len > 5 && strcmp(source->file + len - 5, ".json") == 0;

    cJSON_AddStringToObject(row, "file", source->file);
    cJSON_AddStringToObject(row, "sha256", sha256_of(a, source->file));
    cJSON_AddStringToObject(row, is_json ? "pointer" : "xpath", source->pointer);
    if (source->cell)
        cJSON_AddStringToObject(row, "cell", source->cell);
    return row;
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* The same place may have been cited twice. */
static bool cited_before(const struct finding *f, size_t index)
{
    const struct source *s = &f->evidence[index];

    for (size_t i = 0; i < index; i++)
        if (strcmp(f->evidence[i].file, s->file) == 0 &&
            strcmp(f->evidence[i].pointer, s->pointer) == 0 &&
            same_text(f->evidence[i].cell, s->cell))
            return true;
    return false;
}

cJSON *assessment_evidence_json(const struct assessment *a, const struct finding *f)
{
    cJSON *list = cJSON_CreateArray();

    for (size_t i = 0; i < f->evidence_count; i++)
        if (!cited_before(f, i))
            cJSON_AddItemToArray(list, assessment_source_json(a, &f->evidence[i]));
    return list;
}

static cJSON *reviews_json(const struct waiver *w)
{
    cJSON *list = cJSON_CreateArray();

    for (size_t i = 0; i < w->review_count; i++) {
        cJSON *row = json_append_object(list);

        json_add_text(row, "date", w->reviews[i].date);
        json_add_text(row, "by", w->reviews[i].by);
        json_add_text(row, "decision", w->reviews[i].decision);
        json_add_text(row, "note", w->reviews[i].note);
    }
    return list;
}

cJSON *assessment_waiver_json(const struct waiver *w)
{
    cJSON *row;

    if (!w)
        return cJSON_CreateNull();
    row = cJSON_CreateObject();
    json_add_text(row, "id", w->id);
    json_add_text(row, "owner", w->owner);
    json_add_text(row, "approver", w->approver);
    json_add_text(row, "reason", w->reason);
    json_add_text(row, "compensatingControl", w->compensating_control);
    json_add_text(row, "approved", w->approved);
    json_add_text(row, "expires", w->expires);
    json_add_text(row, "ticket", w->ticket);
    cJSON_AddItemToObject(row, "reviews", reviews_json(w));
    cJSON_AddBoolToObject(row, "valid", w->valid);
    json_add_text(row, "fault", w->fault);
    return row;
}

cJSON *assessment_attestation_json(const struct attestation *a)
{
    cJSON *row, *evidence;

    if (!a)
        return cJSON_CreateNull();
    row = cJSON_CreateObject();
    json_add_text(row, "id", a->id);
    json_add_text(row, "by", a->by);
    json_add_text(row, "statement", a->statement);
    json_add_text(row, "attested", a->attested.text);
    json_add_text(row, "expires", a->expires.text);
    evidence = cJSON_AddObjectToObject(row, "evidence");
    json_add_format(evidence, "file", "%s/%s", INPUTS_FOLDER, a->evidence);
    json_add_text(evidence, "sha256", a->evidence_sha256);
    return row;
}

/* "<A> <B>" as a list. */
static cJSON *blanks_json(const char *blanks)
{
    cJSON *list = cJSON_CreateArray();

    while (*blanks) {
        size_t len = strcspn(blanks, " ");
        cleanup_strbuf struct strbuf blank = STRBUF_INIT(LIMIT_NAME_BYTES);

        strbuf_add(&blank, blanks, len);
        cJSON_AddItemToArray(list, cJSON_CreateString(blank.buf));
        blanks += len + strspn(blanks + len, " ");
    }
    return list;
}

static void add_fix(cJSON *list, const char *kind, const char *about, const char *text,
                    const char *blanks)
{
    cJSON *row = json_append_object(list);

    cJSON_AddStringToObject(row, "kind", kind);
    cJSON_AddStringToObject(row, "about", about);
    cJSON_AddStringToObject(row, "text", text);
    cJSON_AddItemToObject(row, "blanks", blanks_json(blanks));
}

cJSON *assessment_fixes_json(const struct finding *f)
{
    cJSON *list = cJSON_CreateArray();

    if (f->fix)
        add_fix(list, "action", "", f->fix, "");
    for (size_t i = 0; i < f->remedy_count; i++) {
        const struct remedy *r = &f->remedies[i];

        add_fix(list, remedy_name(r->kind), r->about, r->text, r->blanks);
    }
    return list;
}

static cJSON *finding_json(const struct assessment *a, const struct finding *f)
{
    cJSON *row = cJSON_CreateObject();

    cJSON_AddStringToObject(row, "id", f->id);
    cJSON_AddStringToObject(row, "check", f->check);
    cJSON_AddStringToObject(row, "severity", severity_name(f->severity));
    cJSON_AddStringToObject(row, "tier", tier_name(f->tier));
    cJSON_AddStringToObject(row, "layer", layer_name(f->layer));
    cJSON_AddStringToObject(row, "account", f->account);
    cJSON_AddStringToObject(row, "resource", f->resource);
    cJSON_AddStringToObject(row, "status", status_name(f->status));
    cJSON_AddStringToObject(row, "detail", f->detail);
    cJSON_AddStringToObject(row, "observed", f->observed);
    cJSON_AddStringToObject(row, "expected", f->expected);
    cJSON_AddItemToObject(row, "evidence", assessment_evidence_json(a, f));
    cJSON_AddItemToObject(row, "waiver", assessment_waiver_json(f->waiver));
    cJSON_AddItemToObject(row, "attestation", assessment_attestation_json(f->attestation));
    cJSON_AddItemToObject(row, "fixes", assessment_fixes_json(f));
    return row;
}

static cJSON *explain_json(const struct score *s)
{
    cJSON *list = cJSON_CreateArray();
    struct {
        const char *kind;
        long points;
    } rest[] = {{"ceiling", s->ceiling_points}, {"rounding", s->rounding_points}};

    for (size_t i = 0; i < s->explain_count; i++) {
        cJSON *row = json_append_object(list);

        cJSON_AddStringToObject(row, "kind", "check");
        cJSON_AddStringToObject(row, "check", check_at(s->explain[i].row)->id);
        json_add_fraction(row, "points", true, s->explain[i].points, 100);
    }
    for (size_t i = 0; s->assessed && i < sizeof rest / sizeof *rest; i++) {
        cJSON *row = json_append_object(list);

        cJSON_AddStringToObject(row, "kind", rest[i].kind);
        cJSON_AddNullToObject(row, "check");
        json_add_fraction(row, "points", true, rest[i].points, 100);
    }
    return list;
}

static cJSON *tiers_json(const struct score *s)
{
    cJSON *list = cJSON_CreateArray();

    for (int t = 0; t < TIER_COUNT; t++) {
        cJSON *row = json_append_object(list);

        cJSON_AddStringToObject(row, "tier", tier_name((enum tier)t));
        cJSON_AddNumberToObject(row, "weight", tier_weight((enum tier)t));
        json_add_fraction(row, "rate", s->tiers[t].assessed, s->tiers[t].rate, 100);
        json_add_count(row, "open", s->tiers[t].open);
        cJSON_AddNumberToObject(row, "ceiling", s->tiers[t].ceiling);
    }
    return list;
}

static cJSON *work_json(const struct score *s)
{
    cJSON *list = cJSON_CreateArray();

    for (size_t i = 0; i < s->fix_count; i++) {
        cJSON *row = json_append_object(list);

        cJSON_AddStringToObject(row, "check", check_at(s->fixes[i].row)->id);
        json_add_count(row, "count", s->fixes[i].count);
        cJSON_AddNumberToObject(row, "gain", s->fixes[i].gain);
        cJSON_AddNumberToObject(row, "scoreAfter", s->fixes[i].score_after);
        cJSON_AddNumberToObject(row, "ceilingAfter", s->fixes[i].ceiling_after);
        json_add_count(row, "group", s->fixes[i].group + 1);
    }
    return list;
}

static cJSON *score_json(const struct score *s)
{
    cJSON *row = cJSON_CreateObject();

    cJSON_AddStringToObject(row, "version", SCORE_VERSION);
    json_add_fraction(row, "value", s->assessed, s->value, 1);
    cJSON_AddStringToObject(row, "grade", score_grade(s->assessed, s->value));
    json_add_fraction(row, "raw", s->assessed, s->raw, 100);
    cJSON_AddNumberToObject(row, "ceiling", s->ceiling);
    json_add_fraction(row, "withExceptions", s->assessed_with_exceptions, s->with_exceptions, 1);
    cJSON_AddItemToObject(row, "explain", explain_json(s));
    cJSON_AddItemToObject(row, "tiers", tiers_json(s));
    cJSON_AddItemToObject(row, "fixes", work_json(s));
    return row;
}

static cJSON *counts_json(const struct findings *f)
{
    struct finding_counts n = findings_of_all(f);
    cJSON *row = cJSON_CreateObject();

    for (int s = 0; s < STATUS_COUNT; s++)
        json_add_count(row, status_name((enum status)s), n.by_status[s]);
    json_add_count(row, "waived", n.waived);
    json_add_count(row, "attested", n.attested);
    return row;
}

static cJSON *verdict_json(const struct assessment *a)
{
    cJSON *row = cJSON_CreateObject(), *reasons;

    cJSON_AddStringToObject(row, "result", assessment_fails(a) ? "fail" : "pass");
    cJSON_AddBoolToObject(row, "complete", assessment_complete(a));
    reasons = cJSON_AddArrayToObject(row, "reasons");
    for (size_t i = 0; i < a->findings.incomplete_count; i++) {
        cJSON *reason = json_append_object(reasons);

        cJSON_AddStringToObject(reason, "code", a->findings.incomplete[i].code);
        cJSON_AddStringToObject(reason, "text", a->findings.incomplete[i].text);
    }
    return row;
}

cJSON *assessment_population_json(const struct population *p)
{
    cJSON *row = cJSON_CreateObject();

    cJSON_AddStringToObject(row, "account", p->account);
    cJSON_AddStringToObject(row, "kind", p->kind);
    cJSON_AddNumberToObject(row, "expected", (double)p->expected);
    cJSON_AddStringToObject(row, "expectedSource", p->expected_source);
    cJSON_AddNumberToObject(row, "listed", (double)p->listed);
    cJSON_AddStringToObject(row, "listedSource", p->listed_source);
    cJSON_AddNumberToObject(row, "difference", (double)(p->listed - p->expected));
    return row;
}

static cJSON *populations_json(const struct findings *f)
{
    cJSON *list = cJSON_CreateArray();

    for (size_t i = 0; i < f->population_count; i++)
        cJSON_AddItemToArray(list, assessment_population_json(&f->populations[i]));
    return list;
}

cJSON *assessment_report_json(const struct account *account)
{
    const struct account_outline *o = &account->outline;
    char text[CLOCK_TEXT];
    time_t made;
    cJSON *obj;

    if (!o->report_made || o->report_age < 0 || !clock_parse(o->report_made, &made))
        return cJSON_CreateNull();
    obj = cJSON_CreateObject();
    cJSON_AddStringToObject(obj, "generatedAt", clock_format(made, text));
    cJSON_AddNumberToObject(obj, "ageSeconds", (double)o->report_age);
    return obj;
}

static cJSON *accounts_json(const struct assessment *a)
{
    cJSON *list = cJSON_CreateArray();

    for (size_t i = 0; i < a->model.account_count; i++) {
        const struct account *account = &a->model.accounts[i];
        const struct score *s = &a->account_scores[i];
        cJSON *row = json_append_object(list);

        cJSON_AddStringToObject(row, "id", account->id);
        json_add_text(row, "name", account->name);
        json_add_text(row, "alias", account->alias);
        cJSON_AddBoolToObject(row, "included", account->included);
        json_add_text(row, "reason", account->reason);
        json_add_fraction(row, "score", s->assessed, s->value, 1);
        cJSON_AddStringToObject(row, "grade", score_grade(s->assessed, s->value));
        cJSON_AddNumberToObject(row, "ceiling", s->ceiling);
        cJSON_AddItemToObject(row, "credentialReport", assessment_report_json(account));
    }
    return list;
}

static void add_inputs(const struct assessment *a, cJSON *root)
{
    cJSON *list = cJSON_AddArrayToObject(root, "inputs");

    for (size_t i = 0; i < a->inputs.file_count; i++) {
        cJSON *row = json_append_object(list);

        json_add_format(row, "file", "%s/%s", INPUTS_FOLDER, a->inputs.files[i].name);
        cJSON_AddStringToObject(row, "sha256", a->inputs.files[i].sha256);
    }
    for (size_t i = 0; i < a->tests.record_count; i++) {
        cJSON *row = json_append_object(list);

        cJSON_AddStringToObject(row, "file", a->tests.records[i].file);
        cJSON_AddStringToObject(row, "sha256", a->tests.records[i].sha256);
    }
}

static void add_head(const struct assessment *a, cJSON *root)
{
    cJSON *producer, *snapshot, *ruleset;
    char hex[DIGEST_HEX];

    cJSON_AddStringToObject(root, "schema", FINDINGS_SCHEMA);
    producer = cJSON_AddObjectToObject(root, "producer");
    cJSON_AddStringToObject(producer, "name", "reportgen");
    cJSON_AddStringToObject(producer, "version", VERSION);
    snapshot = cJSON_AddObjectToObject(root, "snapshot");
    cJSON_AddStringToObject(snapshot, "sha256", a->snapshot.sha256);
    cJSON_AddStringToObject(snapshot, "startedAt", a->snapshot.started_at);
    cJSON_AddStringToObject(snapshot, "finishedAt", a->snapshot.finished_at);
    ruleset = cJSON_AddObjectToObject(root, "ruleset");
    cJSON_AddStringToObject(ruleset, "version", RULESET_VERSION);
    cJSON_AddStringToObject(ruleset, "sha256", ruleset_sha256(hex));
    add_inputs(a, root);
}

/* The list of findings, as it is written. */
struct finding_list {
    const struct assessment *assessment;
    struct finding_reader reader;
    struct json_list list;
};

static cJSON *next_finding(struct json_list *list)
{
    struct finding_list *l = list->context;
    const struct findings *f = &l->assessment->findings;

    for (; list->at[0] < f->accounts * f->checks; list->at[0]++, list->at[1] = 0) {
        const struct finding *found = finding_read(&l->reader, list->at[0] / f->checks,
                                                   list->at[0] % f->checks, list->at[1]++);

        if (found)
            return finding_json(l->assessment, found);
    }
    return NULL;
}

static cJSON *build(const struct assessment *a, struct finding_list *findings)
{
    cJSON *root = cJSON_CreateObject();
    long coverage = score_coverage(&a->findings);

    *findings = (struct finding_list){.assessment = a,
                                      .reader = {.from = &a->findings},
                                      .list = {.next = next_finding, .context = findings}};
    add_head(a, root);
    cJSON_AddItemToObject(root, "score", score_json(&a->score));
    json_add_fraction(root, "coverage", coverage >= 0, coverage, 10);
    cJSON_AddItemToObject(root, "counts", counts_json(&a->findings));
    cJSON_AddItemToObject(root, "verdict", verdict_json(a));
    cJSON_AddItemToObject(root, "populations", populations_json(&a->findings));
    cJSON_AddItemToObject(root, "secondOpinion", assessment_opinions_json(a));
    cJSON_AddItemToObject(root, "accounts", accounts_json(a));
    json_add_list(root, "findings", &findings->list);
    return root;
}

cJSON *assessment_json(const struct assessment *a)
{
    struct finding_list findings;
    cJSON *root = build(a, &findings);

    json_fill(root);
    finding_reader_close(&findings.reader);
    return root;
}

int assessment_draft(const struct assessment *a, struct file_draft *d, const char *path,
                     struct error *err)
{
    struct finding_list findings;
    cleanup_json cJSON *root = build(a, &findings);
    int status = json_pretty_draft(root, d, path, LIMIT_WRITTEN_BYTES, err);

    finding_reader_close(&findings.reader);
    return status;
}
