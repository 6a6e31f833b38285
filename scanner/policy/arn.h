/* arn.h - Amazon Resource Names: their six parts, and how a pattern is held against one. */
#ifndef POLICY_ARN_H
#define POLICY_ARN_H

#include <stdbool.h>
#include <stddef.h>

/* "arn:partition:service:region:account:resource"; the last part keeps all further colons. */
enum arn_part { ARN_PREFIX, ARN_PARTITION, ARN_SERVICE, ARN_REGION, ARN_ACCOUNT, ARN_RESOURCE };
struct arn_parts {
    const char *at[6]; /* into the text */
    size_t len[6];
};

/* false: the text has fewer parts. */
bool arn_split(const char *text, struct arn_parts *out);
bool arn_part_is(const struct arn_parts *a, enum arn_part part, const char *text);

/* "arn:P:iam::ACCOUNT:role/..." */
bool arn_is_of_role(const char *arn);
/* Is `session`, "arn:P:sts::ACCOUNT:assumed-role/NAME/SESSION", of the role with that ARN? */
bool arn_is_session_of(const char *session, const char *role);

/* Can the resource be no other user than that of the ARN? Names are unique in an account, so that
 * "user/team/alice" is alice, whatever her path. */
bool arn_is_of_user(const char *resource, const char *user);

/* The condition operators' comparison: each of the six parts by itself (IAM User Guide, "Amazon
 * Resource Name (ARN) condition operators"). "*" alone matches everything. */
bool arn_matches(const char *pattern, const char *arn);

/* Does the Resource element `pattern` match? Six parts are compared one by one, as AWS documents
 * it. Of a pattern of fewer parts AWS's documents and what is known of its behaviour say different
 * things. It may match with wildcards that cross colons: right for an Allow. It surely matches when
 * it ends in "*", which then stands for all that follows, and the parts before are compared one by
 * one, or when it is the same text: right for a Deny, which must not be relied on further. For
 * NotResource the two change places. */
bool arn_may_match(const char *pattern, const char *resource);
bool arn_surely_matches(const char *pattern, const char *resource);

#endif
