/* trail.c - reading CloudTrail log files: which records are kept. */
#include "collect/trail.h"

#include <stdlib.h>
#include <string.h>

#include "aws/config.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/gunzip.h"
#include "base/limits.h"
#include "base/text.h"
#include "collect/event_read.h"
#include "collect/records.h"

#define DAY 86400

/* Events that are kept by name, besides all that root does. To add one: a row; it must be one that
 * people's rights or factors hang on, for every such record stays in memory. */
static const char *const names[] = {
    "ConsoleLogin",
    "CheckMfa",
    "UserAuthentication",
    "CredentialVerification",
    /* factors */
    "DeactivateMFADevice",
    "DeleteVirtualMFADevice",
    "EnableMFADevice",
    "ResyncMFADevice",
    /* credentials */
    "CreateAccessKey",
    "CreateLoginProfile",
    "UpdateLoginProfile",
    "CreateServiceSpecificCredential",
    "CreateUser",
    /* rights */
    "AttachUserPolicy",
    "AttachGroupPolicy",
    "AttachRolePolicy",
    "PutUserPolicy",
    "PutGroupPolicy",
    "PutRolePolicy",
    "AddUserToGroup",
    "UpdateAssumeRolePolicy",
    "CreatePolicyVersion",
    "SetDefaultPolicyVersion",
    "DeleteUserPermissionsBoundary",
    "DeleteRolePermissionsBoundary",
    "PutUserPermissionsBoundary",
    "PutRolePermissionsBoundary",
    /* who vouches for people */
    "CreateSAMLProvider",
    "UpdateSAMLProvider",
    "CreateOpenIDConnectProvider",
    "AddClientIDToOpenIDConnectProvider",
    "UpdateAccountPasswordPolicy",
    "CreateAccountAssignment",
    "PutInlinePolicyToPermissionSet",
    "AttachManagedPolicyToPermissionSet",
    /* the guardrails and the witness */
    "DetachPolicy",
    "UpdatePolicy",
    "DisablePolicyType",
    "LeaveOrganization",
    "StopLogging",
    "DeleteTrail",
};
#define ISSUE "AssumeRole"     /* kept when it is not a service's */
#define SERVICE "\"AWSService" /* beginning of the text of its userIdentity.type */

/* A log file being read. */
struct reading {
    struct collection *c;
    struct events *events;
    struct event_reader reader;
    const struct trail_file *file;
    const struct trail_name *name;
    struct records records;
    size_t kept;
    const char *refused; /* first record that could not be read: why */
};

static const char *skip_space(const char *p)
{
    return p + strspn(p, " \t\r\n");
}

static bool is_wanted(const char *name, size_t len, const char *record)
{
    if (len == strlen(ISSUE) && memcmp(name, ISSUE, len) == 0)
        return !strstr(record, SERVICE);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(names[i]) == len && memcmp(names[i], name, len) == 0)
            return true;
    return false;
}

/* Could the record be of interest? It is not when every "eventName" in its text is of another
 * operation and nothing says Root. Only names made of escapes could hide from that: then, as
 * whenever the text is odd, the answer is yes, and the parser decides. */
static bool may_matter(const char *record, size_t len)
{
    static const char key[] = "\"eventName\"";
    const char *at = strstr(record, key);

    if (!at || strlen(record) != len || strstr(record, "\\u") || strstr(record, "\"Root\""))
        return true;
    for (; at; at = strstr(at, key)) {
        const char *value = skip_space(at + strlen(key));

        value = *value == ':' ? skip_space(value + 1) : "";
        if (*value != '"' || is_wanted(value + 1, strcspn(value + 1, "\"\\"), record))
            return true;
        at = value;
    }
    return false;
}

static bool is_kept(const struct event *e, const char *record)
{
    return (e->by.type && strcmp(e->by.type, "Root") == 0) ||
           is_wanted(e->name, strlen(e->name), record);
}

/* A file's name says when it was delivered, shortly after its events. */
static void add_gap(struct reading *r, const char *pointer, const char *reason)
{
    struct arena *arena = r->reader.arena;
    struct event_gap gap = {.region = arena_strdup(arena, r->name->region),
                            .what = EVENTS_ALL,
                            .reason = arena_printf(arena, "%s: %s", r->file->page.file, reason),
                            .where = {r->file->page.file, pointer, NULL}};

    events_add_gap(r->events, arena, gap, r->name->delivered - 900);
    if ((r->name->delivered - 900) / DAY != r->name->delivered / DAY)
        events_add_gap(r->events, arena, gap, r->name->delivered);
    if (!r->refused)
        r->refused = gap.reason;
}

static int take(void *context, const char *text, size_t len, size_t number, struct error *err)
{
    struct reading *r = context;
    struct arena *arena = r->reader.arena;
    struct event event = {.time = 0};
    struct error why = {0};
    const char *pointer;

    if (text && !may_matter(text, len))
        return 0;
    if (r->events->count >= LIMIT_EVENTS)
        return fail(err, ERR_LIMIT, "more than %d events of one account", LIMIT_EVENTS);
    pointer = arena_printf(arena, "/Records/%zu", number);
    if (!text)
        (void)fail(&why, ERR_LIMIT, "larger than %zu bytes", LIMIT_EVENT_BYTES);
    if (!text || event_parse(&r->reader, "record", text, len, &event, &why)) {
        add_gap(r, pointer, arena_printf(arena, "%s cannot be read: %s", pointer, why.msg));
        return 0;
    }
    if (!is_kept(&event, text))
        return 0;
    event.where = (struct source){r->file->page.file, pointer, NULL};
    *arena_push(arena, r->events->at, r->events->count) = event;
    r->kept++;
    return 0;
}

static int take_piece(void *context, const char *bytes, size_t len, struct error *err)
{
    return records_feed(context, bytes, len, err);
}

/* The file's bytes, as listed. */
static int load(const struct reading *r, struct strbuf *out, struct error *err)
{
    const struct page *page = &r->file->page;
    const char *path = file_join(r->reader.arena, r->c->scope->dir, page->file);
    char hex[DIGEST_HEX];

    if (file_read(path, LIMIT_ANSWER_BYTES, out, err))
        return -1;
    if (out->len != page->size || strcmp(digest_bytes(out->buf, out->len, hex), page->sha256) != 0)
        return fail(err, ERR_INTEGRITY, "%s: is not the file that %s lists", path, SNAPSHOT_FILE);
    return 0;
}

/* What was read before a file proved damaged stays: it happened. */
static int read_file(struct reading *r, struct error *err)
{
    cleanup_strbuf struct strbuf packed = STRBUF_INIT(LIMIT_ANSWER_BYTES);
    struct gunzip_sink sink = {take_piece, &r->records};
    struct error why = {0};

    if (load(r, &packed, err))
        return -1;
    r->records = (struct records){.take = take, .context = r};
    records_open(&r->records);
    if (gunzip(packed.buf, packed.len, LIMIT_TRAIL_BYTES, &sink, &why) ||
        records_end(&r->records, &why))
        add_gap(r, "", arena_strdup(r->reader.arena, why.msg));
    records_close(&r->records);
    return 0;
}

/* Files of one region come in the order of their names, which is that of time. */
static void note_day(struct reading *r)
{
    struct events *e = r->events;
    time_t day = r->name->delivered - r->name->delivered % DAY;
    struct event_days *last = e->day_count ? &e->days[e->day_count - 1] : NULL;

    if (last && strcmp(last->region, r->name->region) == 0 && day <= last->to + 1) {
        last->to = day + DAY - 1;
        last->files++;
        last->kept += r->kept;
        return;
    }
    *arena_push(r->reader.arena, e->days, e->day_count) = (struct event_days){
        arena_strdup(r->reader.arena, r->name->region), day, day + DAY - 1, 1, r->kept};
}

/* The data set speaks of all events: what a file does not tell is missing in it. */
static void spoil(struct account *a, const struct reading *r)
{
    struct data_status *whole = &a->data[DATA_EVENTS];

    if (r->refused && whole->state == STATE_COMPLETE)
        *whole = (struct data_status){STATE_INCOMPLETE, r->refused, r->file->page.file};
}

static struct events *events_of(struct collection *c)
{
    if (!c->account->events)
        c->account->events = arena_new(&c->model->arena, struct events, 1);
    return c->account->events;
}

int trail_read(struct collection *c, struct error *err)
{
    const struct snapshot *s = c->scope;
    bool any = false;

    for (size_t i = 0; i < s->trail_count; i++) {
        struct trail_name name;
        struct reading r = {.c = c,
                            .reader = {&c->model->arena, c->account->id},
                            .file = &s->trail[i],
                            .name = &name};

        if (strcmp(s->trail[i].account, c->account->id) != 0)
            continue;
        if (!trail_name_parse(s->trail[i].page.file, &name))
            return fail(err, ERR_FORMAT, "%s: not the name of a CloudTrail log file",
                        s->trail[i].page.file);
        if (name.is_digest)
            continue;
        r.events = events_of(c);
        any = true;
        if (read_file(&r, err))
            return -1;
        note_day(&r);
        spoil(c->account, &r);
    }
    if (any)
        events_sort(c->account->events, &c->model->arena);
    return 0;
}

/* "20261101T0005Z" */
static bool parse_time(const char *text, size_t len, time_t *out)
{
    char rfc[CLOCK_TEXT];

    if (len != 14 || strspn(text, "0123456789") != 8 || text[8] != 'T' ||
        strspn(text + 9, "0123456789") != 4 || text[13] != 'Z')
        return false;
    (void)snprintf(rfc, sizeof rfc, "%.4s-%.2s-%.2sT%.2s:%.2s:00Z", text, text + 4, text + 6,
                   text + 9, text + 11);
    return clock_parse(rfc, out);
}

/* The next part of a name, up to '_'; NULL: there is none of at most `most` bytes. */
static const char *part(const char **at, size_t most, size_t *len)
{
    const char *begin = *at;

    *len = strcspn(begin, "_");
    if (*len == 0 || *len > most || begin[*len] != '_')
        return NULL;
    *at = begin + *len + 1;
    return begin;
}

static bool take_part(const char **at, char *out, size_t size)
{
    size_t len;
    const char *text = part(at, size - 1, &len);

    if (!text)
        return false;
    memcpy(out, text, len);
    out[len] = '\0';
    return true;
}

bool trail_name_parse(const char *path, struct trail_name *out)
{
    static const char ending[] = ".json.gz";
    const char *slash = strrchr(path, '/'), *at = slash ? slash + 1 : path, *time;
    struct trail_name name = {.delivered = 0};
    char kind[24];
    size_t len;

    if (!take_part(&at, name.account, sizeof name.account) ||
        strspn(name.account, "0123456789") != 12 || !take_part(&at, kind, sizeof kind) ||
        !take_part(&at, name.region, sizeof name.region) || !config_is_region(name.region))
        return false;
    name.is_digest = strcmp(kind, "CloudTrail-Digest") == 0;
    if (!name.is_digest && strcmp(kind, "CloudTrail") != 0)
        return false;
    time = name.is_digest ? NULL : part(&at, 14, &len);
    if (!name.is_digest && (!time || !parse_time(time, len, &name.delivered)))
        return false;
    len = strlen(at);
    if (len <= strlen(ending) || strcmp(at + len - strlen(ending), ending) != 0)
        return false;
    *out = name;
    return true;
}
