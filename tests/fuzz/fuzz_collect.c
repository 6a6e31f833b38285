/* fuzz_collect.c - any bytes as AWS's answer to one question, the others answered well: collected,
 * judged and written. Nothing may crash, and nothing that failed may PASS.
 *
 * Input: one byte that chooses the question, then the pages of its answer, separated by NUL. With
 * 16 set in that byte the answer is a credential report's CSV as it stands. Or, in place of the
 * byte, the operation's name and a newline: so that a new row moves no other. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "assessment.h"
#include "aws/transport.h"
#include "base/digest.h"
#include "base/limits.h"
#include "base/log.h"
#include "checks/check.h"
#include "collect/collect.h"
#include "evaluate.h"

#define ID "111122223333"
#define ARN "arn:aws:iam::" ID ":"
#define INSTANCE "arn:aws:sso:::instance/ssoins-1"
#define SET "arn:aws:sso:::permissionSet/ssoins-1/ps-1"
#define REGION "eu-west-1"

#define ORG_ARN "arn:aws:organizations::" ID ":"
#define POLICY                                                                               \
    "{\"Arn\":\"arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess\"," \
    "\"AwsManaged\":true,\"Id\":\"p-FullAWSAccess\",\"Name\":\"n\",\"Type\":"                \
    "\"SERVICE_CONTROL_POLICY\"}"

/* Questions, and good answers to them. To add one: a row; those after the sixteenth are chosen by
 * their names only. */
static const struct {
    const char *operation, *answer;
} questions[] = {
    {"GetAccountAuthorizationDetails",
     "<GetAccountAuthorizationDetailsResponse><GetAccountAuthorizationDetailsResult><IsTruncated>"
     "false</IsTruncated><UserDetailList><member><UserName>u</UserName><Arn>" ARN
     "user/u</Arn></member><member><UserName>v</UserName><Arn>" ARN "user/v</Arn></member>"
     "</UserDetailList></GetAccountAuthorizationDetailsResult></"
     "GetAccountAuthorizationDetailsResponse>"},
    {"GetCredentialReport",
     "<GetCredentialReportResponse><GetCredentialReportResult><Content>"
     "dXNlcixhcm4scGFzc3dvcmRfZW5hYmxlZCxtZmFfYWN0aXZlCnUsYXJuOmF3czppYW06OjExMTEy"
     "MjIyMzMzMzp1c2VyL3UsdHJ1ZSx0cnVlCg==</Content><ReportFormat>text/csv</ReportFormat>"
     "<GeneratedTime>2026-11-23T05:00:00Z</GeneratedTime></GetCredentialReportResult></"
     "GetCredentialReportResponse>"},
    {"GetAccountSummary", "<GetAccountSummaryResponse><GetAccountSummaryResult><SummaryMap><entry><"
                          "key>Users</key><value>2</value></entry><entry><key>"
                          "AccountMFAEnabled</key><value>1</value></entry></SummaryMap></"
                          "GetAccountSummaryResult></GetAccountSummaryResponse>"},
    {"ListVirtualMFADevices",
     "<ListVirtualMFADevicesResponse><ListVirtualMFADevicesResult><VirtualMFADevices><member><"
     "SerialNumber>" ARN "mfa/u</SerialNumber><User><Arn>" ARN
     "user/u</Arn></User></member></VirtualMFADevices></ListVirtualMFADevicesResult></"
     "ListVirtualMFADevicesResponse>"},
    {"ListMFADevices",
     "<ListMFADevicesResponse><ListMFADevicesResult><MFADevices><member><UserName>u</"
     "UserName><SerialNumber>" ARN
     "mfa/u</SerialNumber><EnableDate>2026-01-01T00:00:00Z</EnableDate></member><member><UserName>"
     "u</UserName><SerialNumber>" ARN
     "u2f/user/u/k</SerialNumber><EnableDate>2026-01-01T00:00:00Z</EnableDate></member></"
     "MFADevices>"
     "</ListMFADevicesResult></ListMFADevicesResponse>"},
    {"GetCallerIdentity",
     "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::" ID
     ":user/u</Arn><Account>" ID
     "</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"},
    {"ListAccountAliases", "<ListAccountAliasesResponse><ListAccountAliasesResult><AccountAliases/"
                           "></ListAccountAliasesResult></ListAccountAliasesResponse>"},
    {"ListOrganizationsFeatures",
     "<ListOrganizationsFeaturesResponse><ListOrganizationsFeaturesResult><EnabledFeatures/></"
     "ListOrganizationsFeaturesResult></ListOrganizationsFeaturesResponse>"},
    {"DescribeOrganization", "{\"Organization\":{\"Id\":\"o\",\"MasterAccountId\":\"" ID "\"}}"},
    {"ListAccounts", "{\"Accounts\":[{\"Id\":\"" ID "\",\"Name\":\"n\",\"State\":\"ACTIVE\"}]}"},
    {"GenerateCredentialReport",
     "<GenerateCredentialReportResponse><GenerateCredentialReportResult><State>COMPLETE</State>"
     "</GenerateCredentialReportResult></GenerateCredentialReportResponse>"},
    {"DescribeTrails",
     "{\"trailList\":[{\"Name\":\"t\",\"TrailARN\":\"arn:aws:cloudtrail:" REGION ":" ID
     ":trail/t\",\"HomeRegion\":\"" REGION "\",\"S3BucketName\":\"b\",\"IsMultiRegionTrail\":true,"
     "\"CloudWatchLogsLogGroupArn\":\"arn:aws:logs:" REGION ":" ID ":log-group:g:*\"}]}"},
    {"GetTrailStatus", "{\"IsLogging\":true}"},
    {"GetEventSelectors", "{\"TrailARN\":\"arn:aws:cloudtrail:" REGION ":" ID
                          ":trail/t\",\"EventSelectors\":[{\"ReadWriteType\":\"All\"}]}"},
    {"DescribeMetricFilters",
     "{\"metricFilters\":[{\"filterName\":\"f\",\"filterPattern\":\"\",\"metricTransformations\":"
     "[{\"metricName\":\"m\",\"metricNamespace\":\"n\"}]}]}"},
    {"DescribeAlarms",
     "<DescribeAlarmsResponse><DescribeAlarmsResult><MetricAlarms><member><AlarmName>a</AlarmName>"
     "<AlarmArn>arn:aws:cloudwatch:" REGION ":" ID ":alarm:a</AlarmArn><ActionsEnabled>true"
     "</ActionsEnabled></member></MetricAlarms></DescribeAlarmsResult></DescribeAlarmsResponse>"},
    {"GetBucketLocation", "<LocationConstraint/>"},
    {"GetBucketVersioning",
     "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"},
    {"GetObjectLockConfiguration",
     "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled>"
     "</ObjectLockConfiguration>"},
    {"ListUserPools", "{\"UserPools\":[{\"Id\":\"" REGION "_a\",\"Name\":\"p\"}]}"},
    {"GetUserPoolMfaConfig", "{\"MfaConfiguration\":\"ON\"}"},
    {"DescribeDirectories",
     "{\"DirectoryDescriptions\":[{\"DirectoryId\":\"d-1\",\"Name\":\"a\",\"Type\":\"SimpleAD\","
     "\"Stage\":\"Active\"}]}"},
    {"LookupEvents", "{\"Events\":[]}"},
    {"GetLoginProfile", "<GetLoginProfileResponse><GetLoginProfileResult><LoginProfile><UserName>u"
                        "</UserName></LoginProfile></GetLoginProfileResult>"
                        "</GetLoginProfileResponse>"},
    {"ListAccessKeys",
     "<ListAccessKeysResponse><ListAccessKeysResult><IsTruncated>false</IsTruncated>"
     "<AccessKeyMetadata><member><UserName>u</UserName><AccessKeyId>AKIA1</AccessKeyId><Status>"
     "Active</Status></member></AccessKeyMetadata></ListAccessKeysResult></"
     "ListAccessKeysResponse>"},
    {"GetAccessKeyLastUsed",
     "<GetAccessKeyLastUsedResponse><GetAccessKeyLastUsedResult><UserName>u</UserName>"
     "<AccessKeyLastUsed><Region>N/A</Region></AccessKeyLastUsed></GetAccessKeyLastUsedResult></"
     "GetAccessKeyLastUsedResponse>"},
    {"GetMFADevice", "<GetMFADeviceResponse><GetMFADeviceResult><SerialNumber>" ARN
                     "u2f/user/u/k</SerialNumber></GetMFADeviceResult></GetMFADeviceResponse>"},
    {"ListServiceSpecificCredentials",
     "<ListServiceSpecificCredentialsResponse><ListServiceSpecificCredentialsResult>"
     "<ServiceSpecificCredentials/></ListServiceSpecificCredentialsResult></"
     "ListServiceSpecificCredentialsResponse>"},
    {"GetAccountPasswordPolicy",
     "<GetAccountPasswordPolicyResponse><GetAccountPasswordPolicyResult><PasswordPolicy/>"
     "</GetAccountPasswordPolicyResult></GetAccountPasswordPolicyResponse>"},
    {"ListRoots", "{\"Roots\":[{\"Arn\":\"" ORG_ARN "root/o/r-test\",\"Id\":\"r-test\",\"Name\":"
                  "\"Root\",\"PolicyTypes\":[{\"Status\":\"ENABLED\",\"Type\":"
                  "\"SERVICE_CONTROL_POLICY\"}]}]}"},
    {"ListOrganizationalUnitsForParent",
     "{\"OrganizationalUnits\":[{\"Arn\":\"" ORG_ARN "ou/o/ou-test-12345678\",\"Id\":"
     "\"ou-test-12345678\",\"Name\":\"n\"}]}"},
    {"ListAccountsForParent",
     "{\"Accounts\":[{\"Arn\":\"" ORG_ARN "account/o/" ID "\",\"Id\":\"" ID "\",\"Name\":\"n\"}]}"},
    {"ListPolicies", "{\"Policies\":[" POLICY "]}"},
    {"DescribePolicy", "{\"Policy\":{\"Content\":\"{}\",\"PolicySummary\":" POLICY "}}"},
    {"ListTargetsForPolicy",
     "{\"Targets\":[{\"TargetId\":\"r-test\"},{\"TargetId\":\"ou-test-12345678\"},{\"TargetId\":"
     "\"" ID "\"}]}"},
    {"ListDelegatedAdministrators",
     "{\"DelegatedAdministrators\":[{\"Arn\":\"" ORG_ARN "account/o/" ID "\",\"Id\":\"" ID "\"}]}"},
    {"ListSAMLProviders",
     "<ListSAMLProvidersResponse><ListSAMLProvidersResult><SAMLProviderList><member><Arn>" ARN
     "saml-provider/idp</Arn></member></SAMLProviderList></ListSAMLProvidersResult></"
     "ListSAMLProvidersResponse>"},
    {"GetSAMLProvider",
     "<GetSAMLProviderResponse><GetSAMLProviderResult><SAMLMetadataDocument>&lt;EntityDescriptor "
     "entityID='i'&gt;&lt;IDPSSODescriptor&gt;&lt;SingleSignOnService Location='https://i/'/&gt;"
     "&lt;/IDPSSODescriptor&gt;&lt;/EntityDescriptor&gt;</SAMLMetadataDocument></"
     "GetSAMLProviderResult></GetSAMLProviderResponse>"},
    {"ListOpenIDConnectProviders",
     "<ListOpenIDConnectProvidersResponse><ListOpenIDConnectProvidersResult>"
     "<OpenIDConnectProviderList><member><Arn>" ARN "oidc-provider/i</Arn></member>"
     "</OpenIDConnectProviderList></ListOpenIDConnectProvidersResult></"
     "ListOpenIDConnectProvidersResponse>"},
    {"GetOpenIDConnectProvider",
     "<GetOpenIDConnectProviderResponse><GetOpenIDConnectProviderResult><Url>i</Url>"
     "<ClientIDList><member>c</member></ClientIDList></GetOpenIDConnectProviderResult></"
     "GetOpenIDConnectProviderResponse>"},
    {"ListInstances",
     "{\"Instances\":[{\"InstanceArn\":\"" INSTANCE "\",\"IdentityStoreId\":\"d-1\"}]}"},
    {"ListPermissionSets", "{\"PermissionSets\":[\"" SET "\"]}"},
    {"DescribePermissionSet",
     "{\"PermissionSet\":{\"Name\":\"A\",\"PermissionSetArn\":\"" SET "\"}}"},
    {"GetInlinePolicyForPermissionSet", "{\"InlinePolicy\":\"{}\"}"},
    {"ListManagedPoliciesInPermissionSet",
     "{\"AttachedManagedPolicies\":[{\"Arn\":\"a\",\"Name\":\"n\"}]}"},
    {"ListCustomerManagedPolicyReferencesInPermissionSet",
     "{\"CustomerManagedPolicyReferences\":[{\"Name\":\"n\",\"Path\":\"/\"}]}"},
    {"GetPermissionsBoundaryForPermissionSet",
     "{\"PermissionsBoundary\":{\"ManagedPolicyArn\":\"a\"}}"},
    {"ListAccountsForProvisionedPermissionSet", "{\"AccountIds\":[\"" ID "\"]}"},
    {"ListAccountAssignments",
     "{\"AccountAssignments\":[{\"AccountId\":\"" ID "\",\"PermissionSetArn\":\"" SET
     "\",\"PrincipalId\":\"g\",\"PrincipalType\":\"GROUP\"}]}"},
    {"ListUsers", "{\"Users\":[{\"IdentityStoreId\":\"d-1\",\"UserId\":\"u\"}]}"},
    {"ListGroups", "{\"Groups\":[{\"IdentityStoreId\":\"d-1\",\"GroupId\":\"g\"}]}"},
    {"ListGroupMemberships", "{\"GroupMemberships\":[{\"IdentityStoreId\":\"d-1\",\"GroupId\":"
                             "\"g\",\"MemberId\":{\"UserId\":\"u\"}}]}"},
    {"ListPublicKeys", "{\"PublicKeyList\":[{\"Fingerprint\":\"f\",\"Value\":\"AAAA\"}]}"},
    {"SimulatePrincipalPolicy",
     "<SimulatePrincipalPolicyResponse><SimulatePrincipalPolicyResult><EvaluationResults>"
     "<member><EvalActionName>iam:CreateAccessKey</EvalActionName><EvalDecision>allowed"
     "</EvalDecision></member></EvaluationResults></SimulatePrincipalPolicyResult></"
     "SimulatePrincipalPolicyResponse>"},
};
#define QUESTIONS (sizeof questions / sizeof *questions)

struct stub {
    struct transport transport;
    const char *operation; /* the one that is answered with the input */
    const char *bytes;
    size_t len;
};

static void settle(struct call *call, int result, struct arena *arena, const struct error *err)
{
    if (result)
        call->status = (struct data_status){STATE_FAILED, arena_strdup(arena, err->msg), NULL};
    else
        call->status = (struct data_status){call->next ? STATE_INCOMPLETE : STATE_COMPLETE,
                                            call->next ? "more follow" : NULL, NULL};
}

/* Memory of exactly the page's size, so that a sanitizer sees a read past its end. */
static int give(struct call *call, const char *bytes, size_t len, struct error *err)
{
    static const struct page page = {.file = "raw/" ID "/0001-x-Y.xml", .http_status = 200};
    char *exact = memory_alloc(len + (len == 0));
    int result;

    memcpy(exact, bytes, len);
    call->next = NULL;
    result = call->receive(call, &(struct answer){exact, len, &page}, err);
    free(exact);
    return result;
}

static void answer_with_input(const struct stub *s, struct call *call)
{
    const char *at = s->bytes, *end = s->bytes + s->len;
    struct error err = {0};
    int result;

    do {
        const char *nul = at < end ? memchr(at, '\0', (size_t)(end - at)) : NULL;
        const char *stop = nul ? nul : end;

        result = give(call, at, (size_t)(stop - at), &err);
        at = nul ? nul + 1 : end;
    } while (result == 0 && call->next && at < end);
    settle(call, result, s->transport.arena, &err);
}

static int stub_run(struct transport *t, struct call *calls, size_t count, struct error *err)
{
    const struct stub *s = (const struct stub *)t;

    (void)err;
    for (size_t i = 0; i < count; i++) {
        struct error why = {0};
        size_t q = 0;

        if (strcmp(calls[i].operation, s->operation) == 0) {
            answer_with_input(s, &calls[i]);
            continue;
        }
        while (q < QUESTIONS && strcmp(questions[q].operation, calls[i].operation) != 0)
            q++;
        if (q == QUESTIONS)
            abort(); /* a collector asks what this table does not answer: add the row */
        settle(&calls[i], give(&calls[i], questions[q].answer, strlen(questions[q].answer), &why),
               t->arena, &why);
    }
    return 0;
}

/* What is not complete gives no PASS to a check that needs it. */
static void check_verdicts(const struct assessment *a)
{
    const struct account *account = &a->model.accounts[0];

    for (size_t i = 0; i < a->findings.count; i++) {
        const struct finding *f = &a->findings.at[i];
        const struct check *check = check_at(f->row);

        for (int set = 0; set < DATA_COUNT; set++)
            if (check->needs & ~check->handles & DATA_BIT(set) &&
                !data_complete(account, (enum data_set)set) && f->status != STATUS_UNKNOWN)
                abort();
    }
}

static void check_json(const struct assessment *a)
{
    cleanup_json cJSON *root = assessment_json(a);
    cleanup_strbuf struct strbuf text = STRBUF_INIT(256 * MIB);
    struct error err = {0};

    if (json_canonical(root, &text, &err) || strbuf_finish(&text, "findings", &err))
        abort();
}

static void judge(struct stub *s)
{
    static struct scope_account scope = {ID, true, NULL};
    static const char *services[] = {
        "iam",         "sts", "organizations", "cloudtrail",   "logs", "cloudwatch", "s3",
        "cognito-idp", "ds",  "sso-admin",     "identitystore"};
    static const char *regions[] = {REGION, "us-east-1"};
    static struct trail_file digest = {
        ID,
        {.file = "raw/" ID "/trail/" ID "_CloudTrail-Digest_" REGION "_t_" REGION
                 "_20261120T010000Z.json.gz"}}; /* its name is read, and keys are asked for */
    struct assessment a = {
        .snapshot = {.mode = "organization",
                     .home = ID,
                     .started_at = "2026-11-23T06:00:00Z",
                     .finished_at = "2026-11-23T06:00:00Z",
                     .collect = services,
                     .freshness = s->len % 2 ? FRESHNESS_LIVE : FRESHNESS_CONFIRM,
                     .collect_count = sizeof services / sizeof *services,
                     .simulate = 2,
                     .regions = regions,
                     .region_count = 2,
                     .accounts = &scope,
                     .account_count = 1,
                     .trail = &digest,
                     .trail_count = 1}};
    struct error err = {0};

    s->transport = (struct transport){.run = stub_run, .arena = &a.model.arena};
    if (collect_account(&a.snapshot, NULL, &s->transport, &a.model, &err))
        abort();
    if (a.model.accounts[0].summary[SUMMARY_USERS].value < 200 &&
        a.model.accounts[0].summary[SUMMARY_MFA_DEVICES].value < 200) {
        evaluate(&a.snapshot, &a.model, &a.findings);
        a.account_scores = &a.score;
        check_verdicts(&a);
        check_json(&a);
    }
    assessment_close(&a);
}

/* "DescribeTrails\n{...}" */
static void choose_by_name(struct stub *s, const char *data, size_t size)
{
    for (size_t q = 0; q < QUESTIONS; q++) {
        size_t len = strlen(questions[q].operation);

        if (size > len && memcmp(data, questions[q].operation, len) == 0 && data[len] == '\n') {
            s->operation = questions[q].operation;
            s->bytes = data + len + 1;
            s->len = size - len - 1;
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cleanup_strbuf struct strbuf report = STRBUF_INIT(16 * MIB);
    struct stub s = {0};

    if (size == 0)
        return 0;
    json_init();
    log_setup(LOG_ERROR, false);
    s.operation = questions[(data[0] & 15) % QUESTIONS].operation;
    s.bytes = (const char *)data + 1;
    s.len = size - 1;
    choose_by_name(&s, (const char *)data, size);
    if (data[0] < ' ' && data[0] & 16) {
        strbuf_addstr(&report, "<GetCredentialReportResponse><GetCredentialReportResult><Content>");
        base64_encode(&report, s.bytes, s.len);
        strbuf_addstr(&report, "</Content><ReportFormat>text/csv</ReportFormat><GeneratedTime>"
                               "2026-11-23T05:00:00Z</GeneratedTime></GetCredentialReportResult></"
                               "GetCredentialReportResponse>");
        s.operation = "GetCredentialReport";
        s.bytes = report.buf;
        s.len = report.len;
    }
    judge(&s);
    return 0;
}
