/* transport.h - how AWS is asked. One function, many implementations: recorded (replays a
 * snapshot), live (libcurl multi), failing (tests).
 *
 * A call is one operation with all its pages. transport_run() takes a batch and answers each call
 * through its `receive`, page after page in order; calls of one batch may be answered in any order
 * and, live, at the same time: this interface is the only place where the program is concurrent.
 * What a call learned may depend on other calls of its batch only after the batch has ended. */
#ifndef AWS_TRANSPORT_H
#define AWS_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "model/model.h"
#include "model/snapshot.h"

#define AGAIN_MOST_MS 60000

/* The error code in the log of a question that was not asked, because AWS refused the root session
 * it was to be asked with. */
#define ROOT_SESSION_DENIED "RootSessionDenied"

/* The same, because there are no credentials to ask it with: they were refused, or nothing gives
 * them. */
#define NO_CREDENTIALS "NoCredentials"
/* The same, because nobody gave credentials for now: STS throttled, or did not answer. */
#define CREDENTIALS_UNAVAILABLE "CredentialsUnavailable"

/* One page as it arrived. Borrowed: gone when receive returns. */
struct answer {
    const char *body;
    size_t len;
    const struct page *page; /* its row in the query log; page->file begins every message */
};

struct call {
    /* The question. Strings are borrowed for the batch. */
    const char *account, *service, *operation;
    const char *region;        /* NULL: the service has one endpoint per partition */
    const char *parameters;    /* canonical JSON object without the paging token */
    bool as_root;              /* to be asked with a session of the account's root user */
    const char *benign_errors; /* error codes that are an answer, not a failure: "A|B", or NULL */

    /* The reader: called once per page with HTTP 2xx, with `next` NULL. Parses the body, sets
     * `next` to the token of the page that follows (NULL: this was the last), returns 0, or -1
     * with *err when the body cannot be understood: then the call has failed. */
    int (*receive)(struct call *call, const struct answer *answer, struct error *err);
    void *context;
    const char *next; /* in the model's arena */

    /* Set by the reader beside `next`: it wants no further page, for this reason (one line, in the
     * model's arena). The call is settled STATE_INCOMPLETE with it, error_code QUERY_STOPPED, and
     * the log says so; as the reader decides by the pages alone, a replay stops at the same one. */
    const char *stop;

    /* Set by the reader: live, ask the same once more after so many milliseconds, and let the
     * answer to come take the place of this one (a report that is being made). A transport does so
     * for at most AGAIN_MOST_MS; replaying takes what is there. */
    long again_ms;

    /* The outcome, set by transport_run(). `status` speaks of the whole call; its reason is one
     * line, "iam:ListMFADevices: AccessDenied". `error_code` is AWS's code or NULL. */
    struct data_status status;
    const char *error_code;
    const struct query *query; /* in the log; NULL when it was not asked */
};

/* `run` returns 0 when every call has an outcome, good or bad; -1 with *err only when going on
 * makes no sense: ERR_INTEGRITY (a raw file does not match its record), ERR_MISSING, ERR_IO. */
struct transport {
    int (*run)(struct transport *t, struct call *calls, size_t count, struct error *err);
    struct arena *arena; /* where reasons and error codes live: the model's */
    /* The words of the first call that was not asked because there are no credentials for the
     * account (of its reader; a root session is another thing); NULL: none. For the caller, who
     * resets it. */
    const char *refused;
};

int transport_run(struct transport *t, struct call *calls, size_t count, struct error *err);

/* AWS's error code in an error body, XML (all shapes) or JSON ("__type" after '#', else "code",
 * "error"), and its words for people, copied to the arena; "" what the body does not hold. Never
 * fails: an unreadable error is still an error. */
struct answer_error {
    const char *code, *message;
};
struct answer_error transport_read_error(const char *body, size_t len, struct arena *arena);

/* How every transport settles a call; `why` follows "service:operation: " in its reason. */
void transport_settle(struct transport *t, struct call *call, enum data_state state,
                      const char *why);
/* Settle it by an error code that no answer of AWS's carries: STATE_DENIED when it says that a
 * permission is lacking, else STATE_FAILED; `message` may be NULL. */
void transport_settle_code(struct transport *t, struct call *call, const char *code,
                           const char *message);
/* Give one page to the call's reader, or settle the call when it is an error or cannot be read.
 * 0: go on; 1: the call is settled. */
int transport_deliver(struct transport *t, struct call *call, const struct answer *answer);
/* After a page was delivered: settle the call if its reader wants no more of those that follow. */
bool transport_stopped(struct transport *t, struct call *call);
/* Settle a call whose pages were all read, none of them an error: by what call->query says of its
 * end, and by call->next. */
void transport_settle_end(struct transport *t, struct call *call);
/* Replay the pages of call->query from below `dir` and settle the call by them and by what the log
 * says of its end. -1 with *err: ERR_INTEGRITY, ERR_MISSING, ERR_IO. */
int transport_replay(struct transport *t, const char *dir, struct call *call, struct error *err);

/* The transport that replays a snapshot: bodies are read from its directory and checked against
 * size and SHA-256 of the log; the chain of paging tokens is followed anew, so a page that is
 * missing in the log makes the call incomplete whatever the log says. */
struct recorded {
    struct transport transport;
    const struct snapshot *snapshot;
};
void recorded_open(struct recorded *r, const struct snapshot *snapshot, struct arena *arena);

#endif
