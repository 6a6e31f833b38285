"""test_faults.py - every kind of fault as a client sees it, how rules choose, and how it ends."""
import http.client
import json
import time
import urllib.error
import xml.etree.ElementTree

import pytest

from fakeaws.client import Client, code, element
from fakeaws.conftest import home_keys
from fakeaws.faults import KINDS

SUMMARY = ("iam", "GetAccountSummary")


def timed(client, *arguments):
    start = time.monotonic()
    return client.call(*arguments), time.monotonic() - start


def test_latency_adds_up(sample, client):
    sample.control(rules=[{"fault": "latency", "ms": 100}, {"fault": "latency", "ms": 100}])
    answer, seconds = timed(client, *SUMMARY)
    assert answer.status == 200 and 0.2 <= seconds < 1
    assert sample.log()[-1]["delay"] == 0.2


@pytest.mark.parametrize("service, operation, expected", [
    ("iam", "GetAccountSummary", "Throttling"), ("sts", "GetCallerIdentity", "Throttling"),
    ("organizations", "ListAccounts", "TooManyRequestsException"),
    ("cloudtrail", "LookupEvents", "ThrottlingException")])
def test_throttling_in_each_services_words(sample, client, service, operation, expected):
    sample.control(rules=[{"fault": "throttle", "times": 2, "retryAfter": 3}])
    for _ in range(2):
        answer = client.call(service, operation)
        assert (answer.status, code(answer)) == (400, expected)
        assert answer.headers["retry-after"] == "3"
    assert client.call(service, operation).status == 200
    assert [line.get("fault") for line in sample.log()[-3:]] == ["throttle", "throttle", None]


def test_throttling_by_rate(sample, client):
    """A bucket for each account."""
    sample.control(rules=[{"fault": "throttle", "rate": 5, "burst": 3}])
    statuses = [client.call(*SUMMARY).status for _ in range(6)]
    assert statuses[:3] == [200, 200, 200] and 400 in statuses[3:]
    time.sleep(0.3)
    assert client.call(*SUMMARY).status == 200


def test_other_errors(sample, client):
    for rule, status, expected in (
            ({"fault": "error"}, 500, "ServiceFailure"),
            ({"fault": "error", "code": "X", "status": 503, "message": "m"}, 503, "X"),
            ({"fault": "error", "code": "X", "shape": "old"}, 500, "X"),
            ({"fault": "denied"}, 403, "AccessDenied"),
            ({"fault": "expired"}, 403, "ExpiredToken")):
        sample.control(rules=[rule])
        answer = client.call(*SUMMARY)
        assert (answer.status, code(answer)) == (status, expected)
    sample.control(rules=[{"fault": "status", "status": 502}])
    answer = client.call(*SUMMARY)
    assert answer.status == 502 and answer.headers["content-type"] == "text/html"
    sample.control(rules=[{"fault": "redirect", "location": "http://127.0.0.1:1/"}])
    answer = client.call(*SUMMARY)
    assert (answer.status, answer.headers["location"]) == (302, "http://127.0.0.1:1/")


def test_rules_choose(sample, client):
    sample.control(rules=[{"fault": "error", "operation": "Get*Summary", "after": 1, "every": 2,
                           "times": 2}])
    assert client.call("sts", "GetCallerIdentity").status == 200
    assert [client.call(*SUMMARY).status for _ in range(7)] == [200, 500, 200, 500, 200, 200, 200]
    assert sample.control()["rules"][0]["hits"] == 2
    sample.control(rules=[{"fault": "denied", "service": "sts", "account": "2222*"}])
    roles = ["arn:aws:iam::%s:role/sample-audit" % n for n in ("222233334444", "333344445555")]
    assert code(client.assume(roles[0], "sample-audit")) == "AccessDenied"
    assert client.assume(roles[1], "sample-audit").token


@pytest.mark.parametrize("at", ["before", "headers", "body"])
def test_reset(sample, client, at):
    sample.control(rules=[{"fault": "reset", "at": at, "times": 1}])
    with pytest.raises(ConnectionResetError):
        client.call(*SUMMARY)
    client.http.close()
    assert client.call(*SUMMARY).status == 200


@pytest.mark.parametrize("rule", [{"fault": "truncate"}, {"fault": "truncate", "bytes": 10},
                                  {"fault": "length", "add": 20}])
def test_bodies_that_end_early(sample, client, rule):
    sample.control(rules=[rule])
    with pytest.raises(http.client.IncompleteRead):
        client.call(*SUMMARY)


def test_a_length_that_is_too_small(sample, client):
    whole = client.call(*SUMMARY).body
    sample.control(rules=[{"fault": "length", "add": -20}])
    assert client.call(*SUMMARY).body == whole[:-20]


def test_bodies_that_are_spoilt(sample, client):
    sample.control(rules=[{"fault": "malformed"}])
    with pytest.raises(xml.etree.ElementTree.ParseError):
        xml.etree.ElementTree.fromstring(client.call(*SUMMARY).body)
    with pytest.raises(ValueError):
        json.loads(client.call("organizations", "ListAccounts").body)
    sample.control(rules=[{"fault": "empty"}])
    assert client.call(*SUMMARY).body == b""
    sample.control(rules=[{"fault": "pad", "bytes": 100000}])
    body = client.call(*SUMMARY).body
    assert len(body) > 100000 and xml.etree.ElementTree.fromstring(body) is not None


def test_a_slow_body(sample, client):
    whole = client.call(*SUMMARY).body
    sample.control(rules=[{"fault": "slow", "bytesPerSecond": 8000}])
    answer, seconds = timed(client, *SUMMARY)
    assert answer.body == whole and seconds > 0.3


def test_no_answer(sample):
    sample.control(rules=[{"fault": "hang", "times": 1}])
    with pytest.raises(TimeoutError):
        Client(sample.url, home_keys(sample), timeout=0.3).call(*SUMMARY)
    assert sample.log()[-1]["fault"] == "hang"


@pytest.mark.parametrize("service, operation", [("iam", "ListUsers"),
                                                ("organizations", "ListAccounts")])
def test_a_repeated_token(sample, client, service, operation):
    sample.control(rules=[{"fault": "repeat-token", "operation": operation}])
    token, name = None, "Marker" if service == "iam" else "NextToken"
    seen = []
    for _ in range(3):
        answer = client.call(service, operation, {name: token} if token else {})
        token = element(answer, "Marker")[0] if service == "iam" else \
            json.loads(answer.body)["NextToken"]
        seen.append(token)
    assert len(set(seen)) == 1


def test_a_closed_connection(sample, client):
    sample.control(rules=[{"fault": "close"}])
    assert client.call(*SUMMARY).headers["connection"] == "close"


def test_death_in_the_middle(start_fakeaws):
    server = start_fakeaws()
    client = Client(server.url, home_keys(server))
    server.control(rules=[{"fault": "die", "bytes": 100}])
    with pytest.raises((http.client.IncompleteRead, ConnectionResetError)):
        client.call(*SUMMARY)
    assert server.process.wait(5) == 70
    assert json.loads((server.folder / "log.jsonl").read_text())["fault"] == "die"


def test_faults_where_credentials_come_from(sample):
    sample.control(rules=[{"fault": "error", "service": "imds"}])
    with pytest.raises(urllib.error.HTTPError, match="500"):
        sample.ask("/latest/meta-data/")


@pytest.mark.parametrize("orders", [
    {"rules": [{"fault": "nonsense"}]}, {"rules": [{"fault": "latency", "wrong": 1}]},
    {"nonsense": 1}, {"rules": 5}, {"report": {"account": "999999999999"}}])
def test_wrong_orders(sample, orders):
    with pytest.raises(urllib.error.HTTPError, match="400"):
        sample.control(**orders)


def test_every_kind_is_tested():
    with open(__file__, encoding="utf-8") as file:
        text = file.read()
    assert [kind for kind in KINDS if '"fault": "%s"' % kind not in text] == []


def test_it_ends(start_fakeaws):
    server = start_fakeaws("--lifetime", 0.3)
    assert server.process.wait(5) == 0
    server = start_fakeaws()
    server.control(stop=True)
    assert server.process.wait(5) == 0
    server = start_fakeaws()
    assert server.stop() == 0


def test_counts_and_peak(sample, client):
    before = sample.control()["counts"].get("iam:GetAccountSummary", 0)
    client.call(*SUMMARY)
    state = sample.control()
    assert state["counts"]["iam:GetAccountSummary"] == before + 1
    assert state["mostAtOnce"] >= 1


def test_rules_from_a_file(start_fakeaws, tmp_path):
    (tmp_path / "rules.json").write_text('[{"fault": "denied", "operation": "GetAccount*"}]')
    server = start_fakeaws("--faults", tmp_path / "rules.json")
    assert code(Client(server.url, home_keys(server)).call(*SUMMARY)) == "AccessDenied"


def test_the_clock_may_start_elsewhere(start_fakeaws):
    server = start_fakeaws("--now", "2026-01-02T03:04:05Z")
    client = Client(server.url, home_keys(server))
    answer = client.call("sts", "GetCallerIdentity")
    assert answer.status == 403 and answer.headers["date"].startswith("Fri, 02 Jan 2026 03:04")
