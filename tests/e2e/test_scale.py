"""test_scale.py - many accounts: what is kept when a scan is cut off, who asks for an MFA code."""
import fcntl
import json
import os
import random
import signal
import subprocess
import termios
import time

import pytest
from conftest import BINARY, without_times

pytest_plugins = ["fakeaws_fixture"]

ROLE = ("--role-name", "reportgen-audit")


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def verdicts(run):
    return [(f["check"], f["account"], f["resource"], f["status"],
             without_times(f["detail"] + " " + f["observed"]))
            for f in read(run / "findings.json")["findings"]]


def env_of(server, **others):
    env = {**os.environ, **server.env(), **others}
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        if name not in others:
            del env[name]
    return env


def question(line_or_query):
    """What was asked, without the page."""
    asked = {name: value for name, value in (line_or_query["parameters"] or {}).items()
             if name not in ("Marker", "NextToken")}
    return (line_or_query["account"], line_or_query["service"], line_or_query["operation"],
            line_or_query["region"], json.dumps(asked, sort_keys=True))


def answered(run):
    """Questions whose answers the unfinished scan has."""
    found = set()
    for journal in (run / "unfinished").glob("*.journal"):
        for line in journal.read_text(encoding="utf-8").splitlines(keepends=True):
            if line.endswith("\n") and json.loads(line)["complete"]:
                found.add(question(json.loads(line)))
    return found


@pytest.fixture
def organisation(start_fakeaws):
    return start_fakeaws("--world", "generated", "--accounts", 4, "--users", 12,
                         "--without-mfa", 40, "--report-age", 600)


def scan(server, *args):
    return subprocess.Popen([BINARY, "scan", *args, *ROLE, "--max-rps", "30"],
                            env=env_of(server), stdout=subprocess.DEVNULL,
                            stderr=subprocess.PIPE, start_new_session=True)


def kill_after(process, server, requests):
    """Kills it when the server has seen so many more; False: it had ended before."""
    end = len(server.log()) + requests
    while process.poll() is None and len(server.log()) < end:
        time.sleep(0.005)
    if process.poll() is None:
        os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    time.sleep(0.1)                       # what was under way still comes to the server
    return process.returncode == -signal.SIGKILL


@pytest.mark.parametrize("seed", range(3))
def test_nothing_is_asked_twice_however_often_the_scan_is_killed(organisation, tmp_path, seed):
    whole, run, dice = tmp_path / "whole", tmp_path / "run", random.Random(seed)
    scan(organisation, "--organization", "-o", whole).communicate()
    kills, killed = 0, True
    while killed:
        had, before = answered(run), len(organisation.log())
        begun = (run / "unfinished/snapshot.json").exists()
        process = scan(organisation, *(("--resume", run) if begun else ("--organization", "-o",
                                                                         run)))
        killed = kill_after(process, organisation,
                            dice.randrange(2, 16) if kills < 8 else 10**9)
        kills += killed
        again = {question(line) for line in organisation.log()[before:]
                 if line["operation"] != "AssumeRole"} & had
        assert {asked[2] for asked in again} <= {"GetCallerIdentity"}       # who goes on?
    assert kills > 3 and verdicts(run) == verdicts(whole)
    assert not [p for p in run.rglob("*") if ".part" in p.name or ".tmp" in p.name]


def test_of_an_account_that_lacked_an_answer_only_that_is_asked_again(organisation, tmp_path):
    """The account that is killed over is another one: it keeps the scan from being whole."""
    run, member, other = tmp_path / "run", "900000000001", "900000000002"
    organisation.control(rules=[
        {"fault": "reset", "account": member, "operation": "GetAccountSummary"},
        {"fault": "hang", "account": other, "operation": "GetAccountSummary"}])
    process = scan(organisation, "--organization", "-o", run)
    end = time.monotonic() + 60
    while not (run / "unfinished" / (member + ".json")).exists() and time.monotonic() < end:
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    part = read(run / "unfinished" / (member + ".json"))
    assert [q["operation"] for q in part["queries"] if not q["pages"]] == ["GetAccountSummary"]
    before = len(organisation.log())
    organisation.control(rules=[])
    process = scan(organisation, "--resume", run)
    said = process.communicate()[1].decode()
    assert process.returncode == 0 or "incomplete" in said
    asked = [line["operation"] for line in organisation.log()[before:]
             if line["account"] == member]
    assert asked.count("GetAccountSummary") == 1
    assert set(asked) <= {"GetAccountSummary"} | {
        q["operation"] for q in part["queries"] if not q["complete"]}
    scan(organisation, "--organization", "-o", tmp_path / "whole").communicate()
    assert verdicts(run) == verdicts(tmp_path / "whole")


# --- A profile that wants an MFA code ------------------------------------------------------------


class Terminal:
    """Runs a program at a terminal of its own, and types the code whenever it is asked for."""

    def __init__(self, command, env, codes=1000):
        self.master, slave = os.openpty()

        def take_terminal():
            os.setsid()
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)

        self.process = subprocess.Popen(command, env=env, stdin=slave, stdout=slave, stderr=slave,
                                        preexec_fn=take_terminal)
        os.close(slave)
        self.said, self.asked = "", 0
        while True:
            try:
                piece = os.read(self.master, 65536).decode(errors="replace")
            except OSError:               # the terminal's last user is gone
                break
            if not piece:
                break
            self.said += piece
            if self.said.count("MFA code of ") > self.asked:
                self.asked += 1
                os.write(self.master, b"123456\r" if self.asked <= codes else b"\x03")
        os.close(self.master)
        self.status = self.process.wait(60)


@pytest.fixture
def profile(organisation, tmp_path):
    """A profile that assumes the home account's role with a code; gives the environment."""
    config, keys = tmp_path / "config", tmp_path / "credentials"
    config.write_text("[profile audit]\nrole_arn = arn:aws:iam::%s:role/reportgen-audit\n"
                      "source_profile = base\nmfa_serial = GAHT12345678\n" % organisation.home)
    keys.write_text("[base]\naws_access_key_id = %s\naws_secret_access_key = %s\n" % (
        organisation.ready["accessKeyId"], organisation.ready["secretAccessKey"]))
    env = env_of(organisation, AWS_CONFIG_FILE=str(config), AWS_SHARED_CREDENTIALS_FILE=str(keys))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        del env[name]
    return env


def command(run):
    return [BINARY, "scan", "--profile", "audit", "--organization", *ROLE, "--max-rps", "500",
            "-o", run]


def test_one_code_serves_all_accounts(profile, tmp_path):
    at = Terminal(command(tmp_path / "run"), profile)
    assert at.asked == 1 and at.status in (0, 4), at.said
    assert len({q["account"] for q in read(tmp_path / "run/snapshot.json")["queries"]
                if q["complete"]}) == 4


def test_only_one_process_asks_when_the_credentials_end(profile, organisation, tmp_path):
    """Sessions that are always about to end: before each account a new code, never in a worker."""
    organisation.control(sessionSeconds=200)
    at = Terminal([*command(tmp_path / "run"), "--concurrency", "4"], profile)
    assert at.asked <= 2 and at.status in (0, 4), at.said
    assert not queries_without_credentials(tmp_path / "run")


def queries_without_credentials(run):
    return [q for q in read(run / "snapshot.json")["queries"]
            if q["error"] and q["error"]["code"] == "NoCredentials"]


def test_a_scan_whose_credentials_ended_can_be_gone_on_with(profile, organisation, tmp_path):
    organisation.control(sessionSeconds=2, rules=[{"fault": "latency", "ms": 100}])
    run = tmp_path / "run"
    at = Terminal([*command(run), "--concurrency", "1"], profile, codes=1)
    assert at.status == 3, at.said
    assert "credentials have expired" in at.said and "--resume goes on with it" in at.said
    organisation.control(sessionSeconds=0, rules=[])
    at = Terminal([BINARY, "scan", "--profile", "audit", *ROLE, "--resume", run], profile)
    assert at.asked == 1 and at.status in (0, 4), at.said
