/* oidc.h - does a trust policy say whose tokens of an OIDC issuer it takes? */
#ifndef CHECKS_OIDC_H
#define CHECKS_OIDC_H

#include "base/arena.h"
#include "model/findings.h"
#include "policy/document.h"

/* Does the statement let in by sts:AssumeRoleWithWebIdentity? */
bool oidc_is_entry(const struct statement *s);
/* A provider of tokens: any federated principal but a SAML provider; «*» is all of them. */
bool oidc_is_provider(const struct statement_principal *p);

struct oidc_verdict {
    enum status status; /* PASS, FAIL, UNKNOWN */
    const char *detail;
};
/* Of an entry and one of its providers. A Deny of the same policy for whoever is of another
 * audience or subject counts as a restriction. */
struct oidc_verdict oidc_judge(const struct policy *trust, const struct statement *s,
                               const char *provider, struct arena *arena);

#endif
