/* credential_sso.c - IAM Identity Center: the cached token of «aws sso login», renewed when it may
 * be, exchanged for credentials of one role. */
#include <stdio.h>
#include <string.h>

#include "aws/credential_private.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/env.h"
#include "base/file.h"
#include "base/json.h"
#include "base/json_build.h"
#include "base/limits.h"
#include "base/secret.h"
#include "base/text.h"

#define CACHE_MAX ((size_t)65536)
#define RENEW_WITHIN (15 * 60L)
#define TIMEOUT_MS 20000L

struct sso {
    const struct chain *c;
    const char *session; /* NULL: the older form, all in the profile */
    const char *start_url, *region, *account, *role;
    char *cache; /* path */
};

/* --- What the profile says ------------------------------------------------------------------- */

/* A setting of the session, which the profile may repeat but not contradict. */
static int from_session(struct sso *x, const char *key, const char **out, struct error *err)
{
    const char *own = *out;

    *out = config_get(x->c->s->config, CONFIG_SSO_SESSION, x->session, key);
    if (own && *out && strcmp(own, *out) != 0)
        return fail(err, ERR_CONFIG, "profile %.100s: %s differs from that of sso-session %.100s",
                    x->c->profile, key, x->session);
    return 0;
}

static int require(const struct sso *x, const char *key, const char *value, struct error *err)
{
    if (value)
        return 0;
    return fail(err, ERR_CONFIG, "profile %.100s: SSO needs %s", x->c->profile, key);
}

static int read_settings(struct sso *x, struct error *err)
{
    const struct chain *c = x->c;

    x->session = credential_setting(c, "sso_session");
    x->start_url = credential_setting(c, "sso_start_url");
    x->region = credential_setting(c, "sso_region");
    x->account = credential_setting(c, "sso_account_id");
    x->role = credential_setting(c, "sso_role_name");
    if (x->session && !config_has(c->s->config, CONFIG_SSO_SESSION, x->session))
        return fail(err, ERR_CONFIG, "profile %.100s: no [sso-session %.100s] is there", c->profile,
                    x->session);
    if (x->session && (from_session(x, "sso_start_url", &x->start_url, err) ||
                       from_session(x, "sso_region", &x->region, err)))
        return -1;
    if (require(x, "sso_start_url", x->start_url, err) ||
        require(x, "sso_region", x->region, err) || require(x, "sso_account_id", x->account, err) ||
        require(x, "sso_role_name", x->role, err))
        return -1;
    return 0;
}

static int find_cache(struct sso *x, struct arena *arena, struct error *err)
{
    const char *key = x->session ? x->session : x->start_url;
    char hex[DIGEST_SHA1_HEX];

    digest_sha1(key, strlen(key), hex);
    x->cache = env_home_path(arena, arena_printf(arena, ".aws/sso/cache/%s.json", hex));
    if (!x->cache)
        return fail(err, ERR_CONFIG, "HOME is not set, so there is no ~/.aws/sso/cache");
    return 0;
}

static int say_login(const struct sso *x, const char *why, struct error *err)
{
    if (x->session)
        return fail(err, ERR_AUTH, "profile %.100s: %s; run aws sso login --sso-session %.100s",
                    x->c->profile, why, x->session);
    return fail(err, ERR_AUTH, "profile %.100s: %s; run aws sso login --profile %.100s",
                x->c->profile, why, x->c->profile);
}

/* --- The token ------------------------------------------------------------------------------- */

static cJSON *read_cache(const struct sso *x, struct error *err)
{
    cleanup_secret struct strbuf text = STRBUF_INIT(CACHE_MAX);
    struct error missing = {0};

    if (secret_read(x->cache, CACHE_MAX, &text, &missing) == 0)
        return json_parse(x->cache, text.buf, text.len, err);
    if (missing.code == ERR_MISSING)
        (void)say_login(x, "not signed in to SSO", err);
    else
        *err = missing;
    return NULL;
}

/* Seconds until the time in a member; negative when it is past or cannot be read. */
static long seconds_left(const struct sso *x, const cJSON *token, const char *key)
{
    time_t at;

    if (!credential_time(json_str(token, key), &at))
        return -1;
    return (long)(at - credential_now(x->c->s));
}

static bool may_renew(const struct sso *x, const cJSON *token)
{
    return x->session && *json_str(token, "refreshToken") && *json_str(token, "clientId") &&
           *json_str(token, "clientSecret") && seconds_left(x, token, "registrationExpiresAt") > 0;
}

static void replace_text(cJSON *object, const char *key, const char *text)
{
    secret_json_delete(cJSON_DetachItemFromObjectCaseSensitive(object, key));
    json_add_text(object, key, text);
}

/* What the OIDC service said, into the token. */
static int take_renewed(const struct sso *x, const struct strbuf *body, cJSON *token,
                        struct error *err)
{
    cleanup_secret_json cJSON *answer =
        json_parse("sso-oidc:CreateToken", body->buf, body->len, err);
    char until[CLOCK_TEXT];
    long long seconds;

    if (!answer)
        return -1;

    const char *access = json_text(answer, "accessToken", err);

    if (!access || json_integer(answer, "expiresIn", 1, 31536000, &seconds, err))
        return fail_in(err, "sso-oidc:CreateToken");
    replace_text(token, "accessToken", access);
    replace_text(token, "expiresAt",
                 clock_format(credential_now(x->c->s) + (time_t)seconds, until));
    if (*json_str(answer, "refreshToken"))
        replace_text(token, "refreshToken", json_str(answer, "refreshToken"));
    return 0;
}

static int renew_body(const cJSON *token, struct strbuf *out, struct error *err)
{
    static const char *const members[] = {"clientId", "clientSecret", "refreshToken"};

    secret_reserve(out);
    strbuf_addstr(out, "{\"grantType\":\"refresh_token\"");
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        strbuf_addf(out, ",\"%s\":", members[i]);
        json_quote(out, json_str(token, members[i]));
    }
    strbuf_addch(out, '}');
    return strbuf_finish(out, "sso-oidc:CreateToken", err);
}

static int endpoint_of(const struct sso *x, const char *service, struct endpoint *out,
                       struct error *err)
{
    struct endpoint_question q = {
        .service = service, .region = x->region, .config = x->c->s->config};

    return endpoint_resolve(&q, out, err);
}

static int renew(const struct sso *x, cJSON *token, struct error *err)
{
    static const char *const headers[] = {"Content-Type: application/json"};
    cleanup_secret struct strbuf body = STRBUF_INIT(2 * CACHE_MAX);
    struct endpoint endpoint;
    struct http_response rs;
    char url[600];

    if (endpoint_of(x, "sso-oidc", &endpoint, err) || renew_body(token, &body, err))
        return -1;
    (void)snprintf(url, sizeof url, "%stoken", endpoint.url);

    struct ask a = {.what = "sso-oidc:CreateToken",
                    .method = "POST",
                    .url = url,
                    .headers = headers,
                    .header_count = 1,
                    .body = &body,
                    .timeout_ms = TIMEOUT_MS,
                    .attempts = 1}; /* a refresh token may be good for one use */

    if (credential_ask(x->c->s, &a, NULL, &rs, err))
        return -1;

    int result = rs.status == 200 ? take_renewed(x, &rs.body, token, err)
                                  : credential_refused(a.what, &rs, err);

    http_response_clear(&rs);
    return result;
}

/* Back into the cache, where the AWS CLI looks too: the old refresh token may be used up. */
static int write_cache(const struct sso *x, const cJSON *token, struct error *err)
{
    cleanup_secret struct strbuf text = STRBUF_INIT(2 * CACHE_MAX);

    secret_reserve(&text);
    if (json_pretty(token, &text, err) || strbuf_finish(&text, x->cache, err))
        return -1;
    return file_write(x->cache, text.buf, text.len, 0600, err);
}

/* A token that is good for now, renewed when it ends soon. */
static cJSON *good_token(const struct sso *x, struct error *err)
{
    cJSON *token = read_cache(x, err);
    struct error failed = {0};

    if (!token)
        return NULL;

    long left = seconds_left(x, token, "expiresAt");

    if (left < RENEW_WITHIN && may_renew(x, token)) {
        if (renew(x, token, &failed) == 0) {
            left = RENEW_WITHIN;
            if (write_cache(x, token, &failed)) {
                *err = failed;
                secret_json_delete(token);
                return NULL;
            }
        }
    }
    if (left > 0 && *json_str(token, "accessToken"))
        return token;
    (void)say_login(x, failed.code ? failed.msg : "the SSO session has expired", err);
    secret_json_delete(token);
    return NULL;
}

/* --- Credentials ----------------------------------------------------------------------------- */

static int take_role(const struct strbuf *body, struct credentials *out, struct error *err)
{
    static const struct json_members members = {
        "accessKeyId", "secretAccessKey", "sessionToken", "expiration", true, true};
    cleanup_secret_json cJSON *answer =
        json_parse("sso:GetRoleCredentials", body->buf, body->len, err);
    const cJSON *role = answer ? json_object(answer, "roleCredentials", err) : NULL;

    if (!role)
        return -1;
    return credential_from_json("sso:GetRoleCredentials", role, &members, out, err);
}

static int role_url(const struct sso *x, struct strbuf *out, struct error *err)
{
    struct endpoint endpoint;

    if (endpoint_of(x, "sso", &endpoint, err))
        return -1;
    strbuf_addf(out, "%sfederation/credentials?role_name=", endpoint.url);
    http_encode(out, x->role);
    strbuf_addstr(out, "&account_id=");
    http_encode(out, x->account);
    return strbuf_finish(out, "sso:GetRoleCredentials", err);
}

static int get_role(const struct sso *x, const cJSON *token, struct credentials *out,
                    struct error *err)
{
    cleanup_strbuf struct strbuf url = STRBUF_INIT(LIMIT_NAME_BYTES);
    cleanup_secret struct strbuf bearer = STRBUF_INIT(CACHE_MAX);
    struct http_response rs;

    if (role_url(x, &url, err))
        return -1;
    secret_reserve(&bearer);
    strbuf_addf(&bearer, "x-amz-sso_bearer_token: %s", json_str(token, "accessToken"));
    if (strbuf_finish(&bearer, "accessToken", err))
        return -1;

    const char *headers[] = {bearer.buf};
    struct ask a = {.what = "sso:GetRoleCredentials",
                    .method = "GET",
                    .url = url.buf,
                    .headers = headers,
                    .header_count = 1,
                    .timeout_ms = TIMEOUT_MS};

    if (credential_ask(x->c->s, &a, NULL, &rs, err))
        return -1;

    int result;

    if (rs.status == 401)
        result = say_login(x, "the SSO session is not valid any more", err);
    else if (rs.status != 200)
        result = credential_refused(a.what, &rs, err);
    else
        result = take_role(&rs.body, out, err);
    http_response_clear(&rs);
    return result;
}

enum provided credential_sso(const struct chain *c, struct credentials *out, struct error *err)
{
    struct sso x = {.c = c};
    struct arena arena = {0};
    cJSON *token = NULL;

    if (!credential_setting(c, "sso_account_id") && !credential_setting(c, "sso_role_name"))
        return PROVIDED_NOTHING;

    bool ready = read_settings(&x, err) == 0 && find_cache(&x, &arena, err) == 0;

    if (ready)
        token = good_token(&x, err);

    int result = token ? get_role(&x, token, out, err) : -1;

    secret_json_delete(token);
    arena_free(&arena);
    (void)snprintf(out->source, sizeof out->source, "SSO profile %.100s", c->profile);
    return result ? PROVIDED_ERROR : PROVIDED;
}
