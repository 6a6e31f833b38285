/* test_decide.c - what is not understood, what is empty, boundaries of roles, and keys of which
 * nothing is known. What people write to demand MFA: test_mfa_patterns.c. */
#include "policy_world.h"

TEST(what_is_not_understood_is_unsure)
{
    static const struct {
        const char *statements, *expected;
    } rows[] = {
        {A "," DENY_IF("'Bool':{" PRESENT ":'yes'}"), "AUUU"},
        {A "," DENY_IF("'NumericNotEquals':{" AGE ":'abc'}"), "DDUU"},
        {A "," DENY_IF("'BoolIfExists':{" PRESENT ":[]}"), "UUUU"},
        {A "," DENY_IF("'Null':{" PRESENT ":'maybe'}"), "UUUU"},
        {A "," DENY_IF("'Null':{" PRESENT ":'TRUE'}"), "DAAA"},
        {A "," DENY_IF("'NumericGreaterThan':{" AGE ":'${a:none}'}"), "AAUU"},
        {ALLOW_IF("'NumericLessThan':{" AGE ":['abc','90']}"), "DDAU"},
        {ALLOW_IF("'DateLessThan':{" AGE ":'1970-01-01T00:01:00.5Z'}"), "DDAD"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct world w = {.action = NULL};

        w.policies.identity = list_of(&w, rows[i].statements);
        if (strcmp(letters(&w), rows[i].expected) != 0)
            complain("%s: expected %s, got %s", rows[i].statements, rows[i].expected, letters(&w));
        arena_free(&w.arena);
    }
}

TEST(empty_lists_deny_nothing)
{
    static const char *const rows[] = {
        A ",{'Effect':'Deny','Action':[],'Resource':'*'}",
        A ",{'Effect':'Deny','NotAction':[],'Resource':'*'}",
        A ",{'Effect':'Deny','Action':'*','Resource':[]}",
        A ",{'Effect':'Deny','Action':'*','NotResource':[]}",
        A ",{'Effect':'Deny','Action':'*'}",
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct world w = {.action = NULL};

        w.policies.identity = list_of(&w, rows[i]);
        if (strcmp(letters(&w), "AAAA") != 0)
            complain("%s: got %s", rows[i], letters(&w));
        arena_free(&w.arena);
    }
}

/* What a resource's policy grants to a role's ARN is limited by the role's boundary, what it grants
 * to anybody is not. */
TEST(boundaries_of_roles)
{
    static const struct {
        const char *principal, *boundary, *expected;
    } rows[] = {
        {ROLE, "{'Effect':'Allow','Action':'sts:*','Resource':'*'}", "AAAA"},
        {ROLE, MAY_NOT, "DDDD"},
        {"*", MAY_NOT, "AAAA"},
        {"arn:aws:sts::111122223333:assumed-role/admin/session", MAY_NOT, "AAAA"},
        {"arn:aws:sts::111122223333:assumed-role/adm/session", MAY_NOT, "DDDD"},
        {"arn:aws:sts::444455556666:assumed-role/admin/session", MAY_NOT, "DDDD"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct world w = {.action = "sts:assumerole",
                          .resource = "arn:aws:iam::111122223333:role/other",
                          .caller = {ROLE, "AROAEXAMPLE", "111122223333"}};
        char *trust = arena_printf(
            &w.arena, "{'Effect':'Allow','Principal':{'AWS':'%s'},'Action':'sts:AssumeRole'}",
            rows[i].principal);

        w.policies.has_resource_policy = true;
        w.policies.resource = list_of(&w, trust);
        w.policies.has_boundary = true;
        w.policies.boundary = list_of(&w, rows[i].boundary);
        if (strcmp(letters(&w), rows[i].expected) != 0)
            complain("row %zu: expected %s, got %s", i, rows[i].expected, letters(&w));
        arena_free(&w.arena);
    }
}

/* The policies of a session take away like a boundary, and give nothing. */
TEST(policies_of_sessions)
{
    static const struct {
        const char *identity, *session, *expected;
    } rows[] = {
        {A, A, "AAAA"},
        {A, ALLOW_IF(MFA), "DDAA"},
        {A, A "," DENY_IF("'BoolIfExists':{" PRESENT ":'false'}"), "DDAA"},
        {MAY_NOT, A, "DDDD"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct world w = {.action = NULL};

        w.policies.identity = list_of(&w, rows[i].identity);
        w.policies.has_session = true;
        w.policies.session = list_of(&w, rows[i].session);
        if (strcmp(letters(&w), rows[i].expected) != 0)
            complain("row %zu: expected %s, got %s", i, rows[i].expected, letters(&w));
        arena_free(&w.arena);
    }
}

/* A hole in the shape of a condition: found, and told by the assignment that goes through it. */
TEST(free_keys_are_tried)
{
    static const struct {
        const char *statements, *expected, *key, *value; /* value NULL: absent */
    } rows[] = {
        {A "," DENY_IF("'BoolIfExists':{" PRESENT ":'false','aws:ViaAWSService':'false'}"), "AAAA",
         "aws:viaawsservice", "true"},
        {A "," DENY_IF("'BoolIfExists':{" PRESENT ":'false'},'NotIpAddress':{'aws:SourceIp':"
                       "'10.0.0.0/8'}"),
         "AAAA", "aws:sourceip", "10.0.0.0"},
        {A "," DENY_IF("'BoolIfExists':{" PRESENT ":'false'},'StringNotLike':{'aws:UserAgent':"
                       "'tool/*'}"),
         "AAAA", "aws:useragent", "tool/x"},
        {ALLOW_IF("'IpAddress':{'aws:SourceIp':['10.0.0.0/8','192.168.0.0/16']}"), "AAAA",
         "aws:sourceip", "10.0.0.0"},
        {ALLOW_IF("'IpAddress':{'aws:SourceIp':'10.0.0.0/8'},'Bool':{" PRESENT ":'true'}"), "DDAA",
         "aws:sourceip", "10.0.0.0"},
        {ALLOW_IF("'DateGreaterThan':{'aws:CurrentTime':'2026-01-01T00:00:00Z'}") "," DENY_IF(
             "'DateGreaterThan':{'aws:CurrentTime':'2025-01-01T00:00:00Z'}"),
         "DDDD", NULL, NULL},
        {A "," DENY_IF("'StringNotEquals':{'aws:RequestedRegion':['eu-west-1','eu-central-1']}"),
         "AAAA", "aws:requestedregion", "eu-west-1"},
        {A "," DENY_IF("'StringEquals':{'aws:SourceVpce':'vpce-1'}") "," DENY_IF(
             "'StringNotEquals':{'aws:SourceVpce':'vpce-1'}"),
         "DDDD", NULL, NULL},
        {A "," DENY_IF("'StringEquals':{'aws:SourceVpce':'vpce-1'}") "," DENY_IF(
             "'StringNotEqualsIfExists':{'aws:SourceVpce':'vpce-1'}"),
         "DDDD", NULL, NULL},
        {A "," DENY_IF("'StringLike':{'a:k':'x*'}") "," DENY_IF("'StringLike':{'a:k':'*y'}") "," //
         DENY_IF("'Null':{'a:k':'true'}"),
         "AAAA", "a:k", "something else"},
        {ALLOW_IF("'StringLike':{'a:k':'x*'}") "," DENY_IF("'StringNotLike':{'a:k':'*y'}"), "AAAA",
         "a:k", NULL},
        {ALLOW_IF("'ForAnyValue:StringEquals':{'a:k':['p','q']}") "," DENY_IF(
             "'ForAllValues:StringEquals':{'a:k':['p','q']}"),
         "AAAA", "a:k", NULL},
        {ALLOW_IF("'NumericGreaterThan':{'a:n':'5'},'NumericLessThan':{'a:n':'7'}"), "AAAA", "a:n",
         "6"},
        {ALLOW_IF("'NumericGreaterThan':{'a:n':'5'},'NumericLessThan':{'a:n':'5'}"), "DDDD", NULL,
         NULL},
        {ALLOW_IF("'NumericGreaterThan':{'a:n':'5'},'NumericLessThan':{'a:n':'5.5'}"), "AAAA",
         "a:n", NULL},
        {ALLOW_IF("'IpAddress':{'a:ip':'10.0.0.0/8'}") "," DENY_IF(
             "'IpAddress':{'a:ip':['10.0.0.0/16','10.1.0.0/16']}"),
         "AAAA", "a:ip", "10.2.0.0"},
        {A "," DENY_IF("'StringLike':{'a:k':'*e*'}") "," DENY_IF("'Null':{'a:k':'true'}"), "AAAA",
         "a:k", NULL},
        {ALLOW_IF("'ForAnyValue:StringEquals':{'a:k':'p'},'ForAnyValue:StringLike':{'a:k':'q*'},"
                  "'ForAnyValue:StringEqualsIgnoreCase':{'a:k':'r'}"),
         "AAAA", "a:k", NULL},
        {ALLOW_IF("'DateGreaterThan':{'aws:CurrentTime':'1970-01-01T00:00:00Z'}"), "AAAA",
         "aws:currenttime", NULL},
        {A "," DENY_IF("'DateLessThan':{'aws:CurrentTime':'tomorrow'}"), "UUUU", NULL, NULL},
        {"{'Effect':'Allow','Action':'*','Resource':'arn:aws:iam::111122223333:user/${a:k}',"
         "'Condition':{'StringLike':{'a:k':'a*'}}}",
         "AAAA", "a:k", NULL},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct world w = {.action = NULL};
        struct decided d;

        w.policies.identity = list_of(&w, rows[i].statements);
        if (strcmp(letters(&w), rows[i].expected) != 0)
            complain("%s: expected %s, got %s", rows[i].statements, rows[i].expected, letters(&w));
        d = ask(&w, 2);
        if (rows[i].key) {
            assert_int_equal(d.decision, DECISION_ALLOWED);
            if (strchr("U", rows[i].expected[0]) || !d.witness_count) {
                arena_free(&w.arena);
                continue;
            }
            assert_string_equal(d.witness[0].name, rows[i].key);
            if (rows[i].value)
                assert_string_equal(d.witness[0].values[0], rows[i].value);
        }
        arena_free(&w.arena);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_understood_is_unsure),
        cmocka_unit_test(empty_lists_deny_nothing),
        cmocka_unit_test(boundaries_of_roles),
        cmocka_unit_test(policies_of_sessions),
        cmocka_unit_test(free_keys_are_tried),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
