/* scan.h - the stage from credentials to a snapshot: one account, a list of them, or a whole
 * organisation.
 *
 * The home account is the one that the credentials belong to. Each account is asked by a worker of
 * its own (base/worker.h), several at a time, with its own rate: AWS's limits are per account. What
 * they wrote is joined into RUN/snapshot.json, which appears last and whole. Until then everything
 * needed to go on after being killed is in RUN/unfinished/. An account that cannot be read is
 * recorded as such, with the reason in every query, and does not stop the others. */
#ifndef SCAN_SCAN_H
#define SCAN_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "aws/credentials.h"
#include "base/error.h"
#include "model/snapshot.h"

#define SCAN_MAX_RPS 15
#define SCAN_CONCURRENCY 16
#define SCAN_PERIOD_DAYS 90
#define SCAN_ROLE_NAME "OrganizationAccountAccessRole"

struct scan_settings {
    /* For the home account. session_name and http.user_agent are scan()'s own to set. */
    struct credential_settings credentials;

    /* Scope: the home account alone; or the accounts of a file, one id a line, '#' begins a
     * comment; or all active ones of the organisation, or of them those below one of `units`.
     * Those in `exclude` stay out. In every account but the home one the role `role_name` is
     * assumed, with credentials.external_id.
     *
     * Whoever scans an organisation and leaves accounts out, by `units` or by `exclude`, gets them
     * listed with the reason, and each counts as one UNKNOWN per check: the report is on the
     * organisation, and leaving something out never helps the score. Only `accounts_file` makes a
     * report on the accounts named and on nothing else; its mode says so. What is asked about the
     * organisation is asked with the home account's credentials, also when that account itself is
     * left out. */
    bool organization;
    const char *accounts_file;
    const char *const *units; /* ids of units or of the root; need `organization` */
    size_t unit_count;
    const char *const *exclude; /* ids; of both lists each perhaps several with commas between */
    size_t exclude_count;
    const char *role_name;
    const char *collect; /* services to read, separated by commas; NULL: all */
    enum freshness freshness;
    bool assume_root; /* look at the root users of member accounts, by sts:AssumeRoot */
    size_t simulate;  /* users of each account to ask AWS's policy simulator about; 0: none */
    /* Where regional services are asked, separated by commas; NULL: the regions in which people
     * sign in (scope.c) and the configured one. */
    const char *regions;
    unsigned period_days;   /* events of so many days before the scan; AWS keeps 90 */
    const char *trail_logs; /* a folder with CloudTrail's log files, at any depth; NULL: none */

    /* The auditor's word, as snapshot_is_challenge() takes it: into every RoleSessionName and
     * User-Agent. NULL: none, or, resuming, that of the beginning; another one is refused. */
    const char *challenge;

    double max_rps;     /* requests per second and account */
    size_t concurrency; /* accounts at a time */

    const char
        *run;    /* directory to write; NULL: ./reportgen-<account or organisation>-<UTC time> */
    bool resume; /* go on with the unfinished scan in `run`; its scope is as it was begun */
};

/* Scan. *run gets the run directory, in the arena. Errors: ERR_USAGE of the settings, a run
 * directory that is not empty, or one that another account's credentials or challenge began;
 * ERR_AUTH, ERR_DENIED, ERR_NET when the home account or the list of accounts cannot be read;
 * ERR_MISSING nothing to resume; ERR_IO. */
int scan(const struct scan_settings *s, struct arena *arena, const char **run, struct error *err);

#endif
