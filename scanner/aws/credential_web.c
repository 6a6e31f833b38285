/* credential_web.c - web identity: a role for a token that somebody else signed. */
#include <stdio.h>
#include <string.h>

#include "aws/credential_private.h"
#include "base/env.h"
#include "base/secret.h"

#define TOKEN_MAX ((size_t)20000) /* what STS takes */

struct identity {
    const char *role_arn, *token_file, *session_name;
};

/* Of the environment, unless the profile was named by the caller or as a source; else of the
 * profile. */
static struct identity find_identity(const struct chain *c)
{
    struct identity i = {NULL, NULL, NULL};

    if (!c->s->config->profile_explicit && !c->from) {
        i = (struct identity){env_get("AWS_ROLE_ARN"), env_get("AWS_WEB_IDENTITY_TOKEN_FILE"),
                              env_get("AWS_ROLE_SESSION_NAME")};
        if (i.token_file)
            return i;
    }
    i = (struct identity){credential_setting(c, "role_arn"),
                          credential_setting(c, "web_identity_token_file"),
                          credential_setting(c, "role_session_name")};
    return i;
}

static int read_token(const char *path, struct strbuf *out, struct error *err)
{
    if (secret_read(path, TOKEN_MAX, out, err))
        return -1;
    while (out->len > 0 && strchr(" \t\r\n", out->buf[out->len - 1]))
        strbuf_truncate(out, out->len - 1);
    if (out->len == 0 || strlen(out->buf) != out->len)
        return fail(err, ERR_AUTH, "%s: holds no token", path);
    return 0;
}

static int exchange(const struct chain *c, const struct identity *i, const char *token,
                    struct credentials *out, struct error *err)
{
    cleanup_secret struct strbuf parameters = STRBUF_INIT(4 * TOKEN_MAX);
    struct sts_call call = {
        .action = "AssumeRoleWithWebIdentity", .role_arn = i->role_arn, .parameters = &parameters};
    const char *wanted = c->s->session_name ? c->s->session_name : i->session_name;
    char name[65];

    if (config_region(c->s->config, c->s->region, &call.region, err))
        return -1;
    credential_session_name(wanted ? wanted : "reportgen", name);
    secret_reserve(&parameters);
    credential_parameter(&parameters, "RoleArn", i->role_arn);
    credential_parameter(&parameters, "RoleSessionName", name);
    credential_parameter(&parameters, "WebIdentityToken", token);
    if (strbuf_finish(&parameters, "sts:AssumeRoleWithWebIdentity", err))
        return -1;
    return credential_sts(c->s, &call, out, err);
}

/* The file is read each time: whoever renews the token writes a new one there. */
enum provided credential_web_identity(const struct chain *c, struct credentials *out,
                                      struct error *err)
{
    cleanup_secret struct strbuf token = STRBUF_INIT(TOKEN_MAX);
    struct identity i = find_identity(c);
    struct arena arena = {0};

    if (!i.token_file)
        return PROVIDED_NOTHING;
    if (!i.role_arn) {
        (void)fail(err, ERR_CONFIG,
                   "web identity: a token file is named, but no role (AWS_ROLE_ARN or role_arn)");
        return PROVIDED_ERROR;
    }

    int result = read_token(env_expand_path(&arena, i.token_file), &token, err);

    arena_free(&arena);
    if (result || exchange(c, &i, token.buf, out, err)) {
        (void)fail_in(err, "web identity");
        return PROVIDED_ERROR;
    }
    (void)snprintf(out->source, sizeof out->source, "web identity, role %.120s", i.role_arn);
    return PROVIDED;
}
