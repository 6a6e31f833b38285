"""test_challenge.py - what binds a scan to its circumstances: the auditor's word, and overrides."""
import hashlib
import json
import os
import re
import signal
import ssl
import subprocess

import pytest
from conftest import BINARY
from test_scan import (FAST, HOME, MEMBERS, SECOND, SERVICES, THIRD, Scanner, kinds, queries, read,
                       start_slowly, wait_for_requests)

pytest_plugins = ["fakeaws_fixture"]

WORD = "audit-7"
ROLE = ("--role-arn", "arn:aws:iam::%s:role/sample-audit" % HOME)


@pytest.fixture(name="fakeaws")
def with_fresh_reports(fresh_fakeaws):
    return fresh_fakeaws


@pytest.fixture
def scan(program, fakeaws, tmp_path):
    return Scanner(program, fakeaws, tmp_path)


def callers(run):
    """Who AWS says asked, by account."""
    found = {}
    for query in queries(run, operation="GetCallerIdentity"):
        text = (run / query["pages"][-1]["file"]).read_text(encoding="utf-8")
        found[query["account"]] = text.partition("<Arn>")[2].partition("</Arn>")[0]
    return found


def test_the_word_reaches_the_home_role_and_every_member(scan, fakeaws):
    """CloudTrail shows RoleSessionName and User-Agent; the run shows the session's name."""
    run = scan("--organization", *MEMBERS, *ROLE, "--challenge", WORD, status=4)
    assumed = fakeaws.log(operation="AssumeRole")
    assert {line["parameters"]["RoleArn"].split(":")[4] for line in assumed} == {
        HOME, SECOND, THIRD}
    assert {line["parameters"]["RoleSessionName"] for line in assumed} == {"reportgen-" + WORD}
    assert all(line["agent"].endswith(" challenge/" + WORD) for line in fakeaws.log())
    assert callers(run) == {
        number: "arn:aws:sts::%s:assumed-role/sample-audit/reportgen-%s" % (number, WORD)
        for number in (HOME, SECOND, THIRD)}


def test_the_word_goes_before_the_profiles_own_session_name(scan, fakeaws, tmp_path):
    (tmp_path / "config").write_text(
        "[profile audit]\nrole_arn = %s\nexternal_id = sample-audit\ncredential_source = "
        "Environment\nrole_session_name = my-own\n" % ROLE[1])
    env = {"AWS_CONFIG_FILE": str(tmp_path / "config")}
    for word, name in (((), "my-own"), (("--challenge", WORD), "reportgen-" + WORD)):
        scan("--profile", "audit", *word, env=env)
        assert fakeaws.log(operation="AssumeRole")[-1]["parameters"]["RoleSessionName"] == name


def test_the_word_reaches_a_web_identity(scan, fakeaws, tmp_path):
    (tmp_path / "token").write_text(fakeaws.ready["webIdentityToken"])
    env = {"AWS_WEB_IDENTITY_TOKEN_FILE": str(tmp_path / "token"), "AWS_ROLE_ARN": ROLE[1],
           "AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}
    scan("--challenge", WORD, env=env)
    asked = fakeaws.log(operation="AssumeRoleWithWebIdentity")[0]
    assert asked["parameters"]["RoleSessionName"] == "reportgen-" + WORD
    assert asked["agent"].endswith(" challenge/" + WORD)


LONGEST = "Nonce_+=,.@-" + "9" * 42


@pytest.mark.parametrize("word", [WORD, "x", LONGEST])
def test_the_run_has_the_word_and_how_cloudtrail_shows_it(program, scan, fakeaws, word):
    run = scan(*ROLE, "--external-id", "sample-audit", "--challenge", word)
    name, agent = "reportgen-" + word, "challenge/" + word
    assert read(run / "snapshot.json")["challenge"] == {
        "text": word, "roleSessionName": name, "userAgent": agent}
    assert {line["parameters"]["RoleSessionName"]
            for line in fakeaws.log(operation="AssumeRole")} == {name} and len(name) <= 64
    assert {line["agent"].split(" ", 1)[1] for line in fakeaws.log()} == {agent}
    assert callers(run)[HOME].endswith("/" + name)
    program("bundle", run)
    assert read(run / "pack/statement.json")["predicate"]["run"]["challenge"]["text"] == word
    report = read(run / "report.json")["scan"]
    assert report["challenge"] == word
    assert name in report["challengeText"] and agent in report["challengeText"]


def test_a_run_without_a_word_says_nothing_of_it(scan):
    run = scan()
    assert "challenge" not in read(run / "snapshot.json")
    assert read(run / "report.json")["scan"]["challenge"] == ""


@pytest.mark.parametrize("word, said", [
    (LONGEST + "9", "55 bytes, and a role session's name has room for 54"),
    ("", "is empty"), ("audit 7", "letters, digits and _+=,.@-"), ("audit/7", "other characters"),
    ("audit\n", "other characters"), ("n\u00f6nce", "other characters"), ("a:b", "other")])
def test_a_word_that_cloudtrail_would_not_show_is_refused(scan, fakeaws, word, said):
    """Cut or changed, the auditor could not find it again."""
    scan("--challenge", word, status=2)
    assert said in scan.said and "--challenge" in scan.said
    assert fakeaws.log() == [] and not scan.run.exists()


def cut_off(program, fakeaws, run, *args, requests=25, env=None):
    """Begin a scan, or go on with one, and end it after so many requests."""
    before = len(fakeaws.log())
    scope = ("--resume", run, *RESUME) if "--resume" in args else (
        "-o", run, *SERVICES, "--organization", *MEMBERS, *args)
    process = subprocess.Popen(
        [str(BINARY), "scan", "--max-rps", "12", "--concurrency", "1", *map(str, scope)],
        env={**program.env, **(env or fakeaws.env())}, cwd=program.home, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    wait_for_requests(fakeaws, before + requests)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    return len(fakeaws.log())


RESUME = ("--role-name", "sample-audit", "--external-id", "sample-audit")


@pytest.mark.parametrize("again", [(), ("--challenge", WORD)])
def test_a_resumed_scan_keeps_the_word(program, fakeaws, tmp_path, again):
    run = tmp_path / "run"
    cut_off(program, fakeaws, run, "--challenge", WORD)
    program("scan", "--resume", run, *FAST, *RESUME, *again, status=4, env=fakeaws.env())
    assert all(line["agent"].endswith(" challenge/" + WORD) for line in fakeaws.log())
    assert {line["parameters"]["RoleSessionName"]
            for line in fakeaws.log(operation="AssumeRole")} == {"reportgen-" + WORD}
    assert read(run / "snapshot.json")["challenge"]["text"] == WORD
    done = program("scan", "--resume", run, "--challenge", "other", status=2, env=fakeaws.env())
    assert b"was begun with another one: " + WORD.encode() in done.stderr


@pytest.mark.parametrize("begun, said", [(("--challenge", WORD), "another one: " + WORD),
                                         ((), "none")])
def test_a_scan_is_not_resumed_under_another_word(program, fakeaws, tmp_path, begun, said):
    run = tmp_path / "run"
    asked = cut_off(program, fakeaws, run, *begun)
    done = program("scan", "--resume", run, *FAST, *RESUME, "--challenge", "other", status=2,
                   env=fakeaws.env())
    assert ("%s was begun with %s" % (run, said)).encode() in done.stderr
    assert len(fakeaws.log()) == asked


# --- Overrides ------------------------------------------------------------------------------------


def leaf_of(url):
    host, port = url[len("https://"):].split(":")
    der = ssl.PEM_cert_to_DER_cert(ssl.get_server_certificate((host, int(port))))
    return hashlib.sha256(der).hexdigest()


def details(run, kind):
    return [o["detail"] for o in read(run / "snapshot.json")["overrides"] if o["kind"] == kind]


@pytest.mark.tls
def test_endpoint_ca_and_clock_are_on_record_with_the_certificate(scan, fakeaws):
    url = fakeaws.tls["good"]
    fakeaws.control(skew=900)
    run = scan("--organization", *MEMBERS, "--collect", "iam,sso-admin,organizations", status=4,
               env=fakeaws.env(url=url))
    leaf = leaf_of(url)
    assert [d.split()[0] for d in details(run, "endpoint")] == ["iam", "organizations",
                                                                "sso-admin", "sts"]
    assert all("SHA-256 " + leaf in d and url in d for d in details(run, "endpoint"))
    ca, = details(run, "ca")
    assert hashlib.sha256(open(fakeaws.ca, "rb").read()).hexdigest() in ca
    assert "%s showed %s" % (url[len("https://"):], leaf) in ca
    clock, = details(run, "clock")
    assert "900 seconds" in clock or "899 seconds" in clock or "901 seconds" in clock
    verdict = read(run / "findings.json")["verdict"]
    assert not verdict["complete"]
    assert {r["text"].split(":")[0] for r in verdict["reasons"] if r["code"] == "override"} == {
        "endpoint", "ca", "clock"}


@pytest.mark.tls
def test_an_endpoint_of_one_service_is_told_apart(scan, fakeaws):
    """Where services are asked at different addresses, each row names its own certificate."""
    url = fakeaws.tls["good"]
    run = scan("--collect", "iam,sso-admin", env={
        **fakeaws.env(), "AWS_ENDPOINT_URL_SSO_ADMIN": url, "AWS_CA_BUNDLE": fakeaws.ca})
    told = {d.split()[0]: d for d in details(run, "endpoint")}
    assert leaf_of(url) in told["sso-admin"] and url in told["sso-admin"]
    assert "SHA-256" not in told["iam"] and fakeaws.url in told["iam"]


@pytest.mark.tls
def test_overrides_of_the_profile_count_too(scan, fakeaws, tmp_path):
    (tmp_path / "config").write_text("[default]\nendpoint_url = %s\nca_bundle = %s\n"
                                     % (fakeaws.tls["good"], fakeaws.ca))
    run = scan(env={"AWS_CONFIG_FILE": str(tmp_path / "config"), "AWS_ENDPOINT_URL": ""})
    assert {"endpoint", "ca"} <= set(kinds(run))
    assert all(leaf_of(fakeaws.tls["good"]) in d for d in details(run, "endpoint"))


@pytest.mark.tls
@pytest.mark.parametrize("requests", [20, 90])
def test_answers_of_another_address_are_not_kept(program, fakeaws, tmp_path, requests):
    """Begun at one address, resumed at another: the overrides on record are of all answers."""
    run = tmp_path / "run"
    process = start_slowly(program, fakeaws, run, "--organization", *MEMBERS, "--concurrency", "1")
    wait_for_requests(fakeaws, requests)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    url = fakeaws.tls["good"]
    program("scan", "--resume", run, *FAST, "--role-name", "sample-audit", "--external-id",
            "sample-audit", status=4, env=fakeaws.env(url=url))
    assert {"https://" + q["endpointHost"] for q in queries(run)} == {url}
    assert all(url in d for d in details(run, "endpoint"))


def sha256_of(path):
    return hashlib.sha256(open(path, "rb").read()).hexdigest()


@pytest.mark.tls
def test_the_ca_of_the_beginning_stays_on_record(program, fakeaws, tmp_path):
    """Begun under one CA file, resumed under another, then under none: both are on record."""
    run, other = tmp_path / "run", tmp_path / "other.pem"
    other.write_bytes(open(fakeaws.ca, "rb").read() + b"\n")
    env = {**fakeaws.env(), "AWS_CA_BUNDLE": fakeaws.ca}
    cut_off(program, fakeaws, run, env=env)
    cut_off(program, fakeaws, run, "--resume", env={**env, "AWS_CA_BUNDLE": str(other)})
    program("scan", "--resume", run, *FAST, *RESUME, status=4, env=fakeaws.env())
    assert [sha256_of(path) in detail for path, detail in zip((fakeaws.ca, other),
                                                              details(run, "ca"))] == [True, True]
    assert {r["text"].split(":")[0] for r in read(run / "findings.json")["verdict"]["reasons"]
            if r["code"] == "override"} == {"endpoint", "ca"}


def test_the_clock_of_the_beginning_stays_on_record(program, fakeaws, tmp_path):
    run = tmp_path / "run"
    fakeaws.control(skew=900)
    cut_off(program, fakeaws, run)
    fakeaws.control(skew=0)
    program("scan", "--resume", run, *FAST, *RESUME, status=4, env=fakeaws.env())
    clock, = details(run, "clock")
    assert re.search(r"(899|900|901) seconds", clock)


def test_an_answer_from_elsewhere_that_is_kept_is_on_record(program, fakeaws, tmp_path):
    """A question that the resumed scan does not ask: its answer stays, and so does its address."""
    run = tmp_path / "run"
    cut_off(program, fakeaws, run)
    journal = run / "unfinished" / (HOME + ".journal")
    rows = [json.loads(line) for line in journal.read_text().splitlines()]
    row = next(row for row in rows if row.get("operation") == "GetAccountSummary")
    page, = row["pages"]
    (run / "raw" / HOME / "ListUsers-0.part").write_bytes((run / page["file"]).read_bytes())
    page["file"] = "raw/%s/ListUsers-0.part" % HOME
    row.update(operation="ListUsers", endpointHost="elsewhere.example")
    with open(journal, "a", encoding="utf-8") as out:
        out.write(json.dumps(row) + "\n")
    program("scan", "--resume", run, *FAST, *RESUME, status=4, env=fakeaws.env())
    assert [q["endpointHost"] for q in queries(run, operation="ListUsers")] == ["elsewhere.example"]
    assert "iam was asked at elsewhere.example before the scan was resumed" in details(
        run, "endpoint")
