"""test_scan_cut_off.py - what a scan says when a signal ends it, and two that want the same run."""
import json
import os
import signal
import subprocess
import time

import pytest
from conftest import BINARY

pytest_plugins = ["fakeaws_fixture"]

SLOWLY = {"fault": "latency", "ms": 400}
ARGS = ("--max-rps", "100", "--collect", "iam,sts")


@pytest.fixture
def start(program, fakeaws):
    """Starts a slow scan of the home account, in a process group of its own."""
    fakeaws.control(rules=[SLOWLY])
    running = []

    def begin(*args):
        running.append(subprocess.Popen(
            [str(BINARY), "scan", *map(str, args), *ARGS], cwd=program.home,
            env={**program.env, **fakeaws.env()}, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True))
        return running[-1]

    yield begin
    for process in running:
        if process.poll() is None:
            process.kill()
            process.communicate()


def wait_for_requests(fakeaws, count):
    end = time.monotonic() + 20
    while len(fakeaws.log()) < count:
        assert time.monotonic() < end
        time.sleep(0.02)


def cut_off(process, number):
    """As a terminal does it: the workers get the signal, too. Gives the last line."""
    os.killpg(process.pid, number)
    said = process.communicate()[1].decode()
    assert process.returncode == -number, said
    assert said.count("cut off") == 1
    return said.splitlines()[-1]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("named", [True, False], ids=["named", "default-name"])
def test_it_says_how_to_go_on(program, fakeaws, start, tmp_path, number, named):
    process = start(*(("-o", tmp_path / "run") if named else ()))
    wait_for_requests(fakeaws, 5)
    line = cut_off(process, number)
    run = tmp_path / "run" if named else next(program.home.glob("reportgen-*"))
    shown = run if named else "./%s" % run.name if "./" in line else run.name
    assert line == ("reportgen: error: %s: the scan was cut off; go on with it: "
                    "reportgen scan --resume %s" % (shown, shown))
    fakeaws.control(rules=[])
    command = line.partition("go on with it: reportgen ")[2].split()
    program(*command, "--max-rps", "100", status=None, env=fakeaws.env())
    assert (run / "snapshot.json").exists()


def test_one_that_goes_on_says_it_again(program, fakeaws, start, tmp_path):
    process = start("-o", tmp_path / "run")
    wait_for_requests(fakeaws, 5)
    cut_off(process, signal.SIGINT)
    process = subprocess.Popen(
        [str(BINARY), "scan", "--resume", str(tmp_path / "run"), "--log-format", "json"],
        cwd=program.home, env={**program.env, **fakeaws.env()}, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, start_new_session=True)
    wait_for_requests(fakeaws, 10)
    line = json.loads(cut_off(process, signal.SIGTERM))
    assert line["level"] == "error" and "--resume %s" % (tmp_path / "run") in line["message"]


def test_at_the_very_beginning_there_is_nothing_to_go_on_with(program, fakeaws, start, tmp_path):
    fakeaws.control(rules=[{"fault": "latency", "ms": 3000, "service": "organizations"}])
    process = start("-o", tmp_path / "run", "--organization")
    wait_for_requests(fakeaws, 1)
    end = time.monotonic() + 10
    while not (tmp_path / "run").exists() and time.monotonic() < end:
        time.sleep(0.02)
    time.sleep(0.2)
    line = cut_off(process, signal.SIGINT)
    assert line.endswith("start anew with -o %s" % (tmp_path / "run"))
    fakeaws.control(rules=[])
    program("scan", "-o", tmp_path / "run", *ARGS, status=None, env=fakeaws.env())
    assert (tmp_path / "run/snapshot.json").exists()


# --- Two at a time -------------------------------------------------------------------------------


@pytest.mark.parametrize("first", ["-o", "--resume"])
@pytest.mark.parametrize("second", ["-o", "--resume"])
def test_the_second_process_is_sent_away(program, fakeaws, start, tmp_path, first, second):
    run = tmp_path / "run"
    process = start("-o", run)
    wait_for_requests(fakeaws, 5)
    if first == "--resume":
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        process = subprocess.Popen(
            [str(BINARY), "scan", "--resume", str(run)], cwd=program.home,
            env={**program.env, **fakeaws.env()}, stderr=subprocess.PIPE, stdout=subprocess.PIPE)
        wait_for_requests(fakeaws, 9)
    done = program("scan", second, run, status=3, env=fakeaws.env())
    assert done.stderr.decode() == (
        "reportgen: error: %s: another process is at work in it\n" % run)
    fakeaws.control(rules=[])
    process.communicate(timeout=30)
    assert (run / "snapshot.json").exists() and not (run / "unfinished").exists()
    program("scan", "--resume", run, status=None, env=fakeaws.env())


def test_two_that_begin_at_once(program, fakeaws, start, tmp_path):
    run = tmp_path / "run"
    both = [start("-o", run), start("-o", run)]
    fakeaws.control(rules=[])
    said = [process.communicate(timeout=30)[1].decode() for process in both]
    assert any(process.returncode in (0, 4) for process in both), said
    losers = [text for process, text in zip(both, said) if process.returncode in (2, 3)]
    assert len(losers) == 1 and ("at work" in losers[0] or "not empty" in losers[0]), said
    program("evaluate", run, status=None)


def test_a_dead_process_holds_no_lock(program, fakeaws, start, tmp_path):
    run = tmp_path / "run"
    process = start("-o", run)
    wait_for_requests(fakeaws, 5)
    process.kill()                              # not its workers, which end by themselves
    process.wait()
    fakeaws.control(rules=[])
    program("scan", "--resume", run, "--max-rps", "100", status=None, env=fakeaws.env())
    assert (run / "snapshot.json").exists()
