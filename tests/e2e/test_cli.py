"""test_cli.py - the command line: help that is true, one meaning per exit status, honest output."""
import json
import os
import re
import subprocess

import pytest

from conftest import BINARY, NOW
from damage import Run
from test_known_results import (
    ACCOUNT, BARE, SAFE, fido, keys, virtual_device, write_run)

SHIPPED = ["demo", "evaluate", "report", "bundle", "verify", "checks", "key"]


def command_names(program):
    """What `reportgen help` offers: the first word of each indented line."""
    text = program("help").stdout.decode()
    return re.findall(r"^  ([a-z]+)\b", text, re.MULTILINE)


def option_names(text):
    """Long options that stand first in a line of help, behind their letter or not."""
    return re.findall(r"^\s+(?:-\w, )?--([a-z][a-z-]*)", text, re.MULTILINE)


def one_line(done):
    """What was said on stderr: one line, in words."""
    said = done.stderr.decode()
    lines = said.splitlines()
    assert len(lines) == 1, said
    return lines[0]


# --- Help ----------------------------------------------------------------------------------------

def test_help_offers_what_is_shipped(program):
    names = command_names(program)
    assert set(SHIPPED) <= set(names)
    assert len(names) == len(set(names))


def test_every_command_has_help(program):
    for name in command_names(program):
        long = program(name, "--help").stdout
        assert program("help", name).stdout == long
        assert b"usage: reportgen " + name.encode() in long.lower()


def test_every_option_in_help_is_taken(program):
    """An option that help names is known to the parser: what fails then fails for other reasons."""
    for name in command_names(program):
        options = option_names(program(name, "--help").stdout.decode())
        assert "help" in options or name == "help"
        for option in options:
            done = program(name, f"--{option}", status=None)
            assert b"unknown" not in done.stderr, f"{name} --{option}: {done.stderr}"


def test_version(program):
    assert re.fullmatch(rb"reportgen \d+\.\d+\.\d+\n", program("--version").stdout)


def test_help_is_the_same_for_everybody(program):
    narrow = program("help", env={"LC_ALL": "C.UTF-8", "COLUMNS": "20"})
    assert program("help").stdout == narrow.stdout


def test_markdown_names_every_command(program):
    text = program("help", "--markdown").stdout.decode()
    for name in command_names(program):
        assert f"reportgen {name}" in text


# --- Exit status, one by one -------------------------------------------------------------------

def test_0_is_done(program, tmp_path):
    program("demo", tmp_path / "run", "--now", NOW, status=0)


def test_1_is_a_negative_answer(program, demo_copy):
    pack = demo_copy / "pack"
    program("verify", pack, "--trust-on-first-use", status=0)
    with open(pack / "findings.json", "ab") as file:
        file.write(b"\n")
    program("verify", pack, "--trust-on-first-use", status=1)


def test_2_without_a_command(program):
    done = program(status=2)
    assert b"usage: reportgen COMMAND" in done.stdout + done.stderr


@pytest.mark.parametrize("args", [
    ["frobnicate"],
    ["demo", "--frobnicate"],
    ["demo", "one", "two"],
    ["demo", "--now"],
    ["demo", "--now", "tomorrow"],
    ["demo", "--now", NOW, "--now", NOW],
    ["evaluate"],
    ["report", "run", "--format", "frobnicate"],
    ["report", "run", "--edition", "frobnicate"],
    ["verify", "pack"],
    ["verify", "pack", "--key", "pub.pem", "--trust-on-first-use"],
    ["verify", "--trust-on-first-use"],
    ["checks", "show"],
    ["checks", "show", "iam.frobnicate"],
    ["key", "frobnicate"],
    ["help", "frobnicate"],
], ids=" ".join)
def test_2_is_usage(program, args):
    done = program(*args, status=2)
    assert done.stdout == b""
    assert done.stderr


@pytest.mark.parametrize("args", [
    ["evaluate", "no-such-run"],
    ["report", "no-such-run", "--format", "pdf"],
    ["bundle", "no-such-run", "-o", "pack"],
    ["verify", "no-such-pack", "--trust-on-first-use"],
    ["key", "show", "--key", "no-such-key"],
], ids=" ".join)
def test_3_is_could_not(program, args):
    done = program(*args, status=3)
    assert done.stdout == b""
    assert args[1] in one_line(done) or args[0] == "key"
    assert not [path for path in program.home.rglob("*") if path.is_file()]


def test_3_when_the_target_cannot_be_made(program, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    done = program("demo", tmp_path / "file" / "run", status=3)
    assert str(tmp_path / "file") in one_line(done)


def test_demo_keeps_what_is_there(program, tmp_path):
    """A folder that is not a run is not overwritten."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work", encoding="ascii")
    program("demo", tmp_path / "mine", status=2)
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


def test_4_is_done_but_not_complete(program, demo_copy):
    """One data set of the sample was denied: evaluate says so, demo's 0 is about its own work."""
    program("evaluate", demo_copy, status=4)
    verdict = json.loads((demo_copy / "findings.json").read_text(encoding="utf-8"))["verdict"]
    assert verdict["complete"] is False


# --- The severity that fails a build ------------------------------------------------------------

SEVERITIES = ["low", "medium", "high", "critical"]


def user(name, *devices, **more):
    return {"name": name, "devices": devices, **more}


# What fails in the run, by the severity of the worst.
FAILING = {
    "nothing": (SAFE, [user("a", *keys("a"))]),
    "low": (SAFE, [user("a", virtual_device("a"))]),
    "high": (SAFE, [user("a", fido("a")), user("b")]),
    "critical": (BARE, []),
}
FAIL_ON = [(worst, severity,
            worst in SEVERITIES and SEVERITIES.index(worst) >= SEVERITIES.index(severity))
           for worst in FAILING for severity in SEVERITIES]


@pytest.mark.parametrize("complete", [True, False], ids=["complete", "incomplete"])
@pytest.mark.parametrize(("worst", "severity", "met"), FAIL_ON)
def test_fail_on(program, tmp_path, worst, severity, met, complete):
    """1 from that severity on, else 0; 4 when a query failed, but 1 beats 4."""
    path = write_run(tmp_path / "run", *FAILING[worst])
    if not complete:
        Run(path).deny(ACCOUNT, "ListAccountAliases")
    otherwise = 0 if complete else 4
    program("evaluate", path, status=otherwise)
    program("evaluate", path, "--fail-on", severity, status=1 if met else otherwise)


# --- Words ---------------------------------------------------------------------------------------

@pytest.mark.parametrize("args, nearest", [
    (["verfy", "pack"], "verify"),
    (["dmeo"], "demo"),
    (["report", "run", "--fromat", "pdf"], "--format"),
    (["verify", "pack", "--trust-on-first-sue"], "--trust-on-first-use"),
    (["help", "bundel"], "bundle"),
], ids=lambda value: value if isinstance(value, str) else " ".join(value))
def test_the_nearest_word_is_named(program, args, nearest):
    assert nearest in program(*args, status=2).stderr.decode()


def test_hostile_words_reach_no_terminal(program):
    done = program("evaluate", "no-\x1b[31mred\x07", status=3)
    assert b"\x1b" not in done.stderr and b"\x07" not in done.stderr


def test_quiet_says_nothing(program, tmp_path):
    assert program("demo", tmp_path / "run", "--quiet", "--now", NOW).stderr == b""


def test_verbose_says_more(program, demo_copy):
    """One step more than without; a second -v changes nothing."""
    said = {}
    for flags in ([], ["-v"], ["-v", "-v"], ["-vv"]):
        done = program("evaluate", demo_copy, *flags, status=4)
        said[" ".join(flags)] = done.stderr
    assert b"debug: " not in said[""] and b"debug: " in said["-v"]
    assert said["-v"] == said["-v -v"] == said["-vv"]


def test_no_colour_outside_a_terminal(program, demo):
    for args in (["verify", demo / "pack", "--trust-on-first-use"], ["checks"], ["help"]):
        done = program(*args)
        assert b"\x1b" not in done.stdout + done.stderr


# --- Output that cannot be written ---------------------------------------------------------------

PRINTING = [
    ["help"],
    ["help", "--markdown"],
    ["--version"],
    ["checks"],
    ["checks", "--format", "json"],
    ["verify", "PACK", "--trust-on-first-use"],
]


def placed(args, demo):
    return [str(demo / "pack") if arg == "PACK" else arg for arg in args]


@pytest.mark.parametrize("args", PRINTING, ids=" ".join)
def test_a_full_disk_behind_stdout_is_3(program, demo, args):
    with open("/dev/full", "wb") as full:
        done = program(*placed(args, demo), stdout=full, status=3)
    assert one_line(done)


@pytest.mark.parametrize("args", PRINTING, ids=" ".join)
def test_a_closed_stdout_is_3(program, demo, args):
    done = subprocess.run(["sh", "-c", 'exec "$@" >&-', "sh", str(BINARY), *placed(args, demo)],
                          env=program.env, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 3, done.stderr
    assert one_line(done)


def test_a_reader_that_went_away_is_not_silent_success(program):
    """`reportgen checks | head -0`: the pipe has no reader; that is no success."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = program("checks", "--format", "json", stdout=writer, status=None)
    finally:
        os.close(writer)
    assert done.returncode != 0
