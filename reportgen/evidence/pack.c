/* pack.c - how an evidence pack is laid out: its names, and the list of its files. */
#include "evidence/pack.h"

#include <stdlib.h>
#include <string.h>

#include "model/snapshot.h"

void pack_add(struct pack_files *files, struct arena *arena, const char *name,
              const char *media_type, const char sha256[DIGEST_HEX])
{
    struct pack_file *f = arena_push(arena, files->at, files->count);

    f->name = arena_strdup(arena, name);
    f->media_type = arena_strdup(arena, media_type);
    memcpy(f->sha256, sha256, DIGEST_HEX);
}

static int compare_files(const void *a, const void *b)
{
    return strcmp(((const struct pack_file *)a)->name, ((const struct pack_file *)b)->name);
}

int pack_sort(struct pack_files *files, struct error *err)
{
    if (files->count)
        qsort(files->at, files->count, sizeof *files->at, compare_files);
    for (size_t i = 1; i < files->count; i++)
        if (!strcmp(files->at[i - 1].name, files->at[i].name))
            return fail(err, ERR_FORMAT, "%s: named twice", files->at[i].name);
    return 0;
}

const struct pack_file *pack_find(const struct pack_files *files, const char *name)
{
    struct pack_file key = {.name = name};

    if (!files->count)
        return NULL;
    return bsearch(&key, files->at, files->count, sizeof *files->at, compare_files);
}

bool pack_is_subject(const char *name)
{
    return strcmp(name, PACK_STATEMENT) && strcmp(name, PACK_SIGNER) && strcmp(name, PACK_SUMS) &&
           (strncmp(name, "evidence.", 9) || strchr(name, '/'));
}

static bool part_ok(const char *part, size_t len)
{
    return len > 0 && !(len == 1 && part[0] == '.') && !(len == 2 && !strncmp(part, "..", 2));
}

bool pack_name_ok(const char *name)
{
    if (strlen(name) >= LIMIT_PATH)
        return false;
    for (const char *p = name; *p; p++)
        if (*p <= ' ' || *p >= 0x7f || *p == '\\')
            return false;
    for (const char *part = name;; part++) {
        size_t len = strcspn(part, "/");

        if (!part_ok(part, len))
            return false;
        part += len;
        if (!*part)
            return true;
    }
}

bool pack_is_evaluation(const char *name)
{
    static const char folder[] = "evaluated-";
    const char *hex = name + strlen(folder);

    if (strncmp(name, folder, strlen(folder)) != 0 || strspn(hex, "0123456789abcdef") != 8)
        return false;
    return !strcmp(hex + 8, "/" PACK_FINDINGS) || !strcmp(hex + 8, "/" PACK_REPORT);
}

static int add_answer(const cJSON *page, struct arena *arena, struct pack_files *out,
                      struct error *err)
{
    const char *name = json_text(page, "file", err);
    const char *hash = name ? json_text(page, "sha256", err) : NULL;

    if (!hash)
        return -1;
    if (!pack_name_ok(name) || !snapshot_is_raw_path(name))
        return fail(err, ERR_FORMAT, "\"%.200s\" is not a name below %s/", name, PACK_RAW);
    if (!digest_is_hex(hash))
        return fail(err, ERR_FORMAT, "%s: not a SHA-256", name);
    pack_add(out, arena, name, "", hash);
    return 0;
}

int pack_answers(const cJSON *snapshot, struct arena *arena, struct pack_files *out,
                 struct error *err)
{
    const cJSON *queries = json_array(snapshot, "queries", err);

    if (!queries)
        return -1;
    for (const cJSON *q = json_first(queries); q; q = q->next) {
        const cJSON *pages = json_array(q, "pages", err);

        if (!pages)
            return fail_in(err, "queries");
        for (const cJSON *p = json_first(pages); p; p = p->next)
            if (add_answer(p, arena, out, err))
                return fail_in(err, "pages");
    }
    for (const cJSON *f = json_first(json_find(snapshot, "trailFiles")); f; f = f->next)
        if (add_answer(f, arena, out, err))
            return fail_in(err, "trailFiles");
    return pack_sort(out, err);
}

void pack_write_sums(const struct pack_files *files, struct strbuf *out)
{
    for (size_t i = 0; i < files->count; i++)
        strbuf_addf(out, "%s  %s\n", files->at[i].sha256, files->at[i].name);
}
