"""test_bad_disk.py - a disk that fails at the n-th write, fsync, close, rename or mkdir.

Each run ends with exit 3 and says which file it was. What stands under its final name is whole or
was not there before, and no temporary file is left.
"""
import os
import signal
import subprocess

import pytest

from conftest import BINARY, NOW, Program, ROOT, copy_writable, tree

CALLS = ("write", "fsync", "close", "rename", "mkdir")
COMMANDS = {
    "demo": ("demo", "run"),
    "evaluate": ("evaluate", "run"),
    "report": ("report", "run", "--format", "pdf", "--format", "markdown", "--edition", "auditor"),
    "bundle": ("bundle", "run", "-o", "pack"),
    "key": ("key", "new"),
}


@pytest.fixture(scope="session")
def shim(tmp_path_factory):
    library = tmp_path_factory.mktemp("shim") / "baddisk.so"
    subprocess.run(["gcc", "-std=c11", "-shared", "-fPIC", "-O1", "-o", library,
                    ROOT / "tests/tools/baddisk.c", "-ldl"], check=True)
    return library


class Disk:
    """One directory that holds home and run, and a command that is run on it."""

    def __init__(self, place, shim, demo, demo_home):
        self.place = place
        self.shim = shim
        self.demo = demo
        self.demo_home = demo_home
        self.runs = 0

    def run(self, command, call, nth, number=0):
        """The finished process, the folder it worked in, and how many such calls it made.

        With a signal's number the call does not fail: the program gets the signal there."""
        self.runs += 1
        folder = self.place / f"{command}{self.runs}"
        folder.mkdir()
        if command not in ("demo", "key"):
            copy_writable(self.demo, folder / "run")
        if command != "key":  # one key for all runs, so that only signatures differ
            copy_writable(self.demo_home / "home", folder / "home")
        before = tree(folder)
        count = self.place / "count"
        done = Program(folder / "home")(
            *COMMANDS[command], *(() if command == "key" else ("--now", NOW)), cwd=folder,
            status=None, env={"LD_PRELOAD": str(self.shim), "BADDISK_UNDER": str(folder),
                              "BADDISK_CALL": call, "BADDISK_NTH": str(nth),
                              "BADDISK_COUNT": str(count), "BADDISK_SIGNAL": str(int(number))})
        return done, folder, before, int(count.read_text(encoding="ascii"))


def chosen(total):
    """Which calls fail: the first and last ones, and some between."""
    spread = {1 + step * total // 6 for step in range(6)}
    return sorted(n for n in {1, 2, 3, total - 1, total} | spread if 1 <= n <= total)


def differs_anyway(path):
    """ECDSA takes a random number: no two signatures are the same, nor two new keys."""
    return os.path.basename(path) in ("evidence.dsse.json", "SHA256SUMS", "default.pem")


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("command", COMMANDS)
def test_nothing_half_written(tmp_path, shim, demo, demo_home, command, call):
    disk = Disk(tmp_path, shim, demo, demo_home)
    good, folder, _, total = disk.run(command, call, 0)
    assert good.returncode in (0, 4), good.stderr.decode()
    whole = tree(folder)

    for nth in chosen(total):
        done, folder, before, _ = disk.run(command, call, nth)
        said = done.stderr.decode()
        assert done.returncode == 3, f"{call} {nth} of {total}: exit {done.returncode}: {said}"
        assert said.strip(), f"{call} {nth} of {total}: says nothing"
        for path, data in tree(folder).items():
            assert path in whole, f"{call} {nth} of {total} left {path}"
            if not differs_anyway(path):
                assert data in (whole[path], before.get(path)), f"{call} {nth} left half of {path}"


def ages(folder):
    """How old findings.json and report.json of the run are: "old" or "new"."""
    return {"old" if (folder / "run" / name).read_bytes() == b"old" else "new"
            for name in ("findings.json", "report.json")}


@pytest.mark.parametrize("call", ("write", "fsync", "close"))
def test_findings_and_report_are_of_one_age(tmp_path, shim, demo, demo_home, call):
    disk = Disk(tmp_path, shim, demo, demo_home)
    total = disk.run("evaluate", call, 0)[3]
    for nth in range(1, total + 1):
        folder = tmp_path / f"aged-{nth}"
        copy_writable(demo, folder / "run")
        for name in ("findings.json", "report.json"):
            (folder / "run" / name).write_bytes(b"old")
        Program(folder / "home")(
            *COMMANDS["evaluate"], cwd=folder, status=3,
            env={"LD_PRELOAD": str(shim), "BADDISK_UNDER": str(folder), "BADDISK_CALL": call,
                 "BADDISK_NTH": str(nth)})
        assert len(ages(folder)) == 1, f"{call} {nth} of {total}"


def test_the_folder_is_saved_after_the_key_has_its_name(tmp_path, shim, demo, demo_home):
    """The second fsync is the folder's: by then the key must have its name."""
    disk = Disk(tmp_path, shim, demo, demo_home)
    done, folder, _, total = disk.run("key", "fsync", 2)
    assert done.returncode == 3 and b"saving its folder" in done.stderr
    assert total == 2
    assert [name for name in tree(folder) if name.endswith("default.pem")]


@pytest.mark.parametrize("number", (signal.SIGINT, signal.SIGTERM, signal.SIGHUP))
@pytest.mark.parametrize("command, call", [
    ("demo", "write"), ("demo", "fsync"), ("demo", "rename"), ("bundle", "write"),
    ("evaluate", "write"), ("evaluate", "rename"), ("report", "fsync"), ("key", "write")])
def test_a_signal_leaves_nothing_half_done(tmp_path, shim, demo, demo_home, command, call, number):
    disk = Disk(tmp_path, shim, demo, demo_home)
    _, folder, _, total = disk.run(command, call, 0)
    whole = set(tree(folder))
    for nth in sorted({1, (total + 1) // 2, total}):
        done, folder, before, _ = disk.run(command, call, nth, number)
        assert done.returncode == -number, done.stderr
        assert not [name for name in tree(folder) if ".tmp" in name], f"{call} {nth} of {total}"
        assert set(before) <= set(tree(folder)) <= whole
        assert command != "demo" or "run/snapshot.json" not in tree(folder) or nth == total


def test_a_signal_that_is_ignored_stays_so(tmp_path, shim, demo, demo_home):
    """As in the background of a shell script, where Ctrl-C is for others."""
    folder = tmp_path / "work"
    folder.mkdir()
    done = subprocess.run(
        ["sh", "-c", 'trap "" INT; exec "$0" demo run', str(BINARY)], cwd=folder, check=False,
        env={**Program(tmp_path / "home").env, "LD_PRELOAD": str(shim), "BADDISK_NTH": "3",
             "BADDISK_UNDER": str(folder), "BADDISK_CALL": "write", "BADDISK_SIGNAL": "2"},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    assert done.returncode == 0, done.stderr
