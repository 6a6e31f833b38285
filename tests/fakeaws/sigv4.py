"""sigv4.py - AWS Signature Version 4, from its specification: canonical form, signature, check.

Works on the request as it stood on the wire (bytes), so that a client which signs something else
than it sends is found out.
"""
import calendar
import functools
import hashlib
import hmac
import re
import time
import urllib.parse
from collections import namedtuple

ALGORITHM = "AWS4-HMAC-SHA256"
TOLERANCE = 300         # seconds
SAFE = "-_.~"           # besides letters and digits

Claim = namedtuple("Claim", "key_id day region service signed signature")
# headers: [(lower-case name, value)], in the order and number in which they were sent.
Request = namedtuple("Request", "method path query headers body")


class Refused(Exception):
    """kind: a key of errors.REFUSALS; why: for the log only."""

    def __init__(self, kind, message, why=""):
        super().__init__(kind, message)
        self.kind, self.message, self.why = kind, message, why


def quote(raw):
    return urllib.parse.quote(raw, safe=SAFE)


def remove_dots(path):
    """Path without "." and ".." segments and without empty ones, RFC 3986 5.2.4."""
    kept = []
    for segment in path.split(b"/"):
        if segment == b"..":
            del kept[-1:]
        elif segment not in (b"", b"."):
            kept.append(segment)
    slash = b"/" if kept and path.endswith((b"/", b"/.", b"/..")) else b""
    return b"/" + b"/".join(kept) + slash


def canonical_path(path, service="", normalize=True):
    """What was sent is encoded once more; only S3 takes it as it was sent."""
    if service == "s3":
        return path.decode()
    if normalize:
        path = remove_dots(path)
    return "/".join(quote(segment) for segment in path.split(b"/")) or "/"


def canonical_query(query):
    """Pairs sorted by encoded name, then value; "+" is a plus sign."""
    pairs = []
    for part in query.split(b"&") if query else ():
        name, _, value = part.partition(b"=")
        pairs.append((quote(urllib.parse.unquote_to_bytes(name)),
                      quote(urllib.parse.unquote_to_bytes(value))))
    return "&".join("%s=%s" % pair for pair in sorted(pairs))


def canonical_headers(headers, signed):
    lines = []
    for name in signed:
        values = [re.sub(" +", " ", value.strip()) for n, value in headers if n == name]
        lines.append("%s:%s\n" % (name, ",".join(values)))
    return "".join(lines)


def canonical_request(request, signed, service="", normalize=True, body_hash=None):
    return "\n".join((
        request.method, canonical_path(request.path, service, normalize),
        canonical_query(request.query), canonical_headers(request.headers, signed),
        ";".join(signed), body_hash or hashlib.sha256(request.body).hexdigest()))


@functools.lru_cache(maxsize=4096)
def signing_key(secret, day, region, service):
    key = ("AWS4" + secret).encode()
    for word in (day, region, service, "aws4_request"):
        key = hmac.digest(key, word.encode(), "sha256")
    return key


def string_to_sign(date, scope, canonical):
    return "\n".join((ALGORITHM, date, scope, hashlib.sha256(canonical.encode()).hexdigest()))


def signature(secret, date, region, service, canonical):
    scope = "%s/%s/%s/aws4_request" % (date[:8], region, service)
    return hmac.digest(signing_key(secret, date[:8], region, service),
                       string_to_sign(date, scope, canonical).encode(), "sha256").hex()


# ------------------------------------------------------------------------------------- checking

AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 +Credential=([^/ ,]+)/(\d{8})/([^/ ,]+)/([^/ ,]+)/aws4_request, *"
    r"SignedHeaders=([^ ,]+), *Signature=([0-9a-f]{64})$")
DATE = re.compile(r"\d{8}T\d{6}Z$")


def parse_authorization(text):
    match = AUTHORIZATION.match(text)
    if not match:
        raise Refused("incomplete", "Authorization header is not in the form AWS4-HMAC-SHA256 "
                      "Credential=.../aws4_request, SignedHeaders=..., Signature=...")
    key_id, day, region, service, signed, value = match.groups()
    return Claim(key_id, day, region, service, signed.split(";"), value)


def seconds(date):
    return calendar.timegm(time.strptime(date, "%Y%m%dT%H%M%SZ"))


def stamp(now):
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now))


def must_be_signed(request):
    """Names of sent headers that a signature has to cover."""
    return {name for name, _ in request.headers
            if name in ("host", "content-type") or name.startswith("x-amz-")}


def check_names(request, claim):
    sent = {name for name, _ in request.headers}
    if claim.signed != sorted(set(claim.signed)) or any(n != n.lower() for n in claim.signed):
        raise Refused("incomplete", "SignedHeaders is not sorted, in lower case, each name once")
    for name in claim.signed:
        if name not in sent:
            raise Refused("signature", "'%s' is signed but was not sent" % name)
    missing = (must_be_signed(request) | {"host", "x-amz-date"}) - set(claim.signed)
    if missing:
        raise Refused("signature", "There were headers present in the request which were not "
                      "signed: %s" % ", ".join(sorted(missing)))
    for name in ("host", "x-amz-date", "x-amz-security-token", "authorization"):
        if sum(n == name for n, _ in request.headers) > 1:
            raise Refused("incomplete", "'%s' was sent twice" % name)


def check_date(date, claim, now):
    if not DATE.match(date):
        raise Refused("incomplete", "Date must be in ISO-8601 'basic format'. Got '%s'." % date)
    if date[:8] != claim.day:
        raise Refused("signature", "Date in Credential scope does not match YYYYMMDD from ISO-8601 "
                      "version of date from HTTP: '%s' != '%s'" % (claim.day, date[:8]))
    try:
        sent = seconds(date)
    except ValueError:
        raise Refused("incomplete", "'%s' is no date" % date) from None
    if sent < now - TOLERANCE:
        raise Refused("signature", "Signature expired: %s is now earlier than %s (%s - 5 min.)"
                      % (date, stamp(now - TOLERANCE), stamp(now)))
    if sent > now + TOLERANCE:
        raise Refused("signature", "Signature not yet current: %s is still later than %s "
                      "(%s + 5 min.)" % (date, stamp(now + TOLERANCE), stamp(now)))


def header(request, name):
    return next((value.strip() for n, value in request.headers if n == name), None)


def claim_of(request):
    """Who signed the request, by its own words; nothing is proven yet."""
    text = header(request, "authorization")
    if text is None:
        raise Refused("missing", "Missing Authentication Token")
    return parse_authorization(text)


def verify(request, claim, secret, now):
    """Raises Refused unless the request is signed with the secret and not too old or new."""
    check_names(request, claim)
    date = header(request, "x-amz-date")
    check_date(date, claim, now)
    body_hash = hashlib.sha256(request.body).hexdigest()
    if claim.service == "s3" and not header(request, "x-amz-content-sha256"):
        raise Refused("content-hash", "Missing required header for this request: "
                      "x-amz-content-sha256")
    if header(request, "x-amz-content-sha256") not in (None, body_hash):
        raise Refused("signature", "x-amz-content-sha256 is not the hash of the body")
    canonical = canonical_request(request, claim.signed, claim.service, body_hash=body_hash)
    expected = signature(secret, date, claim.region, claim.service, canonical)
    if not hmac.compare_digest(expected, claim.signature):
        token = header(request, "x-amz-security-token") or "\n"
        raise Refused("signature", "The request signature we calculated does not match the "
                      "signature you provided. Check your AWS Secret Access Key and signing "
                      "method. Consult the service documentation for details.",
                      "canonical request: " + canonical.replace(token, "TOKEN"))
