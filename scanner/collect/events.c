/* events.c - cloudtrail:LookupEvents: sign-ins, the root user, and calls that change who needs MFA.
 *
 * LookupEvents takes one attribute a call, reaches back 90 days and answers 2 requests a second for
 * each account and region. So few questions are asked, each of its own reason; an account in which
 * nothing happened costs one call each, eleven in partition aws:
 *
 * - ConsoleLogin where it can be recorded: in the sign-in regions (aws/region.h) and the scan's.
 * - Everything under the name root, in the region of global events: that is where AWS records the
 *   root user's sign-ins, and its calls of IAM. An IAM user called root comes along.
 * - Six calls of IAM, all recorded in the region of global events, by name:
 *   DeactivateMFADevice and EnableMFADevice take a second factor away and give one (onboarding is
 *   judged by the latter); CreateAccessKey makes a credential that never shows MFA;
 *   CreateLoginProfile opens the console to a user; AttachUserPolicy is how a user is made
 *   administrator; UpdateAssumeRolePolicy opens a role. The other ways to escalate are rarer, and
 *   log files (collect/trail.c), which cost no calls, are read for all of them.
 * - At the home account, which has Identity Center: UserAuthentication in the scan's regions, and
 *   CredentialVerification, which tells the factors of one workflow, where that found any.
 * - For calls made by role sessions, the AssumeRole that issued the session's key: asked by the
 *   key, as a resource name (every AssumeRole of an account would be thousands of pages, made by
 *   services), for the ISSUERS_MOST newest keys. What is not found stays unknown to who judges.
 *
 * A question is read at most PAGES_MOST pages deep. Answers come newest first, so a cut leaves the
 * older part of the period unread, and the reading says from when on it is whole. */
#include <string.h>

#include "aws/endpoint.h"
#include "aws/region.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"
#include "collect/collect.h"
#include "collect/event_read.h"

#define PAGES_MOST 200  /* of 50 events: at 2 a second, 100 seconds */
#define ISSUERS_MOST 8  /* keys of role sessions */
#define ROLE_KEY "ASIA" /* how keys of sessions begin */

enum place { SIGN_IN, GLOBAL, OWN }; /* sign-in and the scan's regions; global events; the scan's */

struct question {
    const char *attribute, *value;
    enum place place;
};
static const struct question at_first[] = {
    {"EventName", "ConsoleLogin", SIGN_IN},       {"Username", "root", GLOBAL},
    {"EventName", "DeactivateMFADevice", GLOBAL}, {"EventName", "EnableMFADevice", GLOBAL},
    {"EventName", "CreateAccessKey", GLOBAL},     {"EventName", "CreateLoginProfile", GLOBAL},
    {"EventName", "AttachUserPolicy", GLOBAL},    {"EventName", "UpdateAssumeRolePolicy", GLOBAL},
};
static const struct question at_home = {"EventName", "UserAuthentication", OWN};
static const struct question of_workflows = {"EventName", "CredentialVerification", OWN};

/* All questions of an account, and what was heard. */
struct asking {
    struct collection *c;
    struct events *events;
    struct event_reader reader;
    struct data_status *whole; /* of the data set */
    size_t asked, unanswered;
};

/* One question in one region. */
struct lookup {
    struct asking *asking;
    const char *region, *attribute, *value, *what;
    size_t pages, found;
    bool seen, disordered;
    time_t oldest; /* of all events seen */
};

static struct event_gap gap_of(const struct lookup *l, const struct answer *answer, size_t index,
                               const char *reason)
{
    struct arena *arena = l->asking->reader.arena;

    return (struct event_gap){.region = l->region,
                              .what = l->what,
                              .reason = reason,
                              .where = {arena_strdup(arena, answer->page->file),
                                        arena_printf(arena, "/Events/%zu/CloudTrailEvent", index),
                                        NULL}};
}

/* The time in the row around an event, whole seconds. */
static int row_time(const cJSON *row, time_t *out, struct error *err)
{
    const cJSON *time = json_find(row, "EventTime");

    if (!cJSON_IsNumber(time) || time->valuedouble < 0 || time->valuedouble > 253402300799.0)
        return fail(err, ERR_FORMAT, "EventTime: expected seconds since 1970");
    *out = (time_t)time->valuedouble;
    return 0;
}

/* The event inside a row; what it says must be what the row says. */
static int read_inside(struct lookup *l, const cJSON *row, time_t time, struct event *out,
                       struct error *err)
{
    const char *text = json_text(row, "CloudTrailEvent", err);

    if (!text || event_parse(&l->asking->reader, "event", text, strlen(text), out, err))
        return -1;
    if (strcmp(out->id, json_str(row, "EventId")) != 0 ||
        strcmp(out->name, json_str(row, "EventName")) != 0 || out->time != time ||
        strcmp(out->region, l->region) != 0)
        return fail(err, ERR_FORMAT, "event: id, name, time or region is not that of its row");
    return 0;
}

static int read_row(struct lookup *l, const struct answer *answer, const cJSON *row, size_t index,
                    struct error *err)
{
    struct arena *arena = l->asking->reader.arena;
    const char *id = json_text(row, "EventId", err), *name;
    struct event event = {.time = 0};
    struct error why = {0};
    time_t time = 0;

    if (!id || row_time(row, &time, err) || !(name = json_text(row, "EventName", err)))
        return -1;
    if (strcmp(l->attribute, "EventName") == 0 && strcmp(name, l->value) != 0)
        return fail(err, ERR_FORMAT, "EventName: not the one that was asked for");
    l->disordered = l->disordered || (l->seen && time > l->oldest);
    l->oldest = time;
    l->seen = true;
    if (read_inside(l, row, time, &event, &why)) {
        if (why.code == ERR_INTEGRITY)
            return fail(err, ERR_FORMAT, "%s", why.msg);
        events_add_gap(l->asking->events, arena,
                       gap_of(l, answer, index,
                              arena_printf(arena, "%s: event %s cannot be read: %s",
                                           answer->page->file, text_shown(arena, id), why.msg)),
                       time);
        return 0;
    }
    event.where = gap_of(l, answer, index, NULL).where;
    *arena_push(arena, l->asking->events->at, l->asking->events->count) = event;
    l->found++;
    return 0;
}

/* A page that cannot be read counts as not seen, with all its rows. */
static int read_page(struct lookup *l, const struct answer *answer, const cJSON *root,
                     struct error *err)
{
    const cJSON *rows = json_array(root, "Events", err);
    struct events *events = l->asking->events, seen_events = *events;
    struct lookup seen = *l;
    size_t i = 0;

    if (!rows)
        return -1;
    for (const cJSON *row = json_first(rows); row; row = row->next, i++)
        if (read_row(l, answer, row, i, err)) {
            events->count = seen_events.count;
            events->gap_count = seen_events.gap_count;
            *l = seen;
            return fail_in(err, "Events[%zu]", i);
        }
    return 0;
}

static int receive(struct call *call, const struct answer *answer, struct error *err)
{
    struct lookup *l = call->context;
    struct model *m = l->asking->c->model;
    const char *file = answer->page->file, *token = NULL;
    cleanup_json cJSON *root = json_parse(file, answer->body, answer->len, err);

    if (!root)
        return -1;
    if (read_page(l, answer, root, err) || json_text_or_null(root, "NextToken", &token, err) ||
        (token && collect_next(m, call, token, strlen(token), err)))
        return fail_in(err, "%s", file);
    if (++l->pages == PAGES_MOST)
        call->stop = arena_printf(&m->arena, "not read on after %d pages", PAGES_MOST);
    return 0;
}

/* What of the period was read whole. Events of one second may stand on two pages. */
static void note_reading(struct lookup *l, const struct call *call)
{
    struct asking *a = l->asking;
    const struct model *m = a->c->model;
    struct event_reading r = {l->region, l->what, call->status, m->period_from, m->period_to};

    if (call->status.state != STATE_COMPLETE) {
        r.from = l->seen && !l->disordered ? l->oldest + 1 : m->period_to + 1;
        r.status.reason =
            arena_printf(a->reader.arena, "%s (%s in %s)", call->status.reason, l->what, l->region);
        if (a->unanswered++ == 0)
            *a->whole = r.status;
    }
    a->asked++;
    *arena_push(a->reader.arena, a->events->readings, a->events->reading_count) = r;
}

/* A batch being put together. */
struct batch {
    struct asking *asking;
    struct lookup *lookups;
    size_t count;
};

static bool has(const struct batch *b, const char *region, const char *attribute, const char *value)
{
    for (size_t i = 0; i < b->count; i++)
        if (strcmp(b->lookups[i].region, region) == 0 &&
            strcmp(b->lookups[i].attribute, attribute) == 0 &&
            strcmp(b->lookups[i].value, value) == 0)
            return true;
    return false;
}

static void add(struct batch *b, const char *region, const char *attribute, const char *value)
{
    struct arena *arena = b->asking->reader.arena;

    if (!has(b, region, attribute, value))
        *arena_push(arena, b->lookups, b->count) =
            (struct lookup){.asking = b->asking,
                            .region = region,
                            .attribute = attribute,
                            .value = value,
                            .what = arena_printf(arena, "%s=%s", attribute, value)};
}

static const char *partition_of(const struct asking *a)
{
    return a->c->account->partition;
}

/* Where AWS records what happens in services that have no region. */
static const char *global_region(const struct asking *a)
{
    const struct partition *p = partition_find(partition_of(a));

    return p ? p->iam_region : "us-east-1";
}

static void add_everywhere(struct batch *b, const struct question *q)
{
    const struct asking *a = b->asking;
    const struct model *m = a->c->model;
    const char *region;

    for (size_t i = 0;
         q->place == SIGN_IN && (region = region_of_sign_in(partition_of(a), i)) != NULL; i++)
        add(b, region, q->attribute, q->value);
    for (size_t i = 0; q->place != GLOBAL && i < m->region_count; i++)
        add(b, m->regions[i], q->attribute, q->value);
    if (q->place == GLOBAL)
        add(b, global_region(a), q->attribute, q->value);
}

static const char *parameters_of(const struct lookup *l, struct arena *arena)
{
    const struct model *m = l->asking->c->model;

    return arena_printf(arena,
                        "{\"EndTime\":%lld,\"LookupAttributes\":[{\"AttributeKey\":\"%s\","
                        "\"AttributeValue\":\"%s\"}],\"MaxResults\":50,\"StartTime\":%lld}",
                        (long long)m->period_to, l->attribute, l->value, (long long)m->period_from);
}

static int ask(struct batch *b, struct error *err)
{
    struct asking *a = b->asking;
    struct arena *arena = a->reader.arena;
    struct call *calls = arena_new(arena, struct call, b->count);

    for (size_t i = 0; i < b->count; i++)
        calls[i] = (struct call){.account = a->reader.account,
                                 .service = "cloudtrail",
                                 .operation = "LookupEvents",
                                 .region = b->lookups[i].region,
                                 .parameters = parameters_of(&b->lookups[i], arena),
                                 .receive = receive,
                                 .context = &b->lookups[i]};
    if (transport_run(a->c->transport, calls, b->count, err))
        return -1;
    for (size_t i = 0; i < b->count; i++)
        note_reading(&b->lookups[i], &calls[i]);
    return 0;
}

/* Keys of role sessions whose AssumeRole matters: not those of Identity Center, which sign in by
 * SAML, nor what a service did. */
static bool wants_issuer(const struct event *e)
{
    const struct event_identity *by = &e->by;

    return by->type && strcmp(by->type, "AssumedRole") == 0 && by->access_key && !by->invoked_by &&
           strncmp(by->access_key, ROLE_KEY, strlen(ROLE_KEY)) == 0 &&
           strspn(by->access_key, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") ==
               strlen(by->access_key) &&
           !(by->issuer_arn && strstr(by->issuer_arn, ":role/aws-reserved/sso.amazonaws.com/"));
}

static int ask_issuers(struct asking *a, struct error *err)
{
    struct batch batch = {.asking = a};
    const struct events *e = a->events;
    const char *keys[ISSUERS_MOST];
    size_t count = 0;

    for (size_t i = e->count; i > 0 && count < ISSUERS_MOST; i--) { /* newest first */
        const char *key = e->at[i - 1].by.access_key;
        bool is_known = !wants_issuer(&e->at[i - 1]);

        for (size_t k = 0; k < count && !is_known; k++)
            is_known = strcmp(keys[k], key) == 0;
        if (!is_known)
            keys[count++] = key;
    }
    for (size_t k = 0; k < count; k++) {
        const struct question own = {"ResourceName", keys[k], OWN};
        const struct question global = {"ResourceName", keys[k], GLOBAL};

        add_everywhere(&batch, &own);
        add_everywhere(&batch, &global);
    }
    return ask(&batch, err);
}

/* Factors of workflows, in the regions where somebody signed in. */
static int ask_workflows(struct asking *a, const struct batch *first, struct error *err)
{
    struct batch batch = {.asking = a};

    for (size_t i = 0; i < first->count; i++)
        if (strcmp(first->lookups[i].value, at_home.value) == 0 && first->lookups[i].found > 0)
            add(&batch, first->lookups[i].region, of_workflows.attribute, of_workflows.value);
    return ask(&batch, err);
}

static void sum_up(struct asking *a)
{
    if (a->unanswered > 1)
        a->whole->reason =
            arena_printf(a->reader.arena, "%s; of %zu questions %zu were not answered whole",
                         a->whole->reason, a->asked, a->unanswered);
    events_sort(a->events, a->reader.arena);
}

static int collect_events(struct collection *c, enum data_set fills, struct error *err)
{
    struct arena *arena = &c->model->arena;
    struct asking a = {.c = c,
                       .events = arena_new(arena, struct events, 1),
                       .reader = {arena, c->account->id},
                       .whole = &c->account->data[fills]};
    struct batch batch = {.asking = &a};

    *a.whole = (struct data_status){STATE_COMPLETE, NULL, NULL};
    c->account->events = a.events;
    for (size_t i = 0; i < sizeof at_first / sizeof *at_first; i++)
        add_everywhere(&batch, &at_first[i]);
    if (strcmp(c->account->id, c->model->home) == 0)
        add_everywhere(&batch, &at_home);
    if (ask(&batch, err) || ask_workflows(&a, &batch, err))
        return -1;
    events_sort(a.events, arena);
    if (ask_issuers(&a, err))
        return -1;
    sum_up(&a);
    return 0;
}

static const struct collector rows[] = {
    {DATA_EVENTS, "cloudtrail", "cloudtrail:LookupEvents", EVERY_ACCOUNT, collect_events},
};
const struct collector_list event_collectors = {rows, sizeof rows / sizeof *rows};
