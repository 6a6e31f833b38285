/* lint.h - the checks of policies on a file that is not deployed yet. The door to this folder.
 *
 * The file is a policy (JSON or YAML), a CloudFormation template (JSON or YAML) or what `terraform
 * show -json` prints; which, its content says. Verdicts are those of checks/: this folder only
 * makes of the file an account that they can judge (account.h), and says which of them can be
 * judged on a document alone. What is not known before deployment gives UNKNOWN. */
#ifndef LINT_LINT_H
#define LINT_LINT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "checks/check.h"
#include "model/findings.h"

struct parameter {
    const char *name, *value;
};
struct parameters {
    const struct parameter *at;
    size_t count;
};

struct lint_options {
    const char *account;        /* whose policies they are, 12 digits; NULL: not known */
    const char *const *members; /* all accounts of the organisation; sorted */
    size_t member_count;        /* 0: they are not known */
    struct parameters parameters;
};

/* A verdict and its place. Texts live in the judgement. */
struct lint_finding {
    const struct check *check;
    enum status status;
    enum severity severity;
    const char *id;            /* the same as long as check, resource and statement are */
    const char *name, *detail; /* the detail ends with the branch of a template's conditions */
    const char *label;         /* of the resource that has the policy */
    const char *pointer;       /* JSON Pointer, of the statement where the verdict is about one */
    bool in_text;              /* the pointer's end leads into JSON that stands there in a text */
    size_t line;
};

struct lint_judgement {
    struct arena arena;       /* owns everything below, but for that of findings */
    struct findings findings; /* where the checks spoke, while it is judged */
    size_t policies;          /* how many there are in the file */
    struct lint_finding *at;  /* by line */
    size_t count;
};
void lint_judgement_free(struct lint_judgement *j);
#define cleanup_lint_judgement CLEANUP(lint_judgement_free)

/* Judge text[0..len), named `file` in messages, into *out (zeroed by the caller). Errors:
 * ERR_FORMAT, ERR_CONFIG, ERR_LIMIT: it cannot be read, or is none of these. */
int lint_judge(const struct lint_options *options, const char *file, const char *text, size_t len,
               struct lint_judgement *out, struct error *err);

/* The checks that lint runs: row 0 and up; NULL: no more. */
const struct check *lint_check(size_t row);

#endif
