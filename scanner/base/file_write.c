/* file_write.c - files that appear whole or not at all, alone or together, and quick writes. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/env.h"
#include "base/file.h"
#include "base/file_temporary.h"
#include "base/limits.h"

static int write_all(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, bytes, len);

        if (n < 0 && errno != EINTR)
            return -1;
        if (n > 0) {
            bytes += n;
            len -= (size_t)n;
        }
    }
    return 0;
}

/* Make the entries of the directory that holds `path` lasting. Some file systems cannot. */
static int sync_parent(const char *path, struct error *err)
{
    char parent[LIMIT_PATH];
    const char *slash = strrchr(path, '/');
    size_t len = slash ? (size_t)(slash - path) : 0;

    (void)snprintf(parent, sizeof parent, "%.*s", (int)len, path);
    if (len == 0)
        (void)snprintf(parent, sizeof parent, "%s", slash ? "/" : ".");

    cleanup_fd int fd = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0 || (fsync(fd) < 0 && errno != EINVAL && errno != ENOTSUP))
        return fail_errno(err, ERR_IO, "%s: saving its folder", path);
    return 0;
}

/* A fresh file beside the path, open for writing; its name is noted. */
static int open_beside(const char *path, char temporary[LIMIT_PATH], struct error *err)
{
    int size = snprintf(temporary, LIMIT_PATH, "%s.tmpXXXXXX", path), fd;

    if (size < 0 || size >= LIMIT_PATH) {
        temporary[0] = '\0';
        return fail(err, ERR_IO, "%s: name too long", path);
    }
    temporary_hold();
    fd = mkstemp(temporary);
    if (fd >= 0)
        temporary_note(temporary);
    else
        (void)fail_errno(err, error_of_errno(), "%s", path);
    temporary_release();
    if (fd < 0)
        temporary[0] = '\0';
    return fd;
}

void file_discard(struct file_draft *d)
{
    if (!*d->temporary)
        return;
    (void)unlink(d->temporary);
    temporary_forget(d->temporary);
    d->temporary[0] = '\0';
}

int file_writer_open(struct file_writer *w, struct file_draft *d, const char *path, size_t max,
                     mode_t mode, struct error *err)
{
    d->path = path;
    *w = (struct file_writer){d, open_beside(path, d->temporary, err), 0, max};
    if (w->fd < 0)
        return -1;
    if (fcntl(w->fd, F_SETFD, FD_CLOEXEC) == 0 && fchmod(w->fd, mode) == 0)
        return 0;
    (void)fail_errno(err, ERR_IO, "%s", path);
    file_writer_abandon(w);
    return -1;
}

int file_writer_add(struct file_writer *w, const void *bytes, size_t len, struct error *err)
{
    if (len > w->max - w->len)
        return fail(err, ERR_LIMIT, "%s: larger than %zu bytes", w->draft->path, w->max);
    w->len += len;
    if (write_all(w->fd, bytes, len) < 0)
        return fail_errno(err, ERR_IO, "%s", w->draft->path);
    return 0;
}

int file_writer_close(struct file_writer *w, struct error *err)
{
    int fd = w->fd;

    if (fsync(fd) < 0) {
        (void)fail_errno(err, ERR_IO, "%s", w->draft->path);
        file_writer_abandon(w);
        return -1;
    }
    w->fd = -1;
    if (close(fd) == 0)
        return 0;
    (void)fail_errno(err, ERR_IO, "%s", w->draft->path);
    file_discard(w->draft);
    return -1;
}

void file_writer_abandon(struct file_writer *w)
{
    if (w->fd < 0)
        return;
    (void)close(w->fd);
    w->fd = -1;
    file_discard(w->draft);
}

int file_draft(struct file_draft *d, const char *path, const void *bytes, size_t len, mode_t mode,
               struct error *err)
{
    cleanup_file_writer struct file_writer w = FILE_WRITER_INIT;

    if (file_writer_open(&w, d, path, len, mode, err) || file_writer_add(&w, bytes, len, err))
        return -1;
    return file_writer_close(&w, err);
}

/* Give the draft its name. */
static int publish(struct file_draft *d, struct error *err)
{
    if (rename(d->temporary, d->path) < 0)
        return fail_errno(err, ERR_IO, "%s", d->path);
    temporary_forget(d->temporary);
    d->temporary[0] = '\0';
    return 0;
}

int file_publish(struct file_draft *drafts, size_t count, struct error *err)
{
    int status = 0;

    temporary_hold();
    for (size_t i = 0; i < count && status == 0; i++)
        status = publish(&drafts[i], err);
    temporary_release();
    for (size_t i = 0; i < count; i++)
        file_discard(&drafts[i]);
    for (size_t i = 0; i < count && status == 0; i++)
        status = sync_parent(drafts[i].path, err);
    return status;
}

int file_write(const char *path, const void *bytes, size_t len, mode_t mode, struct error *err)
{
    struct file_draft d;

    return file_draft(&d, path, bytes, len, mode, err) ? -1 : file_publish(&d, 1, err);
}

int file_write_new(const char *path, const void *bytes, size_t len, mode_t mode, struct error *err)
{
    struct file_draft d;
    int status;

    if (file_draft(&d, path, bytes, len, mode, err))
        return -1;
    status = link(d.temporary, path) < 0 ? fail_errno(err, ERR_IO, "%s", path) : 0;
    file_discard(&d);
    return status ? -1 : sync_parent(path, err);
}

static int write_at(const char *path, int flags, const char *bytes, size_t len, mode_t mode,
                    struct error *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | flags, mode);

    if (fd < 0)
        return fail_errno(err, error_of_errno(), "%s", path);
    if (write_all(fd, bytes, len) < 0) {
        (void)fail_errno(err, ERR_IO, "%s", path);
        (void)close(fd);
        return -1;
    }
    return close(fd) < 0 ? fail_errno(err, ERR_IO, "%s", path) : 0;
}

int file_put(const char *path, const void *bytes, size_t len, mode_t mode, struct error *err)
{
    return write_at(path, O_TRUNC, bytes, len, mode, err);
}

int file_append(const char *path, const void *bytes, size_t len, mode_t mode, struct error *err)
{
    return write_at(path, O_APPEND, bytes, len, mode, err);
}

int file_nameless(struct error *err)
{
    const char *dir = env_get("TMPDIR");
    char path[LIMIT_PATH];
    int fd;

    if (!dir)
        dir = "/tmp";
    if (snprintf(path, sizeof path, "%s/reportgen-XXXXXX", dir) >= (int)sizeof path)
        return fail(err, ERR_IO, "%s: name too long", dir);
    temporary_hold();
    fd = mkstemp(path);
    if (fd >= 0)
        (void)unlink(path);
    else
        (void)fail_errno(err, ERR_IO, "%s: a temporary file cannot be made (TMPDIR)", dir);
    temporary_release();
    if (fd < 0)
        return -1;
    (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
    return fd;
}
