"""answers.py - from a question to the bytes of its answer: recorded, remembered, or made now.

A function of TABLE takes a Question and gives the content of the answer: for query services the
content of the result element in the form of sample_wire.element(), for JSON services a dict; or a
Paged, from which pages are cut here. To add a service: a row in TABLE, and its name in gate.py.
"""
import base64
import json

import sample_detective as tales
import sample_wire as wire

from fakeaws import (cloudtrail, detective, ec2, iam, identity_center, member_root,
                     organizations, sts)
from fakeaws.errors import AwsError, refusal
from fakeaws.questions import Paged
from fakeaws.worlds import canonical, recorded_key

REPEATED = "cmVwZWF0ZWQ="                # the token of the fault "repeat-token"
TOKEN = {"iam": "Marker", "sts": "Marker", "logs": "nextToken"}
SIZES = ("MaxItems", "MaxResults", "MaxRecords", "limit")
PLACEHOLDER = "00000000-0000-4000-8000-000000000000"

TABLE = {
    "sts": sts.TABLE,
    "ec2": ec2.TABLE,
    "iam": iam.TABLE,
    "organizations": organizations.TABLE,
    "sso-admin": identity_center.SSO_ADMIN,
    "identitystore": identity_center.STORE,
    **detective.TABLES,
    "cloudtrail": {**cloudtrail.TABLE, **detective.TABLES["cloudtrail"]},
}
UNCACHED = {"GenerateCredentialReport", "LookupEvents"} | set(sts.TABLE) | set(ec2.TABLE)


def token_for(q, offset):
    words = (q.account.number, q.operation, q.region, canonical(without_token(q)), str(offset))
    check = wire.digest("page", *words)[:12]
    return base64.b64encode(b"%d:" % offset + check).decode()


def offset_of(q, token):
    """Where the page begins; refuses a token that this question did not get."""
    try:
        offset = int(base64.b64decode(token, validate=True).partition(b":")[0])
    except ValueError:
        offset = -1
    if token_for(q, offset) != token:
        raise refusal("validation", q.service, "Invalid Marker or NextToken.")
    return offset


def token_name(service):
    return TOKEN.get(service, "NextToken")


def without_token(q):
    return {k: v for k, v in q.parameters.items() if k != token_name(q.service)}


def page_size(q, paged):
    asked = next((q.parameters[name] for name in SIZES if name in q.parameters), paged.usual)
    if not str(asked).isdigit() or not 1 <= int(asked) <= paged.largest:
        raise refusal("validation", q.service, "Value '%s' at 'maxItems' failed to satisfy "
                      "constraint: between 1 and %d" % (asked, paged.largest))
    return int(asked)


def one_page(q, paged, token):
    first = offset_of(q, token) if token else 0
    last = min(first + page_size(q, paged), paged.count)
    content = paged.build(first, last)
    more = token_for(q, last) if last < paged.count else None
    if isinstance(content, dict):
        return dict(content, **{token_name(q.service): more}) if more else content
    if token_name(q.service) == "NextToken":
        return content + ([("NextToken", more)] if more else [])
    return ([("IsTruncated", "true" if more else "false")]
            + ([("Marker", more)] if more else []) + content)


NAMESPACES = {"iam": wire.IAM, "sts": wire.STS, "ec2": "http://ec2.amazonaws.com/doc/2016-11-15/",
              "cloudwatch": "http://monitoring.amazonaws.com/doc/2010-08-01/"}


def render(q, content):
    """The body; what stands in for the request id is put in place by the server."""
    if q.asked.form == "json":           # some services speak both
        return json.dumps(dict(content), separators=(",", ":"), ensure_ascii=False).encode()
    body = wire.answer_xml(q.operation, content, PLACEHOLDER, NAMESPACES[q.service])
    if q.world.partition != "aws":
        body = body.replace(b"arn:aws:", b"arn:%s:" % q.world.partition.encode())
        body = body.replace(b"arn%3Aaws%3A", b"arn%%3A%s%%3A" % q.world.partition.encode())
    return body


def recorded_answer(q, token):
    """(status, body, request id) as recorded in the sample, or None."""
    key = recorded_key(q.service, q.operation, without_token(q), q.region)
    if q.caller.root:
        found = q.account.recorded.get(key + ("root",))
    else:
        found = q.account.recorded.get(key) or q.account.denied.get((q.service, q.operation))
    if not found:
        return None
    if q.operation == "GetCallerIdentity":
        token = None
        if (">%s<" % q.caller.arn).encode() not in found.body(None):
            return None
    if token not in found.pages:
        raise refusal("validation", q.service, "Invalid Marker or NextToken.")
    page, body = found.pages[token], found.body(token)
    if q.operation == "DescribeDirectories":    # the sample keeps no secret; AWS answers with it
        body = body.replace(tales.REMOVED.encode(), tales.RADIUS_SECRET.encode())
    return page["httpStatus"], body, page["requestId"]


CACHE = {}


def answer(q):
    """(status, body, request id or None when the server may choose it); raises AwsError."""
    if q.service == "sts" and q.operation in sts.SESSIONS:
        return 200, render(q, sts.TABLE[q.operation](q)), None
    token = q.parameters.get(token_name(q.service))
    token = None if token == REPEATED else token
    if q.operation == "GetCredentialReport":
        iam.report_not_ready(q)
    found = recorded_answer(q, token)
    if found and q.operation == "GetCredentialReport":
        return found[0], iam.aged_report(q, found[1]), found[2]
    if found:
        return found
    if q.caller.root and q.service != "sts":
        return 200, render(q, member_root.answer(q)), None
    key = (q.account.number, q.service, q.operation, q.region, canonical(q.parameters))
    if key in CACHE:
        return 200, CACHE[key], None
    if q.asked.form == "s3":
        return detective.s3_answer(q)
    function = TABLE.get(q.service, {}).get(q.operation)
    if not function:
        raise AwsError("InvalidAction" if q.service in NAMESPACES else "UnknownOperationException",
                       "Could not find operation %s" % q.operation)
    q.account.ready()
    content = function(q)
    if isinstance(content, Paged):
        content = one_page(q, content, token)
    body = render(q, content)
    if q.operation not in UNCACHED:
        CACHE[key] = body
    return 200, body, None
