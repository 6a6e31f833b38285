"""test_known_results.py - small accounts whose score is known beforehand.

Each run is written here from nothing, in AWS's wire format: one account, root and a few users.
"""
import base64
import hashlib
import json
import urllib.parse

import pytest

from conftest import NOW

ACCOUNT = "111122223333"
SPACE = "https://iam.amazonaws.com/doc/2010-05-08/"
EVERYTHING = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "*", "Resource": "*"},
    {"Effect": "Deny", "Action": "*", "Resource": "*",
     "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}}]}
NO_ORGANIZATION = b'{"__type":"AWSOrganizationsNotInUseException","Message":"not a member"}'
TIME = "2026-11-23T06:00:00Z"
COLUMNS = ("user", "arn", "user_creation_time", "password_enabled", "mfa_active",
           "access_key_1_active", "access_key_2_active", "password_last_used",
           "access_key_1_last_used_date", "access_key_2_last_used_date")
NEVER_USED = ("no_information", "N/A", "N/A")


def answer(operation, inside):
    return (f'<{operation}Response xmlns="{SPACE}"><{operation}Result>{inside}'
            f"</{operation}Result></{operation}Response>").encode()


def arn(user):
    return f"arn:aws:iam::{ACCOUNT}:user/{user['name']}"


def device_xml(serial, user=None):
    owner = "" if user is None else f"<UserName>{user['name']}</UserName>"
    return f"<member>{owner}<SerialNumber>{serial}</SerialNumber><EnableDate>{TIME}</EnableDate>" \
           "</member>"


def user_xml(user):
    policy = ""
    if user.get("admin"):
        document = urllib.parse.quote(json.dumps(EVERYTHING))
        policy = ("<UserPolicyList><member><PolicyName>all</PolicyName>"
                  f"<PolicyDocument>{document}</PolicyDocument></member></UserPolicyList>")
    return (f"<member>{policy}<GroupList/><AttachedManagedPolicies/><UserId>AIDA{user['name']}"
            f"</UserId><Path>/</Path><UserName>{user['name']}</UserName><Arn>{arn(user)}</Arn>"
            f"<CreateDate>{TIME}</CreateDate></member>")


def credential_report(users):
    rows = [COLUMNS, ("<root_account>", f"arn:aws:iam::{ACCOUNT}:root", TIME, "not_supported",
                      "false", "false", "false", *NEVER_USED)]
    rows += [(u["name"], arn(u), TIME, str(u.get("password", True)).lower(),
              str(bool(u.get("devices"))).lower(), "false", "false", TIME, *NEVER_USED[1:])
             for u in users]
    table = "\n".join(",".join(row) for row in rows)
    return answer("GetCredentialReport", (
        f"<Content>{base64.b64encode(table.encode()).decode()}</Content>"
        f"<ReportFormat>text/csv</ReportFormat><GeneratedTime>{TIME}</GeneratedTime>"))


def summary(root, users):
    values = {"Users": len(users), "Groups": 0, "Roles": 0, "Policies": 0,
              "MFADevices": sum(len(u.get("devices", ())) for u in users) + root["mfa"],
              "AccountMFAEnabled": root["mfa"], "AccountPasswordPresent": root["password"],
              "AccountAccessKeysPresent": root["keys"], "AccountSigningCertificatesPresent": 0}
    rows = "".join(f"<entry><key>{k}</key><value>{v}</value></entry>" for k, v in values.items())
    return answer("GetAccountSummary", f"<SummaryMap>{rows}</SummaryMap>")


COLLECT = ["cloudtrail", "cloudwatch", "cognito-idp", "ds", "iam", "identitystore", "logs",
           "organizations", "s3", "sso-admin", "sts"]
REGION = "us-east-1"
SIGN_IN_REGIONS = ("ap-southeast-2", "eu-north-1", "us-east-1", "us-east-2")
CALLS = ("DeactivateMFADevice", "EnableMFADevice", "CreateAccessKey", "CreateLoginProfile",
         "AttachUserPolicy", "UpdateAssumeRolePolicy")
SECONDS = 1795413600                     # TIME
TRAIL = f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/t"
GROUP = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:g:*"
PATTERNS = {
    "sign-in": '{ $.eventName = "ConsoleLogin" && $.additionalEventData.MFAUsed != "Yes" && '
               '$.userIdentity.type = "IAMUser" }',
    "root": '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS }'}


def told(content):
    return json.dumps(content).encode()


def s3_xml(root, inside):
    return f'<{root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{inside}</{root}>'.encode()


def event_answers():
    """Nothing happened."""
    asked = [(region, "EventName", "ConsoleLogin") for region in SIGN_IN_REGIONS]
    asked += [(REGION, "Username", "root")]
    asked += [(REGION, "EventName", name) for name in (*CALLS, "UserAuthentication")]
    for region, key, value in asked:
        yield "cloudtrail", "LookupEvents", {
            "EndTime": SECONDS, "LookupAttributes": [
                {"AttributeKey": key, "AttributeValue": value}],
            "MaxResults": 50, "StartTime": SECONDS}, told({"Events": []}), region


def watched_answers():
    """A trail with both alarms, into a locked bucket; nobody signs in by anything else."""
    alarms = "".join(
        f"<member><AlarmName>{name}</AlarmName><AlarmArn>arn:aws:cloudwatch:{REGION}:{ACCOUNT}:"
        f"alarm:{name}</AlarmArn><ActionsEnabled>true</ActionsEnabled><AlarmActions><member>"
        f"arn:aws:sns:{REGION}:{ACCOUNT}:t</member></AlarmActions><MetricName>{name}</MetricName>"
        "<Namespace>n</Namespace></member>" for name in PATTERNS)
    yield "cloudtrail", "DescribeTrails", {"includeShadowTrails": True}, told({"trailList": [{
        "Name": "t", "TrailARN": TRAIL, "HomeRegion": REGION, "S3BucketName": "bucket",
        "CloudWatchLogsLogGroupArn": GROUP, "IsMultiRegionTrail": True}]})
    yield "cloudtrail", "GetTrailStatus", {"Name": TRAIL}, told({"IsLogging": True})
    yield "cloudtrail", "GetEventSelectors", {"TrailName": TRAIL}, told({
        "TrailARN": TRAIL, "EventSelectors": [{"IncludeManagementEvents": True}]})
    yield "logs", "DescribeMetricFilters", {"limit": 50, "logGroupName": "g"}, told({
        "metricFilters": [{"filterName": name, "filterPattern": pattern, "metricTransformations": [
            {"metricName": name, "metricNamespace": "n"}]} for name, pattern in PATTERNS.items()]})
    yield "cloudwatch", "DescribeAlarms", {
        "AlarmTypes.member.1": "CompositeAlarm", "AlarmTypes.member.2": "MetricAlarm",
        "MaxRecords": "100"}, (
        '<DescribeAlarmsResponse xmlns="http://monitoring.amazonaws.com/doc/2010-08-01/">'
        f"<DescribeAlarmsResult><MetricAlarms>{alarms}</MetricAlarms></DescribeAlarmsResult>"
        "</DescribeAlarmsResponse>").encode()
    bucket = {"Bucket": "bucket"}
    yield "s3", "GetBucketLocation", bucket, s3_xml("LocationConstraint", "")
    yield "s3", "GetBucketVersioning", bucket, s3_xml(
        "VersioningConfiguration", "<Status>Enabled</Status>")
    yield "s3", "GetObjectLockConfiguration", bucket, s3_xml(
        "ObjectLockConfiguration", "<ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule>"
        "<DefaultRetention><Mode>COMPLIANCE</Mode><Days>365</Days></DefaultRetention></Rule>")
    yield "cognito-idp", "ListUserPools", {"MaxResults": 60}, told({"UserPools": []})
    yield "ds", "DescribeDirectories", {}, told({"DirectoryDescriptions": []})
    yield "sso-admin", "ListInstances", {"MaxResults": 100}, told({"Instances": []})


def all_answers(root, users):
    """(service, operation, parameters, body) of everything that is asked of one account."""
    virtual = "".join(
        f"<member><SerialNumber>{serial}</SerialNumber><EnableDate>{TIME}</EnableDate><User>"
        f"<UserName>{u['name']}</UserName><Arn>{arn(u)}</Arn></User></member>"
        for u in users for serial in u.get("devices", ()) if ":mfa/" in serial)
    details = "".join(map(user_xml, users))
    yield "sts", "GetCallerIdentity", {}, answer("GetCallerIdentity", (
        f"<Arn>arn:aws:sts::{ACCOUNT}:assumed-role/audit/x</Arn><UserId>AROA:x</UserId>"
        f"<Account>{ACCOUNT}</Account>"))
    yield "iam", "GetAccountAuthorizationDetails", {"MaxItems": "1000"}, answer(
        "GetAccountAuthorizationDetails",
        f"<IsTruncated>false</IsTruncated><UserDetailList>{details}</UserDetailList>"
        "<GroupDetailList/><RoleDetailList/><Policies/>")
    yield "iam", "GetCredentialReport", {}, credential_report(users)
    yield "iam", "GetAccountSummary", {}, summary(root, users)
    yield "iam", "ListAccountAliases", {}, answer(
        "ListAccountAliases", "<IsTruncated>false</IsTruncated><AccountAliases/>")
    yield "iam", "ListSAMLProviders", {}, answer("ListSAMLProviders", "<SAMLProviderList/>")
    yield "iam", "ListOpenIDConnectProviders", {}, answer(
        "ListOpenIDConnectProviders", "<OpenIDConnectProviderList/>")
    yield "iam", "ListOrganizationsFeatures", {}, answer(
        "ListOrganizationsFeatures",
        "<OrganizationId>o-sample00001</OrganizationId><EnabledFeatures/>")
    yield "iam", "ListVirtualMFADevices", {"AssignmentStatus": "Any", "MaxItems": "1000"}, answer(
        "ListVirtualMFADevices",
        f"<IsTruncated>false</IsTruncated><VirtualMFADevices>{virtual}</VirtualMFADevices>")
    for user in users:
        devices = "".join(device_xml(serial, user) for serial in user.get("devices", ()))
        yield "iam", "ListMFADevices", {"UserName": user["name"]}, answer(
            "ListMFADevices",
            f"<MFADevices>{devices}</MFADevices><IsTruncated>false</IsTruncated>")
        if user.get("password", True):
            yield "iam", "GetLoginProfile", {"UserName": user["name"]}, answer(
                "GetLoginProfile",
                f"<LoginProfile><UserName>{user['name']}</UserName></LoginProfile>")
        for serial in user.get("devices", ()):
            if ":u2f/" in serial:
                yield "iam", "GetMFADevice", {
                    "SerialNumber": serial, "UserName": user["name"]}, answer(
                    "GetMFADevice", f"<SerialNumber>{serial}</SerialNumber><Certifications/>")
    yield "iam", "ListServiceSpecificCredentials", {"AllUsers": "true", "MaxItems": "1000"}, answer(
        "ListServiceSpecificCredentials",
        "<ServiceSpecificCredentials/><IsTruncated>false</IsTruncated>")
    yield "iam", "GetAccountPasswordPolicy", {}, answer(
        "GetAccountPasswordPolicy",
        "<PasswordPolicy><MinimumPasswordLength>14</MinimumPasswordLength>"
        "<PasswordReusePrevention>24</PasswordReusePrevention></PasswordPolicy>")
    yield "organizations", "DescribeOrganization", {}, NO_ORGANIZATION
    for operation in ("ListAccounts", "ListRoots", "ListDelegatedAdministrators"):
        yield "organizations", operation, {"MaxResults": 20}, NO_ORGANIZATION


def neglected():
    """Answers of an account in which nobody has set anything up."""
    return {"DescribeTrails": told({"trailList": []}),
            "GetAccountPasswordPolicy": answer(
                "GetAccountPasswordPolicy",
                "<PasswordPolicy><MinimumPasswordLength>6</MinimumPasswordLength>"
                "</PasswordPolicy>")}


def write_run(path, root, users=(), overrides=(), instead=()):
    """A run directory of one account. instead: bodies by operation, for those of a good one."""
    folder = path / "raw" / ACCOUNT
    folder.mkdir(parents=True)
    queries = []
    answers = [*all_answers(root, users), *watched_answers(), *event_answers()]
    for number, (service, operation, parameters, body, *region) in enumerate(answers, 1):
        body = dict(instead).get(operation, body)
        kind = "json" if body[:1] == b"{" else "xml"
        name = f"raw/{ACCOUNT}/{number:04}-{service}-{operation}.{kind}"
        (path / name).write_bytes(body)
        page = {"file": name, "size": len(body), "sha256": hashlib.sha256(body).hexdigest(),
                "httpStatus": 400 if body == NO_ORGANIZATION else 200, "requestId": "r",
                "sentAt": TIME, "receivedAt": TIME, "serverDate": TIME, "token": None}
        queries.append({
            "account": ACCOUNT, "region": (region or [REGION])[0], "service": service,
            "operation": operation, "parameters": parameters,
            "endpointHost": f"{service}.amazonaws.com", "complete": True,
            "error": None, "pages": [page]})
    (path / "snapshot.json").write_text(json.dumps({
        "schema": "reportgen-snapshot/1", "producer": {"name": "reportgen", "version": "0.1.0"},
        "startedAt": TIME, "finishedAt": TIME, "overrides": list(overrides), "queries": queries,
        "scope": {"mode": "accounts", "home": ACCOUNT, "collect": COLLECT, "regions": [REGION],
                  "freshness": "confirm", "period": {"from": TIME, "to": TIME},
                  "accounts": [{"id": ACCOUNT, "included": True, "reason": None}]}}))
    return path


@pytest.fixture
def evaluate(program, tmp_path):
    """findings.json of such a run; the run itself is at tmp_path/run."""
    def judge(root, users=(), instead=()):
        path = write_run(tmp_path / "run", root, users, instead=instead)
        program("evaluate", path, "--now", NOW, status=0)
        return json.loads((path / "findings.json").read_text(encoding="utf-8"))
    return judge


SAFE = {"mfa": 1, "password": 1, "keys": 0}
BARE = {"mfa": 0, "password": 1, "keys": 0}
NONE = {"mfa": 0, "password": 0, "keys": 0}


def fido(name):
    return f"arn:aws:iam::{ACCOUNT}:u2f/user/{name}/key-SAMPLE"


def keys(name):
    """One to use, and one to recover with."""
    return [f"arn:aws:iam::{ACCOUNT}:u2f/user/{name}/key-{letter}" for letter in "AB"]


def virtual_device(name):
    return f"arn:aws:iam::{ACCOUNT}:mfa/{name}"


def test_perfect(evaluate):
    """Nothing open in any tier: 100, A, complete, and nothing to do."""
    users = [{"name": "a", "admin": True, "devices": keys("a")},
             {"name": "b", "devices": keys("b")}]
    found = evaluate(SAFE, users)
    assert found["score"]["value"] == 100 and found["score"]["grade"] == "A"
    assert found["score"]["ceiling"] == 100 and found["score"]["fixes"] == []
    assert found["verdict"] == {"result": "pass", "complete": True, "reasons": []}
    assert found["coverage"] == 100 and found["counts"]["FAIL"] == 0


def test_grade_is_shown_when_complete(evaluate, program, tmp_path):
    evaluate(SAFE, [{"name": "b", "devices": [fido("b")]}])
    program("report", tmp_path / "run", "--now", NOW)
    text = (tmp_path / "run/report.md").read_text(encoding="utf-8")
    assert "Grade A" in text and "not graded" not in text and "SAMPLE" not in text


def test_only_a_root_without_mfa(evaluate):
    found = evaluate(BARE, instead=neglected())
    assert found["score"]["value"] < 30 and found["score"]["grade"] == "F"
    assert found["score"]["ceiling"] == 49


def test_root_without_credentials(evaluate):
    """Nothing to protect: not PASS for MFA, and only the absent keys count."""
    found = evaluate(NONE)
    status = {f["check"]: f["status"] for f in found["findings"]}
    assert status["iam.root_mfa_enabled"] == "NOT_APPLICABLE"
    assert status["iam.root_access_keys_absent"] == "PASS"
    assert found["score"]["value"] == 100


def test_root_keys_beside_mfa(evaluate):
    found = evaluate({**SAFE, "keys": 1})
    assert found["score"]["ceiling"] == 49 and found["score"]["value"] <= 49


def test_administrator_without_device(evaluate):
    found = evaluate(SAFE, [{"name": "a", "admin": True}, {"name": "b", "devices": [fido("b")]}])
    assert found["score"]["ceiling"] <= 69
    assert "iam.admin_users_mfa" in {f["check"] for f in found["score"]["fixes"]}


@pytest.mark.parametrize(("without", "ceiling"), [(0, 100), (1, 89), (2, 79), (6, 79), (7, 59)])
def test_share_of_console_users_without_device(evaluate, without, ceiling):
    """Of ten and of those with a device, whom a second core check judges: none 100; up to a tenth
    89, more 79; 6 of 14, 79; 7 of 13, 59."""
    users = [{"name": f"u{n}", "devices": [] if n < without else [fido(f"u{n}")]}
             for n in range(10)]
    assert evaluate(SAFE, users)["score"]["ceiling"] == ceiling


def test_virtual_device_is_enough_but_weak(evaluate):
    found = evaluate(SAFE, [{"name": "b", "devices": [virtual_device("b")]}])
    status = {(f["check"], f["status"]) for f in found["findings"]}
    assert ("iam.users_without_mfa", "PASS") in status
    assert ("iam.users_mfa_phishing_resistant", "FAIL") in status
    assert found["score"]["ceiling"] == 100 and found["score"]["value"] < 100


def test_fixing_never_lowers(evaluate, program, tmp_path):
    """FAIL to PASS, one after the other: the score rises or stays."""
    users = [{"name": "a", "admin": True}, {"name": "b"}, {"name": "c"}]
    before = evaluate(BARE, users)["score"]["value"]
    steps = [(SAFE, [])]
    for n in range(1, 4):
        steps.append((SAFE, [{**u, "devices": keys(u["name"])} for u in users[:n]]))
    for number, (root, fixed) in enumerate(steps):
        path = write_run(tmp_path / str(number), root, fixed + users[len(fixed):])
        program("evaluate", path, "--now", NOW, status=0)
        score = json.loads((path / "findings.json").read_text(encoding="utf-8"))["score"]["value"]
        assert score >= before
        before = score
    assert before == 100
