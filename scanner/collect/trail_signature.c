/* trail_signature.c - which digest files AWS signed. */
#include <stdlib.h>
#include <string.h>

#include "base/digest_rsa.h"
#include "base/limits.h"
#include "base/text.h"
#include "collect/trail_proof.h"

static struct arena *texts(const struct trail_proof *p)
{
    return &p->c->model->arena;
}

static int hex_value(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = c ? strchr(digits, c) : NULL;

    return at ? (int)(at - digits) : -1;
}

/* Lower-case hexadecimal into bytes; 0: it is none, or too long. */
static size_t from_hex(const char *text, unsigned char out[LIMIT_SIGNATURE_BYTES])
{
    size_t len = strlen(text);

    if (len % 2 || len > 2 * (size_t)LIMIT_SIGNATURE_BYTES)
        return 0;
    for (size_t i = 0; i < len; i += 2) {
        int high = hex_value(text[i]), low = hex_value(text[i + 1]);

        if (high < 0 || low < 0)
            return 0;
        out[i / 2] = (unsigned char)(high << 4 | low);
    }
    return len / 2;
}

/* AWS's keys, each read once. */
struct key_ring {
    const struct public_key *at; /* sorted by region, fingerprint */
    size_t count;
    struct rsa_key *keys;
    bool *tried;
};

static int compare_key(const struct public_key *k, const struct digest_file *d)
{
    int order = strcmp(k->region, d->region);

    return order ? order : strcmp(k->fingerprint, d->fingerprint);
}

/* The first key of that region and fingerprint; count: there is none. */
static size_t find_key(const struct key_ring *ring, const struct digest_file *d)
{
    size_t low = 0, high = ring->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (compare_key(&ring->at[middle], d) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < ring->count && compare_key(&ring->at[low], d) == 0 ? low : ring->count;
}

/* A key that cannot be read signs nothing. */
static const struct rsa_key *key_at(struct key_ring *ring, size_t i)
{
    struct error ignored = {0};

    if (!ring->tried[i])
        (void)rsa_key_read(&ring->keys[i], ring->at[i].der, ring->at[i].der_len, &ignored);
    ring->tried[i] = true;
    return ring->keys[i].pkey ? &ring->keys[i] : NULL;
}

static bool is_signature(struct key_ring *ring, const struct digest_file *d, const char *hex)
{
    struct arena scratch = {0};
    const char *text = digest_file_text(d, &scratch);
    unsigned char signature[LIMIT_SIGNATURE_BYTES];
    size_t len = from_hex(hex, signature);
    bool good = false;

    for (size_t i = find_key(ring, d);
         len > 0 && !good && i < ring->count && compare_key(&ring->at[i], d) == 0; i++) {
        const struct rsa_key *key = key_at(ring, i);

        good = key && rsa_verify(key, text, strlen(text), signature, len);
    }
    arena_free(&scratch);
    return good;
}

/* The digest file that `d` follows, by its own words; NO_DIGEST: not there. */
static size_t previous_of(const struct trail_proof *p, const struct digest_file *d)
{
    const struct snapshot *scope = p->c->scope;
    size_t file, found;

    if (!d->is_read || !d->previous_object)
        return NO_DIGEST;
    file = trail_file_called(scope, p->c->account->id, d->previous_object);
    found = file < scope->trail_count ? p->marks[file].digest : NO_DIGEST;
    if (found == NO_DIGEST || !p->digests[found].is_read ||
        strcmp(p->digests[found].object, d->previous_object) != 0 ||
        strcmp(p->digests[found].bucket, d->previous_bucket) != 0)
        return NO_DIGEST;
    return found;
}

static void check_signatures(struct trail_proof *p, struct key_ring *ring)
{
    for (size_t i = 0; i < p->digest_count; i++) {
        struct digest_file *d = &p->digests[i], *previous;

        d->previous = previous_of(p, d);
        previous = d->previous == NO_DIGEST ? NULL : &p->digests[d->previous];
        if (!previous || previous->is_signed)
            continue;
        previous->is_signed = is_signature(ring, previous, d->previous_signature);
        if (!previous->is_signed)
            previous->bad_signer = d->path;
    }
}

/* Why AWS's keys of a region are not known; NULL: they are. */
static const char *keys_trouble(const struct trail_proof *p, const char *region)
{
    const struct account *a = p->c->account;
    const struct detective *d = a->detective;

    for (size_t i = 0; i < d->key_region_count; i++)
        if (strcmp(d->key_regions[i].region, region) == 0)
            return d->key_regions[i].status.reason;
    return data_complete(a, DATA_TRAIL_KEYS) ? NULL : a->data[DATA_TRAIL_KEYS].reason;
}

/* Why a digest file that could be read does not count. */
static const char *signature_trouble(const struct trail_proof *p, const struct key_ring *ring,
                                     const struct digest_file *d)
{
    bool is_known = find_key(ring, d) < ring->count;
    const char *keys = is_known ? NULL : keys_trouble(p, d->region);

    if (keys)
        return arena_printf(texts(p), "%s is not verified: %s", d->path, keys);
    if (!is_known)
        return arena_printf(texts(p),
                            "%s says that it is signed by key %s, which is not among those that "
                            "AWS lists for %s",
                            d->path, text_shown(texts(p), d->fingerprint), d->region);
    if (d->bad_signer)
        return arena_printf(texts(p), "the signature of %s, which %s carries, is not AWS's",
                            d->path, d->bad_signer);
    return arena_printf(texts(p),
                        "%s is not verified: no digest file that follows it is there to "
                        "carry its signature",
                        d->path);
}

void trail_proof_signatures(struct trail_proof *p)
{
    const struct detective *d = p->c->account->detective;
    struct key_ring ring = {d->keys, d->key_count,
                            arena_new(&p->arena, struct rsa_key, d->key_count),
                            arena_new(&p->arena, bool, d->key_count)};

    check_signatures(p, &ring);
    for (size_t i = 0; i < p->digest_count; i++)
        if (!p->digests[i].trouble && !p->digests[i].is_signed)
            p->digests[i].trouble = signature_trouble(p, &ring, &p->digests[i]);
    for (size_t i = 0; i < ring.count; i++)
        rsa_key_free(&ring.keys[i]);
}
