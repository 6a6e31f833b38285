"""test_scan_credentials.py - a scan during which STS is in trouble, and one that asks again later.

Waiting goes sixty times faster (tests/tools/fastclock.c): a second of the server's trouble is a
minute of the program's.
"""
import hashlib
import json
import re
import subprocess
import threading
import time

import pytest
from conftest import BINARY, Program
from fakeaws_fixture import FakeAws

pytest_plugins = ["fakeaws_fixture"]

LIMIT = 30
ACCOUNTS = 24
COLLECT = ("--collect", "iam,sts,organizations")


@pytest.fixture(scope="module", name="shared")
def shared_server(tmp_path_factory):
    server = FakeAws(tmp_path_factory.mktemp("server"), "--world", "generated", "--accounts",
                     ACCOUNTS, "--users", 2, "--external-id", "audit-me")
    yield server
    server.stop()


@pytest.fixture
def server(shared):
    shared.control(rules=[], report={"age": 600})
    yield shared
    shared.control(rules=[])


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


class Scan:
    def __init__(self, server, folder, fast):
        self.server, self.fast, self.program = server, fast, Program(folder / "home")
        self.run = folder / "run"

    def __call__(self, *args, status=(0,), env=None):
        done = subprocess.run(
            [str(BINARY), "scan", *map(str, args), "--role-name", self.server.ready["roleName"],
             "--external-id", self.server.ready["externalId"], "--max-rps", "1000"],
            env={**self.program.env, **self.server.env(), **self.fast, **(env or {})},
            cwd=self.program.home, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, timeout=LIMIT, check=False)
        self.said = done.stderr.decode()
        assert done.returncode in status, self.said
        return self.run

    def organization(self, *args, **more):
        return self("-o", self.run, "--organization", *COLLECT, *args, **more)

    def queries(self):
        return read(self.run / "snapshot.json")["queries"]

    def errors(self):
        return [query for query in self.queries() if query["error"]]


@pytest.fixture
def scan(server, tmp_path, fast):
    return Scan(server, tmp_path, fast)


def during(server, seconds, rules):
    """These rules for so long from now on."""
    server.control(rules=rules)
    threading.Timer(seconds, lambda: server.control(rules=[])).start()


TROUBLE = [
    {"fault": "throttle"},
    {"fault": "throttle", "status": 400, "code": "Throttling"},
    {"fault": "throttle", "retryAfter": 30},
    {"fault": "reset", "at": "before"},
    {"fault": "status", "status": 503},
]


@pytest.mark.parametrize("rule", TROUBLE, ids=lambda rule: "-".join(map(str, rule.values())))
def test_minutes_of_trouble_with_roles_lose_nothing(scan, server, rule):
    during(server, 2.5, [{**rule, "operation": "AssumeRole"}])    # two minutes and a half
    scan.organization()
    assert not scan.errors()
    if rule["fault"] == "throttle":
        told = re.search(r"(\d+) read whole.* (\d+) throttled", scan.said)
        assert int(told[1]) == ACCOUNTS and int(told[2]) >= 16


def test_trouble_of_the_whole_of_sts_ends(scan, server):
    """Never a hang: when nobody is answered, those who come later wait less long."""
    server.control(rules=[{"operation": "AssumeRole", "fault": "throttle"}])
    begun = time.monotonic()
    scan.organization(status=(4,))
    assert time.monotonic() - begun < 15
    codes = {query["error"]["code"] for query in scan.errors()}
    assert codes == {"CredentialsUnavailable"}
    assert "Throttling" in scan.said


def test_a_refusal_is_not_waited_for(scan, server):
    server.control(rules=[{"operation": "AssumeRole", "fault": "denied"}])
    before = len(server.log(operation="AssumeRole"))
    scan.organization(status=(4,))
    assert len(server.log(operation="AssumeRole")) - before == ACCOUNTS - 1
    assert {query["error"]["code"] for query in scan.errors()} == {"NoCredentials"}


# --- Asking again later --------------------------------------------------------------------------


def key_of(query):
    return tuple(json.dumps(query.get(name)) for name in (
        "account", "service", "operation", "parameters", "region", "session"))


def answers_of(query):
    """What a query was answered, wherever that is kept."""
    row = json.loads(json.dumps(query))
    for page in row["pages"]:
        page.pop("file")
    return row


@pytest.fixture(name="partly")
def partly_read_run(scan, server):
    ids = [account for account in server.ready["accounts"] if account != server.home]
    silent, lacking, refused = ids[0], ids[1], ids[2]
    server.control(rules=[
        {"operation": "AssumeRole", "account": silent, "fault": "throttle"},
        {"operation": "GetAccountSummary", "account": lacking, "fault": "status", "status": 503},
        {"operation": "GetAccountPasswordPolicy", "account": refused, "fault": "denied"}])
    scan.organization(status=(4,))
    server.control(rules=[])
    return silent, lacking, refused


def expect_repaired(scan, server, before, partly, since):
    silent, lacking, refused = partly
    asked = [(line["account"], line["operation"]) for line in server.log()[since:]
             if line["service"] != "sts"]
    assert {account for account, _ in asked} == {silent, lacking}
    assert {what for account, what in asked if account == lacking} == {"GetAccountSummary"}
    old, new = ({key_of(query): answers_of(query) for query in queries}
                for queries in (before, scan.queries()))
    for key, row in old.items():
        if not row["error"] or row["error"]["code"] == "AccessDenied":
            assert new[key] == row
    assert {(query["account"], query["error"]["code"]) for query in scan.errors()} == {
        (refused, "AccessDenied")}
    assert not (scan.run / "unfinished").exists() and not list(scan.run.rglob("*.part"))
    for query in scan.queries():
        for page in query["pages"]:
            digest = hashlib.sha256((scan.run / page["file"]).read_bytes()).hexdigest()
            assert digest == page["sha256"]


def test_what_got_no_answer_is_asked_again(scan, server, partly):
    before, since = scan.queries(), len(server.log())
    head = read(scan.run / "snapshot.json")
    scan("--resume", scan.run, status=(4,))
    assert "in 2 accounts" in scan.said and "asked again" in scan.said
    expect_repaired(scan, server, before, partly, since)
    whole = read(scan.run / "snapshot.json")
    assert whole["scope"] == head["scope"] and whole["overrides"] == head["overrides"]
    assert whole["startedAt"] == head["startedAt"]

    count, bytes_of = len(server.log()), (scan.run / "snapshot.json").read_bytes()
    scan("--resume", scan.run, status=(4,))
    assert "whole already" in scan.said
    assert len(server.log()) == count and (scan.run / "snapshot.json").read_bytes() == bytes_of


@pytest.mark.parametrize("requests", [1, 4, 8])
def test_asking_again_may_be_killed(scan, server, partly, requests):
    before, since = scan.queries(), len(server.log())
    server.control(rules=[{"fault": "latency", "ms": 60}])
    process = subprocess.Popen(
        [str(BINARY), "scan", "--resume", str(scan.run), "--role-name", server.ready["roleName"],
         "--external-id", "audit-me"], env={**scan.program.env, **server.env()},
        stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    end = time.monotonic() + 10
    while len(server.log()) < since + requests and time.monotonic() < end:
        time.sleep(0.01)
    process.kill()
    process.wait()
    time.sleep(0.3)
    server.control(rules=[])
    scan("--resume", scan.run, status=(4,))
    expect_repaired(scan, server, before, partly, since)


def test_without_credentials_the_run_stays_as_it_is(scan, server, partly):
    bytes_of = (scan.run / "snapshot.json").read_bytes()
    scan("--resume", scan.run, status=(3,), env={"AWS_ACCESS_KEY_ID": "AKIANOBODY"})
    assert (scan.run / "snapshot.json").read_bytes() == bytes_of
    assert not (scan.run / "unfinished").exists()
    scan.program("evaluate", scan.run, status=4)
