/* credential_answer.c - credentials out of JSON and XML answers. */
#include <stdio.h>
#include <string.h>

#include "aws/credential_private.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/secret.h"
#include "base/xml.h"

int credential_put(char *out, size_t size, const char *text, const char *where, struct error *err)
{
    for (const char *s = text; *s; s++) {
        if (*s <= ' ' || *s > '~') {
            secret_wipe(out, size);
            return fail(err, ERR_AUTH, "%s: a key or token with a character that none has", where);
        }
    }
    if (!*text || !secret_copy(out, size, text))
        return fail(err, ERR_AUTH, "%s: a key or token that is %s", where,
                    *text ? "too long" : "empty");
    return 0;
}

bool credential_time(const char *text, time_t *out)
{
    char copy[CLOCK_TEXT];
    size_t len = strlen(text);

    if (len > 3 && len < sizeof copy && strcmp(text + len - 3, "UTC") == 0) {
        (void)snprintf(copy, sizeof copy, "%.*sZ", (int)(len - 3), text);
        return clock_parse(copy, out);
    }
    return clock_parse(text, out);
}

/* --- JSON ------------------------------------------------------------------------------------ */

static int take_expiration(const char *where, const cJSON *object, const struct json_members *m,
                           struct credentials *out, struct error *err)
{
    long long ms;

    if (!m->expiration || !json_find(object, m->expiration))
        return 0;
    if (m->expires_ms) {
        if (json_integer(object, m->expiration, 0, 253402300799000LL, &ms, err))
            return fail_in(err, "%s", where);
        out->expires = (time_t)(ms / 1000);
        return 0;
    }

    const char *text;

    if (json_text_or_null(object, m->expiration, &text, err))
        return fail_in(err, "%s", where);
    if (text && !credential_time(text, &out->expires))
        return fail(err, ERR_FORMAT, "%s: %s: not a time", where, m->expiration);
    return 0;
}

int credential_from_json(const char *where, const cJSON *object, const struct json_members *m,
                         struct credentials *out, struct error *err)
{
    const char *id = json_text(object, m->id, err);
    const char *secret = id ? json_text(object, m->secret, err) : NULL;
    const char *token = NULL;

    if (!id || !secret || json_text_or_null(object, m->token, &token, err))
        return fail_in(err, "%s", where);
    if (m->token_required && !token)
        return fail(err, ERR_FORMAT, "%s: %s: expected text", where, m->token);
    if (credential_put(out->access_key_id, sizeof out->access_key_id, id, where, err) ||
        credential_put(out->secret_access_key, sizeof out->secret_access_key, secret, where, err))
        return -1;
    if (token && *token &&
        credential_put(out->session_token, sizeof out->session_token, token, where, err))
        return -1;
    return take_expiration(where, object, m, out, err);
}

/* --- STS ------------------------------------------------------------------------------------- */

struct sts_answer {
    const char *where;
    struct credentials *out;
};

static int on_end(void *context, const struct xml_at *at, const char *text, size_t len,
                  struct error *err)
{
    struct sts_answer *a = context;
    struct credentials *out = a->out;

    (void)len;
    if (!strstr(at->path, "/Credentials/"))
        return 0;
    if (strcmp(at->name, "AccessKeyId") == 0)
        return credential_put(out->access_key_id, sizeof out->access_key_id, text, a->where, err);
    if (strcmp(at->name, "SecretAccessKey") == 0)
        return credential_put(out->secret_access_key, sizeof out->secret_access_key, text, a->where,
                              err);
    if (strcmp(at->name, "SessionToken") == 0)
        return credential_put(out->session_token, sizeof out->session_token, text, a->where, err);
    if (strcmp(at->name, "Expiration") == 0 && !credential_time(text, &out->expires))
        return fail(err, ERR_FORMAT, "Expiration: not a time");
    return 0;
}

int credential_from_sts(const char *where, const struct strbuf *body, struct credentials *out,
                        struct error *err)
{
    static const struct xml_handler handler = {NULL, on_end};
    struct sts_answer a = {where, out};

    if (xml_parse(where, body->buf, body->len, &handler, &a, err))
        return -1;
    if (!*out->access_key_id || !*out->secret_access_key || !*out->session_token)
        return fail(err, ERR_FORMAT, "%s: the answer holds no credentials", where);
    return 0;
}
