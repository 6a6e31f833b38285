/* file.h - reading and writing files; the only place that writes.
 *
 * A file appears whole or not at all: temporary name in the same directory, write, fsync, rename,
 * fsync of the directory. Paths in messages come first, as given. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/strbuf.h"

/* Whole regular file into *out (cleared first; out->max is raised to `max`). Symbolic links are
 * followed; a directory, device or FIFO is ERR_IO. Errors: ERR_MISSING not there, ERR_LIMIT over
 * `max` bytes, ERR_IO. */
int file_read(const char *path, size_t max, struct strbuf *out, struct error *err);

/* What is left of an open file, pipe or terminal, by the same bound; `name` is for messages. */
int file_read_all(int fd, const char *name, size_t max, struct strbuf *out, struct error *err);

/* A regular file into an arena: NUL-terminated bytes, *len without the NUL. */
char *file_load(const char *path, size_t max, struct arena *arena, size_t *len, struct error *err);

/* A regular file opened for reading, by the same rules: its descriptor (the caller closes it), or
 * -1. */
int file_open(const char *path, size_t max, struct error *err);

/* Write bytes to `path`, atomically, with exactly `mode` (umask is not applied). */
int file_write(const char *path, const void *bytes, size_t len, mode_t mode, struct error *err);

/* The same, but never over a file that is there (ERR_IO): of two who are first, one is. */
int file_write_new(const char *path, const void *bytes, size_t len, mode_t mode, struct error *err);

/* Files that belong together: all are drafted under temporary names, and only then get their own.
 * A draft that failed needs no discarding; publishing gives up the drafts also when it fails. */
struct file_draft {
    const char *path; /* borrowed */
    char temporary[LIMIT_PATH];
};
int file_draft(struct file_draft *d, const char *path, const void *bytes, size_t len, mode_t mode,
               struct error *err);
int file_publish(struct file_draft *drafts, size_t count, struct error *err);
void file_discard(struct file_draft *d);

/* A draft made in pieces: open, add, close; then it is a draft like another. Abandoning discards
 * what was not closed. More than `max` bytes are ERR_LIMIT. `path` is borrowed. */
struct file_writer {
    struct file_draft *draft;
    int fd; /* -1: closed */
    size_t len, max;
};
#define FILE_WRITER_INIT \
    {                    \
        .fd = -1         \
    }
int file_writer_open(struct file_writer *w, struct file_draft *d, const char *path, size_t max,
                     mode_t mode, struct error *err);
int file_writer_add(struct file_writer *w, const void *bytes, size_t len, struct error *err);
int file_writer_close(struct file_writer *w, struct error *err);
void file_writer_abandon(struct file_writer *w);
#define cleanup_file_writer CLEANUP(file_writer_abandon)

/* A file that never has a name, in $TMPDIR or /tmp; it is gone when its descriptor is closed. -1
 * with ERR_IO. */
int file_nameless(struct error *err);

/* Memory that this process shares with the workers it starts afterwards, all zero. ERR_IO. */
void *file_share_memory(size_t size, struct error *err);
void file_unshare_memory(void *shared, size_t size); /* NULL is fine */

/* A descriptor 0, 1 or 2 that was closed when the program began would become that of the next file
 * that is opened, and what is printed would land in it. From now on they are held by one that gives
 * nothing and takes nothing: printing still fails, as it should. For main(), first of all. */
void file_hold_descriptors(void);

/* From now on SIGINT, SIGTERM and SIGHUP take temporary files and folders with them before they end
 * the program, and log_last_words() are said. For main(). */
void file_clean_on_signals(void);

/* The same as file_write(), quickly: neither lasting before file_sync(), nor whole when the program
 * is killed. For files whose size and digest are recorded elsewhere and checked before they are
 * believed. */
int file_put(const char *path, const void *bytes, size_t len, mode_t mode, struct error *err);
/* Add bytes at the end of `path`, made with `mode` when it is not there, in one write. */
int file_append(const char *path, const void *bytes, size_t len, mode_t mode, struct error *err);
/* Make everything written so far lasting. */
void file_sync(void);
/* Give a file another name in the same folder; ERR_MISSING when it is not there. */
int file_move(const char *from, const char *to, struct error *err);
/* Delete a file; one that is not there is fine. */
int file_delete(const char *path, struct error *err);

/* Create directory `path` and missing parents with `mode`; existing ones are left as they are. */
int file_make_dirs(const char *path, mode_t mode, struct error *err);

bool file_exists(const char *path);
bool file_is_directory(const char *path);
bool file_is_null_device(const char *path); /* /dev/null, also behind a link */

/* Lock a folder against others who lock it, for as long as this process or a worker of its own that
 * was started since lives, or until unlocked: the kernel keeps the lock, and a dead process holds
 * none. Waits at most `wait_ms` for another to let go of it, then ERR_IO. A folder that cannot be
 * opened or locked at all is not locked, and *lock may be -1: what is to be done in it says why, if
 * it matters. */
int file_lock(const char *dir, long wait_ms, int *lock, struct error *err);
void file_unlock(int lock); /* -1 is fine */

/* All regular files below `dir`, as paths relative to it with '/', sorted by byte value. A link,
 * device or unreadable folder is ERR_IO naming it; more than `max_files` is ERR_LIMIT. */
struct file_list {
    const char **paths;
    size_t count;
};
int file_walk(const char *dir, size_t max_files, struct arena *arena, struct file_list *out,
              struct error *err);

/* The same, going past links, devices and folders that cannot be read, except `dir` itself: each
 * is told instead, in the order of the walk, and counts as a file. */
struct file_skip {
    const char *path;   /* relative to `dir` */
    const char *reason; /* "a symbolic link" */
    bool hides;         /* may be a folder, with anything in it */
};
struct file_skips {
    struct file_skip *at;
    size_t count;
};
int file_walk_past(const char *dir, size_t max_files, struct arena *arena, struct file_list *out,
                   struct file_skips *skips, struct error *err);

/* A directory that appears whole or not at all. Fill stage->path, then commit; abandon removes
 * what was staged (also after a failed commit). Commit refuses when the target exists and is not
 * an empty directory, unless `replace`; then the old directory is moved aside, the new one moved
 * in, and the old one removed; when moving in fails it is moved back. Missing parents of the
 * target are made. */
struct file_stage {
    char path[4096]; /* the temporary directory to fill */
    char target[4096];
};
int file_stage_open(struct file_stage *stage, const char *target, mode_t mode, struct error *err);
int file_stage_commit(struct file_stage *stage, bool replace, struct error *err);
void file_stage_abandon(struct file_stage *stage);

/* Delete a directory and everything below it; a path that is not there is fine. */
int file_remove_tree(const char *path, struct error *err);

/* "a/b" from "a" and "b" into the arena. */
char *file_join(struct arena *arena, const char *dir, const char *name);

#endif
