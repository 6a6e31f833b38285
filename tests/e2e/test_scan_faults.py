"""test_scan_faults.py - `scan` of a whole organisation under every fault that the fake AWS knows.

Whatever happens, the findings are those of the fault-free run or UNKNOWN; what could not be read is
told in a clear line and ends with exit 3 or 4; it never hangs; and no secret is left anywhere.
Waiting goes sixty times faster (tests/tools/fastclock.c), so that the program's own limits, up to
five minutes, are reached. That waiting ends is seen to by a limit on every run.
"""
import json
import re
import subprocess
import sys
import time

import pytest
from conftest import BINARY, ROOT, Program, tree
from fakeaws_fixture import FakeAws
from test_scan import FRESH, HOME, MEMBERS, ON_INPUTS, ON_OWN_LISTS, SECOND, THIRD, env_of, \
    kinds, queries, read, shim as disk_shim, statuses, verdicts  # noqa: F401

sys.path.insert(0, str(ROOT / "tests"))
from fakeaws.faults import KINDS  # noqa: E402

pytest_plugins = ["fakeaws_fixture"]

LIMIT = 25                             # seconds of one run, none of which takes nearly as long
WHOLE = ("--organization", *MEMBERS)
EVENT_RATE = 2 * 60                    # as often as AWS answers, by the fast clock


@pytest.fixture(scope="module", name="shared")
def shared_server(tmp_path_factory):
    server = FakeAws(tmp_path_factory.mktemp("server"), "--tls")
    yield server
    server.stop()


@pytest.fixture
def server(shared):
    """The sample organisation, without faults until a test sets some."""
    shared.control(rules=[], skew=0, sessionSeconds=0, report=FRESH, eventRate=EVENT_RATE)
    yield shared
    shared.control(rules=[], skew=0, sessionSeconds=0)


class Scan:
    """Runs scans, each into a directory of its own, and looks for secrets after every one."""

    def __init__(self, server, folder, fast):
        self.server, self.folder, self.fast, self.count = server, folder, fast, 0
        self.program = Program(folder / "home")

    def __call__(self, *args, status=(4,), env=None, run=None, closed=(), said=None):
        self.count += 1
        self.run = run or self.folder / ("run-%d" % self.count)
        where = () if "--resume" in args else ("-o", str(self.run))
        shut = " ".join("%d>&-" % number for number in closed)
        self.done = subprocess.run(
            ["sh", "-c", 'exec "$@" ' + shut, "sh", str(BINARY), "scan", *where,
             "--max-rps", "100", "-vv", *map(str, args)],
            env={**self.program.env, **env_of(self.server), **self.fast, **(env or {})},
            cwd=self.program.home, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, timeout=LIMIT, check=False)
        text = self.said
        assert self.done.returncode in status, "exit %d: %s" % (self.done.returncode, text)
        assert said is None or said in text, text
        self.find_no_secret()
        return self.run

    @property
    def said(self):
        return self.done.stderr.decode()

    def find_no_secret(self):
        if self.server.process.poll() is not None:
            return
        secrets = [secret.encode() for secret in self.server.secrets()]
        places = {**tree(self.folder), "stdout": self.done.stdout, "stderr": self.done.stderr}
        for name, text in places.items():
            assert not any(secret in text for secret in secrets), name


@pytest.fixture
def scan(server, tmp_path, fast):
    return Scan(server, tmp_path, fast)


@pytest.fixture(scope="module")
def quiet(tmp_path_factory, fast):
    """Fault-free runs that the others are compared with: all accounts, and the home account."""
    folder = tmp_path_factory.mktemp("quiet")
    (folder / "server").mkdir()
    server = FakeAws(folder / "server")
    server.control(report=FRESH, eventRate=EVENT_RATE)
    scan = Scan(server, folder / "runs", fast)
    found = {"all": scan(*WHOLE), "home": scan(status=(0,))}
    server.stop()
    return found


def expect_same(run, before):
    assert verdicts(run) == verdicts(before)


def expect_no_better(run, before):
    """Every verdict is as it was, or UNKNOWN; what was not there before is not known either. Where
    SCPs were not read, which can only deny, there are more FAILs, and they say so."""
    known, found = statuses(before), statuses(run)
    assumed = {(f["check"], f["account"], f["resource"])
               for f in read(run / "findings.json")["findings"]
               if f["status"] == "FAIL" and "assuming that no SCP denies it" in f["detail"]}
    for key, status in found.items():
        if key[0] not in ON_OWN_LISTS and key[0] not in ON_INPUTS and key not in assumed:
            assert status in (known.get(key, "NOT_APPLICABLE"), "UNKNOWN"), key
    gone = {key for key, status in known.items() if status in ("PASS", "FAIL") and key not in found}
    assert not gone or "UNKNOWN" in found.values()


# --- Every kind of fault -------------------------------------------------------------------------

# A fault that passes, everywhere: nothing is to be seen of it in the end.
PASSING = [
    {"fault": "latency", "ms": 5, "jitter": 20},
    {"fault": "throttle", "every": 6},
    {"fault": "throttle", "times": 5, "retryAfter": 3},
    {"fault": "throttle", "service": "iam", "rate": 150, "burst": 5},
    {"fault": "error", "code": "ServiceFailure", "status": 500, "every": 8},
    {"fault": "error", "code": "ServiceUnavailable", "status": 503, "shape": "old", "every": 8},
    {"fault": "status", "status": 502, "every": 8},
    {"fault": "expired", "operation": "GetAccountSummary", "times": 1},
    {"fault": "reset", "at": "before", "every": 10},
    {"fault": "reset", "at": "headers", "every": 10},
    {"fault": "reset", "at": "body", "every": 10},
    {"fault": "truncate", "bytes": 60, "every": 10},
    {"fault": "length", "add": 9, "every": 10},
    {"fault": "malformed", "every": 10},
    {"fault": "empty", "every": 10},
    {"fault": "empty", "operation": "GetLoginProfile", "times": 3},     # «there is none» is a 404
    {"fault": "malformed", "operation": "GetLoginProfile", "times": 3},
    {"fault": "pad", "bytes": 50000},
    {"fault": "slow", "bytesPerSecond": 60000, "every": 9},
    {"fault": "hang", "operation": "ListVirtualMFADevices", "times": 1},
    {"fault": "close"},
]

# A fault that stays with one operation, and what is told of it.
STAYING = [
    ({"fault": "latency", "ms": 1500, "account": SECOND, "operation": "GetAccountSummary"},
     "TimedOut"),
    ({"fault": "throttle", "operation": "GetAccountSummary"}, "Throttling"),
    ({"fault": "throttle", "operation": "Get*", "account": SECOND}, "Throttling"),
    ({"fault": "throttle", "operation": "AssumeRole"}, "Throttling"),
    ({"fault": "throttle", "operation": "AssumeRoot"}, "Throttling"),
    ({"fault": "error", "code": "InternalFailure", "status": 500,
      "operation": "ListVirtualMFADevices"}, "InternalFailure"),
    ({"fault": "error", "code": "Unheard", "status": 418, "operation": "GetCredentialReport"},
     "Unheard"),
    ({"fault": "error", "code": "\u202e<script>", "message": "\x1b[31m", "status": 400,
      "operation": "GetCredentialReport"}, "GetCredentialReport"),
    ({"fault": "error", "code": "RegionDisabledException", "status": 403,
      "operation": "AssumeRole"}, "RegionDisabledException"),
    ({"fault": "status", "status": 503, "operation": "ListAccountAliases"}, "HTTP 503"),
    ({"fault": "denied", "service": "iam", "account": THIRD}, "AccessDenied"),
    ({"fault": "expired", "service": "iam", "account": SECOND}, "ExpiredToken"),
    ({"fault": "reset", "at": "body", "operation": "GetAccountAuthorizationDetails", "after": 1},
     "ConnectionBroken"),
    ({"fault": "truncate", "operation": "GetCredentialReport"}, "ConnectionBroken"),
    ({"fault": "length", "add": -3, "operation": "GetAccountSummary"}, "GetAccountSummary"),
    ({"fault": "malformed", "operation": "ListMFADevices"}, "not well-formed"),
    ({"fault": "malformed", "operation": "ListAccessKeys"}, "ListAccessKeys"),
    ({"fault": "empty", "operation": "GetAccountAuthorizationDetails"},
     "GetAccountAuthorizationDetails"),
    ({"fault": "pad", "bytes": 66 << 20, "operation": "GetAccountSummary", "account": SECOND},
     "AnswerTooLarge"),
    ({"fault": "slow", "bytesPerSecond": 100, "account": SECOND,
      "operation": "GetAccountSummary"}, "TimedOut"),
    ({"fault": "hang", "operation": "GetAccountSummary", "account": SECOND}, "TimedOut"),
    ({"fault": "hang", "operation": "AssumeRole", "account": THIRD}, "AssumeRole"),
    ({"fault": "repeat-token", "operation": "GetAccountAuthorizationDetails"}, "RepeatedToken"),
    ({"fault": "repeat-token", "operation": "ListVirtualMFADevices"}, "RepeatedToken"),
    ({"fault": "redirect", "operation": "GetAccountSummary"}, "Redirected"),
    ({"fault": "redirect", "operation": "AssumeRole", "location": "http://127.0.0.1:1/"},
     "redirect"),
]

# The same at the very beginning: nothing can be read, and nothing is left behind.
FATAL = [
    ({"fault": "throttle"}, "Throttling"),
    ({"fault": "denied", "operation": "ListAccounts"}, "AccessDenied"),
    ({"fault": "expired"}, "ExpiredToken"),
    ({"fault": "error", "status": 500}, "ServiceFailure"),
    ({"fault": "status", "status": 503}, "HTTP 503"),
    ({"fault": "reset", "at": "before"}, "ConnectionBroken"),
    ({"fault": "truncate"}, "ConnectionBroken"),
    ({"fault": "malformed"}, "GetCallerIdentity"),
    ({"fault": "empty"}, "GetCallerIdentity"),
    ({"fault": "hang"}, "TimedOut"),
    ({"fault": "redirect"}, "Redirected"),
    ({"fault": "repeat-token", "operation": "ListAccounts"}, "RepeatedToken"),
]


def name_of(value):
    if isinstance(value, str):
        return ascii(value).strip("'")
    return "-".join(ascii(str(part)).strip("'") for part in value.values())


def test_no_kind_of_fault_is_forgotten():
    used = [rule["fault"] for rule in PASSING] + [rule["fault"] for rule, _ in STAYING + FATAL]
    assert set(used) | {"die"} == set(KINDS)


@pytest.mark.parametrize("rule", PASSING, ids=name_of)
def test_a_fault_that_passes_leaves_no_trace(scan, server, quiet, rule):
    server.control(rules=[rule])
    run = scan(*WHOLE)
    assert server.control()["rules"][0]["hits"] > 0
    expect_same(run, quiet["all"])


@pytest.mark.parametrize("rule, word", STAYING, ids=name_of)
def test_a_fault_that_stays_is_told_and_unknown(scan, server, quiet, rule, word):
    server.control(rules=[rule])
    pace = {"FASTCLOCK": "4"} if rule["fault"] == "pad" else {}   # so much takes its time to come
    run = scan(*WHOLE, said=word, env=pace)
    expect_no_better(run, quiet["all"])
    assert "\x1b" not in scan.said and "\u202e" not in scan.said


@pytest.mark.parametrize("rule, word", FATAL, ids=name_of)
def test_a_fault_at_the_very_beginning_leaves_nothing(scan, server, rule, word):
    server.control(rules=[rule])
    run = scan(*WHOLE, status=(3,), said=word)
    assert not run.exists()
    assert scan.said.count("error:") == 1 and scan.done.stdout == b""


def test_a_server_that_dies_in_the_middle_of_a_page(start_fakeaws, tmp_path, fast, quiet):
    server = start_fakeaws()
    server.control(report=FRESH, rules=[{"fault": "die", "operation": "ListVirtualMFADevices",
                                         "account": SECOND, "bytes": 300}])
    scan = Scan(server, tmp_path / "scans", fast)
    run = scan(*WHOLE)
    expect_no_better(run, quiet["all"])
    codes = {(query["error"] or {}).get("code") for query in queries(run)}
    assert codes & {"NoConnection", "ConnectionBroken"}


def test_throttling_that_ends_after_a_while(scan, server, quiet):
    """Three of the program's seconds after the first: it waits, and does not hurry the server."""
    server.control(rules=[{"fault": "throttle", "service": "iam"}])
    process = subprocess.Popen(
        [str(BINARY), "scan", "-o", str(scan.folder / "run"), *WHOLE], cwd=scan.folder,
        env={**scan.program.env, **env_of(server), **scan.fast}, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE)
    end = time.monotonic() + LIMIT
    while not server.control()["rules"][0]["hits"]:
        assert time.monotonic() < end
    time.sleep(3 / int(scan.fast["FASTCLOCK"]))
    server.control(rules=[])
    said = process.communicate(timeout=LIMIT)[1].decode()
    assert process.returncode == 4, said
    expect_same(scan.folder / "run", quiet["all"])


# --- Permissions, one after the other ------------------------------------------------------------


def actions():
    """What the printed role may do: every row of every collector."""
    done = subprocess.run([str(BINARY), "policy", "--format", "json", "--principal", HOME],
                          stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)["PolicyDocument"]["Statement"][0]["Action"]


ALIASES = {"ListAllMyBuckets": "ListBuckets"}      # actions that go by another name than the call
ROOT_CALLS = ("AssumeRoot", "ListMFADevices", "ListAccessKeys", "ListSigningCertificates",
              "GetLoginProfile")


@pytest.mark.parametrize("action", actions())
def test_a_permission_that_is_lacking(scan, server, quiet, action):
    """Told by its name and UNKNOWN; or without any consequence, where another answer serves."""
    operation = action.partition(":")[2]
    operation = ALIASES.get(operation, operation)
    server.control(rules=[{"operation": operation, "fault": "denied"}])
    run = scan(status=(0, 3, 4))
    if scan.done.returncode == 0 or not server.control()["rules"][0]["hits"]:
        expect_same(run, quiet["home"])
        return
    assert re.search("%s.*: AccessDenied" % operation, scan.said), scan.said
    assert scan.done.returncode == 4 or not run.exists()
    if scan.done.returncode == 4:
        expect_no_better(run, quiet["home"])


@pytest.mark.parametrize("operation", ROOT_CALLS)
def test_a_root_session_that_may_not_ask(scan, server, quiet, operation):
    server.control(rules=[{"operation": operation, "fault": "denied"}])
    run = scan(*WHOLE, said="%s: AccessDenied" % operation)
    expect_no_better(run, quiet["all"])


# --- The world around ----------------------------------------------------------------------------


@pytest.mark.parametrize("skew", [-1200, 1200])
def test_a_wrong_clock(scan, server, quiet, skew):
    server.control(skew=skew)
    run = scan(*WHOLE)
    expect_same(run, quiet["all"])
    assert "clock" in kinds(run)


def test_credentials_that_end_all_the_time(scan, server, quiet):
    server.control(sessionSeconds=1)
    expect_same(scan(*WHOLE), quiet["all"])


@pytest.mark.parametrize("kind", ["untrusted", "wrong-host", "expired"])
def test_a_certificate_that_does_not_verify(scan, server, kind):
    run = scan(*WHOLE, status=(3,), said="certificate", env=env_of(server, url=server.tls[kind]))
    assert not run.exists()


def test_a_region_that_is_not_enabled(scan):
    run = scan(*WHOLE, "--region", "me-south-1", status=(3,), said="RegionDisabledException")
    assert not run.exists()


@pytest.mark.parametrize("call, number", [
    ("write", 9), ("write", 70), ("write", 150), ("close", 90), ("mkdir", 6), ("rename", 6),
    ("rename", 80), ("fsync", 8)])
def test_a_full_disk(scan, quiet, disk_shim, call, number):  # noqa: F811
    run = scan.folder / "run"
    bad = {"LD_PRELOAD": "%s %s" % (scan.fast["LD_PRELOAD"], disk_shim),
           "BADDISK_UNDER": str(run), "BADDISK_CALL": call, "BADDISK_NTH": str(number)}
    scan(*WHOLE, status=(3, 4), run=run, env=bad)
    if scan.done.returncode == 3:
        assert str(run) in scan.said
        if (run / "unfinished/snapshot.json").exists():
            scan("--resume", run, *MEMBERS[:-1], run=run)
        elif not (run / "snapshot.json").exists():
            scan(*WHOLE, run=run)
        else:
            scan.program("evaluate", run, status=4)
    expect_same(run, quiet["all"])


@pytest.mark.parametrize("closed", [(0,), (1,), (2,), (0, 1, 2)], ids=str)
def test_descriptors_that_were_closed(scan, quiet, closed):
    """What is printed must not land in a file, a pipe or a connection that took their number."""
    run = scan(*WHOLE, status=(3,) if 1 in closed else (4,), closed=closed)
    expect_same(run, quiet["all"])
    assert not any(b"reportgen: " in text for name, text in tree(run).items() if "raw" in name)


# --- Secrets -------------------------------------------------------------------------------------


def test_the_external_id_is_nobodys_business(start_fakeaws, tmp_path, fast):
    """It stands in the trust policies that AWS lists, and nowhere else."""
    secret = "external-id-5a3d1e0f"
    server = start_fakeaws("--world", "generated", "--accounts", "2", "--users", "3",
                           "--external-id", secret)
    scan = Scan(server, tmp_path / "scans", fast)
    for rules in ([], [{"operation": "AssumeRo*", "fault": "denied"}],
                  [{"operation": "AssumeRole", "fault": "malformed"}]):
        server.control(rules=rules)
        scan("--organization", "--role-name", "reportgen-audit", "--external-id", secret,
             "--assume-root", "--log-format", "json", status=(0, 4))
        places = {**tree(scan.run), **tree(scan.program.home), "stdout": scan.done.stdout,
                  "stderr": scan.done.stderr}
        for name, text in places.items():
            if "GetAccountAuthorizationDetails" not in name:
                assert secret.encode() not in text, name


def test_a_wrong_key_is_not_told(scan, server):
    env = {"AWS_SECRET_ACCESS_KEY": "wrong/secret+0123456789", "AWS_SESSION_TOKEN": "stolen+token"}
    scan(*WHOLE, status=(3,), env=env)
    for word in env.values():
        assert word not in scan.said and word.encode() not in scan.done.stdout
