/* secret.c - wiping memory that held a secret. */
#include "base/secret.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"

/* What stands in front of every block that secret_alloc() gave. */
union block {
    size_t size;
    max_align_t alignment;
};

void secret_wipe(void *p, size_t len)
{
    OPENSSL_cleanse(p, len);
}

void secret_reserve(struct strbuf *sb)
{
    if (sb->max > SIZE_MAX / 2)
        memory_exhausted();
    secret_free(sb);
    sb->buf = memory_alloc(sb->max + 1);
    sb->buf[0] = '\0';
    sb->cap = sb->max + 1;
}

void secret_free(struct strbuf *sb)
{
    if (sb->cap)
        secret_wipe(sb->buf, sb->cap);
    strbuf_free(sb);
}

bool secret_copy(char *out, size_t size, const char *text)
{
    size_t len = strlen(text);

    if (len >= size) {
        secret_wipe(out, size);
        return false;
    }
    memcpy(out, text, len + 1);
    return true;
}

int secret_read(const char *path, size_t max, struct strbuf *out, struct error *err)
{
    int fd = file_open(path, max, err);

    if (fd < 0)
        return -1;
    secret_free(out);
    out->max = max;
    secret_reserve(out);
    for (;;) {
        /* One byte more than may be there, in the place of the NUL: a file that grew is seen. */
        ssize_t n = read(fd, out->buf + out->len, out->cap - out->len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            (void)fail_errno(err, ERR_IO, "%s", path);
        else if (n > 0 && (size_t)n > max - out->len)
            (void)fail(err, ERR_LIMIT, "%s: larger than %zu bytes", path, max);
        if (n > 0 && (size_t)n <= max - out->len) {
            out->len += (size_t)n;
            continue;
        }
        out->buf[out->len] = '\0';
        (void)close(fd);
        return n == 0 ? 0 : -1;
    }
}

void secret_json_delete(cJSON *tree)
{
    cJSON *at = tree;

    /* Every node once, without recursion: children first, then the next, then back up through the
     * links that cJSON_Delete() does not need. */
    while (at) {
        if (at->valuestring)
            secret_wipe(at->valuestring, strlen(at->valuestring));
        cJSON *child = at->child;

        if (child) {
            cJSON *last = child;

            while (last->next)
                last = last->next;
            /* Lift the children into the list behind their parent. */
            last->next = at->next;
            at->next = child;
            at->child = NULL;
        }
        at = at->next;
    }
    cJSON_Delete(tree);
}

void *secret_alloc(size_t size)
{
    if (size > SIZE_MAX / 2)
        memory_exhausted();

    union block *b = memory_alloc(sizeof *b + size);

    b->size = size;
    return b + 1;
}

void *secret_calloc(size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / 2 / size)
        memory_exhausted();

    void *p = secret_alloc(count * size);

    memset(p, 0, count * size);
    return p;
}

void *secret_realloc(void *p, size_t size)
{
    void *q = secret_alloc(size);

    if (p) {
        size_t old = ((union block *)p - 1)->size;

        memcpy(q, p, old < size ? old : size);
        secret_release(p);
    }
    return q;
}

char *secret_strdup(const char *s)
{
    size_t len = strlen(s) + 1;

    return memcpy(secret_alloc(len), s, len);
}

void secret_release(void *p)
{
    if (!p)
        return;

    union block *b = (union block *)p - 1;

    secret_wipe(b, sizeof *b + b->size);
    free(b);
}
