"""test_member_roots.py - `scan --assume-root`: root users of members, asked about themselves."""
import os
import signal

import pytest
from conftest import tree
from test_scan import FAST, HOME, MEMBERS, SECOND, THIRD, Scanner, env_of, queries, read, \
    expect_as_demo, start_slowly, statuses, wait_for_requests

pytest_plugins = ["fakeaws_fixture"]

ROOT_OPERATIONS = {"GetLoginProfile", "ListAccessKeys", "ListMFADevices",
                   "ListSigningCertificates"}
TASK = "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials"


@pytest.fixture(name="fakeaws")
def with_fresh_reports(fresh_fakeaws):
    return fresh_fakeaws


class FastScanner(Scanner):
    """Waiting is short: what is asked here and there at two requests a second does not matter."""
    fast = {}

    def __call__(self, *args, status=0, env=None):
        return super().__call__(*args, status=status, env={**self.fast, **(env or {})})


@pytest.fixture
def scanner(program, tmp_path, fast):
    """scanner(server) scans that server."""
    def make(server):
        made = FastScanner(program, server, tmp_path)
        made.fast = fast
        return made

    return make


@pytest.fixture
def scan(scanner, fakeaws):
    return scanner(fakeaws)


def detail(run, account, check="iam.root_mfa_hardware"):
    return next(f["detail"] for f in read(run / "findings.json")["findings"]
                if (f["account"], f["check"]) == (account, check))


def root_queries(run):
    return [row for row in read(run / "snapshot.json")["queries"] if row.get("session") == "root"]


def as_root(server):
    return [line for line in server.log() if (line["caller"] or "").endswith(":root")]


def test_root_is_asked_about_itself_and_nothing_else(scan, fakeaws):
    run = scan("--organization", *MEMBERS, status=4)
    for account in (SECOND, THIRD):
        lines = [line for line in as_root(fakeaws) if line["account"] == account]
        assert sorted(line["operation"] for line in lines) == sorted(ROOT_OPERATIONS)
        assert all(line["parameters"].get("UserName") is None for line in lines)
    asked = fakeaws.log(operation="AssumeRoot")
    assert sorted(line["parameters"]["TargetPrincipal"] for line in asked) == [SECOND, THIRD]
    assert {line["account"] for line in asked} == {HOME}
    for line in asked:
        assert line["parameters"]["TaskPolicyArn.arn"] == TASK
        assert int(line["parameters"]["DurationSeconds"]) <= 900
    assert read(run / "snapshot.json")["scope"]["assumeRoot"] is True
    rows = root_queries(run)
    assert len(rows) == 8 and all(row["parameters"] == {} for row in rows)
    assert not queries(run, operation="AssumeRoot")
    assert "known from root itself" in detail(run, SECOND)


def test_recorded_and_live_agree(scan, program):
    run = scan("--organization", *MEMBERS, status=4)
    before = tree(run)
    program("evaluate", run, status=4)
    assert tree(run)["findings.json"] == before["findings.json"]


def test_nobody_becomes_root_unless_told_to(scan, fakeaws):
    run = scan("--organization", *MEMBERS[:-1], status=4)
    assert not fakeaws.log(operation="AssumeRoot") and not as_root(fakeaws)
    assert "assumeRoot" not in read(run / "snapshot.json")["scope"]
    assert not any("session" in row for row in read(run / "snapshot.json")["queries"])
    assert "assumeRoot" not in scan.said and "AssumeRoot" not in scan.said
    assert "known: root's device" in detail(run, SECOND)


@pytest.mark.parametrize("rule, code", [
    ({"fault": "denied"}, "RootSessionDenied"),
    ({"fault": "error", "code": "InvalidClientTokenId", "status": 403}, "NoCredentials"),
    ({"fault": "malformed"}, "NoCredentials"),
])
def test_without_a_session_what_is_known_stays(scan, fakeaws, rule, code):
    fakeaws.control(rules=[{"operation": "AssumeRoot", **rule}])
    run = scan("--organization", *MEMBERS, status=4)
    rows = root_queries(run)
    assert len(rows) == 8 and all(row["error"]["code"] == code and not row["pages"]
                                  for row in rows)
    assert "iam:ListMFADevices: %s: sts:AssumeRoot" % code in scan.said
    assert len(fakeaws.log(operation="AssumeRoot")) <= 4
    without = scan("--organization", *MEMBERS[:-1], status=4)
    assert {key: value for key, value in statuses(run).items()} == statuses(without)


def test_a_refused_part_is_named(scan, fakeaws):
    fakeaws.control(rules=[{"operation": "ListSigningCertificates", "fault": "denied"}])
    run = scan("--organization", *MEMBERS, status=4)
    assert "iam:ListSigningCertificates: AccessDenied" in scan.said
    assert "known from root itself" in detail(run, SECOND)


def test_hardware_and_passkeys_are_told_apart(start_fakeaws, scanner):
    server = start_fakeaws("--world", "generated", "--accounts", "3", "--users", "5")
    scan = scanner(server)
    run = scan("--organization", "--role-name", "reportgen-audit", "--assume-root")
    kinds = [detail(run, number) for number in ("900000000001", "900000000002")]
    assert "1 hardware TOTP, and none is virtual" in kinds[0]
    assert "1 FIDO, and none is virtual" in kinds[1]
    assert "inferred" in detail(run, "900000000000")


@pytest.mark.parametrize("partition", ["aws-us-gov", "aws-cn"])
def test_the_policy_is_of_the_partition(start_fakeaws, scanner, partition):
    server = start_fakeaws("--world", "generated", "--accounts", "2", "--users", "3",
                           "--partition", partition)
    region = {"aws-us-gov": "us-gov-east-1", "aws-cn": "cn-north-1"}[partition]
    scan = scanner(server)
    run = scan("--organization", "--role-name", "reportgen-audit", "--assume-root", "--region",
               region)
    assert len(root_queries(run)) == 4
    arn = server.log(operation="AssumeRoot")[0]["parameters"]["TaskPolicyArn.arn"]
    assert arn.startswith("arn:%s:" % partition)


def test_sessions_that_expire_are_renewed(scan, fakeaws, demo):
    fakeaws.control(rules=[{"operation": "ListSigningCertificates", "fault": "expired", "times": 1,
                            "account": account} for account in (SECOND, THIRD)])
    run = scan("--organization", *MEMBERS, status=4)
    expect_as_demo(run, demo)
    assert len(fakeaws.log(operation="AssumeRoot")) == 4


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_scan_still_knows(program, fakeaws, tmp_path, demo, fast, number):
    run = tmp_path / "run"
    process = start_slowly(program, fakeaws, run, "--organization", *MEMBERS)
    wait_for_requests(fakeaws, 30)
    os.killpg(process.pid, number)
    process.communicate()
    program("scan", "--resume", run, *FAST, *MEMBERS[:-1], status=4,
            env={**env_of(fakeaws), **fast})
    expect_as_demo(run, demo)
    assert len(root_queries(run)) == 8


@pytest.mark.parametrize("args, word", [
    (("--assume-root",), "no member"),
    (("--assume-root", "--organization", "--exclude", "%s,%s" % (SECOND, THIRD)), "no member"),
    (("--assume-root", "--organization", "--collect", "organizations"), "--collect"),
])
def test_what_would_ask_nobody_is_refused(scan, args, word):
    scan(*args, status=2)
    assert word in scan.said
    assert not scan.run.exists()


def test_resuming_keeps_the_scope(program):
    assert "--resume" in program("scan", "--resume", "r", "--assume-root", status=2).stderr.decode()


def test_no_credential_of_root_stays_anywhere(scan, fakeaws, program):
    fakeaws.control(rules=[{"operation": "ListAccessKeys", "fault": "throttle", "times": 1}])
    run = scan("--organization", *MEMBERS, "-vv", status=4)
    keys = {line["key"] for line in as_root(fakeaws)}
    assert len(keys) == 2
    places = {**tree(run), **tree(program.home), "stdout": scan.done.stdout,
              "stderr": scan.done.stderr}
    for name, text in places.items():
        assert b"<SecretAccessKey>" not in text and b"<SessionToken>" not in text, name
        assert not any(key.encode() in text for key in keys), name
