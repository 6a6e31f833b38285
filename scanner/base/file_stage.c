/* file_stage.c - directories that appear whole or not at all, and removing directories. */
#ifndef _XOPEN_SOURCE
#define _XOPEN_SOURCE 700 /* realpath() */
#endif
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/file_temporary.h"
#include "base/limits.h"

/* Names of the entries of a directory that is not a link; in the arena. */
static int list_names(const char *path, struct arena *arena, struct file_list *out,
                      struct error *err)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *d = fd < 0 ? NULL : fdopendir(fd);

    if (!d) {
        (void)fail_errno(err, ERR_IO, "%s", path);
        if (fd >= 0)
            (void)close(fd);
        return -1;
    }

    const struct dirent *entry;

    while (errno = 0, (entry = readdir(d)))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            *arena_push(arena, out->paths, out->count) = arena_strdup(arena, entry->d_name);

    int result = errno ? fail_errno(err, ERR_IO, "%s", path) : 0;

    (void)closedir(d);
    return result;
}

/* Remove what is at path, of whatever kind. Names only, so no descriptor stays open below. */
static int remove_any(const char *path, struct error *err)
{
    struct stat st;

    if (lstat(path, &st) < 0)
        return errno == ENOENT ? 0 : fail_errno(err, ERR_IO, "%s", path);
    if (!S_ISDIR(st.st_mode))
        return unlink(path) < 0 ? fail_errno(err, ERR_IO, "%s", path) : 0;

    struct arena arena = {0};
    struct file_list names = {NULL, 0};
    int result = list_names(path, &arena, &names, err);

    for (size_t i = 0; i < names.count && result == 0; i++)
        result = remove_any(file_join(&arena, path, names.paths[i]), err);
    arena_free(&arena);
    if (result == 0 && rmdir(path) < 0)
        result = fail_errno(err, ERR_IO, "%s", path);
    return result;
}

int file_remove_tree(const char *path, struct error *err)
{
    return remove_any(path, err);
}

/* The last part of a path, which has no slash at its end. */
static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

/* Copy `target` without slashes at its end. Where its last part is ".", ".." or a link, the real
 * name is taken, because those cannot be replaced by renaming. */
static int set_target(struct file_stage *stage, const char *target, struct error *err)
{
    struct stat st;
    size_t len = strlen(target);

    while (len > 1 && target[len - 1] == '/')
        len--;
    if (len == 0 || len >= sizeof stage->target - sizeof ".tmpXXXXXX")
        return fail(err, ERR_IO, "\"%.100s\": no usable folder name", target);
    memcpy(stage->target, target, len);
    stage->target[len] = '\0';

    const char *last = last_part(stage->target);
    bool is_link = lstat(stage->target, &st) == 0 && S_ISLNK(st.st_mode);

    if (!is_link && strcmp(last, ".") != 0 && strcmp(last, "..") != 0)
        return 0;

    char *real = realpath(stage->target, NULL);
    int size = real ? snprintf(stage->target, sizeof stage->target, "%s", real) : -1;

    if (size < 0)
        (void)fail_errno(err, ERR_IO, "%s", target);
    free(real);
    if (size >= 0 && (size_t)size >= sizeof stage->target - sizeof ".tmpXXXXXX")
        return fail(err, ERR_IO, "%s: name too long", target);
    return size < 0 ? -1 : 0;
}

/* Directory part of the target, "." or "/" where it names none. */
static void parent_of(const char *path, char parent[LIMIT_PATH])
{
    size_t len = (size_t)(last_part(path) - path);

    while (len > 1 && path[len - 1] == '/')
        len--;
    (void)snprintf(parent, LIMIT_PATH, "%.*s", len ? (int)len : 1, len ? path : ".");
}

/* A fresh empty directory beside the target, its name in path. */
static int make_beside(const char *target, char path[LIMIT_PATH], struct error *err)
{
    int size = snprintf(path, LIMIT_PATH, "%s.tmpXXXXXX", target);

    temporary_hold();
    if (size >= LIMIT_PATH || !mkdtemp(path)) {
        (void)fail_errno(err, ERR_IO, "%s", target);
        path[0] = '\0';
    } else {
        temporary_note(path);
    }
    temporary_release();
    return *path ? 0 : -1;
}

int file_stage_open(struct file_stage *stage, const char *target, mode_t mode, struct error *err)
{
    char parent[LIMIT_PATH];

    stage->path[0] = '\0';
    if (set_target(stage, target, err) < 0)
        return -1;
    parent_of(stage->target, parent);
    if (file_make_dirs(parent, mode, err) < 0 || make_beside(stage->target, stage->path, err) < 0)
        return -1;
    if (chmod(stage->path, mode) < 0) {
        (void)fail_errno(err, ERR_IO, "%s", target);
        file_stage_abandon(stage);
        return -1;
    }
    return 0;
}

/* The staged directory has its name, or is gone. */
static void settled(struct file_stage *stage)
{
    temporary_forget(stage->path);
    stage->path[0] = '\0';
}

static int sync_folder(const char *path, struct error *err)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int bad = fd < 0 || (fsync(fd) < 0 && errno != EINVAL && errno != ENOTSUP);

    if (bad)
        (void)fail_errno(err, ERR_IO, "%s: saving the folder", path);
    if (fd >= 0)
        (void)close(fd);
    return bad ? -1 : 0;
}

/* Move the old directory to `old`, an empty one, and the new one in. */
static int swap(struct file_stage *stage, const char *old, struct error *err)
{
    if (rename(stage->target, old) < 0) {
        (void)fail_errno(err, ERR_IO, "%s", stage->target);
        (void)rmdir(old);
        return -1;
    }
    if (rename(stage->path, stage->target) < 0) {
        (void)fail_errno(err, ERR_IO, "%s", stage->target);
        if (rename(old, stage->target) < 0) {
            temporary_forget(old);
            (void)fail_in(err, "the former folder is now %s", old);
        }
        return -1;
    }
    settled(stage);
    return 0;
}

/* Move the old directory aside, the new one in, and remove the old one. */
static int exchange(struct file_stage *stage, struct error *err)
{
    char old[LIMIT_PATH];
    int status;

    if (make_beside(stage->target, old, err) < 0)
        return -1;
    temporary_hold(); /* between the two moves there is no folder of that name */
    status = swap(stage, old, err);
    temporary_release();
    if (status) {
        temporary_forget(old);
        return -1;
    }
    status = file_remove_tree(old, err);
    temporary_forget(old);
    return status < 0 ? fail_in(err, "removing the former folder") : 0;
}

int file_stage_commit(struct file_stage *stage, bool replace, struct error *err)
{
    char parent[LIMIT_PATH];

    parent_of(stage->target, parent);
    if (sync_folder(stage->path, err) < 0)
        return -1;

    /* rename() takes the place of an empty directory, and of nothing else. */
    if (rename(stage->path, stage->target) == 0)
        settled(stage);
    else if (errno == ENOTDIR)
        return fail(err, ERR_IO, "%s: already exists and is not a folder", stage->target);
    else if (errno != ENOTEMPTY && errno != EEXIST)
        return fail_errno(err, ERR_IO, "%s", stage->target);
    else if (!replace)
        return fail(err, ERR_IO, "%s: already exists and is not empty", stage->target);
    else if (exchange(stage, err) < 0)
        return -1;
    return sync_folder(parent, err);
}

void file_stage_abandon(struct file_stage *stage)
{
    struct error ignored = {0};

    if (stage->path[0] != '\0')
        (void)file_remove_tree(stage->path, &ignored);
    settled(stage);
}
