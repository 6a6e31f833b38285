/* trail.c - reading CloudTrail log files: which records are kept. */
#include "collect/trail.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/gunzip.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"
#include "collect/event_read.h"
#include "collect/records.h"
#include "collect/trail_proof.h"

#define DAY 86400

/* Events that are kept by name, besides all that root does; NULL at the end. To add one: a row; it
 * must be one that people's rights or factors hang on, for every such record stays in memory. */
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
    TRAIL_SETTINGS_EVENTS,
    NULL,
};
#define ISSUE "AssumeRole"     /* kept when it is not a service's */
#define SERVICE "\"AWSService" /* beginning of the text of its userIdentity.type */

/* A log file being read. */
struct reading {
    struct collection *c;
    struct trail_proof *proof;
    struct events *events;
    struct event_reader reader;
    const struct trail_file *file;
    const struct trail_name *name;
    struct records records;
    struct digest_stream sum; /* of the content */
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
    for (size_t i = 0; names[i]; i++)
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
    struct reading *r = context;

    digest_feed(&r->sum, bytes, len);
    return records_feed(&r->records, bytes, len, err);
}

/* The whole content has gone by: is it what AWS wrote? If not, nothing of it counts. */
static void check_content(struct reading *r, size_t file, size_t events_before)
{
    char hex[DIGEST_HEX];

    if (trail_proof_check(r->proof, file, digest_end(&r->sum, hex)))
        return;
    r->events->count = events_before;
    r->kept = 0;
    add_gap(r, "", "is not as CloudTrail's digest file says: it was changed after AWS wrote it");
}

/* What was read before a file proved damaged stays: it happened. */
static int read_file(struct reading *r, size_t file, struct error *err)
{
    cleanup_strbuf struct strbuf packed = STRBUF_INIT(LIMIT_ANSWER_BYTES);
    struct gunzip_sink sink = {take_piece, r};
    size_t events_before = r->events->count;
    struct error why = {0};

    if (trail_load(r->c->scope, &r->file->page, &packed, err))
        return -1;
    r->records = (struct records){.take = take, .context = r};
    records_open(&r->records);
    digest_begin(&r->sum);
    if (gunzip(packed.buf, packed.len, LIMIT_TRAIL_BYTES, &sink, &why) ||
        records_end(&r->records, &why)) {
        digest_drop(&r->sum);
        add_gap(r, "", arena_strdup(r->reader.arena, why.msg));
    } else {
        check_content(r, file, events_before);
    }
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

/* One line of what the digest files say; each region's spans for who wants to know more. */
static void tell(const struct account *a, const struct trail_proof *proof)
{
    const struct events *e = a->events;
    char from[CLOCK_TEXT], to[CLOCK_TEXT];

    for (size_t i = 0; i < e->proof_count; i++)
        log_info("%s %s: log files are whole from %s to %s, as CloudTrail's digest files say",
                 a->id, e->proofs[i].region, clock_format(e->proofs[i].from, from),
                 clock_format(e->proofs[i].to, to));
    for (size_t i = 0; i < e->doubt_count; i++)
        log_debug("%s %s: log files are not proved whole from %s to %s: %s", a->id,
                  e->doubts[i].region, clock_format(e->doubts[i].from, from),
                  clock_format(e->doubts[i].to, to), e->doubts[i].reason);
    if (e->doubt_count > 0)
        log_info("%s: log files are not proved whole in %zu spans, the first from %s in %s: %s",
                 a->id, e->doubt_count, clock_format(e->doubts[0].from, from), e->doubts[0].region,
                 e->doubts[0].reason);
    if (proof->digest_count > 0 && proof->unnamed > 0)
        log_info("%s: %zu log files are read, and no digest file that is verified names them",
                 a->id, proof->unnamed);
}

static int read_logs(struct collection *c, struct trail_proof *proof, struct error *err)
{
    const struct snapshot *s = c->scope;

    for (size_t i = 0; i < s->trail_count; i++) {
        struct trail_name name;
        struct reading r = {.c = c,
                            .proof = proof,
                            .events = c->account->events,
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
        if (read_file(&r, i, err))
            return -1;
        note_day(&r);
        spoil(c->account, &r);
    }
    return 0;
}

/* What could not be taken may tell of anything. */
static void spoil_unread(struct collection *c)
{
    const struct snapshot *s = c->scope;
    struct data_status *whole = &c->account->data[DATA_EVENTS];

    for (size_t i = 0; i < s->trail_unread_count && whole->state == STATE_COMPLETE; i++)
        if (!s->trail_unread[i].account || strcmp(s->trail_unread[i].account, c->account->id) == 0)
            *whole = (struct data_status){
                STATE_INCOMPLETE,
                arena_printf(&c->model->arena, "%s: a log file was not read: %s",
                             text_shown(&c->model->arena, s->trail_unread[i].file),
                             text_shown(&c->model->arena, s->trail_unread[i].reason)),
                NULL};
}

static bool has_files(const struct collection *c)
{
    for (size_t i = 0; i < c->scope->trail_count; i++)
        if (strcmp(c->scope->trail[i].account, c->account->id) == 0)
            return true;
    return false;
}

int trail_read(struct collection *c, struct error *err)
{
    struct trail_proof proof = {.c = c};
    int status;

    spoil_unread(c);
    if (!has_files(c))
        return 0;
    events_of(c)->kept = names;
    status = trail_proof_open(&proof, c, err);
    if (status == 0)
        status = read_logs(c, &proof, err);
    if (status == 0) {
        trail_proof_settle(&proof);
        events_sort(c->account->events, &c->model->arena);
        tell(c->account, &proof);
    }
    trail_proof_close(&proof);
    return status;
}
