"""faults.py - rules that make the server misbehave: which requests they hit and what happens then.

A rule is a JSON object: {"fault": KIND, and to choose requests: "service", "operation", "account"
(patterns with *), "after": skip that many, "times": hit that many (default: all), "every": hit one
of that many}. Further keys belong to the kind; see KINDS. The first rule that hits decides, except
that `latency` rules add up and let later rules look, too.
"""
import fnmatch
import re
import time

from fakeaws.answers import REPEATED
from fakeaws.errors import AwsError, refusal

CHOOSING = {"fault", "service", "operation", "account", "after", "times", "every"}

# kind: (further keys, what happens)
# To add one: a row here and, in Rule.apply() or connection.py, what it does.
KINDS = {
    "latency": (("ms", "jitter"), "the answer comes that much later"),
    "throttle": (("code", "status", "retryAfter", "rate", "burst"),
                 "an error of throttling; with rate: only above rate a second and account"),
    "error": (("code", "message", "status", "shape"),
              'this error; shape "old": as old query services write it'),
    "status": (("status",), "this HTTP status with a body of HTML, as a proxy would send"),
    "denied": ((), "AccessDenied"),
    "expired": ((), "ExpiredToken"),
    "reset": (("at",), 'connection reset: "before" anything, after the "headers", in the "body"'),
    "truncate": (("bytes",), "the body ends early and the connection is closed"),
    "length": (("add",), "Content-Length is wrong by that much"),
    "malformed": ((), "the body is no XML or JSON"),
    "empty": ((), "status 200 and no body"),
    "pad": (("bytes",), "that much white space before the body's end"),
    "slow": (("bytesPerSecond",), "the body trickles"),
    "hang": ((), "no answer, the connection stays open"),
    "repeat-token": ((), "the same paging token again and again"),
    "redirect": (("location", "status"), "a redirect"),
    "close": ((), "the answer is good, then the connection is closed"),
    "die": (("bytes",), "the server ends in the middle of the body"),
}


class Rule:
    def __init__(self, spec):
        kind = spec.get("fault")
        if kind not in KINDS:
            raise ValueError("no fault is called %r" % (kind,))
        unknown = set(spec) - CHOOSING - set(KINDS[kind][0])
        if unknown:
            raise ValueError("%s has no %s" % (kind, ", ".join(sorted(unknown))))
        self.spec, self.kind = spec, kind
        self.seen = self.hits = 0
        self.buckets = {}                # account: (tokens, when)
        self.patterns = [(name, re.compile(fnmatch.translate(spec[name])))
                         for name in ("service", "operation", "account") if name in spec]

    def chooses(self, names):
        return all(pattern.match(names[name] or "") for name, pattern in self.patterns)

    def over_rate(self, account):
        """A bucket of `burst` tokens for each account, filled with `rate` a second."""
        rate = self.spec["rate"]
        burst = self.spec.get("burst", max(1, rate))
        now = time.monotonic()
        tokens, when = self.buckets.get(account, (burst, now))
        tokens = min(burst, tokens + (now - when) * rate)
        self.buckets[account] = (tokens - 1 if tokens >= 1 else tokens, now)
        return tokens < 1

    def hit(self, names):
        """Does the rule apply to this request? Counts."""
        if not self.chooses(names):
            return False
        self.seen += 1
        if self.seen <= self.spec.get("after", 0) or self.hits >= self.spec.get("times", 1 << 62):
            return False
        if (self.seen - self.spec.get("after", 0) - 1) % self.spec.get("every", 1):
            return False
        if "rate" in self.spec and not self.over_rate(names["account"]):
            return False
        self.hits += 1
        return True

    def error(self, service):
        """The AwsError that this rule answers with, or None when it is of another kind."""
        spec = self.spec
        if self.kind == "throttle":
            usual = refusal("throttled", service, "Rate exceeded")
            return AwsError(spec.get("code", usual.code), "Rate exceeded",
                            spec.get("status", usual.status))
        if self.kind == "denied":
            return refusal("denied", service, "not authorized, because a rule of the test says so")
        if self.kind == "expired":
            return refusal("expired", service,
                           "The security token included in the request is expired")
        if self.kind == "error":
            return AwsError(spec.get("code", "ServiceFailure"), spec.get("message", "a fault"),
                            spec.get("status", 500))
        return None


def repeat_token(body):
    """The same page, followed by one that has the token REPEATED."""
    token = REPEATED.encode()
    if body.startswith(b"{"):
        name = b'"nextToken"' if b'"metricFilters"' in body else b'"NextToken"'
        if name in body:
            return re.sub(name + rb': ?"[^"]*"', b'%s:"%s"' % (name, token), body)
        return body[:-1] + b',%s:"%s"}' % (name, token)
    if b"<Marker>" in body:
        return re.sub(rb"<Marker>[^<]*</Marker>", b"<Marker>%s</Marker>" % token, body)
    if b"<DescribeAlarmsResult>" in body:
        body = re.sub(rb"<NextToken>[^<]*</NextToken>", b"", body)
        return body.replace(b"</DescribeAlarmsResult>",
                            b"<NextToken>%s</NextToken></DescribeAlarmsResult>" % token)
    return body.replace(b"<IsTruncated>false</IsTruncated>",
                        b"<IsTruncated>true</IsTruncated><Marker>%s</Marker>" % token)


def spoil(rule, body):
    """The body as the rule changes it."""
    if rule.kind == "malformed":
        return body[:len(body) // 2] + b"\xff<&{\"" + body[len(body) // 2 + 3:]
    if rule.kind == "empty":
        return b""
    if rule.kind == "pad":
        cut = body.rfind(b"}") if body.startswith(b"{") else body.rfind(b"</")
        return body[:cut] + b" " * rule.spec.get("bytes", 1 << 20) + body[cut:]
    if rule.kind == "repeat-token":
        return repeat_token(body)
    return body


class Faults:
    def __init__(self):
        self.rules = []

    def set(self, specs):
        self.rules = [Rule(spec) for spec in specs]

    def add(self, specs):
        self.rules += [Rule(spec) for spec in specs]

    def choose(self, names, dice):
        """(seconds to wait, the rule that hits or None); names: service, operation, account."""
        delay = 0.0
        for rule in self.rules:
            if not rule.hit(names):
                continue
            if rule.kind != "latency":
                return delay, rule
            delay += (rule.spec.get("ms", 0) + dice.random() * rule.spec.get("jitter", 0)) / 1000
        return delay, None

    def state(self):
        return [dict(rule.spec, seen=rule.seen, hits=rule.hits) for rule in self.rules]
