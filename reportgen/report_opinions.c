/* report_opinions.c - the second opinion of AWS's policy simulator, for people. */
#include <string.h>

#include "base/json_build.h"
#include "report_parts.h"

/* What the simulator does not see, whoever is asked about. */
static const char *const blind_spots[] = {
    "SCPs with conditions on global keys, and RCPs",
    "trust policies and other policies of resources: it was asked about users only, not about "
    "roles, which are judged at entry",
    "policies of sessions and of VPC endpoints",
    "keys that it was not told, such as tags, user names and addresses: they were absent, for it "
    "and for this program's decision beside it",
    "single resources: it was asked about every resource (*), on which a grant limited to some "
    "counts for nothing",
};

char *report_opinions_text(const struct assessment *a, struct arena *arena)
{
    struct opinion_sums n = opinions_sums(&a->findings.opinions);
    const char *unknown = n.unknown ? arena_printf(arena, "; of %zu %s its answer is not known",
                                                   n.unknown, n.unknown == 1 ? "user" : "users")
                                    : "";
    const char *undecided =
        n.undecided ? arena_printf(arena, ", %zu are not understood by this program", n.undecided)
                    : "";

    return arena_printf(
        arena,
        "AWS's policy simulator was asked for a second opinion on %zu %s, without "
        "MFA: of %zu decisions %zu agree, %zu differ (%zu of these unexplained)%s%s.",
        n.users, n.users == 1 ? "user" : "users", n.decisions, n.agreements, n.disagreements,
        n.unexplained, undecided, unknown);
}

/* --- Differences, those alike in one row -------------------------------------------------------
 */

/* What must be the same. */
static const char *const alike[] = {"resource",  "multiFactorAuthPresent",
                                    "aws",       "awsPolicies",
                                    "reportgen", "decidedBy",
                                    "because",   "explanation"};

static bool are_alike(const cJSON *a, const cJSON *b)
{
    for (size_t i = 0; i < sizeof alike / sizeof *alike; i++)
        if (strcmp(json_str(a, alike[i]), json_str(b, alike[i])) != 0)
            return false;
    return true;
}

/* The rows of one user follow each other. */
static bool is_of_user(const cJSON *row, const cJSON *one)
{
    return row && strcmp(json_str(row, "resource"), json_str(one, "resource")) == 0;
}

/* Is it the first of those alike? */
static bool is_first(const cJSON *rows, const cJSON *one)
{
    const cJSON *row = one;

    while (row != rows->child && is_of_user(row->prev, one)) {
        row = row->prev;
        if (are_alike(row, one))
            return false;
    }
    return true;
}

static bool is_listed(const cJSON *list, const cJSON *place)
{
    for (const cJSON *e = list->child; e; e = e->next)
        if (cJSON_Compare(e, place, true))
            return true;
    return false;
}

static void add_evidence(cJSON *list, const cJSON *one)
{
    cJSON *places = report_evidence_json(json_find(one, "evidence"));

    while (places->child) {
        cJSON *place = cJSON_DetachItemFromArray(places, 0);

        if (is_listed(list, place))
            cJSON_Delete(place);
        else
            (void)cJSON_AddItemToArray(list, place);
    }
    cJSON_Delete(places);
}

/* All that are like `one`, the first of them, in a row. */
static void add_row(cJSON *list, const cJSON *one)
{
    bool is_false = strcmp(json_str(one, "multiFactorAuthPresent"), "false") == 0;
    cleanup_strbuf struct strbuf text = STRBUF_INIT(65536);
    cJSON *row = cJSON_Duplicate(one, true), *actions, *evidence;

    cJSON_DeleteItemFromObject(row, "action");
    cJSON_DeleteItemFromObject(row, "evidence");
    json_add_text(row, "contextText", is_false ? "without MFA" : "with an access key");
    actions = cJSON_AddArrayToObject(row, "actions");
    evidence = cJSON_AddArrayToObject(row, "evidence");
    for (const cJSON *next = one; is_of_user(next, one); next = next->next) {
        if (!are_alike(next, one))
            continue;
        (void)cJSON_AddItemToArray(actions, cJSON_CreateString(json_str(next, "action")));
        strbuf_addf(&text, "%s%s", text.len ? ", " : "", json_str(next, "action"));
        add_evidence(evidence, next);
    }
    json_add_text(row, "actionsText", text.buf);
    (void)cJSON_AddItemToArray(list, row);
}

static cJSON *gathered(const cJSON *differences)
{
    cJSON *list = cJSON_CreateArray();

    for (const cJSON *one = json_first(differences); one; one = one->next)
        if (is_first(differences, one))
            add_row(list, one);
    return list;
}

void report_opinions(cJSON *report, const struct assessment *a)
{
    cJSON *obj = assessment_opinions_json(a), *list;
    struct arena scratch = {0};

    (void)cJSON_AddItemToObject(report, "secondOpinion", obj);
    if (cJSON_IsNull(obj))
        return;
    list = gathered(json_find(obj, "differences"));
    cJSON_DeleteItemFromObject(obj, "differences");
    (void)cJSON_AddItemToObject(obj, "differences", list);
    json_add_text(obj, "text", report_opinions_text(a, &scratch));
    list = cJSON_AddArrayToObject(obj, "blindSpots");
    for (size_t i = 0; i < sizeof blind_spots / sizeof *blind_spots; i++)
        (void)cJSON_AddItemToArray(list, cJSON_CreateString(blind_spots[i]));
    arena_free(&scratch);
}
