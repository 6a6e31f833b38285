/* policy_world.h - policies written with ' for ", and what they decide in the four circumstances.
 */
#ifndef TESTS_UNIT_POLICY_WORLD_H
#define TESTS_UNIT_POLICY_WORLD_H

#include "expect.h"

#include <string.h>

#include "base/json.h"
#include "base/limits.h"
#include "policy/decide.h"

#define complain(...) (print_error(__VA_ARGS__), print_error("\n"), _fail(__FILE__, __LINE__))

#define A "{'Effect':'Allow','Action':'*','Resource':'*'}"
#define ALLOW_IF(condition) \
    "{'Effect':'Allow','Action':'*','Resource':'*','Condition':{" condition "}}"
#define DENY_IF(condition) \
    "{'Effect':'Deny','Action':'*','Resource':'*','Condition':{" condition "}}"
#define PRESENT "'aws:MultiFactorAuthPresent'"
#define AGE "'aws:MultiFactorAuthAge'"

#define USER "arn:aws:iam::111122223333:user/alice"
#define ROLE "arn:aws:iam::111122223333:role/admin"

#define TRUST(principal, condition)                                                    \
    "{'Effect':'Allow','Principal':{'AWS':'" principal "'},'Action':'sts:AssumeRole'," \
    "'Condition':{" condition "}}"
#define ROOT "arn:aws:iam::111122223333:root"
#define OTHER "arn:aws:iam::444455556666:root"
#define MAY "{'Effect':'Allow','Action':'sts:AssumeRole','Resource':'*'}"
#define MAY_NOT "{'Effect':'Allow','Action':'s3:*','Resource':'*'}"
#define MFA "'Bool':{" PRESENT ":'true'}"

/* " for every ', in the arena. */
static inline char *quoted_json(struct arena *arena, const char *text)
{
    char *out = arena_strdup(arena, text);

    json_init();
    for (char *c = out; *c; c++)
        *c = *c == '\'' ? '"' : *c;
    return out;
}

/* The four circumstances: K a long-term key, C a console session without MFA, M one with fresh MFA,
 * S one with stale MFA. */
static const struct request_key contexts[4][2] = {
    {{"aws:multifactorauthpresent", NULL, 0}, {"aws:multifactorauthage", NULL, 0}},
    {{"aws:multifactorauthpresent", (const char *const[]){"false"}, 1},
     {"aws:multifactorauthage", NULL, 0}},
    {{"aws:multifactorauthpresent", (const char *const[]){"true"}, 1},
     {"aws:multifactorauthage", (const char *const[]){"60"}, 1}},
    {{"aws:multifactorauthpresent", (const char *const[]){"true"}, 1},
     {"aws:multifactorauthage", (const char *const[]){"7200"}, 1}},
};

/* Parsed policies of one test. */
struct world {
    struct arena arena;
    struct policies policies;
    struct caller caller;
    const char *action, *resource;
};

static inline struct policy_list list_of(struct world *w, const char *statements)
{
    char *text =
        quoted_json(&w->arena, arena_printf(&w->arena, "{'Version':'2012-10-17','Statement':[%s]}",
                                            statements));
    struct policy *p = arena_new(&w->arena, struct policy, 1);
    struct policy_use *use = arena_new(&w->arena, struct policy_use, 1);
    struct error err = {0};

    expect_ok(policy_parse(&w->arena, "p", text, strlen(text), p, &err), err);
    *use = (struct policy_use){p, "p", {0}};
    return (struct policy_list){use, 1};
}

static inline struct decided ask(struct world *w, int context)
{
    struct request r = {.action = w->action ? w->action : "iam:createuser",
                        .resource = w->resource ? w->resource : USER,
                        .caller = w->caller,
                        .keys = contexts[context],
                        .key_count = 2};

    return decide(&w->policies, &r, &w->arena);
}

/* "DDAA": denied or allowed or unsure in K, C, M and S. */
static inline const char *letters(struct world *w)
{
    char out[5] = "";

    for (int i = 0; i < 4; i++)
        out[i] = "DDUA"[ask(w, i).decision];
    return arena_strdup(&w->arena, out);
}

#endif
