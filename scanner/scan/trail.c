/* trail.c - CloudTrail log files of a folder, taken into the run directory. */
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"
#include "collect/trail.h"
#include "scan/private.h"

int trail_check(const char *dir, struct error *err)
{
    if (file_is_directory(dir))
        return 0;
    return fail(err, ERR_USAGE, "--trail-logs %s: not a directory", dir);
}

/* How many files were taken, and not. */
struct taking {
    struct scanning *s;
    const char *dir;
    size_t others, strangers; /* neither log nor digest; of accounts that were not scanned */
    size_t digests;
};

static bool is_scanned(const struct snapshot *scope, const char *account)
{
    for (size_t i = 0; i < scope->account_count; i++)
        if (strcmp(scope->accounts[i].id, account) == 0)
            return scope->accounts[i].included;
    return false;
}

/* Copied, not linked: what is evidence must not change with the file it came from. */
static int take_file(struct taking *t, const char *path, const struct trail_name *name,
                     struct error *err)
{
    struct snapshot *scope = &t->s->scope;
    struct arena *arena = &scope->arena;
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
    const char *account = arena_strdup(arena, name->account);
    const char *file = arena_printf(arena, "raw/%s/trail/%s", account, base);
    cleanup_strbuf struct strbuf bytes = STRBUF_INIT(LIMIT_ANSWER_BYTES);
    char hex[DIGEST_HEX];

    if (!snapshot_is_raw_path(file))
        return fail(err, ERR_FORMAT, "%s/%s: a name with unusual characters", t->dir,
                    text_shown(arena, path));
    if (file_exists(file_join(arena, t->s->run, file)))
        return fail(err, ERR_USAGE, "%s: two log files are called %s", t->dir, base);
    if (file_read(file_join(arena, t->dir, path), LIMIT_ANSWER_BYTES, &bytes, err) ||
        file_make_dirs(arena_printf(arena, "%s/raw/%s/trail", t->s->run, account), 0700, err) ||
        file_put(file_join(arena, t->s->run, file), bytes.buf, bytes.len, 0600, err))
        return -1;
    *arena_push(arena, scope->trail, scope->trail_count) =
        (struct trail_file){account,
                            {.file = file,
                             .sha256 = arena_strdup(arena, digest_bytes(bytes.buf, bytes.len, hex)),
                             .size = bytes.len}};
    return 0;
}

static void tell(const struct taking *t)
{
    size_t taken = t->s->scope.trail_count;

    log_info("%s: %zu log files taken, and %zu digest files", t->dir, taken - t->digests,
             t->digests);
    if (taken > t->digests && t->digests == 0)
        log_warn("%s: without CloudTrail's digest files nothing says that no log file is missing: "
                 "no day is known by them",
                 t->dir);
    if (t->strangers > 0)
        log_warn("%s: %zu log files of accounts that were not scanned were left", t->dir,
                 t->strangers);
    if (t->others > 0)
        log_warn("%s: %zu files are no CloudTrail log files and were left", t->dir, t->others);
    if (taken == 0)
        log_warn("%s: no log file of an account that was scanned", t->dir);
}

static int by_file(const void *a, const void *b)
{
    return strcmp(((const struct trail_file *)a)->page.file,
                  ((const struct trail_file *)b)->page.file);
}

static int take_folder(struct scanning *s, const char *dir, struct error *err)
{
    struct arena scratch = {0};
    struct file_list files = {0};
    struct taking t = {.s = s, .dir = dir};
    int status = file_walk(dir, LIMIT_TRAIL_FILES, &scratch, &files, err);

    for (size_t i = 0; status == 0 && i < files.count; i++) {
        struct trail_name name;

        if (!trail_name_parse(files.paths[i], &name)) {
            t.others++;
        } else if (!is_scanned(&s->scope, name.account)) {
            t.strangers++;
        } else {
            t.digests += name.is_digest;
            status = take_file(&t, files.paths[i], &name, err);
        }
    }
    if (status == 0)
        tell(&t);
    if (s->scope.trail_count > 1)
        qsort(s->scope.trail, s->scope.trail_count, sizeof *s->scope.trail, by_file);
    arena_free(&scratch);
    return status;
}

int trail_take(struct scanning *s, struct error *err)
{
    return s->settings->trail_logs ? take_folder(s, s->settings->trail_logs, err) : 0;
}
