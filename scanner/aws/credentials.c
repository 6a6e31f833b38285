/* credentials.c - the chain of providers. */
#include "aws/credentials.h"

#include <stdio.h>
#include <string.h>

#include "aws/credential_private.h"
#include "base/clock.h"
#include "base/secret.h"

/* The order of the AWS CLI. To add one: its row here, its function in credential_private.h. */
static const struct provider {
    enum provided (*resolve)(const struct chain *c, struct credentials *out, struct error *err);
    bool first_only; /* not for a profile that another one names as its source */
    bool passed_over_when_explicit;
} providers[] = {
    {credential_environment, true, true},    {credential_profile_role, false, false},
    {credential_web_identity, false, false}, {credential_sso, false, false},
    {credential_shared_file, false, false},  {credential_login, false, false},
    {credential_process, false, false},      {credential_config_file, false, false},
    {credential_container, true, false},     {credential_instance, true, false},
};

void credentials_clear(struct credentials *c)
{
    secret_wipe(c, sizeof *c);
}

bool credentials_expire_within(const struct credentials *c, time_t now, long margin)
{
    return c->expires != 0 && c->expires - now <= margin;
}

enum provided credential_chain(const struct chain *c, struct credentials *out, struct error *err)
{
    bool explicit = c->s->config->profile_explicit;

    for (size_t i = 0; i < sizeof providers / sizeof *providers; i++) {
        const struct provider *p = &providers[i];

        if ((p->first_only && c->from) || (p->passed_over_when_explicit && explicit))
            continue;

        enum provided got = p->resolve(c, out, err);

        if (got != PROVIDED_NOTHING)
            return got;
    }
    return PROVIDED_NOTHING;
}

/* The role that the caller asked for on top of what the chain gave. */
static int assume_on_top(const struct credential_settings *s, struct credentials *base,
                         struct error *err)
{
    cleanup_credentials struct credentials got = {0};
    struct assume_role role = {.role_arn = s->role_arn,
                               .session_name = s->session_name,
                               .external_id = s->external_id,
                               .region = *base->region ? base->region : NULL};

    if (credentials_assume_role(s, base, &role, &got, err))
        return -1;
    credentials_clear(base);
    *base = got;
    return 0;
}

int credentials_resolve(const struct credential_settings *s, struct credentials *out,
                        struct error *err)
{
    cleanup_credentials struct credentials got = {.clock_offset = s->clock_offset};
    struct chain chain = {s, s->config->profile, NULL};
    const char *region;

    if (config_region(s->config, s->region, &region, err))
        return -1;

    enum provided found = credential_chain(&chain, &got, err);

    if (found == PROVIDED_NOTHING && s->config->profile_explicit)
        return fail(err, ERR_AUTH,
                    "profile %.100s: has no credentials: neither keys, a role, SSO, a web identity "
                    "nor credential_process",
                    s->config->profile);
    if (found == PROVIDED_NOTHING)
        return fail(
            err, ERR_AUTH,
            "no credentials found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name "
            "a profile by --profile or AWS_PROFILE");
    if (found == PROVIDED_ERROR)
        return -1;
    if (region)
        (void)snprintf(got.region, sizeof got.region, "%s", region);
    if (credentials_expire_within(&got, clock_now() + got.clock_offset, 0))
        return fail(err, ERR_AUTH, "the credentials of %s have expired", got.source);
    if (s->role_arn && assume_on_top(s, &got, err))
        return -1;
    *out = got;
    return 0;
}
