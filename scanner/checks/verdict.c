/* verdict.c - how checks speak: one verdict per resource, and UNKNOWN for what cannot be read. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "checks/check.h"
#include "model/credentials.h"

static const char *format(struct arena *arena, const char *fmt, va_list args)
{
    va_list again;
    int len;

    va_copy(again, args);
    len = vsnprintf(NULL, 0, fmt, again);
    va_end(again);
    if (len < 0)
        return "";

    char *text = arena_alloc(arena, (size_t)len + 1, 1);

    (void)vsnprintf(text, (size_t)len + 1, fmt, args);
    return text;
}

struct finding *verdict(struct checking *c, enum status status, const char *resource,
                        const char *name, const char *fmt, ...)
{
    struct findings *out = c->out;
    struct finding *f = arena_push(&out->arena, out->at, out->count);
    va_list args;

    *f = (struct finding){
        .id = finding_id(&out->arena, c->check->id, c->account->id, resource),
        .row = c->row,
        .check = c->check->id,
        .severity = c->check->severity,
        .tier = c->check->tier,
        .layer = c->check->layer,
        .account = c->account->id,
        .resource = arena_strdup(&out->arena, resource),
        .name = arena_strdup(&out->arena, name),
        .status = status,
        .expected = c->check->passes_when,
        .observed = "",
    };
    va_start(args, fmt);
    f->detail = format(&out->arena, fmt, args);
    va_end(args);
    return f;
}

void observed(struct checking *c, struct finding *f, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    f->observed = format(&c->out->arena, fmt, args);
    va_end(args);
}

void cite(struct checking *c, struct finding *f, struct source source)
{
    struct arena *arena = &c->out->arena;
    struct source *copy;

    if (!source.file)
        return;
    copy = arena_push(arena, f->evidence, f->evidence_count);
    *copy = (struct source){
        .file = arena_strdup(arena, source.file),
        .pointer = arena_strdup(arena, source.pointer),
        .cell = source.cell ? arena_strdup(arena, source.cell) : NULL,
    };
}

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

void unknown_because(struct checking *c, const char *resource, const char *name,
                     const struct data_status *why)
{
    const char *reason = why->reason ? why->reason : "not read";

    cite(c, verdict(c, STATUS_UNKNOWN, resource, name, "%s", reason), whole_answer(why));
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

/* "arn:aws:iam::1:user/path/name" -> "name"; others as they are. */
static const char *short_name(const char *arn)
{
    const char *slash = strrchr(arn, '/');

    return slash ? slash + 1 : arn;
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

void unknown_for_all(struct checking *c, const struct data_status *why)
{
    struct roll roll = {0};

    switch (c->check->subject) {
    case SUBJECT_ROOT:
        unknown_because(c, c->account->root_arn, "root", why);
        break;
    case SUBJECT_ACCOUNT:
        unknown_because(c, c->account->id, c->account->id, why);
        break;
    case SUBJECT_USER:
        roll_call_users(&roll, c->account);
        unknown_for_roll(c, &roll, counted(c->account, SUMMARY_USERS), "user", why);
        break;
    case SUBJECT_VIRTUAL_DEVICE:
        roll_call_devices(&roll, c->account);
        unknown_for_roll(c, &roll, counted_virtual(c->account), "device", why);
        break;
    }
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

void unknown_for_missing_users(struct checking *c)
{
    static const struct data_status why = {
        STATE_INCOMPLETE,
        "counted by iam:GetAccountSummary, but not in iam:GetAccountAuthorizationDetails", NULL};
    const struct account *a = c->account;
    const struct summary_value *users = &a->summary[SUMMARY_USERS];
    struct roll roll = {0};
    size_t named = roll_call_missing(&roll, a);
    size_t missing = !users->known ? named
                     : counted(a, SUMMARY_USERS) > a->user_count
                         ? counted(a, SUMMARY_USERS) - a->user_count
                         : 0;

    for (size_t i = 0; i < named && i < missing; i++)
        unknown_because(c, roll.names[i], short_name(roll.names[i]), &why);
    for (size_t i = named; i < missing; i++)
        unknown_unlisted(c, "user", a->user_count + i + 1, a->user_count + missing, &why);
    arena_free(&roll.arena);
}
