"""conftest.py - what the end-to-end tests share: the program, a home of its own, a demo run.

`program` runs reportgen in a temporary home; `demo` is one finished run that all tests read and
none changes; `demo_copy` is a copy of it that a test may damage.
"""
import json
import os
import re
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("REPORTGEN", ROOT / "build/release/reportgen")).resolve()
NOW = "2026-11-24T06:14:00Z"

# Root without the power to read what the file's mode forbids: as anybody else.
POWERS = "-dac_override,-dac_read_search"
NO_POWERS = () if os.geteuid() else ("setpriv", "--bounding-set", POWERS, "--inh-caps", POWERS)


class Program:
    """reportgen with its own home; a call runs it and gives the finished process back."""

    def __init__(self, home):
        self.home, self.through = Path(home), ()
        self.home.mkdir(parents=True, exist_ok=True)
        self.env = {
            "HOME": str(self.home),
            "PATH": os.environ["PATH"],
            "LC_ALL": "C",
            "TZ": "UTC",
            "TMPDIR": str(self.home),
            # Sanitized and instrumented builds of the program are told by these.
            **{key: os.environ[key] for key in ("ASAN_OPTIONS", "UBSAN_OPTIONS")
               if key in os.environ},
        }
        for name in ("config", "data", "state", "cache"):
            self.env[f"XDG_{name.upper()}_HOME"] = str(self.home / name)

    def __call__(self, *args, status=0, cwd=None, env=None, stdout=subprocess.PIPE, umask=-1,
                 stdin=None):
        """Run `reportgen args`; fails the test when it ends with another status. `stdin`: bytes."""
        given = {"stdin": subprocess.DEVNULL} if stdin is None else {"input": stdin}
        done = subprocess.run(
            [*self.through, str(BINARY), *map(str, args)], cwd=cwd or self.home,
            env={**self.env, **(env or {})},
            stdout=stdout, stderr=subprocess.PIPE, timeout=60, umask=umask, check=False, **given)
        if status is not None:
            said = done.stderr.decode(errors="replace")
            assert done.returncode == status, f"reportgen {' '.join(map(str, args))}: {said}"
        return done


def pytest_configure(config):
    config.addinivalue_line("markers", "tls: the test's server listens with TLS too")


@pytest.fixture(scope="session")
def fast(tmp_path_factory):
    """The environment in which waiting goes sixty times faster (tests/tools/fastclock.c)."""
    library = tmp_path_factory.mktemp("fast") / "fastclock.so"
    subprocess.run(["gcc", "-std=c11", "-shared", "-fPIC", "-O1", "-o", library,
                    ROOT / "tests/tools/fastclock.c", "-ldl"], check=True)
    return {"LD_PRELOAD": str(library), "FASTCLOCK": "60"}


# Their verdicts come with the days that pass: the sample's people and keys grow older, and its
# events leave the period. Scans of today and the sample of then agree on all others.
TIMED = {"governance.evidence_fresh", "iam.access_keys_older_than_90_days",
         "iam.console_access_unused", "iam.console_sign_in_with_mfa",
         "iam.mfa_enforcement_strategy", "iam.privileged_calls_with_mfa",
         "iam.root_sign_in_with_mfa", "iam.root_usage_absent", "iam.users_onboarding_mfa",
         "federation.identity_center_mfa", "machine.no_long_term_keys"}


def without_times(text):
    """Without what differs from scan to scan: dates, and how long ago."""
    text = re.sub(r"20\d\d-[-0-9:TZ]+|\d+ [A-Z][a-z]{2} 20\d\d", "TIME", text)
    return re.sub(r"\d+ (?:days?|h|min|s)\b(?: \d+ min)?", "AGE", text)


def tree(folder):
    """{relative path: bytes} of all files below the folder."""
    folder = Path(folder)
    return {str(path.relative_to(folder)): path.read_bytes()
            for path in sorted(folder.rglob("*")) if path.is_file()}


def copy_writable(source, target):
    """A copy whose files and folders the test may change."""
    shutil.copytree(source, target)
    for path in [target, *target.rglob("*")]:
        path.chmod(path.stat().st_mode | stat.S_IRWXU)
    return target


@pytest.fixture(scope="session")
def root():
    """Top of the source tree."""
    return ROOT


@pytest.fixture
def program(tmp_path):
    return Program(tmp_path / "home")


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory):
    """The home of the shared demo run: its signing key lies there."""
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="session")
def demo(demo_home):
    """A finished demo run that all tests share. Read only."""
    run = demo_home / "run"
    Program(demo_home / "home")("demo", run, "--now", NOW)
    before = tree(run)
    yield run
    assert tree(run) == before, "a test changed the shared demo run: use demo_copy"


@pytest.fixture
def demo_copy(demo, tmp_path):
    return copy_writable(demo, tmp_path / "run")


@pytest.fixture(scope="session")
def findings(demo):
    """The parsed findings.json of the shared run."""
    return json.loads((demo / "findings.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def report(demo):
    """The parsed report.json of the shared run."""
    return json.loads((demo / "report.json").read_text(encoding="utf-8"))
