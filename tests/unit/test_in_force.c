/* test_in_force.c - which policies count for whom: groups, boundaries, the organisation's, and
 * policies that AWS holds and nobody can read. */
#include "policy_scene.h"

/* What a policy does depends on where it hangs. */
TEST(only_what_is_attached_counts)
{
    struct scene s;
    const char *guard, *unused;

    scene_begin(&s);
    guard = scene_managed(&s, "guard", DENY_NO_MFA);
    unused = scene_managed(&s, "unused", DENY_NO_MFA);
    scene_inline(&s, scene_user(&s, "a-alone"), A);
    scene_inline(&s, scene_user(&s, "b-managed"), A);
    scene_attach(&s, &s.users[1], guard);
    scene_inline(&s, scene_user(&s, "c-inline"), A "," DENY_NO_MFA);
    scene_inline(&s, scene_user(&s, "d-member"), A);
    scene_join(&s, &s.users[3], "guarded");
    scene_join(&s, &s.users[3], "guarded"); /* a double changes nothing */
    scene_attach(&s, scene_group(&s, "guarded"), guard);
    scene_attach(&s, scene_role(&s, "r"), guard); /* does nothing for users */
    assert_non_null(unused);
    assert_string_equal(scene_ask(&s, &s.users[0], PRIVILEGE_ADMINISTRATOR), "KCMS");
    assert_string_equal(scene_ask(&s, &s.users[1], PRIVILEGE_ADMINISTRATOR), "MS");
    assert_string_equal(scene_ask(&s, &s.users[2], PRIVILEGE_ADMINISTRATOR), "MS");
    assert_string_equal(scene_ask(&s, &s.users[3], PRIVILEGE_ADMINISTRATOR), "MS");
    scene_end(&s);
}

TEST(boundaries_limit)
{
    struct scene s;

    scene_begin(&s);
    scene_inline(&s, scene_user(&s, "a"), A);
    s.users[0].boundary_arn = scene_managed(&s, "a-with-mfa", ALLOW_IF(MFA));
    scene_inline(&s, scene_user(&s, "b"), A);
    s.users[1].boundary_arn = scene_managed(&s, "b-other-work", MAY_NOT);
    scene_inline(&s, scene_user(&s, "c"), A);
    s.users[2].boundary_arn = SCENE_ARN "policy/gone";
    assert_string_equal(scene_ask(&s, &s.users[0], PRIVILEGE_ADMINISTRATOR), "MS");
    assert_string_equal(scene_ask(&s, &s.users[1], PRIVILEGE_ADMINISTRATOR), "");
    assert_string_equal(scene_ask(&s, &s.users[2], PRIVILEGE_ADMINISTRATOR), "kcms");
    scene_end(&s);
}

/* The reason why the first privilege is unsure. */
static const char *reason(struct scene *s)
{
    const struct privileges *p = privileges_of(s->e, s->users);
    const char *on;
    struct decided d = held_decided(p, &p->held[0], 0, CIRCUMSTANCE_KEY, &on);

    assert_int_equal(d.decision, DECISION_UNSURE);
    return d.why;
}

/* Nothing is concluded from what cannot be read: neither that it allows nor that it denies. */
TEST(what_cannot_be_read_leaves_all_unsure)
{
    static const struct {
        const char *text, *why;
    } rows[] = {
        {"", "policy arn:aws:iam::111122223333:user/alice/own:1:1"},
        {"{'Statement':[{'Effect':'allow','Action':'*','Resource':'*'}]}",
         "policy arn:aws:iam::111122223333:user/alice/own: Statement[0]: Effect"},
        {"{'Statement':[{'Effect':'Allow','Effect':'Deny','Action':'*','Resource':'*'}]}",
         "policy arn:aws:iam::111122223333:user/alice/own:1:33: member \"Effect\" given twice"},
        {"{'Statement':[{'Effect':'Allow','Action':7,'Resource':'*'}]}",
         "policy arn:aws:iam::111122223333:user/alice/own: Statement[0]: Action"},
        {"{'Statement':[{'Effect':'Allow','Action':'*','NotAction':'*','Resource':'*'}]}",
         "policy arn:aws:iam::111122223333:user/alice/own: Statement[0]: "},
        {"{'Statement':[{'Effect':'Allow','Action':'*','Resource':'*','Condition':{'Bool':'x'}}]}",
         "policy arn:aws:iam::111122223333:user/alice/own: Statement[0]: Condition/Bool"},
        {"{'Version':'2012-10-17'}", "policy arn:aws:iam::111122223333:user/alice/own: Statement"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scene s;

        scene_begin(&s);
        scene_inline_text(&s, scene_user(&s, "alice"), "own", rows[i].text);
        if (strcmp(scene_ask(&s, s.users, PRIVILEGE_ADMINISTRATOR), "kcms") != 0)
            complain("%s: %s", rows[i].text, scene_ask(&s, s.users, PRIVILEGE_ADMINISTRATOR));
        if (strncmp(reason(&s), rows[i].why, strlen(rows[i].why)) != 0)
            complain("%s: %s", rows[i].text, reason(&s));
        scene_end(&s);

        /* Beside one that allows everything it may be the one that denies. */
        scene_begin(&s);
        scene_inline(&s, scene_user(&s, "alice"), A);
        scene_inline_text(&s, s.users, "own", rows[i].text);
        assert_string_equal(scene_ask(&s, s.users, PRIVILEGE_ADMINISTRATOR), "kcms");
        scene_end(&s);
    }
}

TEST(what_is_missing_leaves_all_unsure)
{
    struct scene s;

    scene_begin(&s);
    scene_attach(&s, scene_user(&s, "alice"), SCENE_ARN "policy/gone");
    assert_string_equal(scene_ask(&s, s.users, PRIVILEGE_ADMINISTRATOR), "kcms");
    assert_string_equal(reason(&s), "policy " SCENE_ARN "policy/gone is attached but was not "
                                    "listed");
    scene_end(&s);

    scene_begin(&s);
    scene_join(&s, scene_user(&s, "alice"), "gone");
    assert_string_equal(scene_ask(&s, s.users, PRIVILEGE_ADMINISTRATOR), "kcms");
    assert_string_equal(reason(&s), "group gone was not listed");
    scene_end(&s);

    scene_begin(&s); /* a version that could not be decoded, or that no version is */
    scene_attach(&s, scene_user(&s, "alice"), scene_managed(&s, "p", A));
    s.policies[0].document.text = NULL;
    assert_string_equal(scene_ask(&s, s.users, PRIVILEGE_ADMINISTRATOR), "kcms");
    assert_string_equal(reason(&s), "policy " SCENE_ARN "policy/p: its document is missing or not "
                                    "decodable");
    scene_end(&s);
}

/* A document of about so many bytes that ends with the statements. */
static const char *large(struct scene *s, size_t bytes, const char *statements)
{
    static const char filler[] =
        "{'Effect':'Allow','Action':'s3:GetObject','Resource':'arn:aws:s3:::bucket/*'},";
    struct strbuf text = STRBUF_INIT(8 * MIB);
    const char *out;

    strbuf_addf(&text, "%s", "{'Version':'2012-10-17','Statement':[");
    while (text.len < bytes)
        strbuf_addf(&text, "%s", filler);
    strbuf_addf(&text, "%s]}", statements);
    out = arena_strndup(&s->arena, text.buf, text.len);
    strbuf_free(&text);
    return out;
}

TEST(large_documents_are_read_and_larger_ones_unsure)
{
    struct scene s;

    scene_begin(&s);
    scene_inline_text(&s, scene_user(&s, "alice"), "own",
                      large(&s, (size_t)152 * 1024, A "," DENY_NO_MFA));
    scene_inline_text(&s, scene_user(&s, "bob"), "own", large(&s, LIMIT_POLICY_BYTES, A));
    assert_string_equal(scene_ask(&s, &s.users[0], PRIVILEGE_ADMINISTRATOR), "MS");
    assert_string_equal(scene_ask(&s, &s.users[1], PRIVILEGE_ADMINISTRATOR), "kcms");
    scene_end(&s);
}

/* AWS holds documents that its grammar of today refuses: what they say is plain. */
TEST(odd_documents_are_evaluated)
{
    static const struct {
        const char *name, *text, *expected;
    } rows[] = {
        {"one statement, no list", "{'Statement':{'Effect':'Allow','Action':'*','Resource':'*'}}",
         "KCMS"},
        {"of 2008: a variable is text",
         "{'Version':'2008-10-17','Statement':[" A ",{'Effect':'Deny','Action':'*','Resource':'*',"
         "'Condition':{'StringEquals':{'aws:username':'${aws:username}'}}}]}",
         "KCMS"},
        {"of 2012: it is the user",
         "{'Version':'2012-10-17','Statement':[" A ",{'Effect':'Deny','Action':'*','Resource':'*',"
         "'Condition':{'StringEquals':{'aws:username':'${aws:username}'}}}]}",
         ""},
        {"unknown actions and services",
         "{'Statement':[{'Effect':'Allow','Action':['no:Such','iam:NoSuch','nothing','',':','*:*'],"
         "'Resource':'*'}]}",
         "KCMS"},
        {"only unknown actions",
         "{'Statement':[{'Effect':'Allow','Action':['no:Such','iam:NoSuch','nothing','',':'],"
         "'Resource':'*'}]}",
         ""},
        {"a Deny of unknown actions",
         "{'Statement':[" A ",{'Effect':'Deny','Action':['iam:NoSuch','iam'],'Resource':'*'}]}",
         "KCMS"},
        {"a Principal where none belongs",
         "{'Statement':[{'Effect':'Allow','Principal':'*','Action':'*','Resource':'*'}]}", "KCMS"},
        {"a Principal of somebody else in a Deny",
         "{'Statement':[" A
         ",{'Effect':'Deny','Principal':{'AWS':'1'},'Action':'*','Resource':'*'}]}",
         "KCMS"},
        {"an Allow without Resource", "{'Statement':[{'Effect':'Allow','Action':'*'}]}", "KCMS"},
        {"a Deny without Resource", "{'Statement':[" A ",{'Effect':'Deny','Action':'*'}]}", "KCMS"},
        {"no statements", "{'Statement':[]}", ""},
        {"an unknown operator in an Allow",
         "{'Statement':[{'Effect':'Allow','Action':'*','Resource':'*','Condition':{'NoSuch':{'a:b':"
         "'c'}}}]}",
         "kcms"},
        {"an unknown operator in a Deny of something else",
         "{'Statement':[" A ",{'Effect':'Deny','Action':'s3:*','Resource':'*','Condition':{"
         "'NoSuch':{'a:b':'c'}}}]}",
         "KCMS"},
        {"a character that stands for actions nobody names",
         "{'Statement':[" A ",{'Effect':'Deny','Action':'*\\u0002*','Resource':'*'}]}", "KCMS"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scene s;
        const char *got;

        scene_begin(&s);
        scene_inline_text(&s, scene_user(&s, "alice"), "own", rows[i].text);
        got = scene_ask(&s, s.users, PRIVILEGE_ADMINISTRATOR);
        if (strcmp(got, rows[i].expected) != 0)
            complain("%s: expected \"%s\", got \"%s\"", rows[i].name, rows[i].expected, got);
        scene_end(&s);
    }
}

/* --- The organisation ---------------------------------------------------------------------------
 */

/* A root with the account in it; policies come from scene_limit(). */
static void begin_member(struct scene *s)
{
    scene_begin(s);
    scene_member(s);
    scene_inline(s, scene_user(s, "alice"), A);
}

static const char *unseen(struct scene *s, enum policy_kind kind)
{
    const char *why = enforcement_unseen(s->e, kind);

    return why ? why : "";
}

TEST(service_control_policies_of_every_level_must_allow)
{
    static const struct {
        const char *at_account, *at_root, *expected;
    } rows[] = {
        {A, A, "KCMS"},           {A "," DENY_NO_MFA, A, "MS"}, {A, A "," DENY_NO_MFA, "MS"},
        {ALLOW_IF(MFA), A, "MS"}, {A, ALLOW_IF(MFA), "MS"},     {MAY_NOT, A, ""},
        {A, MAY_NOT, ""},         {DENY_NO_MFA, A, ""},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scene s;
        const char *got;

        begin_member(&s);
        scene_limit(&s, POLICY_SERVICE_CONTROL, SCENE_ID, rows[i].at_account);
        scene_limit(&s, POLICY_SERVICE_CONTROL, "r-test", rows[i].at_root);
        got = scene_ask(&s, s.users, PRIVILEGE_ADMINISTRATOR);
        if (strcmp(got, rows[i].expected) != 0)
            complain("row %zu: expected \"%s\", got \"%s\"", i, rows[i].expected, got);
        assert_string_equal(unseen(&s, POLICY_SERVICE_CONTROL), "");
        scene_end(&s);
    }
}

TEST(service_control_policies_spare_some)
{
    struct scene s;

    begin_member(&s);
    scene_limit(&s, POLICY_SERVICE_CONTROL, SCENE_ID, MAY_NOT);
    scene_limit(&s, POLICY_SERVICE_CONTROL, "r-test", A);
    s.model.management_id = SCENE_ID;
    assert_string_equal(scene_ask(&s, s.users, PRIVILEGE_ADMINISTRATOR), "KCMS");
    assert_string_equal(unseen(&s, POLICY_SERVICE_CONTROL), "");
    scene_end(&s);

    begin_member(&s);
    scene_limit(&s, POLICY_SERVICE_CONTROL, SCENE_ID, MAY_NOT);
    scene_limit(&s, POLICY_SERVICE_CONTROL, "r-test", A);
    scene_inline(&s, scene_role(&s, "AWSServiceRoleForX"), A);
    s.roles[0].path = "/aws-service-role/x.amazonaws.com/";
    scene_inline(&s, scene_role(&s, "other"), A);
    assert_string_equal(scene_ask(&s, &s.roles[0], PRIVILEGE_ADMINISTRATOR), "KCMS");
    assert_string_equal(scene_ask(&s, &s.roles[1], PRIVILEGE_ADMINISTRATOR), "");
    scene_end(&s);
}

/* They can only deny: without them what is denied stays so, and what is allowed is said to be so
 * without them. */
TEST(what_of_them_is_not_seen_is_said)
{
    struct scene s;

    begin_member(&s);
    s.account.data[DATA_SERVICE_CONTROL_POLICIES] =
        (struct data_status){STATE_DENIED, "organizations:ListPolicies: AccessDenied", NULL};
    assert_string_equal(scene_ask(&s, s.users, PRIVILEGE_ADMINISTRATOR), "KCMS");
    assert_string_equal(unseen(&s, POLICY_SERVICE_CONTROL),
                        "service control policies were not seen: organizations:ListPolicies: "
                        "AccessDenied");
    assert_string_equal(unseen(&s, POLICY_RESOURCE_CONTROL), "");
    scene_end(&s);

    begin_member(&s); /* one that cannot be read limits nobody; the others do */
    scene_limit(&s, POLICY_SERVICE_CONTROL, SCENE_ID, "{'Effect':'Maybe'}");
    scene_limit(&s, POLICY_SERVICE_CONTROL, "r-test", A "," DENY_NO_MFA);
    assert_string_equal(scene_ask(&s, s.users, PRIVILEGE_ADMINISTRATOR), "MS");
    assert_true(strncmp(unseen(&s, POLICY_SERVICE_CONTROL), "policy p-sample01", 17) == 0);
    scene_end(&s);

    begin_member(&s); /* no policy at the account: not read whole */
    scene_limit(&s, POLICY_SERVICE_CONTROL, "r-test", A "," DENY_NO_MFA);
    assert_string_equal(scene_ask(&s, s.users, PRIVILEGE_ADMINISTRATOR), "MS");
    assert_string_equal(unseen(&s, POLICY_SERVICE_CONTROL),
                        "none of the service control policies at " SCENE_ID " was seen");
    scene_end(&s);

    begin_member(&s);
    s.organization.sets[POLICY_SERVICE_CONTROL].type = TYPE_PENDING;
    assert_string_equal(scene_ask(&s, s.users, PRIVILEGE_ADMINISTRATOR), "KCMS");
    assert_string_equal(unseen(&s, POLICY_SERVICE_CONTROL),
                        "service control policies are being enabled or disabled");
    scene_end(&s);

    begin_member(&s);
    s.organization.node_count = 0;
    s.organization.sets[POLICY_SERVICE_CONTROL].type = TYPE_ENABLED;
    assert_string_equal(scene_ask(&s, s.users, PRIVILEGE_ADMINISTRATOR), "KCMS");
    assert_string_equal(unseen(&s, POLICY_SERVICE_CONTROL),
                        "service control policies were not seen: account " SCENE_ID
                        " is not in the tree");
    scene_end(&s);
}

/* Of the account's own resources, its roles: not of what its users do elsewhere. */
TEST(resource_control_policies_bear_on_roles)
{
    struct scene s;
    struct identity alice;
    struct entrant from = {.who = &alice};

    begin_member(&s);
    scene_limit(&s, POLICY_RESOURCE_CONTROL, SCENE_ID, A "," DENY_NO_MFA);
    scene_limit(&s, POLICY_RESOURCE_CONTROL, "r-test", A);
    scene_role(&s, "admin")->trust = scene_document(&s, "", scene_statements(&s, TRUST(ROOT, "")));
    assert_string_equal(scene_ask(&s, s.users, PRIVILEGE_ADMINISTRATOR), "KCMS");
    alice = enforcement_identity(s.e, s.users);
    assert_int_equal(may_enter(s.e, &from, s.roles, CIRCUMSTANCE_KEY, &s.arena).decision,
                     DECISION_EXPLICIT_DENY);
    assert_int_equal(may_enter(s.e, &from, s.roles, CIRCUMSTANCE_CONSOLE, &s.arena).decision,
                     DECISION_EXPLICIT_DENY);
    assert_int_equal(may_enter(s.e, &from, s.roles, CIRCUMSTANCE_MFA, &s.arena).decision,
                     DECISION_ALLOWED);
    scene_end(&s);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_is_attached_counts),
        cmocka_unit_test(boundaries_limit),
        cmocka_unit_test(what_cannot_be_read_leaves_all_unsure),
        cmocka_unit_test(what_is_missing_leaves_all_unsure),
        cmocka_unit_test(large_documents_are_read_and_larger_ones_unsure),
        cmocka_unit_test(odd_documents_are_evaluated),
        cmocka_unit_test(service_control_policies_of_every_level_must_allow),
        cmocka_unit_test(service_control_policies_spare_some),
        cmocka_unit_test(what_of_them_is_not_seen_is_said),
        cmocka_unit_test(resource_control_policies_bear_on_roles),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
