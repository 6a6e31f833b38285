"""trail_digests.py - CloudTrail's log files and signed digest files, as they lie in a bucket.

Written apart from the program that verifies them: RSA (RFC 8017, RSASSA-PKCS1-v1_5 with SHA-256) is
done here by whole numbers alone. Keys are made anew from the region's name, so that none is kept;
they sign nothing but tests.
"""
import base64
import functools
import gzip
import hashlib
import json
import random
import time
from collections import namedtuple

SMALL = [p for p in range(3, 2000, 2) if all(p % q for q in range(3, int(p ** 0.5) + 1, 2))]
SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
EXPONENT = 65537
VALID_FROM, VALID_TO = 1790000000, 1800000000      # around the sample's time

# name: the path in the bucket; content: what it unpacks to.
File = namedtuple("File", "name content")
Key = namedtuple("Key", "n d")


def is_prime(n, dice):
    if any(n % p == 0 for p in SMALL):
        return False
    odd, twos = n - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for _ in range(12):                            # Miller and Rabin
        x = pow(dice.randrange(2, n - 1), odd, n)
        if x not in (1, n - 1) and not any(
                (x := pow(x, 2, n)) == n - 1 for _ in range(twos - 1)):
            return False
    return True


def prime(dice):
    while True:
        n = dice.getrandbits(1024) | 3 << 1022 | 1
        if n % EXPONENT != 1 and is_prime(n, dice):
            return n


@functools.lru_cache(maxsize=None)
def key(region):
    dice = random.Random("CloudTrail in " + region)
    p, q = prime(dice), prime(dice)
    return Key(p * q, pow(EXPONENT, -1, (p - 1) * (q - 1)))


def der_number(n):
    body = n.to_bytes(n.bit_length() // 8 + 1, "big")
    return b"\x02" + der_length(len(body)) + body


def der_length(n):
    body = n.to_bytes((n.bit_length() + 7) // 8, "big")
    return bytes([n]) if n < 128 else bytes([0x80 | len(body)]) + body


def der(k):
    """PKCS#1: SEQUENCE { modulus, exponent }"""
    body = der_number(k.n) + der_number(EXPONENT)
    return b"\x30" + der_length(len(body)) + body


def fingerprint(region):
    return hashlib.md5(der(key(region))).hexdigest()


def sign(k, text):
    info = SHA256_INFO + hashlib.sha256(text).digest()
    size = (k.n.bit_length() + 7) // 8
    padded = b"\x00\x01" + b"\xff" * (size - len(info) - 3) + b"\x00" + info
    return pow(int.from_bytes(padded, "big"), k.d, k.n).to_bytes(size, "big").hex()


def public_keys(region):
    """ListPublicKeys, as JSON 1.1 has it."""
    return {"PublicKeyList": [{
        "Fingerprint": fingerprint(region), "ValidityEndTime": float(VALID_TO),
        "ValidityStartTime": float(VALID_FROM),
        "Value": base64.b64encode(der(key(region))).decode()}]}


def written(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def stamp(seconds, form="%Y%m%dT%H%M%SZ"):
    return time.strftime(form, time.gmtime(seconds))


def log_file(account, region, delivered, records, tail="aB3dE6gH9jK2mN5p", inside="AWSLogs/"):
    name = "%s%s/CloudTrail/%s/%s/%s_CloudTrail_%s_%s_%s.json.gz" % (
        inside, account, region, stamp(delivered, "%Y/%m/%d"), account, region,
        stamp(delivered, "%Y%m%dT%H%MZ"), tail)
    return File(name, json.dumps({"Records": records}, separators=(",", ":")).encode())


class Chain:
    """The digest files of one trail in one region, each made by next()."""

    def __init__(self, account, region, trail, home, bucket, inside="AWSLogs/"):
        self.account, self.region, self.trail, self.home = account, region, trail, home
        self.bucket, self.inside = bucket, inside
        self.previous, self.signature = None, None
        self.key = key(region)

    def row(self, log):
        times = [r["eventTime"] for r in json.loads(log.content)["Records"]]
        return {"s3Bucket": self.bucket, "s3Object": log.name,
                "hashValue": hashlib.sha256(log.content).hexdigest(), "hashAlgorithm": "SHA-256",
                "newestEventTime": max(times), "oldestEventTime": min(times)}

    def next(self, start, end, logs):
        """`start`, `end`: seconds since 1970; `logs`: Files."""
        rows = [self.row(log) for log in logs]
        name = "%s%s/CloudTrail-Digest/%s/%s/%s_CloudTrail-Digest_%s_%s_%s_%s.json.gz" % (
            self.inside, self.account, self.region, stamp(end, "%Y/%m/%d"), self.account,
            self.region, self.trail, self.home, stamp(end))
        before = self.previous
        text = {"awsAccountId": self.account, "digestStartTime": written(start),
                "digestEndTime": written(end), "digestS3Bucket": self.bucket,
                "digestS3Object": name, "digestPublicKeyFingerprint": fingerprint(self.region),
                "digestSignatureAlgorithm": "SHA256withRSA",
                "newestEventTime": max((r["newestEventTime"] for r in rows), default=None),
                "oldestEventTime": min((r["oldestEventTime"] for r in rows), default=None),
                "previousDigestS3Bucket": before and self.bucket,
                "previousDigestS3Object": before and before.name,
                "previousDigestHashValue": before and hashlib.sha256(before.content).hexdigest(),
                "previousDigestHashAlgorithm": before and "SHA-256",
                "previousDigestSignature": self.signature, "logFiles": rows}
        # CloudTrail writes slashes as "\/"
        content = json.dumps(text, separators=(",", ":")).replace("/", "\\/").encode()
        signed = "%s\n%s/%s\n%s\n%s" % (written(end), self.bucket, name,
                                        hashlib.sha256(content).hexdigest(),
                                        self.signature or "null")
        self.signature = sign(self.key, signed.encode())
        self.previous = File(name, content)
        return self.previous


def put(folder, found):
    place = folder / found.name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(gzip.compress(found.content, mtime=0))
    return place
