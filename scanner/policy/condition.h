/* condition.h - the Condition element: operators, values, and whether a condition holds.
 *
 * Rules: IAM User Guide, "IAM JSON policy elements: Condition operators" and "Creating a condition
 * with multiple keys or values". Conditions of a statement are joined by AND; the values of one by
 * OR, for negated operators by NOR. A key that is absent makes a condition false, a negated one
 * true, one with IfExists true; Null asks for just that. ForAllValues: is true of an absent key,
 * ForAnyValue: false. */
#ifndef POLICY_CONDITION_H
#define POLICY_CONDITION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"

/* How values are compared. */
enum comparison {
    COMPARE_UNKNOWN,    /* an operator this program does not know */
    COMPARE_UNREADABLE, /* of a policy that cannot be read: operator_name says why */
    COMPARE_STRING,
    COMPARE_STRING_IGNORING_CASE,
    COMPARE_STRING_LIKE,
    COMPARE_NUMBER,
    COMPARE_DATE,
    COMPARE_BOOL,
    COMPARE_BINARY,
    COMPARE_ADDRESS,
    COMPARE_ARN,
    COMPARE_NULL,
};
enum order { ORDER_EQUAL, ORDER_LESS, ORDER_LESS_OR_EQUAL, ORDER_GREATER, ORDER_GREATER_OR_EQUAL };
enum quantifier { QUANTIFIER_NONE, QUANTIFIER_ALL, QUANTIFIER_ANY };

struct condition {
    const char *operator_name; /* as written */
    enum comparison comparison;
    enum order order; /* numbers and dates */
    bool negated, if_exists;
    enum quantifier quantifier;
    const char *key; /* in lower case: keys are compared without regard to case */
    const char **values;
    size_t value_count;
};

/* Read the Condition element. Errors: ERR_FORMAT. */
struct cJSON;
int condition_parse(struct arena *arena, const struct cJSON *element, struct condition **out,
                    size_t *count, struct error *err);

/* Variables are put in place for operators of texts and ARNs only; elsewhere ${...} is as it stands
 * (IAM User Guide, "Where you can use policy variables"). */
bool condition_takes_variables(const struct condition *c);

/* Is `value`, of the policy, of the operator's kind: a number, a date, true or false, base64, an
 * address or block, an ARN of six parts or "*"? What AWS makes of one that is not is written
 * nowhere: such a comparison is unsure. A year alone is none, since it may also be seconds. */
bool condition_understands(const struct condition *c, const char *value);

/* Does a value of the request stand in the relation that the operator names to `value`, a value of
 * the policy whose variables are put in place (negation aside)? A value of the request that is none
 * of the operator's kind stands in no relation. */
bool condition_compares(const struct condition *c, const char *of_request, const char *value);

/* Numbers, dates, addresses and truths that lie on either side of what `value` tells apart: of a
 * key of which nothing is known, these are the ones to try. Texts are told apart by glob.h. */
struct candidates {
    struct arena *arena;
    const char **at;
    size_t count;
};
void condition_candidates(const struct condition *c, const char *value, struct candidates *out);

#endif
