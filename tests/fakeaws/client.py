"""client.py - a small signing client of the server's tests: POST, keep-alive, answers as they came.

It signs what it is told to sign, also wrongly: every part of a good request can be replaced.
"""
import hashlib
import http.client
import json
import re
import time
import urllib.parse
from collections import namedtuple

from fakeaws import sigv4

Keys = namedtuple("Keys", "key_id secret token")
Answer = namedtuple("Answer", "status headers body")

VERSIONS = {"iam": "2010-05-08", "sts": "2011-06-15", "cloudwatch": "2010-08-01"}
TARGETS = {"organizations": "AWSOrganizationsV20161128", "sso-admin": "SWBExternalService",
           "identitystore": "AWSIdentityStore",
           "cloudtrail": "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101",
           "logs": "Logs_20140328", "cognito-idp": "AWSCognitoIdentityProviderService",
           "ds": "DirectoryService_20150416"}
NAMES = {"sso-admin": "sso", "cloudwatch": "monitoring"}
QUERIES = {"GetBucketLocation": "location", "GetBucketVersioning": "versioning",
           "GetObjectLockConfiguration": "object-lock"}
TOKENS = {"iam": "Marker", "sts": "Marker", "logs": "nextToken"}


def sign(headers, body, keys, scope, unsigned=(), line=("POST", "/", "")):
    """headers: {name: value} with x-amz-date; adds Authorization. scope: (region, service);
    line: method, path, query."""
    lower = sorted((name.lower(), value) for name, value in headers.items())
    signed = [name for name, _ in lower if name not in unsigned]
    request = sigv4.Request(line[0], line[1].encode(), line[2].encode(), lower, body)
    date = headers["X-Amz-Date"]
    canonical = sigv4.canonical_request(request, signed, scope[1],
                                        body_hash=hashlib.sha256(body).hexdigest())
    value = sigv4.signature(keys.secret, date, scope[0], scope[1], canonical)
    headers["Authorization"] = "%s Credential=%s/%s/%s/%s/aws4_request, SignedHeaders=%s, " \
        "Signature=%s" % (sigv4.ALGORITHM, keys.key_id, date[:8], *scope, ";".join(signed), value)
    return headers


class Client:
    def __init__(self, url, keys, context=None, timeout=20):
        self.host = urllib.parse.urlsplit(url).netloc
        if url.startswith("https:"):
            self.http = http.client.HTTPSConnection(self.host, timeout=timeout, context=context)
        else:
            self.http = http.client.HTTPConnection(self.host, timeout=timeout)
        self.keys, self.region, self.ahead = keys, "us-east-1", 0

    def prepare(self, service, operation, parameters):
        """(headers, body) before signing."""
        if service in VERSIONS:
            kind = "application/x-www-form-urlencoded; charset=utf-8"
            body = urllib.parse.urlencode(dict({"Action": operation,
                                                "Version": VERSIONS[service]}, **parameters))
        else:
            kind, body = "application/x-amz-json-1.1", json.dumps(parameters)
        headers = {"Host": self.host, "Content-Type": kind,
                   "X-Amz-Date": sigv4.stamp(time.time() + self.ahead)}
        if service not in VERSIONS:
            headers["X-Amz-Target"] = "%s.%s" % (TARGETS[service], operation)
        if self.keys and self.keys.token:
            headers["X-Amz-Security-Token"] = self.keys.token
        return headers, body.encode()

    def send(self, method, path, headers, body=b""):
        self.http.request(method, path, body=body, headers=headers)
        got = self.http.getresponse()
        return Answer(got.status, {k.lower(): v for k, v in got.getheaders()}, got.read())

    def bucket(self, operation, name, region="us-east-1", **damage):
        """A question to S3; damage: headers to replace before signing, None leaves one out."""
        headers = {"Host": self.host, "X-Amz-Date": sigv4.stamp(time.time() + self.ahead),
                   "X-Amz-Content-Sha256": hashlib.sha256(b"").hexdigest()}
        if self.keys.token:
            headers["X-Amz-Security-Token"] = self.keys.token
        for key, value in damage.items():
            headers[key.replace("_", "-")] = value
        headers = {key: value for key, value in headers.items() if value is not None}
        path = "/" + urllib.parse.quote(name, safe="")
        sign(headers, b"", self.keys, (region, "s3"), line=("GET", path, QUERIES[operation]))
        return self.send("GET", "%s?%s" % (path, QUERIES[operation]), headers)

    def call(self, service, operation, parameters=None, scope=None, **damage):
        """damage: headers to replace after signing ("_" for "-"), `unsigned` names, `body`."""
        headers, body = self.prepare(service, operation, parameters or {})
        unsigned, sent = damage.pop("unsigned", ()), damage.pop("body", body)
        if self.keys:
            scope = scope or (self.region, NAMES.get(service, service))
            sign(headers, body, self.keys, scope, unsigned)
        for name, value in damage.items():
            headers[name.replace("_", "-")] = value
        return self.send("POST", "/", headers, sent)

    def pages(self, service, operation, parameters=None, region=None):
        """Answers until no token follows."""
        if service == "s3":
            return [self.bucket(operation, parameters["Bucket"], region or self.region)]
        name = TOKENS.get(service, "NextToken")
        pattern = r"<%s>([^<]*)</" % name if service in VERSIONS else r'"%s":"([^"]*)"' % name
        scope = (region or self.region, NAMES.get(service, service))
        token, found = None, []
        while token or not found:
            more = {name: token} if token else {}
            found.append(self.call(service, operation, dict(parameters or {}, **more), scope))
            token = (re.findall(pattern, found[-1].body.decode()) or [None])[0]
        return found

    def assume(self, role_arn, external_id=None, **more):
        """The Keys of a session, or the Answer that refused it."""
        parameters = dict({"RoleArn": role_arn, "RoleSessionName": "reportgen"}, **more)
        if external_id:
            parameters["ExternalId"] = external_id
        answer = self.call("sts", "AssumeRole", parameters)
        return keys_of(answer) if answer.status == 200 else answer


def element(answer, name):
    return re.findall("<%s>([^<]*)</%s>" % (name, name), answer.body.decode())


def keys_of(answer):
    return Keys(*(element(answer, name)[0]
                  for name in ("AccessKeyId", "SecretAccessKey", "SessionToken")))


def code(answer):
    """The error code in an answer of either protocol."""
    if answer.body.startswith(b"{"):
        return json.loads(answer.body)["__type"].rpartition("#")[2]
    return element(answer, "Code")[0]
