/* question.h - one question asked apart from a scan, and its answer as it came.
 *
 * For the live test (trial/): the answers are not a snapshot's, some of them would be credentials,
 * and a refusal is what is hoped for. The body is held as a secret: its buffer never moves and is
 * wiped. Services of the query protocol only. */
#ifndef AWS_QUESTION_H
#define AWS_QUESTION_H

#include "aws/credentials.h"
#include "aws/transport.h"

#define QUESTION_MOST_MS 60000L /* with all its attempts */

struct question {
    const char *service, *operation;
    const char *parameters; /* canonical JSON object of texts */
    const char *region;     /* NULL: the partition's implied one */
    const char *partition;
};

struct heard {
    struct http_response response;
    bool settled;              /* there is an answer; else `error` says why not */
    bool whole;                /* the body is a document of the service's protocol */
    struct answer_error error; /* of an answer that is no success */
    const char *host, *region; /* asked, and signed for */
    struct page page;          /* request_id, times, http_status; no file yet */
};
void heard_clear(struct heard *h); /* wipes the body */
#define cleanup_heard CLEANUP(heard_clear)

/* Ask, again when AWS throttles or does not answer. *clock_offset is as in credential_settings; it
 * becomes what the answer shows. Texts of *out lie in the arena. 0 also when there is no answer;
 * -1 with ERR_CONFIG, ERR_FORMAT: it could not be asked at all, and nothing to clear. */
int question_ask(const struct credential_settings *s, const struct credentials *with,
                 const struct question *q, long *clock_offset, struct arena *arena,
                 struct heard *out, struct error *err);

#endif
