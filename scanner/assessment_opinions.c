/* assessment_opinions.c - the second opinion in findings.json and in the report. */
#include "assessment.h"

#include "base/json_build.h"

static void add_counts(const struct assessment *a, cJSON *root)
{
    struct opinion_sums n = opinions_sums(&a->findings.opinions);
    cJSON *row = cJSON_AddObjectToObject(root, "counts");

    json_add_count(row, "users", n.users);
    json_add_count(row, "decisions", n.decisions);
    json_add_count(row, "agreements", n.agreements);
    json_add_count(row, "disagreements", n.disagreements);
    json_add_count(row, "unexplained", n.unexplained);
    json_add_count(row, "undecided", n.undecided);
    json_add_count(row, "unknown", n.unknown);
}

static void add_user(cJSON *list, const struct opinion *o)
{
    cJSON *row = json_append_object(list);

    json_add_text(row, "account", o->account);
    json_add_text(row, "resource", o->resource);
    json_add_count(row, "decisions", o->decisions);
    json_add_count(row, "agreements", o->agreements);
    json_add_count(row, "disagreements", o->disagreements);
    json_add_count(row, "undecided", o->undecided);
    json_add_text(row, "unknown", o->unknown);
}

static void add_disagreement(const struct assessment *a, cJSON *list, const struct disagreement *d)
{
    cJSON *row = json_append_object(list), *evidence;

    json_add_text(row, "account", d->account);
    json_add_text(row, "resource", d->resource);
    json_add_text(row, "action", d->action);
    json_add_text(row, "multiFactorAuthPresent", d->key_is_false ? "false" : "absent");
    json_add_text(row, "aws", d->aws);
    json_add_text(row, "awsPolicies", d->matched);
    json_add_text(row, "reportgen", d->ours);
    json_add_text(row, "decidedBy", d->decided_by);
    json_add_text(row, "explanation", explanation_name(d->explanation));
    json_add_text(row, "explanationText", explanation_text(d->explanation));
    json_add_text(row, "because", d->because);
    (void)cJSON_AddBoolToObject(row, "doubts", d->doubts);
    evidence = cJSON_AddArrayToObject(row, "evidence");
    if (d->simulated.file)
        cJSON_AddItemToArray(evidence, assessment_source_json(a, &d->simulated));
    if (d->decided.file)
        cJSON_AddItemToArray(evidence, assessment_source_json(a, &d->decided));
}

cJSON *assessment_opinions_json(const struct assessment *a)
{
    const struct opinions *o = &a->findings.opinions;
    cJSON *root, *list;

    if (!a->snapshot.simulate)
        return cJSON_CreateNull();
    root = cJSON_CreateObject();
    json_add_count(root, "asked", a->snapshot.simulate);
    add_counts(a, root);
    list = cJSON_AddArrayToObject(root, "users");
    for (size_t i = 0; i < o->user_count; i++)
        add_user(list, &o->users[i]);
    list = cJSON_AddArrayToObject(root, "differences");
    for (size_t i = 0; i < o->count; i++)
        add_disagreement(a, list, &o->at[i]);
    return root;
}
