/* report_tiers.c - the report's tiers, their checks and findings. */
#include <stdlib.h>
#include <string.h>

#include "base/json_build.h"
#include "checks/check.h"
#include "report_parts.h"

/* Findings of one check, in reading order. */
struct group {
    const struct finding **at;
    size_t count;
    size_t by_status[STATUS_COUNT], waived;
};

/* Worst first, what is waived between MANUAL and PASS. */
static int reading_order(const struct finding *f)
{
    return finding_is_waived(f) ? 2 * status_rank(STATUS_PASS) - 1 : 2 * status_rank(f->status);
}

static int compare(const void *a, const void *b)
{
    const struct finding *x = *(const struct finding *const *)a;
    const struct finding *y = *(const struct finding *const *)b;
    int order = reading_order(x) - reading_order(y);

    if (order == 0)
        order = strcmp(x->account, y->account);
    return order ? order : strcmp(x->resource, y->resource);
}

static struct group group_of(const struct assessment *a, size_t row, struct arena *arena)
{
    struct group g = {0};

    for (size_t i = 0; i < a->findings.count; i++) {
        const struct finding *f = &a->findings.at[i];

        if (f->row != row)
            continue;
        *arena_push(arena, g.at, g.count) = f;
        g.by_status[f->status]++;
        g.waived += finding_is_waived(f);
    }
    if (g.count > 1)
        qsort(g.at, g.count, sizeof *g.at, compare);
    return g;
}

/* The same places with every name there, and with the kind of pointer in a word. */
static cJSON *evidence_json(const struct assessment *a, const struct finding *f)
{
    cleanup_json cJSON *places = assessment_evidence_json(a, f);
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

static const char *status_text(const struct finding *f)
{
    if (finding_is_waived(f))
        return "FAIL, waived";
    if (f->attested)
        return "PASS (attested)";
    return f->status == STATUS_NOT_APPLICABLE ? "NOT APPLICABLE" : status_name(f->status);
}

static cJSON *finding_json(const struct assessment *a, const struct finding *f)
{
    const struct account *account = model_account(&a->model, f->account);
    cJSON *row = cJSON_CreateObject();

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
    cJSON_AddItemToObject(row, "fixes", assessment_fixes_json(f));
    return row;
}

static void add_part(char *text, size_t size, size_t n, const char *what)
{
    size_t len = strlen(text);

    if (n)
        (void)snprintf(text + len, size - len, "%s%zu %s", len ? ", " : "", n, what);
}

static void add_summary(cJSON *row, const struct group *g)
{
    size_t judged = g->count - g->by_status[STATUS_NOT_APPLICABLE];
    char text[256] = "";

    add_part(text, sizeof text, g->by_status[STATUS_FAIL] - g->waived, "fail");
    add_part(text, sizeof text, g->waived, "fail and are waived");
    add_part(text, sizeof text, g->by_status[STATUS_UNKNOWN], "unknown");
    add_part(text, sizeof text, g->by_status[STATUS_MANUAL], "need an attestation");
    add_part(text, sizeof text, g->by_status[STATUS_PASS], "pass");
    if (judged == 0)
        cJSON_AddStringToObject(row, "summary", "nothing to judge");
    else
        json_add_format(row, "summary", "%zu judged: %s", judged, text);
    json_add_count(row, "judged", judged);
}

static void add_status(cJSON *row, const struct group *g)
{
    enum status worst = status_worst(g->by_status);
    bool all_waived = worst == STATUS_FAIL && g->waived == g->by_status[STATUS_FAIL];

    cJSON_AddStringToObject(row, "status", status_name(worst));
    cJSON_AddStringToObject(row, "statusText",
                            all_waived                       ? "FAIL, waived"
                            : worst == STATUS_NOT_APPLICABLE ? "NOT APPLICABLE"
                                                             : status_name(worst));
}

static void add_group_counts(cJSON *row, const struct group *g)
{
    json_add_count(row, "fail", g->by_status[STATUS_FAIL]);
    json_add_count(row, "waived", g->waived);
    json_add_count(row, "pass", g->by_status[STATUS_PASS]);
    json_add_count(row, "unknown", g->by_status[STATUS_UNKNOWN]);
    json_add_count(row, "manual", g->by_status[STATUS_MANUAL]);
    json_add_count(row, "notApplicable", g->by_status[STATUS_NOT_APPLICABLE]);
    json_add_count(row, "open",
                   g->by_status[STATUS_FAIL] + g->by_status[STATUS_UNKNOWN] +
                       g->by_status[STATUS_MANUAL]);
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

static void add_frameworks(cJSON *row, const char *check)
{
    cJSON *list = cJSON_AddArrayToObject(row, "frameworks");
    size_t count;
    const struct framework_row *rows = framework_rows(check, &count);

    for (size_t i = 0; i < count; i++) {
        cJSON *entry = json_append_object(list);

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
    report_add_severity(row, check->severity);
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

static cJSON *check_json(const struct assessment *a, size_t number)
{
    const struct check *check = check_at(number);
    struct arena scratch = {0};
    struct group g = group_of(a, number, &scratch);
    cJSON *row = cJSON_CreateObject(), *all, *open;

    add_check_head(row, a, check);
    add_status(row, &g);
    add_summary(row, &g);
    add_group_counts(row, &g);
    add_gain(row, a, number);
    report_add_work(row, "fix", a, number);
    add_frameworks(row, check->id);
    all = cJSON_AddArrayToObject(row, "findings");
    open = cJSON_AddArrayToObject(row, "openFindings");
    for (size_t i = 0; i < g.count; i++) {
        cJSON *finding = finding_json(a, g.at[i]);

        cJSON_AddItemToArray(all, finding);
        if (finding_is_open(g.at[i]))
            cJSON_AddItemReferenceToArray(open, finding);
    }
    arena_free(&scratch);
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

static cJSON *tier_json(const struct assessment *a, enum tier tier)
{
    const struct tier_score *t = &a->score.tiers[tier];
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
            cJSON_AddItemToArray(checks, check_json(a, i));
    return row;
}

cJSON *report_tiers(const struct assessment *a)
{
    cJSON *list = cJSON_CreateArray();

    for (int t = 0; t < TIER_COUNT; t++)
        cJSON_AddItemToArray(list, tier_json(a, (enum tier)t));
    return list;
}
