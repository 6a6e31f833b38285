"""bench_scan.py - time, memory and requests of `reportgen scan` against tests/fakeaws.

usage: bench_scan.py PROGRAM [PART ...]
parts: limits, confirmation, linear, accounts, everything

The numbers that were promised stand beside what was measured; nothing here fails when they are
missed, since a busy machine is no fault of the code. Server and program share the machine's
processors, and the server is the slower of the two: what it needs is part of every time here.
"""
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))
from fakeaws_fixture import FakeAws  # noqa: E402

NARROW = ("--collect", "iam,sts,organizations")
LATENCY = [{"fault": "latency", "ms": 50}]
UNHURRIED = ("--max-rps", "1000")
EVENTS_PER_SECOND = 2                   # CloudTrail LookupEvents, account and region


class Watch:
    """Resident memory of a process and all below it, looked at 20 times a second."""

    def __init__(self, pid):
        self.pid, self.tree, self.largest, self.going = pid, 0.0, 0.0, True
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        while self.going:
            sizes = list(self.sizes(self.pid))
            self.tree = max(self.tree, sum(sizes))
            self.largest = max([self.largest, *sizes])
            time.sleep(0.05)

    def sizes(self, pid):
        """MB of the process and of its children, as the kernel lists them."""
        try:
            with open(f"/proc/{pid}/statm", encoding="ascii") as file:
                yield int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
            with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
                children = file.read().split()
        except (OSError, IndexError):
            return
        for child in children:
            yield from self.sizes(child)

    def stop(self):
        self.going = False
        self.thread.join()


class Scan:
    """One scan: seconds, CPU seconds, MB of the tree and of its largest process, the log."""

    def __init__(self, program, folder, server, *args):
        env = {**os.environ, **server.env()}
        for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
            del env[name]
        self.run = folder / f"run-{time.monotonic_ns()}"
        before, began = os.times(), time.monotonic()
        with open(folder / "said", "wb") as said:
            process = subprocess.Popen([program, "scan", "-o", self.run, *args], env=env,
                                       stdout=subprocess.DEVNULL, stderr=said)
            watch = Watch(process.pid)
            status = process.wait()
            watch.stop()
        self.seconds = time.monotonic() - began
        after = os.times()
        self.cpu = (after.children_user + after.children_system
                    - before.children_user - before.children_system)
        self.tree, self.largest = watch.tree, watch.largest
        if status not in (0, 4):
            sys.exit(f"bench_scan.py: exit {status}: {(folder / 'said').read_text()}")
        with open(server.folder / "log.jsonl", encoding="utf-8") as lines:
            self.log = [json.loads(line) for line in lines]

    def confirmations(self):
        """Requests about one user each."""
        return [line for line in self.log
                if {"UserName", "SerialNumber"} & set(line.get("parameters") or {})]


def scan(program, options, *args, rules=()):
    """Starts a server, scans it, ends it."""
    with tempfile.TemporaryDirectory() as folder:
        server = FakeAws(folder, "--world", "generated", "--report-age", 600, "--warm",
                         "--lifetime", 3600, *options)
        try:
            server.control(rules=list(rules))
            return Scan(program, Path(folder), server, *args)
        finally:
            server.stop()


def show(name, measured, promised=""):
    print(f"{name:<34} {measured:<46} {promised and f'(promised: {promised})'}".rstrip(),
          flush=True)


def limits(program):
    """One account at AWS's limits."""
    done = scan(program, ("--users", 5000, "--roles", 1000, "--groups", 300, "--policies", 1000,
                          "--without-mfa", 0), *NARROW, *UNHURRIED)
    asked = len(done.log) - len(done.confirmations())
    show("5,000 users: requests", f"{asked} and {len(done.confirmations())} of confirmation",
         "40 before confirmation")
    show("5,000 users: processor", f"{done.cpu:.2f} s", "under 1 s")
    show("5,000 users: memory", f"{done.largest:.0f} MB, with workers {done.tree:.0f} MB",
         "under 100 MB")


def confirmation(program):
    """How near the rate of live confirmation comes to --max-rps, 50 ms away from AWS."""
    done = scan(program, ("--users", 400, "--without-mfa", 60), *NARROW, rules=LATENCY)
    lines = done.confirmations()
    times = [line["time"] for line in lines]
    if len(times) < 2:
        show("confirmation at 50 ms", "no request of confirmation")
        return
    users = {line["parameters"].get("UserName") for line in lines} - {None}
    rate = (len(times) - 1) / (max(times) - min(times))
    show("confirmation at 50 ms", f"{rate:.1f} a second, {100 * rate / 15:.1f} % of 15",
         "95 % of --max-rps")
    show("confirmation: requests a user", f"{len(lines) / max(1, len(users)):.2f}", "at most 2")


def linear(program):
    """What five times the users cost."""
    small, large = (scan(program, ("--users", users), *NARROW, *UNHURRIED)
                    for users in (1000, 5000))
    show("1,000 to 5,000 users: time", f"{small.seconds:.2f} s to {large.seconds:.2f} s, "
         f"{large.seconds / small.seconds:.1f} times", "under 6 times")
    show("1,000 to 5,000 users: requests", f"{len(small.log)} to {len(large.log)}, "
         f"{len(large.log) / len(small.log):.1f} times", "under 6 times")


def accounts(program):
    """Many accounts, 50 ms away."""
    trees = []
    for count in (200, 500):
        done = scan(program, ("--accounts", count, "--users", 100), "--organization",
                    "--role-name", "reportgen-audit", *NARROW, rules=LATENCY)
        trees.append(done.tree)
        show(f"{count} accounts of 100 users", f"{done.seconds:.1f} s, {done.cpu:.1f} s of "
             f"processor, {len(done.log)} requests", "under 40 s" if count == 200 else "")
        show(f"{count} accounts: memory", f"{done.tree:.0f} MB of all processes, "
             f"{done.largest:.0f} MB the largest",
             "" if count == 200 else f"at most {1.2 * trees[0]:.0f} MB")


def everything(program):
    """All that is collected by default. CloudTrail answers two LookupEvents a second and region."""
    count = 20
    done = scan(program, ("--accounts", count, "--users", 100), "--organization",
                "--role-name", "reportgen-audit", rules=LATENCY)
    events = sum(line.get("operation") == "LookupEvents" for line in done.log)
    show(f"everything, {count} accounts", f"{done.seconds:.1f} s, {len(done.log)} requests, "
         f"{done.tree:.0f} MB")
    show("everything: LookupEvents", f"{events / count:.1f} an account", "about 10 without events")
    show("everything: at CloudTrail's rate", f"{events / count / EVENTS_PER_SECOND:.1f} s an "
         f"account at {EVENTS_PER_SECOND} a second")


PARTS = {part.__name__: part for part in (limits, confirmation, linear, accounts, everything)}


def main():
    program = str(Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(HOME=folder)
        for name in sys.argv[2:] or PARTS:
            PARTS[name](program)


if __name__ == "__main__":
    main()
