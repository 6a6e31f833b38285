"""test_trail.py - `scan --trail-logs`: CloudTrail's log files kept, read, packed and verified."""
import gzip
import hashlib
import json
import os
import subprocess
import sys
import time

import jsonschema
import pytest
from conftest import BINARY, NO_POWERS, ROOT

sys.path.insert(0, str(ROOT / "tests/tools"))
import sample_events as events    # noqa: E402

pytest_plugins = ["fakeaws_fixture"]

HOME, SECOND, STRANGER = "111122223333", "222233334444", "999900001111"
ONLY = ("--collect", "sts", "--max-rps", "500")


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def name(account, when="20261120T0915Z", region="us-east-1", tail="aB3dE6gH9jK2mN5p"):
    return "%s_CloudTrail_%s_%s_%s.json.gz" % (account, region, when, tail)


DIGEST = "%s_CloudTrail-Digest_us-east-1_trail_us-east-1_20261120T091500Z.json.gz" % HOME


def log_bytes(account):
    records = [events.record(e) for e in events.EVENTS if e.account == account]
    return gzip.compress(json.dumps({"Records": records}, separators=(",", ":")).encode(), mtime=0)


@pytest.fixture
def logs(tmp_path):
    """As in a bucket: a folder for each account and region; one file of an account that is none."""
    folder = tmp_path / "bucket/AWSLogs"
    for account in (HOME, SECOND, STRANGER):
        place = folder / account / "CloudTrail/us-east-1/2026/11/20"
        place.mkdir(parents=True)
        (place / name(account)).write_bytes(log_bytes(account))
    (folder / HOME / "notes.txt").write_text("not a log file")
    (folder / HOME / DIGEST).write_bytes(gzip.compress(b"{}", mtime=0))
    return tmp_path / "bucket"


@pytest.fixture
def scan(program, start_fakeaws, tmp_path):
    server = start_fakeaws()

    def run(*options, status=0):
        run.done = program("scan", "-o", tmp_path / "run", *ONLY, *options, env=server.env(),
                           status=status)
        return tmp_path / "run"
    run.server = server
    return run


MEMBERS = ("--accounts", "accounts.txt", "--role-name", "sample-audit", "--external-id",
           "sample-audit")


def test_files_are_kept_as_they_are_and_listed(scan, logs):
    run = scan("--trail-logs", logs)
    said = scan.done.stderr.decode()
    assert "1 log files taken, and 1 digest files" in said
    assert "2 log files of accounts that were not scanned were left" in said
    assert "1 files are no CloudTrail log files" in said
    rows = read(run / "snapshot.json")["trailFiles"]
    assert [(row["account"], row["file"]) for row in rows] == [
        (HOME, "raw/%s/trail/%s" % (HOME, base)) for base in (DIGEST, name(HOME))]
    kept = (run / rows[1]["file"]).read_bytes()
    assert kept == log_bytes(HOME)
    assert rows[1]["sha256"] == hashlib.sha256(kept).hexdigest() and rows[1]["size"] == len(kept)
    assert (run / rows[1]["file"]).stat().st_mode & 0o777 == 0o600


def test_the_list_follows_the_schema(scan, logs):
    schema = read(ROOT / "assets/schemas/snapshot.schema.json")
    jsonschema.validate(read(scan("--trail-logs", logs) / "snapshot.json"), schema)


def test_files_of_every_account_go_into_the_pack(scan, program, logs, tmp_path):
    (program.home / "accounts.txt").write_text("%s\n%s\n" % (HOME, SECOND))
    run = scan("--trail-logs", logs, *MEMBERS)
    assert [row["account"] for row in read(run / "snapshot.json")["trailFiles"]] == [
        HOME, HOME, SECOND]
    program("bundle", run, "-o", tmp_path / "pack")
    for account in (HOME, SECOND):
        assert (tmp_path / "pack/raw" / account / "trail" / name(account)).exists()
    program("verify", tmp_path / "pack", "--trust-on-first-use")
    (tmp_path / "pack/raw" / HOME / "trail" / name(HOME)).write_bytes(b"changed")
    program("verify", tmp_path / "pack", "--trust-on-first-use", status=1)


def test_a_file_that_was_changed_since_is_refused(scan, program, logs):
    run = scan("--trail-logs", logs)
    (run / "raw" / HOME / "trail" / name(HOME)).write_bytes(log_bytes(SECOND))
    assert b"is not the file that snapshot.json lists" in program("evaluate", run, status=3).stderr


def test_a_damaged_file_is_named_and_ends_with_four(start_fakeaws, program, logs, tmp_path):
    place = next(logs.rglob(name(HOME)))
    place.write_bytes(place.read_bytes()[:-20])
    server = start_fakeaws("--world", "sample")
    program("scan", "-o", tmp_path / "run", "--collect", "cloudtrail", "--trail-logs", logs,
            env=server.env(), status=4)
    reasons = read(tmp_path / "run/findings.json")["verdict"]["reasons"]
    assert any("raw/%s/trail/%s: gzip: cut off" % (HOME, name(HOME)) in r["text"] for r in reasons)


def test_two_files_of_one_name_are_refused(scan, logs):
    other = logs / "copy"
    other.mkdir()
    (other / name(HOME)).write_bytes(b"another")
    scan("--trail-logs", logs, status=2)
    assert "two log files are called" in scan.done.stderr.decode()


def test_a_folder_that_is_none(scan, logs):
    scan("--trail-logs", logs / "none", status=2)
    assert "none: no such directory" in scan.done.stderr.decode()
    scan("--trail-logs", next(logs.rglob("notes.txt")), status=2)
    assert not (logs.parent / "run").exists()


def unread(run):
    return [(row["account"], row["file"].rsplit("/", 1)[-1], row["reason"])
            for row in read(run / "snapshot.json")["trailUnread"]]


def test_what_cannot_be_read_leaves_the_rest(scan, program, logs):
    """Neither followed nor waited for; what they may tell of is not known."""
    link, fifo = name(HOME, "20261120T0920Z"), name(HOME, "20261120T0925Z")
    (logs / link).symlink_to("/etc/passwd")
    os.mkfifo(logs / fifo)
    (logs / "older").symlink_to(logs / "AWSLogs")
    (logs / "latest.txt").symlink_to("/etc/passwd")                     # no log file by its name
    run = scan("--trail-logs", logs, status=4)
    assert sorted(unread(run), key=str) == sorted(
        [(HOME, link, "a symbolic link"), (HOME, fifo, "a FIFO"), (None, "older",
                                                                  "a symbolic link")], key=str)
    said = scan.done.stderr.decode()
    assert link + ": a symbolic link: not read" in said
    assert "1 log files taken, and 1 digest files" in said and "3 files and folders" in said
    assert "2 files are no CloudTrail log files" in said
    assert len(read(run / "snapshot.json")["trailFiles"]) == 2
    before = (run / "findings.json").read_bytes()
    program("evaluate", run, status=4)
    assert (run / "findings.json").read_bytes() == before


def test_events_are_not_complete_without_a_file(start_fakeaws, program, logs, tmp_path):
    (logs / name(HOME, "20261120T0920Z")).symlink_to("/etc/passwd")
    server = start_fakeaws("--world", "sample")
    program("scan", "-o", tmp_path / "run", "--collect", "cloudtrail", "--trail-logs", logs,
            env=server.env(), status=4)
    reasons = read(tmp_path / "run/findings.json")["verdict"]["reasons"]
    assert any("a log file was not read: a symbolic link, account " + HOME in r["text"]
               for r in reasons)


def test_the_list_of_what_was_not_read_follows_the_schema(scan, logs):
    schema = read(ROOT / "assets/schemas/snapshot.schema.json")
    (logs / "older").symlink_to(logs / "AWSLogs")
    jsonschema.validate(read(scan("--trail-logs", logs, status=4) / "snapshot.json"), schema)


def test_a_folder_that_may_not_be_read_leaves_the_rest(scan, program, logs, monkeypatch):
    (logs / "closed").mkdir(mode=0)
    monkeypatch.setattr(program, "through", NO_POWERS)
    assert unread(scan("--trail-logs", logs, status=4)) == [(None, "closed", "Permission denied")]


def test_a_resumed_scan_takes_them_too(scan, program, logs, tmp_path):
    """Killed while it is still asking; the folder is remembered."""
    server, run = scan.server, tmp_path / "run"
    process = subprocess.Popen(
        [str(BINARY), "scan", "-o", str(run), "--collect", "iam", "--max-rps", "5", "--trail-logs",
         str(logs)], env={**program.env, **server.env()}, cwd=program.home,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.monotonic() + 30
    while len(server.log()) < 5 and time.monotonic() < end:
        time.sleep(0.05)
    process.kill()
    process.communicate()
    assert not (run / "snapshot.json").exists()
    server.control(report={"age": 600})
    program("scan", "--resume", run, "--max-rps", "500", env=server.env(), status=None)
    assert len(read(run / "snapshot.json")["trailFiles"]) == 2
    program("scan", "--resume", run, "--trail-logs", logs, env=server.env(), status=2)
