"""test_bad_disk.py - a disk that fails at the n-th write, fsync, close, rename or mkdir.

Each run ends with exit 3 and says which file it was. What stands under its final name is whole or
was not there before, and no temporary file is left.
"""
import os
import subprocess

import pytest

from conftest import NOW, Program, ROOT, copy_writable, tree

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

    def run(self, command, call, nth):
        """The finished process, the folder it worked in, and how many such calls it made."""
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
                              "BADDISK_COUNT": str(count)})
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
