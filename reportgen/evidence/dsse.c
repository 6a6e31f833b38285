/* dsse.c - the signed envelope: DSSE v1 around one payload, with one signature. */
#include "evidence/dsse.h"

#include <string.h>

#include "base/digest.h"
#include "base/json.h"

void envelope_clear(struct envelope *e)
{
    strbuf_free(&e->payload);
}

void dsse_pae(struct strbuf *out, const char *type, const void *body, size_t len)
{
    strbuf_addf(out, "DSSEv1 %zu %s %zu ", strlen(type), type, len);
    strbuf_add(out, body, len);
}

static size_t pae_max(size_t len)
{
    return len + 512;
}

/* --- Writing --------------------------------------------------------------------------------- */

/* Base64 has no character that JSON escapes, so it is written as it is. The key order is that of
 * RFC 8785. */
int dsse_write(const struct envelope *e, struct strbuf *out, struct error *err)
{
    strbuf_addstr(out, "{\"payload\":\"");
    base64_encode(out, e->payload.buf, e->payload.len);
    strbuf_addstr(out, "\",\"payloadType\":");
    json_quote(out, e->payload_type);
    strbuf_addstr(out, ",\"signatures\":[{\"keyid\":");
    json_quote(out, e->key_id);
    strbuf_addstr(out, ",\"sig\":\"");
    base64_encode(out, e->signature.bytes, e->signature.len);
    strbuf_addstr(out, "\"}]}\n");
    return strbuf_finish(out, "envelope", err);
}

int dsse_sign(const struct key *key, const void *body, size_t len, struct strbuf *out,
              struct error *err)
{
    cleanup_envelope struct envelope e = ENVELOPE_INIT;
    cleanup_strbuf struct strbuf pae = STRBUF_INIT(pae_max(len));

    strbuf_add(&e.payload, body, len);
    memcpy(e.payload_type, DSSE_PAYLOAD_TYPE, sizeof DSSE_PAYLOAD_TYPE);
    memcpy(e.key_id, key->id, sizeof e.key_id);
    dsse_pae(&pae, e.payload_type, body, len);
    if (strbuf_finish(&e.payload, "statement", err) || strbuf_finish(&pae, "statement", err) ||
        key_sign(key, pae.buf, pae.len, &e.signature, err))
        return -1;
    return dsse_write(&e, out, err);
}

/* --- Reading --------------------------------------------------------------------------------- */

static int copy_text(const cJSON *obj, const char *key, char *out, size_t size, struct error *err)
{
    const char *text = json_text(obj, key, err);

    if (!text)
        return -1;
    if (strlen(text) >= size)
        return fail(err, ERR_FORMAT, "%s: longer than %zu bytes", key, size - 1);
    memcpy(out, text, strlen(text) + 1);
    return 0;
}

static int decode(const cJSON *obj, const char *key, struct strbuf *out, struct error *err)
{
    const char *text = json_text(obj, key, err);

    if (!text)
        return -1;
    if (base64_decode(out, text, strlen(text), err))
        return fail_in(err, "%s", key);
    return strbuf_finish(out, key, err);
}

/* An object whose members are all among `known`, which ends with NULL. */
static int known_members(const cJSON *obj, const char *const *known, struct error *err)
{
    if (!cJSON_IsObject(obj))
        return fail(err, ERR_FORMAT, "expected an object");
    for (const cJSON *m = json_first(obj); m; m = m->next) {
        size_t i = 0;

        while (known[i] && strcmp(known[i], m->string))
            i++;
        if (!known[i])
            return fail(err, ERR_FORMAT, "unknown field \"%.60s\"", m->string);
    }
    return 0;
}

static int read_signature(const cJSON *signatures, struct envelope *out, struct error *err)
{
    static const char *const known[] = {"keyid", "sig", NULL};
    const cJSON *only = json_first(signatures);
    cleanup_strbuf struct strbuf bytes = STRBUF_INIT(KEY_SIGNATURE_MAX);

    if (!only || only->next)
        return fail(err, ERR_FORMAT, "signatures: expected one, there are %zu",
                    json_count(signatures));
    if (known_members(only, known, err) ||
        copy_text(only, "keyid", out->key_id, sizeof out->key_id, err) ||
        decode(only, "sig", &bytes, err))
        return fail_in(err, "signatures[0]");
    memcpy(out->signature.bytes, bytes.buf, bytes.len);
    out->signature.len = bytes.len;
    return 0;
}

static int read_fields(const cJSON *tree, struct envelope *out, struct error *err)
{
    static const char *const known[] = {"payload", "payloadType", "signatures", NULL};
    const cJSON *signatures;

    if (known_members(tree, known, err) ||
        copy_text(tree, "payloadType", out->payload_type, sizeof out->payload_type, err) ||
        decode(tree, "payload", &out->payload, err))
        return -1;
    signatures = json_array(tree, "signatures", err);
    if (!signatures)
        return -1;
    return read_signature(signatures, out, err);
}

static int is_canonical(const struct envelope *e, const char *text, size_t len, struct error *err)
{
    cleanup_strbuf struct strbuf again = STRBUF_INIT(LIMIT_ENVELOPE_BYTES);

    if (dsse_write(e, &again, err))
        return -1;
    if (again.len != len || memcmp(again.buf, text, len))
        return fail(err, ERR_FORMAT, "not in canonical form");
    return 0;
}

int dsse_parse(const char *name, const char *text, size_t len, struct envelope *out,
               struct error *err)
{
    if (len > LIMIT_ENVELOPE_BYTES)
        return fail(err, ERR_LIMIT, "%s: larger than %zu bytes", name, LIMIT_ENVELOPE_BYTES);

    cleanup_json cJSON *tree = json_parse(name, text, len, err);

    if (!tree)
        return -1;
    if (read_fields(tree, out, err) || is_canonical(out, text, len, err))
        return fail_in(err, "%s", name);
    return 0;
}

int dsse_check(const struct envelope *e, const struct key *key, struct error *err)
{
    cleanup_strbuf struct strbuf pae = STRBUF_INIT(pae_max(e->payload.len));

    dsse_pae(&pae, e->payload_type, e->payload.buf, e->payload.len);
    if (strbuf_finish(&pae, "payload", err) || key_check(key, pae.buf, pae.len, &e->signature, err))
        return -1;
    if (strcmp(e->key_id, key->id))
        return fail(err, ERR_VERIFY, "keyid is not that of the key that signed");
    return 0;
}
