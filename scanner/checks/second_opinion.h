/* second_opinion.h - AWS's policy simulator against this program, request by request.
 *
 * Both decide on the same request: that action on "*", aws:MultiFactorAuthPresent absent or false,
 * every other key absent, as the simulator takes those it was not told. Agreement is whether it is
 * allowed; which kind of denial it is does not matter. What this program does not understand
 * (UNSURE) is undecided and neither.
 *
 * A disagreement is reported, with the known blind spot that explains it, where the answers show
 * that it does:
 *   scp-conditions   we deny by an SCP whose condition is on a global key, or for want of an Allow
 *                    that has one, and without SCPs would allow;
 *   scp-unseen       AWS denies by the organisation's policies, which we were not shown;
 *   missing-context  AWS lists keys it was not told; and, where we deny, those keys alone could
 *                    make us allow.
 * It never makes a PASS. An unexplained one in which AWS allows without MFA what we deny makes the
 * verdicts UNKNOWN that rest on this user's being denied: one of the two is wrong, and a false PASS
 * is worse than none. */
#ifndef CHECKS_SECOND_OPINION_H
#define CHECKS_SECOND_OPINION_H

#include "checks/check.h"
#include "model/opinions.h"

/* Compare for the account at hand, into c->out->opinions. Before its checks are run. */
void second_opinion_compare(struct checking *c);

/* The first disagreement that doubts what is denied the user; NULL: none. */
const struct disagreement *second_opinion_doubts(const struct checking *c,
                                                 const struct principal *user);
/* "AWS's policy simulator allows iam:CreateAccessKey with an access key, which is unexplained". */
const char *second_opinion_text(struct arena *arena, const struct disagreement *d);

#endif
