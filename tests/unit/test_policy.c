/* test_policy.c - policy documents: what is read, what is refused; and who is an administrator. */
#include "run_dir.h"

#include "policy/administrator.h"
#include "policy/document.h"

/* Policies are written with ' for ". */
static const char *json(struct arena *a, const char *text)
{
    char *copy = arena_strdup(a, text);

    for (char *p = copy; *p; p++)
        *p = *p == '\'' ? '"' : *p;
    return copy;
}

static int parse(struct arena *a, const char *text, struct policy *out, struct error *err)
{
    const char *document = json(a, text);

    json_init();
    return policy_parse(a, "p", document, strlen(document), out, err);
}

TEST(one_stands_for_a_list_of_one_everywhere)
{
    struct arena a = {0};
    struct error err = {0};
    struct policy p;

    expect_ok(parse(&a,
                    "{'Version':'2012-10-17','Statement':{'Sid':'s','Effect':'Allow',"
                    "'Action':'iam:*','Resource':'*','Condition':{'Bool':{'a':'b'}}}}",
                    &p, &err),
              err);
    assert_int_equal(p.count, 1);
    assert_string_equal(p.statements[0].sid, "s");
    assert_true(p.statements[0].allow);
    assert_true(p.statements[0].condition_count > 0);
    assert_int_equal(p.statements[0].action_count, 1);
    assert_string_equal(p.statements[0].actions[0], "iam:*");
    assert_string_equal(p.statements[0].resources[0], "*");

    expect_ok(parse(&a,
                    "{'Statement':[{'Effect':'Deny','NotAction':['a:b','c:d'],"
                    "'NotResource':['x']},{'Effect':'Allow','Action':[],'Resource':[]}]}",
                    &p, &err),
              err);
    assert_int_equal(p.count, 2);
    assert_false(p.statements[0].allow);
    assert_true(p.statements[0].not_action);
    assert_true(p.statements[0].not_resource);
    assert_false(p.statements[0].condition_count > 0);
    assert_null(p.statements[0].sid);
    assert_int_equal(p.statements[0].action_count, 2);
    assert_string_equal(p.statements[0].actions[1], "c:d");
    assert_int_equal(p.statements[1].action_count, 0);
    arena_free(&a);
}

TEST(trust_policies_need_no_resource)
{
    struct arena a = {0};
    struct error err = {0};
    struct policy p;

    expect_ok(parse(&a,
                    "{'Statement':[{'Effect':'Allow','Principal':{'Service':'x'},"
                    "'Action':'sts:AssumeRole'}]}",
                    &p, &err),
              err);
    assert_int_equal(p.statements[0].resource_count, 0);
    arena_free(&a);
}

TEST(what_is_no_policy_is_refused_with_its_place)
{
    static const struct {
        const char *text, *message;
    } rows[] = {
        {"", "p:1:1: "},
        {"null", "p: Statement: expected an object or a list"},
        {"[]", "p: Statement: expected an object or a list"},
        {"{}", "p: Statement: expected an object or a list"},
        {"{'Statement':'x'}", "p: Statement: expected an object or a list"},
        {"{}", "p: Statement: expected an object or a list"},
        {"{'statement':[]}", "p: \"statement\": no element of a policy"},
        {"{'Version':'2012-10-17','Statement':[],'statement':[]}",
         "p: \"statement\": no element of a policy"},
        {"{'Statement':[{'Effect':'Deny','Action':'*','resource':'*'}]}",
         "p: Statement[0]: \"resource\": no element of a policy"},
        {"{'Version':'2012-10-18','Statement':[]}", "p: Version: neither "},
        {"{'Version':2012,'Statement':[]}", "p: Version: neither "},
        {"{'Statement':[7]}", "p: Statement[0]: expected an object"},
        {"{'Statement':[{}]}", "p: Statement[0]: Effect: "},
        {"{'Statement':[{'Effect':'allow','Action':'*','Resource':'*'}]}",
         "p: Statement[0]: Effect: neither Allow nor Deny"},
        {"{'Statement':[{'Effect':true,'Action':'*','Resource':'*'}]}",
         "p: Statement[0]: Effect: "},
        {"{'Statement':[{'Effect':'Allow','Resource':'*'}]}",
         "p: Statement[0]: neither Action nor NotAction"},
        {"{'Statement':[{'Effect':'Allow','Action':'a','NotAction':'b'}]}",
         "p: Statement[0]: Action and NotAction"},
        {"{'Statement':[{'Effect':'Allow','Action':'a','Resource':'a','NotResource':'b'}]}",
         "p: Statement[0]: Resource and NotResource"},
        {"{'Statement':[{'Effect':'Allow','Action':['a',5]}]}", "p: Statement[0]: Action: [1]: "},
        {"{'Statement':[{'Effect':'Allow','Action':{}}]}",
         "p: Statement[0]: Action: expected text"},
        {"{'Statement':[{'Effect':'Allow','Action':'a','Resource':null}]}",
         "p: Statement[0]: Resource: expected text"},
        {"{'Statement':[{'Effect':'Deny','Action':'a'},{'Effect':'Allow'}]}",
         "p: Statement[1]: neither Action nor NotAction"},
        {"{'Statement':[],'Statement':[]}", "p:1:17: "},
        {"{'Statement':[{'Effect':'Deny','Effect':'Allow','Action':'*','Resource':'*'}]}",
         "p:1:32"},
        {"{'Statement':[]} x", "p:1:18: "},
        {"{'Statement':[{'Effect':'Allow',/* all */'Action':'*'}]}", "p:1:"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena a = {0};
        struct error err = {0};
        struct policy p;

        assert_int_equal(parse(&a, rows[i].text, &p, &err), -1);
        expect_error(err, ERR_FORMAT, rows[i].message);
        arena_free(&a);
    }
}

/* AWS has documents of 152 KB, more than the 6,144 characters it documents. */
TEST(large_documents_are_read_up_to_a_limit)
{
    cleanup_strbuf struct strbuf text = STRBUF_INIT(4 * MIB);
    struct arena a = {0};
    struct error err = {0};
    struct policy p;

    json_init();
    strbuf_addstr(&text, "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":[");
    for (int i = 0; i < 8000; i++)
        strbuf_addf(&text, "%s\"service:Action%d\"", i ? "," : "", i);
    strbuf_addstr(&text, "],\"Resource\":\"*\"}]}");
    assert_true(text.len > 152 * (size_t)1024);
    expect_ok(policy_parse(&a, "p", text.buf, text.len, &p, &err), err);
    assert_int_equal(p.statements[0].action_count, 8000);
    assert_int_equal(administrator_route(&p, "aws"), -1);

    while (text.len <= LIMIT_POLICY_BYTES)
        strbuf_addch(&text, ' ');
    assert_int_equal(policy_parse(&a, "p", text.buf, text.len, &p, &err), -1);
    expect_error(err, ERR_LIMIT, "p: larger than 1048576 bytes");
    arena_free(&a);
}

TEST(deep_documents_are_refused)
{
    cleanup_strbuf struct strbuf text = STRBUF_INIT(MIB);
    struct arena a = {0};
    struct error err = {0};
    struct policy p;

    json_init();
    strbuf_addstr(&text, "{\"Statement\":");
    for (int i = 0; i < 10000; i++)
        strbuf_addch(&text, '[');
    assert_int_equal(policy_parse(&a, "p", text.buf, text.len, &p, &err), -1);
    expect_error(err, ERR_LIMIT, "p:");
    arena_free(&a);
}

TEST(a_route_is_one_statement)
{
    static const struct {
        const char *text;
        int index;
    } rows[] = {
        {"{'Statement':[{'Effect':'Allow','Action':'*','Resource':'*'}]}", 0},
        {"{'Statement':[{'Effect':'Allow','Action':'s3:*','Resource':'*'},"
         "{'Effect':'Allow','Action':['a:b','*:*'],'Resource':['x','*']}]}",
         1},
        {"{'Statement':{'Effect':'Allow','Action':'*','Resource':'*','Condition':{'Bool':"
         "{'aws:MultiFactorAuthPresent':'true'}}}}",
         0},
        {"{'Statement':[{'Effect':'Deny','Action':'*','Resource':'*'}]}", -1},
        {"{'Statement':[{'Effect':'Allow','NotAction':'*','Resource':'*'}]}", -1},
        {"{'Statement':[{'Effect':'Allow','Action':'*','NotResource':'*'}]}", -1},
        {"{'Statement':[{'Effect':'Allow','Action':'*','Resource':'arn:aws:s3:::b'}]}", -1},
        {"{'Statement':[{'Effect':'Allow','Action':'*'}]}", -1},
        {"{'Statement':[{'Effect':'Allow','Action':'*','Resource':'x'},"
         "{'Effect':'Allow','Action':'x','Resource':'*'}]}",
         -1},
        {"{'Statement':[]}", -1},
        {"{'Statement':[{'Effect':'Allow','NotAction':'s3:*','Resource':'*'}]}", 0},
        {"{'Statement':[{'Effect':'Allow','NotAction':['iam:*','?*:*'],'Resource':'*'}]}", -1},
        {"{'Statement':[{'Effect':'Allow','Action':'*','NotResource':'arn:aws:s3:::b'}]}", 0},
        {"{'Statement':[{'Effect':'Allow','Action':'iam:*','Resource':'*'}]}", 0},
        {"{'Statement':[{'Effect':'Allow','Action':'iam:*','Resource':'arn:aws:iam::*:*'}]}", 0},
        {"{'Statement':[{'Effect':'Allow','Action':'*','Resource':'arn:aws:*'}]}", 0},
        {"{'Statement':[{'Effect':'Allow','Action':'?*','Resource':'arn:*'}]}", 0},
        {"{'Statement':[{'Effect':'Allow','Action':'iam:*',"
         "'Resource':'arn:aws:iam::${aws:PrincipalAccount}:*'}]}",
         0},
        {"{'Statement':[{'Effect':'Allow','Action':'iam:*',"
         "'Resource':'arn:aws:iam::*:user/${aws:username}'}]}",
         -1},
        {"{'Statement':[{'Effect':'Allow','Action':'iam:*','Resource':'arn:aws:iam::*:user/*'}]}",
         -1},
        {"{'Statement':[{'Effect':'Allow','Action':'iam:Get*','Resource':'*'}]}", -1},
        {"{'Statement':[{'Effect':'Allow','Action':'*','Resource':'arn:aws-cn:*'}]}", -1},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena a = {0};
        struct error err = {0};
        struct policy p;

        expect_ok(parse(&a, rows[i].text, &p, &err), err);
        if (administrator_route(&p, "aws") != rows[i].index)
            print_error("%s\n", rows[i].text);
        assert_int_equal(administrator_route(&p, "aws"), rows[i].index);
        arena_free(&a);
    }
}

/* --- Administrators --------------------------------------------------------------------------- */

#define EVERYTHING "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}]}"
#define NOTHING \
    "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:List*\",\"Resource\":\"*\"}]}"
#define CUSTOM "arn:aws:iam::111122223333:policy/custom"

/* An account of one user. */
struct case_of {
    struct principal user, group;
    struct attached_policy attached, group_attached;
    struct document own, of_group;
    struct managed_policy policy;
    const char *group_name;
    struct account account;
};

static struct document document(const char *text)
{
    return (struct document){"doc", text, text ? strlen(text) : 0, {"raw/d.xml", "/d", NULL}};
}

static void lay_out(struct case_of *c)
{
    *c = (struct case_of){.group_name = "g"};
    json_init();
    c->user = (struct principal){.name = "u",
                                 .arn = "arn:aws:iam::111122223333:user/u",
                                 .attached = &c->attached,
                                 .inline_policies = &c->own,
                                 .groups = &c->group_name,
                                 .source = {"raw/u.xml", "/u", NULL}};
    c->group = (struct principal){.name = "g",
                                  .arn = "arn:aws:iam::111122223333:group/g",
                                  .attached = &c->group_attached,
                                  .inline_policies = &c->of_group,
                                  .source = {"raw/g.xml", "/g", NULL}};
    c->policy = (struct managed_policy){.name = "custom",
                                        .arn = CUSTOM,
                                        .document = document(NOTHING),
                                        .source = {"raw/p.xml", "/p", NULL}};
    c->account = (struct account){.id = HOME_ID,
                                  .users = &c->user,
                                  .user_count = 1,
                                  .groups = &c->group,
                                  .group_count = 1,
                                  .policies = &c->policy,
                                  .policy_count = 1};
}

static void expect_administrator(struct case_of *c, enum administrator_verdict verdict,
                                 const char *text, const char *file)
{
    struct arena arena = {0};
    const struct administrator *a = administrators(&c->account, &arena);

    assert_int_equal(a->verdict, verdict);
    if (verdict == ADMINISTRATOR_YES)
        assert_string_equal(a->route, text);
    if (verdict == ADMINISTRATOR_UNKNOWN)
        expect_holds(a->reason, text);
    assert_string_equal(word_or(a->source.file, ""), file);
    arena_free(&arena);
}

TEST(without_policies_nobody_is_an_administrator)
{
    struct case_of c;

    lay_out(&c);
    expect_administrator(&c, ADMINISTRATOR_NO, "", "");
}

TEST(administrator_access_in_any_partition)
{
    static const char *const arns[] = {"arn:aws:iam::aws:policy/AdministratorAccess",
                                       "arn:aws-cn:iam::aws:policy/AdministratorAccess",
                                       "arn:aws-us-gov:iam::aws:policy/AdministratorAccess"};

    for (size_t i = 0; i < sizeof arns / sizeof *arns; i++) {
        struct case_of c;

        lay_out(&c);
        c.attached = (struct attached_policy){"AdministratorAccess", arns[i]};
        c.user.attached_count = 1;
        expect_administrator(&c, ADMINISTRATOR_YES, "policy AdministratorAccess", "raw/u.xml");
    }
}

/* A customer's own policy may bear the same name, or end alike. */
TEST(the_name_alone_makes_no_administrator)
{
    struct case_of c;

    lay_out(&c);
    c.policy.arn = "arn:aws:iam::111122223333:policy/AdministratorAccess";
    c.attached = (struct attached_policy){"AdministratorAccess", c.policy.arn};
    c.user.attached_count = 1;
    expect_administrator(&c, ADMINISTRATOR_NO, "", "");

    c.attached.arn = c.policy.arn = "arn:aws:iam::aws:policy/NetworkAdministratorAccess";
    expect_administrator(&c, ADMINISTRATOR_NO, "", "");
}

TEST(administrators_by_every_route)
{
    struct case_of c;

    lay_out(&c);
    c.policy.document = document(EVERYTHING);
    c.attached = (struct attached_policy){"custom", CUSTOM};
    c.user.attached_count = 1;
    expect_administrator(&c, ADMINISTRATOR_YES, "policy custom", "raw/d.xml");

    lay_out(&c);
    c.own = document(EVERYTHING);
    c.user.inline_count = 1;
    expect_administrator(&c, ADMINISTRATOR_YES, "inline policy doc", "raw/d.xml");

    lay_out(&c);
    c.of_group = document(EVERYTHING);
    c.group.inline_count = 1;
    expect_administrator(&c, ADMINISTRATOR_NO, "", ""); /* not a member */
    c.user.group_count = 1;
    expect_administrator(&c, ADMINISTRATOR_YES, "inline policy doc of group g", "raw/d.xml");

    lay_out(&c);
    c.group_attached = (struct attached_policy){"A", "arn:aws:iam::aws:policy/AdministratorAccess"};
    c.group.attached_count = 1;
    c.user.group_count = 1;
    expect_administrator(&c, ADMINISTRATOR_YES, "policy A of group g", "raw/g.xml");

    lay_out(&c);
    c.policy.document = document(EVERYTHING);
    c.group_attached = (struct attached_policy){"custom", CUSTOM};
    c.group.attached_count = 1;
    c.user.group_count = 1;
    expect_administrator(&c, ADMINISTRATOR_YES, "policy custom of group g", "raw/d.xml");
}

/* A conditional allow of everything is one: the condition is not weighed here. */
TEST(conditions_do_not_take_anybody_off_the_list)
{
    struct case_of c;

    lay_out(&c);
    c.own = document("{\"Statement\":[{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\"},"
                     "{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":"
                     "{\"IpAddress\":{\"aws:SourceIp\":\"192.0.2.0/24\"}}}]}");
    c.user.inline_count = 1;
    expect_administrator(&c, ADMINISTRATOR_YES, "inline policy doc", "raw/d.xml");
}

/* What cannot be read must not read as harmless. */
TEST(what_cannot_be_read_is_unknown)
{
    struct case_of c;

    lay_out(&c);
    c.own = document("{\"Statement\":[{\"Effect\":\"Allow\"");
    c.user.inline_count = 1;
    expect_administrator(&c, ADMINISTRATOR_UNKNOWN, "policy doc:1:", "raw/d.xml");

    lay_out(&c);
    c.own = document(NULL);
    c.user.inline_count = 1;
    expect_administrator(&c, ADMINISTRATOR_UNKNOWN, "missing or not decodable", "raw/d.xml");

    lay_out(&c);
    c.attached = (struct attached_policy){"gone", "arn:aws:iam::111122223333:policy/gone"};
    c.user.attached_count = 1;
    expect_administrator(&c, ADMINISTRATOR_UNKNOWN, "attached but was not listed", "raw/u.xml");

    lay_out(&c);
    c.attached = (struct attached_policy){NULL, NULL};
    c.user.attached_count = 1;
    expect_administrator(&c, ADMINISTRATOR_UNKNOWN, "attached but was not listed", "raw/u.xml");

    lay_out(&c);
    c.group_name = "gone";
    c.user.group_count = 1;
    expect_administrator(&c, ADMINISTRATOR_UNKNOWN, "group gone was not listed", "raw/u.xml");
}

TEST(yes_by_one_route_outweighs_unknown_by_another)
{
    struct case_of c;

    lay_out(&c);
    c.own = document("x");
    c.user.inline_count = 1;
    c.of_group = document(EVERYTHING);
    c.group.inline_count = 1;
    c.user.group_count = 1;
    expect_administrator(&c, ADMINISTRATOR_YES, "inline policy doc of group g", "raw/d.xml");

    c.own = document(EVERYTHING);
    c.of_group = document("x");
    expect_administrator(&c, ADMINISTRATOR_YES, "inline policy doc", "raw/d.xml");

    c.own = document(NOTHING);
    expect_administrator(&c, ADMINISTRATOR_UNKNOWN, "policy doc:1:1", "raw/d.xml");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_stands_for_a_list_of_one_everywhere),
        cmocka_unit_test(trust_policies_need_no_resource),
        cmocka_unit_test(what_is_no_policy_is_refused_with_its_place),
        cmocka_unit_test(large_documents_are_read_up_to_a_limit),
        cmocka_unit_test(deep_documents_are_refused),
        cmocka_unit_test(a_route_is_one_statement),
        cmocka_unit_test(without_policies_nobody_is_an_administrator),
        cmocka_unit_test(administrator_access_in_any_partition),
        cmocka_unit_test(the_name_alone_makes_no_administrator),
        cmocka_unit_test(administrators_by_every_route),
        cmocka_unit_test(conditions_do_not_take_anybody_off_the_list),
        cmocka_unit_test(what_cannot_be_read_is_unknown),
        cmocka_unit_test(yes_by_one_route_outweighs_unknown_by_another),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
