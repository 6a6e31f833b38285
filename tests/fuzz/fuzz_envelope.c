/* fuzz_envelope.c - any bytes as an envelope: refused, or one that is written back the same;
 * nothing but the signed seed has the signature of its key; no subject has a name that leads
 * elsewhere.
 *
 * The private key of the seed was thrown away. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/json.h"
#include "evidence/dsse.h"
#include "evidence/pack.h"
#include "evidence/statement.h"

static const char seed_key[] = "-----BEGIN PUBLIC KEY-----\n"
                               "MCowBQYDK2VwAyEAcLF5fUiYggXN2h9+72e+EnFYhBDdDBPKpf8OstWoXuI=\n"
                               "-----END PUBLIC KEY-----\n";
static const char seed_payload[] =
    "88d5636bdd4f2765afc706311f423225db3fe6a21907f666d360af5104bc64e0"; /* its SHA-256 */

static void check_written_back(const struct envelope *e, const uint8_t *data, size_t size)
{
    cleanup_strbuf struct strbuf again = STRBUF_INIT(LIMIT_ENVELOPE_BYTES);
    struct error err = {0};

    if (dsse_write(e, &again, &err) || again.len != size || memcmp(again.buf, data, size))
        abort();
}

static void check_signature(const struct envelope *e)
{
    cleanup_key struct key key = {0};
    struct error err = {0};
    char hex[DIGEST_HEX];

    if (key_parse_public("seed", seed_key, strlen(seed_key), &key, &err))
        abort();
    if (!dsse_check(e, &key, &err) &&
        strcmp(digest_bytes(e->payload.buf, e->payload.len, hex), seed_payload))
        abort();
}

static void check_subjects(const struct envelope *e)
{
    struct error err = {0};
    struct arena arena = {0};
    struct pack_files subjects = {0};
    cleanup_json cJSON *tree = json_parse("payload", e->payload.buf, e->payload.len, &err);

    if (tree && !statement_subjects(tree, &arena, &subjects, &err))
        for (size_t i = 0; i < subjects.count; i++)
            if (subjects.at[i].name[0] == '/' || strstr(subjects.at[i].name, "../") ||
                !digest_is_hex(subjects.at[i].sha256))
                abort();
    arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cleanup_envelope struct envelope e = ENVELOPE_INIT;
    struct error err = {0};

    json_init();
    if (dsse_parse("fuzz", (const char *)data, size, &e, &err)) {
        if (err.code != ERR_FORMAT && err.code != ERR_LIMIT)
            abort();
        return 0;
    }
    check_written_back(&e, data, size);
    check_signature(&e);
    check_subjects(&e);
    return 0;
}
