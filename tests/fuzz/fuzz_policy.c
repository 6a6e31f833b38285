/* fuzz_policy.c - any bytes as a policy document: an error, or statements that are whole.
 *
 * Input: the document. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "policy/administrator.h"
#include "policy/document.h"

static void check_statement(const struct statement *s)
{
    for (size_t i = 0; i < s->action_count; i++)
        if (strlen(s->actions[i]) > 0 && pattern_is_everything(s->actions[i]) &&
            !strchr(s->actions[i], '*'))
            abort();
    for (size_t i = 0; i < s->resource_count; i++)
        (void)strlen(s->resources[i]);
    if (s->action_count > 0 && !s->actions)
        abort();
}

/* The document as the only one of a user: the verdict must be the parser's. */
static void check_administrator(const char *text, size_t len, bool parsed, bool everything)
{
    struct document own = {"p", text, len, {"raw/a.xml", "/", NULL}};
    struct principal user = {
        .name = "u", .arn = "arn:u", .inline_policies = &own, .inline_count = 1};
    struct account account = {.id = "111122223333", .users = &user, .user_count = 1};
    struct arena arena = {0};
    const struct administrator *a = administrators(&account, &arena);

    if (a->verdict != (!parsed      ? ADMINISTRATOR_UNKNOWN
                       : everything ? ADMINISTRATOR_YES
                                    : ADMINISTRATOR_NO))
        abort();
    arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct error err = {0};
    struct policy policy;
    bool parsed, everything = false;

    json_init();
    parsed = policy_parse(&arena, "fuzz", (const char *)data, size, &policy, &err) == 0;
    if (!parsed && (err.code == ERR_NONE || err.msg[0] == '\0'))
        abort();
    for (size_t i = 0; parsed && i < policy.count; i++)
        check_statement(&policy.statements[i]);
    if (parsed) {
        int index = policy_allows_everything(&policy);

        everything = index >= 0;
        if (everything && !policy.statements[index].allow)
            abort();
    }
    check_administrator((const char *)data, size, parsed, everything);
    arena_free(&arena);
    return 0;
}
