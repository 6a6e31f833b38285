"""conftest.py - the fixture of the end-to-end tests, and one server that most tests here share."""
import sys

import pytest

from fakeaws import TESTS
from fakeaws.client import Client, Keys

sys.path.insert(0, str(TESTS / "e2e"))
pytest_plugins = ["fakeaws_fixture"]


@pytest.fixture(scope="session")
def shared(tmp_path_factory):
    from fakeaws_fixture import FakeAws          # after the path was set
    server = FakeAws(tmp_path_factory.mktemp("shared"), "--tls")
    yield server
    server.stop()


@pytest.fixture
def sample(shared):
    """The sample organisation, without faults."""
    shared.control(rules=[], skew=0, sessionSeconds=0, report={"state": "ready", "polls": 0})
    return shared


def home_keys(server):
    return Keys(server.ready["accessKeyId"], server.ready["secretAccessKey"], None)


@pytest.fixture
def client(sample):
    """Signs with the home account's long-term key."""
    return Client(sample.url, home_keys(sample), timeout=5)
