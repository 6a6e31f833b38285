"""test_answers.py - what the worlds answer: the recorded bytes, paging, and generated accounts."""
import base64
import json
import re

import pytest

import sample_detective as tales

from fakeaws import ROOT
from fakeaws.client import Client, code, element, keys_of
from fakeaws.conftest import home_keys

SAMPLE = ROOT / "assets/sample"
SNAPSHOT = json.loads((SAMPLE / "snapshot.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def members(shared):
    """{account: Client with a session of its audit role}"""
    home = Client(shared.url, home_keys(shared))
    role = "arn:aws:iam::%s:role/sample-audit"
    return {number: Client(shared.url, home.assume(role % number, "sample-audit"))
            for number in shared.ready["accounts"]}


def events_of(client, attribute, value, **period):
    answer = client.call("cloudtrail", "LookupEvents", dict(period, LookupAttributes=[
        {"AttributeKey": attribute, "AttributeValue": value}]))
    assert answer.status == 200, answer.body
    return json.loads(answer.body)["Events"]
ROOT_TASK = {"TaskPolicyArn.arn": "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials",
             "DurationSeconds": "900"}


@pytest.fixture(scope="module")
def roots(shared):
    """{member account: Client with a session of its root user}"""
    home = Client(shared.url, home_keys(shared))
    return {number: Client(shared.url, keys_of(home.call(
                "sts", "AssumeRoot", dict(ROOT_TASK, TargetPrincipal=number))))
            for number in shared.ready["accounts"] if number != shared.home}


@pytest.mark.parametrize("query", SNAPSHOT["queries"], ids=lambda q: "%s-%s-%s" % (
    q["account"][:3], q["operation"],
    q["parameters"].get("UserName", q.get("session", q["region"]))))
def test_the_recorded_bytes(sample, members, roots, query):
    """Whatever the sample recorded is answered with the same bytes, page after page."""
    who = roots if query.get("session") == "root" else members
    answers = who[query["account"]].pages(query["service"], query["operation"],
                                          query["parameters"], query["region"])
    assert len(answers) == len(query["pages"])
    for answer, page in zip(answers, query["pages"]):
        assert answer.status == page["httpStatus"]
        assert answer.headers["x-amzn-requestid"] == page["requestId"]
        body = (SAMPLE / page["file"]).read_bytes()
        if "redacted" in query:                  # the secret is in the answer, not in the sample
            assert tales.REMOVED.encode() in body
            body = body.replace(tales.REMOVED.encode(), tales.RADIUS_SECRET.encode())
        assert answer.body == body


def test_events_are_found_by_time_and_region(sample, members):
    client = members["111122223333"]
    found = [e["EventTime"] for e in events_of(client, "EventName", "ConsoleLogin")]
    assert len(found) == 3 and found == sorted(found, reverse=True)
    later = events_of(client, "EventName", "ConsoleLogin", StartTime=found[1] + 1)
    assert [e["EventTime"] for e in later] == found[:1]
    client.region = "us-east-2"
    assert not events_of(client, "EventName", "ConsoleLogin")
    client.region = "us-east-1"


def test_events_are_answered_twice_a_second(sample, members):
    client = members["222233334444"]
    client.region = "eu-north-1"
    answers = [client.call("cloudtrail", "LookupEvents", {}) for _ in range(4)]
    client.region = "us-east-1"
    assert [a.status for a in answers[:2]] == [200, 200]
    assert code(answers[3]) == "ThrottlingException"


def test_what_was_not_recorded_comes_from_the_story(sample, members):
    client = members["111122223333"]
    assert client.call("iam", "GetLoginProfile", {"UserName": "sample-user-01"}).status == 200
    absent = client.call("iam", "GetLoginProfile", {"UserName": "svc-sample-backup"})
    assert (absent.status, code(absent)) == (404, "NoSuchEntity")
    keys = client.call("iam", "ListAccessKeys", {"UserName": "svc-sample-monitor"})
    assert element(keys, "Status") == ["Active", "Inactive"]
    assert len(element(client.call("iam", "ListUsers"), "UserName")) == 14
    assert code(client.call("iam", "ListMFADevices", {"UserName": "nobody"})) == "NoSuchEntity"
    assert code(client.call("iam", "Nonsense")) == "InvalidAction"
    assert code(client.call("organizations", "Nonsense")) == "UnknownOperationException"


def test_fido_certification(sample, members):
    client = members["111122223333"]
    listed = client.call("iam", "ListMFADevices", {"UserName": "sample-admin-03"})
    fido, virtual = element(listed, "SerialNumber")
    certified = client.call("iam", "GetMFADevice", {"SerialNumber": fido})
    assert element(certified, "key") == ["FIDO", "FIPS-140-2"]
    refused = client.call("iam", "GetMFADevice", {"SerialNumber": virtual})
    assert code(refused) == "ValidationError"


def test_a_denied_list_stays_denied_with_other_parameters(sample, members):
    answer = members["333344445555"].call("iam", "ListVirtualMFADevices")
    assert (answer.status, code(answer)) == (403, "AccessDenied")


def test_root_sees_its_own_credentials_and_nothing_else(sample, roots):
    root = roots["222233334444"]
    assert element(root.call("iam", "ListMFADevices"), "SerialNumber") == [
        "arn:aws:iam::222233334444:mfa/sample-root-phone"]
    assert root.call("iam", "GetLoginProfile").status == 200
    assert code(roots["333344445555"].call("iam", "GetLoginProfile")) == "NoSuchEntity"
    for operation, parameters in (("ListUsers", {}), ("GetAccountAuthorizationDetails", {}),
                                  ("ListMFADevices", {"UserName": "sample-user-09"})):
        assert code(root.call("iam", operation, parameters)) == "AccessDenied"


@pytest.mark.parametrize("wrong", [
    {"TargetPrincipal": "111122223333"}, {"TargetPrincipal": "999999999999"},
    {"TaskPolicyArn.arn": "arn:aws:iam::aws:policy/root-task/IAMDeleteRootUserCredentials"},
    {"DurationSeconds": "901"}])
def test_root_is_assumed_of_members_and_for_looking_only(client, wrong):
    asked = {"TargetPrincipal": "222233334444", **ROOT_TASK, **wrong}
    assert client.call("sts", "AssumeRoot", asked).status in (400, 403)


def test_a_filter_gives_only_that_kind(sample, members):
    answer = members["222233334444"].call("iam", "GetAccountAuthorizationDetails",
                                          {"Filter.member.1": "Group"})
    assert element(answer, "GroupName") and not element(answer, "RoleId")


def test_organizations_answer_the_management_account_and_its_delegates(sample, members):
    answer = members["333344445555"].call("organizations", "ListRoots")
    assert (answer.status, code(answer)) == (400, "AccessDeniedException")
    assert members["222233334444"].call("organizations", "ListRoots").status == 200
    home = members[sample.home]
    root = json.loads(home.call("organizations", "ListRoots").body)["Roots"][0]["Id"]
    parents = json.loads(home.call("organizations", "ListParents", {"ChildId": sample.home}).body)
    assert parents["Parents"] == [{"Id": root, "Type": "ROOT"}]


def test_the_credential_report_takes_its_time(sample, members):
    client = members["222233334444"]
    sample.control(report={"state": "absent", "polls": 2, "account": "222233334444"})
    absent = client.call("iam", "GetCredentialReport")
    assert (absent.status, code(absent)) == (410, "ReportNotPresent")
    states = []
    for _ in range(4):
        states += element(client.call("iam", "GenerateCredentialReport"), "State")
        if len(states) == 2:
            busy = client.call("iam", "GetCredentialReport")
            assert (busy.status, code(busy)) == (404, "ReportInProgress")
    assert states == ["STARTED", "INPROGRESS", "INPROGRESS", "COMPLETE"]
    assert client.call("iam", "GetCredentialReport").status == 200
    sample.control(report={"state": "expired"})
    expired = client.call("iam", "GetCredentialReport")
    assert (expired.status, code(expired)) == (410, "ReportExpired")
    sample.control(report={"state": "limit"})
    limit = client.call("iam", "GenerateCredentialReport")
    assert (limit.status, code(limit)) == (409, "LimitExceeded")


# ------------------------------------------------------------------------------ generated worlds


@pytest.fixture
def world(start_fakeaws):
    return start_fakeaws("--world", "generated", "--accounts", 45, "--users", 1234, "--roles", 30,
                         "--groups", 7, "--policies", 12, "--suspended", 2, "--external-id", "x")


def number_of(pages, name):
    return sum(len(element(page, name)) for page in pages)


def test_a_generated_account(world):
    client = Client(world.url, home_keys(world))
    pages = client.pages("iam", "GetAccountAuthorizationDetails", {"MaxItems": "1000"})
    assert len(pages) == 2 and number_of(pages, "UserId") == 1234
    assert number_of(pages, "GroupId") == 7 and number_of(pages, "PolicyId") == 13
    summary = dict(re.findall(r"<key>(\w+)</key>\s*<value>(\d+)</value>",
                              client.call("iam", "GetAccountSummary").body.decode()))
    devices = number_of(client.pages("iam", "ListVirtualMFADevices", {"MaxItems": "1000"}),
                        "SerialNumber")
    assert [summary[k] for k in ("Users", "Roles", "Groups", "Policies")] == [
        "1234", "30", "7", "12"]
    assert int(summary["MFADevicesInUse"]) == devices + 1
    report = base64.b64decode(element(client.call("iam", "GetCredentialReport"), "Content")[0])
    assert len(report.split(b"\n")) == 1 + 1 + 1234
    with_device = {row.split(b",")[0] for row in report.split(b"\n")[2:]
                   if row.split(b",")[7] == b"true"}
    assert len(with_device) == devices


def test_page_sizes(world):
    client = Client(world.url, home_keys(world))
    assert len(element(client.call("iam", "ListUsers"), "UserId")) == 100
    assert len(client.pages("iam", "ListUsers", {"MaxItems": "400"})) == 4
    for size in ("0", "1001", "x"):
        assert code(client.call("iam", "ListUsers", {"MaxItems": size})) == "ValidationError"
    assert code(client.call("iam", "ListUsers", {"Marker": "b3RoZXI="})) == "ValidationError"
    token = element(client.call("iam", "ListUsers"), "Marker")[0]
    other = client.call("iam", "ListVirtualMFADevices", {"Marker": token})
    assert code(other) == "ValidationError"


def test_twenty_accounts_a_page(world):
    client = Client(world.url, home_keys(world))
    pages = [json.loads(p.body) for p in client.pages("organizations", "ListAccounts")]
    assert [len(page["Accounts"]) for page in pages] == [20, 20, 5]
    states = [a["Status"] for page in pages for a in page["Accounts"]]
    assert states.count("SUSPENDED") == 2
    role = "arn:aws:iam::%s:role/reportgen-audit"
    assert client.assume(role % world.ready["accounts"][1], "x").token
    assert code(client.assume(role % world.ready["accounts"][1], "y")) == "AccessDenied"
    assert code(client.assume(role % world.ready["accounts"][-1], "x")) == "AccessDenied"


def test_same_seed_same_answers(start_fakeaws):
    bodies = []
    for seed in (5, 5, 6):
        server = start_fakeaws("--world", "generated", "--users", 30, "--seed", seed,
                               "--devices", "mixed")
        pages = Client(server.url, home_keys(server)).pages(
            "iam", "GetAccountAuthorizationDetails", {"MaxItems": "1000"})
        bodies.append([re.sub(rb"<RequestId>[^<]*", b"", page.body) for page in pages])
    assert bodies[0] == bodies[1] != bodies[2]


def test_another_partition(start_fakeaws):
    server = start_fakeaws("--world", "generated", "--users", 5, "--partition", "aws-cn")
    client = Client(server.url, home_keys(server))
    client.region = "cn-north-1"
    page = client.call("iam", "GetAccountAuthorizationDetails")
    assert page.status == 200 and b"arn:aws-cn:" in page.body
    assert b"arn:aws:" not in page.body and b"arn%3Aaws%3A" not in page.body
    assert code(client.call("organizations", "ListAccounts")) == "InvalidSignatureException"
    client.region = "cn-northwest-1"
    assert client.call("organizations", "ListAccounts").status == 200


def test_what_a_bucket_answers(sample, members):
    """S3's own rules: the hash of the body is a signed header, the region is the bucket's."""
    client, name = members["111122223333"], "sample.organization.trail"
    assert client.bucket("GetBucketVersioning", name, "eu-central-1").status == 200
    lacking = client.bucket("GetBucketVersioning", name, "eu-central-1", X_Amz_Content_Sha256=None)
    assert (lacking.status, code(lacking)) == (400, "InvalidRequest")
    wrong = client.bucket("GetBucketVersioning", name, "eu-central-1",
                          X_Amz_Content_Sha256="0" * 64)
    assert (wrong.status, code(wrong)) == (403, "SignatureDoesNotMatch")
    astray = client.bucket("GetBucketVersioning", name, "us-east-1")
    assert (astray.status, code(astray)) == (400, "AuthorizationHeaderMalformed")
    assert code(client.bucket("GetBucketLocation", "sample-nobody")) == "NoSuchBucket"
    assert code(client.bucket("GetBucketLocation", "sample-lab-trail")) == "AccessDenied"


def test_a_trail_is_seen_from_every_region(sample, members):
    for number, region, count in (("111122223333", "us-east-2", 1),
                                  ("333344445555", "us-east-1", 2),
                                  ("333344445555", "us-west-2", 1)):
        answer = members[number].call("cloudtrail", "DescribeTrails", {},
                                      (region, "cloudtrail"))
        assert len(json.loads(answer.body)["trailList"]) == count


def test_generated_trails_and_pools(start_fakeaws):
    server = start_fakeaws("--world", "generated", "--trails", "1", "--pools", "130")
    client = Client(server.url, home_keys(server))
    pools = client.pages("cognito-idp", "ListUserPools", {"MaxResults": 60})
    assert [len(json.loads(page.body)["UserPools"]) for page in pools] == [60, 60, 10]
    alarms = client.pages("cloudwatch", "DescribeAlarms", {"MaxRecords": "100"})
    assert [len(element(page, "AlarmName")) for page in alarms] == [100, 20]
    filters = client.pages("logs", "DescribeMetricFilters", {"limit": 10,
                                                             "logGroupName": "trail-0"})
    assert [len(json.loads(page.body)["metricFilters"]) for page in filters] == [10, 5]


def test_identity_center_lives_in_one_region_and_account(sample, members):
    home, page = members[sample.home], {"MaxResults": 100}
    home.region = "us-east-2"
    assert json.loads(home.call("sso-admin", "ListInstances", page).body) == {"Instances": []}
    home.region = "eu-central-1"
    found = json.loads(home.call("sso-admin", "ListInstances", page).body)["Instances"][0]
    at = {"InstanceArn": found["InstanceArn"]}
    sets = json.loads(home.call("sso-admin", "ListPermissionSets", at).body)["PermissionSets"]
    assert len(sets) == 3
    other = members["222233334444"]
    other.region = "eu-central-1"
    refused = other.call("sso-admin", "ListPermissionSets", at)
    assert (refused.status, code(refused)) == (400, "AccessDeniedException")
    home.region = other.region = "us-east-1"
    absent = home.call("sso-admin", "ListPermissionSets", at)
    assert (absent.status, code(absent)) == (400, "ResourceNotFoundException")


def test_providers_are_those_that_roles_trust(sample, members):
    client = members["222233334444"]
    listed = element(client.call("iam", "ListOpenIDConnectProviders"), "Arn")
    one = client.call("iam", "GetOpenIDConnectProvider", {"OpenIDConnectProviderArn": listed[0]})
    assert element(one, "Url") == ["token.actions.githubusercontent.com"]
    gone = client.call("iam", "GetSAMLProvider", {"SAMLProviderArn": listed[0]})
    assert (gone.status, code(gone)) == (404, "NoSuchEntity")
