/* credential_private.h - what the providers of credentials share. */
#ifndef AWS_CREDENTIAL_PRIVATE_H
#define AWS_CREDENTIAL_PRIVATE_H

#include <cjson/cJSON.h>

#include "aws/credentials.h"
#include "aws/endpoint.h"
#include "base/http.h"

#define CREDENTIAL_ANSWER_BYTES ((size_t)65536)
#define CREDENTIAL_CHAIN_MAX 16 /* profiles that name each other as source */

/* Whose credentials are looked for. */
struct chain {
    const struct credential_settings *s;
    const char *profile;
    const struct chain *from; /* the profile that names this one as its source; NULL: the first */
};

/* What a provider says: it is not configured; it gave credentials; it is configured and failed
 * (*err says why). */
enum provided { PROVIDED_NOTHING = 0, PROVIDED = 1, PROVIDED_ERROR = -1 };

enum provided credential_environment(const struct chain *c, struct credentials *out,
                                     struct error *err);
enum provided credential_profile_role(const struct chain *c, struct credentials *out,
                                      struct error *err);
enum provided credential_web_identity(const struct chain *c, struct credentials *out,
                                      struct error *err);
enum provided credential_sso(const struct chain *c, struct credentials *out, struct error *err);
enum provided credential_shared_file(const struct chain *c, struct credentials *out,
                                     struct error *err);
enum provided credential_login(const struct chain *c, struct credentials *out, struct error *err);
enum provided credential_process(const struct chain *c, struct credentials *out, struct error *err);
enum provided credential_config_file(const struct chain *c, struct credentials *out,
                                     struct error *err);
enum provided credential_container(const struct chain *c, struct credentials *out,
                                   struct error *err);
enum provided credential_instance(const struct chain *c, struct credentials *out,
                                  struct error *err);

/* The first provider that gives something, in the order of credentials.h. */
enum provided credential_chain(const struct chain *c, struct credentials *out, struct error *err);

/* A setting of the chain's profile. */
const char *credential_setting(const struct chain *c, const char *key);

/* Copy a key or token into its array: printable characters without blanks, as it goes into a
 * header. ERR_AUTH "where: NAME is not a key" without showing it. */
int credential_put(char *out, size_t size, const char *text, const char *where, struct error *err);

/* Times as the providers write them, RFC 3339 or with "UTC" at the end. */
bool credential_time(const char *text, time_t *out);

/* This machine's clock, corrected. */
time_t credential_now(const struct credential_settings *s);

/* --- Asking ---------------------------------------------------------------------------------- */

struct ask {
    const char *what; /* begins messages: "sts:AssumeRole" */
    const char *method, *url;
    const char *const *headers;
    size_t header_count;
    const struct strbuf *body;           /* NULL: none */
    const struct credentials *sign_with; /* NULL: not signed */
    const struct endpoint *endpoint;     /* of AWS's; NULL: of a service beside it */
    long timeout_ms;
    int attempts; /* where fewer than retry.h's; 0: those */
    bool no_proxy;
};

/* Ask, again when that may help. `offset` begins as the settings' clock_offset, or NULL; when the
 * server's clock shows another, it gets that. 0 with the answer, whatever its status (to be cleared
 * by the caller); -1 with ERR_BUSY (no answer for now), ERR_NET, ERR_LIMIT or ERR_CONFIG and
 * nothing to clear. */
int credential_ask(const struct credential_settings *s, const struct ask *a, long *offset,
                   struct http_response *rs, struct error *err);

/* Error out of an answer that is not 2xx: "what: Code: message". ERR_DENIED when the service
 * denies access, ERR_BUSY when it throttles or is out of order, else ERR_AUTH. Always -1. */
int credential_refused(const char *what, const struct http_response *rs, struct error *err);

/* Add "&Name=value" to a body of the query protocol; nothing when the value is NULL. */
void credential_parameter(struct strbuf *body, const char *name, const char *value);

/* --- Reading answers ------------------------------------------------------------------------- */

/* Members that hold credentials; a NULL name is not looked for. `expires_ms`: a number of
 * milliseconds instead of text. id and secret must be there. */
struct json_members {
    const char *id, *secret, *token, *expiration;
    bool expires_ms, token_required;
};
int credential_from_json(const char *where, const cJSON *object, const struct json_members *m,
                         struct credentials *out, struct error *err);

/* The Credentials of an STS answer. */
int credential_from_sts(const char *where, const struct strbuf *body, struct credentials *out,
                        struct error *err);

/* One STS call that answers with credentials. */
struct sts_call {
    const char *action;              /* "AssumeRole" */
    const char *region;              /* of the endpoint; NULL: implied by the partition */
    const char *role_arn;            /* tells the partition */
    const struct strbuf *parameters; /* "&Name=value..." */
    const struct credentials *sign_with;
};
int credential_sts(const struct credential_settings *s, const struct sts_call *call,
                   struct credentials *out, struct error *err);

/* A name as RoleSessionName wants it: [A-Za-z0-9_+=,.@-]{2,64}; others become '-'. */
void credential_session_name(const char *wanted, char out[65]);

#endif
