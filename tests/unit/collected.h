/* collected.h - a run directory and what the collectors make of it, for their tests. */
#ifndef TESTS_COLLECTED_H
#define TESTS_COLLECTED_H

#include "run_dir.h"

#include "model/credentials.h"

/* What one run directory gives. */
struct collected {
    struct run run;
    struct snapshot snapshot;
    struct model model;
};

static inline void open_run(struct collected *c)
{
    *c = (struct collected){0};
    run_open(&c->run);
}

static inline struct account *collect_run(struct collected *c)
{
    struct recorded recorded;
    struct error err = {0};

    run_write(&c->run);
    expect_ok(snapshot_open(&c->snapshot, c->run.dir, &err), err);
    recorded_open(&recorded, &c->snapshot, &c->model.arena);
    expect_ok(collect(&c->snapshot, &recorded.transport, &c->model, &err), err);
    return model_account(&c->model, HOME_ID);
}

static inline void close_run(struct collected *c)
{
    model_free(&c->model);
    snapshot_close(&c->snapshot);
    run_close(&c->run);
}

static inline void expect_state(const struct account *a, enum data_set set, enum data_state state,
                                const char *reason)
{
    if (a->data[set].state != state)
        print_error("%s: state %d, %s\n", data_set_name(set), (int)a->data[set].state,
                    word_or(a->data[set].reason, "(no reason)"));
    assert_int_equal(a->data[set].state, state);
    if (reason)
        expect_holds(a->data[set].reason, reason);
    else
        assert_null(a->data[set].reason);
}

#define GAAD "GetAccountAuthorizationDetails"
#define GAAD_PARAMETERS "{\"MaxItems\":\"1000\"}"
#define U_ARN "arn:aws:iam::111122223333:user/u"
#define LAST "<IsTruncated>false</IsTruncated>"

static inline const char *user_xml(struct collected *c, const char *name, const char *more)
{
    return arena_printf(&c->run.arena,
                        "<member><UserName>%s</UserName><Arn>arn:aws:iam::111122223333:user/%s"
                        "</Arn><Path>/</Path>%s</member>",
                        name, name, more);
}

#endif
