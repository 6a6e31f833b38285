/* credential_root.c - STS AssumeRoot: looking at what a member account's root user can sign in
 * with. */
#include <stdio.h>

#include "aws/credential_private.h"

#define SECONDS "900" /* the most that STS gives */
#define BODY_MAX ((size_t)4096)

int credentials_assume_root(const struct credential_settings *s, const struct credentials *with,
                            const char *account, const char *partition, const char *region,
                            struct credentials *out, struct error *err)
{
    cleanup_strbuf struct strbuf parameters = STRBUF_INIT(BODY_MAX);
    cleanup_credentials struct credentials got = {0};
    char root[64], policy[128];
    struct sts_call call = {.action = "AssumeRoot",
                            .region = region,
                            .role_arn = root,
                            .parameters = &parameters,
                            .sign_with = with};

    (void)snprintf(root, sizeof root, "arn:%s:iam::%s:root", partition, account);
    (void)snprintf(policy, sizeof policy,
                   "arn:%s:iam::aws:policy/root-task/IAMAuditRootUserCredentials", partition);
    credential_parameter(&parameters, "TargetPrincipal", account);
    credential_parameter(&parameters, "TaskPolicyArn.arn", policy);
    credential_parameter(&parameters, "DurationSeconds", SECONDS);
    if (strbuf_finish(&parameters, "sts:AssumeRoot", err) || credential_sts(s, &call, &got, err))
        return -1;
    (void)snprintf(got.source, sizeof got.source, "root user of %.12s", account);
    (void)snprintf(got.region, sizeof got.region, "%s", with->region);
    *out = got;
    return 0;
}
