/* uuid.c - identifiers that are the same for the same input. */
#include "evidence/uuid.h"

#include <stdio.h>
#include <string.h>

#include "base/digest_context.h"

/* 6ba7b811-9dad-11d1-80b4-00c04fd430c8, RFC 9562 section 6.6. */
static const unsigned char url_namespace[16] = {0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1,
                                                0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8};

int uuid_from_name(const char *name, char out[UUID_TEXT], struct error *err)
{
    cleanup_md EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    unsigned char d[EVP_MAX_MD_SIZE];
    int at = 0;

    if (!ctx || EVP_DigestInit_ex(ctx, EVP_sha1(), NULL) != 1 ||
        EVP_DigestUpdate(ctx, url_namespace, sizeof url_namespace) != 1 ||
        EVP_DigestUpdate(ctx, name, strlen(name)) != 1 || EVP_DigestFinal_ex(ctx, d, NULL) != 1)
        return fail(err, ERR_CRYPTO, "SHA-1 for an identifier failed");
    d[6] = (unsigned char)((d[6] & 0x0f) | 0x50);
    d[8] = (unsigned char)((d[8] & 0x3f) | 0x80);
    for (size_t i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            out[at++] = '-';
        at += snprintf(out + at, UUID_TEXT - (size_t)at, "%02x", d[i]);
    }
    return 0;
}
