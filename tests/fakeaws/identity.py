"""identity.py - who calls: long-term keys of every account, and the sessions that STS issues.

A long-term key of account N is AKIAFAKEN; its secret is a hash, the same every time. Sessions are
random and live in memory.
"""
import base64
import hashlib
import secrets
from collections import namedtuple

from sample_detective import RADIUS_SECRET
from sample_wire import sample_id

KEY_PREFIX = "AKIAFAKE"
CODE = "123456"                          # what every MFA device shows
WEB_TOKEN = "fakeaws-web-identity-token"

# arn, user_id: as GetCallerIdentity tells; token: None for long-term keys.
Caller = namedtuple("Caller", "key_id secret token account arn user_id expires root")
# What AssumeRole was asked with, as the conditions of a trust policy see it.
Asked = namedtuple("Asked", "external_id mfa")


def long_term_secret(number):
    """Forty characters, as AWS's are."""
    raw = hashlib.sha256(b"fakeaws secret " + number.encode()).digest()
    return base64.b64encode(raw)[:40].decode().replace("=", "A")


def long_term_key(number):
    return KEY_PREFIX + number, long_term_secret(number)


def random_id(prefix):
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    return prefix + "".join(secrets.choice(letters) for _ in range(16))


class Identities:
    def __init__(self, world):
        self.world = world
        self.sessions = {}               # access key id: Caller
        self.session_seconds = 0         # not 0: how long every new session lives
        self.user_keys = {}              # access key id: (account, user), beside the home keys
        self.lenient = False             # let everybody in: no condition of a trust policy counts
        self.dry_run = "denied"          # what EC2 says: "denied", "allowed" or "done"

    def secrets(self):
        """All that nobody may find anywhere: the home key's secret, those of sessions, tokens, and
        what an answer holds for its readers alone."""
        found = [long_term_secret(self.world.home), RADIUS_SECRET]
        found += [long_term_secret(key) for key in self.user_keys]
        for caller in self.sessions.values():
            found += [caller.secret, caller.token]
        return found

    def find(self, key_id):
        """The Caller who owns the key, or None."""
        if key_id in self.sessions:
            return self.sessions[key_id]
        if key_id in self.user_keys:
            number, name = self.user_keys[key_id]
            return Caller(key_id, long_term_secret(key_id), None, number,
                          "arn:%s:iam::%s:user/%s" % (self.world.partition, number, name),
                          sample_id("AIDA", number, name), None, False)
        number = key_id[len(KEY_PREFIX):]
        if not key_id.startswith(KEY_PREFIX) or not self.world.account(number):
            return None
        return Caller(key_id, long_term_secret(number), None, number,
                      "arn:%s:iam::%s:user/fakeaws-home" % (self.world.partition, number),
                      "AIDAFAKEAWS" + number[:10], None, False)

    def issue(self, account, arn, user_id, expires, root=False):
        """A new session. The token is as long as real ones get."""
        token = base64.b64encode(b"fakeaws session" + secrets.token_bytes(513)).decode()
        caller = Caller(random_id("ASIA"), base64.b64encode(secrets.token_bytes(30)).decode(),
                        token, account, arn, user_id, expires, root)
        self.sessions[caller.key_id] = caller
        return caller


# ------------------------------------------------------------------------------- trust policies


def as_list(value):
    return value if isinstance(value, list) else [value]


def role_of_session(arn):
    """(account, role name) of an assumed-role session's ARN, or None."""
    parts = arn.split(":")
    if parts[2] != "sts" or not parts[5].startswith("assumed-role/"):
        return None
    return parts[4], parts[5].split("/")[1]


def principal_matches(principal, caller):
    if principal == "*" or principal == caller.arn:
        return True
    if principal == caller.account or principal.endswith("::%s:root" % caller.account):
        return True
    role = role_of_session(caller.arn)
    return bool(role) and principal.startswith("arn:") and ":role/" in principal and \
        (principal.split(":")[4], principal.rsplit("/", 1)[-1]) == role


def condition_holds(operator, key, values, asked):
    key = key.lower()
    if operator == "StringEquals" and key == "sts:externalid":
        return asked.external_id in values
    if operator in ("Bool", "BoolIfExists") and key == "aws:multifactorauthpresent":
        present = True if asked.mfa else None        # a key without a code: absent
        if present is None:
            return operator == "BoolIfExists"
        return "true" in [str(v).lower() for v in values]
    return False


def trusts(document, caller, asked, lenient=False):
    """May the caller assume the role of this trust policy? A plain reading: Allow only."""
    for statement in as_list(document["Statement"]):
        principal = statement["Principal"]
        names = ["*"] if principal == "*" else as_list(principal.get("AWS", []))
        if (statement["Effect"] == "Allow" and "sts:AssumeRole" in as_list(statement["Action"])
                and any(principal_matches(name, caller) for name in names)
                and (lenient or all(condition_holds(operator, key, as_list(values), asked)
                        for operator, block in statement.get("Condition", {}).items()
                        for key, values in block.items()))):
            return True
    return False
