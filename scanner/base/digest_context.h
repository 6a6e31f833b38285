/* digest_context.h - a digest under way, for those who feed OpenSSL themselves. */
#ifndef BASE_DIGEST_CONTEXT_H
#define BASE_DIGEST_CONTEXT_H

#include <openssl/evp.h>

#include "base/cleanup.h"

DEFINE_CLEANUP(cleanup_md_, EVP_MD_CTX *, EVP_MD_CTX_free)
#define cleanup_md CLEANUP(cleanup_md_)

#endif
