"""sample_check.py - judges a recorded organisation by its files alone: hashes, pages, populations.

It knows neither the story nor the functions that wrote the files. Each function yields complaints.
"""
import base64
import csv
import datetime
import hashlib
import io
import json
import xml.etree.ElementTree as ElementTree

import sample_root


REGIONAL = {"DescribeTrails", "ListUserPools", "DescribeDirectories"}


def parse(folder, page):
    """A JSON value, or the root of an XML tree without name spaces."""
    body = (folder / page["file"]).read_text(encoding="utf-8")
    if page["file"].endswith(".json"):
        return json.loads(body)
    tree = ElementTree.fromstring(body)
    for node in tree.iter():
        node.tag = node.tag.rpartition("}")[2]
    return tree


def snapshot_problems(folder):
    snapshot = json.loads((folder / "snapshot.json").read_text(encoding="utf-8"))
    pages = [page for row in snapshot["queries"] for page in row["pages"]]
    for page in pages:
        body = (folder / page["file"]).read_bytes()
        if len(body) != page["size"] or hashlib.sha256(body).hexdigest() != page["sha256"]:
            yield "%s: size or hash differs from snapshot.json" % page["file"]
        if not (snapshot["startedAt"][:19] <= page["sentAt"] < page["receivedAt"]
                and page["receivedAt"][:19] < snapshot["finishedAt"][:19]):
            yield "%s: times out of order" % page["file"]
    raw = {str(p.relative_to(folder)) for p in (folder / "raw").rglob("*") if p.is_file()}
    yield from ("%s: in no query" % name for name in sorted(raw - {p["file"] for p in pages}))
    yield from order_problems(snapshot)
    for row in snapshot["queries"]:
        yield from paging_problems(folder, row)
        if row["operation"] == "LookupEvents":
            yield from event_problems(folder, row)
    yield from detective_problems(folder, snapshot)
    for account in snapshot["scope"]["accounts"]:
        yield from population_problems(folder, snapshot, account["id"])


def order_problems(snapshot):
    """Queries by account, service, operation, parameters, region; files by operation first."""
    def parameters(row):
        return json.dumps(row["parameters"], sort_keys=True, separators=(",", ":"),
                          ensure_ascii=False)

    keys = [(r["account"], r["service"], r["operation"], parameters(r), r["region"])
            for r in snapshot["queries"]]
    if keys != sorted(set(keys)):
        yield "snapshot.json: queries are not sorted, or one is there twice"
    for account in sorted({r["account"] for r in snapshot["queries"]}):
        rows = sorted((r for r in snapshot["queries"] if r["account"] == account),
                      key=lambda r: (r["operation"], parameters(r), r["service"], r["region"]))
        names = [(r, p["file"]) for r in rows for p in r["pages"]]
        for number, (row, name) in enumerate(names, 1):
            start = "raw/%s/%04d-%s-%s." % (account, number, row["service"], row["operation"])
            if not name.startswith(start):
                yield "%s: expected %s…" % (name, start)


def paging_problems(folder, row):
    token = None
    for page in row["pages"]:
        if page["token"] != token:
            yield "%s: token is not the one of the page before" % page["file"]
        tree = parse(folder, page)
        if isinstance(tree, dict):
            token = tree.get("nextToken" if row["service"] == "logs" else "NextToken")
            continue
        if row["service"] == "s3" and tree.tag != "Error":
            continue                     # neither pages nor a request id in the body
        if tree.findtext(".//RequestId") != page["requestId"]:
            yield "%s: request id differs from the body" % page["file"]
        more = tree.findtext("./*/IsTruncated") == "true"
        token = tree.findtext("./*/Marker")
        if more != (token is not None):
            yield "%s: IsTruncated and Marker disagree" % page["file"]
    if token is not None or not row["pages"]:
        yield "%s %s: the last page is missing" % (row["account"], row["operation"])


def detective_problems(folder, snapshot):
    """Every trail was asked where it lives, and every bucket of a trail; nothing else was."""
    rows = [r for r in snapshot["queries"] if r["service"] in ("cloudtrail", "s3")]
    for account in sorted({r["account"] for r in rows}):
        own = [r for r in rows if r["account"] == account]
        trails = {t["TrailARN"]: t for r in own if r["operation"] == "DescribeTrails"
                  for page in r["pages"] for t in parse(folder, page)["trailList"]}
        places = {(r["parameters"]["Name"], r["region"]) for r in own
                  if r["operation"] == "GetTrailStatus"}
        if places != {(arn, t["HomeRegion"]) for arn, t in trails.items()}:
            yield "%s: not every trail was asked for its status in its home region" % account
        if {r["parameters"]["Bucket"] for r in own if r["service"] == "s3"} \
                != {t["S3BucketName"] for t in trails.values()}:
            yield "%s: the buckets asked about are not those of the trails" % account
    regions = {(r["service"], r["account"]): set() for r in snapshot["queries"]
               if r["operation"] in REGIONAL}
    for row in snapshot["queries"]:
        if row["operation"] in REGIONAL:
            regions[row["service"], row["account"]].add(row["region"])
    yield from ("%s: %s was not asked in every region" % (account, service)
                for (service, account), found in sorted(regions.items())
                if sorted(found) != snapshot["scope"]["regions"])


def event_problems(folder, row):
    """Rows agree with the records inside, answer the question, and come newest first."""
    asked, rows = row["parameters"], []
    for page in row["pages"]:
        rows += parse(folder, page)["Events"]
    times = [event["EventTime"] for event in rows]
    if times != sorted(times, reverse=True):
        yield "%s: not newest first" % row["pages"][0]["file"]
    for event in rows:
        inside = json.loads(event["CloudTrailEvent"])
        when = datetime.datetime.fromisoformat(inside["eventTime"].replace("Z", "+00:00"))
        if not (inside["eventID"] == event["EventId"] and inside["eventName"] == event["EventName"]
                and when.timestamp() == event["EventTime"]
                and inside["awsRegion"] == row["region"]
                and inside["recipientAccountId"] == row["account"]
                and asked["StartTime"] <= event["EventTime"] <= asked["EndTime"]):
            yield "%s: event %s is not as its row says" % (row["pages"][0]["file"],
                                                           event["EventId"])


def listed(details, kind):
    return [member for tree in details for member in tree.findall("./*/%s/member" % kind)]


def population_problems(folder, snapshot, account):
    trees = {}
    for row in snapshot["queries"]:
        if row["account"] == account and row["service"] == "iam" and "session" not in row:
            trees.setdefault(row["operation"], []).extend(parse(folder, p) for p in row["pages"])
    summary = {e.findtext("key"): int(e.findtext("value"))
               for e in trees["GetAccountSummary"][0].iter("entry")}
    details = trees["GetAccountAuthorizationDetails"]
    users = listed(details, "UserDetailList")
    own = [p for p in listed(details, "Policies") if ":%s:policy/" % account in p.findtext("Arn")]
    counts = {"Users": len(users), "Groups": len(listed(details, "GroupDetailList")),
              "Roles": len(listed(details, "RoleDetailList")), "Policies": len(own)}
    for kind, count in counts.items():
        if summary[kind] != count:
            yield "%s: the summary counts %d %s, %d are listed" % (account, summary[kind], kind,
                                                                  count)
    yield from sample_root.problems(folder, snapshot, account, summary, parse)
    yield from reference_problems(account, details)
    in_use = summary["AccountMFAEnabled"] + devices_in_use(account, trees)
    if in_use > summary["MFADevicesInUse"]:
        yield "%s: %d devices are listed, the summary counts fewer" % (account, in_use)
    asked = [r["parameters"]["UserName"] for r in snapshot["queries"]
             if r["account"] == account and r["operation"] == "ListMFADevices"
             and "session" not in r]
    yield from report_problems(account, trees, users, asked)


def devices_in_use(account, trees):
    """Of users: in the account's list of virtual devices or in their own. A FIDO key of a user who
    has a virtual device too may stand in neither."""
    owned = {d.findtext("SerialNumber")
             for d in listed(trees["ListVirtualMFADevices"], "VirtualMFADevices")
             if ":%s:user/" % account in d.findtext("User/Arn", "")}
    return len(owned | {d.findtext("SerialNumber")
                        for d in listed(trees["ListMFADevices"], "MFADevices")})


def report_problems(account, trees, users, asked):
    """The report has root and the users who were there when it was made. Whoever is not in it was
    asked; and so was whoever has a device by its word alone."""
    report = trees["GetCredentialReport"][0]
    made = report.findtext(".//GeneratedTime")
    content = base64.b64decode(report.findtext(".//Content"))
    rows = {row["arn"]: row for row in csv.DictReader(io.StringIO(content.decode("utf-8")))}
    old = [u.findtext("Arn") for u in users if u.findtext("CreateDate") < made]
    if sorted(rows) != sorted(old + ["arn:aws:iam::%s:root" % account]):
        yield "%s: the report's rows are not the users of its time and root" % account
    owners = {m.findtext("User/UserName")
              for m in listed(trees["ListVirtualMFADevices"], "VirtualMFADevices")}
    for user in users:
        name, row = user.findtext("UserName"), rows.get(user.findtext("Arn"))
        unlisted = not row or (row["mfa_active"].lower() == "true" and name not in owners)
        if unlisted and name not in asked:
            yield "%s: %s was not asked about devices" % (account, name)


def reference_problems(account, details):
    """Every policy, group and boundary that is named is there; ids are unique."""
    policies = {p.findtext("Arn"): p for p in listed(details, "Policies")}
    groups = {g.findtext("GroupName") for g in listed(details, "GroupDetailList")}
    attached = [node.text for tree in details for tag in ("PolicyArn", "PermissionsBoundaryArn")
                for node in tree.iter(tag)]
    yield from ("%s: %s is attached and not listed" % (account, arn)
                for arn in sorted(set(attached) - set(policies)))
    named = {node.text for tree in details for node in tree.findall(".//GroupList/member")}
    yield from ("%s: group %s is not listed" % (account, name) for name in sorted(named - groups))
    for arn, policy in policies.items():
        uses = sum(node.text == arn for tree in details for node in tree.iter("PolicyArn"))
        if policy.findtext("AttachmentCount") != str(uses):
            yield "%s: AttachmentCount is not %d" % (arn, uses)
    ids = [m.findtext(tag) for kind, tag in (("UserDetailList", "UserId"),
                                             ("GroupDetailList", "GroupId"),
                                             ("RoleDetailList", "RoleId"), ("Policies", "PolicyId"))
           for m in listed(details, kind)]
    if len(set(ids)) != len(ids) or any(len(i) != 21 for i in ids):
        yield "%s: an id is there twice or not 21 characters long" % account
