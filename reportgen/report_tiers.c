/* report_tiers.c - the report's tiers, their checks and findings. */
#include <stdlib.h>
#include <string.h>

#include "base/json_build.h"
#include "checks/check.h"
#include "report_parts.h"

/* Worst first, what is waived between MANUAL and PASS. */
static size_t reading_order(const struct finding *f)
{
    return (size_t)(finding_is_waived(f) ? 2 * status_rank(STATUS_PASS) - 1
                                         : 2 * status_rank(f->status));
}

/* Has the part any finding at that place of the reading order? */
static bool has_order(const struct finding_part *part, size_t order)
{
    const struct finding_counts *n = &part->counts;

    for (int s = 0; s < STATUS_COUNT; s++)
        if (order == 2 * (size_t)status_rank((enum status)s))
            return n->by_status[s] > (s == STATUS_FAIL ? n->waived : 0);
    return n->waived > 0;
}

cJSON *report_evidence_json(const cJSON *places)
{
    cJSON *list = cJSON_CreateArray();

    for (const cJSON *e = json_first(places); e; e = e->next) {
        cJSON *row = json_append_object(list);
        const cJSON *cell = json_find(e, "cell"), *xpath = json_find(e, "xpath");
        const char *pointer = json_str(e, xpath ? "xpath" : "pointer");

        cJSON_AddStringToObject(row, "file", json_str(e, "file"));
        cJSON_AddStringToObject(row, "sha256", json_str(e, "sha256"));
        cJSON_AddStringToObject(row, "pointer", pointer);
        cJSON_AddStringToObject(row, "cell", json_str(e, "cell"));
        cJSON_AddStringToObject(row, "pointerKind", cell ? "cell" : xpath ? "xpath" : "json");
    }
    return list;
}

static cJSON *evidence_json(const struct assessment *a, const struct finding *f)
{
    cleanup_json cJSON *places = assessment_evidence_json(a, f);

    return report_evidence_json(places);
}

static const char *status_text(const struct finding *f)
{
    if (finding_is_waived(f))
        return "FAIL, waived";
    if (f->attested)
        return "PASS (attested)";
    return f->status == STATUS_NOT_APPLICABLE ? "NOT APPLICABLE" : status_name(f->status);
}

/* What a person said beside what AWS did, to stand beside the status: who answers for it, and until
 * when. An exception that is not valid is shown too, and says so. */
static void add_basis(cJSON *row, const struct finding *f)
{
    const struct waiver *w = f->waiver;

    if (w && w->valid)
        json_add_format(row, "waiverText", "waived until %s by %s", w->expires, w->approver);
    else if (w)
        json_add_format(row, "waiverText", "exception %s is not valid: %s", w->id, w->fault);
    else
        cJSON_AddStringToObject(row, "waiverText", "");
    if (f->attestation)
        json_add_format(row, "attestationText", "attested until %s by %s",
                        f->attestation->expires.text, f->attestation->by);
    else
        cJSON_AddStringToObject(row, "attestationText", "");
}

static cJSON *finding_json(const struct assessment *a, const struct finding *f)
{
    const struct account *account = model_account(&a->model, f->account);
    cJSON *row = cJSON_CreateObject();
    bool has_remedies = f->status == STATUS_FAIL && f->remedy_count > 0;

    cJSON_AddStringToObject(row, "id", f->id);
    cJSON_AddStringToObject(row, "account", f->account);
    cJSON_AddStringToObject(row, "accountName", account ? report_account_name(account) : "");
    cJSON_AddStringToObject(row, "resource", f->resource);
    cJSON_AddStringToObject(row, "name", f->name);
    cJSON_AddStringToObject(row, "status", status_name(f->status));
    cJSON_AddStringToObject(row, "statusText", status_text(f));
    cJSON_AddStringToObject(row, "detail", f->detail);
    cJSON_AddStringToObject(row, "observed", f->observed);
    cJSON_AddStringToObject(row, "expected", f->expected);
    cJSON_AddBoolToObject(row, "open", finding_is_open(f));
    cJSON_AddStringToObject(row, "since", "");
    cJSON_AddItemToObject(row, "evidence", evidence_json(a, f));
    cJSON_AddItemToObject(row, "waiver", assessment_waiver_json(f->waiver));
    add_basis(row, f);
    cJSON_AddItemToObject(row, "attestation", assessment_attestation_json(f->attestation));
    /* shown of what failed: in a large organisation thousands of others would say the same line */
    cJSON_AddItemToObject(row, "fixes", has_remedies ? report_fixes_json(f) : cJSON_CreateArray());
    cJSON_AddBoolToObject(row, "hasRemedies", has_remedies);
    return row;
}

static void add_part(char *text, size_t size, size_t n, const char *what)
{
    size_t len = strlen(text);

    if (n)
        (void)snprintf(text + len, size - len, "%s%zu %s", len ? ", " : "", n, what);
}

static size_t judged_of(const struct finding_counts *n)
{
    size_t judged = 0;

    for (int s = 0; s < STATUS_COUNT; s++)
        judged += s == STATUS_NOT_APPLICABLE ? 0 : n->by_status[s];
    return judged;
}

static void add_summary(cJSON *row, const struct finding_counts *n)
{
    size_t judged = judged_of(n);
    char text[256] = "";

    add_part(text, sizeof text, n->by_status[STATUS_FAIL] - n->waived, "fail");
    add_part(text, sizeof text, n->waived, "fail and are waived");
    add_part(text, sizeof text, n->by_status[STATUS_UNKNOWN], "unknown");
    add_part(text, sizeof text, n->by_status[STATUS_MANUAL], "need an attestation");
    add_part(text, sizeof text, n->by_status[STATUS_PASS], "pass");
    if (judged == 0)
        cJSON_AddStringToObject(row, "summary", "nothing to judge");
    else
        json_add_format(row, "summary", "%zu judged: %s", judged, text);
    json_add_count(row, "judged", judged);
}

static void add_status(cJSON *row, const struct finding_counts *n)
{
    enum status worst = status_worst(n->by_status);
    bool all_waived = worst == STATUS_FAIL && n->waived == n->by_status[STATUS_FAIL];

    cJSON_AddStringToObject(row, "status", status_name(worst));
    cJSON_AddStringToObject(row, "statusText",
                            all_waived                       ? "FAIL, waived"
                            : worst == STATUS_NOT_APPLICABLE ? "NOT APPLICABLE"
                                                             : status_name(worst));
}

static void add_group_counts(cJSON *row, const struct finding_counts *n)
{
    json_add_count(row, "fail", n->by_status[STATUS_FAIL]);
    json_add_count(row, "waived", n->waived);
    json_add_count(row, "pass", n->by_status[STATUS_PASS]);
    json_add_count(row, "unknown", n->by_status[STATUS_UNKNOWN]);
    json_add_count(row, "manual", n->by_status[STATUS_MANUAL]);
    json_add_count(row, "notApplicable", n->by_status[STATUS_NOT_APPLICABLE]);
    json_add_count(row, "open",
                   n->by_status[STATUS_FAIL] + n->by_status[STATUS_UNKNOWN] +
                       n->by_status[STATUS_MANUAL]);
}

static void add_gain(cJSON *row, const struct assessment *a, size_t check)
{
    int gain = 0;

    for (size_t i = 0; i < a->score.fix_count; i++)
        if (a->score.fixes[i].row == check)
            gain = a->score.fixes[i].gain;
    cJSON_AddNumberToObject(row, "gain", gain);
    json_add_format(row, "gainText", gain > 0 ? "+%d" : "%d", gain);
}

/* Only the frameworks that the settings name, where they name any. */
static bool is_shown(const struct assessment *a, const char *framework)
{
    const struct texts *shown = &a->inputs.settings->frameworks;

    return shown->count == 0 || texts_have(shown, framework);
}

static void add_frameworks(cJSON *row, const struct assessment *a, const char *check)
{
    cJSON *list = cJSON_AddArrayToObject(row, "frameworks");
    size_t count;
    const struct framework_row *rows = framework_rows(check, &count);

    for (size_t i = 0; i < count; i++) {
        cJSON *entry;

        if (!is_shown(a, rows[i].framework))
            continue;
        entry = json_append_object(list);
        cJSON_AddStringToObject(entry, "framework", rows[i].framework);
        cJSON_AddStringToObject(entry, "id", rows[i].id);
        json_add_format(entry, "text", "%s %s", rows[i].framework, rows[i].id);
    }
}

static void add_check_head(cJSON *row, const struct assessment *a, const struct check *check)
{
    int ceiling = a->score.tiers[check->tier].ceiling;

    cJSON_AddStringToObject(row, "id", check->id);
    cJSON_AddStringToObject(row, "title", check->title);
    report_add_severity(row, assessment_severity(a, check));
    cJSON_AddStringToObject(row, "layer", layer_name(check->layer));
    cJSON_AddStringToObject(row, "layerText", layer_title(check->layer));
    cJSON_AddBoolToObject(row, "core", check->core);
    if (check->core && ceiling < 100)
        json_add_format(row, "coreText", "core check, ceiling %d", ceiling);
    else
        cJSON_AddStringToObject(row, "coreText", check->core ? "core check" : "");
    cJSON_AddStringToObject(row, "why", check->why);
    cJSON_AddStringToObject(row, "expected", check->passes_when);
}

/* The findings of a check (list->number) in reading order: worst first, then by account and
 * resource. at[]: place in that order, account, index. */
static cJSON *next_of_order(struct json_list *list, size_t orders)
{
    struct report_source *source = list->context;
    const struct findings *f = &source->assessment->findings;

    for (; list->at[0] < orders; list->at[0]++, list->at[1] = 0)
        for (; list->at[1] < f->accounts; list->at[1]++, list->at[2] = 0) {
            const struct finding *found;

            if (!has_order(&f->parts[list->at[1] * f->checks + list->number], list->at[0]))
                continue;
            while (
                (found = finding_read(&source->reader, list->at[1], list->number, list->at[2]++)))
                if (reading_order(found) == list->at[0])
                    return finding_json(source->assessment, found);
        }
    return NULL;
}

static cJSON *next_finding(struct json_list *list)
{
    return next_of_order(list, 2 * STATUS_COUNT);
}

/* What is open comes first; a waived FAIL is open and stands behind MANUAL. */
static cJSON *next_open(struct json_list *list)
{
    return next_of_order(list, 2 * (size_t)status_rank(STATUS_PASS));
}

static cJSON *check_json(struct report_source *source, size_t number)
{
    const struct assessment *a = source->assessment;
    const struct check *check = check_at(number);
    struct finding_counts n = findings_of_check(&a->findings, number);
    cJSON *row = cJSON_CreateObject();

    add_check_head(row, a, check);
    add_status(row, &n);
    add_summary(row, &n);
    add_group_counts(row, &n);
    add_gain(row, a, number);
    report_add_work(row, "fix", a, number);
    cJSON_AddBoolToObject(row, "hasRemedies", n.by_status[STATUS_FAIL] > 0);
    add_frameworks(row, a, check->id);
    report_add_list(row, "findings", source, number, next_finding);
    report_add_list(row, "openFindings", source, number, next_open);
    return row;
}

/* Colour of a tier: by the lower of its rate and its ceiling. */
static const char *level_of(const struct tier_score *t)
{
    long lower = t->rate < 100L * t->ceiling ? t->rate : 100L * t->ceiling;

    if (!t->assessed)
        return "none";
    return lower >= 8000 ? "good" : lower >= 7000 ? "medium" : lower >= 6000 ? "high" : "critical";
}

static cJSON *tier_json(struct report_source *source, enum tier tier)
{
    const struct tier_score *t = &source->assessment->score.tiers[tier];
    cJSON *row = cJSON_CreateObject(), *checks;

    cJSON_AddStringToObject(row, "id", tier_name(tier));
    cJSON_AddStringToObject(row, "title", tier_title(tier));
    cJSON_AddStringToObject(row, "about", tier_about(tier));
    cJSON_AddNumberToObject(row, "weight", tier_weight(tier));
    cJSON_AddBoolToObject(row, "assessed", t->assessed);
    json_add_fraction(row, "rate", t->assessed, t->rate, 100);
    if (t->assessed)
        json_add_format(row, "rateText", "%ld.%ld", t->rate / 100, t->rate % 100 / 10);
    else
        cJSON_AddStringToObject(row, "rateText", "not assessed");
    json_add_count(row, "open", t->open);
    json_add_format(row, "openText", "%zu open", t->open);
    json_add_fraction(row, "ceiling", t->ceiling < 100, t->ceiling, 1);
    if (t->ceiling < 100)
        json_add_format(row, "ceilingText", "ceiling %d", t->ceiling);
    else
        cJSON_AddStringToObject(row, "ceilingText", "");
    cJSON_AddStringToObject(row, "level", level_of(t));
    checks = cJSON_AddArrayToObject(row, "checks");
    for (size_t i = 0; i < check_count(); i++)
        if (check_at(i)->tier == tier)
            cJSON_AddItemToArray(checks, check_json(source, i));
    return row;
}

cJSON *report_tiers(struct report_source *source)
{
    cJSON *list = cJSON_CreateArray();

    for (int t = 0; t < TIER_COUNT; t++)
        cJSON_AddItemToArray(list, tier_json(source, (enum tier)t));
    return list;
}
