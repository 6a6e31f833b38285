/* sample.h - whom a second opinion is asked about, and which actions.
 *
 * Users only: roles are judged at entry, by trust policies, which AWS's simulator does not see.
 * The sample is a pure function of the account's own answers - not of the organisation's policies,
 * which a scan of one member does not have before it, nor of the settings - so that a replay asks
 * what the scan asked:
 *   - users whom the policies cannot tell apart are of one kind (enforcement.h);
 *   - first one user of each kind, then a second of each, and so on;
 *   - in each round the privileged first: administrators, who can raise themselves, who control
 *     MFA, who pass roles, who take over compute; then those who hold nothing of the kind;
 *   - of equals by ARN. */
#ifndef POLICY_SAMPLE_H
#define POLICY_SAMPLE_H

#include "model/model.h"

/* At most `most` users, in that order. The list lies in the arena, the users in the account. */
const struct principal **sample_users(const struct account *a, size_t most, struct arena *arena,
                                      size_t *count);

/* What is asked about each: actions of privilege.h, named in full as AWS's simulator wants them.
 * None that acts through a service or a role (iam:PassRole, sts:AssumeRole): the simulator refuses
 * to mix these with others. Older snapshots hold answers for this list only; to change it is to
 * leave their simulations unread. */
extern const char *const sample_actions[];
size_t sample_action_count(void);

#endif
