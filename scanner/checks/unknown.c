/* unknown.c - UNKNOWN for what cannot be read: everything that a check would have judged. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "checks/check.h"
#include "model/credentials.h"

/* What is known of an unread population: names from every source, without doubles. */
struct roll {
    struct arena arena;
    const char **names;
    size_t count;
};

static void roll_add(struct roll *r, const char *name)
{
    if (name)
        *arena_push(&r->arena, r->names, r->count) = name;
}

static void roll_call_users(struct roll *r, const struct account *a)
{
    for (size_t i = 0; i < a->user_count; i++)
        roll_add(r, a->users[i].arn);
    for (size_t i = 0; i < a->report_count; i++)
        roll_add(r, a->report[i].text[REPORT_ARN]);
    for (size_t i = 0; i < a->virtual_device_count; i++)
        if (a->virtual_devices[i].owner_arn && *a->virtual_devices[i].owner_arn &&
            strcmp(a->virtual_devices[i].owner_arn, a->root_arn) != 0)
            roll_add(r, a->virtual_devices[i].owner_arn);
}

static void roll_call_devices(struct roll *r, const struct account *a)
{
    for (size_t i = 0; i < a->virtual_device_count; i++)
        roll_add(r, a->virtual_devices[i].serial);
    for (size_t i = 0; i < a->user_count; i++)
        for (size_t d = 0; d < a->users[i].device_count; d++)
            if (a->users[i].devices[d].kind == DEVICE_VIRTUAL)
                roll_add(r, a->users[i].devices[d].serial);
}

static void roll_close(struct roll *r)
{
    size_t kept = 0;

    if (r->count > 1)
        qsort(r->names, r->count, sizeof *r->names, text_order);
    for (size_t i = 0; i < r->count; i++)
        if (i == 0 || strcmp(r->names[kept - 1], r->names[i]) != 0)
            r->names[kept++] = r->names[i];
    r->count = kept;
}

/* The answer that settled a data set, as a place: the whole document. */
static struct source whole_answer(const struct data_status *why)
{
    size_t len = why->file ? strlen(why->file) : 0;
    bool is_json = len > 5 && strcmp(why->file + len - 5, ".json") == 0;

    return (struct source){why->file, is_json ? "" : "/*", NULL};
}

void cite_status(struct checking *c, struct finding *f, const struct data_status *why)
{
    if (why)
        cite(c, f, whole_answer(why));
}

void unknown_because(struct checking *c, const char *resource, const char *name,
                     const struct data_status *why)
{
    const char *reason = why->reason ? why->reason : "not read";

    cite_status(c, verdict(c, STATUS_UNKNOWN, resource, name, "%s", reason), why);
}

/* More than an account can have (AWS quotas: 5,000 users with 8 devices each), so that a false
 * count does not fill the memory. */
#define UNLISTED_MAX ((size_t)50000)

/* A subject that is counted but not listed. '[' cannot stand in an IAM name, so this is never the
 * ARN of something else. */
static void unknown_unlisted(struct checking *c, const char *kind, size_t number, size_t of,
                             const struct data_status *why)
{
    struct arena *arena = &c->out->arena;

    unknown_because(
        c, arena_printf(arena, "%s/[%s %zu of %zu, not listed]", c->account->id, kind, number, of),
        arena_printf(arena, "%s %zu of %zu, not listed", kind, number, of), why);
}

/* "arn:aws:iam::1:user/path/name" -> "name", "arn:aws:iam::1:root" -> "root"; others as they are.
 */
static const char *short_name(const char *arn)
{
    const char *slash = strrchr(arn, '/'), *colon = strrchr(arn, ':');

    return slash ? slash + 1 : colon ? colon + 1 : arn;
}

static size_t counted(const struct account *a, enum summary_key key)
{
    const struct summary_value *v = &a->summary[key];

    return v->known && v->value > 0 ? (size_t)v->value : 0;
}

/* GetAccountSummary counts devices of every kind; users' other devices are known by their lists. */
static size_t counted_virtual(const struct account *a)
{
    size_t total = counted(a, SUMMARY_MFA_DEVICES);

    for (size_t i = 0; i < a->user_count; i++)
        for (size_t d = 0; d < a->users[i].device_count; d++)
            total -= total > 0 && a->users[i].devices[d].kind != DEVICE_VIRTUAL;
    return total;
}

static void unknown_for_roll(struct checking *c, struct roll *r, size_t total, const char *kind,
                             const struct data_status *why)
{
    roll_close(r);
    for (size_t i = 0; i < r->count; i++)
        unknown_because(c, r->names[i], short_name(r->names[i]), why);
    if (total > UNLISTED_MAX)
        total = UNLISTED_MAX;
    for (size_t i = r->count; i < total; i++)
        unknown_unlisted(c, kind, i + 1, total, why);
    if (r->count == 0 && total == 0)
        unknown_because(c, c->account->id, c->account->id, why);
    arena_free(&r->arena);
}

static void roll_call_root(struct roll *r, const struct account *a)
{
    roll_add(r, a->root_arn);
}

static void roll_call_roles(struct roll *r, const struct account *a)
{
    for (size_t i = 0; i < a->role_count; i++)
        roll_add(r, a->roles[i].arn);
}

/* Statements are counted nowhere. Each policy of the customer may hold one, and the account stands
 * for inline policies. */
static void roll_call_policies(struct roll *r, const struct account *a)
{
    roll_add(r, a->id);
    for (size_t i = 0; i < a->policy_count; i++)
        if (!strstr(a->policies[i].arn, ":iam::aws:policy/"))
            roll_add(r, a->policies[i].arn);
}

static size_t counted_policies(const struct account *a)
{
    return counted(a, SUMMARY_POLICIES) + 1;
}

static size_t counted_users(const struct account *a)
{
    return counted(a, SUMMARY_USERS);
}

/* A user has at most two keys (AWS quota). */
static size_t counted_keys(const struct account *a)
{
    return 2 * counted(a, SUMMARY_USERS);
}

static void roll_call_keys(struct roll *r, const struct account *a)
{
    struct roll users = {0};

    roll_call_users(&users, a);
    roll_close(&users);
    for (size_t i = 0; i < users.count; i++) {
        roll_add(r, arena_printf(&r->arena, "%s#access_key_1", users.names[i]));
        roll_add(r, arena_printf(&r->arena, "%s#access_key_2", users.names[i]));
    }
    arena_free(&users.arena);
}

static size_t counted_roles(const struct account *a)
{
    return counted(a, SUMMARY_ROLES);
}

/* To add a subject: its word in check.h and a row here. `call` names those that any source knows,
 * `counted` says how many there are; without them the account stands for all. */
static const struct {
    const char *nothing; /* what a check says where there is none */
    const char *kind;
    void (*call)(struct roll *r, const struct account *a);
    size_t (*counted)(const struct account *a);
} subjects[] = {
    [SUBJECT_ROOT] = {"nothing to judge in this account", "root", roll_call_root, NULL},
    [SUBJECT_ACCOUNT] = {"nothing to judge in this account", "account", NULL, NULL},
    [SUBJECT_USER] = {"the account has no IAM users", "user", roll_call_users, counted_users},
    [SUBJECT_ROLE] = {"the account has no IAM roles", "role", roll_call_roles, counted_roles},
    [SUBJECT_VIRTUAL_DEVICE] = {"the account has no virtual MFA devices", "device",
                                roll_call_devices, counted_virtual},
    [SUBJECT_STATEMENT] = {"no policy statement to judge", "policy", roll_call_policies,
                           counted_policies},
    [SUBJECT_ACCESS_KEY] = {"no access key", "access key", roll_call_keys, counted_keys},
    [SUBJECT_CREDENTIAL] = {"no service-specific credential", "credential", roll_call_users,
                            counted_users}, /* whose credentials they would be */
    [SUBJECT_PROVIDER] = {"no identity provider", "provider", NULL, NULL},
    [SUBJECT_INSTANCE] = {"no instance of IAM Identity Center", "instance", NULL, NULL},
    [SUBJECT_EVENT] = {"no such event in the period", "event", NULL, NULL},
    [SUBJECT_TRAIL] = {"no trail", "trail", NULL, NULL},
    [SUBJECT_BUCKET] = {"no trail writes to a bucket of this account", "bucket", NULL, NULL},
    [SUBJECT_USER_POOL] = {"no Cognito user pool", "user pool", NULL, NULL},
    [SUBJECT_DIRECTORY] = {"no directory", "directory", NULL, NULL},
    [SUBJECT_EXCEPTION] = {"no exception", "exception", NULL, NULL},
    [SUBJECT_DATA_SET] = {"nothing was read", "data set", NULL, NULL},
};

const char *subject_nothing(enum subject subject)
{
    return subjects[subject].nothing;
}

void unknown_for_all(struct checking *c, const struct data_status *why)
{
    enum subject subject = c->check->subject;
    struct roll roll = {0};
    size_t total = subjects[subject].counted ? subjects[subject].counted(c->account) : 0;

    if (subjects[subject].call)
        subjects[subject].call(&roll, c->account);
    unknown_for_roll(c, &roll, total, subjects[subject].kind, why);
}

/* Users of the credential report that the list of users lacks. */
static size_t roll_call_missing(struct roll *r, const struct account *a)
{
    for (size_t i = 0; i < a->report_count; i++)
        if (!model_user_by_arn(a, a->report[i].text[REPORT_ARN]))
            roll_add(r, a->report[i].text[REPORT_ARN]);
    roll_close(r);
    return r->count;
}

/* `named`: those of the report that the list lacks. */
static size_t missing_users(const struct account *a, size_t named)
{
    size_t count = counted(a, SUMMARY_USERS);

    if (!a->summary[SUMMARY_USERS].known)
        return named;
    return count > a->user_count ? count - a->user_count : 0;
}

size_t unlisted_users(const struct account *a)
{
    struct roll roll = {0};
    size_t named = roll_call_missing(&roll, a);

    arena_free(&roll.arena);
    return missing_users(a, named);
}

void unknown_for_missing_users(struct checking *c)
{
    static const struct data_status why = {
        STATE_INCOMPLETE,
        "counted by iam:GetAccountSummary, but not in iam:GetAccountAuthorizationDetails", NULL};
    const struct account *a = c->account;
    struct roll roll = {0};
    size_t named = roll_call_missing(&roll, a);
    size_t missing = missing_users(a, named);

    for (size_t i = 0; i < named && i < missing; i++)
        unknown_because(c, roll.names[i], short_name(roll.names[i]), &why);
    for (size_t i = named; i < missing; i++)
        unknown_unlisted(c, "user", a->user_count + i + 1, a->user_count + missing, &why);
    arena_free(&roll.arena);
}
