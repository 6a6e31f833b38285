/* run.c - writing the files of a run directory, and saying what they come to. */
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/log.h"
#include "checks/check.h"
#include "commands.h"
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
                "%s: is a signed pack or lies in one, which stays as it was signed; copy its %s "
                "and %s to a "
                "directory of their own and run: reportgen evaluate",
                run, PACK_SNAPSHOT, PACK_RAW);
}

static bool meets(const struct assessment *a, const char *fail_on)
{
    int limit = SEVERITY_COUNT;

    for (int s = SEVERITY_LOW; fail_on && s < SEVERITY_COUNT; s++)
        if (strcmp(severity_name((enum severity)s), fail_on) == 0)
            limit = s;
    for (size_t row = 0; row < check_count(); row++) {
        struct finding_counts n = findings_of_check(&a->findings, row);

        if (n.by_status[STATUS_FAIL] > n.waived && (int)check_at(row)->severity >= limit)
            return true;
    }
    return false;
}

int run_verdict(const struct assessment *a, const char *fail_on)
{
    const struct score *s = &a->score;

    for (size_t i = 0; i < a->findings.incomplete_count; i++) {
        const struct incomplete *reason = &a->findings.incomplete[i];

        if (strcmp(reason->code, "population") == 0) /* queries were told when they were read */
            log_warn("%s", reason->text);
        else
            log_debug("not complete: %s", reason->text);
    }
    if (s->assessed)
        log_info("score %d, ceiling %d", s->value, s->ceiling);
    else
        log_info("score: not assessed");
    log_info("verdict: %s, %s", assessment_fails(a) ? "fail" : "pass",
             assessment_complete(a) ? "complete" : "incomplete");
    if (meets(a, fail_on))
        return 1;
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
