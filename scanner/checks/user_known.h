/* user_known.h - what checks on IAM users have in common: who is judged, what is missing for it,
 * and how a finding says which source it rests on (model/credentials.h). */
#ifndef CHECKS_USER_KNOWN_H
#define CHECKS_USER_KNOWN_H

#include "checks/check.h"
#include "model/credentials.h"

/* Each of these may speak of a user, or none of them: known_device() and its kin tell which. */
#define HANDLES_USERS                                                    \
    (DATA_BIT(DATA_CREDENTIAL_REPORT) | DATA_BIT(DATA_VIRTUAL_DEVICES) | \
     DATA_BIT(DATA_USER_DEVICES) | DATA_BIT(DATA_LOGIN_PROFILES) | DATA_BIT(DATA_ACCESS_KEYS))
#define NEEDS_USERS (DATA_BIT(DATA_AUTHORIZATION) | HANDLES_USERS)
/* The same for what devices do not matter to. */
#define HANDLES_CREDENTIALS \
    (DATA_BIT(DATA_CREDENTIAL_REPORT) | DATA_BIT(DATA_LOGIN_PROFILES) | DATA_BIT(DATA_ACCESS_KEYS))
#define NEEDS_CREDENTIALS (DATA_BIT(DATA_AUTHORIZATION) | HANDLES_CREDENTIALS)

struct finding *user_verdict(struct checking *c, const struct principal *user, enum status status,
                             const char *detail);

/* Password, devices and the report's time as the finding's observation, with their places. */
void user_observe(struct checking *c, struct finding *f, const struct principal *user);
/* The same of password and access keys. */
void user_observe_credentials(struct checking *c, struct finding *f, const struct principal *user);

/* "; the credential report of ... still says otherwise, the live answer decides", or "". */
const char *user_stale_note(struct checking *c, const struct principal *user);
/* Where the device that is known, or the lack of one, is told: part of every verdict on it. ", by
 * the live list of virtual devices"; "" when the user's own list tells it. */
const char *user_device_basis(struct checking *c, const struct principal *user);

/* Speak UNKNOWN when a fact is, and return true. `column` is the report's word on it, `what` the
 * same in English. */
bool user_lacks(struct checking *c, const struct principal *user, struct known known,
                enum report_column column, const char *what);
bool user_lacks_password(struct checking *c, const struct principal *user);
bool user_lacks_keys(struct checking *c, const struct principal *user);
bool user_lacks_devices(struct checking *c, const struct principal *user);
/* Whether a user is a person, and has a way in, rests on the password, and without one on the keys:
 * when they could not be read, or nobody tells of them, nothing is known. A cell of the report that
 * is unclear makes nobody a machine, nor idle. */
bool user_lacks_identity(struct checking *c, const struct principal *user);

/* Why a check on people does not apply to an active or idle user; NULL: it applies. */
const char *user_exempt(struct checking *c, const struct principal *user);
/* Judge the devices of one whose identity is known: NOT_APPLICABLE for whom the check does not
 * apply to or who has no device, UNKNOWN when that is not known, else `judge`. */
typedef void judge_devices(struct checking *c, const struct principal *user);
void user_judge_devices(struct checking *c, const struct principal *user, judge_devices *judge);
extern const char user_idle[]; /* "idle: no console password and no active access key" */

#endif
