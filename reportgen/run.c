/* run.c - writing the files of a run directory, and saying what they come to. */
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"
#include "checks/check.h"
#include "commands.h"
#include "config/load.h"
#include "evidence/pack.h"
#include "render/render.h"

/* The report is of these findings: a full disk must not leave the one beside older ones of the
 * other. */
int run_save(const struct assessment *a, const char *dir, time_t document, struct error *err)
{
    struct arena arena = {0};
    struct file_draft drafts[2];
    int status = assessment_draft(a, &drafts[0], file_join(&arena, dir, FINDINGS_FILE), err);

    if (status == 0) {
        status = report_draft(a, document, &drafts[1], file_join(&arena, dir, REPORT_FILE), err);
        if (status)
            file_discard(&drafts[0]);
    }
    if (status == 0)
        status = file_publish(drafts, 2, err);
    arena_free(&arena);
    return status;
}

/* A check that this version does not know is no error: the register may be older or newer. */
static void warn_of_checks(const struct inputs *in)
{
    for (size_t i = 0; i < in->exceptions.count; i++)
        if (!in->exceptions.at[i].check_known)
            log_warn("%s:%zu: no check has the id %s: the exception covers nothing",
                     in->exceptions.at[i].file, in->exceptions.at[i].line,
                     in->exceptions.at[i].check);
    for (size_t i = 0; i < in->attestation_count; i++)
        if (!check_find(in->attestations[i].check))
            log_warn("%s:%zu: no check has the id %s: the attestation proves nothing",
                     in->attestations[i].file, in->attestations[i].line, in->attestations[i].check);
}

int run_inputs(struct assessment *a, const char *config, const char *run, struct error *err)
{
    struct arena arena = {0};
    const char *dir = !config && run ? inputs_of_run(run, &arena) : NULL;
    int status = dir ? 0 : inputs_choose(config, &arena, &dir, err);

    if (status == 0)
        status = inputs_load(&a->inputs, dir, err);
    arena_free(&arena);
    if (status == 0)
        warn_of_checks(&a->inputs);
    return status;
}

int run_keep_inputs(const struct assessment *a, const char *run, struct error *err)
{
    cleanup_json cJSON *record = inputs_record_json(&a->inputs, a->snapshot.finished_at);
    cleanup_strbuf struct strbuf text = STRBUF_INIT(LIMIT_JSON_BYTES);

    if (json_pretty(record, &text, err) || strbuf_finish(&text, INPUTS_EVALUATION, err))
        return -1;
    return inputs_save(&a->inputs, run, &text, err);
}

bool run_is_pack(const char *run)
{
    struct arena arena = {0};
    bool is_pack = file_exists(file_join(&arena, run, PACK_ENVELOPE));

    arena_free(&arena);
    return is_pack;
}

int run_refuse_pack(const char *run, struct error *err)
{
    struct arena arena = {0};
    bool in_pack = run_is_pack(run) || run_is_pack(file_join(&arena, run, ".."));

    arena_free(&arena);
    if (!in_pack)
        return 0;
    return fail(err, ERR_USAGE,
                "%s: is a signed pack or lies in one, which stays as it was signed; copy its %s, "
                "%s and %s to a directory of their own and run: reportgen evaluate",
                run, PACK_SNAPSHOT, PACK_RAW, PACK_INPUTS);
}

/* Of checks of at least the severity that was named: FAIL without exception, UNKNOWN. */
static void count_from(const struct assessment *a, const char *fail_on, size_t *fails,
                       size_t *unknown)
{
    int limit = SEVERITY_COUNT;

    *fails = *unknown = 0;
    for (int s = SEVERITY_LOW; fail_on && s < SEVERITY_COUNT; s++)
        if (strcmp(severity_name((enum severity)s), fail_on) == 0)
            limit = s;
    for (size_t row = 0; row < check_count(); row++) {
        struct finding_counts n = findings_of_check(&a->findings, row);

        if ((int)assessment_severity(a, check_at(row)) >= limit) {
            *fails += n.by_status[STATUS_FAIL] - n.waived;
            *unknown += n.by_status[STATUS_UNKNOWN];
        }
    }
}

static bool is_first_of_kind(const struct findings *f, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (strcmp(f->incomplete[i].code, f->incomplete[at].code) == 0)
            return false;
    return true;
}

/* How many reasons of the same kind follow. */
static size_t more_of_kind(const struct findings *f, size_t at)
{
    size_t count = 0;

    for (size_t i = at + 1; i < f->incomplete_count; i++)
        count += strcmp(f->incomplete[i].code, f->incomplete[at].code) == 0;
    return count;
}

/* Why the run is not complete: the first reason of each kind, with -v all. Populations that differ
 * are said one by one. */
static void tell_reasons(const struct findings *f)
{
    for (size_t i = 0; i < f->incomplete_count; i++) {
        const struct incomplete *reason = &f->incomplete[i];
        bool first = is_first_of_kind(f, i);
        size_t more = first ? more_of_kind(f, i) : 0;

        if (strcmp(reason->code, "population") == 0)
            log_warn("%s", reason->text);
        else if (!first)
            log_debug("incomplete: %s", reason->text);
        else if (more > 0)
            log_info("incomplete: %s (and %zu more)", reason->text, more);
        else
            log_info("incomplete: %s", reason->text);
    }
}

static void tell_verdict(const struct assessment *a)
{
    struct finding_counts n = findings_of_all(&a->findings);
    const struct score *s = &a->score;
    struct arena scratch = {0};

    if (s->assessed)
        log_info("score %d, ceiling %d", s->value, s->ceiling);
    else
        log_info("score: not assessed");
    log_info("verdict: %s, %s; %zu PASS, %zu FAIL (%zu excepted), %zu UNKNOWN, %zu MANUAL",
             text_lower(&scratch, assessment_result(a)),
             assessment_complete(a) ? "complete" : "incomplete", n.by_status[STATUS_PASS],
             n.by_status[STATUS_FAIL], n.waived, n.by_status[STATUS_UNKNOWN],
             n.by_status[STATUS_MANUAL]);
    arena_free(&scratch);
}

int run_verdict(const struct assessment *a, const char *fail_on)
{
    size_t fails, unknown;

    count_from(a, fail_on, &fails, &unknown);
    log_alike_rest("accounts");
    tell_reasons(&a->findings);
    tell_verdict(a);
    if (fails > 0)
        return 1;
    if (unknown > 0)
        log_warn("--fail-on %s: no FAIL, but %zu UNKNOWN, which it does not count", fail_on,
                 unknown);
    return a->findings.query_failed ? 4 : 0;
}

int run_render(const cJSON *report, const struct renderer *renderer, const char *dir,
               struct arena *arena, const char **path, struct error *err)
{
    cleanup_strbuf struct strbuf out = STRBUF_INIT(LIMIT_DOCUMENT_BYTES);
    const char *edition = json_str(json_find(report, "edition"), "id");

    *path = file_join(arena, dir, report_file_name(arena, edition, renderer->extension));
    if (renderer->render(report, &out, err) || strbuf_finish(&out, *path, err))
        return fail_in(err, "%s", renderer->name);
    return file_write(*path, out.buf, out.len, 0600, err);
}
