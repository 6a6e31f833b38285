"""test_same_bytes.py - same input, same bytes, wherever and however the program is run."""
import shutil
from pathlib import Path

import pytest

from conftest import NOW, Program, tree

# What a signature and its key cannot but change: ECDSA takes a random number, keys are made anew.
SIGNED = ("pack/evidence.", "pack/signer.pub", "pack/SHA256SUMS", "pack/statement.json")


def documents(run):
    """All files of a run but for those that a signature changes, each by its path."""
    return {path: data for path, data in tree(run).items() if not path.startswith(SIGNED)}


def assert_same(left, right):
    assert sorted(left) == sorted(right)
    assert [path for path in left if left[path] != right[path]] == []


@pytest.fixture(scope="module")
def reference(demo):
    return documents(demo)


@pytest.mark.parametrize("env", [
    {"LC_ALL": "C"},
    {"LC_ALL": "C.UTF-8"},
    {"LC_ALL": "", "LANG": "de_DE.UTF-8", "LC_NUMERIC": "de_DE.UTF-8"},
    {"TZ": "Asia/Kathmandu"},
    {"TZ": "America/Los_Angeles", "LC_ALL": "C.UTF-8"},
    {"COLUMNS": "20", "TERM": "dumb", "NO_COLOR": "1"},
], ids=lambda env: ",".join(f"{key}={value}" for key, value in env.items()))
def test_environment_changes_nothing(program, tmp_path, reference, env):
    program("demo", tmp_path / "run", "--now", NOW, env=env)
    assert_same(documents(tmp_path / "run"), reference)


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_umask_changes_nothing(program, tmp_path, reference, umask):
    run = tmp_path / "run"
    program("demo", run, "--now", NOW, umask=umask)
    assert_same(documents(run), reference)
    assert run.stat().st_mode & 0o777 == 0o700
    for path in run.rglob("*"):
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path


def test_working_directory_changes_nothing(program, tmp_path, reference):
    place = tmp_path / "a folder with spaces" / "ümlaut"
    place.mkdir(parents=True)
    program("demo", "run", "--now", NOW, cwd=place)
    assert_same(documents(place / "run"), reference)


def test_source_date_epoch_is_now(program, tmp_path, reference):
    program("demo", tmp_path / "run", env={"SOURCE_DATE_EPOCH": "1795500840"})
    assert_same(documents(tmp_path / "run"), reference)


def test_same_key_gives_the_same_statement(demo_home, demo, tmp_path):
    program = Program(demo_home / "home")
    program("demo", tmp_path / "run", "--now", NOW)
    for name in ("statement.json", "signer.pub"):
        assert (tmp_path / "run/pack" / name).read_bytes() == (demo / "pack" / name).read_bytes()


def test_order_of_the_directory_changes_nothing(program, demo, demo_copy, reference):
    """The raw answers are created again in the opposite order, as another disk would list them."""
    raw = demo_copy / "raw"
    shutil.rmtree(raw)
    for source in sorted((demo / "raw").rglob("*"), reverse=True):
        if source.is_file():
            target = raw / source.relative_to(demo / "raw")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    program("evaluate", demo_copy, "--now", NOW, status=None)
    assert_same(documents(demo_copy), reference)


@pytest.mark.parametrize("edition", ["internal", "auditor"])
@pytest.mark.parametrize("form", ["pdf", "markdown", "json"])
def test_rendering_twice(program, demo_copy, form, edition):
    args = ("report", demo_copy, "--format", form, "--edition", edition, "--now", NOW)
    program(*args)
    once = documents(demo_copy)
    program(*args, env={"LC_ALL": "C.UTF-8", "TZ": "Asia/Tokyo"}, umask=0o000)
    assert_same(documents(demo_copy), once)


def test_no_trace_of_the_place(demo, demo_home):
    """No file names the directory that the run was made in."""
    names = [str(demo_home).encode(), b"/tmp/", str(Path.home()).encode() + b"/"]
    for path, data in tree(demo).items():
        assert not [name for name in names if name in data], path
