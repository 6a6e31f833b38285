/* trail_digest.c - reading one digest file. */
#include "collect/trail_digest.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/gunzip.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"

#define HOUR 3600

static const char *base_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

static int by_file(const void *key, const void *row)
{
    return strcmp(key, ((const struct trail_file *)row)->page.file);
}

size_t trail_file_called(const struct snapshot *scope, const char *account, const char *key)
{
    cleanup_strbuf struct strbuf file = STRBUF_INIT(2 * LIMIT_NAME_BYTES);
    const struct trail_file *found = NULL;

    strbuf_addf(&file, "raw/%s/trail/%s", account, base_of(key));
    if (!file.overflowed && scope->trail_count > 0)
        found = bsearch(file.buf, scope->trail, scope->trail_count, sizeof *scope->trail, by_file);
    return found ? (size_t)(found - scope->trail) : scope->trail_count;
}

int trail_load(const struct snapshot *scope, const struct page *page, struct strbuf *out,
               struct error *err)
{
    struct arena scratch = {0};
    const char *path = file_join(&scratch, scope->dir, page->file);
    char hex[DIGEST_HEX];
    int status = file_read(path, LIMIT_ANSWER_BYTES, out, err);

    if (status == 0 && (out->len != page->size ||
                        strcmp(digest_bytes(out->buf, out->len, hex), page->sha256) != 0))
        status = fail(err, ERR_INTEGRITY, "%s: is not the file that %s lists", path, SNAPSHOT_FILE);
    arena_free(&scratch);
    return status;
}

/* --- Members ---------------------------------------------------------------------------------- */

static int take(struct digest_reader *r, const cJSON *obj, const char *key, const char **out,
                struct error *err)
{
    const char *text = json_text(obj, key, err);

    if (!text)
        return -1;
    if (!*text || strlen(text) > LIMIT_NAME_BYTES)
        return fail(err, ERR_FORMAT, "%s: empty, or longer than %d bytes", key, LIMIT_NAME_BYTES);
    *out = arena_strdup(r->arena, text);
    return 0;
}

static int take_time(const cJSON *obj, const char *key, time_t *out, struct error *err)
{
    const char *text = json_text(obj, key, err);

    if (!text)
        return -1;
    return clock_parse(text, out)
               ? 0
               : fail(err, ERR_FORMAT, "%s: expected a time like 2026-11-24T06:14:00Z", key);
}

/* A text that can only be one. */
static int expect(const cJSON *obj, const char *key, const char *wanted, struct error *err)
{
    const char *text = json_text(obj, key, err);

    if (!text)
        return -1;
    return strcmp(text, wanted) == 0 ? 0 : fail(err, ERR_FORMAT, "%s: not %s", key, wanted);
}

static int take_hash(const cJSON *obj, char out[DIGEST_HEX], struct error *err)
{
    const char *text = json_text(obj, "hashValue", err);

    if (!text)
        return -1;
    if (!digest_is_hex(text))
        return fail(err, ERR_FORMAT, "hashValue: not a SHA-256");
    memcpy(out, text, DIGEST_HEX);
    return expect(obj, "hashAlgorithm", "SHA-256", err);
}

/* All of a previous file, or null for all. */
static int take_previous(struct digest_reader *r, const cJSON *root, struct digest_file *d,
                         struct error *err)
{
    static const char *const keys[] = {"previousDigestS3Bucket", "previousDigestS3Object",
                                       "previousDigestHashValue", "previousDigestHashAlgorithm",
                                       "previousDigestSignature"};
    size_t nulls = 0;

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const cJSON *member = json_find(root, keys[i]);

        nulls += !member || cJSON_IsNull(member);
    }
    if (nulls == sizeof keys / sizeof *keys)
        return 0;
    if (take(r, root, keys[0], &d->previous_bucket, err) ||
        take(r, root, keys[1], &d->previous_object, err) ||
        take(r, root, keys[2], &d->previous_hash, err) || expect(root, keys[3], "SHA-256", err) ||
        take(r, root, keys[4], &d->previous_signature, err))
        return -1;
    return digest_is_hex(d->previous_hash) ? 0
                                           : fail(err, ERR_FORMAT, "%s: not a SHA-256", keys[2]);
}

/* --- Log files -------------------------------------------------------------------------------- */

/* Files of other kinds ("CloudTrail-Insight") hold no management events and are not in a snapshot:
 * their names have another word where log files have "CloudTrail". */
static bool is_of_another_kind(const struct digest_reader *r, const char *base)
{
    size_t len = strlen(r->account);

    return strncmp(base, r->account, len) == 0 &&
           strncmp(base + len, "_CloudTrail-", strlen("_CloudTrail-")) == 0;
}

static int read_entry(struct digest_reader *r, const cJSON *obj, struct digest_file *d,
                      struct error *err)
{
    struct digest_entry e = {.oldest = 0};
    const char *object = json_text(obj, "s3Object", err);
    struct trail_name name;

    if (!object || take_hash(obj, e.hash, err))
        return -1;
    if (is_of_another_kind(r, base_of(object)))
        return 0;
    if (strlen(object) > LIMIT_NAME_BYTES || !trail_name_parse(object, &name) || name.is_digest ||
        strcmp(name.account, r->account) != 0 || strcmp(name.region, d->region) != 0)
        return fail(err, ERR_FORMAT, "s3Object: not a log file of account %s and region %s",
                    r->account, d->region);
    e.oldest = name.delivered - LATEST_DELIVERY;
    if (!cJSON_IsNull(json_find(obj, "oldestEventTime")) &&
        take_time(obj, "oldestEventTime", &e.oldest, err))
        return -1;
    e.file = trail_file_called(r->scope, r->account, object);
    if (e.file < r->scope->trail_count) {
        *arena_push(r->arena, d->entries, d->entry_count) = e;
        return 0;
    }
    if (!d->missing)
        d->missing = text_shown(r->texts, base_of(object));
    if (e.oldest < d->doubt_from)
        d->doubt_from = e.oldest;
    return 0;
}

static int read_entries(struct digest_reader *r, const cJSON *root, struct digest_file *d,
                        struct error *err)
{
    const cJSON *list = json_array(root, "logFiles", err);
    size_t i = 0;

    if (!list)
        return -1;
    for (const cJSON *obj = json_first(list); obj; obj = obj->next, i++) {
        if (++r->named > LIMIT_TRAIL_NAMED)
            return fail(err, ERR_LIMIT, "more than %d log files in all", LIMIT_TRAIL_NAMED);
        if (read_entry(r, obj, d, err))
            return fail_in(err, "logFiles[%zu]", i);
    }
    return 0;
}

/* --- The file --------------------------------------------------------------------------------- */

static int read_head(struct digest_reader *r, const cJSON *root, const struct trail_name *name,
                     struct digest_file *d, struct error *err)
{
    time_t start, end;

    if (!cJSON_IsObject(root))
        return fail(err, ERR_FORMAT, "expected an object");
    if (expect(root, "awsAccountId", r->account, err) ||
        take_time(root, "digestStartTime", &start, err) ||
        take_time(root, "digestEndTime", &end, err) ||
        take(r, root, "digestEndTime", &d->end_text, err) ||
        take(r, root, "digestS3Bucket", &d->bucket, err) ||
        take(r, root, "digestS3Object", &d->object, err) ||
        take(r, root, "digestPublicKeyFingerprint", &d->fingerprint, err) ||
        expect(root, "digestSignatureAlgorithm", "SHA256withRSA", err))
        return -1;
    if (strcmp(base_of(d->object), base_of(d->path)) != 0)
        return fail(err, ERR_FORMAT, "digestS3Object: another file's name");
    if (start >= end || (!name->is_backfill && end != name->delivered))
        return fail(err, ERR_FORMAT, "digestStartTime, digestEndTime: not those of its name");
    d->start = start;
    d->end = end;
    d->doubt_from = start - LATEST_DELIVERY;
    return 0;
}

static int keep(void *context, const char *bytes, size_t len, struct error *err)
{
    (void)err;
    strbuf_add(context, bytes, len);
    return 0;
}

static int read_text(struct digest_reader *r, const char *text, size_t len,
                     const struct trail_name *name, struct digest_file *d, struct error *err)
{
    cleanup_json cJSON *root = json_parse("digest", text, len, err);

    if (!root || read_head(r, root, name, d, err) || take_previous(r, root, d, err) ||
        read_entries(r, root, d, err))
        return -1;
    (void)digest_bytes(text, len, d->sha256);
    d->is_read = true;
    return 0;
}

static void give_up(struct digest_reader *r, struct digest_file *d, const struct error *why)
{
    d->entry_count = 0;
    d->trouble = arena_printf(r->texts, "%s cannot be read: %s", d->path, why->msg);
}

static void name_file(struct digest_reader *r, size_t file, const struct trail_name *name,
                      struct digest_file *out)
{
    *out = (struct digest_file){.file = file,
                                .path = r->scope->trail[file].page.file,
                                .region = arena_strdup(r->texts, name->region),
                                .trail = arena_strdup(r->arena, name->trail),
                                .home = arena_strdup(r->arena, name->home),
                                .is_backfill = name->is_backfill,
                                .start = name->delivered - HOUR,
                                .end = name->delivered,
                                .doubt_from = name->delivered - HOUR - LATEST_DELIVERY,
                                .previous = NO_DIGEST};
}

void digest_file_parse(struct digest_reader *r, size_t file, const struct trail_name *name,
                       const char *text, size_t len, struct digest_file *out)
{
    struct error why = {0};

    name_file(r, file, name, out);
    if (read_text(r, text, len, name, out, &why))
        give_up(r, out, &why);
}

int digest_file_read(struct digest_reader *r, size_t file, const struct trail_name *name,
                     struct digest_file *out, struct error *err)
{
    cleanup_strbuf struct strbuf packed = STRBUF_INIT(LIMIT_ANSWER_BYTES);
    cleanup_strbuf struct strbuf text = STRBUF_INIT(LIMIT_TRAIL_DIGEST);
    struct gunzip_sink sink = {keep, &text};
    struct error why = {0};

    if (trail_load(r->scope, &r->scope->trail[file].page, &packed, err))
        return -1;
    if (gunzip(packed.buf, packed.len, LIMIT_TRAIL_DIGEST, &sink, &why)) {
        name_file(r, file, name, out);
        give_up(r, out, &why);
    } else {
        digest_file_parse(r, file, name, text.buf, text.len, out);
    }
    return 0;
}

const char *digest_file_text(const struct digest_file *d, struct arena *arena)
{
    return arena_printf(arena, "%s\n%s/%s\n%s\n%s", d->end_text, d->bucket, d->object, d->sha256,
                        d->previous_signature ? d->previous_signature : "null");
}
