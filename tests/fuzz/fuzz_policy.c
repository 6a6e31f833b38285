/* fuzz_policy.c - any bytes as a policy document: an error, or statements that are whole, and a
 * decision that its own witness bears out.
 *
 * Input: the document. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "policy/administrator.h"
#include "policy/document.h"
#include "policy/enforcement.h"

static void check_statement(const struct statement *s)
{
    for (size_t i = 0; i < s->action_count; i++)
        (void)strlen(s->actions[i]);
    for (size_t i = 0; i < s->resource_count; i++)
        (void)strlen(s->resources[i]);
    if (s->action_count > 0 && !s->actions)
        abort();
}

/* The document as the only one of a user: the verdict must be the parser's. */
static void check_administrator(const char *text, size_t len, bool parsed, bool is_route)
{
    struct document own = {"p", text, len, {"raw/a.xml", "/", NULL}};
    struct principal user = {
        .name = "u", .arn = "arn:u", .inline_policies = &own, .inline_count = 1};
    struct account account = {.id = "111122223333", .users = &user, .user_count = 1};
    struct arena arena = {0};
    const struct administrator *a = administrators(&account, &arena);

    if (a->verdict != (!parsed    ? ADMINISTRATOR_UNKNOWN
                       : is_route ? ADMINISTRATOR_YES
                                  : ADMINISTRATOR_NO))
        abort();
    arena_free(&arena);
}

/* The witness as what is certain: what was allowed must be so. Variables go by what is certain, and
 * may then say otherwise. */
static void check_witness(const struct policies *p, const struct request *r,
                          const struct decided *d, struct arena *arena)
{
    struct request certain = *r;

    certain.keys = d->witness;
    certain.key_count = d->witness_count;
    if (d->decision == DECISION_ALLOWED && decide(p, &certain, arena).decision != DECISION_ALLOWED)
        abort();
}

static bool has_variable(const uint8_t *data, size_t size)
{
    return memchr(data, '$', size) || memchr(data, '\\', size);
}

/* As the caller's own policy, as a level above it, and as the resource's. */
static void check_decisions(const struct policy *policy, bool variables)
{
    static const char *const actions[] = {"iam:createuser", "sts:assumerole"};
    struct policy_use use = {policy, "p", {0}};
    struct policy_list list = {&use, 1};

    for (int shape = 0; shape < 3; shape++) {
        struct policies p = {.identity = list};
        struct request r = {
            .action = actions[shape == 2],
            .resource = "arn:aws:iam::111122223333:user/alice",
            .caller = {"arn:aws:iam::111122223333:user/alice", "AIDAEXAMPLE", "111122223333"},
            .complete_prefix = "aws:principaltag/"};
        struct arena arena = {0};
        struct decided d;

        p.scps = &list;
        p.scp_levels = shape == 1;
        p.has_resource_policy = shape == 2;
        p.resource = list;
        d = decide(&p, &r, &arena);
        if (!decision_name(d.decision) || (d.decision == DECISION_UNSURE && !d.why) ||
            (d.statement && d.statement->allow != (d.decision == DECISION_ALLOWED)))
            abort();
        if (!variables)
            check_witness(&p, &r, &d, &arena);
        arena_free(&arena);
    }
}

/* What the matrix says of the first action of some privileges, asked for one by one. */
static void check_held(const struct privileges *p, size_t from, struct arena *arena)
{
    for (size_t i = from % 8; i < p->count; i += 8) {
        const struct held *h = &p->held[i];
        struct ability a = {.action = privilege_witness(h->privilege->actions[0])};
        struct outcome o;

        if ((h->allowed & h->unsure) || !(h->allowed | h->unsure))
            abort();
        if (h->privilege->resource)
            continue; /* a pattern of the matrix's own making */
        o = ability_of(&p->identity, &a, ~0u, arena);
        for (int c = 0; c < CIRCUMSTANCES; c++) {
            const char *on;

            if (held_decided(p, h, 0, (enum circumstance)c, &on).decision != o.by[c].decision)
                abort();
        }
    }
}

/* The document as a user's own, as its boundary, as what a role trusts. */
static void check_privileges(const char *text, size_t len)
{
    static const char full[] =
        "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}}";
    struct document own = {"p", text, len, {"raw/a.xml", "/", NULL}};
    struct managed_policy managed[] = {{.name = "b", .arn = "arn:b", .document = own},
                                       {.name = "f", .arn = "arn:f"}};
    struct attached_policy everything = {"f", "arn:f"};
    struct principal users[] = {
        {.name = "u", .id = "AIDAU", .arn = "arn:aws:iam::111122223333:user/u", .path = "/"},
        {.name = "v", .id = "AIDAV", .arn = "arn:aws:iam::111122223333:user/v", .path = "/"}};
    struct principal role = {
        .name = "r", .id = "AROAR", .arn = "arn:aws:iam::111122223333:role/r", .path = "/"};
    struct account account = {.id = "111122223333", .users = users, .user_count = 2};
    struct model model = {.home = NULL};
    struct arena arena = {0};
    struct enforcement *e;

    managed[1].document = (struct document){"", full, sizeof full - 1, {NULL, NULL, NULL}};
    account.policies = managed;
    account.policy_count = 2;
    users[0].inline_policies = &own;
    users[0].inline_count = 1;
    users[1].attached = &everything;
    users[1].attached_count = 1;
    users[1].boundary_arn = "arn:b";
    role.trust = own;
    e = enforcement_open(&model, &account, &arena);
    for (size_t i = 0; i < 2; i++) {
        const struct privileges *p = privileges_of(e, &users[i]);
        struct entrant from = {.who = &p->identity};

        check_held(p, len, &arena);
        if (!decision_name(may_enter(e, &from, &role, CIRCUMSTANCE_KEY, &arena).decision))
            abort();
    }
    arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct error err = {0};
    struct policy policy;
    bool parsed, is_route = false;

    json_init();
    parsed = policy_parse(&arena, "fuzz", (const char *)data, size, &policy, &err) == 0;
    if (!parsed && (err.code == ERR_NONE || err.msg[0] == '\0'))
        abort();
    for (size_t i = 0; parsed && i < policy.count; i++)
        check_statement(&policy.statements[i]);
    if (parsed) {
        int index = administrator_route(&policy, "aws");

        is_route = index >= 0;
        if (is_route && !policy.statements[index].allow)
            abort();
        check_decisions(&policy, has_variable(data, size));
    }
    check_administrator((const char *)data, size, parsed, is_route);
    check_privileges((const char *)data, size);
    arena_free(&arena);
    return 0;
}
