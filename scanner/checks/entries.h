/* entries.h - the ways into the roles of an account, and whether they ask for MFA.
 *
 * Roles are judged at entry (facts: MFA cannot be carried through a chain of roles): a role counts
 * as its weakest way in for people, over users of IAM, other accounts, and other roles of the
 * account, which are no better than their own entries. Of an IAM user the policies and the trust
 * policy decide together, with an access key and in a session without MFA, whether or not the user
 * could be signed in so today; of another account's principals their own policies are not known,
 * and taken as allowing.
 *
 * Not ways in for people, and only told: services, machines, federation (judged in its tier), third
 * parties with an ExternalId (iam.cross_account_role_trust), users who cannot sign in at all. */
#ifndef CHECKS_ENTRIES_H
#define CHECKS_ENTRIES_H

#include "base/arena.h"
#include "checks/check.h"

/* From the best to the weakest. NONE: no person may enter. */
enum entry_state { ENTRY_NONE, ENTRY_MFA, ENTRY_UNSURE, ENTRY_OPEN };

/* Ways that are not judged here; bits. */
enum entry_aside {
    ASIDE_SERVICE = 1,
    ASIDE_FEDERATION = 2,
    ASIDE_PIPELINE = 4, /* OIDC of a CI system or a cluster */
    ASIDE_THIRD_PARTY = 8,
    ASIDE_MACHINE = 16,
    ASIDE_IDLE = 32,
    ASIDE_DELETED = 64,
    ASIDE_ROLES = 128, /* roles that no person enters themselves */
};

struct role_entry {
    enum entry_state state;
    const char *detail;           /* of that way in; "" for NONE */
    const struct principal *user; /* who enters, a user of the account; NULL */
    const struct principal *via;  /* the role that leads here; NULL: entered directly */
    struct source source;         /* of the policy that lets in, the trust policy aside */
    unsigned aside;               /* enum entry_aside */
    const struct policy *trust;   /* NULL: `detail` says why it cannot be read; state UNSURE */
};

/* One for each of the account's roles, in their order. In the arena; texts in the findings'. */
const struct role_entry *role_entries(const struct checking *c, struct arena *arena);

/* "federation, services": the bits in words; NULL for none. */
const char *entry_aside_text(unsigned aside, struct arena *arena);

/* A role or user of another account, as a trust policy names it, or a whole account. */
struct outsider {
    struct caller caller; /* account NULL: a text that names no account */
    bool is_role, is_reserved /* Identity Center's */, is_whole_account;
};
struct outsider outsider_of(const char *principal, struct arena *arena);

/* Does the statement ask for one ExternalId or more by name: StringEquals, without IfExists and
 * without policy variables? */
bool asks_for_external_id(const struct statement *s);

/* "by statement «Sid» (/Statement/2) of POLICY": what decided, and when. */
const char *decided_text(const struct decided *d, struct arena *arena);
/* "; service control policies were not seen: ...": to be said with whatever is allowed; or "". */
const char *unseen_text(const struct checking *c, bool own_caller);

#endif
