"""test_sigv4.py - canonical forms and signatures against vectors of our own.

The signatures were computed with another implementation; the last step is done again by openssl.
"""
import subprocess

import pytest

from fakeaws import sigv4

SECRET = "fakeaws+secret/for+vectors/0123456789abc"
DATE = "20261124T061400Z"
FORM = "application/x-www-form-urlencoded; charset=utf-8"
HEADERS = [("host", "iam.amazonaws.com"), ("content-type", FORM), ("x-amz-date", DATE)]


def request(method="POST", path=b"/", query=b"", headers=(), body=b""):
    return sigv4.Request(method, path, query, list(headers), body)


@pytest.mark.parametrize("path, canonical", [
    (b"/", "/"), (b"", "/"), (b"//a//b/", "/a/b/"), (b"/a/./b", "/a/b"), (b"/a/../b", "/b"),
    (b"/../..", "/"), (b"/a/..", "/"), (b"/a/b/..", "/a/"), (b"/a/.", "/a/"), (b"/a b", "/a%20b"),
    (b"/a%20b", "/a%2520b"), (b"/arn%3Aaws", "/arn%253Aaws"), (b"/-_.~", "/-_.~"),
    ("/\u00e9".encode(), "/%C3%A9"), (b"/a=b,c", "/a%3Db%2Cc")])
def test_path_is_normalized_and_encoded_once_more(path, canonical):
    assert sigv4.canonical_path(path) == canonical


@pytest.mark.parametrize("path", [b"//a/../b/", b"/a/.", b"/"])
def test_path_stays_when_told(path):
    assert sigv4.canonical_path(path, normalize=False) == path.decode()


def test_path_of_s3_is_as_sent():
    assert sigv4.canonical_path(b"/a//b%20c", "s3") == "/a//b%20c"


@pytest.mark.parametrize("query, canonical", [
    (b"", ""), (b"b=2&a=1", "a=1&b=2"), (b"a=2&a=1", "a=1&a=2"), (b"a", "a="), (b"a=&A=", "A=&a="),
    (b"a=x%20y", "a=x%20y"), (b"a=x+y", "a=x%2By"), (b"a=%2f", "a=%2F"), (b"k=a=b", "k=a%3Db"),
    ("a=\u00e9".encode(), "a=%C3%A9"), (b"a-b=1&a=2", "a=2&a-b=1")])
def test_query_is_sorted_and_encoded(query, canonical):
    assert sigv4.canonical_query(query) == canonical


def test_headers_are_trimmed_folded_and_joined():
    headers = [("b", "  x   y  "), ("a", "2"), ("a", "1"), ("unsigned", "z")]
    assert sigv4.canonical_headers(headers, ["a", "b"]) == "a:2,1\nb:x y\n"


def test_canonical_request():
    canonical = sigv4.canonical_request(request(headers=HEADERS, body=b"Action=A"),
                                        ["content-type", "host", "x-amz-date"])
    assert canonical.split("\n") == [
        "POST", "/", "", "content-type:" + FORM, "host:iam.amazonaws.com", "x-amz-date:" + DATE, "",
        "content-type;host;x-amz-date",
        "e7fe3a930899e0f2fa547a852385ab2c61ce81c83d912a750d41b9f0219dbf69"]


@pytest.mark.parametrize("region, service, body, expected", [
    ("us-east-1", "iam", b"",
     "12296adbfb15be3bd45b5f248b60c9049abd72a18c7463d56bc1c75ed4e0af87"),
    ("us-east-1", "iam", b"Action=GetAccountSummary&Version=2010-05-08",
     "dda3699a4dfb3a21647317c7b085af2d4e76ed0b233d53928d624a3c569c6c4f"),
    ("eu-central-1", "sts", b"Action=GetCallerIdentity&Version=2011-06-15",
     "92e41e8d9a07cc0d42aba34dc1df3ad861559220a6d6e963e71b148d04ee48ae"),
    ("cn-northwest-1", "organizations", b"{}",
     "f947cff1b5e96756c125a7d10fbda19759f9694fa0881679431486a1aff81c7c"),
])
def test_signature(region, service, body, expected):
    canonical = sigv4.canonical_request(request(headers=HEADERS, body=body),
                                        ["content-type", "host", "x-amz-date"])
    assert sigv4.signature(SECRET, DATE, region, service, canonical) == expected


def hmac_by_openssl(key, text):
    done = subprocess.run(["openssl", "dgst", "-sha256", "-mac", "hmac", "-macopt",
                           "hexkey:" + key.hex(), "-binary"], input=text.encode(),
                          capture_output=True, check=True)
    return done.stdout


def test_signature_is_that_of_another_implementation():
    """The chain of keys, computed by the openssl program."""
    canonical = sigv4.canonical_request(request(headers=HEADERS), ["host", "x-amz-date"])
    key = ("AWS4" + SECRET).encode()
    for word in ("20261124", "us-east-1", "iam", "aws4_request"):
        key = hmac_by_openssl(key, word)
    text = sigv4.string_to_sign(DATE, "20261124/us-east-1/iam/aws4_request", canonical)
    assert sigv4.signature(SECRET, DATE, "us-east-1", "iam", canonical) == \
        hmac_by_openssl(key, text).hex()


# --------------------------------------------------------------------------------- what is refused

NOW = sigv4.seconds(DATE)


def authorization(signed, value, key_id="AKIAFAKE", day=DATE[:8]):
    return ("AWS4-HMAC-SHA256 Credential=%s/%s/us-east-1/iam/aws4_request, SignedHeaders=%s, "
            "Signature=%s" % (key_id, day, signed, value))


def verified(headers=HEADERS, signed="content-type;host;x-amz-date", body=b"Action=A", now=NOW,
             sent=None, day=DATE[:8]):
    """Signs headers and body; what is sent may differ."""
    plain = request(headers=headers, body=body)
    canonical = sigv4.canonical_request(plain, signed.split(";"))
    value = sigv4.signature(SECRET, DATE, "us-east-1", "iam", canonical)
    whole = (sent or plain)._replace(
        headers=list((sent or plain).headers) + [("authorization",
                                                  authorization(signed, value, day=day))])
    sigv4.verify(whole, sigv4.claim_of(whole), SECRET, now)


def test_a_good_request_verifies():
    verified()
    verified(now=NOW + 300)
    verified(now=NOW - 300)


@pytest.mark.parametrize("change, kind", [
    (dict(body=b"Action=B", sent=request(headers=HEADERS, body=b"Action=A")), "signature"),
    (dict(sent=request("GET", headers=HEADERS, body=b"Action=A")), "signature"),
    (dict(sent=request(path=b"/x", headers=HEADERS, body=b"Action=A")), "signature"),
    (dict(sent=request(query=b"x=1", headers=HEADERS, body=b"Action=A")), "signature"),
    (dict(signed="host;x-amz-date"), "signature"),
    (dict(signed="content-type;x-amz-date"), "signature"),
    (dict(signed="content-type;host"), "signature"),
    (dict(signed="host;content-type;x-amz-date"), "incomplete"),
    (dict(signed="content-type;host;host;x-amz-date"), "incomplete"),
    (dict(signed="content-type;host;x-absent;x-amz-date"), "signature"),
    (dict(headers=HEADERS + [("x-amz-target", "T")]), "signature"),
    (dict(headers=HEADERS + [("x-amz-date", DATE)]), "incomplete"),
    (dict(now=NOW + 301), "signature"),
    (dict(now=NOW - 301), "signature"),
    (dict(day="20261123"), "signature"),
])
def test_what_is_wrong_is_refused(change, kind):
    with pytest.raises(sigv4.Refused) as refused:
        verified(**change)
    assert refused.value.kind == kind


@pytest.mark.parametrize("text", [
    "", "Basic YTpi", authorization("host", "0" * 63), authorization("host", "A" * 64),
    authorization("host", "0" * 64).replace("aws4_request", "aws5_request"),
    authorization("host", "0" * 64).replace("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"),
    authorization("host", "0" * 64).replace("SignedHeaders=host, ", "")])
def test_a_malformed_authorization_is_incomplete(text):
    with pytest.raises(sigv4.Refused) as refused:
        sigv4.parse_authorization(text)
    assert refused.value.kind == "incomplete"


def test_the_hash_header_has_to_match():
    for value, good in (("e" * 64, False), (None, True)):
        headers = HEADERS + ([("x-amz-content-sha256", value)] if value else [])
        signed = ";".join(sorted(name for name, _ in headers))
        if good:
            verified(headers=headers, signed=signed)
        else:
            with pytest.raises(sigv4.Refused, match="hash of the body"):
                verified(headers=headers, signed=signed)


def test_the_refusal_hides_the_session_token():
    headers = HEADERS + [("x-amz-security-token", "very-secret-token")]
    signed = "content-type;host;x-amz-date;x-amz-security-token"
    with pytest.raises(sigv4.Refused) as refused:
        verified(headers=headers, signed=signed,
                 sent=request("GET", headers=headers, body=b"Action=A"))
    assert "very-secret-token" not in refused.value.message + refused.value.why
