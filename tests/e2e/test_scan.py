"""test_scan.py - `reportgen scan` against a server that speaks as AWS does: tests/fakeaws."""
import datetime
import hashlib
import json
import os
import pty
import re
import signal
import socket
import ssl
import subprocess
import termios
import time

import pytest
from conftest import BINARY, ROOT, TIMED, tree, without_times

pytest_plugins = ["fakeaws_fixture"]

FAST = ("--max-rps", "500")
SERVICES = ("--collect", "iam,organizations,sts")   # what the sample's checks read, and quick
# As the sample was read: with the external id, and with a look at the members' root users.
MEMBERS = ("--role-name", "sample-audit", "--external-id", "sample-audit", "--assume-root")
SAMPLE_REGIONS = ("--regions", "eu-central-1,us-east-1")
HOME, SECOND, THIRD = "111122223333", "222233334444", "333344445555"


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def verdicts(run):
    """What was found, without what differs from scan to scan: when the report was made."""
    return [(f["check"], f["account"], f["resource"], f["status"],
             without_times(f["detail"] + " " + f["observed"]))
            for f in read(run / "findings.json")["findings"] if f["check"] not in TIMED]


def statuses(run):
    return {(f["check"], f["account"], f["resource"]): f["status"]
            for f in read(run / "findings.json")["findings"] if f["check"] not in TIMED}


# What a person's own lists decide, which the demo has and these scans have not.
ON_INPUTS = {"federation.entry_points_inventoried", "federation.saml_mfa_attested",
             "governance.exceptions_current", "iam.leavers_removed"}
# Without a report, or a list of all devices, everybody is asked: of their devices more is known.
ON_OWN_LISTS = {"iam.user_single_mfa_device", "iam.users_mfa_no_sms"}


def not_comparable(run):
    """Checks on which a scan and the demo need not agree: their data were not asked for here."""
    return ON_INPUTS | {f["check"] for f in read(run / "findings.json")["findings"]
                        if "not collected" in f["detail"]}


def expect_as_demo(run, demo):
    aside = not_comparable(run)
    found, known = ([row for row in verdicts(of) if row[0] not in aside] for of in (run, demo))
    assert len(known) > 200
    assert found == known


def queries(run, **wanted):
    return [q for q in read(run / "snapshot.json")["queries"]
            if all(q[name] == value for name, value in wanted.items())]


def kinds(run):
    return [o["kind"] for o in read(run / "snapshot.json")["overrides"]]


def env_of(server, **others):
    """The server's environment for clients: its configuration files are the null device."""
    return server.env(**others)


class Scanner:
    """Scans a server into directories of its own."""

    def __init__(self, program, server, folder):
        self.program, self.server, self.folder, self.count = program, server, folder, 0

    def __call__(self, *args, status=0, env=None):
        self.count += 1
        self.run = self.folder / ("run-%d" % self.count)
        services = () if "--collect" in args else SERVICES
        self.done = self.program("scan", "-o", self.run, *FAST, *services, *args, status=status,
                                 env={**env_of(self.server), **(env or {})})
        return self.run

    @property
    def said(self):
        return self.done.stderr.decode()


FRESH = {"age": 600}                        # seconds; the sample's own report is out of date


@pytest.fixture(name="fakeaws")
def with_fresh_reports(fresh_fakeaws):
    return fresh_fakeaws


@pytest.fixture
def scan(program, fakeaws, tmp_path):
    return Scanner(program, fakeaws, tmp_path)


@pytest.fixture(scope="session")
def quiet_run(tmp_path_factory):
    """A scan of the home account without any fault, that the others are compared with."""
    from conftest import Program
    from fakeaws_fixture import FakeAws

    folder = tmp_path_factory.mktemp("quiet")
    (folder / "server").mkdir()
    server = FakeAws(folder / "server")
    server.control(report=FRESH)
    Program(folder / "home")("scan", "-o", folder / "run", *FAST, *SERVICES, env=env_of(server))
    server.stop()
    return folder / "run"


SIGN_IN_REGIONS = ["ap-southeast-2", "eu-north-1", "us-east-1", "us-east-2"]


def days_between(first, last):
    times = [datetime.datetime.fromisoformat(text.replace("Z", "+00:00")) for text in (first, last)]
    return (times[1] - times[0]).days


# --- One account ---------------------------------------------------------------------------------


def test_inputs_are_used_and_kept(scan, tmp_path):
    config = tmp_path / "config"
    config.mkdir()
    (config / "reportgen.yaml").write_text("severities: {iam.root_mfa_enabled: low}\n")
    run = scan("--config", config)
    findings = read(run / "findings.json")
    assert {f["severity"] for f in findings["findings"]
            if f["check"] == "iam.root_mfa_enabled"} == {"low"}
    assert [row["file"] for row in findings["inputs"]] == ["inputs/reportgen.yaml"]
    assert (run / "inputs/reportgen.yaml").read_bytes() == (config / "reportgen.yaml").read_bytes()


def test_one_account(scan, fakeaws):
    run = scan()
    assert scan.done.stdout.decode() == "%s\n" % run
    assert {path.name for path in run.iterdir()} == {"snapshot.json", "findings.json",
                                                     "report.json", "raw", "inputs"}
    assert [path.name for path in (run / "inputs").iterdir()] == ["evaluation.json"]
    assert all(line["signature"] == "ok" for line in fakeaws.log())
    snapshot = read(run / "snapshot.json")
    period = snapshot["scope"].pop("period")
    assert period["to"] == snapshot["startedAt"]
    assert days_between(period["from"], period["to"]) == 90
    assert snapshot["scope"].pop("collect") == SERVICES[1].split(",")
    assert snapshot["scope"] == {
        "accounts": [{"id": HOME, "included": True, "reason": None}], "home": HOME,
        "freshness": "confirm", "mode": "accounts", "regions": SIGN_IN_REGIONS}
    assert all(query["complete"] and query["account"] == HOME for query in snapshot["queries"])


def test_what_to_read_is_chosen_and_kept(scan):
    run = scan("--freshness", "live", "--regions", "eu-west-1,eu-central-1,eu-west-1",
               "--period", "7", "--collect", "sts")
    scope = read(run / "snapshot.json")["scope"]
    assert scope["freshness"] == "live"
    assert scope["regions"] == ["eu-central-1", "eu-west-1"]
    assert days_between(scope["period"]["from"], scope["period"]["to"]) == 7


def test_the_period_may_stand_in_the_settings(scan, tmp_path):
    (tmp_path / "config").mkdir()
    (tmp_path / "config/reportgen.yaml").write_text("thresholds: {periodDays: 30}\n",
                                                    encoding="utf-8")
    for option, days in ((), 30), (("--period", "7"), 7):
        run = scan("--config", tmp_path / "config", "--collect", "sts", *option)
        period = read(run / "snapshot.json")["scope"]["period"]
        assert days_between(period["from"], period["to"]) == days


@pytest.mark.parametrize("options, words", [
    (("--freshness", "stale"), "--freshness"), (("--regions", "cn-north-1"), "no region of"),
    (("--regions", "xx"), '"xx" is no region\'s name, such as us-east-1'),
    (("--regions", "eu/west"), "no region's name"), (("--regions", ""), "--regions"),
    (("--regions", "eu-west-1,"), None), (("--period", "0"), "1 to 90"),
    (("--period", "91"), "1 to 90"), (("--period", "x"), "1 to 90")])
def test_senseless_choices_are_refused(scan, options, words):
    if words is None:
        scan(*options)
        return
    scan(*options, status=2)
    assert words in scan.done.stderr.decode()


def test_answers_are_kept_byte_for_byte(scan):
    run = scan()
    for query in queries(run):
        if query["operation"] in ("GetCallerIdentity", "GetCredentialReport"):
            continue             # another caller and a younger report than the sample's
        sample = [q for q in read(ROOT / "assets/sample/snapshot.json")["queries"]
                  if (q["account"], q["operation"], q["parameters"], q["region"])
                  == (HOME, query["operation"], query["parameters"], query["region"])]
        for page, recorded in zip(query["pages"], sample[0]["pages"] if sample else []):
            body = (run / page["file"]).read_bytes()
            assert body == (ROOT / "assets/sample" / recorded["file"]).read_bytes()
            assert page["sha256"] == hashlib.sha256(body).hexdigest()
            assert page["size"] == len(body)
    assert len(queries(run)) > 20


def test_only_the_owner_may_read_the_run(scan):
    run = scan()
    assert run.stat().st_mode & 0o777 == 0o700
    for path in run.rglob("*"):
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path


def test_the_log_is_as_its_schema_says(scan):
    jsonschema = pytest.importorskip("jsonschema")
    schema = read(ROOT / "assets/schemas/snapshot.schema.json")
    run = scan("--organization", *MEMBERS, status=4)
    jsonschema.validate(read(run / "snapshot.json"), schema)
    names = [page["file"] for query in queries(run) for page in query["pages"]]
    assert sorted(names) == sorted(str(p.relative_to(run)) for p in (run / "raw").rglob("*.*"))


def test_numbers_follow_operation_and_parameters(scan):
    run = scan()
    order = sorted((q["operation"], json.dumps(q["parameters"], sort_keys=True), n, page["file"])
                   for q in queries(run) for n, page in enumerate(q["pages"]))
    assert [name for *_, name in order] == sorted(name for *_, name in order)


def test_scan_judges_as_evaluate_does(scan, program):
    run = scan()
    before = (run / "findings.json").read_bytes()
    program("evaluate", run)
    assert (run / "findings.json").read_bytes() == before


def test_narrowing_to_one_service(scan, fakeaws):
    run = scan("--collect", "iam")
    assert read(run / "snapshot.json")["scope"]["collect"] == ["iam", "sts"]
    assert not fakeaws.log(service="organizations")


def test_the_default_directory_is_named_after_account_and_time(program, fakeaws):
    done = program("scan", *FAST, *SERVICES, env=env_of(fakeaws))
    assert re.fullmatch(r"reportgen-%s-\d{8}T\d{6}Z\n" % HOME, done.stdout.decode())
    done = program("scan", "--organization", *MEMBERS, *FAST, *SERVICES, status=4,
                   env=env_of(fakeaws))
    assert re.fullmatch(r"reportgen-o-\w+-\d{8}T\d{6}Z\n", done.stdout.decode())


def test_fail_on(scan):
    scan("--fail-on", "low", status=1)


def test_the_challenge_is_seen_by_aws(scan, fakeaws):
    scan("--organization", *MEMBERS, "--challenge", "audit-2026_7+=,.@", status=4)
    assert {line["agent"].split()[-1] for line in fakeaws.log()} == {"challenge/audit-2026_7+=,.@"}
    names = {line["parameters"]["RoleSessionName"] for line in fakeaws.log(operation="AssumeRole")}
    assert names == {"reportgen-audit-2026_7+=,.@"}


# Where the action is not called as the operation is.
OTHER_WORDS = {"s3:GetObjectLockConfiguration": "s3:GetBucketObjectLockConfiguration"}


def action_of(line):
    name = "%s:%s" % (line["service"].replace("sso-admin", "sso"), line["operation"])
    return OTHER_WORDS.get(name, name)


def test_policy_names_every_operation_that_was_asked(fakeaws, program, tmp_path):
    program("scan", "-o", tmp_path / "run", "--organization", *MEMBERS, *SAMPLE_REGIONS, *FAST,
            status=4, env=env_of(fakeaws))
    asked = {action_of(line) for line in fakeaws.log() if not line["caller"].endswith(":root")}
    policy = json.loads(program("policy", "--principal", HOME, "--assume-root").stdout)
    statements = policy["PolicyDocument"]["Statement"]
    actions = statements[0]["Action"] + [statements[1]["Action"]]
    actions.remove("cloudtrail:ListPublicKeys")     # where there are digest files only
    assert asked - {"sts:AssumeRole"} == set(actions)
    for form in ("cloudformation", "terraform"):
        text = program("policy", "--format", form, "--assume-root").stdout.decode()
        assert all(action in text for action in actions) and "*" in text


def test_policy_lets_nobody_become_root_unless_asked(program):
    for form in ("json", "cloudformation", "terraform"):
        text = program("policy", "--principal", HOME, "--format", form).stdout.decode()
        assert "AssumeRoot" not in text.replace("AssumeRootUser", "")
        text = program("policy", "--principal", HOME, "--format", form, "--assume-root").stdout
        assert b"sts:TaskPolicyArn" in text and b"IAMAuditRootUserCredentials" in text


# --- Credential report ---------------------------------------------------------------------------


@pytest.mark.parametrize("report, polls", [
    ({"state": "absent", "polls": 1}, 2), ({"state": "expired", "polls": 0}, 1),
    ({"state": "ready"}, 1)])
def test_the_report_is_made_when_it_is_not_there(scan, fakeaws, quiet_run, report, polls):
    fakeaws.control(report=report)
    assert verdicts(scan()) == verdicts(quiet_run)
    assert len(fakeaws.log(operation="GenerateCredentialReport")) >= polls
    assert len(queries(scan.run, operation="GenerateCredentialReport")[0]["pages"]) == 1


def test_the_report_that_is_there_serves_when_none_may_be_made(scan, fakeaws, quiet_run):
    for fault in ({"fault": "denied"}, {"fault": "error", "code": "LimitExceeded", "status": 409}):
        fakeaws.control(rules=[{"operation": "GenerateCredentialReport", **fault}])
        assert verdicts(scan()) == verdicts(quiet_run)


NO_REPORT = {"report": {"state": "absent"},
             "rules": [{"operation": "GenerateCredentialReport", "fault": "denied"}]}


def test_no_report_at_all_is_unknown(scan, fakeaws):
    fakeaws.control(**NO_REPORT)
    run = scan("--freshness", "report", status=4)
    assert "iam:GetCredentialReport: ReportNotPresent" in scan.said
    assert "UNKNOWN" in statuses(run).values()


def test_without_a_report_everybody_is_asked(scan, fakeaws, quiet_run):
    fakeaws.control(**NO_REPORT)
    run = scan(status=4)
    users = {query["parameters"]["UserName"] for query in queries(run, operation="ListAccessKeys")}
    assert len(users) == 14
    found, known = ({key: value for key, value in statuses(of).items()
                     if key[0] not in ON_OWN_LISTS} for of in (run, quiet_run))
    assert found == known


# --- Organisations -------------------------------------------------------------------------------


def test_the_sample_organisation_is_found_as_the_demo_has_it(scan, demo):
    run = scan("--organization", *MEMBERS, status=4)
    expect_as_demo(run, demo)


def test_a_list_of_accounts(scan, tmp_path):
    (tmp_path / "ids").write_text("# two of three\n\n %s # second\n%s" % (SECOND, HOME))
    run = scan("--accounts", tmp_path / "ids", *MEMBERS)
    assert [(a["id"], a["included"]) for a in read(run / "snapshot.json")["scope"]["accounts"]] \
        == [(HOME, True), (SECOND, True)]
    (tmp_path / "ids").write_text(SECOND)
    run = scan("--accounts", tmp_path / "ids", *MEMBERS, status=None)
    assert read(run / "snapshot.json")["scope"]["accounts"][0] == {
        "id": HOME, "included": False, "reason": "not in the list of accounts"}


@pytest.mark.parametrize("text, place", [
    ("12345\n", ":1: "), ("%s\n%s x\n" % (HOME, SECOND), ":2: "), ("", ": "), ("# none\n", ": ")])
def test_a_bad_list_of_accounts(scan, tmp_path, text, place):
    (tmp_path / "ids").write_text(text)
    scan("--accounts", tmp_path / "ids", status=3)
    assert "ids" + place in scan.said
    assert not scan.run.exists()


def test_an_excluded_account_is_named_with_the_reason(scan):
    run = scan("--organization", *MEMBERS, "--exclude", THIRD)
    account = read(run / "snapshot.json")["scope"]["accounts"][2]
    assert account["id"] == THIRD and not account["included"] and account["reason"]
    assert not queries(run, account=THIRD)
    scan("--organization", *MEMBERS, "--exclude", "444455556666", status=2)
    assert not scan.run.exists()


def test_the_home_account_may_be_left_out(scan, program, tmp_path):
    run = scan("--organization", *MEMBERS, "--exclude", "%s,%s" % (HOME, THIRD), status=None)
    assert {q["service"] for q in queries(run, account=HOME)} == {"iam", "organizations"}
    assert {q["operation"] for q in queries(run, account=HOME, service="iam")} == {
        "ListOrganizationsFeatures"}
    assert not list(run.rglob("*.part"))
    program("bundle", run, "-o", tmp_path / "pack")
    program("key", "show", status=0)
    scan("--exclude", HOME, status=2)


def test_an_account_that_refuses_the_role_does_not_stop_the_others(scan, fakeaws, demo):
    fakeaws.control(rules=[{"operation": "AssumeRo*", "account": SECOND, "fault": "denied"}])
    run = scan("--organization", *MEMBERS, status=4)
    for query in queries(run, account=SECOND):
        assert query["error"]["code"] == (
            "RootSessionDenied" if "session" in query else "NoCredentials")
        assert not query["complete"] and not query["pages"]
    assert "account %s: not readable" % SECOND in scan.said
    found = statuses(run)
    aside = not_comparable(run)
    kept = {key: value for key, value in statuses(demo).items()
            if key[1] != SECOND and key[0] not in aside}
    assert len(kept) > 50 and all(found[key] == value for key, value in kept.items())
    assert all(value != "PASS" for key, value in found.items() if key[1] == SECOND)


def test_a_wrong_external_id(scan):
    run = scan("--organization", "--role-name", "sample-audit", "--external-id", "wrong", status=4)
    assert {q["account"] for q in queries(run, complete=True)} == {HOME}


def test_suspended_accounts_are_left_out_and_not_held_against_anybody(start_fakeaws, program,
                                                                      tmp_path):
    server = start_fakeaws("--world", "generated", "--accounts", "4", "--users", "5",
                           "--suspended", "1")
    scan = Scanner(program, server, tmp_path)
    run = scan("--organization", "--role-name", "reportgen-audit")
    left_out = [a for a in read(run / "snapshot.json")["scope"]["accounts"] if not a["included"]]
    assert len(left_out) == 1 and "SUSPENDED" in left_out[0]["reason"]
    assert {f["status"] for f in read(run / "findings.json")["findings"]
            if f["account"] == left_out[0]["id"]} == {"NOT_APPLICABLE"}
    assert len(server.log(operation="AssumeRole")) == 2


@pytest.mark.parametrize("partition", ["aws-us-gov", "aws-cn"])
def test_other_partitions(start_fakeaws, program, tmp_path, partition):
    server = start_fakeaws("--world", "generated", "--accounts", "2", "--users", "5",
                           "--partition", partition)
    region = {"aws-us-gov": "us-gov-east-1", "aws-cn": "cn-north-1"}[partition]
    scan = Scanner(program, server, tmp_path)
    run = scan("--organization", "--role-name", "reportgen-audit", "--region", region)
    assert all(line["signature"] == "ok" for line in server.log())
    assert not [q for q in queries(run) if q["region"] == "us-east-1"]


@pytest.mark.parametrize("partition", ["aws-us-gov", "aws-cn"])
def test_accounts_that_cannot_be_read_stand_in_the_callers_partition(start_fakeaws, program,
                                                                     tmp_path, partition):
    server = start_fakeaws("--world", "generated", "--accounts", "3", "--users", "2",
                           "--partition", partition)
    region = {"aws-us-gov": "us-gov-east-1", "aws-cn": "cn-north-1"}[partition]
    scan = Scanner(program, server, tmp_path)
    run = scan("--organization", "--role-name", "nosuch", "--region", region, status=4)
    before = verdicts(run)
    assert partition in (run / "findings.json").read_text()
    assert "arn:aws:" not in (run / "findings.json").read_text().replace("arn:aws:iam::aws:", "")
    program("evaluate", run, status=4)
    assert verdicts(run) == before


def test_one_cause_is_said_once(start_fakeaws, program, tmp_path):
    """Nine accounts, and a role that none of the eight members has."""
    server = start_fakeaws("--world", "generated", "--accounts", "9", "--users", "2")
    scan = Scanner(program, server, tmp_path)
    run = scan("--organization", "--role-name", "nosuch", status=4)
    findings = read(run / "findings.json")
    reasons = [r["text"] for r in findings["verdict"]["reasons"] if r["code"] == "query"]
    assert len(reasons) == 8 and all("role/nosuch: sts:AssumeRole: AccessDenied" in text and
                                     text.startswith("no credentials: ") for text in reasons)
    assert len(scan.said.splitlines()) < 25, scan.said
    assert scan.said.count("... and 6 more accounts: no credentials: ") == 2    # asking, judging
    assert "--role-name" in scan.said and "reportgen policy" in scan.said
    assert len([line for line in scan.said.splitlines() if "not readable" in line]) == 2
    home = read(run / "snapshot.json")["scope"]["home"]
    assert {f["status"] for f in findings["findings"] if f["account"] != home} <= {
        "UNKNOWN", "NOT_APPLICABLE"}
    before = (run / "findings.json").read_bytes()
    said = program("evaluate", run, "-v", status=4).stderr.decode()
    assert (run / "findings.json").read_bytes() == before
    assert len(re.findall(r"debug: \d{12} no credentials", said)) == 6             # with -v all


# --- What is said at the end ---------------------------------------------------------------------


def test_nothing_proven_is_not_called_pass(scan):
    run = scan("--collect", "sts", "--fail-on", "low")
    verdict = read(run / "findings.json")["verdict"]
    assert verdict["result"] == "pass" and not verdict["complete"]       # what scripts rely on
    said = re.search(r"verdict: (.*)", scan.said).group(1)
    # the one: that the evidence is not old
    assert said.startswith("no fail found, incomplete; 1 PASS, 0 FAIL (0 excepted), ")
    assert re.search(r"incomplete: iam:\S+: not collected \(and \d+ more\)", scan.said)
    assert re.search(r"--fail-on low: no FAIL, but [1-9]\d* UNKNOWN", scan.said)


def test_an_override_says_why_the_run_is_incomplete(scan):
    scan()
    assert re.search(r"incomplete: endpoint: \S+ was asked at http\S+ \(and \d+ more\)", scan.said)


def test_a_region_in_an_unknown_part_of_the_world_is_doubted(scan):
    run = scan("--collect", "sts", "--regions", "xx-east-1,us-east-1")
    assert "no known region begins as xx-east-1 does" in scan.said
    assert read(run / "snapshot.json")["scope"]["regions"] == ["us-east-1", "xx-east-1"]


def closed_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def test_a_host_that_cannot_be_reached_is_named(scan):
    """Whether the region is not enabled is not known then."""
    host = "127.0.0.1:%d" % closed_port()
    env = {"AWS_ENDPOINT_URL_DIRECTORY_SERVICE": "http://" + host, "AWS_MAX_ATTEMPTS": "1"}
    run = scan("--collect", "ds,sts", "--regions", "eu-west-1", status=4, env=env)
    reason = [r["text"] for r in read(run / "findings.json")["verdict"]["reasons"]
              if "NoConnection" in r["text"]][0]
    assert "ds:DescribeDirectories in eu-west-1: NoConnection: " + host in reason
    assert "perhaps the region lacks the service" in reason and "not enabled" not in reason


def test_a_refusal_without_words_does_not_end_empty(scan, fakeaws):
    fakeaws.control(rules=[{"operation": "GetCallerIdentity", "fault": "status", "status": 403}])
    scan(status=3, env={"AWS_MAX_ATTEMPTS": "1"})
    assert scan.said.strip().endswith("HTTP 403")


def test_a_profile_without_keys_is_named(program, fakeaws, tmp_path):
    config = tmp_path / "config"
    config.write_text("[profile empty]\nregion = eu-west-1\n")
    done = program("scan", "-o", tmp_path / "run", "--profile", "empty", status=3,
                   env={**env_of(fakeaws, keys=False), "AWS_CONFIG_FILE": str(config)})
    assert b"profile empty: has no credentials" in done.stderr
    assert b"--profile" not in done.stderr


def test_a_single_account_shows_how_far_it_is(program, fakeaws, tmp_path):
    """On a terminal of 80 columns, in one line that is written over."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    process = subprocess.Popen([str(BINARY), "scan", "-o", str(tmp_path / "run"), "--max-rps", "15",
                                *SERVICES], cwd=tmp_path, stderr=theirs, stdout=subprocess.DEVNULL,
                               env={**program.env, **env_of(fakeaws)})
    os.close(theirs)
    said = b""
    try:
        while chunk := os.read(ours, 4096):
            said += chunk
    except OSError:                     # the other end is closed
        pass
    os.close(ours)
    assert process.wait() in (0, 4)
    lines = re.findall(r"\r\x1b\[K([^\r\n]*)", said.decode())
    steps = [m for m in (re.match(r"(\d+) of (\d+) data sets; \d+ requests, \d+/s; (\S+)", line)
                         for line in lines) if m]
    assert len(steps) > 2 and len({m[3] for m in steps}) > 1
    done = [int(m[1]) for m in steps]
    assert done == sorted(done) and done[-1] <= int(steps[-1][2])
    assert all(len(m.string) <= 79 for m in steps)


def test_what_comes_next_is_said(scan):
    run = scan()
    assert "next: reportgen report %s; reportgen bundle %s" % (run, run) in scan.said
    scan("-q")
    assert scan.said == ""


# --- Faults that pass ----------------------------------------------------------------------------


@pytest.mark.parametrize("rule", [
    {"fault": "throttle", "every": 5},
    {"fault": "throttle", "times": 3, "retryAfter": 1},
    {"fault": "error", "code": "ServiceFailure", "status": 500, "every": 9},
    {"fault": "status", "status": 503, "every": 9},
    {"fault": "reset", "at": "before", "every": 11},
    {"fault": "reset", "at": "headers", "every": 11},
    {"fault": "reset", "at": "body", "every": 11},
    {"fault": "truncate", "bytes": 40, "every": 11},
    {"fault": "length", "add": 5, "times": 1},
    {"fault": "malformed", "every": 13},
    {"fault": "empty", "every": 13},
    {"fault": "close", "every": 2},
    {"fault": "pad", "bytes": 100000},
    {"fault": "latency", "ms": 20, "jitter": 40},
    {"fault": "slow", "bytesPerSecond": 20000, "every": 7},
    {"fault": "expired", "times": 1, "after": 10},
], ids=lambda rule: "-".join(str(value) for value in rule.values()))
def test_faults_that_pass_leave_no_trace(scan, fakeaws, quiet_run, rule):
    fakeaws.control(rules=[rule])
    run = scan()
    assert fakeaws.control()["rules"][0]["hits"] > 0
    assert verdicts(run) == verdicts(quiet_run)
    assert all(query["complete"] for query in queries(run))


def test_attempts_may_be_limited(scan, fakeaws):
    fakeaws.control(rules=[{"fault": "throttle", "operation": "GetAccountSummary", "times": 2}])
    run = scan(status=4, env={"AWS_MAX_ATTEMPTS": "2"})
    assert queries(run, operation="GetAccountSummary")[0]["error"]["code"] == "Throttling"
    scan(status=3, env={"AWS_MAX_ATTEMPTS": "0"})


def test_throttling_slows_the_scan_down(scan, fakeaws, quiet_run):
    fakeaws.control(rules=[{"fault": "throttle", "service": "iam", "rate": 20, "burst": 5}])
    assert verdicts(scan()) == verdicts(quiet_run)
    throttled = [line for line in fakeaws.log() if line.get("fault") == "throttle"]
    assert 0 < len(throttled) < 40


def test_the_rate_is_kept(program, fakeaws, tmp_path):
    program("scan", *SERVICES, "-o", tmp_path / "run", "--max-rps", "10", env=env_of(fakeaws))
    times = [line["time"] for line in fakeaws.log(service="iam")]
    assert len(times) > 15
    for first, later in zip(times, times[11:]):
        assert later - first > 0.85


def test_a_wrong_clock_is_found_and_told(scan, fakeaws, quiet_run):
    for skew in (-900, 900):
        fakeaws.control(skew=skew)
        run = scan()
        assert verdicts(run) == verdicts(quiet_run)
        assert "clock" in kinds(run)


def test_sessions_that_expire_are_renewed(program, fakeaws, tmp_path, demo):
    fakeaws.control(sessionSeconds=2)
    run = tmp_path / "run"
    program("scan", *SERVICES, "-o", run, "--organization", *MEMBERS, "--max-rps", "8", status=4,
            env=env_of(fakeaws))
    assert len(fakeaws.log(operation="AssumeRole")) > 2
    expect_as_demo(run, demo)


# --- Faults that stay ----------------------------------------------------------------------------


@pytest.mark.parametrize("operation", [
    "GetAccountAuthorizationDetails", "GetCredentialReport", "GetAccountSummary",
    "ListVirtualMFADevices", "ListMFADevices", "ListAccountAliases", "ListOrganizationsFeatures",
    "DescribeOrganization", "ListAccounts"])
def test_a_refused_operation_is_unknown_and_nothing_gets_better(scan, fakeaws, quiet_run,
                                                                operation):
    fakeaws.control(rules=[{"operation": operation, "fault": "denied"}])
    run = scan(status=4)
    assert "%s: AccessDenied" % operation in scan.said
    before, after = statuses(quiet_run), statuses(run)
    assert all(before.get(key) == "PASS" for key, value in after.items()
               if value == "PASS" and key[0] not in ON_OWN_LISTS)


@pytest.mark.parametrize("rule, code", [
    ({"fault": "repeat-token", "operation": "ListAccounts"}, "RepeatedToken"),
    ({"fault": "redirect", "operation": "GetAccountSummary"}, "Redirected"),
    ({"fault": "malformed", "operation": "GetAccountSummary"}, "Malformed"),
    ({"fault": "error", "code": "LimitExceeded", "status": 409, "operation": "GetAccountSummary"},
     "LimitExceeded"),
], ids=lambda value: value if isinstance(value, str) else value["fault"])
def test_faults_that_stay_are_recorded(scan, fakeaws, rule, code):
    fakeaws.control(rules=[rule])
    run = scan(status=4)
    query = queries(run, operation=rule["operation"])[0]
    assert not query["complete"] and query["error"]["code"] == code


def test_a_server_that_dies_leaves_a_scan_that_can_go_on(scan, fakeaws, program, start_fakeaws,
                                                         quiet_run):
    fakeaws.control(rules=[{"fault": "die", "operation": "ListVirtualMFADevices", "bytes": 30}])
    run = scan(status=4)
    assert [q for q in queries(run) if (q["error"] or {}).get("code") in
            ("NoConnection", "ConnectionBroken")]


def test_no_credentials(program, fakeaws, tmp_path):
    done = program("scan", "-o", tmp_path / "run", status=3, env=env_of(fakeaws, keys=False))
    assert done.stdout == b"" and done.stderr.count(b"\n") == 1
    assert not (tmp_path / "run").exists()


def test_refused_credentials(scan, fakeaws):
    scan(status=3, env={"AWS_ACCESS_KEY_ID": "AKIAFAKE000000000000"})
    assert "InvalidClientTokenId" in scan.said
    scan(status=3, env={"AWS_SECRET_ACCESS_KEY": "wrong"})
    assert "SignatureDoesNotMatch" in scan.said
    assert not scan.run.exists()


def test_the_list_of_accounts_is_refused(scan, fakeaws):
    fakeaws.control(rules=[{"operation": "ListAccounts", "fault": "denied"}])
    scan("--organization", *MEMBERS, status=3)
    assert "organizations:ListAccounts: AccessDenied" in scan.said
    assert not scan.run.exists()


# --- TLS -----------------------------------------------------------------------------------------


@pytest.mark.tls
def test_the_certificate_under_a_foreign_ca_is_on_record(scan, fakeaws):
    url = fakeaws.tls["good"]
    run = scan(env=env_of(fakeaws, url=url))
    host, port = url[len("https://"):].split(":")
    der = ssl.PEM_cert_to_DER_cert(ssl.get_server_certificate((host, int(port))))
    details = " ".join(o["detail"] for o in read(run / "snapshot.json")["overrides"])
    assert hashlib.sha256(der).hexdigest() in details
    assert {"ca", "endpoint"} <= set(kinds(run))


@pytest.mark.tls
@pytest.mark.parametrize("kind", ["untrusted", "wrong-host", "expired"])
def test_certificates_that_do_not_verify(scan, fakeaws, kind):
    scan(status=3, env=env_of(fakeaws, url=fakeaws.tls[kind]))
    assert "certificate" in scan.said and "AWS_CA_BUNDLE" in scan.said
    assert fakeaws.tls[kind].split("//")[1] in scan.said
    assert not fakeaws.log()


# --- Going on ------------------------------------------------------------------------------------


def start_slowly(program, fakeaws, run, *args):
    return subprocess.Popen(
        [str(BINARY), "scan", "-o", str(run), "--max-rps", "12", *SERVICES, *args],
        env={**program.env, **env_of(fakeaws)}, cwd=program.home, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def wait_for_requests(fakeaws, count):
    end = time.monotonic() + 30
    while len(fakeaws.log()) < count:
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
@pytest.mark.parametrize("requests", [8, 20, 45])
def test_a_killed_scan_goes_on(program, fakeaws, tmp_path, demo, requests, number):
    run = tmp_path / "run"
    process = start_slowly(program, fakeaws, run, "--organization", *MEMBERS)
    wait_for_requests(fakeaws, requests)
    os.killpg(process.pid, number)
    process.communicate()
    before = len(fakeaws.log())
    assert not (run / "snapshot.json").exists()

    done = program("scan", "--resume", run, *FAST, "--role-name", "sample-audit", "--external-id",
                   "sample-audit", status=4, env=env_of(fakeaws))
    assert done.stdout.decode() == "%s\n" % run
    expect_as_demo(run, demo)
    assert not (run / "unfinished").exists()
    pages = sum(len(query["pages"]) for query in queries(run))
    assert len(fakeaws.log()) < pages + 25
    assert len(fakeaws.log()) - before < pages + 12 - requests // 2

    files = tree(run)
    program("scan", "--resume", run, status=4, env=env_of(fakeaws))
    assert tree(run)["snapshot.json"] == files["snapshot.json"]


def test_a_scan_killed_before_it_knew_its_accounts_starts_anew(program, fakeaws, tmp_path, demo):
    run = tmp_path / "run"
    process = start_slowly(program, fakeaws, run, "--organization", *MEMBERS)
    wait_for_requests(fakeaws, 3)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert (run / "unfinished").exists() and not (run / "unfinished/snapshot.json").exists()
    done = program("scan", "--resume", run, status=3, env=env_of(fakeaws))
    assert b"start it anew" in done.stderr
    program("scan", "-o", run, "--organization", *MEMBERS, *FAST, *SERVICES, status=4,
            env=env_of(fakeaws))
    expect_as_demo(run, demo)


def test_workers_end_with_the_process_that_started_them(program, fakeaws, tmp_path):
    process = start_slowly(program, fakeaws, tmp_path / "run", "--organization", *MEMBERS)
    wait_for_requests(fakeaws, 10)
    process.kill()
    process.communicate()
    time.sleep(0.5)
    count = len(fakeaws.log())
    time.sleep(1)
    assert len(fakeaws.log()) == count


def test_nothing_to_go_on_with(program, fakeaws, tmp_path):
    program("scan", "--resume", tmp_path / "none", status=3, env=env_of(fakeaws))
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("x")
    done = program("scan", "-o", tmp_path / "full", status=2, env=env_of(fakeaws))
    assert b"not empty" in done.stderr
    assert tree(tmp_path / "full") == {"x": b"x"}


def test_another_account_does_not_go_on(program, fakeaws, tmp_path):
    run = tmp_path / "run"
    process = start_slowly(program, fakeaws, run)
    wait_for_requests(fakeaws, 8)
    process.kill()
    process.communicate()
    env = env_of(fakeaws)
    env["AWS_ACCESS_KEY_ID"] = env["AWS_ACCESS_KEY_ID"].replace(HOME, SECOND)
    done = program("scan", "--resume", run, status=None, env=env)
    assert done.returncode in (2, 3)


@pytest.fixture(scope="session")
def shim(tmp_path_factory):
    library = tmp_path_factory.mktemp("shim") / "baddisk.so"
    subprocess.run(["gcc", "-std=c11", "-shared", "-fPIC", "-O1", "-o", library,
                    ROOT / "tests/tools/baddisk.c", "-ldl"], check=True)
    return library


@pytest.mark.parametrize("call, number", [
    ("write", 1), ("write", 5), ("write", 12), ("write", 20), ("write", 40), ("close", 3),
    ("close", 30), ("mkdir", 2), ("mkdir", 4), ("rename", 1), ("rename", 2), ("rename", 9),
    ("fsync", 1), ("fsync", 3)])
def test_a_full_disk_is_told_and_the_scan_goes_on_later(program, fakeaws, tmp_path, shim, quiet_run,
                                                        call, number):
    run = tmp_path / "run"
    bad = {"LD_PRELOAD": str(shim), "BADDISK_UNDER": str(run), "BADDISK_CALL": call,
           "BADDISK_NTH": str(number)}
    done = program("scan", "-o", run, *FAST, *SERVICES, status=None, env={**env_of(fakeaws), **bad})
    assert done.returncode in (0, 3), done.stderr
    if done.returncode == 3:
        assert str(run).encode() in done.stderr
        again = ("--resume", run) if (run / "unfinished/snapshot.json").exists() \
            else ("-o", run, *SERVICES)
        if not (run / "snapshot.json").exists():
            program("scan", *again, *FAST, env=env_of(fakeaws))
        else:
            program("evaluate", run)
    assert verdicts(run) == verdicts(quiet_run)
    assert not [p for p in run.rglob("*") if ".part" in p.name or ".tmp" in p.name]


# --- The command line ----------------------------------------------------------------------------


@pytest.mark.parametrize("args, word", [
    (("--organization", "--accounts", "f"), "--accounts"),
    (("--resume", "r", "--organization"), "--resume"),
    (("--resume", "r", "-o", "x"), "--resume"),
    (("--max-rps", "0"), "--max-rps"),
    (("--max-rps", "nan"), "--max-rps"),
    (("--max-rps", "1e9"), "--max-rps"),
    (("--concurrency", "0"), "--concurrency"),
    (("--concurrency", "8x"), "--concurrency"),
])
def test_bad_command_lines(program, args, word):
    assert word in program("scan", *args, status=2).stderr.decode()


def test_an_unknown_service(scan):
    scan("--collect", "iam,nothing", status=2)
    assert '"nothing"' in scan.said
    assert not scan.run.exists()


def test_services_and_regions_are_named_in_the_help(scan, program):
    """As the collectors' own tables have them."""
    text = " ".join(program("scan", "--help").stdout.decode().split())
    scan("--collect", "nothing", status=2)
    services = scan.said.strip().rsplit("but from ", 1)[1].split(", ")
    assert "iam" in services and "sso-admin" in services
    shown = re.search(r"separated by commas: (.*?) \(default: all\); sts always is", text).group(1)
    assert shown.split(", ") == [name for name in services if name != "sts"]
    for region in SIGN_IN_REGIONS:
        assert region in text


@pytest.mark.parametrize("args", [("--external-id", "a b"), ("--principal", '"'),
                                  ("--external-id", "x"), ()])
def test_bad_policies(program, args):
    assert program("policy", *args, status=2).stdout == b""


# --- Secrets -------------------------------------------------------------------------------------


def test_no_secret_stays_anywhere(program, fakeaws, tmp_path):
    run = tmp_path / "run"
    fakeaws.control(rules=[{"fault": "throttle", "every": 9},
                           {"operation": "ListAccountAliases", "fault": "denied"}])
    done = program("scan", "-vv", "-o", run, "--organization", *MEMBERS, *FAST, *SERVICES, status=4,
                   env=env_of(fakeaws))
    secret = fakeaws.ready["secretAccessKey"].encode()
    places = {**tree(tmp_path / "run"), **tree(program.home), "stdout": done.stdout,
              "stderr": done.stderr}
    for name, text in places.items():
        assert secret not in text, name
        assert b"<SessionToken>" not in text and b"<SecretAccessKey>" not in text, name
