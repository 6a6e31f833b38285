/* circumstance.h - with or without MFA: the four ways in which a request can be signed, and what is
 * certain of the requests of an identity.
 *
 *   KEY      with a long-term access key: neither key is in the request;
 *   CONSOLE  by a session without MFA: aws:MultiFactorAuthPresent is false, -Age is absent;
 *   MFA      by a session with fresh MFA: Present is true, Age small;
 *   STALE    by a session whose MFA was long ago.
 * (IAM User Guide, "Secure API access with MFA" and "AWS global condition context keys".) Sessions
 * of roles cannot be relied on to carry MFA: of a role, KEY and CONSOLE are what counts.
 *
 * Of a user's requests its name, ARN, ids, tags and organisation are known, of a role's all but its
 * session's name and tags, which whoever assumes it may choose; every other key is free (decide.h).
 */
#ifndef POLICY_CIRCUMSTANCE_H
#define POLICY_CIRCUMSTANCE_H

#include "model/model.h"
#include "policy/decide.h"

enum circumstance { CIRCUMSTANCE_KEY, CIRCUMSTANCE_CONSOLE, CIRCUMSTANCE_MFA, CIRCUMSTANCE_STALE };
#define CIRCUMSTANCES 4
#define CIRCUMSTANCE_BIT(c) (1u << (c))

/* "with an access key", "without MFA", "with MFA", "with MFA of long ago". */
const char *circumstance_name(enum circumstance c);

#define FRESH_AGE "60"     /* seconds since MFA was given */
#define STALE_AGE "129600" /* the longest that a session of GetSessionToken lives */

/* A user or role whose permissions are asked for. */
struct identity {
    const struct principal *who; /* NULL: somebody of the account, of whom nothing more is known */
    bool is_role;
    const char *account, *partition;
    const char *organization; /* id; NULL: not known; "": in none */
    const char *stale_age;    /* seconds since MFA was given, in STALE; NULL: STALE_AGE */
    const struct policies *policies;
    const struct request_key *also; /* further keys of its requests that are certain */
    size_t also_count;
};

/* What is certain of its requests in that circumstance: caller, keys and complete_prefix of *out.
 * The keys lie in the arena. */
void circumstance_keys(const struct identity *of, enum circumstance c, struct arena *arena,
                       struct request *out);

#endif
