/* fuzz_digest.c - any bytes as CloudTrail's digest files: read, followed from one to the next, and
 * settled. Nothing may crash, and nothing is proved by what nobody signed.
 *
 * Input: one byte, then the contents of at most six digest files, unpacked, separated by NUL: of
 * hours 1 to 4 of a day, of a backfill of hour 2, and of hour 1 of another trail. With 1 set in the
 * byte those that can be read count as signed by AWS, with 2 the first log file is another than
 * they say, with 4 the second was not read. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/log.h"
#include "collect/trail_proof.h"

#define ID "111122223333"
#define FOLDER "raw/" ID "/trail/" ID "_CloudTrail"
#define DIGEST FOLDER "-Digest_us-east-1_"
#define HOUR1 1795136400 /* 2026-11-20T01:00:00Z */

/* As in a snapshot: sorted by name. */
static struct trail_file files[] = {
    {ID, {.file = DIGEST "other_us-east-1_20261120T010000Z.json.gz"}},
    {ID, {.file = DIGEST "watch_us-east-1_20261120T010000Z.json.gz"}},
    {ID, {.file = DIGEST "watch_us-east-1_20261120T020000Z.json.gz"}},
    {ID, {.file = DIGEST "watch_us-east-1_20261120T020000Z_backfill.json.gz"}},
    {ID, {.file = DIGEST "watch_us-east-1_20261120T030000Z.json.gz"}},
    {ID, {.file = DIGEST "watch_us-east-1_20261120T040000Z.json.gz"}},
    {ID, {.file = FOLDER "_us-east-1_20261120T0030Z_x.json.gz"}},
    {ID, {.file = FOLDER "_us-east-1_20261120T0130Z_x.json.gz"}},
};
static const size_t order[] = {1, 2, 4, 5, 3, 0};
#define DIGESTS (sizeof order / sizeof *order)
#define FIRST_LOG 6

static void add_all(struct trail_proof *p, const char *at, size_t size, bool is_signed)
{
    const char *end = at + size;

    for (size_t i = 0; i < DIGESTS && at < end; i++) {
        const char *nul = memchr(at, '\0', (size_t)(end - at)), *stop = nul ? nul : end;
        struct digest_file *d = trail_proof_add(p);
        struct trail_name name;

        if (!trail_name_parse(files[order[i]].page.file, &name))
            abort();
        digest_file_parse(&p->reader, order[i], &name, at, (size_t)(stop - at), d);
        if (d->is_read == (d->trouble != NULL) || (!d->is_read && d->entry_count > 0))
            abort();
        d->is_signed = is_signed && d->is_read;
        at = nul ? nul + 1 : end;
    }
}

static void check_outcome(const struct trail_proof *p, const struct events *e, bool is_signed)
{
    if (!is_signed && e->proof_count > 0)
        abort();
    for (size_t i = 0; i < e->proof_count; i++) {
        if (e->proofs[i].from > e->proofs[i].to || e->proofs[i].from < HOUR1 - 3600 * 24 * 365)
            continue; /* as signed; only AWS could say so */
        if (i > 0 && e->proofs[i - 1].to >= e->proofs[i].from &&
            strcmp(e->proofs[i - 1].region, e->proofs[i].region) == 0)
            abort();
    }
    for (size_t i = 0; i < e->doubt_count; i++)
        if (!e->doubts[i].reason || !e->doubts[i].region || e->doubts[i].from > e->doubts[i].to)
            abort();
    for (size_t i = 0; i < p->digest_count; i++)
        if (p->marks[p->digests[i].file].digest != i)
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct trail trails[] = {{.arn = "a",
                                           .name = "watch",
                                           .home_region = "us-east-1",
                                           .account = ID,
                                           .bucket = "audit-bucket",
                                           .global_events = true,
                                           .selectors = {STATE_COMPLETE, NULL, NULL},
                                           .logs_reads = true,
                                           .logs_writes = true}};
    struct trail seen = trails[0];
    struct detective detective = {.trails = &seen, .trail_count = 1};
    struct events events = {.count = 0};
    struct account account = {.id = ID, .detective = &detective, .events = &events};
    struct model model = {.home = ID, .accounts = &account, .account_count = 1};
    struct snapshot scope = {.trail = files, .trail_count = sizeof files / sizeof *files};
    struct collection c = {.scope = &scope, .model = &model, .account = &account};
    struct trail_proof proof;

    if (size == 0)
        return 0;
    json_init();
    log_setup(LOG_ERROR, false);
    account.data[DATA_TRAILS].state = account.data[DATA_TRAIL_KEYS].state = STATE_COMPLETE;
    trail_proof_begin(&proof, &c);
    add_all(&proof, (const char *)data + 1, size - 1, data[0] & 1);
    trail_proof_judge(&proof);
    for (size_t i = 0; i < 2; i++) {
        const char *hash = proof.marks[FIRST_LOG + i].hash;

        if (i == 0 || !(data[0] & 4))
            (void)trail_proof_check(&proof, FIRST_LOG + i,
                                    hash && !(i == 0 && data[0] & 2) ? hash : "");
    }
    trail_proof_settle(&proof);
    events_sort(&events, &model.arena);
    check_outcome(&proof, &events, data[0] & 1);
    trail_proof_close(&proof);
    arena_free(&model.arena);
    return 0;
}
