/* run.c - writing the files of a run directory. */
#include "base/file.h"
#include "base/limits.h"
#include "commands.h"
#include "render/render.h"

static int save_json(const cJSON *tree, const char *dir, const char *name, struct error *err)
{
    cleanup_strbuf struct strbuf text = STRBUF_INIT(LIMIT_JSON_BYTES);
    struct arena arena = {0};
    const char *path = file_join(&arena, dir, name);
    int status = json_pretty(tree, &text, err);

    if (status == 0)
        status = strbuf_finish(&text, path, err);
    if (status == 0)
        status = file_write(path, text.buf, text.len, 0600, err);
    arena_free(&arena);
    return status;
}

int run_save(const struct assessment *a, const char *dir, time_t document, struct error *err)
{
    cleanup_json cJSON *findings = assessment_json(a);
    cleanup_json cJSON *report = report_build(a, document);

    if (save_json(findings, dir, FINDINGS_FILE, err))
        return -1;
    return save_json(report, dir, REPORT_FILE, err);
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
