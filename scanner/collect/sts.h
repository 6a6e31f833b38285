/* sts.h - reading sts:GetCallerIdentity, for the collector and for who begins a scan. */
#ifndef COLLECT_STS_H
#define COLLECT_STS_H

#include "aws/transport.h"
#include "base/arena.h"
#include "base/error.h"

/* A reader's context: where its texts go, and whose answer it must be (NULL: anybody's). */
struct caller {
    struct arena *arena;
    const char *wanted;
    const char *account, *arn; /* as answered */
    const char *partition;     /* of the ARN, "aws-cn" */
};

/* The question, with `caller` as its context. ERR_FORMAT when an answer is another account's, or
 * holds no account id or no ARN. */
struct call caller_question(struct caller *caller);

#endif
