/* matching.c - does a statement match a request? */
#include <string.h>

#include "base/text.h"
#include "policy/arn.h"
#include "policy/glob.h"
#include "policy/private.h"

const struct request_key *certain_key(const struct asking *q, const char *name)
{
    static const struct request_key absent = {NULL, NULL, 0};
    const char *prefix = q->request->complete_prefix;

    for (size_t i = 0; i < q->request->key_count; i++)
        if (strcmp(q->request->keys[i].name, name) == 0)
            return &q->request->keys[i];
    return prefix && strncmp(name, prefix, strlen(prefix)) == 0 ? &absent : NULL;
}

const struct request_key *asking_key(const struct asking *q, const char *name)
{
    for (size_t i = 0; i < q->assigned_count; i++)
        if (strcmp(q->assigned[i].name, name) == 0)
            return &q->assigned[i];
    return certain_key(q, name);
}

/* A pattern with a variable that has no value matches nothing; one with a free variable may match
 * what an Allow could, and is not relied on for a Deny. Under NotResource it is the other way
 * round: there a match takes the statement away. */
static bool has_resource(const struct asking *q, const struct policy *p, const struct statement *s,
                         bool of_resource)
{
    bool generous = s->allow != s->not_resource;

    if (!s->has_resource)
        return s->allow || of_resource;
    if (s->resource_count == 0)
        return s->allow && s->not_resource;
    for (size_t i = 0; i < s->resource_count; i++) {
        const char *pattern = s->resources[i];
        enum expansion e = p->has_variables ? expand(q, pattern, true, &pattern) : EXPANDED;

        if (e == EXPANDED_NOTHING || (e == EXPANDED_FREE && !generous))
            continue;
        if (generous ? arn_may_match(pattern, q->request->resource)
                     : arn_surely_matches(pattern, q->request->resource))
            return !s->not_resource;
    }
    return s->not_resource;
}

/* --- Principals ---------------------------------------------------------------------------------
 */

/* "111122223333" or "arn:P:iam::111122223333:root": a whole account. */
static bool names_account(const char *value, const char *account)
{
    struct arn_parts parts;

    if (!account)
        return false;
    if (strcmp(value, account) == 0)
        return true;
    return arn_split(value, &parts) && arn_part_is(&parts, ARN_SERVICE, "iam") &&
           arn_part_is(&parts, ARN_ACCOUNT, account) && arn_part_is(&parts, ARN_RESOURCE, "root");
}

static bool names_caller(const struct statement_principal *p, const struct caller *caller)
{
    return p->kind == PRINCIPAL_AWS && ((caller->arn && strcmp(p->value, caller->arn) == 0) ||
                                        (caller->id && strcmp(p->value, caller->id) == 0));
}

/* NotPrincipal: who is listed is left out. AWS warns that listing an account may or may not leave
 * out all in it; an Allow then holds, a Deny is not relied on. */
static bool has_principal(const struct asking *q, const struct statement *s, enum naming *naming)
{
    const struct caller *caller = &q->request->caller;
    bool role = caller->arn && arn_is_of_role(caller->arn);
    bool anybody = false, named = false, account = false;

    for (size_t i = 0; i < s->principal_count; i++) {
        const struct statement_principal *p = &s->principals[i];

        /* One session of the role is named: whoever assumes the role may call it so. */
        anybody =
            anybody || p->kind == PRINCIPAL_ANYBODY ||
            (role && s->allow && !s->not_principal && arn_is_session_of(p->value, caller->arn));
        named = named || names_caller(p, caller);
        account = account || (p->kind == PRINCIPAL_AWS && names_account(p->value, caller->account));
    }
    if (s->not_principal) {
        *naming = NAMES_CALLER;
        return !anybody && !named && (s->allow || (!account && caller->arn && s->principal_count));
    }
    *naming = anybody || (named && !role) ? NAMES_CALLER : named ? NAMES_ROLE : NAMES_ACCOUNT;
    return anybody || named || account;
}

/* Where no policy of a resource is asked, Principal has no place: "*" says nothing (RCPs must have
 * it), and a Deny for some alone is not relied on. */
static bool is_for_all(const struct statement *s)
{
    return s->allow || s->principal_count == 0 ||
           (!s->not_principal && s->principals[0].kind == PRINCIPAL_ANYBODY);
}

/* --- Conditions ---------------------------------------------------------------------------------
 */

static enum truth not_understood(struct asking *q, const struct condition *c, const char *value)
{
    q->unsure = c;
    q->unsure_value = value;
    return UNSURE;
}

/* Does the request's value stand in the relation to any of the policy's? Where the policy's cannot
 * be told, a Deny is not relied on and an Allow may hold: with a variable whose key is free, or has
 * several values; and with one that has none, for negated operators. AWS says of those both that
 * they hold ("Policy variables with no value") and that the statement may be invalid. */
static enum truth value_holds(struct asking *q, const struct policy *p, const struct statement *s,
                              const struct condition *c, const char *of_request)
{
    bool pattern = c->comparison == COMPARE_STRING_LIKE || c->comparison == COMPARE_ARN;
    bool variables = p->has_variables && condition_takes_variables(c), unresolved = false;
    const char *doubtful = NULL;

    for (size_t i = 0; i < c->value_count; i++) {
        const char *value = c->values[i];
        enum expansion e = variables ? expand(q, value, pattern, &value) : EXPANDED;

        if (e != EXPANDED)
            unresolved = unresolved || e == EXPANDED_FREE || c->negated;
        else if (!condition_understands(c, value))
            doubtful = value;
        else if (condition_compares(c, of_request, value))
            return c->negated ? NO : YES;
    }
    if (unresolved)
        return s->allow ? YES : NO;
    if (doubtful)
        return not_understood(q, c, doubtful);
    return c->negated ? YES : NO;
}

static enum truth of_absent(const struct condition *c)
{
    if (c->if_exists || c->quantifier == QUANTIFIER_ALL)
        return YES;
    return c->negated && c->quantifier == QUANTIFIER_NONE ? YES : NO;
}

/* Null: "true" asks for a key that is absent, "false" for one that is there. */
static enum truth null_holds(struct asking *q, const struct condition *c,
                             const struct request_key *key)
{
    const char *doubtful = NULL;

    for (size_t i = 0; i < c->value_count; i++)
        if (!condition_understands(c, c->values[i]))
            doubtful = c->values[i];
        else if ((key->count == 0) == (text_icmp(c->values[i], "true") == 0))
            return YES;
    return doubtful ? not_understood(q, c, doubtful) : NO;
}

static enum truth condition_holds(struct asking *q, const struct policy *p,
                                  const struct statement *s, const struct condition *c)
{
    const struct request_key *key;
    bool all = c->quantifier == QUANTIFIER_ALL || (c->quantifier == QUANTIFIER_NONE && c->negated);
    enum truth together = all ? YES : NO;

    if (c->comparison == COMPARE_UNKNOWN || c->comparison == COMPARE_UNREADABLE ||
        c->value_count == 0)
        return not_understood(q, c, NULL);
    key = asking_key(q, c->key);
    if (!key) {
        q->open_key = q->open_key ? q->open_key : c->key;
        return OPEN;
    }
    if (c->comparison == COMPARE_NULL)
        return null_holds(q, c, key);
    if (key->count == 0)
        return of_absent(c);
    for (size_t i = 0; i < key->count; i++) {
        enum truth one = value_holds(q, p, s, c, key->values[i]);

        together = all ? truth_and(together, one) : truth_or(together, one);
    }
    return together;
}

enum truth statement_matches(struct asking *q, const struct policy *p, const struct statement *s,
                             enum naming *naming)
{
    enum truth all = YES;

    if (!(naming ? has_principal(q, s, naming) : is_for_all(s)) ||
        !has_resource(q, p, s, naming != NULL))
        return NO;
    for (size_t i = 0; i < s->condition_count && all != NO; i++)
        all = truth_and(all, condition_holds(q, p, s, &s->conditions[i]));
    return all;
}
