/* test_collect_identity_center.c - Identity Center over answers in wire format. */
#include "collected.h"
#include "model/federation.h"

#define INSTANCE "arn:aws:sso:::instance/ssoins-1"
#define SET(name) "arn:aws:sso:::permissionSet/ssoins-1/ps-" name
#define STORE "d-1234567890"
#define ONE_INSTANCE                                                                 \
    "{\"Instances\":[{\"InstanceArn\":\"" INSTANCE "\",\"IdentityStoreId\":\"" STORE \
    "\",\"OwnerAccountId\":\"" HOME_ID "\",\"Status\":\"ACTIVE\",\"CreatedDate\":1.7E9}]}"
#define NO_INSTANCE "{\"Instances\":[]}"
#define PAGE "\"MaxResults\":100"

/* A question of one of the two services in a region. */
static cJSON *question(struct collected *c, const char *region, const char *operation,
                       const char *parameters)
{
    static const char *const store[] = {"ListUsers", "ListGroups", "ListGroupMemberships"};
    cJSON *query = run_query(&c->run, HOME_ID, operation, parameters);
    const char *service = "sso-admin";

    for (size_t i = 0; i < sizeof store / sizeof *store; i++)
        if (strcmp(operation, store[i]) == 0)
            service = "identitystore";
    run_set(query, "service", cJSON_CreateString(service));
    run_set(query, "region", cJSON_CreateString(region));
    return query;
}

static void answer(struct collected *c, const char *operation, const char *parameters,
                   const char *body)
{
    (void)run_page(&c->run, question(c, "eu-central-1", operation, parameters), NULL, body);
}

static void refuse(struct collected *c, const char *region, const char *operation,
                   const char *parameters, const char *code)
{
    run_error(&c->run, question(c, region, operation, parameters), NULL, 400,
              arena_printf(&c->run.arena,
                           "{\"__type\":\"com.amazonaws.swbexternalservice#%s\",\"message\":\"m\"}",
                           code));
}

/* A run that asks in eu-central-1 and us-east-1. */
static void open_center(struct collected *c)
{
    cJSON *regions;

    open_run(c);
    run_account(&c->run, HOME_ID, NULL);
    run_collects(&c->run, "sso-admin");
    run_collects(&c->run, "identitystore");
    regions = cJSON_GetObjectItem(run_scope(&c->run), "regions");
    cJSON_AddItemToArray(regions, cJSON_CreateString("us-east-1"));
    cJSON_AddItemToArray(regions, cJSON_CreateString("eu-central-1"));
}

static void answer_instances(struct collected *c, const char *frankfurt, const char *virginia)
{
    (void)run_page(&c->run, question(c, "eu-central-1", "ListInstances", "{" PAGE "}"), NULL,
                   frankfurt);
    (void)run_page(&c->run, question(c, "us-east-1", "ListInstances", "{" PAGE "}"), NULL,
                   virginia);
}

#define OF_INSTANCE "\"InstanceArn\":\"" INSTANCE "\""
#define OF_SET(name) OF_INSTANCE ",\"PermissionSetArn\":\"" SET(name) "\""
#define LIST_OF_SET(name) \
    "{\"InstanceArn\":\"" INSTANCE "\"," PAGE ",\"PermissionSetArn\":\"" SET(name) "\"}"

static void answer_sets(struct collected *c, const char *arns)
{
    answer(c, "ListPermissionSets", "{" OF_INSTANCE "," PAGE "}",
           arena_printf(&c->run.arena, "{\"PermissionSets\":[%s]}", arns));
}

/* What is asked about set A, each answered with NULL for the plain answer. */
struct set_answers {
    const char *description, *inline_policy, *managed, *customer, *boundary, *accounts;
};

static void answer_set(struct collected *c, const struct set_answers *s)
{
    answer(c, "DescribePermissionSet", "{" OF_SET("a") "}",
           word_or(s->description, "{\"PermissionSet\":{\"Name\":\"A\",\"PermissionSetArn\":\"" SET(
                                       "a") "\",\"SessionDuration\":\"PT8H\"}}"));
    answer(c, "GetInlinePolicyForPermissionSet", "{" OF_SET("a") "}",
           word_or(s->inline_policy, "{\"InlinePolicy\":\"\"}"));
    answer(c, "ListManagedPoliciesInPermissionSet", LIST_OF_SET("a"),
           word_or(s->managed, "{\"AttachedManagedPolicies\":[]}"));
    answer(c, "ListCustomerManagedPolicyReferencesInPermissionSet", LIST_OF_SET("a"),
           word_or(s->customer, "{\"CustomerManagedPolicyReferences\":[]}"));
    if (s->boundary)
        answer(c, "GetPermissionsBoundaryForPermissionSet", "{" OF_SET("a") "}", s->boundary);
    else
        refuse(c, "eu-central-1", "GetPermissionsBoundaryForPermissionSet", "{" OF_SET("a") "}",
               "ResourceNotFoundException");
    answer(c, "ListAccountsForProvisionedPermissionSet", LIST_OF_SET("a"),
           word_or(s->accounts, "{\"AccountIds\":[\"" HOME_ID "\"]}"));
}

#define ASSIGNMENTS(set, account) \
    "{\"AccountId\":\"" account "\"," OF_INSTANCE "," PAGE ",\"PermissionSetArn\":\"" SET(set) "\"}"
#define ASSIGNED(kind, id, account)                                  \
    "{\"AccountId\":\"" account                                      \
    "\",\"PermissionSetArn\":\"" SET("a") "\",\"PrincipalId\":\"" id \
                                          "\",\"PrincipalType\":\"" kind "\"}"

static void answer_assignments(struct collected *c, const char *rows)
{
    answer(c, "ListAccountAssignments", ASSIGNMENTS("a", HOME_ID),
           arena_printf(&c->run.arena, "{\"AccountAssignments\":[%s]}", rows));
}

#define OF_STORE "\"IdentityStoreId\":\"" STORE "\""

static void answer_store(struct collected *c, const char *users, const char *groups)
{
    answer(c, "ListUsers", "{" OF_STORE "," PAGE "}",
           arena_printf(&c->run.arena, "{\"Users\":[%s]}", users));
    answer(c, "ListGroups", "{" OF_STORE "," PAGE "}",
           arena_printf(&c->run.arena, "{\"Groups\":[%s]}", groups));
}

static void answer_members(struct collected *c, const char *group, const char *rows)
{
    answer(c, "ListGroupMemberships",
           arena_printf(&c->run.arena, "{\"GroupId\":\"%s\"," OF_STORE "," PAGE "}", group),
           arena_printf(&c->run.arena, "{\"GroupMemberships\":[%s]}", rows));
}

#define MEMBER(group, user) \
    "{" OF_STORE ",\"GroupId\":\"" group "\",\"MemberId\":{\"UserId\":\"" user "\"}}"

/* One set, one group with a member, one user. */
static void answer_all(struct collected *c)
{
    answer_instances(c, ONE_INSTANCE, NO_INSTANCE);
    answer_sets(c, "\"" SET("a") "\"");
    answer_set(c, &(struct set_answers){0});
    answer_assignments(c, ASSIGNED("GROUP", "g1", HOME_ID));
    answer_store(c, "{" OF_STORE ",\"UserId\":\"u1\",\"UserName\":\"n\"}",
                 "{" OF_STORE ",\"GroupId\":\"g1\",\"DisplayName\":\"G\"}");
    answer_members(c, "g1", MEMBER("g1", "u1"));
}

static const enum data_set all_sets[] = {DATA_IDENTITY_CENTER, DATA_PERMISSION_SETS,
                                         DATA_ASSIGNMENTS,     DATA_STORE_USERS,
                                         DATA_STORE_GROUPS,    DATA_STORE_MEMBERSHIPS};

/* --- Where it lives ----------------------------------------------------------------------------
 */

TEST(no_instance_anywhere_is_an_answer)
{
    struct collected c;
    const struct account *a;

    open_center(&c);
    answer_instances(&c, NO_INSTANCE, NO_INSTANCE);
    a = collect_run(&c);
    for (size_t i = 0; i < sizeof all_sets / sizeof *all_sets; i++)
        expect_state(a, all_sets[i], STATE_COMPLETE, NULL);
    assert_int_equal(c.model.center_count, 0);
    close_run(&c);
}

TEST(everything_is_read)
{
    struct collected c;
    const struct account *a;
    const struct identity_center *center;

    open_center(&c);
    answer_all(&c);
    a = collect_run(&c);
    for (size_t i = 0; i < sizeof all_sets / sizeof *all_sets; i++)
        expect_state(a, all_sets[i], STATE_COMPLETE, NULL);
    assert_int_equal(c.model.center_count, 1);
    center = &c.model.centers[0];
    assert_string_equal(center->region, "eu-central-1");
    assert_string_equal(center->owner, HOME_ID);
    assert_string_equal(center->status, "ACTIVE");
    assert_string_equal(center->source.pointer, "/Instances/0");
    assert_int_equal(center->set_count, 1);
    assert_string_equal(center->sets[0].name, "A");
    assert_string_equal(center->sets[0].session_duration, "PT8H");
    assert_null(center->sets[0].inline_policy);
    assert_int_equal(center->assignment_count, 1);
    assert_string_equal(center->assignments[0].source.pointer, "/AccountAssignments/0");
    assert_string_equal(center_user(center, "u1")->name, "n");
    assert_int_equal(center->groups[0].member_count, 1);
    assert_string_equal(center->groups[0].members[0], "u1");
    assert_true(center->groups[0].assigned);
    close_run(&c);
}

/* One region refuses: an instance may be there. What was found is still read. */
TEST(a_region_that_does_not_answer_is_named)
{
    struct collected c;
    const struct account *a;

    open_center(&c);
    answer_all(&c);
    cJSON_DeleteItemFromArray(c.run.queries, 1);
    refuse(&c, "us-east-1", "ListInstances", "{" PAGE "}", "AccessDeniedException");
    a = collect_run(&c);
    expect_state(a, DATA_IDENTITY_CENTER, STATE_DENIED,
                 "sso-admin:ListInstances: AccessDeniedException, in us-east-1");
    for (size_t i = 1; i < sizeof all_sets / sizeof *all_sets; i++)
        expect_state(a, all_sets[i], STATE_DENIED, "not known without");
    assert_int_equal(c.model.centers[0].assignment_count, 1);
    close_run(&c);
}

#define ROLE(name, path)                                                                 \
    "<member><RoleName>" name "</RoleName><Arn>arn:aws:iam::111122223333:role" path name \
    "</Arn><Path>" path "</Path></member>"

/* Regions of the reserved roles come first, each asked once; what is no region of the partition is
 * not asked: the recorded run would answer «not collected». */
TEST(roles_tell_where_to_look)
{
    struct collected c;
    const struct account *a;

    open_center(&c);
    run_set(run_scope(&c.run), "regions", cJSON_CreateArray());
    run_answer(&c.run, HOME_ID, GAAD, GAAD_PARAMETERS,
               LAST "<RoleDetailList>" ROLE("AWSReservedSSO_A_0123456789abcdef", RESERVED_PATH)
                   ROLE("AWSReservedSSO_B_0123456789abcdef", RESERVED_PATH "eu-central-1/")
                       ROLE("AWSReservedSSO_C_0123456789abcdef", RESERVED_PATH "eu-central-1/")
                           ROLE("x1", RESERVED_PATH "cn-north-1/")
                               ROLE("x2", RESERVED_PATH "evil.example.com/")
                                   ROLE("x3", RESERVED_PATH "EU/")
                                       ROLE("x4", "/eu-west-1/") "</RoleDetailList>");
    answer_all(&c);
    a = collect_run(&c);
    for (size_t i = 0; i < sizeof all_sets / sizeof *all_sets; i++)
        expect_state(a, all_sets[i], STATE_COMPLETE, NULL);
    assert_string_equal(role_permission_set(&c.model, &a->roles[0])->arn, SET("a"));
    assert_null(role_permission_set(&c.model, &a->roles[1]));
    assert_null(role_permission_set(&c.model, &a->roles[6]));
    close_run(&c);
}

TEST(without_a_region_nothing_is_known)
{
    struct collected c;

    open_center(&c);
    run_set(run_scope(&c.run), "regions", cJSON_CreateArray());
    expect_state(collect_run(&c), DATA_IDENTITY_CENTER, STATE_INCOMPLETE, "no region to ask in");
    close_run(&c);
}

/* An instance that is replicated shows in several regions: it is asked in the first. */
TEST(an_instance_in_two_regions_counts_once)
{
    struct collected c;

    open_center(&c);
    answer_all(&c);
    cJSON_DeleteItemFromArray(c.run.queries, 1);
    (void)run_page(&c.run, question(&c, "us-east-1", "ListInstances", "{" PAGE "}"), NULL,
                   ONE_INSTANCE);
    expect_state(collect_run(&c), DATA_PERMISSION_SETS, STATE_COMPLETE, NULL);
    assert_int_equal(c.model.center_count, 1);
    assert_string_equal(c.model.centers[0].region, "eu-central-1");
    close_run(&c);
}

TEST(instances_that_cannot_be_are_refused)
{
    static const struct {
        const char *body, *reason;
    } rows[] = {
        {"[]", "Instances: expected"},
        {"{}", "Instances: expected"},
        {"{\"Instances\":null}", "Instances: expected"},
        {"{\"Instances\":[7]}", "Instances[0]"},
        {"{\"Instances\":[{\"InstanceArn\":\"" INSTANCE "\"}]}", "IdentityStoreId"},
        {"{\"Instances\":[{\"InstanceArn\":\"\",\"IdentityStoreId\":\"d\"}]}", "is empty"},
        {"{\"Instances\":[{\"InstanceArn\":\"arn:aws-cn:sso:::instance/i\",\"IdentityStoreId\":"
         "\"d\"}]}",
         "not of an instance in this partition"},
        {"{\"Instances\":[{\"InstanceArn\":\"arn:aws:sso:::instance/\",\"IdentityStoreId\":"
         "\"d\"}]}",
         "not of an instance in this partition"},
        {"{\"Instances\":[],\"NextToken\":\"\"}", "empty paging token"},
        {"{\"Instances\":[],\"NextToken\":5}", "NextToken"},
        {"{\"Instances\":[],\"Instances\":[]}", "0001"},
        {"<html/>", "0001"},
        {"", "0001"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct collected c;

        open_center(&c);
        answer_instances(&c, rows[i].body, NO_INSTANCE);
        expect_state(collect_run(&c), DATA_IDENTITY_CENTER, STATE_FAILED, rows[i].reason);
        expect_state(model_account(&c.model, HOME_ID), DATA_STORE_USERS, STATE_FAILED,
                     "not known without");
        close_run(&c);
    }
}

/* --- Permission sets ---------------------------------------------------------------------------
 */

TEST(documents_of_a_permission_set)
{
    struct collected c;
    const struct permission_set *s;

    open_center(&c);
    answer_instances(&c, ONE_INSTANCE, NO_INSTANCE);
    answer_sets(&c, "\"" SET("a") "\"");
    answer_set(&c, &(struct set_answers){
                       .inline_policy = "{\"InlinePolicy\":\"{\\\"Statement\\\":[]}\"}",
                       .managed = "{\"AttachedManagedPolicies\":[{\"Arn\":\"b\",\"Name\":\"B\"},"
                                  "{\"Arn\":\"a\",\"Name\":\"A\"},{\"Arn\":\"a\",\"Name\":\"A\"}]}",
                       .customer = "{\"CustomerManagedPolicyReferences\":[{\"Name\":\"n\"},"
                                   "{\"Name\":\"m\",\"Path\":\"/p/\"}]}",
                       .boundary = "{\"PermissionsBoundary\":{\"ManagedPolicyArn\":\"b\"}}",
                       .accounts = "{\"AccountIds\":[]}"});
    answer_store(&c, "", "");
    expect_state(collect_run(&c), DATA_PERMISSION_SETS, STATE_COMPLETE, NULL);
    s = center_set(&c.model.centers[0], SET("a"));
    assert_string_equal(s->inline_policy->text, "{\"Statement\":[]}");
    assert_string_equal(s->inline_policy->source.pointer, "/InlinePolicy");
    assert_int_equal(s->managed_count, 2);
    assert_string_equal(s->managed[0].name, "A");
    assert_int_equal(s->customer_count, 2);
    assert_string_equal(s->customer[0].path, "/p/");
    assert_string_equal(s->customer[1].path, "/");
    assert_string_equal(s->boundary_arn, "b");
    assert_null(s->boundary);
    close_run(&c);
}

TEST(a_boundary_of_the_account)
{
    struct collected c;

    open_center(&c);
    answer_instances(&c, ONE_INSTANCE, NO_INSTANCE);
    answer_sets(&c, "\"" SET("a") "\"");
    answer_set(&c, &(struct set_answers){
                       .boundary = "{\"PermissionsBoundary\":{\"CustomerManagedPolicyReference\":"
                                   "{\"Name\":\"n\",\"Path\":\"/p/\"}}}",
                       .accounts = "{\"AccountIds\":[]}"});
    expect_state(collect_run(&c), DATA_PERMISSION_SETS, STATE_COMPLETE, NULL);
    assert_null(c.model.centers[0].sets[0].boundary_arn);
    assert_string_equal(c.model.centers[0].sets[0].boundary->name, "n");
    close_run(&c);
}

/* One answer that is none makes its set unknown, and the whole. */
TEST(answers_about_a_set_that_cannot_be_are_refused)
{
    static const struct {
        struct set_answers answers;
        const char *reason;
    } rows[] = {
        {{.description = "{\"PermissionSet\":{\"Name\":\"A\",\"PermissionSetArn\":\"x\"}}"},
         "not what was asked for"},
        {{.description = "{\"PermissionSet\":{\"PermissionSetArn\":\"" SET("a") "\"}}"}, "Name"},
        {{.description = "{}"}, "PermissionSet: is missing"},
        {{.inline_policy = "{}"}, "InlinePolicy: is missing"},
        {{.inline_policy = "{\"InlinePolicy\":null}"}, "expected text"},
        {{.inline_policy = "{\"InlinePolicy\":{}}"}, "expected text"},
        {{.managed = "{\"AttachedManagedPolicies\":[{\"Name\":\"A\"}]}"}, "Arn"},
        {{.managed = "{\"AttachedManagedPolicies\":[],\"NextToken\":\"t\"}"}, "more follow"},
        {{.customer = "{\"CustomerManagedPolicyReferences\":[{\"Path\":\"/\"}]}"}, "Name"},
        {{.boundary = "{\"PermissionsBoundary\":{}}"}, "ManagedPolicyArn"},
        {{.boundary = "{\"PermissionsBoundary\":{\"CustomerManagedPolicyReference\":{}}}"}, "Name"},
        {{.boundary = "{}"}, "PermissionsBoundary: is missing"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct collected c;
        const struct account *a;

        open_center(&c);
        answer_instances(&c, ONE_INSTANCE, NO_INSTANCE);
        answer_sets(&c, "\"" SET("a") "\"");
        answer_set(&c, &rows[i].answers);
        answer_assignments(&c, "");
        a = collect_run(&c);
        assert_true(!data_complete(a, DATA_PERMISSION_SETS));
        expect_holds(a->data[DATA_PERMISSION_SETS].reason, rows[i].reason);
        expect_holds(c.model.centers[0].sets[0].status.reason, rows[i].reason);
        assert_true(!data_complete(a, DATA_ASSIGNMENTS));
        close_run(&c);
    }
}

TEST(sets_of_another_instance_are_refused)
{
    static const char *const arns[] = {"\"arn:aws:sso:::permissionSet/ssoins-2/ps-a\"",
                                       "\"arn:aws:sso:::permissionSet/ssoins-1\"",
                                       "\"arn:aws:sso:::permissionSet/ssoins-12/ps-a\"",
                                       "\"arn:aws-cn:sso:::permissionSet/ssoins-1/ps-a\"",
                                       "\"\"",
                                       "{}",
                                       "\"x\""};

    for (size_t i = 0; i < sizeof arns / sizeof *arns; i++) {
        struct collected c;

        open_center(&c);
        answer_instances(&c, ONE_INSTANCE, NO_INSTANCE);
        answer_sets(&c, arns[i]);
        expect_state(collect_run(&c), DATA_PERMISSION_SETS, STATE_FAILED, "PermissionSets[0]");
        assert_int_equal(c.model.centers[0].set_count, 0);
        close_run(&c);
    }
}

/* --- Assignments -------------------------------------------------------------------------------
 */

/* Only pairs that exist, and of these the accounts of the scan that are read. */
TEST(only_provisioned_accounts_of_the_scope_are_asked)
{
    struct collected c;
    const struct account *a;

    open_center(&c);
    run_account(&c.run, OTHER_ID, "excluded");
    answer_instances(&c, ONE_INSTANCE, NO_INSTANCE);
    answer_sets(&c, "\"" SET("a") "\"");
    answer_set(&c, &(struct set_answers){.accounts = "{\"AccountIds\":[\"999900009999\",\"" OTHER_ID
                                                     "\",\"" HOME_ID "\"]}"});
    answer_assignments(&c, ASSIGNED("USER", "u2", HOME_ID) "," ASSIGNED("GROUP", "g9", HOME_ID));
    answer_store(&c, "", "");
    refuse(&c, "eu-central-1", "ListGroupMemberships", "{\"GroupId\":\"g9\"," OF_STORE "," PAGE "}",
           "ResourceNotFoundException");
    a = collect_run(&c);
    for (size_t i = 0; i < sizeof all_sets / sizeof *all_sets; i++)
        expect_state(a, all_sets[i], STATE_COMPLETE, NULL);
    assert_int_equal(c.model.centers[0].sets[0].account_count, 3);
    assert_int_equal(c.model.centers[0].assignment_count, 2);
    assert_int_equal(c.model.centers[0].assignments[0].kind, STORE_USER);
    assert_int_equal(c.model.centers[0].assignments[1].kind, STORE_GROUP);
    /* The group was deleted since: it is there, without a name and without members. */
    assert_int_equal(c.model.centers[0].group_count, 1);
    assert_null(c.model.centers[0].groups[0].name);
    assert_int_equal(c.model.centers[0].groups[0].members_status.state, STATE_COMPLETE);
    close_run(&c);
}

TEST(assignments_that_cannot_be_are_refused)
{
    static const struct {
        const char *rows, *reason;
    } rows[] = {
        {ASSIGNED("ROLE", "u", HOME_ID), "neither USER nor GROUP"},
        {ASSIGNED("USER", "", HOME_ID), "PrincipalId: is empty"},
        {ASSIGNED("USER", "u", OTHER_ID), "AccountId: not what was asked for"},
        {"{\"AccountId\":\"" HOME_ID "\",\"PermissionSetArn\":\"" SET(
             "b") "\",\"PrincipalId\":\"u\",\"PrincipalType\":\"USER\"}",
         "PermissionSetArn: not what was asked for"},
        {"{}", "PrincipalType"},
        {"null", "PrincipalType"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct collected c;

        open_center(&c);
        answer_instances(&c, ONE_INSTANCE, NO_INSTANCE);
        answer_sets(&c, "\"" SET("a") "\"");
        answer_set(&c, &(struct set_answers){0});
        answer_assignments(&c, rows[i].rows);
        answer_store(&c, "", "");
        expect_state(collect_run(&c), DATA_ASSIGNMENTS, STATE_FAILED, rows[i].reason);
        expect_state(model_account(&c.model, HOME_ID), DATA_STORE_MEMBERSHIPS, STATE_FAILED,
                     "not known without");
        close_run(&c);
    }
}

TEST(accounts_that_are_none_are_refused)
{
    struct collected c;

    open_center(&c);
    answer_instances(&c, ONE_INSTANCE, NO_INSTANCE);
    answer_sets(&c, "\"" SET("a") "\"");
    answer_set(&c, &(struct set_answers){.accounts = "{\"AccountIds\":[\"12345\"]}"});
    expect_state(collect_run(&c), DATA_ASSIGNMENTS, STATE_FAILED, "not an account id");
    close_run(&c);
}

/* --- The directory -----------------------------------------------------------------------------
 */

TEST(users_and_groups_of_the_directory)
{
    struct collected c;
    const struct identity_center *center;
    cJSON *query;

    open_center(&c);
    answer_instances(&c, ONE_INSTANCE, NO_INSTANCE);
    answer_sets(&c, "");
    query = question(&c, "eu-central-1", "ListUsers", "{" OF_STORE "," PAGE "}");
    (void)run_page(&c.run, query, NULL,
                   "{\"Users\":[{" OF_STORE ",\"UserId\":\"u2\",\"UserName\":\"b\",\"DisplayName\":"
                   "\"B\",\"UserStatus\":\"DISABLED\",\"Emails\":[{\"Value\":\"x@example.com\"},"
                   "{\"Value\":\"y@example.com\",\"Primary\":true}],\"ExternalIds\":[{\"Id\":\"1\","
                   "\"Issuer\":\"https://scim.example.com\"}]}],\"NextToken\":\"1\"}");
    (void)run_page(&c.run, query, "1", "{\"Users\":[],\"NextToken\":\"2\"}");
    (void)run_page(&c.run, query, "2",
                   "{\"Users\":[{" OF_STORE ",\"UserId\":\"u1\",\"UserName\":null}]}");
    answer(&c, "ListGroups", "{" OF_STORE "," PAGE "}",
           "{\"Groups\":[{" OF_STORE ",\"GroupId\":\"g2\"},{" OF_STORE
           ",\"GroupId\":\"g1\",\"DisplayName\":\"G\"}]}");
    expect_state(collect_run(&c), DATA_STORE_USERS, STATE_COMPLETE, NULL);
    center = &c.model.centers[0];
    assert_int_equal(center->user_count, 2);
    assert_null(center_user(center, "u1")->name);
    assert_string_equal(center_user(center, "u2")->email, "y@example.com");
    assert_string_equal(center_user(center, "u2")->issuer, "https://scim.example.com");
    assert_string_equal(center_user(center, "u2")->status, "DISABLED");
    assert_string_equal(center_user(center, "u2")->source.pointer, "/Users"
                                                                   "/0");
    assert_int_equal(center->group_count, 2);
    assert_false(center->groups[0].assigned);
    assert_int_equal(center->groups[0].members_status.state, STATE_NOT_COLLECTED);
    expect_state(model_account(&c.model, HOME_ID), DATA_STORE_MEMBERSHIPS, STATE_COMPLETE, NULL);
    close_run(&c);
}

TEST(directory_answers_that_cannot_be_are_refused)
{
    static const struct {
        const char *users, *groups, *members;
        enum data_set set;
        const char *reason;
    } rows[] = {
        {"{\"IdentityStoreId\":\"d-other\",\"UserId\":\"u\"}", "", "", DATA_STORE_USERS,
         "not what was asked for"},
        {"{" OF_STORE "}", "", "", DATA_STORE_USERS, "UserId"},
        {"{" OF_STORE ",\"UserId\":7}", "", "", DATA_STORE_USERS, "UserId"},
        {"", "{\"IdentityStoreId\":\"d-other\",\"GroupId\":\"g\"}", "", DATA_STORE_GROUPS,
         "not what was asked for"},
        {"", "{" OF_STORE "}", "", DATA_STORE_GROUPS, "GroupId"},
        {"", "", MEMBER("g2", "u1"), DATA_STORE_MEMBERSHIPS, "not what was asked for"},
        {"", "", "{" OF_STORE ",\"GroupId\":\"g1\",\"MemberId\":{\"GroupId\":\"g2\"}}",
         DATA_STORE_MEMBERSHIPS, "UserId"},
        {"", "", "{" OF_STORE ",\"GroupId\":\"g1\"}", DATA_STORE_MEMBERSHIPS, "MemberId"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct collected c;

        open_center(&c);
        answer_instances(&c, ONE_INSTANCE, NO_INSTANCE);
        answer_sets(&c, "\"" SET("a") "\"");
        answer_set(&c, &(struct set_answers){0});
        answer_assignments(&c, ASSIGNED("GROUP", "g1", HOME_ID));
        answer_store(&c, rows[i].users, rows[i].groups);
        answer_members(&c, "g1", rows[i].members);
        expect_state(collect_run(&c), rows[i].set, STATE_FAILED, rows[i].reason);
        close_run(&c);
    }
}

/* The home account asks; the answers of others are not looked for. */
TEST(only_the_home_account_is_asked)
{
    struct collected c;

    open_center(&c);
    run_account(&c.run, OTHER_ID, NULL);
    answer_all(&c);
    (void)collect_run(&c);
    expect_state(model_account(&c.model, OTHER_ID), DATA_IDENTITY_CENTER, STATE_NOT_COLLECTED,
                 "not collected");
    assert_true(collect_at_home(DATA_IDENTITY_CENTER));
    assert_false(collect_at_home(DATA_SAML_PROVIDERS));
    close_run(&c);
}

/* Without sso-admin there is no directory to ask. */
TEST(the_directory_rests_on_the_instances)
{
    struct collected c;
    cJSON *services;

    open_center(&c);
    services = cJSON_GetObjectItem(run_scope(&c.run), "collect");
    cJSON_DeleteItemFromArray(services, cJSON_GetArraySize(services) - 2);
    expect_state(
        collect_run(&c), DATA_STORE_USERS, STATE_INCOMPLETE,
        "identitystore:ListUsers: not known without sso-admin:ListInstances: not collected");
    close_run(&c);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_instance_anywhere_is_an_answer),
        cmocka_unit_test(everything_is_read),
        cmocka_unit_test(a_region_that_does_not_answer_is_named),
        cmocka_unit_test(roles_tell_where_to_look),
        cmocka_unit_test(without_a_region_nothing_is_known),
        cmocka_unit_test(an_instance_in_two_regions_counts_once),
        cmocka_unit_test(instances_that_cannot_be_are_refused),
        cmocka_unit_test(documents_of_a_permission_set),
        cmocka_unit_test(a_boundary_of_the_account),
        cmocka_unit_test(answers_about_a_set_that_cannot_be_are_refused),
        cmocka_unit_test(sets_of_another_instance_are_refused),
        cmocka_unit_test(only_provisioned_accounts_of_the_scope_are_asked),
        cmocka_unit_test(assignments_that_cannot_be_are_refused),
        cmocka_unit_test(accounts_that_are_none_are_refused),
        cmocka_unit_test(users_and_groups_of_the_directory),
        cmocka_unit_test(directory_answers_that_cannot_be_are_refused),
        cmocka_unit_test(only_the_home_account_is_asked),
        cmocka_unit_test(the_directory_rests_on_the_instances),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
