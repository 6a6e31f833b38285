"""sample_story.py - who lives in the sample organisation, and what the first checks must say.

Data only: make_sample.py turns it into AWS answers. Every name and figure is made up. The verdicts
(`expect`, ROOTS, ORPHANED, STRATEGY) are stated here by hand, from the story, and never computed
from what the program answers; make_sample.py only cross-checks them.

To add a user, role, group or policy: add one row below and run make_sample.py.
"""
from collections import namedtuple

ORGANIZATION = "o-sample00001"
ORGANIZATION_NAME = "Example Corp (sample)"
OVERRIDE = ("The sample organisation that ships with reportgen; every name and figure is made "
            "up.")
REGIONS = ["eu-central-1", "us-east-1"]      # where regional services were asked
MANAGEMENT, PRODUCTION, SANDBOX = "111122223333", "222233334444", "333344445555"
VENDOR = "444455556666"

User = namedtuple("User", "name expect why path password devices keys groups attached inline "
                          "boundary tags")
Device = namedtuple("Device", "kind name enabled")
Key = namedtuple("Key", "active created used region service")
Group = namedtuple("Group", "name attached inline")
Role = namedtuple("Role", "name why path trust attached inline profile tags used boundary")
Policy = namedtuple("Policy", "name path versions default encode")

# ---------------------------------------------------------------------------------- documents


def allow(action, resource="*", **more):
    return dict({"Effect": "Allow", "Action": action, "Resource": resource}, **more)


def policy(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


def trust(principal, action="sts:AssumeRole", condition=None):
    statement = {"Effect": "Allow", "Principal": principal, "Action": action}
    if condition:
        statement["Condition"] = condition
    return policy(statement)


def service(name):
    return trust({"Service": name + ".amazonaws.com"})


def account(number):
    return {"AWS": "arn:aws:iam::%s:root" % number}


HAS_MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
EVERYTHING = {"Version": "2012-10-17",
              "Statement": {"Effect": "Allow", "Action": "*:*", "Resource": "*"}}

REQUIRE_MFA = policy(
    {"Sid": "DenyAllExceptListedIfNoMFA", "Effect": "Deny",
     "NotAction": ["iam:CreateVirtualMFADevice", "iam:EnableMFADevice", "iam:GetUser",
                   "iam:ListMFADevices", "iam:ListVirtualMFADevices", "iam:ResyncMFADevice",
                   "sts:GetSessionToken"],
     "Resource": "*",
     "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}})

DENY_WITHOUT_MFA = policy(
    {"Sid": "DenyEverythingWithoutMFA", "Effect": "Deny", "Action": "*", "Resource": "*",
     "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}})

SELF_SERVICE = policy(
    allow(["iam:CreateVirtualMFADevice", "iam:EnableMFADevice", "iam:ResyncMFADevice",
           "iam:ListMFADevices"],
          ["arn:aws:iam::*:mfa/*", "arn:aws:iam::*:user/${aws:username}"], Sid="OwnDevices"),
    allow("s3:ListAllMyBuckets"))

# An old document: a month 13, which nobody can compare with.
UNTIL = policy(allow("*", Sid="UntilTheEnd", Condition={
    "DateLessThan": {"aws:CurrentTime": "2026-13-31T00:00:00Z"}}))

# Drafts that nobody is under: statements whose MFA condition, exemptions or resources fall short.
DENY_BOOL = policy(
    {"Sid": "DenyMostWithoutMFA", "Effect": "Deny",
     "NotAction": ["iam:EnableMFADevice", "iam:DeactivateMFADevice", "iam:Get*",
                   "sts:GetSessionToken"],
     "Resource": "*", "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}}},
    {"Effect": "Deny", "Action": "s3:*",
     "Resource": ["arn:aws:s3:::sample-data", "arn:aws:s3:::sample-data/*"],
     "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}})
# A year alone may also be a count of seconds; AWS says nowhere which.
DENY_SINCE = policy(
    {"Sid": "DenyWithoutMFASinceThen", "Effect": "Deny", "Action": "*", "Resource": "*",
     "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"},
                   "DateGreaterThan": {"aws:CurrentTime": "2026"}}})
# Kept from before AWS refused it.
DENY_OLD = {"Version": "2008-10-17", "Statement": [
    {"Effect": "deny", "NotAction": "iam:*", "Resource": "*",
     "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}}}]}

# A role may be handed to an instance, from one network; and, in a document of long ago, under an
# operator that IAM has never had.
OFFICE = ["198.51.100.0/24", "2001:db8:51::/48"]
HAND_ON_FROM_OFFICE = policy(
    allow("ec2:RunInstances"),
    allow("iam:PassRole", "arn:aws:iam::*:role/sample-batch-instance", Sid="HandOnFromOffice",
          Condition={"IpAddress": {"aws:SourceIp": OFFICE}}))
HAND_ON_UNREADABLE = policy(
    allow(["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"], Sid="HandOn",
          Condition={"IpAddressWithin": {"aws:SourceIp": OFFICE}}))

# What `reportgen policy` prints, action by action: tests/e2e/test_sample.py compares the two. A
# collector that asks something new needs a row here.
AUDIT_ACTIONS = [
    "cloudtrail:DescribeTrails", "cloudtrail:GetEventSelectors", "cloudtrail:GetTrailStatus",
    "cloudtrail:ListPublicKeys", "cloudtrail:LookupEvents", "cloudwatch:DescribeAlarms",
    "cognito-idp:GetUserPoolMfaConfig", "cognito-idp:ListUserPools", "ds:DescribeDirectories",
    "iam:GenerateCredentialReport", "iam:GetAccessKeyLastUsed",
    "iam:GetAccountAuthorizationDetails", "iam:GetAccountPasswordPolicy", "iam:GetAccountSummary",
    "iam:GetCredentialReport",
    "iam:GetLoginProfile", "iam:GetMFADevice", "iam:GetOpenIDConnectProvider",
    "iam:GetSAMLProvider", "iam:ListAccessKeys", "iam:ListAccountAliases", "iam:ListMFADevices",
    "iam:ListOpenIDConnectProviders", "iam:ListOrganizationsFeatures", "iam:ListSAMLProviders",
    "iam:ListServiceSpecificCredentials", "iam:ListVirtualMFADevices",
    "identitystore:ListGroupMemberships", "identitystore:ListGroups", "identitystore:ListUsers",
    "logs:DescribeMetricFilters", "organizations:DescribeOrganization",
    "organizations:DescribePolicy", "organizations:ListAccounts",
    "organizations:ListAccountsForParent", "organizations:ListDelegatedAdministrators",
    "organizations:ListOrganizationalUnitsForParent", "organizations:ListPolicies",
    "organizations:ListRoots", "organizations:ListTargetsForPolicy", "s3:GetBucketLocation",
    "s3:GetBucketObjectLockConfiguration", "s3:GetBucketVersioning", "sso:DescribePermissionSet",
    "sso:GetInlinePolicyForPermissionSet", "sso:GetPermissionsBoundaryForPermissionSet",
    "sso:ListAccountAssignments", "sso:ListAccountsForProvisionedPermissionSet",
    "sso:ListCustomerManagedPolicyReferencesInPermissionSet", "sso:ListInstances",
    "sso:ListManagedPoliciesInPermissionSet", "sso:ListPermissionSets", "sts:GetCallerIdentity"
]
AUDIT_READ = policy(allow(AUDIT_ACTIONS, Sid="ReportgenReads"))

# The management account's reader looks at the members' root users, too (--assume-root).
ROOT_TASK = "arn:*:iam::aws:policy/root-task/IAMAuditRootUserCredentials"
AUDIT_READ_ROOTS = policy(
    allow(AUDIT_ACTIONS, Sid="ReportgenReads"),
    allow("sts:AssumeRoot", Sid="ReportgenMemberRoots",
          Condition={"StringLike": {"sts:TaskPolicyArn": ROOT_TASK}}))

# The sandbox forgot one action: that is the data set its answer denies.
AUDIT_READ_OLD = policy(
    allow([a for a in AUDIT_ACTIONS if a != "iam:ListVirtualMFADevices"], Sid="ReportgenReads"))

BACKUP_WRITE = policy(
    allow(["s3:PutObject", "s3:GetObject", "s3:ListBucket"],
          ["arn:aws:s3:::sample-backup", "arn:aws:s3:::sample-backup/*"],
          Sid="WriteBackups",
          Condition={"StringEquals": {"aws:ResourceTag/plan": "daily+weekly"}}))

# AWS's own policies, as attached in the accounts: (document, version id, policy id, created).
AWS_MANAGED = {
    "AdministratorAccess": (
        policy(allow("*")), "v1", "ANPAIWMBCKSKIEE64ZLYK", "2015-02-06T18:39:46Z"),
    "IAMUserChangePassword": (policy(
        allow(["iam:ChangePassword"], ["arn:aws:iam::*:user/${aws:username}"]),
        allow(["iam:GetAccountPasswordPolicy"])),
        "v2", "ANPASAMPLE10000000001", "2016-11-15T23:18:55Z"),
    "service-role/AWSLambdaBasicExecutionRole": (policy(
        allow(["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"])),
        "v1", "ANPASAMPLE10000000002", "2015-04-09T15:03:43Z"),
    "aws-service-role/AWSOrganizationsServiceTrustPolicy": (policy(
        allow(["iam:DeleteRole"],
              ["arn:aws:iam::*:role/aws-service-role/organizations.amazonaws.com/*"],
              Sid="AllowDeletionOfServiceLinkedRoleForOrganizations"),
        allow(["iam:CreateServiceLinkedRole"], Sid="AllowCreationOfServiceLinkedRoles")),
        "v2", "ANPASAMPLE10000000003", "2017-11-01T06:01:18Z"),
    "aws-service-role/CloudTrailServiceRolePolicy": (policy(
        allow(["cloudtrail:*"], Sid="CloudTrailFullAccess"),
        allow(["organizations:DescribeAccount", "organizations:DescribeOrganization",
               "organizations:ListAccounts", "organizations:ListAWSServiceAccessForOrganization"],
              ["*"], Sid="AwsOrgsAccess")),
        "v1", "ANPASAMPLE10000000004", "2018-10-24T21:21:44Z"),
    "aws-service-role/APIGatewayServiceRolePolicy": (policy(
        allow(["elasticloadbalancing:AddListenerCertificates",
               "elasticloadbalancing:RemoveListenerCertificates",
               "elasticloadbalancing:ModifyListener", "xray:PutTraceSegments",
               "xray:PutTelemetryRecords", "xray:GetSamplingTargets", "xray:GetSamplingRules"],
              ["*"]),
        allow(["firehose:DescribeDeliveryStream", "firehose:PutRecord", "firehose:PutRecordBatch"],
              "arn:aws:firehose:*:*:deliverystream/amazon-apigateway-*"),
        allow(["acm:DescribeCertificate"], "arn:aws:acm:*:*:certificate/*")),
        "v5", "ANPASAMPLE10000000005", "2019-07-25T20:03:52Z"),
}
ADMINISTRATOR = "aws:AdministratorAccess"      # "aws:" = AWS's policy, else the account's own
CHANGE_PASSWORD = "aws:IAMUserChangePassword"

# -------------------------------------------------------------------------------------- rows


def user(name, expect, why="", path="/", password=True, devices=(), keys=(), groups=(),
         attached=(), inline=(), boundary=None, tags=()):
    """expect: one letter each for users_without_mfa, admin_users_mfa and
    users_mfa_phishing_resistant; P pass, F fail, N not applicable."""
    return User(name, expect, why, path, password, devices, keys, groups, attached, inline,
                boundary, tags)


def fido(name, enabled=None):
    return Device("fido", name, enabled)


def virtual(name, enabled=None):
    return Device("virtual", name, enabled)


def hardware(serial):
    return Device("hardware", serial, None)


def sms(name):
    return Device("sms", name, None)


def key(active=True, created=None, used="2026-11-22T23:40:00Z",
        region="eu-central-1", service_name="s3"):
    return Key(active, created, used, region, service_name)


def own_policy(name, *versions, default=1, path="/", encode="strict"):
    """versions: v1, v2 … in that order; encode "plus": a plus sign stays as it is on the wire."""
    return Policy(name, path, versions, default, encode)


def role(name, trust_document, why="", path="/", attached=(), inline=(), profile=None, tags=(),
         used=None, boundary=None):
    return Role(name, why, path, trust_document, attached, inline, profile, tags, used, boundary)


def linked(name, service_name, attached):
    return role("AWSServiceRoleFor" + name, service(service_name),
                path="/aws-service-role/%s.amazonaws.com/" % service_name,
                attached=["aws:aws-service-role/" + attached])


def reserved(number, name, random, attached=(), inline=(), boundary=None):
    provider = "arn:aws:iam::%s:saml-provider/AWSSSO_5a3d1e0f9b7c2468_DO_NOT_DELETE" % number
    return role("AWSReservedSSO_%s_%s" % (name, random),
                trust({"Federated": provider}, ["sts:AssumeRoleWithSAML", "sts:TagSession"],
                      {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}}),
                path="/aws-reserved/sso.amazonaws.com/eu-central-1/", attached=attached,
                inline=inline, used="2026-11-20T09:14:22Z", boundary=boundary)


def audit(policy_name="sample-audit-read"):
    return role("sample-audit", trust({"AWS": "arn:aws:iam::%s:root" % MANAGEMENT}, condition={
        "StringEquals": {"sts:ExternalId": "sample-audit"}}), attached=[policy_name],
        used="2026-11-23T06:00:00Z", why="the role this scan used")


# The second statement never holds: sessions of Identity Center do not bear the MFA key.
VIEW_ONLY = [("AwsSSOInlinePolicy", policy(
    allow(["ec2:Describe*", "s3:ListAllMyBuckets"]),
    allow("secretsmanager:GetSecretValue", Sid="SecretsWithMFA", Condition=HAS_MFA)))]
SERVICE_TAGS = (("type", "service"), ("owner", "sample-platform"))

USERS = {
    MANAGEMENT: [
        user("sample-admin-01", "PPP", "AdministratorAccess attached directly; a FIDO key",
             devices=[fido("sample-key-a")], attached=[ADMINISTRATOR], groups=["sample-staff"]),
        user("sample-admin-02", "PPF", "administrator by group; a hardware TOTP token",
             devices=[hardware("GAHT12345678")], groups=["sample-administrators"]),
        user("sample-admin-03", "PPF",
             "administrator by inline `*:*`; a FIDO key and a virtual device: one weak device is "
             "enough to fail", devices=[fido("sample-key-a"), virtual("sample-admin-03")],
             inline=[("sample-all", EVERYTHING)], groups=["sample-staff"]),
        user("sample-root", "PNF", "has «root» in the name and is no root user",
             devices=[virtual("sample-root")], groups=["sample-staff"]),
        user("sample-user-01", "PNP", devices=[fido("sample-key-a"), fido("sample-key-b")],
             groups=["sample-staff"]),
        user("sample-user-02", "PNF", devices=[virtual("sample-user-02")],
             groups=["sample-staff"]),
        user("sample-user-03", "PNF",
             "decoy: its policy's *old* version is `*:*`, the default one is harmless",
             devices=[virtual("sample-user-03")], attached=["sample-toolbox"],
             groups=["sample-staff"]),
        user("sample-user-04", "PNF",
             "owns a device named root-account-mfa-device; this account's root has no virtual one",
             devices=[virtual("root-account-mfa-device")], groups=["sample-staff"]),
        user("sample-user-05", "PNP", devices=[fido("sample-passkey")],
             groups=["sample-staff"], boundary="sample-boundary"),
        user("sample-user-06", "NNN",
             "idle: no password, one inactive key, and still holds a virtual device",
             password=False, devices=[virtual("sample-user-06")],
             keys=[key(active=False, created="2024-02-09T10:00:00Z",
                       used="2024-08-30T07:15:00Z")]),
        user("sample-user-07", "NNN", "idle: no credential at all", password=False),
        user("svc-sample-backup", "NNN", path="/service/", password=False, keys=[key()],
             attached=["sample-backup-write"], tags=SERVICE_TAGS),
        user("svc-sample-billing", "NNN", path="/service/", password=False,
             keys=[key(service_name="ce", region="us-east-1")], tags=SERVICE_TAGS,
             inline=[("sample-costs", policy(allow(["ce:GetCostAndUsage"])))]),
        user("svc-sample-monitor", "NNN", path="/service/", password=False,
             keys=[key(service_name="cloudwatch"), key(active=False, used=None,
                                                       created="2025-01-14T12:00:00Z")],
             tags=SERVICE_TAGS,
             inline=[("sample-metrics", policy(allow("cloudwatch:PutMetricData")))]),
    ],
    PRODUCTION: [
        user("<b>x</b>", "PNF", "hostile data: a name AWS would not allow, tags of every sort",
             devices=[virtual("sample-hostile")], groups=["sample-staff"],
             tags=[("pipe|table", "a | b | c"), ("ticks", "`code` and ```fence```"),
                   ("lines", "first\nsecond\n\n# heading"), ("quotes", "\"double\" 'single' \\"),
                   ("rtl", "\u202e\u05d3\u05d5\u05d2\u05de\u05d4 (sample)\u202c"),
                   ("formula", "=1+1"), ("markup", "<script>alert(1)</script> &amp; [x](y)")]),
        user("=sample+key@example.com", "NNN",
             "key only, no password; its name would be a formula in a spreadsheet",
             password=False, keys=[key(service_name="dynamodb")]),
        user("sample-admin-04", "PPP", devices=[fido("sample-key-a"), fido("sample-key-b")],
             attached=[ADMINISTRATOR], groups=["sample-staff"]),
        user("sample-admin-05", "PPF", "administrator by a customer policy, `*` on `*`",
             devices=[virtual("sample-admin-05")], attached=["sample-everything"],
             groups=["sample-staff"]),
        user("sample-admin-06", "FFN", "administrator by group, console password, no device",
             groups=["sample-administrators"]),
        user("sample-admin-07", "PPP", "administrator by a group's inline policy",
             devices=[fido("sample-key-a")], groups=["sample-platform"]),
        user("sample-admin-08", "NFN",
             "key-only administrator; nothing says it is a machine, so it counts as a person",
             password=False, keys=[key(service_name="sts")], groups=["sample-administrators"]),
        user("sample-user-08", "PNP", devices=[fido("sample-key-a")], groups=["sample-staff"]),
        user("sample-user-09", "PNF",
             "new in the period; enrolled at once, by CloudTrail, and has changed the device since",
             devices=[virtual("sample-user-09", "2026-11-10T08:20:14Z")],
             groups=["sample-staff"]),
        user("sample-user-10", "PNF", "hybrid: a password, a device and an active key",
             devices=[virtual("sample-user-10")], keys=[key(service_name="ecr")],
             groups=["sample-staff"]),
        user("sample-user-11", "PNF", "tagged as a program, and has a console password",
             devices=[hardware("GAHT23456789")], groups=["sample-staff"],
             tags=[("type", "service")]),
        user("sample-user-12", "PNF", "FIDO, virtual and hardware device at once",
             devices=[fido("sample-key-a"), virtual("sample-user-12"), hardware("GAHT34567890")],
             groups=["sample-staff"]),
        user("sample-user-13", "FNN", "console user without a device, four weeks after joining",
             groups=["sample-staff"]),
        user("sample-user-14", "PNF", "decoy: `*` on one bucket only",
             devices=[virtual("sample-user-14")], attached=["sample-bucket-owner"],
             groups=["sample-staff"]),
        user("sample-user-15", "PNF", "a retired SMS device", devices=[sms("sample-user-15")],
             groups=["sample-staff"]),
        user("sample-user-16", "PNP", "new in the period, and enrolled five weeks late",
             devices=[fido("sample-passkey", "2026-10-20T11:02:45Z")], groups=["sample-staff"]),
        user("sample-user-17", "PNF", "decoy: its policy with `*` on `*` only denies",
             devices=[virtual("sample-user-17")], attached=["sample-deny-without-mfa"],
             groups=["sample-staff"]),
        user("sample-user-18", "FNN",
             "gave up the virtual device after the credential report was made: the report says "
             "yes, the live lists say no", groups=["sample-staff"]),
        user("sample-user-28", "NNN",
             "had a password and no device by the credential report; the password is gone since, "
             "and nothing is left to sign in with", password=False),
        user("sample-user-30", "PNF",
             "a device and an access key, and outside the group that asks for MFA",
             devices=[virtual("sample-user-30")], keys=[key(service_name="cloudformation")],
             attached=["sample-deploy"]),
        user("sample-user-31", "PNP",
             "everything needs MFA but enrolling, and that with an access key adds devices",
             devices=[fido("sample-key-a")], keys=[key()], groups=["sample-staff"],
             inline=[("sample-self-service", SELF_SERVICE)]),
        user("sample-admin-11", "PPF",
             "administrator until a date that is none: what that lets through is not known",
             devices=[virtual("sample-admin-11")], keys=[key(service_name="sts")],
             inline=[("sample-until", UNTIL)]),
        user("sample-admin-12", "PPP", "the same, without an access key",
             devices=[fido("sample-key-a")], inline=[("sample-until", UNTIL)]),
        user("svc-sample-deploy", "NNN",
             "administrator by direct attachment, a machine by path, name and tag",
             path="/service/", password=False, keys=[key(service_name="cloudformation")],
             attached=[ADMINISTRATOR], tags=SERVICE_TAGS),
        user("svc-sample-orders", "NNN",
             "a machine that may hand a role on, from the office's network alone",
             path="/service/", password=False, keys=[key(service_name="sqs")], tags=SERVICE_TAGS,
             inline=[("sample-queue", policy(allow("sqs:*", "arn:aws:sqs:*:*:sample-*"))),
                     ("sample-hand-on", HAND_ON_FROM_OFFICE)]),
        user("svc-sample-reports", "NNN",
             "a machine that may hand a role on, under a condition that nobody can read any more",
             path="/service/", password=False,
             keys=[key(used=None, created="2026-11-19T13:05:12Z")], tags=SERVICE_TAGS,
             attached=["sample-backup-write"], inline=[("sample-hand-on", HAND_ON_UNREADABLE)]),
    ],
    SANDBOX: [
        user("sample-admin-09", "PPF", devices=[virtual("sample-admin-09")],
             groups=["sample-administrators"]),
        user("sample-admin-10", "PPP", devices=[fido("sample-key-a")], attached=[ADMINISTRATOR]),
        user("sample-admin-13", "PPP",
             "administrator with an access key: an SCP asks for MFA for all but enrolment, which "
             "may then enrol others' devices", devices=[fido("sample-key-a")], keys=[key()],
             attached=[ADMINISTRATOR]),
        user("sample-admin-14", "PPP", "an access key, and a date that is none",
             devices=[fido("sample-key-a")], keys=[key()], inline=[("sample-until", UNTIL)]),
        user("sample-user-19", "PNP", devices=[fido("sample-key-a")], groups=["sample-staff"]),
        user("sample-user-20", "PNF", devices=[virtual("sample-user-20")],
             groups=["sample-staff"]),
        user("sample-user-21", "FNN", "console user without a device, who joined four days ago",
             groups=["sample-staff"]),
        user("sample-user-22", "PNF",
             "enrolled after the credential report was made: the report says no, the live list "
             "says yes", devices=[virtual("sample-user-22", "2026-11-23T05:12:40Z")],
             groups=["sample-staff"]),
        user("sample-user-23", "PNF", devices=[hardware("GAHT45678901")],
             groups=["sample-staff"]),
        user("sample-user-24", "PNP", devices=[fido("sample-passkey")], groups=["sample-staff"]),
        user("sample-user-25", "PNF", devices=[fido("sample-key-a"), virtual("sample-user-25")],
             groups=["sample-staff"]),
        user("sample-user-26", "PNP", devices=[fido("sample-key-a")], groups=["sample-staff"]),
        user("sample-user-27", "NNN", password=False,
             keys=[key(active=False, created="2025-03-03T09:30:00Z", used=None)]),
        user("sample-user-29", "PNP",
             "made after the credential report, with a FIDO key and two access keys: only live "
             "answers tell of it", devices=[fido("sample-key-a", "2026-11-23T05:21:08Z")],
             keys=[key(created="2026-11-23T05:22:31Z", used="2026-11-23T05:40:00Z"),
                   key(active=False, created="2026-11-23T05:22:02Z", used=None)],
             groups=["sample-staff"]),
        user("svc-sample-pipeline", "NNN", path="/service/", password=False, keys=[key()],
             tags=SERVICE_TAGS, attached=["sample-lab"]),
    ],
}

# Where the credential report is behind: what it still says of a user, and who came too late for it.
REPORTED = {"sample-user-18": {"devices": [virtual("sample-user-18")]},
            "sample-user-28": {"password": True}}
MADE_LATE = {"sample-user-29": "2026-11-23T05:17:45Z"}
# Who joined in the period that the scan looks at.
JOINED = {"sample-user-09": "2026-09-21T07:30:00Z", "sample-user-13": "2026-10-28T09:00:00Z",
          "sample-user-16": "2026-09-15T08:45:00Z", "sample-user-21": "2026-11-19T10:15:00Z"}
# Root users with signing certificates: active or not.
ROOT_CERTIFICATES = {PRODUCTION: [True]}

# Credentials that stand in no report: user, service, active, created.
SERVICE_CREDENTIALS = {
    MANAGEMENT: [("svc-sample-backup", "cassandra", False, "2025-04-17T08:12:55Z")],
    PRODUCTION: [("sample-user-10", "codecommit", True, "2026-02-03T10:44:19Z"),
                 ("svc-sample-deploy", "codecommit", True, "2025-11-06T15:30:02Z")],
}

# GetAccountPasswordPolicy; an account without a row never set one.
PASSWORD_POLICIES = {
    MANAGEMENT: [("MinimumPasswordLength", "14"), ("RequireSymbols", "true"),
                 ("RequireNumbers", "true"), ("RequireUppercaseCharacters", "true"),
                 ("RequireLowercaseCharacters", "true"), ("AllowUsersToChangePassword", "true"),
                 ("ExpirePasswords", "false"), ("PasswordReusePrevention", "24")],
    PRODUCTION: [("MinimumPasswordLength", "8"), ("RequireSymbols", "false"),
                 ("RequireNumbers", "true"), ("RequireUppercaseCharacters", "false"),
                 ("RequireLowercaseCharacters", "true"), ("AllowUsersToChangePassword", "true"),
                 ("ExpirePasswords", "true"), ("MaxPasswordAge", "90"), ("HardExpiry", "false")],
}

STAFF = [CHANGE_PASSWORD, "sample-require-mfa"]
GROUPS = {
    MANAGEMENT: [Group("sample-administrators", [ADMINISTRATOR], []),
                 Group("sample-staff", STAFF, [])],
    PRODUCTION: [Group("sample-administrators", [ADMINISTRATOR], []),
                 Group("sample-empty", [ADMINISTRATOR], []),
                 Group("sample-mfa-drafts", ["sample-deny-bool", "sample-deny-old",
                                             "sample-deny-since"], []),
                 Group("sample-platform", [CHANGE_PASSWORD],
                       [("sample-all", policy(allow(["ec2:*", "*"], ["*"])))]),
                 Group("sample-staff", STAFF, [])],
    SANDBOX: [Group("sample-administrators", [ADMINISTRATOR], []),
              Group("sample-staff", [CHANGE_PASSWORD], [])],
}

POLICIES = {
    MANAGEMENT: [
        own_policy("sample-audit-read", AUDIT_READ_ROOTS),
        own_policy("sample-backup-write", BACKUP_WRITE, encode="plus"),
        own_policy("sample-boundary", policy(allow(["s3:*", "iam:ChangePassword"]))),
        own_policy("sample-require-mfa", REQUIRE_MFA),
        own_policy("sample-toolbox", EVERYTHING,
                   policy(allow(["ec2:Describe*", "s3:ListAllMyBuckets"], Sid="Look")),
                   default=2),
        own_policy("sample-unattached", EVERYTHING, path="/sample/"),
    ],
    PRODUCTION: [
        own_policy("sample-audit-read", AUDIT_READ),
        own_policy("sample-backup-write", BACKUP_WRITE),
        own_policy("sample-boundary", policy(allow(["cloudformation:*", "s3:*", "sqs:*"]))),
        own_policy("sample-bucket-owner", policy(allow("*", "arn:aws:s3:::sample-bucket/*"))),
        own_policy("sample-deny-bool", DENY_BOOL),
        own_policy("sample-deny-old", DENY_OLD),
        own_policy("sample-deny-since", DENY_SINCE),
        own_policy("sample-deny-unused", REQUIRE_MFA),
        own_policy("sample-deny-without-mfa", DENY_WITHOUT_MFA),
        own_policy("sample-deploy", policy(allow(["cloudformation:*", "s3:GetObject"])),
                   path="/sample/"),
        own_policy("sample-everything", policy(allow("s3:ListAllMyBuckets")),
                   policy(allow(["*"], ["*"], Sid="Everything")), default=2),
        own_policy("sample-require-mfa", REQUIRE_MFA),
    ],
    SANDBOX: [
        own_policy("sample-audit-read", AUDIT_READ_OLD),
        own_policy("sample-lab", policy(allow(["codebuild:*", "logs:*"]))),
    ],
}

EC2 = service("ec2")
GITHUB = trust(
    {"Federated": "arn:aws:iam::%s:oidc-provider/token.actions.githubusercontent.com" % PRODUCTION},
    "sts:AssumeRoleWithWebIdentity",
    {"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"},
     "StringLike": {"token.actions.githubusercontent.com:sub":
                    "repo:sample-organisation/sample-repository:ref:refs/heads/main"}})

# The subject may be any repository there is; AWS asks for a subject, not for which.
GITHUB_ANY = trust(
    {"Federated": "arn:aws:iam::%s:oidc-provider/token.actions.githubusercontent.com" % PRODUCTION},
    "sts:AssumeRoleWithWebIdentity",
    {"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"},
     "StringLike": {"token.actions.githubusercontent.com:sub": "repo:*"}})

ROLES = {
    MANAGEMENT: [
        reserved(MANAGEMENT, "SampleAdmin", "1a2b3c4d5e6f7081", attached=[ADMINISTRATOR]),
        reserved(MANAGEMENT, "SampleView", "2b3c4d5e6f708192", inline=VIEW_ONLY),
        linked("CloudTrail", "cloudtrail", "CloudTrailServiceRolePolicy"),
        linked("Organizations", "organizations", "AWSOrganizationsServiceTrustPolicy"),
        audit(),
        role("sample-backup-automation", service("backup"),
             inline=[("sample-backup", policy(allow(["backup:StartBackupJob"])))]),
        role("sample-billing-view", trust(account(MANAGEMENT)), "own account, without MFA",
             inline=[("sample-costs", policy(allow(["ce:Get*", "budgets:ViewBudget"])))]),
        role("sample-break-glass", trust(account(MANAGEMENT), condition=HAS_MFA),
             "administrator, own account, with MFA", attached=[ADMINISTRATOR]),
        role("sample-config-recorder", service("config"),
             inline=[("sample-config", policy(allow(["config:Put*"])))]),
        role("sample-cost-export", service("lambda"), path="/service/",
             attached=["aws:service-role/AWSLambdaBasicExecutionRole"]),
        role("sample-saml-operator",
             trust({"Federated": "arn:aws:iam::%s:saml-provider/sample-idp" % MANAGEMENT},
                   "sts:AssumeRoleWithSAML",
                   {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}}),
             "a SAML identity provider of one's own",
             inline=[("sample-operate", policy(allow(["ec2:StartInstances"])))]),
        role("sample-vendor-access", trust(account(VENDOR), condition={
            "StringEquals": {"sts:ExternalId": "sample-7f3a"}}), "a third party with an ExternalId",
             inline=[("sample-vendor", policy(allow(["cloudwatch:GetMetricData"])))]),
    ],
    PRODUCTION: [
        reserved(PRODUCTION, "SampleAdmin", "3c4d5e6f708192a3", attached=[ADMINISTRATOR]),
        reserved(PRODUCTION, "SampleDeploy", "708192a3b4c5d6e7", attached=["sample-deploy"],
                 boundary="sample-boundary"),
        reserved(PRODUCTION, "SampleView", "4d5e6f708192a3b4", inline=VIEW_ONLY),
        linked("APIGateway", "ops.apigateway", "APIGatewayServiceRolePolicy"),
        linked("CloudTrail", "cloudtrail", "CloudTrailServiceRolePolicy"),
        linked("Organizations", "organizations", "AWSOrganizationsServiceTrustPolicy"),
        role("OrganizationAccountAccessRole", trust(account(MANAGEMENT)),
             "the management account's way in, without MFA", attached=[ADMINISTRATOR],
             used="2026-10-02T14:31:09Z"),
        audit(),
        role("sample-admin-hop", trust(account(PRODUCTION)),
             "the first of a chain: no MFA to enter, no rights but the next role",
             inline=[("sample-next", policy(allow(
                 "sts:AssumeRole", "arn:aws:iam::%s:role/sample-admin-target" % PRODUCTION)))]),
        role("sample-admin-target", trust({"AWS": "arn:aws:iam::%s:role/sample-admin-hop"
                                                  % PRODUCTION}),
             "administrator at the end of a chain; only `sample-admin-hop` is trusted",
             attached=[ADMINISTRATOR]),
        role("sample-batch-instance", EC2, profile="sample-batch-profile",
             inline=[("sample-batch", policy(allow(["sqs:ReceiveMessage", "sqs:DeleteMessage"])))]),
        role("sample-contractor", trust(account(VENDOR), condition={
            "DateLessThan": {"aws:CurrentTime": "2027"}}),
             "a third party until a year: AWS says nowhere how it reads that", path="/sample/",
             attached=[ADMINISTRATOR]),
        role("sample-data-exchange", trust({"AWS": "*"}, condition={
            "StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}}),
             "everybody, narrowed to the organisation by a condition",
             inline=[("sample-read", policy(allow("s3:GetObject", "arn:aws:s3:::sample-data/*")))]),
        role("sample-data-reader", trust(account(SANDBOX), condition={
            "StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}}),
             "another account; PrincipalOrgID is not MFA",
             inline=[("sample-read", policy(allow("s3:GetObject", "arn:aws:s3:::sample-data/*")))]),
        role("sample-github-any", GITHUB_ANY, "GitHub Actions of anybody: `repo:*`",
             inline=[("sample-preview", policy(allow("s3:PutObject",
                                                     "arn:aws:s3:::sample-preview/*")))]),
        role("sample-github-deploy", GITHUB, "GitHub Actions by OIDC, a machine",
             attached=["sample-deploy"], used="2026-11-22T18:02:55Z"),
        role("sample-lambda-orders", service("lambda"), path="/service/",
             attached=["aws:service-role/AWSLambdaBasicExecutionRole"]),
        role("sample-operator",
             trust({"AWS": ["arn:aws:iam::%s:user/sample-user-%s" % (PRODUCTION, n)
                            for n in ("08", "09")]}, condition=HAS_MFA),
             "two users by ARN, with MFA", attached=[ADMINISTRATOR],
             tags=[("purpose", "sample operations")], used="2026-11-18T07:45:10Z"),
        role("sample-web-instance", EC2, "EC2 role with an instance profile",
             profile="sample-web-instance", tags=[("stage", "production")],
             inline=[("sample-assets", policy(allow("s3:GetObject",
                                                    "arn:aws:s3:::sample-assets/*")))],
             used="2026-11-23T04:58:37Z"),
    ],
    SANDBOX: [
        reserved(SANDBOX, "SampleAdmin", "5e6f708192a3b4c5", attached=[ADMINISTRATOR]),
        reserved(SANDBOX, "SampleView", "6f708192a3b4c5d6", inline=VIEW_ONLY),
        linked("CloudTrail", "cloudtrail", "CloudTrailServiceRolePolicy"),
        linked("Organizations", "organizations", "AWSOrganizationsServiceTrustPolicy"),
        role("OrganizationAccountAccessRole", trust(account(MANAGEMENT)),
             attached=[ADMINISTRATOR]),
        audit(),
        role("sample-former-owner", trust({"AWS": "AIDASAMPLE99999999999"}),
             "trusts a user deleted since: only the id is left", attached=["sample-lab"]),
        role("sample-lab-legacy",
             {"Version": "2008-10-17", "Statement": [{
                 "Effect": "allow", "Principal": {"Service": "ec2.amazonaws.com"},
                 "Action": "sts:AssumeRole"}]},
             "its trust policy is from before AWS refused such an Effect", attached=["sample-lab"]),
        role("sample-lab-instance", EC2, profile="sample-lab-instance",
             inline=[("sample-lab", policy(allow("s3:*", "arn:aws:s3:::sample-lab/*")))]),
        role("sample-lab-operator", trust(account(SANDBOX), condition={
            "BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}}),
             "asks for MFA with BoolIfExists: long-term keys walk through",
             attached=["sample-lab"]),
        role("sample-pipeline-runner", service("codebuild"), attached=["sample-lab"]),
    ],
}

# ------------------------------------------------------------------------------ per account

Account = namedtuple("Account", "number short name shows alias joined created gaad_pages summary "
                                "spare unseen report")
Report = namedtuple("Report", "columns upper_case offset generated")
ROOT_DEVICE = "sample-root-phone"

# shows: for README.md. summary: AccountMFAEnabled, AccountPasswordPresent. spare: unassigned
# virtual devices that the list shows; unseen: how many more it would show if it were not denied.
# report: columns, TRUE/FALSE instead of true/false, how UTC is written, GeneratedTime.
ACCOUNTS = [
    Account(MANAGEMENT, "management", ORGANIZATION_NAME,
            "Root has MFA and no virtual device: a hardware token or passkey. Administrators by "
            "direct attachment, group and inline policy, all with a device.",
            "sample-management", 1700000000.418, "2019-03-04T09:12:44Z", 1, (1, 1), [], 0,
            Report(22, False, "Z", "2026-11-23T04:36:12Z")),
    Account(PRODUCTION, "production", "sample-production",
            "Root's device is virtual and called `%s`. Two administrators and a person without "
            "MFA, machines, an unassigned virtual device, hostile names and tags." % ROOT_DEVICE,
            "sample-production", 1700003600.25, "2020-06-17T13:40:02Z", 3, (1, 1),
            ["sample-spare"], 0, Report(23, False, "+00:00", "2026-11-23T01:47:12Z")),
    Account(SANDBOX, "sandbox", "sample-sandbox",
            "Root's password, keys and devices were removed centrally. ListVirtualMFADevices is "
            "denied: the summary counts 14 devices, users own 12 (4 virtual), 2 are in no list.",
            None, 1731590400.007, "2024-11-14T13:20:00Z", 2, (0, 0), [], 2,
            Report(22, True, "Z", "2026-11-23T04:41:55Z")),
]

# ----------------------------------------------------------------------------------- verdicts

# root_mfa_enabled, root_mfa_hardware, root_access_keys_absent; letters as in user().
ROOTS = {MANAGEMENT: "PPP", PRODUCTION: "PFP", SANDBOX: "NNP"}
# The virtual devices that fail; the others pass. The sandbox's list is denied: UNKNOWN.
ORPHANED = {MANAGEMENT: ["sample-user-06"], PRODUCTION: ["sample-spare"]}
# The composite, of the core checks that exist so far.
STRATEGY = {MANAGEMENT: "F", PRODUCTION: "F", SANDBOX: "F"}
