/* watched_scene.h - an account built by hand, with trails, events and providers, and judged. */
#ifndef TESTS_UNIT_WATCHED_SCENE_H
#define TESTS_UNIT_WATCHED_SCENE_H

#include "run_dir.h"

#include "base/clock.h"
#include "model/credentials.h"
#include "model/detective.h"
#include "model/events.h"
#include "model/federation.h"

#define REGION "eu-central-1"
#define GLOBAL "us-east-1"
#define MINE "arn:aws:iam::" HOME_ID ":"
#define ROOT MINE "root"
#define FROM 1787637600 /* 2026-08-25T06:00:00Z */
#define TO 1795413600   /* 2026-11-23T06:00:00Z */
#define NOON 1795348800 /* 2026-11-22T12:00:00Z */
#define SCENE_MOST 8    /* of each kind */

struct watched {
    struct snapshot snapshot;
    struct model model;
    struct account accounts[2]; /* the other one is in the scan when a test says so */
    struct account *account;
    struct detective detective;
    struct events events;
    struct federation federation;
    struct report report;
    struct report_row root;
    struct principal users[SCENE_MOST], roles[SCENE_MOST];
    struct credentials credentials[SCENE_MOST];
    struct password_policy no_policy;
    struct findings findings;
};

/* Everything was read, and there is nothing: no trail, no event, root never used. */
static inline void watched_begin(struct watched *w)
{
    static const char *const regions[] = {REGION, GLOBAL};

    *w = (struct watched){.snapshot = {.mode = "accounts", .home = HOME_ID}};
    w->model = (struct model){.home = HOME_ID,
                              .taken_at = TO,
                              .period_from = FROM,
                              .period_to = TO,
                              .regions = (const char **)(void *)regions,
                              .region_count = 2,
                              .accounts = w->accounts,
                              .account_count = 1};
    w->accounts[0] = (struct account){.id = HOME_ID,
                                      .partition = "aws",
                                      .root_arn = ROOT,
                                      .included = true,
                                      .users = w->users,
                                      .roles = w->roles,
                                      .report_root = &w->root,
                                      .report_info = &w->report,
                                      .federation = &w->federation,
                                      .detective = &w->detective,
                                      .events = &w->events,
                                      .password_policy = &w->no_policy};
    w->accounts[1] = (struct account){.id = OTHER_ID, .root_arn = "", .reason = "not asked"};
    w->account = &w->accounts[0];
    w->report = (struct report){.generated_at = "2026-11-23T05:00:00Z", .generated = TO - 3600};
    w->root.text[REPORT_PASSWORD_USED] = "no_information";
    w->root.text[REPORT_KEY1_USED] = w->root.text[REPORT_KEY2_USED] = "N/A";
    for (int set = 0; set < DATA_COUNT; set++)
        w->account->data[set].state = STATE_COMPLETE;
}

static inline void watched_end(struct watched *w)
{
    findings_free(&w->findings);
    arena_free(&w->model.arena);
}

/* The data set was refused. */
static inline void refused(struct watched *w, enum data_set set)
{
    w->account->data[set] =
        (struct data_status){STATE_DENIED, "AccessDenied in the test", "raw/1/0001-x.json"};
}

static inline const struct finding *judged(struct watched *w, const char *check,
                                           const char *resource, enum status status,
                                           const char *detail)
{
    const struct finding *f;

    findings_free(&w->findings);
    w->findings = (struct findings){0};
    evaluate(&w->snapshot, &w->model, &w->findings);
    f = expect_status(&w->findings, check, resource, status);
    expect_holds(f->detail, detail);
    return f;
}

static inline bool has_evidence(const struct finding *f, const char *file)
{
    for (size_t i = 0; i < f->evidence_count; i++)
        if (strcmp(f->evidence[i].file, file) == 0)
            return true;
    return false;
}

/* A person without a password or key, unless the test gives some; by name in ascending order. */
static inline struct principal *add_user(struct watched *w, const char *name)
{
    size_t i = w->account->user_count++;

    w->users[i] = (struct principal){.name = name,
                                     .id = arena_printf(&w->model.arena, "AIDA%s", name),
                                     .arn = arena_printf(&w->model.arena, MINE "user/%s", name),
                                     .path = "/",
                                     .credentials = &w->credentials[i]};
    w->credentials[i] = (struct credentials){.asked = ASKED_LOGIN | ASKED_KEYS | ASKED_DEVICES,
                                             .login_status = {STATE_COMPLETE, NULL, NULL},
                                             .keys_status = {STATE_COMPLETE, NULL, NULL}};
    w->users[i].devices_status.state = STATE_COMPLETE;
    return &w->users[i];
}

static inline struct principal *add_role(struct watched *w, const char *name, const char *trust)
{
    struct principal *r = &w->roles[w->account->role_count++];

    *r = (struct principal){.name = name,
                            .id = name,
                            .arn = arena_printf(&w->model.arena, MINE "role/%s", name),
                            .path = "/",
                            .trust = {"", trust, strlen(trust), {"raw/role.xml", "/r", NULL}},
                            .source = {"raw/role.xml", "/r", NULL}};
    return r;
}

/* --- Events ----------------------------------------------------------------------------------- */

/* One question, answered for a span. */
static inline struct event_reading *read_span(struct watched *w, const char *region,
                                              const char *what, time_t from, time_t to)
{
    struct event_reading *r =
        arena_push(&w->model.arena, w->events.readings, w->events.reading_count);

    *r = (struct event_reading){
        region, what, {STATE_COMPLETE, NULL, "raw/1/0002-events.json"}, from, to};
    return r;
}

/* All that a scan asks, answered whole. */
static inline void read_all(struct watched *w)
{
    static const char *const names[] = {
        "EventName=AttachUserPolicy",       "EventName=ConsoleLogin",
        "EventName=CreateAccessKey",        "EventName=CreateLoginProfile",
        "EventName=DeactivateMFADevice",    "EventName=EnableMFADevice",
        "EventName=UpdateAssumeRolePolicy", "Username=root"};

    (void)read_span(w, REGION, "EventName=ConsoleLogin", FROM, TO);
    (void)read_span(w, REGION, "EventName=CredentialVerification", FROM, TO);
    (void)read_span(w, REGION, "EventName=UserAuthentication", FROM, TO);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        (void)read_span(w, GLOBAL, names[i], FROM, TO);
}

/* An event of noon; its id is its number, "e0". */
static inline struct event *add_event(struct watched *w, const char *name, const char *type)
{
    size_t number = w->events.count;
    struct event *e = arena_push(&w->model.arena, w->events.at, w->events.count);

    *e = (struct event){.time = NOON + (time_t)number,
                        .id = arena_printf(&w->model.arena, "e%zu", number),
                        .name = name,
                        .source = "iam.amazonaws.com",
                        .region = GLOBAL,
                        .by = {.type = type},
                        .where = {"raw/1/0003-event.json", "/Events/0", NULL}};
    return e;
}

#endif
