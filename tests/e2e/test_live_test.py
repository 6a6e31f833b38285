"""test_live_test.py - `reportgen test` against the test server: refused, let in, and neither.

What decides is whether a refusal is evidence: the same AccessDenied is a PASS for a caller who
would be let in with MFA, and UNKNOWN for one who would not.
"""
import hashlib
import json

import jsonschema
import pytest
from conftest import ROOT, Program, copy_writable, tree
from fakeaws_fixture import FakeAws
from fakeaws.identity import long_term_secret
from test_scan import FAST, HOME, MEMBERS, SECOND, SERVICES, read

pytest_plugins = ["fakeaws_fixture"]

QUICK = ("--max-rps", "100")
KEYS = {"AKIAUSERADMIN": (HOME, "sample-admin-01"), "AKIAUSEROTHER": (SECOND, "sample-user-08"),
        "AKIAUSERPLAIN": (HOME, "sample-user-01"), "AKIAUSERGONE": (HOME, "sample-nobody")}
BREAK_GLASS = "arn:aws:iam::%s:role/sample-break-glass" % HOME
OPERATOR = "arn:aws:iam::%s:role/sample-operator" % SECOND
FINDINGS = json.loads((ROOT / "assets/schemas/findings.schema.json").read_text(encoding="utf-8"))
REPORT = json.loads((ROOT / "assets/schemas/report.schema.json").read_text(encoding="utf-8"))
SCHEMA = json.loads((ROOT / "assets/schemas/live-test.schema.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def scanned(tmp_path_factory):
    """The sample organisation, scanned just now. Read only: policies that are old prove nothing."""
    folder = tmp_path_factory.mktemp("live-test")
    (folder / "server").mkdir()
    server = FakeAws(folder / "server")
    run = folder / "run"
    Program(folder / "home")("scan", "-o", run, "--organization", *MEMBERS, *FAST, *SERVICES,
                             env=server.env(), status=4)
    server.stop()
    return run


@pytest.fixture
def run(scanned, tmp_path):
    return copy_writable(scanned, tmp_path / "run")


class Live:
    """Runs `reportgen test` with a profile for each key; `record` is what the last one kept."""

    def __init__(self, program, server, run, folder):
        self.program, self.server, self.run = program, server, run
        self.config, self.keys = folder / "aws-config", folder / "aws-keys"
        server.control(userKeys=KEYS)
        self.config.write_text("[default]\nregion = eu-central-1\n", encoding="utf-8")
        self.keys.write_text("".join(
            "[%s]\naws_access_key_id = %s\naws_secret_access_key = %s\n"
            % (key[8:].lower(), key, long_term_secret(key)) for key in KEYS), encoding="utf-8")
        self.env = {**server.env(keys=False), "AWS_CONFIG_FILE": str(self.config),
                    "AWS_SHARED_CREDENTIALS_FILE": str(self.keys)}

    def __call__(self, profile, *args, status=0, env=None):
        before = set(self.folders())
        self.done = self.program("test", self.run, "--as", profile, *QUICK, *args,
                                 env={**self.env, **(env or {})}, status=status)
        made = set(self.folders()) - before
        assert len(made) == (status in (0, 1, 4))
        if not made:
            return {}
        self.made = made.pop()
        self.record = read(self.made / "live-test.json")
        jsonschema.Draft202012Validator(SCHEMA).validate(self.record)
        return {test["resource"].rpartition(":")[2]: test for test in self.record["tests"]}

    def folders(self):
        return list((self.run / "live-test").glob("*"))

    @property
    def said(self):
        return self.done.stderr.decode()

    def kept(self):
        """Everything that was written, printed and said."""
        return b"\0".join([*tree(self.run).values(), self.done.stdout, self.done.stderr])

    def has_no_secret(self):
        everything = self.kept()
        secrets = self.server.secrets()
        assert len(secrets) > 3
        return not any(secret.encode() in everything for secret in secrets)


@pytest.fixture
def live(program, fakeaws, run, tmp_path):
    return Live(program, fakeaws, run, tmp_path)


# --- Refused -------------------------------------------------------------------------------------


def test_refusals_that_tell(live):
    tests = live("admin")
    role = tests["role/sample-break-glass"]
    assert role["status"] == "PASS" and role["severity"] is None
    assert role["judged"]["telling"] and role["judged"]["withMfa"] == "allowed"
    assert role["judged"]["withoutMfa"] == "explicitDeny"
    assert role["answer"]["errorCode"] == "AccessDenied" and role["answer"]["httpStatus"] == 403
    asked = live.server.log(operation="AssumeRole")[-1]
    assert asked["request"] == role["answer"]["requestId"]
    assert "TokenCode" not in asked["parameters"] and "SerialNumber" not in asked["parameters"]
    assert json.loads(asked["parameters"]["Policy"])["Statement"] == [
        {"Effect": "Deny", "Action": "*", "Resource": "*"}]
    assert asked["parameters"]["DurationSeconds"] == "900"
    assert [test["status"] for test in tests.values()] == ["PASS"] * 4
    assert live.record["counts"] == {"pass": 4, "fail": 0, "unknown": 0, "failed": 0,
                                     "notAsked": 0, "leftOut": 0}


def test_the_finding_that_is_tested_is_named(live):
    tests = live("admin")
    finding = next(f for f in read(live.run / "findings.json")["findings"]
                   if f["id"] == tests["role/sample-break-glass"]["finding"])
    assert (finding["check"], finding["status"], finding["resource"]) == (
        "iam.role_trust_requires_mfa", "PASS", BREAK_GLASS)


def test_only_roles_that_passed_and_dry_runs_are_asked_for(live):
    live("admin")
    asked = [(line["operation"], line["parameters"].get("RoleArn"),
              line["parameters"].get("DryRun")) for line in live.server.log()]
    assert asked == [("GetCallerIdentity", None, None), ("AssumeRole", BREAK_GLASS, None),
                     ("CreateInternetGateway", None, "true"), ("CreateVpc", None, "true"),
                     ("DeleteKeyPair", None, "true")]
    assert not live.server.control()["sessions"]


def test_a_member_account_is_tested_by_its_own_user(live):
    tests = live("other")
    assert live.record["caller"]["account"] == SECOND
    assert tests["role/sample-operator"]["status"] == "PASS"
    ec2 = [test for test in tests.values() if test["service"] == "ec2"]
    assert [test["status"] for test in ec2] == ["UNKNOWN"] * 3
    assert all("refused with MFA too" in test["detail"] for test in ec2)


def test_who_may_enter_nowhere_proves_nothing(live):
    """The very same AccessDenied as the administrator's."""
    tests = live("plain")
    role = tests["role/sample-break-glass"]
    assert role["answer"]["errorCode"] == "AccessDenied"
    assert role["status"] == "UNKNOWN" and not role["judged"]["telling"]
    assert "proves nothing" in role["detail"]
    assert live.record["counts"]["pass"] == 0


def test_answers_are_kept_as_they_came(live):
    live("admin")
    rows = [live.record["caller"], *live.record["tests"]]
    files = {row["answer"]["file"]: row["answer"] for row in rows}
    assert set(tree(live.made)) == {*files, "live-test.json"}
    for name, answer in files.items():
        body = (live.made / name).read_bytes()
        assert hashlib.sha256(body).hexdigest() == answer["sha256"]
        assert (answer["requestId"].encode() in body) and b"sample" in body or b"Error" in body
    assert all(path.stat().st_mode & 0o77 == 0 for path in live.made.rglob("*"))
    assert live.has_no_secret()


def test_what_is_printed(live):
    live("admin")
    table = live.done.stdout.decode()
    for test in live.record["tests"]:
        assert test["answer"]["requestId"] in table and test["resource"] in table
    assert table.endswith("/live-test.json\n")
    live("admin", "--format", "json")
    assert json.loads(live.done.stdout) == live.record


# --- Let in --------------------------------------------------------------------------------------


def test_a_session_without_mfa_is_critical_and_dropped(live):
    live.server.control(lenient=True)
    tests = live("admin", status=1)
    role = tests["role/sample-break-glass"]
    assert (role["status"], role["severity"]) == ("FAIL", "critical")
    assert role["answer"]["httpStatus"] == 200 and role["answer"]["requestId"]
    assert role["answer"]["file"] is None and role["answer"]["sha256"] is None
    assert live.server.control()["sessions"] == 1
    assert live.has_no_secret()
    kept = b"".join([*tree(live.run / "live-test").values(), live.done.stdout, live.done.stderr])
    assert b"SessionToken" not in kept and b"ASIA" not in kept
    assert "error: sts:AssumeRole on %s, without MFA" % BREAK_GLASS in live.said


def test_let_in_where_nothing_was_to_be_proven_is_critical_too(live):
    live.server.control(lenient=True)
    assert live("plain", status=1)["role/sample-break-glass"]["severity"] == "critical"


@pytest.mark.parametrize("said, words", [("allowed", "would have been done without MFA"),
                                         ("done", "in spite of DryRun")])
def test_dry_runs_that_are_let_in(live, said, words):
    live.server.control(dryRun=said)
    tests = live("admin", status=1)
    ec2 = [test for test in tests.values() if test["service"] == "ec2"]
    assert [(test["status"], test["severity"]) for test in ec2] == [("FAIL", "critical")] * 3
    assert all(words in test["detail"] for test in ec2)
    assert tests["role/sample-break-glass"]["status"] == "PASS"


# --- Held against the verdicts -------------------------------------------------------------------


def finding(live, check, resource):
    data = read(live.run / "findings.json")
    jsonschema.Draft202012Validator(FINDINGS).validate(data)
    assert [row["file"] for row in data["inputs"] if row["file"].startswith("live-test/")] == [
        str(path.relative_to(live.run) / "live-test.json") for path in sorted(live.folders())]
    return next(f for f in data["findings"] if (f["check"], f["resource"]) == (check, resource))


def cites(live, found):
    """The rows of the record that it cites."""
    name = "live-test/%s/live-test.json" % live.made.name
    rows = [e for e in found["evidence"] if e["file"] == name]
    digest = hashlib.sha256((live.run / name).read_bytes()).hexdigest()
    assert all(e["sha256"] == digest for e in rows)
    return [live.record["tests"][int(e["pointer"].rpartition("/")[2])] for e in rows]


def test_a_refusal_is_evidence_for_the_verdict(live):
    before = finding(live, "iam.role_trust_requires_mfa", BREAK_GLASS)
    tests = live("admin")
    role = tests["role/sample-break-glass"]
    after = finding(live, "iam.role_trust_requires_mfa", BREAK_GLASS)
    assert after["status"] == before["status"] == "PASS"
    assert after["detail"] == "%s; a live test of sts:AssumeRole at %s, request %s, without MFA, " \
        "was refused" % (before["detail"], role["answer"]["receivedAt"],
                         role["answer"]["requestId"])
    assert cites(live, after) == [role]
    assert after["evidence"][:-1] == before["evidence"]


def test_a_refusal_that_proves_nothing_is_no_evidence(live):
    before = (live.run / "findings.json").read_bytes()
    live("plain")
    found = finding(live, "iam.role_trust_requires_mfa", BREAK_GLASS)
    assert not cites(live, found)
    assert found == next(f for f in json.loads(before)["findings"] if f["id"] == found["id"])


def test_who_is_let_in_makes_the_verdict_fail(live):
    score = read(live.run / "findings.json")["score"]["value"]
    live.server.control(lenient=True)
    tests = live("admin", status=1)
    found = finding(live, "iam.role_trust_requires_mfa", BREAK_GLASS)
    assert (found["status"], found["severity"]) == ("FAIL", "critical")
    assert found["detail"].startswith("AWS let arn:aws:iam::%s:user/sample-admin-01 in without MFA"
                                      ": a live test of sts:AssumeRole at " % HOME)
    assert "By the policies PASS: " in found["detail"]
    assert cites(live, found) == [tests["role/sample-break-glass"]]
    report = read(live.run / "report.json")
    jsonschema.Draft202012Validator(REPORT).validate(report)
    assert report["score"]["value"] <= score
    live.program("bundle", live.run)
    live.program("verify", live.run / "pack", "--trust-on-first-use")


def test_a_call_that_is_let_in_makes_the_users_verdict_fail(live):
    live.server.control(dryRun="allowed")
    live("admin", status=1)
    found = finding(live, "iam.users_mfa_enforced",
                    "arn:aws:iam::%s:user/sample-admin-01" % HOME)
    assert (found["status"], found["severity"]) == ("FAIL", "critical")
    assert found["detail"].count("AWS let ") == 1
    assert len(cites(live, found)) == 3
    assert finding(live, "iam.role_trust_requires_mfa", BREAK_GLASS)["status"] == "PASS"


def test_evaluate_holds_them_against_the_verdicts_too(live):
    live.server.control(lenient=True)
    live("admin", status=1)
    first = (live.run / "findings.json").read_bytes()
    live.program("evaluate", live.run, status=4)
    assert (live.run / "findings.json").read_bytes() == first


@pytest.mark.parametrize("change, words", [
    (b"{", "live-test.json"),
    (b'{"schema": "reportgen-live-test/1"}', "snapshot"),
    (b'{"schema": "reportgen-live-test/9", "snapshot": {"sha256": "x"}}', "schema"),
    (b'{"schema": "reportgen-live-test/1", "snapshot": {"sha256": "%s"}}' % (b"0" * 64),
     "another snapshot")])
def test_a_record_that_cannot_be_read_ends_the_evaluation(live, change, words):
    live("admin")
    (live.made / "live-test.json").write_bytes(change)
    done = live.program("evaluate", live.run, status=3)
    assert words in done.stderr.decode()


# --- Neither -------------------------------------------------------------------------------------


@pytest.mark.parametrize("code, status", [("ValidationError", 400), ("NoSuchEntity", 404),
                                          ("InvalidClientTokenId", 403), ("ExpiredToken", 403),
                                          ("RegionDisabledException", 403)])
def test_other_errors_are_no_proof(live, code, status):
    live.server.control(rules=[{"fault": "error", "operation": "AssumeRole", "code": code,
                                "status": status}])
    role = live("admin", status=4)["role/sample-break-glass"]
    assert role["status"] == "UNKNOWN" and code in role["detail"]
    assert live.record["counts"]["failed"] == 1


@pytest.mark.parametrize("rule", [{"fault": "throttle"}, {"fault": "reset", "at": "headers"},
                                  {"fault": "status", "status": 503}, {"fault": "malformed"},
                                  {"fault": "redirect"}])
def test_no_answer_is_no_proof(live, fast, rule):
    live.server.control(rules=[dict(rule, service="sts", operation="AssumeRole")])
    role = live("admin", status=4, env=fast)["role/sample-break-glass"]
    assert role["status"] == "UNKNOWN" and "neither refused nor let in" in role["detail"]


def test_throttling_that_passes_is_waited_for(live, fast):
    live.server.control(rules=[{"fault": "throttle", "operation": "AssumeRole", "times": 2}])
    assert live("admin", env=fast)["role/sample-break-glass"]["status"] == "PASS"


@pytest.mark.parametrize("message, words", [
    ("not authorized because no identity-based policy allows it", "the lack of an allow"),
    ("with an explicit deny in a VPC endpoint policy", "VPC endpoint policy")])
def test_a_refusal_for_another_reason_is_no_proof(live, message, words):
    live.server.control(rules=[{"fault": "error", "operation": "AssumeRole",
                                "code": "AccessDenied", "status": 403, "message": message}])
    role = live("admin")["role/sample-break-glass"]
    assert role["status"] == "UNKNOWN" and words in role["detail"]


def test_aws_saying_the_same_as_the_evaluator_is_proof(live):
    live.server.control(rules=[{
        "fault": "error", "operation": "AssumeRole", "code": "AccessDenied", "status": 403,
        "message": "not authorized with an explicit deny in an identity-based policy"}])
    assert live("admin")["role/sample-break-glass"]["status"] == "PASS"


def test_old_policies_prove_nothing(live):
    """The sample as it was recorded: its scan ended on a day that is past."""
    path = live.run / "snapshot.json"
    snapshot = read(path)
    for name in ("startedAt", "finishedAt"):
        snapshot[name] = "2026-01-02T03:04:05Z"
    path.write_text(json.dumps(snapshot), encoding="utf-8")
    role = live("admin")["role/sample-break-glass"]
    assert role["status"] == "UNKNOWN" and "hours ago" in role["detail"]


def test_an_error_that_bears_credentials_is_not_kept(live):
    live.server.control(rules=[{"fault": "error", "operation": "AssumeRole", "status": 403,
                                "code": "AccessDenied", "message": "SecretAccessKey: sesame"}])
    role = live("admin")["role/sample-break-glass"]
    assert role["answer"]["file"] is None


# --- Not at all ----------------------------------------------------------------------------------


def test_a_session_is_refused(live):
    """Nobody can tell whether MFA was given for it."""
    session = live.server.env()
    live.keys.write_text("[session]\naws_access_key_id = ASIAX\naws_secret_access_key = x\n"
                         "aws_session_token = t\n", encoding="utf-8")
    live("session", status=2, env={k: v for k, v in session.items() if "KEY" not in k
                                   and k not in live.env})
    assert "aws_session_token" in live.said and not live.server.log()


@pytest.mark.parametrize("line", ["mfa_serial = arn:aws:iam::111122223333:mfa/x",
                                  "role_arn = arn:aws:iam::111122223333:role/x"])
def test_a_profile_with_mfa_or_a_role_is_refused(live, line):
    live.config.write_text("[profile admin]\n%s\nsource_profile = admin\n" % line,
                           encoding="utf-8")
    live("admin", status=2)
    assert "signed without MFA" in live.said and not live.server.log()


def test_a_caller_whom_the_run_does_not_know_is_refused(live):
    live("gone", status=2)
    assert "no refusal could be told from another" in live.said
    assert not live.server.log(operation="AssumeRole")


def test_wrong_keys(live):
    live.keys.write_text(live.keys.read_text(encoding="utf-8").replace(
        long_term_secret("AKIAUSERADMIN"), "x" * 40), encoding="utf-8")
    live("admin", status=3)
    assert "SignatureDoesNotMatch" in live.said


def test_command_lines(live):
    live.program("test", live.run, status=2, env=live.env)
    live("nobody", status=3)
    live("admin", "--max", "0", status=2)
    live.program("bundle", live.run, env=live.env)
    live.program("test", live.run / "pack", "--as", "admin", status=2, env=live.env)


def test_most_roles(live):
    """A role more than is wanted is left out, the telling one is not."""
    live("admin", "--max", "1")
    assert live.record["counts"]["leftOut"] == 0
    assert len(live.server.log(operation="AssumeRole")) == 1


# --- In the pack ---------------------------------------------------------------------------------


def test_the_pack_holds_every_test(live):
    live("admin")
    live.server.control(lenient=True)
    live("other", status=1)
    done = live.program("bundle", live.run)
    assert "AWS let in without MFA what was asked: 1" in done.stderr.decode()
    pack = live.run / "pack"
    names = {name for name in tree(pack) if name.startswith("live-test/")}
    assert names == {"live-test/" + name for name in tree(live.run / "live-test")}
    answer = json.loads(live.program("verify", pack, "--trust-on-first-use", "--format",
                                     "json").stdout)
    step = next(step for step in answer["steps"] if step["id"] == "live-tests")
    assert step["state"] == "ok" and step["detail"].startswith("2, with ")
    subjects = {row["name"] for row in read(pack / "statement.json")["subject"]}
    assert names <= subjects
    assert live.has_no_secret()


def test_a_changed_answer_is_not_packed(live):
    live("admin")
    path = next(live.made.glob("*AssumeRole.xml"))
    path.write_bytes(path.read_bytes().replace(b"AccessDenied", b"AccessGrante"))
    done = live.program("bundle", live.run, status=3)
    assert "live-test.json records" in done.stderr.decode()
    path.unlink()
    live.program("bundle", live.run, status=3)


def test_a_stranger_among_the_tests_is_not_packed(live):
    live("admin")
    (live.made / "note.txt").write_text("mine", encoding="utf-8")
    done = live.program("bundle", live.run, status=3)
    assert "not in any live-test.json" in done.stderr.decode()


def test_a_test_of_another_snapshot_is_not_packed(live):
    live("admin")
    record = dict(live.record, snapshot={"sha256": "0" * 64, "takenAt": "2026-01-02T03:04:05Z"})
    (live.made / "live-test.json").write_text(json.dumps(record), encoding="utf-8")
    done = live.program("bundle", live.run, status=3)
    assert "another snapshot" in done.stderr.decode()
