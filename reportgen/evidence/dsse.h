/* dsse.h - the signed envelope: DSSE v1 around one payload, with one signature.
 *
 * Our file form is canonical: RFC 8785 text of
 *     {"payload":B64,"payloadType":TYPE,"signatures":[{"keyid":HEX,"sig":B64}]}
 * and one newline. Anything else is refused, so every byte of the file matters.
 * (secure-systems-lab/dsse, protocol.md and envelope.md 1.0.2.) */
#ifndef EVIDENCE_DSSE_H
#define EVIDENCE_DSSE_H

#include <stddef.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/strbuf.h"
#include "evidence/key.h"

/* The only payload type we write or accept (in-toto/attestation spec/v1/envelope.md). */
#define DSSE_PAYLOAD_TYPE "application/vnd.in-toto+json"

struct envelope {
    struct strbuf payload;   /* decoded bytes */
    char payload_type[128];  /* as stated; the signature covers it */
    char key_id[DIGEST_HEX]; /* as stated; a hint that nothing vouches for */
    struct signature signature;
};
#define ENVELOPE_INIT                                \
    {                                                \
        .payload = STRBUF_INIT(LIMIT_ENVELOPE_BYTES) \
    }

void envelope_clear(struct envelope *e);
#define cleanup_envelope CLEANUP(envelope_clear)

/* Append the pre-authentication encoding, what is signed:
 * "DSSEv1" SP len(type) SP type SP len(body) SP body, lengths in decimal bytes. */
void dsse_pae(struct strbuf *out, const char *type, const void *body, size_t len);

/* Sign body[0..len) as DSSE_PAYLOAD_TYPE and append the envelope file. ERR_CRYPTO, ERR_LIMIT. */
int dsse_sign(const struct key *key, const void *body, size_t len, struct strbuf *out,
              struct error *err);

/* Append the file form of an envelope. ERR_LIMIT. */
int dsse_write(const struct envelope *e, struct strbuf *out, struct error *err);

/* Parse an envelope file; `name` begins the messages. `out` comes as ENVELOPE_INIT. ERR_FORMAT for
 * unknown, missing or doubled fields, more or fewer than one signature, bad base64, or text that
 * is not in our form; ERR_LIMIT. Nothing is trusted yet. */
int dsse_parse(const char *name, const char *text, size_t len, struct envelope *out,
               struct error *err);

/* 0 when `key` signed this payload under this payload type; ERR_VERIFY with the reason when not.
 * The key id must be the key's own, but only after the signature has decided. */
int dsse_check(const struct envelope *e, const struct key *key, struct error *err);

#endif
