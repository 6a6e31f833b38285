/* freshness.h - the rule that says which IAM users are asked about one by one.
 *
 * A pure function of the scope's freshness and of answers that were read before, never of the
 * clock: so a live scan and a replay of its record name the same users.
 *
 *   report   nobody. What it cannot see: whatever changed after the report was made, up to four
 *            hours ago and longer where no new one may be made, but for virtual devices, whose list
 *            is live; and the kind of a device that is not virtual.
 *   live     everybody: devices, login profile, access keys.
 *   confirm  - who is not in the report, or whom it does not speak of clearly (created since, a
 *              row of an earlier user of that name, a cell neither true nor false, no report at
 *              all): as in `live`;
 *            - whose verdict would be FAIL by the report's word: a password and no device; an
 *              administrator with an active key and no device, person or machine; an idle user
 *              with a virtual device (then the login profile and the keys are asked for instead);
 *            - whom report and virtual list contradict, in either direction, and whose virtual
 *              device is younger than the report;
 *            - whose device is of a kind that only the user's own list tells (mfa_active is true,
 *              no virtual device).
 *            At most two requests for a user whom the report has: ListMFADevices, then
 *            GetLoginProfile where the devices leave the verdict open.
 *            What it cannot see: that a user without password by the report was given one since;
 *            and a device that is not virtual, given since to a user who has no password and is no
 *            administrator. Neither makes a PASS of a user without a device. */
#ifndef COLLECT_FRESHNESS_H
#define COLLECT_FRESHNESS_H

#include "model/credentials.h"

/* Is this asked about the user? ASKED_LOGIN may be put only when the outcome of ASKED_DEVICES is in
 * the model. ASKED_KEY_USE: when the user's active keys were used last. `administrator`: the
 * policies known make the user one. */
bool freshness_asks(const struct model *m, const struct account *a, const struct principal *user,
                    bool administrator, enum asked what);

#endif
