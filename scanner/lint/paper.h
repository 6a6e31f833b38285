/* paper.h - what a file says: its policy documents, each with its place, and who has which.
 *
 * Readers (cloudformation.c, terraform.c, read.c) fill it; account.c makes of it an account that
 * the checks can judge. */
#ifndef LINT_PAPER_H
#define LINT_PAPER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "lint/lint.h"
#include "lint/tree.h"

/* What a document is; it decides which checks may judge it: judge.c. */
enum paper_kind {
    PAPER_IDENTITY,
    PAPER_TRUST,            /* of a role */
    PAPER_SERVICE_CONTROL,  /* SCP */
    PAPER_RESOURCE_CONTROL, /* RCP */
    PAPER_RESOURCE,         /* another policy with principals: of a bucket, a key */
};

/* Who has it. MANAGED: a policy that stands for itself, and others attach. */
enum paper_owner { OWNER_MANAGED, OWNER_USER, OWNER_GROUP, OWNER_ROLE, OWNER_PERMISSION_SET };

struct paper {
    enum paper_kind kind;
    enum paper_owner owner;
    const char *label;   /* of the resource that has it: "AdminRole", "aws_iam_role.admin" */
    const char *alias;   /* the name by which others of the file may mean it; NULL */
    const char *name;    /* of one of several of its policies; "" */
    const char *pointer; /* JSON Pointer of the document in the file */
    bool is_text;        /* it stands there as JSON in a text */
    size_t line;
    const char *text; /* JSON; NULL: `unread` says why it cannot be judged */
    size_t len;
    const char *unread;
    const size_t *lines; /* of its statements, `line_count` of them */
    size_t line_count;
};

/* Resource `label` has the managed policy: by the label of a paper, or by ARN. */
struct grant {
    enum paper_owner owner;
    const char *label;
    const char *policy;
};

struct branches;
struct papers {
    struct arena *arena;
    const char *file;          /* as it was named; for messages */
    const char *account;       /* of 12 digits: the one whose policies they are */
    bool account_known;        /* false: it stands for one that nobody named */
    struct branches *branches; /* of a template's conditions: branch.h */
    struct paper *at;
    size_t count;
    struct grant *grants;
    size_t grant_count;
};

/* Add a document that is the tree `t` (a map, or a text with JSON in it); `as` holds kind, owner,
 * label, name and pointer. A tree that is not known whole, no JSON, or too large gives a paper that
 * says so. Errors: ERR_LIMIT, too many. */
int paper_add(struct papers *p, const struct paper *as, const struct tree *t, struct error *err);
/* Add one that cannot be judged. */
int paper_add_unread(struct papers *p, const struct paper *as, size_t line, const char *why,
                     struct error *err);
void paper_grant(struct papers *p, enum paper_owner owner, const char *label, const char *policy);

/* Read a text of any known form, told by what it holds. Errors: ERR_FORMAT, ERR_CONFIG, ERR_LIMIT.
 */
int papers_read(struct papers *p, const char *text, size_t len, const struct parameters *given,
                struct error *err);

/* The readers of one form each. */
int papers_of_cloudformation(struct papers *p, const struct tree *root,
                             const struct parameters *given, struct error *err);
int papers_of_terraform(struct papers *p, const struct tree *root, struct error *err);

/* Make a statement of what is known of one: what is OPEN becomes a condition that is not
 * understood, where that says as much. `is_trust`: of a trust policy. Why the policy cannot be
 * judged at all, or NULL. */
const char *statement_settle(struct tree *s, bool is_trust, struct arena *arena);
/* Could a test of MFA stand in it? */
bool tree_may_test_mfa(const struct tree *t);

#endif
