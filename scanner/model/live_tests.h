/* live_tests.h - what AWS answered when it was asked, without MFA, for what was judged to need MFA:
 * the records in RUN/live-test (trial/trial.h). Data only. */
#ifndef MODEL_LIVE_TESTS_H
#define MODEL_LIVE_TESTS_H

#include "base/digest.h"
#include "model/findings.h"

/* One question that was answered, and proved something. */
struct live_answer {
    enum status status;     /* PASS: refused for want of MFA; FAIL: let in */
    const char *check;      /* whose verdict it bears out or contradicts */
    const char *resource;   /* of that check's finding: the role, or the user who asked */
    const char *what;       /* "sts:AssumeRole" */
    const char *caller;     /* ARN of the user whose access key asked */
    const char *at;         /* when AWS answered, RFC 3339 */
    const char *request_id; /* "": none was given */
    struct source source;   /* its row in the record */
};

struct live_record {
    const char *file; /* "live-test/20261124T062900Z/live-test.json", in the run */
    char sha256[DIGEST_HEX];
};

struct live_tests {
    struct live_record *records; /* sorted by file */
    size_t record_count;
    struct live_answer *at; /* in the order of the records */
    size_t count;
};

#endif
