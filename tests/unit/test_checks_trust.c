/* test_checks_trust.c - who may enter roles: users, accounts, chains, tokens. Each row is an
 * account in a few words; many are mistakes that other scanners make. */
#include "checks_scene.h"

#define TRUST_MFA "iam.role_trust_requires_mfa"
#define ACROSS "iam.cross_account_role_trust"
#define OIDC "federation.oidc_trust_restricted"

#define VENDOR "arn:aws:iam::444455556666:root"
#define MEMBER_ID "222233334444"
#define MEMBER_ROOT "arn:aws:iam::" MEMBER_ID ":root"
#define ALICE SCENE_ARN "user/alice"
#define ROLE_NAMED(name) SCENE_ARN "role/" name
#define EXTERNAL "'StringEquals':{'sts:ExternalId':'x'}"
#define BY(principal) \
    "{'Effect':'Allow','Principal':{'AWS':'" principal "'},'Action':'sts:AssumeRole'}"
#define SERVICE "{'Effect':'Allow','Principal':{'Service':'ec2.amazonaws.com'},'Action':'sts:*'}"

/* Alice has `own`; the administrator role «target» has `trust`. */
static void begin(struct scene *s, const char *own, const char *trust)
{
    scene_begin(s);
    scene_inline(s, scene_person(s, "alice"), own);
    scene_trusting(s, "target", trust, A);
}

TEST(users_of_the_account)
{
    static const struct {
        const char *own, *trust;
        enum status status;
        const char *text;
    } rows[] = {
        /* the trust table of the facts, row by row */
        {MAY, TRUST(ROOT, MFA), STATUS_PASS, "user alice may assume it only with MFA"},
        {MAY_NOT, TRUST(ROOT, MFA), STATUS_NOT_APPLICABLE, "no IAM user or account may assume it"},
        {MAY_NOT, TRUST(ALICE, MFA), STATUS_PASS, "only with MFA"},
        {MAY, TRUST(ROOT, "'BoolIfExists':{" PRESENT ":'true'}"), STATUS_FAIL,
         "user alice may assume it with an access key, by statement /Statement/0 of"},
        {MAY,
         BY(ROOT) ","
                  "{'Effect':'Deny','Principal':'*','Action':'*','Condition':{"
                  "'BoolIfExists':{" PRESENT ":'false'}}}",
         STATUS_PASS, "only with MFA"},
        {MAY,
         BY(ROOT) ","
                  "{'Effect':'Deny','Principal':'*','Action':'*','Condition':{"
                  "'Bool':{" PRESENT ":'false'}}}",
         STATUS_FAIL, "with an access key"},
        {MAY, TRUST(ROOT, MFA) "," BY(ALICE), STATUS_FAIL, "/Statement/1"},
        {MAY_NOT, TRUST("*", MFA), STATUS_PASS, "only with MFA"},
        {MAY,
         "{'Effect':'Allow','Principal':{'AWS':'" ROOT "'},'Action':'sts:*','Condition':{" MFA "}}",
         STATUS_PASS, "only with MFA"},
        /* the caller's own policies count */
        {MAY, BY(ROOT), STATUS_FAIL, "user alice may assume it with an access key"},
        {MAY "," DENY_NO_MFA, BY(ROOT), STATUS_PASS, "only with MFA"},
        {A "," DENY_IF("'Bool':{" PRESENT ":'false'}"), BY(ROOT), STATUS_FAIL, "access key"},
        {"{'Effect':'Allow','Action':'sts:AssumeRole','Resource':'" ROLE_NAMED("target") "'}",
         BY(ROOT), STATUS_FAIL, "access key"},
        {"{'Effect':'Allow','Action':'sts:AssumeRole','Resource':'" ROLE_NAMED("other") "'}",
         BY(ROOT), STATUS_NOT_APPLICABLE, "no IAM user"},
        {MAY_NOT, BY(ALICE), STATUS_FAIL, "access key"}, /* trust alone suffices */
        {MAY, BY("111122223333"), STATUS_FAIL, "access key"},
        {MAY_NOT, BY("ID-alice"), STATUS_FAIL, "user alice"},
        {MAY_NOT, BY("AIDASAMPLE99999999999"), STATUS_NOT_APPLICABLE, "no longer exist"},
        /* conditions that are not MFA */
        {MAY, TRUST(ROOT, "'IpAddress':{'aws:SourceIp':'10.0.0.0/8'}"), STATUS_FAIL,
         "when aws:sourceip is 10."},
        {MAY, TRUST(ROOT, "'StringEquals':{'aws:username':'alice'}"), STATUS_FAIL, "user alice"},
        {MAY, TRUST(ROOT, "'StringEquals':{'aws:username':'bob'}"), STATUS_NOT_APPLICABLE, ""},
        {MAY, TRUST(ROOT, "'StringMagic':{" PRESENT ":'true'}"), STATUS_UNKNOWN, "perhaps may"},
        /* nobody's, or not people's */
        {MAY, SERVICE, STATUS_NOT_APPLICABLE, "AWS services"},
        {MAY, SERVICE "," TRUST(ROOT, MFA), STATUS_PASS, "apart from: AWS services"},
        {MAY,
         "{'Effect':'Allow','Principal':{'Federated':'" SCENE_ARN "saml-provider/idp'},"
         "'Action':'sts:AssumeRoleWithSAML'}",
         STATUS_NOT_APPLICABLE, "federated sign-in"},
        {MAY,
         "{'Effect':'Allow','Principal':{'Federated':'" SCENE_ARN "oidc-provider/token."
         "actions.githubusercontent.com'},'Action':'sts:AssumeRoleWithWebIdentity'}",
         STATUS_NOT_APPLICABLE, "pipelines"},
        {MAY, "{'Effect':'Allow','Principal':{'AWS':'" ROOT "'},'Action':'sts:TagSession'}",
         STATUS_NOT_APPLICABLE, ""}, /* a companion, no entry */
        {MAY, "{'Effect':'Maybe'}", STATUS_UNKNOWN, "neither Allow nor Deny"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scene s;

        begin(&s, rows[i].own, rows[i].trust);
        scene_expect(&s, TRUST_MFA, "role/target", rows[i].status, rows[i].text);
        scene_end(&s);
    }
}

TEST(other_accounts)
{
    static const struct {
        const char *trust;
        enum status status;
        const char *text;
    } rows[] = {
        {TRUST(VENDOR, MFA), STATUS_PASS, "account 444455556666 may assume it only with MFA"},
        {BY(VENDOR), STATUS_FAIL, "account 444455556666 may assume it with an access key"},
        {BY("444455556666"), STATUS_FAIL, "account 444455556666"},
        {TRUST(VENDOR, EXTERNAL), STATUS_NOT_APPLICABLE, "third parties with an ExternalId"},
        {TRUST(VENDOR, EXTERNAL "," MFA), STATUS_NOT_APPLICABLE, "third parties"},
        {TRUST(VENDOR, "'StringLike':{'sts:ExternalId':'*'}"), STATUS_FAIL, "444455556666"},
        {TRUST(VENDOR, "'StringEqualsIfExists':{'sts:ExternalId':'x'}"), STATUS_FAIL, "4444"},
        {TRUST(VENDOR, EXTERNAL) "," BY(VENDOR), STATUS_FAIL, "/Statement/1"},
        {TRUST(VENDOR, "'StringEquals':{'aws:PrincipalOrgID':'o-1'}"), STATUS_FAIL,
         "when aws:principalorgid is o-1"},
        {BY("arn:aws:iam::444455556666:user/eve"), STATUS_FAIL, "user/eve"},
        {BY("arn:aws:iam::444455556666:role/ops"), STATUS_UNKNOWN, "no chain of roles"},
        {BY("arn:aws:sts::444455556666:assumed-role/ops/me"), STATUS_UNKNOWN, "no chain of roles"},
        {TRUST("arn:aws:iam::444455556666:role/ops", MFA), STATUS_NOT_APPLICABLE, ""},
        {BY("arn:aws:iam::444455556666:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_A_1"),
         STATUS_NOT_APPLICABLE, "federated sign-in"},
        {BY("*"), STATUS_FAIL, "anybody, in any AWS account"},
        {TRUST("*", "'StringEquals':{'aws:PrincipalAccount':'444455556666'}"), STATUS_FAIL,
         "anybody in account 444455556666"},
        {TRUST("*", "'StringEquals':{'aws:PrincipalAccount':'111122223333'}"), STATUS_FAIL,
         "user alice"}, /* its own users only, and no policy of theirs is needed */
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scene s;

        begin(&s, MAY_NOT, rows[i].trust);
        scene_expect(&s, TRUST_MFA, "role/target", rows[i].status, rows[i].text);
        scene_end(&s);
    }
}

/* Mistake: every role counts, or every caller does. */
TEST(whose_entry_counts)
{
    struct scene s;
    struct principal *user;

    scene_begin(&s); /* no privilege, no question */
    scene_inline(&s, scene_person(&s, "alice"), MAY);
    scene_trusting(&s, "reader", BY(ROOT), "{'Effect':'Allow','Action':'s3:Get*','Resource':'*'}");
    scene_expect(&s, TRUST_MFA, "role/reader", STATUS_NOT_APPLICABLE, "no privileged permission");
    scene_end(&s);

    begin(&s, MAY_NOT, BY(ROOT)); /* an MFA condition in the role's own policy is no entry's */
    s.roles[0].inline_count = 0;
    scene_inline(&s, &s.roles[0], ALLOW_IF(MFA));
    scene_inline(&s, &s.users[0], MAY);
    scene_expect(&s, TRUST_MFA, "role/target", STATUS_FAIL, "user alice");
    scene_end(&s);

    scene_begin(&s);
    scene_inline(&s, scene_machine(&s, "svc-deploy"), MAY);
    scene_trusting(&s, "target", BY(ROOT), A);
    scene_expect(&s, TRUST_MFA, "role/target", STATUS_NOT_APPLICABLE, "users that are machines");
    user = scene_person(&s, "tom"); /* one with the same policy, and a person */
    user->inline_policies = s.users[0].inline_policies;
    user->inline_count = 1;
    scene_expect(&s, TRUST_MFA, "role/target", STATUS_FAIL, "user tom");
    user->credentials->has_login = false;
    user->credentials->key_count = 0;
    scene_expect(&s, TRUST_MFA, "role/target", STATUS_NOT_APPLICABLE, "cannot sign in");
    user->credentials->login_status =
        (struct data_status){STATE_DENIED, "iam:GetLoginProfile: AccessDenied", NULL};
    scene_expect(&s, TRUST_MFA, "role/target", STATUS_UNKNOWN, "iam:GetLoginProfile: AccessDenied");
    scene_end(&s);

    scene_begin(&s);
    scene_trusting(&s, "AWSServiceRoleForX", BY(ROOT), A)->path = "/aws-service-role/x/";
    scene_expect(&s, TRUST_MFA, "role/AWSServiceRoleForX", STATUS_NOT_APPLICABLE, "linked");
    scene_end(&s);

    begin(&s, MAY, BY(ROOT)); /* perhaps privileged, and open */
    s.roles[0].inline_count = 0;
    scene_inline(&s, &s.roles[0], ALLOW_IF("'StringMagic':{'aws:x':'y'}"));
    scene_expect(&s, TRUST_MFA, "role/target", STATUS_UNKNOWN, "perhaps");
    scene_end(&s);
}

/* MFA cannot be carried through roles: the entry hop decides, the weakest is told. */
TEST(chains)
{
    struct scene s;

    scene_begin(&s); /* alice -> a (open) -> b -> target, which names b alone */
    scene_inline(&s, scene_person(&s, "alice"), MAY);
    scene_trusting(&s, "a", BY(ROOT), MAY);
    scene_trusting(&s, "b", BY(ROLE_NAMED("a")), MAY_NOT);
    scene_trusting(&s, "target", BY(ROLE_NAMED("b")), A);
    scene_expect(&s, TRUST_MFA, "role/target", STATUS_FAIL,
                 "role b may assume it, by statement /Statement/0 of");
    scene_expect(
        &s, TRUST_MFA, "role/target", STATUS_FAIL,
        "at the beginning of the chain, into role a decides: user alice may assume it with "
        "an access key");
    scene_expect(&s, TRUST_MFA, "role/a", STATUS_FAIL, "privilege escalation (sts:assumerole)");
    scene_expect(&s, TRUST_MFA, "role/b", STATUS_NOT_APPLICABLE, "no privileged permission");
    scene_end(&s);

    scene_begin(&s); /* the entry into a asks for MFA: good for all behind it */
    scene_inline(&s, scene_person(&s, "alice"), MAY);
    scene_trusting(&s, "a", TRUST(ROOT, MFA), MAY);
    scene_trusting(&s, "target", BY(ROLE_NAMED("a")), A);
    scene_expect(&s, TRUST_MFA, "role/target", STATUS_PASS, "the entry into that role decides");
    scene_end(&s);

    scene_begin(&s); /* a condition on the last hop cannot be met from a role */
    scene_inline(&s, scene_person(&s, "alice"), MAY);
    scene_trusting(&s, "a", BY(ROOT), MAY);
    scene_trusting(&s, "target", TRUST(ROLE_NAMED("a"), MFA), A);
    scene_expect(&s, TRUST_MFA, "role/target", STATUS_NOT_APPLICABLE, "roles that no IAM user");
    scene_end(&s);

    scene_begin(&s); /* by policy: the account delegates, users need MFA, role a does not */
    scene_inline(&s, scene_person(&s, "alice"), MAY "," DENY_NO_MFA);
    scene_inline(&s, scene_person(&s, "bob"),
                 "{'Effect':'Allow','Action':'sts:AssumeRole','Resource':'" ROLE_NAMED("a") "'}");
    scene_trusting(
        &s, "a", BY(ROOT),
        "{'Effect':'Allow','Action':'sts:AssumeRole','Resource':'" ROLE_NAMED("target") "'}");
    scene_trusting(&s, "target", BY(ROOT), A);
    scene_expect(&s, TRUST_MFA, "role/target", STATUS_FAIL, "role a may assume it");
    scene_expect(&s, TRUST_MFA, "role/target", STATUS_FAIL, "user bob");
    scene_end(&s);

    scene_begin(&s); /* of a service's role nothing follows; a ring ends */
    scene_person(&s, "alice");
    scene_trusting(&s, "a", SERVICE "," BY(ROLE_NAMED("target")), MAY);
    scene_trusting(&s, "target", BY(ROLE_NAMED("a")), A);
    scene_expect(&s, TRUST_MFA, "role/target", STATUS_NOT_APPLICABLE, "roles that no IAM user");
    scene_end(&s);

    scene_begin(&s); /* a trust policy that cannot be read may let anybody in */
    scene_person(&s, "alice");
    scene_trusting(&s, "a", "{'Effect':'Maybe'}", MAY);
    scene_trusting(&s, "target", BY(ROLE_NAMED("a")), A);
    scene_expect(&s, TRUST_MFA, "role/target", STATUS_UNKNOWN, "neither Allow nor Deny");
    scene_end(&s);

    scene_begin(&s); /* two roles of one kind; the trust looks at which */
    scene_inline(&s, scene_person(&s, "alice"),
                 "{'Effect':'Allow','Action':'sts:AssumeRole','Resource':'" SCENE_ARN "role/a*'}");
    scene_trusting(&s, "a1", BY(ROOT), MAY);
    scene_trusting(&s, "a2", BY(ROOT), MAY);
    s.roles[1].inline_policies = s.roles[0].inline_policies;
    scene_trusting(&s, "target",
                   TRUST(ROOT, "'ArnEquals':{'aws:PrincipalArn':'" ROLE_NAMED("a2") "'}"), A);
    scene_expect(&s, TRUST_MFA, "role/target", STATUS_FAIL, "role a2 may assume it");
    scene_end(&s);
}

/* 222233334444 is in the organisation, 444455556666 is not. */
static void in_organization(struct scene *s, enum data_state accounts)
{
    struct listed_account *listed = arena_new(&s->arena, struct listed_account, 2);

    listed[0] = (struct listed_account){.id = SCENE_ID, .name = "a", .state = "ACTIVE"};
    listed[1] = (struct listed_account){.id = MEMBER_ID, .name = "b", .state = "ACTIVE"};
    s->model.organization_id = "o-sample00001";
    s->model.management_id = SCENE_ID;
    s->account.data[DATA_ACCOUNTS] =
        (struct data_status){accounts, "organizations:ListAccounts: AccessDenied", NULL};
    if (accounts == STATE_COMPLETE) {
        s->model.listed = listed;
        s->model.listed_count = 2;
    }
}

TEST(trust_across_accounts)
{
    static const struct {
        const char *trust;
        enum data_state accounts;
        enum status status;
        const char *text;
    } rows[] = {
        {BY(ROOT), STATE_COMPLETE, STATUS_NOT_APPLICABLE, "no statement admits another account"},
        {BY("111122223333"), STATE_COMPLETE, STATUS_NOT_APPLICABLE, "no statement"},
        {SERVICE, STATE_COMPLETE, STATUS_NOT_APPLICABLE, "no statement"},
        {BY("AIDASAMPLE99999999999"), STATE_COMPLETE, STATUS_NOT_APPLICABLE, "no statement"},
        {TRUST(VENDOR, EXTERNAL), STATE_COMPLETE, STATUS_PASS, "with an ExternalId"},
        {TRUST(VENDOR, MFA), STATE_COMPLETE, STATUS_PASS, "only with MFA"},
        {BY(VENDOR), STATE_COMPLETE, STATUS_FAIL, "outside the organisation"},
        {BY("444455556666"), STATE_COMPLETE, STATUS_FAIL, "outside the organisation"},
        /* mistakes of others: IfExists, StringLike *, a list of values, a boolean */
        {TRUST(VENDOR, "'BoolIfExists':{" PRESENT ":'true'}"), STATE_COMPLETE, STATUS_FAIL,
         "with an access key"},
        {TRUST(VENDOR, "'Bool':{" PRESENT ":true}"), STATE_COMPLETE, STATUS_PASS, "MFA"},
        {TRUST(VENDOR, "'Bool':{" PRESENT ":['true']}"), STATE_COMPLETE, STATUS_PASS, "MFA"},
        {TRUST(VENDOR, "'StringLike':{'sts:ExternalId':'*'}"), STATE_COMPLETE, STATUS_FAIL, ""},
        {BY(VENDOR) ",{'Effect':'Deny','Principal':'*','Action':'sts:AssumeRole','Condition':{"
                    "'BoolIfExists':{" PRESENT ":'false'}}}",
         STATE_COMPLETE, STATUS_PASS, "only with MFA"},
        {"{'Effect':'Allow','Principal':{'AWS':['" ROOT "','" VENDOR "']},'Action':"
         "['sts:AssumeRole','sts:TagSession']}",
         STATE_COMPLETE, STATUS_FAIL, "444455556666"},
        /* the own organisation */
        {BY(MEMBER_ROOT), STATE_COMPLETE, STATUS_FAIL, "of the own organisation"},
        {TRUST(MEMBER_ROOT, MFA), STATE_COMPLETE, STATUS_PASS, "only with MFA"},
        {TRUST(MEMBER_ROOT, EXTERNAL), STATE_COMPLETE, STATUS_FAIL, "an ExternalId is no MFA"},
        {TRUST(MEMBER_ROOT, EXTERNAL), STATE_DENIED, STATUS_UNKNOWN, "ListAccounts: AccessDenied"},
        {TRUST(MEMBER_ROOT, MFA), STATE_DENIED, STATUS_PASS, "only with MFA"},
        {BY(MEMBER_ROOT), STATE_DENIED, STATUS_FAIL, "of which the organisation is not known"},
        {TRUST(MEMBER_ROOT, "'StringMagic':{'aws:x':'y'}"), STATE_COMPLETE, STATUS_UNKNOWN, ""},
        /* everybody */
        {BY("*"), STATE_COMPLETE, STATUS_FAIL, "Principal «*»"},
        {TRUST("*", MFA), STATE_COMPLETE, STATUS_FAIL, "Principal «*»"},
        {TRUST("*", "'StringEquals':{'aws:PrincipalOrgID':'o-sample00001'}"), STATE_COMPLETE,
         STATUS_FAIL, "Principal «*»"},
        {"{'Effect':'Allow','NotPrincipal':{'AWS':'" ROOT "'},'Action':'sts:AssumeRole'}",
         STATE_COMPLETE, STATUS_FAIL, "NotPrincipal"},
        /* the worst statement decides, whichever comes first */
        {TRUST(VENDOR, MFA) "," BY(MEMBER_ROOT), STATE_COMPLETE, STATUS_FAIL, "/Statement/1"},
        {BY(MEMBER_ROOT) "," TRUST(VENDOR, MFA), STATE_COMPLETE, STATUS_FAIL, "/Statement/0"},
        {"{'Effect':'Maybe'}", STATE_COMPLETE, STATUS_UNKNOWN, "neither Allow nor Deny"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scene s;

        begin(&s, MAY, rows[i].trust);
        in_organization(&s, rows[i].accounts);
        scene_expect(&s, ACROSS, "role/target", rows[i].status, rows[i].text);
        scene_end(&s);
    }
}

#define HUB "token.actions.githubusercontent.com"
#define TOKEN(host, condition)                                                     \
    "{'Effect':'Allow','Principal':{'Federated':'" SCENE_ARN "oidc-provider/" host \
    "'},'Action':'sts:AssumeRoleWithWebIdentity','Condition':{" condition "}}"
#define AUD "'StringEquals':{'" HUB ":aud':'sts.amazonaws.com'}"
#define SUB(operator, value) TOKEN(HUB, AUD ",'" operator"':{'" HUB ":sub':" value "}")
#define POOL_AMR(value)                                                                            \
    "{'Effect':'Allow','Principal':{'Federated':'cognito-identity.amazonaws.com'},'Action':"       \
    "'sts:AssumeRoleWithWebIdentity','Condition':{'StringEquals':{'cognito-identity.amazonaws.com" \
    ":aud':'eu-central-1:1'},'ForAnyValue:StringLike':{'cognito-identity.amazonaws.com:amr'"       \
    ":" value "}}}"

TEST(tokens_of_oidc_issuers)
{
    static const struct {
        const char *trust;
        enum status status;
        const char *text;
    } rows[] = {
        {SUB("StringLike", "'repo:acme/shop:*'"), STATUS_PASS, "are restricted"},
        {SUB("StringLike", "'repo:acme/*'"), STATUS_PASS, ""},
        {SUB("StringLike", "['repo:acme/a:*','repo:acme/b:*']"), STATUS_PASS, ""},
        {SUB("ForAnyValue:StringLike", "'repo:acme/*'"), STATUS_PASS, ""},
        {TOKEN(HUB, AUD), STATUS_FAIL, HUB ":sub is not asked for"},
        {SUB("StringLike", "'*'"), STATUS_FAIL, ":sub may be anybody's"},
        {SUB("StringLike", "'repo:*'"), STATUS_FAIL, ":sub"},
        {SUB("StringLike", "'repo:acme*'"), STATUS_FAIL, ":sub"}, /* acme-evil */
        {SUB("StringLike", "'repo:*/shop:*'"), STATUS_FAIL, ":sub"},
        {SUB("StringLike", "['repo:acme/a:*','*']"), STATUS_FAIL, ":sub"},
        {SUB("ForAllValues:StringLike", "'repo:acme/*'"), STATUS_FAIL, ":sub"},
        {SUB("StringLikeIfExists", "'repo:acme/*'"), STATUS_FAIL, ":sub"},
        {SUB("StringNotLike", "'repo:acme/*'"), STATUS_FAIL, ":sub"},
        {SUB("StringMagic", "'repo:acme/*'"), STATUS_UNKNOWN, "not known"},
        {TOKEN(HUB, "'StringLike':{'" HUB ":sub':'repo:acme/*'}"), STATUS_FAIL, ":aud"},
        {TOKEN(HUB, AUD) ",{'Effect':'Deny','Principal':'*','Action':'*','Condition':{"
                         "'StringNotLike':{'" HUB ":sub':'repo:acme/*'}}}",
         STATUS_PASS, ""},
        {TOKEN(HUB, AUD) ",{'Effect':'Deny','Principal':'*','Action':'*','Condition':{"
                         "'StringNotLikeIfExists':{'" HUB ":sub':'repo:acme/*'}}}",
         STATUS_FAIL, ""},
        {TOKEN("idp.example.com", "'StringEquals':{'idp.example.com:aud':'a',"
                                  "'idp.example.com:sub':'b'}"),
         STATUS_PASS, ""},
        {TOKEN("idp.example.com", "'StringEquals':{'idp.example.com:aud':'a'}"), STATUS_FAIL,
         "idp.example.com:sub"},
        {"{'Effect':'Allow','Principal':{'Federated':'cognito-identity.amazonaws.com'},'Action':"
         "'sts:AssumeRoleWithWebIdentity','Condition':{'StringEquals':{'cognito-identity.amazonaws."
         "com:aud':'eu-central-1:1'},'ForAnyValue:StringLike':{'cognito-identity.amazonaws.com:amr'"
         ":"
         "'authenticated'}}}",
         STATUS_PASS, ""},
        {POOL_AMR("'unauthenticated'"), STATUS_FAIL, "what everybody can get"},
        {POOL_AMR("'*auth*'"), STATUS_FAIL, "what everybody can get"},
        {POOL_AMR("['authenticated','unauthenticated']"), STATUS_FAIL, "what everybody can get"},
        {POOL_AMR("'auth*'"), STATUS_PASS, ""},
        {TOKEN(HUB, AUD) "," BY(ROOT), STATUS_FAIL, "/Statement/0"},
        {BY(ROOT), STATUS_NOT_APPLICABLE, "no statement admits an OIDC provider"},
        {"{'Effect':'Allow','Principal':{'Federated':'" SCENE_ARN "saml-provider/idp'},'Action':"
         "'sts:*'}",
         STATUS_NOT_APPLICABLE, "no statement"},
        {"{'Effect':'Maybe'}", STATUS_UNKNOWN, "neither Allow nor Deny"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scene s;

        begin(&s, MAY, rows[i].trust);
        scene_expect(&s, OIDC, "role/target", rows[i].status, rows[i].text);
        scene_end(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(users_of_the_account),  cmocka_unit_test(other_accounts),
        cmocka_unit_test(whose_entry_counts),    cmocka_unit_test(chains),
        cmocka_unit_test(trust_across_accounts), cmocka_unit_test(tokens_of_oidc_issuers),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
