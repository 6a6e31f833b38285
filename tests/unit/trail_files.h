/* trail_files.h - CloudTrail's files in a run directory, and chains of digest files signed by a key
 * made for the test. */
#ifndef TESTS_UNIT_TRAIL_FILES_H
#define TESTS_UNIT_TRAIL_FILES_H

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "base/clock.h"
#include "collected.h"
#include "gzipped.h"

static inline void trail_add_bytes(struct run *r, const char *account, const char *name,
                                   const void *bytes, size_t len)
{
    cJSON *rows = cJSON_GetObjectItem(r->snapshot, "trailFiles"), *row;
    const char *file = arena_printf(&r->arena, "raw/%s/trail/%s", account, name);
    struct error err = {0};
    char hex[DIGEST_HEX];

    if (!rows)
        rows = cJSON_AddArrayToObject(r->snapshot, "trailFiles");
    row = json_append_object(rows);
    expect_ok(
        file_make_dirs(arena_printf(&r->arena, "%s/raw/%s/trail", r->dir, account), 0700, &err),
        err);
    expect_ok(file_write(file_join(&r->arena, r->dir, file), bytes, len, 0600, &err), err);
    json_add_text(row, "account", account);
    json_add_text(row, "file", file);
    json_add_text(row, "sha256", digest_bytes(bytes, len, hex));
    json_add_count(row, "size", len);
}

static inline void trail_add_packed(struct run *r, const char *name, const char *text)
{
    cleanup_strbuf struct strbuf packed = STRBUF_INIT(64 * MIB);

    gzip_add(&packed, text, strlen(text));
    trail_add_bytes(r, HOME_ID, name, packed.buf, packed.len);
}

/* A log file of these records, separated by commas. */
static inline void trail_add_log(struct run *r, const char *name, const char *records)
{
    trail_add_packed(r, name, arena_printf(&r->arena, "{\"Records\":[%s]}", records));
}

/* --- Digest files ----------------------------------------------------------------------------- */

#define TRAIL_BUCKET "audit-bucket"

/* A chain being written: each file is signed, and the next one carries that signature. */
struct chain {
    struct run *run;
    EVP_PKEY *key;
    const char *region, *trail, *home;
    const char *fingerprint;
    const char *object, *sha256, *signature; /* of the file before; NULL: none */
};

/* "20261120T010000Z" */
static inline const char *chain_stamp(struct run *r, time_t t)
{
    char when[CLOCK_TEXT];

    (void)clock_format(t, when);
    return arena_printf(&r->arena, "%.4s%.2s%.2sT%.2s%.2s%.2sZ", when, when + 5, when + 8,
                        when + 11, when + 14, when + 17);
}

static inline const char *chain_hex(struct run *r, const unsigned char *bytes, size_t len)
{
    cleanup_strbuf struct strbuf out = STRBUF_INIT(MIB);

    for (size_t i = 0; i < len; i++)
        strbuf_addf(&out, "%02x", bytes[i]);
    return arena_strdup(&r->arena, out.buf);
}

static inline const char *chain_sign(const struct chain *c, const char *text)
{
    unsigned char signature[1024];
    size_t len = sizeof signature;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();

    assert_int_equal(EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, c->key), 1);
    assert_int_equal(
        EVP_DigestSign(ctx, signature, &len, (const unsigned char *)text, strlen(text)), 1);
    EVP_MD_CTX_free(ctx);
    return chain_hex(c->run, signature, len);
}

static inline const char *chain_quoted(struct run *r, const char *text)
{
    return text ? arena_printf(&r->arena, "\"%s\"", text) : "null";
}

/* The name of a digest file; `tail` is "" or "_backfill". */
static inline const char *chain_name(const struct chain *c, time_t end, const char *tail)
{
    return arena_printf(&c->run->arena, HOME_ID "_CloudTrail-Digest_%s_%s_%s_%s%s.json.gz",
                        c->region, c->trail, c->home, chain_stamp(c->run, end), tail);
}

/* What a digest file says; `logs` is the list's inside. */
static inline const char *chain_text(const struct chain *c, time_t start, time_t end,
                                     const char *name, const char *logs)
{
    struct run *r = c->run;
    char from[CLOCK_TEXT], to[CLOCK_TEXT];

    return arena_printf(
        &r->arena,
        "{\"awsAccountId\":\"" HOME_ID "\",\"digestStartTime\":\"%s\",\"digestEndTime\":\"%s\","
        "\"digestS3Bucket\":\"" TRAIL_BUCKET "\",\"digestS3Object\":\"AWSLogs/" HOME_ID
        "/CloudTrail-Digest/%s/2026/11/20/%s\",\"digestPublicKeyFingerprint\":\"%s\","
        "\"digestSignatureAlgorithm\":\"SHA256withRSA\",\"newestEventTime\":null,"
        "\"oldestEventTime\":null,\"previousDigestS3Bucket\":%s,\"previousDigestS3Object\":%s,"
        "\"previousDigestHashValue\":%s,\"previousDigestHashAlgorithm\":%s,"
        "\"previousDigestSignature\":%s,\"logFiles\":[%s]}",
        clock_format(start, from), clock_format(end, to), c->region, name, c->fingerprint,
        c->object ? "\"" TRAIL_BUCKET "\"" : "null", chain_quoted(r, c->object),
        chain_quoted(r, c->sha256), c->object ? "\"SHA-256\"" : "null",
        chain_quoted(r, c->signature), logs);
}

/* Sign `text` as the file that AWS wrote, for the next one. */
static inline void chain_follow(struct chain *c, const char *text, time_t end, const char *name)
{
    struct run *r = c->run;
    char hex[DIGEST_HEX], to[CLOCK_TEXT];
    const char *previous = c->signature ? c->signature : "null";
    const char *object = arena_printf(
        &r->arena, "AWSLogs/" HOME_ID "/CloudTrail-Digest/%s/2026/11/20/%s", c->region, name);

    (void)digest_bytes(text, strlen(text), hex);
    c->signature = chain_sign(c, arena_printf(&r->arena, "%s\n" TRAIL_BUCKET "/%s\n%s\n%s",
                                              clock_format(end, to), object, hex, previous));
    c->object = object;
    c->sha256 = arena_strdup(&r->arena, hex);
}

/* A row of logFiles; `content` is what AWS wrote. */
static inline const char *chain_log(struct run *r, const char *name, const char *content,
                                    time_t oldest)
{
    char hex[DIGEST_HEX], when[CLOCK_TEXT];

    return arena_printf(&r->arena,
                        "{\"s3Bucket\":\"" TRAIL_BUCKET "\",\"s3Object\":\"AWSLogs/" HOME_ID
                        "/CloudTrail/us-east-1/2026/11/20/%s\",\"hashValue\":\"%s\","
                        "\"hashAlgorithm\":\"SHA-256\",\"newestEventTime\":\"%s\","
                        "\"oldestEventTime\":\"%s\"}",
                        name, digest_bytes(content, strlen(content), hex),
                        clock_format(oldest, when), when);
}

/* The key as ListPublicKeys gives it: base64 of DER, PKCS#1. */
static inline const char *chain_key(struct run *r, EVP_PKEY *key)
{
    cleanup_strbuf struct strbuf out = STRBUF_INIT(MIB);
    unsigned char der[4096], *at = der;
    int len = i2d_PublicKey(key, NULL);

    assert_true(len > 0 && (size_t)len < sizeof der);
    assert_int_equal(i2d_PublicKey(key, &at), len);
    base64_encode(&out, der, (size_t)len);
    return arena_strdup(&r->arena, out.buf);
}

#endif
