/* document.h - IAM policy documents: parsing them, and what the foundation asks of them.
 *
 * Grammar: IAM User Guide, "Grammar of the IAM JSON policy language". A single object stands for a
 * list of one everywhere (Statement, Action, Resource). */
#ifndef POLICY_DOCUMENT_H
#define POLICY_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"

struct statement {
    const char *sid; /* NULL: none */
    bool allow;      /* Effect: Allow or Deny */
    bool not_action, not_resource;
    bool conditional; /* it has a Condition */
    const char **actions, **resources;
    size_t action_count, resource_count;
};

struct policy {
    struct statement *statements;
    size_t count;
};

/* Parse text[0..len) into *out; strings live in the arena. `name` begins messages. Errors:
 * ERR_FORMAT (no JSON, duplicate keys, no Statement, an Effect that is neither word, Action and
 * NotAction both or neither), ERR_LIMIT over LIMIT_POLICY_BYTES. Resource may be missing: trust
 * policies have none. */
int policy_parse(struct arena *arena, const char *name, const char *text, size_t len,
                 struct policy *out, struct error *err);

/* Does `pattern` match every action, every resource? Wildcards only ("*", "?*", "*:*"); for
 * resources also after "arn:" or an ARN's partition ("arn:aws:*"). */
bool pattern_is_everything(const char *pattern);

/* Index of the first Allow statement of every action on every resource (`*:*` on `*`), whatever
 * its conditions, or -1. Denies are not weighed here. */
int policy_allows_everything(const struct policy *p);

#endif
