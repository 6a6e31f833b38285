"""test_organization.py - the organisation's tree and policies in a scan, and scopes cut from it."""
import json
import os
import signal
import time

import pytest
from conftest import ROOT
from test_scan import (FAST, HOME, MEMBERS, ON_INPUTS, SECOND, THIRD, Scanner, env_of, queries,
                       read, start_slowly, statuses, wait_for_requests)

pytest_plugins = ["fakeaws_fixture"]

OPERATIONS = ["ListRoots", "ListOrganizationalUnitsForParent", "ListAccountsForParent",
              "ListPolicies", "DescribePolicy", "ListTargetsForPolicy",
              "ListDelegatedAdministrators"]
WORKLOADS, PRODUCTION, SANDBOX = "ou-smpl-workload1", "ou-smpl-product1", "ou-smpl-sandbox01"
GENERATED = ("--role-name", "reportgen-audit")


@pytest.fixture(name="fakeaws")
def with_fresh_reports(fresh_fakeaws):
    return fresh_fakeaws


@pytest.fixture
def scan(program, fakeaws, tmp_path):
    return Scanner(program, fakeaws, tmp_path)


@pytest.fixture
def generated(start_fakeaws, program, tmp_path):
    """generated(accounts=…, …) gives a Scanner of a generated world."""
    def start(**options):
        words = [word for name, value in options.items()
                 for word in ("--" + name.replace("_", "-"), str(value))]
        return Scanner(program, start_fakeaws("--world", "generated", "--users", "2", *words),
                       tmp_path)
    return start


def scope(run):
    return {a["id"]: a["reason"] for a in read(run / "snapshot.json")["scope"]["accounts"]}


def bodies(run, operation):
    """The parsed pages of all queries of an operation."""
    return [json.loads((run / page["file"]).read_text(encoding="utf-8"))
            for query in queries(run, operation=operation) for page in query["pages"]]


# --- What is read --------------------------------------------------------------------------------


def test_tree_and_policies_are_recorded_as_the_sample_has_them(scan, fakeaws):
    run = scan()
    sample = read(ROOT / "assets/sample/snapshot.json")["queries"]
    for operation in OPERATIONS:
        expected = [q["parameters"] for q in sample if q["operation"] == operation]
        found = queries(run, operation=operation)
        assert [q["parameters"] for q in found] == expected
        assert all(q["complete"] and q["account"] == HOME for q in found)
    assert len(fakeaws.log(service="organizations")) == len(
        [page for q in queries(run, service="organizations") for page in q["pages"]])


def test_members_are_not_asked_about_the_organisation(scan, fakeaws):
    run = scan("--organization", *MEMBERS, status=4)
    assert {q["account"] for q in queries(run, service="organizations")} == {HOME}
    asked = [(line["operation"], json.dumps(line["parameters"], sort_keys=True))
             for line in fakeaws.log(service="organizations")]
    assert len(asked) == len(set(asked)), "asked twice"


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_refused_operation_is_named_and_nothing_gets_better(scan, fakeaws, operation):
    before = statuses(scan())
    fakeaws.control(rules=[{"operation": operation, "fault": "denied"}])
    run = scan(status=4)
    assert "organizations:%s: AccessDenied" % operation in scan.said
    reasons = " ".join(r["text"] for r in read(run / "findings.json")["verdict"]["reasons"]) \
        if "reasons" in read(run / "findings.json")["verdict"] else \
        json.dumps(read(run / "findings.json")["verdict"])
    assert "organizations:%s: AccessDenied" % operation in reasons
    assert all(before.get(key) == "PASS" for key, value in statuses(run).items()
               if value == "PASS")


def test_a_member_that_may_not_look_says_so(scan, fakeaws):
    key = env_of(fakeaws)["AWS_ACCESS_KEY_ID"].replace(HOME, THIRD)
    others = [line for line in json.loads(fakeaws.ask("/__control")).items()]
    assert others and key
    fakeaws.control(rules=[{"service": "organizations", "operation": name, "fault": "denied"}
                           for name in OPERATIONS + ["ListAccounts"]])
    scan(status=4)
    for name in ("ListRoots", "ListPolicies", "ListDelegatedAdministrators"):
        assert "organizations:%s: AccessDeniedException" % name in scan.said
    assert not fakeaws.log(operation="DescribePolicy")


def test_a_standalone_account_answers_once(scan, fakeaws):
    fakeaws.control(rules=[{"service": "organizations", "fault": "error", "status": 400,
                            "code": "AWSOrganizationsNotInUseException"}])
    scan()
    assert {line["operation"] for line in fakeaws.log(service="organizations")} == {
        "DescribeOrganization", "ListAccounts"}


@pytest.mark.parametrize("rule", [
    {"fault": "throttle", "every": 3}, {"fault": "reset", "at": "body", "every": 5},
    {"fault": "malformed", "every": 6}, {"fault": "status", "status": 503, "every": 4}],
    ids=lambda rule: rule["fault"])
def test_faults_that_pass_leave_no_trace(generated, rule):
    scan = generated(accounts=50, unit_size=7)
    scan.server.control(rules=[{"service": "organizations", **rule}])
    run = scan("--collect", "organizations")
    assert scan.server.control()["rules"][0]["hits"] > 3
    assert all(query["complete"] for query in queries(run))


def test_a_page_that_is_cut_off_is_no_whole_list(generated):
    scan = generated(accounts=50, unit_size=30)
    scan.server.control(rules=[{"operation": "ListTargetsForPolicy", "fault": "denied",
                                "after": 2}])
    scan("--collect", "organizations", status=4)
    assert "organizations:ListTargetsForPolicy: AccessDenied" in scan.said


def test_200_accounts_in_ten_units_cost_about_sixty_requests(generated):
    scan = generated(accounts=200, unit_size=20)
    run = scan("--collect", "organizations")
    assert len(scan.server.log(service="organizations")) <= 60
    found = [a["Id"] for page in bodies(run, "ListAccountsForParent") for a in page["Accounts"]]
    assert sorted(found) == sorted(a["Id"] for page in bodies(run, "ListAccounts")
                                   for a in page["Accounts"])


# --- Scopes --------------------------------------------------------------------------------------


def test_only_accounts_below_the_unit_are_read(scan, fakeaws):
    run = scan("--ou", WORKLOADS, *MEMBERS)
    assert scope(run) == {HOME: "not below " + WORKLOADS, SECOND: None,
                          THIRD: "not below " + WORKLOADS}
    assert [line["target"] for line in fakeaws.log(operation="AssumeRole")] == [SECOND]
    assert {q["service"] for q in queries(run, account=HOME)} == {"iam", "organizations"}
    assert not queries(run, account=HOME, operation="GetAccountSummary")


def test_what_lies_outside_counts_as_when_it_is_excluded(scan):
    run = scan("--ou", PRODUCTION, *MEMBERS)
    assert read(run / "findings.json")["verdict"]["complete"] is False
    cut = read(run / "findings.json")
    run = scan("--organization", "--exclude", "%s,%s" % (HOME, THIRD), *MEMBERS)
    excluded = read(run / "findings.json")
    assert cut["score"]["value"] == excluded["score"]["value"]
    assert [f["status"] for f in cut["findings"]] == [f["status"] for f in excluded["findings"]]


@pytest.mark.parametrize("units, left_out", [
    ((PRODUCTION, SANDBOX), {HOME}), ((PRODUCTION + "," + SANDBOX,), {HOME}),
    ((SANDBOX,), {HOME, SECOND}), (("r-smpl",), set())])
def test_several_units_and_the_root(scan, units, left_out):
    words = [word for unit in units for word in ("--ou", unit)]
    run = scan("--organization", *words, *MEMBERS, status=None)
    assert {number for number, reason in scope(run).items() if reason} == left_out


def test_suspended_accounts_keep_their_reason(generated):
    scan = generated(accounts=9, unit_size=2, suspended=2)
    run = scan("--ou", "ou-fake-00000001", *GENERATED)
    reasons = list(scope(run).values())
    assert reasons.count("SUSPENDED in the organisation") == 2
    assert reasons.count(None) == 4          # the third unit lies below the second
    assert reasons.count("not below ou-fake-00000001") == 3


@pytest.mark.parametrize("unit, words", [
    ("ou-smpl-nobody01", "--ou ou-smpl-nobody01: there is no such unit"),
    ("Workloads", "--ou Workloads: no id of a unit"), (HOME, "no id of a unit"),
    ("p-FullAWSAccess", "no id of a unit"), ("", "no account is left")])
def test_an_unknown_unit_is_named(scan, unit, words):
    scan("--ou", unit, *MEMBERS, status=2)
    assert words in scan.said
    assert not scan.run.exists()


def test_a_unit_cannot_be_found_when_the_tree_may_not_be_read(scan, fakeaws):
    fakeaws.control(rules=[{"operation": "ListOrganizationalUnitsForParent", "fault": "denied"}])
    scan("--ou", PRODUCTION, *MEMBERS, status=3)
    assert "ListOrganizationalUnitsForParent: AccessDenied" in scan.said
    assert "--ou needs to know" in scan.said
    assert not scan.run.exists()


@pytest.mark.parametrize("args", [("--ou", PRODUCTION, "--accounts", "f"),
                                  ("--resume", "r", "--ou", PRODUCTION)])
def test_units_do_not_go_with_other_scopes(program, args):
    assert args[0] in program("scan", *args, status=2).stderr.decode()


@pytest.mark.parametrize("requests", [14, 34])
def test_a_killed_scan_keeps_its_units(program, fakeaws, tmp_path, requests):
    run = tmp_path / "run"
    process = start_slowly(program, fakeaws, run, "--ou", PRODUCTION, *MEMBERS)
    end = time.monotonic() + 30
    while not (run / "unfinished/snapshot.json").exists() and time.monotonic() < end:
        time.sleep(0.02)
    wait_for_requests(fakeaws, requests)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    program("scan", "--resume", run, *FAST, *MEMBERS[:-1], env=env_of(fakeaws))
    assert scope(run) == {HOME: "not below " + PRODUCTION, SECOND: None,
                          THIRD: "not below " + PRODUCTION}
    assert not (run / "unfinished").exists()
    assert {line["target"] for line in fakeaws.log(operation="AssumeRole")} == {SECOND}


def test_accounts_of_a_list_that_are_in_no_organisation(scan, tmp_path, fakeaws):
    stranger = "444455556666"
    (tmp_path / "ids").write_text("\n".join([SECOND, stranger, SECOND, HOME, SECOND]))
    run = scan("--accounts", tmp_path / "ids", *MEMBERS, status=4)
    assert scope(run) == {HOME: None, SECOND: None, stranger: None}
    assert "account %s: not readable" % stranger in scan.said
    assert {value for key, value in statuses(run).items()
            if key[1] == stranger and key[0] not in ON_INPUTS} == {"UNKNOWN"}
    assert "PASS" in {value for key, value in statuses(run).items() if key[1] == SECOND}
    assert len(fakeaws.log(operation="AssumeRole", target=SECOND)) == 1


def test_thousands_of_accounts_are_listed(generated):
    """Ten thousand take half a minute of a free machine, nearly all of it for writing findings."""
    scan = generated(accounts=3000, unit_size=100)
    run = scan("--ou", "ou-fake-00000000", "--collect", "sts", *GENERATED)
    assert len(scope(run)) == 3000
    assert list(scope(run).values()).count(None) == 100
