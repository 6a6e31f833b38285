/* watch.c - console sign-in without MFA, and what root does, as CloudTrail records them. */
#include "checks/watch.h"

#include "base/text.h"

static void has(struct event_kind *k, const char *path, const char *value)
{
    k->fields[k->count++] = (struct log_field){path, value};
}

static void has_common(const struct checking *c, struct event_kind *k, const char *type)
{
    has(k, "userIdentity.type", type);
    has(k, "userIdentity.accountId", c->account->id);
    has(k, "userIdentity.invokedBy", NULL);
    has(k, "recipientAccountId", c->account->id);
    has(k, "managementEvent", "true");
    has(k, "eventCategory", "Management");
}

/* A successful ConsoleLogin (CloudTrail user guide, "AWS Management Console sign-in events"). */
static struct event_kind sign_in(const struct checking *c, const char *type, const char *mfa)
{
    struct event_kind k = {.count = 0};

    has_common(c, &k, type);
    has(&k, "eventName", "ConsoleLogin");
    has(&k, "eventSource", "signin.amazonaws.com");
    has(&k, "eventType", "AwsConsoleSignIn");
    has(&k, "additionalEventData.MFAUsed", mfa);
    has(&k, "responseElements.ConsoleLogin", "Success");
    has(&k, "userIdentity.sessionContext", NULL);
    has(&k, "requestParameters", NULL);
    has(&k, "errorCode", NULL);
    has(&k, "errorMessage", NULL);
    has(&k, "readOnly", "false");
    return k;
}

static void add_root(const struct checking *c, struct event_kind *k)
{
    has(k, "userIdentity.arn", c->account->root_arn);
    has(k, "userIdentity.principalId", c->account->id);
}

struct watch watch_sign_in(const struct checking *c)
{
    return (struct watch){.what = "console sign-in without MFA",
                          .telling = "MFAUsed",
                          .of_users = true,
                          .is = {sign_in(c, "IAMUser", "No")},
                          .is_count = 1,
                          .is_not = sign_in(c, "IAMUser", "Yes")};
}

struct watch watch_root(const struct checking *c)
{
    struct watch w = {.what = "use of root",
                      .telling = "oot",
                      .reads = true,
                      .is = {sign_in(c, "Root", "Yes")},
                      .is_count = 2,
                      .is_not = sign_in(c, "IAMUser", "Yes")};

    has_common(c, &w.is[1], "Root");
    has(&w.is[1], "eventType", "AwsApiCall");
    add_root(c, &w.is[0]);
    add_root(c, &w.is[1]);
    return w;
}

/* The same for each IAM user of the account, when the pattern names people. */
static enum filter_match match_users(const struct checking *c, const char *pattern,
                                     const struct event_kind *kind, struct arena *scratch,
                                     const char **why)
{
    const struct account *a = c->account;
    enum filter_match match = FILTER_SOMETIMES;

    for (size_t i = 0; i < a->user_count; i++) {
        struct event_kind k = *kind;

        has(&k, "userIdentity.arn", a->users[i].arn);
        has(&k, "userIdentity.userName", a->users[i].name);
        has(&k, "userIdentity.principalId", a->users[i].id);
        match = filter_match(pattern, k.fields, k.count, scratch, why);
        if (match == FILTER_ALWAYS)
            continue;
        if (match == FILTER_NEVER)
            *why = arena_printf(scratch, "who signs in: not user %s",
                                text_shown(scratch, a->users[i].name));
        return match == FILTER_NEVER ? FILTER_SOMETIMES : match;
    }
    return match;
}

enum filter_match watch_match(const struct checking *c, const struct watch *w, const char *pattern,
                              struct arena *scratch, const char **why)
{
    const char *ignored;

    for (size_t i = 0; i < w->is_count; i++) {
        enum filter_match match =
            filter_match(pattern, w->is[i].fields, w->is[i].count, scratch, why);

        if (match == FILTER_SOMETIMES && w->of_users)
            match = match_users(c, pattern, &w->is[i], scratch, why);
        if (match != FILTER_ALWAYS)
            return match;
    }
    if (filter_match(pattern, w->is_not.fields, w->is_not.count, scratch, &ignored) !=
        FILTER_ALWAYS)
        return FILTER_ALWAYS;
    *why = "that: other sign-ins are counted as well, so that it tells nothing";
    return FILTER_SOMETIMES;
}
