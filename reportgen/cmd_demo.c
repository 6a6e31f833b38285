/* cmd_demo.c - `reportgen demo`: the whole pipeline on the sample organisation, offline. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/log.h"
#include "commands.h"
#include "config/load.h"
#include "embedded.h"
#include "evidence/bundle.h"
#include "evidence/verify.h"
#include "render/render.h"

#define SAMPLE "assets/sample/"
#define PACK_FOLDER "pack/"
#define FIXES_SHOWN 5

struct demo_args {
    struct cli_words words;
};

static const struct option_row options[] = {{0}};

/* Whether demo, or evaluate in its pack, writes a file of that name; `s` is the snapshot there. */
static bool is_of_demo(const struct snapshot *s, const char *name, struct arena *arena)
{
    static const char *const sealed[] = {PACK_STATEMENT, PACK_ENVELOPE, PACK_SIGNER, PACK_SUMS,
                                         PACK_GUIDE};
    bool in_pack = strncmp(name, PACK_FOLDER, strlen(PACK_FOLDER)) == 0;

    if (in_pack)
        name += strlen(PACK_FOLDER);
    for (size_t i = 0; in_pack && i < sizeof sealed / sizeof *sealed; i++)
        if (strcmp(name, sealed[i]) == 0)
            return true;
    for (const struct edition *e = editions; e->id; e++)
        for (const struct renderer *const *r = renderers; *r; r++)
            if (strcmp(name, report_file_name(arena, e->id, (*r)->extension)) == 0)
                return true;
    return strcmp(name, SNAPSHOT_FILE) == 0 || strcmp(name, FINDINGS_FILE) == 0 ||
           snapshot_page(s, name) || inputs_is_name(name) || (in_pack && pack_is_evaluation(name));
}

static int check_files(const char *dir, struct arena *arena, struct error *err)
{
    cleanup_snapshot struct snapshot s = {0};
    struct error ignored = {0};
    struct file_list files = {0};

    if (file_walk(dir, LIMIT_PACK_FILES, arena, &files, err))
        return fail_in(err, "%s: is there already and is no demo", dir);
    if (files.count == 0)
        return 0;
    if (snapshot_open(&s, dir, &ignored) || !snapshot_overridden(&s, "sample-data"))
        return fail(err, ERR_USAGE, "%s: is there already and is no demo; name another directory",
                    dir);
    for (size_t i = 0; i < files.count; i++)
        if (!is_of_demo(&s, files.paths[i], arena))
            return fail(err, ERR_USAGE,
                        "%s: holds %s, which is not of a demo; name another directory", dir,
                        files.paths[i]);
    return 0;
}

/* An older demo may be replaced; anything else that is there may not. */
static int check_target(const char *dir, struct error *err)
{
    struct arena arena = {0};
    int status = file_exists(dir) ? check_files(dir, &arena, err) : 0;

    if (status)
        err->code = ERR_USAGE;
    arena_free(&arena);
    return status;
}

/* The folder part of a path: "raw/1/x.xml" -> "raw/1". */
static const char *parent(struct arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? arena_strndup(arena, path, (size_t)(slash - path)) : ".";
}

static int write_sample(const char *dir, struct arena *arena, struct error *err)
{
    size_t count;
    const struct embedded *files = embedded_all(&count);

    for (size_t i = 0; i < count; i++) {
        const char *path;

        if (strncmp(files[i].path, SAMPLE, strlen(SAMPLE)) != 0 ||
            strcmp(files[i].path, SAMPLE "README.md") == 0)
            continue;
        path = file_join(arena, dir, files[i].path + strlen(SAMPLE));
        if (file_make_dirs(parent(arena, path), 0700, err) ||
            file_write(path, files[i].bytes, files[i].len, 0600, err))
            return -1;
    }
    return 0;
}

static int render_editions(cJSON *report, const char *dir, struct arena *arena, struct error *err)
{
    static const struct renderer *const kinds[] = {&render_pdf, &render_markdown};

    for (const struct edition *e = editions; e->id; e++) {
        report_set_edition(report, e);
        for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
            const char *path;

            if (run_render(report, kinds[i], dir, arena, &path, err))
                return -1;
        }
    }
    return 0;
}

/* Make the pack and check it as a stranger who was given the public key would. */
static int seal(const struct assessment *a, struct arena *arena, char key_id[DIGEST_HEX],
                struct error *err)
{
    cleanup_key struct key key = {0};
    cleanup_verify struct verify_result verified = {0};
    struct bundle_result made = {0};
    const char *pack = file_join(arena, a->snapshot.dir, "pack");
    bool fresh = false;
    int status = bundle_make(
        &(struct bundle_request){.assessment = a, .pack = pack, .edition = edition_find("auditor")},
        &made, err);

    arena_free(&made.arena);
    if (status || key_load_default(arena, &key, &fresh, err) ||
        verify_pack(pack, &key, &verified, err))
        return -1;
    if (made.key_made)
        log_info("made a signing key of your own (self-made: nobody vouches for it); see "
                 "reportgen key show");
    memcpy(key_id, key.id, DIGEST_HEX);
    return 0;
}

static void print_fixes(const cJSON *report)
{
    int shown = 0;

    printf("\nFix these first\n");
    for (const cJSON *f = json_first(json_find(report, "fixes")); f && shown < FIXES_SHOWN;
         f = f->next, shown++)
        printf("  %d. %-9s score then %-4s %s\n", shown + 1, json_str(f, "severityText"),
               json_str(f, "scoreAfterText"), json_str(f, "title"));
}

static void print_summary(const cJSON *report, const char *dir, const char *key_id)
{
    const cJSON *score = json_find(report, "score"), *verdict = json_find(report, "verdict");
    const cJSON *scope = json_find(report, "scope"), *coverage = json_find(report, "coverage");

    printf("SAMPLE DATA: %s, %s, %s\n\n", json_str(json_find(report, "organization"), "name"),
           json_str(scope, "accountCountText"), json_str(scope, "consoleUsersText"));
    printf("Score     %s of 100, %s\n", json_str(score, "valueText"),
           json_str(score, "gradeShown"));
    printf("          %s\n", json_str(score, "ceilingText"));
    printf("Verdict   %s, %s\n", json_str(verdict, "resultText"),
           json_str(verdict, "completeText"));
    for (const cJSON *r = json_first(json_find(verdict, "reasons")); r; r = r->next)
        printf("          %s\n", json_str(r, "text"));
    printf("Coverage  %s (%s)\n", json_str(coverage, "text"), json_str(coverage, "detailText"));
    print_fixes(report);
    printf("\nPDF       %s/report.pdf, %s/report-auditor.pdf\n", dir, dir);
    printf("Markdown  %s/report.md, %s/report-auditor.md\n", dir, dir);
    printf("Bundle    %s/pack\n", dir);
    printf("Verified  signed by key %.16s… and checked against it\n", key_id);
    printf("          to check it again: reportgen key show > signer.pem\n"
           "                             reportgen verify %s/pack --key signer.pem\n",
           dir);
}

static int fill(struct file_stage *stage, struct arena *arena, struct error *err)
{
    cleanup_assessment struct assessment a = {0};
    char key_id[DIGEST_HEX] = "";
    time_t document;

    if (clock_document(&document, err) || write_sample(stage->path, arena, err) ||
        assess(&a, stage->path, err) || run_keep_inputs(&a, stage->path, err) ||
        run_save(&a, stage->path, document, err) || seal(&a, arena, key_id, err))
        return -1;

    /* Only now: sealing builds a report and re-performs it, and one more would be in memory. */
    cleanup_json cJSON *report = report_build(&a, document);

    if (render_editions(report, stage->path, arena, err) || file_stage_commit(stage, true, err))
        return -1;
    print_summary(report, stage->target, key_id);
    return 0;
}

static int run_demo(const void *p, struct error *err)
{
    const struct demo_args *args = p;
    const char *dir = args->words.count ? args->words.at[0] : "reportgen-demo";
    struct file_stage stage = {0};
    struct arena arena = {0};
    int status;

    if (check_target(dir, err) || file_stage_open(&stage, dir, 0700, err))
        return EXIT_OF_ERROR;
    status = fill(&stage, &arena, err);
    if (status)
        file_stage_abandon(&stage);
    arena_free(&arena);
    return status ? EXIT_OF_ERROR : 0;
}

const struct command cmd_demo = {
    .name = "demo",
    .arguments = "[DIR]",
    .min_words = 0,
    .max_words = 1,
    .summary = "the whole pipeline on a sample organisation, offline",
    .details =
        "Writes snapshot, findings, PDF and Markdown of both editions and a signed pack into "
        "DIR (default ./reportgen-demo) and verifies the pack. Every page says SAMPLE.",
    .options = options,
    .args_size = sizeof(struct demo_args),
    .run = run_demo,
};
