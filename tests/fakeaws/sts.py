"""sts.py - STS: who the caller is, and sessions. Trust policies decide who may assume a role."""
import time

import sample_wire as wire

from fakeaws import identity
from fakeaws.errors import AwsError

ROOT_TASK = "policy/root-task/IAMAuditRootUserCredentials"


def timestamp(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def caller_identity(q):
    return [("Arn", q.caller.arn), ("UserId", q.caller.user_id), ("Account", q.caller.account)]


def lifetime(q, usual, least, most):
    """Seconds; `sessionSeconds` of the control endpoint wins, so that tests need not wait."""
    if q.identities.session_seconds:
        return q.identities.session_seconds
    asked = q.parameters.get("DurationSeconds", str(usual))
    if not asked.isdigit() or not least <= int(asked) <= most:
        raise AwsError("ValidationError", "DurationSeconds has to be between %d and %d"
                       % (least, most))
    return int(asked)


def credentials(session):
    return ("Credentials", [("AccessKeyId", session.key_id), ("SecretAccessKey", session.secret),
                            ("SessionToken", session.token),
                            ("Expiration", timestamp(session.expires))])


def has_mfa(q):
    """True with a serial number and the right code, False without either; refuses a wrong code."""
    serial, code = q.parameters.get("SerialNumber"), q.parameters.get("TokenCode")
    if not serial and not code:
        return False
    if not serial or code != identity.CODE or q.caller.token:
        raise AwsError("AccessDenied", "MultiFactorAuthentication failed with invalid MFA one time "
                       "pass code.", 403)
    return True


def role_account(q, role_arn):
    """The account a role ARN names and the role's (name, trust policy), or (None, None)."""
    parts = role_arn.split(":", 5)
    if len(parts) != 6 or parts[:3] != ["arn", q.world.partition, "iam"]:
        raise AwsError("ValidationError", "%s is invalid" % role_arn)
    account = q.world.account(parts[4])
    if not account or account.status != "ACTIVE":
        return None, None
    return account, account.ready().trust.get("%s:%s" % (parts[4], parts[5]))


def session_name(q):
    name = q.parameters.get("RoleSessionName", "")
    if not 2 <= len(name) <= 64 or not all(c.isalnum() or c in "_+=,.@-" for c in name):
        raise AwsError("ValidationError", "Value at 'roleSessionName' failed to satisfy "
                       "constraint: [\\w+=,.@-]*, 2 to 64 characters")
    return name


def role_session(q, account, name, longest):
    session = session_name(q)
    role_id = wire.sample_id("AROA", account.number, name)
    return q.identities.issue(
        account.number,
        "arn:%s:sts::%s:assumed-role/%s/%s" % (q.world.partition, account.number, name, session),
        "%s:%s" % (role_id, session), q.now + lifetime(q, 3600, 900, longest))


def role_user(session):
    return ("AssumedRoleUser", [("AssumedRoleId", session.user_id), ("Arn", session.arn)])


def assume_role(q):
    role_arn = q.parameters.get("RoleArn", "")
    account, role = role_account(q, role_arn)
    asked = identity.Asked(q.parameters.get("ExternalId"), has_mfa(q))
    if not role or not identity.trusts(role[1], q.caller, asked,
                                           q.identities.lenient):
        raise AwsError("AccessDenied", "User: %s is not authorized to perform: sts:AssumeRole on "
                       "resource: %s" % (q.caller.arn, role_arn), 403)
    chained = identity.role_of_session(q.caller.arn)
    session = role_session(q, account, role[0], 3600 if chained else 43200)
    return [credentials(session), role_user(session), ("PackedPolicySize", "6")]


def assume_role_with_web_identity(q):
    """Unsigned. One token is good; it opens the world's audit role in any account."""
    token = q.parameters.get("WebIdentityToken")
    if token != identity.WEB_TOKEN:
        raise AwsError("InvalidIdentityToken", "Couldn't retrieve verification key from your "
                       "identity provider")
    account, role = role_account(q, q.parameters.get("RoleArn", ""))
    if not role or role[0] != q.world.role_name:
        raise AwsError("AccessDenied", "Not authorized to perform "
                       "sts:AssumeRoleWithWebIdentity", 403)
    session = role_session(q, account, role[0], 43200)
    return [credentials(session), role_user(session), ("SubjectFromWebIdentityToken", "fakeaws"),
            ("Audience", "sts.amazonaws.com"), ("Provider", "https://issuer.example.com")]


def session_token(q):
    if q.caller.token:
        raise AwsError("AccessDenied", "Cannot call GetSessionToken with session credentials", 403)
    has_mfa(q)
    return [credentials(q.identities.issue(q.caller.account, q.caller.arn, q.caller.user_id,
                                           q.now + lifetime(q, 43200, 900, 129600)))]


def assume_root(q):
    """By the management account only, of a member only, with AWS's audit policy only."""
    target = q.parameters.get("TargetPrincipal", "")
    account = q.world.account(target.split(":")[4] if target.startswith("arn:") else target)
    policy = q.parameters.get("TaskPolicyArn.arn", "")
    if (q.caller.account != q.world.home or not account or account.number == q.world.home
            or policy != "arn:%s:iam::aws:%s" % (q.world.partition, ROOT_TASK)):
        raise AwsError("AccessDenied", "User: %s is not authorized to perform: sts:AssumeRoot"
                       % q.caller.arn, 403)
    root = "arn:%s:iam::%s:root" % (q.world.partition, account.number)
    session = q.identities.issue(account.number, root, account.number,
                                 q.now + lifetime(q, 900, 1, 900), root=True)
    return [credentials(session), ("SourceIdentity", q.caller.user_id)]


TABLE = {"AssumeRole": assume_role, "AssumeRoleWithWebIdentity": assume_role_with_web_identity,
         "AssumeRoot": assume_root, "GetCallerIdentity": caller_identity,
         "GetSessionToken": session_token}
SESSIONS = set(TABLE) - {"GetCallerIdentity"}
UNSIGNED = {"AssumeRoleWithWebIdentity"}
