/* oidc.c - audience and subject in the trust of OIDC providers. */
#include "checks/oidc.h"

#include <string.h>

#include "base/text.h"
#include "policy/glob.h"

#define WEB_IDENTITY "sts:assumerolewithwebidentity"

bool oidc_is_entry(const struct statement *s)
{
    return s->allow && statement_has_action(s, WEB_IDENTITY);
}

bool oidc_is_provider(const struct statement_principal *p)
{
    return p->kind == PRINCIPAL_FEDERATED && !strstr(p->value, ":saml-provider/");
}

/* What an issuer calls audience and subject, and which beginning of the subject names its customer:
 * public issuers serve everybody, so that a wildcard may stand only after it. From AWS's «Available
 * keys for OIDC federation» and the issuers' own documents. To add one: a row; `host` is how it
 * begins. */
struct issuer {
    const char *host, *audience, *subject;
    const char *begins;  /* NULL: any subject that is not all wildcards */
    char ends;           /* the name of the customer */
    const char *refused; /* a subject that everybody can get; NULL: none is known */
};
static const struct issuer issuers[] = {
    {"token.actions.githubusercontent.com", "aud", "sub", "repo:", '/', NULL},
    {"gitlab.com", "aud", "sub", "project_path:", '/', NULL},
    {"app.terraform.io", "aud", "sub", "organization:", ':', NULL},
    {"oidc.eks.", "aud", "sub", "system:serviceaccount:", ':', NULL},
    {"oidc.circleci.com/org/", "aud", "sub", "org/", '/', NULL},
    /* Its audience is one's own identity pool, which lets guests in as "unauthenticated". */
    {"cognito-identity.amazonaws.com", "aud", "amr", NULL, 0, "unauthenticated"},
    {"www.amazon.com", "app_id", "user_id", NULL, 0, NULL},
    {"graph.facebook.com", "app_id", "id", NULL, 0, NULL},
    {"", "aud", "sub", NULL, 0, NULL},
};

static const struct issuer *issuer_of(const char *host)
{
    size_t i = 0;

    while (strncmp(host, issuers[i].host, strlen(issuers[i].host)) != 0)
        i++;
    return &issuers[i];
}

struct claim {
    const char *key;             /* in lower case, "issuer:sub" */
    const struct issuer *issuer; /* of a subject; NULL: of an audience */
};

/* Does the value of the policy let in what the issuer gives to everybody? */
static bool admits_refused(const struct condition *c, const char *value, const char *refused)
{
    if (c->comparison == COMPARE_STRING_LIKE)
        return glob_match(value, refused);
    return text_icmp(value, refused) == 0;
}

/* Is the value of the policy one's own, and not everybody's? */
static bool names_own(const struct condition *c, const char *value, const struct claim *claim)
{
    const char *begins = claim->issuer ? claim->issuer->begins : NULL;
    size_t fixed = strlen(value), start;

    if (claim->issuer && claim->issuer->refused && admits_refused(c, value, claim->issuer->refused))
        return false;
    if (c->comparison == COMPARE_STRING_LIKE || strstr(value, "${"))
        fixed = strcspn(value, "*?$");
    if (fixed == strlen(value))
        return fixed > 0;
    if (!begins)
        return fixed > 0;
    start = strlen(begins);
    if (strncmp(value, begins, start) != 0 || fixed <= start)
        return false;
    const char *end = memchr(value + start, claim->issuer->ends, fixed - start);

    return end && end > value + start;
}

static bool names_only_own(const struct condition *c, const struct claim *claim)
{
    for (size_t i = 0; i < c->value_count; i++)
        if (!names_own(c, c->values[i], claim))
            return false;
    return c->value_count > 0;
}

enum restriction { MISSING, LOOSE, UNCLEAR, RESTRICTED };

static bool compares_text(const struct condition *c)
{
    return c->comparison == COMPARE_STRING || c->comparison == COMPARE_STRING_IGNORING_CASE ||
           c->comparison == COMPARE_STRING_LIKE;
}

/* Of an Allow: a positive operator that a missing claim does not pass. */
static enum restriction by_condition(const struct condition *c, const struct claim *claim)
{
    if (strcmp(c->key, claim->key) != 0)
        return MISSING;
    if (c->comparison == COMPARE_UNKNOWN)
        return UNCLEAR;
    if (!compares_text(c) || c->negated || c->if_exists || c->quantifier == QUANTIFIER_ALL)
        return LOOSE;
    return names_only_own(c, claim) ? RESTRICTED : LOOSE;
}

/* Of a Deny for all others: a negated operator alone, which a missing claim passes as well. */
static enum restriction by_denial(const struct statement *s, const char *provider,
                                  const struct claim *claim)
{
    const struct condition *c = s->conditions;
    bool covers = false;

    for (size_t i = 0; i < s->principal_count; i++)
        covers = covers || s->principals[i].kind == PRINCIPAL_ANYBODY ||
                 strcmp(s->principals[i].value, provider) == 0;
    if (s->allow || s->not_principal || !covers || s->condition_count != 1 ||
        !statement_has_action(s, WEB_IDENTITY) || strcmp(c->key, claim->key) != 0 ||
        !compares_text(c) || !c->negated || c->if_exists || c->quantifier != QUANTIFIER_NONE)
        return MISSING;
    return names_only_own(c, claim) ? RESTRICTED : LOOSE;
}

static enum restriction restriction_of(const struct policy *trust, const struct statement *s,
                                       const char *provider, const struct claim *claim)
{
    enum restriction best = MISSING, one;

    for (size_t i = 0; i < s->condition_count; i++) {
        one = by_condition(&s->conditions[i], claim);
        best = one > best ? one : best;
    }
    for (size_t i = 0; i < trust->count; i++) {
        one = by_denial(&trust->statements[i], provider, claim);
        best = one > best ? one : best;
    }
    return best;
}

/* "arn:P:iam::ACCOUNT:oidc-provider/HOST/PATH" -> "HOST/PATH"; bare hosts as they are. */
static const char *host_of(const char *provider, struct arena *arena)
{
    static const char type[] = ":oidc-provider/";
    const char *at = strstr(provider, type);

    return text_lower(arena, at ? at + sizeof type - 1 : provider);
}

static const char *told(enum restriction r, const char *key, const struct claim *claim,
                        struct arena *arena)
{
    if (r == MISSING)
        return arena_printf(arena, "%s is not asked for", text_shown(arena, key));
    if (r == UNCLEAR)
        return arena_printf(arena, "%s is compared by an operator that is not known",
                            text_shown(arena, key));
    if (claim->issuer && claim->issuer->refused)
        return arena_printf(arena, "%s lets in what everybody can get («%s»)",
                            text_shown(arena, key), claim->issuer->refused);
    if (claim->issuer && claim->issuer->begins)
        return arena_printf(arena,
                            "%s may be anybody's: a wildcard may stand only after «%s» and "
                            "one's own name, and a missing claim must not pass",
                            text_shown(arena, key), claim->issuer->begins);
    return arena_printf(arena, "%s may be anything, or missing", text_shown(arena, key));
}

struct oidc_verdict oidc_judge(const struct policy *trust, const struct statement *s,
                               const char *provider, struct arena *arena)
{
    const char *host = host_of(provider, arena);
    const struct issuer *issuer = issuer_of(host);
    struct claim claims[] = {{arena_printf(arena, "%s:%s", host, issuer->audience), NULL},
                             {arena_printf(arena, "%s:%s", host, issuer->subject), issuer}};
    const char *detail = NULL;
    bool unclear = false, open = false;

    for (size_t i = 0; i < 2; i++) {
        enum restriction r = restriction_of(trust, s, provider, &claims[i]);
        const char *text;

        if (r == RESTRICTED)
            continue;
        unclear = unclear || r == UNCLEAR;
        open = open || r != UNCLEAR;
        text = told(r, claims[i].key, &claims[i], arena);
        detail = detail ? arena_printf(arena, "%s; %s", detail, text) : text;
    }
    return (struct oidc_verdict){open      ? STATUS_FAIL
                                 : unclear ? STATUS_UNKNOWN
                                           : STATUS_PASS,
                                 detail ? detail
                                        : arena_printf(arena, "%s and %s are restricted",
                                                       text_shown(arena, claims[0].key),
                                                       text_shown(arena, claims[1].key))};
}
