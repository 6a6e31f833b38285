/* agree.c - do statement and report say what the findings say? */
#include "evidence/agree.h"

#include <string.h>

#include "base/limits.h"
#include "evidence/live_test.h"
#include "evidence/pack.h"

/* A member of a block, and where the same stands in findings.json ("" for its top level). */
struct pair {
    const char *block, *member, *findings_block, *findings_member;
};

/* To add one: a row, when predicate.c signs the member. */
static const struct pair statement_pairs[] = {
    {"producer", "rulesetSha256", "ruleset", "sha256"},
    {"verdict", "result", "verdict", "result"},
    {"verdict", "complete", "verdict", "complete"},
    {"verdict", "reasons", "verdict", "reasons"},
    {"score", "version", "score", "version"},
    {"score", "value", "score", "value"},
    {"score", "grade", "score", "grade"},
    {"score", "withExceptions", "score", "withExceptions"},
    {"score", "coverage", "", "coverage"},
    {"findings", "counts", "", "counts"},
    {0},
};

/* To add one: a row, when the report has the member under any name. */
static const struct pair report_pairs[] = {
    {"scan", "snapshotSha256", "snapshot", "sha256"},
    {"ruleset", "sha256", "ruleset", "sha256"},
    {"verdict", "result", "verdict", "result"},
    {"verdict", "complete", "verdict", "complete"},
    {"verdict", "reasons", "verdict", "reasons"},
    {"score", "version", "score", "version"},
    {"score", "value", "score", "value"},
    {"score", "grade", "score", "grade"},
    {"score", "raw", "score", "raw"},
    {"score", "ceiling", "score", "ceiling"},
    {"score", "withExceptions", "score", "withExceptions"},
    {"coverage", "percent", "", "coverage"},
    {"counts", "pass", "counts", "PASS"},
    {"counts", "fail", "counts", "FAIL"},
    {"counts", "unknown", "counts", "UNKNOWN"},
    {"counts", "manual", "counts", "MANUAL"},
    {"counts", "notApplicable", "counts", "NOT_APPLICABLE"},
    {"counts", "waived", "counts", "waived"},
    {"counts", "attested", "counts", "attested"},
    {0},
};

/* The texts are compared: cJSON's own comparison takes numbers that are nearly the same. */
static bool same_value(const cJSON *a, const cJSON *b)
{
    cleanup_strbuf struct strbuf x = STRBUF_INIT(LIMIT_JSON_BYTES);
    cleanup_strbuf struct strbuf y = STRBUF_INIT(LIMIT_JSON_BYTES);
    struct error ignored = {0};

    if (!a || !b)
        return (!a || cJSON_IsNull(a)) && (!b || cJSON_IsNull(b));
    return !json_canonical(a, &x, &ignored) && !json_canonical(b, &y, &ignored) && !x.overflowed &&
           !y.overflowed && !strcmp(x.buf, y.buf);
}

static int agree(const cJSON *tree, const struct pair *p, const cJSON *findings, struct error *err)
{
    for (; p->block; p++) {
        const cJSON *of = *p->findings_block ? json_find(findings, p->findings_block) : findings;

        if (!same_value(json_find(json_find(tree, p->block), p->member),
                        json_find(of, p->findings_member)))
            return fail(err, ERR_VERIFY, "%s.%s is not the one in %s", p->block, p->member,
                        PACK_FINDINGS);
    }
    return 0;
}

int agree_statement(const cJSON *statement, const cJSON *findings, struct error *err)
{
    return agree(json_find(statement, "predicate"), statement_pairs, findings, err);
}

int agree_report(const cJSON *report, const cJSON *findings, struct error *err)
{
    if (agree(report, report_pairs, findings, err))
        return fail_in(err, "%s", PACK_REPORT);
    return 0;
}

static bool is_input(const char *name)
{
    return live_test_is_record(name) || (strncmp(name, PACK_INPUTS "/", sizeof PACK_INPUTS) == 0 &&
                                         strcmp(name, PACK_EVALUATION) != 0);
}

int agree_inputs(const struct pack_files *subjects, const cJSON *findings, struct error *err)
{
    const cJSON *inputs = json_array(findings, "inputs", err);
    const char *before = ""; /* the list is sorted, so no file makes up for another */
    size_t signed_inputs = 0, named = 0;

    if (!inputs)
        return fail_in(err, "%s", PACK_FINDINGS);
    for (size_t i = 0; i < subjects->count; i++)
        signed_inputs += is_input(subjects->at[i].name);
    for (const cJSON *row = json_first(inputs); row; row = row->next, named++) {
        const struct pack_file *file = pack_find(subjects, json_str(row, "file"));

        if (!file || !is_input(file->name) || strcmp(before, file->name) >= 0 ||
            strcmp(file->sha256, json_str(row, "sha256")) != 0)
            return fail(err, ERR_VERIFY, "%s: inputs: \"%.200s\" is not signed, or is another file",
                        PACK_FINDINGS, json_str(row, "file"));
        before = file->name;
    }
    if (named != signed_inputs)
        return fail(err, ERR_VERIFY, "%s: inputs: %zu files are named, %zu are signed",
                    PACK_FINDINGS, named, signed_inputs);
    return 0;
}
