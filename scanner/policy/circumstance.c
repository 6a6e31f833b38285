/* circumstance.c - what is certain of a request. */
#include "policy/circumstance.h"

#include "base/text.h"

const char *circumstance_name(enum circumstance c)
{
    static const char *const names[] = {"with an access key", "without MFA", "with MFA",
                                        "with MFA of long ago"};

    return names[c];
}

/* Keys that no request of an IAM user carries. To add one: a row. */
static const char *const never[] = {
    "aws:federatedprovider",
    "aws:sourceidentity",
    "aws:principalservicename",
    "aws:principalservicenameslist",
    "aws:assumedroot",
    "aws:chatbotsourcearn",
    "ec2:sourceinstancearn",
    "ec2:roledelivery",
    "lambda:sourcefunctionarn",
    "aws:ec2instancesourcevpc",
    "aws:ec2instancesourceprivateipv4",
};
#define NEVER (sizeof never / sizeof *never)
#define KEYS_OTHERWISE 10 /* at the most, tags and `never` aside */

struct keys {
    struct arena *arena;
    struct request_key *at;
    size_t count;
};

/* `value` NULL: the key is absent. */
static void add_key(struct keys *k, const char *name, const char *value)
{
    const char **values = arena_new(k->arena, const char *, 1);

    values[0] = value;
    k->at[k->count++] = (struct request_key){name, values, value != NULL};
}

static void add_user(struct keys *k, const struct principal *user, enum circumstance c)
{
    add_key(k, "aws:username", user->name);
    add_key(k, "aws:userid", user->id);
    add_key(k, "aws:principaltype", "User");
    if (c == CIRCUMSTANCE_KEY)
        add_key(k, "aws:tokenissuetime", NULL);
    for (size_t i = 0; i < NEVER; i++)
        add_key(k, never[i], NULL);
    for (size_t i = 0; i < user->tag_count; i++)
        if (user->tags[i].key && user->tags[i].value)
            add_key(k,
                    text_lower(k->arena,
                               arena_printf(k->arena, "aws:principaltag/%s", user->tags[i].key)),
                    user->tags[i].value);
}

static void add_role(struct keys *k)
{
    add_key(k, "aws:username", NULL);
    add_key(k, "aws:principaltype", "AssumedRole");
}

void circumstance_keys(const struct identity *of, enum circumstance c, struct arena *arena,
                       struct request *out)
{
    static const char *const present[] = {NULL, "false", "true", "true"};
    const char *const age[] = {NULL, NULL, FRESH_AGE, of->stale_age ? of->stale_age : STALE_AGE};
    static const struct principal nobody = {.name = NULL};
    const struct principal *who = of->who ? of->who : &nobody;
    struct keys k = {arena,
                     arena_new(arena, struct request_key,
                               KEYS_OTHERWISE + NEVER + who->tag_count + of->also_count),
                     0};

    out->caller = (struct caller){who->arn, who->id, of->account};
    out->complete_prefix = of->who && !of->is_role ? "aws:principaltag/" : NULL;
    add_key(&k, "aws:multifactorauthpresent", present[c]);
    add_key(&k, "aws:multifactorauthage", age[c]);
    add_key(&k, "aws:principalaccount", of->account);
    add_key(&k, "aws:principalisawsservice", "false");
    if (of->organization)
        add_key(&k, "aws:principalorgid", *of->organization ? of->organization : NULL);
    if (of->who)
        add_key(&k, "aws:principalarn", who->arn);
    if (of->is_role)
        add_role(&k);
    else if (of->who)
        add_user(&k, who, c);
    for (size_t i = 0; i < of->also_count; i++)
        k.at[k.count++] = of->also[i];
    out->keys = k.at;
    out->key_count = k.count;
}
