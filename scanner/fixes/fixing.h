/* fixing.h - what fixes are written with. Fills finding.remedies of what FAILs.
 *
 * Each check has a row beside the others of its kind, in a file of this folder: its id and a
 * function that says the remedies, in the order to try them. Where AWS has no command (root's
 * devices, Identity Center's settings) the function says so in steps; it never leaves the reader
 * with nothing.
 *
 * A document is named after its finding, f-0123456789abcdef.json, and commands read it from there:
 * --policy-document file://f-0123456789abcdef.json. */
#ifndef FIXES_FIXING_H
#define FIXES_FIXING_H

#include "checks/check.h"
#include "checks/entries.h"
#include "fixes/text.h"

/* Indented; AWS takes 10,240 without white space at most (IAM and STS quotas). */
#define FIX_DOCUMENT_BYTES 16384

/* The findings of one account on their way to their remedies. */
struct mfa_statements;

struct fixing {
    struct checking *c;
    struct finding *f;
    struct arena *arena;                     /* the findings' */
    struct arena *scratch;                   /* for as long as the account */
    const struct role_entry *entries;        /* fix_entries() */
    const struct mfa_statements *statements; /* fixes/policy.h */
    size_t documents;                        /* of this finding, so far */
};

struct fix {
    const char *check;
    void (*say)(struct fixing *x);
};
/* To add a fix: its row. To add a file of them: its list here and in fixes.c. */
struct fix_list {
    const struct fix *rows;
    size_t count;
};
extern const struct fix_list root_fixes, user_fixes, device_fixes, key_fixes, guard_fixes,
    statement_fixes, trust_fixes, watch_fixes, other_fixes;

/* By the check's id; NULL: none. */
const struct fix *fix_find(const char *check);

/* --- For the functions ---------------------------------------------------------------------- */

/* Forms and values: text.h; the values end with NULL. When a value cannot be given safely, the
 * finding gets a step that says so instead, once. */
#define FIX_VALUES __attribute__((sentinel))
void fix_steps(struct fixing *x, const char *form, ...) FIX_VALUES;
void fix_cli(struct fixing *x, const char *about, const char *form, ...) FIX_VALUES;
void fix_terraform(struct fixing *x, const char *about, const char *form, ...) FIX_VALUES;
/* Takes the tree. `blanks`: those in it, "<A> <B>". An ExternalId is agreed on by two parties and
 * nobody else's business: each becomes the blank FIX_EXTERNAL_ID, also one that stood there before.
 * The name of its file; NULL when it has more
 * than FIX_DOCUMENT_BYTES: nothing was said then. */
#define FIX_EXTERNAL_ID "<EXTERNAL-ID>"
const char *fix_document(struct fixing *x, const char *about, const char *blanks, cJSON *document);

/* Of the finding: the user, role or none that it is about. A resource with "#..." behind the ARN is
 * that of the ARN. */
const struct principal *fix_user(const struct fixing *x);
const struct principal *fix_role(const struct fixing *x);
/* Behind the '#' of its resource; "" when there is none. */
const char *fix_tail(const struct fixing *x);
/* Where roles are entered, made at the first call. */
const struct role_entry *fix_entries(struct fixing *x);
/* A name that the user's inline policies do not have yet: "require-mfa", "require-mfa-2". */
const char *fix_inline_name(struct fixing *x, const struct principal *of, const char *base);

#endif
