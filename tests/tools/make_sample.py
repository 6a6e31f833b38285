#!/usr/bin/python3
"""make_sample.py - writes the sample organisation of sample_story.py as recorded AWS answers.

    make_sample.py            write assets/sample/ and tests/golden/sample/expected.json
    make_sample.py --check    change nothing; compare what it would write with the files

Both judge the files afterwards (sample_check.py) and exit 1 with one line per complaint. Same
story, same bytes: no clock, no randomness.
"""
import argparse
import datetime
import hashlib
import json
import pathlib
import sys
from collections import namedtuple

import sample_check as check
import sample_credentials as credentials
import sample_detective as detective
import sample_events as events
import sample_federation as federation
import sample_inputs as inputs
import sample_organization as organization
import sample_root
import sample_simulation as simulation
import sample_story as story
import sample_verdicts as verdicts
import sample_wire as wire

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLE = "assets/sample/"

Answer = namedtuple("Answer", "body request token status")       # one page
# host: of a regional service; None: the service has one, of HOSTS. session: "root", or None.
# redacted: members of the answer that are secrets.
Query = namedtuple("Query", "account service operation parameters answers error region host "
                            "session redacted",
                   defaults=("us-east-1", None, None, ()))


def query(account, service, operation, parameters, pages, namespace=wire.IAM):
    """pages: (content of the result element or whole JSON body, token to the next page)."""
    answers, token = [], None
    for page, (result, following) in enumerate(pages):
        request = wire.request_id(account.number, operation, wire.pretty(parameters), str(page))
        if not isinstance(result, bytes):
            result = wire.answer_xml(operation, result, request, namespace)
        answers.append(Answer(result, request, token, 200))
        token = following
    return Query(account, service, operation, parameters, answers, None)


def denied_query(account, operation, parameters):
    request = wire.request_id(account.number, operation, wire.pretty(parameters), "0")
    error = {"code": "AccessDenied", "message": wire.DENIED % (account.number, account.number)}
    return Query(account, "iam", operation, parameters,
                 [Answer(wire.denied_xml(account, request), request, None, 403)], error)


def regional_query(account, row):
    """The Query of a detective.Asked."""
    answers, token = [], None
    for page, (content, following) in enumerate(row.pages):
        request = row.request or wire.request_id(account.number, row.operation, row.region,
                                                 wire.pretty(row.parameters), str(page))
        if not isinstance(content, bytes):
            content = wire.answer_xml(row.operation, content, request, detective.CLOUDWATCH)
        answers.append(Answer(content, request, token, row.status))
        token = following
    host = "%s.%s.amazonaws.com" % (detective.LABELS.get(row.service, row.service), row.region)
    error = None if row.error and row.error["code"] in detective.BENIGN else row.error
    return Query(account, row.service, row.operation, row.parameters, answers, error,
                 row.region, host, redacted=row.redacted)


def event_queries(account):
    """Which questions are asked second depends on the answers to the first."""
    return [regional_query(account, detective.Asked(
                "cloudtrail", region, "LookupEvents", parameters,
                events.answer_pages(account.number, region, parameters), 200, None, None))
            for region, parameters in events.questions(account.number, PERIOD)]


def no_such_query(account, operation, parameters, message):
    """AWS's answer «there is none»: an error by its status, and all that was asked."""
    request = wire.request_id(account.number, operation, wire.pretty(parameters), "0")
    return Query(account, "iam", operation, parameters,
                 [Answer(credentials.no_such_xml(message, request), request, None, 404)], None)


def center_query(account, asked):
    """A question of sample_federation.py: its pages, or an error that is an answer."""
    host = "%s.%s.amazonaws.com" % (federation.LABELS[asked.service], asked.region)
    if not asked.error:
        found = query(account, asked.service, asked.operation, asked.parameters, asked.pages)
        return found._replace(region=asked.region, host=host)
    code, message = asked.error
    request = wire.request_id(account.number, asked.operation, wire.pretty(asked.parameters), "0")
    body = json.dumps({"__type": code, "Message": message}, separators=(",", ":")).encode()
    return Query(account, asked.service, asked.operation, asked.parameters,
                 [Answer(body, request, None, 400)], None, asked.region, host)


def home_queries(account):
    features = [("OrganizationId", story.ORGANIZATION),
                ("EnabledFeatures", wire.members(["RootCredentialsManagement", "RootSessions"]))]
    return [query(account, "organizations", "DescribeOrganization", {},
                  [(wire.organization_json(), None)]),
            query(account, "organizations", "ListAccounts", {"MaxResults": 20},
                  wire.account_pages()),
            query(account, "iam", "ListOrganizationsFeatures", {}, [(features, None)])] + [
                query(account, "organizations", *question)
                for question in organization.questions()] + [
                center_query(account, asked) for asked in federation.home_questions()]


def root_queries(account):
    """Asked by a session of the account's root user."""
    rows = []
    for operation in sample_root.OPERATIONS:
        content = sample_root.content(account, sample_root.ROOTS[account.number], operation)
        request = wire.request_id(account.number, operation, "root", "0")
        if content is None:
            answer = Answer(sample_root.no_password_xml(request), request, None, 404)
            error = {"code": "NoSuchEntity", "message": sample_root.NO_PASSWORD}
        else:
            answer = Answer(wire.answer_xml(operation, content, request), request, None, 200)
            error = None
        rows.append(Query(account, "iam", operation, {}, [answer], error, session="root"))
    return rows


def account_queries(account):
    """In the order a scan asks them."""
    caller = [("Arn", "arn:aws:sts::%s:assumed-role/sample-audit/reportgen" % account.number),
              ("UserId", wire.sample_id("AROA", account.number, "sample-audit") + ":reportgen"),
              ("Account", account.number)]
    aliases = wire.members([account.alias] if account.alias else [])
    any_device = {"AssignmentStatus": "Any", "MaxItems": "1000"}
    rows = [query(account, "sts", "GetCallerIdentity", {}, [(caller, None)], wire.STS)]
    if account.number == story.MANAGEMENT:
        rows += home_queries(account)
    rows += [query(account, "iam", "GetAccountAuthorizationDetails", {"MaxItems": "1000"},
                   wire.authorization_pages(account)),
             query(account, "iam", "GetCredentialReport", {}, [(wire.report_xml(account), None)]),
             query(account, "iam", "GetAccountSummary", {}, [(wire.summary_xml(account), None)]),
             denied_query(account, "ListVirtualMFADevices", any_device)
             if account.number == story.SANDBOX else
             query(account, "iam", "ListVirtualMFADevices", any_device,
                   wire.virtual_device_pages(account)),
             query(account, "iam", "ListAccountAliases", {},
                   [([("AccountAliases", aliases), ("IsTruncated", "false")], None)])]
    rows += credentials.queries(account, query, no_such_query)
    rows += [regional_query(account, row) for row in detective.questions(account.number)]
    rows += event_queries(account)
    rows += [query(account, "iam", *asked)
             for asked in federation.account_questions(account.number)]
    rows += [query(account, "iam", *asked) for asked in simulation.questions(account)]
    return rows + (root_queries(account) if account.number in sample_root.ROOTS else [])


def canonical(parameters):
    return json.dumps(parameters, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


HOSTS = {"iam": "iam.amazonaws.com", "organizations": "organizations.us-east-1.amazonaws.com",
         "sts": "sts.us-east-1.amazonaws.com"}
REGIONAL = ["cloudtrail", "cloudwatch", "cognito-idp", "ds", "identitystore", "logs", "s3",
            "sso-admin"]
JSON = {"organizations", "cloudtrail", "cognito-idp", "ds", "identitystore", "logs", "sso-admin"}
STARTED = datetime.datetime(2026, 11, 23, 6, 0, 0)
PERIOD = (wire.iso(STARTED - datetime.timedelta(days=90)), wire.iso(STARTED))


def timed(queries, start):
    """[(query, [(sent, received) of each page])], one request after the other."""
    now, out = start, []
    for row in queries:
        times = []
        for answer in row.answers:
            wait = 55 + wire.number(120, "wait", answer.request) + len(answer.body) // 500
            received = now + datetime.timedelta(milliseconds=wait)
            times.append((now, received))
            pause = 3 + wire.number(9, "pause", answer.request)
            now = received + datetime.timedelta(milliseconds=pause)
        out.append((row, times))
    return out


def page_json(row, index, name, times):
    answer = row.answers[index]
    sent, received = times[index]
    return {"file": name, "size": len(answer.body),
            "sha256": hashlib.sha256(answer.body).hexdigest(), "httpStatus": answer.status,
            "requestId": answer.request, "token": answer.token,
            "sentAt": wire.iso_ms(sent), "receivedAt": wire.iso_ms(received),
            "serverDate": wire.iso(sent + (received - sent) / 2)}


def account_entries(account, rows, files):
    """The account's rows of snapshot.json; puts the bodies into files under their numbers."""
    entries, count = [], 0
    for row, times in sorted(rows, key=lambda r: (r[0].operation, canonical(r[0].parameters),
                                                  r[0].service, r[0].region)):
        pages = []
        for index, answer in enumerate(row.answers):
            count += 1
            name = "raw/%s/%04d-%s-%s.%s" % (account.number, count, row.service, row.operation,
                                             "json" if row.service in JSON else "xml")
            files[name] = answer.body
            pages.append(page_json(row, index, name, times))
        extra = {**({"session": row.session} if row.session else {}),
                 **({"redacted": list(row.redacted)} if row.redacted else {})}
        entries.append({**extra, "account": account.number, "region": row.region,
                        "service": row.service,
                        "operation": row.operation, "parameters": row.parameters,
                        "endpointHost": row.host or HOSTS[row.service],
                        "complete": row.error is None,
                        "error": row.error, "pages": pages})
    return entries


def snapshot_files():
    """{path: bytes} of raw/ and snapshot.json."""
    files, entries, finished = {}, [], STARTED
    for account, milliseconds in zip(story.ACCOUNTS, (214, 1105, 1131)):
        rows = timed(account_queries(account),
                     STARTED + datetime.timedelta(milliseconds=milliseconds))
        finished = max([finished] + [received for _, times in rows for _, received in times])
        entries += account_entries(account, rows, files)
    entries.sort(key=lambda e: (e["account"], e["service"], e["operation"],
                                canonical(e["parameters"]), e["region"]))
    files["snapshot.json"] = wire.pretty({
        "schema": "reportgen-snapshot/1", "producer": {"name": "reportgen", "version": "0.1.0"},
        "startedAt": wire.iso(STARTED),
        "finishedAt": wire.iso(finished + datetime.timedelta(seconds=1)),
        "scope": {"mode": "organization", "home": story.MANAGEMENT, "assumeRoot": True,
                  "simulate": simulation.ASKED,
                  "freshness": "confirm", "collect": sorted(list(HOSTS) + REGIONAL),
                  "regions": story.REGIONS,
                  "period": {"from": PERIOD[0], "to": PERIOD[1]},
                  "accounts": [{"id": a.number, "included": True, "reason": None}
                               for a in story.ACCOUNTS]},
        "overrides": [{"kind": "sample-data", "detail": story.OVERRIDE}],
        "queries": entries}).encode()
    return files


# ----------------------------------------------------------------------------- write and check


def all_files():
    files = {SAMPLE + name: body for name, body in snapshot_files().items()}
    files.update({SAMPLE + "inputs/" + name: body for name, body in inputs.files().items()})
    files[SAMPLE + "README.md"] = verdicts.readme().encode()
    files[verdicts.EXPECTED] = wire.pretty(verdicts.expected()).encode()
    return files


def on_disk():
    found = {str(p.relative_to(ROOT)) for p in (ROOT / SAMPLE).rglob("*") if p.is_file()}
    return found | ({verdicts.EXPECTED} if (ROOT / verdicts.EXPECTED).exists() else set())


def write():
    files = all_files()
    for name in sorted(on_disk() - set(files)):
        (ROOT / name).unlink()
    for name, body in files.items():
        path = ROOT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_bytes() != body:
            path.write_bytes(body)


def problems():
    """Every complaint, as a sentence."""
    files = all_files()
    for name in sorted(set(files) | on_disk()):
        if name not in files:
            yield "%s: not written by make_sample.py" % name
        elif not (ROOT / name).exists():
            yield "%s: missing" % name
        elif (ROOT / name).read_bytes() != files[name]:
            yield "%s: differs; run make_sample.py" % name
    yield from verdicts.disagreements()
    yield from organization.problems()
    yield from federation.problems()
    if set(files) <= on_disk():
        yield from check.snapshot_problems(ROOT / SAMPLE)


def main():
    parser = argparse.ArgumentParser(description="Write or check the sample organisation.")
    parser.add_argument("--check", action="store_true", help="change nothing, report differences")
    if not parser.parse_args().check:
        write()
    found = list(problems())
    for line in found:
        print(line)
    if not found:
        print("sample organisation: %d files in order" % len(all_files()))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
