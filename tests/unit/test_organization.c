/* test_organization.c - the collectors of the organisation's tree, policies and administrators over
 * answers in wire form: what is read, what is missing, and what AWS would never say. */
#include "collected.h"
#include "organization_run.h"

#include "model/organization.h"

#define SCP_OF(id)                                                                          \
    "{\"Arn\":\"" ORG_ARN "policy/o-sample00001/service_control_policy/" id                 \
    "\",\"AwsManaged\":false,\"Description\":\"\",\"Id\":\"" id "\",\"Name\":\"name of " id \
    "\",\"Type\":\"SERVICE_CONTROL_POLICY\"}"
#define AWS_POLICY(kind, type, id)                                                        \
    "{\"Arn\":\"arn:aws:organizations::aws:policy/" kind "/" id "\",\"AwsManaged\":true," \
    "\"Description\":\"\",\"Id\":\"" id "\",\"Name\":\"" id "\",\"Type\":\"" type "\"}"
#define FULL AWS_POLICY("service_control_policy", "SERVICE_CONTROL_POLICY", "p-FullAWSAccess")
#define RCP_FULL \
    AWS_POLICY("resource_control_policy", "RESOURCE_CONTROL_POLICY", "p-RCPFullAWSAccess")
#define ABOUT(id) "{\"PolicyId\":\"" id "\"}"
#define TARGETS_OF(id) "{\"MaxResults\":20,\"PolicyId\":\"" id "\"}"
#define TARGET(id) "{\"Arn\":\"a\",\"Name\":\"n\",\"TargetId\":\"" id "\",\"Type\":\"ROOT\"}"
#define DESCRIBED(summary, content) \
    "{\"Policy\":{\"Content\":\"" content "\",\"PolicySummary\":" summary "}}"
#define ADMINISTRATOR(id)                             \
    "{\"Arn\":\"" ORG_ARN "account/o-sample00001/" id \
    "\",\"DelegationEnabledDate\":1.7E9,\"Id\":\"" id "\",\"Name\":\"n\"}"
#define UPPER "ou-test-upper001"
#define LOWER "ou-test-lower001"
#define THIRD_ID "333344445555"
#define NOBODY "{\"__type\":\"AWSOrganizationsNotInUseException\",\"Message\":\"not a member\"}"
#define REFUSED "{\"__type\":\"AccessDeniedException\",\"Message\":\"no\"}"

static void open_organization(struct collected *c)
{
    open_run(c);
    run_account(&c->run, HOME_ID, NULL);
    run_collects(&c->run, "organizations");
    run_describe(&c->run, HOME_ID);
}

static void list_accounts(struct run *r, const char *rows)
{
    run_organizations(r, "ListAccounts", MOST_20,
                      arena_printf(&r->arena, "{\"Accounts\":[%s]}", rows));
}

#define LISTED(id, state) "{\"Id\":\"" id "\",\"Name\":\"n\",\"State\":\"" state "\"}"

/* root: home, upper; upper: other, lower; lower: third. */
static void run_tree(struct run *r, const char *types)
{
    list_accounts(
        r, LISTED(HOME_ID, "ACTIVE") "," LISTED(OTHER_ID, "ACTIVE") "," LISTED(THIRD_ID, "ACTIVE"));
    run_organizations(r, "ListRoots", MOST_20, types);
    run_children(r, ROOT_ID, UNIT(UPPER), MEMBER(HOME_ID));
    run_children(r, UPPER, UNIT(LOWER), MEMBER(OTHER_ID));
    run_children(r, LOWER, "", MEMBER(THIRD_ID));
}

static void run_scp(struct run *r, const char *summary, const char *id, const char *targets)
{
    run_organizations(r, "DescribePolicy", arena_printf(&r->arena, "{\"PolicyId\":\"%s\"}", id),
                      arena_printf(&r->arena, DESCRIBED("%s", "{}"), summary));
    run_organizations(r, "ListTargetsForPolicy",
                      arena_printf(&r->arena, "{\"MaxResults\":20,\"PolicyId\":\"%s\"}", id),
                      arena_printf(&r->arena, "{\"Targets\":[%s]}", targets));
}

#define EVERYWHERE                                                                           \
    TARGET(HOME_ID)                                                                          \
    "," TARGET(UPPER) "," TARGET(ROOT_ID) "," TARGET(THIRD_ID) "," TARGET(LOWER) "," TARGET( \
        OTHER_ID)

/* --- The tree --------------------------------------------------------------------------------- */

TEST(the_tree_is_walked_from_the_root)
{
    const struct organization_node *path[ORGANIZATION_LEVELS];
    struct collected c;
    const struct organization *o;
    const struct account *home;

    open_organization(&c);
    run_tree(&c.run, ROOTS(""));
    home = collect_run(&c);
    o = c.model.organization;
    expect_state(home, DATA_ORGANIZATION_TREE, STATE_COMPLETE, NULL);
    assert_int_equal(o->node_count, 6);
    assert_int_equal(organization_path(o, THIRD_ID, path), 4);
    assert_string_equal(path[0]->id, THIRD_ID);
    assert_string_equal(path[1]->id, LOWER);
    assert_string_equal(path[2]->id, UPPER);
    assert_string_equal(path[3]->id, ROOT_ID);
    assert_int_equal(path[3]->kind, NODE_ROOT);
    assert_string_equal(path[1]->source.pointer, "/OrganizationalUnits/0");
    assert_int_equal(organization_path(o, HOME_ID, path), 2);
    assert_int_equal(organization_path(o, "444455556666", path), 0);
    assert_true(organization_is_below(organization_node(o, THIRD_ID), UPPER));
    assert_true(organization_is_below(organization_node(o, UPPER), UPPER));
    assert_false(organization_is_below(organization_node(o, OTHER_ID), LOWER));
    assert_false(organization_is_below(NULL, LOWER));
    close_run(&c);
}

/* Policies of the organisation never limit the management account, nor accounts of others. */
TEST(the_management_account_is_not_limited)
{
    struct collected c;

    open_organization(&c);
    run_tree(&c.run, ROOTS(""));
    (void)collect_run(&c);
    assert_false(organization_limits(&c.model, HOME_ID));
    assert_true(organization_limits(&c.model, OTHER_ID));
    assert_false(organization_limits(&c.model, "444455556666"));
    close_run(&c);
}

/* The recorded transport, and whether anything was asked twice: a log of queries refuses that. */
struct counting {
    struct transport transport;
    struct recorded recorded;
    struct arena arena;
    const char **seen;
    size_t seen_count;
};

static int run_counted(struct transport *t, struct call *calls, size_t count, struct error *err)
{
    struct counting *k = (struct counting *)t;

    for (size_t i = 0; i < count; i++) {
        const char *question =
            arena_printf(&k->arena, "%s %s", calls[i].operation, calls[i].parameters);

        for (size_t s = 0; s < k->seen_count; s++)
            assert_string_not_equal(k->seen[s], question);
        *arena_push(&k->arena, k->seen, k->seen_count) = question;
    }
    return transport_run(&k->recorded.transport, calls, count, err);
}

/* As collect_run(). */
static struct account *collect_counted(struct collected *c)
{
    struct counting k = {.transport = {.run = run_counted, .arena = &c->model.arena}};
    struct error err = {0};

    run_write(&c->run);
    expect_ok(snapshot_open(&c->snapshot, c->run.dir, &err), err);
    recorded_open(&k.recorded, &c->snapshot, &c->model.arena);
    expect_ok(collect(&c->snapshot, &k.transport, &c->model, &err), err);
    arena_free(&k.arena);
    return model_account(&c->model, HOME_ID);
}

TEST(pages_of_the_tree_may_be_empty_and_have_doubles)
{
    struct collected c;
    cJSON *query;

    open_organization(&c);
    run_organizations(&c.run, "ListRoots", MOST_20, ROOTS(""));
    run_organizations(&c.run, "ListAccountsForParent", BELOW(ROOT_ID), "{\"Accounts\":[]}");
    query = run_query(&c.run, HOME_ID, "ListOrganizationalUnitsForParent", BELOW(ROOT_ID));
    run_page(&c.run, query, NULL,
             "{\"OrganizationalUnits\":[" UNIT(UPPER) "],\"NextToken\":\"t\"}");
    run_page(&c.run, query, "t", "{\"OrganizationalUnits\":[],\"NextToken\":\"u\"}");
    run_page(&c.run, query, "u",
             "{\"OrganizationalUnits\":[" UNIT(UPPER) "," UNIT(LOWER) "],\"NextToken\":null}");
    run_children(&c.run, UPPER, "", MEMBER(OTHER_ID));
    run_children(&c.run, LOWER, "", "");
    expect_state(collect_counted(&c), DATA_ORGANIZATION_TREE, STATE_COMPLETE, NULL);
    assert_int_equal(c.model.organization->node_count, 4);
    close_run(&c);
}

/* Lists of different moments: what was moved meanwhile stands at two places, or at none. */
TEST(what_was_moved_meanwhile_is_incomplete)
{
    static const struct {
        const char *listed, *upper, *reason;
    } rows[] = {
        {LISTED(HOME_ID, "ACTIVE") "," LISTED(OTHER_ID, "ACTIVE"), MEMBER(HOME_ID),
         "111122223333 stands below two parents"},
        {LISTED(HOME_ID, "ACTIVE") "," LISTED(OTHER_ID, "ACTIVE"), "",
         "account 222233334444 is in organizations:ListAccounts and not in the tree"},
        {LISTED(HOME_ID, "ACTIVE"), MEMBER(OTHER_ID),
         "account 222233334444 is in the tree and not in organizations:ListAccounts"},
        {LISTED(HOME_ID, "ACTIVE") "," LISTED(OTHER_ID, "SUSPENDED"), "", NULL},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct collected c;

        open_organization(&c);
        list_accounts(&c.run, rows[i].listed);
        run_organizations(&c.run, "ListRoots", MOST_20, ROOTS(""));
        run_children(&c.run, ROOT_ID, UNIT(UPPER), MEMBER(HOME_ID));
        run_children(&c.run, UPPER, "", rows[i].upper);
        expect_state(collect_run(&c), DATA_ORGANIZATION_TREE,
                     rows[i].reason ? STATE_INCOMPLETE : STATE_COMPLETE, rows[i].reason);
        close_run(&c);
    }
}

TEST(a_unit_below_itself_ends_the_walk)
{
    struct collected c;

    open_organization(&c);
    run_organizations(&c.run, "ListRoots", MOST_20, ROOTS(""));
    run_children(&c.run, ROOT_ID, UNIT(UPPER), "");
    run_children(&c.run, UPPER, UNIT(LOWER), "");
    run_children(&c.run, LOWER, UNIT(UPPER), MEMBER(OTHER_ID));
    expect_state(collect_counted(&c), DATA_ORGANIZATION_TREE, STATE_INCOMPLETE,
                 UPPER " stands below two parents");
    (void)organization_limits(&c.model, OTHER_ID);
    close_run(&c);
}

TEST(units_are_five_deep_at_most)
{
    for (int depth = 5; depth <= 6; depth++) {
        struct collected c;
        const char *parent = ROOT_ID;

        open_organization(&c);
        run_organizations(&c.run, "ListRoots", MOST_20, ROOTS(""));
        for (int i = 0; i < depth; i++) {
            const char *unit = arena_printf(&c.run.arena, "ou-test-depth%03d", i);

            run_children(&c.run, parent, arena_printf(&c.run.arena, UNIT("%s"), unit, unit), "");
            parent = unit;
        }
        run_children(&c.run, parent, "", MEMBER(OTHER_ID));
        expect_state(collect_run(&c), DATA_ORGANIZATION_TREE,
                     depth == 5 ? STATE_COMPLETE : STATE_INCOMPLETE,
                     depth == 5 ? NULL : "deeper than five");
        close_run(&c);
    }
}

TEST(one_refused_list_leaves_the_tree_unknown)
{
    struct collected c;

    open_organization(&c);
    run_organizations(&c.run, "ListRoots", MOST_20, ROOTS(""));
    run_organizations(&c.run, "ListOrganizationalUnitsForParent", BELOW(ROOT_ID),
                      "{\"OrganizationalUnits\":[]}");
    run_error(&c.run, run_query(&c.run, HOME_ID, "ListAccountsForParent", BELOW(ROOT_ID)), NULL,
              400, REFUSED);
    expect_state(collect_run(&c), DATA_ORGANIZATION_TREE, STATE_DENIED,
                 "organizations:ListAccountsForParent: AccessDeniedException");
    close_run(&c);
}

TEST(broken_roots_fail)
{
    static const char *const bad[] = {
        "{\"Roots\":[]}",
        "{\"Roots\":[{\"Id\":\"" ROOT_ID "\",\"Name\":\"Root\",\"PolicyTypes\":[]}]}",
        "{\"Roots\":[{\"Arn\":\"" ORG_ARN "root/o/r\",\"Name\":\"Root\",\"PolicyTypes\":[]}]}",
        "{\"Roots\":[{\"Arn\":\"" ORG_ARN "root/o/r\",\"Id\":\"ou-test-upper001\",\"Name\":"
        "\"Root\",\"PolicyTypes\":[]}]}",
        "{\"Roots\":[{\"Arn\":\"arn:aws:organizations::222233334444:root/o/r\",\"Id\":\"" ROOT_ID
        "\",\"Name\":\"Root\",\"PolicyTypes\":[]}]}",
        "{\"Roots\":[{\"Arn\":\"" ORG_ARN "root/o/r\",\"Id\":\"" ROOT_ID "\",\"Name\":\"Root\"}]}",
        ROOTS("{\"Type\":\"SERVICE_CONTROL_POLICY\"}"),
        ROOTS("7"),
        "{\"Roots\":[7]}",
        "{\"Roots\":{}}",
        "{}",
        "[]",
        "<a/>",
        "",
    };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct collected c;

        open_organization(&c);
        run_organizations(&c.run, "ListRoots", MOST_20, bad[i]);
        expect_state(collect_run(&c), DATA_ORGANIZATION_TREE, STATE_FAILED,
                     "organizations:ListRoots: ");
        close_run(&c);
    }
}

TEST(broken_children_fail)
{
    static const char *const bad[] = {
        UNIT("r-test"),
        UNIT("ou-test-upper001\\\"}"),
        "{\"Id\":\"" UPPER "\",\"Name\":\"n\"}",
        "{\"Arn\":\"" ORG_ARN "ou/o/" UPPER "\",\"Id\":\"" UPPER "\"}",
        "{\"Arn\":\"arn:aws:organizations::222233334444:ou/o/u\",\"Id\":\"" UPPER
        "\",\"Name\":\"n\"}",
        "null",
    };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct collected c;

        open_organization(&c);
        run_organizations(&c.run, "ListRoots", MOST_20, ROOTS(""));
        run_children(&c.run, ROOT_ID, bad[i], "");
        expect_state(collect_run(&c), DATA_ORGANIZATION_TREE, STATE_FAILED,
                     "organizations:ListOrganizationalUnitsForParent: ");
        close_run(&c);
    }
}

/* --- Policies --------------------------------------------------------------------------------- */

static void run_scps(struct run *r)
{
    run_organizations(r, "ListPolicies", POLICIES("SERVICE"),
                      "{\"Policies\":[" SCP_OF("p-testmfa001") "," FULL
                                                               "," SCP_OF("p-testmfa001") "]}");
    run_scp(r, FULL, "p-FullAWSAccess", EVERYWHERE);
    run_scp(r, SCP_OF("p-testmfa001"), "p-testmfa001", TARGET(LOWER) "," TARGET(OTHER_ID));
}

TEST(policies_stand_where_they_are_attached)
{
    const struct attachment *found;
    const struct organization *o;
    struct collected c;
    const struct account *home;
    size_t count;

    open_organization(&c);
    run_tree(&c.run, ROOTS(TYPE("SERVICE", "ENABLED") "," TYPE("RESOURCE", "ENABLED")));
    run_scps(&c.run);
    run_organizations(&c.run, "ListPolicies", POLICIES("RESOURCE"),
                      "{\"Policies\":[" RCP_FULL "]}");
    run_organizations(&c.run, "DescribePolicy", ABOUT("p-RCPFullAWSAccess"),
                      DESCRIBED(RCP_FULL, "{\\\"a\\\":1}"));
    home = collect_counted(&c);
    o = c.model.organization;
    expect_state(home, DATA_SERVICE_CONTROL_POLICIES, STATE_COMPLETE, NULL);
    expect_state(home, DATA_RESOURCE_CONTROL_POLICIES, STATE_COMPLETE, NULL);
    assert_int_equal(o->sets[POLICY_SERVICE_CONTROL].type, TYPE_ENABLED);
    found = organization_attached(o, POLICY_SERVICE_CONTROL, LOWER, &count);
    assert_int_equal(count, 2);
    assert_string_equal(found[0].policy->id, "p-FullAWSAccess");
    assert_string_equal(found[1].policy->id, "p-testmfa001");
    assert_string_equal(found[1].policy->document.name, "name of p-testmfa001");
    assert_string_equal(found[1].source.pointer, "/Targets/0");
    assert_string_equal(found[1].policy->document.source.pointer, "/Policy/Content");
    (void)organization_attached(o, POLICY_SERVICE_CONTROL, THIRD_ID, &count);
    assert_int_equal(count, 1);
    assert_null(organization_attached(o, POLICY_SERVICE_CONTROL, "r-none", &count));
    assert_null(organization_attached(NULL, POLICY_SERVICE_CONTROL, LOWER, &count));
    assert_int_equal(o->sets[POLICY_RESOURCE_CONTROL].policy_count, 1);
    assert_true(o->sets[POLICY_RESOURCE_CONTROL].policies[0].everywhere);
    assert_string_equal(o->sets[POLICY_RESOURCE_CONTROL].policies[0].document.text, "{\"a\":1}");
    assert_int_equal(o->sets[POLICY_RESOURCE_CONTROL].attachment_count, 0);
    close_run(&c);
}

/* Many at one node: all of them, whichever the search meets first. */
TEST(many_policies_at_one_node_are_side_by_side)
{
    struct attachment list[9] = {{.target = "a"}};
    struct organization o = {.sets[POLICY_RESOURCE_CONTROL] = {.attachments = list}};

    for (size_t first = 0; first < 9; first++)
        for (size_t last = first; last < 9; last++) {
            const struct attachment *found;
            size_t count;

            for (size_t i = 0; i < 9; i++)
                list[i].target = i < first ? "a" : i > last ? "c" : "b";
            o.sets[POLICY_RESOURCE_CONTROL].attachment_count = 9;
            found = organization_attached(&o, POLICY_RESOURCE_CONTROL, "b", &count);
            assert_ptr_equal(found, &list[first]);
            assert_int_equal(count, last - first + 1);
            assert_null(organization_attached(&o, POLICY_SERVICE_CONTROL, "b", &count));
        }
}

/* A type that the root does not have in use is not asked for, and is an answer. */
TEST(a_type_that_is_off_is_kept_apart)
{
    struct collected c;
    const struct account *home;

    open_organization(&c);
    run_tree(&c.run, ROOTS(TYPE("RESOURCE", "PENDING_ENABLE") ",{\"Status\":\"ENABLED\",\"Type\":"
                                                              "\"TAG_POLICY\"}"));
    run_organizations(&c.run, "ListPolicies", POLICIES("RESOURCE"), "{\"Policies\":[]}");
    run_no_administrators(&c.run);
    home = collect_run(&c);
    expect_state(home, DATA_SERVICE_CONTROL_POLICIES, STATE_COMPLETE, NULL);
    expect_holds(home->data[DATA_SERVICE_CONTROL_POLICIES].file, "ListRoots");
    expect_state(home, DATA_RESOURCE_CONTROL_POLICIES, STATE_COMPLETE, NULL);
    assert_int_equal(c.model.organization->sets[POLICY_SERVICE_CONTROL].type, TYPE_OFF);
    assert_int_equal(c.model.organization->sets[POLICY_RESOURCE_CONTROL].type, TYPE_PENDING);
    close_run(&c);
}

/* A node without any SCP would seem to allow nothing at all. */
TEST(a_node_without_scp_is_incomplete)
{
    struct collected c;

    open_organization(&c);
    run_tree(&c.run, ROOTS(TYPE("SERVICE", "ENABLED")));
    run_organizations(&c.run, "ListPolicies", POLICIES("SERVICE"), "{\"Policies\":[" FULL "]}");
    run_scp(&c.run, FULL, "p-FullAWSAccess", TARGET(HOME_ID) "," TARGET(UPPER));
    expect_state(collect_run(&c), DATA_SERVICE_CONTROL_POLICIES, STATE_INCOMPLETE,
                 "no SCP is attached to 222233334444");
    close_run(&c);

    open_organization(&c);
    run_tree(&c.run, ROOTS(TYPE("SERVICE", "ENABLED")));
    run_organizations(&c.run, "ListPolicies", POLICIES("SERVICE"), "{\"Policies\":[]}");
    expect_state(collect_run(&c), DATA_SERVICE_CONTROL_POLICIES, STATE_INCOMPLETE,
                 "no SCP is attached to 111122223333");
    close_run(&c);
}

/* One policy whose text or targets are not known: all that it may stand at is not known. */
TEST(one_refused_policy_leaves_its_kind_unknown)
{
    static const char *const refused[] = {"DescribePolicy", "ListTargetsForPolicy"};

    for (size_t i = 0; i < 2; i++) {
        struct collected c;
        const struct account *home;

        open_organization(&c);
        run_tree(&c.run, ROOTS(TYPE("SERVICE", "ENABLED")));
        run_organizations(&c.run, "ListPolicies", POLICIES("SERVICE"), "{\"Policies\":[" FULL "]}");
        if (i == 1)
            run_organizations(&c.run, "DescribePolicy", ABOUT("p-FullAWSAccess"),
                              DESCRIBED(FULL, "{}"));
        else
            run_organizations(&c.run, "ListTargetsForPolicy", TARGETS_OF("p-FullAWSAccess"),
                              "{\"Targets\":[" EVERYWHERE "]}");
        run_error(&c.run,
                  run_query(&c.run, HOME_ID, refused[i],
                            i == 0 ? ABOUT("p-FullAWSAccess") : TARGETS_OF("p-FullAWSAccess")),
                  NULL, 400, REFUSED);
        home = collect_run(&c);
        expect_state(home, DATA_SERVICE_CONTROL_POLICIES, STATE_DENIED, refused[i]);
        expect_state(home, DATA_RESOURCE_CONTROL_POLICIES, STATE_COMPLETE, NULL);
        close_run(&c);
    }
}

TEST(broken_policies_fail)
{
    static const struct {
        const char *list, *description, *targets, *operation;
    } rows[] = {
        {"{\"Id\":\"p-FullAWSAccess\"}", "", "", "ListPolicies: "},
        {RCP_FULL, "", "", "ListPolicies: "},
        {SCP_OF("x-testmfa001"), "", "", "ListPolicies: "},
        {SCP_OF("p-test"), "", "", "ListPolicies: "},
        {SCP_OF("p-test\\\"mfa001"), "", "", "ListPolicies: "},
        {"{\"Arn\":\"arn:aws:organizations::aws:policy/x/p-testmfa001\",\"AwsManaged\":false,"
         "\"Id\":\"p-testmfa001\",\"Name\":\"n\",\"Type\":\"SERVICE_CONTROL_POLICY\"}",
         "", "", "ListPolicies: "},
        {"{\"Arn\":\"arn:aws:organizations::222233334444:policy/x/p-testmfa001\",\"AwsManaged\":"
         "false,\"Id\":\"p-testmfa001\",\"Name\":\"n\",\"Type\":\"SERVICE_CONTROL_POLICY\"}",
         "", "", "ListPolicies: "},
        {FULL, DESCRIBED(SCP_OF("p-testmfa001"), "{}"), EVERYWHERE, "DescribePolicy: "},
        {FULL, "{\"Policy\":{\"PolicySummary\":" FULL "}}", EVERYWHERE, "DescribePolicy: "},
        {FULL, "{\"Policy\":{\"Content\":\"{}\"}}", EVERYWHERE, "DescribePolicy: "},
        {FULL, "{}", EVERYWHERE, "DescribePolicy: "},
        {FULL, "", EVERYWHERE, "DescribePolicy: "},
        {FULL, DESCRIBED(FULL, "{}"), TARGET("everything"), "ListTargetsForPolicy: "},
        {FULL, DESCRIBED(FULL, "{}"), "{}", "ListTargetsForPolicy: "},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct collected c;

        open_organization(&c);
        run_tree(&c.run, ROOTS(TYPE("SERVICE", "ENABLED")));
        run_organizations(&c.run, "ListPolicies", POLICIES("SERVICE"),
                          arena_printf(&c.run.arena, "{\"Policies\":[%s]}", rows[i].list));
        run_organizations(&c.run, "DescribePolicy", ABOUT("p-FullAWSAccess"), rows[i].description);
        run_organizations(&c.run, "ListTargetsForPolicy", TARGETS_OF("p-FullAWSAccess"),
                          arena_printf(&c.run.arena, "{\"Targets\":[%s]}", rows[i].targets));
        expect_state(collect_run(&c), DATA_SERVICE_CONTROL_POLICIES, STATE_FAILED,
                     rows[i].operation);
        close_run(&c);
    }
}

/* --- Administrators, and who may ask ---------------------------------------------------------- */

TEST(administrators_are_sorted_without_doubles)
{
    struct collected c;

    open_organization(&c);
    run_organizations(&c.run, "ListDelegatedAdministrators", MOST_20,
                      "{\"DelegatedAdministrators\":[" ADMINISTRATOR(THIRD_ID) "," ADMINISTRATOR(
                          OTHER_ID) "," ADMINISTRATOR(THIRD_ID) "]}");
    expect_state(collect_run(&c), DATA_DELEGATED_ADMINISTRATORS, STATE_COMPLETE, NULL);
    assert_int_equal(c.model.organization->administrator_count, 2);
    assert_string_equal(c.model.organization->administrators[0].id, OTHER_ID);
    assert_string_equal(c.model.organization->administrators[0].source.pointer,
                        "/DelegatedAdministrators/1");
    close_run(&c);
}

static const enum data_set sets[] = {DATA_ORGANIZATION_TREE, DATA_SERVICE_CONTROL_POLICIES,
                                     DATA_RESOURCE_CONTROL_POLICIES, DATA_DELEGATED_ADMINISTRATORS};

/* A standalone account: one answer settles all, and nothing more is asked. */
TEST(no_organisation_is_an_answer_to_all)
{
    struct collected c;
    const struct account *home;

    open_run(&c);
    run_account(&c.run, HOME_ID, NULL);
    run_collects(&c.run, "organizations");
    run_error(&c.run, run_query(&c.run, HOME_ID, "DescribeOrganization", "{}"), NULL, 400, NOBODY);
    home = collect_run(&c);
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        expect_state(home, sets[i], STATE_COMPLETE, NULL);
        expect_holds(home->data[sets[i]].file, "DescribeOrganization");
    }
    assert_null(c.model.organization);
    close_run(&c);
}

/* The same, when DescribeOrganization itself was refused. */
TEST(no_organisation_is_an_answer_to_each)
{
    static const struct {
        const char *operation, *parameters;
    } questions[] = {{"ListRoots", MOST_20},
                     {"ListPolicies", POLICIES("SERVICE")},
                     {"ListPolicies", POLICIES("RESOURCE")},
                     {"ListDelegatedAdministrators", MOST_20}};

    for (int refused = 0; refused < 2; refused++) {
        struct collected c;
        const struct account *home;

        open_run(&c);
        run_account(&c.run, HOME_ID, NULL);
        run_collects(&c.run, "organizations");
        for (size_t i = 0; i < sizeof questions / sizeof *questions; i++)
            run_error(&c.run,
                      run_query(&c.run, HOME_ID, questions[i].operation, questions[i].parameters),
                      NULL, 400, refused ? REFUSED : NOBODY);
        home = collect_run(&c);
        for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
            expect_state(home, sets[i], refused ? STATE_DENIED : STATE_COMPLETE,
                         refused ? "AccessDeniedException" : NULL);
        assert_int_equal(c.model.organization->node_count, 0);
        assert_int_equal(c.model.organization->sets[POLICY_SERVICE_CONTROL].type, TYPE_UNKNOWN);
        close_run(&c);
    }
}

/* The organisation is asked with the home account's credentials also when that account itself is
 * not in the scope; about the account nothing is asked then. */
TEST(the_organisation_is_read_when_home_is_left_out)
{
    struct collected c;
    const struct account *home;

    open_run(&c);
    run_account(&c.run, HOME_ID, "left out");
    run_account(&c.run, OTHER_ID, NULL);
    run_collects(&c.run, "organizations");
    run_describe(&c.run, HOME_ID);
    run_tree(&c.run, ROOTS(""));
    run_no_administrators(&c.run);
    run_answer(&c.run, HOME_ID, "ListAccountAliases", "{}",
               "<AccountAliases><member>home</member></AccountAliases>");
    home = collect_run(&c);
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
        expect_state(home, sets[i], STATE_COMPLETE, NULL);
    expect_state(home, DATA_ALIASES, STATE_NOT_COLLECTED, "not collected");
    assert_null(home->alias);
    assert_true(organization_limits(&c.model, OTHER_ID));
    close_run(&c);
}

TEST(ids_tell_the_kind_of_node)
{
    static const struct {
        const char *id;
        enum node_kind kind;
    } rows[] = {
        {"r-ab12", NODE_ROOT},
        {"r-abc", NODE_NONE},
        {"r-ABCD", NODE_NONE},
        {"r-ab12-", NODE_NONE},
        {"ou-ab12-12345678", NODE_UNIT},
        {"ou-ab12-1234567", NODE_NONE},
        {"ou-ab12", NODE_NONE},
        {"ou-ab12-12345678x-", NODE_NONE},
        {"ou-abc-12345678", NODE_NONE},
        {"111122223333", NODE_ACCOUNT},
        {"11112222333", NODE_NONE},
        {"1111222233334", NODE_NONE},
        {"", NODE_NONE},
        {"ou-", NODE_NONE},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(node_kind_of(rows[i].id), rows[i].kind);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_tree_is_walked_from_the_root),
        cmocka_unit_test(the_management_account_is_not_limited),
        cmocka_unit_test(pages_of_the_tree_may_be_empty_and_have_doubles),
        cmocka_unit_test(what_was_moved_meanwhile_is_incomplete),
        cmocka_unit_test(a_unit_below_itself_ends_the_walk),
        cmocka_unit_test(units_are_five_deep_at_most),
        cmocka_unit_test(one_refused_list_leaves_the_tree_unknown),
        cmocka_unit_test(broken_roots_fail),
        cmocka_unit_test(broken_children_fail),
        cmocka_unit_test(policies_stand_where_they_are_attached),
        cmocka_unit_test(many_policies_at_one_node_are_side_by_side),
        cmocka_unit_test(a_type_that_is_off_is_kept_apart),
        cmocka_unit_test(a_node_without_scp_is_incomplete),
        cmocka_unit_test(one_refused_policy_leaves_its_kind_unknown),
        cmocka_unit_test(broken_policies_fail),
        cmocka_unit_test(administrators_are_sorted_without_doubles),
        cmocka_unit_test(no_organisation_is_an_answer_to_all),
        cmocka_unit_test(no_organisation_is_an_answer_to_each),
        cmocka_unit_test(the_organisation_is_read_when_home_is_left_out),
        cmocka_unit_test(ids_tell_the_kind_of_node),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
