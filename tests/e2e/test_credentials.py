"""test_credentials.py - whom a scan asks about one by one under each --freshness, and what it says.

Over the test server: the sample organisation, whose reports are behind in both directions, and a
generated account with devices of every kind.
"""
import sys
from collections import Counter

import pytest
from conftest import ROOT
from test_scan import HOME, MEMBERS, SECOND, THIRD, Scanner, queries, read, verdicts

sys.path.insert(0, str(ROOT / "tests/tools"))
import sample_credentials as credentials  # noqa: E402
import sample_story as story  # noqa: E402

pytest_plugins = ["fakeaws_fixture"]

NARROW = ("--collect", "iam,sts,organizations")
ONE_BY_ONE = {"ListMFADevices": "devices", "GetLoginProfile": "login", "ListAccessKeys": "keys",
              "GetAccessKeyLastUsed": "use"}
USER_CHECKS = ("iam.users_without_mfa", "iam.admin_users_mfa", "iam.users_mfa_phishing_resistant",
               "iam.mfa_devices_orphaned")


@pytest.fixture
def fresh(start_fakeaws):
    server = start_fakeaws()
    server.control(report={"age": 600})
    return server


@pytest.fixture
def sample(program, fresh, tmp_path):
    return Scanner(program, fresh, tmp_path)


@pytest.fixture
def generated(program, start_fakeaws, tmp_path):
    server = start_fakeaws("--world", "generated", "--users", "120", "--without-mfa", "25",
                           "--devices", "mixed")
    return Scanner(program, server, tmp_path)


def asked_of(run, account=HOME):
    """{user: what was asked}; a key's owner is told by its id."""
    keys = {credentials.key_id(row, user, index): user.name for row in story.ACCOUNTS
            for user in story.USERS[row.number] for index, _ in enumerate(user.keys)}
    found = {}
    for query in queries(run, account=account):
        if query["operation"] in ONE_BY_ONE and "session" not in query:
            name = query["parameters"].get("UserName") or keys[query["parameters"]["AccessKeyId"]]
            found.setdefault(name, []).append(ONE_BY_ONE[query["operation"]])
    return found


def user_verdicts(run):
    return {(f["check"], f["resource"]): f["status"]
            for f in read(run / "findings.json")["findings"] if f["check"] in USER_CHECKS}


def test_the_sample_is_asked_by_the_rule(sample):
    """As the rule was told twice: in C for the scan, in Python for the record of the sample."""
    run = sample("--organization", *MEMBERS, *NARROW, status=4)
    for account in story.ACCOUNTS:
        wanted = {user.name: sorted(credentials.asked(account, user))
                  for user in story.USERS[account.number] if credentials.asked(account, user)}
        assert {name: sorted(asked) for name, asked in
                asked_of(run, account.number).items()} == wanted


def test_a_report_that_is_behind_is_corrected(sample):
    run = sample("--organization", *MEMBERS, *NARROW, status=4)
    found = {f["resource"].rpartition("/")[2]: f for f in read(run / "findings.json")["findings"]
             if f["check"] == "iam.users_without_mfa"}
    for name, status in (("sample-user-18", "FAIL"), ("sample-user-22", "PASS"),
                         ("sample-user-28", "NOT_APPLICABLE"), ("sample-user-29", "PASS")):
        assert found[name]["status"] == status
    for name in ("sample-user-18", "sample-user-22", "sample-user-28"):
        assert "still says otherwise, the live answer decides" in found[name]["detail"]


def test_report_asks_nobody_and_says_so(sample):
    run = sample("--freshness", "report", "--organization", *MEMBERS, *NARROW, status=4)
    assert not any(asked_of(run, account) for account in (HOME, SECOND, THIRD))
    told = [f["detail"] for f in read(run / "findings.json")["findings"]
            if f["check"] == "iam.users_without_mfa" and f["status"] == "PASS"]
    assert all("by the credential report of" in text and "min old at the scan; not asked live" in
               text or "by the live list of virtual devices" in text for text in told)


def test_live_asks_everybody(sample):
    run = sample("--freshness", "live", *NARROW)
    users = [user.name for user in story.USERS[HOME]]
    keys = Counter(user.name for user in story.USERS[HOME] for key in user.keys if key.active)
    asked = asked_of(run)
    assert sorted(asked) == sorted(users)
    for name in users:
        assert Counter(asked[name]) == {"devices": 1, "login": 1, "keys": 1,
                                        **({"use": keys[name]} if keys[name] else {})}


def test_while_the_report_is_fresh_all_say_the_same(generated, program):
    live, confirm = generated("--freshness", "live", *NARROW), generated(*NARROW)
    assert user_verdicts(confirm) == user_verdicts(live)
    asked = asked_of(confirm, read(live / "snapshot.json")["scope"]["home"])
    assert all(len(set(what)) == len(what) <= 2 for what in asked.values())
    listed = sum(len(q["pages"]) for q in queries(confirm))
    assert listed - sum(map(len, asked.values())) - len(
        queries(confirm, operation="GetMFADevice")) <= 40
    report = generated("--freshness", "report", *NARROW)
    for key, status in user_verdicts(report).items():
        assert status == user_verdicts(live)[key] or (
            status == "UNKNOWN" and key[0] == "iam.users_mfa_phishing_resistant")


def test_a_scan_and_its_replay_agree(sample, program):
    run = sample("--organization", *MEMBERS, *NARROW, status=4)
    before = verdicts(run)
    program("evaluate", run, status=4)
    assert verdicts(run) == before


@pytest.mark.parametrize(("operation", "unknown"), [
    ("ListMFADevices", True), ("GetLoginProfile", True), ("ListAccessKeys", True),
    ("GetAccessKeyLastUsed", False), ("GetMFADevice", False),
    ("ListServiceSpecificCredentials", False), ("GetAccountPasswordPolicy", False)])
def test_denied(sample, fresh, operation, unknown):
    """The verdicts are as without it, or UNKNOWN; the scan is not complete and says why."""
    good = user_verdicts(sample("--freshness", "live", *NARROW))
    fresh.control(rules=[{"operation": operation, "fault": "denied"}])
    run = sample("--freshness", "live", *NARROW, status=4)
    reasons = read(run / "findings.json")["verdict"]["reasons"]
    assert "iam:%s: AccessDenied" % operation in " ".join(reason["text"] for reason in reasons)
    now = user_verdicts(run)
    assert now.keys() == good.keys()
    assert all(status in (good[key], "UNKNOWN") for key, status in now.items())
    assert ("UNKNOWN" in now.values()) == unknown


@pytest.mark.parametrize("rule", [
    {"fault": "throttle", "every": 5},
    {"fault": "error", "code": "ServiceFailure", "status": 500, "every": 7},
    {"fault": "reset", "at": "body", "every": 9}, {"fault": "truncate", "bytes": 60, "every": 8}])
def test_faults_in_the_batches_leave_no_trace(sample, fresh, rule):
    good = verdicts(sample("--freshness", "live", *NARROW))
    rules = [dict(rule, operation=operation) for operation in ONE_BY_ONE]
    fresh.control(rules=rules)
    assert verdicts(sample("--freshness", "live", *NARROW)) == good
    assert any(row["hits"] for row in fresh.control()["rules"])


def test_the_role_may_ask_all_of_it(program):
    policy = program("policy", "--format", "terraform").stdout.decode()
    for operation in (*ONE_BY_ONE, "GetMFADevice", "ListServiceSpecificCredentials",
                      "GetAccountPasswordPolicy"):
        assert '"iam:%s"' % operation in policy


def test_no_password_is_no_failure(sample):
    """AWS's 404 «there is none» is an answer: the log calls the query complete."""
    run = sample("--freshness", "live", *NARROW)
    absent = [q for q in queries(run, operation="GetLoginProfile")
              if q["pages"][0]["httpStatus"] == 404]
    assert absent and all(q["complete"] and q["error"] is None for q in absent)
