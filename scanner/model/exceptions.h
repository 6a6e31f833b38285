/* exceptions.h - the register of exceptions: what each covers, and what is wrong with it.
 *
 * An exception covers a finding when all of these hold:
 * - the check is the same, and the account;
 * - its pattern matches the whole resource of the finding, byte by byte and with case. `*` stands
 *   for any run of characters and `?` for one, neither for "/", ":" or "#": a pattern for
 *   `user/ops/x*` reaches no user in a path below, and none for a policy reaches its statements;
 * - where the resource is an IAM user, role or group: its unique id (AIDA…, AROA…, AGPA…) is among
 *   `ids`; or there are no `ids`, and it was created no later than on the day of approval. So
 *   whoever is made anew under an old name inherits nothing. A resource that has no unique id is
 *   covered by no exception that names ids.
 *
 * It never changes a status. A FAIL that it covers gets its waiver, which is valid or not; it
 * counts as open in the score either way. */
#ifndef MODEL_EXCEPTIONS_H
#define MODEL_EXCEPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "model/findings.h"
#include "model/settings.h"

/* A date of a register: a day, UTC. */
struct day {
    const char *text; /* "2026-11-24"; NULL: none was given */
    time_t at;        /* its first second */
};
#define DAY_SECONDS 86400

/* Rows: id, word, whether a waiver with it is not valid, what to do about it. */
#define EXCEPTION_PROBLEMS(X)                                                                      \
    X(EXCEPTION_EXPIRED, "expired", true, "fix what it covers, or have it approved anew")          \
    X(EXCEPTION_ENDED, "ended", true, "its last review ended it: remove it")                       \
    X(EXCEPTION_EARLY, "not yet approved", true, "its day of approval has not come")               \
    X(EXCEPTION_SELF_APPROVED, "self-approved", true,                                              \
      "somebody other than its owner must approve it")                                             \
    X(EXCEPTION_TOO_LONG, "runs too long", true, "let it expire earlier, and review it then")      \
    X(EXCEPTION_OVER_BROAD, "over-broad", true, "name what it is for: see what a pattern may be")  \
    X(EXCEPTION_UNKNOWN_CHECK, "unknown check", true,                                              \
      "no check has that id: see reportgen checks")                                                \
    X(EXCEPTION_UNREVIEWED, "review overdue", false,                                               \
      "have somebody other than its owner review it")                                              \
    X(EXCEPTION_UNUSED, "unused", false, "it covers nothing that is open: remove it")              \
    X(EXCEPTION_TOO_MANY, "covers too many", false, "name fewer, or fix what they have in common") \
    X(EXCEPTION_UNBOUND, "bound to no id", false, "add the ids of what it is for")

enum exception_problem {
#define X(id, word, is_void, advice) id,
    EXCEPTION_PROBLEMS(X)
#undef X
        EXCEPTION_PROBLEM_COUNT
};
#define EXCEPTION_BIT(problem) (1U << (problem))
const char *exception_problem_word(enum exception_problem p);
const char *exception_problem_advice(enum exception_problem p);
/* Those for which governance.exceptions_current fails: all but EXCEPTION_UNBOUND, which says how to
 * make a good one better. */
#define EXCEPTION_FAULTS (EXCEPTION_BIT(EXCEPTION_UNBOUND) - 1U)

struct exception {
    struct waiver waiver; /* id, owner, approver, …, as it is shown */
    const char *check, *account, *resource;
    struct texts ids;
    struct day approved, expires; /* in force on both of these days and between */
    const struct day *reviewed;   /* one for each of waiver.reviews */
    bool same_person;             /* people.csv knows owner and approver as one */
    bool check_known;
    const char *file;
    size_t line;
    unsigned problems; /* EXCEPTION_BIT()s that the register itself shows: exceptions_judge() */
};

struct exceptions {
    struct exception *at; /* sorted by account, check, line */
    size_t count;
};

/* Say at `now` what is wrong with each, and which waivers are valid. */
void exceptions_judge(struct exceptions *list, const struct settings *settings, time_t now);

/* The problems of one at `now`, use apart. */
unsigned exception_problems(const struct exception *x, const struct settings *settings, time_t now);

/* The last day on which it was approved or reviewed by somebody other than its owner. */
struct day exception_last_review(const struct exception *x, time_t now);

/* Those of one check in one account: the first, and *count. */
const struct exception *exceptions_of(const struct exceptions *list, const char *account,
                                      const char *check, size_t *count);

/* Does it cover that resource of the account (check and account are not looked at)? */
bool exception_covers(const struct exception *x, const struct account *a, const char *resource);

/* Give the findings at[first..count) of one check in one account, those that are FAIL, their
 * waivers. Where several cover one finding, a valid one is taken before others, then the one that
 * lasts longest, then the first in the register. */
void exceptions_apply(const struct exceptions *list, const struct account *a, struct findings *out,
                      size_t first);

/* What one covers among the findings at[first..] of its account. */
struct exception_use {
    size_t failing, unread;    /* FAIL; UNKNOWN and MANUAL */
    const char *id, *resource; /* of the first that has a unique id, in the account; NULL: none */
};
struct exception_use exception_use(const struct exception *x, const struct account *a,
                                   const struct findings *f, size_t first);
/* The problems that show only there: unused, too many, bound to no id. */
unsigned exception_use_problems(const struct exception *x, const struct settings *settings,
                                const struct exception_use *use);

#endif
