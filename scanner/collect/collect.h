/* collect.h - what a collector is, the list of them, and the stage that runs them.
 *
 * A collector asks AWS through a transport and fills one data set of the model; it never judges.
 * The same collectors run over the live and the recorded transport, so scanning, re-evaluating and
 * testing are one code path. */
#ifndef COLLECT_COLLECT_H
#define COLLECT_COLLECT_H

#include "aws/transport.h"
#include "base/error.h"
#include "model/model.h"
#include "model/snapshot.h"

/* Where a collector runs: in every account of the scope; at the home account only; when the scan
 * was told to look at root users, in every account but the home one; or in every account when it
 * was told to ask AWS's policy simulator, too. What runs at the home account tells of the
 * organisation, not of the account: also when that account is left out of the scope. */
enum collector_reach { EVERY_ACCOUNT, HOME_ACCOUNT, MEMBER_ROOTS, WHEN_SIMULATING };

/* What a collector works on. */
struct collection {
    const struct snapshot *scope; /* of the whole scan: its accounts, services, regions, period */
    struct transport *transport;
    struct model *model;
    struct account *account; /* whose answers are read; the home account for HOME_ACCOUNT rows */
    uint64_t sets;           /* DATA_BIT()s of what is to be filled */
};

struct collector {
    enum data_set fills;
    const char *service;
    const char *actions; /* IAM actions it needs, separated by spaces: the least-privilege role */
    enum collector_reach reach;
    /* Sets account->data[fills]; -1 with *err only for what transport_run() gives up on. */
    int (*run)(struct collection *c, enum data_set fills, struct error *err);
};

/* To add a collector: a row in its file's table; a new file: its table here and in collect.c.
 * Order matters where one collector needs another's answers (devices after users and report,
 * credentials after devices). */
struct collector_list {
    const struct collector *rows;
    size_t count;
};
extern const struct collector_list sts_collectors, authorization_collectors,
    credential_report_collectors, account_collectors, device_collectors, credential_collectors,
    account_credential_collectors, organization_collectors, organization_tree_collectors,
    organization_policy_collectors, trail_collectors, alarm_collectors, bucket_collectors,
    pool_collectors, directory_collectors, event_collectors, provider_collectors,
    identity_center_collectors, root_collectors, trail_key_collectors, simulation_collectors;

/* Every list, in running order; `count` says how many. */
const struct collector_list *const *collector_lists(size_t *count);

/* Run every collector over `transport` for the scope of `snapshot`, filling *model (zeroed by the
 * caller), then read the log files that the snapshot lists. What cannot be read is recorded in
 * account->data[] and is no error. Errors: those of transport_run(). */
int collect(const struct snapshot *snapshot, struct transport *transport, struct model *model,
            struct error *err);
/* How far the collectors have come in an account while they run: `done` of `all` data sets, and the
 * one that is being read. False: none is left. */
struct collect_progress {
    size_t done, all;
    enum data_set now;
};
bool collect_progress(const struct snapshot *snapshot, struct model *model, struct account *account,
                      struct collect_progress *out);

/* The collectors alone, for one account of the scope; the model then knows no other. */
int collect_account(const struct snapshot *snapshot, const char *id, struct transport *transport,
                    struct model *model, struct error *err);
/* The same as collect(), but only what fills one of the data sets whose DATA_BIT()s are given. */
int collect_some(const struct snapshot *snapshot, struct transport *transport, uint64_t sets,
                 struct model *model, struct error *err);
/* The scope account by account, for organisations that are too large to be held in memory. First
 * collect_home(): lays out all accounts in *model and fills the home account, with what it alone
 * is asked about the organisation; that stays. Then, for any other account, collect_member():
 * what it fills lies in *arena (empty before), to be given up after model_release(). So a
 * collector that runs in every account must fill nothing but its account. */
int collect_home(const struct snapshot *snapshot, struct transport *transport, struct model *model,
                 struct error *err);
int collect_member(const struct snapshot *snapshot, struct transport *transport,
                   const struct model *model, struct account *account, struct arena *arena,
                   struct error *err);

/* Is data set `set` read in the home account only? */
bool collect_at_home(enum data_set set);

/* After model_sort(): what was listed twice, and differently, makes its data set incomplete. */
void collect_note_contradiction(struct collection *c, enum data_set fills);

/* Help for collectors: ask one question of the account and wait; the reader gets `context`. The
 * outcome goes to account->data[fills]. `call` carries service, operation, parameters, receive,
 * context and benign_errors; the account is filled in. */
int collect_one(struct collection *c, enum data_set fills, struct call *call, struct error *err);

/* Set call->next to a copy of a paging token; ERR_LIMIT over LIMIT_NAME_BYTES, ERR_FORMAT when it
 * is empty. */
int collect_next(struct model *m, struct call *call, const char *token, size_t len,
                 struct error *err);

/* Bounded copy of outside text into the model: ERR_LIMIT over LIMIT_NAME_BYTES. */
int collect_text(struct model *m, const char *text, size_t len, const char **out,
                 struct error *err);

#endif
