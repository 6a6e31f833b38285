/* credential_static.c - credentials that stand in the environment or in a file. */
#include <stdio.h>
#include <string.h>

#include "aws/credential_private.h"
#include "base/clock.h"
#include "base/env.h"
#include "base/text.h"

const char *credential_setting(const struct chain *c, const char *key)
{
    return config_get(c->s->config, CONFIG_PROFILE, c->profile, key);
}

static int put_all(const char *id, const char *secret, const char *token, struct credentials *out,
                   struct error *err)
{
    if (credential_put(out->access_key_id, sizeof out->access_key_id, id, out->source, err) ||
        credential_put(out->secret_access_key, sizeof out->secret_access_key, secret, out->source,
                       err))
        return -1;
    if (token)
        return credential_put(out->session_token, sizeof out->session_token, token, out->source,
                              err);
    return 0;
}

enum provided credential_environment(const struct chain *c, struct credentials *out,
                                     struct error *err)
{
    const char *id = env_get("AWS_ACCESS_KEY_ID");
    const char *secret = env_get("AWS_SECRET_ACCESS_KEY");
    const char *token = env_get("AWS_SECURITY_TOKEN"); /* its old name, looked at first */
    const char *expires = env_get("AWS_CREDENTIAL_EXPIRATION");

    if (!id)
        return PROVIDED_NOTHING;
    if (!secret) {
        (void)fail(err, ERR_AUTH, "AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not");
        return PROVIDED_ERROR;
    }
    (void)snprintf(out->source, sizeof out->source, "environment");
    if (put_all(id, secret, token ? token : env_get("AWS_SESSION_TOKEN"), out, err))
        return PROVIDED_ERROR;
    if (expires && !credential_time(expires, &out->expires)) {
        (void)fail(err, ERR_CONFIG,
                   "AWS_CREDENTIAL_EXPIRATION: not a time such as "
                   "2026-11-24T06:14:00Z");
        return PROVIDED_ERROR;
    }
    if (credentials_expire_within(out, credential_now(c->s), 0)) {
        (void)fail(err, ERR_AUTH, "the credentials in the environment have expired");
        return PROVIDED_ERROR;
    }
    return PROVIDED;
}

static enum provided from_file(const struct chain *c, enum config_origin origin,
                               struct credentials *out, struct error *err)
{
    const struct config *config = c->s->config;
    const char *id = config_get_from(config, origin, c->profile, "aws_access_key_id");
    const char *secret = config_get_from(config, origin, c->profile, "aws_secret_access_key");
    const char *token = config_get_from(config, origin, c->profile, "aws_session_token");
    const char *path =
        origin == CONFIG_FROM_CREDENTIALS ? config->credentials_path : config->config_path;

    if (!id)
        return PROVIDED_NOTHING;
    if (!token) /* its old name */
        token = config_get_from(config, origin, c->profile, "aws_security_token");
    (void)snprintf(out->source, sizeof out->source, "profile %.100s", c->profile);
    if (!secret) {
        (void)fail(err, ERR_AUTH, "%s: %s has aws_access_key_id, but no aws_secret_access_key",
                   path, out->source);
        return PROVIDED_ERROR;
    }
    return put_all(id, secret, token, out, err) ? PROVIDED_ERROR : PROVIDED;
}

enum provided credential_shared_file(const struct chain *c, struct credentials *out,
                                     struct error *err)
{
    return from_file(c, CONFIG_FROM_CREDENTIALS, out, err);
}

enum provided credential_config_file(const struct chain *c, struct credentials *out,
                                     struct error *err)
{
    return from_file(c, CONFIG_FROM_CONFIG, out, err);
}

enum provided credential_login(const struct chain *c, struct credentials *out, struct error *err)
{
    (void)out;
    if (!credential_setting(c, "login_session"))
        return PROVIDED_NOTHING;
    (void)fail(err, ERR_AUTH,
               "profile %.100s uses login_session (aws login), which is not supported here; put "
               "credential_process = aws configure export-credentials --profile %.100s into "
               "another profile and name that",
               c->profile, c->profile);
    return PROVIDED_ERROR;
}
