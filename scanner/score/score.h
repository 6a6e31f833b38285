/* score.h - the formula score/1 and nothing else.
 *
 * Exact: rates are integer fractions, rounding happens once, at the end. Per check
 * proven / (proven + open), where open = FAIL (waived or not) + UNKNOWN + MANUAL. Tier rate =
 * mean of its checks' rates weighted by severity (critical 8, high 4, medium 2, low 1); raw = mean
 * of the tiers that have a rate, weighted by tier. An account's ceiling is the lowest that its
 * open core checks leave; for many accounts raw is pooled from counts and the ceiling is the mean
 * of the accounts' ceilings, at most 89 while any is below 100. score = floor(raw * ceiling/100).
 *
 * Limit of the formula: where the size of a population is nowhere to be had (an account that was
 * left out), it counts as one UNKNOWN per check; leaving out an account that is worse than the
 * rest in user-level checks can then raise raw, though never the account's ceiling. */
#ifndef SCORE_H
#define SCORE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "model/findings.h"

#define SCORE_VERSION "score/1"

/* Counts of one check in one account. */
struct tally {
    size_t proven, open;
    size_t waived; /* of the open ones: FAIL with a valid waiver */
};

/* What the formula is applied to: at[account * checks + row], and pooled[row], the sums over the
 * accounts. */
struct score_input {
    const struct tally *at, *pooled;
    size_t accounts, checks;
};

struct tier_score {
    bool assessed;
    long rate;   /* hundredths, 0..10000, rounded down; meaningless when not assessed */
    size_t open; /* of all its checks */
    int ceiling; /* lowest that its core checks leave in any account; 100: none */
};

struct explain_row {
    size_t row;  /* check in the registry */
    long points; /* hundredths of points of raw lost by this check */
};

struct fix {
    size_t row;                     /* check in the registry */
    size_t count;                   /* open resources */
    int gain;                       /* points if only this were fixed */
    int score_after, ceiling_after; /* when this and all before it are done */
    size_t group; /* number of its group, from 0: a group lifts a ceiling only together */
};

struct score {
    bool assessed;      /* false: no check has a rate; score null */
    int value;          /* 0..100 */
    long raw;           /* hundredths, rounded down */
    int ceiling;        /* rounded down */
    size_t ceiling_row; /* a check that holds the lowest ceiling; meaningless at 100 */
    bool assessed_with_exceptions;
    int with_exceptions; /* valid waivers taken out */
    struct tier_score tiers[TIER_COUNT];
    struct explain_row *explain; /* one per check that has a rate */
    size_t explain_count;
    long ceiling_points, rounding_points; /* hundredths; with explain they add up to 100 - value */
    struct fix *fixes;                    /* in the order of work; score_plan() */
    size_t fix_count;
};

/* The counts of the findings as an input; the table lives in the arena. */
struct score_input score_tally(const struct findings *f, struct arena *arena);

/* The one account of the input, for its own score. */
struct score_input score_account(const struct score_input *in, size_t account);

/* Apply the formula; lists live in the arena. Pure; cannot fail. */
struct score score_compute(const struct score_input *in, struct arena *arena);

/* Fill fixes of a score that is assessed: the order of work. What lifts the ceiling comes first,
 * then what adds most points, then severity, then id; checks that lift a ceiling only together
 * stand together. */
void score_plan(const struct score_input *in, struct score *s, struct arena *arena);

/* "A".."F" by 90, 80, 70, 60; "not assessed" when there is no score. */
const char *score_grade(bool assessed, int value);

/* Coverage in tenths of a percent, rounded down: assessed (PASS + FAIL) of assessed + UNKNOWN +
 * MANUAL; -1 when there is nothing. */
long score_coverage(const struct findings *f);

#endif
