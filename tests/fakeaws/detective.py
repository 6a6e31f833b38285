"""detective.py - trails, alarms, buckets, user pools, directories, from a world's tale: a Story of
tests/tools/sample_detective.py. To add an operation: a function, and a row in TABLES or in S3.
"""
import json

import sample_detective as tales

from fakeaws.errors import AwsError
from fakeaws.questions import Paged


def plain(content):
    """Times as numbers: what dump() writes, as a dict again."""
    return json.loads(tales.dump(content))


# -------------------------------------------------------------------------------------- trails


def describe_trails(q):
    found = tales.describe_trails(q.world.tale, q.account.number, q.region)["trailList"]
    shadows = q.parameters.get("includeShadowTrails", True)
    return {"trailList": [t for t in found if shadows or t["HomeRegion"] == q.region]}


def trail_of(q, key):
    trail = tales.find_trail(q.world.tale, q.account.number, q.parameters.get(key, ""))
    if not trail:
        raise AwsError("TrailNotFoundException", "Unknown trail: %s for the user: %s"
                       % (q.parameters.get(key), q.account.number))
    return trail


def trail_status(q):
    """Only the home region knows when it last delivered; others, that it logs."""
    return plain(tales.trail_status(trail_of(q, "Name")))


def event_selectors(q):
    return tales.event_selectors(trail_of(q, "TrailName"))


# -------------------------------------------------------------------------------------- alarms


def metric_filters(q):
    group = q.parameters.get("logGroupName")
    rows = q.world.tale.filters.get((q.account.number, q.region, group))
    if rows is None:
        raise AwsError("ResourceNotFoundException", "The specified log group does not exist.")
    return Paged(len(rows), lambda first, last: {
        "metricFilters": [tales.filter_json(group, row) for row in rows[first:last]]}, 50, 50)


def alarms(q):
    kinds = {v for k, v in q.parameters.items() if k.startswith("AlarmTypes.member.")}
    rows = q.world.tale.alarms.get((q.account.number, q.region), [])
    rows = rows if not kinds or "MetricAlarm" in kinds else []
    return Paged(len(rows), lambda first, last: [
        ("CompositeAlarms", []),
        ("MetricAlarms", [tales.alarm_xml(q.account.number, q.region, row)
                          for row in rows[first:last]])], 100, 50)


# ------------------------------------------------------------------------------ who signs in


def user_pools(q):
    rows = q.world.tale.pools.get((q.account.number, q.region), [])
    return Paged(len(rows), lambda first, last: plain({
        "UserPools": [tales.pool_json(row) for row in rows[first:last]]}), 60, 60)


def pool_mfa(q):
    wanted = q.parameters.get("UserPoolId")
    for row in q.world.tale.pools.get((q.account.number, q.region), []):
        if row.id == wanted:
            return tales.pool_mfa(row, q.account.number)
    raise AwsError("ResourceNotFoundException", "User pool %s does not exist." % wanted)


def directories(q):
    rows = q.world.tale.directories.get((q.account.number, q.region), [])
    return Paged(len(rows), lambda first, last: plain({
        "DirectoryDescriptions": [tales.directory_json(row, tales.RADIUS_SECRET)
                                  for row in rows[first:last]]}),
        100, 100)


TABLES = {
    "cloudtrail": {"DescribeTrails": describe_trails, "GetTrailStatus": trail_status,
                   "GetEventSelectors": event_selectors},
    "logs": {"DescribeMetricFilters": metric_filters},
    "cloudwatch": {"DescribeAlarms": alarms},
    "cognito-idp": {"ListUserPools": user_pools, "GetUserPoolMfaConfig": pool_mfa},
    "ds": {"DescribeDirectories": directories},
}

# ------------------------------------------------------------------------------------------ S3

# Operation by query string.
S3 = {"location": "GetBucketLocation", "versioning": "GetBucketVersioning",
      "object-lock": "GetObjectLockConfiguration"}


def s3_answer(q):
    """(status, body, request id or None)"""
    if q.operation == "ListBuckets":
        names = sorted(n for n, b in q.world.tale.buckets.items() if b.owner == q.account.number)
        return 200, tales.s3_xml("ListAllMyBucketsResult", [
            ("Buckets", [("Bucket", [("Name", name)]) for name in names])]), None
    name = q.parameters["Bucket"]
    bucket = q.world.tale.buckets.get(name)
    if bucket and q.operation != "GetBucketLocation" and q.region != bucket.region:
        raise AwsError("AuthorizationHeaderMalformed", "The authorization header is malformed; the "
                       "region '%s' is wrong; expecting '%s'" % (q.region, bucket.region))
    status, body, _, _, request = tales.s3_answer(q.world.tale, q.account.number, q.operation,
                                                  name)
    return status, body, request


# ------------------------------------------------------------------------------ made up worlds


def generated(numbers, trails, pools):
    """A Story: in every account so many trails of its own, each with a log group, filters and
    alarms, so many user pools, and a directory with RADIUS; without any, nothing at all."""
    tale = tales.Story(set(numbers), [], {}, {}, {}, {}, {}, set())
    region = "us-east-1"
    for number in numbers if trails or pools else ():
        rows = [tales.Alarm("alarm-%03d" % i, "Metric%03d" % i, [], "") for i in range(120)]
        for i in range(trails):
            name = "trail-%d" % i
            bucket = "fake-%s-%d" % (number, i)
            tale.trails.append(tales.Trail(number, name, region, True, False, bucket, name, None))
            tale.buckets[bucket] = tales.Bucket(number, region, "Enabled", "Disabled", "COMPLIANCE")
            tale.filters[number, region, name] = [
                tales.Filter("filter-%03d" % k, tales.ROOT_USE, "Metric%03d" % k)
                for k in range(15)]
            tale.alarms[number, region] = rows
        tale.directories[number, region] = [
            tales.Directory("d-90%s" % number[:8], "corp.example.com", "MicrosoftAD", True)]
        tale.pools[number, region] = [
            tales.Pool("%s_FAKE%05d" % (region, i), "pool-%d" % i, "OPTIONAL", ("totp",))
            for i in range(pools)]
    return tale

