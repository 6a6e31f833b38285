"""fakeaws_fixture.py - the fixtures `fakeaws` (sample organisation) and `start_fakeaws` (any).

Use them with `pytest_plugins = ["fakeaws_fixture"]` at the top of a test file.
"""
import json
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

SERVER = Path(__file__).resolve().parents[1] / "fakeaws"
LOOPBACK = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class FakeAws:
    """A running server. `ready` is its ready.json; home, url, ca and tls come from there."""

    def __init__(self, folder, *options):
        self.folder = Path(folder)
        with open(self.folder / "stderr", "wb") as said:
            self.process = subprocess.Popen(
                [sys.executable, str(SERVER), "--dir", str(self.folder), *map(str, options)],
                stdin=subprocess.DEVNULL, stdout=said, stderr=said)
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


@pytest.fixture
def fakeaws(start_fakeaws):
    """The sample organisation, with TLS beside plain HTTP."""
    return start_fakeaws("--tls")
