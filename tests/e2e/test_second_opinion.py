"""test_second_opinion.py - `scan --simulate`: AWS's policy simulator beside our own decisions."""
import hashlib
import json
import os
import re
import signal

import pytest
from conftest import tree
from test_member_roots import FastScanner
from test_scan import FAST, HOME, MEMBERS, SECOND, SERVICES, THIRD, env_of, queries, read, \
    start_slowly, wait_for_requests

pytest_plugins = ["fakeaws_fixture"]

OPERATION = "SimulatePrincipalPolicy"
AS_SAMPLE = ("--simulate", "2")      # as the sample was read
MFA = "aws:MultiFactorAuthPresent"
CHECKS = {"iam.privileged_actions_require_mfa", "iam.mfa_enforcement_latent",
          "iam.mfa_control_actions_guarded", "iam.users_mfa_enforced",
          "iam.mfa_deny_reaches_everyone"}


@pytest.fixture(name="fakeaws")
def with_fresh_reports(fresh_fakeaws):
    return fresh_fakeaws


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


def opinion(run):
    return read(run / "findings.json")["secondOpinion"]


def body_of(run, query):
    return (run / query["pages"][0]["file"]).read_text(encoding="utf-8")


def decisions(body):
    return dict(re.findall(r"<EvalActionName>([^<]*)</EvalActionName>.*?"
                           r"<EvalDecision>([^<]*)</EvalDecision>", body, re.S))


def test_each_user_is_asked_about_with_the_key_absent_and_false(scan, fakeaws):
    run = scan("--organization", *SERVICES, *MEMBERS, *AS_SAMPLE, status=4)
    rows = queries(run, operation=OPERATION)
    assert len(rows) == 3 * 2 * 2 and all(row["complete"] for row in rows)
    told = {}
    for row in rows:
        asked = row["parameters"]
        told.setdefault(asked["PolicySourceArn"], []).append(
            {key: value for key, value in asked.items() if key.startswith("Context")})
        assert asked["ResourceArns.member.1"] == "*"
        names = [value for key, value in asked.items() if key.startswith("ActionNames")]
        assert len(set(names)) == 12 and not any("*" in name for name in names)
    for contexts in told.values():
        absent, false = sorted(contexts, key=len)
        assert absent == {}
        assert false == {"ContextEntries.member.1.ContextKeyName": MFA,
                         "ContextEntries.member.1.ContextKeyType": "boolean",
                         "ContextEntries.member.1.ContextKeyValues.member.1": "false"}
    assert read(run / "snapshot.json")["scope"]["simulate"] == 2
    assert len(fakeaws.log(operation=OPERATION)) == len(rows)


def test_agreements_and_the_known_blind_spot_are_told(scan):
    """The sandbox's SCP asks for MFA: what the simulator does not see."""
    run = scan("--organization", *SERVICES, *MEMBERS, *AS_SAMPLE, status=4)
    found = opinion(run)
    counts = found["counts"]
    assert counts["users"] == 6 and counts["decisions"] == 144 and counts["unknown"] == 0
    assert counts["agreements"] + counts["disagreements"] == 144
    assert counts["disagreements"] == len(found["differences"]) == 24
    assert counts["unexplained"] == 0
    for row in found["differences"]:
        assert row["account"] == THIRD and row["aws"] == "allowed"
        assert row["reportgen"] == "explicitDeny" and not row["doubts"]
        assert row["explanation"] == "scp-conditions" and "require-mfa" in row["decidedBy"]
    where = {row["multiFactorAuthPresent"] for row in found["differences"]}
    assert where == {"absent", "false"}


def test_every_decision_in_the_findings_is_in_the_answers(scan):
    run = scan("--organization", *SERVICES, *MEMBERS, *AS_SAMPLE, status=4)
    for row in opinion(run)["differences"]:
        simulated = row["evidence"][0]
        query = next(q for q in queries(run, operation=OPERATION)
                     if q["pages"][0]["file"] == simulated["file"])
        assert query["parameters"]["PolicySourceArn"] == row["resource"]
        assert decisions(body_of(run, query))[row["action"]] == row["aws"]
        assert (row["multiFactorAuthPresent"] == "false") == any(
            key.startswith("Context") for key in query["parameters"])


def test_replayed_offline_with_the_same_bytes(scan, program):
    run = scan("--organization", *SERVICES, *MEMBERS, *AS_SAMPLE, status=4)
    before = tree(run)
    program("evaluate", run, status=4)
    assert tree(run)["findings.json"] == before["findings.json"]
    assert opinion(run)["asked"] == 2


def test_nothing_is_asked_or_said_without_the_option(scan, fakeaws, program):
    run = scan("--organization", *SERVICES, *MEMBERS, status=4)
    assert not fakeaws.log(operation=OPERATION)
    assert "simulate" not in read(run / "snapshot.json")["scope"]
    assert opinion(run) is None
    assert read(run / "report.json")["secondOpinion"] is None
    assert "Simulate" not in scan.said
    program("report", run, "--format", "markdown")
    assert "econd opinion" not in (run / "report.md").read_text(encoding="utf-8")


def test_the_report_says_it(scan, program):
    run = scan("--organization", *SERVICES, *MEMBERS, *AS_SAMPLE, status=4)
    found = read(run / "report.json")
    assert any("144 decisions 120 agree, 24 differ (0 of these unexplained)" in line
               for line in found["limits"])
    assert [len(row["actions"]) for row in found["secondOpinion"]["differences"]] == [12, 12]
    program("report", run, "--format", "markdown")
    text = (run / "report.md").read_text(encoding="utf-8")
    assert "(scp-conditions)" in text and "sample-admin-09" in text


# ------------------------------------------------------------------------------- what goes wrong


def test_denied_is_said_and_changes_no_verdict(scan, fakeaws):
    fakeaws.control(rules=[{"operation": OPERATION, "fault": "denied"}])
    run = scan(*SERVICES, "--simulate", "2", status=4)
    counts = opinion(run)["counts"]
    assert counts["unknown"] == counts["users"] == 2 and counts["decisions"] == 0
    assert "AccessDenied" in opinion(run)["users"][0]["unknown"]
    reasons = [r["text"] for r in read(run / "findings.json")["verdict"]["reasons"]]
    assert any("iam:SimulatePrincipalPolicy: AccessDenied" in text for text in reasons)
    plain = scan(*SERVICES)
    assert statuses_of(plain) == statuses_of(run)


def statuses_of(run):
    return {(f["check"], f["resource"]): f["status"]
            for f in read(run / "findings.json")["findings"] if f["check"] in CHECKS}


def test_throttling_is_waited_for(scan, fakeaws):
    fakeaws.control(rules=[{"operation": OPERATION, "fault": "throttle", "times": 3}])
    run = scan(*SERVICES, "--simulate", "2")
    assert opinion(run)["counts"]["unknown"] == 0
    assert len(fakeaws.log(operation=OPERATION)) == 4 + 3


def test_what_aws_does_not_weigh_together_is_asked_one_by_one(scan, fakeaws):
    fakeaws.control(rules=[{"operation": OPERATION, "fault": "error", "code": "InvalidInput",
                            "message": "Invalid Input Actions: [a] and [b] require different "
                                       "authorization information", "status": 400, "times": 4}])
    run = scan(*SERVICES, "--simulate", "2")
    assert len(fakeaws.log(operation=OPERATION)) == 4 + 4 * 12
    assert opinion(run)["counts"]["agreements"] == 48
    assert opinion(run)["counts"]["unknown"] == 0
    assert "InvalidInput" not in scan.said


@pytest.mark.parametrize("rule", [
    {"fault": "malformed"}, {"fault": "empty"}, {"fault": "truncate", "bytes": 300},
    {"fault": "error", "code": "NoSuchEntity", "status": 404},
    {"fault": "error", "code": "ServiceFailure", "status": 500},
])
def test_what_cannot_be_read_is_not_known(scan, fakeaws, rule):
    fakeaws.control(rules=[{"operation": OPERATION, **rule}])
    run = scan(*SERVICES, "--simulate", "1", status=4)
    counts = opinion(run)["counts"]
    assert (counts["users"], counts["unknown"], counts["decisions"]) == (1, 1, 0)


def test_a_generated_account_is_paged_and_agrees(start_fakeaws, scanner):
    server = start_fakeaws("--world", "generated", "--accounts", "2", "--users", "30",
                           "--policies", "8")
    run = scanner(server)(*SERVICES, "--simulate", "20")
    counts = opinion(run)["counts"]
    assert counts["users"] == 20 and counts["decisions"] == 480 and counts["unknown"] == 0
    assert counts["disagreements"] == 0
    words = {word for q in queries(run, operation=OPERATION)
             for word in decisions(body_of(run, q)).values()}
    assert {"allowed", "implicitDeny"} <= words


# ------------------------------------------------------------------------------------- a false PASS


def contradict(run, arn):
    """The record, as if AWS allowed all that it denies to that user."""
    snapshot = read(run / "snapshot.json")
    for row in snapshot["queries"]:
        if row["operation"] == OPERATION and row["parameters"]["PolicySourceArn"] == arn:
            page = row["pages"][0]
            path = run / page["file"]
            body = re.sub(rb"<EvalDecision>\w+<", b"<EvalDecision>allowed<", path.read_bytes())
            path.chmod(0o600)
            path.write_bytes(body)
            page["size"], page["sha256"] = len(body), hashlib.sha256(body).hexdigest()
    (run / "snapshot.json").write_text(json.dumps(snapshot), encoding="utf-8")


def denied_users(run):
    """Of the users asked about, those whom the program holds to be denied without MFA."""
    asked = {row["resource"] for row in opinion(run)["users"] if row["disagreements"] == 0}
    return [f for f in read(run / "findings.json")["findings"]
            if f["check"] == "iam.mfa_enforcement_latent" and f["resource"] in asked
            and f["status"] == "PASS" and "each denied" in f["detail"]]


def test_an_unexplained_allow_takes_a_pass_away(scan, program):
    run = scan(*SERVICES, "--simulate", "30")
    before = denied_users(run)
    assert before, "the sample has a user who is denied without MFA by policies of its own"
    arn = before[0]["resource"]
    contradict(run, arn)
    program("evaluate", run)
    after = {f["check"]: f for f in read(run / "findings.json")["findings"]
             if f["resource"] == arn and f["check"] in CHECKS}
    assert after["iam.mfa_enforcement_latent"]["status"] == "UNKNOWN"
    assert "unexplained" in after["iam.mfa_enforcement_latent"]["detail"]
    assert not any(f["status"] == "PASS" and "denied" in f["detail"] for f in after.values())
    rows = [row for row in opinion(run)["differences"] if row["resource"] == arn]
    assert rows and all(row["doubts"] and row["explanation"] == "unexplained" for row in rows)
    program("report", run, "--format", "markdown")
    assert "is UNKNOWN because of it" in (run / "report.md").read_text(encoding="utf-8")


# ------------------------------------------------------------------------------------- the command


@pytest.mark.parametrize("words", ["0", "-1", "101", "1.5", "many", "", "99999999999999999999",
                                   "1e3", "nan"])
def test_a_bad_number_is_refused_before_anything_is_asked(program, words):
    said = program("scan", "--simulate", words, status=2).stderr.decode()
    assert "--simulate" in said


def test_resume_keeps_it(program, tmp_path):
    said = program("scan", "--resume", tmp_path, "--simulate", "3", status=2).stderr.decode()
    assert "--resume" in said


def test_it_needs_iam(scan):
    scan("--collect", "organizations", "--simulate", "2", status=2)
    assert "--simulate asks iam" in scan.said


def test_the_policy_allows_it_on_demand_only(program):
    for form in ("json", "cloudformation", "terraform"):
        words = ("policy", "--format", form, "--principal", HOME)
        assert b"Simulate" not in program(*words).stdout
        assert program(*words, "--simulate").stdout.count(b"iam:SimulatePrincipalPolicy") == 1


def test_second_account_too(scan, fakeaws):
    scan("--organization", *SERVICES, *MEMBERS, *AS_SAMPLE, status=4)
    assert {line["account"] for line in fakeaws.log(operation=OPERATION)} == {HOME, SECOND, THIRD}


@pytest.mark.parametrize("after", [25, 60])
def test_a_killed_scan_still_knows(program, fakeaws, tmp_path, fast, after):
    run = tmp_path / "run"
    process = start_slowly(program, fakeaws, run, "--organization", *MEMBERS, *AS_SAMPLE)
    wait_for_requests(fakeaws, after)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    program("scan", "--resume", run, *FAST, *MEMBERS[:-1], status=4,
            env={**env_of(fakeaws), **fast})
    assert read(run / "snapshot.json")["scope"]["simulate"] == 2
    assert opinion(run)["counts"]["decisions"] == 144
