"""sample_detective.py - who watches the sample organisation, and what else signs people in there:
trails, metric filters, alarms, buckets, user pools, directories; the story and its wire form.

The functions below the story take any Story, so that the test server can tell others. Forms follow
the service models of CloudTrail 2013-11-01, CloudWatch Logs 2014-03-28, CloudWatch 2010-08-01, S3
2006-03-01, Cognito user pools 2016-04-18 and Directory Service 2015-04-16, and the samples in their
API references.
"""
import json
import re
from collections import namedtuple

import sample_story as story
import sample_wire as wire

CLOUDWATCH = "http://monitoring.amazonaws.com/doc/2010-08-01/"
S3 = "http://s3.amazonaws.com/doc/2006-03-01/"

# organization: seen by every member. group: the log group's name, or None. stopped: when logging
# was turned off, or None.
Trail = namedtuple("Trail", "owner name home multi organization bucket group stopped")
Filter = namedtuple("Filter", "name pattern metric")
Alarm = namedtuple("Alarm", "name metric actions why")
Bucket = namedtuple("Bucket", "owner region versioning mfa_delete lock")
Pool = namedtuple("Pool", "id name mfa methods")
Directory = namedtuple("Directory", "id name kind radius")
# filters: {(account, region, group): [Filter]}; alarms, pools, directories: lists by (account,
# region); denied: {(account, bucket)} that the account's own role may not ask about.
Story = namedtuple("Story", "members trails filters alarms buckets pools directories denied")

NAMESPACE = "SampleAudit"
HOME = "eu-central-1"
GROUP = "sample-organization-trail"
TOPIC = "arn:aws:sns:%s:%s:sample-security-alerts" % (HOME, story.MANAGEMENT)

# The patterns of the CIS AWS Foundations Benchmark, 4.3 and 4.4.
WITHOUT_MFA = ('{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") && '
               '($.userIdentity.type = "IAMUser") && '
               '($.responseElements.ConsoleLogin = "Success") }')
ROOT_USE = ('{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && '
            '$.eventType != "AwsServiceEvent" }')

SAMPLE = Story(
    members={a.number for a in story.ACCOUNTS},
    trails=[
        Trail(story.MANAGEMENT, "sample-organization-trail", HOME, True, True,
              "sample.organization.trail", GROUP, None),
        # every region, into a bucket that keeps what it is given
        Trail(story.PRODUCTION, "sample-payments-trail", HOME, True, False,
              "sample-payments-trail", None, None),
        # one region, no log group, and switched off
        Trail(story.SANDBOX, "sample-lab-trail", "us-east-1", False, False, "sample-lab-trail",
              None, "2026-07-02T08:15:40Z"),
    ],
    filters={(story.MANAGEMENT, HOME, GROUP): [
        Filter("sample-root-use", ROOT_USE, "RootUse"),
        Filter("sample-sign-in-without-mfa", WITHOUT_MFA, "SignInWithoutMFA")]},
    alarms={(story.MANAGEMENT, HOME): [
        Alarm("sample-root-use", "RootUse", [], "goes off and tells nobody"),
        Alarm("sample-sign-in-without-mfa", "SignInWithoutMFA", [TOPIC], "")]},
    buckets={
        # a name with dots: no certificate covers it as part of a host
        "sample.organization.trail": Bucket(story.MANAGEMENT, HOME, "Enabled", None, None),
        "sample-payments-trail": Bucket(story.PRODUCTION, HOME, "Enabled", None, "COMPLIANCE"),
        "sample-lab-trail": Bucket(story.SANDBOX, "us-east-1", None, None, None)},
    pools={(story.PRODUCTION, HOME): [
        Pool("eu-central-1_SAMPLE001", "sample-shop", "OPTIONAL", ("sms", "totp")),
        Pool("eu-central-1_SAMPLE002", "sample-partners", "ON", ("totp", "webauthn"))]},
    directories={(story.PRODUCTION, HOME): [
        Directory("d-9967000001", "corp.sample.example", "MicrosoftAD", True),
        Directory("d-9967000002", "lab.sample.example", "SimpleAD", False),
        Directory("d-9967000003", "branch.sample.example", "ADConnector", False)]},
    denied={(story.SANDBOX, "sample-lab-trail")},
)

# ------------------------------------------------------------------------------------ wire forms


def number(iso_time):
    """Stands for seconds since 1970 in a dict; dump() writes it as AWS does."""
    return "@%s" % iso_time


def dump(content):
    """JSON as the services send it; times by number()."""
    import calendar
    import time

    def seconds(match):
        parsed = time.strptime(match.group(1), "%Y-%m-%dT%H:%M:%SZ")
        return wire.json_number(float(calendar.timegm(parsed)))

    text = json.dumps(content, separators=(",", ":"), ensure_ascii=False)
    return re.sub(r'"@([^"]+)"', seconds, text).encode()


def trail_arn(trail):
    return "arn:aws:cloudtrail:%s:%s:trail/%s" % (trail.home, trail.owner, trail.name)


def group_arn(trail):
    return "arn:aws:logs:%s:%s:log-group:%s:*" % (trail.home, trail.owner, trail.group)


def trail_json(trail):
    found = {"Name": trail.name, "S3BucketName": trail.bucket,
             "IncludeGlobalServiceEvents": trail.multi, "IsMultiRegionTrail": trail.multi,
             "HomeRegion": trail.home, "TrailARN": trail_arn(trail),
             "LogFileValidationEnabled": trail.multi}
    if trail.group:
        found["CloudWatchLogsLogGroupArn"] = group_arn(trail)
        found["CloudWatchLogsRoleArn"] = "arn:aws:iam::%s:role/service-role/%s" % (trail.owner,
                                                                                   trail.name)
    return dict(found, HasCustomEventSelectors=False, HasInsightSelectors=False,
                IsOrganizationTrail=trail.organization)


def trails_of(tale, account):
    """What an account may see, wherever it asks from."""
    return [t for t in tale.trails
            if t.owner == account or (t.organization and account in tale.members)]


def describe_trails(tale, account, region):
    return {"trailList": [trail_json(t) for t in trails_of(tale, account)
                          if t.multi or t.home == region]}


def find_trail(tale, account, arn):
    return next((t for t in trails_of(tale, account) if arn in (trail_arn(t), t.name)), None)


def trail_status(trail):
    started = "2025-02-11T10:02:33Z"
    latest = trail.stopped or "2026-11-23T05:56:12Z"
    return dict({"IsLogging": trail.stopped is None, "LatestDeliveryTime": number(latest),
                 "StartLoggingTime": number(started)},
                **({"StopLoggingTime": number(trail.stopped)} if trail.stopped else {}),
                **({"LatestCloudWatchLogsDeliveryTime": number(latest)} if trail.group else {}),
                LatestDeliveryAttemptTime=latest, LatestNotificationAttemptTime="",
                LatestNotificationAttemptSucceeded="", LatestDeliveryAttemptSucceeded=latest,
                TimeLoggingStarted=started, TimeLoggingStopped=trail.stopped or "")


def event_selectors(trail):
    return {"TrailARN": trail_arn(trail), "EventSelectors": [
        {"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": [],
         "ExcludeManagementEventSources": []}]}


def filter_json(group, row):
    return {"filterName": row.name, "filterPattern": row.pattern,
            "metricTransformations": [{"metricName": row.metric, "metricNamespace": NAMESPACE,
                                       "metricValue": "1"}],
            "creationTime": 1739268200000 + wire.number(10**8, "filter", row.name),
            "logGroupName": group}


def alarm_xml(account, region, row):
    return ("member", [
        ("AlarmName", row.name),
        ("AlarmArn", "arn:aws:cloudwatch:%s:%s:alarm:%s" % (region, account, row.name)),
        ("AlarmConfigurationUpdatedTimestamp", "2025-02-11T10:09:21.118Z"),
        ("ActionsEnabled", "true"), ("OKActions", []),
        ("AlarmActions", wire.members(row.actions)), ("InsufficientDataActions", []),
        ("StateValue", "OK"), ("StateReason", "Threshold Crossed: no datapoints were received for "
                               "1 period and 1 missing datapoint was treated as [NonBreaching]."),
        ("StateUpdatedTimestamp", "2025-02-11T10:14:40.532Z"),
        ("MetricName", row.metric), ("Namespace", NAMESPACE), ("Statistic", "Sum"),
        ("Dimensions", []), ("Period", "300"), ("EvaluationPeriods", "1"),
        ("Threshold", "1.0"), ("ComparisonOperator", "GreaterThanOrEqualToThreshold"),
        ("TreatMissingData", "notBreaching")])


def s3_xml(root, content):
    """One line, as S3 writes it; content: [(tag, text or content)]."""
    def inner(rows):
        return "".join("<%s>%s</%s>" % (tag, wire.escape(value) if isinstance(value, str)
                                        else inner(value), tag) for tag, value in rows)

    return ('<?xml version="1.0" encoding="UTF-8"?>\n<%s xmlns="%s">%s</%s>' % (
        root, S3, inner(content), root)).encode()


def bucket_location(bucket):
    return s3_xml("LocationConstraint", []) if bucket.region == "us-east-1" else \
        s3_xml("LocationConstraint", []).replace(b"></", b">%s</" % bucket.region.encode())


def bucket_versioning(bucket):
    return s3_xml("VersioningConfiguration",
                  [("Status", bucket.versioning)] * bool(bucket.versioning)
                  + [("MfaDelete", bucket.mfa_delete)] * bool(bucket.mfa_delete))


def object_lock(bucket):
    """None: it has none."""
    return bucket.lock and s3_xml("ObjectLockConfiguration", [
        ("ObjectLockEnabled", "Enabled"),
        ("Rule", [("DefaultRetention", [("Mode", bucket.lock), ("Days", "365")])])])


def s3_error(code, message, bucket, *words):
    """(body, request id)"""
    request = "%016X" % wire.number(16**16, "s3", bucket, *words)
    return s3_xml("Error", [("Code", code), ("Message", message), ("RequestId", request),
                            ("HostId", wire.opaque("host", bucket, *words))]).replace(
        b' xmlns="%s"' % S3.encode(), b""), request


# Errors that are answers: the log calls them complete.
BENIGN = {"ObjectLockConfigurationNotFoundError", "NoSuchBucket"}
S3_DENIED = ("User: arn:aws:sts::%s:assumed-role/sample-audit/reportgen is not authorized to "
             "perform: s3:%s on resource: \"arn:aws:s3:::%s\" because no %s policy allows the "
             "s3:%s action")
NO_LOCK = "Object Lock configuration does not exist for this bucket"


def s3_answer(tale, account, operation, name):
    """(status, body, error code or None, message, request id or None)"""
    bucket = tale.buckets.get(name)
    refused = None
    if not bucket:
        refused = (404, "NoSuchBucket", "The specified bucket does not exist")
    elif bucket.owner != account or (account, name) in tale.denied:
        kind = "identity-based" if bucket.owner == account else "resource-based"
        refused = (403, "AccessDenied", S3_DENIED % (account, operation, name, kind, operation))
    elif operation == "GetObjectLockConfiguration" and not bucket.lock:
        refused = (404, "ObjectLockConfigurationNotFoundError", NO_LOCK)
    if refused:
        body, request = s3_error(refused[1], refused[2], name, account, operation)
        return refused[0], body, refused[1], refused[2], request
    body = {"GetBucketLocation": bucket_location, "GetBucketVersioning": bucket_versioning,
            "GetObjectLockConfiguration": object_lock}[operation](bucket)
    return 200, body, None, None, None


def pool_json(row):
    return {"CreationDate": number("2024-05-06T09:30:00Z"), "Id": row.id, "LambdaConfig": {},
            "LastModifiedDate": number("2026-08-19T14:02:51Z"), "Name": row.name}


def pool_mfa(row, account):
    found = {"MfaConfiguration": row.mfa}
    if "sms" in row.methods:
        found["SmsMfaConfiguration"] = {"SmsConfiguration": {
            "ExternalId": "sample-shop", "SnsRegion": HOME,
            "SnsCallerArn": "arn:aws:iam::%s:role/service-role/sample-shop-sms" % account}}
    if "totp" in row.methods:
        found["SoftwareTokenMfaConfiguration"] = {"Enabled": True}
    if "webauthn" in row.methods:
        found["WebAuthnConfiguration"] = {"RelyingPartyId": "login.sample.example",
                                          "UserVerification": "required"}
    return found


# What the scan leaves of a RADIUS secret, and what AWS may well answer in its place: its reference
# does not say that it is masked. The secret is in no file of the sample.
REMOVED = "(removed by reportgen)"
RADIUS_SECRET = "Sample/Radius+Secret=9f3b77"


def directory_json(row, secret=REMOVED):
    found = {"AccessUrl": row.id + ".awsapps.com", "Alias": row.id,
             "DesiredNumberOfDomainControllers": 2 if row.kind == "MicrosoftAD" else 0,
             "DirectoryId": row.id, "DnsIpAddrs": ["10.20.0.11", "10.20.1.12"],
             "LaunchTime": number("2024-03-12T07:41:09Z"), "Name": row.name}
    if row.radius:
        found["RadiusSettings"] = {
            "AuthenticationProtocol": "PAP", "DisplayLabel": "One-time code",
            "RadiusPort": 1812, "RadiusRetries": 4, "RadiusServers": ["10.20.0.40"],
            "RadiusTimeout": 10, "SharedSecret": secret, "UseSameUsername": True}
        found["RadiusStatus"] = "Completed"
    return dict(found, ShortName=row.name.partition(".")[0].upper(), SsoEnabled=False,
                Stage="Active", StageLastUpdatedDateTime=number("2026-06-01T03:12:44Z"),
                Type=row.kind)


# -------------------------------------------------------------------------------- what is asked

# error: None, or the code and message of its one answer. pages: [(content, token of the next)].
# redacted: members of the answer that are secrets.
Asked = namedtuple("Asked", "service region operation parameters pages status error request "
                            "redacted", defaults=((),))
LABELS = {"cloudwatch": "monitoring"}
ALARM_PARAMETERS = {"AlarmTypes.member.1": "CompositeAlarm", "AlarmTypes.member.2": "MetricAlarm",
                    "MaxRecords": "100"}


def asked(service, region, operation, parameters, *pages):
    return Asked(service, region, operation, parameters, list(pages), 200, None, None)


def trail_questions(tale, account, regions):
    rows = [asked("cloudtrail", region, "DescribeTrails", {"includeShadowTrails": True},
                  (dump(describe_trails(tale, account, region)), None)) for region in regions]
    for trail in trails_of(tale, account):
        if not (trail.multi or trail.home in regions):
            continue
        rows.append(asked("cloudtrail", trail.home, "GetTrailStatus", {"Name": trail_arn(trail)},
                          (dump(trail_status(trail)), None)))
        if trail.owner == account:
            rows.append(asked("cloudtrail", trail.home, "GetEventSelectors",
                              {"TrailName": trail_arn(trail)},
                              (dump(event_selectors(trail)), None)))
    return rows


def alarm_questions(tale, account):
    """The filters in two pages, the second empty: AWS allows that."""
    rows = []
    for (owner, region, group), filters in sorted(tale.filters.items()):
        if owner != account:
            continue
        token = wire.opaque("filters", group)
        rows.append(asked(
            "logs", region, "DescribeMetricFilters", {"limit": 50, "logGroupName": group},
            (dump({"metricFilters": [filter_json(group, f) for f in filters],
                   "nextToken": token}), token),
            (dump({"metricFilters": []}), None)))
        alarms = [alarm_xml(account, region, a) for a in tale.alarms.get((account, region), [])]
        rows.append(asked("cloudwatch", region, "DescribeAlarms", ALARM_PARAMETERS,
                          ([("CompositeAlarms", []), ("MetricAlarms", alarms)], None)))
    return rows


def bucket_question(tale, account, region, operation, name):
    status, body, code, message, request = s3_answer(tale, account, operation, name)
    error = {"code": code, "message": message} if code else None
    return Asked("s3", region, operation, {"Bucket": name}, [(body, None)], status, error, request)


def bucket_questions(tale, account, regions):
    rows = []
    for trail in trails_of(tale, account):
        if not (trail.multi or trail.home in regions):
            continue
        first = bucket_question(tale, account, "us-east-1", "GetBucketLocation", trail.bucket)
        rows.append(first)
        if first.error and trail.owner == account and trail.home != "us-east-1":
            rows.append(bucket_question(tale, account, trail.home, "GetBucketLocation",
                                        trail.bucket))
        if not first.error:
            region = tale.buckets[trail.bucket].region
            rows += [bucket_question(tale, account, region, operation, trail.bucket)
                     for operation in ("GetBucketVersioning", "GetObjectLockConfiguration")]
    return rows


def sign_in_questions(tale, account, regions):
    rows = []
    for region in regions:
        pools = tale.pools.get((account, region), [])
        rows.append(asked("cognito-idp", region, "ListUserPools", {"MaxResults": 60},
                          (dump({"UserPools": [pool_json(p) for p in pools]}), None)))
        rows += [asked("cognito-idp", region, "GetUserPoolMfaConfig", {"UserPoolId": p.id},
                       (dump(pool_mfa(p, account)), None)) for p in pools]
        directories = tale.directories.get((account, region), [])
        found = [directory_json(d) for d in directories]
        secrets = ("SharedSecret",) if any(d.radius for d in directories) else ()
        rows.append(asked("ds", region, "DescribeDirectories", {}, (
            dump({"DirectoryDescriptions": found}), None))._replace(redacted=secrets))
    return rows


def questions(account, tale=SAMPLE, regions=tuple(story.REGIONS)):
    """Everything that a scan asks an account here, in its order."""
    return (trail_questions(tale, account, regions) + alarm_questions(tale, account)
            + bucket_questions(tale, account, regions)
            + sign_in_questions(tale, account, regions))
