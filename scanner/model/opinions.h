/* opinions.h - how the second opinion came out: AWS's policy simulator against this program, on the
 * same requests. Made by checks/second_opinion.h. */
#ifndef MODEL_OPINIONS_H
#define MODEL_OPINIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "model/model.h"

/* Why the two may differ, each told by evidence of its own. Rows: id, word, in words. */
#define EXPLANATIONS(X)                                                                          \
    X(EXPLAINED_BY_NOTHING, "unexplained", "No known blind spot explains it")                    \
    X(EXPLAINED_BY_SCP, "scp-conditions",                                                        \
      "The simulator does not see SCPs with conditions on global keys, and one of them decides") \
    X(EXPLAINED_BY_UNSEEN, "scp-unseen", "The simulator weighs SCPs that this scan did not see") \
    X(EXPLAINED_BY_CONTEXT, "missing-context",                                                   \
      "The policies look at keys that the simulator was not told")

enum explanation {
#define X(id, word, text) id,
    EXPLANATIONS(X)
#undef X
        EXPLANATION_COUNT
};
const char *explanation_name(enum explanation e); /* "scp-conditions" */
const char *explanation_text(enum explanation e);

/* One request on which they differ. */
struct disagreement {
    const char *account, *resource, *action; /* ARN of the user; "iam:CreateAccessKey" */
    bool key_is_false;                       /* aws:MultiFactorAuthPresent; else it was absent */
    const char *aws, *ours;                  /* "allowed", "explicitDeny", "implicitDeny" */
    const char *decided_by;                  /* ours, in words */
    const char *matched;                     /* policies that decided by AWS's word; "" */
    enum explanation explanation;
    const char *because;              /* what of the answers says so; "" */
    bool doubts;                      /* unexplained, and AWS allows what this program denies */
    struct source simulated, decided; /* the two answers; without a file: none */
};

/* One user of the sample. */
struct opinion {
    const char *account, *resource;
    size_t decisions, agreements, disagreements, undecided; /* undecided: not understood by us */
    const char *unknown; /* why AWS's opinion, or a part of it, is not known; NULL */
};

struct opinions {
    struct opinion *users;
    size_t user_count;
    struct disagreement *at;
    size_t count;
};

/* Add those of one account, with all their texts, to *to. */
void opinions_take(struct opinions *to, const struct opinions *one, struct arena *arena);

struct opinion_sums {
    size_t users, decisions, agreements, disagreements, unexplained, undecided, unknown;
};
struct opinion_sums opinions_sums(const struct opinions *o);

#endif
