"""fakeaws_fixture.py - the fixtures `fakeaws` (sample organisation) and `start_fakeaws` (any).

Use them with `pytest_plugins = ["fakeaws_fixture"]` at the top of a test file. Servers are forked
from a process that has the server's modules at hand, which is several times as fast as starting
Python anew. A test that talks TLS to its server says @pytest.mark.tls.
"""
import json
import multiprocessing
import os
import sys
import time
import urllib.request
from pathlib import Path

import pytest

TESTS = str(Path(__file__).resolve().parents[1])
if TESTS not in sys.path:
    sys.path.insert(0, TESTS)
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["fakeaws.main"])
LOOPBACK = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def serve(folder, options):
    """In the forked process: what `python3 tests/fakeaws` does."""
    from fakeaws.main import main

    with open(os.path.join(folder, "stderr"), "wb", buffering=0) as said:
        os.dup2(said.fileno(), 1)
        os.dup2(said.fileno(), 2)
    sys.argv[1:] = ["--dir", folder, *options]
    sys.exit(main())


class Served:
    """The process of a server, with the methods of subprocess.Popen that are needed here."""

    def __init__(self, folder, options):
        self.process = FORKS.Process(target=serve, args=(str(folder), list(map(str, options))))
        self.process.start()
        self.pid = self.process.pid

    def poll(self):
        return self.process.exitcode

    def wait(self, seconds):
        self.process.join(seconds)
        if self.process.exitcode is None:
            raise TimeoutError("fakeaws does not end")
        return self.process.exitcode

    def terminate(self):
        self.process.terminate()


class FakeAws:
    """A running server. `ready` is its ready.json; home, url, ca and tls come from there."""

    def __init__(self, folder, *options):
        self.folder = Path(folder)
        self.process = Served(self.folder, options)
        self.ready = self.wait()
        self.url, self.home = self.ready["url"], self.ready["home"]
        self.ca, self.tls = self.ready.get("ca"), self.ready.get("tls")

    def wait(self, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            if (self.folder / "ready.json").exists():
                return json.loads((self.folder / "ready.json").read_text(encoding="utf-8"))
            time.sleep(0.02)
        self.stop()
        raise AssertionError("fakeaws: %s" % (self.folder / "stderr").read_text())

    def env(self, url=None, keys=True):
        """What a client of it needs in its environment. keys=False: no credentials."""
        found = {"AWS_ENDPOINT_URL": url or self.url, "AWS_EC2_METADATA_DISABLED": "true",
                 "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
                 "NO_PROXY": "*"}
        if keys:
            found.update(AWS_ACCESS_KEY_ID=self.ready["accessKeyId"],
                         AWS_SECRET_ACCESS_KEY=self.ready["secretAccessKey"])
        if (url or self.url).startswith("https:"):
            found["AWS_CA_BUNDLE"] = self.ca
        return found

    def ask(self, path, orders=None):
        body = None if orders is None else json.dumps(orders).encode()
        with LOOPBACK.open(urllib.request.Request(self.url + path, body), timeout=20) as got:
            return got.read()

    def control(self, **orders):
        """Gives orders (README.md) and returns the server's state; without any, only the state."""
        return json.loads(self.ask("/__control", orders or None))

    def log(self, **wanted):
        """The requests so far, as dicts: log(operation="AssumeRole", signature="ok")."""
        lines = [json.loads(line) for line in self.ask("/__log").splitlines()]
        return [line for line in lines
                if all(line.get(name) == value for name, value in wanted.items())]

    def secrets(self):
        """Every secret and session token that clients were given so far."""
        return json.loads(self.ask("/__secrets"))

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(20)


@pytest.fixture
def start_fakeaws(tmp_path):
    """start_fakeaws("--world", "generated", …) gives a FakeAws; all are stopped afterwards."""
    running = []

    def start(*options):
        folder = tmp_path / ("fakeaws-%d" % len(running))
        folder.mkdir()
        running.append(FakeAws(folder, *options))
        return running[-1]

    yield start
    for server in running:
        server.stop()


def tls_of(request):
    return ["--tls" for _ in request.node.iter_markers("tls")]


@pytest.fixture
def fakeaws(request, start_fakeaws):
    """The sample organisation; with TLS beside plain HTTP for tests that are marked so."""
    return start_fakeaws(*tls_of(request))


@pytest.fixture
def fresh_fakeaws(request, start_fakeaws):
    """The same, with credential reports that are ten minutes old."""
    server = start_fakeaws(*tls_of(request))
    server.control(report={"age": 600})
    return server
