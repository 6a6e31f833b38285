"""test_trail_digests.py - `scan --trail-logs` with digest files: keys asked of AWS, what is proved,
and that a recorded run gives the same. The files are signed by trail_digests.py.
"""
import gzip
import hashlib
import json
import shutil
import subprocess
import sys
import time

import pytest
from conftest import BINARY, ROOT

sys.path.insert(0, str(ROOT / "tests/tools"))
import sample_detective as tales    # noqa: E402
import sample_events as events      # noqa: E402
import trail_digests as digests     # noqa: E402

pytest_plugins = ["fakeaws_fixture"]

HOME, SECOND = "111122223333", "222233334444"
REGIONS = ("eu-central-1", "us-east-1")
DAY = 1795132800                         # 2026-11-20
HOURS = 26
INSIDE = "AWSLogs/o-sample00001/"
TRAIL = tales.SAMPLE.trails[0]
MEMBERS = ("--accounts", "accounts.txt", "--role-name", "sample-audit", "--external-id",
           "sample-audit")
WHOLE = "log files are whole from 2026-11-20T00:00:00Z to 2026-11-21T00:44:59Z"


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def sign_in(account, region, when):
    event = events.console(account, digests.written(when), region,
                           events.person(account, "ada"), "Yes",
                           events.arn(account, "mfa/ada"))
    return events.record(event)


def fill(folder, account, region):
    """A chain of 26 hours, with a log file in each hour but the third."""
    chain = digests.Chain(account, region, TRAIL.name, TRAIL.home, TRAIL.bucket, INSIDE)
    for hour in range(HOURS):
        start = DAY + 3600 * hour
        logs = [] if hour == 2 else [digests.log_file(
            account, region, start + 1500, [sign_in(account, region, start + 1200)],
            inside=INSIDE)]
        for found in logs + [chain.next(start, start + 3600, logs)]:
            digests.put(folder, found)


@pytest.fixture(scope="session")
def full_bucket(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bucket")
    for account in (HOME, SECOND):
        for region in REGIONS:
            fill(folder, account, region)
    return folder


@pytest.fixture
def scanned(program, start_fakeaws, tmp_path, full_bucket):
    server = start_fakeaws()
    (program.home / "accounts.txt").write_text("%s\n%s\n" % (HOME, SECOND))

    def run(*options, status=None):
        run.done = program("scan", "-o", tmp_path / "run", "--collect", "cloudtrail", "--regions",
                           ",".join(REGIONS), "--max-rps", "500", "--trail-logs", full_bucket,
                           *options, env=server.env(), status=status)
        return tmp_path / "run"
    run.server = server
    return run


def told(done, word="log files are "):
    """What is said of log files, without the program's name."""
    lines = done.stderr.decode().splitlines()
    return sorted(line.partition(": ")[2].removeprefix("debug: ") for line in lines
                  if word in line)


def trail_file(run, kind, number, account=HOME, region="us-east-1"):
    """One of the files of a kind, "CloudTrail" or "CloudTrail-Digest", by its place in time."""
    return sorted((run / "raw" / account / "trail").glob(
        "%s_%s_%s_*" % (account, kind, region)))[number]


def relist(run, path, data):
    """Another file in place of one that the snapshot lists, and listed so."""
    path.write_bytes(data)
    snapshot = read(run / "snapshot.json")
    for row in snapshot["trailFiles"] + [p for q in snapshot["queries"] for p in q["pages"]]:
        if run / row["file"] == path:
            row.update(sha256=hashlib.sha256(data).hexdigest(), size=len(data))
    (run / "snapshot.json").write_text(json.dumps(snapshot))


def unlist(run, path):
    snapshot = read(run / "snapshot.json")
    snapshot["trailFiles"] = [r for r in snapshot["trailFiles"] if run / r["file"] != path]
    (run / "snapshot.json").write_text(json.dumps(snapshot))
    path.unlink()


def test_what_is_whole_is_said_and_re_evaluated_alike(scanned, program, tmp_path):
    run = scanned(*MEMBERS)
    wanted = sorted(["%s %s: %s, as CloudTrail's digest files say" % (account, region, WHOLE)
                     for account in (HOME, SECOND) for region in REGIONS])
    lines = told(scanned.done)
    assert [line for line in lines if WHOLE in line] == wanted
    assert sum("not proved whole in 2 spans" in line and "carry its signature" in line
               for line in lines) == 2
    before = (run / "findings.json").read_bytes()
    assert told(program("evaluate", run, status=None)) == lines
    assert (run / "findings.json").read_bytes() == before
    asked = [q for q in read(run / "snapshot.json")["queries"]
             if q["operation"] == "ListPublicKeys"]
    assert [(q["account"], q["region"]) for q in asked] == [
        (account, region) for account in (HOME, SECOND) for region in REGIONS]
    for query in asked:
        assert query["parameters"] == {"StartTime": DAY - 7200, "EndTime": DAY + 3600 * 28}
        assert query["complete"]
    program("bundle", run, "-o", tmp_path / "pack")
    shutil.copytree(tmp_path / "pack", tmp_path / "copy")
    assert told(program("evaluate", tmp_path / "copy", status=None)) == lines


def change(path, old, new):
    text = gzip.decompress(path.read_bytes())
    assert old in text
    return gzip.compress(text.replace(old, new, 1), mtime=0)


def expect(program, run, first, reason):
    """HOME's log files in us-east-1 are whole until `first` alone, and the reason is named."""
    done = program("evaluate", "--verbose", run, status=None)
    lines = [line for line in told(done) if line.startswith(HOME + " us-east-1")]
    assert lines[0].startswith(HOME + " us-east-1: log files are not proved whole")
    whole = [line for line in lines if "log files are whole" in line]
    assert " to %s, as" % first in whole[0]
    assert any(reason in line for line in lines)
    other = [line for line in told(done) if line.startswith(HOME + " eu-central-1")]
    assert any(WHOLE in line for line in other)


def test_faults_are_named_and_leave_the_rest_whole(scanned, program):
    run = scanned()
    kept = run.with_name("kept")
    shutil.copytree(run, kept)

    def again():
        shutil.rmtree(run)
        shutil.copytree(kept, run)

    digest = trail_file(run, "CloudTrail-Digest", 5)
    relist(run, digest, change(digest, b"digestStartTime", b"digestStarttime"))
    expect(program, run, "2026-11-20T03:44:59Z", "cannot be read")
    again()
    relist(run, digest, change(digest, b'"newestEventTime":"2026-11-20T05:20:00Z"',
                               b'"newestEventTime":"2026-11-20T05:20:01Z"'))
    expect(program, run, "2026-11-20T04:44:59Z", "is not AWS's")
    again()
    unlist(run, digest)
    expect(program, run, "2026-11-20T03:44:59Z", "is not there that")
    again()
    unlist(run, trail_file(run, "CloudTrail", 4))
    expect(program, run, "2026-11-20T04:44:59Z", "is not there, which")
    again()
    log = trail_file(run, "CloudTrail", 4)
    relist(run, log, change(log, b'"MFAUsed":"Yes"', b'"MFAUsed":"No" '))
    expect(program, run, "2026-11-20T04:44:59Z", "is not the file that")
    reasons = [r["text"] for r in read(run / "findings.json")["verdict"]["reasons"]]
    assert any("it was changed after AWS wrote it" in text for text in reasons)


def test_keys_that_are_refused_prove_nothing(scanned):
    scanned.server.control(rules=[{"fault": "denied", "operation": "ListPublicKeys"}])
    run = scanned(status=4)
    assert not any(WHOLE in line for line in told(scanned.done))
    assert any("cloudtrail:ListPublicKeys in" in line and "AccessDenied" in line
               for line in told(scanned.done))
    reasons = [r["text"] for r in read(run / "findings.json")["verdict"]["reasons"]]
    assert any(text.startswith("cloudtrail:ListPublicKeys") for text in reasons)


def test_who_signs_is_what_aws_says(scanned, program):
    """The same fingerprint, and the key of another region."""
    run = scanned()
    query = next(q for q in read(run / "snapshot.json")["queries"]
                 if q["operation"] == "ListPublicKeys" and q["region"] == "us-east-1")
    other = digests.public_keys("eu-central-1")
    other["PublicKeyList"][0]["Fingerprint"] = digests.fingerprint("us-east-1")
    relist(run, run / query["pages"][0]["file"], json.dumps(other).encode())
    done = program("evaluate", "--verbose", run, status=None)
    lines = [line for line in told(done) if line.startswith(HOME + " us-east-1")]
    assert len(lines) == HOURS
    assert all("is not AWS's" in line or "carry its signature" in line for line in lines)


def test_a_resumed_scan_gives_the_same(scanned, program, tmp_path, full_bucket):
    whole = told_by(scanned)
    shutil.rmtree(tmp_path / "run")
    process = subprocess.Popen(
        [str(BINARY), "scan", "-o", str(tmp_path / "run"), "--collect", "cloudtrail", "--regions",
         ",".join(REGIONS), "--max-rps", "5", "--trail-logs", str(full_bucket)],
        env={**program.env, **scanned.server.env()}, cwd=program.home,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    begun, end = len(scanned.server.log()), time.monotonic() + 30
    while len(scanned.server.log()) < begun + 5 and time.monotonic() < end:
        time.sleep(0.05)
    process.kill()
    process.communicate()
    assert not (tmp_path / "run/snapshot.json").exists()
    done = program("scan", "--resume", tmp_path / "run", env=scanned.server.env(), status=None)
    assert told(done) == whole


def told_by(scanned):
    scanned()
    return told(scanned.done)


def test_the_role_may_ask_for_keys(program):
    assert b"cloudtrail:ListPublicKeys" in program("policy", "--format", "terraform").stdout
