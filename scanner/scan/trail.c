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

#define UNREAD_SHOWN 10 /* with -v all */

int trail_check(const char *dir, struct error *err)
{
    if (file_is_directory(dir))
        return 0;
    return fail(err, ERR_USAGE, "--trail-logs %s: %s", dir,
                file_exists(dir) ? "not a directory" : "no such directory");
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

/* What cannot be read does not end the scan: it is on record, and the days that it may tell of are
 * not known. */
static void note_unread(struct taking *t, const char *path, const char *account, const char *reason)
{
    struct snapshot *scope = &t->s->scope;
    struct trail_unread row = {account ? arena_strdup(&scope->arena, account) : NULL,
                               text_shown(&scope->arena, path),
                               arena_strdup(&scope->arena, reason)};

    if (scope->trail_unread_count < UNREAD_SHOWN)
        log_warn("%s/%s: %s: not read", t->dir, path, reason);
    else
        log_debug("%s/%s: %s: not read", t->dir, path, reason);
    *arena_push(&scope->arena, scope->trail_unread, scope->trail_unread_count) = row;
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
    struct error why = {0};
    char hex[DIGEST_HEX];

    if (!snapshot_is_raw_path(file))
        return fail(err, ERR_FORMAT, "%s/%s: a name with unusual characters", t->dir,
                    text_shown(arena, path));
    if (file_exists(file_join(arena, t->s->run, file)))
        return fail(err, ERR_USAGE, "%s: two log files are called %s", t->dir, base);
    if (file_read(file_join(arena, t->dir, path), LIMIT_ANSWER_BYTES, &bytes, &why)) {
        note_unread(t, path, account, why.msg);
        return 0;
    }
    t->digests += name->is_digest;
    if (file_make_dirs(arena_printf(arena, "%s/raw/%s/trail", t->s->run, account), 0700, err) ||
        file_put(file_join(arena, t->s->run, file), bytes.buf, bytes.len, 0600, err))
        return -1;
    *arena_push(arena, scope->trail, scope->trail_count) =
        (struct trail_file){account,
                            {.file = file,
                             .sha256 = arena_strdup(arena, digest_bytes(bytes.buf, bytes.len, hex)),
                             .size = bytes.len}};
    return 0;
}

/* Links, FIFOs and the like; folders that cannot be read. */
static void take_skips(struct taking *t, const struct file_skips *skips)
{
    for (size_t i = 0; i < skips->count; i++) {
        const struct file_skip *skip = &skips->at[i];
        struct trail_name name;

        if (skip->hides)
            note_unread(t, skip->path, NULL, skip->reason);
        else if (!trail_name_parse(skip->path, &name))
            t->others++;
        else if (is_scanned(&t->s->scope, name.account))
            note_unread(t, skip->path, name.account, skip->reason);
        else
            t->strangers++;
    }
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
    if (t->s->scope.trail_unread_count > 0)
        log_warn("%s: %zu files and folders could not be read: the days that they may tell of are "
                 "not known",
                 t->dir, t->s->scope.trail_unread_count);
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
    struct file_skips skips;
    int status = file_walk_past(dir, LIMIT_TRAIL_FILES, &scratch, &files, &skips, err);

    for (size_t i = 0; status == 0 && i < files.count; i++) {
        struct trail_name name;

        if (!trail_name_parse(files.paths[i], &name)) {
            t.others++;
        } else if (!is_scanned(&s->scope, name.account)) {
            t.strangers++;
        } else {
            status = take_file(&t, files.paths[i], &name, err);
        }
    }
    if (status == 0)
        take_skips(&t, &skips);
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
