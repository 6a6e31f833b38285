/* private.h - what the files of the scan stage share. */
#ifndef SCAN_PRIVATE_H
#define SCAN_PRIVATE_H

#include <string.h>

#include "aws/live.h"
#include "aws/pacer_shared.h"
#include "base/worker.h"
#include "collect/collect.h"
#include "model/snapshot.h"
#include "scan/scan.h"

struct scanning {
    const struct scan_settings *settings; /* scan()'s copy */
    struct credentials home;              /* the home account's, as resolved last */
    long clock_offset;
    const char *region;    /* of the configuration; NULL: none */
    int max_attempts;      /* of the configuration; 0: not set */
    const char *partition; /* of the caller's ARN */
    struct snapshot scope; /* what will be snapshot.json's head; its arena holds all texts here */
    const char *run;
    int lock; /* on `run`; -1: none */
    struct worker_channel news;
    struct pacer_shared *sts; /* for all requests for credentials of this scan */
    bool ended;               /* what is resumed has a snapshot.json already */
    bool unattended;          /* in a worker: nobody can be asked for anything */
    long long home_renew_at;  /* ticks: the home account's credentials are not looked for before */
};

/* News of a worker. */
struct news {
    size_t account; /* index into scope.accounts */
    struct live_counts counts;
    struct collect_progress progress;
    bool done;      /* the account is through; else only counts */
    bool unread;    /* no query of it was answered */
    bool broken;    /* could not go on: `text` says why */
    char text[256]; /* the first thing that went wrong */
};

/* Is there something to ask this account of the scope? The home account is asked about the
 * organisation also when it is left out itself. */
static inline bool is_asked(const struct scanning *s, size_t account)
{
    const struct scope_account *a = &s->scope.accounts[account];

    return a->included || strcmp(a->id, s->scope.home) == 0;
}

/* scope.c: find the home account (s->scope.home, partition); lay out s->scope from the settings,
 * asking Organizations through `l` when wanted. */
int scope_identify(struct scanning *s, struct live *l, struct error *err);
int scope_lay_out(struct scanning *s, struct live *l, struct error *err);

/* scope_accounts.c: the organisation's id; the accounts of the scope, those left out with the
 * reason. */
int scope_name_organization(struct scanning *s, struct live *l, const char **id, struct error *err);
int scope_lay_out_accounts(struct scanning *s, struct live *l, struct error *err);

/* account.c: how the home account is asked; a worker's task for one account of the scope. With
 * `refused` not NULL nobody is asked, and all its queries are recorded as failed for that reason.
 * Returns a worker's exit status; tells its outcome through s->news. */
struct live_settings account_live_settings(struct scanning *s, struct recorder *recorder);
/* For the process that starts the workers: see to it that s->home lasts a while, so that they need
 * not look for credentials themselves, each asking for an MFA code. Errors: ERR_AUTH and others of
 * credentials_resolve(), only when what there is has expired. */
int account_renew_home(struct scanning *s, struct error *err);
int account_scan(struct scanning *s, size_t account, const char *refused);

/* crew.c: run account_scan() in workers for all accounts that are not done yet. */
int crew_run(struct scanning *s, struct error *err);

/* trail.c: is the folder of log files one (ERR_USAGE)? Take its files into the run directory and
 * into s->scope.trail, before anybody is asked: which keys AWS is asked for depends on them. */
int trail_check(const char *dir, struct error *err);
int trail_take(struct scanning *s, struct error *err);

/* reopen.c: how many queries, of how many accounts, failed in a scan that has ended and may be
 * answered now? Make it an unfinished scan, in which just these are left to ask. s->scope is its
 * log, of which the queries are given up. Errors: ERR_IO, ERR_LIMIT. */
size_t reopen_count(const struct snapshot *scope, size_t *accounts);
int reopen_run(struct scanning *s, struct error *err);

/* join.c: is there a part of this account worth keeping (1), or none (0; of one that
 * lacks answers, those that it has are kept)? Join all parts and write RUN/snapshot.json. */
int join_has_part(struct scanning *s, size_t account, struct error *err);
/* Note the CA file in use in s->scope.overrides, unless it stands there: of a scan that is resumed,
 * that of the beginning stays on record. Errors: ERR_IO, ERR_MISSING. */
int join_note_ca(struct scanning *s, bool *added, struct error *err);
int join_parts(struct scanning *s, struct error *err);

#endif
