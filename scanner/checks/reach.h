/* reach.h - does a user count as a person, and in which circumstances can it sign requests without
 * MFA?
 *
 *   KEY      with an active access key;
 *   CONSOLE  with any active key (sts:GetSessionToken), or with a console password while no device
 *            is registered: one that is, sign-in asks for.
 *
 * Whether the user is a person goes by identity.h. What is not known of password, devices or keys
 * is neither certain nor ruled out, and nobody is a person or idle because of it. */
#ifndef CHECKS_REACH_H
#define CHECKS_REACH_H

#include "checks/check.h"
#include "model/credentials.h"

enum user_kind { USER_PERSON, USER_IDLE, USER_MACHINE, USER_UNKNOWN };

#define WITHOUT_MFA (CIRCUMSTANCE_BIT(CIRCUMSTANCE_KEY) | CIRCUMSTANCE_BIT(CIRCUMSTANCE_CONSOLE))

/* What a check on users' reach needs; reach_excuses() and reach_unknown() speak for what is missing
 * of the handled ones. */
#define REACH_HANDLES                                                    \
    (DATA_BIT(DATA_CREDENTIAL_REPORT) | DATA_BIT(DATA_VIRTUAL_DEVICES) | \
     DATA_BIT(DATA_USER_DEVICES) | DATA_BIT(DATA_LOGIN_PROFILES) | DATA_BIT(DATA_ACCESS_KEYS))
#define REACH_NEEDS (DATA_BIT(DATA_AUTHORIZATION) | REACH_HANDLES)
#define REACH_NARROWS                                                 \
    (DATA_BIT(DATA_ORGANIZATION) | DATA_BIT(DATA_ORGANIZATION_TREE) | \
     DATA_BIT(DATA_SERVICE_CONTROL_POLICIES))

/* Texts live in the findings' arena. */
struct reach {
    enum user_kind is;
    const char *kind;     /* USER_IDLE, USER_MACHINE: by what evidence, as an excuse; else NULL */
    unsigned certain;     /* CIRCUMSTANCE_BIT()s, of WITHOUT_MFA */
    unsigned possible;    /* these, and those that cannot be ruled out */
    const char *open;     /* what is not known, when they differ, or of USER_UNKNOWN; else NULL */
    struct known lacking; /* the same as a fact */
    const char *ways;     /* "a console password with 1 device: FIDO, and an active access key" */
};
struct reach reach_of(struct checking *c, const struct principal *user);

/* Where MFA must be fresh (settings: mfa_age_seconds), a session in which it is not counts, too:
 * add STALE for who has a device, and a password or key to make one with. */
#define STALE_MFA CIRCUMSTANCE_BIT(CIRCUMSTANCE_STALE)
void reach_add_stale(struct checking *c, const struct principal *user, struct reach *r);

/* "with an access key and without MFA", for circumstances of WITHOUT_MFA and STALE_MFA. */
const char *reach_names(unsigned circumstances);

/* Say what the reach rests on, and cite it. */
void reach_observe(struct checking *c, struct finding *f, const struct principal *user,
                   const struct reach *reach);

/* Speak for users whom a check on people does not judge: NOT_APPLICABLE for idle ones and machines,
 * UNKNOWN where it is not known. false: a person, and nothing was spoken. */
bool reach_excuses(struct checking *c, const struct principal *user, const struct reach *reach);

/* UNKNOWN because of what is not known of the user's credentials; `but` comes before it. */
void reach_unknown(struct checking *c, const struct principal *user, const struct reach *reach,
                   const char *but);

#endif
