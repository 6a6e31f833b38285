/* arn.c - splitting and matching ARNs. */
#include "policy/arn.h"

#include <string.h>

#include "policy/glob.h"

bool arn_split(const char *text, struct arn_parts *out)
{
    for (int i = 0; i < 6; i++) {
        out->at[i] = text;
        out->len[i] = i < 5 ? strcspn(text, ":") : strlen(text);
        text += out->len[i];
        if (i < 5 && *text++ != ':')
            return false;
    }
    return true;
}

bool arn_part_is(const struct arn_parts *a, enum arn_part part, const char *text)
{
    return a->len[part] == strlen(text) && memcmp(a->at[part], text, a->len[part]) == 0;
}

static bool resource_begins(const struct arn_parts *a, const char *start)
{
    size_t len = strlen(start);

    return a->len[ARN_RESOURCE] > len && memcmp(a->at[ARN_RESOURCE], start, len) == 0;
}

bool arn_is_of_role(const char *arn)
{
    struct arn_parts a;

    return arn_split(arn, &a) && arn_part_is(&a, ARN_SERVICE, "iam") &&
           resource_begins(&a, "role/");
}

/* A session's ARN has the role's name without its path. */
bool arn_is_session_of(const char *session, const char *role)
{
    static const char start[] = "assumed-role/";
    const char *name = strrchr(role, '/'), *at;
    struct arn_parts s, r;
    size_t len;

    if (!arn_is_of_role(role) || !arn_split(role, &r) || !arn_split(session, &s) ||
        !arn_part_is(&s, ARN_SERVICE, "sts") || !resource_begins(&s, start) ||
        s.len[ARN_ACCOUNT] != r.len[ARN_ACCOUNT] ||
        memcmp(s.at[ARN_ACCOUNT], r.at[ARN_ACCOUNT], r.len[ARN_ACCOUNT]) != 0)
        return false;
    at = s.at[ARN_RESOURCE] + sizeof start - 1;
    len = strlen(++name);
    return strncmp(at, name, len) == 0 && at[len] == '/';
}

bool arn_is_of_user(const char *resource, const char *user)
{
    const char *name = strrchr(user, '/'), *last = strrchr(resource, '/');

    return name && last && strcmp(name, last) == 0 &&
           strncmp(user, resource, strcspn(user, "/") + 1) == 0;
}

bool arn_matches(const char *pattern, const char *arn)
{
    struct arn_parts p, a;

    if (strcmp(pattern, "*") == 0)
        return true;
    if (!arn_split(pattern, &p) || !arn_split(arn, &a))
        return false;
    for (int i = 0; i < 6; i++)
        if (!glob_match_part(p.at[i], p.len[i], a.at[i], a.len[i]))
            return false;
    return true;
}

bool arn_may_match(const char *pattern, const char *resource)
{
    struct arn_parts parts;

    if (!glob_match(pattern, resource)) /* the widest reading, and the cheapest */
        return false;
    return !arn_split(pattern, &parts) || arn_matches(pattern, resource);
}

bool arn_surely_matches(const char *pattern, const char *resource)
{
    size_t len = strlen(pattern);
    const char *last = pattern, *at = resource;
    struct arn_parts parts;

    if (!glob_match(pattern, resource))
        return false;
    if (arn_split(pattern, &parts))
        return arn_matches(pattern, resource);
    if (len == 0 || pattern[len - 1] != '*')
        return strcmp(pattern, resource) == 0;
    for (const char *colon; (colon = strchr(last, ':')) != NULL; last = colon + 1) {
        size_t part = strcspn(at, ":");

        if (at[part] != ':' || !glob_match_part(last, (size_t)(colon - last), at, part))
            return false;
        at += part + 1;
    }
    return glob_match(last, at);
}
