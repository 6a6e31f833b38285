/* enforcement.h - is MFA required, not just there? The door to this folder for checks.
 *
 *     struct enforcement *e = enforcement_open(model, account, arena);
 *     const struct privileges *p = privileges_of(e, user);
 *     for each p->held[i]: mfa_required(&p->held[i], reachable) -> REQUIRED, NOT_REQUIRED, UNSURE
 *     held_decided(p, &p->held[i], action, circumstance, &on)  -> the statement to quote
 *
 * A privilege that is held in no circumstance is not in the list. EnableMFADevice and
 * ResyncMFADevice on others are, though every list of exceptions has these actions: they are judged
 * apart, and is_enrolment_action() tells them.
 *
 * `reachable` are the circumstances in which the identity can sign requests without MFA:
 * CIRCUMSTANCE_BIT() of KEY with an active key, of CONSOLE with a password and no device, or with
 * any active key (sts:GetSessionToken).
 *
 * Identities that the policies cannot tell apart are evaluated once: those with the same policies
 * and boundary, in the same order, the same values of the keys that these name (aws:username,
 * aws:PrincipalTag/x), and ARNs that the same of their resource patterns match. */
#ifndef POLICY_ENFORCEMENT_H
#define POLICY_ENFORCEMENT_H

#include "policy/ability.h"
#include "policy/in_force.h"
#include "policy/privilege.h"

/* The identities of one account. Model and account must outlive it, the arena owns it. */
struct enforcement;
struct enforcement *enforcement_open(const struct model *m, const struct account *a,
                                     struct arena *arena);

/* Policies of the organisation that were not seen: to be stated with every «allowed». They can only
 * deny, so that a denial stands without them. NULL: all were seen, or there are none. */
const char *enforcement_unseen(const struct enforcement *e, enum policy_kind kind);

/* A user or role of the account with the policies in force for it, for ability_of() and
 * ability_beyond_enrolment(). */
struct identity enforcement_identity(struct enforcement *e, const struct principal *who);

/* A class of actions or resources, as ability.h gives it, for people to read: what nobody names is
 * any ("*"), and there are no quotes. */
const char *class_shown(struct arena *arena, const char *pattern);

/* --- The privileges of privilege.h --------------------------------------------------------------
 */

struct held {
    const struct privilege *privilege;
    unsigned allowed; /* CIRCUMSTANCE_BIT()s in which all its actions are allowed */
    unsigned unsure;  /* ... in which they may be, and what is not understood decides */
    const struct outcome *outcomes[PRIVILEGE_ACTIONS]; /* held_decided() reads them */
};
struct privileges {
    const struct principal *who;
    struct identity identity;
    const struct held *held; /* in the order of the table */
    size_t count;
    const struct policies *decided_with; /* of the identity that was evaluated for all like it */
};

/* Those of the table and those that the settings name beside it (privileged.permissions). Every
 * privilege that the user or role of the account has, or may have, in any circumstance. What
 * policies of resources grant by themselves, other accounts' for instance, is not among them. `who`
 * must live as long as the answer is read. */
const struct privileges *privileges_of(struct enforcement *e, const struct principal *who);

enum mfa_requirement { MFA_REQUIRED, MFA_NOT_REQUIRED, MFA_UNSURE };
/* Over `reachable`: NOT_REQUIRED when it is allowed in one of them, else UNSURE when it may be.
 * With nothing reachable the identity is idle, and there is nothing to ask. */
enum mfa_requirement mfa_required(const struct held *h, unsigned reachable);

/* The evidence for action `action` of the privilege in that circumstance: `by` and `statement` are
 * what to quote (policy name, source, /Statement/index, Sid), NULL for an implicit deny; `witness`
 * what free keys must be; `why` of what is not understood. *on: the resources, as a pattern. */
struct decided held_decided(const struct privileges *p, const struct held *h, size_t action,
                            enum circumstance c, const char **on);

/* --- Bound to a place? --------------------------------------------------------------------------
 */

/* May the privilege be used from anywhere in the internet, in one of `circumstances`? The request
 * then comes from an address that the policies may name or not, through no VPC endpoint, and by no
 * service on the identity's behalf: aws:SourceIp is that address, the keys of VPCs and of calling
 * services are absent. «Anywhere» are addresses spread over IPv4 and IPv6; who can use it from half
 * of those of one kind is bound to no place. ALLOWED then tells the statement, and in *in the
 * circumstance; a denial, that it is bound; UNSURE, what is not understood. */
struct decided held_from_anywhere(const struct privileges *p, const struct held *h,
                                  unsigned circumstances, struct arena *arena,
                                  enum circumstance *in);

/* --- Entry into roles ---------------------------------------------------------------------------
 */

/* Who asks to assume a role. A user or role of the account: `who`, of enforcement_identity() or
 * privileges_of(). Of another account, or anybody in one: `who` NULL and `caller`, of which ARN and
 * id may be NULL; its policies are taken as allowing, so that a denial holds whatever they are. */
struct entrant {
    const struct identity *who;
    struct caller caller;
};

/* May it assume the role of the account, by its own policies, the trust policy and the RCPs? Roles
 * are judged at entry: MFA is required where KEY and CONSOLE are denied. The evidence lies in the
 * arena. */
struct decided may_enter(struct enforcement *e, const struct entrant *from,
                         const struct principal *role, enum circumstance c, struct arena *arena);

/* The same with one Allow of the trust policy, /Statement/`statement`, and all of its denials: what
 * that statement alone lets in. */
struct decided may_enter_by(struct enforcement *e, const struct entrant *from,
                            const struct principal *role, size_t statement, enum circumstance c,
                            struct arena *arena);

/* A role's trust policy; NULL with the reason when it cannot be read. Lives with `e`. */
const struct policy *enforcement_trust(struct enforcement *e, const struct principal *role,
                                       const char **why);

/* Can identities of the account with the same policies differ in whether they may enter the role?
 * The trust policy or an RCP then looks at who they are: a key of the identity, or a Deny for some.
 * Whom an Allow names does not count. */
bool entry_is_personal(struct enforcement *e, const struct principal *role);

#endif
