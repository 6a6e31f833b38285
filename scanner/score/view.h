/* view.h - one way of looking at the tallies, and what score/1 says of it. Private to score/. */
#ifndef SCORE_VIEW_H
#define SCORE_VIEW_H

#include <openssl/bn.h>
#include <stdbool.h>
#include <stddef.h>

#include "checks/check.h"
#include "score/score.h"

/* Scratch memory of the arithmetic; BN_CTX_free(). Where memory is out, all of it ends the program:
 * memory_exhausted(). */
BN_CTX *ratio_scratch(void);

/* An exact fraction. The holder frees it. */
struct ratio {
    BIGNUM *n, *d;
};
struct ratio ratio_of(unsigned long n, unsigned long d);
void ratio_free(struct ratio r);
/* a *= n/d */
void ratio_multiply(struct ratio *a, unsigned long n, unsigned long d);
/* floor(a * scale) */
long ratio_floor(const struct ratio *a, unsigned long scale, BN_CTX *ctx);

/* One way of looking at the input: with some checks taken as fixed, with or without waived. */
struct view {
    const struct score_input *in;
    const bool *fixed; /* per check; NULL: none */
    bool without_waived;
};

/* Counts of a check in one account, and over all of them. */
struct tally view_tally(const struct view *v, size_t account, size_t row);
struct tally view_pooled(const struct view *v, size_t row);

/* Weight of a check; 0 for those that do not count. */
unsigned long view_weight(const struct check *check);

/* Weights of the checks of a tier that have a rate, and tier weights of the tiers that have one,
 * added up. */
unsigned long view_tier_weight(const struct view *v, enum tier tier);
unsigned long view_weight_of_tiers(const struct view *v);

/* Rate of a tier, and raw, as fractions of 1, always set; false when nothing has a rate. */
bool view_tier_rate(const struct view *v, enum tier tier, struct ratio *out);
bool view_raw(const struct view *v, struct ratio *out, BN_CTX *ctx);

/* Ceilings that open core checks leave: of a tier and as a whole in one account, 49..100. */
int view_tier_ceiling(const struct view *v, size_t account, enum tier tier);
int view_account_ceiling(const struct view *v, size_t account);

/* Mean of the accounts' ceilings, at most 89 while any is below 100: sum / count. */
struct mean {
    unsigned long sum, count;
};

struct mean view_ceiling(const struct view *v);

/* The score of the view; -1 when there is no rate. */
int view_value(const struct view *v, BN_CTX *ctx);

#endif
