/* test_enforcement.c - which privileges an identity holds in which circumstance, by what evidence,
 * and who may enter a role. */
#include "policy_scene.h"

#include "model/settings.h"
#include "policy/administrator.h"

#define LISTED                                                                               \
    "'iam:CreateVirtualMFADevice','iam:EnableMFADevice','iam:GetUser','iam:ListMFADevices'," \
    "'iam:ListVirtualMFADevices','iam:ResyncMFADevice','sts:GetSessionToken'"
#define DENY_BUT(listed)                                                          \
    "{'Effect':'Deny','NotAction':[" listed "],'Resource':'*','Condition':{'Bool" \
    "IfExists':{'aws:MultiFactorAuthPresent':'false'}}}"

TEST(privileges_by_circumstance)
{
    static const struct {
        const char *statements;
        enum privilege_kind kind;
        const char *expected;
    } rows[] = {
        {A, PRIVILEGE_ADMINISTRATOR, "KCMS"},
        {"{'Effect':'Allow','Action':'*','Resource':'arn:aws:s3:::b/*'}", PRIVILEGE_ADMINISTRATOR,
         ""},
        {"{'Effect':'Allow','Action':'*','Resource':'arn:aws:s3:::b/*'}", PRIVILEGE_MFA_CONTROL,
         ""},
        {"{'Effect':'Allow','Action':'*','Resource':'arn:aws:organizations::*:policy/*'}",
         PRIVILEGE_MFA_CONTROL, "KCMS"},
        {"{'Effect':'Allow','Action':'*','Resource':['arn:aws:s3:::b','arn:aws:iam::111122223333:"
         "role/x']}",
         PRIVILEGE_PASS_ROLE, ""},
        {"{'Effect':'Allow','Action':'*','Resource':'arn:aws:*'}", PRIVILEGE_ADMINISTRATOR, "KCMS"},
        {"{'Effect':'Allow','Action':'iam:*','Resource':'arn:aws:iam::*:*'}",
         PRIVILEGE_ADMINISTRATOR, "KCMS"},
        {"{'Effect':'Allow','Action':'iam:*','Resource':'arn:aws:iam::*:user/${aws:username}'}",
         PRIVILEGE_ADMINISTRATOR, ""},
        {A "," DENY_BUT(LISTED), PRIVILEGE_ADMINISTRATOR, "MS"},
        {A "," DENY_BUT(LISTED), PRIVILEGE_ESCALATION, "MS"},
        {A "," DENY_BUT(LISTED), PRIVILEGE_MFA_CONTROL, "KCMS"}, /* EnableMFADevice on others */
        {A "," DENY_BUT("'iam:ListUsers'"), PRIVILEGE_MFA_CONTROL, "MS"},
        {A "," DENY_BUT("'iam:AttachUserPolicy'"), PRIVILEGE_ESCALATION, "KCMS"},
        {A "," DENY_BUT("'iam:*'"), PRIVILEGE_ADMINISTRATOR, "KCMS"},
        {A "," DENY_BUT("'iam:A*Policy'"), PRIVILEGE_ESCALATION, "KCMS"},
        {"{'Effect':'Allow','Action':'s3:*','Resource':'*'}", PRIVILEGE_ADMINISTRATOR, ""},
        {"{'Effect':'Allow','NotAction':'iam:*','Resource':'*'}", PRIVILEGE_ADMINISTRATOR, "KCMS"},
        {"{'Effect':'Allow','Action':'iam:*','Resource':'arn:aws:iam::*:user/${aws:username}'}",
         PRIVILEGE_MFA_CONTROL, "KCMS"},
        {"{'Effect':'Allow','Action':'iam:CreateAccessKey','Resource':'arn:aws:iam::*:user/"
         "${aws:username}'}",
         PRIVILEGE_ESCALATION, ""},
        {"{'Effect':'Allow','Action':'iam:CreateAccessKey','Resource':'arn:aws:iam::*:user/a*'}",
         PRIVILEGE_ESCALATION, "KCMS"},
        {"{'Effect':'Allow','Action':'iam:PassRole','Resource':'arn:aws:iam::111122223333:role/x'},"
         "{'Effect':'Allow','Action':'ec2:RunInstances','Resource':'*'}",
         PRIVILEGE_PASS_ROLE, "KCMS"},
        {"{'Effect':'Allow','Action':'iam:PassRole','Resource':'arn:aws:iam::111122223333:role/x'}",
         PRIVILEGE_PASS_ROLE, ""},
        {"{'Effect':'Allow','Action':'iam:PassRole','Resource':'arn:aws:iam::444455556666:role/x'},"
         "{'Effect':'Allow','Action':'ec2:RunInstances','Resource':'*'}",
         PRIVILEGE_PASS_ROLE, ""},
        {A
         ",{'Effect':'Deny','Action':'*','Resource':'arn:aws:iam::111122223333:user/*','Condition':"
         "{'BoolIfExists':{'aws:MultiFactorAuthPresent':'false'}}}",
         PRIVILEGE_ESCALATION, "KCMS"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scene s;
        const char *got;

        scene_begin(&s);
        scene_inline(&s, scene_user(&s, "alice"), rows[i].statements);
        got = scene_ask(&s, s.users, rows[i].kind);
        if (strcmp(got, rows[i].expected) != 0)
            complain("%s, %s: expected \"%s\", got \"%s\"", rows[i].statements,
                     privilege_kind_name(rows[i].kind), rows[i].expected, got);
        scene_end(&s);
    }
}

TEST(the_first_action_beyond_enrolment)
{
    static const struct {
        const char *statements, *action; /* NULL: none */
    } rows[] = {
        {A "," DENY_BUT(LISTED), NULL},
        {A ",{'Effect':'Deny','NotAction':[" LISTED "],'NotResource':'arn:aws:s3:::b','Condition':{"
           "'BoolIfExists':{" PRESENT ":'false'}}}",
         "*"},
        {A ",{'Effect':'Deny','Action':'*','Resource':'*','Condition':{'Bool':{" PRESENT
           ":'false'}}}",
         "*"},
        {A "," DENY_NO_MFA, NULL},
        {A "," DENY_BUT(LISTED ",'sts:AssumeRole'"), "sts:assumerole"},
        {A "," DENY_BUT(LISTED ",'iam:Create*'"), "iam:create*"},
        {A ",{'Effect':'Deny','Action':'iam:*','Resource':'*','Condition':{'BoolIfExists':{"
           "'aws:MultiFactorAuthPresent':'false'}}}",
         "*"},
        {"{'Effect':'Allow','Action':['iam:GetUser','sts:GetSessionToken'],'Resource':'*'}", NULL},
        {"{'Effect':'Allow','Action':'iam:Get*','Resource':'*'}", "iam:get*"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scene s;
        struct identity alice;
        const char *action = NULL, *on = NULL;
        struct decided d;

        scene_begin(&s);
        scene_inline(&s, scene_user(&s, "alice"), rows[i].statements);
        s.e = enforcement_open(&s.model, &s.account, &s.arena);
        alice = enforcement_identity(s.e, s.users);
        d = ability_beyond_enrolment(&alice, CIRCUMSTANCE_KEY, &s.arena, &action, &on);
        if ((d.decision == DECISION_ALLOWED) != (rows[i].action != NULL) ||
            (rows[i].action && strcmp(rows[i].action, action) != 0))
            complain("%s: expected %s, got %s %s", rows[i].statements,
                     rows[i].action ? rows[i].action : "none", decision_name(d.decision),
                     action ? action : "none");
        scene_end(&s);
    }
}

/* Every action of the table has its own mark, and there is room for all. */
TEST(the_marks_suffice)
{
    struct arena arena = {0};
    const char **seen = NULL;
    size_t count = 0;

    for (size_t i = 0; i < privilege_count(); i++)
        for (size_t k = 0; k < PRIVILEGE_ACTIONS && privilege_at(i)->actions[k]; k++) {
            const char *witness = privilege_witness(privilege_at(i)->actions[k]);
            size_t at = 0;

            while (at < count && strcmp(seen[at], witness) != 0)
                at++;
            if (at == count)
                *arena_push(&arena, seen, count) = witness;
        }
    assert_true(count > 60 && count + PERMISSIONS_MOST <= ACTION_SET_MOST);
    arena_free(&arena);
}

/* Two users with the same text inline are evaluated once, and each quotes its own. */
TEST(evidence_is_the_identitys_own)
{
    struct scene s;
    const struct privileges *alice, *bob;
    const char *on = NULL;
    struct decided d;

    scene_begin(&s);
    scene_inline(&s, scene_user(&s, "alice"), A "," DENY_NO_MFA);
    scene_inline(&s, scene_user(&s, "bob"), A "," DENY_NO_MFA);
    s.e = enforcement_open(&s.model, &s.account, &s.arena);
    alice = privileges_of(s.e, &s.users[0]);
    bob = privileges_of(s.e, &s.users[1]);
    assert_ptr_equal(alice->held, bob->held);
    assert_true(bob->count > 60);
    assert_int_equal(mfa_required(&bob->held[0], CIRCUMSTANCE_BIT(CIRCUMSTANCE_KEY)), MFA_REQUIRED);
    assert_int_equal(mfa_required(&bob->held[0], CIRCUMSTANCE_BIT(CIRCUMSTANCE_MFA)),
                     MFA_NOT_REQUIRED);
    d = held_decided(bob, &bob->held[0], 0, CIRCUMSTANCE_KEY, &on);
    assert_int_equal(d.decision, DECISION_EXPLICIT_DENY);
    assert_string_equal(d.by->name, SCENE_ARN "user/bob/own");
    assert_int_equal(d.statement->index, 1);
    assert_null(on);
    d = held_decided(bob, &bob->held[0], 0, CIRCUMSTANCE_MFA, &on);
    assert_int_equal(d.decision, DECISION_ALLOWED);
    assert_string_equal(d.by->name, SCENE_ARN "user/bob/own");
    assert_string_equal(on, "*");
    d = held_decided(alice, &alice->held[0], 0, CIRCUMSTANCE_KEY, &on);
    assert_string_equal(d.by->name, SCENE_ARN "user/alice/own");
    scene_end(&s);
}

/* What it may do to itself is no privilege over others. */
TEST(a_users_own_is_no_other)
{
    struct scene s;
    const struct privileges *p;

    scene_begin(&s);
    scene_inline(&s, scene_user(&s, "alice"),
                 "{'Effect':'Allow','Action':'iam:*','Resource':'" SCENE_ARN
                 "user/${aws:username}'}");
    s.e = enforcement_open(&s.model, &s.account, &s.arena);
    p = privileges_of(s.e, s.users);
    assert_true(p->count > 3);
    for (size_t i = 0; i < p->count; i++)
        assert_false(p->held[i].privilege->on_others);
    scene_end(&s);
}

static const char *on_resource(struct scene *s, const char *resource)
{
    return arena_printf(
        &s->arena, "{'Effect':'Allow','Action':'iam:CreateAccessKey','Resource':'" SCENE_ARN "%s'}",
        resource);
}

/* Where two layers limit resources, what both allow may be what neither names. */
/* A user's name is unique in the account: under every path it is the user itself, and to others it
 * is another. */
TEST(a_users_own_has_any_path)
{
    static const char grant[] = "{'Effect':'Allow','Action':'iam:EnableMFADevice','Resource':'arn:"
                                "aws:iam::*:user/*/alice'}";
    struct scene s;

    scene_begin(&s);
    scene_inline(&s, scene_user(&s, "alice"), grant);
    scene_inline(&s, scene_user(&s, "bob"), grant);
    scene_inline(&s, scene_user(&s, "carol"),
                 "{'Effect':'Allow','Action':'iam:EnableMFADevice','Resource':['" SCENE_ARN
                 "user/${aws:username}','arn:aws:iam::*:user/*/${aws:username}']}");
    scene_inline(&s, scene_user(&s, "dora"),
                 "{'Effect':'Allow','Action':'iam:EnableMFADevice','Resource':'arn:aws:iam::*:user/"
                 "*${aws:username}'}");
    assert_string_equal(scene_ask(&s, &s.users[0], PRIVILEGE_MFA_CONTROL), "");
    assert_string_equal(scene_ask(&s, &s.users[1], PRIVILEGE_MFA_CONTROL), "KCMS");
    assert_string_equal(scene_ask(&s, &s.users[2], PRIVILEGE_MFA_CONTROL), "");
    assert_string_equal(scene_ask(&s, &s.users[3], PRIVILEGE_MFA_CONTROL), "KCMS");
    scene_end(&s);
}

TEST(resources_are_told_apart_by_all_layers)
{
    static const struct {
        const char *own, *boundary, *expected;
    } rows[] = {
        {"user/a*", "user/*b", "KCMS"},
        {"user/a*", "user/b*", ""},
        {"user/a*", "role/*", ""},
        {"user/alice", "user/*", ""}, /* itself */
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scene s;
        const char *got;

        scene_begin(&s);
        scene_user(&s, "alice");
        scene_inline(&s, s.users, on_resource(&s, rows[i].own));
        s.users[0].boundary_arn = scene_managed(&s, "b", on_resource(&s, rows[i].boundary));
        got = scene_ask(&s, s.users, PRIVILEGE_ESCALATION);
        if (strcmp(got, rows[i].expected) != 0)
            complain("%s within %s: got %s", rows[i].own, rows[i].boundary, got);
        scene_end(&s);
    }
}

/* AssumeRole on single roles is no privilege, on all of them it is. */
TEST(some_privileges_are_held_on_all_only)
{
    struct scene s;
    const struct privileges *p;
    const char *on;

    scene_begin(&s);
    scene_inline(&s, scene_user(&s, "alice"),
                 "{'Effect':'Allow','Action':'sts:AssumeRole','Resource':'" SCENE_ARN
                 "role/team-*'}");
    scene_inline(&s, scene_user(&s, "bob"),
                 "{'Effect':'Allow','Action':'sts:AssumeRole','Resource':'arn:aws:iam::*:role/*'}");
    assert_string_equal(scene_ask(&s, &s.users[0], PRIVILEGE_ESCALATION), "");
    assert_string_equal(scene_ask(&s, &s.users[1], PRIVILEGE_ESCALATION), "KCMS");
    p = privileges_of(s.e, &s.users[1]);
    assert_int_equal(p->count, 1);
    assert_int_equal(held_decided(p, p->held, 0, CIRCUMSTANCE_KEY, &on).decision, DECISION_ALLOWED);
    assert_string_equal(on, SCENE_ARN "role/*");
    scene_end(&s);
}

/* A hole in the shape of a condition is one, and its witness says which. */
TEST(what_is_not_required_says_when)
{
    struct scene s;
    const struct privileges *p;
    const char *on = NULL;
    struct decided d;

    scene_begin(&s);
    scene_inline(&s, scene_user(&s, "alice"),
                 A "," DENY_IF("'BoolIfExists':{" PRESENT ":'false'},'NotIpAddress':{'aws:SourceIp'"
                               ":'192.0.2.0/24'}"));
    s.e = enforcement_open(&s.model, &s.account, &s.arena);
    p = privileges_of(s.e, s.users);
    assert_int_equal(mfa_required(&p->held[0], CIRCUMSTANCE_BIT(CIRCUMSTANCE_KEY)),
                     MFA_NOT_REQUIRED);
    d = held_decided(p, &p->held[0], 0, CIRCUMSTANCE_KEY, &on);
    assert_int_equal(d.witness_count, 1);
    assert_string_equal(d.witness[0].name, "aws:sourceip");
    assert_string_equal(d.witness[0].values[0], "192.0.2.0");
    scene_end(&s);
}

/* Policies that tell identities apart: by name, by tag, by ARN. */
static void build_crowd(struct scene *s)
{
    static const struct tag red = {"Team", "red"}, blue = {"team", "blue"};
    const char *by_name, *by_tag, *by_arn, *named;

    scene_begin(s);
    by_name = scene_managed(s, "by-name",
                            "{'Effect':'Allow','Action':'iam:*','Resource':'" SCENE_ARN
                            "user/${aws:username}'}");
    by_arn = scene_managed(s, "by-own-arn",
                           "{'Effect':'Allow','Action':'iam:CreateAccessKey','Resource':"
                           "'" SCENE_ARN "user/a*'}");
    by_tag =
        scene_managed(s, "by-tag",
                      "{'Effect':'Allow','Action':'*','Resource':'*','Condition':{'StringEquals"
                      "':{'aws:PrincipalTag/team':'red'}}}");
    named = scene_managed(
        s, "on-b3",
        "{'Effect':'Allow','Action':'iam:CreateLoginProfile','Resource':'" SCENE_ARN "user/b3'}");
    for (size_t i = 0; i < 8; i++) {
        static const char *const names[] = {"a1", "a2", "a3", "b1", "b2", "b3", "b4", "c"};
        struct principal *u = scene_user(s, names[i]);

        u->tags = (struct tag *)(i % 2 ? &red : &blue);
        u->tag_count = i < 4;
        scene_attach(s, u, i < 6 ? by_tag : by_name);
        scene_attach(s, u, by_arn);
        scene_attach(s, u, named);
        if (i == 2)
            scene_inline(s, u,
                         "{'Effect':'Deny','Action':'iam:CreateAccessKey','Resource':'" SCENE_ARN
                         "user/a1'}");
    }
}

/* What is found out for all of a kind is what each would be told alone. */
/* A route alone makes nobody an administrator: what takes it away says so, what does not is not
 * said. */
TEST(administrators_are_so_in_effect)
{
    static const struct {
        const char *own, *boundary;
        enum administrator_verdict verdict;
        const char *reason;
    } rows[] = {
        {A, NULL, ADMINISTRATOR_YES, NULL},
        {A "," DENY_NO_MFA, NULL, ADMINISTRATOR_YES, NULL},
        {"{'Effect':'Allow','NotAction':'s3:*','Resource':'*'}", NULL, ADMINISTRATOR_YES, NULL},
        {"{'Effect':'Allow','Action':'iam:*','Resource':'arn:aws:iam::*:*'}", NULL,
         ADMINISTRATOR_YES, NULL},
        {A ",{'Effect':'Deny','Action':'*','Resource':'*'}", NULL, ADMINISTRATOR_NO,
         "denied by " SCENE_ARN "user/alice/own"},
        {A ",{'Effect':'Deny','Action':'*','Resource':'arn:aws:s3:::b'}", NULL, ADMINISTRATOR_YES,
         NULL},
        {A, "{'Effect':'Allow','Action':'s3:*','Resource':'*'}", ADMINISTRATOR_NO,
         "outside its permissions boundary"},
        {A, A, ADMINISTRATOR_YES, NULL},
        {A, "{'Effect':'Allow','Action':'*','Resource':'*','Condition':{'Odd':{'a:b':'c'}}}",
         ADMINISTRATOR_YES, NULL},
        {"{'Effect':'Allow','Action':'s3:*','Resource':'*'}", NULL, ADMINISTRATOR_NO, NULL},
        {"{'Effect':'Allow','Action':'*','Resource':'arn:aws:s3:::b/*'}", NULL, ADMINISTRATOR_NO,
         NULL},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scene s;
        const struct administrator *got;

        scene_begin(&s);
        scene_inline(&s, scene_user(&s, "alice"), rows[i].own);
        if (rows[i].boundary)
            s.users[0].boundary_arn = scene_managed(&s, "limit", rows[i].boundary);
        s.e = enforcement_open(&s.model, &s.account, &s.arena);
        got = administrators_in_effect(s.e, &s.account, &s.arena);
        if (got->verdict != rows[i].verdict || !got->reason != !rows[i].reason ||
            (got->reason && strcmp(got->reason, rows[i].reason) != 0))
            complain("%s within %s: got %d, %s", rows[i].own, rows[i].boundary, (int)got->verdict,
                     got->reason);
        scene_end(&s);
    }
}

TEST(kinds_share_nothing_that_tells_them_apart)
{
    struct scene s;
    struct enforcement *all;

    build_crowd(&s);
    all = enforcement_open(&s.model, &s.account, &s.arena);
    for (size_t i = 0; i < s.account.user_count; i++) {
        struct enforcement *alone = enforcement_open(&s.model, &s.account, &s.arena);
        const struct privileges *a = privileges_of(alone, &s.users[i]);
        const struct privileges *b = privileges_of(all, &s.users[i]);

        assert_int_equal(a->count, b->count);
        for (size_t k = 0; k < a->count; k++) {
            const char *on_a, *on_b;

            assert_ptr_equal(a->held[k].privilege, b->held[k].privilege);
            assert_int_equal(a->held[k].allowed, b->held[k].allowed);
            assert_int_equal(a->held[k].unsure, b->held[k].unsure);
            assert_int_equal(held_decided(a, &a->held[k], 0, CIRCUMSTANCE_KEY, &on_a).decision,
                             held_decided(b, &b->held[k], 0, CIRCUMSTANCE_KEY, &on_b).decision);
            assert_true(on_a == on_b || strcmp(on_a, on_b) == 0);
        }
    }
    assert_string_equal(scene_ask(&s, &s.users[1], PRIVILEGE_ADMINISTRATOR), "KCMS"); /* red */
    assert_string_equal(scene_ask(&s, &s.users[0], PRIVILEGE_ADMINISTRATOR), "");
    assert_string_equal(scene_ask(&s, &s.users[5], PRIVILEGE_ADMINISTRATOR), "");
    assert_string_equal(scene_ask(&s, &s.users[7], PRIVILEGE_ESCALATION), "KCMS"); /* on a* */
    scene_end(&s);
}

/* Values that stand side by side make the same bytes of different tags, unless it is told apart. */
TEST(kinds_are_not_confused_by_values)
{
    static struct tag one[] = {{"k1", "a"}, {"k3", ""}}, other[] = {{"k2", ""}, {"k3", "a"}};
    struct scene s;
    const char *arn;

    scene_begin(&s);
    arn = scene_managed(&s, "p",
                        ALLOW_IF("'StringEquals':{'aws:PrincipalTag/k1':'a'},"
                                 "'StringEqualsIfExists':{'aws:PrincipalTag/k2':'x',"
                                 "'aws:PrincipalTag/k3':''}"));
    scene_attach(&s, scene_user(&s, "u1"), arn);
    scene_attach(&s, scene_user(&s, "u2"), arn);
    s.users[0].tags = one;
    s.users[1].tags = other;
    s.users[0].tag_count = s.users[1].tag_count = 2;
    assert_string_equal(scene_ask(&s, &s.users[0], PRIVILEGE_ADMINISTRATOR), "KCMS");
    assert_string_equal(scene_ask(&s, &s.users[1], PRIVILEGE_ADMINISTRATOR), "");
    scene_end(&s);
}

/* Tags of a role's session are whoever's that assumes it; its own ARN is known. */
TEST(roles_hold_what_a_session_of_theirs_may)
{
    struct scene s;

    scene_begin(&s);
    scene_inline(&s, scene_role(&s, "by-tag"),
                 ALLOW_IF("'StringEquals':{'aws:PrincipalTag/team':'red'}"));
    scene_inline(&s, scene_role(&s, "other"),
                 ALLOW_IF("'StringLike':{'aws:PrincipalArn':'*:role/admin'}"));
    scene_inline(&s, scene_role(&s, "with-mfa"), ALLOW_IF(MFA));
    assert_string_equal(scene_ask(&s, &s.roles[0], PRIVILEGE_ADMINISTRATOR), "KCMS");
    assert_string_equal(scene_ask(&s, &s.roles[1], PRIVILEGE_ADMINISTRATOR), "");
    assert_string_equal(scene_ask(&s, &s.roles[2], PRIVILEGE_ADMINISTRATOR), "MS");
    scene_end(&s);
}

static const char *entry(struct scene *s, const struct entrant *from)
{
    char out[5] = "";

    for (int c = 0; c < CIRCUMSTANCES; c++)
        out[c] = "DDUA"[may_enter(s->e, from, s->roles, (enum circumstance)c, &s->arena).decision];
    return arena_strdup(&s->arena, out);
}

/* By a user of the account, and by whoever there is in another account or in this one. */
TEST(roles_are_judged_at_entry)
{
    static const struct {
        const char *trust, *user, *stranger, *neighbour;
    } rows[] = {
        {TRUST(ROOT, MFA), "DDAA", "DDDD", "DDAA"},
        {TRUST(ROOT, ""), "AAAA", "DDDD", "AAAA"},
        {TRUST(OTHER, MFA), "DDDD", "DDAA", "DDDD"},
        {TRUST(OTHER, "'StringEquals':{'sts:ExternalId':'x'}"), "DDDD", "AAAA", "DDDD"},
        {TRUST("*", "'BoolIfExists':{" PRESENT ":'true'}"), "ADAA", "ADAA", "ADAA"},
        {TRUST("*", "'StringEquals':{'aws:PrincipalOrgID':'o-x'}"), "DDDD", "AAAA", "AAAA"},
        {"{'Effect':'allow'}", "UUUU", "UUUU", "UUUU"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scene s;
        struct identity alice;
        struct entrant from[3] = {{.who = &alice},
                                  {.caller = {.account = "444455556666"}},
                                  {.caller = {.account = SCENE_ID}}};
        const char *const expected[] = {rows[i].user, rows[i].stranger, rows[i].neighbour};

        scene_begin(&s);
        scene_inline(&s, scene_user(&s, "alice"), MAY);
        scene_role(&s, "admin")->trust =
            scene_document(&s, "", scene_statements(&s, rows[i].trust));
        s.e = enforcement_open(&s.model, &s.account, &s.arena);
        alice = enforcement_identity(s.e, s.users);
        for (size_t k = 0; k < 3; k++)
            if (strcmp(entry(&s, &from[k]), expected[k]) != 0)
                complain("%s: %zu: expected %s, got %s", rows[i].trust, k, expected[k],
                         entry(&s, &from[k]));
        scene_end(&s);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(privileges_by_circumstance),
        cmocka_unit_test(the_first_action_beyond_enrolment),
        cmocka_unit_test(the_marks_suffice),
        cmocka_unit_test(evidence_is_the_identitys_own),
        cmocka_unit_test(a_users_own_is_no_other),
        cmocka_unit_test(a_users_own_has_any_path),
        cmocka_unit_test(resources_are_told_apart_by_all_layers),
        cmocka_unit_test(some_privileges_are_held_on_all_only),
        cmocka_unit_test(what_is_not_required_says_when),
        cmocka_unit_test(administrators_are_so_in_effect),
        cmocka_unit_test(kinds_share_nothing_that_tells_them_apart),
        cmocka_unit_test(kinds_are_not_confused_by_values),
        cmocka_unit_test(roles_hold_what_a_session_of_theirs_may),
        cmocka_unit_test(roles_are_judged_at_entry),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
