/* report.c - from an assessment to the report JSON. */
#include "report.h"

#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/json_build.h"
#include "base/limits.h"
#include "checks/catalogue.h"
#include "checks/check.h"
#include "report_parts.h"

/* To add an edition: a row here. The first one has no suffix in file names. */
const struct edition editions[] = {
    {"internal", "Internal edition", "Confidential", false},
    {"auditor", "Auditor edition", "Confidential", true},
    {NULL, NULL, NULL, false},
};

const struct edition *edition_find(const char *id)
{
    for (const struct edition *e = editions; e->id; e++)
        if (strcmp(e->id, id) == 0)
            return e;
    return NULL;
}

void report_set_edition(cJSON *report, const struct edition *edition)
{
    cJSON *obj = cJSON_CreateObject();

    cJSON_AddStringToObject(obj, "id", edition->id);
    cJSON_AddStringToObject(obj, "label", edition->label);
    cJSON_AddStringToObject(obj, "classification", edition->classification);
    cJSON_AddBoolToObject(obj, "appendix", edition->appendix);
    cJSON_DeleteItemFromObjectCaseSensitive(report, "edition");
    cJSON_AddItemToObject(report, "edition", obj);
}

void report_set_date(cJSON *report, time_t document)
{
    cJSON *obj = cJSON_CreateObject();
    char text[CLOCK_TEXT];

    cJSON_AddStringToObject(obj, "date", clock_format(document, text));
    cJSON_AddStringToObject(obj, "dateText", clock_format_day(document, text));
    cJSON_AddStringToObject(obj, "issuedText", clock_format_minute(document, text));
    cJSON_DeleteItemFromObjectCaseSensitive(report, "document");
    cJSON_AddItemToObject(report, "document", obj);
}

const char *report_file_name(struct arena *arena, const char *edition, const char *extension)
{
    if (strcmp(edition, editions[0].id) == 0)
        return arena_printf(arena, "report.%s", extension);
    return arena_printf(arena, "report-%s.%s", edition, extension);
}

void report_counted(cJSON *obj, const char *key, size_t n, const char *one, const char *many)
{
    json_add_format(obj, key, "%zu %s", n, n == 1 ? one : many);
}

void report_add_hash(cJSON *obj, const char *key, const char *hex)
{
    char grouped[80];
    size_t n = 0;

    for (size_t i = 0; i < 64 && hex[i]; i++) {
        if (i && i % 4 == 0)
            grouped[n++] = ' ';
        grouped[n++] = hex[i];
    }
    grouped[n] = '\0';
    cJSON_AddStringToObject(obj, key, grouped);
}

void report_add_severity(cJSON *obj, enum severity severity)
{
    cJSON_AddStringToObject(obj, "severity", severity_name(severity));
    cJSON_AddStringToObject(obj, "severityText", severity_title(severity));
    cJSON_AddNumberToObject(obj, "severityBars", 1 + (int)severity);
}

const char *report_account_name(const struct account *account)
{
    return account->name ? account->name : account->alias ? account->alias : account->id;
}

static void add_head(cJSON *report, const struct assessment *a)
{
    bool sample = snapshot_overridden(&a->snapshot, "sample-data");
    char hex[DIGEST_HEX];
    cJSON *obj;

    cJSON_AddStringToObject(report, "schema", REPORT_SCHEMA);
    cJSON_AddStringToObject(report, "title", "MFA posture report");
    cJSON_AddStringToObject(report, "question",
                            "Is MFA enforced for root, administrators and everybody who signs in?");
    cJSON_AddBoolToObject(report, "sample", sample);
    cJSON_AddStringToObject(report, "sampleNote",
                            sample ? "Sample data: every name and figure is made up." : "");
    obj = cJSON_AddObjectToObject(report, "producer");
    cJSON_AddStringToObject(obj, "name", "reportgen");
    cJSON_AddStringToObject(obj, "version", VERSION);
    obj = cJSON_AddObjectToObject(report, "ruleset");
    cJSON_AddStringToObject(obj, "version", RULESET_VERSION);
    cJSON_AddStringToObject(obj, "sha256", ruleset_sha256(hex));
}

static void add_organization(cJSON *report, const struct assessment *a)
{
    const char *head = a->model.management_id ? a->model.management_id : a->model.home;
    const struct account *account = model_account(&a->model, head);
    cJSON *obj = cJSON_AddObjectToObject(report, "organization");

    cJSON_AddStringToObject(obj, "id", a->model.organization_id ? a->model.organization_id : "");
    cJSON_AddStringToObject(obj, "name", account ? report_account_name(account) : head);
}

static void add_scan(cJSON *report, const struct assessment *a)
{
    const char *word = a->snapshot.challenge;
    cJSON *obj = cJSON_AddObjectToObject(report, "scan");
    char text[CLOCK_TEXT];

    cJSON_AddStringToObject(obj, "startedAt", a->snapshot.started_at);
    cJSON_AddStringToObject(obj, "finishedAt", a->snapshot.finished_at);
    json_add_format(obj, "periodText", "Scanned %s",
                    clock_format_minute(a->snapshot.taken_at, text));
    cJSON_AddStringToObject(obj, "challenge", word ? word : "");
    if (word)
        json_add_format(obj, "challengeText",
                        "The scan was given the challenge %s. AWS CloudTrail shows it in the "
                        "session name " CHALLENGE_SESSION "%s of every role that the scan assumed, "
                        "and as " CHALLENGE_AGENT
                        "%s at the end of the user agent of its requests.",
                        word, word, word);
    else
        cJSON_AddStringToObject(obj, "challengeText", "");
    cJSON_AddStringToObject(obj, "snapshotSha256", a->snapshot.sha256);
    report_add_hash(obj, "snapshotSha256Groups", a->snapshot.sha256);
}

static void add_verdict(cJSON *report, const struct assessment *a)
{
    bool fails = assessment_fails(a), complete = assessment_complete(a);
    cJSON *obj = cJSON_AddObjectToObject(report, "verdict"), *reasons;

    cJSON_AddStringToObject(obj, "result", fails ? "fail" : "pass");
    cJSON_AddStringToObject(obj, "resultText", assessment_result(a));
    cJSON_AddBoolToObject(obj, "pass", !fails);
    cJSON_AddBoolToObject(obj, "complete", complete);
    cJSON_AddStringToObject(obj, "completeText", complete ? "Complete" : "Incomplete");
    reasons = cJSON_AddArrayToObject(obj, "reasons");
    for (size_t i = 0; i < a->findings.incomplete_count; i++) {
        cJSON *row = json_append_object(reasons);

        cJSON_AddStringToObject(row, "code", a->findings.incomplete[i].code);
        cJSON_AddStringToObject(row, "text", a->findings.incomplete[i].text);
    }
    json_add_count(obj, "reasonCount", a->findings.incomplete_count);
}

/* Open resources of a check over all accounts. */
static size_t open_of(const struct assessment *a, size_t row)
{
    struct finding_counts n = findings_of_check(&a->findings, row);

    return n.by_status[STATUS_FAIL] + n.by_status[STATUS_UNKNOWN] + n.by_status[STATUS_MANUAL];
}

static void add_ceiling(cJSON *obj, const struct assessment *a)
{
    const struct score *s = &a->score;
    bool capped = s->assessed && s->ceiling < 100;
    const struct check *check = check_at(s->ceiling_row);
    size_t open = capped ? open_of(a, s->ceiling_row) : 0;

    cJSON_AddNumberToObject(obj, "ceiling", s->ceiling);
    cJSON_AddBoolToObject(obj, "capped", capped);
    if (!capped)
        cJSON_AddStringToObject(obj, "ceilingText", "");
    else
        json_add_format(obj, "ceilingText", "Capped at %d%s: %zu %s %s proven for «%s»", s->ceiling,
                        a->model.account_count > 1 ? ", the mean of the accounts' ceilings" : "",
                        open, open == 1 ? check->noun : check->nouns,
                        open == 1 ? "is not" : "are not", check->title);
}

static void add_explain(cJSON *obj, const struct score *s)
{
    cJSON *list = cJSON_AddArrayToObject(obj, "explain");

    for (size_t i = 0; i < s->explain_count + (s->assessed ? 2 : 0); i++) {
        bool is_check = i < s->explain_count, is_ceiling = i == s->explain_count;
        const struct check *check = is_check ? check_at(s->explain[i].row) : NULL;
        long points = is_check     ? s->explain[i].points
                      : is_ceiling ? s->ceiling_points
                                   : s->rounding_points;
        cJSON *row = json_append_object(list);

        cJSON_AddStringToObject(row, "kind",
                                is_check     ? "check"
                                : is_ceiling ? "ceiling"
                                             : "rounding");
        cJSON_AddStringToObject(row, "check", check ? check->id : "");
        cJSON_AddStringToObject(row, "label",
                                check        ? check->title
                                : is_ceiling ? "Ceiling"
                                             : "Rounding down");
        json_add_fraction(row, "points", true, points, 100);
        json_add_format(row, "pointsText", "%ld.%02ld", points / 100, points % 100);
    }
}

static void add_number_text(cJSON *obj, const char *key, bool known, int value)
{
    if (known)
        json_add_format(obj, key, "%d", value);
    else
        cJSON_AddStringToObject(obj, key, "–");
}

static void add_score(cJSON *report, const struct assessment *a)
{
    const struct score *s = &a->score;
    bool graded = s->assessed && assessment_complete(a);
    size_t waivers = findings_of_all(&a->findings).waived;
    cJSON *obj = cJSON_AddObjectToObject(report, "score");

    cJSON_AddStringToObject(obj, "version", SCORE_VERSION);
    json_add_fraction(obj, "value", s->assessed, s->value, 1);
    add_number_text(obj, "valueText", s->assessed, s->value);
    cJSON_AddBoolToObject(obj, "assessed", s->assessed);
    cJSON_AddStringToObject(obj, "grade", score_grade(s->assessed, s->value));
    cJSON_AddBoolToObject(obj, "graded", graded);
    if (graded)
        json_add_format(obj, "gradeShown", "Grade %s", score_grade(true, s->value));
    else
        cJSON_AddStringToObject(obj, "gradeShown", s->assessed ? "not graded" : "not assessed");
    json_add_fraction(obj, "raw", s->assessed, s->raw, 100);
    add_ceiling(obj, a);
    json_add_fraction(obj, "withExceptions", s->assessed_with_exceptions, s->with_exceptions, 1);
    add_number_text(obj, "withExceptionsText", s->assessed_with_exceptions, s->with_exceptions);
    json_add_count(obj, "waivers", waivers);
    if (waivers)
        report_counted(obj, "waiversText", waivers, "valid waiver", "valid waivers");
    else
        cJSON_AddStringToObject(obj, "waiversText", "no valid waivers");
    add_explain(obj, s);
}

/* Counts of findings: all together, and, for FAIL without a valid waiver, by severity. */
struct counts {
    struct finding_counts all;
    size_t by_severity[SEVERITY_COUNT];
};

static struct counts count_findings(const struct assessment *a)
{
    const struct findings *f = &a->findings;
    struct counts n = {.all = findings_of_all(f)};

    for (size_t row = 0; row < f->checks; row++) {
        struct finding_counts of = findings_of_check(f, row);

        n.by_severity[assessment_severity(a, check_at(row))] +=
            of.by_status[STATUS_FAIL] - of.waived;
    }
    return n;
}

static void add_coverage(cJSON *report, const struct assessment *a, const struct counts *n)
{
    size_t assessed = n->all.by_status[STATUS_PASS] + n->all.by_status[STATUS_FAIL];
    size_t unknown = n->all.by_status[STATUS_UNKNOWN], manual = n->all.by_status[STATUS_MANUAL];
    long tenths = score_coverage(&a->findings);
    cJSON *obj = cJSON_AddObjectToObject(report, "coverage");

    json_add_fraction(obj, "percent", tenths >= 0, tenths, 10);
    if (tenths >= 0)
        json_add_format(obj, "text", "%ld.%ld %%", tenths / 10, tenths % 10);
    else
        cJSON_AddStringToObject(obj, "text", "nothing to assess");
    json_add_count(obj, "assessed", assessed);
    json_add_count(obj, "unknown", unknown);
    json_add_count(obj, "manual", manual);
    json_add_count(obj, "total", assessed + unknown + manual);
    json_add_format(obj, "detailText", "%zu unknown · %zu manual", unknown, manual);
}

static void add_counts(cJSON *report, const struct counts *n)
{
    cJSON *obj = cJSON_AddObjectToObject(report, "counts");

    json_add_count(obj, "pass", n->all.by_status[STATUS_PASS]);
    json_add_count(obj, "fail", n->all.by_status[STATUS_FAIL]);
    json_add_count(obj, "waived", n->all.waived);
    json_add_count(obj, "unknown", n->all.by_status[STATUS_UNKNOWN]);
    json_add_count(obj, "manual", n->all.by_status[STATUS_MANUAL]);
    json_add_count(obj, "notApplicable", n->all.by_status[STATUS_NOT_APPLICABLE]);
    json_add_count(obj, "attested", n->all.attested);
    json_add_count(obj, "open",
                   n->all.by_status[STATUS_FAIL] + n->all.by_status[STATUS_UNKNOWN] +
                       n->all.by_status[STATUS_MANUAL]);
    for (int s = SEVERITY_LOW; s < SEVERITY_COUNT; s++)
        json_add_count(obj, severity_name((enum severity)s), n->by_severity[s]);
}

static void add_tile(cJSON *list, const char *id, const char *label, size_t value, const char *note)
{
    cJSON *row = json_append_object(list);

    cJSON_AddStringToObject(row, "id", id);
    cJSON_AddStringToObject(row, "label", label);
    json_add_count(row, "value", value);
    json_add_format(row, "valueText", "%zu", value);
    cJSON_AddNullToObject(row, "delta");
    cJSON_AddStringToObject(row, "deltaText", "");
    cJSON_AddBoolToObject(row, "goodNews", false);
    cJSON_AddStringToObject(row, "note", note);
}

static void add_tiles(cJSON *report, const struct counts *n)
{
    cJSON *list = cJSON_AddArrayToObject(report, "tiles");
    char note[64] = "";

    for (int s = SEVERITY_COUNT - 1; s >= SEVERITY_LOW; s--)
        add_tile(list, severity_name((enum severity)s), severity_title((enum severity)s),
                 n->by_severity[s], "");
    if (n->all.attested)
        (void)snprintf(note, sizeof note, "%zu attested", n->all.attested);
    add_tile(list, "proven", "Proven", n->all.by_status[STATUS_PASS], note);
}

void report_add_list(cJSON *obj, const char *key, struct report_source *source, size_t number,
                     cJSON *(*next)(struct json_list *list))
{
    struct json_list *list = arena_new(&source->arena, struct json_list, 1);

    *list = (struct json_list){.next = next, .context = source, .number = number};
    json_add_list(obj, key, list);
}

static cJSON *build(struct report_source *source, time_t document)
{
    const struct assessment *a = source->assessment;
    cJSON *report = cJSON_CreateObject();
    struct counts counts = count_findings(a);

    add_head(report, a);
    report_set_edition(report, &editions[0]);
    report_set_date(report, document);
    add_organization(report, a);
    add_scan(report, a);
    add_verdict(report, a);
    add_score(report, a);
    add_coverage(report, a, &counts);
    add_counts(report, &counts);
    add_tiles(report, &counts);
    cJSON_AddItemToObject(report, "tiers", report_tiers(source));
    report_work(report, a);
    report_scope(report, source);
    cJSON_AddStringToObject(report, "decision", "");
    cJSON_AddArrayToObject(report, "trend");
    cJSON_AddArrayToObject(report, "changes");
    return report;
}

static void close_source(struct report_source *source)
{
    finding_reader_close(&source->reader);
    arena_free(&source->arena);
}

cJSON *report_build(const struct assessment *a, time_t document)
{
    struct report_source source = {.assessment = a, .reader = {.from = &a->findings}};
    cJSON *report = build(&source, document);

    json_fill(report);
    close_source(&source);
    return report;
}

int report_draft(const struct assessment *a, time_t document, struct file_draft *d,
                 const char *path, struct error *err)
{
    struct report_source source = {.assessment = a, .reader = {.from = &a->findings}};
    cJSON *report = build(&source, document);
    int status = json_pretty_draft(report, d, path, LIMIT_WRITTEN_BYTES, err);

    cJSON_Delete(report);
    close_source(&source);
    return status;
}

cJSON *report_load(const char *run, struct error *err)
{
    struct arena arena = {0};
    const char *path = file_join(&arena, run, REPORT_FILE);
    cJSON *report = json_read(path, LIMIT_JSON_BYTES, err);
    const char *schema = report ? json_text(report, "schema", err) : NULL;

    if (schema && strcmp(schema, REPORT_SCHEMA) != 0) {
        (void)fail(err, ERR_FORMAT, "schema: this program reads %s", REPORT_SCHEMA);
        schema = NULL;
    }
    if (report && !schema) {
        (void)fail_in(err, "%s", path);
        cJSON_Delete(report);
        report = NULL;
    }
    arena_free(&arena);
    return report;
}
