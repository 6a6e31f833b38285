/* file.c - reading bounded regular files, writing whole files, listing trees. */
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"

DEFINE_CLEANUP(cleanup_dir_, DIR *, closedir)
#define cleanup_dir CLEANUP(cleanup_dir_)

void file_hold_descriptors(void)
{
    int fd;

    do
        fd = open("/dev/null", O_RDONLY);
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd > STDERR_FILENO)
        (void)close(fd);
}

/* O_NONBLOCK: a FIFO without a writer must not hold us up before it is seen to be one. */
int file_open(const char *path, size_t max, struct error *err)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

    if (fd < 0)
        return fail_errno(err, error_of_errno(), "%s", path);
    if (fstat(fd, &st) < 0)
        (void)fail_errno(err, ERR_IO, "%s", path);
    else if (S_ISDIR(st.st_mode))
        (void)fail(err, ERR_IO, "%s: is a directory", path);
    else if (!S_ISREG(st.st_mode))
        (void)fail(err, ERR_IO, "%s: not a regular file", path);
    else if ((unsigned long long)st.st_size > max)
        (void)fail(err, ERR_LIMIT, "%s: larger than %zu bytes", path, max);
    else
        return fd;
    (void)close(fd);
    return -1;
}

int file_read_all(int fd, const char *name, size_t max, struct strbuf *out, struct error *err)
{
    char piece[65536];

    strbuf_clear(out);
    if (out->max < max)
        out->max = max;
    for (;;) {
        ssize_t n = read(fd, piece, sizeof piece);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fail_errno(err, ERR_IO, "%s", name);
        if (n == 0)
            return 0;
        if ((size_t)n > max - out->len) /* it may have grown since it was opened */
            return fail(err, ERR_LIMIT, "%s: larger than %zu bytes", name, max);
        strbuf_add(out, piece, (size_t)n);
    }
}

int file_read(const char *path, size_t max, struct strbuf *out, struct error *err)
{
    cleanup_fd int fd = file_open(path, max, err);

    return fd < 0 ? -1 : file_read_all(fd, path, max, out, err);
}

char *file_load(const char *path, size_t max, struct arena *arena, size_t *len, struct error *err)
{
    cleanup_strbuf struct strbuf text = STRBUF_INIT(max);

    if (file_read(path, max, &text, err) < 0)
        return NULL;
    *len = text.len;
    return arena_strndup(arena, text.buf, text.len);
}

void file_sync(void)
{
    sync();
}

int file_move(const char *from, const char *to, struct error *err)
{
    return rename(from, to) < 0 ? fail_errno(err, error_of_errno(), "%s", from) : 0;
}

int file_delete(const char *path, struct error *err)
{
    return unlink(path) < 0 && errno != ENOENT ? fail_errno(err, ERR_IO, "%s", path) : 0;
}

static int make_dir(const char *path, mode_t mode, struct error *err)
{
    if (mkdir(path, mode) == 0)
        return chmod(path, mode) < 0 ? fail_errno(err, ERR_IO, "%s", path) : 0;
    if (errno == EEXIST && file_is_directory(path))
        return 0;
    return fail_errno(err, ERR_IO, "%s", path);
}

int file_make_dirs(const char *path, mode_t mode, struct error *err)
{
    char part[LIMIT_PATH];
    size_t len = strlen(path);

    if (len >= sizeof part)
        return fail(err, ERR_IO, "%s: name too long", path);
    for (size_t i = 1; i <= len; i++) {
        if (i < len && (path[i] != '/' || path[i - 1] == '/'))
            continue;
        memcpy(part, path, i);
        part[i] = '\0';
        if (!file_is_directory(part) && make_dir(part, mode, err) < 0)
            return -1;
    }
    return 0;
}

bool file_exists(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0;
}

bool file_is_directory(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool file_is_null_device(const char *path)
{
    struct stat st, null;

    return stat(path, &st) == 0 && stat("/dev/null", &null) == 0 && st.st_dev == null.st_dev &&
           st.st_ino == null.st_ino;
}

struct walk {
    const char *dir;
    size_t max_files;
    struct arena *arena;
    struct file_list *out;
    const char **dirs; /* relative names of folders to read; the first is "" */
    size_t dir_count;
    struct file_skips *skips; /* NULL: nothing is gone past */
    struct error *err;
};

static bool has_room(struct walk *w)
{
    if (w->out->count + (w->skips ? w->skips->count : 0) < w->max_files)
        return true;
    (void)fail(w->err, ERR_LIMIT, "%s: more than %zu files", w->dir, w->max_files);
    return false;
}

static int pass_by(struct walk *w, const char *path, const char *reason, bool hides)
{
    if (!has_room(w))
        return -1;
    *arena_push(w->arena, w->skips->at, w->skips->count) = (struct file_skip){path, reason, hides};
    return 0;
}

/* What is neither file nor folder. */
static int walk_other(struct walk *w, const char *relative, mode_t mode)
{
    const char *path = file_join(w->arena, w->dir, relative);

    if (!w->skips)
        return fail(w->err, ERR_IO, "%s: not a regular file or folder", path);
    if (S_ISLNK(mode))
        return pass_by(w, relative, "a symbolic link", file_is_directory(path));
    return pass_by(w, relative, S_ISFIFO(mode) ? "a FIFO" : "a device or socket", false);
}

/* A folder that cannot be read. */
static int walk_closed(struct walk *w, const char *folder, const char *path)
{
    if (!w->skips || !*folder)
        return fail_errno(w->err, *folder ? ERR_IO : error_of_errno(), "%s", path);
    return pass_by(w, folder, arena_strdup(w->arena, strerror(errno)), true);
}

static int walk_entry(struct walk *w, int dir_fd, const char *folder, const char *name)
{
    struct stat st;
    const char *relative =
        *folder ? file_join(w->arena, folder, name) : arena_strdup(w->arena, name);

    if (strlen(relative) >= LIMIT_PATH)
        return fail(w->err, ERR_LIMIT, "%s/%s: name longer than %d bytes", w->dir, relative,
                    LIMIT_PATH);
    if (fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
        return fail_errno(w->err, ERR_IO, "%s/%s", w->dir, relative);
    if (S_ISDIR(st.st_mode)) {
        if (w->dir_count > LIMIT_PACK_FILES)
            return fail(w->err, ERR_LIMIT, "%s: more than %d folders", w->dir, LIMIT_PACK_FILES);
        *arena_push(w->arena, w->dirs, w->dir_count) = relative;
        return 0;
    }
    if (!S_ISREG(st.st_mode))
        return walk_other(w, relative, st.st_mode);
    if (!has_room(w))
        return -1;
    *arena_push(w->arena, w->out->paths, w->out->count) = relative;
    return 0;
}

static int walk_folder(struct walk *w, const char *folder)
{
    const char *path = *folder ? file_join(w->arena, w->dir, folder) : w->dir;
    int follow = *folder ? O_NOFOLLOW : 0;
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | follow);

    if (fd < 0)
        return walk_closed(w, folder, path);

    cleanup_dir DIR *d = fdopendir(fd);

    if (!d) {
        (void)fail_errno(w->err, ERR_IO, "%s", path);
        (void)close(fd);
        return -1;
    }
    for (;;) {
        errno = 0;

        const struct dirent *entry = readdir(d);

        if (!entry)
            return errno ? fail_errno(w->err, ERR_IO, "%s", path) : 0;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (walk_entry(w, fd, folder, entry->d_name) < 0)
            return -1;
    }
}

static int by_bytes(const void *a, const void *b)
{
    const char *const *x = a;
    const char *const *y = b;

    return strcmp(*x, *y);
}

int file_walk(const char *dir, size_t max_files, struct arena *arena, struct file_list *out,
              struct error *err)
{
    return file_walk_past(dir, max_files, arena, out, NULL, err);
}

int file_walk_past(const char *dir, size_t max_files, struct arena *arena, struct file_list *out,
                   struct file_skips *skips, struct error *err)
{
    struct walk w = {dir, max_files, arena, out, NULL, 0, skips, err};

    *out = (struct file_list){NULL, 0};
    if (skips)
        *skips = (struct file_skips){NULL, 0};
    *arena_push(arena, w.dirs, w.dir_count) = "";
    for (size_t i = 0; i < w.dir_count; i++)
        if (walk_folder(&w, w.dirs[i]) < 0)
            return -1;
    if (out->count > 0)
        qsort(out->paths, out->count, sizeof *out->paths, by_bytes);
    return 0;
}

char *file_join(struct arena *arena, const char *dir, const char *name)
{
    size_t len = strlen(dir);
    const char *slash = len > 0 && dir[len - 1] == '/' ? "" : "/";

    return arena_printf(arena, "%s%s%s", dir, slash, name);
}
