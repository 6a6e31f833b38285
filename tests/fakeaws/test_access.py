"""test_access.py - who gets in: signatures on the wire, sessions, roles, places of credentials."""
import json
import re
import socket
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest

from fakeaws import sigv4
from fakeaws.client import Client, Keys, code, element, keys_of, sign
from fakeaws.conftest import home_keys
from fakeaws.connection import BadRequest, parse_head

AUDIT = "arn:aws:iam::%s:role/sample-audit"
PRODUCTION = "222233334444"


def test_a_good_signature(sample, client):
    answer = client.call("sts", "GetCallerIdentity")
    assert answer.status == 200
    assert element(answer, "Account") == [sample.home]
    assert answer.headers["content-type"] == "text/xml"
    assert element(answer, "RequestId") == [answer.headers["x-amzn-requestid"]]
    assert sample.log()[-1]["signature"] == "ok"


def test_a_signature_over_json(client):
    answer = client.call("organizations", "DescribeOrganization")
    assert json.loads(answer.body)["Organization"]["Id"] == "o-sample00001"


@pytest.mark.parametrize("service, damage, expected", [
    ("iam", dict(body=b"Action=GetUser&Version=2010-05-08"), "SignatureDoesNotMatch"),
    ("organizations", dict(body=b'{"a":1}'), "InvalidSignatureException"),
    ("iam", dict(unsigned=("content-type",)), "SignatureDoesNotMatch"),
    ("organizations", dict(unsigned=("x-amz-target",)), "InvalidSignatureException"),
    ("iam", dict(scope=("eu-west-1", "iam")), "SignatureDoesNotMatch"),
    ("iam", dict(scope=("us-east-1", "sts")), "SignatureDoesNotMatch"),
    ("organizations", dict(scope=("us-east-1", "iam")), "InvalidSignatureException"),
    ("iam", dict(X_Amz_Date="20200101T000000Z"), "SignatureDoesNotMatch"),
    ("iam", dict(Authorization="AWS4-HMAC-SHA256 nonsense"), "IncompleteSignature"),
    ("organizations", dict(Authorization="Bearer x"), "IncompleteSignatureException"),
    ("iam", dict(X_Amz_Security_Token="unsigned"), "InvalidClientTokenId"),
    ("iam", dict(X_Amz_Meta="unsigned"), "SignatureDoesNotMatch"),
])
def test_a_wrong_signature(sample, client, service, damage, expected):
    operation = "GetAccountSummary" if service == "iam" else "DescribeOrganization"
    answer = client.call(service, operation, **damage)
    assert (answer.status // 100, code(answer)) == (4, expected)
    assert sample.log()[-1]["signature"] == "bad"


def test_no_signature(sample):
    for service, operation, expected in (
            ("iam", "GetAccountSummary", "MissingAuthenticationToken"),
            ("organizations", "ListAccounts", "MissingAuthenticationTokenException")):
        answer = Client(sample.url, None).call(service, operation)
        assert code(answer) == expected
        assert sample.log()[-1]["signature"] == "none"


def test_no_single_changed_byte_gets_in(client):
    """One bit of one byte of a good request, everywhere: it is refused, or HTTP is broken."""
    headers, body = client.prepare("iam", "GetAccountSummary", {})
    sign(headers, body, client.keys, ("us-east-1", "iam"))
    raw = "POST / HTTP/1.1\r\n%s\r\n\r\n" % "\r\n".join("%s: %s" % h for h in headers.items())
    let_in = []
    for position in range(len(raw) + len(body)):
        changed = bytearray(raw.encode() + body)
        changed[position] ^= 1
        head, _, sent = bytes(changed).partition(b"\r\n\r\n")
        try:
            method, target, found = parse_head(head)
            asked = sigv4.Request(method, *target.partition(b"?")[::2], found, sent)
            claim = sigv4.claim_of(asked)
            secret = client.keys.secret if claim.key_id == client.keys.key_id else "another"
            sigv4.verify(asked, claim, secret, time.time())
        except (BadRequest, sigv4.Refused):
            continue
        let_in.append(bytes(changed)[max(0, position - 9):position + 9])
    assert let_in == []


def test_unknown_keys_and_wrong_secrets(sample):
    key, secret, _ = home_keys(sample)
    for keys, expected in ((Keys("AKIAFAKE999999999999", secret, None), "InvalidClientTokenId"),
                           (Keys("AKIAOTHER11122223333", secret, None), "InvalidClientTokenId"),
                           (Keys(key, secret + "x", None), "SignatureDoesNotMatch"),
                           (Keys(key, secret, "token"), "InvalidClientTokenId")):
        assert code(Client(sample.url, keys).call("iam", "GetAccountSummary")) == expected


def test_the_clock(sample, client):
    """More than five minutes apart is too much, by the server's own clock; Date tells it."""
    for skew, good in ((280, True), (-280, True), (400, False), (-400, False)):
        sample.control(skew=skew)
        answer = client.call("sts", "GetCallerIdentity")
        assert (answer.status == 200) == good
        told = time.mktime(time.strptime(answer.headers["date"], "%a, %d %b %Y %H:%M:%S GMT"))
        assert abs(told - time.timezone - time.time() - skew) < 5
    assert "Signature not yet current" in element(answer, "Message")[0]
    client.ahead = -400
    assert client.call("sts", "GetCallerIdentity").status == 200


def test_assume_role(sample, client):
    keys = client.assume(AUDIT % PRODUCTION, "sample-audit")
    member = Client(sample.url, keys)
    assert element(member.call("sts", "GetCallerIdentity"), "Arn") == [
        "arn:aws:sts::222233334444:assumed-role/sample-audit/reportgen"]
    assert code(Client(sample.url, keys._replace(token=None)).call(
        "iam", "GetAccountSummary")) == "InvalidClientTokenId"
    assert code(Client(sample.url, keys._replace(token=keys.token[:-4] + "AAAA")).call(
        "iam", "GetAccountSummary")) == "InvalidClientTokenId"


@pytest.mark.parametrize("role, external", [
    (AUDIT % PRODUCTION, None), (AUDIT % PRODUCTION, "wrong"),
    (AUDIT % "999999999999", "sample-audit"), (AUDIT % PRODUCTION + "x", "sample-audit"),
    ("arn:aws:iam::222233334444:role/sample-operator", None)])
def test_assume_role_refused(sample, client, role, external):
    refused = client.assume(role, external)
    assert (refused.status, code(refused)) == (403, "AccessDenied")
    assert "sts:AssumeRole on resource: " + role in element(refused, "Message")[0]
    assert sample.log()[-1]["target"] == role.split(":")[4]


def test_a_member_may_not_assume_the_audit_role(sample, client):
    member = Client(sample.url, client.assume(AUDIT % PRODUCTION, "sample-audit"))
    assert code(member.assume(AUDIT % "333344445555", "sample-audit")) == "AccessDenied"


def test_mfa_code(client):
    admin = "arn:aws:iam::222233334444:role/OrganizationAccountAccessRole"
    assert client.assume(admin, SerialNumber="GAHT1", TokenCode="123456").token
    assert code(client.assume(admin, SerialNumber="GAHT1", TokenCode="000000")) == "AccessDenied"


def test_sessions_expire(sample, client):
    sample.control(sessionSeconds=1)
    member = Client(sample.url, client.assume(AUDIT % PRODUCTION, "sample-audit"))
    assert member.call("iam", "GetAccountSummary").status == 200
    time.sleep(1.1)
    answer = member.call("iam", "GetAccountSummary")
    assert (answer.status, code(answer)) == (403, "ExpiredToken")
    sample.control(sessionSeconds=0)
    member = Client(sample.url, client.assume(AUDIT % sample.home, "sample-audit"))
    sample.control(expireSessions=True)
    assert code(member.call("organizations", "ListAccounts")) == "ExpiredTokenException"


def test_web_identity(sample):
    asker = Client(sample.url, None)
    asked = {"RoleArn": AUDIT % PRODUCTION, "RoleSessionName": "reportgen",
             "WebIdentityToken": sample.ready["webIdentityToken"]}
    keys = keys_of(asker.call("sts", "AssumeRoleWithWebIdentity", asked))
    assert Client(sample.url, keys).call("iam", "GetAccountSummary").status == 200
    refused = asker.call("sts", "AssumeRoleWithWebIdentity", dict(asked, WebIdentityToken="x"))
    assert code(refused) == "InvalidIdentityToken"


def fetch(url, headers=None, method="GET", body=None):
    """(status, body) of an unsigned request."""
    asked = urllib.request.Request(url, body, headers or {}, method=method)
    try:
        with urllib.request.urlopen(asked, timeout=5) as got:
            return got.status, got.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def works(sample, keys):
    return Client(sample.url, Keys(*keys)).call("iam", "GetAccountSummary").status == 200


def test_imds(sample):
    roles = sample.url + "/latest/meta-data/iam/security-credentials/"
    assert fetch(roles)[0] == 401
    assert fetch(sample.url + "/latest/api/token", method="PUT")[0] == 400
    _, token = fetch(sample.url + "/latest/api/token", method="PUT",
                     headers={"x-aws-ec2-metadata-token-ttl-seconds": "21600"})
    header = {"x-aws-ec2-metadata-token": token.decode()}
    assert fetch(roles, header) == (200, b"sample-audit")
    got = json.loads(fetch(roles + "sample-audit", header)[1])
    assert got["Code"] == "Success" and re.match(r"\d{4}-.*Z$", got["Expiration"])
    assert works(sample, (got["AccessKeyId"], got["SecretAccessKey"], got["Token"]))
    assert fetch(roles + "other", header)[0] == 404


def test_container(sample):
    place = sample.ready["container"]
    assert fetch(place["url"])[0] == 401
    got = json.loads(fetch(place["url"], {"Authorization": place["token"]})[1])
    assert works(sample, (got["AccessKeyId"], got["SecretAccessKey"], got["Token"]))


def test_sso(sample):
    sso = sample.ready["sso"]
    place = sample.url + "/federation/credentials?" + urllib.parse.urlencode(
        {"role_name": "sample-audit", "account_id": PRODUCTION})
    assert fetch(place)[0] == 401
    body = {k: sso[k] for k in ("clientId", "clientSecret", "refreshToken")}
    body["grantType"] = "refresh_token"
    fresh = json.loads(fetch(sample.url + "/token", {"Content-Type": "application/json"}, "POST",
                             json.dumps(body).encode())[1])["accessToken"]
    for token in (sso["accessToken"], fresh):
        got = json.loads(fetch(place, {"x-amz-sso_bearer_token": token})[1])["roleCredentials"]
        assert works(sample, (got["accessKeyId"], got["secretAccessKey"], got["sessionToken"]))
        assert got["expiration"] > 1000 * time.time()
    body["refreshToken"] = "wrong"
    assert fetch(sample.url + "/token", None, "POST", json.dumps(body).encode())[0] == 400


def test_tls(sample):
    context = ssl.create_default_context(cafile=sample.ca)
    good = Client(sample.tls["good"], home_keys(sample), context)
    assert good.call("sts", "GetCallerIdentity").status == 200
    for kind, why in (("untrusted", "self-signed|unable to get"), ("wrong-host", "mismatch"),
                      ("expired", "expired")):
        with pytest.raises(ssl.SSLCertVerificationError, match=why):
            Client(sample.tls[kind], home_keys(sample), context).call("sts", "GetCallerIdentity")


@pytest.mark.parametrize("damage, expected", [
    (dict(X_Amz_Target="Nobody.DescribeOrganization"), "UnknownOperationException"),
    (dict(body=b"[]"), "SerializationException"), (dict(body=b""), "SerializationException"),
    (dict(Content_Type="application/json"), "SerializationException")])
def test_json_that_is_no_question(client, damage, expected):
    answer = client.call("organizations", "DescribeOrganization", **damage)
    assert (answer.status, code(answer)) == (400, expected)


@pytest.mark.parametrize("body, expected", [
    (b"Version=2010-05-08", "MissingAction"), (b"Action=GetUser", "InvalidAction"),
    (b"Action=GetUser&Version=2010-05-09", "InvalidAction"),
    (b"Action=A&Action=B&Version=2010-05-08", "MalformedInput")])
def test_a_form_that_is_no_question(client, body, expected):
    assert code(client.call("iam", "GetUser", body=body)) == expected


@pytest.mark.parametrize("raw, said", [
    (b"GET /\r\n\r\n", b"no HTTP/1.1"), (b"GET / HTTP/1.0\r\n\r\n", b"no HTTP/1.1"),
    (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", b"Content-Length wanted"),
    (b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n", b"wrong Content-Length"),
    (b"GET / HTTP/1.1\r\n folded: x\r\n\r\n", b"without name"),
    (b"GET / HTTP/1.1\r\nx: \xff\r\n\r\n", b"no UTF-8")])
def test_bad_http(sample, raw, said):
    with socket.create_connection(("127.0.0.1", sample.ready["port"]), 5) as sock:
        sock.sendall(raw)
        got = b"".join(iter(lambda: sock.recv(4096), b""))
    assert got.startswith(b"HTTP/1.1 400 ") and said in got


def test_a_client_that_waits_to_be_told_to_go_on(sample):
    with socket.create_connection(("127.0.0.1", sample.ready["port"]), 5) as sock:
        sock.sendall(b"POST /__control HTTP/1.1\r\nContent-Length: 2\r\n"
                     b"Expect: 100-continue\r\n\r\n")
        assert sock.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        sock.sendall(b"{}")
        assert sock.recv(100).startswith(b"HTTP/1.1 200 OK")


def test_two_requests_at_once_are_answered_in_order(sample):
    ask = b"GET /__control HTTP/1.1\r\n\r\nGET /nothing HTTP/1.1\r\nConnection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", sample.ready["port"]), 2) as sock:
        sock.sendall(ask)
        got = b""
        while got.count(b"HTTP/1.1 ") < 2:
            got += sock.recv(65536)
    assert got.index(b"200 OK") < got.index(b"404 Not Found")


def test_a_header_sent_twice_is_refused(sample, client):
    headers, body = client.prepare("iam", "GetAccountSummary", {})
    sign(headers, body, client.keys, ("us-east-1", "iam"))
    client.http.putrequest("POST", "/", skip_host=True, skip_accept_encoding=True)
    for name, value in list(headers.items()) + [("X-Amz-Date", headers["X-Amz-Date"])]:
        client.http.putheader(name, value)
    client.http.putheader("Content-Length", str(len(body)))
    client.http.endheaders(body)
    assert b"IncompleteSignature" in client.http.getresponse().read()


def test_no_secret_in_the_log(sample, client):
    keys = client.assume(AUDIT % PRODUCTION, "sample-audit")
    Client(sample.url, keys).call("iam", "GetAccountSummary", body=b"spoilt")
    text = sample.ask("/__log").decode()
    for secret in (keys.secret, keys.token, client.keys.secret, sample.ready["webIdentityToken"]):
        assert secret not in text


def test_tolerance_is_five_minutes():
    assert sigv4.TOLERANCE == 300
