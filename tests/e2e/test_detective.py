"""test_detective.py - scans of trails, alarms, buckets, user pools and directories."""
import hashlib
import json

import pytest
from conftest import ROOT, tree
from test_scan import HOME, MEMBERS, SECOND, THIRD, Scanner, queries, read

pytest_plugins = ["fakeaws_fixture"]

ALL = "cloudtrail,cloudwatch,cognito-idp,ds,iam,logs,organizations,s3,sts"
REGIONS = ("--regions", "eu-central-1,us-east-1")
SERVICES = ("cloudtrail", "cloudwatch", "cognito-idp", "ds", "logs", "s3")
BUCKET = "sample.organization.trail"


@pytest.fixture(name="fakeaws")
def with_fresh_reports(fresh_fakeaws):
    return fresh_fakeaws


@pytest.fixture
def scan(program, fakeaws, tmp_path):
    return Scanner(program, fakeaws, tmp_path)


def detective(run, **wanted):
    """The queries of this file's collectors: events have tests of their own."""
    return [q for q in queries(run, **wanted)
            if q["service"] in SERVICES and q["operation"] != "LookupEvents"]


def asked(run, **wanted):
    return [(q["operation"], q["region"]) for q in detective(run, **wanted)]


def test_what_is_asked_of_the_home_account(scan, fakeaws):
    run = scan("--collect", ALL, *REGIONS)
    assert sorted(asked(run)) == sorted([
        ("DescribeTrails", "eu-central-1"), ("DescribeTrails", "us-east-1"),
        ("GetTrailStatus", "eu-central-1"), ("GetEventSelectors", "eu-central-1"),
        ("DescribeMetricFilters", "eu-central-1"), ("DescribeAlarms", "eu-central-1"),
        ("GetBucketLocation", "us-east-1"), ("GetBucketVersioning", "eu-central-1"),
        ("GetObjectLockConfiguration", "eu-central-1"),
        ("ListUserPools", "eu-central-1"), ("ListUserPools", "us-east-1"),
        ("DescribeDirectories", "eu-central-1"), ("DescribeDirectories", "us-east-1")])
    assert len(queries(run, operation="DescribeMetricFilters")[0]["pages"]) == 2
    lines = fakeaws.log()
    assert all(line["signature"] == "ok" for line in lines)
    assert "warning" not in scan.said.replace("warning: no role", "")


def test_answers_are_those_of_the_sample(scan):
    """Byte for byte, S3's paths with dots included."""
    run = scan("--collect", ALL, *REGIONS)
    sample = {(q["account"], q["region"], q["operation"], json.dumps(q["parameters"])): q
              for q in read(ROOT / "assets/sample/snapshot.json")["queries"]}
    for query in detective(run, account=HOME):
        recorded = sample[HOME, query["region"], query["operation"],
                          json.dumps(query["parameters"])]
        for page, other in zip(query["pages"], recorded["pages"]):
            body = (run / page["file"]).read_bytes()
            assert body == (ROOT / "assets/sample" / other["file"]).read_bytes()
            assert page["file"].endswith(
                ".xml" if query["service"] in ("s3", "cloudwatch") else ".json")


SECRETS = ("--collect", "ds,sts", "--regions", "eu-central-1,us-east-1", "-vv")
REMOVED = b'"SharedSecret":"(removed by reportgen)"'


def find_no_secret(scan, server, folder):
    """Anywhere below the folder but in the server's own, packs included, or in what was said."""
    secrets = [secret.encode() for secret in server.secrets()]
    assert any(b"Radius" in secret for secret in secrets)
    for name, text in {**tree(folder), "stdout": scan.done.stdout,
                       "stderr": scan.done.stderr}.items():
        assert name.startswith("fakeaws") or not any(s in text for s in secrets), name


def test_a_secret_in_an_answer_is_kept_nowhere(program, scan, fakeaws, tmp_path):
    """Of the directory's answer the value of SharedSecret goes; the log and the papers say so."""
    run = scan("--organization", *MEMBERS[:4], *SECRETS)
    query, = [q for q in queries(run, operation="DescribeDirectories") if "redacted" in q]
    assert (query["account"], query["region"]) == (SECOND, "eu-central-1")
    assert query["redacted"] == ["SharedSecret"] and query["complete"]
    page, = query["pages"]
    body = (run / page["file"]).read_bytes()
    assert body.count(REMOVED) == 1 and hashlib.sha256(body).hexdigest() == page["sha256"]
    for form in ("markdown", "pdf"):
        program("report", run, "--edition", "auditor", "--format", form)
    markdown = (run / "report-auditor.md").read_text(encoding="utf-8")
    assert "| complete; removed: SharedSecret |" in markdown
    program("bundle", run)
    predicate = read(run / "pack/statement.json")["predicate"]
    assert [q["account"] for q in predicate["queries"] if "redacted" in q] == [SECOND]
    assert [e["path"] for e in predicate["evidence"] if e["transformed"]] == [page["file"]]
    find_no_secret(scan, fakeaws, tmp_path)


@pytest.mark.parametrize("fault", [{"fault": "truncate", "bytes": 300}, {"fault": "malformed"},
                                   {"fault": "status", "status": 418}])
def test_an_answer_that_may_hide_a_secret_is_not_kept(program, start_fakeaws, tmp_path, fault,
                                                      fast):
    """Nobody can look through what is no JSON: a query without a page, and UNKNOWN."""
    server = start_fakeaws("--world", "generated", "--users", "3", "--trails", "1")
    server.control(report={"age": 600}, rules=[dict(fault, service="ds")])
    scan = Scanner(program, server, tmp_path)
    run = scan("--collect", "ds,sts", "--regions", "us-east-1", "-vv", status=4, env=fast)
    query, = queries(run, operation="DescribeDirectories")
    assert query["pages"] == [] and not query["complete"] and "redacted" not in query
    assert query["error"]["code"] in ("NotKept", "ConnectionBroken")
    assert not list(run.glob("raw/*/*DescribeDirectories*"))
    assert "ds:DescribeDirectories in us-east-1: " + query["error"]["code"] in scan.said
    find_no_secret(scan, server, tmp_path)


def test_an_error_that_is_an_answer(scan):
    """There is no object lock: a whole answer, which a resumed scan does not ask for again."""
    query = queries(scan("--collect", ALL, *REGIONS), operation="GetObjectLockConfiguration")[0]
    assert query["complete"] and query["error"] is None
    assert [page["httpStatus"] for page in query["pages"]] == [404]


def test_the_whole_organisation(scan):
    """A member's own role is denied its bucket; a member does not own the organisation's."""
    run = scan("--organization", *MEMBERS, "--collect", ALL, *REGIONS, status=4)
    denied = [(q["account"], q["parameters"]["Bucket"]) for q in queries(run, service="s3")
              if (q["error"] or {}).get("code") == "AccessDenied"]
    assert sorted(denied) == [(SECOND, BUCKET), (THIRD, "sample-lab-trail"), (THIRD, BUCKET)]
    assert "%s bucket sample-lab-trail: s3:GetBucketLocation: AccessDenied" % THIRD in scan.said
    assert SECOND + " bucket" not in scan.said
    assert len(queries(run, account=SECOND, operation="GetUserPoolMfaConfig")) == 2


def test_a_region_that_is_not_enabled(scan):
    run = scan("--collect", ALL, "--regions", "eu-central-1,af-south-1", status=4)
    for service, operation in (("cloudtrail", "DescribeTrails"), ("cognito-idp", "ListUserPools"),
                               ("ds", "DescribeDirectories")):
        assert ("%s:%s in af-south-1: UnrecognizedClientException: the region is not enabled for "
                "this account, or lacks the service" % (service, operation)) in scan.said
        assert [q["complete"] for q in queries(run, operation=operation)] == [False, True]


@pytest.mark.parametrize("service, operation, said", [
    ("cloudtrail", "DescribeTrails", "cloudtrail:DescribeTrails in eu-central-1"),
    ("cloudtrail", "GetTrailStatus", "cloudtrail:GetTrailStatus"),
    ("cloudtrail", "GetEventSelectors", "cloudtrail:GetEventSelectors"),
    ("logs", "DescribeMetricFilters", "logs:DescribeMetricFilters"),
    ("cloudwatch", "DescribeAlarms", "cloudwatch:DescribeAlarms in eu-central-1"),
    ("s3", "GetBucketLocation", "bucket %s: s3:GetBucketLocation" % BUCKET),
    ("s3", "GetBucketVersioning", "bucket %s: s3:GetBucketVersioning" % BUCKET),
    ("s3", "GetObjectLockConfiguration", "bucket %s: s3:GetObjectLockConfiguration" % BUCKET),
    ("cognito-idp", "ListUserPools", "cognito-idp:ListUserPools in eu-central-1"),
    ("ds", "DescribeDirectories", "ds:DescribeDirectories in eu-central-1"),
])
def test_a_denied_operation_is_said(scan, fakeaws, service, operation, said):
    fakeaws.control(rules=[{"fault": "denied", "service": service, "operation": operation}])
    scan("--collect", ALL, *REGIONS, status=4)
    assert "%s %s: AccessDenied" % (HOME, said) in scan.said


PASSING = ({"fault": "throttle", "times": 3}, {"fault": "reset", "times": 1},
           {"fault": "truncate", "times": 1},
           {"fault": "error", "code": "InternalError", "status": 500, "times": 2})


@pytest.mark.parametrize("service, fault", [(service, PASSING[0]) for service in SERVICES]
                         + [(service, fault) for service in ("s3", "logs")
                            for fault in PASSING[1:]])
def test_faults_that_pass(scan, fakeaws, service, fault):
    fakeaws.control(rules=[dict(fault, service=service)])
    run = scan("--collect", ALL, *REGIONS)
    assert all(q["complete"] for q in queries(run))


@pytest.mark.parametrize("operation", ["DescribeMetricFilters", "DescribeAlarms", "ListUserPools",
                                       "DescribeDirectories"])
def test_a_repeated_token(scan, fakeaws, operation):
    fakeaws.control(rules=[{"fault": "repeat-token", "operation": operation}])
    run = scan("--collect", ALL, *REGIONS, status=4)
    assert "RepeatedToken" in scan.said
    assert not any(q["complete"] for q in queries(run, operation=operation))


def test_paging(program, start_fakeaws, tmp_path):
    server = start_fakeaws("--world", "generated", "--users", "3", "--trails", "2",
                           "--pools", "130")
    server.control(report={"age": 600})
    run = Scanner(program, server, tmp_path)("--collect", ALL, "--regions", "us-east-1")
    assert len(queries(run, operation="ListUserPools")[0]["pages"]) == 3
    assert len(queries(run, operation="GetUserPoolMfaConfig")) == 130
    assert len(queries(run, operation="DescribeAlarms")[0]["pages"]) == 2
    assert len(queries(run, service="s3")) == 6


def test_an_account_without_any_of_it_is_cheap(program, start_fakeaws, tmp_path):
    """One question for each region and service that lists things; nothing about what is not there.
    """
    server = start_fakeaws("--world", "generated", "--users", "3")
    server.control(report={"age": 600})
    run = Scanner(program, server, tmp_path)("--collect", ALL)
    regions = len(read(run / "snapshot.json")["scope"]["regions"])
    assert len(asked(run)) == 3 * regions
    assert {operation for operation, _ in asked(run)} == {"DescribeTrails", "ListUserPools",
                                                          "DescribeDirectories"}
