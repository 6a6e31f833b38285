"""cloudtrail.py - LookupEvents: the sample's events, or as many as a generated world is told; and
ListPublicKeys: the keys that tests/tools/trail_digests.py signs with.

AWS answers 2 LookupEvents a second for each account and region; so does this server, unless it is
told another rate for programs whose clock goes faster.
"""
import functools
import json
import time

import sample_events as events
import trail_digests as digests

from fakeaws.errors import refusal
from fakeaws.questions import Paged

BURST = 2
BUCKETS = {}                             # (account, region): (tokens, when)


def throttle(q):
    now = time.monotonic()
    key = (q.account.number, q.region)
    tokens, when = BUCKETS.get(key, (BURST, now))
    tokens = min(BURST, tokens + (now - when) * q.world.event_rate)
    BUCKETS[key] = (tokens - 1 if tokens >= 1 else tokens, now)
    if tokens < 1:
        raise refusal("throttled", "cloudtrail", "Rate exceeded")


def check_times(q):
    for name in ("StartTime", "EndTime"):
        if not isinstance(q.parameters.get(name, 0), (int, float)):
            raise refusal("validation", "cloudtrail", "%s is no time" % name)


def check(q):
    attributes = q.parameters.get("LookupAttributes", [])
    if len(attributes) > 1 or any(a.get("AttributeKey") not in events.MATCHES
                                  for a in attributes):
        raise refusal("validation", "cloudtrail", "Member must have length less than or equal to 1")
    check_times(q)


@functools.lru_cache(maxsize=64)
def generated(number, count, until):
    """`count` sign-ins of one account, one every few minutes, the newest first."""
    people = ["person-%05d" % i for i in range(20)]
    step = 90 * 86400 // (count + 1)
    return [events.console(number, time.strftime("%Y-%m-%dT%H:%M:%SZ",
                                                 time.gmtime(until - (i + 1) * step)),
                           events.GLOBAL, events.person(number, people[i % 20]), "Yes",
                           events.arn(number, "mfa/" + people[i % 20])) for i in range(count)]


def lookup(q):
    throttle(q)
    check(q)
    made = None
    if q.world.events is not None:       # else the sample's
        made = generated(q.account.number, q.world.events, int(q.now) // 86400 * 86400)
    rows = events.found(q.account.number, q.region, q.parameters, made)
    return Paged(len(rows), lambda first, last: {
        "Events": [json.loads(events.row_json(row)) for row in rows[first:last]]}, 50, 50)


def public_keys(q):
    """Of the region that is asked; without times, the key of now."""
    check_times(q)
    first, last = q.parameters.get("StartTime", q.now), q.parameters.get("EndTime", q.now)
    if first > digests.VALID_TO or last < digests.VALID_FROM:
        return {"PublicKeyList": []}
    return digests.public_keys(q.region)


TABLE = {"LookupEvents": lookup, "ListPublicKeys": public_keys}
