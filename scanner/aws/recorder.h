/* recorder.h - keeps what one account answered, byte for byte, while it is being asked. Secrets
 * have been replaced before (aws/redact.h).
 *
 * Each body goes to RUN/raw/<account>/ under a first name made of operation, parameters and page,
 * so that it does not depend on the order of arrival. A query that is whole is added to the journal
 * RUN/unfinished/<account>.journal, one JSON line in the shape of snapshot.json's rows; a line
 * {"note": ...} says under which circumstances what follows was answered, and {"settled": row} that
 * a failure is for good: it was one of a scan that had ended. When the
 * account is done its pages are numbered in the order (operation, parameters, page) and renamed,
 * and RUN/unfinished/<account>.json, its part of snapshot.json, is written. A scan that is killed
 * at any moment leaves nothing that is believed without its size and SHA-256 being right.
 *
 * Answers that bear credentials never come here: STS AssumeRole, AssumeRoot and their like are
 * asked by aws/credentials.c, not through a transport. */
#ifndef AWS_RECORDER_H
#define AWS_RECORDER_H

#include "base/arena.h"
#include "base/error.h"
#include "model/snapshot.h"

#define RECORDER_DIR "unfinished"

struct recorder {
    struct arena arena;
    const char *run, *account;
    const char *journal;     /* path */
    struct snapshot earlier; /* queries of the journal as it was at opening, sorted */
    struct query **finished; /* those of this time */
    size_t finished_count;
    struct cJSON *notes; /* array: those of the journal as it was at opening, then this time's */
};

/* Make the folders and read the journal of an earlier attempt; what is not whole in it, or whose
 * files are not as recorded, is forgotten. `run` and `account` are borrowed. Errors: ERR_IO. Close
 * it in any case. */
int recorder_open(struct recorder *r, const char *run, const char *account, struct error *err);
void recorder_close(struct recorder *r);

/* The query that was wholly answered in an earlier attempt, or NULL. Its files are below `run`. */
const struct query *recorder_find(const struct recorder *r, const struct query *wanted);

/* Begin to keep a query; the texts of `q` are copied. */
struct query *recorder_begin(struct recorder *r, const struct query *q);

/* The file in which the query's next page goes, relative to RUN, in the recorder's arena. */
const char *recorder_file(struct recorder *r, const struct query *q);

/* Keep one answer as the query's next page; file, size and sha256 of `page` are filled in here, its
 * texts copied. Errors: ERR_IO. */
int recorder_page(struct recorder *r, struct query *q, struct page page, const struct strbuf *body,
                  struct error *err);

/* Write the journal anew with the notes and queries that were found in it. Errors: ERR_IO. */
int recorder_renew_journal(struct recorder *r, struct error *err);

/* Keep something to be known of the answers that follow, an object: a line of the journal, so that
 * a scan that is cut off does not forget it. Errors: ERR_IO. */
int recorder_note(struct recorder *r, const struct cJSON *note, struct error *err);

/* The query is settled: complete, or with error_code and error_message. Errors: ERR_IO. */
int recorder_end(struct recorder *r, struct query *q, struct error *err);

/* The account is done: write its part with all notes, number its pages, remove what no page names.
 * Errors: ERR_IO. */
int recorder_finish(struct recorder *r, struct error *err);

/* Read an account's part, its queries into the arena of *s at the end of s->queries, and finish its
 * renaming should that have been cut short. `*notes` gets the array of all notes; the
 * caller deletes it. Returns 1; 0 when there is no part; -1 with *err. */
int recorder_part(const char *run, const char *account, struct snapshot *s, struct cJSON **notes,
                  struct error *err);

/* Write part and journal of an account anew from its rows of snapshot.json, as if its pages had
 * just been numbered. The journal has what is settled for good, refusals among it; the rows of
 * which `is_open` is true are left out, to be asked again. Without any such row there is no
 * journal: the part is whole (recorder_is_open()). Errors: ERR_IO, ERR_LIMIT. */
int recorder_restore(const char *run, const char *account, const struct query *rows, size_t count,
                     bool (*is_open)(const struct query *q), struct error *err);
/* Is there a journal, so that the account's part may be taken back? */
bool recorder_is_open(const char *run, const char *account);

/* Take an account's part back into a journal: what was answered is not asked again, the rest is.
 * Errors: ERR_IO. */
int recorder_reopen(const char *run, const char *account, struct error *err);
/* Take it back and forget it: everything is asked anew. */
int recorder_forget(const char *run, const char *account, struct error *err);

#endif
