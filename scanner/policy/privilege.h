/* privilege.h - what makes an identity privileged: the actions by which it administers, raises
 * itself, or touches MFA itself. The table is facts, gathered from AWS's service authorization
 * reference and published families of privilege escalation; deciding is policy/enforcement.h's. */
#ifndef POLICY_PRIVILEGE_H
#define POLICY_PRIVILEGE_H

#include <stdbool.h>
#include <stddef.h>

enum privilege_kind {
    PRIVILEGE_ADMINISTRATOR,
    PRIVILEGE_ESCALATION,  /* by one action */
    PRIVILEGE_MFA_CONTROL, /* can switch MFA, or what demands it, off */
    PRIVILEGE_PASS_ROLE,   /* iam:PassRole together with something that runs under the role */
    PRIVILEGE_REUSE,       /* takes over what runs under a role already: counts when configured */
    PRIVILEGE_NAMED,       /* named in the settings, not in this table */
};

#define PRIVILEGE_ACTIONS 3

struct privilege {
    enum privilege_kind kind;
    /* In lower case; all are needed, the rest NULL. "*:*" and "iam:*" stand for an action that no
     * policy names: who may do that may do everything of the kind. */
    const char *actions[PRIVILEGE_ACTIONS];
    /* What the first acts on: a resource of IAM, "user/" and a wildcard after
     * "arn:P:iam::ACCOUNT:"; NULL: anything of the action's service, as the others do. */
    const char *resource;
    bool on_others; /* on the identity's own it is enrolment or self-care, judged elsewhere */
    bool on_all;    /* held only where no policy names the resource: on single ones it is none.
                       Without a resource: the action has none, and needs a grant on "*" */
};

const struct privilege *privilege_at(size_t i);
size_t privilege_count(void);
/* "administrator", "privilege escalation", "MFA control", "passing a role", "reuse of compute". */
const char *privilege_kind_name(enum privilege_kind kind);

/* The action to ask about for one of the table: itself, or for a pattern an action of it that no
 * policy can name (document.h, ACTION_UNNAMED). */
const char *privilege_witness(const char *action);

/* Actions by which a user enrols, and that cannot be asked to have MFA already (AWS: "Allows
 * MFA-authenticated IAM users to manage their own credentials"). In lower case. */
extern const char *const enrolment_actions[]; /* ends with NULL */
bool is_enrolment_action(const char *action);

#endif
