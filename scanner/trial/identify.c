/* identify.c - whose the credentials are, and whether they are certain to carry no MFA.
 *
 * A session's credentials do not say whether MFA was given for them, and nothing at AWS can be
 * asked about it; so only a long-term access key will do: requests signed with one never carry
 * aws:MultiFactorAuthPresent (IAM User Guide, "Secure API access with MFA"). */
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "base/xml.h"
#include "policy/arn.h"
#include "trial/signer.h"

#define IDENTITY "GetCallerIdentityResponse/GetCallerIdentityResult/"

static int identity_end(void *context, const struct xml_at *at, const char *text, size_t len,
                        struct error *err)
{
    struct trial *t = context;
    const char **out = strcmp(at->path, IDENTITY "Arn") == 0       ? &t->caller_arn
                       : strcmp(at->path, IDENTITY "UserId") == 0  ? &t->caller_id
                       : strcmp(at->path, IDENTITY "Account") == 0 ? &t->account
                                                                   : NULL;

    if (out && len > LIMIT_NAME_BYTES)
        return fail(err, ERR_LIMIT, "text longer than %d bytes", LIMIT_NAME_BYTES);
    if (out)
        *out = arena_strndup(&t->arena, text, len);
    return 0;
}

static int refuse_session(const struct trial_signer *s, struct error *err)
{
    return fail(err, ERR_USAGE,
                "%s: are credentials of a session; whether MFA was given for it cannot be told, "
                "so a refusal would prove nothing: name a profile with the access key of an IAM "
                "user",
                s->credentials.source);
}

/* A profile that asks for MFA, or for a role, is refused before anybody is asked for a code. */
static int check_profile(const struct config *config, struct error *err)
{
    static const char *const others[] = {"mfa_serial",        "role_arn",
                                         "sso_start_url",     "sso_session",
                                         "aws_session_token", "web_identity_token_file"};

    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (config_value(config, others[i]))
            return fail(err, ERR_USAGE,
                        "profile %s: has %s; the test wants the access key of an IAM user alone, "
                        "signed without MFA",
                        config->profile, others[i]);
    return 0;
}

static int read_identity(struct trial *t, const struct heard *h, struct error *err)
{
    static const struct xml_handler handler = {.end = identity_end};
    struct arn_parts arn;

    if (!h->settled || h->response.status != 200)
        return fail(err, h->settled ? ERR_AUTH : ERR_NET, "sts:GetCallerIdentity: %s%s%s",
                    t->identity.code, *t->identity.message ? ": " : "", t->identity.message);
    if (xml_parse("sts:GetCallerIdentity", h->response.body.buf, h->response.body.len, &handler, t,
                  err))
        return -1;
    if (!t->account || !snapshot_is_account_id(t->account) || !t->caller_arn || !t->caller_id ||
        !arn_split(t->caller_arn, &arn) || !arn_part_is(&arn, ARN_ACCOUNT, t->account))
        return fail(err, ERR_FORMAT, "sts:GetCallerIdentity: names nobody");
    if (!arn_part_is(&arn, ARN_SERVICE, "iam") ||
        strncmp(arn.at[ARN_RESOURCE], "user/", strlen("user/")) != 0)
        return fail(err, ERR_USAGE, "%s: is no IAM user; the test wants an access key of one",
                    text_shown(&t->arena, t->caller_arn));
    t->partition = arena_strndup(&t->arena, arn.at[ARN_PARTITION], arn.len[ARN_PARTITION]);
    return 0;
}

int trial_identify(struct trial *t, struct trial_signer *s, struct error *err)
{
    cleanup_heard struct heard h = {.settled = false};

    t->identity = (struct trial_test){.service = "sts",
                                      .operation = "GetCallerIdentity",
                                      .parameters = "{}",
                                      .resource = "*",
                                      .ask = true,
                                      .answer = STRBUF_INIT(LIMIT_ANSWER_BYTES)};
    s->settings.unattended = true;
    if (check_profile(s->settings.config, err) ||
        config_region(s->settings.config, s->settings.region, &t->region, err) ||
        credentials_resolve(&s->settings, &s->credentials, err))
        return -1;
    t->clock_offset = s->credentials.clock_offset;
    if (*s->credentials.session_token)
        return refuse_session(s, err);
    if (trial_put(t, s, &t->identity, &h, err) || read_identity(t, &h, err))
        return -1;
    trial_keep(&t->identity, &h);
    return 0;
}

void trial_signer_clear(struct trial_signer *s)
{
    credentials_clear(&s->credentials);
}

void trial_close(struct trial *t)
{
    strbuf_free(&t->identity.answer);
    for (size_t i = 0; i < t->count; i++)
        strbuf_free(&t->tests[i].answer);
    arena_free(&t->arena);
    *t = (struct trial){.count = 0};
}
