/* credential_container.c - credentials of the container or the instance that this runs on. */
#include <stdio.h>
#include <string.h>

#include "aws/config_private.h"
#include "aws/credential_private.h"
#include "base/env.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/secret.h"
#include "base/text.h"

#define CONTAINER_HOST "http://169.254.170.2"
#define CONTAINER_TIMEOUT_MS 2000L
#define INSTANCE_TIMEOUT_MS 1000L
#define TOKEN_MAX ((size_t)16384)
#define URL_MAX ((size_t)2048)

static const struct json_members members = {
    "AccessKeyId", "SecretAccessKey", "Token", "Expiration", false, true};

static int take_json(const char *where, const struct strbuf *body, struct credentials *out,
                     struct error *err)
{
    cleanup_secret_json cJSON *answer = json_parse(where, body->buf, body->len, err);

    return answer ? credential_from_json(where, answer, &members, out, err) : -1;
}

/* --- Container ------------------------------------------------------------------------------- */

static int check_container_url(const char *url, struct error *err)
{
    static const char *const hosts[] = {"169.254.170.2", "169.254.170.23", "fd00:ec2::23"};
    struct http_url parts;

    if (!http_url_split(url, &parts))
        return fail(err, ERR_CONFIG, "container credentials: not an address");
    if (parts.tls || http_host_is_loopback(parts.host))
        return 0;
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++)
        if (strcmp(parts.host, hosts[i]) == 0)
            return 0;
    return fail(err, ERR_CONFIG,
                "AWS_CONTAINER_CREDENTIALS_FULL_URI: http:// only to loopback or to the addresses "
                "of ECS and EKS");
}

/* 1 with the address, 0 when the environment names none, -1 on error. */
static int container_url(struct strbuf *out, struct error *err)
{
    const char *relative = env_get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    const char *full = env_get("AWS_CONTAINER_CREDENTIALS_FULL_URI");

    if (!relative && !full)
        return 0;
    if (relative && *relative != '/')
        return fail(err, ERR_CONFIG, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: must begin with /");
    strbuf_addf(out, "%s%s", relative ? CONTAINER_HOST : "", relative ? relative : full);
    if (strbuf_finish(out, "container credentials: address", err))
        return -1;
    return check_container_url(out->buf, err) ? -1 : 1;
}

/* "Authorization: ..." into *line; left empty when there is none. */
static int authorization(struct strbuf *line, struct error *err)
{
    const char *path = env_get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
    const char *token = env_get("AWS_CONTAINER_AUTHORIZATION_TOKEN");
    cleanup_secret struct strbuf file = STRBUF_INIT(TOKEN_MAX);

    if (path) {
        if (secret_read(path, TOKEN_MAX, &file, err))
            return fail_in(err, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
        token = file.buf;
    }
    if (!token || !*token)
        return 0;
    if (strpbrk(token, "\r\n"))
        return fail(err, ERR_AUTH, "the container's authorization token holds a line break");
    secret_reserve(line);
    strbuf_addf(line, "Authorization: %s", token);
    return strbuf_finish(line, "the container's authorization token", err);
}

enum provided credential_container(const struct chain *c, struct credentials *out,
                                   struct error *err)
{
    cleanup_strbuf struct strbuf url = STRBUF_INIT(URL_MAX);
    cleanup_secret struct strbuf line = STRBUF_INIT(TOKEN_MAX + 64);
    struct http_response rs;
    int named = container_url(&url, err);

    if (named == 0)
        return PROVIDED_NOTHING;
    if (named < 0 || authorization(&line, err))
        return PROVIDED_ERROR;

    const char *headers[] = {line.buf};
    struct ask a = {.what = "container credentials",
                    .method = "GET",
                    .url = url.buf,
                    .headers = headers,
                    .header_count = line.len > 0 ? 1 : 0,
                    .timeout_ms = CONTAINER_TIMEOUT_MS,
                    .no_proxy = true};

    if (credential_ask(c->s, &a, NULL, &rs, err))
        return PROVIDED_ERROR;

    int result = rs.status == 200 ? take_json(a.what, &rs.body, out, err)
                                  : credential_refused(a.what, &rs, err);

    http_response_clear(&rs);
    (void)snprintf(out->source, sizeof out->source, "container");
    return result ? PROVIDED_ERROR : PROVIDED;
}

/* --- Instance -------------------------------------------------------------------------------- */

/* Attempts as in struct ask: 1 for what can be done without. IMDSv2. The token is what a request
 * through a forgetful proxy cannot get. */
struct instance {
    const struct chain *c;
    char base[512]; /* ends with a slash */
    struct strbuf token_line;
};

static int instance_ask(const struct instance *m, const char *path, int attempts,
                        struct http_response *rs, struct error *err)
{
    char url[1024];
    const char *headers[] = {m->token_line.buf};
    struct ask a = {.what = "instance metadata",
                    .method = "GET",
                    .url = url,
                    .headers = headers,
                    .header_count = 1,
                    .timeout_ms = INSTANCE_TIMEOUT_MS,
                    .attempts = attempts,
                    .no_proxy = true};

    (void)snprintf(url, sizeof url, "%slatest/meta-data/%s", m->base, path);
    return credential_ask(m->c->s, &a, NULL, rs, err);
}

static int instance_base(struct instance *m, struct error *err)
{
    const char *base = env_get("AWS_EC2_METADATA_SERVICE_ENDPOINT");
    const char *mode = env_get("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE");
    struct http_url parts;

    if (!base)
        base = credential_setting(m->c, "ec2_metadata_service_endpoint");
    if (!mode)
        mode = credential_setting(m->c, "ec2_metadata_service_endpoint_mode");
    if (!base)
        base = mode && text_icmp(mode, "ipv6") == 0 ? "http://[fd00:ec2::254]"
                                                    : "http://169.254.169.254";
    if (!http_url_split(base, &parts) || strlen(base) + 2 > sizeof m->base)
        return fail(err, ERR_CONFIG, "AWS_EC2_METADATA_SERVICE_ENDPOINT: not an address");
    (void)snprintf(m->base, sizeof m->base, "%s%s", base, base[strlen(base) - 1] == '/' ? "" : "/");
    return 0;
}

/* The first line of an answer, when it is made of the letters given. */
static bool take_word(const struct http_response *rs, const char *letters, char *out, size_t size)
{
    size_t len = strcspn(rs->body.buf, "\r\n");

    if (rs->status != 200 || len == 0 || len >= size || strspn(rs->body.buf, letters) < len)
        return false;
    memcpy(out, rs->body.buf, len);
    out[len] = '\0';
    return true;
}

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

/* False: nobody there, which is the rule outside EC2. */
static bool instance_token(struct instance *m)
{
    static const char *const headers[] = {"x-aws-ec2-metadata-token-ttl-seconds: 21600"};
    char url[600], token[512];
    struct http_response rs;
    struct error ignored = {0};
    struct ask a = {.what = "instance metadata",
                    .method = "PUT",
                    .url = url,
                    .headers = headers,
                    .header_count = 1,
                    .timeout_ms = INSTANCE_TIMEOUT_MS,
                    .attempts = 1,
                    .no_proxy = true};

    (void)snprintf(url, sizeof url, "%slatest/api/token", m->base);
    if (credential_ask(m->c->s, &a, NULL, &rs, &ignored))
        return false;

    bool good = take_word(&rs, LETTERS "-_.~+/=", token, sizeof token);

    http_response_clear(&rs);
    if (good) {
        secret_reserve(&m->token_line);
        strbuf_addf(&m->token_line, "x-aws-ec2-metadata-token: %s", token);
    }
    secret_wipe(token, sizeof token);
    return good;
}

static enum provided instance_role(const struct instance *m, char *role, size_t size,
                                   struct error *err)
{
    struct http_response rs;

    if (instance_ask(m, "iam/security-credentials/", 0, &rs, err))
        return PROVIDED_ERROR;

    bool none = rs.status == 404; /* no role is attached */
    bool good = take_word(&rs, LETTERS "_+=,.@-", role, size);

    http_response_clear(&rs);
    if (none)
        return PROVIDED_NOTHING;
    if (!good) {
        (void)fail(err, ERR_AUTH, "instance metadata: names no role (HTTP status %d)", rs.status);
        return PROVIDED_ERROR;
    }
    return PROVIDED;
}

static int take_instance(const struct http_response *rs, struct credentials *out, struct error *err)
{
    static const char where[] = "instance metadata";
    struct arena arena = {0};

    if (rs->status != 200)
        return credential_refused(where, rs, err);

    cleanup_secret_json cJSON *answer = json_parse(where, rs->body.buf, rs->body.len, err);
    const char *code = json_str(answer, "Code");

    if (!answer)
        return -1;
    if (*code && strcmp(code, "Success") != 0) {
        (void)fail(err, ERR_AUTH, "%s: %s", where, text_shown(&arena, code));
        arena_free(&arena);
        return -1;
    }
    return credential_from_json(where, answer, &members, out, err);
}

/* The region is a by-product: what cannot be had is left empty. */
static void take_region(const struct instance *m, struct credentials *out)
{
    struct http_response rs;
    struct error ignored = {0};

    if (instance_ask(m, "placement/region", 1, &rs, &ignored))
        return;
    if (!take_word(&rs, "abcdefghijklmnopqrstuvwxyz0123456789-", out->region, sizeof out->region) ||
        !config_is_region(out->region))
        out->region[0] = '\0';
    http_response_clear(&rs);
}

static enum provided ask_instance(struct instance *m, struct credentials *out, struct error *err)
{
    char role[128], path[192];
    struct http_response rs;

    if (!instance_token(m))
        return PROVIDED_NOTHING;

    enum provided got = instance_role(m, role, sizeof role, err);

    if (got != PROVIDED)
        return got;
    (void)snprintf(path, sizeof path, "iam/security-credentials/%s", role);
    if (instance_ask(m, path, 0, &rs, err))
        return PROVIDED_ERROR;

    int result = take_instance(&rs, out, err);

    http_response_clear(&rs);
    if (result)
        return PROVIDED_ERROR;
    (void)snprintf(out->source, sizeof out->source, "instance role %s", role);
    take_region(m, out);
    return PROVIDED;
}

enum provided credential_instance(const struct chain *c, struct credentials *out, struct error *err)
{
    struct instance m = {.c = c, .token_line = STRBUF_INIT(TOKEN_MAX)};
    const char *disabled = env_get("AWS_EC2_METADATA_DISABLED");

    if (disabled && text_icmp(disabled, "true") == 0)
        return PROVIDED_NOTHING;
    if (instance_base(&m, err))
        return PROVIDED_ERROR;

    enum provided got = ask_instance(&m, out, err);

    secret_free(&m.token_line);
    return got;
}
