"""test_events.py - LookupEvents of CloudTrail, asked live: cost, rate, paging, refusals."""
import json
import time

import pytest
from conftest import ROOT

pytest_plugins = ["fakeaws_fixture"]

HOME = "111122223333"
ONLY = ("--collect", "cloudtrail", "--max-rps", "500")


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def lookups(run):
    return [q for q in read(run / "snapshot.json")["queries"] if q["operation"] == "LookupEvents"]


def attribute(query):
    found = query["parameters"]["LookupAttributes"][0]
    return "%s=%s" % (found["AttributeKey"], found["AttributeValue"])


def told(run):
    return [r["text"] for r in read(run / "findings.json")["verdict"]["reasons"]
            if r["code"] == "query" and r["text"].startswith("cloudtrail:LookupEvents")]


@pytest.fixture
def scan(program, tmp_path):
    def run(server, *options, status=0):
        folder = tmp_path / ("run-%d" % len(list(tmp_path.glob("run-*"))))
        program("scan", "-o", folder, *ONLY, *options, env=server.env(), status=status)
        return folder
    return run


@pytest.fixture
def empty(start_fakeaws):
    """Two accounts in which nothing happened."""
    return start_fakeaws("--world", "generated", "--accounts", 2, "--users", 5)


def calls(server):
    return [line for line in server.log() if line["operation"] == "LookupEvents"]


def test_an_account_without_events_costs_eleven_calls(scan, empty):
    run = scan(empty, "--organization", "--role-name", empty.ready["roleName"])
    member = [q for q in lookups(run) if q["account"] != empty.home]
    assert len(member) == 11
    assert sorted({q["region"] for q in member if "ConsoleLogin" in attribute(q)}) == [
        "ap-southeast-2", "eu-north-1", "us-east-1", "us-east-2"]
    home = [q for q in lookups(run) if q["account"] == empty.home]
    assert len(home) == 15               # and UserAuthentication in the scan's four regions
    assert all(q["complete"] and q["parameters"]["MaxResults"] == 50 for q in home)
    assert all(line["status"] == 200 for line in calls(empty))
    assert not told(run)


def test_the_period_is_asked_for_in_seconds(scan, empty):
    run = scan(empty, "--period", "7")
    parameters = lookups(run)[0]["parameters"]
    assert parameters["EndTime"] - parameters["StartTime"] == 7 * 86400


def test_two_requests_a_second_in_each_region_and_no_throttling(scan, start_fakeaws):
    """Forty pages in one region; the server throttles what is faster."""
    server = start_fakeaws("--world", "generated", "--users", 5, "--events", 1000)
    begun = time.monotonic()
    run = scan(server)
    took = time.monotonic() - begun
    east = [line for line in calls(server) if line["region"] == "us-east-1"]
    pages = sum(len(q["pages"]) for q in lookups(run))
    assert pages == 20 + 14
    assert len(calls(server)) == pages and all(line["status"] == 200 for line in east)
    rate = (len(east) - 1) / (east[-1]["time"] - east[0]["time"])
    assert 1.7 < rate <= 2.05
    assert took < 20


def test_pages_are_followed_and_what_was_asked_is_replayed(scan, program, start_fakeaws):
    server = start_fakeaws("--world", "generated", "--users", 5, "--events", 120)
    run = scan(server)
    sign_ins = [q for q in lookups(run) if "ConsoleLogin" in attribute(q)
                and q["region"] == "us-east-1"]
    assert [len(q["pages"]) for q in sign_ins] == [3]
    before = (run / "findings.json").read_bytes()
    program("evaluate", run)
    assert (run / "findings.json").read_bytes() == before


def test_the_sample_s_second_questions_follow_from_the_first(scan, start_fakeaws):
    """Factors where somebody signed in, and who issued the key of a role's session."""
    server = start_fakeaws()
    run = scan(server, "--organization", "--role-name", "sample-audit", "--external-id",
               "sample-audit", "--regions", "eu-central-1,us-east-1", "--period", "90")
    asked = {(q["account"], q["region"], attribute(q)) for q in lookups(run)}
    assert (HOME, "eu-central-1", "EventName=CredentialVerification") in asked
    assert (HOME, "us-east-1", "EventName=CredentialVerification") not in asked
    issuers = [q for q in asked if "ResourceName" in q[2]]
    assert ("222233334444", "us-east-1", "ResourceName=ASIASAMPLE0000000002") in issuers
    recorded = {(q["account"], q["region"], attribute(q)) for q in read(
        ROOT / "assets/sample/snapshot.json")["queries"] if q["operation"] == "LookupEvents"}
    # as days pass, what the sample asked about the first of its days is asked no more
    assert asked <= recorded


def test_a_refusal_is_named_and_ends_with_four(scan, empty):
    empty.control(rules=[{"fault": "denied", "operation": "LookupEvents"}])
    run = scan(empty, status=4)
    assert len(told(run)) == 1
    assert "AccessDeniedException" in told(run)[0] and "of 15 questions 15" in told(run)[0]


def test_a_region_that_is_not_enabled_is_named(scan, empty):
    run = scan(empty, "--regions", "eu-west-3", status=4)
    assert "EventName=ConsoleLogin in eu-west-3" in told(run)[0]
    assert "UnrecognizedClientException" in told(run)[0]


@pytest.mark.parametrize("fault, words", [
    ({"fault": "repeat-token"}, "RepeatedToken"), ({"fault": "malformed"}, "cloudtrail"),
    ({"fault": "empty"}, "cloudtrail")])
def test_faults_are_never_an_empty_list(scan, empty, fault, words):
    empty.control(rules=[dict(fault, operation="LookupEvents")])
    run = scan(empty, "--regions", "us-east-1", status=4)
    assert words in told(run)[0]


def test_throttling_of_events_slows_nothing_else(program, empty, tmp_path):
    """Four refusals in a row: events get through in the end, and IAM keeps its pace."""
    empty.control(rules=[{"fault": "throttle", "operation": "LookupEvents", "times": 4}])
    program("scan", "-o", tmp_path / "run", "--max-rps", "500", env=empty.env())
    assert len([c for c in calls(empty) if c["status"] != 200]) == 4
    assert not told(tmp_path / "run")
