/* snapshot.h - what AWS said: the query log of a run directory and the raw answers it names.
 *
 * A snapshot holds no parsed model. snapshot.json (assets/schemas/snapshot.schema.json) lists every
 * query with its pages; each page is one response body under raw/, byte for byte but for secrets
 * (query.redacted). Opening reads and checks the log only; bodies are read and checked against
 * their recorded size and SHA-256 when a recorded transport replays them. */
#ifndef MODEL_SNAPSHOT_H
#define MODEL_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/error.h"

#define SNAPSHOT_SCHEMA "reportgen-snapshot/1"
#define SNAPSHOT_FILE "snapshot.json"

/* An auditor's challenge, and the two forms in which CloudTrail shows it: as RoleSessionName of
 * every role that the scan assumed, and at the end of every request's User-Agent. A
 * RoleSessionName has at most 64 characters of [A-Za-z0-9_+=,.@-] (STS API reference, AssumeRole):
 * a challenge that would have to be cut or changed is refused, for an auditor could not find it
 * again. */
#define CHALLENGE_CHARACTERS "letters, digits and _+=,.@-"
#define CHALLENGE_MOST 54 /* beside "reportgen-" */
#define CHALLENGE_SESSION "reportgen-"
#define CHALLENGE_AGENT "challenge/"
bool snapshot_is_challenge(const char *text);

/* One answer as received. */
struct page {
    const char *file; /* "raw/111122223333/0007-iam-GetAccountSummary.xml" */
    const char *sha256;
    size_t size; /* bytes */
    int http_status;
    const char *request_id, *sent_at, *received_at, *server_date; /* RFC 3339 */
    const char *token; /* paging token that was sent to get it, or NULL on the first page */
};

/* error_code of a query whose reader wanted no further page. */
#define QUERY_STOPPED "Stopped"

/* One operation with its parameters, and all its pages. */
struct query {
    const char *account, *region, *service, *operation;
    const char *parameters; /* canonical JSON object, without the paging token: {"UserName":"x"} */
    bool as_root; /* asked with a session of the account's root user, from sts:AssumeRoot */
    const char *endpoint_host;
    bool complete;                          /* as the scan recorded it; replay checks it anew */
    const char *error_code, *error_message; /* NULL when complete */
    const char **redacted; /* members of the answer whose values were secrets, and are not there */
    size_t redacted_count;
    struct page *pages;
    size_t page_count;
};

/* How fresh what is known of IAM users must be. A credential report may be four hours old, in both
 * directions: REPORT takes its word; CONFIRM asks again, live, about those whose verdict would be
 * FAIL or who changed since; LIVE asks about everybody. */
enum freshness { FRESHNESS_REPORT, FRESHNESS_CONFIRM, FRESHNESS_LIVE };

/* "report", "confirm", "live". */
const char *freshness_name(enum freshness freshness);
/* False when `name` is none of them. */
bool freshness_parse(const char *name, enum freshness *out);

/* A log file of CloudTrail that the person who scanned has added: as AWS delivered it. */
struct trail_file {
    const char *account;
    struct page page; /* file, sha256 and size; the rest is empty */
};

/* A file or folder among them that could not be taken. */
struct trail_unread {
    const char *account; /* NULL: it may hold log files of any account */
    const char *file;    /* below the folder that was given, escaped by text_shown() */
    const char *reason;
};

/* An account of the scope; excluded ones carry the reason. */
struct scope_account {
    const char *id;
    bool included;
    const char *reason; /* NULL when included */
};

/* Something that was not as in a plain scan: kind "sample-data", "endpoint", "ca", "clock". */
struct override {
    const char *kind, *detail;
};

struct snapshot {
    struct arena arena; /* owns every string and array below */
    const char *dir;
    char sha256[DIGEST_HEX]; /* of snapshot.json */
    const char *producer_name, *producer_version;
    const char *started_at, *finished_at;
    time_t taken_at;  /* finished_at: the time at which checks judge */
    const char *mode; /* "organization" | "accounts" */
    const char *home; /* account whose credentials ask Organizations */
    const char **collect;
    size_t collect_count;
    enum freshness freshness;
    const char **regions; /* where regional services are asked; sorted */
    size_t region_count;
    const char *period_from, *period_to; /* RFC 3339: the events that are asked for */
    bool assume_root; /* the root users of members are to be read, by sts:AssumeRoot */
    size_t simulate;  /* users of each account for whom AWS's policy simulator is asked; 0: none */
    struct scope_account *accounts;
    size_t account_count;
    const char *challenge; /* NULL: none */
    struct override *overrides;
    size_t override_count;
    struct query *queries; /* sorted by query_compare() */
    size_t query_count;
    struct trail_file *trail; /* sorted by file name */
    size_t trail_count;
    struct trail_unread *trail_unread; /* as found */
    size_t trail_unread_count;
    const struct page **files; /* every page and log file, sorted by file name */
    size_t file_count;
};

/* Read and check dir/snapshot.json into *s (zeroed by the caller, released by snapshot_close()
 * also after a failure). Errors: ERR_MISSING, ERR_IO, ERR_LIMIT, ERR_FORMAT (malformed, an unknown
 * schema version, a file name that leaves raw/, a query or a file listed twice), each naming the
 * file and the place. */
int snapshot_open(struct snapshot *s, const char *dir, struct error *err);
void snapshot_close(struct snapshot *s);
#define cleanup_snapshot CLEANUP(snapshot_close)

/* Order of queries: account, service, operation, parameters, as whom, region. A NULL region equals
 * any. */
int query_compare(const struct query *a, const struct query *b);
/* The same for qsort() and bsearch() over an array of queries. */
int query_order(const void *a, const void *b);

/* Twelve digits? */
bool snapshot_is_account_id(const char *id);

/* May a raw answer be kept under this name? A plain ASCII path below raw/, without "..", "//" or a
 * leading dot in any part. */
bool snapshot_is_raw_path(const char *path);

/* Read one row of `queries` into *q, its texts into the arena of *s. Errors: ERR_FORMAT,
 * ERR_LIMIT. */
struct cJSON;
int snapshot_read_query(struct snapshot *s, const struct cJSON *obj, struct query *q,
                        struct error *err);

/* One row of `queries` as it stands in snapshot.json. The caller deletes it. */
struct cJSON *snapshot_query_json(const struct query *q);

/* Write the log to `path`, row by row. Errors: ERR_IO, ERR_LIMIT. */
int snapshot_save(const struct snapshot *s, const char *path, struct error *err);

/* The query that asks exactly this, or NULL: it was not part of the scan. With wanted->region NULL
 * (services that have one endpoint per partition) the region does not matter. */
const struct query *snapshot_find(const struct snapshot *s, const struct query *wanted);

/* The page kept in `file`, or NULL. */
const struct page *snapshot_page(const struct snapshot *s, const char *file);

/* Was `service` among the services the scan was asked to read? */
bool snapshot_collects(const struct snapshot *s, const char *service);

/* Is there an override of that kind? */
bool snapshot_overridden(const struct snapshot *s, const char *kind);

#endif
